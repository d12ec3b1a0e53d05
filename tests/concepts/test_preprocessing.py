"""Scaling: the twins agree, scikit-learn agrees, the laws hold, bad input is named."""

import re

import numpy as np
import pytest
import sklearn.preprocessing
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import preprocessing

rng = np.random.default_rng(0)
TRAIN = np.c_[
    rng.normal(1000, 200, 40),  # far from zero
    rng.normal(0, 1e-6, 40),  # small
    np.full(40, 0.1),  # constant, and its std rounds to 1e-17
    np.r_[np.zeros(35), 1000, -1000, 1, 2, 3],  # quartiles tied, two outliers
    rng.integers(0, 3, 40),  # ties
]
TEST = np.vstack([rng.normal(500, 500, (6, 5)), np.zeros(5), np.full(5, -1000.0)])
PAIRS = {  # every scaling, the inverse, scikit-learn's name, options
    "min_max_scale": ("min_max_unscale", "MinMaxScaler", [{}, {"feature_range": (-1, 1)}, {"feature_range": (2, 5.5)}]),
    "standardize": ("unstandardize", "StandardScaler", [{}]),
    "robust_scale": ("robust_unscale", "RobustScaler", [{}, {"quantile_range": (10, 90)}]),
}
EVERY = [(scale, unscale, o) for scale, (unscale, _, options) in PAIRS.items() for o in options]
IDS = [f"{scale}-{options}" for scale, _, options in EVERY]
IDS_OF_CONCEPTS = ("preprocessing.min_max_scale", "preprocessing.standardize", "preprocessing.robust_scale")


def test_the_table_holds_every_concept():
    assert tuple(f"preprocessing.{name}" for name in PAIRS) == IDS_OF_CONCEPTS


@pytest.mark.parametrize(("scale", "unscale", "options"), EVERY, ids=IDS)
def test_twins(scale, unscale, options):
    # the constant column is a difference of equals: 0, or the rounding of its mean
    scale, unscale = f"preprocessing.{scale}", f"preprocessing.{unscale}"
    assert_twins_agree(scale, TRAIN, **options, atol=1e-14)
    assert_twins_agree(scale, TEST, TRAIN, **options, atol=1e-14)
    assert_twins_agree(scale, TRAIN[::-2, ::-1], **options, atol=1e-14)
    assert_twins_agree(scale, TRAIN[:, 0], **options)
    assert_twins_agree(scale, TEST[:1], TRAIN, **options, atol=1e-14)
    assert_twins_agree(scale, TEST[:1], **options, atol=1e-14)  # one row: every column is constant
    assert_twins_agree(scale, np.array([1, 2, 3, 10]), np.array([[1, 2, 4]])[0], **options, atol=1e-15)
    assert_twins_agree(unscale, TEST / 500, TRAIN, **options, atol=1e-13)
    assert_twins_agree(unscale, TEST[:, 0], TRAIN[:, 0], **options)


@pytest.mark.parametrize(("scale", "unscale", "options"), EVERY, ids=IDS)
def test_twins_keep_float32(scale, unscale, options):
    low = TRAIN.astype(np.float32)
    for name, args in ((scale, (low,)), (scale, (low, TRAIN)), (unscale, (low, TRAIN))):
        result = assert_twins_agree(f"preprocessing.{name}", *args, **options, rtol=1e-5, atol=1e-5)
        assert result.dtype == np.float32
    assert getattr(preprocessing, scale)(TRAIN, low, **options).dtype == np.float64


def test_float32_statistics_lose_no_digits():
    # 200,000 rows near 1000: added up in float32, row by row, the mean would be wrong in the second digit after it
    column = np.full((200_000, 2), 1000, np.float32) + np.array([0, 1], np.float32).repeat(100_000)[:, None]
    assert np.abs(preprocessing.standardize(column)).tolist() == np.ones(column.shape).tolist()


