"""What chapter 04 measures: learning rates on a bowl, when a descent stops, where squared error stalls."""

from dataclasses import dataclass

import numpy as np

from dlbook import data
from dlbook.scratch import activations, gradient_descent, losses

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
    """`steps` steps of gradient descent; where it overflows, path and cost are NaN."""
    path = np.full((steps + 1, len(start)), np.nan)
    path[0] = start
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            path[t + 1] = path[t] - lr * grad(path[t])
            if not np.isfinite(path[t + 1]).all():
                path[t + 1] = np.nan
                break
        return Descent(path, np.array([cost(theta) for theta in path]))


def bowl_descents(lrs, start=(-9.0, 8.0), steps: int = 40) -> dict[float, Descent]:
    """The same bowl and the same start under several learning rates."""
    return {lr: descend(bowl, bowl_grad, np.array(start), lr, steps) for lr in lrs}


def stopping(lrs, start=(-9.0, 8.0), tol: float = 1e-3) -> dict[float, tuple[int, float]]:
    """For each learning rate: after how many steps θ changes less than `tol`, and the distance left to the minimum."""
    results = {}
    for lr in lrs:
        run = gradient_descent.minimize(bowl_grad, np.array(start), lr=lr, tol=tol, max_iter=100_000)
        results[lr] = (len(run.path) - 1, float(np.linalg.norm(run.theta)))
    return results


def tumours(columns: tuple[str, ...] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """X (569, D), each column with mean 0 and variance 1, and y: 1 for malignant; all 30 columns unless named."""
    cancer = data.breast_cancer()
    names = cancer.feature_names if columns is None else columns
    X = cancer.X[:, [cancer.feature_names.index(name) for name in names]]
    return (X - X.mean(axis=0)) / X.std(axis=0), cancer.y


LOSSES = {
    "cross-entropy": (losses.cross_entropy, losses.cross_entropy_sigmoid_grad),
    "squared error": (losses.mse, losses.mse_sigmoid_grad),
}


def saturated_start(bias: float, lr: float = 1.0, steps: int = 200) -> dict[str, dict[str, np.ndarray]]:
    """A sigmoid unit on the thirty tumour measurements that starts at w = 0 and the given bias, under both losses.

    For each loss: accuracy (steps + 1,) and norm of the gradient (steps + 1,) along the way.
    """
    X, y = tumours()
    curves = {}
    for name, (_, loss_grad) in LOSSES.items():
        w, b = np.zeros(X.shape[1]), float(bias)
        accuracy, slope = [], []
        for _ in range(steps + 1):
            w_grad, b_grad = loss_grad(w, b, X, y)
            accuracy.append(((activations.sigmoid(X @ w + b) >= 0.5) == y).mean())
            slope.append(np.sqrt((w_grad**2).sum() + b_grad**2))
            w, b = w - lr * w_grad, b - lr * b_grad
        curves[name] = {"accuracy": np.array(accuracy), "gradient": np.array(slope)}
    return curves


def steps_to_learn(accuracy: np.ndarray, target: float = 0.9) -> int | None:
    """The first step at which the accuracy reaches `target`, or None."""
    reached = np.flatnonzero(accuracy >= target)
    return int(reached[0]) if len(reached) else None
