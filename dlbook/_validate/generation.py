"""What both rooms ask of logits, draws, beams and n-grams."""

from math import inf, log2

from dlbook._validate import check_count, number_between, wrong
from dlbook._validate.text import above_zero


def check_logits(name: str, shape, leave_one: bool) -> None:
    """Scores (…, V), in which −∞ forbids a token; in each row one at least is allowed."""
    if len(shape) == 0:
        raise wrong(name, "have a number a token", "shape ()", "shape (…, V)")
    if not leave_one:
        raise wrong(name, "leave a token to every row", "−∞ for all", "a finite one")


def temperature_of(name: str, got) -> float:
    """A finite number above 0."""
    value = above_zero(name, got)
    if value == inf:
        raise wrong(name, "be finite", "inf", "a number above 0")
    return value


def share_of(name: str, got) -> float:
    """A number above 0 and at most 1."""
    value = number_between(name, got, 0, 1)
    if value == 0:
        raise wrong(name, "leave a token", repr(got), "a share above 0, at most 1")
    return value


def check_draws(shape, smallest, largest, needed) -> None:
    """Uniform numbers from 0 to below 1."""
    if tuple(shape) != tuple(needed):
        raise wrong("draw", "be one number a row", f"shape {tuple(shape)}", f"shape {tuple(needed)}")
    if smallest < 0 or largest >= 1:
        raise wrong("draw", "be uniform", f"{smallest if smallest < 0 else largest:g}", "numbers from 0 to below 1")


def check_previous(shape, smallest, largest, logits_shape) -> None:
    """Ids (…, T) of what has been written, for logits (…, V)."""
    if tuple(shape[:-1]) != tuple(logits_shape[:-1]) or not shape:
        need = f"shape {(*tuple(logits_shape[:-1]), 'T')}".replace("'", "")
        raise wrong("previous", "have a row a row of logits", f"shape {tuple(shape)}", need)
    check_tokens("previous", smallest, largest, logits_shape[-1])


def check_tokens(name: str, smallest, largest, V: int) -> None:
    """Ids from 0 to V − 1."""
    if smallest < 0 or largest >= V:
        raise wrong(name, "be ids of the vocabulary", f"{smallest if smallest < 0 else largest}", f"0 to {V - 1}")


def check_log_prob(size: int, largest) -> None:
    """Logarithms of probabilities: not above 0, and one at least."""
    if size == 0:
        raise wrong("log_prob", "not be empty", "0 tokens", "at least one token")
    if not largest <= 0:
        raise wrong("log_prob", "be logarithms of probabilities", f"{largest:g}", "0 or less")


def check_row(name: str, shape) -> None:
    """Ids (T,), one at least."""
    if len(shape) != 1 or shape[0] == 0:
        raise wrong(name, "be a row of ids", f"shape {tuple(shape)}", "shape (T,), T at least 1")


def check_order(order, num_words) -> None:
    """n-grams are numbered: V^n must stay within 63 bits."""
    check_count("num_words", num_words, 1)
    check_count("order", order, 1)
    if order * log2(num_words) >= 63:
        raise wrong(
            "order", "leave room to number n-grams", f"{order}", f"num_words ** order below 2⁶³, of {num_words}"
        )


def check_enough(name: str, length: int, order: int) -> None:
    """A text must be as long as its n-grams."""
    if length < order:
        raise wrong(name, "hold an n-gram", f"{length} tokens", f"at least {order}")


def check_beams(width, max_length, end) -> None:
    """How wide and how long, and which token ends a sequence, if any."""
    check_count("width", width, 1)
    check_count("max_length", max_length, 1)
    if end is not None:
        check_count("end", end, 0)


def check_end(end, V: int) -> None:
    """The token that ends a sequence is one of the vocabulary."""
    if end is not None and end >= V:
        raise wrong("end", "be a token of the vocabulary", f"{end}", f"0 to {V - 1}")


def check_step(shape, B: int) -> None:
    """What `step` says of B beginnings: (B, V)."""
    if len(shape) != 2 or shape[0] != B or 0 in shape:
        raise wrong("step", "give a row of logarithms a beginning", f"shape {tuple(shape)}", f"shape ({B}, V)")


def check_next(shape) -> None:
    """What `step` says comes next: (V,)."""
    if len(shape) != 1 or 0 in shape:
        raise wrong("step", "give a number a token", f"shape {tuple(shape)}", "shape (V,)")
