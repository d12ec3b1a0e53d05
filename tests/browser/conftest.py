"""Real Chromium on the built book: every other site is blocked and named, and every error in the console is kept."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from live_cells import LAY_OUT, TWO_FRAMES
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from chromium import find  # noqa: E402
from serve import HTML, serving  # noqa: E402

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PYODIDE = ROOT / ".cache" / "pyodide"
# Half of a page's elements are the boxes of its formulas; all that axe can ask of them is the colour of their text.
FLAT = "document.querySelectorAll('.katex-html, math').forEach((e) => e.replaceChildren(e.textContent))"
NO_BOOK = f"There is no built book in {HTML}: run `make book` first."


def built_pages() -> list[str]:
    """Every page of the built book, as a path from its root; `_static` and `_sources` hold none."""
    pages = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
    return [page for page in pages if not page.startswith("_")]


# What a test marked `sampled` looks at in each run: one page of each kind. It sees the others weekly.
SAMPLE = {
    "intro.html",
    "chapters/04_gradient_descent.html",
    "chapters/10_optimizers.html",  # the longest
    "chapters/16_visualization.html",  # with photos
    "reference/cheat_sheet.html",
    "reference/progress.html",
}


EXPLORER = re.compile(r'<figure class="explorer" data-explorer="(\w+)"')
OF_ALL_KINDS = "metrics"  # an explorer with handles, sliders, a choice and presets


def placed_explorers() -> list[tuple[str, str]]:
    """Every explorer with the page that shows it."""
    found = [(page, slug) for page in built_pages() for slug in EXPLORER.findall((HTML / page).read_text("utf-8"))]
    if not found:
        raise pytest.UsageError(f"There is no explorer in {HTML}: run `make book` first.")
    return found


def pytest_generate_tests(metafunc) -> None:
    """A test that asks for `built_page` runs on every page, and one that asks for `chapter` on every chapter.

    One that asks for `where` runs for every explorer of every page, one `of_the_shell` for a single one.
    """
    if "where" in metafunc.fixturenames:
        one = hasattr(metafunc.function, "of_the_shell")
        found = [(page, slug) for page, slug in placed_explorers() if not one or slug == OF_ALL_KINDS]
        metafunc.parametrize("where", found, ids=[slug for _, slug in found], scope="module")  # one after the other
    sampled = metafunc.definition.get_closest_marker("sampled")
    for name, prefix in (("built_page", ""), ("chapter", "chapters/")):
        if name in metafunc.fixturenames:
            pages = [page for page in built_pages() if page.startswith(prefix)]
            if not pages:
                raise pytest.UsageError(NO_BOOK)
            late = [pytest.mark.weekly] if sampled else []
            pages = [pytest.param(page, marks=[] if page in SAMPLE else late) for page in pages]
            metafunc.parametrize(name, pages, scope="module")  # a fixture may keep a page open for several tests


@pytest.fixture(scope="session")
def site():
    """The address of the built book on this machine, served compressed."""
    with serving(HTML) as address:
        yield address


@pytest.fixture(scope="session")
def pyodide() -> Path:
    """The folder with the Pyodide that pages run; without it the tests fail."""
    subprocess.run([sys.executable, ROOT / "tools" / "fetch_pyodide.py"], check=True)
    return PYODIDE


@pytest.fixture(scope="session")
def folder_html(pyodide, testrun_uid) -> Path:
    """The book built once more, with a Pyodide of its own: `DLBOOK_PYODIDE=<folder> make book`, in another place.

    It stays there, so that only what has changed is built the next time. Of two test processes the first builds; the
    second waits, and leaves alone what the first one's pages are already reading.
    """
    place = ROOT / ".cache" / "folder-build"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "_build").exists():
            shutil.copytree(HTML.parent, place / "_build")
        built_by = place / "built-by"
        if not built_by.exists() or built_by.read_text() != testrun_uid:
            environment = os.environ | {"DLBOOK_PYODIDE": str(pyodide)}
            command = [sys.executable, ROOT / "tools" / "build_book.py", ROOT, "--output", place]
            subprocess.run(command, env=environment, check=True)
            built_by.write_text(testrun_uid)
    return place / "_build" / "html"


@pytest.fixture(scope="session")
def folder_site(folder_html):
    """The address of the book that carries its own Pyodide."""
    with serving(folder_html) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests."""
    path = find()
    if path is None:
        pytest.fail("Chromium is missing: install it, or name one with CHROMIUM=/path/to/chromium")
    with sync_playwright() as playwright:
        # No graphics card here: to draw is cheaper than to play one.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Visit:
    """A page in a fresh browser profile, and what it did that it should not."""

    def __init__(self, context, site: str):
        self.site, self.offsite, self.errors, self.asked, self.transferred = site, [], [], set(), 0
        self.context, self.page = context, context.new_page()
        context.route("**/*", self._only_here)
        self.page.on("console", self._hear)
        self.page.on("request", lambda request: self.asked.add(request.url.rpartition("/")[2]))
        self.page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))
        network = context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: self._count(event["encodedDataLength"]))

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _only_here(self, route) -> None:
        scheme, host = urlsplit(route.request.url)[:2]
        if scheme in ("data", "blob", "file") or host == urlsplit(self.site).netloc:
            route.fallback()
        else:
            self.offsite.append(route.request.url)
            route.abort()

    def _count(self, size: float) -> None:
        self.transferred += round(size)

    def goto(self, path: str, until: str = "load"):
        """Opens a page of the book; with `until="networkidle"` it has loaded all it ever wants by itself."""
        response = self.page.goto(path if "://" in path else f"{self.site}/{path}", wait_until=until)
        self.page.evaluate("document.fonts.ready.then(() => true)")
        return response


