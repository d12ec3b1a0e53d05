"""Batch normalization: every feature has mean 0 and variance 1 over the batch, then a scale and a shift of its own."""

from typing import NamedTuple

import numpy as np

from dlbook._validate import number_between, wrong
from dlbook._validate.layers import check_running
from dlbook.scratch.layers._inputs import fitting, floats


class BatchNorm(NamedTuple):
    """What a batch norm gives: the output, and the running statistics after it."""

    output: np.ndarray  # (N, C, …), as x
    running_mean: np.ndarray | None  # (C,)
    running_var: np.ndarray | None  # (C,)


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """y = γ (x − μ) / √(σ² + ε) + β: γ is `weight`, β `bias`; μ and σ² are taken over all dimensions but the second.

    In training, μ and σ² (divided by N) are the batch's, and the running statistics move towards them by `momentum`,
    the running variance towards its unbiased form (divided by N − 1); else the running statistics stand for them.
    In training they may both be None. Shapes: x (N, C, …), all else (C,). Source: Ioffe and Szegedy 2015.
    """
    x, running_mean, running_var, weight, bias = _inputs(x, running_mean, running_var, weight, bias, training)
    momentum = number_between("momentum", momentum, 0, 1)  # plain: a NumPy number would give away its precision
    if training:
        mean, var, centred, count = _statistics(x)
        if running_mean is not None:
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_var = (1 - momentum) * running_var + momentum * var * (count / (count - 1))
    else:
        centred, var = x - _over(running_mean, x), running_var
    output = centred  # (N, C, …), written over step by step: on a large batch, new arrays cost more than sums
    output *= _over(weight / np.sqrt(var + eps), x)
    output += _over(bias, x)
    return BatchNorm(output, running_mean, running_var)


def batch_norm_backward(
    upstream, x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5
):
    """∂L/∂x, ∂L/∂γ = Σ u x̂ and ∂L/∂β = Σ u, for u = ∂L/∂y and x̂ the normalized x.

    In training ∂L/∂x = γ/√(σ² + ε) · (u − mean u − x̂ mean(u x̂)): μ and σ² depend on every sample of the batch, so that
    nothing is left of a u that shifts or stretches all of them. Else ∂L/∂x = γ/√(σ² + ε) · u.
    """
    x, running_mean, running_var, weight, _ = _inputs(x, running_mean, running_var, weight, bias, training)
    upstream = fitting("upstream", upstream, x.shape, x)
    if training:
        _, var, x_hat, count = _statistics(x)
    else:
        x_hat, var = x - _over(running_mean, x), running_var
    inverse = 1 / np.sqrt(var + eps)  # (C,)
    x_hat *= _over(inverse, x)  # (N, C, …)
    weight_grad, bias_grad = _sum(upstream, x_hat), upstream.sum(axis=_but_the_second(x))  # (N, C, …) -> (C,)
    scale = weight * inverse
    x_grad = upstream * _over(scale, x)
    if training:  # what would shift or stretch all samples is taken out
        x_grad -= _over(scale * bias_grad / count, x)
        x_hat *= _over(scale * weight_grad / count, x)
        x_grad -= x_hat
    return x_grad, weight_grad, bias_grad


def _but_the_second(x: np.ndarray) -> tuple[int, ...]:
    return tuple(axis for axis in range(x.ndim) if axis != 1)


def _over(feature: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(C,) as (C, 1, …), so that it lies along the second dimension of x."""
    return feature.reshape(-1, *[1] * (x.ndim - 2))


def _sum(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Σ a b over all dimensions but the second, (N, C, …) -> (C,), without an array for the products."""
    return np.einsum(a, range(a.ndim), b, range(b.ndim), [1])


def _statistics(x: np.ndarray):
    """Mean (C,) and variance (C,) over all dimensions but the second, x − mean, and how many numbers they are of."""
    count = x.size // x.shape[1]
    if count < 2:
        raise wrong(
            "x", "hold two numbers a feature in training", f"shape {x.shape}", "a larger batch, or training=False"
        )
    mean = x.mean(axis=_but_the_second(x))
    centred = x - _over(mean, x)
    return mean, _sum(centred, centred) / count, centred, count


def _inputs(x, running_mean, running_var, weight, bias, training):
    """All as floats that fit; without `weight` and `bias`, ones and zeros stand for them."""
    x = floats("x", x)
    if x.ndim < 2:
        raise wrong("x", "have two dimensions or more", f"shape {x.shape}", "shape (N, C, …)")
    shape = (x.shape[1],)
    check_running(running_mean, running_var, training)
    if running_mean is not None:
        running_mean = fitting("running_mean", running_mean, shape, x)
        running_var = fitting("running_var", running_var, shape, x)
    weight = np.ones(shape, x.dtype) if weight is None else fitting("weight", weight, shape, x)
    bias = np.zeros(shape, x.dtype) if bias is None else fitting("bias", bias, shape, x)
    return x, running_mean, running_var, weight, bias
