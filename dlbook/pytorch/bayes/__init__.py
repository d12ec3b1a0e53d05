"""Bayes' rule on tensors: posteriors can be differentiated, by the prior and by the likelihood.

No gradient is NaN at a probability of 0 or 1 or beside a 0/0, which is a constant.
"""

from dlbook.pytorch.bayes.densities import (
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
from dlbook.pytorch.bayes.diagnosis import PredictiveValues, after_results, medical_test
from dlbook.pytorch.bayes.hypotheses import discrete, discrete_from_logs
from dlbook.pytorch.bayes.regression import Weights, linear_predictive, linear_regression

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
