"""Bayes' rule: what was believed, times what the data say of it, divided so that it sums to one.

H is a hypothesis, D the data: P(H | D) = P(D | H) P(H) / P(D). The prior decides the dtype of the result. A likelihood
is no distribution over H: it need not sum to one. Data that are independent given H multiply their likelihoods, or add
the logarithms (`…_from_logs`), which do not underflow. Data that no hypothesis allows raise a ValueError.
"""

from dlbook.scratch.bayes.densities import (
    Beta,
    Interval,
    Normal,
    beta_binomial,
    beta_binomial_predictive,
    continuous,
    continuous_from_logs,
    credible_interval,
    normal_normal,
)
from dlbook.scratch.bayes.diagnosis import PredictiveValues, after_results, medical_test
from dlbook.scratch.bayes.hypotheses import discrete, discrete_from_logs
from dlbook.scratch.bayes.regression import Weights, linear_predictive, linear_regression

__all__ = [
    "Beta",
    "Interval",
    "Normal",
    "PredictiveValues",
    "Weights",
    "after_results",
    "beta_binomial",
    "beta_binomial_predictive",
    "continuous",
    "continuous_from_logs",
    "credible_interval",
    "discrete",
    "discrete_from_logs",
    "linear_predictive",
    "linear_regression",
    "medical_test",
    "normal_normal",
]
