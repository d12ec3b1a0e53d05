"""What chapter 20 draws: nets unrolled in time, then what was measured."""

import numpy as np

from dlbook.data.texts import LANGUAGES
from dlbook.experiments import recurrent as lab
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, wire, written

LOW = "₀₁₂₃₄₅₆₇₈₉"
HALF = 0.26  # of a box


def _row(ax, places, level, names, colour=FOREGROUND, width=0.8) -> None:
    """Boxes side by side with their names."""
    for x, name in zip(places, names, strict=True):
        box(ax, x, level, width, 2 * HALF, name, colour)


def _up(ax, places, low, high, colour=MUTED) -> None:
    """An arrow upwards at each place."""
    for x in places:
        arrow(ax, (x, low), (x, high), colour)


def _along(ax, places, level, colour=C0, width=0.8, back=False) -> None:
    """An arrow from each box to the next one in its row."""
    for left, right in zip(places, places[1:], strict=False):
        ends = (left + width / 2, level), (right - width / 2, level)
        arrow(ax, *(ends[::-1] if back else ends), colour)


def unrolled() -> Figure:
    """A net with a loop, and the same net drawn once for each step."""
    figure = Figure(
        alt="On the left a box h with an input x from below, an output y above, and an arrow W_hh from the box to"
        " itself. On the right the same box three times, h₁, h₂ and h₃, each with its input below and its output"
        " above, and an arrow W_hh from each box to the next.",
        caption="One cell with a loop, and the same cell unrolled over three steps. It is one net with one set of"
        " weights, drawn three times. The state h is all that a step knows of the steps before it. The output y is what"
        " we make of a state, if its step has to answer.",
    )
    with figure.panel("with a loop", width=2.3, height=2.5) as ax:
        blank(ax, 2.8, 3.0)
        _row(ax, [1.0], 1.5, ["h"])
        _up(ax, [1.0], 0.6, 1.24)
        _up(ax, [1.0], 1.76, 2.4)
        arrow(ax, (1.4, 1.68), (1.4, 1.32), C0, bend=-3.2)
        ax.text(2.05, 1.5, "W_hh", ha="left", va="center", color=C0, fontsize=9)
        ax.text(1.0, 0.42, "xₜ", ha="center", va="center")
        ax.text(1.0, 2.6, "yₜ", ha="center", va="center")
    with figure.panel("unrolled", width=4.3, height=2.5) as ax:
        blank(ax, 5.2, 3.0)
        places = [1.2, 2.8, 4.4]
        ax.text(0.12, 1.5, "h₀", ha="center", va="center")
        arrow(ax, (0.32, 1.5), (0.8, 1.5), C0)
        _row(ax, places, 1.5, ["h₁", "h₂", "h₃"])
        _along(ax, places, 1.5)
        _up(ax, places, 0.6, 1.24)
        _up(ax, places, 1.76, 2.4)
        for t, x in enumerate(places, start=1):
            ax.text(x, 0.42, f"x{LOW[t]}", ha="center", va="center")
            ax.text(x, 2.6, f"y{LOW[t]}", ha="center", va="center")
            ax.text(x + 0.08, 0.92, "W_ih", ha="left", va="center", color=MUTED, fontsize=9)
        for x in (2.0, 3.6):
            ax.text(x, 1.6, "W_hh", ha="center", va="bottom", color=C0, fontsize=9)
    return figure


UNIT = {"w": 1.0, "u": 0.5, "x": (1.0, 0.0, 0.0), "y": 1.0}  # of the example by hand


def unit_pass() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """h₀ … h₃, ∂L/∂h₁ … ∂L/∂h₃ and ∂L/∂z₁ … ∂L/∂z₃ of one unit that reads three numbers; L = ½ (h₃ − y)²."""
    h = [0.0]
    for x in UNIT["x"]:
        h.append(np.tanh(UNIT["w"] * x + UNIT["u"] * h[-1]))
    h_grad, z_grad = [h[-1] - UNIT["y"]], []
    for value in h[:0:-1]:
        z_grad.append(h_grad[-1] * (1 - value**2))
        h_grad.append(z_grad[-1] * UNIT["u"])
    return np.array(h), np.array(h_grad[2::-1]), np.array(z_grad[::-1])


