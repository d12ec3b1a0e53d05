"""What chapter 01 draws."""

import numpy as np

from dlbook.experiments.metrics import Scores
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.scratch import metrics

OUTCOMES = {"TN": (0, 0), "FP": (0, 1), "FN": (1, 0), "TP": (1, 1)}  # row and column of each in the matrix


def four_outcomes(y_true, y_score, threshold: float = 0.5) -> Figure:
    """A few cases along their score, and the threshold that makes one of four outcomes of each."""
    words = {(1, True): "TP", (0, True): "FP", (1, False): "FN", (0, False): "TN"}
    found = [words[y, s >= threshold] for y, s in zip(y_true, y_score, strict=True)]
    told = "; ".join(f"score {s:g}: {name}" for s, name in zip(y_score, found, strict=True))
    figure = Figure(
        alt=f"Cases along an axis of scores, malignant ones above, benign ones below, with a threshold at {threshold:g}"
        f". {told}.",
        caption="Each case has a place on the axis, its score. The threshold cuts the axis, and what lies to its right "
        "is called positive. Together with what is true, the upper or the lower row, that makes four outcomes.",
    )
    with figure.panel("", "score", width=4.6, height=2.6, xlim=(0, 1), ylim=(-0.75, 1.75)) as ax:
        ax.axvspan(threshold, 1, color=C1, alpha=0.08, linewidth=0)
        ax.axvline(threshold, color=FOREGROUND, linestyle="--")
        for y, s, name in zip(y_true, y_score, found, strict=True):
            right = name[0] == "T"
            ax.plot(s, y, "o" if y else "D", color=C2 if right else C1, markersize=11 if y else 9)
            ax.text(s, y + 0.3, name, ha="center", color=C2 if right else C1)
        ax.set_yticks((0, 1), ("benign", "malignant"))
        ax.text(threshold - 0.02, -0.6, "called negative", ha="right", color=MUTED)
        ax.text(threshold + 0.02, -0.6, "called positive", color=MUTED)
        ax.grid(False)
    return figure


def where_rates_look(matrix: np.ndarray) -> Figure:
    """For four rates, which cells of the matrix stand below the fraction, and which of them above."""
    rates = {
        "accuracy": (("TN", "TP"), ("TN", "FP", "FN", "TP")),
        "precision": (("TP",), ("FP", "TP")),
        "recall": (("TP",), ("FN", "TP")),
        "specificity": (("TN",), ("TN", "FP")),
    }
    count = {name: int(matrix[place]) for name, place in OUTCOMES.items()}
    sums = {
        name: f"{sum(count[n] for n in over)}/{sum(count[n] for n in under)}" for name, (over, under) in rates.items()
    }
    figure = Figure(
        alt="Four copies of the confusion matrix. Accuracy looks at all cells, precision at the right column, recall at"
        " the lower row, specificity at the upper row. " + ", ".join(f"{name} {text}" for name, text in sums.items()),
        caption="What each rate looks at. The framed cells are added up below the fraction, the filled ones above it. "
        "Precision reads a column, recall and specificity read a row, accuracy reads everything.",
    )
    for name, (over, under) in rates.items():
        with figure.panel(f"{name} = {sums[name]}", width=3.1, height=2.2) as ax:
            _matrix(ax, matrix, over, under)
            ax.set_xticks((0, 1), ("called neg.", "called pos."))
            ax.set_yticks((0, 1), ("is neg.", "is pos."))
    return figure


def _matrix(ax, matrix, over, under) -> None:
    """The four counts, framed where they are added up below, filled where they are above."""
    for name, (i, j) in OUTCOMES.items():
        if name in over:
            ax.add_patch(_cell(i, j, C2, opacity=0.4))
        if name in under:
            ax.add_patch(_cell(i, j, "none", opacity=1, edgecolor=C0, linewidth=2))
        ax.text(j, i, f"{name}\n{matrix[i, j]}", ha="center", va="center", color=FOREGROUND if name in under else MUTED)
    ax.set(xlim=(-0.55, 1.55), ylim=(1.55, -0.55))
    ax.grid(False)