@pytest.mark.parametrize(("scale", "unscale", "options"), EVERY, ids=IDS)
def test_against_sklearn(scale, unscale, options):
    scaler = getattr(sklearn.preprocessing, PAIRS[scale][1])(**options).fit(TRAIN)
    for X in (TRAIN, TEST):
        ours = getattr(preprocessing, scale)(X, TRAIN, **options)
        np.testing.assert_allclose(ours, scaler.transform(X), rtol=1e-9, atol=1e-12)
        back = getattr(preprocessing, unscale)(X, TRAIN, **options)
        np.testing.assert_allclose(back, scaler.inverse_transform(X), rtol=1e-10, atol=1e-12)


def test_what_the_training_set_looks_like_afterwards():
    varied = TRAIN[:, [0, 1, 4]]
    for low, high in ((0, 1), (-1, 1), (2, 5.5)):
        scaled = preprocessing.min_max_scale(varied, feature_range=(low, high))
        np.testing.assert_allclose([scaled.min(axis=0), scaled.max(axis=0)], [[low] * 3, [high] * 3], rtol=1e-12)
    scaled = preprocessing.standardize(varied)
    np.testing.assert_allclose([scaled.mean(axis=0), scaled.std(axis=0)], [[0] * 3, [1] * 3], atol=1e-12)
    quartiles = np.percentile(preprocessing.robust_scale(varied), [25, 50, 75], axis=0)
    np.testing.assert_allclose([quartiles[1], quartiles[2] - quartiles[0]], [[0] * 3, [1] * 3], atol=1e-12)


def test_by_hand():
    x = [2.0, 4.0, 6.0, 8.0, 30.0]
    assert preprocessing.min_max_scale(x).tolist() == [0, 2 / 28, 4 / 28, 6 / 28, 1]
    assert preprocessing.min_max_scale(x, feature_range=(-1, 1))[[0, 4]].tolist() == [-1, 1]
    assert preprocessing.standardize([1.0, 3.0]).tolist() == [-1, 1]
    assert preprocessing.robust_scale(x).tolist() == [-1, -0.5, 0, 0.5, 6]
    assert preprocessing.min_max_scale([12.0, -6.0], [2.0, 4.0, 6.0]).tolist() == [2.5, -2]  # unseen, and outside


@pytest.mark.parametrize("value", [0.1, 1e-300, -1000.0, 0.0])
def test_a_constant_column_is_only_moved(value):
    train = np.full(10, value)
    assert preprocessing.min_max_scale(train + 0).tolist() == [0] * 10
    assert preprocessing.min_max_scale(train, feature_range=(-1, 1)).tolist() == [-1] * 10
    np.testing.assert_allclose(preprocessing.standardize([value + 3.0], train), [3], rtol=1e-12)
    assert preprocessing.robust_scale([value + 3.0], train).tolist() == pytest.approx([3])


THREE = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize("unit", [1e155, 1e-155, 5e307, 1e-307, 4e-324 * 2**20])
def test_no_unit_is_too_large_or_too_small(unit):
    """σ² of these is no float64, or the sum of three is none: the scaled column is the same as in any other unit."""
    for scale, unscale, options in EVERY:
        expected = getattr(preprocessing, scale)(THREE, **options)
        scaled = assert_twins_agree(f"preprocessing.{scale}", unit * THREE, **options)
        np.testing.assert_allclose(scaled, expected, rtol=1e-12, atol=1e-12)
        back = assert_twins_agree(f"preprocessing.{unscale}", scaled, unit * THREE, **options)
        np.testing.assert_allclose(back, unit * THREE, rtol=1e-12)
    np.testing.assert_allclose(
        preprocessing.standardize(unit * THREE), [-(1.5**0.5), 0, 1.5**0.5], rtol=1e-12, atol=1e-12
    )


def test_a_span_that_is_no_number():
    ends = np.array([-1e308, 0, 1e308])
    assert assert_twins_agree("preprocessing.min_max_scale", ends).tolist() == [0, 0.5, 1]
    assert assert_twins_agree("preprocessing.robust_scale", ends).tolist() == [-1, 0, 1]
    scaled = assert_twins_agree("preprocessing.min_max_scale", THREE, feature_range=(-1e308, 1e308))
    np.testing.assert_allclose(scaled, ends, rtol=1e-12, atol=1e293)
    back = assert_twins_agree("preprocessing.min_max_unscale", ends, THREE, feature_range=(-1e308, 1e308))
    np.testing.assert_allclose(back, THREE, rtol=1e-12)


