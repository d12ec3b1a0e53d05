"""Generation: from the scores of the next token to a text, and how good the scores are.

Logits are (…, V), a number a token of the vocabulary; −∞ forbids one. Nothing is drawn in here: `draw` is uniform.
"""

from dlbook.scratch.generation.beams import beam_search
from dlbook.scratch.generation.measures import bits_per_character, longest_copy, perplexity
from dlbook.scratch.generation.ngrams import ngram_counts, witten_bell, witten_bell_next
from dlbook.scratch.generation.sampling import generate, repetition_penalty, sample, temperature, top_k, top_p

__all__ = [
    "beam_search", "bits_per_character", "generate", "longest_copy", "ngram_counts", "perplexity",
    "repetition_penalty", "sample", "temperature", "top_k", "top_p", "witten_bell", "witten_bell_next",
]  # fmt: skip
