"""The pages that are rendered from the registry: a strict build of them alone, then what stands on them."""

import html
import re
from xml.etree import ElementTree

import pytest
import reference_site
from docutils import nodes

from dlbook import concepts
from dlbook.practise.exercise import LEVELS
from dlbook.site import reference
from dlbook.teach import syllabus

DONE = [chapter for chapter in concepts.chapters() if chapter.done]
COMING = [chapter for chapter in concepts.chapters() if not chapter.done]
NAMES = reference_site.PAGES


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages as HTML, from a build in which every warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    status, said = reference_site.build(reference_site.write(folder / "source"), folder / "out")
    assert status == 0, said
    return {name: (folder / "out/reference" / f"{name}.html").read_text(encoding="utf-8") for name in NAMES}


def text(page: str) -> str:
    """The text of some HTML, with straight quotes."""
    return html.unescape(re.sub(r"<[^>]+>", "", page)).replace("’", "'")


def test_a_strict_build_fails_on_a_concept_without_its_anchor(tmp_path):
    source = reference_site.write(tmp_path / "source", without="activations.elu")
    status, said = reference_site.build(source, tmp_path / "out")
    assert status != 0
    assert "undefined label: 'activations.elu'" in said
    assert said.count("WARNING") == 1


def test_the_cheat_sheet_links_every_finished_concept_to_its_section(pages):
    rows = re.findall(r'<li class="dl-row">(.*?)</li>', pages["cheat_sheet"], flags=re.DOTALL)
    expected = [(chapter, concept) for chapter in DONE for concept in chapter.concepts]
    assert len(rows) == len(expected)
    for row, (chapter, concept) in zip(rows, expected, strict=True):
        anchor = nodes.make_id(concept.id)
        assert f'href="../chapters/{chapter.notebook}.html#{anchor}"' in row, concept.id
        assert concept.name in text(row)
        assert row.count('class="dl-formula"') == 1 + bool(concept.derivative)
        assert ("Added by the book" in text(row)) == concept.added, concept.id
    assert concepts.concept("models.fit").added


def test_the_cheat_sheet_names_what_is_to_come_and_links_nothing_of_it(pages):
    shown = text(pages["cheat_sheet"])
    for chapter in COMING:
        assert f"{chapter.number:02d} {chapter.title}" in shown
        assert all(concept.name in shown for concept in chapter.concepts)
        assert f"{chapter.notebook}.html" not in pages["cheat_sheet"]


@pytest.mark.parametrize("name", ["cheat_sheet", "errata", "notation"])
def test_every_formula_is_rendered_at_build_time(pages, name):
    page = pages[name]
    assert page.count('<span class="katex">') == page.count('class="math"') > 20
    assert "katex-error" not in page and "ParseError" not in page
    shown = re.sub(
        r"<(annotation|pre)\b.*?</\1>", "", page, flags=re.DOTALL
    )  # LaTeX for screen readers; the sheet's own
    assert not re.search(r"\\(frac|sum|hat|mathrm|partial|displaystyle)\b", shown)


def test_the_errata_say_their_kind_and_quote_word_for_word_what_a_reading_may_have_torn(pages):
    cards = pages["errata"].split('<div class="dl-card docutils container">')[1:]
    assert len(cards) == len(concepts.errata())
    for card, erratum in zip(cards, concepts.errata(), strict=True):
        quoted = [text(pre).strip("\n") for pre in re.findall(r"<pre>(.*?)</pre>", card, flags=re.DOTALL)]
        assert quoted == ([erratum.prints.strip("\n")] if erratum.kind == "reading" else [])
        formulas = sum(part.count("$") // 2 for part in (erratum.typeset, erratum.right, erratum.why))
        assert card.count('<span class="katex">') == formulas, erratum
        assert ("The sheet prints" in card) == (erratum.kind == "content")
        assert f"dl-{erratum.kind}" in card
    assert "origin and author are unknown" in text(pages["errata"])


def test_the_notation_shows_every_symbol_and_both_layouts(pages):
    assert pages["notation"].count("<tr") == len(concepts.symbols()) + len(concepts.forms()) + len(
        {symbol.group for symbol in concepts.symbols()}
    ) + len(["the head of the last table"])
    assert "the book: a sample is a row" in text(pages["notation"])


def test_the_map_links_what_is_done_and_dashes_what_is_to_come(pages):
    items = re.findall(r'<li class="(dl-map-\w+)">(.*?)</li>', pages["concept_map"], flags=re.DOTALL)
    assert len(items) == len(concepts.chapters())
    for (state, item), chapter in zip(items, concepts.chapters(), strict=True):
        assert state == ("dl-map-done" if chapter.done else "dl-map-coming")
        assert (f'href="../chapters/{chapter.notebook}.html"' in item) == chapter.done
        assert ("to come" in item) != chapter.done
        needs = [concepts.chapter(slug).number for slug in chapter.prerequisites]
        assert [int(n) for n in re.findall(r"\b\d\d\b", text(item))] == [chapter.number, *needs]


def test_the_drawing_has_a_dot_for_each_chapter_and_an_arc_for_each_prerequisite():
    svg = ElementTree.fromstring(reference.arcs(concepts.chapters()))
    width, height = (float(svg.get(side)) for side in ("width", "height"))
    assert svg.get("role") == "img" and "26 chapters" in svg.get("aria-label")
    dots, arcs = svg.findall("circle"), svg.findall("path")
    assert [("done" in dot.get("class")) for dot in dots] == [chapter.done for chapter in concepts.chapters()]
    assert len(arcs) == sum(len(chapter.prerequisites) for chapter in concepts.chapters())
    ys = [float(dot.get("cy")) for dot in dots]
    assert ys == sorted(set(ys)) and 0 < ys[0] and ys[-1] < height
    for arc in arcs:
        x0, y0, x1, _, x2, y1, x3, y3 = map(float, re.findall(r"-?[\d.]+", arc.get("d")))
        assert {y0, y3} <= set(ys) and y0 < y3 == y1 and x1 == x2
        assert 0 <= (x0 + 3 * x1) / 4 < x3 <= width  # the curve's leftmost point lies inside the drawing


def test_inline_text_becomes_nodes():
    kinds = [type(node).__name__ for node in reference.inline(r"*all* $x_i$ of `X`, then $\eta$.")]
    assert kinds == ["emphasis", "Text", "math", "Text", "literal", "Text", "math", "Text"]
    assert reference.inline("plain") == ["plain"] and reference.inline("") == []


def test_the_syllabus_links_each_chapter_once_and_the_exercises_of_its_week(pages):
    sections = re.findall(r'<section class="dl-reference dl-week".*?</section>', pages["syllabus"], flags=re.DOTALL)
    assert len(sections) == len(syllabus.weeks()) == 14
    for section, week in zip(sections, syllabus.weeks(), strict=True):
        found = re.findall(r'href="\.\./chapters/(\w+)\.html"', section)
        assert found == [chapter.notebook for chapter in week.chapters]
        tasks = [e for level in LEVELS for e in week.suggested[level]]
        assert re.findall(r'html#(exercise-[\w-]+)"', section) == [e.anchor for e in tasks]
        shown = text(section)
        assert f"About {week.minutes} minutes: {week.reading} to read" in shown
        assert all(chapter.question.replace("’", "'") in shown for chapter in week.chapters)
    low, high = syllabus.BAND
    assert f"between {low} and {high} minutes" in text(pages["syllabus"])
