"""Every chapter in the page: its cells, against what the book printed, its explorer, against the NumPy room, and its
exercises, whose stub, mistakes and solution get CPython's verdict and words. Python loads once for all of a chapter.
"""

import json
import math
from importlib import import_module
from pathlib import Path

import pytest
from live_cells import LAY_OUT, Cell
from typed_answers import assert_same_words, choices, in_a_cell, numbers

from dlbook.exercises import of_chapter
from dlbook.live import live
from dlbook.practise import progress

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = "chapters/04_gradient_descent.html"
MOVE = "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })); }"
MOVED = "([f, name, value]) => JSON.parse(f.dataset.state)[name] === value"


@pytest.fixture(scope="module")
def page(visit, folder_site, chapter):
    """A chapter that stays open for all its tests."""
    with visit(site=folder_site) as v:
        v.goto(chapter)
        yield v.page


# Text without figures (their ticks are matplotlib's choice), white space, Copy buttons and typographer's apostrophes.
PRINTED = """name => {
    const copy = document.querySelector(`#cell-${name} > .cell_output`)?.cloneNode(true);
    if (!copy) return "";
    for (const part of copy.querySelectorAll("svg, .copy")) part.remove();
    return copy.textContent.replace(/\\s+/g, "").replace(/’/g, "'");
}"""


# Presses Run on each cell in turn, unless it has run for a cell that needs it; gives what each says then.
# What a later cell needs has run, but not the sentences that follow it.
RUN_EACH = """async (names) => {
    const end = performance.now() + 120_000, said = {};
    for (const name of names) {
        const box = document.getElementById(`cell-${name}`), state = box.querySelector(".live-state");
        if (!state.textContent.startsWith("Yours, in ") || document.querySelector("[data-stale]")) {
            box.querySelector("button[data-action=run]").click();
            do await new Promise(requestAnimationFrame);
            while (["running", ""].includes(box.dataset.state) && performance.now() < end);
        }
        said[name] = `${state.textContent} ${box.querySelector(":scope > .cell_output")?.innerText ?? ""}`;
    }
    return said;
}"""


def test_every_live_cell_gives_what_the_book_printed_and_the_explorer_asks(page, chapter):
    """From a fresh page, the last cell first: each runs what it needs; sentences follow; figures are drawn anew."""
    explorer = slug_of(chapter)
    figure = grid_alone(page, explorer) if long_slider(explorer) else None
    names = page.locator(".cell.tag_live").evaluate_all("boxes => boxes.map(box => box.id.slice(5))")
    visible = [n for n in names if page.locator(f"#cell-{n} > .cell_input").count()]
    built = {n: page.evaluate(PRINTED, n) for n in names}
    labels = "n => [...document.querySelectorAll(`#cell-${n} [role=img]`)].map(e => e.ariaLabel)"
    figures = {n: page.evaluate(labels, n) for n in names}
    assert len(visible) >= 4
    Cell(page, visible[-1])  # a reader is there
    said = page.evaluate(RUN_EACH, visible[::-1])
    assert {name: words for name, words in said.items() if not words.startswith("Yours, in ")} == {}
    for name in names:
        box = page.locator(f"#cell-{name} > .cell_output")
        assert page.evaluate(PRINTED, name) == built[name], name
        assert box.get_attribute("data-stale") is None, name
        assert page.evaluate(labels, name) == figures[name]
    if figure:  # in an explorer of choices alone nothing lies between two states
        asks_between_grid_points(page, figure, explorer)


def slug_of(chapter: str) -> str:
    return chapter.removesuffix(".html").partition("_")[2]


def long_slider(slug: str) -> tuple[int, dict] | None:
    """Which of an explorer's sliders has a place between its third and fourth value, and what it says of itself."""
    controls = import_module(f"dlbook.explorers.{slug}").explorer().spec["controls"]
    sliders = enumerate(c for c in controls if c["kind"] == "slider")
    return next(((i, c) for i, c in sliders if len(c["values"]) > 3), None)


def grid_alone(page, slug: str):
    """The chapter's explorer, come alive before Python is there."""
    figure = page.locator(f'figure.explorer[data-explorer="{slug}"]')
    page.evaluate(LAY_OUT)
    figure.scroll_into_view_if_needed()
    page.wait_for_selector(f'figure[data-explorer="{slug}"][data-ready]')
    assert figure.locator("input[type=range]").first.get_attribute("step") == "1"
    assert figure.get_attribute("data-live") is None
    return figure


def asks_between_grid_points(page, figure, slug: str):
    """Once Python is there, exactly what a kernel would say."""
    i, control = long_slider(slug)
    slider = figure.locator("input[type=range]").nth(i)
    page.wait_for_function("e => e.step == '0.1'", arg=slider.element_handle())
    figure.scroll_into_view_if_needed()
    slider.evaluate(MOVE, 2.5)
    between = float(f"{(control['values'][2] + control['values'][3]) / 2:.6g}")
    page.wait_for_function(MOVED, arg=[figure.element_handle(), control["name"], between])
    assert figure.get_attribute("data-live") == "1"
    values = json.loads(figure.get_attribute("data-state"))
    numbers = "all => all.map(e => [e.dataset.number, e.dataset.value])"
    shown = dict(figure.locator("[data-number]").evaluate_all(numbers))
    truth = import_module(f"dlbook.explorers.{slug}").explorer().answer(values)["numbers"]
    for key, text in shown.items():
        assert math.isclose(float(text), float(truth[key]), rel_tol=1e-9), key


def test_when_python_is_stopped_the_explorer_has_its_grid_alone(open_page):
    with open_page(SAMPLE) as page:
        explorer = grid_alone(page, "gradient_descent")
        slider = explorer.locator("input[type=range]").first
        _, control = long_slider("gradient_descent")
        cell = Cell(page, "setup").run()
        page.wait_for_function("e => e.step == '0.1'", arg=slider.element_handle())
        cell.write("while True: pass").press("run").press("stop").rest()
        assert slider.get_attribute("step") == "1"
        slider.evaluate(MOVE, 3)
        page.wait_for_function(MOVED, arg=[explorer.element_handle(), control["name"], control["values"][3]])
        assert explorer.locator(".problem").text_content() == ""


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


@pytest.mark.sampled
def test_the_page_answers_as_cpython_does(page, desk, chapter):
    """One exercise of each kind. All of them are answered without a browser: `tests/book/test_exercises.py` in the
    page's Python (make pyodide), and numbers and choices in `tests/book/test_answers.py`.
    """
    name = chapter.removesuffix(".html")
    cells = json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    first = {}
    for exercise in of_chapter(slug_of(chapter)):
        first.setdefault(exercise.kind, exercise)
    page.evaluate("localStorage.clear()")
    for kind, exercise in first.items():
        source = next(c for c in cells if f'check("{exercise.id}"' in "".join(c["source"]))
        cell = Cell(page, source["id"])
        verdicts = CHECKS[kind](page, cell, desk, exercise, "".join(source["source"]))
        print(f"{exercise.id}: {len(verdicts)} answers checked in the page")
        assert verdicts[0] == "not yet tried" and verdicts[-1] == "right" and len(verdicts) >= 4, exercise.id
        assert set(verdicts) <= {"not yet tried", "wrong", "error", "right"}, exercise.id


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
