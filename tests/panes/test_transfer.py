"""Chapter 19's panes: one trunk in PyTorch and in Keras, and what a step moves in each of them."""

import numpy as np
import pytest
import torch
from pane import pane
from torch import nn

from dlbook.pytorch.with_keras import COPY_KEYWORD, from_keras, keras, to_keras
from dlbook.scratch import architectures
from dlbook.scratch.architectures import Net

pytestmark = pytest.mark.filterwarnings(f"ignore:{COPY_KEYWORD}:DeprecationWarning")
L = keras.layers
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(4, 2, 8, 8)), np.array([0, 2, 1, 1])


def channels_last(x):
    return np.moveaxis(x, 1, -1)


def torch_trunk():
    """Two convolutions with batch norms that have seen something, in float64."""
    torch.manual_seed(0)
    first, second = (nn.Conv2d(a, b, 3, padding=1, bias=False) for a, b in ((2, 4), (4, 6)))
    trunk = nn.Sequential(first, nn.BatchNorm2d(4), nn.ReLU(), second, nn.BatchNorm2d(6), nn.ReLU()).double()
    for name, array in trunk.state_dict().items():
        if "running" in name:
            array.copy_(torch.rand(len(array)) / 2 + name.endswith("var") / 2)
        elif array.ndim == 4:
            array.mul_(3)  # else hardly anything would come through, or back
    return trunk.eval()


def keras_trunk(trunk):
    """The same with the same weights, under PyTorch's names."""
    row = [keras.Input((8, 8, 2))]
    for i, channels in ((0, 4), (3, 6)):
        row += [L.Conv2D(channels, 3, padding="same", use_bias=False, name=f"{i}")]
        row += [L.BatchNormalization(epsilon=1e-5, name=f"{i + 1}"), L.ReLU(name=f"{i + 2}")]
    return to_keras(trunk.state_dict(), keras.Sequential(row))


def heads():
    """Mean and a dense layer, in both libraries, with the same weights."""
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3)).double()
    head.state_dict()["2.weight"].mul_(3)
    theirs = keras.Sequential([keras.Input((8, 8, 6)), L.GlobalAveragePooling2D(), L.Dense(3, name="2")])
    return head, to_keras(head.state_dict(), theirs)


def arrays(model) -> dict[str, np.ndarray]:
    """A copy of what a model holds."""
    return {name: value.numpy().copy() for name, value in model.state_dict().items()}


@pane("architectures.mobilenet")
def test_mobilenet(held):
    x = rng.normal(size=(3, 8, 5, 5))
    typed, net = held.typed(x=torch.tensor(x)), Net("declared", x=(8, 5, 5))
    architectures.separable(net, "block", "x", 16)
    model = architectures.build(net)
    state = [value.numpy() for value in typed.block.state_dict().values()]
    model.load_state_dict(dict(zip(model.state_dict(), state, strict=True)))
    held.same(model.eval()(x), typed.block.eval()(torch.tensor(x)), atol=1e-13)
    block = [layer for name, layer, *_ in held.public(blocks=((8, 1), (16, 1)), stride=1).rows if "block_2" in name]
    own = Net("declared", x=(8, 5, 5))
    architectures.separable(own, "block_2", "x", 16)
    assert block == [layer for _, layer, *_ in own.rows]
    library = held.library(x=channels_last(x))
    weights = [layer for layer in library.block.layers if layer.weights]
    for layer, name in zip(weights, ("0", "1", "3", "4"), strict=True):
        layer.name = name
    to_keras(typed.block.state_dict(), library.block)
    held.same(channels_last(model(x)), keras.ops.convert_to_numpy(library.block(channels_last(x))), 1e-5, 1e-5)


@pane("transfer")
def test_a_new_head_on_an_old_trunk(held):
    trunk = torch_trunk()
    typed = held.typed(trunk=trunk, x=torch.tensor(X))
    assert typed.model[0] is trunk and typed.scores.shape == (4, 3)
    library = held.library(trunk=keras_trunk(trunk), x=channels_last(X))
    to_keras({f"head.{name}": w for name, w in typed.head.state_dict().items()}, head_of(library.model))
    scores = library.model(channels_last(X))
    held.same(typed.scores, keras.ops.convert_to_numpy(scores), rtol=1e-4, atol=1e-5)


def head_of(model):
    """Keras' head alone, which has the name."""
    return keras.Model(model.get_layer("head").input, model.get_layer("head").output)


@pane("transfer.feature_extraction")
def test_the_head_learns_and_the_trunk_stays(held):
    trunk, (head, their_head) = torch_trunk(), heads()
    their_trunk, before = keras_trunk(trunk), arrays(trunk)
    x, y = torch.tensor(X), torch.tensor(Y)
    start = arrays(head)
    typed = held.typed(trunk=trunk.train(), head=head, x=x, y=y)
    library = held.library(trunk=their_trunk, head=their_head, x=channels_last(X), y=Y)
    for name, array in arrays(trunk).items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)  # running statistics, too
    moved = from_keras(their_trunk, before)
    assert all(np.array_equal(moved[name], np.float32(array)) for name, array in before.items() if "num" not in name)
    after = arrays(typed.head)
    assert np.abs(after["2.weight"] - start["2.weight"]).max() > 1e-3
    for name, array in from_keras(their_head, after).items():
        held.same(after[name], array, rtol=1e-4, atol=1e-6)
    assert not any(parameter.requires_grad for parameter in trunk.parameters()) and not library.trunk.trainable


@pane("transfer.fine_tuning")
def test_the_top_moves_slowly_and_what_is_below_stays(held):
    trunk, (head, their_head) = torch_trunk(), heads()
    their_trunk = keras_trunk(trunk)
    inputs = keras.Input((8, 8, 2))
    model = keras.Model(inputs, their_head(their_trunk(inputs)))
    before, start = arrays(trunk), arrays(head)
    held.typed(trunk=trunk, head=head, x=torch.tensor(X), y=torch.tensor(Y))
    held.library(trunk=their_trunk, model=model, x=channels_last(X), y=Y)
    after, moved = arrays(trunk), from_keras(their_trunk, before)
    still = [name for name in before if name[0] in "01" or "running" in name]
    assert all(np.array_equal(after[name], before[name]) for name in still)
    assert all(np.array_equal(moved[name], np.float32(before[name])) for name in still if "num" not in name)
    slow = (after["3.weight"] - before["3.weight"]) / 0.001  # the gradient, with a minus
    assert np.abs(slow).max() > 0.01
    held.same(slow, (moved["3.weight"] - before["3.weight"]) / 0.001, rtol=0, atol=2e-4)
    fast = (arrays(head)["2.weight"] - start["2.weight"]) / 0.1
    found = (from_keras(their_head, start)["2.weight"] - start["2.weight"]) / 0.001
    held.same(fast, found, rtol=0, atol=2e-4)
