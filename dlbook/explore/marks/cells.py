from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Cells(Mark):
    """A small table of counts (rows, columns), each cell as dark as its share of its row."""

    values: str
    rows: list[str]
    columns: list[str]
    colors: list[list[int]] | None = None

    reads = exact = ("values",)
    axes = ""
    clipped = False
    margin = (62, 40)
