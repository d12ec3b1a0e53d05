"""Penalties on tensors; their pull is found by autograd."""

import torch

from dlbook._validate import number_between, wrong


def l1(weights, lam=1.0):
    """λ Σ |w|, over all weights of all tensors."""
    return _strength(lam) * sum(w.abs().sum() for w in _tensors(weights))


def l1_grad(weights, lam=1.0):
    """The gradient of `l1`, by autograd; PyTorch, too, takes 0 at 0."""
    lam = _strength(lam)
    return _each(weights, lambda w: _slope(l1, w, lam))


def l2(weights, lam=1.0):
    """(λ/2) Σ w²."""
    return _strength(lam) * sum((w * w).sum() / 2 for w in _tensors(weights))


def l2_grad(weights, lam=1.0):
    """The gradient of `l2`, by autograd."""
    lam = _strength(lam)
    return _each(weights, lambda w: _slope(l2, w, lam))


def soft_threshold(weights, lam):
    """torch.nn.functional.softshrink, for any structure."""
    lam = _strength(lam)
    return _each(weights, lambda w: torch.nn.functional.softshrink(w, lam))


def only_weights(parameters):
    """The parameters of two dimensions or more."""
    return {name: tensor for name, tensor in parameters.items() if tensor.ndim > 1}


def _slope(penalty, w, lam):
    """The gradient of a penalty of one tensor, by autograd."""
    with torch.enable_grad():
        leaf = w.detach().requires_grad_()
        return torch.autograd.grad(penalty(leaf, lam), leaf)[0]


def _strength(lam) -> float:
    return number_between("lam", lam, 0)


def _tensors(weights):
    """All tensors of a structure."""
    found = []
    _each(weights, found.append)
    return found


def _each(weights, f):
    """f of every tensor, in the structure that came in."""
    if isinstance(weights, (dict, list, tuple)) and not weights:
        raise wrong("weights", "not be empty", "no array", "at least one")
    if isinstance(weights, dict):
        return {name: _each(w, f) for name, w in weights.items()}
    if isinstance(weights, (list, tuple)):
        return [_each(w, f) for w in weights]
    w = torch.as_tensor(weights)
    if not w.is_floating_point():
        raise wrong("weights", "hold floats", f"dtype {w.dtype}", "weights in floats")
    return f(w)
