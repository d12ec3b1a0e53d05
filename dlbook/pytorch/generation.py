"""Generation on tensors: the scores of the next token are cut and drawn from, sequences are searched and measured."""

import math

import torch

from dlbook._validate import check_count, number_between, wrong
from dlbook._validate import generation as check
from dlbook.pytorch._tensors import finite_floats, floats, tensor, wide
from dlbook.scratch.generation import longest_copy

__all__ = [
    "beam_search", "bits_per_character", "generate", "longest_copy", "ngram_counts", "perplexity",
    "repetition_penalty", "sample", "temperature", "top_k", "top_p", "witten_bell", "witten_bell_next",
]  # fmt: skip


def temperature(logits, temperature=1.0):
    """z / T, shifted so that the largest is 0. Shapes: (…, V) -> (…, V)."""
    z, T = _scores("logits", logits), check.temperature_of("temperature", temperature)
    return ((z.double() - z.double().amax(dim=-1, keepdim=True)) / T).to(z.dtype)


def top_k(logits, k):
    """The k largest logits stay, the rest becomes −∞; what equals the k-th stays, too. Shapes: (…, V) -> (…, V)."""
    z = _scores("logits", logits)
    check_count("k", k, 1)
    smallest = z.topk(min(int(k), z.shape[-1]), dim=-1).values[..., -1:]
    return z.masked_fill(z < smallest, -torch.inf)


def top_p(logits, p):
    """The fewest of the most probable tokens that have the share p together stay, the rest becomes −∞."""
    z, p = _scores("logits", logits), check.share_of("p", p)
    if p == 1:
        return z.clone()
    ordered, order = wide(z).sort(dim=-1, descending=True, stable=True)
    share = ordered.softmax(dim=-1)
    dropped = torch.empty_like(order, dtype=torch.bool).scatter(-1, order, share.cumsum(dim=-1) - share >= p)
    return z.masked_fill(dropped, -torch.inf)


def repetition_penalty(logits, previous, penalty=1.2):
    """z / θ where z > 0 and z θ where z < 0, for the tokens in `previous`. Shapes: (…, V), (…, T) -> (…, V)."""
    z, previous = _scores("logits", logits), _whole("previous", previous)
    smallest, largest = (previous.min().item(), previous.max().item()) if previous.numel() else (0, 0)
    check.check_previous(previous.shape, smallest, largest, z.shape)
    penalty, old = check.temperature_of("penalty", penalty), wide(z).gather(-1, previous)
    return wide(z).scatter(-1, previous, torch.where(old > 0, old / penalty, old * penalty)).to(z.dtype)


def sample(logits, draw):
    """The first token k with p₁ + … + p_k > u, for u = `draw`. Shapes: (…, V), (…) -> (…), int64."""
    z, draw = _scores("logits", logits).double(), floats("draw", draw).double()
    smallest, largest = (draw.min().item(), draw.max().item()) if draw.numel() else (0, 0)
    check.check_draws(draw.shape, smallest, largest, z.shape[:-1])
    cumulative = z.softmax(dim=-1).cumsum(dim=-1)
    return (cumulative / cumulative[..., -1:] <= draw[..., None]).sum(dim=-1)


def generate(step, prompt, draws, temperature=1.0, top_k=None, top_p=None, penalty=1.0):
    """Token after token: each is drawn from the logits of those before it, and then read itself.

    `step(ids, state)` gives the logits (V,) of what comes after `ids` (t,) and a state: first the prompt and None come
    in, then each time the newest token alone and the last state. Shapes: prompt (T,), draws (n,) -> (T + n,).
    """
    draws, ids = torch.atleast_1d(floats("draws", draws)), _ids("prompt", prompt, 2**63 - 1)
    new, state = ids, None
    for draw in draws:
        logits, state = step(new, state)
        new = _choose(logits, ids, draw, temperature, top_k, top_p, penalty)
        ids = torch.cat([ids, new])
    return ids


def _choose(logits, ids, draw, T, k, p, penalty):
    """The next token (1,), after all options."""
    check.check_next(logits.shape)
    z = repetition_penalty(logits, ids, penalty) if penalty != 1 else logits
    z = temperature(z, T)
    z = z if k is None else top_k(z, k)
    z = z if p is None else top_p(z, p)
    return torch.atleast_1d(sample(z, draw))


def perplexity(log_prob):
    """e^(−1/T Σ log p_t): among how many equally probable tokens the model is as unsure. Shapes: (…) -> ()."""
    log_prob = _logarithms(log_prob)
    return (-wide(log_prob).mean()).exp().to(log_prob.dtype)


def bits_per_character(log_prob, num_characters=None):
    """−Σ log₂ p_t / characters: how many yes-or-no answers a character costs. Shapes: (…) -> ()."""
    log_prob = _logarithms(log_prob)
    num_characters = log_prob.numel() if num_characters is None else num_characters
    check_count("num_characters", num_characters, 1)
    return (-wide(log_prob).sum() / math.log(2) / num_characters).to(log_prob.dtype)


