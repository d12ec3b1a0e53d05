"""Is a gradient right? Central differences know; here on tensors."""

from math import inf

import torch

from dlbook._validate import wrong


def numerical_gradient(f, x, eps=1e-6):
    """∂f/∂x_k ≈ (f(x + ε e_k) − f(x − ε e_k)) / 2ε, one number of `x` at a time; f returns a scalar."""
    x = torch.as_tensor(x, dtype=torch.float64)
    if not 0 < eps < inf:
        raise wrong("eps", "be above 0", f"{eps}", "a small step, as 1e-6")
    gradient = torch.empty_like(x, memory_format=torch.contiguous_format)
    for k in range(x.numel()):
        step = torch.zeros_like(gradient)
        step.view(-1)[k] = eps
        difference = torch.as_tensor(f(x + step) - f(x - step))
        if difference.ndim > 0:
            raise wrong("f", "return one number", f"shape {tuple(difference.shape)}", "shape ()")
        gradient.view(-1)[k] = difference / (2 * eps)
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
