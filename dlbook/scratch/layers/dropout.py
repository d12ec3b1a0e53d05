"""Dropout: while training, silence each number with probability p, and scale up what is left."""

import numpy as np

from dlbook._validate import number_between
from dlbook.scratch._arrays import cast, fitting, floats, wide

silent = np.errstate(invalid="ignore")  # what is not finite is not silenced: 0 · ∞ is NaN


def dropout_core(x, draw, p):
    r = draw >= p  # 1 with probability 1 − p, else 0
    return x * r / (1 - p)


@silent
def dropout(x, draw, p=0.5, training=True):
    """y = r ⊙ x / (1 − p), where r is 1 if draw ≥ p, else 0: inverted dropout. Out of training, y = x.

    `draw` holds uniform numbers from [0, 1) in the shape of `x`; over draws the mean of y is x. With p = 1 nothing is
    left. What is not finite is not silenced: 0 · ∞ and 0 · NaN are NaN, as in torch. Source: Srivastava et al. 2014.
    """
    x, p = floats("x", x), number_between("p", p, 0, 1)
    if not training:
        return x + 0
    draw = fitting("draw", draw, x.shape, x)
    return x * 0 if p == 1 else cast(dropout_core(wide(x), draw, p), x.dtype)


def dropout_backward_core(upstream, draw, p):
    r = draw >= p  # the same factors: y is linear in x
    return upstream * r / (1 - p)


@silent
def dropout_backward(upstream, x, draw, p=0.5, training=True):
    """∂L/∂x = u ⊙ r / (1 − p): the same factors, for y is linear in x. What was silenced learns nothing."""
    x, p = floats("x", x), number_between("p", p, 0, 1)
    upstream = fitting("upstream", upstream, x.shape, x)
    if not training:
        return upstream + 0
    draw = fitting("draw", draw, x.shape, x)
    return upstream * 0 if p == 1 else cast(dropout_backward_core(wide(upstream), draw, p), x.dtype)
