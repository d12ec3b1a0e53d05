"""Bayes' rule with two hypotheses, sick and healthy: what the result of a test means."""

from typing import NamedTuple

import numpy as np

from dlbook._validate import check_between
from dlbook.scratch.activations import sigmoid
from dlbook.scratch.bayes._inputs import non_negative, share


class PredictiveValues(NamedTuple):
    """What a result means: P(sick | positive) and P(healthy | negative)."""

    ppv: np.ndarray
    npv: np.ndarray


def medical_test(prevalence, sensitivity, specificity, tests=1, zero_division=0.0):
    """PPV = P(sick | positive) = π s / (π s + (1 − π)(1 − c)), and NPV = P(healthy | negative) alike.

    After `tests` results that all say the same, independent given the condition. Shapes broadcast. 0/0, a result that
    nobody has, is `zero_division`.

    >>> ppv, npv = medical_test(0.01, sensitivity=0.9, specificity=0.91)
    >>> print(f"{ppv:.3f} {npv:.3f}")
    0.092 0.999
    """
    prevalence, s, c, tests = _inputs(prevalence, sensitivity, specificity, tests=tests)
    with np.errstate(divide="ignore", invalid="ignore"):
        sick, healthy = np.log(prevalence), np.log(1 - prevalence)
        ppv = _posterior(sick + _xlogy(tests, s), healthy + _xlogy(tests, 1 - c), zero_division)
        npv = _posterior(healthy + _xlogy(tests, c), sick + _xlogy(tests, 1 - s), zero_division)
    return PredictiveValues(ppv, npv)


def after_results(prevalence, sensitivity, specificity, positives, negatives, zero_division=0.0):
    """P(sick | results): the sigmoid of the log-odds, to which every result adds its own.

    log π/(1−π) + positives · log s/(1−c) + negatives · log (1−s)/c, if results are independent given the condition.
    Shapes broadcast; 0/0, results that nobody can have, is `zero_division`.
    """
    counts = {"positives": positives, "negatives": negatives}
    prevalence, s, c, positives, negatives = _inputs(prevalence, sensitivity, specificity, **counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        sick = np.log(prevalence) + _xlogy(positives, s) + _xlogy(negatives, 1 - s)
        healthy = np.log(1 - prevalence) + _xlogy(positives, 1 - c) + _xlogy(negatives, c)
        return _posterior(sick, healthy, zero_division)


def _posterior(log_this, log_other, zero_division):
    """this / (this + other) as σ(log this − log other); where both are 0, the difference of the logarithms is NaN."""
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    posterior = sigmoid(log_this - log_other)
    return np.where(np.isnan(posterior), posterior.dtype.type(zero_division), posterior)


def _xlogy(x, y):
    """x log y with 0 log 0 = 0."""
    return np.where(x == 0, x, x * np.log(y))


def _inputs(prevalence, sensitivity, specificity, **counts):
    """All in the dtype of the prior, which is the prevalence."""
    prevalence = share("prevalence", prevalence)
    rates = share("sensitivity", sensitivity), share("specificity", specificity)
    counts = (non_negative(name, value) for name, value in counts.items())
    return prevalence, *(value.astype(prevalence.dtype) for value in (*rates, *counts))
