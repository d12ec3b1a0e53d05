"""A small network on the digits: rates that die, how much the learning rate matters, schedules."""

from dataclasses import dataclass

import numpy as np

from dlbook import data
from dlbook.experiments import measured
from dlbook.experiments.optimizers.surfaces import STEPS
from dlbook.scratch import losses, optimizers, schedules


def digits_split() -> tuple[np.ndarray, ...]:
    """X_train (1258, 64), X_test (539, 64), y_train, y_test."""
    return data.split(data.digits(), test_fraction=0.3, seed=0)


def network(hidden: int = 32, seed: int = 0) -> dict[str, np.ndarray]:
    """Parameters of 64 inputs, `hidden` ReLUs and 10 scores, drawn for ReLU."""
    rng = np.random.default_rng(seed)
    return {
        "0.weight": rng.normal(0, np.sqrt(2 / 64), (hidden, 64)),
        "0.bias": np.zeros(hidden),
        "2.weight": rng.normal(0, np.sqrt(2 / hidden), (10, hidden)),
        "2.bias": np.zeros(10),
    }


def scores(params, X) -> tuple[np.ndarray, np.ndarray]:
    """The hidden layer (N, hidden) and the scores (N, 10)."""
    h = np.maximum(X @ params["0.weight"].T + params["0.bias"], 0)
    return h, h @ params["2.weight"].T + params["2.bias"]


def network_grads(params, X, y) -> dict[str, np.ndarray]:
    """The gradient of the mean cross-entropy for every parameter."""
    h, z = scores(params, X)
    # (N, 10), its 1/N inside; a network that has overflowed goes on as NaN
    delta = losses.cross_entropy_from_logits_grad(y, z) if np.isfinite(z).all() else np.full_like(z, np.nan)
    back = (delta @ params["2.weight"]) * (h > 0)  # (N, 10) @ (10, hidden) -> (N, hidden)
    return {
        "0.weight": back.T @ X,
        "0.bias": back.sum(axis=0),
        "2.weight": delta.T @ h,
        "2.bias": delta.sum(axis=0),
    }


@dataclass(frozen=True)
class Training:
    """By epoch: the losses, the accuracy on the test set, the learning rate of its steps."""

    loss: np.ndarray  # (epochs + 1,) on the training set, the start included
    validation: np.ndarray  # (epochs + 1,) on rows that the steps never see
    accuracy: np.ndarray  # (epochs + 1,)
    lr: np.ndarray  # (epochs,)
    params: dict
    states: dict


def train(step, schedule, epochs: int = 10, batch: int = 64, seed: int = 0, groups=(), **options) -> Training:
    """Mini-batches of the digits through `step`; `schedule(epoch, validation loss)` gives the epoch's learning rate.

    A group's own "lr" counts relative to that.
    """
    X, X_test, y, y_test = digits_split()
    X, X_held, y, y_held = X[:1000], X[1000:], y[:1000], y[1000:]
    optimizer = optimizers.Optimizer(step, network(seed=seed), groups, lr=1.0, **options)
    rng, loss, validation, accuracy, rates = np.random.default_rng(seed), [], [], [], []

    def loss_on(X, y):
        z = scores(optimizer.params, X)[1]
        return losses.cross_entropy_from_logits(y, z) if np.isfinite(z).all() else np.nan

    def look():
        loss.append(loss_on(X, y))
        validation.append(loss_on(X_held, y_held))
        accuracy.append((scores(optimizer.params, X_test)[1].argmax(axis=1) == y_test).mean())

    with np.errstate(over="ignore", invalid="ignore"):
        look()
        for epoch in range(epochs):
            rates.append(float(schedule(epoch, validation[-1])))
            optimizer.scale(rates[-1])
            order = rng.permutation(len(y))
            for rows in np.split(order, range(batch, len(y), batch)):
                optimizer.step(network_grads(optimizer.params, X[rows], y[rows]))
            look()
    measured = map(np.array, (loss, validation, accuracy, rates))
    return Training(*measured, optimizer.params, optimizer.states)


def constant(lr: float):
    """The schedule that is none."""
    return lambda epoch, loss: lr


def sensitivity(lrs, epochs: int = 5) -> dict[str, np.ndarray]:
    """The loss on the training set after `epochs` for every learning rate; NaN where the network overflowed."""
    return {
        name: np.array([train(step, constant(lr), epochs, **options).loss[-1] for lr in lrs])
        for name, (step, options) in STEPS.items()
    }


