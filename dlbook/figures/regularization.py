"""What chapter 11 draws."""

import numpy as np

from dlbook.experiments import regularization as experiments
from dlbook.figures import C0, C1, C2, C4, FOREGROUND, MUTED, Figure
from dlbook.figures._drawing import blank

STYLES = ("-", "--", "-.", ":")


def hinges_drawn() -> Figure:
    """Three hinges with their weights, and the curve that they add up to: each weight is a change of slope."""
    x = np.linspace(-2, 2, 161)
    places, weights = (-1.5, -0.5, 0.5), (1.0, -3.0, 4.0)
    ramps = [w * np.maximum(0, x - place) for place, w in zip(places, weights, strict=True)]
    figure = Figure(
        alt="Left three hinges: each is 0 up to its place and then a straight ramp, with slopes 1, −3 and 4. Right "
        "their sum, a curve of straight pieces with the slopes 0, 1, −2 and 2.",
        caption="Three hinges with the weights 1, −3 and 4, and their sum. At each place the slope of the sum changes "
        "by the weight: 0, 1, −2, 2. A sharp bend needs a large weight.",
    )
    with figure.panel("Three hinges", "x", ylim=(-8, 7)) as ax:
        for ramp, place, w, style in zip(ramps, places, weights, STYLES, strict=False):
            ax.plot(x, ramp, style, label=f"weight {w:g}".replace("-", "−"))
            ax.plot(place, 0, "o", color=FOREGROUND, markersize=4)
    with figure.panel("Their sum", "x", ylim=(-1, 2.5)) as ax:
        ax.plot(x, sum(ramps), color=FOREGROUND)
        for place in places:
            ax.axvline(place, color=MUTED, linestyle=":", linewidth=1)
    return figure


def one_weight(best: float = 3.0, lam: float = 0.5) -> Figure:
    """The cost of one weight, the L2 penalty, and their sum, whose minimum lies nearer to 0."""
    w, found = np.linspace(-0.6, 4.4, 120), best / (1 + lam)
    figure = Figure(
        alt=f"A parabola with its minimum at {best:g}, a flatter one with its minimum at 0, and their sum with its "
        f"minimum at {found:g}.",
        caption=f"The example by hand. The cost alone is least at {best:g}, the penalty at 0, and their sum at "
        f"{found:g}. There the two slopes are {found - best:g} and {lam * found:g}, and cancel.".replace("-", "−"),
    )
    with figure.panel("", "weight w", width=5.4, ylim=(-0.2, 5.5)) as ax:
        ax.plot(w, (w - best) ** 2 / 2, "--", label="cost J")
        ax.plot(w, lam / 2 * w**2, ":", label="penalty")
        ax.plot(w, (w - best) ** 2 / 2 + lam / 2 * w**2, color=FOREGROUND, label="sum")
        ax.plot(best, 0, "o", color=C0)
        ax.plot(found, (found - best) ** 2 / 2 + lam / 2 * found**2, "o", color=FOREGROUND)
        ax.legend(loc="upper center")
    return figure


def shares(lam: float, stopped: bool = False) -> Figure:
    """Which share of a weight is left over the curvature of its direction: under L2, and after 1/(ηλ) steps."""
    h, lr = np.logspace(-3, 1, 120), 0.1
    at = (0.01, 0.1, 1.0)
    words = ", ".join(f"{c / (c + lam):.2f} at {c:g}" for c in at)
    count = round(1 / (lr * lam))
    also = f"{count} steps with η = {lr:g} go nearly the same part of the way." if stopped else ""
    figure = Figure(
        alt=f"The share h/(h + λ) over the curvature h, for λ = {lam:g}: {words}. {also}",
        caption=also + " Both spare the directions that the data decide, and hold back the others."
        if stopped
        else f"With λ = {lam:g} half of a weight is left where the curvature is {lam:g}. Where the data bend the cost "
        "more than that, the weight nearly keeps its value. Where they hardly bend it, the weight is taken away.",
    )
    with figure.panel("", "curvature h of the cost", "share of the weight", width=5.4, xscale="log") as ax:
        ax.plot(h, h / (h + lam), label=f"L2, λ = {lam:g}")
        if stopped:
            ax.plot(h, 1 - (1 - lr * h) ** count, "--", label=f"stopped after {count} steps")
        else:
            ax.plot(at, np.array(at) / (np.array(at) + lam), "o", color=C0)
            ax.axvline(lam, color=MUTED, linestyle=":", label="h = λ")
    return figure


