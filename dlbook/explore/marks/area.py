from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Area(Mark):
    """The area between the curve x (n,), y (n,) and the bottom of the panel."""

    x: str
    y: str
    label: str = ""
    color: int = 0

    reads = ("x", "y")
