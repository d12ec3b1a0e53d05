"""Chapter 05's panes, on twelve samples that a layer of three weights fits: the same orders, the same weights."""

import numpy as np
import torch
from pane import pane
from torch import nn

rng = np.random.default_rng(0)
X, Y, START = rng.normal(size=(12, 3)), rng.normal(size=12), np.array([0.5, -1.0, 2.0])
EPOCHS = 3


def grad(theta, X, y):
    """The gradient of mean squared error, as F.mse_loss has it: without the ½."""
    return 2 * X.T @ (X @ theta - y) / len(y)


def layer() -> nn.Linear:
    """y = X θ as a layer that begins at START."""
    model = nn.Linear(3, 1, bias=False, dtype=torch.float64)
    model.load_state_dict({"weight": torch.tensor(START)[None]})
    return model


def tensors(X, y):
    return torch.tensor(X), torch.tensor(y)[:, None]


class Samples(torch.utils.data.Dataset):
    """Remembers in which order it was read: a loader draws it."""

    def __init__(self):
        self.read = []

    def __len__(self):
        return len(X)

    def __getitem__(self, i):
        self.read.append(i)
        return torch.tensor(X[i]), torch.tensor(Y[i : i + 1])


def hold(held, model, steps, *public):
    """The core's last point is where the typed code's layer is, and the public function's path the core's."""
    points = list(steps)
    held.same(points[-1], model.weight[0])
    held.same(np.stack([START, *points]), held.public(grad, START, *public).path)


@pane("gradient_descent.over_batches")
def test_over_batches(held):
    model, parts = layer(), [(X[:5], Y[:5]), (X[5:6], Y[5:6]), (X[6:], Y[6:])]
    held.typed(model=model, batches=[tensors(*part) for part in parts])
    batches = [(0.1, *part) for part in parts]
    hold(held, model, held.numpy(grad, START, batches), batches)


@pane("gradient_descent.batch")
def test_batch(held):
    model, (x, y) = layer(), tensors(X, Y)
    held.typed(model=model, X=x, y=y)
    hold(held, model, held.numpy(grad, START, X, Y, [0.1] * EPOCHS), X, Y, 0.1, EPOCHS)


@pane("gradient_descent.sgd")
def test_sgd(held):
    model, samples = layer(), Samples()
    held.typed(model=model, dataset=samples)
    order = np.array(samples.read).reshape(EPOCHS, len(X))
    hold(held, model, held.numpy(grad, START, X, Y, [0.1] * EPOCHS, order), X, Y, 0.1, order)


@pane("gradient_descent.mini_batch")
def test_mini_batch(held):
    model, samples = layer(), Samples()
    held.typed(model=model, dataset=samples)
    order = np.array(samples.read).reshape(EPOCHS, len(X))
    hold(held, model, held.numpy(grad, START, X, Y, [0.1] * EPOCHS, order, 4), X, Y, 0.1, order, 4)


@pane("gradient_descent.sharded_grad")
def test_sharded_grad(held):
    model, shards = layer(), [(X[:5], Y[:5]), (X[5:], Y[5:])]
    held.typed(model=model, shards=[tensors(*shard) for shard in shards], m=len(X))
    held.same(held.numpy(grad, START, shards), model.weight.grad[0])
    held.same(held.numpy(grad, START, shards), held.public(grad, START, shards))
