"""What chapter 08 draws: the mechanisms first, then what is measured."""

import numpy as np

from dlbook.figures import C0, C1, C2, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, gate, wire, written


def circuit() -> Figure:
    """The way forward and the way back through L = (w x − y)²."""
    w, x, y = 3, 2, 4
    product = w * x
    slope = 2 * (product - y)  # of the square
    inputs = (("w", (0.2, 2.4), w, slope * x), ("x", (0.2, 1.1), x, slope * w), ("y", (1.7, 0.4), y, -slope))
    figure = Figure(
        alt=f"A circuit: w = {w} and x = {x} meet in a product, {product}; y = {y} is subtracted, {product - y}; the"
        f" square is L = {(product - y) ** 2}. Below the wires stand the derivatives of L: 1 at L, {slope} before the"
        " square and at the product, " + ", ".join(f"{written(grad)} at {name}" for name, _, _, grad in inputs) + ".",
        caption="Values above the wires run forward, derivatives of L below them run back. Each gate multiplies what"
        " arrives from the right by a slope of its own, and hands the product on to the left.",
    )
    with figure.panel(width=5.2, height=2.5) as ax:
        blank(ax, 6.0, 2.7)
        times, minus, square = gate(ax, 1.7, 1.75, "×"), gate(ax, 3.1, 1.1, "−"), gate(ax, 4.5, 1.1, "( )²")
        for name, place, value, grad in inputs:
            ax.text(*place, name, ha="center", va="center", fontstyle="italic", fontsize=12)
            wire(ax, place, minus if name == "y" else times, value, grad, away=(0.16, 0.27))
        wire(ax, times, minus, product, slope)
        wire(ax, minus, square, product - y, slope)
        wire(ax, square, (5.8, 1.1), (product - y) ** 2, 1, away=(0.27, 0.18))
        ax.text(5.8, 1.1, "L", ha="center", va="center", fontstyle="italic", fontsize=12)
    return figure


def gates() -> Figure:
    """What adding, the maximum, multiplying and a fork do with what comes back."""
    a, b, back = 3, -4, 2
    rows = [
        ("Add distributes", "+", (a, b, a + b), (back, back)),
        ("Max routes", "max", (a, b, max(a, b)), (back * (a > b), back * (b > a))),
        ("Multiply swaps", "×", (a, b, a * b), (back * b, back * a)),
    ]
    told = [f"{title}: {written(first)} to {a}, {written(second)} to −4" for title, _, _, (first, second) in rows]
    figure = Figure(
        alt=f"Three gates get {a} and −4, and a derivative of {back} comes back to each. {'; '.join(told)}. At a fork,"
        f" 2 and 5 come back and add up to {2 + 5}.",
        caption="The three gates that nearly everything is made of, and the fork. A derivative of 2 arrives at each"
        " gate from the right, and 2 and 5 at the fork. Look what each of them hands on.",
    )
    for title, symbol, values, grads in rows:
        with figure.panel(title, width=2.5, height=1.9) as ax:
            blank(ax, 3.2, 2.2)
            middle = gate(ax, 1.6, 1.1, symbol)
            for place, value, grad in zip(((0.1, 1.9), (0.1, 0.45)), values, grads, strict=False):
                wire(ax, place, middle, value, grad, away=(0, 0.27), at=0.42)
            wire(ax, middle, (3.1, 1.1), values[2], back, away=(0.27, 0))
    with figure.panel("A fork adds", width=2.5, height=1.9) as ax:
        blank(ax, 3.2, 2.2)
        wire(ax, (0.1, 1.1), (1.5, 1.1), a, 2 + 5, away=(0, 0))
        wire(ax, (1.5, 1.1), (3.1, 1.9), a, 2, away=(0, 0), at=0.6)
        wire(ax, (1.5, 1.1), (3.1, 0.45), a, 5, away=(0, 0), at=0.6)
        ax.plot(1.5, 1.1, "o", color=MUTED, markersize=5)
    return figure


