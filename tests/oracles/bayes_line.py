"""Chapter 13, the line: scikit-learn's Gaussian process has the band, and conditioning a joint normal the weights."""

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import DotProduct
from sklearn.linear_model import Ridge

from dlbook.explorers import bayes_line as explorer
from dlbook.scratch import bayes

RTOL = 1e-7


def points(where, noise, count):
    x, y = explorer.data(where, noise)
    return x[: int(count)], y[: int(count)]


def process(count, where, prior, noise, places):
    """Mean and variance of the line at the places."""
    x, y = points(where, noise, count)
    places = np.reshape(places, (-1, 1))
    if not len(x):  # a Gaussian process that has seen nothing
        return np.zeros(len(places)), prior**2 * (1 + places[:, 0] ** 2)
    model = GaussianProcessRegressor(prior**2 * DotProduct(sigma_0=1.0), alpha=noise**2, optimizer=None)
    centre, cov = model.fit(x[:, None], y).predict(places, return_cov=True)
    return centre, np.diag(cov)


def weights(count, where, prior, noise):
    """Mean of both weights by ridge regression; the variance of the slope from that of the line at three places."""
    x, y = points(where, noise, count)
    if not len(x):
        return (0.0, 0.0), prior**2
    X = np.column_stack([np.ones_like(x), x])
    ridge = Ridge(alpha=noise**2 / prior**2, fit_intercept=False, solver="svd").fit(X, y)
    # weights and outcomes are jointly normal before: condition the slope on the outcomes
    with_y = prior**2 * x
    of_y = prior**2 * X @ X.T + noise**2 * np.eye(len(x))
    return ridge.coef_, prior**2 - with_y @ np.linalg.solve(of_y, with_y)


def oracle(count, where, prior, noise, place):
    (height, slope), slope_var = weights(count, where, prior, noise)
    (at,), (line_var,) = process(count, where, prior, noise, [place])
    half = 1.96 * np.sqrt(line_var + noise**2)
    return {
        "height": height, "slope": slope, "slope_sd": np.sqrt(slope_var), "at": at, "line_var": line_var,
        "noise_var": noise**2, "var": line_var + noise**2, "low": at - half, "high": at + half, "width": 2 * half,
    }  # fmt: skip


def scratch(count, where, prior, noise, place):
    """One point after the other, as a prior that each posterior hands on: precisions and weighted sums add up."""
    x, y = points(where, noise, count)
    precision, weighted = np.eye(2) / prior**2, np.zeros(2)
    for a, b in zip(x, y, strict=True):
        row = np.array([1.0, a])
        precision, weighted = precision + np.outer(row, row) / noise**2, weighted + row * b / noise**2
    at = bayes.linear_predictive([[1.0, place]], np.linalg.solve(precision, weighted), np.linalg.inv(precision), 0.0)
    return {"at": at.mean[0], "line_var": at.var[0]} if len(x) < 3 else {}


def check_drawing(shown, values):
    """The band is scikit-learn's all along; as many points are seen as were asked for, where they should lie."""
    settings = {name: values[name] for name in ("count", "where", "prior", "noise")}
    centre, var = process(**settings, places=shown["places"])
    np.testing.assert_allclose(shown["centre"], centre[[0, -1]], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(shown["line_sd"] ** 2, var, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(shown["sd"] ** 2, var + values["noise"] ** 2, rtol=1e-6)
    for key, sd in (("band", shown["sd"]), ("line_band", shown["line_sd"])):
        upper, lower = np.split(shown[key][:-1], 2)
        np.testing.assert_allclose((upper + lower[::-1]) / 2, centre, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose((upper - lower[::-1]) / (2 * 1.96), sd, rtol=1e-6, atol=1e-9)
    seen = ~np.isnan(shown["seen"])
    assert seen.sum() == values["count"] and (np.diff(seen.astype(int)) <= 0).all()
    low, high = {"on the left": (-3, -1), "in the middle": (-0.5, 0.5)}.get(values["where"], (-3, 3))
    assert (low <= shown["x"]).all() and (shown["x"] <= high).all()
    assert values["where"] != "at both ends" or (np.abs(shown["x"]) > 2.4).all()
    assert abs(np.interp(values["place"], shown["places"], shown["sd"]) - shown["here_sd"][0]) < 0.1
    assert shown["here_y"].tolist() == [shown["at"]]
