"""Paths beside each other: GoogLeNet's inception, ResNet's skip connection, SqueezeNet's fire."""

from dataclasses import replace

from dlbook._validate import check_choice
from dlbook.scratch.architectures.kinds import (
    AdaptiveAvgPool2d,
    Add,
    BatchNorm2d,
    Concatenate,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
)
from dlbook.scratch.architectures.net import Net, scaled, stages_of


def conv(net, name, x, channels, kernel_size, stride=1):
    """A convolution that keeps the size but for its stride, and a ReLU."""
    layer = Conv2d(net.channels(x), channels, kernel_size, stride, padding=kernel_size // 2)
    return net.row(name, x, conv=layer, relu=ReLU())


def inception(net, name, x, one, reduce3, three, reduce5, five, after_pool):
    """1 × 1, 3 × 3, 5 × 5 and a pool side by side; a 1 × 1 convolution before the large ones makes the channels few."""
    a = conv(net, f"{name}.branch1", x, one, 1)
    b = conv(net, f"{name}.branch2.1", conv(net, f"{name}.branch2.0", x, reduce3, 1), three, 3)
    c = conv(net, f"{name}.branch3.1", conv(net, f"{name}.branch3.0", x, reduce5, 1), five, 5)
    pooled = net.add(f"{name}.branch4.0", MaxPool2d(3, 1, padding=1), x)
    d = conv(net, f"{name}.branch4.1", pooled, after_pool, 1)
    return net.add(f"{name}.concat", Concatenate(), a, b, c, d)


INCEPTION = {  # 1 × 1 | before 3 × 3, 3 × 3 | before 5 × 5, 5 × 5 | after the pool
    "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64), "4b": (160, 112, 224, 24, 64, 64), "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64), "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128),
}  # fmt: skip


def googlenet(num_classes=1000, in_channels=3, size=224, width=1.0, blocks=tuple(INCEPTION), stem=(7, 2)):
    """Nine inception blocks and one dense layer: 6,998,552 parameters.

    As published, without the two auxiliary heads, without batch norm (which came later), and without local response
    normalization, which learns nothing. `blocks` names those that a smaller net keeps; `stem` is kernel and stride of
    the first convolution: (3, 1) for small images. Source: Szegedy and others 2015.
    """
    c, net = scaled(width), Net("googlenet", x=(in_channels, size, size))
    pool = MaxPool2d(3, 2, ceil_mode=True)
    x = net.add("pool1", pool, conv(net, "conv1", "x", c(64), *stem))
    x = conv(net, "conv3", conv(net, "conv2", x, c(64), 1), c(192), 3)
    stage = None
    for block in blocks:
        check_choice("blocks", block, tuple(INCEPTION))
        if block[0] != stage:
            stage = block[0]
            x = net.add(f"pool{stage}", pool, x)
        x = inception(net, f"inception{block}", x, *map(c, INCEPTION[block]))
    head(net, x, num_classes, Dropout(0.2))
    return net


def basic(C, K, stride):
    """Two 3 × 3 convolutions, each with batch norm, and a ReLU between them."""
    first = {"conv1": Conv2d(C, K, 3, stride, padding=1, bias=False), "bn1": BatchNorm2d(K)}
    second = {"conv2": Conv2d(K, K, 3, padding=1, bias=False), "bn2": BatchNorm2d(K)}
    return {**first, "relu1": ReLU(), **second}


def bottleneck(C, K, stride):
    """The 3 × 3 convolution works on a quarter of the channels that come out."""
    first = {"conv1": Conv2d(C, K, 1, bias=False), "bn1": BatchNorm2d(K), "relu1": ReLU()}
    second = {"conv2": Conv2d(K, K, 3, stride, padding=1, bias=False), "bn2": BatchNorm2d(K), "relu2": ReLU()}
    return {**first, **second, "conv3": Conv2d(K, 4 * K, 1, bias=False), "bn3": BatchNorm2d(4 * K)}


def residual(net, name, x, layers, around):
    """y = relu(F(x) + x): the layers F learn what to add to x, and a gradient goes through + unchanged."""
    y = net.row(name, x, **layers)  # F(x)
    y = net.add(f"{name}.add", Add(), y, around)  # F(x) + x
    return net.add(f"{name}.relu", ReLU(), y)


def without_norm(layers):
    """The same layers without batch norm; a convolution gets the bias that batch norm had brought."""
    kept = {name: layer for name, layer in layers.items() if not isinstance(layer, BatchNorm2d)}
    return {name: replace(layer, bias=True) if isinstance(layer, Conv2d) else layer for name, layer in kept.items()}


