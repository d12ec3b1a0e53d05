"""What chapter 12 measures, against scikit-learn and against what must hold."""

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
import sklearn.calibration
import sklearn.linear_model
import sklearn.metrics
import sklearn.model_selection
import sklearn.neighbors
import sklearn.utils.class_weight
import torch
import torch.nn.functional as F

from dlbook import data, scratch
from dlbook.experiments import imbalance, imbalance_nets
from dlbook.explorers import imbalance_remedies
from dlbook.scratch import losses

DRAWS = 12


@pytest.fixture(scope="module")
def runs():
    return imbalance.trials(draws=DRAWS)


@pytest.fixture(scope="module")
def others():
    """Other draws than those that the chapter prints."""
    return imbalance.trials(draws=DRAWS, seed=1000)


@pytest.fixture(scope="module")
def nets():
    return imbalance_nets.trials(draws=DRAWS, seed=1000)


@pytest.fixture(scope="module")
def half():
    return imbalance.halves(3)


def test_five_percent_are_malignant_in_both_halves(half):
    for X, y in ((half.X_train, half.y_train), (half.X_test, half.y_test)):
        assert y.mean() == pytest.approx(0.05, abs=0.004) and X.shape == (len(y), 2)
        assert len(y) == 188
    np.testing.assert_allclose(half.X_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(half.X_train.std(axis=0), 1)
    _, y = imbalance.tumours()
    rows = imbalance.thin_out(y, np.random.default_rng(0))
    assert len(np.unique(rows)) == len(rows) and (y[rows] == 0).sum() == (y == 0).sum() and y[rows].sum() == 19


@pytest.mark.parametrize("how", imbalance.RETRAINED)
def test_the_fit_is_that_of_sklearn(how):
    """Wherever the descent came to rest; where it did not, the test below says why."""
    rng, compared = np.random.default_rng(0), 0
    for seed in range(8):
        drawn = imbalance.halves(seed)
        X, y, weight = imbalance.treated(how, drawn, rng)
        ours = imbalance.descend(X, y, weight)
        assert not ours.diverged
        if ours.converged:
            theirs = sklearn.linear_model.LogisticRegression(C=np.inf, tol=1e-10).fit(X, y, weight)
            expected = theirs.predict_proba(drawn.X_test)[:, 1]
            np.testing.assert_allclose(imbalance.probability(ours.theta, drawn.X_test), expected, atol=2e-3)
            compared += 1
    assert compared >= (3 if how == "undersampling" else 8)


def by_linear_program(X, y) -> bool:
    """Some w, b with s (X w + b) ≥ 1 for all cases, s = ±1."""
    A = -(2 * y - 1)[:, None] * np.column_stack([X, np.ones(len(y))])
    return scipy.optimize.linprog(np.zeros(3), A, -np.ones(len(y)), bounds=(None, None)).status == 0


def test_a_line_parts_the_classes_where_a_linear_program_finds_one():
    rng, found = np.random.default_rng(1), []
    for seed in range(60):
        X, y, _ = imbalance.treated("undersampling", imbalance.halves(seed), rng)
        found.append(imbalance.parted(X, y))
        assert found[-1] == by_linear_program(X, y)
    assert 5 < sum(found) < 30
    assert 0.1 < imbalance.parted_share(repeats=2).mean() < 0.3
    square, cross = np.array([[0, 0], [1, 1], [0, 1], [1, 0]]), np.array([0, 0, 1, 1])
    assert not imbalance.parted(square, cross) and imbalance.parted(square, np.array([0, 1, 0, 1]))
    for _ in range(60):  # so few that every candidate is needed
        X, y = rng.integers(-4, 5, (5, 2)), np.array([0, 0, 1, 1, 1])
        assert imbalance.parted(X, y) == by_linear_program(X, y)
    assert imbalance.parted(np.array([[0, 0], [10, 0], [5, 1]]), np.array([0, 0, 1]))  # along a way, not across one
    assert imbalance.parted(np.array([[0, 0], [1, 2]]), np.array([0, 1]))  # across the one way there is
    assert not imbalance.parted(np.array([[0, 0], [0, 0]]), np.array([0, 1]))  # one and the same place


def test_a_descent_comes_to_rest_unless_a_line_parts_the_cases(runs):
    for how in imbalance.RETRAINED:
        assert not (runs.converged[how] & runs.parted[how]).any()
        assert (~runs.converged[how] & ~runs.parted[how]).sum() <= 1, "a slow one at most"
    apart = runs.parted["undersampling"]
    assert 0 < apart.sum() < DRAWS and not any(runs.parted[how].any() for how in ("nothing", "oversampling", "SMOTE"))
    length = np.linalg.norm(runs.theta["undersampling"], axis=1)
    assert length[apart].min() > np.median(length[~apart])


def test_where_a_line_parts_the_cases_the_weights_grow_as_long_as_one_descends():
    X, y, _ = imbalance.treated("undersampling", imbalance.halves(0), np.random.default_rng(0))
    assert by_linear_program(X, y)
    path = imbalance.descend(X, y).path
    lengths = np.linalg.norm(path[[100, 1_000, 3_000], :-1], axis=1)
    assert lengths[0] * 2 < lengths[1] and lengths[1] * 1.2 < lengths[2]


def test_every_step_of_the_descent_goes_down(half):
    for how in ("nothing", "class weights", "SMOTE"):
        X, y, weight = imbalance.treated(how, half, np.random.default_rng(0))
        cost = [
            losses.cross_entropy(y, imbalance.probability(t, X), weight) for t in imbalance.descend(X, y, weight).path
        ]
        assert (np.diff(cost) <= 1e-12).all()


def test_only_undersampling_turns_the_direction_much(runs):
    for how, (angle, growth) in imbalance.turns(runs).items():
        w, plain = runs.theta[how][0, :2], runs.theta["nothing"][0, :2]
        turn = np.degrees(np.arctan2(w[1], w[0]) - np.arctan2(plain[1], plain[0]))
        assert angle[0] == pytest.approx(abs((turn + 180) % 360 - 180), abs=1e-6)
        assert growth[0] == pytest.approx(np.hypot(*w) / np.hypot(*plain), rel=1e-12)
        assert np.median(angle) > 10 if how == "undersampling" else np.median(angle) < 8


def test_what_the_explorer_of_the_remedies_answers():
    state = imbalance_remedies.state
    for how in ("weights", "copies", "SMOTE"):
        found = [state(how, draw, 3000) for draw in range(8)]
        assert all(0.04 < shown["back"] < 0.085 and shown["angle"] < 18 for shown in found)
    few = [state("leaving out", draw, 3000) for draw in range(8)]
    assert min(s["back"] for s in few) == pytest.approx(0.04, abs=5e-3)
    assert max(s["back"] for s in few) == pytest.approx(0.29, abs=5e-3) and max(s["angle"] for s in few) > 30
    early, late = state("leaving out", 0, 100), state("leaving out", 0, 3000)
    assert late["apart"] == "A straight line parts" and 2.7 < late["length"] / early["length"] < 3.3
    assert np.nanmax(np.abs(late["border"] - early["border"])) < 0.5
    assert late["well"][0] > early["well"][0] and late["ill"][-1] > early["ill"][-1]
    assert state("leaving out", 2, 100)["length"] == state("leaving out", 2, 3000)["length"]


def test_many_inventions_lie_among_the_benign_and_they_lie_closer_together():
    amid, spread = imbalance.inventions(draws=30).T
    assert amid.mean() > 0.3 and 0.4 < spread.mean() < 0.75
    half, rng = imbalance.halves(5), np.random.default_rng(5)
    rare, m = half.X_train[half.y_train == 1], len(half.y_train)
    sampled = scratch.imbalance.smote(rare, rng.integers(0, len(rare), m), rng.integers(0, 5, m), rng.random(m))
    theirs = sklearn.neighbors.KNeighborsClassifier(n_neighbors=1).fit(half.X_train, half.y_train)
    assert amid[5] == pytest.approx(1 - theirs.predict(sampled).mean(), abs=1e-12)
    assert spread[5] == pytest.approx(np.trace(np.cov(sampled.T, ddof=0)) / np.trace(np.cov(rare.T, ddof=0)), rel=1e-9)


@pytest.mark.parametrize("how", ["oversampling", "undersampling", "SMOTE"])
def test_balancing_balances(half, how):
    X, y = imbalance.balance(half.X_train, half.y_train, how, np.random.default_rng(0))
    assert X.shape == (len(y), 2) and y.mean() == 0.5
    assert len(y) == (18 if how == "undersampling" else 358)
    old = (X[:, None] == half.X_train).all(axis=2).any(axis=1)
    assert old.all() == (how != "SMOTE") and old[y == 0].all()


def test_the_table_is_that_of_sklearn(runs):
    table = imbalance.compare(runs)
    assert tuple(table) == imbalance.REMEDIES
    for how, threshold in (("SMOTE", 0.5), ("threshold moved", runs.prior)):
        y_prob = runs.y_prob["nothing" if how == "threshold moved" else how]
        for row, y, p in zip(table[how], runs.y_true, y_prob, strict=True):
            called = (p >= threshold).astype(int)
            expected = [
                sklearn.metrics.accuracy_score(y, called),
                sklearn.metrics.precision_score(y, called, zero_division=0),
                sklearn.metrics.recall_score(y, called),
                sklearn.metrics.f1_score(y, called, zero_division=0),
                sklearn.metrics.balanced_accuracy_score(y, called),
                sklearn.metrics.roc_auc_score(y, p),
                sklearn.metrics.average_precision_score(y, p),
            ]
            np.testing.assert_allclose(row, expected, rtol=1e-12)


def test_remedies_trade_precision_for_recall_and_do_not_rank_better(runs):
    means = imbalance.means(imbalance.compare(runs))
    for how in ("class weights", "oversampling", "SMOTE", "threshold moved"):
        assert means[how]["recall"] > means["nothing"]["recall"] + 0.3
        assert means[how]["precision"] < means["nothing"]["precision"] - 0.3
        assert means[how]["accuracy"] < means["nothing"]["accuracy"] - 0.05
        assert abs(means[how]["ROC AUC"] - means["nothing"]["ROC AUC"]) < 0.02
    assert imbalance.same_calls(runs) > 0.95 > imbalance.same_calls(runs, "nothing")


def test_calibration_is_that_of_sklearn(runs):
    y_true, y_prob = runs.y_true.ravel(), runs.y_prob["class weights"].ravel()
    ours = imbalance.calibration(y_true, y_prob, groups=8)
    observed, predicted = sklearn.calibration.calibration_curve(y_true, y_prob, n_bins=8, strategy="quantile")
    np.testing.assert_allclose(ours.predicted, predicted, atol=2e-3)  # a case or two lie on a border
    np.testing.assert_allclose(ours.observed, observed, atol=5e-3)


def test_the_prior_shift_takes_back_the_shares_and_not_the_over_confidence(runs):
    found, back = imbalance.calibrations(runs), imbalance.corrected(runs)
    share = found["nothing"].share
    assert tuple(found) == imbalance.RETRAINED and tuple(back) == imbalance.BALANCED
    assert abs(found["nothing"].mean - share) < 0.01
    for how in imbalance.BALANCED:
        assert found[how].mean > share + 0.1
        ill, well = runs.y_prob[how] * runs.prior, (1 - runs.y_prob[how]) * (1 - runs.prior)
        assert back[how].mean == pytest.approx((ill / (ill + well)).mean(), rel=1e-9)
    assert all(abs(back[how].mean - share) < 0.02 for how in ("class weights", "oversampling", "SMOTE"))
    few = back["undersampling"]
    assert few.mean > 1.7 * share and few.predicted[-1] > 2 * few.observed[-1]


def test_the_closed_form_needs_probabilities_of_this_world(runs):
    costs = imbalance.costs_at(runs, 0.05, 1, 19)
    assert costs["class weights"] > 1.4 * costs["nothing"]
    assert costs["class weights, prior corrected"] < 1.1 * costs["nothing"]
    tn, fp, fn, tp = sklearn.metrics.confusion_matrix(runs.y_true.ravel(), runs.y_prob["SMOTE"].ravel() >= 0.05).ravel()
    assert costs["SMOTE"] == pytest.approx((fp + 19 * fn) / (tn + fp + fn + tp), rel=1e-12)


def test_a_counted_threshold_is_noisy_where_positives_are_few(runs):
    chosen, counted, closed = imbalance.chosen_thresholds(runs, 1, 19).T
    assert np.quantile(chosen, 0.9) > 4 * np.quantile(chosen, 0.1)
    y, p = runs.y_true[0], runs.y_prob["nothing"][0]
    benign, malignant = np.flatnonzero(y == 0), np.flatnonzero(y == 1)
    rest = np.append(benign[1::2], malignant[(len(benign) + 1) % 2 :: 2])
    called = p[rest] >= 0.05
    by_hand = ((called & (y[rest] == 0)).sum() + 19 * (~called & (y[rest] == 1)).sum()) / len(rest)
    assert closed[0] == pytest.approx(by_hand, rel=1e-12) and (counted >= 0).all()


def test_nearest_label_is_that_of_sklearn(half):
    theirs = sklearn.neighbors.KNeighborsClassifier(n_neighbors=1).fit(half.X_train, half.y_train)
    ours = imbalance.nearest_label(half.X_train, half.y_train, half.X_test)
    np.testing.assert_array_equal(ours, theirs.predict(half.X_test))


def test_copies_that_leak_flatter_who_learns_by_heart():
    found = {name: values.mean(axis=0) for name, values in imbalance.leak(draws=6).items()}
    by_heart = {name: mean[0] for name, mean in found.items()}
    assert by_heart["before the split"] > 0.95
    assert max(by_heart["after the split"], by_heart["in the field"]) < 0.8
    assert found["before the split"][1] - found["after the split"][1] < 0.15  # three numbers learn little by heart


def test_inventions_leak_too():
    found = {name: values[:, 0].mean() for name, values in imbalance.leak(draws=10, how="SMOTE").items()}
    assert 0.85 < found["before the split"] < 0.95, "near the cases, but no copies of them"
    assert max(found["after the split"], found["in the field"]) < found["before the split"] - 0.1


def test_single_scores_are_those_of_sklearn():
    cancer = data.breast_cancer()
    found = imbalance.single_scores(0.05)
    weight = sklearn.utils.class_weight.compute_sample_weight({0: 0.95 / 357, 1: 0.05 / 212}, cancer.y)
    for name, column in zip(cancer.feature_names, cancer.X.T, strict=True):
        auc = sklearn.metrics.roc_auc_score(cancer.y, column)
        assert found[name][0] == pytest.approx(auc, rel=1e-12), "weights of whole classes do not move ROC AUC"
        ap = sklearn.metrics.average_precision_score(cancer.y, column, sample_weight=weight)
        assert found[name][1] == pytest.approx(ap, rel=1e-12)


def test_cost_at_a_threshold():
    y_true, y_prob = np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.4, 0.9])
    assert imbalance.cost_at(y_true, y_prob, 0.5, 1, 10) == (1 + 10) / 4
    assert imbalance.cost_at(y_true, y_prob, 0.4, 1, 10) == 1 / 4


