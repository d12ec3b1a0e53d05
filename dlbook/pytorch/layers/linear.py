"""The MLP layer: torch.nn.functional.linear."""

import torch.nn.functional as F

from dlbook._validate import wrong
from dlbook.pytorch._tensors import backward, fitting, floats


def linear(x, weight, bias=None):
    """z = x Wᵀ + b: (…, D), (K, D), (K,) -> (…, K)."""
    return F.linear(*_inputs(x, weight, bias))


def linear_backward(upstream, x, weight, bias=None):
    """∂L/∂x, ∂L/∂W and, where there is a bias, ∂L/∂b, by autograd."""
    x, weight, bias = _inputs(x, weight, bias)
    upstream = fitting("upstream", upstream, (*x.shape[:-1], len(weight)), x)
    return backward(upstream, F.linear, *((x, weight) if bias is None else (x, weight, bias)))


def _inputs(x, weight, bias):
    """All three as floats that fit."""
    x, weight = floats("x", x), floats("weight", weight)
    if weight.ndim != 2:
        raise wrong("weight", "have two dimensions", f"shape {tuple(weight.shape)}", "shape (K, D)")
    K, D = weight.shape
    if x.ndim == 0 or x.shape[-1] != D:
        raise wrong("x", "fit the weight", f"shape {tuple(x.shape)}", f"{D} features in its last dimension")
    return x, weight.to(x), None if bias is None else fitting("bias", bias, (K,), x)
