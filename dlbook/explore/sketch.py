"""A picture that the reader draws, in the place of one that an option of a choice shows."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sketch:
    """While the choice `control` says `option`, the reader paints the image that has a `sheet`, cell by cell.

    `start` (rows, columns), of 0 (black) and 1 (white), is drawn at first: the state that `option` stands for. What
    other drawings lead to, `answers` computes in the page: a name of ANSWERS in `sketch.js`.
    """

    control: str
    option: str
    start: np.ndarray
    answers: str

    def spec(self, controls: dict[str, dict]) -> dict:
        """The sketch as the page reads it: four cells to a digit."""
        options = controls.get(self.control, {}).get("values", [])
        if self.option not in options:
            raise ValueError(f"sketch must name an option of {self.control!r}, one of {options}: got {self.option!r}")
        if self.start.size % 8 or not np.isin(self.start, (0, 1)).all():
            raise ValueError(f"start must hold 0 and 1, in whole bytes: got {self.start.size} cells")
        drawn = np.packbits(self.start.astype(bool)).tobytes().hex()
        named = {"control": self.control, "option": self.option, "answers": self.answers}
        return named | {"shape": list(self.start.shape), "start": drawn}
