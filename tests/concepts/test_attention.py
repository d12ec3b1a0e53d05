"""Attention: the twins agree, torch and Keras and differences agree, the laws hold, bad input is named."""

import itertools
import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from twins import assert_same, assert_twins_agree, resolve

import dlbook
from dlbook.pytorch.with_keras import COPY_KEYWORD, keras
from dlbook.scratch import attention, gradcheck

rng = np.random.default_rng(0)
N, H, T, S, E, V, D = 2, 4, 5, 6, 3, 7, 8
CAUSAL = np.tril(np.ones((T, S), bool))
ADDED = np.random.default_rng(1).normal(size=(H, T, S))
HOLES = np.random.default_rng(2).random((N, 1, T, S)) < 0.4
HOLES[0, 0, 2] = HOLES[1, 0, 0] = False  # two rows that may look nowhere
MASKS = [None, CAUSAL, HOLES, HOLES[0, 0, :1], ADDED, np.where(HOLES, ADDED, -np.inf)]


def qkv(front=(N, H), heads=None, dtype=np.float64):
    """Query, key and value; `heads` of the last two."""
    back = front if heads is None else (*front[:-1], heads)
    shapes = ((*front, T, E), (*back, S, E), (*back, S, V))
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def both_ways(name, *args, rtol=1e-10, atol=1e-13, **options):
    """The twins of an attention and of its way back, for a random upstream of its output."""
    output, weights = assert_twins_agree(f"attention.{name}", *args, **options, rtol=rtol, atol=atol)
    upstream = rng.normal(size=output.shape).astype(output.dtype)
    grads = assert_twins_agree(f"attention.{name}_backward", upstream, *args, **options, rtol=rtol, atol=20 * atol)
    return output, weights, grads


# ── Masks ──

WINDOWS = [None, 0, 2, (1, None), (None, 1), (0, 3)]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("is_causal", "offset"), [(False, 0), (True, 0), (True, 2), (False, 3)])
def test_mask_twins(window, is_causal, offset):
    for size in ((T,), (T, S), (S, T), (1, S), (T, 1)):
        found = assert_twins_agree("attention.mask", *size, is_causal=is_causal, offset=offset, window=window)
        left, right = window if isinstance(window, tuple) else (window, window)
        for t, s in np.ndindex(found.shape):
            place = t + offset
            near = (left is None or place - s <= left) and (right is None or s - place <= right)
            assert found[t, s] == (near and not (is_causal and s > place))
        lengths = np.array([size[-1], 0, 1])
        options = {"is_causal": is_causal, "offset": offset, "window": window, "lengths": lengths}
        padded = assert_twins_agree("attention.mask", *size, **options)
        np.testing.assert_array_equal(padded, found & (np.arange(size[-1]) < lengths[:, None, None]))


def test_a_causal_mask_is_that_of_torch():
    square = torch.nn.Transformer.generate_square_subsequent_mask(T)
    np.testing.assert_array_equal(attention.mask(T, is_causal=True), square.numpy() == 0)
    assert attention.mask(3, 5, is_causal=True).tolist() == np.tri(3, 5, dtype=bool).tolist()  # aligned at the left
    assert attention.mask(1, 4, is_causal=True, offset=3).all()  # the newest of four sees all


# ── Scaled dot product ──


@pytest.mark.parametrize("mask", range(len(MASKS)))
@pytest.mark.parametrize("scale", [None, 0.3])
@pytest.mark.parametrize("softcap", [None, 1.5])
def test_scores_twins(mask, scale, softcap):
    query, key, _ = qkv()
    options = {"scale": scale, "softcap": softcap}
    assert_twins_agree("attention.scores", query, key, MASKS[mask], **options, atol=1e-14)


@pytest.mark.parametrize("mask", range(len(MASKS)))
@pytest.mark.parametrize("softcap", [None, 1.5])
@pytest.mark.parametrize("draws", [False, True])
def test_scaled_dot_product_twins(mask, softcap, draws):
    """Without softcap and draw, the output of the twin is F.scaled_dot_product_attention's."""
    options = {"softcap": softcap} | ({"dropout": 0.3, "draw": rng.random((N, H, T, S))} if draws else {})
    for heads, more in itertools.product((None, 2, 1), ({}, {"is_causal": True}, {"window": (2, 1), "offset": 1})):
        args = (*qkv(heads=heads), MASKS[mask])
        both_ways("scaled_dot_product", *args, enable_gqa=heads is not None, **more, **options)
    both_ways("scaled_dot_product", *qkv(), MASKS[mask], lengths=np.array([4, 0]), scale=0.3, **options)