# ─── The printed claims, on other draws ──────────────────────────────────────────────────────────────────────


def test_other_draws_tell_the_same_of_calls_and_ranking(others):
    table = imbalance.compare(others)
    means = imbalance.means(table)
    assert means["nothing"]["recall"] < 0.5 < 0.7 < min(means["SMOTE"]["recall"], means["threshold moved"]["recall"])
    assert means["SMOTE"]["precision"] < means["nothing"]["precision"] / 2
    assert imbalance.same_calls(others) > 0.95
    for how in ("class weights", "oversampling", "SMOTE"):
        assert abs(means[how]["ROC AUC"] - means["nothing"]["ROC AUC"]) < 0.02
    assert means["undersampling"]["average precision"] < means["nothing"]["average precision"]
    assert (table["SMOTE"][:, 2] >= table["nothing"][:, 2]).all()  # recall, draw by draw


def test_other_draws_tell_the_same_of_probabilities(others):
    found, back = imbalance.calibrations(others), imbalance.corrected(others)
    share = found["nothing"].share
    assert abs(found["nothing"].mean - share) < 0.015
    for how in imbalance.BALANCED:
        assert found[how].mean > 3.5 * share
    assert max(abs(back[how].mean - share) for how in ("class weights", "oversampling", "SMOTE")) < 0.02
    assert back["undersampling"].mean > 1.7 * share and back["undersampling"].predicted[-1] > 0.5
    costs = imbalance.costs_at(others, 0.05, 1, 19)
    assert costs["class weights"] > 1.3 * costs["nothing"] > costs["class weights, prior corrected"]
    dearer = imbalance.cost_by_draw(others, 0.5, 1, 19) - imbalance.cost_by_draw(others, 0.05, 1, 19)
    assert (dearer > 0).mean() > 0.7
    assert imbalance.cost_by_draw(others, 0.05, 1, 19).mean() == pytest.approx(costs["nothing"], rel=1e-12)


