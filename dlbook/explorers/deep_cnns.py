"""Chapter 15: a walk through a net, layer by layer: what comes out, what it costs, how much of the photo it sees."""

from functools import cache
from typing import NamedTuple

import numpy as np

from dlbook import data
from dlbook.explore.explorer import Choice, Slider, bars, code, explore, image, number, panel
from dlbook.explore.steps import clamp
from dlbook.scratch import architectures
from dlbook.scratch.architectures import AdaptiveAvgPool2d, Conv2d, Linear, MaxPool2d, Net

NETS = {
    "LeNet-5": architectures.lenet5,
    "AlexNet": architectures.alexnet,
    "VGG-16": architectures.vgg,
    "GoogLeNet": architectures.googlenet,
    "ResNet-18": architectures.resnet,
    "MobileNet": architectures.mobilenet,
}
BLOCKS = {"inception": "inception ", "layer": "residual ", "block_": "separable "}  # what is walked in one step
SIDE = 80  # pixels of the photo
STEPS = 21  # of the longest walk


class Stop(NamedTuple):
    """A layer or a block of the walk."""

    name: str
    shape: tuple[int, ...]
    parameters: int
    multiplications: int
    field: int


@cache
def walk(net: str) -> tuple[Stop, ...]:
    """The stops of a net: its convolutions, pools, blocks and dense layers, with what follows on each."""
    groups = {}
    for line in architectures.table(NETS[net]()):
        block = next((prefix for prefix in BLOCKS if line.name.startswith(prefix)), None)
        if block:
            key = BLOCKS[block] + ".".join(line.name.removeprefix(block).split(".")[: 1 + (block == "layer")])
        elif isinstance(line.layer, (Conv2d, MaxPool2d, AdaptiveAvgPool2d, Linear)):
            key = line.name
        groups.setdefault(key, []).append(line)  # a ReLU, a batch norm, Flatten and dropout go with what they follow
    return tuple(_stop(key, lines) for key, lines in groups.items())


def _stop(key: str, lines: list) -> Stop:
    name = key if key.startswith(tuple(BLOCKS.values())) else _kind(lines[0].layer)
    costs = (sum(getattr(line, what) for line in lines) for what in ("parameters", "multiplications"))
    maps = [line.shape for line in lines if len(line.shape) == 3]
    return Stop(name, (maps or [lines[-1].shape])[-1], *costs, max(line.receptive_field for line in lines))


def _kind(layer) -> str:
    """A layer in a word or two: conv 3×3, pool 3×3 /2, mean, dense."""
    if isinstance(layer, Linear):
        return "dense"
    if isinstance(layer, AdaptiveAvgPool2d):
        return "mean"
    kind, stride = ("conv", layer.stride) if isinstance(layer, Conv2d) else ("pool", layer.stride or layer.kernel_size)
    return f"{kind} {layer.kernel_size}×{layer.kernel_size}" + (f" /{stride}" if stride > 1 else "")


@cache
def photo() -> np.ndarray:
    """The tower in 32 levels of each colour: (SIDE, SIDE, 3)."""
    C, H, W = (pixels := data.photo("china")).shape
    means = pixels.reshape(C, SIDE, H // SIDE, SIDE, W // SIDE).mean(axis=(2, 4))
    return np.round(31 * means.transpose(1, 2, 0)) / 31


def state(net: str, layer: float) -> dict:
    """The net's stops, the one that is looked at, and the window of the photo that one of its numbers has seen."""
    stops, declared = walk(net), NETS[net]()
    t = clamp(layer, len(stops))
    stop, size = stops[t - 1], _size(declared)
    seen = min(stop.field, size) * SIDE / size
    corner = (SIDE - seen) / 2
    parameters, multiplications = (_shares(stops, what) for what in ("parameters", "multiplications"))
    here = np.arange(1, STEPS + 1) == t
    return {
        "listing": [f"{stop.name} → {_written(stop.shape)}" for stop in stops],
        "t": float(t),
        "pixels": photo(),
        "window": np.array([corner, corner, seen, seen]),
        "parameter_shares": parameters,
        "parameters_here": parameters * here,
        "multiplication_shares": multiplications,
        "multiplications_here": multiplications * here,
        "parameters": float(stop.parameters),
        "multiplications": float(stop.multiplications),
        "field": float(stop.field),
        "what": stop.name,
        "shape": _written(stop.shape),
        "count": f"{stop.parameters:,}",
        "products": f"{stop.multiplications:,}",
        "all_count": f"{sum(stop.parameters for stop in stops):,}",
        "all_products": f"{sum(stop.multiplications for stop in stops):,}",
        "sees": "the whole image" if stop.field >= size else f"{stop.field} × {stop.field} of {size} × {size} pixels",
    }


def _size(net: Net) -> int:
    return net.inputs["x"][1]


def _shares(stops: tuple[Stop, ...], what: str) -> np.ndarray:
    """In percent of the whole net, a number for each stop; 0 after the last one."""
    numbers = np.array([getattr(stop, what) for stop in stops], dtype=float)
    return np.pad(100 * numbers / numbers.sum(), (0, STEPS - len(stops)))


def _written(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def explorer():
    """The explorer of chapter 15."""
    names = [str(i) if i % 5 == 0 or i == 1 else "" for i in range(1, STEPS + 1)]
    share = {"ylabel": "% of the net", "ylim": (0, 100), "height": 240}
    return explore(
        state,
        panel(code("listing", "t", control="layer"), title="The net: what comes out of each layer", height=420),
        panel(image("pixels", "window"), title="What one number has seen", height=420),
        panel(
            bars("parameter_shares", names=names, color=0),
            bars("parameters_here", names=[""] * STEPS, color=1),
            title="Parameters, layer by layer",
            **share,
        ),
        panel(
            bars("multiplication_shares", names=names, color=0),
            bars("multiplications_here", names=[""] * STEPS, color=1),
            title="Multiplications, layer by layer",
            **share,
        ),
        slug="deep_cnns",
        title="Walk through a net",
        alt="The layers of a net with their shapes, one of them marked; a photo with a frame on what one number of that"
        " layer has seen; and for each layer a bar with its share of the parameters and of the multiplications.",
        says="{net}, layer {t:d}, {what}: {shape} numbers come out. It has {count} parameters and takes {products}"
        " multiplications. One of its numbers has seen {sees}.",
        numbers=[
            number("parameters", "parameters of this layer", formula="{count} of {all_count}", digits=4),
            number(
                "multiplications", "multiplications of this layer", formula="{products} of {all_products}", digits=4
            ),
            number("field", "receptive field, pixels along a side"),
        ],
        presets={
            "Where AlexNet's parameters are": {"net": "AlexNet", "layer": 9},
            "VGG's costliest layer": {"net": "VGG-16", "layer": 2},
            "VGG's last map": {"net": "VGG-16", "layer": 18},
            "A net that sees little": {"net": "LeNet-5", "layer": 4},
            "GoogLeNet's last map": {"net": "GoogLeNet", "layer": 16},
            "A separable block": {"net": "MobileNet", "layer": 2},
        },
        net=Choice(*NETS, start="VGG-16", label="net"),
        layer=Slider(1, STEPS, STEPS, start=1, label="layer", stepper=True),
    )
