"""What chapter 06 draws."""

import numpy as np

from dlbook.experiments import bias_variance as experiments
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure


def spread(degrees=(1, 3, 5, 12), n: int = 15, shown: int = 25) -> Figure:
    """For each degree the polynomials of many training sets, their mean, and the truth."""
    parts = {degree: experiments.exact(degree, n) for degree in degrees}
    words = "; ".join(f"degree {d}: bias² {p.bias2:.3f}, variance {p.variance:.3f}" for d, p in parts.items())
    figure = Figure(
        alt=f"{shown} fitted polynomials, each from {n} noisy points, round the true curve. {words}.",
        caption=f"Each grey curve is the fit to one of {shown} training sets. Look at two distances. The dashed mean "
        "of all fits is away from the green truth where the model is too stiff, and the grey curves are away from "
        "their own mean where it is too nervous.",
    )
    x = experiments.X_TEST
    for degree in degrees:
        curves = experiments.fits(degree, n, n_sets=shown)
        with figure.panel(f"Degree {degree}", "x", "y", height=2.7, ylim=(-2.2, 2.2)) as ax:
            ax.plot(x, curves.T, color=MUTED, linewidth=0.6, alpha=0.6)
            ax.plot(x, experiments.truth(x), color=C2, label="f, the truth")
            mean = experiments.truth(experiments.inputs(n)) @ experiments.smoother(experiments.inputs(n), x, degree).T
            ax.plot(x, mean, "--", color=C1, label="mean of all fits")
            ax.legend(loc="lower center", ncols=2)
    return figure


def parts(curves: dict[str, np.ndarray], measured: dict[int, tuple[float, float]]) -> Figure:
    """Bias², variance and noise over the degree, their sum, and the errors that were measured."""
    best = int(curves["test"].argmin())
    figure = Figure(
        alt=f"Over the degree: bias² falls from {curves['bias2'][0]:.2f} to {curves['bias2'][-1]:.1g}, the variance "
        f"rises from {curves['variance'][0]:.3f} to {curves['variance'][-1]:.3f}, the noise stays at "
        f"{curves['noise'][0]:.2f}. Their sum, the test error, is lowest at degree {best} with "
        f"{curves['test'][best]:.3f}; the measured errors lie on it. The training error falls all the way to "
        f"{curves['train'][-1]:.3f}.",
        caption="The first panel has the three parts. Its scale is logarithmic, so each line shows by how many times a "
        "part changes. In the second panel their sum is a U, and the measured errors lie on it. The training error "
        "only falls.",
    )
    with figure.panel("The three parts", "degree", "squared error, logarithmic", yscale="log", ylim=(1e-3, 1)) as ax:
        for name, label, style in (("bias2", "bias²", "-"), ("variance", "variance", "--"), ("noise", "noise σ²", ":")):
            ax.plot(curves[name], style, label=label)
    with figure.panel("Their sum", "degree", "squared error", ylim=(0, 0.65)) as ax:
        ax.plot(curves["test"], color=C3, label="bias² + variance + noise")
        ax.plot(curves["train"], "--", color=FOREGROUND, label="training error")
        ax.errorbar(
            list(measured), [error for error, _ in measured.values()], [2 * se for _, se in measured.values()],
            fmt="o", color=C1, markersize=4, label="measured ± 2 standard errors",
        )  # fmt: skip
    return figure


def learning_curves(sizes, curves: dict[int, tuple[np.ndarray, np.ndarray]], sigma=experiments.SIGMA) -> Figure:
    """Training and test error over the number of samples, one panel a degree."""
    words = "; ".join(
        f"degree {degree}: training {train[0]:.2f} to {train[-1]:.2f}, test {test[0]:.2f} to {test[-1]:.2f}"
        for degree, (train, test) in curves.items()
    )
    figure = Figure(
        alt=f"Errors from {sizes[0]} to {sizes[-1]} samples; the noise is {sigma**2:.2f}. {words}.",
        caption="With degree 1 both curves meet high above the noise, which is what bias looks like. With degree 12 "
        "the gap between them is wide and closes as data come in, which is what variance looks like.",
    )
    for degree, (train, test) in curves.items():
        axes = {"ylim": (0, 0.65), "xscale": "log"}
        with figure.panel(f"Degree {degree}", "samples", "squared error", **axes) as ax:
            _plain_ticks(ax, (15, 30, 60, 120, 250))
            _learning_curve(ax, sizes, train, test)
            ax.axhline(sigma**2, color=MUTED, linewidth=1, linestyle=":", label="noise σ²")
    return figure


def _learning_curve(ax, sizes, train, test) -> None:
    ax.plot(sizes, test, label="test")
    ax.plot(sizes, train, "--", label="training")


