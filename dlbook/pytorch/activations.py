"""Activation functions in PyTorch: the values are torch's own, the derivatives come from autograd."""

from math import inf

import torch
import torch.nn.functional as F

from dlbook._validate import check_between, wrong


def sigmoid(z):
    """σ(z) = 1 / (1 + e^−z), between 0 and 1."""
    return torch.sigmoid(_floats(z))


def sigmoid_grad(z):
    """σ′(z) = σ(z) (1 − σ(z)), by autograd."""
    return _slope(torch.sigmoid, z)


def tanh(z):
    """tanh(z), between −1 and 1."""
    return torch.tanh(_floats(z))


def tanh_grad(z):
    """tanh′(z) = 1 − tanh²(z), by autograd."""
    return _slope(torch.tanh, z)


def relu(z):
    """relu(z) = max(0, z)."""
    return F.relu(_floats(z))


def relu_grad(z):
    """relu′(z) = 1 where z > 0, else 0, by autograd."""
    return _slope(F.relu, z)


def leaky_relu(z, negative_slope=0.01):
    """f(z) = z where z ≥ 0, else α z; the sheet's α is `negative_slope`."""
    check_between("negative_slope", negative_slope, -inf, inf)
    return F.leaky_relu(_floats(z), negative_slope)


def leaky_relu_grad(z, negative_slope=0.01):
    """f′(z) = 1 where z > 0, else α, by autograd."""
    check_between("negative_slope", negative_slope, -inf, inf)
    return _slope(lambda z: F.leaky_relu(z, negative_slope), z)


def elu(z, alpha=1.0):
    """f(z) = z where z ≥ 0, else α (e^z − 1)."""
    check_between("alpha", alpha, -inf, inf)
    return F.elu(_floats(z), alpha)


def elu_grad(z, alpha=1.0):
    """f′(z) = 1 where z > 0, else α e^z, by autograd."""
    check_between("alpha", alpha, -inf, inf)
    return _slope(lambda z: F.elu(z, alpha), z)


def softmax(z, dim=-1):
    """softmax(z)_k = e^z_k / Σ_j e^z_j along `dim`."""
    return F.softmax(_scores(z, dim), dim)


def softmax_jacobian(z, dim=-1):
    """∂p_k/∂z_j by autograd: z (…, K, …) -> (…, K, K), the axis `dim` replaced by k, j at the end."""
    z = torch.atleast_1d(_scores(z, dim)).movedim(dim, -1)  # (…, K)
    rows = torch.func.vmap(torch.func.jacrev(lambda row: F.softmax(row, -1)))(z.reshape(-1, z.shape[-1]))
    return rows.reshape(*z.shape, z.shape[-1])  # (…, K, K)


def softmax_backward(upstream, z, dim=-1):
    """∂L/∂z for `upstream` = ∂L/∂p, by autograd."""
    z = _scores(z, dim)
    upstream = _floats(upstream, "upstream")
    if upstream.shape != z.shape:
        raise wrong("upstream", "have the shape of z", f"shape {tuple(upstream.shape)}", f"shape {tuple(z.shape)}")
    _, backward = torch.func.vjp(lambda z: F.softmax(z, dim), z)
    return backward(upstream)[0]


def log_softmax(z, dim=-1):
    """log softmax(z) along `dim`."""
    return F.log_softmax(_scores(z, dim), dim)


def _slope(f, z):
    """f′(z) for an elementwise f, also where the caller has switched gradients off."""
    with torch.enable_grad():
        z = _floats(z).detach().requires_grad_()
        return torch.autograd.grad(f(z).sum(), z)[0]


def _scores(z, dim):
    """`z` as a tensor of floats, after a look at its axis `dim`."""
    z = _floats(z)
    axes = max(z.ndim, 1)  # a single number has one axis here
    if not -axes <= dim < axes:
        raise wrong("dim", "be an axis of z", f"{dim} for shape {tuple(z.shape)}", f"{-axes} to {axes - 1}")
    if z.ndim > 0 and z.shape[dim] == 0:
        raise wrong("z", "not be empty along dim", f"shape {tuple(z.shape)}", "at least one score")
    return z


def _floats(z, name="z"):
    """`z` as a tensor of floats; integers become float64, as in the NumPy room."""
    z = torch.as_tensor(z)
    if z.dtype == torch.bool or z.is_complex():
        raise wrong(name, "hold numbers", f"dtype {z.dtype}", "floats or integers")
    return z if z.is_floating_point() else z.to(torch.float64)
