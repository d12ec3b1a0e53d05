"""Declare an explorer once: it is alive in a built page without a kernel, and in JupyterLab with one.

    >>> from dlbook.widgets.explorer import Slider, explore, line, number, panel
    >>> import numpy as np
    >>> def state(slope):
    ...     return {"x": np.array([-1.0, 1.0]), "y": slope * np.array([-1.0, 1.0]), "rise": 2 * slope}
    >>> explore(
    ...     state,
    ...     panel(line("x", "y"), xlabel="x", ylabel="y"),
    ...     slug="line", title="A line", alt="A line through the origin.",
    ...     numbers=[number("rise", "rise from −1 to 1", formula="2 · slope")],
    ...     says="The line rises by {rise:.1f}.",
    ...     presets={"flat": {"slope": 0}},
    ...     slope=Slider(-1, 1, 5, start=0.5),
    ... )
    Explorer "A line": A line through the origin.

`state` takes the controls by name and returns a dictionary of arrays (what is drawn), numbers and texts. `says` is the
sentence that a screen reader hears; its fields are numbers and texts of the state, or names of controls.
"""

import json
from pathlib import Path

import numpy as np

from dlbook.display import in_page
from dlbook.widgets.grid import Choice, Slider, compute, control, frame, nearest, weight
from dlbook.widgets.marks import (
    area,
    band,
    bars,
    cells,
    contour,
    handle,
    line,
    number,
    panel,
    path,
    points,
    rule,
)

__all__ = [
    "Choice", "Explorer", "Slider", "area", "band", "bars", "cells", "contour", "explore", "handle", "line", "number",
    "panel", "path", "points", "rule",
]  # fmt: skip

MIME = "application/vnd.dlbook.explorer+json"
FOLDER = Path(__file__).parent
BUDGET = 250_000  # bytes of the payload, gzipped


class Explorer:
    """What `explore` makes; a notebook shows it as a widget, the built page as a figure that needs no kernel."""

    def __init__(self, state, spec: dict):
        self.state, self.spec = state, spec
        self._logarithmic = {m["y"] for p in spec["panels"] if p["yscale"] == "log" for m in p["marks"] if m.get("y")}

    def payload(self) -> dict:
        """The declaration and all of its states."""
        payload = self.spec | {"grid": compute(self.state, self.spec["controls"], self._logarithmic)}
        if weight(payload) > BUDGET:
            raise ValueError(
                f"the explorer {self.spec['slug']!r} weighs {weight(payload):,} bytes gzipped, at most {BUDGET:,} are "
                "allowed: take fewer values for a control, or shorter arrays"
            )
        return payload

    def answer(self, values: dict) -> dict:
        """One state as JSON: what the kernel says between the points of the grid."""
        answer = {"arrays": {}, "numbers": {}, "texts": {}}
        for key, value in frame(self.state(**values), self._logarithmic).items():
            if isinstance(value, str):
                answer["texts"][key] = value
            elif value.ndim == 0:
                answer["numbers"][key] = None if np.isnan(value) else float(value)
            else:
                flat = [None if np.isnan(v) else v for v in value.ravel().tolist()]
                answer["arrays"][key] = {"shape": list(value.shape), "values": flat}
        return answer

    def widget(self):
        """The anywidget that JupyterLab shows."""
        import anywidget
        import traitlets

        class ExplorerWidget(anywidget.AnyWidget):
            _esm = FOLDER / "explorer.js"
            _css = FOLDER / "dlbook.css"
            payload = traitlets.Dict().tag(sync=True)

        widget = ExplorerWidget(payload=self.payload())

        def on_message(_, message, buffers):
            if message["kind"] == "hello":
                widget.send({"kind": "hello"})
                return
            try:
                widget.send({"kind": "answer", "seq": message["seq"], "frame": self.answer(message["values"])})
            except Exception as error:  # whatever a changed cell raises belongs in front of the reader
                widget.send({"kind": "error", "seq": message["seq"], "text": f"{type(error).__name__}: {error}"})

        widget.on_msg(on_message)
        return widget

    def _repr_mimebundle_(self, include=None, exclude=None):
        if in_page():
            return {MIME: json.dumps(self.payload(), separators=(",", ":")), "text/plain": repr(self)}
        return self.widget()._repr_mimebundle_()

    def __repr__(self) -> str:
        return f'Explorer "{self.spec["title"]}": {self.spec["alt"]}'


def explore(state, *panels, slug, title, alt, says, numbers=(), presets=None, **controls) -> Explorer:
    """An explorer of `state`, which takes the `controls` by name and returns arrays, numbers and texts.

    `presets` maps a label to values of some controls (the others go back to where they start).
    """
    if not controls:
        raise ValueError("an explorer needs at least one control, e.g. alpha=Slider(0, 1): got none")
    declared = [control(name, value) for name, value in controls.items()]
    known = {c["name"]: c for c in declared}
    buttons = []
    for label, values in (presets or {}).items():
        if unknown := values.keys() - known.keys():
            raise ValueError(f"preset {label!r} must name controls {list(known)}: got {sorted(unknown)}")
        places = {name: nearest(known[name]["values"], value, name) for name, value in values.items()}
        buttons.append({"label": label, "places": places})
    _check_names(state(**{c["name"]: c["values"][c["start"]] for c in declared}), panels, numbers, known)
    spec = {"slug": slug, "title": title, "alt": alt, "says": says, "controls": declared, "panels": list(panels)}
    return Explorer(state, spec | {"numbers": list(numbers), "presets": buttons})


def _check_names(first: dict, panels, numbers, controls) -> None:
    """Every mark and number must name something that `state` returns; every handle a control."""
    for mark in (mark for drawing in panels for mark in drawing["marks"]):
        known = controls if mark["mark"] == "handle" else first
        for role in ("x", "y", "xy", "z", "height", "values", "intervals"):
            name = mark.get(role)
            if isinstance(name, str) and name not in known:
                what = "a control" if mark["mark"] == "handle" else "a key of the state"
                raise ValueError(f"{mark['mark']}({role}=…) must name {what}, one of {sorted(known)}: got {name!r}")
    for entry in numbers:
        if entry["key"] not in first:
            raise ValueError(f"number(…) must name a key of the state, one of {sorted(first)}: got {entry['key']!r}")
