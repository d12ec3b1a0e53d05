"""The explorers of the finished chapters: every number against an oracle, every word and preset against its name."""

import string
from functools import cache
from importlib import import_module

import numpy as np
import pytest
import torch
from sklearn import metrics as sk
from torch.nn import functional as F

from dlbook import concepts, data
from dlbook.explorers import metrics as cases_of
from dlbook.scratch import activations, gradient_descent, losses, metrics
from dlbook.widgets.grid import weight

CHAPTERS = [chapter.slug for chapter in concepts.chapters() if chapter.done]
MOST_BYTES = 250_000  # gzipped


@cache
def explorer(slug):
    return import_module(f"dlbook.explorers.{slug}").explorer()


def settings(slug, count=24) -> list[dict]:
    """Where the explorer starts, every preset, and values drawn at random from its controls."""
    spec, rng = explorer(slug).spec, np.random.default_rng(1)
    start = {c["name"]: c["values"][c["start"]] for c in spec["controls"]}
    presets = [
        start | {c["name"]: c["values"][p["places"][c["name"]]] for c in spec["controls"] if c["name"] in p["places"]}
        for p in spec["presets"]
    ]
    drawn = [{c["name"]: c["values"][rng.integers(len(c["values"]))] for c in spec["controls"]} for _ in range(count)]
    return [start, *presets, *drawn]


def numbers(result: dict) -> dict:
    return {key: value for key, value in result.items() if not isinstance(value, str) and np.ndim(value) == 0}


# ── Chapter 01: scikit-learn says what every rate is ──


def metrics_oracle(threshold, separation, prevalence):
    y_true, y_score = cases_of.cases(separation, prevalence)
    y_pred = (y_score >= threshold).astype(int)
    (tn, fp), (fn, tp) = sk.confusion_matrix(y_true, y_pred, labels=[0, 1])
    found = sk.recall_score(y_true, y_pred)
    left_alone = sk.recall_score(y_true, y_pred, pos_label=0)
    return {
        "tp": tp, "fp": fp, "fn": fn, "tn": tn,
        "called": y_pred.sum(), "positives": y_true.sum(), "negatives": len(y_true) - y_true.sum(),
        "prevalence_seen": y_true.mean(),
        "accuracy": sk.accuracy_score(y_true, y_pred), "error": sk.zero_one_loss(y_true, y_pred),
        "precision": sk.precision_score(y_true, y_pred, zero_division=0), "recall": found, "fnr": 1 - found,
        "specificity": left_alone, "fpr": 1 - left_alone, "f1": sk.f1_score(y_true, y_pred),
        "auc": sk.roc_auc_score(y_true, y_score), "ap": sk.average_precision_score(y_true, y_score),
    }  # fmt: skip


def metrics_scratch(threshold, separation, prevalence):
    y_true, y_score = cases_of.cases(separation, prevalence)
    y_pred = [1 if score >= threshold else 0 for score in y_score]
    rates = {
        "accuracy": metrics.accuracy, "error": metrics.error_rate, "precision": metrics.precision,
        "recall": metrics.recall, "fnr": metrics.false_negative_rate, "specificity": metrics.specificity,
        "fpr": metrics.false_positive_rate, "f1": metrics.f1_score,
    }  # fmt: skip
    areas = {"auc": metrics.roc_auc_score, "ap": metrics.average_precision}
    return {k: f(y_true, y_pred) for k, f in rates.items()} | {k: f(y_true, y_score) for k, f in areas.items()}


def test_the_cases_are_as_prevalent_and_as_far_apart_as_the_controls_say():
    for prevalence in (0.05, 0.3, 0.5):
        near, far = (cases_of.cases(separation, prevalence) for separation in (0.0, 4.0))
        assert near[0].mean() == prevalence
        moved = far[1] - near[1]
        assert moved[near[0] == 1] == pytest.approx(4) and (moved[near[0] == 0] == 0).all()


