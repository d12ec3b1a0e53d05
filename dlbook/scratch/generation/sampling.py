"""From logits to a token: flatten them or sharpen them, cut the tail, hold back what was said, and draw."""

import numpy as np

from dlbook._validate import check_count
from dlbook._validate import generation as check
from dlbook.scratch._arrays import cast, floats, wide
from dlbook.scratch.activations import softmax_core
from dlbook.scratch.generation._inputs import ids_of, scores, whole


def temperature_core(z, T):
    return (z - z.max(axis=-1, keepdims=True)) / T  # the largest is 0: no e^z is too large


@np.errstate(over="ignore")  # beyond the range is −∞: never drawn
def temperature(logits, temperature=1.0):
    """z / T, shifted so that the largest is 0: below T = 1 the probable becomes more probable, above it less.

    Shapes: (…, V) -> (…, V). T → 0 leaves the largest alone, T → ∞ makes all tokens equal; both are refused.
    """
    z, T = scores("logits", logits), check.temperature_of("temperature", temperature)
    return cast(temperature_core(z.astype(np.float64), T), z.dtype)


def top_k_core(z, k):
    smallest = np.sort(z, axis=-1)[..., -k, None]  # (…, 1), the k-th largest
    return np.where(z >= smallest, z, -np.inf)


def top_k(logits, k):
    """The k largest logits stay, the rest becomes −∞; what equals the k-th stays, too. Shapes: (…, V) -> (…, V).

    Source: Fan, Lewis and Dauphin 2018.
    """
    z = scores("logits", logits)
    check_count("k", k, 1)
    return top_k_core(z, min(int(k), z.shape[-1])).astype(z.dtype)


def top_p_core(z, p):
    order = np.argsort(-z, axis=-1, kind="stable")  # the most probable first
    sorted_p = np.take_along_axis(softmax_core(z, dim=-1), order, axis=-1)
    before = np.cumsum(sorted_p, axis=-1) - sorted_p  # what those before it have together
    back = np.argsort(order, axis=-1)  # where each token stands in that order
    return np.where(np.take_along_axis(before < p, back, axis=-1), z, -np.inf)


def top_p(logits, p):
    """The fewest of the most probable tokens that have the share p together stay, the rest becomes −∞: the nucleus.

    Shapes: (…, V) -> (…, V); 0 < p ≤ 1, and 1 keeps all. Of equal tokens the first stay. Source: Holtzman et al. 2020.
    """
    z, p = scores("logits", logits), check.share_of("p", p)
    return z.copy() if p == 1 else top_p_core(wide(z), p).astype(z.dtype)


def repetition_penalty_core(z, used, penalty):  # used (…, V): the token was written
    return np.where(used, np.where(z > 0, z / penalty, z * penalty), z)


def repetition_penalty(logits, previous, penalty=1.2):
    """z / θ where z > 0 and z θ where z < 0, for the tokens in `previous`: θ > 1 makes repeating less probable.

    Shapes: logits (…, V), previous (…, T) ids -> (…, V). Source: Keskar and others 2019, who divide every z by θ; a z
    below 0 would become more probable so, and libraries multiply it.
    """
    z, previous = scores("logits", logits), whole("previous", previous)
    check.check_previous(previous.shape, previous.min(initial=0), previous.max(initial=0), z.shape)
    penalty, used = check.temperature_of("penalty", penalty), np.zeros(z.shape, bool)
    np.put_along_axis(used, previous, True, axis=-1)
    return cast(repetition_penalty_core(wide(z), used, penalty), z.dtype)


def sample_core(z, draw):  # (…, V), (…)
    cumulative = np.cumsum(softmax_core(z, dim=-1), axis=-1)
    share = cumulative / cumulative[..., -1:]  # the last is 1, whatever was rounded
    return (share <= draw[..., None]).sum(axis=-1)


def sample(logits, draw):
    """The first token k with p₁ + … + p_k > u, for u = `draw`: token k is drawn as often as p_k says.

    Shapes: logits (…, V), draw (…) uniform in [0, 1) -> (…), int64. A token with −∞ is never drawn.
    """
    z, draw = scores("logits", logits), floats("draw", draw).astype(np.float64)
    check.check_draws(draw.shape, draw.min(initial=0), draw.max(initial=0), z.shape[:-1])
    return np.asarray(sample_core(z.astype(np.float64), draw)).astype(np.int64)


def generate_core(step, ids, draws, choose):
    new, state = ids, None
    for draw in draws:
        logits, state = step(new, state)
        new = choose(logits, ids, draw)  # (1,)
        ids = np.concatenate([ids, new])
    return ids


def generate(step, prompt, draws, temperature=1.0, top_k=None, top_p=None, penalty=1.0):
    """Token after token: each is drawn from the logits of those before it, and then read itself.

    `step(ids, state)` gives the logits (V,) of what comes after `ids` (t,) and a state: first the prompt and None come
    in, then each time the newest token alone and the last state, as a recurrent net or a cache wants it.
    Shapes: prompt (T,) ids, draws (n,) uniform in [0, 1) -> (T + n,), int64.
    """
    draws = np.atleast_1d(floats("draws", draws))
    prompt = ids_of("prompt", prompt, np.iinfo(np.int64).max)
    of_step = _choice(temperature, top_k, top_p, penalty)
    return generate_core(step, prompt, draws, of_step)


def _choice(T, k, p, penalty):
    """A function that draws the next token from logits, after all options."""

    def choose(logits, ids, draw):
        check.check_next(np.shape(logits))
        z = repetition_penalty(logits, ids, penalty) if penalty != 1 else logits
        z = temperature(z, T)
        z = z if k is None else top_k(z, k)
        z = z if p is None else top_p(z, p)
        return np.atleast_1d(sample(z, draw))

    return choose
