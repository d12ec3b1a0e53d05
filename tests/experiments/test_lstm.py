"""What chapter 21 measures: its gates, gradients, tasks and training against torch, and what the prose says of them."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from dlbook.experiments import lstm as lab
from dlbook.experiments import measured
from dlbook.experiments import recurrent as chapter_20
from dlbook.explorers import lstm as explorer
from dlbook.scratch import recurrent


def torch_of(layer) -> nn.Module:
    """The same layer in torch, with the same weights."""
    weights = {name: torch.tensor(w) for name, w in layer.params.items()}
    if "weight" in weights:
        theirs = nn.Linear(weights["weight"].shape[1], weights["weight"].shape[0]).double()
    else:
        theirs = getattr(nn, type(layer).__name__)(weights["weight_ih_l0"].shape[1], layer.hidden).double()
    theirs.load_state_dict(weights)
    return theirs


@pytest.mark.parametrize("net", lab.NETS)
def test_a_net_starts_as_torch_does_but_for_the_bias_that_its_name_says(net):
    """Uniform in ±1/√H; what is added stands in the second block, and in no other number."""
    kind, bias = lab.NETS[net]
    plain, H = kind(3, 4, rng=5), 4
    opened = lab.recurrent_layer(net, bias, 3, 4, np.random.default_rng(5))
    assert all((np.abs(w) <= 0.5).all() for w in plain.params.values())
    assert bias == {"LSTM +1": 1, "LSTM +2": 2}.get(net, 0)
    added = {name: opened.params[name] - w for name, w in plain.params.items()}
    expected = np.zeros(len(plain.params["bias_ih_l0"]))
    expected[H : 2 * H] = bias
    np.testing.assert_allclose(added.pop("bias_ih_l0"), expected, atol=1e-15)
    assert not any(difference.any() for difference in added.values())


def test_the_gate_that_keeps_the_state_is_the_second_one_of_an_lstm_and_of_a_gru():
    """Wide open, it leaves the state as it was."""
    rng = np.random.default_rng(0)
    x, h, c = rng.normal(size=(2, 3)), np.tanh(rng.normal(size=(2, 4))), rng.normal(size=(2, 4))
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    gru = lab.remember(recurrent.GRU(3, 4, rng=rng), 50)
    np.testing.assert_allclose(recurrent.gru_cell(x, h, *(gru.params[name] for name in names)), h, atol=1e-12)
    lstm = lab.remember(recurrent.LSTM(3, 4, rng=rng), 50)
    lstm.params["bias_ih_l0"][:4] -= 50  # and nothing comes in
    np.testing.assert_allclose(recurrent.lstm_cell(x, h, c, *(lstm.params[name] for name in names))[1], c, atol=1e-12)


@pytest.mark.parametrize(("net", "bias"), [("RNN", 0.0), ("GRU", 0.0), ("LSTM", 0.0), ("LSTM", 3.0)])
def test_gradients_are_those_of_autograd(net, bias):
    T, D, H, N = 12, 3, 5, 4
    rng = np.random.default_rng(2)
    theirs = torch_of(lab.recurrent_layer(net, bias, D, H, rng))
    x = torch.tensor(rng.normal(size=(T, N, D)), requires_grad=True)
    u, last = torch.tensor(rng.normal(size=(1, N, H))), theirs(x)[1]
    ((last[0] if net == "LSTM" else last) * u).sum().backward()
    length = x.grad.flatten(1).norm(dim=1).flip(0).numpy()
    found = lab.input_gradients(net, bias, T, D, H, N, seed=2)
    np.testing.assert_allclose(found, length / length[0], rtol=1e-10)
    assert found[0] == 1


def test_gates_are_those_that_torchs_cell_uses():
    rng = np.random.default_rng(3)
    layer, x = recurrent.LSTM(2, 3, rng=rng), rng.normal(size=(5, 4, 2))
    steps, (output, (_, c_n)) = lab.gates_of(layer.params, x), torch_of(layer)(torch.tensor(x))
    np.testing.assert_allclose(steps["h"], output.detach().numpy(), atol=1e-14)
    np.testing.assert_allclose(steps["c"][-1], c_n[0].detach().numpy(), atol=1e-14)
    f = lab.mean_forget_gate(1.0, T=5, D=2, H=3, N=4, seed=3)
    rng = np.random.default_rng(3)
    layer = lab.recurrent_layer("LSTM", 1.0, 2, 3, rng)
    assert f == pytest.approx(lab.gates_of(layer.params, rng.normal(size=(5, 4, 2)))["f"].prod() ** (1 / 60))


@pytest.mark.parametrize("net", lab.NETS)
def test_an_estimator_goes_back_as_torch_does(net):
    rng = np.random.default_rng(4)
    model, (x, y) = lab.Estimator(net, 3, rng), lab.adding(6, 5, rng)
    theirs = {name: torch_of(layer) for name, layer in model.parts.items()}
    last = theirs["rnn"](torch.tensor(x))[1]
    last = last[0] if isinstance(last, tuple) else last
    answer = theirs["out"](last[0])[:, 0]
    np.testing.assert_allclose(model(x), answer.detach().numpy(), atol=1e-14)
    loss = nn.functional.mse_loss(answer, torch.tensor(y))
    assert lab.error(model, x, y) == pytest.approx(loss.item())
    loss.backward()
    model.backward(x, y)
    for name, module in theirs.items():
        for key, weight in module.named_parameters():
            np.testing.assert_allclose(model.parts[name].grads[key], weight.grad.numpy(), atol=1e-13)


def test_the_adding_problem_is_that_of_the_paper():
    x, y = lab.adding(10, 2000, np.random.default_rng(5))
    values, marks = x[..., 0], x[..., 1]
    assert set(np.unique(marks)) == {0, 1} and 0 <= values.min() and values.max() < 1
    assert (marks[:5].sum(axis=0) == 1).all() and (marks[5:].sum(axis=0) == 1).all()
    for n in range(20):
        assert y[n] == pytest.approx(sum(values[marks[:, n] == 1, n]))
    assert np.mean((y - 1) ** 2) == pytest.approx(lab.UNKNOWING, rel=0.1)


def test_a_marked_sequence_asks_for_its_last_marked_value():
    x, y = lab.marked(9, 500, np.random.default_rng(6))
    assert (x[0, :, 1] == 1).all() and x[1:, :, 1].mean() == pytest.approx(0.2, abs=0.03)
    for n in range(50):
        assert y[n] == [value for value, mark in x[:, n] if mark][-1]


def test_a_smaller_rate_changes_nothing_but_the_rate(monkeypatch):
    monkeypatch.setattr(lab, "LENGTH", 4)
    monkeypatch.setattr(lab, "STEPS", 200)
    assert lab.added_slower(seed=0, lr=0.01)["error"] == pytest.approx(lab.adder("RNN", 0, steps=200)[1][0], rel=1e-9)
    assert lab.added_slower(seed=0, lr=0.003)["error"] != lab.added_slower(seed=0, lr=0.01)["error"]


def test_training_takes_the_tasks_in_order_and_looks_every_200_steps(monkeypatch):
    monkeypatch.setattr(lab, "LENGTH", 4)
    model, errors = lab.adder("GRU", 0, steps=400)
    assert len(errors) == 2 and errors[1] < errors[0]
    assert errors[1] == pytest.approx(lab.error(model, *lab.adding(4, 500, np.random.default_rng(1000))), rel=1e-9)


def test_a_short_sequence_is_recalled_and_answered_with_its_first_symbol():
    reader = lab.recaller("GRU", 0, T=3, steps=150)
    x = np.random.default_rng(7).integers(lab.SYMBOLS, size=(3, 200))
    assert chapter_20.share_right(reader.scores(x), x[0]) > 0.95


def test_what_is_added_to_a_trained_forget_gate_moves_it_alone():
    values, marks = np.array([0.5, -0.2, 0.8]), np.array([1.0, 0, 0])
    plain, opened = lab.kept(values, marks), lab.kept(values, marks, bias=2.0)
    logit = lambda p: math.log(p / (1 - p))
    assert logit(opened["f"][0]) - logit(plain["f"][0]) == pytest.approx(2)
    for name in "igo":
        assert opened[name][0] == plain[name][0]


def test_the_explorer_of_the_gates_shows_what_its_answers_say():
    kept, lost = (explorer.state(explorer.KEEP, bias) for bias in (0, -3))
    assert kept["last"] > 0.85 and kept["left"] == pytest.approx(0.995**11, abs=0.005)
    assert lost["f"][1:] == pytest.approx(0.9, abs=0.01) and lost["last"] == pytest.approx(0.3, abs=0.02)
    assert explorer.state(explorer.OVERWRITE, 0)["last"] == pytest.approx(-0.6, abs=0.03)
    assert explorer.state(explorer.OVERWRITE, 3)["last"] == pytest.approx(0, abs=0.05)
    unmarked = explorer.state(explorer.UNMARKED, 0)
    assert abs(unmarked["last"]) < 0.05 and unmarked["i"].max() < 0.05


def test_the_tables_say_what_the_prose_says():
    """Every seed, where the text says so, and not the mean alone."""
    added, named = measured.table(lab.added), measured.table(lab.first_named)
    end = {net: added.of("after_1200", net=net) for net in ("RNN", "GRU", "LSTM", "LSTM +1")}
    assert end["RNN"].min() > 0.1 and max(end[net].max() for net in ("GRU", "LSTM", "LSTM +1")) < 0.002
    slower = measured.table(lab.added_slower).values["error"]
    assert (np.abs(slower - lab.UNKNOWING) < 0.02).all()  # (rates, seeds): as one that always says 1
    right = {net: named.of("right", net=net) for net in lab.NETS}
    assert (right["RNN"] > 0.6).all() and (right["LSTM"] < 0.2).all() and (right["LSTM +2"] > 0.99).all()
    assert (right["LSTM"] < right["RNN"]).all()  # seed by seed


def test_what_a_forget_bias_keeps():
    """From every start: nothing as torch starts it, a good part with 3."""
    for seed in range(4):
        at = {bias: lab.input_gradients("LSTM", bias, seed=seed)[50] for bias in (0, 1, 2, 3)}
        assert at[0] < 1e-9 < at[0] * 1e5 < at[1] < 1e-3 < 0.02 < at[2] and at[3] > 0.1, (seed, at)