@pytest.mark.parametrize("front", [(), (1,), (3,), (2, 1, 2)])
def test_any_dimensions_may_stand_in_front(front):
    both_ways("scaled_dot_product", *qkv(front), CAUSAL)
    both_ways("scaled_dot_product", *qkv(front), lengths=np.array([3] * (front or (1,))[0]))
    both_ways("scaled_dot_product", *(a[..., :1, :] for a in qkv(front)))


def test_the_options_are_those_of_torchs_own_function():
    query, key, value = qkv()
    tensors = [torch.from_numpy(a) for a in (query, key, value)]
    for options in ({}, {"is_causal": True}, {"scale": 2.0}, {"attn_mask": HOLES}, {"attn_mask": ADDED}):
        theirs = {k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
        expected = F.scaled_dot_product_attention(*tensors, **theirs)
        assert_same(attention.scaled_dot_product(query, key, value, **options)[0], expected, atol=1e-14)
    expected = F.scaled_dot_product_attention(*tensors, dropout_p=1.0)
    assert_same(attention.scaled_dot_product(*qkv(), dropout=1.0, draw=rng.random((N, H, T, S)))[0], expected)


def test_hard_numbers_views_and_narrow_dtypes():
    query, key, value = qkv()
    both_ways("scaled_dot_product", 1000 * query, key, 1000 * value, CAUSAL, atol=1e-9)
    both_ways("scaled_dot_product", query[:, ::-1], key[:, ::-1, ::-1], value[:, ::-1, :, ::-1])
    both_ways("scaled_dot_product", 0 * query, key, value, HOLES)  # ties: each key counts the same
    assert attention.scaled_dot_product(*rng.integers(0, 2, (3, 4, 2)))[0].dtype == np.float64
    for kind, close in ((np.float32, 1e-5), (np.float16, 5e-3)):
        query, key, value = qkv(dtype=kind)
        output, weights = attention.scaled_dot_product(query, key, value, CAUSAL)
        wide, _ = attention.scaled_dot_product(*(a.astype(float) for a in (query, key, value)), CAUSAL)
        assert output.dtype == weights.dtype == kind
        np.testing.assert_allclose(output, wide, atol=close)
    both_ways("scaled_dot_product", *qkv(dtype=np.float32), HOLES, rtol=1e-4, atol=1e-5)


def test_a_row_that_may_look_nowhere_is_zero_forward_and_back():
    query, key, value = qkv()
    output, weights = attention.scaled_dot_product(query, key, value, HOLES)
    upstream = rng.normal(size=output.shape)
    query_grad, *_ = attention.scaled_dot_product_backward(upstream, query, key, value, HOLES)
    for n, t in ((0, 2), (1, 0)):
        assert not output[n, :, t].any() and not weights[n, :, t].any() and not query_grad[n, :, t].any()
    np.testing.assert_allclose(weights.sum(axis=-1)[0, :, [0, 1, 3, 4]], 1)
    assert np.isneginf(attention.scores(query, key, HOLES)[0, :, 2]).all()
    theirs = torch.nn.MultiheadAttention(E, 1, batch_first=True, bias=False).double()
    x = torch.from_numpy(query[0])
    assert theirs(x, x, x, attn_mask=torch.ones(T, T, dtype=torch.bool))[0].isnan().all(), "there it is NaN"


def test_by_hand():
    """Two words: scores ln 3 and 0, weights ¾ and ¼."""
    query, key, value = [[np.log(3), 0.0]], [[1.0, 5.0], [0.0, 7.0]], [[4.0], [8.0]]
    output, weights = attention.scaled_dot_product(query, key, value, scale=1)
    np.testing.assert_allclose(weights, [[0.75, 0.25]])
    np.testing.assert_allclose(output, [[5.0]])
    np.testing.assert_allclose(attention.scores(query, key), [[np.log(3) / 2**0.5, 0]])
    query_grad, key_grad, value_grad = attention.scaled_dot_product_backward([[1.0]], query, key, value, scale=1)
    np.testing.assert_allclose(value_grad, [[0.75], [0.25]])
    np.testing.assert_allclose(query_grad, [[-0.75, 1.5]])  # ∂s = ¾ (4 − 5), ¼ (8 − 5) times the keys
    np.testing.assert_allclose(key_grad, np.outer([-0.75, 0.75], query))


DIFFERENCES = [
    ("scaled_dot_product", lambda: qkv(), {"attn_mask": HOLES}),
    ("scaled_dot_product", lambda: qkv(heads=2), {"enable_gqa": True, "softcap": 2.0, "is_causal": True}),
    ("scaled_dot_product", lambda: qkv(), {"dropout": 0.3, "draw": np.random.default_rng(5).random((N, H, T, S))}),
    ("self_attention", lambda: single(), {"is_causal": True}),
    ("additive", lambda: summed(), {"lengths": [4, 0]}),
    ("dot_product", lambda: [*qkv((N,)), rng.normal(size=(E, E))], {"attn_mask": CAUSAL}),
]


@pytest.mark.parametrize("case", range(len(DIFFERENCES)))
def test_backward_against_differences(case):
    name, make, options = DIFFERENCES[case]
    f, inputs = getattr(attention, name), make()
    upstream = rng.normal(size=f(*inputs, **options)[0].shape)
    grads = getattr(attention, f"{name}_backward")(upstream, *inputs, **options)
    for k, grad in enumerate(grads):
        loss = lambda v, k=k: (upstream * f(*inputs[:k], v, *inputs[k + 1 :], **options)[0]).sum()
        assert gradcheck(loss, lambda _, grad=grad: grad, inputs[k]) < 1e-7


# ── Bahdanau and Luong ──


def summed(A=4):
    """Query, key, value and three weights; query and key need not have the same features."""
    shapes = ((N, T, E), (N, S, 2), (N, S, V), (A, E), (A, 2), (A,))
    return [rng.normal(size=shape) for shape in shapes]


@pytest.mark.parametrize(
    "options", [{}, {"attn_mask": CAUSAL}, {"lengths": np.array([6, 0])}, {"attn_mask": HOLES[:, 0]}]
)
def test_additive_and_dot_product_twins(options):
    both_ways("additive", *summed(), **options)
    query, key, value = qkv((N,))
    both_ways("dot_product", query, key, value, **options)
    both_ways("dot_product", query, key[..., :2], value, rng.normal(size=(E, 2)), **options)
    both_ways("dot_product", query, key, value, np.eye(E), **options)


@pytest.mark.filterwarnings(f"ignore:{COPY_KEYWORD}:DeprecationWarning")
def test_keras_upon_torch_has_both_early_attentions():
    query, key, value, *_ = qkv((N,))
    value = value[..., :E]
    lengths = np.array([6, 2])
    may = np.arange(S) < lengths[:, None]
    theirs = keras.layers.Attention(dtype="float64")([query, value, key], mask=[None, may])
    ours, _ = attention.dot_product(query, key, value, lengths=lengths)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(theirs), ours, atol=1e-6)
    layer = keras.layers.AdditiveAttention(dtype="float64")
    layer.build([query.shape, value.shape, key.shape])
    weight_v = rng.normal(size=E)
    layer.set_weights([weight_v])
    theirs = layer([query, value, key], mask=[None, may])
    ours, _ = attention.additive(query, key, value, np.eye(E), np.eye(E), weight_v, lengths=lengths)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(theirs), ours, atol=1e-6)


