"""What chapter 13 measures, against SciPy, scikit-learn and counting."""

import numpy as np
import pytest
import scipy.stats
import sklearn.gaussian_process
import sklearn.linear_model
import sklearn.metrics
import sklearn.naive_bayes
import sklearn.preprocessing

from dlbook import data
from dlbook.experiments import bayes, metrics
from dlbook.explorers import bayes_line
from dlbook.scratch import bayes as scratch


@pytest.mark.parametrize("tests", [1, 2, 3])
def test_simulated_people_follow_the_formula(tests):
    sick, positives = bayes.people(0.05, 0.8, 0.9, tests=tests, count=400_000)
    called = positives == tests
    expected = 0.05 * 0.8**tests / (0.05 * 0.8**tests + 0.95 * 0.1**tests)
    spread = np.sqrt(expected * (1 - expected) / called.sum())
    assert abs(sick[called].mean() - expected) < 4 * spread
    assert sick.mean() == pytest.approx(0.05, abs=2e-3)
    # each single test keeps its rates, whatever the others say
    assert positives[sick].mean() / tests == pytest.approx(0.8, abs=0.01)
    assert positives[~sick].mean() / tests == pytest.approx(0.1, abs=0.01)


def test_a_copied_result_adds_nothing():
    once, copied, fresh = (
        bayes.simulated_ppv(0.02, 0.9, 0.9, tests=tests, copied=share, count=300_000)
        for tests, share in ((1, 0.0), (2, 1.0), (2, 0.0))
    )
    assert copied == once < fresh / 2
    sick, positives = bayes.people(0.02, 0.9, 0.9, tests=2, copied=0.5, count=300_000)
    assert positives[sick].mean() / 2 == pytest.approx(0.9, abs=0.01)  # dependence is not in the rates


def test_the_rates_of_one_half_foretell_the_other():
    table = bayes.carried_to((0.37, 0.02), draws=200)
    np.testing.assert_allclose(table["formula"], table["counted"], rtol=0.15)
    pi, s, c = (table[name] for name in ("prevalence", "sensitivity", "specificity"))
    np.testing.assert_allclose(table["formula"], pi * s / (pi * s + (1 - pi) * (1 - c)), rtol=1e-12)
    scores = metrics.screening()
    assert s[0] == pytest.approx(sklearn.metrics.recall_score(scores.y_true, scores.predict()), abs=0.01)
    assert table["counted"][1] < 0.15 < table["counted"][0]
    assert pi[1] == pytest.approx(0.02, abs=0.003)


def test_the_halves_share_no_case():
    scores = metrics.screening()
    one, other = bayes._halves(scores, np.random.default_rng(0))
    together = np.sort(np.append(one.y_score, other.y_score))
    np.testing.assert_array_equal(together, np.sort(scores.y_score))
    assert abs(one.y_true.sum() - other.y_true.sum()) <= 1


def test_radius_and_perimeter_are_one_test():
    twice, both = bayes.two_measurements("mean radius", "mean perimeter"), bayes.two_measurements(
        "mean radius", "mean texture"
    )  # fmt: skip
    assert twice["agree"] > 0.8 > 0.1 > both["agree"]
    assert twice["rule"] - twice["counted"] > 0.15 and twice["counted"] - twice["one"] < 0.02
    assert abs(both["rule"] - both["counted"]) < 0.02
    cancer = data.breast_cancer()
    radius, perimeter, texture = (
        cancer.X[:, cancer.feature_names.index(f"mean {name}")] for name in ("radius", "perimeter", "texture")
    )
    called = radius > np.median(radius)
    for found, other in ((twice, perimeter), (both, texture)):
        second = other > np.median(other)
        assert found["one"] == pytest.approx(sklearn.metrics.precision_score(cancer.y, called), rel=1e-12)
        assert found["counted"] == pytest.approx(sklearn.metrics.precision_score(cancer.y, called & second), rel=1e-12)
        phi = [sklearn.metrics.matthews_corrcoef(called[cancer.y == k], second[cancer.y == k]) for k in (0, 1)]
        assert found["agree"] == pytest.approx(np.mean(phi), rel=1e-9)
        # two features, independent given the class: naive Bayes of the two results, without pseudo-counts
        results = np.stack([called, second], axis=1).astype(int)
        naive = sklearn.naive_bayes.BernoulliNB(alpha=1e-12, force_alpha=True).fit(results, cancer.y)
        assert found["rule"] == pytest.approx(naive.predict_proba([[1, 1]])[0, 1], rel=1e-9)


