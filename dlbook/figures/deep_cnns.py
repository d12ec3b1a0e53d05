"""What chapter 15 draws: nets and their blocks first; then what is measured."""

import numpy as np

from dlbook.experiments import deep_cnns as lab
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, cells, frame, gate, wire, written
from dlbook.scratch import architectures

SLOPE, X = -0.2, 2.0  # of the block whose gradient is drawn

STAGES = {  # the values that a net's drawing shows, beside the image
    "LeNet-5": ("bend1", "pool1", "bend2", "pool2", "bend3", "bend4", "fc3"),
    "VGG-16": (*(f"features.{i}" for i in (3, 8, 15, 22, 30)), "classifier.1", "classifier.6"),
}


def shapes(name: str) -> list[tuple[int, ...]]:
    """The image, maps of a net, and dense layers."""
    net = architectures.lenet5() if name == "LeNet-5" else architectures.vgg()
    return [net.shapes[value] for value in ("x", *STAGES[name])]


def pattern() -> Figure:
    """Maps that become smaller and more, as boxes: two nets, sixteen years apart."""
    told = {name: [" × ".join(map(str, shape)) for shape in shapes(name)] for name in STAGES}
    figure = Figure(
        alt=" ".join(f"{name}, from the image to the scores: {', '.join(told[name])}." for name in told),
        caption="A box is as high as the maps are large, and the wider, the more of them there are. Both nets turn a"
        " large image with few channels into small maps with many, and end in dense layers. A stage and"
        " a dense layer of VGG-16 are left out.",
    )
    for name in STAGES:
        with figure.panel(name, width=3.7, height=1.9) as ax:
            ax.axis("off")
            _boxes(ax, shapes(name))
    return figure


def _boxes(ax, stages) -> None:
    largest, left = stages[0][1], 0.0
    for channels, *size in stages:
        high = max(size[0] / largest, 0.05) if size else 0.34
        wide = (0.2 + 0.07 * np.log2(channels)) if size else 0.12
        colour = C0 if size else C2
        ax.bar(left + wide / 2, high, wide, color=colour, alpha=0.3, edgecolor=colour, linewidth=1.2)
        words = f"{channels}\n×{size[0]}²" if size else f"{channels}"
        ax.text(left + wide / 2, -0.05, words, ha="center", va="top", fontsize=9)
        left += max(wide, 0.62) + 0.36
    ax.set(xlim=(-0.3, 8.6), ylim=(-0.5, 1.05))


def one_by_one() -> Figure:
    """A 1 × 1 convolution at one pixel: the same mixing of channels in all places."""
    figure = Figure(
        alt="At one pixel four channels, x₁ to x₄, are joined to two outputs, z₁ and z₂, by eight lines. The same eight"
        " weights are used at every other pixel.",
        caption="A 1 × 1 convolution is a dense layer on the channels of one pixel, and the same one at every pixel."
        " Here four channels become two, and the size of the maps stays.",
    )
    with figure.panel("one pixel: 4 · 2 weights", width=2.9, height=2.3) as ax:
        blank(ax, 4.2, 4.0)
        for i in range(4):
            for o, colour in enumerate((C0, C2)):
                ax.plot([0.9, 3.3], [3.5 - i, 2.75 - 1.5 * o], color=colour, linewidth=1.3)
            gate(ax, 0.6, 3.5 - i, f"x{'₁₂₃₄'[i]}")
        for o in range(2):
            gate(ax, 3.6, 2.75 - 1.5 * o, f"z{'₁₂'[o]}")
    return figure


def three_by_three() -> Figure:
    """Two windows of 3 × 3 on top of each other see 5 × 5 pixels."""
    figure = Figure(
        alt="An image of 5 × 5 pixels with a frame on its upper left 3 × 3; a map of 3 × 3, whose upper left cell that"
        " window makes, framed as well, and a frame around all nine; and the one number that they become.",
        caption="The window on the image makes the framed number in the middle. The second window reads nine such"
        " numbers, and together they have seen all 5 × 5 pixels, with 9 + 9 weights where one window of 5 × 5 has 25.",
    )
    panels = (
        ("image: 5 × 5 seen", 5, 3, C0),
        ("after the first 3 × 3", 3, 3, C1),
        ("after the second", 1, 1, C2),
    )
    for title, size, window, colour in panels:
        with figure.panel(title, width=1.95, height=2.1) as ax:
            blank(ax, 5.2, 5.2)
            left, top = (5.2 - size) / 2, (5.2 + size) / 2
            tints = [
                [colour if (i < window and j < window) or size < 5 else None for j in range(size)] for i in range(size)
            ]
            cells(ax, left, top, [[None] * size] * size, tints)
            if size > 1:
                frame(ax, left, top, window, window, C1 if size == 5 else C2)
            if size == 3:
                frame(ax, left + 0.1, top - 0.1, 0.8, 0.8)  # what the window on the image has made
    return figure


