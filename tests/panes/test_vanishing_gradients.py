"""Chapter 09's panes: torch's own draws, scaled by NumPy; the gradients of one layer, clipped by both."""

import numpy as np
import torch
from pane import pane
from torch import nn

from dlbook.scratch import layers, losses

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(4, 3)), np.array([0, 1, 1, 0])


def drawn(held, draw):
    """The typed code's weight, and what torch draws at that place."""
    torch.manual_seed(0)
    weight = held.typed().layer.weight
    torch.manual_seed(0)
    nn.Linear(64, 32, dtype=torch.float64)  # its own start is drawn first
    return weight, draw(32, 64, dtype=torch.float64).numpy()


@pane("initializers.xavier")
def test_xavier(held):
    weight, draw = drawn(held, torch.rand)
    held.same(held.numpy(draw, 64, 32, 1.0), weight, atol=1e-15)
    held.same(held.public(draw), weight, atol=1e-15)


@pane("initializers.he")
def test_he(held):
    weight, draw = drawn(held, torch.randn)
    held.same(held.numpy(draw, 64, 0.0), weight)
    held.same(held.public(draw), weight)


@pane("initializers.fans")
def test_fans(held):
    typed = held.typed()
    for ours in (held.numpy(16, 3, 25), held.public((16, 3, 5, 5))):
        held.same(ours, (typed.fan_in, typed.fan_out))


@pane("initializers.calculate_gain")
def test_calculate_gain(held):
    held.same(held.numpy("leaky_relu", 0.2), held.typed().gain)
    held.same(held.public("leaky_relu", 0.2), held.typed().gain)


def gradients(held):
    """The layer after the typed code, what this left, and the gradients before as NumPy finds them."""
    torch.manual_seed(0)
    model = nn.Linear(3, 2, dtype=torch.float64)
    weight, bias = (value.numpy().copy() for value in model.state_dict().values())
    typed = held.typed(model=model, x=torch.tensor(X), y=torch.tensor(Y))
    upstream = losses.cross_entropy_from_logits_grad(Y, layers.linear(X, weight, bias))
    _, *grads = layers.linear_backward(upstream, X, weight, bias)
    assert np.abs(np.concatenate([g.ravel() for g in grads])).max() > 0.1, "there is something to clip"
    return model, typed, grads


@pane("clipping.clip_by_value")
def test_clip_by_value(held):
    model, _, grads = gradients(held)
    for grad, parameter in zip(grads, model.parameters(), strict=True):
        held.same(held.numpy(grad, 0.1), parameter.grad, atol=1e-15)


@pane("clipping.clip_by_norm")
def test_clip_by_norm(held):
    model, typed, grads = gradients(held)
    for grad, parameter in zip(grads, model.parameters(), strict=True):
        clipped, length = held.numpy(grad, 0.1, 2.0)
        held.same(clipped, parameter.grad, atol=1e-15)
        held.same(held.public(grad, 0.1).grad, parameter.grad, atol=1e-15)
    held.same(length, typed.length)


@pane("clipping.clip_by_global_norm")
def test_clip_by_global_norm(held):
    model, typed, grads = gradients(held)
    clipped, length = held.numpy(grads, 0.1, 2.0)
    held.same(length, typed.length)
    for ours, public, parameter in zip(clipped, held.public(grads, 0.1).grad, model.parameters(), strict=True):
        held.same(ours, parameter.grad, atol=1e-15)
        held.same(public, parameter.grad, atol=1e-15)


@pane("clipping.norm")
def test_norm(held):
    _, typed, grads = gradients(held)
    held.same(held.numpy(grads, 2.0), typed.length)
    held.same(held.public(grads), typed.length)