def test_priors_wash_out():
    beliefs = bayes.washing_out()
    assert beliefs.keys() == bayes.PRIORS.keys()
    gap = np.ptp([belief.mean for belief in beliefs.values()], axis=0)
    assert gap[0] > 0.7 and gap[-1] < 0.01
    drawn = np.random.default_rng(0).choice(data.breast_cancer().y, size=max(bayes.COUNTS))
    for name, (a, b) in bayes.PRIORS.items():
        for i, n in enumerate(bayes.COUNTS):
            theirs = scipy.stats.beta(a + drawn[:n].sum(), b + n - drawn[:n].sum())
            belief = beliefs[name]
            assert belief.mean[i] == pytest.approx(theirs.mean(), rel=1e-12)
            np.testing.assert_allclose((belief.low[i], belief.high[i]), theirs.interval(0.95), atol=2e-4)


def test_a_closed_mind_stays_closed():
    drawn = np.random.default_rng(0).choice(data.breast_cancer().y, size=3000)
    for n, density in bayes.closed_mind().items():
        a, b = 1 + drawn[:n].sum(), 1 + n - drawn[:n].sum()
        theirs, left = scipy.stats.beta(a, b), scipy.stats.beta(a, b).cdf(0.3)  # cut off at 0.3
        np.testing.assert_allclose(density, theirs.pdf(bayes.CLOSED) / left, rtol=1e-3, atol=1e-12)
        mean = a / (a + b) * scipy.stats.beta(a + 1, b).cdf(0.3) / left
        assert np.trapezoid(density * bayes.CLOSED, bayes.CLOSED) == pytest.approx(mean, abs=5e-6)


@pytest.mark.parametrize("n", [0, 1, 40, 569])
def test_the_mean_radius_in_closed_form_is_that_of_the_grid(n):
    radius = bayes.radii()
    assert sorted(radius) == sorted(data.breast_cancer().X[:, 0])
    prior, noise_var = scratch.Normal(10.0, 4.0), radius.var()
    density = bayes.mean_on_grid(prior, radius[:n], noise_var)
    precision = 1 / 4 + n / noise_var
    mean = (10 / 4 + radius[:n].sum() / noise_var) / precision
    theirs = scipy.stats.norm(mean, 1 / np.sqrt(precision))
    np.testing.assert_allclose(density, theirs.pdf(bayes.RADII), atol=1e-6)
    closed = scratch.normal_normal(*prior, radius[:n], noise_var)
    assert closed == pytest.approx((mean, 1 / precision))
    np.testing.assert_allclose(
        np.exp(bayes.log_normal(bayes.RADII, *closed)), theirs.pdf(bayes.RADII), rtol=1e-9, atol=1e-300
    )


def test_naive_bayes_is_scikit_learns():
    X_train, X_test, y_train, y_test = bayes.pixels()
    theirs = sklearn.naive_bayes.BernoulliNB(alpha=1.0, fit_prior=False).fit(X_train, y_train)
    answers = bayes.naive_bayes()
    np.testing.assert_array_equal(answers.y_true, y_test)
    np.testing.assert_array_equal(answers.y_pred, theirs.predict(X_test))
    np.testing.assert_allclose(answers.confidence, theirs.predict_proba(X_test).max(axis=1), rtol=1e-9)
    assert answers.accuracy == pytest.approx(theirs.score(X_test, y_test))


def test_evidence_counted_twice_changes_no_answer_and_all_confidence():
    once, thrice = bayes.naive_bayes(), bayes.naive_bayes(copies=3)
    np.testing.assert_array_equal(once.y_pred, thrice.y_pred)
    assert (thrice.confidence >= once.confidence).all() and thrice.confidence.mean() > once.confidence.mean() + 0.02
    assert once.confidence.mean() > once.accuracy + 0.03


def test_the_bands_of_confidence_hold_every_answer():
    answers = bayes.naive_bayes()
    rows = bayes.calibration(answers)
    assert sum(count for count, _, _ in rows) == len(answers.y_true)
    assert sum(count * right for count, _, right in rows) / len(answers.y_true) == pytest.approx(answers.accuracy)
    assert all(right < confidence for _, confidence, right in rows)


