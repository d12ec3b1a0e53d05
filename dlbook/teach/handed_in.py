"""What students hand in: notebooks, .py files, and the work files that the page saves, each as a list of cells.

    FOLDER/anna.ipynb   FOLDER/ben.py   FOLDER/cleo/04.ipynb   FOLDER/dora/dlbook-work.json

A student is an entry of the folder. An answer is a cell that calls `check("exercise.id", …)`, with the cells above that
it needs: the same rule by which a page runs a cell, so that no other cell of a notebook has to run, or can fail.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from dlbook.live.names import names

CHECK = re.compile(r"""\bcheck\(\s*(?:id\s*=\s*)?["']([a-z0-9_]+\.[a-z0-9_]+)["']""")
SPLIT = re.compile(r"^# (?:%%|In\[).*$", re.MULTILINE)  # the cells of a notebook that was saved as a script
MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)  # IPython's commands are no Python
MOST = 20_000_000  # bytes: a larger file is no answer


@dataclass(frozen=True)
class HandIn:
    """One file of one student; `problem` says why it cannot be read."""

    student: str
    file: str
    cells: tuple[str, ...] = ()
    tries: dict[str, int] = field(default_factory=dict)  # a work file counts them
    problem: str = ""

    def answers(self) -> dict[str, int]:
        """The exercises that are answered, each with the place of the cell that checks it last."""
        return {id: place for place, cell in enumerate(self.cells) for id in CHECK.findall(cell)}

    def needed(self, place: int) -> list[str]:
        """The cells that the one at `place` needs, in order, and that cell."""
        return [self.cells[i] for i in needed(self.cells, [place])]


def needed(cells: list[str] | tuple[str, ...], places: list[int]) -> list[int]:
    """The places, and those of the cells above that they need, and that those need, in order."""
    known = [names(cell) or {"binds": [], "needs": [], "changes": []} for cell in cells]
    found, waiting = set(places), list(places)
    while waiting:
        here = waiting.pop()
        for name in set(known[here]["needs"]) - {"check"}:  # the grader has its own
            for above in range(here - 1, -1, -1):
                if name not in known[above]["binds"] and name not in known[above]["changes"]:
                    continue
                if above not in found:
                    found.add(above)
                    waiting.append(above)
                if name in known[above]["binds"]:
                    break  # made anew there: what was before does not matter
    return sorted(found)


def read(folder: Path) -> list[HandIn]:
    """Every file in the folder, read before any of it runs: no student's code can change what another handed in."""
    entries = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_")))
    twice = Counter(path.stem if path.is_file() else path.name for path in entries)
    found = []
    for entry in entries:
        name = entry.stem if entry.is_file() else entry.name
        student = _safe(name if twice[name] == 1 else entry.name)
        files = [entry] if entry.is_file() else sorted(path for path in entry.rglob("*") if _counts(path, entry))
        found += [_read(student, path, str(path.relative_to(folder))) for path in files]
        if not files:
            found.append(HandIn(student, f"{entry.name}/", problem="The folder is empty."))
    return found


def _counts(path: Path, entry: Path) -> bool:
    """Whether it is a file, and not one of those that editors leave behind."""
    hidden = any(part.startswith((".", "__")) for part in path.relative_to(entry).parts)
    return path.is_file() and not hidden


def _safe(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@")) else name


def _read(student: str, path: Path, file: str) -> HandIn:
    try:
        if path.stat().st_size > MOST:
            raise ValueError(f"it has more than {MOST // 1_000_000} MB")
        text = path.read_text(encoding="utf-8-sig")
        cells, tries = READERS.get(path.suffix.lower(), _unknown)(text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        return HandIn(student, file, problem=f"The file cannot be read: {' '.join(str(error).split())[:200]}.")
    if not any(CHECK.search(cell) for cell in cells):
        return HandIn(student, file, problem="The file answers no exercise: no cell calls check(…).")
    return HandIn(student, file, tuple(MAGIC.sub(r"\1pass", cell) for cell in cells), tries)


def _notebook(text: str) -> tuple[list[str], dict]:
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell["source"]) for cell in cells], {}


def _script(text: str) -> tuple[list[str], dict]:
    return SPLIT.split(text), {}


def _work(text: str) -> tuple[list[str], dict]:
    """The file that the page's "Save to a file" makes: the cells that were changed, and how often each was tried."""
    data = json.loads(text)
    tries = {id: int(entry["tries"]) for id, entry in data["exercises"].items()}
    return [str(cell["text"]) for cell in data["cells"].values()], tries


def _unknown(text: str):
    raise ValueError("it is neither a notebook nor a .py file nor saved work (.json)")


READERS = {".ipynb": _notebook, ".py": _script, ".json": _work}
