"""What chapter 02 measures: what each activation hands on, zigzags, units that die and come back, depth, cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from dlbook import data
from dlbook.experiments import measured
from dlbook.scratch import activations, initializers, layers, models

LAYERS = {
    "sigmoid": layers.Sigmoid,
    "tanh": layers.Tanh,
    "relu": layers.ReLU,
    "leaky_relu": layers.LeakyReLU,
    "elu": layers.ELU,
    "gelu": layers.GELU,
    "silu": layers.SiLU,
}
NAMES = tuple(LAYERS)


# ── One function on many numbers ──


@dataclass(frozen=True)
class Passes:
    """What one activation makes of standard normal z."""

    mean: float  # of its values
    var: float  # of its values
    zeros: float  # share of values that are 0
    slope: float  # √ mean f′²: the share of its length that a gradient keeps
    flat: float  # left of this z the slope stays below 1 %; −∞ if it never does


def passes(name: str) -> Passes:
    """Means over z, weighted by the normal density: no number is drawn."""
    z = (np.arange(-10_000, 10_000) + 0.5) / 1000  # the middles of 20,000 strips; no kink among them
    share = np.exp(-(z**2) / 2)
    share /= share.sum()
    f, f_grad = getattr(activations, name)(z), getattr(activations, f"{name}_grad")(z)
    steep = np.flatnonzero(np.abs(f_grad) >= 0.01)[0]  # the first strip, from the left, that is not flat
    return Passes(
        mean=float(share @ f),
        var=float(share @ f**2 - (share @ f) ** 2),
        zeros=float(share[f == 0].sum()),
        slope=float(np.sqrt(share @ f_grad**2)),
        flat=float(z[steep] - 0.0005) if steep else -np.inf,
    )


def steepness(mean: float, var: float, n: int) -> float:
    """How many times steeper than its flattest direction the bowl of a unit is that reads n independent outputs.

    The mean of the squared (w − w*) · a is var ‖w − w*‖² + mean² (Σ (w − w*))².
    """
    return 1 + n * mean**2 / var


# ── One unit, one case at a time ──


def goal(n: int) -> np.ndarray:
    """The weights of y = a₁ − a₂: the same function, whatever is added to all n inputs."""
    return np.eye(n)[0] - np.eye(n)[1]


def walk(cases: np.ndarray, lr) -> np.ndarray:
    """Weights of a unit w · a after each case (T, …, n) of y = a₁ − a₂, from 0, under squared error: (T + 1, …, n)."""
    target = goal(cases.shape[-1])
    path = [np.zeros(np.broadcast_shapes(cases.shape[1:], np.shape(lr)))]
    for a in cases:
        error = ((path[-1] - target) * a).sum(axis=-1, keepdims=True)  # ŷ − y
        path.append(path[-1] - lr * error * a)
    return np.array(path)


def unit_cases(count: int, seed: int, n: int = 2, centred: bool = False) -> np.ndarray:
    """Outputs of n units, each uniform in (0, 1); centred, half a unit lower. (count, n)."""
    return np.random.default_rng(seed).uniform(size=(count, n)) - (0.5 if centred else 0)


def fewest_steps(n: int, centred: bool, seeds=range(10), count: int = 800) -> np.ndarray:
    """Steps until a tenth of the distance is left, at the rate with the least median: one a seed, ∞ beyond `count`."""
    size = n / 12 if centred else n / 3  # the mean of ‖a‖²
    rates = np.arange(1, 17)[:, None, None] / 8 / size
    cases = np.stack([unit_cases(count, seed, n, centred) for seed in seeds], axis=1)  # (T, seeds, n)
    with np.errstate(over="ignore", invalid="ignore"):  # a rate that is too long flies off
        left = np.linalg.norm(walk(cases[:, None], rates) - goal(n), axis=-1)  # (T + 1, rates, seeds)
    near = left < 0.1 * left[0]
    steps = np.where(near.any(axis=0), near.argmax(axis=0), np.inf)
    return steps[np.median(steps, axis=1).argmin()]


# ── A net that learns digits ──


@dataclass(frozen=True)
class Run:
    """One trained net: share of dead units per hidden layer, accuracy on unseen digits, whether it stayed finite."""

    dead: np.ndarray  # (2,)
    accuracy: float
    finite: bool


def net(name: str, rng, width: int = 64) -> models.Sequential:
    """A 64-`width`-`width`-10 net with He's weights and biases 0; why it starts so is chapter 09's."""
    row = []
    for n_in, n_out in ((64, width), (width, width), (width, 10)):
        linear = layers.Linear(n_in, n_out)
        linear.params = {"weight": initializers.he(rng.standard_normal((n_out, n_in))), "bias": np.zeros(n_out)}
        row += [linear, LAYERS[name]()]
    return models.sequential(*row[:-1])


def descend(model: models.Sequential, X: np.ndarray, y: np.ndarray, lr: float) -> None:
    """One step down the mean cross-entropy of a batch; the way back through the net is chapter 08's."""
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges is a result, not an accident
        p = activations.softmax(model(X))  # (N, 10)
        model.backward((p - np.eye(10)[y]) / len(X))
    gradients = model.gradients()
    for key, array in model.parameters().items():
        array -= lr * gradients[key]


