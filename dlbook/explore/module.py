"""The JavaScript of the explorer as the one module that anywidget takes."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import [^;]*? from "(\.[^"]+)";\n', re.M)


EXPORT = re.compile(r"^export (?:const|function) (\w+)", re.M)


def module() -> str:
    """`widget.js` and all that it imports, each once and before what needs it, without the imports."""
    return "".join(_with_imports(FOLDER / "widget.js", set()))


def _with_imports(path: Path, seen: set[Path]) -> list[str]:
    if path in seen:
        return []
    seen.add(path)
    source = path.read_text(encoding="utf-8")
    before = [part for name in IMPORT.findall(source) for part in _with_imports((path.parent / name).resolve(), seen)]
    return [*before, _in_its_own_scope(IMPORT.sub("", source))]


def _in_its_own_scope(source: str) -> str:
    """A script whose names are its own, but for those that it exports."""
    names = ", ".join(EXPORT.findall(source))
    inside = re.sub(r"^export (?!default)", "", source, flags=re.M)
    return f"const {{ {names} }} = (() => {{\n{inside}return {{ {names} }};\n}})();\n" if names else inside
