from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Contour(Mark):
    """Level lines of z (rows, columns), shaded upwards, over extent (x0, x1, y0, y1); row 0 lies at y0.

    `levels` lists the heights, or counts them: then they follow the ranks of z, closer where z is low.
    """

    z: str
    extent: tuple[float, float, float, float]
    levels: int | list[float] = 12

    reads = ("z",)

    def reach(self, axis, reached):
        return [tuple(self.extent[:2] if axis == "x" else self.extent[2:])]
