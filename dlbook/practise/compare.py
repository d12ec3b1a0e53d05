"""Compare a result with the expected one, and say the difference in words: type before shape, shape before values."""

import inspect

import numpy as np

from dlbook.practise.sandbox import Outcome


def difference(got, expected, rtol: float, atol: float, names: tuple[str, ...] = ()) -> str:
    """What sets `got` apart from `expected`: its type, else its shape, else its values; "" if nothing does."""
    if not isinstance(expected, tuple):
        return _array_difference(got, expected, rtol, atol, "The result")
    names = names or tuple(f"part {i + 1}" for i in range(len(expected)))
    wanted = f"Return {len(expected)} parts, ({', '.join(names)})"
    if not isinstance(got, (tuple, list, np.ndarray)) or isinstance(got, np.ndarray) and got.ndim == 0:
        return f"{wanted}: yours is {kind_of(got)}."
    if len(got) != len(expected):
        return f"{wanted}: yours has {len(got)}."
    for name, ours, theirs in zip(names, got, expected, strict=True):
        if text := _array_difference(ours, theirs, rtol, atol, f"`{name}`"):
            return text
    return ""


def _array_difference(got, expected, rtol: float, atol: float, what: str) -> str:
    expected = np.asarray(expected)
    needed = "a single number" if expected.ndim == 0 else f"an array of shape {expected.shape}"
    if not isinstance(got, (bool, int, float, np.bool_, np.number, np.ndarray, list, tuple)):
        return f"{what} must be {needed}: yours is {kind_of(got)}."
    try:
        got = np.asarray(got)
    except ValueError:
        return f"{what} must be {needed}: yours is a list whose rows have unequal lengths."
    if got.dtype.kind not in "biuf":
        return f"{what} must be {needed}: yours holds {_contents(got)}."
    if got.shape != expected.shape:
        yours = "a single number" if got.ndim == 0 else f"an array of shape {got.shape}"
        return f"{what} must be {needed}: yours is {yours}."
    same = np.isclose(got.astype(float), expected.astype(float), rtol=rtol, atol=atol, equal_nan=True)
    if same.all():
        return ""
    if np.any(np.isnan(got.astype(float)) & ~np.isnan(expected.astype(float))):
        return f"{what} holds nan where a number is expected (0/0, ∞ − ∞, or the logarithm of a negative number)."
    if expected.ndim == 0:
        return f"{what} is {number(got)}, expected is {number(expected)}."
    first = tuple(int(i) for i in np.argwhere(~same)[0])
    where = ", ".join(map(str, first))
    return (
        f"{what} differs in {np.sum(~same)} of {same.size} entries, first at [{where}]: "
        f"{number(got[first])} instead of {number(expected[first])}."
    )


def kind_of(value) -> str:
    """What a value is, in a learner's words."""
    if value is None:
        return "None (is a `return` missing?)"
    if inspect.isgenerator(value):
        return "a generator (write `return`, not `yield`; or collect it into a list)"
    if inspect.iscoroutine(value):
        return "a coroutine (write `def`, not `async def`)"
    if callable(value):
        return "a function (call it: its brackets are missing)"
    if isinstance(value, (np.ndarray, list)):
        return "one array" if isinstance(value, np.ndarray) else "a list"
    if isinstance(value, (int, float, np.number)):
        return "one number"
    if isinstance(value, (str, dict)):
        return "text" if isinstance(value, str) else "a dictionary"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _contents(array: np.ndarray) -> str:
    if array.dtype.kind == "c":
        return "complex numbers"
    if array.dtype.kind in "US":
        return "text"
    odd = next((v for v in array.ravel() if not isinstance(v, (int, float))), None)
    return f"something that is no number: {kind_of(odd)}"


def alike(a: Outcome, b: Outcome, rtol: float, atol: float) -> bool:
    """Whether two calls did the same: the same exception, or the same value."""
    if a.error or b.error:
        return type(a.error) is type(b.error)
    if a.value is None or b.value is None:
        return a.value is b.value
    return not difference(a.value, b.value, rtol, atol)


def number(value) -> str:
    """A number in at most six digits, or in as many as tell it from a neighbour to the tolerance."""
    return f"{float(value):.6g}"


def shown(value) -> str:
    """An argument or a result on one short line."""
    if isinstance(value, (tuple, list)) and any(isinstance(v, np.ndarray) for v in value):
        return "(" + ", ".join(map(shown, value)) + ")"
    if isinstance(value, (np.ndarray, list, tuple)):
        try:
            array = np.asarray(value)
        except ValueError:
            return kind_of(value)
        if array.dtype.kind in "biuf":
            text = np.array2string(array, precision=4, threshold=16, edgeitems=4, separator=", ", suppress_small=False)
            return " ".join(text.split())
    if isinstance(value, (bool, str, int, np.bool_, np.integer)):
        return repr(value.item() if isinstance(value, np.generic) else value)[:120]
    if isinstance(value, (float, np.floating)):
        return number(value)
    return getattr(value, "__name__", "") if inspect.isfunction(value) else kind_of(value)


def shown_case(names: list[str], args: tuple, got: str, expected: str) -> str:
    """The failing case as lines of text that line up."""
    rows = [*((name, shown(value)) for name, value in zip(names, args, strict=False))]
    rows += [("yours", got), ("expected", expected)]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {text}" for name, text in rows)
