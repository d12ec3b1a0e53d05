"""Chapter 23: a sentence, what each of its words adds to the score, and the word that decides."""

from functools import cache

import numpy as np

from dlbook.experiments import sentiment as lab
from dlbook.explore.explorer import Choice, FreeText, explore, labels, number, panel, points, rule, words
from dlbook.scratch import text

READ, TOP = 24, 6  # words that are read; that are named as the heaviest
SENTENCES = (
    "A moving, funny and beautifully acted film.",
    "Not bad at all.",
    "Funny, not boring.",
    "Boring, not funny.",
    "The best thing about this film is that it ends.",
    "It is never dull and there is no bad joke in it.",
    "Great, another two hours of my life.",
    "xyzzy",
)


@cache
def tables() -> tuple[tuple[str, ...], dict[str, dict]]:
    """The words, and for each model the weight of each of them in thousandths, the bias, and whether it is a mean."""
    known, models = lab.word_weights()
    return known, {
        name: {"weights": weights, "bias": bias, "mean": mean, "scale": 1000}
        for name, (weights, bias, mean) in models.items()
    }


def parts(sentence: str, model: str) -> tuple[list[str], np.ndarray, float, int]:
    """The words that are read, what each adds to the score, the bias, and how many are unknown."""
    known, models = tables()
    said = text.tokenize(sentence)[:READ] if sentence else []
    place, of = {word: i for i, word in enumerate(known)}, models[model]
    ids = [place.get(word, place["<unk>"]) for word in said]
    added = of["weights"][ids] / 1000 / (len(said) if of["mean"] and said else 1)
    return said, added, of["bias"] / 1000, sum(word not in place for word in said)


def padded(values, length: int) -> np.ndarray:
    """As long as it has to be, with gaps."""
    return np.concatenate([values, np.full(length - len(values), np.nan)])


def state(sentence: str, model: str) -> dict:
    """The words of a sentence and their parts in the score of one model."""
    said, added, bias, unknown = parts(sentence, model)
    top = np.argsort(-np.abs(added), kind="stable")[:TOP]
    score = float(bias + added.sum())
    return {
        "said": tuple(said) or ("",),
        "part": padded(added, READ),
        "heaviest": tuple(said[i] for i in top) or ("",),
        "heavy": padded(added[top] / (np.abs(added).max(initial=0) or 1), TOP),
        "height": np.arange(TOP, 0.0, -1),  # the heaviest on top
        "zero": 0.0,
        "score": score,
        "good": float(1 / (1 + np.exp(-score))),
        "bias": bias,
        "read": float(len(said)),
        "unknown": float(unknown),
        "verdict": "good" if score > 0 else "bad",
        "list": ", ".join(f"{said[i]} {added[i]:+.2f}".replace("-", "−") for i in top[:3]) or "none",
    }


def explorer():
    """The sentence that the reader of chapter 23 writes."""
    known, models = tables()
    knows = {
        "words": "\n".join(known),
        "models": {name: of | {"weights": of["weights"].tolist()} for name, of in models.items()},
    }
    return explore(
        state,
        panel(words("said", "part", full=2.0), title="Each word's part in the score", height=250),
        panel(
            rule("zero"),
            points("heavy", "height", color=2, size=5),
            labels("heavy", "height", "heaviest"),
            title="The heaviest words, beside the heaviest",
            xlabel="bad ← 0 → good",
            xlim=(-1.7, 1.7),
            ylim=(0.3, TOP + 0.7),
            yticks=False,
            height=250,
        ),
        slug="sentiment",
        title="A sentence and its words",
        alt="The words of a sentence, each on a coloured ground with its part in the score below it; and the heaviest"
        " words along a line from bad to good.",
        says="{model}: the sentence is called {verdict}, with the score {score:.2f} and the probability {good:.2f} of"
        " being good. Heaviest words: {list}. Of {read:d} words {unknown:d} are unknown.",
        numbers=[
            number("score", "score", formula="bias {bias:.3f} + the parts of {read:d} words"),
            number("good", "probability of being good", formula="σ({score:.3f})"),
            number("bias", "score of no word at all"),
            number("read", "words read, marks among them"),
            number("unknown", "of them unknown"),
        ],
        presets={
            "Praise": {},
            "Not bad": {"sentence": "Not bad at all."},
            "Funny, not boring": {"sentence": "Funny, not boring."},
            "The same words": {"sentence": "Boring, not funny."},
            "Irony": {"sentence": "The best thing about this film is that it ends."},
            "More irony, by the mean": {"sentence": "Great, another two hours of my life.", "model": "mean embedding"},
            "A word it does not know": {"sentence": "xyzzy"},
        },
        sentence=FreeText(*SENTENCES, label="your sentence", most=110, answers="word_parts", knows=knows),
        model=Choice("naive Bayes", "mean embedding", label="model"),
    )
