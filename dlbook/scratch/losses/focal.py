"""Focal loss: cross-entropy that hardly counts what is right already."""

from math import inf

import numpy as np

from dlbook._validate import losses as check
from dlbook._validate import number_between
from dlbook.scratch._arrays import cast, finite_floats, wide
from dlbook.scratch.activations import sigmoid
from dlbook.scratch.losses._cases import case_shares


def focal_loss_core(y_true, z, gamma, mean=np.mean):
    z_y = np.where(y_true == 1, z, -z)  # the score of the true class
    log_p_y = np.minimum(z_y, 0) - np.log1p(np.exp(-np.abs(z_y)))
    return -mean(sigmoid(-z_y) ** gamma * log_p_y)  # σ(−z) = 1 − σ(z)


def focal_loss(y_true, logits, gamma=2.0, *, alpha=None, reduction="mean"):
    """J = −1/m Σ (1 − p_y)^γ log p_y, where p_y is the probability that the true class y got.

    Shapes: y_true of zeros and ones and logits, both (m,) or (m, …); the mean runs over all of them. With γ = 0 it is
    cross-entropy. `alpha`, from 0 to 1, is what a positive counts, a negative then counts 1 − α. Equal to torchvision's
    `sigmoid_focal_loss`, whose α is 0.25 unless it is told otherwise. Source: Lin and others 2017.

    >>> focal_loss([1], [0.0], gamma=2)  # p = ½, and ln 2 counts a quarter
    np.float64(0.17328679513998632)
    """
    y_true, z, gamma, dtype = _arguments(y_true, logits, gamma)
    share = _shares(y_true, alpha, reduction)
    mean = (lambda losses: share * losses) if reduction == "none" else (lambda losses: (share * losses).sum())
    return cast(focal_loss_core(y_true, z, gamma, mean), dtype)


def focal_loss_grad_core(y_true, z, gamma):
    sign = 2 * y_true - 1  # 1 for a positive, −1 for a negative
    p_y, rest = sigmoid(sign * z), sigmoid(-sign * z)  # and 1 − p_y
    log_p_y = np.minimum(sign * z, 0) - np.log1p(np.exp(-np.abs(z)))
    return sign * rest**gamma * (gamma * p_y * log_p_y - rest) / len(z)


def focal_loss_grad(y_true, logits, gamma=2.0, *, alpha=None, reduction="mean"):
    """∂J/∂z = ±(1 − p_y)^γ (γ p_y log p_y − (1 − p_y)) / m, + for a positive and − for a negative."""
    y_true, z, gamma, dtype = _arguments(y_true, logits, gamma)
    share = _shares(y_true, alpha, reduction)
    return cast(share * len(z) * focal_loss_grad_core(y_true, z, gamma), dtype)


# ── The door ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _arguments(y_true, logits, gamma):
    """Labels and scores in what is computed in, γ as a number, and the dtype of the answer."""
    y_true, z = finite_floats("y_true", y_true), finite_floats("logits", logits)
    check.check_binary(y_true, z)
    return y_true.astype(wide(z).dtype), wide(z), number_between("gamma", gamma, 0, inf), z.dtype


def _shares(y_true: np.ndarray, alpha, reduction: str) -> np.ndarray:
    """What each loss is multiplied by: α or 1 − α, for the mean divided by how many there are; of y_true's shape."""
    share = case_shares(None, y_true.size, reduction)
    if alpha is None:
        return np.broadcast_to(share, y_true.shape)
    alpha = number_between("alpha", alpha, 0, 1)
    return share * np.where(y_true == 1, alpha, 1 - alpha)
