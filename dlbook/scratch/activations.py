"""Activation functions and their derivatives, each beside its function.

Shapes: `z` may have any shape, and what comes back has the same one. Integers become float64, float32 stays float32.
At ±1000 and ±∞ nothing overflows or warns. NaN stays NaN; the derivative of a piecewise function means nothing there.
Where a function has two pieces, choosing by `np.where` is avoided: it takes several times as long.
"""

from math import inf

import numpy as np

from dlbook._validate import check_between, wrong


def sigmoid(z):
    """σ(z) = 1 / (1 + e^−z), between 0 and 1."""
    with np.errstate(over="ignore"):  # 1 / (1 + ∞) is 0
        return 1 / (1 + np.exp(-_floats(z)))


def sigmoid_grad(z):
    """σ′(z) = σ(z) (1 − σ(z)), at most ¼."""
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z):
    """tanh(z) = (e^z − e^−z) / (e^z + e^−z) = 2 σ(2z) − 1, between −1 and 1."""
    return np.tanh(_floats(z))


def tanh_grad(z):
    """tanh′(z) = 1 − tanh²(z), at most 1."""
    t = np.tanh(_floats(z))
    return 1 - t * t


def relu(z):
    """relu(z) = max(0, z)."""
    return np.maximum(_floats(z), 0)


def relu_grad(z):
    """relu′(z) = 1 where z > 0, else 0; at the kink z = 0 it is 0, as in PyTorch."""
    z = _floats(z)
    return (z > 0).astype(z.dtype)


def leaky_relu(z, negative_slope=0.01):
    """f(z) = z where z ≥ 0, else α z: the larger of the two, for α > 1 the smaller. α is `negative_slope`."""
    check_between("negative_slope", negative_slope, -inf, inf)
    z = _floats(z)
    side = z if negative_slope else np.minimum(z, 0)  # 0 · ∞ would be NaN
    with np.errstate(invalid="ignore"):  # 0 · (−∞) is, as in PyTorch
        leak = np.multiply(negative_slope, side, out=np.empty_like(z))
    choose = np.maximum if negative_slope <= 1 else np.minimum
    return choose(z, leak, out=leak)


def leaky_relu_grad(z, negative_slope=0.01):
    """f′(z) = 1 where z > 0, else α; at the kink z = 0 it is α, as in PyTorch."""
    check_between("negative_slope", negative_slope, -inf, inf)
    negative_slope = float(negative_slope)
    return negative_slope + (1 - negative_slope) * relu_grad(z)


def elu(z, alpha=1.0):
    """f(z) = z where z ≥ 0, else α (e^z − 1): the sum of the two sides, each 0 beyond the kink."""
    check_between("alpha", alpha, -inf, inf)
    z = _floats(z)
    left = np.expm1(np.minimum(z, 0))
    left *= float(alpha)
    return left + np.maximum(z, 0)


def elu_grad(z, alpha=1.0):
    """f′(z) = 1 where z > 0, else α e^z; at z = 0 it is α, as in PyTorch."""
    check_between("alpha", alpha, -inf, inf)
    z, alpha = _floats(z), float(alpha)
    left = np.exp(np.minimum(z, 0))  # 1 where z > 0
    left *= alpha
    return left + (1 - alpha) * relu_grad(z)


def softmax(z, dim=-1):
    """softmax(z)_k = e^z_k / Σ_j e^z_j along `dim`: positive, and summing to one.

    The largest score is subtracted first; that changes nothing and keeps e^z_k at most 1. Beside a score of +∞ there is
    no answer: NaN, as in PyTorch.
    """
    e = np.exp(_below_zero(z, dim))
    e /= e.sum(axis=dim, keepdims=True)
    return e


def softmax_jacobian(z, dim=-1):
    """∂p_k/∂z_j = p_k (δ_kj − p_j): the axis `dim` of `z` is replaced by the two axes k, j at the end.

    Shapes: z (…, K, …) -> (…, K, K).
    """
    p = np.moveaxis(np.atleast_1d(softmax(z, dim)), dim, -1)  # (…, K)
    return p[..., :, None] * (np.eye(p.shape[-1], dtype=p.dtype) - p[..., None, :])  # (…, K, K)


def softmax_backward(upstream, z, dim=-1):
    """∂L/∂z = p (u − Σ_j u_j p_j) for u = ∂L/∂p: the Jacobian times `upstream`, without building it."""
    p = softmax(z, dim)
    upstream = _floats(upstream, "upstream").astype(p.dtype)
    if upstream.shape != p.shape:
        raise wrong("upstream", "have the shape of z", f"shape {upstream.shape}", f"shape {p.shape}")
    return p * (upstream - (upstream * p).sum(axis=dim, keepdims=True))


def log_softmax(z, dim=-1):
    """log softmax(z)_k = z_k − log Σ_j e^z_j along `dim`, exact where the softmax itself rounds to zero."""
    z = _below_zero(z, dim)
    z -= np.log(np.exp(z).sum(axis=dim, keepdims=True))
    return z


def _below_zero(z, dim: int) -> np.ndarray:
    """z − max z along `dim`."""
    z = _floats(z)
    axes = max(z.ndim, 1)  # a single number has one axis here
    if not -axes <= dim < axes:
        raise wrong("dim", "be an axis of z", f"{dim} for shape {z.shape}", f"{-axes} to {axes - 1}")
    if z.ndim > 0 and z.shape[dim] == 0:
        raise wrong("z", "not be empty along dim", f"shape {z.shape}", "at least one score")
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        return z - z.max(axis=dim, keepdims=True)


def _floats(z, name: str = "z") -> np.ndarray:
    """`z` as an array of floats: float32 and float64 stay, integers become float64."""
    z = np.asarray(z)
    if z.dtype.kind not in "fiu":
        raise wrong(name, "hold numbers", f"dtype {z.dtype}", "floats or integers")
    return z if z.dtype.kind == "f" else z.astype(np.float64)
