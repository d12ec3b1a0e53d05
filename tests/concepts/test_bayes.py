"""Bayes' rule: the twins agree, SciPy and torch's distributions agree, laws hold, bad input is named."""

import itertools
import math
import re
from fractions import Fraction
from math import comb, prod

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
import sklearn.linear_model
import sklearn.naive_bayes
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import bayes
from dlbook.scratch.gradcheck import numerical_gradient

rng = np.random.default_rng(0)
PRIOR = np.array([0.5, 0.0, 0.2, 0.3])
LIKELIHOOD = np.array([[0.1, 0.9, 1.0, 1e-300], [0.0, 1.0, 2.0, 1000.0], [0.2, 0.2, 0.2, 0.2]])
GRID = np.linspace(0, 1, 201)
LINE = np.linspace(-8, 8, 4001)
WITH_ZEROS = np.array([-np.inf, -1000.0, 0.0, -1e-12])
RATES = np.array([0.0, 1e-12, 0.01, 0.5, 0.9, 1.0])
CORNERS = np.array(list(itertools.product(RATES, repeat=3))).T  # every prevalence, sensitivity, specificity
float32 = np.float32


def logs(values):
    with np.errstate(divide="ignore"):
        return np.log(values)


# ─── Finitely many hypotheses ───────────────────────────────────────────────────────────────────────────────


def test_discrete_twins():
    assert_twins_agree("bayes.discrete", PRIOR, LIKELIHOOD)
    assert_twins_agree("bayes.discrete", PRIOR[:, None], LIKELIHOOD.T, dim=0)
    assert_twins_agree("bayes.discrete", PRIOR[::-1], LIKELIHOOD[:, ::-1])
    assert_twins_agree("bayes.discrete", np.array([1.0]), np.array([[1e-300], [1000.0]]))
    assert_twins_agree("bayes.discrete", np.array([0, 1]), np.array([[1, 2], [3, 4]]))
    assert_twins_agree("bayes.discrete", np.full((2, 3, 4), 0.25), rng.random((3, 4)))
    assert_twins_agree("bayes.discrete", np.full((5, 3, 2), 1 / 3), rng.random((3, 2)), dim=-2)
    low = assert_twins_agree("bayes.discrete", PRIOR.astype(float32), LIKELIHOOD, rtol=1e-6)
    assert low.dtype == float32
    # a likelihood outside of float32's range
    for scale in (1e300, 1e-300):
        high = assert_twins_agree("bayes.discrete", np.full(2, 0.5, float32), scale * np.array([3.0, 1.0]), rtol=1e-6)
        assert high.tolist() == [0.75, 0.25] and high.dtype == float32


def test_discrete_from_logs_twins():
    assert_twins_agree("bayes.discrete_from_logs", logs(PRIOR), logs(LIKELIHOOD), atol=1e-15)
    assert_twins_agree("bayes.discrete_from_logs", logs(PRIOR)[:, None], 1000 * logs(LIKELIHOOD).T, dim=0)
    assert_twins_agree("bayes.discrete_from_logs", logs(np.full(4, 0.25)), WITH_ZEROS, atol=1e-15)
    assert_twins_agree("bayes.discrete_from_logs", np.zeros(1), np.full((2, 1), -1e300))
    low = assert_twins_agree("bayes.discrete_from_logs", logs(PRIOR).astype(float32), logs(LIKELIHOOD), rtol=1e-5)
    assert low.dtype == float32


def test_discrete_against_fractions():
    prior, likelihood = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)], [Fraction(1, 7), Fraction(3, 5), Fraction(1)]
    joint = [p * q for p, q in zip(prior, likelihood, strict=True)]
    expected = [float(j / sum(joint)) for j in joint]
    ours = bayes.discrete([float(p) for p in prior], [float(q) for q in likelihood])
    np.testing.assert_allclose(ours, expected, rtol=1e-15)


def test_naive_bayes_is_the_discrete_rule():
    X, y = rng.integers(0, 2, (80, 6)), np.arange(80) % 3
    theirs = sklearn.naive_bayes.BernoulliNB(alpha=1.0).fit(X, y)
    on = np.stack([(X[y == k].sum(axis=0) + 1) / ((y == k).sum() + 2) for k in range(3)])  # (3, 6)
    log_likelihood = X @ np.log(on).T + (1 - X) @ np.log(1 - on).T  # (80, 6) @ (6, 3) -> (80, 3)
    log_prior = np.log(np.bincount(y) / len(y))
    ours = bayes.discrete_from_logs(log_prior, log_likelihood)
    np.testing.assert_allclose(ours, theirs.predict_log_proba(X), rtol=1e-10)


def test_logs_survive_what_a_product_does_not():
    likelihood = np.tile([[0.5, 0.4]], (20_000, 1))  # 0.5^20000 is far below the smallest float
    with pytest.raises(ValueError, match="likelihood must leave some hypothesis possible"):
        bayes.discrete([0.5, 0.5], likelihood.prod(axis=0))
    posterior = bayes.discrete_from_logs(np.log([0.5, 0.5]), np.log(likelihood).sum(axis=0))
    assert posterior.tolist() == pytest.approx([0, 20_000 * np.log(0.4 / 0.5)], rel=1e-10)


def test_the_predictive_is_exact_on_both_sides_of_its_switch():
    """Log Γ below 10⁴, Stirling's series above: products of fractions know the answer."""
    rising = lambda x, k: prod(x + i for i in range(k))
    for a in (9_999, 10_001, 1_000_000, 100_000_000):
        a, b, n = Fraction(a), Fraction(2 * a), 12
        right = [comb(n, k) * rising(a, k) * rising(b, n - k) / rising(a + b, n) for k in range(n + 1)]
        ours = assert_twins_agree("bayes.beta_binomial_predictive", float(a), float(b), np.arange(n + 1.0), float(n))
        np.testing.assert_allclose(ours, np.array(right, float), rtol=1e-10)


