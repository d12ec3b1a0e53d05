"""From images to rows: torch.flatten."""

import torch

from dlbook._validate.resizing import check_dims
from dlbook.pytorch._tensors import backward, fitting, floats


def flatten(x, start_dim=0, end_dim=-1):
    """The dimensions from `start_dim` to `end_dim` as one."""
    x = floats("x", x)
    check_dims(x.ndim, start_dim, end_dim)
    return torch.flatten(x, start_dim, end_dim)


def flatten_backward(upstream, x, start_dim=0, end_dim=-1):
    """∂L/∂x, by autograd."""
    x = floats("x", x)
    upstream = fitting("upstream", upstream, flatten(x, start_dim, end_dim).shape, x)
    return backward(upstream, lambda x: flatten(x, start_dim, end_dim), x)[0]
