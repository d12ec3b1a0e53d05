"""Rates: shares of the cells TP, FP, FN, TN, for two classes or for each of many against the rest.

`average` says what comes back: "binary" the rate of `pos_label`, None one rate per class (K,), "macro" their mean,
"weighted" their mean by how often each class is true, "micro" one rate from the cells added up over the classes.
`labels` chooses the classes that None, "macro", "weighted" and "micro" look at; all others count as the rest.
`pos_label` is used by "binary" only. 0/0 is `zero_division`: a number from 0 to 1, or NaN, which the means leave out.
"""

import torch

from dlbook._validate import check_between, check_choice, wrong
from dlbook.pytorch.metrics._inputs import label_pair, label_set, positive_label, union
from dlbook.pytorch.metrics.confusion import confusion_matrix, divide


def precision(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """precision = TP / (TP + FP): of those called positive, how many are.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.

    >>> precision(torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 1]))
    tensor(0.6667, dtype=torch.float64)
    >>> precision(torch.tensor([0, 1, 2, 2]), torch.tensor([0, 2, 2, 1]), average=None)
    tensor([1.0000, 0.0000, 0.5000], dtype=torch.float64)
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(tp, tp + fp, tp + fn, average, zero_division)


def recall(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """recall = TPR = TP / (TP + FN): of those that are positive, how many were found.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(tp, tp + fn, tp + fn, average, zero_division)


def specificity(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """specificity = TNR = TN / (TN + FP): of those that are negative, how many were left alone.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(tn, tn + fp, tp + fn, average, zero_division)


def false_positive_rate(
    y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """FPR = FP / (FP + TN): of those that are negative, how many raised a false alarm.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(fp, fp + tn, tp + fn, average, zero_division)


def false_negative_rate(
    y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """FNR = FN / (FN + TP): of those that are positive, how many were missed.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(fn, fn + tp, tp + fn, average, zero_division)


def f1_score(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """F₁ = 2·TP / (2·TP + FP + FN): the harmonic mean of precision and recall.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`. 0/0 only where TP, FP and FN are all 0.

    >>> f1_score(torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 1]))
    tensor(0.8000, dtype=torch.float64)
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(2 * tp, 2 * tp + fp + fn, tp + fn, average, zero_division)


def fbeta_score(
    y_true, y_pred, *, beta, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """F_β = TP / (TP + r·FN + (1 − r)·FP) with r = β² / (1 + β²): recall counts β times as much as precision.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`. β = 0 is precision, 1 is F₁, ∞ is recall.
    """
    check_between("beta", beta, 0, float("inf"))
    r = beta**2 / (1 + beta**2) if beta < 1 else 1 / (1 + beta**-2.0)  # two forms, so that ∞ works
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(tp, tp + r * fn + (1 - r) * fp, tp + fn, average, zero_division)


def cells(y_true, y_pred, labels, pos_label, average, sample_weight):
    """TP, FP, FN, TN of each class against the rest (K,); of `pos_label` for "binary", added up for "micro"."""
    check_choice("average", average, (None, "binary", "macro", "micro", "weighted"))
    y_true, y_pred = label_pair(y_true, y_pred)
    present = label_set(None, y_true, y_pred)
    labels = present if labels is None else label_set(labels, y_true, y_pred)
    if average == "binary":
        if len(present) > 2:
            raise wrong(
                "average", "fit the labels", f"'binary' for {present.tolist()}", "another average, or two labels"
            )
        labels = positive_label(pos_label, present, needed=False).reshape(1)
    every = union(present, labels)
    M = confusion_matrix(y_true, y_pred, labels=every, sample_weight=sample_weight).double()  # (K, K)

    # Sums over the other classes, not total minus the rest: rounded weights would blur the 0 of 0/0.
    others = 1 - torch.eye(len(every), dtype=M.dtype, device=M.device)
    tp, fp, fn = M.diagonal(), (others * M).sum(dim=0), (others * M).sum(dim=1)
    tn = (others @ M * others).sum(dim=1)
    chosen = torch.stack([tp, fp, fn, tn])[:, torch.searchsorted(every, labels)]  # (4, K)
    if average == "binary":
        return chosen[:, 0]
    return chosen.sum(dim=1) if average == "micro" else chosen


def averaged(part, whole, support, average, zero_division):
    """part / whole of each class, averaged as `average` says; `support` counts how often each class is true."""
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    rate = divide(part, whole, zero_division)
    if average == "macro":
        return mean(rate)
    return mean(rate, support) if average == "weighted" else rate


def mean(rate, weight=None):
    """The mean of the rates that are not NaN, by weight if there is any; NaN if there is none."""
    defined = ~torch.isnan(rate)
    if weight is None or weight[defined].sum() == 0:
        weight = torch.ones_like(rate)
    return divide((weight * rate)[defined].sum(), weight[defined].sum(), float("nan"))