# ── Self-attention and heads ──


def single(front=(N,)):
    return [rng.normal(size=(*front, T, D)), *(rng.normal(size=shape) / 3 for shape in ((E, D), (E, D), (V, D)))]


@pytest.mark.parametrize("front", [(), (N,), (N, 2)])
@pytest.mark.parametrize("options", [{}, {"is_causal": True}, {"attn_mask": CAUSAL[:, :T]}, {"scale": 0.2}])
def test_self_attention_twins(front, options):
    both_ways("self_attention", *single(front), **options)
    both_ways("self_attention", *single(front), lengths=np.array([2] * (front or (1,))[0]), **options)


def packed(bias=True, dtype=np.float64):
    """Query, key, value and the weights of a multi-head attention."""
    shapes = {"query": (N, T, D), "key": (N, S, D), "value": (N, S, D)}
    shapes |= {"in_proj_weight": (3 * D, D), "out_proj_weight": (D, D)}
    shapes |= {"in_proj_bias": (3 * D,), "out_proj_bias": (D,)} if bias else {}
    found = {name: (rng.normal(size=shape) / 2).astype(dtype) for name, shape in shapes.items()}
    return [found.pop(name) for name in ("query", "key", "value")], found


PADDING = np.array([[False] * 4 + [True] * 2, [False] * 6])
EACH = np.random.default_rng(4).random((N * H, T, S)) < 0.3


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("padding", [None, PADDING, np.where(PADDING, -np.inf, 0.3), np.ones((N, S), bool)])
@pytest.mark.parametrize("mask", [None, ~CAUSAL, EACH, ADDED[0], np.where(EACH, -np.inf, 0.1)])
def test_multi_head_twins(bias, padding, mask):
    """attention.multi_head and its way back."""
    xs, weights = packed(bias)
    both_ways("multi_head", *xs, H, **weights, key_padding_mask=padding, attn_mask=mask)
    for more in ({"is_causal": True}, {"offset": 1, "is_causal": True}):
        both_ways("multi_head", *xs, 2, **weights, key_padding_mask=padding, **more)
    draw = rng.random((N, 2, T, S))
    both_ways("multi_head", *xs, 2, **weights, key_padding_mask=padding, dropout=0.3, draw=draw)


