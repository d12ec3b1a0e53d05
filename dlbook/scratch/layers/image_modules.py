"""The layers on images as objects, for models."""

import math

import numpy as np

from dlbook._validate.convolutions import check_groups
from dlbook._validate.images import check_images, check_sides, flat, pair
from dlbook.scratch._arrays import fitting, floats
from dlbook.scratch.layers import conv, conv_transpose, one_dimension, pool, resize, shapes
from dlbook.scratch.layers.modules import BatchNorm1d, Module


class _Convolution(Module):
    """z = f(x, weight, bias, **options); starts uniform in ±1/√fan_in, as in torch.nn."""

    f, f_backward = None, None

    def _start(self, shape, out_channels, bias, dtype, rng, **options):
        rng, bound = np.random.default_rng(rng), 1 / math.sqrt(math.prod(shape[1:]))
        self.params["weight"] = rng.uniform(-bound, bound, shape).astype(dtype)
        if bias:
            self.params["bias"] = rng.uniform(-bound, bound, out_channels).astype(dtype)
        self.options = options

    def forward(self, x):
        self.x = x
        return type(self).f(x, **self.params, **self.options)

    def backward(self, upstream):
        x_grad, *own = type(self).f_backward(upstream, self.x, **self.params, **self.options)
        self.grads = dict(zip(self.params, own, strict=True))
        return x_grad


class Conv2d(_Convolution):
    """z = W ∗ x + b: every kernel at all places of the image."""

    f, f_backward = conv.conv2d, conv.conv2d_backward

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
        dtype=np.float64, rng=None,
    ):  # fmt: skip
        super().__init__()
        check_groups(groups, "in_channels", in_channels, "out_channels", out_channels)
        shape = (out_channels, in_channels // groups, *self._kernel(kernel_size))
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        self._start(shape, out_channels, bias, dtype, rng, **options)

    def _kernel(self, kernel_size):
        return pair("kernel_size", kernel_size, 1)


class Conv1d(Conv2d):
    """z = W ∗ x + b: every kernel at all places of the signal."""

    f, f_backward = one_dimension.conv1d, one_dimension.conv1d_backward

    def _kernel(self, kernel_size):
        return pair("kernel_size", flat(kernel_size=kernel_size)["kernel_size"], 1)[1:]


class ConvTranspose2d(_Convolution):
    """A convolution's way back, from its output to its input."""

    f, f_backward = conv_transpose.conv_transpose2d, conv_transpose.conv_transpose2d_backward

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True,
        dilation=1, dtype=np.float64, rng=None,
    ):  # fmt: skip
        super().__init__()
        check_groups(groups, "in_channels", in_channels, "out_channels", out_channels)
        shape = (in_channels, out_channels // groups, *pair("kernel_size", kernel_size, 1))
        options = {"stride": stride, "padding": padding, "output_padding": output_padding}
        self._start(shape, out_channels, bias, dtype, rng, **options, groups=groups, dilation=dilation)


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

    f, f_backward = pool.max_pool2d, pool.max_pool2d_backward

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, *, ceil_mode=False):
        options = {"kernel_size": kernel_size, "stride": stride, "padding": padding, "dilation": dilation}
        super().__init__(**options, ceil_mode=ceil_mode)


class MaxPool1d(MaxPool2d):
    """The largest of each window of a signal."""

    f, f_backward = one_dimension.max_pool1d, one_dimension.max_pool1d_backward


class AvgPool1d(_Fixed):
    """The mean of each window of a signal."""

    f, f_backward = one_dimension.avg_pool1d, one_dimension.avg_pool1d_backward

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        options = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
        super().__init__(**options, ceil_mode=ceil_mode, count_include_pad=count_include_pad)


class AvgPool2d(AvgPool1d):
    """The mean of each window."""

    f, f_backward = pool.avg_pool2d, pool.avg_pool2d_backward

    def __init__(
        self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
    ):
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        self.options["divisor_override"] = divisor_override


class AdaptiveAvgPool2d(_Fixed):
    """Means to a chosen size; 1 is global average pooling."""

    f, f_backward = resize.adaptive_avg_pool2d, resize.adaptive_avg_pool2d_backward

    def __init__(self, output_size):
        super().__init__(output_size=output_size)


class Upsample(_Fixed):
    """Each pixel becomes a block of equal ones."""

    f, f_backward = resize.interpolate, resize.interpolate_backward

    def __init__(self, size=None, scale_factor=None, mode="nearest"):
        super().__init__(size=size, scale_factor=scale_factor, mode=mode)


class Flatten(_Fixed):
    """Each image as a row."""

    f, f_backward = shapes.flatten, shapes.flatten_backward

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__(start_dim=start_dim, end_dim=end_dim)


class ZeroPad2d(Module):
    """Zeros around each image: (left, right, top, bottom), where a convolution pads all sides alike."""

    def __init__(self, padding):
        super().__init__()
        self.padding = check_sides(padding)

    def forward(self, x):
        self.x = x = floats("x", x)
        check_images("x", x.shape)
        left, right, top, bottom = self.padding
        return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))

    def backward(self, upstream):
        (N, C, H, W), (left, right, top, bottom) = self.x.shape, self.padding
        upstream = fitting("upstream", upstream, (N, C, top + H + bottom, left + W + right), self.x)
        return upstream[:, :, top : top + H, left : left + W]


class BatchNorm2d(BatchNorm1d):
    """Batch norm of (N, C, H, W): a mean and a variance for each channel, over images and pixels."""

    shapes = {4: "(N, {C}, H, W)"}
