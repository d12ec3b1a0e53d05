"""Gradient descent: the sheet's six lines."""

from typing import NamedTuple

import numpy as np


class Descent(NamedTuple):
    """Where a descent ended, the way it went, and whether it stopped by itself."""

    theta: np.ndarray  # (…)
    path: np.ndarray  # (steps + 1, …), the start included
    converged: np.ndarray  # (), bool


def minimize(grad, theta, lr, tol=1e-6, max_iter=1000):
    """θ ← θ − η ∇J(θ), until ‖Δθ‖ < tol or `max_iter` steps are done.

    `grad` takes and returns an array of theta's shape. A small step is no proof of a minimum: it is also small when
    `lr` is. A descent that overflows ends at its last finite point with `converged` false.
    """
    theta = np.asarray(theta)
    theta = theta if theta.dtype.kind == "f" else theta.astype(np.float64)
    path, converged = [theta], False
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is a result, not an accident
        for _ in range(max_iter):
            step = -lr * grad(theta)
            if not np.isfinite(theta + step).all():
                break
            theta = theta + step
            path.append(theta)
            if np.linalg.norm(step) < tol:
                converged = True
                break
    return Descent(theta, np.stack(path), np.asarray(converged))
