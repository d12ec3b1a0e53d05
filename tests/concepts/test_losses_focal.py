"""Focal loss: the twins agree, torchvision's formula agrees, its slope is one, bad input is named."""

import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import gradcheck, losses

rng = np.random.default_rng(0)
Y = np.array([0, 1, 1, 0, 1, 0])
Z = np.array([-1000.0, 1000.0, 0.0, 1e-12, -30.0, 30.0])
MILD = rng.normal(0, 3, 6)
TABLE = rng.integers(0, 2, (4, 3)), rng.normal(0, 5, (4, 3))


def torchvisions(y_true, logits, gamma, alpha=None, reduction="mean"):
    """`sigmoid_focal_loss` of torchvision, which is not installed, line by line."""
    targets, inputs = torch.tensor(y_true, dtype=torch.float64), torch.tensor(logits)
    p = torch.sigmoid(inputs)
    cross_entropy = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = cross_entropy * (1 - p_t) ** gamma
    if alpha is not None:
        loss = (alpha * targets + (1 - alpha) * (1 - targets)) * loss
    return {"mean": loss.mean(), "sum": loss.sum(), "none": loss}[reduction].numpy()


@pytest.mark.parametrize("kind", ["", "_grad"])
@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2.0, 5])
@pytest.mark.parametrize("alpha", [None, 0.25, 1.0])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_twins(kind, gamma, alpha, reduction):
    for y, z in ((Y, Z), (Y, MILD), (Y[::-2], MILD[::2]), TABLE):
        options = {"alpha": alpha, "reduction": reduction}
        # 1 − p and the two terms of the slope cancel where the answer is nearly sure
        assert_twins_agree(f"losses.focal_loss{kind}", y, z, gamma, **options, atol=1e-15)


@pytest.mark.parametrize("gamma", [0, 0.5, 2.0])
@pytest.mark.parametrize("alpha", [None, 0.25, 0.9])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_it_is_torchvisions(gamma, alpha, reduction):
    for y, z in ((Y, MILD), TABLE):
        ours = losses.focal_loss(y, z, gamma, alpha=alpha, reduction=reduction)
        np.testing.assert_allclose(ours, torchvisions(y, z, gamma, alpha, reduction), rtol=1e-11)


def test_without_gamma_it_is_cross_entropy():
    np.testing.assert_allclose(losses.focal_loss(Y, Z, 0), losses.cross_entropy_from_logits(Y, Z), rtol=1e-14)
    ours = losses.focal_loss_grad(Y, Z, 0)
    np.testing.assert_allclose(ours, losses.cross_entropy_from_logits_grad(Y, Z), rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("gamma", [0.5, 1, 2, 5])
@pytest.mark.parametrize("options", [{}, {"alpha": 0.25}, {"reduction": "sum"}])
def test_the_slope_is_that_of_finite_differences(gamma, options):
    for y, z in ((Y, MILD), TABLE):
        loss = lambda z, y=y: losses.focal_loss(y, z, gamma, **options)
        slope = lambda z, y=y: losses.focal_loss_grad(y, z, gamma, **options)
        assert gradcheck(loss, slope, z) < 1e-7


def test_what_is_right_and_sure_costs_nothing_and_what_is_wrong_costs_as_ever():
    right, wrong = losses.focal_loss([1], [50.0]), losses.focal_loss([1], [-50.0])
    assert 0 <= right < 1e-60 and wrong == pytest.approx(50, rel=1e-12)
    z, gammas = np.linspace(-6, 6, 49), (0, 0.5, 1, 2, 5)
    rows = np.array([losses.focal_loss(np.ones(49), z, gamma, reduction="none") for gamma in gammas])
    assert (np.diff(rows, axis=0) < 0).all() and (np.diff(rows, axis=1) < 0).all()
    swapped = np.array([losses.focal_loss(np.zeros(49), -z, gamma, reduction="none") for gamma in gammas])
    np.testing.assert_array_equal(rows, swapped)


@pytest.mark.parametrize("kind", ["", "_grad"])
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_the_dtype_is_that_of_the_logits(kind, dtype):
    low = assert_twins_agree(f"losses.focal_loss{kind}", Y, MILD.astype(dtype), rtol=2e-3, atol=1e-4)
    assert low.dtype == dtype
    assert_twins_agree(f"losses.focal_loss{kind}", Y.astype(bool), MILD)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize("kind", ["", "_grad"])
@pytest.mark.parametrize(
    ("y_true", "logits", "options", "message"),
    [
        ([0.5], [0.0], {}, "y_true must hold 0 and 1 only: got 0.5, need 0 for a negative, 1 for a positive"),
        ([-1.0], [0.0], {}, "y_true must hold 0 and 1 only: got -1, need"),
        ([0.0], [0.0, 1.0], {}, "y_true must have the shape of logits: got shape (1,), need shape (2,)"),
        (0.0, 0.0, {}, "logits must hold cases: got shape (), need shape (m,) or (m, …)"),
        ([0.0], [np.nan], {}, "logits must be finite: got nan"),
        ([0.0], [0.0], {"gamma": -1}, "gamma must be a number: got -1, need 0"),
        ([0.0], [0.0], {"alpha": 2}, "alpha must be a number: got 2, need 0 to 1"),
        ([0.0], [0.0], {"reduction": "max"}, "reduction must be a known name: got 'max', need one of"),
    ],
)
def test_bad_input_is_named(room, kind, y_true, logits, options, message):
    make = np.asarray if room == "scratch" else torch.tensor
    loss = getattr(getattr(dlbook, room).losses, f"focal_loss{kind}")
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        loss(make(y_true), make(logits), **options)
