"""Chapter 06: scikit-learn fits the polynomials, and the parts come from the covariance of its coefficients."""

from functools import cache

import numpy as np
from numpy.polynomial.chebyshev import chebvander
from sklearn.linear_model import LinearRegression

from dlbook.scratch import bias_variance

RTOL = 1e-6  # a bias² of 1e-11 is the square of what rounding leaves five digits of
GRID = np.linspace(-1, 1, 201)


def f(x):
    return np.sin(4 * x + 1)


def fitted(degree, n, y, at):
    """What the polynomials of the rows of y (sets, n) say at `at`: (sets, len(at))."""
    model = LinearRegression(fit_intercept=False).fit(chebvander(np.linspace(-1, 1, n), degree), y.T)
    return model.predict(chebvander(at, degree)).T


@cache
def parts(degree, sigma, n):
    """bias², variance, training error: Var h(x) = σ² v (VᵀV)⁻¹ vᵀ, and p of n residuals are free of noise."""
    x = np.linspace(-1, 1, n)
    q, r = np.linalg.qr(chebvander(x, degree))
    half = np.linalg.solve(r.T, chebvander(GRID, degree).T)  # (p, 201): vᵀ(VᵀV)⁻¹v is the squared length of a column
    bias2 = ((fitted(degree, n, f(x)[None], GRID)[0] - f(GRID)) ** 2).mean()
    missed = ((fitted(degree, n, f(x)[None], x)[0] - f(x)) ** 2).mean()
    return bias2, sigma**2 * (half**2).sum(axis=0).mean(), missed + sigma**2 * (n - degree - 1) / n


def oracle(degree, sigma, n):
    degree, n = int(degree), int(n)
    bias2, variance, train = parts(degree, sigma, n)
    y = f(np.linspace(-1, 1, n)) + sigma * np.random.default_rng(n).normal(0, 1, (100, n))
    sums = [sum(parts(d, sigma, n)[:2]) for d in range(13)]
    return {
        "bias2": bias2, "variance": variance, "noise": sigma**2, "test": bias2 + variance + sigma**2, "train": train,
        "measured": ((fitted(degree, n, y, GRID) - f(GRID)) ** 2).mean() + sigma**2,
        "best": int(np.argmin(sums)), "fitted": degree,
    }  # fmt: skip


def scratch(degree, sigma, n):
    """By dlbook's own function, its H made of the fits to the columns of the identity."""
    degree, n = int(degree), int(n)
    H = np.polynomial.legendre.legvander(GRID, degree) @ np.linalg.pinv(
        np.polynomial.legendre.legvander(np.linspace(-1, 1, n), degree)
    )
    exact = bias_variance.decompose_linear(H, f(np.linspace(-1, 1, n)), f(GRID), sigma**2)
    return {"bias2": exact.bias2, "variance": exact.variance, "noise": exact.noise, "test": exact.mse}


def check_drawing(shown, values):
    """The curves are fits, the mean is the fit to the truth, the words say what the numbers say."""
    degree, sigma, n = int(values["degree"]), values["sigma"], int(values["n"])
    x = np.linspace(-1, 1, n)
    y = f(x) + sigma * np.random.default_rng(n).normal(0, 1, (100, n))
    curves = np.split(shown["fits"], 7)
    np.testing.assert_allclose(shown["x"], np.linspace(-1, 1, 101), atol=1e-15)
    np.testing.assert_array_equal(np.split(shown["x_fits"], 7), np.tile(np.append(shown["x"], np.nan), (7, 1)))
    expected = np.pad(fitted(degree, n, y[:7], shown["x"]), ((0, 0), (0, 1)), constant_values=np.nan)
    np.testing.assert_allclose(curves, expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(shown["mean"], fitted(degree, n, f(x)[None], shown["x"])[0], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(shown["truth"], f(shown["x"]), rtol=1e-12)
    np.testing.assert_allclose(shown["x_points"][:n], x, atol=1e-15)
    np.testing.assert_allclose(shown["y_points"][:n], y[0], rtol=1e-12)
    assert np.isnan(shown["x_points"][n:]).all() and np.isnan(shown["y_points"][n:]).all()
    over = np.array([parts(d, sigma, n) for d in range(13)])
    assert shown["degrees"].tolist() == list(range(13))
    np.testing.assert_allclose(shown["over_bias2"], over[:, 0], rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(shown["over_variance"], over[:, 1], rtol=1e-6)
    np.testing.assert_allclose(shown["over_noise"], sigma**2, rtol=1e-12)
    np.testing.assert_allclose(shown["over_test"], over[:, 0] + over[:, 1] + sigma**2, rtol=1e-6)
    np.testing.assert_allclose(shown["over_train"], over[:, 2], rtol=1e-6, atol=1e-12)
    test = over[:, 0] + over[:, 1] + sigma**2
    word = "right" if test[degree] <= 1.1 * test.min() else "underfits" if degree < test.argmin() else "overfits"
    assert word in shown["verdict"]
