"""Bayes' rule for a line: normal noise of known variance, and a normal prior of mean 0 on every weight."""

from typing import NamedTuple

import torch

from dlbook._validate import bayes as check
from dlbook.pytorch.bayes._inputs import floats, non_negative, positive
from dlbook.pytorch.bayes.densities import Normal


class Weights(NamedTuple):
    """A normal belief in several weights: their mean (D,) and their covariance (D, D)."""

    mean: torch.Tensor
    cov: torch.Tensor


def linear_regression(X, y, noise_var, prior_var):
    """y = X w + noise of variance s², every weight N(0, v) before: S = (Xᵀ X / s² + I / v)⁻¹, mean S Xᵀ y / s²."""
    X, y = _matrix("X", X), _vector("y", y)
    check.check_length("y", len(y), "rows of X", len(X))
    noise_var = _one("noise_var", positive("noise_var", noise_var))
    prior_var = _one("prior_var", positive("prior_var", prior_var))
    wide, y, noise_var, prior_var = _wide(X, y, noise_var, prior_var)
    precision = wide.T @ wide / noise_var + torch.eye(X.shape[1]).to(wide) / prior_var  # (D, D)
    cov, failed = torch.linalg.inv_ex(precision)
    mean = cov @ (wide.T @ y / noise_var)  # (D,)
    check.check_inverted(not failed and mean.isfinite().all() and (cov.diagonal() > 0).all())
    return Weights(mean.to(X.dtype), cov.to(X.dtype))


def linear_predictive(X, mean, cov, noise_var):
    """What comes next at every row x of X: normal with mean xᵀ w̄ and variance xᵀ S x + s²."""
    X, mean, cov = _matrix("X", X), _vector("mean", mean), _matrix("cov", cov)
    check.check_length("mean", len(mean), "columns of X", X.shape[1])
    check.check_cov(cov.shape, len(mean))
    noise_var = _one("noise_var", non_negative("noise_var", noise_var))
    wide, mean, cov, noise_var = _wide(X, mean, cov, noise_var)
    var = torch.einsum("md,de,me->m", wide, cov, wide) + noise_var
    return Normal((wide @ mean).to(X.dtype), var.to(X.dtype))


def _wide(*values):
    """All in float64, beside the first."""
    return tuple(value.to(values[0].device).double() for value in values)


def _matrix(name, value):
    value = _tensor(value)
    check.check_matrix(name, value.shape)
    return _finite(name, value)


def _vector(name, value):
    value = _tensor(value)
    check.check_line(name, value.shape)
    return _finite(name, value)


def _tensor(value):
    return value if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=torch.float64)


def _finite(name, value):
    """Finite floats, or none at all."""
    return floats(name, value) if value.numel() else value.double()


def _one(name, value):
    check.check_one(name, value.shape)
    return value
