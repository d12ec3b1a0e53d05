"""The book of `make offline`, unpacked and opened from disk as a reader does: no server, no network, all there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from live_cells import SLOW, Cell

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import make_offline  # noqa: E402


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The zip, unpacked in a folder with a space and an umlaut in its name."""
    assert make_offline.main() == 0
    archive = next(make_offline.OUT.glob("*.zip"))
    target = tmp_path_factory.mktemp("disk") / "Bücher und Hefte"
    shutil.unpack_archive(archive, target)
    return target / archive.stem


@pytest.fixture
def page(book, chromium):
    """A page in a fresh profile; what it asks of any place but the disk, and what it complains of, fails the test."""
    asked, errors = [], []
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(SLOW)
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    left = "net::ERR_ABORTED"  # the page was left while the file was on its way
    failed = lambda request: request.failure != left and errors.append(f"{request.url}: {request.failure}")
    page.on("requestfailed", failed)
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.goto((book / "index.html").as_uri())
    yield page
    page.close()
    assert [url for url in asked if url.split(":")[0] not in ("file", "blob", "data")] == []
    assert errors == []


def test_a_chapter_is_read_and_worked_through(page, book):
    page.locator("#book-nav a", has_text="Activation functions").click()
    page.wait_for_url("**/02_activations.html")
    explorer = page.locator("figure.explorer").first
    explorer.scroll_into_view_if_needed()
    page.wait_for_selector("figure.explorer[data-ready]")
    before = explorer.get_attribute("data-state")
    explorer.locator("input[type=range]").first.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('figure.explorer').dataset.state !== before", arg=before)

    page.goto((book / "chapters" / "04_gradient_descent.html").as_uri())
    cell = Cell(page, "stopping").run()
    assert cell.state.startswith("Yours") and cell.output, cell.state


def test_an_exercise_is_checked_and_kept(page, book):
    address = (book / "chapters" / "04_gradient_descent.html").as_uri()
    page.goto(address)
    cell = Cell(page, "six-lines-answer")
    body = "    for _ in range(steps):\n        theta = theta - lr * grad(theta)\n    return theta"
    cell.run(cell.text().replace("    ...", body), action="check")
    assert cell.state.startswith("Yours") and "Right." in cell.output
    page.goto(address)
    assert Cell(page, "six-lines-answer").state == "You have solved this."


def test_a_cell_gets_its_weights_and_draws(page, book):
    page.goto((book / "chapters" / "16_visualization.html").as_uri())
    cell = Cell(page, "setup").run("from dlbook import data\nprint(len(data.weights('squeezenet11')))")
    assert cell.output == "52", cell.output
    cell.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert cell.box.locator("> .cell_output svg").count() == 1, cell.output


def test_the_search_forgives_a_wrong_letter(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("specifcity")
    page.keyboard.press("Enter")
    link = page.locator("#search-results h2 a").first
    link.wait_for()
    assert "shown: Specificity" in page.get_by_role("status").inner_text()
    link.click()
    page.wait_for_url("**/chapters/01_metrics.html#metrics.specificity")


def test_firefox_runs_it_from_disk(book):
    firefox = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    job = {
        "firefox": firefox,
        "chapter": (book / "chapters" / "16_visualization.html").as_uri(),
        "search": f"{(book / 'search.html').as_uri()}?q=crossentrpy",
        "code": "from dlbook import data; print(len(data.weights('squeezenet11')))",
    }
    script = ROOT / "tests" / "weekly" / "from_disk.mjs"
    done = subprocess.run(["node", script, json.dumps(job)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    saw = json.loads(done.stdout)
    assert saw["output"] == "52" and saw["first"].endswith("04_gradient_descent.html#losses.cross_entropy"), saw
