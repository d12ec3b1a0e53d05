"""What chapter 05 measures."""

import numpy as np
import pytest
import scipy.optimize
from sklearn.metrics import log_loss

from dlbook.experiments import gradient_descent_variants as experiments
from dlbook.experiments.gradient_descent import tumours


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


def test_batch_descent_rises_too_when_its_rate_is_too_large():
    assert experiments.run(569, lr=64.0).rises > 0


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


def test_equal_rates_per_sample_walk_alike():
    """η/b is what counts, while η is small: 32 steps of 1/32 η move as far as one of η."""
    one, few = experiments.run(1, 0.25 / 32, epochs=4), experiments.run(32, 0.25, epochs=4)
    np.testing.assert_allclose(one.cost[::569], few.cost[::18], rtol=0.03)


def test_a_falling_rate_settles():
    fixed, falling = experiments.run(1, 0.25), experiments.run(1, 0.25 / (1 + np.arange(20)))
    assert falling.wiggle < 0.1 * fixed.wiggle and falling.end < fixed.end


def test_the_noise_falls_with_the_root_of_the_batch_size():
    sizes = (1, 4, 16, 64, 569)
    measured, expected = experiments.noise(sizes)
    np.testing.assert_allclose(measured[:-1], expected[:-1], rtol=0.1)
    assert measured[-1] < 1e-12 and expected[-1] == 0
    np.testing.assert_allclose(expected[:3] / expected[0], 1 / np.sqrt(sizes[:3]), rtol=0.02)


def test_an_epoch_is_timed_for_every_batch_size():
    seconds = experiments.seconds_an_epoch((64, 569), repeats=1)
    assert list(seconds) == [64, 569] and min(seconds.values()) > 0


def test_a_file_larger_than_the_memory_is_learnt_from():
    """A limit that the operating system enforces: one way stays below it, the other asks for more and is refused."""
    results = experiments.out_of_core(megabytes=200, limit=100)
    by_chunks, whole, file = results["learn_from_file"], results["load_whole_file"], results["file"]
    assert file["megabytes"] == pytest.approx(200, rel=1e-3)
    assert by_chunks["peak"] < 100
    assert whole["error"].startswith("MemoryError") and "gradient" not in whole
    np.testing.assert_allclose(by_chunks["gradient"], file["gradient"], rtol=1e-10, atol=1e-13)
    assert by_chunks["cost"][0] == pytest.approx(np.log(2)) and by_chunks["cost"][1] < 0.1


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
