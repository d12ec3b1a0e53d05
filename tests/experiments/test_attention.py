"""What chapter 25 measures: its translator against torch, its data, where it looks, and what the prose says of it."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from dlbook.data import numbers
from dlbook.data.translators import NETS, translator_weights
from dlbook.experiments import attention as lab
from dlbook.experiments import attention_looks as looks
from dlbook.experiments import measured
from dlbook.experiments.recurrent import STOP, train, weights_of
from dlbook.scratch import attention, generation

LOOKS = ("none", "dot", "additive")


class Theirs(nn.Module):
    """The translator in torch, with the same weights, in float64."""

    def __init__(self, net):
        super().__init__()
        params = {name: part.params for name, part in net.parts.items()}
        H, self.look = params["encoder"]["weight_hh_l0"].shape[1], net.look
        self.encoder, self.decoder = nn.GRU(net.reads, H).double(), nn.GRU(net.writes, H).double()
        self.out = nn.Linear(params["out"]["weight"].shape[1], net.writes).double()
        for part in ("encoder", "decoder", "out"):
            getattr(self, part).load_state_dict({k: torch.tensor(w).double() for k, w in params[part].items()})
        if net.look == "additive":
            self.own = nn.ParameterDict({k: torch.tensor(w).double() for k, w in params["look"].items()})

    def forward(self, x, lengths, before):
        """Scores (T, N, V)."""
        packed = nn.utils.rnn.pack_padded_sequence(hot(x, self.encoder), lengths, enforce_sorted=False)
        states, last = self.encoder(packed)
        states, _ = nn.utils.rnn.pad_packed_sequence(states)
        output, _ = self.decoder(hot(before, self.decoder), last)
        if self.look == "none":
            return self.out(output)
        query, key = output.transpose(0, 1), states.transpose(0, 1)
        if self.look == "dot":
            scores = query @ key.transpose(1, 2)
        else:
            both = (query @ self.own["weight_q"].T)[:, :, None] + (key @ self.own["weight_k"].T)[:, None]
            scores = torch.tanh(both) @ self.own["weight_v"]
        may = torch.arange(key.shape[1]) < torch.tensor(lengths)[:, None, None]
        context = scores.masked_fill(~may, -torch.inf).softmax(dim=-1) @ key
        return self.out(torch.cat([context.transpose(0, 1), output], dim=-1))


def hot(ids, rnn) -> torch.Tensor:
    ids = torch.tensor(ids)
    return nn.functional.one_hot(ids.clamp(min=0), rnn.input_size).double() * (ids >= 0)[..., None]


def loss_of(theirs, x, lengths, y):
    scores = theirs(x, lengths, lab.forced(y))
    return cross_entropy(scores.flatten(0, 1), torch.tensor(y).flatten(), ignore_index=-1)


def same(net, theirs, kind, rtol, atol):
    own = weights_of(net, kind)
    theirs = {name.replace("own.", "look."): p for name, p in theirs.named_parameters()}
    assert own.keys() == theirs.keys()
    for name, array in own.items():
        found = theirs[name].detach() if kind == "params" else theirs[name].grad
        np.testing.assert_allclose(array, found.numpy(), rtol=rtol, atol=atol, err_msg=name)


@pytest.mark.parametrize("look", LOOKS)
def test_a_translator_goes_back_as_torch_does(look):
    """Texts of different lengths, with everything that is used twice: states, queries, keys that are values."""
    net = lab.Translator("en", "de", look, hidden=6, rng=1)
    theirs, batch = Theirs(net), lab.pairs(np.array([7, 342, 80_017]), "en", "de")
    net.backward(*batch)
    loss_of(theirs, *batch).backward()
    same(net, theirs, "grads", rtol=1e-4, atol=1e-6)  # float32


@pytest.mark.parametrize("look", ["none", "dot"])
def test_training_goes_the_way_of_torch(look):
    """Adam and clipped gradients: after eight steps the weights are torch's, all but what float32 blurs."""
    net = lab.Translator("en", "de", look, hidden=5, rng=2)
    theirs, batches = Theirs(net), list(lab.batches(8, np.random.default_rng(3), "en", "de", digits=3))
    optimizer = torch.optim.Adam(theirs.parameters(), lr=0.01)
    train(net, batches, lr=0.01, max_norm=0.2)
    for batch in batches:
        optimizer.zero_grad()
        loss_of(theirs, *batch).backward()
        assert nn.utils.clip_grad_norm_(theirs.parameters(), 0.2) > 0.2
        optimizer.step()
    same(net, theirs, "params", rtol=2e-3, atol=2e-4)


def test_on_its_own_it_reads_what_it_has_written():
    """Step by step the same as torch, whose words are fed back one by one."""
    net = lab.Translator("en", "de", "dot", hidden=5, rng=4)
    theirs, (x, lengths, _) = Theirs(net), lab.pairs(np.array([42, 717]), "en", "de")
    found = net.write(x, lengths, most=6)
    words = np.full((1, 2), lab.START)
    for row in found:
        scores = theirs(x, lengths, words)[-1]
        np.testing.assert_array_equal(row, scores.argmax(dim=-1).numpy())
        words = np.concatenate([words, row[None]])


