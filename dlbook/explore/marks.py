"""How an explorer is declared: panels hold marks, marks name the keys of the dictionary that `state` returns.

`color` is an index into the book's colours --dl-c0 … --dl-c5; −1 is the colour of text.
"""

import math


def panel(*marks, title="", xlabel="", ylabel="", xlim=None, ylim=None, yscale="linear", height=280, yticks=True):
    """One drawing. Limits come from the data unless given; `yscale` may be "log"."""
    if yscale not in ("linear", "log"):
        raise ValueError(f'yscale must be "linear" or "log": got {yscale!r}')
    for name, ends in (("xlim", xlim), ("ylim", ylim)):
        if ends is not None and not (len(ends) == 2 and ends[0] < ends[1]):
            raise ValueError(f"{name} must be two numbers, the lower first: got {ends}")
    if yscale == "log" and ylim and ylim[0] <= 0:
        raise ValueError(f"ylim must be positive on a logarithmic axis: got {ylim}")
    limits = {"xlim": xlim and list(xlim), "ylim": ylim and list(ylim)}
    labels = {"title": title, "xlabel": xlabel, "ylabel": ylabel}
    return {"marks": list(marks), "yscale": yscale, "height": height, "yticks": yticks, **labels, **limits}


def with_limits(drawing: dict, reached: dict[str, tuple[float, float]]) -> dict:
    """A panel whose limits are all set, in the units that are drawn: as declared, else by what its marks reach."""
    log = drawing["yscale"] == "log"
    given = {"xlim": drawing["xlim"], "ylim": drawing["ylim"]}
    if log and given["ylim"]:
        given["ylim"] = [math.log10(end) for end in given["ylim"]]
    return drawing | {name: limits or _reach(drawing["marks"], name[0], reached) for name, limits in given.items()}


def _reach(marks: list[dict], role: str, reached: dict) -> list[float]:
    """From the least to the greatest that the marks draw along "x" or "y", upwards with some air."""
    ends = [reached[mark[role]] for mark in marks if mark["mark"] != "handle" and mark.get(role) in reached]
    ends += [mark["extent"][:2] if role == "x" else mark["extent"][2:] for mark in marks if mark["mark"] == "contour"]
    ends += [(0.0, reached[mark["height"]][1]) for mark in marks if mark["mark"] == "bars" and role == "y"]
    low, high = min((a for a, _ in ends), default=0.0), max((b for _, b in ends), default=1.0)
    if low == high:
        return [low - 0.5, high + 0.5]
    air = 0.05 * (high - low) if role == "y" else 0.0
    return [low - air, high + air]


def line(x, y, label="", color=0, dash=False, width=2, step=False):
    """A curve through x (n,), y (n,); NaN is a gap; `step` keeps y until the next x."""
    return {"mark": "line", "x": x, "y": y, "label": label, "color": color, "dash": dash, "width": width, "step": step}


def path(xy, label="", color=0):
    """The path through xy (n, 2), each point a dot, the last one larger; it ends where NaN begins."""
    return {"mark": "path", "xy": xy, "label": label, "color": color}


def points(x, y, label="", color=0, size=4, ring=False):
    """Dots at x (n,), y (n,), diamonds in colour 1; `color` may be the key of an array (n,); a `ring` is not filled."""
    return {"mark": "points", "x": x, "y": y, "label": label, "color": color, "size": size, "ring": ring}


def text(x, y, words, color=-1):
    """The text or number `words` of the state beside the point (x, y); both are numbers, or keys of numbers."""
    return {"mark": "text", "x": x, "y": y, "words": words, "color": color}


def area(x, y, label="", color=0):
    """The area between the curve x (n,), y (n,) and the bottom of the panel."""
    return {"mark": "area", "x": x, "y": y, "label": label, "color": color}


def band(intervals, label="", color=3):
    """Shaded stretches of the x axis: intervals (n, 2), NaN for none."""
    return {"mark": "band", "intervals": intervals, "label": label, "color": color}


def rule(x=None, y=None, label="", color=-1):
    """A dotted line across the panel at a number that `state` returns, or at a fixed value."""
    return {"mark": "rule", "x": x, "y": y, "label": label, "color": color}


def bars(height, names, color=0):
    """One bar for each of `names`, height (n,)."""
    return {"mark": "bars", "height": height, "names": list(names), "color": color}


def contour(z, extent, levels=12):
    """Level lines of z (rows, columns), shaded upwards, over extent (x0, x1, y0, y1); row 0 lies at y0.

    `levels` lists the heights, or counts them: then they follow the ranks of z, closer where z is low.
    """
    return {"mark": "contour", "z": z, "extent": list(extent), "levels": levels}


def cells(values, rows, columns, colors=None):
    """A small table of numbers (rows, columns), each cell as dark as its share of its row."""
    return {"mark": "cells", "values": values, "rows": list(rows), "columns": list(columns), "colors": colors}


def graph(nodes, edges, values, lit, grads=None, edge_values=None, edge_lit=None, size=19):
    """Circles joined by lines: `nodes` lists (label, x, y), x and y from 0 to 1, `edges` pairs of their places.

    `values` stand in the circles, `grads` below them, `edge_values` on the lines: texts of the state, their parts
    joined by | (`steps.joined` writes them; arrays are quantised, and these are read). `lit` (nodes,) and `edge_lit`
    (edges,) hold 0 for not yet, 1 for done, 2 for just now.
    """
    keys = {"values": values, "lit": lit, "grads": grads, "edge_values": edge_values, "edge_lit": edge_lit}
    places = {"nodes": [list(node) for node in nodes], "edges": [list(edge) for edge in edges], "size": size}
    return {"mark": "graph", **keys, **places}


def tables(values, names, lit):
    """Tables of numbers side by side, from two texts: `values`, "1 2;3 4|5" (2 × 2, one number), and `names`, "A|b".

    `lit` holds for one number after the other 1 if it is looked at, 2 if it comes of those, else 0; NaN fills it up.
    """
    return {"mark": "tables", "values": values, "names": names, "lit": lit}


def handle(x=None, y=None, label="", color=-1):
    """What the reader drags: `x` and `y` name controls; with one of them a line, with both a point."""
    return {"mark": "handle", "x": x, "y": y, "label": label, "color": color}


def number(key, label, formula="", digits=3):
    """A number that `state` returns, beside its formula; `{other}` in the formula is filled with the number `other`."""
    return {"key": key, "label": label, "formula": formula, "digits": digits}
