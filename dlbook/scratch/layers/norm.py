"""Batch normalization: every feature has mean 0 and variance 1 over the batch, then a scale and a shift of its own."""

from typing import NamedTuple

import numpy as np

from dlbook._validate import number_between, wrong
from dlbook._validate.layers import check_running
from dlbook.scratch._arrays import cast, fitting, floats


class BatchNorm(NamedTuple):
    """What a batch norm gives: the output, and the running statistics after it."""

    output: np.ndarray  # (N, C, …), as x
    running_mean: np.ndarray | None  # (C,)
    running_var: np.ndarray | None  # (C,)


def batch_norm_core(x, running_mean, running_var, weight, bias, training, momentum, eps):
    mean, var = running_mean, running_var  # (C,)
    if training:
        mean, var, N = x.mean(axis=0), x.var(axis=0), len(x)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * N / (N - 1)
    x_hat = (x - mean) / np.sqrt(var + eps)  # (N, C)
    return weight * x_hat + bias, running_mean, running_var


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """y = γ (x − μ) / √(σ² + ε) + β: γ is `weight`, β `bias`; μ and σ² are taken over all dimensions but the second.

    In training, μ and σ² (divided by N) are the batch's, and the running statistics move towards them by `momentum`,
    the running variance towards its unbiased form (divided by N − 1); else the running statistics stand for them.
    In training they may both be None. Shapes: x (N, C, …), all else (C,). Source: Ioffe and Szegedy 2015.
    """
    x, *statistics, weight, bias = _opened(x, running_mean, running_var, weight, bias, training)
    momentum = number_between("momentum", momentum, 0, 1)
    y, *statistics = batch_norm_core(_rows(x), *statistics, weight, bias, training, momentum, eps)
    kept = (None, None) if running_mean is None else cast(tuple(statistics), x.dtype)
    return BatchNorm(_unrolled(y, x), *kept)


def batch_norm_backward_core(upstream, x, weight, eps):
    s = 1 / np.sqrt(x.var(axis=0) + eps)  # (C,)
    x_hat = (x - x.mean(axis=0)) * s  # (N, C)
    weight_grad = (upstream * x_hat).sum(axis=0)  # (C,)
    bias_grad = upstream.sum(axis=0)  # (C,)
    share = (bias_grad + x_hat * weight_grad) / len(x)  # what all samples have in common
    return weight * s * (upstream - share), weight_grad, bias_grad


def batch_norm_backward(
    upstream, x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5
):
    """∂L/∂x, ∂L/∂γ = Σ u x̂ and ∂L/∂β = Σ u, for u = ∂L/∂y and x̂ the normalized x.

    In training ∂L/∂x = γ/√(σ² + ε) · (u − mean u − x̂ mean(u x̂)): μ and σ² depend on every sample of the batch, so that
    nothing is left of a u that shifts or stretches all of them. Else ∂L/∂x = γ/√(σ² + ε) · u.
    """
    x, mean, var, weight, _ = _opened(x, running_mean, running_var, weight, bias, training)
    u = _rows(fitting("upstream", upstream, x.shape, x))
    if training:
        x_grad, *own = batch_norm_backward_core(u, _rows(x), weight, eps)
    else:  # the running statistics are constants
        s = 1 / np.sqrt(var + eps)
        x_grad, *own = u * weight * s, (u * (_rows(x) - mean) * s).sum(axis=0), u.sum(axis=0)
    return _unrolled(x_grad, x), *cast(tuple(own), x.dtype)


def _rows(x: np.ndarray) -> np.ndarray:
    """(N, C, …) as (N · …, C), in float64: a narrow sum over a long batch would lose the last of its numbers."""
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]).astype(np.float64, copy=False)


def _unrolled(rows: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(N · …, C) in the shape and the dtype of x, (N, C, …)."""
    shape = (len(x), *x.shape[2:], x.shape[1])
    return cast(np.moveaxis(rows.reshape(shape), -1, 1), x.dtype)


def _opened(x, running_mean, running_var, weight, bias, training):
    """All as floats that fit; what is not given does nothing: a scale of 1, a shift and statistics of 0."""
    x = floats("x", x)
    if x.ndim < 2:
        raise wrong("x", "have two dimensions or more", f"shape {x.shape}", "shape (N, C, …)")
    C = x.shape[1]
    if training and x.size // C < 2:
        need = "a larger batch, or training=False"
        raise wrong("x", "hold two numbers a feature in training", f"shape {x.shape}", need)
    check_running(running_mean, running_var, training)
    given = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    return x, *(float(name == "weight") if v is None else fitting(name, v, (C,), x) for name, v in given.items())
