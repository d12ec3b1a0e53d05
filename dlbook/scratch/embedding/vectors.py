"""What vectors of words say: who is near, what is to c as b is to a; and what skip-gram with negatives converges to."""

import numpy as np

from dlbook._validate import check_count, number_between
from dlbook._validate import embedding as check
from dlbook.scratch._arrays import cast, finite_floats, wide
from dlbook.scratch.embedding._inputs import counted, table, words
from dlbook.scratch.embedding.corpus import pairs


def cosine_similarity_core(query, vectors):  # (…, D), (V, D)
    lengths = np.linalg.norm(query, axis=-1, keepdims=True) * np.linalg.norm(vectors, axis=1)
    return query @ vectors.T / lengths  # (…, V)


def cosine_similarity(query, vectors):
    """cos(q, v) = q · v / (‖q‖ ‖v‖), from −1 to 1. Shapes: query (D,) or (N, D), vectors (V, D) -> (V,) or (N, V)."""
    query, vectors, dtype = _query(query, vectors)
    return cast(cosine_similarity_core(query, vectors), dtype)


def neighbors_core(similarity, k):  # (…, V)
    nearest = np.argsort(-similarity, axis=-1, kind="stable")[..., :k]
    return nearest, np.take_along_axis(similarity, nearest, axis=-1)


def neighbors(query, vectors, k=10, exclude=None):
    """The k words with the largest cosine, the nearest first, and their cosines; of equal ones the first.

    Shapes: query (D,) or (N, D), vectors (V, D) -> ids and cosines (k,) or (N, k). `exclude` (E,) or (N, E) are ids
    that are no answer: the words of the question, usually.
    """
    query, vectors, dtype = _query(query, vectors)
    similarity = cosine_similarity_core(query, vectors)
    nearest, cosines = neighbors_core(_without(similarity, exclude, k), k)
    return nearest.astype(np.int64), cast(cosines, dtype)


def analogy_core(vectors, a, b, c):  # ids (N,)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit[b] - unit[a] + unit[c]  # (N, D)


def analogy(vectors, a, b, c, k=1, exclude=True):
    """a is to b as c is to what? The k words nearest to b − a + c, all vectors made as long as 1.

    Shapes: vectors (V, D), ids a, b and c (N,) -> ids (N, k). With `exclude`, a, b and c themselves are no answer;
    without it the answer is often b or c. Source: Mikolov, Yih and Zweig 2013.
    """
    vectors = _directed("vectors", table("vectors", vectors))
    a = words("a", a, (None,), len(vectors))
    b, c = (words(name, ids, a.shape, len(vectors)) for name, ids in (("b", b), ("c", c)))
    query = analogy_core(vectors, a, b, c)
    return neighbors(query, vectors, k, np.stack([a, b, c], axis=1) if exclude else None)[0]


def co_occurrences_core(center, context, V):
    counts = np.bincount(center * V + context, minlength=V * V)
    return counts.reshape(V, V)


def co_occurrences(sequences, window, num_words):
    """#(w, c): how often word c stands at most `window` away from word w. Shapes: N rows of ids below V -> (V, V)."""
    check_count("num_words", num_words, 1)
    center, context = pairs(sequences, window)
    words("sequences", center, (None,), num_words)
    center, context = center.astype(np.intp), context.astype(np.intp)  # what NumPy counts with
    return co_occurrences_core(center, context, num_words).astype(np.int64)


def pmi_core(counts, negatives):  # #(w, c) (V, V)
    n_w, n_c = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True)
    return np.log(counts) + np.log(counts.sum()) - np.log(n_w) - np.log(n_c) - np.log(negatives)


@np.errstate(divide="ignore", invalid="ignore")  # a pair that never came has −∞
def pmi(counts, negatives=1.0):
    """log (P(w, c) / (P(w) P(c))) − log K: how much more often a pair comes than by chance; −∞ for one that never came.

    Shapes: counts (V, V) of pairs -> (V, V). With K = `negatives` it is what w · c of skip-gram becomes, where the
    vectors are long enough and negatives are drawn as often as contexts come. Source: Levy and Goldberg 2014.
    """
    counts = counted("counts", counts, 2)
    negatives = number_between("negatives", negatives, 1)
    return np.where(counts > 0, pmi_core(counts, negatives), -np.inf)


def _query(query, vectors):
    """Both in what is computed in, and the dtype of the answer."""
    vectors = table("vectors", vectors)
    query = finite_floats("query", query).astype(vectors.dtype)
    check.check_vectors("query", query.shape, vectors.shape[1])
    return _directed("query", query), _directed("vectors", vectors), vectors.dtype


def _directed(name, vectors):
    """Vectors whose largest number is 1, so that no square leaves the range; none of them is 0 throughout."""
    vectors = wide(vectors)
    largest = np.abs(vectors).max(axis=-1, keepdims=True)
    check.check_lengths(name, largest.min(), largest.argmin())
    return vectors / largest


def _without(similarity, exclude, k):
    """Similarities with −∞ for what is no answer."""
    V, excluded = similarity.shape[-1], 0
    if exclude is not None:
        exclude = words("exclude", exclude, (*similarity.shape[:-1], None), V)
        similarity, excluded = similarity.copy(), exclude.shape[-1]
        np.put_along_axis(similarity, exclude, -np.inf, axis=-1)
    check.check_k(k, V, excluded)
    return similarity
