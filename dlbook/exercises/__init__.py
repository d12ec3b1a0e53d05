"""What the reader does: one module per chapter, and what a notebook calls, `exercise(id)` and `check(id, answer)`.

`progress()` shows what is solved and where that is kept; `import_progress(path)` joins it with a file from elsewhere.
"""

from functools import cache
from pathlib import Path

from dlbook import concepts
from dlbook._lazy import lazy_modules
from dlbook.practise.checker import ERROR
from dlbook.practise.exercise import Exercise, Result, result_of
from dlbook.practise.progress import merge, parse
from dlbook.practise.summary import Summary

load = lazy_modules(__name__)
__getattr__ = load


def exercise(id: str) -> Exercise:
    """The card of an exercise: the task, the hints one inside the other, the solution last."""
    return find(id)


def check(id: str, answer=...) -> Result:
    """Check an answer: a function, a number or a letter, as the card asks. Never raises."""
    try:
        return result_of(find(id), answer)
    except KeyError as error:
        return Result(id, ERROR, error.args[0])


def find(id: str) -> Exercise:
    """The exercise called `id`; a KeyError names those there are."""
    for slug in likely(id):
        for found in of_chapter(slug):
            if found.id == id:
                return found
    raise KeyError(f"There is no exercise {id!r}; there are {', '.join(e.id for e in all_exercises())}.")


def likely(id: str) -> list[str]:
    """The chapters that are done, first those whose name or concepts begin as the id does: one is imported, not all."""
    family = id.partition(".")[0]
    done = [chapter for chapter in concepts.chapters() if chapter.done]
    own = [c for c in done if family in {c.slug, *(concept.id.partition(".")[0] for concept in c.concepts)}]
    own.sort(key=lambda chapter: chapter.slug != family)
    return [chapter.slug for chapter in [*own, *(c for c in done if c not in own)]]


def all_exercises() -> tuple[Exercise, ...]:
    """The exercises of all chapters that are done, in the book's order."""
    return tuple(found for chapter in concepts.chapters() if chapter.done for found in of_chapter(chapter.slug))


@cache
def of_chapter(slug: str) -> tuple[Exercise, ...]:
    """The exercises of one chapter, in its order."""
    return tuple(load(slug).EXERCISES)


def progress() -> Summary:
    """Chapter by chapter, how many exercises are solved and which come next."""
    done = [chapter for chapter in concepts.chapters() if chapter.done]
    return Summary({f"{chapter.number:02d} {chapter.title}": of_chapter(chapter.slug) for chapter in done})


def import_progress(path) -> Summary:
    """Merge a progress file (another machine's, or one exported from the page) and return the whole."""
    merge(parse(Path(path).read_text(encoding="utf-8")))
    return progress()