def test_the_border_of_the_range_is_no_border_of_the_rule():
    """Products that vanish or overflow, while their ratios are plain."""
    for prior, likelihood, right in (
        ([1e-200, 1.0], [1e-200, 0.0], [1, 0]),
        ([1e-200, 1e-200, 1.0], [3e-200, 1e-200, 0.0], [0.75, 0.25, 0]),
        ([0.5, 0.5], [1.5e308, 0.5e308], [0.75, 0.25]),
        ([1e-310, 1.0], [3e5, 1e-305], [0.75, 0.25]),
    ):
        posterior = assert_twins_agree("bayes.discrete", np.array(prior), np.array(likelihood))
        np.testing.assert_allclose(posterior, right, rtol=1e-4)  # 1e-310 itself has few digits
    for scale in (1e-200, 1e200):
        flat = assert_twins_agree("bayes.continuous", scale * np.ones(3), scale * np.array([0, 1.0, 0]), np.arange(3))
        assert flat.tolist() == [0, 1, 0]
    for var, unit in ((1e-320, 1.0), (1e300, 1e160), (1.0, 1e-170)):
        close = assert_twins_agree("bayes.normal_normal", 0.0 * unit, var, unit * np.array([1.0, 3.0]), var)
        np.testing.assert_allclose([close.mean / unit, close.var / var], [4 / 3, 1 / 3], rtol=1e-3)
    many = assert_twins_agree(
        "bayes.normal_normal", np.zeros((), np.float16), 1.0, np.ones(70_000, np.float16), 1.0, rtol=1e-3
    )
    assert many.mean == 1 and many.mean.dtype == np.float16


@given(
    prior=arrays(float, 4, elements=st.floats(0.01, 1)),
    likelihood=arrays(float, (3, 4), elements=st.floats(1e-6, 1e6)),
)
def test_laws_of_the_discrete_rule(prior, likelihood):
    prior = prior / prior.sum()
    at_once = bayes.discrete(prior, likelihood.prod(axis=0))
    assert at_once.sum() == pytest.approx(1)
    # data one after the other, yesterday's posterior as today's prior, in any order
    for order in ([0, 1, 2], [2, 0, 1]):
        belief = prior
        for datum in likelihood[order]:
            belief = bayes.discrete(belief, datum)
        np.testing.assert_allclose(belief, at_once, rtol=1e-10)
    np.testing.assert_allclose(bayes.discrete(prior, 7 * likelihood[0]), bayes.discrete(prior, likelihood[0]))
    np.testing.assert_allclose(bayes.discrete(prior, np.full(4, 0.3)), prior, rtol=1e-12)  # says nothing
    logs_too = bayes.discrete_from_logs(np.log(prior), np.log(likelihood).sum(axis=0))
    np.testing.assert_allclose(np.exp(logs_too), at_once, rtol=1e-10)


def test_what_has_no_prior_never_comes_back():
    belief = bayes.discrete(PRIOR, [1e-9, 1.0, 1e-9, 1e-9])
    assert belief[1] == 0
    assert bayes.discrete_from_logs(logs(PRIOR), [-1000.0, 0.0, -1000.0, -1000.0])[1] == -np.inf


# ─── Densities ──────────────────────────────────────────────────────────────────────────────────────────────


def test_continuous_twins():
    prior, likelihood = GRID * (1 - GRID), np.stack([GRID**7, np.ones_like(GRID), 1000 * (GRID > 0.5)])
    assert_twins_agree("bayes.continuous", prior, likelihood, GRID)
    assert_twins_agree("bayes.continuous", prior[::2], likelihood[:, ::2], GRID[::2])
    assert_twins_agree("bayes.continuous", np.array([1, 0]), np.array([2, 3]), np.array([-1000.0, 1000.0]))
    assert assert_twins_agree(
        "bayes.continuous", prior.astype(float32), likelihood, GRID, rtol=1e-5
    ).dtype == float32  # fmt: skip
    high = assert_twins_agree("bayes.continuous", np.ones(3, float32), 1e300 * np.array([1.0, 2, 1]), np.arange(3))
    assert high.dtype == float32 and high.tolist() == pytest.approx([1 / 3, 2 / 3, 1 / 3])
    args = (logs(prior), logs(likelihood), GRID)
    assert_twins_agree("bayes.continuous_from_logs", *args, atol=1e-14)
    assert_twins_agree("bayes.continuous_from_logs", args[0].astype(float32), *args[1:], rtol=1e-5, atol=1e-5)


def test_credible_interval_twins():
    density = GRID**3 * (1 - GRID)
    for mass in (0.5, 0.95, 0.999, 1):
        assert_twins_agree("bayes.credible_interval", density, GRID, mass=mass)
    assert_twins_agree("bayes.credible_interval", np.r_[0.0, 0, 5, 0, 0], np.arange(5))
    assert_twins_agree("bayes.credible_interval", density[::-2], GRID[::2])
    low = assert_twins_agree("bayes.credible_interval", density.astype(float32), GRID, rtol=1e-4)
    assert low[0].dtype == low[1].dtype == float32
    many = np.stack([[density, GRID, np.ones_like(GRID)], [density[::-1], GRID**9, 1000 * GRID]])  # (2, 3, G)
    low, high = assert_twins_agree("bayes.credible_interval", many, GRID, mass=0.9)
    for i, j in np.ndindex(2, 3):
        assert (low[i, j], high[i, j]) == bayes.credible_interval(many[i, j], GRID, 0.9)


@pytest.mark.parametrize("density", [[1.0, 1, 0, 0, 0, 1, 1], [0.0, 1, 0, 1, 0, 0, 0], [0.0, 0, 1, 1, 1, 0, 0]])
def test_an_interval_that_holds_nothing_is_no_less_than_nothing(density):
    low, high = assert_twins_agree("bayes.credible_interval", np.array(density), np.arange(7.0), mass=0)
    assert low <= high
    assert np.interp((low, high), np.arange(7), scipy.integrate.cumulative_trapezoid(density, initial=0)) == (
        pytest.approx(np.trapezoid(density) / 2)
    )