def test_other_draws_tell_the_same_of_directions_inventions_and_thresholds(others):
    turned = {how: (np.median(angle), np.median(growth)) for how, (angle, growth) in imbalance.turns(others).items()}
    assert (
        max(turned[how][0] for how in ("class weights", "oversampling", "SMOTE")) < 9 < 12 < turned["undersampling"][0]
    )
    assert turned["undersampling"][1] > 1.5 > max(turned[how][1] for how in ("class weights", "oversampling"))
    amid, spread = imbalance.inventions(draws=20, seed=1000).T
    assert 0.3 < amid.mean() < 0.55 and 0.45 < spread.mean() < 0.7
    assert 0.07 < imbalance.parted_share(draws=60, repeats=1, seed=1000).mean() < 0.33
    chosen, counted, closed = imbalance.chosen_thresholds(others, 1, 19).T
    assert np.quantile(chosen, 0.9) > 4 * np.quantile(chosen, 0.1) and counted.mean() > closed.mean() - 0.02


def test_other_draws_leak_as_much():
    early, late, field = (values[:, 0].mean() for values in imbalance.leak(draws=6, seed=1000).values())
    assert early > 0.95 and max(late, field) < 0.75
    competed = imbalance.fold_leak(draws=6, seed=1000)
    wins = {name: (values[:, 0] > values[:, 1]).mean() for name, values in competed.items()}
    assert wins["before the folds"] == 1 and max(wins["inside each fold"], wins["in the field"]) < 0.2
    mean = {name: values[:, 0].mean() for name, values in competed.items()}
    assert mean["before the folds"] > 0.95 and abs(mean["inside each fold"] - mean["in the field"]) < 0.1


