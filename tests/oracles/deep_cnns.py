"""Chapter 15: the same walk by torch's own layers, on a device that makes no number, and windows by hand."""

from functools import cache

import numpy as np
import torch
from PIL import Image

import dlbook
from dlbook import data
from dlbook.scratch import architectures

RTOL = 1e-12
NETS = {
    "LeNet-5": architectures.lenet5,
    "AlexNet": architectures.alexnet,
    "VGG-16": architectures.vgg,
    "GoogLeNet": architectures.googlenet,
    "ResNet-18": architectures.resnet,
    "MobileNet": architectures.mobilenet,
}
SIZES = {"LeNet-5": 28, "AlexNet": 227}


def _vgg():
    place, stops = 0, []
    for count in (2, 2, 3, 3, 3):
        for _ in range(count):
            stops.append((f"features.{place}", f"features.{place + 1}", "conv 3×3", [(3, 1)]))
            place += 2
        stops.append((f"features.{place}", f"features.{place}", "pool 2×2 /2", [(2, 2)]))
        place += 1
    dense = [("classifier.0", "classifier.2", "dense", [(7, 1)]), ("classifier.3", "classifier.5", "dense", [])]
    return [*stops, *dense, ("classifier.6", "classifier.6", "dense", [])]


def _googlenet():
    one = lambda name, what, window: (name, f"{name[:5]}.relu" if "conv" in name else name, what, [window])
    block = lambda name: (f"inception{name}.", f"inception{name}.concat", f"inception {name}", [(5, 1)])
    pool = lambda n: one(f"pool{n}", "pool 3×3 /2", (3, 2))
    return [
        one("conv1.conv", "conv 7×7 /2", (7, 2)), pool(1), one("conv2.conv", "conv 1×1", (1, 1)),
        one("conv3.conv", "conv 3×3", (3, 1)), pool(3), *map(block, ("3a", "3b")), pool(4),
        *map(block, ("4a", "4b", "4c", "4d", "4e")), pool(5), *map(block, ("5a", "5b")),
        ("avgpool", "avgpool", "mean", [(7, 7)]), ("fc", "fc", "dense", []),
    ]  # fmt: skip


def _resnet():
    blocks = [
        (f"layer{s}.{i}.", f"layer{s}.{i}.relu", f"residual {s}.{i}", [(3, 2 if s > 1 and i == 0 else 1), (3, 1)])
        for s in (1, 2, 3, 4)
        for i in (0, 1)
    ]
    stem = [("conv1", "relu", "conv 7×7 /2", [(7, 2)]), ("maxpool", "maxpool", "pool 3×3 /2", [(3, 2)])]
    return [*stem, *blocks, ("avgpool", "avgpool", "mean", [(7, 7)]), ("fc", "fc", "dense", [])]


def _mobilenet():
    strides = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
    blocks = [
        (f"block_{i}.", f"block_{i}.pointwise_relu", f"separable {i}", [(3, stride)])
        for i, stride in enumerate(strides, 1)
    ]
    end = [("avgpool", "avgpool", "mean", [(7, 7)]), ("predictions", "predictions", "dense", [])]
    return [("Conv1", "Conv1_relu", "conv 3×3 /2", [(3, 2)]), *blocks, *end]


# For each stop: how the names of its layers begin, which value comes out, what it is, and kernel and stride of windows.
STOPS = {
    "LeNet-5": [
        ("conv1", "bend1", "conv 5×5", [(5, 1)]), ("pool1", "pool1", "pool 2×2 /2", [(2, 2)]),
        ("conv2", "bend2", "conv 5×5", [(5, 1)]), ("pool2", "pool2", "pool 2×2 /2", [(2, 2)]),
        ("fc1", "bend3", "dense", [(5, 1)]), ("fc2", "bend4", "dense", []), ("fc3", "fc3", "dense", []),
    ],
    "AlexNet": [
        ("features.0", "features.1", "conv 11×11 /4", [(11, 4)]), ("features.2", "features.2", "pool 3×3 /2", [(3, 2)]),
        ("features.3", "features.4", "conv 5×5", [(5, 1)]), ("features.5", "features.5", "pool 3×3 /2", [(3, 2)]),
        ("features.6", "features.7", "conv 3×3", [(3, 1)]), ("features.8", "features.9", "conv 3×3", [(3, 1)]),
        ("features.10", "features.11", "conv 3×3", [(3, 1)]), ("features.12", "features.12", "pool 3×3 /2", [(3, 2)]),
        ("classifier.1", "classifier.3", "dense", [(6, 1)]), ("classifier.4", "classifier.5", "dense", []),
        ("classifier.6", "classifier.6", "dense", []),
    ],
    "VGG-16": _vgg(), "GoogLeNet": _googlenet(), "ResNet-18": _resnet(), "MobileNet": _mobilenet(),
}  # fmt: skip


