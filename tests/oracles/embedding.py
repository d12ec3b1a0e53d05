"""Chapter 22: the map by scikit-learn's PCA, neighbours by its cosines and by SciPy's distances."""

from functools import cache

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity

from dlbook.data import texts
from dlbook.experiments import embedding as lab
from dlbook.scratch import embedding

RTOL = 1e-8
NEAR = {"in 100 numbers": 0, "on the map": 1}


@cache
def truth():
    """Words, places on the map, the share of variance, the cosines, and each word's order by both measures."""
    words, (known, vectors) = lab.on_map(), texts.glove()
    vectors = np.stack([vectors[known.index(word)].astype(float) for word in words])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    pca = PCA(2, svd_solver="full").fit(unit)
    places, cosines = pca.transform(unit), cosine_similarity(vectors)
    off = np.diag(np.full(len(words), np.inf))
    orders = np.argsort(off - cosines, axis=1), np.argsort(off + cdist(places, places), axis=1)
    return words, places, pca.explained_variance_ratio_.sum(), cosines, orders


def eight(word, near) -> list[str]:
    words, *_, orders = truth()
    return [words[i] for i in orders[NEAR[near]][words.index(word)][:8]]


def oracle(word, near) -> dict:
    words, _, share, cosines, _ = truth()
    found, others = eight(word, near), set(eight(word, "on the map")) & set(eight(word, "in 100 numbers"))
    rows = [row.split() for row in lab.SUBJECTS.values()]
    (subject,) = [row for row in rows if word in row]
    return {
        "common": len(others),
        "same": sum(other in subject for other in found),
        "least": min(cosines[words.index(word), words.index(other)] for other in found),
        "share": share,
    }


def scratch(word, near) -> dict:
    known, vectors = texts.glove()
    ids = [known.index(name) for name in [word, *eight(word, near)]]
    cosines = embedding.cosine_similarity(vectors[ids[0]].astype(float), vectors[ids[1:]].astype(float))
    return {"least": cosines.min()}


def check_drawing(shown: dict, controls: dict) -> None:
    words, places, _, cosines, _ = truth()
    flip = np.sign((places * np.stack([shown["x"], shown["y"]], axis=1)).sum(axis=0))  # a map may lie mirrored
    np.testing.assert_allclose(np.stack([shown["x"], shown["y"]], axis=1), places * flip, atol=1e-8)
    at, found = words.index(controls["word"]), eight(**controls)
    assert shown["list"] == ", ".join(found) and shown["beside"] == tuple(found)
    ids = [words.index(word) for word in found]
    np.testing.assert_allclose(shown["cosine"], cosines[at, ids])
    np.testing.assert_allclose(shown["near_x"], places[ids, 0] * flip[0], atol=1e-8)
    assert shown["named"][:9] == (controls["word"], *found)
    assert shown["ink"][:9].tolist() == [1] + [0] * 8
    names = [name for name in shown["named"] if name]
    assert len(names) == len(set(names))  # none is written twice
    for name, x, y in zip(names, shown["named_x"], shown["named_y"], strict=False):
        np.testing.assert_allclose([x, y], places[words.index(name)] * flip, atol=1e-8)
