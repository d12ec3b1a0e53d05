from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Bars(Mark):
    """One bar for each of `names`, height (n,)."""

    height: str
    names: list[str]
    color: int = 0

    reads = ("height",)
    axes = "y"
    clipped = False

    def reach(self, axis, reached):
        return [(0.0, reached[self.height][1])] if axis == "y" else []
