"""Notebooks behave like text: no outputs, named cells, prose and short calls."""

import ast
import json
import re
from pathlib import Path

import pytest

from dlbook import concepts, exercises

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "chapters").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source(cell) -> str:
    return "".join(cell["source"])


def tags(cell) -> list[str]:
    return cell["metadata"].get("tags", [])


def test_every_finished_chapter_is_there_and_in_the_contents():
    contents = (ROOT / "_toc.yml").read_text()
    done = [chapter.notebook for chapter in concepts.chapters() if chapter.done]
    assert done == [path.stem for path in NOTEBOOKS]
    assert [name for name in done if f"chapters/{name}" not in contents] == []


def test_committed_without_outputs_or_noise(notebook):
    for cell in code_cells(notebook):
        assert cell["outputs"] == [] and cell["execution_count"] is None, cell["id"]
    assert notebook["metadata"].keys() <= {"kernelspec", "language_info"}
    for cell in notebook["cells"]:
        assert cell["metadata"].keys() <= {"tags", "jupyter"}, cell["id"]


def test_cells_have_names(notebook):
    names = [cell["id"] for cell in notebook["cells"]]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)] == []
    assert [name for name in names if re.fullmatch(r"[0-9a-f]{8}", name)] == []  # what an editor makes up


def test_what_the_page_hides_is_folded_in_jupyterlab_too(notebook):
    for cell in code_cells(notebook):
        if "remove-input" in cell["metadata"].get("tags", []):
            assert cell["metadata"].get("jupyter", {}).get("source_hidden"), f"{cell['id']}: its code would be shown"


def test_code_cells_are_short_calls(notebook):
    for cell in code_cells(notebook):
        assert len(source(cell).splitlines()) <= 12, f"{cell['id']}: does that code belong in dlbook?"
        if "exercise" not in tags(cell):
            names = [
                n.name for n in ast.walk(ast.parse(source(cell))) if isinstance(n, (ast.FunctionDef, ast.ClassDef))
            ]
            assert names == [], f"{cell['id']} defines {names}: helper code belongs in dlbook"


def test_torch_cells_say_so(notebook):
    made = set()  # by cells before that use torch
    for cell in code_cells(notebook):
        uses_torch = bool(re.search(r"\b(torch|pytorch)\b", source(cell)))
        names = [node for node in ast.walk(ast.parse(source(cell))) if isinstance(node, ast.Name)]
        may = uses_torch or any(name.id in made for name in names)
        assert uses_torch <= ("torch" in tags(cell)) <= may, f"{cell['id']}: tag the cells that use torch with `torch`"
        if "torch" in tags(cell):
            made |= {name.id for name in names if isinstance(name.ctx, ast.Store)}


def test_a_live_cell_says_no_formula(notebook):
    """A page sets its formulas when it is built; what a cell says there later would show its dollars."""
    for cell in code_cells(notebook):
        calls = [node for node in ast.walk(ast.parse(source(cell))) if isinstance(node, ast.Call)]
        said = [call.args[0] for call in calls if getattr(call.func, "id", "") == "say" and "live" in tags(cell)]
        assert not any("$" in ast.unparse(text) for text in said), cell["id"]


def test_one_sentence_a_line(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            for line in re.sub(r"\$\$.*?\$\$|`[^`]*`", "", source(cell), flags=re.S).splitlines():
                assert not re.search(r"[a-z)*][.!?] [A-Z]", line) or line.startswith(("|", "<", "**", ">")), (
                    cell["id"],
                    line,
                )


def test_anchors_stand_above_headings(notebook):
    for cell in notebook["cells"]:
        for anchor in re.findall(r"(?m)^\(([\w.-]+)\)=$", source(cell)):
            assert re.search(rf"(?m)^\({re.escape(anchor)}\)=\n(\([\w.-]+\)=\n)*#", source(cell)), (cell["id"], anchor)


@pytest.mark.parametrize("chapter", [c for c in concepts.chapters() if c.done], ids=lambda chapter: chapter.slug)
def test_every_exercise_stands_in_the_notebook_as_it_is_declared(chapter):
    notebook = json.loads((ROOT / "chapters" / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))
    cells = [source(cell) for cell in code_cells(notebook)]
    for exercise in exercises.of_chapter(chapter.slug):
        assert f'exercise("{exercise.id}")' in cells
        asked = exercise.function_name if exercise.kind == "code" else "answer"
        cell = f'{exercise.stub}check("{exercise.id}", {asked})'
        assert [ast.dump(ast.parse(c)) for c in cells].count(ast.dump(ast.parse(cell))) == 1, exercise.id


@pytest.mark.parametrize("chapter", [c for c in concepts.chapters() if c.done], ids=lambda chapter: chapter.slug)
def test_the_chapter_says_how_long_it_takes(chapter):
    notebook = json.loads((ROOT / "chapters" / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))
    assert f"about {chapter.minutes} minutes" in source(notebook["cells"][0])
    assert chapter.minutes >= 1.4 * sum(exercise.minutes for exercise in exercises.of_chapter(chapter.slug))


@pytest.mark.parametrize("chapter", [c for c in concepts.chapters() if c.done], ids=lambda chapter: chapter.slug)
def test_every_erratum_of_a_concept_is_shown_in_its_chapter(chapter):
    """An erratum about the section as a whole has no concept: the prose speaks of it, and the errata page shows it.

    What the reading of a PDF may have broken stands on that page alone.
    """
    notebook = json.loads((ROOT / "chapters" / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))
    shown = re.findall(r'erratum\("([\w.]+)"\)', "\n".join(map(source, code_cells(notebook))))
    owed = {erratum.concept for erratum in chapter.errata if erratum.concept and erratum.kind == "content"}
    assert sorted(shown) == sorted(owed), "each once"