def ngram_counts(ids, num_words, order):
    """For n = 1 to `order`: the n-grams of `ids`, ascending, and how often each occurs: pairs (M_n,), (M_n,)."""
    check.check_order(order, num_words)
    ids = _ids("ids", ids, num_words)
    check.check_enough("ids", len(ids), order)
    return [_numbered(ids, n, num_words).unique(return_counts=True) for n in range(1, order + 1)]


def witten_bell(ids, counts, num_words):
    """P(w | h) = (c(h w) + t(h) P(w | h′)) / (c(h) + t(h)) for each token w of `ids`. Shapes: (T,) -> (T,)."""
    ids = _ids("ids", ids, num_words)
    check.check_order(len(counts), num_words)
    p = torch.full(ids.shape, 1 / num_words, dtype=torch.float64, device=ids.device)
    for n, (known, occurs) in enumerate(counts[: len(ids)], start=1):
        codes = torch.cat([ids.new_full((n - 1,), -1), _numbered(ids, n, num_words)])
        p = _smoothed(p, known, occurs, codes, num_words)
    return p


def witten_bell_next(context, counts, num_words):
    """P(w | h) for every token w, h the last tokens of `context`. Shapes: (T,) -> (V,), summing to one."""
    ids = _ids("context", context, num_words)
    check.check_order(len(counts), num_words)
    p = torch.full((num_words,), 1 / num_words, dtype=torch.float64, device=ids.device)
    for n, (known, occurs) in enumerate(counts[: len(ids) + 1], start=1):
        every = torch.arange(num_words, device=ids.device)
        before = ids[len(ids) - n + 1 :].expand(num_words, n - 1)
        codes = _numbered(torch.column_stack([before, every]), n, num_words)[:, 0]
        p = _smoothed(p, known, occurs, codes, num_words)
    return p


def _numbered(ids, n, V):
    """The n-grams of the last axis as numbers to the base V."""
    digits = V ** torch.arange(n - 1, -1, -1, device=ids.device)
    return (ids.unfold(-1, n, 1) * digits).sum(dim=-1)


def _smoothed(p, known, occurs, codes, V):
    """One order of Witten and Bell's: what the shorter context says, and what came after this one."""
    place = torch.searchsorted(known, codes).clamp(max=len(known) - 1)
    c_hw = torch.where(known[place] == codes, occurs[place], 0)
    h = codes.div(V, rounding_mode="floor") * V
    first, end = torch.searchsorted(known, h), torch.searchsorted(known, h + V)
    before = torch.cat([occurs.new_zeros(1), occurs.cumsum(dim=0)])
    c_h, t = before[end] - before[first], end - first
    return torch.where(c_h > 0, (c_hw + t * p) / (c_h + t).clamp(min=1), p)


def beam_search(step, prompt, width, max_length, end=None, length_penalty=0.0):
    """The `width` sequences with the largest log P(y) / |y|^α that a beam of that width finds, the best first.

    `step(beams)` gives log P of the next token after each of B beginnings: (B, t) ids -> (B, V).
    Shapes: prompt (T,) -> a list of ids (T + |y|,), and the scores (width,).
    """
    prompt = _ids("prompt", prompt, 2**63 - 1)
    check.check_beams(width, max_length, end)
    alpha = number_between("length_penalty", length_penalty, 0, 10)
    beams, totals, done = prompt[None], torch.zeros(1, dtype=torch.float64, device=prompt.device), []
    for _ in range(max_length):
        log_prob = _scores("step", step(beams)).double()
        check.check_step(log_prob.shape, len(beams))
        check.check_end(end, log_prob.shape[1])
        totals, best = (totals[:, None] + log_prob).flatten().sort(descending=True, stable=True)
        rows, ids = best[:width] // log_prob.shape[1], best[:width] % log_prob.shape[1]
        beams, totals = torch.column_stack([beams[rows], ids]), totals[:width]
        ended = ids == (-1 if end is None else end)
        done += zip(beams[ended], totals[ended], strict=True)
        beams, totals = beams[~ended], totals[~ended]
        if len(beams) == 0:
            break
    done += zip(beams, totals, strict=True)
    found = [(y, total / (len(y) - len(prompt)) ** alpha) for y, total in done if total > -torch.inf]
    found = sorted(found, key=lambda one: -one[1])[:width]
    return [y for y, _ in found], torch.stack([total for _, total in found])


def _scores(name, value):
    """`value` (…, V) as floats; −∞ forbids a token, and in each row one is allowed at least."""
    value = finite_floats(name, value, masked=True)
    check.check_logits(name, value.shape, value.ndim == 0 or bool((value > -torch.inf).any(dim=-1).all()))
    return value


def _whole(name, value):
    """`value` as int64."""
    value = tensor(name, value)
    if value.is_floating_point() or value.dtype == torch.bool:
        raise wrong(name, "be whole numbers", f"dtype {value.dtype}", "integers")
    return value.long()


def _ids(name, value, V):
    """`value`, a row of ids (T,) below V, as int64."""
    value = tensor(name, value)
    check.check_row(name, value.shape)
    value = _whole(name, value)
    check.check_tokens(name, value.min().item(), value.max().item(), V)
    return value


def _logarithms(log_prob):
    log_prob = finite_floats("log_prob", log_prob, masked=True)
    check.check_log_prob(log_prob.numel(), log_prob.max().item())
    return log_prob
