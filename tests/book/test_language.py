"""The chapters are written for the reader: sentences, colons, the share of prose, examples and captions."""

import json
import re
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from dlbook import concepts
from dlbook.exercises import of_chapter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from language import measure  # noqa: E402
from serve import HTML  # noqa: E402

MEAN, LONG, MARKS, PROSE = 17, 0.05, 2, 0.5


def unclear(html: str) -> list[str]:
    """What makes a page hard to read, in words."""
    language, found = measure(html), []
    print(language, *language.longest, sep="\n  ")
    found += [f"mean sentence {language.mean:.1f} words, at most {MEAN}"] * (language.mean > MEAN)
    found += [f"{language.long:.1%} of the sentences are long, at most {LONG:.0%}"] * (language.long > LONG)
    marks = f"{language.marks_in_100:.2f} colons and semicolons in 100 words, at most {MARKS}"
    found += [marks] * (language.marks_in_100 > MARKS)
    found += [f"prose {language.prose:.0%}, at least {PROSE:.0%}"] * (language.prose < PROSE)
    figures = BeautifulSoup(html, "html.parser").select("article figure.dlbook-figure")
    bare = [figure.select_one("[role=img]")["aria-label"][:60] for figure in figures if not figure.figcaption]
    return found + [f"no caption: {label}" for label in bare]


def cells_of(chapter: concepts.Chapter) -> list[dict]:
    return json.loads((ROOT / "chapters" / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))["cells"]


def without_example(slug: str, cells: list[dict]) -> list[str]:
    """The concepts of a chapter that no worked example names, or whose example no cell asserts."""
    shown = set()
    for cell, after in zip(cells, cells[1:], strict=False):
        tags = cell["metadata"].get("tags", [])
        if "by-hand" in tags and after["cell_type"] == "code" and re.search(r"\bassert\b", "".join(after["source"])):
            shown |= set(tags)
    return [concept.id for concept in concepts.chapter(slug).concepts if concept.id not in shown]


def without_exercise(slug: str, text: str) -> list[str]:
    """What "You will be able to" promises and links to no exercise of the chapter, and links that lead to none."""
    promised = re.findall(
        r"^- (.*)$", text.partition("**You will be able to**\n")[2].partition("**You need**")[0], re.M
    )
    asked = {exercise.anchor for exercise in of_chapter(slug)}
    links = [re.findall(r"\(#(exercise-[\w-]+)\)", line) for line in promised]
    bare = [line for line, found in zip(promised, links, strict=True) if not found]
    return (bare if promised else ["nothing is promised"]) + sorted({link for found in links for link in found} - asked)


def test_the_chapters_read_well():
    found = {}
    for chapter in concepts.chapters():
        page = HTML / "chapters" / f"{chapter.notebook}.html"
        found[chapter.slug] = unclear(page.read_text(encoding="utf-8"))
    assert {slug: faults for slug, faults in found.items() if faults} == {}


def test_every_concept_has_an_example_by_hand():
    found = {}
    for chapter in concepts.chapters():
        found[chapter.slug] = without_example(chapter.slug, cells_of(chapter))
    assert {slug: missing for slug, missing in found.items() if missing} == {}


def test_what_a_chapter_promises_an_exercise_asks_for():
    found = {}
    for chapter in concepts.chapters():
        found[chapter.slug] = without_exercise(chapter.slug, "".join(cells_of(chapter)[0]["source"]))
    assert {slug: missing for slug, missing in found.items() if missing} == {}


PAGE = "<article><p>{text}</p>{more}</article>"
HARD = {
    "mean sentence 18.0 words, at most 17": {"text": "word " * 18},
    "25.0% of the sentences are long, at most 5%": {"text": "word " * 29 + "\nOne.\nTwo.\nThree."},
    "33.33 colons and semicolons in 100 words, at most 2": {"text": "so: it goes"},
    "prose 40%, at least 50%": {"text": "two words", "more": '<div class="cell">three = other + words</div>'},
    "no caption: A line.": {
        "more": '<figure class="dlbook-figure"><div role="img" aria-label="A line."></div></figure>',
        "text": "Words.",
    },
}


@pytest.mark.parametrize("fault", HARD)
def test_what_makes_a_page_hard_is_named(fault):
    assert unclear(PAGE.format(**{"text": "", "more": ""} | HARD[fault])) == [fault]


def test_what_does_not_count():
    text = 'One <span class="katex">x<sub>1</sub></span> word:'
    more = "<details><p>folded; away</p></details><ul><li>an item</li></ul>"
    language = measure(PAGE.format(text=text, more="<ul><li>an item</li></ul>" + more))
    assert language.marks == 0 and language.lengths == [3, 2, 2]


def test_a_promise_without_an_exercise_is_named():
    text = (
        "**You will be able to**\n\n- count ([exercise](#exercise-metrics-count-outcomes)),\n{}\n\n**You need** time."
    )
    assert without_exercise("metrics", text.format("")) == []
    assert without_exercise("metrics", text.format("- fly.")) == ["fly."]
    line = "- fly ([exercise](#exercise-metrics-fly))."
    assert without_exercise("metrics", text.format(line)) == ["exercise-metrics-fly"]
    assert without_exercise("metrics", "**You will be able to** fly. **You need** wings.") == ["nothing is promised"]


def test_a_concept_without_a_checked_example_is_named():
    ids = [concept.id for concept in concepts.chapter("metrics").concepts]
    text = {"cell_type": "markdown", "metadata": {"tags": ["by-hand", ids[0]]}, "source": [""]}
    cells = [text, {"cell_type": "code", "metadata": {}, "source": ["assert True"]}]
    assert without_example("metrics", cells) == ids[1:]
    assert without_example("metrics", [text, {"cell_type": "code", "metadata": {}, "source": ["x = 1"]}]) == ids
