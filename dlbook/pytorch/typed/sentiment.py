"""Chapter 23: `lines` are texts, `rows` a list of tensors with numbers of words, `y` classes."""

import torch
from torch import nn


def text_encode(tokens, vocabulary):
    ids = torch.tensor([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens])


def text_bag_of_words(rows):
    counts = torch.stack([torch.bincount(ids, minlength=6) for ids in rows])


def text_bag_of_words_library(lines):
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer()
    counts = vectorizer.fit_transform(lines)


def text_naive_bayes(counts, y):
    k = nn.functional.one_hot(y).double()
    smoothed = k.T @ counts.double() + 1
    log_likelihood = (smoothed / smoothed.sum(dim=1, keepdim=True)).log()
    log_prior = k.mean(dim=0).log()


def text_naive_bayes_library(counts, y):
    from sklearn.naive_bayes import MultinomialNB

    model = MultinomialNB(alpha=1.0).fit(counts, y)
    log_prior, log_likelihood = model.class_log_prior_, model.feature_log_prob_


def text_naive_bayes_scores(counts, log_prior, log_likelihood):
    scores = log_prior + counts.double() @ log_likelihood.T
    guess = scores.argmax(dim=1)


def text_naive_bayes_scores_library(counts, y):
    from sklearn.naive_bayes import MultinomialNB

    model = MultinomialNB().fit(counts, y)
    probabilities = model.predict_proba(counts)
    guess = model.predict(counts)


def text_pad(rows):
    from torch.nn.utils.rnn import pad_sequence

    ids = pad_sequence(rows, batch_first=True, padding_value=0)


def text_mask(lengths):
    mask = torch.arange(lengths.max()) < lengths[:, None]


def text_masked_mean(x, mask):
    m = mask[:, :, None]
    mean = (m * x).sum(dim=1) / m.sum(dim=1)


def text_masked_mean_backward(x, mask, upstream):
    m = mask[:, :, None]
    mean = (m * x).sum(dim=1) / m.sum(dim=1)
    mean.backward(upstream)


def sentiment_classifier():
    from torch.nn.utils.rnn import pack_padded_sequence

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(5987, 48, padding_idx=0)
            self.lstm, self.out = nn.LSTM(48, 32), nn.Linear(32, 1)

        def forward(self, ids, lengths):
            x = pack_padded_sequence(self.embedding(ids), lengths, enforce_sorted=False)
            _, (h, c) = self.lstm(x)
            return self.out(h[-1])[:, 0]


def text_occlusion(model, ids):
    with torch.no_grad():
        score = model(ids[None])
        rest = torch.stack([torch.cat([ids[:t], ids[t + 1 :]]) for t in range(len(ids))])
        parts = score - model(rest)


def text_gradient_times_input(model, x):
    model(x).sum().backward()
    parts = (x.grad * x).sum(dim=-1)
