"""All samples a step, one, or a few: the twins agree, outside loops walk the same way, the laws between them hold."""

import itertools
import re
import weakref

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import SGDClassifier, SGDRegressor
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import gradient_descent

rng = np.random.default_rng(0)
M, D, EPOCHS = 12, 3, 3
X = rng.normal(size=(M, D))
Y = X @ np.array([1.0, -2.0, 0.5]) + rng.normal(0, 0.3, M)
START = np.array([1.0, 0.5, -1.0])
ORDER = rng.permuted(np.tile(np.arange(M), (EPOCHS, 1)), axis=1)
EXTREME = np.array([[1000.0, 0.0, 1e-12], [-1000.0, 1e-300, 1.0], [1000.0, 0.0, 1e-12]])  # the third is the first


def linear_grad(theta, X, y):
    """∇ of ½ mean (Xθ − y)², in either room."""
    return X.T @ (X @ theta - y) / len(y)


def sum_grad(theta, X, y):
    """A gradient that is linear in the samples and knows nothing of θ."""
    return X.sum(0) / len(y) + 0 * theta


def wide_grad(theta, X, y):
    """A gradient in float64, whatever theta is."""
    theta = theta.double() if isinstance(theta, torch.Tensor) else theta.astype(float)
    return linear_grad(theta, X, y)


# ─── Twins ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lr", [0.05, np.array([0.1, 0.05, 0.02])])
def test_twins_walk_the_same_way(lr):
    assert_twins_agree("gradient_descent.batch", linear_grad, START, X, Y, lr=lr, epochs=EPOCHS)
    assert_twins_agree("gradient_descent.sgd", linear_grad, START, X, Y, lr=lr, order=ORDER)
    for batch_size in (1, 4, 5, 11, M):
        assert_twins_agree(
            "gradient_descent.mini_batch", linear_grad, START, X, Y, lr=lr, order=ORDER, batch_size=batch_size
        )


def test_twins_on_few_extreme_and_strided_samples():
    two, tiny = np.array([[2, 0, 1], [0, 1, 2]]), 1e-7
    y = np.array([1000.0, 0.0, 1000.0])
    for samples in (EXTREME, EXTREME[::-1], np.asfortranarray(EXTREME), np.repeat(EXTREME, 2, axis=0)[::2]):
        assert_twins_agree("gradient_descent.batch", linear_grad, START, samples, y, lr=tiny, epochs=2)
        assert_twins_agree("gradient_descent.sgd", linear_grad, START, samples, y, lr=tiny, order=two)
        assert_twins_agree("gradient_descent.mini_batch", linear_grad, START, samples, y, tiny, two, 2)
    one = (X[:1], Y[:1])
    assert_twins_agree("gradient_descent.batch", linear_grad, START, *one, lr=0.1, epochs=1)
    assert_twins_agree("gradient_descent.sgd", linear_grad, START, *one, lr=0.1, order=np.array([[0]]))
    assert_twins_agree("gradient_descent.mini_batch", linear_grad, START, *one, 0.1, np.array([[0]]), 1)


def test_twins_without_an_epoch_stay_where_they_are():
    none = np.zeros((0, M), dtype=int)
    for run in (
        assert_twins_agree("gradient_descent.batch", linear_grad, START, X, Y, lr=0.1, epochs=0),
        assert_twins_agree("gradient_descent.sgd", linear_grad, START, X, Y, lr=0.1, order=none),
        assert_twins_agree("gradient_descent.mini_batch", linear_grad, START, X, Y, 0.1, none, 4),
    ):
        assert run.path.tolist() == [START.tolist()]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_twins_keep_the_dtype_of_theta(dtype):
    start, samples = START.astype(dtype), (X.astype(dtype), Y.astype(dtype))
    rate = np.array([0.1, 0.05, 0.02])
    for run in (
        assert_twins_agree("gradient_descent.batch", linear_grad, start, *samples, rate, EPOCHS, rtol=1e-4),
        assert_twins_agree("gradient_descent.sgd", linear_grad, start, *samples, rate, ORDER, rtol=1e-4),
        assert_twins_agree("gradient_descent.mini_batch", linear_grad, start, *samples, rate, ORDER, 5, rtol=1e-4),
        assert_twins_agree("gradient_descent.batch", wide_grad, start, X, Y, rate, EPOCHS, rtol=1e-4),
    ):
        assert run.theta.dtype == run.path.dtype == dtype
    shards = [(samples[0][:5], samples[1][:5]), (samples[0][5:], samples[1][5:])]
    gradient = assert_twins_agree("gradient_descent.sharded_grad", linear_grad, start, shards, rtol=1e-4)
    assert gradient.dtype == dtype


