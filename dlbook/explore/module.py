"""The JavaScript of the explorer as the one module that anywidget takes."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import [^;]*? from "(\.[^"]+)";\n', re.M)


def module() -> str:
    """`widget.js` and all that it imports, each once and before what needs it, without the imports."""
    return "".join(_with_imports(FOLDER / "widget.js", set()))


def _with_imports(path: Path, seen: set[Path]) -> list[str]:
    if path in seen:
        return []
    seen.add(path)
    source = path.read_text(encoding="utf-8")
    before = [part for name in IMPORT.findall(source) for part in _with_imports((path.parent / name).resolve(), seen)]
    return [*before, re.sub(r"^export (?!default)", "", IMPORT.sub("", source), flags=re.M)]
