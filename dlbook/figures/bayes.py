"""What chapter 13 draws."""

import numpy as np

from dlbook.experiments import bayes as experiments
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box
from dlbook.scratch import bayes


def tree() -> Figure:
    """A thousand people, in two steps: who is sick, and who is positive."""
    figure = Figure(
        alt="A tree. 1,000 people branch into 10 sick and 990 healthy; the sick into 9 positive and 1 negative, the"
        " healthy into 89 positive and 901 negative. The boxes of the 9 and the 89 positive are in colour.",
        caption="A thousand people and one test. The two numbers in colour are all who are positive. Most of these"
        " alarms come from the right branch, because so many more people are in it.",
    )
    with figure.panel(width=4.9, height=2.7) as ax:
        blank(ax, 10.4, 5.4)
        leaves = {1.3: ("9", "positive", C1), 3.6: ("1", "negative", MUTED), 6.6: ("89", "positive", C1)}
        leaves |= {9.0: ("901", "negative", MUTED)}
        box(ax, 5.2, 4.8, 2.4, 0.8, "1,000")
        for x, count, who, share, below in (
            (2.4, "10", "sick", "1 %", ((1.3, "90 %"), (3.6, "10 %"))),
            (7.8, "990", "healthy", "99 %", ((6.6, "9 %"), (9.0, "91 %"))),
        ):
            _branch(ax, (5.2, 4.4), (x, 3.3), share)
            box(ax, x, 2.9, 2.6, 0.8, f"{count} {who}")
            for leaf, part in below:
                _branch(ax, (x, 2.5), (leaf, 1.4), part)
        for x, (count, word, colour) in leaves.items():
            box(ax, x, 1.0, 1.6, 0.8, count, colour)
            ax.text(x, 0.3, word, ha="center", va="center", color=colour, fontsize=10)
    return figure


def _branch(ax, start, end, share) -> None:
    """A line down, with the share that takes it."""
    ax.plot([start[0], end[0]], [start[1], end[1]], color=MUTED, lw=1.2)
    side = 1 if end[0] > start[0] else -1
    middle = ((start[0] + end[0]) / 2 + 0.15 * side, (start[1] + end[1]) / 2 + 0.08)
    ax.text(*middle, share, ha="left" if side > 0 else "right", va="center", color=MUTED, fontsize=9.5)


COINS = {"chances": (0.3, 0.5, 0.7), "prior": (0.25, 0.5, 0.25)}  # of the example by hand


def mosaic() -> Figure:
    """Bayes' rule as areas: the prior is a width, the likelihood a height, and what happened is what is filled."""
    prior, chances = np.array(COINS["prior"]), np.array(COINS["chances"])
    posterior = bayes.discrete(prior, chances)
    told = ", ".join(f"{a:.3g} × {b:g} = {a * b:.3g}" for a, b in zip(prior, chances, strict=True))
    figure = Figure(
        alt=f"Left, a square cut into three columns as wide as the prior and filled as high as the likelihood: {told}."
        f" Right, the filled parts alone, as shares {', '.join(f'{p:.2f}' for p in posterior)}.",
        caption="Before the toss each hypothesis is a column as wide as its prior, filled up to its likelihood of"
        " heads. The filled area of a column is prior times likelihood. The coin fell heads, so only what is filled"
        " remains. After the toss, each part is a share of all that is filled. That is the posterior.",
    )
    colours = (C0, C1, C2)
    with figure.panel("before: all that may happen", width=3.4, height=2.9) as ax:
        ax.axis("off")
        ax.set(xlim=(-0.05, 1.05), ylim=(-0.2, 1.05))
        left = np.r_[0, np.cumsum(prior)[:-1]]
        for x, width, height, colour in zip(left, prior, chances, colours, strict=True):
            ax.bar(x, 1, width, align="edge", facecolor="none", edgecolor=MUTED, linewidth=1)
            ax.bar(x, height, width, align="edge", color=colour, alpha=0.45)
            ax.text(x + width / 2, height / 2, f"{width * height:.3g}", ha="center", va="center")
            ax.text(x + width / 2, (1 + height) / 2, "tails", ha="center", va="center", color=MUTED, fontsize=9)
            ax.text(x + width / 2, -0.04, f"coin {height:g}", ha="center", va="top", fontsize=9.5)
            ax.text(x + width / 2, -0.13, f"{width:g} wide", ha="center", va="top", color=MUTED, fontsize=9)
    with figure.panel("after heads", width=2.6, height=2.9) as ax:
        ax.axis("off")
        ax.set(xlim=(-0.05, 1.05), ylim=(-0.2, 1.05))
        left = np.r_[0, np.cumsum(posterior)[:-1]]
        for x, width, chance, colour in zip(left, posterior, chances, colours, strict=True):
            ax.bar(x, 1, width, align="edge", color=colour, alpha=0.45)
            ax.text(x + width / 2, 0.5, f"{width:.2f}", ha="center", va="center")
            ax.text(x + width / 2, -0.04, f"{chance:g}", ha="center", va="top", fontsize=9.5)
    return figure


