"""Compare a result with the expected one, and say the difference in words: type before shape, shape before values."""

import inspect
import numbers

import numpy as np

from dlbook.practise.sandbox import MOST, Outcome


def difference(got, expected, rtol: float, atol: float, names: tuple[str, ...] = ()) -> str:
    """What sets `got` apart from `expected`: its type, else its shape, else its values; "" if nothing does."""
    if not isinstance(expected, tuple):
        return _array_difference(got, expected, rtol, atol, "The result")
    names = names or tuple(f"part {i + 1}" for i in range(len(expected)))
    if text := _not_the_parts(got, expected, names, lambda a, b: not _array_difference(a, b, rtol, atol, "")):
        return f"Return {len(expected)} parts, ({', '.join(names)}): yours {text}."
    for name, ours, theirs in zip(names, got, expected, strict=True):
        if text := _array_difference(ours, theirs, rtol, atol, f"`{name}`"):
            return text
    return ""


def _not_the_parts(got, expected: tuple, names, same) -> str:
    """What is wrong with `got` as a tuple of that many parts; an array counts if each of its rows is a part."""
    is_array = isinstance(got, np.ndarray) and got.ndim > 0
    if not isinstance(got, (tuple, list)) and not is_array:
        return f"is {_alone(got, expected, names, same) or kind_of(got)}"
    if is_array and any(np.shape(part) != got.shape[1:] for part in expected):
        return f"is {_alone(got, expected, names, same) or f'one array of shape {got.shape}'}"
    if len(got) != len(expected):
        return _alone(got, expected, names, same, "is ") or f"has {len(got)}"
    return ""


def _alone(got, expected: tuple, names, same, verb: str = "") -> str:
    return next((f"{verb}`{name}` alone" for name, part in zip(names, expected, strict=True) if same(got, part)), "")


def pairs(got, expected) -> list[tuple[np.ndarray, np.ndarray]]:
    """What came and what was expected, part by part, as arrays; [] if types or shapes do not fit."""
    if not isinstance(expected, tuple):
        got, expected = (got,), (expected,)
    elif _not_the_parts(got, expected, expected, lambda a, b: False):
        return []
    fitted = [_fitted(a, np.asarray(b), "") for a, b in zip(got, expected, strict=True)]
    return (
        []
        if any(text for _, text in fitted)
        else [(a, np.asarray(b)) for (a, _), b in zip(fitted, expected, strict=True)]
    )


def _array_difference(got, expected, rtol: float, atol: float, what: str) -> str:
    expected = np.asarray(expected)
    got, text = _fitted(got, expected, what)
    return text or _value_difference(got, expected, rtol, atol, what)


def _fitted(got, expected: np.ndarray, what: str) -> tuple[np.ndarray | None, str]:
    """`got` as an array of numbers in the shape of `expected`; or None, and why it is none."""
    needed = f"{what} must be " + ("a single number" if expected.ndim == 0 else f"an array of shape {expected.shape}")
    if not isinstance(got, (bool, np.bool_, numbers.Number, np.ndarray, list, tuple)):
        return None, f"{needed}: yours is {kind_of(got)}."
    if isinstance(got, (list, tuple)) and len(got) > MOST and expected.shape[:1] != (len(got),):
        return None, f"{needed}: yours is a list of {len(got):,}."
    try:
        got = np.asarray(got)
        if got.dtype.kind == "O" and all(map(_is_real, got.ravel())):  # Fraction, Decimal, integers past 64 bits
            got = got.astype(float)
    except ValueError:
        return None, f"{needed}: yours is a list whose rows have unequal lengths."
    except OverflowError:
        return None, f"{needed}: yours holds a number past the range of floats."
    if got.dtype.kind not in "biuf":
        return None, f"{needed}: yours holds {_contents(got)}."
    if got.shape != expected.shape:
        yours = "a single number" if got.ndim == 0 else f"an array of shape {got.shape}"
        return None, f"{needed}: yours is {yours}."
    return got, ""


def _value_difference(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float, what: str) -> str:
    same = np.isclose(got.astype(float), expected.astype(float), rtol=rtol, atol=atol, equal_nan=True)
    if same.all():
        return ""
    if np.any(np.isnan(got.astype(float)) & ~np.isnan(expected.astype(float))):
        return f"{what} holds nan where a number is expected (0/0, ∞ − ∞, or the logarithm of a negative number)."
    if got.dtype.kind == "b":
        truths = f"is {got}" if got.ndim == 0 else "holds True and False"
        return f"{what} {truths}, a truth value where {'a number is' if got.ndim == 0 else 'numbers are'} expected."
    if expected.ndim == 0:
        return "{} is {}, expected is {}.".format(what, *apart(got, expected))
    first = tuple(int(i) for i in np.argwhere(~same)[0])
    where = ", ".join(map(str, first))
    ours, theirs = apart(got[first], expected[first])
    count = f"{np.sum(~same)} of {same.size} entries"
    return f"{what} differs in {count}, first at [{where}]: {ours} instead of {theirs}."


def _is_real(value) -> bool:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Number):
        return False
    return isinstance(value, numbers.Real) or not isinstance(value, numbers.Complex)  # the latter: Decimal


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
    if isinstance(value, (bool, np.bool_)):
        return f"{value}, a truth value"
    if _is_real(value):
        return "one number"
    if isinstance(value, (str, dict)):
        return "text" if isinstance(value, str) else "a dictionary"
    if isinstance(value, numbers.Complex):
        return "a complex number"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _contents(array: np.ndarray) -> str:
    if array.dtype.kind == "c":
        return "complex numbers"
    if array.dtype.kind in "US":
        return "text"
    odd = next((v for v in array.ravel() if not _is_real(v)), None)
    if isinstance(odd, (np.ndarray, list, tuple)):
        return f"{kind_of(odd)} in a place where a number is expected"
    return f"something that is no number: {kind_of(odd)}"


def alike(a: Outcome, b: Outcome, rtol: float, atol: float) -> bool:
    """Whether two calls did the same: the same exception, or the same value."""
    if a.error or b.error:
        return type(a.error) is type(b.error)
    if a.value is None or b.value is None:
        return a.value is b.value
    return not difference(a.value, b.value, rtol, atol)


def number(value, digits: int = 6) -> str:
    """A number in at most six digits, or in as many as are asked for."""
    return f"{float(value):.{digits}g}"


def apart(a, b) -> tuple[str, str]:
    """Two numbers that differ, in as many digits as tell them apart."""
    pairs = [(number(a, digits), number(b, digits)) for digits in range(6, 18)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def shown(value) -> str:
    """An argument or a result on one short line."""
    if isinstance(value, (tuple, list)) and any(isinstance(v, np.ndarray) for v in value):
        return "(" + ", ".join(map(shown, value)) + ")"
    if isinstance(value, (list, tuple)) and len(value) > MOST:
        return f"a list of {len(value):,}"
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
    if _is_real(value):
        return number(value)
    return getattr(value, "__name__", "") if inspect.isfunction(value) else kind_of(value)


def shown_case(names: list[str], args: tuple, got: str, expected: str) -> str:
    """The failing case as lines of text that line up."""
    rows = [*((name, shown(value)) for name, value in zip(names, args, strict=False))]
    rows += [("yours", got), ("expected", expected)]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {text}" for name, text in rows)
