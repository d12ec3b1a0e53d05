"""What chapter 18 measures: three nets that are no row of layers, on handwritten digits, and what each is for."""

from typing import NamedTuple

import numpy as np

from dlbook import data
from dlbook.experiments import measured
from dlbook.scratch import layers, losses, models

CANVAS = 12  # pixels a side, on which a digit of 8 × 8 lies somewhere


class Run(NamedTuple):
    """A trained model, and the loss of every step before it was taken."""

    model: models.Functional
    loss: np.ndarray  # (steps,)


def train(model, xs, objective, steps, lr, rng, size=64, momentum=0.9) -> Run:
    """Descent with momentum on batches that are drawn; `objective(outputs, rows)` gives the loss and its gradients."""
    learned, seen = model.train().parameters(), []
    velocity = {name: np.zeros_like(array) for name, array in learned.items()}
    for t in range(steps):
        rows = rng.integers(len(xs[0]), size=size)
        loss, upstream = objective(model(*(x[rows] for x in xs)), rows)
        model.backward(upstream)
        seen.append(loss)
        step, gradients = lr * (0.5 + 0.5 * np.cos(np.pi * t / steps)), model.gradients()
        for name, array in learned.items():
            velocity[name] = momentum * velocity[name] + gradients[name]
            array -= step * velocity[name]
    return Run(model.eval(), np.array(seen))


def classes(y):
    """The objective of one output with scores: cross-entropy."""
    cross_entropy, slope = losses.cross_entropy_from_logits, losses.cross_entropy_from_logits_grad
    return lambda scores, rows: (cross_entropy(y[rows], scores), slope(y[rows], scores))


def right(scores, y) -> float:
    """The share of samples whose highest score is the right one."""
    return float((scores.argmax(axis=1) == y).mean())


# ── Two inputs ──


def tower(rng, features=64) -> models.Sequential:
    """A digit of 64 pixels to 32 features."""
    return models.sequential(
        layers.Linear(64, features, rng=rng), layers.ReLU(), layers.Linear(features, 32, rng=rng), layers.ReLU()
    )


def adder(rng, shared=True) -> models.Functional:
    """Two digits to the 19 scores of their sum: one tower for both, or a tower for each."""
    second = "first" if shared else tower(rng)
    rows = [
        ("first", tower(rng), "a"),
        ("second", second, "b"),
        ("join", layers.Add(), "first", "second"),
        ("hidden", layers.Linear(32, 64, rng=rng), "join"),
        ("relu", layers.ReLU(), "hidden"),
        ("scores", layers.Linear(64, 19, rng=rng), "relu"),
    ]
    return models.functional(rows, inputs=("a", "b"))


def pairs(part: str, count: int, rng):
    """Two digits and their sum, `count` times: (count, 64) twice, and (count,)."""
    X_train, X_test, y_train, y_test = data.split(data.digits(), test_fraction=0.2, seed=0)
    X, y = (X_train, y_train) if part == "train" else (X_test, y_test)
    one, two = rng.integers(len(X), size=(2, count))
    return X[one], X[two], y[one] + y[two]


def learn_sums(seed=0, shared=True, count=2000, steps=2000) -> tuple[Run, float]:
    """An adder that has seen `count` pairs and their sums, and the share of 2,000 unseen pairs that it adds right."""
    rng = np.random.default_rng(seed)
    a, b, y = pairs("train", count, rng)
    run = train(adder(rng, shared), (a, b), classes(y), steps, 0.05, rng)
    a, b, y = pairs("test", 2000, np.random.default_rng(0))
    return run, right(run.model(a, b), y)


@measured.over(shared=(True, False), count=(250, 500, 1000, 2000, 4000), seeds=range(5))
def sums_read(seed, shared, count) -> dict:
    """The share of unseen pairs that an adder adds right, by how many pairs it has learned from."""
    return {"right": learn_sums(seed, shared, count)[1]}


# ── Two outputs ──


def finder(rng, heads=("what", "where"), features=96) -> models.Functional:
    """A canvas to ten scores ("what") and the row and column of the digit's middle ("where"), or to one of them."""
    sizes = {"what": 10, "where": 2}
    rows = [("hidden", layers.Linear(CANVAS**2, features, rng=rng), "x"), ("h", layers.ReLU(), "hidden")]
    rows += [("hidden2", layers.Linear(features, features, rng=rng), "h"), ("h2", layers.ReLU(), "hidden2")]
    rows += [(head, layers.Linear(features, sizes[head], rng=rng), "h2") for head in heads]
    return models.functional(rows, outputs=heads)


def placed(X, rng):
    """Every digit somewhere on an empty canvas (N, 144), and its row and column, (N, 2), from −1 to 1."""
    room = CANVAS - 8
    at = rng.integers(room + 1, size=(len(X), 2))
    canvas = np.zeros((len(X), CANVAS, CANVAS))
    rows, columns = (at[:, side, None] + np.arange(8) for side in (0, 1))  # (N, 8)
    canvas[np.arange(len(X))[:, None, None], rows[:, :, None], columns[:, None, :]] = X.reshape(-1, 8, 8)
    return canvas.reshape(len(X), -1), at / room * 2 - 1