def tosses(results: str = "HHTH") -> Figure:
    """The beliefs in the three coins after each toss."""
    beliefs, chances = [np.array(COINS["prior"])], np.array(COINS["chances"])
    for toss in results:
        beliefs.append(bayes.discrete(beliefs[-1], chances if toss == "H" else 1 - chances))
    beliefs = np.array(beliefs)
    told = "; ".join(
        f"coin {c:g}: " + ", ".join(f"{b:.2f}" for b in row) for c, row in zip(chances, beliefs.T, strict=True)
    )
    figure = Figure(
        alt=f"Beliefs before and after each of {len(results)} tosses. {told}.",
        caption="The beliefs in the three coins, toss by toss. Heads moves belief towards the coin 0.7 and tails"
        " moves it back. The belief after one toss is the prior of the next.",
    )
    names = ["before", *("heads" if toss == "H" else "tails" for toss in results)]
    with figure.panel("", "", "belief", width=4.9, height=2.7, ylim=(0, 1)) as ax:
        for k, (colour, mark) in enumerate(zip((C0, C1, C2), ("o-", "s--", "D:"), strict=True)):
            ax.plot(beliefs[:, k], mark, color=colour, label=f"coin {chances[k]:g}")
        ax.set_xticks(range(len(names)), names)
        ax.legend(ncols=3, loc="upper center")
    return figure


def ruler() -> Figure:
    """Log-odds as a ruler on which each result is a step."""
    plus, minus = np.log10(0.9 / 0.09), np.log10(0.1 / 0.91)
    places = np.log10(0.01 / 0.99) + np.cumsum([0, plus, plus, minus, plus])
    belief = 1 / (1 + 10**-places)
    told = ", ".join(f"{p:.2f} ({b:.1%})" for p, b in zip(places, belief, strict=True))
    figure = Figure(
        alt=f"A ruler of log-odds with four steps: three positive results to the right, one negative to the left."
        f" The places and the probabilities there: {told}.",
        caption="Every result is a step of fixed length on the ruler of the log-odds, here with logarithms to the"
        " base 10. A positive result goes one unit to the right, a negative one 0.96 to the left. Where one starts"
        " does not change the steps. The lower scale says the probability at each place.",
    )
    with figure.panel(width=4.9, height=2.6) as ax:
        ax.set(xlim=(-2.5, 2.0), ylim=(-1.35, 3.3))
        ax.axis("off")
        ax.plot([-2.4, 1.9], [0, 0], color=FOREGROUND, lw=1.2)
        for tick in (-2, -1, 0, 1):
            ax.plot([tick, tick], [-0.1, 0.1], color=FOREGROUND, lw=1.2)
            ax.text(tick, -0.2, f"{tick:+d}".replace("-", "−").replace("+0", "0"), ha="center", va="top", fontsize=9.5)
            share = f"{1 / (1 + 10.0**-tick):.0%}"
            ax.text(tick, -0.72, share.replace("%", " %"), ha="center", va="top", fontsize=9.5, color=MUTED)
        ax.text(1.9, -0.2, "log-odds", ha="right", va="top", fontsize=9)
        ax.text(1.9, -0.72, "probability", ha="right", va="top", fontsize=9, color=MUTED)
        steps = zip(places, places[1:], ("+", "+", "−", "+"), strict=False)
        for level, (start, end, sign) in enumerate(steps):
            y = 0.45 + 0.7 * level
            arrow(ax, (start, y), (end, y), C1 if sign == "+" else C0)
            ax.text((start + end) / 2, y + 0.1, "positive" if sign == "+" else "negative", ha="center", va="bottom",
                    fontsize=9.5, color=C1 if sign == "+" else C0)  # fmt: skip
        for k, place in enumerate(places):
            low, high = (0.0 if k == 0 else 0.45 + 0.7 * (k - 1)), (0.45 + 0.7 * min(k, 3))
            ax.plot([place, place], [low, high], color=MUTED, lw=0.8, linestyle=":")
    return figure


