"""Two numbers for the whole confusion matrix that a frequent class alone cannot make large.

Labels may be of two classes or of many. What is 0/0 is 0 in the correlation, and no class that is never true counts.
"""

import numpy as np

from dlbook._validate import unit_of
from dlbook.scratch.metrics._labels import label_pair, relative_weights
from dlbook.scratch.metrics.confusion import confusion_matrix, divide, silent
from dlbook.scratch.metrics.rates import cells


def balanced_accuracy_score_core(tp, fn):  # (K,) each
    recall = tp / (tp + fn)
    return recall.mean()


def balanced_accuracy_score(y_true, y_pred, *, sample_weight=None):
    """balanced accuracy = 1/K Σₖ TPₖ / (TPₖ + FNₖ): the mean recall of the classes; of two, (TPR + TNR) / 2.

    Shapes: y_true (N,), y_pred (N,) -> a number. A class that y_true does not hold is left out.

    >>> balanced_accuracy_score([0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 0, 1])
    np.float64(0.75)
    """
    tp, fp, fn, tn = cells(y_true, y_pred, None, 1, None, sample_weight)
    occurs = tp + fn > 0
    return balanced_accuracy_score_core(tp[occurs], fn[occurs])


def matthews_corrcoef_core(tp, fp, fn, tn):
    called = ((tp + fp) * (tn + fn)) ** 0.5
    true = ((tp + fn) * (tn + fp)) ** 0.5
    return (tp * tn - fp * fn) / (called * true)


@silent
def matthews_corrcoef(y_true, y_pred, *, sample_weight=None):
    """MCC = (TP·TN − FP·FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN)): the correlation of truth and prediction.

    Shapes: y_true (N,), y_pred (N,) -> a number from −1 to 1. It is 0 where one class alone is true, or predicted.

    >>> matthews_corrcoef([0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1]).round(4)
    np.float64(0.3333)
    """
    y_true, y_pred = label_pair(y_true, y_pred)
    M = confusion_matrix(y_true, y_pred, sample_weight=relative_weights(sample_weight, len(y_true)))
    M = M / unit_of(M.max())  # products of four of them stay in range
    if len(M) != 2:
        return correlation_of_many(M)
    (tn, fp), (fn, tp) = M
    mcc = matthews_corrcoef_core(tp, fp, fn, tn)
    return np.where(np.isnan(mcc), 0.0, mcc)[()]


def correlation_of_many(M):
    """The correlation of K classes, of the confusion matrix M (K, K)."""
    true, called, all_of_them = M.sum(axis=1), M.sum(axis=0), M.sum()
    together = all_of_them * np.trace(M) - true @ called
    spread = np.sqrt(all_of_them**2 - true @ true) * np.sqrt(all_of_them**2 - called @ called)
    constant = min(np.count_nonzero(true), np.count_nonzero(called)) < 2
    return divide(together, 0.0 if constant else spread, 0.0)
