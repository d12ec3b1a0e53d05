"""Chapter 06: ridge as least squares with rows for the penalty, solved by SciPy; the split by plain sums."""

from functools import cache

import numpy as np
import scipy.linalg
import scipy.special

from dlbook.experiments import bias_variance

RTOL = 1e-5  # with hardly any penalty the normal equations lose digits
GRID = np.linspace(-1, 1, 201)
LOG_LAMS = [k / 2 for k in range(-12, 5)]


def f(x):
    return np.sin(4 * x + 1)


def features(x, degree):
    return np.stack([scipy.special.eval_legendre(k, x) for k in range(degree + 1)], axis=-1)


def draws(kind, n):
    return np.linspace(-1, 1, n)[None] if kind == "even" else np.random.default_rng(n).uniform(-1, 1, (100, n))


def smoother(x, at, degree, lam):
    """(len(at), n): the parameters from [A; √λ I] θ ≈ [y; 0], for every y of the identity."""
    price = np.sqrt(lam) * np.eye(degree + 1)[1:]  # the constant is free
    rows = np.concatenate([features(x, degree), price])
    labels = np.concatenate([np.eye(len(x)), np.zeros((degree, len(x)))])
    return features(at, degree) @ scipy.linalg.lstsq(rows, labels)[0]


@cache
def parts(strength, degree, n, kind):
    """bias², variance from noise and from inputs, averaged over the grid."""
    inputs = draws(kind, n)
    smoothers = [smoother(x, GRID, degree, 10.0**strength) for x in inputs]
    means = np.stack([H @ f(x) for H, x in zip(smoothers, inputs, strict=True)])
    of_noise = 0.09 * np.mean([(H * H).sum(axis=1).mean() for H in smoothers])
    center = means.mean(axis=0)
    if len(means) == 1:
        return ((center - f(GRID)) ** 2).mean(), of_noise, 0.0
    of_inputs = ((means - center) ** 2).sum(axis=0).mean() / (len(means) - 1)
    return ((center - f(GRID)) ** 2).mean() - of_inputs / len(means), of_noise, of_inputs


def oracle(strength, degree, n, kind):
    degree, n = int(degree), int(n)
    bias2, of_noise, of_inputs = parts(strength, degree, n, kind)
    tests = [sum(parts(s, degree, n, kind)) for s in LOG_LAMS]
    return {
        "lam": 10.0**strength, "bias2": bias2, "of_noise": of_noise, "of_inputs": of_inputs, "noise": 0.09,
        "test": bias2 + of_noise + of_inputs + 0.09, "best": 10.0 ** LOG_LAMS[int(np.argmin(tests))],
    }  # fmt: skip


def scratch(strength, degree, n, kind):
    """By the chapter's own function."""
    split = bias_variance.split(int(degree), 10.0**strength, draws(kind, int(n)))
    return {"bias2": split.bias2, "of_noise": split.of_noise, "of_inputs": split.of_inputs, "test": split.test}


def check_drawing(shown, values):
    """The curves are fits to the points, and the lines over λ are the parts."""
    strength, degree, n, kind = values["strength"], int(values["degree"]), int(values["n"]), values["kind"]
    x = np.broadcast_to(draws(kind, n)[:5], (5, n))
    y = f(x) + np.random.default_rng(n).normal(0, 0.3, (5, n))
    at = GRID[::4]
    np.testing.assert_allclose(shown["x"], at, atol=1e-15)
    np.testing.assert_array_equal(np.split(shown["x_fits"], 5), np.tile(np.append(at, np.nan), (5, 1)))
    for curve, inputs, labels in zip(np.split(shown["fits"], 5), x, y, strict=True):
        fitted = smoother(inputs, at, degree, 10.0**strength) @ labels
        np.testing.assert_allclose(curve[:-1], np.clip(fitted, -4, 4), rtol=1e-4, atol=1e-4)
        assert np.isnan(curve[-1])
    np.testing.assert_allclose(shown["truth"], f(at), rtol=1e-12)
    means = [smoother(inputs, at, degree, 10.0**strength) @ f(inputs) for inputs in draws(kind, n)]
    np.testing.assert_allclose(shown["mean"], np.mean(means, axis=0), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(shown["x_points"][:n], x[0], atol=1e-15)
    np.testing.assert_allclose(shown["y_points"][:n], y[0], rtol=1e-12)
    assert np.isnan(shown["x_points"][n:]).all() and np.isnan(shown["y_points"][n:]).all()
    assert shown["strengths"].tolist() == LOG_LAMS
    over = np.array([parts(s, degree, n, kind) for s in LOG_LAMS])
    names = ("over_bias2", "over_of_noise", "over_of_inputs")
    for name, column in zip(names, over.T, strict=True):
        np.testing.assert_allclose(shown[name], np.where(column > 0, column, np.nan), rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(shown["over_test"], over.sum(axis=1) + 0.09, rtol=1e-5)
