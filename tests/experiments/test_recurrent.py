"""What chapter 20 measures: its nets and their training against torch, its data, and what the prose says of them."""

import numpy as np
import pytest
import torch
from sklearn.naive_bayes import MultinomialNB
from torch import nn
from torch.nn.functional import cross_entropy

from dlbook.data import numbers, texts
from dlbook.experiments import measured
from dlbook.experiments import recurrent as lab
from dlbook.scratch import recurrent


def torch_of(layer) -> nn.Module:
    """The same layer in torch, with the same weights."""
    weights = {name: torch.tensor(w) for name, w in layer.params.items()}
    if "weight" in weights:
        theirs = nn.Linear(weights["weight"].shape[1], weights["weight"].shape[0]).double()
    else:
        size = (weights["weight_ih_l0"].shape[1], layer.hidden)
        kind = getattr(nn, type(layer).__name__)
        theirs = kind(*size, layer.num_layers, bidirectional=layer.directions == 2).double()
    theirs.load_state_dict(weights)
    return theirs


def parts_of(net) -> nn.ModuleDict:
    return nn.ModuleDict({name: torch_of(layer) for name, layer in net.parts.items()})


def hot(ids, size) -> torch.Tensor:
    """One-hot, with all zeros where an id is −1."""
    ids = torch.tensor(ids)
    return nn.functional.one_hot(ids.clamp(min=0), size).double() * (ids >= 0)[..., None]


def packed(ids, lengths, size):
    return nn.utils.rnn.pack_padded_sequence(hot(ids, size), lengths, enforce_sorted=False)


def test_training_goes_the_way_of_torch():
    """Adam, clipped gradients, names of different lengths: after six steps the weights are torch's."""
    net = lab.Reader(len(lab.names()[0]), 8, 10, np.random.default_rng(0))
    theirs = parts_of(net)
    optimizer = torch.optim.Adam(theirs.parameters(), lr=0.01)
    batches = list(lab.name_batches(6, np.random.default_rng(1), N=5))
    lab.train(net, batches, lr=0.01, max_norm=0.3)
    for ids, lengths, y in batches:
        _, last = theirs["rnn"](packed(ids, lengths, net.inputs))
        optimizer.zero_grad()
        cross_entropy(theirs["out"](last[0]), torch.tensor(y)).backward()
        nn.utils.clip_grad_norm_(theirs.parameters(), 0.3)
        optimizer.step()
    same_weights(net, theirs, rtol=1e-7)


def same_weights(net, theirs, kind="params", rtol=1e-9):
    for name, module in theirs.items():
        for key, tensor in module.named_parameters():
            found = (tensor if kind == "params" else tensor.grad).detach().numpy()
            np.testing.assert_allclose(getattr(net.parts[name], kind)[key], found, rtol=rtol, atol=1e-11, err_msg=key)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("every", [False, True])
def test_a_reader_goes_back_as_torch_does(kind, every):
    rng = np.random.default_rng(2)
    options = {"bidirectional": True, "num_layers": 2} if every else {}
    net = lab.Reader(4, 3, 5, rng, every=every, kind=lab.NETS[kind], **options)
    theirs, ids = parts_of(net), rng.integers(4, size=(6, 3))
    targets = rng.integers(5, size=(6, 3) if every else 3)
    net.backward(ids, None, targets)
    output, last = theirs["rnn"](hot(ids, 4))
    last = last[0] if kind == "LSTM" else last
    scores = theirs["out"](output if every else last[-1])
    cross_entropy(scores.reshape(-1, 5), torch.tensor(targets).reshape(-1)).backward()
    same_weights(net, theirs, "grads")


@pytest.mark.parametrize("source", ["digits", "en"])
def test_a_writer_is_forced_and_its_encoder_hears_of_it(source):
    rng, n, V = np.random.default_rng(3), np.array([7, 342, 80]), len(lab.spelled("de")[0])
    reads = 30 if source == "digits" else len(lab.spelled("en")[0])
    net = lab.Writer(reads, V, 6, rng, sequence=source != "digits")
    theirs, (x, lengths), targets = parts_of(net), lab.question(source, n), lab.spelled("de")[1][:, n]
    net.backward(x, lengths, targets)
    state = (
        theirs["first"](torch.tensor(x))[None] if source == "digits" else theirs["first"](packed(x, lengths, reads))[1]
    )
    before = np.vstack([[lab.START] * 3, targets[:-1]])
    output, _ = theirs["rnn"](hot(before, V), state)
    truth = torch.tensor(targets)
    cross_entropy(theirs["out"](output).reshape(-1, V), truth.reshape(-1), ignore_index=-1).backward()
    same_weights(net, theirs, "grads")


