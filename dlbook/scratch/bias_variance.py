"""Bias and variance: the three parts of an expected squared error, from samples and in closed form.

The data are y = f(x) + ε with noise of mean 0 and variance σ²; h_{θ,D} is the model trained on the training set D.
"""

from math import inf
from typing import NamedTuple

import numpy as np

from dlbook._validate import wrong


class Decomposition(NamedTuple):
    """The parts of an expected squared error, averaged over x, and two of them at every x."""

    mse: np.ndarray  # (), bias2 + variance + noise
    bias2: np.ndarray  # ()
    variance: np.ndarray  # ()
    noise: np.ndarray  # (), σ²: no model is better than this
    bias2_at: np.ndarray  # (*x,)
    variance_at: np.ndarray  # (*x,)


def decompose_core(predictions, f_true, noise_var, ddof=1):
    mean = predictions.mean(axis=0)  # (n_sets, *x) -> (*x,)
    variance = predictions.var(axis=0, ddof=ddof)  # (*x,)
    bias2 = (mean - f_true) ** 2 - ddof * variance / len(predictions)
    mse = (bias2 + variance + noise_var).mean()  # (*x,) -> ()
    return mse, bias2, variance


def decompose(predictions, f_true, noise_var, ddof=1):
    """E_{D,ε,x}[(y − h_{θ,D}(x))²] = Bias² + Var + σ², estimated from models of several training sets.

    Shapes: predictions (n_sets, *x), where x stands for points, outputs or both: row s holds what the model trained
    on set s says at every x; f_true (*x,); noise_var a number, or one for each x.
    The mean over n_sets models strays from E_D[h] by Var / n_sets on average, so that its squared distance from f is
    too large by that much. With `ddof=1` bias2 is freed of it, and may come out a little below 0; with `ddof=0` it is
    not, and the variance is too small by as much: the sum is the same.
    """
    predictions, f_true, dtype = _models(predictions, f_true, ddof)
    noise = _noise(noise_var, f_true.shape)
    return _averaged(decompose_core(predictions, f_true, noise, ddof), noise, dtype)


def decompose_linear_core(H, f_train, f_true, noise_var):
    bias = H @ f_train - f_true  # (n_x, n) @ (n,) -> (n_x,)
    variance = noise_var * (H**2).sum(axis=1)  # σ² diag(H Hᵀ), (n_x,)
    mse = (bias**2 + variance + noise_var).mean()  # (n_x,) -> ()
    return mse, bias**2, variance


def decompose_linear(H, f_train, f_true, noise_var):
    """The exact parts for a model that is linear in the labels, h_D = H y: Bias = H f − f and Var = σ² diag(H Hᵀ).

    Shapes: H (n_x, n), f_train (n,) the truth at the training inputs, f_true (n_x,) where it is asked. Training sets
    differ in their noise alone. At the training inputs themselves the variance is σ² tr(H Hᵀ)/n.
    """
    H, f_train, f_true, dtype = _smoother(H, f_train, f_true)
    noise = _noise(noise_var, ())
    return _averaged(decompose_linear_core(H, f_train, f_true, noise), noise, dtype)


def _averaged(parts, noise_at: np.ndarray, dtype) -> Decomposition:
    """The sum, the mean over x of each part, and the parts at every x, in the dtype that came in."""
    mse, bias2_at, variance_at = parts
    found = mse, bias2_at.mean(), variance_at.mean(), noise_at.mean(), bias2_at, variance_at
    return Decomposition(*(part.astype(dtype) for part in found))


def _noise(noise_var, shape: tuple) -> np.ndarray:
    """`noise_var` as an array: one number, or one for each x, finite and not negative."""
    noise = np.asarray(noise_var, dtype=np.float64)
    if noise.shape not in ((), shape):
        need = f"one number, or shape {shape}" if shape else "one number"
        raise wrong("noise_var", "fit the points", f"shape {noise.shape}", need)
    if (odd := ~((noise >= 0) & (noise < inf))).any():
        raise wrong("noise_var", "be a variance", f"{noise[odd][0]:g}", "a finite number from 0 on")
    return noise


def _models(predictions, f_true, ddof) -> tuple[np.ndarray, np.ndarray, np.dtype]:
    """`predictions` (n_sets, *x), with as many sets as `ddof` asks for, `f_true` (*x,), and the dtype of the result."""
    predictions, f_true = _floats("predictions", predictions), _floats("f_true", f_true)
    if predictions.ndim < 2:
        need = "one row a training set"
        raise wrong("predictions", "have two dimensions or more", f"shape {predictions.shape}", need)
    if ddof not in (0, 1):
        raise wrong("ddof", "be a known correction", f"{ddof!r}", "0 (none) or 1")
    if len(predictions) <= ddof:
        need = f"{ddof + 1} training sets with ddof={ddof}"
        raise wrong("predictions", "come from enough training sets", f"{len(predictions)}", need)
    if f_true.shape != predictions.shape[1:]:
        raise wrong("f_true", "hold one value for each x", f"shape {f_true.shape}", f"shape {predictions.shape[1:]}")
    return _wide(predictions), _wide(f_true), predictions.dtype


def _smoother(H, f_train, f_true) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.dtype]:
    """`H` (n_x, n), `f_train` (n,) and `f_true` (n_x,), and the dtype of the result."""
    H, f_train, f_true = _floats("H", H), _floats("f_train", f_train), _floats("f_true", f_true)
    if H.ndim != 2:
        raise wrong("H", "have two dimensions", f"shape {H.shape}", "one row a point, one column a label")
    for name, f, length in (("f_train", f_train, H.shape[1]), ("f_true", f_true, H.shape[0])):
        if f.shape != (length,):
            raise wrong(name, "fit H", f"shape {f.shape}", f"shape ({length},) for H of shape {H.shape}")
    return _wide(H), _wide(f_train), _wide(f_true), H.dtype


def _wide(value: np.ndarray) -> np.ndarray:
    """In float64: a mean over many narrow numbers would lose digits."""
    return value.astype(np.float64, copy=False)


def _floats(name: str, value) -> np.ndarray:
    """`value` as finite floats, not empty."""
    value = np.asarray(value)
    if value.size == 0:
        raise wrong(name, "not be empty", f"shape {value.shape}", "at least one number")
    if value.dtype.kind not in "fiub":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    value = value if value.dtype.kind == "f" else value.astype(np.float64)
    if not np.isfinite(value).all():
        raise wrong(name, "be finite", f"{value[~np.isfinite(value)][0]}", "finite numbers")
    return value
