"""Chapter 24's panes: torch draws the weights and the tokens, and NumPy takes the weights over by their names."""

import numpy as np
import torch
from pane import pane

from dlbook.scratch import generation, language_model

rng = np.random.default_rng(0)
V, N = 6, 5
IDS = rng.integers(0, V, 60)
Z = 2 * rng.normal(size=(N, V))
TARGETS = rng.integers(0, V, N)
LOG_PROB = np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))[np.arange(N), TARGETS]


def tensor(x) -> torch.Tensor:
    return torch.tensor(x)


@pane("generation.ngram_counts")
def test_ngram_counts(held):
    typed = held.typed(ids=tensor(IDS), V=V)
    codes, counts = held.public(IDS, V, 3)[2]
    held.same(codes, typed.trigrams)
    held.same(counts, typed.counts)
    held.same(generation.ngrams.windows_core(IDS, 3, V), typed.codes)
    known, often = generation.ngrams.ngram_counts_core(IDS, V, 3)[2]
    held.same(known, typed.trigrams)
    held.same(often, typed.counts)


@pane("generation.witten_bell")
def test_witten_bell(held):
    counts = generation.ngram_counts(IDS, V, 2)
    pairs = IDS[:-1] * V + IDS[1:]
    c_w = np.bincount(IDS, minlength=V)[IDS[1:]]
    c_hw = np.array([(pairs == pair).sum() for pair in pairs])
    c_h = np.array([(IDS[:-1] == h).sum() for h in IDS[:-1]])
    t_h = np.array([len(set(IDS[1:][IDS[:-1] == h])) for h in IDS[:-1]])
    c_0, t_0 = np.full(len(pairs), len(IDS)), np.full(len(pairs), len(set(IDS)))
    both = held.numpy([c_w, c_hw], [c_0, c_h], [t_0, t_h], V)
    held.same(held.public(IDS, counts, V)[1:], both)
    shorter = held.numpy([c_w], [c_0], [t_0], V)
    typed = held.typed(c_hw=tensor(c_hw), c_h=tensor(c_h), t_h=tensor(t_h), shorter=tensor(shorter))
    held.same(both, typed.p)


@pane("generation.bits_per_character")
def test_bits_per_character(held):
    typed = held.typed(logits=tensor(Z), targets=tensor(TARGETS))
    held.same(held.numpy(LOG_PROB, N), typed.bits)
    held.same(held.public(LOG_PROB), typed.bits)


@pane("generation.perplexity")
def test_perplexity(held):
    typed = held.typed(logits=tensor(Z), targets=tensor(TARGETS))
    held.same(held.numpy(LOG_PROB), typed.perplexity)
    held.same(held.public(LOG_PROB), typed.perplexity)


@pane("language_model.character_model")
def test_character_model(held):
    torch.manual_seed(0)
    ids = rng.integers(0, 75, (7, 2))
    typed = held.typed(ids=tensor(ids))
    weights = {f"rnn.{name}": w.numpy() for name, w in typed.lstm.state_dict().items()}
    weights |= {f"out.{name}": w.numpy() for name, w in typed.out.state_dict().items()}
    lstm = lambda x, state: (typed.lstm(tensor(x))[0].detach().numpy(), state)
    held.same(held.numpy(ids, None, lstm, weights["out.weight"], weights["out.bias"])[0], typed.logits, atol=1e-14)
    logits, (h, c) = held.public(ids, weights)
    held.same(logits, typed.logits, atol=1e-14)
    held.same(h, typed.state[0], atol=1e-14)
    held.same(c, typed.state[1], atol=1e-14)
    log_prob = logits[:-1] - np.log(np.exp(logits[:-1]).sum(axis=-1, keepdims=True))
    held.same(-np.take_along_axis(log_prob, ids[1:, :, None], axis=-1).mean(), typed.loss)
    first, state = language_model.character_model(ids[:3], weights)
    rest, _ = language_model.character_model(ids[3:], weights, state)
    held.same(np.concatenate([first, rest]), typed.logits, atol=1e-14)


@pane("generation.sample")
def test_sample(held):
    """Both draw each token as often as its probability says: NumPy by even draws, torch by many."""
    z, many = np.log([0.5, 0.25, 0.15, 0.1]), 20_000
    torch.manual_seed(0)
    typed = held.typed(logits=tensor(np.broadcast_to(z, (many, 4)).copy()))
    even = (np.arange(many) + 0.5) / many
    for drawn in (held.numpy(z, even), held.public(np.broadcast_to(z, (many, 4)), even)):
        held.same(np.bincount(drawn, minlength=4), many * np.exp(z), atol=1.0)
    assert np.abs(np.bincount(typed.token[:, 0].numpy(), minlength=4) / many - np.exp(z)).max() < 0.015


@pane("generation.generate")
def test_generate(held):
    """A model that leaves no choice: both rooms write the same."""
    table = np.full((V, V), -np.inf)
    table[np.arange(V), (np.arange(V) + 2) % V] = 0.0
    model = lambda new, state: (tensor(table)[new[:, 0]][:, None], state)
    typed = held.typed(model=model, ids=tensor([[1], [2]]), n=6)
    step = lambda new, state: (table[new[-1]], state)
    choose = lambda logits, ids, draw: np.atleast_1d(generation.sample(logits, draw))
    held.same(held.numpy(step, np.array([1, 2]), np.full(6, 0.5), choose), typed.ids[:, 0])
    held.same(held.public(step, [1, 2], np.full(6, 0.5)), typed.ids[:, 0])


@pane("generation.temperature")
def test_temperature(held):
    for T in (0.3, 1.0, 2.0):
        typed = held.typed(logits=tensor(Z), T=T)
        for z in (held.numpy(Z, T), held.public(Z, T)):
            held.same(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), typed.p)


@pane("generation.top_k")
def test_top_k(held):
    typed = held.typed(logits=tensor(Z), k=3)
    held.same(held.numpy(Z, 3), typed.kept)
    held.same(held.public(Z, 3), typed.kept)


@pane("generation.top_p")
def test_top_p(held):
    typed = held.typed(logits=tensor(Z), p=0.8)
    held.same(held.numpy(Z, 0.8), typed.kept)
    held.same(held.public(Z, 0.8), typed.kept)


@pane("generation.repetition_penalty")
def test_repetition_penalty(held):
    previous = np.array([[0, 1], [2, 2], [5, 0], [3, 4], [1, 1]])
    used = np.array([[k in row for k in range(V)] for row in previous])
    typed = held.typed(logits=tensor(Z), previous=tensor(previous), penalty=1.5)
    held.same(held.numpy(Z, used, 1.5), typed.logits)
    held.same(held.public(Z, previous, 1.5), typed.logits)
