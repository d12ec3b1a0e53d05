"""What chapter 24 measures: counts by a dictionary, a net by torch, texts by a slower way."""

from collections import Counter

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dlbook.data import nets, texts
from dlbook.experiments import generation as lab
from dlbook.experiments import generation_nets as learning
from dlbook.experiments import measured
from dlbook.experiments import recurrent as sequences
from dlbook.explorers import generation as explorer
from dlbook.scratch import generation

KNOWN, UNSEEN = lab.parts()


def test_the_parts_are_the_text():
    text = texts.shakespeare()
    assert KNOWN + UNSEEN == text and len(UNSEEN) == len(text) - int(0.95 * len(text))
    assert learning.text_of(learning.plays()[0][:500]) == text[:500]
    assert learning.ids_of(text[:500]).tolist() == learning.plays()[0][:500].tolist()
    assert "CAESAR" in KNOWN and "OCTAVIUS" in UNSEEN  # both halves of one play


def test_the_unseen_text_is_read_once():
    x, y = learning.unseen()
    assert x.shape == y.shape == (len(UNSEEN) // 16, 16)
    assert learning.text_of(y.T.ravel()) == UNSEEN[: y.size]
    assert learning.text_of(x.T.ravel()[1:]) == (KNOWN[-1] + UNSEEN)[1 : x.size]
    np.testing.assert_array_equal(x[1:], y[:-1])


def test_what_is_learned_from_is_known():
    """No window reaches into the text for judging."""

    class Last:
        def integers(self, high, size):
            return np.full(size, high - 1)

    ((x, _, y),) = learning.batches(1, Last(), T=7, N=2)
    assert learning.text_of(y[:, 0]) == KNOWN[-7:] and learning.text_of(x[:, 0]) == KNOWN[-8:-1]
    ((_, _, last),) = learning.batches(1, Last(), T=7, N=2, every=False)
    assert learning.text_of(last) == 2 * KNOWN[-1]


def test_trigrams_by_a_dictionary():
    """Witten and Bell's formula, context by context, on the first characters of the unseen text."""
    follows = {h: Counter() for h in range(0)}
    for n in (1, 2, 3):
        for i in range(len(KNOWN) - n + 1):
            follows.setdefault(KNOWN[i : i + n - 1], Counter())[KNOWN[i + n - 1]] += 1

    def p(h, w):
        shorter = p(h[1:], w) if h else 1 / lab.V
        found = follows.get(h, Counter())
        total, kinds = sum(found.values()), len(found)
        return (found[w] + kinds * shorter) / (total + kinds) if total else shorter

    text = KNOWN[-2:] + UNSEEN[:3000]
    expected = [np.log(p(text[i - 2 : i], text[i])) for i in range(2, len(text))]
    np.testing.assert_allclose(lab.ngram_log_prob(3)[:3000], expected, rtol=1e-10)
    assert len(lab.ngram_log_prob(3)) == len(UNSEEN)


@pytest.mark.parametrize("order", [2, 4])
def test_what_never_came(order):
    known = {KNOWN[i : i + order] for i in range(len(KNOWN) - order + 1)}
    text = KNOWN[len(KNOWN) - order + 1 :] + UNSEEN
    never = [text[i : i + order] not in known for i in range(len(UNSEEN))]
    assert lab.unsmoothed(order) == pytest.approx(np.mean(never))


def test_what_ngrams_write_stands_in_the_known_text_piece_by_piece():
    text = lab.ngram_text(4, 300, seed=1)
    assert len(text) == 300 == len(lab.ngram_text(4, 300, seed=2)) and text != lab.ngram_text(4, 300, seed=2)
    inside = [text[i : i + 4] in KNOWN for i in range(297)]
    assert np.mean(inside) > 0.85  # smoothing lets others in now and then


def test_bits_of_a_net_are_torchs_cross_entropy():
    net = learning.new_net("LSTM", seed=0, hidden=8)
    x, y = learning.unseen()
    scores = torch.tensor(net.scores(x)).reshape(-1, lab.V)
    expected = F.cross_entropy(scores, torch.tensor(y).reshape(-1)).item() / np.log(2)
    assert learning.bits_of(net) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("targets", ["every", "last"])
def test_a_step_with_both_kinds_of_targets_is_torchs(targets):
    """After one step of training, the weights are those of a net of torch's that has had the same gradient."""
    every, rng = targets == "every", np.random.default_rng(5)
    x, _, y = next(learning.batches(1, rng, T=6, N=4, every=every))
    net = learning.new_net("LSTM", seed=3, hidden=5, every=every)
    lstm, out = torch.nn.LSTM(lab.V, 5).double(), torch.nn.Linear(5, lab.V).double()
    for module, part in ((lstm, "rnn"), (out, "out")):
        module.load_state_dict({k: torch.tensor(w) for k, w in net.parts[part].params.items()})
    net.backward(x, None, y)
    output, _ = lstm(F.one_hot(torch.tensor(x), lab.V).double())
    logits = out(output if every else output[-1])
    F.cross_entropy(logits.reshape(-1, lab.V), torch.tensor(y).reshape(-1)).backward()
    for module, part in ((lstm, "rnn"), (out, "out")):
        for name, weight in module.named_parameters():
            np.testing.assert_allclose(net.parts[part].grads[name], weight.grad.numpy(), atol=1e-12, err_msg=name)


def test_the_net_of_the_long_run_is_as_good_as_its_log_says():
    log = lab.log_of_long_run()
    bits = generation.bits_per_character(lab.long_run_log_prob())
    assert abs(bits - log[-1, 2]) < 0.01 and bits < lab.ngram_bits(5) - 0.1
    assert log[0, 2] == pytest.approx(np.log2(lab.V), abs=0.1) and log[0, 1] == 0


def test_what_it_writes_is_the_same_as_when_the_whole_text_is_read_anew():
    """Without a state: torch's net reads everything again before each draw."""
    characters, weights, _ = nets.shakespeare_lstm()
    text, prompt = lab.write("\nLEAR.\n", 25, seed=3, temperature=0.9, top_p=0.95), "\nLEAR.\n"
    lstm, out = torch.nn.LSTM(75, 256).double(), torch.nn.Linear(256, 75).double()
    for module, name in ((lstm, "rnn."), (out, "out.")):
        module.load_state_dict({k.removeprefix(name): torch.tensor(w) for k, w in weights.items() if name in k})
    ids = [characters.index(c) for c in prompt]
    for u in np.random.default_rng(3).random(25):
        with torch.no_grad():
            z = out(lstm(F.one_hot(torch.tensor(ids), 75).double())[0][-1]).numpy() / 0.9
        order = np.argsort(-z)
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        stays = order[np.cumsum(p[order]) - p[order] < 0.95]
        share = np.cumsum([p[k] if k in stays else 0 for k in range(75)])
        ids.append(int((share / share[-1] <= u).sum()))
    assert "".join(characters[i] for i in ids) == prompt + text


def test_several_texts_at_once_are_those_of_one_at_a_time():
    found = lab.several(30, N=3, seed=7, T=0.8, k=6)
    draws = np.random.default_rng(7).random((30, 3))
    for n, text in enumerate(found):
        alone = generation.generate(lab.step, learning.ids_of("\n"), draws[:, n], temperature=0.8, top_k=6)
        assert learning.text_of(alone[1:]) == text


def test_a_prompt_of_strange_characters_is_named():
    with pytest.raises(ValueError, match="prompt must be of the 75 characters of the plays: got .'é'."):
        lab.write("café")


def test_words_by_hand():
    assert lab.words("To be, or not to-be!\n[Exit.") == "to be or not to be exit".split()
    assert lab.varied(["a b c a b c d", "a a"]) == pytest.approx((4 / 7 + 1 / 2) / 2)
    assert lab.spelled(["the king zzzq the"]) == pytest.approx(2 / 3)  # the last word may be cut off
    assert "king" in lab.known_words() and "zzzq" not in lab.known_words()


def test_zipped_bits_are_those_of_a_stream():
    """The same by a compressor that has read the known text already."""
    import zlib

    packer = zlib.compressobj(9)
    before = len(packer.compress(KNOWN.encode("latin-1"))) + len(packer.flush(zlib.Z_SYNC_FLUSH))
    after = before + len(packer.compress(UNSEEN.encode("latin-1"))) + len(packer.flush())
    assert lab.zipped_bits() == pytest.approx(8 * (after - before) / len(UNSEEN), rel=0.01)


@pytest.mark.parametrize("run", [learning.learned, learning.by_targets, lab.written, lab.written_by_ngrams])
def test_tables_are_there(run):
    table = measured.table(run)
    assert all(np.isfinite(values).all() for values in table.values.values())


def test_what_the_text_says_of_the_tables():
    table, by = measured.table(learning.learned), measured.table(learning.by_targets)
    line = lab.ngram_bits(5)
    for kind in ("RNN", "LSTM"):
        assert table.of("bits_1000", kind=kind).min() > line + 0.2
        assert abs(table.of("bits_0", kind=kind) - np.log2(lab.V)).max() < 0.2
    assert by.of("bits", targets="every").max() + 0.4 < by.of("bits", targets="last").min()


def test_weights_by_name_are_a_character_model():
    """What was trained here writes by the same function."""
    net = learning.new_net("LSTM", seed=1, hidden=6)
    x = learning.plays()[0][:40]
    logits, _ = lab.language_model.character_model(x, sequences.weights_of(net, "params"))
    np.testing.assert_allclose(logits, net.scores(x[:, None])[:, 0], atol=1e-12)


def test_what_the_text_answers_of_the_explorer():
    kept = {place: explorer.state(place, "top-p 0.9", 1)["kept"] for place in ("What is that q", "ANTONY.↵")}
    assert kept == {"What is that q": 1, "ANTONY.↵": 15}
    hot = explorer.changed(explorer.logits("and then "), 2)
    assert hot.argmax() == explorer.logits("and then ").argmax()
    for place in explorer.PLACES:
        nucleus = [explorer.state(place, "top-p 0.9", T)["kept"] for T in explorer.TEMPERATURES]
        assert nucleus == sorted(nucleus)
