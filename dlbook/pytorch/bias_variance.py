"""Bias and variance on tensors: the three parts of an expected squared error, from samples and in closed form."""

from math import inf
from typing import NamedTuple

import torch

from dlbook._validate import wrong


class Decomposition(NamedTuple):
    """The parts of an expected squared error, averaged over x, and two of them at every x."""

    mse: torch.Tensor  # (), bias2 + variance + noise
    bias2: torch.Tensor  # ()
    variance: torch.Tensor  # ()
    noise: torch.Tensor  # (), σ²: no model is better than this
    bias2_at: torch.Tensor  # (*x,)
    variance_at: torch.Tensor  # (*x,)


def decompose(predictions, f_true, noise_var, ddof=1):
    """E_{D,ε,x}[(y − h_{θ,D}(x))²] = Bias² + Var + σ², estimated from models of several training sets."""
    predictions, f_true, dtype = _models(predictions, f_true, ddof)
    variance_at, mean = torch.var_mean(predictions, dim=0, correction=ddof)  # (n_sets, *x) -> (*x,)
    bias2_at = (mean - f_true) ** 2 - ddof * variance_at / len(predictions)
    return _averaged(bias2_at, variance_at, _noise(noise_var, bias2_at.shape), dtype)


def decompose_linear(H, f_train, f_true, noise_var):
    """The exact parts for a model that is linear in the labels, h_D = H y: the covariance of H y is σ² H Hᵀ."""
    H, f_train, f_true, dtype = _smoother(H, f_train, f_true)
    noise = _noise(noise_var, ())
    bias = H @ f_train - f_true  # (n_x, n) @ (n,) -> (n_x,)
    variance_at = noise.to(H) * torch.diagonal(H @ H.T)
    return _averaged(bias**2, variance_at, noise, dtype)


def _averaged(bias2_at, variance_at, noise_at, dtype):
    """The mean over x of what is known at every x, and the sum of the three, in the dtype that came in."""
    bias2, variance = bias2_at.mean(), variance_at.mean()  # (*x,) -> ()
    noise = noise_at.mean().to(bias2_at)
    found = bias2 + variance + noise, bias2, variance, noise, bias2_at, variance_at
    return Decomposition(*(part.to(dtype) for part in found))


def _noise(noise_var, shape):
    """`noise_var` as a tensor: one number, or one for each x, finite and not negative."""
    noise = torch.as_tensor(noise_var, dtype=torch.float64)
    if noise.shape not in ((), shape):
        need = f"one number, or shape {tuple(shape)}" if shape else "one number"
        raise wrong("noise_var", "fit the points", f"shape {tuple(noise.shape)}", need)
    if (odd := ~((noise >= 0) & (noise < inf))).any():
        raise wrong("noise_var", "be a variance", f"{noise[odd][0].item():g}", "a finite number from 0 on")
    return noise


def _models(predictions, f_true, ddof):
    """`predictions` (n_sets, *x), with as many sets as `ddof` asks for, `f_true` (*x,), and the dtype of the result."""
    predictions, f_true = _floats("predictions", predictions), _floats("f_true", f_true)
    if predictions.ndim < 2:
        need = "one row a training set"
        raise wrong("predictions", "have two dimensions or more", f"shape {tuple(predictions.shape)}", need)
    if ddof not in (0, 1):
        raise wrong("ddof", "be a known correction", f"{ddof!r}", "0 (none) or 1")
    if len(predictions) <= ddof:
        need = f"{ddof + 1} training sets with ddof={ddof}"
        raise wrong("predictions", "come from enough training sets", f"{len(predictions)}", need)
    if f_true.shape != predictions.shape[1:]:
        got, need = f"shape {tuple(f_true.shape)}", f"shape {tuple(predictions.shape[1:])}"
        raise wrong("f_true", "hold one value for each x", got, need)
    wide = predictions.double()  # a mean over many narrow numbers would lose digits
    return wide, f_true.to(wide), predictions.dtype


def _smoother(H, f_train, f_true):
    """`H` (n_x, n), `f_train` (n,) and `f_true` (n_x,), and the dtype of the result."""
    H, f_train, f_true = _floats("H", H), _floats("f_train", f_train), _floats("f_true", f_true)
    if H.ndim != 2:
        raise wrong("H", "have two dimensions", f"shape {tuple(H.shape)}", "one row a point, one column a label")
    for name, f, length in (("f_train", f_train, H.shape[1]), ("f_true", f_true, H.shape[0])):
        if f.shape != (length,):
            raise wrong(name, "fit H", f"shape {tuple(f.shape)}", f"shape ({length},) for H of shape {tuple(H.shape)}")
    wide = H.double()
    return wide, f_train.to(wide), f_true.to(wide), H.dtype


def _floats(name, value):
    """`value` as finite floats, not empty."""
    value = torch.as_tensor(value)
    if value.numel() == 0:
        raise wrong(name, "not be empty", f"shape {tuple(value.shape)}", "at least one number")
    if value.is_complex():
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    value = value if value.is_floating_point() else value.to(torch.float64)
    if not value.isfinite().all():
        raise wrong(name, "be finite", f"{value[~value.isfinite()][0].item()}", "finite numbers")
    return value
