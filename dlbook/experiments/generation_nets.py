"""The plays as numbers, and nets that learn on them: with a target at every character, or at the last of a window.

A model is judged by the last 5 % of the text, the second half of Julius Caesar, which none of them has learned from.
"""

import time
from functools import cache

import numpy as np

from dlbook.data import texts
from dlbook.experiments import measured
from dlbook.experiments import recurrent as sequences
from dlbook.scratch import activations, generation, recurrent

CHARACTERS = "".join(sorted(set(texts.shakespeare())))
V = len(CHARACTERS)


def ids_of(text) -> np.ndarray:
    """The places of characters in their list: (T,)."""
    return np.array([CHARACTERS.index(c) for c in text])


def text_of(ids) -> str:
    return "".join(CHARACTERS[i] for i in ids)


@cache
def plays() -> tuple[np.ndarray, int]:
    """The text as numbers (L,), and where the part begins that no model learns from."""
    place = np.zeros(256, int)  # by the code of a character
    place[[ord(c) for c in CHARACTERS]] = np.arange(V)
    ids = place[np.frombuffer(texts.shakespeare().encode("latin-1"), np.uint8)]
    return ids, int(0.95 * len(ids))


def parts() -> tuple[str, str]:
    """The text to learn from, and the text for judging."""
    text, border = texts.shakespeare(), plays()[1]
    return text[:border], text[border:]


def pieces(starts, T) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of T characters that begin at `starts` (N,), and what comes after each character: (T, N) both."""
    window = plays()[0][starts + np.arange(T + 1)[:, None]]
    return window[:-1], window[1:]


def unseen(N=16) -> tuple[np.ndarray, np.ndarray]:
    """The text for judging in N pieces side by side, with the one character before each: (T, N) both."""
    ids, border = plays()
    T = (len(ids) - border) // N
    return pieces(border - 1 + T * np.arange(N), T)


# ─── Nets that learn here ────────────────────────────────────────────────────────────────────────────────────────────

NETS = {"RNN": recurrent.RNN, "LSTM": recurrent.LSTM}
LOOKS = (0, 50, 100, 200, 400, 700, 1000)  # after how many steps a net is judged


def log_prob(logits, targets) -> np.ndarray:
    """log P of what came: logits (…, V), targets (…) -> (…)."""
    return np.take_along_axis(activations.log_softmax(logits), targets[..., None], axis=-1)[..., 0]


def batches(steps, rng, T, N=16, every=True):
    """Pieces of the known text at places of chance; a target for every character, or for the last of each piece."""
    for _ in range(steps):
        x, y = pieces(rng.integers(plays()[1] - T, size=N), T)
        yield x, None, y if every else y[-1]


def new_net(kind, seed, hidden=96, every=True):
    """A net that has not learned anything yet."""
    return sequences.Reader(V, hidden, V, np.random.default_rng(seed), every=every, kind=NETS[kind])


def bits_of(net) -> float:
    """Bits per character on the unseen text."""
    x, y = unseen()
    return float(generation.bits_per_character(log_prob(net.scores(x), y)))


@measured.over(kind=("RNN", "LSTM"), seeds=range(3))
def learned(seed, kind) -> dict:
    """Bits per character and seconds of one processor after so many steps."""
    net, found, passed = new_net(kind, seed), {}, 0.0

    def with_looks(stream):
        nonlocal passed
        for step, batch in enumerate(stream):
            if step in LOOKS:
                found.update({f"bits_{step}": bits_of(net), f"seconds_{step}": passed})
            began = time.process_time()
            yield batch
            passed += time.process_time() - began

    sequences.train(net, with_looks(batches(LOOKS[-1], np.random.default_rng(seed), T=48)), lr=0.008)
    return found | {f"bits_{LOOKS[-1]}": bits_of(net), f"seconds_{LOOKS[-1]}": passed}


# ─── A target at every character, or at the last alone ───────────────────────────────────────────────────────────────


def taught(seed, targets, steps=600, T=32):
    """An LSTM of 64 units that has seen 16 windows a step, with a target for `every` character or for the `last`."""
    every = targets == "every"
    net = new_net("LSTM", seed, hidden=64, every=every)
    return sequences.train(net, batches(steps, np.random.default_rng(seed), T, every=every), lr=0.008)


@measured.over(targets=("every", "last"), seeds=range(3))
def by_targets(seed, targets) -> dict:
    """Bits for the 33rd character of 2,000 unseen windows, of which both nets have read 32."""
    x, y = pieces(plays()[1] + 25 * np.arange(2000), 32)
    scores = taught(seed, targets).scores(x)
    last = scores[-1] if targets == "every" else scores
    return {"bits": generation.bits_per_character(log_prob(last, y[-1]))}
