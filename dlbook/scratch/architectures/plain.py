"""One layer after the other: LeNet-5, AlexNet, VGG. Parameters and rows have torchvision's names."""

from dlbook._validate import check_choice
from dlbook.scratch.architectures.kinds import AvgPool2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Tanh
from dlbook.scratch.architectures.net import Net, scaled, stages_of


def lenet5_core(net, x, channels, features, num_classes, bend, pool):
    (a, b), (c, d) = channels, features
    x = net.row("", x, conv1=Conv2d(net.channels(x), a, 5, padding=2), bend1=bend, pool1=pool)
    x = net.row("", x, conv2=Conv2d(a, b, 5), bend2=bend, pool2=pool, flatten=Flatten())
    x = net.row("", x, fc1=Linear(net.features(x), c), bend3=bend, fc2=Linear(c, d), bend4=bend)
    return net.row("", x, fc3=Linear(d, num_classes))


def lenet5(num_classes=10, in_channels=1, size=28, width=1.0, modern=True):
    """Twice convolution and pooling, then three dense layers: 61,706 parameters, 416,520 multiplications.

    `modern` has ReLU and max pooling, else tanh and averages. The original connects its 16 second maps to a part of the
    six first ones and learns a scale for each pool, which makes 60,000. Source: LeCun and others 1998.
    """
    c, net = scaled(width), Net("lenet5", x=(in_channels, size, size))
    bend, pool = (ReLU(), MaxPool2d(2)) if modern else (Tanh(), AvgPool2d(2))
    lenet5_core(net, "x", (c(6), c(16)), (c(120), c(84)), num_classes, bend, pool)
    return net


ALEXNET = {2: (96, 256, 384, 384, 256), 1: (64, 192, 384, 256, 256)}  # channels, by the number of groups


# fmt: off
def alexnet_core(net, x, channels, stem, padding, groups):
    a, b, c, d, e = channels
    return net.row("features", x,
        Conv2d(net.channels(x), a, *stem, padding=padding), ReLU(), MaxPool2d(3, 2),
        Conv2d(a, b, 5, padding=2, groups=groups), ReLU(), MaxPool2d(3, 2),
        Conv2d(b, c, 3, padding=1), ReLU(),
        Conv2d(c, d, 3, padding=1, groups=groups), ReLU(),
        Conv2d(d, e, 3, padding=1, groups=groups), ReLU(), MaxPool2d(3, 2))
# fmt: on


def alexnet(num_classes=1000, in_channels=3, size=None, width=1.0, groups=2, stem=(11, 4)):
    """Five convolutions, three pools that overlap, three dense layers with dropout.

    `groups=2` is the paper's, halved to fit two graphics cards: 227 × 227, 60,965,224 parameters. `groups=1` is
    torchvision's: 224 × 224, 61,100,840. The paper's local response normalization is left out: it learns nothing.
    `stem` is kernel and stride of the first convolution: (5, 1) for small images. Source: Krizhevsky and others 2012.
    """
    check_choice("groups", groups, tuple(ALEXNET))
    size = size or {2: 227, 1: 224}[groups]
    channels = tuple(map(scaled(width), ALEXNET[groups]))
    hidden, padding = scaled(width)(4096), 2 if groups == 1 or stem[1] == 1 else 0
    net = Net("alexnet", x=(in_channels, size, size))
    x = alexnet_core(net, "x", channels, stem, padding, groups)
    x = net.add("flatten", Flatten(), x)
    net.row("classifier", x,
        Dropout(), Linear(net.features(x), hidden), ReLU(),
        Dropout(), Linear(hidden, hidden), ReLU(), Linear(hidden, num_classes),
    )  # fmt: skip
    return net


VGG = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}  # convolutions a stage


def vgg_block(in_channels, channels, convolutions):
    layers = []
    for _ in range(convolutions):
        layers += [Conv2d(in_channels, channels, 3, padding=1), ReLU()]
        in_channels = channels
    return [*layers, MaxPool2d(2)]  # half the size, and the next block has twice the channels


def vgg(depth=16, num_classes=1000, in_channels=3, size=224, width=1.0):
    """3 × 3 convolutions, 64 to 512 channels, a pool after each stage, three dense layers: depth 11, 13, 16 or 19.

    A tuple as `depth` says how many convolutions each stage has: (1, 1) makes a net of five layers for small images.
    Parameters: 132,863,336 (11), 133,047,848 (13), 138,357,544 (16), 143,667,240 (19).
    Source: Simonyan and Zisserman 2015.
    """
    stages, c = stages_of(depth, VGG), scaled(width)
    net, layers, channels = Net(f"vgg{depth}", x=(in_channels, size, size)), [], in_channels
    for stage, convolutions in enumerate(stages):
        layers += vgg_block(channels, c(64 * 2 ** min(stage, 3)), convolutions)
        channels = c(64 * 2 ** min(stage, 3))
    x = net.add("flatten", Flatten(), net.row("features", "x", *layers))
    net.row("classifier", x,
        Linear(net.features(x), c(4096)), ReLU(), Dropout(),
        Linear(c(4096), c(4096)), ReLU(), Dropout(), Linear(c(4096), num_classes),
    )  # fmt: skip
    return net
