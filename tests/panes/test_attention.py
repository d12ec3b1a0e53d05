"""Chapter 25's panes: two queries look at three keys; a beam of two through a language of five words."""

import numpy as np
import torch
from pane import pane

from dlbook.scratch import generation
from dlbook.scratch.generation import beams as room

rng = np.random.default_rng(0)
T, S = 2, 3
QUERY, KEY, VALUE = rng.normal(size=(T, 4)), rng.normal(size=(S, 4)), rng.normal(size=(S, 6))
OTHER, UPSTREAM = rng.normal(size=(S, 3)), rng.normal(size=(T, 6))
MASK = np.array([[True, True, False], [True, True, True]])


def tensor(x) -> torch.Tensor:
    return torch.tensor(x)


@pane("attention.dot_product")
def test_dot_product(held):
    typed = held.typed(query=tensor(QUERY), key=tensor(KEY), value=tensor(VALUE))
    for found in (held.numpy(QUERY, KEY, VALUE, 0.0), held.public(QUERY, KEY, VALUE)):
        held.same(found[0], typed.context, atol=1e-14)
        held.same(found[1], typed.weights)


@pane("attention.additive")
def test_additive(held):
    typed = held.typed(query=tensor(QUERY), key=tensor(OTHER), value=tensor(VALUE))
    own = [layer.weight.detach().numpy() for layer in (typed.W_q, typed.W_k, typed.w_v)]
    own[2] = own[2][0]
    for found in (held.numpy(QUERY, OTHER, VALUE, *own, 0.0), held.public(QUERY, OTHER, VALUE, *own)):
        held.same(found[0], typed.context, atol=1e-14)
        held.same(found[1], typed.weights)


@pane("attention.scaled_dot_product")
def test_scaled_dot_product(held):
    typed = held.typed(query=tensor(QUERY), key=tensor(KEY), value=tensor(VALUE), mask=tensor(MASK))
    bias = np.where(MASK, 0.0, -np.inf)
    held.same(held.numpy(QUERY, KEY, VALUE, bias, 1 / 2)[0], typed.context, atol=1e-14)
    held.same(held.public(QUERY, KEY, VALUE, MASK)[0], typed.context, atol=1e-14)


@pane("attention.scaled_dot_product_backward")
def test_scaled_dot_product_backward(held):
    typed = held.typed(query=tensor(QUERY), key=tensor(KEY), value=tensor(VALUE), upstream=tensor(UPSTREAM))
    weights = held.public(UPSTREAM, QUERY, KEY, VALUE), held.numpy(UPSTREAM, QUERY, KEY, VALUE, weights_of(), 1 / 2)
    for found in weights:
        for ours, theirs in zip(found, (typed.query_grad, typed.key_grad, typed.value_grad), strict=True):
            held.same(ours, theirs, atol=1e-14)


def weights_of() -> np.ndarray:
    z = np.exp(QUERY @ KEY.T / 2)
    return z / z.sum(axis=1, keepdims=True)


V, END = 5, 4


def language(beams) -> np.ndarray:
    """log P of the next of five words after each beginning (B, t): (B, V)."""
    z = np.array([np.random.default_rng([7, *beam]).normal(size=V) * 2 for beam in np.asarray(beams).tolist()])
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


@pane("generation.beam_search")
def test_beam_search(held):
    given = {"width": 2, "max_length": 4, "end": END, "V": V}
    typed = held.typed(log_prob=lambda beams: tensor(language(beams)), prompt=tensor([0]), **given)
    texts, scores = held.public(language, [0], 2, 4, END)
    found = sorted([*typed.done, *zip(typed.beams.tolist(), typed.totals.tolist(), strict=True)], key=lambda y: -y[1])
    assert [y for y, _ in found[:2]] == [y.tolist() for y in texts] and len(typed.done) > 0
    held.same(scores, [total for _, total in found[:2]], atol=1e-14)


def test_the_public_search_runs_the_loop_that_the_pane_shows(monkeypatch):
    """A block has no core of its own name, so that `held` cannot see it followed."""
    ran = []
    for name in ("best_continuations_core", "beam_search_core"):
        core = getattr(room, name)
        monkeypatch.setattr(room, name, lambda *args, core=core, name=name: ran.append(name) or core(*args))
    generation.beam_search(language, [0], 2, 3, END)
    assert set(ran) == {"best_continuations_core", "beam_search_core"}
