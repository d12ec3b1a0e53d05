"""Losses and their gradients: squared error and cross-entropy, alone and behind one sigmoid unit.

The order of arguments is scikit-learn's, `(y_true, y_pred)`. m is the number of cases; with `sample_weight` (m,) the
1/m before case i becomes w_i / Σ w. The result has the dtype of the predictions, behind a unit that of w.

Classes stand on axis 1, as in PyTorch: (m, K), or (m, K, …) where a case has many places, such as pixels, each with a
class of its own; then it is their mean. Several labels a case, each yes or no: hand in both arrays flat.
"""

from math import prod

import numpy as np

from dlbook._validate import wrong
from dlbook.scratch.activations import log_softmax, sigmoid, softmax


def mse(y_true, y_pred, sample_weight=None):
    """J = 1/(2m) Σ (ŷ − y)²: the sheet's, half of scikit-learn's and PyTorch's mean squared error.

    Shapes: both (m,), or both (m, …), and then a case is an array whose squares are summed, not averaged.
    """
    y_true, y_pred = _same_shape(y_true, y_pred)
    share = _share(sample_weight, y_pred)  # (m, 1, …), 1/m each
    return (share * (y_pred - y_true) ** 2).sum() / 2


def mse_grad(y_true, y_pred, sample_weight=None):
    """∂J/∂ŷ = (ŷ − y) / m."""
    y_true, y_pred = _same_shape(y_true, y_pred)
    return _share(sample_weight, y_pred) * (y_pred - y_true)


def mse_sigmoid_grad(w, b, X, y_true, sample_weight=None):
    """∂J/∂w and ∂J/∂b of squared error behind one sigmoid unit, ŷ = σ(X w + b).

    Shapes: w (D,), b scalar, X (m, D), y_true (m,). The factor ŷ (1 − ŷ) is the sigmoid's slope.
    """
    w, b, X, y_true = _unit(w, b, X, y_true)
    share = _share(sample_weight, y_true)  # (m,), 1/m each
    y_pred = sigmoid(X @ w + b)  # (m, D) @ (D,) -> (m,)
    delta = share * (y_pred - y_true) * y_pred * (1 - y_pred)  # ∂J/∂z
    return X.T @ delta, delta.sum()


def cross_entropy(y_true, y_prob, sample_weight=None):
    """J = −1/m Σ [y log ŷ + (1 − y) log(1 − ŷ)], or with K classes −1/m Σ_i Σ_k y_ik log ŷ_ik.

    Shapes: y_prob (m,) for two classes, with y_true (m,) in [0, 1]; or (m, K, …), summing to one along K, with y_true
    (m, …) class indices or (m, K, …) shares. Exact: 0 log 0 = 0, and ∞ where what happened was called impossible.
    """
    y_true, y_prob = _targets(y_true, _probabilities(y_prob), "y_prob")
    share = _place_share(sample_weight, y_prob)  # (m,) or (m, 1, …), 1/m each
    if y_prob.ndim == 1:
        return -(_xlogy(share * y_true, y_prob) + _xlogy(share * (1 - y_true), 1 - y_prob)).sum()
    return -_xlogy(share * y_true, y_prob).sum()


def cross_entropy_grad(y_true, y_prob, sample_weight=None):
    """∂J/∂ŷ = (ŷ − y) / (ŷ (1 − ŷ)) / m for two classes, −y / ŷ / m for K; shapes as in `cross_entropy`."""
    y_true, y_prob = _targets(y_true, _probabilities(y_prob), "y_prob")
    share = _place_share(sample_weight, y_prob)
    if y_prob.ndim == 1:
        return _ratio(share * (1 - y_true), 1 - y_prob) - _ratio(share * y_true, y_prob)
    return -_ratio(share * y_true, y_prob)


