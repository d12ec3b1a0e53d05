"""Chapter 01: the cases of each resample are laid out one by one; scikit-learn, and ranks for the area."""

from functools import cache

import numpy as np
import scipy.stats
from sklearn import metrics as sk

from dlbook.experiments import metrics as lab
from dlbook.explorers import metrics_certainty as explorer
from dlbook.scratch import metrics

RTOL = 1e-9
ONE = {"precision": sk.precision_score, "recall": sk.recall_score, "F₁": sk.f1_score}


def truth(metric):
    """The population's, by its normal distributions; the area is the chance that one normal exceeds another."""
    hit, alarm = scipy.stats.norm.sf(lab.CUT, [lab.SEPARATION, 0])
    tp, fp, fn = lab.PREVALENCE * hit, (1 - lab.PREVALENCE) * alarm, lab.PREVALENCE * (1 - hit)
    area = scipy.stats.norm.cdf(0, loc=-lab.SEPARATION, scale=np.sqrt(2))
    return {"precision": tp / (tp + fp), "recall": hit, "F₁": tp / (tp + (fp + fn) / 2), "ROC AUC": area}[metric]


def value(metric, sample, cases):
    y_true, y_score = lab.sample(sample, cases)
    if metric == "ROC AUC":
        return sk.roc_auc_score(y_true, y_score)
    return ONE[metric](y_true, y_score >= lab.CUT)


@cache
def interval(metric, sample, cases):
    """From the resamples themselves, case by case."""
    y_true, y_score = lab.sample(sample, cases)
    rows = np.random.default_rng((sample, cases)).integers(cases, size=(explorer.COUNT, cases))
    true, called = y_true[rows], y_score[rows] >= lab.CUT
    right = (true & called).sum(axis=1)
    with np.errstate(invalid="ignore"):
        if metric == "ROC AUC":
            ranks = scipy.stats.rankdata(y_score[rows], axis=1)
            P = true.sum(axis=1)
            values = ((ranks * true).sum(axis=1) - P * (P + 1) / 2) / (P * (cases - P))
        else:
            under = {"precision": called, "recall": true, "F₁": (true.astype(int) + called) / 2}[metric]
            values = right / under.sum(axis=1)
    values = np.sort(values[~np.isnan(values)])
    place = np.array([0.025, 0.975]) * (len(values) - 1)
    return np.interp(place, np.arange(len(values)), values)


def resamples(values) -> int:
    """How many resamples have a value: all of them, in the explorer's samples."""
    y_true, _ = lab.sample(round(values["sample"]), round(values["cases"]))
    assert y_true.sum() > 5
    return explorer.COUNT


def oracle(metric, cases, sample):
    cases, sample = round(cases), round(sample)
    low, high = interval(metric, sample, cases)
    ends = np.array([interval(metric, number, cases) for number in range(1, 21)])
    right = truth(metric)
    return {
        "value": value(metric, sample, cases), "true_value": right, "low": low, "high": high, "width": high - low,
        "mean_width": np.mean(ends[:, 1] - ends[:, 0]),
        "holding": sum(a <= right <= b for a, b in ends),
    }  # fmt: skip


def scratch(metric, cases, sample):
    y_true, y_score = lab.sample(round(sample), round(cases))
    own = {"precision": metrics.precision, "recall": metrics.recall, "F₁": metrics.f1_score}
    found = metrics.roc_auc_score(y_true, y_score) if metric == "ROC AUC" else own[metric](y_true, y_score >= lab.CUT)
    return {"value": found}


def check_drawing(shown, values):
    """The bars hold all resamples; each interval is in one of two colours, and the widths are those of the sizes."""
    heights, most = shown["heights"].reshape(-1, 2), shown["heights"].max()
    values_there = heights[:, 0] / heights.sum() * 2 * resamples(values)
    np.testing.assert_allclose(values_there, values_there.round(), atol=1e-9)
    assert most == 1 and (heights[:, 0] == heights[:, 1]).all() and (np.diff(shown["edges"]) >= 0).all()
    assert shown["middle"].tolist() == [shown["low"], shown["high"]]
    hit, miss = (shown[key].reshape(20, 3) for key in ("hit_x", "miss_x"))
    assert (np.isnan(hit[:, 0]) != np.isnan(miss[:, 0])).all()
    metric, right = values["metric"], shown["true_value"]
    for number, (a, b) in enumerate(zip(hit, miss, strict=True), start=1):
        low, high = interval(metric, number, round(values["cases"]))
        drawn = b if np.isnan(a[0]) else a
        np.testing.assert_allclose(drawn[:2], [low, high], rtol=RTOL)
        assert (low <= right <= high) == (not np.isnan(a[0]))
    assert (~np.isnan(hit[:, 0])).sum() == shown["holding"]
    assert shown["rows"].reshape(20, 3)[:, 0].tolist() == list(range(1, 21))
    place = shown["sizes"].tolist().index(values["cases"])
    assert shown["widths"][place] == shown["mean_width"] and len(shown["sizes"]) == len(shown["widths"]) == 6
    assert shown["verdict"] == ("holds" if shown["low"] <= right <= shown["high"] else "misses")
    assert (shown["here_x"], shown["here_row"]) == ([shown["value"]], [values["sample"]])
    assert (shown["here_size"], shown["here_width"]) == ([values["cases"]], [shown["width"]])
    assert shown["floor"].tolist() == [0, 0]
