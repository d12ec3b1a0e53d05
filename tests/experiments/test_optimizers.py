"""What chapter 10 measures."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from torch import nn

from dlbook.experiments import optimizers as experiments
from dlbook.experiments.gradient_descent import tumours
from dlbook.scratch import gradcheck, losses, optimizers, schedules


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
    best = [experiments.best(experiments.tries(s)) for s in ("ravine", "ravine, turned")]
    straight, turned = (runs["AdaGrad"].cost for runs in best)
    assert experiments.steps_to(straight, 1e-3) < 10 < 100 < experiments.steps_to(turned, 1e-3)


@pytest.mark.parametrize("surface", experiments.SURFACES)
def test_no_best_rate_lies_on_the_edge_and_each_run_is_the_optimizers_own(surface):
    results = experiments.best(experiments.tries(surface))
    for name, (step, _) in experiments.STEPS.items():
        best = results[name]
        assert experiments.RATES[0] < best.lr < experiments.RATES[-1] and best.memory in experiments.MEMORIES[name]
        alone = experiments.descend(step, surface, best.lr, 300, **best.memory)
        np.testing.assert_allclose(best.path[:20], alone.path[:20], rtol=1e-6, atol=1e-12)
        arrived = [experiments.steps_to(run.cost, 1e-3) for run in (alone, best)]
        assert arrived[0] == pytest.approx(arrived[1], rel=0.02), "rounding moves the end of a long way a little"


def test_all_rates_at_once_leave_where_one_alone_leaves():
    together = experiments.descend_at_all(optimizers.sgd, "Rosenbrock", (0.1, 3.0), 50)
    for run in together:
        alone = experiments.descend(optimizers.sgd, "Rosenbrock", run.lr, 50)
        np.testing.assert_allclose(run.path, alone.path, rtol=1e-9)


def test_arrivals_is_the_share_of_runs_that_reach_the_target():
    tried = experiments.tries("ravine", lrs=(1e-4, 0.05, 0.15, 0.3))
    assert len(tried["momentum"]) == 4 * len(experiments.MEMORIES["momentum"])
    assert experiments.arrivals(tried)["SGD"] == 1 / 4  # 0.05 is too slow, and 2/10 is the limit


@pytest.mark.parametrize(("low", "high"), [(0.1, 10), (1, 1), (0.5, 8)])
def test_the_best_momentum_shrinks_every_direction_by_the_root_of_mu(low, high):
    """By the eigenvalues of one step on (θ, last θ); with another η or μ the slowest direction is slower."""

    def pace(lr, mu):
        steps = [np.array([[1 + mu - lr * h, -mu], [1, 0]]) for h in np.linspace(low, high, 50)]
        return max(np.abs(np.linalg.eigvals(step)).max() for step in steps)

    lr, mu = experiments.best_momentum(low, high)
    assert pace(lr, mu) == pytest.approx(np.sqrt(mu), abs=1e-6)
    assert np.sqrt(mu) == pytest.approx((np.sqrt(high / low) - 1) / (np.sqrt(high / low) + 1))
    for other in ((0.9 * lr, mu), (1.1 * lr, mu), (lr, 0.9 * mu), (lr, 0.5 + mu / 2)):
        assert pace(*other) >= pace(lr, mu) - 1e-6


@pytest.mark.parametrize("mu", [0.3, 0.9])
def test_the_largest_rate_is_where_a_root_leaves_the_unit_circle(mu):
    assert experiments.largest_rate(mu) == pytest.approx(2 * (1 + mu), abs=2e-3)
    assert experiments.largest_rate(mu, nesterov=True) == pytest.approx(2 * (1 + mu) / (1 + 2 * mu), abs=2e-3)


def test_the_map_of_momentum_holds_the_runs_themselves():
    found = experiments.momentum_map((0.1, 0.19, 0.41), (0.0, 0.7))
    assert np.isnan(found[:, 2]).all()  # beyond 2 (1 + μ)/10
    for i, mu in enumerate((0.0, 0.7)):
        run = experiments.descend(optimizers.momentum, "ravine", 0.19, 300, momentum=mu)
        assert found[i, 1] == experiments.steps_to(run.cost, 1e-3)


def test_steps_grow_as_kappa_and_with_momentum_as_its_root():
    """SGD at its best: both directions shrink alike. Momentum: both have a double root ±√μ, so (1 + (1 ∓ √μ) t) √μᵗ."""
    kappas, t = (25, 400), np.arange(2000)
    needed = experiments.steps_by_condition(kappas)
    for kappa, plain, fast in zip(kappas, needed["SGD"], needed["momentum"], strict=True):
        pace, root = (kappa - 1) / (kappa + 1), (kappa**0.5 - 1) / (kappa**0.5 + 1)
        assert plain == np.argmax(np.sqrt(2) * pace**t <= 1e-3)
        assert fast == np.argmax(np.hypot(1 + (1 - root) * t, 1 + (1 + root) * t) * root**t <= 1e-3)


def test_a_rare_weight_learns_by_its_own_few_samples():
    """Without noise and with one input only, the mean of a weight after t samples is 1 − (1 − share · η)ᵗ."""
    weights = experiments.rare_feature(optimizers.sgd, 0.02, share=0.1, noise=0.0, steps=300, runs=2000)
    assert weights.shape == (301, 2000, 2)
    assert weights[-1, :, 1].mean() == pytest.approx(1 - (1 - 0.1 * 0.02) ** 300, abs=0.01)
    assert weights[-1, :, 0].mean() == pytest.approx(1 - (1 - 0.02) ** 300, abs=0.01)


def test_rmsprop_wakes_up_after_its_rest():
    cost = experiments.descend(optimizers.rmsprop, "ravine", 0.1, 2000).cost
    assert cost[100] < 1e-20 and cost[101:].max() > 0.1
    np.testing.assert_allclose(cost[-50:], 5 * (0.1 / 2) ** 2, rtol=0.03)  # to and fro by η, across the floor


@pytest.mark.parametrize("delay", [0, 1, 2, 4, 8])
def test_a_stale_gradient_bears_less_rate(delay):
    """The largest root of z^(τ+1) − z^τ + η leaves the unit circle at 2 sin(π / (2 (2τ + 1)))."""
    exact = 2 * np.sin(np.pi / (2 * (2 * delay + 1)))
    assert experiments.largest_stable_rate(delay) == pytest.approx(exact, abs=2e-3)
    for eta, inside in ((0.98 * exact, True), (1.02 * exact, False)):
        powers = np.polyadd(np.polysub(np.eye(1, delay + 2)[0], np.eye(1, delay + 1)[0]), [eta])
        assert bool(np.abs(np.roots(powers)).max() < 1) is inside
        assert bool(experiments.stable(eta, delay)) is inside


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


def test_adam_is_fooled_with_a_short_memory_only():
    assert experiments.fooled()[-1] > 0.99
    assert experiments.fooled(amsgrad=True)[-1] < -0.99
    assert experiments.fooled(betas=(0.9, 0.999))[-1] < -0.99


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


CURVATURE = np.array([0.01, 0.1, 1.0, 10.0])


@pytest.mark.parametrize("lam", [0.1, 0.5, 2.0])
def test_adamws_decay_is_a_box_and_l2_a_penalty(lam):
    """On ½ h (θ − 1)²: L2's minimum is at h/(h + λ), that within |θ| ≤ 1/λ at min(1, 1/λ), whatever h is."""
    betas = (0.9, 0.99)
    penalty = experiments.ends_of_decay(optimizers.adam, CURVATURE, lam, betas=betas)
    np.testing.assert_allclose(penalty, CURVATURE / (CURVATURE + lam), atol=1e-4)
    box = experiments.ends_of_decay(optimizers.adamw, CURVATURE, lam, betas=betas)
    np.testing.assert_allclose(box, min(1, 1 / lam), atol=1e-3)


