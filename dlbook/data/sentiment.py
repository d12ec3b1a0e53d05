"""What chapter 23's models have learned of the sentences of `texts.movie_reviews`: a page cannot train them."""

import numpy as np

from dlbook import data


def learned() -> dict:
    """`words` in the order of their numbers; their weights in naive Bayes and in a mean; `state`, an LSTM's arrays.

    All of it from the 8,043 sentences of split 0. The weights are whole thousandths (V,), with a bias each in
    `bayes_bias` and `mean_bias`. The LSTM's vectors are int8 with a scale for each word, and multiplied here.
    Source: made by tools/make_sentiment.py of the book.
    """
    raw = data._load("sentiment_words")
    state = {name[6:]: raw[name].astype(np.float32) for name in raw if name.startswith("state.")}
    state["embedding.weight"] = raw["vectors"] * raw["scales"].astype(np.float32)
    numbers = {name: raw[name] for name in ("bayes", "bayes_bias", "mean", "mean_bias")}
    return numbers | {"words": tuple(str(raw["words"]).split("\n")), "state": state}
