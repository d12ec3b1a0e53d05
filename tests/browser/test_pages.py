"""Every built page: asks nobody else, complains of nothing, fits, is light, is steady, and is open to everyone."""

import re
from pathlib import Path

import pytest
from live_cells import LAY_OUT

from dlbook import concepts

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "chapters/10_optimizers.html"  # the longest, for what is the same in all
PHONE, DESK = 360, 1440
MOST_BYTES = {"Images": 500_000}  # by part: fonts included, compressed, before any interaction; photos weigh
MOST_BLOCKING = 1  # the stylesheet
MOST_SHIFT = 0.05
PYTHON = {"python.js", "worker.js", "pyodide.js"}  # loads with the first Run
COLOURS = ["color-contrast", "link-in-text-block"]  # all that the dark can change
OF_A_DESK = "header, nav, .explorer"  # what a desk shows that a phone does not; the text is the same on both
EDITOR = {"cells.js", "cells.css"}  # loads when a cell comes near


def test_page_is_quiet_light_steady_and_open(visit, axe, built_page):
    look_at(visit, axe, built_page, PHONE)


@pytest.mark.sampled
def test_so_it_is_on_a_desk(visit, axe, built_page):
    look_at(visit, axe, built_page, DESK)


def look_at(visit, axe, built_page: str, width: int) -> None:
    """One visit for it all: loading pages costs most. `visit` sees that it asks nobody and complains of nothing."""
    with visit(width) as v:
        v.page.add_init_script(WATCH_SHIFTS)
        v.page.route("**/*.woff2", lambda route: (v.page.wait_for_timeout(400), route.fallback()))  # fonts come late
        v.goto(built_page, until="networkidle")
        assert v.page.evaluate("document.scrollingElement.scrollWidth") <= width, too_wide(v.page)
        blocking = v.page.evaluate(BLOCKING)
        print(f"{built_page}: {v.transferred} bytes, {len(blocking)} render-blocking")
        assert 1_000 < v.transferred <= most_bytes(built_page)
        assert len(blocking) <= MOST_BLOCKING, blocking
        shifts = shifts_on_the_way_down(v.page)
        assert sum(value for value, _ in shifts) < MOST_SHIFT, shifts
        has_cells = built_page.startswith("chapters/")
        if has_cells:
            v.page.wait_for_selector("html[data-cells=ready]", state="attached")
        v.page.wait_for_load_state("networkidle")
        assert ("live.js" in v.asked) == has_cells
        assert not v.asked & (PYTHON if has_cells else PYTHON | EDITOR)
        v.page.evaluate(LAY_OUT)
        assert v.page.evaluate("document.scrollingElement.scrollWidth") <= width, too_wide(v.page)
        seen = "html" if width == PHONE else OF_A_DESK
        if width == DESK:
            v.page.evaluate(ALONE, seen)
        assert axe(v.page, within=seen) == []
        v.page.emulate_media(color_scheme="dark")
        v.page.wait_for_selector("html[data-theme=dark]", state="attached")
        v.page.evaluate(ONE_OF_EACH)
        assert axe(v.page, COLOURS, within=seen) == []


# Takes away what axe has seen on the phone: it walks through all there is, however little it is asked about.
ALONE = """seen => document.querySelectorAll("article section > :not(section)").forEach((part) => {
    if (!part.matches(seen) && !part.querySelector(seen)) part.remove();
})"""


# The dark changes colours alone, and these hang on tags and classes: a part that brings no new ones goes.
ONE_OF_EACH = """() => {
    const seen = new Set(), kind = (e) => [e, e.parentElement].map((e) => e.tagName + e.getAttribute("class")).join();
    document.querySelectorAll("article section > :not(section)").forEach((part) => {
        const kinds = [part, ...part.querySelectorAll("*")].map(kind);
        if (kinds.every((k) => seen.has(k))) part.remove();
        for (const k of kinds) seen.add(k);
    });
}"""


def most_bytes(page: str) -> int:
    """What a page may weigh: 300 kB, and more in a part that says so."""
    parts = {f"chapters/{chapter.notebook}.html": chapter.part for chapter in concepts.chapters()}
    return MOST_BYTES.get(parts.get(page), 300_000)