def chain() -> Figure:
    """One unit over three steps with its numbers: states forward, gradients back."""
    h, h_grad, _ = unit_pass()
    numbers = [[f"{v:.3f}".replace("-", "−") for v in values] for values in (h[1:], h_grad)]
    figure = Figure(
        alt=f"A chain of three boxes that read 1, 0 and 0. The states are {', '.join(numbers[0])}; below the wires"
        f" stand the derivatives of L, {', '.join(numbers[1])}, from the first step to the last.",
        caption="Values above the wires run forward, derivatives of L below them run back. On each step back the"
        " derivative is multiplied by the slope of tanh and by u = 0.5, so it shrinks.",
    )
    with figure.panel(width=5.1, height=1.75) as ax:
        blank(ax, 6.8, 2.2)
        places = [1.0, 2.9, 4.8]
        _row(ax, places, 1.6, ["tanh"] * 3, width=0.9)
        wire(ax, (0.0, 1.6), (places[0], 1.6), 0, away=(0.1, 0.5), colour=C0)
        for k, start in enumerate(places):
            end = places[k + 1] if k < 2 else 6.5
            wire(ax, (start, 1.6), (end, 1.6), numbers[0][k], numbers[1][k], away=(0.5, 0.5 if k < 2 else 0.25))
            arrow(ax, (start, 0.5), (start, 1.34), MUTED)
            ax.text(start, 0.3, f"x{LOW[k + 1]} = {written(UNIT['x'][k])}", ha="center", va="center")
        ax.text(6.5, 1.6, "L", ha="center", va="center", fontstyle="italic", fontsize=12)
    return figure


CATEGORIES = {  # steps with an input, with a state, with an output
    "one to one": ((0,), (0,), (0,)),
    "one to many": ((0,), (0, 1, 2), (0, 1, 2)),
    "many to one": ((0, 1, 2), (0, 1, 2), (2,)),
    "many to many, aligned": ((0, 1, 2), (0, 1, 2), (0, 1, 2)),
    "many to many, encoder–decoder": ((0, 1, 2), (0, 1, 2, 3, 4), (3, 4)),
}
DECODER = (3, 4)  # its states that have weights of their own


def categories() -> Figure:
    """The kinds of nets, by which steps read and which steps answer."""
    told = [
        f"{name}: inputs at {len(a)} of {len(b)} steps, outputs at {len(c)}" for name, (a, b, c) in CATEGORIES.items()
    ]
    figure = Figure(
        alt="Five nets as rows of boxes. " + "; ".join(told) + ".",
        caption="Inputs below, states in the middle, outputs above. The kinds differ in which steps read and which"
        " steps answer. In the last one the encoder reads everything before the decoder, a net with weights of its own,"
        " begins to write. What a net reads of its own words is not drawn here.",
    )
    for name, (reads, states, writes) in CATEGORIES.items():
        with figure.panel(name, width=0.62 + 0.56 * max(len(states), 2.6), height=1.9) as ax:
            blank(ax, 0.5 + 0.9 * max(len(states), 2.6), 2.7)
            at = [0.55 + 0.9 * k for k in range(5)]
            for k in states:
                box(ax, at[k], 1.35, 0.5, 2 * HALF, "h", C1 if k in DECODER else FOREGROUND)
            _along(ax, [at[k] for k in states], 1.35, width=0.5)
            _row(ax, [at[k] for k in reads], 0.3, ["x"] * len(reads), MUTED, width=0.5)
            _row(ax, [at[k] for k in writes], 2.4, ["y"] * len(writes), C2, width=0.5)
            _up(ax, [at[k] for k in reads], 0.56, 1.09)
            _up(ax, [at[k] for k in writes], 1.61, 2.14, C2)
    return figure


