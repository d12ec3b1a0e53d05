"""The Transformer: the twins and torch.nn agree, differences agree, the cache changes nothing, bad input is named."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from twins import assert_same, assert_twins_agree, resolve

import dlbook
from dlbook.scratch import gradcheck, losses, transformer

rng = np.random.default_rng(0)
N, T, S, D, H, INNER, V = 2, 4, 5, 8, 2, 12, 11
CAUSAL = ~np.tril(np.ones((T, T), bool))  # as in torch.nn: True = may not look
PADDING = np.array([[False] * 4 + [True], [False] * 5])
ACROSS = np.array([[True, False, False, False, False]] * T)
OPTIONS = [
    {"activation": activation, "norm_first": norm_first, "layer_norm_eps": eps}
    for activation, norm_first, eps in (("relu", False, 1e-5), ("gelu", True, 1e-5), ("relu", True, 0.1))
]
KINDS = {
    "encoder_layer": transformer.TransformerEncoderLayer,
    "decoder_layer": transformer.TransformerDecoderLayer,
    "encoder": transformer.TransformerEncoder,
    "decoder": transformer.TransformerDecoder,
}


def weights_of(kind, layers=2, bias=True, norm=True, dtype=np.float64):
    """Drawn weights under torch's names, no two alike and none at its start."""
    if kind == "transformer":
        net = transformer.Transformer(D, H, layers, layers + 1, INNER, bias=bias, rng=0)
    elif kind.endswith("layer"):
        net = KINDS[kind](D, H, INNER, bias=bias, rng=0)
    else:
        layer, last = (
            KINDS[f"{kind}_layer"](D, H, INNER, bias=bias, rng=0),
            dlbook.scratch.layers.LayerNorm(D, bias=bias),
        )
        net = KINDS[kind](layer, layers, last if norm else None)
    return {name: (a + rng.normal(size=a.shape) / 3).astype(dtype) for name, a in net.state_dict().items()}


def inputs_of(kind, dtype=np.float64):
    """What goes in, of which the second is read and the first written, but for the whole."""
    written, read = rng.normal(size=(N, T, D)).astype(dtype), rng.normal(size=(N, S, D)).astype(dtype)
    return {"encoder": [read], "decoder": [written, read], "transformer": [read, written]}[kind.partition("_")[0]]


def masks_of(kind):
    return {
        "encoder": [None, PADDING],
        "decoder": [CAUSAL, ACROSS, None, PADDING],
        "transformer": [None, CAUSAL, ACROSS, PADDING, None, PADDING],
    }[kind.partition("_")[0]]


def both_ways(kind, *args, rtol=1e-10, atol=1e-12, **options):
    output = assert_twins_agree(f"transformer.{kind}", *args, **options, rtol=rtol, atol=atol)
    upstream = rng.normal(size=output.shape).astype(output.dtype)
    back = assert_twins_agree(f"transformer.{kind}_backward", upstream, *args, **options, rtol=rtol, atol=100 * atol)
    return output, upstream, back


ALL = [*KINDS, "transformer"]


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("masked", [False, True])
def test_twins(kind, options, masked):
    """Outputs and all gradients are those of torch.nn, to 1e-10 in float64: transformer.transformer and its parts."""
    for bias in (True, False):
        weights, xs = weights_of(kind, bias=bias), inputs_of(kind)
        output, _, back = both_ways(kind, *xs, weights, H, *(masks_of(kind) if masked else ()), **options)
        assert output.shape == (N, S if kind.startswith("enc") else T, D)
        *x_grads, own = back
        assert own.keys() == weights.keys() and all(grad.any() for grad in (*x_grads, *own.values()))


@pytest.mark.parametrize("kind", ["encoder", "decoder"])
def test_a_stack_may_have_no_norm_at_its_end_and_one_layer(kind):
    for layers in (1, 3):
        both_ways(kind, *inputs_of(kind), weights_of(kind, layers=layers, norm=False), 4)


