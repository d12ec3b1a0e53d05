"""Bias and variance: the twins agree, the parts add up to an error that was measured, and the closed form is exact."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import bias_variance

rng = np.random.default_rng(0)
X_TRAIN, X = np.linspace(-1, 1, 12), np.linspace(-0.9, 0.9, 40)
V = np.vander(X_TRAIN, 4)
H = np.vander(X, 4) @ np.linalg.pinv(V)  # (40, 12): least squares with a cubic, asked at other points
SIGMA = 0.3
EDGES = np.array([[1000.0, -1000.0, 0.0, 1e-12, 2.0], [1000.0, 1000.0, 0.0, 3e-12, 2.0], [-5.0, 0.0, 0.0, 0.0, 2.0]])


def truth(x):
    return np.sin(4 * x)


def trained(n_sets, seed=1):
    """What the cubic says at X (n_sets, 40) after each of `n_sets` training sets that differ in their noise."""
    noise = np.random.default_rng(seed).normal(0, SIGMA, (n_sets, len(X_TRAIN)))
    return (truth(X_TRAIN) + noise) @ H.T  # (n_sets, 12) @ (12, 40) -> (n_sets, 40)


EXACT = bias_variance.decompose_linear(H, truth(X_TRAIN), truth(X), SIGMA**2)


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("noise_var", [0, 0.09, np.float64(2.5)])
def test_decompose_twins(ddof, noise_var):
    atol = 1e-14  # where bias2 is a difference of nearly equal numbers
    assert_twins_agree("bias_variance.decompose", trained(7), truth(X), noise_var, ddof=ddof, atol=atol)
    assert_twins_agree("bias_variance.decompose", trained(7)[::2, ::-1], truth(X)[::-1], noise_var, ddof, atol=atol)
    assert_twins_agree("bias_variance.decompose", EDGES, np.ones(5), noise_var, ddof, atol=1e-9)  # of squares of 1000
    assert_twins_agree("bias_variance.decompose", EDGES[:, :1], np.zeros(1), noise_var, ddof=ddof)
    assert_twins_agree("bias_variance.decompose", EDGES.astype(int), np.arange(5), noise_var, ddof=ddof, atol=1e-9)


def test_one_training_set_has_no_variance_to_speak_of():
    alone = assert_twins_agree("bias_variance.decompose", EDGES[:1], np.zeros(5), 1.0, ddof=0)
    assert alone.variance == 0 and alone.bias2 == (EDGES[0] ** 2).mean()


def test_decompose_linear_twins():
    for noise_var in (0, SIGMA**2, 1e6):
        assert_twins_agree("bias_variance.decompose_linear", H, truth(X_TRAIN), truth(X), noise_var)
    assert_twins_agree("bias_variance.decompose_linear", H[::3, ::-1], truth(X_TRAIN), truth(X[::3]), 0.1)
    assert_twins_agree("bias_variance.decompose_linear", np.eye(3, dtype=int), np.arange(3), np.ones(3), 2)
    assert_twins_agree("bias_variance.decompose_linear", 1000 * H[:1, :1], np.zeros(1), np.array([1e-9]), 0.1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_models_decide_the_dtype(dtype):
    for name, arguments in (
        ("decompose", (trained(7).astype(dtype), truth(X), 0.09)),
        ("decompose_linear", (H.astype(dtype), truth(X_TRAIN), truth(X), 0.09)),
    ):
        parts = assert_twins_agree(f"bias_variance.{name}", *arguments, rtol=1e-5, atol=1e-7)
        assert {part.dtype for part in parts} == {np.dtype(dtype)}


def test_by_the_definition():
    """Expectations written as loops over training sets and points."""
    predictions, f = trained(6), truth(X)
    mean = [sum(row[i] for row in predictions) / 6 for i in range(40)]
    bias2 = sum((mean[i] - f[i]) ** 2 for i in range(40)) / 40
    variance = sum((row[i] - mean[i]) ** 2 for row in predictions for i in range(40)) / (6 * 40)
    parts = bias_variance.decompose(predictions, f, 0.5, ddof=0)
    np.testing.assert_allclose(parts[:4], (bias2 + variance + 0.5, bias2, variance, 0.5), rtol=1e-12)


@settings(deadline=None)
@given(
    predictions=arrays(np.float64, (4, 3), elements=st.floats(-100, 100)),
    f=arrays(np.float64, 3, elements=st.floats(-100, 100)),
    noise_var=st.floats(0, 10),
)
def test_laws(predictions, f, noise_var):
    parts = bias_variance.decompose(predictions, f, noise_var)
    naive = bias_variance.decompose(predictions, f, noise_var, ddof=0)
    measured = ((predictions - f) ** 2).mean() + noise_var
    close = lambda value: pytest.approx(value, rel=1e-9, abs=1e-9)
    assert parts.mse == close(measured) and naive.mse == close(measured)  # both ways of splitting give the same sum
    assert parts.variance == close(naive.variance * 4 / 3)
    assert parts.bias2 == close(naive.bias2 - parts.variance / 4)
    assert parts.bias2_at.mean() == close(parts.bias2) and parts.variance_at.mean() == close(parts.variance)
    turned = bias_variance.decompose(predictions[[2, 0, 3, 1]], f, noise_var)  # training sets have no order
    np.testing.assert_allclose(turned.bias2_at, parts.bias2_at, atol=1e-9)
    scaled = bias_variance.decompose(3 * predictions + 7, 3 * f + 7, 9 * noise_var)
    np.testing.assert_allclose(scaled[:4], 9 * np.array(parts[:4]), rtol=1e-9, atol=1e-7)


def test_twice_the_same_model_has_only_bias():
    parts = bias_variance.decompose(np.ones((5, 3)), np.array([0.0, 1.0, 3.0]), 0.0)
    assert parts.variance == 0 and parts.bias2_at.tolist() == [1, 0, 4]


# ─── The parts add up to what is measured ───────────────────────────────────────────────────────────────────


def standardized_difference(seed, n_sets=300):
    """(error on fresh noisy data − exact Bias² + Var + σ²) in standard errors: training sets are independent."""
    y = truth(X) + np.random.default_rng(1000 + seed).normal(0, SIGMA, (n_sets, len(X)))
    error = ((y - trained(n_sets, seed)) ** 2).mean(axis=1)  # (n_sets,), one mean over x a training set
    return (error.mean() - EXACT.mse) / (error.std(ddof=1) / np.sqrt(n_sets))


def test_the_parts_add_up_to_the_test_error_within_sampling_error():
    """Over 200 repetitions the differences are as large as a standard normal's: |z| < 4.5 once in 740 runs of these."""
    z = np.array([standardized_difference(seed) for seed in range(200)])
    assert np.abs(z).max() < 4.5
    assert abs(z.mean()) < 4 / np.sqrt(200)  # no part is missing
    assert 0.8 < z.std() < 1.2  # and the bound is no wider than it must be


