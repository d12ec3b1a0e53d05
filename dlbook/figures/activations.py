"""What chapter 02 draws."""

import numpy as np

from dlbook.experiments import activations as experiments
from dlbook.figures import C0, C1, C2, FOREGROUND, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, wire, written
from dlbook.scratch import activations

LABELS = {
    "sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU",
    "gelu": "GELU", "silu": "SiLU",
}  # fmt: skip
STYLES = ("-", "--", "-", ":", "-.", "--", ":")
Z = np.linspace(-5, 5, 201)

# What to see in the two curves of each function, at the place of its example.
SEEN = {
    "sigmoid": "Both ends of the sigmoid are flat, and even its steepest slope is only ¼.",
    "tanh": "Tanh has the shape of the sigmoid, but it lies around 0, and its slope at 0 is 1.",
    "relu": "Right of 0, ReLU hands on everything, and left of 0 it hands on nothing.",
    "leaky_relu": "Left of 0 a slope remains, drawn with α = 0.1 to be seen. With the usual 0.01 it looks like ReLU.",
    "elu": "ELU bends towards −1 on the left. With α = 1 its slope arrives at 0 without a jump.",
    "gelu": "GELU dips below 0 and comes back. Left of the dip its slope is negative.",
    "silu": "SiLU has the shape of GELU. Its dip is deeper and wider, and its corner is rounder.",
}


def value_and_derivative(name: str, at: float | None = None, ends=(-5, 5), **parameters) -> Figure:
    """One activation function and its derivative; `at` one place with its tangent."""
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    z = np.linspace(*ends, 201)
    value, slope = f(z, **parameters), f_grad(z, **parameters)
    seen = SEEN[name]
    if at is not None:
        a, s = float(f(at, **parameters)), float(f_grad(at, **parameters))
        seen += f" At z = {written(at)} the dashed tangent has the slope {written(round(s, 3))}, the height of f′(z)."
    figure = Figure(
        alt=f"{LABELS[name]} from {written(ends[0])} to {written(ends[1])}: the value goes from {value[0]:.3g} "
        f"to {value[-1]:.3g}, the derivative from {slope[0]:.3g} to {slope[-1]:.3g} and is at most {slope.max():.3g}.",
        caption=seen,
    )
    for title, y, color in (("f(z)", value, C0), ("f′(z)", slope, C1)):
        with figure.panel(title, xlabel="z", width=3.6, height=2.5) as ax:
            ax.plot(z, y, color=color)
            ax.set_ylim(min(-0.1, y.min() * 1.1), max(1.1, y.max() * 1.1))
            ax.set_xlim(*ends)
            if at is not None and color == C0:
                near = np.array([at - 1.2, at + 1.2])
                ax.plot(near, a + s * (near - at), "--", color=C1, linewidth=1.4)
            if at is not None:
                ax.plot(at, a if color == C0 else s, "o", color=FOREGROUND)
    return figure


def two_layers(x: float = -2.0) -> Figure:
    """Two linear units behind each other and the one that they are, then the same with a ReLU between them."""
    first, one = 2 * x + 1, -6 * x + 1
    bent = max(0.0, first)
    rows = (
        ("Two linear units", (("2x + 1", first), ("−3z + 4", -3 * first + 4))),
        ("The one unit that they are", (("−6x + 1", one),)),
        ("A ReLU between them", (("2x + 1", first), ("ReLU", bent), ("−3a + 4", -3 * bent + 4))),
    )
    words = "; ".join(f"{name}: {' → '.join(written(v) for _, v in boxes)}" for name, boxes in rows)
    figure = Figure(
        alt=f"Chains of boxes that begin with x = {written(x)}. {words}.",
        caption=f"The numbers on the wires begin with x = {written(x)}. The first two rows give the same answer for "
        "every x. The third does not, because the ReLU has made −3 into 0.",
    )
    for name, boxes in rows:
        with figure.panel(name, width=5.2, height=1.15) as ax:
            blank(ax, 8.6, 1.4)
            left, value = 0.1, x
            for text, out in boxes:
                wire(ax, (left, 0.6), (left + 0.9, 0.6), value, away=(0, 0))
                box(ax, left + 1.65, 0.6, 1.5, 0.7, text, C1 if text == "ReLU" else FOREGROUND)
                left, value = left + 2.4, out
            wire(ax, (left, 0.6), (left + 0.9, 0.6), value, away=(0, 0))
    return figure


