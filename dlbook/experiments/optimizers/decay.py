"""Penalty against decay: parabolas on which the end is known, and a sigmoid unit on the tumours."""

import numpy as np

from dlbook.experiments.gradient_descent import tumours
from dlbook.scratch import losses, optimizers, schedules


def ends_of_decay(step, curvature, weight_decay: float, noise: float = 0.0, steps: int = 2000, **options):
    """Where `step` ends on J(θ) = ½ Σ h (θ − 1)² from 0, η falling from 0.1 along a cosine; mean of 200 runs if noisy.

    `noise` is the standard deviation of what is added to every gradient.
    """
    h, rng, state = np.asarray(curvature, dtype=float), np.random.default_rng(0), None
    theta = np.zeros((200 if noise else 1, len(h)))  # (runs, h)
    for lr in schedules.cosine(np.arange(steps), 0.1, T_max=steps):
        grad = h * (theta - 1) + noise * rng.normal(size=theta.shape)
        theta, state = step(theta, grad, state, lr=lr, weight_decay=weight_decay, **options)
    return theta.mean(axis=0)


def decayed(step, lr: float, weight_decay: float, steps: int = 3000) -> tuple[np.ndarray, float]:
    """Weights (30,) and bias of a sigmoid unit on the tumours; the bias is a group of its own, without decay."""
    X, y = tumours()
    start = {"weight": np.zeros(X.shape[1]), "bias": np.zeros(1)}
    groups = [{"params": ["bias"], "weight_decay": 0.0}]
    optimizer = optimizers.Optimizer(step, start, groups, lr=lr, weight_decay=weight_decay)
    for _ in range(steps):
        w_grad, b_grad = losses.cross_entropy_sigmoid_grad(*unit(optimizer.params), X, y)
        optimizer.step({"weight": w_grad, "bias": np.array([b_grad])})
    return unit(optimizer.params)


def unit(params) -> tuple[np.ndarray, float]:
    """w (D,) and b as a number."""
    return params["weight"], float(params["bias"][0])


def penalised_cost(w, b, weight_decay: float) -> float:
    """J + ½ λ ‖w‖²: what L2 promises to minimise."""
    X, y = tumours()
    return float(losses.cross_entropy_from_logits(y, X @ w + b) + weight_decay / 2 * (w**2).sum())
