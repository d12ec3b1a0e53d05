"""Chapter 07: assumptions on the function, and polls, at other seeds and against scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import PolynomialFeatures

from dlbook import exercises
from dlbook.experiments import measured, theory, theory_rates

SEEDS = range(10, 15)


def test_a_sum_of_curves_is_scikit_learns_least_squares():
    rng = np.random.default_rng(4)
    X, X_new = rng.random((120, 3)), rng.random((50, 3))
    curves = lambda Z: np.hstack([PolynomialFeatures(5, include_bias=False).fit_transform(Z[:, [d]]) for d in range(3)])
    guess = LinearRegression().fit(curves(X), theory.smooth(X)).predict(curves(X_new))
    expected = np.sqrt(np.mean((guess - theory.smooth(X_new)) ** 2))
    assert theory_rates.additive_errors(3, (120,), cases=50, seed=4)[0] == pytest.approx(expected, rel=1e-6)
    assert theory_rates.powers(X).shape == (120, 16)


def test_the_features_that_the_reader_writes_span_the_same_curves():
    X = np.random.default_rng(5).random((40, 3))
    task = exercises.find("theory.additive_features")
    for features in (task.reference, task.function(task.solution)):
        ours, theirs = theory_rates.powers(X), features(X, 5)
        assert np.linalg.matrix_rank(np.hstack([ours, theirs]), tol=1e-8) == np.linalg.matrix_rank(ours) == 16


@pytest.mark.parametrize("seed", SEEDS)
def test_a_true_assumption_needs_two_hundred_samples_and_a_false_one_never_gets_there(seed):
    assert theory_rates.additive_errors(10, (200,), seed=seed)[0] < 0.01
    assert theory.neighbour_errors(10, (8192,), seed=seed)[0] > 0.6
    assert theory_rates.additive_errors(10, (8192,), f=theory_rates.product, seed=seed)[0] > 0.95


def test_both_functions_have_mean_zero_and_variance_one():
    X = np.random.default_rng(0).random((200_000, 4))
    for f in (theory.smooth, theory_rates.product):
        assert abs(f(X).mean()) < 0.02 and f(X).var() == pytest.approx(1, rel=0.02)


@pytest.mark.parametrize("D", [1, 10])
def test_a_poll_is_as_far_off_as_a_mean_is(D):
    found = theory_rates.poll_errors(D, (9, 144), polls=200, seed=11)
    np.testing.assert_allclose(found["measured"], found["expected"], rtol=0.1)
    assert (found["expected"] <= 0.5 / np.sqrt([9, 144])).all()


def test_the_poll_does_not_feel_the_dimension_and_the_grid_does():
    sizes = (4, 64, 1024)
    for seed in SEEDS:
        slopes = [theory.rate(sizes, theory_rates.poll_errors(D, sizes, seed=seed)["measured"]) for D in (1, 10)]
        assert all(-0.56 < slope < -0.44 for slope in slopes)
        assert theory_rates.grid_errors(10, (2,), seed=seed)[0] > 0.035
        assert theory_rates.poll_errors(10, (1024,), seed=seed)["measured"][0] < 0.018
    for D, power in ((1, -1), (2, -0.5), (5, -0.2)):
        sides = theory_rates.sides(D, most=1024)
        rate = theory.rate(np.array(sides) ** D, theory_rates.grid_errors(D, sides, seed=12))
        assert rate == pytest.approx(power, abs=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_five_dimensions_a_grid_begins_below_the_poll_and_ends_above(seed):
    coarse, fine = theory_rates.grid_errors(5, (2, 4), seed=seed)
    few, many = theory_rates.poll_errors(5, (32, 1024), seed=seed)["measured"]
    assert coarse < few and fine > 1.8 * many


def test_the_more_measurements_the_less_the_vote_varies():
    varies = {D: np.mean([theory_rates.poll_errors(D, (4,), polls=1, seed=s)["std"] for s in SEEDS]) for D in (1, 10)}
    assert varies[1] == pytest.approx(0.275, abs=0.02) and varies[10] == pytest.approx(0.09, abs=0.01)


def test_a_voter_says_between_no_and_yes_and_every_voter_weighs_differently():
    X = np.random.default_rng(1).random((30, 6))
    G = theory_rates.votes(X, seed=2, voters=50)
    assert G.shape == (30, 50) and 0 <= G.min() and G.max() <= 1
    assert np.linalg.matrix_rank(G) == 30
    assert (np.diff(theory_rates.votes(np.sort(X[:, :1], axis=0), seed=2), axis=0) >= 0).all()


def test_small_weights_are_slow_and_not_unable():
    """The table: ten times as many steps, and the error falls by more than a half at every seed."""
    table = measured.table(theory_rates.patience)
    early, late = (table.of("error", steps=steps) for steps in (2000, 20_000))
    assert (late < early / 2).all() and (table.of("bend", steps=20_000) > 4 * table.of("bend", steps=2000)).all()


def test_samples_needed_at_other_seeds():
    sizes = [2**k for k in range(2, 14)]
    for seed in SEEDS:
        needed = {D: theory.samples_needed(sizes, theory.neighbour_errors(D, sizes, seed=seed), 0.5) for D in (1, 2, 5)}
        assert needed[1] < 10 < needed[2] < 40 < 400 < needed[5] < 1200


def test_noise_columns_hurt_at_other_draws():
    for seed in SEEDS:
        accuracy = theory.nearest_neighbour_accuracy((64, 1024), seed=seed)
        assert accuracy[1024] < 0.4 < 0.75 < accuracy[64] < 0.95
        assert theory.cube_distances(100, seed=seed).std() == pytest.approx(0.059, abs=0.003)