def belief(net, name) -> Figure:
    """What a net that reads a name would say after each letter."""
    p, languages = lab.beliefs(net, name), list(LANGUAGES.values())
    best = p.argmax(axis=1)
    figure = Figure(
        alt=f"A map with a column for each letter of {name} and a row for each of ten languages. The likeliest after"
        " each letter: "
        + ", ".join(f"{c} {languages[k]} {p[t, k]:.0%}" for t, (c, k) in enumerate(zip(name, best, strict=True)))
        + ".",
        caption="The stronger its colour, the more probable a language, had the name ended with this letter. The net"
        " answers after the last one only, but its state holds an opinion all the time.",
    )
    with figure.panel(width=4.6, height=3.3) as ax:
        ax.grid(False)
        for t, k in np.ndindex(p.shape):
            if p[t, k] > 0.01:
                ax.bar(t, 0.92, bottom=k - 0.46, width=0.92, color=C0, alpha=round(float(p[t, k]), 2))
        ax.set_xticks(range(len(name)), list(name))
        ax.set_yticks(range(10), languages)
        ax.set(xlim=(-0.6, len(name) - 0.4), ylim=(9.6, -0.6))
    return figure


def forcing() -> Figure:
    """A decoder in training, fed with the truth, and on its own, fed with what it has written."""
    truth, own = ["<start>", "zwei", "und"], ["zwei", "und", "vierzig"]
    figure = Figure(
        alt="Two rows of three boxes. In training, the inputs are <start>, zwei, und, and the targets above are zwei,"
        " und, vierzig, whatever the net says. On its own, each output goes down as the next input.",
        caption="Both times a decoder writes 42. In training each step reads the true word before it. On its own it"
        " reads what it has written itself, so that one wrong word can spoil all that follow.",
    )
    for title, colour in (("training: teacher forcing", C2), ("on its own: free running", C1)):
        with figure.panel(title, width=3.7, height=2.4) as ax:
            blank(ax, 5.2, 3.1)
            places = [0.8, 2.6, 4.4]
            _row(ax, places, 1.5, ["h"] * 3, width=0.7)
            _along(ax, places, 1.5, width=0.7)
            _up(ax, places, 0.62, 1.24)
            _up(ax, places, 1.76, 2.4)
            for x, before, after in zip(places, truth, own, strict=True):
                ax.text(x, 2.65, after, ha="center", va="center")
                ax.text(x, 0.38, before, ha="center", va="center", color=colour)
            if colour == C1:
                for left, right in zip(places, places[1:], strict=False):
                    arrow(ax, (left + 0.5, 2.55), (right - 0.45, 0.6), C1)
    return figure


def both_ways() -> Figure:
    """Two layers above each other, and two directions side by side."""
    figure = Figure(
        alt="On the left two rows of three boxes; the lower row's states go up into the upper row, and both rows run to"
        " the right. On the right two rows of three boxes; one runs to the right, the other to the left, both read the"
        " inputs, and every output has an arrow from both.",
        caption="A stacked net reads the states of a layer below as a sequence of its own. A bidirectional net reads"
        " the same inputs from both ends, and each output sees what came before and what comes after. The states of the"
        " second layer, or of the second direction, are called k.",
    )
    places = [0.7, 2.2, 3.7]
    for title, stacked in (("stacked: two layers", True), ("bidirectional: two directions", False)):
        with figure.panel(title, width=3.4, height=3.0) as ax:
            blank(ax, 4.4, 3.9)
            low, high = [f"h{LOW[t]}" for t in (1, 2, 3)], [f"k{LOW[t]}" for t in (1, 2, 3)]
            shift = 0.0 if stacked else 0.28
            under, over = [x - shift for x in places], [x + shift for x in places]
            _row(ax, under, 1.35, low, C0, width=0.6)
            _row(ax, over, 2.45, high, C1, width=0.6)
            _along(ax, under, 1.35, C0, width=0.6)
            _along(ax, over, 2.45, C1, width=0.6, back=not stacked)
            for t, x in enumerate(places, start=1):
                ax.text(x, 0.3, f"x{LOW[t]}", ha="center", va="center")
                ax.text(x, 3.65, f"y{LOW[t]}", ha="center", va="center")
                arrow(ax, (x, 0.48), (x - shift, 1.09), MUTED)
                arrow(ax, (x + shift, 2.71), (x, 3.47), MUTED)
                if stacked:
                    arrow(ax, (x, 1.61), (x, 2.19), C0)
                else:
                    arrow(ax, (x + 0.08, 0.48), (x + shift, 2.19), MUTED)
                    arrow(ax, (x - shift, 1.61), (x - 0.08, 3.47), MUTED)
    return figure