def linear_collapse(depth: int = 5, seed: int = 0) -> Figure:
    """A random net on the real line, without and with a nonlinearity between its layers."""
    rng = np.random.default_rng(seed)
    sizes = [1, *[16] * (depth - 1), 1]
    W = [rng.normal(0, 1.6 / np.sqrt(n), (m, n)) for n, m in zip(sizes, sizes[1:], strict=False)]
    b = [rng.normal(0, 0.7, m) for m in sizes[1:]]
    figure = Figure(
        alt=f"Output of a net of {depth} layers over its input: a straight line without activation functions, a bent "
        "curve with tanh or ReLU between the layers.",
        caption="The same random weights three times. Without an activation the net draws a straight line. With tanh "
        "it draws a smooth curve, and with ReLU a line with folds.",
    )
    for title, f in (("no activation", lambda z: z), ("tanh", activations.tanh), ("ReLU", activations.relu)):
        a = Z[:, None]
        for k in range(depth):
            a = a @ W[k].T + b[k]
            a = f(a) if k < depth - 1 else a
        with figure.panel(title, xlabel="input", width=2.7, height=2.2) as ax:
            ax.plot(Z, a[:, 0])
    return figure


def both_ways(name: str = "sigmoid", zs=(2.0, -4.0)) -> Figure:
    """An activation as a box: values go through it forwards, and gradients back, times its slope."""
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    passed = [(z, float(f(z)), float(f_grad(z))) for z in zs]
    words = "; ".join(f"at z = {written(z)} the value {a:.3f} and the slope {s:.3f}" for z, a, s in passed)
    figure = Figure(
        alt=f"A box {LABELS[name]} with an arrow forwards and an arrow back, for two z: {words}.",
        caption="Above the wires the value goes forwards. Below them a gradient of 1 comes back, and the box "
        "multiplies it by its slope at this z. Where the curve is flat, hardly anything gets through.",
    )
    for z, a, s in passed:
        with figure.panel(f"z = {written(z)}", width=3.6, height=1.9, xlim=(0, 8), ylim=(0, 4)) as ax:
            ax.axis("off")
            box(ax, 4, 2, 1.7, 1.7, "σ" if name == "sigmoid" else LABELS[name])
            for left, right, value, back in ((0.2, 3.0, written(z), f"{s:.3f}"), (5.0, 7.8, f"{a:.3f}", "1")):
                arrow(ax, (left, 2.35), (right, 2.35), C0)
                arrow(ax, (right, 1.65), (left, 1.65), C1)
                ax.text((left + right) / 2, 2.75, value, ha="center", color=C0, fontsize=12)
                ax.text((left + right) / 2, 0.75, back, ha="center", color=C1, fontsize=12)
            ax.text(4, 0.3, f"· {s:.3f}", ha="center", color=C1, fontsize=12)
    return figure


def zigzag(cases: int = 60, seed: int = 3, rates=(1.0, 4.0)) -> Figure:
    """Where one case can move two weights, and the ways of a unit under outputs of one sign and under centred ones."""
    target = experiments.goal(2)
    paths = [
        experiments.walk(experiments.unit_cases(cases, seed, centred=centred), lr)
        for centred, lr in zip((False, True), rates, strict=True)
    ]
    left = [np.linalg.norm(path - target, axis=1) / np.linalg.norm(target) for path in paths]
    figure = Figure(
        alt="Three planes of two weights with a start at (0, 0) and a goal at (1, −1). In the first the quarters up "
        "right and down left are shaded, and the goal lies in neither. In the second the way goes up and down beside "
        f"the straight line, with {left[0][30]:.0%} of the distance left after 30 cases; in the third it goes almost "
        f"straight, with {left[1][30]:.1%} left.",
        caption="In the first panel, one case with positive inputs can move the weights into a shaded quarter only, "
        "both up or both down, and the goal lies in neither. Its two blue arrows are worked out below. So the way "
        "zigzags in the second panel. The third has the same cases with ½ taken off every input. Every tenth case has "
        "a dot.",
    )
    ends = {"xlim": (-0.5, 1.6), "ylim": (-1.45, 0.65), "width": 2.7, "height": 2.6}
    with figure.panel("What one case can do", "w₁", "w₂", **ends) as ax:
        ax.fill_between([0, 1.6], 0, 0.65, color=C0, alpha=0.15, linewidth=0)
        ax.fill_between([-0.5, 0], -1.45, 0, color=C0, alpha=0.15, linewidth=0)
        arrow(ax, (0, 0), (0.32, 0.16), C0)
        arrow(ax, (0.32, 0.16), (0.0576, -0.3648), C0)
        arrow(ax, (0, 0), tuple(0.94 * target), MUTED)
        _start_and_goal(ax, target)
    for title, path in zip(("Inputs in (0, 1)", "Inputs in (−½, ½)"), paths, strict=True):
        with figure.panel(title, "w₁", "w₂", **ends) as ax:
            ax.plot(*path.T, linewidth=1.2)
            ax.plot(*path[10::10].T, "o", color=C0, markersize=3.5)
            _start_and_goal(ax, target)
    return figure


