"""Curves and their areas: the two rooms against each other, and against scikit-learn."""

import numpy as np
import pytest
import sklearn.metrics as oracle
import torch
from twins import assert_twins_agree, resolve

from dlbook.scratch import metrics

rng = np.random.default_rng(1)
y50 = rng.integers(2, size=50)

CASES = {  # y_true in {0, 1}, y_score
    "no ties": (y50, y50 + rng.standard_normal(50)),
    "many ties": (y50, rng.integers(5, size=50).astype(float)),
    "whole scores": (y50, rng.integers(-3, 3, size=50)),
    "float32": (y50, (y50 + rng.standard_normal(50)).astype(np.float32)),
    "one score for all": (y50, np.full(50, 0.5)),
    "signed zeros": (np.array([0, 1, 1, 0]), np.array([0.0, -0.0, 1.0, 1.0])),
    "extreme": (np.array([0, 1, 0, 1, 1]), np.array([-1000.0, 1000.0, 0.0, 1e-300, -1e-300])),
    "perfect": (np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.3, 0.4])),
    "all wrong": (np.array([1, 1, 0, 0]), np.array([0.1, 0.2, 0.3, 0.4])),
    "two samples": (np.array([1, 0]), np.array([0.3, 0.3])),
    "-1 and 1": (2 * y50 - 1, rng.standard_normal(50)),
    "booleans": (y50 == 1, rng.standard_normal(50)),
    "not contiguous": (rng.integers(2, size=100)[::2], rng.standard_normal((50, 3))[:, 1]),
    "backwards": (y50[::-1], rng.standard_normal(50)[::-1]),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
WEIGHTS = ["none", "quarters", "float32", "whole", "some zero"]


def weight_of(kind, size):
    """Dyadic weights add up without rounding, so that points on a straight line are on it in every summation."""
    draw = np.random.default_rng(size)
    return {
        "none": None,
        "quarters": draw.integers(1, 5, size) / 4,
        "float32": (draw.integers(1, 5, size) / 4).astype(np.float32),
        "whole": draw.integers(1, 4, size),
        "some zero": np.concatenate([[1.0, 2.0], draw.integers(0, 2, size - 2)])[:size],
    }[kind]


