"""The Sphinx extension without a whole build: anchors, descriptions, and when notebooks must run again."""

import os
import re
from pathlib import Path

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document
from jupyter_cache import get_cache
from sphinx.application import Sphinx

from dlbook.site import execution, slim
from dlbook.site.anchors import DottedIds
from dlbook.site.glue import Glued

FIRST = """
# First

(metrics.f1_score)=
## F1

Text, [itself](#metrics.f1_score), [by slug](#f1), [the equation](#metrics.equation), [the words](#metrics.of_a_text).

(metrics.equation)=
$$ a = b $$

(metrics.of_a_text)=
A paragraph that is a target.

(plain-label)=
## Plain

```{toctree}
second
```
"""
SECOND = """
# Second

{ref}`metrics.f1_score`, [](#metrics.f1_score), [by page](first.md#metrics.f1_score), {ref}`words <metrics.of_a_text>`,
{ref}`plain-label`.
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two pages, built strictly, with the transform."""
    source = tmp_path_factory.mktemp("source")
    (source / "first.md").write_text(FIRST, encoding="utf-8")
    (source / "second.md").write_text(SECOND, encoding="utf-8")
    settings = {
        "extensions": ["myst_parser"],
        "root_doc": "first",
        "myst_enable_extensions": ["dollarmath"],
        "myst_heading_anchors": 3,
    }
    out = source / "out"
    app = Sphinx(source, None, out, source / "doctrees", "html", settings, status=None, warningiserror=True)
    app.add_transform(DottedIds)
    app.build()
    assert app.statuscode == 0
    return out


def test_the_name_of_a_target_is_its_id(built):
    first = (built / "first.html").read_text(encoding="utf-8")
    for id in ("metrics.f1_score", "metrics.equation", "metrics.of_a_text"):
        assert len(re.findall(rf'\bid="{re.escape(id)}"', first)) == 1
        assert f'href="#{id}"' in first
    assert '<section id="metrics.f1_score">' in first, "contents and permalinks use the concept's id"
    assert 'id="plain-label"' in first, "other names are left alone"
    assert "metrics-f1-score" not in first


def test_references_follow_the_id(built):
    second = (built / "second.html").read_text(encoding="utf-8")
    assert second.count('href="first.html#metrics.f1_score"') == 3
    assert 'href="first.html#metrics.of_a_text"' in second


def a_book(root):
    """The files that decide whether notebooks must run again."""
    rendered = ("dlbook/explore/c.css", "dlbook/explore/d.js")
    for name in (
        "constraints.txt",
        "dlbook/a.py",
        "dlbook/data/b.npz",
        "dlbook/site/e.py",
        "dlbook/cli/f.py",
        *rendered,
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("1", encoding="utf-8")
    return root


@pytest.mark.parametrize("name", ["constraints.txt", "dlbook/a.py", "dlbook/data/b.npz", "dlbook/data/new.toml"])
def test_outputs_are_stale_after_a_change_of(name, tmp_path):
    before = execution.digest(a_book(tmp_path))
    (tmp_path / name).write_text("2", encoding="utf-8")
    assert execution.digest(tmp_path) != before


@pytest.mark.parametrize(
    "name", ["dlbook/explore/c.css", "dlbook/explore/d.js", "dlbook/site/e.py", "dlbook/cli/f.py", "README.md"]
)
def test_outputs_are_fresh_after_a_change_of(name, tmp_path):
    before = execution.digest(a_book(tmp_path))
    (tmp_path / name).write_text("2", encoding="utf-8")
    assert execution.digest(tmp_path) == before


@pytest.mark.parametrize(("name", "stale"), [("dlbook/explore/d.js", 1), ("dlbook/site/e.py", 1), ("README.md", 0)])
def test_pages_are_made_again_after_a_change_of(name, stale, tmp_path):
    before = execution.digest(a_book(tmp_path), rendering=True)
    (tmp_path / name).write_text("2", encoding="utf-8")
    assert (execution.digest(tmp_path, rendering=True) != before) == stale


def test_old_caches_are_removed(tmp_path):
    states = a_book(tmp_path) / ".cache" / "notebooks"
    for age in range(1, 6):
        (states / f"old{age}").mkdir(parents=True)
        os.utime(states / f"old{age}", (1e9 - age, 1e9 - age))
    now = execution.cache_path(tmp_path)
    assert {path.name for path in states.iterdir()} == {now.name, "old1", "old2"}


def test_notebooks_run_ahead_of_the_build_and_what_fails_is_left_to_it(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    a_book(tmp_path)
    sources = {
        "whole": "1 + 1",
        "broken": "1 / 0",
        "warns": "import warnings\nwarnings.warn('old', DeprecationWarning)",
    }
    for name, source in sources.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    execution.run_ahead(tmp_path, sorted(tmp_path.glob("*.ipynb")))
    cache = get_cache(str(execution.cache_path(tmp_path)))
    assert [Path(record.uri).stem for record in cache.list_cache_records()] == ["whole"]
    notebook = nbformat.read(tmp_path / "whole.ipynb", as_version=4)
    assert execution.kept(cache, notebook)
    assert cache.merge_match_into_notebook(notebook)[1].cells[0].outputs[0].data["text/plain"] == "2"


def test_description_is_the_first_paragraph_cut_between_words():
    short, long = "A short one.", "word, " * 60
    for text in (short, long):
        document = nodes.section("", nodes.title("", "T"), nodes.paragraph("", text), nodes.paragraph("", "second"))
        found = slim.description(document, "fallback")
        assert len(found) <= slim.DESCRIPTION + 2
        assert found == short or (found.startswith("word, word") and found.endswith("word …"))
    assert slim.description(None, "fallback") == "fallback"


def test_a_formula_is_left_without_its_tex():
    formula = '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>η</mi></mrow>'
    formula += '<annotation encoding="application/x-tex">\\eta\n</annotation></semantics></math>'
    assert slim.light_formulas(f"<p>{formula}</p>") == "<p><math><mrow><mi>η</mi></mrow></math></p>"


@pytest.mark.parametrize(
    ("latex", "after", "kept"),
    [("x", ". More", "x."), ("k", "-means", "k-"), ("x", "), so", "x),"), ("x", " more", ""), ("x" * 30, ".", "")],
)
def test_marks_stay_with_a_short_formula_before_them(latex, after, kept):
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.Text("Let "), nodes.math(latex, latex), nodes.Text(after))
    Glued(document).apply()
    assert [glued.astext() for glued in document.findall(nodes.inline)] == ([kept] if kept else [])
    assert document.astext() == f"Let {latex}{after}"
