"""What chapter 11 draws."""

import numpy as np

from dlbook.experiments import regularization as experiments
from dlbook.figures import C0, C1, C2, FOREGROUND, MUTED, Figure

STYLES = ("-", "--", "-.", ":")


def pulls() -> Figure:
    """The two penalties, and the pull that each exerts on a weight."""
    w = np.linspace(-2, 2, 201)
    figure = Figure(alt="Left the penalties |w| and w²/2 over the weight w; right minus their slopes: L1 pulls with "
                    "the same force of 1 however small the weight, L2 with a force in proportion to it.")  # fmt: skip
    with figure.panel("penalty", "weight w") as ax:
        ax.plot(w, np.abs(w), label="L1: |w|")
        ax.plot(w, w**2 / 2, "--", label="L2: w²/2")
    with figure.panel("pull towards 0", "weight w") as ax:
        ax.plot(w, np.where(w == 0, np.nan, -np.sign(w)), label="L1")
        ax.plot(w, -w, "--", label="L2")
        ax.axhline(0, color=MUTED, linewidth=0.8)
    return figure


def fits(fitted: dict[str, experiments.Fit]) -> Figure:
    """The points, the truth and some fitted curves, each in a panel of its own."""
    x, y = experiments.points()
    grid = np.linspace(-2, 2, 200)
    seen = {name: experiments.errors(f) for name, f in fitted.items()}
    words = "; ".join(f"{name}: {a:.3f} at the points, {b:.3f} at fresh ones" for name, (a, b) in seen.items())
    figure = Figure(alt=f"Curves fitted to {len(x)} points; mean squared error {words}.")
    for name, f in fitted.items():
        with figure.panel(name, "x", "y", width=3.2, height=2.6, ylim=(-2.6, 2.6)) as ax:
            ax.plot(grid, experiments.truth(grid), ":", color=MUTED, label="truth")
            ax.plot(grid, f(grid), color=C0, label="fit")
            ax.plot(x, y, "o", color=FOREGROUND, markersize=3)
            ax.legend(fontsize=8, loc="lower right")
    return figure


def weights(fitted: dict[str, experiments.Fit]) -> Figure:
    """The sixty weights of some fits, side by side."""
    words = "; ".join(f"{name}: {int((f.weights == 0).sum())} of 60 are exactly 0" for name, f in fitted.items())
    figure = Figure(alt=f"The output weights of the units, as stems. {words}.")
    end = 1.1 * max(np.abs(f.weights).max() for f in fitted.values())
    for (name, f), color in zip(fitted.items(), (C0, C1, C2), strict=False):
        with figure.panel(name, "unit", "weight", width=3.6, height=2.4, ylim=(-end, end)) as ax:
            ax.vlines(np.arange(60), 0, f.weights, color=color, linewidth=1.4)
            ax.plot(np.arange(60)[f.weights == 0], np.zeros((f.weights == 0).sum()), "o", color=MUTED, markersize=2)
    return figure


def shrinkage(scales, left: dict[str, np.ndarray]) -> Figure:
    """What is left of a weight over the scale of its gradient, under penalty and under decay."""
    words = "; ".join(f"{n}: " + ", ".join(f"{v:.2f}" for v in left[n]) for n in ("penalty", "decay"))
    figure = Figure(alt=f"What is left of a weight after 300 steps, for gradients of size {list(scales)}. {words}.")
    with figure.panel("What is left of a weight of 1", "size of its gradient", width=5.4, xscale="log") as ax:
        ax.plot(scales, left["penalty"], "o-", color=C1, label="Adam with an L2 penalty")
        ax.plot(scales, left["decay"], "D--", color=C0, label="AdamW")
        ax.plot(scales, left["promised"], ":", color=MUTED, label="(1 − η λ) to the number of steps")
    return figure


def over(values, curves: dict[str, np.ndarray], xlabel: str, linthresh: float = 0.0) -> Figure:
    """Test accuracy over a strength or a rate: the mean of several draws, and from the worst to the best of them.

    With `linthresh` the axis is logarithmic beyond it, so that 0 has a place.
    """
    words = "; ".join(f"{n}: " + ", ".join(f"{v:.0%}" for v in c.mean(axis=1)) for n, c in curves.items())
    figure = Figure(
        alt=f"Mean accuracy on unseen digits for {xlabel} {list(values)}. {words}.",
        caption="Means of ten draws; the bands go from the worst to the best. With clean labels nothing is gained.",
    )
    with figure.panel("150 digits", xlabel, "test accuracy", width=5.6) as ax:
        if linthresh:
            ax.set_xscale("symlog", linthresh=linthresh)
        for (name, curve), style, marker in zip(curves.items(), STYLES, "oDs^", strict=False):
            ax.plot(values, curve.mean(axis=1), style, marker=marker, label=name)
            ax.fill_between(values, curve.min(axis=1), curve.max(axis=1), alpha=0.15)
        ax.set_ylim(0, 1)
        ax.legend(loc="lower left")
    return figure


def stopped(run: experiments.Stopped) -> Figure:
    """Losses and test accuracy over the epochs, and the epoch that early stopping returns to."""
    best = run.best_epoch
    figure = Figure(
        alt=f"Over {len(run.watch_loss)} epochs the training loss falls to {run.train_loss[-1]:.3f}; the loss on "
        f"watched digits is least, {run.watch_loss[best]:.2f}, in epoch {best}, and {run.watch_loss[-1]:.2f} in the "
        f"last. Test accuracy {run.test_accuracy[best]:.0%} there, {run.test_accuracy[-1]:.0%} in the last.",
        caption="The watched loss is a U, while the training loss goes on falling. Accuracy is lost behind the U.",
    )
    with figure.panel("loss", "epoch", yscale="log") as ax:
        ax.plot(run.train_loss, label="training")
        ax.plot(run.watch_loss, "--", label="watched")
        ax.axvline(best, color=MUTED, linestyle=":", label="best epoch")
    with figure.panel("accuracy on test digits", "epoch", ylim=(0, 1)) as ax:
        ax.plot(run.test_accuracy, color=C2)
        ax.axvline(best, color=MUTED, linestyle=":")
    return figure


def paths_to_read() -> Figure:
    """Four weights under a growing L1 penalty, for the exercise that asks when the second one is gone."""
    from dlbook.exercises import regularization as exercises

    lam, paths = exercises.weight_paths()
    figure = Figure(alt="Four weights over the strength λ of an L1 penalty; each falls in a straight line to 0.")
    with figure.panel("", "λ", "weight", width=5) as ax:
        for k, (path, style) in enumerate(zip(paths.T, STYLES, strict=True)):
            ax.plot(lam, path, linestyle=style, label=f"w{'₁₂₃₄'[k]}")
        ax.set_xticks(np.arange(0, 2.1, 0.25))
    return figure
