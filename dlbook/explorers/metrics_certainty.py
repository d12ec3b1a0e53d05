"""Chapter 01: the same population, samples of it, and how far a metric of a sample may be from the truth."""

from functools import cache

import numpy as np

from dlbook.experiments import metrics as lab
from dlbook.explore.explorer import Choice, Slider, area, explore, line, number, panel, points, rule

SIZES = (50, 100, 200, 400, 800, 1600)
SAMPLES = 20
COUNT = 400
BINS = np.linspace(0, 1, 81)
METRICS = {"precision": "precision", "recall": "recall", "F₁": "f1_score", "ROC AUC": "roc_auc"}


@cache
def study(sample: int, cases: int) -> dict[str, tuple[float, np.ndarray]]:
    """Of one sample the value of each metric, and its values on COUNT resamples."""
    y_true, y_score = lab.sample(sample, cases)
    once = np.arange(cases)[None]
    values = lab.resampled(y_true, y_score, COUNT, seed=(sample, cases))
    itself = lab.of_rows(y_true, y_score, once)
    return {name: (float(itself[name][0]), values[name]) for name in METRICS.values()}


@cache
def ends(name: str, cases: int) -> np.ndarray:
    """Value and interval of each of the samples (SAMPLES, 3)."""
    found = [study(sample, cases)[name] for sample in range(1, SAMPLES + 1)]
    return np.array([(value, *lab.interval(values)) for value, values in found])


@cache
def widths(name: str) -> np.ndarray:
    """The mean width of the intervals at each of SIZES."""
    return np.array([np.mean(ends(name, cases)[:, 2] - ends(name, cases)[:, 1]) for cases in SIZES])


def state(metric: str, cases: float, sample: float) -> dict:
    """The resamples of one sample, the intervals of all, and how wide they are."""
    name, cases, sample = METRICS[metric], round(cases), round(sample)
    right = lab.truth()[name]
    found = ends(name, cases)
    value, low, high = found[sample - 1]
    holds = (found[:, 1] <= right) & (right <= found[:, 2])
    counted, _ = np.histogram(study(sample, cases)[name][1], BINS)
    return {
        "edges": np.repeat(BINS, 2)[1:-1],
        "heights": np.repeat(counted, 2) / counted.max(),
        "middle": np.array([low, high]),
        "floor": np.zeros(2),
        "hit_x": _segments(found[:, 1:], holds),
        "miss_x": _segments(found[:, 1:], ~holds),
        "rows": np.repeat(np.arange(1.0, SAMPLES + 1), 3),
        "here_x": np.array([value]),
        "here_row": np.array([float(sample)]),
        "sizes": np.array(SIZES, dtype=float),
        "widths": widths(name),
        "here_size": np.array([float(cases)]),
        "here_width": np.array([high - low]),
        "true_value": right,
        "value": value,
        "low": low,
        "high": high,
        "width": high - low,
        "mean_width": widths(name)[SIZES.index(cases)],
        "holding": int(holds.sum()),
        "verdict": "holds" if holds[sample - 1] else "misses",
    }


def _segments(ends: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Low, high and a gap for each interval that is shown, only gaps for the others."""
    return np.c_[np.where(shown[:, None], ends, np.nan), np.full(len(ends), np.nan)].ravel()


def explorer():
    """The second explorer of chapter 01."""
    return explore(
        state,
        panel(
            area("edges", "heights"),
            line("edges", "heights", label="how many resamples", width=1),
            line("middle", "floor", label="95 % interval", color=2, width=6),
            rule(x="true_value", label="truth", color=1),
            title="Resamples",
            xlabel="value of the metric",
            xlim=(0.2, 1),
            ylim=(-0.02, 1.05),
            height=250,
            yticks=False,
        ),
        panel(
            line("hit_x", "rows", label="holds the truth", color=2),
            line("miss_x", "rows", label="misses it", color=1, dash=True),
            points("here_x", "here_row", label="this sample", color=0, size=6),
            rule(x="true_value", label="truth", color=1),
            title="20 intervals",
            xlabel="value of the metric",
            ylabel="sample",
            xlim=(0.2, 1),
            ylim=(0, SAMPLES + 1),
            height=250,
        ),
        panel(
            line("sizes", "widths", label="mean width"),
            points("here_size", "here_width", color=1, size=7, label="this sample"),
            title="Their width",
            xlabel="cases",
            ylabel="width",
            xlim=(0, 1650),
            ylim=(0, 0.6),
            height=250,
        ),
        slug="metrics_certainty",
        title="How sure is a metric?",
        alt="The values of a metric on 400 resamples of one sample, the intervals of twenty samples, and the mean "
        "width of these intervals over the number of cases. The dotted line is the truth.",
        says="With {cases:d} cases, sample {sample:d} says {metric} {value:.2f}, from {low:.2f} to {high:.2f}. "
        "The truth is {true_value:.2f}, and this interval {verdict} it. {holding:d} of 20 intervals hold it.",
        numbers=[
            number("value", "the metric of this sample", "of {cases:d} cases"),
            number("true_value", "the truth", "of the whole population"),
            number("low", "lower end", "2.5 % of the resamples are below"),
            number("high", "upper end", "2.5 % of the resamples are above"),
            number("width", "width", "{high:.3f} − {low:.3f}"),
            number("mean_width", "mean width of the 20 intervals"),
            number("holding", "intervals that hold the truth", "of 20"),
        ],
        presets={
            "Fifty cases": {"metric": "precision", "cases": 50},
            "Four times as many": {"metric": "precision", "cases": 200},
            "Sixteen times as many": {"metric": "precision", "cases": 800},
            "A sample that misleads": {"metric": "precision", "cases": 400, "sample": 20},
        },
        metric=Choice(*METRICS, label="metric"),
        cases=Slider(values=SIZES, start=200, label="cases"),
        sample=Slider(1, SAMPLES, SAMPLES, start=1, label="sample"),
    )
