"""Focal loss: as torchvision's `sigmoid_focal_loss`, from tensors; the gradient comes from autograd."""

from math import inf

import torch
import torch.nn.functional as F

from dlbook._validate import losses as check
from dlbook._validate import number_between
from dlbook.pytorch._tensors import cast, finite_floats, wide
from dlbook.pytorch.losses._cases import reduced


def focal_loss(y_true, logits, gamma=2.0, *, alpha=None, reduction="mean"):
    """J = −1/m Σ (1 − p_y)^γ log p_y, where p_y is the probability that the true class y got."""
    losses, logits = _losses(y_true, logits, gamma, alpha, reduction)
    return cast(reduced(losses(wide(logits)), reduction), logits.dtype)


def focal_loss_grad(y_true, logits, gamma=2.0, *, alpha=None, reduction="mean"):
    """∂J/∂z, by autograd."""
    losses, logits = _losses(y_true, logits, gamma, alpha, reduction)
    return cast(torch.func.grad(lambda z: losses(z).sum())(wide(logits)), logits.dtype)


def _losses(y_true, logits, gamma, alpha, reduction):
    """A function of scores: what each costs, times its share; and the scores as a tensor."""
    y_true, logits = finite_floats("y_true", y_true), finite_floats("logits", logits)
    check.check_binary(y_true, logits)
    gamma, y = number_between("gamma", gamma, 0, inf), y_true.to(wide(logits))
    share = check.shares(torch.ones_like(y), reduction)
    if alpha is not None:
        alpha = number_between("alpha", alpha, 0, 1)
        share = share * torch.where(y == 1, alpha, 1 - alpha)

    def losses(z):
        z_y = torch.where(y == 1, z, -z)  # the score of the true class
        rest = torch.exp(gamma * F.logsigmoid(-z_y))  # (1 − p_y)^γ; autograd must not meet 0 · ∞ in a power of 0
        return -share * rest * F.logsigmoid(z_y)

    return losses, logits
