"""Penalties on tensors; their pull is found by autograd."""

from functools import reduce

import torch

from dlbook._validate import wrong
from dlbook._validate.regularizers import each, every, strength
from dlbook.pytorch._tensors import backward, wide


def l1(weights, lam=1.0):
    """λ Σ |w|, over all weights of all tensors."""
    return _added(lambda w: w.abs().sum(), weights, lam)


def l1_grad(weights, lam=1.0):
    """The gradient of `l1`, by autograd; PyTorch, too, takes 0 at 0."""
    return _pull(l1, weights, lam)


def l2(weights, lam=1.0):
    """(λ/2) Σ w²."""
    return _added(lambda w: (w * w).sum() / 2, weights, lam)


def l2_grad(weights, lam=1.0):
    """The gradient of `l2`, by autograd."""
    return _pull(l2, weights, lam)


def soft_threshold(weights, lam):
    """torch.nn.functional.softshrink, for any structure."""
    lam = strength("lam", lam)
    return each(weights, lambda w: torch.nn.functional.softshrink(_floats(w), lam))


def only_weights(parameters):
    """The parameters of two dimensions or more."""
    return {name: tensor for name, tensor in parameters.items() if tensor.ndim > 1}


def _added(size, weights, lam):
    """λ times the size of all tensors together, in their widest dtype."""
    lam, tensors = strength("lam", lam), [_floats(w) for w in every(weights)]
    return (lam * sum(size(wide(w)) for w in tensors)).to(reduce(torch.promote_types, (w.dtype for w in tensors)))


def _pull(penalty, weights, lam):
    """The gradient of a penalty in the structure of `weights`, by autograd."""
    lam = strength("lam", lam)
    return each(weights, lambda w: backward(None, lambda leaf: penalty(leaf, lam), _floats(w))[0])


def _floats(w):
    w = torch.as_tensor(w)
    if not w.is_floating_point():
        raise wrong("weights", "hold floats", f"dtype {w.dtype}", "weights in floats")
    return w
