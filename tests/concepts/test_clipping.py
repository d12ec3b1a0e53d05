"""Clipping: the twins agree, torch.nn.utils does the same in place, lengths and directions are what is promised."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import clipping

rng = np.random.default_rng(0)
GRADS = {"0.weight": rng.normal(size=(4, 3)), "0.bias": np.array([30.0, -0.1, 0.0, 2.0]), "scale": np.array(-5.0)}
NORMS = (1.0, 2.0, 3.0, 0.5, math.inf)
LIMITS = (0.0, 0.5, 20.0, 1e6, math.inf)


@pytest.mark.parametrize("norm_type", NORMS)
@pytest.mark.parametrize("max_norm", LIMITS)
def test_twins_of_clip_by_global_norm(norm_type, max_norm):
    assert_twins_agree("clipping.clip_by_global_norm", GRADS, max_norm, norm_type)
    assert_twins_agree("clipping.clip_by_global_norm", list(GRADS.values()), max_norm, norm_type)
    assert_twins_agree("clipping.clip_by_norm", GRADS["0.weight"], max_norm, norm_type)


@pytest.mark.parametrize("clip_value", [0.0, 0.5, 1e6, math.inf])
def test_twins_of_clip_by_value(clip_value):
    for grad in (*GRADS.values(), np.array([np.nan, np.inf, -np.inf, 1.0])):
        assert_twins_agree("clipping.clip_by_value", grad, clip_value)


def test_twins_keep_float32():
    low = {name: grad.astype(np.float32) for name, grad in GRADS.items()}
    clipped = assert_twins_agree("clipping.clip_by_global_norm", low, 1.0, rtol=1e-6)
    assert {g.dtype for g in clipped.grad.values()} == {np.dtype(np.float32)} == {clipped.total_norm.dtype}
    assert assert_twins_agree("clipping.clip_by_value", low["0.bias"], 1.0).dtype == np.float32


def test_a_limit_that_knows_its_precision_does_not_give_it_away():
    low = GRADS["0.bias"].astype(np.float32)
    assert assert_twins_agree("clipping.clip_by_value", low, np.float64(1.0)).dtype == np.float32
    assert assert_twins_agree("clipping.clip_by_norm", low, np.float64(1.0), rtol=1e-6).grad.dtype == np.float32


def test_squares_that_float16_has_no_room_for():
    """300² is above its largest number, and 2,500 squares of 1 are more than it can count one by one."""
    for grad in (np.full(2, 300, np.float16), np.ones((2500, 2), np.float16)):
        clipped, length = assert_twins_agree("clipping.clip_by_norm", grad, 1.0, rtol=1e-3)
        exact = grad.astype(np.float64)
        assert length == pytest.approx(np.linalg.norm(exact), rel=1e-3) and length.dtype == np.float16
        np.testing.assert_allclose(clipped, exact / np.linalg.norm(exact), rtol=1e-3)
        assert assert_twins_agree("clipping.norm", [grad], rtol=1e-3) == length


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_twins_let_through_what_is_not_finite(bad):
    for max_norm in (1.0, math.inf):  # ∞ / ∞ is NaN, and no warning
        assert_twins_agree("clipping.clip_by_global_norm", [np.array([1.0, bad]), np.array([2.0])], max_norm)
        assert_twins_agree("clipping.clip_by_norm", np.array([1.0, bad]), max_norm)


@pytest.mark.parametrize("norm_type", NORMS)
@pytest.mark.parametrize("max_norm", LIMITS)
def test_torch_clips_the_same_in_place(norm_type, max_norm):
    leaves = [torch.zeros(grad.shape, dtype=torch.float64, requires_grad=True) for grad in GRADS.values()]
    for leaf, grad in zip(leaves, GRADS.values(), strict=True):
        leaf.grad = torch.from_numpy(grad.copy())
    total = torch.nn.utils.clip_grad_norm_(leaves, max_norm, norm_type)
    ours = clipping.clip_by_global_norm(GRADS, max_norm, norm_type)
    assert float(ours.total_norm) == pytest.approx(float(total), rel=1e-12)
    for leaf, clipped in zip(leaves, ours.grad.values(), strict=True):
        np.testing.assert_allclose(clipped, leaf.grad.numpy(), rtol=1e-10)


@pytest.mark.parametrize("clip_value", [0.0, 0.5, 1e6])
def test_torch_clips_values_the_same_in_place(clip_value):
    leaf = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    leaf.grad = torch.from_numpy(GRADS["0.bias"].copy())
    torch.nn.utils.clip_grad_value_([leaf], clip_value)
    np.testing.assert_array_equal(clipping.clip_by_value(GRADS["0.bias"], clip_value), leaf.grad.numpy())


@pytest.mark.parametrize("order", [1, 2, 3, math.inf])
def test_the_norm_is_that_of_all_components_in_a_row(order):
    flat = np.concatenate([grad.ravel() for grad in GRADS.values()])
    assert clipping.norm(GRADS.values(), order) == pytest.approx(np.linalg.norm(flat, order), rel=1e-14)


GRADIENT = arrays(float, (3, 2), elements=st.floats(-1e6, 1e6))


@given(GRADIENT, st.floats(1e-3, 1e6))
def test_by_norm_keeps_the_direction_and_shortens_only(grad, max_norm):
    clipped, length = clipping.clip_by_norm(grad, max_norm)
    assert np.linalg.norm(clipped) <= min(max_norm, length) * (1 + 1e-12)
    if length <= max_norm - 1e-6:
        np.testing.assert_array_equal(clipped, grad)
    else:
        np.testing.assert_allclose(clipped * (length + 1e-6), grad * max_norm, rtol=1e-9, atol=1e-300)


@given(GRADIENT, GRADIENT, st.floats(1e-3, 1e3))
def test_the_global_norm_keeps_the_proportion_of_layers(first, second, max_norm):
    (a, b), length = clipping.clip_by_global_norm([first, second], max_norm)
    together = np.stack([first, second])
    np.testing.assert_allclose(np.stack([a, b]), clipping.clip_by_norm(together, max_norm).grad, rtol=1e-9, atol=1e-300)
    assert length == pytest.approx(np.hypot(np.linalg.norm(first), np.linalg.norm(second)), rel=1e-12)


@given(GRADIENT, st.floats(0, 1e3))
def test_by_value_is_done_once_and_for_all(grad, clip_value):
    once = clipping.clip_by_value(grad, clip_value)
    assert np.abs(once).max() <= clip_value
    np.testing.assert_array_equal(clipping.clip_by_value(once, clip_value), once)
    small = np.abs(grad) <= clip_value
    np.testing.assert_array_equal(once[small], grad[small])


def test_by_value_may_turn_and_by_norm_does_not():
    grad = np.array([10.0, 0.5])
    angle = lambda g: math.degrees(math.atan2(g[1], g[0]))
    assert angle(clipping.clip_by_value(grad, 1.0)) == pytest.approx(26.565, abs=1e-3)
    assert angle(clipping.clip_by_norm(grad, 1.0).grad) == pytest.approx(angle(grad), rel=1e-12)


def test_nothing_handed_in_is_written_to():
    before = {name: grad.copy() for name, grad in GRADS.items()}
    clipping.clip_by_global_norm(GRADS, 0.1)
    clipping.clip_by_value(GRADS["0.bias"], 0.1)
    for name, grad in GRADS.items():
        np.testing.assert_array_equal(grad, before[name])


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.clip_by_value(np.ones(2), -1.0), "clip_value must be a number: got -1.0, need 0 to inf"),
        (lambda r: r.clip_by_value(np.ones(2, int), 1.0), "grad must hold floats: got dtype"),
        (lambda r: r.clip_by_norm(np.ones(2), math.nan), "max_norm must be a number: got nan"),
        (lambda r: r.clip_by_global_norm([], 1.0), "grads must not be empty"),
        (lambda r: r.clip_by_global_norm({}, 1.0), "grads must not be empty"),
        (lambda r: r.clip_by_norm(np.ones(2), 1.0, 0), "norm_type must be positive: got 0"),
        (
            lambda r: r.clip_by_norm(np.array([np.inf, 1.0]), 1.0, error_if_nonfinite=True),
            "grads must have a finite norm: got inf",
        ),
    ],
)
def test_bad_input_is_named_in_both_rooms_torch_too(room, call, message):
    with pytest.raises(ValueError, match=message):
        call(getattr(dlbook, room).clipping)


@pytest.mark.parametrize(("dtype", "huge"), [(np.float32, 1e20), (np.float64, 1e200)])
def test_a_norm_that_overflows_makes_the_step_zero_without_a_warning(dtype, huge):
    """Every component is finite, its square is not; torch.nn.utils.clip_grad_norm_ does the same."""
    grads = [np.array([huge, 1.0], dtype), np.array([2.0], dtype)]
    clipped, total_norm = clipping.clip_by_global_norm(grads, 1.0)
    parameter = torch.nn.Parameter(torch.zeros(2, dtype=torch.from_numpy(grads[0]).dtype))
    parameter.grad = torch.from_numpy(grads[0].copy())
    theirs = torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    assert total_norm == np.inf == theirs and not clipped[0].any() and not parameter.grad.any()
    with pytest.raises(ValueError, match="grads must have a finite norm: got inf"):
        clipping.clip_by_global_norm(grads, 1.0, error_if_nonfinite=True)


def test_norms_of_small_gradients_are_small():
    """The default is the Euclidean norm; ∞ takes the largest component, however small, and none is 0."""
    small = [np.array([0.03, -0.04]), np.zeros(0)]
    assert clipping.norm(small) == pytest.approx(0.05) == float(torch.nn.utils.get_total_norm([torch.tensor(small[0])]))
    assert clipping.norm(small, math.inf) == 0.04 and clipping.norm([np.zeros(0)], math.inf) == 0
