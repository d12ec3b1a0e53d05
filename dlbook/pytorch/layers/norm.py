"""Batch normalization: torch.nn.functional.batch_norm, which changes the running statistics in place, on copies."""

from typing import NamedTuple

import torch
import torch.nn.functional as F

from dlbook._validate import number_between, wrong
from dlbook._validate.layers import check_running
from dlbook.pytorch._tensors import backward, fitting, floats


class BatchNorm(NamedTuple):
    """What a batch norm gives: the output, and the running statistics after it."""

    output: torch.Tensor  # (N, C, …), as x
    running_mean: torch.Tensor | None  # (C,)
    running_var: torch.Tensor | None  # (C,)


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """y = γ (x − μ) / √(σ² + ε) + β over all dimensions but the second."""
    x, running_mean, running_var, weight, bias = _inputs(x, running_mean, running_var, weight, bias, training)
    momentum = number_between("momentum", momentum, 0, 1)
    output = F.batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)
    return BatchNorm(output, running_mean, running_var)


def batch_norm_backward(
    upstream, x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5
):
    """∂L/∂x, ∂L/∂γ and ∂L/∂β, by autograd."""
    x, running_mean, running_var, weight, bias = _inputs(x, running_mean, running_var, weight, bias, training)
    upstream = fitting("upstream", upstream, x.shape, x)
    f = lambda x, weight, bias: batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps).output
    return backward(upstream, f, x, weight, bias)


def _inputs(x, running_mean, running_var, weight, bias, training):
    """All as floats that fit; without `weight` and `bias`, ones and zeros stand for them."""
    x = floats("x", x)
    if x.ndim < 2:
        raise wrong("x", "have two dimensions or more", f"shape {tuple(x.shape)}", "shape (N, C, …)")
    C = x.shape[1]
    if training and x.numel() // C < 2:
        need = "a larger batch, or training=False"
        raise wrong("x", "hold two numbers a feature in training", f"shape {tuple(x.shape)}", need)
    check_running(running_mean, running_var, training)
    if running_mean is not None:
        running_mean = fitting("running_mean", running_mean, (C,), x).clone()  # torch changes them in place
        running_var = fitting("running_var", running_var, (C,), x).clone()
    weight = x.new_ones(C) if weight is None else fitting("weight", weight, (C,), x)
    bias = x.new_zeros(C) if bias is None else fitting("bias", bias, (C,), x)
    return x, running_mean, running_var, weight, bias
