"""What chapter 10 draws."""

import numpy as np

from dlbook.experiments import optimizers as experiments
from dlbook.figures import C1, FOREGROUND, MUTED, Figure
from dlbook.scratch import schedules

AXIS = np.linspace(-2, 2, 81)
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))


def contour(ax, surface: str) -> None:
    """Level lines of a surface, closer where it is low, and a cross at each minimum."""
    x, y = np.meshgrid(AXIS, AXIS)
    height = experiments.SURFACES[surface][0](np.stack([x, y], axis=-1))
    ax.contour(x, y, height, levels=np.quantile(height, np.linspace(0.02, 0.9, 9) ** 2), colors=MUTED, linewidths=0.6)
    minima = {"saddle": [(0, 1), (0, -1)], "Rosenbrock": [(1, 1)]}.get(surface, [(0, 0)])
    ax.plot(*np.transpose(minima), "+", color=FOREGROUND, markersize=11)
    ax.grid(False)


def races(results: dict[str, dict[str, experiments.Run]], target: float = 1e-3) -> Figure:
    """For each surface the cost over the steps, every optimizer at its best learning rate."""
    words = []
    for surface, runs in results.items():
        needed = {name: experiments.steps_to(run.cost, target) for name, run in runs.items()}
        words.append(f"{surface}: " + ", ".join(f"{n} {'not at all' if s is None else s}" for n, s in needed.items()))
    figure = Figure(alt=f"Steps until the cost stays below {target:g}. " + "; ".join(words) + ".")
    for surface, runs in results.items():
        with figure.panel(surface, "step", "cost", yscale="log", ylim=(1e-7, 1e5)) as ax:
            for (name, run), dash in zip(runs.items(), DASHES, strict=False):
                ax.plot(run.cost, linestyle=dash, linewidth=1.6, label=f"{name}, η = {run.lr:.2g}")
            ax.axhline(target, color=MUTED, linewidth=0.8)
            ax.legend(loc="upper right", fontsize=8)
    return figure


def momentum_paths(runs: dict[str, experiments.Run], surface: str = "ravine") -> Figure:
    """The paths of several runs over the contours, and their costs."""
    words = "; ".join(f"{name}: cost {run.cost[-1]:.2g} after {len(run.cost) - 1} steps" for name, run in runs.items())
    figure = Figure(alt=f"Paths over the {surface}, and the cost at each step. {words}.")
    with figure.panel("The path", "θ₁", "θ₂", xlim=(-2, 2), ylim=(-2, 2)) as ax:
        contour(ax, surface)
        for run in runs.values():
            ax.plot(*run.path.T, ".-", linewidth=1.2, markersize=3)
    with figure.panel("The cost", "step", "cost", yscale="log") as ax:
        for name, run in runs.items():
            ax.plot(run.cost, label=name)
    return figure


def effective_rates(rates: dict[str, np.ndarray]) -> Figure:
    """The median effective learning rate of AdaGrad and RMSprop over the steps."""
    words = "; ".join(f"{name}: {r[0]:.2g} in step 1, {r[-1]:.2g} in step {len(r)}" for name, r in rates.items())
    figure = Figure(alt=f"Effective learning rate over the steps, both logarithmic. {words}.")
    with figure.panel("Median of η/(√s + ε)", "step", width=5.2, xscale="log", yscale="log") as ax:
        for (name, values), dash in zip(rates.items(), DASHES, strict=False):
            ax.plot(np.arange(1, len(values) + 1), values, linestyle=dash, label=name)
        t = np.array([1, len(rates["AdaGrad"])])
        ax.plot(t, rates["AdaGrad"][-1] * np.sqrt(t[-1] / t), color=MUTED, linewidth=1, linestyle=":", label="∝ 1/√t")
    return figure


def uncorrected(factor: np.ndarray) -> Figure:
    """How many times too long Adam's steps would be without the corrections."""
    worst = int(factor.argmax())
    figure = Figure(
        alt=f"Length of Adam's step without correction over its length with it: {factor[0]:.2f} in step 1, "
        f"{factor[worst]:.2f} in step {worst + 1}, {factor[-1]:.2f} in step {len(factor)}."
    )
    with figure.panel("Without the corrections", "step", "times too long", width=5, xscale="log") as ax:
        ax.plot(np.arange(1, len(factor) + 1), factor)
        ax.plot(worst + 1, factor[worst], "o", color=C1, label=f"step {worst + 1}: {factor[worst]:.1f} times")
        ax.axhline(1, color=MUTED, linewidth=0.8)
        ax.set_ylim(0)
    return figure


