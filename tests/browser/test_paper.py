"""A chapter on paper: what the browser prints of a page, and what `make pdf` makes of the built book."""

import io
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from pdf_links import followed
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import make_pdf  # noqa: E402
from serve import HTML  # noqa: E402

NAME = "chapters/04_gradient_descent"
HINTS = ("Which way does the gradient point", "ask for it anew in every step")  # the first two of its first exercise
SOLUTION = "y = np.eye(K)[y_true]"  # of another
WIDTH = 680  # CSS pixels between the margins of A4
# What reaches past the paper. Pictures cut what they draw at their frame, and a screen reader's formulas have no size.
CUT = """() => {
    const edge = document.querySelector("main").getBoundingClientRect().right + 2;
    const drawn = [...document.querySelectorAll("main *")].filter((e) => !e.closest("svg *, .katex-mathml"));
    return drawn.filter((e) => e.getBoundingClientRect().width > 1 && e.getBoundingClientRect().right > edge)
        .map((e) => `${e.tagName} ${e.getAttribute("class")}: ${e.textContent.slice(0, 60)}`);
}"""


def on_paper(page) -> str:
    """The text that a print of the page shows."""
    page.emulate_media(media="print")
    text = squeezed(page.locator("article").inner_text())
    page.emulate_media(media="screen")
    return text


def squeezed(text: str) -> str:
    """Without white space: where lines break is the paper's business. Joined letters are single ones again."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("ʼ", "’")


def text_of(pdf: PdfReader) -> str:
    return squeezed(" ".join(page.extract_text() for page in pdf.pages))


def has(paper: str, text: str) -> bool:
    return squeezed(text) in paper


def test_answers_print_as_the_reader_chose(visit):
    """Those that stand open, all, or none; the choice stays, and on the screen nothing moves."""
    with visit() as v:
        v.goto(f"{NAME}.html")
        button = v.page.locator("button.answers")
        assert "open" in button.inner_text()
        shut = on_paper(v.page)
        assert not any(has(shut, text) for text in (*HINTS, SOLUTION))
        assert has(shut, "An erratum of the sheet") and has(
            shut, "The sheet prints 6: until change"
        )  # no answer: always there
        v.page.locator("details.hint > summary").first.click()
        opened = on_paper(v.page)
        assert has(opened, HINTS[0]) and not has(opened, HINTS[1])
        button.click()
        v.page.reload()
        assert "all" in button.inner_text()
        assert all(has(on_paper(v.page), text) for text in (*HINTS, SOLUTION))
        assert v.page.locator("details.hint[open]").count() == 0
        button.click()
        v.page.locator("details.hint > summary").first.click()
        assert not has(on_paper(v.page), HINTS[0])


def test_paper_holds_the_text_whole_and_nothing_to_press(visit):
    """With editors in the page: their code is on the paper, their buttons are not, and no line leaves it."""
    with visit() as v:
        v.goto(f"{NAME}.html", until="networkidle")
        v.page.locator(".tag_exercise").first.scroll_into_view_if_needed()  # editors come to who reads
        v.page.wait_for_selector("html[data-cells=ready]", state="attached")
        v.page.set_viewport_size({"width": WIDTH, "height": 1000})
        v.page.emulate_media(media="print")
        assert v.page.evaluate(CUT) == []
        pressed = (
            "[...document.querySelectorAll('main :is(button, select, input)')].filter(e => e.checkVisibility()).length"
        )
        assert v.page.evaluate(pressed) == 0
        paragraphs = v.page.locator("article section > p:not(:has(.math, a[href^=http]))").all_inner_texts()
        paper = text_of(PdfReader(io.BytesIO(v.page.pdf(format="A4"))))
        assert len(paragraphs) > 50 and [text for text in paragraphs if not has(paper, text)] == []
        assert has(paper, f"Play with it at {v.site}/{NAME}.html#explore-one-step-again-and-again")
        assert not has(paper, "Download the notebook")


@pytest.fixture(scope="module")
def pdf(chromium, tmp_path_factory) -> PdfReader:
    """The first page and one chapter, as `make pdf` prints the whole."""
    target = tmp_path_factory.mktemp("pdf") / "dlbook.pdf"
    wanted = [("", ["intro"]), ("Foundations", [NAME])]
    make_pdf.make(chromium, HTML.parent, wanted, answers=False, target=target)
    return PdfReader(target)


def marks(outline: list, depth: int = 0) -> list[tuple[int, str]]:
    """The bookmarks of a PDF with their depths, in order."""
    found = []
    for mark in outline:
        found += marks(mark, depth + 1) if isinstance(mark, list) else [(depth, mark.title)]
    return found


def test_the_pdf_has_bookmarks_down_to_the_sections(pdf):
    found = marks(pdf.outline)
    assert found[:2] == [(0, "Contents"), (0, "Deep learning, three times over")]
    chapter = found[found.index((0, "Foundations")) :]
    assert chapter[1:4] == [(1, "4  Gradient descent"), (2, "Which way is down"), (3, "The six lines")]


def test_the_contents_say_on_which_page_a_section_begins(pdf):
    contents = squeezed(pdf.pages[1].extract_text())
    for mark in pdf.outline[-1][1]:
        if not isinstance(mark, list):
            page = pdf.get_destination_page_number(mark)
            assert has(contents, f"{mark.title}{page + 1}")
            assert has(squeezed(pdf.pages[page].extract_text()), mark.title)


def test_links_lead_to_places_in_the_pdf(pdf):
    inside, outside = followed(pdf)
    assert all(address.startswith("https://") for address in outside)
    assert inside > 40


def test_the_pdf_leaves_answers_away_and_says_where_the_explorer_is(pdf):
    paper = text_of(pdf)
    assert has(paper, "Write descend(grad, theta, lr, steps)")
    assert not any(has(paper, text) for text in (*HINTS, SOLUTION))
    assert has(paper, "Play with it in chapter 04 of the book's pages, “Explore: one step, again and again”.")
