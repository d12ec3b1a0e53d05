"""Races on four surfaces, the length of Adam's first steps, and a cost that fools Adam."""

from dataclasses import dataclass

import numpy as np

from dlbook.scratch import optimizers

STEPS = {  # the name in the legend, the step and its options
    "SGD": (optimizers.sgd, {}),
    "momentum": (optimizers.momentum, {"momentum": 0.9}),
    "AdaGrad": (optimizers.adagrad, {}),
    "RMSprop": (optimizers.rmsprop, {"alpha": 0.99}),
    "Adam": (optimizers.adam, {}),
}

# ── Four surfaces, their least value 0 ───────────────────────────────────────────────────────────────────────────────

TURN = np.sqrt(0.5) * np.array([[1.0, -1.0], [1.0, 1.0]])  # columns: along the floor, across it


def ravine(theta):
    """J(θ) = ½ (θ₁²/10 + 10 θ₂²): curvatures a hundred to one; θ has shape (…, 2)."""
    return theta[..., 0] ** 2 / 20 + 5 * theta[..., 1] ** 2


def ravine_grad(theta):
    """∇J = (θ₁/10, 10 θ₂)."""
    return theta * np.array([0.1, 10.0])


def turned(theta):
    """The same ravine, turned by 45°: no axis lies along its floor."""
    return ravine(theta @ TURN)


def turned_grad(theta):
    """∇J = R ∇ravine(Rᵀ θ)."""
    return ravine_grad(theta @ TURN) @ TURN.T


def saddle(theta):
    """J(θ) = ½ (θ₁² − θ₂²) + ¼ θ₂⁴ + ¼: a saddle at 0, the minima at (0, ±1)."""
    x, y = theta[..., 0], theta[..., 1]
    return x**2 / 2 + (y**2 - 1) ** 2 / 4


def saddle_grad(theta):
    """∇J = (θ₁, θ₂³ − θ₂)."""
    x, y = theta[..., 0], theta[..., 1]
    return np.stack([x, y**3 - y], axis=-1)


def rosenbrock(theta):
    """J(θ) = (1 − θ₁)²/100 + (θ₂ − θ₁²)²: Rosenbrock's valley over 100; its floor leads in a bend to (1, 1)."""
    x, y = theta[..., 0], theta[..., 1]
    return (1 - x) ** 2 / 100 + (y - x**2) ** 2


def rosenbrock_grad(theta):
    """∇J = (−(1 − θ₁)/50 − 4 θ₁ (θ₂ − θ₁²), 2 (θ₂ − θ₁²))."""
    x, y = theta[..., 0], theta[..., 1]
    return np.stack([(x - 1) / 50 - 4 * x * (y - x**2), 2 * (y - x**2)], axis=-1)


SURFACES = {  # cost, gradient, start
    "ravine": (ravine, ravine_grad, (-1.8, 0.6)),
    "ravine, turned": (turned, turned_grad, tuple(TURN @ (-1.8, 0.6))),
    "saddle": (saddle, saddle_grad, (-1.8, 1e-3)),
    "Rosenbrock": (rosenbrock, rosenbrock_grad, (-1.2, 1.0)),
}


@dataclass(frozen=True)
class Run:
    """A learning rate, the points (T + 1, 2) it led to, the cost (T + 1,) at each (NaN after an overflow), options."""

    lr: float
    path: np.ndarray
    cost: np.ndarray
    memory: dict


def descend(step, surface: str, lr: float, steps: int, **options) -> Run:
    """`steps` steps of an optimizer on one of the surfaces."""
    cost, grad, start = SURFACES[surface]
    path, state = np.full((steps + 1, 2), np.nan), None
    path[0] = start
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            path[t + 1], state = step(path[t], grad(path[t]), state, lr=lr, **options)
            if not np.abs(path[t + 1]).max() < 1e6:
                path[t + 1] = np.nan
                break
    return Run(lr, path, cost(path), options)


RATES = np.geomspace(0.003, 3, 80)
MEMORIES = {  # how much each optimizer may remember in a race
    "SGD": [{}],
    "momentum": [{"momentum": mu} for mu in (0.5, 0.6, 0.65, 0.7, 0.8, 0.9)],
    "AdaGrad": [{}],
    "RMSprop": [{"alpha": alpha} for alpha in (0.9, 0.99, 0.999)],
    "Adam": [{"betas": (beta, 0.999)} for beta in (0.0, 0.5, 0.8, 0.9)],
}