def two_means() -> Figure:
    """The arithmetic and the harmonic mean of a recall of 1 and of every precision."""
    figure = Figure(
        alt="Two curves over precision, with recall fixed at 1. The arithmetic mean runs straight from 0.5 to 1, the "
        "harmonic mean from 0 to 1, steep at first.",
        caption="Here recall is 1 for every precision. The arithmetic mean pays one half for that alone. The harmonic "
        "mean, F₁, stays near the smaller of the two, so it is low as long as precision is low. The dots are the test "
        "that calls everybody ill.",
    )
    precision = np.linspace(0, 1, 101)
    with figure.panel("", "precision, with a recall of 1", "mean", width=5, xlim=(0, 1), ylim=(0, 1.02)) as ax:
        ax.plot(precision, (precision + 1) / 2, "--", color=C1, label="arithmetic")
        ax.plot(precision, 2 * precision / (precision + 1), color=C0, label="harmonic, F₁")
        ax.plot(precision, precision, ":", color=MUTED, linewidth=1.5, label="precision itself")
        ax.plot([0.01], [0.02 / 1.01], "o", color=C0)
        ax.plot([0.01], [0.505], "o", color=C1)
    return figure


def idle_and_eager(table: dict[str, dict[str, float]]) -> Figure:
    """What four metrics say of several classifiers, among them those that look at nothing."""
    told = "; ".join(
        f"{who}: " + ", ".join(f"{name} {value:.2f}" for name, value in row.items()) for who, row in table.items()
    )
    figure = Figure(
        alt=f"Bars of four metrics for three classifiers. {told}.",
        caption="Two classifiers that look at nothing, beside ours. Accuracy rewards the first of them and F₁ the "
        "second. Balanced accuracy gives both ½, and the correlation gives both 0.",
    )
    place = np.arange(len(next(iter(table.values()))))
    with figure.panel("", "", "value", width=4.6, ylim=(0, 1.3)) as ax:
        for i, (who, row) in enumerate(table.items()):
            left = place + 0.27 * (i - 1)
            ax.bar(left, list(row.values()), 0.25, color=(C0, C1, C3)[i], label=who)
            for x, value in zip(left, row.values(), strict=True):
                ax.text(x, value + 0.02, f"{value:.2f}".replace("0.", ".").replace("-", "−"), ha="center", fontsize=9)
        ax.set_xticks(place, list(row))
        ax.set_yticks(np.linspace(0, 1, 6))
        ax.legend(ncols=2, loc="upper center", columnspacing=1.2, handlelength=1.2)
    return figure


def over_thresholds(thresholds: np.ndarray, table: dict[str, np.ndarray]) -> Figure:
    """Every rate while the threshold rises."""
    best = {name: thresholds[values.argmax()] for name, values in table.items()}
    figure = Figure(
        alt="Every metric over the threshold. Recall falls, specificity rises, precision rises with a jagged end. "
        + ", ".join(f"{name} is best at {best[name]:.2f}" for name in list(table) if name not in SINGLE)
        + ".",
        caption="The same scores, cut at every threshold. On the left each line looks at one kind of mistake, and what "
        "one gains another loses. On the right they are combined, and the best thresholds lie below ½, the thin line.",
    )
    for title, names in (("One kind of mistake", SINGLE), ("Combined", [name for name in table if name not in SINGLE])):
        with figure.panel(title, "threshold", "value", xlim=(0, 1), ylim=(-0.03, 1.32)) as ax:
            for name, style in zip(names, ("-", "--", ":", "-."), strict=False):
                ax.plot(thresholds, table[name], style, label=name)
            ax.axvline(0.5, color=MUTED, linewidth=0.8)
            ax.set_yticks(np.linspace(0, 1, 6))
            ax.legend(ncols=2, loc="upper center", columnspacing=1, handlelength=1.8, fontsize=9.5)
    return figure


SINGLE = ("precision", "recall", "specificity")