def test_conjugate_twins():
    counts = np.array([0, 1, 7, 1000]), np.array([0.0, 3.0, 1e-9, 1000.0])
    assert_twins_agree("bayes.beta_binomial", np.array(0.5), np.array([[1e-9], [1000.0]]), *counts)
    assert_twins_agree("bayes.beta_binomial", 1.0, 2.0, 3, 4)
    low = assert_twins_agree("bayes.beta_binomial", np.array(2, float32), 3.0, *counts, rtol=1e-6)
    assert low[0].dtype == low[1].dtype == float32
    data = rng.normal(size=(3, 5))
    assert_twins_agree("bayes.normal_normal", np.array(1000.0), np.array([1e-9, 1.0, 1e9]), data, np.array(2.0))
    assert_twins_agree("bayes.normal_normal", 0.5, 2.0, data[0, ::-2], 0.1)
    assert_twins_agree("bayes.normal_normal", np.array(0.5), 2.0, np.array([]), 0.1)
    assert_twins_agree("bayes.normal_normal", np.array([0, 1]), 2.0, np.zeros((2, 0)), 0.1)
    low = assert_twins_agree("bayes.normal_normal", np.array([0.5], float32), 1.0, data, 1.0, rtol=1e-5)
    assert low[0].dtype == low[1].dtype == float32


def test_predictive_twins():
    a, b, n = np.array([[0.1], [1.0], [30.0], [1000.0]]), 2.5, 12
    assert_twins_agree("bayes.beta_binomial_predictive", a, b, np.arange(n + 1), n)
    assert_twins_agree("bayes.beta_binomial_predictive", np.array(1), np.array(1), np.array(0), np.array(0))
    low = assert_twins_agree("bayes.beta_binomial_predictive", a.astype(float32), b, np.arange(n + 1), n, rtol=1e-5)
    assert low.dtype == float32


@pytest.mark.parametrize(("a", "b", "successes", "failures"), [(1, 1, 3, 7), (2, 5, 0, 4), (30, 30, 40, 2)])
def test_beta_binomial_on_the_grid_and_in_scipy(a, b, successes, failures):
    posterior = bayes.beta_binomial(a, b, successes, failures)
    closed = scipy.stats.beta(*posterior)
    fine = np.linspace(0, 1, 20_001)
    likelihood = scipy.stats.binom.pmf(successes, successes + failures, fine)
    grid = bayes.continuous(scipy.stats.beta(a, b).pdf(fine), likelihood, fine)
    np.testing.assert_allclose(grid, closed.pdf(fine), atol=1e-5)
    interval = bayes.credible_interval(grid, fine, 0.9)
    np.testing.assert_allclose(interval, closed.interval(0.9), atol=1e-5)


def test_normal_normal_on_the_grid_and_in_scipy():
    data, prior = np.array([1.2, 0.3, 2.2]), scipy.stats.norm(-1, np.sqrt(0.5))
    posterior = bayes.normal_normal(-1, 0.5, data, 2.0)
    closed = scipy.stats.norm(posterior.mean, np.sqrt(posterior.var))
    log_likelihood = scipy.stats.norm.logpdf(data[:, None], LINE, np.sqrt(2.0)).sum(axis=0)  # (3, G) -> (G,)
    grid = np.exp(bayes.continuous_from_logs(prior.logpdf(LINE), log_likelihood, LINE))
    np.testing.assert_allclose(grid, closed.pdf(LINE), atol=1e-9)
    np.testing.assert_allclose(
        bayes.credible_interval(grid, LINE), closed.interval(0.95), atol=3e-5
    )  # straight lines: h²


def test_no_data_no_change():
    assert bayes.normal_normal(3.0, 2.0, [], 1.0) == (pytest.approx(3), pytest.approx(2))
    assert bayes.beta_binomial(3.0, 2.0, 0, 0) == (3, 2)


@given(data=arrays(float, 4, elements=st.floats(-10, 10)), var=st.floats(0.1, 10), noise_var=st.floats(0.1, 10))
def test_normal_data_one_after_the_other(data, var, noise_var):
    at_once = bayes.normal_normal(1.0, var, data, noise_var)
    belief = bayes.Normal(1.0, var)
    for value in data[::-1]:
        belief = bayes.normal_normal(*belief, [value], noise_var)
    np.testing.assert_allclose(belief, at_once, rtol=1e-9, atol=1e-9)
    assert at_once.var < min(var, noise_var / 4)


@pytest.mark.parametrize(("a", "b", "n"), [(1, 1, 9), (0.3, 4, 30), (200, 100, 50)])
def test_predictive_is_scipys_and_the_mixture_over_the_posterior(a, b, n):
    k = np.arange(n + 1)
    ours = bayes.beta_binomial_predictive(a, b, k, n)
    np.testing.assert_allclose(ours, scipy.stats.betabinom.pmf(k, n, a, b), rtol=1e-9)
    assert ours.sum() == pytest.approx(1, rel=1e-12)
    # the rule of succession: the chance of one more success is the mean
    assert bayes.beta_binomial_predictive(a, b, 1, 1) == pytest.approx(a / (a + b), rel=1e-11)


@pytest.mark.parametrize(("a", "b"), [(9_999, 3), (10_001, 9_999), (7 * 10**9, 3 * 10**9), (1, 10**15)])
def test_predictive_of_large_counts_is_the_product_of_fractions(a, b):
    """C(n, k) a (a + 1) … b (b + 1) … / (a + b) (a + b + 1) …, where log Γ(a + b) has no digit left for the ratio."""

    def rising(x, k):
        return math.prod(range(x, x + k))

    n, k = 40, np.arange(41)
    exact = [float(Fraction(math.comb(n, i) * rising(a, i) * rising(b, n - i), rising(a + b, n))) for i in range(41)]
    ours = assert_twins_agree("bayes.beta_binomial_predictive", a, b, k, n)
    np.testing.assert_allclose(ours, exact, rtol=1e-10)