def tries(surface: str, steps: int = 300, lrs=RATES) -> dict[str, list[Run]]:
    """The runs of each optimizer with every learning rate and every memory."""
    return {
        name: [run for memory in MEMORIES[name] for run in descend_at_all(step, surface, lrs, steps, **memory)]
        for name, (step, _) in STEPS.items()
    }


def best(tried: dict[str, list[Run]], target: float = 1e-3) -> dict[str, Run]:
    """Of each optimizer's runs the one that brings the cost below `target` soonest, for good."""

    def slowness(run):
        needed = steps_to(run.cost, target)
        return (len(run.cost) if needed is None else needed, np.nan_to_num(run.cost[-1], nan=np.inf))

    return {name: min(runs, key=slowness) for name, runs in tried.items()}


def arrivals(tried: dict[str, list[Run]], target: float = 1e-3) -> dict[str, float]:
    """The share of each optimizer's runs that get below `target` and stay there."""
    return {name: np.mean([steps_to(run.cost, target) is not None for run in runs]) for name, runs in tried.items()}


def descend_at_all(step, surface: str, lrs, steps: int, **options) -> list[Run]:
    """The runs of `descend` for all learning rates at once: no state depends on η, and a step is η times one at 1."""
    cost, grad, start = SURFACES[surface]
    paths, state = np.full((steps + 1, len(lrs), 2), np.nan), None
    paths[0] = start
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            unit, state = step(np.zeros((len(lrs), 2)), grad(paths[t]), state, lr=1.0, **options)  # (R, 2)
            after = paths[t] + np.reshape(lrs, (-1, 1)) * unit
            paths[t + 1] = np.where(np.abs(after).max(axis=1, keepdims=True) < 1e6, after, np.nan)
    paths = paths.transpose(1, 0, 2)  # (steps + 1, R, 2) -> (R, steps + 1, 2)
    return [Run(float(lr), path, cost(path), options) for lr, path in zip(lrs, paths, strict=True)]


def steps_to(cost: np.ndarray, target: float) -> int | None:
    """The first step from which on the cost stays below `target`, or None."""
    above = np.flatnonzero(~(cost < target))
    first = int(above[-1]) + 1 if len(above) else 0
    return first if first < len(cost) else None


def stable(lr: float, delay: int, steps: int = 4000) -> bool:
    """Does θ ← θ − η θ(t − τ), descent on ½ θ² by a gradient `delay` = τ steps old, come closer to 0 from 1?"""
    thetas = [1.0] * (delay + 1)
    for _ in range(steps):
        thetas.append(thetas[-1] - lr * thetas[-1 - delay])
        if abs(thetas[-1]) > 10:
            return False
    return max(map(abs, thetas[-8 * (delay + 1) :])) < 1


def largest_stable_rate(delay: int) -> float:
    """The η at which `stable` ends, by halving [0, 3]; exact would be 2 sin(π / (2 (2τ + 1)))."""
    low, high = 0.0, 3.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle, delay) else (low, middle)
    return low


# ── Adam's corrections, and a cost that fools it ─────────────────────────────────────────────────────────────────────


def uncorrected(steps: int, betas=(0.9, 0.999)) -> np.ndarray:
    """How many times too long Adam's steps 1 … `steps` would be without its corrections, for a steady gradient."""
    t = np.arange(1, steps + 1)
    return (1 - betas[0] ** t) / np.sqrt(1 - betas[1] ** t)


def fooled(betas=(0.0, 0.1), amsgrad: bool = False, steps: int = 3000, lr: float = 0.1) -> np.ndarray:
    """θ (steps + 1,) on costs of which every third is 3θ and the others are −θ, θ in [−1, 1]: the best is −1."""
    theta, state, path = np.zeros(1), None, [0.0]
    for t in range(1, steps + 1):
        grad = np.array([3.0 if t % 3 == 1 else -1.0])
        theta, state = optimizers.adam(theta, grad, state, lr=lr / np.sqrt(t), betas=betas, eps=1e-12, amsgrad=amsgrad)
        theta = np.clip(theta, -1, 1)
        path.append(float(theta[0]))
    return np.array(path)
