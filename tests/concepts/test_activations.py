"""Activations: the twins agree, a third party agrees, and the laws hold."""

import re

import numpy as np
import pytest
import scipy.special
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import activations, gradcheck

Z = np.array([-1000.0, -709.0, -40.0, -5.0, -1.0, -1.0, -1e-9, -1e-300, 0.0, 1e-300, 1e-9, 0.5, 5.0, 6.0, 40.0, 1000.0])
IDS = (
    "activations.sigmoid", "activations.tanh", "activations.relu", "activations.relu6", "activations.leaky_relu",
    "activations.elu",
)  # fmt: skip
ELEMENTWISE = tuple(name.removeprefix("activations.") for name in IDS)
INPUTS = {
    "1-D": Z,
    "2-D": Z.reshape(4, 4),
    "3-D, not contiguous": np.arange(-12.0, 12.0).reshape(2, 3, 4).transpose(2, 0, 1)[::2],
    "one number": np.array([0.3]),
    "no axis": np.array(-0.3),
    "ties": np.zeros((2, 3)),
    "integers": np.array([-3, 0, 3]),
    "empty": np.zeros((0, 3)),
    "infinite": np.array([-np.inf, np.inf]),
}
MAKE = {"scratch": np.array, "pytorch": torch.tensor}
SLOPES = {"leaky_relu": "negative_slope", "elu": "alpha"}
OPTIONS = {
    "leaky_relu": [
        {},
        {"negative_slope": 0},
        {"negative_slope": 0.2},
        {"negative_slope": 1.0},
        {"negative_slope": 3},
        {"negative_slope": -0.5},
    ],
    "elu": [{}, {"alpha": 0.5}, {"alpha": 2.0}],
}
CASES = [(name, options) for name in ELEMENTWISE for options in OPTIONS.get(name, [{}])]
finite = arrays(np.float64, array_shapes(max_dims=3, max_side=5), elements=st.floats(-50, 50))


@pytest.mark.parametrize("z", INPUTS.values(), ids=INPUTS)
@pytest.mark.parametrize(("name", "options"), CASES)
def test_twins(name, options, z):
    assert_twins_agree(f"activations.{name}", z, **options)
    # 1 − s and 1 − t² cancel where the function saturates: both rooms lose the same digits, in another order
    assert_twins_agree(f"activations.{name}_grad", z, atol=1e-16 if name in ("sigmoid", "tanh") else 0, **options)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_twins_in_float32(name, options):
    z = Z.astype(np.float32)
    for function in (name, f"{name}_grad"):
        assert assert_twins_agree(f"activations.{function}", z, rtol=2e-6, atol=1e-7, **options).dtype == np.float32


@pytest.mark.parametrize(("name", "options"), [(n, {k: np.float64(0.2)}) for n, k in SLOPES.items()])
def test_float32_beside_a_float64_slope(name, options):
    for z in (Z.astype(np.float32), np.array(-0.5, dtype=np.float32)):
        for function in (name, f"{name}_grad"):
            result = assert_twins_agree(f"activations.{function}", z, rtol=2e-6, atol=1e-7, **options)
            assert result.dtype == np.float32


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
def test_softmax_twins(dim):
    z = np.random.default_rng(0).normal(0, 30, (3, 4, 5)).transpose(1, 0, 2)
    z[0, 0], z[1, 1, 1] = 0.0, 1000.0
    for name, atol in (("softmax", 1e-300), ("log_softmax", 1e-15)):  # a logarithm near 0 is as exact as the 1 in it
        assert_twins_agree(f"activations.{name}", z, dim=dim, atol=atol)
    assert_twins_agree("activations.softmax_jacobian", z, dim=dim, atol=1e-15)
    for name in ("softmax_backward", "log_softmax_backward"):
        assert_twins_agree(f"activations.{name}", np.cos(z), z, dim=dim, atol=1e-15)
    low = z.astype(np.float32)
    for name, inputs in (
        ("softmax", (low,)),
        ("log_softmax", (low,)),
        ("softmax_jacobian", (low,)),
        ("softmax_backward", (np.cos(z), low)),
        ("log_softmax_backward", (np.cos(z), low)),
    ):
        result = assert_twins_agree(f"activations.{name}", *inputs, dim=dim, rtol=1e-5, atol=1e-6)
        assert result.dtype == np.float32


SOFTMAX_INPUTS = {
    "one number": np.array([3.0]),
    "no axis": np.array(3.0),
    "integers": np.array([[1, 2, 2], [1000, 0, -1000]]),
    "no rows": np.zeros((0, 3)),
    "masked": np.array([[-np.inf, 1.0, 2.0], [0.0, -np.inf, -np.inf]]),
    "infinite": np.array([[np.inf, 1.0, 2.0], [np.inf, np.inf, 0.0], [-np.inf, -np.inf, -np.inf]]),
    "NaN": np.array([[np.nan, 1.0], [0.0, 1.0]]),
    "backwards": np.linspace(-5, 5, 12).reshape(3, 4)[::-1, ::-2],
}


