"""Text: from strings to numbers. Words or parts of words get ids, sequences of ids are padded and masked, or counted.

Where a bag of words is counted its order is lost; naive Bayes and TF-IDF need no more.
"""

from dlbook.scratch.text.bags import (
    bag_of_words,
    class_counts,
    inverse_document_frequency,
    naive_bayes,
    naive_bayes_scores,
    tf_idf,
)
from dlbook.scratch.text.byte_pairs import bpe_decode, bpe_encode, bpe_merges, bpe_tokens, bpe_words, merge
from dlbook.scratch.text.ids import decode, encode, mask, masked_mean, masked_mean_backward, pad
from dlbook.scratch.text.parts import gradient_times_input, occlusion
from dlbook.scratch.text.words import tokenize, vocabulary

__all__ = [
    "bag_of_words", "bpe_decode", "bpe_encode", "bpe_merges", "bpe_tokens", "bpe_words", "class_counts", "decode",
    "encode", "gradient_times_input", "inverse_document_frequency", "mask", "masked_mean", "masked_mean_backward",
    "merge", "naive_bayes", "naive_bayes_scores", "occlusion", "pad", "tf_idf", "tokenize", "vocabulary",
]  # fmt: skip
