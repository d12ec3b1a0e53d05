"""Confusion matrix, rates and averages: the two rooms against each other, and against scikit-learn."""

import tracemalloc
from functools import partial

import numpy as np
import pytest
import sklearn.metrics as oracle
import torch
from twins import assert_twins_agree, resolve

from dlbook.scratch import metrics

rng = np.random.default_rng(0)
NAN = float("nan")


def answers(labels, size=60, right=0.6):
    """True and predicted labels; some classes are never predicted, some never true."""
    labels = np.array(labels)
    y_true = labels[rng.integers(len(labels) - 1, size=size)]  # the last label is never true
    return y_true, np.where(rng.random(size) < right, y_true, labels[rng.integers(1, len(labels), size=size)])


TWO = {
    "0 and 1": (rng.integers(2, size=50), rng.integers(2, size=50)),
    "-1 and 1": (rng.choice([-1, 1], size=50), rng.choice([-1, 1], size=50)),
    "booleans": (rng.random(50) < 0.3, rng.random(50) < 0.3),
    "whole floats": (rng.integers(2, size=50).astype(np.float32), rng.integers(2, size=50).astype(float)),
    "one sample, missed": (np.array([1]), np.array([0])),
    "one sample, negative": (np.array([0]), np.array([0])),
    "no positive predicted": (np.array([0, 1, 1]), np.zeros(3, dtype=int)),
    "no negative": (np.ones(3, dtype=int), np.array([1, 0, 1])),
    "all right": (np.array([0, 1, 0]), np.array([0, 1, 0])),
    "not contiguous": (rng.integers(2, size=100)[::2], rng.integers(2, size=(50, 2))[:, 1]),
    "backwards": (rng.integers(2, size=50)[::-1], rng.integers(2, size=50)[::-1]),
}
MANY = {
    "0 to 3": answers([0, 1, 2, 3]),
    "bytes": tuple(y.astype(np.uint8) for y in answers([0, 200, 255])),
    "small signed": tuple(y.astype(np.int8) for y in answers([-128, 0, 127])),
    "far apart": answers([-1000, 0, 7, 10**12]),
    "not contiguous": tuple(y[::3] for y in answers([2, 5, 9], size=120)),
    "two of many": TWO["0 and 1"],
    "one class": (np.array([4, 4]), np.array([4, 4])),
}
WORDS = {
    "words": answers(["dog", "cat", "hippopotamus", "gnu"]),
    "words as objects": tuple(y.astype(object) for y in answers(["b", "a", "c"])),
}
RATES = ("precision", "recall", "specificity", "false_positive_rate", "false_negative_rate", "f1_score")
CELLS = {  # part and whole of each rate, from (TP, FP, FN, TN)
    "precision": lambda tp, fp, fn, tn: (tp, tp + fp),
    "recall": lambda tp, fp, fn, tn: (tp, tp + fn),
    "specificity": lambda tp, fp, fn, tn: (tn, tn + fp),
    "false_positive_rate": lambda tp, fp, fn, tn: (fp, tn + fp),
    "false_negative_rate": lambda tp, fp, fn, tn: (fn, tp + fn),
}
KINDS = ["none", "float32", "whole", "some zero"]
DIVISIONS = [("none", 0.0), ("float", NAN), ("some zero", 1.0)]  # weights, and what 0/0 is


def weight_of(kind, size):
    """Dyadic weights add up without rounding: 0/0 is then the same in every order of summation."""
    draw = np.random.default_rng(size)
    if kind == "none":
        return None
    return {
        "float": draw.integers(1, 9, size) / 8,
        "float32": (draw.integers(1, 9, size) / 8).astype(np.float32),
        "whole": draw.integers(1, 4, size),
        "some zero": np.append(1.0, draw.integers(0, 2, size - 1)),
    }[kind]


