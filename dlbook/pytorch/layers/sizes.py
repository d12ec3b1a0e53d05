"""Sizes, asked of torch itself: what comes out is counted."""

import torch
import torch.nn.functional as F

from dlbook._validate.images import layout, pool_layout
from dlbook._validate.resizing import check_layers


def output_size(size, kernel_size, stride=1, padding=0, dilation=1, ceil_mode=False):
    """How many windows torch lays on `size` pixels: a convolution's, or with `ceil_mode` a pool's."""
    kernel, *options = (kernel_size, 1), (stride, 1), (padding, 0), (dilation, 1)
    if ceil_mode:
        pool_layout(kernel, (size, 1), *options, ceil_mode)
        return F.max_pool2d(_black(size, 1), kernel, *options, ceil_mode).shape[2]
    layout(kernel, (size, 1), *options)
    return F.conv2d(_black(size, 1), _black(*kernel), None, *options).shape[2]


def receptive_field(kernel_sizes, strides=1, dilations=1):
    """One unit, taken back through all layers by transposed convolutions: as many pixels as torch then has."""
    x = _black(1)
    for k, s, d in reversed(list(zip(*check_layers(kernel_sizes, strides, dilations), strict=True))):
        x = F.conv_transpose1d(x, _black(k), stride=s, dilation=d)
    return x.shape[-1]


def _black(*size):
    """One black image of one channel."""
    return torch.zeros(1, 1, *size)
