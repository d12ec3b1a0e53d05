"""What chapter 09 measures is what it says, and as large as the text says."""

import math
from functools import cache

import numpy as np
import pytest
import torch

from dlbook import exercises
from dlbook.experiments import vanishing_gradients as measured
from dlbook.experiments.measured import table
from dlbook.scratch import initializers, layers, losses, models, optimizers


@pytest.mark.parametrize("activation", measured.ACTIVATIONS)
@pytest.mark.parametrize("batch_norm", [False, True])
def test_a_pass_is_that_of_autograd(activation, batch_norm):
    run = measured.deep_pass(activation, "He", depth=4, batch_norm=batch_norm, samples=20, seed=3)
    rng = np.random.default_rng(3)
    weights = [torch.from_numpy(initializers.he(rng.normal(size=(64, 64)))) for _ in range(4)]
    x, zs = torch.from_numpy(measured.pixels(20)), []
    for weight in weights:
        z = (x @ weight.T).requires_grad_()
        z.retain_grad()
        zs.append(z)
        seen = torch.nn.functional.batch_norm(z, None, None, training=True) if batch_norm else z
        x = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}[activation](seen)
    x.backward(torch.from_numpy(rng.normal(size=tuple(x.shape))))
    for ours, theirs in zip(run.z, zs, strict=True):
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)
    for ours, theirs in zip(run.z_grad, zs, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-8, atol=1e-12)
    assert [array.shape for array in run.a] == 4 * [(20, 64)]


def test_sizes_and_factors():
    assert measured.sizes([np.array([[3.0, -3.0]]), np.zeros((2, 2))]).tolist() == [3, 0]
    assert measured.per_layer(np.array([1.0, 7.0, 9.0])) == pytest.approx(3)


SECOND = range(5, 10)  # seeds that the chapter does not show


@cache
def factors():
    return measured.factors(depth=30, seeds=SECOND)


def test_relu_does_what_the_variance_recursion_says():
    found = factors()
    for init, var in {"N(0, 1)": 1.0, "N(0, 0.01²)": 1e-4, "Xavier": 1 / 64, "He": 2 / 64}.items():
        np.testing.assert_allclose(found["ReLU", init, False], measured.relu_factor(var), rtol=0.08, err_msg=init)
    assert measured.relu_factor(2 / 64) == 1


def test_what_the_text_says_of_the_others():
    found = factors()
    for init, lost in {"Xavier": 0.77, "He": 0.69, "N(0, 1)": 0.13}.items():
        assert 1 - found["sigmoid", init, False][1].mean() == pytest.approx(lost, abs=0.02), init
    assert found["tanh", "Xavier", False].mean(axis=1) == pytest.approx(0.94, abs=0.01)
    for activation in measured.ACTIVATIONS:
        scales = [found[activation, init, True].mean(axis=1) for init in measured.INITS]
        assert np.ptp(scales, axis=0).max() < 0.05, "with batch norm the scale of the weights does not matter"
    # Yang and others 2019, for wide layers and large batches: batch norm before ReLU makes the gradient grow
    backwards = np.array([found["ReLU", init, True][1] for init in measured.INITS])
    assert backwards.mean(axis=1) == pytest.approx(math.sqrt(math.pi / (math.pi - 1)), rel=0.03)
    assert 1.17 < backwards.min() < backwards.max() < 1.22


def test_the_factor_of_batch_norm_and_relu_is_derived():
    """ReLU's variance behind a normal z is (π − 1) / 2π, by integration."""
    x = np.linspace(-12, 12, 400_001)
    weight, a = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * (x[1] - x[0]), np.maximum(x, 0)
    variance = (weight * a**2).sum() - (weight * a).sum() ** 2
    assert variance == pytest.approx((math.pi - 1) / (2 * math.pi), rel=1e-6)
    assert 0.5 / variance == pytest.approx(math.pi / (math.pi - 1), rel=1e-6)


def test_thirty_layers_of_tanh_from_other_draws():
    first = lambda init: [measured.sizes(measured.deep_pass("tanh", init, 30, seed=s).z_grad)[0] for s in SECOND]
    assert max(first("N(0, 0.01²)")) < 1e-30 and min(first("N(0, 1)")) > 1e8
    assert 0.1 < min(first("Xavier")) < max(first("Xavier")) < 0.34
    middle = lambda init: [measured.saturated(measured.deep_pass("tanh", init, seed=s), "tanh")[15] for s in SECOND]
    assert 0.65 < min(middle("N(0, 1)")) < max(middle("N(0, 1)")) < 0.74 and max(middle("Xavier")) < 0.001


