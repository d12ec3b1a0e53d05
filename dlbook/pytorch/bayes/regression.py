"""Bayes' rule for a line: normal noise of known variance, and a normal prior of mean 0 on every weight."""

from typing import NamedTuple

import torch

from dlbook._validate import wrong
from dlbook.pytorch.bayes._inputs import floats, non_negative, positive
from dlbook.pytorch.bayes.densities import Normal


class Weights(NamedTuple):
    """A normal belief in several weights: their mean (D,) and their covariance (D, D)."""

    mean: torch.Tensor
    cov: torch.Tensor


def linear_regression(X, y, noise_var, prior_var):
    """y = X w + noise of variance s², every weight N(0, v) before: S = (Xᵀ X / s² + I / v)⁻¹, mean S Xᵀ y / s²."""
    X, y = _matrix("X", X), _vector("y", y)
    _check_length("y", y, "rows of X", len(X))
    noise_var = _one("noise_var", positive("noise_var", noise_var))
    prior_var = _one("prior_var", positive("prior_var", prior_var))
    wide, y, noise_var, prior_var = _wide(X, y, noise_var, prior_var)
    precision = wide.T @ wide / noise_var + torch.eye(X.shape[1]).to(wide) / prior_var  # (D, D)
    cov, failed = torch.linalg.inv_ex(precision)
    mean = cov @ (wide.T @ y / noise_var)  # (D,)
    if failed or not (mean.isfinite().all() and (cov.diagonal() > 0).all()):
        raise wrong("X", "leave a covariance", "a precision without an inverse", "columns that differ, less prior_var")
    return Weights(mean.to(X.dtype), cov.to(X.dtype))


def linear_predictive(X, mean, cov, noise_var):
    """What comes next at every row x of X: normal with mean xᵀ w̄ and variance xᵀ S x + s²."""
    X, mean, cov = _matrix("X", X), _vector("mean", mean), _matrix("cov", cov)
    _check_length("mean", mean, "columns of X", X.shape[1])
    if cov.shape != (len(mean), len(mean)):
        got = f"shape {tuple(cov.shape)}"
        raise wrong("cov", "hold a covariance of every two weights", got, f"{(len(mean),) * 2}")
    noise_var = _one("noise_var", non_negative("noise_var", noise_var))
    wide, mean, cov, noise_var = _wide(X, mean, cov, noise_var)
    var = torch.einsum("md,de,me->m", wide, cov, wide) + noise_var
    return Normal((wide @ mean).to(X.dtype), var.to(X.dtype))


def _wide(*values):
    """All in float64, beside the first."""
    return tuple(value.to(values[0].device).double() for value in values)


def _matrix(name, value):
    """Finite floats (N, D) with D ≥ 1; N may be 0."""
    value = value if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=torch.float64)
    if value.ndim != 2 or value.shape[1] == 0:
        raise wrong(name, "have a row a case", f"shape {tuple(value.shape)}", "shape (N, D)")
    return floats(name, value) if value.numel() else value.double()


def _vector(name, value):
    """Finite floats (N,); N may be 0."""
    value = value if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=torch.float64)
    if value.ndim != 1:
        raise wrong(name, "have one dimension", f"shape {tuple(value.shape)}", "shape (N,)")
    return floats(name, value) if value.numel() else value.double()


def _one(name, value):
    if value.ndim:
        raise wrong(name, "be one number", f"shape {tuple(value.shape)}", "shape ()")
    return value


def _check_length(name, value, other, needed):
    if len(value) != needed:
        raise wrong(name, f"be as long as there are {other}", f"{len(value)}", f"{needed}")
