from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Products(Mark):
    """Two matrices of one shape (rows, columns), multiplied cell by cell and added up: `weights` · `values` = product.

    Each cell is in one colour above 0, in another below, the larger its product the darker; the sum stands beneath.
    """

    weights: str
    values: str

    reads = exact = ("weights", "values")
    axes = ""
    clipped = False