def ends(table) -> Figure:
    """F1 of the word ends, by directions and layers."""
    kinds = [(1, 1), (1, 2), (2, 1), (2, 2)]
    names = ["one way", "one way,\ntwo layers", "both ways", "both ways,\ntwo layers"]
    found = [table.of("f1", directions=d, num_layers=n) for d, n in kinds]
    told = ", ".join(f"{name.replace(chr(10), ' ')} {f.mean():.3f}" for name, f in zip(names, found, strict=True))
    figure = Figure(
        alt=f"Bars of F1, the mean over three seeds: {told}.",
        caption="How well word ends are found in unseen letters. Bars are means of three seeds, and the dots are the"
        " seeds. The second direction gains more than the second layer.",
    )
    with figure.panel(ylabel="F1 of the word ends", ylim=(0, 1), width=4.8) as ax:
        for i, f in enumerate(found):
            ax.bar(i, f.mean(), width=0.6, color=(C0, C0, C1, C1)[i], alpha=0.75)
            ax.plot([i] * len(f), f, "o", color=FOREGROUND, markersize=4)
        ax.set_xticks(range(4), names)
    return figure


def vanishing(draws) -> Figure:
    """How much of a change of h_t reaches h_T, over T − t, by sizes of W_hh: a dict of curves for each draw."""
    curves = {size: np.array([draw[size] for draw in draws]) for size in draws[0]}
    told = "; ".join(
        f"size {size:g}: from {c[:, -1].min():.2g} to {c[:, -1].max():.2g} after {c.shape[1] - 1} steps"
        for size, c in curves.items()
    )
    figure = Figure(
        alt=f"Curves of ‖∂h_T/∂h_t‖ over T − t on a logarithmic axis. {told}.",
        caption=f"How strongly a change of the state t still acts T − t steps later, for {len(draws)} draws of the"
        " weights at each size. A straight line on this axis is the same factor on every step. Small weights let the"
        " influence vanish, large ones let it explode.",
    )
    with figure.panel(xlabel="steps back, T − t", ylabel="‖∂h_T/∂h_t‖", width=4.8, yscale="log") as ax:
        for colour, (size, curve) in zip((C0, C2, C3, C1), curves.items(), strict=False):
            ax.plot(curve.T, color=colour, linewidth=1.1, label=[f"size {size:g}", *["_"] * (len(curve) - 1)])
        ax.axhline(1, color=GRID, linewidth=1.2, zorder=0)
    return figure


