"""Chapters in a real JupyterLab: cells run, every explorer answers from the kernel, exercises check."""

import json
import re
import sys
from pathlib import Path

import nbformat
import pytest
from lab import move, open_chapter, run_all, serving_lab
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from dlbook import explorers
from dlbook.exercises import of_chapter

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "chapters").glob("*.ipynb"))
# These run here from top to bottom. Of the others, whose cells nbval and the build have run, the explorers are tried.
WHOLE = {"02_activations", "10_optimizers"}
SAMPLE = WHOLE | {"01_metrics", "04_gradient_descent", "14_convolution", "21_lstm", "26_transformer"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab of its own, with settings, progress and copies of the chapters in a temporary folder."""
    home = tmp_path_factory.mktemp("lab")
    for notebook in NOTEBOOKS:
        text = notebook.read_text(encoding="utf-8")
        (home / notebook.name).write_text(text if notebook.stem in WHOLE else explorers_of(text), encoding="utf-8")
    with serving_lab(home, sys.executable, PYTHONPATH=str(ROOT)) as address:
        yield address, home


def explorers_of(text: str) -> str:
    """A notebook with its first code cell, which imports, and those that show an explorer."""
    notebook = json.loads(text)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    notebook["cells"] = code[:1] + [cell for cell in code[1:] if "explorer()" in "".join(cell["source"])]
    assert len(notebook["cells"]) > 1
    return json.dumps(notebook)


@pytest.mark.parametrize(
    "name", [pytest.param(p.stem, marks=[] if p.stem in SAMPLE else pytest.mark.weekly) for p in NOTEBOOKS]
)
def test_chapter_runs_and_its_explorer_moves(lab, chromium, name):
    address, home = lab
    page = open_chapter(chromium, address, name)
    code = run_all(page, home, name)
    errors = [(i, out["evalue"]) for i, c in code.items() for out in c["outputs"] if out["output_type"] == "error"]
    assert errors == []

    cells = [i for i, cell in code.items() if "explorer()" in "".join(cell["source"])]
    assert page.locator("figure.explorer").count() == len(cells) > 0
    for explorer in page.locator("figure.explorer").all():
        move(page, explorer)
        if explorer.locator("[data-action=empty]").count():
            draw(page, explorer)
    page.close()


def draw(page, explorer):
    """The arrow keys and the space bar paint, and the notebook does not take them for its own."""
    explorer.get_by_role("button", name="Draw on an empty sheet").click()
    sheet = explorer.get_by_role("application")
    sheet.focus()
    selected = page.locator(".jp-Notebook .jp-mod-selected").count()
    for key in ("ArrowUp", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    drawn = "f => f.dataset.drawing === '0000'.repeat(7) + '0100' + '0000'.repeat(8)"
    page.wait_for_function(drawn, arg=explorer.element_handle(), timeout=10_000)
    assert sheet.evaluate("sheet => sheet === document.activeElement")
    assert page.locator(".jp-Notebook .jp-mod-selected").count() == selected


def test_an_exercise_answers_and_remembers(lab, chromium):
    """A student types: a wrong answer gets its reason and a hint, a right one counts, also for the next kernel."""
    address, home = lab
    exercise = next(e for e in of_chapter("metrics") if e.kind == "predict")
    check = f'check("{exercise.id}", answer)'
    write(home / "practice.ipynb", "from dlbook.exercises import check", f"answer = ...\n{check}")
    page = open_chapter(chromium, address, "practice")
    route, output = exercise.wrong_routes[0], page.locator(".jp-Cell").nth(1).locator(".dlbook-check")
    for answer, verdict in (("...", "not yet tried"), (f"{route.number!r}", "wrong"), (f"{exercise.value!r}", "right")):
        type_and_run(page, 0, "from dlbook.exercises import check")
        type_and_run(page, 1, f"answer = {answer}\n{check}")
        expect(output).to_have_attribute("data-verdict", verdict)
        if verdict == "wrong":
            assert plain(route.message) in plain(output.inner_text())
            assert output.locator("details").count() == 1, "no hint is offered"
    page.close()

    write(home / "later.ipynb", "from dlbook.exercises import progress", "progress()")
    page = open_chapter(chromium, address, "later")
    type_and_run(page, 0, "from dlbook.exercises import progress")
    type_and_run(page, 1, "progress()")
    row = page.get_by_role("row", name="01 Evaluation metrics")
    expect(row).to_contain_text(f"1 of {len(of_chapter('metrics'))}")
    page.close()


def test_a_saved_notebook_shows_the_explorers_picture(lab, chromium):
    """Opened again without the kernel that made it, by its author and by someone who does not trust it."""
    address, home = lab
    write(home / "saved.ipynb", "from dlbook import explorers\nexplorers.metrics.explorer()")
    page = open_chapter(chromium, address, "saved")
    run_all(page, home, "saved")
    move(page, page.locator("figure.explorer"))
    expect(page.locator(".dlbook-still")).to_be_hidden()
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_text("Shut Down Kernel", exact=True).click()
    page.get_by_text("No Kernel").first.wait_for()
    page.close()
    saved = json.loads((home / "saved.ipynb").read_text())
    (home / "foreign.ipynb").write_text(json.dumps(saved | {"metadata": saved["metadata"] | {"signed": "by nobody"}}))
    for name in ("saved", "foreign"):
        page = open_chapter(chromium, address, name)
        picture = page.get_by_role("img", name=explorers.metrics.explorer().spec["alt"])
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
        if name == "saved":
            expect(page.get_by_text("Error displaying widget")).to_be_attached()  # what JupyterLab says of the rest
        expect(page.get_by_text("Error displaying widget")).to_be_hidden()
        assert "Explorer(" not in page.locator(".jp-OutputArea").inner_text()
        page.close()


def write(path, *sources):
    """A notebook with one code cell for each source."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    path.write_text(nbformat.writes(notebook))


def type_and_run(page, cell, text):
    """Replace what a cell holds by hand and run it with Shift and Enter."""
    page.locator(".jp-Cell").nth(cell).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Shift+Enter")


def plain(text) -> str:
    return re.sub(r"\W+", "", text)
