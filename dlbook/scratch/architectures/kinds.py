"""What a layer is, without its numbers: what comes out, how many parameters, how many multiplications, which window.

`Conv2d(3, 64, 3, padding=1)` here is a description of four whole numbers. Each room makes the layer of it: its own
class of the same name, with the same arguments. Shapes are those of one sample: (C, H, W) or (D,).
"""

from dataclasses import asdict, dataclass
from math import prod

from dlbook._validate import wrong
from dlbook._validate.convolutions import check_groups
from dlbook._validate.images import layout, pool_layout
from dlbook._validate.layers import check_joinable, check_same_shape
from dlbook._validate.resizing import adaptive_size


@dataclass(frozen=True)
class Layer:
    """What most layers are: the shape stays, nothing is learned or multiplied, each number is looked at by itself."""

    def shape(self, *shapes):
        return shapes[0]

    def parameters(self):
        return 0

    def multiplications(self, shape):
        """How many for one sample, where `shape` comes out."""
        return 0

    def window(self, shape):
        """(size, stride) in pixels, where `shape` goes in."""
        return 1, 1

    def made(self, layers, **options):
        """The layer itself, from a room's `layers`."""
        return getattr(layers, type(self).__name__)(**asdict(self), **options)


@dataclass(frozen=True)
class Conv2d(Layer):
    in_channels: int
    out_channels: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    bias: bool = True

    def weights(self):
        return self.out_channels * self.in_channels // self.groups * self.kernel_size**2

    def shape(self, x):
        check_groups(self.groups, "in_channels", self.in_channels, "out_channels", self.out_channels)
        check_channels(x, self.in_channels)
        return self.out_channels, *layout(self.kernel_size, x[1:], self.stride, self.padding, self.dilation).places

    def parameters(self):
        return self.weights() + self.bias * self.out_channels

    def multiplications(self, shape):
        return self.weights() * prod(shape[1:])  # every weight at every place

    def window(self, shape):
        return self.dilation * (self.kernel_size - 1) + 1, self.stride


@dataclass(frozen=True)
class Linear(Layer):
    in_features: int
    out_features: int
    bias: bool = True

    def shape(self, x):
        if tuple(x) != (self.in_features,):
            raise wrong("x", "have the features that the weights take", f"shape {x}", f"shape ({self.in_features},)")
        return (self.out_features,)

    def parameters(self):
        return self.multiplications(None) + self.bias * self.out_features

    def multiplications(self, shape):
        return self.in_features * self.out_features

    def window(self, shape):
        return 2, 0  # from the first number of the row to the last


@dataclass(frozen=True)
class BatchNorm2d(Layer):
    num_features: int
    eps: float = 1e-5
    momentum: float = 0.1

    def shape(self, x):
        check_channels(x, self.num_features)
        return x

    def parameters(self):
        return 2 * self.num_features  # scale and shift; the running statistics are not learned


@dataclass(frozen=True)
class MaxPool2d(Layer):
    kernel_size: int
    stride: int | None = None
    padding: int = 0
    ceil_mode: bool = False

    def shape(self, x):
        check_image(x)
        lay = pool_layout(self.kernel_size, x[1:], self.stride, self.padding, ceil_mode=self.ceil_mode)
        return x[0], *lay.places

    def window(self, shape):
        return self.kernel_size, self.stride or self.kernel_size


@dataclass(frozen=True)
class AvgPool2d(MaxPool2d):
    pass


@dataclass(frozen=True)
class AdaptiveAvgPool2d(Layer):
    output_size: int

    def shape(self, x):
        check_image(x)
        return x[0], *adaptive_size(x[1:], self.output_size)

    def window(self, shape):
        stride = shape[1] // self.output_size
        return shape[1] - stride * (self.output_size - 1), stride


@dataclass(frozen=True)
class ZeroPad2d(Layer):
    padding: tuple[int, int, int, int]  # left, right, top, bottom

    def shape(self, x):
        check_image(x)
        left, right, top, bottom = self.padding
        return x[0], x[1] + top + bottom, x[2] + left + right


@dataclass(frozen=True)
class Flatten(Layer):
    def shape(self, x):
        return (prod(x),)

    def window(self, shape):
        return 1, shape[1] - 1  # from the first pixel to the last


@dataclass(frozen=True)
class Add(Layer):
    def shape(self, *xs):
        check_same_shape(xs)
        return xs[0]


@dataclass(frozen=True)
class Concatenate(Layer):
    """Side by side along the channels."""

    def shape(self, *xs):
        check_joinable(xs, 0)
        return sum(x[0] for x in xs), *xs[0][1:]


@dataclass(frozen=True)
class Dropout(Layer):
    p: float = 0.5


@dataclass(frozen=True)
class ReLU(Layer):
    pass


@dataclass(frozen=True)
class ReLU6(Layer):
    pass


@dataclass(frozen=True)
class Tanh(Layer):
    pass


def check_image(x) -> None:
    if len(x) != 3:
        raise wrong("x", "be an image", f"shape {tuple(x)}", "shape (C, H, W)")


def check_channels(x, channels: int) -> None:
    check_image(x)
    if x[0] != channels:
        raise wrong("x", "have the channels that the weights take", f"shape {tuple(x)}", f"shape ({channels}, H, W)")
