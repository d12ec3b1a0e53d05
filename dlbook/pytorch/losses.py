"""Losses in PyTorch; every gradient comes from autograd.

From probabilities, torch's own cross-entropy clamps the logarithm at −100; the book's is exact, so it is written out.
Classes stand on axis 1: (m, K), or (m, K, …) where a case has many places with a class of their own.
"""

from math import inf, prod

import torch
import torch.nn.functional as F

from dlbook._validate import wrong


def mse(y_true, y_pred, sample_weight=None):
    """J = 1/(2m) Σ (ŷ − y)²: half of torch's mean squared error; where a case is an array, its squares are summed."""
    y_true, y_pred = _same_shape(y_true, y_pred)
    return _mse(y_true, y_pred, _share(sample_weight, y_pred))


def mse_grad(y_true, y_pred, sample_weight=None):
    """∂J/∂ŷ, by autograd."""
    y_true, y_pred = _same_shape(y_true, y_pred)
    share = _share(sample_weight, y_pred)
    return torch.func.grad(lambda y_pred: _mse(y_true, y_pred, share))(y_pred)


def mse_sigmoid_grad(w, b, X, y_true, sample_weight=None):
    """∂J/∂w and ∂J/∂b of squared error behind one sigmoid unit, by autograd."""
    w, b, X, y_true = _unit(w, b, X, y_true)
    share = _share(sample_weight, y_true)
    loss = lambda w, b: _mse(y_true, torch.sigmoid(X @ w + b), share)
    return torch.func.grad(loss, argnums=(0, 1))(w, b)


def cross_entropy(y_true, y_prob, sample_weight=None):
    """J = −1/m Σ [y log ŷ + (1 − y) log(1 − ŷ)], or with K classes −1/m Σ_i Σ_k y_ik log ŷ_ik; exact at 0 and 1."""
    y_true, y_prob = _targets(y_true, _probabilities(y_prob), "y_prob")
    return _entropy(y_true, y_prob, _place_share(sample_weight, y_prob))


def cross_entropy_grad(y_true, y_prob, sample_weight=None):
    """∂J/∂ŷ, by autograd."""
    y_true, y_prob = _targets(y_true, _probabilities(y_prob), "y_prob")
    share = _place_share(sample_weight, y_prob)
    return torch.func.grad(lambda y_prob: _entropy(y_true, y_prob, share))(y_prob)


def cross_entropy_from_logits(y_true, logits, sample_weight=None):
    """The same loss from scores: (m,) through a sigmoid, (m, K, …) through a softmax; −∞ masks a class."""
    y_true, logits = _targets(y_true, _logits(logits), "logits")
    return _entropy_from_logits(y_true, logits, _place_share(sample_weight, logits))


def cross_entropy_from_logits_grad(y_true, logits, sample_weight=None):
    """∂J/∂z, by autograd."""
    y_true, logits = _targets(y_true, _logits(logits), "logits")
    share = _place_share(sample_weight, logits)
    return torch.func.grad(lambda logits: _entropy_from_logits(y_true, logits, share))(logits)


def cross_entropy_sigmoid_grad(w, b, X, y_true, sample_weight=None):
    """∂J/∂w and ∂J/∂b of cross-entropy behind one sigmoid unit, by autograd."""
    w, b, X, y_true = _unit(w, b, X, y_true)
    _check_unit_interval("y_true", y_true)
    share = _share(sample_weight, y_true)
    loss = lambda w, b: _entropy_from_logits(y_true, X @ w + b, share)
    return torch.func.grad(loss, argnums=(0, 1))(w, b)


def _mse(y_true, y_pred, share):
    return F.mse_loss(y_pred, y_true, weight=share.expand_as(y_pred), reduction="sum") / 2


def _entropy(y_true, y_prob, share):
    if y_prob.ndim == 1:
        return -(_xlogy(share * y_true, y_prob) + _xlogy(share * (1 - y_true), 1 - y_prob)).sum()
    return -_xlogy(share * y_true, y_prob).sum()


def _entropy_from_logits(y_true, logits, share):
    if logits.ndim == 1:
        return F.binary_cross_entropy_with_logits(logits, y_true, weight=share, reduction="sum")
    return -_times(share * y_true, F.log_softmax(logits, 1)).sum()


def _xlogy(x, y):
    """x log y with 0 log 0 = 0, and with a derivative of 0 there: autograd must not meet 0 / 0."""
    return x * torch.log(torch.where(x == 0, 1, y))


def _times(x, log):
    """x · log with 0 · −∞ = 0, which F.cross_entropy makes NaN when its targets are shares."""
    return torch.where(x == 0, 0, x * log)


def _share(sample_weight, y_pred):
    """What each case counts, summing to one: (m,) beside predictions (m,), (m, 1, …) beside (m, K, …)."""
    m = len(y_pred)
    weight = y_pred.new_ones(m) if sample_weight is None else _floats("sample_weight", sample_weight)
    if weight.shape != (m,):
        raise wrong("sample_weight", "hold one number a case", f"shape {tuple(weight.shape)}", f"shape ({m},)")
    if weight.min() < 0:
        raise wrong("sample_weight", "not be negative", f"{weight.min():g}", "0 or more")
    if weight.max() == 0:
        raise wrong("sample_weight", "not be zero throughout", f"{m} zeros", "a weight above 0")
    share = (weight / weight.sum()).to(y_pred.dtype)
    return share.reshape(-1, *[1] * (y_pred.ndim - 1))


