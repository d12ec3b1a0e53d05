"""The NumPy room against numpy-ml 0.1.2, the other from-scratch library, at the book's sizes; the aim: 5 × faster.

numpy-ml is no requirement of this book: `pip install --no-deps numpy-ml==0.1.2`. It dates from before Python 3.10, in
which `collections.Hashable` went away. Both give the same numbers, or a benchmark stops.

Under each row, "at least": the part that no NumPy version can leave out, against numpy-ml's whole. Where that ratio is
above 0.2, five times as fast is out of reach.
"""

import collections
import collections.abc
import sys

import _timing
import numpy as np

from dlbook.experiments import backpropagation
from dlbook.scratch import activations, layers, losses, optimizers

collections.Hashable = collections.abc.Hashable
try:
    import numpy_ml.neural_nets as theirs
except ImportError:
    print("numpy-ml is not installed (pip install --no-deps numpy-ml==0.1.2): nothing to compare with.")
    sys.exit()  # the other benchmarks go on

rng = np.random.default_rng(0)


def main():
    _timing.header("The same things at the book's sizes", "this book", "numpy-ml")
    for sizes, batch in (((64, 128, 10), 32), ((784, 256, 128, 10), 64)):
        training_step(sizes, batch)
    for shape in ((64, 256), (1024, 256)):
        batch_norm(shape)
    softmax((64, 10))
    for name in ("relu", "sigmoid", "tanh", "elu"):
        activation(name)
    for name in ("sgd", "adagrad", "rmsprop", "adam"):
        step(name)


def same(ours, others, what):
    for mine, other in zip(ours, others, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6, atol=1e-9, err_msg=what)


def at_least(what, part, other):
    """What cannot be left out, against numpy-ml's whole."""
    _timing.compare(f"    at least: {what}", part, other, runs=51)


def training_step(sizes, batch):
    """Forward, cross-entropy, backward and a plain step; numpy-ml sums the loss, so that its step is divided by m."""
    model = backpropagation.mlp(sizes, rng)
    kinds = ["ReLU"] * (len(sizes) - 2) + [None]
    plain = "sgd(lr=0.001)"
    rows = [theirs.layers.FullyConnected(n, kind, optimizer=plain) for n, kind in zip(sizes[1:], kinds, strict=True)]
    rows.append(theirs.layers.Softmax())
    X, y = rng.normal(size=(batch, sizes[0])), rng.integers(0, sizes[-1], batch)
    one_hot = np.eye(sizes[-1])[y]

    def other_forward():
        a = X
        for row in rows:
            a = row.forward(a)
        return a

    other_forward()
    for i, row in enumerate(rows[:-1]):
        row.parameters["W"] = model.parameters()[f"{2 * i}.weight"].T.copy()
        row.parameters["b"] = model.parameters()[f"{2 * i}.bias"][None].copy()
        row.flush_gradients()
    rows[-1].flush_gradients()

    def mine():
        logits = model(X)
        model.backward(losses.cross_entropy_from_logits_grad(y, logits))
        gradients = model.gradients()
        for name, array in model.parameters().items():
            array -= 1e-3 * gradients[name]

    def other():
        upstream = theirs.losses.CrossEntropy.grad(one_hot, other_forward()) / batch
        for row in reversed(rows[:-1]):  # the gradient above is the one before softmax
            upstream = row.backward(upstream)
            row.update()
        rows[-1].flush_gradients()

    _timing.compare(f"training step, {batch} × {' × '.join(map(str, sizes))}", mine, other, runs=51)
    same([activations.softmax(model(X))], [other_forward()], "training step")
    weights = [model.parameters()[f"{2 * i}.weight"] for i in range(len(sizes) - 1)]
    inputs = [rng.normal(size=(batch, size)) for size in sizes]

    def products():
        for W, A, Z in zip(weights, inputs[:-1], inputs[1:], strict=True):
            np.maximum(A @ W.T, 0)  # forward
            W - 1e-3 * (Z.T @ A), Z.sum(axis=0)  # ∂L/∂W and its step, ∂L/∂b
        for W, Z in zip(weights[1:], inputs[2:], strict=True):
            Z @ W  # ∂L/∂A, which the first layer does not need

    at_least("products, sums, the step of W", products, other)


