"""Chapter 21: how far the gradient of an untrained LSTM reaches, over the bias of its forget gate."""

from functools import cache

import numpy as np

from dlbook.experiments import lstm as lab
from dlbook.explore.explorer import Slider, explore, line, number, panel, points, rule

T, LEAST = 100, 1e-30
NETS = ("RNN", "GRU", "LSTM")


@cache
def curve(net: str, bias: float = 0.0) -> np.ndarray:
    return lab.input_gradients(net, bias, T)


def state(bias: float, back: float) -> dict:
    """The curves, and the gradient so many steps back."""
    k, ours, f = round(back), curve("LSTM", bias), lab.mean_forget_gate(bias, T)
    steps = np.arange(float(T))
    return {
        "k": steps,
        "ours": ours,
        "rnn": np.maximum(curve("RNN"), LEAST),
        "gru": np.maximum(curve("GRU"), LEAST),
        "gates": f**steps,
        "at": np.array([float(k)]),
        "there": ours[[k]],
        "chosen": float(k),
        "f": f,
        "share": float(ours[k]),
        "gate_share": f**k,
        "plain": float(curve("RNN")[k]),
        "half": float(np.log(0.5) / np.log(f)),
    }


def explorer():
    """The gradient over time of chapter 21."""
    return explore(
        state,
        panel(
            line("k", "ours", label="LSTM", color=0, width=3),
            line("k", "gates", label="the forget gates alone", color=0, dash=True, width=1),
            line("k", "gru", label="GRU", color=2, width=1),
            line("k", "rnn", label="plain net", color=1, width=1),
            points("at", "there", color=0, size=6),
            rule(x="chosen"),
            title="How strongly h depends on the input k steps before",
            xlabel="steps back, k",
            ylabel="share of that at k = 0",
            yscale="log",
            xlim=(0, T - 1),
            ylim=(1e-16, 100),
            height=340,
        ),
        slug="lstm_gradient",
        title="The gradient over time",
        alt="Curves over the steps back on a logarithmic axis, the LSTM's thick, a plain net's and a GRU's thin, and a"
        " dashed one of what the forget gates alone would leave.",
        says="With {bias} added to its bias the forget gate is {f:.2f} on average. {back:.0f} steps back, the LSTM has"
        " {share:.2g} of the gradient, the plain net {plain:.2g}.",
        numbers=[
            number("f", "forget gate, geometric mean"),
            number("share", "LSTM, k steps back"),
            number("gate_share", "the gates alone", formula="f to the power k"),
            number("plain", "plain net, k steps back"),
            number("half", "steps until half is left", formula="ln ½ / ln f"),
        ],
        presets={
            "As PyTorch starts it": {"bias": 0},
            "As Keras does": {"bias": 1},
            "Open": {"bias": 3},
            "Wide open": {"bias": 5},
            "Closed": {"bias": -1},
        },
        bias=Slider(-1, 5, 13, start=0, label="added to the bias of f"),
        back=Slider(values=(1, 5, 10, 20, 50, 99), start=50, label="k"),
    )
