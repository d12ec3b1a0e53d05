"""Chapter 22: the answers by scikit-learn's cosines, the plane by a least-squares fit."""

from functools import cache

import numpy as np
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import normalize

from dlbook.data import texts
from dlbook.scratch import embedding

RTOL = 1e-8


@cache
def glove():
    words, vectors = texts.glove()
    return list(words), normalize(vectors.astype(float))


def asked(question, own, t):
    """The numbers of a, b and c, the point, all cosines with it, and the words from the best to the worst."""
    words, unit = glove()
    ids = [words.index(word) for word in question.split() if word not in ":="]
    point = unit[ids[2]] + t * (unit[ids[1]] - unit[ids[0]])
    cosines = cosine_similarity(point[None], unit)[0]
    order = [i for i in np.argsort(-cosines) if own == "allowed" or i not in ids]
    return ids, point, cosines, order


def oracle(**controls) -> dict:
    ids, _, cosines, order = asked(**controls)
    return {
        "to_first": cosines[order[0]],
        "lead": cosines[order[0]] - cosines[order[1]],
        "to_c": cosines[ids[2]],
        "to_b": cosines[ids[1]],
    }


def scratch(question, own, t) -> dict:
    ids, point, *_ = asked(question, own, t)
    _, unit = glove()
    _, cosines = embedding.neighbors(point, unit, 1, exclude=ids if own == "left out" else None)
    found = {"to_first": cosines[0]}
    if t == 1:
        a, b, c = ids
        answer = embedding.analogy(unit, [a], [b], [c], exclude=own == "left out")[0, 0]
        found |= {"to_c": unit[c] @ point / np.linalg.norm(point)}
        assert answer == embedding.neighbors(point, unit, 1, exclude=ids if own == "left out" else None)[0][0]
    return found


def check_drawing(shown: dict, controls: dict) -> None:
    words, unit = glove()
    ids, point, cosines, order = asked(**controls)
    best = order[:6]
    assert shown["answers"] == tuple(words[i] for i in best) and shown["first"] == words[best[0]]
    np.testing.assert_allclose(shown["cosine"], cosines[best], atol=1e-12)
    a, b, c = unit[ids]
    basis = np.stack([b - a, c - a], axis=1)  # what lies in the plane is a sum of these two
    place = lambda v: np.array([shown_x(v), shown_y(v)])
    along = (b - a) / np.linalg.norm(b - a)
    across = (c - a) - along * (along @ (c - a))
    shown_x = lambda v: along @ (v - a)
    shown_y = lambda v: across @ (v - a) / np.linalg.norm(across)
    for k, i in enumerate([*ids, *best]):
        if not np.isnan(shown["all_x"][k]):
            np.testing.assert_allclose([shown["all_x"][k], shown["all_y"][k]], place(unit[i]), atol=1e-10)
        else:
            assert shown["names"][k] in shown["names"][:k]
    found = np.linalg.lstsq(basis, point - a, rcond=None)[0]
    np.testing.assert_allclose(found, [controls["t"], 1], atol=1e-10)  # the point is c + t (b − a)
    np.testing.assert_allclose([shown["point_x"][0], shown["point_y"][0]], place(point), atol=1e-10)
