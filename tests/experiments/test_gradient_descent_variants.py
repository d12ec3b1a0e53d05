"""What chapter 05 measures."""

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import torch
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss

from dlbook.exercises import gradient_descent_variants as exercises
from dlbook.experiments import gradient_descent_variants as experiments
from dlbook.experiments.gradient_descent import tumours
from dlbook.experiments.gradient_descent_variants import critical


def test_cost_and_gradient_are_those_of_logistic_regression():
    X, y = experiments.samples()
    assert X.shape == (569, 7) and (X[:, -1] == 1).all()
    theta = np.linspace(-1, 1, 7)
    probability = 1 / (1 + np.exp(-X @ theta))
    np.testing.assert_allclose(experiments.cost(theta, X, y), log_loss(y, probability), rtol=1e-12)
    np.testing.assert_allclose(experiments.cost(np.stack([theta, 0 * theta]), X, y)[1], np.log(2), rtol=1e-12)
    slopes = scipy.optimize.approx_fprime(theta, experiments.cost, 1e-7, X, y)
    np.testing.assert_allclose(experiments.grad(theta, X, y), slopes, atol=1e-6)
    curvatures = scipy.optimize.approx_fprime(theta, experiments.grad, 1e-7, X, y)
    np.testing.assert_allclose(experiments.hessian(theta, X, y), curvatures, atol=1e-6)


def test_the_least_cost_is_the_one_that_scipy_finds():
    X, y = experiments.samples()
    theta, least = experiments.least_cost(X, y)
    found = scipy.optimize.minimize(experiments.cost, 0 * theta, (X, y), jac=experiments.grad, tol=1e-10)
    assert least == pytest.approx(found.fun, rel=1e-9)
    np.testing.assert_allclose(theta, found.x, rtol=1e-4)


def test_every_shuffle_is_a_permutation_and_no_two_are_the_same():
    order = experiments.shuffles(50, 3, seed=0)
    assert (np.sort(order) == np.arange(50)).all() and not (order[0] == order[1]).all()
    np.testing.assert_array_equal(order, experiments.shuffles(50, 3, seed=0))


def test_what_is_read_off_a_run():
    way = experiments.Run(np.array([9.0, 5.0, 6.0, 4.0, 4.5, 4.25, 3.0]), steps=2)
    assert way.rises == 2 / 6 and way.wiggle == 1.0 and way.end == (4.25 + 3.0) / 2
    assert way.epochs.tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3]
    early = experiments.Run(np.array([1.0, 9.0, *np.linspace(1, 0, 10)]), steps=1)
    assert early.wiggle == 0, "what happened before the last five epochs does not count"


def test_what_is_read_off_several_rates():
    found = experiments.Rates(np.array([1.0, 2.0, 4.0]), np.array([9.0, 3.0, 1.0]), np.array([1.01, 1.04, 1.2]))
    assert (found.largest, found.fewest) == (2.0, 3), "a rate that touches the target and leaves it does not count"


@pytest.mark.parametrize(("batch_size", "steps", "rises"), [(569, 1, (0, 0)), (32, 18, (0, 0.2)), (1, 569, (0.3, 0.6))])
def test_at_one_rate_the_cost_rises_more_often_the_smaller_the_batch(batch_size, steps, rises):
    way = experiments.run(batch_size, lr=0.125, epochs=8)
    assert way.steps == steps and len(way.cost) == 8 * steps + 1
    assert way.cost[0] == pytest.approx(np.log(2))
    assert rises[0] <= way.rises <= rises[1]


@pytest.mark.parametrize(("lr", "turning"), [(64.0, 1.0), (1000.0, 0.6)])
def test_past_its_limit_batch_descent_jumps_between_two_sides_of_the_valley_and_does_not_fly_off(lr, turning):
    """The slope of cross-entropy is bounded: a step is never longer than η times the longest sample.

    Far past the limit rounding decides the way, and not every jump turns: 70 % to 91 % do on different processors.
    """
    X, y = experiments.samples()
    way = experiments.run(569, lr, epochs=400)
    assert way.rises > 0.4 and way.cost.max() < lr * (X**2).sum(axis=1).max()
    turns = np.sign(np.diff(way.cost[-101:]))
    assert (turns[1:] == -turns[:-1]).mean() >= turning and way.end > 2 * experiments.least_cost(X, y)[1]


def test_the_limit_of_a_quadratic_says_where_it_begins():
    X, y = experiments.samples()
    theta, least = experiments.least_cost(X, y)
    limit = 2 / np.linalg.eigvalsh(experiments.hessian(theta, X, y)).max()
    below, above = (experiments.run(569, factor * limit, epochs=400).end / least - 1 for factor in (0.95, 1.1))
    assert below < 1e-6 < 1e-2 < above