def _plain_ticks(ax, values) -> None:
    """Just these ticks on a logarithmic axis, written as they are."""
    ax.set_xticks(values, [str(value) for value in values])
    ax.set_xticks([], minor=True)


def choices(picked: dict[str, tuple[np.ndarray, float]]) -> Figure:
    """How often each degree is picked, by three ways of choosing."""
    words = "; ".join(
        f"by {name}: degrees {pick.min()} to {pick.max()}, mean test error {error:.3f}"
        for name, (pick, error) in picked.items()
    )
    figure = Figure(
        alt=f"How often each degree is chosen, three ways. {words}.",
        caption="The training error always takes the largest degree. Cross-validation takes the middle, and so does a "
        "chooser who is allowed to look at the truth.",
    )
    width = 0.8 / len(picked)
    with figure.panel("", "degree chosen", "training sets", width=5.8) as ax:
        for i, (name, (pick, _)) in enumerate(picked.items()):
            count = np.bincount(pick, minlength=len(experiments.DEGREES))
            ax.bar(
                np.array(experiments.DEGREES) + (i - 1) * width, count, width, label=f"by {name}", color=(C1, C2, C3)[i]
            )
        ax.set_axisbelow(True)
        ax.set_xticks(experiments.DEGREES)
    return figure


def neighbours(curves: dict[str, np.ndarray]) -> Figure:
    """The parts of the error of k nearest neighbours on real tumours, over k."""
    best = int(curves["test"].argmin())
    figure = Figure(
        alt=f"Over k on a logarithmic axis: the variance falls from {curves['variance'][0]:.3f} to "
        f"{curves['variance'][-1]:.3f}, bias² with noise rises from {curves['bias2_noise'][0]:.3f} to "
        f"{curves['bias2_noise'][-1]:.3f}; the sum is lowest at k = {curves['k'][best]}, {curves['test'][best]:.3f}.",
        caption="The tumours show the same U. Flexibility falls from left to right here, for more neighbours make a "
        "stiffer model.",
    )
    axes = {"xscale": "log", "ylim": (0, 0.25)}
    with figure.panel("", "k, the number of neighbours (stiffer →)", "squared error", width=5.4, **axes) as ax:
        _plain_ticks(ax, (1, 2, 5, 10, 20, 50))
        ax.plot(curves["k"], curves["test"], color=C3, label="test error")
        ax.plot(curves["k"], curves["bias2_noise"], label="bias² + noise")
        ax.plot(curves["k"], curves["variance"], "--", label="variance")
        ax.plot(curves["k"][best], curves["test"][best], "o", color=C3)
    return figure


def double_descent(widths, plain: list[dict], ridge: list[dict], n: int = 100) -> Figure:
    """The test error of random features over their number, with and without ridge; and where the plain fit breaks."""
    test, tamed = (np.array([curves["test"] for curves in runs]) for runs in (plain, ridge))  # (seeds, widths)
    smallest = np.median([curves["smallest"] for curves in plain], axis=0)
    peak = list(widths).index(n)
    figure = Figure(
        alt=f"Over the number of features: without ridge the test error is {_range(test[:, 1])} at {widths[1]} "
        f"features, {_range(test[:, peak])} at {n} and {_range(test[:, -1])} at {widths[-1]}. With ridge it falls from "
        f"{_range(tamed[:, 1])} to {_range(tamed[:, -1])} without a peak. The smallest singular value falls from "
        f"{smallest[0]:.2f} to {smallest[peak]:.3f} at {n} features and rises again to {smallest[-1]:.2f}.",
        caption=f"One line for each of {len(plain)} seeds. The plain fit explodes at the dotted line, where there are "
        "as many features as samples, and ridge does not. The second panel has the reason. There the features of a "
        "training set have a direction that is nearly flat, and a plain fit divides by this number.",
    )
    axes = {"xscale": "log", "yscale": "log"}
    with figure.panel("", "random features", "test error, logarithmic", ylim=(0.1, 1e6), **axes) as ax:
        for i, (curve, calm) in enumerate(zip(test, tamed, strict=True)):
            ax.plot(widths, curve, color=C1, linewidth=1, label=None if i else "no penalty")
            ax.plot(widths, calm, "--", color=C0, linewidth=1, label=None if i else "ridge, λ = 1")
        _threshold(ax, n)
    with figure.panel("", "random features", "smallest singular value", ylim=(1e-3, 3), **axes) as ax:
        ax.plot(widths, smallest, color=C3)
        _threshold(ax, n)
    return figure


