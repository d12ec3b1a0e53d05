"""Bayes' rule with two hypotheses, sick and healthy: what the result of a test means."""

from typing import NamedTuple

import torch

from dlbook._validate import check_between
from dlbook.pytorch.bayes._inputs import non_negative, share


class PredictiveValues(NamedTuple):
    """What a result means: P(sick | positive) and P(healthy | negative)."""

    ppv: torch.Tensor
    npv: torch.Tensor


def medical_test(prevalence, sensitivity, specificity, tests=1, zero_division=0.0):
    """PPV = P(sick | positive) = π s / (π s + (1 − π)(1 − c)), and NPV = P(healthy | negative) alike."""
    prevalence, s, c, tests = _inputs(prevalence, sensitivity, specificity, tests=tests)
    sick, healthy = torch.log(prevalence), torch.log(1 - prevalence)
    ppv = _posterior(sick + torch.xlogy(tests, s), healthy + torch.xlogy(tests, 1 - c), zero_division)
    npv = _posterior(healthy + torch.xlogy(tests, c), sick + torch.xlogy(tests, 1 - s), zero_division)
    return PredictiveValues(ppv, npv)


def after_results(prevalence, sensitivity, specificity, positives, negatives, zero_division=0.0):
    """P(sick | results): the sigmoid of the log-odds, to which every result adds its own."""
    counts = {"positives": positives, "negatives": negatives}
    prevalence, s, c, positives, negatives = _inputs(prevalence, sensitivity, specificity, **counts)
    sick = torch.log(prevalence) + torch.xlogy(positives, s) + torch.xlogy(negatives, 1 - s)
    healthy = torch.log(1 - prevalence) + torch.xlogy(positives, 1 - c) + torch.xlogy(negatives, c)
    return _posterior(sick, healthy, zero_division)


def _posterior(log_this, log_other, zero_division):
    """this / (this + other) as σ(log this − log other); where both are 0, the difference of the logarithms is NaN."""
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    posterior = torch.sigmoid(log_this - log_other)
    return torch.where(posterior.isnan(), zero_division, posterior)


def _inputs(prevalence, sensitivity, specificity, **counts):
    """All in the dtype of the prior, which is the prevalence."""
    prevalence = share("prevalence", prevalence)
    rates = share("sensitivity", sensitivity), share("specificity", specificity)
    counts = (non_negative(name, value) for name, value in counts.items())
    return prevalence, *(value.to(prevalence) for value in (*rates, *counts))