def test_twins_take_whole_numbers_and_theta_of_any_shape():
    counts = np.array([[1, 2], [3, 4], [5, 6]])
    order = np.array([[2, 0, 1]])
    assert_twins_agree("gradient_descent.batch", sum_grad, np.array([1, 2]), counts, counts, lr=1, epochs=2)
    for theta in (np.array([1, 2]), np.ones((3, 2)), np.ones((2, 1, 2))):
        assert_twins_agree("gradient_descent.sgd", sum_grad, theta, counts, counts, lr=0.5, order=order)
        assert_twins_agree("gradient_descent.mini_batch", sum_grad, theta, counts, counts, 0.5, order, 2)


def test_twins_end_at_the_last_finite_point():
    order = np.tile(np.arange(M), (400, 1))
    for run in (
        assert_twins_agree("gradient_descent.batch", linear_grad, START, X, Y, lr=1e3, epochs=400, rtol=1e-8),
        assert_twins_agree("gradient_descent.sgd", linear_grad, START, X, Y, lr=1e3, order=order, rtol=1e-8),
        assert_twins_agree("gradient_descent.mini_batch", linear_grad, START, X, Y, 1e3, order, 5, rtol=1e-8),
    ):
        assert run.diverged and np.isfinite(run.path).all() and 1 < len(run.path) < 400
        assert np.array_equal(run.theta, run.path[-1])


def test_without_a_path_twins_keep_the_last_point_alone():
    blown = np.tile(np.arange(M), (400, 1))
    for name, arguments in (
        ("batch", {"lr": 0.1, "epochs": EPOCHS}),
        ("sgd", {"lr": 0.1, "order": ORDER}),
        ("sgd", {"lr": 0.1, "order": ORDER[:0]}),
        ("mini_batch", {"lr": 0.1, "order": ORDER, "batch_size": 5}),
        ("mini_batch", {"lr": 1e3, "order": blown, "batch_size": M}),
    ):
        rtol = 1e-8 if arguments["lr"] > 1 else 1e-10  # where it diverges, rounding grows with the path
        run = assert_twins_agree(
            f"gradient_descent.{name}", linear_grad, START, X, Y, **arguments, path=False, rtol=rtol
        )
        whole = getattr(gradient_descent, name)(linear_grad, START, X, Y, **arguments)
        assert run.path.tolist() == [run.theta.tolist()] == [whole.theta.tolist()]
        assert run.diverged == whole.diverged


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
def test_without_a_path_the_points_on_the_way_are_let_go(room):
    """So that the memory does not grow with the number of steps."""
    gathered = []

    def batches():
        for _ in range(200):
            gathered.append(sum(ref() is not None for ref in seen))
            yield 0.1, X, Y

    def grad(theta, X, y):
        seen.append(weakref.ref(theta))
        return 0 * theta

    seen, start = [], torch.ones(3) if room == "pytorch" else np.ones(3)
    over_batches = getattr(dlbook, room).gradient_descent.over_batches
    over_batches(grad, start, batches(), path=False)
    assert max(gathered) <= 2
    seen.clear()
    over_batches(grad, start, batches())
    assert max(gathered) > 190


def test_twins_of_what_the_variants_share():
    batches = [(0.1, X[:5], Y[:5]), (0.02, X[5:6], Y[5:6]), (0.0, X[6:], Y[6:])]
    run = assert_twins_agree("gradient_descent.over_batches", linear_grad, START, batches)
    assert run.path[2].tolist() == run.path[3].tolist() != run.path[1].tolist()
    shards = [(X[:5], Y[:5]), (X[5:5], Y[5:5]), (X[5:], Y[5:])]
    assert_twins_agree("gradient_descent.sharded_grad", linear_grad, START, shards, atol=1e-15)


def test_float16_shards_have_room():
    """2,000 samples with a slope of 100 each sum to 200,000, past float16's 65,504."""
    shards = [(np.ones((2000, 1)), np.ones(2000)), (np.ones((1000, 1)), np.ones(1000))]
    slope = lambda theta, X, y: 0 * theta + 100
    assert assert_twins_agree("gradient_descent.sharded_grad", slope, np.zeros(1, np.float16), shards) == 100
    run = assert_twins_agree("gradient_descent.over_batches", slope, np.zeros(1, np.float16), [(1.0, X, Y)] * 3)
    assert run.path.dtype == np.float16 and run.theta == -300


