from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Points(Mark):
    """Dots at x (n,), y (n,), diamonds in colour 1; `color` may be the key of an array (n,); a `ring` is not filled."""

    x: str
    y: str
    label: str = ""
    color: int | str = 0
    size: float = 4
    ring: bool = False

    reads = ("x", "y", "color")