def test_the_logs_of_a_grid_survive_many_data():
    heads, tails = 30_000, 20_000
    with np.errstate(divide="ignore"):
        log_likelihood = heads * np.log(GRID) + tails * np.log(1 - GRID)
    with pytest.raises(ValueError, match="likelihood must leave some hypothesis possible"):
        bayes.continuous(np.ones_like(GRID), np.exp(log_likelihood), GRID)
    fine = np.linspace(0.55, 0.65, 4001)
    log_likelihood = heads * np.log(fine) + tails * np.log(1 - fine)
    density = np.exp(bayes.continuous_from_logs(np.zeros_like(fine), log_likelihood, fine))
    np.testing.assert_allclose(density, scipy.stats.beta(heads + 1, tails + 1).pdf(fine), rtol=1e-6, atol=1e-9)


def test_an_interval_of_a_straight_line():
    assert bayes.credible_interval(np.ones(11), np.linspace(0, 1, 11), 0.9) == pytest.approx((0.05, 0.95))
    assert bayes.credible_interval(np.r_[0.0, 0, 1, 1, 0, 0], np.arange(6), 1) == pytest.approx((1, 4))


def test_torchs_distributions_agree():
    posterior = bayes.beta_binomial(2.0, 3.0, 4, 5)
    inside = torch.from_numpy(GRID[1:-1])
    theirs = torch.distributions.Beta(*(torch.tensor(float(v), dtype=torch.float64) for v in posterior))
    prior = torch.distributions.Beta(torch.tensor(2.0).double(), torch.tensor(3.0).double())
    log_likelihood = 4 * inside.log() + 5 * torch.log1p(-inside)
    ours = dlbook.pytorch.bayes.continuous_from_logs(prior.log_prob(inside), log_likelihood, inside)
    np.testing.assert_allclose(ours.exp(), theirs.log_prob(inside).exp(), atol=1e-4)


# ─── A line ─────────────────────────────────────────────────────────────────────────────────────────────────

LINE_X = np.column_stack([np.ones(6), [-1000.0, 0.0, 1e-9, 1.5, 1.5, 1000.0]])
LINE_Y = np.array([1000.0, 0.0, -2.0, 1.0, 1e-9, -1000.0])


def test_linear_regression_twins():
    # atol: a sum of products of up to 10⁶ cancels to an intercept of 10⁻³
    for noise_var, prior_var in ((1.0, 1.0), (1e-3, 1e3), (1e6, 1e-6)):
        assert_twins_agree("bayes.linear_regression", LINE_X, LINE_Y, noise_var, prior_var, atol=1e-12)
    assert_twins_agree("bayes.linear_regression", rng.normal(size=(20, 5)), rng.normal(size=20), 0.3, 2.0)
    assert_twins_agree("bayes.linear_regression", LINE_X[:1], LINE_Y[:1], 0.3, 2.0, atol=1e-12)
    assert_twins_agree(
        "bayes.linear_regression", LINE_X[:, ::-1], LINE_Y[::-1], np.array(0.3), np.array(2.0), atol=1e-12
    )
    assert_twins_agree("bayes.linear_regression", np.array([[1, 2], [3, 4]]), np.array([1, 0]), 1, 2)
    none = assert_twins_agree("bayes.linear_regression", np.zeros((0, 2)), np.zeros(0), 0.3, 2.0)
    assert none.mean.tolist() == [0, 0] and none.cov.tolist() == [[2, 0], [0, 2]]  # the prior
    low = assert_twins_agree("bayes.linear_regression", LINE_X[1:5].astype(float32), LINE_Y[1:5], 0.3, 2.0, rtol=1e-6)
    assert low.mean.dtype == low.cov.dtype == float32


def test_linear_predictive_twins():
    mean, cov = bayes.linear_regression(LINE_X[1:5], LINE_Y[1:5], 0.3, 2.0)
    for noise_var in (0.0, 0.3, 1000.0):
        assert_twins_agree("bayes.linear_predictive", LINE_X, mean, cov, noise_var)
    assert_twins_agree("bayes.linear_predictive", LINE_X[::-2], mean[::-1], cov[::-1, ::-1], 0.3)
    assert_twins_agree("bayes.linear_predictive", np.array([[1, 2]]), np.array([1, 0]), np.array([[2, 0], [0, 2]]), 1)
    low = assert_twins_agree("bayes.linear_predictive", LINE_X[1:5].astype(float32), mean, cov, 0.3, rtol=1e-6)
    assert low.mean.dtype == low.var.dtype == float32


def test_the_belief_in_lines_is_scikit_learns():
    """Ridge regression has the mean; BayesianRidge the covariance too, pinned by a prior that outweighs the data."""
    X, y, noise_var, prior_var = rng.normal(size=(30, 4)), rng.normal(size=30), 0.4, 3.0
    mean, cov = bayes.linear_regression(X, y, noise_var, prior_var)
    ridge = sklearn.linear_model.Ridge(alpha=noise_var / prior_var, fit_intercept=False, solver="cholesky").fit(X, y)
    np.testing.assert_allclose(mean, ridge.coef_, rtol=1e-10)
    sure = 1e14
    pinned = {"alpha_1": sure / noise_var, "alpha_2": sure, "lambda_1": sure / prior_var, "lambda_2": sure}
    theirs = sklearn.linear_model.BayesianRidge(**pinned, fit_intercept=False).fit(X, y)
    assert (theirs.alpha_, theirs.lambda_) == (pytest.approx(1 / noise_var), pytest.approx(1 / prior_var))
    np.testing.assert_allclose(mean, theirs.coef_, rtol=1e-8)
    np.testing.assert_allclose(cov, theirs.sigma_, rtol=1e-8, atol=1e-12)
    X_new = rng.normal(size=(7, 4))
    centre, spread = theirs.predict(X_new, return_std=True)
    ours = bayes.linear_predictive(X_new, mean, cov, noise_var)
    np.testing.assert_allclose(ours.mean, centre, rtol=1e-8)
    np.testing.assert_allclose(ours.var, spread**2, rtol=1e-8)


