"""What chapter 05 draws."""

import numpy as np

from dlbook.experiments import gradient_descent_variants as experiments
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, cells

STYLES = ("-", "--", "-.", ":", "-")
FOUR = (1, 2, 6, 7)  # the small example of the chapter: Jᵢ = ½ (θ − yᵢ)²


def four_costs() -> Figure:
    """Four single costs and their mean, and where each of them pulls at θ = 0."""
    y = np.array(FOUR)
    figure = Figure(
        alt="Left: four parabolas with their minima at 1, 2, 6 and 7, and their mean with its minimum at 4. "
        "Right: at θ = 0 the four pull to the right with 1, 2, 6 and 7, the mean with 4.",
        caption="Left, the cost of each of four cases, thin, and their mean, thick. Right, how strongly each pulls at "
        "θ = 0. All point the same way. No single pull is the mean, but on average they are.",
    )
    theta = np.linspace(-1, 9, 120)
    with figure.panel("Four costs and their mean", "θ", "cost", ylim=(0, 24)) as ax:
        for k, value in enumerate(y):
            ax.plot(theta, (theta - value) ** 2 / 2, color=MUTED, linewidth=1, label="single cases" if k == 0 else None)
        ax.plot(theta, ((theta[:, None] - y) ** 2 / 2).mean(axis=1), color=C1, linewidth=3, label="their mean")
        ax.legend(loc="upper center")
    with figure.panel("The pull at θ = 0", "−∇J", xlim=(0, 8), ylim=(-0.6, 4.6)) as ax:
        for row, (value, colour) in enumerate([(y.mean(), C1), *((value, FOREGROUND) for value in y)]):
            arrow(ax, (0, row), (value, row), colour)
            ax.text(value + 0.15, row, f"{value:g}", va="center", color=colour)
        ax.set_yticks(range(5), ["mean", *(f"y = {value}" for value in y)])
        ax.grid(False)
    return figure


