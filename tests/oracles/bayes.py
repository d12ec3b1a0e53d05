"""Chapter 13: scikit-learn counts the field of people; fractions, result by result, give the exact values."""

import itertools
from fractions import Fraction
from math import floor

import numpy as np
from sklearn import metrics as sk

from dlbook.explorers import bayes as explorer
from dlbook.scratch import bayes

RTOL = 1e-12


def exact(prevalence, sensitivity, specificity, tests):
    """P(condition, all positive or not) by adding up every sequence of results, in fractions."""
    pi, s, c = (Fraction(str(rate)) for rate in (prevalence, sensitivity, specificity))
    table = {(sick, every): Fraction(0) for sick in (True, False) for every in (True, False)}
    for sick, prior, positive in ((True, pi, s), (False, 1 - pi, 1 - c)):
        for results in itertools.product((True, False), repeat=int(tests)):
            chance = prior
            for result in results:
                chance *= positive if result else 1 - positive
            table[sick, all(results)] += chance
    return table, (s / (1 - c) if c < 1 else np.inf)


def divided(part, rest):
    return float(part / (part + rest)) if part + rest else 0.0


def oracle(prevalence, sensitivity, specificity, tests):
    table, likelihood_ratio = exact(prevalence, sensitivity, specificity, tests)
    sick = round(1000 * prevalence)
    tp = floor(sick * Fraction(str(sensitivity)) ** int(tests) + Fraction(1, 2))
    fp = floor((1000 - sick) * (1 - Fraction(str(specificity))) ** int(tests) + Fraction(1, 2))
    return {
        "tp": tp, "fn": sick - tp, "fp": fp, "tn": 1000 - sick - fp, "called": tp + fp, "sick": sick,
        "ppv": divided(table[True, True], table[False, True]),
        "npv": divided(table[False, False], table[True, False]),
        "missed": 1 - float(Fraction(str(sensitivity)) ** int(tests)), "likelihood_ratio": float(likelihood_ratio),
    }  # fmt: skip


def scratch(prevalence, sensitivity, specificity, tests):
    """All k positive: k times Bayes' rule with the discrete hypotheses sick and healthy."""
    belief = [prevalence, 1 - prevalence]
    for _ in range(int(tests)):
        belief = bayes.discrete(belief, [sensitivity, 1 - specificity])
    return {"ppv": belief[0]}


def check_drawing(shown, values):
    """Everyone stands in the field once; scikit-learn counts them. The curve is the formula, the point lies on it."""
    positive, negative = ~np.isnan(shown["positive_y"]), ~np.isnan(shown["negative_y"])
    assert (positive ^ negative).all() and len(positive) == explorer.PEOPLE
    y = np.where(positive, shown["positive_y"], shown["negative_y"])
    assert len(set(zip(shown["x"], y, strict=True))) == explorer.PEOPLE
    (tn, fp), (fn, tp) = sk.confusion_matrix(shown["group"], positive, labels=[0, 1])
    assert (tp, fn, fp, tn) == tuple(shown[key] for key in ("tp", "fn", "fp", "tn"))
    for i in (1, 20, 60):
        at, _ = exact(shown["curve"][i], *(values[name] for name in ("sensitivity", "specificity", "tests")))
        assert abs(shown["ppv_curve"][i] - divided(at[True, True], at[False, True])) < 1e-9
        assert abs(shown["npv_curve"][i] - divided(at[False, False], at[True, False])) < 1e-9
    assert shown["here"].tolist() == [values["prevalence"]]
    assert (shown["here_ppv"].tolist(), shown["here_npv"].tolist()) == ([shown["ppv"]], [shown["npv"]])
