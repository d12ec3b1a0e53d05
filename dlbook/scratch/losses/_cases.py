"""What comes in at the door of a loss, and what each case counts."""

import numpy as np

from dlbook._validate import losses as check
from dlbook.scratch._arrays import finite_floats, wide


def numbers(y_true, y_pred):
    """Both in what is computed in, and the dtype of the answer."""
    y_true, y_pred = finite_floats("y_true", y_true), finite_floats("y_pred", y_pred)
    check.check_cases(y_true, y_pred)
    return y_true.astype(wide(y_pred).dtype, copy=False), wide(y_pred), y_pred.dtype


def unit(w, b, X, y_true):
    """The arguments of a sigmoid unit in what is computed in, and the dtype of the answer."""
    named = {"w": w, "b": b, "X": X, "y_true": y_true}
    w, b, X, y_true = (finite_floats(name, value) for name, value in named.items())
    check.check_unit(w, b, X, y_true)
    return *(value.astype(wide(w).dtype, copy=False) for value in (w, b, X, y_true)), w.dtype


def weights(name: str, weight, length: int, item: str) -> np.ndarray:
    """`weight` (length,) in float64, ones if there are none."""
    if weight is None:
        return np.ones(length)
    weight = finite_floats(name, weight).astype(np.float64)
    check.check_weights(name, weight, length, item)
    return weight


def case_shares(sample_weight, m: int, reduction: str) -> np.ndarray:
    """What the loss of each case is multiplied by (m,), or one number for all (1,)."""
    if sample_weight is None:
        return check.shares(np.ones(1), reduction, of=m)
    return check.shares(weights("sample_weight", sample_weight, m, "case"), reduction)


def mean_with(share: np.ndarray, reduction: str):
    """A function that takes losses to their weighted mean or sum, or leaves them; 0 log 0 and 0 · ∞ count 0."""

    def mean(losses):
        weighted = share * losses
        if np.isnan(total := weighted.sum()):
            weighted = np.where(np.isnan(weighted), 0, weighted)
            total = weighted.sum()
        return weighted if reduction == "none" else total

    return mean