# ─── Outside oracles ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("batch_size", [1, 4, 5, M])
def test_torch_optim_over_a_data_loader_walks_the_same_way(batch_size):
    theta = torch.from_numpy(START.copy()).requires_grad_()
    optimizer = torch.optim.SGD([theta], lr=0.1)
    samples = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    path = [START]
    for row in ORDER:
        for X_batch, y_batch in torch.utils.data.DataLoader(samples, batch_size, sampler=row.tolist()):
            optimizer.zero_grad()
            (torch.nn.functional.mse_loss(X_batch @ theta, y_batch) / 2).backward()
            optimizer.step()
            path.append(theta.detach().numpy().copy())
    run = gradient_descent.mini_batch(linear_grad, START, X, Y, 0.1, ORDER, batch_size)
    np.testing.assert_allclose(run.path, path, rtol=1e-10)


def test_scikit_learn_takes_the_same_steps():
    """Its SGD goes through the samples as they stand, one at a time; we hand them over in our order."""
    plain = {"penalty": None, "learning_rate": "constant", "eta0": 0.1, "fit_intercept": False, "shuffle": False}
    regressor, classifier = SGDRegressor(**plain), SGDClassifier(loss="log_loss", **plain)
    labels = (Y > 0).astype(int)
    for row in ORDER:
        regressor.partial_fit(X[row], Y[row])
        classifier.partial_fit(X[row], labels[row], classes=[0, 1])
    ours = gradient_descent.sgd(linear_grad, np.zeros(D), X, Y, lr=0.1, order=ORDER)
    np.testing.assert_allclose(ours.theta, regressor.coef_, rtol=1e-10)
    logistic = lambda theta, X, y: X.T @ (1 / (1 + np.exp(-X @ theta)) - y) / len(y)
    ours = gradient_descent.sgd(logistic, np.zeros(D), X, labels, lr=0.1, order=ORDER)
    np.testing.assert_allclose(ours.theta, classifier.coef_[0], rtol=1e-10)


@pytest.mark.parametrize("batch_size", [1, 3, 5, M])
def test_closed_form_on_a_quadratic(batch_size):
    """A step maps θ to (I − η XᵀX/b) θ + η Xᵀy/b: the way is a product of known matrices."""
    expected = [START]
    for row in ORDER:
        for k in range(0, M, batch_size):
            few = row[k : k + batch_size]
            shrink = np.eye(D) - 0.1 * X[few].T @ X[few] / len(few)
            expected.append(shrink @ expected[-1] + 0.1 * X[few].T @ Y[few] / len(few))
    run = gradient_descent.mini_batch(linear_grad, START, X, Y, 0.1, ORDER, batch_size)
    np.testing.assert_allclose(run.path, expected, rtol=1e-10)


def test_batch_reaches_the_solution_of_least_squares():
    run = gradient_descent.batch(linear_grad, START, X, Y, lr=0.5, epochs=2000)
    np.testing.assert_allclose(run.theta, np.linalg.lstsq(X, Y, rcond=None)[0], rtol=1e-8)


# ─── Laws ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_batch_of_all_is_batch_gradient_descent():
    all_at_once = gradient_descent.mini_batch(linear_grad, START, X, Y, 0.1, ORDER, M)
    np.testing.assert_allclose(
        all_at_once.path, gradient_descent.batch(linear_grad, START, X, Y, 0.1, EPOCHS).path, rtol=1e-12
    )


def test_batches_of_one_are_stochastic_gradient_descent():
    one_each = gradient_descent.mini_batch(linear_grad, START, X, Y, 0.1, ORDER, 1)
    stochastic = gradient_descent.sgd(linear_grad, START, X, Y, 0.1, ORDER)
    assert len(stochastic.path) == EPOCHS * M + 1
    np.testing.assert_array_equal(one_each.path, stochastic.path)


def test_batch_is_chapter_04s_descent():
    descent = gradient_descent.minimize(lambda theta: linear_grad(theta, X, Y), START, 0.1, tol=0, max_iter=9)
    np.testing.assert_array_equal(gradient_descent.batch(linear_grad, START, X, Y, 0.1, 9).path, descent.path)


@settings(deadline=None)
@given(batch_size=st.integers(1, M), seed=st.integers(0, 99))
def test_an_epoch_takes_every_sample_once_and_the_last_batch_is_what_is_left(batch_size, seed):
    row, sizes, seen = np.random.default_rng(seed).permutation(M), [], []

    def grad(theta, X_batch, y_batch):
        np.testing.assert_array_equal(X_batch[:, 0], y_batch)  # a sample keeps its label
        sizes.append(len(y_batch))
        seen.extend(y_batch)
        return 0 * theta

    numbers = np.arange(float(M))
    gradient_descent.mini_batch(grad, START, numbers[:, None], numbers, 0.1, row[None], batch_size)
    assert seen == row.tolist()
    assert sizes[:-1] == [batch_size] * (len(sizes) - 1) and sizes[-1] == (M % batch_size or batch_size)
    before = seen.copy()
    gradient_descent.sgd(grad, START, numbers[:, None], numbers, 0.1, row[None])
    assert seen == before + row.tolist()


