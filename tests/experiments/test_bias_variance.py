"""What chapter 06 measures, against scikit-learn and against what must hold."""

import numpy as np
import pytest
import scipy.linalg
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from dlbook import data
from dlbook.experiments import bias_variance
from dlbook.explorers import bias_variance_ridge as explorer


def polynomial(degree):
    return make_pipeline(PolynomialFeatures(degree), LinearRegression())


@pytest.mark.parametrize("degree", [0, 1, 5, 12])
def test_the_smoother_is_least_squares(degree):
    x, grid = bias_variance.inputs(20), np.linspace(-1, 1, 7)
    y = bias_variance.labels(20, 0.3, 2, seed=4)
    fitted = polynomial(degree).fit(x[:, None], y.T).predict(grid[:, None]).T
    np.testing.assert_allclose(y @ bias_variance.smoother(x, grid, degree).T, fitted, atol=1e-9)
    np.testing.assert_allclose(
        bias_variance.fits(degree, 20, 0.3, 2, 4, grid),
        fitted,
        atol=1e-9,
    )


def test_the_shapes_of_the_curves():
    curves = bias_variance.over_degrees()
    assert (np.diff(curves["bias2"]) < 1e-4).all()  # more freedom, less bias
    assert (np.diff(curves["variance"]) > 0).all() and (np.diff(curves["train"]) < 0).all()
    assert 4 <= curves["test"].argmin() <= 8
    assert (curves["test"] > curves["noise"]).all() and curves["train"][-1] < curves["noise"][-1]
    np.testing.assert_allclose(curves["test"], curves["bias2"] + curves["variance"] + curves["noise"])


@pytest.mark.parametrize("degree", [0, 1, 3, 5, 8, 12])
@pytest.mark.parametrize("n", [15, 40])
def test_the_exact_errors_are_those_that_are_measured(degree, n):
    error, standard_error = bias_variance.measured_error(degree, n, n_sets=400, seed=7)
    assert abs(error - bias_variance.exact(degree, n).mse) < 4 * standard_error < 0.2 * error
    y = bias_variance.labels(n, 0.3, 4000, seed=8)
    x = bias_variance.inputs(n)
    residual = y - y @ bias_variance.smoother(x, x, degree).T
    train = (residual**2).mean(axis=1)
    assert abs(train.mean() - bias_variance.training_error(degree, n)) < 4 * train.std() / np.sqrt(4000)


@pytest.mark.parametrize("degree", [1, 5, 12])
def test_learning_curves_close_from_both_sides(degree):
    train, test = bias_variance.learning_curve(degree, (20, 60, 200, 2000))
    assert (np.diff(train) > 0).all() and (np.diff(test) < 0).all() and (train < test).all()
    floor = bias_variance.exact(degree, 2000)
    assert train[-1] == pytest.approx(floor.bias2 + floor.noise, rel=0.02)
    assert test[-1] == pytest.approx(floor.bias2 + floor.noise, rel=0.02)


def test_data_rescue_what_overfits_as_the_folded_answer_says():
    """From 15 to 60 points the variance of degree 12 falls to less than a twentieth; later it falls like 1/n."""
    variance = {n: bias_variance.exact(12, n).variance for n in (15, 60, 240, 480)}
    assert variance[15] > 20 * variance[60]
    assert abs(variance[240] / variance[480] - 2) < 0.1
    assert abs(bias_variance.exact(1, 60).bias2 / bias_variance.exact(1, 15).bias2 - 1) < 0.1
    twice, once = (bias_variance.exact(12, 15, sigma) for sigma in (0.6, 0.3))
    assert twice.bias2 == once.bias2 and twice.variance == pytest.approx(4 * once.variance)


@pytest.mark.parametrize("degree", [1, 5])
def test_random_inputs_are_fitted_as_scikit_learn_does_and_the_fits_stray_further(degree):
    models, rng = bias_variance.random_inputs(degree, n=30, n_sets=300, seed=3), np.random.default_rng(3)
    x = rng.uniform(-1, 1, (300, 30))
    y = bias_variance.truth(x) + rng.normal(0, bias_variance.SIGMA, x.shape)
    for s in (0, 299):
        theirs = polynomial(degree).fit(x[s][:, None], y[s]).predict(bias_variance.X_TEST[:, None])
        np.testing.assert_allclose(models[s], theirs, atol=1e-9)
    assert models.var(axis=0).mean() > 1.5 * bias_variance.exact(degree, 30).variance
    even = bias_variance.fits(degree, 30, n_sets=300)
    assert bias_variance.typical_distance(models) > bias_variance.typical_distance(even)


