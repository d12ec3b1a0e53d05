"""Who may look at whom, in tensors: True = may look."""

import torch

from dlbook._validate import check_count
from dlbook._validate.attention import check_attn_mask, check_key_lengths, check_mask_of, check_window
from dlbook.pytorch._tensors import floats, tensor


def mask(T, S=None, is_causal=False, offset=0, window=None, lengths=None):
    """M[t, s] = may query t look at key s? (T, S), with lengths (N, T, S)."""
    check_count("T", T, 1)
    S = T if S is None else S
    check_count("S", S, 1)
    check_count("offset", offset)
    left, right = check_window(window)
    may = torch.ones(T, S, dtype=torch.bool)
    if is_causal:
        may = may.tril(offset)
    if right < S:
        may = may.tril(offset + right)
    if left < T + offset:
        may = may.triu(offset - left)
    if lengths is None:
        return may
    lengths = tensor("lengths", lengths)
    ends = torch.tensor(check_key_lengths(lengths, lengths.numel(), S), device=lengths.device)
    return may.to(ends.device) & (torch.arange(S, device=ends.device) < ends[:, None, None])


def added(scores, like, attn_mask, is_causal=False, offset=0, window=None, lengths=None):
    """What is added to scores of this shape: 0 where a query may look, −∞ where not; None for nothing."""
    *front, T, S = scores
    bias = None
    if attn_mask is not None:
        attn_mask = tensor("attn_mask", attn_mask).to(like.device)
        check_attn_mask(attn_mask.shape, kind_of(attn_mask), scores)
        bias = as_added(attn_mask, like)
    if is_causal or window is not None:
        own = as_added(mask(T, S, is_causal, offset, window).to(like.device), like)
        bias = own if bias is None else bias + own
    if lengths is not None:
        ends = check_key_lengths(tensor("lengths", lengths), front[0] if front else 1, S)
        ends = torch.tensor(ends, device=like.device).reshape(-1, *[1] * (len(front) - 1), 1, 1)
        may = torch.arange(S, device=like.device) < ends
        own = as_added(may if front else may[0], like)
        bias = own if bias is None else bias + own
    return bias


def as_added(given, like):
    """Yes and no as 0 and −∞; floats stay."""
    if given.dtype != torch.bool:
        return floats("attn_mask", given).to(like)
    return torch.zeros(given.shape, dtype=like.dtype, device=like.device).masked_fill(~given, -torch.inf)


def kind_of(given) -> str:
    return "yes or no" if given.dtype == torch.bool else "floats" if given.is_floating_point() else str(given.dtype)


def turned(name, given, shapes):
    """torch.nn's mask, True = may not look, as one with True = may look; floats stay."""
    given = tensor(name, given)
    check_mask_of(name, tuple(given.shape), kind_of(given), shapes)
    return ~given if given.dtype == torch.bool else given
