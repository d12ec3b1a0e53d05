"""What chapter 21 draws: a sum beside a product, two cells, then gradients, errors and gates that were measured."""

import numpy as np

from dlbook.figures import C0, C1, C2, C3, C4, C5, FOREGROUND, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, cells, gate, wire, written

LOW = "₀₁₂₃₄"
COLOURS = {"RNN": C1, "GRU": C2, "LSTM": C0, "LSTM +1": C3, "LSTM +2": C4, "LSTM +3": C5}


def product_and_sum() -> Figure:
    """A state that goes through a weight and tanh in each step, and one to which each step adds."""
    figure = Figure(
        alt="On the left a state passes two boxes, each with × u and tanh in it. On the right a number runs along a"
        " straight line, and at two places something is added to it.",
        caption="A plain state is multiplied and squashed in every step. A sum is handed on as it is, and each step"
        " only adds to it. A 1 that is once in the sum is still in it at the end.",
    )
    places = [1.6, 3.5]
    with figure.panel("a product", width=3.7, height=1.7) as ax:
        blank(ax, 5.3, 1.9)
        arrow(ax, (0.35, 1.3), (1.0, 1.3), C0)
        for t, x in enumerate(places, start=1):
            box(ax, x, 1.3, 1.25, 0.66, "× u, tanh", FOREGROUND)
            arrow(ax, (x + 0.63, 1.3), (x + 1.27, 1.3), C0)
            arrow(ax, (x, 0.4), (x, 0.96), MUTED)
            ax.text(x, 0.2, f"x{LOW[t]}", ha="center", va="center")
        ax.text(0.15, 1.3, "h₀", ha="center", va="center")
        ax.text(4.95, 1.3, "h₂", ha="center", va="center")
    with figure.panel("a sum", width=3.7, height=1.7) as ax:
        blank(ax, 5.3, 1.9)
        arrow(ax, (0.35, 1.3), (1.3, 1.3), C0)
        for t, x in enumerate(places, start=1):
            gate(ax, x, 1.3, "+")
            arrow(ax, (x + 0.3, 1.3), (x + (1.6 if t == 1 else 1.27), 1.3), C0)
            arrow(ax, (x, 0.4), (x, 1.0), MUTED)
            ax.text(x, 0.2, f"x{LOW[t]}", ha="center", va="center")
        ax.text(0.15, 1.3, "c₀", ha="center", va="center")
        ax.text(4.95, 1.3, "c₂", ha="center", va="center")
    return figure


