"""Chapter 18: a graph of layers that the reader joins, with the shape of every value, or the error that comes."""

import re

import numpy as np

from dlbook.explore.explorer import Choice, Slider, code, explore, graph, number, panel
from dlbook.scratch import layers, models

N, PIXELS = 32, 64  # samples in a batch, and pixels of a digit
NODES = [  # name, and its place in the drawing
    ("a", 0.27, 0.92), ("b", 0.73, 0.92), ("tower", 0.27, 0.75), ("second", 0.73, 0.75), ("join", 0.5, 0.57),
    ("block", 0.22, 0.4), ("sum", 0.64, 0.22), ("what", 0.3, 0.05), ("where", 0.72, 0.05),
]  # fmt: skip
NAMES = [name for name, _, _ in NODES]
EDGES = [
    ("a", "tower"), ("b", "second"), ("tower", "join"), ("second", "join"), ("tower", "block"), ("join", "block"),
    ("tower", "sum"), ("join", "sum"), ("block", "sum"), ("block", "what"), ("block", "where"), ("sum", "what"),
    ("sum", "where"),
]  # fmt: skip


def _rows(features, second, join, expects, skip, outputs, order):
    """The rows as text, (name, layer, *inputs), where the layer is written as one types it."""
    rows, last, two = [("tower", f"Linear({PIXELS}, {features})", "a")], "tower", second != "no second image"
    if two:
        wide = 2 * features if second == "a wider tower" else features
        rows.append(("second", "tower" if second == "the same tower" else f"Linear({PIXELS}, {wide})", "b"))
    if two and join != "none":
        rows.append(("join", "Add()" if join == "add" else "Concatenate()", "tower", "second"))
        last = "join"
    block = ("block", f"Linear({expects}, {expects})", last)
    rest = [("sum", "Add()", "block", last)] if skip == "with a skip" else []
    end = "sum" if rest else "block"
    rest.append(("what", f"Linear({expects}, 10)", end))
    if outputs == "two":
        rest.append(("where", f"Linear({expects}, 2)", end))
    return [*rows, *([block, *rest] if order == "as it runs" else [*rest, block])]


def _layer(text: str):
    """The layer that is written there, or the name of a layer above."""
    found = re.fullmatch(r"(\w+)\((?:(\d+), (\d+))?\)", text)
    if found is None:
        return text
    kind, inside, outside = found.groups()
    return getattr(layers, kind)(*([int(inside), int(outside)] if inside else []))


def _tried(rows, inputs, outputs):
    """What the model computes on a batch, in words where it stops, the line where, and how many numbers it learns."""
    try:
        model = models.functional([(name, _layer(text), *taken) for name, text, *taken in rows], inputs, outputs)
    except ValueError as error:
        place = re.match(r"rows\[(\d+)\]", str(error))
        return {}, str(error), int(place[1]) + 1 if place else len(rows) + 1, 0
    size = sum(array.size for array in model.parameters().values())
    try:
        model(*[np.zeros((N, PIXELS))] * len(inputs))
    except ValueError as error:
        done = [name for name, *_ in rows if name in model.values]
        return model.values, f"{rows[len(done)][0]}: {error}", len(done) + 1, size
    return model.values, "", len(rows) + 1, size


def state(features: float, second: str, join: str, expects: float, skip: str, outputs: str, order: str) -> dict:
    """The model that these choices make, as far as it runs."""
    rows = _rows(round(features), second, join, round(expects), skip, outputs, order)
    inputs = ("a",) if second == "no second image" else ("a", "b")
    ends = ("what", "where") if outputs == "two" else ("what",)
    values, error, line, size = _tried(rows, inputs, ends)
    there = {*inputs, *(name for name, *_ in rows)}
    used = {(taken, name) for name, _, *from_ in rows for taken in from_}
    stopped = rows[line - 1][0] if error and line <= len(rows) else None
    label = lambda name: f"{name} {values[name].shape}" if name in values else name if name in there else ""
    reached = sum(name in values for name, *_ in rows)
    return {
        "labels": [label(name) for name in NAMES],
        "lit": np.array([2.0 * (name == stopped) or float(name in values) for name in NAMES]),
        "used": np.array([2.0 * (edge in used) for edge in EDGES]),
        "lines": [*(_written(row) for row in rows), f"outputs=({', '.join(map(_quoted, ends))})"],
        "line": line,
        "verdict": error or f"it runs, and gives {' and '.join(str(values[name].shape) for name in ends)}",
        "reached": reached,
        "rows": len(rows),
        "parameters": size,
    }


def _written(row) -> str:
    name, layer, *taken = row
    layer = _quoted(layer) if layer == "tower" else layer
    return f"({', '.join([_quoted(name), layer, *map(_quoted, taken)])})"


def _quoted(name: str) -> str:
    return f'"{name}"'


def explorer():
    """The explorer of chapter 18."""
    return explore(
        state,
        panel(
            graph(
                [(name, x, y) for name, x, y in NODES],
                [(NAMES.index(a), NAMES.index(b)) for a, b in EDGES],
                "lit",
                edge_lit="used",
                size=9,
                labels="labels",
            ),
            title="The graph and its shapes",
            height=420,
        ),
        panel(code("lines", "line"), title="The rows, as far as they run", height=300),
        slug="functional_models",
        title="Join the layers yourself",
        alt="Circles for the images, towers, join, block, sum and outputs of a model, with lines for what"
        " goes where and the shape of each value; beside it the rows of the model. A circle that stops the model is"
        " marked.",
        says="{reached:d} of {rows:d} rows are computed: {verdict}. The model has {parameters:d} parameters.",
        numbers=[
            number("reached", "rows that are computed", formula="{verdict}"),
            number("rows", "rows of the model", formula="(name, layer, what goes in)"),
            number(
                "parameters",
                "parameters, a shared layer once",
                formula="in · out + out for each linear layer",
                digits=6,
            ),
        ],
        presets={
            "Layers in a row": {"second": "no second image"},
            "A tower for each": {"second": "its own tower"},
            "Side by side, and the block is too narrow": {"second": "its own tower", "join": "concatenate"},
            "Side by side, and it fits": {"second": "its own tower", "join": "concatenate", "expects": 32},
            "Two widths cannot be added": {"second": "a wider tower"},
            "A loose end": {"join": "none"},
            "A skip, two outputs": {"skip": "with a skip", "outputs": "two"},
            "The block comes too late": {"skip": "with a skip", "order": "block last"},
        },
        second=Choice("the same tower", "its own tower", "a wider tower", "no second image", label="second image"),
        join=Choice("add", "concatenate", "none", label="join"),
        features=Slider(values=(8, 16, 32), start=16, label="features of the tower"),
        expects=Slider(values=(8, 16, 32, 64), start=16, label="features that the block expects"),
        skip=Choice("no skip", "with a skip", label="skip around the block"),
        outputs=Choice("one", "two", label="outputs"),
        order=Choice("as it runs", "block last", label="order of the rows"),
    )