def assert_curve(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("drop", [True, False])
@pytest.mark.parametrize("kind", WEIGHTS)
@each_case
def test_roc_curve(case, kind, drop):
    options = dict(sample_weight=weight_of(kind, len(case[0])), drop_intermediate=drop)
    ours = assert_twins_agree("metrics.roc_curve", *case, **options)
    assert_curve(ours, oracle.roc_curve(*case, **options))


@pytest.mark.parametrize("drop", [True, False])
@pytest.mark.parametrize("kind", WEIGHTS)
@each_case
def test_precision_recall_curve(case, kind, drop):
    options = dict(sample_weight=weight_of(kind, len(case[0])), drop_intermediate=drop)
    ours = assert_twins_agree("metrics.precision_recall_curve", *case, **options)
    assert_curve(ours, oracle.precision_recall_curve(*case, **options))


@pytest.mark.parametrize("kind", WEIGHTS)
@each_case
def test_areas(case, kind):
    weight = weight_of(kind, len(case[0]))
    ours = assert_twins_agree("metrics.roc_auc_score", *case, sample_weight=weight)
    np.testing.assert_allclose(ours, oracle.roc_auc_score(*case, sample_weight=weight), rtol=1e-12)
    ours = assert_twins_agree("metrics.average_precision", *case, sample_weight=weight)
    np.testing.assert_allclose(ours, oracle.average_precision_score(*case, sample_weight=weight), rtol=1e-12)


def test_any_weights_agree_when_no_point_is_left_out():
    y_true, y_score = CASES["many ties"]
    options = dict(sample_weight=rng.random(50), drop_intermediate=False)
    assert_curve(
        assert_twins_agree("metrics.roc_curve", y_true, y_score, **options),
        oracle.roc_curve(y_true, y_score, **options),
    )


def test_rounding_is_no_corner():
    tenths = np.full(7, 0.1)  # 0.1 + 0.1 + 0.1 is not 0.3
    y_true, y_score = np.array([1, 1, 1, 0, 0, 0, 0]), np.array([0.9, 0.8, 0.7, 0.4, 0.3, 0.2, 0.1])
    fpr, tpr, _ = assert_twins_agree("metrics.roc_curve", y_true, y_score, sample_weight=tenths)
    assert_curve((fpr, tpr), ([0, 0, 0, 1], [0, 1 / 3, 1, 1]))
    fpr, tpr, _ = assert_twins_agree("metrics.roc_curve", 1 - y_true, y_score, sample_weight=tenths)
    assert_curve((fpr, tpr), ([0, 1 / 3, 1, 1], [0, 0, 0, 1]))


def test_thresholds_keep_their_dtype():
    y_true, y_score = CASES["float32"]
    fpr, tpr, thresholds = assert_twins_agree("metrics.roc_curve", y_true, y_score)
    assert (fpr.dtype, tpr.dtype, thresholds.dtype) == (np.float64, np.float64, np.float32)
    assert assert_twins_agree("metrics.precision_recall_curve", y_true, y_score)[2].dtype == np.float32


def test_pos_label():
    y_true, y_score = CASES["no ties"]
    for pos_label in (0, 1):
        ours = assert_twins_agree("metrics.roc_curve", y_true, y_score, pos_label=pos_label)
        assert_curve(ours, oracle.roc_curve(y_true, y_score, pos_label=pos_label))
    words = np.where(y_true == 1, "ill", "well")
    assert_curve(metrics.roc_curve(words, y_score, pos_label="ill"), oracle.roc_curve(y_true, y_score))
    assert metrics.roc_auc_score(words, y_score, pos_label="ill") == metrics.roc_auc_score(y_true, y_score)
    assert metrics.average_precision(words, y_score, pos_label="ill") == metrics.average_precision(y_true, y_score)
    three = rng.integers(3, size=50)
    ours = assert_twins_agree("metrics.precision_recall_curve", three, y_score, pos_label=2)
    assert_curve(ours, oracle.precision_recall_curve(three == 2, y_score))


# The area under any curve


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_auc(dtype):
    x, y = np.array([0, 1, 1, 3, 10], dtype=dtype), np.array([1, -2, 5, 1000, 0], dtype=dtype)
    tolerance = 1e-6 if dtype == np.float32 else 1e-10
    for sign in (1, -1):  # rising and falling
        ours = assert_twins_agree("metrics.auc", x[::sign], y[::sign], rtol=tolerance)
        assert ours == pytest.approx(oracle.auc(x, y), rel=tolerance)
        assert ours.dtype == (np.float32 if dtype == np.float32 else np.float64)


def test_auc_of_a_point_repeated_is_zero():
    assert assert_twins_agree("metrics.auc", np.array([0.5, 0.5]), np.array([0.0, 1.0])) == 0.0


# Scores for every class


def scores_of(labels, size=80):
    y_true = rng.permutation(np.resize(labels, size))
    noisy = (y_true[:, None] == np.sort(labels)) * 1.0 + rng.random((size, len(labels))).round(1)
    return y_true, noisy / noisy.sum(axis=1, keepdims=True)  # scikit-learn wants shares


@pytest.mark.parametrize("average", [None, "macro", "micro", "weighted"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("labels", [[0, 1, 2], [-7, 3, 50, 10**10]])
def test_areas_of_many_classes(labels, weighted, average):
    y_true, y_score = scores_of(np.array(labels))
    options = dict(sample_weight=rng.random(len(y_true)) if weighted else None, average=average)
    ours = assert_twins_agree("metrics.roc_auc_score", y_true, y_score, **options)
    np.testing.assert_allclose(ours, oracle.roc_auc_score(y_true, y_score, multi_class="ovr", **options), rtol=1e-12)
    ours = assert_twins_agree("metrics.average_precision", y_true, y_score, **options)
    np.testing.assert_allclose(ours, oracle.average_precision_score(y_true, y_score, **options), rtol=1e-12)


def test_columns_follow_labels():
    y_true, y_score = scores_of(np.array([0, 1, 2]))
    expected = oracle.roc_auc_score(y_true, y_score, multi_class="ovr", average=None)
    ours = assert_twins_agree("metrics.roc_auc_score", y_true, y_score[:, [2, 0, 1]], labels=[2, 0, 1], average=None)
    np.testing.assert_allclose(ours, expected[[2, 0, 1]], rtol=1e-12)
    words = np.array(["a", "b", "c"])[y_true]
    np.testing.assert_allclose(metrics.roc_auc_score(words, y_score, average=None), expected, rtol=1e-12)


def test_scores_that_require_a_gradient_go_in():
    y_score = torch.tensor([0.1, 0.9, 0.4], requires_grad=True)
    from dlbook.pytorch import metrics as torch_metrics

    assert torch_metrics.roc_auc_score(torch.tensor([0, 1, 0]), y_score).item() == 1.0


# Whole numbers that float64 cannot tell apart, and the border of its range

STAMPS = 1_700_000_000_000_000_000 + np.array([3, 1, 2, 0, 5, 4], np.int64)  # nanoseconds: float64 knows every 256th


@pytest.mark.parametrize(
    "scores", [STAMPS, STAMPS.astype(np.uint64), -STAMPS[::-1]], ids=["int64", "uint64", "negative"]
)
def test_large_whole_scores_stay_apart(scores):
    y_true = (scores >= np.sort(scores)[3]).astype(int)
    for options in ({}, {"sample_weight": np.ones(6)}):
        assert assert_twins_agree("metrics.roc_auc_score", y_true, scores, **options) == 1.0
        assert assert_twins_agree("metrics.average_precision", y_true, scores, **options) == 1.0
    fpr, tpr, _ = assert_twins_agree("metrics.roc_curve", y_true, scores, drop_intermediate=False)
    np.testing.assert_allclose(fpr, [0, 0, 0, 0, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(tpr, [0, 1 / 3, 2 / 3, 1, 1, 1, 1])
    thresholds = assert_twins_agree("metrics.precision_recall_curve", y_true, scores)[2]
    assert thresholds.tolist() == np.sort(scores).tolist()


def test_auc_of_large_whole_numbers():
    x = np.sort(STAMPS)
    assert assert_twins_agree("metrics.auc", x, np.ones(6)) == 5.0
    assert assert_twins_agree("metrics.auc", x[::-1], np.ones(6)) == 5.0
    ends = np.array([-(2**63), 2**63 - 1], np.int64)
    assert assert_twins_agree("metrics.auc", ends, np.ones(2)) == 2.0**64


def test_auc_near_the_border_of_the_range():
    assert assert_twins_agree("metrics.auc", np.array([0.0, 1.0]), np.array([1e308, 1e308])) == pytest.approx(1e308)
    assert assert_twins_agree("metrics.auc", np.array([-1e308, 1e308]), np.array([0.25, 0.25])) == pytest.approx(5e307)
    assert assert_twins_agree("metrics.auc", np.array([0.0, 1e-300]), np.array([1e300, 1e300])) == pytest.approx(1.0)
    half = np.ones(3000, dtype=np.float16)
    assert assert_twins_agree("metrics.auc", np.arange(3000).astype(np.float16), half) == np.float16(2999)


def test_curves_of_weights_whose_sum_overflows():
    y_true, y_score, weight = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.4, 0.8]), np.full(4, 1e308)
    for name in ("roc_auc_score", "average_precision"):
        ours = assert_twins_agree(f"metrics.{name}", y_true, y_score, sample_weight=weight)
        assert ours == pytest.approx(resolve("scratch", f"metrics.{name}")(y_true, y_score))


@pytest.mark.parametrize("size", [10, 100, 1_000, 20_000])
@pytest.mark.parametrize("weighted", [False, True])
def test_what_is_left_out_of_the_curve_lies_on_it_for_any_number_of_samples(size, weighted):
    """A corner is small beside the whole, the smaller the more samples: a threshold for it must not grow into one."""
    draw = np.random.default_rng(size)
    y_true = draw.integers(2, size=size)
    y_score = y_true + draw.standard_normal(size)
    weight = np.full(size, 0.1) if weighted else None  # 0.1 + 0.1 + 0.1 is not 0.3
    whole = assert_twins_agree("metrics.roc_curve", y_true, y_score, sample_weight=weight, drop_intermediate=False)
    corners = assert_twins_agree("metrics.roc_curve", y_true, y_score, sample_weight=weight)
    assert len(corners[0]) < len(whole[0])
    np.testing.assert_allclose(np.interp(whole[0] + whole[1], corners[0] + corners[1], corners[1]), whole[1], atol=1e-9)
    assert metrics.auc(*corners[:2]) == pytest.approx(metrics.roc_auc_score(y_true, y_score, sample_weight=weight))
