"""Losses: the twins agree, a third party agrees, gradients are slopes, bad input is named."""

import numpy as np
import pytest
import sklearn.metrics
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from twins import assert_twins_agree

from dlbook.scratch import activations, gradcheck, losses

rng = np.random.default_rng(0)
Y = np.array([0, 1, 1, 0, 1, 0])
P = np.array([0.1, 0.9, 0.5, 1e-300, 1 - 1e-16, 0.5])
Z = np.array([-1000.0, 1000.0, 0.0, 1e-12, -30.0, 30.0])
CLASSES = np.array([0, 2, 1, 1, 3])
LOGITS = rng.normal(0, 5, (5, 4))
SHARES = activations.softmax(rng.normal(size=(5, 4)))
UNIT = (rng.normal(size=3), np.array(0.3), rng.normal(size=(6, 3)), Y)


@pytest.mark.parametrize("name", ["mse", "mse_grad"])
def test_mse_twins(name):
    assert_twins_agree(f"losses.{name}", Y, P)
    assert_twins_agree(f"losses.{name}", Y[::2], P[::2])
    assert_twins_agree(f"losses.{name}", np.array([3.0]), np.array([1000.0]))
    assert_twins_agree(f"losses.{name}", Y.astype(np.float32), P.astype(np.float32), rtol=1e-6)


@pytest.mark.parametrize("name", ["cross_entropy", "cross_entropy_grad"])
def test_cross_entropy_twins(name):
    assert_twins_agree(f"losses.{name}", Y, P)
    assert_twins_agree(f"losses.{name}", P, P)  # shares instead of labels
    assert_twins_agree(f"losses.{name}", CLASSES, activations.softmax(LOGITS))
    assert_twins_agree(f"losses.{name}", SHARES, activations.softmax(LOGITS))
    assert_twins_agree(f"losses.{name}", np.array([1, 0]), np.array([0.0, 1.0]))  # ∞
    assert_twins_agree(f"losses.{name}", np.array([0, 1]), np.array([0.0, 1.0]))  # 0 log 0
    assert_twins_agree(f"losses.{name}", np.array([0]), np.array([[1.0, 0.0]]))


