"""What chapter 10 measures, drawn."""

import numpy as np

from dlbook.experiments import optimizers as experiments
from dlbook.figures import C1, FOREGROUND, MUTED, Figure
from dlbook.figures.optimizers.mechanisms import DASHES, contour


def races(results: dict[str, dict[str, experiments.Run]], target: float = 1e-3) -> Figure:
    """For each surface the cost over the steps, every optimizer at its best learning rate."""
    words = []
    for surface, runs in results.items():
        needed = {name: experiments.steps_to(run.cost, target) for name, run in runs.items()}
        words.append(f"{surface}: " + ", ".join(f"{n} {'not at all' if s is None else s}" for n, s in needed.items()))
    figure = Figure(
        alt=f"Steps until the cost stays below {target:g}. " + "; ".join(words) + ".",
        caption="The cost over the steps, each optimizer with the rate and the memory that brought it below the line "
        "soonest. Compare the first two panels: the same ravine, turned by 45°.",
    )
    for surface, runs in results.items():
        with figure.panel(surface, "step", "cost", yscale="log", ylim=(1e-7, 1e5)) as ax:
            for (name, run), dash in zip(runs.items(), DASHES, strict=False):
                seen = np.where(run.cost > 1e-8, run.cost, np.nan)  # what lies below the panel weighs, too
                ax.plot(seen, linestyle=dash, linewidth=1.6, label=f"{name}, {settings(run)}")
            ax.axhline(target, color=MUTED, linewidth=0.8)
            ax.legend(loc="upper right", fontsize=8)
    return figure


def settings(run: experiments.Run) -> str:
    """The learning rate of a run, and its memory if it has one."""
    symbols = {"momentum": "μ", "alpha": "β", "betas": "β₁"}
    values = {symbols[key]: value[0] if key == "betas" else value for key, value in run.memory.items()}
    return ", ".join(f"{symbol} = {value:.3g}" for symbol, value in ({"η": run.lr} | values).items())


def momentum_paths(runs: dict[str, experiments.Run], surface: str = "ravine") -> Figure:
    """The paths of several runs over the contours, and their costs."""
    words = "; ".join(f"{name}: cost {run.cost[-1]:.2g} after {len(run.cost) - 1} steps" for name, run in runs.items())
    figure = Figure(
        alt=f"Paths over the {surface}, and the cost at each step. {words}.",
        caption="Sixty steps over the ravine, all with η = 0.1. With the right memory the cost ends hundreds of times "
        "lower than with none. With too long a memory it swings.",
    )
    with figure.panel("The path", "θ₁", "θ₂", xlim=(-2, 2), ylim=(-2, 2)) as ax:
        contour(ax, surface)
        for run in runs.values():
            ax.plot(*run.path.T, linewidth=1.2)
    with figure.panel("The cost", "step", "cost", yscale="log") as ax:
        for name, run in runs.items():
            ax.plot(run.cost, label=name)
    return figure


def effective_rates(rates: dict[str, np.ndarray]) -> Figure:
    """The median effective learning rate of AdaGrad and RMSprop over the steps."""
    words = "; ".join(f"{name}: {r[0]:.2g} in step 1, {r[-1]:.2g} in step {len(r)}" for name, r in rates.items())
    figure = Figure(
        alt=f"Effective learning rate over the steps, both logarithmic. {words}.",
        caption="By what each optimizer multiplies a gradient, median over the first layer's weights. AdaGrad's rate "
        "falls for good, about as 1/√t. RMSProp's rises again when the gradients shrink.",
    )
    with figure.panel("Median of η/(√s + ε)", "step", width=5.2, xscale="log", yscale="log") as ax:
        shown = np.unique(np.geomspace(1, len(rates["AdaGrad"]), 90).round().astype(int))
        for (name, values), dash in zip(rates.items(), DASHES, strict=False):
            ax.plot(shown, values[shown - 1], linestyle=dash, label=name)
        t = np.array([1, len(rates["AdaGrad"])])
        ax.plot(t, rates["AdaGrad"][-1] * np.sqrt(t[-1] / t), color=MUTED, linewidth=1, linestyle=":", label="∝ 1/√t")
    return figure


def uncorrected(factor: np.ndarray) -> Figure:
    """How many times too long Adam's steps would be without the corrections."""
    worst = int(factor.argmax())
    figure = Figure(
        alt=f"Length of Adam's step without correction over its length with it: {factor[0]:.2f} in step 1, "
        f"{factor[worst]:.2f} in step {worst + 1}, {factor[-1]:.2f} in step {len(factor)}.",
        caption="The step that Adam would take without its corrections, over the step that it takes, for a gradient "
        "that never changes. The worst comes early, and it takes thousands of steps to fade.",
    )
    with figure.panel("Without the corrections", "step", "times too long", width=5, xscale="log") as ax:
        shown = np.unique(np.geomspace(1, len(factor), 90).round().astype(int))
        ax.plot(shown, factor[shown - 1])
        ax.plot(worst + 1, factor[worst], "o", color=C1, label=f"step {worst + 1}: {factor[worst]:.1f} times")
        ax.axhline(1, color=MUTED, linewidth=0.8)
        ax.set_ylim(0)
    return figure


