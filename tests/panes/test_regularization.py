"""Chapter 11's panes: what torch drops, NumPy drops; what a penalty pulls, autograd finds."""

import numpy as np
import torch
from pane import pane
from torch import nn

from dlbook.scratch import callbacks, layers, losses

rng = np.random.default_rng(0)
X, UPSTREAM = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))


def draw_of(y) -> np.ndarray:
    """A draw that drops what torch has dropped."""
    return np.where(y.detach().numpy() == 0, 0.25, 0.75)


@pane("layers.dropout")
def test_dropout(held):
    torch.manual_seed(0)
    typed = held.typed(x=torch.tensor(X))
    draw = draw_of(typed.y)
    assert 0 < (draw < 0.5).sum() < X.size
    held.same(held.numpy(X, draw, 0.5), typed.y)
    held.same(held.public(X, draw, 0.5), typed.y)
    held.same(X, typed.y_after)


@pane("layers.dropout_backward")
def test_dropout_backward(held):
    torch.manual_seed(0)
    typed = held.typed(x=torch.tensor(X), upstream=torch.tensor(UPSTREAM))
    draw = draw_of(typed.y)
    held.same(held.numpy(UPSTREAM, draw, 0.5), typed.x_grad)
    held.same(held.public(UPSTREAM, X, draw, 0.5), typed.x_grad)


WEIGHT, BIAS, Y = rng.normal(size=(2, 3)), rng.normal(size=2), np.array([0, 1, 1, 0])


def learner() -> nn.Linear:
    model = nn.Linear(3, 2, dtype=torch.float64)
    model.load_state_dict({"weight": torch.tensor(WEIGHT), "bias": torch.tensor(BIAS)})
    return model


def gradients() -> list[np.ndarray]:
    """Of the cross-entropy alone."""
    upstream = losses.cross_entropy_from_logits_grad(Y, layers.linear(X, WEIGHT, BIAS))
    return list(layers.linear_backward(upstream, X, WEIGHT, BIAS))[1:]


def hold_penalty(held, pull):
    """The typed penalty is NumPy's, and its gradient adds NumPy's pull to the weights alone."""
    model = learner()
    typed = held.typed(model=model, x=torch.tensor(X), y=torch.tensor(Y))
    held.same(held.numpy(WEIGHT, 0.01), typed.penalty)
    held.same(held.public(WEIGHT, 0.01), typed.penalty)
    weight_grad, bias_grad = gradients()
    held.same(weight_grad + pull, model.weight.grad)
    held.same(bias_grad, model.bias.grad)


@pane("regularizers.l1")
def test_l1(held):
    hold_penalty(held, 0.01 * np.sign(WEIGHT))


@pane("regularizers.l2")
def test_l2(held):
    hold_penalty(held, 0.01 * WEIGHT)


@pane("regularizers.l1_grad")
def test_l1_grad(held):
    pull = held.typed(weight=learner().weight).pull
    held.same(held.numpy(WEIGHT, 0.01), pull)
    held.same(held.public(WEIGHT, 0.01), pull)


@pane("regularizers.l2_grad")
def test_l2_grad(held):
    model, (weight_grad, bias_grad) = learner(), gradients()
    held.typed(model=model, x=torch.tensor(X), y=torch.tensor(Y))
    for pull in (held.numpy(WEIGHT, 0.01), held.public(WEIGHT, 0.01)):
        held.same(WEIGHT - 0.1 * (weight_grad + pull), model.weight)
    held.same(BIAS - 0.1 * bias_grad, model.bias)


@pane("regularizers.soft_threshold")
def test_soft_threshold(held):
    shrunk = held.typed(weight=torch.tensor(WEIGHT)).weight
    assert 0 < (shrunk == 0).sum() < WEIGHT.size
    held.same(held.numpy(WEIGHT, 0.5), shrunk)
    held.same(held.public(WEIGHT, 0.5), shrunk)


@pane("callbacks.early_stopping")
def test_early_stopping(held):
    """On one sequence of losses the loop stops where the book's callback does, with the weights of the best epoch."""
    model, values, epochs = learner(), [0.9, 0.5, 0.6, 0.4, 0.45, 0.4, 0.7, 0.1], iter(range(8))
    learn_an_epoch = lambda model: model.weight.data.fill_(next(epochs))
    typed = held.typed(
        model=model,
        learn_an_epoch=learn_an_epoch,
        validation_loss=lambda model: values[int(model.weight[0, 0])],
        patience=3,
    )
    stop = callbacks.early_stopping(patience=3)
    last = next(epoch for epoch, value in enumerate(values) if stop(value))
    held.same(last + 1, typed.epoch)  # torch's loop counts from 1
    held.same(stop.best_epoch, model.weight[0, 0])
    held.same(stop.best, typed.best)