def test_saturation_is_a_share_of_flat_units():
    run = measured.deep_pass("tanh", "N(0, 1)", depth=5)
    flat = measured.saturated(run, "tanh")
    assert flat == pytest.approx([(1 - np.tanh(z) ** 2 < 0.01).mean() for z in run.z])
    assert flat.min() > 0.5 and measured.saturated(measured.deep_pass("tanh", "Xavier", 5), "tanh").max() < 0.05


def test_a_model_starts_as_its_initialization_says():
    model = measured.deep_mlp("ReLU", "He", 3, np.random.default_rng(0), batch_norm=True)
    names = list(model.parameters())
    assert names[:4] == ["0.weight", "0.bias", "1.weight", "1.bias"] and len(names) == 14
    assert model.parameters()["3.weight"].std() == pytest.approx(math.sqrt(2 / 64), rel=0.05)
    assert not model.parameters()["9.bias"].any() and model.parameters()["9.weight"].shape == (10, 64)


def test_who_learns_and_who_does_not():
    assert measured.learn("tanh", "Xavier", steps=150).accuracy > 0.8
    assert measured.learn("ReLU", "He", steps=150).accuracy > 0.8
    assert measured.learn("sigmoid", "Xavier", steps=100).accuracy < 0.3
    assert measured.learn("ReLU", "N(0, 0.01²)", steps=50).accuracy < 0.3
    lost = measured.learn("ReLU", "N(0, 1)", steps=50)
    assert np.isnan(lost.loss[-1]) and lost.accuracy < 0.3


def test_who_learns_over_five_seeds():
    """The table of the chapter: equal factors per layer are no promise that all starts learn alike."""
    seen = table(measured.learned).of
    narrow = "N(0, 0.01²)"
    for activation in measured.ACTIVATIONS:
        for init in ("Xavier", "He"):
            assert seen("accuracy", activation=activation, init=init, way="batch norm").min() > 0.92
        assert seen("accuracy", activation=activation, init=narrow, way="batch norm").max() < 0.86
        assert seen("accuracy", activation=activation, init=narrow, way="plain").max() < 0.2
    assert seen("accuracy", activation="tanh", init=narrow, way="batch norm").mean() < 0.5
    assert seen("accuracy", activation="ReLU", init="N(0, 1)", way="batch norm").max() < 0.88
    starved = [seen("accuracy", activation="ReLU", init="Xavier", way=way) for way in ("plain", "Adam")]
    assert starved[0].min() < 0.4 < 0.9 < starved[1].min(), "Adam mends a gradient that is too short"
    assert seen("accuracy", activation="ReLU", init=narrow, way="Adam").max() < 0.3, "and no numbers that are lost"


def test_one_more_run_lies_in_the_range_of_the_table():
    low, again, high = table(measured.learned).again("accuracy", activation="sigmoid", init="He", way="batch norm")
    assert low <= again <= high


