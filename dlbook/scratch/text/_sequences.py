"""What comes in: sequences of different lengths, and ids that the vocabulary has."""

import numpy as np

from dlbook._validate import text as check
from dlbook._validate import wrong
from dlbook.scratch._arrays import array, finite_floats


def whole(name: str, value) -> np.ndarray:
    """`value` as int64; ids are whole numbers."""
    value = array(name, value)
    if value.dtype.kind not in "iu":
        raise wrong(name, "be whole numbers", f"dtype {value.dtype}", "integers")
    return value.astype(np.int64)


def of_one_kind(name: str, value) -> list[np.ndarray]:
    """`value`, one array a sequence: each (T, …) with T ≥ 1, all else alike."""
    rows = [array(name, row) for row in value]
    if not rows:
        raise wrong(name, "not be empty", "0 sequences", "at least one")
    for i, row in enumerate(rows):
        check.check_sequence(name, row.shape, i)
        check.check_together(name, row.shape, i, rows[0].shape)
    return rows


def id_sequences(name: str, value, num_words: int) -> list[np.ndarray]:
    """`value`, one row of ids from 0 to V − 1 a sequence, each as int64."""
    rows = [whole(name, row) for row in of_one_kind(name, value)]
    for i, row in enumerate(rows):
        if row.ndim != 1:
            raise wrong(name, "hold ids", f"shape {row.shape} at position {i}", "shape (T,)")
        check.check_ids(name, row.min(), row.max(), num_words, f" in sequence {i}")
    return rows


def classes(y, N: int, num_classes: int) -> np.ndarray:
    """`y` (N,) as int64 from 0 to K − 1."""
    y = whole("y", y)
    check.check_classes(y.shape, y.min(initial=0), y.max(initial=0), N, num_classes)
    return y


def counted(name: str, value) -> np.ndarray:
    """`value` (N, V) as floats, none below 0."""
    value = finite_floats(name, value)
    check.check_counts(name, value.shape, value.min())
    return value


def tokens(sequences) -> np.ndarray:
    """The ids of all sequences in a row: as what NumPy counts with, which in a page has 32 bits."""
    return np.concatenate(sequences).astype(np.intp)


def per_token(value: np.ndarray, sequences) -> np.ndarray:
    """One number a sequence, repeated for each of its tokens."""
    return np.repeat(value, [len(row) for row in sequences]).astype(np.intp)


def yes_and_no(name: str, value) -> np.ndarray:
    """`value` as True and False; 1 and 0 are taken for them."""
    value = array(name, value)
    if value.dtype.kind not in "biu":
        raise wrong(name, "hold True and False", f"dtype {value.dtype}", "booleans")
    return value.astype(bool)
