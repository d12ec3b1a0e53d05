"""What chapter 02 measures."""

import numpy as np

from dlbook.experiments import activations


def test_relu_units_die_and_leaky_ones_do_not():
    relu, leaky, again = (activations.train(name, lr=0.8) for name in ("relu", "leaky_relu", "relu"))
    assert relu.dead.mean() > 0.3 and leaky.dead.max() == 0
    assert leaky.accuracy > relu.accuracy + 0.05
    np.testing.assert_array_equal(relu.dead, again.dead)  # the seed decides, nothing else
    assert activations.train("relu", lr=0.2).dead.mean() < 0.1


def test_a_relu_unit_never_comes_back_and_the_others_race():
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


def test_the_gradient_shrinks_as_its_slopes_say():
    norms = activations.gradient_through_depth("relu", depth=10)
    assert norms[0] == 1
    # half of the derivatives are 0, so about half of the squared length is left at each layer
    assert 0.6 < (norms[1:] / norms[:-1]).mean() < 0.8
    assert activations.gradient_through_depth("sigmoid", depth=10)[-1] < 0.25**10


def test_the_cost_of_an_activation_is_a_ratio():
    cost = activations.cost(size=2_000, repeats=3)
    assert cost["relu"] == 1 and all(ratio > 0 for ratio in cost.values())
