"""Every chapter's cells in the page, against what the book printed, and its explorer, against the NumPy room."""

import json
import math
from importlib import import_module

from live_cells import Cell

# Text without figures (their ticks are matplotlib's choice), white space, Copy buttons and typographer's apostrophes.
PRINTED = """name => {
    const copy = document.querySelector(`#cell-${name} > .cell_output`)?.cloneNode(true);
    if (!copy) return "";
    for (const part of copy.querySelectorAll("svg, .copy")) part.remove();
    return copy.textContent.replace(/\\s+/g, "").replace(/’/g, "'");
}"""


def test_every_live_cell_gives_what_the_book_printed_and_the_explorer_asks(open_page, chapter):
    """From a fresh page, the last cell first: each runs what it needs; sentences follow; figures are drawn anew."""
    with open_page(chapter) as page:
        explorer = grid_alone(page, chapter)
        names = page.locator(".cell.tag_live").evaluate_all("boxes => boxes.map(box => box.id.slice(5))")
        visible = [n for n in names if page.locator(f"#cell-{n} > .cell_input").count()]
        built = {n: page.evaluate(PRINTED, n) for n in names}
        labels = "n => [...document.querySelectorAll(`#cell-${n} [role=img]`)].map(e => e.ariaLabel)"
        figures = {n: page.evaluate(labels, n) for n in names}
        assert len(visible) >= 4
        for name in reversed(visible):
            cell = Cell(page, name).run()
            assert cell.state.startswith("Yours, in "), f"{name}: {cell.state} {cell.output}"
        for name in names:
            box = page.locator(f"#cell-{name} > .cell_output")
            assert page.evaluate(PRINTED, name) == built[name], name
            assert box.get_attribute("data-stale") is None, name
            assert page.evaluate(labels, name) == figures[name]
        asks_between_grid_points(page, explorer)


def grid_alone(page, chapter):
    """The chapter's explorer, come alive before Python is there."""
    slug = chapter.removesuffix(".html").partition("_")[2]
    figure = page.locator(f'figure.explorer[data-explorer="{slug}"]')
    figure.scroll_into_view_if_needed()
    page.wait_for_selector(f'figure[data-explorer="{slug}"][data-ready]')
    assert figure.locator("input[type=range]").first.get_attribute("step") == "1"
    assert figure.get_attribute("data-live") is None
    return figure


def asks_between_grid_points(page, figure):
    """Once Python is there, exactly what a kernel would say; when Python is stopped, the grid alone again."""
    spec = import_module(f"dlbook.explorers.{figure.get_attribute('data-explorer')}").explorer()
    sliders = [c for c in spec.spec["controls"] if c["kind"] == "slider"]
    i, control = next((i, c) for i, c in enumerate(sliders) if len(c["values"]) > 3)
    slider = figure.locator("input[type=range]").nth(i)
    page.wait_for_function("e => e.step == '0.1'", arg=slider.element_handle())
    figure.scroll_into_view_if_needed()
    move = "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })); }"
    slider.evaluate(move, 2.5)
    between = float(f"{(control['values'][2] + control['values'][3]) / 2:.6g}")
    there = "([f, name, value]) => JSON.parse(f.dataset.state)[name] === value"
    page.wait_for_function(there, arg=[figure.element_handle(), control["name"], between])
    assert figure.get_attribute("data-live") == "1"
    values = json.loads(figure.get_attribute("data-state"))
    numbers = "all => all.map(e => [e.dataset.number, e.dataset.value])"
    shown, truth = dict(figure.locator("[data-number]").evaluate_all(numbers)), spec.answer(values)["numbers"]
    for key, text in shown.items():
        assert math.isclose(float(text), float(truth[key]), rel_tol=1e-9), key
    Cell(page, "setup").write("while True: pass").press("run").press("stop").rest()
    assert slider.get_attribute("step") == "1"
    slider.evaluate(move, 3)
    page.wait_for_function(there, arg=[figure.element_handle(), control["name"], control["values"][3]])
    assert figure.locator(".problem").text_content() == ""
