"""Chapter 24: a text as it is drawn, character by character, at several temperatures and truncations."""

from functools import cache

import numpy as np

from dlbook.experiments import generation as lab
from dlbook.explore.explorer import Choice, Slider, explore, labels, line, number, panel, points, text
from dlbook.explorers.generation import bars, changed, shown
from dlbook.scratch import generation
from dlbook.scratch.activations import softmax

K, LENGTH, WIDTH = 10, 84, 28  # characters that are shown at a step, steps, characters of a row
PROMPT = "\n\nBRUTUS.\n"
CUTS = {"no cut": {}, "top-k 5": {"k": 5}, "top-p 0.9": {"p": 0.9}}
DRAWS = np.random.default_rng(24).random(LENGTH)  # the same for every setting


@cache
def drawn(cut: str, T: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the net says at each step (LENGTH, V), what is drawn from, and what is drawn (LENGTH,)."""
    new, hidden, rows = lab.ids_of(PROMPT), None, []
    for draw in DRAWS:
        z, hidden = lab.step(new, hidden)
        q = changed(z, T, **CUTS[cut])
        new = np.atleast_1d(generation.sample(np.log(np.maximum(q, 1e-300)), draw))
        rows.append((softmax(z), q, new[0]))
    p, q, ids = (np.array(column) for column in zip(*rows, strict=True))
    return p, q, ids


def state(cut: str, T: float, step: float) -> dict:
    """The text up to this step, the distribution of the next character, and which one is drawn."""
    p, q, ids = drawn(cut, T)
    at = int(step) - 1
    best = np.argsort(-q[at], kind="stable")[:K]
    written = "".join(shown(lab.CHARACTERS[i]) for i in ids[: at + 1])
    surprise = -np.log2(p[np.arange(LENGTH), ids])
    below = float(q[at][: ids[at]].sum())
    return bars(q[at][best]) | {
        "height": np.arange(K, 0.0, -1),
        "q": q[at][best],
        "drawn_x": q[at][best[best == ids[at]]] if ids[at] in best else np.array([np.nan]),
        "drawn_y": np.array([float(K - list(best).index(ids[at]))]) if ids[at] in best else np.array([np.nan]),
        "names": tuple(shown(lab.CHARACTERS[i]) for i in best),
        "place": np.arange(1.0, LENGTH + 1),
        "surprise": np.where(np.arange(LENGTH) <= at, surprise, np.nan),
        "line_1": written[:WIDTH] or " ",
        "line_2": written[WIDTH : 2 * WIDTH] or " ",
        "line_3": written[2 * WIDTH :] or " ",
        "character": shown(lab.CHARACTERS[ids[at]]),
        "u": float(DRAWS[at]),
        "low": below,
        "high": below + float(q[at][ids[at]]),
        "bits": float(surprise[: at + 1].mean()),
    }


def explorer():
    """A text of chapter 24, as it is drawn."""
    return explore(
        state,
        panel(
            line("place", "surprise", color=2),
            text(2, 19, "line_1"),
            text(2, 17, "line_2"),
            text(2, 15, "line_3"),
            title="After BRUTUS.↵ the net has written",
            xlabel="character",
            ylabel="bits it cost",
            xlim=(0, LENGTH),
            ylim=(0, 20.5),
            height=290,
        ),
        panel(
            line("bar_x", "bar_y", color=0, width=5, label="drawn from"),
            points("drawn_x", "drawn_y", color=1, size=6, label="what was drawn"),
            labels("q", "height", "names"),
            title="The last character's distribution",
            xlabel="probability",
            xlim=(0, 1.08),
            ylim=(0.3, K + 0.7),
            yticks=False,
            height=290,
        ),
        slug="generation_text",
        title="A text as it is drawn",
        alt="The text that the net has written so far with the bits that each character cost, and the distribution from"
        " which its last character was drawn.",
        says="Temperature {T}, {cut}, character {step:d}: {character} was drawn, for {u:.3f} lies between {low:.3f} and"
        " {high:.3f}. The text: {line_1} {line_2} {line_3}",
        numbers=[
            number("u", "the draw u"),
            number("low", "share of all before it, in the alphabet's order"),
            number("high", "the same with the character itself"),
            number("bits", "bits per character of the text, by the net"),
        ],
        presets={
            "As the net says": {"step": LENGTH},
            "Cold": {"T": 0.3, "step": LENGTH},
            "Hot": {"T": 1.5, "step": LENGTH},
            "Hot, but top-k 5": {"T": 1.5, "cut": "top-k 5", "step": LENGTH},
            "From the beginning": {"step": 1},
        },
        cut=Choice(*CUTS, label="truncation"),
        T=Slider(values=(0.3, 0.6, 1, 1.5), start=1, label="temperature T"),
        step=Slider(1, LENGTH, LENGTH, start=24, label="character", stepper=True),
    )