def cell() -> Figure:
    """The LSTM's cell: the sum on top, four layers below that look at x and h."""
    figure = Figure(
        alt="On top a line from c t−1 to c t, with a times sign where the gate f comes in from below, and a plus sign"
        " where i times g comes in. From c t a branch goes through tanh and a times sign with the gate o to h t. At the"
        " bottom x t and h t−1 go into four boxes: f, i, g and o.",
        caption="The cell runs along the top. On its way it meets one multiplication, by the forget gate f, and one"
        " addition, of i ⊙ g. All four boxes read the same two things, the input and the state before.",
    )
    with figure.panel(width=5.8, height=3.6) as ax:
        blank(ax, 7.6, 4.7)
        level, gates = 4.0, {"f": 1.5, "i": 2.9, "g": 4.1, "o": 5.5}
        arrow(ax, (0.55, level), (1.24, level), C0)
        arrow(ax, (1.76, level), (3.24, level), C0)
        arrow(ax, (3.76, level), (7.0, level), C0)
        gate(ax, 1.5, level, "×")
        gate(ax, 3.5, level, "+")
        gate(ax, 3.5, 2.95, "×")
        arrow(ax, (3.5, 3.21), (3.5, level - 0.26), C2)
        for name, x in gates.items():
            squash = "tanh" if name == "g" else "σ"
            box(ax, x, 1.5, 0.8, 0.56, squash, FOREGROUND)
            arrow(ax, (x, 0.72), (x, 1.22), MUTED)
            ax.text(x - 0.14, 2.02, name, ha="right", va="center", color=C2)
        arrow(ax, (1.5, 1.78), (1.5, level - 0.26), C2)
        arrow(ax, (2.9, 1.78), (3.3, 2.78), C2)
        arrow(ax, (4.1, 1.78), (3.7, 2.78), C2)
        box(ax, 6.3, 3.15, 0.9, 0.5, "tanh", FOREGROUND)
        arrow(ax, (6.3, level), (6.3, 3.4), C0)
        gate(ax, 6.3, 2.2, "×")
        arrow(ax, (6.3, 2.9), (6.3, 2.46), C0)
        arrow(ax, (5.6, 1.78), (6.06, 2.12), C2)
        arrow(ax, (6.56, 2.2), (7.1, 2.2), C0)
        ax.plot([1.0, 5.5], [0.72, 0.72], color=MUTED, lw=1.6)
        arrow(ax, (2.2, 0.3), (2.2, 0.72), MUTED)
        arrow(ax, (0.45, 0.72), (1.05, 0.72), MUTED)
        for x, y, text in ((0.25, level, "cₜ₋₁"), (7.3, level, "cₜ"), (7.35, 2.2, "hₜ"), (0.15, 0.72, "hₜ₋₁")):
            ax.text(x, y, text, ha="center", va="center")
        ax.text(2.2, 0.12, "xₜ", ha="center", va="center")
    return figure


SEQUENCE = ((0.5, 1.0), (-1.0, 0.0), (0.2, 0.0), (-0.5, 1.0))  # of the example by hand: value, mark


def by_hand(sequence=SEQUENCE) -> dict[str, np.ndarray]:
    """Gates and cell of the unit that is set by hand; a mark opens its i and closes its f."""
    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    c, steps = 0.0, []
    for value, mark in sequence:
        i, f, g, o = sigmoid(8 * mark - 4), sigmoid(4 - 8 * mark), np.tanh(2 * value), sigmoid(4.0)
        c = f * c + i * g
        steps.append((i, f, g, o, c, o * np.tanh(c)))
    return dict(zip("ifgoch", np.array(steps).T, strict=True))


def four_steps() -> Figure:
    """The example by hand along the cell: values above, forget gates at the crossings."""
    steps = by_hand()
    c = [written(round(float(v), 2)) for v in steps["c"]]
    f = [written(round(float(v), 2)) for v in steps["f"]]
    figure = Figure(
        alt=f"A line with four places. The forget gates there are {', '.join(f)}; the cell behind them is"
        f" {', '.join(c)}. The first and the fourth step carry a mark.",
        caption="The cell over four steps. A mark closes the forget gate and opens the input gate, so that the cell"
        " takes the new value. Without a mark it keeps what it has.",
    )
    with figure.panel(width=6.0, height=2.0) as ax:
        blank(ax, 8.6, 2.9)
        places = [1.1, 3.1, 5.1, 7.1]
        wire(ax, (0.1, 2.1), (places[0], 2.1), 0, away=(0.1, 0.3), colour=C0)
        for t, x in enumerate(places):
            end = places[t + 1] if t < 3 else 8.5
            gate(ax, x, 2.1, "+")
            wire(ax, (x, 2.1), (end, 2.1), c[t], away=(0.3, 0.3 if t < 3 else 0.05), colour=C0)
            arrow(ax, (x, 1.05), (x, 1.84), C2 if SEQUENCE[t][1] else MUTED)
            ax.text(x, 0.8, f"× f = {f[t]}", ha="center", va="center", color=C1)
            ax.text(x, 0.35, f"x = {written(SEQUENCE[t][0])}", ha="center", va="center")
            if SEQUENCE[t][1]:
                ax.text(x, 0.0, "marked", ha="center", va="center", color=C2)
    return figure