NARROW = [  # width in CSS pixels, size of the text
    ("reference/cheat_sheet.html", 320, "100%"),
    ("chapters/08_backpropagation.html", 390, "200%"),
    ("chapters/10_optimizers.html", 390, "200%"),
    ("chapters/13_bayes.html", 390, "200%"),
]


@pytest.mark.parametrize(("path", "width", "size"), NARROW)
def test_nothing_lies_beside_a_narrow_window_or_large_text(visit, path, width, size):
    with visit(width) as v:
        v.goto(path)
        v.page.add_style_tag(content=f"html {{ font-size: {size} }}")
        v.page.evaluate(LAY_OUT)
        assert v.page.evaluate("document.scrollingElement.scrollWidth") <= width, too_wide(v.page)


def test_the_concepts_of_a_chapter_fit_a_phone_and_a_sheet_of_paper(visit, chapter):
    """Below each other on a phone; on paper (A4 less its margins) as a table, none of which is cut."""
    outside = """box => [...box.querySelectorAll("td, .katex-html .base")]
        .filter(part => part.getBoundingClientRect().right > box.getBoundingClientRect().right + 1)
        .map(part => part.textContent)"""
    with visit(PHONE) as v:
        v.goto(chapter)
        card = v.page.locator(".dlbook-card .pst-scrollable-table-container")
        assert card.evaluate("box => box.scrollWidth <= box.clientWidth") and card.evaluate(outside) == []
        v.page.emulate_media(media="print")
        v.page.set_viewport_size({"width": 680, "height": 1000})
        assert card.evaluate(outside) == []


def test_a_touch_screen_hears_of_no_key_and_long_titles_stay_whole(visit):
    with visit(PHONE, has_touch=True, is_mobile=True) as v:
        v.goto("chapters/07_theory.html")
        v.page.get_by_role("button", name="Contents of the book").click()
        assert v.page.locator("#book-nav input").is_visible() and not v.page.locator("#book-nav kbd").is_visible()
        v.page.keyboard.press("Escape")
        whole = """link => {
            const range = document.createRange(), text = link.lastChild;
            const top = (i) => (range.setStart(text, i), range.setEnd(text, i + 1), range.getBoundingClientRect().top);
            return [...text.data.matchAll(/[\\w’]+/g)].every((word) =>
                top(word.index) === top(word.index + word[0].length - 1));
        }"""
        assert [link.evaluate(whole) for link in v.page.locator(".turn a").all()] == [True, True]


def too_wide(page) -> str:
    """Names what sticks out of the window."""
    script = """() => [...document.querySelectorAll("main *")]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
    return f"wider than the window: {page.evaluate(script)}"


BLOCKING = """performance.getEntriesByType("resource")
    .filter(r => r.renderBlockingStatus == "blocking").map(r => r.name)"""

WATCH_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const e of list.getEntries()) if (!e.hadRecentInput)
            shifts.push([e.value, e.sources.map(s => s.node?.outerHTML?.slice(0, 100) ?? s.node?.nodeValue)]);
    }).observe({ type: "layout-shift", buffered: true });
"""


WAY_DOWN = """async () => {
    const end = document.scrollingElement.scrollHeight;
    for (let y = 0; y < end; y += 700) {
        scrollTo({ top: y, behavior: "instant" });
        await new Promise(requestAnimationFrame);
    }
}"""


def shifts_on_the_way_down(page) -> list:
    """Every layout shift since the page was opened, after a reader has scrolled to its end."""
    page.evaluate(WAY_DOWN)
    page.evaluate("document.fonts.ready.then(() => true)")  # those that scrolling asked for
    page.wait_for_timeout(100)
    return page.evaluate("shifts")


TABBABLE = """() => {
    const kinds = 'a[href], button, input, select, textarea, summary, [tabindex="0"], [contenteditable="true"]';
    const wanted = [...document.querySelectorAll(kinds)]
        .filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }))
        // Of a group of radio buttons the Tab key stops at one; the arrow keys reach the others.
        .filter(e => e.type != "radio" || e.checked);
    const missing = new Set(wanted);
    addEventListener("focusin", (event) => missing.delete(event.target), true);
    // A formula that fits once its font is there is no stop any more.
    window.missing = () => [...missing].filter(e => e.tabIndex >= 0);
    return wanted.length;
}"""


@pytest.mark.sampled
def test_tab_reaches_everything(visit, built_page):
    with visit(PHONE) as v:
        tab_through(v, built_page)


