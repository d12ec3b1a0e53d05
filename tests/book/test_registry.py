"""The registry: it reads, it refuses contradictions in words, and the book holds what it promises."""

import json
import re
from dataclasses import replace

import completeness
import pytest

import dlbook
from dlbook import concepts
from dlbook.concepts import RegistryError, parse

# Chapter, the number of its concepts, the number of its errata: nothing gets lost unnoticed.
COUNTS = {
    "metrics": (19, 4),
    "activations": (8, 2),
    "preprocessing": (3, 5),
    "gradient_descent": (4, 6),
    "gradient_descent_variants": (3, 2),
    "bias_variance": (1, 2),
    "theory": (3, 0),
    "backpropagation": (4, 5),
    "vanishing_gradients": (5, 0),
    "optimizers": (12, 0),
    "regularization": (4, 0),
    "imbalance": (6, 0),
    "bayes": (4, 0),
    "convolution": (3, 0),
    "deep_cnns": (5, 0),
    "visualization": (7, 0),
    "augmentation": (13, 0),
    "functional_models": (2, 0),
    "transfer": (4, 0),
    "recurrent": (2, 0),
    "lstm": (3, 0),
    "embedding": (9, 0),
    "sentiment": (11, 0),
    "generation": (11, 0),
    "attention": (4, 0),
    "transformer": (12, 0),
}

CHAPTER = """
[[chapter]]
number = 1
slug = "first"
title = "First"
part = "Part"
notebook = "01_first"
status = "done"
question = "Why?"
minutes = 10

[[chapter.concept]]
id = "first.thing"
name = "Thing"
formula = "x"
statement = "It is one."
"""


def test_no_chapter_concept_or_erratum_is_lost():
    assert {c.slug: (len(c.concepts), len(c.errata)) for c in concepts.chapters()} == COUNTS
    assert len(concepts.chapters()) == 26 and len(concepts.concepts()) == 162 and len(concepts.errata()) == 26


def test_a_concept_of_a_finished_chapter_has_formula_and_derivative_where_it_owes_them():
    for chapter in concepts.chapters():
        for concept in chapter.concepts if chapter.done else ():
            assert concept.formula and concept.statement.endswith((".", "?")), concept.id
    assert all(c.derivative for c in concepts.concepts() if c.id.startswith(("activations.", "losses.")))


def test_what_has_no_twin_says_why():
    without = {c.id for c in concepts.concepts() if c.kind != "twin"}
    framework = {"parallel.data_parallel", "callbacks.early_stopping", "keras", "transfer"}
    framework |= {"transfer.feature_extraction", "transfer.fine_tuning", "sentiment.classifier"}
    assert without == framework | {"theory.universal_approximation", "theory.curse_of_dimensionality"}


def test_reading_slips_are_never_called_the_authors_error():
    """What may come from reading the PDF is worded as such: lost, garbled, displaced, never wrong."""
    for erratum in concepts.errata():
        if erratum.kind == "reading":
            assert not any(word in erratum.why.lower() for word in ("author", "mistake", "error", "does not say")), (
                erratum
            )


TORN = re.compile(r"(?<!b)egin\{|(?<!f)rac\{")  # LaTeX that lost its backslashes


def signs(text: str) -> str:
    """What stands on paper, without what only sets it."""
    return re.sub(r"\\(mathit|text)|^- |\*\*|[\s${}]", "", text.replace(r"\theta", "θ"))


def test_the_typeset_form_has_every_sign_of_what_is_printed():
    errata = [erratum for erratum in concepts.errata() if erratum.typeset]
    whole = [erratum for erratum in errata if not TORN.search(erratum.prints)]
    assert len(errata) - len(whole) == 1, "a torn one is put together by hand"
    for erratum in whole:
        assert signs(erratum.typeset) == signs(erratum.prints)
    assert not any(TORN.search(erratum.typeset) for erratum in errata)


def test_one_symbol_has_one_meaning_in_one_place():
    entries = [(s.symbol, s.where) for s in concepts.symbols()]
    assert len(entries) == len(set(entries))
    learning_rate = next(s for s in concepts.symbols() if s.meaning == "learning rate")
    assert (learning_rate.symbol, learning_rate.sheet) == (r"\eta", r"\alpha")


def test_looking_up():
    assert (
        concepts.concept("metrics.recall").family == "metrics" and concepts.concept("gradcheck").family == "gradcheck"
    )
    assert concepts.chapter("gradient_descent").notebook == "04_gradient_descent"
    assert [e.kind for e in concepts.errata("metrics.specificity")] == ["content"]
    assert dlbook.concepts is concepts and concepts.registry() is concepts.registry()
    with pytest.raises(KeyError, match="no concept 'metrics.recal'; there are metrics.confusion_matrix, "):
        concepts.concept("metrics.recal")
    with pytest.raises(KeyError, match="no chapter 'metric'; there are metrics, activations"):
        concepts.chapter("metric")


