"""Cross-entropy, from probabilities and from scores, of two classes; more than two are in `classes.py`."""

import numpy as np

from dlbook._validate import losses as check
from dlbook.scratch._arrays import cast, finite_floats, wide
from dlbook.scratch.activations import log_softmax_core, sigmoid, softmax_core
from dlbook.scratch.losses._cases import case_shares, mean_with, unit
from dlbook.scratch.losses.classes import class_loss, class_targets

silent = np.errstate(divide="ignore", over="ignore", invalid="ignore")  # log 0 is −∞, and 0 log 0 becomes 0


def cross_entropy_core(y_true, y_prob, mean=np.mean):
    return -mean(y_true * np.log(y_prob) + (1 - y_true) * np.log(1 - y_prob))


@silent
def cross_entropy(y_true, y_prob, sample_weight=None, *, weight=None, ignore_index=-100, reduction="mean"):
    """J = −1/m Σ [y log ŷ + (1 − y) log(1 − ŷ)], or with K classes −1/m Σ_i Σ_k y_ik log ŷ_ik.

    Shapes: y_prob (m,) for two classes, with y_true (m,) in [0, 1]; or (m, K, …), summing to one along K, with y_true
    (m, …) class indices or (m, K, …) shares. Exact: 0 log 0 = 0, and ∞ where what happened was called impossible.
    """
    y_prob, dtype = _probabilities(y_prob)
    check.check_options(y_prob, weight)
    if y_prob.ndim > 1:
        options = (sample_weight, weight, ignore_index, reduction)
        return cast(class_loss(y_true, np.log(y_prob), "y_prob", *options), dtype)
    mean = mean_with(case_shares(sample_weight, len(y_prob), reduction), reduction)
    return cast(cross_entropy_core(_targets(y_true, y_prob, "y_prob"), y_prob, mean), dtype)


@silent
def cross_entropy_grad(y_true, y_prob, sample_weight=None, *, weight=None, ignore_index=-100, reduction="mean"):
    """∂J/∂ŷ = (ŷ − y) / (ŷ (1 − ŷ)) / m for two classes, −y / ŷ / m for K; shapes as in `cross_entropy`."""
    y_prob, dtype = _probabilities(y_prob)
    check.check_options(y_prob, weight)
    if y_prob.ndim > 1:
        y, share = class_targets(y_true, y_prob, "y_prob", sample_weight, weight, ignore_index, reduction)
        return cast(-_ratio(share * y, y_prob), dtype)
    y_true, share = _targets(y_true, y_prob, "y_prob"), case_shares(sample_weight, len(y_prob), reduction)
    return cast(_ratio(share * (1 - y_true), 1 - y_prob) - _ratio(share * y_true, y_prob), dtype)


def cross_entropy_from_logits_core(y_true, z, mean=np.mean):
    return mean(np.maximum(z, 0) - y_true * z + np.log1p(np.exp(-np.abs(z))))


@silent
def cross_entropy_from_logits(
    y_true, logits, sample_weight=None, *, weight=None, pos_weight=None, ignore_index=-100, reduction="mean"
):
    """The same loss from scores: logits (m,) are put through a sigmoid, (m, K, …) through a softmax; no overflow.

    For two classes −log σ(z) = log(1 + e^−z), so that the loss of one case is max(z, 0) − y z + log(1 + e^−|z|);
    `pos_weight`, a number or one a case, multiplies what y = 1 costs. With K classes a logit of −∞ masks a class: it
    gets no probability, and costs nothing unless it is the true one.
    """
    logits, dtype = _logits(logits)
    check.check_options(logits, weight, pos_weight)
    if logits.ndim > 1:
        options = (sample_weight, weight, ignore_index, reduction)
        return cast(class_loss(y_true, log_softmax_core(logits, dim=1), "logits", *options), dtype)
    y_true = _targets(y_true, logits, "logits")
    mean = mean_with(case_shares(sample_weight, len(logits), reduction), reduction)
    if pos_weight is None:
        return cast(cross_entropy_from_logits_core(y_true, logits, mean), dtype)
    yes, no = (cross_entropy_from_logits_core(y, logits, mean=np.asarray) for y in (1, 0))  # −log ŷ, −log(1 − ŷ)
    return cast(mean(_pos_weight(pos_weight, logits) * y_true * yes + (1 - y_true) * no), dtype)


def cross_entropy_from_logits_grad(
    y_true, logits, sample_weight=None, *, weight=None, pos_weight=None, ignore_index=-100, reduction="mean"
):
    """∂J/∂z = (ŷ − y) / m, with ŷ = σ(z) for logits (m,) and ŷ = softmax(z) for (m, K, …), where y sums to one."""
    logits, dtype = _logits(logits)
    check.check_options(logits, weight, pos_weight)
    if logits.ndim > 1:
        y, share = class_targets(y_true, logits, "logits", sample_weight, weight, ignore_index, reduction)
        return cast(share * (softmax_core(logits, dim=1) * y.sum(axis=1, keepdims=True) - y), dtype)
    y_true, share = _targets(y_true, logits, "logits"), case_shares(sample_weight, len(logits), reduction)
    if pos_weight is None:
        return cast(share * (sigmoid(logits) - y_true), dtype)
    yes = _pos_weight(pos_weight, logits) * y_true
    return cast(share * ((1 - y_true) * sigmoid(logits) - yes * sigmoid(-logits)), dtype)


def cross_entropy_sigmoid_grad_core(w, b, X, y_true):
    y_pred = sigmoid(X @ w + b)  # (m, D) @ (D,) -> (m,)
    delta = (y_pred - y_true) / len(y_true)  # ∂J/∂z
    return X.T @ delta, delta.sum()


def cross_entropy_sigmoid_grad(w, b, X, y_true, sample_weight=None):
    """∂J/∂w = Xᵀ (ŷ − y) / m and ∂J/∂b of cross-entropy behind one sigmoid unit: σ′ has cancelled.

    Shapes: w (D,), b scalar, X (m, D), y_true (m,).
    """
    w, b, X, y_true, dtype = unit(w, b, X, y_true)
    check.check_unit_interval("y_true", y_true)
    if sample_weight is None:
        return cast(cross_entropy_sigmoid_grad_core(w, b, X, y_true), dtype)
    delta = cross_entropy_from_logits_grad(y_true, X @ w + b, sample_weight)
    return cast((X.T @ delta, delta.sum()), dtype)


def _logits(logits):
    """The scores in what is computed in, and the dtype of the answer."""
    logits = finite_floats("logits", logits, masked=np.ndim(logits) > 1)
    check.check_logits(logits)
    return wide(logits), logits.dtype


def _probabilities(y_prob):
    """The probabilities in what is computed in, and the dtype of the answer."""
    y_prob = finite_floats("y_prob", y_prob)
    check.check_classes("y_prob", y_prob)
    check.check_unit_interval("y_prob", wide(y_prob))
    return wide(y_prob), y_prob.dtype


def _targets(y_true, y_pred: np.ndarray, name: str) -> np.ndarray:
    """What is true of two classes (m,), in the dtype of the predictions."""
    y_true = finite_floats("y_true", y_true)
    check.check_targets(y_true, y_pred, name)
    return y_true.astype(y_pred.dtype)


def _pos_weight(pos_weight, logits: np.ndarray) -> np.ndarray:
    pos_weight = finite_floats("pos_weight", pos_weight)
    check.check_pos_weight(pos_weight, len(logits))
    return pos_weight.astype(logits.dtype)


def _ratio(x, y):
    """x / y with 0 / 0 = 0, and ∞ where it is too large or y is 0."""
    return np.where(x == 0, x, x / y)
