"""What chapter 12 measures, against scikit-learn and against what must hold."""

import numpy as np
import pytest
import sklearn.calibration
import sklearn.linear_model
import sklearn.metrics
import sklearn.neighbors
import sklearn.utils.class_weight

from dlbook import data
from dlbook.experiments import imbalance

DRAWS = 12


@pytest.fixture(scope="module")
def runs():
    return imbalance.trials(draws=DRAWS)


@pytest.fixture(scope="module")
def half():
    return imbalance.halves(3)


def test_five_percent_are_malignant_in_both_halves(half):
    for X, y in ((half.X_train, half.y_train), (half.X_test, half.y_test)):
        assert y.mean() == pytest.approx(0.05, abs=0.004) and X.shape == (len(y), 2)
        assert len(y) == 188
    np.testing.assert_allclose(half.X_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(half.X_train.std(axis=0), 1)
    _, y = imbalance.tumours()
    rows = imbalance.thin_out(y, np.random.default_rng(0))
    assert len(np.unique(rows)) == len(rows) and (y[rows] == 0).sum() == (y == 0).sum() and y[rows].sum() == 19


@pytest.mark.parametrize("weighted", [False, True])
def test_the_fit_is_that_of_sklearn(half, weighted):
    weight = sklearn.utils.class_weight.compute_sample_weight("balanced", half.y_train) if weighted else None
    theirs = sklearn.linear_model.LogisticRegression(C=np.inf, tol=1e-10)
    theirs.fit(half.X_train, half.y_train, weight)
    ours = imbalance.remedy("class weights" if weighted else "nothing", half, None)
    np.testing.assert_allclose(ours, theirs.predict_proba(half.X_test)[:, 1], atol=2e-3)


@pytest.mark.parametrize("how", ["oversampling", "undersampling", "SMOTE"])
def test_balancing_balances(half, how):
    X, y = imbalance.balance(half.X_train, half.y_train, how, np.random.default_rng(0))
    assert X.shape == (len(y), 2) and y.mean() == 0.5
    assert len(y) == (18 if how == "undersampling" else 358)
    old = (X[:, None] == half.X_train).all(axis=2).any(axis=1)
    assert old.all() == (how != "SMOTE") and old[y == 0].all()


def test_the_table_is_that_of_sklearn(runs):
    table = imbalance.compare(runs)
    assert tuple(table) == imbalance.REMEDIES
    for how, threshold in (("SMOTE", 0.5), ("threshold moved", runs.prior)):
        y_prob = runs.y_prob["nothing" if how == "threshold moved" else how]
        for row, y, p in zip(table[how], runs.y_true, y_prob, strict=True):
            called = (p >= threshold).astype(int)
            expected = [
                sklearn.metrics.accuracy_score(y, called),
                sklearn.metrics.precision_score(y, called, zero_division=0),
                sklearn.metrics.recall_score(y, called),
                sklearn.metrics.f1_score(y, called, zero_division=0),
                sklearn.metrics.balanced_accuracy_score(y, called),
                sklearn.metrics.roc_auc_score(y, p),
                sklearn.metrics.average_precision_score(y, p),
            ]
            np.testing.assert_allclose(row, expected, rtol=1e-12)


def test_remedies_trade_precision_for_recall_and_do_not_rank_better(runs):
    means = imbalance.means(imbalance.compare(runs))
    for how in ("class weights", "oversampling", "SMOTE", "threshold moved"):
        assert means[how]["recall"] > means["nothing"]["recall"] + 0.3
        assert means[how]["precision"] < means["nothing"]["precision"] - 0.3
        assert means[how]["accuracy"] < means["nothing"]["accuracy"] - 0.05
        assert abs(means[how]["ROC AUC"] - means["nothing"]["ROC AUC"]) < 0.02
    assert imbalance.same_calls(runs) > 0.95 > imbalance.same_calls(runs, "nothing")


def test_calibration_is_that_of_sklearn(runs):
    y_true, y_prob = runs.y_true.ravel(), runs.y_prob["class weights"].ravel()
    ours = imbalance.calibration(y_true, y_prob, groups=8)
    observed, predicted = sklearn.calibration.calibration_curve(y_true, y_prob, n_bins=8, strategy="quantile")
    np.testing.assert_allclose(ours.predicted, predicted, atol=2e-3)  # a case or two lie on a border
    np.testing.assert_allclose(ours.observed, observed, atol=5e-3)


def test_resampling_spoils_probabilities_and_the_prior_shift_repairs_them(runs):
    found = imbalance.calibrations(runs)
    off = {name: abs(c.mean - c.share) for name, c in found.items()}
    assert off["nothing"] < 0.01 and off["weights, prior corrected"] < 0.02
    assert off["class weights"] > 0.1 and off["SMOTE"] > 0.1


def test_nearest_label_is_that_of_sklearn(half):
    theirs = sklearn.neighbors.KNeighborsClassifier(n_neighbors=1).fit(half.X_train, half.y_train)
    ours = imbalance.nearest_label(half.X_train, half.y_train, half.X_test)
    np.testing.assert_array_equal(ours, theirs.predict(half.X_test))


def test_copies_that_leak_flatter_who_learns_by_heart():
    found = {name: values.mean(axis=0) for name, values in imbalance.leak(draws=6).items()}
    by_heart = {name: mean[0] for name, mean in found.items()}
    assert by_heart["before the split"] > 0.95
    assert max(by_heart["after the split"], by_heart["in the field"]) < 0.8
    assert found["before the split"][1] - found["after the split"][1] < 0.15  # three numbers learn little by heart


def test_single_scores_are_those_of_sklearn():
    cancer = data.breast_cancer()
    found = imbalance.single_scores(0.05)
    weight = sklearn.utils.class_weight.compute_sample_weight({0: 0.95 / 357, 1: 0.05 / 212}, cancer.y)
    for name, column in zip(cancer.feature_names, cancer.X.T, strict=True):
        auc = sklearn.metrics.roc_auc_score(cancer.y, column)
        assert found[name][0] == pytest.approx(auc, rel=1e-12), "weights of whole classes do not move ROC AUC"
        ap = sklearn.metrics.average_precision_score(cancer.y, column, sample_weight=weight)
        assert found[name][1] == pytest.approx(ap, rel=1e-12)


def test_cost_at_a_threshold():
    y_true, y_prob = np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.4, 0.9])
    assert imbalance.cost_at(y_true, y_prob, 0.5, 1, 10) == (1 + 10) / 4
    assert imbalance.cost_at(y_true, y_prob, 0.4, 1, 10) == 1 / 4