def three_curves() -> Figure:
    """Prior times likelihood, then that product divided by its area."""
    grid = experiments.GRID
    prior = bayes.continuous(grid * (1 - grid) ** 3, np.ones_like(grid), grid)  # Beta(2, 4)
    likelihood = grid**7 * (1 - grid) ** 3 / (0.7**7 * 0.3**3)  # its top is 1: a constant cancels
    product = prior * likelihood
    area = np.trapezoid(product, grid)
    posterior = bayes.continuous(prior, likelihood, grid)
    curves = {"prior": prior, "likelihood": likelihood, "posterior": posterior}
    peaks = ", ".join(f"{name} at {grid[curve.argmax()]:.2f}" for name, curve in curves.items())
    figure = Figure(
        alt=f"On the left prior, likelihood and their product with its area {area:.3f}; on the right the posterior of"
        f" area 1. Peaks: {peaks}.",
        caption="A share after seven successes and three failures. First, at every p the prior is multiplied by the"
        " likelihood, which is drawn with its top at 1, for a constant factor cancels. Then the product is divided by"
        " its area and becomes the posterior. It lies between what was believed and what was seen.",
    )
    with figure.panel("multiply", "share p", "", ylim=(0, 2.6)) as ax:
        ax.plot(grid, prior, "--", color=C0, label="prior")
        ax.plot(grid, likelihood, ":", color=C1, label="likelihood")
        ax.plot(grid, product, color=C2, label="product")
        ax.fill_between(grid, product, color=C2, alpha=0.25)
    with figure.panel("divide by the area", "share p", "", ylim=(0, 3.6)) as ax:
        ax.plot(grid, prior, "--", color=C0, label="prior")
        ax.plot(grid, posterior, color=C2, label="posterior")
        ax.fill_between(grid, posterior, color=C2, alpha=0.25)
        ax.legend(loc="upper right")
    return figure


def predictive_values() -> Figure:
    """PPV and NPV of one test over the prevalence."""
    prevalence = np.linspace(0, 1, 401)
    ppv, npv = bayes.medical_test(prevalence, 0.9, 0.91)
    at = bayes.medical_test(np.array([0.01, 0.1, 0.5]), 0.9, 0.91)
    words = ", ".join(f"{v:.2f}" for v in at.ppv)
    figure = Figure(
        alt=f"PPV rises steeply with the prevalence: {words} at 0.01, 0.1 and 0.5. NPV falls from 1 to 0.",
        caption="The same test, from a disease that hardly anyone has to one that everyone has. Where the disease is"
        " rare, a positive result means little, and PPV climbs steeply. A negative result is trustworthy there.",
    )
    with figure.panel("One test, every prevalence", "prevalence π", "probability", width=4.9) as ax:
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
    figure = Figure(
        alt=f"PPV of the screening of chapter 01 over the prevalence: {words}.",
        caption="The classifier of chapter 01, taken to where malignant tumours are rarer. The curve is computed from"
        " sensitivity and specificity, and the diamonds are counted alarms. The curve falls, though the classifier is"
        " the same.",
    )
    with figure.panel("Real tumours, made rarer", "prevalence", "PPV", width=4.9, xscale="log", ylim=(0, 1)) as ax:
        ax.plot(table["prevalence"], table["formula"], "-", label="formula, rates from the other half")
        ax.plot(table["prevalence"], table["counted"], "D", color=C1, label="counted")
        ax.set_xticks(table["prevalence"], [f"{p:.0%}" for p in table["prevalence"]])
        ax.minorticks_off()
    return figure


