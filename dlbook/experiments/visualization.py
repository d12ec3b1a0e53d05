"""What chapter 16 measures: what SqueezeNet says of seven photos, where it looks, and what its maps are worth."""

from functools import cache
from typing import NamedTuple

import numpy as np

from dlbook import data
from dlbook.scratch import pretrained, visualization
from dlbook.scratch.activations import softmax

# The classes of ImageNet that would be right for a photo; where there is none, the photo cannot be told.
RIGHT = {
    "chelsea": ("Egyptian Mau", "tabby cat", "a cat having a striped coat"),
    "coffee": ("espresso", "coffee mug", "tea cup"),
    "camera": ("tripod",),
    "astronaut": (),
    "rocket": ("missile", "space shuttle"),
    "china": ("palace",),
    "flower": (),
}
RECTIFIED = (".squeezed", ".out")  # the ReLUs of a fire module
LAYERS = ("relu1", *(f"fire{i}.out" for i in range(2, 10)))


@cache
def squeezenet():
    """SqueezeNet 1.1 with what it learned on ImageNet."""
    return pretrained.squeezenet(data.weights("squeezenet11"))


@cache
def prepared(step: int = 1) -> np.ndarray:
    """The seven photos as the net takes them, with every `step`-th pixel: (7, 3, H, W), float32."""
    photos = np.stack(list(data.photos().values()))[:, :, ::step, ::step]
    return pretrained.squeezenet_input(photos)


def own_photo(file) -> np.ndarray:
    """A photo from a file as `data.photos` has them: the square in its middle, (3, 227, 227), from 0 to 1."""
    from PIL import Image, ImageOps  # only here: it comes with matplotlib

    with Image.open(file) as photo:
        upright = ImageOps.exif_transpose(photo)  # a phone stores a photo lying, and notes which way is up
        pixels = ImageOps.fit(upright.convert("RGB"), (227, 227))
    return np.asarray(pixels).transpose(2, 0, 1) / 255.0


class Guess(NamedTuple):
    """What the net says of a photo, and the class that would be right."""

    photo: str
    first: str
    probability: float
    right: str  # the most probable of the right classes; "" where there is none
    rank: int  # its place among the 1,000; 0 where there is none


def guesses(y) -> list[Guess]:
    """The first guess for each photo, from the scores y (7, 1000)."""
    names, found = data.imagenet_classes(), []
    for photo, p in zip(RIGHT, softmax(y), strict=True):
        right = max(RIGHT[photo], key=lambda name: p[names.index(name)], default="")
        rank = int((p >= p[names.index(right)]).sum()) if right else 0
        found.append(Guess(photo, names[p.argmax()], float(p.max()), right, rank))
    return found


def evaluate(y) -> tuple[int, float, float]:
    """How many photos have a right class; their mean cross-entropy, and the share whose first guess is right.

    Where several classes are right, p is their sum.
    """
    names = data.imagenet_classes()
    rows = [(p, [names.index(name) for name in RIGHT[photo]]) for photo, p in zip(RIGHT, softmax(y), strict=True)]
    told = [(p, right) for p, right in rows if right]
    loss = np.mean([-np.log(p[right].sum()) for p, right in told])
    return len(told), float(loss), float(np.mean([p.argmax() in right for p, right in told]))


def five(y) -> list[tuple[str, float]]:
    """The five most probable classes of one photo, from its scores (1000,)."""
    p, names = softmax(y), data.imagenet_classes()
    return [(names[c], float(p[c])) for c in np.argsort(-p)[:5]]


class Silence(NamedTuple):
    """How much of what a layer gives is 0."""

    zeros: float  # the share of all numbers
    channels: int
    on_one: np.ndarray  # (7,) channels that are 0 everywhere on a photo
    on_all: list[int]  # the numbers of those that are 0 everywhere on all photos


def silence(model, x) -> dict[str, Silence]:
    """The silent channels of each layer, from one pass over the photos."""
    model(x)
    found = {}
    for layer in LAYERS:
        A = model.values[layer]
        peak = A.max(axis=(2, 3))  # (7, K)
        on_all = np.flatnonzero((peak == 0).all(axis=0)).tolist()
        found[layer] = Silence(float((A == 0).mean()), A.shape[1], (peak == 0).sum(axis=1), on_all)
    return found


def alike(maps, others) -> np.ndarray:
    """The correlation of each map with the other: (N,). 1 is the same picture; a map without contrast is like none."""
    a, b = (m.reshape(len(m), -1).astype(np.float64) for m in (maps, others))
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    length = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return (a * b).sum(axis=1) / np.where(length > 0, length, np.inf)


# The maps that are compared.
MAPS = {
    "saliency": visualization.saliency,
    "Grad-CAM": lambda model, x, label: visualization.grad_cam(model, x, label, "fire9.out"),
}


def noisy(x, sigma, rng) -> np.ndarray:
    """The photos with noise on every number, σ of 255 levels."""
    return x + np.float32(sigma) * rng.normal(size=x.shape).astype(np.float32)


def steadiness(model, x, label, sigma, seed=0) -> dict[str, np.ndarray]:
    """What a little noise changes: the correlation of each photo, and of its maps, with those of the noisy one (N,)."""
    other = noisy(x, sigma, np.random.default_rng(seed))
    return {"photo": alike(x, other)} | {n: alike(f(model, x, label), f(model, other, label)) for n, f in MAPS.items()}


