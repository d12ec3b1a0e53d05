"""Layers: the twins agree, torch.nn and finite differences agree, the laws hold, bad input is named."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from twins import assert_same, assert_twins_agree

import dlbook
from dlbook.scratch import gradcheck, layers

rng = np.random.default_rng(0)
X, W, B = rng.normal(size=(5, 3)), rng.normal(size=(4, 3)), rng.normal(size=4)
HARD = np.array([[1000.0, -1000.0, 0.0], [1e-12, 1.0, 1.0], [-3.0, 2.0, 0.5], [1.0, 1.0, 1.0], [0.0, -2.0, 7.0]])
SHAPES = [(3,), (1, 3), (5, 3), (2, 5, 3), (2, 2, 1, 3), (0, 3)]


# ── Linear ──


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bias", [B, None])
def test_linear_twins(shape, bias):
    x, upstream = rng.normal(size=shape), rng.normal(size=(*shape[:-1], 4))
    assert_twins_agree("layers.linear", x, W, bias, rtol=1e-10, atol=1e-14)
    assert_twins_agree("layers.linear_backward", upstream, x, W, bias, rtol=1e-10, atol=1e-14)


def test_linear_twins_on_hard_numbers_views_integers_and_float32():
    upstream = rng.normal(size=(5, 4))
    assert_twins_agree("layers.linear", HARD, W, B, atol=1e-12)
    assert_twins_agree("layers.linear_backward", upstream, HARD, W, B, atol=1e-12)
    assert_twins_agree("layers.linear", X[::-1, ::-1], W.T.copy().T, B[::-1], atol=1e-14)
    assert assert_twins_agree("layers.linear", np.arange(6).reshape(2, 3), W).dtype == np.float64
    low = [a.astype(np.float32) for a in (upstream, X, W, B)]
    assert assert_twins_agree("layers.linear", *low[1:], rtol=1e-5, atol=1e-5).dtype == np.float32
    assert_twins_agree("layers.linear_backward", *low, rtol=1e-5, atol=1e-5)


def test_linear_by_hand():
    z = layers.linear([[1, 2]], [[3, 4], [5, 6]], [10, 20])
    assert z.tolist() == [[1 * 3 + 2 * 4 + 10, 1 * 5 + 2 * 6 + 20]]
    x_grad, weight_grad, bias_grad = layers.linear_backward([[1, -1]], [[1, 2]], [[3, 4], [5, 6]], [10, 20])
    assert (x_grad.tolist(), weight_grad.tolist(), bias_grad.tolist()) == ([[-2, -2]], [[1, 2], [-1, -2]], [1, -1])


def test_linear_backward_against_differences():
    upstream = rng.normal(size=(5, 4))
    grads = layers.linear_backward(upstream, X, W, B)
    for k, at in enumerate((X, W, B)):
        f = lambda v, k=k: (upstream * layers.linear(*[v if i == k else a for i, a in enumerate((X, W, B))])).sum()
        assert gradcheck(f, lambda _, k=k: grads[k], at) < 1e-7


@given(st.integers(1, 6), st.integers(1, 5), st.integers(1, 5), st.integers(0, 99))
def test_the_backward_pass_is_the_adjoint_of_the_forward_pass(N, D, K, seed):
    """⟨u, W v⟩ = ⟨Wᵀ u, v⟩, without a bias; and the sum of the sheet's outer products is one matrix product."""
    draw = np.random.default_rng(seed)
    u, v, weight = draw.normal(size=(N, K)), draw.normal(size=(N, D)), draw.normal(size=(K, D))
    back, weight_grad = layers.linear_backward(u, v, weight)
    assert np.vdot(u, layers.linear(v, weight)) == pytest.approx(np.vdot(back, v), rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(weight_grad, sum(np.outer(a, b) for a, b in zip(u, v, strict=True)), atol=1e-12)


# ── Batch norm ──

MEAN, VAR, GAMMA, BETA = rng.normal(size=3), rng.uniform(0.5, 2, 3), rng.normal(size=3), rng.normal(size=3)


@pytest.mark.parametrize("shape", [(2, 3), (5, 3), (4, 3, 2), (2, 3, 2, 4), (1, 3, 2)])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("affine", [(GAMMA, BETA), (None, None), (GAMMA, None)])
def test_batch_norm_twins(shape, training, affine):
    x, upstream = 3 + 2 * rng.normal(size=shape), rng.normal(size=shape)
    for momentum, eps in ((0.1, 1e-5), (0.7, 1e-2), (0.0, 1e-5), (1.0, 1e-5)):
        options = {"training": training, "momentum": momentum, "eps": eps}
        assert_twins_agree("layers.batch_norm", x, MEAN, VAR, *affine, **options, atol=1e-13)
        assert_twins_agree("layers.batch_norm_backward", upstream, x, MEAN, VAR, *affine, **options, atol=1e-11)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_twins_on_hard_numbers_and_float32(training):
    upstream = rng.normal(size=(5, 3))
    assert_twins_agree("layers.batch_norm", HARD, MEAN, VAR, GAMMA, BETA, training, atol=1e-11)
    assert_twins_agree("layers.batch_norm_backward", upstream, HARD, MEAN, VAR, GAMMA, BETA, training, atol=1e-11)
    low = [a.astype(np.float32) for a in (X, MEAN, VAR, GAMMA, BETA)]
    result = assert_twins_agree("layers.batch_norm", *low, training, rtol=1e-5, atol=1e-5)
    assert {part.dtype for part in result} == {np.dtype(np.float32)}
    assert_twins_agree("layers.batch_norm_backward", upstream.astype(np.float32), *low, training, rtol=1e-4, atol=1e-5)
    assert_twins_agree("layers.batch_norm", np.ones((4, 3)), MEAN, VAR, GAMMA, BETA, training)  # no variance at all


def test_batch_norm_without_running_statistics():
    x, upstream = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    y, mean, var = layers.batch_norm(x, None, None, GAMMA, BETA, training=True)
    tensors = [torch.from_numpy(x), None, None, torch.from_numpy(GAMMA), torch.from_numpy(BETA), True]
    theirs = dlbook.pytorch.layers.batch_norm(*tensors)
    assert mean is var is theirs.running_mean is theirs.running_var is None
    assert_same(y, theirs.output, atol=1e-13)
    assert_same(y, torch.nn.functional.batch_norm(*tensors), atol=1e-13)
    assert_twins_agree("layers.batch_norm_backward", upstream, x, None, None, GAMMA, BETA, True, atol=1e-12)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(6, 3), (4, 3, 2)])
