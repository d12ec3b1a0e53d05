"""Bayes' rule with densities: on a grid for any pair, in closed form where prior and likelihood fit each other."""

from math import lgamma
from typing import NamedTuple

import numpy as np

from dlbook._validate import check_between, wrong
from dlbook.scratch.bayes._inputs import check_possible, floats, logs, non_negative, positive


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


def continuous(prior, likelihood, grid):
    """p(θ | D) = p(D | θ) p(θ) / ∫ p(D | θ) p(θ) dθ on a grid, the integral by the trapezoid rule.

    Shapes: grid (G,) ascending, prior and likelihood (…, G) at its points -> a density (…, G). A constant factor of
    the prior or of the likelihood cancels.
    """
    prior, likelihood = non_negative("prior", prior), non_negative("likelihood", likelihood)
    prior, likelihood, grid = _on_grid(grid, prior=prior, likelihood=likelihood)
    joint = prior * likelihood  # p(D, θ)
    evidence = np.trapezoid(joint, grid)[..., None]  # p(D): (…, G) -> (…, 1)
    check_possible("likelihood", evidence > 0)
    return joint / evidence


def continuous_from_logs(log_prior, log_likelihood, grid):
    """log p(θ | D) on a grid, without underflow: the likelihood of many data is smaller than any float."""
    log_prior, log_likelihood = logs("log_prior", log_prior), logs("log_likelihood", log_likelihood)
    log_prior, log_likelihood, grid = _on_grid(grid, log_prior=log_prior, log_likelihood=log_likelihood)
    joint = log_prior + log_likelihood
    peak = joint.max(axis=-1, keepdims=True)  # taken out, so that the largest exponential is 1
    check_possible("log_likelihood", peak > -np.inf)
    return joint - peak - np.log(np.trapezoid(np.exp(joint - peak), grid))[..., None]


def credible_interval(density, grid, mass=0.95):
    """The interval that θ lies in with probability `mass`; as much is left out below it as above.

    Shapes: density (G,) on grid (G,). Areas by the trapezoid rule, between them straight lines.
    """
    density, grid = _on_grid(grid, density=non_negative("density", density))
    if density.ndim != 1:
        raise wrong("density", "have one dimension", f"shape {density.shape}", f"shape {grid.shape}")
    check_between("mass", mass, 0, 1)
    area = np.append(0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid)))  # (G,)
    check_possible("density", area[-1:] > 0)
    area = (area / area[-1]).astype(density.dtype)
    below, above = (1 - mass) / 2, (1 + mass) / 2
    low = _between(np.searchsorted(area, below, side="right"), below, area, grid)  # the first point past it
    high = _between(np.searchsorted(area, above), above, area, grid)  # the first point that reaches it
    return Interval(low, high)


def _between(right, share, area, grid):
    """Where the area from the left is `share`: between the points right − 1 and right, on a straight line."""
    left = right - 1
    return grid[left] + (share - area[left]) / (area[right] - area[left]) * (grid[right] - grid[left])


def beta_binomial(a, b, successes, failures):
    """Beta(a, b) and counted data give Beta(a + successes, b + failures); shapes broadcast."""
    a, b = _alike(positive("a", a), positive("b", b))
    successes, failures = non_negative("successes", successes), non_negative("failures", failures)
    return Beta(*np.broadcast_arrays(a + successes.astype(a.dtype), b + failures.astype(a.dtype)))


def beta_binomial_predictive(a, b, successes, trials):
    """P(k successes in n trials to come) = C(n, k) B(a + k, b + n − k) / B(a, b); shapes broadcast."""
    a, b = _alike(positive("a", a), positive("b", b))
    k, n = _alike(non_negative("successes", successes), non_negative("trials", trials))
    if (over := np.greater(k, n)).any():
        got = f"{np.broadcast_to(k, over.shape)[over].flat[0]:g} of {np.broadcast_to(n, over.shape)[over].flat[0]:g}"
        raise wrong("successes", "not exceed trials", got, "k ≤ n")
    log_choose = -np.log(n + 1) - _log_beta(k + 1, n - k + 1)
    return np.exp(log_choose + _log_beta(a + k, b + n - k) - _log_beta(a, b)).astype(a.dtype)


def normal_normal(mean, var, data, noise_var):
    """Normal prior, data with normal noise: precisions add, 1/v′ = 1/v + n/s², and weight mean and data.

    Shapes: data (…, n), n may be 0; mean, var and noise_var broadcast with (…,). s² is `noise_var`.
    """
    mean, var = _alike(floats("mean", mean), positive("var", var))
    data, noise_var = _data(data).astype(mean.dtype), positive("noise_var", noise_var).astype(mean.dtype)
    precision = 1 / var + data.shape[-1] / noise_var
    weighted = mean / var + data.sum(axis=-1) / noise_var  # (…, n) -> (…,)
    return Normal(*np.broadcast_arrays(weighted / precision, 1 / precision))


_log_gamma = np.vectorize(lgamma, otypes=[float])


def _log_beta(a, b):
    """log B(a, b) = log Γ(a) Γ(b) / Γ(a + b), in float64."""
    return _log_gamma(a) + _log_gamma(b) - _log_gamma(a + b)


def _alike(first: np.ndarray, second: np.ndarray):
    """Both in the dtype of the first."""
    return first, second.astype(first.dtype)


def _data(data) -> np.ndarray:
    data = np.asarray(data)
    if data.ndim == 0:
        raise wrong("data", "have a dimension", "shape ()", "shape (…, n)")
    return floats("data", data) if data.size else data.astype(np.float64)


def _on_grid(grid, **values):
    """The values, and the grid, in the dtype of the first; each has the grid's length along its last axis."""
    grid = floats("grid", grid)
    if grid.ndim != 1 or len(grid) < 2 or (np.diff(grid) <= 0).any():
        raise wrong("grid", "ascend", f"shape {grid.shape}" if grid.ndim != 1 else f"{len(grid)} points", "θ₁ < θ₂ < …")
    dtype = next(iter(values.values())).dtype
    for name, value in values.items():
        if value.shape[-1:] != grid.shape:
            raise wrong(name, "have one value a point of grid", f"shape {value.shape}", f"shape (…, {len(grid)})")
    return *(value.astype(dtype) for value in values.values()), grid.astype(dtype)
