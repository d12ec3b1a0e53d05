"""The decks of slides, made of the built pages: all of a chapter is in them, and nothing of another site."""

import json
import re
from pathlib import Path

import pytest
from lxml import html

from dlbook import concepts
from dlbook.teach import slides

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
CHAPTERS = [chapter for chapter in concepts.chapters() if chapter.done]


@pytest.fixture(scope="module")
def decks(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("slides")
    slides.write(CHAPTERS, SITE, ROOT / "chapters", folder)
    return folder


def words(text: str) -> str:
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.slug)
def test_every_figure_concept_and_example_of_a_chapter_is_in_its_deck(decks, chapter):
    deck = html.parse(str(decks / f"{chapter.notebook}.html"), html.HTMLParser(encoding="utf-8")).getroot()
    page = html.parse(str(SITE / "chapters" / f"{chapter.notebook}.html"), html.HTMLParser(encoding="utf-8")).getroot()
    captions = [[figure.text_content() for figure in of.find_class("dlbook-figure")] for of in (deck, page)]
    assert captions[0] == captions[1] and captions[0]
    assert all(figure.find(".//svg") is not None for figure in deck.find_class("dlbook-figure"))

    shown = [slide.text_content() for slide in deck.find_class("slide")]
    boxes = deck.find_class("concept")
    named = {words(box.getprevious().text): box for box in boxes}
    assert len(boxes) == len(named) == len(chapter.concepts)
    for concept in chapter.concepts:  # a concept without a formula has words alone
        box = named[words(concept.name)]
        formulas = box.find_class("dl-formula")
        assert len(formulas) == bool(concept.formula) + bool(concept.derivative)
        assert all(formula.find_class("katex") for formula in formulas)
        assert words(concept.statement.split("$")[0].split("`")[0]) in words(box.text_content())

    cells = json.loads((ROOT / "chapters" / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    examples = ["".join(cell["source"]) for cell in cells if "by-hand" in cell["metadata"].get("tags", [])]
    for example in examples:  # every line that is plain words, the last among them
        plain = [words(line) for line in example.splitlines() if re.fullmatch(r"[A-Z][\w ,.;:-]+", line)]
        assert any(all(line in words(slide) for line in plain) for slide in shown), example
    assert len(shown) == 1 + len(captions[0]) + len(boxes) + len(examples)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.slug)
def test_a_deck_asks_for_nothing_that_is_not_beside_it(decks, chapter):
    text = (decks / f"{chapter.notebook}.html").read_text(encoding="utf-8")
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="#|url\(#)([^")]*)', text)) <= set(ids)
    asked = {name for name in re.findall(r'(?:src|href)="([^"#][^"]*)"', text) if not name.startswith("data:")}
    assert "_static/book.css" in asked and [name for name in asked if not (decks / name).is_file()] == []
    css = (decks / "_static" / "book.css").read_text(encoding="utf-8")
    fonts = re.findall(r'url\("?(?:\./)?([^)"]*\.woff2)"?\)', css)
    assert len(fonts) > 10 and all((decks / "_static" / font).is_file() for font in fonts)
    assert "<a " not in text and "katex-error" not in text
