"""Signals (N, C, L): images of height 1."""

from dlbook._validate.images import check_images, flat
from dlbook.scratch._arrays import floats
from dlbook.scratch.layers.conv import conv2d, conv2d_backward
from dlbook.scratch.layers.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward


def conv1d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """z[n, o, l] = b[o] + Σ W[o, c, i] · x[n, c, l·stride + i·dilation]: `conv2d` of signals.

    Shapes: x (N, C, L), weight (O, C / groups, K), bias (O,) -> (N, O, OL).
    """
    x, weight = _signal(x), _kernel(weight)
    return conv2d(x, weight, bias, **flat(stride=stride, padding=padding, dilation=dilation), groups=groups)[:, :, 0]


def conv1d_backward(upstream, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """∂L/∂x, ∂L/∂W and, where there is a bias, ∂L/∂b, as `conv2d_backward`."""
    upstream, x, weight = _signal(upstream, "upstream"), _signal(x), _kernel(weight)
    options = flat(stride=stride, padding=padding, dilation=dilation)
    x_grad, weight_grad, *own = conv2d_backward(upstream, x, weight, bias, **options, groups=groups)
    return x_grad[:, :, 0], weight_grad[:, :, 0], *own


def max_pool1d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """y[n, c, l] = max over i of x[n, c, l·stride + i·dilation]: `max_pool2d` of signals, (N, C, L) -> (N, C, OL)."""
    options = flat(kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)
    return max_pool2d(_signal(x), **options, ceil_mode=ceil_mode)[:, :, 0]


def max_pool1d_backward(upstream, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """∂L/∂x, as `max_pool2d_backward`."""
    options = flat(kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)
    upstream = _signal(upstream, "upstream")
    return max_pool2d_backward(upstream, _signal(x), **options, ceil_mode=ceil_mode)[:, :, 0]


def avg_pool1d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """y[n, c, l] = 1/K · Σ x[n, c, l·stride + i]: `avg_pool2d` of signals, (N, C, L) -> (N, C, OL)."""
    options = flat(kernel_size=kernel_size, stride=stride, padding=padding)
    return avg_pool2d(_signal(x), **options, ceil_mode=ceil_mode, count_include_pad=count_include_pad)[:, :, 0]


def avg_pool1d_backward(upstream, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """∂L/∂x, as `avg_pool2d_backward`."""
    options = flat(kernel_size=kernel_size, stride=stride, padding=padding)
    options |= {"ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
    return avg_pool2d_backward(_signal(upstream, "upstream"), _signal(x), **options)[:, :, 0]


def _signal(x, name="x"):
    """(N, C, L) as an image of height 1."""
    x = floats(name, x)
    check_images(name, x.shape, "(N, C, L)")
    return x[:, :, None]


def _kernel(weight):
    """(O, C / groups, K) as a kernel of height 1."""
    weight = floats("weight", weight)
    check_images("weight", weight.shape, "(O, C / groups, K)")
    return weight[:, :, None]
