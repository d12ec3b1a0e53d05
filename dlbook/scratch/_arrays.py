"""What comes in at the door of the NumPy room: `guard(name, value)` checks, converts and returns an array."""

import numpy as np

from dlbook._validate import answers_in_the_dtype_of, check_vector, wrong


def array(name: str, value) -> np.ndarray:
    """`value` as an array; what is masked would come back to life in silence."""
    if np.ma.is_masked(value):
        raise wrong(
            name, "have no masked values", f"{np.ma.count_masked(value)}", "none: fill or drop what is missing first"
        )
    return np.asarray(value)


def floats(name: str, value) -> np.ndarray:
    """`value` as an array of floats: floats keep their dtype, integers become float64. NaN and ±∞ stay."""
    value = array(name, value)
    if value.dtype.kind not in "fiu":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    return value if value.dtype.kind == "f" else value.astype(np.float64)


def finite_floats(name: str, value, masked: bool = False) -> np.ndarray:
    """`value` as finite floats, not empty; yes and no count as 1 and 0. With `masked`, −∞ may be among them."""
    value = array(name, value)
    if value.dtype.kind not in "fiub":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    if value.size == 0:
        raise wrong(name, "not be empty", f"shape {value.shape}", "at least one number")
    value = value if value.dtype.kind == "f" else value.astype(np.float64)
    if not (finite := np.isfinite(value)).all():
        bad = value[~finite]
        if not masked or (bad := bad[bad != -np.inf]).size:
            raise wrong(name, "be finite", f"{bad[0]}", "finite numbers" + " or −∞" * masked)
    return value


def finite(name: str, value: np.ndarray) -> np.ndarray:
    """`value`, an array that must hold neither NaN nor ±∞."""
    if not (known := np.isfinite(value)).all():
        raise wrong(name, "be finite", f"{value[~known][0]} at position {known.argmin()}", "finite numbers")
    return value


def numbers(name: str, value, item: str = "number", whole: bool = False) -> np.ndarray:
    """`value` (N,) as finite floats; integers become float64, or int64 where they may stay `whole`."""
    value = array(name, value)
    check_vector(name, value.shape, item)
    if value.dtype.kind not in "biuf":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    if whole and value.dtype.kind in "iu":
        return value if value.max() > np.iinfo(np.int64).max else value.astype(np.int64, copy=False)
    return finite(name, value if value.dtype.kind == "f" else value.astype(np.float64))


def answers_like(name: str):
    """A door for a formula: its answer has the dtype of the array `name`, and float16 is computed in float32."""
    return answers_in_the_dtype_of(name, wide, cast)


def wide(value):
    """What to compute in: float32 for arrays of float16, which have no room for sums; the rest stays."""
    return value.astype(np.float32) if getattr(value, "dtype", None) == np.float16 else value


def cast(value, dtype):
    """`value` in `dtype`: an array, or several of them; what is too large for it becomes ∞."""
    if isinstance(value, tuple):
        return tuple(cast(part, dtype) for part in value)
    if value.dtype == dtype:
        return value
    with np.errstate(over="ignore"):
        return value.astype(dtype)


def fitting(name: str, value, shape: tuple, like: np.ndarray) -> np.ndarray:
    """`value` as floats in the dtype of `like`, of exactly this shape."""
    value = floats(name, value)
    if value.shape != tuple(shape):
        raise wrong(name, "fit the other arguments", f"shape {value.shape}", f"shape {tuple(shape)}")
    return value.astype(like.dtype, copy=False)
