"""Chapter 25: a decoder's state looks at the states of an encoder, and a search for the best text."""

import torch
import torch.nn.functional as F
from torch import nn


def attention_dot_product(query, key, value):
    scores = query @ key.transpose(-2, -1)  # (T, S)
    weights = scores.softmax(dim=-1)
    context = weights @ value


def attention_additive(query, key, value):
    W_q, W_k = nn.Linear(4, 5, bias=False), nn.Linear(3, 5, bias=False)
    w_v = nn.Linear(5, 1, bias=False)
    scores = w_v(torch.tanh(W_q(query)[:, None] + W_k(key)))[..., 0]  # (T, S)
    weights = scores.softmax(dim=-1)
    context = weights @ value


def attention_scaled_dot_product(query, key, value, mask):
    context = F.scaled_dot_product_attention(query, key, value, mask)  # True = may look


def attention_scaled_dot_product_backward(query, key, value, upstream):
    for x in (query, key, value):
        x.requires_grad_()
    F.scaled_dot_product_attention(query, key, value).backward(upstream)
    query_grad, key_grad, value_grad = query.grad, key.grad, value.grad


def generation_beam_search(log_prob, prompt, width, max_length, end, V):
    beams, totals, done = prompt[None], torch.zeros(1), []
    for _ in range(max_length):
        candidates = totals[:, None] + log_prob(beams)  # (B, V)
        totals, best = candidates.flatten().topk(width)
        beams = torch.column_stack([beams[best // V], best % V])
        ended = beams[:, -1] == end
        done += zip(beams[ended].tolist(), totals[ended].tolist(), strict=True)
        beams, totals = beams[~ended], totals[~ended]
