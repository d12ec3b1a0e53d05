"""Activation functions and their derivatives, each beside its function.

Shapes: `z` may have any shape, and what comes back has the same one. Integers become float64, the other dtypes stay.
At ±1000 and ±∞ nothing overflows or warns. NaN stays NaN; the derivative of a piecewise function means nothing there.
"""

from math import erf, pi

import numpy as np

from dlbook._validate import check_choice, number_between, takes
from dlbook._validate.activations import check_dim, check_upstream
from dlbook.scratch._arrays import answers_like, floats

# e^1000 is ∞, as it should be, and what np.where does not take may be 0 · ∞.
silent = np.errstate(over="ignore", invalid="ignore")


@silent
@takes(z=floats)
@answers_like("z")
def sigmoid(z):
    """σ(z) = 1 / (1 + e^−z), between 0 and 1."""
    return 1 / (1 + np.exp(-z))


@takes(z=floats)
@answers_like("z")
def sigmoid_grad(z):
    """σ′(z) = σ(z) (1 − σ(z)), at most ¼."""
    s = sigmoid(z)
    return s * (1 - s)


@takes(z=floats)
@answers_like("z")
def tanh(z):
    """tanh(z) = (e^z − e^−z) / (e^z + e^−z) = 2 σ(2z) − 1, between −1 and 1."""
    return np.tanh(z)


@takes(z=floats)
@answers_like("z")
def tanh_grad(z):
    """tanh′(z) = 1 − tanh²(z), at most 1."""
    t = np.tanh(z)
    return 1 - t * t


@takes(z=floats)
def relu(z):
    """relu(z) = max(0, z)."""
    return np.maximum(0, z)


@takes(z=floats)
@answers_like("z")
def relu_grad(z):
    """relu′(z) = 1 where z > 0, else 0; at the kink z = 0 it is 0, as in PyTorch."""
    return 1.0 * (z > 0)


@takes(z=floats)
def relu6(z):
    """relu6(z) = min(max(0, z), 6): a ReLU that small numbers with few digits can hold, as in MobileNet."""
    return np.minimum(np.maximum(0, z), 6)


@takes(z=floats)
@answers_like("z")
def relu6_grad(z):
    """relu6′(z) = 1 where 0 < z < 6, else 0; at both kinks it is 0, as in PyTorch."""
    return 1.0 * ((0 < z) & (z < 6))


@silent
@takes(z=floats, negative_slope=number_between)
@answers_like("z")
def leaky_relu(z, negative_slope=0.01):
    """f(z) = z where z ≥ 0, else α z. α is `negative_slope`."""
    return np.where(z >= 0, z, negative_slope * z)


@takes(z=floats, negative_slope=number_between)
@answers_like("z")
def leaky_relu_grad(z, negative_slope=0.01):
    """f′(z) = 1 where z > 0, else α; at the kink z = 0 it is α, as in PyTorch."""
    return np.where(z > 0, 1, negative_slope)


@silent
@takes(z=floats, alpha=number_between)
@answers_like("z")
def elu(z, alpha=1.0):
    """f(z) = z where z ≥ 0, else α (e^z − 1)."""
    return np.where(z >= 0, z, alpha * np.expm1(z))


@silent
@takes(z=floats, alpha=number_between)
@answers_like("z")
def elu_grad(z, alpha=1.0):
    """f′(z) = 1 where z > 0, else α e^z; at z = 0 it is α, as in PyTorch."""
    return np.where(z > 0, 1, alpha * np.exp(z))


def gelu_core(z):
    normal = (1 + erf_of(z / np.sqrt(2))) / 2  # Φ(z), the share of a standard normal below z
    return z * normal


@silent
@takes(z=floats)
@answers_like("z")
def gelu(z, approximate="none"):
    """gelu(z) = z Φ(z): each number times the chance that a standard normal stays below it.

    With approximate="tanh" it is z/2 (1 + tanh(√(2/π) (z + 0.044715 z³))): within 5e-4, quicker here, and GPT-2's.
    Source: Hendrycks and Gimpel 2016.
    """
    check_choice("approximate", approximate, ("none", "tanh"))
    if approximate == "none":
        return gelu_core(z)
    return z / 2 * (1 + np.tanh(np.sqrt(2 / pi) * (z + 0.044715 * z * z * z)))


