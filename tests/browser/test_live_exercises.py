"""Every exercise in the page: the stub, each mistake and the solution get CPython's verdict and words."""

import json
import math
import re
from pathlib import Path

import pytest
from live_cells import Cell

from dlbook import concepts
from dlbook.exercises import of_chapter
from dlbook.live import live
from dlbook.practise import progress

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
EXERCISES = [
    pytest.param(chapter.notebook, exercise, id=exercise.id)
    for chapter in concepts.chapters()
    if chapter.done
    for exercise in of_chapter(chapter.slug)
]


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
    assert NUMBER.split(ours[1]) == NUMBER.split(theirs[1]), name
    for a, b in zip(NUMBER.findall(ours[1]), NUMBER.findall(theirs[1]), strict=True):
        assert math.isclose(float(a), float(b), rel_tol=1e-9), name
    return theirs[0]


@pytest.mark.parametrize(("notebook", "exercise"), EXERCISES)
def test_the_page_answers_as_cpython_does(reader, desk, notebook, exercise):
    page = reader(notebook)
    cells = json.loads((ROOT / "chapters" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    source = next(c for c in cells if f'check("{exercise.id}"' in "".join(c["source"]))
    cell = Cell(page, source["id"])
    verdicts = CHECKS[exercise.kind](page, cell, desk, exercise, "".join(source["source"]))
    print(f"{exercise.id}: {len(verdicts)} answers checked in the page")
    assert verdicts[0] == "not yet tried" and verdicts[-1] == "right"
    assert set(verdicts[1:-1]) <= {"wrong", "error"} and len(verdicts) >= 4


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
    """Nothing, text, every wrong route, all in percent, too large, too small, the answer. No Python is asked."""
    value, far = exercise.value, 10 * exercise.tolerance + abs(exercise.value)
    routes = [route.number for route in exercise.wrong_routes]
    wrong = [*routes, *(100 * route for route in routes), 100 * value, value + far, value - far]
    # A wrong share may be, in percent, the right number.
    wrong = [number for number in wrong if abs(number - value) > exercise.tolerance]
    verdicts = []
    for typed in ["", "abc", *(repr(float(v)) for v in wrong), repr(value + exercise.tolerance / 3), repr(value)]:
        cell.box.locator("input").fill(typed)
        cell.press("check")
        written = "..." if typed == "" else repr(typed) if typed == "abc" else typed
        html = desk(source.replace("answer = ...", f"answer = {written}"))
        verdicts.append(same_answer(page, cell, html, typed))
    assert verdicts[-2] == "right"
    return [verdicts[0], *verdicts[1:-2], verdicts[-1]]


def choice(page, cell, desk, exercise, source: str) -> list[str]:
    """Nothing, every wrong option, the right one."""
    verdicts = []
    for key in ["", *exercise.wrong, exercise.answer]:
        cell.box.locator("select").select_option(key)
        cell.press("check")
        html = desk(source if key == "" else source.replace("answer = ...", f'answer = "{key}"'))
        verdicts.append(same_answer(page, cell, html, key))
    return verdicts


CHECKS = {"code": code, "predict": number, "choose": choice}
