"""What chapter 02 measures."""

import numpy as np
import pytest
import torch
from scipy.optimize import brentq
from scipy.stats import norm
from torch.nn import functional as F

from dlbook.experiments import activations, measured
from dlbook.scratch import activations as scratch

TORCH = {
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
    "leaky_relu": torch.nn.LeakyReLU,
    "elu": torch.nn.ELU,
    "gelu": torch.nn.GELU,
    "silu": torch.nn.SiLU,
}


def test_what_is_passed_on_has_closed_forms():
    passed = {name: activations.passes(name) for name in activations.NAMES}
    half = 1 / np.sqrt(2 * np.pi)  # the mean of max(0, z)
    left = np.exp(0.5) * norm.cdf(-1)  # the mean of e^z left of 0; with 2z it is e² Φ(−2)
    bell = np.sqrt(1 / (4 * np.pi))  # the mean of z Φ(z) is that of its slope's second half, by parts
    means = {"gelu": bell, "sigmoid": 0.5, "tanh": 0, "relu": half, "leaky_relu": 0.99 * half, "elu": half + left - 0.5}
    slopes = {
        "relu": np.sqrt(0.5),
        "leaky_relu": np.sqrt(0.5 + 0.5e-4),
        "elu": np.sqrt(0.5 + np.exp(2) * norm.cdf(-2)),
    }
    for name, found in passed.items():
        assert np.isclose(found.mean, means.get(name, found.mean), rtol=1e-6, atol=1e-12)
        assert np.isclose(found.slope, slopes.get(name, found.slope), rtol=1e-6)
        assert np.isclose(found.zeros, 0.5 if name == "relu" else 0)
    # where the slope falls below 1 %: σ (1 − σ) = 0.01, 1 − tanh² = 0.01, e^z = 0.01
    s = (1 - np.sqrt(0.96)) / 2  # the smaller solution
    ends = {"sigmoid": np.log(s / (1 - s)), "tanh": -np.arctanh(np.sqrt(0.99)), "elu": np.log(0.01)}
    for name, end in ends.items():
        assert abs(passed[name].flat - end) < 0.002
    assert passed["relu"].flat == 0 and passed["leaky_relu"].flat == -np.inf
    # what has no closed form is drawn
    z = np.random.default_rng(0).standard_normal(1_000_000)
    for name, found in passed.items():
        a, slope = getattr(scratch, name)(z), getattr(scratch, f"{name}_grad")(z)
        assert abs(found.mean - a.mean()) < 0.004 and abs(found.var - a.var()) < 0.004
        assert abs(found.slope - np.sqrt((slope**2).mean())) < 0.004
        left = np.linspace(-12, max(found.flat, -12) - 0.002, 50)
        assert (np.abs(getattr(scratch, f"{name}_grad")(left)) < 0.01).all() == np.isfinite(found.flat)


def test_the_valley_is_as_steep_as_the_cost_says():
    """The second derivatives of the cost are E[a aᵀ]: its eigenvalues, from drawn outputs."""
    z = np.random.default_rng(1).standard_normal((100_000, 8))
    for name in ("sigmoid", "tanh", "relu"):
        a, passed = getattr(scratch, name)(z), activations.passes(name)
        low, *_, high = np.linalg.eigvalsh(a.T @ a / len(a))
        assert abs(high / low / activations.steepness(passed.mean, passed.var, 8) - 1) < 0.08
    assert activations.steepness(0.5, 1 / 12, 100) == pytest.approx(301)


def test_a_unit_walks_as_in_torch_and_zigzags_if_no_input_is_negative():
    cases = activations.unit_cases(12, seed=4, n=3)
    w = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.7)
    for a in torch.from_numpy(cases):
        optimizer.zero_grad()
        ((w @ a - (a[0] - a[1])) ** 2 / 2).backward()
        optimizer.step()
    path = activations.walk(cases, lr=0.7)
    np.testing.assert_allclose(path[-1], w.detach().numpy(), rtol=1e-12)
    assert all(len(set(np.sign(step))) == 1 for step in np.diff(path, axis=0))  # all weights up, or all down
    centred = activations.walk(cases - 0.5, lr=0.7)
    assert any(len(set(np.sign(step))) > 1 for step in np.diff(centred, axis=0))
    both = activations.walk(np.stack([cases, cases - 0.5], axis=1), lr=0.7)
    np.testing.assert_allclose(both[:, 0], path)
    np.testing.assert_allclose(both[:, 1], centred)


def test_centred_inputs_need_about_half_of_the_steps():
    """What the chapter prints, from other draws."""
    for n in (2, 8, 32):
        above, centred = (activations.fewest_steps(n, centred, seeds=range(1000, 1050)) for centred in (False, True))
        assert 1.6 < np.median(above) / np.median(centred) < 2.6 and np.isfinite(above).all()
    assert activations.fewest_steps(32, centred=False, seeds=range(2), count=20).tolist() == [np.inf, np.inf]


