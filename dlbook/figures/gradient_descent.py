"""What chapter 04 draws."""

import numpy as np

from dlbook.experiments import gradient_descent as experiments
from dlbook.figures import C0, C1, FOREGROUND, MUTED, Figure


def first_step() -> Figure:
    """One step against the slope of J(θ) = θ² at θ = 3: what the tangent promises, and what the curve keeps."""
    start, lr = 3.0, 0.2
    end = start - lr * 2 * start
    promised, kept = start**2 + 2 * start * (end - start), end**2
    figure = Figure(
        alt=f"The parabola θ² with its tangent at θ = 3. A step to θ = {end:g} leads to {promised:g} on the "
        f"tangent and to {kept:g} on the curve.",
        caption=f"One step with η = {lr:g}. The slope at 3 is 6, so the step is −1.2. The tangent promises a cost of "
        f"{promised:g}. The curve has {kept:g}, for it bends away from its tangent.",
    )
    theta = np.linspace(-0.4, 3.7, 100)
    with figure.panel("", "θ", "J(θ)", width=5.4, height=3.3, ylim=(-1.5, 13)) as ax:
        ax.plot(theta, theta**2, label="the cost, θ²")
        ax.plot(theta, start**2 + 2 * start * (theta - start), "--", color=C1, label="its tangent at 3")
        ax.annotate("", (end, -0.7), (start, -0.7), arrowprops={"arrowstyle": "->", "color": FOREGROUND})
        ax.text((start + end) / 2, 0.0, "−η J′", ha="center")
        ax.plot([start, start], [-0.7, start**2], ":", color=MUTED, linewidth=1)
        ax.plot([end, end], [-0.7, kept], ":", color=MUTED, linewidth=1)
        ax.plot([start, end], [start**2, kept], "o", color=C0)
        ax.plot(end, promised, "o", color=C1)
    return figure


def three_rates(runs: dict[float, np.ndarray]) -> Figure:
    """The same start on J(θ) = θ² under several learning rates: those that come down, and those that do not."""
    words = "; ".join(f"η = {lr:g}: " + ", ".join(f"{theta:g}" for theta in path) for lr, path in runs.items())
    figure = Figure(
        alt=f"Two parabolas with the points of descents on them. {words}.",
        caption="Three steps from θ = 10, the numbers of the table. On the left one rate is too short and one is just "
        "right for this curve. On the right every step lands higher than it began.",
    )
    theta = np.linspace(-19, 19, 100)
    for falls, title in ((True, "It comes down"), (False, "It climbs out")):
        with figure.panel(title, "θ", "J(θ)") as ax:
            ax.plot(theta, theta**2, color=MUTED, linewidth=1.2)
            for lr, path in runs.items():
                if (abs(path[-1]) < abs(path[0])) == falls:
                    ax.plot(path, path**2, "o-", linewidth=1.4, label=f"η = {lr:g}")
            ax.plot(10, 100, "o", color=FOREGROUND)
    return figure


def factors(lrs) -> Figure:
    """What one step on the bowl leaves of the distance in each direction, 1 − ηλ, for several learning rates."""
    curvatures = {"steep, λ = 0.25": 0.25, "flat, λ = 0.025": 0.025}
    words = "; ".join(f"η = {lr:g}: " + ", ".join(f"{1 - lr * c:.3g}" for c in curvatures.values()) for lr in lrs)
    figure = Figure(
        alt=f"Bars of the factor 1 − ηλ in the steep and in the flat direction. {words}.",
        caption="A bar inside the dashed lines shrinks its coordinate with every step, the shorter the faster. At "
        "η = 4 the steep bar is 0. Below 0 the coordinate changes sides. At η = 8.4 the steep bar is outside, and the "
        "descent diverges.",
    )
    place = np.arange(len(lrs))
    with figure.panel("", "learning rate η", "factor 1 − ηλ", width=5.4, ylim=(-1.35, 1.6)) as ax:
        for i, (name, curvature) in enumerate(curvatures.items()):
            ax.bar(
                place + 0.36 * i - 0.18, 1 - np.array(lrs) * curvature, 0.34, color=(C0, C1)[i], label=name, zorder=2
            )
        for end in (-1, 1):
            ax.axhline(end, color=FOREGROUND, linestyle="--", linewidth=1)
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.set_xticks(place, [f"{lr:g}" for lr in lrs])
        ax.legend(ncols=2, loc="upper center")
    return figure


