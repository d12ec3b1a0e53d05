"""Penalties on tensors; their pull is found by autograd."""

import math

import torch

from dlbook._validate import check_between, wrong


def l1(weights, lam=1.0):
    """λ Σ |w|, over all weights of all tensors."""
    return _strength(lam) * sum(w.abs().sum() for w in _tensors(weights))


def l1_grad(weights, lam=1.0):
    """The gradient of `l1`, by autograd; PyTorch, too, takes 0 at 0."""
    return _each(weights, lam, _slope(l1))


def l2(weights, lam=1.0):
    """(λ/2) Σ w²."""
    return _strength(lam) * sum((w * w).sum() / 2 for w in _tensors(weights))


def l2_grad(weights, lam=1.0):
    """The gradient of `l2`, by autograd."""
    return _each(weights, lam, _slope(l2))


def soft_threshold(weights, lam):
    """torch.nn.functional.softshrink, for any structure."""
    return _each(weights, lam, torch.nn.functional.softshrink)


def only_weights(parameters):
    """The parameters of two dimensions or more."""
    return {name: tensor for name, tensor in parameters.items() if tensor.ndim > 1}


def _strength(lam) -> float:
    check_between("lam", lam, 0, math.inf)
    return float(lam)


def _each(weights, lam, f):
    """f(w, λ) of every tensor, in the structure that came in."""
    if isinstance(weights, dict):
        return {name: _each(w, lam, f) for name, w in weights.items()}
    if isinstance(weights, (list, tuple)):
        return [_each(w, lam, f) for w in weights]
    return f(_tensors(weights)[0], _strength(lam))


def _slope(penalty):
    """The gradient of a penalty of one tensor, by autograd."""

    def slope(w, lam):
        with torch.enable_grad():
            leaf = w.detach().requires_grad_()
            return torch.autograd.grad(penalty(leaf, lam), leaf)[0]

    return slope


def _tensors(weights):
    if isinstance(weights, dict):
        weights = list(weights.values())
    if not isinstance(weights, (list, tuple)):
        weights = [weights]
    tensors = [torch.as_tensor(w) for w in weights]
    if not tensors:
        raise wrong("weights", "not be empty", "no array", "at least one")
    for w in tensors:
        if not w.is_floating_point():
            raise wrong("weights", "hold floats", f"dtype {w.dtype}", "weights in floats")
    return tensors
