"""What chapter 03 draws."""

import numpy as np

from dlbook.experiments import preprocessing as experiments
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box

STYLES = {"min-max [0, 1]": "-", "z-norm": "--", "robust": ":"}
FIVE = (2, 4, 6, 10, 13)  # the small example of the chapter


def rulers() -> Figure:
    """Five values, and where each scaling lays its ruler over them."""
    figure = Figure(
        alt="The values 2, 4, 6, 10 and 13 on a line. Min-max has its 0 at 2 and its 1 at 13. The z-norm has 0 at 7, "
        "the mean, and 1 at 11. Robust scaling has 0 at 6, the median, and 1 at 12.",
        caption="The values stay where they are, and each scaling lays another ruler over them. Min-max puts 0 and 1 "
        "at the ends. The z-norm puts 0 at the mean, and one unit is σ = 4. Robust scaling puts 0 at the median, and "
        "one unit is the distance of the quartiles, 6.",
    )
    with figure.panel("", width=4.8, height=3.4, xlim=(-5.5, 15), ylim=(-0.4, 4.4)) as ax:
        ax.axis("off")
        ax.plot(FIVE, np.full(5, 3.8), "o", color=FOREGROUND)
        ax.text(-5.4, 3.8, "values", va="center")
        for value in FIVE:
            ax.text(value, 4.05, f"{value}", ha="center")
            ax.plot([value, value], [0.1, 3.65], ":", color=MUTED, linewidth=0.8)
        rows = (("min-max", C0, 2, 11, (0, 1)), ("z-norm", C1, 7, 4, (-1, 0, 1)), ("robust", C2, 6, 6, (0, 1)))
        for y, (name, colour, zero, unit, marks) in zip((2.7, 1.5, 0.3), rows, strict=True):
            ax.plot([1.2, 13.8], [y, y], color=colour, linewidth=1.6)
            ax.text(-5.4, y, name, va="center", color=colour)
            for mark in marks:
                at = zero + mark * unit
                ax.plot([at, at], [y - 0.14, y + 0.14], color=colour, linewidth=2.4)
                ax.text(at, y - 0.55, f"{mark}".replace("-", "−"), ha="center", color=colour)
    return figure


def one_goes_far() -> Figure:
    """The five values, and what becomes of the four others when the largest goes from 13 to 130."""
    figure = Figure(
        alt="Before and after the largest of five values goes from 13 to 130. Under min-max and the z-norm the other "
        "four move together. Under robust scaling they stay where they were.",
        caption="The largest value goes from 13 to 130. Filled, the other four before. Hollow, the same four after. "
        "Robust scaling leaves them where they were.",
    )
    rows = {"min-max": "min-max [0, 1]", "z-norm": "z-norm", "robust": "robust"}
    with figure.panel("", "x′ of the four others", width=4.8, height=2.7, ylim=(-0.5, 2.6)) as ax:
        for y, (name, colour) in enumerate(zip(rows, (C0, C1, C2), strict=True)):
            before, after = np.array(FIVE, dtype=float), np.array([*FIVE[:4], 130.0])
            old, new = (experiments.SCALINGS[rows[name]](values, values)[:4] for values in (before, after))
            ax.plot(old, np.full(4, y), "o", color=colour, markersize=6)
            ax.plot(new, np.full(4, y + 0.25), "o", color=colour, markersize=7, fillstyle="none")
        ax.set_yticks(range(3), list(rows))
        ax.set_xticks([-1, -0.5, 0, 0.5])
    return figure


def shared() -> Figure:
    """The bowl of w x + b for a column with mean 2 and deviation 1, as it is and centred."""
    figure = Figure(
        alt="Level lines of the cost over weight and bias. With a mean of 2 they are long ellipses aslant, with a "
        "ratio of curvatures of 34. Centred they are circles.",
        caption="The cost over weight and bias, for a column with deviation 1. Left its mean is 2, and less bias can "
        "make up for more weight, so the bowl is a long valley. Centred, the two have nothing to do with each other.",
    )
    w, b = np.meshgrid(np.linspace(-3, 3, 80), np.linspace(-3, 3, 80))
    for mean, title in ((2, "mean 2"), (0, "centred")):
        height = 0.5 * ((mean**2 + 1) * w**2 + 2 * mean * w * b + b**2)
        with figure.panel(title, "w − w*", "b − b*", width=3.4, height=3.3) as ax:
            ax.contour(w, b, height, levels=np.linspace(0.3, 3, 6) ** 2, colors=C0, linewidths=1)
            ax.plot(0, 0, "+", color=FOREGROUND, markersize=10)
            ax.set_aspect("equal")
            ax.grid(False)
    return figure


