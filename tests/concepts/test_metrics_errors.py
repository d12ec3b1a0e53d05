"""What both rooms say to bad input, word for word."""

import numpy as np
import pytest
from twins import assert_same, resolve, to_torch

Y = np.array([0, 1, 1])
S = np.array([0.1, 0.4, 0.8])
NAN, INF = float("nan"), float("inf")
NO_POSITIVE = "y_true must hold both classes: got no positives, need positives of a weight above 0"
NO_NEGATIVE = "y_true must hold both classes: got no negatives, need negatives of a weight above 0"
AVERAGES = "need one of None, 'macro', 'micro', 'weighted'"

LABELS = [  # of every metric of y_true and y_pred
    (([], []), {}, "y_true must not be empty: got shape (0,), need at least one label"),
    ((Y, []), {}, "y_pred must not be empty: got shape (0,), need at least one label"),
    ((Y[None], Y), {}, "y_true must have one dimension: got shape (1, 3), need one label a sample"),
    ((np.array(1), Y), {}, "y_true must have one dimension: got shape (), need one label a sample"),
    ((Y, Y[:2]), {}, "y_pred must be as long as y_true: got 2 values, need 3"),
    ((np.array([0, 1, NAN]), Y), {}, "y_true must be finite: got nan at position 2, need finite numbers"),
    ((Y, np.array([0, -INF, 1])), {}, "y_pred must be finite: got -inf at position 1, need finite numbers"),
    ((Y, S), {}, "y_pred must hold class labels: got 0.1, need whole numbers"),
    ((Y, np.array([1, 1e300, 0])), {}, "y_pred must hold class labels: got 1e+300, need whole numbers"),
    ((Y, Y), {"sample_weight": [1, 2]}, "sample_weight must be as long as y_true: got 2 values, need 3"),
    (
        (Y, Y),
        {"sample_weight": [1, -2.5, 1]},
        "sample_weight must not be negative: got -2.5 at position 1, need 0 or more",
    ),
    (
        (Y, Y),
        {"sample_weight": [0, 0, 0]},
        "sample_weight must not be zero throughout: got 3 zeros, need a weight above 0",
    ),
    (
        (Y, Y),
        {"sample_weight": [1, NAN, 0]},
        "sample_weight must be finite: got nan at position 1, need finite numbers",
    ),
    ((Y, Y), {"sample_weight": 1.0}, "sample_weight must have one dimension: got shape (), need one weight a sample"),
]
SETS = [  # of those that take labels
    ((Y, Y), {"labels": []}, "labels must not be empty: got shape (0,), need at least one label"),
    ((Y, Y), {"labels": [0, 1, 1]}, "labels must differ from each other: got [0, 1, 1], need every label once"),
    ((Y, Y), {"labels": [7, 8]}, "labels must occur in y_true or y_pred: got [7, 8], need some of [0, 1]"),
]
RATES = [
    (
        (Y, Y),
        {"average": "mean"},
        "average must be a known name: got 'mean', need one of None, 'binary', 'macro', 'micro', 'weighted'",
    ),
    (
        (Y, Y),
        {"average": 1},
        "average must be a known name: got 1, need one of None, 'binary', 'macro', 'micro', 'weighted'",
    ),
    ((Y, Y * 2), {}, "average must fit the labels: got 'binary' for [0, 1, 2], need another average, or two labels"),
    ((Y * 2, Y * 2), {}, "pos_label must be a label that occurs: got 1, need one of [0, 2]"),
    ((Y, Y), {"pos_label": 0.5}, "pos_label must hold class labels: got 0.5, need whole numbers"),
    ((Y, Y), {"zero_division": "warn"}, "zero_division must be a number: got 'warn', need 0 to 1, or NaN"),
    ((Y, Y), {"zero_division": 2}, "zero_division must be a number: got 2, need 0 to 1, or NaN"),
]
CURVES = [
    (([], []), {}, "y_true must not be empty: got shape (0,), need at least one label"),
    ((Y, []), {}, "y_score must not be empty: got shape (0,), need at least one score"),
    ((Y, S[:2]), {}, "y_score must be as long as y_true: got 2 values, need 3"),
    ((Y, np.array([0.1, NAN, 1])), {}, "y_score must be finite: got nan at position 1, need finite numbers"),
    ((Y, np.array([0.1, 1, INF])), {}, "y_score must be finite: got inf at position 2, need finite numbers"),
    ((Y, S + 1j), {}, "y_score must hold numbers: got dtype"),
    ((Y * 0, S), {}, NO_POSITIVE),
    ((Y, S), {"sample_weight": [1, 0, 0]}, NO_POSITIVE),
    ((Y * 2, S), {}, "pos_label must be given: got None for the labels [0, 2], need one of them"),
    ((Y, S), {"pos_label": 2}, "pos_label must be a label that occurs: got 2, need one of [0, 1]"),
]
NO_NEGATIVES = [
    ((Y * 0 + 1, S), {}, NO_NEGATIVE),
    ((Y, S), {"sample_weight": [0, 1, 1]}, NO_NEGATIVE),
]
TABLES = [
    ((Y, S[None]), {}, "y_score must have a row a sample and a column a class: got shape (1, 3), need (3, 2)"),
    ((Y, np.eye(3)[:, :2]), {"average": "binary"}, f"average must be a known name: got 'binary', {AVERAGES}"),
    ((Y, np.eye(3)[:, :2]), {"labels": [0, 3]}, "y_true must hold only known labels: got 1, need one of [0, 3]"),
]
AUC = [
    ((S, S[:2]), {}, "y must be as long as x: got 2 values, need 3"),
    ((S[:1], S[:1]), {}, "x must span an interval: got 1 point, need at least 2"),
    ((np.array([0, 1, 0.5]), S), {}, "x must not turn back: got steps from -0.5 to 1, need steps of one sign"),
    ((S, np.array([0, NAN, 1])), {}, "y must be finite: got nan at position 1, need finite numbers"),
    (([], []), {}, "x must not be empty: got shape (0,), need at least one number"),
]
UNKNOWN = [
    ((Y, Y + 1), {"labels": [0, 1]}, "y_pred must hold only known labels: got 2, need one of [0, 1]"),
    ((Y * 10**6, Y), {"labels": [0, 1]}, "y_true must hold only known labels: got 1000000, need one of [0, 1]"),
    (
        (Y, Y),
        {"normalize": "rows"},
        "normalize must be a known name: got 'rows', need one of None, 'true', 'pred', 'all'",
    ),
]
RATE_NAMES = ("precision", "recall", "specificity", "false_positive_rate", "false_negative_rate", "f1_score")
TABLE = {
    "confusion_matrix": LABELS + SETS + UNKNOWN,
    "accuracy": LABELS,
    "error_rate": LABELS,
    "balanced_accuracy_score": LABELS,
    "matthews_corrcoef": LABELS,
    **{name: LABELS + SETS + RATES for name in RATE_NAMES},
    "roc_curve": CURVES + NO_NEGATIVES,
    "precision_recall_curve": CURVES,
    "roc_auc_score": CURVES + NO_NEGATIVES + TABLES,
    "average_precision": CURVES + TABLES,
    "auc": AUC,
}
CASES = [(name, *case) for name, cases in TABLE.items() for case in cases]


