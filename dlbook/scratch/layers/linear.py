"""The MLP layer: every output is a weighted sum of all inputs, and a bias."""

import numpy as np

from dlbook._validate import wrong
from dlbook.scratch._arrays import cast, fitting, floats, wide


def linear_core(x, weight, bias):
    return x @ weight.T + bias  # (N, K)


def linear(x, weight, bias=None):
    """z = x Wᵀ + b, for one sample x (D,) or any number of them (…, D).

    Shapes: weight (K, D), bias (K,) -> (…, K). Integers become float64; the dtype is that of `x`.
    """
    dtype, x, weight, bias = _opened(x, weight, bias)
    return cast(linear_core(x, weight, bias), dtype)


def linear_backward_core(upstream, x, weight):
    x_grad = upstream @ weight  # (N, D)
    weight_grad = upstream.T @ x  # (K, D)
    bias_grad = upstream.sum(axis=0, dtype=np.float64)  # (K,)
    return x_grad, weight_grad, bias_grad


def linear_backward(upstream, x, weight, bias=None):
    """∂L/∂x = u W, ∂L/∂W = uᵀ x and, where there is a bias, ∂L/∂b = Σ u over the samples, for u = ∂L/∂z (…, K).

    No 1/m: where L is a mean over samples, its 1/m has entered once, in u. Shapes: those of x, weight, bias.
    The sum of a long batch is taken in float64: a narrow dtype would swallow the last of many small numbers.
    """
    dtype, x, weight, _ = _opened(x, weight, bias)
    K, D = weight.shape
    upstream = fitting("upstream", upstream, (*x.shape[:-1], K), x)
    x_grad, *own = linear_backward_core(upstream.reshape(-1, K), x.reshape(-1, D), weight)
    return cast((x_grad.reshape(x.shape), *own[: 1 if bias is None else 2]), dtype)


def _opened(x, weight, bias):
    """The dtype of `x`, and all three as floats that fit; no bias is a bias of 0."""
    x, weight = floats("x", x), floats("weight", weight)
    if weight.ndim != 2:
        raise wrong("weight", "have two dimensions", f"shape {weight.shape}", "shape (K, D)")
    K, D = weight.shape
    if x.ndim == 0 or x.shape[-1] != D:
        raise wrong("x", "fit the weight", f"shape {x.shape}", f"{D} features in its last dimension")
    dtype, x = x.dtype, wide(x)
    return dtype, x, weight.astype(x.dtype, copy=False), 0 if bias is None else fitting("bias", bias, (K,), x)
