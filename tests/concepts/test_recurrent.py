"""Recurrent nets: the twins agree, Keras and differences agree, the laws of time hold, bad input is named."""

import itertools
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from twins import assert_same, assert_twins_agree, resolve

import dlbook
from dlbook.pytorch.with_keras import COPY_KEYWORD, from_keras, keras, to_keras
from dlbook.scratch import gradcheck, losses, recurrent

rng = np.random.default_rng(0)
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
KINDS = [("rnn", {}), ("rnn", {"nonlinearity": "relu"}), ("lstm", {}), ("gru", {}), ("gru", {"reset_after": False})]
T, N, D, H = 6, 4, 3, 5
LENGTHS = np.array([6, 1, 4, 3])


def weights_of(kind, features=D, hidden=H, layers=1, directions=1, bias=True, draw=None):
    """Drawn weights under PyTorch's names."""
    draw, rows, found = draw or rng, GATES[kind] * hidden, {}
    for k in range(layers):
        for end in ("", "_reverse")[:directions]:
            width = features if k == 0 else directions * hidden
            shapes = {"weight_ih": (rows, width), "weight_hh": (rows, hidden)}
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if bias else {}
            found |= {f"{name}_l{k}{end}": draw.normal(size=shape) / 2 for name, shape in shapes.items()}
    return found


def states_of(kind, layers=1, directions=1, batch=N, hidden=H):
    return [rng.normal(size=(layers * directions, batch, hidden)) for _ in range(2 if kind == "lstm" else 1)]


def last_of(last):
    return last if isinstance(last, tuple) else (last,)


def both_ways(kind, *args, rtol=1e-10, atol=1e-13, **options):
    """The twins of a net and of its way back, for a random upstream."""
    answer = assert_twins_agree(f"recurrent.{kind}", *args, **options, rtol=rtol, atol=atol)
    drawn = lambda part: rng.normal(size=part.shape).astype(part.dtype)
    last = tuple(map(drawn, answer[1])) if isinstance(answer[1], tuple) else drawn(answer[1])
    upstream = (drawn(answer[0]), last)
    grads = assert_twins_agree(f"recurrent.{kind}_backward", upstream, *args, **options, rtol=rtol, atol=20 * atol)
    return answer, upstream, grads


# ── Twins ──


@pytest.mark.parametrize(("kind", "options"), KINDS)
@pytest.mark.parametrize("bias", [True, False])
def test_cell_twins(kind, options, bias):
    for shape in ((N,), (1,), ()):
        states = [rng.normal(size=(*shape, H)) for _ in range(2 if kind == "lstm" else 1)]
        weights = weights_of(kind, bias=bias).values()
        args = (rng.normal(size=(*shape, D)), *states, *weights)
        answer = assert_twins_agree(f"recurrent.{kind}_cell", *args, **options, atol=1e-14)
        upstream = rng.normal(size=(*shape, H)) if kind != "lstm" else tuple(rng.normal(size=(2, *shape, H)))
        grads = assert_twins_agree(f"recurrent.{kind}_cell_backward", upstream, *args, **options, atol=1e-13)
        assert [grad.shape for grad in grads] == [np.shape(value) for value in args]
        assert (answer[0] if kind == "lstm" else answer).shape == (*shape, H)


@pytest.mark.parametrize("part", [(None, 1), (1, None), (None, None)])
def test_what_is_none_asks_for_nothing(part):
    states, weights = rng.normal(size=(2, N, H)), weights_of("lstm").values()
    x, u = rng.normal(size=(N, D)), [None if p is None else rng.normal(size=(N, H)) for p in part]
    grads = assert_twins_agree("recurrent.lstm_cell_backward", u, x, *states, *weights, atol=1e-13)
    assert (part == (None, None)) == (not any(grad.any() for grad in grads))


