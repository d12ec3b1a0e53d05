"""Bayes' rule for a line: normal noise of known variance, and a normal prior of mean 0 on every weight."""

from typing import NamedTuple

import numpy as np

from dlbook._validate import bayes as check
from dlbook.scratch.bayes._inputs import floats, non_negative, positive
from dlbook.scratch.bayes.densities import Normal


class Weights(NamedTuple):
    """A normal belief in several weights: their mean (D,) and their covariance (D, D)."""

    mean: np.ndarray
    cov: np.ndarray


def linear_regression_core(X, y, noise_var, prior_var):
    precision = X.T @ X / noise_var + np.eye(X.shape[1]) / prior_var  # (D, D)
    cov = np.linalg.inv(precision)
    mean = cov @ (X.T @ y / noise_var)  # (D,)
    return mean, cov


def linear_regression(X, y, noise_var, prior_var):
    """y = X w + noise of variance s², every weight N(0, v) before: S = (Xᵀ X / s² + I / v)⁻¹, mean S Xᵀ y / s².

    Shapes: X (N, D), a column of ones for an intercept; y (N,); N may be 0; s² is `noise_var` and v `prior_var`.

    >>> mean, cov = linear_regression([[1], [2]], [2, 3], noise_var=1, prior_var=1)
    >>> print(f"{mean[0]:.3f} {cov[0, 0]:.3f}")
    1.333 0.167
    """
    X, y = _matrix("X", X), _vector("y", y)
    check.check_length("y", len(y), "rows of X", len(X))
    noise_var = _one("noise_var", positive("noise_var", noise_var))
    prior_var = _one("prior_var", positive("prior_var", prior_var))
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # looked at below
            wide = (value.astype(np.float64) for value in (X, y, noise_var, prior_var))
            mean, cov = linear_regression_core(*wide)
        found = np.isfinite(mean).all() and (np.diag(cov) > 0).all()
    except np.linalg.LinAlgError:
        found = False
    check.check_inverted(found)
    return Weights(mean.astype(X.dtype), cov.astype(X.dtype))


def linear_predictive_core(X, mean, cov, noise_var):
    centre = X @ mean  # (M, D) @ (D,) -> (M,)
    of_the_line = ((X @ cov) * X).sum(axis=-1)  # xᵀ S x for every row x
    return centre, of_the_line + noise_var


def linear_predictive(X, mean, cov, noise_var):
    """What comes next at every row x of X: normal with mean xᵀ w̄ and variance xᵀ S x + s².

    Shapes: X (M, D), mean (D,), cov (D, D) -> mean and var (M,). With `noise_var` 0 it is the belief in the line.
    """
    X, mean, cov = _matrix("X", X), _vector("mean", mean), _matrix("cov", cov)
    check.check_length("mean", len(mean), "columns of X", X.shape[1])
    check.check_cov(cov.shape, len(mean))
    noise_var = _one("noise_var", non_negative("noise_var", noise_var))
    wide = (value.astype(np.float64) for value in (X, mean, cov, noise_var))
    return Normal(*(value.astype(X.dtype) for value in linear_predictive_core(*wide)))


def _matrix(name: str, value) -> np.ndarray:
    check.check_matrix(name, np.shape(value))
    return _finite(name, value)


def _vector(name: str, value) -> np.ndarray:
    check.check_line(name, np.shape(value))
    return _finite(name, value)


def _finite(name: str, value) -> np.ndarray:
    """Finite floats, or none at all."""
    value = np.asarray(value)
    return floats(name, value) if value.size else value.astype(np.float64)


def _one(name: str, value: np.ndarray) -> np.ndarray:
    check.check_one(name, value.shape)
    return value
