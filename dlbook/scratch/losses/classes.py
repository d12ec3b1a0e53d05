"""The loss of K classes on axis 1: (m, K), or (m, K, …) where a case has many places, each with a class of its own."""

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
    y_true, K = finite_floats("y_true", y_true), log_prob.shape[1]
    places = log_prob.shape[:1] + log_prob.shape[2:]  # (m, …)
    counts, weight = _counts(sample_weight, places).ravel(), weights("weight", weight, K, "class")
    rows = np.moveaxis(log_prob, 1, -1).reshape(-1, K)  # (n, K)
    if y_true.shape == places:
        y, kept = _indices(y_true.ravel(), K, ignore_index)
        counts = counts * weight[y] * kept
        check.check_counts(counts)
        loss = nll_loss_core(y, rows, mean_with(check.shares(counts, reduction), reduction))
    else:
        check.check_targets(y_true, log_prob, name)
        y = np.moveaxis(y_true, 1, -1).reshape(-1, K)
        each = np.where(y == 0, 0, -weight * y * rows).sum(axis=1)
        loss = mean_with(check.shares(counts, reduction), reduction)(each)
    return loss.reshape(places) if reduction == "none" else loss


def class_targets(y_true, y_pred, name, sample_weight, weight, ignore_index, reduction):
    """What each class of each place weighs (m, K, …), and what each place counts (m, 1, …)."""
    y_true, K = finite_floats("y_true", y_true), y_pred.shape[1]
    places = y_pred.shape[:1] + y_pred.shape[2:]
    counts, weight = _counts(sample_weight, places), weights("weight", weight, K, "class")
    if y_true.shape != places:
        check.check_targets(y_true, y_pred, name)
        y = np.moveaxis(y_true, 1, -1) * weight  # (m, …, K)
        return np.moveaxis(y, -1, 1), check.shares(counts, reduction)[:, None]
    y, kept = _indices(y_true, K, ignore_index)
    weight = weight / weight.max() if reduction == "mean" else weight  # the mean does not see its scale
    own = weight[y] * kept  # (m, …)
    check.check_counts(counts * own)
    y = (y[:, None] == np.arange(K).reshape(-1, *[1] * (y.ndim - 1))) * own[:, None]  # (m, K, …)
    return y, check.shares(counts, reduction, of=own)[:, None]


def _counts(sample_weight, places: tuple) -> np.ndarray:
    """The weight of each place (m, …): that of its case."""
    weight = weights("sample_weight", sample_weight, places[0], "case")
    return np.broadcast_to(weight.reshape(-1, *[1] * (len(places) - 1)), places)


def _indices(y_true, K: int, ignore_index: int):
    """The class numbers, and which of them count; 0 stands where one does not."""
    check.check_indices(y_true, K, ignore_index)
    kept = y_true != ignore_index
    return np.where(kept, y_true, 0).astype(int), kept
