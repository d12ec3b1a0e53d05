"""Penalties: what a large weight costs, and the pull back to zero that follows from it. Biases are left alone.

`weights` is an array of any shape, or lists and dictionaries of them, in one another too: a penalty is one number for
all of them, a pull has their structure. float16 is computed in float32.
"""

import numpy as np

from dlbook._validate import wrong
from dlbook._validate.regularizers import each, every, strength
from dlbook.scratch._arrays import cast, wide


def l1_core(weights, lam):
    return lam * np.abs(weights).sum()


def l1(weights, lam=1.0):
    """λ Σ |w|, over all weights of all arrays. Source: Tibshirani 1996.

    >>> l1(np.array([[3.0, -1.0]]), lam=0.5)
    np.float64(2.0)
    """
    return _added(l1_core, weights, lam)


def l1_grad_core(weights, lam):
    return lam * np.sign(weights)


def l1_grad(weights, lam=1.0):
    """λ sign(w), the same pull for every weight but 0, where it is 0. The shapes of `weights`."""
    return _each(l1_grad_core, weights, lam)


def l2_core(weights, lam):
    return lam / 2 * (weights * weights).sum()


def l2(weights, lam=1.0):
    """(λ/2) Σ w²: the half makes the derivative λ w, which is what torch.optim calls `weight_decay`.

    >>> l2(np.array([[3.0, -1.0]]), lam=0.5)
    np.float64(2.5)
    """
    return _added(l2_core, weights, lam)


def l2_grad_core(weights, lam):
    return lam * weights


def l2_grad(weights, lam=1.0):
    """λ w: the larger the weight, the stronger the pull; near 0 there is none. The shapes of `weights`."""
    return _each(l2_grad_core, weights, lam)


def soft_threshold_core(weights, lam):
    return np.sign(weights) * np.maximum(np.abs(weights) - lam, 0)


def soft_threshold(weights, lam):
    """argmin over v of ½ ‖v − w‖² + λ Σ |v|: every weight moves towards 0 by λ, and none beyond it.

    A step of descent followed by this, with η λ, is how an L1 penalty reaches zeros that are exact.

    >>> soft_threshold(np.array([3.0, -0.2]), 0.5).tolist()
    [2.5, -0.0]
    """
    return _each(soft_threshold_core, weights, lam)


def only_weights(parameters):
    """The parameters that a penalty is for: those of two dimensions or more. A bias shifts and does not bend.

    >>> list(only_weights({"0.weight": np.ones((3, 2)), "0.bias": np.ones(3)}))
    ['0.weight']
    """
    return {name: array for name, array in parameters.items() if array.ndim > 1}


def _added(core, weights, lam):
    """The penalties of all arrays together, in their widest dtype."""
    lam, arrays = strength("lam", lam), [_floats(w) for w in every(weights)]
    return cast(sum(core(wide(w), lam) for w in arrays), np.result_type(*arrays))


def _each(core, weights, lam):
    """The core of every array, in the structure that came in."""
    lam = strength("lam", lam)
    return each(weights, lambda w: cast(core(wide(_floats(w)), lam), _floats(w).dtype))


def _floats(w) -> np.ndarray:
    w = np.asarray(w)
    if w.dtype.kind != "f":
        raise wrong("weights", "hold floats", f"dtype {w.dtype}", "weights in floats")
    return w
