"""Chapter 14's panes, each on two small images: torch draws the weights, and NumPy takes them over by their names."""

import numpy as np
import torch
from pane import pane

from dlbook.scratch import layers

rng = np.random.default_rng(0)
X = rng.normal(size=(2, 2, 5, 5))
EVEN = rng.integers(0, 4, size=(2, 3, 4, 6)).astype(float)  # with ties
GOAL = rng.normal(size=(2, 3, 2, 3))
ONE, TWO = (1, 1), (2, 2)


def tensor(x) -> torch.Tensor:
    return torch.tensor(x)


def rimmed(x) -> np.ndarray:
    """With a padding of 1."""
    return np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))


def arrays(module) -> list[np.ndarray]:
    return [value.numpy() for value in module.state_dict().values()]


@pane("layers.windows")
def test_windows(held):
    typed = held.typed(x=tensor(X))
    for ours in (held.numpy(rimmed(X), (3, 3), ONE, ONE), held.public(X, 3, padding=1)):
        held.same(ours.reshape(2, 18, 25), typed.columns)


@pane("layers.conv2d")
def test_conv2d(held):
    typed = held.typed(x=tensor(X))
    weight, bias = arrays(typed.layer)
    held.same(held.numpy(rimmed(X), weight, bias, TWO, ONE, 2), typed.z, atol=1e-14)
    held.same(held.public(X, weight, bias, stride=2, padding=1, groups=2), typed.z, atol=1e-14)


@pane("layers.fold")
def test_fold(held):
    patches = layers.windows(X, 3, padding=1)
    typed = held.typed(columns=tensor(patches.reshape(2, 18, 25)))
    held.same(held.numpy(patches, (7, 7), ONE, ONE)[:, :, 1:-1, 1:-1], typed.x, atol=1e-14)
    held.same(held.public(patches, (5, 5), padding=1), typed.x, atol=1e-14)


UPSTREAM, WEIGHT = rng.normal(size=(2, 4, 5, 5)), rng.normal(size=(4, 2, 3, 3))


@pane("layers.conv2d_weight_grad")
def test_conv2d_weight_grad(held):
    typed = held.typed(upstream=tensor(UPSTREAM), x=tensor(X))
    held.same(held.numpy(UPSTREAM, rimmed(X), (3, 3), ONE, ONE, 1), typed.weight_grad, atol=1e-14)
    held.same(held.public(UPSTREAM, X, 3, padding=1), typed.weight_grad, atol=1e-14)


@pane("layers.conv2d_x_grad")
def test_conv2d_x_grad(held):
    typed = held.typed(upstream=tensor(UPSTREAM), weight=tensor(WEIGHT))
    with_rim = held.numpy(UPSTREAM, (7, 7), WEIGHT, ONE, ONE, 1)
    held.same(with_rim[:, :, 1:-1, 1:-1], typed.x_grad, atol=1e-14)
    held.same(held.public(UPSTREAM, (5, 5), WEIGHT, padding=1), typed.x_grad, atol=1e-14)


@pane("layers.conv2d_backward")
def test_conv2d_backward(held):
    target = rng.normal(size=(2, 4, 5, 5))
    typed = held.typed(x=tensor(X), target=tensor(target))
    weight, bias = arrays(typed.layer)
    upstream = 2 * (layers.conv2d(X, weight, bias, padding=1) - target) / target.size
    public = held.public(upstream, X, weight, bias, padding=1)
    core = held.numpy(upstream, rimmed(X), weight, ONE, ONE, 1)
    for ours in (public, (core[0][:, :, 1:-1, 1:-1], *core[1:])):
        for mine, theirs in zip(ours, (typed.x_grad, typed.weight_grad, typed.bias_grad), strict=True):
            held.same(mine, theirs, atol=1e-15)


@pane("layers.max_pool2d")
def test_max_pool2d(held):
    typed = held.typed(x=tensor(EVEN))
    held.same(held.numpy(EVEN, TWO, TWO, ONE), typed.y)
    held.same(held.public(EVEN, 2), typed.y)


@pane("layers.max_pool2d_backward")
def test_max_pool2d_backward(held):
    typed = held.typed(x=tensor(EVEN), target=tensor(GOAL))
    y = layers.max_pool2d(EVEN, 2)
    upstream = 2 * (y - GOAL) / GOAL.size
    held.same(held.numpy(upstream, EVEN, y, TWO, TWO, ONE), typed.x_grad, atol=1e-15)
    held.same(held.public(upstream, EVEN, 2), typed.x_grad, atol=1e-15)


@pane("layers.avg_pool2d")
def test_avg_pool2d(held):
    typed = held.typed(x=tensor(EVEN))
    held.same(held.numpy(EVEN, TWO, TWO, 4), typed.y)
    held.same(held.public(EVEN, 2), typed.y)
    held.same(held.public(EVEN, (4, 6)), typed.mean)


@pane("layers.avg_pool2d_backward")
def test_avg_pool2d_backward(held):
    typed = held.typed(x=tensor(EVEN), target=tensor(GOAL))
    upstream = 2 * (layers.avg_pool2d(EVEN, 2) - GOAL) / GOAL.size
    held.same(held.numpy(upstream, EVEN.shape[2:], TWO, TWO, 4), typed.x_grad, atol=1e-15)
    held.same(held.public(upstream, EVEN, 2), typed.x_grad, atol=1e-15)
