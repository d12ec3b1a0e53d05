"""Symbols, terms and citations of the text lead to what the registry and the bibliography say of them."""

import json
import re
from pathlib import Path

import pytest

from dlbook import concepts
from dlbook.site import citations, letters, terms

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
# What a text itself says of a letter right beside the formula: it has no row of its own in the notation.
TOLD_BESIDE = {
    "activations": "S", "gradient_descent": r"\Delta \varphi s u", "gradient_descent_variants": r"S \mathcalB",
    "bias_variance": r"\lambda", "theory": "u", "backpropagation": r"\delta d n s",
    "vanishing_gradients": r"\delta d v", "optimizers": r"\varphi", "regularization": r"\mathbbE d g v [", "bayes": "B",
    "convolution": r"\delta r", "visualization": r"\Delta v", "augmentation": r"\alpha g r",
    "functional_models": r"\lambda g q", "transfer": r"B S \varphi q v", "recurrent": "u", "embedding": "N [",
    "attention": r"\mathbbE", "transformer": "[",
}  # fmt: skip


def markdown(chapter) -> list[str]:
    cells = json.loads((CHAPTERS / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def unexplained(latex: str, chapter) -> set[str]:
    """The letters of a formula that no row of the notation explains in a chapter."""
    found = {letter for letter, scripts in letters.atoms(latex)}
    return {letter for letter in found if not letters.explained(letter, "", chapter.number)[0]} - {"e"}


@pytest.mark.parametrize("chapter", concepts.chapters(), ids=lambda chapter: chapter.slug)
def test_every_symbol_of_a_formula_gets_its_rows(chapter):
    told = set(TOLD_BESIDE.get(chapter.slug, "").split())
    for concept in chapter.concepts:
        for latex in filter(None, (concept.formula, concept.derivative)):
            assert unexplained(latex, chapter) <= told, concept.id
            rows = [concepts.symbols()[place] for place in letters.rows(latex, chapter.number)]
            assert all(chapter.number in letters.chapters(row.where) for row in rows)
    displayed = [latex for text in markdown(chapter) for latex in re.findall(r"(?s)\$\$(.+?)\$\$", text)]
    assert displayed
    assert set().union(*(unexplained(latex, chapter) for latex in displayed)) == told


def test_rows_are_those_of_the_chapter_and_of_what_stands_below_a_letter():
    def symbols(latex: str, chapter: int) -> list[str]:
        return [concepts.symbols()[place].symbol for place in letters.rows(latex, chapter)]

    assert symbols(r"\theta_{t+1} = \theta_t - \eta\,g_t", 10) == [r"\theta", "t", r"\eta", "g_t"]
    assert symbols(r"\lVert g_k \rVert", 5) == [r"\lVert v \rVert", r"\mathcal{S}_k,\ m_k,\ g_k"]
    assert symbols(r"F_\beta", 1) == [r"F_1,\ F_\beta"]
    assert symbols(r"\hat m_t", 10) == [r"m_t,\ v_t"]
    assert symbols(r"\mathrm{accuracy}", 1) == []
    assert letters.rows("M", 1) != letters.rows("M", 17)


@pytest.mark.parametrize("chapter", concepts.chapters(), ids=lambda chapter: chapter.slug)
def test_every_concept_is_a_term_of_its_chapter(chapter):
    found = terms.terms(chapter)
    assert list(found) == sorted(found, key=len, reverse=True) or len(found) > 100
    for concept in chapter.concepts:
        for name in terms.names(concept):
            own = next(address for pattern, address in found.items() if re.fullmatch(pattern, name))
            page, _, id = own.partition("#")
            assert page == f"{chapter.notebook}.html"
            assert id == concept.id or name in terms.names(concepts.concept(id)), "two of a chapter share a name"


def test_names():
    assert terms.names(concepts.concept("metrics.recall")) == ["Recall", "sensitivity", "TPR"]
    assert terms.names(concepts.concept("generation.top_p")) == ["Top-p sampling", "nucleus sampling"]
    assert terms.names(concepts.concept("bayes.discrete")) == ["Bayes' rule"]
    assert re.fullmatch(terms.pattern("Gradient check"), "gradient\nchecks")
    assert not re.fullmatch(terms.pattern("ReLU"), "relu")


def test_who_uses_a_concept():
    assert 12 in terms.used(concepts.concept("metrics.confusion_matrix"))  # called
    assert 26 in terms.used(concepts.concept("generation.perplexity"))  # named
    assert terms.used(concepts.concept("augmentation.gaussian_noise")) == ()  # a word of every day
    for concept in concepts.concepts():
        assert concepts.chapter(concept.chapter).number not in terms.used(concept)


@pytest.mark.parametrize("chapter", concepts.chapters(), ids=lambda chapter: chapter.slug)
def test_every_citation_means_one_entry(chapter):
    for text in markdown(chapter):
        for link in re.finditer(r"\[([^\]]+)\]\(\S*bibliography\.md\)", text):
            key = citations.key(link[1], text[: link.start()].rpartition("\n\n")[2])
            assert key in citations.entries() or link[1] == "the bibliography"
            assert key is None or re.sub(r"\D", "", link[1]) in citations.entries()[key]["year"]


def test_a_citation_is_read():
    assert citations.key("Kingma and Ba 2015") == "kingma2015"
    assert citations.key("LeCun, Bottou, Bengio and Haffner (1998)") == "lecun1998gradient"
    assert citations.key("van den Goorbergh and others 2022") == "vandengoorbergh2022"
    assert citations.key("1997", "Hochreiter and Schmidhuber built this cell in ") == "hochreiter1997"
    assert citations.key("the bibliography") is None
    for nobody in ("Nobody 1999", "Kingma and Nobody 2015", "SqueezedNet"):
        with pytest.raises(ValueError, match="must mean one entry"):
            citations.key(nobody)
