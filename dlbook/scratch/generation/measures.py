"""How good a language model is, and how new what it writes."""

import numpy as np

from dlbook._validate import check_count
from dlbook._validate import generation as check
from dlbook._validate.text import a_text
from dlbook.scratch._arrays import cast, finite_floats, wide


def perplexity_core(log_prob):
    return np.exp(-np.mean(log_prob))


@np.errstate(over="ignore")  # as good as impossible: ∞
def perplexity(log_prob):
    """e^(−1/T Σ log p_t): among how many equally probable tokens the model is as unsure. Shapes: (…) -> ().

    `log_prob` holds the natural logarithm of what each token that came had got; −∞ makes it ∞. Perplexities compare
    only over the same tokens. perplexity = 2^bits for bits a token.
    """
    log_prob = _logarithms(log_prob)
    return cast(perplexity_core(wide(log_prob)), log_prob.dtype)


def bits_per_character_core(log_prob, num_characters):
    return -np.sum(log_prob) / np.log(2) / num_characters


def bits_per_character(log_prob, num_characters=None):
    """−Σ log₂ p_t / characters: how many yes-or-no answers a character costs. Shapes: (…) -> ().

    `log_prob` holds natural logarithms. `num_characters` is the length of the text where tokens are longer than a
    character: then models with different tokens compare.
    """
    log_prob = _logarithms(log_prob)
    num_characters = log_prob.size if num_characters is None else num_characters
    check_count("num_characters", num_characters, 1)
    return cast(bits_per_character_core(wide(log_prob), num_characters), log_prob.dtype)


def longest_copy_core(text, source):
    best = ""
    for i in range(len(text)):
        while i + len(best) < len(text) and text[i : i + len(best) + 1] in source:
            best = text[i : i + len(best) + 1]
    return best


def longest_copy(text, source):
    """The longest stretch of `text` that stands in `source`, letter for letter; of equal ones the first.

    >>> longest_copy("it is not to bee", "To be or not to be")
    ' not to be'
    """
    return longest_copy_core(a_text("text", text), a_text("source", source))


def _logarithms(log_prob):
    log_prob = finite_floats("log_prob", log_prob, masked=True)
    check.check_log_prob(log_prob.size, log_prob.max())
    return log_prob