def decay(weights: dict[str, np.ndarray]) -> Figure:
    """Weights of other runs against those of SGD with L2."""
    reference = weights["SGD, L2"]
    words = ", ".join(f"{name}: length {np.linalg.norm(w):.2f}" for name, w in weights.items())
    figure = Figure(
        alt=f"The thirty weights against those of SGD with L2, and the diagonal. {words}.",
        caption="Each dot is one weight: with the penalty Adam and SGD come to rest at the same solution.",
    )
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
    figure = Figure(
        alt=f"θ over the steps; the best place is −1, the worst is 1. {words}.",
        caption="The best place is −1. With a short memory Adam walks to the worst place there is.",
    )
    with figure.panel("", "step", "θ", width=5.2, ylim=(-1.1, 1.1)) as ax:
        for (name, path), dash in zip(paths.items(), DASHES, strict=False):
            ax.plot(np.arange(0, len(path), 25), path[::25], linestyle=dash, linewidth=1.4, label=name)
        ax.legend(loc="center right")
    return figure


def sensitivity(lrs, loss: dict[str, np.ndarray]) -> Figure:
    """The loss on the digits after a few epochs over the learning rate."""
    best = {name: int(np.nanargmin(values)) for name, values in loss.items()}
    words = ", ".join(f"{name} {loss[name][i]:.2g} at η = {lrs[i]:g}" for name, i in best.items())
    figure = Figure(
        alt=f"Loss over the learning rate, a valley for each optimizer. Lowest points: {words}.",
        caption="Every optimizer has its own valley of good rates, and the valleys lie up to a hundred times apart.",
    )
    axes = {"xscale": "log", "yscale": "log", "width": 6, "height": 3.6}
    with figure.panel("The digits after five epochs", "learning rate η", "loss on the training set", **axes) as ax:
        for (name, values), dash in zip(loss.items(), DASHES, strict=False):
            ax.plot(lrs, values, linestyle=dash, marker=".", label=name)
        ax.legend(fontsize=9)
    return figure


def schedules_compared(runs: dict[str, experiments.Training]) -> Figure:
    """The learning rate and the loss of one run under each schedule."""
    words = "; ".join(f"{name}: loss {run.loss[-1]:.2g}, accuracy {run.accuracy[-1]:.3f}" for name, run in runs.items())
    figure = Figure(
        alt=f"Learning rate and loss over the epochs. At the end {words}.",
        caption="One run under each schedule, all from η = 0.4, which is too much for this network. The constant rate "
        "stays up, and every schedule comes down as soon as its rate has fallen.",
    )
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
    figure = Figure(
        alt="Validation loss by epoch, from epoch 0: " + ", ".join(f"{value:g}" for value in values) + ".",
        caption="The validation loss after each epoch.",
    )
    with figure.panel("", "epoch", "validation loss", width=5.6, ylim=(0, 1.05)) as ax:
        ax.plot(values, "o-")
        ax.set_xticks(range(len(values)))
    return figure


def condition(kappas, needed: dict[str, np.ndarray]) -> Figure:
    """Steps over the condition number for SGD and momentum, each at its best η and μ."""
    words = "; ".join(f"{name}: {counts[0]} to {counts[-1]}" for name, counts in needed.items())
    figure = Figure(
        alt=f"Steps until only a thousandth of the way is left, for κ from {kappas[0]} to {kappas[-1]}, both "
        f"logarithmic. {words}. SGD's grow as κ, momentum's as √κ.",
        caption="A κ a hundred times as large costs SGD a hundred times the steps, momentum about ten times. "
        "Dotted: lines ∝ κ and ∝ √κ.",
    )
    with figure.panel("", "κ = λₘₐₓ / λₘᵢₙ", "steps", width=5.2, xscale="log", yscale="log") as ax:
        for (name, counts), power, dash in zip(needed.items(), (1, 0.5), DASHES, strict=False):
            ax.plot(kappas, counts, "o", linestyle=dash, label=name)
            ax.plot(kappas, counts[-1] * (np.array(kappas) / kappas[-1]) ** power, ":", color=MUTED, linewidth=1)
    return figure


