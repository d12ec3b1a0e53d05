"""Declare an explorer once: it is alive in a built page without a kernel, and in JupyterLab with one.

    >>> from dlbook.explore.explorer import Slider, explore, line, number, panel
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

`state` takes the controls by name and returns a dictionary of arrays (what is drawn), numbers, texts, lists of texts.
`says` is the sentence that a screen reader hears; its fields are numbers and texts of the state, or names of controls.
"""

import json
import secrets
from string import Formatter

import numpy as np

from dlbook.explore import marks, still
from dlbook.explore.grid import (
    Choice,
    FreeText,
    Slider,
    all_frames,
    control,
    exact,
    frame,
    pack,
    place,
    ranges,
    some_frames,
    weight,
)
from dlbook.explore.marks import *  # noqa: F403 (a chapter takes all that it declares from here)
from dlbook.explore.module import FOLDER, module
from dlbook.explore.panel import laid_out, number, panel
from dlbook.explore.sketch import Sketch
from dlbook.page import in_page

__all__ = ["Choice", "Explorer", "FreeText", "Sketch", "Slider", "explore", "number", "panel", *marks.__all__]

MIME = "application/vnd.dlbook.explorer+json"
BUDGET = 250_000  # bytes of the payload, gzipped


class Explorer:
    """What `explore` makes; a notebook shows it as a widget, the built page as a figure that needs no kernel."""

    def __init__(self, state, spec: dict):
        self.state, self.spec = state, spec
        drawn = [(drawing, mark) for drawing in spec["panels"] for mark in drawing["marks"]]
        self._logarithmic = {getattr(mark, "y", None) for drawing, mark in drawn if drawing["yscale"] == "log"}
        self._exact = {getattr(mark, role) for _, mark in drawn for role in mark.exact}

    def payload(self) -> dict:
        """The declaration and all of its states: what a page without a kernel moves through."""
        controls = self.spec["controls"]
        frames = all_frames(self.state, controls, self._logarithmic)
        payload = self._laid_out(frames) | {"grid": pack(frames, [len(c["values"]) for c in controls], self._exact)}
        if weight(payload) > BUDGET:
            raise ValueError(
                f"the explorer {self.spec['slug']!r} weighs {weight(payload):,} bytes gzipped, at most {BUDGET:,} are "
                "allowed: take fewer values for a control, or shorter arrays"
            )
        return payload

    def opening(self) -> dict:
        """The declaration and the first state: enough where a kernel answers for all others."""
        frames = some_frames(self.state, self.spec["controls"], self._logarithmic)
        return self._laid_out(frames) | {"grid": pack(frames[:1], [], self._exact)}

    def _laid_out(self, frames: list[dict]) -> dict:
        """The declaration with the limits of every axis."""
        reached = ranges(frames)
        return self.spec | {"panels": [laid_out(drawing, reached) for drawing in self.spec["panels"]]}

    def answer(self, values: dict) -> dict:
        """One state as JSON: what the kernel says between the points of the grid."""
        answer = {"arrays": {}, "numbers": {}, "texts": {}}
        for key, value in frame(self.state(**values), self._logarithmic).items():
            if isinstance(value, (str, tuple)):
                answer["texts"][key] = value
            elif value.ndim == 0:
                answer["numbers"][key] = exact(value)
            else:
                flat = [None if np.isnan(v) else v for v in value.ravel().tolist()]
                answer["arrays"][key] = {"shape": list(value.shape), "values": flat}
        return answer

    def widget(self, key: str = ""):
        """The anywidget that JupyterLab shows; it hides the picture of this key."""
        import anywidget
        import traitlets

        class ExplorerWidget(anywidget.AnyWidget):
            _esm = module()
            _css = FOLDER.parent / "dlbook.css"
            payload = traitlets.Dict().tag(sync=True)
            still = traitlets.Unicode().tag(sync=True)

        widget = ExplorerWidget(payload=self.opening(), still=key)

        def on_message(_, message, buffers):
            try:
                widget.send({"seq": message["seq"], "frame": self.answer(message["values"])})
            except Exception as error:  # whatever a changed cell raises belongs in front of the reader
                widget.send({"seq": message["seq"], "error": f"{type(error).__name__}: {error}"})

        widget.on_msg(on_message)
        return widget

    def _repr_mimebundle_(self, include=None, exclude=None):
        if in_page():
            return {MIME: json.dumps(self.payload(), separators=(",", ":")), "text/plain": repr(self)}
        from IPython.display import display

        # what a notebook shows that is opened again, without the kernel that made the widget
        key = secrets.token_hex(4)
        display({"text/html": still.html(self.spec, key), "text/plain": repr(self)}, raw=True)
        data, metadata = self.widget(key)._repr_mimebundle_()
        return data | {"text/plain": "Run this cell to move the explorer."}, metadata

    def __repr__(self) -> str:
        return f'Explorer "{self.spec["title"]}": {self.spec["alt"]}'


def explore(state, *panels, slug, title, alt, says, numbers=(), presets=None, sketch=None, **controls) -> Explorer:
    """An explorer of `state`, which takes the `controls` by name and returns arrays, numbers and texts.

    `presets` maps a label to values of some controls (the others go back to where they start). With a `sketch` the
    reader draws one of the pictures.
    """
    if not controls:
        raise ValueError("an explorer needs at least one control, e.g. alpha=Slider(0, 1): got none")
    declared = [control(name, value) for name, value in controls.items()]
    known = {c["name"]: c for c in declared}
    buttons = []
    for label, values in (presets or {}).items():
        if unknown := values.keys() - known.keys():
            raise ValueError(f"preset {label!r} must name controls {list(known)}: got {sorted(unknown)}")
        places = {name: place(known[name]["values"], value, name) for name, value in values.items()}
        buttons.append({"label": label, "places": places})
    first = frame(state(**{c["name"]: c["values"][c["start"]] for c in declared}), set())
    _check_names(first, panels, numbers, known)
    _check_templates(first.keys() | known.keys(), says, numbers)
    spec = {"slug": slug, "title": title, "alt": alt, "says": says, "controls": declared, "panels": list(panels)}
    spec |= {"sketch": sketch.spec(known)} if sketch else {}
    return Explorer(state, spec | {"numbers": list(numbers), "presets": buttons})


def _check_names(first: dict, panels, numbers, controls) -> None:
    """Every mark and number must name something that `state` returns; every handle a control."""
    for mark in (mark for drawing in panels for mark in drawing["marks"]):
        for roles, known, what in ((mark.reads, first, "a key of the state"), (mark.moves, controls, "a control")):
            for role in roles:
                name, word = getattr(mark, role), type(mark).__name__.lower()
                if isinstance(name, str) and name not in known:
                    raise ValueError(f"{word}({role}=…) must name {what}, one of {sorted(known)}: got {name!r}")
    for entry in numbers:
        if entry["key"] not in first:
            raise ValueError(f"number(…) must name a key of the state, one of {sorted(first)}: got {entry['key']!r}")
        if isinstance(first[entry["key"]], (str, tuple)) or first[entry["key"]].ndim:
            what = "a text" if isinstance(first[entry["key"]], (str, tuple)) else "an array"
            raise ValueError(f"number({entry['key']!r}) must be a number: got {what}")


def _check_templates(known, says: str, numbers) -> None:
    """Every {field} of a sentence or formula must be there to fill it."""
    for what, template in [("says", says), *[(f"the formula of {n['key']!r}", n["formula"]) for n in numbers]]:
        fields = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
        if unknown := sorted(fields - known):
            raise ValueError(f"{what} must name keys of the state or controls, of {sorted(known)}: got {unknown}")
