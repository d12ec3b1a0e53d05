"""What chapter 06 measures, against scikit-learn and against what must hold."""

import numpy as np
import pytest
import scipy.linalg
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from dlbook import data
from dlbook.experiments import bias_variance


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
    assert bias_variance.typical_error(models) > bias_variance.typical_error(even)


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
