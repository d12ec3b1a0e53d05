"""What chapter 04 measures: learning rates on a bowl, when a descent stops, where squared error stalls."""

from dataclasses import dataclass

import numpy as np

from dlbook import data
from dlbook.scratch import activations, gradcheck, gradient_descent, losses

BOWL = np.diag([0.25, 0.025])  # curvatures: ten to one; steps diverge above η = 2 / 0.25 = 8


def bowl(theta: np.ndarray) -> np.ndarray:
    """J(θ) = ½ θᵀ H θ with curvatures ¼ and 1/40; θ has shape (…, 2)."""
    return 0.5 * ((theta @ BOWL) * theta).sum(axis=-1)


def bowl_grad(theta: np.ndarray) -> np.ndarray:
    """∇J(θ) = H θ."""
    return theta @ BOWL


@dataclass(frozen=True)
class Descent:
    """The points (T + 1, 2) of a descent and the cost (T + 1,) at each."""

    path: np.ndarray
    cost: np.ndarray


def descend(cost, grad, start, lr: float, steps: int) -> Descent:
    """`steps` steps of the chapter's `minimize`; after it has overflowed, path and cost are NaN."""
    run = gradient_descent.minimize(grad, np.asarray(start, float), lr, tol=0, max_iter=steps)
    path, costs = np.full((steps + 1, *run.theta.shape), np.nan), np.full(steps + 1, np.nan)
    path[: len(run.path)] = run.path
    with np.errstate(over="ignore"):
        costs[: len(run.path)] = [cost(theta) for theta in run.path]
    return Descent(path, costs)


def bowl_descents(lrs, start=(-9.0, 8.0), steps: int = 40) -> dict[float, Descent]:
    """The same bowl and the same start under several learning rates."""
    return {lr: descend(bowl, bowl_grad, start, lr, steps) for lr in lrs}


def stopping(lrs, start=(-9.0, 8.0), tol: float = 1e-3) -> dict[float, tuple[int, float]]:
    """For each learning rate: after how many steps θ changes less than `tol`, and the distance left to the minimum."""
    results = {}
    for lr in lrs:
        run = gradient_descent.minimize(bowl_grad, np.array(start), lr=lr, tol=tol, max_iter=100_000)
        results[lr] = (len(run.path) - 1, float(np.linalg.norm(run.theta)))
    return results


def steps_by_condition(conditions, shrink: float = 1e-3) -> dict[int, int]:
    """For each condition number: how many steps a bowl needs until `shrink` of the distance is left.

    The learning rate is the best single one, 2 / (λ_max + λ_min); the start lies equally far out in both directions.
    """
    results = {}
    for condition in conditions:
        curvature = np.array([1.0, 1 / condition])
        lr, start = 2 / curvature.sum(), np.ones(2)
        run = gradient_descent.minimize(lambda theta, c=curvature: c * theta, start, lr, tol=0, max_iter=10 * condition)
        distance = np.linalg.norm(run.path, axis=1)
        results[condition] = int(np.argmax(distance <= shrink * distance[0]))
    return results


def two_valleys(theta: np.ndarray) -> np.ndarray:
    """J(θ) = θ⁴/4 − θ² + 0.3 θ: a deep valley on the left, a shallow one on the right, a ridge near 0.15."""
    return theta**4 / 4 - theta**2 + 0.3 * theta


def two_valleys_grad(theta: np.ndarray) -> np.ndarray:
    """J′(θ) = θ³ − 2 θ + 0.3."""
    return theta**3 - 2 * theta + 0.3


def valley_descents(starts) -> dict[tuple[float, float], Descent]:
    """Forty steps on the two valleys from each (start, learning rate)."""
    return {pair: descend(two_valleys, two_valleys_grad, *pair, steps=40) for pair in starts}


