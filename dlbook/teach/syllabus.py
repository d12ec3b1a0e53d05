"""Fourteen weeks of a course, computed from the registry: whole chapters in the book's order, weeks of like length."""

from dataclasses import dataclass
from functools import cached_property

from dlbook import concepts, exercises
from dlbook.concepts import Chapter
from dlbook.practise.exercise import LEVELS, Exercise

WEEKS = 14
BAND = (150, 330)  # minutes: no week has less or more


@dataclass(frozen=True)
class Week:
    """What is read and done in one week."""

    number: int
    chapters: tuple[Chapter, ...]

    @property
    def minutes(self) -> int:
        return sum(chapter.minutes for chapter in self.chapters)

    @property
    def reading(self) -> int:
        return self.minutes - sum(e.minutes for c in self.chapters for e in exercises.of_chapter(c.slug))

    @cached_property
    def suggested(self) -> dict[str, list[Exercise]]:
        """Of each level the exercises that a course would begin with."""
        found = [e for chapter in self.chapters for e in suggested(chapter)]
        return {level: [e for e in found if e.level == level] for level in LEVELS}


def weeks(count: int = WEEKS) -> list[Week]:
    """The chapters in the book's order, in which each comes after those that it needs, cut into `count` weeks.

    Of all ways to cut it is the one with the least sum of squared minutes: no week much longer than another.
    """
    chapters = [chapter for chapter in concepts.chapters() if chapter.done]
    best = {0: (0, [])}  # chapters dealt out: the sum so far, and where the weeks end
    for _ in range(count):
        best = {
            end: min(
                (cost + sum(c.minutes for c in chapters[start:end]) ** 2, [*ends, end])
                for start, (cost, ends) in best.items()
                if start < end
            )
            for end in range(1, len(chapters) + 1)
            if min(best) < end
        }
    ends = best[len(chapters)][1]
    starts = [0, *ends]
    return [Week(i + 1, tuple(chapters[a:b])) for i, (a, b) in enumerate(zip(starts, ends, strict=False))]


def suggested(chapter: Chapter) -> list[Exercise]:
    """Few exercises that practise every concept of the chapter, and one of each level, in the chapter's order."""
    every = exercises.of_chapter(chapter.slug)
    open_concepts, chosen = {concept.id for concept in chapter.concepts}, []
    while open_concepts:
        most = max(every, key=lambda e: len(open_concepts & set(e.concepts)))
        chosen.append(most)
        open_concepts -= set(most.concepts)
    for level in LEVELS:
        if not any(e.level == level for e in chosen):
            chosen += [e for e in every if e.level == level][:1]
    return [e for e in every if e in chosen]