def staircase(y_true: np.ndarray, y_score: np.ndarray) -> Figure:
    """The ROC curve of a few cases, step by step, over the squares of all pairs."""
    order = np.argsort(-y_score)
    y_true, y_score = y_true[order], y_score[order]
    P, N = int(y_true.sum()), int((1 - y_true).sum())
    x, y = np.append(0, np.cumsum(1 - y_true)), np.append(0, np.cumsum(y_true))
    steps = ", ".join(f"{'up' if t else 'right'} at {s:g}" for t, s in zip(y_true, y_score, strict=True))
    won = sum(int(y[1:][y_true == 0][column]) for column in range(N))
    figure = Figure(
        alt=f"A staircase over {P} by {N} squares: {steps}. Of the {P * N} squares {won} lie below it.",
        caption=f"From the highest score down, a malignant case is a step up and a benign one a step to the right. "
        f"Each square is a pair of a malignant and a benign case. The {won} filled ones lie below the staircase, and "
        "they are the pairs in which the malignant case has the higher score.",
    )
    with figure.panel("", "false positives, of 2", "true positives, of 3", width=4.2, height=3.9) as ax:
        for column, height in enumerate(y[1:][y_true == 0]):
            for row in range(height):
                ax.add_patch(_cell(row + 0.5, column + 0.5, C0, opacity=0.18))
        ax.plot(x, y, "o-", color=C0, clip_on=False)
        for i, (t, s) in enumerate(zip(y_true, y_score, strict=True)):
            at = ((x[i] + x[i + 1]) / 2, (y[i] + y[i + 1]) / 2)
            ax.annotate(
                f"{s:g}",
                at,
                xytext=(6, 0) if t else (0, 5),
                textcoords="offset points",
                va="center" if t else "bottom",
                ha="left" if t else "center",
                color=C1,
            )
        ax.set(xlim=(-0.02, N + 0.1), ylim=(-0.02, P + 0.25), xticks=range(N + 1), yticks=range(P + 1))
    return figure


def precision_steps(y_true: np.ndarray, y_score: np.ndarray) -> Figure:
    """Precision over recall for a few cases: the columns whose areas average precision adds up."""
    hits = y_true[np.argsort(-y_score)]
    precision, recall = np.cumsum(hits) / np.arange(1, len(hits) + 1), np.cumsum(hits) / hits.sum()
    gained = np.diff(recall, prepend=0)
    told = ", ".join(f"{p:.2f}" for p in precision[hits == 1])
    figure = Figure(
        alt=f"Three columns of equal width over recall, with the heights {told}; between them precision drops where a "
        "benign case comes in.",
        caption="Each malignant case widens recall by a third, and its column is as high as the precision there. "
        "The area of the columns is the average precision. A benign case lowers precision and adds no width.",
    )
    with figure.panel("", "recall", "precision", width=4.4, xlim=(0, 1.02), ylim=(0, 1.08)) as ax:
        for p, r, g in zip(precision, recall, gained, strict=True):
            if g:
                ax.bar(r - g, p, g, align="edge", color=C0, alpha=0.18, edgecolor=C0)
                ax.text(r - g / 2, p / 2, f"{p:g} · ⅓", ha="center")
        ax.plot(recall, precision, "o", color=C1, clip_on=False)
        ax.set_xticks((0, 1 / 3, 2 / 3, 1), ("0", "⅓", "⅔", "1"))
    return figure


def one_against_the_rest(matrix: np.ndarray, names: tuple[str, ...]) -> Figure:
    """Where the four counts of each class lie in the matrix of all classes."""
    sums = {}
    for k, name in enumerate(names):
        tp, column, row = matrix[k, k], matrix[:, k].sum(), matrix[k].sum()
        sums[name] = (tp, column - tp, row - tp, matrix.sum() - column - row + tp)
    told = "; ".join(f"{name}: TP {a}, FP {b}, FN {c}, TN {d}" for name, (a, b, c, d) in sums.items())
    figure = Figure(
        alt=f"The confusion matrix of three classes, once for each class as the positive one. {told}.",
        caption="Each class takes its turn as the positive one. Its TP stands on the diagonal, its FP are the rest of "
        "its column, its FN the rest of its row, and its TN are all the others.",
    )
    for k, name in enumerate(names):
        with figure.panel(f"{name} against the rest", width=2.6, height=2.4) as ax:
            for (i, j), value in np.ndenumerate(matrix):
                kind = ("T" if (i == k) == (j == k) else "F") + ("P" if j == k else "N")
                ax.add_patch(
                    _cell(i, j, {"TP": C2, "FP": C1, "FN": C3, "TN": MUTED}[kind], opacity=0.3 - 0.2 * (kind == "TN"))
                )
                ax.text(j, i, f"{kind}\n{value}", ha="center", va="center", fontsize=9.5)
            ax.set(xlim=(-0.5, 2.5), ylim=(2.5, -0.5), xlabel="called")
            ax.set_xticks(range(3), names)
            ax.set_yticks(range(3), names)
            ax.grid(False)
    return figure


