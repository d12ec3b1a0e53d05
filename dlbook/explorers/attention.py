"""Chapter 25: a translator writes a number word by word; where it looks, what it takes from there, what comes next."""

from functools import cache

import numpy as np

from dlbook.experiments import attention_looks as looks
from dlbook.explore.explorer import Choice, Slider, explore, heat, labels, number, panel, points
from dlbook.explore.steps import clamp

NUMBERS = (
    7, 12, 38, 42, 71, 85, 99, 100, 101, 138, 342, 580, 717, 999, 1000, 1138, 4021, 9999, 12345, 40_004,
    80_000, 99_999, 342_717, 444_444, 605_090, 770_486, 800_080, 990_016,
)  # fmt: skip
LANGUAGES = {"German": "de_dot", "French": "fr_dot"}
READS, WRITES, NEXT = 11, 12, 5  # most words that are read, and written with the stop; words that compete


@cache
def shown(n: str, language: str) -> looks.Translation:
    """What the net of a language makes of a number, "1,138"."""
    return looks.translation(looks.translator(LANGUAGES[language]), int(n.replace(",", "")))


def state(n: str, language: str, step: float) -> dict:
    """What is known when the word of this step is written."""
    found = shown(n, language)
    t = clamp(step, len(found.written))
    S, weights = len(found.read), found.weights[t - 1]
    words = looks.vocabulary(LANGUAGES[language][:2])
    best = np.argsort(-found.probabilities[t - 1], kind="stable")[:NEXT]
    whole = np.full((READS, WRITES), np.nan)
    whole[:S, :t] = np.round(found.weights[:t].T, 2)  # as many digits as are read
    own = np.full(READS, np.nan)
    own[:S] = weights
    return {
        "weight": own,
        "place": np.arange(READS, 0.0, -1),  # the first word on top
        "read": tuple(f"{s} {word}" for s, word in enumerate(found.read, start=1)) + ("",) * (READS - S),
        "map": whole,
        "context": np.round(found.contexts[t - 1].reshape(4, 16), 2),
        "p": found.probabilities[t - 1][best],
        "rank": np.arange(NEXT, 0.0, -1),
        "nexts": tuple(words[i] for i in best),
        "t": t,
        "looked": found.read[int(weights.argmax())],
        "next": words[best[0]],
        "before": " ".join(found.written[: t - 1]) or "nothing",
        "most": float(weights.max()),
        "spread": float(np.exp(-(weights * np.log(np.maximum(weights, 1e-30))).sum())),
        "chance": float(found.probabilities[t - 1].max()),
        "length": float(np.sqrt((found.contexts[t - 1] ** 2).sum())),
    }


def explorer():
    """The explorer of chapter 25."""
    return explore(
        state,
        panel(
            points("weight", "place", color=0, size=5),
            labels("weight", "place", "read"),
            title="The words that were read, by their weight now",
            xlabel="weight",
            xlim=(-0.05, 1.45),
            ylim=(0.3, READS + 0.7),
            yticks=False,
            height=320,
        ),
        panel(
            heat(
                "map",
                rows=[str(s) for s in range(1, READS + 1)],
                columns=[str(t) for t in range(1, WRITES + 1)],
                limit=1,
            ),
            title="The map so far: a row for each word read, a column for each written",
            height=320,
        ),
        panel(
            points("p", "rank", color=2, size=5),
            labels("p", "rank", "nexts"),
            title="The next word",
            xlabel="probability",
            xlim=(-0.05, 1.45),
            ylim=(0.3, NEXT + 0.7),
            yticks=False,
            height=200,
        ),
        panel(
            heat("context"),
            title="The context, 64 numbers",
            height=200,
        ),
        slug="attention",
        title="A number, translated step by step",
        alt="The words of an English number with their weights at the current step, the map of all steps so far, the"
        " likeliest next words with their probabilities, and the 64 numbers of the context.",
        says="{language}, word {t:d}. Written so far: {before}. The largest weight, {most:.2f}, stands on {looked}. The"
        " next word is {next}, with probability {chance:.2f}.",
        numbers=[
            number("most", "largest weight"),
            number("spread", "words it looks at", formula="e to the entropy of the weights"),
            number("chance", "probability of the next word"),
            number("length", "length of the context", formula="‖c‖"),
        ],
        presets={
            "Two and forty": {"n": "42", "step": 1},
            "Crossing back": {"n": "342,717", "step": 5},
            "Elsewhere, and right": {"n": "770,486", "step": 2},
            "Four twenties": {"n": "85", "language": "French", "step": 1},
            "The stop": {"n": "1,138", "step": 12},
            "An error": {"n": "800,080", "step": 4},
        },
        n=Choice(*(f"{n:,}" for n in NUMBERS), start="342", label="number"),
        language=Choice(*LANGUAGES, label="into"),
        step=Slider(1, WRITES, WRITES, start=1, label="word", stepper=True),
    )
