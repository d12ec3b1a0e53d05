"""Text on tensors: ids, padding, masks and counts. What makes no array is one function for both rooms."""

from functools import reduce

import torch
from torch.nn.utils.rnn import pad_sequence

from dlbook._validate import check_choice, check_count, wrong
from dlbook._validate import text as check
from dlbook.pytorch._tensors import backward, cast, finite_floats, fitting, floats, tensor, wide
from dlbook.scratch.text import (
    bpe_decode,
    bpe_encode,
    bpe_merges,
    bpe_tokens,
    bpe_words,
    merge,
    tokenize,
    vocabulary,
)

__all__ = [
    "bag_of_words", "bpe_decode", "bpe_encode", "bpe_merges", "bpe_tokens", "bpe_words", "class_counts", "decode",
    "encode", "gradient_times_input", "inverse_document_frequency", "mask", "masked_mean", "masked_mean_backward",
    "merge", "naive_bayes", "naive_bayes_scores", "occlusion", "pad", "tf_idf", "tokenize", "vocabulary",
]  # fmt: skip


def encode(tokens, vocabulary, unknown="<unk>"):
    """The ids of words: (T,), int64. A word without an id gets that of `unknown`, where the vocabulary has it."""
    tokens = check.words_of("tokens", tokens)
    unknown = check.known_ids(tokens, vocabulary, unknown)
    return torch.tensor([vocabulary.get(token, unknown) for token in tokens])


def decode(ids, vocabulary):
    """The words of ids (T,), as a list."""
    ids, words = whole("ids", ids), check.words_by_id(vocabulary)
    check.check_sequence("ids", ids.shape, 0)
    check.check_ids("ids", ids.min().item(), ids.max().item(), len(words))
    return [words[i] for i in ids.tolist()]


def pad(sequences, padding_value=0, padding_side="right", max_length=None):
    """Sequences (Tᵢ, …) of different lengths as one tensor (N, T, …): `torch.nn.utils.rnn.pad_sequence`."""
    rows = _sequences("sequences", sequences)
    check_choice("padding_side", padding_side, ("right", "left"))
    if max_length is not None:
        check_count("max_length", max_length, 1)
        rows = [row[:max_length] for row in rows]
    dtype = reduce(torch.promote_types, (row.dtype for row in rows))
    check.check_padding(padding_value, dtype.is_floating_point)
    rows = [row.to(dtype) for row in rows]
    return pad_sequence(rows, batch_first=True, padding_value=padding_value, padding_side=padding_side)


def mask(lengths, T=None, padding_side="right"):
    """True where a sequence has a token, False where its padding is: (N, T). T is the longest if it is not given."""
    lengths = whole("lengths", lengths)
    check_choice("padding_side", padding_side, ("right", "left"))
    smallest, largest = (lengths.min().item(), lengths.max().item()) if lengths.numel() else (0, 0)
    T = check.check_lengths(lengths.shape, smallest, largest, T)
    filled = torch.arange(T, device=lengths.device) < lengths[:, None]
    return filled if padding_side == "right" else filled.flip(1)


def masked_mean(x, mask):
    """x̄ = Σ_t m_t x_t / Σ_t m_t: the mean vector of a sequence without its padding; 0 where all is padding."""
    x, mask = _masked(x, mask)
    return _mean(wide(x), mask).to(x.dtype)


def masked_mean_backward(upstream, x, mask):
    """∂L/∂x for u = ∂L/∂x̄, by autograd. Shapes: (N, D) -> (N, T, D)."""
    x, mask = _masked(x, mask)
    upstream = floats("upstream", upstream)
    check.check_width("upstream", upstream.shape, (len(x), x.shape[2]))
    (grad,) = backward(wide(upstream.to(x)), lambda x: _mean(x, mask), wide(x))
    return grad.to(x.dtype)


def _mean(x, mask):
    return torch.where(mask[..., None], x, 0).sum(dim=1) / mask.sum(dim=1, keepdim=True).clamp(min=1)


def bag_of_words(sequences, num_words):
    """c_nv: how often word v stands in sequence n. Shapes: N rows of ids below V = `num_words` -> (N, V), int64."""
    check_count("num_words", num_words, 1)
    sequences = id_sequences("sequences", sequences, num_words)
    return torch.stack([row.bincount(minlength=num_words) for row in sequences])


def class_counts(sequences, y, num_words, num_classes):
    """C_kv: how often word v stands in the sequences of class k. Shapes: N rows, y (N,) -> (K, V), int64."""
    check_count("num_words", num_words, 1)
    sequences, y = id_sequences("sequences", sequences, num_words), whole("y", y)
    smallest, largest = (y.min().item(), y.max().item()) if y.numel() else (0, 0)
    check.check_classes(y.shape, smallest, largest, len(sequences), num_classes)
    total = torch.zeros(num_classes, num_words, dtype=torch.int64, device=y.device)
    rows = y.repeat_interleave(torch.tensor([len(row) for row in sequences], device=y.device))
    ids = torch.cat(sequences)
    return total.index_put((rows, ids), torch.ones_like(ids), accumulate=True)


