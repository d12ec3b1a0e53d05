"""The six lines: the twins walk the same way, the closed form agrees, and the stopping rule is what it is."""

import re

import numpy as np
import pytest
import scipy.optimize
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import gradient_descent

H = np.diag([0.25, 0.025])
H_IN = {np.ndarray: H, torch.Tensor: torch.from_numpy(H)}
START = np.array([-9.0, 8.0])


def quartic_grad(theta):
    return theta + theta**3 / 10


def wide_grad(theta):
    """A gradient in float64, whatever theta is."""
    return 0.5 * (theta.double() if isinstance(theta, torch.Tensor) else theta.astype(float))


@pytest.mark.parametrize("lr", [0.01, 0.5, 3.0])
@pytest.mark.parametrize("theta", [START, np.array(2.0), np.ones((2, 3, 2)), np.array([1, 2, 3])])
def test_twins(theta, lr):
    assert_twins_agree("gradient_descent.minimize", quartic_grad, theta, lr=lr, max_iter=100, atol=1e-15)


def test_twins_in_float32():
    run = assert_twins_agree(
        "gradient_descent.minimize", quartic_grad, START.astype(np.float32), lr=0.1, max_iter=50, rtol=1e-5
    )
    assert run.theta.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_theta_decides_the_dtype(dtype):
    run = assert_twins_agree(
        "gradient_descent.minimize", wide_grad, START.astype(dtype), lr=np.float64(0.1), max_iter=9, rtol=1e-5
    )
    assert run.theta.dtype == run.path.dtype == dtype


def test_float16_has_room_on_the_way():
    """Its squares end at 65,504 and begin at 6e-8: the length of a step was ∞ or 0, and 0 is a short step."""
    steep = lambda t: 0 * t + 300
    far = assert_twins_agree("gradient_descent.minimize", steep, np.array([900.0], np.float16), lr=1.0, max_iter=3)
    assert far.path.tolist() == [[900], [600], [300], [0]] and far.path.dtype == np.float16
    flat = lambda t: 0 * t + 1
    near = assert_twins_agree(
        "gradient_descent.minimize", flat, np.array([0.0], np.float16), lr=1e-4, tol=1e-6, max_iter=9, rtol=1e-3
    )
    assert not near.converged and len(near.path) == 10
    out = assert_twins_agree("gradient_descent.minimize", lambda t: -3e4 + 0 * t, np.array([1.0], np.float16), lr=1.0)
    assert out.diverged and np.isfinite(out.path).all() and len(out.path) == 3


@pytest.mark.parametrize("theta", [1e12, -3e15])
def test_twins_stop_where_theta_no_longer_changes(theta):
    run = assert_twins_agree("gradient_descent.minimize", lambda t: 0 * t + 1e-4, np.array([theta]), lr=0.1)
    assert run.converged and len(run.path) == 2


@settings(deadline=None)
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
    assert run.diverged and not run.converged and np.isfinite(run.path).all()
    assert np.array_equal(run.theta, run.path[-1])
    assert_twins_agree("gradient_descent.minimize", lambda t: t**3, START, lr=1.0)
    assert_twins_agree("gradient_descent.minimize", lambda t: t * np.nan, START, lr=1.0)


@pytest.mark.parametrize(
    ("lr", "max_iter", "state", "steps"),
    [
        (4.0, 1000, (True, False), None),
        (0.5, 3, (False, False), 3),
        (0.5, 0, (False, False), 0),
        (1e9, 1000, (False, True), None),
    ],
)
def test_says_why_it_stopped(lr, max_iter, state, steps):
    run = assert_twins_agree("gradient_descent.minimize", lambda t: t @ H_IN[type(t)], START, lr=lr, max_iter=max_iter)
    assert (run.converged, run.diverged) == state
    assert len(run.path) - 1 == steps or (steps is None and 0 < len(run.path) - 1 < max_iter)


def test_stops_at_the_first_short_step():
    path = gradient_descent.minimize(lambda t: H @ t, START, lr=4.0, tol=1e-3).path
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert lengths[-1] < 1e-3 <= lengths[:-1].min()


def test_the_start_is_left_alone():
    start = START.copy()
    run = gradient_descent.minimize(lambda t: H @ t, start, lr=1.0, max_iter=0)
    run.theta[:] = 0
    gradient_descent.minimize(lambda t: H @ t, start, lr=1.0)
    assert np.array_equal(start, START)


def test_the_tensor_is_left_alone():
    start = torch.from_numpy(START.copy()).requires_grad_()
    run = dlbook.pytorch.gradient_descent.minimize(lambda t: t, start, lr=0.5, max_iter=3)
    assert start.tolist() == START.tolist() and start.grad is None and not run.theta.requires_grad


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("theta", "options", "message"),
    [
        ([np.nan, 1.0], {"lr": 1.0}, "theta must be finite: got nan, need a start that is"),
        ([2.0, 1.0], {"lr": -1.0}, "lr must be a number: got -1.0, need 0 to inf"),
        ([2.0, 1.0], {"lr": np.nan}, "lr must be a number: got nan, need 0 to inf"),
        ([2.0, 1.0], {"lr": 1.0, "tol": -1}, "tol must be a number: got -1, need 0 to inf"),
        ([2.0, 1.0], {"lr": 1.0, "max_iter": -1}, "max_iter must be a whole number: got -1, need 0 or more"),
        ([2.0, 1.0], {"lr": 1.0, "max_iter": 2.5}, "max_iter must be a whole number: got 2.5, need 0 or more"),
        (
            [2.0, 1.0],
            {"lr": 1.0, "grad": lambda t: t[:1]},
            "grad must return the shape of theta: got shape (1,), need shape (2,)",
        ),
    ],
)
def test_bad_input_is_named(room, theta, options, message):
    make = np.asarray if room == "scratch" else torch.tensor
    minimize = getattr(dlbook, room).gradient_descent.minimize
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        minimize(**{"grad": lambda t: t, "theta": make(theta)} | options)