def test_batch_norm_backward_against_differences(training, shape):
    x, upstream = rng.normal(size=shape), rng.normal(size=shape)
    grads = layers.batch_norm_backward(upstream, x, MEAN, VAR, GAMMA, BETA, training)
    at = {0: x, 3: GAMMA, 4: BETA}
    for (k, value), grad in zip(at.items(), grads, strict=True):
        arguments = [x, MEAN, VAR, GAMMA, BETA]

        def f(v, k=k, arguments=arguments):
            return (upstream * layers.batch_norm(*arguments[:k], v, *arguments[k + 1 :], training).output).sum()

        assert gradcheck(f, lambda _, grad=grad: grad, value) < 1e-7


def test_a_normalized_batch_has_mean_beta_and_deviation_gamma():
    y = layers.batch_norm(5 + 3 * rng.normal(size=(200, 3)), MEAN, VAR, GAMMA, BETA, training=True, eps=0).output
    np.testing.assert_allclose(y.mean(axis=0), BETA, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=0), np.abs(GAMMA), rtol=1e-12)


def test_running_statistics_move_towards_the_batch():
    x = rng.normal(2, 3, size=(8, 3))
    _, mean, var = layers.batch_norm(x, MEAN, VAR, training=True, momentum=0.25)
    np.testing.assert_allclose(mean, 0.75 * MEAN + 0.25 * x.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(var, 0.75 * VAR + 0.25 * x.var(axis=0, ddof=1), rtol=1e-13)
    _, *still = layers.batch_norm(x, MEAN, VAR)
    assert_equal = np.testing.assert_array_equal
    assert_equal(still, [MEAN, VAR])


@given(st.integers(0, 99), st.floats(-50, 50), st.floats(0.1, 50))
def test_batch_norm_forgets_shift_and_scale_of_its_input(seed, shift, scale):
    x = np.random.default_rng(seed).normal(size=(9, 3))
    plain, moved = (layers.batch_norm(v, MEAN, VAR, training=True, eps=0).output for v in (x, scale * x + shift))
    np.testing.assert_allclose(moved, plain, atol=1e-9)


def test_the_gradient_through_a_batch_sees_no_common_shift_or_stretch():
    x, upstream = rng.normal(size=(7, 3)), rng.normal(size=(7, 3))
    x_grad = layers.batch_norm_backward(upstream, x, MEAN, VAR, GAMMA, BETA, training=True, eps=0)[0]
    np.testing.assert_allclose(x_grad.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((x_grad * (x - x.mean(axis=0))).sum(axis=0), 0, atol=1e-12)


# ── Dropout ──


@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 1, 4), ()])
def test_dropout_twins(p, training, shape):
    x, upstream, draw = rng.normal(size=shape), rng.normal(size=shape), np.asarray(rng.random(shape))
    x, upstream = np.asarray(x), np.asarray(upstream)
    assert_twins_agree("layers.dropout", x, draw, p, training)
    assert_twins_agree("layers.dropout_backward", upstream, x, draw, p, training)
    low = [a.astype(np.float32) for a in (upstream, x, draw)]
    assert assert_twins_agree("layers.dropout", *low[1:], p, training, rtol=1e-6).dtype == np.float32


