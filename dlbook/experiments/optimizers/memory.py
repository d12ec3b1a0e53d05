"""What a memory buys: momentum against the condition number of a ravine, AdaGrad where a feature is rare."""

import numpy as np

from dlbook.experiments.optimizers.surfaces import descend_at_all, steps_to
from dlbook.scratch import optimizers


def best_momentum(low: float, high: float) -> tuple[float, float]:
    """η and μ that shrink every direction with a curvature from `low` to `high` by √μ a step, the most there is."""
    root = (np.sqrt(high / low) - 1) / (np.sqrt(high / low) + 1)
    return 4 / (np.sqrt(high) + np.sqrt(low)) ** 2, root**2


def largest_rate(momentum: float, nesterov: bool = False) -> float:
    """The largest η at which momentum comes to rest on J(θ) = ½ θ², found by halving [0, 5]."""
    low, high = 0.0, 5.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        theta, state = np.ones(1), None
        for _ in range(20_000):
            theta, state = optimizers.momentum(theta, theta, state, lr=middle, momentum=momentum, nesterov=nesterov)
            if not 1e-6 < abs(theta[0]) + abs(state["momentum_buffer"][0]) < 1e6:
                break
        rests = abs(theta[0]) + abs(state["momentum_buffer"][0]) <= 1e-6
        low, high = (middle, high) if rests else (low, middle)
    return low


def momentum_map(lrs, mus, steps: int = 300, target: float = 1e-3) -> np.ndarray:
    """Steps until the cost of the ravine stays below `target`, (mus, lrs); NaN where that takes more than `steps`."""
    rows = [descend_at_all(optimizers.momentum, "ravine", lrs, steps, momentum=mu) for mu in mus]
    return np.array([[steps_to(run.cost, target) or np.nan for run in runs] for runs in rows])


def steps_by_condition(kappas, factor: float = 1e-3) -> dict[str, np.ndarray]:
    """Steps until (1, 1) has shrunk to a length of `factor` for good on J = ½ (θ₁²/κ + θ₂²), at the best η and μ."""
    needed = {"SGD": [], "momentum": []}
    for kappa in kappas:
        lr, mu = best_momentum(1 / kappa, 1)
        needed["SGD"].append(_steps(kappa, factor, optimizers.sgd, lr=2 / (1 + 1 / kappa)))
        needed["momentum"].append(_steps(kappa, factor, optimizers.momentum, lr=lr, momentum=mu))
    return {name: np.array(counts) for name, counts in needed.items()}


def _steps(kappa: float, factor: float, step, **options) -> int:
    curvature, theta, state, length = np.array([1 / kappa, 1]), np.ones(2), None, [np.sqrt(2)]
    while length[-1] > factor / 10:  # far enough below that no swing comes back
        theta, state = step(theta, curvature * theta, state, **options)
        length.append(np.linalg.norm(theta))
    return len(length) - int(np.argmax(np.array(length)[::-1] > factor))


def rare_feature(step, lr: float, share: float = 0.02, noise: float = 0.5, steps: int = 2000, runs: int = 200):
    """The weights (steps + 1, runs, 2) of a linear unit; its second input is 0 except in a `share` of the samples.

    Both true weights are 1, an input is ±1, the target has noise; one sample a step.
    """
    rng, state = np.random.default_rng(0), None
    weights = np.zeros((steps + 1, runs, 2))
    for t in range(steps):
        x = rng.choice([-1.0, 1.0], size=(runs, 2))
        x[:, 1] *= rng.random(runs) < share
        error = (x * (weights[t] - 1)).sum(axis=1) + noise * rng.normal(size=runs)  # (runs,)
        weights[t + 1], state = step(weights[t], error[:, None] * x, state, lr=lr)
    return weights
