"""Is a gradient right? Central differences know; here on tensors."""

from math import inf

import torch

from dlbook._validate import wrong


def numerical_gradient(f, x, eps=1e-6):
    """∂f/∂x_k ≈ (f(x + h e_k) − f(x − h e_k)) / 2h with h = ε max(1, |x_k|), one number of `x` at a time."""
    x = torch.as_tensor(x, dtype=torch.float64)
    if not 0 < eps < inf:
        raise wrong("eps", "be above 0", f"{eps}", "a small step, as 1e-6")
    gradient = torch.empty_like(x, memory_format=torch.contiguous_format)
    for k in range(x.numel()):
        step = torch.zeros_like(gradient)
        h = eps * x.flatten()[k].abs().clamp(min=1)
        step.view(-1)[k] = h
        difference = torch.as_tensor(f(x + step) - f(x - step))
        if difference.ndim > 0:
            raise wrong("f", "return one number", f"shape {tuple(difference.shape)}", "shape ()")
        gradient.view(-1)[k] = difference / (2 * h)
    return gradient


def gradcheck(f, grad, x, eps=1e-6):
    """The largest error of `grad(x)` against central differences of `f`, relative to the larger of the two and to 1."""
    x = torch.as_tensor(x, dtype=torch.float64)
    if x.numel() == 0:
        raise wrong("x", "not be empty", f"shape {tuple(x.shape)}", "at least one number")
    exact, approximate = grad(x), numerical_gradient(f, x, eps)
    if exact.shape != approximate.shape:
        raise wrong("grad", "return the shape of x", f"shape {tuple(exact.shape)}", f"shape {tuple(approximate.shape)}")
    scale = torch.maximum(exact.abs(), approximate.abs()).clamp(min=1)
    return ((exact - approximate).abs() / scale).max()
