"""Chapter 01: scikit-learn says what every rate is."""

from functools import cache

import numpy as np
from sklearn import metrics as sk

from dlbook.explorers import metrics as explorer
from dlbook.scratch import metrics

RTOL = 1e-12


def oracle(threshold, separation, prevalence):
    y_true, y_score = explorer.cases(separation, prevalence)
    y_pred = (y_score >= threshold).astype(int)
    (tn, fp), (fn, tp) = sk.confusion_matrix(y_true, y_pred, labels=[0, 1])
    found = sk.recall_score(y_true, y_pred)
    reached = {t: sk.accuracy_score(y_true, y_score >= t) for t in slider()}
    best = max(reached, key=reached.get)  # the lowest of equals
    left_alone = sk.recall_score(y_true, y_pred, pos_label=0)
    return {
        "tp": tp, "fp": fp, "fn": fn, "tn": tn,
        "called": y_pred.sum(), "positives": y_true.sum(), "negatives": len(y_true) - y_true.sum(),
        "prevalence_seen": y_true.mean(),
        "best_threshold": best, "best_accuracy": reached[best], "idle": 1 - y_true.mean(),
        "accuracy": sk.accuracy_score(y_true, y_pred), "error": sk.zero_one_loss(y_true, y_pred),
        "precision": sk.precision_score(y_true, y_pred, zero_division=0), "recall": found, "fnr": 1 - found,
        "specificity": left_alone, "fpr": 1 - left_alone, "f1": sk.f1_score(y_true, y_pred),
        "balanced": sk.balanced_accuracy_score(y_true, y_pred), "matthews": sk.matthews_corrcoef(y_true, y_pred),
        "auc": sk.roc_auc_score(y_true, y_score), "ap": sk.average_precision_score(y_true, y_score),
    }  # fmt: skip


@cache
def slider() -> list[float]:
    """Every place of the threshold's slider."""
    return next(c for c in explorer.explorer().spec["controls"] if c["name"] == "threshold")["values"]


def scratch(threshold, separation, prevalence):
    y_true, y_score = explorer.cases(separation, prevalence)
    y_pred = [1 if score >= threshold else 0 for score in y_score]
    rates = {
        "accuracy": metrics.accuracy, "error": metrics.error_rate, "precision": metrics.precision,
        "recall": metrics.recall, "fnr": metrics.false_negative_rate, "specificity": metrics.specificity,
        "fpr": metrics.false_positive_rate, "f1": metrics.f1_score,
        "balanced": metrics.balanced_accuracy_score, "matthews": metrics.matthews_corrcoef,
    }  # fmt: skip
    areas = {"auc": metrics.roc_auc_score, "ap": metrics.average_precision}
    return {k: f(y_true, y_pred) for k, f in rates.items()} | {k: f(y_true, y_score) for k, f in areas.items()}


def check_drawing(shown, values):
    """Both curves are scikit-learn's, the accuracies too, and each dot lies below the bell of its group."""
    y_true, y_score = explorer.cases(values["separation"], values["prevalence"])
    fpr, tpr, _ = sk.roc_curve(y_true, y_score)
    precision, recall, _ = sk.precision_recall_curve(y_true, y_score)
    drawn = {"roc_fpr": fpr, "roc_tpr": tpr, "pr_precision": precision, "pr_recall": recall}
    for key, expected in drawn.items():
        curve = shown[key][~np.isnan(shown[key])]
        np.testing.assert_allclose(curve, expected, rtol=1e-12, atol=0)
    assert shown["accuracies"].tolist() == [sk.accuracy_score(y_true, y_score >= t) for t in slider()]
    assert shown["thresholds"].tolist() == slider()
    assert set(shown["idle_line"]) == {np.mean(y_true == 0)}
    center = np.where(y_true == 1, values["separation"], 0)
    above = shown["height"] - y_true
    assert (above > 0).all() and (above < 0.04 + 0.9 * np.exp(-((y_score - center) ** 2) / 2)).all()
    # the ringed points lie where the numbers say
    at = {"at_fpr": "fpr", "at_recall": "recall", "at_precision": "precision", "at_accuracy": "accuracy"}
    for key, number in at.items():
        assert shown[key].tolist() == [shown[number]]
    assert shown["at_threshold"].tolist() == [values["threshold"]]
