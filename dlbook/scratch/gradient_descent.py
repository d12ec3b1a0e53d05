"""Gradient descent: the sheet's six lines."""

from math import inf
from typing import NamedTuple

import numpy as np

from dlbook._validate import check_between, wrong


class Descent(NamedTuple):
    """Where a descent ended, the way it went, and why it stopped; if for neither reason, its steps were used up."""

    theta: np.ndarray  # (…)
    path: np.ndarray  # (steps + 1, …), the start included
    converged: np.ndarray  # (), bool: the last step was shorter than tol
    diverged: np.ndarray  # (), bool: the next point would not have been finite


def minimize(grad, theta, lr, tol=1e-6, max_iter=1000):
    """θ ← θ − η ∇J(θ), until ‖Δθ‖ < tol or `max_iter` steps are done.

    `grad` takes and returns an array of theta's shape. A small step is no proof of a minimum: it is also small when
    `lr` is. A descent that overflows ends at its last finite point, with `diverged` true.
    """
    theta = _start(theta)
    check_between("lr", lr, 0, inf)
    check_between("tol", tol, 0, inf)
    path, converged, diverged = [theta], False, False
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is a result, not an accident
        for _ in range(max_iter):
            after = theta - float(lr) * _checked(grad(theta), theta)
            diverged = not np.isfinite(after).all()
            if diverged:
                break
            converged = np.linalg.norm(after - theta) < tol
            theta = after
            path.append(theta)
            if converged:
                break
    return Descent(theta, np.stack(path), np.asarray(converged), np.asarray(diverged))


def _start(theta) -> np.ndarray:
    """A copy of `theta` in floats."""
    theta = np.array(theta)
    theta = theta if theta.dtype.kind == "f" else theta.astype(np.float64)
    if not np.isfinite(theta).all():
        raise wrong("theta", "be finite", f"{theta[~np.isfinite(theta)][0]}", "a start that is")
    return theta


def _checked(gradient, theta: np.ndarray) -> np.ndarray:
    """`gradient` in theta's dtype, after a look at its shape."""
    gradient = np.asarray(gradient, dtype=theta.dtype)
    if gradient.shape != theta.shape:
        raise wrong("grad", "return the shape of theta", f"shape {gradient.shape}", f"shape {theta.shape}")
    return gradient