def _place_share(sample_weight, y_pred):
    """`_share`, divided among the places of a case: those of the axes after K."""
    return _share(sample_weight, y_pred) / prod(y_pred.shape[2:])


def _floats(name, value, masked=False):
    """`value` as finite floats, not empty; with `masked`, −∞ may be among them."""
    value = torch.as_tensor(value)
    if value.is_complex():
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    if value.numel() == 0:
        raise wrong(name, "not be empty", f"shape {tuple(value.shape)}", "at least one number")
    value = value if value.is_floating_point() else value.to(torch.float64)
    if not (allowed := value.isfinite() | (masked & (value == -inf))).all():
        raise wrong(name, "be finite", f"{value[~allowed][0].item()}", "finite numbers" + " or −∞" * masked)
    return value


def _same_shape(y_true, y_pred):
    y_true, y_pred = _floats("y_true", y_true), _floats("y_pred", y_pred)
    if y_pred.ndim == 0:
        raise wrong("y_pred", "hold cases", "shape ()", "shape (m,) or (m, …)")
    if y_true.shape != y_pred.shape:
        got, need = f"shape {tuple(y_true.shape)}", f"shape {tuple(y_pred.shape)}"
        raise wrong("y_true", "have the shape of y_pred", got, need)
    return y_true.to(y_pred.dtype), y_pred


def _unit(w, b, X, y_true):
    w, b, X, y_true = _floats("w", w), _floats("b", b), _floats("X", X), _floats("y_true", y_true)
    if X.ndim != 2:
        raise wrong("X", "have two dimensions", f"shape {tuple(X.shape)}", "shape (m, D)")
    m, D = X.shape
    for name, value, shape in (("w", w, (D,)), ("b", b, ()), ("y_true", y_true, (m,))):
        if value.shape != shape:
            raise wrong(name, f"fit X of shape {tuple(X.shape)}", f"shape {tuple(value.shape)}", f"shape {shape}")
    return w, *(value.to(w.dtype) for value in (b, X, y_true))


def _check_classes(name, y_pred):
    """One number a case for two classes, or K ≥ 2 of them on axis 1."""
    shape = tuple(y_pred.shape)
    if y_pred.ndim == 0:
        raise wrong(name, "hold cases", "shape ()", "shape (m,) or (m, K, …)")
    if y_pred.ndim > 1 and shape[1] == 1:
        raise wrong(name, "have two classes or more on axis 1", f"shape {shape}", "shape (m,): squeeze it")


def _logits(logits):
    logits = torch.as_tensor(logits)
    logits = _floats("logits", logits, masked=logits.ndim > 1)
    _check_classes("logits", logits)
    if logits.ndim > 1 and logits.amax(1).min() == -inf:
        raise wrong("logits", "leave a class to every case", "−∞ for all", "a finite one")
    return logits


def _probabilities(y_prob):
    y_prob = _floats("y_prob", y_prob)
    _check_classes("y_prob", y_prob)
    _check_unit_interval("y_prob", y_prob)
    return y_prob


def _targets(y_true, y_pred, name):
    """y_true in the shape and dtype of y_pred: class indices become rows with a single one."""
    y_true = _floats("y_true", y_true)
    if y_pred.ndim > 1 and y_true.shape == y_pred.shape[:1] + y_pred.shape[2:]:
        K = y_pred.shape[1]
        if (unknown := (y_true % 1 != 0) | (y_true < 0) | (y_true >= K)).any():
            raise wrong("y_true", "hold class indices", f"{y_true[unknown][0]:g}", f"whole numbers from 0 to {K - 1}")
        return F.one_hot(y_true.long(), K).movedim(-1, 1).to(y_pred.dtype), y_pred  # (m, …, K) -> (m, K, …)
    if y_true.shape != y_pred.shape:
        need = f"shape {tuple(y_pred.shape)}" + (" or class indices" if y_pred.ndim > 1 else "")
        raise wrong("y_true", f"fit {name}", f"shape {tuple(y_true.shape)}", need)
    _check_unit_interval("y_true", y_true)
    return y_true.to(y_pred.dtype), y_pred


def _check_unit_interval(name, p):
    """Numbers from 0 to 1, and with K classes summing to one along them."""
    if (outside := (p < 0) | (p > 1)).any():
        raise wrong(name, "lie in [0, 1]", f"{p[outside][0]:g}", "numbers from 0 to 1")
    if p.ndim > 1 and (off := (p.sum(1) - 1).abs()).max() > 1e-3:
        worst = p.sum(1).flatten()[off.argmax()]
        raise wrong(name, "have rows that sum to 1", f"a row that sums to {worst:g}", "1")