def momentum_map(lrs, mus, steps: np.ndarray, lr: float, mu: float) -> Figure:
    """How many steps the ravine takes for each η and μ, and where theory says that it takes least."""
    row, column = np.unravel_index(np.nanargmin(steps), steps.shape)
    figure = Figure(
        alt=f"A map of the steps that the ravine takes, over η and μ. The fewest, {steps[row, column]:.0f}, are at "
        f"η = {lrs[column]:.2g}, μ = {mus[row]:.2g}. Theory's best is at η = {lr:.2g}, μ = {mu:.2g}. Right of the line "
        "η = 2(1 + μ)/10 no run arrives.",
        caption="Steps until the cost of the ravine stays below 0.001, over η and μ. Right of the line "
        "the run flies off, as the formula says. The cross is theory's best, the circle the best that was tried.",
    )
    with figure.panel("", "learning rate η", "momentum μ", width=5.6, height=3.8) as ax:
        levels = [20, 25, 30, 40, 60, 100, 150, 200, 300]
        lines = ax.contour(lrs, mus, steps, levels=levels, colors=MUTED, linewidths=0.9)
        ax.clabel(lines, fontsize=8, fmt="%d")
        ax.plot(0.2 * (1 + np.array(mus)), mus, color=C1, linewidth=1.5, label="η = 2(1 + μ)/λₘₐₓ")
        ax.plot(lrs[column], mus[row], "o", markersize=9, markerfacecolor="none", markeredgecolor=FOREGROUND)
        ax.plot(lr, mu, "x", markersize=9, markeredgewidth=2, color=FOREGROUND)
        ax.legend(loc="lower right")
    return figure


def rare_feature(runs: dict[str, np.ndarray]) -> Figure:
    """The mean weight of the common and of the rare feature over the steps."""
    means = {name: weights.mean(axis=1) for name, weights in runs.items()}  # (steps + 1, 2)
    words = "; ".join(f"{name}: {mean[500, 0]:.2f} and {mean[500, 1]:.2f}" for name, mean in means.items())
    figure = Figure(
        alt=f"The weights of the common and the rare feature over the steps, on their way to 1. In step 500 {words}.",
        caption="Both weights should come to 1 (means of 200 runs). A rate that keeps SGD quiet on the common feature "
        "leaves the rare one behind. AdaGrad gives the rare one a rate of its own.",
    )
    steps = np.arange(0, len(next(iter(means.values()))), 25)  # enough for the eye, and a light page
    for title, column in (("The common feature", 0), ("The rare feature", 1)):
        with figure.panel(title, "step", "mean weight", ylim=(0, 1.15)) as ax:
            for (name, mean), dash in zip(means.items(), DASHES, strict=False):
                ax.plot(steps, mean[steps, column], linestyle=dash, linewidth=1.5, label=name)
            ax.axhline(1, color=MUTED, linewidth=0.8)
            ax.legend(loc="lower right")
    return figure


def scheduled(loss: dict[str, np.ndarray], lrs) -> Figure:
    """The held-out loss over the learning rate under each schedule: means of seeds, bars of one standard error."""
    words = []
    for name, values in loss.items():
        means = values.mean(axis=1)  # (lrs, seeds) -> (lrs,)
        words.append(f"{name}: least {means.min():.3f} at η = {lrs[means.argmin()]:g}, {means[-1]:.3f} at {lrs[-1]:g}")
    figure = Figure(
        alt=f"Loss on held-out digits over the first learning rate. {'; '.join(words)}.",
        caption="The loss on held-out digits after twenty epochs, over the rate η that each schedule starts from or "
        "rises to (means of ten seeds, bars of one standard error). At their best rates all are close. The constant "
        "rate is the first to suffer from a large one.",
    )
    axes = {"width": 6, "height": 3.6, "xscale": "log", "yscale": "log"}
    with figure.panel("", "learning rate η", "held-out loss", **axes) as ax:
        for i, ((name, values), dash) in enumerate(zip(loss.items(), DASHES, strict=True)):
            error = values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
            shifted = np.array(lrs) * 1.02 ** (i - 2.5)  # beside each other, so that the bars are seen
            ax.errorbar(shifted, values.mean(axis=1), error, linestyle=dash, linewidth=1.4, marker=".", label=name)
        ax.set_xticks(lrs, [f"{lr:g}" for lr in lrs], minor=False)
        ax.set_yticks([0.1, 0.2, 0.5, 1], ["0.1", "0.2", "0.5", "1"])
        ax.minorticks_off()
        ax.legend(fontsize=8)
    return figure


def regularized(loss: dict[str, np.ndarray], lrs, strengths, units: dict[str, float]) -> Figure:
    """The test loss over λ at several rates, for Adam with L2 and for AdamW."""
    words = []
    for form, values in loss.items():  # (lrs, strengths)
        best = [
            f"{strengths[i] * units[form]:g} at η = {lr:g}" for lr, i in zip(lrs, values.argmin(axis=1), strict=True)
        ]
        words.append(f"{form}: best λ {', '.join(best)}, least loss {values.min():.2f}")
    figure = Figure(
        alt=f"Test loss over λ at three learning rates. {'; '.join(words)}.",
        caption="The loss on test digits after training on a hundred, over λ (means of five seeds). The two forms need "
        "λ of different sizes, and on this small network neither is clearly better.",
    )
    for form, values in loss.items():
        with figure.panel(form, "λ", "test loss", ylim=(0.3, 1.2)) as ax:
            for lr, row, dash in zip(lrs, values, DASHES, strict=False):
                ax.plot(range(len(strengths)), row, linestyle=dash, marker=".", label=f"η = {lr:g}")
            ax.set_xticks(range(len(strengths)), [f"{s * units[form]:g}" for s in strengths])
    return figure
