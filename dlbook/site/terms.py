"""The terms of the book: the names of its concepts, where a chapter says them, and which chapters use a concept."""

import json
import re
from functools import cache
from pathlib import Path

from dlbook import concepts
from dlbook.concepts import Chapter, Concept

# Words of every day: a term only in the chapter that defines them, and where another one links to it or calls it.
EVERYDAY = frozenset(
    "accuracy analogy brightness contrast crop flip generation mask noise padding precision recall rotation"
    " shift temperature zoom".split()
)
CHAPTERS = Path(__file__).parents[2] / "chapters"
NO_TEXT = r"(?m)^#.*$|(?s:```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`)"


def names(concept: Concept) -> list[str]:
    """What a text may call it: "Recall (sensitivity, TPR)" is recall, sensitivity and TPR."""
    inside = re.search(r"\(([^)]*)\)(.*)", concept.name)
    if not inside:
        return [re.split(r"[,:] | from ", concept.name)[0]]
    before, others, after = concept.name[: inside.start()].strip(), inside[1].split(", "), inside[2]
    return [before + after, *[other + after for other in others]]


def pattern(name: str) -> str:
    """A regular expression, for Python and JavaScript, of a name as a text says it: plural, with a small letter."""
    words = re.escape(name).replace(r"\ ", r"\s+").replace("'", "['’]").replace(r"\-", "-").replace("/", r"\/")
    if re.match("[A-Z][a-z]+[^A-Z]?$|[A-Z][a-z]*[ –'-]", name):
        words = f"[{name[0]}{name[0].lower()}]{words[1:]}"
    return rf"{words}(?:e?s)?"


def everyday(name: str) -> bool:
    return name.lower() in EVERYDAY


def terms(chapter: Chapter) -> dict[str, str]:
    """The pattern of each name that is a term in a chapter, the longest first, and where its concept is explained.

    Where two concepts share a name, it is the chapter's own, or else the one of the chapter nearest before.
    """
    here = chapter.number
    found = {}
    for concept in sorted(concepts.concepts(), key=lambda c: distance(here, concepts.chapter(c.chapter).number)):
        for name in names(concept):
            known = concept.chapter == chapter.slug or here in asked(concept)
            if known or not everyday(name):
                found.setdefault(name, concept.id)
    return {pattern(name): address(found[name]) for name in sorted(found, key=len, reverse=True)}


def address(id: str) -> str:
    """Where a concept's section is, as seen from a chapter."""
    return f"{concepts.chapter(concepts.concept(id).chapter).notebook}.html#{id}"


def distance(here: int, there: int) -> tuple[bool, int]:
    return (there > here, abs(here - there))


@cache
def read(chapter: Chapter) -> tuple[str, frozenset[str]]:
    """A chapter's text without formulas, code and headings; and all the ids that stand in it."""
    cells = json.loads((CHAPTERS / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    everything = "\n\n".join("".join(cell["source"]) for cell in cells)
    # np_room.layers.linear holds layers.linear, too.
    ids = re.findall(r"(?=(?<!\w)([a-z]\w*(?:\.[a-z]\w*)?))\w+", everything)
    return re.sub(NO_TEXT, " ", text), frozenset(ids)


@cache
def named(chapter: Chapter) -> frozenset[str]:
    """The concepts that a chapter's text names."""
    found = terms(chapter)
    said = re.compile(rf"(?<![\w-])(?:{'|'.join(f'({name})' for name in found)})(?![\w-])")
    addresses = list(found.values())
    return frozenset(addresses[m.lastindex - 1].partition("#")[2] for m in said.finditer(read(chapter)[0]))


def asked(concept: Concept) -> tuple[int, ...]:
    """The other chapters that say its id: a link to its section, or a call of its function."""
    return tuple(c.number for c in concepts.chapters() if c.slug != concept.chapter and concept.id in read(c)[1])


def used(concept: Concept) -> tuple[int, ...]:
    """The other chapters that use it: that say its id, or name it by what is no word of every day."""
    others = (c for c in concepts.chapters() if c.done and c.slug != concept.chapter)
    return tuple(c.number for c in others if concept.id in read(c)[1] or concept.id in named(c))
