"""What chapter 12 draws."""

import numpy as np

from dlbook.experiments import imbalance as experiments
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.scratch import imbalance, metrics


def smote(seed: int = 0, k_neighbors: int = 5) -> Figure:
    """The rare class of one training half in the plane, the ways between neighbours, and new points on them."""
    half, rng = experiments.halves(seed), np.random.default_rng(seed)
    rare, common = half.X_train[half.y_train == 1], half.X_train[half.y_train == 0]
    M = 60
    base, neighbor, gap = rng.integers(0, len(rare), M), rng.integers(0, k_neighbors, M), rng.random(M)
    new = imbalance.smote(rare, base, neighbor, gap, k_neighbors)
    near = imbalance.nearest_neighbors(rare, k_neighbors)
    amid = int((experiments.nearest_label(half.X_train, half.y_train, new) == 0).sum())  # next to a benign tumour
    figure = Figure(
        alt=f"Texture and compactness of {len(common)} benign and {len(rare)} malignant tumours, and {M} points that "
        f"SMOTE made on the lines between neighbouring malignant ones. {amid} of the {M} lie nearer to a benign tumour "
        "than to a malignant one."
    )
    with figure.panel("", "mean texture (standardised)", "mean compactness", width=6, height=4.2) as ax:
        for i, j in zip(*np.broadcast_arrays(np.arange(len(rare))[:, None], near), strict=True):
            for start, end in zip(rare[i], rare[j], strict=True):
                ax.plot(*np.stack([start, end]).T, color=MUTED, linewidth=0.5, zorder=1)
        ax.plot(*common.T, ".", color=C0, markersize=4, alpha=0.5, label="benign")
        ax.plot(*new.T, "x", color=C2, markersize=5, markeredgewidth=1.2, label="new (SMOTE)")
        ax.plot(*rare.T, "D", color=C1, markersize=7, label="malignant")
    return figure


