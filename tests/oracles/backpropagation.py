"""Chapter 08: torch runs the same net forward, and autograd backward; the slips are made in torch's numbers."""

import numpy as np
import torch
from arithmetic import check_tables, sides

from dlbook.experiments import backpropagation_passes as net
from dlbook.explore.recorder import written
from dlbook.explorers.backpropagation import SAMPLES, SLIPS

RTOL = 1e-12
NAMES = "Z1 A1 Z2 A2 L dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1 dA0".split()
OF_A_SAMPLE = ("Z1", "A1", "Z2", "A2", "dA2", "dZ2", "dA1", "dZ1", "dA0")
SLIPPED = {name: i for i, name in enumerate(SLIPS)}  # 1: 1/m twice, 2: in b, 3: no σ′, 4: σ′(a)


def right(samples):
    """Every array of the pass without a slip, by its name in the code."""
    rows = list(SAMPLES[samples])
    A0, W1, b1, W2, b2 = (torch.tensor(a, requires_grad=True) for a in (net.A0[rows], net.W1, net.B1, net.W2, net.B2))
    Z1 = torch.nn.functional.linear(A0, W1, b1)
    A1 = torch.sigmoid(Z1)
    Z2 = torch.nn.functional.linear(A1, W2, b2)
    A2 = torch.sigmoid(Z2)
    L = torch.nn.functional.mse_loss(A2, torch.tensor(net.Y[rows])) / 2
    values = {"A0": A0, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "L": L}
    found = torch.autograd.grad(L, [tensor for name, tensor in values.items() if name != "L"])
    grads = {f"d{name}": grad for name, grad in zip([n for n in values if n != "L"], found, strict=True)}
    return {name: tensor.detach().numpy() for name, tensor in (values | grads).items()} | {"Y": net.Y[rows]}


def everything(samples, slip="none"):
    """The same with a slip, which reaches all that comes after it."""
    arrays, kind, m = right(samples), SLIPPED[slip], len(SAMPLES[samples])
    slope = lambda z: 1.0 if kind == 3 else np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2
    for layer, before in ((2, 1), (1, 0)):
        at = arrays[f"A{layer}" if kind == 4 else f"Z{layer}"]
        arrays[f"dZ{layer}"] = delta = arrays[f"dA{layer}"] * slope(at)
        weights = np.einsum("ik,ij->kj", delta, arrays[f"A{before}"])
        arrays[f"dW{layer}"] = weights / (m if kind == 1 else 1)
        arrays[f"db{layer}"] = np.einsum("ik->k", delta) / (m if kind in (1, 2) else 1)
        arrays[f"dA{before}"] = np.einsum("ik,kj->ij", delta, arrays[f"W{layer}"])
    return arrays


def looked_at(step, row, column, array):
    wish = [int(row), int(column)][2 - array.ndim :]
    return tuple(min(i, size - 1) for i, size in zip(wish, array.shape, strict=True))


def oracle(step, samples, slip, row, column):
    t, arrays, truth = int(step), everything(samples, slip), right(samples)
    name = NAMES[t - 1]
    index = looked_at(step, row, column, arrays[name])
    difference = 1.0 if name == "L" else truth[f"d{name.removeprefix('d')}"][index]
    return {
        "t": t, "sample": place(samples, name, index)[1], "value": arrays[name][index], "loss": arrays["L"],
        "difference": float(f"{difference:.3g}"),
    }  # fmt: skip


def place(samples, name, index):
    """Which row of the batch the net shows, and the number of that sample."""
    at = index[0] if name in OF_A_SAMPLE else 0
    return at, {0: 1, 1: 2, 2: 3, 3: 3}[SAMPLES[samples][at]]


def scratch(step, samples, slip, row, column):
    return {"loss": net.mlp_pass(SAMPLES[samples]).names["L"]}


def check_drawing(shown, values):
    """Tables, net and words against torch's arrays; the explanation, worked out, gives the number that is lit."""
    t, arrays = int(values["step"]), everything(values["samples"], values["slip"])
    check_tables(shown, arrays, RTOL)
    left, sign, result = sides(shown["explained"])
    assert result == written(shown["values"][shown["lit"] == 2].item())
    assert (sign == "=") == (written(left) == result)
    np.testing.assert_allclose(left, shown["value"], rtol=0.03, atol=2e-3)
    check_net(shown, values, t, arrays)
    check_flow(shown, t, arrays)
    check_words(shown, values, t)


