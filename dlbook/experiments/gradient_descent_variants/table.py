"""The sheet's table in numbers, and the noise of a batch."""

import time
from dataclasses import dataclass

import numpy as np

from dlbook.experiments.gradient_descent import tumours
from dlbook.scratch import activations, gradient_descent

COLUMNS = (
    "mean radius", "mean texture", "mean smoothness", "mean concavity", "mean symmetry", "mean fractal dimension",
)  # fmt: skip
TARGET = 1.05  # a run has arrived when its cost is within 5 % of the least


def samples(columns: tuple[str, ...] | None = COLUMNS) -> tuple[np.ndarray, np.ndarray]:
    """X (569, D + 1), the standardized measurements and a last column of ones for the bias; y: 1 for malignant."""
    X, y = tumours(columns)
    return np.column_stack([X, np.ones(len(X))]), y.astype(float)


def grad(theta, X, y) -> np.ndarray:
    """∇J of cross-entropy behind a sigmoid unit, θ = (w, b): the mean over the batch."""
    return X.T @ (activations.sigmoid(X @ theta) - y) / len(y)


def cost(theta, X, y) -> np.ndarray:
    """J(θ) for one θ (D,), or for each point of a path (T, D)."""
    z = theta @ X.T  # (…, m)
    return (np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))).mean(axis=-1)


def hessian(theta, X, y) -> np.ndarray:
    """The curvatures (D, D) of the cost at θ."""
    p = activations.sigmoid(X @ theta)
    return (X.T * (p * (1 - p))) @ X / len(y)


def least_cost(X, y) -> tuple[np.ndarray, float]:
    """θ* (D,) and J(θ*), by Newton's method."""
    theta = np.zeros(X.shape[1])
    for _ in range(20):
        theta = theta - np.linalg.solve(hessian(theta, X, y), grad(theta, X, y))
    return theta, float(cost(theta, X, y))


def shuffles(m: int, epochs: int, seed: int) -> np.ndarray:
    """An order of the samples for each epoch, (epochs, m)."""
    return np.random.default_rng(seed).permuted(np.tile(np.arange(m), (epochs, 1)), axis=1)


@dataclass(frozen=True)
class Run:
    """The cost (steps + 1,) along the way, and how many steps an epoch has."""

    cost: np.ndarray
    steps: int

    @property
    def epochs(self) -> np.ndarray:
        """The time of each point, in epochs."""
        return np.arange(len(self.cost)) / self.steps

    @property
    def rises(self) -> float:
        """The share of steps in which the cost rises."""
        return float((np.diff(self.cost) > 0).mean())

    @property
    def wiggle(self) -> float:
        """How far the cost climbs back above the lowest value that it had: the worst over the last five epochs."""
        above = self.cost - np.minimum.accumulate(self.cost)
        return float(above[-5 * self.steps :].max())

    @property
    def end(self) -> float:
        """The mean cost over the last epoch."""
        return float(self.cost[-self.steps :].mean())


def walk(batch_size: int, lr, epochs: int = 20, seed: int = 0) -> np.ndarray:
    """The path (steps + 1, D) of some epochs on the tumours from θ = 0; `lr` may be one for each epoch."""
    X, y = samples()
    order = shuffles(len(X), epochs, seed)
    return gradient_descent.mini_batch(grad, np.zeros(X.shape[1]), X, y, lr, order, batch_size).path


def run(batch_size: int, lr, epochs: int = 20, seed: int = 0) -> Run:
    """The cost along such a path."""
    stretches = np.array_split(walk(batch_size, lr, epochs, seed), epochs)  # all scores at once would fill the memory
    cost_of_each = [cost(stretch, *samples()) for stretch in stretches]
    return Run(np.concatenate(cost_of_each), steps_an_epoch(batch_size))