def _start_and_goal(ax, target) -> None:
    ax.plot(0, 0, "o", color=FOREGROUND)
    ax.plot(*target, "+", color=C1, markersize=13, markeredgewidth=2.4)
    ax.text(-0.06, 0.07, "start", ha="right")
    ax.text(target[0] + 0.1, target[1] - 0.12, "goal", color=C1)


def shifted(table) -> Figure:
    """Training loss over the learning rate, with the hidden outputs of a net as they are and shifted."""
    ways, lrs = ("σ", "σ − ½"), sorted({row["lr"] for row in table.run.rows})
    found = {way: np.array([table.of("loss", way=way, lr=lr) for lr in lrs]) for way in ways}
    words = "; ".join(f"{way}: " + ", ".join(f"{m:.2g}" for m in np.median(v, axis=1)) for way, v in found.items())
    figure = Figure(
        alt=f"Median training loss after 300 steps at the rates {', '.join(f'{lr:g}' for lr in lrs)}. {words}.",
        caption="Both nets compute the same before their first step. The lines are the medians of thirty starts, and "
        "the bands reach from the lowest run to the highest.",
    )
    with figure.panel("", "learning rate η", "training loss", width=4.2, yscale="log", xscale="log") as ax:
        for (way, losses), style, marker in zip(found.items(), ("-", "--"), "os", strict=True):
            ax.plot(lrs, np.median(losses, axis=1), style, marker=marker, label=f"outputs {way}")
            ax.fill_between(lrs, losses.min(axis=1), losses.max(axis=1), alpha=0.15, linewidth=0)
        ax.set_xticks(lrs, [f"{lr:g}" for lr in lrs])
        ax.minorticks_off()
    return figure


FOLDS = ((0.0, 1.0), (1.0, -2.0), (2.0, 1.0))  # where a unit begins, and what it adds to the slope


def folded(folds=FOLDS) -> Figure:
    """A line folded unit by unit: each panel adds one ReLU."""
    x = np.linspace(-1, 3, 161)
    parts = [change * activations.relu(x - at) for at, change in folds]
    words = "; ".join(f"unit {k} adds {written(c)} to the slope at {written(at)}" for k, (at, c) in enumerate(folds, 1))
    figure = Figure(
        alt=f"A line that is folded once more in each of {len(folds)} panels: {words}. The last line is 0 up to 0, "
        "rises to 1 at 1, falls to 0 at 2 and stays there.",
        caption="Dashed the unit that is added, solid the sum so far. Each unit folds the line at one place, and left "
        "of this place it changes nothing.",
    )
    for k, ((at, change), part) in enumerate(zip(folds, parts, strict=True)):
        title = f"{'+' if change > 0 else '−'} {'' if abs(change) == 1 else f'{abs(change):g} '}relu(x"
        with figure.panel(title + (f" − {at:g})" if at else ")"), "x", width=2.7, height=2.4, ylim=(-2.2, 2.2)) as ax:
            ax.plot(x, part, "--", color=C1, linewidth=1.4)
            ax.plot(x, sum(parts[: k + 1]), color=C0)
            ax.plot([a for a, _ in folds[: k + 1]], _height(folds[: k + 1]), "o", color=C0)
    return figure


