"""Bayes' rule with densities: on a grid for any pair, in closed form where prior and likelihood fit each other."""

from typing import NamedTuple

import torch

from dlbook._validate import check_between, wrong
from dlbook.pytorch.bayes._inputs import check_possible, floats, logs, non_negative, positive


class Beta(NamedTuple):
    """Density ∝ p^(a−1) (1 − p)^(b−1) on [0, 1]; its mean is a / (a + b)."""

    a: torch.Tensor
    b: torch.Tensor


class Normal(NamedTuple):
    """The bell curve of this mean and variance."""

    mean: torch.Tensor
    var: torch.Tensor


class Interval(NamedTuple):
    """From `low` to `high`."""

    low: torch.Tensor
    high: torch.Tensor


def continuous(prior, likelihood, grid):
    """p(θ | D) = p(D | θ) p(θ) / ∫ p(D | θ) p(θ) dθ on a grid, the integral by the trapezoid rule."""
    prior, likelihood = non_negative("prior", prior), non_negative("likelihood", likelihood)
    prior, likelihood, grid = _on_grid(grid, prior=prior, likelihood=likelihood)
    joint = prior * likelihood  # p(D, θ)
    evidence = torch.trapezoid(joint, grid)[..., None]  # p(D): (…, G) -> (…, 1)
    check_possible("likelihood", evidence > 0)
    return joint / evidence


def continuous_from_logs(log_prior, log_likelihood, grid):
    """log p(θ | D) on a grid, without underflow."""
    log_prior, log_likelihood = logs("log_prior", log_prior), logs("log_likelihood", log_likelihood)
    log_prior, log_likelihood, grid = _on_grid(grid, log_prior=log_prior, log_likelihood=log_likelihood)
    joint = log_prior + log_likelihood
    peak = joint.amax(-1, keepdim=True)  # taken out, so that the largest exponential is 1
    check_possible("log_likelihood", peak > -torch.inf)
    return joint - peak - torch.log(torch.trapezoid(torch.exp(joint - peak), grid))[..., None]


def credible_interval(density, grid, mass=0.95):
    """The interval that θ lies in with probability `mass`; as much is left out below it as above."""
    density, grid = _on_grid(grid, density=non_negative("density", density))
    if density.ndim != 1:
        raise wrong("density", "have one dimension", f"shape {tuple(density.shape)}", f"shape {tuple(grid.shape)}")
    check_between("mass", mass, 0, 1)
    area = torch.cumulative_trapezoid(density, grid)  # (G − 1,)
    check_possible("density", area[-1:] > 0)
    area = torch.cat([area.new_zeros(1), area / area[-1]])  # (G,)
    below, above = (1 - mass) / 2, (1 + mass) / 2
    low = _between(torch.searchsorted(area, below, right=True), below, area, grid)  # the first point past it
    high = _between(torch.searchsorted(area, above), above, area, grid)  # the first point that reaches it
    return Interval(low, high)


def _between(right, share, area, grid):
    """Where the area from the left is `share`: between the points right − 1 and right, on a straight line."""
    left = right - 1
    return grid[left] + (share - area[left]) / (area[right] - area[left]) * (grid[right] - grid[left])


def beta_binomial(a, b, successes, failures):
    """Beta(a, b) and counted data give Beta(a + successes, b + failures); shapes broadcast."""
    a, b = _alike(positive("a", a), positive("b", b))
    successes, failures = non_negative("successes", successes), non_negative("failures", failures)
    return Beta(*torch.broadcast_tensors(a + successes.to(a), b + failures.to(a)))


def beta_binomial_predictive(a, b, successes, trials):
    """P(k successes in n trials to come) = C(n, k) B(a + k, b + n − k) / B(a, b), in float64; shapes broadcast."""
    a, b = _alike(positive("a", a), positive("b", b))
    k, n = _alike(non_negative("successes", successes), non_negative("trials", trials))
    if (over := k > n).any():
        got = f"{k.expand(over.shape)[over][0].item():g} of {n.expand(over.shape)[over][0].item():g}"
        raise wrong("successes", "not exceed trials", got, "k ≤ n")
    wide_a, wide_b, k, n = (value.double() for value in (a, b, k, n))
    log_choose = -torch.log(n + 1) - _log_beta(k + 1, n - k + 1)
    return torch.exp(log_choose + _log_beta(wide_a + k, wide_b + n - k) - _log_beta(wide_a, wide_b)).to(a.dtype)


def normal_normal(mean, var, data, noise_var):
    """Normal prior, data with normal noise: precisions add, 1/v′ = 1/v + n/s², and weight mean and data."""
    mean, var = _alike(floats("mean", mean), positive("var", var))
    data, noise_var = _data(data).to(mean), positive("noise_var", noise_var).to(mean)
    precision = 1 / var + data.shape[-1] / noise_var
    weighted = mean / var + data.sum(-1) / noise_var  # (…, n) -> (…,)
    return Normal(*torch.broadcast_tensors(weighted / precision, 1 / precision))


def _log_beta(a, b):
    """log B(a, b) = log Γ(a) Γ(b) / Γ(a + b)."""
    return torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)


def _alike(first, second):
    """Both in the dtype of the first."""
    return first, second.to(first)


def _data(data):
    data = torch.as_tensor(data)
    if data.ndim == 0:
        raise wrong("data", "have a dimension", "shape ()", "shape (…, n)")
    return floats("data", data) if data.numel() else data


def _on_grid(grid, **values):
    """The values, and the grid, in the dtype of the first; each has the grid's length along its last axis."""
    grid = floats("grid", grid)
    if grid.ndim != 1 or len(grid) < 2 or (grid.diff() <= 0).any():
        got = f"shape {tuple(grid.shape)}" if grid.ndim != 1 else f"{len(grid)} points"
        raise wrong("grid", "ascend", got, "θ₁ < θ₂ < …")
    first = next(iter(values.values()))
    for name, value in values.items():
        if value.shape[-1:] != grid.shape:
            got = f"shape {tuple(value.shape)}"
            raise wrong(name, "have one value a point of grid", got, f"shape (…, {len(grid)})")
    return *(value.to(first) for value in values.values()), grid.to(first)
