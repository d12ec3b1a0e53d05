"""What the registry promises and the book does not hold yet, in words. `python tests/completeness.py` prints it."""

import inspect
import json
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from twins import resolve

from dlbook import concepts, exercises
from dlbook.concepts import Chapter, Concept

ROOT = Path(__file__).parents[1]


def missing(chapters: tuple[Chapter, ...] | None = None, root: Path = ROOT) -> list[str]:
    """One sentence for every gap in a finished chapter; empty when all is there."""
    tests = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "tests/concepts").glob("*.py")))
    gaps = []
    for chapter in chapters or concepts.chapters():
        if chapter.done:
            gaps += chapter_gaps(chapter, root)
            practised = practised_in(chapter)
            anchors = anchors_of(root / "chapters" / f"{chapter.notebook}.ipynb")
            for concept in chapter.concepts:
                gaps += concept_gaps(concept, chapter, tests, practised, anchors)
    return gaps


# What a chapter has under its own name, beside what its families have.
FILES = {
    "no notebook": "chapters/{chapter.notebook}.ipynb",
    "no typed code": "dlbook/pytorch/typed/{chapter.slug}.py",
    "no examples of its panes": "tests/panes/test_{chapter.slug}.py",
    "no tests of what it measures": "tests/experiments/test_{chapter.slug}.py",
    "no oracle of its explorer": "tests/oracles/{chapter.slug}.py",
}


def chapter_gaps(chapter: Chapter, root: Path) -> Iterator[str]:
    for what, pattern in FILES.items():
        if not (root / (name := pattern.format(chapter=chapter))).exists():
            yield f"{chapter.slug} has {what}: {name}"
    if f"chapters/{chapter.notebook}\n" not in (root / "_toc.yml").read_text(encoding="utf-8"):
        yield f"{chapter.slug} has no line chapters/{chapter.notebook} in _toc.yml"
    for folder in ("explorers", "exercises", "experiments", "figures"):
        module = find_spec(f"dlbook.{folder}.{chapter.slug}")
        if module is None:
            yield f"{chapter.slug} has no module dlbook.{folder}.{chapter.slug}"
        elif folder == "explorers" and "def explorer(" not in Path(module.origin).read_text(encoding="utf-8"):
            yield f"dlbook.explorers.{chapter.slug} has no explorer()"


def concept_gaps(
    concept: Concept, chapter: Chapter, tests: str, practised: set[str], anchors: set[str]
) -> Iterator[str]:
    if concept.kind == "twin":
        yield from twin_gaps(concept.id)
    if not re.search(rf"\b{re.escape(concept.id)}\b", tests):
        yield f"{concept.id} has no test case in tests/concepts"
    if concept.id not in anchors:
        yield f"{concept.id} has no anchor ({concept.id})= in chapters/{chapter.notebook}.ipynb"
    if concept.id not in practised:
        yield f"{concept.id} is named by no exercise"
    if not concept.formula:
        yield f"{concept.id} has no formula in the registry"


def twin_gaps(concept_id: str) -> Iterator[str]:
    """What is wrong with the two functions of a twin: absent, no function, or of two signatures."""
    found = {}
    for room, label in (("scratch", "NumPy"), ("pytorch", "PyTorch")):
        try:
            found[label] = resolve(room, concept_id)
        except AttributeError:
            yield f"{concept_id} has no {label} twin"
            continue
        if not callable(found[label]):
            yield f"{concept_id} is no function in dlbook.{room}"
            del found[label]
    if len(found) == 2:
        ours, theirs = (inspect.signature(twin) for twin in found.values())
        if ours != theirs:
            yield f"{concept_id} has two signatures: {ours} in NumPy, {theirs} in PyTorch"


def practised_in(chapter: Chapter) -> set[str]:
    """The concepts that an exercise of the chapter names."""
    if find_spec(f"dlbook.exercises.{chapter.slug}") is None:
        return set()
    return {concept_id for exercise in exercises.of_chapter(chapter.slug) for concept_id in exercise.concepts}


def anchors_of(notebook: Path) -> set[str]:
    """The anchors `(id)=` that stand on a line of their own in the notebook's text."""
    if not notebook.exists():
        return set()
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return set(re.findall(r"^\((\S+)\)=$", text, flags=re.MULTILINE))


if __name__ == "__main__":
    gaps = missing()
    print("\n".join(gaps) or "Nothing is missing.")
    sys.exit(bool(gaps))
