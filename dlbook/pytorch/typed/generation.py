"""Chapter 24: `ids` is a text as numbers of characters, `logits` what a model says of the next one."""

import torch
import torch.nn.functional as F
from torch import nn


def generation_ngram_counts(ids, V):
    windows = ids.unfold(0, 3, 1)  # (T − 2, 3)
    codes = windows @ torch.tensor([V * V, V, 1])
    trigrams, counts = codes.unique(return_counts=True)


def generation_witten_bell(c_hw, c_h, t_h, shorter):
    mixed = (c_hw + t_h * shorter) / (c_h + t_h).clamp(min=1)
    p = torch.where(c_h > 0, mixed, shorter)


def generation_bits_per_character(logits, targets):
    nats = F.cross_entropy(logits, targets)  # the mean of −log p
    bits = nats / torch.log(torch.tensor(2.0))


def generation_perplexity(logits, targets):
    perplexity = F.cross_entropy(logits, targets).exp()


def language_model_character_model(ids):
    lstm, out = nn.LSTM(75, 256), nn.Linear(256, 75)
    x = F.one_hot(ids, 75).to(out.weight.dtype)
    output, state = lstm(x)  # lstm(x, state) reads on
    logits = out(output)
    loss = F.cross_entropy(logits[:-1].flatten(0, 1), ids[1:].flatten())


def generation_sample(logits):
    token = torch.multinomial(logits.softmax(dim=-1), num_samples=1)


def generation_generate(model, ids, n):
    state, new = None, ids  # (T, 1)
    for _ in range(n):
        logits, state = model(new, state)
        new = torch.multinomial(logits[-1].softmax(dim=-1), num_samples=1).T
        ids = torch.cat([ids, new])


def generation_temperature(logits, T):
    p = (logits / T).softmax(dim=-1)


def generation_top_k(logits, k):
    smallest = logits.topk(k).values[..., -1:]
    kept = logits.masked_fill(logits < smallest, -torch.inf)


def generation_top_p(logits, p):
    ordered, order = logits.sort(dim=-1, descending=True)
    share = ordered.softmax(dim=-1)
    before = share.cumsum(dim=-1) - share
    dropped = torch.zeros_like(before >= p).scatter(-1, order, before >= p)
    kept = logits.masked_fill(dropped, -torch.inf)


def generation_repetition_penalty(logits, previous, penalty):
    old = logits.gather(-1, previous)
    held_back = torch.where(old > 0, old / penalty, old * penalty)
    logits = logits.scatter(-1, previous, held_back)