def test_what_is_judged_was_never_learned():
    known, unseen = lab.draw(np.random.default_rng(5), 4000), lab.judged(4000)
    assert not set(known) & set(unseen) and known.max() < 10**12 and unseen.max() < 10**12
    for language in ("en", "fr", "de"):
        words = {word for n in [*known, *unseen, 0, 1000, 2 * 10**9] for word in numbers.words(int(n), language)}
        assert words <= set(lab.vocabulary(language))
    counts = np.bincount([len(str(n)) for n in known], minlength=13)[1:]
    assert counts.min() > 250  # each count of digits is drawn


def test_each_german_word_has_its_english_one():
    for n in lab.judged(1500):
        read, written = numbers.words(int(n), "en"), numbers.words(int(n), "de")
        places = lab.counterparts(read, [*written, STOP])
        assert sorted(s for s in places if s >= 0) == [s for s, word in enumerate(read) if word != "and"]
        assert all((s < 0) == (word in ("und", STOP)) for s, word in zip(places, [*written, STOP], strict=True))
    assert lab.counterparts("three hundred and forty two".split(), "drei hundert zwei und vierzig".split()) == [
        0, 1, 4, -1, 3,
    ]  # fmt: skip


def test_taught_and_free_write_the_same_texts_without_an_error():
    """A law: up to the first error both have read the same words."""
    net, n = lab.trained(seed=5, target="de", hidden=16, steps=100, digits=3, lr=0.02), lab.judged(200, digits=3)
    found, y, _ = lab.taught(net, n)
    ok, words = lab.right(net, n)
    assert 0.05 < ok.mean() < 0.98 and (((found == y) | (y < 0)).all(axis=0) == ok).all()
    assert words.tolist() == [len(numbers.words(int(k), "de")) + 1 for k in n]


def test_a_beam_of_one_is_greedy_and_a_wider_one_finds_likelier_texts():
    net, n = lab.Translator("en", "de", "dot", hidden=8, rng=6), np.array([5, 42])
    x, lengths, _ = lab.pairs(n, "en", "de")
    greedy = net.write(x, lengths, most=26)
    for i, text in enumerate(lab.searched(net, n, 1)):
        assert greedy[: len(text), i].tolist() == text
    step, end = lab.next_words(net, x[: lengths[1], 1]), lab.vocabulary("de").index(STOP)
    scores = [generation.beam_search(step, [lab.START], width, 5, end)[1][0] for width in (1, 3)]
    assert scores[0] <= scores[1] + 1e-6
    beams = np.array([[lab.START, 7], [lab.START, 9]])
    expected = Theirs(net)(np.repeat(x[: lengths[1], [1]], 2, axis=1), [lengths[1]] * 2, beams.T)[-1]
    np.testing.assert_allclose(step(beams), expected.log_softmax(dim=-1).detach(), atol=1e-5)


def test_the_small_language_is_a_language_and_greedy_choice_misses_its_best_text():
    chances = np.exp(looks.tree_step(np.array([[4], [0], [1]])))
    np.testing.assert_allclose(chances, [[0.6, 0.4, 0, 0, 0], [0, 0, 0.5, 0.5, 0], [0, 0, 0.9, 0.1, 0]])
    every = {(i, j): chances[0, i] * chances[1 + i, j] for i in (0, 1) for j in (2, 3)}
    assert max(every, key=every.get) == (1, 2) and sum(every.values()) == pytest.approx(1)


# ─── The nets that come with the book ────────────────────────────────────────────────────────────────────────────────


def test_the_weights_are_those_of_a_translator():
    for net in NETS:
        weights, own = translator_weights(net), weights_of(lab.Translator("en", net[:2], net[3:]), "params")
        assert {k: (w.shape, w.dtype) for k, w in weights.items()} == {k: (w.shape, w.dtype) for k, w in own.items()}
    with pytest.raises(ValueError, match="net must be one of 'fr_none', 'fr_dot', 'de_dot': got 'it_dot'"):
        translator_weights("it_dot")


def test_rounding_costs_them_next_to_nothing():
    table, n = measured.table(lab.translated), lab.judged()
    for look in ("none", "dot"):
        assert abs(looks.share_right(looks.translator(f"fr_{look}"), n) - table.of("right", look=look)[0]) <= 0.02


