"""What an answer is worth and what to say about it. The same code in the page, in JupyterLab and in pytest."""

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dlbook.practise.compare import alike, difference, kind_of, number, pairs, shown, shown_case
from dlbook.practise.patterns import pattern
from dlbook.practise.sandbox import BUDGET, OutOfBudget, run, told

NOT_YET, WRONG, RIGHT, ERROR, STOPPED = "not yet tried", "wrong", "right", "error", "stopped"


@dataclass
class Feedback:
    """What there is to say about one answer."""

    verdict: str
    message: str
    case: str = ""  # the failing case: inputs, what came, what was expected
    notes: list[str] = field(default_factory=list)
    digest: str = ""  # tells one answer from another


def check_code(exercise, answer) -> Feedback:
    """Judge a function: untouched, raising, endless, one of the usual mistakes, wrong in some case, or right."""
    name = exercise.function_name
    if answer is None or answer is ...:
        return Feedback(NOT_YET, f"Write `{name}`, then check it.")
    if not callable(answer):
        return Feedback(ERROR, f"Pass the function itself, `{name}` without brackets: this is {kind_of(answer)}.")
    if same_code(answer, exercise.stub_function):
        return Feedback(NOT_YET, f"Write the body of `{name}` in place of `...`, then check it.")

    names, cases = exercise.parameters, exercise.cases()
    try:
        inspect.signature(answer).bind(*cases[0])
    except TypeError:
        wanted, given = f"({', '.join(names)})", inspect.signature(answer)
        return Feedback(ERROR, f"`{name}` must take {wanted}: yours takes {given}.")
    except ValueError:  # a built-in that does not tell its signature
        pass

    outcomes, stopped = [], None
    for args in cases:
        outcome = run(answer, args)
        if outcome.patched:
            return Feedback(WRONG, f"{_patches(outcome.patched)} Write `{name}` without that.", digest=digest(answer))
        if isinstance(outcome.error, (OutOfBudget, KeyboardInterrupt)):
            stopped = outcome.error
            break
        if outcome.value is ...:
            return Feedback(NOT_YET, f"`{name}` still returns `...`: put your answer in its place.")
        outcomes.append(outcome)
    feedback = _judged(exercise, answer, cases, outcomes)
    if stopped and feedback.verdict == RIGHT:
        return _stopped(stopped, names, cases[len(outcomes)])
    feedback.digest = digest(answer)
    if feedback.verdict != ERROR:
        feedback.notes += _notes(names, outcomes, feedback)
    return feedback


def _patches(functions) -> str:
    return f"Your function replaces {_listed(functions)}: the check has put NumPy's own back."


def _judged(exercise, answer, cases, outcomes) -> Feedback:
    """Where the first failing case is, and why; `outcomes` are fewer than `cases` if the function was stopped."""
    names, rtol, atol = exercise.parameters, exercise.rtol, exercise.atol
    expected = exercise.expected()

    def fails(i):
        if outcomes[i].error:
            return True
        return difference(outcomes[i].value, expected[i].value, rtol, atol, exercise.returns)

    def case(i):
        error = outcomes[i].error
        yours = f"{type(error).__name__}" if error else shown(outcomes[i].value)
        return shown_case(names, cases[i], yours, shown(expected[i].value))

    failing = next((i for i in range(len(outcomes)) if fails(i)), None)
    if failing is None:
        return _right(exercise, answer, outcomes)
    for mistake, theirs in zip(exercise.mistakes, exercise.mistaken(), strict=True):
        if len(outcomes) == len(cases) and all(map(lambda a, b: alike(a, b, rtol, atol), outcomes, theirs)):
            return Feedback(WRONG, mistake.message, case(failing))
    if outcomes[failing].error:
        return Feedback(ERROR, told(outcomes[failing].error, answer), case(failing))
    later = next((outcome.error for outcome in outcomes if outcome.error), None)
    if later:
        return Feedback(WRONG, fails(failing), case(failing), [f"In a later case: {told(later, answer)}"])
    return Feedback(WRONG, _common(exercise, cases[: len(outcomes)], outcomes) or fails(failing), case(failing))


def _common(exercise, cases, outcomes) -> str:
    """What all wrong values have in common, if their shapes are right."""
    found = [pairs(a.value, b.value) for a, b in zip(outcomes, exercise.expected(), strict=False)]
    if not all(found):
        return ""
    return pattern(exercise.parameters, cases, found, exercise.returns, exercise.rtol, exercise.atol)


