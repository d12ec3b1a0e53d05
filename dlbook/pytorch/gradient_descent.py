"""Gradient descent on tensors: the sheet's six lines, and its three variants: all samples a step, one, or a few."""

from math import inf
from typing import NamedTuple

import torch

from dlbook._validate import check_between, check_count, wrong
from dlbook._validate.gradient_descent import check_order, check_samples, rates
from dlbook.pytorch._tensors import cast, wide


class Descent(NamedTuple):
    """Where a descent ended, the way it went, and why it stopped; if for neither reason, its steps were used up."""

    theta: torch.Tensor  # (…)
    path: torch.Tensor  # (steps + 1, …), the start included
    converged: torch.Tensor  # (), bool: the last step was shorter than tol
    diverged: torch.Tensor  # (), bool: the next point would not have been finite


def minimize(grad, theta, lr, tol=1e-6, max_iter=1000):
    """θ ← θ − η ∇J(θ), until ‖Δθ‖ < tol or `max_iter` steps are done; each step is torch.optim.SGD's."""
    theta, dtype = _start(theta)
    check_between("lr", lr, 0, inf)
    check_between("tol", tol, 0, inf)
    check_count("max_iter", max_iter)
    optimizer = torch.optim.SGD([theta], lr=float(lr))
    path, converged, diverged = [theta.clone()], False, False
    for _ in range(max_iter):
        theta.grad = _checked(grad(path[-1]), theta)
        optimizer.step()
        diverged = not cast(theta, dtype).isfinite().all()
        if diverged:
            break
        converged = bool(torch.linalg.vector_norm(theta - path[-1]) < tol)
        path.append(theta.clone())
        if converged:
            break
    path = cast(torch.stack(path), dtype)
    return Descent(path[-1].clone(), path, torch.tensor(converged), torch.tensor(diverged))


class Passes(NamedTuple):
    """Where passes over the data ended, the way they went, and whether they blew up."""

    theta: torch.Tensor  # (…)
    path: torch.Tensor  # (steps + 1, …), the start included; or the last point alone, (1, …)
    diverged: torch.Tensor  # (), bool: the next point would not have been finite; the passes ended there


def batch(grad, theta, X, y, lr, epochs, path=True):
    """θ ← θ − η ∇J(θ): one step an epoch, with the mean gradient over all samples."""
    X, y = _samples(X, y)
    check_count("epochs", epochs)
    batches = (
        (rate, X, y) for rate in rates(torch.as_tensor(lr, dtype=torch.float64), epochs)
    )  # the same batch every time
    return over_batches(grad, theta, batches, path)


def sgd(grad, theta, X, y, lr, order, path=True):
    """θ ← θ − η ∇Jᵢ(θ): one step a sample; row t of `order` (epochs, m) says in which order epoch t takes them."""
    X, y = _samples(X, y)

    def batches():
        for rate, row in _epochs(lr, order, len(X)):
            for i in row.tolist():
                yield rate, X[i : i + 1], y[i : i + 1]

    return over_batches(grad, theta, batches(), path)


def mini_batch(grad, theta, X, y, lr, order, batch_size, path=True):
    """θ ← θ − η (1/B) Σᵢ ∇Jᵢ(θ): one step for every B samples of a row of `order` (epochs, m)."""
    X, y = _samples(X, y)
    check_count("batch_size", batch_size, 1, len(X))

    def batches():
        for rate, row in _epochs(lr, order, len(X)):
            for few in row.split(batch_size):  # (B,), the last one perhaps shorter
                yield rate, X[few], y[few]

    return over_batches(grad, theta, batches(), path)


def over_batches(grad, theta, batches, path=True):
    """θ ← θ − η g(θ; X, y) for each (η, X, y) of `batches`; each step is torch.optim.SGD's."""
    theta, dtype = _start(theta)
    optimizer = torch.optim.SGD([theta], lr=0.0)
    points, last, diverged = [cast(theta, dtype).clone()], theta.clone(), False
    for rate, X, y in batches:
        optimizer.param_groups[0]["lr"] = rate
        theta.grad = _checked(grad(last, X, y), theta)
        optimizer.step()
        diverged = not cast(theta, dtype).isfinite().all()
        if diverged:
            break
        if not path:
            points.clear()
        last = theta.clone()
        points.append(cast(last, dtype))
    return Passes(points[-1].clone(), torch.stack(points), torch.tensor(bool(diverged)))


def sharded_grad(grad, theta, shards):
    """Σₖ (mₖ / m) gₖ: the gradient over all samples from those of its shards (X, y), weighted by their sizes."""
    theta, dtype = _start(theta)
    total, m = torch.zeros_like(theta), 0
    for X, y in shards:
        if len(X):
            total = total + len(X) * _checked(grad(theta, X, y), theta)
            m += len(X)
    if m == 0:
        raise wrong("shards", "not be empty", "no sample", "at least one")
    return cast(total / m, dtype)


def _start(theta):
    """A copy of `theta` in what is computed in, without a history, and the dtype of the answer."""
    theta = torch.as_tensor(theta).detach().clone()
    theta = theta if theta.is_floating_point() else theta.to(torch.float64)
    if not theta.isfinite().all():
        raise wrong("theta", "be finite", f"{theta[~theta.isfinite()][0].item()}", "a start that is")
    return wide(theta), theta.dtype


def _checked(gradient, theta):
    """`gradient` in theta's dtype, after a look at its shape."""
    gradient = torch.as_tensor(gradient).detach().to(theta)
    if gradient.shape != theta.shape:
        got, need = f"shape {tuple(gradient.shape)}", f"shape {tuple(theta.shape)}"
        raise wrong("grad", "return the shape of theta", got, need)
    return gradient


def _samples(X, y):
    """X (m, …) and y (m, …) as tensors."""
    X, y = torch.as_tensor(X), torch.as_tensor(y)
    check_samples(X, y)
    return X, y


def _epochs(lr, order, m):
    """Pairs of each epoch's learning rate and its row of `order` (epochs, m), after a look that these are orders."""
    order = torch.as_tensor(order)
    check_order(order, m, not (order.is_floating_point() or order.dtype == torch.bool))
    if (order.sort(dim=1).values != torch.arange(m, device=order.device)).any():
        raise wrong("order", "take every sample once an epoch", "a row that does not", f"permutations of 0 to {m - 1}")
    return zip(rates(torch.as_tensor(lr, dtype=torch.float64), len(order)), order, strict=True)
