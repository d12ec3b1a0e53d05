"""What chapter 09 draws: the mechanisms first, then what is measured."""

import numpy as np

from dlbook.experiments import vanishing_gradients as experiments
from dlbook.experiments.measured import Table
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, gate, wire, written
from dlbook.scratch import activations, clipping

STYLES = ("-", "--", "-.", ":")
LOW = "₀₁₂₃₄₅₆₇₈₉"


# ── Mechanisms ──


def chain_pass(w: float, x: float = 0.0, units: int = 3) -> tuple[list[float], list[float], list[float]]:
    """Units in a row, each a = sigmoid(w · a before): their outputs, their slopes, and the last output's derivative
    in x and in each output."""
    a, slopes = [x], []
    for _ in range(units):
        slopes.append(float(activations.sigmoid_grad(w * a[-1])))
        a.append(float(activations.sigmoid(w * a[-1])))
    back = [1.0]
    for slope in reversed(slopes):
        back.insert(0, back[0] * slope * w)
    return a, slopes, back


def chain() -> Figure:
    """Three sigmoid units in a row, their outputs above the wires, the derivatives of the last one below."""
    a, slopes, back = chain_pass(1.0)
    figure = Figure(
        alt="Three sigmoid units in a row, each with the weight 1. The input is 0, the outputs are "
        + ", ".join(f"{v:.3f}" for v in a[1:])
        + ". Below the wires, from the input to the last output, stand the derivatives of the last output: "
        + ", ".join(f"{v:.4g}" for v in back) + ".",
        caption="Outputs above the wires run forward. Derivatives of the last output below them run back, and each unit"
        " multiplies what arrives by its slope, which is written under it. Three units leave about a seventy-fifth.",
    )  # fmt: skip
    with figure.panel(width=5.1, height=1.6) as ax:
        blank(ax, 6.8, 2.0)
        places = [(1.2, 1.2), (3.0, 1.2), (4.8, 1.2)]
        ax.text(0.05, 1.2, "x", ha="center", va="center", fontstyle="italic", fontsize=12)
        wire(ax, (0.15, 1.2), places[0], 0, f"{back[0]:.3f}", away=(0, 0.27))
        for k, (start, slope) in enumerate(zip(places, slopes, strict=True)):
            gate(ax, *start, "σ")
            end = places[k + 1] if k < 2 else (6.6, 1.2)
            wire(ax, start, end, f"{a[k + 1]:.3f}", f"{back[k + 1]:.3f}".replace("1.000", "1"), away=(0.27, 0.27))
            ax.text(start[0], 0.55, f"slope {slope:.3f}", ha="center", va="center", color=MUTED)
    return figure


def fans() -> Figure:
    """What one output adds up on the way forward, and what one input adds up on the way back."""
    inputs, units = [(0.6, y) for y in (3.3, 2.4, 1.5, 0.6)], [(2.9, 2.7), (2.9, 1.2)]
    figure = Figure(
        alt="Two drawings of a layer with four inputs and two units, a line from each input to each unit. Forward, four"
        " lines end in the first unit. Backward, two lines begin in the first input.",
        caption="A layer from four numbers to two. Forward, an output adds up as many products as there are inputs,"
        " here four. Backward, the gradient of an input adds up as many as there are outputs, here two. More terms"
        " make a larger sum, so the weights have to be smaller where a layer is wider.",
    )
    ways = (
        ("forward: 4 terms for each z", C0, lambda i, k: k == 0),
        ("backward: 2 terms for each ∂L/∂a", C1, lambda i, k: i == 0),
    )
    for title, colour, lit in ways:
        with figure.panel(title, width=3.1, height=2.9) as ax:
            blank(ax, 3.5, 3.8)
            for (i, start), (k, end) in ((one, other) for one in enumerate(inputs) for other in enumerate(units)):
                ends = (start, end) if colour == C0 else (end, start)
                wire(ax, *ends, colour=colour if lit(i, k) else GRID, away=(0.27, 0.27))
            for i, (x, y) in enumerate(inputs):
                gate(ax, x, y, f"a{LOW[i + 1]}", C1 if colour == C1 and i == 0 else FOREGROUND)
            for k, (x, y) in enumerate(units):
                gate(ax, x, y, f"z{LOW[k + 1]}", C0 if colour == C0 and k == 0 else FOREGROUND)
    return figure


