"""The whole book as one PDF: all chapters and sections are bookmarks, every link arrives, every sign is drawn."""

import re
import subprocess
import sys
import time
from html import unescape
from pathlib import Path

import pytest
from pdf_links import followed
from pypdf import PdfReader

from dlbook import concepts

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"
HEADING = re.compile(r"<h([123])>(.*?)<a class=\"headerlink\"", re.DOTALL)
SHOWN = re.compile(rb"(/F\d+) \S+ Tf|<([0-9A-Fa-f]+)> Tj")  # a font is chosen, glyphs of it are drawn
MOST_MEGABYTES = 45
FOOT = 95  # points: the margin of 18 mm, a heading, two lines


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    began = time.monotonic()
    subprocess.run([sys.executable, ROOT / "tools" / "make_pdf.py"], check=True)
    found = PdfReader(BUILD / "dlbook.pdf")
    size = (BUILD / "dlbook.pdf").stat().st_size / 1e6
    print(f"{len(found.pages)} pages, {size:.1f} MB, {time.monotonic() - began:.0f} s")
    assert 600 < len(found.pages) < 1200 and size < MOST_MEGABYTES
    return found


def marks(outline: list, depth: int = 0) -> list[tuple[int, str]]:
    found = []
    for mark in outline:
        found += marks(mark, depth + 1) if isinstance(mark, list) else [(depth, mark.title)]
    return found


def headings(page: Path) -> list[tuple[int, str]]:
    """The headings of a built page with their depths below the part; a chapter's begins with its number."""
    found = HEADING.findall(page.read_text(encoding="utf-8"))
    return [(int(level), unescape(re.sub("<[^>]+>", "", words)).strip()) for level, words in found]


def test_every_chapter_and_section_is_among_the_bookmarks(pdf):
    found = marks(pdf.outline)
    for chapter in concepts.chapters():
        expected = headings(BUILD / "html" / "chapters" / f"{chapter.notebook}.html")
        expected[0] = (1, f"{chapter.number}  {expected[0][1]}")
        begins = found.index(expected[0])
        assert found[begins : begins + len(expected)] == expected


def test_bookmarks_lead_to_their_headings_and_pages_run_through(pdf):
    """Of each chapter: the page that its bookmark names begins with its title, and bears its number at the foot."""
    tops = [mark for part in pdf.outline if isinstance(part, list) for mark in part if not isinstance(mark, list)]
    chapters = [mark for mark in tops if re.match(r"\d+  ", mark.title)]
    assert len(chapters) == len(concepts.chapters())
    for mark in chapters:
        number = pdf.get_destination_page_number(mark)
        text = pdf.pages[number].extract_text()
        assert mark.title.partition("  ")[2] in text
        assert re.match(rf"{number + 1}\b", text)  # it is drawn first


def test_no_heading_stands_alone_at_the_foot_of_a_page(pdf):
    """Above the margin there is room for it and two lines more; the sheet's small print aside."""
    alone = []
    for mark in flat(pdf.outline):
        page = pdf.pages[pdf.get_destination_page_number(mark)].mediabox
        if page.width < page.height and mark.top < FOOT:
            alone.append((mark.title, mark.top))
    assert alone == []


def flat(outline: list) -> list:
    return [mark for one in outline for mark in (flat(one) if isinstance(one, list) else [one])]


def test_the_cheat_sheet_lies_on_its_four_sides(pdf):
    mark = next(mark for mark in pdf.outline[-1] if mark.title == "Cheat sheet")
    first = pdf.get_destination_page_number(mark)
    wide = [number for number, page in enumerate(pdf.pages) if page.mediabox.width > page.mediabox.height]
    assert wide == list(range(first, first + 4))


def test_every_link_inside_the_book_arrives(pdf):
    inside, outside = followed(pdf)
    print(f"{inside} links inside the book, {len(outside)} addresses outside")
    assert inside > 2500 and all(re.match("https?://", address) for address in outside)


def test_every_sign_is_drawn_from_a_font_in_the_file(pdf):
    """Glyph 0 is the box that stands for a missing sign."""
    runs = 0
    for number, page in enumerate(pdf.pages, start=1):
        for form in (page, *forms(page)):
            fonts = form.get("/Resources", {}).get("/Font", {})
            stream = page.get_contents() if form is page else form
            for name, run in SHOWN.findall(stream.get_data()):
                if name:
                    width = checked_font(fonts[name.decode()].get_object())
                    continue
                runs += 1
                glyphs = {int(run[i : i + width], 16) for i in range(0, len(run), width)}
                assert 0 not in glyphs, f"page {number} misses a sign"
    assert runs > 100_000


def forms(page) -> list:
    """What a page draws through a form of its own: groups, mostly of figures."""
    drawn = (thing.get_object() for thing in page["/Resources"].get("/XObject", {}).values())
    return [thing for thing in drawn if thing["/Subtype"] == "/Form"]


def checked_font(font) -> int:
    """How many digits name a glyph. The font's shapes must be in the file."""
    if font["/Subtype"] == "/Type3":  # its shapes are drawn as pictures are
        return 2
    assert font["/Encoding"] == "/Identity-H"
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    assert {"/FontFile2", "/FontFile3"} & set(descriptor), font["/BaseFont"]
    return 4
