"""A downloaded notebook alone: an empty folder, a plain Jupyter, and the wheel from the built site over loopback."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from lab import move, open_chapter, run_all, serving_lab

from dlbook import concepts, exercises, explorers

ROOT = Path(__file__).parents[2]
CHAPTERS = ["04_gradient_descent", "14_convolution", "18_functional_models"]  # the last shows Keras
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("alone")


@pytest.fixture(scope="module")
def python(home):
    """The Python of a fresh environment that has Jupyter and nothing of the book."""
    subprocess.run([sys.executable, "-m", "venv", home / "env"], check=True)
    python = home / "env" / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "jupyterlab", "nbclient", "ipykernel"]
    subprocess.run(command, check=True, env=bare(python))
    missing = subprocess.run([python, "-c", "import dlbook"], cwd=home, env=bare(python), capture_output=True)
    assert b"No module named 'dlbook'" in missing.stderr
    return python


def bare(python: Path) -> dict:
    """The environment without what leads to this checkout."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DLBOOK", "JUPYTER"))}
    # `jupyter` looks in PATH for what it runs; the versions are the book's own: the same test is red everywhere
    return kept | {"PATH": f"{python.parent}:/usr/bin:/bin", "PIP_CONSTRAINT": str(ROOT / "constraints.txt")}


@pytest.fixture(scope="module")
def downloaded(home, chromium, site):
    """What a reader gets who clicks "Download the notebook", each in an empty folder."""
    notebooks = {}
    page = chromium.new_page()
    for name in CHAPTERS:
        page.goto(f"{site}/chapters/{name}.html")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download the notebook").click()
        notebooks[name] = home / name / f"{name}.ipynb"
        waiting.value.save_as(notebooks[name])
    page.close()
    return notebooks


def solved(notebook: dict, slug: str) -> int:
    """Writes the solutions into the exercises that ask for code, and gives their number."""
    known, done = {exercise.id: exercise for exercise in exercises.of_chapter(slug) if exercise.kind == "code"}, 0
    for cell in notebook["cells"]:
        check = cell["source"].rstrip().splitlines()[-1:] or [""]
        exercise = known.get(check[0].removeprefix('check("').partition('"')[0])
        if cell["cell_type"] == "code" and exercise:
            cell["source"] = f"{exercise.solution}\n\n{check[0]}"
            done += 1
    return done


def outputs(notebook: dict, kind: str) -> list[str]:
    """All outputs of this MIME type, as text."""
    found = [out.get("data", {}).get(kind) for cell in notebook["cells"] for out in cell.get("outputs", [])]
    return ["".join(text) if isinstance(text, list) else str(text) for text in found if text]


@pytest.mark.parametrize("name", CHAPTERS)
def test_it_runs_whole_and_its_explorers_and_exercises_are_there(name, python, downloaded, home):
    path = downloaded[name]
    chapter = next(chapter for chapter in concepts.chapters() if chapter.notebook == name)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    right = solved(notebook, chapter.slug)
    last = {"cell_type": "code", "source": "import dlbook; dlbook.__file__", "id": "where", "metadata": {}}
    notebook["cells"].append(last | {"execution_count": None, "outputs": []})
    (path.parent / "solved.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    environment = bare(python) | {"DLBOOK_PROGRESS": str(home / f"{name}.json")}
    command = [python, "-m", "jupyter", "execute", "--inplace", "--timeout=900", "solved.ipynb"]
    assert subprocess.run(command, cwd=path.parent, env=environment).returncode == 0
    notebook = json.loads((path.parent / "solved.ipynb").read_text(encoding="utf-8"))

    pictures = [text for text in outputs(notebook, "text/html") if 'class="dlbook-still"' in text]
    slugs = [slug for slug in explorers.slugs() if f"explorers.{slug}.explorer()" in path.read_text(encoding="utf-8")]
    assert len(pictures) == len(outputs(notebook, WIDGET)) == len(slugs) > 0
    assert all('<img src="data:image/svg+xml' in picture for picture in pictures)
    verdicts = re.findall(
        r'<div class="dlbook-check"[^>]* data-verdict="([^"]+)"', "".join(outputs(notebook, "text/html"))
    )
    tried = len(exercises.of_chapter(chapter.slug))
    assert Counter(verdicts) == {"right": right, "not yet tried": tried - right} and right, "only code was filled in"
    assert Path(outputs(notebook, "text/plain")[-1].strip("'")).is_relative_to(python.parents[1]), "another dlbook"


def test_its_explorer_moves_in_a_plain_jupyterlab(python, downloaded, chromium, tmp_path):
    name = CHAPTERS[0]
    (tmp_path / f"{name}.ipynb").write_text(downloaded[name].read_text(encoding="utf-8"), encoding="utf-8")
    with serving_lab(tmp_path, python, PYTHONPATH="", PATH=bare(python)["PATH"]) as address:
        page = open_chapter(chromium, address, name)
        code = run_all(page, tmp_path, name, seconds=600)
        assert [out["evalue"] for c in code.values() for out in c["outputs"] if out["output_type"] == "error"] == []
        move(page, page.locator("figure.explorer"))
        assert page.locator(".dlbook-still").is_hidden()
        page.close()