@pytest.mark.parametrize("z", SOFTMAX_INPUTS.values(), ids=SOFTMAX_INPUTS)
def test_softmax_twins_on_every_input(z):
    upstream = np.arange(float(z.size)).reshape(z.shape)
    for name in ("softmax", "log_softmax", "softmax_jacobian"):
        assert_twins_agree(f"activations.{name}", z, atol=1e-16)
    for name in ("softmax_backward", "log_softmax_backward"):
        assert_twins_agree(f"activations.{name}", upstream, z, atol=1e-14)
        assert_twins_agree(f"activations.{name}", upstream.astype(int), z, atol=1e-14)


def test_against_scipy_and_torch():
    np.testing.assert_allclose(activations.sigmoid(Z), scipy.special.expit(Z), rtol=1e-13, atol=1e-307)
    np.testing.assert_allclose(activations.softmax(Z), scipy.special.softmax(Z), rtol=1e-13)
    np.testing.assert_allclose(activations.log_softmax(Z), scipy.special.log_softmax(Z), rtol=1e-13)
    for name in ("relu", "relu6", "elu", "leaky_relu", "tanh"):
        oracle = getattr(F, name)(torch.from_numpy(Z)).numpy()
        np.testing.assert_allclose(getattr(activations, name)(Z), oracle, rtol=1e-13)


@pytest.mark.parametrize(("name", "options"), CASES)
@settings(deadline=None)
@given(z=finite)
def test_derivatives_are_slopes(name, options, z):
    z = np.where(np.minimum(np.abs(z), np.abs(z - 6)) < 1e-3, 1.0, z)  # central differences do not see a kink
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    # a sum of up to 125 numbers near 150 is rounded at 1e-12, which the division by 2ε makes 1e-6
    assert gradcheck(lambda z: f(z, **options).sum(), lambda z: f_grad(z, **options), z) < 1e-5


@settings(deadline=None)
@given(z=arrays(np.float64, (3, 4), elements=st.floats(-20, 20)), dim=st.sampled_from([0, 1, -1]))
def test_softmax_gradients(z, dim):
    upstream = np.sin(np.arange(12.0)).reshape(3, 4)
    log_loss = lambda z: (upstream * activations.log_softmax(z, dim)).sum()
    assert gradcheck(log_loss, lambda z: activations.log_softmax_backward(upstream, z, dim), z) < 1e-6
    loss = lambda z: (upstream * activations.softmax(z, dim)).sum()
    assert gradcheck(loss, lambda z: activations.softmax_backward(upstream, z, dim), z) < 1e-6
    rows, jacobian = np.moveaxis(upstream, dim, -1), activations.softmax_jacobian(z, dim)
    by_jacobian = np.moveaxis(np.einsum("...i,...ij->...j", rows, jacobian), -1, dim)
    np.testing.assert_allclose(activations.softmax_backward(upstream, z, dim), by_jacobian, atol=1e-14)


@settings(deadline=None)
@given(z=arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=st.floats(-1000, 1000)))
def test_softmax_laws(z):
    p = activations.softmax(z)
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    np.testing.assert_allclose(activations.softmax(z + 123.0), p, atol=1e-12)
    order = np.random.default_rng(0).permutation(z.shape[1])
    np.testing.assert_allclose(activations.softmax(z[:, order]), p[:, order], rtol=1e-12)
    jacobian = activations.softmax_jacobian(z)
    np.testing.assert_allclose(jacobian, jacobian.swapaxes(-1, -2))
    np.testing.assert_allclose(jacobian.sum(axis=-1), 0, atol=1e-12)


@settings(deadline=None)
@given(z=finite)
def test_sigmoid_laws(z):
    np.testing.assert_allclose(activations.sigmoid(-z), 1 - activations.sigmoid(z), atol=1e-15)
    np.testing.assert_allclose(activations.tanh(z), 2 * activations.sigmoid(2 * z) - 1, atol=1e-14)


def test_float16_sums_have_room():
    """65,504 is the largest number of float16: a hundred thousand ones do not fit, nor do squares of small shares."""
    z = np.zeros((1, 100_000), np.float16)
    assert assert_twins_agree("activations.softmax", z, rtol=1e-3)[0, 0] == pytest.approx(1e-5, rel=1e-2)
    assert assert_twins_agree("activations.log_softmax", z, rtol=1e-3)[0, 0] == pytest.approx(-11.51, abs=0.01)
    upstream = np.ones((1, 100_000), np.float16)
    assert assert_twins_agree("activations.softmax_backward", upstream, z, atol=1e-6).dtype == np.float16
    assert np.abs(assert_twins_agree("activations.log_softmax_backward", upstream, z, atol=1e-3)).max() < 1e-3