def cross_entropy_from_logits(y_true, logits, sample_weight=None):
    """The same loss from scores: logits (m,) are put through a sigmoid, (m, K, …) through a softmax; no overflow.

    For two classes −log σ(z) = log(1 + e^−z), so that the loss of one case is max(z, 0) − y z + log(1 + e^−|z|).
    With K classes a logit of −∞ masks a class: it gets no probability, and costs nothing unless it is the true one.
    """
    y_true, logits = _targets(y_true, _logits(logits), "logits")
    share = _place_share(sample_weight, logits)
    if logits.ndim == 1:
        return (share * (np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits))))).sum()
    return -_times(share * y_true, log_softmax(logits, dim=1)).sum()


def cross_entropy_from_logits_grad(y_true, logits, sample_weight=None):
    """∂J/∂z = (ŷ − y) / m, with ŷ = σ(z) for logits (m,) and ŷ = softmax(z) for (m, K, …), where y sums to one."""
    y_true, logits = _targets(y_true, _logits(logits), "logits")
    z_grad = sigmoid(logits) if logits.ndim == 1 else softmax(logits, dim=1)  # ŷ, written over from here
    z_grad -= y_true
    z_grad *= _place_share(sample_weight, logits)
    return z_grad


def cross_entropy_sigmoid_grad(w, b, X, y_true, sample_weight=None):
    """∂J/∂w = Xᵀ (ŷ − y) / m and ∂J/∂b of cross-entropy behind one sigmoid unit: σ′ has cancelled.

    Shapes: w (D,), b scalar, X (m, D), y_true (m,).
    """
    w, b, X, y_true = _unit(w, b, X, y_true)
    _check_unit_interval("y_true", y_true)
    delta = _share(sample_weight, y_true) * (sigmoid(X @ w + b) - y_true)  # ∂J/∂z, (m,)
    return X.T @ delta, delta.sum()


def _xlogy(x, y):
    """x log y with 0 log 0 = 0."""
    with np.errstate(divide="ignore"):
        return _times(x, np.log(y))


def _times(x, log):
    """x · log with 0 · −∞ = 0: where x is 0 nothing is multiplied."""
    if log.min() > -np.inf:
        return x * log
    return np.multiply(x, log, out=np.zeros_like(x), where=x != 0)