def dependence(copied: np.ndarray, ppv: np.ndarray, rule: float, once: float) -> Figure:
    """PPV after two positives over the share of repetitions that only copy the first result."""
    words = ", ".join(f"{v:.2f} at {c:.0%}" for c, v in zip(copied, ppv, strict=True))
    figure = Figure(
        alt=f"Simulated PPV after two positives: {words} copied. The rule says {rule:.2f}, one {once:.2f}.",
        caption="Two positive results, when some second results are mere copies of the first. Further to the right"
        " more of them are, and the second result is worth less. The rule for independent results"
        " does not see it and stays where it is.",
    )
    with figure.panel("Two positive results", "copied results", "PPV", width=4.9, ylim=(0, 0.6)) as ax:
        ax.plot(copied, ppv, "o-", label="simulated")
        ax.axhline(rule, color=MUTED, linestyle="--", label="rule, if independent")
        ax.axhline(once, color=MUTED, linestyle=":", label="one positive result")
        ax.set_xticks(copied, [f"{c:.0%}" for c in copied])
        ax.legend(loc="center right", bbox_to_anchor=(1, 0.65))
    return figure


def meeting(densities) -> Figure:
    """Two stubborn beliefs in the same share, as tumours are shown to both."""
    grid = experiments.GRID
    peaks = {n: [grid[density.argmax()] for density in pair] for n, pair in densities.items()}
    told = "; ".join(f"after {n} tumours at {a:.2f} and {b:.2f}" for n, (a, b) in peaks.items())
    figure = Figure(
        alt=f"Two densities over the share of malignant tumours. Their peaks lie {told}.",
        caption="Two people who are shown the same tumours. The dashed one is sure of 5 %, and the other of 80 %."
        " Both beliefs move towards the data and grow narrow, and in the end they nearly agree. The dotted line is the"
        " share among all 569 tumours.",
    )
    for n, pair in densities.items():
        with figure.panel(f"after {n:,} tumours", "share malignant", "density", width=2.9, height=2.2) as ax:
            for density, colour, style in zip(pair, (C1, C2), ("--", "-"), strict=True):
                ax.plot(grid, density, style, color=colour)
            ax.axvline(212 / 569, color=FOREGROUND, linestyle=":", linewidth=1.2)
            ax.set_xticks((0, 0.5, 1))
    return figure


