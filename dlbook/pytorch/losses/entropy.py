"""Cross-entropy, from probabilities and from scores, of two classes; more than two are in `classes.py`."""

import torch
import torch.nn.functional as F

from dlbook._validate import losses as check
from dlbook.pytorch._tensors import cast, finite_floats, wide
from dlbook.pytorch.losses._cases import case_shares, reduced, unit
from dlbook.pytorch.losses.classes import class_targets, times


def cross_entropy(y_true, y_prob, sample_weight=None, *, weight=None, ignore_index=-100, reduction="mean"):
    """J = −1/m Σ [y log ŷ + (1 − y) log(1 − ŷ)], or with K classes −1/m Σ_i Σ_k y_ik log ŷ_ik; exact at 0 and 1."""
    y_prob = _probabilities(y_prob)
    losses = _from_probabilities(y_true, y_prob, sample_weight, weight, ignore_index, reduction)
    return cast(reduced(losses(wide(y_prob)), reduction), y_prob.dtype)


def cross_entropy_grad(y_true, y_prob, sample_weight=None, *, weight=None, ignore_index=-100, reduction="mean"):
    """∂J/∂ŷ, by autograd."""
    y_prob = _probabilities(y_prob)
    losses = _from_probabilities(y_true, y_prob, sample_weight, weight, ignore_index, reduction)
    return cast(torch.func.grad(lambda p: losses(p).sum())(wide(y_prob)), y_prob.dtype)


def cross_entropy_from_logits(
    y_true, logits, sample_weight=None, *, weight=None, pos_weight=None, ignore_index=-100, reduction="mean"
):
    """The same loss from scores: (m,) through a sigmoid, (m, K, …) through a softmax; −∞ masks a class."""
    logits = _logits(logits)
    losses = _from_logits(y_true, logits, sample_weight, weight, pos_weight, ignore_index, reduction)
    return cast(reduced(losses(wide(logits)), reduction), logits.dtype)


def cross_entropy_from_logits_grad(
    y_true, logits, sample_weight=None, *, weight=None, pos_weight=None, ignore_index=-100, reduction="mean"
):
    """∂J/∂z, by autograd."""
    logits = _logits(logits)
    losses = _from_logits(y_true, logits, sample_weight, weight, pos_weight, ignore_index, reduction)
    return cast(torch.func.grad(lambda z: losses(z).sum())(wide(logits)), logits.dtype)


def cross_entropy_sigmoid_grad(w, b, X, y_true, sample_weight=None):
    """∂J/∂w and ∂J/∂b of cross-entropy behind one sigmoid unit, by autograd."""
    w, b, X, y_true, dtype = unit(w, b, X, y_true)
    check.check_unit_interval("y_true", y_true)
    share = case_shares(sample_weight, y_true, "mean")
    loss = lambda w, b: F.binary_cross_entropy_with_logits(X @ w + b, y_true, weight=share, reduction="sum")
    return cast(torch.func.grad(loss, argnums=(0, 1))(w, b), dtype)


def _from_probabilities(y_true, y_prob, sample_weight, weight, ignore_index, reduction):
    """A function of probabilities: what each case costs, times its share."""
    check.check_options(y_prob, weight)
    if y_prob.ndim > 1:
        y = class_targets(y_true, wide(y_prob), "y_prob", sample_weight, weight, ignore_index, reduction)
        return lambda p: -_xlogy(y, p).sum(1)
    y, share = _targets(y_true, wide(y_prob), "y_prob"), case_shares(sample_weight, wide(y_prob), reduction)
    return lambda p: -_xlogy(share * y, p) - _xlogy(share * (1 - y), 1 - p)


def _from_logits(y_true, logits, sample_weight, weight, pos_weight, ignore_index, reduction):
    """A function of logits: what each case costs, times its share."""
    check.check_options(logits, weight, pos_weight)
    if logits.ndim > 1:
        y = class_targets(y_true, wide(logits), "logits", sample_weight, weight, ignore_index, reduction)
        return lambda z: -times(y, F.log_softmax(z, 1)).sum(1)
    if pos_weight is not None:
        pos_weight = finite_floats("pos_weight", pos_weight).to(wide(logits))
        check.check_pos_weight(pos_weight, len(logits))
    y, share = _targets(y_true, wide(logits), "logits"), case_shares(sample_weight, wide(logits), reduction)
    options = {"weight": share, "pos_weight": pos_weight, "reduction": "none"}
    return lambda z: F.binary_cross_entropy_with_logits(z, y, **options)


def _logits(logits):
    logits = torch.as_tensor(logits)
    logits = finite_floats("logits", logits, masked=logits.ndim > 1)
    check.check_logits(logits)
    return logits


def _probabilities(y_prob):
    y_prob = finite_floats("y_prob", y_prob)
    check.check_classes("y_prob", y_prob)
    check.check_unit_interval("y_prob", wide(y_prob))
    return y_prob


def _targets(y_true, y_pred, name):
    """What is true of two classes (m,), in the dtype of the predictions."""
    y_true = finite_floats("y_true", y_true)
    check.check_targets(y_true, y_pred, name)
    return y_true.to(y_pred)


def _xlogy(x, y):
    """x log y with 0 log 0 = 0, and with a derivative of 0 there: autograd must not meet 0 / 0."""
    return x * torch.log(torch.where(x == 0, 1, y))
