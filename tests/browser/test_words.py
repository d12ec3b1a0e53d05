"""Symbols, terms, sources, LaTeX and drawings: what a page answers, and that nothing of it loads before it is asked."""

import json
import re
from xml.etree import ElementTree

import pytest
from live_cells import LAY_OUT, TWO_FRAMES
from serve import HTML

from dlbook import concepts
from dlbook.site import citations

CHAPTER = "chapters/10_optimizers.html"
PHOTOS = "chapters/16_visualization.html"
SVG = "{http://www.w3.org/2000/svg}"
FILES = {"words.js", "words.css", "chapters-10_optimizers.js", "glossary.js"}


def script(name: str) -> dict:
    return json.loads((HTML / "_static" / name).read_text(encoding="utf-8").partition("=")[2].rstrip(";\n"))


def test_the_glossary_has_every_symbol_term_and_source():
    found = script("glossary.js")
    assert len(found["symbols"]) == len(concepts.symbols())
    for (drawn, meaning, code, _), symbol in zip(found["symbols"], concepts.symbols(), strict=True):
        assert 'class="katex"' in drawn and meaning
        assert bool(code) == bool(symbol.code)
    assert set(found["terms"]) == {concept.id for concept in concepts.concepts()}
    for id, (name, says, used) in found["terms"].items():
        assert f'#{id}"' in name and says and used.startswith("From ")
    assert list(found["sources"]) == list(citations.entries())


def test_every_page_and_its_file_have_the_same_formulas(built_page):
    body = (HTML / built_page).read_text(encoding="utf-8")
    file = HTML / "_static" / "words" / f"{built_page.removesuffix('.html').replace('/', '-')}.js"
    formulas = body.count('<span class="katex">')
    assert bool(re.match(r"(?s).*?<html[^>]* data-page=", body)) == file.exists() or built_page == "index.html"
    if not file.exists():
        assert formulas == 0 or built_page == "index.html"
        return
    page = script(f"words/{file.name}")
    assert len(page["tex"]) == formulas
    if built_page.startswith("chapters/"):
        assert len(page["rows"]) == formulas and sum(map(bool, page["rows"])) > formulas / 3
        entries = re.findall(r'bibliography\.html(#\w+)?"><span class="std std-doc">([^<]*)', body)
        assert [text for key, text in entries if not key] == [text for _, text in entries if text == "the bibliography"]


WATCH = """() => {
    const text = [...document.querySelectorAll("article :is(p, li, div.math)")].filter(e => !e.closest(".cell"));
    const high = () => text.map((e) => e.getBoundingClientRect().height);
    const before = high();
    window.moved = () => high().flatMap((h, i) => h === before[i] ? [] : [text[i].textContent.slice(0, 60)]);
    return text.length;
}"""


def asked(v) -> None:
    """The first sign of a reader, and what comes of it: nothing gets another height."""
    assert not v.asked & FILES, "loaded before anybody is there"
    v.page.evaluate(LAY_OUT)
    v.page.evaluate(TWO_FRAMES)
    v.page.evaluate("document.fonts.ready.then(() => true)")
    assert v.page.evaluate(WATCH) > 100
    v.page.mouse.move(5, 5)
    v.page.mouse.move(9, 9)
    v.page.locator("a.term").first.wait_for(state="attached")
    v.page.evaluate(TWO_FRAMES)
    assert v.page.evaluate("moved()") == []