def test_other_draws_give_the_same_top(others):
    top = {how: values.mean() for how, values in imbalance.among_the_top(others, k=10).items()}
    for how in ("class weights", "oversampling", "SMOTE"):
        assert abs(top[how] - top["nothing"]) < 0.03
    assert top["undersampling"] < top["nothing"]


# ─── Folds ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("folds", [3, 5])
def test_folds_are_stratified(folds):
    y = imbalance.halves(0).y_train
    fold = imbalance.in_folds(y, folds, np.random.default_rng(0))
    theirs = sklearn.model_selection.StratifiedKFold(folds, shuffle=True, random_state=0).split(y, y)
    for k, (_, test) in enumerate(theirs):
        assert abs((fold == k).sum() - len(test)) <= 1 and abs(y[fold == k].sum() - y[test].sum()) <= 1
    assert not np.array_equal(fold, imbalance.in_folds(y, folds, np.random.default_rng(1)))


def test_the_tested_fold_is_as_the_world_has_it(monkeypatch, half):
    """Inside, the test is never resampled, and no tested case is trained on; before the folds some are."""
    seen = []
    monkeypatch.setattr(imbalance, "_both", lambda *sets: seen.append(sets) or (0.5, 0.5))
    for inside in (True, False):
        seen.clear()
        rng = np.random.default_rng(0)
        imbalance.cross_validated(half.X_train, half.y_train, "oversampling", inside, rng)
        shared = [len({tuple(x) for x in train[y == 1]} & {tuple(x) for x in test}) for train, y, test, _ in seen]
        shares = [y.mean() for *_, y in seen]
        assert len(seen) == 3 and all(y.mean() == pytest.approx(0.5, abs=0.01) for _, y, _, _ in seen)
        if inside:
            assert shared == [0, 0, 0] and max(shares) < 0.06
        else:
            assert min(shared) > 5 and min(shares) > 0.45


