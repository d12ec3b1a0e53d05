"""How an explorer is declared: panels hold marks, marks name the keys of the dictionary that `state` returns."""


def panel(*marks, title="", xlabel="", ylabel="", xlim=None, ylim=None, yscale="linear", height=280, yticks=True):
    """One drawing. Limits come from the data unless given; `yscale` may be "log"."""
    if yscale not in ("linear", "log"):
        raise ValueError(f'yscale must be "linear" or "log": got {yscale!r}')
    limits = {"xlim": xlim and list(xlim), "ylim": ylim and list(ylim)}
    text = {"title": title, "xlabel": xlabel, "ylabel": ylabel}
    return {"marks": list(marks), "yscale": yscale, "height": height, "yticks": yticks, **text, **limits}


def line(x, y, label="", color=0, dash=False, width=2, step=False):
    """A curve through x (n,), y (n,); NaN is a gap; `step` keeps y until the next x."""
    return {"mark": "line", "x": x, "y": y, "label": label, "color": color, "dash": dash, "width": width, "step": step}


def path(xy, label="", color=0):
    """A way xy (n, 2) with its points, and a larger one where it ends."""
    return {"mark": "path", "xy": xy, "label": label, "color": color}


def points(x, y, label="", color=0, size=4):
    """Dots at x (n,), y (n,); `color` is an index, or the key of an array (n,) of indices."""
    return {"mark": "points", "x": x, "y": y, "label": label, "color": color, "size": size}


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
    """Level lines of z (rows, columns) over extent (x0, x1, y0, y1), as many as `levels`, through equal shares of z."""
    return {"mark": "contour", "z": z, "extent": list(extent), "levels": levels}


def cells(values, rows, columns, colors=None):
    """A small table of numbers (rows, columns), each cell as dark as its share of its row."""
    return {"mark": "cells", "values": values, "rows": list(rows), "columns": list(columns), "colors": colors}


def handle(x=None, y=None, label="", color=-1):
    """What the reader drags: `x` and `y` name controls; with one of them a line, with both a point."""
    return {"mark": "handle", "x": x, "y": y, "label": label, "color": color}


def number(key, label, formula="", digits=3):
    """A number that `state` returns, beside its formula; `{other}` in the formula is filled with the number `other`."""
    return {"key": key, "label": label, "formula": formula, "digits": digits}
