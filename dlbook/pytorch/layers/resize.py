"""Means to a chosen size, and images made larger: torch.nn.functional.adaptive_avg_pool2d and interpolate."""

import torch.nn.functional as F

from dlbook._validate.images import check_images
from dlbook._validate.resizing import adaptive_size, interpolate_factors
from dlbook.pytorch._tensors import backward, fitting, floats


def adaptive_avg_pool2d(x, output_size):
    """The mean of each of OH × OW windows that cover the image evenly: (N, C, H, W) -> (N, C, OH, OW)."""
    return F.adaptive_avg_pool2d(*_inputs(x, output_size))


def adaptive_avg_pool2d_backward(upstream, x, output_size):
    """∂L/∂x, by autograd."""
    x, size = _inputs(x, output_size)
    upstream = fitting("upstream", upstream, (*x.shape[:2], *size), x)
    return backward(upstream, lambda x: F.adaptive_avg_pool2d(x, size), x)[0]


def global_avg_pool2d(x):
    """The mean of each channel: (N, C, H, W) -> (N, C)."""
    return _inputs(x, 1)[0].mean(dim=(2, 3))


def global_avg_pool2d_backward(upstream, x):
    """∂L/∂x, by autograd."""
    x, _ = _inputs(x, 1)
    return backward(fitting("upstream", upstream, x.shape[:2], x), global_avg_pool2d, x)[0]


def interpolate(x, size=None, scale_factor=None, mode="nearest"):
    """Each pixel becomes SH × SW equal ones: (N, C, H, W) -> (N, C, SH · H, SW · W)."""
    x = floats("x", x)
    interpolate_factors(x.shape, size, scale_factor, mode)
    return F.interpolate(x, size, scale_factor, mode)


def interpolate_backward(upstream, x, size=None, scale_factor=None, mode="nearest"):
    """∂L/∂x, by autograd."""
    x = floats("x", x)
    upstream = fitting("upstream", upstream, interpolate(x, size, scale_factor, mode).shape, x)
    return backward(upstream, lambda x: interpolate(x, size, scale_factor, mode), x)[0]


def _inputs(x, output_size):
    """`x` as floats, and the size of the output."""
    x = floats("x", x)
    check_images("x", x.shape)
    return x, adaptive_size(x.shape[2:], output_size)