def test_a_posterior_over_lines_by_conditioning_all_that_is_normal():
    """Weights and outcomes are jointly normal before: SciPy's density of both, divided by that of the outcomes."""
    X, noise_var, prior_var = rng.normal(size=(3, 2)), 0.5, 2.0
    w, y = rng.normal(size=2), rng.normal(size=3)
    joint = np.block([[prior_var * np.eye(2), prior_var * X.T], [prior_var * X, prior_var * X @ X.T + 0.5 * np.eye(3)]])
    before = scipy.stats.multivariate_normal(np.zeros(5), joint).logpdf(np.append(w, y))
    evidence = scipy.stats.multivariate_normal(np.zeros(3), joint[2:, 2:]).logpdf(y)
    posterior = scipy.stats.multivariate_normal(*bayes.linear_regression(X, y, noise_var, prior_var))
    assert posterior.logpdf(w) == pytest.approx(before - evidence, rel=1e-10)


def test_one_weight_and_a_column_of_ones_is_the_mean_with_a_normal_prior():
    data = rng.normal(size=9)
    mean, cov = bayes.linear_regression(np.ones((9, 1)), data, 0.7, 2.5)
    assert (mean[0], cov[0, 0]) == pytest.approx(bayes.normal_normal(0.0, 2.5, data, 0.7))


@settings(deadline=None)
@given(X=arrays(float, (5, 2), elements=st.floats(-3, 3)), y=arrays(float, 5, elements=st.floats(-3, 3)))
def test_laws_of_a_line(X, y):
    mean, cov = bayes.linear_regression(X, y, 0.5, 2.0)
    flipped = bayes.linear_regression(X[::-1], y[::-1], 0.5, 2.0)
    np.testing.assert_allclose(flipped.mean, mean, rtol=1e-9, atol=1e-9)
    less = bayes.linear_regression(X[:-1], y[:-1], 0.5, 2.0).cov
    assert (np.linalg.eigvalsh(less - cov) > -1e-9).all()  # a datum never makes less sure
    band = bayes.linear_predictive(X, mean, cov, 0.5)
    assert (band.var >= 0.5).all() and (bayes.linear_predictive(X, mean, cov, 0.0).var <= 0.5 + 1e-9).all()


ROOMS = pytest.mark.parametrize("room", ["scratch", "pytorch"])
TWO = np.array([[1.0, 0.0], [1.0, 2.0]])  # rows, and a covariance


@ROOMS
@pytest.mark.parametrize(("X", "prior_var"), [([[1.0, 1.0], [2.0, 2.0]], 1e300), ([[1e200, 1.0], [1.0, 1.0]], 1.0)])
def test_a_line_without_an_answer_is_told(room, X, prior_var):
    told = "X must leave a covariance: got a precision without an inverse, need columns that differ, less prior_var"
    with pytest.raises(ValueError, match=re.escape(told)):
        getattr(dlbook, room).bayes.linear_regression(X, [1.0, 2.0], 1.0, prior_var)


