"""Exercises in the page: the stub, each mistake and the solution get CPython's verdict and words."""

import json
from pathlib import Path

import pytest
from live_cells import Cell
from typed_answers import assert_same_words, choices, in_a_cell, numbers

from dlbook import concepts
from dlbook.exercises import of_chapter
from dlbook.live import live
from dlbook.practise import progress

ROOT = Path(__file__).resolve().parents[2]


def samples():
    """One exercise of each kind a chapter. All of them are answered without a browser: `tests/book/test_exercises.py`
    in the page's Python (make pyodide), and numbers and choices in `tests/book/test_answers.py`.
    """
    for chapter in concepts.chapters():
        if chapter.done:
            first = {}
            for exercise in of_chapter(chapter.slug):
                first.setdefault(exercise.kind, exercise)
            yield from (pytest.param(chapter.notebook, exercise, id=exercise.id) for exercise in first.values())


class Memory:
    """Progress that is forgotten: both sides begin with none."""

    def __init__(self):
        self.entries = {}

    def load(self):
        return dict(self.entries)

    def save(self, entries):
        self.entries = entries


@pytest.fixture
def desk(monkeypatch):
    """What CPython answers to a cell, as HTML."""
    monkeypatch.setenv("DLBOOK_STATIC", "1")
    monkeypatch.setattr(progress, "_store", Memory())
    monkeypatch.setattr(live, "namespace", {"__name__": "__main__"})
    live.execute("setup", "import numpy as np\nfrom dlbook.exercises import check\nNone")
    return lambda source: live.execute("cell", source)._repr_html_()


@pytest.fixture(scope="module")
def reader(chromium, folder_site):
    """One page per chapter for all of its exercises; Python loads once in each."""
    pages = {}

    def open_at(notebook: str):
        if notebook not in pages:
            pages[notebook] = chromium.new_context().new_page()
            pages[notebook].goto(f"{folder_site}/chapters/{notebook}.html")
        pages[notebook].evaluate("localStorage.clear()")
        return pages[notebook]

    yield open_at
    for page in pages.values():
        page.context.close()


# Verdict, text and unlocked hint of a result. WebAssembly has no floating-point flags, so NumPy never warns there.
READ = """html => {
    const box = document.createElement("div");
    box.innerHTML = html;
    for (const p of box.querySelectorAll("p")) if (p.textContent.startsWith("NumPy warned:")) p.remove();
    const words = (e) => e.textContent.split(/\\s+/).filter(Boolean).join(" ").replace(/’/g, "'");
    const result = box.querySelector(".dlbook-check");
    return [result.dataset.verdict, words(result), result.querySelector("details")?.dataset.hint ?? ""];
}"""


def same_answer(page, cell, html: str, name: str) -> str:
    """The page's answer is CPython's: verdict, hint and words, numbers to 1e-9; gives the verdict."""
    theirs = page.evaluate(READ, html)
    ours = page.evaluate(READ, cell.box.locator("> .cell_output").inner_html())
    assert ours[0::2] == theirs[0::2], name
    assert_same_words(ours[1], theirs[1], name)
    return theirs[0]


@pytest.mark.parametrize(("notebook", "exercise"), list(samples()))
def test_the_page_answers_as_cpython_does(reader, desk, notebook, exercise):
    page = reader(notebook)
    cells = json.loads((ROOT / "chapters" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    source = next(c for c in cells if f'check("{exercise.id}"' in "".join(c["source"]))
    cell = Cell(page, source["id"])
    verdicts = CHECKS[exercise.kind](page, cell, desk, exercise, "".join(source["source"]))
    print(f"{exercise.id}: {len(verdicts)} answers checked in the page")
    assert verdicts[0] == "not yet tried" and verdicts[-1] == "right" and len(verdicts) >= 4
    assert set(verdicts) <= {"not yet tried", "wrong", "error", "right"}


def code(page, cell, desk, exercise, source: str) -> list[str]:
    """The stub, each mistake, the solution."""
    verdicts, messages = [], set()
    call = source[source.index("check(") :]
    for name, text in [
        ("stub", source),
        *((mistake.name, f"{mistake.code.strip()}\n\n\n{call}") for mistake in exercise.mistakes),
        ("solution", f"{exercise.solution.strip()}\n\n\n{call}"),
    ]:
        cell.run(text, action="check")
        verdicts.append(same_answer(page, cell, desk(text), name))
        messages.add(cell.box.locator(".dlbook-check > p").first.inner_text())
    assert len(messages) == len(verdicts), "every mistake has a message of its own"
    return verdicts


def number(page, cell, desk, exercise, source: str) -> list[str]:
    """No Python is asked."""
    return [typed(page, cell, desk, exercise, source, text, "input") for text in numbers(exercise)]


def choice(page, cell, desk, exercise, source: str) -> list[str]:
    return [typed(page, cell, desk, exercise, source, text, "select") for text in choices(exercise)]


def typed(page, cell, desk, exercise, source, text, control) -> str:
    """The verdict on what was typed or chosen, after a look that CPython says the same."""
    field = cell.box.locator(control)
    field.fill(text) if control == "input" else field.select_option(text)
    cell.press("check")
    return same_answer(page, cell, desk(in_a_cell(exercise, source, text)), text)


CHECKS = {"code": code, "predict": number, "choose": choice}