def test_the_estimate_is_unbiased_only_with_the_correction():
    """The mean over 2000 estimates from five training sets each: plug-in bias² is too large by Var/5."""
    samples = [trained(5, seed) for seed in range(2000)]
    several = [[bias_variance.decompose(p, truth(X), 0.0, ddof)[1:3] for p in samples] for ddof in (1, 0)]
    for estimates, shift in zip(np.array(several), (0, EXACT.variance / 5), strict=True):
        error = estimates.std(axis=0, ddof=1) / np.sqrt(2000)
        bias2, variance = estimates.mean(axis=0)
        assert abs(bias2 - EXACT.bias2 - shift) < 4 * error[0]
        assert abs(variance - EXACT.variance + shift) < 4 * error[1]
        assert EXACT.variance / 5 > 8 * error.max()  # the sample is large enough to tell the two apart


def test_closed_form_of_least_squares():
    """At the training inputs H projects, so that the variance is σ² (number of coefficients) / n."""
    for degree in range(6):
        vander = np.vander(X_TRAIN, degree + 1)
        hat = vander @ np.linalg.pinv(vander)
        f = truth(X_TRAIN)
        parts = bias_variance.decompose_linear(hat, f, f, SIGMA**2)
        assert parts.variance == pytest.approx(SIGMA**2 * np.trace(hat @ hat.T) / 12, rel=1e-12)
        assert parts.variance == pytest.approx(SIGMA**2 * (degree + 1) / 12, rel=1e-10)
        residual = np.linalg.lstsq(vander, f, rcond=None)[1][0]
        assert parts.bias2 == pytest.approx(residual / 12, rel=1e-9)