def who_looks() -> Figure:
    """One epoch of four samples: which of them each step looks at."""
    figure = Figure(
        alt="Three rows with the samples 6, 1, 7, 2. Batch: all four make one step. Mini-batch: two and two make two "
        "steps. Stochastic: each makes a step of its own, four in all.",
        caption="One epoch with the samples 6, 1, 7 and 2. Each arrow is a step, made from the samples above it. The "
        "work is the same in all three rows, four gradients. The number of steps is not.",
    )
    with figure.panel("", width=5.4, height=3.6) as ax:
        blank(ax, 10.5, 7)
        for row, (name, B) in enumerate((("batch, B = 4", 4), ("mini-batch, B = 2", 2), ("stochastic, B = 1", 1))):
            top, colour = 6.8 - 2.4 * row, (C0, C1, C2)[row]
            ax.text(0, top - 0.5, name, va="center", color=colour)
            for k in range(0, 4, B):
                left = 4.2 + 1.15 * k + 0.35 * (k // B if B > 1 else 0)
                cells(ax, left, top, [[6, 1, 7, 2][k : k + B]], tints=[[colour] * B], rims=[[colour] * B], size=11)
                arrow(ax, (left + B / 2, top - 1.05), (left + B / 2, top - 1.9), colour)
    return figure


def three_ways(paths: dict[str, np.ndarray]) -> Figure:
    """The example by hand: θ over the gradients that have been computed, for all three variants."""
    words = "; ".join(f"{name}: " + ", ".join(f"{t:g}" for t in path) for name, path in paths.items())
    figure = Figure(
        alt=f"θ after each step of two epochs. {words}.",
        caption="The three examples by hand, for two epochs. After four gradients the batch has made a single step and "
        "is furthest from the minimum at 4. Single samples come near soonest, and they keep jumping.",
    )
    with figure.panel("", "gradients computed", "θ", width=4.8, ylim=(-0.3, 5.6)) as ax:
        ax.axhline(4, color=FOREGROUND, linestyle=":", linewidth=1, label="minimum")
        for name, path in paths.items():
            ax.plot(np.linspace(0, 8, len(path)), path, "o-", linewidth=1.4, label=name)
        ax.set_xticks(range(0, 9, 2))
        ax.legend(ncols=2, loc="lower right")
    return figure


def all_batches() -> Figure:
    """At the minimum of the example: the gradients of all batches of one, two and four samples."""
    from itertools import combinations

    each = 4 - np.array(FOUR)
    figure = Figure(
        alt="The gradients at θ = 4. Batches of one: 3, 2, −2, −3. Batches of two: 2.5, 0.5, 0 twice, −0.5, −2.5. "
        "The batch of all four: 0.",
        caption="The gradients at θ = 4 of every batch that can be drawn. Their mean is 0 in each row, as it should "
        "be. The larger the batch, the closer they lie to it.",
    )
    with figure.panel("", "gradient of the batch", width=4.8, height=2.5, ylim=(-0.6, 2.7)) as ax:
        for row, (B, colour) in enumerate(((4, C0), (2, C1), (1, C2))):
            means = sorted(np.mean(few) for few in combinations(each, B))
            raised = [0.22 * means[:k].count(m) for k, m in enumerate(means)]  # equal ones above each other
            ax.plot(means, row + np.array(raised), "o", color=colour, markersize=9)
        ax.axvline(0, color=FOREGROUND, linestyle=":", linewidth=1)
        ax.set_yticks(range(3), ["B = 4", "B = 2", "B = 1"])
    return figure


def best_step() -> Figure:
    """The expected cost after a step over its rate, for batches without and with noise."""
    eta, sizes = np.linspace(0, 1.9, 100), {"no noise": 0, "B = 4 B_c": 1 / 4, "B = B_c": 1, "B = B_c / 4": 4}
    words = "; ".join(
        f"{name}: lowest at η = {1 / (1 + r):g}, {1 / (1 + r):g} of the gain" for name, r in sizes.items()
    )
    figure = Figure(
        alt=f"Parabolas of the expected change of the cost over η, in units of 1/λ and of the largest gain. {words}.",
        caption="The expected change of the cost over η, for four amounts of noise. The more noise, the shorter the "
        "best step, a dot, and the less it gains. Past four times B_c there is little left to gain.",
    )
    with figure.panel("", "η, in units of 1/λ", "change of J", width=4.8, xlim=(0, 3), ylim=(-1.1, 1.2)) as ax:
        for (name, r), style in zip(sizes.items(), STYLES, strict=False):
            line = ax.plot(eta, -2 * eta + eta**2 * (1 + r), style, label=name)[0]
            ax.plot(1 / (1 + r), -1 / (1 + r), "o", color=line.get_color())
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.legend(loc="center right")
    return figure


def batch_sizes(found: experiments.Sizes) -> Figure:
    """The fewest steps to the goal, and the rate that needed them, over the batch size."""
    sizes, middle = found.sizes, np.median(found.steps, axis=1)
    words = ", ".join(f"{steps:.0f} at {size}" for size, steps in zip(sizes, middle, strict=True))
    figure = Figure(
        alt=f"Steps to the goal over the batch size fall along a line at first and then not at all: {words}. The best "
        "learning rate rises along a line at first and then not at all.",
        caption="Left, the steps that the net needs, five starts for each batch size. Without a limit they would "
        "follow the dashed line. The curve is S (1 + B_c / B). Right, the rate that needed the fewest steps.",
    )
    with figure.panel("Steps to the goal", "batch size B", "steps", xscale="log", yscale="log") as ax:
        fine = np.geomspace(sizes[0], sizes[-1], 60)
        expected = np.array([np.mean(found.expected(size)) for size in fine])
        ax.plot(fine, expected, color=C0, linewidth=1.4, label="S (1 + B_c / B)")
        ax.plot(fine, expected[0] * sizes[0] / fine, "--", color=MUTED, linewidth=1.2, label="no limit")
        ax.plot(sizes.repeat(found.steps.shape[1]), found.steps.ravel(), "o", color=C1, markersize=4, label="measured")
        ax.set_ylim(3, 4000)
    with figure.panel("The best rate", "batch size B", "η", xscale="log", yscale="log") as ax:
        ax.plot(sizes.repeat(found.lrs.shape[1]), found.lrs.ravel(), "o", color=C1, markersize=4)
    return figure


def clouds(paths: dict[float, np.ndarray]) -> Figure:
    """Single samples of the example, from the minimum, with two fixed rates."""
    spread = {lr: np.sqrt(((path - 4) ** 2).mean()) for lr, path in paths.items()}
    words = "; ".join(f"η = {lr:g}: {s:.2f} from it on average" for lr, s in spread.items())
    figure = Figure(
        alt=f"Two paths that begin at the minimum and jump about it. {words}.",
        caption="Both paths begin at the minimum and see one sample a step. With a fifth of the rate the cloud is "
        "smaller, and it does not vanish.",
    )
    with figure.panel("", "step", "θ", width=4.8, ylim=(0.5, 8.6)) as ax:
        for (lr, path), width in zip(paths.items(), (1, 2), strict=True):
            ax.plot(path, linewidth=width, label=f"η = {lr:g}")
        ax.axhline(4, color=FOREGROUND, linestyle=":", linewidth=1)
        ax.legend(ncols=2, loc="upper center")
    return figure


def noise_floor(found: dict[tuple[float, int], tuple[np.ndarray, float]]) -> Figure:
    """How far above the least cost batches stay, over the rate per sample, measured and by theory."""
    words = "; ".join(f"η = {lr:g}, B = {B}: {a.mean():.2%}" for (lr, B), (a, _) in found.items())
    figure = Figure(
        alt=f"The cost above the least one rises in proportion to η / B, whatever B is. {words}.",
        caption="Several rates and batch sizes on the tumours, and the line ησ²/4B. Only η / B counts.",
    )
    with figure.panel("", "η / B", "above the least cost, in %", width=4.8, xscale="log", yscale="log") as ax:
        line = sorted((lr / B, 100 * theory) for (lr, B), (_, theory) in found.items())
        ax.plot(*zip(*line, strict=True), color=MUTED, label="theory")
        for B, marker, colour in ((1, "o", C0), (4, "s", C1), (16, "^", C3)):
            points = [(lr / B, 100 * a.mean()) for (lr, size), (a, _) in found.items() if size == B]
            ax.plot(*zip(*points, strict=True), marker, color=colour, markersize=7, fillstyle="none", label=f"B = {B}")
        for axis, ticks in ((ax.xaxis, (0.02, 0.04, 0.08)), (ax.yaxis, (1, 2, 3))):
            axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
            axis.set_ticks([], minor=True)
    return figure


def returning() -> Figure:
    """The sum of the gradients at the minimum, for three epochs: each sample once an epoch, or drawn anew."""
    once, anew = (3, -2, -3, 2, 2, 3, -3, -2, -2, 2, 3, -3), (3, 2, -2, 2, 3, 3, -3, 2, 2, -2, 3, 2)
    sums = {name: np.cumsum([0, *row]) for name, row in (("each once an epoch", once), ("with replacement", anew))}
    figure = Figure(
        alt="The running sum of the gradients 3, 2, −2 and −3. Each taken once an epoch, it is back at 0 after 4, 8 "
        f"and 12 steps. With replacement it wanders off to {sums['with replacement'][-1]}.",
        caption="The running sum of the four gradients at the minimum. If each comes once an epoch, the sum returns to "
        "0. If they are drawn with replacement, it may wander off, as in this draw.",
    )
    with figure.panel("", "step", "sum of the gradients", width=4.8, height=2.7) as ax:
        for (name, row), style in zip(sums.items(), ("o-", "s--"), strict=True):
            ax.plot(row, style, linewidth=1.4, markersize=5, label=name)
        ax.axhline(0, color=MUTED, linewidth=0.8)
        for end in (4, 8, 12):
            ax.axvline(end, color=MUTED, linestyle=":", linewidth=1)
    return figure


def shards() -> Figure:
    """Four samples in two shards, their means, and the two ways to average these."""
    figure = Figure(
        alt="The gradients 3, 2 and −2 lie in a shard with the mean 1, the gradient −3 in a shard of its own. Weighted "
        "by 3/4 and 1/4 the means give 0. Their plain mean is −1.",
        caption="The four gradients at θ = 4 in two shards. Each shard's mean, weighted by its size, gives the mean of "
        "all. The plain mean of the two does not.",
    )
    with figure.panel("", width=5.4, height=2.6) as ax:
        blank(ax, 10.5, 5)
        cells(ax, 1, 4.8, [[3, 2, -2]], tints=[[C0] * 3], rims=[[C0] * 3], size=11)
        cells(ax, 7, 4.8, [[-3]], tints=[[C1]], rims=[[C1]], size=11)
        for x, mean, weight, colour in ((2.5, "1", "· 3/4", C0), (7.5, "−3", "· 1/4", C1)):
            arrow(ax, (x, 3.7), (x, 2.9), colour)
            ax.text(x, 2.4, f"mean {mean}", ha="center", va="center", color=colour)
            ax.text(x, 1.5, weight, ha="center", va="center", color=colour)
        ax.text(5, 0.5, "3/4 · 1 + 1/4 · (−3) = 0", ha="center", va="center")
    return figure


def costs(runs: dict[str, experiments.Run], least: float) -> Figure:
    """The cost over the epochs for several batch sizes, and the end of it, close up."""
    words = "; ".join(
        f"{name}: the cost rises in {run.rises:.0%} of steps and ends at {run.cost[-1] / least:.2f} times the least"
        for name, run in runs.items()
    )
    figure = Figure(
        alt=f"The cost over the epochs at one learning rate. {words}.",
        caption="One learning rate for all, the first shuffle. The fewer samples a step sees, the more steps an epoch "
        "has, and the sooner it comes down. Close up, the path of single samples is far from smooth.",
    )
    last = max(run.epochs[-1] for run in runs.values())
    close = [run.cost[-3 * run.steps :] for run in runs.values() if run.cost[-1] < 1.5 * least]
    for title, xlim, ylim in (
        ("All epochs", (0, last), None),
        ("The last three, close up", (last - 3, last), (0.98 * least, 1.02 * max(map(np.max, close)))),
    ):
        with figure.panel(title, "epoch", "J(θ)", xlim=xlim, ylim=ylim) as ax:
            for (name, run), width in zip(runs.items(), (2.4, 1.6, 1), strict=False):
                ax.plot(run.epochs, run.cost, linewidth=width, label=name)
            ax.axhline(least, color=FOREGROUND, linewidth=1, linestyle=":", label="least cost")
            if ylim:
                ax.legend().set_visible(False)
    return figure


def rates(found: dict[str, experiments.Rates]) -> Figure:
    """Where runs with several learning rates end, over the rate, and over the rate per sample."""
    words = "; ".join(f"{name}: the largest that arrives is {r.largest:.3g}" for name, r in found.items())
    figure = Figure(
        alt=f"The cost of the last epoch over the learning rate, one valley for each batch size. {words}.",
        caption="Left, three valleys, far apart. Right, the same points over η / B. Batches of 32 and single samples "
        "fall on one curve. All 569 at once stop short of it.",
    )
    for title, xlabel in (("Over the learning rate", "η"), ("Over the rate per sample", "η / B")):
        with figure.panel(title, xlabel, "cost / least cost", xscale="log", ylim=(0.99, 1.3)) as ax:
            for name, r in found.items():
                share = 1 if xlabel == "η" else int(name.split()[-1])
                ax.plot(r.lrs / share, r.end, ".-", label=name)
            ax.axhline(experiments.TARGET, color=MUTED, linewidth=1, linestyle=":")
            if xlabel != "η":
                ax.legend().set_visible(False)
    return figure


def settling(by_start: dict[float, dict[str, list[experiments.Run]]], least: float) -> Figure:
    """How far above the least cost each epoch of stochastic descent ends, for two starts and several falls."""
    above = {
        (start, name): 100 * (runs[0].cost[:: runs[0].steps] / least - 1)
        for start, ways in by_start.items()
        for name, runs in ways.items()
    }
    words = "; ".join(f"from {start:g} {name}: {a[-1]:.2g} %" for (start, name), a in above.items())
    figure = Figure(
        alt=f"How far above the least cost stochastic descent is over the epochs; at the end {words}.",
        caption="The first of five shuffles. From 0.25 every falling rate arrives. From 0.02 the same falls stop far "
        "away.",
    )
    ylim = (min(a.min() for a in above.values()) / 2, 300)
    for start, ways in by_start.items():
        with figure.panel(f"From η = {start:g}", "epoch", "cost above the least, in %", yscale="log", ylim=ylim) as ax:
            for name, style in zip(ways, STYLES, strict=True):
                ax.plot(above[start, name], style, label=name)
            if start != min(by_start):
                ax.legend().set_visible(False)
    return figure


def noise(sizes, measured: np.ndarray, expected: np.ndarray) -> Figure:
    """The noise of the gradient over the batch size, measured and by theory."""
    words = ", ".join(f"{m:.2g} at {b}" for b, m in zip(sizes, measured, strict=True))
    figure = Figure(
        alt=f"Noise of the gradient over the batch size, both logarithmic, falls along a line: {words}.",
        caption="The noise of a batch's gradient. From dot to dot the batch is twice as large, and the noise falls by "
        "√2. At the right it falls faster, for there the batch is a good part of all samples.",
    )
    with figure.panel("", "batch size B", "noise", width=5.4, xscale="log", yscale="log") as ax:
        ax.plot(sizes, expected, label="theory")
        ax.plot(sizes, measured, "o", color=C1, label="measured")
    return figure


def noise_to_read() -> Figure:
    """The noise at small batch sizes, of the exercise that asks for a large one."""
    from dlbook.exercises import gradient_descent_variants as exercises

    sizes, noises = exercises.noise_shown()
    words = ", ".join(f"{noise:g} at {size}" for size, noise in zip(sizes, noises, strict=True))
    figure = Figure(
        alt=f"Noise of the mini-batch gradient over the batch size: {words}.",
        caption="The noise of the gradient at three batch sizes, for a data set of millions.",
    )
    with figure.panel("", "batch size", "noise of the gradient", width=5, ylim=(0, 0.9)) as ax:
        ax.plot(sizes, noises, "o")
        ax.set_xticks(sizes)
    return figure
