"""Gradient descent on tensors: the sheet's six lines."""

from typing import NamedTuple

import torch


class Descent(NamedTuple):
    """Where a descent ended, the way it went, and whether it stopped by itself."""

    theta: torch.Tensor  # (…)
    path: torch.Tensor  # (steps + 1, …), the start included
    converged: torch.Tensor  # (), bool


def minimize(grad, theta, lr, tol=1e-6, max_iter=1000):
    """θ ← θ − η ∇J(θ), until ‖Δθ‖ < tol or `max_iter` steps are done; each step is torch.optim.SGD's."""
    theta = torch.as_tensor(theta)
    theta = theta.clone() if theta.is_floating_point() else theta.to(torch.float64)
    optimizer = torch.optim.SGD([theta], lr=lr)
    path, converged = [theta.clone()], False
    for _ in range(max_iter):
        theta.grad = grad(theta)
        optimizer.step()
        if not torch.isfinite(theta).all():
            theta = path[-1]
            break
        path.append(theta.clone())
        if torch.linalg.vector_norm(path[-1] - path[-2]) < tol:
            converged = True
            break
    return Descent(theta, torch.stack(path), torch.tensor(converged))