@cache
def on_meta(net) -> torch.nn.Module:
    declared = NETS[net]()
    with torch.device("meta"):
        model = dlbook.pytorch.architectures.build(declared).eval()
        model(torch.empty(1, *declared.inputs["x"]))
    return model


@cache
def costs(net) -> np.ndarray:
    """Parameters and multiplications of each stop: (stops, 2)."""
    model, found = on_meta(net), np.zeros((len(STOPS[net]), 2))
    named = {name: layer for name, layer in model.named_modules() if not list(layer.children())}
    for i, (begin, end, *_) in enumerate(STOPS[net]):
        names = list(named)
        inside = [n for n in names if n.startswith(begin)] if begin.endswith(".") else names[names.index(begin) :]
        inside = inside if begin.endswith(".") else inside[: inside.index(end) + 1]
        for name in inside:
            found[i, 0] += sum(p.numel() for p in named[name].parameters())
            if isinstance(named[name], (torch.nn.Conv2d, torch.nn.Linear)):
                places = np.prod(model.values[name].shape[2:], dtype=int)
                found[i, 1] += named[name].weight.numel() * places
    return found


def field(net, t) -> int:
    """From the layer back to the image: what r numbers beside each other have seen, window by window."""
    r = 1
    for kernel, stride in reversed([window for stop in STOPS[net][:t] for window in stop[3]]):
        r = stride * (r - 1) + kernel
    return r


def place(net, layer) -> int:
    return min(int(layer), len(STOPS[net]))


def oracle(net, layer) -> dict:
    t, found = place(net, layer), costs(net)
    return {"t": t, "parameters": found[t - 1, 0], "multiplications": found[t - 1, 1], "field": field(net, t)}


def scratch(net, layer) -> dict:
    fields = {line.name: line.receptive_field for line in architectures.table(NETS[net]())}
    return {"field": fields[STOPS[net][place(net, layer) - 1][1]]}


def check_drawing(shown: dict, controls: dict) -> None:
    """The list of layers with torch's shapes, the photo, the frame on it, and two bars for each layer."""
    net, size = controls["net"], SIZES.get(controls["net"], 224)
    t, stops, found = place(**controls), STOPS[net], costs(net)
    shapes = ["×".join(map(str, on_meta(net).values[end].shape[1:])) for _, end, *_ in stops]
    assert shown["listing"] == [f"{what} → {shape}" for (_, _, what, _), shape in zip(stops, shapes, strict=True)]
    assert (shown["what"], shown["shape"]) == (stops[t - 1][2], shapes[t - 1])

    small = [Image.fromarray(np.float32(c)).resize((80, 80), Image.Resampling.BOX) for c in data.photo("china")]
    np.testing.assert_allclose(shown["pixels"], np.stack([np.asarray(c) for c in small], axis=2), atol=0.5 / 31 + 1e-6)
    seen = min(field(net, t), size)
    top, left, high, wide = shown["window"]
    assert high == wide and abs(high - 80 * seen / size) < 1e-9
    assert top == left and abs(top + high / 2 - 40) < 1e-9
    assert shown["sees"].startswith("the whole image" if seen == size else f"{seen} × {seen} of {size} ×")

    for key, here, numbers in (
        ("parameter_shares", "parameters_here", found[:, 0]),
        ("multiplication_shares", "multiplications_here", found[:, 1]),
    ):
        bars = np.zeros(21)
        bars[: len(stops)] = 100 * numbers / numbers.sum()
        np.testing.assert_allclose(shown[key], bars, atol=1e-9)
        np.testing.assert_allclose(shown[here], bars * (np.arange(1, 22) == t), atol=1e-9)
    assert (shown["count"], shown["products"]) == tuple(f"{number:,.0f}" for number in found[t - 1])
    assert (shown["all_count"], shown["all_products"]) == tuple(f"{number:,.0f}" for number in found.sum(axis=0))
