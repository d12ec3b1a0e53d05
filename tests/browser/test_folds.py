"""Each cell that measures has a fold with the source of what it calls; a reader opens it, online or from the disk."""

import importlib
import inspect
import json
import re
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
from serve import HTML

ROOT = Path(__file__).resolve().parents[2]
KEY = re.compile(r'data-source="measured:([^"]+)"')


def measuring_cells(chapter: str) -> list[list]:
    """For each cell of a chapter that calls experiments the functions themselves, found by looking every word up."""
    notebook = json.loads((ROOT / chapter).with_suffix(".ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    names: dict = {}
    exec(cells[0], names)  # imports, and short names for modules
    for line in re.findall(r"(?m)^\w+ = experiments\.\w+$", "\n".join(cells)):  # more of them
        exec(line, names)
    cells = [re.sub(r"(?m)^ *#.*", "", cell) for cell in cells]  # what a comment names is not called
    called = [[meant(word, names) for word in re.findall(r"(?<![\w.\"'])[A-Za-z_][\w.]*", cell)] for cell in cells[1:]]
    found = [list(dict.fromkeys(f for f in functions if f)) for functions in called]
    return [functions for functions in found if functions]


def meant(word: str, names: dict):
    """The function or class of `dlbook.experiments` that a word in a cell stands for, or None."""
    first, *rest = word.split(".")
    thing = names.get(first)
    for name in rest:
        if not isinstance(thing, ModuleType):
            return None
        thing = getattr(thing, name, None)
    inside = getattr(thing, "__module__", "").startswith("dlbook.experiments")
    plain = inspect.unwrap(thing) if inside else None  # without its cache
    return thing if inspect.isfunction(plain) or inspect.isclass(plain) else None


def keyed(key: str) -> list:
    """The functions that a key names."""
    modules = [name.rpartition(".") for name in key.split(",")]
    return [getattr(importlib.import_module(f"dlbook.{module}"), name) for module, _, name in modules]


def test_every_measuring_cell_has_its_fold(chapter):
    keys = KEY.findall((HTML / chapter).read_text(encoding="utf-8"))
    assert [keyed(unescape(key)) for key in keys] == measuring_cells(chapter)


def test_the_folds_open_from_disk_and_hold_what_was_called(visit, chapter):
    cells = measuring_cells(chapter)
    with visit() as v:
        v.goto((HTML / chapter).resolve().as_uri())
        assert not any("measured" in file for file in v.asked), "fetched before a fold is opened"
        folds = v.page.locator('.dlbook-fold[data-source^="measured:"]')
        v.page.evaluate("document.querySelectorAll('.dlbook-fold').forEach(fold => { fold.open = true; })")
        v.page.wait_for_function(
            "() => document.querySelectorAll('[data-source]:not([data-fetched=here])').length == 0"
        )
        for fold, functions in zip(folds.evaluate_all("folds => folds.map(f => f.textContent)"), cells, strict=True):
            for function in functions:
                assert inspect.getsource(function).strip() in fold, function.__name__


@pytest.mark.parametrize("width", [360, 1440])
def test_a_fold_opens_by_keyboard_and_fits(visit, axe, width):
    with visit(width) as v:
        v.goto("chapters/10_optimizers.html")
        fold = v.page.locator('.dlbook-fold[data-source*="sensitivity"]').first
        fold.locator("summary").press("Enter")
        fold.locator("pre").first.wait_for()
        assert "def train(" in fold.text_content(), "what it calls stands there, too: the loop that trains the net"
        assert fold.get_by_role("button", name="Copy").count() == fold.locator("pre").count()
        reached = "pre => pre.scrollWidth <= pre.clientWidth || pre.tabIndex == 0"
        v.page.wait_for_function(reached, arg=fold.locator("pre").first.element_handle())
        assert v.page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert axe(v.page, within=".dlbook-fold[open]") == []


def test_without_javascript_a_link_leads_to_the_source(visit):
    with visit(java_script_enabled=False) as v:
        v.page.goto(f"{v.site}/chapters/10_optimizers.html")
        fold = v.page.locator('.dlbook-fold[data-source*="sensitivity"]').first
        fold.locator("summary").click()
        fold.get_by_role("link").click()
        assert "def train(" in v.page.locator("pre").first.text_content()
