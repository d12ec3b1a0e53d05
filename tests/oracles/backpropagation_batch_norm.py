"""Chapter 08, batch norm: torch normalizes, autograd goes back."""

import numpy as np
import torch
from arithmetic import check_tables, sides, worked_out
from oracles.backpropagation import looked_at

from dlbook.experiments import backpropagation_passes as net
from dlbook.explorers.backpropagation_batch_norm import BATCHES

RTOL = 1e-9
NAMES = "mu C var s H Y M V dbeta dgamma dH p q dX".split()


def everything(batch):
    """Every array of the pass, by its name in the code."""
    rows = list(BATCHES[batch])
    X, gamma, beta = (torch.tensor(a, requires_grad=True) for a in (net.X_BN[rows], net.GAMMA, net.BETA))
    dY = torch.tensor(net.UPSTREAM[rows])
    M, V = torch.zeros(2, dtype=torch.float64), torch.ones(2, dtype=torch.float64)  # moved in place
    Y = torch.nn.functional.batch_norm(X, M, V, gamma, beta, training=True)
    dX, dgamma, dbeta = torch.autograd.grad(Y, (X, gamma, beta), dY)
    mean, var = X.mean(0), X.var(0, unbiased=False)
    H, dH = (X - mean) / (var + 1e-5).sqrt(), dY * gamma
    values = {"mu": mean, "C": X - mean, "var": var, "s": (var + 1e-5) ** -0.5, "H": H, "Y": Y, "dY": dY, "X": X}
    values |= {"gamma": gamma, "beta": beta, "dbeta": dbeta, "dgamma": dgamma, "dH": dH, "dX": dX}
    values |= {"M0": torch.zeros(2), "V0": torch.ones(2), "M": M, "V": V}
    values |= {"p": dH.mean(0), "q": (dH * H).mean(0)}
    return {name: tensor.detach().numpy() for name, tensor in values.items()}


def oracle(step, batch, row, column):
    arrays = everything(batch)
    array = arrays[NAMES[int(step) - 1]]
    return {"t": int(step), "value": array[looked_at(step, row, column, array)], "pull": np.abs(arrays["dX"]).max()}


def scratch(step, batch, row, column):
    return {"pull": np.abs(net.batch_norm_pass(BATCHES[batch]).names["dX"]).max()}


def check_drawing(shown, values):
    """The tables hold torch's numbers, in reading order; an = adds up; what is not made yet is not lit."""
    arrays = everything(values["batch"])
    check_tables(shown, arrays, 1e-7)
    left, sign, result = sides(shown["explained"])
    np.testing.assert_allclose(worked_out(result), shown["value"], rtol=0.06)
    if sign == "=":
        np.testing.assert_allclose(left, shown["value"], rtol=0.06, atol=1e-12)
    check_pulls(shown, values)
    assert (shown["known"] == 2).sum() == 1 and (shown["known"] > 0).sum() == 2 + int(values["step"])


def check_pulls(shown, values):
    """torch's Jacobian of the normalized column; what stands for a third sample that is not there is empty."""
    column = torch.tensor(net.X_BN[list(BATCHES[values["batch"]])])[:, [int(values["column"])]]
    normalized = lambda x: torch.nn.functional.batch_norm(x, None, None, training=True)[:, 0]
    expected = torch.autograd.functional.jacobian(normalized, column)[:, :, 0].numpy()
    m = len(expected)
    np.testing.assert_allclose(shown["pulls"][:m, :m], expected, rtol=1e-7, atol=1e-9)
    assert np.isnan(shown["pulls"]).sum() == 9 - m * m
