"""What notebooks show: the sources as they stand, the registry's words, the numbers of the cell."""

import inspect
import re

import pytest

from dlbook import concepts, display, exercises
from dlbook.pytorch.typed import optimizers as typed
from dlbook.scratch import optimizers


def test_show_has_a_column_for_each_room():
    html = display.show("optimizers.adam")._repr_html_()
    assert 'data-pane="optimizers.adam"' in html
    assert html.count("<pre data-code=") == 2 and "NumPy" in html and "PyTorch" in html


def test_show_quotes_the_core_and_the_typed_body():
    shown = repr(display.show("optimizers.adam"))
    assert inspect.getsource(optimizers.adam_core).rstrip() in shown
    for line in inspect.getsource(typed.optimizers_adam).splitlines()[1:]:
        assert line.strip() in shown
    assert "def optimizers_adam" not in shown  # the body is what one types


def test_show_highlights_and_keeps_every_line():
    html = display.show("optimizers.adamw")._repr_html_()
    assert (
        html.count('class="row"') == html.count("\n</span>") == repr(display.show("optimizers.adamw")).count("\n") - 2
    )
    assert '<span class="k">def</span>' in html


def test_show_names_what_it_does_not_find():
    with pytest.raises(ValueError, match=r"concept_id must name something in dlbook.scratch: got 'activations.sine'"):
        display.show("activations.sine")


@pytest.mark.parametrize("chapter", [c for c in concepts.chapters() if c.done], ids=lambda chapter: chapter.slug)
def test_card_has_a_row_for_every_concept_and_links_every_exercise(chapter):
    card = repr(display.card(chapter.slug))
    rows = [row for row in card.splitlines() if row.startswith("| [")]
    assert len(rows) == len(chapter.concepts)
    for concept, row in zip(chapter.concepts, rows, strict=True):
        assert row.startswith(f"| [{concept.name}](#{concept.id}) |") and row.count("|") == 4
    assert all(f"(#{exercise.anchor})" in card for exercise in exercises.of_chapter(chapter.slug))


ERRATA = sorted({e.concept for e in concepts.errata(kind="content") if e.concept})


@pytest.mark.parametrize("concept_id", ERRATA)
def test_an_erratum_is_one_fold_with_both_sides_as_formulas(concept_id):
    text = repr(display.erratum(concept_id))
    found = concepts.errata(concept_id, kind="content")
    assert text.startswith("<details") and text.count("<details") == text.count("</details>") == 1
    assert text.count("**The sheet prints**") == text.count("**Right**") == len(found)
    for entry in found:
        assert display.displayed(entry.typeset) in text and display.displayed(entry.right) in text and entry.why in text
    assert "Our copy" not in text, "what a reading may have broken stands on the errata page alone"
    assert not re.search(r"\$(egin|rac)|^    ", text, flags=re.M), "the verbatim text of our copy"


def test_what_only_a_reading_broke_has_no_fold():
    for concept_id in ("metrics.precision", "metrics.recall"):
        with pytest.raises(ValueError, match=f"concept_id must name a concept with an erratum: got '{concept_id}'"):
            display.erratum(concept_id)


def test_say_fills_in_what_the_cell_measured():
    assert display.say("{dead:.0%} never fire.", dead=0.431)._repr_markdown_() == "43% never fire."
    with pytest.raises(KeyError):
        display.say("{dead:.0%} never fire.")


def test_the_style_is_brought_to_jupyterlab_only(monkeypatch):
    monkeypatch.delenv("DLBOOK_STATIC", raising=False)
    assert "--dl-c0" in display.page_style()
    monkeypatch.setenv("DLBOOK_STATIC", "1")
    assert display.page_style() == ""
