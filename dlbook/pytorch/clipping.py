"""Clipping in tensors: new ones, where torch.nn.utils writes into `.grad`."""

import math
from typing import NamedTuple

import torch

from dlbook._validate import check_between, wrong

TINY = 1e-6  # as torch.nn.utils.clip_grad_norm_


class Clipped(NamedTuple):
    """The gradient or gradients after clipping, and the norm before."""

    grad: torch.Tensor | dict | list
    total_norm: torch.Tensor


def clip_by_value(grad, clip_value):
    """min(max(g, −c), c), each component by itself."""
    grad = _gradient("grad", grad)
    check_between("clip_value", clip_value, 0, math.inf)
    return grad.clamp(-clip_value, clip_value)


def clip_by_norm(grad, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """g · min(1, c / ‖g‖)."""
    (clipped,), total_norm = clip_by_global_norm([grad], max_norm, norm_type, error_if_nonfinite)
    return Clipped(clipped, total_norm)


def clip_by_global_norm(grads, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Every gradient times one factor, min(1, c / (‖all of them‖ + 10⁻⁶))."""
    names = list(grads) if isinstance(grads, dict) else None
    tensors = [_gradient("grads", g) for g in (grads.values() if names is not None else grads)]
    check_between("max_norm", max_norm, 0, math.inf)
    total_norm = norm(tensors, norm_type)
    if error_if_nonfinite and not total_norm.isfinite():
        raise wrong("grads", "have a finite norm", f"{total_norm}", "finite gradients, or error_if_nonfinite=False")
    factor = (max_norm / (total_norm + TINY)).clamp(max=1)
    clipped = [g * factor.to(g) for g in tensors]
    return Clipped(clipped if names is None else dict(zip(names, clipped, strict=True)), total_norm)


def norm(grads, norm_type=2.0):
    """torch.nn.utils.get_total_norm: the norm of all components of all tensors."""
    tensors = [_gradient("grads", g) for g in grads]
    if not tensors:
        raise wrong("grads", "not be empty", "no array", "at least one")
    if not norm_type > 0:
        raise wrong("norm_type", "be positive", repr(norm_type), "1, 2, another number above 0, or inf")
    return torch.linalg.vector_norm(torch.cat([g.flatten() for g in tensors]), norm_type)


def _gradient(name, grad):
    grad = torch.as_tensor(grad)
    if not grad.is_floating_point():
        raise wrong(name, "hold floats", f"dtype {grad.dtype}", "gradients in floats")
    return grad
