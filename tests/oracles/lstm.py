"""Chapter 21's gates: torch's own cell takes the same steps, and each gate is a linear layer of torch's."""

import numpy as np
import torch
from torch import nn

from dlbook.experiments import lstm as lab
from dlbook.scratch import recurrent

RTOL = 1e-9


def sequence(written) -> tuple[np.ndarray, np.ndarray]:
    words = written.split()
    return np.array([float(word.strip("*")) for word in words]), np.array([float("*" in word) for word in words])


def stepped(values, marks, bias) -> dict[str, np.ndarray]:
    """i, f, o, c and the answer after each step."""
    weights = {name: torch.tensor(w) for name, w in lab.keeper().parts["rnn"].params.items()}
    cell, out = nn.LSTMCell(2, 1).double(), lab.keeper().parts["out"].params
    cell.load_state_dict({name.removesuffix("_l0"): w for name, w in weights.items()})
    with torch.no_grad():
        cell.bias_hh[1] += bias
    h, c, found = torch.zeros(1, 1).double(), torch.zeros(1, 1).double(), []
    for pair in np.stack([values, marks], axis=1):
        x = torch.tensor(pair[None])
        linear = nn.functional.linear
        z = linear(x, cell.weight_ih, cell.bias_ih) + linear(h, cell.weight_hh, cell.bias_hh)
        i, f, _, o = torch.sigmoid(z).chunk(4, dim=1)
        h, c = cell(x, (h, c))
        answer = linear(h, torch.tensor(out["weight"]), torch.tensor(out["bias"]))
        found.append([part.item() for part in (i, f, o, c, answer)])
    return dict(zip(("i", "f", "o", "c", "answer"), np.array(found).T, strict=True))


def oracle(written, bias) -> dict:
    values, marks = sequence(written)
    steps = stepped(values, marks, bias)
    at, others = [[f for f, mark in zip(steps["f"], marks, strict=True) if mark == m] for m in (1, 0)]
    found = {"read": len(values), "last": steps["answer"][-1], "lowest": min(others)}
    if not at:
        return found | dict.fromkeys(("wanted", "left", "closed"), np.nan)
    left = np.exp(np.log(steps["f"][list(marks).index(1) + 1 :]).sum())
    return found | {"wanted": values[marks == 1][-1], "left": left, "closed": max(at)}


def scratch(written, bias) -> dict:
    """The answer once more, by the layer that trains."""
    net, x = lab.keeper(), np.stack(sequence(written), axis=1)[:, None]
    weights = dict(net.parts["rnn"].params)
    weights["bias_hh_l0"] = weights["bias_hh_l0"] + [0, bias, 0, 0]
    _, (h_n, _) = recurrent.lstm(x, weights)
    return {"last": net.parts["out"](h_n[0]).item()}


def check_drawing(shown, controls) -> None:
    values, marks = sequence(controls["written"])
    for name, row in stepped(values, marks, controls["bias"]).items():
        np.testing.assert_allclose(shown[name], row, rtol=1e-9)
    np.testing.assert_array_equal(shown["values"], values)
    np.testing.assert_array_equal(shown["marked"][marks == 1], values[marks == 1])
    assert np.isnan(shown["marked"][marks == 0]).all() and shown["t"].tolist() == list(range(1, 13))
