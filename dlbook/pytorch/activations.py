"""Activation functions in PyTorch: the values are torch's own, the derivatives come from autograd."""

import torch
import torch.nn.functional as F

from dlbook._validate import check_choice, number_between, takes
from dlbook._validate.activations import check_dim, check_upstream
from dlbook.pytorch._tensors import answers_like, floats


@takes(z=floats)
def sigmoid(z):
    """σ(z) = 1 / (1 + e^−z), between 0 and 1."""
    return torch.sigmoid(z)


@takes(z=floats)
@answers_like("z")
def sigmoid_grad(z):
    """σ′(z) = σ(z) (1 − σ(z)), by autograd."""
    return _slope(torch.sigmoid, z)


@takes(z=floats)
def tanh(z):
    """tanh(z), between −1 and 1."""
    return torch.tanh(z)


@takes(z=floats)
@answers_like("z")
def tanh_grad(z):
    """tanh′(z) = 1 − tanh²(z), by autograd."""
    return _slope(torch.tanh, z)


@takes(z=floats)
def relu(z):
    """relu(z) = max(0, z)."""
    return F.relu(z)


@takes(z=floats)
@answers_like("z")
def relu_grad(z):
    """relu′(z) = 1 where z > 0, else 0, by autograd."""
    return _slope(F.relu, z)


@takes(z=floats)
def relu6(z):
    """relu6(z) = min(max(0, z), 6)."""
    return F.relu6(z)


@takes(z=floats)
@answers_like("z")
def relu6_grad(z):
    """relu6′(z) = 1 where 0 < z < 6, else 0, by autograd."""
    return _slope(F.relu6, z)


@takes(z=floats, negative_slope=number_between)
def leaky_relu(z, negative_slope=0.01):
    """f(z) = z where z ≥ 0, else α z; the sheet's α is `negative_slope`."""
    return F.leaky_relu(z, negative_slope)


@takes(z=floats, negative_slope=number_between)
@answers_like("z")
def leaky_relu_grad(z, negative_slope=0.01):
    """f′(z) = 1 where z > 0, else α, by autograd."""
    return _slope(lambda z: F.leaky_relu(z, negative_slope), z)


@takes(z=floats, alpha=number_between)
def elu(z, alpha=1.0):
    """f(z) = z where z ≥ 0, else α (e^z − 1)."""
    return F.elu(z, alpha)


@takes(z=floats, alpha=number_between)
@answers_like("z")
def elu_grad(z, alpha=1.0):
    """f′(z) = 1 where z > 0, else α e^z, by autograd."""
    return _slope(lambda z: F.elu(z, alpha), z)


@takes(z=floats)
def gelu(z, approximate="none"):
    """gelu(z) = z Φ(z), or its approximation by tanh."""
    check_choice("approximate", approximate, ("none", "tanh"))
    return F.gelu(z, approximate=approximate)


@takes(z=floats)
@answers_like("z")
def gelu_grad(z, approximate="none"):
    """gelu′(z) = Φ(z) + z Φ′(z), by autograd."""
    return _slope(lambda z: gelu(z, approximate), z)


@takes(z=floats)
def silu(z):
    """silu(z) = z σ(z)."""
    return F.silu(z)


@takes(z=floats)
@answers_like("z")
def silu_grad(z):
    """silu′(z) = σ(z) (1 + z (1 − σ(z))), by autograd."""
    return _slope(F.silu, z)


@takes(z=floats)
@answers_like("z")
def softmax(z, dim=-1):
    """softmax(z)_k = e^z_k / Σ_j e^z_j along `dim`."""
    check_dim(z, dim)
    return F.softmax(z, dim)


@takes(z=floats)
@answers_like("z")
def softmax_jacobian(z, dim=-1):
    """∂p_k/∂z_j by autograd: z (…, K, …) -> (…, K, K), the axis `dim` replaced by k, j at the end."""
    check_dim(z, dim)
    z = torch.atleast_1d(z).movedim(dim, -1)  # (…, K)
    rows = torch.func.vmap(torch.func.jacrev(lambda row: F.softmax(row, -1)))(z.reshape(-1, z.shape[-1]))
    return rows.reshape(*z.shape, z.shape[-1])  # (…, K, K)


@takes(upstream=floats, z=floats)
@answers_like("z")
def softmax_backward(upstream, z, dim=-1):
    """∂L/∂z for `upstream` = ∂L/∂p, by autograd."""
    return _pulled_back(F.softmax, upstream, z, dim)


@takes(z=floats)
@answers_like("z")
def log_softmax(z, dim=-1):
    """log softmax(z) along `dim`."""
    check_dim(z, dim)
    return F.log_softmax(z, dim)


@takes(upstream=floats, z=floats)
@answers_like("z")
def log_softmax_backward(upstream, z, dim=-1):
    """∂L/∂z for `upstream` = ∂L/∂(log p), by autograd."""
    return _pulled_back(F.log_softmax, upstream, z, dim)


def _slope(f, z):
    """f′(z) for an elementwise f, also where the caller has switched gradients off."""
    with torch.enable_grad():
        z = z.detach().requires_grad_()
        return torch.autograd.grad(f(z).sum(), z)[0]


def _pulled_back(f, upstream, z, dim):
    """`upstream` times the Jacobian of f(z, dim)."""
    check_upstream(upstream, z)
    check_dim(z, dim)
    _, backward = torch.func.vjp(lambda z: f(z, dim), z)
    return backward(upstream.to(z))[0]
