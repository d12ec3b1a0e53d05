"""What chapter 08 measures: networks that learn real images, and what comes back to their first layers."""

from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

import numpy as np

from dlbook import data
from dlbook.experiments import measured
from dlbook.scratch import layers, losses, models


@dataclass(frozen=True)
class Run:
    """A trained model, and what was seen on the way."""

    model: models.Sequential
    loss: np.ndarray  # (steps,), of each mini-batch before its step
    accuracy: float  # on the test images


def mlp(sizes, rng, batch_norm=False, dropout=0.0, dtype=np.float64) -> models.Sequential:
    """Linear and ReLU in turn, sizes[0] features to sizes[-1] scores; batch norm before, dropout after each ReLU."""
    row = []
    for i, (inside, outside) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        row.append(layers.Linear(inside, outside, dtype=dtype, rng=rng))
        if i < len(sizes) - 2:
            row += [layers.BatchNorm1d(outside, dtype=dtype)] if batch_norm else []
            row += [layers.ReLU()]
            row += [layers.Dropout(dropout, rng=rng)] if dropout else []
    return models.sequential(*row)


def train(model, X, y, epochs, lr, batch_size, rng, momentum=0.9, decay=True, frozen=()) -> np.ndarray:
    """Mini-batch descent with momentum on cross-entropy; η falls along half a cosine to 0. Returns the losses (steps,).

    Momentum and the falling η are chapter 10's; they save half of the epochs. Parameters whose names start with
    `frozen` stay as they are.
    """
    learned = {name: array for name, array in model.train().parameters().items() if not name.startswith(frozen)}
    velocity = {name: np.zeros_like(array) for name, array in learned.items()}
    order = np.concatenate([rng.permutation(len(X)) for _ in range(epochs)])
    batches = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    seen = []
    for t, batch in enumerate(batches):
        logits = model(X[batch])
        seen.append(losses.cross_entropy_from_logits(y[batch], logits))
        model.backward(losses.cross_entropy_from_logits_grad(y[batch], logits))
        step = lr * (0.5 + 0.5 * np.cos(np.pi * t / len(batches)) if decay else 1)
        gradients = model.gradients()
        for name, array in learned.items():
            velocity[name] *= momentum
            velocity[name] += gradients[name]
            array -= array.dtype.type(step) * velocity[name]
    return np.array(seen)


def accuracy(model, X, y) -> float:
    """The share of samples whose highest score is the right one; the model is left in eval mode."""
    return float((model.eval()(X).argmax(axis=1) == y).mean())


def learn_digits(seed=0, epochs=30, batch_size=32, pixels=None, frozen=(), **options) -> Run:
    """A 64-128-10 net on four fifths of the digits; η in proportion to the batch size, 0.1 for 32.

    `pixels` is an order in which the net gets to see them, the same for all images.
    """
    rng = np.random.default_rng(seed)
    X_train, X_test, y_train, y_test = digits_split(pixels)
    model = mlp((64, 128, 10), rng, **options)
    lr = 0.1 * batch_size / 32
    loss = train(model, X_train, y_train, epochs, lr=lr, batch_size=batch_size, rng=rng, frozen=frozen)
    return Run(model, loss, accuracy(model, X_test, y_test))


@measured.over(batch_norm=(False, True), dropout=(0.0, 0.2), seeds=range(8))
def digits_read(seed, batch_norm, dropout) -> dict:
    """The share of unseen digits that a net reads right, by what it was trained with."""
    return {"accuracy": learn_digits(seed, batch_norm=batch_norm, dropout=dropout).accuracy}


def digits_split(pixels=None):
    """X_train, X_test, y_train, y_test of the digits."""
    X_train, X_test, y_train, y_test = data.split(data.digits(), test_fraction=0.2, seed=0)
    order = slice(None) if pixels is None else pixels
    return X_train[:, order], X_test[:, order], y_train, y_test


