"""What layers accept: floats of one dtype and shapes that fit; and the one way in which gradients are found here."""

import torch

from dlbook._validate import wrong


def floats(name, value):
    """`value` as a tensor of floats; integers become float64, as in the NumPy room."""
    value = torch.as_tensor(value)
    if value.dtype == torch.bool or value.is_complex():
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    return value if value.is_floating_point() else value.to(torch.float64)


def fitting(name, value, shape, like):
    """`value` as floats in dtype and device of `like`, of exactly this shape."""
    value = floats(name, value)
    if tuple(value.shape) != tuple(shape):
        raise wrong(name, "fit the other arguments", f"shape {tuple(value.shape)}", f"shape {tuple(shape)}")
    return value.to(like)


def backward(upstream, f, *inputs):
    """∂L/∂input for each input of `f`, from `upstream` = ∂L/∂f, by autograd."""
    with torch.enable_grad():
        leaves = [value.detach().requires_grad_() for value in inputs]
        return torch.autograd.grad(f(*leaves), leaves, upstream)
