from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Rule(Mark):
    """A dotted line across the panel at a number that `state` returns, or at a fixed value."""

    x: str | float | None = None
    y: str | float | None = None
    label: str = ""
    color: int = -1

    reads = ("x", "y")

    def legend(self) -> str:
        return ""  # it stands where it is named