def half() -> Figure:
    """Four equally likely z, and what ReLU makes of them."""
    z = np.array([-1.5, -0.5, 0.5, 1.5])
    a = activations.relu(z)
    figure = Figure(
        alt=f"Four bars z, {', '.join(written(v) for v in z)}, and the same after ReLU, "
        f"{', '.join(written(v) for v in a)}. The mean square is {np.mean(z**2):g} before and {np.mean(a**2):g} after.",
        caption="Four values of z that are equally likely, and their squares as areas. ReLU sets the two negative ones"
        " to 0. What is left has half of the mean square, whatever the values are, as long as z and −z are equally"
        " likely.",
    )
    for title, values, colour in (("z, mean square 1.25", z, C0), ("ReLU(z), mean square 0.625", a, C2)):
        with figure.panel(title, width=3.2, height=2.1) as ax:
            blank(ax, 6.4, 2.6)
            for left, value in zip((0.3, 2.0, 3.0, 4.0), values, strict=True):
                side = abs(value)
                corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) * side + [left, 0.6]
                ax.fill(*corners.T, color=colour, alpha=0.3)
                ax.plot(*corners.T, color=colour, linewidth=1.4)
                ax.text(left + max(side, 0.5) / 2, 0.3, written(float(value)), ha="center", va="center")
    return figure


def alike() -> Figure:
    """Two units that start alike: the same numbers forward, the same derivatives back."""
    a = float(np.tanh(0.5))
    w_grad = 0.5 * (1 - a**2)
    figure = Figure(
        alt=f"One input, two tanh units, one output. All four weights are 0.5. Each unit gives {a:.3f}. The derivative"
        f" is {w_grad:.3f} at each of the two weights in front of the units, and {a:.3f} at the two behind.",
        caption="Two units with the same weights. Beside each wire stand its weight and, after ∂, the derivative of the"
        " output by that weight. Both units say the same, and both are told the same.",
    )
    with figure.panel(width=4.6, height=2.6) as ax:
        blank(ax, 5.6, 3.1)
        x, out = (0.3, 1.55), (5.26, 1.55)
        ax.text(0.14, 1.55, "1", ha="center", va="center", color=C0, fontsize=12)
        gate(ax, *out, "z")
        for y in (2.5, 0.6):
            box(ax, 2.7, y, 0.9, 0.5, "tanh")
            arrow(ax, x, (2.25, y), MUTED)
            arrow(ax, (3.15, y), (5.0, 1.55), MUTED)
            level = y + (0.02 if y > 1.55 else -0.22)
            for left, value, grad in ((0.2, "w = 0.5", w_grad), (3.4, f"a = {a:.3f}, v = 0.5", a)):
                ax.text(left, level + 0.25, value, ha="left", va="center", color=C0, fontsize=9.5)
                ax.text(left, level - 0.05, f"∂: {grad:.3f}", ha="left", va="center", color=C1, fontsize=9.5)
    return figure


def turn() -> Figure:
    """One step with the same rate from two places in one direction: the longer weights turn a quarter as much."""
    w, theta = np.array([1.5, 2.0]), np.linspace(0, np.pi / 2, 50)
    grad = np.array([w[1] ** 2, -w[0] * w[1]]) / np.linalg.norm(w) ** 3  # of L = w₁ / ‖w‖
    length = np.linalg.norm(grad)
    figure = Figure(
        alt="Two quarter circles around 0. On the inner one a weight vector and its step, at a right angle to it. On"
        f" the outer one, twice as far, the step is half as long: {length:.2f} and {length / 2:.2f} for η = 1.",
        caption="A net that sees only the direction of its weights. Along a ray nothing changes, so the gradient lies"
        " across it. Twice as far out the gradient is half as long, and the same step turns the weights about a quarter"
        " as much.",
    )
    with figure.panel(
        xlabel="w₁", ylabel="w₂", width=3.9, height=3.9, xlim=(0, 5.3), ylim=(0, 5.3), aspect="equal"
    ) as ax:
        ax.plot([0, 3.9], [0, 5.2], ":", color=MUTED, linewidth=1.4)
        for times, colour in ((2, C1), (1, C0)):
            place = times * w
            ax.plot(*(np.linalg.norm(place) * np.array([np.cos(theta), np.sin(theta)])), color=GRID, linewidth=1.4)
            arrow(ax, (0, 0), place, colour)
            arrow(ax, place, place - 4 * grad / times, colour)
            ax.text(*(place + [0.2, -0.2]), "w" if times == 1 else "2w", ha="left", color=colour)
    return figure


CLIFF = {"start": 0.56, "lr": 0.14}  # of the drawing


def cliff_loss(theta):
    """A gentle slope with a cliff in it."""
    return 0.6 + 0.9 * (theta - 1.25) ** 2 + 2.2 / (1 + np.exp(28 * (theta - 0.6)))


