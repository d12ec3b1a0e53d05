"""Chapter 16: what a channel of SqueezeNet answers to a photo, and the place that it likes best."""

from functools import cache

import numpy as np

from dlbook import data
from dlbook.experiments import visualization as experiments
from dlbook.explore.explorer import Choice, Slider, explore, image, number, panel
from dlbook.scratch import visualization

SIDE, CROP = 28, 224  # pixels of a map and of the photo that are shown; the photo in squares of 4 pixels
# The layers by what the reader chooses: name; pixels of the photo that a unit sees; from one unit to the next; where
# the first one begins.
LAYERS = {
    "conv1": ("relu1", 3, 2, 0),
    "fire3": ("fire3.out", 23, 4, -8),
    "fire5": ("fire5.out", 63, 8, -24),
    "fire9": ("fire9.out", 207, 16, -88),
}
# Eight channels of each, from the largest mean over the seven photos to the smallest, at even distances.
CHANNELS = {
    "conv1": (47, 21, 49, 40, 34, 11, 62, 57),
    "fire3": (39, 21, 4, 6, 50, 49, 68, 85),
    "fire5": (60, 110, 98, 201, 216, 152, 250, 9),
    "fire9": (426, 355, 208, 136, 486, 361, 509, 450),
}


@cache
def seen(i: int) -> dict:
    """Of photo i, by layer: the maps of its channels and ∂y_c/∂A of the first guess c, (8, H, W) each."""
    net, x = experiments.squeezenet(), experiments.prepared()[i : i + 1].astype(np.float64)
    guess = net(x).argmax(axis=1)
    visualization.score_grad(net, x, guess)
    found = {"guess": data.imagenet_classes()[guess[0]]}
    for name, shown in CHANNELS.items():
        layer = LAYERS[name][0]
        found[name] = net.values[layer][0, shown], net.value_grads[layer][0, shown]
    return found


@cache
def photos() -> np.ndarray:
    """The seven photos in squares of four pixels and 32 levels: (7, 56, 56, 3)."""
    x = np.stack(list(data.photos().values()))[:, :, :CROP, :CROP]
    small = x.reshape(len(x), 3, CROP // 4, 4, CROP // 4, 4).mean(axis=(3, 5))
    return np.round(31 * small.transpose(0, 2, 3, 1)) / 31


def squares(A) -> np.ndarray:
    """A map (H, W) in SIDE × SIDE squares: the largest of several numbers, or one number for several squares."""
    if len(A) < SIDE:
        return A.repeat(SIDE // len(A), axis=0).repeat(SIDE // len(A), axis=1)
    step = len(A) // SIDE
    return A[: SIDE * step, : SIDE * step].reshape(SIDE, step, SIDE, step).max(axis=(1, 3))


def state(photo: str, layer: str, channel: float) -> dict:
    """The photo with what the loudest unit sees of it, the channel's map, and its numbers."""
    i, k = list(experiments.RIGHT).index(photo), int(round(channel)) - 1
    maps, grads = seen(i)[layer]
    A, loudest = maps[k], maps.max()
    _, field, apart, first = LAYERS[layer]
    row, column = np.unravel_index(A.argmax(), A.shape)
    top, left = (max(first + apart * place, 0) for place in (row, column))
    bottom, right = (min(first + apart * place + field, CROP) for place in (row, column))
    frame = np.array([top, left, bottom - top, right - left]) / 4
    size, step = max(SIDE // len(A), 1), max(len(A) // SIDE, 1)  # squares for one number, numbers for one square
    here = np.array([size * (row // step), size * (column // step), size, size], dtype=float)
    silent = A.max() == 0
    return {
        "pixels": photos()[i],
        "window": np.array([0.0, 0, CROP / 4, CROP / 4]) if silent else frame,
        "here": np.array([0.0, 0, SIDE, SIDE]) if silent else here,
        "map": np.round(15 * squares(A) / loudest) / 15,
        "peak": A.max(),
        "loudest": loudest,
        "share": (A > 0).mean(),
        "adds": (grads[k] * A).sum(),
        "number": float(CHANNELS[layer][k]),
        "field": float(field),
        "guess": seen(i)["guess"],
        "verdict": "is silent" if silent else "answers",
    }


def explorer():
    """The explorer of chapter 16."""
    return explore(
        state,
        panel(
            image("pixels", "window", label="what the loudest unit sees; all, if none speaks"),
            title="The photo",
            height=300,
        ),
        panel(image("map", "here", label="the loudest unit"), title="The channel's map", height=300),
        slug="visualization",
        title="What does a channel see?",
        alt="One of seven photos with a frame on what the loudest unit of a channel sees, and the map of this channel"
        " in 28 × 28 squares, black where it is 0, with a frame on that unit.",
        says="Channel {number:d} of {layer} {verdict} on {photo}: its largest number is {peak:.3g}, and {share:.0%} of"
        " its numbers are above 0. For the first guess, {guess}, it adds {adds:.2g} to the score.",
        numbers=[
            number("peak", "largest number of the map", "white is {loudest:.3g}, the largest of these eight maps"),
            number("share", "share of the map above 0", "places with A > 0 / places"),
            number("adds", "what it adds to the score of the first guess", "Σ ∂y/∂A · A over the map"),
            number("field", "pixels that one unit sees, each way", "its receptive field on 227 × 227"),
        ],
        presets={
            "Edges of a cat": {"photo": "chelsea", "layer": "conv1", "channel": 2},
            "Fine lines": {"photo": "rocket", "layer": "fire3", "channel": 3},
            "A dead channel": {"photo": "flower", "layer": "fire5", "channel": 8},
            "Deep and wide": {"photo": "china", "layer": "fire9", "channel": 1},
            "Nothing to say": {"photo": "flower", "layer": "fire9", "channel": 6},
        },
        photo=Choice(*experiments.RIGHT, start="chelsea", label="photo"),
        layer=Choice(*LAYERS, start="fire3", label="layer"),
        channel=Slider(1, 8, 8, start=1, label="channel, from loud to quiet", stepper=True),
    )
