"""A model of the next character: the twins agree, it is torch's LSTM and linear layer, and it reads on where it was."""

import numpy as np
import pytest
import torch
from twins import assert_twins_agree

from dlbook.data import nets, texts
from dlbook.scratch import language_model, recurrent

rng = np.random.default_rng(0)


def weights_of(V, H, num_layers=1, dtype=np.float64):
    own = recurrent.LSTM(V, H, num_layers=num_layers, rng=0, dtype=dtype).params
    out = {"weight": rng.normal(size=(V, H)).astype(dtype), "bias": rng.normal(size=V).astype(dtype)}
    return {f"rnn.{k}": w for k, w in own.items()} | {f"out.{k}": w for k, w in out.items()}


@pytest.mark.parametrize("shape", [(1,), (7,), (5, 3)])
@pytest.mark.parametrize("num_layers", [1, 2])
def test_twins(shape, num_layers):
    weights = weights_of(6, 4, num_layers)
    ids = rng.integers(6, size=shape)
    logits, state = assert_twins_agree("language_model.character_model", ids, weights, atol=1e-13)
    assert logits.shape == (*shape, 6) and state[0].shape == (num_layers, *(shape[1:] or (1,)), 4)
    again, _ = assert_twins_agree("language_model.character_model", ids, weights, state, atol=1e-13)
    assert np.abs(again - logits).max() > 1e-3  # the state matters


def test_it_reads_on_where_it_was():
    weights, ids = weights_of(5, 3), rng.integers(5, size=9)
    whole, end = language_model.character_model(ids, weights)
    first, state = language_model.character_model(ids[:4], weights)
    rest, last = language_model.character_model(ids[4:], weights, state)
    np.testing.assert_allclose(np.concatenate([first, rest]), whole, atol=1e-14)
    np.testing.assert_allclose(last, end, atol=1e-14)


def test_what_comes_later_changes_nothing_before():
    weights, ids = weights_of(5, 3), rng.integers(5, size=8)
    other = ids.copy()
    other[5:] = (other[5:] + 1) % 5
    a, b = (language_model.character_model(x, weights)[0] for x in (ids, other))
    np.testing.assert_array_equal(a[:5], b[:5])
    assert not np.allclose(a[5:], b[5:])


def test_texts_side_by_side_do_not_mix():
    weights, ids = weights_of(5, 3), rng.integers(5, size=(6, 4))
    together, _ = language_model.character_model(ids, weights)
    for n in range(4):
        np.testing.assert_allclose(together[:, n], language_model.character_model(ids[:, n], weights)[0], atol=1e-14)


def test_float32_stays():
    logits, (h, c) = language_model.character_model([0, 1], weights_of(4, 3, dtype=np.float32))
    assert logits.dtype == h.dtype == c.dtype == np.float32


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("ids", "change", "message"),
    [
        ([0, 4], {}, "ids must be ids of the vocabulary: got 4, need 0 to 3"),
        ([-1, 2], {}, "ids must be ids of the vocabulary: got -1, need 0 to 3"),
        ([0.5], {}, "ids must be whole numbers: got dtype .*float64, need integers"),
        (np.zeros((2, 2, 2), int), {}, r"ids must be a text or several side by side: got shape \(2, 2, 2\)"),
        (np.zeros(0, int), {}, r"ids must be a text or several side by side: got shape \(0,\)"),
        ([0], {"out.bias": np.zeros(3)}, r"weights must have a bias a token: got shape \(3,\), need shape \(4,\)"),
        ([0], {"out.bias": None}, "weights must hold an LSTM and a linear layer: got no 'out.bias'"),
    ],
)
def test_bad_input_is_named(room, ids, change, message):
    import dlbook

    weights = {k: v for k, v in (weights_of(4, 3) | change).items() if v is not None}
    ids = np.asarray(ids)
    if room == "pytorch":
        weights, ids = {k: torch.tensor(v) for k, v in weights.items()}, torch.tensor(ids)
    with pytest.raises(ValueError, match=message):
        getattr(dlbook, room).language_model.character_model(ids, weights)


# ─── The net that comes with its weights ────────────────────────────────────────────────────────────────────


def test_the_net_of_the_plays_is_the_same_in_torch():
    """1e-10 in float64, over a piece of the unseen play, by torch's own modules."""
    characters, weights, _ = nets.shakespeare_lstm()
    text = texts.shakespeare()
    assert characters == "".join(sorted(set(text)))
    ids = np.array([characters.index(c) for c in text[-600:]]).reshape(3, 200).T
    ours, (h, c) = language_model.character_model(ids, weights)
    lstm, out = torch.nn.LSTM(75, 256).double(), torch.nn.Linear(256, 75).double()
    for module, name in ((lstm, "rnn."), (out, "out.")):
        own = {k.removeprefix(name): torch.tensor(w) for k, w in weights.items() if k.startswith(name)}
        module.load_state_dict(own)
    with torch.no_grad():
        output, state = lstm(torch.nn.functional.one_hot(torch.tensor(ids), 75).double())
        theirs = out(output)
    for mine, other in ((ours, theirs), (h, state[0]), (c, state[1])):
        np.testing.assert_allclose(mine, other.numpy(), atol=1e-10)


def test_its_weights_are_whole_numbers_times_a_scale_and_cannot_be_changed_by_a_reader():
    from dlbook import data

    raw = data._load("shakespeare_lstm_int8")
    _, weights, log = nets.shakespeare_lstm()
    for name in ("rnn.weight_ih_l0", "rnn.weight_hh_l0", "out.weight"):
        assert raw[name].dtype == np.int8 and (np.abs(raw[name].astype(int)).max(axis=1) == 127).all()
        np.testing.assert_array_equal(weights[name], raw[name] * raw[f"{name}/scale"].astype(float))
    assert (data.FOLDER / "shakespeare_lstm_int8.npz").stat().st_size < 350_000
    weights["out.bias"][:] = 0
    log[:] = 0
    assert nets.shakespeare_lstm()[1]["out.bias"].any() and nets.shakespeare_lstm()[2].any()
    assert (np.diff(log[:, 0]) >= 0).all()


def test_six_more_nets_have_ended_where_it_has():
    ends, end = nets.shakespeare_ends(), nets.shakespeare_lstm()[2][-1, 2]
    assert ends.shape == (6,) and len(set(ends)) == 6 and ends.min() < end < ends.max() < ends.min() + 0.05
