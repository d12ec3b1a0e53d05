"""When a missed exercise comes back: boxes, as Sebastian Leitner has them in "So lernt man lernen" (1972).

`"repeat": {"box": 2, "on": "2026-11-29"}` in an entry says in which box an exercise lies and since when. Missed, it
lies in the first; right when it is due, it moves up; above the last it is learnt. What was never missed has no place.
`repeat.js` is the same for the page: `tests/repeat.json` holds the two together.
"""

import re
from contextlib import suppress
from datetime import date, timedelta

DAYS = (1, 3, 7, 21, 60)  # how long an exercise rests in each box: the book's choice
LONG_AGO = "2000-01-01"


def today() -> str:
    """The reader's own day, as "2026-11-29"."""
    return date.today().isoformat()


def place(entry: dict) -> tuple[int, str] | None:
    """The box an exercise lies in and since when; None for what was never missed, and for what makes no sense."""
    repeat = entry.get("repeat")
    box, on = (repeat.get("box"), repeat.get("on")) if isinstance(repeat, dict) else (None, None)
    if type(box) is int and box > 0 and _is_day(on):
        return box, on
    return (1, LONG_AGO) if entry.get("tries") else None  # missed before there were boxes


def due(entry: dict, day: str) -> bool:
    """Whether an exercise is to be repeated. A day that is still to come was kept by a clock that was ahead."""
    found = place(entry)
    if not found or not (entry.get("right") or entry.get("tries")) or found[0] > len(DAYS):
        return False
    box, on = found
    return on > day or (date.fromisoformat(on) + timedelta(days=DAYS[box - 1])).isoformat() <= day


def missed(entry: dict, day: str) -> dict:
    """The entry after it was missed: answered wrong, or looked up before it was answered."""
    return entry | {"repeat": {"box": 1, "on": day}}


def answered(entry: dict, right: bool, day: str) -> dict:
    """The entry after one more answer; `right` in it is still as it was before."""
    if not right:
        return missed(entry, day)
    if not entry.get("right"):
        return missed(entry, day) if place(entry) else entry  # solved at last: it comes back once
    return entry | {"repeat": {"box": place(entry)[0] + 1, "on": day}} if due(entry, day) else entry


def joined(ours: dict, theirs: dict) -> dict | None:
    """Of two places the later; of two from one day the one that comes back sooner."""
    places = [place({"repeat": entry.get("repeat")}) for entry in (ours, theirs)]
    found = min((p for p in places if p), key=lambda p: (-date.fromisoformat(p[1]).toordinal(), p[0]), default=None)
    return {"box": found[0], "on": found[1]} if found else None


def _is_day(text) -> bool:
    if isinstance(text, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        with suppress(ValueError):
            return bool(date.fromisoformat(text))
    return False
