"""What comes in at the door of the NumPy room: `guard(name, value)` checks, converts and returns an array."""

import numpy as np

from dlbook._validate import wrong


def floats(name: str, value) -> np.ndarray:
    """`value` as an array of floats: floats keep their dtype, integers become float64. NaN and ±∞ stay."""
    value = np.asarray(value)
    if value.dtype.kind not in "fiu":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    return value if value.dtype.kind == "f" else value.astype(np.float64)
