"""What chapter 19 draws: a trunk with two heads, a convolution taken apart, drawings, and what was measured."""

import numpy as np

from dlbook import data
from dlbook.experiments import measured
from dlbook.experiments import transfer as lab
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, gate, wire

HAND = {"x": (3.0, 1.0), "w": (1.0, -1.0), "u": 3.0, "v": 0.5, "y": 2.0}  # of the example by hand


# ─── Mechanisms ──────────────────────────────────────────────────────────────────────────────────────────────────────


def principle() -> Figure:
    """The same trunk below two heads."""
    figure = Figure(
        alt="Two rows of boxes. Above: a million photos go into a trunk of four boxes, and a head answers with 1,000"
        " classes. Below: a few drawings go into the same four boxes, and a new head answers with eight kinds. Arrows"
        " lead from each upper box of the trunk down to the lower one, and none from head to head.",
        caption="The trunk is copied, with all that it has learned. The head is new, because the question is new."
        " What reaches the head are features, and they stand in the place of the pixels.",
    )
    with figure.panel(width=6.6, height=2.7) as ax:
        blank(ax, 9.6, 3.7)
        rows = (
            (3.0, "a million\nphotos", "old head\n1,000 classes", C0),
            (0.7, "forty\ndrawings", "new head\n8 kinds", C1),
        )
        for y, source, head, colour in rows:
            ax.text(0.75, y, source, ha="center", va="center", color=colour)
            for k in range(4):
                box(ax, 2.4 + 1.25 * k, y, 0.95, 0.9, ("edges", "textures", "parts", "things")[k], C0)
                arrow(ax, (1.4 if k == 0 else 1.6 + 1.25 * k, y), (1.95 + 1.25 * k, y), MUTED)
            arrow(ax, (6.65, y), (7.35, y), MUTED)
            box(ax, 8.25, y, 1.75, 0.9, head, colour)
        for k in range(4):
            arrow(ax, (2.4 + 1.25 * k, 2.5), (2.4 + 1.25 * k, 1.2), C2)
        ax.text(1.55, 1.85, "copied", ha="center", va="center", color=C2)
        ax.text(8.25, 1.85, "begins anew", ha="center", va="center", color=C1)
    return figure


def by_hand() -> Figure:
    """One unit below two heads, with its numbers and what comes back from the new one."""
    (x1, x2), (w1, w2), u, v, y = HAND.values()
    a = max(w1 * x1 + w2 * x2, 0.0)
    z = v * a
    back = z - y
    figure = Figure(
        alt=f"A circuit. x₁ = {x1:g} times 1 and x₂ = {x2:g} times −1 are added, and the larger of the sum and 0 is"
        f" a = {a:g}. The old head multiplies by {u:g}: {u * a:g}. The new head multiplies by v = {v:g}: z = {z:g}."
        f" Below the wires stand the derivatives of the new loss: {back:g} at z and {back * v:g} at a.".replace(
            "-", "−"
        ),
        caption="Values above the wires, derivatives of the new loss below. The old head takes the same feature, and"
        " hears of no loss. At + a ReLU lets 2 through. Feature extraction stops at v. Fine-tuning goes on to the left,"
        " to w.",
    )
    with figure.panel(width=6.4, height=2.5) as ax:
        blank(ax, 7.4, 2.9)
        for name, place in (("x₁", (0.2, 2.3)), ("x₂", (0.2, 0.6))):
            ax.text(*place, name, ha="center", va="center", fontstyle="italic", fontsize=12)
        one, two = gate(ax, 1.6, 2.3, "×1", C0), gate(ax, 1.6, 0.6, "×−1", C0)
        total = gate(ax, 3.0, 1.45, "+", C0)
        old, new = gate(ax, 5.2, 2.3, "×3", MUTED), gate(ax, 5.2, 0.6, "×v", C1)
        wire(ax, (0.2, 2.3), one, x1, "", away=(0.16, 0.27))
        wire(ax, (0.2, 0.6), two, x2, "", away=(0.16, 0.27))
        wire(ax, one, total, w1 * x1, back * v)
        wire(ax, two, total, w2 * x2, back * v)
        wire(ax, total, (4.1, 1.45), a, back * v, away=(0.27, 0))
        ax.plot(4.1, 1.45, "o", color=MUTED, markersize=5)
        wire(ax, (4.1, 1.45), old, "", "", away=(0, 0.27))
        wire(ax, (4.1, 1.45), new, "", "", away=(0, 0.27))
        wire(ax, old, (6.7, 2.3), u * a, "", away=(0.27, 0.1))
        wire(ax, new, (6.7, 0.6), z, back, away=(0.27, 0.1))
        ax.text(7.05, 2.3, "old", ha="center", va="center", color=MUTED)
        ax.text(7.05, 0.6, "z", ha="center", va="center", fontstyle="italic", fontsize=12)
    return figure


