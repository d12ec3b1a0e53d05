"""The loss of K classes on axis 1: (m, K), or (m, K, …) where a case has many places, each with a class of its own."""

from math import prod

import numpy as np

from dlbook._validate import losses as check
from dlbook.scratch._arrays import cast, finite_floats, wide
from dlbook.scratch.losses._cases import mean_with, weights


def nll_loss_core(y_true, log_prob, mean=np.mean):  # (m,), (m, K)
    return -mean(log_prob[np.arange(len(y_true)), y_true])


def nll_loss(y_true, log_prob, sample_weight=None, *, weight=None, ignore_index=-100, reduction="mean"):
    """J = −1/m Σ log p_{i, y_i}: what the true class of each case got, as `log_softmax` gives it.

    Shapes: log_prob (m, K, …), y_true (m, …) class indices.
    """
    log_prob = finite_floats("log_prob", log_prob, masked=True)
    check.check_class_axis("log_prob", log_prob)
    options = (sample_weight, weight, ignore_index, reduction)
    return cast(class_loss(y_true, wide(log_prob), "log_prob", *options), log_prob.dtype)


@np.errstate(invalid="ignore")  # 0 · ∞ becomes 0
def class_loss(y_true, log_prob, name, sample_weight, weight, ignore_index, reduction):
    """−1/m Σ_i Σ_k y_ik log p_ik; log_prob (m, K, …), y_true class indices (m, …) or shares (m, K, …)."""
    y, own, weight, places = _targets(y_true, log_prob, name, weight, ignore_index)
    rows = np.moveaxis(log_prob, 1, -1).reshape(-1, log_prob.shape[1])  # (n, K)
    mean = mean_with(_shares(own, sample_weight, places, reduction).ravel(), reduction)
    if y.shape == places:
        loss = nll_loss_core(y.ravel(), rows, mean)
    else:
        y = np.moveaxis(y, 1, -1).reshape(rows.shape)
        loss = mean(np.where(y == 0, 0, -weight * y * rows).sum(axis=1))
    return loss.reshape(places) if reduction == "none" else loss


def class_targets(y_true, y_pred, name, sample_weight, weight, ignore_index, reduction):
    """What each class of each place weighs (m, K, …) and what each place counts (m, 1, …), or all of them (1, 1, …)."""
    y, own, weight, places = _targets(y_true, y_pred, name, weight, ignore_index)
    classes = [-1, *[1] * (len(places) - 1)]  # (K, 1, …)
    share = _shares(own, sample_weight, places, reduction)
    if y.shape == places:
        y, weight = y[:, None] == np.arange(y_pred.shape[1]).reshape(classes), 1  # what it weighs is in its share
    return y * np.reshape(weight, classes), share[:, None]


def _targets(y_true, y_pred, name, weight, ignore_index):
    """The class of each place (m, …) and what it counts, or shares (m, K, …); the weights (K,), and the places' shape.

    An ignored place has class 0 and counts nothing. None stands where all count the same.
    """
    y_true, K, places = finite_floats("y_true", y_true), y_pred.shape[1], y_pred.shape[:1] + y_pred.shape[2:]
    plain, weight = weight is None, weights("weight", weight, K, "class")
    if y_true.shape != places:
        check.check_targets(y_true, y_pred, name)
        return y_true, None, weight, places
    check.check_indices(y_true, K, ignore_index)
    kept = y_true != ignore_index
    if plain and kept.all():
        return y_true.astype(int), None, weight, places
    y = np.where(kept, y_true, 0).astype(int)
    return y, weight[y] * kept, weight, places


def _shares(own, sample_weight, places: tuple, reduction: str) -> np.ndarray:
    """What the loss of each place is multiplied by (m, …), or one number for all (1, …), where each counts `own`."""
    ones = [1] * (len(places) - 1)
    if own is None and sample_weight is None:
        return check.shares(np.ones((1, *ones)), reduction, of=prod(places))
    counts = weights("sample_weight", sample_weight, places[0], "case").reshape(-1, *ones)
    counts = np.broadcast_to(counts, places) if own is None else counts * own
    check.check_counts(counts)
    return check.shares(counts, reduction)
