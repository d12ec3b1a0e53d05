"""How an explorer is laid out: panels hold marks, and the numbers stand beside them."""

import math

from dlbook.explore.marks.mark import Mark


def panel(*marks: Mark, title="", xlabel="", ylabel="", xlim=None, ylim=None, yscale="linear", height=280, yticks=True):
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


def number(key, label, formula="", digits=3):
    """A number that `state` returns, beside its formula; `{other}` in the formula is filled with the number `other`."""
    return {"key": key, "label": label, "formula": formula, "digits": digits}


def laid_out(drawing: dict, reached: dict[str, tuple[float, float]]) -> dict:
    """A panel as the page reads it: all limits set, in the units that are drawn, as declared or by what is drawn."""
    given = {"xlim": drawing["xlim"], "ylim": drawing["ylim"]}
    if drawing["yscale"] == "log" and given["ylim"]:
        given["ylim"] = [math.log10(end) for end in given["ylim"]]
    limits = {name: ends or _reach(drawing["marks"], name[0], reached) for name, ends in given.items()}
    return drawing | limits | {"marks": [mark.spec() for mark in drawing["marks"]]}


def _reach(marks: list[Mark], axis: str, reached: dict) -> list[float]:
    """From the least to the greatest that the marks draw along "x" or "y", upwards with some air."""
    ends = [stretch for mark in marks for stretch in mark.reach(axis, reached)]
    low, high = min((a for a, _ in ends), default=0.0), max((b for _, b in ends), default=1.0)
    if low == high:
        return [low - 0.5, high + 0.5]
    air = 0.05 * (high - low) if axis == "y" else 0.0
    return [low - air, high + air]