@pytest.mark.parametrize("name", ["cross_entropy_from_logits", "cross_entropy_from_logits_grad"])
def test_cross_entropy_from_logits_twins(name):
    # σ(z) − y and p − y cancel where the answer is right and certain
    assert_twins_agree(f"losses.{name}", Y, Z, atol=1e-16)
    assert_twins_agree(f"losses.{name}", CLASSES, LOGITS, atol=1e-16)
    assert_twins_agree(f"losses.{name}", SHARES, 200 * LOGITS, atol=1e-14)
    assert_twins_agree(f"losses.{name}", CLASSES[::-1], LOGITS[::-1], atol=1e-16)
    assert_twins_agree(f"losses.{name}", Y.astype(np.float32), Z.astype(np.float32), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", ["mse_sigmoid_grad", "cross_entropy_sigmoid_grad"])
def test_sigmoid_unit_twins(name):
    assert_twins_agree(f"losses.{name}", *UNIT, atol=1e-16)
    assert_twins_agree(f"losses.{name}", 100 * UNIT[0], *UNIT[1:], atol=1e-16)


def test_against_sklearn_and_torch():
    assert losses.mse(Y, P) == pytest.approx(sklearn.metrics.mean_squared_error(Y, P) / 2, rel=1e-14)
    p = np.clip(P, 1e-3, 0.999)
    assert losses.cross_entropy(Y, p) == pytest.approx(sklearn.metrics.log_loss(Y, p), rel=1e-13)
    softmax = activations.softmax(LOGITS)
    expected = sklearn.metrics.log_loss(CLASSES, softmax, labels=range(4))
    assert losses.cross_entropy(CLASSES, softmax) == pytest.approx(expected, rel=1e-12)
    assert losses.cross_entropy_from_logits(CLASSES, LOGITS) == pytest.approx(expected, rel=1e-12)
    torchs = F.binary_cross_entropy(torch.from_numpy(p), torch.from_numpy(Y).double())  # its clamp is far away
    assert losses.cross_entropy(Y, p) == pytest.approx(torchs.item(), rel=1e-13)


def test_exact_at_certainty():
    assert losses.cross_entropy([1], [0.0]) == np.inf
    assert losses.cross_entropy([0, 1], [0.0, 1.0]) == 0
    assert losses.cross_entropy([1], [[1.0, 0.0]]) == np.inf
    assert losses.cross_entropy_grad([1], [0.0]) == -np.inf
    assert losses.cross_entropy_from_logits([1], [-1000.0]) == 1000


def test_gradients_are_slopes():
    p = rng.uniform(0.1, 0.9, 6)
    assert gradcheck(lambda y: losses.mse(Y, y), lambda y: losses.mse_grad(Y, y), p) < 1e-8
    assert gradcheck(lambda y: losses.cross_entropy(Y, y), lambda y: losses.cross_entropy_grad(Y, y), p) < 1e-8
    loss, loss_grad = losses.cross_entropy_from_logits, losses.cross_entropy_from_logits_grad
    for y, z in ((Y, rng.normal(0, 3, 6)), (CLASSES, LOGITS), (SHARES, LOGITS)):
        assert gradcheck(lambda z, y=y: loss(y, z), lambda z, y=y: loss_grad(y, z), z) < 1e-7


@given(theta=arrays(np.float64, 4, elements=st.floats(-3, 3)))
def test_gradients_of_a_sigmoid_unit_are_slopes(theta):
    X, y = UNIT[2], Y
    for loss, grad in (
        (losses.mse, losses.mse_sigmoid_grad),
        (losses.cross_entropy, losses.cross_entropy_sigmoid_grad),
    ):
        cost = lambda t, loss=loss: loss(y, activations.sigmoid(X @ t[:3] + t[3]))
        assert gradcheck(cost, lambda t, grad=grad: np.append(*grad(t[:3], t[3], X, y)), theta) < 1e-6


@pytest.mark.parametrize("z", [-10.0, -3.0, 0.0, 4.0])
def test_squared_error_stalls_by_the_slope_of_the_sigmoid(z):
    case = (np.zeros(1), z, np.ones((1, 1)), [1])
    ratio = losses.mse_sigmoid_grad(*case)[1] / losses.cross_entropy_sigmoid_grad(*case)[1]
    assert ratio == pytest.approx(activations.sigmoid_grad(z), rel=1e-12)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("mse", ([], []), r"y_true must not be empty: got shape \(0,\), need at least one case"),
        ("mse", ([1.0, 2.0], [1.0]), r"y_true and y_pred must have one shape \(m,\): got \(2,\) and \(1,\)"),
        ("mse", ([1.0], [np.nan]), "y_pred must not hold NaN: got 1 of 1"),
        ("cross_entropy", ([1], [1.5]), r"y_prob must lie in \[0, 1\]: got values from 1.5 to 1.5"),
        ("cross_entropy", ([2], [0.5]), r"y_true must lie in \[0, 1\]: got values from 2 to 2"),
        ("cross_entropy", ([0], [[0.5, 0.1]]), "each row of y_prob must sum to 1: got a row that sums to 0.6"),
        ("cross_entropy", ([5], [[0.5, 0.5]]), r"y_true must hold class indices from 0 to 1: got \[5"),
        ("cross_entropy", ([0, 1], [0.5]), r"y_true must fit y_prob \(1,\): got shape \(2,\)"),
        ("cross_entropy_from_logits", ([0], [[[1.0]]]), r"logits must have shape \(m,\) or \(m, K\): got \(1, 1, 1\)"),
        ("mse_sigmoid_grad", ([1.0], 0.0, [[1.0, 2.0]], [1]), r"shapes must be w \(D,\), b \(\), X \(m, D\), y_true"),
        (
            "cross_entropy_sigmoid_grad",
            ([1.0], 0.0, [[1.0]], [1, 0]),
            r"got w \(1,\), b \(\), X \(1, 1\), y_true \(2,\)",
        ),
    ],
)
def test_bad_input_is_named(room, name, arguments, message):
    import dlbook

    make = np.asarray if room == "scratch" else torch.tensor
    with pytest.raises(ValueError, match=message):
        getattr(getattr(dlbook, room).losses, name)(*map(make, arguments))
