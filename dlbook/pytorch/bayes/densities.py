"""Bayes' rule with densities: on a grid for any pair, in closed form where prior and likelihood fit each other."""

from math import frexp
from typing import NamedTuple

import torch

from dlbook._validate import check_between, wrong
from dlbook.pytorch.bayes._inputs import (
    check_possible,
    check_shapes,
    floats,
    ldexp,
    logs,
    non_negative,
    positive,
    wide_enough,
)


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
    grid = _grid(grid, prior=prior, likelihood=likelihood)
    wide_prior, wide_likelihood = wide_enough(prior, likelihood, -1)
    check_possible("likelihood", ((wide_prior > 0) & (wide_likelihood > 0)).any(-1))
    joint = wide_prior * wide_likelihood  # p(D, θ)
    evidence = torch.trapezoid(joint, grid)[..., None]  # p(D): (…, G) -> (…, 1)
    return (joint / evidence).to(prior.dtype)


def continuous_from_logs(log_prior, log_likelihood, grid):
    """log p(θ | D) on a grid, without underflow."""
    log_prior, log_likelihood = logs("log_prior", log_prior), logs("log_likelihood", log_likelihood)
    grid = _grid(grid, log_prior=log_prior, log_likelihood=log_likelihood)
    joint = log_prior + log_likelihood.to(log_prior.device)
    peak = joint.amax(-1, keepdim=True)  # taken out, so that the largest exponential is 1
    check_possible("log_likelihood", peak > -torch.inf)
    log_evidence = torch.log(torch.trapezoid(torch.exp(joint - peak), grid))[..., None]  # less the peak
    return (joint - peak - log_evidence).to(log_prior.dtype)


def credible_interval(density, grid, mass=0.95):
    """The interval that θ lies in with probability `mass`; as much is left out below it as above."""
    density = non_negative("density", density)
    grid = _grid(grid, density=density)
    check_between("mass", mass, 0, 1)
    area = torch.cumulative_trapezoid(density, grid)  # (…, G − 1)
    area = torch.cat([torch.zeros_like(area[..., :1]), area], dim=-1)  # (…, G)
    check_possible("density", area[..., -1] > 0)
    area = area / area[..., -1:]
    below, above = (1 - mass) / 2, (1 + mass) / 2
    low = _between((area <= below).sum(-1), below, area, grid)  # the first point past it
    high = _between((area < above).sum(-1), above, area, grid)  # the first point that reaches it
    # with mass 0 between two humps, low is the right end of the gap and high the left
    return Interval(*(f(low, high).to(density.dtype) for f in (torch.minimum, torch.maximum)))


def _between(right, share, area, grid):
    """Where the area from the left is `share`: between the points right − 1 and right, on a straight line."""
    left = right - 1  # (…,)
    before, after = (area.gather(-1, i[..., None])[..., 0] for i in (left, right))  # (…, G) -> (…,)
    return grid[left] + (share - before) / (after - before) * (grid[right] - grid[left])


def beta_binomial(a, b, successes, failures):
    """Beta(a, b) and counted data give Beta(a + successes, b + failures); shapes broadcast."""
    a, b = _alike(positive("a", a), positive("b", b))
    successes, failures = non_negative("successes", successes), non_negative("failures", failures)
    check_shapes(a=a, b=b, successes=successes, failures=failures)
    return Beta(*torch.broadcast_tensors(a + successes.to(a), b + failures.to(a)))


def beta_binomial_predictive(a, b, successes, trials):
    """P(k successes in n trials to come) = C(n, k) B(a + k, b + n − k) / B(a, b), in float64; shapes broadcast."""
    a, b = _alike(positive("a", a), positive("b", b))
    k, n = _alike(non_negative("successes", successes), non_negative("trials", trials))
    check_shapes(a=a, b=b, successes=k, trials=n)
    if (over := k > n).any():
        got = f"{k.expand(over.shape)[over][0].item():g} of {n.expand(over.shape)[over][0].item():g}"
        raise wrong("successes", "not exceed trials", got, "k ≤ n")
    wide_a, wide_b, k, n = (value.double() for value in (a, b, k, n))
    log_choose = _log_rising(n - k + 1, k) - _log_rising(torch.ones_like(k), k)  # log C(n, k)
    log_ratio = _log_rising(wide_a, k) + _log_rising(wide_b, n - k) - _log_rising(wide_a + wide_b, n)
    return torch.exp(log_choose + log_ratio).to(a.dtype)


def normal_normal(mean, var, data, noise_var):
    """Normal prior, data with normal noise: precisions add, 1/v′ = 1/v + n/s², and weight mean and data."""
    mean, var = floats("mean", mean), positive("var", var)
    data, noise_var = _data(data), positive("noise_var", noise_var)
    check_shapes(mean=mean, var=var, data=data[..., :0].sum(-1), noise_var=noise_var)  # of the data (…,)
    # In units in which the means are near 1 and so is the smaller variance: 1 / var has no room to overflow.
    of_mean = _power(mean.abs().max(), data.abs().max() if data.numel() else 0.0)
    of_var = _power(torch.minimum(var.min().double(), noise_var.min().to(var.device).double()))
    m, x = (ldexp(value.to(mean.device).double(), -of_mean) for value in (mean, data))
    v, s2 = (ldexp(value.to(mean.device).double(), -of_var) for value in (var, noise_var))
    precision = 1 / v + x.shape[-1] / s2
    weighted = m / v + x.sum(-1) / s2  # (…, n) -> (…,)
    m, v = torch.broadcast_tensors(weighted / precision, 1 / precision)
    return Normal(ldexp(m, of_mean).to(mean.dtype), ldexp(v, of_var).to(mean.dtype))


def _power(*values):
    """The power of two of the largest."""
    return max(frexp(float(torch.as_tensor(value).detach()))[1] for value in values)


def _log_rising(x, k):
    """log x (x + 1) … (x + k − 1) = log Γ(x + k) / Γ(x); from 10⁴ on by Stirling's series, where log Γ would cancel."""
    large = torch.clamp(x, min=1e4)
    stirling = (large - 0.5) * torch.log1p(k / large) + k * (torch.log(large + k) - 1)
    stirling = stirling + (1 / (large + k) - 1 / large) / 12
    return torch.where(x < large, torch.lgamma(x + k) - torch.lgamma(x), stirling)


def _alike(first, second):
    """Both in the dtype of the first."""
    return first, second.to(first)


def _data(data):
    data = torch.as_tensor(data)
    if data.ndim == 0:
        raise wrong("data", "have a dimension", "shape ()", "shape (…, n)")
    return floats("data", data) if data.numel() else data


def _grid(grid, **values):
    """The grid, beside the first of the values; each of them has its length along the last axis."""
    grid = floats("grid", grid).to(next(iter(values.values())).device)
    if grid.ndim != 1 or len(grid) < 2 or (grid.diff() <= 0).any():
        got = f"shape {tuple(grid.shape)}" if grid.ndim != 1 else f"{len(grid)} points"
        raise wrong("grid", "ascend", got, "θ₁ < θ₂ < …")
    for name, value in values.items():
        if value.shape[-1:] != grid.shape:
            got = f"shape {tuple(value.shape)}"
            raise wrong(name, "have one value a point of grid", got, f"shape (…, {len(grid)})")
    check_shapes(**values)
    return grid
