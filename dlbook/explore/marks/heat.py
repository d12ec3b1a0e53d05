from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Heat(Mark):
    """A matrix (rows, columns) as a heat map: the larger a number, the darker its cell, in one colour above 0 and in
    another below; written out where there is room.

    `rows` and `columns` name them. A click on a cell sets the controls `row` and `column` to its index, counted from 0,
    and the cell where they stand has a rim. `limit` is the size that is darkest: else the largest that is shown.
    """

    values: str
    rows: list[str] = ()
    columns: list[str] = ()
    row: str | None = None
    column: str | None = None
    limit: float | None = None

    reads = exact = ("values",)
    moves = ("row", "column")
    axes = ""
    clipped = False

    @property
    def margin(self):
        return (62 if self.rows else 10, 24 if self.columns else 10)