def washing_out(beliefs: dict[str, experiments.Belief]) -> Figure:
    """The beliefs of three priors as data come in."""
    words = "; ".join(f"{name}: from {b.mean[0]:.2f} to {b.mean[-1]:.3f}" for name, b in beliefs.items())
    figure = Figure(
        alt=f"Mean belief, with a band of 95 %, over the number of tumours seen. {words}.",
        caption="The mean of each belief, in a band that holds 95 % of it. All three are shown the same tumours."
        " Until about a hundred of them the priors matter, and in the end the beliefs lie on top of each other.",
    )
    place = np.arange(len(experiments.COUNTS))
    labels = [f"{n // 1000}k" if n >= 1000 else str(n) for n in experiments.COUNTS]
    with figure.panel(
        "Three priors, the same tumours", "tumours seen", "share malignant", width=4.9, ylim=(0, 1)
    ) as ax:
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
    figure = Figure(
        alt=f"Densities that end at 0.3, ever closer to it; the truth is 0.37. Mean and top: {words}.",
        caption="A belief that began with nothing above 0.3. It piles up at the border, ever higher and narrower. The"
        " dotted line is the truth, which it can never reach. The axis of the densities is logarithmic.",
    )
    axes = {"width": 4.9, "xlim": (0.15, 0.4), "ylim": (0.05, 2000), "yscale": "log"}
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
        alt=f"Normal densities that grow narrow around the mean; the points of the grid lie on them. {words}.",
        caption="The belief in the mean radius after 0, 1, 10 and 100 tumours. Lines are the closed form, and the"
        " dots on them come from prior times likelihood on a grid. Each tumour draws the belief towards the data and"
        " makes it narrower.",
    )
    axes = {"width": 4.9, "xlim": (4, 18)}
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
    figure = Figure(
        alt=f"Share of right answers against the stated confidence, all below the diagonal. {words}.",
        caption="Test pictures in groups of like confidence. On the dotted line a classifier is right as often as it"
        " says. Naive Bayes lies below it in every group. With every pixel counted three times it is lower still where"
        " it is surest.",
    )
    with figure.panel("Naive Bayes on digits", "stated confidence", "share right", width=4.9, ylim=(0.3, 1.03)) as ax:
        ax.plot([0.5, 1], [0.5, 1], color=MUTED, linestyle=":", label="as sure as right")
        for (name, rows), style in zip(figure_rows.items(), ("o-", "D--"), strict=True):
            ax.plot([sure for _, sure, _ in rows], [right for _, _, right in rows], style, label=name)
    return figure


def as_costs() -> Figure:
    """A product of densities, and the sum of their negative logarithms."""
    w = np.linspace(-2, 4, 301)
    prior, likelihood = np.exp(-(w**2) / 2), np.exp(-((w - 2) ** 2) / (2 * 0.5))
    product = prior * likelihood
    top = w[product.argmax()]
    figure = Figure(
        alt=f"Left, a prior around 0, a likelihood around 2 and their product with its peak at {top:.2f}. Right, the"
        " negative logarithms of the three: two parabolas and their sum, with its lowest point at the same place.",
        caption="One weight. First prior and likelihood are multiplied, then the same is drawn with minus the"
        " logarithm. The likelihood becomes a squared error, the prior an L2 penalty, and the product their sum. Where"
        " the product has its peak, the sum has its lowest point.",
    )
    curves = (("prior", prior, C0, "--"), ("likelihood", likelihood, C1, ":"), ("product", product, C2, "-"))
    with figure.panel("densities multiply", "weight w", "", ylim=(0, 1.35)) as ax:
        for name, curve, colour, style in curves:
            ax.plot(w, curve, style, color=colour, label=name)
        ax.axvline(top, color=MUTED, linewidth=1)
        ax.legend(ncols=2, loc="upper center")
    with figure.panel("costs add", "weight w", "", ylim=(0, 8)) as ax:
        for (_, curve, colour, style), name in zip(curves, ("penalty", "squared error", "sum"), strict=True):
            ax.plot(w, -np.log(curve), style, color=colour, label=name)
        ax.axvline(top, ymax=0.5, color=MUTED, linewidth=1)
        ax.legend(loc="upper center", bbox_to_anchor=(0.58, 1), handlelength=1.5)
    return figure


PLACES = np.linspace(-3, 4, 141)


