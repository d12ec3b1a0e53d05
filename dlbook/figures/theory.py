"""What chapter 07 draws."""

from itertools import groupby

import numpy as np

from dlbook._validate import wrong
from dlbook.experiments import theory as experiments
from dlbook.figures import C0, C1, MUTED, Figure
from dlbook.scratch.graph import Node
from dlbook.scratch.graph.node import QUIET


def graph_of(f, /, **inputs) -> Figure:
    """The graph of f(…) at these inputs, there and back: `graph_of(lambda x, y: x * y, x=2, y=3)`."""
    nodes = {name: Node(value) for name, value in inputs.items()}
    with np.errstate(**QUIET):
        made = f(**nodes)
    if not isinstance(made, Node):
        raise wrong("f", "be made of its inputs", type(made).__name__, "what operations on them return")
    made.backward()
    return graph(made, {node: name for name, node in nodes.items()})


def graph(made: Node, names: dict[Node, str]) -> Figure:
    """A graph in layers by depth: each node with its operation or name, its value and, once walked, its gradient."""
    places = _places(made)
    lines = [f"{_word(node, names)} = {_written(node.data)}" + _slope(node) for node in places]
    (left, _), (right, depth) = np.min(list(places.values()), axis=0), np.max(list(places.values()), axis=0)
    figure = Figure(
        alt=f"A graph of {len(places)} nodes in {1 + depth:.0f} layers, from the inputs above "
        f"to the result below, each with its value and gradient: {'; '.join(lines)}.",
        caption="Inputs have square boxes and operations round ones. Beside each box stands its value, and below it, "
        "after ∂, its gradient.",
    )
    limits = {"xlim": (left - 0.15, max(1.15, right + 0.3)), "ylim": (depth + 0.5, -0.5)}
    with figure.panel(width=4 * np.ptp(limits["xlim"]), height=1 + 0.75 * depth, **limits) as ax:
        ax.set_axis_off()
        for node, end in places.items():
            for k, parent in enumerate(node.parents):
                bend = 0.25 * (k - (node.parents.count(parent) - 1) / 2) if node.parents.count(parent) > 1 else 0
                arrow = {"arrowstyle": "-|>", "color": MUTED, "shrinkA": 17, "shrinkB": 17, "linewidth": 1}
                ax.annotate("", end, places[parent], arrowprops=arrow | {"connectionstyle": f"arc3,rad={bend}"})
        for node, (x, y) in places.items():
            word = _word(node, names)
            ax.text(x, y, word, ha="center", va="center", bbox=_box(node, word))
            gap = 0.065 + 0.009 * len(word)  # beside the box
            y += 0.16 * (node is made)  # an arrow may come to the end from the right, so its numbers stand lower
            if word != _written(node.data):  # else the box says it
                ax.text(x + gap, y - 0.01, _written(node.data).replace(": ", "\n"), va="bottom", size=9.5)
            if node.grad is not None:
                ax.text(x + gap, y + 0.05, f"∂ {_numbers(node.grad)}", va="top", color=C1, size=9.5)
    return figure


def _word(node: Node, names: dict[Node, str]) -> str:
    """What stands in a node's box: an input's name, an operation, or a constant's value."""
    if node.parents or node in names:
        return names.get(node, {"sigmoid": "σ"}.get(node.op, node.op))
    return _written(node.data) if node.data.ndim == 0 else "const"


def _box(node: Node, word: str) -> dict:
    """Operations are round, what comes from outside is square; a long word has a flat box."""
    style = {"facecolor": "none", "edgecolor": C0 if node.parents else MUTED, "linewidth": 1.5}
    round_box = "circle,pad=0.45" if len(word) < 4 else "round,pad=0.45"
    return style | {"boxstyle": round_box if node.parents else "square,pad=0.55"}


def _written(value: np.ndarray) -> str:
    """A number; of an array the shape and the first numbers."""
    return _numbers(value) if value.ndim == 0 else f"{value.shape}: {_numbers(value)}"


def _numbers(value: np.ndarray) -> str:
    first = [f"{number:.3g}" if value.ndim == 0 else f"{number:.2g}" for number in value.flat[:2]]
    return (", ".join(first) + ", …" * (value.size > 2)).replace("-", "−")


