"""What the steps of both rooms ask of their options, their state and their groups."""

from math import inf
from numbers import Real

from dlbook._validate import number_between, wrong


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


def check_nesterov(nesterov, momentum, dampening) -> None:
    """Nesterov's form looks ahead along a velocity, and the whole of it."""
    if nesterov and not (momentum > 0 and dampening == 0):
        raise wrong("nesterov", "have a momentum and no dampening", f"{momentum:g} and {dampening:g}", "> 0 and 0")


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
