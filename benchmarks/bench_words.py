"""Words against torch as a reader would write it, and against scikit-learn: pairs, bags, n-grams, a draw.

The sizes are the book's: 3,000 words of Shakespeare, vectors of 50 numbers, five negatives, batches of 1,024 pairs.
"""

import _timing
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from dlbook.data import texts
from dlbook.scratch import embedding, generation, text

rng = np.random.default_rng(0)
V, D, B, K = 3000, 50, 1024, 5


def main():
    torch.set_num_threads(1)
    _timing.header("Words at the book's sizes", "NumPy", "torch")
    for dtype in (np.float32, np.float64):
        skip_gram_step(dtype)
    full_softmax()
    draw()
    _timing.header("Bags of words", "NumPy", "scikit-learn")
    naive_bayes()
    five_grams()


def skip_gram_step(dtype):
    frequent = 1 / np.arange(1, V + 1)
    center, context = embedding.draw_negatives(frequent, rng.random((2, B)))
    negatives = embedding.draw_negatives(embedding.noise_distribution(frequent), rng.random((B, K)))
    W, C = rng.normal(size=(2, V, D)).astype(dtype)
    words = torch.nn.Embedding.from_pretrained(torch.from_numpy(W.copy()), freeze=False, sparse=True)
    contexts = torch.nn.Embedding.from_pretrained(torch.from_numpy(C.copy()), freeze=False, sparse=True)
    optimizer = torch.optim.SGD([*words.parameters(), *contexts.parameters()], lr=0.001)
    ids, drawn = (torch.from_numpy(row) for row in (center, np.column_stack([context, negatives])))
    sign = torch.tensor([1.0] + [-1.0] * K, dtype=words.weight.dtype)

    def other():
        optimizer.zero_grad()
        z = (contexts(drawn) @ words(ids)[:, :, None])[..., 0]
        (-F.logsigmoid(sign * z).sum()).backward()
        optimizer.step()

    mine = lambda: embedding.skip_gram_step(W, C, center, context, negatives, lr=0.001)
    _timing.compare(f"skip-gram step, {B} pairs, {np.dtype(dtype).name}", mine, other, runs=51)


def full_softmax():
    h, C, target = rng.normal(size=(256, D)), rng.normal(size=(V, D)), rng.integers(0, V, 256)
    h_torch, C_torch = (torch.from_numpy(x).requires_grad_() for x in (h, C))
    other = lambda: torch.autograd.grad(
        F.cross_entropy(h_torch @ C_torch.T, torch.from_numpy(target)), (h_torch, C_torch)
    )
    _timing.compare(
        "softmax over all words, gradient, 256 pairs", lambda: embedding.full_softmax_grad(h, C, target), other
    )


def draw():
    z, u = rng.normal(size=75), 0.4
    z_torch = torch.from_numpy(z)
    mine = lambda: generation.sample(generation.top_p(generation.temperature(z, 0.8), 0.9), u)

    def other():
        ordered, order = (z_torch / 0.8).softmax(dim=0).sort(descending=True)
        ordered[ordered.cumsum(dim=0) - ordered >= 0.9] = 0
        return order[torch.multinomial(ordered, 1)]

    _timing.compare("one character out of 75, top-p", mine, other, runs=101)


def naive_bayes():
    reviews = texts.movie_reviews()
    words = [text.tokenize(line) for line in reviews.X]
    vocabulary = text.vocabulary([word for row in words for word in row])
    sequences = [text.encode(row, vocabulary) for row in words]
    sizes = np.bincount(reviews.y)
    mine = lambda: text.naive_bayes(text.class_counts(sequences, reviews.y, len(vocabulary), 2), sizes)
    counts = CountVectorizer(vocabulary=vocabulary, tokenizer=str.split, token_pattern=None)
    table = counts.transform([" ".join(row) for row in words])
    _timing.compare(
        "naive Bayes, 10,043 sentences; theirs from a table", mine, lambda: MultinomialNB().fit(table, reviews.y)
    )


def five_grams():
    play = texts.shakespeare()
    ids = text.encode(play, text.vocabulary(play, special=()))
    grams = CountVectorizer(analyzer="char", ngram_range=(1, 5), lowercase=False)
    mine = lambda: generation.ngram_counts(ids, 75, 5)
    _timing.compare("counts of 1 to 5 characters, a million of them", mine, lambda: grams.fit_transform([play]), runs=3)


if __name__ == "__main__":
    main()