def test_the_largest_rate_that_arrives_grows_with_the_batch():
    small = experiments.rates(32, [0.5, 2.0, 16.0], epochs=12, seeds=(0, 1))
    full = experiments.rates(569, [2.0, 8.0, 16.0], epochs=12, seeds=(0,))
    assert small.largest == 2.0 and full.largest == 8.0
    assert small.end[2] > experiments.TARGET and full.fewest < 12 and np.isinf(full.epochs[0])
    runs = [experiments.run(32, 2.0, 12, seed) for seed in (0, 1)]
    least = experiments.least_cost(*experiments.samples())[1]
    assert small.end[1] == pytest.approx(np.mean([run.end for run in runs]) / least)
    ends = [run.cost[::18] <= experiments.TARGET * least for run in runs]
    assert small.epochs[1] == np.mean([np.argmax(end) for end in ends])


def test_the_table_at_one_rate_holds_under_other_shuffles():
    least = experiments.least_cost(*experiments.samples())[1]
    few, one = ([experiments.run(B, 0.125, seed=seed) for seed in range(5, 8)] for B in (32, 1))
    assert all(0 < way.rises < 0.1 and 1.1 < way.end / least < 1.15 for way in few)
    assert all(0.4 < way.rises < 0.6 and way.end / least < 1.1 for way in one)
    assert min(way.wiggle for way in one) > 50 * max(way.wiggle for way in few)


def test_at_the_rate_of_the_rule_batches_of_32_are_at_the_edge():
    """η = 4: some shuffles arrive and some do not; a factor of √2 below all do, and above none."""
    least = experiments.least_cost(*experiments.samples())[1]
    above = {
        lr: np.array([experiments.run(32, lr, seed=seed).end / least for seed in range(5, 12)])
        for lr in (4 / 2**0.5, 4, 4 * 2**0.5)
    }
    below, edge, beyond = above.values()
    assert below.max() < 1.05 < beyond.min() and 1.03 < edge.min() < 1.05 < edge.max() < 1.08


def test_equal_rates_per_sample_walk_alike():
    """η/b is what counts, while η is small: 32 steps of 1/32 η move as far as one of η."""
    one, few = experiments.run(1, 0.25 / 32, epochs=4), experiments.run(32, 0.25, epochs=4)
    np.testing.assert_allclose(one.cost[::569], few.cost[::18], rtol=0.03)


def test_the_exercise_on_the_end_of_the_rule_uses_what_was_measured():
    found = experiments.rates(1, [exercises.RATE_OF_ONE, exercises.RATE_OF_ONE * 2**0.5])
    assert found.arrives.tolist() == [True, False]
    X, y = experiments.samples()
    steepest = np.linalg.eigvalsh(experiments.hessian(experiments.least_cost(X, y)[0], X, y)).max()
    assert exercises.LIMIT == round(2 / steepest, 1)


def test_a_falling_rate_settles():
    fixed, falling = experiments.run(1, 0.25), experiments.run(1, 0.25 / (1 + np.arange(20)))
    assert falling.wiggle < 0.1 * fixed.wiggle and falling.end < fixed.end


@pytest.mark.weekly
def test_the_start_decides_where_a_falling_rate_ends():
    """Under other shuffles, in parts of the least cost: the same falls arrive from 0.25, and none of them from 0.02."""
    large, small = (experiments.above_least(experiments.falling(start, range(5, 9))) for start in (0.25, 0.02))
    falls = [name for name in large if name != "fixed"]
    assert len(falls) == 4 and max(large[name].max() for name in falls) < 0.005
    assert min(small[name].min() for name in falls) > 0.1
    every, second = (large[f"halved every {which}"] for which in ("epoch", "second epoch"))
    assert second.max() < every.min() and 5 < every.mean() / second.mean() < 25
    assert small["fixed"].max() < 0.02, "from 0.02 the fixed rate is the best"
    assert large["fixed"].min() > 10 * max(large[name].max() for name in falls)
    solution = next(e.solution for e in exercises.EXERCISES if e.id.endswith("restless"))
    assert 0.0015 < every.min() and every.max() < 0.0035 and 0.25 < small["halved every epoch"].mean() < 0.27
    assert "0.2 to 0.3 % of the least cost from η = 0.25, and 26 % from η = 0.02" in solution


def test_a_run_starts_at_its_rate_and_falls_as_its_name_says():
    t = np.arange(4)
    expected = [[1, 1, 1, 1], [1, 1 / 2, 1 / 3, 1 / 4], [1, 0.7, 0.49, 0.343], [1, 1, 0.5, 0.5], [1, 0.5, 0.25, 0.125]]
    np.testing.assert_allclose([fall(t) for fall in experiments.table.FALLS.values()], expected)


