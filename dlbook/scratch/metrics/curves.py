"""Curves: the cells of the confusion matrix while the threshold falls from the highest score to the lowest.

`y_true` (N,) holds labels, `y_score` (N,) is the higher the more positive. `pos_label` may be left out where the labels
are 0 and 1, or −1 and 1; all labels but `pos_label` count as negative. Thresholds keep the dtype of the scores.
"""

import numpy as np

from dlbook._validate import check_choice, check_same_length, unit_of, wrong
from dlbook._validate.metrics import check_occur
from dlbook.scratch._arrays import array, numbers
from dlbook.scratch.metrics._labels import (
    check_known,
    encode,
    is_positive,
    label_set,
    label_vector,
    relative_weights,
    scores,
)
from dlbook.scratch.metrics.confusion import silent
from dlbook.scratch.metrics.rates import mean


def falling_threshold_core(positive, negative, score):
    order = np.argsort(score)[::-1]  # the highest score first
    tp, fp = np.cumsum(positive[order]), np.cumsum(negative[order])
    thresholds = score[order]
    last = np.append(thresholds[1:] != thresholds[:-1], True)  # no threshold can part equal scores
    return fp[last], tp[last], thresholds[last]


def falling_threshold(y_true, y_score, pos_label=None, sample_weight=None):
    """FP, TP and τ at every score that occurs, from the highest down, when all that score ≥ τ are called positive.

    Shapes: y_true (N,), y_score (N,) -> three arrays (T,) for T different scores.
    """
    positive = is_positive(y_true, pos_label)
    score = scores(y_score, len(positive))
    if sample_weight is None:
        return falling_threshold_core(positive, ~positive, score)
    weight = relative_weights(sample_weight, len(score))
    there = weight > 0  # what weighs nothing is not there, and its score no threshold
    return falling_threshold_core((weight * positive)[there], (weight * ~positive)[there], score[there])


def roc_curve_core(fp, tp):
    fpr, tpr = fp / fp[-1], tp / tp[-1]  # the last threshold calls all N and all P positive
    return np.append(0, fpr), np.append(0, tpr)  # above all scores nothing is called positive


def roc_curve(y_true, y_score, *, pos_label=None, sample_weight=None, drop_intermediate=True):
    """FPR(τ) = FP/N, TPR(τ) = TP/P, where ŷ = [score ≥ τ], and the thresholds τ, falling from ∞.

    Shapes: y_true (N,), y_score (N,) -> three arrays (T,). Equal scores share a threshold: a tie is a slanted step.
    `drop_intermediate` leaves out points on a straight line between two others.

    >>> fpr, tpr, thresholds = roc_curve([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    >>> fpr, tpr
    (array([0. , 0. , 0.5, 1. ]), array([0. , 0.5, 1. , 1. ]))
    """
    fp, tp, thresholds = falling_threshold(y_true, y_score, pos_label, sample_weight)
    check_occur(tp[-1], "positives")
    check_occur(fp[-1], "negatives")
    if drop_intermediate:
        keep = corners(fp, tp)
        fp, tp, thresholds = fp[keep], tp[keep], thresholds[keep]
    return *roc_curve_core(fp, tp), from_infinity(thresholds)


def auc_core(x, y):
    return np.sum(np.diff(x) * (y[:-1] + y[1:])) / 2


@silent
def auc(x, y):
    """AUC = ∫ y dx by the trapezoid rule: Σ (xᵢ₊₁ − xᵢ) (yᵢ + yᵢ₊₁) / 2.

    Shapes: x (T,), y (T,), T ≥ 2 -> a number. x must not turn back: it rises or it falls.

    >>> auc([0.0, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 1.0])
    np.float64(0.875)
    """
    x, y = numbers("x", x, whole=True), numbers("y", y)
    check_same_length("y", len(y), "x", len(x))
    if len(x) < 2:
        raise wrong("x", "span an interval", "1 point", "at least 2")
    x = x if x.dtype.kind == "f" else from_zero(x)
    dtype, x, y = np.result_type(x, y), x.astype(np.float64), y.astype(np.float64)
    dx = np.diff(x)
    if dx.min() < 0 < dx.max():
        raise wrong("x", "not turn back", f"steps from {dx.min():g} to {dx.max():g}", "steps of one sign")
    if x[0] > x[-1]:
        x, y = x[::-1], y[::-1]
    area = auc_core(x, y)
    if not np.isfinite(area):  # a step or a sum left the range
        width, height = (max(1, unit_of(np.abs(z).max())) for z in (x, y))
        area = auc_core(x / width, y / height) * width * height
    return area.astype(dtype)


def roc_auc_score_core(positive, negative):  # scores (P,) and (N,)
    negative = np.sort(negative)
    below = np.searchsorted(negative, positive, side="left")  # (P,), how many each positive beats
    not_above = np.searchsorted(negative, positive, side="right")
    U = ((below + not_above) / 2).sum()  # a tie is half a win
    return U / (len(positive) * len(negative))