def test_dropout_silences_a_share_p_and_keeps_the_mean():
    x, draw = np.full(100_000, 2.0), rng.random(100_000)
    y = layers.dropout(x, draw, p=0.3)
    assert set(np.unique(y)) == {0.0, 2 / 0.7}
    assert abs((y == 0).mean() - 0.3) < 5 * np.sqrt(0.21 / len(x)) and abs(y.mean() - 2) < 0.03
    np.testing.assert_array_equal(layers.dropout_backward(x, x, draw, p=0.3), y)  # linear in x: the same factors


def test_torch_drops_the_same_share_and_scales_alike():
    torch.manual_seed(0)
    theirs = torch.nn.functional.dropout(torch.full((100_000,), 2.0, dtype=torch.float64), 0.3).numpy()
    ours = layers.dropout(np.full(100_000, 2.0), rng.random(100_000), 0.3)
    assert set(np.unique(theirs)) == set(np.unique(ours)) and abs((theirs == 0).mean() - (ours == 0).mean()) < 0.01


@pytest.mark.parametrize("p", [0.0, 0.5, 1.0])
def test_dropout_silences_no_number_that_is_not_finite(p):
    """0 · ∞ is NaN in both rooms and in torch: what has gone wrong before is seen behind it."""
    bad, good, draw = np.array([np.inf, -np.inf, np.nan, 1.0] * 2), np.ones(8), np.repeat([0.1, 0.9], 4)
    y = assert_twins_agree("layers.dropout", bad, draw, p)
    x_grad = assert_twins_agree("layers.dropout_backward", bad, good, draw, p)
    silenced = np.array([np.nan, np.nan, np.nan, 0.0])
    expected = np.append(silenced if p > 0.1 else bad[:4], silenced if p > 0.9 else bad[:4] / (1 - p))
    np.testing.assert_array_equal(y, expected)
    np.testing.assert_array_equal(x_grad, expected)
    assert np.isfinite(layers.dropout_backward(good, bad, draw, p)).all(), "the slope does not depend on x"


def test_torch_silences_no_infinity_either():
    torch.manual_seed(0)
    theirs = torch.nn.functional.dropout(torch.full((50,), torch.inf), p=0.5)
    assert theirs.isnan().any() and theirs.isinf().any() and not theirs.isfinite().any()


def test_the_rate_of_dropout_may_be_an_array_of_one_number():
    half, draw = np.array(0.5), np.array([0.2, 0.7, 0.9])
    assert assert_twins_agree("layers.dropout", np.ones(3), draw, half).tolist() == [0.0, 2.0, 2.0]
    assert layers.Dropout(half).p == 0.5


# ── As objects ──

PAIRS = [
    ("Linear", (3, 4), {}),
    ("Linear", (3, 4), {"bias": False}),
    ("BatchNorm1d", (3,), {}),
    ("BatchNorm1d", (3,), {"momentum": None}),
    ("BatchNorm1d", (3,), {"affine": False, "eps": 1e-2}),
    ("BatchNorm1d", (3,), {"track_running_stats": False}),
    ("BatchNorm1d", (3,), {"bias": False}),
    ("BatchNorm1d", (3,), {"affine": False, "bias": False}),
    ("ReLU", (), {}),
    ("ReLU6", (), {}),
    ("LeakyReLU", (0.2,), {}),
    ("ELU", (0.7,), {}),
    ("Sigmoid", (), {}),
    ("Tanh", (), {}),
    ("Softmax", (-1,), {}),
]


