"""Chapter 15's panes: torch draws the weights of a net or a block, NumPy's declaration takes them in their order."""

import numpy as np
import torch
from pane import pane

from dlbook.scratch import architectures
from dlbook.scratch.architectures import MaxPool2d, Net, ReLU

rng = np.random.default_rng(0)


def declared(C, size) -> Net:
    return Net("declared", x=(C, size, size))


def outcome(net, module, x) -> np.ndarray:
    """What the declared net gives in training with the module's weights, which stand in the same order."""
    model = architectures.build(net)
    ours, theirs = model.state_dict(), module if isinstance(module, dict) else module.state_dict()
    theirs = [value.numpy() for value in theirs.values()]
    model.load_state_dict(dict(zip(ours, theirs, strict=True)))
    return model.train()(x)


def image(*shape):
    x = rng.normal(size=shape)
    return x, torch.tensor(x)


@pane("architectures.lenet5")
def test_lenet5(held):
    x, tensor = image(2, 1, 28, 28)
    typed, net = held.typed(x=tensor), declared(1, 28)
    held.numpy(net, "x", (6, 16), (120, 84), 10, ReLU(), MaxPool2d(2))
    assert net.rows == held.public().rows
    held.same(outcome(net, typed.model, x), typed.scores, atol=1e-14)


@pane("architectures.alexnet")
def test_alexnet(held):
    x, tensor = image(1, 3, 67, 67)
    typed, net = held.typed(x=tensor), declared(3, 67)
    held.numpy(net, "x", (96, 256, 384, 384, 256), (11, 4), 0, 2)
    assert net.rows == held.public().rows[: len(net.rows)]
    held.same(outcome(net, typed.features, x), typed.maps, atol=1e-14)


@pane("architectures.vgg")
def test_vgg(held):
    x, tensor = image(2, 8, 6, 6)
    typed, net = held.typed(x=tensor), declared(8, 6)
    net.row("block", "x", *architectures.vgg_block(8, 16, 2))
    held.same(outcome(net, typed.block, x), typed.y, atol=1e-14)
    whole = [layer for _, layer, *_ in held.public().rows]
    assert whole[5:10] == architectures.vgg_block(64, 128, 2)


@pane("architectures.googlenet")
def test_googlenet(held):
    x, tensor = image(2, 192, 5, 5)
    typed, net = held.typed(x=tensor), declared(192, 5)
    architectures.inception(net, "inception3a", "x", 64, 96, 128, 16, 32, 32)
    branches = {f"{k}{name}": value for k in "abcd" for name, value in getattr(typed, k).state_dict().items()}
    held.same(outcome(net, branches, x), typed.y, atol=1e-14)
    block = {name: layer for name, layer, *_ in held.public().rows if name.startswith("inception3a")}
    assert block == {name: layer for name, layer, *_ in net.rows}


@pane("architectures.resnet")
def test_resnet(held):
    x, tensor = image(3, 8, 5, 5)
    typed, net = held.typed(x=tensor), declared(8, 5)
    architectures.residual(net, "block", "x", architectures.basic(8, 8, 1), "x")
    held.same(outcome(net, typed.block, x), typed.y, atol=1e-13)
    block = [layer for name, layer, *_ in held.public(width=1 / 8).rows if name.startswith("layer1.0")]
    assert block == [layer for _, layer, *_ in net.rows]
