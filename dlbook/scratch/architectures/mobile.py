"""Convolutions taken apart: MobileNet 1 and 2, where one layer mixes pixels and the next one channels."""

from dlbook._validate import check_choice, wrong
from dlbook.scratch.architectures.kinds import (
    AdaptiveAvgPool2d,
    Add,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    ReLU6,
    ZeroPad2d,
)
from dlbook.scratch.architectures.net import Net, scaled


def separable(net, name, x, channels, stride=1):
    """3 × 3 on each channel by itself, then 1 × 1 on each pixel by itself: 1/K + 1/9 of the multiplications for K."""
    C = net.channels(x)
    depthwise = Conv2d(C, C, 3, stride, padding=1, groups=C, bias=False)
    pointwise = Conv2d(C, channels, 1, bias=False)
    x = net.row(name, x, depthwise=depthwise, depthwise_bn=BatchNorm2d(C), depthwise_relu=ReLU6())
    norm = BatchNorm2d(channels)
    return net.row(name, x, pointwise=pointwise, pointwise_bn=norm, pointwise_relu=ReLU6())


def inverted_residual(net, name, x, channels, stride=1, expansion=6, keras=False):
    """Few channels, 6 times as many, 3 × 3 on each, few again without a ReLU; x is added where the shape stays."""
    C = net.channels(x)
    y, hidden, norm = x, expansion * C, norm_of(keras)
    if expansion > 1:
        y = net.row(name, y, expand=Conv2d(C, hidden, 1, bias=False), expand_BN=norm(hidden), expand_relu=ReLU6())
    y, padding = padded(net, f"{name}.pad", y, stride, keras)
    depthwise = Conv2d(hidden, hidden, 3, stride, padding, groups=hidden, bias=False)
    y = net.row(name, y, depthwise=depthwise, depthwise_BN=norm(hidden), depthwise_relu=ReLU6())
    y = net.row(name, y, project=Conv2d(hidden, channels, 1, bias=False), project_BN=norm(channels))
    return net.add(f"{name}.add", Add(), y, x) if net.shapes[y] == net.shapes[x] else y


V1 = (  # channels and stride of each block
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
    (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
V2 = (  # expansion, channels, repeats and stride of each stage
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
)  # fmt: skip


def mobilenet(version=1, num_classes=1000, in_channels=3, size=224, width=1.0, blocks=None, stride=2, keras=False):
    """Version 1: depthwise-separable blocks, 4,231,976 parameters. Version 2: inverted residuals, 3,504,872.

    `blocks` makes another net: (channels, stride) of each block in version 1, (expansion, channels, repeats, stride) of
    each stage in version 2; `stride` is that of the first convolution. The names of version 2 are Keras', with a dot
    where its block ends: block_1.expand_BN. `keras=True` pads as Keras does at stride 2 and takes its ε of batch norm,
    as its trained weights need. Sources: Howard and others 2017, Sandler and others 2018.
    """
    check_choice("version", version, (1, 2))
    if keras and version == 1:
        raise wrong("keras", "be False for version 1", "True", "version=2, whose trained weights the book has")
    net, c = Net(f"mobilenet_v{version}", x=(in_channels, size, size)), scaled(width)
    first, norm = c(32), norm_of(keras)
    x, padding = padded(net, "Conv1_pad", "x", stride, keras)
    conv = Conv2d(in_channels, first, 3, stride, padding, bias=False)
    x = net.row("", x, Conv1=conv, bn_Conv1=norm(first), Conv1_relu=ReLU6())
    if version == 1:
        for i, (channels, step) in enumerate(blocks or V1, 1):
            x = separable(net, f"block_{i}", x, c(channels), step)
    else:
        rows = [(t, k, s if i == 0 else 1) for t, k, repeats, s in blocks or V2 for i in range(repeats)]
        for i, (expansion, channels, step) in enumerate(rows):
            name = f"block_{i}" if i else "expanded_conv"
            x = inverted_residual(net, name, x, c(channels), step, expansion, keras)
        conv = Conv2d(net.channels(x), c(1280), 1, bias=False)
        x = net.row("", x, Conv_1=conv, Conv_1_bn=norm(c(1280)), out_relu=ReLU6())
    x = net.row("", x, avgpool=AdaptiveAvgPool2d(1), flatten=Flatten(), dropout=Dropout(0.2))
    net.row("", x, predictions=Linear(net.features(x), num_classes))
    return net


def padded(net, name, x, stride, keras):
    """What a 3 × 3 convolution takes, and its padding: at stride 2 Keras pads an even size below and right alone."""
    if not (keras and stride == 2):
        return x, 1
    before = net.shapes[x][1] % 2
    return net.add(name, ZeroPad2d((before, 1, before, 1)), x), 0


def norm_of(keras):
    """channels -> batch norm, with Keras' ε and momentum or PyTorch's."""
    return lambda channels: BatchNorm2d(channels, 1e-3, 0.01) if keras else BatchNorm2d(channels)
