"""Bags of words: how often each word occurs, whatever its place. Naive Bayes and TF-IDF need no more."""

import numpy as np

from dlbook._validate import check_count
from dlbook._validate import text as check
from dlbook.scratch._arrays import cast, finite_floats, wide
from dlbook.scratch.text._sequences import classes, counted, id_sequences, per_token, tokens


def bag_of_words_core(rows, ids, N, num_words):  # the sequence and the id of each token
    counts = np.bincount(rows * num_words + ids, minlength=N * num_words)
    return counts.reshape(N, num_words)


def bag_of_words(sequences, num_words):
    """c_nv: how often word v stands in sequence n. Shapes: N rows of ids below V = `num_words` -> (N, V), int64."""
    check_count("num_words", num_words, 1)
    sequences = id_sequences("sequences", sequences, num_words)
    rows = per_token(np.arange(len(sequences)), sequences)
    return bag_of_words_core(rows, tokens(sequences), len(sequences), num_words).astype(np.int64)


def class_counts(sequences, y, num_words, num_classes):
    """C_kv: how often word v stands in the sequences of class k, without a table of all sequences.

    Shapes: N rows of ids below V, y (N,) classes below K -> (K, V), int64.
    """
    check_count("num_words", num_words, 1)
    sequences = id_sequences("sequences", sequences, num_words)
    rows = per_token(classes(y, len(sequences), num_classes), sequences)
    return bag_of_words_core(rows, tokens(sequences), num_classes, num_words).astype(np.int64)


def naive_bayes_core(counts, sizes, alpha):  # (K, V), (K,)
    log_prior = np.log(sizes / sizes.sum())
    smoothed = counts + alpha  # no word is impossible
    return log_prior, np.log(smoothed / smoothed.sum(axis=1, keepdims=True))


@np.errstate(divide="ignore")  # a class that does not occur has the logarithm −∞
def naive_bayes(counts, sizes, alpha=1.0):
    """log P(k) = log(m_k / m) and log P(v | k) = log((C_kv + α) / Σ_v (C_kv + α)).

    Shapes: counts (K, V) as `class_counts` gives them, sizes (K,) how many sequences each class has -> (K,), (K, V).
    α is added to every count, so that a word that a class does not have is not impossible in it.
    """
    counts, sizes = counted("counts", counts), finite_floats("sizes", sizes)
    check.check_class_sizes(sizes.shape, sizes.min(), sizes.max(), len(counts))
    alpha = check.above_zero("alpha", alpha)
    return naive_bayes_core(counts.astype(np.float64), sizes.astype(np.float64), alpha)


def naive_bayes_scores_core(rows, ids, log_prior, log_likelihood, N):
    scores = [np.bincount(rows, of_class[ids], N) for of_class in log_likelihood]  # word by word
    return log_prior + np.stack(scores, axis=1)  # (N, K)


def naive_bayes_scores(sequences, log_prior, log_likelihood):
    """log P(k) + Σ_t log P(v_t | k): the class with the largest is the guess, their softmax is P(k | words).

    Shapes: N rows of ids below V, log_prior (K,), log_likelihood (K, V) -> (N, K).
    """
    log_likelihood = finite_floats("log_likelihood", log_likelihood, masked=True).astype(np.float64)
    log_prior = finite_floats("log_prior", log_prior, masked=True).astype(np.float64)
    check.check_width("log_likelihood", log_likelihood.shape, (len(log_prior), *log_likelihood.shape[1:2]))
    sequences = id_sequences("sequences", sequences, log_likelihood.shape[1])
    rows = per_token(np.arange(len(sequences)), sequences)
    return naive_bayes_scores_core(rows, tokens(sequences), log_prior, log_likelihood, len(sequences))


def inverse_document_frequency_core(counts):  # (N, V)
    df = (counts > 0).sum(axis=0)  # (V,), how many texts have the word
    return np.log((1 + len(counts)) / (1 + df)) + 1


def inverse_document_frequency(counts):
    """idf_v = log((1 + N) / (1 + df_v)) + 1: the rarer a word, the heavier. Shapes: counts (N, V) -> (V,).

    df_v is the number of texts that have word v; the ones are scikit-learn's, and keep all words in.
    """
    return inverse_document_frequency_core(counted("counts", counts))


def tf_idf_core(counts, idf):  # (N, V), (V,)
    weighted = counts * idf
    length = np.sqrt((weighted**2).sum(axis=1, keepdims=True))  # (N, 1)
    return weighted / np.maximum(length, 1e-300)


def tf_idf(counts, idf):
    """x_nv = c_nv idf_v / ‖c_n idf‖: each text has length 1, long or short; one without words stays 0.

    Shapes: counts (N, V), idf (V,) as `inverse_document_frequency` gives it -> (N, V). As scikit-learn's
    TfidfTransformer.
    """
    counts, idf = counted("counts", counts), finite_floats("idf", idf)
    check.check_width("idf", idf.shape, counts.shape[1:])
    dtype = np.result_type(counts, idf)
    return cast(tf_idf_core(wide(counts).astype(np.float64), idf.astype(np.float64)), dtype)
