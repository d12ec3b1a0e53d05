"""Chapter 09: the same net in torch, its gradients by autograd; the weights are drawn and scaled here once more."""

import math
from functools import cache

import numpy as np
import torch

from dlbook.experiments import vanishing_gradients as experiments
from dlbook.scratch import initializers

RTOL = 1e-6
SCALES = {"N(0, 1)": 1.0, "N(0, 0.01²)": 0.01, "He": math.sqrt(2 / 64)}
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "ReLU": 1.0}


def weight(init, rng):
    if init == "Xavier":
        return (2 * rng.random((64, 64)) - 1) * math.sqrt(6 / 128)
    return SCALES[init] * rng.normal(size=(64, 64))


@cache
def passed(depth, activation, init, batch_norm):
    """z, a and ∂L/∂z of every layer, as arrays, and the slopes at the end."""
    rng = np.random.default_rng(0)
    weights = [torch.from_numpy(weight(init, rng)) for _ in range(depth)]
    x, zs, outputs = torch.from_numpy(experiments.pixels(100)), [], []
    f = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}[activation]
    for w in weights:
        z = (x @ w.T).requires_grad_()
        z.retain_grad()
        x = f(torch.nn.functional.batch_norm(z, None, None, training=True) if batch_norm == "with" else z)
        zs.append(z)
        outputs.append(x)
    x.backward(torch.from_numpy(rng.normal(size=(100, 64))))
    as_arrays = lambda tensors: [t.detach().numpy() for t in tensors]
    return as_arrays(zs), as_arrays(outputs), as_arrays([z.grad for z in zs])


def rms(array):
    return math.sqrt((array**2).mean())


def oracle(depth, activation, init, batch_norm, place):
    depth = round(depth)
    z, a, grad = passed(depth, activation, init, batch_norm)
    found = {
        "z_first": rms(z[0]),
        "z_last": rms(z[-1]),
        "g_first": rms(grad[0]),
        "g_last": rms(grad[-1]),
        "forward_factor": (rms(z[-1]) / rms(z[0])) ** (1 / (depth - 1)),
        "backward_factor": (rms(grad[0]) / rms(grad[-1])) ** (1 / (depth - 1)),
        "ratio": rms(grad[0]) / rms(grad[-1]),
        "largest": np.abs(a[-1]).max(),
        "chosen": round(place * (depth - 1)) + 1,
    }
    out = a[-1]
    slope = {"sigmoid": out * (1 - out), "tanh": 1 - out**2, "ReLU": (out > 0) * 1.0}[activation]
    found["flat"] = (slope < 0.01 * STEEPEST[activation]).mean()
    return found


def scratch(depth, activation, init, batch_norm, place):
    """The spread of the weights, by the NumPy room: z of the first layer is the input's size times that."""
    if init not in ("Xavier", "He"):
        return {}
    rng = np.random.default_rng(0)
    draw = rng.random((64, 64)) if init == "Xavier" else rng.normal(size=(64, 64))
    w = initializers.xavier(draw) if init == "Xavier" else initializers.he(draw)
    return {"z_first": rms(experiments.pixels(100) @ w.T)}


def check_drawing(shown, values):
    """Sizes are those of torch's arrays, and each histogram counts its layer once."""
    depth = round(values["depth"])
    z, a, grad = passed(depth, values["activation"], values["init"], values["batch_norm"])
    np.testing.assert_allclose(shown["forwards"][:depth], [rms(array) for array in z], rtol=1e-3)
    np.testing.assert_allclose(shown["backwards"][:depth], [rms(array) for array in grad], rtol=1e-3)
    chosen = round(values["place"] * (depth - 1))
    assert shown["mark"].tolist() == [chosen + 1]
    np.testing.assert_allclose(shown["mark_forwards"], [rms(z[chosen])], rtol=1e-3)
    np.testing.assert_allclose(shown["mark_backwards"], [rms(grad[chosen])], rtol=1e-3)
    for name, k in (("first", 0), ("chosen", chosen), ("last", depth - 1)):
        scaled = a[k] / np.abs(a[k]).max()
        centres = np.round(shown["value"], 6)
        mean = (shown[f"a_of_{name}"] * centres).sum()
        np.testing.assert_allclose(mean, scaled.mean(), atol=0.03)
        np.testing.assert_allclose(shown[f"a_of_{name}"].sum(), 1, atol=5e-3)
        size = np.log10(np.abs(grad[k][grad[k] != 0]))
        np.testing.assert_allclose((shown[f"grads_of_{name}"] * shown["power"]).sum(), size.mean(), atol=0.6)
    ratio = rms(grad[0]) / rms(grad[-1])
    assert shown["verdict"] == ("vanishes" if ratio < 1e-2 else "explodes" if ratio > 1e2 else "arrives")
