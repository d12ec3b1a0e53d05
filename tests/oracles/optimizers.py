"""Chapter 10: torch differentiates, torch.optim steps."""

import itertools
import math

import numpy as np
import torch

from dlbook.scratch import optimizers

RTOL = 1e-5  # Adam with β = 0 jumps to and fro across the floor, and every jump magnifies rounding
START = {
    "ravine": (-1.8, 0.6),
    "ravine, turned": (-2.4 / math.sqrt(2), -1.2 / math.sqrt(2)),
    "saddle": (-1.8, 1e-3),
    "Rosenbrock": (-1.2, 1.0),
}


def cost(surface, theta):
    x, y = theta
    if surface == "saddle":
        return x**2 / 2 - y**2 / 2 + y**4 / 4 + 0.25
    if surface == "Rosenbrock":
        return ((1 - x) ** 2 + 100 * (y - x**2) ** 2) / 100
    if surface == "ravine, turned":
        x, y = (x + y) / math.sqrt(2), (y - x) / math.sqrt(2)
    return 0.5 * (0.1 * x**2 + 10 * y**2)


def torchs(name, theta, lr, beta):
    return {
        "sgd": lambda: torch.optim.SGD([theta], lr=lr),
        "momentum": lambda: torch.optim.SGD([theta], lr=lr, momentum=beta),
        "adagrad": lambda: torch.optim.Adagrad([theta], lr=lr),
        "rmsprop": lambda: torch.optim.RMSprop([theta], lr=lr),
        "adam": lambda: torch.optim.Adam([theta], lr=lr, betas=(beta, 0.999)),
    }[name]()


def path(name, surface, lr, beta):
    theta = torch.tensor(START[surface], dtype=torch.float64, requires_grad=True)
    optimizer, points = torchs(name, theta, lr, beta), [START[surface]]
    for _ in range(100):
        optimizer.zero_grad()
        cost(surface, theta).backward()
        optimizer.step()
        points.append(tuple(theta.tolist()))
        if not theta.abs().max() < 1e6:
            return points[:-1] + [(math.nan, math.nan)] * (102 - len(points))
    return points


def costs(name, surface, lr, beta):
    return [float(cost(surface, point)) for point in path(name, surface, lr, beta)]


NAMES = ("sgd", "momentum", "adagrad", "rmsprop", "adam")


def oracle(surface, lr, beta):
    every = {name: costs(name, surface, lr, beta) for name in NAMES}
    ends = {f"{name}_end": [value for value in c if not math.isnan(value)][-1] for name, c in every.items()}
    return ends | {"target": 0.01, "count": sum(c[-1] < 0.01 for c in every.values())}


def scratch(surface, lr, beta):
    """SGD by dlbook's step and torch's gradients."""
    theta = np.array(START[surface])
    for _ in range(100):
        tensor = torch.tensor(theta, requires_grad=True)
        last = cost(surface, tensor)
        theta, _ = optimizers.sgd(theta, torch.autograd.grad(last, tensor)[0].numpy(), lr=lr)
        if not np.abs(theta).max() < 1e6:
            return {}  # what it last cost is a matter of the last digits
    return {"sgd_end": float(cost(surface, theta))}


def check_drawing(shown, values):
    """Each path is torch.optim's, as long as it is in view; its cost too; the ends are where the paths end."""
    for i, name in enumerate(NAMES):
        truth = np.array(path(name, **values))
        drawn = np.stack([shown[f"{name}_x"], shown[f"{name}_y"]], axis=1)
        seen = ~np.isnan(drawn[:, 0])
        inside = np.abs(truth).max(axis=1) < 2.5
        assert seen.tolist() == list(itertools.accumulate(inside, lambda a, b: a and b))
        np.testing.assert_allclose(drawn[seen], truth[seen], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(shown[f"{name}_cost"], costs(name, **values), rtol=1e-3, atol=1e-12)
        np.testing.assert_array_equal([shown["ends_x"][i], shown["ends_y"][i]], drawn[-1])
    words = shown["verdict"]
    assert words.count("in step") == shown["count"] and (words == "nobody") == (shown["count"] == 0)
