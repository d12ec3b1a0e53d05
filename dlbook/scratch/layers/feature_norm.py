"""Layer norm and RMS norm: every sample by itself, over its own features; no batch, no running statistics."""

import numpy as np

from dlbook._validate.sequences import check_normalized
from dlbook.scratch._arrays import cast, fitting, floats, wide


def layer_norm_core(x, weight, bias, eps):
    d = x - x.mean(axis=-1, keepdims=True)  # (N, D), from each sample's own mean
    var = (d * d).mean(axis=-1, keepdims=True)  # (N, 1)
    return weight * d / np.sqrt(var + eps) + bias


def layer_norm(x, normalized_shape, weight=None, bias=None, eps=1e-5):
    """y = γ (x − μ) / √(σ² + ε) + β: γ is `weight`, β `bias`; μ and σ² are those of a sample's own features.

    Shapes: x (…, *normalized_shape), weight and bias normalized_shape -> as x. The same while training and after.
    Source: Ba et al. 2016.
    """
    dtype, x, shape, weight, bias = _opened(x, normalized_shape, weight, bias)
    return cast(layer_norm_core(x, weight, bias, eps).reshape(shape), dtype)


def layer_norm_backward_core(upstream, x, weight, eps):
    d = x - x.mean(axis=-1, keepdims=True)  # (N, D)
    s = 1 / np.sqrt((d * d).mean(axis=-1, keepdims=True) + eps)  # (N, 1)
    x_hat, u = d * s, upstream * weight  # u = ∂L/∂x̂
    share = u.mean(axis=-1, keepdims=True) + x_hat * (u * x_hat).mean(axis=-1, keepdims=True)
    weight_grad = (upstream * x_hat).sum(axis=0, dtype=np.float64)  # (D,)
    bias_grad = upstream.sum(axis=0, dtype=np.float64)
    return s * (u - share), weight_grad, bias_grad


def layer_norm_backward(upstream, x, normalized_shape, weight=None, bias=None, eps=1e-5):
    """∂L/∂x = (u γ − mean u γ − x̂ mean(u γ x̂)) / √(σ² + ε), ∂L/∂γ = Σ u x̂ and ∂L/∂β = Σ u, for u = ∂L/∂y.

    Those of weight and bias are there even where these are not. Over the features nothing is left of a u that shifts or
    stretches all of them; over the batch, every sample is alone.
    """
    dtype, x, shape, weight, _ = _opened(x, normalized_shape, weight, bias)
    u = fitting("upstream", upstream, shape, x).reshape(x.shape)
    x_grad, *own = layer_norm_backward_core(u, x, weight, eps)
    inner = check_normalized(shape, normalized_shape)
    return cast((x_grad.reshape(shape), *(grad.reshape(inner) for grad in own)), dtype)


def rms_norm_core(x, weight, eps):
    rms = np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)  # (N, 1)
    return weight * x / rms


def rms_norm(x, normalized_shape, weight=None, eps=None):
    """y = γ x / √(mean x² + ε): layer norm without its mean and its shift; ε is the dtype's own unless given.

    Shapes as in `layer_norm`. Source: Zhang and Sennrich 2019.
    """
    dtype, x, shape, weight, _ = _opened(x, normalized_shape, weight, None)
    return cast(rms_norm_core(x, weight, _eps(eps, x)).reshape(shape), dtype)


def rms_norm_backward_core(upstream, x, weight, eps):
    s = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)  # (N, 1)
    x_hat, u = x * s, upstream * weight  # (N, D)
    share = x_hat * (u * x_hat).mean(axis=-1, keepdims=True)
    return s * (u - share), (upstream * x_hat).sum(axis=0, dtype=np.float64)


def rms_norm_backward(upstream, x, normalized_shape, weight=None, eps=None):
    """∂L/∂x = (u γ − x̂ mean(u γ x̂)) / √(mean x² + ε) and ∂L/∂γ = Σ u x̂, for u = ∂L/∂y."""
    dtype, x, shape, weight, _ = _opened(x, normalized_shape, weight, None)
    u = fitting("upstream", upstream, shape, x).reshape(x.shape)
    x_grad, weight_grad = rms_norm_backward_core(u, x, weight, _eps(eps, x))
    return cast((x_grad.reshape(shape), weight_grad.reshape(check_normalized(shape, normalized_shape))), dtype)


def _eps(eps, x):
    return np.finfo(x.dtype).eps if eps is None else eps


def _opened(x, normalized_shape, weight, bias):
    """The dtype and the shape of `x`, and all as rows (N, D); no scale is a scale of 1, no shift one of 0."""
    x = floats("x", x)
    inner = check_normalized(x.shape, normalized_shape)
    dtype, shape, x = x.dtype, x.shape, wide(x)
    weight = np.ones(inner, x.dtype) if weight is None else fitting("weight", weight, inner, x)
    bias = np.zeros(inner, x.dtype) if bias is None else fitting("bias", bias, inner, x)
    return dtype, x.reshape(-1, weight.size), shape, weight.ravel(), bias.ravel()