def test_additive_masks_hard_numbers_views_and_float32():
    added = np.where(CAUSAL, -np.inf, rng.normal(size=CAUSAL.shape))
    both_ways("decoder_layer", *inputs_of("decoder"), weights_of("decoder_layer"), H, added)
    for x in (1000 * rng.normal(size=(N, S, D)), np.zeros((1, 1, D)), rng.normal(size=(D, S, N)).T[:, ::-1]):
        both_ways("encoder", x, weights_of("encoder"), H, atol=1e-11)
    output, _, back = both_ways(
        "transformer", *inputs_of("transformer", np.float32), weights_of("transformer", dtype=np.float32), H,
        rtol=1e-3, atol=1e-4,
    )  # fmt: skip
    assert output.dtype == back[0].dtype == np.float32
    half = transformer.encoder(inputs_of("encoder")[0].astype(np.float16), weights_of("encoder"), H)
    assert half.dtype == np.float16


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("options", OPTIONS[:2])
def test_backward_against_differences(kind, options):
    weights, xs = weights_of(kind, layers=1), inputs_of(kind)
    f, masks = getattr(transformer, kind), masks_of(kind)
    upstream = rng.normal(size=f(*xs, weights, H, *masks, **options).shape)
    *x_grads, own = getattr(transformer, f"{kind}_backward")(upstream, *xs, weights, H, *masks, **options)
    for k, grad in enumerate(x_grads):
        loss = lambda v, k=k: (upstream * f(*xs[:k], v, *xs[k + 1 :], weights, H, *masks, **options)).sum()
        assert gradcheck(loss, lambda _, grad=grad: grad, xs[k]) < 1e-6
    for name in list(own)[3::7]:
        loss = lambda v, name=name: (upstream * f(*xs, weights | {name: v}, H, *masks, **options)).sum()
        assert gradcheck(loss, lambda _, name=name: own[name], weights[name]) < 1e-6


# ── As objects ──


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")
def test_the_whole_object_follows_torch_nn_through_training(norm_first, batch_first):
    sizes = {"d_model": D, "nhead": H, "num_encoder_layers": 2, "num_decoder_layers": 1, "dim_feedforward": INNER}
    sizes |= {"dropout": 0.0, "batch_first": batch_first, "norm_first": norm_first}
    ours, theirs = transformer.Transformer(**sizes, rng=0), torch.nn.Transformer(**sizes).double()
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.state_dict().items()})
    xs = [x if batch_first else x.swapaxes(0, 1) for x in inputs_of("transformer")]
    optimizer, target = torch.optim.SGD(theirs.parameters(), lr=0.1), rng.normal(size=xs[1].shape)
    for _ in range(3):
        leaves = [torch.from_numpy(x).requires_grad_() for x in xs]
        y = ours(*xs, None, CAUSAL, None, PADDING, None, PADDING)
        mask, padding = torch.from_numpy(CAUSAL), torch.from_numpy(PADDING)
        theirs_y = theirs(*leaves, None, mask, None, padding, None, padding)
        assert_same(y, theirs_y, atol=1e-12)
        np.testing.assert_array_equal(ours(*xs, None, None, None, PADDING, None, PADDING, True), y)  # causal by a word
        optimizer.zero_grad()
        ((theirs_y - torch.from_numpy(target)) ** 2).mean().backward()
        for grad, leaf in zip(ours.backward(2 * (y - target) / y.size), leaves, strict=True):
            assert_same(grad, leaf.grad, atol=1e-10)
        gradients = ours.gradients()
        assert_same(gradients, {name: p.grad for name, p in theirs.named_parameters()}, atol=1e-10)
        optimizer.step()
        for name, array in ours.parameters().items():
            array -= 0.1 * gradients[name]
    assert_same(ours.state_dict(), dict(theirs.state_dict()), atol=1e-9)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")
def test_a_new_transformer_is_spread_as_torch_spreads_it_and_drops_out_in_training_alone():
    torch.manual_seed(0)
    ours, theirs = transformer.Transformer(64, 4, 1, 1, 96, rng=0), torch.nn.Transformer(64, 4, 1, 1, 96)
    for name, array in ours.state_dict().items():
        other = theirs.state_dict()[name].numpy()
        if array.ndim > 1:
            assert array.std() == pytest.approx(other.std(), rel=0.05), name
        else:
            assert array.shape == other.shape and abs(array.std() - other.std()) < 0.02, name
    x = rng.normal(size=(T, N, 64))
    assert not np.array_equal(ours(x, x), ours(x, x))
    np.testing.assert_array_equal(ours.eval()(x, x), ours(x, x))


