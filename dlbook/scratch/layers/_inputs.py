"""What layers accept: floats of one dtype and shapes that fit. NaN stays NaN: a layer does not look at values."""

import numpy as np

from dlbook._validate import wrong


def floats(name: str, value) -> np.ndarray:
    """`value` as an array of floats: float32 and float64 stay, integers become float64."""
    value = np.asarray(value)
    if value.dtype.kind not in "fiu":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    return value if value.dtype.kind == "f" else value.astype(np.float64)


def fitting(name: str, value, shape: tuple, like: np.ndarray) -> np.ndarray:
    """`value` as floats in the dtype of `like`, of exactly this shape."""
    value = floats(name, value)
    if value.shape != shape:
        raise wrong(name, "fit the other arguments", f"shape {value.shape}", f"shape {shape}")
    return value.astype(like.dtype, copy=False)
