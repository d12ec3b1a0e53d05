"""Means to a chosen size, and images made larger: pooling that asks for the output, and its opposite."""

import numpy as np

from dlbook._validate.images import check_images
from dlbook._validate.resizing import adaptive_size, interpolate_factors
from dlbook.scratch._arrays import cast, fitting, floats, wide


def adaptive_avg_pool2d_core(x, output_size):
    (N, C, H, W), (OH, OW) = x.shape, output_size
    y = np.zeros((N, C, OH, OW), x.dtype)
    for h, w in np.ndindex(OH, OW):
        top, bottom = h * H // OH, -(-(h + 1) * H // OH)  # from ⌊h · H/OH⌋ to ⌈(h + 1) · H/OH⌉
        left, right = w * W // OW, -(-(w + 1) * W // OW)
        y[:, :, h, w] = x[:, :, top:bottom, left:right].mean(axis=(2, 3))
    return y


def adaptive_avg_pool2d(x, output_size):
    """The mean of each of OH × OW windows that cover the image evenly, whatever its size; they may overlap by a pixel.

    Shapes: x (N, C, H, W) -> (N, C, OH, OW); None for OH or OW keeps that of x. Size 1 is global average pooling.
    """
    x, size = _opened(x, output_size)
    return cast(adaptive_avg_pool2d_core(wide(x), size), x.dtype)


def adaptive_avg_pool2d_backward_core(upstream, size):
    (N, C, OH, OW), (H, W) = upstream.shape, size
    x_grad = np.zeros((N, C, H, W), upstream.dtype)
    for h, w in np.ndindex(OH, OW):
        top, bottom = h * H // OH, -(-(h + 1) * H // OH)
        left, right = w * W // OW, -(-(w + 1) * W // OW)
        share = upstream[:, :, h, w] / ((bottom - top) * (right - left))
        x_grad[:, :, top:bottom, left:right] += share.reshape(N, C, 1, 1)
    return x_grad


def adaptive_avg_pool2d_backward(upstream, x, output_size):
    """∂L/∂x: every pixel of a window gets an equal share of its u."""
    x, size = _opened(x, output_size)
    upstream = fitting("upstream", upstream, (*x.shape[:2], *size), x)
    return cast(adaptive_avg_pool2d_backward_core(wide(upstream), x.shape[2:]), x.dtype)


def global_avg_pool2d_core(x):
    return x.mean(axis=(2, 3))  # (N, C)


def global_avg_pool2d(x):
    """y[n, c] = the mean of channel c of image n: (N, C, H, W) -> (N, C), whatever the size of the image."""
    x, _ = _opened(x, 1)
    return cast(global_avg_pool2d_core(wide(x)), x.dtype)


def global_avg_pool2d_backward_core(upstream, size):
    N, C = upstream.shape
    share = upstream / (size[0] * size[1])
    return np.broadcast_to(share.reshape(N, C, 1, 1), (N, C, *size))


def global_avg_pool2d_backward(upstream, x):
    """∂L/∂x = u / (H · W) for every pixel of the channel."""
    x, _ = _opened(x, 1)
    upstream = fitting("upstream", upstream, x.shape[:2], x)
    return cast(global_avg_pool2d_backward_core(wide(upstream), x.shape[2:]), x.dtype).copy()


def interpolate_core(x, scale_factor):
    SH, SW = scale_factor
    return x.repeat(SH, axis=2).repeat(SW, axis=3)


def interpolate(x, size=None, scale_factor=None, mode="nearest"):
    """Each pixel becomes SH × SW equal ones: (N, C, H, W) -> (N, C, SH · H, SW · W), upsampling by the nearest pixel.

    Either `scale_factor` (SH, SW) in whole numbers, or the new `size`, a whole multiple of the old one.
    """
    x = floats("x", x)
    return interpolate_core(x, interpolate_factors(x.shape, size, scale_factor, mode))


def interpolate_backward_core(upstream, scale_factor):
    (N, C, OH, OW), (SH, SW) = upstream.shape, scale_factor
    blocks = upstream.reshape(N, C, OH // SH, SH, OW // SW, SW)
    return blocks.sum(axis=(3, 5))  # (N, C, H, W)


def interpolate_backward(upstream, x, size=None, scale_factor=None, mode="nearest"):
    """∂L/∂x: a pixel collects u from all its copies."""
    x = floats("x", x)
    SH, SW = interpolate_factors(x.shape, size, scale_factor, mode)
    N, C, H, W = x.shape
    upstream = fitting("upstream", upstream, (N, C, H * SH, W * SW), x)
    return cast(interpolate_backward_core(wide(upstream), (SH, SW)), x.dtype)


def _opened(x, output_size):
    """`x` as floats, and the size of the output."""
    x = floats("x", x)
    check_images("x", x.shape)
    return x, adaptive_size(x.shape[2:], output_size)
