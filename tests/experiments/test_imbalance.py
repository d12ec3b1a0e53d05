"""What chapter 12 measures, against scikit-learn and against what must hold."""

import numpy as np
import pytest
import scipy.optimize
import sklearn.calibration
import sklearn.linear_model
import sklearn.metrics
import sklearn.neighbors
import sklearn.utils.class_weight

from dlbook import data, scratch
from dlbook.experiments import imbalance
from dlbook.explorers import imbalance_remedies
from dlbook.scratch import losses

DRAWS = 12


@pytest.fixture(scope="module")
def runs():
    return imbalance.trials(draws=DRAWS)


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
    assert 0.1 < imbalance.parted_share(repeats=2) < 0.3
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
