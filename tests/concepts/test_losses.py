"""Losses: the twins agree, a third party agrees, gradients are slopes, bad input is named."""

import re

import numpy as np
import pytest
import sklearn.metrics
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import activations, gradcheck, losses

rng = np.random.default_rng(0)
Y = np.array([0, 1, 1, 0, 1, 0])
P = np.array([0.1, 0.9, 0.5, 1e-300, 1 - 1e-16, 0.5])
Z = np.array([-1000.0, 1000.0, 0.0, 1e-12, -30.0, 30.0])
CLASSES = np.array([0, 2, 1, 1, 3])
LOGITS = rng.normal(0, 5, (5, 4))
SHARES = activations.softmax(rng.normal(size=(5, 4)))
UNIT = (rng.normal(size=3), np.array(0.3), rng.normal(size=(6, 3)), Y)
WEIGHTS = np.array([0.0, 1.0, 2.0, 0.5, 3.0, 1e-9])
IMAGES = rng.normal(0, 5, (3, 4, 2, 5))  # (m, K, …): four classes at each of 2 × 5 places
LABELS = rng.integers(0, 4, (3, 2, 5))
MASKED = np.where(np.arange(4) == (CLASSES[:, None] + 1) % 4, -np.inf, LOGITS)  # one class less a row, never the true
CASES = {  # every public function, two classes and four
    "mse": [(Y, P), (LOGITS, SHARES)],
    "cross_entropy": [(Y, P), (P, P), (CLASSES, activations.softmax(LOGITS)), (SHARES, activations.softmax(LOGITS))],
    "cross_entropy_from_logits": [(Y, Z), (CLASSES, LOGITS), (SHARES, LOGITS)],
}
WITH_GRADIENTS = [(name + kind, case) for name, cases in CASES.items() for kind in ("", "_grad") for case in cases]


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


@pytest.mark.parametrize("kind", ["", "_grad"])
def test_twins_where_a_case_is_an_array(kind):
    assert_twins_agree(f"losses.mse{kind}", LOGITS, SHARES)
    assert_twins_agree(f"losses.mse{kind}", IMAGES, IMAGES[:, ::-1], np.arange(3))
    p = activations.softmax(IMAGES, dim=1)
    for labels in (LABELS, p[:, ::-1]):
        assert_twins_agree(f"losses.cross_entropy{kind}", labels, p)
        assert_twins_agree(f"losses.cross_entropy{kind}", labels, p, sample_weight=np.arange(3))
        assert_twins_agree(f"losses.cross_entropy_from_logits{kind}", labels, IMAGES, np.arange(3), atol=1e-16)


@pytest.mark.parametrize("kind", ["", "_grad"])
def test_twins_with_masked_classes(kind):
    name = f"losses.cross_entropy_from_logits{kind}"
    assert np.isfinite(assert_twins_agree(name, CLASSES, MASKED, atol=1e-16)).all()
    shares = activations.softmax(np.where(np.isinf(MASKED), MASKED, 0))
    assert np.isfinite(assert_twins_agree(name, shares, MASKED, atol=1e-16)).all()
    assert_twins_agree(name, (CLASSES + 1) % 4, MASKED)  # what is masked is true: ∞
    low = assert_twins_agree(name, CLASSES, MASKED.astype(np.float32), rtol=1e-5, atol=1e-7)
    assert low.dtype == np.float32


@pytest.mark.parametrize(("name", "case"), WITH_GRADIENTS)
def test_weighted_twins(name, case):
    # the differences ŷ − y cancel where the answer is right and certain
    assert_twins_agree(f"losses.{name}", *case, sample_weight=WEIGHTS[: len(case[0])], atol=1e-16)
    assert_twins_agree(f"losses.{name}", *case, sample_weight=np.arange(1, 1 + len(case[0])), atol=1e-16)


@pytest.mark.parametrize(("name", "case"), WITH_GRADIENTS)
def test_dtype_is_that_of_the_predictions(name, case):
    y_true, y_pred = case
    low = np.maximum(y_pred, 1e-30).astype(np.float32)  # float32 has no 1e-300
    for target in (y_true, np.asarray(y_true, float), np.asarray(y_true, np.float32)):
        result = assert_twins_agree(f"losses.{name}", target, low, rtol=1e-5, atol=1e-6)
        assert result.dtype == np.float32
        weighted = assert_twins_agree(f"losses.{name}", target, low, WEIGHTS[: len(low)], rtol=1e-5, atol=1e-6)
        assert weighted.dtype == np.float32


