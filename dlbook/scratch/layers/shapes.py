"""From images to rows: the same numbers in another shape."""

from math import prod

from dlbook._validate.resizing import check_dims
from dlbook.scratch._arrays import fitting, floats


def flatten(x, start_dim=0, end_dim=-1):
    """The dimensions from `start_dim` to `end_dim` as one, row by row: (N, C, H, W) -> (N, C · H · W) from 1 on."""
    x = floats("x", x)
    start, end = check_dims(x.ndim, start_dim, end_dim)
    return x.reshape(*x.shape[:start], prod(x.shape[start : end + 1]), *x.shape[end + 1 :])


def flatten_backward(upstream, x, start_dim=0, end_dim=-1):
    """∂L/∂x: u in the shape of x."""
    x = floats("x", x)
    return fitting("upstream", upstream, flatten(x, start_dim, end_dim).shape, x).reshape(x.shape)
