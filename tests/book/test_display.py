"""What notebooks show: the sources as they stand, the registry's words, the numbers of the cell."""

import inspect

import pytest

from dlbook import concepts, display, exercises, pytorch, scratch

TWINS = [c.id for chapter in concepts.chapters() if chapter.done for c in chapter.concepts if c.kind == "twin"]


@pytest.mark.parametrize("concept_id", TWINS)
def test_show_quotes_both_rooms(concept_id):
    shown = repr(display.show(concept_id))
    for room in (scratch, pytorch):
        function = room
        for name in concept_id.split("."):
            function = getattr(function, name)
        body = inspect.getsource(function)
        for line in body.replace(f'"""{function.__doc__}"""', "").splitlines():
            assert line.strip() in shown
        assert function.__doc__.splitlines()[0] not in shown  # the formula stands in the text above


def test_show_highlights_and_keeps_every_line():
    html = display.show("activations.elu")._repr_html_()
    assert html.count('class="row"') == repr(display.show("activations.elu")).count("\n") - 2
    assert '<span class="k">def</span>' in html and "NumPy" in html and "PyTorch" in html


@pytest.mark.parametrize("concept_id", TWINS)
def test_what_both_rooms_say_alike_stands_there_once(concept_id):
    html = display.show(concept_id)._repr_html_()
    same = display.source("scratch", concept_id) == display.source("pytorch", concept_id)
    assert html.count("<pre>") == html.count("<figure") == (1 if same else 2)
    assert ("word for word the same" in html) == same
    assert html.count(f"dlbook.scratch.{concept_id}<") == html.count(f"dlbook.pytorch.{concept_id}<") == 1


def test_show_names_what_it_does_not_find():
    with pytest.raises(ValueError, match=r"concept_id must name something in dlbook.scratch: got 'activations.sine'"):
        display.show("activations.sine")


@pytest.mark.parametrize("chapter", [c for c in concepts.chapters() if c.done], ids=lambda chapter: chapter.slug)
def test_card_has_a_row_for_every_concept_and_links_every_exercise(chapter):
    card = repr(display.card(chapter.slug))
    rows = card.splitlines()[2:]
    assert len(rows) == len(chapter.concepts)
    for concept, row in zip(chapter.concepts, rows, strict=True):
        assert row.startswith(f"| [{concept.name}](#{concept.id}) |") and row.count("|") == 4
    assert all(f"(#{exercise.anchor})" in card for exercise in exercises.of_chapter(chapter.slug))


def test_erratum_quotes_the_sheet_and_never_blames_a_reading(monkeypatch):
    content, reading = repr(display.erratum("metrics.specificity")), repr(display.erratum("metrics.precision"))
    assert "The sheet prints" in content and r"\frac{TP}{TN + FP}" in content
    assert "The sheet prints" not in reading and "Our copy of the sheet reads" in reading
    with pytest.raises(ValueError, match="concept_id must name a concept with an erratum: got 'metrics.recall'"):
        display.erratum("metrics.recall")
    monkeypatch.setenv("DLBOOK_STATIC", "1")
    assert repr(display.erratum("metrics.specificity")).startswith(":::{admonition} Erratum")


def test_say_fills_in_what_the_cell_measured():
    assert display.say("{dead:.0%} never fire.", dead=0.431)._repr_markdown_() == "43% never fire."
    with pytest.raises(KeyError):
        display.say("{dead:.0%} never fire.")


def test_the_style_is_brought_to_jupyterlab_only(monkeypatch):
    monkeypatch.delenv("DLBOOK_STATIC", raising=False)
    assert "--dl-c0" in display.page_style()
    monkeypatch.setenv("DLBOOK_STATIC", "1")
    assert display.page_style() == ""
