"""What readers type as an answer: nothing, nonsense, each wrong route, in percent, too large, too small, the answer."""

import math
import re

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def numbers(exercise) -> list[str]:
    value, far = exercise.value, 10 * exercise.tolerance + abs(exercise.value)
    routes = [route.number for route in exercise.wrong_routes]
    wrong = [*routes, *(100 * route for route in routes), 100 * value, value + far, value - far]
    # A wrong share may be, in percent, the right number.
    wrong = [number for number in wrong if abs(number - value) > exercise.tolerance]
    return ["", "abc", *(repr(float(v)) for v in wrong), repr(value + exercise.tolerance / 3), repr(value)]


def choices(exercise) -> list[str]:
    return ["", *exercise.wrong, exercise.answer]


def in_a_cell(exercise, source: str, typed: str) -> str:
    """The cell in which a reader of JupyterLab would have written it."""
    if exercise.kind == "predict" and typed not in ("", "abc"):
        return source.replace("answer = ...", f"answer = {typed}")
    return source.replace("answer = ...", f"answer = {typed!r}") if typed else source


def assert_same_words(ours: str, theirs: str, where: str) -> None:
    """The same text, its numbers to 1e-9."""
    assert NUMBER.split(ours) == NUMBER.split(theirs), where
    for a, b in zip(NUMBER.findall(ours), NUMBER.findall(theirs), strict=True):
        assert math.isclose(float(a), float(b), rel_tol=1e-9), where
