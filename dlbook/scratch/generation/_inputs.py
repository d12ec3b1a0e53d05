"""What comes in: logits, and ids below V."""

import numpy as np

from dlbook._validate import generation as check
from dlbook._validate import wrong
from dlbook.scratch._arrays import array, finite_floats


def scores(name: str, value) -> np.ndarray:
    """`value` (…, V) as floats; −∞ forbids a token, and in each row one is allowed at least."""
    value = finite_floats(name, value, masked=True)
    check.check_logits(name, value.shape, value.ndim == 0 or (value > -np.inf).any(axis=-1).all())
    return value


def ids_of(name: str, value, V: int) -> np.ndarray:
    """`value`, a row of ids (T,) below V, as int64."""
    value = array(name, value)
    check.check_row(name, value.shape)
    value = whole(name, value)
    check.check_tokens(name, value.min(), value.max(), V)
    return value


def whole(name: str, value) -> np.ndarray:
    """`value` as int64."""
    value = array(name, value)
    if value.dtype.kind not in "iu":
        raise wrong(name, "be whole numbers", f"dtype {value.dtype}", "integers")
    return value.astype(np.int64)
