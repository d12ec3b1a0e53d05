"""Dropout in tensors: torch's own draws for itself, so the draw that is handed in is applied by hand."""

from dlbook._validate import number_between
from dlbook.pytorch._tensors import backward, fitting, floats


def dropout(x, draw, p=0.5, training=True):
    """y = r ⊙ x / (1 − p), where r is 1 if draw ≥ p, else 0; out of training, y = x."""
    x, p = floats("x", x), number_between("p", p, 0, 1)
    if not training:
        return x + 0
    r = (fitting("draw", draw, x.shape, x) >= p).to(x)
    return x * (r * (0 if p == 1 else 1 / (1 - p)))


def dropout_backward(upstream, x, draw, p=0.5, training=True):
    """∂L/∂x, by autograd."""
    x = floats("x", x)
    upstream = fitting("upstream", upstream, x.shape, x)
    return backward(upstream, lambda x: dropout(x, draw, p, training), x)[0]
