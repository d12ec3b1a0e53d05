"""Numbers and choices are judged in the page without Python: every typed answer gets CPython's verdict and words."""

import json
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from typed_answers import assert_same_words, choices, in_a_cell, numbers

from dlbook import concepts, exercises
from dlbook.live import live

ROOT = Path(__file__).resolve().parents[2]
TYPED = {"predict": numbers, "choose": choices}
DONE = [chapter for chapter in concepts.chapters() if chapter.done]


@pytest.fixture
def desk(monkeypatch, tmp_path):
    """What CPython answers to a cell of the page."""
    monkeypatch.setenv("DLBOOK_STATIC", "1")
    monkeypatch.setenv("DLBOOK_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setattr(live, "namespace", {"__name__": "__main__"})
    live.execute("setup", "import numpy as np\nfrom dlbook.exercises import check\nNone")
    return lambda source: live.execute("cell", source)._repr_html_()


def words(html: str) -> tuple[str, str]:
    """Verdict and text of a result, hints left aside."""
    result = BeautifulSoup(html, "html.parser").select_one(".dlbook-check")
    return result["data-verdict"], " ".join(result.p.get_text().replace("’", "'").split())


@pytest.mark.parametrize("chapter", DONE, ids=lambda chapter: chapter.slug)
def test_the_page_judges_as_cpython_does(desk, chapter):
    asked = [(e, text) for e in exercises.of_chapter(chapter.slug) if e.kind in TYPED for text in TYPED[e.kind](e)]
    question = json.dumps([{"id": e.id, "data": e.data(), "text": text} for e, text in asked])
    command = ["node", str(ROOT / "tests" / "node" / "answers.mjs")]
    run = subprocess.run(command, input=question, capture_output=True, text=True, check=True, encoding="utf-8")
    verdicts = {}
    for (e, text), html in zip(asked, json.loads(run.stdout), strict=True):
        theirs = words(desk(in_a_cell(e, f'answer = ...\ncheck("{e.id}", answer)', text)))
        ours = words(html)
        assert ours[0] == theirs[0], (e.id, text)
        assert_same_words(ours[1], theirs[1], (e.id, text))
        verdicts.setdefault(e.id, []).append(ours[0])
    for found in verdicts.values():
        assert found[0] == "not yet tried" and found[-1] == "right" and "wrong" in found
