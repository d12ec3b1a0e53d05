"""Chapter 21's gradients: torch's own layers with the weights drawn here once more, and autograd."""

import math
from functools import cache

import numpy as np
import torch
from torch import nn

from dlbook.experiments import lstm as lab

RTOL = 1e-8
T, D, H, N = 100, 8, 32, 16


@cache
def passed(net, bias) -> tuple[np.ndarray, float]:
    """The gradient's length at every step back, as shares; of an LSTM the geometric mean of its forget gates, too."""
    rng, layer = np.random.default_rng(0), getattr(nn, net)(D, H).double()
    rows, bound = len(layer.bias_ih_l0), 1 / math.sqrt(H)
    shapes = {"weight_ih_l0": (rows, D), "weight_hh_l0": (rows, H), "bias_ih_l0": (rows,), "bias_hh_l0": (rows,)}
    layer.load_state_dict({name: torch.tensor(rng.uniform(-bound, bound, shape)) for name, shape in shapes.items()})
    with torch.no_grad():
        layer.bias_hh_l0[H : 2 * H] += bias
    x, u = torch.tensor(rng.normal(size=(T, N, D)), requires_grad=True), torch.tensor(rng.normal(size=(1, N, H)))
    output, last = layer(x)
    (u * (last[0] if net == "LSTM" else last)).sum().backward()
    length = torch.linalg.vector_norm(x.grad, dim=(1, 2)).numpy()[::-1]
    if net != "LSTM":
        return length / length[0], math.nan
    before = torch.cat([torch.zeros(1, N, H).double(), output[:-1]])
    z = x @ layer.weight_ih_l0.T + layer.bias_ih_l0 + before @ layer.weight_hh_l0.T + layer.bias_hh_l0
    return length / length[0], nn.functional.logsigmoid(z[..., H : 2 * H]).mean().exp().item()


def oracle(bias, back) -> dict:
    curve, f = passed("LSTM", bias)
    return {
        "chosen": back,
        "f": f,
        "share": curve[int(back)],
        "gate_share": math.exp(back * math.log(f)),
        "plain": passed("RNN", 0.0)[0][int(back)],
        "half": -1 / math.log2(f),
    }


def scratch(bias, back) -> dict:
    return {"share": lab.input_gradients("LSTM", bias)[int(back)]}


def check_drawing(shown, controls) -> None:
    curve, f = passed("LSTM", controls["bias"])
    np.testing.assert_allclose(shown["ours"], curve, rtol=1e-7)
    np.testing.assert_allclose(shown["there"], curve[[int(controls["back"])]], rtol=1e-7)
    np.testing.assert_allclose(shown["gates"], np.exp(np.arange(T) * np.log(f)), rtol=1e-8)
    for name, net in (("rnn", "RNN"), ("gru", "GRU")):
        np.testing.assert_allclose(shown[name], np.maximum(passed(net, 0.0)[0], 1e-30), rtol=1e-6)
    assert shown["at"].tolist() == [controls["back"]] and shown["k"].tolist() == list(range(T))
