from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Image(Mark):
    """A picture: pixels (rows, columns), or (rows, columns, 3) in colour, from 0 (black) to 1; NaN is seen through.

    Each pixel is a square, of whole screen pixels where it is at least four wide. `window` (4,) is a frame upon it:
    row, column, height and width in pixels of the picture, counted from 0. A fifth number is the distance between the
    pixels that are read in it: above 1, each of them has a frame of its own. `sheet` is the part that the reader may
    paint where the explorer has a `Sketch`: row, column, height and width.
    """

    pixels: str
    window: str | None = None
    sheet: tuple[int, int, int, int] | None = None
    label: str = ""
    color: int = 1

    reads = ("pixels", "window")
    exact = ("window",)
    axes = ""
    clipped = False
