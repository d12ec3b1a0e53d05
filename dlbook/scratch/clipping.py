"""Clipping: a gradient that is too long takes a step that is not."""

import math
from typing import NamedTuple

import numpy as np

from dlbook._validate import takes, wrong
from dlbook._validate.clipping import check_finite, check_grads, check_norm_type, not_negative
from dlbook.scratch._arrays import cast, wide

# A square that is too large for its dtype is ∞, and so is the norm: the factor is 0, and ∞ · 0 or ∞ / ∞ is NaN.
silent = np.errstate(over="ignore", invalid="ignore")


class Clipped(NamedTuple):
    """The gradient or gradients after clipping, and the norm before: what to watch while training."""

    grad: np.ndarray | dict | list
    total_norm: np.floating


def gradient(name, grad) -> np.ndarray:
    """A guard: a gradient holds floats."""
    grad = np.asarray(grad)
    if grad.dtype.kind != "f":
        raise wrong(name, "hold floats", f"dtype {grad.dtype}", "gradients in floats")
    return grad


@takes(grad=gradient, clip_value=not_negative)
def clip_by_value(grad, clip_value):
    """min(max(g, −c), c), each component by itself: the direction may turn. As torch.nn.utils.clip_grad_value_.

    >>> clip_by_value(np.array([10.0, -0.5]), 1.0)
    array([ 1. , -0.5])
    """
    return np.minimum(np.maximum(grad, -clip_value), clip_value)


def clip_by_norm_core(grad, max_norm, norm_type):
    length = norm([grad], norm_type)
    factor = np.minimum(1, max_norm / (length + 1e-6))  # a gradient of 0 divides, too
    return factor * grad, length


@silent
def clip_by_norm(grad, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """g · min(1, c / ‖g‖): shortened to the length c, the direction stays.

    Any shape; the norm is over all components together. Source: Pascanu, Mikolov and Bengio 2013.

    >>> clip_by_norm(np.array([3.0, 4.0]), max_norm=1.0).grad.round(3)
    array([0.6, 0.8])
    """
    grad = gradient("grads", grad)
    max_norm = not_negative("max_norm", max_norm)
    clipped, length = clip_by_norm_core(wide(grad), max_norm, norm_type)
    check_finite(length, np.isfinite(length) or not error_if_nonfinite)
    return Clipped(*cast((clipped, length), grad.dtype))


def clip_by_global_norm_core(grads, max_norm, norm_type):
    length = norm(grads, norm_type)  # of all gradients together
    factor = np.minimum(1, max_norm / (length + 1e-6))
    return [factor * grad for grad in grads], length


@silent
def clip_by_global_norm(grads, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Every gradient times one factor, min(1, c / (‖all of them‖ + 10⁻⁶)): torch.nn.utils.clip_grad_norm_.

    `grads` is a list of arrays, or a dictionary of them by name, and so is what comes back. `norm_type` may be ∞, for
    the largest component. A norm that is not finite makes everything 0 or NaN, unless it is to be an error; it may
    overflow although every component is finite.
    """
    names = list(grads) if isinstance(grads, dict) else None
    arrays = [gradient("grads", g) for g in (grads.values() if names is not None else grads)]
    check_grads(arrays)
    max_norm = not_negative("max_norm", max_norm)
    clipped, length = clip_by_global_norm_core([wide(g) for g in arrays], max_norm, norm_type)
    check_finite(length, np.isfinite(length) or not error_if_nonfinite)
    clipped = [cast(g, array.dtype) for g, array in zip(clipped, arrays, strict=True)]
    length = cast(length, np.result_type(*arrays))
    return Clipped(clipped if names is None else dict(zip(names, clipped, strict=True)), length)


def norm_core(grads, norm_type):
    powers = sum((np.abs(grad) ** norm_type).sum() for grad in grads)
    return powers ** (1 / norm_type)


@silent
def norm(grads, norm_type=2.0):
    """‖g‖_p = (Σ |gᵢ|^p)^(1/p) over all components of all arrays; for p = ∞ the largest |gᵢ|. In the widest dtype."""
    arrays = [gradient("grads", g) for g in grads]
    check_grads(arrays)
    check_norm_type(norm_type)
    wider = [wide(g) for g in arrays]
    length = _largest(wider) if norm_type == math.inf else norm_core(wider, norm_type)
    return cast(length, np.result_type(*arrays))


def _largest(arrays):
    """The largest |gᵢ|, NaN where there is one; 0 where there is no component."""
    return np.max([np.abs(g).max(initial=0) for g in arrays])
