from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Band(Mark):
    """Shaded stretches of the x axis: intervals (n, 2), NaN for none."""

    intervals: str
    label: str = ""
    color: int = 3

    reads = ("intervals",)
