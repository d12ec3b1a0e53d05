"""What chapter 10 measures."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from dlbook.experiments import optimizers as experiments
from dlbook.experiments.gradient_descent import tumours
from dlbook.scratch import gradcheck, losses, optimizers


@pytest.mark.parametrize("surface", experiments.SURFACES)
def test_gradients_are_slopes_and_the_least_value_is_zero(surface):
    cost, grad, start = experiments.SURFACES[surface]
    for theta in (np.array(start), np.array([0.7, -1.3]), np.array([1.0, 1.0])):
        assert gradcheck(lambda t: float(cost(t)), grad, theta) < 1e-7
    axis = np.linspace(-2, 2, 201)
    height = cost(np.stack(np.meshgrid(axis, axis), axis=-1))
    assert 0 <= height.min() < 1e-10


def test_turning_the_ravine_changes_nothing_for_sgd_and_much_for_adagrad():
    step, options = experiments.STEPS["momentum"]
    for rule, settings in ((optimizers.sgd, {}), (step, options)):
        straight, turned = (
            experiments.descend(rule, s, 0.05, 80, **settings).cost for s in ("ravine", "ravine, turned")
        )
        np.testing.assert_allclose(straight, turned, rtol=1e-8)
    straight, turned = (experiments.race(s)["AdaGrad"].cost for s in ("ravine", "ravine, turned"))
    assert experiments.steps_to(straight, 1e-3) < 10 < 100 < experiments.steps_to(turned, 1e-3)


def test_a_descent_that_leaves_ends_in_nan():
    run = experiments.descend(optimizers.sgd, "Rosenbrock", 3.0, 50)
    assert np.isfinite(run.cost[0]) and np.isnan(run.cost[-1])
    assert experiments.steps_to(run.cost, 1e-3) is None


def test_steps_to_means_for_good():
    assert experiments.steps_to(np.array([1, 0.1, 1, 0.1, 0.1]), 0.5) == 3
    assert experiments.steps_to(np.array([0.1, 0.1]), 0.5) == 0
    assert experiments.steps_to(np.array([1.0, 1.0]), 0.5) is None


def test_uncorrected_steps_are_those_of_adam_without_its_corrections():
    m = v = theta = 0.0
    factor, state = experiments.uncorrected(50), None
    for t in range(50):
        m, v = 0.9 * m + 0.1 * 3.0, 0.999 * v + 0.001 * 9.0
        after, state = optimizers.adam(theta, 3.0, state, lr=1.0, eps=0)
        assert m / np.sqrt(v) == pytest.approx(factor[t] * (theta - after), rel=1e-10)
        theta = after


def test_adam_is_fooled_and_amsgrad_is_not():
    assert experiments.fooled(amsgrad=False)[-1] > 0.99
    assert experiments.fooled(amsgrad=True)[-1] < -0.99


def test_the_networks_gradient_is_its_slope():
    X, _, y, _ = experiments.digits_split()
    params = experiments.network(hidden=4)
    grads = experiments.network_grads(params, X[:20], y[:20])
    for name in params:

        def cost(value, name=name):
            return float(
                losses.cross_entropy_from_logits(y[:20], experiments.scores(params | {name: value}, X[:20])[1])
            )

        assert gradcheck(cost, lambda value, name=name: grads[name], params[name]) < 1e-6


def test_a_network_that_overflows_ends_in_nan():
    run = experiments.train(optimizers.sgd, experiments.constant(1e200), epochs=1)
    assert np.isfinite(run.loss[0]) and np.isnan(run.loss[1])


def test_adagrads_rate_dies_and_rmsprops_does_not():
    rates = experiments.effective_rates(steps=300)
    assert rates["AdaGrad"][299] < 0.6 * rates["AdaGrad"][49] < 0.5 * rates["AdaGrad"][0]
    assert (np.diff(rates["AdaGrad"]) <= 1e-12).mean() > 0.95  # the median may move as pixels come into use
    assert rates["RMSprop"][299] > rates["RMSprop"][49]


def test_only_decoupled_decay_finds_another_solution():
    X, y = tumours()
    theirs = LogisticRegression(C=1 / (0.1 * len(y)), tol=1e-10, max_iter=10_000).fit(X, y)
    sgd = experiments.decayed(optimizers.sgd, 0.2, 0.1)
    adam = experiments.decayed(optimizers.adam, 0.01, 0.1)
    adamw = experiments.decayed(optimizers.adamw, 0.01, 0.1)
    np.testing.assert_allclose(sgd[0], theirs.coef_[0], atol=1e-5)
    np.testing.assert_allclose(adam[0], theirs.coef_[0], atol=5e-3)
    assert np.abs(adamw[0] - theirs.coef_[0]).max() > 1
    least = experiments.penalised_cost(theirs.coef_[0], theirs.intercept_[0], 0.1)
    assert experiments.penalised_cost(*adam, 0.1) == pytest.approx(least, rel=1e-4)
    assert experiments.penalised_cost(*adamw, 0.1) > 2 * least


def test_schedules_reach_the_steps_and_calm_a_rate_that_is_too_large():
    runs = experiments.with_schedules(lr=0.4, epochs=12)
    assert set(runs["constant"].lr) == {0.4} and runs["step"].lr.tolist() == pytest.approx(
        [0.4] * 4 + [0.12] * 4 + [0.036] * 4
    )
    assert runs["warm-up, then cosine"].lr.argmax() == 3
    assert runs["cosine"].loss[-1] < 0.3 * runs["constant"].loss[-1]
    assert experiments.medians([runs])["step"] == (runs["step"].loss[-1], runs["step"].accuracy[-1])
