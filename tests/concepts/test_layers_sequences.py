"""The layers of sequences: layer norm, RMS norm, the embedding, GELU."""

import re

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as st
from twins import assert_same, assert_twins_agree, resolve

import dlbook
from dlbook.scratch import activations, gradcheck, layers, models

rng = np.random.default_rng(0)
X, GAMMA, BETA = rng.normal(2, 3, size=(4, 5, 3)), rng.normal(size=3), rng.normal(size=3)
HARD = np.array([[1000.0, -1000.0, 0.0], [1e-12, 1.0, 1.0], [-3.0, 2.0, 0.5], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
IDS = np.array([[0, 3, 3, 6], [2, 0, 3, 1]])
TABLE = rng.normal(size=(7, 3))


# ── Layer norm and RMS norm ──


@pytest.mark.parametrize("inner", [3, (3,), (5, 3), (4, 5, 3)])
@pytest.mark.parametrize("eps", [1e-5, 0.3])
def test_norm_twins(inner, eps):
    shape, upstream = X.shape[-1 if inner == 3 else -len(inner) :], rng.normal(size=X.shape)
    weight, bias = rng.normal(size=shape), rng.normal(size=shape)
    for affine in ((), (weight,), (weight, bias), (None, bias)):
        assert_twins_agree("layers.layer_norm", X, inner, *affine, eps=eps, atol=1e-13)
        assert_twins_agree("layers.layer_norm_backward", upstream, X, inner, *affine, eps=eps, atol=1e-11)
    for affine in ((), (weight,)):
        for own in (eps, None):
            assert_twins_agree("layers.rms_norm", X, inner, *affine, eps=own, atol=1e-13)
            assert_twins_agree("layers.rms_norm_backward", upstream, X, inner, *affine, eps=own, atol=1e-11)


def test_norm_twins_on_hard_numbers_views_integers_and_float32():
    for x in (HARD, HARD[::-1, ::-1], HARD[:0], HARD[0], rng.integers(-2, 3, (6, 3))):
        upstream = rng.normal(size=x.shape)
        for name, affine in (("layer_norm", (GAMMA, BETA)), ("rms_norm", (GAMMA,))):
            assert_twins_agree(f"layers.{name}", x, 3, *affine, atol=1e-12)
            if x is not HARD and x.size:
                continue
            assert_twins_agree(f"layers.{name}_backward", upstream, x, 3, *affine, eps=1e-5, atol=1e-9)
    low = [a.astype(np.float32) for a in (rng.normal(size=X.shape), X, GAMMA, BETA)]
    assert assert_twins_agree("layers.layer_norm", low[1], 3, *low[2:], rtol=1e-4, atol=1e-5).dtype == np.float32
    assert_twins_agree("layers.layer_norm_backward", low[0], low[1], 3, *low[2:], rtol=1e-3, atol=1e-4)
    assert assert_twins_agree("layers.rms_norm", low[1], 3, low[2], rtol=1e-4, atol=1e-5).dtype == np.float32
    assert layers.layer_norm(X.astype(np.float16), 3).dtype == np.float16


@pytest.mark.parametrize(("name", "affine"), [("layer_norm", (GAMMA, BETA)), ("rms_norm", (GAMMA,))])
def test_norm_backward_against_differences(name, affine):
    f, upstream, inputs = getattr(layers, name), rng.normal(size=X.shape), (X, *affine)
    grads = getattr(layers, f"{name}_backward")(upstream, X, 3, *affine)
    for k, (at, grad) in enumerate(zip(inputs, grads, strict=True)):

        def loss(v, k=k):
            x, *own = (*inputs[:k], v, *inputs[k + 1 :])
            return (upstream * f(x, 3, *own)).sum()

        assert gradcheck(loss, lambda _, grad=grad: grad, at) < 1e-7


def test_norms_by_hand():
    x = [[1.0, 3.0], [5.0, 5.0]]
    assert layers.layer_norm(x, 2, eps=1e-12)[0].tolist() == pytest.approx([-1, 1])
    assert layers.layer_norm(x, 2, [2, 2], [0, 10])[1].tolist() == [0, 10]  # no variance at all
    assert layers.rms_norm([[3.0, 4.0]], 2, eps=0).tolist() == [pytest.approx([3 / 12.5**0.5, 4 / 12.5**0.5])]


@given(st.integers(0, 99), st.floats(-50, 50), st.floats(0.1, 50))
def test_a_layer_norm_forgets_shift_and_scale_of_each_sample(seed, shift, scale):
    """RMS norm forgets the scale alone; and one sample never feels another."""
    x = np.random.default_rng(seed).normal(size=(6, 5))
    moved = scale * x + shift
    np.testing.assert_allclose(layers.layer_norm(moved, 5, eps=0), layers.layer_norm(x, 5, eps=0), atol=1e-8)
    np.testing.assert_allclose(layers.rms_norm(scale * x, 5, eps=0), layers.rms_norm(x, 5, eps=0), atol=1e-12)
    np.testing.assert_array_equal(layers.layer_norm(moved, 5)[2:3], layers.layer_norm(moved[2:3], 5))
    y = layers.layer_norm(moved, 5, eps=0)
    np.testing.assert_allclose((y.mean(axis=-1), y.var(axis=-1)), ([0] * 6, [1] * 6), atol=1e-9)


# ── Embedding ──


@pytest.mark.parametrize("padding_idx", [None, 3, -1, 0])
@pytest.mark.parametrize("shape", [(2, 4), (8,), (1, 1), ()])
def test_embedding_twins(padding_idx, shape):
    ids = IDS.ravel()[: int(np.prod(shape))].reshape(shape)
    y = assert_twins_agree("layers.embedding", ids, TABLE, padding_idx)
    assert y.shape == (*shape, 3)
    upstream = rng.normal(size=y.shape)
    for dtype in (np.float64, np.float32):
        grad = assert_twins_agree(
            "layers.embedding_backward", upstream.astype(dtype), ids, TABLE.astype(dtype), padding_idx, rtol=1e-6
        )
        assert grad.dtype == dtype
    assert_twins_agree("layers.embedding", ids.astype(np.int16), TABLE[:, ::-1], padding_idx)


def test_an_embedding_is_a_one_hot_vector_times_the_table():
    one_hot = np.eye(7)[IDS]
    np.testing.assert_array_equal(layers.embedding(IDS, TABLE), one_hot @ TABLE)
    upstream = rng.normal(size=(2, 4, 3))
    grad = layers.embedding_backward(upstream, IDS, TABLE)
    np.testing.assert_allclose(grad, np.einsum("abv,abd->vd", one_hot, upstream), atol=1e-14)
    assert not grad[[4, 5]].any() and not layers.embedding_backward(upstream, IDS, TABLE, 3)[3].any()
    loss = lambda v: (upstream * layers.embedding(IDS, v)).sum()
    assert gradcheck(loss, lambda _: grad, TABLE) < 1e-8


# ── GELU ──


@pytest.mark.parametrize("approximate", ["none", "tanh"])
@pytest.mark.parametrize(
    "z", [HARD, X[::-1, ::2], np.array([-3, 0, 3]), np.zeros((0, 3)), np.array(-0.3), np.linspace(-9, 9, 101)]
)
def test_gelu_twins(approximate, z):
    """In the left tail 1 + erf cancels, in both rooms."""
    assert_twins_agree("activations.gelu", z, approximate, atol=2e-13 if approximate == "tanh" else 1e-14)
    assert_twins_agree("activations.gelu_grad", z, approximate, atol=2e-13 if approximate == "tanh" else 1e-14)


def test_gelu_is_a_number_times_its_share_of_a_normal():
    z = np.linspace(-6, 6, 121)
    np.testing.assert_allclose(activations.gelu(z), z * scipy.stats.norm.cdf(z), atol=1e-14)
    apart = np.abs(activations.gelu(z) - activations.gelu(z, "tanh"))
    assert 1e-4 < apart.max() < 5e-4
    for approximate in ("none", "tanh"):
        f = lambda z, a=approximate: activations.gelu(z, a).sum()
        assert gradcheck(f, lambda z, a=approximate: activations.gelu_grad(z, a), z) < 1e-7
    assert activations.gelu(z.astype(np.float32)).dtype == np.float32
    half = np.array([-1.0, 2.0], np.float16)
    assert activations.gelu_grad(half).dtype == activations.gelu(half, "tanh").dtype == np.float16


def test_silu_twins():
    for z in (HARD, X[::-1, ::2], np.array([-3, 0, 3]), np.array(-0.3), np.linspace(-9, 9, 101)):
        assert_twins_agree("activations.silu", z, atol=1e-15)
        assert_twins_agree("activations.silu_grad", z, atol=1e-15)
    assert activations.silu_grad(np.float32([1])).dtype == activations.silu(np.float32([1])).dtype == np.float32
    f = lambda z: activations.silu(z).sum()
    assert gradcheck(f, activations.silu_grad, np.linspace(-6, 6, 61)) < 1e-7
    assert activations.silu([0.0, np.log(3)]).tolist() == pytest.approx([0, 0.75 * np.log(3)])


# ── As objects ──

PAIRS = [
    ("LayerNorm", (3,), {}),
    ("LayerNorm", ((5, 3),), {"bias": False, "eps": 0.1}),
    ("LayerNorm", (3,), {"elementwise_affine": False}),
    ("RMSNorm", (3,), {}),
    ("RMSNorm", ((5, 3), 0.1, False), {}),
    ("GELU", (), {}),
    ("GELU", ("tanh",), {}),
    ("SiLU", (), {}),
]


@pytest.mark.parametrize(("name", "arguments", "options"), PAIRS)
def test_objects_follow_torch_nn(name, arguments, options):
    ours = getattr(layers, name)(*arguments, **options)
    theirs = getattr(dlbook.pytorch.layers, name)(*arguments, **options).double()
    assert type(theirs).__module__.startswith("torch.nn")
    ours.params = {key: rng.normal(size=array.shape) for key, array in ours.params.items()}
    theirs.load_state_dict({key: torch.as_tensor(value) for key, value in ours.params.items()})
    theirs_x = torch.from_numpy(X).requires_grad_()
    y, theirs_y = ours(X), theirs(theirs_x)
    assert_same(y, theirs_y, atol=1e-13)
    upstream = rng.normal(size=y.shape)
    theirs_y.backward(torch.from_numpy(upstream))
    assert_same(ours.backward(upstream), theirs_x.grad, atol=1e-12)
    assert_same(ours.grads, {key: p.grad for key, p in theirs.named_parameters()}, atol=1e-12)


@pytest.mark.parametrize("padding_idx", [None, 0, -2])
def test_an_embedding_follows_torch_nn(padding_idx):
    ours = layers.Embedding(7, 3, padding_idx, rng=0)
    theirs = dlbook.pytorch.layers.Embedding(7, 3, padding_idx).double()
    if padding_idx is not None:
        assert not ours.params["weight"][padding_idx].any() and not theirs.weight[padding_idx].any()
    theirs.load_state_dict({key: torch.as_tensor(value) for key, value in ours.params.items()})
    y, theirs_y = ours(IDS), theirs(torch.from_numpy(IDS))
    assert_same(y, theirs_y)
    upstream = rng.normal(size=y.shape)
    theirs_y.backward(torch.from_numpy(upstream))
    assert not ours.backward(upstream).any()
    assert_same(ours.grads, {"weight": theirs.weight.grad}, atol=1e-14)


def test_a_new_embedding_is_standard_normal_as_torchs():
    torch.manual_seed(0)
    ours, theirs = layers.Embedding(100, 50, rng=0, dtype=np.float32).params["weight"], torch.nn.Embedding(100, 50)
    assert ours.dtype == np.float32 and ours.std() == pytest.approx(theirs.weight.std().item(), rel=0.03)


def test_words_a_norm_and_a_linear_layer_learn_in_a_row():
    """Which of four words stands first: a model in both rooms, step by step the same."""
    ours, theirs = (
        resolve(room, "models.sequential")(
            L.Embedding(4, 6), L.Flatten(), L.LayerNorm(18), L.Linear(18, 8), L.GELU(), L.RMSNorm(8), L.Linear(8, 4)
        )
        for room in ("scratch", "pytorch")
        for L in [getattr(dlbook, room).layers]
    )
    theirs = theirs.double()
    theirs.load_state_dict({name: torch.as_tensor(array) for name, array in ours.state_dict().items()})
    x = rng.integers(0, 4, (40, 3))
    lost = models.fit(ours, [(x, x[:, 0])], epochs=30, lr=0.5)
    assert_same(lost, dlbook.pytorch.models.fit(theirs, [(torch.from_numpy(x), torch.from_numpy(x[:, 0]))], 30, 0.5))
    assert lost[-1] < 0.1 < 1 < lost[0]


# ── Bad input ──

BAD = [
    ("layers.layer_norm", (X, 4), "x must end in normalized_shape: got shape (4, 5, 3), need shape (…, 4)"),
    ("layers.layer_norm", (GAMMA, (1, 3)), "x must end in normalized_shape: got shape (3,), need shape (…, 1, 3)"),
    ("layers.layer_norm", (X, ()), "normalized_shape must be a whole number: got 0, need 1 or more"),
    ("layers.layer_norm", (X, 3, X), "weight must fit the other arguments: got shape (4, 5, 3), need shape (3,)"),
    ("layers.rms_norm", (X, 3.0), "normalized_shape must be a whole number: got 3.0, need 1 or more"),
    ("layers.embedding", (np.array([7]), TABLE), "x must each name a row of the weight: got 7, need 0 to 6"),
    ("layers.embedding", (np.array([-1, 2]), TABLE), "x must each name a row of the weight: got -1, need 0 to 6"),
    ("layers.embedding", (np.array([1.0]), TABLE), "x must hold whole numbers: got dtype"),
    ("layers.embedding", (np.array([True]), TABLE), "x must hold whole numbers: got dtype"),
    ("layers.embedding", (IDS[:, :0], TABLE), "x must not be empty: got shape (2, 0), need at least one number"),
    ("layers.embedding", (IDS, TABLE[0]), "weight must be a table: got shape (3,), need shape (V, D), with a row"),
    ("layers.embedding", (IDS, TABLE, 7), "padding_idx must be a whole number: got 7, need -7 to 6"),
    ("layers.embedding_backward", (X, IDS, TABLE), "upstream must fit the other arguments: got shape (4, 5, 3), need"),
    ("activations.gelu", (X, "erf"), "approximate must be a known name: got 'erf', need one of 'none', 'tanh'"),
]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "message"), BAD)
def test_bad_input_is_named(room, name, args, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        resolve(room, name)(*args)