def cliff() -> Figure:
    """A step at a cliff, as long as the slope says and clipped."""
    start, lr, limit = CLIFF["start"], CLIFF["lr"], 2.5
    slope = (cliff_loss(start + 1e-6) - cliff_loss(start - 1e-6)) / 2e-6
    ends = {
        "unclipped": start - lr * slope,
        "clipped": start - lr * float(clipping.clip_by_value(np.array(slope), limit)),
    }
    figure = Figure(
        alt=f"A curve with a cliff. On the cliff at θ = {start:g} the slope is {slope:.1f}. An unclipped step leads to"
        f" θ = {ends['unclipped']:.2f}, beyond the valley; a clipped one to {ends['clipped']:.2f}, to the foot of the"
        " cliff.",
        caption="On a cliff the slope is steep, and it says nothing about how far the valley is. The step that it asks"
        " for flies over the valley. Clipped, it lands at the foot of the cliff and goes on from there.",
    )
    with figure.panel(xlabel="θ", ylabel="loss", width=4.8, height=2.7, xlim=(0, 2.7), ylim=(0.4, 3.7)) as ax:
        theta = np.linspace(0, 2.7, 200)
        ax.plot(theta, cliff_loss(theta), color=MUTED)
        for (name, end), colour in zip(ends.items(), (C1, C0), strict=True):
            place = (start, cliff_loss(start))
            arrow(ax, place, (end, cliff_loss(end)), colour, bend=-0.25 if colour == C1 else 0.0)
            ax.plot(end, cliff_loss(end), "o", color=colour, markersize=6, label=name)
        ax.plot(start, cliff_loss(start), "o", color=FOREGROUND, markersize=6)
    return figure


def together() -> Figure:
    """The lengths of two gradients, shortened by one factor and each by itself."""
    full, limit = np.array([5.0, 12.0]), 6.5
    ends = {"together": full * limit / np.linalg.norm(full), "each by itself": np.minimum(full, limit)}
    words = "; ".join(f"{name} to ({x:g}, {y:g})" for name, (x, y) in ends.items())
    figure = Figure(
        alt=f"An arrow to (5, 12), of length 13, the lengths of two gradients. Clipped to {limit:g}: {words}.",
        caption="The weights have a gradient of length 5, the biases one of length 12, together 13. One factor for both"
        " keeps the direction. If each is clipped to 6.5 by itself, the short one stays, the long one is cut, and the"
        " step turns. It is also longer than 6.5.",
    )
    with figure.panel(
        xlabel="length, weights", ylabel="length, biases", width=3.6, height=4.0, xlim=(0, 8), ylim=(0, 13)
    ) as ax:
        ax.plot([0, full[0]], [0, full[1]], ":", color=MUTED, label="the gradient")
        for (name, end), colour, marker in zip(ends.items(), (C0, C1), ("o", "D"), strict=True):
            arrow(ax, (0, 0), end, colour)
            ax.plot(*end, marker, color=colour, label=name)
        ax.legend(loc="lower right", fontsize=9)
    return figure


