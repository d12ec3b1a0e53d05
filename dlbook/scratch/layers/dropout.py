"""Dropout: while training, silence each number with probability p, and scale up what is left."""

import numpy as np

from dlbook._validate import check_between
from dlbook.scratch.layers._inputs import fitting, floats


def dropout(x, draw, p=0.5, training=True):
    """y = x / (1 − p) where draw ≥ p, else 0: inverted dropout, whose mean is x. Out of training, y = x.

    `draw` holds uniform numbers from [0, 1) in the shape of `x`; with p = 1 nothing is left.
    Source: Srivastava et al. 2014.
    """
    x = floats("x", x)
    return x * _factor(x, draw, p) if training else x + 0


def dropout_backward(upstream, x, draw, p=0.5, training=True):
    """∂L/∂x = u / (1 − p) where draw ≥ p, else 0: the numbers that were silenced learn nothing."""
    x = floats("x", x)
    upstream = fitting("upstream", upstream, x.shape, x)
    return upstream * _factor(x, draw, p) if training else upstream + 0


def _factor(x: np.ndarray, draw, p: float) -> np.ndarray:
    """What every number of x is multiplied by: 0 or 1 / (1 − p)."""
    check_between("p", p, 0, 1)
    kept = fitting("draw", draw, x.shape, x) >= p
    return kept * x.dtype.type(0 if p == 1 else 1 / (1 - p))
