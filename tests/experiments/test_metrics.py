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


def test_with_all_thirty_measurements_it_makes_few_mistakes():
    cancer = data.breast_cancer()
    for seed in range(5):
        X_train, X_test, y_train, y_test = data.split(cancer, test_fraction=0.5, seed=seed)
        mean, std = X_train.mean(axis=0), X_train.std(axis=0)
        theirs = sklearn.linear_model.LogisticRegression().fit((X_train - mean) / std, y_train)
        mistakes = (theirs.predict((X_test - mean) / std) != y_test).sum()
        assert mistakes < 12, "of 284, where two measurements make about 70"


def test_weights_make_the_prevalence_exact(scores):
    y = scores.y_true
    for prevalence in (y.mean(), 0.05, 0.02):
        weight = metrics.at_prevalence(y, prevalence)
        assert weight[y == 1].sum() / weight.sum() == pytest.approx(prevalence, rel=1e-12)
        assert set(weight[y == 0]) == {1}
    assert metrics.at_prevalence(y, y.mean()) == pytest.approx(1)


def test_prevalence_effect_is_scikit_learns_with_weights(scores):
    y, called, shares = scores.y_true, scores.predict(), (scores.y_true.mean(), 0.05, 0.02)
    table = metrics.prevalence_effect(scores, shares)
    theirs = {
        "accuracy": (sklearn.metrics.accuracy_score, called), "precision": (sklearn.metrics.precision_score, called),
        "recall": (sklearn.metrics.recall_score, called), "matthews": (sklearn.metrics.matthews_corrcoef, called),
        "balanced_accuracy": (sklearn.metrics.balanced_accuracy_score, called),
        "roc_auc": (sklearn.metrics.roc_auc_score, scores.y_score),
        "average_precision": (sklearn.metrics.average_precision_score, scores.y_score),
    }  # fmt: skip
    for i, share in enumerate(shares):
        weight = metrics.at_prevalence(y, share)
        for name, (metric, answers) in theirs.items():
            assert table[name][i] == pytest.approx(metric(y, answers, sample_weight=weight), rel=1e-10), name
    assert table["idle_accuracy"] == pytest.approx(1 - np.array(shares))
    assert table["average_precision"].round(3).tolist() == [0.728, 0.230, 0.121]


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_rare_disease_moves_precision_and_not_auc(seed):
    """On other halves of the tumours, too."""
    table = metrics.prevalence_effect(metrics.screening(seed), (0.37, 0.02))
    for name in ("recall", "roc_auc", "balanced_accuracy"):
        assert table[name][0] == pytest.approx(table[name][1])
    assert table["idle_accuracy"][1] > table["accuracy"][1]
    assert table["precision"][1] < 0.13 and table["matthews"][1] < table["matthews"][0] / 2
    assert table["average_precision"][1] < 0.25 < 0.7 < table["average_precision"][0]


def test_two_of_four_metrics_give_no_credit_for_not_looking(scores):
    table = metrics.idle_and_eager(scores.y_true, scores.predict())
    nobody, everybody = table["calling nobody"], table["calling everybody"]
    assert nobody == {"accuracy": 178 / 284, "F₁": 0, "balanced": 0.5, "MCC": 0}
    assert everybody == pytest.approx({"accuracy": 106 / 284, "F₁": 212 / 390, "balanced": 0.5, "MCC": 0})


def test_combined_metrics_are_best_below_one_half(scores):
    thresholds = np.linspace(0.02, 0.96, 95)
    table = metrics.over_thresholds(scores, thresholds)
    y_pred = scores.y_score >= thresholds[30]
    assert table["Matthews' correlation"][30] == sklearn.metrics.matthews_corrcoef(scores.y_true, y_pred)
    assert table.keys() == metrics.RATES.keys()
    other = metrics.best_thresholds(thresholds, seeds=range(11, 16))
    assert 0.2 < other["low"] <= other["high"] < 0.5 and 0.3 < other["least"] <= other["most"] < 0.7


def test_the_bootstrap_interval_is_that_of_scipy(scores):
    def precision(y_true, y_pred):
        return sklearn.metrics.precision_score(y_true, y_pred)

    theirs = scipy.stats.bootstrap(
        (scores.y_true, scores.predict()), precision, paired=True, vectorized=False, n_resamples=1000,
        method="percentile", rng=7,
    ).confidence_interval  # fmt: skip
    own = metrics.bootstrap(metrics.RATES["precision"], scores.y_true, scores.predict(), count=1000)
    assert metrics.interval(own) == pytest.approx(tuple(theirs), abs=0.015)


