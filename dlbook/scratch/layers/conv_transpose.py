"""Transposed convolution: a convolution's way back from its output to its input, as a layer that enlarges images."""

import numpy as np

from dlbook._validate.convolutions import transposed_layout
from dlbook.scratch._arrays import cast, fitting, floats, wide
from dlbook.scratch.layers.conv import conv2d_core, conv2d_weight_grad_core, conv2d_x_grad_core
from dlbook.scratch.layers.windows import framed


def conv_transpose2d_core(x, weight, bias, size, stride, dilation, groups):
    z = conv2d_x_grad_core(x, size, weight, stride, dilation, groups)  # each pixel paints W
    return z + bias.reshape(-1, 1, 1)


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """z[n, o, h·stride + i·dilation, w·stride + j·dilation] collects W[c, o, i, j] · x[n, c, h, w], and b[o] once.

    Shapes: x (N, C, H, W), weight (C, O / groups, KH, KW), bias (O,) -> (N, O, OH, OW), where OH is
    (H − 1) · stride + dilation · (KH − 1) + 1 − 2 · padding + output_padding: `padding` cuts the border off,
    `output_padding` adds rows below and columns on the right. The backward pass of `conv2d` with respect to its input.
    """
    dtype, x, weight, lay, (OH, OW) = _opened(x, weight, stride, padding, output_padding, groups, dilation)
    O, (top, left) = weight.shape[1] * groups, lay.before
    bias = np.zeros(O, x.dtype) if bias is None else fitting("bias", bias, (O,), x)
    size = (top + OH + top, left + OW + left)
    z = conv_transpose2d_core(x, weight, bias, size, lay.stride, lay.dilation, groups)
    return cast(z[:, :, top : top + OH, left : left + OW], dtype)


def conv_transpose2d_backward_core(upstream, x, weight, stride, dilation, groups):
    x_grad = conv2d_core(upstream, weight, np.zeros(len(weight), x.dtype), stride, dilation, groups)
    weight_grad = conv2d_weight_grad_core(x, upstream, weight.shape[2:], stride, dilation, groups)
    return x_grad, weight_grad


def conv_transpose2d_backward(
    upstream, x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """∂L/∂x = W ∗ u, a convolution; ∂L/∂W = Σ x · windows(u)ᵀ; and, where there is a bias, ∂L/∂b = Σ u."""
    dtype, x, weight, lay, size = _opened(x, weight, stride, padding, output_padding, groups, dilation)
    O = weight.shape[1] * groups
    upstream = fitting("upstream", upstream, (len(x), O, *size), x)
    grads = conv_transpose2d_backward_core(framed(upstream, lay), x, weight, lay.stride, lay.dilation, groups)
    if bias is not None:  # it reaches what no window covers, too
        fitting("bias", bias, (O,), x)
        grads = *grads, upstream.sum(axis=(0, 2, 3), dtype=np.float64)
    return cast(grads, dtype)


def _opened(x, weight, stride, padding, output_padding, groups, dilation):
    """The dtype of `x`, both as floats that fit, how the windows lie on the output, and its size."""
    x, weight = floats("x", x), floats("weight", weight)
    lay, size = transposed_layout(x.shape, weight.shape, stride, padding, output_padding, groups, dilation)
    dtype, x = x.dtype, wide(x)
    return dtype, x, weight.astype(x.dtype, copy=False), lay, size
