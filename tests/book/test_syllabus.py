"""The fourteen weeks: every chapter once, after those that it needs, in weeks of like length."""

import itertools

import pytest

from dlbook import concepts, exercises
from dlbook.practise.exercise import LEVELS
from dlbook.teach import syllabus

CHAPTERS = [chapter for chapter in concepts.chapters() if chapter.done]
WEEKS = syllabus.weeks()


def test_every_chapter_comes_once_and_after_those_that_it_needs():
    order = [chapter.slug for week in WEEKS for chapter in week.chapters]
    assert sorted(order) == sorted(chapter.slug for chapter in CHAPTERS)
    for chapter in CHAPTERS:
        assert all(order.index(slug) < order.index(chapter.slug) for slug in chapter.prerequisites), chapter.slug


def test_the_weeks_lie_in_the_stated_band():
    low, high = syllabus.BAND
    assert [week.number for week in WEEKS] == list(range(1, 15))
    assert all(low <= week.minutes <= high for week in WEEKS)
    assert sum(week.minutes for week in WEEKS) == sum(chapter.minutes for chapter in CHAPTERS)
    assert all(0 < week.reading < week.minutes for week in WEEKS)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_no_other_cut_is_more_even(count):
    minutes = [chapter.minutes for chapter in CHAPTERS]
    cuts = itertools.combinations(range(1, len(minutes)), count - 1)
    sums = [
        [sum(minutes[a:b]) for a, b in zip((0, *cut), (*cut, len(minutes)), strict=True)] for cut in cuts
    ]  # every way there is
    found = [week.minutes for week in syllabus.weeks(count)]
    assert sum(m * m for m in found) == min(sum(m * m for m in way) for way in sums)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.slug)
def test_the_suggested_exercises_practise_every_concept_and_have_every_level(chapter):
    found, every = syllabus.suggested(chapter), exercises.of_chapter(chapter.slug)
    assert {c.id for c in chapter.concepts} <= {id for e in found for id in e.concepts}
    assert {e.level for e in found} == {e.level for e in every} == set(LEVELS)
    assert len(found) == len(set(found)) <= len(every)