def _slope(node: Node) -> str:
    return "" if node.grad is None else f", gradient {_numbers(node.grad)}"


def _places(made: Node) -> dict[Node, tuple[float, int]]:
    """Where each node stands: its layer is its depth, its column near the middle of its parents'.

    A constant stands one layer above the first that uses it.
    """
    depth, places = experiments.depths(made), {}
    room = 0.3 if all(node.data.ndim == 0 for node in depth) else 0.42  # an array takes more words than a number
    for node in sorted(depth, key=depth.get, reverse=True):
        for parent in node.parents:
            if _is_constant(parent):
                depth[parent] = depth[node] - 1
    order = sorted(depth, key=depth.get)
    for layer, nodes in groupby(order, key=depth.get):
        nodes = sorted(nodes, key=_is_constant, reverse=True)
        width = room * (len(nodes) - 1) if room > 0.3 else max(1, room * (len(nodes) - 1))
        columns = np.linspace(0, width, len(nodes)) if layer == 0 else _columns(nodes, places, room)
        places |= {node: (float(x), layer) for node, x in zip(nodes, columns, strict=True)}
    return places


def _inputs(node: Node) -> list[Node]:
    """The parents that are no constants; all, if there are no others."""
    return [parent for parent in node.parents if not _is_constant(parent)] or node.parents


def _is_constant(node: Node) -> bool:
    return not node.parents and not node.requires_grad


def _columns(nodes: list[Node], places: dict, room: float) -> np.ndarray:
    """The mean of the parents' columns, a constant's to the left of all; pushed to the right where two would meet."""
    above = [_inputs(node) for node in nodes]
    middle = [np.mean([places[parent][0] for parent in parents]) for parents in above if parents]
    beside = min(middle) - room
    columns = np.array([middle.pop(0) if parents else beside for parents in above])
    order = np.argsort(columns, kind="stable")
    for left, right in zip(order, order[1:], strict=False):
        columns[right] = max(columns[right], columns[left] + room)
    return columns


def bump_construction(count: int = 10, steepness: float = 12.0) -> Figure:
    """Two sigmoids make a bump; bumps of the right height make any curve."""
    x, f = np.linspace(0, 1, 401), experiments.TARGETS["wave"]
    net = experiments.approximate(f, count, steepness)
    error = experiments.largest_error(f, net)
    figure = Figure(
        alt="Left: a step up at 0.4, a step up at 0.6, and their difference, a bump from 0.4 to 0.6. "
        f"Right: {count} bumps of different heights add up to a staircase that follows a wave; its largest error is "
        f"{error:.2f}.",
        caption="On the left a step up less a later step up is a bump. On the right ten bumps in grey, each as "
        "high as the wave in its middle. Their sum is a staircase that follows the wave.",
    )
    with figure.panel("Two steps, one bump", "x", xlim=(0, 1)) as ax:
        up, down = experiments.activations.sigmoid(60 * (x - 0.4)), experiments.activations.sigmoid(60 * (x - 0.6))
        ax.plot(x, up, "--", linewidth=1.3, label="σ(s (x − 0.4))")
        ax.plot(x, down, ":", linewidth=1.6, label="σ(s (x − 0.6))")
        ax.plot(x, up - down, label="difference")
    with figure.panel(f"{count} bumps", "x", xlim=(0, 1)) as ax:
        parts = experiments.bumps(x, count, steepness) * experiments.heights_by_hand(f, count)
        ax.plot(x, parts, color=MUTED, linewidth=0.8)
        ax.plot(x, f(x), "--", color=C1, label="the wave")
        ax.plot(x, net(x), color=C0, label="their sum")
    return figure


