"""Chapter 10's panes, on two batches that a small layer learns from: its weights, before and after.

A schedule leads through thirty epochs of them; two processes share a longer table.
"""

import numpy as np
import torch
from pane import pane
from torch import nn
from torch.utils.data import TensorDataset

from dlbook.scratch.layers import linear, linear_backward
from dlbook.scratch.losses import cross_entropy_from_logits, cross_entropy_from_logits_grad

rng = np.random.default_rng(0)
BATCHES = [(rng.normal(size=(4, 3)), np.array([0, 1, 1, 0])), (rng.normal(size=(2, 3)), np.array([1, 0]))]
WEIGHT, BIAS = rng.normal(size=(2, 3)), rng.normal(size=2)
ADAM = {"lr": 0.001, "betas": (0.9, 0.999), "eps": 1e-8}


def layer() -> nn.Linear:
    """The start that NumPy has."""
    model = nn.Linear(3, 2, dtype=torch.float64)
    model.load_state_dict({"weight": torch.tensor(WEIGHT), "bias": torch.tensor(BIAS)})
    return model


def learned(held, **more) -> list[torch.Tensor]:
    """The typed code's weights, from the start that NumPy has."""
    model = layer()
    left = held.typed(model=model, batches=[(torch.tensor(x), torch.tensor(y)) for x, y in BATCHES], **more)
    return [model.weight, model.bias, *([left.scheduler.get_last_lr()[0]] if hasattr(left, "scheduler") else [])]


def grads_of(params, x, y) -> list[np.ndarray]:
    """The gradients of the batch's mean loss for weight and bias."""
    upstream = cross_entropy_from_logits_grad(y, linear(x, *params))
    return list(linear_backward(upstream, x, *params)[1:])


def walk(step) -> list[np.ndarray]:
    """The weights that `step(theta, grad, memory, t)` leads to; the memory is None at first."""
    params, memory = [WEIGHT, BIAS], [None, None]
    for t, (x, y) in enumerate(BATCHES, start=1):
        for i, grad in enumerate(grads_of(params, x, y)):
            params[i], *memory[i] = step(params[i], grad, memory[i] or (0, 0), t)
    return params


def descend(params, lr, batches=BATCHES) -> list[np.ndarray]:
    """One epoch of plain steps."""
    for x, y in batches:
        params = [theta - lr * grad for theta, grad in zip(params, grads_of(params, x, y), strict=True)]
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


def hold_schedule(held, *options):
    """Thirty epochs in both rooms end with the same weights and the same rate."""
    params = [WEIGHT, BIAS]
    for epoch in range(30):
        params = descend(params, held.numpy(epoch, 0.4, *options))
    for ours, theirs in zip([*params, held.numpy(30, 0.4, *options)], learned(held), strict=True):
        held.same(ours, theirs, atol=1e-15)  # torch multiplies epoch by epoch: near zero its rounding stays behind


@pane("schedules.step")
def test_step(held):
    hold_schedule(held, 10, 0.3)


@pane("schedules.exponential")
def test_exponential(held):
    hold_schedule(held, 0.9)


@pane("schedules.cosine")
def test_cosine(held):
    hold_schedule(held, 30, 0.0)


@pane("schedules.warmup")
def test_warmup(held):
    hold_schedule(held, 0.1, 1.0, 5)


@pane("schedules.reduce_on_plateau")
def test_reduce_on_plateau(held):
    x, y = BATCHES[0][0], 1 - BATCHES[0][1]  # what is learnt makes this worse: the rate must fall
    lr, best, bad, params, lowered = 0.4, np.inf, 0, [WEIGHT, BIAS], 0
    state = None
    for _ in range(30):
        params = descend(params, lr)
        metric = cross_entropy_from_logits(y, linear(x, *params))
        public, state = held.public(lr, metric, state, factor=0.3, patience=1)
        before, (lr, best, bad) = lr, held.numpy(lr, metric, best, bad, 0.3, 1, 1e-4, 0.0)
        held.same(lr, public)
        lowered += lr < before
    assert lowered > 3
    for ours, theirs in zip([*params, lr], learned(held, x_val=torch.tensor(x), y_val=torch.tensor(y)), strict=True):
        held.same(ours, theirs)


@pane("parallel.data_parallel")
def test_two_processes_step_as_one(held):
    X, y = rng.normal(size=(256, 3)), rng.integers(2, size=256)
    first, second = held.typed_together(2, model=layer(), data=TensorDataset(torch.tensor(X), torch.tensor(y)))
    # DistributedSampler deals from this order, one row to each in turn: 32 rows of two processes are 64 of one.
    order = torch.randperm(256, generator=torch.Generator().manual_seed(0)).numpy()
    params = descend([WEIGHT, BIAS], 0.1, [(X[rows], y[rows]) for rows in np.split(order, 4)])
    for ours, name in zip(params, ("weight", "bias"), strict=True):
        held.same(ours, first[name])
        held.same(first[name], second[name], rtol=0)
