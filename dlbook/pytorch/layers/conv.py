"""Convolution: torch.nn.functional.conv2d."""

import torch.nn.functional as F
from torch.nn.grad import conv2d_input, conv2d_weight

from dlbook._validate.convolutions import conv_layout, weight_grad_layout, x_grad_layout
from dlbook._validate.images import pair
from dlbook.pytorch._tensors import backward, fitting, floats
from dlbook.pytorch.layers.windows import padded


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """z = W ∗ x + b: (N, C, H, W), (O, C / groups, KH, KW), (O,) -> (N, O, OH, OW)."""
    x, weight, bias, lay = _inputs(x, weight, bias, stride, padding, dilation, groups)
    return _conv2d(x, weight, bias, lay, groups)


def conv2d_backward(upstream, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """∂L/∂x, ∂L/∂W and, where there is a bias, ∂L/∂b, by autograd."""
    x, weight, bias, lay = _inputs(x, weight, bias, stride, padding, dilation, groups)
    upstream = fitting("upstream", upstream, (len(x), len(weight), *lay.places), x)
    f = lambda x, weight, bias=None: _conv2d(x, weight, bias, lay, groups)
    return backward(upstream, f, *((x, weight) if bias is None else (x, weight, bias)))


def conv2d_x_grad(upstream, size, weight, stride=1, padding=0, dilation=1, groups=1):
    """∂L/∂x: torch.nn.grad.conv2d_input."""
    upstream, weight, size = floats("upstream", upstream), floats("weight", weight), pair("size", size, 1)
    lay = x_grad_layout(upstream.shape, size, weight.shape, stride, padding, dilation, groups)
    (top, left), (bottom, right), (H, W) = lay.before, lay.after, size
    shape = (len(upstream), weight.shape[1] * groups, top + H + bottom, left + W + right)
    x_grad = conv2d_input(shape, weight.to(upstream), upstream, lay.stride, 0, lay.dilation, groups)
    return x_grad[:, :, top : top + H, left : left + W]


def conv2d_weight_grad(upstream, x, kernel_size, stride=1, padding=0, dilation=1, groups=1):
    """∂L/∂W: torch.nn.grad.conv2d_weight."""
    upstream, x = floats("upstream", upstream), floats("x", x)
    lay = weight_grad_layout(upstream.shape, x.shape, kernel_size, stride, padding, dilation, groups)
    shape = (upstream.shape[1], x.shape[1] // groups, *lay.kernel)
    x, padding = padded(x, lay)
    return conv2d_weight(x, shape, upstream.to(x), lay.stride, padding, lay.dilation, groups)


def _conv2d(x, weight, bias, lay, groups):
    x, padding = padded(x, lay)
    return F.conv2d(x, weight, bias, lay.stride, padding, lay.dilation, groups)


def _inputs(x, weight, bias, stride, padding, dilation, groups):
    """All three as floats that fit, and how the windows lie."""
    x, weight = floats("x", x), floats("weight", weight)
    lay = conv_layout(x.shape, weight.shape, stride, padding, dilation, groups)
    bias = None if bias is None else fitting("bias", bias, (len(weight),), x)
    return x, weight.to(x), bias, lay