def test_on_its_own_a_writer_reads_what_it_has_written():
    """Word by word the same as a loop over single cells, and not the same as when it is forced with the truth."""
    net = lab.Writer(30, 9, 5, np.random.default_rng(4))
    x = lab.question("digits", np.array([5, 123]))[0]
    found = net.write(x, most=6)
    h, word = net.first_state(x)[0], np.zeros(2, int)
    weights = net.parts["rnn"].params
    for row in found:
        h = recurrent.rnn_cell(lab.one_hot(word, 9), h, *(weights[f"{name}_l0"] for name in
                               ("weight_ih", "weight_hh", "bias_ih", "bias_hh")))  # fmt: skip
        word = net.parts["out"](h).argmax(axis=1)
        np.testing.assert_array_equal(row, word)


def test_naive_bayes_is_that_of_scikit_learn():
    counts, y = lab.counted(2), lab.names()[3]
    theirs = MultinomialNB(alpha=1).fit(counts[: -lab.UNSEEN], y[: -lab.UNSEEN])
    assert lab.naive_bayes(2) == pytest.approx(theirs.score(counts[-lab.UNSEEN :], y[-lab.UNSEEN :]))
    length = np.array([len(name) for name in texts.names().X])
    assert counts.sum() == (length + 1).sum()  # a name of n letters has n + 1 pairs, its ends included


def test_the_letters_without_spaces_are_the_words():
    letters, ends = lab.run_together()
    words = "".join(lab.ALPHABET[i] + " " * e for i, e in zip(letters[:2000], ends[:2000], strict=True)).split()
    plain = texts.shakespeare().lower().replace("'", "")
    cursor = 0
    for word in words[:-1]:  # the last one may be cut
        cursor = plain.index(word, cursor) + len(word)
    assert len(words) == ends[:2000].sum() + (1 - ends[1999])


def test_numbers_are_asked_and_spelled_as_in_a_dictionary():
    vocabulary, ids = lab.spelled("de")
    for n in (0, 17, 342, 999):
        row = [vocabulary[i] for i in ids[:, n] if i >= 0]
        assert row == [*numbers.words(n, "de"), lab.STOP]
    assert lab.question("digits", np.array([342]))[0].nonzero()[1].tolist() == [3, 14, 22]
    known, unseen = lab.halves()
    assert sorted([*known, *unseen]) == list(range(1000)) and len(unseen) == 200


def test_jacobians_are_those_of_autograd():
    rng = np.random.default_rng(5)
    x, W_ih, W_hh, b = rng.normal(size=(6, 2)), rng.normal(size=(3, 2)), rng.normal(size=(3, 3)), rng.normal(size=3)
    found = lab.state_jacobians(x, W_ih, W_hh, b)
    for back in range(7):

        def last(h, back=back):
            for x_t in x[6 - back :]:
                h = torch.tanh(torch.tensor(W_ih) @ torch.tensor(x_t) + torch.tensor(W_hh) @ h + torch.tensor(b))
            return h

        start = np.zeros(3)
        for x_t in x[: 6 - back]:
            start = np.tanh(W_ih @ x_t + W_hh @ start + b)
        J = torch.autograd.functional.jacobian(last, torch.tensor(start))
        assert found[back] == pytest.approx(torch.linalg.matrix_norm(J, 2).item(), rel=1e-10)
    assert (found <= np.linalg.norm(W_hh, 2) ** np.arange(7) + 1e-12).all()  # the bound of the text


def test_in_a_stream_the_state_goes_on_and_the_gradient_does_not():
    net = lab.Stream(np.random.default_rng(6), N=3)
    theirs, bits = parts_of(net), np.random.default_rng(7).integers(2, size=(20, 3))
    state = torch.zeros(1, 3, 32).double()
    for x, _, asked in lab.windows(bits, 4):
        net.backward(x, None, asked)
        theirs.zero_grad()
        output, state = theirs["rnn"](hot(x, 2), state.detach())
        cross_entropy(theirs["out"](output).reshape(-1, 2), torch.tensor(asked).reshape(-1)).backward()
        same_weights(net, theirs, "grads")
        np.testing.assert_allclose(net.state, state.detach().numpy(), atol=1e-12)
    for x, _, asked in lab.windows(np.arange(40)[:, None], 4):
        assert (x - asked == lab.DELAY).all()


def test_the_tables_say_what_the_prose_says():
    """Every seed, where the text says so, and not the mean alone."""
    named, ends = measured.table(lab.languages_named), measured.table(lab.ends_found)
    assert named.of("accuracy", net="RNN").max() < min(named.of("accuracy", net=net).min() for net in ("GRU", "LSTM"))
    assert named.of("accuracy", net="RNN").max() < lab.naive_bayes(2)
    for layers in (1, 2):
        one, both = (ends.of("f1", directions=d, num_layers=layers) for d in (1, 2))
        assert (both > one + 0.1).all()
    echo = measured.table(lab.echoed)
    assert echo.of("right", window=8).max() < 0.6 and echo.of("right", window=12).min() > 0.98
