"""Chapter 24: what may come next at a place of the unseen play, and what temperature and truncation make of it."""

from functools import cache

import numpy as np

from dlbook.experiments import generation as lab
from dlbook.explore.explorer import Choice, Slider, explore, labels, line, number, panel, points
from dlbook.scratch import generation
from dlbook.scratch.activations import softmax

K = 12  # characters that are shown
PLACES = (
    "I come to bury Caesar, not to p", "Friends, Romans, countrymen, l", "The noble Brutus hath told y",
    "And Brutus is an honourable m", "What is that q", "I am ", "and then ", "ANTONY.↵", "Enter ", "?↵↵",
)  # fmt: skip
CUTS = {"no cut": {}, "top-k 3": {"k": 3}, "top-k 10": {"k": 10}, "top-p 0.5": {"p": 0.5}, "top-p 0.9": {"p": 0.9}}
TEMPERATURES = (0.2, 0.35, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2, 3)


@cache
def logits(place: str) -> np.ndarray:
    """What the net says comes after these characters, which begin on a new line: (V,)."""
    return lab.step(lab.ids_of("\n" + place.replace("↵", "\n")), None)[0]


def changed(z, T, k=None, p=None) -> np.ndarray:
    """The distribution that is drawn from."""
    z = generation.temperature(z, T)
    z = z if k is None else generation.top_k(z, k)
    return softmax(z if p is None else generation.top_p(z, p))


def shown(character: str) -> str:
    """A character that can be seen."""
    return {" ": "␣", "\n": "↵"}.get(character, character)


def entropy(p) -> float:
    """How many bits a draw has, −Σ p log₂ p."""
    return abs(float((p[p > 0] * np.log2(p[p > 0])).sum()))


def bars(p) -> dict:
    """Lines from 0 to each value, the first on top: gaps between them."""
    ends = np.stack([np.zeros(len(p)), p, np.full(len(p), np.nan)], axis=1)
    return {"bar_x": ends.ravel(), "bar_y": np.repeat(np.arange(len(p), 0.0, -1), 3)}


def state(place: str, cut: str, T: float) -> dict:
    """The twelve likeliest characters: what the net says, and what is drawn from."""
    p = softmax(logits(place))
    q = changed(logits(place), T, **CUTS[cut])
    best = np.argsort(-p, kind="stable")[:K]
    return bars(q[best]) | {
        "p": p[best],
        "q": q[best],
        "height": np.arange(K, 0.0, -1),
        "ends": np.maximum(p, q)[best],
        "names": tuple(shown(lab.CHARACTERS[i]) for i in best),
        "first": shown(lab.CHARACTERS[best[0]]),
        "kept": float((q > 0).sum()),
        "entropy": entropy(q),
        "share": float(p[q > 0].sum()),
        "best": float(q[best[0]]),
    }


def explorer():
    """Temperature and truncation of chapter 24."""
    return explore(
        state,
        panel(
            line("bar_x", "bar_y", color=0, width=5, label="drawn from"),
            points("p", "height", color=1, size=5, ring=True, label="what the net says"),
            labels("ends", "height", "names"),
            title="The next character",
            xlabel="probability",
            xlim=(0, 1.08),
            ylim=(0.3, K + 0.7),
            yticks=False,
            height=330,
        ),
        slug="generation",
        title="What may come next",
        alt="The twelve likeliest next characters at a place of the play: open diamonds for what the net says, bars for"
        " the distribution after temperature and truncation.",
        says="After “{place}”, at temperature {T} and with {cut}: {kept:d} characters can be drawn, the likeliest is"
        " {first} with {best:.2f}. A draw has {entropy:.2f} bits.",
        numbers=[
            number("kept", "characters that can be drawn"),
            number("share", "share that the net gave them"),
            number("best", "probability of the likeliest"),
            number("entropy", "bits of a draw"),
        ],
        presets={
            "As the net says": {},
            "Cold": {"T": 0.35},
            "Hot": {"T": 2},
            "Hot, but cut": {"T": 2, "cut": "top-k 3"},
            "The nucleus, sure": {"cut": "top-p 0.9", "place": "What is that q"},
            "The nucleus, unsure": {"cut": "top-p 0.9", "place": "ANTONY.↵"},
        },
        place=Choice(*PLACES, start="and then ", label="after"),
        cut=Choice(*CUTS, label="truncation"),
        T=Slider(values=TEMPERATURES, start=1, label="temperature T"),
    )