def inception() -> Figure:
    """GoogLeNet's first inception block, with its channels."""
    one, reduce3, three, reduce5, five, after_pool = 64, 96, 128, 16, 32, 32
    total = one + three + five + after_pool
    rows = (
        (None, f"1×1, {one}"), (f"1×1, {reduce3}", f"3×3, {three}"),
        (f"1×1, {reduce5}", f"5×5, {five}"), ("pool 3×3", f"1×1, {after_pool}"),
    )  # fmt: skip
    figure = Figure(
        alt="Four branches from an input of 192 channels: 1 × 1 to 64; 1 × 1 to 96, then 3 × 3 to 128; 1 × 1 to 16,"
        f" then 5 × 5 to 32; a pool of 3 × 3, then 1 × 1 to 32. They are joined to {total} channels.",
        caption="An inception block looks with windows of several sizes at once, and stacks what they find: 64 + 128 +"
        " 32 + 32 = 256 channels. The 1 × 1 convolutions in orange make the channels few before the larger windows.",
    )
    with figure.panel("", width=5.8, height=2.6) as ax:
        ax.axis("off")
        ax.set(xlim=(0, 10.6), ylim=(0, 4.6))
        box(ax, 0.9, 2.3, 1.5, 0.9, "192 × 28²")
        box(ax, 9.6, 2.3, 1.5, 0.9, f"{total} × 28²")
        for k, (first, second) in enumerate(rows):
            y = 4.1 - 1.2 * k
            start = (1.7, 2.3 + 0.25 * (1.5 - k))
            if first:
                box(ax, 3.5, y, 1.7, 0.75, first, C1 if "1×1" in first else MUTED)
                arrow(ax, start, (2.6, y), MUTED)
                arrow(ax, (4.4, y), (5.4, y), MUTED)
            else:
                ax.plot([0.9, 0.9], [2.8, y], color=MUTED, linewidth=1.6)
                arrow(ax, (0.9, y), (5.4, y), MUTED)
            box(ax, 6.3, y, 1.7, 0.75, second, C0)
            arrow(ax, (7.2, y), (8.8, 2.3 + 0.25 * (1.5 - k)), MUTED)
    return figure


def residual() -> Figure:
    """A plain block and a residual one."""
    figure = Figure(
        alt="Two blocks in a row each: convolution with batch norm, ReLU, convolution with batch norm, ReLU. In the"
        " second a line leads from the input x around the 2 convolutions to a plus before the last ReLU.",
        caption="Above, a plain block has to make all of its output. Below, the input goes around, and the two"
        " convolutions make only what is to be added to it. The way around has no parameter.",
    )
    with figure.panel("", width=5.8, height=2.9) as ax:
        ax.axis("off")
        ax.set(xlim=(0, 11.4), ylim=(0, 5.0))
        _chain(ax, 3.6, "plain: y = ReLU(F(x))", skip=False)
        _chain(ax, 0.6, "residual: y = ReLU(F(x) + x)", skip=True)
    return figure


def _chain(ax, y, title, skip) -> None:
    """x, four boxes in a row, and y; with a skip also the way around three of them, and the plus at its end."""
    ends = [0.45]
    for x, wide, words in ((1.9, 1.9, "conv, norm"), (4.0, 1.1, "ReLU"), (6.1, 1.9, "conv, norm"), (9.0, 1.1, "ReLU")):
        box(ax, x, y, wide, 0.8, words)
        ends += [x - wide / 2, x + wide / 2]
    ends.append(10.6)
    if skip:
        ends[7:7] = [7.4, 8.1]  # the plus stands there
    for start, end in zip(ends[::2], ends[1::2], strict=True):
        arrow(ax, (start, y), (end, y), MUTED)
    ax.text(0.25, y, "x", ha="center", va="center", color=C0)
    ax.text(10.9, y, "y", ha="center", va="center", color=C0)
    ax.text(0, y + (2.05 if skip else 0.7), title, va="bottom")
    if skip:
        gate(ax, 7.75, y, "+", C1)
        ax.plot([0.7, 0.7, 7.75], [y, y + 1.4, y + 1.4], color=C1, linewidth=1.6)
        arrow(ax, (7.75, y + 1.4), (7.75, y + 0.45), C1)
        ax.text(4.2, y + 1.1, "x, as it is", ha="center", va="center", color=C1)