@pytest.mark.parametrize("options", [{}, {"batch_first": True, "bias": False}])
@pytest.mark.parametrize("padding", [None, PADDING])
@pytest.mark.parametrize("mask", [None, ~CAUSAL, EACH, ADDED[0]])
def test_the_object_follows_torch_nn(options, padding, mask):
    ours = attention.MultiheadAttention(D, H, **options)
    theirs = dlbook.pytorch.attention.MultiheadAttention(D, H, **options).double()
    assert type(theirs).__module__.startswith("torch.nn")
    ours.params = {name: rng.normal(size=array.shape) / 2 for name, array in ours.params.items()}
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.params.items()})
    xs = [x if options else x.swapaxes(0, 1) for x in packed()[0]]
    leaves = [torch.from_numpy(x).requires_grad_() for x in xs]
    if mask is not None and mask.dtype != bool and padding is not None:
        padding = np.where(padding, -np.inf, 0)  # torch wants both masks of one kind
    tensor = lambda a: None if a is None else torch.from_numpy(a)
    for average in (True, False):
        y, weights = ours(*xs, padding, attn_mask=mask, average_attn_weights=average)
        theirs_y, theirs_w = theirs(*leaves, tensor(padding), attn_mask=tensor(mask), average_attn_weights=average)
        whole = ~theirs_y.isnan().any(dim=-1)  # torch's rows that may look nowhere
        np.testing.assert_allclose(y[whole], theirs_y.detach()[whole], atol=1e-12)
        assert whole.float().mean() > 0.5
    upstream = rng.normal(size=y.shape)
    if whole.all():
        assert_same(weights, theirs_w, atol=1e-13)
        theirs_y.backward(torch.from_numpy(upstream))
        for grad, leaf in zip(ours.backward(upstream), leaves, strict=True):
            assert_same(grad, leaf.grad, atol=1e-11)
        assert_same(ours.grads, {name: p.grad for name, p in theirs.named_parameters()}, atol=1e-11)


def test_a_new_object_is_spread_as_torch_spreads_it_and_drops_out_in_training_alone():
    torch.manual_seed(0)
    ours, theirs = attention.MultiheadAttention(64, 4, 0.5, rng=0), torch.nn.MultiheadAttention(64, 4)
    assert ours.params.keys() == dict(theirs.named_parameters()).keys()
    for name, array in ours.params.items():
        other = theirs.get_parameter(name).detach().numpy()
        assert array.shape == other.shape and array.std() == pytest.approx(other.std(), rel=0.03)
        assert abs(array).max() == pytest.approx(abs(other).max(), rel=0.03)
    x = rng.normal(size=(T, N, 64))
    assert not np.array_equal(ours(x, x, x)[0], ours(x, x, x)[0])
    np.testing.assert_array_equal(ours.eval()(x, x, x)[0], ours(x, x, x)[0])
    assert ours(x, x, x, need_weights=False)[1] is None


# ── Positions ──


