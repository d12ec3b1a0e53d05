"""What chapter 09 draws."""

import numpy as np

from dlbook.experiments import vanishing_gradients as experiments
from dlbook.experiments.measured import Table
from dlbook.figures import C0, C1, FOREGROUND, MUTED, Figure

STYLES = ("-", "--", "-.", ":")


def _ends(kinds: dict[str, np.ndarray]) -> str:
    """In words, what each of several curves has in the first and in the last layer."""
    return ", ".join(
        f"{init} {values[0]:.1e} in layer 1, {values[-1]:.1e} in layer {len(values)}" for init, values in kinds.items()
    )


def layer_sizes(activation: str, depth: int = 30, batch_norm: bool = False) -> Figure:
    """The size of z forwards and of ∂L/∂z backwards, layer by layer, for every initialization."""
    runs = {init: experiments.deep_pass(activation, init, depth, batch_norm) for init in experiments.INITS}
    ways = {
        "forwards: size of z": {init: experiments.sizes(run.z) for init, run in runs.items()},
        "backwards: size of ∂L/∂z": {init: experiments.sizes(run.z_grad) for init, run in runs.items()},
    }
    words = "; ".join(f"{way}: {_ends(kinds)}" for way, kinds in ways.items())
    name = f"{activation} with batch norm" if batch_norm else activation
    figure = Figure(alt=f"{name}, {depth} layers of {experiments.WIDTH} units, logarithmic. {words}.")
    layer = np.arange(1, depth + 1)
    for way, kinds in ways.items():
        with figure.panel(f"{name}, {way}", "layer", yscale="log") as ax:
            for (init, values), style in zip(kinds.items(), STYLES, strict=True):
                ax.plot(layer, values, linestyle=style, label=init)
            ax.legend(fontsize=9)
    return figure


def saturation(depth: int = 30) -> Figure:
    """Histograms of tanh's activations in the first, the middle and the last layer: too wide, too narrow, right."""
    inits = ("N(0, 1)", "N(0, 0.01²)", "Xavier")
    runs = {init: experiments.deep_pass("tanh", init, depth) for init in inits}
    flat = {init: experiments.saturated(run, "tanh")[depth // 2] for init, run in runs.items()}
    words = "; ".join(f"{init}: {share:.0%} of the units saturated" for init, share in flat.items())
    figure = Figure(alt=f"Activations of tanh in three layers of {depth}, as histograms. In the middle layer {words}.")
    edges = np.linspace(-1, 1, 41)
    for init, run in runs.items():
        with figure.panel(init, "activation a", "share", width=3.2, height=2.6, yscale="log", ylim=(1e-4, 1)) as ax:
            for k, style in zip((0, depth // 2, depth - 1), STYLES, strict=False):
                share = np.histogram(run.a[k], edges)[0] / run.a[k].size
                ax.stairs(share, edges, linestyle=style, linewidth=1.6, label=f"layer {k + 1}")
            ax.legend(fontsize=8)
    return figure


def learned(table: Table) -> Figure:
    """Test accuracy of a ten-layer net for every activation and start, in three ways: mean, worst and best seed."""
    names, inits = list(experiments.ACTIVATIONS), list(experiments.INITS)
    found = {way: [table.of("accuracy", activation=a, way=way) for a in names] for way in experiments.WAYS}
    words = "; ".join(
        f"{way}: "
        + "; ".join(
            f"{name} " + ", ".join(f"{init} {seen.mean():.0%}" for init, seen in zip(inits, rows, strict=True))
            for name, rows in zip(names, by_activation, strict=True)
        )
        for way, by_activation in found.items()
    )
    figure = Figure(
        alt=f"Mean accuracy on unseen digits after 300 steps. {words}.",
        caption="Batch norm lets every activation learn from Xavier and from He, and not from weights of size 0.01. "
        "Adam rescues ReLU from Xavier's weights.",
    )
    for way, by_activation in found.items():
        with figure.panel(way, ylabel="test accuracy") as ax:
            for k, (name, runs) in enumerate(zip(names, by_activation, strict=True)):  # runs: (inits, seeds)
                place = np.arange(len(inits)) + 0.27 * (k - 1)
                ax.bar(place, runs.mean(axis=1), width=0.25, label=name)
                ax.vlines(place, runs.min(axis=1), runs.max(axis=1), color=FOREGROUND, linewidth=1.2)
            ax.axhline(0.1, color=MUTED, linewidth=0.8)
            ax.set_xticks(range(len(inits)), inits, fontsize=9)
            ax.set(ylim=(0, 1.2), yticks=np.linspace(0, 1, 6))
            ax.legend(loc="upper left", ncols=3, fontsize=9)
    return figure


def clipped(runs: dict[str, experiments.Descent]) -> Figure:
    """The loss and the norm of the gradient over the steps, with and without clipping."""
    words = "; ".join(f"{name}: test accuracy {run.accuracy:.0%}" for name, run in runs.items())
    figure = Figure(alt=f"Loss and gradient norm before each step. {words}.")
    for title, values in (("loss", "loss"), ("norm of the whole gradient", "norm")):
        with figure.panel(title, "step", yscale="log", ylim=(1e-3, 1e5)) as ax:
            for (name, run), style, color in zip(runs.items(), ("x-", "-"), (C1, C0), strict=True):
                seen = getattr(run, values)
                ax.plot(np.arange(len(seen)), seen, style, color=color, linewidth=1.4, markersize=5, label=name)
            ax.legend(fontsize=9)
    return figure


def arrows(grad=(10.0, 0.5), limit: float = 1.0) -> Figure:
    """A gradient clipped by value and by norm, as arrows."""
    from dlbook.scratch import clipping

    grad = np.asarray(grad)
    ends = {"by value": clipping.clip_by_value(grad, limit), "by norm": clipping.clip_by_norm(grad, limit).grad}
    words = ", ".join(f"{name} to ({x:.2f}, {y:.2f})" for name, (x, y) in ends.items())
    figure = Figure(alt=f"The gradient ({grad[0]:g}, {grad[1]:g}) clipped to {limit:g}: {words}.")
    with figure.panel(
        "Clipped to 1", "∂L/∂θ₁", "∂L/∂θ₂", width=5.4, height=2.8, xlim=(-0.1, 2.2), ylim=(-0.1, 0.8)
    ) as ax:
        ax.plot([0, grad[0]], [0, grad[1]], ":", color=MUTED, label="the gradient, to (10, 0.5)")
        for (name, (x, y)), color, marker in zip(ends.items(), (C1, C0), ("D", "o"), strict=True):
            ax.plot([0, x], [0, y], color=color)
            ax.plot(x, y, marker, color=color, label=name)
        ax.legend(loc="upper left")
    return figure


def sizes_to_read() -> Figure:
    """The size of z in a linear net, for the exercise that asks for the variance of its weights."""
    from dlbook.exercises import vanishing_gradients as exercises

    layer, size = exercises.linear_sizes()
    ends = f"{size[0]:.2g} in layer 1, {size[-1]:.2g} in layer {layer[-1]}"
    figure = Figure(alt=f"Size of z over the layers, logarithmic: {ends}.")
    with figure.panel("", "layer", "size of z", width=5, yscale="log") as ax:
        ax.plot(layer, size, "o-", markersize=4)
        ax.set_xticks(layer[::4])
    return figure