def effective_rates(steps: int = 600, lr: float = 0.01, batch: int = 64) -> dict[str, np.ndarray]:
    """The median over the first layer's weights of η/(√s + ε), (steps,), along AdaGrad's and RMSprop's own run."""
    X, _, y, _ = digits_split()
    rates = {}
    for name, key in (("AdaGrad", "sum"), ("RMSprop", "square_avg")):
        optimizer, rng = optimizers.Optimizer(STEPS[name][0], network(), lr=lr), np.random.default_rng(0)
        rates[name] = []
        for _ in range(steps):
            rows = rng.integers(len(y), size=batch)
            optimizer.step(network_grads(optimizer.params, X[rows], y[rows]))
            total = optimizer.states["0.weight"][key]
            used = total > 0  # pixels that are always blank never get a gradient
            rates[name].append(np.median(lr / np.sqrt(total[used])))
    return {name: np.array(values) for name, values in rates.items()}


def schedules_on(lr: float, epochs: int):
    """Each schedule as a function (epoch, validation loss) of one run; the plateau keeps its state in between."""
    plateau = {"lr": lr, "state": None}

    def on_plateau(epoch, loss):
        plateau["lr"], plateau["state"] = schedules.reduce_on_plateau(
            plateau["lr"], loss, plateau["state"], factor=0.3, patience=1
        )
        return plateau["lr"]

    return {
        "constant": constant(lr),
        "step": lambda epoch, loss: schedules.step(epoch, lr, step_size=epochs // 3, gamma=0.3),
        "exponential": lambda epoch, loss: schedules.exponential(epoch, lr, gamma=0.85),
        "cosine": lambda epoch, loss: schedules.cosine(epoch, lr, T_max=epochs),
        "warm-up × cosine": lambda epoch, loss: (
            schedules.warmup(epoch, 1.0, 0.1, total_iters=3) * schedules.cosine(epoch, lr, T_max=epochs)
        ),
        "on plateau": on_plateau,
    }


SCHEDULES = ("constant", "step", "exponential", "cosine", "warm-up × cosine", "on plateau")


def with_schedules(lr: float, epochs: int = 20, seed: int = 0, only=SCHEDULES) -> dict[str, Training]:
    """The network on the digits, momentum 0.9, batches of 32, under each of the schedules."""
    step, options = STEPS["momentum"]
    chosen = schedules_on(lr, epochs)
    return {name: train(step, chosen[name], epochs, batch=32, seed=seed, **options) for name in only}


@measured.over(schedule=SCHEDULES, lr=(0.05, 0.1, 0.2, 0.4), seeds=range(10))
def scheduled(seed: int, schedule: str, lr: float) -> dict[str, float]:
    """What twenty epochs under a schedule end with, on rows that the steps never see."""
    run = with_schedules(lr, seed=seed, only=(schedule,))[schedule]
    return {"loss": run.validation[-1], "accuracy": run.accuracy[-1]}


DECAYS = {"L2": (optimizers.adam, 1e-3), "AdamW": (optimizers.adamw, 0.1)}  # the step, and the unit of its λ


@measured.over(form=("L2", "AdamW"), lr=(0.003, 0.01, 0.03), strength=(0, 1, 3, 10, 30), seeds=range(5))
def regularized(seed: int, form: str, lr: float, strength: float) -> dict[str, float]:
    """A hundred digits learnt for 150 epochs, η falling along a cosine: the loss and accuracy on the test set."""
    X, X_test, y, y_test = digits_split()
    rng, (step, unit), params, states = np.random.default_rng(seed), DECAYS[form], network(seed=seed), {}
    chosen = rng.permutation(len(y))[:100]
    no_decay = [{"params": ["0.bias", "2.bias"], "weight_decay": 0.0}]
    for rate in schedules.cosine(np.arange(150), lr, T_max=150):
        for rows in np.split(rng.permutation(chosen), 4):
            grads = network_grads(params, X[rows], y[rows])
            options = {"lr": rate, "weight_decay": strength * unit}
            params, states = optimizers.step_all(step, params, grads, states, no_decay, **options)
    z = scores(params, X_test)[1]
    return {"loss": losses.cross_entropy_from_logits(y_test, z), "accuracy": (z.argmax(axis=1) == y_test).mean()}