def test_adam_takes_the_steps_of_pytorch():
    model = measured.deep_mlp("tanh", "Xavier", 2, np.random.default_rng(0))
    parameters = {name: torch.from_numpy(array.copy()).requires_grad_() for name, array in model.parameters().items()}
    measured.descend(model, np.random.default_rng(1), steps=3, lr=0.01, step=optimizers.adam)
    rng, (X, _, y, _) = np.random.default_rng(1), measured.halves()
    adam = torch.optim.Adam(parameters.values(), lr=0.01)
    for _ in range(3):
        batch = rng.integers(0, len(X), 32)
        a = torch.from_numpy(X[batch])
        for k in (0, 2, 4):
            a = a @ parameters[f"{k}.weight"].T + parameters[f"{k}.bias"]
            a = a.tanh() if k < 4 else a
        adam.zero_grad()
        torch.nn.functional.cross_entropy(a, torch.from_numpy(y[batch]).long()).backward()
        adam.step()
    for name, array in model.parameters().items():
        np.testing.assert_allclose(array, parameters[name].detach().numpy(), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_under_batch_norm_the_gradient_shrinks_as_the_weights_grow(seed):
    weights, gradient = measured.scaled(1.0, seed)
    for factor in (0.3, 10.0):
        wide, short = measured.scaled(factor, seed)
        assert wide == pytest.approx(factor * weights) and short == pytest.approx(gradient / factor, rel=0.01)


@pytest.mark.parametrize(("factor", "seed"), [(8, 5), (0.3, 6), (3, 7)])
def test_wider_weights_and_a_rate_by_its_square_are_the_same_run(factor, seed):
    one, same = measured.scaled_run(1, 1, seed, steps=60), measured.scaled_run(factor, factor**2, seed, steps=60)
    np.testing.assert_allclose(same.loss, one.loss, rtol=1e-9)
    assert same.accuracy == pytest.approx(one.accuracy, abs=0.01)  # running statistics all begin at 0 and 1
    other = measured.scaled_run(factor, 1, seed, steps=60)
    assert np.abs(other.loss - one.loss).max() > 0.05


def test_with_wide_weights_and_the_old_rate_it_learns_slowly():
    for seed in (5, 6):
        assert measured.scaled_run(8, 64, seed).accuracy > 0.9 > 0.8 > measured.scaled_run(8, 1, seed).accuracy


def test_each_start_has_a_rate_of_its_own():
    """The effective rate η/‖W‖²: 32 times too small from N(0, 1), more than 300 times too large from N(0, 0.01²)."""
    seen, rates, narrow = table(measured.over_rates).of, (0.001, 0.01, 0.1, 1.0), "N(0, 0.01²)"
    at = lambda activation, init, lr, batch_norm=True: seen(
        "accuracy", activation=activation, init=init, batch_norm=batch_norm, lr=lr
    )
    assert at("tanh", narrow, 0.001).min() > at("tanh", narrow, 0.1).max() + 0.3
    assert at("ReLU", "N(0, 1)", 1.0).mean() > at("ReLU", "N(0, 1)", 0.1).mean() + 0.06
    for activation in measured.ACTIVATIONS:
        means = {init: [at(activation, init, lr).mean() for lr in rates] for init in measured.INITS}
        assert np.argmax(means["N(0, 1)"]) == 3 and min(map(max, means.values())) > 0.87
        assert max(at(activation, narrow, lr, False).max() for lr in rates) < 0.12
    assert np.argmax([at("tanh", narrow, lr).mean() for lr in rates]) in (0, 1)
    for init, lr in ((narrow, 0.001), ("N(0, 1)", 1.0)):  # another draw, inside the spread on both sides
        row, other = at("tanh", init, lr), measured.learn("tanh", init, batch_norm=True, seed=7, lr=lr).accuracy
        assert row.min() - np.ptp(row) - 0.01 <= other <= row.max() + np.ptp(row) + 0.01


def test_how_far_the_weights_turn_from_another_draw():
    wide, he, narrow = (measured.turned_in_training(init, seed=5) for init in ("N(0, 1)", "He", "N(0, 0.01²)"))
    assert wide.shape == (10,) and 0.5 < wide.min() < wide.max() < 5
    assert 5 < he.min() < he.max() < 22 and 50 < narrow.min() < narrow.max() < 90


def test_what_the_second_explorer_answers():
    lost = measured.at_the_start("ReLU", "N(0, 0.01²)", False)
    assert lost.signal[-1] < 1e-12 and lost.share.max() < 1e-11
    narrow, wide = "N(0, 0.01²)", "N(0, 1)"
    assert 0.1 * measured.at_the_start("tanh", narrow, True).share.min() > 0.1
    for activation in measured.ACTIVATIONS:
        assert 0.1 * measured.at_the_start(activation, wide, True).share.max() < 0.01
        sizes = [measured.at_the_start(activation, init, True).signal for init in measured.INITS]
        assert np.ptp(sizes) < 0.12


def test_the_first_step_of_a_net_is_that_of_the_loss():
    """‖∂L/∂W‖ by a nudge along the gradient itself."""
    share = measured.at_the_start("tanh", "Xavier", True, depth=3).share[1]
    X, _, y, _ = measured.halves()
    model = measured.deep_mlp("tanh", "Xavier", 3, np.random.default_rng(0), batch_norm=True).train()
    loss = lambda: losses.cross_entropy_from_logits(y[:128], model(X[:128]))
    model.backward(losses.cross_entropy_from_logits_grad(y[:128], model(X[:128])))
    weight, grad = model.parameters()["3.weight"], model.gradients()["3.weight"].copy()
    length, before = np.linalg.norm(grad), weight.copy()
    weight[...] = before + 1e-5 * grad / length
    up = loss()
    weight[...] = before - 1e-5 * grad / length
    assert (up - loss()) / 2e-5 == pytest.approx(length, rel=1e-5)
    assert share == pytest.approx(length / np.linalg.norm(before))


STARTS = {
    "equal": lambda rng, shape: np.full(shape, 0.1),
    "out": lambda rng, shape: np.zeros(shape) if shape[0] == 10 else rng.normal(size=shape),
    "in": lambda rng, shape: np.full(shape, 0.1) if shape[0] != 10 else rng.normal(size=shape),
    "biases": lambda rng, shape: rng.normal(size=shape) if len(shape) == 1 else np.zeros(shape),
}


@pytest.mark.parametrize("start", STARTS)
def test_which_start_leaves_units_alike(start):
    """The options of the exercise, trained for a few steps."""
    rng = np.random.default_rng(3)
    model = models.sequential(layers.Linear(64, 64, rng=rng), layers.Tanh(), layers.Linear(64, 10, rng=rng))
    for array in model.parameters().values():
        array[...] = STARTS[start](rng, array.shape)
    measured.descend(model, rng, steps=5)
    kinds = len(np.unique(model.parameters()["0.weight"].round(9), axis=0))
    assert kinds == (1 if start == exercises.find("vanishing_gradients.alike").answer else 64)


@pytest.mark.parametrize("value", [0.0, 0.01, 0.3])
def test_units_that_start_alike_stay_alike(value):
    for seed in (5, 6, 7):
        different, accuracy = measured.alike(value, steps=100, seed=seed)
        assert different == 1 and accuracy < 0.5


def test_units_that_differ_are_counted(monkeypatch):
    monkeypatch.setattr(measured, "descend", lambda model, rng, steps: _drawn(model, rng))
    assert measured.alike(0.0)[0] == 64


def _drawn(model, rng):
    for array in model.parameters().values():
        array[...] = rng.normal(size=array.shape)
    return measured.Descent(np.zeros(1), np.zeros(1), 0.1)


def test_clipping_saves_runs():
    lost, saved = measured.clipped_runs(np.inf, seeds=(5, 6, 7)), measured.clipped_runs(5.0, seeds=(5, 6, 7))
    for wild, tame in zip(lost, saved, strict=True):
        assert wild.norm[0] == tame.norm[0] > 200, "both begin in the same place"
        assert np.isnan(wild.loss).argmax() < 20 and np.isnan(wild.loss[-1]) and wild.accuracy < 0.3
        assert np.isfinite(tame.loss).all() and tame.accuracy > 0.85


def test_turning_from_other_draws():
    by_value = [measured.turned_by_value((0.3, 0.1, 0.01), seed) for seed in SECOND]
    for share, low, high in ((0.3, 7, 14), (0.1, 20, 31), (0.01, 47, 54)):
        assert low < min(found[share] for found in by_value) and max(found[share] for found in by_value) < high
    each = [measured.turned_array_by_array((1.0, 0.1), seed) for seed in SECOND]
    assert min(found[1.0][0] for found in each) > 4 and min(found[0.1][0] for found in each) > 30


def test_by_value_turns_and_by_norm_does_not():
    value, norm = measured.turned(np.array([10.0, 0.5]), 1.0)
    assert value == pytest.approx(math.degrees(math.atan(0.5) - math.atan(0.05))) and norm == pytest.approx(0, abs=1e-5)
    real = measured.turned_by_value((1.0, 0.1, 0.01))
    assert real[1.0] == pytest.approx(0, abs=1e-5) and real[0.1] > 10 and real[0.01] > 40


def test_each_array_by_itself_turns_the_step_and_one_factor_does_not():
    found = measured.turned_array_by_array((1.0, 0.1))
    grads = {name: torch.from_numpy(g) for name, g in measured.fresh_gradients().items()}
    whole = torch.cat([g.ravel() for g in grads.values()])
    for limit, (each, together) in found.items():
        assert together == pytest.approx(0, abs=1e-5)
        clipped = torch.cat([(g * (limit / g.norm()).clamp(max=1)).ravel() for g in grads.values()])
        cosine = torch.nn.functional.cosine_similarity(whole, clipped, dim=0)
        assert each == pytest.approx(math.degrees(math.acos(cosine)), rel=1e-4)
    assert 10 < found[1.0][0] < found[0.1][0] and whole.numel() > 40_000


def test_the_sigmoid_hides_its_loss_and_batch_norm_keeps_the_slope_of_the_lines():
    """What the folded answer of the explorer says."""
    run = measured.deep_pass("sigmoid", "Xavier", 20, samples=100)
    assert measured.saturated(run, "sigmoid").max() < 0.01, "hardly a slope below a hundredth of the steepest"
    assert measured.sizes(run.z_grad)[0] / measured.sizes(run.z_grad)[-1] < 1e-11
    wide, narrow = (measured.deep_pass("sigmoid", init, 20, True, 100) for init in ("N(0, 1)", "N(0, 0.01²)"))
    for kind, ratio in (("z", 100), ("z_grad", 0.01)):
        broad, small = measured.sizes(getattr(wide, kind)), measured.sizes(getattr(narrow, kind))
        np.testing.assert_allclose(broad, ratio * small, rtol=0.1)  # not exact: batch norm's ε
        assert measured.per_layer(broad) == pytest.approx(measured.per_layer(small), rel=0.01)
