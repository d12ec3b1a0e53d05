"""What must hold for every input: the laws of metrics, as property tests."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import mannwhitneyu

from dlbook.scratch import metrics

quick = settings(deadline=None, max_examples=60)


@st.composite
def answers(draw, classes=4):
    """y_true and y_pred of up to 30 samples."""
    size = draw(st.integers(1, 30))
    one = st.lists(st.integers(0, classes - 1), min_size=size, max_size=size)
    return np.array(draw(one)), np.array(draw(one))


@st.composite
def scored(draw):
    """y_true with both classes, and scores with many ties."""
    y_true = np.array(draw(st.lists(st.integers(0, 1), min_size=2, max_size=30)))
    assume(0 < y_true.sum() < len(y_true))
    return y_true, np.array(draw(st.lists(st.integers(-4, 4), min_size=len(y_true), max_size=len(y_true)))) / 4


@quick
@given(scored())
def test_auc_is_the_mann_whitney_statistic(case):
    y_true, y_score = case
    positive, negative = y_score[y_true == 1], y_score[y_true == 0]
    u = mannwhitneyu(positive, negative, method="asymptotic").statistic if len(set(y_score)) > 1 else y_pairs(case) / 2
    assert metrics.roc_auc_score(y_true, y_score) == approx(u / y_pairs(case), abs=1e-12)


def y_pairs(case):
    return case[0].sum() * (1 - case[0]).sum()


@quick
@given(scored())
def test_auc_is_the_share_of_pairs_in_order(case):
    y_true, y_score = case
    gaps = y_score[y_true == 1][:, None] - y_score[y_true == 0]  # (P, N)
    assert metrics.roc_auc_score(y_true, y_score) == approx(((gaps > 0) + (gaps == 0) / 2).mean(), abs=1e-12)


@quick
@given(scored())
def test_auc_sees_only_the_order_of_scores(case):
    y_true, y_score = case
    area = metrics.roc_auc_score(y_true, y_score)
    assert metrics.roc_auc_score(y_true, np.exp(3 * y_score) - 7) == area
    assert metrics.roc_auc_score(y_true, -y_score) == approx(1 - area, abs=1e-12)
    assert metrics.roc_auc_score(1 - y_true, y_score) == approx(1 - area, abs=1e-12)


@quick
@given(scored())
def test_dropped_points_carry_no_area(case):
    area = [metrics.auc(*metrics.roc_curve(*case, drop_intermediate=drop)[:2]) for drop in (True, False)]
    assert area[0] == approx(area[1], abs=1e-12)


@quick
@given(scored())
def test_every_point_of_the_curves_is_a_pair_of_rates(case):
    y_true, y_score = case
    for fpr, tpr, threshold in zip(*metrics.roc_curve(y_true, y_score, drop_intermediate=False), strict=True):
        y_pred = (y_score >= threshold).astype(int)
        assert fpr == metrics.false_positive_rate(y_true, y_pred)
        assert tpr == metrics.recall(y_true, y_pred)
    *points, thresholds = metrics.precision_recall_curve(y_true, y_score)
    for precision, recall, threshold in zip(*(p[:-1] for p in points), thresholds, strict=True):
        y_pred = (y_score >= threshold).astype(int)
        assert precision == metrics.precision(y_true, y_pred)
        assert recall == metrics.recall(y_true, y_pred)


@quick
@given(answers(), st.randoms(use_true_random=False))
def test_order_of_samples_does_not_matter(case, random):
    y_true, y_pred = case
    order = random.sample(range(len(y_true)), len(y_true))
    np.testing.assert_array_equal(
        metrics.confusion_matrix(y_true[order], y_pred[order]), metrics.confusion_matrix(y_true, y_pred)
    )


@quick
@given(scored(), st.randoms(use_true_random=False))
def test_order_of_scores_does_not_matter(case, random):
    y_true, y_score = case
    order = random.sample(range(len(y_true)), len(y_true))
    for ours, same in zip(metrics.roc_curve(*case), metrics.roc_curve(y_true[order], y_score[order]), strict=True):
        np.testing.assert_array_equal(ours, same)


@quick
@given(answers(), st.data())
def test_a_weight_is_a_repetition(case, data):
    y_true, y_pred = case
    times = np.array(data.draw(st.lists(st.integers(1, 4), min_size=len(y_true), max_size=len(y_true))))
    for metric in (metrics.precision, metrics.recall, metrics.specificity, metrics.f1_score):
        repeated = metric(np.repeat(y_true, times), np.repeat(y_pred, times), average=None)
        np.testing.assert_allclose(metric(y_true, y_pred, average=None, sample_weight=times), repeated, rtol=1e-12)


@quick
@given(scored(), st.data())
def test_a_weight_is_a_repetition_on_curves(case, data):
    y_true, y_score = case
    times = np.array(data.draw(st.lists(st.integers(1, 4), min_size=len(y_true), max_size=len(y_true))))
    repeated = np.repeat(y_true, times), np.repeat(y_score, times)
    for metric in (metrics.roc_auc_score, metrics.average_precision):
        assert metric(y_true, y_score, sample_weight=times) == approx(metric(*repeated), rel=1e-12)


@quick
@given(answers(classes=2))
def test_f1_is_the_harmonic_mean_of_precision_and_recall(case):
    p, r, f = metrics.precision(*case), metrics.recall(*case), metrics.f1_score(*case)
    assert min(p, r) - 1e-12 <= f <= max(p, r) + 1e-12
    assert f == approx(2 * p * r / (p + r) if p + r else 0.0)


@quick
@given(answers(classes=2), st.floats(0, 100))
def test_fbeta_lies_between_precision_and_recall(case, beta):
    p, r, f = metrics.precision(*case), metrics.recall(*case), metrics.fbeta_score(*case, beta=beta)
    assert min(p, r) - 1e-12 <= f <= max(p, r) + 1e-12
    assert f == approx((1 + beta**2) * p * r / (beta**2 * p + r) if p and r else 0.0)


@quick
@given(answers())
def test_micro_averages_of_one_label_a_sample_are_the_accuracy(case):
    for metric in (metrics.precision, metrics.recall, metrics.f1_score):
        assert metric(*case, average="micro") == approx(metrics.accuracy(*case))


@quick
@given(answers())
def test_weighted_recall_is_the_accuracy(case):
    assert metrics.recall(*case, average="weighted") == approx(metrics.accuracy(*case))


@quick
@given(answers(classes=2))
def test_rates_come_in_pairs(case):
    labels = {"average": None, "labels": np.unique(case)}
    tnr, fpr = (
        metric(*case, **labels, zero_division=0.5) for metric in (metrics.specificity, metrics.false_positive_rate)
    )
    tpr, fnr = (metric(*case, **labels, zero_division=0.5) for metric in (metrics.recall, metrics.false_negative_rate))
    np.testing.assert_allclose(tnr + fpr, 1)
    np.testing.assert_allclose(tpr + fnr, 1)
    np.testing.assert_allclose(metrics.accuracy(*case) + metrics.error_rate(*case), 1)


@quick
@given(answers())
def test_the_matrix_counts_every_sample_once_and_turns_with_its_arguments(case):
    matrix = metrics.confusion_matrix(*case)
    assert matrix.sum() == len(case[0])
    np.testing.assert_array_equal(metrics.confusion_matrix(*case[::-1]), matrix.T)


@quick
@given(answers())
def test_precision_is_the_recall_of_the_other_direction(case):
    np.testing.assert_array_equal(metrics.precision(*case, average=None), metrics.recall(*case[::-1], average=None))


@quick
@given(answers(classes=2))
def test_the_correlation_is_pearsons(case):
    y_true, y_pred = case
    assume(len(set(y_true)) == len(set(y_pred)) == 2)
    assert metrics.matthews_corrcoef(*case) == approx(np.corrcoef(y_true, y_pred)[0, 1], abs=1e-12)


@quick
@given(answers())
def test_truth_and_prediction_may_change_places_in_the_correlation(case):
    assert metrics.matthews_corrcoef(*case) == approx(metrics.matthews_corrcoef(*case[::-1]), abs=1e-12)


@quick
@given(answers())
def test_balanced_accuracy_is_the_mean_recall_of_the_classes_that_are_true(case):
    recalls = metrics.recall(*case, average=None, labels=np.unique(case[0]))
    assert metrics.balanced_accuracy_score(*case) == approx(recalls.mean())


@quick
@given(answers(), st.data())
def test_a_weight_is_a_repetition_in_one_number_too(case, data):
    y_true, y_pred = case
    times = np.array(data.draw(st.lists(st.integers(1, 4), min_size=len(y_true), max_size=len(y_true))))
    for metric in (metrics.balanced_accuracy_score, metrics.matthews_corrcoef):
        repeated = metric(np.repeat(y_true, times), np.repeat(y_pred, times))
        assert metric(y_true, y_pred, sample_weight=times) == approx(repeated, abs=1e-12)
