"""What chapter 07 draws of the two directions in a graph, and of a net that is built by hand."""

import numpy as np

from dlbook.figures import C0, C1, C2, MUTED, Figure
from dlbook.figures._drawing import RADIUS, blank, gate, wire, written

PLACES = {"×": (1.7, 2.1), "+": (3.2, 1.4), "( )²": (4.7, 1.4), "w²": (3.2, 3.2), "sum": (6.1, 2.3)}
INPUTS = {"w": (0.2, 3.1), "x": (0.2, 1.2), "b": (1.7, 0.4)}


def circuit(w: float = 3.0, x: float = 2.0, b: float = -4.0) -> Figure:
    """L = (w x + b)² + w² as gates and wires, with values above and gradients below."""
    p, z = w * x, w * x + b
    s, r = z**2, w**2
    to_p = 2 * z
    figure = Figure(
        alt=f"Wires from w = {w:g}, x = {x:g} and b = {b:g} through gates to L = {s + r:g}. Values: w x = {p:g}, z "
        f"= {z:g}, z² = {s:g}, w² = {r:g}. Gradients: 1 for both terms, {to_p:g} for z, w x and b, {to_p * w:g} for "
        f"x, and for w {to_p * x:g} through the product and {2 * w:g} through the square, together "
        f"{to_p * x + 2 * w:g}.",
        caption="Values run to the right, and stand above the wires. Gradients run back, and stand below. Two "
        f"wires leave w, so two gradients come back to it, {to_p * x:g} and {2 * w:g}, and they add up.",
    )
    wires = {
        ("w", "×"): (w, to_p * x), ("w", "w²"): (w, 2 * w), ("x", "×"): (x, to_p * w), ("b", "+"): (b, to_p),
        ("×", "+"): (p, to_p), ("+", "( )²"): (z, to_p), ("( )²", "sum"): (s, 1), ("w²", "sum"): (r, 1),
    }  # fmt: skip
    _draw(figure, wires, (s + r, 1))
    return figure


def forward_circuit(w: float = 3.0, x: float = 2.0, b: float = -4.0) -> Figure:
    """The same graph in forward mode: each wire with its value and its slope with respect to w."""
    p, z = w * x, w * x + b
    slope = 2 * z * x
    figure = Figure(
        alt=f"The same gates and wires. Slopes with respect to w: 1 at w, 0 at x and b, {x:g} at w x and at z, "
        f"{slope:g} at z², {2 * w:g} at w², and {slope + 2 * w:g} at L.",
        caption="Forward mode. Below each wire now stands how its value changes with w, and these numbers run to "
        "the right together with the values. At the end stands the derivative for w, and for w alone.",
    )
    wires = {
        ("w", "×"): (w, 1), ("w", "w²"): (w, 1), ("x", "×"): (x, 0), ("b", "+"): (b, 0),
        ("×", "+"): (p, x), ("+", "( )²"): (z, x), ("( )²", "sum"): (z**2, slope), ("w²", "sum"): (w**2, 2 * w),
    }  # fmt: skip
    _draw(figure, wires, (z**2 + w**2, slope + 2 * w))
    return figure


def _draw(figure: Figure, wires: dict, result: tuple[float, float]) -> None:
    places = PLACES | INPUTS
    with figure.panel(width=5.6, height=3) as ax:
        blank(ax, 7.5, 3.7)
        for name, (left, y) in INPUTS.items():
            ax.text(left, y, name, ha="center", va="center", fontsize=12)
        for name, (left, y) in PLACES.items():
            gate(ax, left, y, {"sum": "+", "w²": "( )²"}.get(name, name))
        for (start, end), (value, grad) in wires.items():
            wire(ax, places[start], places[end], value, grad, at=0.45)
        out = PLACES["sum"]
        wire(ax, out, (7.3, out[1]), *result, at=0.5, away=(RADIUS, 0.02))
        ax.text(7.4, out[1], "L", ha="left", va="center", fontsize=12)


def products(inputs, counts: list[dict[str, int]]) -> Figure:
    """Products for all derivatives of one output, over the number of inputs, by either mode."""
    words = "; ".join(f"{n} inputs: {c['forward']:,} and {c['reverse']:,}" for n, c in zip(inputs, counts, strict=True))
    figure = Figure(
        alt=f"Products in forward and in reverse mode, both axes logarithmic. {words}.",
        caption="One output and more and more inputs. Forward mode takes one walk for each input, reverse mode "
        "takes one in all. With twice as many inputs the one needs four times as many products, and the other "
        "twice as many.",
    )
    with figure.panel("", "inputs", "products", width=5.2, xscale="log", yscale="log") as ax:
        ax.plot(inputs, [c["forward"] for c in counts], "s--", color=C1, label="forward mode")
        ax.plot(inputs, [c["reverse"] for c in counts], "o-", color=C0, label="reverse mode")
        ax.set_xticks(inputs, [str(n) for n in inputs])
        ax.minorticks_off()
    return figure


def staircase_net() -> Figure:
    """The net of the example, three steps whose output weights are differences of heights, and its staircase."""
    heights, edges = (0.0625, 0.5625), (0.0, 0.5, 1.0)
    weights = np.diff((0, *heights, 0))
    figure = Figure(
        alt="Left: a net with the input x, three sigmoid units that step up at 0, 0.5 and 1, and one output. Its "
        f"output weights are {', '.join(written(float(weight)) for weight in weights)}. Right: the parabola x² and "
        "the staircase with the heights 0.0625 and 0.5625.",
        caption="The example as a net. Each hidden unit is a step that switches on at its place, and its output "
        "weight is by how much the staircase changes there.",
    )
    with figure.panel("Three hidden units", width=4.4, height=2.9) as ax:
        blank(ax, 6.2, 4)
        ax.text(0.25, 2, "x", ha="center", va="center", fontsize=12)
        for edge, weight, y in zip(edges, weights, (3.3, 2, 0.7), strict=True):
            ax.annotate("", (2.0, y), (0.5, 2), arrowprops={"arrowstyle": "-|>", "color": MUTED})
            ax.plot(2.5, y, "o", color=C0, markersize=33, fillstyle="none", markeredgewidth=1.4)
            ax.text(2.5, y, f"{edge:g}", ha="center", va="center", color=C0)
            ax.annotate("", (4.9, 2), (3.0, y), arrowprops={"arrowstyle": "-|>", "color": MUTED})
            away = 0.34 * np.sign(y - 2) if y != 2 else 0.22  # from its line
            ax.text(4.05, 2 + 0.5 * (y - 2) + away, written(float(weight)), ha="center", va="center", color=C1)
        ax.plot(5.25, 2, "o", color=C2, markersize=25, fillstyle="none", markeredgewidth=1.4)
        ax.text(5.25, 2, "Σ", ha="center", va="center", color=C2)
    x = np.linspace(0, 1, 101)
    with figure.panel("What it computes", "x", xlim=(0, 1), ylim=(-0.05, 1.05), height=2.9) as ax:
        ax.plot(x, x**2, "--", color=C1, label="x²")
        ax.plot([0, 0.5, 0.5, 1], np.repeat(heights, 2), color=C0, label="the net")
        ax.plot([0.25, 0.75], heights, "o", color=C0)
    return figure