@settings(deadline=None)
@given(
    theta=arrays(float, D, elements=st.floats(-10, 10)),
    cuts=st.lists(st.integers(0, M), max_size=5).map(sorted),
)
def test_shards_weighted_by_their_sizes_give_the_full_gradient(theta, cuts):
    ends = itertools.pairwise([0, *cuts, M])  # shards of any sizes, empty ones too
    gradient = gradient_descent.sharded_grad(linear_grad, theta, ((X[a:b], Y[a:b]) for a, b in ends))
    np.testing.assert_allclose(gradient, linear_grad(theta, X, Y), rtol=1e-10, atol=1e-12)


def test_without_the_weights_unequal_shards_do_not():
    gradients = [linear_grad(START, X[:2], Y[:2]), linear_grad(START, X[2:], Y[2:])]
    full = linear_grad(START, X, Y)
    assert np.abs(np.mean(gradients, axis=0) - full).max() > 0.01
    np.testing.assert_allclose(np.average(gradients, axis=0, weights=[2, M - 2]), full, rtol=1e-12)


def gradients_of_an_epoch(theta, batch_size, row):
    """The gradient of each batch at one θ, and the batches' sizes."""
    gradients, sizes = [], []

    def grad(_, X_batch, y_batch):
        gradients.append(linear_grad(theta, X_batch, y_batch))
        sizes.append(len(y_batch))
        return 0 * theta  # so that θ stays

    gradient_descent.mini_batch(grad, theta, X, Y, 0.1, row[None], batch_size)
    return gradients, sizes


