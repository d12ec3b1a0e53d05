"""What chapter 02 measures."""

import numpy as np
import pytest
import torch
from scipy.optimize import brentq
from scipy.stats import norm
from torch.nn import functional as F

from dlbook.experiments import activations
from dlbook.scratch import activations as scratch

TORCH = {
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
    "leaky_relu": torch.nn.LeakyReLU,
    "elu": torch.nn.ELU,
}


def test_what_is_passed_on_has_closed_forms():
    passed = {name: activations.passes(name) for name in activations.NAMES}
    half = 1 / np.sqrt(2 * np.pi)  # the mean of max(0, z)
    left = np.exp(0.5) * norm.cdf(-1)  # the mean of e^z left of 0; with 2z it is e² Φ(−2)
    means = {"sigmoid": 0.5, "tanh": 0, "relu": half, "leaky_relu": 0.99 * half, "elu": half + left - 0.5}
    slopes = {
        "relu": np.sqrt(0.5),
        "leaky_relu": np.sqrt(0.5 + 0.5e-4),
        "elu": np.sqrt(0.5 + np.exp(2) * norm.cdf(-2)),
    }
    for name, found in passed.items():
        assert np.isclose(found.mean, means[name], rtol=1e-6, atol=1e-12)
        assert np.isclose(found.slope, slopes.get(name, found.slope), rtol=1e-6)
        assert np.isclose(found.zeros, 0.5 if name == "relu" else 0)
    # where the slope falls below 1 %: σ (1 − σ) = 0.01, 1 − tanh² = 0.01, e^z = 0.01
    s = (1 - np.sqrt(0.96)) / 2  # the smaller solution
    ends = {"sigmoid": np.log(s / (1 - s)), "tanh": -np.arctanh(np.sqrt(0.99)), "elu": np.log(0.01)}
    for name, end in ends.items():
        assert abs(passed[name].flat - end) < 0.002
    assert passed["relu"].flat == 0 and passed["leaky_relu"].flat == -np.inf


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
    lrs, seeds = (0.2, 0.8, 1.0), (4, 5)
    runs = activations.learning_rates(("relu", "leaky_relu", "elu"), lrs, seeds)
    relu, leaky, elu = ([activations.summary(some) for some in at] for at in runs.values())
    assert relu[0].dead.max() < 0.1 and relu[1].dead.min() > 0.15
    assert elu[0].dead.max() == 0 and elu[1].dead.min() > 0.5 and max(at.dead.max() for at in leaky) == 0
    assert abs(leaky[1].accuracy[1] - relu[1].accuracy[1]) < 0.03  # few points are lost with the dead
    assert leaky[2].accuracy[1] < 0.9  # a step that is too long breaks a net in which nothing dies, too
    again = activations.train("relu", lr=0.8, seed=4)
    np.testing.assert_array_equal(runs["relu"][1][0].dead, again.dead)  # the seed decides, nothing else


def test_a_summary_has_ends_and_medians():
    runs = [activations.Run(np.array([a, b]), c, True) for a, b, c in ((0, 0.2, 0.9), (0.4, 0.6, 0.3), (1, 1, 0.5))]
    found = activations.summary(runs)
    np.testing.assert_allclose(found.dead, [0.1, 0.5, 1])
    np.testing.assert_allclose(found.accuracy, [0.3, 0.5, 0.9])
    assert np.isnan(activations.summary([*runs, activations.Run(np.zeros(2), 0.1, False)]).dead).all()


def test_a_dead_unit_comes_back_only_if_the_layers_below_it_move():
    """Fixed inputs: never, since it gets no gradient at all. Above a layer that learns: nearly always."""
    first, second = activations.came_back("relu", lr=0.8, seeds=(0, 1, 2))
    assert first[0] > 50 and first[1] == 0
    assert second[0] > 50 and second[1] > 0.9 * second[0]
    assert activations.came_back("leaky_relu", lr=0.8, seeds=(0,)).tolist() == [[0, 0], [0, 0]]


def test_confidence_grows_with_the_scale_of_the_scores():
    found = activations.confidence(scales=(1.0, 3.0, 10.0), steps=100)
    accuracy, largest = zip(*found.values(), strict=True)
    assert len(set(accuracy)) == 1 and accuracy[0] > 0.8
    assert largest[0] < accuracy[0] < largest[1] < largest[2] <= 1


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
    assert near == {"elu": 69, "sigmoid": 256, "tanh": 434, "leaky_relu": 980, "relu": None}
    assert far == {"elu": None, "sigmoid": None, "tanh": None, "leaky_relu": 2360, "relu": None}
    assert activations.way_back("relu", -4)[-1] == -4
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


def test_the_cost_of_an_activation_is_a_ratio():
    for cost in (activations.cost(size=2_000, repeats=3), activations.cost_of_a_step(repeats=3)):
        assert tuple(cost) == activations.NAMES and cost["relu"] == 1 and all(ratio > 0 for ratio in cost.values())