@pytest.mark.parametrize("sigma", [2.0, 5.0])
def test_with_noisy_gradients_adamws_decay_is_a_penalty_of_the_noise_times_lambda(sigma):
    ends = experiments.ends_of_decay(optimizers.adamw, CURVATURE, 0.1, noise=sigma)
    np.testing.assert_allclose(ends, CURVATURE / (CURVATURE + 0.1 * sigma), atol=0.015)


def test_sgd_and_adam_with_l2_find_the_minimum_of_the_penalised_cost():
    X, y = tumours()
    theirs = LogisticRegression(C=1 / (0.1 * len(y)), tol=1e-10, max_iter=10_000).fit(X, y)
    sgd = experiments.decayed(optimizers.sgd, 0.2, 0.1)
    adam = experiments.decayed(optimizers.adam, 0.01, 0.1)
    np.testing.assert_allclose(sgd[0], theirs.coef_[0], atol=1e-5)
    np.testing.assert_allclose(adam[0], theirs.coef_[0], atol=5e-3)
    least = experiments.penalised_cost(theirs.coef_[0], theirs.intercept_[0], 0.1)
    assert experiments.penalised_cost(*adam, 0.1) == pytest.approx(least, rel=1e-4)


def test_schedules_reach_the_steps_and_calm_a_rate_that_is_too_large():
    runs = experiments.with_schedules(lr=0.4, epochs=12)
    assert set(runs["constant"].lr) == {0.4} and runs["step"].lr.tolist() == pytest.approx(
        [0.4] * 4 + [0.12] * 4 + [0.036] * 4
    )
    assert runs["warm-up × cosine"].lr.argmax() == 3
    assert runs["cosine"].loss[-1] < 0.3 * runs["constant"].loss[-1]
    assert max(run.loss[-1] for name, run in runs.items() if name != "constant") < 0.5 * runs["constant"].loss[-1]