@pytest.mark.parametrize("offset", [0, 3])
def test_position_twins(offset):
    for T_, D_ in ((1, 2), (7, 6), (50, 64)):
        assert_twins_agree("attention.positional_encoding", T_, D_, offset=offset, atol=1e-15)
        assert_twins_agree("attention.positional_encoding", T_, D_, 50.0, offset, atol=1e-15)
    weight = rng.normal(size=(9, D))
    for x in (rng.normal(size=(N, T, D)), rng.normal(size=(T, D)), rng.normal(size=(N, H, T, D)).astype(np.float32)):
        upstream = rng.normal(size=x.shape).astype(x.dtype)
        close = {"rtol": 1e-5, "atol": 1e-5} if x.dtype == np.float32 else {"atol": 1e-13}
        assert_twins_agree("attention.learned_positions", x, weight, offset, **close)
        assert_twins_agree("attention.learned_positions_backward", upstream, x, weight, offset, **close)
        for interleaved in (True, False):
            options = {"base": 100.0, "offset": offset, "interleaved": interleaved}
            assert_twins_agree("attention.rotary", x, **options, **close)
            assert_twins_agree("attention.rotary_backward", upstream, x, **options, **close)


def test_positions_by_hand():
    found = attention.positional_encoding(3, 4)
    np.testing.assert_allclose(found[0], [0, 1, 0, 1])
    np.testing.assert_allclose(found[2], [np.sin(2), np.cos(2), np.sin(0.02), np.cos(0.02)])
    turned = attention.rotary(np.ones((3, 4)), base=10000.0)
    np.testing.assert_allclose(turned[2, :2], [np.cos(2) - np.sin(2), np.sin(2) + np.cos(2)])
    np.testing.assert_allclose(turned[0], 1)
    other = attention.rotary(np.arange(8.0).reshape(2, 4)[:, [0, 2, 1, 3]], interleaved=False)
    np.testing.assert_allclose(other[:, [0, 2, 1, 3]], attention.rotary(np.arange(8.0).reshape(2, 4)))


@given(st.integers(0, 99), st.integers(0, 50), st.booleans())
def test_a_turned_product_knows_the_distance_alone(seed, shift, interleaved):
    """⟨R_t q, R_s k⟩ depends on t − s; lengths stay, and turning back is the way back."""
    draw = np.random.default_rng(seed)
    q, k = draw.normal(size=(2, T, D))
    turn = lambda x, offset=0: attention.rotary(x, offset=offset, interleaved=interleaved)
    products = turn(q) @ turn(k).T
    np.testing.assert_allclose(turn(q, shift) @ turn(k, shift).T, products, atol=1e-10)
    np.testing.assert_allclose((turn(q) ** 2).sum(axis=-1), (q**2).sum(axis=-1), rtol=1e-10)
    np.testing.assert_allclose(attention.rotary_backward(turn(q), q, interleaved=interleaved), q, atol=1e-12)


@given(st.integers(0, 99), st.integers(1, 40))
def test_a_shifted_clock_is_the_clock_turned(seed, shift):
    """P[t + k] is a rotation of P[t] that does not depend on t: why sines can tell a distance."""
    T_ = 1 + seed
    early, late = attention.positional_encoding(T_, 8), attention.positional_encoding(T_, 8, offset=shift)
    rate = shift / 10000 ** (np.arange(0, 8, 2) / 8)
    s, c = early[:, ::2], early[:, 1::2]
    np.testing.assert_allclose(late[:, ::2], s * np.cos(rate) + c * np.sin(rate), atol=1e-12)
    np.testing.assert_allclose(late[:, 1::2], c * np.cos(rate) - s * np.sin(rate), atol=1e-12)


# ── Laws ──


@given(st.integers(0, 99), st.permutations(range(T)))
def test_without_positions_another_order_gives_the_same_in_that_order(seed, order):
    draw = np.random.default_rng(seed)
    x, *weights = draw.normal(size=(T, D)), *(draw.normal(size=(E, D)) for _ in range(3))
    y, looked = attention.self_attention(x, *weights)
    again, moved = attention.self_attention(x[order], *weights)
    np.testing.assert_allclose(again, y[order], atol=1e-10)
    np.testing.assert_allclose(moved, looked[order][:, order], atol=1e-10)
    placed = attention.self_attention((x + attention.positional_encoding(T, D))[order], *weights)[0]
    assert np.allclose(placed, y[order]) is False


