"""A decoder-only language model: torch.nn.TransformerEncoder with a causal mask, between an embedding and a head."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from dlbook._validate.transformer import check_tokens
from dlbook.pytorch.attention.positions import positional_encoding


class LanguageModel(nn.Module):
    """Scores (N, T, V) of the next word, from ids (N, T)."""

    def __init__(
        self, vocabulary, d_model, nhead, num_layers, dim_feedforward=None, max_length=None, dropout=0.0,
        activation="gelu",
    ):  # fmt: skip
        super().__init__()
        sizes = (d_model, nhead, dim_feedforward or 4 * d_model, dropout, activation)
        layer = nn.TransformerEncoderLayer(*sizes, batch_first=True, norm_first=True)
        self.embedding = nn.Embedding(vocabulary, d_model)
        if max_length is not None:
            self.positions = nn.Embedding(max_length, d_model)
        self.stack = nn.TransformerEncoder(layer, num_layers, nn.LayerNorm(d_model), enable_nested_tensor=False)
        for array in self.stack.parameters():
            if array.dim() > 1:
                nn.init.xavier_uniform_(array)  # torch has made copies of one layer
        self.head = nn.Linear(d_model, vocabulary)
        self.places, self.width, self.heads = max_length, d_model, nhead
        for table in (self.embedding, *([] if max_length is None else [self.positions])):
            nn.init.normal_(table.weight, std=0.02 if max_length else 1 / math.sqrt(d_model))

    def forward(self, ids):
        x = self._placed(ids)
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1], device=x.device, dtype=x.dtype)
        return self.head(self.stack(x, mask=mask, is_causal=True))

    def step(self, ids, cache=None):
        """The scores of new words, and the cache: keys and values (N, heads, S, D / heads) of every layer so far."""
        cache = [None] * len(self.stack.layers) if cache is None else cache
        past = 0 if cache[0] is None else cache[0][0].shape[2]
        x, grown = self._placed(ids, past), []
        for layer, kept in zip(self.stack.layers, cache, strict=True):
            W = layer.self_attn
            z = F.linear(layer.norm1(x), W.in_proj_weight, W.in_proj_bias).unflatten(-1, (3, self.heads, -1))
            q, k, v = z.permute(2, 0, 3, 1, 4)  # (N, H, T, D / H) each
            if kept is not None:
                k, v = torch.cat((kept[0], k), dim=2), torch.cat((kept[1], v), dim=2)
            may = torch.ones(q.shape[2], k.shape[2], dtype=torch.bool, device=x.device).tril(past)
            heads = F.scaled_dot_product_attention(q, k, v, attn_mask=may)
            x = x + W.out_proj(heads.transpose(1, 2).flatten(2))
            x = x + layer.linear2(layer.activation(layer.linear1(layer.norm2(x))))
            grown.append((k, v))
        return self.head(self.stack.norm(x)), grown

    def _placed(self, ids, past=0):
        check_tokens(tuple(ids.shape), self.places, past)
        x, T = self.embedding(ids), ids.shape[1]
        if self.places is not None:
            return x + self.positions(torch.arange(past, past + T, device=ids.device))
        return x * math.sqrt(self.width) + positional_encoding(T, self.width, offset=past).to(x)
