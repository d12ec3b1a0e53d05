"""Rates: shares of the cells TP, FP, FN, TN, for two classes or for each of many against the rest.

`average` says what comes back: "binary" the rate of `pos_label`, None one rate per class (K,), "macro" their mean,
"weighted" their mean by how often each class is true, "micro" one rate from the cells added up over the classes.
`labels` chooses the classes that None, "macro", "weighted" and "micro" look at; all others count as the rest.
`pos_label` is used by "binary" only. 0/0 is `zero_division`: a number from 0 to 1, or NaN, which the means leave out.
"""

import numpy as np

from dlbook._validate import check_between, check_choice, wrong
from dlbook.scratch.metrics._labels import encode_pair, label_set, places, positive_label, relative_weights
from dlbook.scratch.metrics.confusion import divide, silent

LARGE = 1e100  # β² would leave the range; from here on F_β is the recall


def precision_core(tp, fp):
    return tp / (tp + fp)


@silent
def precision(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """precision = TP / (TP + FP): of those called positive, how many are.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.

    >>> precision([0, 0, 1, 1], [0, 1, 1, 1])
    np.float64(0.6666666666666666)
    >>> precision([0, 1, 2, 2], [0, 2, 2, 1], average=None)
    array([1. , 0. , 0.5])
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(precision_core(tp, fp), tp + fn, average, zero_division)


def recall_core(tp, fn):
    return tp / (tp + fn)


@silent
def recall(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """recall = TPR = TP / (TP + FN): of those that are positive, how many were found.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(recall_core(tp, fn), tp + fn, average, zero_division)


def specificity_core(tn, fp):
    return tn / (tn + fp)


@silent
def specificity(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """specificity = TNR = TN / (TN + FP): of those that are negative, how many were left alone.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(specificity_core(tn, fp), tp + fn, average, zero_division)


def false_positive_rate_core(fp, tn):
    return fp / (fp + tn)


@silent
def false_positive_rate(
    y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """FPR = FP / (FP + TN): of those that are negative, how many raised a false alarm.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(false_positive_rate_core(fp, tn), tp + fn, average, zero_division)


def false_negative_rate_core(fn, tp):
    return fn / (fn + tp)


@silent
def false_negative_rate(
    y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """FNR = FN / (FN + TP): of those that are positive, how many were missed.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`.
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averaged(false_negative_rate_core(fn, tp), tp + fn, average, zero_division)


def f1_score_core(precision, recall):
    return 2 * precision * recall / (precision + recall)


@silent
def f1_score(y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0):
    """F₁ = 2·TP / (2·TP + FP + FN): the harmonic mean of precision and recall.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`. 0/0 only where TP, FP and FN are all 0.

    >>> f1_score([0, 0, 1, 1], [0, 1, 1, 1])
    np.float64(0.8)
    """
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    f1 = f1_score_core(precision_core(tp, fp), recall_core(tp, fn))
    return averaged(zero_if_none_found(f1, tp, fp + fn), tp + fn, average, zero_division)


def fbeta_score_core(precision, recall, beta):
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


@silent
def fbeta_score(
    y_true, y_pred, *, beta, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """F_β = TP / (TP + r·FN + (1 − r)·FP) with r = β² / (1 + β²): recall counts β times as much as precision.

    Shapes: y_true (N,), y_pred (N,) -> a number, or (K,) for `average=None`. β = 0 is precision, 1 is F₁, ∞ is recall.
    """
    check_between("beta", beta, 0, np.inf)
    tp, fp, fn, tn = cells(y_true, y_pred, labels, pos_label, average, sample_weight)
    p, r = precision_core(tp, fp), recall_core(tp, fn)
    f = fbeta_score_core(p, r, beta) if beta < LARGE else r
    return averaged(zero_if_none_found(f, tp, fp + fn), tp + fn, average, zero_division)


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
    weight, right = relative_weights(sample_weight, len(j)), j == k
    tp, fp, fn = (
        np.bincount(number, weight * counts, len(present) + 1)  # the last is the class that no label has
        for number, counts in ((j, right), (k, ~right), (j, ~right))
    )
    # What is not of class k, less what was called so. Not total minus the rest: rounding would blur the 0 of 0/0.
    negative = tp + fn
    before, after = np.cumsum(negative[:-1]), np.cumsum(negative[:0:-1])[::-1]
    tn = np.maximum(np.append(0, before) + np.append(after, 0) - fp, 0)
    found = np.stack([tp, fp, fn, tn])[:, places(chosen, present)]  # (4, K)
    if average == "binary":
        return found[:, 0]
    return found.sum(axis=1) if average == "micro" else found


def zero_if_none_found(f, tp, errors):
    """F of precision 0/0 or recall 0, or both 0, is 0 where there are errors; without any it stays 0/0."""
    return np.where((tp == 0) & (errors > 0), 0.0, f)[()]


def averaged(rate, support, average, zero_division):
    """The `rate` of each class, averaged as `average` says; `support` counts how often each class is true."""
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    rate = np.where(np.isnan(rate), zero_division, rate)[()]
    if average == "macro":
        return mean(rate)
    return mean(rate, support) if average == "weighted" else rate


def mean(rate, weight=None):
    """The mean of the rates that are not NaN, by weight if there is any; NaN if there is none."""
    defined = ~np.isnan(rate)
    if weight is None or weight[defined].sum() == 0:
        weight = np.ones_like(rate)
    return divide((weight * rate)[defined].sum(), weight[defined].sum(), np.nan)
