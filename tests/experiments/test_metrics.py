"""What chapter 01 measures, against scikit-learn."""

import numpy as np
import pytest
import scipy.stats
import sklearn.linear_model
import sklearn.metrics

from dlbook import data, explorers
from dlbook.experiments import metrics


@pytest.fixture(scope="module")
def scores():
    return metrics.screening()


def test_screening_is_the_logistic_regression_of_scikit_learn(scores):
    cancer = data.breast_cancer()
    columns = [cancer.feature_names.index(name) for name in metrics.FEATURES]
    X_train, X_test, y_train, y_test = data.split(cancer, test_fraction=0.5, seed=0)
    mean, std = X_train[:, columns].mean(axis=0), X_train[:, columns].std(axis=0)
    theirs = sklearn.linear_model.LogisticRegression(C=np.inf, tol=1e-10)
    theirs.fit((X_train[:, columns] - mean) / std, y_train)
    expected = theirs.predict_proba((X_test[:, columns] - mean) / std)[:, 1]
    np.testing.assert_array_equal(scores.y_true, y_test)
    np.testing.assert_allclose(scores.y_score, expected, atol=1e-4)


def test_thinning_leaves_the_wanted_prevalence(scores):
    thin = metrics.thin_out(scores, 0.1, np.random.default_rng(0))
    assert abs(thin.y_true.mean() - 0.1) < 0.005
    assert (thin.y_true == 0).sum() == (scores.y_true == 0).sum()
    with pytest.raises(ValueError, match="prevalence must keep 1 to 106 positives: got 0.9"):
        metrics.thin_out(scores, 0.9, np.random.default_rng(0))


def test_a_rare_disease_moves_precision_and_not_auc(scores):
    table = metrics.prevalence_effect(scores, (0.37, 0.05), draws=20)
    assert abs(np.diff(table["roc_auc"])[0]) < 0.03
    assert table["precision"][1] < table["precision"][0] / 2
    assert table["idle_accuracy"][1] > table["accuracy"][1]
    whole = metrics.prevalence_effect(scores, (0.373,), draws=1)
    assert whole["roc_auc"][0] == pytest.approx(sklearn.metrics.roc_auc_score(scores.y_true, scores.y_score), abs=1e-3)


def test_rare_digits():
    y_true, y_pred = metrics.nearest_centroid_digits()
    rare_true, rare_pred = metrics.make_rare(y_true, y_pred, label=9, keep=10)
    assert (rare_true == 9).sum() == 10 and len(rare_true) == len(y_true) - (y_true == 9).sum() + 10
    assert len(rare_true) == len(rare_pred)


def test_the_cases_are_as_prevalent_and_as_far_apart_as_the_controls_say():
    for prevalence in (0.05, 0.3, 0.5):
        near, far = (explorers.metrics.cases(separation, prevalence) for separation in (0.0, 4.0))
        assert near[0].mean() == prevalence
        moved = far[1] - near[1]
        assert moved[near[0] == 1] == pytest.approx(4) and (moved[near[0] == 0] == 0).all()


def test_prevalence_leaves_alone_what_the_answer_says_it_does():
    """Recall, specificity and ROC AUC, to the grain of 20 positives; precision and average precision fall."""
    common, rare = (explorers.metrics.state(0.8, 1.5, prevalence) for prevalence in (0.5, 0.05))
    assert common["positives"] == 10 * rare["positives"]
    for name, grain in {"recall": 0.02, "specificity": 0.005, "auc": 0.002}.items():
        assert abs(common[name] - rare[name]) < grain, name
    assert rare["precision"] < common["precision"] / 4 and rare["ap"] < common["ap"] / 2


def test_the_bells_are_normal():
    for positives in (20, 200):
        scores, _ = explorers.metrics.bell(positives)
        np.testing.assert_allclose(scores, scipy.stats.norm.ppf((np.arange(positives) + 0.5) / positives), atol=1e-12)


def test_at_five_percent_the_best_accuracy_finds_four_of_twenty():
    """What the answer below the explorer says."""
    at_best = explorers.metrics.state(2.4, 1.5, 0.05)
    assert at_best["best_threshold"] == 2.4 and (at_best["tp"], at_best["positives"]) == (4, 20)
    assert f"{at_best['best_accuracy']:.3f} {at_best['idle']:.3f}" == "0.953 0.950"
    nobody = explorers.metrics.state(5.0, 1.5, 0.05)
    assert nobody["called"] == 0 and nobody["accuracy"] == 0.95