def flow() -> Figure:
    """Where the split has to stand: before whatever is computed from data."""
    figure = Figure(
        alt="Two chains of boxes. Wrong: data, fit, split, model, and the test set branches off after fit. Right: "
        "data, split, fit, model, and the test set branches off before fit.",
        caption="Above, wrong: what is fitted or chosen has seen the test set. Below, right: the split comes first, "
        "and the test set goes past everything that is fitted.",
    )
    with figure.panel("", width=5, height=3.6) as ax:
        blank(ax, 10, 7.2)
        for y, (name, colour, words) in zip(
            (5.6, 2.2), (("wrong", C1, ("fit", "split")), ("right", C2, ("split", "fit"))), strict=True
        ):
            ax.text(0.1, y + 1.15, name, color=colour)
            for x, word in zip((0.9, 3.3, 5.7), ("data", *words), strict=True):
                box(ax, x, y, 1.5, 0.9, word, colour)
            box(ax, 8.6, y, 1.7, 0.9, "model", colour)
            for left, right in ((1.65, 2.55), (4.05, 4.95), (6.45, 7.75)):
                arrow(ax, (left, y), (right, y), colour)
            start = 5.7 if name == "wrong" else 3.3
            ax.plot([start, start], [y - 0.45, y - 1.3], color=MUTED, linestyle="--")
            ax.plot([start, 8.6], [y - 1.3, y - 1.3], color=MUTED, linestyle="--")
            arrow(ax, (8.6, y - 1.3), (8.6, y - 0.45), MUTED)
            ax.text((start + 8.6) / 2, y - 1.75, "test set", ha="center", color=MUTED)
    return figure


def leak(found: dict[str, np.ndarray]) -> Figure:
    """The accuracy on noise, in several draws, with the columns chosen before and after the split."""
    words = "; ".join(f"{name}: {a.mean():.0%}, from {a.min():.0%} to {a.max():.0%}" for name, a in found.items())
    figure = Figure(
        alt=f"Accuracies on pure noise, a dot for each draw. {words}.",
        caption="A dot for each of twenty draws of noise. The truth is 50 %, the dashed line.",
    )
    with figure.panel("", "accuracy on the test set", width=4.8, height=2.4, xlim=(0.3, 1), ylim=(-0.6, 1.6)) as ax:
        for y, (accuracy, colour) in enumerate(zip(reversed(found.values()), (C2, C1), strict=True)):
            ax.plot(accuracy, y + np.linspace(-0.25, 0.25, len(accuracy)), "o", color=colour, markersize=5)
        ax.axvline(0.5, color=FOREGROUND, linestyle="--", linewidth=1)
        ax.set_yticks([0, 1], ["chosen on the\ntraining set", "chosen on\nall cases"])
    return figure


def over_steps(found: dict[str, dict[int, experiments.Stop]]) -> Figure:
    """Cost and accuracy of a sigmoid unit over the steps, under several scalings."""
    words = "; ".join(
        f"{name}: " + ", ".join(f"{stop.accuracy.mean():.1%} after {steps:,}" for steps, stop in stops.items())
        for name, stops in found.items()
    )
    figure = Figure(
        alt=f"The cost in training falls under every scaling. The accuracy on the other half is {words}.",
        caption="Means over ten divisions. Left, the cost in training falls all the way, the faster the better the "
        "scaling. Right, the accuracy on the other half rises, and with the z-norm it falls again. "
        "(Raw numbers begin below the panel.)",
    )
    for title, ylabel, of, scale in (
        ("In training", "cross-entropy", lambda stop: stop.cost.mean(), "log"),
        ("On the other half", "accuracy", lambda stop: stop.accuracy.mean(), "linear"),
    ):
        with figure.panel(title, "steps", ylabel, xscale="log", yscale=scale) as ax:
            for (name, stops), style, colour in zip(
                found.items(), ("-", "--", "-.", ":"), (C0, C1, C2, C3), strict=True
            ):
                ax.plot(list(stops), [of(stop) for stop in stops.values()], style, color=colour, label=name)
            if scale == "linear":
                ax.set_ylim(0.88, 0.99)
                ax.legend().set_visible(False)
            else:
                ax.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5], ["0.02", "0.05", "0.1", "0.2", "0.5"])
                ax.set_yticks([], minor=True)
    return figure


def long_tail() -> Figure:
    """The area of the tumours, as measured and after the logarithm."""
    area = experiments.tumours(("mean area",)).X[:, 0]
    figure = Figure(
        alt="Left: the areas of the tumours, most of them below 1,000 and a long tail to 2,500. Right: their "
        "logarithms, spread evenly to both sides.",
        caption="The areas of the tumours. As measured, a few large ones make a long tail. The logarithm turns equal "
        "factors into equal distances, and the tail is gone.",
    )
    for title, values in (("As measured", area), ("Its logarithm", np.log(area))):
        with figure.panel(title, "mean area" if values is area else "log of mean area", "tumours", width=3.6) as ax:
            ax.hist(values, bins=24, color=C0)
    return figure


