"""The copies of the notebooks that readers download: their first cell, and the Markdown for a Jupyter without MyST."""

import importlib.util
import json
import re
import subprocess
from pathlib import Path

import pytest

import dlbook
from dlbook import concepts
from dlbook.site import copies

ROOT = Path(__file__).parents[2]
BUILT = {"wheel": "dlbook-1.0.0-py3-none-any.whl", "sha256": "0" * 64}
NAMES = [chapter.notebook for chapter in concepts.chapters()]


def copy_of(name, site="", labels=()):
    notebook = json.loads((ROOT / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))
    return copies.alone(notebook, f"chapters/{name}", dict(labels), site, **BUILT)


@pytest.fixture
def run_first(monkeypatch):
    """Runs a copy's first cell where some modules are missing, and gives what pip was asked for."""

    def run(name, missing, **options):
        asked, find = [], importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in missing else find(name))
        monkeypatch.setattr(subprocess, "run", lambda command, check: asked.append(command[5:]))
        exec(compile(copy_of(name, **options)["cells"][0]["source"], name, "exec"), {})
        return asked

    return run


@pytest.mark.parametrize("name, extras", [("04_gradient_descent", "book"), ("18_functional_models", "book,keras")])
def test_a_missing_dlbook_is_installed_from_the_site_by_its_hash(run_first, name, extras):
    source = f"dlbook[{extras}] @ https://example.org/_static/{BUILT['wheel']}#sha256={BUILT['sha256']}"
    assert run_first(name, ["dlbook", "torch"], site="https://example.org/") == [[source]]


def test_a_folder_on_disk_is_a_site_too(run_first, tmp_path):
    assert run_first(NAMES[0], ["dlbook"], site=str(tmp_path))[0][0].startswith(f"dlbook[book] @ file://{tmp_path}/_st")


def test_without_a_site_the_cell_says_what_to_do(run_first):
    with pytest.raises(ModuleNotFoundError, match=f"Write above where .* install the file {BUILT['wheel']} from"):
        run_first(NAMES[0], ["dlbook"])


def test_another_version_is_named_and_stays(run_first, monkeypatch, capsys):
    monkeypatch.setattr(dlbook, "__version__", "0.1")
    assert run_first("18_functional_models", ["keras"]) == [["keras"]], "what else is missing comes by itself"
    assert "dlbook 0.1 is installed, and it stays. This notebook belongs to" in capsys.readouterr().out


def test_a_module_is_asked_of_pip_by_the_name_of_its_package(run_first):
    assert run_first(NAMES[0], ["sklearn"]) == [["scikit-learn"]]


def test_nothing_is_installed_where_nothing_is_missing(run_first, capsys):
    assert run_first("18_functional_models", []) == [] and capsys.readouterr().out == ""


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_the_first_cell_is_added_and_no_myst_is_left(name):
    cells = copy_of(name, site="https://example.org/")["cells"][1:]
    source = json.loads((ROOT / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [cell["id"] for cell in cells] == [cell["id"] for cell in source]
    for cell, original in zip(cells, source, strict=True):
        if cell["cell_type"] == "code":
            assert cell["source"] == "".join(original["source"])
        else:
            left = re.findall(r"^(?::::.*|\([\w.-]+\)=|```\{.*)$|\{\w+\}`", cell["source"], re.M)
            assert not left, f"{cell['id']}: a plain Jupyter would show this as it stands"


def test_links_lead_to_the_site_or_are_words():
    text = (
        "See [Adam](10_optimizers.ipynb#optimizers.adam), [here](#a-b), [MCC](mcc) and [PyTorch](https://pytorch.org)."
    )
    place = lambda target: copies.place(target, "chapters/01_metrics", {"mcc": ("chapters/12_imbalance", "mcc")})
    assert copies.plain(text, place, "") == "See Adam, here, MCC and [PyTorch](https://pytorch.org)."
    linked = copies.plain(text, place, "https://x/")
    assert re.findall(r"https://x/(.*?)\)", linked) == [
        "chapters/10_optimizers.html#optimizers.adam",
        "chapters/01_metrics.html#a-b",
        "chapters/12_imbalance.html#mcc",
    ]