SECOND = CHAPTER.replace("first", "second").replace("number = 1", "number = 2").replace("01_", "02_")
ERRATUM = '\n[[chapter.erratum]]\nkind = "content"\nprints = "a"\nright = "b"\nwhy = "c"\ntypeset = "d"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CHAPTER.replace('question = "Why?"', ""), "chapter first needs 'question'"),
        (CHAPTER.replace('"Why?"', '""'), "chapter first: 'question' must not be empty"),
        (CHAPTER.replace("minutes = 10", 'minutes = "10"'), "chapter first: 'minutes' must be int, got '10'"),
        (CHAPTER.replace("minutes = 10", ""), "chapter first is done and needs its minutes"),
        (CHAPTER.replace('"done"', '"almost"'), "status 'almost' is not one of"),
        (CHAPTER.replace("01_first", "1_first"), "its notebook is '1_first', must be '01_first'"),
        (CHAPTER.replace("number = 1", "number = 3"), "chapter first has number 3, its place is 1"),
        (CHAPTER + 'colour = "red"', "concept first.thing has an unknown key 'colour'"),
        (CHAPTER + 'kind = "theorem"', "concept first.thing: kind 'theorem' is not one of"),
        (
            CHAPTER + 'kind = "experiment"',
            "first.thing has the kind experiment: a reason is for what has no twin",
        ),
        (CHAPTER + 'reason = "none"', "concept first.thing has the kind twin: a reason is for what has no twin"),
        (CHAPTER.replace("first.thing", "First.Thing"), "'First.Thing' is no id"),
        (CHAPTER + CHAPTER.replace("number = 1", "number = 2"), "chapter first stands in the registry 2 times"),
        (CHAPTER + SECOND.replace("second.thing", "first.thing"), "concept first.thing stands in the registry 2 times"),
        (
            CHAPTER.replace("minutes", 'prerequisites = ["later"]\nminutes'),
            "its prerequisite 'later' is no earlier chapter",
        ),
        (CHAPTER + ERRATUM.replace("content", "typo"), "erratum kind 'typo' is not in"),
        (CHAPTER + ERRATUM + 'concept = "first.other"', "an erratum names 'first.other'"),
        (CHAPTER + ERRATUM.replace('typeset = "d"', ""), "an erratum of content needs 'typeset'"),
    ],
)
def test_a_registry_that_contradicts_itself_is_refused(text, message):
    with pytest.raises(RegistryError) as caught:
        parse(text)
    assert message in str(caught.value)


def test_the_smallest_registry_is_accepted():
    (chapter,) = parse(CHAPTER + ERRATUM + 'concept = "first.thing"').chapters
    assert chapter.concepts[0].chapter == "first" and chapter.errata[0].concept == "first.thing"


# ── Completeness ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_missing():
    gaps = completeness.missing()
    assert not gaps, "\n" + "\n".join(gaps)


def test_the_check_sees_a_concept_that_nobody_wrote():
    chapter = concepts.chapter("activations")
    nobody = replace(chapter.concepts[0], id="activations.nobody", formula="")
    gaps = completeness.missing((replace(chapter, concepts=(nobody,)),))
    assert set(gaps) >= {
        "activations.nobody has no NumPy twin",
        "activations.nobody has no PyTorch twin",
        "activations.nobody has no test case in tests/concepts",
        "activations.nobody has no anchor (activations.nobody)= in chapters/02_activations.ipynb",
        "activations.nobody is named by no exercise",
        "activations.nobody has no formula in the registry",
    }


def test_the_check_sees_a_chapter_that_nobody_wrote():
    chapter = replace(concepts.chapter("theory"), slug="nowhere", notebook="07_nowhere", status="done", concepts=())
    assert completeness.missing((chapter,)) == [
        "nowhere has no notebook: chapters/07_nowhere.ipynb",
        "nowhere has no typed code: dlbook/pytorch/typed/nowhere.py",
        "nowhere has no examples of its panes: tests/panes/test_nowhere.py",
        "nowhere has no tests of what it measures: tests/experiments/test_nowhere.py",
        "nowhere has no oracle of its explorer: tests/oracles/nowhere.py",
        "nowhere has no line chapters/07_nowhere in _toc.yml",
        "nowhere has no module dlbook.explorers.nowhere",
        "nowhere has no module dlbook.exercises.nowhere",
        "nowhere has no module dlbook.experiments.nowhere",
        "nowhere has no module dlbook.figures.nowhere",
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "sentence"),
    [
        (lambda z: z, lambda z, dim: z, "f.g has two signatures: (z) in NumPy, (z, dim) in PyTorch"),
        (lambda z: z, AttributeError, "f.g has no PyTorch twin"),
        (AttributeError, lambda z: z, "f.g has no NumPy twin"),
        (1.0, lambda z: z, "f.g is no function in dlbook.scratch"),
    ],
)
def test_the_check_sees_twins_that_differ(monkeypatch, ours, theirs, sentence):
    def resolve(room, concept_id):
        found = ours if room == "scratch" else theirs
        if found is AttributeError:
            raise AttributeError(concept_id)
        return found

    monkeypatch.setattr(completeness, "resolve", resolve)
    assert list(completeness.twin_gaps("f.g")) == [sentence]


def test_an_anchor_counts_only_on_a_line_of_its_own_in_the_text(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["(a.b)=\n", "## B\n", "see (c.d)= here\n"]},
        {"cell_type": "code", "source": ["(e.f)=\n"]},
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells}))
    assert completeness.anchors_of(tmp_path / "n.ipynb") == {"a.b"}
