"""Curves: the cells of the confusion matrix while the threshold falls from the highest score to the lowest.

`y_true` (N,) holds labels, `y_score` (N,) is the higher the more positive. `pos_label` may be left out where the labels
are 0 and 1, or −1 and 1; all labels but `pos_label` count as negative. Thresholds keep the dtype of the scores.
"""

import torch

from dlbook._validate import check_choice, check_same_length, unit_of, wrong
from dlbook._validate.metrics import check_occur
from dlbook.pytorch._tensors import numbers, tensor
from dlbook.pytorch.metrics._labels import (
    check_known,
    encode,
    is_positive,
    label_set,
    label_vector,
    relative_weights,
    scores,
)
from dlbook.pytorch.metrics.rates import mean


def falling_threshold(y_true, y_score, pos_label=None, sample_weight=None):
    """FP, TP and τ at every score that occurs, from the highest down, when all that score ≥ τ are called positive.

    Shapes: y_true (N,), y_score (N,) -> three tensors (T,) for T different scores.
    """
    positive = is_positive(y_true, pos_label)
    score = scores(y_score, len(positive))
    weight = relative_weights(sample_weight, positive)
    there = weight > 0  # what weighs nothing is not there, and its score no threshold
    positive, score, weight = positive[there], score[there], weight[there]
    order = torch.argsort(score, descending=True)
    score, positive, weight = score[order], positive[order], weight[order]
    last = append(score[:-1] != score[1:], True)  # no threshold can part equal scores
    fp, tp = torch.cumsum(~positive * weight, dim=0)[last], torch.cumsum(positive * weight, dim=0)[last]
    return fp.double(), tp.double(), score[last]


def roc_curve(y_true, y_score, *, pos_label=None, sample_weight=None, drop_intermediate=True):
    """FPR(τ) = FP/N, TPR(τ) = TP/P, where ŷ = [score ≥ τ], and the thresholds τ, falling from ∞.

    Shapes: y_true (N,), y_score (N,) -> three arrays (T,). Equal scores share a threshold: a tie is a slanted step.
    `drop_intermediate` leaves out points on a straight line between two others.

    >>> fpr, tpr, thresholds = roc_curve(torch.tensor([0, 1, 0, 1]), torch.tensor([0.1, 0.4, 0.4, 0.8]))
    >>> fpr.tolist(), tpr.tolist()
    ([0.0, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 1.0])
    """
    fp, tp, thresholds = falling_threshold(y_true, y_score, pos_label, sample_weight)
    check_occur(tp[-1], "positives")
    check_occur(fp[-1], "negatives")
    if drop_intermediate:
        keep = corners(fp, tp)
        fp, tp, thresholds = fp[keep], tp[keep], thresholds[keep]
    fpr, tpr = prepend(0.0, fp / fp[-1]), prepend(0.0, tp / tp[-1])  # above all scores nothing is called positive
    return fpr, tpr, from_infinity(thresholds)


def auc(x, y):
    """AUC = ∫ y dx by the trapezoid rule: Σ (xᵢ₊₁ − xᵢ) (yᵢ + yᵢ₊₁) / 2.

    Shapes: x (T,), y (T,), T ≥ 2 -> a number. x must not turn back: it rises or it falls.

    >>> auc(torch.tensor([0.0, 0.0, 0.5, 1.0]), torch.tensor([0.0, 0.5, 1.0, 1.0]))
    tensor(0.8750)
    """
    x, y = numbers("x", x, whole=True), numbers("y", y)
    check_same_length("y", len(y), "x", len(x))
    if len(x) < 2:
        raise wrong("x", "span an interval", "1 point", "at least 2")
    x = x if x.is_floating_point() else from_zero(x)
    dtype, x, y = torch.result_type(x, y), x.double(), y.double()
    dx = torch.diff(x)
    if dx.min() < 0 < dx.max():
        raise wrong("x", "not turn back", f"steps from {dx.min():g} to {dx.max():g}", "steps of one sign")
    area = torch.trapezoid(y, x)
    if not area.isfinite():  # a step or a sum left the range
        width, height = (max(1, unit_of(z.abs().max().item())) for z in (x, y))
        area = torch.trapezoid(y / height, x / width) * width * height
    return (area if x[0] <= x[-1] else -area).to(dtype)


