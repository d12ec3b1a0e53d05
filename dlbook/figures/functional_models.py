"""What chapter 18 draws: graphs of layers with their shapes, an example with its numbers, and what was measured."""

import numpy as np

from dlbook.figures import C0, C1, C2, FOREGROUND, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, gate, wire, written

WIDE, HIGH, GAP = 2.2, 0.62, 0.46  # of a box, and between two rows of boxes


def architectures() -> Figure:
    """The three nets that are no row, drawn from the models themselves."""
    from dlbook.experiments import functional_models as lab

    rng = np.random.default_rng(0)
    nets = [
        ("Two inputs, one tower", lab.adder(rng), [np.zeros((32, 64))] * 2),
        ("Two outputs", lab.finder(rng), [np.zeros((32, lab.CANVAS**2))]),
        ("A branch that skips", lab.deep(rng, blocks=1), [np.zeros((32, 64))]),
    ]
    figure = Figure(
        alt=" ".join(f"{title}: {_words(model)}." for title, model, _ in nets),
        caption="Read each from the top to the bottom, with the shapes for a batch of 32. The first has two beginnings,"
        " and its tower stands in two places. The second forks at its end. In the third a number reaches the sum by two"
        " ways.",
    )
    for title, model, xs in nets:
        _panel(figure, title, model, xs)
    return figure


def drawing(model, *xs) -> Figure:
    """A model as a graph of boxes, each with its layer and the shape of what comes out."""
    figure = Figure(
        alt=f"The graph of a model: {_words(model)}.",
        caption="The model, drawn from its own rows: in each box a name, the layer, and the shape of what leaves it. A"
        " layer that works once more has a coloured frame.",
    )
    _panel(figure, "", model, xs)
    return figure


def _words(model) -> str:
    return ", ".join(f"{' and '.join(taken)} into {name}" for name, _, *taken in model.rows)


def _panel(figure, title, model, xs) -> None:
    model(*xs)
    places = _places(model)
    across = 1 + max(x for x, _ in places.values()) - min(x for x, _ in places.values())
    deep = 1 + max(level for _, level in places.values())
    left = min(x for x, _ in places.values())
    room = 0.45 * any(_skips(places, taken, name) for name, _, *taken in model.rows)
    wide, high = across * (WIDE + 0.25) + 2 * room, deep * (HIGH + GAP)
    at = {
        n: ((x - left + 0.5) * (WIDE + 0.25) + room, high - GAP / 2 - HIGH / 2 - k * (HIGH + GAP))
        for n, (x, k) in places.items()
    }
    with figure.panel(title, width=max(wide * 0.72, 2.6), height=high * 0.72 + 0.3) as ax:
        blank(ax, wide, high)
        for name in model.inputs:
            box(ax, *at[name], WIDE, HIGH, f"{name}\n{_shape(model.values[name])}", C0)
        for name, layer, *taken in model.rows:
            again = isinstance(layer, str)
            kind = f"{layer} again" if again else type(layer).__name__
            colour = C1 if again else C2 if name in model.outputs else FOREGROUND
            box(ax, *at[name], WIDE, HIGH, f"{name}: {kind}\n{_shape(model.values[name])}", colour)
            for other in taken:
                _joined(ax, at[other], at[name], _skips(places, [other], name))


def _places(model) -> dict:
    """Every value's column and level: below all that it takes, side by side where several share a level."""
    level = dict.fromkeys(model.inputs, 0)
    for name, _, *taken in model.rows:
        level[name] = 1 + max(level[other] for other in taken)
    found = {}
    for k in range(max(level.values()) + 1):
        row = [name for name in level if level[name] == k]
        found |= {name: (i - (len(row) - 1) / 2, k) for i, name in enumerate(row)}
    return found


def _skips(places, taken, name) -> bool:
    """Whether a line would go through a box: from more than one level above, in the same column."""
    return any(places[name][1] - places[other][1] > 1 and places[name][0] == places[other][0] for other in taken)


def _joined(ax, start, end, aside: bool) -> None:
    (x0, y0), (x1, y1) = start, end
    if not aside:
        arrow(ax, (x0, y0 - HIGH / 2), (x1, y1 + HIGH / 2), MUTED)
        return
    edge = x0 + WIDE / 2 + 0.3
    ax.plot([x0 + WIDE / 2, edge, edge], [y0, y0, y1], color=C1, lw=1.6)
    arrow(ax, (edge, y1), (x1 + WIDE / 2, y1), C1)


def _shape(value) -> str:
    return f"({', '.join(map(str, value.shape))})"


HAND = {"a": 2.0, "b": -1.0, "w": 3.0, "v": 2.0, "t": 8.0}  # of the example by hand


