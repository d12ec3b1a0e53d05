"""Unbalanced data: the twins agree, scikit-learn or a plain loop agrees, new points lie where they must."""

import re
import tracemalloc

import numpy as np
import pytest
import sklearn.metrics
import sklearn.neighbors
import sklearn.utils.class_weight
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import imbalance, metrics

rng = np.random.default_rng(0)
LABELS = {
    "two": np.array([0, 0, 1, 0, 0, 0, 1, 0]),
    "signs": np.array([-1, 1, -1, -1, -1]),
    "four": rng.choice([3, -7, 1000, 12], 60, p=[0.6, 0.25, 0.1, 0.05]),
    "balanced": np.array([2, 5, 5, 2]),
    "one class": np.array([4, 4, 4]),
    "one sample": np.array([9]),
    "booleans": np.array([True, False, False]),
    "strided": np.array([0, 9, 0, 9, 1, 9, 0])[::2],
}
CLOUD = rng.normal(size=(14, 3)) * [1, 1000, 1e-3]
TIES = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [0, 0], [2, 2]])  # a square, a duplicate
PROB = np.array([0.0, 1e-12, 0.02, 0.5, 0.5, 0.97, 1.0])
TRUE = np.array([0, 0, 0, 1, 0, 1, 1])
LABEL_LISTS = st.lists(st.sampled_from([-3, 0, 1, 2, 40]), min_size=1, max_size=40).map(np.array)


def draws(y_true, seed=0):
    return np.random.default_rng(seed).random(imbalance.lacking(y_true).sum())


def smote_draws(n, k, m, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, n, m), rng.integers(0, k, m), rng.random(m)


# ─── Twins ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", LABELS)
def test_twins_of_what_needs_labels_only(name):
    y_true = LABELS[name]
    assert assert_twins_agree("imbalance.class_weights", y_true).dtype == np.float64
    assert_twins_agree("imbalance.sample_weights", y_true)
    assert assert_twins_agree("imbalance.lacking", y_true).dtype == np.int64


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", LABELS)
def test_twins_of_resampling(name, dtype):
    y_true = LABELS[name]
    below_one = np.nextafter(dtype(1), dtype(0))
    drawn = draws(y_true).astype(dtype)
    for u in (drawn, np.zeros_like(drawn), np.full_like(drawn, below_one)):
        assert assert_twins_agree("imbalance.oversample", y_true, u).dtype == np.int64
    drawn = np.random.default_rng(1).random(len(y_true)).astype(dtype)
    for u in (drawn, np.zeros_like(drawn), np.round(drawn), drawn[::-1]):
        assert assert_twins_agree("imbalance.undersample", y_true, np.minimum(u, below_one)).dtype == np.int64


@pytest.mark.parametrize("X", [CLOUD, TIES, CLOUD[::-1, ::2], CLOUD.astype(np.float32), np.array([[1.0], [1.0]])])
def test_twins_of_neighbours_and_smote(X):
    k = min(5, len(X) - 1)
    assert assert_twins_agree("imbalance.nearest_neighbors", X, k).dtype == np.int64
    rtol = 1e-6 if X.dtype == np.float32 else 1e-10
    new = assert_twins_agree("imbalance.smote", X, *smote_draws(len(X), k, 30), k_neighbors=k, rtol=rtol)
    assert new.shape == (30, X.shape[1]) and new.dtype == (np.float32 if X.dtype == np.float32 else np.float64)


@pytest.mark.parametrize("costs", [(1, 1), (1, 19), (0.5, 0), (0, 3), (1e-9, 1000.0)])
def test_twins_of_the_threshold(costs):
    assert_twins_agree("imbalance.threshold", *costs)
    assert_twins_agree("imbalance.expected_cost", TRUE, (PROB >= 0.5).astype(int), *costs)
    for y_true, y_score in ((TRUE, PROB), (TRUE, 1 - PROB), (TRUE[::-2], PROB[::-2]), (TRUE[:1], PROB[:1])):
        assert_twins_agree("imbalance.cost_curve", y_true, y_score, *costs)
        assert_twins_agree("imbalance.best_threshold", y_true, y_score, *costs)
    low = assert_twins_agree("imbalance.best_threshold", TRUE, PROB.astype(np.float32), *costs)
    assert (low[0].dtype, low[1].dtype) == (np.float32, np.float64)
    assert_twins_agree("imbalance.best_threshold", 5 - 2 * TRUE, -1000 * PROB, *costs, pos_label=5)


