"""Penalties: twins agree, finite differences and closed forms agree, zeros are exact, decay is what it should be."""

import numpy as np
import pytest
import sklearn.linear_model
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import gradcheck, optimizers, regularizers

rng = np.random.default_rng(0)
WEIGHTS = {"0.weight": rng.normal(size=(3, 4)), "2.weight": np.array([[0.0, -2.0, 1e-9]]), "scale": np.array(-1.5)}
CONCEPTS = ("regularizers.l1", "regularizers.l2")
NAMES = (*CONCEPTS, "regularizers.l1_grad", "regularizers.l2_grad", "regularizers.soft_threshold")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lam", [0.0, 0.3, 10.0])
def test_twins(name, lam):
    nested = {"a": WEIGHTS, "b": [WEIGHTS["scale"], {"c": WEIGHTS["0.weight"]}]}
    for weights in (WEIGHTS, list(WEIGHTS.values()), WEIGHTS["0.weight"], WEIGHTS["scale"], nested):
        assert_twins_agree(name, weights, lam)
        assert_twins_agree(name, weights, np.array(lam))


@pytest.mark.parametrize("name", NAMES)
def test_twins_keep_float32(name):
    low = WEIGHTS["0.weight"].astype(np.float32)
    assert assert_twins_agree(name, low, 0.3, rtol=1e-6).dtype == np.float32


@pytest.mark.parametrize("name", NAMES)
def test_twins_compute_float16_in_float32(name):
    """300² / 2 is within its range, 300² is not."""
    low = np.array([300.0, -0.5, 0.25], np.float16)
    assert assert_twins_agree(name, low, 1.0, rtol=1e-3).dtype == np.float16
    assert regularizers.l2(low, 1.0) == 45000


def test_twins_of_only_weights():
    parameters = {"0.weight": np.ones((2, 3)), "0.bias": np.ones(2), "1.kernel": np.ones((2, 3, 4))}
    assert list(assert_twins_agree("regularizers.only_weights", parameters)) == ["0.weight", "1.kernel"]


@pytest.mark.parametrize("name", ["l1", "l2"])
def test_the_pull_is_the_slope_of_the_penalty(name):
    penalty, grad = getattr(regularizers, name), getattr(regularizers, f"{name}_grad")
    w = rng.normal(size=(4, 3)) + 0.1
    assert gradcheck(lambda w: penalty(w, 0.7), lambda w: grad(w, 0.7), w) < 1e-7


def test_l2_is_ridge_regression():
    X, y = rng.normal(size=(40, 6)), rng.normal(size=40)
    ridge = sklearn.linear_model.Ridge(alpha=3.0, fit_intercept=False, solver="cholesky").fit(X, y).coef_
    np.testing.assert_allclose(X.T @ (X @ ridge - y) + regularizers.l2_grad(ridge, 3.0), 0, atol=1e-10)
    cost = lambda w: ((X @ w - y) ** 2).sum() / 2 + regularizers.l2(w, 3.0)
    assert all(cost(ridge) < cost(ridge + 1e-3 * rng.normal(size=6)) for _ in range(20))


def test_proximal_steps_lead_to_the_lasso_and_to_its_exact_zeros():
    X = rng.normal(size=(60, 8))
    y = X[:, :2] @ np.array([2.0, -1.0]) + 0.1 * rng.normal(size=60)
    lam = 0.2
    lasso = sklearn.linear_model.Lasso(alpha=lam, fit_intercept=False, tol=1e-14, max_iter=100_000).fit(X, y).coef_
    w, lr = np.zeros(8), 60 / np.linalg.norm(X, 2) ** 2
    for _ in range(2000):
        w = regularizers.soft_threshold(w - lr * X.T @ (X @ w - y) / 60, lr * lam)
    np.testing.assert_allclose(w, lasso, atol=1e-8)
    assert (w == 0).sum() >= 4 and (w == 0).tolist() == (lasso == 0).tolist()