def gradients(curves) -> Figure:
    """How much the last state depends on each input, over the steps back."""
    told = "; ".join(f"{name}: {c[10]:.1g} after 10 steps, {c[50]:.1g} after 50" for name, c in curves.items())
    figure = Figure(
        alt=f"Curves of the gradient by the input, over the steps back, on a logarithmic axis. {told}.",
        caption="How strongly the last state depends on the input k steps before, in nets that are not trained, as a"
        " share of that at k = 0. The number behind LSTM is what was added to the bias of its forget gate.",
    )
    with figure.panel(
        xlabel="steps back, k", ylabel="‖∂L/∂x‖", width=4.8, height=3.7, yscale="log", ylim=(1e-16, 10)
    ) as ax:
        for name, curve in curves.items():
            ax.plot(curve, color=COLOURS[name], label=name, linestyle="--" if name in ("RNN", "GRU") else "-")
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
    return figure


def errors(table, unknowing) -> Figure:
    """The error on the adding problem, step by step, for each net and seed."""
    names = [row["net"] for row in table.run.rows]
    points = sorted(int(key.removeprefix("after_")) for key in table.values)
    found = {name: np.array([table.of(f"after_{k}", net=name) for k in points]) for name in names}
    told = "; ".join(f"{name}: {', '.join(f'{v:.4f}' for v in np.sort(f[-1]))}" for name, f in found.items())
    figure = Figure(
        alt=f"Mean squared errors over the steps of training, three seeds each. At the end: {told}.",
        caption="The adding problem over 50 steps. Each line is a seed. The dashed line is a net that always says 1,"
        " and knows nothing. The plain net stays there, or jumps above it.",
    )
    with figure.panel(
        xlabel="steps of training", ylabel="mean squared error", width=4.8, height=3.7, yscale="log"
    ) as ax:
        ax.axhline(unknowing, color=MUTED, linestyle="--", linewidth=1.2)
        for name, f in found.items():
            for seed in range(f.shape[1]):
                ax.plot(points, f[:, seed], color=COLOURS[name], linewidth=1.6, label=name if not seed else None)
        ax.set_xticks(points)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=4)
    return figure


def recalled(table, chance) -> Figure:
    """How often the first symbol is named, for each net."""
    names = [row["net"] for row in table.run.rows]
    found = [table.of("right", net=name) for name in names]
    told = "; ".join(
        f"{name}: {', '.join(f'{v:.0%}' for v in np.sort(f))}" for name, f in zip(names, found, strict=True)
    )
    figure = Figure(
        alt=f"Share of right answers for each net, three seeds each. {told}.",
        caption="How often is the first of 20 symbols named? Each dot is a seed. The LSTM as PyTorch starts it stands"
        " at chance, the dashed line, where the plain net has learned it from two of three starts.",
    )
    with figure.panel(ylabel="right", ylim=(0, 1.08), width=4.8) as ax:
        ax.axhline(chance, color=MUTED, linestyle="--", linewidth=1.2)
        for i, (name, f) in enumerate(zip(names, found, strict=True)):
            ax.bar(i, f.mean(), width=0.6, color=COLOURS[name], alpha=0.6)
            ax.plot([i - 0.12, i, i + 0.12], f, "o", color=FOREGROUND, markersize=4)
        ax.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names])
    return figure


