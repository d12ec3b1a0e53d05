"""What comes in: batches of images, and the draws, one number for all images or one for each."""

import numpy as np

from dlbook._validate import wrong
from dlbook._validate.augmentation import FAR, check_batch, check_labels, check_light, check_one_each, check_shares
from dlbook.scratch._arrays import array, cast, finite, floats


def pixels(name: str, x) -> np.ndarray:
    """`x` (N, C, H, W) in the dtype that it has: what only moves pixels leaves bytes alone."""
    x = array(name, x)
    if x.dtype.kind not in "fiu":
        raise wrong(name, "hold numbers", f"dtype {x.dtype}", "floats or integers")
    check_batch(name, x.shape)
    return finite(name, x)


def images(name: str, x) -> np.ndarray:
    """`x` (N, C, H, W) as finite floats; integers become float64."""
    return floats(name, pixels(name, x))


def double(name: str, value) -> np.ndarray:
    """`value` as float64: what is drawn is not rounded to the dtype of the images."""
    return floats(name, value).astype(np.float64)


def each(name: str, value, x: np.ndarray, low=-np.inf, high=np.inf) -> np.ndarray:
    """`value` as float64 (N,), from `low` to `high`: one number for all images of `x`, or one for each."""
    value = double(name, value)
    check_one_each(name, value.shape, len(x))
    value = finite(name, np.broadcast_to(value, len(x)))
    if not (inside := (low <= value) & (value <= high)).all():
        got = f"{value[~inside][0]} at position {inside.argmin()}"
        raise wrong(name, "be a number", got, f"{low:g} to {high:g}")
    return value


def whole(name: str, value, x: np.ndarray, high: int) -> np.ndarray:
    """`value` as int64 (N,), from 0 to `high`: one whole number for all images of `x`, or one for each."""
    value = each(name, value, x)
    if not (known := (0 <= value) & (value <= high) & (value == np.floor(value))).all():
        got = f"{value[~known][0]:g} at position {known.argmin()}"
        raise wrong(name, "be a whole number", got, f"0 to {high}")
    return value.astype(np.int64)


def factors(name: str, value, x: np.ndarray) -> np.ndarray:
    """`value` as float64 (N, 1, 1, 1), none below 0: one number for all images of `x`, or one for each."""
    return each(name, value, x, 0, FAR)[:, None, None, None]


def light(name: str, x, channels=None) -> np.ndarray:
    """`x` as floats (N, C, H, W) from 0 to 1; C is one of `channels`."""
    x = images(name, x)
    check_light(name, x.min(), x.max(), x.shape, channels)
    return x


def soft_labels(y, num_classes, x: np.ndarray) -> np.ndarray:
    """`y`, class numbers (N,) or shares (N, K), as shares (N, K) in the dtype of `x`."""
    y = array("y", y)
    K = check_labels(y.shape, num_classes, len(x))
    if y.ndim == 1:
        return np.eye(K, dtype=x.dtype)[whole("y", y, x, K - 1)]
    y = finite("y", double("y", y))
    check_shares(y.min(), np.abs(y.sum(axis=1) - 1).max())
    return cast(y, x.dtype)