def test_a_schedule_is_told_the_loss_on_rows_that_the_steps_never_see():
    told = []
    run = experiments.train(optimizers.sgd, lambda epoch, value: told.append(value) or 0.1, epochs=3)
    assert told == run.validation[:-1].tolist()
    X, _, y, _ = experiments.digits_split()
    z = experiments.scores(run.params, X)[1]
    shares = losses.cross_entropy_from_logits(y[:1000], z[:1000]), losses.cross_entropy_from_logits(y[1000:], z[1000:])
    assert (run.loss[-1], run.validation[-1]) == pytest.approx(shares, rel=1e-12)


def test_the_plateau_is_the_rule_on_that_loss():
    run = experiments.with_schedules(0.4, epochs=10, only=("on plateau",))["on plateau"]
    lr, state, rates = 0.4, None, []
    for value in run.validation[:-1]:
        lr, state = schedules.reduce_on_plateau(lr, value, state, factor=0.3, patience=1)
        rates.append(float(lr))
    assert run.lr.tolist() == pytest.approx(rates) and run.lr[-1] < 0.4


def test_a_row_of_the_table_of_schedules_is_the_end_of_such_a_run():
    run = experiments.with_schedules(0.2, seed=3, only=("cosine",))["cosine"]
    row = experiments.scheduled(3, "cosine", 0.2)
    assert row == {"loss": run.validation[-1], "accuracy": run.accuracy[-1]}


def test_a_row_of_the_table_of_decays_is_torchs_run():
    X, X_test, y, y_test = (torch.tensor(part) for part in experiments.digits_split())
    for form, optimizer, lam in (("L2", torch.optim.Adam, 0.003), ("AdamW", torch.optim.AdamW, 0.3)):
        model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)).double()
        model.load_state_dict({name: torch.tensor(value) for name, value in experiments.network(seed=1).items()})
        plain = {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0}
        steps = optimizer([{"params": [p for p in model.parameters() if p.ndim > 1]}, plain], 0.01, weight_decay=lam)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(steps, 150)
        rng = np.random.default_rng(1)
        chosen = rng.permutation(len(y))[:100]
        for _ in range(150):
            for rows in np.split(rng.permutation(chosen), 4):
                steps.zero_grad()
                F.cross_entropy(model(X[rows]), y[rows]).backward()
                steps.step()
            schedule.step()
        found = experiments.regularized(1, form, 0.01, 3)
        assert found["loss"] == pytest.approx(F.cross_entropy(model(X_test), y_test).item(), rel=1e-6)
        assert found["accuracy"] == (model(X_test).argmax(dim=1) == y_test).double().mean()


def test_a_groups_own_rate_is_relative_to_the_schedule():
    everything = [{"params": list(experiments.network()), "lr": 0.5}]
    halved = experiments.train(optimizers.sgd, lambda epoch, _: 1 / (1 + epoch), epochs=2, groups=everything)
    plain = experiments.train(optimizers.sgd, lambda epoch, _: 0.5 / (1 + epoch), epochs=2)
    np.testing.assert_array_equal(halved.loss, plain.loss)


def test_adagrad_gets_slower_but_never_stands_still():
    loss = experiments.train(optimizers.adagrad, experiments.constant(0.01), epochs=30).loss
    assert (np.diff(loss[::5]) < 0).all() and loss[20] - loss[30] < loss[10] - loss[20] < loss[0] - loss[10]