def _right(exercise, answer, outcomes) -> Feedback:
    changed = next((i for i, outcome in enumerate(outcomes) if outcome.changed), None)
    if changed is None:
        is_the_books = all(outcome.is_the_books for outcome in outcomes) or same_code(answer, exercise.reference)
        own = " That is the book's own: right, and now yours?" if is_the_books else ""
        return Feedback(RIGHT, f"All {len(outcomes)} cases agree.{own}")
    names = _listed(exercise.parameters[k] for k in outcomes[changed].changed)
    return Feedback(WRONG, f"The numbers are right, but your function changes {names} in place: work on a copy.")


def _notes(names, outcomes, feedback) -> list[str]:
    notes = []
    changed = sorted({k for outcome in outcomes for k in outcome.changed})
    if changed and "in place" not in feedback.message:
        notes.append(f"Your function also changes {_listed(names[k] for k in changed)} in place: work on a copy.")
    warned = next((text for outcome in outcomes for text in outcome.warnings), None)
    if warned:
        notes.append(f"NumPy warned: {warned}.")
    return notes


def _stopped(error, names, args) -> Feedback:
    case = shown_case(names, args, "no result", "a result")
    if isinstance(error, KeyboardInterrupt):
        return Feedback(STOPPED, "You interrupted your function before it returned.", case)
    return Feedback(STOPPED, f"{BUDGET:,} steps without a result: does a loop in your function never end?", case)


def _listed(names) -> str:
    return " and ".join(f"`{name}`" for name in names)


def check_number(exercise, answer) -> Feedback:
    """Judge a predicted number: not given, no number, a known wrong route, wrong, or right."""
    if answer is None or answer is ...:
        return Feedback(NOT_YET, "Put your number in place of `...`, then check it.")
    if isinstance(answer, (bool, np.bool_, str)) or not np.isscalar(answer) and np.ndim(answer) != 0:
        return Feedback(ERROR, f"A number is needed: this is {kind_of(answer)}.")
    try:
        value = float(answer)
    except (TypeError, ValueError, OverflowError):
        return Feedback(ERROR, f"A number is needed: this is {kind_of(answer)}.")
    right, key = exercise.value, digest(value)
    if abs(value - right) <= exercise.tolerance:
        return Feedback(RIGHT, f"{number(right)} it is." if value != right else "Exactly.", digest=key)
    routes = [(route, exercise.route_tolerance(route)) for route in exercise.wrong_routes]
    for route, tolerance in routes:
        if abs(value - route.number) <= tolerance:
            return Feedback(WRONG, route.message, digest=key)
    if _in_percent(value, right, exercise.tolerance):
        return Feedback(WRONG, "That is the answer in percent: give the share, between 0 and 1.", digest=key)
    for route, tolerance in routes:
        if 0 < right <= 1 and _in_percent(value, route.number, tolerance):
            return Feedback(WRONG, f"Give the share, between 0 and 1, not percent. {route.message}", digest=key)
    side = "large" if value > right else "small" if value < right else "far from any number"
    return Feedback(WRONG, f"{number(value)} is too {side}." if value == value else "nan is no number.", digest=key)


def _in_percent(value: float, share: float, tolerance: float) -> bool:
    return tolerance < share <= 1 < value and abs(value / 100 - share) <= tolerance


def check_choice(exercise, answer) -> Feedback:
    """Judge a choice: not made, not among the options, wrong with its reason, or right."""
    keys = ", ".join(f'"{key}"' for key in exercise.options)
    if answer is None or answer is ...:
        return Feedback(NOT_YET, f"Put one of {keys} in place of `...`, then check it.")
    choice = answer.strip().lower() if isinstance(answer, str) else answer
    if not isinstance(choice, str) or choice not in exercise.options:
        return Feedback(ERROR, f"Choose one of {keys}.")
    if choice == exercise.answer:
        return Feedback(RIGHT, f'"{choice}" it is.', digest=digest(choice))
    return Feedback(WRONG, exercise.wrong[choice], digest=digest(choice))


def same_code(a: Callable, b: Callable) -> bool:
    """Whether two functions are the same code, wherever they stand."""
    return getattr(a, "__code__", None) is not None and _essence(a.__code__) == _essence(b.__code__)


def digest(answer) -> str:
    """A short name of an answer; the same code in another cell has the same one."""
    code = getattr(answer, "__code__", None)
    essence = repr(answer) if code is None else repr(_essence(code))
    return hashlib.sha256(essence.encode()).hexdigest()[:16]


def _essence(code) -> tuple:
    constants = tuple(_essence(c) if inspect.iscode(c) else repr(c) for c in code.co_consts)
    return (code.co_code, constants, code.co_names, code.co_varnames)
