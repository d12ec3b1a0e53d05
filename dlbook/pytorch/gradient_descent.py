"""Gradient descent on tensors: the sheet's six lines."""

from math import inf
from typing import NamedTuple

import torch

from dlbook._validate import check_between, wrong


class Descent(NamedTuple):
    """Where a descent ended, the way it went, and why it stopped; if for neither reason, its steps were used up."""

    theta: torch.Tensor  # (…)
    path: torch.Tensor  # (steps + 1, …), the start included
    converged: torch.Tensor  # (), bool: the last step was shorter than tol
    diverged: torch.Tensor  # (), bool: the next point would not have been finite


def minimize(grad, theta, lr, tol=1e-6, max_iter=1000):
    """θ ← θ − η ∇J(θ), until ‖Δθ‖ < tol or `max_iter` steps are done; each step is torch.optim.SGD's."""
    theta = _start(theta)
    check_between("lr", lr, 0, inf)
    check_between("tol", tol, 0, inf)
    optimizer = torch.optim.SGD([theta], lr=float(lr))
    path, converged, diverged = [theta.clone()], False, False
    for _ in range(max_iter):
        theta.grad = _checked(grad(path[-1]), theta)
        optimizer.step()
        diverged = not theta.isfinite().all()
        if diverged:
            break
        converged = bool(torch.linalg.vector_norm(theta - path[-1]) < tol)
        path.append(theta.clone())
        if converged:
            break
    return Descent(path[-1], torch.stack(path), torch.tensor(converged), torch.tensor(diverged))


def _start(theta):
    """A copy of `theta` in floats, without a history."""
    theta = torch.as_tensor(theta).detach().clone()
    theta = theta if theta.is_floating_point() else theta.to(torch.float64)
    if not theta.isfinite().all():
        raise wrong("theta", "be finite", f"{theta[~theta.isfinite()][0].item()}", "a start that is")
    return theta


def _checked(gradient, theta):
    """`gradient` in theta's dtype, after a look at its shape."""
    gradient = torch.as_tensor(gradient).detach().to(theta)
    if gradient.shape != theta.shape:
        got, need = f"shape {tuple(gradient.shape)}", f"shape {tuple(theta.shape)}"
        raise wrong("grad", "return the shape of theta", got, need)
    return gradient
