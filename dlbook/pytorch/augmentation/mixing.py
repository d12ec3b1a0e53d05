"""Cut and mix on tensors: a box is blanked, or two images of the batch become one, and their labels with them."""

import torch

from dlbook._validate import number_between
from dlbook._validate.augmentation import FAR
from dlbook.pytorch._tensors import cast, wide
from dlbook.pytorch.augmentation._images import each, images, soft_labels, whole


def cutout(x, row, column, height, width, fill=0.0):
    """x̃ = `fill` in a box of height × width pixels around (row, column), else x; what leaves the image is lost.

    Shapes: x (N, C, H, W), the others (N,) whole -> (N, C, H, W). The box begins ⌊height/2⌋ pixels above `row`.
    Source: DeVries and Taylor 2017.
    """
    x, fill = images("x", x), number_between("fill", fill, -FAR, FAR)
    return x.masked_fill(_inside(x, *_boxes(x, row=row, column=column, height=height, width=width)), fill)


def mixup(x, y, partner, lam, num_classes=None):
    """x̃ = λ x + (1 − λ) x′ and ỹ = λ y + (1 − λ) y′, where x′ = x[partner] and y′ = y[partner].

    Shapes: x (N, C, H, W); y (N,) class numbers below `num_classes`, or (N, K) shares; partner (N,) rows, lam (N,) from
    0 to 1, usually drawn from Beta(α, α) -> x̃ (N, C, H, W), ỹ (N, K). Source: Zhang and others 2018.
    """
    x = images("x", x)
    y, partner = soft_labels(y, num_classes, x), whole("partner", partner, x, len(x) - 1)
    lam, given = each("lam", lam, x, 0, 1).to(wide(x).dtype), wide(x)
    mixed = torch.lerp(given[partner], given, lam[:, None, None, None])
    return cast((mixed, torch.lerp(wide(y)[partner], wide(y), lam[:, None])), x.dtype)


def cutmix(x, y, partner, lam, row, column, num_classes=None):
    """x̃ = M ⊙ x + (1 − M) ⊙ x′ and ỹ = λ̂ y + (1 − λ̂) y′, where M is 0 in a box of about the share 1 − λ, else 1.

    The box has ⌊H √(1 − λ)⌋ × ⌊W √(1 − λ)⌋ pixels around (row, column), as in `cutout`; λ̂, the share that is left of
    x, is counted after the border has cut it. Shapes and draws: as in `mixup`, and row and column (N,) whole.
    Source: Yun and others 2019.
    """
    x = images("x", x)
    y, partner = soft_labels(y, num_classes, x), whole("partner", partner, x, len(x) - 1)
    side = torch.sqrt(1 - each("lam", lam, x, 0, 1))[:, None, None, None]
    box = *_boxes(x, row=row, column=column), torch.floor(side * x.shape[2]), torch.floor(side * x.shape[3])
    inside = _inside(x, *box)
    share = 1 - inside.to(wide(x).dtype).mean(dim=(2, 3))  # (N, 1): whole pixels within the image
    return torch.where(inside, x[partner], x), torch.lerp(wide(y)[partner], wide(y), share).to(x.dtype)


def _boxes(x, **sides) -> list[torch.Tensor]:
    """Rows, columns and sides of boxes, each (N, 1, 1, 1): a place is below, a side at most the image's."""
    most = {"row": x.shape[2] - 1, "column": x.shape[3] - 1, "height": x.shape[2], "width": x.shape[3]}
    return [whole(name, value, x, most[name])[:, None, None, None] for name, value in sides.items()]


def _inside(x, row, column, height, width) -> torch.Tensor:
    """Which pixels lie in the box around (row, column): (N, 1, H, W)."""
    i, j = torch.arange(x.shape[2], device=x.device)[:, None], torch.arange(x.shape[3], device=x.device)
    top, left = row - height // 2, column - width // 2
    return (top <= i) & (i < top + height) & (left <= j) & (j < left + width)
