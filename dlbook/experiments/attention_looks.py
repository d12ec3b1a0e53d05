"""What chapter 25 does with translators that have learned: it reads their weights, and puts others in their place."""

from copy import copy
from dataclasses import dataclass
from functools import cache

import numpy as np

from dlbook.data import numbers
from dlbook.data.translators import translator_weights
from dlbook.experiments.attention import START, STOP, Translator, counterparts, pairs, right, taught, vocabulary
from dlbook.experiments.recurrent import one_hot
from dlbook.scratch import activations

# ─── Nets that come with their weights ───────────────────────────────────────────────────────────────────────────────


@cache
def translator(net="fr_dot") -> Translator:
    """A translator from English that has learned: "fr_none", "fr_dot" or "de_dot"."""
    found = Translator("en", net[:2], net[3:])
    for name, weight in translator_weights(net).items():
        part, _, own = name.partition(".")
        found.parts[part].params[own] = weight
    return found


@dataclass(frozen=True)
class Translation:
    """What a net makes of one number: words read (S,) and written (T,), weights (T, S), contexts (T, H), P (T, V)."""

    read: list[str]
    written: list[str]
    weights: np.ndarray
    contexts: np.ndarray
    probabilities: np.ndarray


def translation(net, n, most=30) -> Translation:
    """The net on its own, word by word, up to its stop; in float64, whose digits are the same on every machine."""
    read, words = numbers.words(n, net.source), vocabulary(net.target)
    ids = np.array([vocabulary(net.source).index(word) for word in read])
    (states, h), word, found = net.parts["encoder"](one_hot(ids[:, None], net.reads)), START, []
    while len(found) < most and word != words.index(STOP):
        output, h = net.parts["decoder"](one_hot(np.array([[word]]), net.writes), h)
        scores = net.head(output, states)
        word = int(scores.argmax())
        weights = np.zeros(len(ids)) if net.look == "none" else net.weights[0, 0]
        found.append((words[word], weights, weights @ states[:, 0], activations.softmax(scores[0, 0].astype(float))))
    written, *arrays = zip(*found, strict=True)
    return Translation(read, list(written), *map(np.array, arrays))


def translated_text(net, n) -> str:
    """The words that a net writes for a number, without the stop."""
    return " ".join(word for word in translation(net, n).written if word != STOP)


# ─── Where it looks ──────────────────────────────────────────────────────────────────────────────────────────────────

UNITS = "hundred thousand million billion".split()


def aligned_by_kind(net, n) -> dict[str, float]:
    """As `aligned`, for numerals (seven, forty) and for names of units apart; only in texts that are right."""
    hits = {"numerals": [], "units": []}
    for number, shown in ((k, translation(net, k)) for k in map(int, n)):
        is_right = shown.written[:-1] == numbers.words(number, net.target)
        for t, s in enumerate(counterparts(shown.read, shown.written)):
            if is_right and s >= 0:
                hits["units" if shown.read[s] in UNITS else "numerals"].append(shown.weights[t].argmax() == s)
    return {kind: float(np.mean(found)) for kind, found in hits.items()}


# ─── Other weights in their place ────────────────────────────────────────────────────────────────────────────────────


def steered(net, rule) -> Translator:
    """The same net, whose weights `rule` changes: it takes them (N, T, S), and gives others of that shape."""
    other = copy(net)

    def attend(query, key, lengths):
        _, weights = Translator.attend(net, query, key, lengths)
        weights = rule(weights)
        return weights @ key, weights

    other.attend = attend
    return other


def equal(weights) -> np.ndarray:
    """The same weight for every word that may be looked at."""
    may = (weights > 0).astype(weights.dtype)
    return may / may.sum(axis=-1, keepdims=True)


def largest(weights) -> np.ndarray:
    """All on the word that had most."""
    return np.eye(weights.shape[-1], dtype=weights.dtype)[weights.argmax(axis=-1)]


def shifted(weights) -> np.ndarray:
    """Each weight one word later; what the last word had is left out, and nothing falls on padding."""
    moved = np.roll(weights, 1, axis=-1) * (weights > 0)
    moved[..., 0] = 0
    return moved / np.maximum(moved.sum(axis=-1, keepdims=True), 1e-9)


def share_right(net, n) -> float:
    """How many numbers are written right."""
    return float(right(net, n)[0].mean())


def with_other_weights(net, n) -> dict[str, float]:
    """How many numbers are right with the net's own weights, and with others in their place."""
    found = {rule.__name__: share_right(steered(net, rule), n) for rule in (largest, equal, shifted)}
    return {"its own": share_right(net, n)} | found


def others_that_agree(net, n) -> float:
    """In how many of the words written right could all the weight lie on another word, and the answer stay the same?

    Each step reads the true words before it. All weight goes to one place at a time; the place that had most is left
    out.
    """
    found, y, weights = taught(net, n)
    _, lengths, _ = pairs(n, net.source, net.target)
    S, best = weights.shape[-1], weights.argmax(axis=-1)  # (N, T)
    agree = np.zeros(best.shape, bool)
    for s in range(S):
        alone = taught(steered(net, lambda w, s=s: np.broadcast_to(np.eye(S, dtype=w.dtype)[s], w.shape)), n)[0]
        agree |= (alone.T == y.T) & (best != s) & (s < lengths[:, None])
    return float(agree[(found == y).T & (y >= 0).T].mean())


def looks_elsewhere(net, n) -> list[tuple[float, int, int, int]]:
    """Where the answer is right and the largest weight stands on another word: (weight, number, step, place)."""
    cases = []
    for number in map(int, n):
        shown = translation(net, number)
        if shown.written[:-1] != numbers.words(number, net.target):
            continue
        for t, s in enumerate(counterparts(shown.read, shown.written)):
            place = int(shown.weights[t].argmax())
            if s >= 0 and place != s:
                cases.append((float(shown.weights[t, place]), number, t, place))
    return sorted(cases, reverse=True)


# ─── A language of two steps ─────────────────────────────────────────────────────────────────────────────────────────

TREE = {"<start>": {"it": 0.6, "he": 0.4}, "it": {"is": 0.5, "was": 0.5}, "he": {"is": 0.9, "was": 0.1}}
WORDS = ("it", "he", "is", "was", "<start>")


@np.errstate(divide="ignore")  # log 0: a word that cannot come
def tree_step(beams) -> np.ndarray:
    """log P of the next word after each beginning: ids (B, t) -> (B, 5)."""
    return np.log([[TREE[WORDS[beam[-1]]].get(word, 0) for word in WORDS] for beam in beams])


# ─── Products of long vectors ────────────────────────────────────────────────────────────────────────────────────────


def products(sizes, N=4000, S=10, seed=0) -> dict[str, np.ndarray]:
    """Queries and keys of d normal numbers: the variance of q · k, and the largest of S weights, scaled or not."""
    rng = np.random.default_rng(seed)
    found = {"variance": [], "plain": [], "scaled": [], "slope": [], "slope_scaled": []}
    for d in sizes:
        z = np.einsum("nd,nsd->ns", rng.normal(size=(N, d)), rng.normal(size=(N, S, d)))
        found["variance"].append(z.var())
        for name, scores in (("", z), ("_scaled", z / np.sqrt(d))):
            p = activations.softmax(scores)
            found["scaled" if name else "plain"].append(p.max(axis=1).mean())
            found[f"slope{name}"].append((p * (1 - p)).max(axis=1).mean())
    return {name: np.array(values) for name, values in found.items()}
