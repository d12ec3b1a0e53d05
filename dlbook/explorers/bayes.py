"""Chapter 13: a thousand people, a test; who is sick, who is positive, and what that makes of a positive result."""

import numpy as np

from dlbook.explore.explorer import Slider, explore, handle, line, number, panel, points
from dlbook.scratch import bayes

PEOPLE = 1000
COLUMNS = 40
PREVALENCES = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
COPIED = (0.0, 0.25, 1.0)
CURVE = np.r_[0, np.geomspace(0.001, 0.5, 48)]


def all_positive(rate: float, tests: int, copied: float) -> float:
    """P(all results positive), if one is with probability `rate` and a repetition may only copy the first result."""
    return rate * (copied + (1 - copied) * rate) ** (tests - 1)


def counts(prevalence: float, all_sick: float, all_healthy: float) -> tuple[int, int, int, int]:
    """TP, FN, FP, TN among 1,000 people, in whole people; positive is who is positive in all tests."""
    sick = round(PEOPLE * prevalence)
    tp = _whole(sick * all_sick)
    fp = _whole((PEOPLE - sick) * all_healthy)
    return tp, sick - tp, fp, PEOPLE - sick - fp


def _whole(number: float) -> int:
    """The nearest whole number, a half upwards, also where a float has 298.4999… for 298½."""
    return int(number + 0.5 + 1e-9)


def field(tp: int, fn: int, fp: int) -> dict[str, np.ndarray]:
    """A place for everyone, 40 a row from the top: the sick first, in each group the positive first."""
    person = np.arange(PEOPLE)
    y = PEOPLE / COLUMNS - person // COLUMNS
    sick = person < tp + fn
    positive = (person < tp) | (~sick & (person < tp + fn + fp))
    # An array for each group: the sick do not move with the specificity, nor the healthy with the sensitivity.
    groups = {"sick_positive": sick & positive, "sick_negative": sick & ~positive}
    groups |= {"healthy_positive": ~sick & positive, "healthy_negative": ~sick & ~positive}
    return {"x": person % COLUMNS + 1.0} | {name: np.where(group, y, np.nan) for name, group in groups.items()}


def state(prevalence: float, sensitivity: float, specificity: float, tests: float, copied: float) -> dict:
    """The field of people, and PPV and NPV of "positive in all tests" over the prevalence."""
    tests = round(tests)
    # all tests together are one test, with these rates of alarm
    all_sick, all_healthy = (all_positive(rate, tests, copied) for rate in (sensitivity, 1 - specificity))
    tp, fn, fp, tn = counts(prevalence, all_sick, all_healthy)
    ppv, npv = bayes.medical_test(prevalence, all_sick, 1 - all_healthy)
    curve = bayes.medical_test(CURVE, all_sick, 1 - all_healthy)
    likelihood_ratio = sensitivity / (1 - specificity) if specificity < 1 else np.inf
    return field(tp, fn, fp) | {
        "curve": CURVE,
        "ppv_curve": curve.ppv,
        "npv_curve": curve.npv,
        "here": np.array([prevalence]),
        "here_ppv": np.array([ppv]),
        "here_npv": np.array([npv]),
        "tp": tp,
        "fn": fn,
        "fp": fp,
        "tn": tn,
        "called": tp + fp,
        "sick": tp + fn,
        "ppv": ppv,
        "npv": npv,
        "all_sick": all_sick,
        "all_healthy": all_healthy,
        "missed": 1 - all_sick,
        "likelihood_ratio": likelihood_ratio,
        "times": ("once", "twice in a row", "three times in a row")[tests - 1],
    }


def explorer():
    """The explorer of chapter 13."""
    return explore(
        state,
        panel(
            points("x", "healthy_negative", size=1.6, label="healthy, negative"),
            points("x", "sick_negative", color=1, size=1.6, label="sick, negative"),
            points("x", "healthy_positive", size=3.6, label="healthy, positive"),
            points("x", "sick_positive", color=1, size=3.6, label="sick, positive"),
            title="1,000 people: ◆ sick, ● healthy; large: positive",
            xlim=(0, COLUMNS + 1),
            ylim=(0, PEOPLE / COLUMNS + 1),
            height=330,
            yticks=False,
        ),
        panel(
            line("curve", "ppv_curve", label="PPV: sick, if positive"),
            line("curve", "npv_curve", label="NPV: healthy, if negative", color=2, dash=True),
            points("here", "here_ppv", color=1, size=7, label="PPV here"),
            points("here", "here_npv", color=2, size=5, label="NPV here"),
            handle(x="prevalence"),
            title="The same test at every prevalence",
            xlabel="prevalence π",
            ylabel="probability",
            xlim=(0, 0.5),
            ylim=(0, 1.03),
            height=330,
        ),
        slug="bayes",
        title="What a positive test means",
        alt="A field of 1,000 people, sick or healthy, positive or negative; and the predictive values of the test "
        "over the prevalence, with a point at the prevalence chosen.",
        says="{called:d} of 1,000 people are positive {times}: {tp:d} sick, {fp:d} healthy. A person who is positive "
        "{times} is sick with probability {ppv:.3f}, and one who is not is healthy with probability {npv:.4f}. "
        "{fn:d} of {sick:d} sick are missed.",
        numbers=[
            number("all_sick", "S: all k positive, if sick", "s (q + (1 − q) s)ᵏ⁻¹", digits=4),
            number("all_healthy", "F: all k positive, if healthy", "(1 − c)(q + (1 − q)(1 − c))ᵏ⁻¹", digits=4),
            number("tp", "sick and positive", "{sick:d} S, rounded"),
            number("fn", "sick and negative: missed", "{sick:d} − {tp:d}"),
            number("fp", "healthy and positive: false alarms", "(1,000 − {sick:d}) F, rounded"),
            number("tn", "healthy and negative", "1,000 − {sick:d} − {fp:d}"),
            number("ppv", "PPV", "π S / (π S + (1 − π) F); counted {tp:d} / {called:d}"),
            number("npv", "NPV", "(1 − π)(1 − F) / ((1 − π)(1 − F) + π (1 − S))", digits=4),
            number("missed", "chance that the sick are missed", "1 − S"),
            number("likelihood_ratio", "odds, times this with each positive that is no copy", "s / (1 − c)"),
        ],
        presets={
            "Rare disease: most alarms are false": {"prevalence": 0.01, "sensitivity": 0.9, "specificity": 0.9},
            "Positive twice in a row": {"prevalence": 0.01, "sensitivity": 0.9, "specificity": 0.9, "tests": 2},
            "The second test copies the first": {
                "prevalence": 0.01,
                "sensitivity": 0.9,
                "specificity": 0.9,
                "tests": 2,
                "copied": 1,
            },
            "In the clinic: every second one is sick": {"prevalence": 0.5, "sensitivity": 0.9, "specificity": 0.9},
            "A very specific test": {"prevalence": 0.01, "sensitivity": 0.9, "specificity": 0.999},
            "Coin toss": {"prevalence": 0.1, "sensitivity": 0.5, "specificity": 0.5},
        },
        prevalence=Slider(values=PREVALENCES, start=0.05, label="prevalence π"),
        sensitivity=Slider(values=(0.5, 0.8, 0.9, 0.95, 0.99, 1.0), start=0.9, label="sensitivity s"),
        specificity=Slider(values=(0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0), start=0.95, label="specificity c"),
        tests=Slider(values=(1, 2, 3), start=1, label="positive tests in a row, k"),
        copied=Slider(values=COPIED, start=0, label="copied results, q"),
    )