def drawn_again(y_true: np.ndarray, y_pred: np.ndarray, rows: np.ndarray) -> Figure:
    """A few cases with their answers, and resamples of them with the precision of each."""

    def precision(row):
        called = y_pred[row] == 1
        return int((y_true[row] & called).sum()), int(called.sum())

    told = "; ".join(
        f"cases {', '.join(str(c + 1) for c in row)}: precision {precision(row)[0]}/{precision(row)[1]}" for row in rows
    )
    figure = Figure(
        alt=f"Eight numbered cases in a row, and below them three rows of eight that were drawn from them. {told}.",
        caption="On top the sample, then three resamples. Each has as many cases as the sample, drawn from it with "
        "replacement, so some cases come twice and some not at all. A filled shape was called positive. A circle is "
        "positive, a square is negative. Only filled shapes count for precision.",
    )
    with figure.panel("", width=4.5, height=2.7, xlim=(-2.5, 9.5), ylim=(3.6, -0.7)) as ax:
        ax.axis("off")
        for level, row in enumerate([np.arange(len(y_true)), *rows]):
            ax.text(-2.5, level, "the sample" if level == 0 else f"resample {level}", va="center", fontsize=10)
            for x, case in enumerate(row):
                colour, filled = (C0 if y_true[case] else C1), y_pred[case] == 1
                ax.plot(
                    x + 0.6,
                    level,
                    "o" if y_true[case] else "s",
                    markersize=15,
                    color=colour,
                    fillstyle="full" if filled else "none",
                    alpha=0.35 if filled else 1,
                    markeredgewidth=1.5,
                )
                ax.text(x + 0.6, level, f"{case + 1}", ha="center", va="center", fontsize=9.5)
            over, under = precision(row)
            ax.text(8.5, level, f"{over}/{under}", ha="center", va="center")
        ax.text(8.5, -0.62, "precision", ha="center", va="center", fontsize=10, color=MUTED)
    return figure


def spread_of_one(values: np.ndarray, value: float, ends: tuple[float, float], name: str) -> Figure:
    """A metric on many resamples, and the middle 95 % of them."""
    low, high = ends
    figure = Figure(
        alt=f"A histogram of the {name} of {len(values):,} resamples around {value:.2f}; 95 percent lie between "
        f"{low:.2f} and {high:.2f}.",
        caption=f"The {name} of {len(values):,} resamples. The middle 95 % are shaded, and their ends are the interval."
        " The dashed line is the value of the sample itself.",
    )
    with figure.panel("", name, "resamples", width=5) as ax:
        ax.axvspan(low, high, color=C0, alpha=0.12, linewidth=0)
        ax.hist(values, 31, color=C0, alpha=0.55)
        ax.axvline(value, color=FOREGROUND, linestyle="--")
    return figure


def intervals(table: dict[str, tuple[float, float, float]]) -> Figure:
    """Every metric with its interval."""
    told = "; ".join(f"{name} {value:.2f}, {low:.2f} to {high:.2f}" for name, (value, low, high) in table.items())
    figure = Figure(
        alt=f"A point and an interval for each metric. {told}.",
        caption="Every metric of the running example, a point, with its 95 % interval, the line. Its ends stand "
        "beside it. The longest belongs to the correlation, whose scale is the longest, too.",
    )
    with figure.panel("", "value", width=4.6, height=3.5, xlim=(0.3, 1.1)) as ax:
        for level, (value, low, high) in enumerate(table.values()):
            ax.plot([low, high], [level, level], color=C0)
            ax.plot(value, level, "o", color=C0)
            ax.text(high + 0.012, level, f"{low:.2f}–{high:.2f}", va="center", fontsize=9.5)
        ax.set_yticks(range(len(table)), list(table))
        ax.set_xticks(np.linspace(0.4, 1, 4))
        ax.invert_yaxis()
    return figure