# ── Measured ──


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
    figure = Figure(
        alt=f"{name}, {depth} layers of {experiments.WIDTH} units, logarithmic. {words}.",
        caption=f"The size of z on the way forward, and of its gradient on the way back, through {depth} layers of"
        f" {name}, from one draw of the weights. A straight line is the same factor at every layer. Read the"
        " gradient from right to left.",
    )
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
    figure = Figure(
        alt=f"Activations of tanh in three layers of {depth}, as histograms. In the middle layer {words}.",
        caption="What tanh gives in three layers. From weights of size 1 most units sit near −1 or 1, where tanh is"
        " flat. From weights of size 0.01 all of them sit at 0. From Xavier's weights they spread out.",
    )
    edges = np.linspace(-1, 1, 41)
    for init, run in runs.items():
        with figure.panel(init, "activation a", "share", width=3.2, height=2.6, yscale="log", ylim=(1e-4, 1)) as ax:
            for k, style in zip((0, depth // 2, depth - 1), STYLES, strict=False):
                share = np.histogram(run.a[k], edges)[0] / run.a[k].size
                ax.stairs(share, edges, linestyle=style, linewidth=1.6, label=f"layer {k + 1}")
            ax.legend(fontsize=8)
    return figure


WAYS = {"plain": "plain descent", "batch norm": "with batch norm", "Adam": "with Adam, no batch norm"}


def learned(table: Table) -> Figure:
    """Test accuracy of a ten-layer net for every activation and start, in three ways: mean and single seeds."""
    names, inits = list(experiments.ACTIVATIONS), list(experiments.INITS)
    found = {way: {name: table.of("accuracy", activation=name, way=way) for name in names} for way in WAYS}
    words = "; ".join(
        f"{WAYS[way]}: "
        + "; ".join(
            f"{name} " + ", ".join(f"{init} {seen.mean():.0%}" for init, seen in zip(inits, rows, strict=True))
            for name, rows in by_activation.items()
        )
        for way, by_activation in found.items()
    )
    figure = Figure(
        alt=f"Mean accuracy on unseen digits after 300 steps. {words}.",
        caption="Unseen digits read right after 300 steps. Bars are means of five draws, the lines go from the worst"
        " draw to the best, and the thin line is guessing. Batch norm lets every activation learn from Xavier and from"
        " He, and less well from weights of size 0.01. With Adam, ReLU learns from Xavier's weights in every draw.",
    )
    for way, by_activation in found.items():
        with figure.panel(WAYS[way], ylabel="test accuracy") as ax:
            for k, (name, runs) in enumerate(by_activation.items()):  # runs: (inits, seeds)
                place = np.arange(len(inits)) + 0.27 * (k - 1)
                ax.bar(place, runs.mean(axis=1), width=0.25, label=name)
                ax.vlines(place, runs.min(axis=1), runs.max(axis=1), color=FOREGROUND, linewidth=1.2)
            ax.axhline(0.1, color=MUTED, linewidth=0.8)
            ax.set_xticks(range(len(inits)), inits, fontsize=9)
            ax.set(ylim=(0, 1.2), yticks=np.linspace(0, 1, 6))
            ax.legend(loc="upper left", ncols=3, fontsize=9)
    return figure


def rates(table: Table, activation: str) -> Figure:
    """Test accuracy over the learning rate for every start, with batch norm."""
    name = activation[0].upper() + activation[1:]
    lrs = sorted({row["lr"] for row in table.run.rows})
    found = {
        init: np.array([table.of("accuracy", activation=activation, init=init, batch_norm=True, lr=lr) for lr in lrs])
        for init in experiments.INITS
    }  # (rates, seeds)
    words = "; ".join(
        f"{init}: " + ", ".join(f"{lr:g} {seen.mean():.0%}" for lr, seen in zip(lrs, runs, strict=True))
        for init, runs in found.items()
    )
    figure = Figure(
        alt=f"Mean accuracy on unseen digits over the learning rate, {activation} with batch norm. {words}.",
        caption=f"{name} with batch norm, trained from four starts at four learning rates. Lines are means of five"
        " draws, dots are the draws. The narrow start is best at a small rate, the wide one at a large rate.",
    )
    with figure.panel(xlabel="learning rate η", ylabel="test accuracy", xscale="log", ylim=(0, 1.02), width=5) as ax:
        for (init, runs), style, colour in zip(found.items(), STYLES, (C0, C1, C2, C3), strict=True):
            ax.plot(lrs, runs.mean(axis=1), style, color=colour, label=init)
            ax.plot(np.repeat(lrs, runs.shape[1]), runs.ravel(), "o", color=colour, markersize=2.5)
        ax.legend(loc="lower center", ncols=2, fontsize=9)
    return figure


def clipped(runs: dict[str, experiments.Descent]) -> Figure:
    """The loss and the norm of the gradient over the steps, with and without clipping."""
    words = "; ".join(f"{name}: test accuracy {run.accuracy:.0%}" for name, run in runs.items())
    figure = Figure(
        alt=f"Loss and gradient norm before each step. {words}.",
        caption="The same net from the same weights, with and without clipping. The crosses end where the numbers"
        " overflow. The clipped run has long gradients at first, too, but it takes short steps.",
    )
    for title, values in (("loss", "loss"), ("norm of the whole gradient", "norm")):
        with figure.panel(title, "step", yscale="log", ylim=(1e-3, 1e5)) as ax:
            for (name, run), style, color in zip(runs.items(), ("x-", "-"), (C1, C0), strict=True):
                seen = getattr(run, values)
                ax.plot(np.arange(len(seen)), seen, style, color=color, linewidth=1.4, markersize=5, label=name)
            ax.legend(fontsize=9)
    return figure


def arrows(grad=(10.0, 0.5), limit: float = 1.0) -> Figure:
    """A gradient clipped by value and by norm, as arrows."""
    grad = np.asarray(grad)
    ends = {"by value": clipping.clip_by_value(grad, limit), "by norm": clipping.clip_by_norm(grad, limit).grad}
    words = ", ".join(f"{name} to ({x:.2f}, {y:.2f})" for name, (x, y) in ends.items())
    figure = Figure(
        alt=f"The gradient ({grad[0]:g}, {grad[1]:g}) clipped to {limit:g}: {words}.",
        caption="The gradient (10, 0.5) points far out of the picture. By value, only its first component is cut, and"
        " what is left points elsewhere. By norm, it keeps its direction.",
    )
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
    figure = Figure(
        alt=f"Size of z over the layers, logarithmic: {ends}.",
        caption="The size of z in each of 21 layers of a linear net.",
    )
    with figure.panel("", "layer", "size of z", width=5, yscale="log") as ax:
        ax.plot(layer, size, "o-", markersize=4)
        ax.set_xticks(layer[::4])
    return figure
