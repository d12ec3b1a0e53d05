"""What chapter 09 measures: sizes layer by layer in deep nets, what they learn, and runs that clipping saves."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from dlbook import data
from dlbook.experiments import backpropagation as chapter_08
from dlbook.experiments import measured
from dlbook.scratch import activations, clipping, initializers, layers, losses, models, optimizers, preprocessing

WIDTH = 64  # of every layer, as many as a digit has pixels
INITS = {
    "N(0, 1)": lambda rng, shape: rng.normal(size=shape),
    "N(0, 0.01²)": lambda rng, shape: 0.01 * rng.normal(size=shape),
    "Xavier": lambda rng, shape: initializers.xavier(rng.random(shape)),
    "He": lambda rng, shape: initializers.he(rng.normal(size=shape)),
}
ACTIVATIONS = {
    "sigmoid": (activations.sigmoid, activations.sigmoid_grad, layers.Sigmoid),
    "tanh": (activations.tanh, activations.tanh_grad, layers.Tanh),
    "ReLU": (activations.relu, activations.relu_grad, layers.ReLU),
}
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "ReLU": 1.0}


def pixels(samples: int | None = None) -> np.ndarray:
    """Real digits (samples, 64), every pixel with mean 0 and variance 1; all 1,797 by default."""
    return preprocessing.standardize(data.digits().X)[:samples]


@dataclass(frozen=True)
class Pass:
    """One way forward and back through a deep net: for every layer its z, a and ∂L/∂z, each (samples, WIDTH)."""

    z: list[np.ndarray]
    seen: list[np.ndarray]  # what the activation sees: z, or batch norm's z
    a: list[np.ndarray]
    z_grad: list[np.ndarray]


def deep_pass(activation, init, depth=30, batch_norm=False, samples=200, seed=0) -> Pass:
    """Digits through `depth` layers z = W a (no biases), a = σ(z); ∂L/∂a of the last layer is standard normal noise.

    With batch norm, a = σ(BN(z)).
    """
    rng = np.random.default_rng(seed)
    sigma, sigma_grad, _ = ACTIVATIONS[activation]
    weights = [INITS[init](rng, (WIDTH, WIDTH)) for _ in range(depth)]
    still = (np.zeros(WIDTH), np.ones(WIDTH))
    into, z, seen = [pixels(samples)], [], []
    for weight in weights:
        z.append(layers.linear(into[-1], weight))
        seen.append(layers.batch_norm(z[-1], *still, training=True).output if batch_norm else z[-1])
        into.append(sigma(seen[-1]))
    upstream, z_grad = rng.normal(size=into[-1].shape), []
    for k in reversed(range(depth)):
        upstream = upstream * sigma_grad(seen[k])
        if batch_norm:
            upstream = layers.batch_norm_backward(upstream, z[k], *still, training=True)[0]
        z_grad.insert(0, upstream)
        upstream, _ = layers.linear_backward(upstream, into[k], weights[k])
    return Pass(z, seen, into[1:], z_grad)


def sizes(arrays) -> np.ndarray:
    """√ mean square of each array: the length of what a layer hands on, per number."""
    return np.array([np.sqrt((array**2).mean()) for array in arrays])


def per_layer(values: np.ndarray) -> float:
    """The factor by which `values` changes from one layer to the next, on geometric average."""
    return float((values[-1] / values[0]) ** (1 / (len(values) - 1)))


def factors(depth=30, seeds=range(5)) -> dict[tuple[str, str, bool], np.ndarray]:
    """For activation, init, batch norm, an array (2, seeds): how z grows a layer forwards, and ∂L/∂z one backwards."""
    found = {}
    for activation, init, batch_norm in product(ACTIVATIONS, INITS, (False, True)):
        runs = [deep_pass(activation, init, depth, batch_norm, seed=seed) for seed in seeds]
        forwards = [per_layer(sizes(run.z)) for run in runs]
        backwards = [per_layer(sizes(run.z_grad)[::-1]) for run in runs]
        found[activation, init, batch_norm] = np.array([forwards, backwards])
    return found


def relu_factor(weight_var: float, width: int = WIDTH) -> float:
    """√(n Var(w) / 2): what the variance recursion of a ReLU layer promises, forwards and backwards."""
    return float(np.sqrt(width * weight_var / 2))


def saturated(run: Pass, activation: str, share: float = 0.01) -> np.ndarray:
    """For every layer, the share of units whose slope is below `share` of the steepest: they pass no gradient."""
    sigma_grad = ACTIVATIONS[activation][1]
    return np.array([(sigma_grad(z) < share * STEEPEST[activation]).mean() for z in run.seen])


# ── Learning ──


def deep_mlp(activation, init, depth, rng, batch_norm=False) -> models.Sequential:
    """`depth` hidden layers of WIDTH units between 64 pixels and 10 scores, all weights from `init`, biases 0."""
    row = []
    for k in range(depth + 1):
        layer = layers.Linear(WIDTH, 10 if k == depth else WIDTH, rng=rng)
        layer.params["weight"] = INITS[init](rng, layer.params["weight"].shape)
        layer.params["bias"][:] = 0
        row.append(layer)
        if k < depth:
            row += [layers.BatchNorm1d(WIDTH)] if batch_norm else []
            row.append(ACTIVATIONS[activation][2]())
    return models.sequential(*row)


def halves():
    """The digits for training and for testing: X (n, 64) with mean 0 and variance 1 a pixel, and y."""
    X_train, X_test, y_train, y_test = data.split(data.digits(), test_fraction=0.2, seed=0)
    return preprocessing.standardize(X_train), preprocessing.standardize(X_test, X_train), y_train, y_test


@dataclass(frozen=True)
class Descent:
    """Plain descent: the loss and the norm of the whole gradient before each step (steps,), and the test accuracy."""

    loss: np.ndarray
    norm: np.ndarray
    accuracy: float


def descend(model, rng, steps=300, lr=0.1, max_norm=np.inf, step=optimizers.sgd, times=None) -> Descent:
    """Mini-batch descent on the digits, every gradient clipped to `max_norm`; what overflows ends in NaN.

    `times` has the parameters, by name, whose rate is a multiple of `lr`.
    """
    rates = {name: lr * (times or {}).get(name, 1) for name in model.parameters()}
    X_train, X_test, y_train, y_test = halves()
    loss, norm, states = np.full(steps, np.nan), np.full(steps, np.nan), dict.fromkeys(model.parameters())
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            batch = rng.integers(0, len(X_train), 32)
            logits = model.train()(X_train[batch])
            if not np.isfinite(logits).all():
                break
            loss[t] = losses.cross_entropy_from_logits(y_train[batch], logits)
            model.backward(losses.cross_entropy_from_logits_grad(y_train[batch], logits))
            gradients, norm[t] = clipping.clip_by_global_norm(model.gradients(), max_norm)
            for name, array in model.parameters().items():
                array[...], states[name] = step(array, gradients[name], states[name], lr=rates[name])
        return Descent(loss, norm, chapter_08.accuracy(model, X_test, y_test))


def learn(activation, init, depth=10, batch_norm=False, seed=0, **options) -> Descent:
    """A deep net on the digits, from one initialization."""
    rng = np.random.default_rng(seed)
    return descend(deep_mlp(activation, init, depth, rng, batch_norm), rng, **options)


WAYS = {"plain": {}, "batch norm": {"batch_norm": True}, "Adam": {"step": optimizers.adam, "lr": 0.001}}


@measured.over(activation=ACTIVATIONS, init=INITS, way=WAYS, seeds=range(5))
def learned(seed, activation, init, way) -> dict[str, float]:
    """What a net of ten hidden layers reads of the unseen digits after 300 steps."""
    return {"accuracy": learn(activation, init, seed=seed, **WAYS[way]).accuracy}


@measured.over(activation=ACTIVATIONS, init=INITS, batch_norm=(False, True), lr=(0.001, 0.01, 0.1, 1.0), seeds=range(5))
def over_rates(seed, activation, init, batch_norm, lr) -> dict[str, float]:
    """The same net by plain descent, at four learning rates."""
    return {"accuracy": learn(activation, init, batch_norm=batch_norm, seed=seed, lr=lr).accuracy}


def widened(factor: float, rng, eps=1e-5) -> tuple[models.Sequential, list[str]]:
    """A ReLU net with batch norm, and the names of its weights that a batch norm follows: these `factor` as wide."""
    model = deep_mlp("ReLU", "He", 10, rng, batch_norm=True)
    names = [f"{k}.weight" for k in range(0, 30, 3)]  # Linear, BatchNorm1d, ReLU ten times, and a last Linear
    for k, name in enumerate(names):
        model.parameters()[name] *= factor
        model.layers[3 * k + 1].eps = eps
    return model, names


def scaled(factor: float, seed=0) -> tuple[float, float]:
    """With batch norm, the lengths of the first layer's weights and of their gradient, all weights `factor` as wide."""
    model, _ = widened(factor, np.random.default_rng(seed))
    X_train, _, y_train, _ = halves()
    logits = model.train()(X_train[:32])
    model.backward(losses.cross_entropy_from_logits_grad(y_train[:32], logits))
    return tuple(float(np.linalg.norm(arrays["0.weight"])) for arrays in (model.parameters(), model.gradients()))


