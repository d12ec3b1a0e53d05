"""Gradient descent: the sheet's six lines, and its three variants: all samples a step, one, or a few."""

from itertools import chain
from math import inf
from typing import NamedTuple

import numpy as np

from dlbook._validate import check_between, check_count, wrong
from dlbook._validate.gradient_descent import check_order, check_samples, rates
from dlbook.scratch._arrays import cast, wide

silent = np.errstate(over="ignore", invalid="ignore")  # divergence is a result, not an accident


class Descent(NamedTuple):
    """Where a descent ended, the way it went, and why it stopped; if for neither reason, its steps were used up."""

    theta: np.ndarray  # (…)
    path: np.ndarray  # (steps + 1, …), the start included
    converged: np.ndarray  # (), bool: the last step was shorter than tol
    diverged: np.ndarray  # (), bool: the next point would not have been finite


def minimize_core(grad, theta, lr, tol, max_iter):
    path = [theta]
    for _ in range(max_iter):
        theta = theta - lr * grad(theta)
        path.append(theta)
        if np.linalg.norm(theta - path[-2]) < tol or not np.isfinite(theta).all():
            break
    return path


@silent
def minimize(grad, theta, lr, tol=1e-6, max_iter=1000):
    """θ ← θ − η ∇J(θ), until ‖Δθ‖ < tol or `max_iter` steps are done.

    `grad` takes and returns an array of theta's shape. A small step is no proof of a minimum: it is also small when
    `lr` is. A descent that overflows ends at its last finite point, with `diverged` true.
    """
    theta, dtype = _start(theta)
    check_between("lr", lr, 0, inf)
    check_between("tol", tol, 0, inf)
    check_count("max_iter", max_iter)
    path = np.stack(minimize_core(_checked(grad, theta), theta, float(lr), tol, max_iter))
    path, steps = cast(path, dtype), np.diff(path[-2:], axis=0)
    finite = np.isfinite(path).reshape(len(path), -1).all(axis=1)
    diverged = not finite.all()
    path = path[: finite.argmin()] if diverged else path
    converged = not diverged and len(steps) == 1 and np.linalg.norm(steps) < tol
    return Descent(path[-1].copy(), path, np.asarray(converged), np.asarray(diverged))


class Passes(NamedTuple):
    """Where passes over the data ended, the way they went, and whether they blew up."""

    theta: np.ndarray  # (…)
    path: np.ndarray  # (steps + 1, …), the start included; or the last point alone, (1, …)
    diverged: np.ndarray  # (), bool: the next point would not have been finite; the passes ended there


def batch_core(grad, theta, X, y, lrs):
    for lr in lrs:  # one an epoch
        theta = theta - lr * grad(theta, X, y)
        yield theta


def batch(grad, theta, X, y, lr, epochs, path=True):
    """θ ← θ − η ∇J(θ): one step an epoch, with the mean gradient over all samples.

    Here and below: X (m, …) and y (m, …) hold the samples, `grad(theta, X_batch, y_batch)` returns the mean gradient
    over the samples that it gets, and `lr` is a number, or an array with one for each epoch. Without `path` the points
    on the way are let go: a path through a large file would take as much memory as the file.
    """
    X, y = _samples(X, y)
    check_count("epochs", epochs)
    theta, dtype = _start(theta)
    steps = batch_core(_checked(grad, theta), theta, X, y, rates(np.asarray(lr), epochs))
    return _walked(theta, steps, dtype, path)


def sgd_core(grad, theta, X, y, lrs, order):
    for lr, row in zip(lrs, order, strict=True):  # an epoch
        for i in row:
            theta = theta - lr * grad(theta, X[i : i + 1], y[i : i + 1])
            yield theta


def sgd(grad, theta, X, y, lr, order, path=True):
    """θ ← θ − η ∇Jᵢ(θ): one step a sample; row t of `order` (epochs, m) says in which order epoch t takes them."""
    X, y = _samples(X, y)
    theta, dtype = _start(theta)
    steps = sgd_core(_checked(grad, theta), theta, X, y, *_epochs(lr, order, len(X)))
    return _walked(theta, steps, dtype, path)


