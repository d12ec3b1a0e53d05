"""What comes in: tables of vectors, ids of words, counts and draws."""

import numpy as np

from dlbook._validate import embedding as check
from dlbook.scratch._arrays import finite_floats, floats, wide
from dlbook.scratch.text._sequences import whole, yes_and_no


def table(name: str, value, like=None) -> np.ndarray:
    """`value` (V, D) as finite floats; with `like`, in its dtype and with vectors as long."""
    value = finite_floats(name, value)
    check.check_table(name, value.shape, None if like is None else like.shape)
    return value if like is None else value.astype(like.dtype, copy=False)


def words(name: str, value, needed: tuple, V: int) -> np.ndarray:
    """`value` as int64, ids below V, of the shape `needed`, in which None is free."""
    value = whole(name, value)
    check.check_words(name, value.shape, value.min(initial=0), value.max(initial=0), needed, V)
    return value


def tables(W, C, name="W"):
    """Both tables in what is computed in, and the dtype of the answer."""
    W = table(name, W)
    return wide(W), wide(table("C", C, W)), W.dtype


def against(name: str, target, negatives, B: int, V: int):
    """The words to guess (B,), and those that were drawn against them (B, K), or None."""
    target = words(name, target, (B,), V)
    return target, negatives if negatives is None else words("negatives", negatives, (B, None), V)


def windows(W, contexts, mask):
    """Neighbours (B, M), and the share of each in their mean (B, M, 1): 0 for what `mask` calls no neighbour."""
    contexts = words("contexts", contexts, (None, None), len(W))
    mask = np.ones(contexts.shape, bool) if mask is None else yes_and_no("mask", mask)
    check.check_windows(mask.shape, contexts.shape, mask.shape != contexts.shape or mask.any(axis=1).all())
    return contexts, (mask / mask.sum(axis=1, keepdims=True))[:, :, None].astype(W.dtype)


def counted(name: str, value, dims: int = 1) -> np.ndarray:
    """`value`, counts (V,) or (V, V), as float64."""
    value = finite_floats(name, value).astype(np.float64)
    check.check_counts(name, value.shape, value.min(), value.max(), dims)
    return value


def uniform(name: str, value, needed=None) -> np.ndarray:
    """`value` as float64 from 0 to below 1."""
    value = floats(name, value).astype(np.float64)
    check.check_draws(name, value.shape, value.min(initial=0), value.max(initial=0), needed)
    return value
