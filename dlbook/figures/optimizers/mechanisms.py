"""How the optimizers of chapter 10 work, drawn: arrows and weights, computed and not measured."""

import numpy as np

from dlbook.experiments import optimizers as experiments
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.scratch import optimizers, schedules

DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))


def contour(ax, surface: str) -> None:
    """Level lines of a surface, closer where it is low, and a cross at each minimum."""
    x, y = np.meshgrid(np.linspace(*ax.get_xlim(), 29), np.linspace(*ax.get_ylim(), 71))
    height = experiments.SURFACES[surface][0](np.stack([x, y], axis=-1))
    ax.contour(x, y, height, levels=np.quantile(height, np.linspace(0.02, 0.9, 7) ** 2), colors=MUTED, linewidths=0.6)
    minima = {"saddle": [(0, 1), (0, -1)], "Rosenbrock": [(1, 1)]}.get(surface, [(0, 0)])
    ax.plot(*np.transpose(minima), "+", color=FOREGROUND, markersize=11)
    ax.grid(False)


def arrow(ax, start, end, color, width=1.8) -> None:
    """An arrow between two points of the axes."""
    ax.annotate(
        "", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": 0, "shrinkB": 0}
    )


def slopes(lr: float = 0.15, steps: int = 5) -> Figure:
    """The same rate on a steep parabola and on a flat one."""
    figure = Figure(
        alt=f"Two parabolas and {steps} steps with η = {lr:g} on each. On the steep one, curvature 10, the steps jump "
        "from side to side and get shorter. On the flat one, curvature 0.1, they hardly leave the start.",
        caption=f"One rate, two directions of the ravine. Across it (left) η = {lr:g} is nearly too long: each step "
        "jumps over the minimum. Along it (right) the same η is far too short.",
    )
    for title, name, curvature, start in (
        ("Across: curvature 10", "θ₂", 10, 0.6),
        ("Along: curvature 0.1", "θ₁", 0.1, -1.8),
    ):
        path = start * (1 - lr * curvature) ** np.arange(steps + 1)
        reach = 1.25 * abs(start)
        with figure.panel(title, name, "cost", xlim=(-reach, reach)) as ax:
            x = np.linspace(-reach, reach, 61)
            ax.plot(x, curvature * x**2 / 2, color=MUTED, linewidth=1.2)
            cost = curvature * path**2 / 2
            for t in range(steps):
                arrow(ax, (path[t], cost[t]), (path[t + 1], cost[t + 1]), C1, 1.2)
            ax.plot(path, cost, "o", color=C0, markersize=5)
    return figure


def velocity(mu: float = 0.8, steps: int = 12) -> Figure:
    """What each old gradient still counts in the velocity, when they agree and when they alternate."""
    share = mu ** np.arange(steps)[::-1]  # the newest gradient last
    cases = {"They agree": np.ones(steps), "They alternate": (-1.0) ** np.arange(steps)[::-1]}
    sums = [float((share * grads).sum()) for grads in cases.values()]
    figure = Figure(
        alt=f"Bars: what each of {steps} gradients of size 1 counts in the velocity with μ = {mu:g}, the newest most. "
        f"If they agree the bars add up to {sums[0]:.1f}, if they alternate to {sums[1]:.1f}.",
        caption=f"The velocity is a sum of old gradients, each weighted by μ to the power of its age (μ = {mu:g} "
        f"here). Gradients that agree add up to {sums[0]:.1f}. Of gradients that alternate only {sums[1]:.1f} is left.",
    )
    for (title, grads), total in zip(cases.items(), sums, strict=True):
        with figure.panel(title, "step", "counts in the velocity", ylim=(-1.1, 1.1)) as ax:
            colors = [C0 if grad > 0 else C1 for grad in grads]
            ax.bar(np.arange(1, steps + 1), share * grads, color=colors, width=0.7)
            ax.axhline(0, color=MUTED, linewidth=0.8)
            ax.text(1, 0.85, f"sum: {total:.2f}", color=FOREGROUND)
    return figure


