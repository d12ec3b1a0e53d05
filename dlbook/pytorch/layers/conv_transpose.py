"""Transposed convolution: torch.nn.functional.conv_transpose2d."""

import torch.nn.functional as F

from dlbook._validate.convolutions import transposed_layout
from dlbook.pytorch._tensors import backward, fitting, floats


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """The way back of a convolution: (N, C, H, W), (C, O / groups, KH, KW), (O,) -> (N, O, OH, OW)."""
    x, weight, bias, _ = _inputs(x, weight, bias, stride, padding, output_padding, groups, dilation)
    return F.conv_transpose2d(x, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d_backward(
    upstream, x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """∂L/∂x, ∂L/∂W and, where there is a bias, ∂L/∂b, by autograd."""
    x, weight, bias, size = _inputs(x, weight, bias, stride, padding, output_padding, groups, dilation)
    upstream = fitting("upstream", upstream, (len(x), weight.shape[1] * groups, *size), x)
    options = (stride, padding, output_padding, groups, dilation)
    f = lambda x, weight, bias=None: F.conv_transpose2d(x, weight, bias, *options)
    return backward(upstream, f, *((x, weight) if bias is None else (x, weight, bias)))


def _inputs(x, weight, bias, stride, padding, output_padding, groups, dilation):
    """All three as floats that fit, and the size of the output."""
    x, weight = floats("x", x), floats("weight", weight)
    _, size = transposed_layout(x.shape, weight.shape, stride, padding, output_padding, groups, dilation)
    bias = None if bias is None else fitting("bias", bias, (weight.shape[1] * groups,), x)
    return x, weight.to(x), bias, size