def sklearn_rate(
    name, y_true, y_pred, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """The same from scikit-learn: its own score where it has one, else from its one-vs-rest matrices."""
    if name in ("precision", "recall", "f1_score", "fbeta_score"):
        score = {"f1_score": oracle.f1_score, "fbeta_score": partial(oracle.fbeta_score, beta=0.5)}.get(name)
        score = score or getattr(oracle, f"{name}_score")
        options = dict(labels=labels, average=average, sample_weight=sample_weight, zero_division=zero_division)
        return score(y_true, y_pred, pos_label=pos_label, **options)
    labels = [pos_label] if average == "binary" else labels
    matrices = oracle.multilabel_confusion_matrix(y_true, y_pred, labels=labels, sample_weight=sample_weight)
    tn, fp, fn, tp = matrices.reshape(-1, 4).T.astype(float)
    support = tp + fn
    if average == "micro":
        tn, fp, fn, tp = (cell.sum(keepdims=True) for cell in (tn, fp, fn, tp))
    part, whole = CELLS[name](tp, fp, fn, tn)
    rate = np.array([p / w if w else zero_division for p, w in zip(part, whole, strict=True)])
    if average in ("binary", "micro"):
        return rate[0]
    if average is None:
        return rate
    weight = np.ones_like(rate) if average == "macro" or not support[~np.isnan(rate)].any() else support
    return np.average(rate[~np.isnan(rate)], weights=weight[~np.isnan(rate)]) if (~np.isnan(rate)).any() else np.nan


def assert_close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


# Confusion matrix, accuracy, error rate


@pytest.mark.parametrize("normalize", [None, "true", "pred", "all"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", [*TWO.values(), *MANY.values()], ids=[*TWO, *MANY])
@pytest.mark.filterwarnings("ignore:A single label was found")  # scikit-learn's, on one class
def test_confusion_matrix(case, kind, normalize):
    options = dict(sample_weight=weight_of(kind, len(case[0])), normalize=normalize)
    ours = assert_twins_agree("metrics.confusion_matrix", *case, **options)
    assert_close(ours, oracle.confusion_matrix(*case, **options))
    assert ours.dtype == (np.int64 if kind == "none" and normalize is None else np.float64)


@pytest.mark.parametrize("labels", [[3, 2, 1, 0], [0, 1, 2, 3, 99], [-5, 3, 0, 1, 2]])
def test_confusion_matrix_follows_the_order_of_labels(labels):
    y_true, y_pred = MANY["0 to 3"]
    for given in (labels, np.array(labels)):
        ours = assert_twins_agree("metrics.confusion_matrix", y_true, y_pred, labels=given)
        assert_close(ours, oracle.confusion_matrix(y_true, y_pred, labels=labels))


@pytest.mark.parametrize("case", WORDS.values(), ids=WORDS)
def test_confusion_matrix_of_words(case):
    assert_close(metrics.confusion_matrix(*case), oracle.confusion_matrix(*case))
    labels = sorted(set(case[0]) | set(case[1]), reverse=True)
    assert_close(metrics.confusion_matrix(*case, labels=labels), oracle.confusion_matrix(*case, labels=labels))


def test_confusion_matrix_by_hand():
    matrix = metrics.confusion_matrix([0, 0, 0, 1, 1], [0, 1, 1, 1, 0])
    (tn, fp), (fn, tp) = matrix
    assert (tn, fp, fn, tp) == (1, 2, 1, 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", [*TWO.values(), *MANY.values()], ids=[*TWO, *MANY])
def test_accuracy_and_error_rate(case, kind):
    weight = weight_of(kind, len(case[0]))
    ours = assert_twins_agree("metrics.accuracy", *case, sample_weight=weight)
    assert_close(ours, oracle.accuracy_score(*case, sample_weight=weight))
    ours = assert_twins_agree("metrics.error_rate", *case, sample_weight=weight)
    assert_close(ours, oracle.zero_one_loss(*case, sample_weight=weight))


# Rates


@pytest.mark.parametrize("kind, zero_division", DIVISIONS)
@pytest.mark.parametrize("case", TWO.values(), ids=TWO)
@pytest.mark.parametrize("name", RATES)
def test_rates_of_two_classes(name, case, kind, zero_division):
    options = dict(sample_weight=weight_of(kind, len(case[0])), zero_division=zero_division)
    ours = assert_twins_agree(f"metrics.{name}", *case, **options)
    assert_close(ours, sklearn_rate(name, *case, **options))


@pytest.mark.parametrize("name", RATES)
def test_rates_of_the_other_class(name):
    case = TWO["-1 and 1"]
    assert_close(assert_twins_agree(f"metrics.{name}", *case, pos_label=-1), sklearn_rate(name, *case, pos_label=-1))
    words = np.where(case[0] == 1, "ill", "well"), np.where(case[1] == 1, "ill", "well")
    assert_close(resolve("scratch", f"metrics.{name}")(*words, pos_label="ill"), sklearn_rate(name, *case))


@pytest.mark.parametrize("average", [None, "macro", "micro", "weighted"])
@pytest.mark.parametrize("kind, zero_division", DIVISIONS)
@pytest.mark.parametrize("case", MANY.values(), ids=MANY)
@pytest.mark.parametrize("name", RATES)
def test_rates_of_many_classes(name, case, kind, zero_division, average):
    options = dict(sample_weight=weight_of(kind, len(case[0])), zero_division=zero_division, average=average)
    ours = assert_twins_agree(f"metrics.{name}", *case, **options)
    assert_close(ours, sklearn_rate(name, *case, **options))


@pytest.mark.parametrize("average", [None, "macro", "micro", "weighted"])
@pytest.mark.parametrize("labels", [[2, 0], [1], [3, 2, 1, 0], [0, 1, 2, 3, 99], [3, 99]])
@pytest.mark.parametrize("name", RATES)
def test_rates_of_chosen_classes(name, labels, average):
    options = dict(labels=labels, average=average)
    ours = assert_twins_agree(f"metrics.{name}", *MANY["0 to 3"], **options)
    assert_close(ours, sklearn_rate(name, *MANY["0 to 3"], **options))


@pytest.mark.parametrize("average", [None, "macro", "micro", "weighted"])
@pytest.mark.parametrize("case", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("name", RATES)
def test_rates_of_words(name, case, average):
    ours = resolve("scratch", f"metrics.{name}")(*case, average=average)
    assert_close(ours, sklearn_rate(name, *case, average=average))


@pytest.mark.parametrize("beta", [0, 0.5, 1, 2, 1e200, float("inf")])
@pytest.mark.parametrize("average", [None, "macro", "micro", "weighted"])
def test_fbeta_score(beta, average):
    case = MANY["0 to 3"]
    ours = assert_twins_agree("metrics.fbeta_score", *case, beta=beta, average=average)
    finite = beta if beta < 1e100 else float("inf")  # scikit-learn squares β
    assert_close(ours, oracle.fbeta_score(*case, beta=finite, average=average, zero_division=0.0))


def test_rounded_weights_do_not_hide_0_over_0():
    y_true, y_pred, weight = np.array([1, 1, 1]), np.array([2, 1, 0]), np.array([0.1, 0.2, 0.3])
    assert (weight[0] + weight[1] + weight[2]) - weight[1] - (weight[2] + weight[0]) != 0  # total minus the rest
    options = dict(labels=[1], average=None, sample_weight=weight, zero_division=0.5)
    assert assert_twins_agree("metrics.specificity", y_true, y_pred, **options) == [0.5]
    assert assert_twins_agree("metrics.false_positive_rate", y_true, y_pred, **options) == [0.5]


def test_rates_by_hand():
    """TP = 1, FP = 2, FN = 1, TN = 1."""
    y_true, y_pred = [0, 0, 0, 1, 1], [0, 1, 1, 1, 0]
    expected = {"precision": 1 / 3, "recall": 1 / 2, "specificity": 1 / 3, "false_positive_rate": 2 / 3}
    expected |= {"false_negative_rate": 1 / 2, "f1_score": 2 / 5}
    for name, rate in expected.items():
        assert resolve("scratch", f"metrics.{name}")(y_true, y_pred) == pytest.approx(rate, rel=1e-15)


# One number for the whole matrix


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", [*TWO.values(), *MANY.values()], ids=[*TWO, *MANY])
@pytest.mark.filterwarnings("ignore:A single label was found", "ignore:y_pred contains classes not in y_true")
def test_balanced_accuracy_and_correlation(case, kind):
    weight = weight_of(kind, len(case[0]))
    for name in ("balanced_accuracy_score", "matthews_corrcoef"):
        ours = assert_twins_agree(f"metrics.{name}", *case, sample_weight=weight)
        assert ours == pytest.approx(getattr(oracle, name)(*case, sample_weight=weight), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("case", WORDS.values(), ids=WORDS)
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_balanced_accuracy_and_correlation_of_words(case):
    assert_close(metrics.balanced_accuracy_score(*case), oracle.balanced_accuracy_score(*case))
    assert_close(metrics.matthews_corrcoef(*case), oracle.matthews_corrcoef(*case))


def test_balanced_accuracy_and_correlation_by_hand():
    """TP = 1, FP = 2, FN = 1, TN = 1: recalls of 1/3 and 1/2, and a correlation of (1·1 − 2·1) / √(3·2·3·2)."""
    y_true, y_pred = [0, 0, 0, 1, 1], [0, 1, 1, 1, 0]
    assert metrics.balanced_accuracy_score(y_true, y_pred) == pytest.approx(5 / 12, rel=1e-15)
    assert metrics.matthews_corrcoef(y_true, y_pred) == pytest.approx(-1 / 6, rel=1e-15)
    assert metrics.matthews_corrcoef(y_true, y_true) == pytest.approx(1, rel=1e-15)


def test_three_classes_of_which_one_is_ever_called_correlate_with_nothing():
    """The sums of rounded weights are no zero, and their difference is divided by nothing."""
    y_true, y_pred, weight = np.array([0, 1, 2, 1]), np.array([1, 1, 1, 1]), np.array([0.1, 0.2, 0.3, 0.7])
    assert assert_twins_agree("metrics.matthews_corrcoef", y_true, y_pred, sample_weight=weight) == 0


# Averages


def either(name, **fixed):
    """The metric of whichever room its arguments come from."""

    def metric(y_true, y_pred, **kwargs):
        room = "pytorch" if torch.is_tensor(y_true) else "scratch"
        return resolve(room, f"metrics.{name}")(y_true, y_pred, **fixed, **kwargs)

    return metric


@pytest.mark.parametrize("labels", [None, [2, 0, 99]])
@pytest.mark.parametrize("kind, zero_division", DIVISIONS)
@pytest.mark.parametrize("name", RATES)
def test_averages_are_what_average_says(name, kind, zero_division, labels):
    case = MANY["0 to 3"]
    options = dict(sample_weight=weight_of(kind, len(case[0])), zero_division=zero_division, labels=labels)
    metric = resolve("scratch", f"metrics.{name}")
    ours = assert_twins_agree("metrics.macro_average", either(name), *case, **options)
    assert_close(ours, metric(*case, average="macro", **options))
    ours = assert_twins_agree("metrics.micro_average", either(name), *case, **options)
    assert_close(ours, metric(*case, average="micro", **options))


def test_averages_of_words_and_of_any_metric():
    case = WORDS["words"]
    expected = oracle.recall_score(*case, average="macro", zero_division=0.0)
    assert_close(metrics.macro_average(metrics.recall, *case), expected)
    cells = oracle.multilabel_confusion_matrix(*case)
    per_class = (cells[:, 0, 0] + cells[:, 1, 1]) / len(case[0])
    assert_close(metrics.macro_average(metrics.accuracy, *case), per_class.mean())
    assert_close(metrics.micro_average(metrics.accuracy, *case), per_class.mean())
    ours = metrics.macro_average(partial(metrics.fbeta_score, beta=0.5), *case)
    assert_close(ours, oracle.fbeta_score(*case, beta=0.5, average="macro", zero_division=0.0))


# At the borders


HUGE = np.array([1e308, 1e308, 5e307])  # their sum is no float64 any more


def test_weights_whose_sum_overflows():
    y_true, y_pred = np.array([1, 0, 1]), np.array([1, 1, 1])
    options = dict(sample_weight=HUGE)
    assert assert_twins_agree("metrics.accuracy", y_true, y_pred, **options) == pytest.approx(0.6)
    assert assert_twins_agree("metrics.error_rate", y_true, y_pred, **options) == pytest.approx(0.4)
    assert assert_twins_agree("metrics.accuracy", y_true[:2], y_pred[:2], sample_weight=HUGE[:2]) == 0.5
    for average in ("binary", "macro", "micro", "weighted"):
        ours = assert_twins_agree("metrics.f1_score", y_true, y_pred, average=average, **options)
        assert_close(ours, metrics.f1_score(y_true, y_pred, average=average, sample_weight=HUGE / 1e308))
    ours = assert_twins_agree("metrics.confusion_matrix", y_true, y_pred, normalize="all", **options)
    assert_close(ours, [[0, 0.4], [0, 0.6]])
    assert assert_twins_agree("metrics.balanced_accuracy_score", y_true, y_pred, **options) == 0.5
    for wide in (HUGE, HUGE / 1e308 * 1e-200):
        case = np.array([0, 1, 1]), np.array([0, 1, 0])
        ours = assert_twins_agree("metrics.matthews_corrcoef", *case, sample_weight=wide)
        assert_close(ours, oracle.matthews_corrcoef(*case, sample_weight=HUGE / 1e308))
    ours = assert_twins_agree("metrics.confusion_matrix", y_true[:2], y_pred[:2], **{"sample_weight": HUGE[:2]})
    assert ours.tolist() == [[0, 1e308], [0, 1e308]]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
def test_many_classes_need_no_square_of_them(room):
    y_true = np.arange(20_000)
    y_pred = np.where(y_true % 4 == 0, (y_true + 1) % 20_000, y_true)
    weight = np.linspace(1, 2, 20_000)
    labels = [y_true, y_pred] if room == "scratch" else [torch.tensor(y_true), torch.tensor(y_pred)]
    tracemalloc.start()  # it sees NumPy's arrays; torch's tensors only by their time
    accuracy = resolve(room, "metrics.accuracy")(*labels)
    recall = resolve(room, "metrics.recall")(*labels, average="macro")
    specificity = resolve(room, "metrics.specificity")(*labels, average="macro", sample_weight=weight)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6  # a matrix of 20,000 classes has 3,200
    assert accuracy == recall == 0.75
    wrong, negative = np.bincount(y_pred, weight * (y_true != y_pred)), weight.sum() - weight
    assert_close(specificity, 1 - (wrong / negative).mean())


def test_a_mean_leaves_out_what_is_not_defined():
    y_true, y_pred = np.array([0, 1, 1]), np.array([0, 0, 0])
    ours = assert_twins_agree("metrics.macro_average", either("precision"), y_true, y_pred, zero_division=NAN)
    assert ours == pytest.approx(1 / 3)
    ours = assert_twins_agree(
        "metrics.macro_average", either("precision"), y_true, y_pred, labels=[1], zero_division=NAN
    )
    assert np.isnan(ours)
