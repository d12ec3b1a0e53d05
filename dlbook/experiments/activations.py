"""What chapter 02 measures: units that die, which of them come back, gradients through many layers, what ELU costs."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from dlbook import data
from dlbook.scratch import activations

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "elu")


@dataclass(frozen=True)
class Run:
    """One trained net: share of dead units per hidden layer, accuracy on unseen digits, whether it stayed finite."""

    dead: np.ndarray
    accuracy: float
    finite: bool


def train(name: str, lr: float, steps: int = 300, width: int = 64, batch: int = 64, seed: int = 0) -> Run:
    """Train a 64-`width`-`width`-10 net on half of the digits by mini-batch descent, then look at its units.

    A unit is dead if its derivative is zero (below 1e-6) for every training picture: no gradient will ever reach
    the weights before it. How such a net is derived is the subject of the chapter on backpropagation.
    """
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    X, X_test, y, y_test = data.split(data.digits(), test_fraction=0.5, seed=0)
    one_hot = np.eye(10)[y]
    rng = np.random.default_rng(seed)
    sizes = [64, width, width, 10]
    W = [rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in)) for n_in, n_out in zip(sizes, sizes[1:], strict=False)]
    b = [np.zeros(n_out) for n_out in sizes[1:]]

    def forward(a):
        z, a = [], [a]
        for k in range(3):
            z.append(a[-1] @ W[k].T + b[k])  # (N, n_in) @ (n_in, n_out) -> (N, n_out)
            a.append(f(z[-1]) if k < 2 else z[-1])
        return z, a

    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges is a result, not an accident
        for _ in range(steps):
            rows = rng.integers(0, len(X), batch)
            z, a = forward(X[rows])
            delta = (activations.softmax(z[2], dim=1) - one_hot[rows]) / batch  # (N, 10), ∂L/∂z of the last layer
            for k in (2, 1, 0):
                W_grad, b_grad = delta.T @ a[k], delta.sum(axis=0)
                if k:
                    delta = (delta @ W[k]) * f_grad(z[k - 1])  # (N, n_in)
                W[k] -= lr * W_grad
                b[k] -= lr * b_grad
        z, _ = forward(X)
        dead = np.array([(np.abs(f_grad(layer)) < 1e-6).all(axis=0).mean() for layer in z[:2]])
        logits = forward(X_test)[0][2]
    accuracy = float((logits.argmax(axis=1) == y_test).mean())
    return Run(dead, accuracy, bool(np.isfinite(logits).all()))


def learning_rates(names=NAMES, lrs=(0.1, 0.2, 0.5, 0.8, 1.0), **options) -> dict[str, list[Run]]:
    """One run for each activation and learning rate, everything else the same."""
    return {name: [train(name, lr, **options) for lr in lrs] for name in names}


def way_back(name: str, start: float, target: float = 0.8, lr: float = 0.5, steps: int = 3000) -> np.ndarray:
    """Where one unit a = f(z) stands after 0, 1, …, `steps` steps down the cost ½ (a − target)²: z, (steps + 1,).

    Its only input is a constant, so that z itself is what learns: z ← z − η (f(z) − target) f′(z).
    """
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    z = np.empty(steps + 1)
    z[0] = start
    for t in range(steps):
        z[t + 1] = z[t] - lr * (f(z[t]) - target) * f_grad(z[t])
    return z


def arrival(name: str, z: np.ndarray, target: float = 0.8, within: float = 0.05) -> int | None:
    """The first step after which the unit is `within` reach of its target; None if there is none."""
    there = np.flatnonzero(np.abs(getattr(activations, name)(z) - target) < within)
    return int(there[0]) if there.size else None


def gradient_through_depth(name: str, depth: int = 30, width: int = 64, seed: int = 0) -> np.ndarray:
    """Norm of the gradient after 0, 1, …, `depth` layers on its way back, relative to where it starts.

    Every layer has its own random W with variance 1/n_in; the input of the first layer is standard normal.
    """
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    rng = np.random.default_rng(seed)
    W = rng.normal(0, np.sqrt(1 / width), (depth, width, width))
    a, z = rng.standard_normal((256, width)), []
    for k in range(depth):
        z.append(a @ W[k].T)
        a = f(z[k])
    delta, norms = rng.standard_normal((256, width)), []
    norms.append(np.linalg.norm(delta))
    for k in reversed(range(depth)):
        delta = (delta * f_grad(z[k])) @ W[k]
        norms.append(np.linalg.norm(delta))
    return np.array(norms) / norms[0]


def cost(names=NAMES, size: int = 200_000, repeats: int = 15) -> dict[str, float]:
    """Median time of value and derivative on `size` numbers, as a multiple of ReLU's; the calls take turns."""
    z = np.random.default_rng(0).standard_normal(size)
    times = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            start = perf_counter()
            getattr(activations, name)(z)
            getattr(activations, f"{name}_grad")(z)
            times[name].append(perf_counter() - start)
    medians = {name: float(np.median(t)) for name, t in times.items()}
    return {name: median / medians["relu"] for name, median in medians.items()}
