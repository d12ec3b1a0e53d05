"""How bad input is told: every message names the argument, what came and what is needed.

Plain Python values only, so that both rooms share the words and neither needs the other's arrays.
"""

from math import inf, isnan
from numbers import Integral, Real


def wrong(name: str, must: str, got, need: str) -> ValueError:
    """The error to raise: `name must …: got …, need …`.

    >>> raise wrong("y_true", "not be empty", "shape (0,)", "at least one label")
    Traceback (most recent call last):
    ValueError: y_true must not be empty: got shape (0,), need at least one label
    """
    return ValueError(f"{name} must {must}: got {got}, need {need}")


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


def check_running(mean, var, training: bool) -> None:
    """Running statistics come as a pair; only in training, which takes the batch's, may both be None."""
    if (mean is None) != (var is None):
        raise wrong("running_mean and running_var", "come together", "None for one of them", "both, or neither")
    if mean is None and not training:
        raise wrong("running_mean and running_var", "be there out of training", "None", "shape (C,)")


def step_options(**options) -> list:
    """The options of an optimizer's step as plain floats, each in the range that torch.optim asks of it.

    Plain, for a number that knows its precision would give it to everything it is multiplied by.
    """
    return [_pair(name, value) if name == "betas" else _option(name, value) for name, value in options.items()]


def _option(name, value) -> float:
    return number_between(name, value, -inf if name == "dampening" else 0, 1 if name == "alpha" else inf)


def _pair(name, value) -> tuple[float, float]:
    if not (isinstance(value, (tuple, list)) and len(value) == 2):
        raise wrong(name, "be two numbers", repr(value), "(beta1, beta2), each at least 0 and below 1")
    for i, beta in enumerate(value):
        if not (isinstance(beta, Real) and 0 <= beta < 1):  # with 1 the mean would never leave its start
            raise wrong(f"{name}[{i}]", "be at least 0 and below 1", repr(beta), "such a number, as 0.9")
    return float(value[0]), float(value[1])


def check_real(**is_complex) -> None:
    """None of the named arguments may be complex: a step would drop what is imaginary."""
    for name, odd in is_complex.items():
        if odd:
            raise wrong(name, "be real", "complex numbers", "floats or integers")


def check_state(state, names, shape) -> None:
    """`state` must be empty, or hold `names`, each in the `shape` of theta ("step" has none)."""
    for name in names if state else ():
        if name not in state:
            raise wrong("state", f"hold {name!r}", f"{sorted(state)}", "what this step returned the last time")
        if name != "step" and tuple(state[name].shape) != tuple(shape):
            raise wrong("state", "fit theta", f"{name!r} of shape {tuple(state[name].shape)}", f"shape {tuple(shape)}")


def group_options(params, grads, groups, options) -> dict[str, dict]:
    """The options of each parameter: the shared ones, and on top of them those of the group that names it."""
    check_groups(params, groups)
    if unknown := sorted(grads.keys() - params.keys()):
        raise wrong("grads", "belong to params", f"{unknown}", f"names among {sorted(params)}")
    own = {name: {k: v for k, v in group.items() if k != "params"} for group in groups for name in group["params"]}
    return {name: options | own.get(name, {}) for name in params}


def check_groups(params, groups) -> None:
    """Each group must list names of parameters under "params", and none that another group has."""
    seen = set()
    for group in groups:
        names = group.get("params")
        if not isinstance(names, (list, tuple)):
            got = repr(names) if "params" in group else f"only {sorted(group)}"
            raise wrong("groups", "list parameters under 'params'", got, "a list of names, as ['bias']")
        for name in names:
            if name not in params:
                raise wrong("groups", "name parameters", f"{name!r}", f"names among {sorted(params)}")
            if name in seen:
                raise wrong("groups", "name each parameter once", f"{name!r} twice", "groups that do not overlap")
            seen.add(name)


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