def test_the_layers_of_a_stack_start_alike_and_drop_out_each_for_itself():
    layer = transformer.TransformerEncoderLayer(D, H, INNER, 0.5, rng=0)
    stack = transformer.TransformerEncoder(layer, 2)
    first, second = stack.layers
    for name, array in first.parameters().items():
        np.testing.assert_array_equal(array, second.parameters()[name])
        assert not np.shares_memory(array, second.parameters()[name])
    stack(rng.normal(size=(T, N, D)))
    assert not np.array_equal(first.children["dropout"].draw, second.children["dropout"].draw)
    with pytest.raises(ValueError, match="^num_layers must be a whole number: got 0, need 1 or more"):
        transformer.TransformerEncoder(layer, 0)


# ── A language model ──


def language_models(max_length=None):
    ours = transformer.LanguageModel(V, D, H, 2, max_length=max_length, rng=0)
    theirs = dlbook.pytorch.transformer.LanguageModel(V, D, H, 2, max_length=max_length).double()
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    ours.load_state_dict({name: a + rng.normal(size=a.shape) / 5 for name, a in ours.state_dict().items()})
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.state_dict().items()})
    return ours, theirs


@pytest.mark.parametrize("max_length", [None, 6])
def test_a_new_language_model_is_spread_as_torchs(max_length):
    torch.manual_seed(0)
    ours = transformer.LanguageModel(200, 64, 4, 2, max_length=max_length and 200, rng=0).state_dict()
    theirs = dlbook.pytorch.transformer.LanguageModel(200, 64, 4, 2, max_length=max_length and 200).state_dict()
    for name, array in ours.items():
        other = theirs[name].numpy()
        if array.ndim > 1:
            assert array.std() == pytest.approx(other.std(), rel=0.05), name
        else:
            assert array.shape == other.shape and abs(array.std() - other.std()) < 0.03, name
    first, second = (ours[f"stack.layers.{k}.linear1.weight"] for k in (0, 1))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("max_length", [None, 6])
def test_a_language_model_is_that_of_torch(max_length):
    ours, theirs = language_models(max_length)
    ids = rng.integers(0, V, (3, 6))
    y, theirs_y = ours(ids), theirs(torch.from_numpy(ids))
    assert_same(y, theirs_y, atol=1e-12)
    upstream = rng.normal(size=y.shape)
    theirs_y.backward(torch.from_numpy(upstream))
    assert not ours.backward(upstream).any()
    assert_same(ours.gradients(), {name: p.grad for name, p in theirs.named_parameters()}, atol=1e-10)
    (scores, cache), (other, others) = ours.step(ids[:, :4]), theirs.step(torch.from_numpy(ids[:, :4]))
    for _ in range(2):
        assert_same(scores, other, atol=1e-12)
        assert_same(cache, others, atol=1e-12)
        (scores, cache), (other, others) = (
            ours.step(ids[:, 4:5], cache),
            theirs.step(torch.from_numpy(ids[:, 4:5]), others),
        )


@given(st.integers(0, 99), st.lists(st.integers(1, 3), min_size=1, max_size=5), st.booleans())
def test_the_cache_gives_the_same_numbers_as_without_it(seed, pieces, learned):
    """However the words are cut into pieces; the cache holds two numbers a feature, layer and word."""
    draw, length = np.random.default_rng(seed), sum(pieces)
    model = transformer.LanguageModel(V, D, H, 2, max_length=15 if learned else None, rng=seed)
    model.load_state_dict({name: a + draw.normal(size=a.shape) / 5 for name, a in model.state_dict().items()})
    ids, cache, found, start = draw.integers(0, V, (2, length)), None, [], 0
    for size in pieces:
        scores, cache = model.step(ids[:, start : start + size], cache)
        found.append(scores)
        start += size
    np.testing.assert_allclose(np.concatenate(found, axis=1), model(ids), atol=1e-11)
    assert sum(part.size for kept in cache for part in kept) == 2 * 2 * length * D * len(ids)


@given(st.integers(0, 99), st.integers(1, 5))
def test_a_language_model_does_not_feel_the_words_to_come(seed, t):
    draw = np.random.default_rng(seed)
    model = transformer.LanguageModel(V, D, H, 2, rng=seed)
    ids = draw.integers(0, V, (1, 6))
    changed = ids.copy()
    changed[:, t:] = (ids[:, t:] + 1) % V
    np.testing.assert_allclose(model(ids)[:, :t], model(changed)[:, :t], atol=1e-12)
    assert not np.allclose(model(ids)[:, t:], model(changed)[:, t:])