def test_closed_form_against_scikit_learn():
    """Ridge regression, which is linear in the labels as well: its H comes from fitting the columns of the identity."""
    import sklearn.linear_model

    ridge = sklearn.linear_model.Ridge(alpha=0.1)
    H = ridge.fit(V, np.eye(12)).predict(np.vander(X, 4))
    exact = bias_variance.decompose_linear(H, truth(X_TRAIN), truth(X), SIGMA**2)
    noise = np.random.default_rng(5).normal(0, SIGMA, (20_000, 12))
    fitted = ridge.fit(V, (truth(X_TRAIN) + noise).T).predict(np.vander(X, 4)).T  # (20000, 40)
    sampled = bias_variance.decompose(fitted, truth(X), SIGMA**2)
    distance2 = ((fitted - truth(X)) ** 2).mean(axis=1)
    assert abs(sampled.mse - exact.mse) < 4 * distance2.std() / np.sqrt(20_000)
    np.testing.assert_allclose(sampled.variance_at, exact.variance_at, rtol=0.06)  # a variance of 20,000: ±1 %
    assert sampled.bias2 == pytest.approx(exact.bias2, rel=0.03)


@pytest.mark.parametrize("ddof", [0, 1])
def test_points_and_outputs_of_any_shape_with_noise_of_their_own(ddof):
    """(n_sets, 5, 8) is (n_sets, 40) in another shape, and unequal noise counts with its mean."""
    noise = np.linspace(0, 0.5, 40)
    flat = bias_variance.decompose(trained(7), truth(X), noise.mean(), ddof)
    args = trained(7).reshape(7, 5, 8), truth(X).reshape(5, 8), noise.reshape(5, 8)
    shaped = assert_twins_agree("bias_variance.decompose", *args, ddof=ddof, atol=1e-14)
    np.testing.assert_allclose(shaped[:4], flat[:4], rtol=1e-12)
    np.testing.assert_array_equal(shaped.variance_at, flat.variance_at.reshape(5, 8))
    assert bias_variance.decompose_linear(np.eye(2), np.ones(2), np.ones(2), np.array(0.1)).noise == 0.1


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_parts_carry_gradients_of_their_own_in_torch(ddof):
    """Of bias² and of variance each, against central differences of the NumPy room; the sum's would hide the split."""
    predictions, f = trained(4)[:, :3], truth(X)[:3]
    leaf = torch.from_numpy(predictions).requires_grad_()
    parts = dlbook.pytorch.bias_variance.decompose(leaf, torch.from_numpy(f), torch.tensor(0.1), ddof)
    for name in ("bias2", "variance"):
        ours = lambda p, name=name: getattr(bias_variance.decompose(p.reshape(4, 3), f, 0.1, ddof), name)
        slopes = torch.autograd.grad(getattr(parts, name), leaf, retain_graph=True)[0].numpy()
        numeric = [(ours(predictions.ravel() + e) - ours(predictions.ravel() - e)) / 2e-6 for e in 1e-6 * np.eye(12)]
        np.testing.assert_allclose(slopes.ravel(), numeric, rtol=1e-6, atol=1e-9)


