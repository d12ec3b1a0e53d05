"""Chapter 01: two groups of scores and a threshold; the matrix, every rate and both curves move together."""

import numpy as np

from dlbook.scratch import metrics
from dlbook.widgets.explorer import Slider, area, cells, explore, handle, line, number, panel, points, rule

CASES = 120
CURVE = CASES + 2  # the longest curve has one point for every case, and one to start from
_rng = np.random.default_rng(1)
_POSITIVE, _NEGATIVE = _rng.standard_normal((2, CASES))
_HEIGHT = _rng.uniform(0.12, 0.88, CASES)  # dots are spread upwards so that none hides another


def cases(separation: float, prevalence: float) -> tuple[np.ndarray, np.ndarray]:
    """y_true and y_score of 120 cases: negatives score N(0, 1), positives N(separation, 1); the draws never change."""
    positives = round(prevalence * CASES)
    y_true = np.r_[np.ones(positives, dtype=int), np.zeros(CASES - positives, dtype=int)]
    return y_true, np.r_[_POSITIVE[:positives] + separation, _NEGATIVE[: CASES - positives]]


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
    called = tp + fp
    return {
        "score": y_score,
        "height": np.where(y_true == 1, 1.0, 0.0) + _HEIGHT,
        "group": 1 - y_true,  # colour 0 for positives, 1 for negatives
        "matrix": matrix,
        "roc_fpr": _pad(roc_fpr),
        "roc_tpr": _pad(roc_tpr),
        "pr_recall": _pad(pr_recall),
        "pr_precision": _pad(pr_precision),
        "diagonal": np.array([0.0, 1.0]),
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
        "error": metrics.error_rate(y_true, y_pred),
        "f1": metrics.f1_score(y_true, y_pred),
        "auc": metrics.roc_auc_score(y_true, y_score),
        "ap": metrics.average_precision(y_true, y_score),
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "tn": tn,
        "called": called,
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
            points("score", "height", color="group"),
            handle(x="threshold", label="threshold"),
            title="Cases: ● positive, ◆ negative",
            xlabel="score",
            xlim=(-3.5, 6),
            ylim=(0, 2),
            height=250,
            yticks=False,
        ),
        panel(
            cells("matrix", rows=("negative", "positive"), columns=("called neg.", "called pos.")),
            title="Confusion matrix",
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
            title="Precision and recall",
            xlabel="recall",
            ylabel="precision",
            xlim=(0, 1),
            ylim=(0, 1.03),
            height=250,
        ),
        slug="metrics",
        title="One threshold moves everything",
        alt="Scores of 120 cases along a line, a threshold that cuts it, and what that makes of the confusion matrix, "
        "of every rate, and of the point on the ROC and the precision–recall curve.",
        says="{called:d} of 120 cases are called positive: {tp:d} rightly, {fp:d} are false alarms; {fn:d} of "
        "{positives:d} positives are missed. "
        "Recall {recall:.2f}, precision {precision:.2f}, false positive rate {fpr:.2f}.",
        numbers=[
            number("accuracy", "accuracy", "({tp:d} + {tn:d}) / 120"),
            number("error", "error rate", "1 − {accuracy:.3f}"),
            number("precision", "precision", "{tp:d} / ({tp:d} + {fp:d})"),
            number("recall", "recall", "{tp:d} / ({tp:d} + {fn:d})"),
            number("fnr", "false negative rate", "{fn:d} / {positives:d}"),
            number("specificity", "specificity", "{tn:d} / ({tn:d} + {fp:d})"),
            number("fpr", "false positive rate", "{fp:d} / {negatives:d}"),
            number("f1", "F₁", "2·{tp:d} / (2·{tp:d} + {fp:d} + {fn:d})"),
            number("auc", "ROC AUC", "area below the ROC curve"),
            number("ap", "average precision", "steps below the right curve"),
        ],
        presets={
            "Screening: miss nobody": {"threshold": -0.6, "separation": 1.5, "prevalence": 0.3},
            "Accusation: be sure": {"threshold": 2.4, "separation": 1.5, "prevalence": 0.3},
            "Rare disease": {"threshold": 1.0, "separation": 2.0, "prevalence": 0.05},
            "Coin toss": {"threshold": 0.0, "separation": 0.0, "prevalence": 0.5},
        },
        threshold=Slider(-3, 5, 41, start=0.8, label="threshold"),
        separation=Slider(0, 4, 9, start=1.5, label="separation"),
        prevalence=Slider(values=(0.05, 0.1, 0.2, 0.3, 0.4, 0.5), start=0.3, label="prevalence"),
    )