def layer() -> Figure:
    """Which lines of a layer a unit is made of, and which lines bring a derivative back to an input."""
    inputs, units = [(0.5, 2.2), (0.5, 0.9)], [(2.9, 2.7), (2.9, 1.55), (2.9, 0.4)]
    figure = Figure(
        alt="Two inputs, three units, a line from each input to each unit. Forward, unit z₂ gathers along the two lines"
        " that end in it. Backward, input x₁ collects along the three lines that begin in it.",
        caption="A unit gathers along the lines that end in it: a row of W. An input collects along the lines that"
        " begin in it: a column of W. So the way forward multiplies by W, and the way back by its transpose.",
    )
    ways = (
        ("Forward: z₂ gathers", C0, lambda i, k: k == 1),
        ("Backward: x₁ collects", C1, lambda i, k: i == 0),
    )
    for title, colour, lit in ways:
        with figure.panel(title, width=2.9, height=2.7) as ax:
            blank(ax, 3.4, 3.1)
            for i, start in enumerate(inputs):
                for k, end in enumerate(units):
                    ends = (start, end) if colour == C0 else (end, start)
                    wire(ax, *ends, colour=colour if lit(i, k) else GRID, away=(0.3, 0.3))
            for k, i in [(k, i) for k in range(3) for i in range(2) if lit(i, k)]:
                (x0, y0), (x1, y1) = inputs[i], units[k]
                at = 0.62 if colour == C0 else 0.55
                ax.text(
                    x0 + at * (x1 - x0), y0 + at * (y1 - y0) + 0.08, f"w{'₁₂₃'[k]}{'₁₂'[i]}", ha="center", color=colour
                )
            for i, place in enumerate(inputs):
                gate(ax, *place, f"x{'₁₂'[i]}", colour if colour == C1 and i == 0 else FOREGROUND)
            for k, place in enumerate(units):
                gate(ax, *place, f"z{'₁₂₃'[k]}", colour if colour == C0 and k == 1 else FOREGROUND)
    return figure


def kept() -> Figure:
    """The row of layers, what each keeps on the way down, and what comes up again."""
    shapes = ["x (32, 64)", "z¹ (32, 128)", "a¹ (32, 128)", "z² (32, 10)"]
    figure = Figure(
        alt="Three layers below each other: Linear 64 to 128, ReLU, Linear 128 to 10, then the loss. Arrows lead down"
        " with the shapes of x, z¹, a¹ and z²; arrows lead up with derivatives of the same shapes. Each layer keeps its"
        " input.",
        caption="Forward goes down the left side, backward up the right side. A derivative has the shape of what it is"
        " the derivative of, and each layer keeps its input until the derivative has come by.",
    )
    with figure.panel(width=4.4, height=4.8) as ax:
        blank(ax, 5.0, 5.45)
        for i, words in enumerate(("Linear, keeps x", "ReLU, keeps z¹", "Linear, keeps a¹", "Cross-entropy, keeps z²")):
            y = 4.2 - 1.25 * i
            box(ax, 2.5, y, 2.7, 0.5, words, C2 if i == 3 else FOREGROUND)
            arrow(ax, (1.75, y + 0.98), (1.75, y + 0.27), C0)
            arrow(ax, (3.25, y + 0.27), (3.25, y + 0.98), C1)
            ax.text(1.6, y + 0.62, shapes[i], ha="right", va="center", color=C0)
            name = shapes[i].split()[0]
            ax.text(3.4, y + 0.62, f"∂L/∂{name}", ha="left", va="center", color=C1)
    return figure


