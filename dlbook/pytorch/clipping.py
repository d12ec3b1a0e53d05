"""Clipping in tensors: new ones, where torch.nn.utils writes into `.grad`."""

from typing import NamedTuple

import torch

from dlbook._validate import takes, wrong
from dlbook._validate.clipping import check_finite, check_grads, check_norm_type, not_negative
from dlbook.pytorch._tensors import wide


class Clipped(NamedTuple):
    """The gradient or gradients after clipping, and the norm before."""

    grad: torch.Tensor | dict | list
    total_norm: torch.Tensor


def gradient(name, grad):
    """A guard: a gradient holds floats."""
    grad = torch.as_tensor(grad)
    if not grad.is_floating_point():
        raise wrong(name, "hold floats", f"dtype {grad.dtype}", "gradients in floats")
    return grad


@takes(grad=gradient, clip_value=not_negative)
def clip_by_value(grad, clip_value):
    """min(max(g, −c), c), each component by itself."""
    return grad.clamp(-clip_value, clip_value)


def clip_by_norm(grad, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """g · min(1, c / ‖g‖)."""
    (clipped,), length = clip_by_global_norm([grad], max_norm, norm_type, error_if_nonfinite)
    return Clipped(clipped, length)


def clip_by_global_norm(grads, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Every gradient times one factor, min(1, c / (‖all of them‖ + 10⁻⁶))."""
    names = list(grads) if isinstance(grads, dict) else None
    tensors = [gradient("grads", g) for g in (grads.values() if names is not None else grads)]
    check_grads(tensors)
    max_norm = not_negative("max_norm", max_norm)
    length = norm([wide(g) for g in tensors], norm_type)
    check_finite(length, bool(length.isfinite()) or not error_if_nonfinite)
    factor = (max_norm / (length + 1e-6)).clamp(max=1)
    clipped = [(factor.to(wide(g)) * wide(g)).to(g.dtype) for g in tensors]
    return Clipped(clipped if names is None else dict(zip(names, clipped, strict=True)), length.to(_widest(tensors)))


def norm(grads, norm_type=2.0):
    """torch.nn.utils.get_total_norm: the norm of all components of all tensors."""
    tensors = [gradient("grads", g) for g in grads]
    check_grads(tensors)
    check_norm_type(norm_type)
    return torch.linalg.vector_norm(torch.cat([wide(g).flatten() for g in tensors]), norm_type).to(_widest(tensors))


def _widest(tensors) -> torch.dtype:
    return torch.cat([g.flatten()[:0] for g in tensors]).dtype