def separable() -> Figure:
    """Every output from every channel, or in two steps: lines as thick as what they cost."""
    C, K = 3, 4
    figure = Figure(
        alt=f"Left: {C} channels on the left and {K} outputs on the right, joined by {C * K} thick lines, one 3 × 3"
        f" window each. Right: {C} thick lines from each channel to a map of its own, and {C * K} thin lines from"
        f" these to the {K} outputs, one weight each.",
        caption="A line is as thick as what it costs. On the left each of 12 lines is a window of 9 weights, 108"
        " together. On the right three windows of 9 weights look for patterns, and 12 single weights mix: 39.",
    )
    inputs, outputs = [2.6 - 0.9 * c for c in range(C)], [3.0 - 0.85 * o for o in range(K)]
    with figure.panel("a full convolution: 108 weights", width=3.1, height=2.4) as ax:
        blank(ax, 4.4, 3.5)
        for y in inputs:
            for z in outputs:
                ax.plot([0.9, 3.5], [y, z], color=C1, linewidth=3)
        _discs(ax, 0.6, inputs, "x", C0)
        _discs(ax, 3.8, outputs, "z", C0)
    with figure.panel("taken apart: 27 + 12 weights", width=3.9, height=2.4) as ax:
        blank(ax, 5.6, 3.5)
        for y in inputs:
            ax.plot([0.9, 2.5], [y, y], color=C1, linewidth=3)
            for z in outputs:
                ax.plot([3.1, 4.7], [y, z], color=C2, linewidth=0.9)
        _discs(ax, 0.6, inputs, "x", C0)
        _discs(ax, 2.8, inputs, "a", C0)
        _discs(ax, 5.0, outputs, "z", C0)
    return figure


def _discs(ax, x, places, name, colour) -> None:
    for i, y in enumerate(places):
        gate(ax, x, y, f"{name}{'₁₂₃₄'[i]}", colour)


def blocks() -> Figure:
    """A block of MobileNet and one of MobileNetV2; a box is as wide as its channels are many."""
    first = [("24 channels", 24), ("depthwise 3 × 3, ReLU6", 24), ("1 × 1, ReLU6", 48)]
    second = [("24 channels", 24), ("1 × 1, ReLU6", 144), ("depthwise 3 × 3, ReLU6", 144), ("1 × 1", 24), ("+", 24)]
    figure = Figure(
        alt="Two blocks from the top to the bottom. MobileNet: 24 channels, depthwise 3 × 3 with ReLU6 on 24 channels,"
        " 1 × 1 with ReLU6 to 48 channels. MobileNetV2: 24 channels, 1 × 1 with ReLU6 to 144, depthwise 3 × 3 with"
        " ReLU6 on 144, 1 × 1 without ReLU to 24, and a way around to the sum at the end.",
        caption="A line under a box is as long as it has channels. The first block looks at few channels and hands on"
        " more. The second widens, looks, and narrows again, and what it adds to its input has passed no ReLU at the"
        " end.",
    )
    for title, rows in (("MobileNet", first), ("MobileNetV2", second)):
        with figure.panel(title, width=3.2, height=3.3) as ax:
            blank(ax, 4.6, 4.8)
            for k, (words, channels) in enumerate(rows):
                y = 4.4 - 0.98 * k
                box(ax, 2.1, y, 3.1, 0.5, words, C1 if words == "+" else FOREGROUND)
                half = channels / 100
                ax.plot([2.1 - half, 2.1 + half], [y - 0.36] * 2, color=C0, linewidth=4, solid_capstyle="butt")
                if k:
                    arrow(ax, (2.1, y + 0.62 - 0.05), (2.1, y + 0.27), MUTED)
            if rows is second:
                ax.plot([3.65, 4.2, 4.2], [4.4, 4.4, 0.48], color=C1, lw=1.6)
                arrow(ax, (4.2, 0.48), (3.67, 0.48), C1)
    return figure


# ─── Drawings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def coloured(ax, images) -> None:
    """Pictures (n, 3, H, W) in a row, in 16 levels a colour: fewer bytes."""
    ax.axis("off")
    row = np.concatenate(list(images), axis=2)
    ax.imshow(np.round(15 * row.transpose(1, 2, 0)) / 15, interpolation="none")


