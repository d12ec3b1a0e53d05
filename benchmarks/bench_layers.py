"""Layers and models against torch at the book's sizes; the aims: a training step at most 1.5, a layer at most 2.

torch is timed as a reader would write it: forward, autograd's backward, and the step.
"""

import _timing
import numpy as np
import torch
import torch.nn.functional as F

from dlbook.experiments import backpropagation
from dlbook.scratch import layers, losses

rng = np.random.default_rng(0)
SIZES = ((64, 128, 10), (784, 256, 128, 10))  # chapter 08's nets for digits and for clothes


def main():
    torch.set_num_threads(1)
    _timing.header("Layers and models at the book's sizes", "NumPy", "torch")
    for sizes, batch, dtype in ((SIZES[0], 32, np.float64), (SIZES[1], 64, np.float32), (SIZES[1], 256, np.float32)):
        training_step(sizes, batch, dtype)
    for shape, dtype in (((64, 256), np.float32), ((1024, 256), np.float64)):
        batch_norm(shape, dtype)
        dropout(shape, dtype)
    for shape in ((64, 10), (10_000, 10)):
        cross_entropy(shape)


def label(what, shape, dtype):
    return f"{what}, {' × '.join(map(str, shape))}, {np.dtype(dtype).name}"


def training_step(sizes, batch, dtype):
    """Forward, loss, backward and a plain step of descent."""
    ours = backpropagation.mlp(sizes, rng, dtype=dtype)
    row = []
    for inside, outside in zip(sizes[:-1], sizes[1:], strict=True):
        row += [torch.nn.Linear(inside, outside), torch.nn.ReLU()]
    theirs = torch.nn.Sequential(*row[:-1]).to(torch.float64 if dtype == np.float64 else torch.float32)
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.state_dict().items()})
    optimizer = torch.optim.SGD(theirs.parameters(), lr=1e-3)
    X, y = rng.normal(size=(batch, sizes[0])).astype(dtype), rng.integers(0, sizes[-1], batch)
    X_torch, y_torch = torch.from_numpy(X), torch.from_numpy(y)

    def mine():
        logits = ours(X)
        ours.backward(losses.cross_entropy_from_logits_grad(y, logits))
        gradients = ours.gradients()
        for name, array in ours.parameters().items():
            array -= dtype(1e-3) * gradients[name]

    def other():
        optimizer.zero_grad()
        F.cross_entropy(theirs(X_torch), y_torch).backward()
        optimizer.step()

    _timing.compare(label("training step", (batch, *sizes), dtype), mine, other, runs=101)
    np.testing.assert_allclose(ours(X), theirs(X_torch).detach().numpy(), rtol=1e-3, atol=1e-4)


def batch_norm(shape, dtype):
    """Forward and backward, in training."""
    x, upstream = (rng.normal(size=shape).astype(dtype) for _ in range(2))
    mean, var, weight, bias = (np.ones(shape[1], dtype) for _ in range(4))
    tensors = [torch.from_numpy(a) for a in (x, mean, var, weight, bias)]
    for tensor in (tensors[0], tensors[3], tensors[4]):
        tensor.requires_grad_()

    def mine():
        layers.batch_norm(x, mean, var, weight, bias, training=True)
        return layers.batch_norm_backward(upstream, x, mean, var, weight, bias, training=True)

    def other():
        y = F.batch_norm(tensors[0], tensors[1].clone(), tensors[2].clone(), *tensors[3:], training=True)
        return torch.autograd.grad(y, (tensors[0], *tensors[3:]), torch.from_numpy(upstream))

    _timing.compare(label("batch norm, both ways", shape, dtype), mine, other, runs=101)


def dropout(shape, dtype):
    """The draw, forward and backward."""
    x, upstream = (rng.normal(size=shape).astype(dtype) for _ in range(2))
    leaf = torch.from_numpy(x).requires_grad_()

    def mine():
        draw = rng.random(shape, dtype=dtype)
        layers.dropout(x, draw, 0.5)
        return layers.dropout_backward(upstream, x, draw, 0.5)

    def other():
        return torch.autograd.grad(F.dropout(leaf, 0.5), leaf, torch.from_numpy(upstream))

    _timing.compare(label("dropout, both ways", shape, dtype), mine, other, runs=101)


def cross_entropy(shape):
    """Softmax and cross-entropy from the scores, the loss and its gradient."""
    logits, y = rng.normal(size=shape), rng.integers(0, shape[1], shape[0])
    leaf, y_torch = torch.from_numpy(logits).requires_grad_(), torch.from_numpy(y)

    def mine():
        return losses.cross_entropy_from_logits(y, logits), losses.cross_entropy_from_logits_grad(y, logits)

    def other():
        return torch.autograd.grad(F.cross_entropy(leaf, y_torch), leaf)

    _timing.compare(label("cross-entropy from scores, both", shape, np.float64), mine, other, runs=101)


if __name__ == "__main__":
    main()
