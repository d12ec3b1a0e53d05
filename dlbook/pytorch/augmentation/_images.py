"""What comes in: batches of images, and the draws, one number for all images or one for each."""

from math import inf

import torch
import torch.nn.functional as F

from dlbook._validate import wrong
from dlbook._validate.augmentation import FAR, check_batch, check_labels, check_light, check_one_each, check_shares
from dlbook.pytorch._tensors import finite, floats, tensor, wide


def pixels(name: str, x) -> torch.Tensor:
    """`x` (N, C, H, W) in the dtype that it has: what only moves pixels leaves bytes alone."""
    x = tensor(name, x)
    if x.dtype == torch.bool:
        raise wrong(name, "hold numbers", f"dtype {x.dtype}", "floats or integers")
    check_batch(name, x.shape)
    return finite(name, x)


def images(name: str, x) -> torch.Tensor:
    """`x` (N, C, H, W) as finite floats; integers become float64."""
    return floats(name, pixels(name, x))


def double(name: str, value) -> torch.Tensor:
    """`value` as float64: what is drawn is not rounded to the dtype of the images, nor a list to float32."""
    given, value = value, floats(name, value)
    return value.double() if hasattr(given, "dtype") else torch.as_tensor(given, dtype=torch.float64)


def each(name: str, value, x: torch.Tensor, low=-inf, high=inf) -> torch.Tensor:
    """`value` as float64 (N,), from `low` to `high`: one number for all images of `x`, or one for each."""
    value = double(name, value)
    check_one_each(name, value.shape, len(x))
    value = finite(name, value.to(x.device).expand(len(x)))
    if not (inside := (low <= value) & (value <= high)).all():
        got = f"{value[~inside][0]} at position {inside.long().argmin()}"
        raise wrong(name, "be a number", got, f"{low:g} to {high:g}")
    return value


def whole(name: str, value, x: torch.Tensor, high: int) -> torch.Tensor:
    """`value` as int64 (N,), from 0 to `high`: one whole number for all images of `x`, or one for each."""
    value = each(name, value, x)
    if not (known := (0 <= value) & (value <= high) & (value == value.floor())).all():
        got = f"{value[~known][0]:g} at position {known.long().argmin()}"
        raise wrong(name, "be a whole number", got, f"0 to {high}")
    return value.long()


def factors(name: str, value, x: torch.Tensor) -> torch.Tensor:
    """`value` in the dtype to compute in, (N, 1, 1, 1), none below 0: one number for all images, or one for each."""
    return each(name, value, x, 0, FAR).to(wide(x).dtype)[:, None, None, None]


def light(name: str, x, channels=None) -> torch.Tensor:
    """`x` as floats (N, C, H, W) from 0 to 1; C is one of `channels`."""
    x = images(name, x)
    check_light(name, x.min().item(), x.max().item(), x.shape, channels)
    return x


def soft_labels(y, num_classes, x: torch.Tensor) -> torch.Tensor:
    """`y`, class numbers (N,) or shares (N, K), as shares (N, K) in the dtype of `x`."""
    given, y = y, tensor("y", y)
    K = check_labels(y.shape, num_classes, len(x))
    if y.ndim == 1:
        return F.one_hot(whole("y", y, x, K - 1), K).to(x)
    y = finite("y", double("y", given))
    check_shares(y.min().item(), (y.sum(dim=1) - 1).abs().max().item())
    return y.to(x)
