"""How many steps a small net needs with batches of several sizes, each at its own best rate."""

from dataclasses import dataclass

import numpy as np

from dlbook.data import digits

HIDDEN, CLASSES = 32, 10
LRS = np.sqrt(2) ** np.arange(-16, 5)  # 0.004 to 4
GOAL = 0.1  # the cross-entropy over all digits that a net has to reach


def images() -> tuple[np.ndarray, np.ndarray]:
    """X (1797, 64), centred, with mean square 1, and the digits y (1797,)."""
    data = digits()
    X = data.X - data.X.mean(axis=0)
    return X / X.std(), data.y


def nets(seed: int, count: int) -> list[np.ndarray]:
    """W₁, b₁, W₂, b₂ of one start of a 64-32-10 net, `count` times over: (count, …)."""
    rng = np.random.default_rng(seed)
    W1 = rng.normal(0, np.sqrt(2 / 64), (64, HIDDEN))
    W2 = rng.normal(0, np.sqrt(2 / HIDDEN), (HIDDEN, CLASSES))
    return [np.tile(p, (count, 1, 1)) for p in (W1, np.zeros((1, HIDDEN)), W2, np.zeros((1, CLASSES)))]


def forward(theta, X) -> tuple[np.ndarray, np.ndarray]:
    """ReLU activations (nets, B, 32) and log probabilities (nets, B, 10)."""
    W1, b1, W2, b2 = theta
    A = np.maximum(X @ W1 + b1, 0)
    Z = A @ W2 + b2
    Z = Z - Z.max(axis=-1, keepdims=True)
    return A, Z - np.log(np.exp(Z).sum(axis=-1, keepdims=True))


def net_cost(theta, X, y) -> np.ndarray:
    """The mean cross-entropy of each net, (nets,)."""
    return -forward(theta, X)[1][:, np.arange(len(y)), y].mean(axis=1)


def deltas(theta, X, y) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A (nets, B, 32), and the gradients of each sample's own loss in both layers' scores."""
    A, log_p = forward(theta, X)
    D2 = np.exp(log_p)
    D2[:, np.arange(len(y)), y] -= 1
    return A, (D2 @ theta[2].transpose(0, 2, 1)) * (A > 0), D2


def net_grad(theta, X, y) -> list[np.ndarray]:
    """The mean gradient over the batch, for each net."""
    A, D1, D2 = deltas(theta, X, y)
    grads = (X.T @ D1, D1.sum(axis=1, keepdims=True), A.transpose(0, 2, 1) @ D2, D2.sum(axis=1, keepdims=True))
    return [g / len(y) for g in grads]


def fewest_steps(batch_size: int, seed: int) -> tuple[int, float]:
    """Nets from one start race, a learning rate each: the steps of the first to reach the goal, and its rate.

    Their samples are drawn anew for every step, with replacement. The cost of all digits is looked at after every
    step at first, and later every time the number of steps has grown by a twentieth.
    """
    (X, y), rng = images(), np.random.default_rng(seed)
    lrs = LRS[(0.015 * batch_size**0.5 <= LRS) & (LRS <= 0.1 * batch_size)]  # the first was never near the ends
    theta, steps, look = nets(seed, len(lrs)), 0, 1
    with np.errstate(over="ignore", invalid="ignore"):  # too large a rate diverges
        while True:
            few = rng.integers(0, len(y), batch_size)
            theta = [p - lrs[:, None, None] * g for p, g in zip(theta, net_grad(theta, X[few], y[few]), strict=True)]
            steps += 1
            if steps < look:
                continue
            costs, look = net_cost(theta, X, y), np.ceil(1.05 * steps)
            if (costs <= GOAL).any():
                return steps, float(lrs[np.nanargmin(costs)])


@dataclass(frozen=True)
class Sizes:
    """The fewest steps to the goal and the rate that needed them, (sizes, seeds)."""

    sizes: np.ndarray
    steps: np.ndarray
    lrs: np.ndarray

    @property
    def critical(self) -> np.ndarray:
        """B_c (seeds,) for which S (1 + B_c / B) meets the steps of the smallest and of the largest batch."""
        (small, large), (few, many) = self.sizes[[0, -1]], self.steps[[-1, 0]]
        return (many - few) / (few / small - many / large)

    def expected(self, size) -> np.ndarray:
        """S (1 + B_c / B), (seeds,)."""
        return self.steps[-1] * (1 + self.critical / size) / (1 + self.critical / self.sizes[-1])


def batch_sizes(sizes=(1, 4, 16, 64, 256, 1024), seeds=range(5)) -> Sizes:
    """The race for each batch size, from several starts."""
    found = np.array([[fewest_steps(size, seed) for seed in seeds] for size in sizes])
    return Sizes(np.array(sizes), found[..., 0], found[..., 1])


def noise_scale(seed: int, costs=(2.0, 1.0, 0.5, 0.2, 0.1), batch_size: int = 64, lr: float = 0.1) -> list[float]:
    """σ² / ‖∇J‖² of one net, over all digits, where its cost first is below each of these."""
    (X, y), rng, theta, found = images(), np.random.default_rng(seed), nets(seed, 1), []
    while len(found) < len(costs):
        if net_cost(theta, X, y)[0] <= costs[len(found)]:
            A, D1, D2 = deltas(theta, X, y)
            size = lambda a: (a**2).sum(axis=-1)
            each = size(D1) * (size(X) + 1) + size(D2) * (size(A) + 1)  # ‖∇Jᵢ‖²: a layer's gradient is an outer product
            full = sum((g**2).sum() for g in net_grad(theta, X, y))
            found.append(float(each.mean() / full - 1))
            continue
        few = rng.integers(0, len(y), batch_size)
        theta = [p - lr * g for p, g in zip(theta, net_grad(theta, X[few], y[few]), strict=True)]
    return found
