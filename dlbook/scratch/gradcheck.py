"""Is a gradient right? Central differences know."""

import numpy as np


def numerical_gradient(f, x, eps=1e-6):
    """∂f/∂x_k ≈ (f(x + ε e_k) − f(x − ε e_k)) / 2ε, one number of `x` at a time; f returns a scalar.

    The error is O(ε²) + O(u/ε), with u = 1e-16 the rounding error of float64; ε = 1e-6 is near the best of both.
    """
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for k in np.ndindex(x.shape):
        kept = x[k]
        x[k] = kept + eps
        above = f(x)
        x[k] = kept - eps
        below = f(x)
        x[k] = kept
        gradient[k] = (above - below) / (2 * eps)
    return gradient


def gradcheck(f, grad, x, eps=1e-6):
    """The largest error of `grad(x)` against central differences of `f`, relative to the larger of the two and to 1.

    Below 1e-6 the gradient is right, above 1e-3 it is wrong; between the two, look for a kink near `x`.
    """
    x = np.asarray(x, dtype=np.float64)
    exact, approximate = np.asarray(grad(x)), numerical_gradient(f, x, eps)
    if exact.shape != approximate.shape:
        raise ValueError(f"grad must return the shape of x: got {exact.shape}, need {approximate.shape}")
    scale = np.maximum(np.maximum(np.abs(exact), np.abs(approximate)), 1)
    return np.max(np.abs(exact - approximate) / scale)