def forgotten_eval(model) -> dict[str, float]:
    """Accuracy on the test digits with eval(), and left in training: in pairs, and in 32s of like digits."""
    _, X, _, y = digits_split()
    found, state = {"eval": accuracy(model, X, y)}, model.state_dict()
    model.train()
    for name, size, order in (("pairs", 2, np.arange(len(X))), ("alike", 32, np.argsort(y, kind="stable"))):
        batches = [order[i : i + size] for i in range(0, len(X) - 1, size)]
        found[name] = float(np.mean(np.concatenate([model(X[b]).argmax(axis=1) == y[b] for b in batches])))
    model.load_state_dict(state).eval()  # looking has moved the running statistics
    return found


def brightness(X: np.ndarray) -> np.ndarray:
    """Grey levels from 0 to 1 as numbers from −1 to 1, dark ones drawn apart by a root."""
    return np.sqrt(X) * np.float32(2) - 1


def mirrored(X: np.ndarray) -> np.ndarray:
    """Every image of 28 × 28 pixels seen in a mirror: clothes stay what they are."""
    return X.reshape(-1, 28, 28)[:, :, ::-1].reshape(-1, 784)


def shifted(X: np.ndarray, rng) -> np.ndarray:
    """Every image of 28 × 28 pixels moved by −1, 0 or 1 pixels down and to the right; what comes in is black."""
    padded = np.pad(X.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))  # (N, 30, 30)
    start = rng.integers(0, 3, (len(X), 2))
    rows, columns = (start[:, side, None] + np.arange(28) for side in (0, 1))  # (N, 28)
    return padded[np.arange(len(X))[:, None, None], rows[:, :, None], columns[:, None, :]].reshape(-1, 784)


def learn_clothes(seed=0, epochs=12) -> Run:
    """A 784-256-128-10 net with batch norm and dropout on the 10,000 photos of Fashion-MNIST, in float32.

    It sees each photo and its mirror image, and both a second time, moved by a pixel.
    """
    rng = np.random.default_rng(seed)
    clothes, unseen = data.fashion_mnist("train"), data.fashion_mnist("test")
    both = np.concatenate([clothes.X, mirrored(clothes.X)])
    X, y = brightness(np.concatenate([both, shifted(both, rng)])), np.tile(clothes.y, 4)
    model = mlp((784, 256, 128, 10), rng, batch_norm=True, dropout=0.2, dtype=np.float32)
    loss = train(model, X, y, epochs, lr=0.1, batch_size=128, rng=rng)
    return Run(model, loss, accuracy(model, brightness(unseen.X), unseen.y))


def batch_size_effect(sizes=(2, 4, 8, 32), seeds=(0, 1, 2), epochs=4) -> dict[str, dict[int, float]]:
    """Accuracy on test digits after a few epochs over the batch size, mean over seeds, without and with batch norm."""
    found = {}
    for name, batch_norm in (("without batch norm", False), ("with batch norm", True)):
        found[name] = {
            size: float(np.mean([learn_digits(seed, epochs, size, batch_norm=batch_norm).accuracy for seed in seeds]))
            for size in sizes
        }
    return found


class Kicks(NamedTuple):
    """∂L/∂W of the first layer in batches of two at the start of training, medians over the batches."""

    size: float  # its norm with batch norm, over that without
    six: float  # the share of its square that six of the 128 units hold
    middle: float  # the norm of the median unit, over that of the largest