@given(st.integers(0, 99), st.integers(1, T - 1))
def test_a_causal_query_does_not_feel_what_comes_later(seed, t):
    draw = np.random.default_rng(seed)
    x, *weights = draw.normal(size=(T, D)), *(draw.normal(size=(E, D)) for _ in range(3))
    changed = x.copy()
    changed[t:] = draw.normal(size=(T - t, D))
    before, after = (attention.self_attention(v, *weights, is_causal=True)[0] for v in (x, changed))
    np.testing.assert_array_equal(before[:t], after[:t])
    assert not np.allclose(before[t:], after[t:])


@given(st.integers(0, 99), st.floats(-5, 5))
def test_weights_are_shares_that_no_common_shift_of_the_scores_moves(seed, shift):
    draw = np.random.default_rng(seed)
    query, key, value = draw.normal(size=(3, T, E))
    output, weights = attention.scaled_dot_product(query, key, value)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-12)
    assert (weights > 0).all() and (output <= value.max(axis=0) + 1e-12).all()
    moved = attention.scaled_dot_product(query, key, value, np.full((T, T), shift))[1]
    np.testing.assert_allclose(moved, weights, atol=1e-12)


def test_shared_heads_are_heads_that_are_repeated():
    query, key, value = qkv(heads=2)
    many = [np.repeat(a, H // 2, axis=1) for a in (key, value)]
    shared = attention.scaled_dot_product(query, key, value, enable_gqa=True)
    for ours, other in zip(shared, attention.scaled_dot_product(query, *many), strict=True):
        np.testing.assert_allclose(ours, other, atol=1e-15)


def test_the_products_of_random_vectors_have_variance_e():
    """Why the scores are divided by √E: unscaled they grow with it, and the softmax gives all to one."""
    for width in (4, 64, 256):
        query, key = rng.normal(size=(2, 400, width))
        assert (query @ key.T).var() == pytest.approx(width, rel=0.05)
        assert attention.scores(query, key).var() == pytest.approx(1, rel=0.05)


# ── Bad input ──

Q, K, W = np.zeros((N, T, E)), np.zeros((N, S, E)), np.zeros((N, S, V))
X, P, O = np.zeros((N, T, D)), np.zeros((3 * D, D)), np.zeros((D, D))
BAD = [
    ("scaled_dot_product", (Q, K[..., :2], W), {}, "key must have the features of query: got shape (2, 6, 2), need 3"),
    ("scaled_dot_product", (Q, K, W[:, 1:]), {}, "value must have a row for each key: got shape (2, 5, 7), need 6"),
    ("scaled_dot_product", (Q, K[:, :0], W[:, :0]), {}, "key must not be empty: got shape (2, 0, 3), need at least"),
    ("scaled_dot_product", (Q[0, 0], K, W), {}, "query must fit the other arguments: got shape (3,), need two"),
    ("scaled_dot_product", (Q, K[0], W), {}, "key must fit the other arguments: got shape (6, 3), need 3 dimensions,"),
    ("scaled_dot_product", (Q, K[:1], W), {}, "key must fit the other arguments: got shape (1, 6, 3), need (2,) in"),
    ("scaled_dot_product", (Q, K, W, CAUSAL.T), {}, "attn_mask must fit the scores: got shape (6, 5), need (2, 5,"),
    ("scaled_dot_product", (Q, K, W, CAUSAL[0]), {}, "attn_mask must fit the scores: got shape (6,), need (2, 5, 6),"),
    ("scaled_dot_product", (Q, K, W, CAUSAL * 1), {}, "attn_mask must be yes or no, or numbers to add: got dtype"),
    ("scaled_dot_product", (Q, K, W), {"window": -1}, "window must be a whole number: got -1, need 0 or more"),
    ("scaled_dot_product", (Q, K, W), {"window": (1, 2, 3)}, "window must be a number or a pair: got (1, 2, 3), need"),
    ("scaled_dot_product", (Q, K, W), {"lengths": [3]}, "lengths must be one a sequence: got 1 of them, need 2"),
    ("scaled_dot_product", (Q, K, W), {"lengths": [3, 7]}, "lengths[1] must be a whole number: got 7, need 0 to 6"),
    ("scaled_dot_product", (Q, K, W), {"softcap": 0}, "softcap must be positive: got 0, need a number above 0, or"),
    ("scaled_dot_product", (Q, K, W), {"dropout": 2}, "dropout must be a number: got 2, need 0 to 1"),
    ("scaled_dot_product", (Q, K, W), {"draw": Q}, "draw must fit the other arguments: got shape (2, 5, 3), need"),
    ("scaled_dot_product", (Q[0], K[0], W[0]), {"enable_gqa": True}, "query must have heads for enable_gqa: got shape"),
    ("scaled_dot_product", (Q, np.zeros((3, S, E)), np.zeros((3, S, V))), {"enable_gqa": True}, "key must have heads"),
    ("scores", (Q, K[..., :1]), {}, "key must have the features of query: got shape (2, 6, 1), need 3 in its last"),
    ("mask", (0,), {}, "T must be a whole number: got 0, need 1 or more"),
    ("mask", (2, 3), {"lengths": [4]}, "lengths[0] must be a whole number: got 4, need 0 to 3"),
    ("mask", (2, 3), {"offset": -1}, "offset must be a whole number: got -1, need 0 or more"),
    ("self_attention", (X, O, O[:, 1:], O), {}, "weight_k must fit x: got shape (8, 7), need shape (E, 8)"),
    ("self_attention", (X, O, O[1:], O), {}, "weight_k must have the rows of weight_q: got 7, need 8"),
    ("self_attention", (X[:, :0], O, O, O), {}, "x must hold a sequence: got shape (2, 0, 8), need shape (T, D) or"),
    ("multi_head", (X, X, X, 3, P, O), {}, "num_heads must divide the features: got 3, need a divisor of 8"),
    ("multi_head", (X, X, X, 0, P, O), {}, "num_heads must be a whole number: got 0, need 1 or more"),
    ("multi_head", (X, X, X, 2, O, O), {}, "in_proj_weight must fit the other arguments: got shape (8, 8), need shape"),
    ("multi_head", (X, X[:1], X, 2, P, O), {}, "key must fit the other arguments: got shape (1, 5, 8), need shape"),
    ("multi_head", (X[0], X, X, 2, P, O), {}, "query must have three dimensions: got shape (5, 8), need shape (N, T,"),
    ("multi_head", (X, X, X, 2, P, O, O), {}, "in_proj_bias must fit the other arguments: got shape (8, 8), need"),
    ("multi_head", (X, X, X, 2, P, O), {"attn_mask": CAUSAL}, "attn_mask must fit the other arguments: got shape (5,"),
    ("multi_head", (X, X, X, 2, P, O), {"key_padding_mask": np.zeros((N, T), int)}, "key_padding_mask must be yes or"),
    ("multi_head", (X, X, X, 2, P, O), {"key_padding_mask": CAUSAL}, "key_padding_mask must fit the other arguments"),
    ("additive", (Q, K, W, O, O, O[0]), {}, "weight_q must fit its input: got shape (8, 8), need shape (A, 3)"),
    ("additive", (Q, K, W, O[:, :3], O[:, :3], O[0, 1:]), {}, "weight_v must fit weight_q: got shape (7,), need shape"),
    ("dot_product", (Q, K, W, O), {}, "weight must fit the other arguments: got shape (8, 8), need shape (3, 3)"),
    ("positional_encoding", (5, 3), {}, "d_model must be even: got 3, need 2, 4, …: each angle has a sine and a"),
    ("positional_encoding", (0, 4), {}, "T must be a whole number: got 0, need 1 or more"),
    ("rotary", (Q,), {}, "the last dimension of x must be even: got 3, need 2, 4, …"),
    ("rotary", (X[:, :0],), {}, "x must hold a sequence: got shape (2, 0, 8), need shape (…, T, D), none of it 0"),
    ("learned_positions", (X, O[:4]), {}, "weight must have a row for every place: got 4, need 5"),
    ("learned_positions", (X, O, 4), {}, "weight must have a row for every place: got 8, need 9"),
    ("learned_positions", (X, P.T), {}, "weight must fit x: got shape (8, 24), need shape (places, 8)"),
]  # fmt: skip


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "options", "message"), BAD)
def test_bad_input_is_named(room, name, args, options, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        resolve(room, f"attention.{name}")(*args, **options)


def test_an_object_whose_heads_do_not_fit_is_named():
    with pytest.raises(ValueError, match="^num_heads must divide the features: got 3, need a divisor of 8"):
        attention.MultiheadAttention(8, 3)
    with pytest.raises(ValueError, match="^backward must follow a forward pass: got a MultiheadAttention"):
        attention.MultiheadAttention(8, 4).backward(X)
