"""Chapter 23: naive Bayes by scikit-learn, the mean embedding by the words' numbers that dlbook/data keeps."""

from functools import cache

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from dlbook.data import sentiment, texts
from dlbook.experiments import sentiment as lab
from dlbook.scratch import text

RTOL = 1e-9
READ = 24


@cache
def bayes() -> tuple[float, dict[str, float]]:
    """The log odds of the prior and of each word, in thousandths, as scikit-learn learns them."""
    found, own = texts.movie_reviews(), lab.split(0)
    vectorizer = CountVectorizer(tokenizer=text.tokenize, lowercase=False, token_pattern=None, min_df=1)
    counts = vectorizer.fit_transform(found.X[own.learn])
    names, often = vectorizer.get_feature_names_out(), np.asarray(counts.sum(axis=0))[0]
    rare = counts[:, often < 3].sum(axis=1)
    table = np.hstack([counts[:, often >= 3].toarray(), np.asarray(rare), np.zeros((counts.shape[0], 1))])
    model = MultinomialNB().fit(table, found.y[own.learn])
    odds = np.round(1000 * (model.feature_log_prob_[1] - model.feature_log_prob_[0])) / 1000
    bias = np.round(1000 * (model.class_log_prior_[1] - model.class_log_prior_[0])) / 1000
    return float(bias), dict(zip([*names[often >= 3], "<unk>", "<pad>"], odds, strict=True))


@cache
def mean() -> tuple[float, dict[str, float]]:
    """The bias and each word's number, as they are kept."""
    kept = sentiment.learned()
    return kept["mean_bias"] / 1000, dict(zip(kept["words"], kept["mean"] / 1000, strict=True))


def parts(sentence, model) -> tuple[list[str], list[float], float, int]:
    """The words, their parts, the bias, and how many are unknown."""
    bias, table = bayes() if model == "naive Bayes" else mean()
    said = text.tokenize(sentence)[:READ]
    share = 1 if model == "naive Bayes" else len(said)
    return said, [table.get(word, table["<unk>"]) / share for word in said], bias, sum(w not in table for w in said)


def oracle(sentence, model) -> dict:
    said, added, bias, unknown = parts(sentence, model)
    score = bias + sum(added)
    return {
        "zero": 0, "score": score, "good": 1 / (1 + np.exp(-score)), "bias": bias, "read": len(said),
        "unknown": unknown,
    }  # fmt: skip


def scratch(sentence, model) -> dict:
    """The masked mean of one number a word is the mean of these numbers."""
    said, added, bias, _ = parts(sentence, model)
    if model == "naive Bayes":
        return {}
    x = np.array(added)[None, :, None] * len(said)
    return {"score": bias + text.masked_mean(x, np.ones((1, len(said)), bool)).item()}


def check_drawing(shown, controls) -> None:
    said, added, bias, _ = parts(**controls)
    assert shown["said"] == tuple(said)
    np.testing.assert_allclose(shown["part"][: len(said)], added)
    assert np.isnan(shown["part"][len(said) :]).all() and len(shown["part"]) == READ
    order = sorted(range(len(said)), key=lambda i: -abs(added[i]))[:6]
    assert shown["heaviest"] == tuple(said[i] for i in order)
    np.testing.assert_allclose(shown["heavy"][: len(order)], [added[i] / abs(added[order[0]]) for i in order])
    assert shown["list"].startswith(said[order[0]])
    assert shown["verdict"] == ("good" if bias + sum(added) > 0 else "bad")
