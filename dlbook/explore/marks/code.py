from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Code(Mark):
    """The lines of a computation, the one that runs now marked; a click on a line goes there.

    `lines` are the lines, or the key of a list of texts; `now` is the number of the current one, counted from 1 (0 for
    none), and `control` the control that steps through them.
    """

    lines: list[str] | str
    now: str
    control: str | None = None

    reads = ("lines", "now")
    moves = ("control",)
    axes = ""
    clipped = False
