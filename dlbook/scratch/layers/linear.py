"""The MLP layer: every output is a weighted sum of all inputs, and a bias."""

from dlbook._validate import wrong
from dlbook.scratch.layers._inputs import fitting, floats


def linear(x, weight, bias=None):
    """z = x Wᵀ + b, for one sample x (D,) or any number of them (…, D).

    Shapes: weight (K, D), bias (K,) -> (…, K). Integers become float64; the dtype is that of `x`.
    """
    x, weight, bias = _inputs(x, weight, bias)
    z = x @ weight.T  # (…, D) @ (D, K) -> (…, K)
    return z if bias is None else z + bias  # (…, K) + (K,) -> (…, K)


def linear_backward(upstream, x, weight, bias=None):
    """∂L/∂x = u W, ∂L/∂W = uᵀ x and, where there is a bias, ∂L/∂b = Σ u over the samples, for u = ∂L/∂z (…, K).

    No 1/m: where L is a mean over samples, its 1/m has entered once, in u. Shapes: those of x, weight, bias.
    """
    x, weight, bias = _inputs(x, weight, bias)
    K, D = weight.shape
    upstream = fitting("upstream", upstream, (*x.shape[:-1], K), x)
    u = upstream.reshape(-1, K)  # (…, K) -> (N, K)
    x_grad = upstream @ weight  # (…, K) @ (K, D) -> (…, D)
    weight_grad = u.T @ x.reshape(-1, D)  # (K, N) @ (N, D) -> (K, D)
    return (x_grad, weight_grad) if bias is None else (x_grad, weight_grad, u.sum(axis=0))  # (N, K) -> (K,)


def _inputs(x, weight, bias):
    """All three as floats that fit."""
    x, weight = floats("x", x), floats("weight", weight)
    if weight.ndim != 2:
        raise wrong("weight", "have two dimensions", f"shape {weight.shape}", "shape (K, D)")
    K, D = weight.shape
    if x.ndim == 0 or x.shape[-1] != D:
        raise wrong("x", "fit the weight", f"shape {x.shape}", f"{D} features in its last dimension")
    bias = None if bias is None else fitting("bias", bias, (K,), x)
    return x, weight.astype(x.dtype, copy=False), bias