# ─── Options ────────────────────────────────────────────────────────────────────────────────────────────────

CLASS_WEIGHT = np.array([0.5, 2.0, 1.0, 3.0])
SOME = np.where(rng.random(LABELS.shape) < 0.3, -100, LABELS)  # some places hold no class


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("name", "case"), WITH_GRADIENTS)
def test_twins_of_reductions(name, case, reduction):
    for weight in (None, WEIGHTS[: len(case[0])]):
        assert_twins_agree(f"losses.{name}", *case, weight, reduction=reduction, atol=1e-15)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_twins_of_class_weights_and_ignored_places(reduction):
    p = activations.softmax(IMAGES, dim=1)
    options = {"weight": CLASS_WEIGHT, "reduction": reduction, "atol": 1e-14}
    for sample_weight in (None, np.array([1.0, 0.0, 2.0])):
        for kind in ("", "_grad"):
            assert_twins_agree(f"losses.cross_entropy{kind}", SOME, p, sample_weight, **options)
            assert_twins_agree(f"losses.cross_entropy_from_logits{kind}", SOME, IMAGES, sample_weight, **options)
            assert_twins_agree(f"losses.cross_entropy_from_logits{kind}", p, IMAGES, sample_weight, **options)
        assert_twins_agree("losses.nll_loss", SOME, np.log(p), sample_weight, **options)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("pos_weight", [np.array(3.0), np.arange(6.0), 0])
def test_twins_of_pos_weight(pos_weight, reduction):
    for kind in ("", "_grad"):
        for y in (Y, Y / 3):
            name = f"losses.cross_entropy_from_logits{kind}"
            assert_twins_agree(name, y, Z, pos_weight=pos_weight, reduction=reduction, atol=1e-14)
            # with pos_weight torch adds y z and softplus(−z), which cancel near z = −30
            assert_twins_agree(name, y, Z, WEIGHTS, pos_weight=pos_weight, reduction=reduction, atol=1e-14)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("ignore_index", [-100, 2])
