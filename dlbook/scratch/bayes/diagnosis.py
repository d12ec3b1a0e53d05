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


def medical_test(prevalence, sensitivity, specificity, tests=1, zero_division=0.0):
    """PPV = P(sick | positive) = π s / (π s + (1 − π)(1 − c)), and NPV = P(healthy | negative) alike.

    After `tests` results that all say the same, independent given the condition. Shapes broadcast. 0/0, a result that
    nobody has, is `zero_division`.

    >>> ppv, npv = medical_test(0.01, sensitivity=0.9, specificity=0.91)
    >>> print(f"{ppv:.3f} {npv:.3f}")
    0.092 0.999
    """
    prevalence, s, c, tests = _inputs(prevalence, sensitivity, specificity, tests=tests)
    hit, alarm = _powers(s, 1 - c, tests)  # sᵏ and (1 − c)ᵏ, both divided by the larger
    clear, miss = _powers(c, 1 - s, tests)
    ppv = _part(prevalence * hit, (1 - prevalence) * alarm, zero_division)  # this / (this + other)
    npv = _part((1 - prevalence) * clear, prevalence * miss, zero_division)
    return PredictiveValues(ppv, npv)


def _powers(rate, other, tests):
    """rateᵏ and otherᵏ, of which only the ratio matters: divided by the larger, so that not both can vanish."""
    larger = np.maximum(rate, other)
    larger = np.where(larger > 0, larger, 1).astype(larger.dtype)
    return (rate / larger) ** tests, (other / larger) ** tests


def _part(this, other, zero_division):
    """this / (this + other)."""
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    total = this + other
    possible = total > 0
    return np.where(possible, this / np.where(possible, total, 1), total.dtype.type(zero_division))


def after_results(prevalence, sensitivity, specificity, positives, negatives, zero_division=0.0):
    """P(sick | results): the sigmoid of the log-odds, to which every result adds its own.

    log π/(1−π) + positives · log s/(1−c) + negatives · log (1−s)/c, if results are independent given the condition.
    Shapes broadcast; 0/0, results that nobody can have, is `zero_division`. Where the log-odds are infinite the
    sigmoid is flat, and so is this function to autograd; `medical_test` has the derivative there too.
    """
    check_between("zero_division", zero_division, 0, 1, or_nan=True)
    counts = {"positives": positives, "negatives": negatives}
    prevalence, s, c, positives, negatives = _inputs(prevalence, sensitivity, specificity, **counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        sick = np.log(prevalence) + _xlogy(positives, s) + _xlogy(negatives, 1 - s)
        healthy = np.log(1 - prevalence) + _xlogy(positives, 1 - c) + _xlogy(negatives, c)
        log_odds = sick - healthy  # NaN where both are −∞
    return np.where(np.isnan(log_odds), log_odds.dtype.type(zero_division), sigmoid(log_odds))


def _xlogy(x, y):
    """x log y with 0 log 0 = 0."""
    return np.where(x == 0, x, x * np.log(y))


def _inputs(prevalence, sensitivity, specificity, **counts):
    """All in the dtype of the prior, which is the prevalence."""
    rates = {"prevalence": prevalence, "sensitivity": sensitivity, "specificity": specificity}
    values = {name: share(name, value) for name, value in rates.items()}
    values |= {name: non_negative(name, value) for name, value in counts.items()}
    check_shapes(**values)
    return (value.astype(values["prevalence"].dtype) for value in values.values())