def along(model, x, label, reach=40, count=41, seed=0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The score of one photo and its slope on a straight way through it: t, y(x + t d) and d · ∂y/∂x, (count,) each.

    d is drawn at random; at t its numbers change by t levels of 255, as the root of the mean square.
    """
    d = np.random.default_rng(seed).normal(size=x.shape[1:]).astype(np.float32)
    d, t = d / np.sqrt((d**2).mean()), np.linspace(-reach, reach, count, dtype=np.float32)
    way = x + t[:, None, None, None] * d
    gradient = visualization.score_grad(model, way, label)
    return t, model.values["scores"][:, label], (gradient * d).sum(axis=(1, 2, 3))


def switched(model, x, other) -> tuple[int, int]:
    """How many numbers a ReLU lets through for one of two images and not for the other; how many there are."""
    on = []
    for image in (x, other):
        model(image)
        on.append([v > 0 for name, v in model.values.items() if name.startswith("relu") or name.endswith(RECTIFIED)])
    return sum(int((a != b).sum()) for a, b in zip(*on, strict=True)), sum(a.size for a in on[0])


def smoothing(model, x, label, sigma, counts, seed=0) -> dict[int, np.ndarray]:
    """For each number of draws, the correlation of two SmoothGrad maps from draws that have nothing in common (N,)."""
    rng, maps = np.random.default_rng(seed), []
    for _ in range(2):
        total, found = 0, []
        for _ in range(max(counts)):
            total = total + visualization.score_grad(model, noisy(x, sigma, rng), label)
            found.append(visualization.saliency_core(total))  # a sum is as good as a mean for a correlation
        maps.append(found)
    return {count: alike(maps[0][count - 1], maps[1][count - 1]) for count in counts}


def shuffled(weights, names, seed=0) -> dict[str, np.ndarray]:
    """The weights, those of the layers called `names` in another order: the same numbers, nothing learned."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.permutation(w.ravel()).reshape(w.shape) if name.split("/")[0] in names else w
        for name, w in weights.items()
    }


def randomized(x, label, depths, seed=0) -> dict[int, dict[str, np.ndarray]]:
    """The correlation of each map with that of a net whose last `depth` modules of ten are shuffled: (N,) by map."""
    weights = data.weights("squeezenet11")
    order = ["conv10", *(f"fire{i}" for i in range(9, 1, -1)), "conv1"]
    own = {name: f(squeezenet(), x, label) for name, f in MAPS.items()}
    found = {}
    for depth in depths:
        model = pretrained.squeezenet(shuffled(weights, order[:depth], seed))
        found[depth] = {name: alike(own[name], f(model, x, label)) for name, f in MAPS.items()}
    return found


def enlarged(maps, size: int) -> np.ndarray:
    """Maps (N, H, W) on the photo's pixels, each number as a square: (N, size, size)."""
    rows = np.arange(size) * maps.shape[1] // size
    return maps[:, rows][:, :, rows]


def covered(x, heat, share: float) -> np.ndarray:
    """The photos with ImageNet's mean colour, 0 here, where their map is largest: on `share` of the pixels."""
    N, size = len(x), x.shape[2]
    order = np.argsort(-enlarged(heat, size).reshape(N, -1), axis=1, kind="stable")
    keep = np.ones((N, size * size), dtype=x.dtype)
    np.put_along_axis(keep, order[:, : round(share * size * size)], 0, axis=1)
    return x * keep.reshape(N, 1, size, size)


def covering(model, x, label, share=0.1, draws=5, seed=0) -> dict[str, np.ndarray]:
    """What covering a tenth of the pixels leaves of p_c: by Grad-CAM (N,), by squares drawn by chance (draws, N)."""
    rows, rng = np.arange(len(x)), np.random.default_rng(seed)
    probability = lambda x: softmax(model(x))[rows, label]
    whole = probability(x)
    chance = [probability(covered(x, rng.random((len(x), 14, 14)), share)) / whole for _ in range(draws)]
    seen = probability(covered(x, MAPS["Grad-CAM"](model, x, label), share)) / whole
    return {"Grad-CAM": seen, "chance": np.array(chance)}


def wanted(model, channels, layer, size=48, steps=30, lr=4.0, seed=0) -> np.ndarray:
    """Pictures that excite channels of a layer, from noise: (channels, 3, size, size), as the net takes them.

    The picture is moved by up to four pixels in each step and blurred in every fourth.
    """
    rng = np.random.default_rng(seed)
    start = 10 * rng.normal(size=(1, 3, size, size)).astype(np.float32).repeat(len(channels), axis=0)
    shifts = rng.integers(-4, 5, (steps, 2))
    return visualization.activation_maximization(model, start, list(channels), layer, steps, lr, shifts, blur_every=4)


def answer(model, x, channel, layer) -> np.ndarray:
    """The mean over the pixels of what a channel says of each picture: (N,)."""
    return visualization.feature_maps(model, x, layer)[:, channel].mean(axis=(1, 2))


def beside_photos(model, channels: dict, pictures: dict, x) -> np.ndarray:
    """What channels of fire modules say of the pictures made for them, and the most that they say of a photo of x.

    For each channel the mean over the map and its largest number, for the picture and for the photos: (channels, 2, 2).
    """
    found = []
    for name, numbers in channels.items():
        own, seen = (visualization.feature_maps(model, images, f"{name}.join") for images in (pictures[name], x))
        pairs = [(own[i, k], seen[:, k]) for i, k in enumerate(numbers)]  # (h, w) and (N, H, W)
        found += [[(a.mean(), b.mean(axis=(1, 2)).max()), (a.max(), b.max())] for a, b in pairs]
    return np.array(found)


def as_photos(x) -> np.ndarray:
    """What the net takes, to be seen: blue, green, red plus their means -> red, green, blue from 0 to 1."""
    mean = np.array(pretrained.MEAN, x.dtype).reshape(3, 1, 1)
    return np.clip((x + mean)[:, ::-1] / 255, 0, 1)
