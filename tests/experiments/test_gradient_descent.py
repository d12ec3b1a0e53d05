"""What chapter 04 measures."""

import numpy as np

from dlbook.experiments import gradient_descent


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