def test_options_are_torchs(reduction, ignore_index):
    """Loss and gradient of torch's own functions, which the PyTorch room does not call for classes."""
    leaf, options = torch.from_numpy(IMAGES).requires_grad_(), {"ignore_index": ignore_index, "reduction": reduction}
    labels = np.where(SOME == -100, ignore_index, SOME)
    for targets in (labels, activations.softmax(IMAGES[:, ::-1], dim=1)):
        if targets is not labels:
            options = {"reduction": reduction}  # torch refuses to ignore one of several shares
        theirs = F.cross_entropy(leaf, torch.from_numpy(targets), weight=torch.from_numpy(CLASS_WEIGHT), **options)
        if targets is not labels and reduction == "mean":
            theirs = F.cross_entropy(leaf, torch.from_numpy(targets), torch.from_numpy(CLASS_WEIGHT), reduction="sum")
            theirs = theirs / LABELS.size
        ours = losses.cross_entropy_from_logits(targets, IMAGES, weight=CLASS_WEIGHT, **options)
        np.testing.assert_allclose(ours, theirs.detach(), rtol=1e-12)
        slope = losses.cross_entropy_from_logits_grad(targets, IMAGES, weight=CLASS_WEIGHT, **options)
        np.testing.assert_allclose(slope, torch.autograd.grad(theirs.sum(), leaf)[0], atol=1e-14)
    log_prob = activations.log_softmax(IMAGES, dim=1)
    options = {"ignore_index": ignore_index, "reduction": reduction}
    theirs = F.nll_loss(*map(torch.from_numpy, (log_prob, labels, CLASS_WEIGHT)), **options)
    np.testing.assert_allclose(losses.nll_loss(labels, log_prob, weight=CLASS_WEIGHT, **options), theirs, rtol=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_reductions_of_two_classes_are_torchs(reduction):
    z, y = torch.from_numpy(Z), torch.from_numpy(Y).double()
    theirs = F.binary_cross_entropy_with_logits(z, y, pos_weight=torch.tensor(3.0), reduction=reduction)
    ours = losses.cross_entropy_from_logits(Y, Z, pos_weight=3.0, reduction=reduction)
    np.testing.assert_allclose(ours, theirs, rtol=1e-13)
    p = np.clip(P, 1e-3, 0.999)
    theirs = F.binary_cross_entropy(torch.from_numpy(p), y, reduction=reduction)
    np.testing.assert_allclose(losses.cross_entropy(Y, p, reduction=reduction), theirs, rtol=1e-13)
    theirs = F.mse_loss(torch.from_numpy(P), y, reduction=reduction) / 2
    np.testing.assert_allclose(losses.mse(Y, P, reduction=reduction), theirs, rtol=1e-13)


def test_what_has_no_weight_costs_nothing_even_where_it_would_cost_infinity():
    log_prob = np.array([[0.0, -np.inf], [-np.inf, 0.0]])
    assert losses.nll_loss([1, 1], log_prob, [0, 1]) == 0
    assert losses.nll_loss([1, -100], log_prob) == np.inf
    assert losses.cross_entropy([1, 1], [[1.0, 0.0], [0.0, 1.0]], [0, 1], reduction="none").tolist() == [0, 0]


# ─── Narrow dtypes and the border of the range ──────────────────────────────────────────────────────────────


def test_sums_of_float16_have_room():
    image, labels = np.zeros((1, 2, 256, 256), np.float16), np.zeros((1, 256, 256), int)
    assert assert_twins_agree("losses.cross_entropy_from_logits", labels, image, rtol=1e-3) == pytest.approx(
        0.693, abs=1e-3
    )
    for m in (65_535, 65_536, 200_000):
        y_pred = np.ones(m, np.float16)
        assert assert_twins_agree("losses.mse", np.zeros(m), y_pred) == 0.5
        half = (y_pred / 2).astype(np.float16)
        assert assert_twins_agree("losses.cross_entropy", np.ones(m), half, rtol=1e-3) == pytest.approx(0.693, abs=1e-3)
    for name in ("mse_sigmoid_grad", "cross_entropy_sigmoid_grad"):
        arguments = np.zeros(1, np.float16), 0.0, np.ones((200_000, 1)), np.zeros(200_000)
        w, b = assert_twins_agree(f"losses.{name}", *arguments, rtol=1e-3)
        assert w.dtype == b.dtype == np.float16 and b == (0.125 if name.startswith("mse") else 0.5)


def test_weights_may_be_as_large_as_their_dtype_allows():
    large = np.array([40_000, 40_000], np.float16)
    assert assert_twins_agree("losses.mse", [0, 0], np.array([1.0, 1.0]), large) == 0.5
    assert assert_twins_agree("losses.mse", [0, 0], np.array([1.0, 3.0]), np.array([1e308, 1e308])) == 2.5
    for kind in ("", "_grad"):
        name, logits = f"losses.cross_entropy_from_logits{kind}", np.zeros((2, 2))
        same = assert_twins_agree(name, np.array([0, 1]), logits, weight=np.array([1e308, 1e308]))
        np.testing.assert_allclose(same, assert_twins_agree(name, np.array([0, 1]), logits))


@pytest.mark.parametrize("name", ["mse_sigmoid_grad", "cross_entropy_sigmoid_grad"])
def test_sigmoid_unit_twins(name):
    w, b, X, y = UNIT
    assert_twins_agree(f"losses.{name}", *UNIT, atol=1e-16)
    assert_twins_agree(f"losses.{name}", 100 * w, b, X, y, atol=1e-16)
    assert_twins_agree(f"losses.{name}", w, b, X[:1], y[:1], atol=1e-16)
    assert_twins_agree(f"losses.{name}", w[::-1], b, X[:, ::-1], y[::-1], atol=1e-16)
    assert_twins_agree(f"losses.{name}", *UNIT, sample_weight=WEIGHTS, atol=1e-16)
    low = assert_twins_agree(f"losses.{name}", w.astype(np.float32), 0.3, X, y, rtol=1e-5, atol=1e-7)
    assert low[0].dtype == low[1].dtype == np.float32


def test_against_sklearn_and_torch():
    assert losses.mse(Y, P) == pytest.approx(sklearn.metrics.mean_squared_error(Y, P) / 2, rel=1e-14)
    p = np.clip(P, 1e-3, 0.999)
    assert losses.cross_entropy(Y, p) == pytest.approx(sklearn.metrics.log_loss(Y, p), rel=1e-13)
    softmax = activations.softmax(LOGITS)
    expected = sklearn.metrics.log_loss(CLASSES, softmax, labels=range(4))
    assert losses.cross_entropy(CLASSES, softmax) == pytest.approx(expected, rel=1e-12)
    assert losses.cross_entropy_from_logits(CLASSES, LOGITS) == pytest.approx(expected, rel=1e-12)
    for weight in (WEIGHTS, np.arange(1, 7)):
        expected = sklearn.metrics.mean_squared_error(Y, P, sample_weight=weight) / 2
        assert losses.mse(Y, P, weight) == pytest.approx(expected, rel=1e-13)
        expected = sklearn.metrics.log_loss(Y, p, sample_weight=weight)
        assert losses.cross_entropy(Y, p, weight) == pytest.approx(expected, rel=1e-13)
    torchs = F.binary_cross_entropy(torch.from_numpy(p), torch.from_numpy(Y).double())  # its clamp is far away
    assert losses.cross_entropy(Y, p) == pytest.approx(torchs.item(), rel=1e-13)


def test_arrays_for_cases_against_sklearn_and_torch():
    expected = sklearn.metrics.mean_squared_error(LOGITS, SHARES, multioutput="raw_values").sum() / 2
    assert losses.mse(LOGITS, SHARES) == pytest.approx(expected, rel=1e-13)
    leaf = torch.from_numpy(IMAGES).requires_grad_()
    for labels in (LABELS, activations.softmax(IMAGES[:, ::-1], dim=1)):
        theirs = F.cross_entropy(leaf, torch.from_numpy(labels))
        assert losses.cross_entropy_from_logits(labels, IMAGES) == pytest.approx(theirs.item(), rel=1e-13)
        slope = losses.cross_entropy_from_logits_grad(labels, IMAGES)
        np.testing.assert_allclose(slope, torch.autograd.grad(theirs, leaf)[0], atol=1e-16)


def test_masked_classes_against_torch_and_the_classes_that_are_left():
    leaf = torch.from_numpy(MASKED).requires_grad_()
    theirs = F.cross_entropy(leaf, torch.from_numpy(CLASSES))
    assert losses.cross_entropy_from_logits(CLASSES, MASKED) == pytest.approx(theirs.item(), rel=1e-13)
    slope = losses.cross_entropy_from_logits_grad(CLASSES, MASKED)
    np.testing.assert_allclose(slope, torch.autograd.grad(theirs, leaf)[0], atol=1e-16)
    without = losses.cross_entropy_from_logits([0, 1], [[1.0, 2.0], [3.0, 5.0]])
    masked = losses.cross_entropy_from_logits([0, 2], [[1.0, -np.inf, 2.0], [3.0, -np.inf, 5.0]])
    assert masked == pytest.approx(without, rel=1e-14)
    assert losses.cross_entropy_from_logits([1], [[1.0, -np.inf]]) == np.inf


def test_several_labels_a_case_are_handed_in_flat():
    labels = LABELS > 1  # (m, 2, 5), each yes or no
    theirs = F.binary_cross_entropy_with_logits(torch.from_numpy(IMAGES[:, 0]), torch.from_numpy(labels).double())
    ours = losses.cross_entropy_from_logits(labels.ravel(), IMAGES[:, 0].ravel())
    assert ours == pytest.approx(theirs.item(), rel=1e-13)


def test_exact_at_certainty():
    assert losses.cross_entropy([1], [0.0]) == np.inf
    assert losses.cross_entropy([0, 1], [0.0, 1.0]) == 0
    assert losses.cross_entropy([1], [[1.0, 0.0]]) == np.inf
    assert losses.cross_entropy_grad([1], [0.0]) == -np.inf
    assert losses.cross_entropy_grad([0], [1.0]) == np.inf
    assert losses.cross_entropy_grad([[1.0, 0.0]], [[0.0, 1.0]]).tolist() == [[-np.inf, 0]]
    assert losses.cross_entropy_grad([1], [1e-320]) == -np.inf  # 1e320 is past float64
    assert losses.cross_entropy_from_logits([1], [-1000.0]) == 1000
    assert losses.cross_entropy_from_logits([2], [[0.0, 0.0, -1000.0]]) == pytest.approx(1000 + np.log(2))
    assert losses.cross_entropy([1, 1], [0.0, 1.0], [0, 1]) == 0  # what has no weight does not count


def test_gradients_are_slopes():
    p = rng.uniform(0.1, 0.9, 6)
    assert gradcheck(lambda y: losses.mse(Y, y), lambda y: losses.mse_grad(Y, y), p) < 1e-8
    assert gradcheck(lambda y: losses.cross_entropy(Y, y), lambda y: losses.cross_entropy_grad(Y, y), p) < 1e-8
    loss, loss_grad = losses.cross_entropy_from_logits, losses.cross_entropy_from_logits_grad
    for y, z in ((Y, rng.normal(0, 3, 6)), (CLASSES, LOGITS), (SHARES, LOGITS)):
        for weight in (None, np.arange(len(y))):
            f, f_grad = (lambda z, g=g, y=y, weight=weight: g(y, z, weight) for g in (loss, loss_grad))
            assert gradcheck(f, f_grad, z) < 1e-7


def test_gradient_from_probabilities_of_many_classes():
    # central differences leave the simplex, so the oracle is the chain rule through the softmax
    p = activations.softmax(LOGITS)
    for y in (CLASSES, SHARES):
        through = activations.softmax_backward(losses.cross_entropy_grad(y, p), LOGITS)
        np.testing.assert_allclose(through, losses.cross_entropy_from_logits_grad(y, LOGITS), atol=1e-14)


@settings(deadline=None)
@given(times=st.lists(st.integers(0, 3), min_size=6, max_size=6).filter(any))
def test_a_weight_is_a_repetition(times):
    p = np.clip(P, 1e-3, 0.999)
    for loss, y, y_pred in (
        (losses.mse, Y, p),
        (losses.cross_entropy, Y, p),
        (losses.cross_entropy_from_logits, Y, Z),
        (losses.cross_entropy_from_logits, np.arange(6) % 4, np.resize(LOGITS, (6, 4))),
    ):
        repeated = loss(np.repeat(y, times), np.repeat(y_pred, times, axis=0))
        assert loss(y, y_pred, times) == pytest.approx(repeated, rel=1e-12)


@settings(deadline=None)
@given(z=arrays(np.float64, 6, elements=st.floats(-1000, 1000)))
def test_two_classes_are_two_logits(z):
    two = np.stack([np.zeros(6), z], axis=1)
    loss = losses.cross_entropy_from_logits(Y, z)
    assert loss == pytest.approx(losses.cross_entropy_from_logits(Y, two), rel=1e-12, abs=1e-15)
    assert loss >= 0
    shifted = losses.cross_entropy_from_logits(Y, two + 7)
    assert shifted == pytest.approx(loss, rel=1e-11, abs=1e-13)


@settings(deadline=None)
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
        ("mse", ([], []), "y_true must not be empty: got shape (0,), need at least one number"),
        ("mse", ([1.0, 2.0], [1.0]), "y_true must have the shape of y_pred: got shape (2,), need shape (1,)"),
        ("mse", (1.0, 1.0), "y_pred must hold cases: got shape (), need shape (m,) or (m, …)"),
        ("mse", ([1.0], [[1.0]]), "y_true must have the shape of y_pred: got shape (1,), need shape (1, 1)"),
        ("mse", ([1.0], [np.nan]), "y_pred must be finite: got nan, need finite numbers"),
        ("mse_grad", ([-np.inf], [1.0]), "y_true must be finite: got -inf, need finite numbers"),
        ("mse", ([1j], [1.0]), "y_true must hold numbers: got dtype "),
        (
            "mse",
            ([1.0], [1.0], [1.0, 2.0]),
            "sample_weight must hold one number a case: got shape (2,), need shape (1,)",
        ),
        ("mse", ([1.0, 1.0], [1.0, 2.0], [1.0, -2.0]), "sample_weight must not be negative: got -2, need 0 or more"),
        ("mse", ([1.0], [1.0], [0.0]), "sample_weight must not be zero throughout: got 1 zeros, need a weight above 0"),
        ("cross_entropy", ([1, 0], [0.5, 1.5]), "y_prob must lie in [0, 1]: got 1.5, need numbers from 0 to 1"),
        ("cross_entropy", ([0, 2], [0.5, 0.5]), "y_true must lie in [0, 1]: got 2, need numbers from 0 to 1"),
        ("cross_entropy", ([1, 0], [0.5, -0.5]), "y_prob must lie in [0, 1]: got -0.5, need numbers from 0 to 1"),
        ("cross_entropy", ([0], [[1.5, -0.5]]), "y_prob must lie in [0, 1]: got 1.5, need numbers from 0 to 1"),
        ("cross_entropy_from_logits", ([-1, 1], [0.5, 0.5]), "y_true must lie in [0, 1]: got -1, need numbers"),
        (
            "cross_entropy",
            ([0], [[0.5, 0.1]]),
            "y_prob must have rows that sum to 1: got a row that sums to 0.6, need 1",
        ),
        ("cross_entropy_grad", ([[0.5, 0.1]], [[0.5, 0.5]]), "y_true must have rows that sum to 1: got a row that"),
        ("cross_entropy", ([5], [[0.5, 0.5]]), "y_true must hold class indices: got 5, need whole numbers from 0 to 1"),
        ("cross_entropy", ([0.5], [[0.5, 0.5]]), "y_true must hold class indices: got 0.5, need whole numbers"),
        ("cross_entropy", ([-1], [[0.5, 0.5]]), "y_true must hold class indices: got -1, need whole numbers"),
        ("cross_entropy", ([0, 1], [0.5]), "y_true must fit y_prob: got shape (2,), need shape (1,)"),
        (
            "cross_entropy_from_logits",
            ([0, 1], [[0.5, 1.0]]),
            "y_true must fit logits: got shape (2,), need shape (1, 2) or class indices",
        ),
        ("cross_entropy", (1, 0.5), "y_prob must hold cases: got shape (), need shape (m,) or (m, K, …)"),
        (
            "cross_entropy",
            ([1], [[0.2]]),
            "y_prob must have two classes or more on axis 1: got shape (1, 1), need shape (m,): squeeze it",
        ),
        (
            "cross_entropy_from_logits",
            ([0], [[[1.0]]]),
            "logits must have two classes or more on axis 1: got shape (1, 1, 1), need shape (m,): squeeze it",
        ),
        (
            "cross_entropy_from_logits",
            ([[0, 1]], [[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]] * 2),
            "y_true must fit logits: got shape (1, 2), need shape (2, 3, 2) or class indices",
        ),
        ("cross_entropy", ([[0]], [[[0.5], [0.1]]]), "y_prob must have rows that sum to 1: got a row that sums to 0.6"),
        ("cross_entropy_from_logits", ([0], [-np.inf]), "logits must be finite: got -inf, need finite numbers"),
        ("cross_entropy_from_logits", ([0], [[np.inf, 1.0]]), "logits must be finite: got inf, need finite numbers or"),
        ("cross_entropy_from_logits", ([0], [[-np.inf] * 2]), "logits must leave a class to every case: got −∞ for"),
        ("cross_entropy_from_logits_grad", ([0], [np.inf]), "logits must be finite: got inf, need finite numbers"),
        ("mse_sigmoid_grad", ([1.0], 0.0, [1.0], [1]), "X must have two dimensions: got shape (1,), need shape (m, D)"),
        (
            "mse_sigmoid_grad",
            ([1.0], 0.0, [[1.0, 2.0]], [1]),
            "w must fit X of shape (1, 2): got shape (1,), need shape",
        ),
        (
            "mse_sigmoid_grad",
            ([1.0], [0.0], [[1.0]], [1]),
            "b must fit X of shape (1, 1): got shape (1,), need shape ()",
        ),
        (
            "cross_entropy_sigmoid_grad",
            ([1.0], 0.0, [[1.0]], [1, 0]),
            "y_true must fit X of shape (1, 1): got shape (2,)",
        ),
        ("cross_entropy_sigmoid_grad", ([1.0], 0.0, [[1.0]], [3]), "y_true must lie in [0, 1]: got 3, need numbers"),
        (
            "nll_loss",
            ([0], [0.0]),
            "log_prob must have two classes or more on axis 1: got shape (1,), need shape (m, K)",
        ),
        ("nll_loss", ([-100], [[0.0, 0.0]]), "y_true must not be ignored throughout: got -100 only, need a class"),
        ("nll_loss", ([-1], [[0.0, 0.0]]), "y_true must hold class indices: got -1, need whole numbers from 0 to 1"),
        ("nll_loss", ([0], [[np.inf, 0.0]]), "log_prob must be finite: got inf, need finite numbers or −∞"),
    ],
)
def test_bad_input_is_named(room, name, arguments, message):
    make = np.asarray if room == "scratch" else torch.tensor
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).losses, name)(*map(make, arguments))


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize("kind", ["", "_grad"])
@pytest.mark.parametrize(
    ("y_true", "logits", "options", "message"),
    [
        (
            [0.0],
            [0.0],
            {"reduction": "max"},
            "reduction must be a known name: got 'max', need one of 'mean', 'sum', 'none'",
        ),
        (
            [0.0],
            [0.0],
            {"weight": [1.0, 2.0]},
            "weight must be None for two classes: got one a class, need sample_weight",
        ),
        ([0], [[0.0, 1.0]], {"weight": [1.0]}, "weight must hold one number a class: got shape (1,), need shape (2,)"),
        ([0], [[0.0, 1.0]], {"weight": [-1.0, 1.0]}, "weight must not be negative: got -1, need 0 or more"),
        ([0], [[0.0, 1.0]], {"weight": [0.0, 1.0]}, "weight must leave something to count: got 0 for every case, need"),
        ([0], [[0.0, 1.0]], {"pos_weight": 2.0}, "pos_weight must be None for classes on axis 1: got a weight, need"),
        ([0.0], [0.0], {"pos_weight": [1.0, 2.0]}, "pos_weight must be one number or one a case: got shape (2,), need"),
        ([0.0], [0.0], {"pos_weight": -1.0}, "pos_weight must not be negative: got -1, need 0 or more"),
    ],
)
def test_bad_options_are_named(room, kind, y_true, logits, options, message):
    make = np.asarray if room == "scratch" else torch.tensor
    loss = getattr(getattr(dlbook, room).losses, f"cross_entropy_from_logits{kind}")
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        loss(make(y_true), make(logits), **options)


