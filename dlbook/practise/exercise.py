"""Exercises: how a chapter declares them, and what `check` answers."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from dlbook.page import in_page, page_style
from dlbook.practise import checker, progress
from dlbook.practise.card import lab_card, page_card
from dlbook.practise.markdown import inline, to_html
from dlbook.practise.sandbox import Outcome, mend_numpy, run

LEVELS = ("easy", "medium", "hard")


@dataclass(frozen=True)
class Mistake:
    """A usual wrong implementation, and what to say to whoever wrote it."""

    name: str
    code: str
    message: str


@dataclass(frozen=True)
class Route:
    """A wrong way to a number: where it leads, and what to say to whoever arrives there."""

    value: float | Callable[[], float]
    message: str

    @property
    def number(self) -> float:
        return float(self.value() if callable(self.value) else self.value)


@dataclass(frozen=True, eq=False, kw_only=True)
class Exercise:
    """What all kinds share. Texts are Markdown; formulas only in the task and in the solution of Predict and Choose."""

    id: str
    concepts: tuple[str, ...]
    title: str
    level: str
    minutes: int
    task: str
    hints: tuple[str, ...]
    solution: str
    figure: str = ""  # the function of `dlbook.figures` that draws what the reader is to read
    kind: ClassVar[str] = ""

    @property
    def anchor(self) -> str:
        """The id of the card in the page."""
        return "exercise-" + self.id.replace(".", "-").replace("_", "-")

    def judge(self, answer) -> checker.Feedback:
        raise NotImplementedError

    def data(self) -> dict:
        """What a script of the page needs to know, messages as HTML: it can check a number or a choice itself."""
        return {"id": self.id, "kind": self.kind, "stub": self.stub, "hints": len(self.hints)}

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        body = {"text/markdown": page_card(self)} if in_page() else {"text/html": page_style() + lab_card(self)}
        return body | {"text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"{self.title} ({self.level}, {self.minutes} min)\n\n{self.task}"


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Code(Exercise):
    """Write a function; it is held against `reference` on all `cases`, at `rtol`."""

    stub: str
    cases: Callable[[], list[tuple]]
    reference: Callable
    mistakes: tuple[Mistake, ...]
    rtol: float = 1e-6
    atol: float = 1e-9
    returns: tuple[str, ...] = ()  # the names of the parts, if there are several
    kind: ClassVar[str] = "code"

    @property
    def function_name(self) -> str:
        return self.stub_function.__name__

    @property
    def parameters(self) -> list[str]:
        return list(self.stub_function.__code__.co_varnames[: self.stub_function.__code__.co_argcount])

    @cached_property
    def stub_function(self) -> Callable:
        return self.function(self.stub)

    def function(self, source: str) -> Callable:
        """The function that a source text defines; a first one, if it defines helpers after it."""
        namespace = {"np": np}
        exec(compile(source, f"<{self.id}>", "exec"), namespace)
        name = self.stub.split("def ")[1].split("(")[0]
        return namespace[name]

    def expected(self) -> list[Outcome]:
        """What the reference does in every case."""
        return self._expected

    def mistaken(self) -> list[list[Outcome]]:
        """What every mistake does in every case."""
        return self._mistaken

    @cached_property
    def _expected(self) -> list[Outcome]:
        return [run(self.reference, args) for args in self.cases()]

    @cached_property
    def _mistaken(self) -> list[list[Outcome]]:
        return [[run(self.function(mistake.code), args) for args in self.cases()] for mistake in self.mistakes]

    def judge(self, answer) -> checker.Feedback:
        return checker.check_code(self, answer)


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Predict(Exercise):
    """Say a number before you see it; `tolerance` is absolute, and a wrong route has the same in proportion."""

    answer: Callable[[], float]
    tolerance: float
    wrong_routes: tuple[Route, ...]
    kind: ClassVar[str] = "predict"
    stub: ClassVar[str] = "answer = ...\n"

    @cached_property
    def value(self) -> float:
        return float(self.answer())

    def route_tolerance(self, route: Route) -> float:
        """A route to 0.018 is not met by 0.02, though an answer of 0.27 may be that far off."""
        return self.tolerance * abs(route.number / self.value)

    def judge(self, answer) -> checker.Feedback:
        return checker.check_number(self, answer)

    def data(self) -> dict:
        routes = [
            {"value": route.number, "tolerance": self.route_tolerance(route), "message": to_html(route.message)}
            for route in self.wrong_routes
        ]
        return super().data() | {"answer": self.value, "tolerance": self.tolerance, "routes": routes}


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Choose(Exercise):
    """Pick one of the options; every wrong one has its own message."""

    options: Mapping[str, str]
    answer: str
    wrong: Mapping[str, str]
    kind: ClassVar[str] = "choose"
    stub: ClassVar[str] = "answer = ...\n"

    def judge(self, answer) -> checker.Feedback:
        return checker.check_choice(self, answer)

    def data(self) -> dict:
        wrong = {key: to_html(message) for key, message in self.wrong.items()}
        return super().data() | {"options": list(self.options), "answer": self.answer, "wrong": wrong}


HEADINGS = {
    checker.NOT_YET: "Not yet tried.",
    checker.WRONG: "Not yet right.",
    checker.RIGHT: "Right.",
    checker.ERROR: "It did not run through.",
    checker.STOPPED: "Stopped.",
}


@dataclass(frozen=True)
class Result:
    """What `check` says: `verdict` is "not yet tried", "wrong", "right", "error" or "stopped"."""

    exercise: str  # the id
    verdict: str
    message: str
    case: str = ""
    notes: tuple[str, ...] = ()
    hint: str = ""  # the next hint, unlocked by this try
    hint_number: int = 0

    def __bool__(self) -> bool:
        return self.verdict == checker.RIGHT

    def __repr__(self) -> str:
        parts = [f"{HEADINGS[self.verdict]} {self.message}", *self.notes]
        if self.case:
            parts.insert(1, "\n".join("    " + line for line in self.case.splitlines()))
        if self.hint:
            parts.append(f"Hint {self.hint_number}: {self.hint}")
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{HEADINGS[self.verdict]}</strong> {inline(self.message)}</p>"]
        if self.case:
            parts.append(f'<pre class="exercise-case" tabindex="0">{html.escape(self.case)}</pre>')
        parts += [f"<p>{inline(note)}</p>" for note in self.notes]
        if self.hint:
            parts.append(
                f'<details class="hint" data-hint="{self.hint_number}"><summary>Hint {self.hint_number}</summary>'
                f"{to_html(self.hint)}</details>"
            )
        attributes = f'role="status" data-exercise="{self.exercise}" data-verdict="{self.verdict}"'
        return f'{page_style()}<div class="dlbook-check" {attributes}>{"".join(parts)}</div>'


def result_of(exercise: Exercise, answer) -> Result:
    """Judge an answer, note the try in the reader's progress, and unlock the next hint. Raises nothing."""
    patched = mend_numpy()
    try:
        feedback = exercise.judge(answer)
    except Exception as error:  # an answer that fights back, say an object whose comparison raises
        feedback = checker.Feedback(checker.ERROR, f"This answer cannot be checked: {type(error).__name__}: {error}.")
    hint, hint_number, notes = "", 0, list(feedback.notes)
    if patched:
        notes.append(
            f"In this session {', '.join(f'`{name}`' for name in patched)} had been replaced: NumPy's own is back."
        )
    if feedback.verdict in (checker.RIGHT, checker.WRONG):
        tries = 1
        try:
            tries = progress.record(exercise.id, feedback.verdict == checker.RIGHT, feedback.digest)["tries"]
        except OSError as error:
            notes.append(f"Your progress could not be kept: {error}.")
        if feedback.verdict == checker.WRONG:
            hint_number = min(max(tries, 1), len(exercise.hints))
            hint = exercise.hints[hint_number - 1]
            if tries > len(exercise.hints):
                notes.append("All hints are open now; the solution lies under the last one.")
    return Result(exercise.id, feedback.verdict, feedback.message, feedback.case, tuple(notes), hint, hint_number)
