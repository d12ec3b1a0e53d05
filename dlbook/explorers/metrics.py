"""Chapter 01: two groups of scores and a threshold; the matrix, every rate and both curves move together."""

from functools import cache
from statistics import NormalDist

import numpy as np

from dlbook.explore.explorer import Slider, area, cells, explore, handle, line, number, panel, points, rule
from dlbook.scratch import metrics

CASES = 400
CURVE = CASES + 2  # the longest curve has one point for every case, and one to start from
THRESHOLDS = np.linspace(-30, 50, 41) / 10  # the places of the slider


@cache
def bell(count: int) -> tuple[np.ndarray, np.ndarray]:
    """N(0, 1) as `count` scores, the middle of each of `count` equal shares, and a height below the bell for each.

    No draw, hence no chance: what prevalence leaves alone stays still on the screen, too.
    """
    score = np.array([NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)])
    spread = np.arange(1, count + 1) * (np.sqrt(5) - 1) / 2 % 1  # golden section: neighbours lie far apart
    return score, 0.04 + 0.9 * spread * np.exp(-(score**2) / 2)


def cases(separation: float, prevalence: float) -> tuple[np.ndarray, np.ndarray]:
    """y_true and y_score of 400 cases: negatives score N(0, 1), positives N(separation, 1)."""
    positives = round(prevalence * CASES)
    y_true = np.r_[np.ones(positives, dtype=int), np.zeros(CASES - positives, dtype=int)]
    return y_true, np.r_[bell(positives)[0] + separation, bell(CASES - positives)[0]]


@cache
def accuracies(separation: float, prevalence: float) -> np.ndarray:
    """The accuracy at each of THRESHOLDS."""
    y_true, y_score = cases(separation, prevalence)
    return np.array([metrics.accuracy(y_true, y_score >= threshold) for threshold in THRESHOLDS])


def state(threshold: float, separation: float, prevalence: float) -> dict:
    """Everything that the explorer shows, computed by dlbook.scratch.metrics."""
    y_true, y_score = cases(separation, prevalence)
    y_pred = (y_score >= threshold).astype(int)
    matrix = metrics.confusion_matrix(y_true, y_pred, labels=[0, 1])
    (tn, fp), (fn, tp) = matrix.tolist()
    recall, precision = metrics.recall(y_true, y_pred), metrics.precision(y_true, y_pred)
    fpr = metrics.false_positive_rate(y_true, y_pred)
    roc_fpr, roc_tpr, _ = metrics.roc_curve(y_true, y_score)
    pr_precision, pr_recall, _ = metrics.precision_recall_curve(y_true, y_score)
    at_threshold = accuracies(separation, prevalence)
    best, idle = at_threshold.argmax(), metrics.accuracy(y_true, np.zeros_like(y_true))
    return {
        "score": y_score,
        "height": np.r_[1 + bell(tp + fn)[1], bell(tn + fp)[1]],
        "group": 1 - y_true,  # colour 0 for positives, 1 for negatives
        "matrix": matrix,
        "roc_fpr": _pad(roc_fpr),
        "roc_tpr": _pad(roc_tpr),
        "pr_recall": _pad(pr_recall),
        "pr_precision": _pad(pr_precision),
        "diagonal": np.array([0.0, 1.0]),
        "thresholds": THRESHOLDS,
        "accuracies": at_threshold,
        "idle_line": np.full(len(THRESHOLDS), idle),
        "at_threshold": np.array([threshold]),
        "at_accuracy": np.array([metrics.accuracy(y_true, y_pred)]),
        "at_fpr": np.array([fpr]),
        "at_recall": np.array([recall]),
        "at_precision": np.array([precision]),
        "prevalence_seen": y_true.mean(),
        "fpr": fpr,
        "recall": recall,
        "precision": precision,
        "specificity": metrics.specificity(y_true, y_pred),
        "fnr": metrics.false_negative_rate(y_true, y_pred),
        "accuracy": metrics.accuracy(y_true, y_pred),
        "best_accuracy": at_threshold[best],
        "best_threshold": THRESHOLDS[best],
        "idle": idle,
        "error": metrics.error_rate(y_true, y_pred),
        "f1": metrics.f1_score(y_true, y_pred),
        "balanced": metrics.balanced_accuracy_score(y_true, y_pred),
        "matthews": metrics.matthews_corrcoef(y_true, y_pred),
        "auc": metrics.roc_auc_score(y_true, y_score),
        "ap": metrics.average_precision(y_true, y_score),
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "tn": tn,
        "called": tp + fp,
        "positives": tp + fn,
        "negatives": tn + fp,
    }


