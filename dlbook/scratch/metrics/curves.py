"""Curves: the cells of the confusion matrix while the threshold falls from the highest score to the lowest.

`y_true` (N,) holds labels, `y_score` (N,) is the higher the more positive. `pos_label` may be left out where the labels
are 0 and 1, or −1 and 1; all labels but `pos_label` count as negative. Thresholds keep the dtype of the scores.
"""

import numpy as np

from dlbook._validate import check_choice, check_same_length, wrong
from dlbook.scratch.metrics._inputs import (
    distinct,
    is_positive,
    label_set,
    label_vector,
    number_vector,
    positions,
    scores,
    weights,
)
from dlbook.scratch.metrics.rates import mean


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
    fpr, tpr = np.insert(fp / fp[-1], 0, 0), np.insert(tp / tp[-1], 0, 0)  # above all scores nothing is called positive
    return fpr, tpr, np.insert(thresholds, 0, np.inf)


def auc(x, y):
    """AUC = ∫ y dx by the trapezoid rule: Σ (xᵢ₊₁ − xᵢ) (yᵢ + yᵢ₊₁) / 2.

    Shapes: x (T,), y (T,), T ≥ 2 -> a number. x must not turn back: it rises or it falls.

    >>> auc([0.0, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 1.0])
    np.float64(0.875)
    """
    x, y = number_vector(x, "x", "number"), number_vector(y, "y", "number")
    check_same_length("y", len(y), "x", len(x))
    if len(x) < 2:
        raise wrong("x", "span an interval", "1 point", "at least 2")
    dx = np.diff(x)
    if dx.min() < 0 < dx.max():
        raise wrong("x", "not turn back", f"steps from {dx.min():g} to {dx.max():g}", "steps of one sign")
    return np.abs(dx) @ (y[:-1] + y[1:]) / 2


def roc_auc_score(y_true, y_score, *, labels=None, pos_label=None, average="macro", sample_weight=None):
    """AUC = ∫ TPR dFPR = P(score of a positive > score of a negative) + ½ P(they are equal).

    Shapes: y_true (N,), y_score (N,) -> a number; or y_score (N, K), a column per class in the order of `labels`: each
    class against the rest, averaged as in `precision`, (K,) for `average=None`.

    >>> roc_auc_score([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    np.float64(0.875)
    """

    def area(y_true, y_score, **kwargs):
        fpr, tpr, _ = roc_curve(y_true, y_score, drop_intermediate=False, **kwargs)
        return auc(fpr, tpr)

    return one_vs_rest(area, y_true, y_score, labels, pos_label, average, sample_weight)


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
    precision, recall = tp / (tp + fp), tp / tp[-1]
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), thresholds[::-1]


def average_precision(y_true, y_score, *, labels=None, pos_label=None, average="macro", sample_weight=None):
    """AP = Σₖ (recallₖ − recallₖ₋₁)·precisionₖ: precision, weighted by the recall that each threshold adds.

    Shapes as in `roc_auc_score`. A sum of steps: no line is drawn between the points.

    >>> average_precision([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    np.float64(0.8333333333333333)
    """

    def area(y_true, y_score, **kwargs):
        precision, recall, _ = precision_recall_curve(y_true, y_score, **kwargs)
        return (-np.diff(recall) * precision[:-1]).sum()  # recall falls along this curve

    return one_vs_rest(area, y_true, y_score, labels, pos_label, average, sample_weight)


def falling_threshold(y_true, y_score, pos_label, sample_weight):
    """FP, TP and τ at every score that occurs, from the highest down, when all that score ≥ τ are called positive."""
    positive = is_positive(y_true, pos_label)
    score = scores(y_score, len(positive))
    weight = weights(sample_weight, len(score))
    order = np.argsort(score)[::-1]
    if weight is not None:
        order = order[weight[order] > 0]  # what weighs nothing is not there, and its score no threshold
        weight = weight[order]
    score, positive, weight = score[order], positive[order], 1 if weight is None else weight
    last = np.flatnonzero(np.append(score[:-1] != score[1:], True))  # no threshold can part equal scores
    return np.cumsum(~positive * weight)[last], np.cumsum(positive * weight)[last], score[last]


def corners(fp, tp):
    """True at the two ends and where the step changes; what changes less than rounding is straight."""
    bends = (np.abs(np.diff(fp, 2)) > 1e-12 * fp[-1]) | (np.abs(np.diff(tp, 2)) > 1e-12 * tp[-1])
    keep = np.ones(len(fp), dtype=bool)
    keep[1:-1] = bends
    return keep


def one_vs_rest(area, y_true, y_score, labels, pos_label, average, sample_weight):
    """`area` of the two classes; with y_score (N, K) of each class against the rest, averaged."""
    check_choice("average", average, (None, "macro", "micro", "weighted"))
    y_score = np.asarray(y_score)
    if y_score.ndim != 2:
        return area(y_true, y_score, pos_label=pos_label, sample_weight=sample_weight)
    y_true = label_vector(y_true, "y_true")
    labels = distinct(y_true) if labels is None else label_set(labels, y_true, y_true)
    K = len(labels)
    if y_score.shape != (len(y_true), K):
        raise wrong(
            "y_score", "have a row a sample and a column a class", f"shape {y_score.shape}", f"{(len(y_true), K)}"
        )
    is_k = positions(y_true, labels, "y_true")[:, None] == np.arange(K)  # (N, K)
    weight = weights(sample_weight, len(y_true))
    if average == "micro":
        repeated = None if weight is None else np.repeat(weight, K)
        return area(is_k.ravel(), y_score.ravel(), sample_weight=repeated)
    per_class = np.stack([area(is_k[:, k], y_score[:, k], sample_weight=weight) for k in range(K)])
    if average is None:
        return per_class
    support = is_k.sum(axis=0) if weight is None else weight @ is_k
    return mean(per_class, support if average == "weighted" else None)


def check_occur(count, which: str) -> None:
    """Raise where the curve has no positives, or no negatives."""
    if count == 0:
        raise wrong("y_true", "hold both classes", f"no {which}", f"{which} of a weight above 0")
