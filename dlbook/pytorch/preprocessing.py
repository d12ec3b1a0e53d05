"""Scaling on tensors, column by column: fitted on the training set, applied to whatever comes.

torch has no scalers, so they are written out; gradients flow through X and, where it is given, X_train.
"""

from math import isfinite

import torch

from dlbook._validate import wrong


def min_max_scale(X, X_train=None, feature_range=(0, 1)):
    """x′ = low + (high − low) (x − min) / (max − min), with `feature_range` = (low, high)."""
    X, X_train = _columns("X", X, X_train)
    low, high = _ends("feature_range", feature_range)
    smallest, span = _min_and_span(X_train, X.dtype)
    return low + (high - low) * ((X - smallest) / span)  # (N, D), less and divided by (D,)


def min_max_unscale(X_scaled, X_train, feature_range=(0, 1)):
    """x = min + (max − min) (x′ − low) / (high − low): what `min_max_scale` was given."""
    X_scaled, X_train = _columns("X_scaled", X_scaled, X_train)
    low, high = _ends("feature_range", feature_range)
    smallest, span = _min_and_span(X_train, X_scaled.dtype)
    return smallest + span * ((X_scaled - low) / (high - low))


def standardize(X, X_train=None):
    """x′ = (x − μ) / σ, with the mean and the standard deviation (of N, not of N − 1) of the training set."""
    X, X_train = _columns("X", X, X_train)
    mean, std = _mean_and_std(X_train, X.dtype)
    return (X - mean) / std


def unstandardize(X_scaled, X_train):
    """x = μ + σ x′: what `standardize` was given."""
    X_scaled, X_train = _columns("X_scaled", X_scaled, X_train)
    mean, std = _mean_and_std(X_train, X_scaled.dtype)
    return mean + std * X_scaled


def robust_scale(X, X_train=None, quantile_range=(25, 75)):
    """x′ = (x − median) / (Q₃ − Q₁), with the median and the quartiles of the training set."""
    X, X_train = _columns("X", X, X_train)
    median, spread = _median_and_spread(X_train, X.dtype, quantile_range)
    return (X - median) / spread


def robust_unscale(X_scaled, X_train, quantile_range=(25, 75)):
    """x = median + (Q₃ − Q₁) x′: what `robust_scale` was given."""
    X_scaled, X_train = _columns("X_scaled", X_scaled, X_train)
    median, spread = _median_and_spread(X_train, X_scaled.dtype, quantile_range)
    return median + spread * X_scaled


def _min_and_span(X_train, dtype):
    low, high = X_train.amin(0), X_train.amax(0)  # (N, D) -> (D,)
    return low.to(dtype), _divisor(high - low, X_train, dtype)


def _mean_and_std(X_train, dtype):
    return X_train.mean(0).to(dtype), _divisor(X_train.std(0, correction=0), X_train, dtype)


def _median_and_spread(X_train, dtype, quantile_range):
    low, high = _ends("quantile_range", quantile_range)
    if low < 0 or high > 100:
        raise wrong("quantile_range", "lie in [0, 100]", f"({low:g}, {high:g})", "two percentages")
    q1, median, q3 = torch.quantile(X_train, X_train.new_tensor([low, 50, high]) / 100, dim=0)  # (3, D)
    return median.to(dtype), _divisor(q3 - q1, X_train, dtype)


def _divisor(scale, X_train, dtype):
    """`scale` (D,) with 1 where it is 0 or the column constant."""
    constant = (scale.to(dtype) == 0) | (X_train.amin(0) == X_train.amax(0))
    return torch.where(constant, 1, scale).to(dtype)


def _columns(name, X, X_train):
    """X in its own float dtype, and the training set in float64."""
    X = _floats(name, X)
    X_train = X if X_train is None else _floats("X_train", X_train)
    if X_train.shape[1:] != X.shape[1:] or X_train.ndim != X.ndim:
        need = "shape (N,)" if X.ndim == 1 else f"{X.shape[1]} columns"
        raise wrong("X_train", f"have the columns of {name}", f"shape {tuple(X_train.shape)}", need)
    return X, X_train.to(torch.float64)


def _floats(name, value):
    """`value` (N,) or (N, D) as finite floats, not empty."""
    value = torch.as_tensor(value)
    if value.is_complex():
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    if value.ndim not in (1, 2):
        raise wrong(name, "have one or two dimensions", f"shape {tuple(value.shape)}", "shape (N,) or (N, D)")
    if value.numel() == 0:
        raise wrong(name, "not be empty", f"shape {tuple(value.shape)}", "at least one row and one column")
    value = value if value.is_floating_point() else value.to(torch.float64)
    if not (finite := value.isfinite()).all():
        got = f"{value[~finite][0].item()}"
        raise wrong(name, "be finite", got, "finite numbers: fill or drop what is missing first")
    return value


def _ends(name, ends):
    """Two finite numbers, the lower first."""
    if len(ends) != 2 or not all(isfinite(end) for end in ends) or not ends[0] < ends[1]:
        raise wrong(name, "be two numbers, the lower first", repr(ends), "for instance (0, 1)")
    return float(ends[0]), float(ends[1])
