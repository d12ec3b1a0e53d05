"""Batch normalization: every feature has mean 0 and variance 1 over the batch, then a scale and a shift of its own."""

from typing import NamedTuple

import numpy as np

from dlbook._validate import check_between, wrong
from dlbook.scratch.layers._inputs import fitting, floats


class BatchNorm(NamedTuple):
    """What a batch norm gives: the output, and the running statistics after it."""

    output: np.ndarray  # (N, C, …), as x
    running_mean: np.ndarray  # (C,)
    running_var: np.ndarray  # (C,)


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """y = γ (x − μ) / √(σ² + ε) + β: γ is `weight`, β `bias`; μ and σ² are taken over all dimensions but the second.

    In training, μ and σ² (divided by N) are the batch's, and the running statistics move towards them by `momentum`,
    the running variance towards its unbiased form (divided by N − 1); else the running statistics stand for them.
    Shapes: x (N, C, …), all else (C,). Source: Ioffe and Szegedy 2015.
    """
    x, running_mean, running_var, weight, bias = _inputs(x, running_mean, running_var, weight, bias)
    check_between("momentum", momentum, 0, 1)
    if training:
        mean, var, count = _statistics(x)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * (count / (count - 1))
    else:
        mean, var = running_mean, running_var
    scale = weight / np.sqrt(var + eps)  # (C,)
    output = x * _over(scale, x) + _over(bias - mean * scale, x)  # (N, C, …)
    return BatchNorm(output, running_mean, running_var)


def batch_norm_backward(
    upstream, x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5
):
    """∂L/∂x, ∂L/∂γ = Σ u x̂ and ∂L/∂β = Σ u, for u = ∂L/∂y and x̂ the normalized x.

    In training ∂L/∂x = γ/√(σ² + ε) · (u − mean u − x̂ mean(u x̂)): μ and σ² depend on every sample of the batch, so that
    nothing is left of a u that shifts or stretches all of them. Else ∂L/∂x = γ/√(σ² + ε) · u.
    """
    x, running_mean, running_var, weight, _ = _inputs(x, running_mean, running_var, weight, bias)
    upstream = fitting("upstream", upstream, x.shape, x)
    axes = _but_the_second(x)
    mean, var, count = _statistics(x) if training else (running_mean, running_var, x.size // x.shape[1])
    inverse = 1 / np.sqrt(var + eps)  # (C,)
    x_hat = (x - _over(mean, x)) * _over(inverse, x)  # (N, C, …)
    weight_grad = (upstream * x_hat).sum(axis=axes)  # (N, C, …) -> (C,)
    bias_grad = upstream.sum(axis=axes)
    if training:
        upstream = upstream - _over(bias_grad / count, x) - x_hat * _over(weight_grad / count, x)
    return upstream * _over(weight * inverse, x), weight_grad, bias_grad


def _but_the_second(x: np.ndarray) -> tuple[int, ...]:
    return tuple(axis for axis in range(x.ndim) if axis != 1)


def _over(feature: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(C,) as (C, 1, …), so that it lies along the second dimension of x."""
    return feature.reshape(-1, *[1] * (x.ndim - 2))


def _statistics(x: np.ndarray):
    """Mean (C,) and variance (C,) over everything but the second dimension, and how many numbers they are of."""
    count = x.size // x.shape[1]
    if count < 2:
        raise wrong(
            "x", "hold two numbers a feature in training", f"shape {x.shape}", "a larger batch, or training=False"
        )
    mean = x.mean(axis=_but_the_second(x))
    centred = x - _over(mean, x)
    return mean, (centred * centred).mean(axis=_but_the_second(x)), count


def _inputs(x, running_mean, running_var, weight, bias):
    """All as floats that fit; without `weight` and `bias`, ones and zeros stand for them."""
    x = floats("x", x)
    if x.ndim < 2:
        raise wrong("x", "have two dimensions or more", f"shape {x.shape}", "shape (N, C, …)")
    shape = (x.shape[1],)
    running = (fitting(n, v, shape, x) for n, v in (("running_mean", running_mean), ("running_var", running_var)))
    weight = np.ones(shape, x.dtype) if weight is None else fitting("weight", weight, shape, x)
    bias = np.zeros(shape, x.dtype) if bias is None else fitting("bias", bias, shape, x)
    return x, *running, weight, bias
