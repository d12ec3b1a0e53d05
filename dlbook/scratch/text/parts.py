"""Each word's part in the score of a text, by two means: what is lost without it, and what its slope would give."""

import numpy as np

from dlbook._validate import text as check
from dlbook._validate import wrong
from dlbook.scratch._arrays import array, finite_floats, fitting, floats, wide
from dlbook.scratch.text._sequences import id_sequences


def occlusion_core(score, ids):
    rest = [np.delete(ids, t) for t in range(len(ids))]  # without word t
    return score([ids]) - score(rest)  # (T,)


def occlusion(score, ids):
    """r_t = s(v_1 … v_T) − s(without v_t): what the score of a text loses when a word is taken out.

    `score` takes N sequences of ids and returns (N,). Shapes: ids (T,), two words at least -> (T,).
    """
    (ids,) = id_sequences("ids", [ids], np.iinfo(np.int64).max)
    if len(ids) < 2:
        raise wrong("ids", "leave a word when one is taken out", "1 word", "at least two")
    check.check_width("score's answer", array("score's answer", score([ids])).shape, (1,))
    return occlusion_core(score, ids)


def gradient_times_input_core(upstream, x):
    return (upstream * x).sum(axis=-1)


def gradient_times_input(upstream, x):
    """r_t = Σ_d x_td ∂s/∂x_td: what the score would lose on the way from x_t to 0, if its slope stayed the same.

    Shapes: upstream (…, T, D), the gradient of the score, and x alike -> (…, T).
    """
    x = floats("x", x)
    if x.ndim < 2:
        raise wrong("x", "hold a vector a token", f"shape {x.shape}", "shape (…, T, D)")
    upstream = finite_floats("upstream", fitting("upstream", upstream, x.shape, x))
    return gradient_times_input_core(wide(upstream), wide(x)).astype(x.dtype)