def lines(counts=(0, 2, 10), seed: int = 3, drawn: int = 15) -> Figure:
    """Lines drawn from the belief in all lines, after a few tumours, and the predictive band."""
    x, y, noise_var = experiments.radius_pair()
    order, rng = np.random.default_rng(seed).permutation(len(x)), np.random.default_rng(0)
    beliefs = [bayes.linear_regression(experiments.powers(x[order[:n]]), y[order[:n]], noise_var, 1.0) for n in counts]
    bands = [bayes.linear_predictive(experiments.powers(PLACES), *belief, noise_var) for belief in beliefs]
    widths = "; ".join(
        f"after {n} tumours {3.92 * np.sqrt(b.var.min()):.1f} at its narrowest, {3.92 * np.sqrt(b.var[-1]):.1f} at"
        " the right edge"
        for n, b in zip(counts, bands, strict=True)
    )
    figure = Figure(
        alt=f"Three panels with fifteen lines and a band of 95 %. The height of the band: {widths}.",
        caption="Thin lines are drawn from the belief in all lines, and the band holds the next tumour with"
        " probability 95 %. Before any data the lines point in all directions. Two tumours fix the line near them,"
        " and the further away, the less. After ten, what remains of the band is mostly noise.",
    )
    for n, belief, band in zip(counts, beliefs, bands, strict=True):
        with figure.panel(f"{n} tumours", "mean radius", "worst radius", width=2.45, height=2.6, ylim=(-5, 6)) as ax:
            spread = 1.96 * np.sqrt(band.var)
            ax.fill_between(PLACES, band.mean - spread, band.mean + spread, color=C0, alpha=0.15)
            ends = PLACES[[0, -1]]
            for w in rng.multivariate_normal(belief.mean, belief.cov, size=drawn):
                ax.plot(ends, w[0] + w[1] * ends, color=C0, linewidth=0.7, alpha=0.6)
            ax.plot(PLACES[::14], band.mean[::14], color=FOREGROUND, linewidth=1.6)
            ax.plot(x[order[:n]], y[order[:n]], "o", color=C1, markersize=5)
    return figure


def coverage(sizes, shares: dict[str, np.ndarray]) -> Figure:
    """How many new tumours lie in a band of 95 %, over the number of tumours that the line was learnt from."""
    means = {name: share.mean(axis=1) for name, share in shares.items()}
    told = "; ".join(f"{name}: " + ", ".join(f"{v:.2f}" for v in values) for name, values in means.items())
    figure = Figure(
        alt=f"Share of other tumours in the band after {', '.join(map(str, sizes))} tumours. {told}.",
        caption="The share of all other tumours that lie inside a band of 95 %. On average the predictive"
        " band keeps its promise, from two tumours on. A band that knows the noise alone takes an uncertain line for"
        " certain, and is too narrow.",
    )
    axes = {"width": 4.9, "height": 2.8, "xscale": "log", "ylim": (0.7, 1)}
    with figure.panel("", "tumours to learn from", "inside the band", **axes) as ax:
        ax.axhline(0.95, color=MUTED, linestyle=":", label="promised")
        for (name, values), style in zip(means.items(), ("o-", "D--"), strict=True):
            ax.plot(sizes, values, style, label=name)
        ax.set_xticks(sizes, [str(n) for n in sizes])
        ax.minorticks_off()
    return figure


def beyond(seed: int = 0) -> Figure:
    """A line and a parabola from radius to area, learnt from smaller tumours, and what the larger ones are."""
    x, y = experiments.measured("mean radius"), experiments.measured("mean area")
    small, places = x < np.quantile(x, 0.75), np.linspace(-2.2, 4.2, 129)
    found = [experiments.beyond(degree, seed=seed) for degree in (1, 2)]
    told = "; ".join(f"{name} {a:.0%} of the smaller and {b:.0%} of the larger"
                     for name, (_, _, a, b) in zip(("line", "parabola"), found, strict=True))  # fmt: skip
    figure = Figure(
        alt=f"Area over radius of 569 tumours, which follow a parabola, and two bands. Inside the band: {told}.",
        caption="Orange dots are the larger tumours, and the other dots are of the sizes that were learnt from."
        " The line's narrow band misses the orange ones. The band knows how uncertain the line is. It does not know"
        " that a line is wrong. The parabola's band holds most of them.",
    )
    for name, degree, (belief, noise_var, *_) in zip(("a line", "a parabola"), (1, 2), found, strict=True):
        with figure.panel(name, "mean radius", "mean area", width=3.6, height=2.9, ylim=(-2.2, 6)) as ax:
            centre, var = bayes.linear_predictive(experiments.powers(places, degree), *belief, noise_var)
            spread = 1.96 * np.sqrt(var)
            ax.plot(x[small][::4], y[small][::4], ".", color=FOREGROUND, markersize=3)
            ax.plot(x[~small][::2], y[~small][::2], ".", color=C1, markersize=4)
            ax.fill_between(places, centre - spread, centre + spread, color=C0, alpha=0.3)
            ax.plot(places[::8], centre[::8], color=C0, linewidth=1.4)
    return figure


