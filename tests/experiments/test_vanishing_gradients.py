"""What chapter 09 measures is what it says, and as large as the text says."""

import math

import numpy as np
import pytest
import torch

from dlbook.experiments import vanishing_gradients as measured
from dlbook.experiments.measured import table
from dlbook.scratch import initializers, optimizers


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


def test_relu_does_what_the_variance_recursion_says():
    found = measured.factors(depth=20, seeds=(0,))
    for init, var in {"N(0, 1)": 1.0, "N(0, 0.01²)": 1e-4, "Xavier": 1 / 64, "He": 2 / 64}.items():
        for seen in found["ReLU", init, False]:
            assert seen == pytest.approx(measured.relu_factor(var), rel=0.08), init
    assert measured.relu_factor(2 / 64) == 1


def test_what_the_text_says_of_the_others():
    found = measured.factors(depth=20, seeds=(0,))
    assert found["sigmoid", "Xavier", False][1] < 0.26 < 0.3 < found["sigmoid", "He", False][1] < 0.4
    assert 0.9 < found["tanh", "Xavier", False][1] < 1 < found["tanh", "N(0, 1)", False][1]
    for activation in measured.ACTIVATIONS:
        scales = [found[activation, init, True] for init in measured.INITS]
        assert np.ptp(scales, axis=0).max() < 0.05, "with batch norm the scale of the weights does not matter"
    # Yang and others 2019, for wide layers and large batches: batch norm before ReLU makes the gradient grow
    assert found["ReLU", "He", True][1] == pytest.approx(math.sqrt(math.pi / (math.pi - 1)), rel=0.02)
    assert 0.8 < found["sigmoid", "N(0, 1)", False][1] < 1, "the wrong start is right for the sigmoid"


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


def test_another_rate_repairs_a_start_that_is_too_wide_or_too_narrow():
    """The effective rate η/‖W‖²: 32 times too small from N(0, 1), 310 times too large from N(0, 0.01²)."""
    seen = table(measured.learned).of
    for activation, init, lr in (("ReLU", "N(0, 1)", 1.0), ("tanh", "N(0, 0.01²)", 0.001)):
        before = seen("accuracy", activation=activation, init=init, way="batch norm")
        repaired = [measured.learn(activation, init, batch_norm=True, seed=s, lr=lr).accuracy for s in range(2)]
        assert np.mean(repaired) > before.max() + 0.04, activation


@pytest.mark.parametrize("value", [0.0, 0.01, 0.3])
def test_units_that_start_alike_stay_alike(value):
    different, accuracy = measured.alike(value, steps=100)
    assert different == 1 and accuracy < 0.5


def test_units_that_differ_are_counted(monkeypatch):
    monkeypatch.setattr(measured, "descend", lambda model, rng, steps: _drawn(model, rng))
    assert measured.alike(0.0)[0] == 64


def _drawn(model, rng):
    for array in model.parameters().values():
        array[...] = rng.normal(size=array.shape)
    return measured.Descent(np.zeros(1), np.zeros(1), 0.1)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_clipping_saves_a_run(seed):
    wild, tame = np.inf, 5.0
    lost, saved = (measured.too_wide(limit, scale=1.4, steps=600, lr=0.05, seed=seed) for limit in (wild, tame))
    assert lost.norm[0] == saved.norm[0] > 200, "both begin in the same place"
    assert np.isnan(lost.loss[-1]) and lost.accuracy < 0.3
    assert np.isfinite(saved.loss).all() and saved.accuracy > 0.85


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
