"""Losses in PyTorch; every gradient comes from autograd.

From probabilities, torch's own cross-entropy clamps the logarithm at −100; the book's is exact, so it is written out.
Classes stand on axis 1: (m, K), or (m, K, …) where a case has many places with a class of their own.
"""

from dlbook.pytorch.losses.classes import nll_loss
from dlbook.pytorch.losses.entropy import (
    cross_entropy,
    cross_entropy_from_logits,
    cross_entropy_from_logits_grad,
    cross_entropy_grad,
    cross_entropy_sigmoid_grad,
)
from dlbook.pytorch.losses.focal import focal_loss, focal_loss_grad
from dlbook.pytorch.losses.smoothing import smooth_labels
from dlbook.pytorch.losses.squared import mse, mse_grad, mse_sigmoid_grad

__all__ = [
    "cross_entropy",
    "cross_entropy_from_logits",
    "cross_entropy_from_logits_grad",
    "cross_entropy_grad",
    "cross_entropy_sigmoid_grad",
    "focal_loss",
    "focal_loss_grad",
    "mse",
    "mse_grad",
    "mse_sigmoid_grad",
    "nll_loss",
    "smooth_labels",
]
