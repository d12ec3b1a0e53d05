"""Chapter 10's panes, on two batches that a small layer learns from: its weights, before and after."""

import numpy as np
import torch
from pane import pane
from torch import nn

from dlbook.scratch.layers import linear, linear_backward
from dlbook.scratch.losses import cross_entropy_from_logits_grad

rng = np.random.default_rng(0)
BATCHES = [(rng.normal(size=(4, 3)), np.array([0, 1, 1, 0])), (rng.normal(size=(2, 3)), np.array([1, 0]))]
WEIGHT, BIAS = rng.normal(size=(2, 3)), rng.normal(size=2)
ADAM = {"lr": 0.001, "betas": (0.9, 0.999), "eps": 1e-8}


def learned(held) -> list[torch.Tensor]:
    """The typed code's weights, from the start that NumPy has."""
    model = nn.Linear(3, 2, dtype=torch.float64)
    model.load_state_dict({"weight": torch.tensor(WEIGHT), "bias": torch.tensor(BIAS)})
    held.typed(model=model, batches=[(torch.tensor(x), torch.tensor(y)) for x, y in BATCHES])
    return [model.weight, model.bias]


def walk(step) -> list[np.ndarray]:
    """The weights that `step(theta, grad, memory, t)` leads to; the memory is None at first."""
    params, memory = [WEIGHT, BIAS], [None, None]
    for t, (x, y) in enumerate(BATCHES, start=1):
        upstream = cross_entropy_from_logits_grad(y, linear(x, *params))
        _, *grads = linear_backward(upstream, x, *params)
        for i, grad in enumerate(grads):
            params[i], *memory[i] = step(params[i], grad, memory[i] or (0, 0), t)
    return params


def hold(held, core, **options):
    """Both rooms end with the same weights, and the public step goes where the core does."""
    for ours, theirs in zip(walk(core), learned(held), strict=True):
        held.same(ours, theirs)
    grad = np.ones_like(WEIGHT) / 3
    after, state = held.public(WEIGHT, grad, **options)
    held.same(core(WEIGHT, grad, (0, 0), 1)[0], after)


@pane("optimizers.sgd")
def test_sgd(held):
    hold(held, lambda theta, grad, memory, t: [held.numpy(theta, grad, 0.1)], lr=0.1)


@pane("optimizers.momentum")
def test_momentum(held):
    hold(held, lambda theta, grad, memory, t: held.numpy(theta, grad, memory[0], 0.1, 0.9), lr=0.1, momentum=0.9)


@pane("optimizers.adagrad")
def test_adagrad(held):
    hold(held, lambda theta, grad, memory, t: held.numpy(theta, grad, memory[0], 0.01, 1e-10), lr=0.01)


@pane("optimizers.rmsprop")
def test_rmsprop(held):
    step = lambda theta, grad, memory, t: held.numpy(theta, grad, memory[0], 0.01, 0.99, 1e-8)
    hold(held, step, lr=0.01, alpha=0.99)


@pane("optimizers.adam")
def test_adam(held):
    hold(held, lambda theta, grad, memory, t: held.numpy(theta, grad, *memory, t, 0.001, 0.9, 0.999, 1e-8), **ADAM)


@pane("optimizers.adamw")
def test_adamw(held):
    step = lambda theta, grad, memory, t: held.numpy(theta, grad, *memory, t, 0.001, 0.9, 0.999, 1e-8, 0.01)
    hold(held, step, weight_decay=0.01, **ADAM)
