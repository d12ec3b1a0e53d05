"""Chapter 03: scikit-learn scales, SVD gives the condition, torch descends."""

import itertools

import numpy as np
import sklearn.linear_model
import sklearn.preprocessing
import torch

from dlbook import data
from dlbook.scratch import preprocessing

RTOL = 1e-8
SCALERS = {
    "raw": sklearn.preprocessing.FunctionTransformer(),
    "centred only": sklearn.preprocessing.StandardScaler(with_std=False),
    "min-max [0, 1]": sklearn.preprocessing.MinMaxScaler(),
    "min-max [−1, 1]": sklearn.preprocessing.MinMaxScaler((-1, 1)),
    "z-norm": sklearn.preprocessing.StandardScaler(),
    "robust": sklearn.preprocessing.RobustScaler(),
}


def column(outlier):
    cancer = data.breast_cancer()
    return np.append(cancer.X[::19, cancer.feature_names.index("mean texture")], outlier)[:, None]


def design(scaling, outlier):
    return np.c_[SCALERS[scaling].fit_transform(column(outlier)), np.ones(len(column(outlier)))]


def gradient(A, theta):
    """Of the squared error above its minimum, by autograd."""
    theta = torch.tensor(theta, requires_grad=True)
    cost = ((torch.from_numpy(A) @ theta) ** 2).mean() / 2
    return cost.item(), torch.autograd.grad(cost, theta)[0].numpy()


def oracle(scaling, outlier, rate):
    A = design(scaling, outlier)
    s = np.linalg.svd(A / np.sqrt(len(A)), compute_uv=False)  # λ = s²
    q1, q3 = np.quantile(A[:-1, 0], [0.25, 0.75], method="linear")
    # along each axis of the bowl a step multiplies the cost by (1 − ηλ)²; both axes start with the same cost
    factors = (1 - rate * 2 / s[0] ** 2 * s**2) ** 30
    return {"condition": (s[0] / s[1]) ** 2, "spread": q3 - q1, "outlier_at": A[-1, 0], "left": factors.mean()}


def scratch(scaling, outlier, rate):
    scale = {"z-norm": preprocessing.standardize, "robust": preprocessing.robust_scale}.get(scaling)
    if scale is None:
        return {}
    x = column(outlier)[:, 0]
    return {"outlier_at": scale(x[-1:], x)[0]}


def check_drawing(shown, values):
    """Each ring lies at one height of the cost, the path is torch's descent, and the rows are scikit-learn's."""
    A = design(values["scaling"], values["outlier"])
    rings = np.stack([shown["ring_w"], shown["ring_b"]], axis=1).reshape(4, 38, 2)
    assert np.isnan(rings[:, -1]).all()
    heights = np.array([[gradient(A, point)[0] for point in ring[:-1]] for ring in rings])
    np.testing.assert_allclose(
        heights / heights[-1, :1], np.repeat([[1 / 16], [1 / 4], [9 / 16], [1]], 37, 1), rtol=1e-6
    )
    np.testing.assert_allclose(np.nanmax(np.hypot(*rings.T)), 1, rtol=1e-6)
    limit = 2 / np.linalg.norm(A / np.sqrt(len(A)), 2) ** 2
    seen = shown["way"][~np.isnan(shown["way"]).any(axis=1)]
    np.testing.assert_allclose(gradient(A, seen[0])[0], heights[-1, 0], rtol=1e-6)
    for here, there in itertools.pairwise(seen):
        step = values["rate"] * limit * gradient(A, here)[1]
        np.testing.assert_allclose(there, here - step, rtol=1e-7, atol=1e-12)
    names = ("min-max [0, 1]", "min-max [−1, 1]", "z-norm", "robust")
    expected = np.array([SCALERS[name].fit_transform(column(values["outlier"]))[:, 0] for name in names])
    np.testing.assert_allclose(shown["row_x"], expected[:, :-1].ravel(), rtol=1e-10, atol=1e-12)
    outlier = expected[:, -1]
    np.testing.assert_allclose(shown["out_x"], np.where(outlier > 7, 6.8, outlier), rtol=1e-10)
    assert [shown[f"beyond_{i}"] for i in range(4)] == [f"→ {x:.0f}" if x > 7 else "" for x in outlier]
    assert not np.isnan(shown["row_x"]).any() and expected[:, :-1].max() < 7
    # the line is ordinary least squares on the column as measured, whatever the scaling
    malignant = np.append(data.breast_cancer().y[::19], 1)
    fit = sklearn.linear_model.LinearRegression().fit(column(values["outlier"]), malignant)
    np.testing.assert_allclose(shown["fit_y"], fit.predict(shown["fit_x"][:, None]), rtol=1e-8)
    costs = [gradient(A, point)[0] for point in seen]
    np.testing.assert_allclose(shown["cost"][: len(seen)], np.maximum(np.divide(costs, costs[0]), 1e-9), rtol=1e-6)
