"""What the penalties of both rooms ask of their strength, and how they walk through weights."""

from dlbook._validate import number_between, wrong


def strength(name: str, lam) -> float:
    """A guard: λ is a number from 0 up."""
    return number_between(name, lam, 0)


def each(weights, f):
    """f of every leaf of `weights`, in the structure that came in: lists and dictionaries, in one another too."""
    if isinstance(weights, (dict, list, tuple)) and not weights:
        raise wrong("weights", "not be empty", "no array", "at least one")
    if isinstance(weights, dict):
        return {name: each(w, f) for name, w in weights.items()}
    if isinstance(weights, (list, tuple)):
        return [each(w, f) for w in weights]
    return f(weights)


def every(weights) -> list:
    """All leaves of `weights` in a row."""
    found = []
    each(weights, found.append)
    return found