CONFIGURATIONS = list(itertools.product((1, 2, 3), (1, 2), (True, False), (None, LENGTHS)))


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_net_twins(kind, options):
    """Layers, directions, bias, lengths, first states, the batch first: values and all gradients."""
    for layers, directions, bias, lengths in CONFIGURATIONS:
        weights = weights_of(kind, layers=layers, directions=directions, bias=bias)
        x, states = rng.normal(size=(T, N, D)), states_of(kind, layers, directions)
        for first in ([], states) if bias else ([],):
            answer, _, grads = both_ways(
                kind, x, weights, *(first or [None] * len(states)), lengths, **options, atol=1e-12
            )
        (output, _), (x_grad, own, *_) = answer, grads
        assert output.shape == (T, N, directions * H) and own.keys() == weights.keys()
        assert x_grad.any() and all(grad.any() for grad in own.values())


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_the_batch_first_changes_the_order_alone(kind, options):
    weights, x, states = weights_of(kind, layers=2, directions=2), rng.normal(size=(T, N, D)), states_of(kind, 2, 2)
    (output, last), (u, u_last), (x_grad, *grads) = both_ways(kind, x, weights, *states, LENGTHS, **options)
    swap = lambda value: value.swapaxes(0, 1)
    first = {"batch_first": True, **options}
    other = both_ways(kind, swap(x), weights, *states, LENGTHS, **first)[0]
    np.testing.assert_array_equal(other[0], swap(output))
    np.testing.assert_equal(other[1], last)
    back = getattr(recurrent, f"{kind}_backward")((swap(u), u_last), swap(x), weights, *states, LENGTHS, **first)
    np.testing.assert_array_equal(back[0], swap(x_grad))
    np.testing.assert_equal(list(back[1:]), grads)


@pytest.mark.parametrize(("kind", "options"), KINDS)
@pytest.mark.parametrize("p", [0.4, 1.0, 0])
def test_dropout_stands_between_the_layers(kind, options, p):
    weights, x = weights_of(kind, layers=3, directions=2), rng.normal(size=(T, N, D))
    draw = rng.random((2, T, N, 2 * H))
    first = [None] * (2 if kind == "lstm" else 1)
    for lengths in (None, LENGTHS):
        options = options | {"dropout": p}
        (output, _), *_ = both_ways(kind, x, weights, *first, lengths, **options, draw=draw)
        whole, _ = getattr(recurrent, kind)(x, weights, *first, lengths, **options)  # no draw: out of training
        assert np.array_equal(whole, output) == (p == 0)
    batch_first = {"batch_first": True, "draw": draw.swapaxes(1, 2)}
    other = both_ways(kind, x.swapaxes(0, 1), weights, *first, LENGTHS, **options, **batch_first)[0][0]
    np.testing.assert_allclose(other.swapaxes(0, 1), output, atol=1e-14)


# ── Keras, differences, by hand ──


@pytest.mark.filterwarnings(f"ignore:{COPY_KEYWORD}:DeprecationWarning")
@pytest.mark.parametrize(("kind", "options"), KINDS)
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("bias", [True, False])
def test_keras_upon_torch_gives_the_same_after_its_weights_are_moved(kind, options, directions, bias):
    """Its kernel is turned, its GRU's gates stand in another order, its one bias is the sum of two."""
    weights, x = weights_of(kind, directions=directions, bias=bias), rng.normal(size=(N, T, D))
    given = {"return_sequences": True, "dtype": "float64", "use_bias": bias}
    given |= {"reset_after": options.get("reset_after", True)} if kind == "gru" else {}
    given |= {"activation": options["nonlinearity"]} if "nonlinearity" in options else {}
    layer = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}[kind](
        H, **given, name="r"
    )
    layer = layer if directions == 1 else keras.layers.Bidirectional(layer, name="r", dtype="float64")
    model = keras.Sequential([keras.Input((T, D), dtype="float64"), layer])
    to_keras({f"r.{name}": array for name, array in weights.items()}, model)
    output, _ = getattr(recurrent, kind)(x, weights, batch_first=True, **options)
    assert np.abs(output).max() > 0.1
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(x)), output, atol=1e-6)
    back = from_keras(model, [f"r.{name}" for name in weights])
    again, _ = getattr(recurrent, kind)(
        x, {k.removeprefix("r."): v for k, v in back.items()}, batch_first=True, **options
    )
    np.testing.assert_allclose(again, output, atol=1e-6)
    assert [array.shape for array in back.values()] == [array.shape for array in weights.values()]


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_backward_against_differences(kind, options):
    weights, x = weights_of(kind, layers=2, directions=2), rng.normal(size=(T, N, D))
    states, f = states_of(kind, 2, 2), getattr(recurrent, kind)
    output, last = f(x, weights, *states, LENGTHS, **options)
    u, u_last = rng.normal(size=output.shape), tuple(rng.normal(size=part.shape) for part in last_of(last))
    upstream = (u, u_last if kind == "lstm" else u_last[0])
    x_grad, own, *first = getattr(recurrent, f"{kind}_backward")(upstream, x, weights, *states, LENGTHS, **options)

    def loss(x=x, states=states, **changed):
        output, last = f(x, weights | changed, *states, LENGTHS, **options)
        return (output * u).sum() + sum((a * b).sum() for a, b in zip(last_of(last), u_last, strict=True))

    assert gradcheck(lambda v: loss(x=v), lambda _: x_grad, x) < 1e-7
    for name in ("weight_ih_l0", "weight_hh_l0_reverse", "weight_hh_l1", "bias_hh_l1_reverse", "bias_ih_l0"):
        assert gradcheck(lambda v, name=name: loss(**{name: v}), lambda _, name=name: own[name], weights[name]) < 1e-7
    for k, grad in enumerate(first):
        at = lambda v, k=k: loss(states=[*states[:k], v, *states[k + 1 :]])
        assert gradcheck(at, lambda _, grad=grad: grad, states[k]) < 1e-7


