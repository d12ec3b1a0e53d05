"""Scaling on tensors, column by column: fitted on the training set, applied to whatever comes.

torch has no scalers, so they are written out; gradients flow through X and, where it is given, X_train.
"""

from math import inf, nan

import torch

from dlbook._validate import wrong


def min_max_scale(X, X_train=None, feature_range=(0, 1)):
    """x′ = low + (high − low) (x − min) / (max − min), with `feature_range` = (low, high)."""
    X, X_train, dtype = _columns("X", X, X_train)
    low, high = _ends("feature_range", feature_range)
    smallest = X_train.amin(0)  # (N, D) -> (D,)
    span = _divisor(X_train.amax(0) - smallest, X_train)
    return (low + (high - low) * (X - smallest) / span).to(dtype)


def min_max_unscale(X_scaled, X_train, feature_range=(0, 1)):
    """x = min + (max − min) (x′ − low) / (high − low): what `min_max_scale` was given."""
    X_scaled, X_train, dtype = _columns("X_scaled", X_scaled, X_train)
    low, high = _ends("feature_range", feature_range)
    smallest = X_train.amin(0)  # (N, D) -> (D,)
    span = _divisor(X_train.amax(0) - smallest, X_train)
    return (smallest + span * (X_scaled - low) / (high - low)).to(dtype)


def standardize(X, X_train=None):
    """x′ = (x − μ) / σ, with the mean and the standard deviation (of N, not of N − 1) of the training set."""
    X, X_train, dtype = _columns("X", X, X_train)
    mean = X_train.mean(0)  # (N, D) -> (D,)
    std = _divisor(X_train.std(0, correction=0), X_train)
    return ((X - mean) / std).to(dtype)


def unstandardize(X_scaled, X_train):
    """x = μ + σ x′: what `standardize` was given."""
    X_scaled, X_train, dtype = _columns("X_scaled", X_scaled, X_train)
    mean = X_train.mean(0)  # (N, D) -> (D,)
    std = _divisor(X_train.std(0, correction=0), X_train)
    return (mean + std * X_scaled).to(dtype)


def robust_scale(X, X_train=None, quantile_range=(25, 75)):
    """x′ = (x − median) / (Q₃ − Q₁), with the median and the quartiles of the training set."""
    X, X_train, dtype = _columns("X", X, X_train)
    q1, median, q3 = _percentiles(X_train, _percentages(quantile_range))  # (N, D) -> (3, D)
    spread = _divisor(q3 - q1, X_train)
    return ((X - median) / spread).to(dtype)


def robust_unscale(X_scaled, X_train, quantile_range=(25, 75)):
    """x = median + (Q₃ − Q₁) x′: what `robust_scale` was given."""
    X_scaled, X_train, dtype = _columns("X_scaled", X_scaled, X_train)
    q1, median, q3 = _percentiles(X_train, _percentages(quantile_range))  # (N, D) -> (3, D)
    spread = _divisor(q3 - q1, X_train)
    return (median + spread * X_scaled).to(dtype)


def _divisor(scale, X_train):
    """`scale` (D,) with 1 where it is 0 or the column constant."""
    constant = (scale == 0) | (X_train.amin(0) == X_train.amax(0))
    return torch.where(constant, 1, scale)


def _percentiles(X, q):
    """Interpolated between the sorted values, as torch.quantile does, which refuses more than 2²⁴ of them."""
    place = X.new_tensor(q) / 100 * (len(X) - 1)  # (3,)
    below, ordered = place.floor().long(), X.sort(0).values
    above = (below + 1).clamp(max=len(X) - 1)
    return torch.stack([ordered[i].lerp(ordered[j], w) for i, j, w in zip(below, above, place - below, strict=True)])


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
        raise wrong("X_train", f"have the columns of {name}", f"shape {tuple(X_train.shape)}", need)
    return X.to(torch.float64), X_train.to(torch.float64), X.dtype


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
    try:
        low, high = map(float, ends)
    except (TypeError, ValueError):
        low = high = nan
    if not -inf < low < high < inf:
        raise wrong(name, "be two numbers, the lower first", repr(ends), "for instance (0, 1)")
    return low, high
