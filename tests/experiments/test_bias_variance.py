"""What chapter 06 measures, against scikit-learn and against what must hold."""

import numpy as np
import pytest
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
    np.testing.assert_allclose(curves["test"], curves["bias2_noise"] + curves["variance"], rtol=1e-12)