@pytest.mark.parametrize(("name", "options"), CASES)
def test_twins_in_float16(name, options):
    z = np.array([-1000.0, -5.0, -0.5, 0.0, 0.5, 5.0, 1000.0], np.float16)
    for function in (name, f"{name}_grad"):
        assert assert_twins_agree(f"activations.{function}", z, rtol=2e-3, atol=1e-7, **options).dtype == np.float16


def test_kinks_are_pytorchs():
    assert activations.relu_grad(0.0) == 0
    assert activations.relu6_grad([0.0, 3.0, 6.0]).tolist() == [0, 1, 0]
    assert activations.leaky_relu_grad(0.0, negative_slope=0.2) == 0.2
    assert activations.elu_grad(0.0, alpha=0.5) == 0.5


@pytest.mark.parametrize(("name", "options"), CASES)
def test_nan_stays_nan(name, options):
    assert_twins_agree(f"activations.{name}", np.array([np.nan, 1.0]), **options)
    assert np.isnan(getattr(activations, name)(np.nan, **options))


def test_no_overflow_at_a_thousand():
    with np.errstate(all="raise", under="ignore"):
        for name, options in CASES:
            values = getattr(activations, name)(Z, **options), getattr(activations, f"{name}_grad")(Z, **options)
            assert np.isfinite(values).all()
        assert np.isfinite(activations.log_softmax(Z)).all()
    assert activations.sigmoid(np.array([-1000.0, 1000.0])).tolist() == [0, 1]
    assert activations.leaky_relu(np.array([np.inf, -1.0]), negative_slope=0).tolist() == [np.inf, 0]


@given(slope=st.floats(0, 1))
@settings(deadline=None)
def test_the_slope_right_of_zero_is_one(slope):
    right = np.array([1e-300, 0.5, 1000.0])
    assert activations.leaky_relu_grad(right, slope).tolist() == [1, 1, 1]
    assert activations.elu_grad(right, slope).tolist() == [1, 1, 1]
    assert activations.leaky_relu(right, slope).tolist() == activations.elu(right, slope).tolist() == right.tolist()


def test_gradients_need_no_recording():
    with torch.no_grad():
        for name in ELEMENTWISE:
            assert_twins_agree(f"activations.{name}_grad", Z, atol=1e-16)
        assert_twins_agree("activations.softmax_backward", Z, Z, atol=1e-12)


ALL = [*ELEMENTWISE, *(f"{name}_grad" for name in ELEMENTWISE), "softmax", "log_softmax", "softmax_jacobian"]


@pytest.mark.parametrize("name", ALL)
def test_what_is_not_a_number_is_refused(name):
    need = "need floats or integers"
    with pytest.raises(ValueError, match=f"^z must hold numbers: got dtype <U1, {need}$"):
        getattr(activations, name)(np.array(["a", "b"]))
    for room, dtype in (("scratch", "bool"), ("pytorch", "torch.bool")):
        with pytest.raises(ValueError, match=f"^z must hold numbers: got dtype {dtype}, {need}$"):
            getattr(getattr(dlbook, room).activations, name)(MAKE[room]([True, False]))


@pytest.mark.parametrize("room", MAKE)
@pytest.mark.parametrize(("name", "slope"), SLOPES.items())
@pytest.mark.parametrize("bad", ["a", None, 1j, float("nan")])
def test_a_wrong_slope_is_named(room, name, slope, bad):
    for function in (name, f"{name}_grad"):
        with pytest.raises(
            ValueError, match=rf"^{slope} must be a number: got {re.escape(repr(bad))}, need -inf to inf$"
        ):
            getattr(getattr(dlbook, room).activations, function)(MAKE[room]([1.0, -1.0]), **{slope: bad})


@pytest.mark.parametrize("room", MAKE)
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmax_jacobian"])
def test_a_wrong_axis_is_named(room, name):
    f, make = getattr(getattr(dlbook, room).activations, name), MAKE[room]
    with pytest.raises(ValueError, match=r"^dim must be an axis of z: got 2 for shape \(2, 3\), need -2 to 1$"):
        f(make(np.ones((2, 3))), dim=2)
    with pytest.raises(ValueError, match=r"^dim must be an axis of z: got -2 for shape \(\), need -1 to 0$"):
        f(make(1.0), dim=-2)
    with pytest.raises(
        ValueError, match=r"^z must not be empty along dim: got shape \(2, 0\), need at least one score$"
    ):
        f(make(np.ones((2, 0))))


@pytest.mark.parametrize("room", MAKE)
@pytest.mark.parametrize("name", ["softmax_backward", "log_softmax_backward"])
def test_a_wrong_upstream_is_named(name, room):
    backward, make = getattr(getattr(dlbook, room).activations, name), MAKE[room]
    with pytest.raises(ValueError, match=r"^upstream must have the shape of z: got shape \(3,\), need shape \(2, 3\)$"):
        backward(make(np.ones(3)), make(np.ones((2, 3))))
    with pytest.raises(
        ValueError, match="^upstream must hold numbers: got dtype (torch.)?bool, need floats or integers$"
    ):
        backward(make([True]), make([1.0]))
