"""Chapter 22's panes, on a vocabulary of seven words: the tables that torch draws are handed to NumPy."""

import numpy as np
import torch
from pane import pane

from dlbook.scratch import layers

rng = np.random.default_rng(0)
V, D, B, K = 7, 3, 5, 2
H = rng.normal(size=(B, D))
C = rng.normal(size=(V, D))
TARGET = rng.integers(0, V, B)
CENTER, CONTEXT = rng.integers(0, V, (2, B))
NEGATIVES = rng.integers(0, V, (B, K))


def tensor(x, grad=False) -> torch.Tensor:
    return torch.tensor(x, requires_grad=grad)


@pane("layers.embedding")
def test_embedding(held):
    x = np.array([[1, 4, 1], [0, 0, 1]])
    typed = held.typed(x=tensor(x))
    weight = typed.embedding.state_dict()["weight"].numpy()
    held.same(held.numpy(x, weight), typed.y)
    held.same(held.public(x, weight), typed.y)
    grad = layers.embedding_backward(np.ones((2, 3, 3)), x, weight)
    held.same(grad, typed.embedding.weight.grad)
    assert grad[1].tolist() == [3, 3, 3] and not grad[2].any()  # the row that is used three times, and one that is not


@pane("embedding.full_softmax")
def test_full_softmax(held):
    typed = held.typed(h=tensor(H), C=tensor(C), target=tensor(TARGET))
    held.same(held.numpy(H, C, TARGET), typed.loss)
    held.same(held.public(H, C, TARGET), typed.loss)


@pane("embedding.full_softmax_grad")
def test_full_softmax_grad(held):
    h, c = tensor(H, True), tensor(C, True)
    held.typed(h=h, C=c, target=tensor(TARGET))
    for found in (held.numpy(H, C, TARGET), held.public(H, C, TARGET)):
        held.same(found[0], h.grad)
        held.same(found[1], c.grad)


@pane("embedding.skip_gram")
def test_skip_gram(held):
    torch.manual_seed(0)
    typed = held.typed(center=tensor(CENTER), context=tensor(CONTEXT), negatives=tensor(NEGATIVES))
    w, c = (table.state_dict()["weight"].numpy() for table in (typed.W, typed.C))
    held.same(held.numpy(w, c, CENTER, CONTEXT, NEGATIVES), typed.loss)
    held.same(held.public(w, c, CENTER, CONTEXT, NEGATIVES), typed.loss)


@pane("embedding.skip_gram_step")
def test_skip_gram_step(held):
    w = rng.normal(size=(V, D))
    tables = [torch.nn.Embedding.from_pretrained(tensor(table), freeze=False, sparse=True) for table in (w, C)]
    optimizer = torch.optim.SGD([table.weight for table in tables], lr=0.05)
    ids = {"center": CENTER, "context": CONTEXT, "negatives": NEGATIVES}
    held.typed(W=tables[0], C=tables[1], optimizer=optimizer, **{name: tensor(x) for name, x in ids.items()})
    assert np.abs(tables[0].weight.detach().numpy() - w).max() > 0.01
    for found in (held.public(w, C, *ids.values(), lr=0.05), held.numpy(w.copy(), C.copy(), *ids.values(), 0.05)):
        held.same(found[0], tables[0].weight)
        held.same(found[1], tables[1].weight)


@pane("embedding.negative_sampling")
def test_negative_sampling(held):
    typed = held.typed(h=tensor(H), C=tensor(C), target=tensor(TARGET), negatives=tensor(NEGATIVES))
    held.same(held.numpy(H, C, TARGET, NEGATIVES), typed.loss)
    held.same(held.public(H, C, TARGET, NEGATIVES), typed.loss)


@pane("embedding.negative_sampling_grad")
def test_negative_sampling_grad(held):
    h, c = tensor(H, True), tensor(C, True)
    held.typed(h=h, C=c, target=tensor(TARGET), negatives=tensor(NEGATIVES))
    for found in (held.numpy(H, C, TARGET, NEGATIVES), held.public(H, C, TARGET, NEGATIVES)):
        held.same(found[0], h.grad)
        held.same(found[1], c.grad, atol=1e-15)


@pane("embedding.cbow")
def test_cbow(held):
    torch.manual_seed(0)
    contexts, share = rng.integers(0, V, (B, 4)), np.full((B, 4, 1), 1 / 4)
    typed = held.typed(contexts=tensor(contexts), center=tensor(CENTER), negatives=tensor(NEGATIVES))
    w, c = (table.state_dict()["weight"].numpy() for table in (typed.W, typed.C))
    held.same(held.numpy(w, c, contexts, share, CENTER, NEGATIVES), typed.loss)
    held.same(held.public(w, c, contexts, CENTER, NEGATIVES), typed.loss)


@pane("embedding.keep_probability")
def test_keep_probability(held):
    counts = np.array([5000.0, 1200, 30, 4, 1])
    typed = held.typed(counts=tensor(counts))
    held.same(held.numpy(counts, 1e-3), typed.keep)
    held.same(held.public(counts), typed.keep)
    assert typed.keep[-1] == 1 and typed.keep[0] < 0.05


@pane("embedding.pmi")
def test_pmi(held):
    counts = rng.integers(1, 9, (V, V)).astype(float)
    typed = held.typed(counts=tensor(counts), K=5)
    held.same(held.numpy(counts, 5), typed.pmi, atol=1e-13)
    held.same(held.public(counts, 5), typed.pmi, atol=1e-13)


@pane("embedding.cosine_similarity")
def test_cosine_similarity(held):
    typed = held.typed(query=tensor(C[2]), vectors=tensor(C))
    held.same(held.numpy(C[2], C), typed.cosine, atol=1e-14)
    held.same(held.public(C[2], C), typed.cosine, atol=1e-14)


@pane("embedding.analogy")
def test_analogy(held):
    typed = held.typed(vectors=tensor(C), a=0, b=3, c=5)
    held.same(held.public(C, [0], [3], [5], k=3)[0], typed.nearest)