def test_a_pointer_that_rests_and_a_key_are_answered(visit, axe):
    with visit() as v:
        v.goto(CHAPTER, until="networkidle")
        asked(v)
        card = v.page.locator(".word-card")
        formula = v.page.locator("section[id='optimizers.momentum'] div.math .katex-html").first
        formula.hover()
        card.get_by_text("learning rate").wait_for()
        assert "velocity: the decaying sum of gradients" in card.text_content()
        for letter, means in (("g", "gradient"), ("θ", "all parameters")):  # what is under the pointer stands out
            formula.locator(".mord.mathnormal", has_text=letter).last.hover()
            card.locator("dt[aria-current] + dd", has_text=means).wait_for()
            assert card.locator("dt[aria-current]").count() == 1
        assert axe(v.page, within=".word-card") == []
        v.page.keyboard.press("Escape")
        assert not card.is_visible()

        button = v.page.locator("section[id='optimizers.momentum'] .formula-tool").first
        button.press("Enter")
        card.get_by_role("button", name="Copy as LaTeX").wait_for()
        assert v.page.evaluate("document.activeElement.className") == "word-card"
        v.page.keyboard.press("Escape")
        assert "formula-tool" in v.page.evaluate("document.activeElement.className")
        assert not card.is_visible()

        term = v.page.locator("a.term[href='02_activations.html#activations.relu']").first
        term.focus()
        v.page.keyboard.press("Shift+Tab")
        v.page.keyboard.press("Tab")
        said = card.get_by_text("The default of hidden layers")
        said.wait_for()
        v.page.keyboard.press("Tab")
        said.wait_for(state="hidden")


def test_a_finger_and_a_citation_are_answered(visit):
    with visit(360, has_touch=True, is_mobile=True, scheme="dark") as v:
        v.goto(CHAPTER)
        asked(v)
        card = v.page.locator(".word-card")
        citation = v.page.locator("a[href$='bibliography.html#kingma2015']").first
        citation.tap()
        card.get_by_text("stochastic optimization").wait_for()
        assert card.get_by_role("link", name="In the bibliography").get_attribute("href").endswith("#kingma2015")
        box = card.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360
        v.page.keyboard.press("Escape")
        v.page.locator("a.term").first.tap()
        card.get_by_text("From chapter").wait_for()
        assert v.page.url.endswith(CHAPTER)
        v.page.keyboard.press("Escape")
        citation.tap()
        card.get_by_role("link", name="In the bibliography").tap()
        v.page.wait_for_url("**/reference/bibliography.html#kingma2015")


def test_a_selection_and_the_button_copy_latex(visit):
    latex = r"u_t = \mu\, u_{t-1} + g_t"
    with visit(permissions=["clipboard-read", "clipboard-write"]) as v:
        v.goto(CHAPTER)
        asked(v)
        v.page.evaluate("""() => {
            const section = document.getElementById("optimizers.momentum");
            getSelection().selectAllChildren(section.closest("section"));
        }""")
        v.page.keyboard.press("Control+c")
        pasted = v.page.evaluate("navigator.clipboard.readText()")
        assert re.search(r"\$\$\s*u_t", pasted) and re.search(r"(?<!\$)\$[^$\n]*\\mu[^$\n]*\$(?!\$)", pasted)
        assert v.page.locator("annotation").count() == 0, "they are there for the copy alone"
        v.page.evaluate("getSelection().removeAllRanges()")
        v.page.locator("section[id='optimizers.momentum'] .formula-tool").first.press("Enter")
        v.page.get_by_role("button", name="Copy as LaTeX").press("Enter")
        v.page.get_by_text("Copied").wait_for()
        assert latex in v.page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize(("path", "figure"), [(CHAPTER, "figure.explorer"), (PHOTOS, "figure:has(foreignObject)")])
def test_a_drawing_is_saved_from_disk_whole(visit, tmp_path, path, figure):
    with visit() as v:
        v.goto((HTML / path).resolve().as_uri())
        asked(v)
        drawing = v.page.locator(figure).first
        button = drawing.get_by_role("button", name="Save this figure as SVG")
        with v.page.expect_download() as download:
            button.press("Enter")
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        text = file.read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)
        assert "var(" not in text and 'class="' not in text
        assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text
        assert root.findall(f".//{SVG}text")
        photos = root.findall(f".//{SVG}image")
        assert all(image.get("href").startswith("data:image/webp;base64,") for image in photos)
        assert len(photos) == drawing.locator("foreignObject").count()
        v.page.goto(file.as_uri())
        assert v.page.evaluate("document.querySelector('text').getBoundingClientRect().width") > 0
