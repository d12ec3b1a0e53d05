"""What chapter 03 draws."""

import numpy as np

from dlbook.experiments import preprocessing as experiments
from dlbook.figures import FOREGROUND, MUTED, Figure

STYLES = {"min-max [0, 1]": "-", "z-norm": "--", "robust": ":"}


def two_units() -> Figure:
    """Two measurements of the tumours with the same unit on both axes, raw and standardised."""
    cancer = experiments.tumours(experiments.PAIR)
    spread = cancer.X.std(axis=0)
    figure = Figure(
        alt=f"The tumours by texture and smoothness, both axes to the same scale. Left, as measured: a flat line of "
        f"dots, because texture has a standard deviation of {spread[0]:.1f} and smoothness one of {spread[1]:.3f}. "
        "Right, after the z-norm: a round cloud in which the malignant ones lie to the upper right."
    )
    for title, name, half in (("As measured", "raw", 16), ("After the z-norm", "z-norm", 5)):
        X = experiments.SCALINGS[name](cancer.X, cancer.X)
        middle = X.mean(axis=0)
        limits = {"xlim": (middle[0] - half, middle[0] + half), "ylim": (middle[1] - half, middle[1] + half)}
        with figure.panel(title, "texture", "smoothness", width=3.9, height=3.5, **limits) as ax:
            for label, marker in ((0, "o"), (1, "D")):
                ax.plot(*X[cancer.y == label].T, marker, markersize=2.6, label=cancer.class_names[label])
            ax.set_aspect("equal")
    return figure


def valleys(found: dict[str, experiments.Valley]) -> Figure:
    """What is left to learn over the steps of gradient descent, each scaling at its best learning rate."""
    best = {name: v.best() for name, v in found.items()}
    words = "; ".join(f"{name} {steps:,}" for name, (_, steps) in best.items())
    figure = Figure(alt=f"What is left to learn over the steps, both logarithmic. Steps until 1 % is left: {words}.")
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
    words = "; ".join(
        f"{name}: spread of the others from {spread[name][0]:.2g} to {spread[name][-1]:.2g}, accuracy from "
        f"{accuracy[name][0]:.3f} to {accuracy[name][-1]:.3f}"
        for name in spread
    )
    figure = Figure(alt=f"One value is multiplied by {factors[0]:g} to {factors[-1]:g}. {words}.")
    for title, ylabel, curves, scale in (
        ("All other values", "interquartile range", spread, "log"),
        ("Nearest neighbours", "accuracy", accuracy, "linear"),
    ):
        with figure.panel(title, "the slip multiplies by", ylabel, xscale="log", yscale=scale) as ax:
            for name, values in curves.items():
                ax.plot(factors, values, STYLES[name], marker="o", markersize=4, label=name)
    return figure


def quartiles() -> Figure:
    """The values of the exercise that asks where the robust scaling puts the outlier."""
    from dlbook.exercises import preprocessing as exercises

    values = exercises.STRIP
    figure = Figure(alt="Nine values on a line: " + ", ".join(f"{value:g}" for value in values) + ".")
    with figure.panel("", "x", width=6, height=1.7, ylim=(-1, 1)) as ax:
        ax.plot(values, np.zeros(len(values)), "o", color=FOREGROUND)
        ax.set_xticks(range(0, 28, 2))
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
    return figure