def test_the_field_holds_all_that_the_training_half_does_not():
    X, y = imbalance.tumours()
    field_X, field_y = imbalance.unseen(3, X, y)
    mean, std = imbalance.scale(3)
    raw = {tuple(row) for row in (field_X * std + mean).round(6)}
    trained = {tuple(row) for row in (imbalance.halves(3).X_train * std + mean).round(6)}
    assert field_y.sum() == 212 - 9 and (field_y == 0).sum() == 357 - 179
    assert raw <= {tuple(row) for row in X.round(6)} and len(raw & trained) < 3  # twins in two measurements


def test_positives_in_a_fold_are_those_of_scipy():
    ours = imbalance.positives_in_a_fold(188, 9, 38)
    np.testing.assert_allclose(ours, scipy.stats.hypergeom(188, 9, 38).pmf(range(10)), rtol=1e-10)
    one, some = imbalance.no_positive(188, 9, 5)
    assert one == pytest.approx(ours[0], rel=1e-12)
    rng, fold = np.random.default_rng(0), np.arange(188) % 5
    empty = [len(np.unique(fold[rng.choice(188, 9, replace=False)])) < 5 for _ in range(4000)]
    assert some == pytest.approx(np.mean(empty), abs=4 * 0.5 / 4000**0.5)
    assert imbalance.no_positive(10, 1, 2) == (0.5, 1.0)


