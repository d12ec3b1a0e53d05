"""What chapter 17 measures: a small net on few images, with changed copies of them and without."""

from functools import cache, partial

import numpy as np

from dlbook import data
from dlbook.experiments import measured
from dlbook.scratch import activations, augmentation, layers, models


def dense_net(rng) -> models.Sequential:
    """784 pixels, 64 hidden units, ten scores: it does not know what is next to what."""
    options = {"dtype": np.float32, "rng": rng}
    return models.sequential(
        layers.Flatten(), layers.Linear(784, 64, **options), layers.ReLU(), layers.Linear(64, 10, **options)
    )


def small_net(rng) -> models.Sequential:
    """Two convolutions and a linear layer for images of 28 × 28 pixels: 5,994 parameters in float32."""
    options = {"dtype": np.float32, "rng": rng}
    return models.sequential(
        layers.Conv2d(1, 8, 5, **options), layers.ReLU(), layers.MaxPool2d(2),  # (N, 8, 12, 12)
        layers.Conv2d(8, 16, 5, **options), layers.ReLU(), layers.MaxPool2d(2),  # (N, 16, 4, 4)
        layers.Flatten(), layers.Linear(256, 10, **options),
    )  # fmt: skip


# ─── Recipes: a batch of images and of labels (N, K), changed by what `rng` draws ────────────────────────────────────


def unchanged(x, y, rng):
    """The images as they are."""
    return x, y


def moved(x, y, rng, angle=15, shift=2, size=0.1):
    """Turned by up to `angle` degrees, shifted by up to `shift` pixels, up to a tenth larger or smaller."""
    turn, right, down, larger = rng.uniform(-1, 1, (4, len(x)))  # for each image its own
    theta = augmentation.affine_matrix(angle * turn, shift * right, shift * down, 1 + size * larger)
    return augmentation.affine(x, theta), y


def mirrored(x, y, rng):
    """Every second image with left and right exchanged."""
    return augmentation.horizontal_flip(x, rng.random(len(x))), y


def upside_down(x, y, rng):
    """Every second image with top and bottom exchanged."""
    return augmentation.vertical_flip(x, rng.random(len(x))), y


def noisy(x, y, rng):
    """With normal noise on every pixel."""
    return augmentation.gaussian_noise(x, rng.normal(size=x.shape), sigma=0.1), y


def cut_out(x, y, rng):
    """With a black box of 8 × 8 pixels somewhere."""
    row, column = rng.integers(0, 28, (2, len(x)))
    return augmentation.cutout(x, row, column, 8, 8), y


def mixed_up(x, y, rng):
    """Each image laid over another one, λ from Beta(0.2, 0.2)."""
    return augmentation.mixup(x, y, rng.permutation(len(x)), rng.beta(0.2, 0.2, len(x)))


def cut_and_mixed(x, y, rng):
    """Each image with a box out of another one, λ drawn evenly from 0 to 1."""
    row, column = rng.integers(0, 28, (2, len(x)))
    return augmentation.cutmix(x, y, rng.permutation(len(x)), rng.random(len(x)), row, column)


RECIPES = {
    "none": unchanged, "moves": moved, "mirror": mirrored, "upside down": upside_down,
    "noise": noisy, "cutout": cut_out, "mixup": mixed_up, "cutmix": cut_and_mixed,
}  # fmt: skip


# ─── Training and judging ────────────────────────────────────────────────────────────────────────────────────────────


def train(model, x, y, change, rng, steps=300, lr=0.05, momentum=0.9, batch=32) -> models.Sequential:
    """Mini-batch descent with momentum on cross-entropy, η falling along half a cosine; each batch is changed anew."""
    targets, weights = np.eye(10, dtype=x.dtype)[y], model.train().parameters()
    velocity = {name: np.zeros_like(weight) for name, weight in weights.items()}
    for step in range(steps):
        rows = rng.integers(len(x), size=batch)
        images, labels = change(x[rows], targets[rows], rng)
        model.backward((activations.softmax(model(images)) - labels) / batch)  # prediction minus truth
        rate, gradients = lr * (0.5 + 0.5 * np.cos(np.pi * step / steps)), model.gradients()
        for name, weight in weights.items():
            velocity[name] = momentum * velocity[name] + gradients[name]
            weight -= weight.dtype.type(rate) * velocity[name]
    return model.eval()


@cache
def images(kind) -> tuple[np.ndarray, ...]:
    """Images (N, 1, 28, 28) and their classes to learn from, and others to be judged by: "digits" or "clothes"."""
    load = {"digits": data.mnist, "clothes": data.fashion_mnist}[kind]
    known, unseen = load("train"), load("test")
    return known.X.reshape(-1, 1, 28, 28), known.y, unseen.X.reshape(-1, 1, 28, 28), unseen.y


NETS = {"dense": dense_net, "conv": small_net}


def learn(kind, size, recipe, seed=0, net="conv", copies=None) -> models.Sequential:
    """A net that has learned from `size` images drawn at random, changed anew in each batch by the recipe.

    Or changed in advance: then it sees each image and so many `copies` of it, always the same ones.
    """
    rng, (x, y, _, _) = np.random.default_rng(seed), images(kind)
    few, change = rng.permutation(len(x))[:size], RECIPES[recipe]
    x, y = x[few], y[few]
    if copies is not None:
        made = [change(x, y, rng)[0] for _ in range(copies)]
        x, y, change = np.concatenate([x, *made]), np.tile(y, 1 + copies), unchanged
    return train(NETS[net](rng), x, y, change, rng)


