"""Bayes' rule with densities: on a grid for any pair, in closed form where prior and likelihood fit each other."""

from math import lgamma
from typing import NamedTuple

import numpy as np

from dlbook._validate import check_between, wrong
from dlbook.scratch.bayes._inputs import check_possible, check_shapes, floats, logs, non_negative, positive, wide_enough


class Beta(NamedTuple):
    """Density ∝ p^(a−1) (1 − p)^(b−1) on [0, 1]; its mean is a / (a + b)."""

    a: np.ndarray
    b: np.ndarray


class Normal(NamedTuple):
    """The bell curve of this mean and variance."""

    mean: np.ndarray
    var: np.ndarray


class Interval(NamedTuple):
    """From `low` to `high`."""

    low: np.ndarray
    high: np.ndarray


def continuous_core(prior, likelihood, grid):
    joint = prior * likelihood  # p(D, θ)
    evidence = np.trapezoid(joint, grid)[..., None]  # p(D): (…, G) -> (…, 1)
    return joint / evidence


def continuous(prior, likelihood, grid):
    """p(θ | D) = p(D | θ) p(θ) / ∫ p(D | θ) p(θ) dθ on a grid, the integral by the trapezoid rule.

    Shapes: grid (G,) ascending, prior and likelihood (…, G) at its points -> a density (…, G). A constant factor of
    the prior or of the likelihood cancels. The spacing must be fine against the posterior, and a jump of the prior
    the end of the grid: within, the trapezoid rule adds half a spacing to it.
    """
    prior, likelihood = non_negative("prior", prior), non_negative("likelihood", likelihood)
    grid = _grid(grid, prior=prior, likelihood=likelihood)
    wide = wide_enough(prior, likelihood, -1)
    check_possible("likelihood", ((wide[0] > 0) & (wide[1] > 0)).any(axis=-1))
    return continuous_core(*wide, grid).astype(prior.dtype)


def continuous_from_logs(log_prior, log_likelihood, grid):
    """log p(θ | D) on a grid, without underflow: the likelihood of many data is smaller than any float."""
    log_prior, log_likelihood = logs("log_prior", log_prior), logs("log_likelihood", log_likelihood)
    grid = _grid(grid, log_prior=log_prior, log_likelihood=log_likelihood)
    joint = log_prior + log_likelihood
    peak = joint.max(axis=-1, keepdims=True)  # taken out, so that the largest exponential is 1
    check_possible("log_likelihood", peak > -np.inf)
    log_evidence = np.log(np.trapezoid(np.exp(joint - peak), grid))[..., None]  # less the peak
    return (joint - peak - log_evidence).astype(log_prior.dtype)


def credible_interval(density, grid, mass=0.95):
    """The interval that θ lies in with probability `mass`; as much is left out below it as above.

    Shapes: density (…, G) on grid (G,) -> low and high (…,). Areas by the trapezoid rule, between them straight lines.
    """
    density = non_negative("density", density)
    grid = _grid(grid, density=density)
    check_between("mass", mass, 0, 1)
    pieces = (density[..., 1:] + density[..., :-1]) / 2 * np.diff(grid)  # (…, G − 1)
    area = np.cumsum(np.concatenate([np.zeros_like(pieces[..., :1]), pieces], axis=-1), axis=-1)  # (…, G)
    check_possible("density", area[..., -1] > 0)
    area = area / area[..., -1:]
    below, above = (1 - mass) / 2, (1 + mass) / 2
    low = _between((area <= below).sum(axis=-1), below, area, grid)  # the first point past it
    high = _between((area < above).sum(axis=-1), above, area, grid)  # the first point that reaches it
    # with mass 0 between two humps, low is the right end of the gap and high the left
    return Interval(*(f(low, high).astype(density.dtype) for f in (np.minimum, np.maximum)))


def _between(right, share, area, grid):
    """Where the area from the left is `share`: between the points right − 1 and right, on a straight line."""
    left = right - 1  # (…,)
    before, after = (np.take_along_axis(area, i[..., None], axis=-1)[..., 0] for i in (left, right))  # (…, G) -> (…,)
    return grid[left] + (share - before) / (after - before) * (grid[right] - grid[left])


def beta_binomial_core(a, b, successes, failures):
    return a + successes, b + failures


def beta_binomial(a, b, successes, failures):
    """Beta(a, b) and counted data give Beta(a + successes, b + failures); shapes broadcast."""
    a, b = _alike(positive("a", a), positive("b", b))
    successes, failures = non_negative("successes", successes), non_negative("failures", failures)
    check_shapes(a=a, b=b, successes=successes, failures=failures)
    counted = beta_binomial_core(a, b, successes.astype(a.dtype), failures.astype(a.dtype))
    return Beta(*np.broadcast_arrays(*counted))


