"""Word embedding: a vector a word, learned by guessing words from their neighbours.

W (V, D) holds the vectors of words, C (V, D) those of the same words as context; the score of a pair is w · c.
"""

from dlbook.scratch.embedding.corpus import (
    cbow_windows,
    draw_negatives,
    keep_probability,
    noise_distribution,
    pairs,
    subsample,
)
from dlbook.scratch.embedding.prediction import (
    cbow,
    cbow_grad,
    full_softmax,
    full_softmax_grad,
    negative_sampling,
    negative_sampling_grad,
    skip_gram,
    skip_gram_grad,
    skip_gram_step,
)
from dlbook.scratch.embedding.vectors import analogy, co_occurrences, cosine_similarity, neighbors, pmi

__all__ = [
    "analogy", "cbow", "cbow_grad", "cbow_windows", "co_occurrences", "cosine_similarity", "draw_negatives",
    "full_softmax", "full_softmax_grad", "keep_probability", "negative_sampling", "negative_sampling_grad",
    "neighbors", "noise_distribution", "pairs", "pmi", "skip_gram", "skip_gram_grad", "skip_gram_step", "subsample",
]  # fmt: skip