def by_hand() -> Figure:
    """One weight for two inputs, a block with a skip, and what comes back to each wire."""
    a, b, w, v, t = HAND.values()
    p, q = w * a, w * b
    s = p + q
    y = v * s + s
    u = y - t
    back = u * v + u
    w_grad = back * a + back * b
    figure = Figure(
        alt=f"A circuit. a = {written(a)} and b = {written(b)} are each multiplied by w = {written(w)}, which gives"
        f" {written(p)} and {written(q)}; their sum is s = {written(s)}. One branch multiplies s by v = {written(v)},"
        f" {written(v * s)}; the other skips; their sum is y = {written(y)}. Below the wires stand the derivatives:"
        f" {written(u)} at y and on both branches, {written(back)} at s and at both products; w collects"
        f" {written(back * a)} and {written(back * b)}, together {written(w_grad)}.",
        caption="Values above the wires, derivatives of L below. Two places add what comes back: s, where the branch"
        " begins, and w, which is used twice.",
    )
    with figure.panel(width=4.6, height=2.1) as ax:
        blank(ax, 7.4, 3.1)
        for name, place in (("a", (0.2, 2.5)), ("b", (0.2, 0.6))):
            ax.text(*place, name, ha="center", va="center", fontstyle="italic", fontsize=12)
        one, two = gate(ax, 1.6, 2.5, "×w", C1), gate(ax, 1.6, 0.6, "×w", C1)
        first, times, last = gate(ax, 3.0, 1.55, "+"), gate(ax, 4.9, 2.5, "×v"), gate(ax, 6.2, 1.55, "+")
        wire(ax, (0.2, 2.5), one, a, back * w, away=(0.16, 0.27))
        wire(ax, (0.2, 0.6), two, b, back * w, away=(0.16, 0.27))
        wire(ax, one, first, p, back)
        wire(ax, two, first, q, back)
        wire(ax, first, (4.0, 1.55), s, back, away=(0.27, 0))
        wire(ax, (4.0, 1.55), times, "", u * v, away=(0, 0.27))
        wire(ax, (4.0, 1.55), last, s, u, away=(0, 0.27))
        wire(ax, times, last, v * s, u)
        wire(ax, last, (7.2, 1.55), y, u, away=(0.27, 0.1))
        ax.plot(4.0, 1.55, "o", color=MUTED, markersize=5)
        ax.text(7.3, 1.55, "y", ha="center", va="center", fontstyle="italic", fontsize=12)
        ax.text(3.2, 2.85, f"∂L/∂w = {written(back * a)} − {written(-back * b)} = {written(w_grad)}", ha="center",
                va="center", color=C1)  # fmt: skip
    return figure


def sums(table) -> Figure:
    """Accuracy over the number of pairs: one tower for both digits, and a tower for each."""
    counts = sorted({row["count"] for row in table.run.rows})
    series = {
        "one tower for both": np.array([table.of("right", shared=True, count=n) for n in counts]),
        "a tower for each": np.array([table.of("right", shared=False, count=n) for n in counts]),
    }
    words = "; ".join(
        f"{name}: " + ", ".join(f"{row.mean():.0%} with {n}" for n, row in zip(counts, rows, strict=True))
        for name, rows in series.items()
    )
    figure = Figure(
        alt=f"The share of unseen pairs that are added right over the number of pairs learned from. {words}.",
        caption="Means over five starts, and from the worst to the best. Where pairs are few it helps most"
        " that a digit on the left and a digit on the right teach the same weights.",
    )
    with figure.panel("Sums of two digits", "pairs to learn from", "unseen pairs added right", width=4.4) as ax:
        for (name, rows), style, colour in zip(series.items(), ("o-", "s--"), (C0, C1), strict=True):
            ax.plot(counts, rows.mean(axis=1), style, label=name, color=colour)
            ax.fill_between(counts, rows.min(axis=1), rows.max(axis=1), color=colour, alpha=0.15)
        ax.set_xscale("log")
        ax.set_xticks(counts, [f"{n:,}" for n in counts])
        ax.minorticks_off()
        ax.set_ylim(0, 1)
    return figure


