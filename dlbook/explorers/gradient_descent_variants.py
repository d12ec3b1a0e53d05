"""Chapter 05: choose how many samples a step looks at, and the learning rate; watch the path and the cost."""

import numpy as np

from dlbook.experiments.gradient_descent import tumours
from dlbook.experiments.gradient_descent_variants import shuffles
from dlbook.explore.explorer import Slider, contour, explore, line, number, panel, path
from dlbook.scratch import gradient_descent

M, EPOCHS, LONG = 60, 6, 20  # six epochs are drawn; what becomes of it is judged by twenty
START = np.array([-1.5, 1.5])
AXIS = np.linspace(-2, 2, 41)
_tables: dict[str, np.ndarray] = {}


def samples() -> tuple[np.ndarray, np.ndarray]:
    """Thirty malignant and thirty benign tumours: mean radius and mean concavity (60, 2), and y = 1 or −1."""
    if not _tables:
        X, malignant = tumours(("mean radius", "mean concavity"))
        few = np.concatenate([np.flatnonzero(malignant == label)[:30] for label in (1, 0)])
        X = X[few]
        _tables["X"], _tables["y"] = (X - X.mean(axis=0)) / X.std(axis=0), np.where(malignant[few] == 1, 1.0, -1.0)
    return _tables["X"], _tables["y"]


def grad(theta, X, y):
    """∇J of J(θ) = ½ mean (Xθ − y)²."""
    return X.T @ (X @ theta - y) / len(y)


def costs(points: np.ndarray) -> np.ndarray:
    """J at each of the points (…, 2)."""
    X, y = samples()
    with np.errstate(over="ignore"):  # the cost of a run that diverges may be infinite
        return 0.5 * ((points @ X.T - y) ** 2).mean(axis=-1)


def height() -> np.ndarray:
    """J on the grid AXIS × AXIS (rows are θ₂), computed once."""
    if "height" not in _tables:
        _tables["height"] = costs(np.stack(np.meshgrid(AXIS, AXIS), axis=-1))
    return _tables["height"]


def state(batch_size: float, lr: float, shuffle: float) -> dict:
    """Six epochs of mini-batch gradient descent on sixty samples, from one start, and what becomes of them."""
    X, y = samples()
    batch_size = round(batch_size)
    order = shuffles(M, LONG, round(shuffle))
    long = gradient_descent.mini_batch(grad, START, X, y, lr, order, batch_size).path
    an_epoch = -(-M // batch_size)
    walk = long[: EPOCHS * an_epoch + 1]  # the part that is drawn
    points = np.full((EPOCHS * M + 1, 2), np.nan)  # as many as there are steps when each takes one sample
    points[: len(walk)] = walk
    cost = costs(points)
    best = np.linalg.solve(X.T @ X, X.T @ y)
    least, walked = float(costs(best)), cost[: len(walk)]
    highest, rises = walked[-an_epoch:].max(), float((np.diff(walked) > 0).mean())  # the highest of the last epoch
    return {
        "height": height(),
        "path": np.where(np.abs(points).max(axis=1, keepdims=True) > 6, np.nan, points),  # far outside the panel
        "epoch": np.arange(len(points)) / an_epoch + 0 * cost,
        "cost": cost,
        "ends": np.array([0.0, EPOCHS]),
        "floor": np.full(2, least),
        "steps_an_epoch": an_epoch,
        "first_cost": cost[0],
        "last_cost": walked[-1],
        "least": least,
        "rises": rises,
        "wiggle": highest / least - 1,
        "end_x": walk[-1, 0],
        "end_y": walk[-1, 1],
        "verdict": _verdict(costs(long), an_epoch, least),
    }


def _verdict(cost: np.ndarray, an_epoch: int, least: float) -> str:
    """What twenty epochs show: six cannot tell a run that rests from one that is quiet for a while."""
    epochs = cost[1 : LONG * an_epoch + 1].reshape(-1, an_epoch)  # (20, steps an epoch)
    sixth, soon, late = (epochs[a:b].mean() for a, b in ((5, 6), (6, 13), (13, 20)))
    if epochs[-1].mean() > cost[0]:
        return "it diverges"
    if cost.max() > 2 * cost[0]:
        return "it is thrown far off, and comes back"
    if epochs[6:].max() < 1.01 * least:
        return "it comes to rest at the minimum"
    if late < soon < sixth and late < 0.95 * sixth:
        return "it is still on its way"
    return "it wiggles around the minimum"


def explorer():
    """The explorer of chapter 05."""
    return explore(
        state,
        panel(
            contour("height", (-2, 2, -2, 2)),
            path("path", color=0),
            title="The path from (−1.5, 1.5)",
            xlabel="θ₁ (weight of the radius)",
            ylabel="θ₂ (weight of the concavity)",
            xlim=(-2, 2),
            ylim=(-2, 2),
            height=340,
        ),
        panel(
            line("epoch", "cost", label="J(θ)", width=1.5),
            line("ends", "floor", label="least cost", color=1, dash=True, width=1.5),
            title="The cost over all samples, after every step",
            xlabel="epoch",
            ylabel="J(θ), logarithmic",
            xlim=(0, EPOCHS),
            ylim=(0.1, 100),
            yscale="log",
            height=340,
        ),
        slug="gradient_descent_variants",
        title="How many samples a step",
        alt="Level lines of a squared error over two weights, the path of six epochs of mini-batch gradient descent "
        "over them, and the cost after every step, for a batch size between one and all sixty samples.",
        says="Batches of {batch_size:d} at η = {lr:.3g} (steps an epoch: {steps_an_epoch:d}): {verdict}, as fourteen "
        "more epochs show. In the six drawn the cost went from {first_cost:.3g} to {last_cost:.3g} and rose in "
        "{rises:.0%} of the steps.",
        numbers=[
            number("steps_an_epoch", "steps an epoch", "⌈60 / {batch_size:d}⌉"),
            number("first_cost", "cost at the start", "J(θ₀)"),
            number("last_cost", "cost after six epochs", "J(θ)"),
            number("least", "least cost", "J(θ*), by least squares"),
            number("rises", "share of steps uphill", "steps with J(θₜ₊₁) > J(θₜ) / all steps"),
            number("wiggle", "highest point of the last epoch above it", "max J / J(θ*) − 1"),
            number("end_x", "θ₁ at the end"),
            number("end_y", "θ₂ at the end"),
        ],
        presets={
            "All at once": {"batch_size": 60, "lr": 1},
            "Ten at a time": {"batch_size": 10, "lr": 0.1},
            "One at a time": {"batch_size": 1, "lr": 0.03},
            "One at a time, too fast": {"batch_size": 1, "lr": 1},
            "All, past the limit": {"batch_size": 60, "lr": 1.6},
        },
        batch_size=Slider(values=(1, 2, 3, 4, 6, 10, 15, 20, 25, 30, 45, 60), start=10, label="batch size B"),
        lr=Slider(values=(0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.6), start=0.1, label="learning rate η"),
        shuffle=Slider(values=(0, 1, 2), start=0, label="shuffle"),
    )
