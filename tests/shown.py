"""Which concepts the chapters show a pane of, in the book's order."""

import ast
import json
import re
from pathlib import Path

from dlbook import panes
from dlbook.scratch import architectures

ROOT = Path(__file__).parents[1]


def shown() -> list[str]:
    """The id of every `show("…")` of every chapter."""
    found = []
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                found += re.findall(r'\bshow\("([\w.]+)"\)', "".join(cell["source"]))
    return found


def known_names(ids) -> set[str]:
    """The names that a core may call: the cores of other panes, the public functions that they belong to, layers, erf.

    `erf_of` is the error function, which NumPy has not: a formula of the book names it as it names exp.
    """
    layers = {name for name in architectures.__all__ if name[0].isupper()}  # of which declarations are made
    public = {concept_id.rpartition(".")[2] for concept_id in ids}
    return public | layers | {"erf_of"} | {f"{name}_core" for name in public}


def arguments(concept_id: str) -> set[str]:
    """What the typed code is given."""
    found = set()
    for path in panes.TYPED.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = {concept_id.replace(".", "_") + suffix for suffix in ("", "_library")}
            if isinstance(node, ast.FunctionDef) and node.name in names:
                found |= {argument.arg for argument in node.args.args}
    return found


def examples() -> set[str]:
    """The panes that have an example in tests/panes."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "panes").glob("test_*.py")]
    return {name for text in texts for name in re.findall(r'@pane\("([\w.]+)"\)', text)}
