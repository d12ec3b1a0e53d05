from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Handle(Mark):
    """What the reader drags: `x` and `y` name controls; with one of them a line, with both a point."""

    x: str | None = None
    y: str | None = None
    label: str = ""
    color: int = -1

    moves = ("x", "y")
    clipped = False

    def legend(self) -> str:
        return ""  # the control has the name

    def reach(self, axis, reached):
        return []