def test_a_net_with_shifted_outputs_computes_the_same_and_learns_faster():
    plain, moved = (activations.net("sigmoid", np.random.default_rng(7)) for _ in range(2))
    moved, X = activations.centred(moved), activations.halves()[0]
    np.testing.assert_allclose(plain(X), moved(X), atol=1e-12)
    assert abs(moved.layers[1](np.zeros((1, 64)))).max() == 0 and plain.layers[1](np.zeros((1, 64))).min() == 0.5
    table, fresh = measured.table(activations.shifted), range(50, 55)
    for way in ("σ", "σ − ½"):
        known = table.of("loss", way=way, lr=3.0)
        again = np.median([activations.shifted(seed, way, 3.0)["loss"] for seed in fresh])
        assert known.min() < again < known.max()
    above, centred = (table.of("loss", way=way, lr=3.0) for way in ("σ", "σ − ½"))
    assert np.median(above) > 1.3 * np.median(centred)


@pytest.mark.parametrize("name", activations.NAMES)
def test_a_net_learns_as_it_does_in_torch(name):
    """Twenty steps from the same weights on the same pictures."""
    X, _, y, _ = (torch.from_numpy(part) for part in activations.halves())
    rng = np.random.default_rng(3)
    layers = [torch.nn.Linear(64, 64), TORCH[name](), torch.nn.Linear(64, 64), TORCH[name](), torch.nn.Linear(64, 10)]
    model = torch.nn.Sequential(*layers).double()
    start = activations.net(name, rng).state_dict()
    model.load_state_dict({key: torch.from_numpy(array) for key, array in start.items()})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(20):
        rows = rng.integers(0, len(X), 64)
        optimizer.zero_grad()
        F.cross_entropy(model(X[rows]), y[rows]).backward()
        optimizer.step()
    *_, ours = activations.training(name, lr=0.3, steps=20, seed=3)
    for key, array in model.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[key], array.numpy(), rtol=1e-10, atol=1e-14)
    scores = model(torch.from_numpy(activations.halves()[1])).detach().numpy()
    run = activations.train(name, lr=0.3, steps=20, seed=3)
    assert run.finite and run.accuracy == (scores.argmax(axis=1) == activations.halves()[3]).mean()


def test_a_unit_is_dead_if_every_sample_finds_it_flat():
    model = activations.net("relu", np.random.default_rng(0))
    first, second = (model.layers[k].params["bias"] for k in (0, 2))
    first[:], second[:] = 10.0, 1e4  # everything fires
    first[:3], second[5] = -100.0, -1e4  # but units that no picture reaches
    X = activations.halves()[0]
    first[10] = -np.median(X @ model.layers[0].params["weight"][10])  # reached by one half of the pictures
    dead = activations.dead_units(model, X)
    assert np.flatnonzero(dead[0]).tolist() == [0, 1, 2] and np.flatnonzero(dead[1]).tolist() == [5]


def test_relu_units_die_and_leaky_ones_do_not():
    """The medians of fresh starts lie in the ranges of the table, and say what the chapter says."""
    table, fresh, medians = measured.table(activations.died), range(60, 65), {}
    for name in ("relu", "leaky_relu", "elu"):
        for lr in (0.2, 0.8):
            runs = [activations.died(seed, name, lr) for seed in fresh]
            for key in ("dead", "accuracy"):
                known, again = table.of(key, activation=name, lr=lr), np.median([run[key] for run in runs])
                assert known.min() <= again <= known.max()
                medians[name, lr, key] = again
    assert medians["relu", 0.2, "dead"] < 0.1 < medians["relu", 0.8, "dead"] < 0.5 < medians["elu", 0.8, "dead"]
    assert medians["leaky_relu", 0.8, "dead"] == 0 and medians["elu", 0.8, "accuracy"] < 0.2
    assert abs(medians["relu", 0.8, "accuracy"] - medians["leaky_relu", 0.8, "accuracy"]) < 0.03
    assert activations.died(60, "relu", 0.8) == activations.died(60, "relu", 0.8)  # the seed decides, nothing else


def test_a_net_that_has_left_the_finite_numbers_says_so():
    assert [activations.died(0, "leaky_relu", lr)["finite"] for lr in (0.2, 5.0)] == [1, 0]


@pytest.mark.parametrize("name", activations.NAMES)
def test_each_function_learns_at_a_rate_of_its_own(name):
    table, lr = measured.table(activations.learned), 3.2 if name == "sigmoid" else 0.4
    known = table.of("accuracy", activation=name, lr=lr)
    again = np.median([activations.learned(seed, name, lr)["accuracy"] for seed in (30, 31, 32)])
    assert known.min() <= again <= known.max() and again > 0.93


