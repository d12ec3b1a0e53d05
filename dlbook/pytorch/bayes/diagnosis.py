"""Bayes' rule with two hypotheses, sick and healthy: what the result of a test means."""

from typing import NamedTuple

import torch

from dlbook._validate import check_between
from dlbook.pytorch.bayes._inputs import check_shapes, non_negative, share


class PredictiveValues(NamedTuple):
    """What a result means: P(sick | positive) and P(healthy | negative)."""

    ppv: torch.Tensor
    npv: torch.Tensor


def medical_test(prevalence, sensitivity, specificity, tests=1, zero_division=0.0):
    """PPV = P(sick | positive) = π s / (π s + (1 − π)(1 − c)), and NPV = P(healthy | negative) alike."""
    prevalence, s, c, tests, dtype = _inputs(prevalence, sensitivity, specificity, tests=tests)
    hit, alarm = _powers(s, 1 - c, tests)  # sᵏ and (1 − c)ᵏ, both divided by the larger
    clear, miss = _powers(c, 1 - s, tests)
    ppv = _part(prevalence * hit, (1 - prevalence) * alarm, zero_division)  # this / (this + other)
    npv = _part((1 - prevalence) * clear, prevalence * miss, zero_division)
    return PredictiveValues(ppv.to(dtype), npv.to(dtype))


def _powers(rate, other, tests):
    """rateᵏ and otherᵏ, of which only the ratio matters: divided by the larger, so that not both can vanish."""
    larger = torch.maximum(rate, other).detach()
    larger = torch.where(larger > 0, larger, 1)
    return (rate / larger) ** tests, (other / larger) ** tests


def _part(this, other, zero_division):
    """this / (this + other)."""
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    total = this + other
    possible = total > 0  # asked before the division: autograd follows both branches of a where
    return torch.where(possible, this / torch.where(possible, total, 1), zero_division)


def after_results(prevalence, sensitivity, specificity, positives, negatives, zero_division=0.0):
    """P(sick | results): the sigmoid of the log-odds, to which every result adds its own."""
    counts = {"positives": positives, "negatives": negatives}
    prevalence, s, c, positives, negatives, dtype = _inputs(prevalence, sensitivity, specificity, **counts)
    sick = _xlogy(1, prevalence) + _xlogy(positives, s) + _xlogy(negatives, 1 - s)
    healthy = _xlogy(1, 1 - prevalence) + _xlogy(positives, 1 - c) + _xlogy(negatives, c)
    log_odds = sick - healthy  # NaN where both are −∞
    impossible = log_odds.isnan()
    return torch.where(impossible, zero_division, torch.sigmoid(torch.where(impossible, 0, log_odds))).to(dtype)


def _xlogy(x, y):
    """x log y with 0 log 0 = 0; −∞ at y = 0 is a constant, so that no gradient becomes 0 · ∞."""
    x = torch.as_tensor(x).to(y)
    log = torch.log(torch.where(y > 0, y, 1))
    return torch.where((x > 0) & (y == 0), -torch.inf, x * log)


def _inputs(prevalence, sensitivity, specificity, **counts):
    """All in float64, and the dtype of the prior, which is the prevalence."""
    rates = {"prevalence": prevalence, "sensitivity": sensitivity, "specificity": specificity}
    values = {name: share(name, value) for name, value in rates.items()}
    values |= {name: non_negative(name, value) for name, value in counts.items()}
    check_shapes(**values)
    prior = values["prevalence"]
    return *(value.to(prior.device).double() for value in values.values()), prior.dtype