@pytest.mark.parametrize("name, args, kwargs, message", CASES)
def test_both_rooms_name_the_argument_what_came_and_what_is_needed(name, args, kwargs, message):
    for room, convert in (("scratch", lambda x: x), ("pytorch", to_torch)):
        with pytest.raises(ValueError) as error:
            resolve(room, f"metrics.{name}")(*convert(args), **convert(kwargs))
        assert str(error.value).startswith(message), room


@pytest.mark.parametrize("average", ["macro_average", "micro_average"])
@pytest.mark.parametrize("args, kwargs, message", [case for case in LABELS + SETS if not case[1].get("sample_weight")])
def test_averages_too(average, args, kwargs, message):
    for room, convert in (("scratch", lambda x: x), ("pytorch", to_torch)):
        with pytest.raises(ValueError) as error:
            metric = resolve(room, "metrics.precision")
            resolve(room, f"metrics.{average}")(metric, *convert(args), **convert(kwargs))
        assert str(error.value).startswith(message), room


@pytest.mark.parametrize("beta", [-1, NAN, "2"])
def test_beta(beta):
    for room in ("scratch", "pytorch"):
        with pytest.raises(ValueError, match="beta must be a number: got .*, need 0 to inf"):
            resolve(room, "metrics.fbeta_score")(Y, Y, beta=beta)


