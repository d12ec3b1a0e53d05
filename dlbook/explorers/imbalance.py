"""Chapter 12: real scores, a class ratio and the price of a miss; the threshold, its cost, its place on both curves."""

from functools import cache

import numpy as np

from dlbook import data
from dlbook.experiments import imbalance as experiments
from dlbook.explore.explorer import Slider, area, explore, handle, line, number, panel, points, rule
from dlbook.scratch import activations, imbalance, metrics

GRID = np.linspace(-4, 10, 141)  # log-odds: where the cost is drawn
CENTRES = np.linspace(-3.75, 9.75, 28)  # of the histogram's bars, each half a unit wide
PEOPLE = 1000


@cache
def cases() -> tuple[np.ndarray, np.ndarray]:
    """y_true and y_score (284,) of unseen tumours: the log-odds of a logistic regression whose classes weigh the same.

    Trained on one half of the data with class weights, it speaks of a world in which one half is malignant.
    """
    X, y = experiments.tumours()
    X_train, X_test, y_train, y_test = data.split(data.Dataset(X, y), test_fraction=0.5, seed=0)
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    theta = experiments.fit((X_train - mean) / std, y_train, imbalance.sample_weights(y_train))
    return y_test, (X_test - mean) / std @ theta[:-1] + theta[-1]


@cache
def rates() -> tuple[np.ndarray, np.ndarray]:
    """The false positive and the false negative rate (141,) at every threshold of GRID."""
    y_true, y_score = cases()
    return (y_score[y_true == 0, None] >= GRID).mean(axis=0), (y_score[y_true == 1, None] < GRID).mean(axis=0)


def state(threshold: float, prevalence: float, ratio: float) -> dict:
    """Everything that the explorer shows; a false alarm costs 1, a miss `ratio`; `threshold` is in log-odds."""
    y_true, y_score = cases()
    weight = experiments.rare_weight(y_true, prevalence)  # the classes in the shares that the reader asks for
    y_pred = (y_score >= threshold).astype(int)
    recall, fpr = metrics.recall(y_true, y_pred), metrics.false_positive_rate(y_true, y_pred)
    precision = metrics.precision(y_true, y_pred, sample_weight=weight)
    # Weights of whole classes may as well be prices: a case's weight times its price is what counts.
    prices = (weight[y_true == 0][0], ratio * weight[y_true == 1][0])
    best, best_cost = imbalance.best_threshold(y_true, y_score, *prices)
    idle = min(1 - prevalence, ratio * prevalence)  # the cheaper of two calls that need no classifier
    here = float(imbalance.expected_cost(y_true, y_pred, *prices))
    grid_fpr, grid_fnr = rates()
    closed = float(imbalance.threshold(1, ratio))
    pr_precision, pr_recall, _ = metrics.precision_recall_curve(y_true, y_score, sample_weight=weight)
    roc_fpr, roc_tpr, _ = metrics.roc_curve(y_true, y_score)
    return {
        "centre": CENTRES,
        "well": PEOPLE * _histogram(y_score, weight * (y_true == 0)),
        "ill": PEOPLE * _histogram(y_score, weight * (y_true == 1)),
        "tau": GRID,
        "cost_curve": ((1 - prevalence) * grid_fpr + ratio * prevalence * grid_fnr) / idle,
        "at_threshold": np.array([threshold]),
        "at_cost": np.array([here / idle]),
        "at_best": np.array([best if np.isfinite(best) else np.nan]),
        "at_best_cost": np.array([best_cost / idle]),
        "closed_logit": np.log(closed / (1 - closed)) - np.log(prevalence / (1 - prevalence)),
        "roc_fpr": roc_fpr,
        "roc_tpr": roc_tpr,
        "pr_recall": pr_recall,
        "pr_precision": pr_precision,
        "at_fpr": np.array([fpr]),
        "at_recall": np.array([recall]),
        "at_precision": np.array([precision]),
        "ill_people": PEOPLE * prevalence,
        "found": PEOPLE * prevalence * recall,
        "alarms": PEOPLE * (1 - prevalence) * fpr,
        "accuracy": metrics.accuracy(y_true, y_pred, sample_weight=weight),
        "idle_accuracy": max(prevalence, 1 - prevalence),
        "precision": precision,
        "recall": recall,
        "fpr": fpr,
        "cost": here,
        "best_cost": best_cost,
        "idle": idle,
        "probability": imbalance.prior_shift(activations.sigmoid(np.array([threshold])), 0.5, prevalence)[0],
        "closed": closed,
        "auc": metrics.roc_auc_score(y_true, y_score),
        "ap": metrics.average_precision(y_true, y_score, sample_weight=weight),
    }


