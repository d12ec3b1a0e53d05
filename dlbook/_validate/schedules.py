"""What the schedules of both rooms ask of their arguments."""

from math import inf
from numbers import Real

from dlbook._validate import check_between, check_choice, check_count, number_between, wrong


def rate(name, value) -> float:
    """A learning rate, or a factor of it."""
    return number_between(name, value, 0, inf)


def period(name, value) -> int:
    """A number of epochs."""
    check_count(name, value, 1)
    return value


def share(name, value) -> float:
    """A share of the learning rate."""
    return number_between(name, value, 0, 1)


def first_share(name, value) -> float:
    """A share that is not 0: torch's warm-up multiplies, and 0 would stay 0."""
    value = share(name, value)
    if value == 0:
        raise wrong(name, "be positive", "0", f"0 < {name} <= 1")
    return value


def check_plateau(lr, metric, state, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps) -> None:
    """What a schedule that waits for a plateau asks of its arguments."""
    for name in ("best", "num_bad_epochs", "cooldown_counter") if state else ():
        if name not in state:
            raise wrong("state", f"hold {name!r}", f"{sorted(state)}", "what this schedule returned the last time")
    for name, value in (("lr", lr), ("metric", metric)):
        if getattr(value, "shape", ()) != ():
            raise wrong(name, "be one number", f"shape {tuple(value.shape)}", "shape ()")
    check_between("lr", float(lr), 0, inf)
    check_choice("mode", mode, ("min", "max"))
    check_choice("threshold_mode", threshold_mode, ("rel", "abs"))
    for name, value in (("threshold", threshold), ("min_lr", min_lr), ("eps", eps)):
        check_between(name, value, 0, inf)
    for name, value in (("patience", patience), ("cooldown", cooldown)):
        check_count(name, value)
    if not (isinstance(factor, Real) and 0 <= factor < 1):
        raise wrong("factor", "be at least 0 and below 1", repr(factor), "such a number, as 0.1")