@pytest.mark.parametrize("values", settings("metrics", count=8))
def test_the_curves_of_chapter_01_are_those_of_scikit_learn(values):
    shown = cases_of.state(**values)
    y_true, y_score = cases_of.cases(values["separation"], values["prevalence"])
    fpr, tpr, _ = sk.roc_curve(y_true, y_score)
    precision, recall, _ = sk.precision_recall_curve(y_true, y_score)
    drawn = {"roc_fpr": fpr, "roc_tpr": tpr, "pr_precision": precision, "pr_recall": recall}
    for key, expected in drawn.items():
        curve = shown[key][~np.isnan(shown[key])]
        np.testing.assert_allclose(curve, expected, rtol=1e-12, atol=0)
    # the ringed points lie where the numbers say
    for key, number in {"at_fpr": "fpr", "at_recall": "recall", "at_precision": "precision"}.items():
        assert shown[key].tolist() == [shown[number]]


# ── Chapter 02: torch says what every function and its derivative is ──

TORCH = {
    "sigmoid": lambda z, alpha: torch.sigmoid(z),
    "tanh": lambda z, alpha: torch.tanh(z),
    "ReLU": lambda z, alpha: F.relu(z),
    "leaky ReLU": lambda z, alpha: F.leaky_relu(z, alpha),
    "ELU": lambda z, alpha: F.elu(z, alpha),
}
SCRATCH = {
    "sigmoid": lambda z, alpha: (activations.sigmoid(z), activations.sigmoid_grad(z)),
    "tanh": lambda z, alpha: (activations.tanh(z), activations.tanh_grad(z)),
    "ReLU": lambda z, alpha: (activations.relu(z), activations.relu_grad(z)),
    "leaky ReLU": lambda z, alpha: (activations.leaky_relu(z, alpha), activations.leaky_relu_grad(z, alpha)),
    "ELU": lambda z, alpha: (activations.elu(z, alpha), activations.elu_grad(z, alpha)),
}


def torch_value_and_slope(kind, z, alpha):
    z = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    f = TORCH[kind](z, alpha)
    return f.detach().numpy(), torch.autograd.grad(f.sum(), z)[0].numpy()


def activations_oracle(kind, compare, z, alpha):
    (f, df), (_, other_df) = (torch_value_and_slope(name, z, alpha) for name in (kind, compare))
    return {"f": f, "df": df, "other_df": other_df, "after_five": abs(df) ** 5}


def activations_scratch(kind, compare, z, alpha):
    (f, df), (_, other_df) = (SCRATCH[name](np.float64(z), alpha) for name in (kind, compare))
    return {"f": f, "df": df, "other_df": other_df}


