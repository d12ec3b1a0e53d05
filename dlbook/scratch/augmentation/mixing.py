"""Cut and mix: a box is blanked, or two images of the batch become one, and their labels with them.

A mixed image has mixed labels, (N, K) shares that sum to one. Dtypes stay; float16 is computed in float32.
"""

import numpy as np

from dlbook._validate import number_between
from dlbook._validate.augmentation import FAR
from dlbook.scratch._arrays import cast, wide
from dlbook.scratch.augmentation._images import each, images, soft_labels, whole


def cutout_core(x, row, column, height, width, fill):  # row to width (N, 1, 1, 1)
    i, j = np.ogrid[: x.shape[2], : x.shape[3]]
    top, left = row - height // 2, column - width // 2
    inside = (top <= i) & (i < top + height) & (left <= j) & (j < left + width)  # (N, 1, H, W)
    return np.where(inside, fill, x)


def cutout(x, row, column, height, width, fill=0.0):
    """x̃ = `fill` in a box of height × width pixels around (row, column), else x; what leaves the image is lost.

    Shapes: x (N, C, H, W), the others (N,) whole -> (N, C, H, W). The box begins ⌊height/2⌋ pixels above `row`.
    Source: DeVries and Taylor 2017.
    """
    x, fill = images("x", x), number_between("fill", fill, -FAR, FAR)
    box = _boxes(x, row=row, column=column, height=height, width=width)
    return cutout_core(x, *box, fill)


def mixup_core(x, y, partner, lam):  # lam (N, 1, 1, 1)
    share = lam[:, :, 0, 0]  # (N, 1)
    return lam * x + (1 - lam) * x[partner], share * y + (1 - share) * y[partner]


def mixup(x, y, partner, lam, num_classes=None):
    """x̃ = λ x + (1 − λ) x′ and ỹ = λ y + (1 − λ) y′, where x′ = x[partner] and y′ = y[partner].

    Shapes: x (N, C, H, W); y (N,) class numbers below `num_classes`, or (N, K) shares; partner (N,) rows, lam (N,) from
    0 to 1, usually drawn from Beta(α, α) -> x̃ (N, C, H, W), ỹ (N, K). Source: Zhang and others 2018.
    """
    x = images("x", x)
    y = soft_labels(y, num_classes, x)
    partner, lam = whole("partner", partner, x, len(x) - 1), each("lam", lam, x, 0, 1)[:, None, None, None]
    return cast(mixup_core(wide(x), wide(y), partner, lam), x.dtype)


def cutmix_core(x, y, partner, lam, row, column):  # lam, row and column (N, 1, 1, 1)
    N, _, H, W = x.shape
    side = np.sqrt(1 - lam)  # of the box, as a share of the image's
    box = row, column, np.floor(side * H), np.floor(side * W)
    M = cutout_core(np.ones((N, 1, H, W)), *box, 0)  # 1 where the image stays
    share = M.mean(axis=(2, 3))  # (N, 1): λ as it came out, whole pixels within the image
    return M * x + (1 - M) * x[partner], share * y + (1 - share) * y[partner]


def cutmix(x, y, partner, lam, row, column, num_classes=None):
    """x̃ = M ⊙ x + (1 − M) ⊙ x′ and ỹ = λ̂ y + (1 − λ̂) y′, where M is 0 in a box of about the share 1 − λ, else 1.

    The box has ⌊H √(1 − λ)⌋ × ⌊W √(1 − λ)⌋ pixels around (row, column), as in `cutout`; λ̂, the share that is left of
    x, is counted after the border has cut it. Shapes and draws: as in `mixup`, and row and column (N,) whole.
    Source: Yun and others 2019.
    """
    x = images("x", x)
    y = soft_labels(y, num_classes, x)
    partner, lam = whole("partner", partner, x, len(x) - 1), each("lam", lam, x, 0, 1)[:, None, None, None]
    return cast(cutmix_core(wide(x), wide(y), partner, lam, *_boxes(x, row=row, column=column)), x.dtype)


# ── The door ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _boxes(x, **sides) -> list[np.ndarray]:
    """Rows, columns and sides of boxes, each (N, 1, 1, 1): a place is below, a side at most the image's."""
    most = {"row": x.shape[2] - 1, "column": x.shape[3] - 1, "height": x.shape[2], "width": x.shape[3]}
    return [whole(name, value, x, most[name])[:, None, None, None] for name, value in sides.items()]