@given(arrays(float, (3, 2), elements=st.floats(-5, 5)), st.floats(0, 3))
def test_soft_threshold_is_the_smallest_of_its_cost(w, lam):
    v = regularizers.soft_threshold(w, lam)
    cost = lambda v: ((v - w) ** 2).sum() / 2 + regularizers.l1(v, lam)
    assert (np.abs(v) <= np.abs(w)).all() and (v[np.abs(w) <= lam] == 0).all()
    for step in (1e-3, -1e-3, 0.1, -0.1):
        assert cost(v) <= cost(v + step) + 1e-12


@given(arrays(float, (2, 3), elements=st.floats(-100, 100)), st.floats(0, 10), st.floats(0, 10))
def test_laws(w, lam, factor):
    assert regularizers.l1(factor * w, lam) == pytest.approx(factor * regularizers.l1(w, lam))
    assert regularizers.l2(factor * w, lam) == pytest.approx(factor**2 * regularizers.l2(w, lam))
    for name in ("l1", "l2"):
        penalty = getattr(regularizers, name)
        assert penalty(w, lam) >= 0 and penalty(-w, lam) == penalty(w, lam)
        assert penalty([w, w], lam) == pytest.approx(2 * penalty(w, lam))


def test_under_plain_descent_an_l2_penalty_is_weight_decay():
    w = decayed = rng.normal(size=(4, 3))
    for grad in rng.normal(size=(100, 4, 3)):
        w, _ = optimizers.sgd(w, grad + regularizers.l2_grad(w, 0.1), lr=0.05)
        decayed, _ = optimizers.sgd((1 - 0.05 * 0.1) * decayed, grad, lr=0.05)
    np.testing.assert_allclose(w, decayed, rtol=1e-10)


def test_under_adam_it_is_not():
    """One step from the same place: Adam divides the penalty's pull by its size, and decay does not."""
    w, grad = np.array([1.0, 1.0]), np.array([100.0, 0.01])
    penalised, _ = optimizers.adam(w, grad + regularizers.l2_grad(w, 0.1), lr=0.01)
    plain, _ = optimizers.adam(w, grad, lr=0.01)
    decayed, _ = optimizers.adamw(w, grad, lr=0.01, weight_decay=0.1)
    np.testing.assert_allclose(plain - decayed, 0.01 * 0.1 * w, rtol=1e-6)
    assert abs(plain - penalised)[0] < 1e-6, "where the gradient is large, the penalty is hardly felt"


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("empty", [{}, [], (), {"a": {}}, [[]]])
def test_nothing_is_no_structure_in_both_rooms_torch_too(room, name, empty):
    with pytest.raises(ValueError, match="^weights must not be empty: got no array, need at least one"):
        getattr(getattr(dlbook, room).regularizers, name.split(".")[1])(empty, 0.3)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.l1(np.ones(2), -1.0), "lam must be a number: got -1.0, need 0 to inf"),
        (lambda r: r.l2([], 1.0), "weights must not be empty"),
        (lambda r: r.l2_grad(np.ones(2, int), 1.0), "weights must hold floats: got dtype"),
        (lambda r: r.soft_threshold(np.ones(2), float("nan")), "lam must be a number: got nan"),
        (lambda r: r.l1_grad(np.ones(2), np.ones(2)), "lam must be a number: got array"),
        (lambda r: r.l1({"a": np.ones(2), "b": [np.ones(2, int)]}, 1.0), "weights must hold floats: got dtype"),
    ],
)
def test_bad_input_is_named_in_both_rooms_torch_too(room, call, message):
    with pytest.raises(ValueError, match=message):
        call(getattr(dlbook, room).regularizers)


def test_torch_sends_gradients_through_the_penalty():
    w = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    (dlbook.pytorch.regularizers.l1([w], 0.5) + dlbook.pytorch.regularizers.l2([w], 0.5)).backward()
    assert w.grad.tolist() == [1.0, -1.5]
