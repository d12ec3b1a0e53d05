"""The built book's search: a concept's own section first, also with a wrong letter and under its other names."""

import gzip
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from dlbook import concepts
from dlbook.site.search_index import names_of, page_of, pages

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from serve import HTML  # noqa: E402

INDEX = HTML / "_static" / "searchindex.js"
RANKING = ROOT / "tests" / "node" / "ranking.mjs"
# What a reader may call it, and the section that must come first.
CALLED = {
    "imbalanced": "chapters/12_imbalance.html#unbalanced-data-sets",
    "class imbalance": "chapters/12_imbalance.html#unbalanced-data-sets",
    "cross-entropy loss": "losses.cross_entropy",
    "crossentropy": "losses.cross_entropy",
    "log loss": "losses.cross_entropy",
    "crossentrpy": "losses.cross_entropy",
    "ROC": "metrics.roc_curve",
    "AUC": "metrics.auc",
    "ROC/AUC": "metrics.roc_auc_score",
    "vanishing gradient": "chapters/09_vanishing_gradients.html#vanishing-and-exploding-gradients",
    "LSTM": "chapters/21_lstm.html#lstm",
    "long short term memory": "chapters/21_lstm.html#lstm",
    "seq2seq": "chapters/25_attention.html#attention",
    "batchnorm": "layers.batch_norm",
    "word2vec": "chapters/22_embedding.html#word-embedding",
    "self attention": "attention.self_attention",
    "CNN": "chapters/14_convolution.html#convolutional-networks",
    "convnet": "chapters/14_convolution.html#convolutional-networks",
    "L2": "regularizers.l2",
    "weight decay": "regularizers.l2",
    "MSE": "losses.mse",
    "SGD": "gradient_descent.sgd",
    "RoPE": "attention.rotary",
    "kaiming": "initializers.he",
    "metrics.f1_score": "metrics.f1_score",
}


def ask(queries: list[str]) -> list[dict]:
    """What the search says to each of many questions, its index read once."""
    done = subprocess.run(["node", RANKING, INDEX], input=json.dumps(queries), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cache
def entries() -> list[dict]:
    return json.loads(re.sub(r"^window\.dlbookSearch=|;\n$", "", INDEX.read_text(encoding="utf-8")))["entries"]


def place(concept: concepts.Concept) -> str:
    return f"{page_of(concept)}#{concept.id}"


def rank(groups: list[list[str]], wanted: str) -> int:
    return next((i for i, group in enumerate(groups) if wanted in group), len(groups))


def wrong(name: str) -> set[str]:
    """A name with one letter left out, doubled, or swapped with the next."""
    places = [i for i, letter in enumerate(name) if letter.isalnum()]
    twice = {name[:i] + name[i] + name[i:] for i in places}
    without = {name[:i] + name[i + 1 :] for i in places}
    swapped = {name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in places if i + 1 in places}
    return twice | without | swapped - {name}


def test_a_concept_has_its_own_section_first():
    names = [(name, concept) for concept in concepts.concepts() for name in (concept.name, concept.id)]
    namesakes = [concept.name for concept in concepts.concepts()]
    found = [answer["groups"] for answer in ask([name for name, _ in names])]
    late = [
        name
        for (name, concept), groups in zip(names, found, strict=True)
        if rank(groups, place(concept)) >= max(1, namesakes.count(name))
        or (namesakes.count(name) < 2 and groups[0][0] != place(concept))
    ]
    assert len(names) > 300 and late == []


def test_a_wrong_letter_is_forgiven():
    tries = [(c, text) for c in concepts.concepts() for text in sorted(wrong(names_of(c)[0]))]
    found = [answer["groups"] for answer in ask([text for _, text in tries])]
    late = [text for (c, text), groups in zip(tries, found, strict=True) if rank(groups, place(c)) > 2]
    assert len(tries) > 5_000 and late == []


def test_other_names_are_known():
    where = {concept.id: place(concept) for concept in concepts.concepts()}
    first = {answer["query"]: answer["groups"][0][0] for answer in ask(list(CALLED))}
    assert first == {query: where.get(wanted, wanted) for query, wanted in CALLED.items()}


def test_it_says_what_it_shows_instead():
    said = {answer["query"]: answer["said"] for answer in ask(["crossentrpy", "fp16", "learning rate", "qwxzyq"])}
    assert said["crossentrpy"].startswith("Nothing for “crossentrpy”; shown: Cross-entropy (")
    assert said["fp16"].startswith("Nothing for “fp16”; shown: float32 (")
    assert re.fullmatch(r"\d\d sections for “learning rate”\.", said["learning rate"])
    assert said["qwxzyq"] == "Nothing for “qwxzyq”, and nothing that is spelled like it."


def test_every_page_is_in_it_and_what_is_folded_is_not():
    assert {entry["page"] for entry in entries()} == set(pages(HTML))
    concept_places = {f"{e['page']}#{e['at']}" for e in entries() if e["kind"] == "concept"}
    assert concept_places == {place(concept) for concept in concepts.concepts()}
    texts = "\n".join(entry["text"] for entry in entries())
    for gone in ("How it was measured", "Hint 1 of", "Link to this heading", "\\frac", "\\mathrm"):
        assert gone not in texts, gone


@pytest.mark.parametrize("page", ["chapters/01_metrics.html", "chapters/26_transformer.html"])
def test_every_place_is_there(page):
    html = (HTML / page).read_text(encoding="utf-8")
    assert [e["at"] for e in entries() if e["page"] == page and f'id="{e["at"]}"' not in html] == []


def test_it_is_light():
    assert len(gzip.compress(INDEX.read_bytes())) < 600_000
