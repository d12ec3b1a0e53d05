"""From a text to pairs: which words stand near, which frequent ones are left out, which wrong ones are drawn."""

import numpy as np

from dlbook._validate import check_count, number_between
from dlbook._validate import embedding as check
from dlbook.scratch._arrays import floats
from dlbook.scratch.embedding._inputs import counted, uniform
from dlbook.scratch.text._sequences import id_sequences, whole

FREE = 2**62  # ids of whatever vocabulary


def pairs_core(ids, sentence, reach, window):  # (T,) each: the word, its sentence, how far it looks
    center, context = [], []
    for d in range(1, window + 1):
        near = sentence[d:] == sentence[:-d]
        for a, b, far in ((ids[d:], ids[:-d], reach[d:]), (ids[:-d], ids[d:], reach[:-d])):
            center.append(a[near & (far >= d)])
            context.append(b[near & (far >= d)])
    return np.concatenate(center), np.concatenate(context)


def pairs(sequences, window, reach=None):
    """Every word with every word at most `window` away in its sequence: center (P,), context (P,), int64.

    Nearer pairs come first, of the same distance the word before, then the word after. `reach` (T,), T all tokens
    together, is how far each looks, 1 to `window`: drawn uniformly, near words weigh more, as in word2vec.
    """
    ids, sentence, reach = _tokens(sequences, window, reach)
    check.check_some("sequences", (sentence[1:] == sentence[:-1]).any())
    return pairs_core(ids, sentence, reach, min(int(window), len(ids) - 1))


def cbow_windows_core(ids, sentence, window):
    T = len(ids)
    offsets = np.array([d for d in range(-window, window + 1) if d != 0])
    place = np.arange(T)[:, None] + offsets  # (T, 2 window)
    inside = np.clip(place, 0, T - 1)
    mask = (place == inside) & (sentence[inside] == sentence[:, None])
    return np.where(mask, ids[inside], 0), mask


def cbow_windows(sequences, window):
    """For each word the `window` words before it and after it: contexts and mask (B, 2 window), center (B,).

    Where a sequence has no word, the mask is False and the id 0; a word that is alone in its sequence is left out.
    """
    ids, sentence, _ = _tokens(sequences, window, None)
    check.check_some("sequences", (sentence[1:] == sentence[:-1]).any())
    contexts, mask = cbow_windows_core(ids, sentence, window)
    some = mask.any(axis=1)
    return contexts[some], mask[some], ids[some]


def keep_probability_core(counts, threshold):
    share = counts / counts.sum()
    return np.minimum(1, np.sqrt(threshold / np.where(share > 0, share, threshold)))


def keep_probability(counts, threshold=1e-3):
    """min(1, √(t / f_v)): a word that makes up more than the share t of the text is left out now and then.

    Shapes: counts (V,) -> (V,). f_v is the word's share; a word that does not occur is kept. Source: Mikolov and
    others 2013, who take t = 10⁻⁵ for billions of words.
    """
    return keep_probability_core(counted("counts", counts), check.threshold("threshold", threshold))


def subsample_core(sequences, keep, draws):  # a row of draws a sequence
    return [row[u < keep[row]] for row, u in zip(sequences, draws, strict=True)]


def subsample(sequences, keep, draw):
    """The sequences without the tokens whose draw is not below their `keep`; those that are left empty are gone.

    Shapes: keep (V,) as `keep_probability` gives it, draw (T,) uniform, T all tokens together -> a list of (Tᵢ,).
    """
    keep = floats("keep", keep)
    rows = id_sequences("sequences", sequences, len(keep))
    draw = uniform("draw", draw, (sum(map(len, rows)),))
    draws = np.split(draw, np.cumsum([len(row) for row in rows])[:-1])
    return [row for row in subsample_core(rows, keep, draws) if len(row)]


def noise_distribution_core(counts, power):
    weight = counts**power
    return weight / weight.sum()


def noise_distribution(counts, power=0.75):
    """P(v) = c_v^¾ / Σ_u c_u^¾: what negatives are drawn from; rare words come more often than in the text.

    Shapes: counts (V,) -> (V,). A power of 1 is the text's own distribution, 0 makes all words equal, those that do
    not occur too. Source: Mikolov and others 2013.
    """
    return noise_distribution_core(counted("counts", counts), number_between("power", power, 0, 10))


def draw_negatives_core(noise, draw):
    cumulative = np.cumsum(noise)
    return np.searchsorted(cumulative / cumulative[-1], draw, side="right")


def draw_negatives(noise, draw):
    """The first word v with P(0) + … + P(v) > u for each u of `draw`. Shapes: noise (V,), draw (…) -> (…), int64."""
    return draw_negatives_core(counted("noise", noise), uniform("draw", draw)).astype(np.int64)


def _tokens(sequences, window, reach):
    """All tokens in a row, the number of the sequence of each, and how far each looks."""
    check_count("window", window, 1)
    rows = id_sequences("sequences", sequences, FREE)
    sentence = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    if reach is None:
        reach = np.full(len(sentence), window)
    reach = whole("reach", reach)
    check.check_reach(reach.shape, reach.min(initial=1), reach.max(initial=1), len(sentence), window)
    return np.concatenate(rows), sentence, reach
