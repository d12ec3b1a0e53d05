from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Words(Mark):
    """A text, word by word, each on a ground as strong as its number is far from 0, and the number below it.

    `words` lists them, `parts` (n,) their numbers: above 0 in colour `color`, below in `below`. A ground is full where
    a number comes to `full`. What has no word, or NaN for its number, is left out.
    """

    words: str
    parts: str
    full: float = 1.0
    color: int = 0
    below: int = 1

    reads = ("words", "parts")
    exact = ("parts",)
    axes = ""
    clipped = False
