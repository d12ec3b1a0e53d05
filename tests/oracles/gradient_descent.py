"""Chapter 04: torch differentiates, a plain loop descends."""

import itertools
from functools import cache

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from torch.nn import functional as F

from dlbook import data
from dlbook.scratch import gradient_descent, losses

AXIS = np.linspace(-10, 10, 41)
RTOL = 1e-6  # with the steps past the limit, rounding grows from step to step


def texture():
    cancer = data.breast_cancer()
    x = cancer.X[:, cancer.feature_names.index("mean texture")]
    return torch.tensor((x - x.mean()) / x.std()), torch.tensor(cancer.y, dtype=torch.float64)


def torch_cost(surface, theta):
    if surface == "bowl":
        return 0.125 * theta[0] ** 2 + 0.0125 * theta[1] ** 2
    x, y = texture()
    z = theta[0] * x + theta[1]
    if surface.endswith("cross-entropy"):
        return F.binary_cross_entropy_with_logits(z, y)
    return F.mse_loss(torch.sigmoid(z), y) / 2


def oracle(surface, lr, start_x, start_y):
    theta = torch.tensor([start_x, start_y], dtype=torch.float64)
    costs, slopes = [], []
    for _ in range(31):
        theta = theta.detach().requires_grad_()
        cost = torch_cost(surface, theta)
        slope = torch.autograd.grad(cost, theta)[0]
        costs.append(cost.item())
        slopes.append(slope)
        here, theta = theta.detach(), theta.detach() - lr * slope
    return {
        "first_cost": costs[0], "last_cost": costs[-1],
        "first_slope": slopes[0].norm().item(), "last_slope": slopes[-1].norm().item(),
        "end_x": here[0].item(), "end_y": here[1].item(),
    }  # fmt: skip


@cache
def lowest(surface):
    """The cost at the minimum, as SciPy finds it."""
    if surface == "bowl":
        return 0.0
    return minimize(lambda theta: torch_cost(surface, torch.tensor(theta)).item(), [0.0, 0.0], tol=1e-10).fun


def scratch(surface, lr, start_x, start_y):
    """By dlbook's own loop; its bowl is written out here."""
    x, y = (t.numpy() for t in texture())

    def grad(theta):
        if surface == "bowl":
            return theta * [0.25, 0.025]
        f = losses.cross_entropy_sigmoid_grad if surface.endswith("cross-entropy") else losses.mse_sigmoid_grad
        return np.append(*f(theta[:1], theta[1], x[:, None], y))

    theta = gradient_descent.minimize(grad, np.array([start_x, start_y]), lr=lr, tol=0, max_iter=30).theta
    return {"end_x": theta[0], "end_y": theta[1]}


def check_drawing(shown, values):
    """The path is a descent: each point is the one before, less η times torch's gradient there; every cost is shown."""
    path, surface = shown["path"], values["surface"]
    assert np.isfinite(shown["height"]).all() and np.isfinite(shown["cost"]).all()
    for row, column in ((0, 0), (40, 40), (20, 20), (3, 37)):  # rows are θ₂
        theta = torch.tensor([AXIS[column], AXIS[row]])
        assert shown["height"][row, column] == pytest.approx(torch_cost(surface, theta).item(), rel=1e-12, abs=1e-15)
    assert verdict_holds(shown, lowest(surface)), (values, shown["verdict"])
    assert path[0].tolist() == [values["start_x"], values["start_y"]]
    for here, there in itertools.pairwise(path[~np.isnan(path).any(axis=1)]):
        theta = torch.tensor(here, requires_grad=True)
        slope = torch.autograd.grad(torch_cost(surface, theta), theta)[0]
        np.testing.assert_allclose(there, here - values["lr"] * slope.numpy(), rtol=1e-6, atol=1e-9)


def verdict_holds(shown, minimum) -> bool:
    """Does the word of the sentence describe what is drawn?"""
    cost, excess, slope = shown["cost"], shown["last_cost"] - minimum, shown["last_slope"]
    ups = np.diff(cost) > 1e-3
    return {
        "it diverges": cost.argmax() == 30 and cost[-1] > 10 * cost[0],
        "it jumps to and fro": ups[-9:].any() and not ups.all() and cost.max() < 10,
        "it arrives": -1e-9 < excess < 0.02 and not ups[-9:].any(),
        "it stalls": excess >= 0.02 and slope < 0.02 and not ups[-9:].any(),
        "it is on its way": excess >= 0.02 <= slope and cost[-1] < cost[0] and not ups[-9:].any(),
    }[shown["verdict"]]
