"""Chapter 02: torch says what every function and its derivative is."""

import numpy as np
import torch
from torch.nn import functional as F

from dlbook.scratch import activations

RTOL = 1e-12

TORCH = {
    "sigmoid": lambda z, alpha: torch.sigmoid(z),
    "tanh": lambda z, alpha: torch.tanh(z),
    "ReLU": lambda z, alpha: F.relu(z),
    "leaky ReLU": lambda z, alpha: F.leaky_relu(z, alpha),
    "ELU": lambda z, alpha: F.elu(z, alpha),
    "GELU": lambda z, alpha: F.gelu(z),
    "SiLU": lambda z, alpha: F.silu(z),
}
SCRATCH = {
    "sigmoid": lambda z, alpha: (activations.sigmoid(z), activations.sigmoid_grad(z)),
    "tanh": lambda z, alpha: (activations.tanh(z), activations.tanh_grad(z)),
    "ReLU": lambda z, alpha: (activations.relu(z), activations.relu_grad(z)),
    "leaky ReLU": lambda z, alpha: (activations.leaky_relu(z, alpha), activations.leaky_relu_grad(z, alpha)),
    "ELU": lambda z, alpha: (activations.elu(z, alpha), activations.elu_grad(z, alpha)),
    "GELU": lambda z, alpha: (activations.gelu(z), activations.gelu_grad(z)),
    "SiLU": lambda z, alpha: (activations.silu(z), activations.silu_grad(z)),
}


def torch_value_and_slope(kind, z, alpha):
    z = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    f = TORCH[kind](z, alpha)
    return f.detach().numpy(), torch.autograd.grad(f.sum(), z)[0].numpy()


def oracle(kind, compare, z, alpha):
    (f, df), (_, other_df) = (torch_value_and_slope(name, z, alpha) for name in (kind, compare))
    return {"f": f, "df": df, "other_df": other_df, "after_five": abs(df) ** 5}


def scratch(kind, compare, z, alpha):
    (f, df), (_, other_df) = (SCRATCH[name](np.float64(z), alpha) for name in (kind, compare))
    return {"f": f, "df": df, "other_df": other_df}


def check_drawing(shown, values):
    """The curves are torch's, and what is shaded is flat."""
    z = shown["z_axis"]
    for kind, prefix in ((values["kind"], ""), (values["compare"], "other_")):
        f, df = torch_value_and_slope(kind, z, values["alpha"])
        np.testing.assert_allclose(shown[f"{prefix}value"], f, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(shown[f"{prefix}slope"], df, rtol=1e-12, atol=1e-15)
    ends = shown["flat"][~np.isnan(shown["flat"]).any(axis=1)]
    shaded = ((ends[:, :1] <= z) & (z <= ends[:, 1:])).any(axis=0)
    assert shaded.tolist() == (np.abs(shown["slope"]) < 0.05).tolist()
    passes = abs(shown["df"])
    assert shown["verdict"] == (
        "the unit is dead here" if passes == 0 else "saturated" if passes < 0.05 else "it learns"
    )
