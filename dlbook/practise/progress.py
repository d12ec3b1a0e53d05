"""What the reader has solved, kept by the reader: a JSON file outside the book, so that no rebuild loses it.

A store is anything with `load() -> dict` and `save(dict)`; `use(store)` swaps it (a page keeps it in the browser).
An entry is `{"tries": 2, "right": false, "last": "…"}` under the exercise's id: `tries` counts wrong answers, `last` is
a digest of the last answer, so that running the same cell twice is one try.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

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
    new = {
        "tries": old["tries"] + (not right and digest != old["last"]),
        "right": old["right"] or right,
        "last": digest,
    }
    if new != old:
        entries[exercise_id] = new
        _store.save(entries)
    return new


def merge(entries: dict) -> dict:
    """Join other entries with the reader's: what was right anywhere is right, of the tries the larger number counts."""
    mine = _store.load()
    for exercise_id, theirs in entries.items():
        ours, theirs = EMPTY | mine.get(exercise_id, {}), EMPTY | theirs
        mine[exercise_id] = {
            "tries": max(ours["tries"], theirs["tries"]),
            "right": ours["right"] or theirs["right"],
            "last": ours["last"] or theirs["last"],
        }
    _store.save(mine)
    return mine


def import_progress(path) -> "Progress":
    """Merge a progress file (another machine's, or one exported from the page) and return the whole."""
    merge(parse(Path(path).read_text(encoding="utf-8")))
    return progress()


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


def progress() -> "Progress":
    """Chapter by chapter, how many exercises are solved and which come next."""
    return Progress(_store.load(), str(getattr(_store, "path", "")))


class Progress:
    """A summary that a notebook shows as a table, and a terminal as text."""

    def __init__(self, entries: dict, path: str):
        self.entries, self.path = entries, path

    def rows(self) -> list[tuple[str, int, int, list]]:
        """(chapter title, solved, all, open exercises) for each chapter that has exercises."""
        from dlbook import concepts, exercises

        rows = []
        for chapter in concepts.chapters():
            if chapter.done:
                every = exercises.of_chapter(chapter.slug)
                still = [e for e in every if not self.entries.get(e.id, EMPTY).get("right")]
                rows.append((f"{chapter.number:02d} {chapter.title}", len(every) - len(still), len(every), still))
        return rows

    def __repr__(self) -> str:
        lines, rows = [], self.rows()
        width = max(len(title) for title, *_ in rows)
        for title, solved, count, still in rows:
            following = f"  next: {still[0].title}" if still else "  all done"
            lines.append(f"{title:{width}} {solved:2} of {count:2}{following}")
        return "\n".join([*lines, f"kept in {self.path}"] if self.path else lines)

    def _repr_html_(self) -> str:
        import html

        from dlbook.page import page_style

        body = ""
        for title, solved, count, still in self.rows():
            following = html.escape(still[0].title) if still else "all done"
            bar = f'<progress max="{count}" value="{solved}" aria-label="{html.escape(title)}"></progress>'
            body += (
                f'<tr><th scope="row">{html.escape(title)}</th><td>{bar}</td>'
                f"<td>{solved} of {count}</td><td>{following}</td></tr>"
            )
        head = "".join(f'<th scope="col">{name}</th>' for name in ("chapter", "progress", "solved", "next"))
        kept = f"<caption>Kept in <code>{html.escape(self.path)}</code></caption>" if self.path else ""
        return f'{page_style()}<table class="dlbook-progress">{kept}<tr>{head}</tr>{body}</table>'


def _free(path: Path) -> Path:
    """`progress.json.bak`, or the first numbered one that does not exist."""
    names = [path.with_name(path.name + ".bak"), *(path.with_name(f"{path.name}.bak{n}") for n in range(2, 1000))]
    return next(name for name in names if not name.exists())
