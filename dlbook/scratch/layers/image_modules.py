"""The layers on images as objects, for models."""

import math

import numpy as np

from dlbook._validate.images import check_groups, pair
from dlbook.scratch.layers.conv import conv2d, conv2d_backward
from dlbook.scratch.layers.modules import BatchNorm1d, Module
from dlbook.scratch.layers.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from dlbook.scratch.layers.shapes import flatten, flatten_backward


class Conv2d(Module):
    """z = W ∗ x + b; starts as torch.nn.Conv2d does, uniform in ±1/√(numbers that a window holds)."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        dtype=np.float64,
        rng=None,
    ):
        super().__init__()
        rng, kernel = np.random.default_rng(rng), pair("kernel_size", kernel_size, 1)
        shape = (out_channels, in_channels // groups, *kernel)
        check_groups(groups, in_channels, shape)
        bound = 1 / math.sqrt(math.prod(shape[1:]))
        self.params["weight"] = rng.uniform(-bound, bound, shape).astype(dtype)
        if bias:
            self.params["bias"] = rng.uniform(-bound, bound, out_channels).astype(dtype)
        self.options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}

    def forward(self, x):
        self.x = x
        return conv2d(x, **self.params, **self.options)

    def backward(self, upstream):
        x_grad, *own = conv2d_backward(upstream, self.x, **self.params, **self.options)
        self.grads = dict(zip(self.params, own, strict=True))
        return x_grad


class _Fixed(Module):
    """A layer without parameters: y = f(x, **options)."""

    f, f_backward = None, None

    def __init__(self, **options):
        super().__init__()
        self.options = options

    def forward(self, x):
        self.x = x
        return type(self).f(x, **self.options)

    def backward(self, upstream):
        return type(self).f_backward(upstream, self.x, **self.options)


class MaxPool2d(_Fixed):
    """The largest of each window."""

    f, f_backward = max_pool2d, max_pool2d_backward

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, *, ceil_mode=False):
        super().__init__(
            kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode
        )


class AvgPool2d(_Fixed):
    """The mean of each window."""

    f, f_backward = avg_pool2d, avg_pool2d_backward

    def __init__(
        self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
    ):
        super().__init__(
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
            divisor_override=divisor_override,
        )


class Flatten(_Fixed):
    """Each image as a row."""

    f, f_backward = flatten, flatten_backward

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__(start_dim=start_dim, end_dim=end_dim)


class BatchNorm2d(BatchNorm1d):
    """Batch norm of (N, C, H, W): a mean and a variance for each channel, over images and pixels."""

    shapes = {4: "(N, {C}, H, W)"}