def test_a_spread_whose_square_underflows_is_a_spread():
    assert assert_twins_agree("preprocessing.standardize", np.array([0.0, 1e-200])).tolist() == [-1, 1]


def test_new_values_may_be_far_from_a_constant_column():
    for name in PAIRS:
        for value in (1e-310, 1e308):
            new = np.array([5.0, -1e300])
            scaled = assert_twins_agree(f"preprocessing.{name}", new, np.full(10, value))
            np.testing.assert_allclose(scaled, new - value, rtol=1e-12)


def test_what_sklearn_calls_constant_is_scaled_here():
    """A span that only rounding could have made is a span: scikit-learn divides it by 1."""
    tiny = np.array([1e-20, 2e-20, 3e-20])
    np.testing.assert_allclose(preprocessing.min_max_scale(tiny), [0, 0.5, 1], rtol=1e-12)
    theirs = sklearn.preprocessing.MinMaxScaler().fit_transform(tiny[:, None])[:, 0]
    np.testing.assert_allclose(theirs, tiny - tiny[0], atol=1e-30)


def test_quartiles_of_more_rows_than_torch_takes():
    """torch.quantile refuses more than 2²⁴ numbers; the way round it is NumPy's interpolation."""
    x = torch.arange(2**24 + 2, dtype=torch.float64)
    scaled = dlbook.pytorch.preprocessing.robust_scale(x)
    np.testing.assert_allclose(scaled[[0, -1]], [-1, 1], rtol=1e-12)  # of evenly spaced numbers: half over half


columns = arrays(np.float64, (7, 2), elements=st.integers(-1000, 1000).map(float))
factors = st.sampled_from([-8.0, -0.5, 0.25, 2.0, 1024.0])  # exact in binary


@settings(deadline=None)
@given(X=columns, a=factors, b=st.integers(-100, 100))
def test_units_do_not_matter(X, a, b):
    """x → a x + b, a change of units, leaves the scaled data alone; a negative a turns the axis round."""
    varied = (np.ptp(X, axis=0) > 0) & (np.subtract(*np.percentile(X, [75, 25], axis=0)) > 0)
    X, moved = X[:, varied], a * X[:, varied] + b
    if not X.size:
        return
    for scale in (preprocessing.standardize, preprocessing.robust_scale):
        np.testing.assert_allclose(scale(moved), np.sign(a) * scale(X), rtol=1e-9, atol=1e-9)
    scaled = preprocessing.min_max_scale(X, feature_range=(-1, 1))
    np.testing.assert_allclose(
        preprocessing.min_max_scale(moved, feature_range=(-1, 1)), np.sign(a) * scaled, atol=1e-9
    )


@settings(deadline=None)
@given(X=columns, train=columns)
def test_the_inverse_undoes(X, train):
    for scale, unscale, options in EVERY:
        scaled = getattr(preprocessing, scale)(X, train, **options)
        back = getattr(preprocessing, unscale)(scaled, train, **options)
        np.testing.assert_allclose(back, X, rtol=1e-10, atol=1e-9)


@settings(deadline=None)
@given(X=columns, row=st.integers(0, 6))
def test_a_row_does_not_depend_on_the_others(X, row):
    """Fitted on train, applied to test: one case at a time or all at once, the answer is the same."""
    for scale, _, options in EVERY:
        f = getattr(preprocessing, scale)
        assert np.array_equal(
            f(X, TRAIN[:, :2], **options)[row : row + 1], f(X[row : row + 1], TRAIN[:, :2], **options)
        )


def test_the_arrays_are_left_alone():
    X, train = TEST.copy(), TRAIN.copy()
    for scale, unscale, options in EVERY:
        getattr(preprocessing, scale)(X, train, **options)
        getattr(preprocessing, unscale)(X, train, **options)
    assert np.array_equal(X, TEST) and np.array_equal(train, TRAIN)


