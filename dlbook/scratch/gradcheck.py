"""Is a gradient right? Central differences know."""

from math import inf

import numpy as np

from dlbook._validate import wrong


def numerical_gradient_core(f, x, eps):
    gradient = np.zeros_like(x)
    for k in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[k] = eps * max(1, abs(x[k]))
        gradient[k] = (f(x + step) - f(x - step)) / (2 * step[k])
    return gradient


def numerical_gradient(f, x, eps=1e-6):
    """∂f/∂x_k ≈ (f(x + h e_k) − f(x − h e_k)) / 2h with h = ε max(1, |x_k|), one number of `x` at a time.

    f returns a scalar. The error is O(h²) + O(u/h), with u = 1e-16 the rounding error of float64; ε = 1e-6 is near the
    best of both. The step grows with x_k: beside 1e11 a step of 1e-6 would be lost.
    """
    x = np.asarray(x, dtype=np.float64)
    if not 0 < eps < inf:
        raise wrong("eps", "be above 0", f"{eps}", "a small step, as 1e-6")

    def one_number(x):
        value = np.asarray(f(x))
        if value.ndim > 0:
            raise wrong("f", "return one number", f"shape {value.shape}", "shape ()")
        return value

    return numerical_gradient_core(one_number, x, eps)


def gradcheck_core(exact, approximate):
    scale = np.maximum(np.maximum(np.abs(exact), np.abs(approximate)), 1)
    return np.max(np.abs(exact - approximate) / scale)


def gradcheck(f, grad, x, eps=1e-6):
    """The largest error of `grad(x)` against central differences of `f`, relative to the larger of the two and to 1.

    Below 1e-6 the gradient is right, above 1e-3 it is wrong; between the two, look for a kink near `x`. Where the
    gradient itself is tiny, scale `f` first: the error is then measured against 1.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.size == 0:
        raise wrong("x", "not be empty", f"shape {x.shape}", "at least one number")
    exact, approximate = np.asarray(grad(x)), numerical_gradient(f, x, eps)
    if exact.shape != approximate.shape:
        raise wrong("grad", "return the shape of x", f"shape {exact.shape}", f"shape {approximate.shape}")
    return gradcheck_core(exact, approximate)
