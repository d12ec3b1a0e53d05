"""Ids: words as numbers and back, sequences of different lengths as one array, and what of it is padding."""

import numpy as np

from dlbook._validate import check_choice, check_count
from dlbook._validate import text as check
from dlbook.scratch._arrays import cast, floats, wide
from dlbook.scratch.text._sequences import of_one_kind, whole, yes_and_no


def encode_core(tokens, vocabulary, unknown):
    return np.array([vocabulary.get(token, unknown) for token in tokens])


def encode(tokens, vocabulary, unknown="<unk>"):
    """The ids of words: (T,), int64. A word without an id gets that of `unknown`, where the vocabulary has it.

    >>> encode(["a", "b", "a"], {"<unk>": 0, "a": 1}).tolist()
    [1, 0, 1]
    """
    tokens = check.words_of("tokens", tokens)
    unknown = check.known_ids(tokens, vocabulary, unknown)
    return encode_core(tokens, vocabulary, unknown).astype(np.int64)


def decode_core(ids, words):
    return [words[i] for i in ids]


def decode(ids, vocabulary):
    """The words of ids (T,), as a list."""
    ids, words = whole("ids", ids), check.words_by_id(vocabulary)
    check.check_sequence("ids", ids.shape, 0)
    check.check_ids("ids", ids.min(), ids.max(), len(words))
    return decode_core(ids, words)


def pad_core(sequences, out):  # out (N, T, …), filled with padding
    for row, sequence in zip(out, sequences, strict=True):
        row[: len(sequence)] = sequence
    return out


def pad(sequences, padding_value=0, padding_side="right", max_length=None):
    """Sequences (Tᵢ, …) of different lengths as one array (N, T, …): T is the longest, the rest is `padding_value`.

    With `max_length` a longer sequence loses what comes after. Padding stands after a sequence, or before it with
    `padding_side="left"`. As torch.nn.utils.rnn.pad_sequence with batch_first=True.
    """
    rows = of_one_kind("sequences", sequences)
    check_choice("padding_side", padding_side, ("right", "left"))
    if max_length is not None:
        check_count("max_length", max_length, 1)
        rows = [row[:max_length] for row in rows]
    shape, dtype = (len(rows), max(map(len, rows)), *rows[0].shape[1:]), np.result_type(*rows)
    check.check_padding(padding_value, dtype.kind == "f")
    out = np.full(shape, padding_value, dtype)
    return pad_core(rows, out) if padding_side == "right" else pad_core([row[::-1] for row in rows], out)[:, ::-1]


def mask_core(lengths, T):
    return np.arange(T) < lengths[:, None]  # (N, T)


def mask(lengths, T=None, padding_side="right"):
    """True where a sequence has a token, False where its padding is: (N, T). T is the longest if it is not given.

    True means "may be looked at", as in `F.scaled_dot_product_attention`; `nn.MultiheadAttention` takes the opposite.
    """
    lengths = whole("lengths", lengths)
    check_choice("padding_side", padding_side, ("right", "left"))
    T = check.check_lengths(lengths.shape, lengths.min(initial=0), lengths.max(initial=0), T)
    filled = mask_core(lengths, T)
    return filled if padding_side == "right" else filled[:, ::-1]


def masked_mean_core(x, mask):  # (N, T, D), (N, T)
    count = np.maximum(mask.sum(axis=1, keepdims=True), 1)  # (N, 1)
    return np.where(mask[:, :, None], x, 0).sum(axis=1) / count  # (N, D)


def masked_mean(x, mask):
    """x̄ = Σ_t m_t x_t / Σ_t m_t: the mean vector of a sequence without its padding; 0 where all is padding.

    Shapes: x (N, T, D), mask (N, T) of True and False -> (N, D).
    """
    x, mask = _masked(x, mask)
    return cast(masked_mean_core(wide(x), mask), x.dtype)


def masked_mean_backward_core(upstream, mask):  # (N, D), (N, T)
    count = np.maximum(mask.sum(axis=1, keepdims=True), 1)  # (N, 1)
    return np.where(mask[:, :, None], (upstream / count)[:, None], 0)  # (N, T, D)


def masked_mean_backward(upstream, x, mask):
    """∂L/∂x_t = m_t u / Σ m for u = ∂L/∂x̄: each token gets its share, padding nothing. Shapes: (N, D) -> (N, T, D)."""
    x, mask = _masked(x, mask)
    upstream = floats("upstream", upstream)
    check.check_width("upstream", upstream.shape, (len(x), x.shape[2]))
    return cast(masked_mean_backward_core(wide(upstream.astype(x.dtype)), mask), x.dtype)


def _masked(x, mask):
    x, mask = floats("x", x), yes_and_no("mask", mask)
    check.check_mask(mask.shape, x.shape)
    return x, mask
