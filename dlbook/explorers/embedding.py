"""Chapter 22: a map of words, and whether those that are near on it are near in all the numbers of their vectors."""

from functools import cache

import numpy as np

from dlbook.experiments import embedding as lab
from dlbook.explore.explorer import Choice, explore, labels, number, panel, points

K = 8  # neighbours
MEASURES = ("in 100 numbers", "on the map")
# One word of each subject, named where there is room.
LANDMARKS = "france paris mother dog milk arm ten winter football jazz debt software".split()


@cache
def known() -> tuple:
    """The words of the map, their places, the cosines of each two of them, and the nearest of each by both measures."""
    words, (places, share) = lab.on_map(), lab.flattened()
    vectors = lab.unit(words)
    nearest = {"in 100 numbers": lab.nearest_by_number(K), "on the map": lab.nearest_on_map(K)}
    return words, places, share, vectors @ vectors.T, nearest


def subject_of(word: str) -> str:
    """The subject under which a word was chosen."""
    return next(name for name, words in lab.SUBJECTS.items() if word in words.split())


def state(word: str, near: str) -> dict:
    """The map, with one word and its nearest by one of the two measures."""
    words, places, share, cosines, nearest = known()
    at = words.index(word)
    found, other = nearest[near][at], nearest[MEASURES[1 - MEASURES.index(near)]][at]
    named = list(dict.fromkeys([at, *found, *(words.index(name) for name in LANDMARKS)]))  # nothing twice
    missing = 1 + K + len(LANDMARKS) - len(named)  # of one length in all states
    named += [at] * missing
    ink = np.where(np.isin(named, found), 0, np.where(np.array(named) == at, 1, -1))
    return {
        "x": places[:, 0],
        "y": places[:, 1],
        "near_x": places[found, 0],
        "near_y": places[found, 1],
        "at_x": places[[at], 0],
        "at_y": places[[at], 1],
        "named_x": places[named, 0],
        "named_y": places[named, 1],
        "named": tuple(words[i] for i in named[: len(named) - missing]) + ("",) * missing,
        "ink": ink.astype(float),
        "cosine": cosines[at, found],
        "height": np.arange(K, 0.0, -1),  # the nearest on top
        "beside": tuple(words[i] for i in found),
        "common": float(len(set(found) & set(other))),
        "same": float(sum(subject_of(words[i]) == subject_of(word) for i in found)),
        "least": float(cosines[at, found].min()),
        "share": share,
        "list": ", ".join(words[i] for i in found),
    }


def explorer():
    """The map of chapter 22."""
    return explore(
        state,
        panel(
            points("x", "y", color=-1, size=2),
            points("near_x", "near_y", color=0, size=4, label="the eight nearest"),
            points("at_x", "at_y", color=1, size=6, label="the word"),
            labels("named_x", "named_y", "named", color="ink"),
            title="216 words in two of 100 directions",
            xlim=(-0.65, 0.55),
            ylim=(-0.6, 0.55),
            height=380,
        ),
        panel(
            points("cosine", "height", color=0, size=5),
            labels("cosine", "height", "beside"),
            title="The eight, by their cosine",
            xlabel="cosine in 100 numbers",
            xlim=(-0.3, 1.25),
            ylim=(0.3, 8.7),
            yticks=False,
            height=300,
        ),
        slug="embedding",
        title="A map of words",
        alt="A map of 216 words as dots; one, its eight nearest and a few others are named. Beside it the cosines of"
        " the eight in all 100 numbers.",
        says="Nearest to {word} {near}: {list}. Found by both measures: {common:d} of eight.",
        numbers=[
            number("common", "of the eight, found by both measures"),
            number("same", "of the eight, from the same subject"),
            number("least", "smallest cosine of the eight"),
            number("share", "share of the variance that the map keeps"),
        ],
        presets={
            "A number is kept": {"word": "seven"},
            "A number is not": {"word": "ten"},
            "Turkey on the map": {"word": "turkey", "near": "on the map"},
            "Turkey in 100 numbers": {"word": "turkey"},
            "The fruit is a firm": {"word": "apple"},
            "A season": {"word": "spring"},
        },
        word=Choice(*sorted(lab.on_map()), start="king", label="word"),
        near=Choice(*MEASURES, label="near"),
    )
