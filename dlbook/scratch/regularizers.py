"""Penalties: what a large weight costs, and the pull back to zero that follows from it. Biases are left alone."""

import numpy as np

from dlbook._validate import number_between, wrong


def l1(weights, lam=1.0):
    """λ Σ |w|, over all weights of all arrays.

    `weights` is an array of any shape, or lists and dictionaries of them, in one another too. Source: Tibshirani 1996.

    >>> l1(np.array([[3.0, -1.0]]), lam=0.5)
    np.float64(2.0)
    """
    return _strength(lam) * sum(np.abs(w).sum() for w in _arrays(weights))


def l1_grad(weights, lam=1.0):
    """λ sign(w), the same pull for every weight but 0, where it is 0. The shapes of `weights`."""
    lam = _strength(lam)
    return _each(weights, lambda w: lam * np.sign(w))


def l2(weights, lam=1.0):
    """(λ/2) Σ w²: the half makes the derivative λ w, which is what torch.optim calls `weight_decay`.

    >>> l2(np.array([[3.0, -1.0]]), lam=0.5)
    np.float64(2.5)
    """
    return _strength(lam) * sum((w * w).sum() / 2 for w in _arrays(weights))


def l2_grad(weights, lam=1.0):
    """λ w: the larger the weight, the stronger the pull; near 0 there is none. The shapes of `weights`."""
    lam = _strength(lam)
    return _each(weights, lambda w: lam * w)


def soft_threshold(weights, lam):
    """argmin over v of ½ ‖v − w‖² + λ Σ |v|: every weight moves towards 0 by λ, and none beyond it.

    A step of descent followed by this, with η λ, is how an L1 penalty reaches zeros that are exact.

    >>> soft_threshold(np.array([3.0, -0.2]), 0.5).tolist()
    [2.5, -0.0]
    """
    lam = _strength(lam)
    return _each(weights, lambda w: np.sign(w) * np.maximum(np.abs(w) - lam, 0))


def only_weights(parameters):
    """The parameters that a penalty is for: those of two dimensions or more. A bias shifts and does not bend.

    >>> list(only_weights({"0.weight": np.ones((3, 2)), "0.bias": np.ones(3)}))
    ['0.weight']
    """
    return {name: array for name, array in parameters.items() if array.ndim > 1}


def _strength(lam) -> float:
    return number_between("lam", lam, 0)


def _arrays(weights) -> list[np.ndarray]:
    """All arrays of a structure."""
    found = []
    _each(weights, found.append)
    return found


def _each(weights, f):
    """f of every array, as floats, in the structure that came in."""
    if isinstance(weights, (dict, list, tuple)) and not weights:
        raise wrong("weights", "not be empty", "no array", "at least one")
    if isinstance(weights, dict):
        return {name: _each(w, f) for name, w in weights.items()}
    if isinstance(weights, (list, tuple)):
        return [_each(w, f) for w in weights]
    w = np.asarray(weights)
    if w.dtype.kind != "f":
        raise wrong("weights", "hold floats", f"dtype {w.dtype}", "weights in floats")
    return f(w)
