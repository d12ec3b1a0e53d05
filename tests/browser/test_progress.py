"""The reader's progress over the whole book: counted, repeated, saved, forgotten and brought back."""

import json

from bs4 import BeautifulSoup
from live_cells import Cell
from playwright.sync_api import expect
from serve import HTML

CHAPTER = "chapters/04_gradient_descent.html"
PAGE = "reference/progress.html"
CELL = "fastest-safe-answer"
FORBID = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') }, configurable: true })"


def answer(page, text: str) -> None:
    cell = Cell(page, CELL)
    cell.box.locator("input").fill(text)
    cell.press("check")


class Progress:
    """The page as a reader uses it."""

    def __init__(self, page):
        self.box = page.locator(".dl-progress")
        self.sums, self.today = self.box.locator(".dl-sums"), self.box.locator(".dl-today")
        self.chapter = self.box.locator("[data-page='chapters/04_gradient_descent']")
        self.facts = self.chapter.locator(".dl-facts")
        self.work = self.box.locator(".your-work")
        self.status = self.work.locator("[role=status]")


def test_the_page_names_what_the_chapters_have(chapter):
    """Sections by the ids that a chapter watches, and each exercise with the cell that keeps its answer."""
    listed = BeautifulSoup((HTML / PAGE).read_text(encoding="utf-8"), "html.parser")
    found = BeautifulSoup((HTML / chapter).read_text(encoding="utf-8"), "html.parser")
    name = chapter.removesuffix(".html")
    row = listed.select_one(f"[data-page='{name}']")
    watched = [link["href"][1:] for link in found.select("#page-nav li:not(:has(ul)) > a")]
    assert watched and row["data-sections"].split() == watched
    cards = [card["data-exercise"] for card in found.select("section.exercise")]
    assert [item["data-exercise"] for item in row.select("li")] == cards
    cells = [f"{name}#{cell['id'].removeprefix('cell-')}" for cell in found.select(".tag_exercise")]
    assert sorted(item["data-cell"] for item in row.select("li")) == sorted(cells)


def test_an_exercise_is_missed_repeated_saved_forgotten_and_brought_back(visit, axe, tmp_path):
    """Over the turn of a year; another page that is open all the while shows it at once."""
    with visit() as v:
        page, other = v.page, v.context.new_page()
        page.context.clock.install(time="2026-12-31T12:00:00")
        v.goto(CHAPTER)
        other.goto(f"{v.site}/{PAGE}")
        seen = Progress(other)
        expect(seen.today).to_contain_text("Nothing is to be repeated today.")
        answer(page, "7")
        answer(page, "0.25")
        expect(seen.facts).to_contain_text("1 of 10 exercises solved")
        expect(seen.sums).to_contain_text("1 of 284 exercises solved.")
        expect(seen.today).to_contain_text("Nothing is to be repeated today.")

        page.context.clock.set_system_time("2027-01-01T00:01:00")
        other.reload()
        expect(seen.facts).to_contain_text("1 to repeat")
        other.get_by_role("link", name="Repeat:").click()
        other.wait_for_url("**#exercise-gradient-descent-fastest-safe")
        cell = Cell(other, CELL)
        assert cell.state == "To repeat: try it once more." and cell.box.locator("input").input_value() == ""
        assert Cell(page, CELL).box.locator("input").input_value() == "", "the other page, too, has begun anew"
        before = cell.box.locator(".live-offer details")
        assert not before.get_by_text("answer = 0.25").is_visible(), "it would be the answer"
        answer(other, "1/4")
        other.goto(f"{v.site}/{PAGE}")
        expect(seen.today).to_contain_text("Nothing is to be repeated today.")
        seen.chapter.locator("summary").click()
        expect(seen.chapter.locator("[data-state='solved, comes back']")).to_have_count(1)

        for width, scheme in ((360, "dark"), (1440, "light")):
            other.set_viewport_size({"width": width, "height": 800})
            other.emulate_media(color_scheme=scheme)
            other.wait_for_selector(f"html[data-theme={scheme}]", state="attached")
            assert axe(other, within=".dl-progress") == [], (width, scheme)
            assert other.evaluate("document.scrollingElement.scrollWidth") <= width

        with other.expect_download() as download:
            seen.work.get_by_role("button", name="Save to a file").click()
        download.value.save_as(tmp_path / "work.json")
        kept = json.loads((tmp_path / "work.json").read_text())
        assert kept["exercises"]["gradient_descent.fastest_safe"]["repeat"] == {"box": 2, "on": "2027-01-01"}

        forget = seen.work.get_by_role("button", name="Forget everything")
        other.once("dialog", lambda dialog: dialog.dismiss())
        forget.click()
        expect(seen.facts).to_contain_text("1 of 10 exercises solved")
        other.once("dialog", lambda dialog: dialog.accept())
        forget.click()
        expect(seen.status).to_have_text("Forgotten.")
        expect(seen.facts).to_contain_text("0 of 10 exercises solved")
        assert other.evaluate("Object.keys(localStorage)") == []

        seen.work.locator("input[type=file]").set_input_files(tmp_path / "work.json")
        expect(seen.facts).to_contain_text("1 of 10 exercises solved")
        other.goto(f"{v.site}/{CHAPTER}")
        cell = Cell(other, CELL)
        cell.box.locator(".live-offer summary").click()
        cell.box.get_by_role("button", name="Bring it back").click()
        assert cell.box.locator("input").input_value() == "0.25"


DOWN = """async () => {
    for (let y = 0; y < document.scrollingElement.scrollHeight; y += 700) {
        scrollTo({ top: y, behavior: "instant" });
        await new Promise(requestAnimationFrame);
    }
}"""


def test_a_section_is_read_once_its_end_has_stood_on_the_screen(visit):
    read = "JSON.parse(localStorage.getItem('dlbook:read:chapters/04_gradient_descent') ?? '[]')"
    with visit() as v:
        v.goto(CHAPTER)
        v.page.evaluate(DOWN)  # the first sign of a reader, and past most of it in a moment
        assert v.page.evaluate(read) == []
        v.page.wait_for_function(f"() => {read}.includes('in-one-line-each')")
        seen = v.page.evaluate(read)
        assert "the-six-lines" not in seen
        v.goto(PAGE)
        expect(Progress(v.page).facts).to_contain_text(f"{len(seen)} of 15 sections read")


def test_without_storage_or_javascript_the_page_says_so(visit):
    with visit() as v:
        v.page.add_init_script(FORBID)
        v.goto(PAGE)
        expect(Progress(v.page).sums).to_contain_text("This browser forbids pages to keep anything")
    with visit(java_script_enabled=False) as v:
        v.page.goto(f"{v.site}/{PAGE}")
        assert "Without it, it is a list of all exercises." in Progress(v.page).sums.inner_text()
        assert v.page.locator("[data-exercise] a").count() == 284
