"""Pooling: torch.nn.functional.max_pool2d and avg_pool2d."""

import torch.nn.functional as F

from dlbook._validate.images import check_divisor, check_images, pool_layout
from dlbook.pytorch._tensors import backward, fitting, floats


def max_pool2d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """The largest of each window: (N, C, H, W) -> (N, C, OH, OW)."""
    x, lay = _inputs(x, kernel_size, stride, padding, dilation, ceil_mode)
    return F.max_pool2d(x, lay.kernel, lay.stride, lay.before, lay.dilation, ceil_mode)


def max_pool2d_backward(upstream, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """∂L/∂x, by autograd."""
    x, lay = _inputs(x, kernel_size, stride, padding, dilation, ceil_mode)
    upstream = fitting("upstream", upstream, (*x.shape[:2], *lay.places), x)
    return backward(upstream, lambda x: max_pool2d(x, kernel_size, stride, padding, dilation, ceil_mode), x)[0]


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    """The mean of each window: (N, C, H, W) -> (N, C, OH, OW)."""
    x, lay = _inputs(x, kernel_size, stride, padding, 1, ceil_mode)
    if divisor_override is not None:
        check_divisor(divisor_override)
    return F.avg_pool2d(x, lay.kernel, lay.stride, lay.before, ceil_mode, count_include_pad, divisor_override)


def avg_pool2d_backward(
    upstream, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
):
    """∂L/∂x, by autograd."""
    x, lay = _inputs(x, kernel_size, stride, padding, 1, ceil_mode)
    upstream = fitting("upstream", upstream, (*x.shape[:2], *lay.places), x)
    options = (kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
    return backward(upstream, lambda x: avg_pool2d(x, *options), x)[0]


def _inputs(x, kernel_size, stride, padding, dilation, ceil_mode):
    """`x` as floats, and how the windows lie on it."""
    x = floats("x", x)
    check_images("x", x.shape)
    return x, pool_layout(kernel_size, x.shape[2:], stride, padding, dilation, ceil_mode)
