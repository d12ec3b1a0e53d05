"""What chapter 05 draws."""

import numpy as np

from dlbook.experiments import gradient_descent_variants as experiments
from dlbook.figures import C1, FOREGROUND, MUTED, Figure

STYLES = ("-", "--", "-.", ":", "-")


def costs(runs: dict[str, experiments.Run], least: float) -> Figure:
    """The cost over the epochs for several batch sizes, and the end of it, close up."""
    words = "; ".join(
        f"{name}: the cost rises in {run.rises:.0%} of steps and ends at {run.cost[-1] / least:.2f} times the least"
        for name, run in runs.items()
    )
    figure = Figure(alt=f"The cost over the epochs at one learning rate. {words}.")
    last = max(run.epochs[-1] for run in runs.values())
    close = [run.cost[-3 * run.steps :] for run in runs.values() if run.cost[-1] < 1.5 * least]
    for title, xlim, ylim in (
        ("All epochs", (0, last), None),
        ("The last three, close up", (last - 3, last), (0.98 * least, 1.02 * max(map(np.max, close)))),
    ):
        with figure.panel(title, "epoch", "J(θ)", xlim=xlim, ylim=ylim) as ax:
            for (name, run), width in zip(runs.items(), (2.4, 1.6, 1), strict=False):
                ax.plot(run.epochs, run.cost, linewidth=width, label=name)
            ax.axhline(least, color=FOREGROUND, linewidth=1, linestyle=":", label="least cost")
            if ylim:
                ax.legend().set_visible(False)
    return figure


def rates(found: dict[str, experiments.Rates]) -> Figure:
    """Where runs with several learning rates end, over the rate, and over the rate per sample."""
    words = "; ".join(f"{name}: the largest that arrives is {r.largest:.3g}" for name, r in found.items())
    figure = Figure(alt=f"The cost of the last epoch over the learning rate, one valley for each batch size. {words}.")
    for title, xlabel in (("Over the learning rate", "η"), ("Over the rate per sample", "η / B")):
        with figure.panel(title, xlabel, "cost / least cost", xscale="log", ylim=(0.99, 1.3)) as ax:
            for name, r in found.items():
                share = 1 if xlabel == "η" else int(name.split()[-1])
                ax.plot(r.lrs / share, r.end, ".-", label=name)
            ax.axhline(experiments.TARGET, color=MUTED, linewidth=1, linestyle=":")
            if xlabel != "η":
                ax.legend().set_visible(False)
    return figure


def settling(by_start: dict[float, dict[str, list[experiments.Run]]], least: float) -> Figure:
    """How far above the least cost each epoch of stochastic descent ends, for two starts and several falls."""
    above = {
        (start, name): 100 * (runs[0].cost[:: runs[0].steps] / least - 1)
        for start, ways in by_start.items()
        for name, runs in ways.items()
    }
    words = "; ".join(f"from {start:g} {name}: {a[-1]:.2g} %" for (start, name), a in above.items())
    figure = Figure(
        alt=f"How far above the least cost stochastic descent is over the epochs; at the end {words}.",
        caption="From 0.25 every falling rate arrives. From 0.02 the same falls stop far away.",
    )
    ylim = (min(a.min() for a in above.values()) / 2, 300)
    for start, ways in by_start.items():
        with figure.panel(f"From η = {start:g}", "epoch", "cost above the least, in %", yscale="log", ylim=ylim) as ax:
            for name, style in zip(ways, STYLES, strict=True):
                ax.plot(above[start, name], style, label=name)
            if start != min(by_start):
                ax.legend().set_visible(False)
    return figure


def noise(sizes, measured: np.ndarray, expected: np.ndarray) -> Figure:
    """The noise of the gradient over the batch size, measured and by theory."""
    words = ", ".join(f"{m:.2g} at {b}" for b, m in zip(sizes, measured, strict=True))
    figure = Figure(alt=f"Noise of the gradient over the batch size, both logarithmic, falls along a line: {words}.")
    with figure.panel("", "batch size B", "noise", width=5.4, xscale="log", yscale="log") as ax:
        ax.plot(sizes, expected, label="theory")
        ax.plot(sizes, measured, "o", color=C1, label="measured")
    return figure


def noise_to_read() -> Figure:
    """The noise at small batch sizes, of the exercise that asks for a large one."""
    from dlbook.exercises import gradient_descent_variants as exercises

    sizes, noises = exercises.noise_shown()
    words = ", ".join(f"{noise:g} at {size}" for size, noise in zip(sizes, noises, strict=True))
    figure = Figure(alt=f"Noise of the mini-batch gradient over the batch size: {words}.")
    with figure.panel("", "batch size", "noise of the gradient", width=5, ylim=(0, 0.9)) as ax:
        ax.plot(sizes, noises, "o")
        ax.set_xticks(sizes)
    return figure