@pytest.mark.parametrize("path", ["intro.html", CHAPTER])
def test_tab_reaches_the_lists_beside_the_text(visit, path):
    """The same on every page, on a desk only."""
    with visit(DESK) as v:
        tab_through(v, path)


def tab_through(v, path: str) -> None:
    """First the link past the navigation, which leads to the text; from there on, everything."""
    v.goto(path)
    if path.startswith("chapters/"):
        v.page.mouse.move(5, 5)  # a reader is there
        v.page.mouse.move(9, 9)
        v.page.locator(".cell.tag_live").first.scroll_into_view_if_needed()
        v.page.wait_for_selector("html[data-cells=ready]", state="attached")
    count = v.page.evaluate(TABBABLE)
    v.page.keyboard.press("Tab")
    assert v.page.evaluate("document.activeElement.className") == "skip", "the first stop is the way to the text"
    left, in_editor = count, False
    for _ in range(3 * count):
        if left == 0:
            break
        if in_editor:
            v.page.keyboard.press("Escape")  # Tab indents in an editor
        v.page.keyboard.press("Tab")
        left, in_editor = v.page.evaluate("[missing().length, document.activeElement.isContentEditable]")
    assert v.page.evaluate("missing().map(e => e.outerHTML.slice(0, 160))") == []
    v.page.locator(".skip").press("Enter")
    v.page.wait_for_function("() => document.activeElement.id == 'main'")
    assert v.page.url.endswith(f"{path}#main")


def test_page_works_from_disk(visit, built_page, pytestconfig):
    from serve import HTML

    with visit() as v:
        v.goto((HTML / built_page).resolve().as_uri())
        if built_page != "404.html":  # a host serves that one, and its links begin at the host's root
            assert v.page.evaluate("getComputedStyle(document.body).display") == "grid", "the stylesheet is missing"
        v.errors = [error for error in v.errors if built_page != "404.html"]


def test_404_is_whole_at_any_depth(visit):
    with visit() as v:
        response = v.goto("no/such/page.html")
        assert response.status == 404
        v.errors = [error for error in v.errors if "404" not in error]  # the browser notes the missing page itself
        assert v.page.evaluate("getComputedStyle(document.body).display") == "grid", "the stylesheet is missing"
        v.page.get_by_role("link", name="the first page").click()
        v.page.wait_for_url("**/intro.html")
        assert v.page.locator("h1").count() == 1


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_search_finds_precision_by_keyboard(visit, width):
    with visit(width) as v:
        v.goto("intro.html")
        v.page.keyboard.press("Control+k")
        v.page.keyboard.type("precision")
        v.page.keyboard.press("Enter")
        v.page.wait_for_url("**/search.html?q=precision")
        v.page.locator("#search-results h2 a").first.wait_for()
        assert re.match(r"\d+ sections for “precision”", v.page.get_by_role("status").inner_text())
        v.page.locator("form.search input").focus()
        v.page.keyboard.press("ArrowDown")
        v.page.keyboard.press("Enter")
        v.page.wait_for_url("**/chapters/01_metrics.html#metrics.precision")
        v.page.wait_for_function("() => document.getElementById('metrics.precision').getBoundingClientRect().top < 200")


def test_search_works_from_disk(visit):
    """A page on disk may read none of its neighbours: the excerpts come from the index."""
    from serve import HTML

    with visit() as v:
        v.goto(f"{(HTML / 'search.html').resolve().as_uri()}?q=precison")
        first = v.page.locator("#search-results li", has_text="Of those called positive").first
        assert first.locator("h2 a").get_attribute("href") == "chapters/01_metrics.html#metrics.precision"
        assert "shown: Precision" in v.page.get_by_role("status").inner_text()


def test_search_follows_the_typing(visit, axe):
    with visit(PHONE, scheme="dark") as v:
        v.goto("search.html")
        v.page.locator("form.search input").press_sequentially("imbalanced", delay=10)
        v.page.locator("#search-results h2 a").first.get_by_text("Unbalanced data sets").wait_for()
        assert axe(v.page) == []
        assert v.page.evaluate("document.documentElement.scrollWidth") == PHONE
        v.page.locator("form.search input").fill("qwxzyq")
        v.page.get_by_role("status").get_by_text("nothing that is spelled like it").wait_for()
        assert v.page.locator("#search-results li").count() == 0


