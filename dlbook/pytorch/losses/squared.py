"""Squared error."""

import torch
import torch.nn.functional as F

from dlbook.pytorch._tensors import cast
from dlbook.pytorch.losses._cases import case_shares, numbers, reduced, unit


def mse(y_true, y_pred, sample_weight=None, *, reduction="mean"):
    """J = 1/(2m) Σ (ŷ − y)²: half of torch's mean squared error; where a case is an array, its squares are summed."""
    y_true, y_pred, dtype = numbers(y_true, y_pred)
    losses = _squares(y_true, y_pred, case_shares(sample_weight, y_pred, reduction))
    return cast(reduced(losses, reduction), dtype)


def mse_grad(y_true, y_pred, sample_weight=None, *, reduction="mean"):
    """∂J/∂ŷ, by autograd."""
    y_true, y_pred, dtype = numbers(y_true, y_pred)
    share = case_shares(sample_weight, y_pred, reduction)
    return cast(torch.func.grad(lambda y_pred: _squares(y_true, y_pred, share).sum())(y_pred), dtype)


def mse_sigmoid_grad(w, b, X, y_true, sample_weight=None):
    """∂J/∂w and ∂J/∂b of squared error behind one sigmoid unit, by autograd."""
    w, b, X, y_true, dtype = unit(w, b, X, y_true)
    share = case_shares(sample_weight, y_true, "mean")
    loss = lambda w, b: _squares(y_true, torch.sigmoid(X @ w + b), share).sum()
    return cast(torch.func.grad(loss, argnums=(0, 1))(w, b), dtype)


def _squares(y_true, y_pred, share):
    """Half the squared error of each case (m,), times its share."""
    return share * F.mse_loss(y_pred, y_true, reduction="none").reshape(len(y_pred), -1).sum(1) / 2
