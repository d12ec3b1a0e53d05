"""Chapter 07, the graph: PyTorch's own, with every node's gradient kept; and the book's nodes."""

import numpy as np
import torch

from dlbook.experiments import theory
from dlbook.scratch.graph import compute_graph

RTOL = 1e-10
FORWARDS, BACKWARDS = "przadsL", "LrsdyazbpxwW"  # in W, the second part has come


def walked(w, b, y):
    """Every node's value and gradient, by name."""
    n = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in zip("wxby", (w, 2, b, y), strict=True)}
    n["p"], n["r"] = n["w"] * n["x"], n["w"] * n["w"]
    n["z"] = n["p"] + n["b"]
    n["a"] = torch.sigmoid(n["z"])
    n["d"] = n["a"] - n["y"]
    n["s"] = n["d"] * n["d"]
    n["L"] = n["s"] + n["r"]
    for node in n.values():
        node.retain_grad()
    n["L"].backward()
    return {k: v.item() for k, v in n.items()}, {k: v.grad.item() for k, v in n.items()}


def oracle(step, w, b, y):
    value, slope = walked(w, b, y)
    along_p = slope["p"] * value["x"]  # what reaches w first
    steps = [0, *(value[k] for k in FORWARDS), *({**slope, "W": slope["w"], "w": along_p}[k] for k in BACKWARDS)]
    return {
        "t": round(step), "made": steps[round(step)], "cost": value["L"], "w_slope": slope["w"], "x_slope": slope["x"],
        "b_slope": slope["b"],
    }  # fmt: skip


def scratch(step, w, b, y):
    value, grads = compute_graph(theory.unit_cost, w, 2.0, b, y)
    return {"cost": value, "w_slope": grads[0], "x_slope": grads[1], "b_slope": grads[2]}


def check_drawing(shown, values):
    step = round(values["step"])
    value, slope = walked(values["w"], values["b"], values["y"])
    names = "wxbyrpzadsL"
    forwards, backwards = {*"wxby", *FORWARDS[:step]}, BACKWARDS[: max(step - 7, 0)]
    expected = [value[k] if k in forwards else np.nan for k in names]
    np.testing.assert_allclose(shown["values"], expected, rtol=RTOL, atol=1e-15)
    for k, gradient in zip(names, shown["grads"], strict=True):
        assert np.isnan(gradient) == (k not in backwards)
        if k in backwards and (k != "w" or "W" in backwards):
            np.testing.assert_allclose(gradient, slope[k], rtol=RTOL, atol=1e-15)
    assert (shown["lit"] == 2).sum() == (step > 0) and len(shown["edge_lit"]) == 11
    now = ("", *FORWARDS, *BACKWARDS.replace("W", "w"))[step]
    assert not now or shown["lit"][names.index(now)] == 2
    edges = ["wr", "wp", "xp", "pz", "bz", "za", "ad", "yd", "ds", "sL", "rL"]
    lit = {edge for edge, how in zip(edges, shown["edge_lit"], strict=True) if how == 2}
    back = {"w": {"wr"} if "W" in backwards else {"wp"}}  # w hears twice, over one line at a time
    ways = {e for e in edges if e[1] == now} if step <= 7 else back.get(now, {e for e in edges if e[0] == now})
    assert lit == (ways if step else set())
