"""Chapter 26: a trained Transformer translates what the reader writes; every head, down to a single weight."""

from functools import cache

import numpy as np

from dlbook.data import numbers
from dlbook.experiments import transformer as lab
from dlbook.experiments import transformer_nets as nets
from dlbook.explore.explorer import Choice, FreeText, Slider, explore, heat, labels, number, panel, points
from dlbook.scratch.activations import softmax

NUMBERS = (71, 93, 205, 280, 80_005, 200_005)
SENTENCES = {n: " ".join(numbers.words(n, "en")) for n in NUMBERS}
WORDS = 7  # most words that look, and that are looked at
KINDS = {
    "encoder": "English at English",
    "decoder": "French at French, masked",
    "unmasked": "French at French, without the mask",
    "across": "French at English",
}
PLACES = [str(i) for i in range(WORDS)]


def read(sentence: str) -> list[str]:
    """The words of a sentence that the net knows, without the others; zero where none is left."""
    words, known = sentence.lower().replace("-", " ").split(), nets.vocabulary("en")[nets.STOP + 1 :]
    return [word for word in words if word in known][:WORDS] or ["zero"]


@cache
def _run(sentence: str):
    """What is read, what the net writes, and all of its attentions meanwhile, in float64."""
    english, net = read(sentence), lab.translator(np.float64)
    french = lab.translate(net, " ".join(english)).split()[: WORDS - 1]
    return english, ["<start>", *french], lab.looks(net, english, french)


@cache
def _attention(sentence: str, kind: str) -> tuple:
    """Who looks, who is looked at; queries, keys, scores and weights of all layers and heads."""
    english, french, found = _run(sentence)
    looks = found["decoder" if kind == "unmasked" else kind]
    query, key = (np.stack([getattr(look, name)[0] for look in looks]) for name in ("query", "key"))
    scores = query @ key.swapaxes(-1, -2) * looks[0].scale  # (layers, H, T, S)
    weights = softmax(scores) if kind == "unmasked" else np.stack([look.weights[0] for look in looks])
    asks, asked = (english if kind == "encoder" else french), (french if kind in ("decoder", "unmasked") else english)
    return asks, asked, query, key, scores, weights


def _padded(a: np.ndarray, *shape: int) -> np.ndarray:
    """Rounded to what is read, with gaps where there are fewer words."""
    full = np.full(shape, np.nan)
    full[tuple(slice(size) for size in a.shape)] = np.round(a, 2)
    return full


def state(sentence: str, kind: str, layer: float, head: float, row: float, column: float) -> dict:
    """Word number `row` looks at word number `column`, both counted from 0, in one head."""
    name = next(key for key, label in KINDS.items() if label == kind)
    asks, asked, query, key, scores, weights = _attention(sentence, name)
    at, h = round(layer), round(head)
    t, s = min(round(row), len(asks) - 1), min(round(column), len(asked) - 1)
    p = weights[at, h]
    return {
        "overview": np.round(weights[:, :, t].max(axis=-1), 2),  # (layers, H)
        "map": _padded(p, WORDS, WORDS),
        "weight_of": _padded(p[t], WORDS),
        "place": np.arange(WORDS, 0.0, -1),
        "read": tuple(f"{i} {word}" for i, word in enumerate(asked)) + ("",) * (WORDS - len(asked)),
        "pair": np.round([query[at, h, t], key[at, h, s]], 1),
        "score": round(float(scores[at, h, t, s]), 3),
        "weight": round(float(p[t, s]), 4),
        "reads": " ".join(_run(sentence)[0]),
        "writes": " ".join(_run(sentence)[1][1:]),
        "asks": asks[t],
        "asked": asked[s],
        "most": asked[int(p[t].argmax())],
        "own": round(float(p[t].max()), 4),
    }


def explorer():
    """The explorer of chapter 26."""
    return explore(
        state,
        panel(
            heat("overview", ["layer 0", "layer 1"], list("0123"), "layer", "head", limit=1),
            title="All heads, a column each: the word's largest weight",
            height=150,
        ),
        panel(
            heat("map", PLACES, PLACES, "row", "column", limit=1),
            title="One head: a row for each word that looks",
            height=300,
        ),
        panel(
            points("weight_of", "place", color=0, size=5),
            labels("weight_of", "place", "read"),
            title="One word: where it looks in this head",
            xlabel="weight",
            xlim=(-0.05, 1.5),
            ylim=(0.3, WORDS + 0.7),
            yticks=False,
            height=260,
        ),
        panel(heat("pair", ["query", "key"]), title="One number: a query and a key, whose product it is", height=150),
        slug="transformer",
        title="From all heads to one weight",
        alt="A map of two layers and four heads with the largest weight in each; the map of the chosen head with a row"
        " for each word that looks; the words that are looked at beside their weights; sixteen numbers of a query and"
        " of a key.",
        says="The net reads “{reads}” and writes “{writes}”. {kind}, layer {layer:d}, head {head:d}. {asks} looks at"
        " {asked}: the score is {score:.2f}, the weight"
        " {weight:.3f}. It looks most at {most}, with {own:.2f}.",
        numbers=[
            number("score", "score", formula="query · key / √16"),
            number("weight", "weight", formula="e to the score, by the sum over its row"),
            number("own", "largest weight of this word"),
        ],
        presets={
            "Thirteen and four twenties": {
                "sentence": SENTENCES[93],
                "kind": KINDS["across"],
                "layer": 1,
                "head": 0,
                "row": 2,
            },
            "The mask": {
                "sentence": SENTENCES[200_005],
                "kind": KINDS["decoder"],
                "layer": 0,
                "head": 1,
                "row": 1,
                "column": 3,
            },
            "Without it": {
                "sentence": SENTENCES[200_005],
                "kind": KINDS["unmasked"],
                "layer": 0,
                "head": 1,
                "row": 1,
                "column": 3,
            },
            "Which two hundred?": {
                "sentence": SENTENCES[200_005],
                "kind": KINDS["encoder"],
                "layer": 1,
                "row": 0,
                "column": 2,
            },
            "Does something follow?": {
                "sentence": SENTENCES[280],
                "kind": KINDS["across"],
                "layer": 1,
                "head": 3,
                "row": 1,
                "column": 2,
            },
        },
        sentence=FreeText(*SENTENCES.values(), label="a number in English words", most=70),
        kind=Choice(*KINDS.values(), start=KINDS["across"], label="who looks at whom"),
        layer=Slider(0, 1, 2, start=1, label="layer, from 0"),
        head=Slider(0, 3, 4, start=2, label="head, from 0", stepper=True),
        row=Slider(0, WORDS - 1, WORDS, start=0, label="word that looks, from 0", stepper=True),
        column=Slider(0, WORDS - 1, WORDS, start=0, label="word that is looked at, from 0", stepper=True),
    )