def test_large_whole_scores_and_samples_stay_apart():
    stamps = 1_700_000_000_000_000_000 + np.arange(5, dtype=np.int64)  # nanoseconds: float64 knows every 256th
    y_true = np.array([0, 0, 1, 1, 1])
    tau, cost = assert_twins_agree("imbalance.best_threshold", y_true, stamps, 1, 1)
    assert tau == stamps[2] and cost == 0 and ((stamps >= tau) == y_true).all()
    assert assert_twins_agree("imbalance.cost_curve", y_true, stamps, 1, 1)[1].tolist() == [0.6, 0.4, 0.2, 0, 0.2, 0.4]
    assert assert_twins_agree("imbalance.best_threshold", 1 - y_true, stamps, 3, 1)[0] == np.inf
    X = stamps[[0, 3, 1, 4]][:, None]
    assert assert_twins_agree("imbalance.nearest_neighbors", X, 1).tolist() == [[2], [3], [0], [1]]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_sample_is_near_however_small_the_unit(dtype):
    tiny = dtype(1e-200 if dtype == np.float64 else 1e-30)  # its square is 0
    X = np.array([[1], [3], [-5], [3.5]], dtype) * tiny
    near = assert_twins_agree("imbalance.nearest_neighbors", X, 3)
    assert near.tolist() == [[1, 3, 2], [3, 0, 2], [0, 1, 3], [1, 0, 2]]
    beside = np.append(X[::-1], [[1]], axis=0).astype(dtype)  # one that is far away
    if dtype == np.float32:
        assert assert_twins_agree("imbalance.nearest_neighbors", beside, 1)[:4].tolist() == [[2], [3], [0], [2]]


def test_one_new_sample_among_many_asks_for_its_own_neighbours_only():
    X = np.random.default_rng(5).normal(size=(8_000, 2))
    tracemalloc.start()
    new = imbalance.smote(X, [17], [2], [0.5])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6  # a table of all distances has 512
    near = np.argsort(((X - X[17]) ** 2).sum(axis=1))[3]
    np.testing.assert_allclose(new, [(X[17] + X[near]) / 2], rtol=1e-12)
    np.testing.assert_allclose(dlbook.pytorch.imbalance.smote(torch.tensor(X), [17], [2], [0.5]).numpy(), new)