def _pad(curve: np.ndarray) -> np.ndarray:
    return np.r_[curve, np.full(CURVE - len(curve), np.nan)]


def explorer():
    """The explorer of chapter 01."""
    return explore(
        state,
        panel(
            points("score", "height", color="group", size=3),
            handle(x="threshold", label="threshold"),
            title="Cases",
            xlabel="score (● positive, ◆ negative)",
            xlim=(-3.5, 6),
            ylim=(0, 2),
            height=250,
            yticks=False,
        ),
        panel(
            cells("matrix", rows=("negative", "positive"), columns=("called neg.", "called pos.")),
            title="Matrix",
            height=250,
        ),
        panel(
            area("roc_fpr", "roc_tpr"),
            line("roc_fpr", "roc_tpr", label="ROC curve"),
            line("diagonal", "diagonal", label="chance", color=-1, dash=True, width=1),
            points("at_fpr", "at_recall", color=1, size=7, label="this threshold"),
            title="ROC",
            xlabel="false positive rate",
            ylabel="recall",
            xlim=(0, 1),
            ylim=(0, 1.03),
            height=250,
        ),
        panel(
            line("pr_recall", "pr_precision", label="precision over recall", step=True),
            rule(y="prevalence_seen", label="chance"),
            points("at_recall", "at_precision", color=1, size=7, label="this threshold"),
            title="PR",
            xlabel="recall",
            ylabel="precision",
            xlim=(0, 1),
            ylim=(0, 1.03),
            height=250,
        ),
        panel(
            line("thresholds", "accuracies", label="accuracy"),
            line("thresholds", "idle_line", label="calling nobody", color=-1, dash=True, width=1),
            points("at_threshold", "at_accuracy", color=1, size=7, label="this threshold"),
            handle(x="threshold", label="threshold"),
            title="Accuracy",
            xlabel="threshold",
            ylabel="accuracy",
            xlim=(-3, 5),
            ylim=(0, 1.03),
            height=250,
        ),
        slug="metrics",
        title="One threshold moves everything",
        alt="Scores of 400 cases below two bell curves, a threshold that cuts them, and what that makes of the "
        "confusion matrix, of every rate, and of the point on the ROC, the precision–recall and the accuracy curve.",
        says="{called:d} of 400 cases are called positive: {tp:d} rightly, {fp:d} are false alarms; {fn:d} of "
        "{positives:d} positives are missed. "
        "Recall {recall:.2f}, precision {precision:.2f}, false positive rate {fpr:.2f}.",
        numbers=[
            number("accuracy", "accuracy", "({tp:d} + {tn:d}) / 400"),
            number("idle", "accuracy of calling nobody", "{negatives:d} / 400"),
            number("best_accuracy", "best accuracy", "at the threshold {best_threshold:.1f}"),
            number("error", "error rate", "1 − {accuracy:.3f}"),
            number("precision", "precision", "{tp:d} / ({tp:d} + {fp:d})"),
            number("recall", "recall", "{tp:d} / ({tp:d} + {fn:d})"),
            number("fnr", "false negative rate", "{fn:d} / {positives:d}"),
            number("specificity", "specificity", "{tn:d} / ({tn:d} + {fp:d})"),
            number("fpr", "false positive rate", "{fp:d} / {negatives:d}"),
            number("f1", "F₁", "2·{tp:d} / (2·{tp:d} + {fp:d} + {fn:d})"),
            number("balanced", "balanced accuracy", "({recall:.3f} + {specificity:.3f}) / 2"),
            number("matthews", "Matthews' correlation", "({tp:d}·{tn:d} − {fp:d}·{fn:d}) / √…"),
            number("auc", "ROC AUC", "area below the ROC curve"),
            number("ap", "average precision", "steps below precision over recall"),
        ],
        presets={
            "Screening: miss nobody": {"threshold": -0.6, "separation": 1.5, "prevalence": 0.3},
            "Accusation: be sure": {"threshold": 2.4, "separation": 1.5, "prevalence": 0.3},
            "Half are ill": {"threshold": 0.8, "separation": 1.5, "prevalence": 0.5},
            "One in twenty": {"threshold": 0.8, "separation": 1.5, "prevalence": 0.05},
            "Right 95 times in 100": {"threshold": 5.0, "separation": 1.5, "prevalence": 0.05},
            "Coin toss": {"threshold": 0.0, "separation": 0.0, "prevalence": 0.5},
        },
        threshold=Slider(-3, 5, len(THRESHOLDS), start=0.8, label="threshold"),
        separation=Slider(0, 4, 9, start=1.5, label="separation"),
        prevalence=Slider(values=(0.05, 0.1, 0.2, 0.3, 0.4, 0.5), start=0.3, label="prevalence"),
    )
