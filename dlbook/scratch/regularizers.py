"""Penalties: what a large weight costs, and the pull back to zero that follows from it. Biases are left alone."""

import math

import numpy as np

from dlbook._validate import check_between, wrong


def l1(weights, lam=1.0):
    """λ Σ |w|, over all weights of all arrays.

    `weights` is an array of any shape, or a list or a dictionary of arrays. Source: Tibshirani 1996.

    >>> l1(np.array([[3.0, -1.0]]), lam=0.5)
    np.float64(2.0)
    """
    return _total(weights, lam, np.abs)


def l1_grad(weights, lam=1.0):
    """λ sign(w), the same pull for every weight but 0, where it is 0. The shapes of `weights`."""
    return _each(weights, lam, np.sign)


def l2(weights, lam=1.0):
    """(λ/2) Σ w²: the half makes the derivative λ w, which is what torch.optim calls `weight_decay`.

    >>> l2(np.array([[3.0, -1.0]]), lam=0.5)
    np.float64(2.5)
    """
    return _total(weights, lam, lambda w: w * w / 2)


def l2_grad(weights, lam=1.0):
    """λ w: the larger the weight, the stronger the pull; near 0 there is none. The shapes of `weights`."""
    return _each(weights, lam, lambda w: w)


def soft_threshold(weights, lam):
    """argmin over v of ½ ‖v − w‖² + λ Σ |v|: every weight moves towards 0 by λ, and none beyond it.

    A step of descent followed by this, with η λ, is how an L1 penalty reaches zeros that are exact.

    >>> soft_threshold(np.array([3.0, -0.2]), 0.5).tolist()
    [2.5, -0.0]
    """
    return _each(
        weights, lam, lambda w: np.sign(w), lambda w, pull: np.where(np.abs(w) > np.abs(pull), w - pull, 0 * w)
    )


def only_weights(parameters):
    """The parameters that a penalty is for: those of two dimensions or more. A bias shifts and does not bend.

    >>> list(only_weights({"0.weight": np.ones((3, 2)), "0.bias": np.ones(3)}))
    ['0.weight']
    """
    return {name: array for name, array in parameters.items() if array.ndim > 1}


def _total(weights, lam, cost):
    check_between("lam", lam, 0, math.inf)
    arrays = _arrays(weights)
    return sum((cost(w).sum() for w in arrays[1:]), cost(arrays[0]).sum()) * arrays[0].dtype.type(lam)


def _each(weights, lam, pull, then=None):
    """λ · pull(w) for every array, or what `then` makes of it, in the structure that came in."""
    check_between("lam", lam, 0, math.inf)
    if isinstance(weights, dict):
        return {name: _each(w, lam, pull, then) for name, w in weights.items()}
    if isinstance(weights, (list, tuple)):
        return [_each(w, lam, pull, then) for w in weights]
    (w,) = _arrays(weights)
    pulled = w.dtype.type(lam) * pull(w)
    return pulled if then is None else then(w, pulled)


def _arrays(weights) -> list[np.ndarray]:
    """The arrays of a structure, as floats."""
    if isinstance(weights, dict):
        weights = list(weights.values())
    if not isinstance(weights, (list, tuple)):
        weights = [weights]
    arrays = [np.asarray(w) for w in weights]
    if not arrays:
        raise wrong("weights", "not be empty", "no array", "at least one")
    for w in arrays:
        if w.dtype.kind != "f":
            raise wrong("weights", "hold floats", f"dtype {w.dtype}", "weights in floats")
    return arrays
