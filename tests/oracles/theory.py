"""Chapter 07, the bumps: SciPy's sigmoid, scikit-learn's least squares."""

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LinearRegression

from dlbook.experiments import theory

RTOL = 1e-6  # least squares by another decomposition
INSIDE = np.sort(np.append(np.linspace(0, 1, 401), 0.5 - 1e-12))
TARGETS = {
    "wave": lambda x: np.sin(2 * np.pi * x) + np.sin(6 * np.pi * x) / 2,
    "kink": lambda x: np.where(x < 0.4, 0.8 - 2 * x, 2 * x - 0.8),
    "jump": lambda x: np.heaviside(x - 0.5, 1.0),
}


def net(target, heights, count, steepness):
    """The net, and its heights; bump by bump."""
    count = int(count)
    places = [k / count for k in range(count + 1)]
    places[0] -= 2 / count
    places[-1] += 2 / count
    s = steepness * count

    def bump(x, k):
        return expit(s * (x - places[k])) - expit(s * (x - places[k + 1]))

    if heights == "by hand":
        h = [float(TARGETS[target](np.array((k + 0.5) / count))) for k in range(count)]
    else:
        X = np.stack([bump(INSIDE, k) for k in range(count)], axis=1)
        h = LinearRegression(fit_intercept=False).fit(X, TARGETS[target](INSIDE)).coef_
    return lambda x: sum(h[k] * bump(x, k) for k in range(count)), h


def oracle(target, heights, count, steepness):
    f, (g, h) = TARGETS[target], net(target, heights, count, steepness)
    error = np.abs(g(INSIDE) - f(INSIDE))
    beside = np.concatenate([-0.25 + 0.01 * np.arange(25), 1.25 - 0.01 * np.arange(25)])
    return {  # units: two for each bump, less one for each pair of neighbours
        "units": 2 * count - (count - 1), "error": error.max(), "rms": np.linalg.norm(error) / np.sqrt(len(error)),
        "outside": np.abs(g(beside) - f(beside)).max(), "height": np.round(h[int(count) // 3], 12),
    }  # fmt: skip


def scratch(target, heights, count, steepness):
    """By the chapter's own function, which adds all bumps in one product."""
    f = theory.TARGETS[target]
    own = theory.approximate(f, int(count), steepness, heights == "fitted")
    return {"error": theory.largest_error(f, own)}


def check_drawing(shown, values):
    g, h = net(**values)
    np.testing.assert_allclose(shown["net"], g(shown["x"]), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(shown["f"], TARGETS[values["target"]](shown["x"]), atol=1e-12)
    here = shown["counts"].tolist().index(values["count"])
    assert shown["errors"][here] == shown["here_error"][0] and shown["here"][0] == values["count"]
    assert np.abs(shown["bump"]).max() <= abs(h[int(values["count"]) // 3]) * (1 + 1e-6) + 1e-12
