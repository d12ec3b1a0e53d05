from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Text(Mark):
    """The text or number `words` of the state beside the point (x, y); both are numbers, or keys of numbers."""

    x: str | float
    y: str | float
    words: str
    color: int = -1

    reads = ("x", "y", "words")