def kinds() -> Figure:
    """Two drawings of each kind."""
    art = data.clipart()
    shown = [np.flatnonzero(art.y == k)[[1, 20]] for k in range(8)]
    figure = Figure(
        alt=f"Two drawings of each of eight kinds: {', '.join(art.class_names)}.",
        caption="Two of each of the eight kinds. Nearly all are drawings, with flat colours and black lines, and the"
        " trunk has learned from photos.",
    )
    for name, rows in zip(art.class_names, shown, strict=True):
        with figure.panel(name, width=1.75, height=1.15) as ax:
            coloured(ax, art.X[rows])
    return figure


def nearest(features, query, count=4) -> np.ndarray:
    """The drawings whose standardized features are nearest to those of the query, by the angle between them."""
    z = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    return np.argsort(-(z @ z[query]), kind="stable")[1 : count + 1]


def neighbours(drawn, queries) -> Figure:
    """What is near a drawing, by its pixels and by the trunk's features."""
    art = data.clipart()
    found = {
        (query, what): nearest(drawn[key], query)
        for query in queries for what, key in (("pixels", "pixels"), ("block 12", "block 12"))
    }  # fmt: skip
    told = "; ".join(
        f"near a {art.class_names[art.y[query]]} by {what}: " + ", ".join(art.class_names[k] for k in art.y[rows])
        for (query, what), rows in found.items()
    )
    figure = Figure(
        alt=f"Rows of drawings, each with one drawing on the left and the four nearest beside it; {told}.",
        caption="On the left of each row a drawing, beside it the four that are nearest. By pixels that means where"
        " the colours lie. By the features of block 12 it has more to do with what is drawn.",
    )
    for (query, what), rows in found.items():
        with figure.panel(f"by {what}", width=3.3, height=0.95) as ax:
            gap = np.ones((1, 3, 48, 12), np.float32)
            ax.axis("off")
            row = np.concatenate([art.X[query], gap[0], *art.X[rows]], axis=2)
            ax.imshow(np.round(15 * row.transpose(1, 2, 0)) / 15, interpolation="none")
    return figure


# ─── Measured ────────────────────────────────────────────────────────────────────────────────────────────────────────


def depth(table) -> Figure:
    """Drawings named right by a linear head, over what it is given."""
    names = list(dict.fromkeys(row["features"] for row in table.run.rows))
    counts = (5, 10, 20)
    mean = {(f, n): table.of("accuracy", features=f, count=n) for f in names for n in counts}
    told = "; ".join(f"{f}: " + ", ".join(f"{mean[f, n].mean():.1%}" for n in counts) for f in names)
    figure = Figure(
        alt="Share of unseen drawings named right by logistic regression, with 5, 10 and 20 drawings of each kind to"
        f" learn from. {told}.",
        caption="The deeper the cut, the better a linear head can tell drawings apart that the trunk has never seen."
        " Bars reach from the least to the greatest of ten draws. The dotted line is guessing.",
    )
    with figure.panel("Features of MobileNetV2, and others", "", "named right", width=6.0, height=3.3) as ax:
        for n, colour, shift in zip(counts, (C0, C1, C2), (-0.12, 0, 0.12), strict=True):
            x = np.arange(len(names)) + shift
            low, mid, high = (np.array([f(mean[name, n]) for name in names]) for f in (np.min, np.mean, np.max))
            ax.errorbar(x, mid, [mid - low, high - mid], fmt="o", color=colour, markersize=5, lw=1.2, label=f"{n} each")
            ax.plot(x[2:], mid[2:], color=colour, lw=1.2)
        ax.axhline(0.125, color=MUTED, linestyle=":", lw=1.2)
        ax.set_xticks(range(len(names)), ["pixels", "small\nnet", *(n.replace(" ", "\n") for n in names[2:])])
        ax.set(ylim=(0.08, 0.72))
    return figure


STRATEGIES = {"scratch": "from scratch", 5: "frozen", 4: "top tuned", 0: "all tuned"}


def strategies(table) -> Figure:
    """Four strategies over the number of images, for a similar and a dissimilar task."""
    tasks = {"clothes": "Four other kinds of clothes", "digits": "Digits"}
    mean = lambda **row: table.of("accuracy", **row).mean()
    told = " ".join(
        f"{title}: " + "; ".join(
            f"{name} " + ", ".join(f"{mean(task=task, count=n, frozen=key):.1%}" for n in lab.COUNTS)
            for key, name in STRATEGIES.items()) + "."
        for task, title in tasks.items()
    )  # fmt: skip
    figure = Figure(
        alt=f"Share of unseen images named right, with {', '.join(map(str, lab.COUNTS))} images of each class. {told}",
        caption="Means of five draws, and each draw a dot. On clothes, which resemble what the trunk knows, all that"
        " use it begin ahead. On digits the frozen trunk is soon a burden, and the tuned one is none.",
    )
    for task, title in tasks.items():
        with figure.panel(title, "images of each class", "named right", width=3.7, height=3.3) as ax:
            for (key, name), colour, style in zip(
                STRATEGIES.items(), (MUTED, C0, C2, C1), ("o--", "o-", "o-", "o-"), strict=True
            ):
                ax.plot(lab.COUNTS, [mean(task=task, count=n, frozen=key) for n in lab.COUNTS], style, color=colour,
                        markersize=4.5, label=name)  # fmt: skip
                for n in lab.COUNTS:
                    seen = table.of("accuracy", task=task, count=n, frozen=key)
                    ax.plot([n] * len(seen), seen, ".", color=colour, alpha=0.45, markersize=4)
            ax.set_xscale("log")
            ax.set_xticks(lab.COUNTS, [str(n) for n in lab.COUNTS])
            ax.minorticks_off()
    return figure


