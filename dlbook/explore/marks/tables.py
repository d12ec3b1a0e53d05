from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Tables(Mark):
    """Tables of numbers side by side: `names` lists their headings, `shapes` (tables, 2) their rows and columns.

    `values` (n,) holds one number after the other, `lit` (n,) for each 1 if it is looked at, 2 if it comes of those,
    else 0; NaN fills up both, and the shapes, where a state has fewer of them.

    A click explains a number: it sets the controls `row` and `column` to its index, counted from 0, and `step` to the
    step that made its table, `made` (tables,), 0 for an input.
    """

    values: str
    names: str
    shapes: str
    lit: str
    made: str | None = None
    step: str | None = None
    row: str | None = None
    column: str | None = None

    reads = ("values", "names", "shapes", "lit", "made")
    exact = ("values", "shapes", "lit", "made")
    moves = ("step", "row", "column")
    axes = ""
    clipped = False