# ── Label smoothing ──


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("y", [CLASSES, LABELS, LABELS[0, 0, 0], CLASSES.astype(np.int8)])
def test_smooth_labels_twins(y, label_smoothing):
    shares = assert_twins_agree("losses.smooth_labels", y, 4, label_smoothing)
    assert shares.shape == (*np.shape(y)[:1], 4, *np.shape(y)[1:])
    np.testing.assert_allclose(shares.sum(axis=min(1, np.ndim(y))), 1, rtol=1e-14)


@pytest.mark.parametrize(("y", "logits"), [(CLASSES, LOGITS), (LABELS, IMAGES)])
def test_smooth_labels_give_torchs_loss(y, logits):
    theirs = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(y), label_smoothing=0.2).item()
    assert losses.cross_entropy_from_logits(losses.smooth_labels(y, 4, 0.2), logits) == pytest.approx(theirs, rel=1e-12)


def test_a_smoothed_loss_is_least_at_a_finite_margin():
    """log(1 + K (1 − ε) / ε): farther apart the loss grows again, where the plain one falls for ever."""
    margin, shares = np.log(1 + 4 * 0.9 / 0.1), losses.smooth_labels([0], 4)
    at = lambda m, y: losses.cross_entropy_from_logits(y, [[m, 0, 0, 0]])
    assert at(margin, shares) < min(at(margin - 0.1, shares), at(margin + 0.1, shares))
    assert at(margin + 1, np.array([0])) < at(margin, np.array([0]))


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
def test_labels_that_cannot_be_smoothed_are_named(room):
    smooth = getattr(dlbook, room).losses.smooth_labels
    for arguments, message in (
        (([0, 4], 4), "y_true must each name a class: got 4, need 0 to 3"),
        (([0.5], 4), "y_true must hold whole numbers: got dtype"),
        (([0], 1), "classes must be a whole number: got 1, need 2 or more"),
        (([0], 4, 1.5), "label_smoothing must be a number: got 1.5, need 0 to 1"),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
            smooth(np.array(arguments[0]), *arguments[1:])