def gates(values, marks, steps) -> Figure:
    """What a trained unit reads, what its gates do, and what it answers."""
    rows = {"value": values, "mark": marks, "i": steps["i"], "f": steps["f"], "g": steps["g"], "o": steps["o"]}
    rows |= {"c": steps["c"], "answer": steps["answer"]}
    told = "; ".join(f"{name} {', '.join(f'{v:.2f}' for v in row)}" for name, row in rows.items() if name in "ifc")
    figure = Figure(
        alt=f"A table with a column for each step. {told}.",
        caption="One unit that has learned to say the last marked number. Blue cells are marked steps. There its input"
        " gate i opens and its forget gate f closes, and in between f stays near 1 and the cell c stays as it is.",
    )
    with figure.panel(width=4.8, height=4.1) as ax:
        blank(ax, len(values) + 1.6, len(rows) + 0.2)
        tints = [[C0 if mark else None for mark in marks]] * len(rows)
        numbers = [[written(round(float(v), 2)) for v in row] for row in rows.values()]
        cells(ax, 1.5, len(rows), numbers, tints=tints, size=8)
        for k, name in enumerate(rows):
            ax.text(
                1.35, len(rows) - k - 0.5, name, ha="right", va="center", color=C2 if name in "ifgo" else FOREGROUND
            )
    return figure


def gru() -> Figure:
    """The GRU's cell: one state that is mixed with a new one."""
    figure = Figure(
        alt="A line from h t−1 to h t on top, with a times sign where the gate z comes in, and a plus sign where 1 − z"
        " times n comes in. The box n reads the input, and the state through the gate r.",
        caption="The GRU has one state. The gate z keeps a share of it, and the rest, 1 − z, is filled up with a new"
        " proposal n. The gate r says how much of the old state the proposal may see.",
    )
    with figure.panel(width=5.6, height=3.2) as ax:
        blank(ax, 7.4, 4.2)
        level = 3.5
        arrow(ax, (0.6, level), (2.54, level), C0)
        arrow(ax, (3.06, level), (4.74, level), C0)
        arrow(ax, (5.26, level), (6.8, level), C0)
        gate(ax, 2.8, level, "×")
        gate(ax, 5.0, level, "+")
        gate(ax, 5.0, 2.45, "×")
        arrow(ax, (5.0, 2.71), (5.0, level - 0.26), C2)
        box(ax, 1.4, 1.2, 0.9, 0.56, "r", FOREGROUND)
        box(ax, 2.8, 1.2, 0.9, 0.56, "z", FOREGROUND)
        box(ax, 5.0, 1.2, 0.9, 0.56, "n", FOREGROUND)
        arrow(ax, (2.8, 1.48), (2.8, level - 0.26), C2)
        arrow(ax, (5.0, 1.48), (5.0, 2.19), C2)
        arrow(ax, (3.1, 1.48), (4.75, 2.35), C2)
        ax.text(3.6, 2.15, "1 − z", ha="center", va="center", color=C2)
        ax.plot([1.4, 1.4, 4.7], [0.92, 0.72, 0.72], color=C2, lw=1.6)
        arrow(ax, (4.7, 0.72), (4.8, 0.92), C2)
        ax.text(3.4, 0.5, "r ⊙ (U h + b′)", ha="center", va="center", color=C2)
        for x, y, text in ((0.25, level, "hₜ₋₁"), (7.1, level, "hₜ")):
            ax.text(x, y, text, ha="center", va="center")
        ax.text(3.0, 0.12, "all three boxes read xₜ and hₜ₋₁", ha="center", va="center", color=MUTED)
    return figure


FORGET = (0.5, 0.9, 0.99)  # of the curves that are read


def read_the_gate() -> Figure:
    """What is left of a cell's content, for three forget gates that do not change."""
    k = np.arange(0, 101)
    figure = Figure(
        alt="Three curves of f to the power k. "
        + "; ".join(f"f = {f:g}: {f**10:.2g} after 10 steps, {f**100:.2g} after 100" for f in FORGET)
        + ".",
        caption="What is left of the cell after k steps, for three forget gates that stay the same.",
    )
    with figure.panel(xlabel="steps, k", ylabel="share that is left", ylim=(0, 1.02), width=4.6) as ax:
        for f, colour in zip(FORGET, (C1, C3, C0), strict=True):
            ax.plot(k, f**k, color=colour, label=f"f = {f:g}")
    return figure
