"""Scaling, column by column: fitted on the training set, applied to whatever comes.

X (N, D), or one column (N,), is scaled by the statistics of `X_train`; without it, by its own. A column that is
constant in the training set is divided by 1, as in scikit-learn. The result has the dtype of X; in between all is
float64, because a sum over many float32 rows loses digits.
"""

from math import inf, nan

import numpy as np

from dlbook._validate import wrong


def min_max_scale(X, X_train=None, feature_range=(0, 1)):
    """x′ = low + (high − low) (x − min) / (max − min), with `feature_range` = (low, high).

    (0, 1) and (−1, 1) are usual. A value outside what the training set spans lands outside the range.
    """
    X, X_train, dtype = _columns("X", X, X_train)
    low, high = _ends("feature_range", feature_range)
    smallest = X_train.min(axis=0)  # (N, D) -> (D,)
    span = _divisor(X_train.max(axis=0) - smallest, X_train)
    return (low + (high - low) * (X - smallest) / span).astype(dtype)


def min_max_unscale(X_scaled, X_train, feature_range=(0, 1)):
    """x = min + (max − min) (x′ − low) / (high − low): what `min_max_scale` was given."""
    X_scaled, X_train, dtype = _columns("X_scaled", X_scaled, X_train)
    low, high = _ends("feature_range", feature_range)
    smallest = X_train.min(axis=0)  # (N, D) -> (D,)
    span = _divisor(X_train.max(axis=0) - smallest, X_train)
    return (smallest + span * (X_scaled - low) / (high - low)).astype(dtype)


def standardize(X, X_train=None):
    """x′ = (x − μ) / σ, with the mean and the standard deviation (of N, not of N − 1) of the training set."""
    X, X_train, dtype = _columns("X", X, X_train)
    mean = X_train.mean(axis=0)  # (N, D) -> (D,)
    std = _divisor(X_train.std(axis=0), X_train)
    return ((X - mean) / std).astype(dtype)


def unstandardize(X_scaled, X_train):
    """x = μ + σ x′: what `standardize` was given."""
    X_scaled, X_train, dtype = _columns("X_scaled", X_scaled, X_train)
    mean = X_train.mean(axis=0)  # (N, D) -> (D,)
    std = _divisor(X_train.std(axis=0), X_train)
    return (mean + std * X_scaled).astype(dtype)


def robust_scale(X, X_train=None, quantile_range=(25, 75)):
    """x′ = (x − median) / (Q₃ − Q₁), with the median and the quartiles of the training set.

    A quartile between two of the sorted values is interpolated linearly, as NumPy and scikit-learn do.
    """
    X, X_train, dtype = _columns("X", X, X_train)
    q1, median, q3 = np.percentile(X_train, _percentages(quantile_range), axis=0)  # (N, D) -> (3, D)
    spread = _divisor(q3 - q1, X_train)
    return ((X - median) / spread).astype(dtype)


def robust_unscale(X_scaled, X_train, quantile_range=(25, 75)):
    """x = median + (Q₃ − Q₁) x′: what `robust_scale` was given."""
    X_scaled, X_train, dtype = _columns("X_scaled", X_scaled, X_train)
    q1, median, q3 = np.percentile(X_train, _percentages(quantile_range), axis=0)  # (N, D) -> (3, D)
    spread = _divisor(q3 - q1, X_train)
    return (median + spread * X_scaled).astype(dtype)


def _divisor(scale, X_train):
    """`scale` (D,) with 1 where it is 0 or the column constant: the std of N equal numbers may round to 1e-17.

    scikit-learn also takes a column for constant that varies by no more than rounding might (spans below 10 ε).
    """
    constant = (scale == 0) | (X_train.min(axis=0) == X_train.max(axis=0))
    return np.where(constant, 1, scale)


def _percentages(quantile_range):
    """The lower one, 50 for the median, and the upper one."""
    low, high = _ends("quantile_range", quantile_range)
    if low < 0 or high > 100:
        raise wrong("quantile_range", "lie in [0, 100]", f"({low:g}, {high:g})", "two percentages")
    return [low, 50, high]


def _columns(name, X, X_train):
    """X and the training set in float64, and the dtype of the result."""
    X = _floats(name, X)
    X_train = X if X_train is None else _floats("X_train", X_train)
    if X_train.shape[1:] != X.shape[1:] or X_train.ndim != X.ndim:
        need = "shape (N,)" if X.ndim == 1 else f"{X.shape[1]} columns"
        raise wrong("X_train", f"have the columns of {name}", f"shape {X_train.shape}", need)
    return X.astype(np.float64), X_train.astype(np.float64), X.dtype


def _floats(name, value):
    """`value` (N,) or (N, D) as finite floats, not empty."""
    value = np.asarray(value)
    if value.dtype.kind not in "fiub":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    if value.ndim not in (1, 2):
        raise wrong(name, "have one or two dimensions", f"shape {value.shape}", "shape (N,) or (N, D)")
    if value.size == 0:
        raise wrong(name, "not be empty", f"shape {value.shape}", "at least one row and one column")
    value = value if value.dtype.kind == "f" else value.astype(np.float64)
    if not (finite := np.isfinite(value)).all():
        raise wrong(name, "be finite", f"{value[~finite][0]}", "finite numbers: fill or drop what is missing first")
    return value


def _ends(name, ends):
    """Two finite numbers, the lower first."""
    try:
        low, high = map(float, ends)
    except (TypeError, ValueError):
        low = high = nan
    if not -inf < low < high < inf:
        raise wrong(name, "be two numbers, the lower first", repr(ends), "for instance (0, 1)")
    return low, high