def test_cross_validation_is_scikit_learns():
    y, degrees = bias_variance.labels(23, 0.3, 3, seed=1), (0, 2, 5)
    ours = bias_variance.cross_validation(y, degrees, folds=4, seed=2)
    fold = np.empty(23, dtype=int)
    for number, members in enumerate(np.array_split(np.random.default_rng(2).permutation(23), 4)):
        fold[members] = number
    x = bias_variance.inputs(23)[:, None]
    for j, degree in enumerate(degrees):
        held_out = cross_val_predict(polynomial(degree), x, y.T, cv=PredefinedSplit(fold)).T
        np.testing.assert_allclose(ours[:, j], ((y - held_out) ** 2).mean(axis=1), rtol=1e-9)


def test_who_chooses_which_degree():
    choices = bias_variance.choices()
    error = {name: error for name, (_, error) in choices.items()}
    assert (choices["training error"][0] == 12).all()
    assert bias_variance.SIGMA**2 < error["knowing the truth"] < error["cross-validation"] < error["training error"]
    exact = bias_variance.exact(12).mse
    assert error["training error"] == pytest.approx(exact, rel=0.03)


def test_neighbours_are_scikit_learns():
    ours = bias_variance.neighbours(repeats=1, n_sets=4)
    X_pool, X_test, y_pool, y_test = data.split(data.breast_cancer(), 0.3, seed=0)
    scaler, n = StandardScaler().fit(X_pool), len(y_pool) // 4
    X_pool, X_test = scaler.transform(X_pool), scaler.transform(X_test)
    for k in (1, 5, 30, n):
        models = [
            KNeighborsRegressor(k).fit(X_pool[i * n : (i + 1) * n], y_pool[i * n : (i + 1) * n]) for i in range(4)
        ]
        predictions = np.stack([model.predict(X_test) for model in models])
        assert ours["test"][k - 1] == pytest.approx(((predictions - y_test) ** 2).mean(), rel=1e-9)
        assert ours["variance"][k - 1] == pytest.approx(predictions.var(axis=0, ddof=1).mean(), rel=1e-9)
    np.testing.assert_allclose(ours["test"], ours["bias2_noise"] + ours["variance"], rtol=1e-12)


def test_the_error_of_random_features_falls_a_second_time():
    curves = bias_variance.random_features((20, 100, 1000), n_sets=4)
    narrow, peak, wide = curves["test"]
    assert peak > 3 * narrow and wide < narrow
    assert curves["train"][1] < 1e-9 > curves["train"][2] and curves["train"][0] > 0.1
    assert curves["variance"][1] > 0.9 * peak
    np.testing.assert_allclose(curves["test"], curves["bias2_noise"] + curves["variance"], rtol=1e-9)  # counted apart


@pytest.mark.parametrize("width", [40, 300])
def test_random_features_are_least_squares_by_scipy(width):
    """Below the threshold the only solution, above it the shortest: LAPACK's lstsq finds the same errors."""
    ours = bias_variance.random_features((width,), n_sets=2)
    X, X_test, y, y_test = data.split(data.digits(), 0.3, 0)
    X, X_test = X - X.mean(axis=0), X_test - X.mean(axis=0)
    rng, errors = np.random.default_rng(0), []
    for rows in (slice(0, 100), slice(100, 200)):
        W = rng.normal(0, 1 / 8, (width, 64))
        theta = scipy.linalg.lstsq(np.maximum(X[rows] @ W.T, 0), np.eye(10)[y[rows]])[0]
        errors.append(((np.maximum(X_test @ W.T, 0) @ theta - np.eye(10)[y_test]) ** 2).sum(axis=1).mean())
    assert ours["test"][0] == pytest.approx(np.mean(errors), rel=1e-8)


def test_a_typical_distance_is_a_distance():
    """Half of the models are a distance of 3 away everywhere, and half a distance of 1: squares would say 5."""
    f = bias_variance.truth(bias_variance.X_TEST)
    assert bias_variance.typical_distance(f + np.array([[1.0], [-1.0], [3.0], [-3.0]])) == pytest.approx(2)


def test_holes_make_a_rich_model_stray_at_other_seeds_too():
    far = [bias_variance.typical_distance(bias_variance.random_inputs(12, seed=seed)) for seed in range(10, 15)]
    near = [bias_variance.typical_distance(bias_variance.fits(12, seed=seed)) for seed in range(10, 15)]
    stiff = [bias_variance.typical_distance(bias_variance.random_inputs(5, seed=seed)) for seed in range(10, 15)]
    assert min(far) > 0.7 and max(near) < 0.2 and max(stiff) < 0.2


def test_four_models_split_the_error_as_the_formula_says():
    exact, estimates = bias_variance.exact(9, 15), bias_variance.few_sets(seed=3)
    assert estimates[0][0] == pytest.approx(exact.bias2 + exact.variance / 4, abs=0.001)
    assert estimates[0][1] == pytest.approx(0.75 * exact.variance, abs=0.002)
    assert estimates[1][0] == pytest.approx(exact.bias2, abs=0.001)
    assert estimates[1][1] == pytest.approx(exact.variance, abs=0.003)
    assert estimates[0][2] == pytest.approx(estimates[1][2], rel=1e-12)


