"""From a text to pairs, on tensors: which words stand near, which are left out, which wrong ones are drawn."""

import torch

from dlbook._validate import check_count, number_between
from dlbook._validate import embedding as check
from dlbook.pytorch._tensors import floats
from dlbook.pytorch.embedding._inputs import counted, uniform
from dlbook.pytorch.text import id_sequences, whole

FREE = 2**62  # ids of whatever vocabulary


def pairs(sequences, window, reach=None):
    """Every word with every word at most `window` away in its sequence: center (P,), context (P,)."""
    ids, sentence, reach = _tokens(sequences, window, reach)
    found = []
    for d in range(1, min(int(window), len(ids) - 1) + 1):
        near = sentence[d:] == sentence[:-d]
        after, before = near & (reach[d:] >= d), near & (reach[:-d] >= d)
        found += [(ids[d:][after], ids[:-d][after]), (ids[:-d][before], ids[d:][before])]
    center, context = zip(*found, strict=True)
    return torch.cat(center), torch.cat(context)


def cbow_windows(sequences, window):
    """For each word the `window` words before it and after it: contexts and mask (B, 2 window), center (B,)."""
    ids, sentence, _ = _tokens(sequences, window, None)
    offsets = torch.cat([torch.arange(-window, 0), torch.arange(1, window + 1)]).to(ids.device)
    place = torch.arange(len(ids), device=ids.device)[:, None] + offsets  # (T, 2 window)
    inside = place.clamp(0, len(ids) - 1)
    mask = (place == inside) & (sentence[inside] == sentence[:, None])
    some = mask.any(dim=1)
    return ids[inside].where(mask, 0)[some], mask[some], ids[some]


def keep_probability(counts, threshold=1e-3):
    """min(1, √(t / f_v)): a word that makes up more than the share t of the text is left out now and then."""
    counts, t = counted("counts", counts), check.threshold("threshold", threshold)
    return (t * counts.sum() / counts).sqrt().clamp(max=1)


def subsample(sequences, keep, draw):
    """The sequences without the tokens whose draw is not below their `keep`; those that are left empty are gone."""
    keep = floats("keep", keep)
    rows = id_sequences("sequences", sequences, len(keep))
    lengths = [len(row) for row in rows]
    parts = uniform("draw", draw, (sum(lengths),)).split(lengths)
    kept = [row[u < keep[row]] for row, u in zip(rows, parts, strict=True)]
    return [row for row in kept if len(row)]


def noise_distribution(counts, power=0.75):
    """P(v) = c_v^¾ / Σ_u c_u^¾: what negatives are drawn from. Shapes: (V,) -> (V,)."""
    weight = counted("counts", counts) ** number_between("power", power, 0, 10)
    return weight / weight.sum()


def draw_negatives(noise, draw):
    """The first word v with P(0) + … + P(v) > u for each u of `draw`. Shapes: noise (V,), draw (…) -> (…), int64."""
    cumulative = counted("noise", noise).cumsum(dim=0)
    return torch.searchsorted(cumulative / cumulative[-1], uniform("draw", draw).contiguous(), right=True)


def _tokens(sequences, window, reach):
    """All tokens in a row, the number of the sequence of each, and how far each looks."""
    check_count("window", window, 1)
    rows = id_sequences("sequences", sequences, FREE)
    ids, lengths = torch.cat(rows), torch.tensor([len(row) for row in rows])
    sentence = torch.arange(len(rows)).repeat_interleave(lengths).to(ids.device)
    reach = torch.full_like(ids, window) if reach is None else whole("reach", reach)
    smallest, largest = (reach.min().item(), reach.max().item()) if reach.numel() else (1, 1)
    check.check_reach(reach.shape, smallest, largest, len(ids), window)
    check.check_some("sequences", bool((sentence[1:] == sentence[:-1]).any()))
    return ids, sentence, reach
