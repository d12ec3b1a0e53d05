"""What chapter 13 draws."""

import numpy as np

from dlbook.experiments import bayes as experiments
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.scratch import bayes


def three_curves() -> Figure:
    """Prior, likelihood and posterior of a share: two densities that meet in a third."""
    grid = experiments.GRID
    prior = bayes.continuous(grid * (1 - grid) ** 3, np.ones_like(grid), grid)  # Beta(2, 4)
    likelihood = grid**7 * (1 - grid) ** 3
    posterior = bayes.continuous(prior, likelihood, grid)
    likelihood = bayes.continuous(np.ones_like(grid), likelihood, grid)  # scaled, to be drawn beside the others
    curves = {"prior": prior, "likelihood (scaled)": likelihood, "posterior": posterior}
    peaks = ", ".join(f"{name} at {grid[curve.argmax()]:.2f}" for name, curve in curves.items())
    figure = Figure(alt=f"Densities of a share after 7 successes and 3 failures. Peaks: {peaks}.")
    with figure.panel("Seven successes, three failures", "share p", "density", width=6) as ax:
        for (name, curve), style in zip(curves.items(), ("--", ":", "-"), strict=True):
            ax.plot(grid, curve, style, label=name)
    return figure


def predictive_values() -> Figure:
    """PPV and NPV of one test over the prevalence."""
    prevalence = np.linspace(0, 1, 401)
    ppv, npv = bayes.medical_test(prevalence, 0.9, 0.91)
    at = bayes.medical_test(np.array([0.01, 0.1, 0.5]), 0.9, 0.91)
    words = ", ".join(f"{v:.2f}" for v in at.ppv)
    figure = Figure(alt=f"PPV rises steeply with the prevalence: {words} at 0.01, 0.1 and 0.5. NPV falls from 1 to 0.")
    with figure.panel("One test, every prevalence", "prevalence π", "probability", width=6) as ax:
        ax.plot(prevalence, ppv, label="PPV: sick, if positive")
        ax.plot(prevalence, npv, "--", label="NPV: healthy, if negative")
        ax.plot(0.01, at.ppv[0], "o", color=C0)
        ax.annotate(f"π = 1 %: {at.ppv[0]:.2f}", (0.01, at.ppv[0]), (0.09, 0.06), color=FOREGROUND)
    return figure


def carried_to(table: dict[str, np.ndarray]) -> Figure:
    """PPV of a real classifier where the disease is rarer: foretold and counted."""
    words = "; ".join(
        f"at {p:.1%} foretold {f:.2f}, counted {c:.2f}"
        for p, f, c in zip(table["prevalence"], table["formula"], table["counted"], strict=True)
    )
    figure = Figure(alt=f"PPV of the screening of chapter 01 over the prevalence: {words}.")
    with figure.panel("Real tumours, made rarer", "prevalence", "PPV", width=6, xscale="log", ylim=(0, 1)) as ax:
        ax.plot(table["prevalence"], table["formula"], "-", label="formula, rates from the other half")
        ax.plot(table["prevalence"], table["counted"], "D", color=C1, label="counted")
        ax.set_xticks(table["prevalence"], [f"{p:.0%}" for p in table["prevalence"]])
        ax.minorticks_off()
    return figure


def dependence(copied: np.ndarray, ppv: np.ndarray, rule: float, once: float) -> Figure:
    """PPV after two positives over the share of repetitions that only copy the first result."""
    words = ", ".join(f"{v:.2f} at {c:.0%}" for c, v in zip(copied, ppv, strict=True))
    figure = Figure(alt=f"Simulated PPV after two positives: {words} copied. The rule says {rule:.2f}, one {once:.2f}.")
    with figure.panel("Two positive results", "copied results", "PPV", width=6, ylim=(0, 0.6)) as ax:
        ax.plot(copied, ppv, "o-", label="simulated")
        ax.axhline(rule, color=MUTED, linestyle="--", label="product rule")
        ax.axhline(once, color=MUTED, linestyle=":", label="one positive result")
        ax.set_xticks(copied, [f"{c:.0%}" for c in copied])
        ax.legend(loc="center right", bbox_to_anchor=(1, 0.65))
    return figure


def washing_out(beliefs: dict[str, experiments.Belief]) -> Figure:
    """The beliefs of three priors as data come in."""
    words = "; ".join(f"{name}: from {b.mean[0]:.2f} to {b.mean[-1]:.3f}" for name, b in beliefs.items())
    figure = Figure(alt=f"Mean belief, with a band of 95 %, over the number of tumours seen. {words}.")
    place = np.arange(len(experiments.COUNTS))
    labels = [f"{n // 1000}k" if n >= 1000 else str(n) for n in experiments.COUNTS]
    with figure.panel("Three priors, the same tumours", "tumours seen", "share malignant", width=6, ylim=(0, 1)) as ax:
        for (name, belief), style in zip(beliefs.items(), ("-", "--", ":"), strict=True):
            (drawn,) = ax.plot(place, belief.mean, style, label=name)
            ax.fill_between(place, belief.low, belief.high, color=drawn.get_color(), alpha=0.12)
        ax.set_xticks(place, labels)
    return figure


