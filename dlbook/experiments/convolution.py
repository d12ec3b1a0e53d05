"""What chapter 14 measures: kernels on a photo, one learned from it, pooling and shifts, nets that read images."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlbook import data
from dlbook.experiments import measured
from dlbook.experiments.backpropagation import accuracy, brightness, digits_split, mlp, train
from dlbook.scratch import layers, models

SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
KERNELS = {
    "copy": np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "blur": np.full((3, 3), 1 / 9),
    "upright edges": SOBEL,
    "level edges": SOBEL.T,
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
}


def filtered(image: np.ndarray, kernel: np.ndarray, padding="valid") -> np.ndarray:
    """One grey image (H, W) through one kernel (KH, KW)."""
    return layers.conv2d(image[None, None], kernel[None, None], padding=padding)[0, 0]


@dataclass(frozen=True)
class Learned:
    """A kernel that descent has found, and the way to it."""

    kernels: dict[int, np.ndarray]  # after so many steps
    loss: np.ndarray  # (steps,), before each step


def learn_kernel(steps=300, lr=0.5, momentum=0.9, seen=(0, 3, 10, 30, 300), centred=True) -> Learned:
    """Find the nine weights from a photo and its upright edges alone: descent on the mean squared difference."""
    x = data.grey(data.photo("china"))
    x = (x - x.mean() * centred)[None, None]
    target = layers.conv2d(x, SOBEL[None, None])
    weight, velocity = np.random.default_rng(0).normal(0, 0.1, (1, 1, 3, 3)), 0
    kernels, loss = {}, []
    for step in range(steps + 1):
        if step in seen:
            kernels[step] = weight[0, 0].copy()
        error = layers.conv2d(x, weight) - target
        loss.append((error**2).mean())
        _, gradient = layers.conv2d_backward(2 * error / error.size, x, weight)
        velocity = momentum * velocity + gradient
        weight = weight - lr * velocity
    return Learned(kernels, np.array(loss))


class Stage(NamedTuple):
    """A layer that slides a window."""

    name: str
    kernel: int
    stride: int = 1
    dilation: int = 1


LENET = (Stage("conv 5×5", 5), Stage("pool 2×2", 2, 2), Stage("conv 5×5", 5), Stage("pool 2×2", 2, 2))


def receptive_fields(stages) -> list[tuple[int, int]]:
    """After each stage: how many pixels of the input an output sees, and how many lie between two neighbours."""
    found, field, apart = [], 1, 1
    for stage in stages:
        field += (stage.kernel - 1) * stage.dilation * apart
        apart *= stage.stride
        found.append((field, apart))
    return found


def seen_pixels(stages, size=40) -> int:
    """The same by a gradient: how many pixels of a row have a part in one output of these layers."""
    row, x = [], np.zeros((1, 1, size, size))
    for stage in stages:
        if stage.name.startswith("pool"):
            row.append(layers.AvgPool2d(stage.kernel, stage.stride))
        else:
            row.append(layers.Conv2d(1, 1, stage.kernel, stage.stride, dilation=stage.dilation, rng=0))
    model = models.sequential(*row)
    upstream = np.zeros_like(model(x))
    upstream[0, 0, upstream.shape[2] // 2, upstream.shape[3] // 2] = 1
    touched = np.flatnonzero(model.backward(upstream)[0, 0].any(axis=0))
    return int(np.ptp(touched)) + 1


def shift_changes(sizes=(2, 4, 8)) -> dict[str, dict[int, float]]:
    """How much the edges of a photo change when it moves by one pixel, as they are and after pooling.

    The difference of the two maps over the map, both as lengths.
    """
    photo = data.grey(data.photo("china"))
    maps = [np.abs(filtered(part, SOBEL))[None, None] for part in (photo[:, 1:], photo[:, :-1])]
    change = lambda pool: float(np.linalg.norm(pool(maps[0]) - pool(maps[1])) / np.linalg.norm(pool(maps[0])))
    picked = lambda size: lambda x: x[:, :, ::size, ::size]
    kinds = {
        "every nth": picked,
        "maximum": lambda size: lambda x: layers.max_pool2d(x, size),
        "mean": lambda size: lambda x: layers.avg_pool2d(x, size),
    }
    return {name: {1: change(lambda x: x)} | {n: change(kind(n)) for n in sizes} for name, kind in kinds.items()}


def lenet(rng, dtype=np.float32) -> models.Sequential:
    """LeNet-5 for images of 28 × 28 pixels, with ReLU and maxima in place of the sigmoids and means of 1998."""
    options = {"dtype": dtype, "rng": rng}
    return models.sequential(
        layers.Conv2d(1, 6, 5, padding=2, **options), layers.ReLU(), layers.MaxPool2d(2),  # (N, 6, 14, 14)
        layers.Conv2d(6, 16, 5, **options), layers.ReLU(), layers.MaxPool2d(2),  # (N, 16, 5, 5)
        layers.Flatten(),
        layers.Linear(400, 120, **options), layers.ReLU(),
        layers.Linear(120, 84, **options), layers.ReLU(),
        layers.Linear(84, 10, **options),
    )  # fmt: skip


def small_net(rng) -> models.Sequential:
    """Two convolutions and a linear layer for digits of 8 × 8 pixels."""
    return models.sequential(
        layers.Conv2d(1, 16, 3, padding=1, rng=rng), layers.ReLU(), layers.MaxPool2d(2),  # (N, 16, 4, 4)
        layers.Conv2d(16, 32, 3, padding=1, rng=rng), layers.ReLU(), layers.MaxPool2d(2),  # (N, 32, 2, 2)
        layers.Flatten(), layers.Linear(128, 10, rng=rng),
    )  # fmt: skip


ORDER = 9  # the seed of the order in which shuffled pixels stand: the same for all images


@measured.over(net=("dense", "convolution"), shuffled=(False, True), seeds=range(8))
def digits_read(seed, net, shuffled) -> dict:
    """The share of unseen digits that a net reads right after 400: chapter 08's dense net, or one of convolutions."""
    rng, pixels = np.random.default_rng(seed), np.random.default_rng(ORDER).permutation(64)
    X_train, X_test, y_train, y_test = digits_split(pixels if shuffled else None)
    few = rng.permutation(len(X_train))[:400]
    if net == "convolution":
        model = small_net(rng)
        X_train, X_test = (X.reshape(-1, 1, 8, 8) for X in (X_train, X_test))
    else:
        model = mlp((64, 128, 10), rng)
    train(model, X_train[few], y_train[few], epochs=40, lr=0.1, batch_size=32, rng=rng)
    return {"accuracy": accuracy(model, X_test, y_test)}