def spread_thin(tosses: int = 10) -> Figure:
    """What two models of a coin say of every number of heads, before a toss."""
    k = np.arange(tosses + 1)
    fair, unknown = experiments.evidence_of_coins(k, tosses)
    figure = Figure(
        alt="Bars over the number of heads in ten tosses. The fair coin's: "
        + ", ".join(f"{p:.3f}" for p in fair)
        + f". The other model gives {unknown[0]:.3f} to each.",
        caption="Each model has one unit of probability to spread over what may happen. The fair coin bets on the"
        " middle. The model that allows every coin bets on everything, and so has little for each result.",
    )
    with figure.panel("", "heads in ten tosses", "probability", width=4.9, height=2.7) as ax:
        ax.bar(k - 0.2, fair, 0.4, color=C0, label="fair coin")
        ax.bar(k + 0.2, unknown, 0.4, color=C1, label="any coin")
        ax.set_xticks(k)
    return figure


def degrees_judged(judged: dict[str, np.ndarray]) -> Figure:
    """Three opinions on the degree of a polynomial: the fit, the evidence, and the error on other cases."""
    degrees = experiments.DEGREES
    median = {name: np.median(values, axis=0) for name, values in judged.items()}
    told = "; ".join(f"{name}: " + ", ".join(f"{v:.3g}" for v in values) for name, values in median.items())
    figure = Figure(
        alt=f"Log evidence and squared errors over the degree, medians. {told}.",
        caption="Polynomials from radius to area, learnt from 20 tumours, medians over the draws. The log evidence of"
        " those 20 has its top at degree 2. The error on the same 20 only falls. The error on all other tumours is"
        " least at degree 2, too. The errors stand on a logarithmic axis.",
    )
    with figure.panel("evidence", "degree", "log evidence", width=3.4, height=2.7) as ax:
        ax.plot(degrees, median["evidence"], "o-", color=C2)
        ax.set_xticks(degrees)
    with figure.panel("errors", "degree", "squared error", width=3.4, height=2.7, yscale="log", ylim=(2e-4, 1)) as ax:
        ax.plot(degrees, median["others"], "o-", color=C1, label="on other tumours")
        ax.plot(degrees, median["fit"], "D--", color=C0, label="on the 20 learnt from")
        ax.set_xticks(degrees)
    return figure


def few_data(counts, errors: dict[str, np.ndarray]) -> Figure:
    """The error of a regression over the number of cases it learnt from, without and with a prior."""
    words = "; ".join(f"{name}: " + ", ".join(f"{v:.2f}" for v in values) for name, values in errors.items())
    figure = Figure(
        alt=f"Median error on other tumours after {', '.join(map(str, counts))} cases. {words}.",
        caption="How wrong a regression with ten weights is on tumours that it has not seen. With hardly more cases"
        " than weights the prior saves it. With many cases the two curves meet. Both axes are logarithmic.",
    )
    axes = {"xscale": "log", "yscale": "log", "width": 4.9}
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
    figure = Figure(
        alt=f"The posterior density of a coin's chance of heads; its peak lies at {top:.2f}.",
        caption="A posterior of a coin's chance of heads. The dotted line stands at its peak.",
    )
    with figure.panel("", "chance of heads p", "density", width=5) as ax:
        ax.plot(grid, density)
        ax.axvline(top, color=MUTED, linestyle=":")
        ax.set_xticks(np.arange(0, 1.01, 0.25), ("0", "¼", "½", "¾", "1"))
    return figure