def over_lam(lams, even: list, random: list[list], n: int = 30, degree: int = 12) -> Figure:
    """The parts of ridge regression's error over λ, with even inputs and with random ones, one line a seed."""
    worst, best = (pick([[p.of_noise for p in run] for run in random]) for pick in (np.max, np.min))
    test = [min(p.test for p in run) for run in random]
    figure = Figure(
        alt=f"Over λ from {lams[0]:.0e} to {lams[-1]:g}, degree {degree} on {n} points: with even inputs the test "
        f"error is lowest at {min(p.test for p in even):.3f}; with random inputs the variance from noise goes from "
        f"{best:.2g} to {worst:.0f}, and the lowest test errors of {len(test)} draws are {min(test):.3f} to "
        f"{max(test):.3f}.",
        caption=f"Degree {degree} on {n} points, from hardly any penalty on the left to a strong one. With random "
        f"inputs there is one line for each of {len(random)} seeds. The penalty takes away variance and adds bias, "
        "and there is a λ between at which the sum is lowest.",
    )
    parts = (("bias2", "bias²", "-", C0), ("of_noise", "variance from noise", "--", C1))
    parts += (("of_inputs", "variance from inputs", "-.", C3), ("test", "test error", "-", FOREGROUND))
    for title, runs in (("Even inputs", [even]), ("Random inputs", random)):
        axes = {"xscale": "log", "yscale": "log", "ylim": (1e-4, 3e3)}
        with figure.panel(title, "λ", "squared error, logarithmic", **axes) as ax:
            for name, label, style, colour in parts:
                for i, run in enumerate(runs):
                    values = np.array([getattr(p, name) for p in run])
                    kept = np.where(values > 1e-5, values, np.nan)  # even inputs have no variance of their own
                    shown = None if i or np.isnan(kept).all() else label
                    ax.plot(lams, kept, style, color=colour, linewidth=1.3, label=shown)
    return figure


def _threshold(ax, n: int) -> None:
    """Where there are as many features as samples, and ticks that can be read."""
    ax.axvline(n, color=MUTED, linewidth=1, linestyle=":")
    _plain_ticks(ax, (10, 30, 100, 300, 1000))


def _range(values: np.ndarray) -> str:
    return f"{values.min():.3g} to {values.max():.3g}"


def descent_parts(widths, plain: list[dict], ridge: list[dict], n: int = 100) -> Figure:
    """Variance, and bias² with noise, over the number of features, without and with ridge; medians over the seeds."""
    figure = Figure(
        alt="Over the number of features, without and with ridge: "
        + "; ".join(
            f"{name}: variance {v[1]:.2f} at {widths[1]} and {v[-1]:.2f} at {widths[-1]} features, bias² with noise "
            f"{b[1]:.2f} and {b[-1]:.2f}"
            for name, (v, b) in _medians(plain, ridge).items()
        )
        + ".",
        caption="The same errors split, as medians over the seeds. Without ridge the variance makes the peak. Ridge "
        "keeps it low at every width. Close to the threshold the plain split is not drawn, since a few models cannot "
        "tell the parts there.",
    )
    far = (np.array(widths) < 0.8 * n) | (np.array(widths) > 1.2 * n)
    for name, (variance, rest) in _medians(plain, ridge).items():
        shown = far if name == "no penalty" else np.full(len(widths), True)
        axes = {"xscale": "log", "yscale": "log", "ylim": (0.03, 3)}
        with figure.panel(name, "random features", "squared error", **axes) as ax:
            ax.plot(widths, np.where(shown, rest, np.nan), label="bias² + noise")
            ax.plot(widths, np.where(shown, variance, np.nan), "--", label="variance")
            _threshold(ax, n)
            ax.set_yticks([0.03, 0.1, 0.3, 1, 3], ["0.03", "0.1", "0.3", "1", "3"])
    return figure