def memory(table) -> Figure:
    """How many nets name the first symbol, by the length of the sequence."""
    lengths = [row["T"] for row in table.run.rows]
    found = [table.of("right", T=T) for T in lengths]
    told = ", ".join(f"T = {T}: {f.mean():.0%}" for T, f in zip(lengths, found, strict=True))
    figure = Figure(
        alt=f"Share of right answers over the length of the sequence, five seeds each. The means: {told}.",
        caption="After 1,000 steps of training, how often is the first of T symbols named right? Each dot is a seed."
        " The line is their mean, and the dashed line is chance, 1 in 8.",
    )
    with figure.panel(xlabel="length T", ylabel="right", ylim=(0, 1.05), width=4.4) as ax:
        ax.axhline(1 / 8, color=MUTED, linestyle="--", linewidth=1.2)
        ax.plot(lengths, [f.mean() for f in found], color=C0)
        for T, f in zip(lengths, found, strict=True):
            ax.plot(T + 0.35 * np.arange(-2, 3), np.sort(f), "o", color=FOREGROUND, markersize=4)  # side by side
    return figure


def cut(table) -> Figure:
    """A stream cut into windows, and what nets learn that were trained on windows of several lengths."""
    rows = [row["window"] for row in table.run.rows]
    means = [table.of("right", window=w).mean() for w in rows]
    told = ", ".join(f"{w}: {m:.0%}" for w, m in zip(rows, means, strict=True))
    figure = Figure(
        alt="A row of eight states in two windows of four. The state goes on from the first window into the second, the"
        f" gradient stops at its border. Beside it bars of right answers by length of the window, {told}.",
        caption="On the left, the state crosses the border of a window, the gradient does not. On the right, a net has"
        " to repeat each bit eight steps later. Bars are means of five seeds, and the dots are the seeds. With windows"
        " of 8 or fewer the net does hardly better than chance, the dashed line.",
    )
    with figure.panel("windows of four", width=4.2, height=2.2) as ax:
        blank(ax, 8.2, 3.2)
        places = [0.6 + k for k in range(8)]
        _row(ax, places, 1.5, [f"h{LOW[k + 1]}" for k in range(8)], width=0.56)
        _along(ax, places, 1.5, C0, width=0.56)
        for first in (0, 4):
            arrow(ax, (places[first + 3], 2.25), (places[first], 2.25), C1)
            ax.text(places[first] + 1.5, 2.5, "gradient", ha="center", va="center", color=C1)
        ax.plot([4.1, 4.1], [0.7, 2.9], color=FOREGROUND, linestyle="--", linewidth=1.2)
        ax.text(4.1, 0.4, "the state goes on", ha="center", va="center", color=C0)
    with figure.panel(xlabel="length of the window", ylabel="bits right", ylim=(0, 1.05), width=3.4, height=2.4) as ax:
        ax.bar(range(len(rows)), means, width=0.6, color=C0, alpha=0.75)
        for i, w in enumerate(rows):
            found = table.of("right", window=w)
            ax.plot([i] * len(found), found, "o", color=FOREGROUND, markersize=3)
        ax.axhline(0.5, color=MUTED, linestyle="--", linewidth=1.2)
        ax.set_xticks(range(len(rows)), [str(w) for w in rows])
    return figure


FACTOR = 0.7  # of the curve that is read


def read_the_curve() -> Figure:
    """A gradient that shrinks by the same factor on each step back."""
    k = np.arange(11)
    curve = FACTOR**k
    figure = Figure(
        alt="A curve of ‖∂L/∂h‖ on a logarithmic axis over the steps back: "
        + ", ".join(f"{v:.3g} after {i}" for i, v in enumerate(curve) if i % 2 == 0) + ".",
        caption="The length of the gradient at each state, as a share of that at the last one.",
    )  # fmt: skip
    with figure.panel(xlabel="steps back", ylabel="‖∂L/∂h‖ / ‖∂L/∂h_T‖", yscale="log", width=4.6) as ax:
        ax.plot(k, curve, "o-", color=C0, markersize=5)
        ax.set_yticks([1, 0.5, 0.2, 0.1, 0.05, 0.02], ["1", "0.5", "0.2", "0.1", "0.05", "0.02"])
        ax.minorticks_off()
        ax.set_xticks(range(0, 11, 2))
    return figure
