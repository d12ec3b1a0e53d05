"""Chapter 17: the same picture by SciPy's maps, sums over blocks and loops over the pixels of a box."""

import numpy as np
from scipy import ndimage

from dlbook import data
from dlbook.explorers import augmentation as explorer
from dlbook.scratch import augmentation

RTOL = 1e-10
SIDE = 28
MOVES = {"none": (0, 0, 1), "shifted": (5, 3, 1), "larger": (0, 0, 1.4)}  # right, down, factor


def pictures(name) -> tuple[np.ndarray, np.ndarray]:
    if name == "digit":
        digits = data.mnist()
        assert (digits.y[31], digits.y[1]) == (6, 7)
        return digits.X[31, 0].astype(float), digits.X[1, 0].astype(float)
    found = []
    for photo in ("china", "flower"):
        red, green, blue = data.photo(photo)
        grey = (0.299 * red + 0.587 * green + 0.114 * blue)[10:150, 10:150]
        starts = range(0, 140, 5)
        found.append(np.add.reduceat(np.add.reduceat(grey, starts, axis=0), starts, axis=1) / 25)
    return found[0], found[1]


def carried(x, flip, angle, move) -> np.ndarray:
    """SciPy asks in rows and columns: where the pixel of the new image comes from."""
    x = np.fliplr(x) if flip == "left–right" else x
    (right, down, factor), phi = MOVES[move], np.radians(angle)
    back = np.array([[np.cos(phi), np.sin(phi)], [-np.sin(phi), np.cos(phi)]]) / factor
    centre = np.array([SIDE - 1, SIDE - 1]) / 2
    offset = centre - back @ (centre + [down, right])
    return ndimage.affine_transform(x, back, offset, order=1, mode="grid-constant")


def box(side) -> list[tuple[int, int]]:
    """The pixels of a box around row 10 and column 19."""
    top, left = 10 - side // 2, 19 - side // 2
    rows, columns = range(max(top, 0), min(top + side, SIDE)), range(max(left, 0), min(left + side, SIDE))
    return [(i, j) for i in rows for j in columns]


def result(picture, flip, angle, move, colour, kind):
    """The new picture, the share of the first label, and which pixels come from inside."""
    first, second = pictures(picture)
    x, share = carried(first, flip, angle, move), 1.0
    if colour == "contrast":
        x = np.clip(1.8 * x - 0.8 * x.mean(), 0, 1)
    elif colour == "noise":
        x = np.clip(x + 0.15 * np.random.default_rng(0).normal(size=x.shape), 0, 1)
    if kind == "mixup":
        x, share = 0.7 * x + 0.3 * second, 0.7
    elif kind != "none":
        pixels = box(10 if kind == "cutout" else 15)  # ⌊28 √0.3⌋
        for place in pixels:
            x[place] = 0 if kind == "cutout" else second[place]
        share = 1 - len(pixels) / SIDE**2 if kind == "cutmix" else 1.0
    return x, share, carried(np.ones((SIDE, SIDE)), flip, angle, move)


def oracle(**controls) -> dict:
    x, share, inside = result(**controls)
    return {"share": share, "inside": inside.mean(), "mean": x.mean()}


def scratch(picture, flip, angle, move, colour, kind) -> dict:
    tx, ty, scale = MOVES[move]
    ones = np.ones((1, 1, SIDE, SIDE))
    back = augmentation.affine_matrix(angle, float(tx), float(ty), scale)
    return {"inside": augmentation.affine(ones, back).mean()}


# What a person sees: the picture, in the mirror or not, turned by so many degrees.
SEEN = {
    ("digit", "none", 0): "6 still: the label stays",
    ("digit", "none", 15): "6 still: the label stays",
    ("digit", "none", 90): "on its side",
    ("digit", "none", 180): "9 now",
    **{("digit", "left–right", angle): "no digit at all" for angle in (0, 15, 90, 180)},
    **{("photo", flip, angle): "the label stays" for flip in ("none", "left–right") for angle in (0, 15)},
    **{("photo", flip, angle): "never asked" for flip in ("none", "left–right") for angle in (90, 180)},
}


def check_drawing(shown: dict, controls: dict) -> None:
    """Both pictures beside each other, the new one in its grey levels, and the words that go with them."""
    first, second = pictures(controls["picture"])
    np.testing.assert_allclose(shown["before"][:, :SIDE], first, atol=1e-7)
    np.testing.assert_allclose(shown["before"][:, SIDE + 2 :], second, atol=1e-7)
    assert np.isnan(shown["before"][:, SIDE : SIDE + 2]).all()
    x, share, inside = result(**controls)
    assert np.abs(shown["after"] - x).max() <= 0.5 / 15 + 1e-7
    (rows, columns), *others = ndimage.find_objects((inside > 1e-9).astype(int))
    frame = [rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start]
    assert shown["reach"].tolist() == frame and not others
    assert shown["changed"].tolist() == [0, 0, SIDE, SIDE]
    np.testing.assert_allclose(shown["label"], [share, 1 - share])
    names = explorer.PICTURES[controls["picture"]]
    assert shown["mixed"] == (
        f"all {names[0]}" if share == 1 else f"{share:.2f} {names[0]} and {1 - share:.2f} {names[1]}"
    )
    assert SEEN[controls["picture"], controls["flip"], controls["angle"]] in shown["fate"]
