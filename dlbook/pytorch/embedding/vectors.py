"""What vectors of words say, on tensors: who is near, what is to c as b is to a."""

import torch
import torch.nn.functional as F

from dlbook._validate import check_count, number_between
from dlbook._validate import embedding as check
from dlbook.pytorch._tensors import finite_floats, wide
from dlbook.pytorch.embedding._inputs import counted, table, words
from dlbook.pytorch.embedding.corpus import pairs


def cosine_similarity(query, vectors):
    """cos(q, v) = q · v / (‖q‖ ‖v‖), from −1 to 1. Shapes: query (D,) or (N, D), vectors (V, D) -> (V,) or (N, V)."""
    query, vectors, dtype = _query(query, vectors)
    return F.cosine_similarity(query[..., None, :], vectors, dim=-1).to(dtype)


def neighbors(query, vectors, k=10, exclude=None):
    """The k words with the largest cosine, the nearest first, and their cosines; ids `exclude` are no answer."""
    query, vectors, dtype = _query(query, vectors)
    similarity, excluded = F.normalize(query, dim=-1) @ F.normalize(vectors, dim=-1).T, 0
    if exclude is not None:
        exclude = words("exclude", exclude, (*similarity.shape[:-1], None), len(vectors))
        similarity, excluded = similarity.scatter(-1, exclude, -torch.inf), exclude.shape[-1]
    check.check_k(k, len(vectors), excluded)
    cosines, nearest = similarity.sort(dim=-1, descending=True, stable=True)
    return nearest[..., :k], cosines[..., :k].to(dtype)


def analogy(vectors, a, b, c, k=1, exclude=True):
    """a is to b as c is to what? The k words nearest to b − a + c, all vectors made as long as 1: ids (N, k)."""
    vectors = _directed("vectors", table("vectors", vectors))
    a = words("a", a, (None,), len(vectors))
    b, c = (words(name, ids, tuple(a.shape), len(vectors)) for name, ids in (("b", b), ("c", c)))
    unit = F.normalize(vectors, dim=1)
    question = torch.stack([a, b, c], dim=1) if exclude else None
    return neighbors(unit[b] - unit[a] + unit[c], vectors, k, question)[0]


def co_occurrences(sequences, window, num_words):
    """#(w, c): how often word c stands at most `window` away from word w. Shapes: N rows of ids -> (V, V), int64."""
    check_count("num_words", num_words, 1)
    center, context = pairs(sequences, window)
    words("sequences", center, (None,), num_words)
    return (center * num_words + context).bincount(minlength=num_words**2).reshape(num_words, num_words)


def pmi(counts, negatives=1.0):
    """log (P(w, c) / (P(w) P(c))) − log K; −∞ for a pair that never came. Shapes: counts (V, V) -> (V, V)."""
    counts = counted("counts", counts, 2)
    negatives = number_between("negatives", negatives, 1)
    by_chance = counts.sum(dim=1, keepdim=True) * counts.sum(dim=0, keepdim=True) / counts.sum()
    return torch.where(counts > 0, (counts / by_chance / negatives).log(), -torch.inf)


def _query(query, vectors):
    """Both in what is computed in, and the dtype of the answer."""
    vectors = table("vectors", vectors)
    query = finite_floats("query", query).to(vectors)
    check.check_vectors("query", query.shape, vectors.shape[1])
    return _directed("query", query), _directed("vectors", vectors), vectors.dtype


def _directed(name, vectors):
    """Vectors whose largest number is 1, so that no square leaves the range; none of them is 0 throughout."""
    vectors = wide(vectors)
    largest = vectors.abs().amax(dim=-1, keepdim=True)
    check.check_lengths(name, largest.min().item(), largest.argmin().item())
    return vectors / largest