@pytest.mark.parametrize(("scale", "unscale", "options"), EVERY, ids=IDS)
def test_torch_sends_gradients_through(scale, unscale, options):
    """Given the training set, scaling is affine: its slope is 1 / scale, and the inverse's the other way round."""
    X, train = torch.from_numpy(TEST).requires_grad_(), torch.from_numpy(TRAIN)
    slopes = []
    for name in (scale, unscale):
        getattr(dlbook.pytorch.preprocessing, name)(X, train, **options).sum().backward()
        slopes.append(X.grad.numpy().copy())
        X.grad = None
    f = getattr(preprocessing, scale)
    np.testing.assert_allclose(slopes[0], f(TEST + 1, TRAIN, **options) - f(TEST, TRAIN, **options), rtol=1e-7)
    np.testing.assert_allclose(slopes[0] * slopes[1], np.ones(TEST.shape), rtol=1e-12)


BAD = [
    (
        "standardize",
        (np.ma.masked_array([1.0, 2.0], mask=[0, 1]),),
        {},
        "X must have no masked values: got 1, need none",
    ),
    ("standardize", ([[np.nan, 1.0]],), {}, "X must be finite: got nan, need finite numbers: fill or drop what is"),
    ("min_max_scale", ([1.0, 2.0], [np.inf, 1.0]), {}, "X_train must be finite: got inf, need finite numbers"),
    ("robust_scale", ([],), {}, "X must not be empty: got shape (0,), need at least one row and one column"),
    ("standardize", (np.ones((2, 0)),), {}, "X must not be empty: got shape (2, 0), need at least one row and one"),
    ("standardize", (np.ones((2, 3)), np.ones((0, 3))), {}, "X_train must not be empty: got shape (0, 3), need"),
    (
        "min_max_scale",
        (np.ones((2, 3)), np.ones((5, 2))),
        {},
        "X_train must have the columns of X: got shape (5, 2), need 3 columns",
    ),
    (
        "unstandardize",
        (np.ones(3), np.ones((3, 1))),
        {},
        "X_train must have the columns of X_scaled: got shape (3, 1), ",
    ),
    (
        "robust_unscale",
        (np.ones((3, 1)), np.ones(3)),
        {},
        "X_train must have the columns of X_scaled: got shape (3,), ",
    ),
    ("standardize", (np.ones((2, 3, 4)),), {}, "X must have one or two dimensions: got shape (2, 3, 4), need"),
    ("standardize", (np.array(1.0),), {}, "X must have one or two dimensions: got shape (), need shape (N,) or (N, D)"),
    ("standardize", (np.array([1j]),), {}, "X must hold numbers: got dtype "),
    (
        "min_max_scale",
        (np.ones(3),),
        {"feature_range": (1, 0)},
        "feature_range must be two numbers, the lower first: got (1, 0), need for instance (0, 1)",
    ),
    ("min_max_unscale", (np.ones(3), np.ones(3)), {"feature_range": (0, np.nan)}, "feature_range must be two numbers"),
    ("min_max_scale", (np.ones(3),), {"feature_range": (1,)}, "feature_range must be two numbers, the lower first"),
    ("min_max_scale", (np.ones(3),), {"feature_range": 5}, "feature_range must be two numbers, the lower first: got 5"),
    ("min_max_scale", (np.ones(3),), {"feature_range": ("a", "b")}, "feature_range must be two numbers, the lower"),
    ("robust_scale", (np.ones(3),), {"quantile_range": None}, "quantile_range must be two numbers, the lower first"),
    ("robust_scale", (np.ones(3),), {"quantile_range": (75, 25)}, "quantile_range must be two numbers, the lower"),
    (
        "robust_scale",
        (np.ones(3),),
        {"quantile_range": (-5, 75)},
        "quantile_range must lie in [0, 100]: got (-5, 75), need two percentages",
    ),
    ("robust_scale", (np.ones(3),), {"quantile_range": (5, 101)}, "quantile_range must lie in [0, 100]: got (5, 101)"),
]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "options", "message"), BAD)
def test_bad_input_is_named(room, name, args, options, message):
    make = np.asanyarray if room == "scratch" else lambda x: x if np.ma.is_masked(x) else torch.as_tensor(x)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).preprocessing, name)(*map(make, args), **options)