def test_the_borders_of_the_range():
    ends = np.array([[-1.5e308], [1.5e308]])
    assert assert_twins_agree("imbalance.smote", ends, [0], [0], [0.5], k_neighbors=1).tolist() == [[0]]
    half = np.array([[300.0], [0.0], [-60_000.0]], np.float16)
    near = assert_twins_agree("imbalance.nearest_neighbors", half, 1)
    assert near.tolist() == [[1], [0], [1]]
    assert assert_twins_agree("imbalance.expected_cost", TRUE, 1 - TRUE, 5e307, 1e308) == pytest.approx(5 / 7 * 1e308)
    _, cost = assert_twins_agree("imbalance.cost_curve", TRUE, PROB, 5e307, 1e308)
    np.testing.assert_allclose(cost, 1e308 * imbalance.cost_curve(TRUE, PROB, 0.5, 1)[1], rtol=1e-12)
    shifted = assert_twins_agree("imbalance.prior_shift", np.array([0.5, 1e-300]), 1e-310, 0.5)
    np.testing.assert_allclose(shifted, [1, 1], rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_sample_is_no_neighbour_of_its_own_however_far_the_others(dtype):
    far = 1e200 if dtype == np.float64 else 1e20  # its square is no float any more
    X = np.array([[1], [3], [-5], [3.5]], dtype) * dtype(far)
    near = assert_twins_agree("imbalance.nearest_neighbors", X, 3)
    assert near.tolist() == [[1, 3, 2], [3, 0, 2], [0, 1, 3], [1, 0, 2]]
    most = np.finfo(dtype).max
    near = assert_twins_agree("imbalance.nearest_neighbors", np.array([[most] * 3, [-most] * 3, [0] * 3], dtype), 1)
    assert near.tolist() == [[2], [2], [0]]


def test_balanced_classes_need_no_new_samples():
    none = np.zeros(0)
    for X in (CLOUD, CLOUD.astype(np.float32)):
        new = assert_twins_agree("imbalance.smote", X, none.astype(int), none.astype(int), none)
        assert new.shape == (0, 3) and new.dtype == X.dtype
    assert imbalance.smote(CLOUD, [], [], []).shape == (0, 3)
    assert dlbook.pytorch.imbalance.smote(torch.tensor(CLOUD), [], [], []).shape == (0, 3)


def test_weights_and_shares_may_come_as_they_are_computed():
    """A tensor or an array of shape () is a number."""
    y_true = np.array([0, 0, 0, 1])
    for room, y in ((imbalance, y_true), (dlbook.pytorch.imbalance, torch.tensor(y_true))):
        assert room.threshold(*room.class_weights(y)) == 0.25
        share = y.sum() / 4 if room is not imbalance else np.array(0.25)
        assert room.prior_shift([0.5], 0.5, share)[0] == 0.25
        assert room.expected_cost(y, y, *room.class_weights(y)) == 0


def test_twins_of_the_prior_shift():
    assert_twins_agree("imbalance.prior_shift", PROB, 0.5, 0.05)
    assert_twins_agree("imbalance.prior_shift", PROB[::-2], 0.01, 0.99)
    assert_twins_agree("imbalance.prior_shift", PROB.round().astype(int), 0.3, 0.2)
    low = assert_twins_agree("imbalance.prior_shift", PROB.astype(np.float32), 0.5, 0.05, rtol=1e-5)
    assert low.dtype == np.float32
    shares = rng.dirichlet(np.ones(4), 9)
    assert_twins_agree("imbalance.prior_shift", shares, np.full(4, 0.25), np.array([0.7, 0.2, 0.09, 0.01]))


def test_the_gradient_of_smote_in_torch_is_one_minus_the_gap_and_the_gap():
    X = torch.tensor(CLOUD, requires_grad=True)
    base, neighbor, gap = smote_draws(len(CLOUD), 5, 40)
    dlbook.pytorch.imbalance.smote(X, base, neighbor, gap).sum().backward()
    other = imbalance.nearest_neighbors(CLOUD, 5)[base, neighbor]
    expected = np.bincount(base, 1 - gap, len(CLOUD)) + np.bincount(other, gap, len(CLOUD))
    np.testing.assert_allclose(X.grad.numpy(), np.repeat(expected[:, None], 3, axis=1), rtol=1e-12)


# ─── A third party ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", LABELS)
def test_weights_are_those_of_sklearn(name):
    y_true = LABELS[name]
    of_class = sklearn.utils.class_weight.compute_class_weight("balanced", classes=np.unique(y_true), y=y_true)
    np.testing.assert_allclose(imbalance.class_weights(y_true), of_class, rtol=1e-14)
    of_sample = sklearn.utils.class_weight.compute_sample_weight("balanced", y_true)
    np.testing.assert_allclose(imbalance.sample_weights(y_true), of_sample, rtol=1e-14)


@pytest.mark.parametrize("k", [1, 5, 13])
def test_neighbours_are_those_of_sklearn(k):
    theirs = sklearn.neighbors.NearestNeighbors(n_neighbors=k, algorithm="brute").fit(CLOUD)
    np.testing.assert_array_equal(imbalance.nearest_neighbors(CLOUD, k), theirs.kneighbors(return_distance=False))


@pytest.mark.parametrize("name", LABELS)
def test_resampling_by_hand(name):
    """A loop over plain lists, class by class."""
    y_true = LABELS[name]
    members = {label: [i for i, y in enumerate(y_true) if y == label] for label in sorted(set(y_true.tolist()))}
    most, least = max(map(len, members.values())), min(map(len, members.values()))
    u = draws(y_true)
    left, expected = iter(u.tolist()), list(range(len(y_true)))
    for rows in members.values():
        expected += [rows[int(next(left) * len(rows))] for _ in range(most - len(rows))]
    assert imbalance.oversample(y_true, u).tolist() == expected
    u = np.random.default_rng(2).random(len(y_true))
    kept = [row for rows in members.values() for row in sorted(rows, key=u.__getitem__)[:least]]
    assert imbalance.undersample(y_true, u).tolist() == sorted(kept)


def test_strings_are_labels():
    y_true = np.array(["well", "ill", "well", "well"])
    assert imbalance.class_weights(y_true).tolist() == [2, 2 / 3]
    assert imbalance.sample_weights(y_true.tolist()).tolist() == [2 / 3, 2, 2 / 3, 2 / 3]
    assert y_true[imbalance.undersample(y_true, [0.9, 0.5, 0.1, 0.3])].tolist() == ["ill", "well"]


def test_cost_is_that_of_the_confusion_matrix_of_sklearn():
    for cost_fp, cost_fn in ((1, 1), (1, 19), (7.5, 0.5)):
        thresholds, cost = imbalance.cost_curve(TRUE, PROB, cost_fp, cost_fn)
        for tau, value in zip(thresholds, cost, strict=True):
            y_pred = (tau <= PROB).astype(int)
            (_, fp), (fn, _) = sklearn.metrics.confusion_matrix(TRUE, y_pred)
            assert value == pytest.approx((cost_fp * fp + cost_fn * fn) / len(TRUE), rel=1e-14)
            assert imbalance.expected_cost(TRUE, y_pred, cost_fp, cost_fn) == pytest.approx(value, rel=1e-14)


def test_prior_shift_is_bayes_rule():
    """Two normal densities: their posterior under one prior becomes the posterior under another."""
    x = np.linspace(-4, 5, 37)
    density = np.stack([np.exp(-(x**2) / 2), np.exp(-((x - 1) ** 2) / 2), np.exp(-((x + 2) ** 2) / 2)], axis=1)
    old, new = np.array([0.2, 0.3, 0.5]), np.array([0.9, 0.09, 0.01])
    posterior = lambda prior: density * prior / (density * prior).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(imbalance.prior_shift(posterior(old), old, new), posterior(new), rtol=1e-12)
    two = lambda share: density[:, 1] * share / (density[:, 1] * share + density[:, 0] * (1 - share))
    np.testing.assert_allclose(imbalance.prior_shift(two(0.5), 0.5, 0.03), two(0.03), rtol=1e-12)


def test_the_threshold_of_balanced_weights_is_the_share_of_the_positives():
    """Weights n/(2 nₖ) are costs: τ* = w₀/(w₀ + w₁) = n₁/n."""
    for y_true in (LABELS["two"], LABELS["booleans"]):
        assert imbalance.threshold(*imbalance.class_weights(y_true)) == pytest.approx(y_true.mean(), rel=1e-14)


def test_the_closed_form_is_where_the_two_calls_cost_the_same():
    tau = imbalance.threshold(3, 5)
    assert (1 - tau) * 3 == pytest.approx(tau * 5, rel=1e-15)
    # calibrated to the case: of 100 cases with score p, 100 p are positive
    share = np.arange(1, 100) / 100
    y_score = np.repeat(share, 100)
    y_true = np.concatenate([np.arange(100) < round(100 * p) for p in share]).astype(int)
    best, _ = imbalance.best_threshold(y_true, y_score, 3, 5)
    assert best == 0.38 and share[share < tau].max() == 0.37  # the first score above 3/8


def test_the_cheapest_may_be_to_call_nothing_positive():
    best, cost = imbalance.best_threshold([0, 0, 1], [0.9, 0.8, 0.1], 1, 1)
    assert best == np.inf and cost == 1 / 3
    assert imbalance.best_threshold([0, 1], [0.4, 0.4], 1, 0) == (np.inf, 0)
    assert imbalance.best_threshold([0, 1], [0.4, 0.4], 0, 1) == (0.4, 0)


# ─── What PyTorch has of it ─────────────────────────────────────────────────────────────────────────────────


def test_weights_in_the_losses_of_torch():
    """Over all samples the weighted mean of torch is (1/m) Σ w J; over batches it divides by the batch's weights."""
    y = torch.tensor([1] * 5 + [0] * 95)
    z = torch.tensor(np.random.default_rng(3).normal(size=100)) + y
    logits, w = torch.stack([torch.zeros_like(z), z], dim=1), dlbook.pytorch.imbalance.class_weights(y)
    balanced = torch.nn.functional.cross_entropy(logits, y, weight=w)
    each = torch.nn.functional.cross_entropy(logits, y, reduction="none")
    torch.testing.assert_close(balanced, (w[y] * each).mean())
    benign = torch.nn.functional.cross_entropy(logits[50:60], y[50:60], weight=w)
    torch.testing.assert_close(benign, each[50:60].mean())  # of one class: its weight cancels
    raised = torch.nn.functional.binary_cross_entropy_with_logits(z, y.double(), pos_weight=torch.tensor(19.0))
    torch.testing.assert_close(raised, 2 * 0.95 * balanced)


def test_the_sampler_of_torch_balances_by_sample_weights():
    y = torch.tensor([1] * 5 + [0] * 95)
    each = dlbook.pytorch.imbalance.sample_weights(y)
    sampler = torch.utils.data.WeightedRandomSampler(each, 4000, generator=torch.Generator().manual_seed(0))
    assert y[list(sampler)].double().mean() == pytest.approx(0.5, abs=0.04)  # five standard deviations


# ─── Laws ───────────────────────────────────────────────────────────────────────────────────────────────────


@given(LABEL_LISTS)
def test_weights_make_all_classes_weigh_the_same(y_true):
    weight = imbalance.sample_weights(y_true)
    sums = [weight[y_true == label].sum() for label in np.unique(y_true)]
    np.testing.assert_allclose(sums, len(y_true) / len(sums), rtol=1e-12)


@given(LABEL_LISTS, st.integers(0, 99))
def test_resampled_classes_are_of_one_size(y_true, seed):
    counts = np.unique(y_true, return_counts=True)[1]
    more = imbalance.oversample(y_true, draws(y_true, seed))
    less = imbalance.undersample(y_true, np.random.default_rng(seed).random(len(y_true)))
    assert (np.unique(y_true[more], return_counts=True)[1] == counts.max()).all()
    assert (np.unique(y_true[less], return_counts=True)[1] == counts.min()).all()
    assert more[: len(y_true)].tolist() == list(range(len(y_true)))  # nobody is lost
    assert (np.diff(less) > 0).all()  # nobody is there twice


@settings(deadline=None)
@given(arrays(float, (8, 2), elements=st.floats(-1000, 1000)), st.integers(1, 7), st.integers(0, 99))
def test_new_points_lie_between_neighbours(X, k, seed):
    base, neighbor, gap = smote_draws(len(X), k, 20, seed)
    new = imbalance.smote(X, base, neighbor, gap, k_neighbors=k)
    near = imbalance.nearest_neighbors(X, k)
    assert not (near == np.arange(len(X))[:, None]).any()  # nobody is a neighbour of itself
    start, end = X[base], X[near[base, neighbor]]
    length = np.linalg.norm(end - start, axis=1)
    np.testing.assert_allclose(np.linalg.norm(new - start, axis=1), gap * length, atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(end - new, axis=1), (1 - gap) * length, atol=1e-9)
    assert (new >= X.min(axis=0) - 1e-9).all() and (new <= X.max(axis=0) + 1e-9).all()


@given(arrays(float, (9, 3), elements=st.floats(-1000, 1000)))
def test_nobody_left_out_is_nearer(X):
    near = imbalance.nearest_neighbors(X, 4)
    distance = np.linalg.norm(X[:, None] - X, axis=2)
    for i, row in enumerate(near):
        others = np.setdiff1d(np.arange(9), [i, *row])
        assert distance[i, row].max() <= distance[i, others].min() * (1 + 1e-12) + 1e-150
        assert (np.diff(distance[i, row]) >= -1e-12 * distance[i, row].max()).all()


def test_the_ends_of_the_way():
    base, neighbor, _ = smote_draws(len(CLOUD), 5, 12)
    ends = imbalance.nearest_neighbors(CLOUD, 5)[base, neighbor]
    np.testing.assert_array_equal(imbalance.smote(CLOUD, base, neighbor, np.zeros(12)), CLOUD[base])
    np.testing.assert_allclose(imbalance.smote(CLOUD, base, neighbor, np.ones(12)), CLOUD[ends], rtol=1e-12)


@given(arrays(float, 12, elements=st.floats(0, 1)), arrays(int, 12, elements=st.integers(0, 1)), st.floats(0.01, 100))
def test_no_threshold_is_cheaper(y_score, y_true, ratio):
    tau, cost = imbalance.best_threshold(y_true, y_score, 1, ratio)
    for other in [np.inf, *y_score]:
        theirs = imbalance.expected_cost(y_true, (y_score >= other).astype(int), 1, ratio)
        assert theirs >= cost * (1 - 1e-12) and (theirs > cost * (1 + 1e-12) or other <= tau or theirs != cost)
    assert imbalance.expected_cost(y_true, (y_score >= tau).astype(int), 1, ratio) == pytest.approx(cost, rel=1e-12)


@given(arrays(float, 9, elements=st.floats(1e-3, 1 - 1e-3)), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_prior_shift_can_be_taken_back_and_keeps_the_order(y_prob, old, new):
    shifted = imbalance.prior_shift(y_prob, old, new)
    np.testing.assert_allclose(imbalance.prior_shift(shifted, new, old), y_prob, rtol=1e-7, atol=1e-12)
    assert (np.diff(shifted[np.argsort(y_prob, kind="stable")]) >= -1e-12).all()
    odds = lambda p: p / (1 - p)
    np.testing.assert_allclose(odds(shifted), odds(y_prob) * odds(new) / odds(old), rtol=1e-7)


def test_equal_thresholds_choose_the_highest():
    assert imbalance.best_threshold([0, 1, 1, 0], [0.9, 0.8, 0.3, 0.1], 1, 1)[0] == 0.3
    assert imbalance.best_threshold([1, 0, 1], [0.9, 0.5, 0.2], 1, 1)[0] == 0.9  # 0.2 costs the same


def test_recall_at_the_best_threshold_grows_with_what_a_miss_costs():
    y_true = rng.integers(0, 2, 200)
    y_score = rng.normal(size=200) + y_true
    recalls = []
    for cost_fn in (0.1, 1, 10, 100):
        tau, _ = imbalance.best_threshold(y_true, y_score, 1, cost_fn)
        recalls.append(metrics.recall(y_true, (y_score >= tau).astype(int)))
    assert recalls == sorted(recalls) and recalls[0] < recalls[-1]


# ─── Bad input ──────────────────────────────────────────────────────────────────────────────────────────────

SHARES = np.array([0.5, 0.5])
SQUARE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
BAD = [
    ("class_weights", ([],), "y_true must not be empty: got shape (0,), need at least one label"),
    ("class_weights", ([[0, 1]],), "y_true must have one dimension: got shape (1, 2), need one label a sample"),
    ("sample_weights", ([0.5, 1],), "y_true must hold class labels: got 0.5, need whole numbers"),
    ("oversample", ([0, 0, 1], [0.5, 0.5]), "u must hold one draw a lacking sample: got shape (2,), need shape (1,)"),
    ("oversample", ([0, 0, 1], [1.0]), "u must be uniform: got 1.0 at position 0, need numbers from 0 to below 1"),
    ("undersample", ([0, 0, 1], [0.5]), "u must hold one draw a sample: got shape (1,), need shape (3,)"),
    ("undersample", ([0, 1], [0.5, -0.5]), "u must be uniform: got -0.5 at position 1, need numbers from 0 to below 1"),
    ("undersample", ([0, 1], np.ma.masked_array([0.1, 0.5], mask=[0, 1])), "u must have no masked values: got 1, need"),
    ("smote", (np.ma.masked_less(SQUARE, 0.5), [0], [0], [0.5], 2), "X must have no masked values: got 4, need none"),
    ("undersample", ([0, 1], [np.nan, 0.5]), "u must be uniform: got nan at position 0"),
    ("nearest_neighbors", ([1.0, 2.0], 1), "X must have a row a sample: got shape (2,), need shape (m, D)"),
    ("nearest_neighbors", (SQUARE, 3), "n_neighbors must leave out the sample itself: got 3, need 1 to 2 of 3 samples"),
    ("nearest_neighbors", (SQUARE, 1.0), "n_neighbors must leave out the sample itself: got 1.0, need 1 to 2 of 3"),
    ("nearest_neighbors", (SQUARE * np.nan, 1), "X must be finite: got nan at position "),
    ("smote", (SQUARE, [0], [0], [0.5]), "k_neighbors must leave out the sample itself: got 5, need 1 to 2 of 3"),
    ("smote", (SQUARE, [3], [0], [0.5], 2), "base must hold row numbers: got 3 at position 0, need 0 to 2"),
    (
        "smote",
        (SQUARE, [0, 1], [0, 2], [0.5, 0.5], 2),
        "neighbor must hold row numbers: got 2 at position 1",
    ),
    ("smote", (SQUARE, [0], [0], [1.5], 2), "gap must lie on the way: got 1.5 at position 0, need 0 to 1"),
    ("smote", (SQUARE, [0], [0, 1], [0.5], 2), "neighbor must be as long as base: got 2 values, need 1"),
    ("threshold", (-1, 1), "cost_fp must be a number: got -1, need 0 to inf"),
    ("threshold", (1, np.nan), "cost_fn must be a number: got nan, need 0 to inf"),
    (
        "threshold",
        (0, 0),
        "cost_fp + cost_fn must be above 0 and finite: got 0 + 0, need an error with a cost",
    ),
    ("expected_cost", ([0, 1], [0, 2], 1, 1), "y_pred must hold only known labels: got 2, need one of [0, 1]"),
    ("cost_curve", ([0, 1, 2], [0.1, 0.2, 0.3], 1, 1), "pos_label must be given: got None for the labels [0, 1, 2]"),
    ("best_threshold", ([0, 1], [0.1], 1, 1), "y_score must be as long as y_true: got 1 values, need 2"),
    ("smote", ([[1.0, 2.0]], [0], [0], [0.5]), "X must hold neighbours: got 1 sample, need at least 2 samples of the"),
    ("smote", (SQUARE, [], [0], [0.5], 2), "neighbor must be as long as base: got 1 values, need 0"),
    ("smote", (SQUARE, [0], [0], [], 2), "gap must be as long as base: got 0 values, need 1"),
    ("prior_shift", ([], 0.5, 0.1), "y_prob must hold probabilities: got shape (0,), need shape (m,) or (m, K)"),
    ("prior_shift", ([0.2, 1.5], 0.5, 0.1), "y_prob must hold probabilities: got 1.5 at position 1, need numbers from"),
    ("prior_shift", ([np.nan, 0.5], 0.5, 0.1), "y_prob must hold probabilities: got nan at position 0, need numbers"),
    (
        "prior_shift",
        ([[0.5, 0.5], [1.5, -0.5]], SHARES, SHARES),
        "y_prob must hold probabilities: got 1.5 at position 1, ",
    ),
    ("prior_shift", ([0.5], 2, 0.1), "prior_train must be a number: got 2, need 0 to 1"),
    ("prior_shift", ([0.5], 0.1, np.nan), "prior must be a number: got nan, need 0 to 1"),
    ("prior_shift", ([0.5], SHARES, 0.1), "prior_train must be a number: got "),
    ("prior_shift", ([0.5], 0.1, (0.5, 0.5)), "prior must be a number: got (0.5, 0.5), need 0 to 1"),
    ("prior_shift", ([0.5], 0.5, 0), "prior must be shares above 0 that sum to one: got [1.0, 0.0], need the share of"),
    ("prior_shift", ([[0.5, 0.25]], [0.5, 0.5], [0.5, 0.5]), "y_prob must have rows that sum to one: got [0.5, 0.25]"),
    ("prior_shift", ([[0.5, 0.5]], [0.5, 0.5], [1.0]), "prior must be as long as the columns of y_prob: got 1 values"),
]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "message"), BAD, ids=[f"{name}{i}" for i, (name, *_) in enumerate(BAD)])
def test_bad_input_is_named(room, name, args, message):
    make = np.asarray if room == "scratch" else torch.tensor
    args = [make(arg) if isinstance(arg, (list, np.ndarray)) and not np.ma.is_masked(arg) else arg for arg in args]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).imbalance, name)(*args)