def kicks(batches=40, size=2) -> Kicks:
    """What comes back through a batch norm to the layer before it, when a batch is small."""
    X, _, y, _ = digits_split()
    plain, normed = (mlp((64, 128, 10), np.random.default_rng(0), batch_norm=on) for on in (False, True))
    found = []
    for seed in range(batches):
        batch = np.random.default_rng(seed).choice(len(X), size, replace=False)
        norms = {}
        for model in (plain, normed):
            model.backward(losses.cross_entropy_from_logits_grad(y[batch], model(X[batch])))
            norms[model] = np.sort(np.linalg.norm(model.gradients()["0.weight"], axis=1))  # (128,), one a unit
        units, square = norms[normed], (norms[normed] ** 2).sum()
        ratio = np.sqrt(square / (norms[plain] ** 2).sum())
        found.append((ratio, (units[-6:] ** 2).sum() / square, np.median(units) / units[-1]))
    return Kicks(*map(float, np.median(found, axis=0)))


def first_layer_frozen(batch_size=2, epochs=2, seeds=(0, 1, 2)) -> float:
    """Accuracy with batch norm, mean over seeds, where the first layer stays as it was drawn."""
    options = {"batch_norm": True, "frozen": ("0.",)}
    return float(np.mean([learn_digits(seed, epochs, batch_size, **options).accuracy for seed in seeds]))


def products_that_fit(samples, inputs, units) -> tuple[int, int, int]:
    """Of all products of ∂L/∂Z and A, turned or not: how many there are, have the shape of W, are ∂L/∂W."""
    rng = np.random.default_rng(0)
    delta, A = rng.normal(size=(samples, units)), rng.normal(size=(samples, inputs))
    _, right = layers.linear_backward(delta, A, np.ones((units, inputs)))
    pairs = [(x, y) for x in (delta, delta.T) for y in (A, A.T)]
    pairs += [(y, x) for x, y in pairs]
    fits = [x @ y for x, y in pairs if x.shape[1] == y.shape[0] and (len(x), y.shape[1]) == right.shape]
    return len(pairs), len(fits), sum(np.allclose(found, right) for found in fits)


def kept(model, X) -> tuple[int, int]:
    """The bytes that the layers keep for the backward pass of these samples, and those of the weights."""
    model(X)
    return sum(layer.x.nbytes for layer in model.layers), sum(w.nbytes for w in model.parameters().values())


def backward_over_forward(model, X, y, runs=200) -> float:
    """How many forward passes a backward pass takes on the clock: the ratio of the medians."""
    times = []
    for _ in range(runs):
        start = perf_counter()
        logits = model(X)
        middle = perf_counter()
        upstream = losses.cross_entropy_from_logits_grad(y, logits)
        before = perf_counter()
        model.backward(upstream)
        times.append((middle - start, perf_counter() - before))
    forward, backward = np.median(times, axis=0)
    return float(backward / forward)


def differences_cost(model) -> tuple[int, int]:
    """How many parameters a model has, and how many forward passes central differences would take for one gradient."""
    count = sum(array.size for array in model.parameters().values())
    return count, 2 * count


def check_by_differences(samples=20, seed=0, eps=1e-5) -> tuple[int, float]:
    """How many derivatives were checked by central differences on real digits, and the largest difference.

    It is relative to the largest derivative of its array. A small smooth net (64-6-10 with tanh): differences need two
    forward passes for each of its parameters.
    """
    rng, digits = np.random.default_rng(seed), data.digits()
    X, y = digits.X[:samples], digits.y[:samples]
    model = models.sequential(layers.Linear(64, 6, rng=rng), layers.Tanh(), layers.Linear(6, 10, rng=rng))
    loss = lambda: losses.cross_entropy_from_logits(y, model(X))
    model.backward(losses.cross_entropy_from_logits_grad(y, model(X)))
    count, worst = 0, 0.0
    for name, array in model.parameters().items():
        exact = model.gradients()[name]
        approximate = np.empty_like(array)
        for k in np.ndindex(array.shape):
            kept = array[k]
            array[k] = kept + eps
            above = loss()
            array[k] = kept - eps
            approximate[k] = (above - loss()) / (2 * eps)
            array[k] = kept
        count += array.size
        worst = max(worst, float(np.abs(exact - approximate).max() / np.abs(exact).max()))
    return count, worst
