"""Chapter 22: c + t (b − a), step by step, and which word is nearest, with the question's own words or without."""

from functools import cache

import numpy as np

from dlbook.experiments import embedding as lab
from dlbook.explore.explorer import Choice, Slider, explore, labels, number, panel, points

K = 6  # answers
QUESTIONS = (
    "man : king = woman", "man : woman = king", "france : paris = italy", "japan : yen = mexico", "go : went = see",
    "mouse : mice = child", "big : bigger = small", "hot : cold = good", "man : doctor = woman", "he : doctor = she",
    "father : mother = son", "germany : german = spain",
)  # fmt: skip
KEPT = ("left out", "allowed")


@cache
def units() -> np.ndarray:
    """GloVe's vectors, made as long as 1."""
    vectors = lab.glove()[1]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def plane(a, b, c) -> np.ndarray:
    """Two directions at right angles (2, 100): along b − a, and what c − a adds to it."""
    first = (b - a) / np.linalg.norm(b - a)
    second = c - a - (c - a) @ first * first
    return np.stack([first, second / np.linalg.norm(second)])


def state(question: str, own: str, t: float) -> dict:
    """The question's plane, where the point lies in it, and the nearest words."""
    words, unit = lab.glove()[0], units()
    asked = question.replace(":", "").replace("=", "").split()
    ids = lab.numbers(asked)
    a, b, c = unit[ids]
    point = c + t * (b - a)
    cosines = unit @ (point / np.linalg.norm(point))
    open_to = cosines.copy()
    if own == KEPT[0]:
        open_to[ids] = -np.inf
    best = np.argsort(-open_to, kind="stable")[:K]
    places = (np.concatenate([[a, b, c], unit[best]]) - a) @ plane(a, b, c).T
    names = (*asked, *(words[i] for i in best))
    repeated = np.array([name in names[:i] for i, name in enumerate(names)])
    places[repeated] = np.nan  # it is named already
    return {
        "own_x": places[:3, 0],
        "own_y": places[:3, 1],
        "best_x": places[3:, 0],
        "best_y": places[3:, 1],
        "all_x": places[:, 0],
        "all_y": places[:, 1],
        "names": names,
        "point_x": ((point - a) @ plane(a, b, c).T)[[0]],
        "point_y": ((point - a) @ plane(a, b, c).T)[[1]],
        "cosine": cosines[best],
        "height": np.arange(K, 0.0, -1),  # the nearest on top
        "answers": names[3:],
        "first": names[3],
        "to_c": float(cosines[ids[2]]),
        "to_b": float(cosines[ids[1]]),
        "to_first": float(cosines[best[0]]),
        "lead": float(cosines[best[0]] - cosines[best[1]]),
    }


def explorer():
    """The arithmetic of chapter 22."""
    return explore(
        state,
        panel(
            points("own_x", "own_y", color=0, size=5, label="the question's words"),
            points("best_x", "best_y", color=2, size=4, label="the nearest words"),
            points("point_x", "point_y", color=1, size=6, label="c + t (b − a)"),
            labels("all_x", "all_y", "names"),
            title="The plane of the question",
            xlabel="along b − a",
            height=330,
        ),
        panel(
            points("cosine", "height", color=2, size=5),
            labels("cosine", "height", "answers"),
            title="The nearest words",
            xlabel="cosine with the point",
            xlim=(0.3, 1.25),
            ylim=(0.3, 6.7),
            yticks=False,
            height=260,
        ),
        slug="embedding_arithmetic",
        title="Arithmetic with words",
        alt="The words of a question and those nearest to c + t (b − a), in the plane of the question; beside it the"
        " cosines of the nearest.",
        says="{question} : {first}, with the question's own words {own}. Its cosine is {to_first:.2f}, that of the word"
        " c itself {to_c:.2f}.",
        numbers=[
            number("to_first", "cosine of the answer"),
            number("lead", "its lead over the second word"),
            number("to_c", "cosine of c itself"),
            number("to_b", "cosine of b itself"),
        ],
        presets={
            "The famous one": {},
            "Without the exclusion": {"own": "allowed"},
            "Nothing added": {"t": 0},
            "Opposites": {"question": "hot : cold = good"},
            "A doctor, excluded": {"question": "man : doctor = woman"},
            "A doctor, allowed": {"question": "man : doctor = woman", "own": "allowed"},
        },
        question=Choice(*QUESTIONS, label="a : b = c"),
        own=Choice(*KEPT, label="the question's own words"),
        t=Slider(0, 1.5, 7, start=1, label="how much of b − a, t"),
    )