def roc_auc_score(y_true, y_score, *, labels=None, pos_label=None, average="macro", sample_weight=None):
    """AUC = ∫ TPR dFPR = P(score of a positive > score of a negative) + ½ P(they are equal).

    Shapes: y_true (N,), y_score (N,) -> a number; or y_score (N, K), a column per class in the order of `labels`: each
    class against the rest, averaged as in `precision`, (K,) for `average=None`.

    >>> roc_auc_score(torch.tensor([0, 1, 0, 1]), torch.tensor([0.1, 0.4, 0.4, 0.8]))
    tensor(0.8750, dtype=torch.float64)
    """

    def area(y_true, y_score, **kwargs):
        fpr, tpr, _ = roc_curve(y_true, y_score, drop_intermediate=False, **kwargs)
        return torch.trapezoid(tpr, fpr)

    return one_vs_rest(area, y_true, y_score, labels, pos_label, average, sample_weight)


def precision_recall_curve(y_true, y_score, *, pos_label=None, sample_weight=None, drop_intermediate=False):
    """precision(τ) = TP/(TP + FP), recall(τ) = TP/P, where ŷ = [score ≥ τ], and the thresholds τ, rising.

    Shapes: y_true (N,), y_score (N,) -> (T + 1,), (T + 1,), (T,): the curve ends at precision 1, recall 0, which no
    threshold gives. `drop_intermediate` leaves out points between two others of the same recall.
    """
    fp, tp, thresholds = falling_threshold(y_true, y_score, pos_label, sample_weight)
    check_occur(tp[-1], "positives")
    if drop_intermediate:
        moves = torch.diff(tp) != 0
        keep = prepend(True, moves) | append(moves, True)
        fp, tp, thresholds = fp[keep], tp[keep], thresholds[keep]
    precision, recall = tp / (tp + fp), tp / tp[-1]
    return append(precision.flip(0), 1.0), append(recall.flip(0), 0.0), thresholds.flip(0)


def average_precision(y_true, y_score, *, labels=None, pos_label=None, average="macro", sample_weight=None):
    """AP = Σₖ (recallₖ − recallₖ₋₁)·precisionₖ: precision, weighted by the recall that each threshold adds.

    Shapes as in `roc_auc_score`. A sum of steps: no line is drawn between the points.

    >>> average_precision(torch.tensor([0, 1, 0, 1]), torch.tensor([0.1, 0.4, 0.4, 0.8]))
    tensor(0.8333, dtype=torch.float64)
    """

    def area(y_true, y_score, **kwargs):
        precision, recall, _ = precision_recall_curve(y_true, y_score, **kwargs)
        return (-torch.diff(recall) * precision[:-1]).sum()  # recall falls along this curve

    return one_vs_rest(area, y_true, y_score, labels, pos_label, average, sample_weight)


def corners(fp, tp):
    """True at the two ends and where the step changes; what changes less than rounding is straight."""
    bends = (torch.diff(fp, 2).abs() > 1e-12 * fp[-1]) | (torch.diff(tp, 2).abs() > 1e-12 * tp[-1])
    keep = torch.ones(len(fp), dtype=torch.bool, device=fp.device)
    keep[1:-1] = bends
    return keep


def one_vs_rest(area, y_true, y_score, labels, pos_label, average, sample_weight):
    """`area` of the two classes; with y_score (N, K) of each class against the rest, averaged."""
    check_choice("average", average, (None, "macro", "micro", "weighted"))
    y_score = tensor("y_score", y_score)
    if y_score.ndim != 2:
        return area(y_true, y_score, pos_label=pos_label, sample_weight=sample_weight)
    y_true = label_vector("y_true", y_true)
    labels = label_set(labels, encode(y_true)[0])
    size, got = (len(y_true), len(labels)), tuple(y_score.shape)
    if got != size:
        raise wrong("y_score", "have a row a sample and a column a class", f"shape {got}", f"{size}")
    is_k = y_true[:, None] == labels  # (N, K)
    check_known("y_true", y_true, is_k.any(dim=1), labels)
    weight = relative_weights(sample_weight, y_true)
    if average == "micro":
        return area(is_k.ravel(), y_score.ravel(), sample_weight=weight.repeat_interleave(len(labels)))
    per_class = torch.stack([area(is_k[:, k], y_score[:, k], sample_weight=weight) for k in range(len(labels))])
    if average is None:
        return per_class
    return mean(per_class, weight.double() @ is_k.double() if average == "weighted" else None)


def from_infinity(thresholds):
    """∞ and `thresholds` (T,), in floats: (T + 1,)."""
    return prepend(float("inf"), thresholds if thresholds.is_floating_point() else thresholds.double())


def from_zero(x):
    """Whole numbers less the smallest, of a column if there are several, as floats: large ones stay apart."""
    start = x - x.amin(dim=0)
    return (start if start.min() >= 0 else x).double()


def prepend(value, x):
    """`x` (T,) with `value` in front: (T + 1,)."""
    return torch.cat([x.new_tensor([value]), x])


def append(x, value):
    """`x` (T,) with `value` behind: (T + 1,)."""
    return torch.cat([x, x.new_tensor([value])])
