"""The checker is checked: right gradients pass, wrong ones do not, torch's own checker agrees."""

from importlib import import_module

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from twins import assert_twins_agree

import dlbook
from dlbook.pytorch.gradcheck import numerical_gradient as numerical_gradient_torch
from dlbook.scratch import gradcheck
from dlbook.scratch.gradcheck import numerical_gradient

ROOMS = {"scratch": np.asarray, "pytorch": torch.tensor}
any_array = arrays(np.float64, array_shapes(max_dims=3, max_side=3), elements=st.floats(-3, 3))


def cubic(x):
    return (x**3).sum() + x.sum() ** 2


def cubic_grad(x):
    return 3 * x**2 + 2 * x.sum()


@settings(deadline=None)
@given(x=any_array)
def test_right_passes_on_any_shape_in_both_rooms(x):
    # what is compared is the rounding of two difference quotients
    assert assert_twins_agree("gradcheck", cubic, cubic_grad, x, atol=1e-7) < 1e-7
    np.testing.assert_allclose(
        numerical_gradient_torch(cubic, torch.from_numpy(x)), numerical_gradient(cubic, x), rtol=1e-7, atol=1e-6
    )


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "wrong", [lambda x: 3 * x**2, lambda x: -cubic_grad(x), lambda x: cubic_grad(x) + 0.01, lambda x: 2 * cubic_grad(x)]
)
def test_wrong_is_seen(room, wrong):
    x = ROOMS[room]([0.5, -1.0, 2.0])
    assert getattr(dlbook, room).gradcheck(cubic, wrong, x) > 1e-3


def test_torchs_checker_agrees():
    x = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(cubic, (x,))
    by_autograd = torch.autograd.grad(cubic(x), x)[0]
    np.testing.assert_allclose(numerical_gradient(cubic, x.detach().numpy()), by_autograd, rtol=1e-8)


@pytest.mark.parametrize("room", ROOMS)
def test_shape_is_named(room):
    with pytest.raises(ValueError, match=r"grad must return the shape of x: got shape \(1,\), need shape \(2,\)"):
        getattr(dlbook, room).gradcheck(cubic, lambda x: x[:1], ROOMS[room]([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"f must return one number: got shape \(2,\), need shape \(\)"):
        getattr(dlbook, room).gradcheck(lambda x: x**2, lambda x: 2 * x, ROOMS[room]([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"x must not be empty: got shape \(0,\), need at least one number"):
        getattr(dlbook, room).gradcheck(cubic, cubic_grad, ROOMS[room]([]))

    for eps in (0, -1e-6, np.inf, np.nan):
        with pytest.raises(ValueError, match=f"eps must be above 0: got {eps}, need a small step, as 1e-6"):
            getattr(dlbook, room).gradcheck(cubic, cubic_grad, ROOMS[room]([1.0, 2.0]), eps=eps)


@pytest.mark.parametrize("room", ROOMS)
def test_the_error_is_relative_to_the_larger_and_to_one(room):
    check, x = getattr(dlbook, room).gradcheck, ROOMS[room]([2.0])
    assert check(lambda x: 1000 * x.sum(), lambda x: 1001 + 0 * x, x) == pytest.approx(1 / 1001, rel=1e-5)
    assert check(lambda x: 1001 * x.sum(), lambda x: 1000 + 0 * x, x) == pytest.approx(1 / 1001, rel=1e-5)
    assert check(lambda x: 0.5 * x.sum(), lambda x: 0.25 + 0 * x, x) == pytest.approx(0.25, rel=1e-5)


@pytest.mark.parametrize("room", ROOMS)
def test_a_gradient_of_nan_does_not_pass(room):
    assert not getattr(dlbook, room).gradcheck(cubic, lambda x: x * np.nan, ROOMS[room]([1.0])) < 1


@pytest.mark.parametrize("room", ROOMS)
def test_the_differences_are_central(room):
    module = import_module(f"dlbook.{room}.gradcheck")
    slope = module.numerical_gradient(lambda x: (x**3).sum(), ROOMS[room]([1.0, -2.0]), eps=0.1)
    np.testing.assert_allclose(
        slope, [3.01, 12.04], rtol=1e-12
    )  # 3x² + h², h = ε max(1, |x|); one-sided: 3x² + 3xh + h²


def test_what_is_checked_is_left_alone():
    x = np.array([1.0, 2.0])
    gradcheck(cubic, cubic_grad, x)
    assert x.tolist() == [1, 2]
    assert gradcheck(cubic, cubic_grad, [1, 2]) < 1e-7  # integers are taken as numbers


@pytest.mark.parametrize("room", ROOMS)
def test_the_step_grows_with_x(room):
    """At 1e11 an absolute step of 1e-6 is rounded away: both differences were 0, and every gradient of 0 right."""
    check, x = getattr(dlbook, room).gradcheck, ROOMS[room]([1e11])
    square = lambda x: (x**2).sum()
    assert check(square, lambda x: 2 * x, x) < 1e-9
    assert check(square, lambda x: 0 * x, x) == pytest.approx(1)
    assert check(square, lambda x: 2.1 * x, x) > 0.04
