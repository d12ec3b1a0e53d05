"""Gradient descent: the sheet's six lines, and its three variants: all samples a step, one, or a few."""

from math import inf
from typing import NamedTuple

import numpy as np

from dlbook._validate import check_between, check_count, check_same_length, wrong


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
    check_count("max_iter", max_iter)
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


class Passes(NamedTuple):
    """Where passes over the data ended, the way they went, and whether they blew up."""

    theta: np.ndarray  # (…)
    path: np.ndarray  # (steps + 1, …), the start included; or the last point alone, (1, …)
    diverged: np.ndarray  # (), bool: the next point would not have been finite; the passes ended there


def batch(grad, theta, X, y, lr, epochs, path=True):
    """θ ← θ − η ∇J(θ): one step an epoch, with the mean gradient over all samples.

    Here and below: X (m, …) and y (m, …) hold the samples, `grad(theta, X_batch, y_batch)` returns the mean gradient
    over the samples that it gets, and `lr` is a number, or an array with one for each epoch. Without `path` the points
    on the way are let go: a path through a large file would take as much memory as the file.
    """
    X, y = _samples(X, y)
    check_count("epochs", epochs)
    batches = ((rate, X, y) for rate in _rates(lr, epochs))  # the same batch every time
    return over_batches(grad, theta, batches, path)


def sgd(grad, theta, X, y, lr, order, path=True):
    """θ ← θ − η ∇Jᵢ(θ): one step a sample; row t of `order` (epochs, m) says in which order epoch t takes them."""
    X, y = _samples(X, y)

    def batches():
        for rate, row in _epochs(lr, order, len(X)):
            for i in row:
                yield rate, X[i : i + 1], y[i : i + 1]

    return over_batches(grad, theta, batches(), path)


def mini_batch(grad, theta, X, y, lr, order, batch_size, path=True):
    """θ ← θ − η (1/B) Σᵢ ∇Jᵢ(θ): one step for every B samples of a row of `order` (epochs, m).

    Where B does not divide m, the last batch of an epoch is smaller, and its gradient the mean over fewer.
    """
    X, y = _samples(X, y)
    check_count("batch_size", batch_size, 1, len(X))

    def batches():
        for rate, row in _epochs(lr, order, len(X)):
            for k in range(0, len(X), batch_size):
                few = row[k : k + batch_size]  # (B,), the last one perhaps shorter
                yield rate, X[few], y[few]

    return over_batches(grad, theta, batches(), path)


def over_batches(grad, theta, batches, path=True):
    """θ ← θ − η g(θ; X, y) for each (η, X, y) of `batches`: what all variants share.

    `batches` may be a generator that reads them from a file, one at a time.
    """
    theta = _start(theta)
    points, diverged = [theta], False
    with np.errstate(over="ignore", invalid="ignore"):
        for rate, X, y in batches:
            after = theta - rate * _checked(grad(theta, X, y), theta)
            diverged = not np.isfinite(after).all()
            if diverged:
                break
            theta = after
            if not path:
                points.clear()
            points.append(theta)
    return Passes(theta, np.stack(points), np.asarray(diverged))


def sharded_grad(grad, theta, shards):
    """Σₖ (mₖ / m) gₖ: the gradient over all samples from those of its shards (X, y), weighted by their sizes.

    Read the shards one after the other and it is out-of-core; give each to a machine and it is data-parallel.
    A shard without samples weighs nothing.
    """
    theta = _start(theta)
    total, m = np.zeros_like(theta), 0
    for X, y in shards:
        if len(X):
            total = total + len(X) * _checked(grad(theta, X, y), theta)
            m += len(X)
    if m == 0:
        raise wrong("shards", "not be empty", "no sample", "at least one")
    return total / m


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


def _samples(X, y) -> tuple[np.ndarray, np.ndarray]:
    """X (m, …) and y (m, …) as arrays; an array on disk stays there."""
    X, y = np.asarray(X), np.asarray(y)
    for name, array in (("X", X), ("y", y)):
        if array.ndim == 0 or len(array) == 0:
            raise wrong(name, "hold samples", f"shape {array.shape}", "at least one row")
    check_same_length("y", len(y), "X", len(X))
    return X, y


def _epochs(lr, order, m: int):
    """Pairs of each epoch's learning rate and its row of `order` (epochs, m), after a look that these are orders."""
    order = np.asarray(order)
    if order.ndim != 2 or order.shape[1] != m:
        raise wrong("order", "hold a row for each epoch", f"shape {order.shape}", f"(epochs, {m})")
    if order.dtype.kind not in "iu":
        raise wrong("order", "hold indices", str(order.dtype), "whole numbers")
    if (np.sort(order, axis=1) != np.arange(m)).any():
        raise wrong("order", "take every sample once an epoch", "a row that does not", f"permutations of 0 to {m - 1}")
    return zip(_rates(lr, len(order)), order, strict=True)


def _rates(lr, epochs: int) -> list[float]:
    """The learning rate of each epoch."""
    rates = np.asarray(lr)
    if rates.ndim and rates.shape != (epochs,):
        raise wrong("lr", "be a number or one for each epoch", f"shape {rates.shape}", f"shape ({epochs},)")
    rates = rates.tolist() if rates.ndim else [rates.item()] * epochs
    for rate in rates:
        check_between("lr", rate, 0, inf)
    return rates
