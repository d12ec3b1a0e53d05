"""Penalties on tensors; their pull is found by autograd."""

import math

import torch

from dlbook._validate import check_between, wrong


def l1(weights, lam=1.0):
    """λ Σ |w|, over all weights of all tensors."""
    return _total(weights, lam, lambda w: w.abs().sum())


def l1_grad(weights, lam=1.0):
    """The gradient of `l1`, by autograd; PyTorch, too, takes 0 at 0."""
    return _grad(l1, weights, lam)


def l2(weights, lam=1.0):
    """(λ/2) Σ w²."""
    return _total(weights, lam, lambda w: (w * w).sum() / 2)


def l2_grad(weights, lam=1.0):
    """The gradient of `l2`, by autograd."""
    return _grad(l2, weights, lam)


def soft_threshold(weights, lam):
    """torch.nn.functional.softshrink, for any structure."""
    check_between("lam", lam, 0, math.inf)
    if isinstance(weights, dict):
        return {name: soft_threshold(w, lam) for name, w in weights.items()}
    if isinstance(weights, (list, tuple)):
        return [soft_threshold(w, lam) for w in weights]
    (w,) = _tensors(weights)
    return torch.nn.functional.softshrink(w, lam)


def only_weights(parameters):
    """The parameters of two dimensions or more."""
    return {name: tensor for name, tensor in parameters.items() if tensor.ndim > 1}


def _total(weights, lam, cost):
    check_between("lam", lam, 0, math.inf)
    return lam * sum(cost(w) for w in _tensors(weights))


def _grad(penalty, weights, lam):
    if isinstance(weights, dict):
        return {name: _grad(penalty, w, lam) for name, w in weights.items()}
    if isinstance(weights, (list, tuple)):
        return [_grad(penalty, w, lam) for w in weights]
    (w,) = _tensors(weights)
    with torch.enable_grad():
        leaf = w.detach().requires_grad_()
        return torch.autograd.grad(penalty(leaf, lam), leaf)[0]


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
