"""Chapter 02, the way back: torch.optim.SGD moves all starts at once, with torch's activations and derivatives."""

from functools import cache

import numpy as np
import torch
from oracles.activations import TORCH, torch_value_and_slope

from dlbook.experiments import activations as experiments

RTOL = 1e-9
STARTS = np.linspace(-10, 1, 23)
ALPHA = {"leaky ReLU": 0.01, "ELU": 1.0}
NAMES = {
    "sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu", "leaky ReLU": "leaky_relu", "ELU": "elu", "SiLU": "silu",
}  # fmt: skip


@cache
def ways(kind):
    """z of every start after 0, 1, …, 3000 steps, (3001, 23)."""
    z = torch.tensor(STARTS, requires_grad=True)
    optimizer, seen = torch.optim.SGD([z], lr=0.5), [STARTS]
    for _ in range(3000):
        optimizer.zero_grad()
        ((TORCH[kind](z, ALPHA.get(kind)) - 0.8) ** 2 / 2).sum().backward()
        optimizer.step()
        seen.append(z.detach().numpy().copy())
    return np.array(seen)


def way(kind, start):
    return ways(kind)[:, np.flatnonzero(np.isclose(STARTS, start))[0]]


def oracle(kind, compare, start, step):
    z = way(kind, start)[int(step)]
    a, slope = torch_value_and_slope(kind, [z], ALPHA.get(kind))
    return {
        "z": z, "a": a[0], "slope": slope[0], "gradient": (a[0] - 0.8) * slope[0],
        "other_z": way(compare, start)[int(step)],
    }  # fmt: skip


def scratch(kind, compare, start, step):
    return {"z": experiments.way_back(NAMES[kind], start, steps=int(step))[-1]}


def told(kind, start):
    """First step near the target, by torch's values."""
    a, _ = torch_value_and_slope(kind, way(kind, start), ALPHA.get(kind))
    near = np.abs(a - 0.8) < 0.05
    return f"arrives in step {near.argmax():,}" if near.any() else "does not arrive in 3,000 steps"


def check_drawing(shown, values):
    """Curves, ways and verdicts are torch's."""
    start, step = values["start"], int(values["step"])
    for kind, prefix in ((values["kind"], ""), (values["compare"], "other_")):
        f, _ = torch_value_and_slope(kind, shown["z_axis"], ALPHA.get(kind))
        np.testing.assert_allclose(shown[f"{prefix}value"], f, rtol=1e-12, atol=1e-15)
        steps = np.rint(10 ** shown["shown"] - 1).astype(int)
        assert steps[0] == 0 and steps[-1] == 3000
        np.testing.assert_allclose(shown[f"{prefix}way"], way(kind, start)[steps], rtol=1e-9)
        np.testing.assert_allclose(shown[f"{prefix}here"], way(kind, start)[[step]], rtol=1e-9)
        here, _ = torch_value_and_slope(kind, shown[f"{prefix}here"], ALPHA.get(kind))
        np.testing.assert_allclose(shown[f"{prefix}here_value"], here, rtol=1e-12)
    np.testing.assert_allclose(10 ** shown["now"], [1 + step])
    dead = shown["slope"] == 0
    assert shown["verdict"] == ("is dead: its derivative is 0" if dead else told(values["kind"], start))
    assert shown["other_verdict"] == told(values["compare"], start)