@dataclass(frozen=True)
class Clothes:
    """A net that has learned to name clothes."""

    model: models.Sequential
    loss: np.ndarray  # (steps,)
    accuracy: float  # on 2,000 images that it has not seen


def learn_clothes(seed=0, net="lenet", shuffled=False, epochs=4) -> Clothes:
    """LeNet, or a dense net of 784-128-10, on the 10,000 images of clothes in batches of 32."""
    rng, pixels = np.random.default_rng(seed), np.arange(784)
    if shuffled:
        pixels = np.random.default_rng(ORDER).permutation(784)
    clothes, unseen = data.fashion_mnist("train"), data.fashion_mnist("test")
    X, X_unseen = (brightness(part.X[:, pixels]) for part in (clothes, unseen))
    if net == "lenet":
        model = lenet(rng)
        X, X_unseen = (part.reshape(-1, 1, 28, 28) for part in (X, X_unseen))
    else:
        model = mlp((784, 128, 10), rng, dtype=np.float32)
    loss = train(model, X, clothes.y, epochs, lr=0.03, batch_size=32, rng=rng)
    return Clothes(model, loss, accuracy(model, X_unseen, unseen.y))


@measured.over(net=("dense", "lenet"), shuffled=(False, True), seeds=range(5))
def clothes_named(seed, net, shuffled) -> dict:
    """The share of unseen clothes that a net names right after four epochs."""
    return {"accuracy": learn_clothes(seed, net, shuffled).accuracy}


def parameters(model) -> dict[str, int]:
    """How many numbers each array of a model holds, by its name."""
    return {name: array.size for name, array in model.parameters().items()}


def weights_of_a_layer(channels, size, maps, kernel) -> tuple[int, int]:
    """The weights and biases that make `maps` maps of an image of the same size: by a convolution, by a dense layer."""
    pixels = size**2
    return maps * (channels * kernel**2 + 1), maps * pixels * (channels * pixels + 1)


def memory(batch=32, channels=64, size=56, kernel=3) -> tuple[int, int]:
    """The bytes of a batch of images in float32, and those of its windows, laid out for a product of matrices."""
    x = np.zeros((batch, channels, size, size), np.float32)
    return x.nbytes, layers.windows(x, kernel, padding=kernel // 2).nbytes
