"""The notation page explains every symbol of every formula, chapter by chapter, and gives none two meanings at once."""

import re

import pytest

from dlbook import concepts
from dlbook.site.letters import LAST, MEAN, chapters, letters


def test_letters():
    assert letters(r"\hat{y}_i = \sigma(W_\text{ih} x), \mathcal D \le \frac{TP}{m}\,\mathrm{d}t") == {
        r"\haty", "i", r"\sigma", "W", "x", r"\mathcalD", "TP", "m", "t",
    }  # fmt: skip


def test_every_row_says_in_which_chapters_it_holds():
    assert chapters("everywhere but chapters 03 and 06") == set(range(1, LAST + 1)) - {3, 6}
    assert chapters("chapters 10, 11; 03 to 05") == {3, 4, 5, 10, 11}
    assert chapters("from chapter 25") == {25, 26} and chapters("part II") == set(range(14, 20))
    for symbol in concepts.symbols():
        assert chapters(symbol.where), symbol


@pytest.mark.parametrize("chapter", concepts.chapters(), ids=lambda chapter: chapter.slug)
def test_every_letter_of_a_formula_is_explained(chapter):
    known = set().union(*(letters(s.symbol) for s in concepts.symbols() if chapter.number in chapters(s.where)))
    missing = {}
    for concept in chapter.concepts:
        for formula in (concept.formula, concept.derivative):
            found = {letter for letter in letters(formula or "") if re.sub(MEAN, "", letter) not in known}
            if new := found - known - {"e"}:
                missing[concept.id] = sorted(new)
    assert missing == {}


def symbols(latex: str) -> set[str]:
    """The symbols that a row explains, each with the words below it and without its indices."""
    parts, depth = [""], 0
    for part in re.findall(r"\\[a-zA-Z]+|\\.|.", latex):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(part, 0)
        if depth == 0 and part in ",;":
            parts.append("")
        elif part not in ("\\ ", "\\allowbreak"):
            parts[-1] += part
    bare = (re.sub(r"_(?:[a-z+-]|\{[a-z,\s+-]*\})(?![a-zA-Z])", "", part) for part in parts)
    return {re.sub(r"\s", "", part) for part in bare}


def scope(meaning: str) -> str:
    """ "of a GRU: its gates" speaks of a GRU; most rows speak of the whole chapter."""
    return re.match(r"(?:of ([^:;]*): )?", meaning)[1] or ""


def twice(rows: list[tuple[str, str]]) -> dict[str, str]:
    """The symbols that two rows of one scope explain, and what the second one says."""
    seen, found = set(), {}
    for symbol, meaning in rows:
        for name in symbols(symbol):
            if (name, scope(meaning)) in seen:
                found[name] = meaning
            seen.add((name, scope(meaning)))
    return found


@pytest.mark.parametrize("chapter", concepts.chapters(), ids=lambda chapter: chapter.slug)
def test_no_symbol_has_two_meanings_in_a_chapter(chapter):
    """What holds for a chapter alone goes before what holds for many, and the page names the chapter."""
    found = [(s.symbol, s.meaning, chapters(s.where)) for s in concepts.symbols()]
    for few in (True, False):
        here = [(s, meaning) for s, meaning, where in found if chapter.number in where and (len(where) < 4) == few]
        assert twice(here) == {}


def test_two_meanings_are_named():
    assert symbols(r"\mu_0,\ v_n;\ h_{\theta, \mathcal{D}}(x),\ x_{i,j},\ c_{FP}") == {
        r"\mu_0", "v", r"h_{\theta,\mathcal{D}}(x)", "x", "c_{FP}",
    }  # fmt: skip
    assert twice([("s", "a score"), ("t,\\ s_i", "of a draw: a share"), ("s_t", "a sum")]) == {"s": "a sum"}
