"""Flips and crops: no pixel gets another value, it only moves. Every dtype stays as it is."""

import numpy as np

from dlbook._validate import check_count, number_between
from dlbook._validate.augmentation import check_window
from dlbook.scratch.augmentation._images import each, pixels, whole


def horizontal_flip_core(x, draw, p):
    flipped = (draw < p)[:, None, None, None]  # one answer an image
    return np.where(flipped, x[..., ::-1], x)


def horizontal_flip(x, draw, p=0.5):
    """x̃[…, j] = x[…, W − 1 − j] where draw < p: left and right change places; where not, x̃ = x.

    Shapes: x (N, C, H, W), draw (N,) uniform in [0, 1) -> (N, C, H, W).
    """
    x, p = pixels("x", x), number_between("p", p, 0, 1)
    return horizontal_flip_core(x, each("draw", draw, x, 0, 1), p)


def vertical_flip_core(x, draw, p):
    flipped = (draw < p)[:, None, None, None]  # one answer an image
    return np.where(flipped, x[:, :, ::-1], x)


def vertical_flip(x, draw, p=0.5):
    """x̃[…, i, :] = x[…, H − 1 − i, :] where draw < p: top and bottom change places; where not, x̃ = x.

    Shapes: x (N, C, H, W), draw (N,) uniform in [0, 1) -> (N, C, H, W).
    """
    x, p = pixels("x", x), number_between("p", p, 0, 1)
    return vertical_flip_core(x, each("draw", draw, x, 0, 1), p)


def crop_core(x, top, left, height, width):
    starts = zip(x, top, left, strict=True)
    return np.stack([image[:, i : i + height, j : j + width] for image, i, j in starts])


def crop(x, top, left, height, width, padding=0):
    """The window of `height` × `width` pixels whose first row is `top` and whose first column is `left`.

    Shapes: x (N, C, H, W), top and left (N,) whole -> (N, C, height, width). With `padding`, that many zeros surround
    the image first, and top and left count from there: `crop(x, top, left, H, W, padding=4)`, top and left drawn from
    0 to 8, shifts by at most four pixels.
    """
    x = pixels("x", x)
    check_count("padding", padding)
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    check_window("height", height, x.shape[2])
    check_window("width", width, x.shape[3])
    top, left = whole("top", top, x, x.shape[2] - height), whole("left", left, x, x.shape[3] - width)
    return crop_core(x, top, left, height, width)
