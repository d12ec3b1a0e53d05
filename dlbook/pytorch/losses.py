"""Losses in PyTorch; every gradient comes from autograd.

From probabilities, torch's own cross-entropy clamps the logarithm at −100; the book's is exact, so it is written out.
"""

import torch
import torch.nn.functional as F


def mse(y_true, y_pred):
    """J = 1/(2m) Σ (ŷ − y)²: half of torch's mean squared error."""
    y_true, y_pred = _same_shape(y_true, y_pred, "y_pred")
    return F.mse_loss(y_pred, y_true) / 2


def mse_grad(y_true, y_pred):
    """∂J/∂ŷ, by autograd."""
    y_true, y_pred = _same_shape(y_true, y_pred, "y_pred")
    return torch.func.grad(lambda y_pred: F.mse_loss(y_pred, y_true) / 2)(y_pred)


def mse_sigmoid_grad(w, b, X, y_true):
    """∂J/∂w and ∂J/∂b of squared error behind one sigmoid unit, by autograd."""
    w, b, X, y_true = _unit(w, b, X, y_true)
    return torch.func.grad(lambda w, b: F.mse_loss(torch.sigmoid(X @ w + b), y_true) / 2, argnums=(0, 1))(w, b)


def cross_entropy(y_true, y_prob):
    """J = −1/m Σ [y log ŷ + (1 − y) log(1 − ŷ)], or with K classes −1/m Σ_i Σ_k y_ik log ŷ_ik; exact at 0 and 1."""
    y_true, y_prob = _shares(y_true, _probabilities(y_prob), "y_prob")
    return _entropy(y_true, y_prob)


def cross_entropy_grad(y_true, y_prob):
    """∂J/∂ŷ, by autograd."""
    y_true, y_prob = _shares(y_true, _probabilities(y_prob), "y_prob")
    return torch.func.grad(lambda y_prob: _entropy(y_true, y_prob))(y_prob)


def cross_entropy_from_logits(y_true, logits):
    """The same loss from scores: (m,) through a sigmoid, (m, K) through a softmax; no overflow."""
    y_true, logits = _shares(y_true, _scores(logits), "logits")
    return _entropy_from_logits(y_true, logits)


def cross_entropy_from_logits_grad(y_true, logits):
    """∂J/∂z, by autograd."""
    y_true, logits = _shares(y_true, _scores(logits), "logits")
    return torch.func.grad(lambda logits: _entropy_from_logits(y_true, logits))(logits)


def cross_entropy_sigmoid_grad(w, b, X, y_true):
    """∂J/∂w and ∂J/∂b of cross-entropy behind one sigmoid unit, by autograd."""
    w, b, X, y_true = _unit(w, b, X, y_true)
    return torch.func.grad(lambda w, b: _entropy_from_logits(y_true, X @ w + b), argnums=(0, 1))(w, b)


def _entropy(y_true, y_prob):
    if y_prob.ndim == 1:
        return -(_xlogy(y_true, y_prob) + _xlogy(1 - y_true, 1 - y_prob)).sum() / len(y_true)
    return -_xlogy(y_true, y_prob).sum() / len(y_true)


def _entropy_from_logits(y_true, logits):
    if logits.ndim == 1:
        return F.binary_cross_entropy_with_logits(logits, y_true)
    return F.cross_entropy(logits, y_true)


def _xlogy(x, y):
    """x log y with 0 log 0 = 0, and with a derivative of 0 there: autograd must not meet 0 / 0."""
    return x * torch.log(torch.where(x == 0, 1, y))


def _floats(name, value):
    value = torch.as_tensor(value)
    if value.is_complex():
        raise ValueError(f"{name} must hold numbers: got dtype {value.dtype}")
    if value.numel() == 0:
        raise ValueError(f"{name} must not be empty: got shape {tuple(value.shape)}, need at least one case")
    value = value if value.is_floating_point() else value.to(torch.float64)
    if value.isnan().any():
        raise ValueError(f"{name} must not hold NaN: got {int(value.isnan().sum())} of {value.numel()}")
    return value


def _same_shape(y_true, y_pred, name):
    y_true, y_pred = _floats("y_true", y_true), _floats(name, y_pred)
    if y_true.ndim != 1 or y_true.shape != y_pred.shape:
        shapes = f"{tuple(y_true.shape)} and {tuple(y_pred.shape)}"
        raise ValueError(f"y_true and {name} must have one shape (m,): got {shapes}")
    return y_true, y_pred


def _unit(w, b, X, y_true):
    w, b, X, y_true = _floats("w", w), _floats("b", b), _floats("X", X), _floats("y_true", y_true)
    if X.ndim != 2 or w.shape != X.shape[1:] or b.ndim != 0 or y_true.shape != X.shape[:1]:
        shapes = ", ".join(f"{n} {tuple(v.shape)}" for n, v in (("w", w), ("b", b), ("X", X), ("y_true", y_true)))
        raise ValueError(f"shapes must be w (D,), b (), X (m, D), y_true (m,): got {shapes}")
    return w, b, X, y_true


def _probabilities(y_prob):
    y_prob = _scores(y_prob, "y_prob")
    if y_prob.min() < 0 or y_prob.max() > 1:
        raise ValueError(f"y_prob must lie in [0, 1]: got values from {y_prob.min():g} to {y_prob.max():g}")
    if y_prob.ndim == 2 and (y_prob.sum(1) - 1).abs().max() > 1e-3:
        worst = y_prob.sum(1)[(y_prob.sum(1) - 1).abs().argmax()]
        raise ValueError(f"each row of y_prob must sum to 1: got a row that sums to {worst:g}")
    return y_prob


def _scores(logits, name="logits"):
    logits = _floats(name, logits)
    if logits.ndim not in (1, 2):
        raise ValueError(f"{name} must have shape (m,) or (m, K): got {tuple(logits.shape)}")
    return logits


def _shares(y_true, y_pred, name):
    """y_true as shares of the shape of y_pred: class indices become one-hot rows."""
    y_true = _floats("y_true", y_true)
    if y_pred.ndim == 2 and y_true.shape == y_pred.shape[:1]:
        K = y_pred.shape[1]
        if ((y_true % 1 != 0) | (y_true < 0) | (y_true >= K)).any():
            raise ValueError(f"y_true must hold class indices from 0 to {K - 1}: got {y_true.unique().tolist()}")
        y_true = F.one_hot(y_true.long(), K)  # (m,) -> (m, K)
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_true must fit {name} {tuple(y_pred.shape)}: got shape {tuple(y_true.shape)}")
    if y_true.min() < 0 or y_true.max() > 1:
        raise ValueError(f"y_true must lie in [0, 1]: got values from {y_true.min():g} to {y_true.max():g}")
    return y_true.to(y_pred.dtype), y_pred
