"""Bayes' rule with two hypotheses, sick and healthy: what the result of a test means."""

from typing import NamedTuple

import numpy as np

from dlbook._validate import check_between
from dlbook.scratch.activations import sigmoid
from dlbook.scratch.bayes._inputs import check_shapes, non_negative, share


class PredictiveValues(NamedTuple):
    """What a result means: P(sick | positive) and P(healthy | negative)."""

    ppv: np.ndarray
    npv: np.ndarray


def medical_test_core(prevalence, sensitivity, specificity, tests=1):
    hit = prevalence * sensitivity**tests  # sick, and all results positive
    alarm = (1 - prevalence) * (1 - specificity) ** tests  # healthy, and all results positive
    clear = (1 - prevalence) * specificity**tests
    miss = prevalence * (1 - sensitivity) ** tests
    return hit / (hit + alarm), clear / (clear + miss)


def medical_test(prevalence, sensitivity, specificity, tests=1, zero_division=0.0):
    """PPV = P(sick | positive) = π s / (π s + (1 − π)(1 − c)), and NPV = P(healthy | negative) alike.

    After `tests` results that all say the same, independent given the condition. Shapes broadcast. 0/0, a result that
    nobody has, is `zero_division`.

    >>> ppv, npv = medical_test(0.01, sensitivity=0.9, specificity=0.91)
    >>> print(f"{ppv:.3f} {npv:.3f}")
    0.092 0.999
    """
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    prevalence, s, c, tests, dtype = _inputs(prevalence, sensitivity, specificity, tests=tests)
    with np.errstate(invalid="ignore"):  # 0/0, or what is too small for a float: looked at below
        ppv, npv = medical_test_core(prevalence, s, c, tests)
    ppv = _mended(ppv, prevalence, s, 1 - c, tests, zero_division)
    npv = _mended(npv, 1 - prevalence, c, 1 - s, tests, zero_division)
    return PredictiveValues(ppv.astype(dtype), npv.astype(dtype))


def _mended(posterior, prior, rate, other, tests, zero_division):
    """The posterior from the ratio of the powers where both are too small; `zero_division` where 0/0 is meant."""
    larger = np.maximum(rate, other)
    unit = np.where(larger > 0, larger, 1)
    this, that = prior * (rate / unit) ** tests, (1 - prior) * (other / unit) ** tests
    total = this + that
    by_ratio = this / np.where(total > 0, total, 1)
    return np.where(total > 0, np.where(larger**tests > 1e-280, posterior, by_ratio), zero_division)


def after_results_core(prevalence, sensitivity, specificity, positives, negatives):
    log_odds = np.log(prevalence / (1 - prevalence))
    log_odds = log_odds + positives * np.log(sensitivity / (1 - specificity))
    log_odds = log_odds + negatives * np.log((1 - sensitivity) / specificity)
    return sigmoid(log_odds)


def after_results(prevalence, sensitivity, specificity, positives, negatives, zero_division=0.0):
    """P(sick | results): the sigmoid of the log-odds, to which every result adds its own.

    log π/(1−π) + positives · log s/(1−c) + negatives · log (1−s)/c, if results are independent given the condition.
    Shapes broadcast; 0/0, results that nobody can have, is `zero_division`. Where the log-odds are infinite the
    sigmoid is flat, and so is this function to autograd; `medical_test` has the derivative there too.
    """
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    counts = {"positives": positives, "negatives": negatives}
    prevalence, s, c, positives, negatives, dtype = _inputs(prevalence, sensitivity, specificity, **counts)
    with np.errstate(divide="ignore", invalid="ignore"):  # a rate of 0 or 1: looked at below
        posterior = after_results_core(prevalence, s, c, positives, negatives)
        sick = np.log(prevalence) + _xlogy(positives, s) + _xlogy(negatives, 1 - s)
        healthy = np.log(1 - prevalence) + _xlogy(positives, 1 - c) + _xlogy(negatives, c)
        exact = np.where(np.isnan(sick - healthy), zero_division, sigmoid(sick - healthy))  # NaN where both are −∞
    return np.where(np.isnan(posterior), exact, posterior).astype(dtype)


def _xlogy(x, y):
    """x log y with 0 log 0 = 0."""
    return np.where(x == 0, x, x * np.log(y))


def _inputs(prevalence, sensitivity, specificity, **counts):
    """All in float64, and the dtype of the prior, which is the prevalence."""
    rates = {"prevalence": prevalence, "sensitivity": sensitivity, "specificity": specificity}
    values = {name: share(name, value) for name, value in rates.items()}
    values |= {name: non_negative(name, value) for name, value in counts.items()}
    check_shapes(**values)
    return *(value.astype(np.float64) for value in values.values()), values["prevalence"].dtype
