"""Layer norm and RMS norm: torch.nn.functional.layer_norm and rms_norm."""

import torch.nn.functional as F

from dlbook._validate.sequences import check_normalized
from dlbook.pytorch._tensors import backward, fitting, floats


def layer_norm(x, normalized_shape, weight=None, bias=None, eps=1e-5):
    """y = γ (x − μ) / √(σ² + ε) + β over the last dimensions."""
    x, shape, weight, bias = _inputs(x, normalized_shape, weight, bias)
    return F.layer_norm(x, shape, weight, bias, eps)


def layer_norm_backward(upstream, x, normalized_shape, weight=None, bias=None, eps=1e-5):
    """∂L/∂x, ∂L/∂γ and ∂L/∂β, by autograd."""
    x, shape, weight, bias = _inputs(x, normalized_shape, weight, bias)
    upstream = fitting("upstream", upstream, x.shape, x)
    return backward(upstream, lambda x, weight, bias: F.layer_norm(x, shape, weight, bias, eps), x, weight, bias)


def rms_norm(x, normalized_shape, weight=None, eps=None):
    """y = γ x / √(mean x² + ε) over the last dimensions."""
    x, shape, weight, _ = _inputs(x, normalized_shape, weight, None)
    return F.rms_norm(x, shape, weight, eps)


def rms_norm_backward(upstream, x, normalized_shape, weight=None, eps=None):
    """∂L/∂x and ∂L/∂γ, by autograd."""
    x, shape, weight, _ = _inputs(x, normalized_shape, weight, None)
    upstream = fitting("upstream", upstream, x.shape, x)
    return backward(upstream, lambda x, weight: F.rms_norm(x, shape, weight, eps), x, weight)


def _inputs(x, normalized_shape, weight, bias):
    """All as floats that fit; without `weight` and `bias`, ones and zeros stand for them."""
    x = floats("x", x)
    shape = check_normalized(x.shape, normalized_shape)
    weight = x.new_ones(shape) if weight is None else fitting("weight", weight, shape, x)
    return x, shape, weight, x.new_zeros(shape) if bias is None else fitting("bias", bias, shape, x)