def test_by_hand():
    """One number in, one hidden: what a reader can follow with a pencil."""
    one = np.array([[1.0]])
    h = recurrent.rnn_cell(one, 2 * one, one / 2, one / 4, [0.1], [0.0])
    np.testing.assert_allclose(h, np.tanh(0.5 + 0.5 + 0.1))
    gates = np.array([[0.0], [np.log(3)], [np.arctanh(0.5)], [0.0]])  # i = ½, f = ¾, g = ½, o = ½
    h, c = recurrent.lstm_cell(one, 0 * one, 4 * one, gates, 0 * gates)
    np.testing.assert_allclose([c[0, 0], h[0, 0]], [0.75 * 4 + 0.5 * 0.5, 0.5 * np.tanh(3.25)])
    blocks = np.array([[0.0], [np.log(3)], [0.0]])  # r = ½, z = ¾; n = tanh(½ · 2 · 4)
    for reset_after in (True, False):
        h = recurrent.gru_cell(one, 4 * one, blocks, [[0.0], [0], [2]], reset_after=reset_after)
        np.testing.assert_allclose(h, 0.25 * np.tanh(4) + 0.75 * 4)
    x_grad, h_grad, W_grad, U_grad = recurrent.rnn_cell_backward([[2.0]], one, [[3.0]], [[0.0]], [[0.0]])
    assert [grad.item() for grad in (x_grad, h_grad, W_grad, U_grad)] == [0, 0, 2, 6]


# ── Laws of time ──


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_a_net_is_its_cell_step_by_step(kind, options):
    weights, x, states = weights_of(kind), rng.normal(size=(T, N, D)), states_of(kind)
    output, last = getattr(recurrent, kind)(x, weights, *states, **options)
    now = [state[0] for state in states]
    for x_t, h_t in zip(x, output, strict=True):
        now = last_of(getattr(recurrent, f"{kind}_cell")(x_t, *now, *weights.values(), **options))
        np.testing.assert_allclose(now[0], h_t, atol=1e-14)
    for ours, other in zip(now, last_of(last), strict=True):
        np.testing.assert_allclose(ours, other[0], atol=1e-14)


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_the_past_can_be_cut_where_its_state_is_handed_on(kind, options):
    weights, x = weights_of(kind, layers=2), rng.normal(size=(T, N, D))
    f = getattr(recurrent, kind)
    whole, end = f(x, weights, **options)
    early, state = f(x[:2], weights, **options)
    late, last = f(x[2:], weights, *last_of(state), **options)
    np.testing.assert_allclose(np.concatenate((early, late)), whole, atol=1e-14)
    np.testing.assert_allclose(last, end, atol=1e-14)