def touching() -> Figure:
    """The cost ½‖w − (2, 0.5)‖² under a budget for Σ|w| and for Σw²: where its circles first touch the region."""
    best = np.array([2.0, 0.5])
    length = float(np.hypot(*best))
    turn = np.linspace(0, 2 * np.pi, 100)
    circle = np.array([np.cos(turn), np.sin(turn)])
    regions = {
        "L1: a diamond": (np.array([[1, 0, -1, 0, 1], [0, 1, 0, -1, 0]]), np.array([1.0, 0.0])),
        "L2: a circle": (circle, best / length),
    }
    words = "; ".join(f"{name}: ({x:.3g}, {y:.3g})" for name, (_, (x, y)) in regions.items())
    figure = Figure(
        alt=f"A diamond and a circle around 0, and rings of equal cost around (2, 0.5). They touch at {words}.",
        caption="Dashed: rings of equal cost around the best weights (2, 0.5). Filled: the weights that the budget "
        "allows. The smallest ring that reaches the diamond meets its corner, where w₂ is 0. The circle has no "
        "corners, and is met where both weights are left.",
    )
    for name, (edge, point) in regions.items():
        reach = float(np.hypot(*(best - point)))
        with figure.panel(name, "w₁", "w₂", width=3.9, xlim=(-1.3, 3.3), ylim=(-1.4, 2.1), aspect="equal") as ax:
            ax.fill(*edge, color=C0, alpha=0.18)
            ax.plot(*edge, color=C0)
            for radius in (0.4, reach, 1.6):
                ax.plot(*(best[:, None] + radius * circle), "--", color=C1, linewidth=1.8 if radius == reach else 0.9)
            ax.plot(*best, "o", color=C1)
            ax.plot(*point, "D", color=FOREGROUND)
            ax.annotate(f"({point[0]:.2g}, {point[1]:.2g})", point, xytext=(-70, -24), textcoords="offset points")
            ax.axhline(0, color=MUTED, linewidth=0.8)
            ax.axvline(0, color=MUTED, linewidth=0.8)
    return figure


def tilted(lrs, lams, left: np.ndarray, paper=(0.0001, 0.0003, 0.001, 0.003, 0.01)) -> Figure:
    """What is left of a weight over η and λ, as numbers: under a penalty, and under the decay in its two forms."""
    decay = np.outer(lrs, lams)
    forms = {
        "Penalty under Adam": (left.mean(axis=0), lams),
        "AdamW: η λ a step": ((1 - decay) ** 300, lams),
        "The paper: λ a step": (np.tile((1 - np.array(paper)) ** 300, (len(lrs), 1)), paper),
    }
    words = ". ".join(f"{name}: " + "; ".join(", ".join(f"{abs(v):.2f}" for v in row) for row in kept)
                      for name, (kept, _) in forms.items())  # fmt: skip
    figure = Figure(
        alt=f"Three tables of what is left of a weight, η down, λ to the right. {words}.",
        caption="What 300 steps leave of a weight of 1 whose gradients are noise. In the first two tables equal "
        "numbers lie aslant, since three times the η needs a third of the λ. In the third each column has one number, "
        "whatever η is.",
    )
    for name, (kept, columns) in forms.items():
        with figure.panel(name, "λ", "η", width=3.7, height=2.7) as ax:
            ax.grid(visible=False)
            for (i, j), value in np.ndenumerate(kept):
                ax.add_patch(_square(j, i, C0, 0.05 + 0.5 * float(np.clip(value, 0, 1))))
                ax.text(j, i, f"{abs(value):.2f}", ha="center", va="center", fontsize=9.5)
            ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(lrs) - 0.5, -0.5))
            ax.set_xticks(range(len(columns)), [f"{value:g}" for value in columns])
            ax.set_yticks(range(len(lrs)), [f"{value:g}" for value in lrs])
    return figure


def _square(x, y, colour, alpha):
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=colour, alpha=alpha)