def _height(folds) -> list[float]:
    """The height of the folded line at each of its folds."""
    return [float(sum(c * activations.relu(at - begin) for begin, c in folds)) for at, _ in folds]


def dying(w=(1.0, -1.0), b=(-1.5, 0.5)) -> Figure:
    """Two ReLU units on the same three cases: one is reached by some of them, the other by none."""
    x = np.array([1.0, 2.0, 3.0])
    zs = [wk * x + bk for wk, bk in zip(w, b, strict=True)]
    words = "; ".join(", ".join(f"{written(v)}" for v in z) for z in zs)
    figure = Figure(
        alt=f"The curve of ReLU with the z of three cases on it, for two units: {words}. The second unit has all "
        "three left of 0.",
        caption="The dots are three cases, each with its slope. Both units have a case where the slope is 0. The dead "
        "unit has nothing but such cases, so no gradient reaches its weights.",
    )
    for z, title in zip(zs, ("A unit that learns", "A dead unit"), strict=True):
        with figure.panel(title, "z", "relu(z)", width=3.6, height=2.5, xlim=(-3, 3), ylim=(-0.4, 2.6)) as ax:
            ax.plot(Z, activations.relu(Z), color=MUTED)
            ax.plot(z, activations.relu(z), "o", color=C0, markersize=8)
            for value in z:
                place = (-14, 6) if value > 0 else (0, 9)
                ax.annotate(
                    f"{value > 0:d}", (value, max(0.0, value)), xytext=place, textcoords="offset points", ha="center"
                )
    return figure


def share_below(z: float = 1.0) -> Figure:
    """Φ(z) as a share of a bell, and what GELU, SiLU and ReLU make of z."""
    bell = np.linspace(-3.5, 3.5, 141)
    density = np.exp(-(bell**2) / 2) / np.sqrt(2 * np.pi)
    share = float(activations.gelu(z) / z)
    figure = Figure(
        alt=f"Left a bell, of which {share:.1%} lies below z = {z:g}. Right ReLU, GELU and SiLU between −4 and 3: "
        "GELU and SiLU dip below 0 on the left and follow ReLU on the right.",
        caption=f"Of a standard normal, {share:.0%} lies below 1, so GELU keeps {share:.0%} of z = 1. Both GELU and "
        "SiLU round the corner of ReLU and dip below 0.",
    )
    with figure.panel("The share below z", "z", width=3.6, height=2.6, ylim=(0, 0.47)) as ax:
        ax.plot(bell, density, color=FOREGROUND, linewidth=1.4)
        below = bell <= z
        ax.fill_between(bell[below], density[below], color=C0, alpha=0.25, linewidth=0)
        ax.axvline(z, color=C0, linestyle="--", linewidth=1.2)
        ax.text(-0.3, 0.05, f"Φ(1) = {share:.3f}", ha="center")
    with figure.panel("What comes out", "z", width=3.6, height=2.6, xlim=(-4, 3), ylim=(-0.6, 3)) as ax:
        for name, style in (("relu", "-"), ("gelu", "--"), ("silu", ":")):
            ax.plot(Z, getattr(activations, name)(Z), style, label=LABELS[name])
    return figure


def softmax_steps(z: np.ndarray) -> Figure:
    """Scores, their exponentials, and their shares of the sum."""
    e = np.exp(z)
    p = e / e.sum()
    words = "; ".join(f"{s:.2f}, {x:.2f}, {q:.3f}" for s, x, q in zip(z, e, p, strict=True))
    figure = Figure(
        alt=f"Three bar charts of {len(z)} classes: score, exponential, share. {words}.",
        caption="The exponentials make every score positive, and the division makes the sum 1. The order of the "
        "classes stays.",
    )
    for title, bars, colour in (("score z", z, C0), ("exponential", e, C2), ("share p", p, C1)):
        with figure.panel(title, "class", width=2.7, height=2.3, ylim=(0, 1.2 * bars.max())) as ax:
            ax.bar(np.arange(1, len(z) + 1), bars, color=colour, alpha=0.75)
            for k, bar in enumerate(bars, start=1):
                ax.text(k, bar + 0.03 * bars.max(), f"{bar:.3g}", ha="center")
            ax.set_xticks(range(1, len(z) + 1))
            ax.grid(False)
    return figure