@ROOMS
@pytest.mark.parametrize(
    ("name", "args", "told"),
    [
        ("regression", ([1.0, 2.0], [1, 2], 1, 1), "X must have a row a case: got shape (2,), need shape (N, D)"),
        ("regression", (TWO, TWO, 1, 1), "y must have one dimension: got shape (2, 2), need shape (N,)"),
        ("regression", (TWO, [1], 1, 1), "y must be as long as there are rows of X: got 1, need 2"),
        ("regression", (TWO, [1, np.nan], 1, 1), "y must be finite: got nan, need finite numbers"),
        ("regression", (TWO, [1, 2], 0, 1), "noise_var must be positive: got 0, need more than 0"),
        ("regression", (TWO, [1, 2], 1, [1, 1]), "prior_var must be one number: got shape (2,), need shape ()"),
        ("predictive", (TWO, [1], TWO, 1), "mean must be as long as there are columns of X: got 1, need 2"),
        ("predictive", (TWO, [1, 2], TWO[:1], 1), "cov must hold a covariance of every two weights: got shape (1, 2)"),
        ("predictive", (TWO, [1, 2], TWO, -1), "noise_var must not be negative: got -1, need 0 or more"),
    ],
)
def test_a_line_that_cannot_be_is_named(room, name, args, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        getattr(getattr(dlbook, room).bayes, f"linear_{name}")(*args)


# ─── Medical tests ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tests", [0, 1, 2, 500])
@pytest.mark.parametrize("zero_division", [0.0, 1.0, np.nan])
def test_medical_test_twins(tests, zero_division):
    assert_twins_agree("bayes.medical_test", *CORNERS, tests=tests, zero_division=zero_division)


def test_after_results_twins():
    assert_twins_agree("bayes.after_results", *CORNERS, np.array([[0], [1], [30]]), np.array([[2], [0], [1000]]))
    assert_twins_agree("bayes.after_results", 0.01, 0.9, 0.95, 2, 1)
    assert_twins_agree("bayes.after_results", CORNERS[0][::-3], 0.9, CORNERS[2][::-3], 2, 1)
    assert_twins_agree("bayes.medical_test", np.array([1, 0]), 0.9, np.array([0.2, 0.8]))


def test_float16_is_computed_wider():
    ppv, _ = assert_twins_agree("bayes.medical_test", np.array(0.01, np.float16), 0.9, 0.999, rtol=1e-3)
    assert float(ppv) == pytest.approx(0.9009, abs=5e-4)  # in float16 itself, 1 − 0.999 has three digits: 0.902


def test_the_prevalence_decides_the_dtype():
    for dtype in (np.float32, np.float64):
        values = assert_twins_agree("bayes.medical_test", RATES.astype(dtype), RATES[:, None], 0.9, rtol=1e-5)
        assert {value.dtype for value in values} == {np.dtype(dtype)}


def enumerated(prevalence, sensitivity, specificity, results):
    """P(sick | results) in fractions, by the joint probabilities of both conditions; None for 0/0."""
    sick, healthy = prevalence, 1 - prevalence
    for positive in results:
        sick *= sensitivity if positive else 1 - sensitivity
        healthy *= 1 - specificity if positive else specificity
    return sick / (sick + healthy) if sick + healthy else None


@pytest.mark.parametrize("results", ["+", "-", "++", "+-+", "----", ""])
def test_after_results_against_fractions(results):
    tenths = [Fraction(i, 4) for i in range(5)]
    for rates in itertools.product(tenths, repeat=3):
        expected = enumerated(*rates, [r == "+" for r in results])
        floats = [float(rate) for rate in rates]
        counts = results.count("+"), results.count("-")
        ours = bayes.after_results(*floats, *counts, zero_division=np.nan)
        assert ours == pytest.approx(np.nan if expected is None else float(expected), rel=1e-13, nan_ok=True)


def test_predictive_values_are_those_of_the_confusion_matrix():
    tn, fp, fn, tp = 880, 20, 30, 70
    ppv, npv = bayes.medical_test(100 / 1000, tp / 100, tn / 900)
    assert ppv == pytest.approx(tp / (tp + fp)) and npv == pytest.approx(tn / (tn + fn))


def test_zero_by_zero():
    nobody = {"prevalence": 0.0, "sensitivity": 0.9, "specificity": 1.0}  # nobody is positive
    assert bayes.medical_test(**nobody) == (0, 1)
    assert bayes.medical_test(**nobody, zero_division=1.0) == (1, 1)
    assert np.isnan(bayes.medical_test(**nobody, zero_division=np.nan).ppv)
    assert bayes.medical_test(0.0, 0.9, 0.9) == (0, 1)  # 0 / 0.1 is no 0/0
    assert bayes.medical_test(0.3, 0.9, 0.8, tests=0) == (pytest.approx(0.3), pytest.approx(0.7))


@settings(deadline=None)
@given(rates=st.tuples(*[st.floats(0.01, 0.99)] * 3), positives=st.integers(0, 6), negatives=st.integers(0, 6))
def test_laws_of_repeated_tests(rates, positives, negatives):
    prevalence, sensitivity, specificity = rates
    at_once = bayes.after_results(*rates, positives, negatives)
    belief = prevalence
    for _ in range(positives):
        belief = bayes.medical_test(belief, sensitivity, specificity).ppv
    for _ in range(negatives):
        belief = 1 - bayes.medical_test(belief, sensitivity, specificity).npv
    assert at_once == pytest.approx(belief, rel=1e-6, abs=1e-12)  # 1 − NPV cancels
    # the two hypotheses of the discrete rule
    likelihood = [
        sensitivity**positives * (1 - sensitivity) ** negatives,
        (1 - specificity) ** positives * specificity**negatives,
    ]
    assert at_once == pytest.approx(bayes.discrete([prevalence, 1 - prevalence], likelihood)[0], rel=1e-9)
    # a test that does not look at the condition says nothing
    assert bayes.after_results(prevalence, 0.3, 0.7, positives, negatives) == pytest.approx(prevalence)


# ─── Gradients ──────────────────────────────────────────────────────────────────────────────────────────────


def test_torch_differentiates_every_posterior():
    prior, likelihood, grid = np.array([0.2, 0.5, 0.3]), rng.uniform(0.1, 1, (2, 3)), np.array([0.0, 0.3, 1.0])
    weight = rng.normal(size=(2, 3))
    for name, before, after in (("discrete", (prior,), ()), ("continuous", (prior,), (grid,))):
        ours, theirs = (getattr(getattr(dlbook, room).bayes, name) for room in ("scratch", "pytorch"))
        x = torch.from_numpy(likelihood).requires_grad_()
        (
            theirs(*map(torch.from_numpy, before), x, *map(torch.from_numpy, after)) * torch.from_numpy(weight)
        ).sum().backward()
        f = lambda x, ours=ours, before=before, after=after: (ours(*before, x, *after) * weight).sum()
        np.testing.assert_allclose(x.grad.numpy(), numerical_gradient(f, likelihood), rtol=1e-6, atol=1e-9)
    rates = np.array([0.01, 0.9, 0.95])
    for part in (0, 1):
        x = torch.from_numpy(rates.copy()).requires_grad_()
        dlbook.pytorch.bayes.medical_test(*x, tests=2)[part].backward()
        f = lambda x, part=part: bayes.medical_test(*x, tests=2)[part]
        np.testing.assert_allclose(x.grad.numpy(), numerical_gradient(f, rates), rtol=1e-6, atol=1e-9)


def gradients_agree(name, *args, at, rtol=1e-6, **kwargs):
    """Autograd's gradient of every part of the result, by every argument in `at`, is that of finite differences."""
    theirs, ours = (getattr(getattr(dlbook, room).bayes, name) for room in ("pytorch", "scratch"))
    parts = lambda result: result if isinstance(result, tuple) else (result,)
    weights = [rng.normal(size=np.shape(part)) for part in parts(ours(*args, **kwargs))]
    leaves = [torch.tensor(value, dtype=torch.float64, requires_grad=i in at) for i, value in enumerate(args)]
    total = zip(parts(theirs(*leaves, **kwargs)), weights, strict=True)
    sum((part * torch.as_tensor(weight)).sum() for part, weight in total).backward()
    for i in at:

        def f(x, i=i):
            result = parts(ours(*args[:i], x, *args[i + 1 :], **kwargs))
            return sum((part * weight).sum() for part, weight in zip(result, weights, strict=True))

        expected = numerical_gradient(f, np.array(args[i], float))
        np.testing.assert_allclose(leaves[i].grad.numpy(), expected, rtol=rtol, atol=1e-8)


def test_torch_differentiates_logs_pairs_and_intervals():
    log_likelihood, theta = rng.normal(size=(2, 3)), np.array([0.0, 0.3, 1.0])
    gradients_agree("discrete_from_logs", np.log([0.2, 0.5, 0.3]), log_likelihood, at=(1,))
    gradients_agree("continuous_from_logs", np.array([0.2, -1.0, 0.3]), log_likelihood, theta, at=(0, 1))
    gradients_agree("beta_binomial", np.array([0.5, 3.0]), 2.0, 4.0, np.array([1.0, 0.5]), at=(0, 1, 2, 3))
    gradients_agree("beta_binomial_predictive", np.array([0.5, 3.0, 2e4]), 2.0, 3.0, 7.0, at=(0, 1))
    gradients_agree("normal_normal", np.array([0.5, 1.0]), 2.0, rng.normal(size=(2, 4)), 0.7, at=(0, 1, 2, 3))
    gradients_agree("credible_interval", rng.uniform(0.5, 2, (2, 9)), np.linspace(0, 1, 9), at=(0,), mass=0.9)
    gradients_agree("medical_test", 0.02, 0.8, np.array([0.9, 0.7]), at=(0, 1, 2), tests=3)
    X, y = rng.normal(size=(6, 2)), rng.normal(size=6)
    gradients_agree("linear_regression", X, y, 0.7, 2.0, at=(0, 1, 2, 3))
    gradients_agree("linear_predictive", X, y[:2], np.array([[2.0, 0.5], [0.5, 1.0]]), 0.7, at=(0, 1, 2, 3))
    gradients_agree("after_results", 0.02, 0.8, np.array([0.9, 0.7]), 3, 2, at=(0, 1, 2))


@pytest.mark.parametrize("tests", [1, 2])
@pytest.mark.parametrize("rates", list(itertools.product([0.0, 0.4, 1.0], repeat=3)))
def test_the_gradient_of_a_medical_test_at_the_ends(rates, tests):
    """The quotient's own derivative, u = π sᵏ over v = π sᵏ + (1 − π)(1 − c)ᵏ; a constant where v is 0."""
    pi, s, c = rates
    u, v = pi * s**tests, pi * s**tests + (1 - pi) * (1 - c) ** tests
    du = s**tests, pi * tests * s ** (tests - 1), 0
    dv = s**tests - (1 - c) ** tests, du[1], -(1 - pi) * tests * (1 - c) ** (tests - 1)
    expected = [(a * v - u * b) / v**2 if v else 0 for a, b in zip(du, dv, strict=True)]
    x = torch.tensor(rates, dtype=torch.float64, requires_grad=True)
    ppv, npv = dlbook.pytorch.bayes.medical_test(*x, tests=tests)
    (of_npv,) = torch.autograd.grad(npv, x, retain_graph=True)
    ppv.backward()
    np.testing.assert_allclose(x.grad, expected, rtol=1e-12, atol=1e-15)
    assert of_npv.isfinite().all()


@pytest.mark.parametrize("function", ["medical_test", "after_results"])
def test_an_end_leaves_the_gradients_beside_it_alone(function):
    """One sensitivity for many prevalences: 0, 1 and a 0/0 among them add nothing, and no NaN."""
    counts = (2,) if function == "medical_test" else (2, 0)
    grads = []
    for prevalence, specificity in (([0.3], [0.9]), ([0.0, 0.3, 1.0, 0.0], [0.9, 0.9, 0.9, 1.0])):
        s = torch.tensor(0.8, dtype=torch.float64, requires_grad=True)
        result = getattr(dlbook.pytorch.bayes, function)(
            torch.tensor(prevalence, dtype=torch.float64), s, specificity, *counts
        )
        (result.ppv if counts == (2,) else result).sum().backward()
        grads.append(s.grad.item())
    assert grads[1] == pytest.approx(grads[0], rel=1e-12)
    ends = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in CORNERS]
    result = getattr(dlbook.pytorch.bayes, function)(*ends, *counts)
    sum(part.sum() for part in (result if counts == (2,) else (result,))).backward()
    assert all(end.grad.isfinite().all() for end in ends)