def _histogram(y_score: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The share of all (28,) in each bar; scores beyond the last bars count there."""
    bar = np.clip(np.round((y_score - CENTRES[0]) / 0.5), 0, len(CENTRES) - 1).astype(np.intp)
    return np.bincount(bar, weight, minlength=len(CENTRES)) / len(y_score)


def explorer():
    """The explorer of chapter 12."""
    return explore(
        state,
        panel(
            area("centre", "well", color=0),
            line("centre", "well", label="benign", color=0),
            line("centre", "ill", label="malignant", color=1),
            handle(x="threshold", label="threshold"),
            title="People of 1,000, by score",
            xlabel="score (log-odds at 50 : 50)",
            xlim=(-4, 10),
            height=250,
        ),
        panel(
            line("tau", "cost_curve", label="cost"),
            rule(y=1, label="without a classifier"),
            rule(x="closed_logit", label="closed form", color=2),
            points("at_best", "at_best_cost", color=2, size=7, ring=True, label="cheapest"),
            points("at_threshold", "at_cost", color=1, size=6, label="this threshold"),
            title="Cost over the threshold, relative",
            xlabel="threshold",
            xlim=(-4, 10),
            ylim=(0, 3),
            height=250,
        ),
        panel(
            line("roc_fpr", "roc_tpr", label="ROC curve"),
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
            points("at_recall", "at_precision", color=1, size=7, label="this threshold"),
            title="Precision and recall",
            xlabel="recall",
            ylabel="precision",
            xlim=(0, 1),
            ylim=(0, 1.03),
            height=250,
        ),
        slug="imbalance",
        title="One classifier, many prices",
        alt="How many of 1,000 people get which score, a threshold that can be dragged, the cost of every threshold, "
        "and the point of this one on the ROC and on the precision–recall curve.",
        says="Of 1,000 people {ill_people:.0f} are ill: {found:.1f} of them are found, and {alarms:.1f} healthy people "
        "are alarmed. Accuracy {accuracy:.3f}, precision {precision:.2f}, recall {recall:.2f}. "
        "A case costs {cost:.3f}; at the cheapest threshold it costs {best_cost:.3f}.",
        numbers=[
            number("accuracy", "accuracy", "{recall:.3f} · π + (1 − {fpr:.3f}) · (1 − π)"),
            number("idle_accuracy", "accuracy of calling all alike", "max(π, 1 − π)"),
            number("recall", "recall", "TP / (TP + FN)"),
            number("precision", "precision", "{found:.1f} / ({found:.1f} + {alarms:.1f})"),
            number("cost", "cost of a case", "{ratio:g} · FN/m + FP/m"),
            number("best_cost", "cost at the best threshold", "least of the curve"),
            number("idle", "cost without a classifier", "min(1 − π, {ratio:g} π)"),
            number("closed", "best probability to cut at, τ*", "1 / (1 + {ratio:g})"),
            number("probability", "probability at this threshold", "σ(τ + log π/(1 − π))"),
            number("auc", "ROC AUC", "area below the ROC curve"),
            number("ap", "average precision", "steps below the right curve"),
        ],
        presets={
            "Accurate and useless": {"prevalence": 0.01, "ratio": 50, "threshold": 10},
            "Rare, all errors alike": {"prevalence": 0.05, "ratio": 1, "threshold": 2.8},
            "Rare and dear to miss": {"prevalence": 0.05, "ratio": 20, "threshold": 0},
            "Balanced": {"prevalence": 0.5, "ratio": 1, "threshold": 0},
            "Alarms for everybody": {"prevalence": 0.01, "ratio": 1, "threshold": -1.2},
        },
        threshold=Slider(-4, 10, 36, start=0.4, label="threshold"),
        prevalence=Slider(values=(0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5), start=0.05, label="ill, share π"),
        ratio=Slider(values=(1, 2, 5, 10, 20, 50, 100), start=20, label="cost of a miss"),
    )
