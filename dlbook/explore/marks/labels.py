from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Labels(Mark):
    """Words beside places x (n,), y (n,): `words` lists them. One that would lie upon another makes way, or is gone.

    The first have the right of way, and keep off all places where there is room. An empty word is none.
    `color` may be the key of an array (n,).
    """

    x: str
    y: str
    words: str
    color: int | str = -1

    reads = ("x", "y", "words", "color")
    clipped = False
