"""What chapter 11 measures is what it says, and as large as the text says."""

import numpy as np
import pytest
import sklearn.linear_model

from dlbook.experiments import regularization as measured
from dlbook.scratch import layers, optimizers, regularizers


def cost(w, penalty, lam, masks):
    """The cost that `fit` minimises, with dropout drawn instead of taken in expectation; masks (draws, 60)."""
    x, y = measured.points()
    phi = measured.hinges(x)
    fitted = (phi * masks[:, None, :]) @ w + y.mean() - phi.mean(axis=0) @ w  # (draws, 24)
    return ((y - fitted) ** 2).mean() / 2 + getattr(regularizers, penalty.lower())(w, lam)


@pytest.mark.parametrize("penalty", ["L1", "L2"])
def test_dropouts_expectation_is_the_mean_over_draws(penalty):
    w, rate = measured.fit(penalty, 0.01, 0.3).weights, 0.3
    rng = np.random.default_rng(0)
    masks = (rng.random((20_000, measured.FEATURES)) >= rate) / (1 - rate)
    x, _ = measured.points()
    phi = measured.hinges(x)
    without = cost(w, penalty, 0.01, np.ones((1, measured.FEATURES)))
    promised = without + rate / (1 - rate) * (w**2 * (phi**2).mean(axis=0)).sum() / 2
    assert cost(w, penalty, 0.01, masks) == pytest.approx(promised, rel=0.02)


def test_l2_is_ridge_and_l1_is_the_lasso():
    """scikit-learn knows both; the weak L2 penalty below everything makes its lasso an elastic net."""
    x, y = measured.points()
    phi, floor = measured.hinges(x), measured.FLOOR
    ridge = sklearn.linear_model.Ridge(alpha=len(x) * (0.01 + floor)).fit(phi, y)
    ours = measured.fit("L2", 0.01, 0.0)
    np.testing.assert_allclose(ours.weights, ridge.coef_, rtol=1e-8, atol=1e-10)
    assert ours.bias == pytest.approx(ridge.intercept_)
    options = {"alpha": 0.01 + floor, "l1_ratio": 0.01 / (0.01 + floor), "tol": 1e-10, "max_iter": 1_000_000}
    lasso = sklearn.linear_model.ElasticNet(**options).fit(phi, y)
    np.testing.assert_allclose(measured.fit("L1", 0.01, 0.0)(x), lasso.predict(phi), atol=1e-4)


def test_penalties_trade_the_error_seen_for_the_error_to_come():
    seen, fresh = zip(*[measured.errors(measured.fit("L2", lam, 0.0)) for lam in (1e-6, 1e-3, 1.0)], strict=True)
    assert seen[0] < seen[1] < seen[2] and fresh[1] < fresh[0] < fresh[2]


def test_only_proximal_steps_reach_zero():
    zeros = measured.exact_zeros()
    assert zeros["L1, proximal steps"] > 40 > 10 > zeros["L1, plain gradient"] == zeros["L2"]
    x, _ = measured.points()
    assert zeros["L2"] == (measured.hinges(x) == 0).all(axis=0).sum(), "units that see no point stay at 0 anyway"


def test_decay_shrinks_all_alike_and_the_penalty_does_not():
    left = measured.shrinkage((0.001, 0.1, 10.0))
    np.testing.assert_allclose(left["decay"], left["promised"], rtol=0.05)
    assert left["penalty"][0] < 0.01 and left["penalty"][2] > 0.9
    assert left["promised"][0] == pytest.approx((1 - 0.001) ** 300)


def test_the_steps_are_those_of_the_optimizer_and_spare_the_biases():
    (X, y), _, _ = measured.few_digits(40)
    start, trained = measured.mlp(8, np.random.default_rng(0)), measured.mlp(8, np.random.default_rng(0))
    measured.steps(
        trained, X, y, 1, np.random.default_rng(1), step=optimizers.sgd, lr=1.0, penalty=regularizers.l2_grad, lam=0.5
    )
    plain = measured.steps(
        measured.mlp(8, np.random.default_rng(0)), X, y, 1, np.random.default_rng(1), step=optimizers.sgd, lr=1.0
    )
    for name, array in start.parameters().items():
        pulled = plain.parameters()[name] - trained.parameters()[name]
        np.testing.assert_allclose(pulled, 0.5 * array if array.ndim > 1 else 0 * array, atol=1e-12)


def test_digits_are_split_and_spoiled_as_said():
    (X, y), (watch, _), (test, _) = measured.few_digits(150, wrong=0.2, seed=1)
    (_, true), _, _ = measured.few_digits(150, seed=1)
    assert len(X) == 150 and len(watch) == 400 and len(test) == 1797 - 550
    assert 0.1 < (y != true).mean() < 0.25


def test_decay_helps_where_the_penalty_under_adam_harms():
    found = measured.by_strength((0.0, 1.0), seeds=(0,))
    penalty, decay = found["L2 penalty under Adam"], found["weight decay, AdamW"]
    assert penalty[0] == decay[0] and penalty[1] < 0.3 < decay[0] < decay[1]


def test_dropout_helps_a_wide_net_and_harms_a_small_one():
    assert np.diff(measured.by_dropout((0.0, 0.5), 128, seeds=(0,)))[0] > 0.03
    assert np.diff(measured.by_dropout((0.0, 0.8), 8, seeds=(0,)))[0] < -0.1


def test_dropout_widens_what_batch_norm_sees():
    rng = np.random.default_rng(0)
    a = np.maximum(0, rng.normal(size=100_000))
    noisy = layers.dropout(a, rng.random(a.shape), 0.5)
    assert noisy.var() / a.var() == pytest.approx(1 + (a**2).mean() / a.var(), rel=0.03)
    assert measured.variance_shift(0.5) > 2 > 1.3 > measured.variance_shift(0.1) > 1


def test_early_stopping_gains():
    run = measured.stopped(0, epochs=40)
    assert run.watch_loss[run.best_epoch] == run.watch_loss.min() and len(run.watch_loss) == 40
    assert run.restored == pytest.approx(run.test_accuracy[run.best_epoch])
    assert run.gain == run.restored - run.test_accuracy[-1]
    early = measured.stopped(0, patience=5)
    assert len(early.watch_loss) < 60 and early.best_epoch == len(early.watch_loss) - 6
