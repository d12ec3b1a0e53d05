"""Chapter 07, the dimension: SciPy's distances and Γ, and volumes as sums over thin shells."""

import numpy as np
from scipy.spatial.distance import pdist
from scipy.special import gammaln

from dlbook.experiments import theory

RTOL = 1e-9


def pairs(D):
    points = np.random.default_rng(0).random((120, int(D)))
    found = pdist(points)
    return found / found.mean()


def oracle(D, share):
    found = pairs(D)
    return {
        "edge": np.exp(np.log(share) / D), "shell": -np.expm1(D * np.log(0.9)),
        "ball": np.exp(D / 2 * np.log(np.pi) - D * np.log(2) - gammaln(D / 2 + 1)),
        "spread": np.std(found), "nearest": np.min(found),
    }  # fmt: skip


def scratch(D, share):
    return {"shell": theory.shell_share(int(D), 0.1), "edge": theory.edge_for_share(int(D), share)}


def check_drawing(shown, values):
    D = values["D"]
    np.testing.assert_allclose(np.diff(np.log(shown["within"][30:])) / np.diff(np.log(shown["radius"][30:])), D)
    counts = np.histogram(pairs(D), np.linspace(0, 2.4, 61))[0]
    np.testing.assert_allclose(shown["pairs"][::2], counts / counts.max())
    assert shown["pairs"].shape == shown["ratio"].shape and shown["pairs"].max() == 1