def test_a_pixel_never_seen_rules_the_right_digit_out():
    X_train, X_test, y_train, y_test = bayes.pixels()
    out = 0
    for x, digit in zip(X_test, y_test, strict=True):
        seen = X_train[y_train == digit]
        out += (((seen == 0).all(axis=0)) & (x == 1)).any() or (((seen == 1).all(axis=0)) & (x == 0)).any()
    assert bayes.ruled_out() == pytest.approx(out / len(y_test)) and out > 10


def test_the_most_probable_weights_are_those_of_ridge_regression():
    X, y, X_others, _ = bayes.few_tumours(15)
    assert X.shape == (15, 10) and X_others.shape == (554, 10)
    for noise_var, prior_var in ((0.2, 1.0), (0.5, 0.1)):
        ours = bayes.most_probable_weights(X, y, noise_var, prior_var)
        theirs = sklearn.linear_model.Ridge(alpha=noise_var / prior_var, fit_intercept=False, tol=1e-12).fit(X, y).coef_
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
        np.testing.assert_allclose(bayes.ridge(X, y, noise_var / prior_var), theirs, atol=1e-9)


def test_nothing_is_learnt_from_the_other_tumours():
    """Scaled by scikit-learn's scaler that has seen only the few."""
    X, y, X_others, y_others = bayes.few_tumours(15, seed=3)
    cancer = data.breast_cancer()
    order = np.random.default_rng(3).permutation(len(cancer.X))
    scaler = sklearn.preprocessing.StandardScaler().fit(cancer.X[order[:15]])
    few, others = scaler.transform(cancer.X[order[:15]]), scaler.transform(cancer.X[order[15:]])
    mean, concavity = slice(0, 10), cancer.feature_names.index("worst concavity")
    for ours, theirs in ((X, few[:, mean]), (y, few[:, concavity]), (X_others, others[:, mean])):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(y_others, others[:, concavity], rtol=1e-9, atol=1e-12)


def test_a_prior_helps_most_where_data_are_few():
    errors = bayes.errors_on_others((12, 300), penalty=0.2, draws=40)
    gain = errors["no prior"] / errors["Gaussian prior"]
    assert gain[0] > 1.5 and abs(gain[1] - 1) < 0.1


# ─── What the chapter says, under other seeds than it prints ────────────────────────────────────────────────

AGAIN = range(100, 103)


def test_a_million_people_come_near_the_formula_again():
    for seed in AGAIN:
        sick, positives = bayes.people(prevalence=0.01, sensitivity=0.9, specificity=0.91, seed=seed)
        assert abs(sick[positives == 1].mean() - 0.009 / (0.009 + 0.0891)) < 0.004


def test_a_rare_disease_makes_most_alarms_false_again():
    for seed in AGAIN:
        table = bayes.carried_to((0.37, 0.01), draws=100, seed=seed)
        assert 0.66 < table["counted"][0] < 0.74 and 0.03 < table["counted"][1] < 0.055
        assert abs(table["formula"][1] - table["counted"][1]) < 0.01


def test_copies_are_worth_less_again():
    share = np.array([0, 0.25, 1.0])
    for seed in AGAIN:
        ppv = [bayes.simulated_ppv(0.01, 0.9, 0.91, tests=2, copied=q, seed=seed) for q in share]
        # the law: a repetition is a copy with probability q
        sick, healthy = 0.01 * 0.9 * (share + (1 - share) * 0.9), 0.99 * 0.09 * (share + (1 - share) * 0.09)
        np.testing.assert_allclose(ppv, sick / (sick + healthy), atol=0.015)
        assert ppv[1] < ppv[0] / 2


def test_naive_bayes_is_too_sure_again():
    for seed in range(10, 15):
        once, thrice = bayes.naive_bayes(seed=seed), bayes.naive_bayes(copies=3, seed=seed)
        assert 0.86 < once.accuracy < 0.91 and 0.93 < once.confidence.mean() < 0.955 < thrice.confidence.mean()
        assert once.confidence.mean() > once.accuracy + 0.03
        np.testing.assert_array_equal(once.y_pred, thrice.y_pred)
        assert 0.01 < bayes.ruled_out(seed) < 0.06
    low = [row[2] < row[1] for seed in range(5) for row in bayes.calibration(bayes.naive_bayes(seed=seed))]
    assert np.mean(low) > 0.9


