from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Line(Mark):
    """A curve through x (n,), y (n,); NaN is a gap; `step` keeps y until the next x."""

    x: str
    y: str
    label: str = ""
    color: int = 0
    dash: bool = False
    width: float = 2
    step: bool = False

    reads = ("x", "y")