def test_torch_finds_how_fast_ppv_grows():
    """dPPV/dπ = s (1 − c) / P(positive)²."""
    prevalence = torch.tensor(0.01, dtype=torch.float64, requires_grad=True)
    dlbook.pytorch.bayes.medical_test(prevalence, 0.9, 0.91).ppv.backward()
    assert prevalence.grad.item() == pytest.approx(0.9 * 0.09 / (0.01 * 0.9 + 0.99 * 0.09) ** 2, rel=1e-12)


# ─── Bad input ──────────────────────────────────────────────────────────────────────────────────────────────

IMPOSSIBLE = "must leave some hypothesis possible: got data that no hypothesis allows, need one that has a prior and"
HALF, TWO, TWO_UP = [0.5, 0.5], [0.0, 1.0], [1.0, 2.0]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("discrete", (HALF, [0.0, 0.0]), f"likelihood {IMPOSSIBLE}"),
        ("discrete", ([1.0, 0.0], [[1.0, 1.0], [0.0, 1.0]]), f"likelihood {IMPOSSIBLE}"),
        ("discrete", ([0.5, 0.6], HALF), "prior must sum to 1: got 1.1, need 1"),
        ("discrete", ([-0.5, 1.5], HALF), "prior must not be negative: got -0.5, need 0 or more"),
        ("discrete", (HALF, [np.nan, 1.0]), "likelihood must be finite: got nan, need finite numbers"),
        ("discrete", (HALF, [-1.0, 1.0]), "likelihood must not be negative: got -1, need 0 or more"),
        ("discrete", (HALF, [1.0, 1.0, 1.0]), "likelihood must be given for every hypothesis: got 3 along dim, need 2"),
        ("discrete", ([], []), "prior must not be empty: got shape (0,), need at least one number"),
        ("discrete", ([1j], [1.0]), "prior must hold numbers: got dtype "),
        (
            "discrete",
            (HALF, [HALF, HALF], 0),
            "dim must be the same axis in both: got 0 for shapes (2,) and (2, 2), need one that both have, counted",
        ),
        ("discrete", (HALF, HALF, -2), "dim must be the same axis in both: got -2 for shapes (2,) and (2,)"),
        ("discrete_from_logs", ([0.0, 0.0], HALF), "log_prior must have exponentials that sum to 1: got 2, need 1"),
        ("discrete_from_logs", ([0.0, -np.inf], [-np.inf, 0.0]), f"log_likelihood {IMPOSSIBLE}"),
        (
            "discrete_from_logs",
            ([0.0, -np.inf], [np.inf, 0.0]),
            "log_likelihood must be a logarithm: got inf, need finite numbers or −∞",
        ),
        ("continuous", (HALF, [0.0, 0.0], TWO), f"likelihood {IMPOSSIBLE}"),
        ("continuous", (HALF, [1.0, -1.0], TWO), "likelihood must not be negative: got -1, need 0 or more"),
        ("continuous", (HALF, HALF, [1.0, 0.0]), "grid must ascend: got 2 points, need θ₁ < θ₂ < …"),
        ("continuous", (HALF, HALF, [0.0]), "grid must ascend: got 1 points, need"),
        ("continuous", (HALF, HALF, [TWO]), "grid must ascend: got shape (1, 2), need"),
        (
            "continuous",
            ([0.5], HALF, TWO),
            "prior must have one value a point of grid: got shape (1,), need shape (…, 2)",
        ),
        ("continuous_from_logs", (HALF, [-np.inf, -np.inf], TWO), f"log_likelihood {IMPOSSIBLE}"),
        ("continuous_from_logs", ([np.nan, 0.0], HALF, TWO), "log_prior must be a logarithm: got nan, need finite"),
        ("credible_interval", ([0.0, 0.0], TWO), f"density {IMPOSSIBLE}"),
        ("credible_interval", ([HALF, [0.0, 0.0]], TWO), f"density {IMPOSSIBLE}"),
        (
            "credible_interval",
            (HALF, [0.0, 0.5, 1.0]),
            "density must have one value a point of grid: got shape (2,), need shape (…, 3)",
        ),
        ("credible_interval", (HALF, TWO, 1.5), "mass must be a number: got 1.5, need 0 to 1"),
        *(
            (name, arguments, f"{culprit} must broadcast: got shape {got}, need one that fits {need}")
            for name, arguments, culprit, got, need in (
                ("discrete", ([HALF, HALF], [HALF, HALF, HALF]), "likelihood", "(3, 2)", "(2, 2)"),
                ("continuous", ([HALF, HALF], [HALF, HALF, HALF], TWO), "likelihood", "(3, 2)", "(2, 2)"),
                ("beta_binomial", (1.0, TWO_UP, 1, [1, 2, 3]), "failures", "(3,)", "(2,)"),
                ("beta_binomial_predictive", (TWO_UP, 1.0, [1, 2, 3], 4), "successes", "(3,)", "(2,)"),
                ("normal_normal", (TWO_UP, 1.0, [HALF, HALF, HALF], 1.0), "data", "(3,)", "(2,)"),
                ("medical_test", (HALF, 0.9, [0.9, 0.8, 0.7]), "specificity", "(3,)", "(2,)"),
                ("after_results", (HALF, 0.9, 0.9, 1, [1, 2, 3]), "negatives", "(3,)", "(2,)"),
            )
        ),
        ("beta_binomial", (0.0, 1.0, 1, 1), "a must be positive: got 0, need more than 0"),
        ("beta_binomial", (1.0, 1.0, 1, -1), "failures must not be negative: got -1, need 0 or more"),
        ("beta_binomial_predictive", (1.0, 1.0, [1, 5], 4), "successes must not exceed trials: got 5 of 4, need k ≤ n"),
        ("normal_normal", (0.0, 1.0, [1.0], 0.0), "noise_var must be positive: got 0, need more than 0"),
        ("normal_normal", (0.0, -1.0, [1.0], 1.0), "var must be positive: got -1, need more than 0"),
        ("normal_normal", (0.0, 1.0, 1.0, 1.0), "data must have a dimension: got shape (), need shape (…, n)"),
        ("normal_normal", (0.0, 1.0, [np.inf], 1.0), "data must be finite: got inf, need finite numbers"),
        ("medical_test", (1.5, 0.9, 0.9), "prevalence must lie in [0, 1]: got 1.5, need numbers from 0 to 1"),
        ("medical_test", (0.5, 0.9, [0.9, -0.1]), "specificity must lie in [0, 1]: got -0.1, need numbers from 0 to 1"),
        ("medical_test", (0.5, np.nan, 0.9), "sensitivity must be finite: got nan, need finite numbers"),
        ("medical_test", (0.5, 0.9, 0.9, -1), "tests must not be negative: got -1, need 0 or more"),
        ("medical_test", (0.5, 0.9, 0.9, 1, 2), "zero_division must be a number: got 2, need 0 to 1, or NaN"),
        ("after_results", (0.5, 0.9, 0.9, 1, -1), "negatives must not be negative: got -1, need 0 or more"),
    ],
)
def test_bad_input_is_named(room, name, arguments, message):
    make = np.asarray if room == "scratch" else torch.tensor
    arguments = [make(value) if isinstance(value, list) else value for value in arguments]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).bayes, name)(*arguments)