def test_the_smoother_carries_gradients_in_torch():
    """∂/∂H of bias² is 2 (H f − f_x) fᵀ / n_x, of variance 2 σ² H / n_x."""
    leaf, f_train, f = torch.from_numpy(H.copy()).requires_grad_(), truth(X_TRAIN), truth(X)
    parts = dlbook.pytorch.bias_variance.decompose_linear(leaf, torch.from_numpy(f_train), torch.from_numpy(f), 0.3)
    bias2, variance = (torch.autograd.grad(p, leaf, retain_graph=True)[0].numpy() for p in parts[1:3])
    np.testing.assert_allclose(bias2, 2 * np.outer(H @ f_train - f, f_train) / len(X), rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(variance, 2 * 0.3 * H / len(X), rtol=1e-10)


def test_the_tensors_carry_gradients():
    predictions = torch.from_numpy(trained(4)).requires_grad_()
    dlbook.pytorch.bias_variance.decompose(predictions, torch.from_numpy(truth(X)), 0.1).mse.backward()
    expected = 2 * (trained(4) - truth(X)) / predictions.numel()
    np.testing.assert_allclose(predictions.grad.numpy(), expected, rtol=1e-10, atol=1e-16)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("decompose", ([[1.0], [2.0]], [1.0, 2.0], 0.1), "f_true must hold one value for each x: got shape (2,), need"),
        (
            "decompose",
            ([1.0, 2.0], [1.0, 2.0], 0.1),
            "predictions must have two dimensions or more: got shape (2,), need",
        ),
        ("decompose", ([[1.0], [2.0]], [[1.0]], 0.1), "f_true must hold one value for each x: got shape (1, 1), need"),
        ("decompose", ([[1.0], [2.0]], [1.0], [0.1, 0.2]), "noise_var must fit the points: got shape (2,), need one"),
        ("decompose_linear", ([[1.0]], [1.0], [1.0], [0.1]), "noise_var must fit the points: got shape (1,), need one"),
        ("decompose_linear", ([1.0], [1.0], [1.0], 0.1), "H must have two dimensions: got shape (1,), need one row"),
        (
            "decompose",
            ([[1.0, 2.0]], [1.0, 2.0], 0.1),
            "predictions must come from enough training sets: got 1, need 2 training sets with ddof=1",
        ),
        ("decompose", ([[1.0], [2.0]], [1.0], 0.1, 2), "ddof must be a known correction: got 2, need 0 (none) or 1"),
        ("decompose", ([[1.0], [np.nan]], [1.0], 0.1), "predictions must be finite: got nan, need finite numbers"),
        ("decompose", ([[1.0], [2.0]], [-np.inf], 0.1), "f_true must be finite: got -inf, need finite numbers"),
        ("decompose", ([[], []], [1.0], 0.1), "predictions must not be empty: got shape (2, 0), need at least one"),
        ("decompose", ([[1j], [2.0]], [1.0], 0.1), "predictions must hold numbers: got dtype "),
        ("decompose", ([[1.0], [2.0]], [1.0], -0.1), "noise_var must be a variance: got -0.1, need a finite number"),
        ("decompose", ([[1.0], [2.0]], [1.0], np.nan), "noise_var must be a variance: got nan, need a finite number"),
        ("decompose", ([[1.0], [2.0]], [1.0], np.inf), "noise_var must be a variance: got inf, need a finite number"),
        ("decompose_linear", ([1.0], [1.0], [1.0], 0.1), "H must have two dimensions: got shape (1,), need one row"),
        (
            "decompose_linear",
            ([[1.0, 0.0]], [1.0], [1.0], 0.1),
            "f_train must fit H: got shape (1,), need shape (2,) for H of shape (1, 2)",
        ),
        (
            "decompose_linear",
            ([[1.0, 0.0]], [1.0, 2.0], [1.0, 2.0], 0.1),
            "f_true must fit H: got shape (2,), need shape (1,) for H of shape (1, 2)",
        ),
        ("decompose_linear", ([[1.0]], [1.0], [1.0], -1), "noise_var must be a variance: got -1, need a finite"),
    ],
)
def test_bad_input_is_named(room, name, arguments, message):
    make = np.asarray if room == "scratch" else torch.tensor
    arguments = [make(value) if isinstance(value, list) else value for value in arguments]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).bias_variance, name)(*arguments)
