"""`sentiment.classifier`: its way back is that of differences, and neither padding nor company changes a score."""

import numpy as np
import pytest

from dlbook.experiments import sentiment as lab
from dlbook.scratch import activations, text

rng = np.random.default_rng(0)
ROWS = [rng.integers(2, 12, T) for T in (3, 6, 1, 4)]
Y = np.array([1, 0, 1, 0])


def net(reads, masked=True):
    """A small net in float64, which silences nothing."""
    made = lab.Classifier(12, np.random.default_rng(1), reads, masked)
    for part in made.parts.values():
        part.params = {name: array.astype(np.float64) for name, array in part.params.items()}
    made.parts["embedding"].params["weight"] *= 10
    return made


def loss(made) -> float:
    p = activations.sigmoid(made.scores(ROWS))
    return float(-np.log(np.where(Y == 1, p, 1 - p)).mean())


@pytest.mark.parametrize("reads", ["LSTM", "mean"])
@pytest.mark.parametrize("masked", [True, False])
def test_the_way_back_is_that_of_differences(reads, masked, monkeypatch):
    monkeypatch.setattr(lab, "DROP", 0.0)
    made = net(reads, masked)
    made.backward(text.pad(ROWS), np.array([len(row) for row in ROWS]), Y)
    grads = {(part, name): grad for part, layer in made.parts.items() for name, grad in layer.grads.items()}
    assert len(grads) == (7 if reads == "LSTM" else 3)
    for (part, name), grad in grads.items():
        weight = made.parts[part].params[name]
        for place in [tuple(rng.integers(weight.shape)) for _ in range(4)]:
            kept, ends = weight[place], []
            for step in (1e-6, -1e-6):
                weight[place] = kept + step
                ends.append(loss(made))
            weight[place] = kept
            assert grad[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=2e-6), (part, name)


@pytest.mark.parametrize("reads", ["LSTM", "mean"])
def test_neither_padding_nor_company_changes_a_score(reads):
    made = net(reads)
    alone = np.array([made.scores([row])[0] for row in ROWS])
    np.testing.assert_allclose(made.scores(ROWS), alone, rtol=1e-10)
    np.testing.assert_allclose(made.scores(ROWS, longest=20), alone, rtol=1e-10)
    forgetful = net(reads, masked=False)
    assert np.abs(forgetful.scores(ROWS, longest=20) - alone)[2] > 0.01  # a single word, and 19 places of padding


def test_a_mean_is_a_bag_and_an_lstm_is_none():
    turned = [row[::-1] for row in ROWS]
    np.testing.assert_allclose(net("mean").scores(turned), net("mean").scores(ROWS), rtol=1e-10)
    assert np.abs(net("LSTM").scores(turned) - net("LSTM").scores(ROWS))[1] > 1e-3
    weights, bias = lab.as_weights(net("mean"))
    np.testing.assert_allclose(net("mean").scores(ROWS), [bias + weights[row].mean() for row in ROWS], rtol=1e-10)


@pytest.mark.parametrize("share", [0.0, 0.8])
def test_dropout_silences_so_many_numbers_and_keeps_their_mean(share, monkeypatch):
    monkeypatch.setattr(lab, "DROP", share)
    made, seen = net("mean"), []
    made.vectors = lambda ids, keep: seen.append(keep) or lab.Classifier.vectors(made, ids, keep)
    for _ in range(40):
        made.backward(text.pad(ROWS), np.array([len(row) for row in ROWS]), Y)
    keep = np.concatenate([k.ravel() for k in seen])
    assert (keep == 0).mean() == pytest.approx(share, abs=0.01) and keep.mean() == pytest.approx(1, abs=0.05)