def silenced() -> Figure:
    """A net of three inputs, four hidden units and one output: two draws while it trains, and the finished net."""
    figure = Figure(
        alt="The same small net three times. In the first, hidden units 2 and 3 are silenced and the others count "
        "twice. In the second, unit 1 and unit 4 are. In the third, after training, all four count once.",
        caption="Dropout with p = 0.5 in a layer of four units. Each sample has a draw of its own. In both that "
        "are shown two units are silenced, and what stays counts twice. The finished net uses every unit, once.",
    )
    for title, kept in (("one sample", (1, 0, 0, 1)), ("another one", (0, 1, 1, 0)), ("afterwards", (1, 1, 1, 1))):
        with figure.panel(title, width=2.1, height=2.2) as ax:
            blank(ax, 4.4, 4.2)
            inputs = [(0.5, y) for y in (0.9, 2.1, 3.3)]
            hidden = [(2.2, y) for y in (3.6, 2.6, 1.6, 0.6)]
            for place, stays in zip(hidden, kept, strict=True):
                line = {"color": C0, "linewidth": 1.2} if stays else {"color": MUTED, "linewidth": 0.6, "alpha": 0.35}
                for end in (*inputs, (3.9, 2.1)):
                    ahead = np.subtract(end, place) / np.hypot(*np.subtract(end, place))
                    ax.plot(*zip(place + 0.42 * ahead, end, strict=True), zorder=0, **line)
                ax.plot(*place, "o", markersize=19, color=C0 if stays else MUTED, alpha=0.25 if stays else 0.12)
                words = ("× 2" if sum(kept) == 2 else "× 1") if stays else "0"
                ax.text(*place, words, ha="center", va="center", fontsize=9.5)
            for place in (*inputs, (3.9, 2.1)):
                ax.plot(*place, "o", markersize=11, color=FOREGROUND)
    return figure


def smooth_leads(classes: int = 3, smoothing: float = 0.3) -> Figure:
    """The loss of one sample over the lead of its true score, with hard and with smoothed targets."""
    lead = np.linspace(-0.5, 7, 150)
    log_sum = np.log(np.exp(lead) + classes - 1)
    soft = 1 - smoothing + smoothing / classes
    best = np.log(1 + classes * (1 - smoothing) / smoothing)
    figure = Figure(
        alt=f"Without smoothing the loss falls towards 0 as the lead grows. With ε = {smoothing:g} and {classes} "
        f"classes it is least at a lead of {best:.2f} and rises from there on.",
        caption=f"The loss of one sample, of {classes} classes, over the lead of its true score before the others. "
        f"With hard targets more is always better. With ε = {smoothing:g} a lead of {best:.2f} is best.",
    )
    with figure.panel("", "lead of the true score", "loss", width=5.4) as ax:
        ax.plot(lead, log_sum - lead, "--", label="hard target")
        ax.plot(lead, log_sum - soft * lead, label=f"smoothed, ε = {smoothing:g}")
        ax.plot(best, np.log(np.exp(best) + classes - 1) - soft * best, "o", color=C1)
        ax.set_ylim(0, 2.2)
    return figure


def waiting(losses, patience: int) -> Figure:
    """Watched losses epoch by epoch: the best one, and how long it waits after it."""
    losses = np.array(losses)
    best = 0
    for end, loss in enumerate(losses):
        best = end if loss < losses[best] else best
        if end - best >= patience:
            break
    figure = Figure(
        alt=f"Watched losses {', '.join(f'{v:.2f}' for v in losses)}. The best is in epoch {best}; after epoch {end} "
        "training stops, and later epochs are never run.",
        caption=f"A patience of {patience}. The best loss is that of epoch {best}. Two epochs bring none below it, so "
        f"training stops after epoch {end} and takes the weights of epoch {best}. Epoch {end + 1} is never run.",
    )
    with figure.panel("", "epoch", "watched loss", width=5.0, ylim=(0.3, 1.0)) as ax:
        ax.plot(range(end + 1), losses[: end + 1], "o-", label="watched")
        ax.plot(range(end, len(losses)), losses[end:], "o:", color=MUTED, label="never run")
        ax.plot(best, losses[best], "o", color=C1, markersize=11, fillstyle="none", label="best")
        ax.axvline(end, color=C4, linestyle="--", label="stop")
        ax.set_xticks(range(len(losses)))
    return figure


def pulls() -> Figure:
    """The two penalties, and the pull that each exerts on a weight."""
    w = np.linspace(-2, 2, 201)
    figure = Figure(alt="Left the penalties |w| and w²/2 over the weight w; right minus their slopes: L1 pulls with "
                    "the same force of 1 however small the weight, L2 with a force in proportion to it.",
                    caption="Near 0 the two differ most. L2's penalty is flat there, and hardly pulls. L1's has a "
                    "kink, and pulls with all its force until the weight is 0.")  # fmt: skip
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
    figure = Figure(
        alt=f"Curves fitted to {len(x)} points; mean squared error {words}.",
        caption="With hardly any penalty the curve runs after every point, and shoots off between them. With a small "
        "one it follows the dotted truth. With a large one it can hardly bend any more.",
    )
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
    figure = Figure(
        alt=f"The output weights of the units, as stems. {words}.",
        caption="Each stem is a weight, each grey dot a weight that is exactly 0. L2 spreads the work over all units. "
        "L1 gives it to a few.",
    )
    end = 1.1 * max(np.abs(f.weights).max() for f in fitted.values())
    for (name, f), color in zip(fitted.items(), (C0, C1, C2), strict=False):
        with figure.panel(name, "unit", "weight", width=3.6, height=2.4, ylim=(-end, end)) as ax:
            ax.vlines(np.arange(60), 0, f.weights, color=color, linewidth=1.4)
            ax.plot(np.arange(60)[f.weights == 0], np.zeros((f.weights == 0).sum()), "o", color=MUTED, markersize=2)
    return figure


