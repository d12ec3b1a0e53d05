"""Chapter 08: torch runs the same net forward, and autograd backward."""

import re

import numpy as np
import torch

from dlbook.experiments import backpropagation as net
from dlbook.explorers.backpropagation import SAMPLES

RTOL = 1e-12
NAMES = "Z1 A1 Z2 A2 L dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1 dA0".split()


def everything(samples):
    """Every array of the pass, by its name in the code."""
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


def looked_at(step, row, column, array):
    wish = [int(row) - 1, int(column) - 1][2 - array.ndim :]
    return tuple(min(i, size - 1) for i, size in zip(wish, array.shape, strict=True))


def oracle(step, samples, row, column):
    t, arrays = int(step), everything(samples)
    name = NAMES[t - 1]
    index = looked_at(step, row, column, arrays[name])
    of_a_sample = name in ("Z1", "A1", "Z2", "A2", "dA2", "dZ2", "dA1", "dZ1", "dA0")
    sample = SAMPLES[samples][index[0] if of_a_sample else 0] + 1
    return {"t": t, "sample": sample, "value": arrays[name][index], "loss": arrays["L"]}


def scratch(step, samples, row, column):
    return {"loss": net.mlp_pass(SAMPLES[samples]).names["L"]}


def check_drawing(shown, values):
    """Every number in the tables is torch's, in reading order; the explanation ends in the number that is lit."""
    arrays = everything(values["samples"])
    for table, name in zip(shown["values"].split("|"), shown["names"].split("|"), strict=True):
        numbers = [number(text) for text in re.split("[; ]", table)]
        np.testing.assert_allclose(numbers, arrays[name.split()[0]].ravel(), rtol=0.06, atol=1e-12)
    assert (
        number(shown["explained"].rpartition(" = ")[2])
        == numbers[int(np.flatnonzero(shown["lit"] == 2)[0]) - len(numbers_before(shown))]
    )


def numbers_before(shown):
    """The numbers of all tables but the last."""
    return [text for table in shown["values"].split("|")[:-1] for text in re.split("[; ]", table)]


def number(text):
    """A number as the page writes it: −6.5·10⁻⁵."""
    digits, _, power = text.replace("−", "-").partition("·10⁻")
    return float(digits) * 10.0 ** -int("".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(d)) for d in power) or 0)