def test_precision_among_the_first():
    y_true, score = np.array([1, 0, 1, 1, 0, 0]), np.arange(6, 0, -1)
    assert [imbalance.precision_among(y_true, score, k) for k in (1, 2, 4, 6)] == [1, 0.5, 0.75, 0.5]
    assert imbalance.precision_among(y_true, -score, 2) == 0


# ─── Nets ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("how", "gamma", "alpha"), [("nothing", 0, None), ("class weights", 0, 1), ("focal loss", 2, None)]
)
def test_a_net_is_trained_as_torch_trains_it(how, gamma, alpha):
    half = imbalance.halves(2)
    X, y = half.X_train[None], half.y_train[None]
    ours = imbalance_nets.train(X, y, how, seed=5, steps=20)
    begin = imbalance_nets.start(1, np.random.default_rng(5))
    theirs = {name: torch.tensor(value, requires_grad=True) for name, value in begin.items()}
    optimizer = torch.optim.Adam(theirs.values(), lr=imbalance_nets.LR)
    target = torch.tensor(half.y_train, dtype=torch.float64)
    for _ in range(20):
        optimizer.zero_grad()
        hidden = F.relu(torch.tensor(X) @ theirs["W1"] + theirs["b1"])
        z = (hidden @ theirs["W2"] + theirs["b2"])[0, :, 0]
        nll = F.binary_cross_entropy_with_logits(z, target, reduction="none")
        loss = (1 - torch.exp(-nll)) ** gamma * nll
        weight = 1 if alpha is None else torch.where(target == 1, 1 - target.mean(), target.mean())
        (weight * loss).mean().backward()
        optimizer.step()
    for name, value in theirs.items():
        np.testing.assert_allclose(ours[name], value.detach().numpy(), rtol=1e-6, atol=1e-9)


