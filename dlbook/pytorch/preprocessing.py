"""Scaling on tensors, column by column: fitted on the training set, applied to whatever comes.

torch has no scalers, so they are written out; gradients flow through X and, where it is given, X_train.
"""

import torch

from dlbook._validate import unit_of
from dlbook._validate.preprocessing import check_columns, check_no_gaps, check_table, two_ends, two_percentages
from dlbook.pytorch._tensors import tensor


def min_max_scale(X, X_train=None, feature_range=(0, 1)):
    """x′ = low + (high − low) (x − min) / (max − min), with `feature_range` = (low, high)."""
    X, X_train, unit, dtype = _opened("X", X, X_train)
    low, high, width = _ends(feature_range)
    share = _share(X, unit, *_span(X_train, unit))
    return (width * (low + (high - low) * share)).to(dtype)


def min_max_unscale(X_scaled, X_train, feature_range=(0, 1)):
    """x = min + (max − min) (x′ − low) / (high − low): what `min_max_scale` was given."""
    X_scaled, X_train, unit, dtype = _opened("X_scaled", X_scaled, X_train)
    low, high, width = _ends(feature_range)
    return _back((X_scaled / width - low) / (high - low), unit, *_span(X_train, unit)).to(dtype)


def standardize(X, X_train=None):
    """x′ = (x − μ) / σ, with the mean and the standard deviation (of N, not of N − 1) of the training set."""
    X, X_train, unit, dtype = _opened("X", X, X_train)
    return _share(X, unit, *_moments(X_train, unit)).to(dtype)


def unstandardize(X_scaled, X_train):
    """x = μ + σ x′: what `standardize` was given."""
    X_scaled, X_train, unit, dtype = _opened("X_scaled", X_scaled, X_train)
    return _back(X_scaled, unit, *_moments(X_train, unit)).to(dtype)


def robust_scale(X, X_train=None, quantile_range=(25, 75)):
    """x′ = (x − median) / (Q₃ − Q₁), with the median and the quartiles of the training set."""
    X, X_train, unit, dtype = _opened("X", X, X_train)
    return _share(X, unit, *_quartiles(X_train, unit, quantile_range)).to(dtype)


def robust_unscale(X_scaled, X_train, quantile_range=(25, 75)):
    """x = median + (Q₃ − Q₁) x′: what `robust_scale` was given."""
    X_scaled, X_train, unit, dtype = _opened("X_scaled", X_scaled, X_train)
    return _back(X_scaled, unit, *_quartiles(X_train, unit, quantile_range)).to(dtype)


def _span(X_train, unit):
    """Smallest value and span of each column (D,), in its unit."""
    smallest = X_train.amin(0) / unit
    return smallest, X_train.amax(0) / unit - smallest


def _moments(X_train, unit):
    """Mean and standard deviation of each column (D,), in its unit; the mean of equal numbers is that number."""
    X_train = X_train / unit
    constant = X_train.amin(0) == X_train.amax(0)
    mean = torch.where(constant, X_train[0], X_train.mean(0))
    return mean, torch.where(constant, 0, X_train.std(0, correction=0))


def _quartiles(X_train, unit, quantile_range):
    """Median and distance of the quartiles of each column (D,), in its unit.

    Interpolated between the sorted values, as torch.quantile does, which refuses more than 2²⁴ of them.
    """
    low, high = two_percentages("quantile_range", quantile_range)
    place = X_train.new_tensor([low, 50, high]) / 100 * (len(X_train) - 1)  # (3,)
    below, ordered = place.floor().long(), (X_train / unit).sort(0).values
    above = (below + 1).clamp(max=len(X_train) - 1)
    q1, median, q3 = (ordered[i].lerp(ordered[j], w) for i, j, w in zip(below, above, place - below, strict=True))
    return median, q3 - q1


def _share(X, unit, centre, spread):
    """(X − centre) / spread; where the column has no spread, it is divided by 1."""
    divisor = torch.where(spread == 0, 1, spread)  # of the column that is not taken, too: else its gradient is NaN
    return torch.where(spread == 0, X - unit * centre, (X / unit - centre) / divisor)


def _back(share, unit, centre, spread):
    """centre + spread · share, and 1 for the spread where the column has none."""
    return torch.where(spread == 0, unit * centre + share, unit * (centre + spread * share))


def _opened(name, X, X_train):
    """X and the training set in float64, a power of two for each column, and the dtype of the result.

    No scaling sees in which unit a column is given: divided by the power, no square and no sum leaves the range.
    """
    X = _table(name, X)
    X_train = X if X_train is None else _table("X_train", X_train)
    check_columns(name, X.shape, X_train.shape)
    X, X_train, dtype = X.double(), X_train.double(), X.dtype
    largest = X_train.detach().abs().amax(0)
    return X, X_train, torch.where(largest > 0, largest / (2 * torch.frexp(largest).mantissa), 1), dtype


def _table(name, value):
    """`value` (N,) or (N, D) as finite floats, not empty."""
    value = tensor(name, value)
    check_table(name, value.shape)
    value = value if value.is_floating_point() else value.double()
    check_no_gaps(name, value[~value.isfinite()].tolist())
    return value


def _ends(feature_range):
    """The ends of the range, divided by a power of two, so that their distance is finite, and that power."""
    low, high = two_ends("feature_range", feature_range)
    width = max(1.0, unit_of(max(-low, high)))
    return low / width, high / width, width
