"""Chapter 22: `center`, `context`, `negatives` are numbers of words, `vectors` a table with a row a word."""

import torch
import torch.nn.functional as F
from torch import nn


def layers_embedding(x):
    embedding = nn.Embedding(num_embeddings=5, embedding_dim=3)
    y = embedding(x)
    y.sum().backward()


def embedding_full_softmax(h, C, target):
    loss = F.cross_entropy(h @ C.T, target)


def embedding_full_softmax_grad(h, C, target):
    loss = F.cross_entropy(h @ C.T, target)
    loss.backward()


def embedding_skip_gram(center, context, negatives):
    W, C = (nn.Embedding(7, 3, sparse=True) for _ in range(2))
    h = W(center)
    right = (h * C(context)).sum(dim=1)
    wrong = torch.einsum("bd,bkd->bk", h, C(negatives))
    loss = -(F.logsigmoid(right) + F.logsigmoid(-wrong).sum(dim=1)).mean()


def embedding_skip_gram_step(W, C, optimizer, center, context, negatives):
    h = W(center)
    right = (h * C(context)).sum(dim=1)
    wrong = torch.einsum("bd,bkd->bk", h, C(negatives))
    loss = -(F.logsigmoid(right) + F.logsigmoid(-wrong).sum(dim=1)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def embedding_negative_sampling(h, C, target, negatives):
    right = (h * C[target]).sum(dim=1)
    wrong = torch.einsum("bd,bkd->bk", h, C[negatives])
    loss = -(F.logsigmoid(right) + F.logsigmoid(-wrong).sum(dim=1)).mean()


def embedding_negative_sampling_grad(h, C, target, negatives):
    right = (h * C[target]).sum(dim=1)
    wrong = torch.einsum("bd,bkd->bk", h, C[negatives])
    loss = -(F.logsigmoid(right) + F.logsigmoid(-wrong).sum(dim=1)).mean()
    loss.backward()


def embedding_cbow(contexts, center, negatives):
    W, C = nn.EmbeddingBag(7, 3, mode="mean"), nn.Embedding(7, 3)
    h = W(contexts)
    right = (h * C(center)).sum(dim=1)
    wrong = torch.einsum("bd,bkd->bk", h, C(negatives))
    loss = -(F.logsigmoid(right) + F.logsigmoid(-wrong).sum(dim=1)).mean()


def embedding_keep_probability(counts):
    share = counts / counts.sum()
    keep = (1e-3 / share).sqrt().clamp(max=1)


def embedding_pmi(counts, K):
    P = counts / counts.sum()
    by_chance = P.sum(dim=1, keepdim=True) * P.sum(dim=0)
    pmi = (P / by_chance / K).log()


def embedding_cosine_similarity(query, vectors):
    cosine = F.cosine_similarity(query, vectors, dim=-1)


def embedding_analogy(vectors, a, b, c):
    unit = F.normalize(vectors, dim=1)
    scores = unit @ F.normalize(unit[b] - unit[a] + unit[c], dim=0)
    scores[[a, b, c]] = -torch.inf
    cosines, nearest = scores.topk(3)
