"""Chapter 13: scikit-learn counts the field of people; fractions, result by result, give the exact values."""

import itertools
from fractions import Fraction
from math import floor

import numpy as np
from sklearn import metrics as sk

from dlbook.explorers import bayes as explorer
from dlbook.scratch import bayes

RTOL = 1e-12


def exact(prevalence, sensitivity, specificity, tests, copied):
    """P(condition, all positive or not) by adding up every sequence of results, copied or not, in fractions."""
    pi, s, c, q = (Fraction(str(rate)) for rate in (prevalence, sensitivity, specificity, copied))
    table = {(sick, every): Fraction(0) for sick in (True, False) for every in (True, False)}
    for sick, prior, positive in ((True, pi, s), (False, 1 - pi, 1 - c)):
        for results in itertools.product((True, False), repeat=int(tests)):
            first, *others = results
            chance = prior * (positive if first else 1 - positive)
            for result in others:
                chance *= q * (result == first) + (1 - q) * (positive if result else 1 - positive)
            table[sick, all(results)] += chance
    return table, (s / (1 - c) if c < 1 else np.inf)


def divided(part, rest):
    return float(part / (part + rest)) if part + rest else 0.0


def oracle(prevalence, sensitivity, specificity, tests, copied):
    table, likelihood_ratio = exact(prevalence, sensitivity, specificity, tests, copied)
    all_sick, all_healthy = (table[who, True] / (table[who, True] + table[who, False]) for who in (True, False))
    sick = round(1000 * prevalence)
    tp, fp = floor(sick * all_sick + Fraction(1, 2)), floor((1000 - sick) * all_healthy + Fraction(1, 2))
    return {
        "tp": tp, "fn": sick - tp, "fp": fp, "tn": 1000 - sick - fp, "called": tp + fp, "sick": sick,
        "ppv": divided(table[True, True], table[False, True]),
        "npv": divided(table[False, False], table[True, False]),
        "all_sick": float(all_sick), "all_healthy": float(all_healthy),
        "missed": float(1 - all_sick), "likelihood_ratio": float(likelihood_ratio),
    }  # fmt: skip


def scratch(prevalence, sensitivity, specificity, tests, copied):
    """All k positive: k times Bayes' rule with the discrete hypotheses sick and healthy."""
    belief = [prevalence, 1 - prevalence]
    for repeated in range(int(tests)):
        q = copied if repeated else 0
        belief = bayes.discrete(belief, [q + (1 - q) * sensitivity, q + (1 - q) * (1 - specificity)])
    return {"ppv": belief[0]}


def check_drawing(shown, values):
    """Everyone stands in the field once; scikit-learn counts them. The curve is the formula, the point lies on it."""
    groups = ("sick_positive", "sick_negative", "healthy_positive", "healthy_negative")
    there = np.stack([~np.isnan(shown[name]) for name in groups])  # (4, PEOPLE)
    assert (there.sum(axis=0) == 1).all() and there.shape[1] == explorer.PEOPLE
    y = np.nansum([shown[name] for name in groups], axis=0)
    assert len(set(zip(shown["x"], y, strict=True))) == explorer.PEOPLE
    (tn, fp), (fn, tp) = sk.confusion_matrix(there[:2].any(axis=0), there[[0, 2]].any(axis=0))
    assert (tp, fn, fp, tn) == tuple(shown[key] for key in ("tp", "fn", "fp", "tn"))
    for i in (1, 20, 48):
        at, _ = exact(shown["curve"][i], *(values[name] for name in ("sensitivity", "specificity", "tests", "copied")))
        assert abs(shown["ppv_curve"][i] - divided(at[True, True], at[False, True])) < 1e-9
        assert abs(shown["npv_curve"][i] - divided(at[False, False], at[True, False])) < 1e-9
    assert shown["here"].tolist() == [values["prevalence"]]
    assert (shown["here_ppv"].tolist(), shown["here_npv"].tolist()) == ([shown["ppv"]], [shown["npv"]])