def scaled_run(factor: float, rate: float, seed=0, steps=300) -> Descent:
    """The same net trained, its weights before a batch norm `factor` as wide, their learning rate `rate` as large.

    ε is 0, for it does not scale with the weights.
    """
    rng = np.random.default_rng(seed)
    model, names = widened(factor, rng, eps=0.0)
    return descend(model, rng, steps, times=dict.fromkeys(names, rate))


def turned_in_training(init, seed=0) -> np.ndarray:
    """Degrees (10,) by which the weights of a ReLU net with batch norm turn in 300 steps with η = 0.1, a hidden layer
    each."""
    rng = np.random.default_rng(seed)
    model = deep_mlp("ReLU", init, 10, rng, batch_norm=True)
    before = {name: array.copy() for name, array in model.parameters().items() if array.shape == (WIDTH, WIDTH)}
    descend(model, rng)
    return np.array([_degrees(array, model.parameters()[name]) for name, array in before.items()])


@dataclass(frozen=True)
class Start:
    """A net before its first step: for every hidden layer the size of a, and ‖∂L/∂W‖ as a share of ‖W‖."""

    signal: np.ndarray
    share: np.ndarray


def at_the_start(activation, init, batch_norm, seed=0, depth=10, samples=128) -> Start:
    """What the training's own net sends forwards and gets back for its first samples."""
    model = deep_mlp(activation, init, depth, np.random.default_rng(seed), batch_norm).train()
    X_train, _, y_train, _ = halves()
    a, signal = X_train[:samples], []
    for layer in model.flat():
        a = layer(a)
        if isinstance(layer, ACTIVATIONS[activation][2]):
            signal.append(a)
    model.backward(losses.cross_entropy_from_logits_grad(y_train[:samples], a))
    lengths = [
        {name: np.linalg.norm(array) for name, array in arrays.items() if array.shape == (WIDTH, WIDTH)}
        for arrays in (model.parameters(), model.gradients())
    ]
    return Start(sizes(signal), np.array([lengths[1][name] / length for name, length in lengths[0].items()]))