def shrinkage(scales, left: dict[str, np.ndarray]) -> Figure:
    """What is left of a weight over the scale of its gradient, under penalty and under decay."""
    words = "; ".join(f"{n}: " + ", ".join(f"{v:.2f}" for v in left[n]) for n in ("penalty", "decay"))
    figure = Figure(
        alt=f"What is left of a weight after 300 steps, for gradients of size {list(scales)}. {words}.",
        caption="AdamW shrinks every weight alike, as promised. Under the penalty it depends on the size of the "
        "gradients, and this is nothing that we chose.",
    )
    with figure.panel("What is left of a weight of 1", "size of its gradient", width=5.4, xscale="log") as ax:
        ax.plot(scales, left["penalty"], "o-", color=C1, label="Adam with an L2 penalty")
        ax.plot(scales, left["decay"], "D--", color=C0, label="AdamW")
        ax.plot(scales, left["promised"], ":", color=MUTED, label="(1 − η λ) to the number of steps")
    return figure


def over(values, curves: dict[str, np.ndarray], xlabel: str, says: str, linthresh: float = 0.0) -> Figure:
    """Test accuracy over a strength or a rate: the mean of several draws, and from the worst to the best of them.

    `says` is what to see; with `linthresh` the axis is logarithmic beyond it, so that 0 has a place.
    """
    words = "; ".join(f"{n}: " + ", ".join(f"{v:.0%}" for v in c.mean(axis=1)) for n, c in curves.items())
    figure = Figure(
        alt=f"Mean accuracy on unseen digits for {xlabel} {list(values)}. {words}.",
        caption=f"Means of ten draws. The bands go from the worst to the best. {says}",
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
        f"last. Test accuracy {run.test_accuracy[best]:.0%} there, {run.test_accuracy[-1]:.0%} in the last. In epoch "
        f"{best} {run.right_learned[best]:.0%} of the right training labels are learned and "
        f"{run.wrong_learned[best]:.0%} of the wrong ones.",
        caption="One of the ten runs. The watched loss is a U, while the training loss goes on falling. At its bottom "
        "the right labels are learned and most of the wrong ones are not. Behind it the net learns these too, and "
        "accuracy is lost.",
    )
    with figure.panel("loss", "epoch", yscale="log") as ax:
        ax.plot(run.train_loss, label="training")
        ax.plot(run.watch_loss, "--", label="watched")
        ax.axvline(best, color=MUTED, linestyle=":", label="best epoch")
    with figure.panel("training labels that are learned", "epoch", ylim=(0, 1.02)) as ax:
        ax.plot(run.right_learned, label="right ones")
        ax.plot(run.wrong_learned, "--", label="wrong ones")
        ax.axvline(best, color=MUTED, linestyle=":")
    with figure.panel("accuracy on test digits", "epoch", ylim=(0, 1.02)) as ax:
        ax.plot(run.test_accuracy, color=C2)
        ax.axvline(best, color=MUTED, linestyle=":")
    return figure


def paths_to_read() -> Figure:
    """Four weights under a growing L1 penalty, for the exercise that asks when the second one is gone."""
    from dlbook.exercises import regularization as exercises

    lam, paths = exercises.weight_paths()
    figure = Figure(
        alt="Four weights over the strength λ of an L1 penalty; each falls in a straight line to 0.",
        caption="Four weights over the strength of an L1 penalty, for inputs that have nothing in common.",
    )
    with figure.panel("", "λ", "weight", width=5) as ax:
        for k, (path, style) in enumerate(zip(paths.T, STYLES, strict=True)):
            ax.plot(lam, path, linestyle=style, label=f"w{'₁₂₃₄'[k]}")
        ax.set_xticks(np.arange(0, 2.1, 0.25))
    return figure
