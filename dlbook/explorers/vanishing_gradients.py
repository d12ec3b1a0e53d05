"""Chapter 09: how far numbers get, forwards and backwards, over depth, activation, initialization and batch norm."""

from functools import cache

import numpy as np

from dlbook.experiments.vanishing_gradients import ACTIVATIONS, INITS, Pass, deep_pass, per_layer, saturated, sizes
from dlbook.explore.explorer import Choice, Slider, explore, line, number, panel, points

DEPTHS = (2, 5, 10, 20, 30, 50)
SAMPLES = 100
BATCH_NORM = {"without": False, "with": True}
VALUE_EDGES = np.linspace(-1, 1, 41)
LOG_EDGES = np.arange(-24, 21)  # powers of ten; what is smaller or larger counts in the first or the last bin
PLACES = {"first": 0.0, "last": 1.0}


@cache
def through(activation: str, init: str, depth: int, batch_norm: bool) -> Pass:
    return deep_pass(activation, init, depth, batch_norm, SAMPLES)


def padded(values: np.ndarray) -> np.ndarray:
    """As long in every state: NaN after the last layer."""
    return np.append(values, np.full(DEPTHS[-1] - len(values), np.nan))


def shares(array: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Which share of the numbers falls between two edges; what lies outside counts in the first or the last bin."""
    return np.histogram(np.clip(array, edges[0], edges[-1]), edges)[0] / array.size


def logs(array: np.ndarray) -> np.ndarray:
    """log₁₀ |g| of all numbers that are not 0; of no number, the lowest."""
    size = np.abs(array[array != 0])
    return np.log10(size) if size.size else np.full(1, LOG_EDGES[0] + 0.5)


def state(depth: float, activation: str, init: str, batch_norm: str, place: float) -> dict:
    """Sizes layer by layer, and histograms in the first, the last and a chosen layer."""
    depth = round(depth)
    run = through(activation, init, depth, BATCH_NORM[batch_norm])
    forwards, backwards = sizes(run.z), sizes(run.z_grad)
    shown = {
        "layer": padded(np.arange(1.0, depth + 1)),
        "forwards": padded(forwards),
        "backwards": padded(backwards),
        "value": (VALUE_EDGES[1:] + VALUE_EDGES[:-1]) / 2,
        "power": LOG_EDGES[:-1] + 0.5,
    }
    for name, share in (PLACES | {"chosen": place}).items():
        k = round(share * (depth - 1))
        shown[f"a_of_{name}"] = shares(run.a[k] / max(np.abs(run.a[k]).max(), 1e-300), VALUE_EDGES)
        shown[f"grads_of_{name}"] = shares(logs(run.z_grad[k]), LOG_EDGES)
    ratio, chosen = backwards[0] / backwards[-1], round(place * (depth - 1))
    return shown | {
        "chosen": chosen + 1.0,
        "mark_forwards": forwards[chosen : chosen + 1],
        "mark_backwards": backwards[chosen : chosen + 1],
        "mark": np.array([chosen + 1.0]),
        "z_first": forwards[0],
        "z_last": forwards[-1],
        "g_first": backwards[0],
        "g_last": backwards[-1],
        "forward_factor": per_layer(forwards),
        "backward_factor": per_layer(backwards[::-1]),
        "ratio": ratio,
        "largest": np.abs(run.a[-1]).max(),
        "flat": saturated(run, activation)[-1],
        "verdict": "vanishes" if ratio < 1e-2 else "explodes" if ratio > 1e2 else "arrives",
    }


def _three(x: str, what: str) -> list:
    """The histograms of the first and the last layer, thin, and of the chosen one, thick."""
    return [
        line(x, f"{what}_first", label="first layer", color=-1, step=True, width=1),
        line(x, f"{what}_last", label="last layer", color=-1, step=True, dash=True, width=1),
        line(x, f"{what}_chosen", label="chosen layer", color=4, step=True, width=2.5),
    ]


def explorer():
    """The explorer of chapter 09."""
    return explore(
        state,
        panel(
            line("layer", "forwards", label="z, forwards"),
            line("layer", "backwards", label="∂L/∂z, backwards", color=1, dash=True),
            points("mark", "mark_forwards", label="the chosen layer", color=0, size=6, ring=True),
            points("mark", "mark_backwards", color=1, size=6, ring=True),
            title="Size (√ mean square), layer by layer",
            xlabel="layer",
            ylabel="size",
            yscale="log",
            xlim=(1, 50),
            ylim=(1e-24, 1e24),
            height=300,
        ),
        panel(
            *_three("value", "a_of"),
            title="Activations",
            xlabel="a, as a share of the layer's largest |a|",
            ylabel="share of the units",
            xlim=(-1, 1),
            ylim=(0, 0.6),
            height=300,
        ),
        panel(
            *_three("power", "grads_of"),
            title="Gradients",
            xlabel="log₁₀ |∂L/∂z|",
            ylabel="share of those that are not 0",
            xlim=(-24, 20),
            ylim=(0, 1),
            height=300,
        ),
        slug="vanishing_gradients",
        title="How far do numbers get?",
        alt="The size of z and of its gradient in every layer of a deep net of 64 units a layer, fed with real digits; "
        "histograms of activations and of gradients in its first, its last and a chosen layer.",
        says="{depth:.0f} layers of {activation}, weights from {init}, {batch_norm} batch norm: the gradient {verdict}."
        " In layer 1 it is {ratio:.2g} times as large as in the last; z goes from {z_first:.2g} to {z_last:.2g}."
        " The histograms show layer {chosen:.0f}.",
        numbers=[
            number("forward_factor", "z, from one layer to the next", "(last / first) to the power 1 / (layers − 1)"),
            number("backward_factor", "∂L/∂z, from one layer to the one before", "(first / last), likewise"),
            number("z_last", "size of z in the last layer", "√ mean z²"),
            number("g_first", "size of ∂L/∂z in the first layer", "√ mean (∂L/∂z)²; {g_last:.2g} in the last"),
            number("flat", "saturated in the last layer", "slope below 1 % of the steepest"),
            number("largest", "largest |a| of the last layer", "max |a|"),
        ],
        presets={
            "Sigmoid vanishes": {"depth": 20, "activation": "sigmoid", "init": "Xavier"},
            "ReLU explodes": {"depth": 20, "activation": "ReLU", "init": "N(0, 1)"},
            "Xavier starves ReLU": {"depth": 50, "activation": "ReLU", "init": "Xavier"},
            "He keeps ReLU": {"depth": 50, "activation": "ReLU", "init": "He"},
            "The wrong start that is right": {"depth": 20, "activation": "sigmoid", "init": "N(0, 1)"},
            "With batch norm it arrives": {"depth": 20, "activation": "tanh", "init": "N(0, 1)", "batch_norm": "with"},
        },
        depth=Slider(values=DEPTHS, start=10, label="layers"),
        activation=Choice(*ACTIVATIONS, start="tanh", label="activation"),
        init=Choice(*INITS, start="Xavier", label="weights"),
        batch_norm=Choice(*BATCH_NORM, start="without", label="batch norm"),
        place=Slider(values=(0, 0.25, 0.5, 0.75, 1), start=0.5, label="place in net"),
    )