def look_ahead(lr: float = 0.08, mu: float = 0.8) -> Figure:
    """Where momentum measures the gradient, and where Nesterov's form does."""
    grad = experiments.SURFACES["ravine"][1]
    theta, u = np.array([-1.3, 0.55]), np.array([-4.0, 12.0])
    ahead = theta - lr * mu * u
    ends = {"momentum": ahead - lr * grad(theta), "Nesterov": ahead - lr * grad(ahead)}
    figure = Figure(
        alt="Arrows on the level lines of the ravine. Both forms first go the same way along the old velocity, across "
        f"the floor. Momentum then adds the gradient of its start and ends at θ₂ = {ends['momentum'][1]:.2f}; "
        f"Nesterov's form adds the gradient of where it has arrived and ends at θ₂ = {ends['Nesterov'][1]:.2f}.",
        caption="Both forms let the old velocity carry them first (grey), past the floor of the ravine. Momentum then "
        "adds the gradient of the place it left, and goes on the same way. Nesterov's form asks for the gradient where "
        "it has arrived, and that one already points back.",
    )
    for (title, end), place, color in zip(ends.items(), (theta, ahead), (C1, C0), strict=True):
        with figure.panel(title.capitalize(), "θ₁", "θ₂", xlim=(-1.5, -0.4), ylim=(-0.8, 0.75)) as ax:
            contour(ax, "ravine")
            ax.axhline(0, color=MUTED, linewidth=0.8, linestyle=":")
            arrow(ax, theta, ahead, MUTED)
            arrow(ax, ahead, end, color)
            ax.plot(*theta, "o", color=FOREGROUND, markersize=5)
            ax.plot(*place, "o", markersize=12, markerfacecolor="none", markeredgecolor=color)
            ax.annotate("gradient measured here", place, (12, 6), textcoords="offset points", color=color, fontsize=9)
    return figure


def preconditioner() -> Figure:
    """The first step of SGD and of AdaGrad from the same point."""
    theta, grad = np.array([-1.8, 0.6]), np.array([-0.18, 6.0])
    steps = {"SGD, η = 0.15": 0.15 * grad, "AdaGrad, η = 0.6": 0.6 * grad / np.abs(grad)}
    figure = Figure(
        alt="Level lines of the ravine with two arrows from (−1.8, 0.6). SGD's goes almost straight across the ravine, "
        "AdaGrad's goes down and along it at 45 degrees.",
        caption="The first step from (−1.8, 0.6). The gradient is 33 times larger across the ravine than along it, so "
        "SGD moves across. AdaGrad divides each component by its own size, so both move alike.",
    )
    with figure.panel("", "θ₁", "θ₂", width=5.2, xlim=(-2, 2), ylim=(-1, 1)) as ax:
        contour(ax, "ravine")
        for (name, step), color in zip(steps.items(), (C1, C0), strict=True):
            arrow(ax, theta, theta - step, color)
            ax.plot([], [], color=color, label=name)
        ax.plot(*theta, "o", color=FOREGROUND, markersize=5)
        ax.legend(loc="lower right")
    return figure


def weights_of_squares(beta: float = 0.9, steps: int = 20) -> Figure:
    """What each old square counts in AdaGrad's sum and in RMSProp's mean."""
    mean = (1 - beta) * beta ** np.arange(steps)[::-1]
    figure = Figure(
        alt=f"What the squares of {steps} steps count. In AdaGrad's sum each counts 1. In RMSProp's mean with β = "
        f"{beta:g} the newest counts {1 - beta:.1g}, and each older one {beta:g} times the one after it.",
        caption=f"AdaGrad keeps every square for ever. RMSProp (here β = {beta:g}) lets the old ones fade. What lies "
        f"{round(1 / (1 - beta))} steps back counts about a third of the newest.",
    )
    for title, heights, color in (("AdaGrad's sum", np.ones(steps), C1), ("RMSProp's mean", mean, C0)):
        with figure.panel(title, "step", "weight of its square", ylim=(0, 1.15 * heights.max())) as ax:
            ax.bar(np.arange(1, steps + 1), heights, color=color, width=0.7)
    return figure