def test_a_closed_mind_ends_at_its_border_again():
    for seed in range(10, 15):
        density = bayes.closed_mind((3000,), seed)[3000]
        assert 0.298 < np.trapezoid(density * bayes.CLOSED, bayes.CLOSED) < 0.3


def test_the_distance_of_two_equally_sure_priors_does_not_ask_for_the_data():
    for seed in AGAIN:
        beliefs = bayes.washing_out(seed=seed)
        gap = beliefs["sure of 80 %"].mean - beliefs["sure of 5 %"].mean
        np.testing.assert_allclose(gap, 75 / (100 + np.array(bayes.COUNTS)), rtol=1e-12)


def test_two_beliefs_that_meet_are_betas():
    drawn = np.random.default_rng(4).choice(data.breast_cancer().y, size=300)
    for n, pair in bayes.meeting((0, 30, 300), seed=4).items():
        for density, (a, b) in zip(pair, ((5, 95), (80, 20)), strict=True):
            theirs = scipy.stats.beta(a + drawn[:n].sum(), b + n - drawn[:n].sum()).pdf(bayes.GRID)
            np.testing.assert_allclose(density, theirs, rtol=1e-3, atol=1e-6)


def test_the_mean_radius_after_a_hundred_tumours_again():
    radius = bayes.radii()
    for seed in range(10, 15):
        closed = scratch.normal_normal(10.0, 4.0, bayes.radii(seed)[:100], radius.var())
        assert abs(closed.mean - radius.mean()) < 4 * np.sqrt(closed.var)


def test_a_prior_saves_ten_weights_from_eleven_cases_again():
    errors = bayes.errors_on_others((11, 300), penalty=0.2, draws=100, first=5000)
    without, with_prior = errors["no prior"], errors["Gaussian prior"]
    assert without[0] > 2.5 and with_prior[0] < 0.6 and without[1] < with_prior[1] < 1.1 * without[1]


# ─── A line and its band ────────────────────────────────────────────────────────────────────────────────────


def test_a_band_that_knows_its_line_is_uncertain_keeps_its_promise_again():
    for seed in AGAIN:
        shares = {name: share.mean(axis=1) for name, share in bayes.coverage((2, 10, 100), seed=seed).items()}
        assert (np.abs(shares["band"] - 0.95) < 0.03).all()
        assert shares["noise alone"][0] < 0.8 and shares["noise alone"][1] < shares["band"][1] - 0.01
        assert abs(shares["noise alone"][2] - shares["band"][2]) < 0.01


def test_a_single_band_can_be_unlucky_again():
    worst = np.min([bayes.coverage((2, 100), seed=seed)["band"].min(axis=1) for seed in AGAIN], axis=0)
    assert worst[0] < 0.7 and worst[1] > 0.9


def test_the_band_is_that_of_scikit_learn():
    """One draw of the coverage again, with scikit-learn's Gaussian process."""
    x, y, noise_var = bayes.radius_pair()
    fit = sklearn.linear_model.LinearRegression().fit(x[:, None], y)
    assert noise_var == pytest.approx(((y - fit.predict(x[:, None])) ** 2).mean(), rel=1e-9)
    order = np.random.default_rng(7).permutation(len(x))
    few, others = order[:5], order[5:]
    kernel = sklearn.gaussian_process.kernels.DotProduct(sigma_0=1.0)
    process = sklearn.gaussian_process.GaussianProcessRegressor(kernel, alpha=noise_var, optimizer=None)
    centre, spread = process.fit(x[few, None], y[few]).predict(x[others, None], return_std=True)
    band = np.abs(y[others] - centre) < 1.96 * np.sqrt(spread**2 + noise_var)
    ours = bayes.coverage((5,), draws=1, seed=7)
    assert ours["band"][0, 0] == pytest.approx(band.mean())
    assert ours["noise alone"][0, 0] == pytest.approx((np.abs(y[others] - centre) < 1.96 * np.sqrt(noise_var)).mean())