def rates(table) -> Figure:
    """The new task and the old one over the rate of fine-tuning."""
    rates = [row["lr"] for row in table.run.rows]
    mean = {name: np.array([table.of(name, lr=lr).mean() for lr in rates]) for name in ("new", "old")}
    rows = zip(rates, mean["new"], mean["old"], strict=True)
    told = "; ".join(f"η = {lr:g}: {new:.1%} new, {old:.1%} old" for lr, new, old in rows)
    figure = Figure(
        alt=f"Share named right after fine-tuning on ten digits of each kind, over the learning rate. {told}.",
        caption="The new task wants a rate in the middle. The old one wants none at all. Dots are five draws. Far on"
        " the right the trunk is destroyed, and both tasks are lost.",
    )
    with figure.panel("All pieces tuned", "learning rate η", "named right", width=5.2, height=3.2) as ax:
        for (name, words), colour in zip(
            {"new": "digits, the new task", "old": "clothes, the old task"}.items(), (C1, C0), strict=True
        ):
            ax.plot(rates, mean[name], "o-", color=colour, markersize=5, label=words)
            for lr in rates:
                seen = table.of(name, lr=lr)
                ax.plot([lr] * len(seen), seen, ".", color=colour, alpha=0.45, markersize=4)
        ax.set_xscale("log")
        ax.set(ylim=(0.05, 1.12))
        ax.legend(loc="upper right")
    return figure


def kept(table) -> Figure:
    """What is left of the old task and won of the new one, by what was allowed to move."""
    ways = [row["how"] for row in table.run.rows]
    told = "; ".join(f"{how}: {table.of('old', how=how).mean():.1%} old, {table.of('new', how=how).mean():.1%} new"
                     for how in ways)  # fmt: skip
    figure = Figure(
        alt=f"Share named right of the old and of the new task, by what was allowed to move. {told}.",
        caption="Five draws each. Only a trunk that stands still in every number keeps all of the old task. In the"
        " second row no weight of the trunk has moved, and its batch norms have gone on counting.",
    )
    with figure.panel("After ten digits of each kind", "named right", width=5.6, height=2.7) as ax:
        for k, how in enumerate(ways):
            for name, colour, shift in (("old", C0, 0.14), ("new", C1, -0.14)):
                seen = table.of(name, how=how)
                y = len(ways) - 1 - k + shift
                ax.plot(seen, [y] * len(seen), "o", color=colour, markersize=4, alpha=0.6)
                ax.plot([seen.mean()] * 2, [y - 0.11, y + 0.11], color=colour, lw=3,
                        label=f"the {name} task" if k == 0 else None)  # fmt: skip
        ax.set_yticks(range(len(ways)), [how.replace(", ", ",\n") for how in ways[::-1]])
        ax.grid(axis="y", visible=False)
        ax.set(xlim=(0.2, 1))
    return figure


def two_tasks(count=30) -> Figure:
    """Accuracy over the frozen depth for two tasks that are not named: the exercise asks which is which."""
    table = measured.table(lab.strategies)
    curves = {
        name: [table.of("accuracy", task=task, count=count, frozen=k).mean() for k in range(6)]
        for name, task in (("task A", "digits"), ("task B", "clothes"))
    }
    told = "; ".join(f"{name}: " + ", ".join(f"{v:.2f}" for v in curve) for name, curve in curves.items())
    figure = Figure(
        alt=f"Share named right over the number of frozen pieces, from 0 to 5, for two tasks. {told}.",
        caption="One pretrained net, two new tasks, thirty images of each class. Means of five draws.",
    )
    with figure.panel("", "frozen pieces", "named right", width=4.6, height=2.9) as ax:
        for (name, curve), colour in zip(curves.items(), (C3, C2), strict=True):
            ax.plot(range(6), curve, "o-", color=colour, label=name)
        ax.set(ylim=(0.2, 1))
    return figure
