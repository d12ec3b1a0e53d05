"""Chapter 09: what batch norm does to a start, layer by layer, and what the net learns from there at four rates."""

from functools import cache

import numpy as np

from dlbook.experiments import measured
from dlbook.experiments import vanishing_gradients as lab
from dlbook.explore.explorer import Choice, Slider, explore, line, number, panel, points

DEPTH = 10
RATES = (0.001, 0.01, 0.1, 1.0)
BATCH_NORM = {"without": False, "with": True}
INITS = list(lab.INITS)
LOWEST, HIGHEST = -15, 7  # powers of ten that are drawn


@cache
def start(activation: str, init: str, batch_norm: bool) -> lab.Start:
    return lab.at_the_start(activation, init, batch_norm, depth=DEPTH)


@cache
def accuracies(activation: str, batch_norm: bool) -> np.ndarray:
    """Percent of the unseen digits read right, as measured: (inits, rates, seeds)."""
    of = measured.table(lab.over_rates).of
    rows = [
        [of("accuracy", activation=activation, init=i, batch_norm=batch_norm, lr=lr) for lr in RATES] for i in INITS
    ]
    return 100 * np.array(rows)


def logs(values: np.ndarray) -> np.ndarray:
    """log₁₀, no lower and no higher than what is drawn."""
    return np.clip(np.log10(np.maximum(values, 1e-300)), LOWEST, HIGHEST)


def verdict(share: np.ndarray) -> str:
    """What the first step does, from the shares by which it moves the weights of each layer."""
    if share.max() > 1:
        return "The first step throws weights further than they are long."
    if share.min() < 1e-6:
        return "The first step leaves some weights where they are."
    return "The first step moves the weights of every layer a little."


def state(activation: str, init: str, batch_norm: str, lr: float) -> dict:
    """The first step of a ten-layer net, and what 300 steps lead to from each start."""
    rate = int(np.abs(np.log10(RATES) - np.log10(max(lr, 1e-9))).argmin())
    begun = start(activation, init, BATCH_NORM[batch_norm])
    share = RATES[rate] * begun.share
    seen, chosen = accuracies(activation, BATCH_NORM[batch_norm]), INITS.index(init)
    means, draws, here = seen.mean(axis=2), seen[chosen], seen[chosen, rate]
    best = int(means[chosen].argmax())
    return {
        "layer": np.arange(1.0, DEPTH + 1),
        "signal": logs(begun.signal),
        "share": logs(share),
        "ends": np.array([1.0, DEPTH]),
        "whole": np.zeros(2),
        "power": np.log10(RATES),
        **{f"from_{k}": means[k] for k in range(len(INITS))},
        "chosen_line": means[chosen],
        "draw_x": np.repeat(np.log10(RATES), draws.shape[1]),
        "draws": draws.ravel(),
        "mark_x": np.log10(RATES)[[rate]],
        "mark": means[chosen, [rate]],
        "rate": RATES[rate],
        "signal_first": begun.signal[0],
        "signal_last": begun.signal[-1],
        "share_first": share[0],
        "share_last": share[-1],
        "accuracy": here.mean() / 100,
        "least": here.min() / 100,
        "most": here.max() / 100,
        "best_rate": RATES[best],
        "verdict": verdict(share),
    }


def explorer():
    """The second explorer of chapter 09."""
    return explore(
        state,
        panel(
            line("layer", "signal", label="size of a, forwards"),
            line("layer", "share", label="first step, as a share of ‖W‖", color=1, dash=True),
            line("ends", "whole", color=-1, width=1),
            title="Before the first step, layer by layer",
            xlabel="layer",
            ylabel="power of ten",
            xlim=(1, DEPTH),
            ylim=(LOWEST, HIGHEST),
            height=300,
        ),
        panel(
            *(line("power", f"from_{k}", label=init, color=k, dash=k > 1, width=1.5) for k, init in enumerate(INITS)),
            line("power", "chosen_line", label="the chosen start", color=-1, width=3),
            points("draw_x", "draws", label="its five draws", color=-1, size=2.5),
            points("mark_x", "mark", color=4, size=7, ring=True),
            title="After 300 steps, from each start",
            xlabel="log₁₀ of the learning rate",
            ylabel="% of unseen digits read right",
            xlim=(-3.1, 0.1),
            ylim=(0, 100),
            height=300,
        ),
        slug="vanishing_gradients_batch_norm",
        title="What batch norm leaves to the learning rate",
        alt="For a net of ten hidden layers, the size of the activations and the share by which the first step moves"
        " the weights, layer by layer; beside them, for each of four starts, what the net reads of unseen digits after"
        " 300 steps, over the learning rate.",
        says="{activation} from {init}, {batch_norm} batch norm, η = {rate:.3g}. {verdict} It moves them by"
        " {share_first:.2g} of their length in layer 1 and by {share_last:.2g} in layer 10. After 300 steps"
        " {accuracy:.0%} of the unseen digits are read right, from {least:.0%} to {most:.0%} in five draws.",
        numbers=[
            number("signal_first", "size of a in layer 1", "√ mean a²"),
            number("signal_last", "size of a in layer 10", "√ mean a²"),
            number("share_first", "first step in layer 1", "η ‖∂L/∂W‖ / ‖W‖, with η = {rate:.3g}"),
            number("share_last", "first step in layer 10", "likewise"),
            number("accuracy", "read right, mean of five draws", "{accuracy:.3f}, chance is 0.1"),
            number("least", "worst of five", ""),
            number("most", "best of five", ""),
            number("best_rate", "best of the four rates for this start", "by the mean of five draws"),
            number("rate", "learning rate η", ""),
        ],
        presets={
            "Lost without batch norm": {
                "activation": "ReLU",
                "init": "N(0, 0.01²)",
                "batch_norm": "without",
                "lr": 1.0,
            },
            "Found, but thrown": {"activation": "tanh", "init": "N(0, 0.01²)", "batch_norm": "with", "lr": 0.1},
            "A small rate for narrow weights": {
                "activation": "tanh",
                "init": "N(0, 0.01²)",
                "batch_norm": "with",
                "lr": 0.001,
            },
            "A large rate for wide weights": {"activation": "ReLU", "init": "N(0, 1)", "batch_norm": "with", "lr": 1.0},
            "Even the sigmoid": {"activation": "sigmoid", "init": "Xavier", "batch_norm": "with", "lr": 0.1},
        },
        activation=Choice(*lab.ACTIVATIONS, start="ReLU", label="activation"),
        init=Choice(*INITS, start="He", label="weights"),
        batch_norm=Choice(*BATCH_NORM, start="without", label="batch norm"),
        lr=Slider(values=RATES, start=0.1, label="learning rate"),
    )
