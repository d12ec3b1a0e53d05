"""What chapter 06 draws."""

import numpy as np

from dlbook.experiments import bias_variance as experiments
from dlbook.figures import C1, C2, C3, FOREGROUND, MUTED, Figure


def spread(degrees=(1, 3, 5, 12), n: int = 15, shown: int = 25) -> Figure:
    """For each degree the polynomials of many training sets, their mean, and the truth."""
    parts = {degree: experiments.exact(degree, n) for degree in degrees}
    words = "; ".join(f"degree {d}: bias² {p.bias2:.3f}, variance {p.variance:.3f}" for d, p in parts.items())
    figure = Figure(alt=f"{shown} fitted polynomials, each from {n} noisy points, round the true curve. {words}.")
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
        f"{curves['train'][-1]:.3f}."
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
    figure = Figure(alt=f"Errors from {sizes[0]} to {sizes[-1]} samples; the noise is {sigma**2:.2f}. {words}.")
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
    figure = Figure(alt=f"How often each degree is chosen, three ways. {words}.")
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
        f"{curves['bias2_noise'][-1]:.3f}; the sum is lowest at k = {curves['k'][best]}, {curves['test'][best]:.3f}."
    )
    axes = {"xscale": "log", "ylim": (0, 0.25)}
    with figure.panel("", "k, the number of neighbours (stiffer →)", "squared error", width=5.4, **axes) as ax:
        _plain_ticks(ax, (1, 2, 5, 10, 20, 50))
        ax.plot(curves["k"], curves["test"], color=C3, label="test error")
        ax.plot(curves["k"], curves["bias2_noise"], label="bias² + noise")
        ax.plot(curves["k"], curves["variance"], "--", label="variance")
        ax.plot(curves["k"][best], curves["test"][best], "o", color=C3)
    return figure


def double_descent(widths, curves: dict[str, np.ndarray], n: int = 100) -> Figure:
    """The parts of the error of random features over their number, through the point where the fit becomes exact."""
    peak, before = int(curves["test"].argmax()), int(curves["test"][: list(widths).index(n)].argmin())
    figure = Figure(
        alt=f"Over the number of features: the test error falls to {curves['test'][before]:.2f} at {widths[before]}, "
        f"rises to {curves['test'][peak]:.0f} at {widths[peak]}, and falls again to {curves['test'][-1]:.2f} at "
        f"{widths[-1]}. The variance rises and falls with it; bias² + noise falls to {curves['bias2_noise'][-1]:.2f}."
    )
    axes = {"xscale": "log", "yscale": "log", "ylim": (0.01, 1000)}
    with figure.panel("", "random features", "squared error, logarithmic", width=5.8, height=3.4, **axes) as ax:
        positive = np.where(curves["bias2_noise"] > 0, curves["bias2_noise"], np.nan)  # an estimate may be negative
        ax.plot(widths, curves["test"], color=C3, label="test error")
        ax.plot(widths, positive, label="bias² + noise")
        ax.plot(widths, curves["variance"], "--", label="variance")
        train = np.where(curves["train"] > 1e-9, curves["train"], np.nan)
        ax.plot(widths, train, "-.", color=FOREGROUND, label="training error")
        ax.axvline(n, color=MUTED, linewidth=1, linestyle=":")
        _plain_ticks(ax, (10, 30, 100, 300, 1000))
    return figure


def plateau() -> Figure:
    """The learning curve of the exercise that asks for the bias."""
    from dlbook.exercises import bias_variance as exercises

    sizes, train, test = exercises.plateau()
    figure = Figure(
        alt="Training and test error over the number of samples. "
        + "; ".join(f"{n} samples: {a:.2f} and {b:.2f}" for n, a, b in zip(sizes, train, test, strict=True))
        + "."
    )
    with figure.panel("", "samples", "squared error", width=5, ylim=(0, 0.9)) as ax:
        _learning_curve(ax, sizes, train, test)
        ax.set_yticks(np.arange(0, 0.95, 0.1))
        ax.legend(loc="lower right")
    return figure
