"""What chapter 24 measures: n-grams on eight plays, and what a trained net writes. Its nets learn in generation_nets.

A model is judged by the last 5 % of the text, the second half of Julius Caesar, which none of them has learned from.
"""

import zlib
from functools import cache

import numpy as np

from dlbook.data import nets
from dlbook.experiments import measured
from dlbook.experiments.generation_nets import CHARACTERS, V, ids_of, log_prob, parts, plays, text_of, unseen
from dlbook.scratch import generation, language_model

# ─── n-grams ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def counts(order=5) -> list:
    """How often every n-gram of the known text occurs, for n = 1 to `order`."""
    ids, border = plays()
    return generation.ngram_counts(ids[:border], V, order)


def ngram_log_prob(order) -> np.ndarray:
    """log P of each character of the unseen text, from the order − 1 before it."""
    ids, border = plays()
    return np.log(generation.witten_bell(ids[border - order + 1 :], counts(7)[:order], V)[order - 1 :])


def ngram_bits(order) -> float:
    """Bits per character of the unseen text."""
    return float(generation.bits_per_character(ngram_log_prob(order)))


def unsmoothed(order) -> float:
    """The share of unseen characters that never came after the order − 1 before them: plain counts give them 0."""
    ids, border = plays()
    unseen = ids[border - order + 1 :].astype(np.int64)  # the page counts in 32 bits
    window = generation.ngrams.windows_core(unseen, order, V)
    return float(1 - np.isin(window, counts(7)[order - 1][0]).mean())


def ngram_text(order, n, seed=0) -> str:
    """What n-grams write: each character is drawn by what came after the last order − 1."""

    def step(ids, state):
        state = np.concatenate([state, ids])[-(order - 1) :] if state is not None else ids[-(order - 1) :]
        return np.log(generation.witten_bell_next(state, counts(7)[:order], V)), state

    draws = np.random.default_rng(seed).random(n)
    return text_of(generation.generate(step, ids_of("\n"), draws)[1:])


def zipped_bits() -> float:
    """Bits per character that zlib takes for the unseen text, when it has the known one before it."""
    size = lambda text: len(zlib.compress(text.encode("latin-1"), 9))
    known, rest = parts()
    return 8 * (size(known + rest) - size(known)) / len(rest)


# ─── The net of the long run ─────────────────────────────────────────────────────────────────────────────────────────


@cache
def writer() -> dict[str, np.ndarray]:
    """Its weights; a page fetches them when they are first asked for."""
    return nets.shakespeare_lstm()[1]


def log_of_long_run() -> np.ndarray:
    """A row a look: step, seconds, bits."""
    return nets.shakespeare_lstm()[2]


def ends_of_other_runs() -> np.ndarray:
    """Bits of six more nets of this size after their last step."""
    return nets.shakespeare_ends()


def long_run_log_prob(weights=None) -> np.ndarray:
    """log P of the unseen text, character by character, in 16 pieces: (T, 16)."""
    x, y = unseen()
    return log_prob(language_model.character_model(x, weights or writer())[0], y)


def step(ids, state, weights=None):
    """What `generate` asks for: the logits after the last of `ids`, and the state."""
    logits, state = language_model.character_model(ids, weights or writer(), state)
    return logits[-1], state


def write(prompt, n=200, seed=0, weights=None, **options) -> str:
    """What a net adds to a prompt: that of the long run, unless given another; `options` are those of `generate`."""
    if strange := sorted(set(prompt) - set(CHARACTERS)):
        raise ValueError(f"prompt must be of the 75 characters of the plays: got {strange}, need {CHARACTERS!r}")
    draws = np.random.default_rng(seed).random(n)
    own = lambda ids, state: step(ids, state, weights)
    return text_of(generation.generate(own, ids_of(prompt), draws, **options)[len(prompt) :])


def several(n, N=8, seed=0, T=1.0, k=None, p=None) -> list[str]:
    """N texts of n characters at once, each with draws of its own."""
    draws, state = np.random.default_rng(seed).random((n, N)), None
    new, found = np.full((1, N), CHARACTERS.index("\n")), []
    for draw in draws:
        logits, state = language_model.character_model(new, writer(), state)
        z = generation.temperature(logits[-1], T)
        z = z if k is None else generation.top_k(z, k)
        z = z if p is None else generation.top_p(z, p)
        new = generation.sample(z, draw)[None]
        found.append(new[0])
    return [text_of(ids) for ids in np.array(found).T]


def words(text) -> list[str]:
    """The words of a text in small letters."""
    return "".join(c if c.isalpha() or c == "'" else " " for c in text.lower()).split()


@cache
def known_words() -> set[str]:
    return set(words(parts()[0]))


def spelled(texts) -> float:
    """The share of words that stand in the known plays; the last of each text may be cut off."""
    found = [word for text in texts for word in words(text)[:-1]]
    return float(np.mean([word in known_words() for word in found]))


def varied(texts) -> float:
    """How many of the words are different ones, in each text; the mean."""
    return float(np.mean([len(set(words(text))) / len(words(text)) for text in texts]))


WAYS = {f"T = {T:g}": {"T": T} for T in (0.1, 0.3, 0.5, 0.7, 1, 1.3)}
WAYS |= {"top-k 5": {"k": 5}, "top-p 0.9": {"p": 0.9}}


@measured.over(way=tuple(WAYS), seeds=range(3))
def written(seed, way) -> dict:
    """Eight texts of 600 characters: how many of their words exist, how many are different, and what is copied."""
    found = several(600, seed=seed, **WAYS[way])
    copied = [len(generation.longest_copy(text, parts()[0])) for text in found]
    return {"spelled": spelled(found), "varied": varied(found), "copied": np.mean(copied), "longest": np.max(copied)}


def unseen_texts(n=600, N=8) -> list[str]:
    """Pieces of Shakespeare's own that the net has not seen."""
    rest = parts()[1]
    return [rest[i * 6000 : i * 6000 + n] for i in range(N)]


@measured.over(order=(3, 5, 7), seeds=range(3))
def written_by_ngrams(seed, order) -> dict:
    """The longest stretch that n-grams copy in texts of 600 characters."""
    found = [ngram_text(order, 600, seed=100 * seed + i) for i in range(4)]
    copied = [len(generation.longest_copy(text, parts()[0])) for text in found]
    return {"copied": np.mean(copied), "longest": np.max(copied)}