WORDS = np.array(["a", "b", "b"])


@pytest.mark.parametrize(
    "args, kwargs, message",
    [
        ((WORDS, Y), {}, "y_pred must hold labels of y_true's kind: got whole numbers, need strings"),
        ((WORDS, WORDS), {}, "pos_label must hold labels of y_true's kind: got whole numbers, need strings"),
        ((WORDS, WORDS), {"pos_label": "c"}, "pos_label must be a label that occurs: got 'c', need one of ['a', 'b']"),
        (
            (WORDS, WORDS),
            {"labels": [0], "average": None},
            "labels must hold labels of y_true's kind: got whole numbers",
        ),
        (([None, 1, 0], Y), {}, "y_true must hold class labels: got dtype object, need whole numbers or strings"),
        ((["a", NAN, "b"], WORDS), {}, "y_true must hold class labels: got nan among strings, need whole numbers or s"),
        (
            (WORDS, ("a", 1, "b")),
            {},
            "y_pred must hold class labels: got 1 among strings, need whole numbers or strings",
        ),
        ((np.array(["a", NAN, "b"], dtype=object), WORDS), {}, "y_true must hold class labels: got nan among strings"),
    ],
)
def test_words(args, kwargs, message):
    with pytest.raises(ValueError) as error:
        resolve("scratch", "metrics.precision")(*args, **kwargs)
    assert str(error.value).startswith(message)


def test_words_on_curves():
    with pytest.raises(
        ValueError, match=r"pos_label must be given: got None for the labels \['a', 'b'\], need one of them"
    ):
        resolve("scratch", "metrics.roc_curve")(WORDS, S)


def test_a_tensor_cannot_hold_words():
    with pytest.raises(
        ValueError, match=r"y_true must hold class labels: got a list .* \(a tensor cannot hold strings\)"
    ):
        resolve("pytorch", "metrics.precision")(["a", "b"], ["a", "b"])


def masked(values):
    return np.ma.masked_array(values, mask=[False, True, False])


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    "name, args, kwargs, argument",
    [
        ("accuracy", (masked(Y), Y), {}, "y_true"),
        ("precision", (Y, masked(Y)), {}, "y_pred"),
        ("recall", (Y, Y), {"sample_weight": masked(S)}, "sample_weight"),
        ("roc_auc_score", (Y, masked(S)), {}, "y_score"),
        ("auc", (masked(S), S), {}, "x"),
    ],
)
def test_what_is_masked_is_not_brought_back(room, name, args, kwargs, argument):
    with pytest.raises(ValueError) as error:
        resolve(room, f"metrics.{name}")(*args, **kwargs)
    assert (
        str(error.value)
        == f"{argument} must have no masked values: got 1, need none: fill or drop what is missing first"
    )


def test_a_mask_that_hides_nothing_does_no_harm():
    right = [resolve(room, "metrics.accuracy")(np.ma.masked_array(Y, mask=False), Y) for room in ("scratch", "pytorch")]
    assert_same(*right)
    assert right[0] == 1.0
