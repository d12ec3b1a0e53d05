"""Run a learner's function where it can do no harm: on copies, counted, with every way out of it caught.

The tracer counts steps and stops a function past a budget, so an endless loop ends in all hosts alike. What it cannot
see is a loop inside C code (`sum(itertools.count())`), and it cannot stop a loop that swallows every exception (a bare
`except:`): interrupt those.
"""

import copy
import inspect
import linecache
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

BUDGET = 2_000_000  # steps (lines and operations) per call: half a second on a desk, some seconds in a browser


class OutOfBudget(BaseException):
    """Raised inside a function that runs on and on; no `except Exception` of the learner's catches it."""


@dataclass
class Outcome:
    """What one call of a function did."""

    value: object = None
    error: BaseException | None = None
    changed: tuple[int, ...] = ()  # positions of the arguments that the function changed
    warnings: tuple[str, ...] = ()


def run(function: Callable, args: tuple, budget: int = BUDGET) -> Outcome:
    """Call `function` on copies of `args`; every exception, exit and endless loop becomes a part of the outcome."""
    mine = copy.deepcopy(args)
    outcome = Outcome()
    with warnings.catch_warnings(record=True) as caught, np.errstate(divide="warn", over="warn", invalid="warn"):
        warnings.simplefilter("always")
        try:
            outcome.value = _frozen(_limited(function, mine, budget))
        except BaseException as error:  # SystemExit and KeyboardInterrupt, too: the check reports them
            outcome.error = error
    outcome.changed = tuple(i for i, (a, b) in enumerate(zip(args, mine, strict=True)) if not _identical(a, b))
    outcome.warnings = tuple(dict.fromkeys(str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)))
    return outcome


def _limited(function: Callable, args: tuple, budget: int):
    """`function(*args)`, ended by OutOfBudget after `budget` steps; a tracer that was at work (coverage) comes back."""
    steps = 0

    def count(frame, event, arg):
        nonlocal steps
        frame.f_trace_opcodes = True  # CPython 3.11 reports no line for `while True: pass` on one line
        steps += 1
        if steps > budget:
            raise OutOfBudget
        return count

    previous = sys.gettrace()
    sys.settrace(count)
    try:
        return function(*args)
    finally:
        sys.settrace(previous)


def _frozen(value):
    """A copy of what came, so that a buffer which the function writes to again cannot change it."""
    if inspect.isgenerator(value) or inspect.iscoroutine(value):
        value.close()
        return value
    return copy.deepcopy(value) if isinstance(value, (np.ndarray, list, tuple)) else value


def _identical(a, b) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(_identical, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_identical(a[key], b[key]) for key in a)
    return a is b or type(a) is type(b) and (a == b or a != a)


def told(error: BaseException, function: Callable) -> str:
    """An exception, with the learner's own line."""
    if isinstance(error, SystemExit):
        what = "Your function ended the program (`sys.exit`, `exit` or `quit`)"
    elif isinstance(error, RecursionError):
        what = "Your function calls itself without end (RecursionError)"
    else:
        what = f"Your function raised {type(error).__name__}" + (f": {error}" if str(error) else "")
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return f"{what}."
    frames = [f for f in traceback.extract_tb(error.__traceback__, limit=100) if f.filename == code.co_filename]
    if not frames:
        return f"{what}."
    last = frames[-1]
    line = (last.line or linecache.getline(last.filename, last.lineno)).strip()
    where = f"in line {last.lineno - code.co_firstlineno + 1} of `{code.co_name}`"
    if last.name != code.co_name:
        where = f"in `{last.name}`"
    return f"{what}, {where}" + (f": `{line}`" if line else ".")