def test_nets_stand_side_by_side_and_do_not_touch():
    drawn = [imbalance.halves(seed) for seed in (0, 1)]
    X, y = (np.stack([getattr(half, name) for half in drawn]) for name in ("X_train", "y_train"))
    both = imbalance_nets.train(X, y, "nothing", steps=5)
    swapped = imbalance_nets.train(np.stack([X[0], X[0]]), np.stack([y[0], y[0]]), "nothing", steps=5)
    np.testing.assert_array_equal(both["W1"][0], swapped["W1"][0])
    assert not np.allclose(both["W1"][1], swapped["W1"][1])


def test_a_net_agrees_less_than_a_line_and_ranks_no_better(others, nets):
    line, net = imbalance_nets.shared_alarms(others), imbalance_nets.shared_alarms(nets)
    assert line.mean() > 0.8 > 0.75 > net.mean() > 0.5
    ap, line_ap = imbalance_nets.rankings(nets), imbalance_nets.rankings(others)
    assert ap["class weights"].mean() < ap["nothing"].mean() < line_ap["nothing"].mean()
    assert ap["focal loss"].mean() < ap["nothing"].mean()
    alarms = {how: (p >= 0.5).sum(axis=1).mean() for how, p in nets.y_prob.items()}
    assert abs(alarms["focal loss"] - alarms["nothing"]) < 2 and alarms["class weights"] > 2 * alarms["nothing"]
    y, p = nets.y_true[0], nets.y_prob["nothing"][0]
    assert ap["nothing"][0] == pytest.approx(sklearn.metrics.average_precision_score(y, p), rel=1e-12)
    a, b = nets.y_prob["class weights"][0] >= 0.5, p >= nets.prior
    assert net[0] == pytest.approx(sklearn.metrics.jaccard_score(a, b), rel=1e-12)


def test_longer_training_ranks_worse_and_forgets_the_weights():
    longer = imbalance_nets.longer(draws=6, steps=(100, 1000), seed=1000)
    for ap, _ in longer.values():
        assert ap.shape == (6, 2) and (ap[:, 0] - ap[:, 1]).mean() > 0.03
    early, late = longer["class weights"][1].mean(axis=0)
    assert early > 2 * late - 0.02 and late > 0.053


@pytest.mark.parametrize("gamma", [0, 0.5, 2, 5])
def test_the_least_focal_loss_is_where_it_is_said(gamma):
    for share in (0.05, 0.3, 0.5, 0.8):
        cost = lambda p, q=share: -q * (1 - p) ** gamma * np.log(p) - (1 - q) * p**gamma * np.log(1 - p)
        least = scipy.optimize.minimize_scalar(cost, bounds=(1e-6, 1 - 1e-6), method="bounded", options={"xatol": 1e-9})
        assert imbalance_nets.belief(share, gamma) == pytest.approx(least.x, abs=1e-5)
    assert gamma or imbalance_nets.belief(0.05, 0) == pytest.approx(0.05, abs=1e-6)
