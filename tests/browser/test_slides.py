"""A deck of slides from disk, as a teacher shows it: keys, buttons, a finger, paper, light and dark."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from dlbook import concepts
from dlbook.cli.serve import serving
from dlbook.teach import slides

ROOT = Path(__file__).parents[2]
CHAPTER = concepts.chapter("convolution")
HERE = "Math.round(document.querySelector('.deck').scrollLeft / innerWidth) + 1"
TOO_WIDE = "[...document.querySelectorAll('.slide')].filter(s => s.scrollWidth > s.clientWidth + 1).map(s => s.id)"


@pytest.fixture(scope="module")
def deck(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("slides")
    slides.write([CHAPTER], ROOT / "_build" / "html", ROOT / "chapters", folder)
    (folder / "404.html").touch()  # by which the server knows a book
    return (folder / f"{CHAPTER.notebook}.html").as_uri()


def test_keys_buttons_and_a_finger_turn_the_slides_and_the_address_remembers(visit, deck):
    with visit() as v:
        v.goto(deck)
        count = v.page.locator(".slide").count()
        for key, place in (("ArrowRight", 2), (" ", 3), ("PageDown", 4), ("ArrowLeft", 3), ("End", count), ("Home", 1)):
            v.page.keyboard.press(key)
            v.page.wait_for_function(f"() => {HERE} === {place}")
        v.page.get_by_label("The next slide").click()
        assert v.page.locator("output").text_content() == f"2 of {count}" and v.page.url.endswith("#slide-2")
        v.page.evaluate("document.querySelector('.deck').scrollBy({ left: innerWidth })")  # as a finger does
        v.page.wait_for_function(f"() => document.querySelector('output').textContent === '3 of {count}'")
        v.page.reload()
        v.page.wait_for_function(f"() => {HERE} === 3")


@pytest.mark.parametrize("width, scheme", [(1440, "dark"), (390, "light")])
def test_a_deck_is_whole_and_accessible_on_a_projector_and_on_a_phone(visit, axe, deck, width, scheme):
    folder, _, name = deck.removeprefix("file://").rpartition("/")
    with serving(Path(folder)) as site, visit(width=width, scheme=scheme, site=site) as v:  # axe reads the stylesheets
        v.goto(name)
        assert v.page.evaluate("document.documentElement.dataset.theme") == scheme
        assert v.page.evaluate("document.documentElement.scrollWidth") == width
        assert v.page.evaluate(TOO_WIDE) == []
        assert axe(v.page) == []


def test_a_deck_prints_a_slide_on_each_page(visit, deck):
    with visit(scheme="dark") as v:
        v.goto(deck)
        count = v.page.locator(".slide").count()
        printed = PdfReader(io.BytesIO(v.page.pdf(prefer_css_page_size=True))).pages
    assert count <= len(printed) <= count * 1.25  # a long example takes a second one
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in printed)