def beta_binomial_predictive(a, b, successes, trials):
    """P(k successes in n trials to come) = C(n, k) B(a + k, b + n − k) / B(a, b); shapes broadcast."""
    a, b = _alike(positive("a", a), positive("b", b))
    k, n = _alike(non_negative("successes", successes), non_negative("trials", trials))
    check_shapes(a=a, b=b, successes=k, trials=n)
    if (over := np.greater(k, n)).any():
        got = f"{np.broadcast_to(k, over.shape)[over].flat[0]:g} of {np.broadcast_to(n, over.shape)[over].flat[0]:g}"
        raise wrong("successes", "not exceed trials", got, "k ≤ n")
    wide_a, wide_b, k, n = (value.astype(np.float64) for value in (a, b, k, n))
    log_choose = _log_rising(n - k + 1, k) - _log_rising(1.0, k)  # log C(n, k)
    log_ratio = _log_rising(wide_a, k) + _log_rising(wide_b, n - k) - _log_rising(wide_a + wide_b, n)
    return np.exp(log_choose + log_ratio).astype(a.dtype)


def normal_normal_core(mean, var, data, noise_var):
    precision = 1 / var + data.shape[-1] / noise_var
    weighted = mean / var + data.sum(axis=-1) / noise_var  # (…, n) -> (…,)
    return weighted / precision, 1 / precision


def normal_normal(mean, var, data, noise_var):
    """Normal prior, data with normal noise: precisions add, 1/v′ = 1/v + n/s², and weight mean and data.

    Shapes: data (…, n), n may be 0; mean, var and noise_var broadcast with (…,). s² is `noise_var`.
    """
    mean, var = floats("mean", mean), positive("var", var)
    data, noise_var = _data(data), positive("noise_var", noise_var)
    check_shapes(mean=mean, var=var, data=data[..., :0].sum(axis=-1), noise_var=noise_var)  # of the data (…,)
    # In units in which the means are near 1 and so is the smaller variance: 1 / var has no room to overflow.
    of_mean, of_var = _power(np.abs(mean).max(), np.abs(data).max(initial=0)), _power(min(var.min(), noise_var.min()))
    scaled = (np.ldexp(value.astype(np.float64), -of_mean) for value in (mean, data))
    widths = (np.ldexp(value.astype(np.float64), -of_var) for value in (var, noise_var))
    (m, x), (v, s2) = scaled, widths
    m, v = np.broadcast_arrays(*normal_normal_core(m, v, x, s2))
    return Normal(np.ldexp(m, of_mean).astype(mean.dtype), np.ldexp(v, of_var).astype(mean.dtype))


def _power(*values) -> int:
    """The power of two of the largest."""
    return int(np.frexp(float(max(values)))[1])


_log_gamma = np.vectorize(lgamma, otypes=[float])


def _log_rising(x, k):
    """log x (x + 1) … (x + k − 1) = log Γ(x + k) / Γ(x).

    Two large log Γ would cancel each other's digits: from 10⁴ on by Stirling's series, its large terms taken apart.
    """
    x, k = np.broadcast_arrays(x, k)
    large = np.maximum(x, 1e4)
    stirling = (large - 0.5) * np.log1p(k / large) + k * (np.log(large + k) - 1)
    stirling += (1 / (large + k) - 1 / large) / 12
    return np.where(x < large, _log_gamma(x + k) - _log_gamma(x), stirling)


def _alike(first: np.ndarray, second: np.ndarray):
    """Both in the dtype of the first."""
    return first, second.astype(first.dtype)


def _data(data) -> np.ndarray:
    data = np.asarray(data)
    if data.ndim == 0:
        raise wrong("data", "have a dimension", "shape ()", "shape (…, n)")
    return floats("data", data) if data.size else data.astype(np.float64)


def _grid(grid, **values):
    """The grid; each of the values has its length along the last axis."""
    grid = floats("grid", grid)
    if grid.ndim != 1 or len(grid) < 2 or (np.diff(grid) <= 0).any():
        raise wrong("grid", "ascend", f"shape {grid.shape}" if grid.ndim != 1 else f"{len(grid)} points", "θ₁ < θ₂ < …")
    for name, value in values.items():
        if value.shape[-1:] != grid.shape:
            raise wrong(name, "have one value a point of grid", f"shape {value.shape}", f"shape (…, {len(grid)})")
    check_shapes(**values)
    return grid
