"""What chapter 04 measures."""

import numpy as np
import pytest
import scipy.optimize
import torch
from torch.nn import functional as F

from dlbook.experiments import gradient_descent
from dlbook.explorers import gradient_descent as explorer

CE, SE = "logistic regression, cross-entropy", "logistic regression, squared error"


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


@pytest.mark.parametrize("name", gradient_descent.LOSSES)
def test_a_saturated_start_goes_the_way_of_torchs_sgd(name):
    X, y = map(torch.as_tensor, gradient_descent.tumours())
    theta = torch.cat([torch.zeros(30), torch.tensor([-3.0])]).double().requires_grad_()
    optimizer, accuracy, slope = torch.optim.SGD([theta], lr=1.0), [], []
    for _ in range(21):
        z = X @ theta[:-1] + theta[-1]
        cost = F.binary_cross_entropy_with_logits(z, y.double())
        if name == "squared error":
            cost = F.mse_loss(torch.sigmoid(z), y.double()) / 2
        optimizer.zero_grad()
        cost.backward()
        accuracy.append(((z >= 0) == y).double().mean().item())
        slope.append(theta.grad.norm().item())
        optimizer.step()
    curves = gradient_descent.saturated_start(bias=-3, steps=20)[name]
    np.testing.assert_allclose(curves["accuracy"], accuracy)
    np.testing.assert_allclose(curves["gradient"], slope, rtol=1e-9)


def test_squared_error_does_arrive_much_later():
    late = gradient_descent.accuracy(
        gradient_descent.from_bias("squared error", -10, 1.0, 2200), *gradient_descent.tumours()
    )
    assert 1000 < gradient_descent.steps_to_learn(late) < 2200


def test_a_tiny_rate_stops_far_away():
    """From (a, b) the steps on a bowl are known: ηλ (1 − ηλ)ᵗ times the distance, along each axis."""
    start, curvature = np.array([-9.0, 8.0]), np.array([0.25, 0.025])
    for lr, (steps, distance) in gradient_descent.stopping((4.0, 0.04, 0.004)).items():
        lengths = np.linalg.norm(lr * curvature * start * (1 - lr * curvature) ** np.arange(20_000)[:, None], axis=1)
        assert steps == np.argmax(lengths < 1e-3) + 1
        assert distance == pytest.approx(np.linalg.norm(start * (1 - lr * curvature) ** steps), rel=1e-9)


def test_steps_grow_with_the_condition_number():
    """With the best single rate, each step leaves the same share in both directions."""
    for condition, steps in gradient_descent.steps_by_condition((2, 10, 100, 700)).items():
        assert steps == np.ceil(np.log(1e-3) / np.log((condition - 1) / (condition + 1)))


def test_a_long_step_leaves_the_valley_it_started_above():
    left, ridge, right = np.sort(np.roots([1, 0, -2, 0.3]).real)
    assert 0.1 < ridge < 0.2
    runs = gradient_descent.valley_descents([(0.1, 0.1), (0.2, 0.1), (2.5, 0.1), (2.5, 0.25)])
    np.testing.assert_allclose([run.path[-1] for run in runs.values()], [left, right, right, left], atol=1e-3)
    cost = np.polynomial.Polynomial([0, 0.3, -1, 0, 0.25])
    theta = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(gradient_descent.two_valleys(theta), cost(theta))
    np.testing.assert_allclose(gradient_descent.two_valleys_grad(theta), cost.deriv()(theta))


def test_a_wrong_gradient_also_goes_downhill():
    (start, right, passed), (same, wrong, failed) = gradient_descent.slip().values()
    assert start == same > 5 * wrong > 5 * right
    assert passed < 1e-6 and failed > 1e-3


def test_accuracy_is_a_staircase_and_cross_entropy_is_not():
    curves = gradient_descent.staircase(np.linspace(-1, 4, 501))
    assert (np.diff(curves["accuracy"]) == 0).mean() > 0.9
    assert (np.diff(curves["cost"]) != 0).all() and (np.diff(curves["cost"], 2) > 0).all()
    np.testing.assert_allclose(curves["accuracy"] * 30, np.round(curves["accuracy"] * 30))