def training(name: str, lr: float, steps: int = 300, batch: int = 64, seed: int = 0) -> Iterator[models.Sequential]:
    """The net before its first step and after each one, on half of the digits: one object, which changes."""
    X, _, y, _ = halves()
    rng = np.random.default_rng(seed)
    model = net(name, rng)
    yield model
    for _ in range(steps):
        rows = rng.integers(0, len(X), batch)
        descend(model, X[rows], y[rows], lr)
        yield model


def halves():
    """X, X_test (n, 64) and y, y_test: the digits to learn from, and the unseen ones."""
    return data.split(data.digits(), test_fraction=0.5, seed=0)


def dead_units(model: models.Sequential, X: np.ndarray) -> np.ndarray:
    """Which units have |f′(z)| < 1e-6 on every sample: next to no gradient reaches their weights. (2, width)."""
    model(X)
    hidden = model.layers[1::2]
    slopes = [layer.backward(np.ones_like(layer.x)) for layer in hidden]  # f′(z) of each, (N, width)
    return np.array([(np.abs(slope) < 1e-6).all(axis=0) for slope in slopes])


def train(name: str, lr: float, steps: int = 300, seed: int = 0) -> Run:
    """Train one net, then look at its units and at what it reads."""
    *_, model = training(name, lr, steps, seed=seed)
    X, X_test, _, y_test = halves()
    scores = model(X_test)
    accuracy = float((scores.argmax(axis=1) == y_test).mean())
    return Run(dead_units(model, X).mean(axis=1), accuracy, bool(np.isfinite(scores).all()))


@measured.over(activation=("relu", "leaky_relu", "elu"), lr=(0.2, 0.8, 1.0), seeds=range(40))
def died(seed, activation, lr) -> dict[str, float]:
    """Share of dead units, accuracy, and 1 if all scores are finite: the same starts and pictures for all of them."""
    run = train(activation, lr, seed=seed)
    return {"dead": float(run.dead.mean()), "accuracy": run.accuracy, "finite": float(run.finite)}


@measured.over(activation=NAMES, lr=(0.1, 0.2, 0.4, 0.8, 1.6, 3.2), seeds=range(10))
def learned(seed, activation, lr) -> dict[str, float]:
    """Accuracy on unseen digits."""
    return {"accuracy": train(activation, lr, seed=seed).accuracy}


class CentredSigmoid(layers.Sigmoid):
    """σ(z) − ½, with the slope of the sigmoid."""

    def forward(self, z):
        return super().forward(z) - 0.5


def centred(model: models.Sequential) -> models.Sequential:
    """A net with σ − ½ for σ that computes the same: W (a − ½) + b + ½ Σ W = W a + b."""
    row = [CentredSigmoid() if isinstance(layer, layers.Sigmoid) else layer for layer in model.layers]
    for layer in row[2::2]:
        layer.params["bias"] = layer.params["bias"] + 0.5 * layer.params["weight"].sum(axis=1)
    return models.sequential(*row)


@measured.over(way=("σ", "σ − ½"), lr=(0.5, 1.0, 2.0, 3.0, 5.0), seeds=range(30))
def shifted(seed, way, lr, steps: int = 300) -> dict[str, float]:
    """Training loss and accuracy on unseen digits of one net, with its hidden outputs as they are and shifted."""
    X, X_test, y, y_test = halves()
    rng = np.random.default_rng(seed)
    model = net("sigmoid", rng)
    model = centred(model) if way == "σ − ½" else model
    for _ in range(steps):
        rows = rng.integers(0, len(X), 64)
        descend(model, X[rows], y[rows], lr)
    log_p = activations.log_softmax(model(X))
    accuracy = (model(X_test).argmax(axis=1) == y_test).mean()
    return {"loss": float(-log_p[np.arange(len(y)), y].mean()), "accuracy": float(accuracy)}