@pytest.mark.parametrize(("name", "arguments", "options"), PAIRS)
def test_objects_follow_torch_nn_through_training_and_after(name, arguments, options):
    ours = getattr(layers, name)(*arguments, **options)
    theirs = getattr(dlbook.pytorch.layers, name)(*arguments, **options).double()
    theirs.load_state_dict({key: torch.as_tensor(value) for key, value in (ours.params | ours.buffers).items()})
    for training in (True, True, False, True):
        ours.train(training), theirs.train(training)
        x = rng.normal(1, 4, size=(6, 3))
        theirs_x = torch.from_numpy(x).requires_grad_()
        y, theirs_y = ours(x), theirs(theirs_x)
        assert_same(y, theirs_y, atol=1e-14)
        upstream = rng.normal(size=y.shape)
        theirs.zero_grad()
        theirs_y.backward(torch.from_numpy(upstream))
        assert_same(ours.backward(upstream), theirs_x.grad, atol=1e-13)
        assert_same(ours.grads, {key: p.grad for key, p in theirs.named_parameters()}, atol=1e-13)
        assert_same(ours.params | ours.buffers, dict(theirs.state_dict()), atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_new_linear_layer_is_spread_as_torch_spreads_it(dtype):
    torch.manual_seed(0)
    ours, theirs = layers.Linear(50, 400, rng=0, dtype=dtype), torch.nn.Linear(50, 400)
    for name, array in ours.params.items():
        other = theirs.get_parameter(name).detach().numpy()
        assert array.dtype == dtype and array.shape == other.shape
        assert np.abs(array).max() <= 1 / np.sqrt(50) and abs(array.std() - other.std()) < 0.008
    assert np.array_equal(ours.params["weight"], layers.Linear(50, 400, rng=0, dtype=dtype).params["weight"])


def test_a_dropout_layer_draws_anew_and_rests_in_eval():
    layer, x = layers.Dropout(0.5, rng=0), np.ones((50, 50))
    first, second = layer(x), layer(x)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(layer.backward(x), second)  # through the units that were left
    np.testing.assert_array_equal(layer.eval()(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)


@pytest.mark.parametrize("momentum", [0.1, None, np.float64(0.1)])
def test_a_batch_norm_in_float32_stays_in_it(momentum):
    ours = layers.BatchNorm1d(3, momentum=momentum, dtype=np.float32)
    theirs = torch.nn.BatchNorm1d(3, momentum=momentum)
    for _ in range(3):
        x = rng.normal(2, 3, size=(4, 3)).astype(np.float32)
        assert_same(ours(x), theirs(torch.from_numpy(x)), rtol=1e-5, atol=1e-5)
    assert_same(ours.params | ours.buffers, dict(theirs.state_dict()), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("layer", [layers.BatchNorm1d(3), layers.Dropout(0.5, rng=0)])
def test_the_backward_pass_has_the_mode_of_the_forward_pass(layer):
    x, upstream = rng.normal(2, 3, size=(6, 3)), rng.normal(size=(6, 3))
    for training in (True, False):
        layer.train(training)(x)
        before = layer.backward(upstream)
        layer.train(not training)
        np.testing.assert_array_equal(layer.backward(upstream), before)


@pytest.mark.parametrize(
    "layer",
    [layers.Linear(2, 2), layers.BatchNorm1d(2), layers.Dropout(), layers.Tanh(), layers.Softmax()],
    ids=lambda layer: type(layer).__name__,
)
def test_backward_needs_a_forward_pass(layer):
    got = f"got a {type(layer).__name__} that has seen no x, need layer(x)"
    with pytest.raises(ValueError, match=f"^backward must follow a forward pass: {re.escape(got)}"):
        layer.backward(np.ones((3, 2)))


@pytest.mark.parametrize("shape", [(4, 3), (3,), (4, 3, 2, 2), (2, 4, 5)])
def test_a_batch_norm_layer_names_an_x_that_does_not_fit(shape):
    message = f"x must fit the layer: got shape {shape}, need shape (N, 5) or (N, 5, L)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        layers.BatchNorm1d(5)(np.ones(shape))


@pytest.mark.parametrize(
    "layer",
    [layers.ReLU(), layers.ReLU6(), layers.LeakyReLU(), layers.ELU(), layers.Sigmoid(), layers.Tanh()],
    ids=lambda layer: layer.f,
)
def test_an_upstream_of_another_shape_is_named(layer):
    """Broadcast, it would be a gradient of a shape that the input never had."""
    layer(np.ones((3, 1)))
    message = "upstream must fit the other arguments: got shape (3,), need shape (3, 1)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        layer.backward(np.ones(3))


# ── Long batches in narrow dtypes ──


def test_three_thousand_halves_add_up():
    ones = np.ones((3000, 2), np.float16)
    _, weight_grad, bias_grad = assert_twins_agree("layers.linear_backward", ones, ones, ones[:2], ones[0])
    assert (weight_grad == 3000).all() and (bias_grad == 3000).all()
    still = (ones[0], ones[0], ones[0], ones[0], False, 0.1, 0.0)
    _, weight_grad, bias_grad = assert_twins_agree("layers.batch_norm_backward", ones, ones, *still)
    assert (weight_grad == 0).all() and (bias_grad == 3000).all()


def test_a_million_rows_of_float32_add_up():
    """Row by row in float32 the bias gradient would be 1 % off."""
    tenth = np.full((10**6, 2), 0.1, np.float32)
    expected = 10**6 * float(tenth[0, 0])
    _, _, bias_grad = layers.linear_backward(tenth, tenth, np.ones((2, 2), np.float32), np.zeros(2, np.float32))
    np.testing.assert_allclose(bias_grad, expected, rtol=1e-6)
    *_, bias_grad = layers.batch_norm_backward(tenth, tenth, None, None, training=True)
    np.testing.assert_allclose(bias_grad, expected, rtol=1e-6)
    mean = layers.batch_norm(tenth, tenth[0] * 0, tenth[0] * 0, training=True, momentum=1.0).running_mean
    np.testing.assert_allclose(mean, tenth[0], rtol=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_twins_in_float16(training):
    low = [a.astype(np.float16) for a in (rng.normal(size=(5, 3)), X, MEAN, VAR, GAMMA, BETA)]
    options = {"rtol": 2e-3, "atol": 4e-3}
    assert assert_twins_agree("layers.batch_norm", *low[1:], training, **options).output.dtype == np.float16
    assert_twins_agree("layers.batch_norm_backward", *low, training, **options)
    weight, bias = W.astype(np.float16), B.astype(np.float16)
    upstream = rng.normal(size=(5, 4)).astype(np.float16)
    assert_twins_agree("layers.linear", low[1], weight, bias, **options)
    assert_twins_agree("layers.linear_backward", upstream, low[1], weight, bias, **options)
    assert_twins_agree("layers.dropout", low[1], rng.random((5, 3)).astype(np.float16), 0.3, training, **options)


# ── Bad input ──


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("linear", (X, W[0]), "weight must have two dimensions: got shape (3,), need shape (K, D)"),
        ("linear", (X[:, :2], W), "x must fit the weight: got shape (5, 2), need 3 features in its last dimension"),
        ("linear", (X, W, B[:3]), "bias must fit the other arguments: got shape (3,), need shape (4,)"),
        ("linear_backward", (X, X, W, B), "upstream must fit the other arguments: got shape (5, 3), need shape (5, 4)"),
        ("batch_norm", (B, MEAN, VAR), "x must have two dimensions or more: got shape (4,), need shape (N, C, …)"),
        (
            "batch_norm",
            (X, MEAN[:2], VAR),
            "running_mean must fit the other arguments: got shape (2,), need shape (3,)",
        ),
        ("batch_norm", (X, MEAN, VAR, None, None, True, 2.0), "momentum must be a number: got 2.0, need 0 to 1"),
        (
            "batch_norm",
            (X[:1], MEAN, VAR, None, None, True),
            "x must hold two numbers a feature in training: got shape (1, 3), need a larger batch, or training=False",
        ),
        ("batch_norm", (X, None, None), "running_mean and running_var must be there out of training: got None"),
        (
            "batch_norm",
            (X, None, VAR, None, None, True),
            "running_mean and running_var must come together: got None for",
        ),
        ("dropout", (X, X, 1.5), "p must be a number: got 1.5, need 0 to 1"),
        ("dropout", (X, X, np.array([0.5, 0.5])), "p must be a number: got "),
        ("dropout", (X, X, -0.1, False), "p must be a number: got -0.1, need 0 to 1"),
        ("dropout", (X, B), "draw must fit the other arguments: got shape (4,), need shape (5, 3)"),
        ("linear", (X > 0, W), "x must hold numbers: got dtype"),
    ],
)
def test_bad_input_is_named(room, name, arguments, message):
    if room == "pytorch":
        arguments = [torch.from_numpy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).layers, name)(*arguments)