def skip_wires() -> Figure:
    """A block with one weight: values forward, gradients back, and where they add."""
    inside = SLOPE * X
    figure = Figure(
        alt=f"x = {written(X)} goes two ways: through a multiplication by {written(SLOPE)}, which makes"
        f" {written(inside)}, and around it. Their sum is {written(X + inside)}. Backward 1 arrives at the sum and goes"
        f" both ways; the multiplication hands on {written(SLOPE)}, the way around 1, and x gets {written(1 + SLOPE)}.",
        caption="Values in blue above the wires, gradients in orange below. The plus gives 1 to both of its inputs. The"
        " weight makes −0.2 of it, the way around leaves it as it is, and at the fork they add up to 1 − 0.2.",
    )
    with figure.panel("y = x + w x, with w = −0.2", width=5.4, height=2.3) as ax:
        blank(ax, 9.4, 3.6)
        fork = gate(ax, 2.3, 2.6, "")
        times, plus = gate(ax, 4.6, 1.0, "w ·"), gate(ax, 6.9, 2.6, "+", C1)
        wire(ax, (0.2, 2.6), fork, X, 1 + SLOPE, at=0.4, away=(0, 0.4))
        wire(ax, fork, plus, X, 1.0, at=0.5, away=(0.4, 0.4))
        wire(ax, fork, times, away=(0.4, 0.4))
        wire(ax, times, plus, away=(0.4, 0.4))
        for x, value, grad, side in ((3.45, X, SLOPE, 1), (5.75, inside, 1.0, -1)):  # beside the lines that slant
            for sign, number, colour in ((side, value, C0), (-side, grad, C1)):
                ends = {"ha": "left" if sign > 0 else "right", "va": "center", "color": colour}
                ax.text(x + 0.25 * sign, 1.8 + 0.15 * sign * side, written(number), **ends)
        wire(ax, plus, (9.2, 2.6), X + inside, 1.0, at=0.5, away=(0.4, 0))
        ax.text(2.3, 3.15, "fork", ha="center", color=MUTED)
    return figure


COLOURS = {"plain-10": C2, "plain-30": C1, "residual-30": C0}


def degradation(runs: dict, table) -> Figure:
    """The training loss on the way, and in the last epoch for five starts."""
    values = {name: table.of("loss", net=name) for name in lab.NETS}
    figure = Figure(
        alt="The loss on the images that are learned, over the steps of three epochs, falls slowest for plain-30. In"
        " the third epoch, five starts each: "
        + " ".join(f"{name} {v.min():.2f} to {v.max():.2f}." for name, v in values.items()),
        caption="Left, one start of each net, a mean over 20 batches. Right, a dot for each of five starts. The deeper"
        " plain net fits its own training images worse. With skips it fits them as well as the shallow one.",
    )
    with figure.panel("Training loss", "step", "cross-entropy", width=3.7, height=2.7) as ax:
        for name, run in runs.items():
            smooth = np.convolve(run.loss, np.ones(20) / 20, mode="valid")
            ax.plot(np.arange(19, len(run.loss)), smooth, color=COLOURS[name], label=name)
    with figure.panel("In the third epoch", "cross-entropy", width=3.3, height=2.7) as ax:
        for level, (name, losses) in enumerate(reversed(values.items())):
            ax.plot(losses, level + np.linspace(-0.15, 0.15, len(losses)), "o", color=COLOURS[name], markersize=6)
        ax.set_yticks(range(len(values)), list(reversed(values)))
        ax.set(xlim=(0.5, None), ylim=(-0.5, 2.5))
        ax.grid(axis="y", visible=False)
    return figure