def score_histogram(scores: Scores, threshold: float = 0.5) -> Figure:
    """How often each score is given to malignant and to benign cases, and where the threshold cuts."""
    missed = int(((scores.y_true == 1) & (scores.y_score < threshold)).sum())
    alarms = int(((scores.y_true == 0) & (scores.y_score >= threshold)).sum())
    figure = Figure(
        alt=f"Histograms of the scores of malignant and benign tumours; they overlap. The threshold {threshold:g} "
        f"leaves {missed} malignant cases on its left and {alarms} benign cases on its right.",
        caption=f"The scores of {len(scores.y_true)} tumours that the classifier has not seen before. Left of the "
        f"threshold lie {missed} malignant ones, the misses. Right of it lie {alarms} benign ones, the false alarms.",
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
    figure = Figure(
        alt=f"Confusion matrix. {words}.",
        caption="Rows are the truth, columns the prediction. What is right stands on the diagonal, from the upper left "
        "to the lower right. The stronger a colour, the larger its share of the row.",
    )
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


def _cell(i: float, j: float, color: str, opacity: float, edgecolor="none", linewidth=0.0):
    from matplotlib.patches import Rectangle

    look = {"facecolor": color, "edgecolor": edgecolor, "linewidth": linewidth, "alpha": float(opacity)}
    return Rectangle((j - 0.47, i - 0.47), 0.94, 0.94, **look)


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
        f"{point_fpr:.2f}, recall {point_tpr:.2f}, precision {point_precision:.2f}.",
        caption="The same scores twice. On the left chance is the diagonal. On the right chance is a level line at the "
        f"share of positives, {prevalence:.2f}. The point is the threshold {threshold:g} on both.",
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
        f"{table['average_precision'][first]:.2f} to {table['average_precision'][last]:.2f}.",
        caption="The disease becomes rarer from left to right, and the classifier stays the same. On the left, calling "
        "everything benign overtakes it. On the right, what looks at one class at a time does not move, and what mixes "
        "the classes falls.",
    )
    ticks = [f"{p:.0f} %" for p in percent]
    for title, names in (
        ("Accuracy rewards calling nobody", {"accuracy": "the classifier", "idle_accuracy": "calling all benign"}),
        (
            "What prevalence moves",
            {
                "roc_auc": "ROC AUC",
                "balanced_accuracy": "balanced accuracy",
                "recall": "recall",
                "average_precision": "average precision",
                "matthews": "MCC",
                "precision": "precision",
            },
        ),
    ):
        with figure.panel(title, "prevalence", "value", ylim=(0, 1.5)) as ax:
            for name, label in names.items():
                ax.plot(percent, table[name], "o-", label=label, markersize=4)
            ax.set_xscale("log")
            ax.set_xticks(percent, ticks)
            ax.minorticks_off()
            ax.invert_xaxis()
            ax.set_yticks(np.linspace(0, 1, 6))
            ax.legend(ncols=2, loc="upper center", columnspacing=1, handlelength=1.6, fontsize=9.5)
    return figure


def per_class(values: np.ndarray, macro: float, micro: float, name: str) -> Figure:
    """One metric for each digit, with its macro and micro average."""
    worst = int(np.argmin(values))
    figure = Figure(
        alt=f"{name.capitalize()} of each digit, lowest for {worst} at {values[worst]:.2f}; "
        f"macro average {macro:.3f}, micro average {micro:.3f}.",
        caption=f"The {name} of each digit, when only ten nines are left. The macro average is the mean height of the "
        "bars, so the low one pulls it down. In the micro average those few cases hardly count.",
    )
    with figure.panel("", "digit", name, width=5, ylim=(0, 1.22)) as ax:
        ax.bar(range(len(values)), values, color=C0, alpha=0.55)
        ax.set_xticks(range(len(values)))
        ax.axhline(macro, color=C1, label=f"macro {macro:.3f}")
        ax.axhline(micro, color=C2, linestyle="--", label=f"micro {micro:.3f}")
        ax.set_yticks(np.linspace(0, 1, 6))
        ax.legend(loc="upper center", ncols=2)
    return figure


def roc_to_read() -> Figure:
    """The staircase of the exercise that asks for its area."""
    from dlbook.exercises.metrics import ROC_TO_READ

    fpr, tpr, _ = metrics.roc_curve(*ROC_TO_READ)
    corners = ", ".join(f"({x:.1f}, {y:.1f})" for x, y in zip(fpr, tpr, strict=True))
    figure = Figure(
        alt=f"An ROC curve on a grid of five by five squares; its corners are {corners}.",
        caption="An ROC curve of five positives and five negatives, on a grid of fifths.",
    )
    with figure.panel("", "false positive rate", "true positive rate", xlim=(0, 1), ylim=(0, 1.005), height=3.6) as ax:
        ax.plot(fpr, tpr, color=C0, linewidth=3)
        ax.set_xticks(np.linspace(0, 1, 6))
        ax.set_yticks(np.linspace(0, 1, 6))
    return figure
