"""Signals (N, C, L): torch.nn.functional.conv1d, max_pool1d and avg_pool1d."""

import torch.nn.functional as F

from dlbook._validate.convolutions import conv_layout
from dlbook._validate.images import check_images, flat, pool_layout
from dlbook.pytorch._tensors import backward, fitting, floats


def conv1d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """z = W ∗ x + b: (N, C, L), (O, C / groups, K), (O,) -> (N, O, OL)."""
    x, weight, bias, lay = _inputs(x, weight, bias, stride, padding, dilation, groups)
    return _conv1d(x, weight, bias, lay, groups)


def conv1d_backward(upstream, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """∂L/∂x, ∂L/∂W and, where there is a bias, ∂L/∂b, by autograd."""
    x, weight, bias, lay = _inputs(x, weight, bias, stride, padding, dilation, groups)
    upstream = fitting("upstream", upstream, (len(x), len(weight), lay.places[1]), x)
    f = lambda x, weight, bias=None: _conv1d(x, weight, bias, lay, groups)
    return backward(upstream, f, *((x, weight) if bias is None else (x, weight, bias)))


def max_pool1d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """The largest of each window: (N, C, L) -> (N, C, OL)."""
    x, _ = _pooled(x, ceil_mode, kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)
    return F.max_pool1d(x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool1d_backward(upstream, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """∂L/∂x, by autograd."""
    x, lay = _pooled(x, ceil_mode, kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)
    upstream = fitting("upstream", upstream, (*x.shape[:2], lay.places[1]), x)
    return backward(upstream, lambda x: F.max_pool1d(x, kernel_size, stride, padding, dilation, ceil_mode), x)[0]


def avg_pool1d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window: (N, C, L) -> (N, C, OL)."""
    x, _ = _pooled(x, ceil_mode, kernel_size=kernel_size, stride=stride, padding=padding)
    return F.avg_pool1d(x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool1d_backward(upstream, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """∂L/∂x, by autograd."""
    x, lay = _pooled(x, ceil_mode, kernel_size=kernel_size, stride=stride, padding=padding)
    upstream = fitting("upstream", upstream, (*x.shape[:2], lay.places[1]), x)
    f = lambda x: F.avg_pool1d(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    return backward(upstream, f, x)[0]


def _conv1d(x, weight, bias, lay, groups):
    x = F.pad(x, (lay.before[1], lay.after[1]))
    return F.conv1d(x, weight, bias, lay.stride[1], 0, lay.dilation[1], groups)


def _inputs(x, weight, bias, stride, padding, dilation, groups):
    """All three as floats that fit, and how the windows lie on an image of height 1."""
    x, weight = floats("x", x), floats("weight", weight)
    check_images("x", x.shape, "(N, C, L)")
    check_images("weight", weight.shape, "(O, C / groups, K)")
    x_shape, weight_shape = ((*a.shape[:2], 1, a.shape[2]) for a in (x, weight))
    options = flat(stride=stride, padding=padding, dilation=dilation)
    lay = conv_layout(x_shape, weight_shape, **options, groups=groups)
    return x, weight.to(x), None if bias is None else fitting("bias", bias, (len(weight),), x), lay


def _pooled(x, ceil_mode, kernel_size, **options):
    """`x` as floats, and how the windows lie on it."""
    x = floats("x", x)
    check_images("x", x.shape, "(N, C, L)")
    options = flat(kernel=kernel_size, **options)
    return x, pool_layout(size=(1, x.shape[2]), ceil_mode=ceil_mode, **options)