def filling(beta: float = 0.9, steps: int = 24) -> Figure:
    """How much of a steady gradient a mean that starts at zero holds."""
    t = np.arange(1, steps + 1)
    theta, state, held = np.zeros(1), None, []
    for _ in t:
        theta, state = optimizers.adam(theta, np.ones(1), state, betas=(beta, 0.999))
        held.append(float(state["exp_avg"][0]))
    figure = Figure(
        alt=f"A mean with β = {beta:g} of a gradient of 1: {held[0]:.2g} after step 1, {held[9]:.2f} after step 10, "
        f"{held[-1]:.2f} after step {steps}. Divided by 1 − βᵗ it is 1 from the first step on.",
        caption=f"The gradient is 1 in every step, the mean (β = {beta:g}) starts at 0. After t steps it holds 1 − βᵗ "
        "of the truth. Division by just that puts it right from the first step on.",
    )
    with figure.panel("", "step t", "m", width=5.2, ylim=(0, 1.45)) as ax:
        ax.bar(t, held, color=C0, width=0.7, label="m, which is 1 − βᵗ")
        ax.plot(t, np.array(held) / (1 - beta**t), color=C1, label="m / (1 − βᵗ)")
        ax.legend(loc="upper left", ncols=2)
    return figure


def shapes(epochs: int = 30) -> Figure:
    """The four schedules that know only the epoch."""
    t = np.arange(epochs)
    curves = {
        "step": schedules.step(t, 1.0, 10, 0.3),
        "exponential": schedules.exponential(t, 1.0, 0.9),
        "cosine": schedules.cosine(t, 1.0, epochs),
        "warm-up": schedules.warmup(t, 1.0, 0.1, total_iters=5),
    }
    caption = "The four schedules that look at the epoch only, as shares of η. Three fall, each in its own way. The "
    return rates(curves, caption + "warm-up rises, and is meant to stand in front of one of them.", "share of η")


def rates(curves: dict[str, np.ndarray], caption: str, ylabel: str = "learning rate η") -> Figure:
    """Learning rates over the epochs."""
    words = ", ".join(
        f"{name} from {rate[0]:.2g} over {max(rate):.2g} to {rate[-1]:.2g}" for name, rate in curves.items()
    )
    figure = Figure(alt=f"{ylabel} over the epochs: {words}.", caption=caption)
    with figure.panel("", "epoch", ylabel, width=5.6) as ax:
        for (name, rate), dash in zip(curves.items(), DASHES, strict=False):
            ax.plot(rate, linestyle=dash, drawstyle="steps-post" if name == "step" else None, label=name)
    return figure


def shards() -> Figure:
    """One step of data-parallel training as a flow of boxes."""
    figure = Figure(
        alt="A batch is cut into two shards. Each goes through its own copy of the weights and gives a gradient. The "
        "all-reduce takes the mean of both, weighted by the rows, and hands it back to both copies, which step alike.",
        caption="One step in two processes. The rows part, the gradients meet, and both copies take the same step. "
        "Only gradients travel between the processes.",
    )
    with figure.panel("", width=7.2, height=2.7, xlim=(0, 10), ylim=(0, 4)) as ax:
        ax.axis("off")
        box(ax, (0.9, 2), "batch,\nm rows", FOREGROUND)
        box(ax, (7.3, 2), "all-reduce:\nweighted mean", C2)
        for y, rank in ((3.2, 0), (0.8, 1)):
            box(ax, (2.9, y), f"shard {rank}", C0)
            box(ax, (4.9, y), f"copy {rank},\ngradient {rank}", C0)
            box(ax, (9.2, y), f"copy {rank}\nsteps", C3)
            arrow(ax, (1.6, 2), (2.2, y), MUTED, 1.2)
            arrow(ax, (3.6, y), (4.1, y), MUTED, 1.2)
            arrow(ax, (5.7, y), (6.4, 2), MUTED, 1.2)
            arrow(ax, (8.2, 2), (8.6, y), MUTED, 1.2)
    return figure


def box(ax, center, text: str, color) -> None:
    """Words in a frame."""
    frame = {"boxstyle": "round,pad=0.4", "facecolor": "none", "edgecolor": color, "linewidth": 1.4}
    ax.text(*center, text, ha="center", va="center", fontsize=9.5, bbox=frame)
