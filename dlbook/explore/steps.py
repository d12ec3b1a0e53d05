"""Shows a recording: one step's arrays as tables, the number that is looked at, and what it is made of."""

import numpy as np

from dlbook.explore.recorder import Recorder, Step

NOT_YET, DONE, NOW = 0, 1, 2


def clamp(place: float, most: int) -> int:
    """A slider's value as a whole number from 1 to `most`."""
    return int(min(max(round(place), 1), most))


def shown_tables(tape: Recorder, t: int, index: tuple[int, ...], numbers: int = 36, tables: int = 6) -> dict:
    """What the mark `tables` draws of step `t`: operands and result, and which numbers make the one at `index`.

    Padded with NaN to so many numbers and tables: all states of an explorer have arrays of the same shape.
    """
    step = tape.steps[t - 1]
    made = {line.name: i for i, line in enumerate(tape.steps, start=1)}
    arrays = {name: step.before[name] for name in step.operands} | {step.name: step.value}
    used, lit = set(step.used(index)), []
    for name, array in arrays.items():
        result = array is step.value
        for place in np.ndindex(array.shape):
            lit.append(NOW if result and place == index else DONE if not result and (name, place) in used else NOT_YET)
    names = [f"{name} {'= ' * (array is step.value)}{written_shape(array)}".strip() for name, array in arrays.items()]
    values = np.concatenate([array.ravel() for array in arrays.values()])
    shapes = np.array([_rows_and_columns(array) for array in arrays.values()])
    return {
        "values": _padded(values, numbers),
        "lit": _padded(np.array(lit, dtype=float), numbers),
        "names": names,
        "shapes": _padded(shapes, tables),
        "made": _padded(np.array([made.get(name, 0) for name in arrays], dtype=float), tables),
    }


def _rows_and_columns(array: np.ndarray) -> tuple[float, float]:
    """How an array is laid out as a table; of three dimensions, all rows below each other."""
    columns = array.shape[-1] if array.ndim else 1
    return array.size / columns, columns


def _padded(array: np.ndarray, length: int) -> np.ndarray:
    return np.concatenate([array, np.full((length - len(array), *array.shape[1:]), np.nan)])


def chosen(step: Step, row: float, column: float) -> tuple[int, ...]:
    """The index in the step's result nearest to a row and a column, both counted from 0; in its first matrix."""
    shape = step.value.shape
    wish = ((0,) * len(shape) + (round(row), round(column)))[-len(shape) :] if shape else ()
    return tuple(min(i, size - 1) for i, size in zip(wish, shape, strict=True))


def progress(tape: Recorder, t: int) -> dict[str, int]:
    """For every name: is it there after step `t` (0: only the inputs), and did that very step make it?"""
    made = {step.name: i for i, step in enumerate(tape.steps, start=1)}
    return {name: DONE if i < t else NOW if i == t else NOT_YET for name, i in made.items()}


def written_shape(array: np.ndarray) -> str:
    """The shape as the code would say it; a single number has none."""
    return f"({', '.join(map(str, array.shape))}{',' * (array.ndim == 1)})" if array.ndim else ""


def written_index(step: Step, index: tuple[int, ...]) -> str:
    """The number that is looked at, counted from 0 as NumPy does: "Z1[1, 2]"."""
    return step.name + (f"[{', '.join(map(str, index))}]" if index else "")