def test_a_language_model_learns_to_count():
    """After k comes k + 1: in a hundred steps of Adam, from any start."""
    model, state = transformer.LanguageModel(V, 16, 2, 1, rng=0), {}
    for step in range(100):
        ids = (rng.integers(0, V, (16, 1)) + np.arange(7)) % V
        scores = model(ids[:, :-1]).swapaxes(1, 2)  # (N, V, T), the classes on axis 1
        loss = losses.cross_entropy_from_logits(ids[:, 1:], scores)
        model.backward(losses.cross_entropy_from_logits_grad(ids[:, 1:], scores).swapaxes(1, 2))
        gradients = model.gradients()
        for name, theta in model.parameters().items():
            new, state[name] = dlbook.scratch.optimizers.adam(theta, gradients[name], state.get(name), lr=0.01)
            theta[...] = new
        if step == 0:
            assert loss > 2
    assert loss < 0.1
    written, cache = np.array([[3]]), None
    scores, cache = model.step(written, cache)
    for _ in range(5):
        written = np.append(written, scores[:, -1:].argmax(axis=-1), axis=1)
        scores, cache = model.step(written[:, -1:], cache)
    assert written.tolist() == [[3, 4, 5, 6, 7, 8]]


# ── Bad input ──

X, W, LAYER = np.zeros((N, S, D)), weights_of("encoder"), weights_of("encoder_layer")
BAD = [
    ("encoder", (X, {}, H), {}, "weights must hold a layer: got nothing, need layers.0.linear1.weight, …"),
    ("encoder", (X, LAYER, H), {}, "weights must hold a layer: got"),
    ("encoder_layer", (X, LAYER | {"b": X}, H), {}, "weights must hold the names of one net: got a difference in b,"),
    ("encoder_layer", (X, LAYER | {"linear2.bias": X}, H), {}, "weights['linear2.bias'] must fit the net: got shape"),
    ("encoder", (X, W, 3), {}, "num_heads must divide the features: got 3, need a divisor of 8"),
    ("encoder", (X, W, H), {"activation": "tanh"}, "activation must be a known name: got 'tanh', need one of 'relu',"),
    ("encoder", (X[0], W, H), {}, "src must fit the net: got shape (5, 8), need shape (N, T, 8)"),
    ("encoder", (X[..., 1:], W, H), {}, "src must fit the net: got shape (2, 5, 7), need shape (N, T, 8)"),
    ("encoder", (X[:, :0], W, H), {}, "src must not be empty: got shape (2, 0, 8), need at least one step of one"),
    ("encoder_backward", (X[:1], X, W, H), {}, "upstream must fit the other arguments: got shape (1, 5, 8), need"),
    ("decoder", (X, X[:1], weights_of("decoder"), H), {}, "memory must have the batch of the other input: got 1"),
    ("transformer", (X, X[..., 1:], weights_of("transformer"), H), {}, "tgt must fit the net: got shape (2, 5, 7),"),
]  # fmt: skip


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "options", "message"), BAD)
def test_bad_input_is_named(room, name, args, options, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        resolve(room, f"transformer.{name}")(*args, **options)


def test_a_mask_of_another_shape_and_a_row_that_may_look_nowhere():
    with pytest.raises(
        ValueError, match=re.escape("attn_mask must fit the other arguments: got shape (4, 4), need shape")
    ):
        transformer.encoder(X, W, H, CAUSAL)
    masked = np.ones((N, S), bool)
    y = transformer.encoder_layer(X, LAYER, H, None, masked)
    assert np.isfinite(y).all(), "torch.nn gives NaN here"


# ── The gated feed-forward net ──

GATED = [rng.normal(size=shape) for shape in ((6, D), (6, D), (D, 6))]


def test_swiglu_twins():
    """In two and three dimensions, one vector, views, integers, large numbers and lower precisions."""
    for x in (X, X[0], X[0, 0], X[:, ::-2], np.array([[1000.0, -1000.0, 0.0, 1e-12, 1, 1, -3, 2]]), X.astype(int)):
        assert_twins_agree("transformer.swiglu", x, *GATED, atol=1e-9)
        upstream = rng.normal(size=x.shape)
        assert_twins_agree("transformer.swiglu_backward", upstream, x, *GATED, atol=1e-9)
    low = [a.astype(np.float32) for a in (rng.normal(size=X.shape), X, *GATED)]
    y = assert_twins_agree("transformer.swiglu", *low[1:], rtol=1e-4, atol=1e-4)
    assert y.dtype == np.float32 and y.shape == X.shape
    assert_twins_agree("transformer.swiglu_backward", *low, rtol=1e-3, atol=1e-3)
    assert transformer.swiglu(X.astype(np.float16), *GATED).dtype == np.float16


def test_swiglu_backward_against_differences():
    upstream, inputs = rng.normal(size=X.shape), (X, *GATED)
    grads = transformer.swiglu_backward(upstream, *inputs)
    for k, (at, grad) in enumerate(zip(inputs, grads, strict=True)):
        loss = lambda v, k=k: (upstream * transformer.swiglu(*inputs[:k], v, *inputs[k + 1 :])).sum()
        assert gradcheck(loss, lambda _, grad=grad: grad, at) < 1e-6


def test_swiglu_by_hand_and_its_limits():
    """silu(1) = 0.7311; a gate far above 0 lets z · up through, one far below nothing."""
    one = np.array([[1.0]])
    assert transformer.swiglu(one, one, 3 * one, 2 * one).item() == pytest.approx(2 * 3 * 0.731058579)
    up = rng.normal(size=(50, 1))
    high = transformer.swiglu(up, 0 * one, one, one)
    assert not high.any()  # a gate of 0 is shut
    np.testing.assert_allclose(transformer.swiglu(50 + up, one, one, one), (50 + up) ** 2, rtol=1e-12)
    np.testing.assert_allclose(transformer.swiglu(-50 + up, one, one, one), 0, atol=1e-15)


def test_swiglu_as_a_layer():
    """Names, outputs and gradients are those of torch's."""
    ours = transformer.SwiGLU(D, 6, rng=0)
    theirs = dlbook.pytorch.transformer.SwiGLU(D, 6, dtype=torch.float64)
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    theirs.load_state_dict({name: torch.tensor(W) for name, W in ours.state_dict().items()})
    x, upstream = torch.tensor(X, requires_grad=True), rng.normal(size=X.shape)
    theirs(x).backward(torch.tensor(upstream))
    np.testing.assert_allclose(ours(X), theirs(x).detach(), rtol=1e-10)
    np.testing.assert_allclose(ours.backward(upstream), x.grad, rtol=1e-10, atol=1e-13)
    for name, parameter in theirs.named_parameters():
        np.testing.assert_allclose(ours.gradients()[name], parameter.grad, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
def test_a_gate_that_does_not_fit_is_named(room):
    swiglu = resolve(room, "transformer.swiglu")
    gate, up, down = GATED
    for args, message in (
        ((X[..., 1:], gate, up, down), "x must fit weight_gate: got shapes (2, 5, 7) and (6, 8), need shapes (…, D)"),
        ((X[:0], gate, up, down), "x must fit weight_gate: got shapes (0, 5, 8) and (6, 8), need"),
        ((X, gate, up[1:], down), "weight_up must fit weight_gate: got shape (5, 8), need shape (6, 8)"),
        ((X, gate, up, gate), "weight_down must fit weight_gate: got shape (6, 8), need shape (8, 6)"),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
            swiglu(*args)
    with pytest.raises(ValueError, match="^upstream must fit the other arguments"):
        resolve(room, "transformer.swiglu_backward")(X[:1], X, *GATED)


# ── More bad input ──


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
def test_ids_that_do_not_fit_are_named(room):
    model = getattr(dlbook, room).transformer.LanguageModel(V, D, H, 1, max_length=4)
    make = np.array if room == "scratch" else torch.tensor
    for ids, message in (
        ([[0, 1, 2, 3, 4]], "ids must have a place for each: got 5 places, need 4 or fewer"),
        ([0, 1], "ids must have two dimensions: got shape (2,), need shape (N, T)"),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
            model(make(ids))
    _, cache = model.step(make([[0, 1, 2]]))
    with pytest.raises(ValueError, match="^ids must have a place for each: got 5 places"):
        model.step(make([[3, 4]]), cache)


def test_words_out_of_the_vocabulary_are_named():
    with pytest.raises(ValueError, match="^x must each name a row of the weight: got 11, need 0 to 10"):
        transformer.LanguageModel(V, D, H, 1)(np.array([[V]]))