def _medians(plain: list[dict], ridge: list[dict]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    middle = lambda runs, part: np.median([curves[part] for curves in runs], axis=0)
    parts = lambda runs: (middle(runs, "variance"), middle(runs, "bias2_noise"))
    return {"no penalty": parts(plain), "ridge, λ = 1": parts(ridge)}


def three_parts(models=(1, 2, 4, 5), f: float = 2.0, noise: float = 0.5) -> Figure:
    """Four models at one input, their mean, the truth and two labels, on one line of values: the three distances."""
    mean = float(np.mean(models))
    figure = Figure(
        alt=f"A line of values at one input. Four models say {', '.join(map(str, models))}, their mean is {mean:g}. "
        f"The truth is {f:g}, and labels fall at {f - noise:g} and {f + noise:g}. Arrows mark the bias from {f:g} to "
        f"{mean:g}, the spread of the models round their mean and that of the labels round the truth.",
        caption="The numbers of the example, all at one input. The bias leads from the truth to the mean model. The "
        "variance is the spread of the models round their mean, the noise that of the labels round the truth.",
    )
    with figure.panel("", "value at one input x", width=5.4, height=2.7, xlim=(0.3, 5.7), ylim=(-0.2, 3.2)) as ax:
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.grid(visible=False)
        ax.plot(models, np.full(len(models), 2.1), "o", color=MUTED)
        ax.text(mean, 2.75, "four models", ha="center")
        for model in models:
            height = 2.3 if abs(model - mean) <= 1 else 2.48
            ax.annotate("", (model, height), (mean, height), arrowprops={"arrowstyle": "->", "color": C1, "lw": 1})
        ax.plot([mean, mean], [0.95, 2.6], "--", color=C1, linewidth=1.2)
        ax.plot([f, f], [0.1, 1.6], color=C2, linewidth=1.6)
        ax.annotate("", (mean, 1.25), (f, 1.25), arrowprops={"arrowstyle": "->", "color": C0, "lw": 1.8})
        ax.text(mean + 0.1, 1.15, "bias = 1, to the mean of the models", color=C0, fontsize=9.5)
        ax.text(f - 0.1, 1.3, "truth f", ha="right", color=C2)
        ax.plot([f - noise, f + noise], [0.3, 0.3], "x", color=C3)
        ax.annotate("", (f - noise, 0.55), (f + noise, 0.55), arrowprops={"arrowstyle": "<->", "color": C3, "lw": 1})
        ax.text(f + noise + 0.15, 0.3, "labels: noise", color=C3, va="center")
    return figure


def folds(count: int = 5) -> Figure:
    """Five rounds of cross-validation: which part of the training set is left out in each."""
    figure = Figure(
        alt=f"{count} rows, one a round. In round i the i-th of {count} parts is set aside and the others train.",
        caption="Cross-validation with five folds. In each round another fifth judges, and the rest trains. After five "
        "rounds every sample has been judged once, by a model that has not seen it.",
    )
    with figure.panel("", width=5.4, height=2.4) as ax:
        ax.axis("off")
        ax.set(xlim=(-1.5, count), ylim=(-0.2, count))
        for row in range(count):
            y = count - 1 - row
            ax.text(-0.15, y + 0.36, f"round {row + 1}", ha="right", va="center")
            for part in range(count):
                judged = part == row
                ax.fill_between(
                    [part + 0.04, part + 0.96], y, y + 0.74, color=C1 if judged else C0, alpha=0.45 if judged else 0.2
                )
                ax.text(part + 0.5, y + 0.34, "judge" if judged else "train", ha="center", va="center", fontsize=9.5)
    return figure


def two_draws(degree: int = 12, n: int = 30, shown: int = 12) -> Figure:
    """Fits to even inputs, and to two draws of random inputs with fresh noise: a hole lets a rich model run away."""
    x, rng = experiments.X_TEST, np.random.default_rng(3)
    drawn = experiments.drawn_inputs(n, 6, seed=0)
    hole = drawn[np.argmax([np.diff(np.sort(np.concatenate([[-1], row, [1]]))).max() for row in drawn])]
    figure = Figure(
        alt=f"Fits of degree {degree} to {n} even inputs stay close to the truth; to {n} random inputs with a hole "
        "they leave the picture in the hole.",
        caption=f"Degree {degree} on {n} points, with fresh noise for every curve. The inputs are the ticks at the "
        "bottom. Where the random ones leave a hole, noise decides what the curves do.",
    )
    for title, inputs in (("Even inputs", experiments.inputs(n)), ("Random inputs", np.sort(hole))):
        H = experiments.smoother(inputs, x, degree)
        y = experiments.truth(inputs) + rng.normal(0, experiments.SIGMA, (shown, n))
        with figure.panel(title, "x", "y", height=2.7, ylim=(-2.5, 2.5)) as ax:
            ax.plot(x, (y @ H.T).T, color=MUTED, linewidth=0.7, alpha=0.7)
            ax.plot(x, experiments.truth(x), color=C2, label="f, the truth")
            ax.plot(inputs, np.full(n, -2.42), "|", color=C1, markersize=9, label="inputs")
            ax.legend(loc="upper center", ncols=2)
    return figure


def plateau() -> Figure:
    """The learning curve of the exercise that asks for the bias."""
    from dlbook.exercises import bias_variance as exercises

    sizes, train, test = exercises.plateau()
    figure = Figure(
        alt="Training and test error over the number of samples. "
        + "; ".join(f"{n} samples: {a:.2f} and {b:.2f}" for n, a, b in zip(sizes, train, test, strict=True))
        + ".",
        caption="The learning curves of one kind of model. The noise has a standard deviation of 0.4.",
    )
    with figure.panel("", "samples", "squared error", width=5, ylim=(0, 0.9)) as ax:
        _learning_curve(ax, sizes, train, test)
        ax.set_yticks(np.arange(0, 0.95, 0.1))
        ax.legend(loc="lower right")
    return figure