def mini_batch_core(grad, theta, X, y, lrs, order, batch_size):
    for lr, row in zip(lrs, order, strict=True):  # an epoch
        for k in range(0, len(row), batch_size):
            few = row[k : k + batch_size]  # (B,), the last one perhaps shorter
            theta = theta - lr * grad(theta, X[few], y[few])
            yield theta


def mini_batch(grad, theta, X, y, lr, order, batch_size, path=True):
    """θ ← θ − η (1/B) Σᵢ ∇Jᵢ(θ): one step for every B samples of a row of `order` (epochs, m).

    Where B does not divide m, the last batch of an epoch is smaller, and its gradient the mean over fewer.
    """
    X, y = _samples(X, y)
    check_count("batch_size", batch_size, 1, len(X))
    theta, dtype = _start(theta)
    steps = mini_batch_core(_checked(grad, theta), theta, X, y, *_epochs(lr, order, len(X)), batch_size)
    return _walked(theta, steps, dtype, path)


def over_batches_core(grad, theta, batches):
    for lr, X, y in batches:
        theta = theta - lr * grad(theta, X, y)
        yield theta


def over_batches(grad, theta, batches, path=True):
    """θ ← θ − η g(θ; X, y) for each (η, X, y) of `batches`: what all variants share.

    `batches` may be a generator that reads them from a file, one at a time.
    """
    theta, dtype = _start(theta)
    return _walked(theta, over_batches_core(_checked(grad, theta), theta, batches), dtype, path)


def sharded_grad_core(grad, theta, shards):
    total, m = 0, 0
    for X, y in shards:
        total = total + len(X) * grad(theta, X, y)
        m = m + len(X)
    return total / m


def sharded_grad(grad, theta, shards):
    """Σₖ (mₖ / m) gₖ: the gradient over all samples from those of its shards (X, y), weighted by their sizes.

    Read the shards one after the other and it is out-of-core; give each to a machine and it is data-parallel.
    A shard without samples weighs nothing.
    """
    theta, dtype = _start(theta)
    filled = ((X, y) for X, y in shards if len(X))
    first = next(filled, None)
    if first is None:
        raise wrong("shards", "not be empty", "no sample", "at least one")
    return cast(sharded_grad_core(_checked(grad, theta), theta, chain([first], filled)), dtype)


def _start(theta) -> tuple[np.ndarray, np.dtype]:
    """A copy of `theta` in what is computed in, and the dtype of the answer."""
    theta = np.array(theta)
    theta = theta if theta.dtype.kind == "f" else theta.astype(np.float64)
    if not np.isfinite(theta).all():
        raise wrong("theta", "be finite", f"{theta[~np.isfinite(theta)][0]}", "a start that is")
    return wide(theta), theta.dtype


def _checked(grad, theta: np.ndarray):
    """`grad` with its answers in theta's dtype, after a look at their shape."""

    def checked(*args):
        gradient = np.asarray(grad(*args), dtype=theta.dtype)
        if gradient.shape != theta.shape:
            raise wrong("grad", "return the shape of theta", f"shape {gradient.shape}", f"shape {theta.shape}")
        return gradient

    return checked


@silent
def _walked(theta, steps, dtype, path: bool) -> Passes:
    """Goes through the points of `steps` to the first that is not finite in `dtype`, and keeps them or the last."""
    points, diverged = [cast(theta, dtype)], False
    for after in steps:
        after = cast(after, dtype)
        diverged = not np.isfinite(after).all()
        if diverged:
            break
        if not path:
            points.clear()
        points.append(after)
    return Passes(np.array(points[-1]), np.stack(points), np.asarray(diverged))


def _samples(X, y) -> tuple[np.ndarray, np.ndarray]:
    """X (m, …) and y (m, …) as arrays; an array on disk stays there."""
    X, y = np.asarray(X), np.asarray(y)
    check_samples(X, y)
    return X, y


def _epochs(lr, order, m: int):
    """Each epoch's learning rate and its row of `order` (epochs, m), after a look that these are orders."""
    order = np.asarray(order)
    check_order(order, m, order.dtype.kind in "iu")
    if (np.sort(order, axis=1) != np.arange(m)).any():
        raise wrong("order", "take every sample once an epoch", "a row that does not", f"permutations of 0 to {m - 1}")
    return rates(np.asarray(lr), len(order)), order
