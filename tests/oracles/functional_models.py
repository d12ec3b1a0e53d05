"""Chapter 18: PyTorch builds the same graph, and says by itself whether it runs; the sizes follow from the choices."""

import numpy as np
import torch
from torch import nn

from dlbook.explorers import functional_models as explorer

RTOL = 1e-12


def chosen(second, join):
    """Whether there are two images, and whether both of them come on."""
    two = second != "no second image"
    return two, two and join != "none"


def built(features, second, join, expects, skip, outputs):
    """The layers by name, in torch."""
    two, joined = chosen(second, join)
    net = nn.ModuleDict({"tower": nn.Linear(64, features)})
    if two and second != "the same tower":
        net["second"] = nn.Linear(64, features * (2 if second == "a wider tower" else 1))
    net["block"], net["what"] = nn.Linear(expects, expects), nn.Linear(expects, 10)
    if outputs == "two":
        net["where"] = nn.Linear(expects, 2)
    return net


def run(features, second, join, expects, skip, outputs):
    """The shape of every value until torch stops, in the order of the rows."""
    two, joined = chosen(second, join)
    net = built(features, second, join, expects, skip, outputs)
    x, found = torch.zeros(32, 64), {}
    try:
        last = found["tower"] = net["tower"](x)
        if two:
            found["second"] = net["tower" if second == "the same tower" else "second"](x)
        if joined:
            pair = found["tower"], found["second"]
            last = found["join"] = torch.stack(pair).sum(0) if join == "add" else torch.cat(pair, 1)
        end = found["block"] = net["block"](last)
        if skip == "with a skip":
            end = found["sum"] = torch.stack([end, last]).sum(0)
        for head in ("what", "where")[: 1 + (outputs == "two")]:
            found[head] = net[head](end)
    except RuntimeError:  # two shapes that do not fit
        pass
    return {name: tuple(value.shape) for name, value in found.items()}, sum(p.numel() for p in net.parameters())


def counted(features, second, join, expects, skip, outputs, order):
    """How many rows there are, the shapes of what is computed, the parameters: 0 and none for what is no graph."""
    two, joined = chosen(second, join)
    rows = 1 + two + joined + 1 + (skip == "with a skip") + 1 + (outputs == "two")
    if order == "block last" or (two and not joined):
        return rows, {}, 0
    return rows, *run(round(features), second, join, round(expects), skip, outputs)


def oracle(**values):
    rows, shapes, parameters = counted(**values)
    return {
        "rows": rows,
        "reached": len(shapes),
        "parameters": parameters,
        "line": expected_line(rows, shapes, **values),
    }


def expected_line(rows, shapes, second, join, skip, order, **_):
    """The row that stops it: the first that takes the block where this comes last; one past the end for a loose end."""
    two, joined = chosen(second, join)
    if order == "block last":
        return 1 + two + joined + 1
    return rows + 1 if two and not joined else len(shapes) + 1


def scratch(**values):
    return {}


def check_drawing(shown, values):
    rows, shapes, _ = counted(**values)
    two, joined = chosen(values["second"], values["join"])
    labels = dict(zip(explorer.NAMES, shown["labels"], strict=True))
    for name, shape in shapes.items():
        assert labels[name] == f"{name} {shape}"
    present = {name for name, label in labels.items() if label}
    expected = {"a", "tower", "block", "what"}
    expected |= {"b", "second"} if two else set()
    expected |= {"join"} if joined else set()
    expected |= {"sum"} if values["skip"] == "with a skip" else set()
    expected |= {"where"} if values["outputs"] == "two" else set()
    assert present == expected
    assert {name for name, label in labels.items() if "(" in label} - {"a", "b"} == shapes.keys()
    used = {edge for edge, lit in zip(explorer.EDGES, shown["used"], strict=True) if lit}
    last = "join" if joined else "tower"
    end = "sum" if "sum" in present else "block"
    lines = {("a", "tower"), (last, "block"), (end, "what")}
    lines |= {("b", "second")} if two else set()
    lines |= {("tower", "join"), ("second", "join")} if joined else set()
    lines |= {("block", "sum"), (last, "sum")} if end == "sum" else set()
    lines |= {(end, "where")} if "where" in present else set()
    assert used == lines
    runs = len(shapes) == rows
    assert shown["verdict"].startswith("it runs") == runs and (shown["lit"] == 2).sum() <= (not runs)
    assert len(shown["lines"]) == rows + 1
    words = {
        "block last": "cycle" if values["order"] == "block last" else "",
        "loose": "nothing takes" if two and not joined and values["order"] == "as it runs" else "",
    }
    assert all(word in shown["verdict"] for word in words.values())
    np.testing.assert_array_equal(np.isin(shown["lit"], (0, 1, 2)), True)
