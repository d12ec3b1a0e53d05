"""Chapter 02: a function and its derivative, a point z to drag, and the stretches where learning stops."""

import numpy as np

from dlbook.explore.explorer import Choice, Slider, band, explore, handle, line, number, panel, points
from dlbook.scratch import activations

Z = np.linspace(-6, 6, 241)
SATURATED = 0.05  # less than this share of a gradient passes
NAMES = {
    "sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu", "leaky ReLU": "leaky_relu", "ELU": "elu",
    "GELU": "gelu", "SiLU": "silu",
}  # fmt: skip
PARAMETER = {"leaky ReLU": "negative_slope", "ELU": "alpha"}


def evaluate(kind: str, alpha: float, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """f(z) and f′(z) of one function; α is used by leaky ReLU and ELU only."""
    options = {PARAMETER[kind]: alpha} if kind in PARAMETER else {}
    f, f_grad = getattr(activations, NAMES[kind]), getattr(activations, f"{NAMES[kind]}_grad")
    return f(z, **options), f_grad(z, **options)


def saturated(slope: np.ndarray) -> np.ndarray:
    """The stretches of Z where |f′| < 5 %, as (2, 2) with NaN where there are fewer than two."""
    flat = np.abs(slope) < SATURATED
    edges = np.flatnonzero(np.diff(np.r_[False, flat, False].astype(int))).reshape(-1, 2)  # [first, after the last)
    stretches = np.full((2, 2), np.nan)
    stretches[: len(edges)] = np.column_stack([Z[edges[:, 0]], Z[edges[:, 1] - 1]])
    return stretches


def state(kind: str, compare: str, alpha: float, z: float) -> dict:
    """Everything that the explorer shows, computed by dlbook.scratch.activations."""
    value, slope = evaluate(kind, alpha, Z)
    other_value, other_slope = evaluate(compare, alpha, Z)
    at_value, at_slope = evaluate(kind, alpha, np.array([z]))
    passes = abs(at_slope[0])
    return {
        "z_axis": Z,
        "value": value,
        "slope": slope,
        "other_value": other_value,
        "other_slope": other_slope,
        "flat": saturated(slope),
        "at_z": np.array([z]),
        "at_value": at_value,
        "at_slope": at_slope,
        "f": at_value[0],
        "df": at_slope[0],
        "other_df": evaluate(compare, alpha, np.array([z]))[1][0],
        "after_five": passes**5,
        "verdict": "the unit is dead here" if passes == 0 else "saturated" if passes < SATURATED else "it learns",
    }


def explorer():
    """The explorer of chapter 02."""
    return explore(
        state,
        panel(
            band("flat", label="less than 5 % of the gradient passes"),
            line("z_axis", "other_value", label="for comparison", color=1, dash=True),
            line("z_axis", "value", label="f(z)"),
            handle(x="z", label="z"),
            points("at_z", "at_value", color=0, size=7),
            title="The function",
            xlabel="z",
            ylabel="f(z)",
            xlim=(-6, 6),
            ylim=(-2.2, 6),
        ),
        panel(
            band("flat"),
            line("z_axis", "other_slope", label="for comparison", color=1, dash=True),
            line("z_axis", "slope", label="f′(z)"),
            handle(x="z", label="z"),
            points("at_z", "at_slope", color=0, size=7),
            title="Its derivative: what is left of a gradient",
            xlabel="z",
            ylabel="f′(z)",
            xlim=(-6, 6),
            ylim=(-0.1, 1.6),
        ),
        slug="activations",
        title="Where does it stop learning?",
        alt="An activation function and its derivative, with a point z that can be dragged; the stretches where the "
        "derivative is below 5 percent are shaded.",
        says="At z = {z:.3g}, {kind} is {f:.3g} and its derivative is {df:.3g}: {verdict}. "
        "After five such layers {after_five:.2g} of a gradient is left. The derivative of {compare} at z is "
        "{other_df:.3g}.",
        numbers=[
            number("f", "value", "f({z:.3g})"),
            number("df", "derivative", "f′({z:.3g})"),
            number("after_five", "left after five such layers", "|{df:.3g}|⁵"),
            number("other_df", "derivative of the comparison", "{compare}"),
        ],
        presets={
            "Saturated sigmoid": {"kind": "sigmoid", "compare": "tanh", "z": -4.5},
            "Dead ReLU": {"kind": "ReLU", "compare": "leaky ReLU", "z": -2, "alpha": 0.1},
            "Leaky ReLU recovers": {"kind": "leaky ReLU", "compare": "ReLU", "z": -2, "alpha": 0.1},
            "GELU falls": {"kind": "GELU", "compare": "ReLU", "z": -1.5},
            "ELU with a kink": {"kind": "ELU", "compare": "leaky ReLU", "z": -0.5, "alpha": 1.5},
        },
        kind=Choice(*NAMES, label="function"),
        compare=Choice(*NAMES, start="tanh", label="compare with"),
        z=Slider(-6, 6, 49, start=-3, label="z"),
        alpha=Slider(values=(0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.8, 1, 1.5), start=0.1, label="slope α"),
    )
