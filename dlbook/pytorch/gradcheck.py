"""Is a gradient right? Central differences know; here on tensors."""

import torch


def numerical_gradient(f, x, eps=1e-6):
    """∂f/∂x_k ≈ (f(x + ε e_k) − f(x − ε e_k)) / 2ε, one number of `x` at a time; f returns a scalar."""
    x = torch.as_tensor(x, dtype=torch.float64)
    steps = eps * torch.eye(x.numel(), dtype=x.dtype, device=x.device).reshape(-1, *x.shape)
    differences = [(f(x + step) - f(x - step)) / (2 * eps) for step in steps]
    return torch.stack(differences).reshape(x.shape)


def gradcheck(f, grad, x, eps=1e-6):
    """The largest error of `grad(x)` against central differences of `f`, relative to the larger of the two and to 1."""
    x = torch.as_tensor(x, dtype=torch.float64)
    exact, approximate = grad(x), numerical_gradient(f, x, eps)
    if exact.shape != approximate.shape:
        raise ValueError(f"grad must return the shape of x: got {tuple(exact.shape)}, need {tuple(approximate.shape)}")
    scale = torch.maximum(exact.abs(), approximate.abs()).clamp(min=1)
    return ((exact - approximate).abs() / scale).max()
