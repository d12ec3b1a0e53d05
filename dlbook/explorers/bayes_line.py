"""Chapter 13: points around a line, the belief in all lines, and the band that holds the next point."""

import numpy as np

from dlbook.explore.explorer import Choice, Slider, explore, handle, line, number, panel, points
from dlbook.scratch import bayes

TRUE = (0.5, 0.8)  # height at 0, and slope
MOST = 30
PLACES = np.linspace(-3, 3, 25)
DESIGNS = {"everywhere": (-3, 3), "on the left": (-3, -1), "in the middle": (-0.5, 0.5), "at both ends": (2.5, 3)}


def data(where: str, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """MOST points of one design around the true line, in the order in which they come."""
    rng = np.random.default_rng(3)
    x = rng.uniform(*DESIGNS[where], size=MOST)
    if where == "at both ends":
        x[::2] *= -1
    return x, TRUE[0] + TRUE[1] * x + noise * rng.normal(size=MOST)


def rows(x) -> np.ndarray:
    """(1, x) in every row."""
    return np.column_stack([np.ones_like(x), x])


def around(centre, var) -> tuple[np.ndarray, np.ndarray]:
    """A closed curve around the band of 95 %: along its upper edge, and back along the lower one."""
    half = 1.96 * np.sqrt(var)
    return np.r_[PLACES, PLACES[::-1], PLACES[:1]], np.r_[centre + half, (centre - half)[::-1], (centre + half)[:1]]


def state(count: float, where: str, prior: float, noise: float, place: float) -> dict:
    """The belief after the first `count` points, and what it says of the point at `place`."""
    count = round(count)
    x, y = data(where, noise)
    mean, cov = bayes.linear_regression(rows(x[:count]), y[:count], noise**2, prior**2)
    centre, of_line = bayes.linear_predictive(rows(PLACES), mean, cov, 0.0)
    here, here_line = (part[0] for part in bayes.linear_predictive(rows(np.array([place])), mean, cov, 0.0))
    var = here_line + noise**2
    band_x, band = around(centre, of_line + noise**2)
    return {
        "x": x,
        "seen": np.where(np.arange(MOST) < count, y, np.nan),
        "places": PLACES,
        "ends": PLACES[[0, -1]],
        "true": TRUE[0] + TRUE[1] * PLACES[[0, -1]],
        "centre": centre[[0, -1]],
        "band_x": band_x,
        "band": band,
        "line_band": around(centre, of_line)[1],
        "sd": np.sqrt(of_line + noise**2),
        "line_sd": np.sqrt(of_line),
        "noise_sd": np.full_like(PLACES, noise),
        "here": np.array([place]),
        "here_y": np.array([here]),
        "here_sd": np.sqrt(np.array([var])),
        "height": mean[0],
        "slope": mean[1],
        "slope_sd": np.sqrt(cov[1, 1]),
        "at": here,
        "line_var": here_line,
        "noise_var": noise**2,
        "var": var,
        "low": here - 1.96 * np.sqrt(var),
        "high": here + 1.96 * np.sqrt(var),
        "width": 2 * 1.96 * np.sqrt(var),
    }


def explorer():
    """The explorer of a line and its band."""
    return explore(
        state,
        panel(
            line("ends", "true", label="true line", color=2, dash=True),
            line("band_x", "line_band", label="95 % of the lines", color=3, width=1.2),
            line("band_x", "band", label="95 % of new points", color=0, width=1.6),
            line("ends", "centre", label="mean line", color=0),
            points("x", "seen", label="points seen", color=1, size=4),
            points("here", "here_y", color=0, size=6),
            handle(x="place", label="place"),
            title="The belief in the line",
            xlabel="x",
            ylabel="y",
            xlim=(-3, 3),
            ylim=(-6, 6),
            height=330,
        ),
        panel(
            line("places", "noise_sd", label="noise", color=1, dash=True),
            line("places", "line_sd", label="of the line", color=3),
            line("places", "sd", label="of a new point", color=0),
            points("here", "here_sd", color=0, size=6),
            handle(x="place", label="place"),
            title="Standard deviations",
            xlabel="x",
            ylabel="standard deviation",
            xlim=(-3, 3),
            ylim=(0, 4),
            height=330,
        ),
        slug="bayes_line",
        title="A line and its band",
        alt="Points around a line, the mean line of the posterior, and a band that holds 95 % of new points; beside it "
        "the standard deviation of the line, of the noise and of a new point at every place.",
        says="After {count:.0f} points {where}, with prior standard deviation {prior:.3g} and noise {noise:.3g}: the "
        "slope is {slope:.3g} ± {slope_sd:.3g}. At x = {place:.3g} a new point lies between {low:.3g} and {high:.3g} "
        "with probability 95 %.",
        numbers=[
            number("height", "mean height at 0", "w̄₁, true 0.5"),
            number("slope", "mean slope", "w̄₂, true 0.8"),
            number("slope_sd", "standard deviation of the slope", "√S₂₂"),
            number("at", "mean line at x", "w̄₁ + w̄₂ · {place:.3g}"),
            number("line_var", "variance of the line at x", "xᵀ S x with x = (1, {place:.3g})"),
            number("noise_var", "variance of the noise", "{noise:.3g}²"),
            number("var", "variance of a new point at x", "{line_var:.3g} + {noise_var:.3g}"),
            number("low", "lower edge of the band at x", "{at:.3g} − 1.96 √{var:.3g}"),
            number("high", "upper edge of the band at x", "{at:.3g} + 1.96 √{var:.3g}"),
            number("width", "height of the band at x", "2 · 1.96 √{var:.3g}"),
        ],
        presets={
            "No data: the prior alone": {"count": 0},
            "All points on the left": {"count": 10, "where": "on the left"},
            "A wider prior, the same points": {"count": 10, "where": "on the left", "prior": 3},
            "Two close points": {"count": 2, "where": "in the middle"},
            "The same number, at both ends": {"count": 2, "where": "at both ends"},
            "Many points: the noise remains": {"count": MOST},
        },
        count=Slider(values=(0, 1, 2, 3, 5, 10, MOST), start=3, label="points n"),
        where=Choice(*DESIGNS, start="everywhere", label="where they lie"),
        prior=Slider(values=(0.3, 1, 3), start=1, label="prior √v"),
        noise=Slider(values=(0.1, 0.5, 1), start=0.5, label="noise σ"),
        place=Slider(-3, 3, 7, start=2, label="place x"),
    )