@pytest.fixture(scope="session")
def visit(chromium, site):
    """`with visit(width=360, scheme="dark") as v: v.goto("intro.html")`; leaving it, nothing may have gone wrong."""

    @contextmanager
    def visiting(width: int = 1440, scheme: str = "light", site: str = site, **options):
        size = {"width": width, "height": 900 if width > 600 else 740}
        context = chromium.new_context(viewport=size, color_scheme=scheme, **options)
        visit = Visit(context, site)
        try:
            yield visit
            assert visit.offsite == [], "the page asks other sites for something"
            assert visit.errors == [], "the page complains in the console"
        finally:
            # A request that is still under way as the page closes is nobody's failure.
            visit.page.unroute_all(behavior="ignoreErrors")
            context.unroute_all(behavior="ignoreErrors")
            context.close()

    return visiting


@pytest.fixture
def open_page(visit, folder_site):
    """`with open_page() as page:` opens a chapter of the build that carries its own Python; other sites are blocked."""

    @contextmanager
    def opening(path: str, errors: tuple[str, ...] = (), **options):
        with visit(site=folder_site, **options) as v:
            v.goto(path)
            v.page.visit = v
            yield v.page
            v.errors[:] = [e for e in v.errors if not any(expected in e for expected in errors)]

    return opening


@pytest.fixture
def axe():
    """What axe finds wrong with a page as it stands, one line each; `rules` and `within` look at these alone."""

    def found(page, rules=None, within="html") -> list[str]:
        page.evaluate(AXE.read_text(encoding="utf-8"))  # the page's policy lets no other script in
        # Far sections are not laid out and have a guessed height: what they hold would lie over what follows them.
        page.evaluate(LAY_OUT)
        page.evaluate(FLAT)
        page.evaluate("scrollTo(0, 0)")  # the bar at the top lies over what was scrolled beneath it
        page.evaluate(TWO_FRAMES)  # what has been laid out says whether it scrolls sideways
        wanted = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
        ask = "([within, runOnly]) => axe.run(within, { runOnly, resultTypes: ['violations'] })"
        result = page.evaluate(ask, [within, wanted])
        assert result["passes"], "axe has looked at nothing"
        return [
            f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return found
