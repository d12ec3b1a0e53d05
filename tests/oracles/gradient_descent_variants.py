"""Chapter 05: torch.optim.SGD steps through a data set, least squares by lstsq."""

import itertools
from functools import cache

import numpy as np
import torch
from torch.utils.data import TensorDataset

from dlbook import data
from dlbook.scratch import gradient_descent

RTOL = 1e-6  # where it diverges, rounding grows with the path
EPOCHS, LONG, START = 6, 20, (-1.5, 1.5)


@cache
def samples():
    """The first thirty tumours of each kind, their radius and concavity standardized among the sixty."""
    cancer = data.breast_cancer()
    X = cancer.X[:, [cancer.feature_names.index(name) for name in ("mean radius", "mean concavity")]]
    few = [*np.flatnonzero(cancer.y == 1)[:30], *np.flatnonzero(cancer.y == 0)[:30]]
    X = torch.tensor(X[few])
    return (X - X.mean(0)) / X.std(0, correction=0), torch.tensor([1.0] * 30 + [-1.0] * 30, dtype=torch.float64)


def order(shuffle, epochs=EPOCHS):
    rows = np.tile(np.arange(60), (epochs, 1))
    return np.random.default_rng(int(shuffle)).permuted(rows, axis=1)


def cost(theta):
    X, y = samples()
    return torch.nn.functional.mse_loss(X @ theta, y).item() / 2


def walk(batch_size, lr, shuffle):
    """The six epochs that are drawn."""
    return long_walk(batch_size, lr, shuffle)[: EPOCHS * -(-60 // int(batch_size)) + 1]


@cache
def long_walk(batch_size, lr, shuffle):
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer, points = torch.optim.SGD([theta], lr=lr), [torch.tensor(START, dtype=torch.float64)]
    samples_of = TensorDataset(*samples())
    for row in torch.from_numpy(order(shuffle, LONG)):
        for X, y in (samples_of[few] for few in row.split(int(batch_size))):
            optimizer.zero_grad()
            (0.5 * (X @ theta - y).square().mean()).backward()
            optimizer.step()
            points.append(theta.detach().clone())
    return points


def oracle(batch_size, lr, shuffle):
    points, (X, y) = walk(batch_size, lr, shuffle), samples()
    costs = [cost(theta) for theta in points]
    an_epoch = (len(points) - 1) // EPOCHS
    least = cost(torch.linalg.lstsq(X, y[:, None]).solution[:, 0])
    rises = sum(after > before for before, after in itertools.pairwise(costs)) / (len(points) - 1)
    return {
        "steps_an_epoch": an_epoch, "first_cost": costs[0], "last_cost": costs[-1], "least": least, "rises": rises,
        "wiggle": max(costs[-an_epoch:]) / least - 1, "end_x": points[-1][0].item(), "end_y": points[-1][1].item(),
    }  # fmt: skip


def scratch(batch_size, lr, shuffle):
    """By the variant that this batch size is, where it is one of the three by name."""
    X, y = (t.numpy() for t in samples())
    grad = lambda theta, X, y: X.T @ (X @ theta - y) / len(y)
    if batch_size == 1:
        theta = gradient_descent.sgd(grad, START, X, y, lr, order(shuffle)).theta
    elif batch_size == 60:
        theta = gradient_descent.batch(grad, START, X, y, lr, EPOCHS).theta
    else:
        theta = gradient_descent.mini_batch(grad, START, X, y, lr, order(shuffle), int(batch_size)).theta
    return {"end_x": theta[0], "end_y": theta[1]}


def check_drawing(shown, values):
    """Path, costs and epochs are torch's, as far as the panel reaches; a verdict means what it says."""
    points = torch.stack(walk(**values)).numpy()
    n = len(points)
    drawn = shown["path"][:n]
    inside = np.abs(points).max(axis=1) <= 6
    np.testing.assert_allclose(drawn[inside], points[inside], rtol=1e-6, atol=1e-9)
    assert np.isnan(drawn[~inside]).all() and np.isnan(shown["path"][n:]).all()
    np.testing.assert_allclose(shown["cost"][:n], [cost(torch.tensor(p)) for p in points], rtol=1e-6)
    np.testing.assert_allclose(shown["epoch"][:n], np.linspace(0, EPOCHS, n), rtol=1e-12)
    assert np.isnan(shown["cost"][n:]).all() and np.isnan(shown["epoch"][n:]).all()
    assert shown["ends"].tolist() == [0, EPOCHS] and shown["floor"].tolist() == [shown["least"]] * 2
    assert true(shown["verdict"], **values)


def true(verdict, batch_size, lr, shuffle):
    """Whether torch's twenty epochs did what the verdict says."""
    X, y = samples()
    costs = 0.5 * (torch.stack(long_walk(batch_size, lr, shuffle)) @ X.T - y).square().mean(dim=1).numpy()
    epochs = costs[1:].reshape(LONG, -1)  # (20, steps an epoch)
    least = oracle(batch_size, lr, shuffle)["least"]
    thrown, back = costs.max() > 2 * costs[0], epochs[-1].mean() <= costs[0]
    settled, uphill = epochs[EPOCHS:].max() / least < 1.01, (costs[1:] > costs[:-1])[-10 * epochs.shape[1] :].mean()
    falls = epochs[-5:].mean() / epochs[EPOCHS - 1].mean()  # the last five epochs against the last that is drawn
    still, near = epochs[-5:].mean() / epochs[EPOCHS : EPOCHS + 5].mean(), epochs[-5:].mean() / least
    return {
        "it diverges": thrown and not back,
        "it is thrown far off, and comes back": thrown and back,
        "it comes to rest at the minimum": not thrown and settled and batch_size == 60,
        "it is still on its way": not thrown and falls < 0.96 and still < 1,
        "it wiggles around the minimum": not thrown and still > 0.85 and uphill > 0.2 and near < 2,
    }[verdict]
