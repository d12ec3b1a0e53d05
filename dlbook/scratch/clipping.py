"""Clipping: a gradient that is too long takes a step that is not."""

import math
from typing import NamedTuple

import numpy as np

from dlbook._validate import check_between, wrong

TINY = 1e-6  # PyTorch adds it to the norm, so that a gradient of 0 divides by something


class Clipped(NamedTuple):
    """The gradient or gradients after clipping, and the norm before: what to watch while training."""

    grad: np.ndarray | dict | list
    total_norm: np.floating


def clip_by_value(grad, clip_value):
    """min(max(g, −c), c), each component by itself: the direction may turn. As torch.nn.utils.clip_grad_value_.

    >>> clip_by_value(np.array([10.0, -0.5]), 1.0)
    array([ 1. , -0.5])
    """
    grad = _gradient("grad", grad)
    check_between("clip_value", clip_value, 0, math.inf)
    return np.clip(grad, -clip_value, clip_value)


def clip_by_norm(grad, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """g · min(1, c / ‖g‖): shortened to the length c, the direction stays.

    Any shape; the norm is over all components together. Source: Pascanu, Mikolov and Bengio 2013.

    >>> clip_by_norm(np.array([3.0, 4.0]), max_norm=1.0).grad.round(3)
    array([0.6, 0.8])
    """
    (clipped,), total_norm = clip_by_global_norm([grad], max_norm, norm_type, error_if_nonfinite)
    return Clipped(clipped, total_norm)


def clip_by_global_norm(grads, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Every gradient times one factor, min(1, c / (‖all of them‖ + 10⁻⁶)): torch.nn.utils.clip_grad_norm_.

    `grads` is a list of arrays, or a dictionary of them by name, and so is what comes back. `norm_type` may be ∞, for
    the largest component. A norm that is not finite makes everything 0 or NaN, unless it is to be an error; it may
    overflow although every component is finite.
    """
    names = list(grads) if isinstance(grads, dict) else None
    arrays = [_gradient("grads", g) for g in (grads.values() if names is not None else grads)]
    check_between("max_norm", max_norm, 0, math.inf)
    total_norm = norm(arrays, norm_type)
    if error_if_nonfinite and not np.isfinite(total_norm):
        raise wrong("grads", "have a finite norm", f"{total_norm}", "finite gradients, or error_if_nonfinite=False")
    factor = np.minimum(max_norm / (total_norm + TINY), 1)  # NaN stays NaN
    with np.errstate(invalid="ignore"):  # ∞ · 0
        clipped = [g * factor.astype(g.dtype) for g in arrays]
    return Clipped(clipped if names is None else dict(zip(names, clipped, strict=True)), total_norm)


def norm(grads, norm_type=2.0):
    """‖g‖_p = (Σ |gᵢ|^p)^(1/p) over all components of all arrays; for p = ∞ the largest |gᵢ|. In the widest dtype."""
    arrays = [_gradient("grads", g) for g in grads]
    if not arrays:
        raise wrong("grads", "not be empty", "no array", "at least one")
    if norm_type == math.inf:
        each = [np.abs(g).max(initial=0) for g in arrays]
    elif norm_type > 0:
        with np.errstate(over="ignore"):  # a square that is too large for the dtype is ∞, and so is the norm
            each = [(np.abs(g) ** norm_type).sum() for g in arrays]
    else:
        raise wrong("norm_type", "be positive", repr(norm_type), "1, 2, another number above 0, or inf")
    dtype = np.result_type(*arrays)
    if norm_type == math.inf:
        return np.max(np.array(each, dtype))
    with np.errstate(over="ignore"):
        return (np.sum(np.array(each, dtype)) ** dtype.type(1 / norm_type)).astype(dtype)


def _gradient(name, grad):
    grad = np.asarray(grad)
    if grad.dtype.kind != "f":
        raise wrong(name, "hold floats", f"dtype {grad.dtype}", "gradients in floats")
    return grad