def decay(weights: dict[str, np.ndarray]) -> Figure:
    """Weights of other runs against those of SGD with L2."""
    reference = weights["SGD, L2"]
    words = ", ".join(f"{name}: length {np.linalg.norm(w):.2f}" for name, w in weights.items())
    figure = Figure(alt=f"The thirty weights against those of SGD with L2, and the diagonal. {words}.")
    with figure.panel("", "weight by SGD with L2", "weight", width=5.2, height=3.6) as ax:
        ends = np.array([reference.min(), reference.max()])
        ax.plot(ends, ends, color=MUTED, linewidth=0.8)
        for name, w in weights.items():
            if w is not reference:
                ax.plot(reference, w, "o", markersize=5, label=name)
    return figure


def fooled(paths: dict[str, np.ndarray]) -> Figure:
    """θ over the steps on the cost that fools Adam."""
    words = "; ".join(f"{name}: ends at {path[-1]:.2f}" for name, path in paths.items())
    figure = Figure(alt=f"θ over the steps; the best place is −1, the worst is 1. {words}.")
    with figure.panel("", "step", "θ", width=5.2, ylim=(-1.1, 1.1)) as ax:
        for (name, path), dash in zip(paths.items(), DASHES, strict=False):
            ax.plot(path, linestyle=dash, linewidth=1.4, label=name)
        ax.legend(loc="center right")
    return figure


def sensitivity(lrs, loss: dict[str, np.ndarray]) -> Figure:
    """The loss on the digits after a few epochs over the learning rate."""
    best = {name: int(np.nanargmin(values)) for name, values in loss.items()}
    words = ", ".join(f"{name} {loss[name][i]:.2g} at η = {lrs[i]:g}" for name, i in best.items())
    figure = Figure(alt=f"Loss over the learning rate, a valley for each optimizer. Lowest points: {words}.")
    axes = {"xscale": "log", "yscale": "log", "width": 6, "height": 3.6}
    with figure.panel("The digits after five epochs", "learning rate η", "loss on the training set", **axes) as ax:
        for (name, values), dash in zip(loss.items(), DASHES, strict=False):
            ax.plot(lrs, values, linestyle=dash, marker=".", label=name)
        ax.legend(fontsize=9)
    return figure


def shapes(epochs: int = 30) -> Figure:
    """The four schedules that know only the epoch."""
    t = np.arange(epochs)
    curves = {
        "step": schedules.step(t, 1.0, 10, 0.3),
        "exponential": schedules.exponential(t, 1.0, 0.9),
        "cosine": schedules.cosine(t, 1.0, epochs),
        "warm-up": schedules.warmup(t, 1.0, 0.1, total_iters=5),
    }
    return rates(curves, "share of η")


def rates(curves: dict[str, np.ndarray], ylabel: str = "learning rate η") -> Figure:
    """Learning rates over the epochs."""
    words = ", ".join(
        f"{name} from {rate[0]:.2g} over {max(rate):.2g} to {rate[-1]:.2g}" for name, rate in curves.items()
    )
    figure = Figure(alt=f"{ylabel} over the epochs: {words}.")
    with figure.panel("", "epoch", ylabel, width=5.6) as ax:
        for (name, rate), dash in zip(curves.items(), DASHES, strict=False):
            ax.plot(rate, linestyle=dash, drawstyle="steps-post" if name == "step" else None, label=name)
    return figure


def schedules_compared(runs: dict[str, experiments.Training]) -> Figure:
    """The learning rate and the loss of one run under each schedule."""
    words = "; ".join(f"{name}: loss {run.loss[-1]:.2g}, accuracy {run.accuracy[-1]:.3f}" for name, run in runs.items())
    figure = Figure(alt=f"Learning rate and loss over the epochs. At the end {words}.")
    with figure.panel("Learning rate", "epoch", "η") as ax:
        for run, dash in zip(runs.values(), DASHES, strict=True):
            ax.step(np.arange(len(run.lr)), run.lr, where="post", linestyle=dash, linewidth=1.5)
    with figure.panel("Loss on the training set", "epoch", yscale="log") as ax:
        for (name, run), dash in zip(runs.items(), DASHES, strict=True):
            ax.plot(run.loss, linestyle=dash, linewidth=1.5, label=name)
        ax.legend(fontsize=8, loc="lower left")
    return figure


def plateau() -> Figure:
    """The validation losses of the exercise that asks when the rate falls."""
    from dlbook.exercises import optimizers as exercises

    values = exercises.PLATEAU["metrics"]
    figure = Figure(alt="Validation loss by epoch, from epoch 0: " + ", ".join(f"{value:g}" for value in values) + ".")
    with figure.panel("", "epoch", "validation loss", width=5.6, ylim=(0, 1.05)) as ax:
        ax.plot(values, "o-")
        ax.set_xticks(range(len(values)))
    return figure