def test_a_dead_unit_comes_back_only_if_the_layers_below_it_move():
    """Fixed inputs: never, since it gets no gradient at all. Above a layer that learns: nearly always."""
    for first, second in activations.came_back("relu", lr=0.8, seeds=range(5, 10)):
        assert first[0] > 10 and first[1] == 0
        assert second[0] > 10 and second[1] > 0.9 * second[0]
    assert activations.came_back("leaky_relu", lr=0.8, seeds=(0,)).tolist() == [[[0, 0], [0, 0]]]


def test_confidence_grows_with_the_scale_of_the_scores():
    for seed in range(5, 10):
        accuracy, largest = zip(*activations.confidence(seed, scales=(1.0, 3.0, 10.0)).values(), strict=True)
        assert len(set(accuracy)) == 1 and accuracy[0] > 0.93
        assert abs(largest[0] - accuracy[0]) < 0.02 and accuracy[0] + 0.02 < largest[1] < largest[2] <= 1


def test_where_five_layers_leave_one_percent():
    """The numbers that the chapter's answer gives."""
    left = lambda name: brentq(lambda z: getattr(scratch, f"{name}_grad")(z) ** 5 - 0.01, -3, -1e-9)
    assert round(left("tanh"), 2) == -1.03 and round(left("elu"), 2) == -0.92
    assert np.isclose(left("elu"), np.log(0.01) / 5) and round(0.01**0.2, 3) == 0.398
    assert scratch.sigmoid_grad(0.0) ** 5 == 0.25**5 < 0.001


def test_one_relu_unit_never_comes_back_and_the_others_race():
    """How long each needs from −4, and which are there from −10: the numbers that the chapter's answer gives."""
    near, far = (
        {name: activations.arrival(name, activations.way_back(name, start)) for name in activations.NAMES}
        for start in (-4, -10)
    )
    ways = {"elu": 69, "sigmoid": 256, "tanh": 434, "leaky_relu": 980, "relu": None, "gelu": None, "silu": None}
    assert near == ways
    assert far == dict.fromkeys(ways) | {"leaky_relu": 2360}
    assert activations.way_back("relu", -4)[-1] == -4
    # left of its dip SiLU falls as z grows: the unit walks away from its target
    assert (
        round(activations.way_back("silu", -4)[-1]) == -9
        and activations.arrival("silu", activations.way_back("silu", -1)) == 18
    )
    # far left leaky ReLU moves by η α (0.8 − α z) a step: slowly, but from anywhere
    first = np.diff(activations.way_back("leaky_relu", -10, steps=1))[0]
    assert np.isclose(first, 0.5 * 0.01 * (0.8 + 0.1), rtol=1e-12)


@pytest.mark.parametrize("name", activations.NAMES)
def test_the_gradient_through_many_layers_is_autograds(name):
    rng = np.random.default_rng(1)
    W = torch.from_numpy(rng.normal(0, np.sqrt(1.5 / 8), (6, 8, 8)))
    start = a = torch.from_numpy(rng.standard_normal((256, 8))).requires_grad_()
    for weight in W:
        a = TORCH[name]()(a @ weight.T)
    upstream = torch.from_numpy(rng.standard_normal((256, 8)))
    a.backward(upstream)
    norms = activations.gradient_through_depth(name, depth=6, width=8, seed=1, variance=1.5)
    assert len(norms) == 7 and norms[0] == 1
    np.testing.assert_allclose(norms[-1], (start.grad.norm() / upstream.norm()).item(), rtol=1e-10)


def test_the_gradient_shrinks_as_its_slopes_say():
    norms = activations.gradient_through_depth("relu")
    # half of the derivatives are 0, so about half of the squared length is left at each layer
    assert abs((norms[1:] / norms[:-1]).mean() - np.sqrt(0.5)) < 0.03
    # weights of twice the variance double the squared length
    double = activations.gradient_through_depth("relu", variance=2.0)
    np.testing.assert_allclose(double, norms * np.sqrt(2) ** np.arange(31), rtol=1e-10)
    assert activations.gradient_through_depth("sigmoid", depth=10)[-1] < 0.25**10


def test_what_thirty_layers_leave_lies_in_the_ranges_of_the_table():
    """Fresh draws; the range of twenty draws is left by one in ten, so the median of five is held."""
    table = measured.table(activations.left_over)
    for name, variance in [*((name, 1.0) for name in activations.NAMES), ("relu", 2.0)]:
        known = table.of("log10", activation=name, variance=variance)
        again = [activations.left_over(seed, name, variance)["log10"] for seed in range(40, 45)]
        assert known.min() <= np.median(again) <= known.max()
    he = 10 ** table.of("log10", activation="relu", variance=2.0)
    assert he.min() < 0.7 and he.max() > 1.5  # one draw says little


def test_the_cost_of_an_activation_is_a_ratio():
    for cost in (activations.cost(size=2_000, repeats=3), activations.cost_of_a_step(repeats=3)):
        assert tuple(cost) == activations.TIMED and cost["relu"] == 1 and all(ratio > 0 for ratio in cost.values())