def softmax_temperature(z: np.ndarray, scales=(0.5, 1.0, 3.0)) -> Figure:
    """The same scores, scaled, become more and more of a decision."""
    shares = [activations.softmax(scale * z) for scale in scales]
    words = "; ".join(f"times {s:g}: largest share {p.max():.2f}" for s, p in zip(scales, shares, strict=True))
    figure = Figure(
        alt=f"Softmax of {len(z)} scores multiplied by {len(scales)} factors. {words}.",
        caption="The winner is the same in all three. The larger the scores, the more it gets.",
    )
    for scale, p in zip(scales, shares, strict=True):
        with figure.panel(f"softmax({scale:g} z)", xlabel="class", width=2.7, height=2.2, ylim=(0, 1)) as ax:
            ax.bar(range(1, len(z) + 1), p, color=C0, alpha=0.7)
            ax.set_xticks(range(1, len(z) + 1))
    return figure


def dead_units(table) -> Figure:
    """Share of dead units and accuracy over the learning rate: medians, and bars over the middle half of the runs."""
    names, lrs = (list(dict.fromkeys(row[key] for row in table.run.rows)) for key in ("activation", "lr"))
    quarters = lambda key, name: np.quantile(
        [table.of(key, activation=name, lr=lr) for lr in lrs], [0.25, 0.5, 0.75], 1
    )
    told = [
        f"{LABELS[name]} {', '.join(f'{d:.0%} and {a:.0%}' for d, a in zip(*middle, strict=True))}"
        for name in names
        if (middle := [quarters(key, name)[1] for key in ("dead", "accuracy")])
    ]
    figure = Figure(
        alt="Median share of dead units and median accuracy at the learning rates "
        f"{', '.join(f'{lr:g}' for lr in lrs)}: {'; '.join(told)}.",
        caption="Medians of 40 starts. The bars hold the middle half of them, so ten runs lie below each bar and ten "
        "above it.",
    )
    for title, key in (("Dead units", "dead"), ("Accuracy on unseen digits", "accuracy")):
        with figure.panel(title, xlabel="learning rate η", ylim=(-0.02, 1.02)) as ax:
            for k, (name, marker) in enumerate(zip(names, "osD", strict=True)):
                low, middle, high = quarters(key, name)
                x = np.arange(len(lrs)) + 0.08 * k  # side by side, so that no bar hides another
                ends = [middle - low, high - middle]
                ax.errorbar(x, middle, ends, fmt=f"{marker}-", capsize=3, elinewidth=1.2, label=LABELS[name])
            ax.set_xticks(np.arange(len(lrs)) + 0.08, [f"{lr:g}" for lr in lrs])
            ax.legend(fontsize=8.5)
    return figure


def gradient_through_depth(norms: dict[str, np.ndarray]) -> Figure:
    """How much of a gradient is left after so many layers on its way back."""
    words = ", ".join(f"{LABELS[name]} {norm[-1]:.1e}" for name, norm in norms.items())
    depth = len(next(iter(norms.values()))) - 1
    figure = Figure(
        alt=f"What is left of the gradient after {depth} layers, on a logarithmic axis: {words}.",
        caption="A straight line on this axis is a constant factor per layer. Tanh and ELU stay at the top. "
        "Leaky ReLU lies on ReLU, and SiLU on GELU.",
    )
    labels = {"xlabel": "layers passed on the way back", "ylabel": "gradient left"}
    with figure.panel(**labels, width=4.2, height=3.2, yscale="log") as ax:
        for (name, norm), style in zip(norms.items(), STYLES, strict=False):
            ax.plot(norm, style, label=LABELS[name])
        ax.legend(ncols=2, fontsize=8.5)
    return figure


def exercise_elu() -> Figure:
    """The ELU of the exercise that asks for its α."""
    from dlbook.exercises.activations import ELU_TO_READ

    figure = value_and_derivative("elu", **ELU_TO_READ)
    figure.caption = "An ELU, and its derivative with a jump at 0."
    return figure