def test_intervals_hold_under_a_second_seed(scores):
    """What chapter 01 prints, to two digits: precision 0.61 to 0.80, at least ± 0.04, the correlation ± 0.11."""
    table = metrics.intervals(scores, count=600, seed=1)
    value, low, high = table["precision"]
    assert (value, low, high) == pytest.approx((63 / 89, 0.61, 0.80), abs=0.015)
    half = {name: (high - low) / 2 for name, (_, low, high) in table.items()}
    assert half["ROC AUC"] == pytest.approx(0.044, abs=0.004) and 0.04 < min(half.values()) < 0.05
    assert max(half, key=half.get) == "Matthews' correlation"
    assert half["Matthews' correlation"] == pytest.approx(0.107, abs=0.01)
    assert all(low < value < high for value, low, high in table.values())
    low, high = metrics.rare_interval(scores, 0.02, count=300, seed=1)
    assert low == pytest.approx(0.08, abs=0.01) and high == pytest.approx(0.30, abs=0.05)


def test_other_halves_of_the_tumours_spread_as_much_as_the_chapter_says():
    first, second = metrics.spread_over_splits(), metrics.spread_over_splits(range(10, 20))
    assert first["precision"] == pytest.approx((0.63, 0.80), abs=0.005)
    assert second["precision"][0] > 0.6 and second["precision"][1] < 0.8
    assert 0.79 < second["ROC AUC"][0] < second["ROC AUC"][1] < 0.86


def test_many_resamples_at_once_are_the_same_as_one_by_one():
    y_true, y_score = metrics.sample(3, 60)
    rows, at_once = metrics.draw_again(60, 30, seed=1), metrics.resampled(y_true, y_score, 30, seed=1)
    theirs = {"precision": "precision_score", "recall": "recall_score", "f1_score": "f1_score"}
    for name, function in theirs.items():
        score = getattr(sklearn.metrics, function)
        expected = [score(y_true[row], y_score[row] >= metrics.CUT) for row in rows]
        np.testing.assert_allclose(at_once[name], expected, rtol=1e-12)
    expected = [sklearn.metrics.roc_auc_score(y_true[row], y_score[row]) for row in rows]
    np.testing.assert_allclose(at_once["roc_auc"], expected, rtol=1e-12)


def test_the_truth_is_that_of_a_very_large_sample(monkeypatch):
    monkeypatch.setattr(metrics, "MOST", 400_000)
    y_true, y_score = metrics.sample(0, 400_000)
    found = metrics.of_rows(y_true, y_score, np.arange(400_000)[None])
    for name, right in metrics.truth().items():
        assert found[name][0] == pytest.approx(right, abs=0.005), name


def test_intervals_keep_their_promise_in_samples_that_the_table_does_not_have():
    """Three hundred more of 50 cases, sure to three or four points: a little too narrow."""
    for name, share in metrics.coverage(seed=11, m=50).items():
        assert 0.87 < share < 0.97, name


def test_a_resample_without_a_positive_is_left_out():
    y_true, y_score = np.array([True] + 11 * [False]), np.linspace(1, 0, 12)
    values = metrics.resampled(y_true, y_score, 200)["recall"]
    assert np.isnan(values).any() and not np.isnan(metrics.interval(values)).any()


def test_a_rare_class_moves_macro_and_not_micro():
    falls = metrics.rare_class_effect(seeds=range(6, 11))
    assert 0.03 < falls["macro"].min() and falls["macro"].max() < 0.055 and np.abs(falls["micro"]).max() < 0.01


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
    assert round(400 * (at_best["best_accuracy"] - at_best["idle"])) == 1
    assert (at_best["accuracies"] == at_best["best_accuracy"]).sum() == 5, "four thresholds beside it"
    nobody = explorers.metrics.state(5.0, 1.5, 0.05)
    assert nobody["called"] == 0 and nobody["accuracy"] == 0.95


def test_what_the_answer_below_the_first_explorer_says_of_false_alarms():
    common, rare = (explorers.metrics.state(0.8, 1.5, prevalence) for prevalence in (0.5, 0.05))
    assert (common["negatives"], rare["negatives"]) == (200, 380) and (common["fp"], rare["fp"]) == (42, 81)
    assert (round(common["precision"], 2), round(rare["precision"], 2)) == (0.78, 0.16)


def test_what_the_answer_below_the_second_explorer_says():
    certainty = explorers.metrics_certainty
    missed = {
        (metric, cases): 20 - certainty.state(metric, cases, 1)["holding"]
        for metric in certainty.METRICS
        for cases in certainty.SIZES
    }
    assert set(missed.values()) == {0, 1, 2, 3} and np.mean(list(missed.values())) < 1.5
    width = {metric: certainty.widths(name) for metric, name in certainty.METRICS.items()}
    for widths in width.values():
        assert 1.7 < widths[0] / widths[2] < 2.3 and 1.7 < widths[2] / widths[4] < 2.3
    at_200 = {metric: widths[2] for metric, widths in width.items()}
    assert at_200.pop("ROC AUC") == pytest.approx(0.11, abs=0.005)
    assert 0.175 < min(at_200.values()) and max(at_200.values()) < 0.22
    assert [round(w, 2) for w in width["precision"][[0, 2]]] == [0.45, 0.21]
    assert certainty.state("precision", 400, 20)["verdict"] == "misses"
