"""What the remedies of both rooms ask of costs, neighbours and shares."""

from math import inf
from numbers import Integral

from dlbook._validate import number_between, unit_of, wrong


def two_costs(cost_fp, cost_fn) -> tuple[float, float]:
    """Both as plain numbers: at least 0, and not both of them 0."""
    cost_fp, cost_fn = number_between("cost_fp", cost_fp, 0), number_between("cost_fn", cost_fn, 0)
    if not 0 < cost_fp + cost_fn < inf:
        raise wrong("cost_fp + cost_fn", "be above 0 and finite", f"{cost_fp:g} + {cost_fn:g}", "an error with a cost")
    return cost_fp, cost_fn


def in_a_unit(cost_fp: float, cost_fn: float) -> tuple[float, float, float]:
    """Both in a unit, a power of two, in which no sum of them leaves the range, and the unit."""
    unit = unit_of(max(cost_fp, cost_fn))
    return cost_fp / unit, cost_fn / unit, unit


def check_neighbors(name: str, k, m: int) -> None:
    """`k` must be a whole number of samples that are not the one they surround."""
    if m == 1:
        raise wrong("X", "hold neighbours", "1 sample", "at least 2 samples of the class")
    if isinstance(k, bool) or not isinstance(k, Integral) or not 1 <= k < m:
        raise wrong(name, "leave out the sample itself", repr(k), f"1 to {m - 1} of {m} samples")


def both_shares(name: str, share) -> list[float]:
    """The shares of the negatives and of the positives from that of the positives, one number from 0 to 1."""
    share = number_between(name, share, 0, 1)
    return [1 - share, share]
