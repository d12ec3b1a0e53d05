from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Path(Mark):
    """The path through xy (n, 2), each point a dot, the last one larger; it ends where NaN begins."""

    xy: str
    label: str = ""
    color: int = 0

    reads = ("xy",)