def error_over_width(counts, curves: dict[str, np.ndarray]) -> Figure:
    """The largest error over the number of bumps, both logarithmic: a straight line is a power."""
    words = "; ".join(
        f"{name}: from {e[0]:.2g} to {e[-1]:.2g}, slope −{-experiments.rate(counts, e):.2f}"
        for name, e in curves.items()
    )
    figure = Figure(
        alt=f"The largest error for {counts[0]} to {counts[-1]} bumps, both axes logarithmic. {words}.",
        caption="Both axes are logarithmic, so a power of the width is a straight line, and its slope is the power. By "
        "hand the slope is close to −1.",
    )
    with figure.panel("", "number of bumps", "largest error", width=5.2, xscale="log", yscale="log") as ax:
        for (name, errors), style in zip(curves.items(), ("o-", "s--", "^:", "d-."), strict=False):
            ax.plot(counts, errors, style, label=f"{name}, slope −{-experiments.rate(counts, errors):.2f}")
        ax.set_xticks(counts, [str(count) for count in counts])
        ax.minorticks_off()
    return figure


def left_open(nets: dict, noisy: dict[str, dict[str, float]]) -> Figure:
    """Three things that the theorem does not say: outside the interval, whether training finds it, and from noise."""
    f = experiments.TARGETS["wave"]
    x, wide = np.linspace(0, 1, 401), np.linspace(-0.5, 1.5, 601)
    words = "; ".join(f"{name}: largest error {experiments.largest_error(f, net):.2f}" for name, net in nets.items())
    heard = "; ".join(f"{name}: {e['seen']:.2f} on the points, {e['true']:.2f} in truth" for name, e in noisy.items())
    hand = next(iter(nets.values()))
    figure = Figure(
        alt=f"First: on [0, 1] the bumps follow the wave; outside they end at 0 while it goes on. Second: {words}. "
        f"Third, fitted to thirty points: {heard}.",
        caption="Three gaps in the promise. Outside the interval the bumps do not follow the wave. After 2,000 steps "
        "from small weights a net of the same width is still far away. Fitted to noisy points, it learns the noise.",
    )
    with figure.panel("Outside the interval", "x", xlim=(-0.5, 1.5), ylim=(-1.6, 2.6)) as ax:
        ax.axvspan(0, 1, color=MUTED, alpha=0.12)
        ax.plot(wide, f(wide), "--", color=C1, linewidth=1.5, label="the wave")
        ax.plot(wide, hand(wide), color=C0, label="the net")
        ax.legend(loc="upper right")
    with figure.panel("The same width, trained", "x", xlim=(0, 1), ylim=(-1.6, 2.6)) as ax:
        ax.plot(x, f(x), color=MUTED, linewidth=5, alpha=0.4, label="the wave")
        for (name, net), style in zip(nets.items(), ("-", "--", "-."), strict=False):
            ax.plot(x, net(x), style, linewidth=1.6, label=name)
        ax.legend(loc="upper right", fontsize=8.5)
    with figure.panel("Fitted to 30 points", "", "rms error", ylim=(0, 0.4)) as ax:
        places = np.arange(len(noisy))
        ax.bar(places - 0.2, [e["seen"] for e in noisy.values()], 0.38, color=C0, label="on the points")
        ax.bar(places + 0.2, [e["true"] for e in noisy.values()], 0.38, color=C1, hatch="//", label="against the wave")
        ax.set_xticks(places, [name.replace(", ", "\n") for name in noisy])
    return figure


def volumes(dimensions: np.ndarray) -> Figure:
    """Where the volume is: in the outer shell, and not in the ball within the cube."""
    shell = [experiments.shell_share(int(D), 0.1) for D in dimensions]
    ball = [experiments.ball_volume(int(D), 0.5) for D in dimensions]
    edge = [experiments.edge_for_share(int(D), 0.01) for D in dimensions]
    figure = Figure(
        alt=f"Over the dimension from {dimensions[0]} to {dimensions[-1]}: the outer tenth of a ball holds from "
        f"{shell[0]:.0%} to {shell[-1]:.1%} of it; the largest ball in a cube from {ball[0]:.0%} to {ball[-1]:.0e} of "
        f"the cube; a cube with 1 % of the unit cube has an edge from {edge[0]:.2f} to {edge[-1]:.2f}.",
        caption="Three faces of one effect. The outer tenth of a ball comes to hold nearly all of it. A cube with "
        "1 % of the cases comes to span every axis. The largest ball inside a cube comes to hold nothing.",
    )
    with figure.panel("", "dimension D", "share or length", width=5.2, xlim=(1, dimensions[-1]), ylim=(0, 1.02)) as ax:
        ax.plot(dimensions, shell, label="in the outer tenth")
        ax.plot(dimensions, edge, "-.", label="edge of a cube with 1 %")
        ax.plot(dimensions, ball, "--", label="ball within its cube")
        ax.legend(loc="center right")
    return figure


