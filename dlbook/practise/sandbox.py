"""Run a learner's function where it can do no harm: on copies, counted, with every way out of it caught.

The tracer counts steps and stops a function past a budget, so an endless loop ends in all hosts alike; itertools'
endless iterators count, too. What it cannot see is another loop inside C code (`sum(range(10**15))`), and it cannot
stop a loop that swallows every exception (a bare `except:`): Stop ends these in the page, a new kernel in JupyterLab.
"""

import copy
import inspect
import itertools
import linecache
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

BUDGET = 2_000_000  # steps (lines and operations) per call: half a second on a desk, some seconds in a browser
MOST = 1_000_000  # entries of a list: a longer one is counted, and neither copied nor turned into an array
BOOKS_OWN = ("dlbook.scratch", "dlbook.pytorch", "dlbook.experiments", "dlbook.exercises")
HELD = [
    (module, name, value)
    for module in (np, np.linalg)
    for name, value in vars(module).items()
    if (callable(value) or isinstance(value, float)) and not name.startswith("_")
]  # NumPy as it was at import: what a check compares with


class OutOfBudget(BaseException):
    """Raised inside a function that runs on and on; no `except Exception` of the learner's catches it."""


@dataclass
class Outcome:
    """What one call of a function did."""

    value: object = None
    error: BaseException | None = None
    changed: tuple[int, ...] = ()  # positions of the arguments that the function changed
    warnings: tuple[str, ...] = ()
    patched: tuple[str, ...] = ()  # functions of NumPy that it replaced
    is_the_books: bool = False  # whether the value came as it is from one of the book's own functions


def run(function: Callable, args: tuple, budget: int = BUDGET) -> Outcome:
    """Call `function` on copies of `args`; every exception, exit and endless loop becomes a part of the outcome."""
    mine = tuple(copy.deepcopy(arg) for arg in args)  # one by one: an array given twice becomes two
    outcome = Outcome()
    with warnings.catch_warnings(record=True) as caught, np.errstate(divide="warn", over="warn", invalid="warn"):
        warnings.simplefilter("always")
        try:
            value, from_book = _limited(function, mine, budget)
            outcome.value, outcome.is_the_books = _frozen(value), value is from_book
        except BaseException as error:  # SystemExit and KeyboardInterrupt, too: the check reports them
            outcome.error = error
        finally:
            outcome.patched = mend_numpy()
    outcome.changed = tuple(i for i, (a, b) in enumerate(zip(args, mine, strict=True)) if not _identical(a, b))
    outcome.warnings = tuple(dict.fromkeys(str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)))
    return outcome


def mend_numpy() -> tuple[str, ...]:
    """Put back what somebody has replaced in NumPy since this module was imported, and name it."""
    patched = [(module, name, value) for module, name, value in HELD if getattr(module, name, None) is not value]
    for module, name, value in patched:
        setattr(module, name, value)
    return tuple(f"{module.__name__.replace('numpy', 'np')}.{name}" for module, name, _ in patched)


def _limited(function: Callable, args: tuple, budget: int) -> tuple:
    """`function(*args)`, ended by OutOfBudget after `budget` steps, and what a function of the book returned last.

    A tracer that was at work (coverage) comes back.
    """
    steps, from_book = 0, ...

    def count(frame, event, arg):
        nonlocal steps, from_book
        frame.f_trace_opcodes = True  # CPython 3.11 reports no line for `while True: pass` on one line
        steps += 1
        if steps > budget:
            raise OutOfBudget
        if event == "return" and frame.f_globals.get("__name__", "").startswith(BOOKS_OWN):
            from_book = arg
        return count

    previous = sys.gettrace()
    with _countable(function):
        sys.settrace(count)
        try:
            return function(*args), from_book
        finally:
            sys.settrace(previous)


@contextmanager
def _countable(function: Callable):
    """Meanwhile itertools' endless iterators are generators, whose steps the tracer sees also inside `sum`."""
    endless = [(itertools.count, _count), (itertools.cycle, _cycle)]
    places = [vars(itertools), getattr(inspect.unwrap(function), "__globals__", {})]
    swapped = [(names, key, *pair) for names in places for key in names for pair in endless if names[key] is pair[0]]
    for names, key, _, counted in swapped:
        names[key] = counted
    try:
        yield
    finally:
        for names, key, original, _ in swapped:
            names[key] = original


def _count(start=0, step=1):
    while True:
        yield start
        start += step


def _cycle(iterable):
    seen = list(iterable)
    while seen:
        yield from seen


def _frozen(value):
    """A copy of what came, so that a buffer which the function writes to again cannot change it."""
    if inspect.isgenerator(value) or inspect.iscoroutine(value):
        value.close()
        return value
    if isinstance(value, (list, tuple)) and len(value) > MOST:
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