@pytest.mark.parametrize(
    ("surface", "lr", "x", "y", "word"),
    [
        ("bowl", 0.1, -9, 9, "it is on its way"),
        ("bowl", 4, -9, 9, "it arrives"),
        ("bowl", 8.5, -9, 9, "it diverges"),
        ("bowl", 20, 0, 9, "it arrives"),  # in the flat direction 20 is not too long
        (CE, 0.1, 9, 9, "it is on its way"),
        (CE, 8.5, 9, 9, "it arrives"),
        (CE, 12, 0, 0, "it jumps to and fro"),  # the cost ends above where it began, and stays there
        (CE, 20, 0, 0, "it jumps to and fro"),
        (SE, 0.1, 0, 0, "it is on its way"),  # short steps, but a slope
        (SE, 4, -9, 9, "it stalls"),
        (SE, 20, -9, -9, "it stalls"),
    ],
)
def test_the_explorer_says_what_happens(surface, lr, x, y, word):
    assert explorer.state(surface, lr, x, y)["verdict"] == word


def test_every_cost_of_the_explorer_can_be_drawn():
    assert explorer.state(CE, 0.1, 9, 9)["first_cost"] == pytest.approx(4.40, abs=0.005)
    for surface in explorer.SURFACES:
        assert np.isfinite(explorer.height(surface)).all()
        for x in (-9, 0, 9):
            for y in (-9, 0, 9):
                assert np.isfinite(explorer.state(surface, 20, x, y)["cost"]).all()


def test_the_limit_holds_with_the_curvature_at_the_minimum():
    cost, grad = explorer.SURFACES[CE]
    minimum = gradient_descent.descend(cost, grad, (0.0, 0.0), 4.0, 100).path[-1]
    X, y = (torch.as_tensor(part).double() for part in explorer.DATA)
    loss = lambda theta: F.binary_cross_entropy_with_logits(X @ theta[:1] + theta[1], y)
    curvature = torch.linalg.eigvalsh(torch.autograd.functional.hessian(loss, torch.tensor(minimum)))
    assert 2 / curvature[-1].item() == pytest.approx(9.9, abs=0.05)
    path = explorer.state(CE, 12, -9, 9)["path"]
    np.testing.assert_allclose(path[-1], path[-3], atol=1e-4)  # past the limit: to and fro between two points
    assert np.linalg.norm(path[-1] - path[-2]) > 2


def test_labels_that_a_threshold_separates_leave_no_minimum():
    w = np.linspace(-1, 8, 181)
    curves = gradient_descent.no_minimum(w)
    assert (np.diff(curves["separable"]) < 0).all() and 0 < np.argmin(curves["overlap"]) < 180
    x, y = torch.tensor([-2.0, -1.0, 1.0, 2.0], dtype=torch.float64), torch.tensor([0.0, 1, 1, 1]).double()
    theirs = [F.binary_cross_entropy_with_logits(k * x, y).item() for k in w]
    np.testing.assert_allclose(curves["overlap"], theirs, rtol=1e-12)


def test_the_tumours_are_separable_and_the_weights_outgrow_every_bound():
    """A linear programme finds a plane with all malignant tumours on one side and all benign ones on the other."""
    X, y = gradient_descent.tumours()
    rows = np.hstack([X, np.ones((len(X), 1))]) * (1 - 2 * y)[:, None]
    plane = scipy.optimize.linprog(np.zeros(31), A_ub=rows, b_ub=-np.ones(len(X)), bounds=(None, None))
    assert plane.success and (((X @ plane.x[:-1] + plane.x[-1]) > 0) == y).all()
    costs, lengths = zip(*gradient_descent.outgrowing((10, 100, 1000)).values(), strict=True)
    assert costs[0] > costs[1] > costs[2] and lengths[2] > 1.5 * lengths[1] > 2 * lengths[0]