@pytest.mark.parametrize("values", settings("activations"))
def test_the_curves_of_chapter_02_are_those_of_torch(values):
    shown = explorer("activations").state(**values)
    z = shown["z_axis"]
    for kind, prefix in ((values["kind"], ""), (values["compare"], "other_")):
        f, df = torch_value_and_slope(kind, z, values["alpha"])
        np.testing.assert_allclose(shown[f"{prefix}value"], f, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(shown[f"{prefix}slope"], df, rtol=1e-12, atol=1e-15)
    ends = shown["flat"][~np.isnan(shown["flat"]).any(axis=1)]
    shaded = ((ends[:, :1] <= z) & (z <= ends[:, 1:])).any(axis=0)
    assert shaded.tolist() == (np.abs(shown["slope"]) < 0.05).tolist()
    passes = abs(shown["df"])
    assert shown["verdict"] == (
        "the unit is dead here" if passes == 0 else "saturated" if passes < 0.05 else "it learns"
    )


# ── Chapter 04: torch differentiates, a plain loop descends ──


def texture():
    cancer = data.breast_cancer()
    x = cancer.X[:, cancer.feature_names.index("mean texture")]
    return torch.tensor((x - x.mean()) / x.std()), torch.tensor(cancer.y, dtype=torch.float64)


def torch_cost(surface, theta):
    if surface == "bowl":
        return 0.125 * theta[0] ** 2 + 0.0125 * theta[1] ** 2
    x, y = texture()
    z = theta[0] * x + theta[1]
    if surface.endswith("cross-entropy"):
        return F.binary_cross_entropy_with_logits(z, y)
    return F.mse_loss(torch.sigmoid(z), y) / 2


def gradient_descent_oracle(surface, lr, start_x, start_y):
    theta = torch.tensor([start_x, start_y], dtype=torch.float64)
    costs, slopes = [], []
    for _ in range(31):
        theta = theta.detach().requires_grad_()
        cost = torch_cost(surface, theta)
        slope = torch.autograd.grad(cost, theta)[0]
        costs.append(cost.item())
        slopes.append(slope)
        here, theta = theta.detach(), theta.detach() - lr * slope
    return {
        "first_cost": costs[0], "last_cost": costs[-1], "first_slope": slopes[0].norm().item(),
        "end_x": here[0].item(), "end_y": here[1].item(),
    }  # fmt: skip


def gradient_descent_scratch(surface, lr, start_x, start_y):
    """By dlbook's own loop; its bowl is written out here."""
    x, y = (t.numpy() for t in texture())

    def grad(theta):
        if surface == "bowl":
            return theta * [0.25, 0.025]
        f = losses.cross_entropy_sigmoid_grad if surface.endswith("cross-entropy") else losses.mse_sigmoid_grad
        return np.append(*f(theta[:1], theta[1], x[:, None], y))

    theta = gradient_descent.minimize(grad, np.array([start_x, start_y]), lr=lr, tol=0, max_iter=30).theta
    return {"end_x": theta[0], "end_y": theta[1]}


# ── Every chapter ──

ORACLES = {
    "metrics": (metrics_oracle, metrics_scratch, 1e-12),
    "activations": (activations_oracle, activations_scratch, 1e-12),
    # log(1 − p) loses digits where p is close to 1; torch computes the cost from the logits
    "gradient_descent": (gradient_descent_oracle, gradient_descent_scratch, 1e-6),
}


@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_number_is_right(slug):
    oracle, scratch, rtol = ORACLES[slug]
    for values in settings(slug):
        shown = numbers(explorer(slug).state(**values))
        expected = oracle(**values)
        assert shown.keys() == expected.keys()
        for key in shown:
            assert shown[key] == pytest.approx(expected[key], rel=rtol, abs=1e-15), (values, key)
        for key, value in scratch(**values).items():
            assert shown[key] == pytest.approx(value, rel=1e-12, abs=1e-15), (values, key)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_field_of_sentence_and_formulas_resolves(slug):
    spec = explorer(slug).spec
    assert fields(spec["says"]), "the sentence carries no number"
    for values in settings(slug, count=8):
        state = explorer(slug).state(**values)
        known = values | numbers(state) | {key: value for key, value in state.items() if isinstance(value, str)}
        for template in [spec["says"], *(n["formula"] for n in spec["numbers"])]:
            assert fields(template) <= known.keys(), template
            assert "{" not in template.format(**{key: whole(value) for key, value in known.items()})


def whole(value):
    """Counts are floats on the grid; the page writes them without a point, as Python's "d" wants them to be."""
    return value if isinstance(value, str) or value % 1 else int(value)


@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_preset_is_a_state_of_its_own(slug):
    spec = explorer(slug).spec
    places = {c["name"]: c["start"] for c in spec["controls"]}
    reached = [tuple((places | p["places"]).items()) for p in spec["presets"]]
    assert len(set(reached)) == len(reached) >= 3
    labels = [p["label"] for p in spec["presets"]]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("slug", CHAPTERS)
def test_presets_mean_exactly_what_they_say(slug, monkeypatch):
    """A preset between two values of a slider would silently mean another one."""
    module, meant = import_module(f"dlbook.explorers.{slug}"), {}
    explore = module.explore
    monkeypatch.setattr(module, "explore", lambda *a, **k: meant.update(k["presets"]) or explore(*a, **k))
    spec = module.explorer().spec
    values = {c["name"]: c["values"] for c in spec["controls"]}
    for preset in spec["presets"]:
        assert {k: values[k][i] for k, i in preset["places"].items()} == meant[preset["label"]]


@pytest.mark.parametrize("slug", CHAPTERS)
def test_the_payload_is_light(slug):
    gzipped = weight(explorer(slug).payload())
    states = np.prod([len(c["values"]) for c in explorer(slug).spec["controls"]])
    print(f"{slug}: {states:,} states in {gzipped:,} bytes gzipped")
    assert 1_000 < gzipped <= MOST_BYTES


def test_every_chapter_has_an_oracle():
    assert ORACLES.keys() == set(CHAPTERS)