def concentration(dimensions=(2, 10, 100, 1000)) -> Figure:
    """How the distances of random points lie round their mean."""
    drawn = {D: experiments.cube_distances(D) for D in dimensions}
    words = "; ".join(f"D = {D}: standard deviation {d.std():.3f}" for D, d in drawn.items())
    figure = Figure(
        alt=f"Histograms of the distances between random points of a cube, as shares of their mean. {words}.",
        caption="Distances between random points, divided by their mean. In two dimensions some pairs are near and "
        "some are far. In a thousand all pairs are about equally far.",
    )
    with figure.panel("", "distance / mean distance", "density", width=5.2, xlim=(0, 2.2), yscale="log") as ax:
        for (D, d), style in zip(drawn.items(), ("-", "--", "-.", ":"), strict=False):
            density, ends = np.histogram(d, bins=40, density=True)
            ax.stairs(density, ends, linestyle=style, linewidth=1.8, label=f"D = {D}")
        ax.legend(loc="upper right")
    return figure


def samples(counts, errors: dict[int, np.ndarray], wanted: float) -> Figure:
    """The error of the nearest neighbour over the number of samples, for several dimensions."""
    words = "; ".join(f"D = {D}: from {e[0]:.2f} to {e[-1]:.2g}" for D, e in errors.items())
    figure = Figure(
        alt=f"The error of the nearest neighbour for {counts[0]} to {counts[-1]} samples, both axes logarithmic; the "
        f"more dimensions, the flatter it falls. {words}. A dotted line marks an error of {wanted:.2g}.",
        caption="Each line is one dimension. The more there are, the flatter the line, and the later it meets the "
        "dotted line, if at all.",
    )
    with figure.panel("", "number of samples", "rms error", width=5.2, xscale="log", yscale="log") as ax:
        for (D, e), style in zip(errors.items(), ("o-", "s--", "^-.", "d:"), strict=False):
            ax.plot(counts, e, style, markersize=4, label=f"D = {D}")
        ax.axhline(wanted, color=MUTED, linestyle=":", linewidth=1.2)
    return figure


def nearest_neighbour(accuracy: dict[int, float]) -> Figure:
    """The nearest neighbour on digits, beside more and more columns of noise."""
    words = ", ".join(f"{count}: {value:.1%}" for count, value in accuracy.items())
    figure = Figure(
        alt=f"Accuracy of the nearest neighbour over the number of noise columns. {words}.",
        caption="The 64 pixels are always there. What changes is how many columns of noise stand beside them. This "
        "is one draw of the noise.",
    )
    with figure.panel("", "columns of noise beside 64 pixels", "accuracy", width=5.2, ylim=(0, 1.05)) as ax:
        places = np.arange(len(accuracy))
        ax.plot(places, list(accuracy.values()), "o-")
        ax.axhline(0.1, color=MUTED, linestyle=":", label="guessing")
        ax.set_xticks(places, [str(count) for count in accuracy])
    return figure


def read_rate() -> Figure:
    """The errors of the exercise that asks how many bumps are needed."""
    from dlbook.exercises import theory as exercises

    counts, errors = exercises.WIDTHS, exercises.width_errors()
    points = ", ".join(f"{e:.3g} with {n} bumps" for n, e in zip(counts, errors, strict=True))
    figure = Figure(
        alt=f"The largest error of a net of bumps, both axes logarithmic: {points}.",
        caption="The largest error of nets of bumps on f(x) = 3 |x − 0.4|, both axes logarithmic.",
    )
    with figure.panel("", "number of bumps", "largest error", width=5, xscale="log", yscale="log") as ax:
        ax.plot(counts, errors, "o-")
        ax.set_xticks(counts, [str(count) for count in counts])
        ax.set_yticks(errors, [f"{error:.3g}" for error in errors])
        ax.minorticks_off()
    return figure
