"""The cheat sheet on paper: all of it, on two sides of A4 and one for each later part, whichever way it is turned."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from dlbook import concepts

PAGE = Path(__file__).parents[2] / "_build/html/reference/cheat_sheet.html"
A4 = (595, 842)  # points


@pytest.fixture(scope="module")
def sheet(chromium):
    assert PAGE.exists(), f"{PAGE} is not there: run `make book` first"
    page = chromium.new_page(color_scheme="dark")  # paper is white, whatever the screen shows
    page.goto(PAGE.as_uri())
    page.evaluate("document.fonts.ready")
    yield page
    page.close()


def sides(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height in points of every page of a PDF."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert len(boxes) == len(re.findall(rb"/Type\s*/Page\b", pdf))
    return [(float(width), float(height)) for width, height in boxes]


CHOICES = [{"prefer_css_page_size": True}, {"format": "A4"}, {"format": "A4", "landscape": True}]


@pytest.mark.parametrize("options", CHOICES)
def test_the_cheat_sheet_prints_on_few_sides(sheet, options):
    parts = {chapter.part for chapter in concepts.chapters() if chapter.done}
    printed = sides(sheet.pdf(**options))
    assert 1 <= len(printed) <= 2 + len(parts) - 1
    assert all(sorted(size) == pytest.approx(A4, abs=2) for size in printed)


HEIGHTS = "[...document.querySelectorAll('.dl-row, .dl-coming li')].map(row => row.getBoundingClientRect().height)"
TOO_WIDE = """[...document.querySelectorAll('.dl-row')].filter(row => {
    const edge = row.getBoundingClientRect().right + 1;
    return [...row.querySelectorAll('.katex-html .base')].some(part => part.getBoundingClientRect().right > edge);
}).map(row => row.innerText)"""


def test_nothing_of_the_sheet_is_left_off_the_paper(sheet):
    sheet.set_viewport_size({"width": 1062, "height": 733})  # the paper inside its margins, in CSS pixels
    sheet.emulate_media(media="print")
    heights = sheet.evaluate(HEIGHTS)
    done = [concept for chapter in concepts.chapters() if chapter.done for concept in chapter.concepts]
    coming = [chapter for chapter in concepts.chapters() if not chapter.done]
    assert len(heights) == len(done) + len(coming) and min(heights) > 5
    assert sheet.evaluate(TOO_WIDE) == []


def test_the_paper_says_where_it_comes_from_and_what_one_may_do_with_it(sheet):
    sheet.emulate_media(media="print")
    said = sheet.locator(".dl-imprint").inner_text()
    assert f"dlbook {version('dlbook')}" in said and "CC BY 4.0" in said and "MIT licence" in said
    sheet.emulate_media(media="screen")
    assert not sheet.locator(".dl-imprint").is_visible()
