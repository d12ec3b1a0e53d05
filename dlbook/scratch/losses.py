"""Losses and their gradients: squared error and cross-entropy, alone and behind one sigmoid unit.

The order of arguments is scikit-learn's, `(y_true, y_pred)`. m is the number of cases.
"""

import numpy as np

from dlbook.scratch.activations import log_softmax, sigmoid, softmax


def mse(y_true, y_pred):
    """J = 1/(2m) Σ (ŷ − y)²: the sheet's, half of scikit-learn's and PyTorch's mean squared error."""
    y_true, y_pred = _same_shape(y_true, y_pred, "y_pred")
    return ((y_pred - y_true) ** 2).sum() / (2 * len(y_true))


def mse_grad(y_true, y_pred):
    """∂J/∂ŷ = (ŷ − y) / m."""
    y_true, y_pred = _same_shape(y_true, y_pred, "y_pred")
    return (y_pred - y_true) / len(y_true)


def mse_sigmoid_grad(w, b, X, y_true):
    """∂J/∂w and ∂J/∂b of squared error behind one sigmoid unit, ŷ = σ(X w + b).

    Shapes: w (D,), b scalar, X (m, D), y_true (m,). The factor ŷ (1 − ŷ) is the sigmoid's slope.
    """
    w, b, X, y_true = _unit(w, b, X, y_true)
    y_pred = sigmoid(X @ w + b)  # (m, D) @ (D,) -> (m,)
    delta = (y_pred - y_true) * y_pred * (1 - y_pred) / len(y_true)  # ∂J/∂z
    return X.T @ delta, delta.sum()


def cross_entropy(y_true, y_prob):
    """J = −1/m Σ [y log ŷ + (1 − y) log(1 − ŷ)], or with K classes −1/m Σ_i Σ_k y_ik log ŷ_ik.

    Shapes: y_prob (m,) for two classes, with y_true (m,) in [0, 1]; or (m, K), rows summing to one, with y_true (m,)
    class indices or (m, K) shares. Exact: 0 log 0 = 0, and ∞ where what happened was called impossible.
    """
    y_true, y_prob = _shares(y_true, _probabilities(y_prob), "y_prob")
    if y_prob.ndim == 1:
        return -(_xlogy(y_true, y_prob) + _xlogy(1 - y_true, 1 - y_prob)).sum() / len(y_true)
    return -_xlogy(y_true, y_prob).sum() / len(y_true)


def cross_entropy_grad(y_true, y_prob):
    """∂J/∂ŷ = (ŷ − y) / (ŷ (1 − ŷ)) / m for two classes, −y / ŷ / m for K; shapes as in `cross_entropy`."""
    y_true, y_prob = _shares(y_true, _probabilities(y_prob), "y_prob")
    if y_prob.ndim == 1:
        return (_ratio(1 - y_true, 1 - y_prob) - _ratio(y_true, y_prob)) / len(y_true)
    return -_ratio(y_true, y_prob) / len(y_true)


def cross_entropy_from_logits(y_true, logits):
    """The same loss from scores: logits (m,) are put through a sigmoid, (m, K) through a softmax; no overflow.

    For two classes −log σ(z) = log(1 + e^−z), so that the loss of one case is max(z, 0) − y z + log(1 + e^−|z|).
    """
    y_true, logits = _shares(y_true, _scores(logits), "logits")
    if logits.ndim == 1:
        return (np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits)))).sum() / len(y_true)
    return -(y_true * log_softmax(logits)).sum() / len(y_true)


def cross_entropy_from_logits_grad(y_true, logits):
    """∂J/∂z = (ŷ − y) / m, with ŷ = σ(z) for logits (m,) and ŷ = softmax(z) for (m, K), where rows of y sum to one."""
    y_true, logits = _shares(y_true, _scores(logits), "logits")
    y_pred = sigmoid(logits) if logits.ndim == 1 else softmax(logits)
    return (y_pred - y_true) / len(y_true)