def two_units() -> Figure:
    """Two measurements of the tumours with the same unit on both axes, raw and standardised."""
    cancer = experiments.tumours(experiments.PAIR)
    spread = cancer.X.std(axis=0)
    figure = Figure(
        alt=f"The tumours by texture and smoothness, both axes to the same scale. Left, as measured: a flat line of "
        f"dots, because texture has a standard deviation of {spread[0]:.1f} and smoothness one of {spread[1]:.3f}. "
        "Right, after the z-norm: a round cloud in which the malignant ones lie to the upper right.",
        caption="The same tumours, both axes drawn to one scale. As measured, the smoothness hardly shows, and a "
        "learner of distances sees no more of it than you do.",
    )
    for title, name, half in (("As measured", "raw", 16), ("After the z-norm", "z-norm", 5)):
        X = experiments.SCALINGS[name](cancer.X, cancer.X)
        middle = X.mean(axis=0)
        limits = {"xlim": (middle[0] - half, middle[0] + half), "ylim": (middle[1] - half, middle[1] + half)}
        with figure.panel(title, "texture", "smoothness", width=3.9, height=3.5, **limits) as ax:
            for label, marker in ((0, "o"), (1, "D")):
                ax.plot(*X[cancer.y == label].T, marker, markersize=2.6, label=cancer.class_names[label])
            ax.set_aspect("equal")
            if name != "raw":
                ax.legend().set_visible(False)
    return figure


def valleys(found: dict[str, experiments.Valley]) -> Figure:
    """What is left to learn over the steps of gradient descent, each scaling at its best learning rate."""
    best = {name: v.best() for name, v in found.items()}
    words = "; ".join(f"{name} {steps:,}" for name, (_, steps) in best.items())
    figure = Figure(
        alt=f"What is left to learn over the steps, both logarithmic. Steps until 1 % is left: {words}.",
        caption="What is left to learn with two measurements, each scaling at its best rate. The grey line is 1 %.",
    )
    steps = np.unique(np.geomspace(1, 2 * max(n for _, n in best.values()), 200).astype(np.int64))
    axes = {"xscale": "log", "yscale": "log", "ylim": (1e-3, 3), "width": 4.8, "height": 4.4}
    with figure.panel("", "step", "share left to learn", **axes) as ax:
        for (name, v), style in zip(found.items(), ("-", "--", "-", "--", "-", ":"), strict=True):
            ax.plot(steps, v.gap(best[name][0], steps), style, label=name)
        ax.axhline(0.01, color=MUTED, linewidth=1)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncol=2)
    return figure


def outlier(factors, spread: dict[str, np.ndarray], accuracy: dict[str, np.ndarray]) -> Figure:
    """What one slip of the pen does to all other values of its column, and to a learner of distances."""
    mean = {name: values.mean(axis=1) for name, values in accuracy.items()}
    words = "; ".join(
        f"{name}: spread of the others from {spread[name][0]:.2g} to {spread[name][-1]:.2g}, accuracy from "
        f"{mean[name][0]:.3f} to {mean[name][-1]:.3f}"
        for name in spread
    )
    figure = Figure(
        alt=f"One value is multiplied by {factors[0]:g} to {factors[-1]:g}. {words}.",
        caption="Left, the room that all other values are left with. Right, the mean accuracy of nearest neighbours "
        "over ten divisions. The slip costs robust scaling nothing.",
    )
    for title, ylabel, curves, scale in (
        ("All other values", "interquartile range", spread, "log"),
        ("Nearest neighbours", "accuracy", mean, "linear"),
    ):
        with figure.panel(title, "the slip multiplies by", ylabel, xscale="log", yscale=scale) as ax:
            for name, values in curves.items():
                ax.plot(factors, values, STYLES[name], marker="o", markersize=4, label=name)
    return figure


def quartiles() -> Figure:
    """The values of the exercise that asks where the robust scaling puts the outlier."""
    from dlbook.exercises import preprocessing as exercises

    values = exercises.STRIP
    figure = Figure(
        alt="Nine values on a line: " + ", ".join(f"{value:g}" for value in values) + ".",
        caption="Nine values of a column.",
    )
    with figure.panel("", "x", width=6, height=1.7, ylim=(-1, 1)) as ax:
        ax.plot(values, np.zeros(len(values)), "o", color=FOREGROUND)
        ax.set_xticks(range(0, 28, 2))
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
    return figure
