"""The states of an explorer, computed once: what a page without a kernel moves through."""

import base64
import gzip
import itertools
import json
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

GAP = 65535  # stands for NaN among the 65,535 levels


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in `count` even steps, or any `values`; `log` spaces them by equal factors.

    A `stepper` goes from one to the next by buttons, too.
    """

    low: float = 0.0
    high: float = 1.0
    count: int = 21
    start: float | None = None
    label: str = ""
    unit: str = ""
    log: bool = False
    values: tuple = ()
    stepper: bool = False

    def options(self) -> list[float]:
        spaced = np.geomspace if self.log else np.linspace
        values = self.values or spaced(self.low, self.high, self.count)
        return [float(f"{value:.6g}") for value in values]


class Choice:
    """One of several words."""

    def __init__(self, *options: str, start: str | None = None, label: str = ""):
        self.values, self.start, self.label, self.unit = options, start, label, ""

    def options(self) -> list[str]:
        return list(self.values)


class FreeText:
    """A text that the reader writes, of at most `most` characters. The `options` are known to the page as they are.

    What any other text leads to says Python where it runs, the notebook's or the page's. Before that it says `answers`,
    a name of ANSWERS in `typed.js`, from the text and what it `knows` (for JSON); without it the page has the options.
    """

    def __init__(self, *options: str, start=None, label: str = "", most: int = 160, answers: str = "", knows=None):
        self.values, self.start, self.label, self.unit = options, start, label, ""
        self.typed = {"most": most, "answers": answers, "knows": knows}

    def options(self) -> list[str]:
        if long := [text for text in self.values if len(text) > self.typed["most"]]:
            raise ValueError(f"options must have at most {self.typed['most']} characters: got {len(long[0])}")
        return list(self.values)


KINDS = {Slider: "slider", Choice: "choice", FreeText: "text"}


def control(name: str, declared: Slider | Choice | FreeText) -> dict:
    """A control as the page sees it: its values, and the index of the one it starts with."""
    options = declared.options()
    if len(options) < 2:
        raise ValueError(f"{name} must have at least two values: got {options}")
    kind = KINDS[type(declared)]
    spec = {"name": name, "label": declared.label or name, "kind": kind, "values": options, "unit": declared.unit}
    spec["stepper"] = kind == "slider" and declared.stepper
    spec |= declared.typed if kind == "text" else {}
    return spec | {"start": 0 if declared.start is None else place(options, declared.start, name)}


def place(options: list, value, name: str) -> int:
    """The index of the option that is `value`."""
    if isinstance(value, str) or isinstance(options[0], str):
        found = [i for i, option in enumerate(options) if option == value]
    else:
        found = np.flatnonzero(np.isclose(options, value, rtol=1e-5, atol=1e-12))  # options have six digits
    if not len(found):
        raise ValueError(f"{name} must be one of {options}: got {value!r}")
    return int(found[0])


def all_frames(state, controls: list[dict], logarithmic: set[str]) -> list[dict]:
    """The frame of every state of the grid, the last control moving fastest: what a page needs."""
    names = [c["name"] for c in controls]
    grid = itertools.product(*[c["values"] for c in controls])
    return _frames(state, [dict(zip(names, values, strict=True)) for values in grid], logarithmic)


def some_frames(state, controls: list[dict], logarithmic: set[str]) -> list[dict]:
    """The frame of the first state, and of those reached from it by one control: enough to lay out the axes."""
    start = {c["name"]: c["values"][c["start"]] for c in controls}
    moves = [{c["name"]: value} for c in controls for value in c["values"]]
    return _frames(state, [start | move for move in [{}, *moves]], logarithmic)


def _frames(state, settings: list[dict], logarithmic: set[str]) -> list[dict]:
    frames = [frame(state(**values), logarithmic) for values in settings]
    first = frames[0]
    for other in frames:
        if odd := sorted(other.keys() ^ first.keys()):
            raise ValueError(f"state must always return the same keys: {odd} are missing for some controls")
        for key, value in other.items():
            if isinstance(value, np.ndarray) and np.shape(value) != np.shape(first[key]):
                shapes = f"{np.shape(first[key])} and {np.shape(value)}"
                raise ValueError(f"{key} must have one shape in all states (pad with NaN): got {shapes}")
    return frames


def pack(frames: list[dict], sizes: list[int], precise: Collection[str] = ()) -> dict:
    """The frames of a grid of these sizes: arrays quantised to 16 bits, numbers exact, texts as they are.

    Arrays named in `precise` are exact, too: what is written out of them is to the last digit what was computed.
    What does not change along a control is not stored along it.
    """
    stored = {"arrays": {}, "numbers": {}, "texts": {}}
    for key, first in frames[0].items():
        column = [f[key] for f in frames]
        if isinstance(first, (str, tuple)):
            table = sorted(set(column))
            index = {text: i for i, text in enumerate(table)}
            where = np.array([index[text] for text in column])
            stored["texts"][key] = _stored(where.reshape(sizes), table, len(sizes))
        elif first.ndim == 0:
            stored["numbers"][key] = _counted(np.array(column).reshape(sizes), len(sizes))
        elif key in precise:
            stored["arrays"][key] = _counted(np.stack(column).reshape(*sizes, *first.shape), len(sizes))
        else:
            stored["arrays"][key] = _quantised(np.stack(column).reshape(*sizes, *first.shape), len(sizes))
    return stored


def ranges(frames: list[dict]) -> dict[str, tuple[float, float]]:
    """The least and the greatest value of every array over the frames; (0, 0) where there is none."""
    arrays = [key for key, value in frames[0].items() if not isinstance(value, (str, tuple)) and value.ndim]
    return {key: _range(np.stack([f[key] for f in frames])) for key in arrays}


def frame(result: dict, logarithmic: set[str]) -> dict:
    """What `state` returned, as texts and float64 arrays (a number has no dimension), ready to be drawn.

    A list of texts becomes a tuple. In an array what is not finite becomes NaN, a gap; what lies on a logarithmic axis
    becomes its log10.
    """
    plain = {}
    for key, value in result.items():
        if isinstance(value, (list, tuple)) and value and all(isinstance(part, str) for part in value):
            value = tuple(value)
        elif not isinstance(value, str):
            value = np.asarray(value, dtype=float)
            if key in logarithmic:
                with np.errstate(divide="ignore", invalid="ignore"):
                    value = np.log10(value)
            if value.ndim:
                value = np.where(np.isfinite(value), value, np.nan)
        plain[key] = value
    return plain


def exact(value) -> float | str | None:
    """A number for JSON, which has no NaN and no infinity: null, and the words that JavaScript reads as such."""
    value = float(value)
    if np.isnan(value):
        return None
    return value if np.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def _range(values: np.ndarray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _quantised(values: np.ndarray, axes: int) -> dict:
    """65,535 levels from the least to the greatest value: far less than a pixel apart."""
    values, kept = _drop_constant(values, axes)
    low, high = _range(values)
    step = (high - low) / (GAP - 1) or 1.0
    levels = np.where(np.isfinite(values), np.round((values - low) / step), GAP).astype("<u2")
    return {"axes": kept, "shape": list(values.shape[len(kept) :]), "low": low, "step": step, "data": _base64(levels)}


def _counted(values: np.ndarray, axes: int) -> dict:
    """Exact numbers: each different one once, and where it stands."""
    table, where = np.unique(values, return_inverse=True)
    return _stored(where.reshape(values.shape), [exact(value) for value in table], axes)


def _stored(where: np.ndarray, table: list, axes: int) -> dict:
    if len(table) > GAP:
        raise ValueError(f"a number or text may take at most {GAP} values over the grid: got {len(table)}")
    where, kept = _drop_constant(where, axes)
    shape = {"shape": list(where.shape[len(kept) :])} if where.ndim > len(kept) else {}
    return {"axes": kept, "table": table, "data": _base64(where.astype("<u2"))} | shape


def _drop_constant(values: np.ndarray, axes: int) -> tuple[np.ndarray, list[int]]:
    """Without the leading axes along which nothing changes; and the axes that are left."""
    kept = []
    for axis in reversed(range(axes)):
        first = values.take([0], axis=axis)
        if np.array_equal(values, np.broadcast_to(first, values.shape), equal_nan=values.dtype.kind == "f"):
            values = first.squeeze(axis)
        else:
            kept.insert(0, axis)
    return values, kept


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


def weight(payload: dict) -> int:
    """Bytes that the payload adds to a page as it is sent, gzipped."""
    return len(gzip.compress(json.dumps(payload, separators=(",", ":")).encode()))
