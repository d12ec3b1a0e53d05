"""What chapter 01 draws."""

import numpy as np

from dlbook.experiments.metrics import Scores
from dlbook.figures import C0, C1, C2, FOREGROUND, MUTED, Figure
from dlbook.scratch import metrics


def score_histogram(scores: Scores, threshold: float = 0.5) -> Figure:
    """How often each score is given to malignant and to benign cases, and where the threshold cuts."""
    missed = int(((scores.y_true == 1) & (scores.y_score < threshold)).sum())
    alarms = int(((scores.y_true == 0) & (scores.y_score >= threshold)).sum())
    figure = Figure(
        alt=f"Histograms of the scores of malignant and benign tumours; they overlap. The threshold {threshold:g} "
        f"leaves {missed} malignant cases on its left and {alarms} benign cases on its right."
    )
    with figure.panel(xlabel="score", ylabel="cases", width=5, xlim=(0, 1)) as ax:
        bins = np.linspace(0, 1, 26)
        ax.hist(scores.y_score[scores.y_true == 0], bins, color=C0, alpha=0.55, label="benign")
        ax.hist(scores.y_score[scores.y_true == 1], bins, color=C1, alpha=0.55, label="malignant")
        ax.axvline(threshold, color=FOREGROUND, linestyle="--", label=f"threshold {threshold:g}")
    return figure


def confusion(matrix: np.ndarray, names: tuple[str, ...]) -> Figure:
    """A confusion matrix: rows are what is true, columns what was predicted."""
    words = "; ".join(
        f"true {names[i]}: " + ", ".join(f"{matrix[i, j]} predicted {names[j]}" for j in range(len(names)))
        for i in range(len(names))
    )
    figure = Figure(alt=f"Confusion matrix. {words}.")
    size = 3.4 if len(names) < 5 else 4.6
    with figure.panel(xlabel="predicted", ylabel="true", width=size, height=size * 0.86) as ax:
        share = matrix / matrix.sum(axis=1, keepdims=True)
        for (i, j), value in np.ndenumerate(share):
            ax.add_patch(_cell(i, j, C2 if i == j else C1, opacity=0.08 + 0.5 * value))
            ax.text(j, i, f"{matrix[i, j]:g}", ha="center", va="center", color=FOREGROUND)
        ax.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(names) - 0.5, -0.5))
        ax.set_xticks(range(len(names)), names)
        ax.set_yticks(range(len(names)), names, rotation=90 if max(map(len, names)) > 2 else 0, va="center")
        ax.grid(False)
    return figure


def _cell(i: int, j: int, color: str, opacity: float):
    from matplotlib.patches import Rectangle

    return Rectangle((j - 0.48, i - 0.48), 0.96, 0.96, color=color, alpha=float(opacity), linewidth=0)


def curves(scores: Scores, threshold: float = 0.5) -> Figure:
    """The ROC curve and the precision-recall curve of one set of scores, with the point of one threshold on both."""
    y_pred = scores.predict(threshold)
    fpr, tpr, _ = metrics.roc_curve(scores.y_true, scores.y_score)
    precision, recall, _ = metrics.precision_recall_curve(scores.y_true, scores.y_score)
    point_fpr, point_tpr = metrics.false_positive_rate(scores.y_true, y_pred), metrics.recall(scores.y_true, y_pred)
    point_precision, prevalence = metrics.precision(scores.y_true, y_pred), scores.y_true.mean()
    figure = Figure(
        alt=f"Left, the ROC curve, above the diagonal. Right, precision against recall, falling from 1 to the "
        f"prevalence {prevalence:.2f}. The threshold {threshold:g} is a point on both: false positive rate "
        f"{point_fpr:.2f}, recall {point_tpr:.2f}, precision {point_precision:.2f}."
    )
    with figure.panel("ROC", "false positive rate", "true positive rate (recall)", xlim=(0, 1), ylim=(0, 1.02)) as ax:
        ax.fill_between(fpr, tpr, color=C0, alpha=0.12)
        ax.plot(fpr, tpr, color=C0)
        ax.plot([0, 1], [0, 1], color=MUTED, linestyle=":", linewidth=1.5, label="chance")
        ax.plot(point_fpr, point_tpr, "o", color=C1, label=f"threshold {threshold:g}")
    with figure.panel("Precision and recall", "recall", "precision", xlim=(0, 1), ylim=(0, 1.02)) as ax:
        ax.step(recall, precision, where="post", color=C0)
        ax.axhline(prevalence, color=MUTED, linestyle=":", linewidth=1.5, label="chance")
        ax.plot(point_tpr, point_precision, "o", color=C1, label=f"threshold {threshold:g}")
    return figure


def prevalence_effect(table: dict[str, np.ndarray]) -> Figure:
    """What the same classifier is worth as the positives become rare."""
    percent, first, last = 100 * table["prevalence"], 0, -1
    figure = Figure(
        alt=f"From {percent[first]:.0f} to {percent[last]:.0f} percent prevalence: the accuracy of calling everything "
        f"benign rises from {table['idle_accuracy'][first]:.2f} to {table['idle_accuracy'][last]:.2f} and passes the "
        f"classifier's. ROC AUC stays near {table['roc_auc'].mean():.2f}; average precision falls from "
        f"{table['average_precision'][first]:.2f} to {table['average_precision'][last]:.2f}."
    )
    ticks = [f"{p:.0f} %" for p in percent]
    for title, names in (
        ("Accuracy rewards idleness", {"accuracy": "the classifier", "idle_accuracy": "calling all benign"}),
        ("What prevalence moves", {"roc_auc": "ROC AUC", "recall": "recall", "average_precision": "average precision"}),
    ):
        with figure.panel(title, "prevalence", "mean over subsamples", ylim=(0, 1.02)) as ax:
            for name, label in names.items():
                ax.plot(percent, table[name], "o-", label=label)
            ax.set_xscale("log")
            ax.set_xticks(percent, ticks)
            ax.minorticks_off()
            ax.invert_xaxis()
    return figure


def per_class(values: np.ndarray, macro: float, micro: float, name: str) -> Figure:
    """One metric for each digit, with its macro and micro average."""
    worst = int(np.argmin(values))
    figure = Figure(
        alt=f"{name.capitalize()} of each digit, lowest for {worst} at {values[worst]:.2f}; "
        f"macro average {macro:.3f}, micro average {micro:.3f}."
    )
    with figure.panel("", "digit", name, width=5, ylim=(0, 1.02)) as ax:
        ax.bar(range(len(values)), values, color=C0, alpha=0.55)
        ax.set_xticks(range(len(values)))
        ax.axhline(macro, color=C1, label=f"macro {macro:.3f}")
        ax.axhline(micro, color=C2, linestyle="--", label=f"micro {micro:.3f}")
        ax.legend(loc="lower left", ncols=2)
    return figure


def roc_to_read() -> Figure:
    """The staircase of the exercise that asks for its area."""
    from dlbook.exercises.metrics import ROC_TO_READ

    fpr, tpr, _ = metrics.roc_curve(*ROC_TO_READ)
    corners = ", ".join(f"({x:.1f}, {y:.1f})" for x, y in zip(fpr, tpr, strict=True))
    figure = Figure(alt=f"An ROC curve on a grid of five by five squares; its corners are {corners}.")
    with figure.panel("", "false positive rate", "true positive rate", xlim=(0, 1), ylim=(0, 1.005), height=3.6) as ax:
        ax.plot(fpr, tpr, color=C0, linewidth=3)
        ax.set_xticks(np.linspace(0, 1, 6))
        ax.set_yticks(np.linspace(0, 1, 6))
    return figure