def both(y, places):
    """The objective of both heads: cross-entropy and the mean square, added; each head gets its own gradient."""
    one, other = classes(y), squares(places)

    def objective(outputs, rows):
        (what, u), (where, v) = one(outputs[0], rows), other(outputs[1], rows)
        return what + where, (u, v)

    return objective


def squares(places):
    """The objective of one output with places: the mean square."""
    return lambda found, rows: (losses.mse(places[rows], found), losses.mse_grad(places[rows], found))


def found_places(seed=0, heads=("what", "where"), steps=3000) -> tuple[Run, dict]:
    """A finder on digits at drawn places; of unseen ones the share that it names and the share that it places right.

    A place is right if both numbers are nearer to it than to any other: the answer is off by less than half a pixel.
    """
    rng = np.random.default_rng(seed)
    X_train, X_test, y_train, y_test = data.split(data.digits(), test_fraction=0.2, seed=0)
    x, at = placed(np.tile(X_train, (4, 1)), rng)
    y = np.tile(y_train, 4)
    objectives = {("what", "where"): both(y, at), ("what",): classes(y), ("where",): squares(at)}
    run = train(finder(rng, heads), (x,), objectives[heads], steps, 0.05, rng)
    x, at = placed(X_test, np.random.default_rng(0))
    outputs = run.model(x)
    outputs = dict(zip(heads, outputs if len(heads) > 1 else [outputs], strict=True))
    found = {}
    if "what" in heads:
        found["what"] = right(outputs["what"], y_test)
    if "where" in heads:
        pixel = 2 / (CANVAS - 8)
        found["where"] = float((np.abs(outputs["where"] - at) < pixel / 2).all(axis=1).mean())
    return run, found


@measured.over(heads=("both", "what", "where"), seeds=range(4))
def places_read(seed, heads) -> dict:
    """What a finder with both heads gets right, and what nets with one head get right of the same; 0 for no head."""
    found = found_places(seed, ("what", "where") if heads == "both" else (heads,))[1]
    return {"what": found.get("what", 0.0), "where": found.get("where", 0.0)}


# ── A skip ──


def deep(rng, blocks=16, skip=True, features=32) -> models.Functional:
    """A digit through `blocks` blocks of Linear and ReLU; with `skip` every block adds what came in."""
    rows, last = [("stem", layers.Linear(64, features, rng=rng), "x")], "stem"
    for i in range(blocks):
        rows += [(f"fc{i}", layers.Linear(features, features, rng=rng), last), (f"relu{i}", layers.ReLU(), f"fc{i}")]
        rows += [(f"sum{i}", layers.Add(), f"relu{i}", last)] if skip else []
        last = f"sum{i}" if skip else f"relu{i}"
    return models.functional([*rows, ("scores", layers.Linear(features, 10, rng=rng), last)])


def learn_deep(seed=0, blocks=16, skip=True, steps=600) -> tuple[Run, float]:
    """A deep net on four fifths of the digits, and the share of the others that it reads right."""
    rng = np.random.default_rng(seed)
    X_train, X_test, y_train, y_test = data.split(data.digits(), test_fraction=0.2, seed=0)
    run = train(deep(rng, blocks, skip), (X_train,), classes(y_train), steps, 0.02, rng)
    return run, right(run.model(X_test), y_test)


@measured.over(skip=(True, False), seeds=range(4))
def deep_read(seed, skip) -> dict:
    """The share of unseen digits that a net of 16 blocks reads right, and its loss in training at the end."""
    run, share = learn_deep(seed, skip=skip)
    return {"right": share, "loss": float(run.loss[-50:].mean())}


def arriving(seed=0, blocks=16, skip=True) -> np.ndarray:
    """The norm of ∂L/∂v before the first step, where the stem ends and behind every block: (blocks + 1,)."""
    model = deep(np.random.default_rng(seed), blocks, skip)
    X, y = data.digits().X[:256], data.digits().y[:256]
    model.backward(losses.cross_entropy_from_logits_grad(y, model(X)))
    ends = ["stem", *(f"sum{i}" if skip else f"relu{i}" for i in range(blocks))]
    return np.array([np.linalg.norm(model.value_grads[name]) for name in ends])


def parameters(model) -> int:
    """How many numbers a model learns; those of a shared layer count once."""
    return sum(array.size for array in model.parameters().values())


def summary(model, *xs) -> str:
    """A table with a line for each row of the model: its name, its layer, what goes in, the shape, the parameters."""
    model(*xs)
    lines = [f"{'name':9}{'layer':13}{'takes':16}{'shape':11}parameters"]
    lines += [f"{name:9}{'Input':13}{'':16}{model.values[name].shape!s:11}0" for name in model.inputs]
    for name, layer, *taken in model.rows:
        again = isinstance(layer, str)
        kind = f"{layer}, again" if again else type(layer).__name__
        own = 0 if again else sum(array.size for array in layer.named("params").values())
        lines.append(f"{name:9}{kind:13}{', '.join(taken):16}{model.values[name].shape!s:11}{own:,}")
    return "\n".join([*lines, f"{parameters(model):,} parameters"])
