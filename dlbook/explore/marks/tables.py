from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Tables(Mark):
    """Tables of numbers side by side: `names` lists their headings, `shapes` (tables, 2) their rows and columns.

    `values` (n,) holds one number after the other, `lit` (n,) for each 1 if it is looked at, 2 if it comes of those,
    else 0; NaN fills up both, and the shapes, where a state has fewer of them.
    """

    values: str
    names: str
    shapes: str
    lit: str

    reads = ("values", "names", "shapes", "lit")
    exact = ("values", "shapes", "lit")
    axes = ""
    clipped = False
