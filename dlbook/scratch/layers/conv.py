"""Convolution: one kernel at all places of an image, as the product of a weight with the image's windows.

Symbols as in `windows`; O channels go out, and the weight W (O, C / groups, KH, KW) holds a kernel for each pair of
channels of a group. What deep learning calls a convolution does not flip the kernel: it is a cross-correlation.
"""

import numpy as np

from dlbook._validate.convolutions import conv_layout, weight_grad_layout, x_grad_layout
from dlbook._validate.images import pair
from dlbook.scratch._arrays import cast, fitting, floats, wide
from dlbook.scratch.layers.windows import fold_core, framed, unframed, windows_core


def conv2d_core(x, weight, bias, stride, dilation, groups):
    O, C, KH, KW = weight.shape
    patches = windows_core(x, (KH, KW), stride, dilation)  # (N, groups · C, KH, KW, OH, OW)
    N, *_, OH, OW = patches.shape
    columns = patches.reshape(N, groups, C * KH * KW, OH * OW)  # a copy: KH · KW times x
    z = weight.reshape(groups, O // groups, C * KH * KW) @ columns  # (N, groups, O / groups, …)
    return z.reshape(N, O, OH, OW) + bias.reshape(O, 1, 1)


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """z[n, o, h, w] = b[o] + Σ W[o, c, i, j] · x[n, c, h·stride + i·dilation, w·stride + j·dilation], x with padding.

    Shapes: x (N, C, H, W), weight (O, C / groups, KH, KW), bias (O,) -> (N, O, OH, OW). `padding` is how many zeros
    stand around the image, or "valid" for none, or "same" for as many as keep its size (then the stride is 1).
    Each of the groups of O / groups channels sees its own C / groups channels of x. Integers become float64.
    """
    dtype, x, weight, lay = _opened(x, weight, stride, padding, dilation, groups)
    bias = np.zeros(len(weight), x.dtype) if bias is None else fitting("bias", bias, (len(weight),), x)
    return cast(conv2d_core(framed(x, lay), weight, bias, lay.stride, lay.dilation, groups), dtype)


def conv2d_x_grad_core(upstream, size, weight, stride, dilation, groups):
    (N, O, OH, OW), (_, C, KH, KW) = upstream.shape, weight.shape
    u = upstream.reshape(N, groups, O // groups, OH * OW)
    W = weight.reshape(groups, O // groups, C * KH * KW)
    columns = W.swapaxes(1, 2) @ u  # (N, groups, C · KH · KW, OH · OW)
    return fold_core(columns.reshape(N, groups * C, KH, KW, OH, OW), size, stride, dilation)


def conv2d_x_grad(upstream, size, weight, stride=1, padding=0, dilation=1, groups=1):
    """∂L/∂x = fold(Wᵀ u): a pixel collects W · u from every window that holds it.

    Shapes: upstream (N, O, OH, OW), size (H, W), weight (O, C / groups, KH, KW) -> (N, C, H, W).
    """
    upstream, weight, size = floats("upstream", upstream), floats("weight", weight), pair("size", size, 1)
    lay = x_grad_layout(upstream.shape, size, weight.shape, stride, padding, dilation, groups)
    dtype, upstream = upstream.dtype, wide(upstream)
    weight = weight.astype(upstream.dtype, copy=False)
    x_grad = conv2d_x_grad_core(upstream, lay.covered, weight, lay.stride, lay.dilation, groups)
    return cast(unframed(x_grad, size, lay), dtype)


def conv2d_weight_grad_core(upstream, x, kernel_size, stride, dilation, groups):
    (N, O, OH, OW), C, (KH, KW) = upstream.shape, x.shape[1] // groups, kernel_size
    patches = windows_core(x, (KH, KW), stride, dilation)  # (N, groups · C, KH, KW, OH, OW)
    columns = patches.reshape(N, groups, C * KH * KW, OH * OW)
    u = upstream.reshape(N, groups, O // groups, OH * OW)
    each = u @ columns.swapaxes(2, 3)  # (N, groups, O / groups, C · KH · KW)
    return each.sum(axis=0, dtype=np.float64).reshape(O, C, KH, KW)


def conv2d_weight_grad(upstream, x, kernel_size, stride=1, padding=0, dilation=1, groups=1):
    """∂L/∂W = Σ u · windows(x)ᵀ: a weight has met one pixel of every window, of every image.

    Shapes: upstream (N, O, OH, OW), x (N, C, H, W), kernel_size (KH, KW) -> (O, C / groups, KH, KW).
    """
    upstream, x = floats("upstream", upstream), floats("x", x)
    lay = weight_grad_layout(upstream.shape, x.shape, kernel_size, stride, padding, dilation, groups)
    dtype, x = x.dtype, wide(x)
    upstream = upstream.astype(x.dtype, copy=False)
    rest = (lay.kernel, lay.stride, lay.dilation, groups)
    return cast(conv2d_weight_grad_core(upstream, framed(x, lay), *rest), dtype)


def conv2d_backward_core(upstream, x, weight, stride, dilation, groups):
    x_grad = conv2d_x_grad_core(upstream, x.shape[2:], weight, stride, dilation, groups)
    weight_grad = conv2d_weight_grad_core(upstream, x, weight.shape[2:], stride, dilation, groups)
    bias_grad = upstream.sum(axis=(0, 2, 3), dtype=np.float64)
    return x_grad, weight_grad, bias_grad


def conv2d_backward(upstream, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """∂L/∂x, ∂L/∂W and, where there is a bias, ∂L/∂b = Σ u over images and places, for u = ∂L/∂z (N, O, OH, OW).

    As `conv2d_x_grad` and `conv2d_weight_grad`, both at once. Shapes: those of x, weight, bias. The sums over a long
    batch are taken in float64: a narrow dtype would swallow the last of many small numbers.
    """
    dtype, x, weight, lay = _opened(x, weight, stride, padding, dilation, groups)
    upstream = fitting("upstream", upstream, (len(x), len(weight), *lay.places), x)
    if bias is not None:
        fitting("bias", bias, (len(weight),), x)
    x_grad, *own = conv2d_backward_core(upstream, framed(x, lay), weight, lay.stride, lay.dilation, groups)
    return cast((unframed(x_grad, x.shape[2:], lay), *own[: 1 if bias is None else 2]), dtype)


def _opened(x, weight, stride, padding, dilation, groups):
    """The dtype of `x`, both as floats that fit, and how the windows lie."""
    x, weight = floats("x", x), floats("weight", weight)
    lay = conv_layout(x.shape, weight.shape, stride, padding, dilation, groups)
    dtype, x = x.dtype, wide(x)
    return dtype, x, weight.astype(x.dtype, copy=False), lay