def batch_norm(shape):
    """Forward and backward, in training."""
    x, upstream = rng.normal(size=shape), rng.normal(size=shape)
    zeros, ones = np.zeros(shape[1]), np.ones(shape[1])

    def mine():
        layers.batch_norm(x, zeros, ones, training=True)
        return layers.batch_norm_backward(upstream, x, zeros, ones, training=True)[0]

    def other():
        layer.forward(x)
        x_grad = layer.backward(upstream)
        layer.flush_gradients()
        return x_grad

    layer = theirs.layers.BatchNorm1D()
    other()
    layer.parameters["scaler"] = ones  # it starts at random
    same([mine()], [other()], "batch norm")
    _timing.compare(f"batch norm, both ways, {' × '.join(map(str, shape))}", mine, other, runs=51)
    at_least("twice a mean and a scaled copy", lambda: (x - x.mean(axis=0), upstream * upstream.mean(axis=0)), other)


def softmax(shape):
    """Softmax and its backward pass, for an upstream gradient of any kind: the Jacobian's product."""
    z, upstream = rng.normal(size=shape), rng.normal(size=shape)

    def mine():
        activations.softmax(z)
        return activations.softmax_backward(upstream, z)

    def other():
        layer.forward(z)
        z_grad = layer.backward(upstream)
        layer.flush_gradients()
        return z_grad

    layer = theirs.layers.Softmax()
    same([mine()], [other()], "softmax")
    _timing.compare(f"softmax, both ways, {' × '.join(map(str, shape))}", mine, other, runs=51)


def activation(name):
    """The function and its derivative, on 10⁵ numbers."""
    z = rng.normal(size=(1000, 100))
    other = {"relu": "ReLU", "sigmoid": "Sigmoid", "tanh": "Tanh", "elu": "ELU"}[name]
    theirs_is = getattr(theirs.activations, other)()
    pair = getattr(activations, name), getattr(activations, f"{name}_grad")
    one = {"relu": np.abs, "sigmoid": np.exp, "tanh": np.tanh, "elu": np.expm1}[name]
    same([f(z) for f in pair], [theirs_is.fn(z), theirs_is.grad(z)], name)
    _timing.compare(
        f"{name} and its derivative, 1000 × 100",
        lambda: (pair[0](z), pair[1](z)),
        lambda: (theirs_is.fn(z), theirs_is.grad(z)),
        runs=51,
    )
    at_least(f"np.{one.__name__} of it, once", lambda: one(z), lambda: (theirs_is.fn(z), theirs_is.grad(z)))


def step(name):
    """One step on 10⁶ parameters; the two differ in where ε stands, so that only the times are compared."""
    theta, grad = rng.normal(size=(1000, 1000)), rng.normal(size=(1000, 1000))
    kind = {"sgd": "SGD", "adagrad": "AdaGrad", "rmsprop": "RMSProp", "adam": "Adam"}[name]
    optimizer = getattr(theirs.optimizers, kind)(lr=1e-3)
    _, state = getattr(optimizers, name)(theta, grad, None, lr=1e-3)
    optimizer.update(theta, grad, "W")
    _timing.compare(
        f"{name}, one step, 10⁶ parameters",
        lambda: getattr(optimizers, name)(theta, grad, state, lr=1e-3),
        lambda: optimizer.update(theta, grad, "W"),
    )
    arrays = {"sgd": 1, "adagrad": 2, "rmsprop": 2, "adam": 3}[name]  # theta, and what is remembered
    at_least(
        f"{arrays} new {'array' if arrays == 1 else 'arrays'}",
        lambda: [theta + grad for _ in range(arrays)],
        lambda: optimizer.update(theta, grad, "W"),
    )


if __name__ == "__main__":
    main()
