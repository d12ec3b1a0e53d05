"""What the chapters measure: the same as an outside library finds, and what the prose says of it."""

import numpy as np
import pytest
import sklearn.linear_model
import sklearn.metrics

from dlbook import data
from dlbook.experiments import activations, gradient_descent, metrics


@pytest.fixture(scope="module")
def scores():
    return metrics.screening()


def test_screening_is_the_logistic_regression_of_scikit_learn(scores):
    cancer = data.breast_cancer()
    columns = [cancer.feature_names.index(name) for name in metrics.FEATURES]
    X_train, X_test, y_train, y_test = data.split(cancer, test_fraction=0.5, seed=0)
    mean, std = X_train[:, columns].mean(axis=0), X_train[:, columns].std(axis=0)
    theirs = sklearn.linear_model.LogisticRegression(C=np.inf, tol=1e-10)
    theirs.fit((X_train[:, columns] - mean) / std, y_train)
    expected = theirs.predict_proba((X_test[:, columns] - mean) / std)[:, 1]
    np.testing.assert_array_equal(scores.y_true, y_test)
    np.testing.assert_allclose(scores.y_score, expected, atol=1e-4)


def test_thinning_leaves_the_wanted_prevalence(scores):
    thin = metrics.thin_out(scores, 0.1, np.random.default_rng(0))
    assert abs(thin.y_true.mean() - 0.1) < 0.005
    assert (thin.y_true == 0).sum() == (scores.y_true == 0).sum()
    with pytest.raises(ValueError, match="prevalence must keep 1 to 106 positives: got 0.9"):
        metrics.thin_out(scores, 0.9, np.random.default_rng(0))


def test_a_rare_disease_moves_precision_and_not_auc(scores):
    table = metrics.prevalence_effect(scores, (0.37, 0.05), draws=20)
    assert abs(np.diff(table["roc_auc"])[0]) < 0.03
    assert table["precision"][1] < table["precision"][0] / 2
    assert table["idle_accuracy"][1] > table["accuracy"][1]
    whole = metrics.prevalence_effect(scores, (0.373,), draws=1)
    assert whole["roc_auc"][0] == pytest.approx(sklearn.metrics.roc_auc_score(scores.y_true, scores.y_score), abs=1e-3)


def test_rare_digits():
    y_true, y_pred = metrics.nearest_centroid_digits()
    rare_true, rare_pred = metrics.make_rare(y_true, y_pred, label=9, keep=10)
    assert (rare_true == 9).sum() == 10 and len(rare_true) == len(y_true) - (y_true == 9).sum() + 10
    assert len(rare_true) == len(rare_pred)


def test_relu_units_die_and_leaky_ones_do_not():
    relu, leaky, again = (activations.train(name, lr=0.8) for name in ("relu", "leaky_relu", "relu"))
    assert relu.dead.mean() > 0.3 and leaky.dead.max() == 0
    assert leaky.accuracy > relu.accuracy + 0.05
    np.testing.assert_array_equal(relu.dead, again.dead)  # the seed decides, nothing else
    assert activations.train("relu", lr=0.2).dead.mean() < 0.1


def test_the_gradient_shrinks_as_its_slopes_say():
    norms = activations.gradient_through_depth("relu", depth=10)
    assert norms[0] == 1
    # half of the derivatives are 0, so about half of the squared length is left at each layer
    assert 0.6 < (norms[1:] / norms[:-1]).mean() < 0.8
    assert activations.gradient_through_depth("sigmoid", depth=10)[-1] < 0.25**10


def test_the_limit_of_the_bowl():
    runs = gradient_descent.bowl_descents((7.9, 8.1), steps=60)
    assert runs[7.9].cost[-1] < runs[7.9].cost[0] == runs[8.1].cost[0] < runs[8.1].cost[-1]
    np.testing.assert_allclose(np.linalg.eigvalsh(gradient_descent.BOWL), [0.025, 0.25])


def test_a_descent_that_overflows_ends_in_nan():
    run = gradient_descent.descend(lambda t: (t**4).sum(), lambda t: 4 * t**3, np.array([9.0, 9.0]), 1.0, 20)
    assert np.isfinite(run.path[0]).all() and np.isnan(run.path[-1]).all() and np.isnan(run.cost[-1])


def test_cross_entropy_learns_where_squared_error_stalls():
    curves = gradient_descent.saturated_start(bias=-10, steps=50)
    assert gradient_descent.steps_to_learn(curves["cross-entropy"]["accuracy"]) < 20
    assert gradient_descent.steps_to_learn(curves["squared error"]["accuracy"]) is None
    assert curves["cross-entropy"]["gradient"][0] > 1e4 * curves["squared error"]["gradient"][0]


def test_the_cost_of_an_activation_is_a_ratio():
    cost = activations.cost(size=2_000, repeats=3)
    assert cost["relu"] == 1 and all(ratio > 0 for ratio in cost.values())