def tumours(columns: tuple[str, ...] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """X (569, D), each column with mean 0 and variance 1, and y: 1 for malignant; all 30 columns unless named."""
    cancer = data.breast_cancer()
    names = cancer.feature_names if columns is None else columns
    X = cancer.X[:, [cancer.feature_names.index(name) for name in names]]
    return (X - X.mean(axis=0)) / X.std(axis=0), cancer.y


LOSSES = {  # each from the score z of a sigmoid unit
    "cross-entropy": (losses.cross_entropy_from_logits, losses.cross_entropy_sigmoid_grad),
    "squared error": (lambda y, z: losses.mse(y, activations.sigmoid(z)), losses.mse_sigmoid_grad),
}


def unit(loss: str, X: np.ndarray, y: np.ndarray):
    """Cost and gradient of a sigmoid unit on (X, y) under one of LOSSES, as functions of θ = (w, b), (D + 1,)."""
    of_score, of_unit = LOSSES[loss]

    def cost(theta):
        return of_score(y, X @ theta[:-1] + theta[-1])

    def grad(theta):
        return np.append(*of_unit(theta[:-1], theta[-1], X, y))

    return cost, grad


def accuracy(theta: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The share of cases that units θ = (w, b), (…, D + 1), call right with the threshold ½."""
    scores = theta[..., :-1] @ X.T + theta[..., -1:]  # (…, D) @ (D, m) -> (…, m)
    return ((scores >= 0) == y).mean(axis=-1)


def staircase(w: np.ndarray) -> dict[str, np.ndarray]:
    """Accuracy and cross-entropy of a unit on the texture of every 19th tumour, for each weight in `w`; b = −0.5."""
    X, y = tumours(("mean texture",))
    X, y = X[::19], y[::19]  # 30 cases: few enough for the steps to be seen
    cost, _ = unit("cross-entropy", X, y)
    thetas = np.stack([w, np.full_like(w, -0.5)], axis=1)  # (n, 2)
    return {"accuracy": accuracy(thetas, X, y), "cost": np.array([cost(theta) for theta in thetas])}


def slip(lr: float = 1.0, steps: int = 100) -> dict[str, tuple[float, float, float]]:
    """A right gradient and one whose ∂J/∂b is divided by m twice: the cost before and after, and what gradcheck says.

    Squared error of a sigmoid unit on the tumours, from w = 0 and b = −1.
    """
    X, y = tumours()
    cost, grad = unit("squared error", X, y)
    start = np.append(np.zeros(X.shape[1]), -1.0)
    once_more = np.append(np.ones(X.shape[1]), 1 / len(y))  # the bias is averaged twice
    results = {}
    for name, g in {"right": grad, "wrong": lambda theta: once_more * grad(theta)}.items():
        run = descend(cost, g, start, lr, steps)
        results[name] = (run.cost[0], run.cost[-1], gradcheck(cost, g, start))
    return results


def no_minimum(w: np.ndarray) -> dict[str, np.ndarray]:
    """Cross-entropy of a unit without bias on four cases, for each weight: with labels 0 0 1 1, and with 0 1 1 1."""
    x = np.array([-2.0, -1.0, 1.0, 2.0])
    labels = {"separable": np.array([0, 0, 1, 1]), "overlap": np.array([0, 1, 1, 1])}
    return {name: np.array([losses.cross_entropy_from_logits(y, k * x) for k in w]) for name, y in labels.items()}


def outgrowing(steps: tuple[int, ...]) -> dict[int, tuple[float, float]]:
    """Cross-entropy on all thirty measurements from θ = 0 with η = 1: cost and length of θ after so many steps."""
    path = from_bias("cross-entropy", bias=0.0, lr=1.0, steps=max(steps))
    cost, _ = unit("cross-entropy", *tumours())
    return {step: (float(cost(path[step])), float(np.linalg.norm(path[step]))) for step in steps}


def saturated_start(bias: float, lr: float = 1.0, steps: int = 200) -> dict[str, dict[str, np.ndarray]]:
    """A sigmoid unit on the thirty tumour measurements that starts at w = 0 and the given bias, under both losses.

    For each loss: accuracy (steps + 1,) and norm of the gradient (steps + 1,) along the way.
    """
    (X, y), curves = tumours(), {}
    for name in LOSSES:
        path = from_bias(name, bias, lr, steps)
        slopes = map(unit(name, X, y)[1], path)
        curves[name] = {"accuracy": accuracy(path, X, y), "gradient": np.array([np.linalg.norm(g) for g in slopes])}
    return curves


def from_bias(loss: str, bias: float, lr: float, steps: int) -> np.ndarray:
    """The path (steps + 1, 31) of a sigmoid unit on the tumours from w = 0 and the given bias."""
    X, y = tumours()
    start = np.append(np.zeros(X.shape[1]), bias)
    return gradient_descent.minimize(unit(loss, X, y)[1], start, lr, tol=0, max_iter=steps).path


def steps_to_learn(accuracy: np.ndarray, target: float = 0.9) -> int | None:
    """The first step at which the accuracy reaches `target`, or None."""
    reached = np.flatnonzero(accuracy >= target)
    return int(reached[0]) if len(reached) else None
