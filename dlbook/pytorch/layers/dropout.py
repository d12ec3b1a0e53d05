"""Dropout in tensors: torch's own draws for itself, so the draw that is handed in is applied by hand."""

import torch

from dlbook._validate import check_between
from dlbook.pytorch.layers._inputs import backward, fitting, floats


def dropout(x, draw, p=0.5, training=True):
    """y = x / (1 − p) where draw ≥ p, else 0; out of training, y = x."""
    x = floats("x", x)
    check_between("p", p, 0, 1)
    if not training:
        return x + 0
    kept = fitting("draw", draw, x.shape, x) >= p
    return torch.where(kept, x, 0) * (0 if p == 1 else 1 / (1 - p))


def dropout_backward(upstream, x, draw, p=0.5, training=True):
    """∂L/∂x, by autograd."""
    x = floats("x", x)
    upstream = fitting("upstream", upstream, x.shape, x)
    return backward(upstream, lambda x: dropout(x, draw, p, training), x)[0]