@settings(deadline=None)
@given(batch_size=st.integers(1, M), seed=st.integers(0, 99))
def test_at_one_theta_the_mini_batches_of_an_epoch_average_to_the_full_gradient(batch_size, seed):
    theta = np.array([0.3, -0.2, 1.0])
    gradients, sizes = gradients_of_an_epoch(theta, batch_size, np.random.default_rng(seed).permutation(M))
    assert len(gradients) == -(-M // batch_size)
    np.testing.assert_allclose(np.average(gradients, axis=0, weights=sizes), linear_grad(theta, X, Y), rtol=1e-10)


@pytest.mark.parametrize("batch_size", [5, 7, 11])
def test_the_samples_of_a_smaller_last_batch_weigh_more(batch_size):
    """The plain mean of the steps of an epoch is off as soon as B does not divide m."""
    gradients, sizes = gradients_of_an_epoch(START, batch_size, ORDER[0])
    assert sizes[-1] < batch_size
    assert np.abs(np.mean(gradients, axis=0) - linear_grad(START, X, Y)).max() > 1e-3


def test_where_a_model_fits_every_sample_a_fixed_rate_comes_to_rest():
    """With no gradient left at the minimum, not even a single sample's, there is no noise to wiggle with."""
    order = rng.permuted(np.tile(np.arange(M), (400, 1)), axis=1)
    exact = X @ np.array([1.0, -2.0, 0.5])
    fitted = gradient_descent.sgd(linear_grad, START, X, exact, 0.1, order, path=False).theta
    np.testing.assert_allclose(fitted, [1.0, -2.0, 0.5], rtol=1e-12)
    noisy = gradient_descent.sgd(linear_grad, START, X, Y, 0.1, order, path=False).theta
    assert np.abs(noisy - np.linalg.lstsq(X, Y, rcond=None)[0]).max() > 1e-3


def test_the_first_step_of_each_variant_is_its_own_gradient():
    few = ORDER[0, :4]
    for run, chosen in (
        (gradient_descent.batch(linear_grad, START, X, Y, 0.1, 1), np.arange(M)),
        (gradient_descent.sgd(linear_grad, START, X, Y, 0.1, ORDER), ORDER[0, :1]),
        (gradient_descent.mini_batch(linear_grad, START, X, Y, 0.1, ORDER, 4), few),
    ):
        np.testing.assert_allclose(run.path[1], START - 0.1 * linear_grad(START, X[chosen], Y[chosen]), rtol=1e-12)


def test_a_rate_for_each_epoch_holds_for_all_of_its_steps():
    rates = np.array([1.0, 0.1, 0.01])
    run = gradient_descent.mini_batch(lambda theta, X, y: 0 * theta + 1, START, X, Y, rates, ORDER, 5)
    np.testing.assert_allclose(-np.diff(run.path[:, 0]), np.repeat(rates, 3), rtol=1e-9)


def test_batches_are_asked_for_one_at_a_time_and_none_after_the_end():
    asked = []

    def batches():
        for k in range(9):
            asked.append(k)
            yield 1.0, X[:1] * (np.nan if k == 3 else 1), Y[:1]

    run = gradient_descent.over_batches(sum_grad, START, batches())
    assert asked == [0, 1, 2, 3] and run.diverged and len(run.path) == 4


def test_what_is_handed_in_is_left_alone():
    inputs = [START.copy(), X.copy(), Y.copy(), ORDER.copy()]
    run = gradient_descent.mini_batch(linear_grad, *inputs[:3], 0.1, inputs[3], 5)
    run.path[:] = 0
    gradient_descent.batch(linear_grad, *inputs[:3], 0.1, 0).theta[:] = 0
    assert all(map(np.array_equal, inputs, [START, X, Y, ORDER]))


def test_a_step_on_one_sample_copies_nothing():
    """So that samples on disk stay there."""
    seen = []

    def grad(theta, X_batch, y_batch):
        seen.append((np.shares_memory(X_batch, X), np.shares_memory(y_batch, Y), len(X_batch)))
        return linear_grad(theta, X_batch, y_batch)

    gradient_descent.sgd(grad, START, X, Y, 0.1, ORDER)
    gradient_descent.batch(grad, START, X, Y, 0.1, 1)
    assert set(seen) == {(True, True, 1), (True, True, M)}


# ─── Bad input ──────────────────────────────────────────────────────────────────────────────────────────────

GOOD = {"grad": linear_grad, "theta": START, "X": X, "y": Y, "lr": 0.1}
MORE = {"batch": {"epochs": EPOCHS}, "sgd": {"order": ORDER}, "mini_batch": {"order": ORDER, "batch_size": 4}}
BAD = [
    ({"theta": np.array([1.0, np.nan, 0.0])}, "theta must be finite: got nan, need a start that is"),
    ({"X": X[:0], "y": Y[:0]}, "X must hold samples: got shape (0, 3), need at least one row"),
    ({"y": np.array(1.0)}, "y must hold samples: got shape (), need at least one row"),
    ({"y": Y[:-1]}, "y must be as long as X: got 11 values, need 12"),
    ({"lr": -0.1}, "lr must be a number: got -0.1, need 0 to inf"),
    ({"lr": np.nan}, "lr must be a number: got nan, need 0 to inf"),
    ({"lr": np.array([0.1, -0.5, 0.1])}, "lr must be a number: got -0.5, need 0 to inf"),
    ({"lr": np.ones(2)}, "lr must be a number or one for each epoch: got shape (2,), need shape (3,)"),
    (
        {"grad": lambda theta, X, y: theta[:1]},
        "grad must return the shape of theta: got shape (1,), need shape (3,)",
    ),
    ({"order": ORDER[0]}, "order must hold a row for each epoch: got shape (12,), need (epochs, 12)"),
    ({"order": ORDER[:, 1:]}, "order must hold a row for each epoch: got shape (3, 11), need (epochs, 12)"),
    ({"order": ORDER * 1.0}, "order must hold indices: got float64, need whole numbers"),
    ({"order": ORDER == 0}, "order must hold indices: got bool, need whole numbers"),
    (
        {"order": np.zeros_like(ORDER)},
        "order must take every sample once an epoch: got a row that does not, need permutations of 0 to 11",
    ),
    ({"batch_size": 0}, "batch_size must be a whole number: got 0, need 1 to 12"),
    ({"batch_size": 13}, "batch_size must be a whole number: got 13, need 1 to 12"),
    ({"batch_size": 2.5}, "batch_size must be a whole number: got 2.5, need 1 to 12"),
    ({"epochs": -1}, "epochs must be a whole number: got -1, need 0 or more"),
]


def cases(name):
    """What this variant takes of the bad inputs."""
    for change, message in BAD:
        if change.keys() <= GOOD.keys() | MORE[name].keys():
            yield GOOD | MORE[name] | change, message


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [(name, *case) for name in MORE for case in cases(name)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_input_is_named(room, name, arguments, message):
    if room == "pytorch":
        arguments = {k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in arguments.items()}
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).gradient_descent, name)(**arguments)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize("shards", [[], [(X[:0], Y[:0])]])
def test_no_shards_have_no_gradient(room, shards):
    with pytest.raises(ValueError, match="^shards must not be empty: got no sample, need at least one"):
        getattr(dlbook, room).gradient_descent.sharded_grad(linear_grad, START, shards)