def test_a_line_knows_nothing_of_larger_tumours_again():
    found = {degree: np.array([bayes.beyond(degree, seed=seed)[2:] for seed in range(200, 220)]) for degree in (1, 2)}
    assert found[1][:, 0].min() > 0.8 and found[1][:, 1].max() < 0.25
    assert np.median(found[2][:, 1]) > 0.65
    belief, noise_var, near, _ = bayes.beyond(2, seed=3)
    x, y = bayes.measured("mean radius"), bayes.measured("mean area")
    small = x < np.quantile(x, 0.75)
    coef = np.polynomial.polynomial.polyfit(x[small], y[small], 2)
    np.testing.assert_allclose(noise_var, (y[small] - np.polynomial.polynomial.polyval(x[small], coef)).var())
    few = np.random.default_rng(3).choice(np.flatnonzero(small), 30, replace=False)
    polynomials = np.stack([np.ones(30), x[few], x[few] ** 2], axis=1)
    ridge = sklearn.linear_model.Ridge(alpha=noise_var, fit_intercept=False).fit(polynomials, y[few])
    np.testing.assert_allclose(belief.mean, ridge.coef_, rtol=1e-8)
    assert 0.85 < near <= 1


# ─── Evidence ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_evidence_of_coins_is_scipys():
    k = np.arange(11)
    fair, unknown = bayes.evidence_of_coins(k, 10)
    np.testing.assert_allclose(fair, scipy.stats.binom.pmf(k, 10, 0.5), rtol=1e-12)
    np.testing.assert_allclose(unknown, 1 / 11, rtol=1e-10)


def test_the_evidence_of_a_polynomial_is_the_joint_density_of_its_outcomes():
    """Predicted one after the other, or all at once: y is normal with the covariance v X Xᵀ + s² I."""
    rng = np.random.default_rng(5)
    X, y = bayes.powers(rng.normal(size=8), 3), rng.normal(size=8)
    joint = scipy.stats.multivariate_normal(np.zeros(8), 2.0 * X @ X.T + 0.3 * np.eye(8))
    assert bayes.log_evidence(X, y, 0.3, 2.0) == pytest.approx(joint.logpdf(y), rel=1e-10)
    assert bayes.log_evidence(X[::-1], y[::-1], 0.3, 2.0) == pytest.approx(joint.logpdf(y), rel=1e-10)


def test_the_evidence_chooses_the_parabola_again():
    judged = bayes.degrees_judged(draws=20, seed=77)
    assert np.mean(judged["evidence"].argmax(axis=1) == 1) > 0.75
    assert np.mean(judged["fit"].argmin(axis=1) == 4) > 0.6
    others = np.median(judged["others"], axis=0)
    assert others.argmin() == 1 and others[4] > 8 * others[1]
    wide = bayes.degrees_judged(draws=20, prior_var=10_000.0, seed=77)["evidence"]
    assert (wide.argmax(axis=1) == 0).sum() > (judged["evidence"].argmax(axis=1) == 0).sum()
    loss = judged["evidence"] - wide
    assert (loss > 0).all() and (np.diff(loss, axis=1) > 0).all()  # the higher the degree, the more


def test_what_is_said_of_the_explorers_line_can_be_seen_there():
    """A wide prior opens the band away from the points; many points leave the noise; without points, a formula."""
    left = {"count": 10, "where": "on the left", "noise": 0.5}
    at_points, away = (
        [bayes_line.state(**left, prior=prior, place=place)["width"] for prior in (1, 3)] for place in (-2, 3)
    )
    assert at_points[1] < 1.02 * at_points[0] and away[0] > 2 * at_points[0] and away[1] > 1.15 * away[0]
    many = [bayes_line.state(n, "everywhere", 1, 0.5, 0) for n in (3, 30)]
    assert 2 < np.sqrt(many[0]["line_var"] / many[1]["line_var"]) < 5  # the square root of 10 is 3.2
    assert 2 * 1.96 * 0.5 < many[1]["width"] < 1.05 * 2 * 1.96 * 0.5
    for prior, place in ((1, 2), (3, -1)):
        none = bayes_line.state(0, "everywhere", prior, 0.5, place)
        assert none["var"] == pytest.approx(prior**2 * (1 + place**2) + 0.25)
    close, ends = (bayes_line.state(2, where, 1, 0.5, 3)["width"] for where in ("in the middle", "at both ends"))
    assert close > 3 * ends
