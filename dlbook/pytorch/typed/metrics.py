"""Chapter 01: scores and answers are counted. Labels are 0 and 1, or 0 … K−1; scikit-learn has a name for each."""

import torch


def metrics_confusion_matrix(y_true, y_pred, K):
    M = torch.bincount(K * y_true + y_pred, minlength=K * K).reshape(K, K)


def metrics_confusion_matrix_library(y_true, y_pred):
    from sklearn.metrics import confusion_matrix

    M = confusion_matrix(y_true, y_pred)
    tn, fp, fn, tp = M.ravel()  # of two classes


def metrics_accuracy(y_true, y_pred):
    accuracy = (y_pred == y_true).double().mean()


def metrics_accuracy_library(y_true, y_pred):
    from sklearn.metrics import accuracy_score

    accuracy = accuracy_score(y_true, y_pred)


def metrics_error_rate(y_true, y_pred):
    error_rate = (y_pred != y_true).double().mean()


def metrics_error_rate_library(y_true, y_pred):
    from sklearn.metrics import zero_one_loss

    error_rate = zero_one_loss(y_true, y_pred)


def metrics_precision_library(y_true, y_pred):
    from sklearn.metrics import precision_score

    precision = precision_score(y_true, y_pred)


def metrics_recall_library(y_true, y_pred):
    from sklearn.metrics import recall_score

    recall = recall_score(y_true, y_pred)


def metrics_false_negative_rate_library(y_true, y_pred):
    from sklearn.metrics import recall_score

    fnr = 1 - recall_score(y_true, y_pred)


def metrics_specificity_library(y_true, y_pred):
    from sklearn.metrics import recall_score

    specificity = recall_score(y_true, y_pred, pos_label=0)


def metrics_false_positive_rate_library(y_true, y_pred):
    from sklearn.metrics import recall_score

    fpr = 1 - recall_score(y_true, y_pred, pos_label=0)


def metrics_f1_score_library(y_true, y_pred):
    from sklearn.metrics import f1_score

    f1 = f1_score(y_true, y_pred)


def metrics_fbeta_score_library(y_true, y_pred):
    from sklearn.metrics import fbeta_score

    f2 = fbeta_score(y_true, y_pred, beta=2)


def metrics_balanced_accuracy_score_library(y_true, y_pred):
    from sklearn.metrics import balanced_accuracy_score

    balanced = balanced_accuracy_score(y_true, y_pred)


def metrics_matthews_corrcoef_library(y_true, y_pred):
    from sklearn.metrics import matthews_corrcoef

    mcc = matthews_corrcoef(y_true, y_pred)


def metrics_falling_threshold(y_true, y_score):
    score, order = torch.sort(y_score, descending=True)
    tp = torch.cumsum(y_true[order], dim=0)
    fp = torch.cumsum(1 - y_true[order], dim=0)
    last = torch.cat([score[1:] != score[:-1], torch.tensor([True])])  # of equal scores
    fp, tp, thresholds = fp[last], tp[last], score[last]


def metrics_falling_threshold_library(y_true, y_score):
    from sklearn.metrics import confusion_matrix_at_thresholds

    tn, fp, fn, tp, thresholds = confusion_matrix_at_thresholds(y_true, y_score)


def metrics_roc_curve(fp, tp):
    start = torch.zeros(1)  # above all scores nothing is called positive
    fpr, tpr = torch.cat([start, fp / fp[-1]]), torch.cat([start, tp / tp[-1]])


def metrics_roc_curve_library(y_true, y_score):
    from sklearn.metrics import roc_curve

    fpr, tpr, thresholds = roc_curve(y_true, y_score, drop_intermediate=False)


def metrics_auc(fpr, tpr):
    area = torch.trapezoid(tpr, fpr)


def metrics_auc_library(fpr, tpr):
    from sklearn.metrics import auc

    area = auc(fpr, tpr)


def metrics_roc_auc_score(y_true, y_score):
    positive, negative = y_score[y_true == 1], y_score[y_true == 0]
    lead = positive[:, None] - negative  # (P, N), every pair
    auc = ((lead > 0) + 0.5 * (lead == 0)).mean()


def metrics_roc_auc_score_library(y_true, y_score):
    from sklearn.metrics import roc_auc_score

    auc = roc_auc_score(y_true, y_score)


def metrics_precision_recall_curve_library(y_true, y_score):
    from sklearn.metrics import precision_recall_curve

    precision, recall, thresholds = precision_recall_curve(y_true, y_score)  # thresholds rise


def metrics_average_precision(precision, recall):
    gained = torch.diff(recall, prepend=torch.zeros(1))
    ap = (gained * precision).sum()


def metrics_average_precision_library(y_true, y_score):
    from sklearn.metrics import average_precision_score

    ap = average_precision_score(y_true, y_score)


def metrics_macro_average_library(y_true, y_pred):
    from sklearn.metrics import precision_score

    macro = precision_score(y_true, y_pred, average="macro")


def metrics_micro_average_library(y_true, y_pred):
    from sklearn.metrics import precision_score

    micro = precision_score(y_true, y_pred, average="micro")