def naive_bayes(counts, sizes, alpha=1.0):
    """log P(k) = log(m_k / m) and log P(v | k) = log((C_kv + α) / Σ_v (C_kv + α)). (K, V), (K,) -> (K,), (K, V)."""
    counts, sizes = _counts("counts", counts), finite_floats("sizes", sizes)
    check.check_class_sizes(sizes.shape, sizes.min().item(), sizes.max().item(), len(counts))
    smoothed = counts.double() + check.above_zero("alpha", alpha)
    return (sizes.double() / sizes.sum()).log(), (smoothed / smoothed.sum(dim=1, keepdim=True)).log()


def naive_bayes_scores(sequences, log_prior, log_likelihood):
    """log P(k) + Σ_t log P(v_t | k). Shapes: N rows of ids below V, (K,), (K, V) -> (N, K)."""
    log_likelihood = finite_floats("log_likelihood", log_likelihood, masked=True).double()
    log_prior = finite_floats("log_prior", log_prior, masked=True).double()
    check.check_width("log_likelihood", log_likelihood.shape, (len(log_prior), *log_likelihood.shape[1:2]))
    sequences = id_sequences("sequences", sequences, log_likelihood.shape[1])
    return torch.stack([log_prior + log_likelihood[:, row].sum(dim=1) for row in sequences])


def inverse_document_frequency(counts):
    """idf_v = log((1 + N) / (1 + df_v)) + 1: the rarer a word, the heavier. Shapes: counts (N, V) -> (V,)."""
    counts = _counts("counts", counts).double()
    return ((1 + len(counts)) / (1 + (counts > 0).sum(dim=0).double())).log() + 1


def tf_idf(counts, idf):
    """x_nv = c_nv idf_v / ‖c_n idf‖; a text without words stays 0. Shapes: counts (N, V), idf (V,) -> (N, V)."""
    counts, idf = _counts("counts", counts), finite_floats("idf", idf)
    check.check_width("idf", idf.shape, counts.shape[1:])
    unit = torch.nn.functional.normalize(wide(counts).double() * idf.double(), dim=1, eps=1e-300)
    return cast(unit, torch.promote_types(counts.dtype, idf.dtype))


def occlusion(score, ids):
    """r_t = s(v_1 … v_T) − s(without v_t). Shapes: ids (T,), two words at least -> (T,); `score` gives (N,)."""
    (ids,) = id_sequences("ids", [ids], torch.iinfo(torch.int64).max)
    if len(ids) < 2:
        raise wrong("ids", "leave a word when one is taken out", "1 word", "at least two")
    all_words = tensor("score's answer", score([ids]))
    check.check_width("score's answer", all_words.shape, (1,))
    return all_words - score([torch.cat([ids[:t], ids[t + 1 :]]) for t in range(len(ids))])


def gradient_times_input(upstream, x):
    """r_t = Σ_d x_td ∂s/∂x_td. Shapes: upstream (…, T, D), the gradient of the score, and x alike -> (…, T)."""
    x = floats("x", x)
    if x.ndim < 2:
        raise wrong("x", "hold a vector a token", f"shape {tuple(x.shape)}", "shape (…, T, D)")
    upstream = finite_floats("upstream", fitting("upstream", upstream, x.shape, x))
    return torch.linalg.vecdot(wide(upstream), wide(x)).to(x.dtype)


def whole(name, value):
    """`value` as int64; ids are whole numbers."""
    value = tensor(name, value)
    if value.is_floating_point() or value.dtype == torch.bool:
        raise wrong(name, "be whole numbers", f"dtype {value.dtype}", "integers")
    return value.long()


def _sequences(name, value):
    """`value`, one tensor a sequence: each (T, …) with T ≥ 1, all else alike."""
    rows = [tensor(name, row) for row in value]
    if not rows:
        raise wrong(name, "not be empty", "0 sequences", "at least one")
    for i, row in enumerate(rows):
        check.check_sequence(name, row.shape, i)
        check.check_together(name, row.shape, i, rows[0].shape)
    return rows


def id_sequences(name, value, num_words):
    """`value`, one row of ids from 0 to V − 1 a sequence, each as int64."""
    rows = [whole(name, row) for row in _sequences(name, value)]
    for i, row in enumerate(rows):
        if row.ndim != 1:
            raise wrong(name, "hold ids", f"shape {tuple(row.shape)} at position {i}", "shape (T,)")
        check.check_ids(name, row.min().item(), row.max().item(), num_words, f" in sequence {i}")
    return rows


def yes_and_no(name, value):
    """`value` as True and False; 1 and 0 are taken for them."""
    value = tensor(name, value)
    if value.is_floating_point():
        raise wrong(name, "hold True and False", f"dtype {value.dtype}", "booleans")
    return value.bool()


def _counts(name, value):
    """`value` (N, V) as floats, none below 0."""
    value = finite_floats(name, value)
    check.check_counts(name, value.shape, value.min().item())
    return value


def _masked(x, mask):
    x, mask = floats("x", x), yes_and_no("mask", mask)
    check.check_mask(mask.shape, x.shape)
    return x, mask