@given(st.sampled_from(range(len(KINDS))), st.integers(0, 99), st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_padding_changes_nothing(which, seed, lengths):
    """Each sequence by itself gives its part of the padded batch, values and gradients, whatever the padding holds."""
    (kind, options), draw = KINDS[which], np.random.default_rng(seed)
    weights = weights_of(kind, layers=2, directions=2, draw=draw)
    x = draw.normal(size=(5, len(lengths), D))
    for n, length in enumerate(lengths):
        x[length:, n] = np.nan
    first = [None] * (2 if kind == "lstm" else 1)
    output, last = getattr(recurrent, kind)(x, weights, *first, lengths, **options)
    u = draw.normal(size=output.shape)
    x_grad, own, *_ = getattr(recurrent, f"{kind}_backward")((u, None), x, weights, *first, lengths, **options)
    total = dict.fromkeys(own, 0)
    for n, length in enumerate(lengths):
        one = (slice(length), slice(n, n + 1))
        alone, end = getattr(recurrent, kind)(x[one], weights, **options)
        np.testing.assert_allclose(output[one], alone, atol=1e-13)
        assert not output[length:, n].any() and not x_grad[length:, n].any()
        for ours, other in zip(last_of(last), last_of(end), strict=True):
            np.testing.assert_allclose(ours[:, n : n + 1], other, atol=1e-13)
        back, grads, *_ = getattr(recurrent, f"{kind}_backward")((u[one], None), x[one], weights, **options)
        np.testing.assert_allclose(x_grad[one], back, atol=1e-12)
        total = {name: total[name] + grads[name] for name in grads}
    for name, grad in own.items():
        np.testing.assert_allclose(grad, total[name], atol=1e-11)


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_the_second_direction_is_the_first_on_the_sequence_turned(kind, options):
    weights, x = weights_of(kind, directions=2), rng.normal(size=(T, N, D))
    output, _ = getattr(recurrent, kind)(x, weights, **options)
    own = {name.removesuffix("_reverse"): array for name, array in weights.items() if name.endswith("_reverse")}
    turned, _ = getattr(recurrent, kind)(x[::-1], own, **options)
    np.testing.assert_allclose(output[..., H:], turned[::-1], atol=1e-14)


def test_a_cell_of_the_lstm_with_its_gates_shut_keeps_what_it_has():
    """f = 1 and i = 0: what was, stays, and its gradient comes back whole, over a hundred steps."""
    weights = weights_of("lstm", bias=False) | {"bias_ih_l0": np.repeat([-1e3, 1e3, 0, 0], H)}
    weights["bias_hh_l0"] = np.zeros(4 * H)
    x, c0 = rng.normal(size=(100, N, D)), rng.normal(size=(1, N, H))
    _, (_, c_n) = recurrent.lstm(x, weights, None, c0)
    np.testing.assert_allclose(c_n, c0, rtol=1e-12)
    u = rng.normal(size=(1, N, H))
    *_, c_grad = recurrent.lstm_backward((None, (None, u)), x, weights, None, c0)
    np.testing.assert_allclose(c_grad, u, rtol=1e-12)


# ── Hard numbers, views, narrow dtypes, small batches ──


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_hard_numbers_views_and_integers(kind, options):
    weights = {name: array[..., ::-1] for name, array in weights_of(kind, layers=2, directions=2).items()}
    hard = np.array([1000.0, -1000, 0, 1e-12, 1, 1])[:, None, None] * np.array([1.0, 0, -1])
    both_ways(kind, np.repeat(hard, 2, axis=1), weights, **options, atol=1e-9 if "nonlinearity" in options else 1e-12)
    both_ways(kind, rng.normal(size=(D, N, T)).T[::-1], weights, **options)
    x = rng.integers(-2, 3, size=(T, N, D))
    assert both_ways(kind, x, weights, **options)[0][0].dtype == np.float64
    both_ways(kind, x[:1, :1], weights, **options)


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_twins_in_float32(kind, options):
    single = lambda array: array.astype(np.float32)
    weights = {name: single(array) for name, array in weights_of(kind, layers=2, directions=2).items()}
    answer, _, grads = both_ways(kind, single(rng.normal(size=(T, N, D))), weights, **options, rtol=1e-4, atol=1e-5)
    assert answer[0].dtype == grads[0].dtype == grads[1]["weight_hh_l1"].dtype == np.float32


def test_float16_is_computed_in_float32():
    half = lambda array: array.astype(np.float16)
    weights, x = {name: half(array) for name, array in weights_of("lstm").items()}, half(rng.normal(size=(T, N, D)))
    output, (h_n, _) = recurrent.lstm(x, weights)
    wide, _ = recurrent.lstm(x.astype(np.float32), weights)
    assert output.dtype == h_n.dtype == np.float16
    np.testing.assert_array_equal(output, half(wide))


# ── As objects ──

OBJECTS = [
    ("RNN", (D, H), {}),
    ("RNN", (D, H, 2, "relu"), {"bidirectional": True, "bias": False}),
    ("LSTM", (D, H), {"batch_first": True}),
    ("LSTM", (D, H, 3), {"bidirectional": True}),
    ("GRU", (D, H, 2), {"bias": False}),
    ("GRU", (D, H, 2, True, True, 0.0, True), {}),
]


@pytest.mark.parametrize(("name", "arguments", "options"), OBJECTS)
def test_objects_follow_torch_nn(name, arguments, options):
    ours = getattr(recurrent, name)(*arguments, **options)
    theirs = getattr(dlbook.pytorch.recurrent, name)(*arguments, **options).double()
    assert type(theirs).__module__.startswith("torch.nn")
    theirs.load_state_dict({key: torch.as_tensor(value) for key, value in ours.params.items()})
    x = rng.normal(size=(T, N, D))
    theirs_x = torch.from_numpy(x).requires_grad_()
    (y, last), (theirs_y, theirs_last) = ours(x), theirs(theirs_x)
    assert_same((y, last), (theirs_y, theirs_last), atol=1e-13)
    u, u_last = rng.normal(size=y.shape), tuple(rng.normal(size=part.shape) for part in last_of(last))
    loss = (theirs_y * torch.from_numpy(u)).sum()
    loss = loss + sum((a * torch.from_numpy(b)).sum() for a, b in zip(last_of(theirs_last), u_last, strict=True))
    loss.backward()
    assert_same(ours.backward((u, u_last if name == "LSTM" else u_last[0])), theirs_x.grad, atol=1e-12)
    assert_same(ours.grads, {key: p.grad for key, p in theirs.named_parameters()}, atol=1e-12)
    (again, _), first = ours(x, last), last_of(last)
    assert_same(again, theirs(torch.from_numpy(x), theirs_last)[0], atol=1e-13)
    np.testing.assert_array_equal(ours.backward(u), ours.backward((u, None)))
    assert [grad.shape for grad in last_of(ours.state_grad)] == [state.shape for state in first]


def test_an_object_drops_out_in_training_alone():
    layer = recurrent.GRU(D, H, 2, dropout=0.5, rng=0)
    x = rng.normal(size=(T, N, D))
    first, second = layer(x)[0], layer(x)[0]
    assert not np.array_equal(first, second)
    layer.eval()
    np.testing.assert_array_equal(layer(x)[0], recurrent.gru(x, layer.params)[0])


def test_a_new_net_is_spread_as_torch_spreads_it():
    torch.manual_seed(0)
    theirs, ours = torch.nn.LSTM(40, 60, 2), recurrent.LSTM(40, 60, 2, rng=0, dtype=np.float32)
    for key, array in ours.params.items():
        other = theirs.get_parameter(key).detach().numpy()
        assert array.dtype == np.float32 and array.shape == other.shape
        assert array.std() == pytest.approx(other.std(), rel=0.15 if "bias" in key else 0.03)
        assert abs(array).max() == pytest.approx(abs(other).max(), rel=0.03)


def test_backward_without_a_forward_pass_is_named():
    with pytest.raises(ValueError, match="^backward must follow a forward pass: got a GRU that has seen no x"):
        recurrent.GRU(D, H).backward(np.zeros((T, N, H)))


@pytest.mark.parametrize(("name", "arrays"), [("RNN", 1), ("LSTM", 6), ("GRU", 5)])
def test_what_is_kept_for_the_way_back_grows_with_the_length(name, arrays):
    """Arrays (N, H) a step, beside h before it."""
    for length in (T, 10 * T):
        layer = getattr(recurrent, name)(D, H, rng=0)
        layer(rng.normal(size=(length, N, D)))
        ((_, run),) = layer.x.runs[0]
        kept = [part for of_step in run.kept for part in (of_step if isinstance(of_step, tuple) else (of_step,))]
        assert sum(part.size for part in kept) == arrays * length * N * H
        assert run.before.size == length * N * H


class Names(dlbook.scratch.models.Model):
    """Which class has a word of letters: the last states of both directions, side by side."""

    def __init__(self):
        L = dlbook.scratch.layers
        own = {"letters": L.Embedding(6, 4, rng=0), "net": recurrent.LSTM(4, 5, bidirectional=True, rng=1)}
        super().__init__(own | {"fc": L.Linear(10, 3, rng=2)})

    def forward(self, ids, lengths):
        letters, net, fc = self.children.values()
        _, (h, _) = net(letters(ids), None, lengths)  # (2, N, H)
        return fc(np.concatenate(tuple(h), axis=-1))

    def backward(self, upstream):
        letters, net, fc = self.children.values()
        h_grad = np.stack(np.split(fc.backward(upstream), 2, axis=-1))
        return letters.backward(net.backward((None, (h_grad, None))))


def test_a_model_of_letters_trains_as_in_torch():
    """Many to one, with lengths: twenty steps in both rooms."""
    ours, nn = Names(), torch.nn
    parts = {"letters": nn.Embedding(6, 4), "net": nn.LSTM(4, 5, bidirectional=True), "fc": nn.Linear(10, 3)}
    theirs = nn.ModuleDict(parts).double()
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.state_dict().items()})
    ids, lengths, y = rng.integers(0, 6, (T, 8)), rng.integers(1, T + 1, 8), rng.integers(0, 3, 8)
    optimizer, lost = torch.optim.SGD(theirs.parameters(), lr=0.5), []
    for _ in range(20):
        packed = nn.utils.rnn.pack_padded_sequence(
            theirs["letters"](torch.from_numpy(ids)), lengths, enforce_sorted=False
        )
        _, (h, _) = theirs["net"](packed)
        loss = nn.functional.cross_entropy(theirs["fc"](torch.cat(tuple(h), dim=-1)), torch.from_numpy(y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scores = ours(ids, lengths)
        lost.append(losses.cross_entropy_from_logits(y, scores))
        assert lost[-1] == pytest.approx(loss.item(), rel=1e-10)
        ours.backward(losses.cross_entropy_from_logits_grad(y, scores))
        for name, theta in ours.parameters().items():
            theta -= 0.5 * ours.gradients()[name]
    assert lost[-1] < 0.8 * lost[0]
    assert_same(ours.state_dict(), dict(theirs.state_dict()), atol=1e-11)


# ── Bad input ──

X, W = np.zeros((T, N, D)), weights_of("lstm", draw=np.random.default_rng(0))
WIDE = weights_of("lstm", layers=2, draw=np.random.default_rng(0))
CELL = "hold a row for each number of every gate: got shape"
BAD = [
    ("lstm", (X[0], W), {}, "x must have three dimensions: got shape (4, 3), need shape (T, N, 3)"),
    ("lstm", (X[..., :2], W), {}, "x must fit the weights: got shape (6, 4, 2), need shape (T, N, 3)"),
    ("gru", (X[..., :2], weights_of("gru")), {"batch_first": True}, "x must fit the weights: got shape (6, 4, 2),"),
    ("lstm", (X[:0], W), {}, "x must not be empty: got shape (0, 4, 3), need at least one step of one sequence"),
    ("lstm", (X[:, :0], W), {}, "x must not be empty: got shape (6, 0, 3), need at least one step of one sequence"),
    ("lstm", (X, {}), {}, "weights must hold weight_ih_l0: got nothing, need the names of torch.nn's layer"),
    ("lstm", (X, WIDE | {"b": X}), {}, "weights must hold the names of one net: got a difference in b, need"),
    ("gru", (X, W), {}, "weights['weight_ih_l0'] must fit the net: got shape (20, 3), need shape (15, 3)"),
    ("lstm", (X, W | {"bias_hh_l0": X[0, 0]}), {}, "weights['bias_hh_l0'] must fit the net: got shape (3,), need"),
    ("lstm", (X, W | {"weight_hh_l0": X}), {}, "weights['weight_hh_l0'] must be a matrix: got shape (6, 4, 3), need"),
    ("lstm", (X, W, X[0]), {}, "h0 must fit the other arguments: got shape (4, 3), need shape (1, 4, 5)"),
    ("lstm", (X, W, None, X[:1]), {}, "c0 must fit the other arguments: got shape (1, 4, 3), need shape (1, 4, 5)"),
    ("lstm", (X, W, None, None, [6, 6, 6]), {}, "lengths must be one a sequence: got 3 of them, need 4"),
    ("lstm", (X, W, None, None, np.array(6)), {}, "lengths must be one a sequence: got 6, need 4"),
    ("lstm", (X, W, None, None, [6, 7, 1, 1]), {}, "lengths[1] must be a whole number: got 7, need 1 to 6"),
    ("lstm", (X, W, None, None, [6, 0, 1, 1]), {}, "lengths[1] must be a whole number: got 0, need 1 to 6"),
    ("lstm", (X, W, None, None, [6, 1.5, 1, 1]), {}, "lengths[0] must be a whole number: got 6.0, need 1 to 6"),
    ("lstm", (X, WIDE), {"dropout": 1.5}, "dropout must be a number: got 1.5, need 0 to 1"),
    ("lstm", (X, WIDE), {"draw": X}, "draw must fit the other arguments: got shape (6, 4, 3), need shape (1, 6, 4, 5)"),
    ("rnn", (X, W), {"nonlinearity": "elu"}, "nonlinearity must be a known name: got 'elu', need one of 'tanh',"),
    ("lstm_backward", (X, X, W), {}, "upstream must have the parts of the answer: got a"),
    ("lstm_backward", ((X, None), X, W), {}, "upstream's output_grad must fit the other arguments: got shape (6, 4,"),
    ("lstm_backward", ((None, (None,)), X, W), {}, "upstream must have the parts of the answer: got 1 parts, need (h_"),
    ("gru_backward", ((None, X), X, weights_of("gru")), {}, "upstream's h_n_grad must fit the other arguments: got"),
    ("rnn_cell", (X[0], X[0], X[0], np.zeros((5, 5))), {}, f"weight_ih must {CELL} (4, 3), need 5 rows"),
    ("lstm_cell", (X[0], X[0], X[0], W["weight_ih_l0"], X[0]), {}, f"weight_hh must {CELL} (4, 3), need 4 · 3 = 12"),
    ("gru_cell", (X[0], X[0], np.zeros((15, 3)), np.zeros((15, 5))), {}, "h must fit x and the weights: got shape"),
    ("gru_cell", (X, X, np.zeros((15, 3)), np.zeros((15, 5))), {}, "x must fit the weights: got shape (6, 4, 3), need"),
]  # fmt: skip


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "options", "message"), BAD)
def test_bad_input_is_named(room, name, args, options, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        resolve(room, f"recurrent.{name}")(*args, **options)


def test_a_state_of_an_lstm_is_a_pair():
    with pytest.raises(ValueError, match="^hx must be a pair: got a ndarray, need \\(h0, c0\\)"):
        recurrent.LSTM(D, H)(X, np.zeros((1, N, H)))


def test_a_sequence_may_be_read_in_two_parts():
    """What truncated backpropagation relies on: the last state of one part is the first state of the next."""
    rng, weights = np.random.default_rng(0), recurrent.RNN(2, 3, num_layers=2, rng=0).params
    x = rng.normal(size=(7, 4, 2))
    whole, last = recurrent.rnn(x, weights)
    first, state = recurrent.rnn(x[:3], weights)
    second, end = recurrent.rnn(x[3:], weights, state)
    np.testing.assert_allclose(np.concatenate([first, second]), whole, rtol=1e-12)
    np.testing.assert_allclose(end, last, rtol=1e-12)
