"""Chapter 12: scikit-learn fits the classifier and says what every rate is; costs are counted case by case."""

from functools import cache

import numpy as np
import sklearn.linear_model
from scipy.special import expit, logit
from sklearn import metrics as sk

from dlbook import data
from dlbook.explorers import imbalance as explorer
from dlbook.scratch import imbalance, metrics

RTOL = 1e-11


@cache
def half():
    """The test half, with the explorer's own scores once they are known to be scikit-learn's."""
    cancer = data.breast_cancer()
    columns = [cancer.feature_names.index(name) for name in ("mean texture", "mean compactness")]
    X_train, X_test, y_train, y_test = data.split(cancer, test_fraction=0.5, seed=0)
    mean, std = X_train[:, columns].mean(axis=0), X_train[:, columns].std(axis=0)
    model = sklearn.linear_model.LogisticRegression(C=np.inf, tol=1e-10, class_weight="balanced")
    model.fit((X_train[:, columns] - mean) / std, y_train)
    y_true, y_score = explorer.cases()
    np.testing.assert_array_equal(y_true, y_test)
    np.testing.assert_allclose(y_score, model.decision_function((X_test[:, columns] - mean) / std), atol=5e-3)
    return y_true, y_score


def share_of(y_true, prevalence):
    """What each case is of the whole population, in sum 1."""
    return np.where(y_true == 1, prevalence / (y_true == 1).sum(), (1 - prevalence) / (y_true == 0).sum())


def cost(y_true, y_score, share, ratio, threshold):
    false_alarm, miss = (y_true == 0) & (y_score >= threshold), (y_true == 1) & (y_score < threshold)
    return share[false_alarm].sum() + ratio * share[miss].sum()


def oracle(threshold, prevalence, ratio):
    y_true, y_score = half()
    share = share_of(y_true, prevalence)
    y_pred = (y_score >= threshold).astype(int)
    recall = sk.recall_score(y_true, y_pred)
    fpr = 1 - sk.recall_score(y_true, y_pred, pos_label=0)
    prior = np.log(prevalence) - np.log1p(-prevalence)
    return {
        "closed_logit": -np.log(ratio) - prior, "closed": 1 / (1 + ratio), "probability": expit(threshold + prior),
        "ill_people": 1000 * prevalence, "found": 1000 * share[(y_pred == 1) & (y_true == 1)].sum(),
        "alarms": 1000 * share[(y_pred == 1) & (y_true == 0)].sum(),
        "accuracy": sk.accuracy_score(y_true, y_pred, sample_weight=share),
        "idle_accuracy": sk.accuracy_score(y_true, np.full_like(y_true, prevalence > 0.5), sample_weight=share),
        "precision": sk.precision_score(y_true, y_pred, sample_weight=share, zero_division=0),
        "recall": recall, "fpr": fpr,
        "cost": cost(y_true, y_score, share, ratio, threshold),
        "best_cost": min(cost(y_true, y_score, share, ratio, tau) for tau in [np.inf, *y_score]),
        "idle": min(cost(y_true, y_score, share, ratio, tau) for tau in (np.inf, -np.inf)),
        "auc": sk.roc_auc_score(y_true, y_score),
        "ap": sk.average_precision_score(y_true, y_score, sample_weight=share),
    }  # fmt: skip


def scratch(threshold, prevalence, ratio):
    """By the other functions of the room: costs from probabilities at their own threshold."""
    y_true, y_score = half()
    y_prob = imbalance.prior_shift(expit(y_score), 0.5, prevalence)
    called = y_prob >= imbalance.threshold(1, ratio)
    closed_logit = logit(imbalance.threshold(1, ratio)) - logit(prevalence)
    np.testing.assert_array_equal(called, y_score >= closed_logit)  # the rule that is drawn parts the same cases
    y_pred = [1 if score >= threshold else 0 for score in y_score]
    return {"recall": metrics.recall(y_true, y_pred), "closed_logit": closed_logit}


def check_drawing(shown, values):
    """Both curves are scikit-learn's, the cost is counted anew, and no person is lost."""
    y_true, y_score = half()
    share = share_of(y_true, values["prevalence"])
    fpr, tpr, _ = sk.roc_curve(y_true, y_score)
    precision, recall, _ = sk.precision_recall_curve(y_true, y_score, sample_weight=share)
    drawn = {"roc_fpr": fpr, "roc_tpr": tpr, "pr_precision": precision, "pr_recall": recall}
    for key, expected in drawn.items():
        np.testing.assert_allclose(shown[key], expected, rtol=1e-11, atol=0)
    for tau, value in zip(shown["tau"][::9], shown["cost_curve"][::9], strict=True):
        expected = cost(y_true, y_score, share, values["ratio"], tau) / shown["idle"]
        np.testing.assert_allclose(value, expected, rtol=1e-11)
    bars = {"ill": shown["ill_people"], "well": 1000 - shown["ill_people"]}
    for key, people in bars.items():
        np.testing.assert_allclose(shown[key].sum(), people, rtol=1e-12)
    inside = (shown["centre"][5] - 0.25 <= y_score) & (y_score < shown["centre"][5] + 0.25)
    np.testing.assert_allclose(shown["well"][5], 1000 * share[inside & (y_true == 0)].sum(), rtol=1e-11)
    for key, number in {"at_fpr": "fpr", "at_recall": "recall", "at_precision": "precision"}.items():
        assert shown[key].tolist() == [shown[number]]
    assert shown["at_cost"].tolist() == [shown["cost"] / shown["idle"]]
    np.testing.assert_allclose(shown["at_best_cost"], [shown["best_cost"] / shown["idle"]])
    check_ring(shown["at_best"].item(), y_true, y_score, share, values["ratio"], shown["best_cost"])


def check_ring(at_best, y_true, y_score, share, ratio, best_cost):
    """The ring stands at a score that costs the least, and no higher threshold costs as little; NaN where none does."""
    stands = np.inf if np.isnan(at_best) else at_best
    np.testing.assert_allclose(cost(y_true, y_score, share, ratio, stands), best_cost, rtol=1e-11)
    assert np.isinf(stands) or stands in y_score
    for tau in [np.inf, *y_score[y_score > stands]] if np.isfinite(stands) else ():
        assert cost(y_true, y_score, share, ratio, tau) > best_cost * (1 - 1e-12)
