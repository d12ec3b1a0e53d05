"""What many wrong answers have in common, whatever the exercise: a factor, whole numbers, too few digits."""

from collections.abc import Iterator

import numpy as np

SIZES = {"length": len, "number of columns": lambda a: a.shape[1], "number of entries": np.size}


def pattern(names: list[str], cases: list[tuple], pairs: list[list], parts: tuple, rtol: float, atol: float) -> str:
    """The rule that turns every expected value into what came, in words; "" if there is none.

    `pairs` holds for each case the parts of the result and of what is expected, as arrays.
    """
    for j, part in enumerate(zip(*pairs, strict=True)):
        what = "The result" if len(pairs[0]) == 1 else f"`{parts[j]}`" if parts else f"Part {j + 1}"
        ours, theirs = [a for a, _ in part], [b.astype(float) for _, b in part]
        if text := _in_words(what, names, cases, ours, theirs, rtol, atol):
            return text
    return ""


def _in_words(what: str, names, cases, ours: list, theirs: list, rtol: float, atol: float) -> str:
    def same(wanted: list) -> bool:
        return all(np.allclose(a, b, rtol, atol, equal_nan=True) for a, b in zip(ours, wanted, strict=True))

    if same(theirs):
        return ""
    for factors, words in _factors(names, cases):
        if same([k * b for k, b in zip(factors, theirs, strict=True)]):
            return f"{what} is {words}"
    if any(np.any(np.isfinite(b) & (b != np.round(b))) for b in theirs) and any(map(np.any, ours)):
        if text := _rounded(what, ours, theirs, same):
            return text
    return _narrow(what, ours, theirs)


def _factors(names: list[str], cases: list[tuple]) -> Iterator[tuple[list[float], str]]:
    """One factor for each case, and what to say if it is the one."""
    for k, words in (
        (-1, "the right one with the opposite sign, in every case: is something taken off the wrong way round?"),
        (2, "twice the right one, in every case: a factor of 2 too many, or a ½ forgotten?"),
        (1 / 2, "half the right one, in every case: a ½ too many, or a factor of 2 forgotten?"),
        (100, "100 times the right one, in every case: is it in percent?"),
    ):
        yield [k] * len(cases), words
    for name, values in zip(names, zip(*cases, strict=True), strict=True):
        for size, measure in SIZES.items():
            least = 2 if size == "number of columns" else 1
            if all(isinstance(value, np.ndarray) and value.ndim >= least and value.size for value in values):
                n = [float(measure(value)) for value in values]
                where = f"N times the right one, in every case, with N the {size} of `{name}`"
                yield n, f"{where}: a sum where the mean is asked?"
                where = where.replace("N times the right one", "the right one divided by N")
                yield [1 / k for k in n], f"{where}: a mean where the sum is asked?"


def _rounded(what: str, ours: list, theirs: list, same) -> str:
    fractions = "and the right values have fractions"
    if same([np.trunc(b) for b in theirs]):
        return f"{what} is cut to whole numbers, {fractions}: an integer array, `int` or `//` cuts them off."
    if same([np.round(b) for b in theirs]):
        return f"{what} is rounded to whole numbers, {fractions}: leave them as they are."
    if all(a.dtype.kind in "iu" for a in ours):
        floats = "`np.zeros(n)` makes floats unless you say otherwise"
        return f"{what} holds integers, {fractions}: what is put into an integer array is cut. {floats}."
    for digits in range(1, 7):
        if same([np.round(b, digits) for b in theirs]):
            return f"{what} is rounded to {digits} decimal{'s' * (digits > 1)}: give all the digits that you have."
    return ""


def _narrow(what: str, ours: list, theirs: list) -> str:
    """Numbers that are right to about the digits of their own dtype."""
    narrow = min((a.dtype for a in ours if a.dtype.kind == "f"), key=lambda dtype: dtype.itemsize, default=None)
    loose = {np.dtype(np.float16): 1e-2, np.dtype(np.float32): 1e-4}.get(narrow)
    if loose and all(np.allclose(a, b, loose, loose) for a, b in zip(ours, theirs, strict=True)):
        return f"{what} is right to the few digits that {narrow} keeps: compute in float64, NumPy's usual dtype."
    return ""
