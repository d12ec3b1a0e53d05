"""How bad input is told: every message names the argument, what came and what is needed.

Plain Python values only, so that both rooms share the words and neither needs the other's arrays.
"""

from functools import wraps
from inspect import signature
from math import frexp, inf, isnan
from numbers import Integral, Real


def wrong(name: str, must: str, got, need: str) -> ValueError:
    """The error to raise: `name must …: got …, need …`.

    >>> raise wrong("y_true", "not be empty", "shape (0,)", "at least one label")
    Traceback (most recent call last):
    ValueError: y_true must not be empty: got shape (0,), need at least one label
    """
    return ValueError(f"{name} must {must}: got {got}, need {need}")


def takes(**guards):
    """A door for a function that is its formula: each named argument goes through its guard, `guard(name, value)`.

    A guard checks, converts and returns the value; a default that is not given stays as it stands in the signature.

    >>> half = takes(x=number_between)(lambda x: x / 2)
    >>> half("a")
    Traceback (most recent call last):
    ValueError: x must be a number: got 'a', need -inf to inf
    """

    def with_a_door(formula):
        names = tuple(signature(formula).parameters)

        @wraps(formula)
        def public(*args, **kwargs):
            if len(args) > len(names):
                return formula(*args, **kwargs)  # Python's own error says it best
            given = [guards[name](name, x) if name in guards else x for name, x in zip(names, args, strict=False)]
            named = {name: guards[name](name, x) if name in guards else x for name, x in kwargs.items()}
            return formula(*given, **named)

        return public

    return with_a_door


def answers_in_the_dtype_of(name: str, wide, cast):
    """A door: what is narrow is computed in `wide(value)`, and the answer gets, by `cast`, the dtype of `name`."""

    def with_a_door(formula):
        place = list(signature(formula).parameters).index(name)

        @wraps(formula)
        def public(*args, **kwargs):
            dtype = (kwargs[name] if name in kwargs else args[place]).dtype
            wider = {key: wide(value) for key, value in kwargs.items()}
            return cast(formula(*map(wide, args), **wider), dtype)

        return public

    return with_a_door


def check_vector(name: str, shape, items: str = "label") -> None:
    """`shape` must be (N,) with N ≥ 1."""
    shape = tuple(shape)
    if len(shape) != 1:
        raise wrong(name, "have one dimension", f"shape {shape}", f"one {items} a sample")
    if shape[0] == 0:
        raise wrong(name, "not be empty", f"shape {shape}", f"at least one {items}")


def check_same_length(name: str, length: int, other: str, needed: int) -> None:
    """`name` must hold as many values as `other`."""
    if length != needed:
        raise wrong(name, f"be as long as {other}", f"{length} values", f"{needed}")


def check_choice(name: str, got, choices) -> None:
    """`got` must be one of `choices`."""
    if not any(got is choice or (isinstance(got, str) and got == choice) for choice in choices):
        raise wrong(name, "be a known name", repr(got), f"one of {', '.join(map(repr, choices))}")


def check_count(name: str, got, low: int = 0, high: float = inf) -> None:
    """`got` must be a whole number from `low` to `high`."""
    if not (isinstance(got, Integral) and low <= got <= high):
        raise wrong(name, "be a whole number", repr(got), f"{low} or more" if high == inf else f"{low} to {high:g}")


def check_between(name: str, got, low: float, high: float, or_nan: bool = False) -> None:
    """`got` must be a number from `low` to `high`."""
    if isinstance(got, Real) and (low <= got <= high or (or_nan and isnan(got))):
        return
    raise wrong(name, "be a number", repr(got), f"{low:g} to {high:g}" + (", or NaN" if or_nan else ""))


def number_between(name: str, got, low: float = -inf, high: float = inf, or_nan: bool = False) -> float:
    """`got`, a number or an array or a tensor of shape () that holds one, as a plain float from `low` to `high`."""
    got = got.item() if getattr(got, "shape", None) == () else got
    check_between(name, got, low, high, or_nan)
    return float(got)


def unit_of(largest) -> float:
    """A power of two near `largest`: divided by it numbers keep their digits, and sums and squares their range.

    >>> unit_of(1000.0)
    512.0
    """
    return 2.0 ** min(max(frexp(largest)[1] - 1, -1000), 1023)