def loop() -> Figure:
    """The four things that every step of training does."""
    figure = Figure(
        alt="A cycle of four boxes: forward, loss, backward, step; from the step an arrow leads back to forward with"
        " the next batch.",
        caption="One turn for each batch. The weights change in the last box only; the three before it find out how.",
    )
    with figure.panel(width=4.4, height=2.5) as ax:
        blank(ax, 5.4, 3.0)
        places = ((1.2, 2.4), (4.2, 2.4), (4.2, 0.6), (1.2, 0.6))
        words = ("forward\nscores = model(x)", "loss\nhow wrong?", "backward\n∂L/∂W, ∂L/∂b", "step\nW ← W − η ∂L/∂W")
        for place, text, colour in zip(places, words, (C0, C2, C1, FOREGROUND), strict=True):
            box(ax, *place, 2.2, 0.85, text, colour)
        arrow(ax, (2.35, 2.4), (3.05, 2.4), MUTED)
        arrow(ax, (4.2, 1.93), (4.2, 1.08), MUTED)
        arrow(ax, (3.05, 0.6), (2.35, 0.6), MUTED)
        arrow(ax, (1.2, 1.08), (1.2, 1.93), MUTED)
        ax.text(1.35, 1.5, "next batch", ha="left", va="center", color=MUTED)
    return figure


BATCH, GAMMA, BETA = np.array([3.0, 3.0, 7.0, 7.0]), 2.0, 10.0  # of the example by hand


def batch_norm_steps() -> Figure:
    """Four numbers before batch norm, normalized, and scaled and shifted."""
    x_hat = (BATCH - BATCH.mean()) / BATCH.std()
    rows = [("x", BATCH, C0), ("x̂", x_hat, C2), ("y", GAMMA * x_hat + BETA, C1)]
    figure = Figure(
        alt="Three number lines. On x lie 3, 3, 7, 7 around their mean 5. On x̂ lie −1, −1, 1, 1 around 0. On y lie 8,"
        " 8, 12, 12 around 10.",
        caption="Subtracting the mean moves the batch to 0, dividing by its standard deviation makes that 1. Then"
        " γ = 2 and β = 10 give it the standard deviation and the mean that the next layer wants.",
    )
    with figure.panel(width=4.6, height=2.3) as ax:
        ax.set(xlim=(-3, 14), ylim=(-0.6, 2.7))
        ax.axis("off")
        for level, (name, values, colour) in zip((2, 1, 0), rows, strict=True):
            ax.plot([-2, 13.5], [level, level], color=GRID, linewidth=1.4, zorder=0)
            ax.plot(values.mean(), level, "|", color=FOREGROUND, markersize=16)
            ax.text(-2.6, level, name, ha="center", va="center", color=colour, fontsize=12)
            for value in np.unique(values):
                for up in (0.0, 0.2):
                    ax.plot(value, level + up, "o", color=colour, markersize=8)
                ax.text(value, level - 0.16, written(float(value)), ha="center", va="top", color=colour)
    return figure


def batch_norm_back(u, x_hat) -> Figure:
    """What comes back to a batch norm, in three parts: alike for all, along x̂, and the rest."""
    alike, along = np.full_like(u, u.mean()), x_hat * (u * x_hat).mean()
    parts = [("what arrives", u), ("− shift", alike), ("− stretch", along), ("= what is left", u - alike - along)]
    words = "; ".join(f"{name}: {', '.join(written(round(float(v), 2)) for v in values)}" for name, values in parts)
    figure = Figure(
        alt=f"Bars for four samples. {words}.",
        caption="Of what arrives, batch norm takes away the part that would shift all samples alike and the part that"
        " would stretch them along x̂. Only the rest goes on to x.",
    )
    low, high = min(v.min() for _, v in parts) - 0.35, max(v.max() for _, v in parts) + 0.35
    for (name, values), colour in zip(parts, (C1, MUTED, MUTED, C1), strict=True):
        with figure.panel(name, width=2.2, height=1.7, ylim=(low, high)) as ax:
            ax.axis("off")
            ax.axhline(0, color=GRID, linewidth=1.2)
            ax.bar(range(len(values)), values, color=colour, width=0.7)
            for i, value in enumerate(values):
                up = value >= 0
                text = written(round(float(value), 2) + 0.0)
                ax.text(i, value + (0.06 if up else -0.06), text, ha="center", va="bottom" if up else "top")
    return figure