def arriving(found: dict, apart: dict) -> Figure:
    """What comes back to each block before the first step, and how far photos are apart; by net and batch norm."""
    told = [
        f"{name} {'with' if norm else 'without'} batch norm {sizes[0] / sizes[-1]:.1g} times, {shares[0]:.1g} and"
        f" {shares[-1]:.1g}"
        for ((name, norm), sizes), shares in zip(found.items(), apart.values(), strict=True)
    ]
    figure = Figure(
        alt="Of nets of 30 layers: the size of the gradient at the first block over that at the last, and how much"
        " photos differ after the first block and after the last. " + "; ".join(told) + ".",
        caption="Before the first step. Left, the gradient on its way from the last block back to the first. Without"
        " batch norm that of the plain net dies out, and with it, it grows. Right, how much the photos differ. In the"
        " plain net without batch norm they soon differ no longer. Dashed lines are nets without batch norm.",
    )
    panels = (
        ("∂L/∂y, relative to the last block", {kind: sizes / sizes[-1] for kind, sizes in found.items()}),
        ("how much photos differ", apart),
    )
    for title, curves in panels:
        with figure.panel(title, "block", width=3.7, height=2.9, yscale="log") as ax:
            for (name, norm), values in curves.items():
                colour, label = {"plain-30": C1, "residual-30": C0}[name], name if norm else None
                ax.plot(np.arange(1, len(values) + 1), values, "-" if norm else "--", color=colour, label=label)
            ax.set_xticks(range(2, 15, 2))
    return figure


def nets(rows) -> Figure:
    """Parameters against multiplications of famous nets."""
    totals = {row.name: architectures.totals(row.net) for row in rows}
    figure = Figure(
        alt="Parameters and multiplications in millions: "
        + " ".join(f"{name} {p / 1e6:.3g} and {m / 1e6:.3g}." for name, (p, m) in totals.items()),
        caption="Both axes are powers of ten. Further right, a net has more to learn and to store, and further up it"
        " has more to compute. The two need not go together: VGG-16 has twice AlexNet's parameters, and 21 times its"
        " work.",
    )
    with figure.panel("", "parameters", "multiplications", width=5.2, height=3.2, xscale="log", yscale="log") as ax:
        for row in rows:
            p, m = totals[row.name]
            ax.plot(p, m, "o", color=C3 if row.year < 2014 else C0, markersize=7)
            side = "right" if row.name in ("VGG-16", "GoogLeNet", "SqueezeNet") else "left"
            x, y = {"right": (0.8 * p, m), "left": (1.25 * p, m)}[side]
            x, y = (0.9 * p, 0.5 * m) if row.name == "MobileNet" else (x, y)  # below, where it has room
            ax.text(x, y, f"{row.name} {row.year}", fontsize=9, color=FOREGROUND, ha=side, va="center")
        ax.set(xlim=(3e4, 2e9), ylim=(2e5, 6e10))
    return figure


def small(table) -> Figure:
    """What small versions learn from 3,000 photos, a dot for each start."""
    values = {name: 100 * table.of("accuracy", net=name) for name in lab.SMALL}
    sizes = {name: architectures.totals(make()) for name, make in lab.SMALL.items()}
    figure = Figure(
        alt="The share of unseen clothes named right, three starts each: "
        + " ".join(f"{name} {v.min():.0f} to {v.max():.0f} %." for name, v in values.items()),
        caption="Narrow versions of five nets, four epochs over 3,000 photos of 28 × 28 pixels. On so small a task the"
        " oldest net does best, and two of three AlexNets stay at one in ten.",
    )
    with figure.panel("Clothes named right", "%", width=5.4, height=2.6) as ax:
        for level, shares in enumerate(reversed(values.values())):
            ax.plot(shares, level + np.linspace(-0.12, 0.12, len(shares)), "o", color=C0, markersize=6)
        names = [f"{name}, {sizes[name][0]:,}" for name in reversed(values)]
        ax.set_yticks(range(len(values)), names)
        ax.grid(axis="y", visible=False)
    return figure


def unknown_net() -> Figure:
    """Where a net has its parameters and its multiplications: which net is it?"""
    found = lab.costs(architectures.alexnet())
    whole = {what: sum(getattr(cost, what) for cost in found) for what in ("parameters", "multiplications")}
    shares = {what: [100 * getattr(cost, what) / total for cost in found] for what, total in whole.items()}
    figure = Figure(
        alt=f"Bars for the {len(found)} layers of a net that have weights. "
        + " ".join(f"{what}, in percent: {', '.join(f'{s:.0f}' for s in values)}." for what, values in shares.items()),
        caption="A bar for each layer with weights, from the image to the scores.",
    )
    for what, values in shares.items():
        with figure.panel(what, "layer", "% of the net", width=3.0, height=2.3, ylim=(0, 100)) as ax:
            ax.bar(range(1, len(values) + 1), values, color=C0 if what == "parameters" else C2)
            ax.set_xticks(range(1, len(values) + 1))
            ax.grid(axis="x", visible=False)
    return figure
