"""No two modules need each other, in Python or in JavaScript, be it only inside a function."""

import ast
import graphlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "dlbook"


def python_imports() -> dict[str, set[str]]:
    """For each module of the book those that it imports, anywhere in it."""
    paths = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in PACKAGE.rglob("*.py")}
    modules = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    found = {}
    for name, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found[name] = {target for node in ast.walk(tree) for target in targets(node, modules)} - {name}
    return found


def targets(node: ast.AST, modules) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "the book imports by full names"
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        names = [name if name in modules else node.module for name in names]
    else:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return [name for name in names if name in modules]


def script_imports() -> dict[str, set[str]]:
    found = {}
    for path in (p for kind in ("*.js", "*.mjs") for p in PACKAGE.rglob(kind)):
        near = re.findall(r'^import[^"]*"(\.[^"]+)"', path.read_text(encoding="utf-8"), re.M)
        found[str(path.relative_to(ROOT))] = {str((path.parent / name).resolve().relative_to(ROOT)) for name in near}
    return found


@pytest.mark.parametrize(("imports", "least"), [(python_imports, 100), (script_imports, 15)])
def test_no_circle_of_imports(imports, least):
    found = imports()
    assert len(found) > least and sum(map(len, found.values())) > least
    try:
        graphlib.TopologicalSorter(found).prepare()
    except graphlib.CycleError as error:
        pytest.fail("these need each other: " + " → ".join(reversed(error.args[1])))