def test_colour_mode_is_kept(visit):
    with visit(scheme="light") as v:
        v.goto("intro.html")
        button = v.page.get_by_role("button", name="Colours")
        seen = []
        for _ in range(3):
            button.press("Enter")
            seen.append(
                v.page.evaluate("[document.documentElement.dataset.mode, document.documentElement.dataset.theme]")
            )
        assert seen == [["light", "light"], ["dark", "dark"], ["auto", "light"]]
        button.press("Enter")
        button.press("Enter")
        v.goto("search.html")
        assert v.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_phone_lists_open_and_close_by_keyboard(visit):
    with visit(PHONE) as v:
        v.goto(CHAPTER)
        for button, name in (("Contents of the book", "Book"), ("On this page", "On this page")):
            v.page.get_by_role("button", name=button).press("Enter")
            navigation = v.page.get_by_role("navigation", name=name, exact=True)
            assert navigation.is_visible()
            v.page.keyboard.press("Escape")
            assert not navigation.is_visible()
        v.page.get_by_role("button", name="On this page").press("Enter")
        link = v.page.locator("#page-nav a").last
        target = link.get_attribute("href")
        link.press("Enter")
        assert not v.page.locator("#page-nav").is_visible()
        assert v.page.url.endswith(target)


def test_code_is_copied(visit):
    with visit(permissions=["clipboard-read", "clipboard-write"]) as v:
        v.goto(CHAPTER)
        block = v.page.locator(".tag_torch .cell_input .highlight").first
        block.get_by_role("button", name="Copy").press("Enter")
        block.get_by_text("Copied").wait_for()
        assert v.page.evaluate("navigator.clipboard.readText()") == block.locator("pre").text_content().rstrip()


def test_code_is_copied_over_plain_http(visit):
    """There a page has no `navigator.clipboard`."""
    with visit(permissions=["clipboard-read", "clipboard-write"]) as v:
        v.page.add_init_script("delete Navigator.prototype.clipboard")
        v.goto(CHAPTER)
        assert v.page.evaluate("navigator.clipboard") is None
        block = v.page.locator(".tag_torch .cell_input .highlight").first
        block.get_by_role("button", name="Copy").press("Enter")
        block.get_by_text("Copied").wait_for()
        v.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<textarea class=paste></textarea>')")
        v.page.locator(".paste").focus()
        v.page.keyboard.press("Control+v")
        pasted = v.page.locator(".paste").input_value()
        assert pasted == block.locator("pre").text_content().rstrip()


FORBID = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') }, configurable: true })"


def test_search_works_without_storage(visit):
    """Where the reader forbids cookies, a browser throws at the first word to its storage."""
    with visit() as v:
        v.page.add_init_script(FORBID)
        v.goto("search.html?q=precision")
        v.page.locator("#search-results h2 a").first.wait_for()


def test_page_reads_without_javascript(visit, chapter):
    with visit(java_script_enabled=False) as v:
        v.page.goto(f"{v.site}/{chapter}")
        assert v.page.locator("h1").is_visible()
        assert v.page.locator(".katex").first.is_visible()


def test_paper_is_white(visit):
    """Printed from dark mode, a page is dark on white and shows no navigation."""
    with visit(scheme="dark") as v:
        v.goto(CHAPTER)
        assert v.page.evaluate("document.documentElement.dataset.theme") == "dark"
        v.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        v.page.emulate_media(media="print")
        assert v.page.evaluate("document.documentElement.dataset.theme") == "light"
        assert not v.page.locator("#book-nav").is_visible()
        v.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert v.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_legend_is_seen_in_the_readers_own_colours(visit):
    """Forced colours, dark ones, on a page that was set to light: every symbol stands out from the ground."""
    with visit(scheme="dark", forced_colors="active") as v:
        v.page.add_init_script("localStorage.setItem('dlbook-mode', 'light')")
        v.goto("chapters/02_activations.html")
        ground = luminance(v.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        painted = """paths => paths.map(path => getComputedStyle(path))
            .map(style => style.stroke == "none" ? style.fill : style.stroke)"""
        colours = v.page.locator(".explorer .legend svg *").evaluate_all(painted)
        assert len(colours) > 3
        for colour in colours:
            light, dark = sorted((luminance(colour), ground), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3, colour


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `rgb(r, g, b)`."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
