"""What the reader has solved, kept by the reader: a JSON file outside the book, so that no rebuild loses it.

A store is anything with `load() -> dict` and `save(dict)`; `use(store)` swaps it (a page keeps it in the browser).
An entry is `{"tries": 2, "right": false, "last": "…"}` under the exercise's id: `tries` counts wrong answers, `last` is
a digest of the last answer, so that running the same cell twice is one try. What was missed has a `repeat`, too, of
which `repeat.py` tells.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from dlbook.practise import repeat

EMPTY = {"tries": 0, "right": False, "last": ""}


class FileStore:
    """Progress in one JSON file: `$DLBOOK_PROGRESS`, or `progress.json` where the platform keeps a user's data."""

    @property
    def path(self) -> Path:
        if chosen := os.environ.get("DLBOOK_PROGRESS"):
            return Path(chosen)
        home = Path.home()
        if sys.platform == "win32":
            base = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
        elif sys.platform == "darwin":
            base = home / "Library" / "Application Support"
        else:
            base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
        return base / "dlbook" / "progress.json"

    def load(self) -> dict:
        """The entries; none where there is no file. A file that makes no sense is put aside as `.bak`."""
        try:
            return parse(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
            self.path.replace(_free(self.path))
            return {}

    def save(self, entries: dict) -> None:
        """Write a new file beside the old one, then swap: a crash leaves one of the two whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".progress-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"version": 1, "exercises": entries}, file, indent=1, sort_keys=True)
            os.replace(name, self.path)
        except BaseException:
            os.unlink(name)
            raise


_store = FileStore()


def use(store) -> None:
    """Keep progress in `store` from now on."""
    global _store
    _store = store


def entry(exercise_id: str) -> dict:
    """What is known of one exercise."""
    return EMPTY | _store.load().get(exercise_id, {})


def record(exercise_id: str, right: bool, digest: str) -> dict:
    """Note one try and return the entry; a wrong answer given twice in a row is one try, and right stays right."""
    entries = _store.load()
    old = EMPTY | entries.get(exercise_id, {})
    new = repeat.answered(old, right, repeat.today()) | {
        "tries": old["tries"] + (not right and digest != old["last"]),
        "right": old["right"] or right,
        "last": digest,
    }
    if new != old:
        entries[exercise_id] = new
        _store.save(entries)
    return new


def merge(entries: dict) -> dict:
    """Join other entries with the reader's."""
    mine = _store.load()
    for exercise_id, theirs in entries.items():
        ours, theirs = EMPTY | mine.get(exercise_id, {}), EMPTY | theirs
        mine[exercise_id] = merged(ours, theirs)
    _store.save(mine)
    return mine


def merged(ours: dict, theirs: dict) -> dict:
    """Two entries as one, by the rule of `keep.js`: right anywhere is right, the most tries, the newcomer's last.

    Of two places among the boxes the later counts.
    """
    found = repeat.joined(ours, theirs)
    return {
        "tries": max(ours["tries"], theirs["tries"]),
        "right": ours["right"] or theirs["right"],
        "last": theirs["last"] or ours["last"],
    } | ({"repeat": found} if found else {})


def parse(text: str) -> dict:
    """The entries of a progress file; raises a ValueError that says what is wrong with it."""
    data = json.loads(text)
    entries = data.get("exercises") if isinstance(data, dict) else None
    if not isinstance(entries, dict):
        raise ValueError(f'a progress file holds {{"exercises": {{…}}}}: got {text[:60]!r}')
    for exercise_id, item in entries.items():
        if not (isinstance(item, dict) and all(isinstance(item.get(k, v), type(v)) for k, v in EMPTY.items())):
            raise ValueError(f"the entry of {exercise_id!r} must hold tries, right and last: got {item!r}")
    return entries


def load() -> dict:
    """All entries."""
    return _store.load()


def where() -> str:
    """The file that holds them; "" where no file does."""
    return str(getattr(_store, "path", ""))


def _free(path: Path) -> Path:
    """`progress.json.bak`, or the first numbered one that does not exist."""
    names = [path.with_name(path.name + ".bak"), *(path.with_name(f"{path.name}.bak{n}") for n in range(2, 1000))]
    return next(name for name in names if not name.exists())