def cross_entropy_sigmoid_grad(w, b, X, y_true):
    """∂J/∂w = Xᵀ (ŷ − y) / m and ∂J/∂b of cross-entropy behind one sigmoid unit: σ′ has cancelled.

    Shapes: w (D,), b scalar, X (m, D), y_true (m,).
    """
    w, b, X, y_true = _unit(w, b, X, y_true)
    delta = (sigmoid(X @ w + b) - y_true) / len(y_true)  # ∂J/∂z, (m,)
    return X.T @ delta, delta.sum()


def _xlogy(x, y):
    """x log y with 0 log 0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x == 0, 0, x * np.log(y))


def _ratio(x, y):
    """x / y with 0 / 0 = 0 and x / 0 = ∞."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x == 0, 0, x / y)


def _floats(name: str, value) -> np.ndarray:
    """`value` as floats, not empty and without NaN."""
    value = np.asarray(value)
    if value.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold numbers: got dtype {value.dtype}")
    if value.size == 0:
        raise ValueError(f"{name} must not be empty: got shape {value.shape}, need at least one case")
    value = value if value.dtype.kind == "f" else value.astype(np.float64)
    if np.isnan(value).any():
        raise ValueError(f"{name} must not hold NaN: got {int(np.isnan(value).sum())} of {value.size}")
    return value


def _same_shape(y_true, y_pred, name: str):
    y_true, y_pred = _floats("y_true", y_true), _floats(name, y_pred)
    if y_true.ndim != 1 or y_true.shape != y_pred.shape:
        raise ValueError(f"y_true and {name} must have one shape (m,): got {y_true.shape} and {y_pred.shape}")
    return y_true, y_pred


def _unit(w, b, X, y_true):
    w, b, X, y_true = _floats("w", w), _floats("b", b), _floats("X", X), _floats("y_true", y_true)
    if X.ndim != 2 or w.shape != X.shape[1:] or b.ndim != 0 or y_true.shape != X.shape[:1]:
        shapes = f"w {w.shape}, b {b.shape}, X {X.shape}, y_true {y_true.shape}"
        raise ValueError(f"shapes must be w (D,), b (), X (m, D), y_true (m,): got {shapes}")
    return w, b, X, y_true


def _probabilities(y_prob) -> np.ndarray:
    y_prob = _scores(y_prob, "y_prob")
    if y_prob.min() < 0 or y_prob.max() > 1:
        raise ValueError(f"y_prob must lie in [0, 1]: got values from {y_prob.min():g} to {y_prob.max():g}")
    if y_prob.ndim == 2 and np.abs(y_prob.sum(axis=1) - 1).max() > 1e-3:
        worst = y_prob.sum(axis=1)[np.abs(y_prob.sum(axis=1) - 1).argmax()]
        raise ValueError(f"each row of y_prob must sum to 1: got a row that sums to {worst:g}")
    return y_prob


def _scores(logits, name: str = "logits") -> np.ndarray:
    logits = _floats(name, logits)
    if logits.ndim not in (1, 2):
        raise ValueError(f"{name} must have shape (m,) or (m, K): got {logits.shape}")
    return logits


def _shares(y_true, y_pred: np.ndarray, name: str):
    """y_true as shares of the shape of y_pred: class indices become one-hot rows."""
    y_true = _floats("y_true", y_true)
    if y_pred.ndim == 2 and y_true.shape == y_pred.shape[:1]:
        K = y_pred.shape[1]
        if ((y_true % 1 != 0) | (y_true < 0) | (y_true >= K)).any():
            raise ValueError(f"y_true must hold class indices from 0 to {K - 1}: got {np.unique(y_true)}")
        y_true = np.eye(K, dtype=y_pred.dtype)[y_true.astype(int)]  # (m,) -> (m, K)
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_true must fit {name} {y_pred.shape}: got shape {y_true.shape}")
    if y_true.min() < 0 or y_true.max() > 1:
        raise ValueError(f"y_true must lie in [0, 1]: got values from {y_true.min():g} to {y_true.max():g}")
    return y_true.astype(y_pred.dtype), y_pred
