"""Chapter 23's panes, on three lines and six words; scikit-learn counts and learns the same."""

import numpy as np
import torch
from pane import pane

from dlbook.experiments import sentiment as lab
from dlbook.scratch import text

LINES = ["good good fun", "bad", "not bad fun fun"]
VOCABULARY = text.vocabulary(" ".join(LINES).split())
ROWS = [text.encode(line.split(), VOCABULARY) for line in LINES]
Y = np.array([1, 0, 1])
COUNTS = text.bag_of_words(ROWS, len(VOCABULARY))
CLASSES = text.class_counts(ROWS, Y, len(VOCABULARY), 2)
SIZES = np.bincount(Y)
rng = np.random.default_rng(0)


def tensors(rows) -> list[torch.Tensor]:
    return [torch.tensor(row) for row in rows]


@pane("text.vocabulary")
def test_vocabulary(held):
    counts = {"good": 2, "bad": 2, "fun": 3, "not": 1}
    found = held.numpy(counts, 1, None, ("<pad>", "<unk>"))
    held.ran |= {"pytorch"}  # no array in it: one code for both rooms
    held.same([*found.values()], [*held.public(" ".join(LINES).split()).values()])
    assert list(found) == list(VOCABULARY) == ["<pad>", "<unk>", "fun", "bad", "good", "not"]


@pane("text.encode")
def test_encode(held):
    tokens = ["not", "so", "good"]
    typed = held.typed(tokens=tokens, vocabulary=VOCABULARY)
    held.same(held.numpy(tokens, VOCABULARY, 1), typed.ids)
    held.same(held.public(tokens, VOCABULARY), typed.ids)
    assert typed.ids.tolist() == [5, 1, 4]


@pane("text.bag_of_words")
def test_bag_of_words(held):
    typed = held.typed(rows=tensors(ROWS))
    rows = np.repeat(np.arange(3), [len(row) for row in ROWS])
    held.same(held.numpy(rows, np.concatenate(ROWS), 3, 6), typed.counts)
    held.same(held.public(ROWS, 6), typed.counts)
    library = held.library(lines=LINES)
    order = [VOCABULARY[word] for word in library.vectorizer.get_feature_names_out()]
    held.same(COUNTS[:, order], library.counts.toarray())


@pane("text.naive_bayes")
def test_naive_bayes(held):
    typed = held.typed(counts=torch.tensor(COUNTS), y=torch.tensor(Y))
    library = held.library(counts=COUNTS, y=Y)
    for found in (held.numpy(CLASSES, SIZES, 1.0), held.public(CLASSES, SIZES)):
        for ours, theirs, third in zip(
            found,
            (typed.log_prior, typed.log_likelihood),
            (library.log_prior, library.log_likelihood),
            strict=True,
        ):
            held.same(ours, theirs)
            held.same(ours, third)


@pane("text.naive_bayes_scores")
def test_naive_bayes_scores(held):
    prior, likelihood = text.naive_bayes(CLASSES, SIZES)
    typed = held.typed(
        counts=torch.tensor(COUNTS), log_prior=torch.tensor(prior), log_likelihood=torch.tensor(likelihood)
    )
    rows = np.repeat(np.arange(3), [len(row) for row in ROWS])
    held.same(held.numpy(rows, np.concatenate(ROWS), prior, likelihood, 3), typed.scores)
    scores = held.public(ROWS, prior, likelihood)
    held.same(scores, typed.scores)
    library = held.library(counts=COUNTS, y=Y)
    held.same(torch.tensor(scores).softmax(dim=1), library.probabilities)
    held.same(typed.guess, library.guess)


@pane("text.pad")
def test_pad(held):
    typed = held.typed(rows=tensors(ROWS))
    held.same(held.numpy(ROWS, np.zeros((3, 4), int)), typed.ids)
    held.same(held.public(ROWS), typed.ids)


@pane("text.mask")
def test_mask(held):
    typed = held.typed(lengths=torch.tensor([3, 1, 4]))
    held.same(held.numpy(np.array([3, 1, 4]), 4), typed.mask)
    held.same(held.public([3, 1, 4]), typed.mask)


X, MASK, UPSTREAM = rng.normal(size=(3, 4, 2)), text.mask([3, 1, 4]), rng.normal(size=(3, 2))


@pane("text.masked_mean")
def test_masked_mean(held):
    typed = held.typed(x=torch.tensor(X), mask=torch.tensor(MASK))
    held.same(held.numpy(X, MASK), typed.mean, atol=1e-16)
    held.same(held.public(X, MASK), typed.mean, atol=1e-16)


@pane("text.masked_mean_backward")
def test_masked_mean_backward(held):
    x = torch.tensor(X, requires_grad=True)
    held.typed(x=x, mask=torch.tensor(MASK), upstream=torch.tensor(UPSTREAM))
    held.same(held.numpy(UPSTREAM, MASK), x.grad)
    held.same(held.public(UPSTREAM, X, MASK), x.grad)


@pane("sentiment.classifier")
def test_classifier(held):
    """The book's net and torch's, with the same weights, give the same scores."""
    net, rows = lab.Classifier(5987, np.random.default_rng(0)), [rng.integers(2, 5987, T) for T in (5, 9, 2)]
    model = held.typed().Classifier()
    state = {f"{part}.{name}": a for part, layer in net.parts.items() for name, a in layer.params.items()}
    model.load_state_dict({name: torch.tensor(a, dtype=torch.float64) for name, a in state.items()})
    ids, lengths = text.pad(rows).T, torch.tensor([5, 9, 2])
    held.same(net.scores(rows), model(torch.tensor(ids.copy()), lengths), rtol=2e-5)  # the net is in float32


TABLE = rng.normal(size=(6, 3))
W = rng.normal(size=3)


@pane("text.occlusion")
def test_occlusion(held):
    """A score that is a tanh of the mean vector: not a sum of its words."""
    ids = ROWS[2]
    score = lambda rows: np.array([np.tanh(TABLE[row].mean(axis=0)) @ W for row in rows])
    model = lambda ids: torch.tensor(TABLE)[ids].mean(dim=1).tanh() @ torch.tensor(W)
    typed = held.typed(model=model, ids=torch.tensor(ids))
    held.same(held.numpy(score, ids), typed.parts, atol=1e-15)
    held.same(held.public(score, ids), typed.parts, atol=1e-15)


@pane("text.gradient_times_input")
def test_gradient_times_input(held):
    x = torch.tensor(TABLE[ROWS[2]], requires_grad=True)
    typed = held.typed(model=lambda x: (x.mean(dim=0).tanh() * torch.tensor(W)).sum(), x=x)
    mean = TABLE[ROWS[2]].mean(axis=0)
    grad = np.tile((1 - np.tanh(mean) ** 2) * W / 4, (4, 1))
    held.same(held.numpy(grad, TABLE[ROWS[2]]), typed.parts, atol=1e-15)
    held.same(held.public(grad, TABLE[ROWS[2]]), typed.parts, atol=1e-15)
