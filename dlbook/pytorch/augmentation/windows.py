"""Flips and crops on tensors: no pixel gets another value, it only moves. Every dtype stays as it is."""

import torch
import torch.nn.functional as F

from dlbook._validate import check_count, number_between
from dlbook._validate.augmentation import check_window
from dlbook.pytorch.augmentation._images import each, pixels, whole


def horizontal_flip(x, draw, p=0.5):
    """x̃[…, j] = x[…, W − 1 − j] where draw < p: left and right change places; where not, x̃ = x.

    Shapes: x (N, C, H, W), draw (N,) uniform in [0, 1) -> (N, C, H, W).
    """
    x, p = pixels("x", x), number_between("p", p, 0, 1)
    return torch.where((each("draw", draw, x, 0, 1) < p)[:, None, None, None], x.flip(3), x)


def vertical_flip(x, draw, p=0.5):
    """x̃[…, i, :] = x[…, H − 1 − i, :] where draw < p: top and bottom change places; where not, x̃ = x.

    Shapes: x (N, C, H, W), draw (N,) uniform in [0, 1) -> (N, C, H, W).
    """
    x, p = pixels("x", x), number_between("p", p, 0, 1)
    return torch.where((each("draw", draw, x, 0, 1) < p)[:, None, None, None], x.flip(2), x)


def crop(x, top, left, height, width, padding=0):
    """The window of `height` × `width` pixels whose first row is `top` and whose first column is `left`.

    Shapes: x (N, C, H, W), top and left (N,) whole -> (N, C, height, width). With `padding`, that many zeros surround
    the image first, and top and left count from there.
    """
    x = pixels("x", x)
    check_count("padding", padding)
    x = F.pad(x, [padding] * 4)
    check_window("height", height, x.shape[2])
    check_window("width", width, x.shape[3])
    top, left = whole("top", top, x, x.shape[2] - height), whole("left", left, x, x.shape[3] - width)
    starts = zip(x, top.tolist(), left.tolist(), strict=True)
    return torch.stack([image[:, i : i + height, j : j + width] for image, i, j in starts])