def differences() -> Figure:
    """The slope of x³ at 2 from one side and from both, with a step that is large enough to be seen."""
    x, eps = 2.0, 0.5
    curve = np.linspace(1.2, 2.75, 60)
    above, below = (x + eps) ** 3, (x - eps) ** 3
    both, one = (above - below) / (2 * eps), (above - x**3) / eps
    figure = Figure(
        alt=f"The curve x³ at x = 2 with its tangent of slope 12, the line through both neighbours with slope "
        f"{both:g}, and the line to the right neighbour with slope {one:g}.",
        caption=f"With ε = 0.5 the line through both neighbours is nearly parallel to the tangent, {both:g} for 12. "
        f"The line to one neighbour alone is far too steep, {one:g}.",
    )
    with figure.panel("", "x", "x³", width=5.4, height=3.3) as ax:
        ax.plot(curve, curve**3, color=FOREGROUND, linewidth=1.4)
        ax.plot(curve, x**3 + 12 * (curve - x), label="tangent, 12")
        ax.plot(curve, below + both * (curve - x + eps), "--", label=f"both sides, {both:g}")
        ax.plot(curve, x**3 + one * (curve - x), ":", label=f"one side, {one:g}")
        ax.plot([x - eps, x, x + eps], [below, x**3, above], "o", color=FOREGROUND)
    return figure


def unit_chain() -> Figure:
    """A sigmoid unit as a chain of three boxes, values above the wires and slopes below, under both losses."""
    z = 4.0
    y_pred = 1 / (1 + np.exp(-z))
    slope = y_pred * (1 - y_pred)
    chains = {  # loss, and its slope in ŷ, for y = 0
        "Squared error": (y_pred**2 / 2, y_pred),
        "Cross-entropy": (-np.log(1 - y_pred), 1 / (1 - y_pred)),
    }
    words = "; ".join(
        f"{name}: loss {loss:.3g}, slopes {s:.3g} · {slope:.4g} = {s * slope:.3g}" for name, (loss, s) in chains.items()
    )
    figure = Figure(
        alt=f"The chain from z = 4 over ŷ = {y_pred:.3f} to the loss, for a case with y = 0. {words}.",
        caption="A case with y = 0. Above the wires the values, from left to right. Below them the slopes, from right "
        "to left, where each box multiplies by its own. The sigmoid's small slope kills the first gradient. In the "
        "second, the loss undoes it.",
    )
    for name, (loss, s) in chains.items():
        with figure.panel(name, width=5.2, height=2.1, xlim=(0, 10), ylim=(0, 4)) as ax:
            ax.axis("off")
            for at, text in ((2.6, "σ"), (6.6, "loss")):
                ax.text(
                    at, 2, text, ha="center", va="center", bbox={"boxstyle": "round,pad=0.5", "fc": "none", "ec": MUTED}
                )
            for left, right, value, back in (
                (0.2, 1.9, "z = 4", f"{s * slope:.3g}"),
                (3.3, 5.6, f"ŷ = {y_pred:.3f}", f"{s:.3g}"),
                (7.6, 9.6, f"J = {loss:.3f}", "1"),
            ):
                ax.annotate("", (right, 2.25), (left, 2.25), arrowprops={"arrowstyle": "->", "color": C0})
                ax.annotate("", (left, 1.75), (right, 1.75), arrowprops={"arrowstyle": "->", "color": C1})
                ax.text((left + right) / 2, 2.6, value, fontsize=12.5, ha="center", color=C0)
                ax.text((left + right) / 2, 0.85, back, fontsize=12.5, ha="center", color=C1)
            ax.text(2.6, 0.2, f"· {slope:.4g}", fontsize=12.5, ha="center", color=C1)
            ax.text(6.6, 0.2, f"· {s:.3g}", fontsize=12.5, ha="center", color=C1)
    return figure