def share_right(scores, y) -> float:
    """How many of the images have their highest score, or probability, at the right class."""
    return float((scores.argmax(axis=1) == y).mean())


def itself(x):
    """The image as it is."""
    return x


SHIFTS = (itself, *(partial(augmentation.translate, tx=a, ty=b) for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1))))
MIRROR = (itself, partial(augmentation.horizontal_flip, draw=0.0))


def averaged(model, x, views) -> np.ndarray:
    """The mean of the probabilities that a net gives to several views of an image: (N, K)."""
    return np.mean([activations.softmax(model(view(x))) for view in views], axis=0)


@measured.over(size=(50, 200, 1000), recipe=("none", "moves", "mirror"), seeds=range(5))
def digits_read(seed, size, recipe) -> dict:
    """The share of 1,000 unseen digits that a net reads right: by one look, and by the mean over several views."""
    model, (_, _, x, y) = learn("digits", size, recipe, seed), images("digits")
    views = {"accuracy": (itself,), "shifts": SHIFTS, "mirror": MIRROR}
    return {name: share_right(averaged(model, x, seen), y) for name, seen in views.items()}


@measured.over(recipe=("noise", "cutout", "mixup", "cutmix"), seeds=range(5))
def others_read(seed, recipe) -> dict:
    """The same after 200 digits, for the recipes that do not move anything."""
    _, _, x, y = images("digits")
    return {"accuracy": share_right(learn("digits", 200, recipe, seed)(x), y)}


@measured.over(copies=(1, 4), seeds=range(5))
def made_in_advance(seed, copies) -> dict:
    """The same after 50 digits and copies of them that were moved once and stay as they are."""
    _, _, x, y = images("digits")
    return {"accuracy": share_right(learn("digits", 50, "moves", seed, copies=copies)(x), y)}


def off_centre(x, most=3, seed=7) -> np.ndarray:
    """Every image shifted by up to `most` pixels."""
    tx, ty = np.random.default_rng(seed).uniform(-most, most, (2, len(x)))
    return augmentation.translate(x, tx, ty)


@measured.over(net=("dense", "conv"), recipe=("none", "moves", "mirror", "upside down"), seeds=range(5))
def clothes_named(seed, net, recipe) -> dict:
    """After 300 photos of clothes: the share of 2,000 others named right, centred as they are, and moved off."""
    model, (_, _, x, y) = learn("clothes", 300, recipe, seed, net), images("clothes")
    return {"accuracy": share_right(model(x), y), "off_centre": share_right(model(off_centre(x)), y)}


# ─── What a copy is worth ────────────────────────────────────────────────────────────────────────────────────────────


def gradients_of_each(model, x, y) -> np.ndarray:
    """∂L/∂W of the last layer for every image by itself, one row an image: (N, K · D)."""
    delta = activations.softmax(model(x)) - np.eye(10, dtype=x.dtype)[y]  # prediction minus truth, (N, K)
    return (delta[:, :, None] * model.layers[-1].x[:, None, :]).reshape(len(x), -1)


def alike(recipes, seed=0) -> dict[str, float]:
    """The correlation ρ between the gradients at two changed copies of an image, over 1,000 unseen digits.

    The net has learned from 50 digits as they are.
    """
    rng, (_, _, x, y) = np.random.default_rng(seed), images("digits")
    model, targets, found = learn("digits", 50, "none", seed), np.eye(10, dtype=x.dtype)[y], {}
    for recipe in recipes:
        copies = [RECIPES[recipe](x, targets, rng)[0] for _ in range(2)]
        pair = [gradients_of_each(model, copy, y) for copy in copies]
        ours, theirs = (part - part.mean(axis=0) for part in pair)
        found[recipe] = float((ours * theirs).sum() / np.sqrt((ours**2).sum() * (theirs**2).sum()))
    return found


def worth(n, rho) -> float:
    """How many independent images lower the variance of a mean as much as `n` that are correlated by `rho`."""
    return n / (1 + (n - 1) * rho)


# ─── Forwards and back ───────────────────────────────────────────────────────────────────────────────────────────────


def push_forward(x, angle) -> np.ndarray:
    """Every pixel of a square image (H, H) sent to where the turn carries it, rounded; NaN where none arrives."""
    half, phi = (len(x) - 1) / 2, np.deg2rad(angle)
    i, j = np.mgrid[: len(x), : len(x)]
    u, v = j - half, i - half
    column = np.rint(u * np.cos(phi) + v * np.sin(phi) + half).astype(int)
    row = np.rint(v * np.cos(phi) - u * np.sin(phi) + half).astype(int)
    inside = (0 <= row) & (row < len(x)) & (0 <= column) & (column < len(x))
    out = np.full(x.shape, np.nan)
    out[row[inside], column[inside]] = x[inside]
    return out


def holes(size, angle) -> int:
    """How many pixels inside the turned square are hit by none that is sent forward."""
    ones = np.ones((size, size))
    whole = augmentation.rotate(ones[None, None], angle)[0, 0] > 0.999
    return int((np.isnan(push_forward(ones, angle)) & whole).sum())


def penalty_by_noise(w, x, y, s, draws=200_000, seed=0) -> tuple[float, float]:
    """The mean squared error of w · x over inputs with noise of size s; the same without, plus s² ‖w‖²."""
    noise = np.random.default_rng(seed).normal(size=(draws, len(x)))
    seen = ((x + s * noise) @ w - y) ** 2
    return float(seen.mean()), float((w @ x - y) ** 2 + s**2 * w @ w)
