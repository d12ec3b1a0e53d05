"""The six lines: the twins walk the same way, the closed form agrees, and the stopping rule is what it is."""

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st
from twins import assert_twins_agree

from dlbook.scratch import gradient_descent

H = np.diag([0.25, 0.025])
START = np.array([-9.0, 8.0])


def sine_grad(theta):
    return theta + theta**3 / 10


@pytest.mark.parametrize("lr", [0.01, 0.5, 3.0])
@pytest.mark.parametrize("theta", [START, np.array(2.0), np.ones((2, 3, 2)), np.array([1, 2, 3])])
def test_twins(theta, lr):
    assert_twins_agree("gradient_descent.minimize", sine_grad, theta, lr=lr, max_iter=100, atol=1e-15)


def test_twins_in_float32():
    run = assert_twins_agree(
        "gradient_descent.minimize", sine_grad, START.astype(np.float32), lr=0.1, max_iter=50, rtol=1e-5
    )
    assert run.theta.dtype == np.float32


@given(lr=st.floats(0.1, 7.9))
def test_closed_form_on_a_bowl(lr):
    run = gradient_descent.minimize(lambda t: H @ t, START, lr=lr, tol=0, max_iter=20)
    expected = np.stack([np.linalg.matrix_power(np.eye(2) - lr * H, t) @ START for t in range(21)])
    np.testing.assert_allclose(run.path, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("lr", "falls"), [(7.99, True), (8.01, False)])
def test_the_limit_is_two_over_the_largest_curvature(lr, falls):
    path = gradient_descent.minimize(lambda t: H @ t, START, lr=lr, tol=0, max_iter=2000).path
    assert (abs(path[-1, 0]) < abs(path[0, 0])) == falls


def test_finds_the_minimum_that_scipy_finds():
    cost = lambda t: (t**2).sum() / 2 + (t**4).sum() / 40 + t[0]
    grad = lambda t: t + t**3 / 10 + np.array([1.0, 0.0])
    run = gradient_descent.minimize(grad, START / 4, lr=0.3, tol=1e-10)
    assert run.converged
    np.testing.assert_allclose(run.theta, scipy.optimize.minimize(cost, START / 4, tol=1e-12).x, atol=1e-6)


def test_a_tiny_step_also_changes_little():
    near = gradient_descent.minimize(lambda t: H @ t, START, lr=4.0, tol=1e-3)
    far = gradient_descent.minimize(lambda t: H @ t, START, lr=1e-4, tol=1e-3)
    assert near.converged and far.converged
    assert np.linalg.norm(near.theta) < 0.02 and np.linalg.norm(far.theta) > 10


def test_divergence_is_a_result():
    run = gradient_descent.minimize(lambda t: t**3, START, lr=1.0)
    assert not run.converged and np.isfinite(run.path).all() and np.isfinite(run.theta).all()
    assert np.array_equal(run.theta, run.path[-1])


def test_the_start_is_left_alone():
    start = START.copy()
    gradient_descent.minimize(lambda t: H @ t, start, lr=1.0)
    assert np.array_equal(start, START)