def surprise(probabilities) -> Figure:
    """−log p over p: what it costs to have given the probability p to what happened."""
    p = np.linspace(0.004, 1, 200)
    words = ", ".join(f"{-np.log(q):.3g} at {q:g}" for q in probabilities)
    figure = Figure(
        alt=f"The curve −log p falls from infinity at p = 0 to 0 at p = 1: {words}.",
        caption="The cost of a case whose true label got the probability p. To be right and sure costs little. "
        "To be sure and wrong costs without limit.",
    )
    with figure.panel("", "probability of what happened, p", "−log p", width=5, ylim=(-0.2, 5.6)) as ax:
        ax.plot(p, -np.log(p))
        for q in probabilities:
            ax.plot(q, -np.log(q), "o", color=C1)
            ax.annotate(f"{-np.log(q):.3g}", (q, -np.log(q)), xytext=(8, 4), textcoords="offset points")
    return figure


def no_minimum(w: np.ndarray, curves: dict[str, np.ndarray]) -> Figure:
    """Cross-entropy over one weight, for labels that a threshold separates and for labels that it does not."""
    best = w[np.argmin(curves["overlap"])]
    figure = Figure(
        alt="Left: where a threshold separates the labels, cross-entropy falls for ever as the weight grows. "
        f"Right: with one label turned round it has a minimum at w = {best:.1f}.",
        caption="Four cases at x = −2, −1, 1 and 2. On the left a larger weight is always better. On the right "
        "the case at −1 has the other label, and every large weight pays for it.",
    )
    for name, title in (("separable", "Labels 0 0 1 1"), ("overlap", "Labels 0 1 1 1")):
        with figure.panel(title, "weight w", "J(w)", ylim=(0, 1.3)) as ax:
            ax.plot(w, curves[name], color=C0 if name == "separable" else C1)
    return figure


def bowl_descents(runs: dict[float, experiments.Descent]) -> Figure:
    """The paths of several learning rates on one bowl, and the cost along each."""
    words = "; ".join(
        f"η = {lr:g}: cost from {run.cost[0]:.1f} to {run.cost[np.isfinite(run.cost)][-1]:.2g}"
        for lr, run in runs.items()
    )
    figure = Figure(
        alt=f"Paths over the contours of a long bowl, and the cost at each step. {words}.",
        caption="The bowl is ten times steeper along θ₁ than along θ₂. A short step crawls, a long one crosses the "
        "valley again and again, and one past the limit climbs out of it.",
    )
    axis = np.linspace(-11, 11, 80)
    x, y = np.meshgrid(axis, axis)
    height = experiments.bowl(np.stack([x, y], axis=-1))
    with figure.panel("The path", "θ₁", "θ₂", xlim=(-11, 11), ylim=(-11, 11)) as ax:
        ax.contour(x, y, height, levels=np.linspace(0, 4, 9) ** 2, colors=MUTED, linewidths=0.6)
        for run in runs.values():
            outside = np.flatnonzero(~(np.abs(run.path).max(axis=1) < 11))  # what has left does not come back
            ax.plot(*run.path[: outside[0] + 1 if len(outside) else None].T, ".-", linewidth=1.4, markersize=4)
        ax.plot(0, 0, "+", color=FOREGROUND, markersize=11)
        ax.grid(False)
    with figure.panel("The cost", "step", "J(θ)", yscale="log", ylim=(1e-7, 1e4)) as ax:
        for lr, run in runs.items():
            ax.plot(run.cost, label=f"η = {lr:g}")
    return figure


def valley_descents(runs: dict[tuple[float, float], experiments.Descent]) -> Figure:
    """A cost with two valleys, and where each start and learning rate ends."""
    words = "; ".join(f"from θ = {start:g} with η = {lr:g} to {run.path[-1]:.2f}" for (start, lr), run in runs.items())
    figure = Figure(
        alt=f"A curve with a deep valley on the left and a shallow one on the right: {words}.",
        caption="Short steps end in the valley above which they began. A long step may leap over the ridge.",
    )
    theta = np.linspace(-2.4, 2.7, 200)
    with figure.panel("", "θ", "J(θ)", width=6) as ax:
        ax.plot(theta, experiments.two_valleys(theta), color=MUTED)
        for (start, lr), run in runs.items():
            drawn = ax.plot(run.path, run.cost, ".-", linewidth=1.2, label=f"from {start:g}, η = {lr:g}")
            ax.plot(run.path[0], run.cost[0], "o", color=drawn[0].get_color())
    return figure


