"""Convolution: torch.nn.functional.conv2d."""

import torch.nn.functional as F

from dlbook._validate.images import check_groups, check_images, layout
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


def _conv2d(x, weight, bias, lay, groups):
    x, padding = padded(x, lay)
    return F.conv2d(x, weight, bias, lay.stride, padding, lay.dilation, groups)


def _inputs(x, weight, bias, stride, padding, dilation, groups):
    """All three as floats that fit, and how the windows lie."""
    x, weight = floats("x", x), floats("weight", weight)
    check_images("x", x.shape)
    check_images("weight", weight.shape, "(O, C / groups, KH, KW)")
    check_groups(groups, x.shape[1], weight.shape)
    lay = layout(tuple(weight.shape[2:]), x.shape[2:], stride, padding, dilation, name="weight")
    bias = None if bias is None else fitting("bias", bias, (len(weight),), x)
    return x, weight.to(x), bias, lay