RESNET = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def resnet(
    depth=18, num_classes=1000, in_channels=3, size=224, width=1.0, stem=(7, 2), stem_pool=True, shortcut="projection",
    batch_norm=True,
):  # fmt: skip
    """Blocks of two 3 × 3 convolutions, from depth 50 on of 1 × 1, 3 × 3, 1 × 1, each with a way around it.

    Parameters: 11,689,512 (18), 21,797,672 (34), 25,557,032 (50, its strides in the 3 × 3 as in torchvision).
    A tuple as `depth` says how many blocks of two convolutions each stage has. `shortcut` is "projection" (a 1 × 1
    convolution where the shape changes), "identity" (a way around only where it stays, without a parameter) or None:
    the plain net. Without `batch_norm` the convolutions have a bias. `stem` is kernel and stride of the first
    convolution: (3, 1) or (3, 2) and no pool for small images. Source: He and others 2016.
    """
    check_choice("shortcut", shortcut, ("projection", "identity", None))
    stages, c = stages_of(depth, RESNET), scaled(width)
    block, widening = (bottleneck, 4) if depth in (50, 101, 152) else (basic, 1)
    kept = (lambda layers: layers) if batch_norm else without_norm
    net = Net(f"resnet{depth}", x=(in_channels, size, size))
    first = Conv2d(in_channels, c(64), *stem, padding=stem[0] // 2, bias=False)
    x = net.row("", "x", **kept({"conv1": first, "bn1": BatchNorm2d(c(64)), "relu": ReLU()}))
    x = net.add("maxpool", MaxPool2d(3, 2, padding=1), x) if stem_pool else x
    for stage, count in enumerate(stages):
        for i in range(count):
            name, C, K = f"layer{stage + 1}.{i}", net.channels(x), c(64 * 2**stage)
            stride = 2 if stage and i == 0 else 1
            layers, around = kept(block(C, K, stride)), shortcut and x
            if (C, stride) != (widening * K, 1):  # a 1 × 1 convolution makes x fit, or nothing goes around
                fit = {"0": Conv2d(C, widening * K, 1, stride, bias=False), "1": BatchNorm2d(widening * K)}
                around = net.row(f"{name}.downsample", x, **kept(fit)) if shortcut == "projection" else None
            x = residual(net, name, x, layers, around) if around else net.row(name, x, **layers, relu=ReLU())
    head(net, x, num_classes)
    return net


def fire(net, name, x, squeeze, expand):
    """1 × 1 to few channels, then 1 × 1 and 3 × 3 side by side."""
    C = net.channels(x)
    x = net.row(name, x, squeeze1x1=Conv2d(C, squeeze, 1), squeezed=ReLU())
    a = net.add(f"{name}.expand1x1", Conv2d(squeeze, expand, 1), x)
    b = net.add(f"{name}.expand3x3", Conv2d(squeeze, expand, 3, padding=1), x)
    return net.add(f"{name}.out", ReLU(), net.add(f"{name}.join", Concatenate(), a, b))


def squeezenet(num_classes=1000, in_channels=3, size=224, width=1.0):
    """SqueezeNet 1.1: eight fire blocks and no dense layer, 1,235,496 parameters. Names as published: fire2.squeeze1x1.

    A class' score is the mean of its map, so that images of other sizes go in, too. Source: Iandola and others 2016.
    """
    c, net = scaled(width), Net("squeezenet", x=(in_channels, size, size))
    pool = MaxPool2d(3, 2, ceil_mode=True)
    x = net.row("", "x", conv1=Conv2d(in_channels, c(64), 3, 2), relu1=ReLU(), pool1=pool)
    for i, squeeze in enumerate((16, 16, 32, 32, 48, 48, 64, 64), 2):
        x = fire(net, f"fire{i}", x, c(squeeze), c(4 * squeeze))
        x = net.add(f"pool{i}", pool, x) if i in (3, 5) else x
    net.row("", x,
        drop9=Dropout(), conv10=Conv2d(net.channels(x), num_classes, 1), relu10=ReLU(),
        mean=AdaptiveAvgPool2d(1), scores=Flatten(),
    )  # fmt: skip
    return net


def head(net, x, num_classes, *before):
    """The mean of each map, and one dense layer."""
    x = net.row(
        "", x, avgpool=AdaptiveAvgPool2d(1), flatten=Flatten(), **{f"dropout{i}": d for i, d in enumerate(before)}
    )
    return net.row("", x, fc=Linear(net.features(x), num_classes))
