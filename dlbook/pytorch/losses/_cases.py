"""What comes in at the door of a loss, and what each case counts."""

import torch

from dlbook._validate import losses as check
from dlbook.pytorch._tensors import finite_floats, wide


def numbers(y_true, y_pred):
    """Both in what is computed in, and the dtype of the answer."""
    y_true, y_pred = finite_floats("y_true", y_true), finite_floats("y_pred", y_pred)
    check.check_cases(y_true, y_pred)
    return y_true.to(wide(y_pred)), wide(y_pred), y_pred.dtype


def unit(w, b, X, y_true):
    """The arguments of a sigmoid unit in what is computed in, and the dtype of the answer."""
    named = {"w": w, "b": b, "X": X, "y_true": y_true}
    w, b, X, y_true = (finite_floats(name, value) for name, value in named.items())
    check.check_unit(w, b, X, y_true)
    return *(value.to(wide(w)) for value in (w, b, X, y_true)), w.dtype


def weights(name, weight, length, item):
    """`weight` (length,) in float64, ones if there are none."""
    if weight is None:
        return torch.ones(length, dtype=torch.float64)
    weight = finite_floats(name, weight).to(torch.float64)
    check.check_weights(name, weight, length, item)
    return weight


def case_shares(sample_weight, y_pred, reduction):
    """What the loss of each case is multiplied by (m,)."""
    return check.shares(weights("sample_weight", sample_weight, len(y_pred), "case"), reduction).to(y_pred)


def reduced(losses, reduction):
    """The losses themselves, or their sum; for the mean their shares are in them already."""
    return losses if reduction == "none" else losses.sum()