def placed(canvases, y, at, answers) -> Figure:
    """Digits on their canvas, with the middle where the net sees it, and its name for them."""
    what, where = answers
    names = what.argmax(axis=1)
    figure = Figure(
        alt="Digits on empty canvases, with a mark where the net sees the middle. "
        + " ".join(f"A {t}, called {n}." for t, n in zip(y, names, strict=True)),
        caption="One pass answers both questions: the number above each canvas is the answer of the first output, the"
        " cross that of the second. The circle marks the true middle.",
    )
    side = canvases.shape[-1]
    for canvas, name, place, found in zip(canvases, names, at, where, strict=True):
        with figure.panel(f"a {name}", width=1.35, height=1.55) as ax:
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
            ax.spines[:].set_visible(True)
            ax.imshow(canvas, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            middle = lambda p: (side - 1) / 2 + p * (side - 8) / 2
            ax.plot(middle(place[1]), middle(place[0]), "o", color=C2, markersize=11, fillstyle="none")
            ax.plot(middle(found[1]), middle(found[0]), "+", color=C1, markersize=11, markeredgewidth=2)
    return figure


def depth(runs: dict, arriving: dict) -> Figure:
    """What comes back through sixteen blocks before the first step, and the loss of the steps."""
    first = {name: norms[0] / norms[-1] for name, norms in arriving.items()}
    words = "; ".join(f"{name}: {ratio:.0e} of it" for name, ratio in first.items())
    ends = "; ".join(f"{name}: {run.loss[-50:].mean():.3f}" for name, run in runs.items())
    figure = Figure(
        alt=f"Left, the size of the derivative behind each of sixteen blocks, from the output to the input; the first"
        f" block gets, of what arrives at the last, {words}. Right, the loss while training, in the end {ends}.",
        caption="Left: what arrives of the derivative behind each block, before the first step. Right: what that does"
        " to training. Both nets have the same weights to learn.",
    )
    with figure.panel("What comes back", "after block", "size of ∂L/∂v", width=3.5, height=2.7, yscale="log") as ax:
        ax.set_xticks(range(0, 17, 4))
        for (name, norms), style in zip(arriving.items(), ("o-", "s--"), strict=True):
            ax.plot(range(len(norms)), norms, style, label=name, markersize=4)
    with figure.panel("The loss while training", "step", "cross-entropy", width=3.5, height=2.7) as ax:
        for (name, run), style in zip(runs.items(), ("-", "--"), strict=True):
            smooth = np.convolve(run.loss, np.ones(20) / 20, mode="valid")
            ax.plot(np.arange(len(smooth)) + 20, smooth, style, label=name)
    return figure


def flattened() -> Figure:
    """An image of two channels and three pixels in PyTorch's memory and in Keras', and flat."""
    figure = Figure(
        alt="An image of two channels, 1 × 3 pixels. Channel one holds a1, a2, a3, channel two b1, b2, b3. PyTorch"
        " flattens it to a1 a2 a3 b1 b2 b3, Keras to a1 b1 a2 b2 a3 b3.",
        caption="The same six numbers. PyTorch keeps the channels one after the other, Keras keeps all channels of a"
        " pixel together. What multiplies the flat numbers has to follow.",
    )
    rows = [("PyTorch, (2, 1, 3)", ["a₁", "a₂", "a₃", "b₁", "b₂", "b₃"])]
    rows += [("Keras, (1, 3, 2)", ["a₁", "b₁", "a₂", "b₂", "a₃", "b₃"])]
    with figure.panel(width=4.4, height=1.3) as ax:
        blank(ax, 7.4, 2.1)
        for (name, cells), y in zip(rows, (1.55, 0.55), strict=True):
            ax.text(0.1, y, name, ha="left", va="center", color=MUTED)
            for i, cell in enumerate(cells):
                box(ax, 3.2 + 0.72 * i, y, 0.66, 0.6, cell, C0 if cell[0] == "a" else C1)
    return figure


GRAPHS = {  # of the exercise: names, columns and rows, and lines
    "a": ("xfg+y", [(0.9, 3), (0.4, 2), (0.4, 1), (0.9, 0), (1.7, 0)], ["xf", "fg", "g+", "x+", "+y"]),
    "b": ("xfghy", [(0.3, 3), (1.5, 3), (1.5, 1.5), (0.3, 1.5), (0.3, 0)], ["xf", "fg", "gh", "hy"]),
    "c": ("xzfgy", [(0.3, 3), (1.5, 3), (0.9, 2), (0.9, 1), (0.9, 0)], ["xf", "zf", "fg", "gy"]),
    "d": ("xfgyz", [(0.9, 3), (0.9, 2), (0.4, 1), (0.4, 0), (1.5, 0)], ["xf", "fg", "gy", "fz"]),
}


def four_graphs() -> Figure:
    """Four graphs of layers: the exercise asks which one is a row."""
    lines = "; ".join(
        f"{name}: " + ", ".join(f"{a} to {b}" for a, b in edges) for name, (_, _, edges) in GRAPHS.items()
    )
    figure = Figure(
        alt=f"{len(GRAPHS)} small graphs. {lines}.",
        caption="Circles are inputs, layers and outputs; arrows say what goes in.",
    )
    for title, (names, places, edges) in GRAPHS.items():
        at = dict(zip(names, places, strict=True))
        with figure.panel(title, width=1.9, height=2.9) as ax:
            blank(ax, 2.0, 4.0)
            for name, (x, y) in at.items():
                gate(ax, x, y + 0.5, name, C0 if name in "xyz" else FOREGROUND)
            for a, b in edges:
                (x0, y0), (x1, y1) = at[a], at[b]
                wire(ax, (x0, y0 + 0.5), (x1, y1 + 0.5), colour=MUTED, away=(0.3, 0.3))
    return figure


def shared_net() -> Figure:
    """The net whose parameters the exercise counts."""
    from dlbook.exercises.functional_models import counted

    model, xs = counted(), [np.zeros((8, 5))] * 2
    model(*xs)
    shapes = ", ".join(f"{name} {_shape(value)}" for name, value in model.values.items())
    figure = Figure(
        alt=f"A model: {_words(model)}; second is the tower again. The shapes: {shapes}.",
        caption="Names, layers and shapes, for a batch of 8. Every linear layer has a bias.",
    )
    _panel(figure, "", model, xs)
    return figure