def came_back(name: str = "relu", lr: float = 0.8, seeds=range(5), every: int = 5) -> np.ndarray:
    """For each seed and hidden layer how many units were seen dead, how many of these alive later. (seeds, 2, 2).

    The runs are looked at every few steps, on the pictures that they train on.
    """
    X, found = halves()[0], []
    for seed in seeds:
        looks = [dead_units(model, X) for t, model in enumerate(training(name, lr, seed=seed)) if t % every == 0]
        dead = np.array(looks)  # (looks, 2, width)
        ever = np.logical_or.accumulate(dead)
        found.append(np.column_stack([ever[-1].sum(axis=1), (ever & ~dead).any(axis=0).sum(axis=1)]))
    return np.array(found)


def confidence(seed: int = 0, scales=(1.0, 3.0), steps: int = 300) -> dict[float, tuple[float, float]]:
    """A trained ReLU net's scores times each scale: its accuracy on unseen digits, and its mean largest probability."""
    *_, model = training("relu", lr=0.2, steps=steps, seed=seed)
    _, X_test, _, y_test = halves()
    found = {}
    for scale in scales:
        p = activations.softmax(scale * model(X_test))  # (N, 10)
        found[scale] = (float((p.argmax(axis=1) == y_test).mean()), float(p.max(axis=1).mean()))
    return found


# ── One unit, and thirty layers ──


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


def gradient_through_depth(
    name: str, depth: int = 30, width: int = 64, seed: int = 0, variance: float = 1.0
) -> np.ndarray:
    """Norm of the gradient after 0, 1, …, `depth` layers on its way back, relative to where it starts.

    Every layer has its own random W, whose entries have the variance `variance`/n_in; the input of the first layer is
    standard normal.
    """
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    rng = np.random.default_rng(seed)
    W = rng.normal(0, np.sqrt(variance / width), (depth, width, width))
    a, z = rng.standard_normal((256, width)), []
    for k in range(depth):
        z.append(a @ W[k].T)  # (N, width)
        a = f(z[k])
    delta = rng.standard_normal((256, width))  # ∂L/∂a of the last layer
    norms = [np.linalg.norm(delta)]
    for k in reversed(range(depth)):
        delta = (delta * f_grad(z[k])) @ W[k]  # ∂L/∂a of the layer below
        norms.append(np.linalg.norm(delta))
    return np.array(norms) / norms[0]


@measured.over(activation=NAMES, variance=(1.0, 2.0), seeds=range(20))
def left_over(seed, activation, variance) -> dict[str, float]:
    """What is left of the gradient behind all thirty layers, as a power of ten."""
    return {"log10": float(np.log10(gradient_through_depth(activation, seed=seed, variance=variance)[-1]))}


# ── What it costs ──

TIMED = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "silu")  # GELU's erf is Python's here, asked one by one


def cost(names=TIMED, size: int = 200_000, repeats: int = 15) -> dict[str, float]:
    """Least time of value and derivative on `size` numbers, as a multiple of ReLU's."""
    z = np.random.default_rng(0).standard_normal(size)
    pairs = {name: (getattr(activations, name), getattr(activations, f"{name}_grad")) for name in names}
    return times({name: lambda pair=pair: [f(z) for f in pair] for name, pair in pairs.items()}, repeats)


def cost_of_a_step(names=TIMED, repeats: int = 60) -> dict[str, float]:
    """Least time of a training step of the net on 64 pictures, as a multiple of ReLU's."""
    X, _, y, _ = (part[:64] for part in halves())
    nets = {name: net(name, np.random.default_rng(0)) for name in names}
    return times({name: lambda model=model: descend(model, X, y, lr=0.01) for name, model in nets.items()}, repeats)


def times(calls: dict, repeats: int) -> dict[str, float]:
    """Least time of each call, as a multiple of that of "relu". The calls take turns, and other work only adds time."""
    seconds = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            start = perf_counter()
            call()
            seconds[name].append(perf_counter() - start)
    return {name: min(taken) / min(seconds["relu"]) for name, taken in seconds.items()}