def roc_auc_score(y_true, y_score, *, labels=None, pos_label=None, average="macro", sample_weight=None):
    """AUC = ∫ TPR dFPR = P(score of a positive > score of a negative) + ½ P(they are equal).

    Shapes: y_true (N,), y_score (N,) -> a number; or y_score (N, K), a column per class in the order of `labels`: each
    class against the rest, averaged as in `precision`, (K,) for `average=None`.

    >>> roc_auc_score([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    np.float64(0.875)
    """

    def area(y_true, y_score, pos_label=None, sample_weight=None):
        if sample_weight is not None:
            fpr, tpr, _ = roc_curve(y_true, y_score, pos_label=pos_label, sample_weight=sample_weight)
            return auc_core(fpr, tpr)
        positive = is_positive(y_true, pos_label)
        score = scores(y_score, len(positive))
        check_occur(positive.sum(), "positives")
        check_occur((~positive).sum(), "negatives")
        return roc_auc_score_core(score[positive], score[~positive])

    return one_vs_rest(area, y_true, y_score, labels, pos_label, average, sample_weight)


def precision_recall_curve_core(fp, tp):
    return tp / (tp + fp), tp / tp[-1]  # the last threshold finds all P


def precision_recall_curve(y_true, y_score, *, pos_label=None, sample_weight=None, drop_intermediate=False):
    """precision(τ) = TP/(TP + FP), recall(τ) = TP/P, where ŷ = [score ≥ τ], and the thresholds τ, rising.

    Shapes: y_true (N,), y_score (N,) -> (T + 1,), (T + 1,), (T,): the curve ends at precision 1, recall 0, which no
    threshold gives. `drop_intermediate` leaves out points between two others of the same recall.
    """
    fp, tp, thresholds = falling_threshold(y_true, y_score, pos_label, sample_weight)
    check_occur(tp[-1], "positives")
    if drop_intermediate:
        moves = np.diff(tp) != 0
        keep = np.insert(moves, 0, True) | np.append(moves, True)
        fp, tp, thresholds = fp[keep], tp[keep], thresholds[keep]
    precision, recall = precision_recall_curve_core(fp, tp)
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), thresholds[::-1]


def average_precision_core(precision, recall):  # (T,) each, the highest threshold first
    gained = np.diff(recall, prepend=0)
    return (gained * precision).sum()


def average_precision(y_true, y_score, *, labels=None, pos_label=None, average="macro", sample_weight=None):
    """AP = Σₖ (recallₖ − recallₖ₋₁)·precisionₖ: precision, weighted by the recall that each threshold adds.

    Shapes as in `roc_auc_score`. A sum of steps: no line is drawn between the points.

    >>> average_precision([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    np.float64(0.8333333333333333)
    """

    def area(y_true, y_score, pos_label=None, sample_weight=None):
        fp, tp, _ = falling_threshold(y_true, y_score, pos_label, sample_weight)
        check_occur(tp[-1], "positives")
        return average_precision_core(*precision_recall_curve_core(fp, tp))

    return one_vs_rest(area, y_true, y_score, labels, pos_label, average, sample_weight)


def corners(fp, tp):
    """True at the two ends and where the step changes; what changes less than rounding is straight."""
    bends = (np.abs(np.diff(fp, 2)) > 1e-12 * fp[-1]) | (np.abs(np.diff(tp, 2)) > 1e-12 * tp[-1])
    keep = np.ones(len(fp), dtype=bool)
    keep[1:-1] = bends
    return keep


def one_vs_rest(area, y_true, y_score, labels, pos_label, average, sample_weight):
    """`area` of the two classes; with y_score (N, K) of each class against the rest, averaged."""
    check_choice("average", average, (None, "macro", "micro", "weighted"))
    y_score = array("y_score", y_score)
    if y_score.ndim != 2:
        return area(y_true, y_score, pos_label, sample_weight)
    y_true = label_vector("y_true", y_true)
    labels = label_set(labels, encode(y_true)[0])
    size = len(y_true), len(labels)
    if y_score.shape != size:
        raise wrong("y_score", "have a row a sample and a column a class", f"shape {y_score.shape}", f"{size}")
    is_k = y_true[:, None] == labels  # (N, K)
    check_known("y_true", y_true, is_k.any(axis=1), labels)
    weight = None if sample_weight is None else relative_weights(sample_weight, len(y_true))
    if average == "micro":
        repeated = None if weight is None else np.repeat(weight, len(labels))
        return area(is_k.ravel(), y_score.ravel(), sample_weight=repeated)
    per_class = np.stack([area(is_k[:, k], y_score[:, k], sample_weight=weight) for k in range(len(labels))])
    if average is None:
        return per_class
    support = is_k.sum(axis=0) if weight is None else weight @ is_k
    return mean(per_class, support if average == "weighted" else None)


def from_infinity(thresholds):
    """∞ and `thresholds` (T,), in floats: (T + 1,)."""
    thresholds = thresholds if thresholds.dtype.kind == "f" else thresholds.astype(np.float64)
    return np.insert(thresholds, 0, np.inf)


def from_zero(x):
    """Whole numbers less the smallest, of a column if there are several, as floats: large ones stay apart."""
    start = x - x.min(axis=0)
    return (start if start.min() >= 0 else x).astype(np.float64)
