"""Scaling, column by column: fitted on the training set, applied to whatever comes.

X (N, D), or one column (N,), is scaled by the statistics of `X_train`; without it, by its own. A column that is
constant in the training set is divided by 1, as in scikit-learn. The result has the dtype of X; in between all is
float64, because a sum over many float32 rows loses digits.
"""

import numpy as np

from dlbook._validate import unit_of, wrong
from dlbook._validate.preprocessing import check_columns, check_no_gaps, check_table, two_ends, two_percentages
from dlbook.scratch._arrays import array

# A column that is constant comes to 0/0, and is then taken as it is.
silent = np.errstate(divide="ignore", invalid="ignore", over="ignore")


def min_max_scale_core(X, X_train, low, high):
    smallest, largest = X_train.min(axis=0), X_train.max(axis=0)  # (N, D) -> (D,) each
    return low + (high - low) * (X - smallest) / (largest - smallest)


@silent
def min_max_scale(X, X_train=None, feature_range=(0, 1)):
    """x′ = low + (high − low) (x − min) / (max − min), with `feature_range` = (low, high).

    (0, 1) and (−1, 1) are usual. A value outside what the training set spans lands outside the range.
    """
    X, X_train, unit, dtype = _opened("X", X, X_train)
    low, high, width = _ends(feature_range)
    scaled = min_max_scale_core(X / unit, X_train / unit, low, high)
    moved = low + (high - low) * (X - X_train[0])
    return (width * np.where(_constant(X_train), moved, scaled)).astype(dtype)


@silent
def min_max_unscale(X_scaled, X_train, feature_range=(0, 1)):
    """x = min + (max − min) (x′ − low) / (high − low): what `min_max_scale` was given."""
    X_scaled, X_train, unit, dtype = _opened("X_scaled", X_scaled, X_train)
    low, high, width = _ends(feature_range)
    share = (X_scaled / width - low) / (high - low)
    smallest, largest = X_train.min(axis=0) / unit, X_train.max(axis=0) / unit  # (N, D) -> (D,) each
    back = unit * (smallest + (largest - smallest) * share)
    return np.where(_constant(X_train), X_train[0] + share, back).astype(dtype)


def standardize_core(X, X_train):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)  # (N, D) -> (D,) each
    return (X - mean) / std


@silent
def standardize(X, X_train=None):
    """x′ = (x − μ) / σ, with the mean and the standard deviation (of N, not of N − 1) of the training set."""
    X, X_train, unit, dtype = _opened("X", X, X_train)
    scaled = standardize_core(X / unit, X_train / unit)
    return np.where(_constant(X_train), X - X_train[0], scaled).astype(dtype)


@silent
def unstandardize(X_scaled, X_train):
    """x = μ + σ x′: what `standardize` was given."""
    X_scaled, X_train, unit, dtype = _opened("X_scaled", X_scaled, X_train)
    mean, std = (X_train / unit).mean(axis=0), (X_train / unit).std(axis=0)  # (N, D) -> (D,) each
    return np.where(_constant(X_train), X_train[0] + X_scaled, unit * (mean + std * X_scaled)).astype(dtype)


def robust_scale_core(X, X_train, low=25, high=75):
    q1, median, q3 = np.percentile(X_train, [low, 50, high], axis=0)  # (N, D) -> (D,) each
    return (X - median) / (q3 - q1)


@silent
def robust_scale(X, X_train=None, quantile_range=(25, 75)):
    """x′ = (x − median) / (Q₃ − Q₁), with the median and the quartiles of the training set.

    A quartile between two of the sorted values is interpolated linearly, as NumPy and scikit-learn do.
    """
    X, X_train, unit, dtype = _opened("X", X, X_train)
    low, high = two_percentages("quantile_range", quantile_range)
    scaled = robust_scale_core(X / unit, X_train / unit, low, high)
    q1, median, q3 = np.percentile(X_train / unit, [low, 50, high], axis=0)
    return np.where(q1 == q3, X - unit * median, scaled).astype(dtype)


@silent
def robust_unscale(X_scaled, X_train, quantile_range=(25, 75)):
    """x = median + (Q₃ − Q₁) x′: what `robust_scale` was given."""
    X_scaled, X_train, unit, dtype = _opened("X_scaled", X_scaled, X_train)
    low, high = two_percentages("quantile_range", quantile_range)
    q1, median, q3 = np.percentile(X_train / unit, [low, 50, high], axis=0)  # (N, D) -> (D,) each
    return np.where(q1 == q3, unit * median + X_scaled, unit * (median + (q3 - q1) * X_scaled)).astype(dtype)


# ── The door ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _opened(name, X, X_train):
    """X and the training set in float64, a power of two for each column, and the dtype of the result.

    No scaling sees in which unit a column is given: divided by the power, no square and no sum leaves the range.
    """
    X = _table(name, X)
    X_train = X if X_train is None else _table("X_train", X_train)
    check_columns(name, X.shape, X_train.shape)
    X, X_train, dtype = X.astype(np.float64), X_train.astype(np.float64), X.dtype
    largest = np.abs(X_train).max(axis=0)
    return X, X_train, np.where(largest > 0, largest / (2 * np.frexp(largest)[0]), 1), dtype


def _table(name, value):
    """`value` (N,) or (N, D) as finite floats, not empty."""
    value = array(name, value)
    if value.dtype.kind not in "fiub":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    check_table(name, value.shape)
    value = value if value.dtype.kind == "f" else value.astype(np.float64)
    check_no_gaps(name, value[~np.isfinite(value)])
    return value


def _constant(X_train):
    """Which columns are: a mean of equal numbers may round, and their deviation is then 1e-17 and not 0.

    scikit-learn also takes a column for constant that varies by no more than rounding might (spans below 10 ε).
    """
    return X_train.min(axis=0) == X_train.max(axis=0)


def _ends(feature_range):
    """The ends of the range, divided by a power of two, so that their distance is finite, and that power."""
    low, high = two_ends("feature_range", feature_range)
    width = max(1.0, unit_of(max(-low, high)))
    return low / width, high / width, width