def compare(table: dict[str, np.ndarray]) -> Figure:
    """Mean and standard deviation over the draws: what a threshold decides, and what no threshold does."""
    means = experiments.means(table)
    words = "; ".join(f"{how}: recall {m['recall']:.2f}, precision {m['precision']:.2f}" for how, m in means.items())
    figure = Figure(
        alt=f"Mean and spread for each remedy. {words}. ROC AUC and average precision hardly differ, but for "
        f"undersampling ({means['undersampling']['average precision']:.2f} against "
        f"{means['nothing']['average precision']:.2f} in average precision)."
    )
    height = np.arange(len(table))[::-1]
    for title, names, markers in (
        ("What the threshold decides", ("accuracy", "recall", "precision"), "so^"),
        ("What it does not touch", ("ROC AUC", "average precision"), "DP"),
    ):
        with figure.panel(title, "mean ± standard deviation", width=4.9, height=3.6, xlim=(0, 1.05)) as ax:
            for i, (name, marker) in enumerate(zip(names, markers, strict=True)):
                column = np.stack([rows[:, experiments.METRICS.index(name)] for rows in table.values()])
                place = height + 0.18 * (len(names) // 2 - i)
                ax.errorbar(column.mean(axis=1), place, xerr=column.std(axis=1), fmt=marker, label=name, elinewidth=1)
            ax.set_yticks(height, list(table))
            ax.set_ylim(-1.5, len(table) - 0.5)  # room for the legend below the last row
            ax.legend(loc="lower left", ncols=len(names), columnspacing=1, handletextpad=0.2)
    return figure


def calibration(found: dict[str, experiments.Calibration], back: dict[str, experiments.Calibration]) -> Figure:
    """The malignant share among the cases with about one probability, as trained and with the shares put right."""
    sides = {"As trained": found, "Shares put right": {"nothing": found["nothing"]} | back}
    share = found["nothing"].share
    told = [f"{title}: " + ", ".join(f"{how} {c.mean:.3f}" for how, c in side.items()) for title, side in sides.items()]
    figure = Figure(
        alt=f"Frequency over predicted probability. Mean probabilities: {'; '.join(told)}. In truth {share:.3f} are "
        "malignant. Put right, all curves but that of undersampling come near the diagonal."
    )
    for title, side in sides.items():
        axes = {
            "xlim": (0, 1),
            "ylim": (0, 0.8),
            "xlabel": "predicted probability",
            "ylabel": "share that is malignant",
        }
        with figure.panel(title, height=3.6, **axes) as ax:
            ax.plot([0, 1], [0, 1], ":", color=MUTED, linewidth=1.5, label="calibrated")
            for (how, c), style in zip(side.items(), ("o-", "s-", "x--", "v-.", "^--"), strict=True):
                ax.plot(c.predicted, c.observed, style, markersize=5, linewidth=1.5, label=how)
            ax.legend(loc="upper left")
    return figure


def cost(y_true: np.ndarray, y_prob: np.ndarray, cost_fp: float, cost_fn: float) -> Figure:
    """The expected cost over the threshold, its minimum, and the threshold of the closed form."""
    thresholds, costs = imbalance.cost_curve(y_true, y_prob, cost_fp, cost_fn)
    best, lowest = imbalance.best_threshold(y_true, y_prob, cost_fp, cost_fn)
    closed, half = imbalance.threshold(cost_fp, cost_fn), experiments.cost_at(y_true, y_prob, 0.5, cost_fp, cost_fn)
    figure = Figure(
        alt=f"Expected cost over the threshold, which is logarithmic: lowest, {lowest:.2f}, at {best:.3f}; the closed "
        f"form says {closed:.3f}; at a threshold of one half the cost is {half:.2f}."
    )
    with figure.panel("", "threshold τ", "cost of a case", width=5.4, height=3.4, xscale="log", xlim=(1e-3, 1)) as ax:
        ax.step(thresholds[1:], costs[1:], where="pre", color=C0)
        ax.plot(best, lowest, "o", color=C1, label=f"cheapest: τ = {best:.3f}")
        ax.axvline(closed, color=C2, linestyle="--", label=f"closed form: τ* = {closed:.3f}")
        ax.plot(0.5, half, "s", color=C3, label="τ = ½")
        ax.set_ylim(0)
    return figure


def leak(found: dict[str, np.ndarray]) -> Figure:
    """Balanced accuracy of both learners, oversampled before and after the split, and on fresh cases."""
    words = "; ".join(f"{k}: {v[:, 0].mean():.2f} and {v[:, 1].mean():.2f}" for k, v in found.items())
    figure = Figure(alt=f"Balanced accuracy of the nearest neighbour and of logistic regression. {words}.")
    with figure.panel("", "", "balanced accuracy", width=5.6, height=3.4, ylim=(0.4, 1.17)) as ax:
        place = np.arange(len(found))
        for i, (name, color) in enumerate((("nearest neighbour", C0), ("logistic regression", C1))):
            means, spread = (np.array([f(v[:, i]) for v in found.values()]) for f in (np.mean, np.std))
            where = place + 0.2 * (2 * i - 1)
            ax.bar(where, means, 0.36, color=color, alpha=0.6, label=name, yerr=spread, ecolor=FOREGROUND)
        ax.axhline(0.5, color=MUTED, linestyle=":", label="coin toss")
        ax.set_xticks(place, [name.replace(" the ", "\nthe ") for name in found])
        ax.set_yticks(np.linspace(0.4, 1, 7))
        ax.legend(loc="upper center", ncols=3, columnspacing=1)
    return figure


def two_curves(names=("mean radius", "mean concavity"), prevalence: float = experiments.PREVALENCE) -> Figure:
    """Two measurements as scores: ROC curves of the same area, and what they are when 5 % are malignant."""
    found = experiments.single_scores(prevalence)
    words = "; ".join(f"{name}: ROC AUC {found[name][0]:.3f}, average precision {found[name][1]:.3f}" for name in names)
    figure = Figure(alt=f"ROC curves and precision–recall curves of two measurements. {words}.")
    X, y = experiments.tumours(names)
    weight = experiments.rare_weight(y, prevalence)
    with figure.panel("ROC", "false positive rate", "recall", xlim=(0, 1), ylim=(0, 1.02)) as ax:
        for name, score, style in zip(names, X.T, ("-", "--"), strict=True):
            fpr, tpr, _ = metrics.roc_curve(y, score)
            ax.plot(fpr, tpr, style, label=f"{name}: {found[name][0]:.2f}")
    with figure.panel("Precision and recall", "recall", "precision", xlim=(0, 1), ylim=(0, 1.02)) as ax:
        for name, score, style in zip(names, X.T, ("-", "--"), strict=True):
            precision, recall, _ = metrics.precision_recall_curve(y, score, sample_weight=weight)
            ax.step(recall, precision, style, where="post", label=f"{name}: {found[name][1]:.2f}")
        ax.axhline(prevalence, color=MUTED, linestyle=":", label=f"chance: {prevalence:g}")
    return figure


def cost_to_read() -> Figure:
    """The cost curve of the exercise that asks for the price of a miss."""
    from dlbook.exercises.imbalance import TO_READ, cost_to_read

    tau, costs = cost_to_read()
    figure = Figure(
        alt=f"Cost of a case over the threshold: {costs[0]:.2g} at 0, where all are called positive; lowest at about "
        f"{tau[costs.argmin()]:.2f}; {costs[-1]:.2g} at 1, where none is. {TO_READ['share']:.0%} of all are positive."
    )
    with figure.panel("", "threshold τ", "cost of a case", width=5, xlim=(0, 1), ylim=(0, 2.2)) as ax:
        ax.plot(tau, costs, color=C0, linewidth=3)
        ax.set_xticks(np.linspace(0, 1, 6))
        ax.set_yticks(np.arange(0, 2.1, 0.5))
    return figure
