"""Dropout: while training, silence each number with probability p, and scale up what is left."""

import numpy as np

from dlbook._validate import number_between
from dlbook.scratch.layers._inputs import fitting, floats


def dropout(x, draw, p=0.5, training=True):
    """y = r ⊙ x / (1 − p), where r is 1 if draw ≥ p, else 0: inverted dropout. Out of training, y = x.

    `draw` holds uniform numbers from [0, 1) in the shape of `x`; over draws the mean of y is x. With p = 1 nothing is
    left. What is not finite is not silenced: 0 · ∞ and 0 · NaN are NaN, as in torch. Source: Srivastava et al. 2014.
    """
    x, p = floats("x", x), number_between("p", p, 0, 1)
    if not training:
        return x + 0
    r = fitting("draw", draw, x.shape, x) >= p  # 1 with probability 1 − p
    with np.errstate(invalid="ignore"):
        return x * (r * x.dtype.type(0 if p == 1 else 1 / (1 - p)))


def dropout_backward(upstream, x, draw, p=0.5, training=True):
    """∂L/∂x = u ⊙ r / (1 − p): the same factors, for y is linear in x. What was silenced learns nothing."""
    x = floats("x", x)
    return dropout(fitting("upstream", upstream, x.shape, x), draw, p, training)
