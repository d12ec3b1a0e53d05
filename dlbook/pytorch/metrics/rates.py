"""Rates: shares of the cells TP, FP, FN, TN, for two classes or for each of many against the rest.

`average` says what comes back: "binary" the rate of `pos_label`, None one rate per class (K,), "macro" their mean,
"weighted" their mean by how often each class is true, "micro" one rate from the cells added up over the classes.
`labels` chooses the classes that None, "macro", "weighted" and "micro" look at; all others count as the rest.
`pos_label` is used by "binary" only. 0/0 is `zero_division`: a number from 0 to 1, or NaN, which the means leave out.
"""

import torch

from dlbook._validate import check_between, check_choice, wrong
from dlbook.pytorch.metrics._labels import encode_pair, label_set, places, positive_label, relative_weights
from dlbook.pytorch.metrics.confusion import divide

LARGE = 1e100  # β² would leave the range; from here on F_β is the recall


def precision(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """precision = TP / (TP + FP): of those called positive, how many are.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.

    >>> precision(torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 1]))
    tensor(0.6667, dtype=torch.float64)
    >>> precision(torch.tensor([0, 1, 2, 2]), torch.tensor([0, 2, 2, 1]), average=None)
    tensor([1.0000, 0.0000, 0.5000], dtype=torch.float64)
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(tp / (tp + fp), tp + fn, average, zero_division)


def recall(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """recall = TPR = TP / (TP + FN): of those that are positive, how many were found.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(tp / (tp + fn), tp + fn, average, zero_division)


def specificity(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """specificity = TNR = TN / (TN + FP): of those that are negative, how many were left alone.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(tn / (tn + fp), tp + fn, average, zero_division)


def false_positive_rate(
    y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """FPR = FP / (FP + TN): of those that are negative, how many raised a false alarm.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(fp / (fp + tn), tp + fn, average, zero_division)


def false_negative_rate(
    y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """FNR = FN / (FN + TP): of those that are positive, how many were missed.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(fn / (fn + tp), tp + fn, average, zero_division)


def f1_score(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """F₁ = 2·TP / (2·TP + FP + FN): the harmonic mean of precision and recall.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`. 0/0 only where TP, FP and FN are all 0.

    >>> f1_score(torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 1]))
    tensor(0.8000, dtype=torch.float64)
    """
    return f_score(1, y_true, y_pred, labels, pos_label, average, sample_weight, zero_division)


def fbeta_score(
    y_true, y_pred, *, beta, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """F_β = TP / (TP + r·FN + (1 − r)·FP) with r = β² / (1 + β²): recall counts β times as much as precision.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`. β = 0 is precision, 1 is F₁, ∞ is recall.
    """
    check_between("beta", beta, 0, float("inf"))
    return f_score(beta, y_true, y_pred, labels, pos_label, average, sample_weight, zero_division)


def f_score(beta, y_true, y_pred, labels, pos_label, average, sample_weight, zero_division):
    """F_β, 0 where nothing was found in spite of errors: precision or recall is 0/0 there."""
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    p, r = tp / (tp + fp), tp / (tp + fn)
    f = (1 + beta**2) * p * r / (beta**2 * p + r) if beta < LARGE else r
    return averaged(torch.where((tp == 0) & (fp + fn > 0), 0.0, f), tp + fn, average, zero_division)


def cells(y_true, y_pred, labels, pos_label, average, sample_weight):
    """TP, FP, FN, TN of each class against the rest (K,); of `pos_label` for "binary", added up for "micro"."""
    check_choice("average", average, (None, "binary", "macro", "micro", "weighted"))
    present, j, k = encode_pair(y_true, y_pred)
    chosen = label_set(labels, present)
    if average == "binary":
        if len(present) > 2:
            need = "another average, or two labels"
            raise wrong("average", "fit the labels", f"'binary' for {present.tolist()}", need)
        chosen = positive_label(pos_label, present, needed=False)
    weight, right = relative_weights(sample_weight, j), j == k
    tp, fp, fn = (
        torch.bincount(number, (weight * counts).double(), len(present) + 1)  # the last is the class that no label has
        for number, counts in ((j, right), (k, ~right), (j, ~right))
    )
    # What is not of class k, less what was called so. Not total minus the rest: rounding would blur the 0 of 0/0.
    negative = tp + fn
    nothing = negative.new_zeros(1)
    before, after = torch.cumsum(negative[:-1], dim=0), torch.cumsum(negative.flip(0)[:-1], dim=0).flip(0)
    tn = (torch.cat([nothing, before]) + torch.cat([after, nothing]) - fp).clamp(min=0)
    found = torch.stack([tp, fp, fn, tn])[:, places(chosen, present)]  # (4, K)
    if average == "binary":
        return found[:, 0]
    return found.sum(dim=1) if average == "micro" else found


def averaged(rate, support, average, zero_division):
    """The `rate` of each class, averaged as `average` says; `support` counts how often each class is true."""
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    rate = torch.where(torch.isnan(rate), zero_division, rate)
    if average == "macro":
        return mean(rate)
    return mean(rate, support) if average == "weighted" else rate


def mean(rate, weight=None):
    """The mean of the rates that are not NaN, by weight if there is any; NaN if there is none."""
    defined = ~torch.isnan(rate)
    if weight is None or weight[defined].sum() == 0:
        weight = torch.ones_like(rate)
    return divide((weight * rate)[defined].sum(), weight[defined].sum(), float("nan"))