def _ratio(x, y):
    """x / y with 0 / 0 = 0, and ∞ where it is too large or y is 0."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(x == 0, x, x / y)


def _share(sample_weight, y_pred: np.ndarray) -> np.ndarray:
    """What each case counts, summing to one: (m,) beside predictions (m,), (m, 1, …) beside (m, K, …)."""
    m = len(y_pred)
    if sample_weight is None:
        return np.full((m, *[1] * (y_pred.ndim - 1)), 1 / m, y_pred.dtype)
    weight = _floats("sample_weight", sample_weight)
    if weight.shape != (m,):
        raise wrong("sample_weight", "hold one number a case", f"shape {weight.shape}", f"shape ({m},)")
    if weight.min() < 0:
        raise wrong("sample_weight", "not be negative", f"{weight.min():g}", "0 or more")
    if weight.max() == 0:
        raise wrong("sample_weight", "not be zero throughout", f"{m} zeros", "a weight above 0")
    share = (weight / weight.sum()).astype(y_pred.dtype)
    return share.reshape(-1, *[1] * (y_pred.ndim - 1))


def _place_share(sample_weight, y_pred: np.ndarray) -> np.ndarray:
    """`_share`, divided among the places of a case: those of the axes after K."""
    return _share(sample_weight, y_pred) / prod(y_pred.shape[2:])


def _floats(name: str, value, masked: bool = False) -> np.ndarray:
    """`value` as finite floats, not empty; with `masked`, −∞ may be among them."""
    value = np.asarray(value)
    if value.dtype.kind not in "fiub":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    if value.size == 0:
        raise wrong(name, "not be empty", f"shape {value.shape}", "at least one number")
    value = value if value.dtype.kind == "f" else value.astype(np.float64)
    if not (finite := np.isfinite(value)).all():
        bad = value[~finite]
        if not masked or (bad := bad[bad != -np.inf]).size:
            raise wrong(name, "be finite", f"{bad[0]}", "finite numbers" + " or −∞" * masked)
    return value


def _same_shape(y_true, y_pred):
    y_true, y_pred = _floats("y_true", y_true), _floats("y_pred", y_pred)
    if y_pred.ndim == 0:
        raise wrong("y_pred", "hold cases", "shape ()", "shape (m,) or (m, …)")
    if y_true.shape != y_pred.shape:
        raise wrong("y_true", "have the shape of y_pred", f"shape {y_true.shape}", f"shape {y_pred.shape}")
    return y_true.astype(y_pred.dtype), y_pred


def _unit(w, b, X, y_true):
    w, b, X, y_true = _floats("w", w), _floats("b", b), _floats("X", X), _floats("y_true", y_true)
    if X.ndim != 2:
        raise wrong("X", "have two dimensions", f"shape {X.shape}", "shape (m, D)")
    m, D = X.shape
    for name, value, shape in (("w", w, (D,)), ("b", b, ()), ("y_true", y_true, (m,))):
        if value.shape != shape:
            raise wrong(name, f"fit X of shape {X.shape}", f"shape {value.shape}", f"shape {shape}")
    return w, *(value.astype(w.dtype, copy=False) for value in (b, X, y_true))


def _check_classes(name: str, y_pred: np.ndarray) -> None:
    """One number a case for two classes, or K ≥ 2 of them on axis 1."""
    if y_pred.ndim == 0:
        raise wrong(name, "hold cases", "shape ()", "shape (m,) or (m, K, …)")
    if y_pred.ndim > 1 and y_pred.shape[1] == 1:
        raise wrong(name, "have two classes or more on axis 1", f"shape {y_pred.shape}", "shape (m,): squeeze it")


def _logits(logits) -> np.ndarray:
    logits = _floats("logits", logits, masked=np.ndim(logits) > 1)
    _check_classes("logits", logits)
    if logits.ndim > 1 and logits.min() == -np.inf == logits.max(axis=1).min():
        raise wrong("logits", "leave a class to every case", "−∞ for all", "a finite one")
    return logits


def _probabilities(y_prob) -> np.ndarray:
    y_prob = _floats("y_prob", y_prob)
    _check_classes("y_prob", y_prob)
    _check_unit_interval("y_prob", y_prob)
    return y_prob


def _targets(y_true, y_pred: np.ndarray, name: str):
    """y_true in the shape and dtype of y_pred: class indices become rows with a single one."""
    y_true = _floats("y_true", y_true)
    if y_pred.ndim > 1 and y_true.shape == y_pred.shape[:1] + y_pred.shape[2:]:
        K = y_pred.shape[1]
        if (unknown := (y_true % 1 != 0) | (y_true < 0) | (y_true >= K)).any():
            raise wrong("y_true", "hold class indices", f"{y_true[unknown][0]:g}", f"whole numbers from 0 to {K - 1}")
        classes = np.arange(K).reshape(-1, *[1] * (y_pred.ndim - 2))  # (K, 1, …)
        return (y_true[:, None] == classes).astype(y_pred.dtype), y_pred  # (m, 1, …) == (K, 1, …) -> (m, K, …)
    if y_true.shape != y_pred.shape:
        need = f"shape {y_pred.shape}" + (" or class indices" if y_pred.ndim > 1 else "")
        raise wrong("y_true", f"fit {name}", f"shape {y_true.shape}", need)
    _check_unit_interval("y_true", y_true)
    return y_true.astype(y_pred.dtype), y_pred


def _check_unit_interval(name: str, p: np.ndarray) -> None:
    """Numbers from 0 to 1, and with K classes summing to one along them."""
    if (outside := (p < 0) | (p > 1)).any():
        raise wrong(name, "lie in [0, 1]", f"{p[outside][0]:g}", "numbers from 0 to 1")
    if p.ndim > 1 and (off := np.abs(p.sum(axis=1) - 1)).max() > 1e-3:
        worst = p.sum(axis=1).ravel()[off.argmax()]
        raise wrong(name, "have rows that sum to 1", f"a row that sums to {worst:g}", "1")
