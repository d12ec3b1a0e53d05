"""Initial weights: the twins agree, torch.nn.init has the same bounds and deviations, variances do what is promised."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import activations, initializers

rng = np.random.default_rng(0)
CONCEPTS = ("initializers.xavier", "initializers.he")
SHAPES = ((3, 5), (1, 1), (4, 2, 3), (2, 3, 3, 5))
OPTIONS = {
    "initializers.xavier": [{}, {"gain": 5 / 3}, {"distribution": "normal"}, {"gain": 0, "distribution": "normal"}],
    "initializers.he": [
        {},
        {"distribution": "uniform"},
        {"mode": "fan_out", "nonlinearity": "relu"},
        {"a": 0.2, "nonlinearity": "leaky_relu"},
        {"a": 0.2, "nonlinearity": "tanh", "mode": "fan_out", "distribution": "uniform"},
    ],
}
EVERY = [(name, options) for name, all_options in OPTIONS.items() for options in all_options]


def draws(shape, options, dtype=np.float64, name="initializers.xavier"):
    usual = "uniform" if name == "initializers.xavier" else "normal"
    uniform = options.get("distribution", usual) == "uniform"
    return (rng.random(shape) if uniform else rng.normal(size=shape)).astype(dtype)


@pytest.mark.parametrize(("name", "options"), EVERY)
@pytest.mark.parametrize("shape", SHAPES)
def test_twins(name, options, shape):
    assert_twins_agree(name, draws(shape, options, name=name), **options)


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_twins_keep_float32(name, options):
    assert assert_twins_agree(name, draws((4, 3), options, np.float32, name), **options, rtol=1e-6).dtype == np.float32


@pytest.mark.parametrize("shape", SHAPES)
def test_fans_are_torchs(shape):
    assert initializers.fans(shape) == torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    assert initializers.fans(shape) == dlbook.pytorch.initializers.fans(shape)


@pytest.mark.parametrize("nonlinearity", initializers.NONLINEARITIES)
def test_gains_are_torchs(nonlinearity):
    for param in (None, 0.0, 0.2, -1.0):
        theirs = torch.nn.init.calculate_gain(nonlinearity, param)
        assert initializers.calculate_gain(nonlinearity, param) == pytest.approx(theirs, rel=1e-15)
        assert dlbook.pytorch.initializers.calculate_gain(nonlinearity, param) == pytest.approx(theirs, rel=1e-15)


@pytest.mark.parametrize("shape", [(300, 200), (40, 20, 5, 5)])
def test_the_spread_is_that_of_torch_nn_init(shape):
    """torch draws for itself, so what is compared is the end of its interval and its deviation."""
    torch.manual_seed(0)
    weight, init = torch.empty(shape, dtype=torch.float64), torch.nn.init
    for options, ours, theirs in [
        ({"gain": 2.0}, initializers.xavier, lambda d: getattr(init, f"xavier_{d}_")(weight, gain=2.0)),
        ({}, initializers.he, lambda d: getattr(init, f"kaiming_{d}_")(weight)),
        (
            {"a": 0.3, "mode": "fan_out"},
            initializers.he,
            lambda d: getattr(init, f"kaiming_{d}_")(weight, a=0.3, mode="fan_out"),
        ),
    ]:
        mine = ours(rng.random(shape), distribution="uniform", **options)
        other = theirs("uniform").numpy()
        assert mine.max() == pytest.approx(other.max(), rel=2e-3) and mine.min() == pytest.approx(other.min(), rel=2e-3)
        mine = ours(rng.normal(size=shape), distribution="normal", **options)
        assert mine.std() == pytest.approx(theirs("normal").numpy().std(), rel=0.02)


def test_both_distributions_have_the_promised_variance():
    shape, n = (400, 100), 40_000
    for weight in (initializers.xavier(rng.random(shape)), initializers.xavier(rng.normal(size=shape), 1.0, "normal")):
        assert weight.var() == pytest.approx(2 / 500, rel=5 / math.sqrt(n))
        assert abs(weight.mean()) < 5 * math.sqrt(2 / 500 / n)
    for weight in (initializers.he(rng.normal(size=shape)), initializers.he(rng.random(shape), distribution="uniform")):
        assert weight.var() == pytest.approx(2 / 100, rel=5 / math.sqrt(n))


@pytest.mark.parametrize(("nonlinearity", "options"), [("relu", {}), ("leaky_relu", {"negative_slope": 0.3})])
def test_he_keeps_the_mean_square_through_fifty_layers(nonlinearity, options):
    """What its derivation says: forward with fan_in, and the activation's own gain."""
    x = start = rng.normal(size=(200, 300))
    for _ in range(50):
        weight = initializers.he(rng.normal(size=(300, 300)), options.get("negative_slope", 0.0))
        x = getattr(activations, nonlinearity)(x, **options) @ weight.T
    factor = ((x**2).mean() / (start**2).mean()) ** (1 / 50)  # a layer
    assert 0.95 < factor < 1.05  # Xavier's would be a half


def test_xavier_keeps_a_linear_net_both_ways():
    weights = [initializers.xavier(rng.random((300, 300))) for _ in range(50)]
    forward = backward = rng.normal(size=(100, 300))
    for weight in weights:
        forward, backward = forward @ weight.T, backward @ weight
    assert 0.5 < forward.var() < 2 and 0.5 < backward.var() < 2


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4), st.floats(0.1, 10))
def test_laws(out, inside, kernel, gain):
    draw = np.linspace(0, 0.99, out * inside * kernel).reshape(out, inside, kernel)
    weight = initializers.xavier(draw, gain)
    np.testing.assert_allclose(weight, gain * initializers.xavier(draw), rtol=1e-12, atol=1e-15)
    turned = initializers.xavier(draw.swapaxes(0, 1), gain)  # both ways count the same
    np.testing.assert_allclose(turned, weight.swapaxes(0, 1), rtol=1e-12)
    assert np.abs(weight).max() <= gain * math.sqrt(6 / (kernel * (inside + out))) * (1 + 1e-12)
    fan_in, fan_out = (initializers.he(draw, mode=mode) for mode in ("fan_in", "fan_out"))
    np.testing.assert_allclose(fan_in * math.sqrt(inside), fan_out * math.sqrt(out), rtol=1e-12)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.xavier(np.zeros(3)), r"draw must have the shape of a weight: got shape \(3,\)"),
        (lambda r: r.he(np.zeros((0, 3))), r"draw must have the shape of a weight: got shape \(0, 3\)"),
        (
            lambda r: r.xavier(np.zeros((2, 2)), distribution="cauchy"),
            "distribution must be a known name: got 'cauchy'",
        ),
        (lambda r: r.he(np.zeros((2, 2)), mode="fan"), "mode must be a known name: got 'fan'"),
        (lambda r: r.he(np.zeros((2, 2)), nonlinearity="swish"), "nonlinearity must be a known name: got 'swish'"),
        (lambda r: r.xavier(np.full((2, 2), 1.5)), "draw must be uniform: got 1.5 to 1.5"),
        (lambda r: r.he(np.full((2, 2), np.nan)), "draw must hold finite floats"),
        (lambda r: r.he(np.ones((2, 2), int)), "draw must hold finite floats: got dtype"),
        (lambda r: r.xavier(np.zeros((2, 2)), gain=-1.0), "gain must be a number: got -1.0, need 0 to inf"),
    ],
)
def test_bad_input_is_named_in_both_rooms_torch_too(room, call, message):
    with pytest.raises(ValueError, match=message):
        call(getattr(dlbook, room).initializers)