def test_the_split_by_source_adds_up_to_the_variance_of_models_that_were_trained():
    """The law of total variance against plain sampling of inputs and noise together, with a penalty that tames both."""
    x = bias_variance.drawn_inputs(20, 2000, seed=5)
    parts = bias_variance.split(5, 0.5, x)
    y = bias_variance.truth(x) + np.random.default_rng(6).normal(0, bias_variance.SIGMA, x.shape)
    H = bias_variance.ridge_smoother(x, bias_variance.X_TEST, 5, 0.5)
    models = (H @ y[..., None])[..., 0]
    assert models.var(axis=0).mean() == pytest.approx(parts.of_noise + parts.of_inputs, rel=0.03)
    error = ((models - bias_variance.truth(bias_variance.X_TEST)) ** 2).mean() + bias_variance.SIGMA**2
    assert error == pytest.approx(parts.test, rel=0.01)


def test_without_a_penalty_the_split_is_that_of_least_squares():
    parts, exact = bias_variance.split(5, 0.0, bias_variance.inputs(30)[None]), bias_variance.exact(5, 30)
    assert parts.of_inputs == 0 and parts.bias2 == pytest.approx(exact.bias2, rel=1e-9)
    assert parts.of_noise == pytest.approx(exact.variance, rel=1e-9)
    assert parts.test == pytest.approx(exact.mse, rel=1e-9)


def test_a_penalty_rescues_random_inputs_at_other_seeds_too():
    lams = 10.0 ** np.arange(-6, 2.5, 0.5)
    even = min(bias_variance.split(12, lam, bias_variance.inputs(30)[None]).test for lam in lams)
    for seed in range(10, 15):
        over = [bias_variance.split(12, lam, bias_variance.drawn_inputs(30, 100, seed)) for lam in lams]
        assert over[0].of_noise > 50 and over[0].of_inputs < 0.01
        assert even < min(parts.test for parts in over) < 0.15


def test_the_second_explorer_shows_what_its_folded_answer_says():
    state = explorer.state
    start = state(strength=-6, degree=12, n=30, kind="random")
    assert start["of_noise"] > 100 and start["of_inputs"] < 0.01 and start["bias2"] < 0.01
    assert start["best"] == pytest.approx(10**-0.5)
    at_best = state(strength=-0.5, degree=12, n=30, kind="random")
    three = [at_best[part] for part in ("bias2", "of_noise", "of_inputs")]
    assert max(three) < 10 * min(three)
    assert state(strength=-6, degree=12, n=60, kind="random")["best"] == 1
    free, tuned = (state(strength=s, degree=3, n=30, kind="random") for s in (-6, -0.5))
    assert free["bias2"] > 2 * free["of_noise"] and free["test"] < 1.2 * tuned["test"]
    poor = state(strength=-6, degree=3, n=15, kind="random")
    assert poor["test"] > 1.1 * state(strength=-0.5, degree=3, n=15, kind="random")["test"]


def test_neighbours_have_their_best_k_in_the_middle_at_other_splits_too():
    for first in (100, 200, 300, 400, 500):
        curves = bias_variance.neighbours(repeats=10, first=first)
        assert 2 < curves["k"][curves["test"].argmin()] < 15 and curves["test"].min() < curves["test"][0] - 0.01


def test_cross_validation_lies_between_at_other_seeds_too():
    for seed in range(10, 15):
        error = {name: error for name, (_, error) in bias_variance.choices(seed=seed).items()}
        assert error["knowing the truth"] < error["cross-validation"] < error["training error"]
        assert 0.110 < error["cross-validation"] < 0.117


def test_ridge_has_no_peak_at_other_seeds_and_strengths():
    widths = (20, 60, 100, 160, 2000)
    for seed in (10, 11):
        plain = bias_variance.random_features(widths, seed=seed)["test"]
        assert plain[2] > 20 * plain[0] and plain[-1] < plain[0] / 2
        for ridge in (0.1, 1.0, 10.0):
            tamed = bias_variance.random_features(widths, seed=seed, ridge=ridge)["test"]
            assert (np.diff(tamed) < 0).all()
    np.testing.assert_allclose(tamed[-1], plain[-1], rtol=0.1)


@pytest.mark.parametrize("width", [30, 200])
def test_ridge_on_random_features_is_scikit_learns(width):
    rng = np.random.default_rng(0)
    A, Y = rng.normal(size=(60, width)), rng.normal(size=(60, 3))
    theta, smallest = bias_variance.shortest_fit(A, Y, 0.7)
    np.testing.assert_allclose(theta, Ridge(0.7, fit_intercept=False).fit(A, Y).coef_.T, rtol=1e-8, atol=1e-12)
    assert smallest == pytest.approx(scipy.linalg.svdvals(A)[-1], rel=1e-12)
    np.testing.assert_allclose(bias_variance.shortest_fit(A, Y, 0.0)[0], scipy.linalg.pinv(A) @ Y, atol=1e-12)