def steps_an_epoch(batch_size: int) -> int:
    """The batches, the last one perhaps smaller."""
    return -(-len(samples()[1]) // batch_size)


@dataclass(frozen=True)
class Rates:
    """Several learning rates for one batch size: which arrive, and how soon."""

    lrs: np.ndarray  # (n,)
    epochs: np.ndarray  # (n,): the first epoch after which the cost is within the target; ∞ if there is none
    end: np.ndarray  # (n,): the mean cost over the last epoch, in multiples of the least one

    @property
    def arrives(self) -> np.ndarray:
        return self.end <= TARGET

    @property
    def largest(self) -> float:
        """The largest rate whose last epoch is, on average, within the target."""
        return float(self.lrs[self.arrives].max())

    @property
    def fewest(self) -> float:
        """The epochs that the best of the rates needs."""
        return float(self.epochs[self.arrives].min())


def rates(batch_size: int, lrs, epochs: int = 20, seeds=range(5)) -> Rates:
    """Each learning rate on the tumours, the mean over several shuffles."""
    X, y = samples()
    least, steps = least_cost(X, y)[1], steps_an_epoch(batch_size)
    first, end = np.empty((2, len(seeds), len(lrs)))
    for s, i in np.ndindex(first.shape):
        path = walk(batch_size, lrs[i], epochs, seeds[s])
        there = np.flatnonzero(cost(path[::steps], X, y) <= TARGET * least)
        first[s, i] = there[0] if len(there) else np.inf
        end[s, i] = cost(path[-steps:], X, y).mean() / least
    return Rates(np.asarray(lrs), first.mean(axis=0), end.mean(axis=0))


# How a learning rate falls from its first value; t counts the epochs from 0.
FALLS = {
    "fixed": lambda t: np.ones(len(t)),
    "1 / epoch": lambda t: 1 / (t + 1),
    "× 0.7 an epoch": lambda t: 0.7**t,
    "halved every second epoch": lambda t: 0.5 ** (t // 2),
    "halved every epoch": lambda t: 0.5**t,
}


def falling(start: float, seeds=range(5), epochs: int = 20) -> dict[str, list[Run]]:
    """Single samples whose rate falls from `start` in each of these ways: a run for each shuffle."""
    t = np.arange(epochs)
    return {name: [run(1, start * fall(t), epochs, seed) for seed in seeds] for name, fall in FALLS.items()}


def above_least(runs: dict[str, list[Run]]) -> dict[str, np.ndarray]:
    """How far above the least cost each run ends, in parts of it: (seeds,) for every name."""
    least = least_cost(*samples())[1]
    return {name: np.array([way.end / least - 1 for way in ways]) for name, ways in runs.items()}


def seconds_an_epoch(batch_sizes, repeats: int = 5) -> dict[int, float]:
    """The time of one epoch in NumPy, the best of a few."""
    X, y = samples()
    order, seconds = shuffles(len(X), 1, seed=0), {}
    for batch_size in batch_sizes:
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            gradient_descent.mini_batch(grad, np.zeros(X.shape[1]), X, y, 0.01, order, batch_size)
            times.append(time.perf_counter() - start)
        seconds[batch_size] = min(times)
    return seconds


@dataclass(frozen=True)
class Workers:
    """What two workers that share out every batch do in one epoch."""

    exchanges: int  # how often they add up their gradients
    busy: float  # the share of their time with a gradient to compute, where each takes equally long
    apart: float  # the greatest distance between their path and that of one worker


def two_workers(batch_size: int, lr: float = 0.125) -> Workers:
    """One epoch on the tumours, each batch cut in two: the gradients of the halves, weighted, are that of the whole."""
    X, y = samples()
    task, halves = (np.zeros(X.shape[1]), X, y, lr, shuffles(len(X), 1, seed=0), batch_size), []

    def shared(theta, X, y):
        half = -(-len(y) // 2)
        halves.append((half, len(y) - half))
        return gradient_descent.sharded_grad(grad, theta, [(X[:half], y[:half]), (X[half:], y[half:])])

    together, alone = (gradient_descent.mini_batch(g, *task).path for g in (shared, grad))
    sizes = np.array(halves)  # (steps, 2)
    busy = sizes.sum() / (2 * sizes.max(axis=1).sum())  # a step lasts as long as its longer half
    return Workers(len(sizes), float(busy), float(np.abs(together - alone).max()))


def orders(lr: float, epochs: int = 20, runs: int = 8, seed: int = 0) -> dict[str, np.ndarray]:
    """How far above the least cost single samples hold themselves, in parts of it, for three ways to draw them.

    Several runs side by side, from the minimum; the mean over the second half of the epochs, (runs,).
    """
    X, y = samples()
    theta, least = least_cost(X, y)
    m, rng = len(y), np.random.default_rng(seed)
    shuffled = rng.permuted(np.tile(np.arange(m), (epochs, runs, 1)), axis=2)  # (epochs, runs, m)
    drawn = {"shuffled anew": shuffled, "one order": shuffled[:1].repeat(epochs, axis=0)}
    drawn["with replacement"] = rng.integers(0, m, shuffled.shape)
    above = {}
    for name, rows in drawn.items():
        steps = rows.transpose(0, 2, 1).reshape(-1, runs)  # (steps, runs): the sample of each run
        path = side_by_side(theta, ((lr, X[i, None], y[i, None]) for i in steps), runs)
        above[name] = cost(path[len(path) // 2 :: 19], X, y).mean(axis=0) / least - 1
    return above


def side_by_side(theta, batches, runs: int) -> np.ndarray:
    """The paths (steps + 1, runs, D) from one point; a batch holds X (runs, B, D) and y (runs, B)."""
    return gradient_descent.over_batches(_each, np.tile(theta, (runs, 1)), batches).path


def _each(theta, X, y) -> np.ndarray:
    """The gradient of a batch for each of several runs, (runs, D)."""
    errors = activations.sigmoid((X @ theta[..., None])[..., 0]) - y  # (runs, B)
    return (errors[:, None] @ X)[:, 0] / y.shape[1]


def noise_floor(lr: float, batch_size: int, runs: int = 20, seed: int = 0) -> tuple[np.ndarray, float]:
    """How far above the least cost batches drawn with replacement stay, in parts of it: (5,), and ησ²/4B by theory.

    The runs begin at the minimum and are followed long enough for its flattest direction to come to its own floor; the
    first half is not counted. Each of the five numbers is the mean of a fifth of the runs.
    """
    X, y = samples()
    theta, least = least_cost(X, y)
    each = X * (activations.sigmoid(X @ theta) - y)[:, None]  # (m, D), their mean is 0
    theory = lr * (each**2).sum(axis=1).mean() / (4 * batch_size)
    flattest = np.linalg.eigvalsh(hessian(theta, X, y))[0]
    rng, steps = np.random.default_rng(seed), int(2 / (lr * flattest))
    drawn = (rng.integers(0, len(y), (runs, batch_size)) for _ in range(steps))
    path = side_by_side(theta, ((lr, X[few], y[few]) for few in drawn), runs)
    above = cost(path[len(path) // 2 :: 19], X, y).mean(axis=0) / least - 1  # (runs,)
    return above.reshape(5, -1).mean(axis=1), theory / least


def power_of_four(ratio: float) -> int:
    """The nearest of 1, 4, 16, 64, …: as much as two measured times tell from run to run."""
    return 4 ** round(np.log(ratio) / np.log(4))


def noise(batch_sizes, draws: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """How far the gradient of a batch is from the full one at θ = 0 (root mean square): measured, and by theory.

    Drawn without replacement, B of m samples have the variance σ²/B · (m − B)/(m − 1).
    """
    X, y = samples()
    theta, m, rng = np.zeros(X.shape[1]), len(y), np.random.default_rng(seed)
    full = grad(theta, X, y)
    each = X * (activations.sigmoid(X @ theta) - y)[:, None]  # (m, D): the gradient of every sample
    spread = ((each - full) ** 2).sum(axis=1).mean()
    measured, sizes = [], np.asarray(batch_sizes)
    for size in sizes:
        batches = [rng.choice(m, size, replace=False) for _ in range(draws)]
        errors = [((grad(theta, X[few], y[few]) - full) ** 2).sum() for few in batches]
        measured.append(np.sqrt(np.mean(errors)))
    return np.array(measured), np.sqrt(spread / sizes * (m - sizes) / (m - 1))
