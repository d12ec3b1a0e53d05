"""Chapter 17: one picture, flipped, turned, moved, coloured, cut and mixed at once, and what is left of its label."""

from functools import cache

import numpy as np

from dlbook import data
from dlbook.explore.explorer import Choice, Slider, bars, explore, image, number, panel
from dlbook.scratch import augmentation

SIDE, LEVELS = 28, 15  # pixels on each side; grey levels above black
LAM, ROW, COLUMN, BOX = 0.7, 10, 19, 10  # the share that is drawn; where a box lies, and how large a blank one is
PICTURES = {"digit": ("6", "7"), "photo": ("tower", "flower")}  # a picture, and the one that it is mixed with
SIX, SEVEN = 31, 1  # rows of the digits
MOVES = {"none": {}, "shifted": {"tx": 5.0, "ty": 3.0}, "larger": {"scale": 1.4}}
DRAW = np.random.default_rng(0).normal(size=(1, 1, SIDE, SIDE))


@cache
def pair(picture: str) -> np.ndarray:
    """The picture and its partner, grey: (2, 1, SIDE, SIDE)."""
    if picture == "digit":
        return data.mnist().X[[SIX, SEVEN]].astype(float)
    photos = [data.grey(data.photo(name))[10:150, 10:150] for name in ("china", "flower")]  # 140 × 140
    return np.stack([photo.reshape(SIDE, 5, SIDE, 5).mean(axis=(1, 3)) for photo in photos])[:, None]


def moved(x, flip: str, angle: float, move: str) -> np.ndarray:
    """Flipped, then turned and shifted or enlarged by one map."""
    x = augmentation.horizontal_flip(x, 0.0, p=float(flip != "none"))
    return augmentation.affine(x, augmentation.affine_matrix(angle, **MOVES[move]))


def coloured(x, colour: str) -> np.ndarray:
    """With more contrast, or with noise."""
    if colour == "contrast":
        return augmentation.adjust_contrast(x, 1.8)
    return augmentation.gaussian_noise(x, DRAW, 0.15) if colour == "noise" else x


def cut(x, other, kind: str) -> tuple[np.ndarray, float]:
    """With a box blanked, or mixed with the other picture; and the share of the first label."""
    both, labels = np.concatenate([x, other]), np.eye(2)
    if kind == "cutout":
        return augmentation.cutout(x, ROW, COLUMN, BOX, BOX), 1.0
    if kind == "mixup":
        both, labels = augmentation.mixup(both, labels, [1, 0], LAM)
    elif kind == "cutmix":
        both, labels = augmentation.cutmix(both, labels, [1, 0], LAM, ROW, COLUMN)
    return both[:1], float(labels[0, 0])


def fate(picture: str, flip: str, angle: float) -> str:
    """What a person would call the first picture after the flip and the turn."""
    if picture == "photo":
        if angle > 60:
            return "It is a tower still, but photos of towers do not look so: the copy teaches what is never asked"
        return "It is a tower still: the label stays"
    if flip != "none":
        return "It is no digit at all in the mirror: leave this copy out"
    if angle > 135:
        return "It reads as a 9 now: the label 6 has become wrong"
    if angle > 60:
        return "It lies on its side, neither a 6 nor a 9: leave this copy out"
    return "It is a 6 still: the label stays"


def reach(whole) -> np.ndarray:
    """The smallest frame around what is above 0: row, column, height, width."""
    rows, columns = (np.flatnonzero(whole.max(axis=axis) > 1e-9) for axis in (1, 0))
    return np.array([rows[0], columns[0], np.ptp(rows) + 1, np.ptp(columns) + 1], dtype=float)


def state(picture: str, flip: str, angle: float, move: str, colour: str, kind: str) -> dict:
    """The two pictures, what becomes of the first, and its label."""
    x, other = pair(picture)[:1], pair(picture)[1:]
    whole = moved(np.ones_like(x), flip, angle, move)  # 1 where the picture reaches
    y, share = cut(coloured(moved(x, flip, angle, move), colour), other, kind)
    gap = np.full((SIDE, 2), np.nan)
    first, second = PICTURES[picture]
    mixed = f"{share:.2f} {first} and {1 - share:.2f} {second}" if share < 1 else f"all {first}"
    return {
        "before": np.hstack([x[0, 0], gap, other[0, 0]]),
        "after": np.round(LEVELS * y[0, 0]) / LEVELS,
        "reach": reach(whole[0, 0]),
        "changed": np.array([0.0, 0, SIDE, SIDE]),
        "label": np.array([share, 1 - share]),
        "share": share,
        "inside": float(whole.mean()),
        "mean": float(y.mean()),
        "fate": fate(picture, flip, angle),
        "mixed": mixed,
    }


def explorer():
    """The explorer of chapter 17."""
    return explore(
        state,
        panel(image("after", "reach", label="as far as the picture reaches"), title="What the net sees", height=250),
        panel(bars("label", ["first", "partner"]), title="Its label, in shares", ylim=(0, 1), height=250),
        panel(
            image("before", "changed", label="the one that is changed"),
            title="The picture, and its partner",
            height=170,
        ),
        slug="augmentation",
        title="One picture, changed",
        alt="A picture of 28 × 28 pixels after a flip, a turn, a shift or zoom, a change of colour, a cut; the shares"
        " of its two labels; and the picture as it was, beside the one that it is mixed with.",
        says="{fate}. The label that goes with it is {mixed}. {inside:.0%} of the pixels come from inside the picture.",
        numbers=[
            number("share", "share of the first label"),
            number("inside", "share of pixels from inside the picture"),
            number("mean", "mean grey"),
        ],
        presets={
            "A little turned": {"angle": 15, "move": "larger"},
            "A 6 becomes a 9": {"angle": 180},
            "On its side": {"angle": 90},
            "In the mirror": {"flip": "left–right"},
            "A tower in the mirror": {"picture": "photo", "flip": "left–right"},
            "A tower on its head": {"picture": "photo", "angle": 180},
            "Two at once": {"picture": "photo", "kind": "mixup"},
            "A box of the other": {"picture": "photo", "kind": "cutmix"},
            "Everything": {"angle": 15, "move": "shifted", "colour": "noise", "kind": "cutmix"},
        },
        picture=Choice(*PICTURES, label="picture"),
        flip=Choice("none", "left–right", label="flip"),
        angle=Slider(values=(0, 15, 90, 180), start=0, label="turn against the clock", unit="°"),
        move=Choice(*MOVES, label="shift and zoom"),
        colour=Choice("none", "contrast", "noise", label="colour"),
        kind=Choice("none", "cutout", "mixup", "cutmix", label="cut and mix"),
    )