def staircase(w: np.ndarray, curves: dict[str, np.ndarray]) -> Figure:
    """Accuracy and cross-entropy of the same unit over one weight."""
    steps = len(np.flatnonzero(np.diff(curves["accuracy"])))
    best = w[np.argmin(curves["cost"])]
    figure = Figure(
        alt=f"Left: over the weight, accuracy is a staircase, flat everywhere but at {steps} jumps. "
        f"Right: cross-entropy is a smooth valley with its bottom at w = {best:.1f}.",
        caption="The same unit and the same tumours. On a stair the slope is 0, so it says nothing about where to go. "
        "The cost on the right falls towards its bottom from both sides.",
    )
    with figure.panel("Accuracy: a staircase", "weight w", "accuracy") as ax:
        ax.plot(w, curves["accuracy"], drawstyle="steps-mid")
    with figure.panel("Cross-entropy: a slope", "weight w", "J") as ax:
        ax.plot(w, curves["cost"], color=C1)
    return figure


def sigmoid_losses(y: int = 1) -> Figure:
    """Both losses of one sigmoid unit over z, and their slopes, for a case whose label is `y`."""
    z = np.linspace(-8, 8, 161)
    X, one = np.ones((1, 1)), np.array([y])
    figure = Figure(
        alt="Left: over z, cross-entropy grows without end on the wrong side, squared error flattens out at one half. "
        "Right: the slope of cross-entropy tends to −1 there, that of squared error to 0.",
        caption="On the left side the unit is sure and wrong. There squared error is flat and gives no direction, "
        "while cross-entropy pushes as hard as it can.",
    )
    curves = {name: ([], []) for name in experiments.LOSSES}
    for name, (loss, loss_grad) in experiments.LOSSES.items():
        for value in z:
            curves[name][0].append(loss(one, np.array([value])))
            curves[name][1].append(loss_grad(np.zeros(1), value, X, one)[1])
    for i, (title, ylabel) in enumerate((("The loss of a case with y = 1", "loss"), ("Its slope", "∂J/∂z"))):
        with figure.panel(title, "z", ylabel) as ax:
            for name, style in zip(curves, ("-", "--"), strict=True):
                ax.plot(z, curves[name][i], style, label=name)
    return figure


def saturated_start(curves: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Accuracy and size of the gradient while a unit that starts wrong and saturated learns, under both losses."""
    words = "; ".join(f"{name}: accuracy {c['accuracy'][-1]:.3f} at the end" for name, c in curves.items())
    figure = Figure(
        alt=f"Accuracy and gradient norm over the steps of gradient descent. {words}.",
        caption="Both units begin sure and wrong. The right panel is logarithmic: the gradient of squared error starts "
        "four powers of ten lower, and so its unit hardly moves.",
    )
    for key, title, scale in (("accuracy", "Accuracy", "linear"), ("gradient", "Norm of the gradient", "log")):
        with figure.panel(title, "step", yscale=scale) as ax:
            for name, style in zip(curves, ("-", "--"), strict=True):
                ax.plot(curves[name][key], style, label=name)
    return figure


def power(x: float) -> str:
    """`x` to one digit as a reader writes it, 3 × 10⁻⁵."""
    digit, exponent = f"{x:.0e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if digit == "1" else f"{digit} × 10{raised}"


def gradcheck_error(eps: np.ndarray, error: np.ndarray) -> Figure:
    """The error of central differences over their step: too coarse on the right, rounding noise on the left."""
    best = int(np.argmin(error))
    figure = Figure(
        alt=f"Error of the numerical derivative over the step ε, both logarithmic: a V with its bottom at "
        f"ε = {power(eps[best])}, where the error is {power(error[best])}.",
        caption="From right to left the error first falls like ε², until the rounding of the two costs, divided by an "
        "ever smaller ε, takes over.",
    )
    with figure.panel(xlabel="step ε", ylabel="relative error", width=5, xscale="log", yscale="log") as ax:
        ax.plot(eps, error)
        ax.plot(eps[best], error[best], "o", color=C1, label=f"best: ε = {power(eps[best])}")
    return figure


def zigzag() -> Figure:
    """The steps of the exercise that asks for the curvature."""
    from dlbook.exercises import gradient_descent as exercises

    theta = exercises.zigzag()
    figure = Figure(
        alt="θ over the steps of a descent: " + ", ".join(f"{value:g}" for value in theta) + ".",
        caption="The seven points of one descent on a parabola.",
    )
    with figure.panel("", "step", "θ", width=5) as ax:
        ax.plot(theta, "o-")
        ax.set_xticks(range(len(theta)))
    return figure