def learning(runs: dict) -> Figure:
    """The loss of each mini-batch, smoothed over 20 steps, for several ways of training the same net."""
    words = "; ".join(f"{name}: {run.accuracy:.1%} of the test images right" for name, run in runs.items())
    figure = Figure(
        alt=f"Cross-entropy over the steps of training, falling from about 2.3 towards 0. {words}.",
        caption="The loss of each batch on the training digits, smoothed over 20 steps, on a logarithmic axis. Both"
        " fall close to 0: what separates the nets are the digits that they have not seen.",
    )
    with figure.panel("The loss while training", "step", "cross-entropy", width=6, yscale="log") as ax:
        for (name, run), style in zip(runs.items(), ("-", "--", ":"), strict=False):
            smooth = np.convolve(run.loss, np.ones(20) / 20, mode="valid")
            ax.plot(np.arange(len(smooth)) + 20, smooth, style, label=name)
    return figure


def batch_sizes(accuracy: dict[str, dict[int, float]]) -> Figure:
    """Test accuracy over the batch size, with batch norm and without."""
    words = "; ".join(
        f"{name}: " + ", ".join(f"{share:.1%} with batches of {size}" for size, share in row.items())
        for name, row in accuracy.items()
    )
    figure = Figure(
        alt=f"Accuracy on test images over the batch size. {words}.",
        caption="Batch norm helps with batches of 32 and harms with batches of two. The lines cross where its mean and"
        " variance become those of too few samples.",
    )
    with figure.panel("Small batches", "samples in a batch", "test accuracy", width=6) as ax:
        for (name, row), style in zip(accuracy.items(), ("o-", "s--"), strict=True):
            ax.plot(list(row), list(row.values()), style, label=name)
        ax.set_xscale("log", base=2)
        ax.set_xticks(list(row), [str(size) for size in row])
    return figure


def small_net() -> Figure:
    """The last layer of a net after a backward pass: the exercise asks for the derivative of a weight."""
    from dlbook.exercises.backpropagation import READ

    a, w, delta = READ["a"], READ["w"], READ["delta"]
    figure = Figure(
        alt="Three units feed one output. From top to bottom their activations are "
        + ", ".join(f"{value:g}" for value in a)
        + " and the weights of their lines "
        + ", ".join(f"{value:g}" for value in w)
        + f". Under the output stands ∂L/∂z = {delta:g}.",
        caption="Activations in the circles, weights on the lines, a derivative under the output.",
    )
    with figure.panel(width=5, xlim=(-0.4, 1.5), ylim=(-0.7, 2.5)) as ax:
        ax.axis("off")
        for y, activation, weight in zip((2, 1, 0), a, w, strict=True):
            ax.plot([0.11, 0.89], [y + 0.11 * (1 - y), y + 0.89 * (1 - y)], color=MUTED, linewidth=1.2)
            ax.plot(0, y, "o", color=C0, markersize=30, fillstyle="none")
            ax.text(0, y, f"{activation:g}", ha="center", va="center")
            ax.text(
                0.42,
                y + (1 - y) * 0.42 + 0.12,
                f"{weight:g}".replace("-", "−"),
                ha="center",
                va="bottom",
                color=FOREGROUND,
            )
        ax.plot(1, 1, "o", color=C1, markersize=30, fillstyle="none")
        ax.text(1, 1, "z", ha="center", va="center")
        ax.text(1, 0.45, f"∂L/∂z = {delta:g}".replace("-", "−"), ha="center", va="center", color=C1)
        ax.text(0, 2.4, "activations a", ha="center", va="center", color=MUTED)
    return figure
