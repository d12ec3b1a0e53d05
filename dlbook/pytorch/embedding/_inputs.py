"""What comes in: tables of vectors, ids of words, counts and draws."""

import torch

from dlbook._validate import embedding as check
from dlbook.pytorch._tensors import finite_floats, floats, wide
from dlbook.pytorch.text import whole, yes_and_no


def table(name, value, like=None):
    """`value` (V, D) as finite floats; with `like`, in its dtype and with vectors as long."""
    value = finite_floats(name, value)
    check.check_table(name, value.shape, None if like is None else like.shape)
    return value if like is None else value.to(like)


def words(name, value, needed, V):
    """`value` as int64, ids below V, of the shape `needed`, in which None is free."""
    value = whole(name, value)
    smallest, largest = (value.min().item(), value.max().item()) if value.numel() else (0, 0)
    check.check_words(name, value.shape, smallest, largest, needed, V)
    return value


def tables(W, C, name="W"):
    """Both tables in what is computed in, and the dtype of the answer."""
    W = table(name, W)
    return wide(W), wide(table("C", C, W)), W.dtype


def against(name, target, negatives, B, V):
    """The words to guess (B,), and those that were drawn against them (B, K), or None."""
    target = words(name, target, (B,), V)
    return target, negatives if negatives is None else words("negatives", negatives, (B, None), V)


def windows(W, contexts, mask):
    """Neighbours (B, M), and the share of each in their mean (B, M): 0 for what `mask` calls no neighbour."""
    contexts = words("contexts", contexts, (None, None), len(W))
    mask = torch.ones_like(contexts).bool() if mask is None else yes_and_no("mask", mask)
    some = mask.shape != contexts.shape or bool(mask.any(dim=1).all())
    check.check_windows(mask.shape, contexts.shape, some)
    return contexts, mask.to(W.dtype) / mask.sum(dim=1, keepdim=True)


def counted(name, value, dims=1):
    """`value`, counts (V,) or (V, V), as float64."""
    value = finite_floats(name, value).double()
    check.check_counts(name, value.shape, value.min().item(), value.max().item(), dims)
    return value


def uniform(name, value, needed=None):
    """`value` as float64 from 0 to below 1."""
    value = floats(name, value).double()
    smallest, largest = (value.min().item(), value.max().item()) if value.numel() else (0, 0)
    check.check_draws(name, value.shape, smallest, largest, needed)
    return value
