"""Chapter 14: a window of nine weights slides over a small photo; every product and their sum."""

from functools import cache

import numpy as np

from dlbook import data
from dlbook.experiments.convolution import KERNELS
from dlbook.explore.explorer import Choice, Sketch, Slider, explore, image, number, panel, products
from dlbook.scratch import layers

SIZE, EDGE = 16, 1  # pixels of a picture on each side; of the ground around it that padding may take in
WHITE = 9  # grey levels are whole numbers from 0, which is black
PHOTOS = {"tower": "china", "flower": "flower"}
DRAWN = "your drawing"
TRIANGLE = np.pad(np.tril(np.ones((8, 8))), 4)  # what is drawn before the reader draws


@cache
def small(picture: str) -> np.ndarray:
    """A photo in ten grey levels, or a drawing: (SIZE, SIZE) whole numbers."""
    if picture == DRAWN:
        return WHITE * TRIANGLE
    photo = data.grey(data.photo(PHOTOS[picture]))
    shrink = len(photo) // SIZE
    means = photo.reshape(SIZE, shrink, SIZE, shrink).mean(axis=(1, 3))
    return np.round(WHITE * (means - means.min()) / np.ptp(means))


@cache
def convolved(picture: str, kernel: str, stride: int, padding: int, dilation: int) -> np.ndarray:
    """What the layer makes of the picture: (OH, OW)."""
    x, w = small(picture)[None, None], KERNELS[kernel][None, None]
    return layers.conv2d(x, w, stride=stride, padding=padding, dilation=dilation)[0, 0]


def state(picture: str, kernel: str, stride: float, padding: float, dilation: float, row: float, column: float) -> dict:
    """The window at a place of the output, the products there, and the whole output."""
    stride, padding, dilation = int(stride), int(padding), int(dilation)
    y = convolved(picture, kernel, stride, padding, dilation)
    r, q = (min(int(round(place)), len(y) - 1) for place in (row, column))
    ground, reach = np.pad(small(picture), EDGE), 2 * dilation + 1
    top, left = EDGE - padding + stride * r, EDGE - padding + stride * q
    return {
        "pixels": _seen(ground / WHITE, padding),
        "window": np.array([top, left, reach, reach, dilation], dtype=float),
        "weights": KERNELS[kernel],
        "patch": ground[top : top + reach : dilation, left : left + reach : dilation],
        "map": _map(y),
        "here": np.array([r, q, 1, 1], dtype=float),
        "size": float(len(y)),
        "sum": float(y[r, q]),
        "black": float(y.min()),
        "white": float(y.max()),
        "at": f"row {r}, column {q}",
    }


def _seen(ground: np.ndarray, padding: int) -> np.ndarray:
    """The picture with the ground around it that is taken in; the rest is empty."""
    cut = EDGE - padding
    out = np.full_like(ground, np.nan)
    inside = slice(cut, len(ground) - cut)
    out[inside, inside] = ground[inside, inside]
    return out


def _map(y: np.ndarray) -> np.ndarray:
    """The output from its least number, black, to its greatest, white, and black where all are the same; empty where a
    larger output would be.
    """
    out = np.full((SIZE, SIZE), np.nan)
    out[: len(y), : len(y)] = (y - y.min()) / (np.ptp(y) or 1.0)
    return out


def explorer():
    """The explorer of chapter 14."""
    return explore(
        state,
        panel(
            image("pixels", "window", sheet=(EDGE, EDGE, SIZE, SIZE)), title="The picture, and the window", height=330
        ),
        panel(products("weights", "patch"), title="weight · pixel, nine times", height=330),
        panel(image("map", "here"), title="The output, and this place in it", height=330),
        slug="convolution",
        title="A window on a picture",
        alt="A photo of 16 × 16 pixels, or what you draw, with a frame on nine of them; the nine products of weight and"
        " pixel, and their sum; and the output, in which this sum is one pixel.",
        says="At {at} of the output the nine products add up to {sum:.3g}. Kernel {kernel}, stride {stride:d}, padding"
        " {padding:d}, dilation {dilation:d}: the output has {size:d} × {size:d} pixels, from {black:.3g} (black) to"
        " {white:.3g} (white).",
        numbers=[
            number("sum", "sum of the products", formula="Σ w · x at {at}"),
            number(
                "size", "rows and columns of the output", "⌊(16 + 2 · {padding} − {dilation} · 2 − 1) / {stride}⌋ + 1"
            ),
            number("black", "least number of the output"),
            number("white", "greatest number of the output"),
        ],
        presets={
            "On the left edge of the roof": {"kernel": "upright edges", "row": 4, "column": 2},
            "On even sky": {"kernel": "upright edges", "row": 1, "column": 1},
            "An edge that is none": {"kernel": "upright edges", "padding": 1, "row": 2, "column": 0},
            "Every second place": {"kernel": "upright edges", "stride": 2, "row": 2, "column": 1},
            "With gaps": {"kernel": "upright edges", "dilation": 2, "row": 4, "column": 2},
            "Paint on this": {"kernel": "upright edges", "picture": DRAWN, "row": 5, "column": 3},
            "Level edges do not see it": {"kernel": "level edges", "picture": "flower", "row": 6, "column": 0},
        },
        sketch=Sketch("picture", DRAWN, TRIANGLE, answers="convolution"),
        picture=Choice(*PHOTOS, DRAWN, label="picture"),
        kernel=Choice(*KERNELS, start="upright edges", label="kernel"),
        stride=Slider(1, 2, 2, start=1, label="stride"),
        padding=Slider(0, 1, 2, start=0, label="padding"),
        dilation=Slider(1, 2, 2, start=1, label="dilation"),
        row=Slider(0, SIZE - 1, SIZE, start=4, label="row of the output, from 0", stepper=True),
        column=Slider(0, SIZE - 1, SIZE, start=2, label="column of the output, from 0", stepper=True),
    )