def closed_mind(densities: dict[int, np.ndarray]) -> Figure:
    """The belief of a prior that excludes the truth."""
    grid = experiments.CLOSED
    means = {n: np.trapezoid(density * grid, grid) for n, density in densities.items()}
    words = ", ".join(f"{mean:.3f} after {n}, at most {densities[n].max():.3g}" for n, mean in means.items())
    figure = Figure(alt=f"Densities that end at 0.3, ever closer to it; the truth is 0.37. Mean and top: {words}.")
    axes = {"width": 6, "xlim": (0.15, 0.4), "ylim": (0.05, 2000), "yscale": "log"}
    with figure.panel("A prior with nothing above 0.3", "share malignant", "density", **axes) as ax:
        for n, density in densities.items():
            ax.plot(np.append(grid, grid[-1]), np.append(density, 1e-9), label=f"{n:,} tumours")  # down to 0
        ax.axvline(212 / 569, color=FOREGROUND, linestyle=":", label="the truth")
        ax.legend(loc="upper left")
        ax.minorticks_off()
    return figure


def mean_radius(closed: dict[int, bayes.Normal], on_grid: dict[int, np.ndarray]) -> Figure:
    """The belief in the mean radius after n tumours: in closed form, and every so often a point of the grid."""
    radii = experiments.RADII
    words = ", ".join(f"{belief.mean:.1f} ± {np.sqrt(belief.var):.2f} after {n}" for n, belief in closed.items())
    figure = Figure(
        alt=f"Normal densities that grow narrow around the mean; the points of the grid lie on them. {words}."
    )
    axes = {"width": 6, "xlim": (4, 18)}
    with figure.panel("A normal prior, normal noise", "mean radius μ", "density", **axes) as ax:
        for colour, (n, belief) in zip((C0, C1, C2, C3), closed.items(), strict=True):
            ax.plot(radii, np.exp(experiments.log_normal(radii, *belief)), color=colour, label=f"{n} tumours")
            ax.plot(radii[::25], on_grid[n][::25], ".", color=colour)
    return figure


def calibration(once: experiments.Answers, thrice: experiments.Answers) -> Figure:
    """How often naive Bayes is right against how sure it is, and with every pixel counted three times."""
    figure_rows = {
        "each pixel once": experiments.calibration(once),
        "each three times": experiments.calibration(thrice),
    }
    words = "; ".join(
        f"{name}: " + ", ".join(f"{right:.2f} right at {sure:.3f}" for _, sure, right in rows)
        for name, rows in figure_rows.items()
    )
    figure = Figure(alt=f"Share of right answers against the stated confidence, all below the diagonal. {words}.")
    with figure.panel("Naive Bayes on digits", "stated confidence", "share right", width=6, ylim=(0.3, 1.03)) as ax:
        ax.plot([0.5, 1], [0.5, 1], color=MUTED, linestyle=":", label="as sure as right")
        for (name, rows), style in zip(figure_rows.items(), ("o-", "D--"), strict=True):
            ax.plot([sure for _, sure, _ in rows], [right for _, _, right in rows], style, label=name)
    return figure


def few_data(counts, errors: dict[str, np.ndarray]) -> Figure:
    """The error of a regression over the number of cases it learnt from, without and with a prior."""
    words = "; ".join(f"{name}: " + ", ".join(f"{v:.2f}" for v in values) for name, values in errors.items())
    figure = Figure(alt=f"Median error on other tumours after {', '.join(map(str, counts))} cases. {words}.")
    axes = {"xscale": "log", "yscale": "log", "width": 6}
    with figure.panel("Ten weights from a few cases", "cases to learn from", "error / variance", **axes) as ax:
        for (name, values), style in zip(errors.items(), ("o-", "D--"), strict=True):
            ax.plot(counts, values, style, label=name)
        apart = [n for n, before in zip(counts, (0, *counts), strict=False) if n > 1.2 * before]  # labels need room
        ax.set_xticks(apart, [str(n) for n in apart])
        ax.set_yticks((0.2, 0.5, 1, 3), ("0.2", "0.5", "1", "3"))
        ax.minorticks_off()
    return figure


def peak() -> Figure:
    """The posterior of the exercise that asks for the number of heads."""
    from dlbook.exercises import bayes as exercises

    grid, density = exercises.coin_posterior()
    top = grid[density.argmax()]
    figure = Figure(alt=f"The posterior density of a coin's chance of heads; its peak lies at {top:.2f}.")
    with figure.panel("", "chance of heads p", "density", width=5) as ax:
        ax.plot(grid, density)
        ax.axvline(top, color=MUTED, linestyle=":")
        ax.set_xticks(np.arange(0, 1.01, 0.25), ("0", "¼", "½", "¾", "1"))
    return figure