def test_one_number_alone_is_translated_as_in_a_batch():
    net, n = looks.translator("de_dot"), lab.judged(40)
    x, lengths, y = lab.pairs(n, "en", "de")
    batch = net.write(x, lengths, most=30)
    for i, number in enumerate(map(int, n)):
        shown = looks.translation(net, number)
        assert [lab.vocabulary("de")[k] for k in batch[: len(shown.written), i]] == shown.written
        states, _ = net.read(x[: lengths[i], [i]])
        np.testing.assert_allclose(shown.weights.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_allclose(shown.contexts, shown.weights @ states[:, 0], atol=1e-5)
        np.testing.assert_allclose(shown.probabilities.sum(axis=1), 1)
    assert looks.translated_text(net, 342) == " ".join(numbers.words(342, "de"))


def test_other_weights_are_put_in_their_place():
    weights = np.array([[[0.2, 0.7, 0.1, 0.0], [0.5, 0.3, 0.2, 0.0]]])
    np.testing.assert_allclose(looks.equal(weights), [[[1 / 3, 1 / 3, 1 / 3, 0]] * 2])
    np.testing.assert_allclose(looks.largest(weights), [[[0, 1, 0, 0], [1, 0, 0, 0]]])
    later = [[0, 2 / 9, 7 / 9, 0], [0, 5 / 8, 3 / 8, 0]]  # the last place is padding
    np.testing.assert_allclose(looks.shifted(weights), [later])
    net, n = looks.translator("de_dot"), lab.judged(60)
    same_weights = looks.steered(net, lambda weights: weights)
    shares = looks.with_other_weights(net, n)
    assert looks.share_right(same_weights, n) == looks.share_right(net, n) == shares["its own"]
    assert list(shares) == ["its own", "largest", "equal", "shifted"] and shares["shifted"] < 0.1 < shares["largest"]


def test_whether_another_word_would_do_as_well_is_asked_of_every_word():
    """By single steps: the context is one state at a time, and the answer is compared."""
    net, n = looks.translator("de_dot"), lab.judged(6)
    agree, count = 0, 0
    for number in map(int, n):
        x, _, y = lab.pairs(np.array([number]), "en", "de")
        states, last = net.read(x)
        output, _ = net.parts["decoder"](lab.hot(lab.forced(y), net.writes), last)
        _, p = attention.dot_product(output[:, 0], states[:, 0], states[:, 0])
        for t, target in enumerate(y[:, 0]):
            own = output[t, 0]
            say = lambda c, own=own: int(net.parts["out"](np.concatenate([c, own])[None])[0].argmax())
            if say(p[t] @ states[:, 0]) == target:
                count += 1
                agree += any(say(h) == target for s, h in enumerate(states[:, 0]) if s != p[t].argmax())
    assert looks.others_that_agree(net, n) == pytest.approx(agree / count)


def test_where_it_looks_elsewhere_it_is_right_all_the_same():
    net = looks.translator("de_dot")
    for weight, number, t, place in looks.looks_elsewhere(net, lab.judged(80))[:20]:
        shown = looks.translation(net, number)
        assert shown.written[:-1] == numbers.words(number, "de") and shown.weights[t].argmax() == place
        assert weight == pytest.approx(shown.weights[t, place])
        assert lab.dictionary()[shown.written[t]] == shown.read[lab.counterparts(shown.read, shown.written)[t]]
        assert lab.counterparts(shown.read, shown.written)[t] != place


def test_the_stop_looks_at_the_first_word():
    """As the explorer's answer says: at the end the weights have to go somewhere."""
    shown = [looks.translation(looks.translator("de_dot"), n) for n in map(int, lab.judged(60))]
    assert np.mean([s.weights[-1].argmax() == 0 for s in shown if s.written[-1] == STOP]) > 0.95


def test_products_spread_as_derived():
    found = looks.products((4, 64), N=3000)
    np.testing.assert_allclose(found["variance"], (4, 64), rtol=0.06)
    z = np.einsum("nd,nsd->ns", *products_of(64, 3000))
    assert found["variance"][1] == pytest.approx(z.var(), rel=0.06)
    p = torch.tensor(z / 8).softmax(dim=1)
    assert found["scaled"][1] == pytest.approx(p.max(dim=1).values.mean().item(), abs=0.01)
    assert found["slope_scaled"][1] == pytest.approx((p * (1 - p)).max(dim=1).values.mean().item(), abs=0.01)


def products_of(d, N, S=10):
    rng = np.random.default_rng(9)
    return rng.normal(size=(N, d)), rng.normal(size=(N, S, d))


# ─── What the prose says ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_tables_say_what_the_prose_says():
    """Every seed, and not the mean alone."""
    table, short, searches = (measured.table(run) for run in (lab.translated, lab.short_texts, lab.searches))
    assert table.of("right", look="none").max() <= 0.7
    assert min(table.of("right", look=look).min() for look in ("dot", "additive")) >= 0.95
    for span in lab.LENGTHS:
        assert table.of(span, look="none").max() < min(table.of(span, look=k).min() for k in ("dot", "additive"))
    assert short.of("right", digits=3, look="none").min() > 0.9
    assert short.of("right", digits=6, look="none").min() > table.of("right", look="none").max()
    for k in (200, 400):
        assert (searches.of("forced", steps=k) >= searches.of("free", steps=k)).all()
