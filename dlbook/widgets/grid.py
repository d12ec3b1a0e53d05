"""The states of an explorer, computed once: what a page without a kernel moves through."""

import base64
import gzip
import itertools
import json
from dataclasses import dataclass

import numpy as np

GAP = 65535  # stands for NaN among the 65,535 levels


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in `count` even steps, or any `values`; `log` spaces them by equal factors."""

    low: float = 0.0
    high: float = 1.0
    count: int = 21
    start: float | None = None
    label: str = ""
    unit: str = ""
    log: bool = False
    values: tuple = ()

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


def control(name: str, declared: Slider | Choice) -> dict:
    """A control as the page sees it: its values, and the index of the one it starts with."""
    options = declared.options()
    if len(options) < 2:
        raise ValueError(f"{name} must have at least two values: got {options}")
    kind = "choice" if isinstance(declared, Choice) else "slider"
    spec = {"name": name, "label": declared.label or name, "kind": kind, "values": options, "unit": declared.unit}
    return spec | {"start": 0 if declared.start is None else nearest(options, declared.start, name)}


def nearest(options: list, value, name: str) -> int:
    """The index of the option that is `value`, or, among numbers, nearest to it."""
    if isinstance(options[0], str):
        if value not in options:
            raise ValueError(f"{name} must be one of {options}: got {value!r}")
        return options.index(value)
    return int(np.argmin([abs(option - value) for option in options]))


def compute(state, controls: list[dict], logarithmic: set[str]) -> dict:
    """Every state of the grid: arrays quantised to 16 bits, numbers exact, texts as they are.

    What does not change along a control is not stored along it.
    """
    names = [c["name"] for c in controls]
    sizes = [len(c["values"]) for c in controls]
    frames = [
        frame(state(**dict(zip(names, values, strict=True))), logarithmic)
        for values in itertools.product(*[c["values"] for c in controls])
    ]
    stored = {"arrays": {}, "numbers": {}, "texts": {}}
    for key, first in frames[0].items():
        try:
            column = [f[key] for f in frames]
        except KeyError:
            raise ValueError(f"state must always return the same keys: {key!r} is missing for some controls") from None
        if isinstance(first, str):
            table = sorted(set(column))
            place = {text: i for i, text in enumerate(table)}
            where = np.array([place[text] for text in column])
            stored["texts"][key] = _stored(where.reshape(sizes), table)
        elif np.ndim(first) == 0:
            table, where = np.unique(np.array(column, dtype=float), return_inverse=True)
            stored["numbers"][key] = _stored(where.reshape(sizes), [_json(v) for v in table])
        else:
            shapes = {np.shape(value) for value in column}
            if len(shapes) > 1:
                raise ValueError(f"{key} must have one shape in all states (pad with NaN): got {sorted(shapes)}")
            stored["arrays"][key] = _quantised(np.stack(column).reshape(*sizes, *np.shape(first)), len(sizes))
    return stored


def frame(result: dict, logarithmic: set[str]) -> dict:
    """What `state` returned, as plain arrays, numbers and texts; arrays on a logarithmic axis become their log10."""
    plain = {}
    for key, value in result.items():
        if not isinstance(value, str):
            value = np.asarray(value, dtype=float)
            if key in logarithmic:
                with np.errstate(divide="ignore", invalid="ignore"):
                    value = np.log10(value)
            value = np.where(np.isfinite(value), value, np.nan)
        plain[key] = value
    return plain


def _quantised(values: np.ndarray, axes: int) -> dict:
    """65,535 levels over the range of the values: less than a pixel apart."""
    values, kept = _drop_constant(values, axes)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    step = (high - low) / (GAP - 1) or 1.0
    levels = np.where(np.isfinite(values), np.round((values - low) / step), GAP).astype("<u2")
    return {"axes": kept, "shape": list(values.shape[len(kept) :]), "low": low, "step": step, "data": _base64(levels)}


def _stored(where: np.ndarray, table: list) -> dict:
    if len(table) > GAP:
        raise ValueError(f"a number or text may take at most {GAP} values over the grid: got {len(table)}")
    where, kept = _drop_constant(where, where.ndim)
    return {"axes": kept, "table": table, "data": _base64(where.astype("<u2"))}


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


def _json(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def weight(payload: dict) -> int:
    """Bytes that the payload adds to a page as it is sent, gzipped."""
    return len(gzip.compress(json.dumps(payload, separators=(",", ":")).encode()))