def check_net(shown, values, t, arrays):
    """For the sample that is shown: what is known of it stands in its place, and nothing else."""
    name = NAMES[t - 1]
    s, _ = place(values["samples"], name, looked_at(t, values["row"], values["column"], arrays[name]))
    there = lambda *names: next((arrays[n][s] for n in names if n in NAMES[:t]), None)
    hidden, out = there("A1", "Z1"), there("A2", "Z2")
    same(shown["node_values"], [*arrays["A0"][s], *known(hidden, 3), *known(out, 1)])
    same(shown["node_grads"], [*known(there("dA0"), 2), *known(there("dZ1", "dA1"), 3), *known(there("dZ2", "dA2"), 1)])
    once_more = len(SAMPLES[values["samples"]]) if SLIPPED[values["slip"]] == 1 else 1
    lines = []
    for layer, back in ((1, "dA0"), (2, "dA1")):
        if f"dW{layer}" in NAMES[:t] and name != back:
            own = np.outer(arrays[f"dZ{layer}"][s], arrays[f"A{layer - 1}"][s]) / once_more
            lines += [*own.ravel()]
        else:
            lines += [*arrays[f"W{layer}"].ravel()]
        assert (f"∂L/∂W{'⁰¹²'[layer]}" in shown["on_lines"]) == (f"dW{layer}" in NAMES[:t] and name != back)
    same(shown["edge_values"], lines)
    assert ("this sample's part" in shown["on_lines"]) == (
        "∂" in shown["on_lines"] and values["samples"] == "all three"
    )
    assert ("z¹" in shown["inside"], "a¹" in shown["inside"]) == (t == 1, t >= 2)
    assert ("z²" in shown["inside"], "ŷ" in shown["inside"]) == (t == 3, t >= 4)
    made = {"∂L/∂ŷ": t == 6, "∂L/∂z²": t >= 7, "∂L/∂a¹": t == 10, "∂L/∂z¹": t >= 11, "∂L/∂x": t >= 14}
    assert {word: word in shown["below"] for word in made} == made


def check_flow(shown, t, arrays):
    """An array is lit once its line has run, and its gradient has its shape."""
    flow = ["A0", "Z1", "A1", "Z2", "A2", "L"]
    for i, name in enumerate(flow):
        assert shown["flow_shapes"][i] == (str(arrays[name].shape) if arrays[name].ndim else "")
        done = name == "A0" or name in NAMES[:t]
        assert (shown["flow_lit"][i] > 0, shown["flow_lit"][i] == 2) == (done, name == NAMES[t - 1])
        assert (shown["back_lit"][i] > 0, shown["back_lit"][i] == 2) == (
            f"d{name}" in NAMES[:t],
            f"d{name}" == NAMES[t - 1],
        )
    assert [line.split(" = ")[0] for line in shown["listing"]] == NAMES
    labels = "".join(shown["node_names"])
    assert ("z₁z₂z₃" in labels, labels.endswith("z")) == (t == 1, t < 4)


def check_words(shown, values, t):
    """The sheet's line belongs to the batch that was chosen, and the verdict to the two numbers."""
    several = values["samples"] == "all three"
    assert ("for each sample" in shown["sheet"]) == (several and t <= 5)
    if t > 6:
        assert ("Z[" in shown["sheet"]) == several and ("∂L/∂z[" in shown["sheet"]) != several
    assert ("1/m · ∂L/∂Z" in shown["sheet"]) == (several and NAMES[t - 1] in ("db1", "db2"))
    if t > 5:
        assert ("not the same" in shown["verdict"]) == (abs(shown["value"] / shown["difference"] - 1) > 6e-3)


def known(array, size):
    return [np.nan] * size if array is None else array


def same(shown, numbers):
    np.testing.assert_allclose(shown, numbers, rtol=RTOL, atol=1e-14)
