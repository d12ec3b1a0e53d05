"""Chapter 09: the first step by torch's autograd, and what was learned straight from the stored table."""

import math
import statistics
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

import dlbook
from dlbook.experiments import vanishing_gradients as lab

RTOL = 1e-6
TABLE = tomllib.loads((Path(dlbook.__file__).parent / "data/measured/vanishing_gradients.toml").read_text())[
    "over_rates"
]
RATES, INITS = (0.001, 0.01, 0.1, 1.0), ("N(0, 1)", "N(0, 0.01²)", "Xavier", "He")


def draws(activation, init, batch_norm, lr) -> list[float]:
    """The five numbers of a row."""
    wanted = {"activation": activation, "init": init, "batch_norm": batch_norm == "with", "lr": lr}
    (row,) = [row for row in TABLE["rows"] if all(row[key] == value for key, value in wanted.items())]
    return row["accuracy"]


@cache
def first_step(activation, init, batch_norm):
    """For each hidden layer the size of a, and ‖∂L/∂W‖ / ‖W‖."""
    net = lab.deep_mlp(activation, init, 10, np.random.default_rng(0))
    weights = [torch.tensor(array, requires_grad=True) for array in net.parameters().values() if array.ndim == 2]
    X, _, y, _ = lab.halves()
    a, seen = torch.tensor(X[:128]), []
    sigma = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}[activation]
    for weight in weights[:-1]:
        z = a @ weight.T
        a = sigma(torch.nn.functional.batch_norm(z, None, None, training=True) if batch_norm == "with" else z)
        seen.append(a)
    torch.nn.functional.cross_entropy(a @ weights[-1].T, torch.tensor(y[:128]).long()).backward()
    sizes = [root_mean_square(a) for a in seen]
    return sizes, [(w.grad.norm() / w.norm()).item() for w in weights[:-1]]


def root_mean_square(a) -> float:
    return statistics.fmean(a.detach().square().flatten().tolist()) ** 0.5


def nearest(lr):
    return min(RATES, key=lambda rate: abs(math.log(rate / lr)))


def oracle(activation, init, batch_norm, lr):
    lr = nearest(lr)
    signal, share = first_step(activation, init, batch_norm)
    here = draws(activation, init, batch_norm, lr)
    return {
        "rate": lr,
        "signal_first": signal[0],
        "signal_last": signal[-1],
        "share_first": lr * share[0],
        "share_last": lr * share[-1],
        "accuracy": statistics.fmean(here),
        "least": sorted(here)[0],
        "most": sorted(here)[-1],
        "best_rate": max(RATES, key=lambda rate: sum(draws(activation, init, batch_norm, rate))),
    }


def scratch(activation, init, batch_norm, lr):
    return {}


def check_drawing(shown, values):
    """The curves are torch's, the bars are means, one of them lit, and each dot is a draw above its bar."""
    lr = nearest(values["lr"])
    signal, share = first_step(values["activation"], values["init"], values["batch_norm"])
    np.testing.assert_allclose(shown["signal"], np.clip(np.log10(signal), -15, 7), rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(shown["share"], np.clip(np.log10(lr * np.array(share)), -15, 7), rtol=1e-4, atol=1e-3)
    rows = [[draws(values["activation"], init, values["batch_norm"], rate) for rate in RATES] for init in INITS]
    for k, row in enumerate(rows):
        np.testing.assert_allclose(shown[f"from_{k}"], [100 * statistics.fmean(five) for five in row], rtol=1e-4)
    own = rows[INITS.index(values["init"])]
    np.testing.assert_allclose(shown["draws"], [100 * value for five in own for value in five], rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(shown["draw_x"], [power for power in (-3, -2, -1, 0) for _ in range(5)])
    assert shown["mark"][0] == shown["chosen_line"][RATES.index(lr)] and 10 ** shown["mark_x"][0] == pytest.approx(lr)
    thrown, still = max(share) * lr > 1, min(share) * lr < 1e-6
    assert ("throws" in shown["verdict"], "leaves" in shown["verdict"]) == (thrown, still and not thrown)
