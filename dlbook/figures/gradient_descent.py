"""What chapter 04 draws."""

import numpy as np

from dlbook.experiments import gradient_descent as experiments
from dlbook.figures import C1, FOREGROUND, MUTED, Figure


def bowl_descents(runs: dict[float, experiments.Descent]) -> Figure:
    """The paths of several learning rates on one bowl, and the cost along each."""
    words = "; ".join(
        f"η = {lr:g}: cost from {run.cost[0]:.1f} to {run.cost[np.isfinite(run.cost)][-1]:.2g}"
        for lr, run in runs.items()
    )
    figure = Figure(alt=f"Paths over the contours of a long bowl, and the cost at each step. {words}.")
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
    figure = Figure(alt=f"A curve with a deep valley on the left and a shallow one on the right: {words}.")
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
        f"Right: cross-entropy is a smooth valley with its bottom at w = {best:.1f}."
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
        "Right: the slope of cross-entropy tends to −1 there, that of squared error to 0."
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
    figure = Figure(alt=f"Accuracy and gradient norm over the steps of gradient descent. {words}.")
    for key, title, scale in (("accuracy", "Accuracy", "linear"), ("gradient", "Norm of the gradient", "log")):
        with figure.panel(title, "step", yscale=scale) as ax:
            for name, style in zip(curves, ("-", "--"), strict=True):
                ax.plot(curves[name][key], style, label=name)
    return figure


def gradcheck_error(eps: np.ndarray, error: np.ndarray) -> Figure:
    """The error of central differences over their step: too coarse on the right, rounding noise on the left."""
    best = int(np.argmin(error))
    figure = Figure(
        alt=f"Error of the numerical derivative over the step ε, both logarithmic: a V with its bottom at "
        f"ε = {eps[best]:.0e}, where the error is {error[best]:.0e}."
    )
    with figure.panel(xlabel="step ε", ylabel="relative error", width=5, xscale="log", yscale="log") as ax:
        ax.plot(eps, error)
        ax.plot(eps[best], error[best], "o", color=C1, label=f"best: ε = {eps[best]:.0e}")
    return figure


def zigzag() -> Figure:
    """The steps of the exercise that asks for the curvature."""
    from dlbook.exercises import gradient_descent as exercises

    theta = exercises.zigzag()
    figure = Figure(alt="θ over the steps of a descent: " + ", ".join(f"{value:g}" for value in theta) + ".")
    with figure.panel("", "step", "θ", width=5) as ax:
        ax.plot(theta, "o-")
        ax.set_xticks(range(len(theta)))
    return figure