def alike(value: float, steps=300, seed=0) -> tuple[int, float]:
    """A tanh net with one hidden layer whose weights are all `value`: how many of its 64 units differ after training,
    and what it reads of the unseen digits."""
    rng = np.random.default_rng(seed)
    model = models.sequential(layers.Linear(64, WIDTH, rng=rng), layers.Tanh(), layers.Linear(WIDTH, 10, rng=rng))
    for array in model.parameters().values():
        array[...] = value
    accuracy = descend(model, rng, steps=steps).accuracy
    units = np.column_stack([model.parameters()["0.weight"], model.parameters()["2.weight"].T])  # (64, 64 + 10)
    return len(np.unique(units.round(9), axis=0)), accuracy


# ── Clipping ──


def too_wide(max_norm, scale=1.5, depth=10, seed=0, **options) -> Descent:
    """A ReLU net whose weights start `scale` times as wide as He's, every step clipped to `max_norm`."""
    rng = np.random.default_rng(seed)
    model = deep_mlp("ReLU", "He", depth, rng)
    for name, array in model.parameters().items():
        if name.endswith("weight"):
            array *= scale
    return descend(model, rng, max_norm=max_norm, **options)


def turned(grad: np.ndarray, limit: float) -> tuple[float, float]:
    """By how many degrees clipping by value and clipping by norm turn a gradient."""
    by_value, by_norm = clipping.clip_by_value(grad, limit), clipping.clip_by_norm(grad, limit).grad
    return _degrees(grad, by_value), _degrees(grad, by_norm)


def _degrees(a: np.ndarray, b: np.ndarray) -> float:
    cosine = (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def fresh_gradients(seed=0) -> dict[str, np.ndarray]:
    """The real gradients of a fresh ReLU net of ten layers, by name."""
    rng = np.random.default_rng(seed)
    X_train, _, y_train, _ = halves()
    model = deep_mlp("ReLU", "He", 10, rng)
    model.backward(losses.cross_entropy_from_logits_grad(y_train[:32], model(X_train[:32])))
    return model.gradients()


def as_one(grads: dict[str, np.ndarray]) -> np.ndarray:
    """All gradients of a net as one long vector, as a step sees them."""
    return np.concatenate([g.ravel() for g in grads.values()])


def clipped_runs(max_norm, seeds=range(5)) -> list[Descent]:
    """The run that clipping saves, from several draws of the weights."""
    return [too_wide(max_norm, scale=1.4, steps=600, lr=0.05, seed=seed) for seed in seeds]


def turned_by_value(shares=(1.0, 0.3, 0.1, 0.01), seed=0) -> dict[float, float]:
    """Degrees by which clipping by value turns a fresh net's gradient, the limit a share of its largest part."""
    grad = as_one(fresh_gradients(seed))
    return {share: turned(grad, share * float(np.abs(grad).max()))[0] for share in shares}


def turned_array_by_array(limits=(1.0, 0.5, 0.1), seed=0) -> dict[float, tuple[float, float]]:
    """Degrees by which a fresh net's gradient turns if each array is clipped to a norm by itself, and if all are."""
    grads, found = fresh_gradients(seed), {}
    for limit in limits:
        each = {name: clipping.clip_by_norm(g, limit).grad for name, g in grads.items()}
        whole = clipping.clip_by_global_norm(grads, limit).grad
        found[limit] = _degrees(as_one(grads), as_one(each)), _degrees(as_one(grads), as_one(whole))
    return found
