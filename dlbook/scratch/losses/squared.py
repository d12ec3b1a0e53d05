"""Squared error."""

import numpy as np

from dlbook.scratch._arrays import cast
from dlbook.scratch.activations import sigmoid
from dlbook.scratch.losses._cases import case_shares, mean_with, numbers, unit


def mse_core(y_true, y_pred, mean=np.mean):
    return mean((y_pred - y_true) ** 2) / 2


@np.errstate(over="ignore", invalid="ignore")
def mse(y_true, y_pred, sample_weight=None, *, reduction="mean"):
    """J = 1/(2m) Σ (ŷ − y)²: the sheet's, half of scikit-learn's and PyTorch's mean squared error.

    Shapes: both (m,), or both (m, …), and then a case is an array whose squares are summed, not averaged.
    """
    y_true, y_pred, dtype = numbers(y_true, y_pred)
    mean = mean_with(case_shares(sample_weight, len(y_pred), reduction), reduction)
    return cast(mse_core(y_true, y_pred, lambda squares: mean(squares.reshape(len(squares), -1).sum(axis=1))), dtype)


@np.errstate(over="ignore")
def mse_grad(y_true, y_pred, sample_weight=None, *, reduction="mean"):
    """∂J/∂ŷ = (ŷ − y) / m; for "none" the slope of each case's own loss."""
    y_true, y_pred, dtype = numbers(y_true, y_pred)
    share = case_shares(sample_weight, len(y_pred), reduction)
    return cast(share.reshape(-1, *[1] * (y_pred.ndim - 1)) * (y_pred - y_true), dtype)


def mse_sigmoid_grad_core(w, b, X, y_true):
    y_pred = sigmoid(X @ w + b)  # (m, D) @ (D,) -> (m,)
    delta = (y_pred - y_true) * y_pred * (1 - y_pred) / len(y_true)  # ∂J/∂z
    return X.T @ delta, delta.sum()


def mse_sigmoid_grad(w, b, X, y_true, sample_weight=None):
    """∂J/∂w and ∂J/∂b of squared error behind one sigmoid unit, ŷ = σ(X w + b).

    Shapes: w (D,), b scalar, X (m, D), y_true (m,). The factor ŷ (1 − ŷ) is the sigmoid's slope.
    """
    w, b, X, y_true, dtype = unit(w, b, X, y_true)
    if sample_weight is None:
        return cast(mse_sigmoid_grad_core(w, b, X, y_true), dtype)
    y_pred = sigmoid(X @ w + b)
    delta = mse_grad(y_true, y_pred, sample_weight) * y_pred * (1 - y_pred)
    return cast((X.T @ delta, delta.sum()), dtype)
