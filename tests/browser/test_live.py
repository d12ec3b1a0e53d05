"""Cells that run in the page: what the reader sees, keeps and gets back, and what happens when something goes wrong."""

import base64
import gzip
import hashlib
import json
import re

import pytest
from live_cells import SLOW, Cell
from playwright.sync_api import expect
from serve import HTML, serving

from dlbook.experiments import metrics as lab
from dlbook.scratch import metrics
from dlbook.site import python

CHAPTER = "chapters/04_gradient_descent.html"


def size(path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


# ── Weight ──


def test_the_editor_waits_until_a_cell_is_near(visit):
    """That no page loads Python before the first Run, and pages without cells not even this, is in `test_pages.py`."""
    with visit() as v:
        v.page.set_viewport_size({"width": 1280, "height": 300})
        v.goto(CHAPTER, until="networkidle")
        assert "live.js" in v.asked and "cells.js" not in v.asked
        v.page.locator(".cell.tag_live").first.scroll_into_view_if_needed()
        v.page.wait_for_selector("html[data-cells=ready]", state="attached")
        assert "cells.js" in v.asked


def test_the_editor_is_light(folder_html):
    weight = sum(size(folder_html / "_static" / name) for name in ("cells.js", "cells.css"))
    print(f"editor: {weight} bytes compressed")
    assert weight <= 170_000


def test_a_chapter_grows_little(folder_html, chapter):
    """What cells that run add to a page before the first run: a script, names, hidden sources, a few rules."""
    page = (folder_html / chapter).read_text(encoding="utf-8")
    bare = re.sub(
        r' id="cell-[^"]*"| data-page="[^"]*"|<script type="application/json" class="cell-(source|names)">.*?</script>'
        r'|<p class="cell-note">.*?</p>|<script defer src="[^"]*/live.js"></script>|<a href="#your-work">.*?</a>'
        r'|<div class="your-work" id="your-work"></div>',
        "",
        page,
        flags=re.S,
    )
    assert len(bare) < len(page)
    css = (folder_html / "_static" / "book.css").read_text(encoding="utf-8")
    rules = "".join(re.findall(r"[^{}]*(?:live-bar|your-work|cell-note)[^{}]*{[^{}]*}", css))
    assert rules
    html_grows = len(gzip.compress(page.encode(), 9)) - len(gzip.compress(bare.encode(), 9))
    grows = html_grows + size(folder_html / "_static" / "live.js") + len(gzip.compress(rules.encode(), 9))
    print(f"{chapter}: {grows} bytes more before the first run")
    assert 0 < grows <= 5_000


# ── Running ──


def test_first_run_loads_python_and_the_cells_above(open_page):
    with open_page(CHAPTER) as page:
        cell, above = Cell(page, "stopping"), Cell(page, "setup")
        assert cell.state == "Output as the book was built."
        built = cell.output
        page.evaluate(
            """() => { window.said = []; const state = document.querySelector("#cell-stopping .live-state");
            new MutationObserver(() => said.push(state.textContent)).observe(state, { childList: true }); }"""
        )
        cell.run()
        said = page.evaluate("said")
        assert any(re.fullmatch(r"Python is loading: \d+ of 16 MB left\.", text) for text in said), said
        assert "Running “setup” first …" in said
        assert cell.state.startswith("Yours, in ") and above.state.startswith("Yours, in ")
        assert cell.output == built
        assert Cell(page, "learning-rate-plot").state == "Output as the book was built.", "it was not needed"


def test_edit_run_stale_revert_reset(open_page):
    with open_page(CHAPTER) as page:
        first, sentence = Cell(page, "learning-rate-plot"), page.locator("#cell-learning-rate-finding > .cell_output")
        source, built = first.text(), sentence.inner_text()
        assert "(0.3, 4.0, 7.6, 8.4)" in source
        first.write(source.replace("8.4", "8.5"))
        page.wait_for_selector("#cell-learning-rate-finding > .cell_output[data-stale]")
        assert first.state == "Edited: not yet run."
        first.write(source)
        page.wait_for_selector("#cell-learning-rate-finding > .cell_output:not([data-stale])")
        assert first.state == "Output as the book was built."

        first.run(source.replace("(runs)", "(runs);"))
        assert first.output == "" and first.state.startswith("Yours")
        assert sentence.inner_text() == built and sentence.get_attribute("data-stale") is None
        first.run(source.replace("8.4", "8.5"))
        assert first.state.startswith("Yours")
        assert "η = 8.5" in first.box.locator("svg").last.text_content()
        assert sentence.get_attribute("data-stale") is not None, "the sentence speaks of 8.4, which is not there"
        assert sentence.inner_text().endswith(built)

        first.press("reset")
        assert first.text() == source and first.state == "Output as the book was built."
        assert sentence.get_attribute("data-stale") is not None, "it was made before"


def test_a_changed_cell_above_marks_those_below(open_page):
    with open_page("chapters/01_metrics.html") as page:
        scores, below, other = Cell(page, "scores"), Cell(page, "f1-by-hand-check"), Cell(page, "averages-plot")
        scores.write(scores.text().replace("threshold=0.5", "threshold=0.6"))
        page.wait_for_selector("#cell-f1-by-hand-check[data-state=stale]")
        assert below.state == "Stale: a cell above has changed."
        assert below.box.locator("> .cell_output[data-stale]").count() == 1
        below.run("metrics.f1_score(y_true, y_pred)")
        cases = lab.screening()
        assert below.output == repr(metrics.f1_score(cases.y_true, cases.predict(threshold=0.6)))
        assert below.state.startswith("Yours") and scores.state.startswith("Yours")
        assert other.box.get_attribute("data-state") == "built" or "y_true" in other.text()


def test_python_reads_the_names_that_the_reader_writes(open_page):
    """A name that the book has not: before Python is there it is read at the run, then as soon as typing rests."""
    with open_page(CHAPTER) as page:
        above, below = Cell(page, "learning-rate-plot"), Cell(page, "stopping")
        above.write("match (3, 4):\n    case (a, mine): pass")
        below.run("mine + 1")
        assert below.output == "5" and above.state.startswith("Yours")
        above.write("match (3, 9):\n    case (a, mine): pass")
        page.wait_for_selector("#cell-stopping[data-state=stale]")
        below.write("a = 2\na")
        page.wait_for_selector("#cell-stopping[data-state=edited]")
        below.run()
        assert below.output == "2" and above.state == "Edited: not yet run.", "it is not needed any more"


def test_a_shown_error_points_at_the_readers_line(open_page):
    with open_page(CHAPTER) as page:
        cell = Cell(page, "setup").run("def half(x):\n    return x / 0\n\nprint('before')\nhalf(3)")
        assert cell.state == "Stopped by an error in line 2."
        assert cell.output.splitlines() == [
            "before",
            "ZeroDivisionError: division by zero",
            "line 5 of setup:  half(3)",
            "line 2 of setup, in half:  return x / 0",
        ]
        assert cell.box.locator(".live-line").inner_text().strip() == "return x / 0"
        cell.run("x = (1,\n")
        assert "SyntaxError" in cell.output and cell.box.locator(".live-line").count() == 1
        cell.run("import torch")
        assert "ModuleNotFoundError" in cell.output and "JupyterLab has the rest" in cell.output
        cell.run("raise SystemExit")
        assert "SystemExit" in cell.output
        cell.run("1 + 1")
        assert cell.output == "2" and cell.box.locator(".live-line").count() == 0


def test_a_cell_that_needs_a_broken_one_says_so(open_page):
    with open_page(CHAPTER) as page:
        Cell(page, "setup").write("import numpy as np\nscratch = 1 / 0")
        cell = Cell(page, "stopping").run()
        assert cell.state == "Stopped by an error in line 1.", "experiments is no longer imported"
        cell = Cell(page, "gradcheck-plot").run()
        assert cell.state == "“setup” above did not run: look there first."


def test_endless_loop_is_stopped_and_the_next_run_works(open_page):
    with open_page(CHAPTER) as page:
        cell = Cell(page, "setup").write("while True:\n    print('again and again')")
        cell.press("run")
        page.wait_for_selector("#cell-setup .live-text", timeout=SLOW)
        assert cell.box.locator("[data-action=run]").is_hidden()
        assert len(cell.output) < 200_000
        cell.press("stop").rest()
        assert cell.state == "Stopped."
        assert "again and again" in cell.output
        cell.run("6 * 7")
        assert cell.output == "42"


def test_memory_ends_as_an_error_and_python_starts_afresh(open_page):
    with open_page(CHAPTER) as page:
        cell = Cell(page, "setup").run(
            "import numpy as np\nheld = []\nwhile True:\n    held.append(np.ones(6_250_000))"
        )
        assert "MemoryError" in cell.output
        assert cell.state == "Python ran out of memory and was ended; the next run starts it afresh."
        cell.run("'held' in globals()")
        assert cell.output == "False"


def test_a_killed_worker_is_noticed(open_page):
    hook = (
        "const W = Worker; window.Worker = class extends W { constructor(...a) { super(...a); window.worker = this; } }"
    )
    with open_page(CHAPTER) as page:
        page.add_init_script(hook)
        page.reload()
        cell = Cell(page, "setup").run("kept = 1")
        cell.write("while True: pass").press("run")
        page.wait_for_function(
            "() => document.querySelector('#cell-setup .live-state').textContent.startsWith('Running')"
        )
        page.evaluate("worker.terminate()")
        cell.rest()
        assert cell.state == "The browser has ended Python, perhaps for want of memory."
        cell.run("'kept' in globals()")
        assert cell.output == "False"


def test_the_readers_own_drawing(open_page):
    with open_page(CHAPTER) as page:
        cell = Cell(page, "setup").run(
            "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4], label='mine')\n"
            "plt.xlabel('step')\nplt.title('T');"
        )
        picture = cell.box.locator("[role=img]")
        assert picture.get_attribute("aria-label") == "Drawn by this cell. T: y over step (mine)"
        assert "var(--dl-c0" in picture.inner_html(), "in the page's colours, light or dark"
        assert cell.box.locator(".live-text").count() == 0, "nothing else"


def test_run_without_check_counts_no_try(open_page):
    with open_page(CHAPTER) as page:
        cell = Cell(page, "six-lines-answer")
        wrong = cell.text().replace("    ...", "    print('ran')\n    return theta")
        cell.run(wrong + "\ndescend(None, 1, 1, 1)")
        assert cell.output.split() == ["ran", "1"]
        assert page.evaluate("localStorage.getItem('dlbook:progress')") is None
        cell.run(wrong, action="check")
        assert "Not yet right." in cell.output
        entry = json.loads(page.evaluate("localStorage.getItem('dlbook:progress')"))["exercises"]
        assert entry["gradient_descent.six_lines"]["tries"] == 1


def test_a_function_that_changes_its_inputs_is_told_so(open_page):
    with open_page(CHAPTER) as page:
        cell = Cell(page, "six-lines-answer")
        body = "    for _ in range(steps):\n        theta -= lr * grad(theta)\n    return theta"
        cell.run(cell.text().replace("    ...", body), action="check")
        assert "The numbers are right, but your function changes theta in place: work on a copy." in cell.output


def test_only_one_cell_runs_at_a_time(open_page):
    with open_page(CHAPTER) as page:
        busy, other = Cell(page, "setup"), Cell(page, "stopping")
        busy.write("import time\nwhile True: time.sleep(0.01)")
        page.wait_for_selector("#cell-stopping[data-state=stale]")  # said a moment after the last key
        busy.press("run")
        other.press("run", force=True)  # it is marked as disabled, and says why
        assert other.state == "Python is busy with another cell."
        busy.press("stop").rest()
        assert busy.state == "Stopped."


def test_hint_and_solution_open_the_card(open_page):
    with open_page(CHAPTER) as page:
        cell, card = Cell(page, "six-lines-answer"), page.locator("#exercise-gradient-descent-six-lines")
        shut = card.locator("details.hint[open]")
        assert shut.count() == 0
        for count in (1, 2, 3):
            cell.press("hint")
            assert shut.count() == count and card.locator("details.solution[open]").count() == 0
        assert "Hint 3" in page.evaluate("document.activeElement.textContent")
        cell.press("hint")
        assert page.evaluate("document.activeElement.textContent") == "Solution"
        cell.press("solution")
        assert card.locator("details.solution[open]").count() == 1


def test_axe_finds_nothing_in_cells_at_work(open_page, axe):
    """Editors, results, an error, a stale output, an offer: each width and each mode once; and nothing sticks out."""
    with open_page(CHAPTER) as page:
        Cell(page, "learning-rate-plot").run()
        page.evaluate(KEEP, ["setup", {"text": "import numpy as np", "base": "other"}])
        page.reload()
        assert Cell(page, "setup").box.locator(".live-offer").count() == 1
        Cell(page, "stopping").run("stops = {}\nprint('a' * 300)\n1 / 0")
        Cell(page, "learning-rate-plot").write("runs = {}")
        Cell(page, "six-lines-answer").run(
            "def descend(a, b, c, d): return b\ncheck('gradient_descent.six_lines', descend)"
        )
        answer = Cell(page, "fastest-safe-answer")
        answer.box.locator("input").fill("7")
        answer.press("check")
        page.wait_for_selector("#cell-learning-rate-finding > .cell_output[data-stale]", state="attached")
        for width, scheme in ((360, "light"), (1440, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_selector(f"html[data-theme={scheme}]", state="attached")
            assert axe(page, within=".tag_live, .your-work") == [], (width, scheme)
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width
            rows = "bars => bars.map(bar => [bar.scrollHeight, bar.clientHeight])"
            bars = page.locator(".live-bar").evaluate_all(rows)
            assert all(needs <= has for needs, has in bars), "buttons and state fit into the place they were given"


def test_by_keyboard_alone(open_page):
    """Shift-Enter runs, Tab indents, Escape and Tab leave; a stopped cell gives the focus back to Run."""
    with open_page(CHAPTER) as page:
        cell = Cell(page, "setup").write("")
        assert Cell(page, "stopping").box.locator(".live-keys").is_hidden()
        cell.code.focus()
        assert cell.box.locator(".live-keys").inner_text() == "Escape, then Tab: out of the code"
        page.keyboard.type("def f(x):\nreturn (x")
        assert cell.text() == "def f(x):\n    return (x)", "indented and closed"
        page.keyboard.press("Control+a")
        page.keyboard.press("Tab")
        assert cell.text() == "    def f(x):\n        return (x)"
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.action") == "run"
        page.keyboard.press("Shift+Tab")
        cell.write("x = 20\nx + 1")
        page.keyboard.press("Shift+Enter")
        cell.rest()
        assert cell.output == "21"
        cell.write("while True: pass")
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.dataset.action == 'stop'")
        page.keyboard.press("Enter")
        cell.rest()
        assert page.evaluate("document.activeElement.dataset.action") == "run"
        described = page.evaluate(
            "document.getElementById(document.querySelector('.cm-content').getAttribute('aria-describedby')).textContent"
        )
        assert "press Escape, then Tab" in described


# ── What the reader keeps ──


def test_edits_survive_a_reload_and_undo_brings_back_what_reset_took(open_page):
    with open_page(CHAPTER) as page:
        cell = Cell(page, "six-lines-answer")
        mine = cell.text().replace("    ...", "    return theta - lr  # mine")
        cell.write(mine)
        page.reload()
        cell = Cell(page, "six-lines-answer")
        assert cell.text() == mine and cell.state == "Edited: not yet run."
        cell.press("reset")
        assert "# mine" not in cell.text()
        cell.code.focus()
        page.keyboard.press("Control+z")
        assert cell.text() == mine
        page.reload()
        assert Cell(page, "six-lines-answer").text() == mine, "an undone reset is kept, too"


def test_what_is_solved_says_so_after_a_reload(open_page):
    """In its cell, at the top of the page and at its end; whoever goes on writing has something that was not run."""
    with open_page(CHAPTER) as page:
        top, end = page.locator(".eyebrow .solved"), page.locator(".your-work .solved")
        count = page.locator("section.exercise").count()
        assert top.text_content() == f"{count} exercises"
        number, cell = Cell(page, "fastest-safe-answer"), Cell(page, "six-lines-answer")
        number.box.locator("input").fill("0.25")
        number.press("check")
        body = "    for _ in range(steps):\n        theta = theta - lr * grad(theta)\n    return theta"
        cell.run(cell.text().replace("    ...", body), action="check")
        assert cell.state.startswith("Yours") and "Right." in cell.output
        page.reload()
        assert top.text_content() == f"2 of {count} exercises solved", "before the editor is loaded"
        for name in ("fastest-safe-answer", "six-lines-answer"):
            cell = Cell(page, name)
            assert cell.state == "You have solved this." and "Not yet tried" not in cell.output
        assert end.text_content() == f"2 of this chapter’s {count} exercises solved."
        cell.write(cell.text() + "\n# more")
        page.wait_for_selector("#cell-six-lines-answer[data-state=edited]")
        cell.press("reset")
        assert cell.state == "You have solved this." and "Not yet tried" not in cell.output


def test_answers_survive_a_reload(open_page):
    with open_page(CHAPTER) as page:
        Cell(page, "fastest-safe-answer").box.locator("input").fill("0,25")
        Cell(page, "why-it-stopped-answer").box.locator("select").select_option(index=1)
        page.reload()
        assert Cell(page, "fastest-safe-answer").box.locator("input").input_value() == "0.25"
        assert Cell(page, "why-it-stopped-answer").box.locator("select").input_value() != ""


KEEP = """([cell, entry]) =>
    localStorage.setItem("dlbook:cell:chapters/04_gradient_descent#" + cell, JSON.stringify(entry))"""


def test_a_changed_stub_is_offered_not_forced(open_page):
    with open_page(CHAPTER) as page:
        mine = "def descend(g, t, lr, n):\n    return t"
        for decision in ("Keep mine", "Take the book’s"):
            page.evaluate(KEEP, ["six-lines-answer", {"text": mine, "base": "def descend(g, t, lr, n):\n    ..."}])
            page.reload()
            cell = Cell(page, "six-lines-answer")
            assert cell.text() == mine
            offer = cell.box.locator(".live-offer")
            expect(offer).to_contain_text("The book’s version of this cell has changed since you edited it.")
            offer.get_by_role("button", name=decision).click()
            page.reload()
            cell = Cell(page, "six-lines-answer")
            assert cell.box.locator(".live-offer").count() == 0
            assert (cell.text() == mine) == (decision == "Keep mine")


def test_export_and_import(open_page, visit, folder_site, tmp_path):
    mine = "answer = 1"
    with open_page(CHAPTER) as page:
        cell = Cell(page, "six-lines-answer")
        text = cell.text().replace("    ...", "    return theta")
        cell.run(text, action="check")
        Cell(page, "setup").write("import numpy as np  # first")
        with page.expect_download() as download:
            page.locator(".your-work [data-action=save]").click()
        download.value.save_as(tmp_path / "work.json")
    file = json.loads((tmp_path / "work.json").read_text())
    assert file["exercises"]["gradient_descent.six_lines"]["tries"] == 1
    assert file["cells"]["chapters/04_gradient_descent#six-lines-answer"]["text"] == text

    with open_page(CHAPTER) as page:
        Cell(page, "setup").write(mine)
        page.locator(".your-work input").set_input_files(tmp_path / "work.json")
        page.locator(".your-work [role=status]", has_text="Opened").wait_for()
        assert Cell(page, "six-lines-answer").text() == text
        setup = Cell(page, "setup")
        assert setup.text() == mine, "what the reader wrote here is not overwritten"
        setup.box.locator(".live-offer").get_by_role("button", name="Take the file’s").click()
        assert setup.text() == "import numpy as np  # first"
        setup.code.focus()
        page.keyboard.press("Control+z")
        assert setup.text() == mine
        (tmp_path / "other.json").write_text("[]")
        page.locator(".your-work input").set_input_files(tmp_path / "other.json")
        page.wait_for_function(
            "() => document.querySelector('.your-work [role=status]').textContent.includes('holds no work')"
        )


def test_jupyterlab_reads_the_pages_file(open_page, tmp_path, monkeypatch):
    from dlbook.exercises import import_progress

    monkeypatch.setenv("DLBOOK_PROGRESS", str(tmp_path / "progress.json"))
    with open_page(CHAPTER) as page:
        cell = Cell(page, "fastest-safe-answer")
        cell.box.locator("input").fill("0.25")
        cell.press("check")
        assert cell.output.startswith("Exactly.") or cell.output.startswith("Right.")
        with page.expect_download() as download:
            page.locator(".your-work [data-action=save]").click()
        download.value.save_as(tmp_path / "work.json")
    assert import_progress(tmp_path / "work.json").entries["gradient_descent.fastest_safe"]["right"] is True


def test_two_pages_open_at_once(open_page):
    with open_page(CHAPTER) as page:
        other = page.context.new_page()
        other.goto(page.url)
        here, there = Cell(page, "six-lines-answer"), Cell(other, "six-lines-answer")
        written = here.text() + "\n# here"
        here.write(written)
        other.wait_for_function(
            "() => document.querySelector('#cell-six-lines-answer .cm-content').textContent.includes('# here')"
        )
        assert there.text() == written
        Cell(other, "setup").write("import numpy as np  # there")
        assert Cell(page, "setup").text() == "import numpy as np  # there"
        Cell(page, "fastest-safe-answer").box.locator("input").fill("0.25")
        Cell(page, "fastest-safe-answer").press("check")
        read = Cell(other, "why-it-stopped-answer")
        read.box.locator("select").select_option(index=1)
        read.press("check")
        kept = json.loads(page.evaluate("localStorage.getItem('dlbook:progress')"))["exercises"]
        assert {"gradient_descent.fastest_safe", "gradient_descent.why_it_stopped"} <= kept.keys()


def test_without_storage_the_page_says_that_nothing_is_kept(open_page):
    forbid = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    with open_page(CHAPTER) as page:
        page.add_init_script(forbid)
        page.reload()
        cell = Cell(page, "setup").write("1 + 1")
        page.wait_for_selector("#cell-setup[data-state=problem]")
        assert cell.state == "This browser keeps nothing: save your work to a file."
        cell.run()
        assert cell.output == "2"


# ── When Python cannot come ──


def blocked(page, pattern: str) -> None:
    page.route(pattern, lambda route: route.abort())


# What the browser, and Pyodide itself, say in the console of a part that does not come.
FAILED = (
    "Failed to load",
    "ERR_FAILED",
    "Failed to fetch",
    "wasm ",
    "_emscripten_stack",
    "error occurred while loading",
)


@pytest.mark.parametrize(
    "missing", ["worker.js", "python.js", "pyodide/pyodide.js", "pyodide/pyodide.asm.wasm", "pyodide/numpy*"]
)
def test_where_python_cannot_load_the_page_stays_whole(open_page, missing):
    with open_page(CHAPTER, errors=FAILED) as page:
        blocked(page, f"**/_static/{missing}")
        cell = Cell(page, "stopping")
        built = cell.output
        cell.run()
        assert re.match(r"Python could not be loaded|Python ended", cell.state), cell.state
        assert cell.output == built
        answer = Cell(page, "fastest-safe-answer")
        answer.box.locator("input").fill("0.25")
        answer.press("check")
        assert answer.output.startswith("Right."), "needs no Python"
        Cell(page, "six-lines-answer").press("solution")
        assert page.locator("#exercise-gradient-descent-six-lines details.solution[open]").count() == 1
        page.unroute_all()
        cell.run()
        assert cell.state.startswith("Yours"), "and once it can be had, it runs"


def test_large_data_come_when_a_cell_asks_for_them(open_page):
    with open_page(CHAPTER, errors=FAILED) as page:
        cell, file = Cell(page, "setup"), "squeezenet11_imagenet_int8.npz"
        assert cell.run("from dlbook import data\ndata.photo().shape").output == "(3, 160, 160)"
        assert not [name for name in page.visit.asked if name.endswith(".npz")]
        blocked(page, f"**/_static/data/{file}")
        cell.run("len(data.weights('squeezenet11'))")
        assert f"FileNotFoundError: {file} could not be fetched: you may be offline" in cell.output
        page.unroute_all()
        assert cell.run("len(data.weights('squeezenet11'))").output == "52"
        assert [name for name in page.visit.asked if name.endswith(".npz")] == [file]


def test_an_old_browser_is_told(open_page):
    with open_page(CHAPTER) as page:
        page.add_init_script("delete window.WebAssembly")
        page.reload()
        assert Cell(page, "stopping").run().state == "This browser is too old to run Python."


def test_without_the_editor_the_cells_say_so(open_page):
    with open_page(CHAPTER, errors=FAILED) as page:
        blocked(page, "**/_static/cells.js")
        page.reload()
        page.mouse.move(5, 5)  # a reader is there
        page.locator("#cell-setup").scroll_into_view_if_needed()
        page.wait_for_selector("#cell-setup .live-note")
        assert "import numpy as np" in page.locator("#cell-setup pre").inner_text()


def test_torch_cells_say_why_they_do_not_run(open_page):
    with open_page(CHAPTER) as page:
        note = page.locator(".tag_torch .cell-note").first
        note.scroll_into_view_if_needed()
        expect(note).to_be_visible()
        expect(note).to_contain_text("PyTorch does not run in a browser")
        expect(note).to_contain_text("JupyterLab")


# ── Where it comes from ──


def answer_cdn(page, pyodide) -> list[str]:
    """Answers the public network's address from the folder, and tells what was asked there."""
    asked = []

    def answer(route):
        asked.append(route.request.url)
        file = pyodide / route.request.url.rpartition("/")[2]
        route.fulfill(path=file, headers={"Access-Control-Allow-Origin": "*"})

    page.context.route(f"{python.CDN}**", answer)
    return asked


def test_the_default_build_asks_the_public_network(visit, pyodide):
    with visit() as v:
        v.goto(CHAPTER)
        asked = answer_cdn(v.page, pyodide)
        cell = Cell(v.page, "setup").run("import numpy as np\nprint(np.__version__)")
        assert cell.output == "2.0.2"
        assert {url.removeprefix(python.CDN) for url in asked} >= {
            "pyodide.js",
            "pyodide.asm.wasm",
            "python_stdlib.zip",
        }


def test_offline_the_default_build_names_what_it_could_not_reach(visit):
    with visit() as v:
        v.goto(CHAPTER)
        cell = Cell(v.page, "setup").run()
        assert cell.state.startswith("Python could not be loaded from cdn.jsdelivr.net: you may be offline")
        assert v.offsite and all(url.startswith(python.CDN) for url in v.offsite)
        v.offsite.clear()
        v.errors[:] = [e for e in v.errors if not any(expected in e for expected in FAILED)]


@pytest.mark.parametrize("name", ["pyodide.js", "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl"])
def test_python_that_differs_in_one_byte_is_refused(visit, pyodide, name):
    """From another site: the core by the hashes that the page carries, the wheels by those in Pyodide's lock."""
    changed = bytearray((pyodide / name).read_bytes())
    changed[-1] ^= 1
    with visit() as v:
        answer_cdn(v.page, pyodide)
        headers = {"Access-Control-Allow-Origin": "*"}
        v.page.context.route(f"**/{name}", lambda route: route.fulfill(body=bytes(changed), headers=headers))
        v.goto(CHAPTER)
        cell = Cell(v.page, "setup").run()
        refused = f"{name} is not the file that this book was made with, so it was not used."
        assert cell.state.startswith(f"Python could not be loaded from cdn.jsdelivr.net: {refused}"), cell.state
        expected = ("integrity", refused, *FAILED)
        v.errors[:] = [error for error in v.errors if not any(words in error for words in expected)]


def test_a_book_read_from_disk_runs(visit, folder_html, pyodide):
    """The default build from file://, with the public network answered from the folder."""
    with visit() as v:
        asked = answer_cdn(v.page, pyodide)
        v.goto((HTML / CHAPTER).as_uri())
        cell = Cell(v.page, "stopping").run()
        assert cell.state.startswith("Yours") and asked, cell.state


def test_it_works_below_an_address_of_its_own(visit, folder_html, tmp_path):
    """From any folder of any server of static files."""
    (tmp_path / "some" / "where").mkdir(parents=True)
    (tmp_path / "some" / "where" / "book").symlink_to(folder_html)
    (tmp_path / "404.html").write_text("not here")
    with serving(tmp_path) as address, visit(site=address) as v:
        v.goto(f"some/where/book/{CHAPTER}")
        cell = Cell(v.page, "stopping").run()
        assert cell.state.startswith("Yours"), cell.state
        v.page.locator("figure.explorer").scroll_into_view_if_needed()
        v.page.wait_for_selector("figure.explorer[data-ready]")


POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval' 'sha256-{inline}'",  # WebAssembly; the one script inside the page
    "style-src": "'self' 'unsafe-inline'",  # what KaTeX writes on its elements, what the editor puts into the head
    "font-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
}


def test_a_strict_policy_holds(open_page, folder_html):
    """No other origin, no eval: the build that carries its own Python runs under it. CONTRIBUTING lists the policy."""
    inline = re.search(r"<script>(.*?)</script>", (folder_html / CHAPTER).read_text(encoding="utf-8"), re.S)[1]
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    policy = "; ".join(f"{kind} {allowed}" for kind, allowed in POLICY.items()).format(inline=digest)

    def with_policy(route):
        response = route.fetch()
        route.fulfill(response=response, headers=response.headers | {"content-security-policy": policy})

    with open_page(CHAPTER) as page:
        page.route("**/*", with_policy)
        page.reload()
        cell = Cell(page, "learning-rate-plot").run()
        assert cell.state.startswith("Yours") and cell.box.locator("svg").count() == 2
        check = Cell(page, "six-lines-answer").press("check").rest()
        assert check.output.startswith("Not yet tried.")