def gelu_grad_core(z):
    normal = (1 + erf_of(z / np.sqrt(2))) / 2  # Φ(z)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)  # Φ′(z)
    return normal + z * density


@silent
@takes(z=floats)
@answers_like("z")
def gelu_grad(z, approximate="none"):
    """gelu′(z) = Φ(z) + z Φ′(z), with Φ′(z) = e^(−z²/2) / √(2π)."""
    check_choice("approximate", approximate, ("none", "tanh"))
    if approximate == "none":
        return gelu_grad_core(z)
    t = np.tanh(np.sqrt(2 / pi) * (z + 0.044715 * z * z * z))
    return (1 + t) / 2 + z / 2 * (1 - t * t) * np.sqrt(2 / pi) * (1 + 3 * 0.044715 * z * z)


@silent
@takes(z=floats)
@answers_like("z")
def silu(z):
    """silu(z) = z σ(z): as GELU, with a sigmoid for the normal's share."""
    return z * sigmoid(z)


@silent
@takes(z=floats)
@answers_like("z")
def silu_grad(z):
    """silu′(z) = σ(z) (1 + z (1 − σ(z)))."""
    s = sigmoid(z)
    return s * (1 + z * (1 - s))


def erf_of(z):
    """erf of each number: NumPy has none, so Python's own is asked one by one."""
    return np.array(np.frompyfunc(erf, 1, 1)(z), z.dtype)


def softmax_core(z, dim):
    e = np.exp(z - z.max(axis=dim, keepdims=True))
    return e / e.sum(axis=dim, keepdims=True)


@silent
@takes(z=floats)
@answers_like("z")
def softmax(z, dim=-1):
    """softmax(z)_k = e^z_k / Σ_j e^z_j along `dim`: positive, and summing to one.

    The largest score is subtracted first; that changes nothing and keeps e^z_k at most 1. Beside a score of +∞ there is
    no answer: NaN, as in PyTorch.
    """
    check_dim(z, dim)
    return softmax_core(z, dim)


def softmax_jacobian_core(z):  # (…, K)
    p = softmax(z)
    return p[..., :, None] * (np.eye(z.shape[-1]) - p[..., None, :])  # (…, K, K)


@silent
@takes(z=floats)
@answers_like("z")
def softmax_jacobian(z, dim=-1):
    """∂p_k/∂z_j = p_k (δ_kj − p_j): the axis `dim` of `z` is replaced by the two axes k, j at the end.

    Shapes: z (…, K, …) -> (…, K, K).
    """
    check_dim(z, dim)
    return softmax_jacobian_core(np.moveaxis(np.atleast_1d(z), dim, -1))


@silent
@takes(upstream=floats, z=floats)
@answers_like("z")
def softmax_backward(upstream, z, dim=-1):
    """∂L/∂z = p (u − Σ_j u_j p_j) for u = ∂L/∂p: the Jacobian times `upstream`, without building it."""
    check_upstream(upstream, z)
    p = softmax(z, dim)
    return p * (upstream - (upstream * p).sum(axis=dim, keepdims=True))


def log_softmax_core(z, dim):
    z = z - z.max(axis=dim, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=dim, keepdims=True))


@silent
@takes(z=floats)
@answers_like("z")
def log_softmax(z, dim=-1):
    """log softmax(z)_k = z_k − log Σ_j e^z_j along `dim`, exact where the softmax itself rounds to zero."""
    check_dim(z, dim)
    return log_softmax_core(z, dim)


@silent
@takes(upstream=floats, z=floats)
@answers_like("z")
def log_softmax_backward(upstream, z, dim=-1):
    """∂L/∂z = u − p Σ_j u_j for u = ∂L/∂(log p)."""
    check_upstream(upstream, z)
    return upstream - softmax(z, dim) * upstream.sum(axis=dim, keepdims=True)