def test_without_replacement_the_excess_falls_with_the_square_of_the_rate():
    high, low = experiments.orders(0.02, seed=1), experiments.orders(0.01, seed=1)
    fall = {way: high[way].mean() / low[way].mean() for way in high}
    assert 1.8 < fall["with replacement"] < 2.9 < 3.1 < min(fall["shuffled anew"], fall["one order"]) < 5
    assert all(0.5 < by["one order"].mean() / by["shuffled anew"].mean() < 0.75 for by in (high, low))
    assert 0.0036 <= round(low["with replacement"].mean(), 4) <= 0.0050


def test_samples_drawn_anew_each_time_are_noisier_and_no_order_is_free_of_noise():
    above = {way: runs.mean() for way, runs in experiments.orders(0.02, epochs=12, runs=6).items()}
    assert list(above) == ["shuffled anew", "one order", "with replacement"]
    assert min(above.values()) > 5e-4 and above["with replacement"] > 2 * above["shuffled anew"]


def test_the_runs_of_an_order_are_those_of_scikit_learn():
    """One order for all epochs, a single run: its SGD goes through the same samples, from the same minimum."""
    X, y = experiments.samples()
    theta, least = experiments.least_cost(X, y)
    row = np.random.default_rng(3).permuted(np.tile(np.arange(569), (2, 1, 1)), axis=2)[0, 0]
    outside = SGDClassifier(loss="log_loss", penalty=None, learning_rate="constant", eta0=0.1, shuffle=False)
    outside.set_params(fit_intercept=False).partial_fit(X[:1], y[:1], classes=[0, 1])
    outside.coef_, costs = theta[None].copy(), [least]
    for i in [*row, *row]:
        outside.partial_fit(X[i : i + 1], y[i : i + 1])
        costs.append(log_loss(y, outside.predict_proba(X)[:, 1]))
    expected = np.mean(costs[len(costs) // 2 :: 19]) / least - 1
    assert experiments.orders(0.1, epochs=2, runs=1, seed=3)["one order"].item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("batch_size", "exchanges", "busy"), [(569, 1, 569 / 570), (32, 18, 569 / 570), (1, 569, 0.5)])
def test_two_workers_walk_the_same_way_and_share_what_a_step_holds(batch_size, exchanges, busy):
    workers = experiments.two_workers(batch_size)
    assert (workers.exchanges, workers.busy) == (exchanges, busy) and workers.apart < 1e-14


def test_a_ratio_of_times_is_told_as_a_power_of_four():
    found = {r: experiments.power_of_four(r) for r in (1, 1.9, 4.1, 6.0, 17, 160, 430)}
    assert list(found.values()) == [1, 1, 4, 4, 16, 256, 256]


def test_the_noise_falls_with_the_root_of_the_batch_size():
    sizes = (1, 4, 16, 64, 569)
    measured, expected = experiments.noise(sizes, seed=1)
    np.testing.assert_allclose(measured[:-1], expected[:-1], rtol=0.1)
    assert measured[-1] < 1e-12 and expected[-1] == 0
    np.testing.assert_allclose(expected[:3] / expected[0], 1 / np.sqrt(sizes[:3]), rtol=0.02)


@pytest.mark.parametrize(("lr", "batch_size"), [(0.04, 1), (0.32, 4), (0.32, 16)])
def test_the_noise_floor_is_that_of_the_theory(lr, batch_size):
    """Under another seed, within the range that the chapter prints."""
    above, theory = experiments.noise_floor(lr, batch_size, seed=1)
    assert above.shape == (5,) and 0.85 < above.mean() / theory < 1.25
    X, y = experiments.samples()
    probability = scipy.special.expit(X @ experiments.least_cost(X, y)[0])
    trace = np.trace(np.cov(X.T * (probability - y), bias=True))
    assert theory == pytest.approx(lr * trace / (4 * batch_size) / experiments.least_cost(X, y)[1], rel=1e-6)


def test_runs_side_by_side_are_those_of_one_after_the_other():
    X, y = experiments.samples()
    few, start = np.array([[3, 5], [40, 2], [7, 7]]), np.linspace(-1, 1, 7)
    together = experiments.table.side_by_side(start, [(0.3, X[few], y[few])], 3)
    for run, batch in enumerate(few):
        alone = start - 0.3 * experiments.grad(start, X[batch], y[batch])
        np.testing.assert_allclose(together[1, run], alone, rtol=1e-12)


def test_the_net_has_the_gradients_of_autograd():
    X, y = critical.images()
    assert X.shape == (1797, 64) and np.abs(X.mean(axis=0)).max() < 1e-12 and (X**2).mean() == pytest.approx(1)
    theta = [torch.tensor(p[1], requires_grad=True) for p in critical.nets(3, 2)]
    W1, b1, W2, b2 = theta
    scores = torch.relu(torch.tensor(X[:40]) @ W1 + b1) @ W2 + b2
    each = torch.nn.functional.cross_entropy(scores, torch.tensor(y[:40]), reduction="none")
    ours = critical.net_grad(critical.nets(3, 2), X[:40], y[:40])
    for mine, theirs in zip(ours, torch.autograd.grad(each.mean(), theta, retain_graph=True), strict=True):
        np.testing.assert_allclose(mine[0], mine[1])
        np.testing.assert_allclose(mine[0], theirs.numpy(), rtol=1e-9, atol=1e-12)
    assert critical.net_cost(critical.nets(3, 2), X[:40], y[:40])[1] == pytest.approx(each.mean().item())


def test_the_noise_scale_is_the_variance_over_the_square_of_the_gradient(monkeypatch):
    X, y = critical.images()
    monkeypatch.setattr(critical, "images", lambda: (X[:30], y[:30]))
    (found,) = critical.noise_scale(seed=0, costs=(99,))  # the net as it begins
    flat = lambda few: np.concatenate([g.ravel() for g in critical.net_grad(critical.nets(0, 1), X[few], y[few])])
    each = np.array([flat([i]) for i in range(30)])
    assert found == pytest.approx(((each - each.mean(axis=0)) ** 2).sum(axis=1).mean() / (flat(range(30)) ** 2).sum())


def test_the_noise_scale_grows_as_the_cost_falls():
    scale = experiments.noise_scale(seed=7)
    assert (np.diff(scale) > 0).all() and scale[0] < 60 and scale[-1] > 500


def test_beyond_the_critical_size_a_larger_batch_saves_no_steps():
    """Under other seeds, the chapter's claims about its ends and about what lies between."""
    found = experiments.batch_sizes((1, 16, 64, 1024), seeds=(5, 6))
    one, _, many, last = found.steps
    assert (one > 35 * many).all() and (many < 4 * last).all() and (many > 1.5 * last).all()
    assert 80 < found.critical.min() < found.critical.max() < 220
    assert (0.6 < found.expected(64) / many).all() and (found.expected(64) / many < 1.6).all()
    assert (found.lrs[1] > 4 * found.lrs[0]).all() and (found.lrs[3] < 4 * found.lrs[2]).all()


def test_the_critical_size_solves_the_formula():
    steps = lambda size: 20 * (1 + 70 / size)
    found = experiments.Sizes(np.array([1, 10, 1000]), np.array([[steps(1)], [0], [steps(1000)]]), np.ones((3, 1)))
    assert found.critical == pytest.approx(70) and found.expected(10) == pytest.approx(steps(10))


def test_an_epoch_is_timed_for_every_batch_size():
    seconds = experiments.seconds_an_epoch((64, 569), repeats=1)
    assert list(seconds) == [64, 569] and min(seconds.values()) > 0


def test_a_file_larger_than_the_memory_is_learnt_from():
    """A limit that the operating system enforces: three ways stay below it, the last asks for more and is refused."""
    results = experiments.out_of_core(megabytes=200, limit=100)
    batch, few, one, whole, file = results.values()
    assert file["megabytes"] == pytest.approx(200, rel=1e-3)
    assert whole["error"].startswith("MemoryError") and "gradient" not in whole
    np.testing.assert_allclose(batch["gradient"], file["gradient"], rtol=1e-10, atol=1e-13)
    assert [way["steps"] for way in (batch, few, one)] == [1, -(-file["rows"] // 256), 12 * 16_384]
    for way in (batch, few, one):
        assert way["peak"] < 60
        assert way["cost"][0] == pytest.approx(np.log(2)) and way["cost"][1] < way["cost"][0]
    assert max(few["cost"][1], one["cost"][1]) < 0.1


def test_a_file_smaller_than_the_memory_may_also_be_loaded_whole():
    """The limit refuses what is too large, and nothing else."""
    results = experiments.out_of_core(megabytes=10, limit=150)
    np.testing.assert_allclose(results["load_whole_file"]["gradient"], results["file"]["gradient"], rtol=1e-12)
    assert results["load_whole_file"]["peak"] > results["file"]["megabytes"]


def test_the_file_holds_tumours_with_a_little_noise(tmp_path):
    rows = experiments.write_file(tmp_path / "rows", megabytes=1)
    block = np.fromfile(tmp_path / "rows").reshape(rows, -1)
    X, y = tumours()
    assert block.shape == (4032, 31) and set(block[:, -1]) == {0.0, 1.0}
    nearest = ((X - block[0, :-1]) ** 2).sum(axis=1).argmin()
    assert np.abs(X[nearest] - block[0, :-1]).max() < 0.5 and y[nearest] == block[0, -1]
    stretches = list(experiments.chunks(tmp_path / "rows", rows, size=1000))
    assert [len(part) for _, part in stretches] == [1000, 1000, 1000, 1000, 32]
    np.testing.assert_array_equal(np.concatenate([part for part, _ in stretches]), block[:, :-1])
