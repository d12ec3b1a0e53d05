"""What chapter 03 measures, held against scikit-learn, an actual descent and laws."""

import numpy as np
import pytest
import sklearn.linear_model
import sklearn.neighbors
import sklearn.preprocessing
import sklearn.tree

from dlbook import data
from dlbook.experiments import preprocessing
from dlbook.explorers import preprocessing_neighbours
from dlbook.scratch import gradient_descent

HALF = data.split(preprocessing.tumours(), test_fraction=0.5, seed=0)  # X_train, X_test, y_train, y_test


@pytest.mark.parametrize("name", ["min-max [−1, 1]", "z-norm", "robust", "centred only"])
def test_a_valley_is_the_bowl_of_a_linear_model(name):
    cancer = preprocessing.tumours(preprocessing.PAIR)
    X, y = preprocessing.SCALINGS[name](cancer.X, cancer.X), cancer.y
    A, valley = np.c_[X, np.ones(len(y))], preprocessing.valley(X, y)
    hessian = A.T @ A / len(y)
    np.testing.assert_allclose(valley.curvature, np.linalg.eigvalsh(hessian)[::-1], rtol=1e-8)
    assert valley.condition == pytest.approx(np.linalg.cond(hessian), rel=1e-8)
    fit = sklearn.linear_model.LinearRegression().fit(X, y)
    assert valley.learnable == pytest.approx(np.var(y) / 2 * fit.score(X, y), rel=1e-8)
    # …and its closed form is what gradient descent does
    lr = 0.9 / valley.curvature[0]
    cost = lambda theta: ((A @ theta - y) ** 2).mean() / 2
    path = gradient_descent.minimize(lambda t: A.T @ (A @ t - y) / len(y), np.zeros(3), lr, tol=0, max_iter=40).path
    bottom = cost(np.append(fit.coef_, fit.intercept_))
    gaps = np.array([cost(theta) - bottom for theta in path]) / valley.learnable
    np.testing.assert_allclose(valley.gap(lr, range(41)), gaps, rtol=1e-6, atol=1e-10)


def test_steps_are_the_first_number_that_suffices():
    valley = preprocessing.valleys(preprocessing.PAIR)["min-max [−1, 1]"]
    lr, steps = valley.best()
    assert valley.gap(lr, [steps])[0] <= 0.01 < valley.gap(lr, [steps - 1])[0]
    assert steps == np.flatnonzero(valley.gap(lr, range(1000)) <= 0.01)[0]
    assert min(valley.steps(0.5 * lr), valley.steps(1 / valley.curvature[0])) >= steps


def test_scaling_shortens_the_way_and_centring_is_part_of_it():
    for columns in (preprocessing.PAIR, None):
        valleys = preprocessing.valleys(columns)
        condition = {name: valley.condition for name, valley in valleys.items()}
        steps = {name: valley.best()[1] for name, valley in valleys.items()}
        for values in (condition, steps):
            assert values["raw"] > 3 * values["centred only"] > 9 * values["min-max [0, 1]"]
            assert values["min-max [0, 1]"] > values["min-max [−1, 1]"] > values["robust"] > values["z-norm"]


def test_centring_uncouples_the_bias():
    cancer = preprocessing.tumours()
    X = preprocessing.SCALINGS["centred only"](cancer.X, cancer.X)
    curvature = preprocessing.valley(X, cancer.y).curvature
    expected = np.append(np.linalg.eigvalsh(np.cov(X.T, bias=True)), 1.0)  # the bias alone has curvature 1
    np.testing.assert_allclose(np.sort(curvature)[-8:], np.sort(expected)[-8:], rtol=1e-9)


def test_centring_never_makes_the_bowl_narrower_and_dividing_may():
    """The curvatures of centred columns and of the bias lie between those of both together: Cauchy's interlacing."""
    worse = []
    for seed in range(300):
        draws = np.random.default_rng(seed)
        X = draws.normal(draws.normal(0, 2, 3), draws.uniform(0.2, 3, 3), (6, 3)) @ draws.normal(0, 1, (3, 3))
        raw, centred, z = (
            preprocessing.valley(preprocessing.SCALINGS[name](X, X), np.arange(6)).condition
            for name in ("raw", "centred only", "z-norm")
        )
        assert centred <= raw * (1 + 1e-9)
        worse.append(z > 1.2 * centred)
    assert any(worse)


def test_the_ends_of_the_range_and_its_width_both_matter():
    for name, found in preprocessing.ranges(preprocessing.PAIR).items():
        low = {"[0, 1]": 0, "[−½, ½]": -0.5, "[0, 2]": 0, "[−1, 1]": -1}[name]
        cancer = preprocessing.tumours(preprocessing.PAIR)
        scaler = sklearn.preprocessing.MinMaxScaler((low, low + (2 if "2" in name or "−1" in name else 1)))
        A = np.c_[scaler.fit_transform(cancer.X), np.ones(len(cancer.y))]
        assert found.condition == pytest.approx(np.linalg.cond(A) ** 2, rel=1e-8)
    steps = {name: found.best()[1] for name, found in preprocessing.ranges(preprocessing.PAIR).items()}
    assert steps["[−1, 1]"] < steps["[0, 1]"] / 3
    assert all(0.6 < steps[name] / steps["[0, 1]"] < 0.75 for name in ("[−½, ½]", "[0, 2]"))  # each saves a third


def test_what_says_the_same_makes_the_bowl_narrow():
    fewer = preprocessing.without("perimeter", "area")
    assert len(fewer) == 24 and not {name for name in fewer if "area" in name or "perimeter" in name}
    assert preprocessing.valleys(fewer)["z-norm"].condition < preprocessing.valleys()["z-norm"].condition / 50


def test_single_precision_loses_digits_to_the_mean_and_not_to_the_units():
    error = preprocessing.rounding()
    assert error["raw"] > 5 * error["centred only"] and 0.2 < error["z-norm"] / error["centred only"] < 5
    scaled = sklearn.preprocessing.StandardScaler().fit_transform(preprocessing.tumours().X)
    A = np.c_[scaled, np.ones(len(scaled))]
    exact = sklearn.linear_model.LinearRegression().fit(scaled, preprocessing.tumours().y).predict(scaled)
    short = A.astype(np.float32)
    theta = np.linalg.solve(short.T @ short, short.T @ preprocessing.tumours().y.astype(np.float32))
    assert error["z-norm"] == pytest.approx(np.abs(A @ theta - exact).max(), rel=0.5)


def test_nearest_neighbours_are_sklearns():
    X_train, X_test, y_train, _ = HALF
    theirs = sklearn.neighbors.KNeighborsClassifier(5).fit(X_train, y_train).predict(X_test)
    assert np.array_equal(preprocessing.nearest_neighbours(X_train, y_train, X_test), theirs)


def test_the_tree_is_as_good_as_sklearns():
    X_train, X_test, y_train, _ = HALF
    stump = preprocessing.grow(X_train, y_train, depth=1)
    theirs = sklearn.tree.DecisionTreeClassifier(max_depth=1, random_state=0).fit(X_train, y_train).tree_
    assert stump.splits() == [(theirs.feature[0], theirs.n_node_samples[1])]
    ours = preprocessing.tree(X_train, y_train, X_train)
    theirs = sklearn.tree.DecisionTreeClassifier(max_depth=3, random_state=0).fit(X_train, y_train)
    assert (ours == y_train).mean() == pytest.approx(theirs.score(X_train, y_train), abs=0.01)


@pytest.mark.parametrize("name", preprocessing.SCALINGS)
def test_no_scaling_changes_a_tree(name):
    X_train, X_test, y_train, _ = HALF
    scale = preprocessing.SCALINGS[name]
    raw, scaled = (preprocessing.grow(X, y_train, depth=4) for X in (X_train, scale(X_train, X_train)))
    assert len(raw.splits()) > 3 and raw.splits() == scaled.splits()
    ours = preprocessing.answers(scaled, scale(X_test, X_train))
    assert np.array_equal(ours, preprocessing.answers(raw, X_test))


def test_a_tree_stops_where_nothing_can_be_told_apart():
    node = preprocessing.grow(np.ones((4, 2)), np.array([0, 1, 1, 1]))
    assert (node.label, node.splits(), node.size) == (1, [], 4)


def test_learners_of_gradients_and_distances_gain():
    table = preprocessing.accuracies(seeds=range(3))
    assert table["raw"].keys() == preprocessing.LEARNERS.keys()
    for learner in ("nearest neighbours", "logistic, 100 steps"):
        assert table["z-norm"][learner].mean() > table["raw"][learner].mean() + 0.02
    assert len({tuple(row["decision tree"]) for row in table.values()}) == 1


def test_the_learners_table_holds_in_other_divisions():
    table = preprocessing.accuracies(seeds=range(10, 15))
    mean = {name: {learner: found.mean() for learner, found in row.items()} for name, row in table.items()}
    logistic = [mean[name]["logistic, 100 steps"] for name in ("raw", "centred only", "min-max [0, 1]", "z-norm")]
    assert logistic == sorted(logistic) and logistic[-1] > logistic[0] + 0.04
    near = {name: row["nearest neighbours"] for name, row in table.items()}
    assert (near["raw"] == near["centred only"]).all() and near["z-norm"].mean() > near["raw"].mean() + 0.01


def test_a_sigmoid_unit_never_rises_below_8_over_the_largest_curvature():
    """The bound is sharp: with labels from a coin the cost rises just above it."""
    scaled = preprocessing.SCALINGS["z-norm"](preprocessing.tumours().X, preprocessing.tumours().X)
    assert preprocessing.rises(7.9, scaled, preprocessing.tumours().y, steps=500) == 0
    for seed in range(5, 10):
        assert preprocessing.rises(7.9, *preprocessing.coins(seed), steps=500) == 0
        assert preprocessing.rises(8.5, *preprocessing.coins(seed), steps=500) > 200


def test_the_units_after_some_steps_are_those_of_the_plain_descent():
    found = preprocessing.over_steps("z-norm", stops=(100,), seeds=(3, 4))[100]
    for k, seed in enumerate((3, 4)):
        X_train, X_test, y_train, y_test = data.split(preprocessing.tumours(), test_fraction=0.5, seed=seed)
        scale = sklearn.preprocessing.StandardScaler().fit(X_train)
        answers = preprocessing.logistic(scale.transform(X_train), y_train, scale.transform(X_test))
        assert found.accuracy[k] == (answers == y_test).mean()


def test_scaling_moves_the_path_and_not_the_optimum():
    """In other divisions: z-norm is far ahead after 100 steps, later it loses and raw numbers gain."""
    z, raw = (preprocessing.over_steps(name, seeds=range(10, 15)) for name in ("z-norm", "raw"))
    assert z[100].accuracy.mean() > raw[100].accuracy.mean() + 0.05
    assert z[20_000].accuracy.mean() < z[100].accuracy.mean() and z[20_000].cost.mean() < z[100].cost.mean() / 3
    assert raw[20_000].accuracy.mean() > raw[100].accuracy.mean() + 0.02
    expected = sklearn.linear_model.LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
    cancer = preprocessing.tumours(preprocessing.PAIR)
    scaled = sklearn.preprocessing.StandardScaler().fit_transform(cancer.X)
    probability = expected.fit(scaled, cancer.y).predict_proba(scaled)[:, 1]
    for name in preprocessing.SCALINGS:
        np.testing.assert_allclose(preprocessing.at_the_optimum(name), probability, atol=1e-4)
        np.testing.assert_allclose(preprocessing.at_the_optimum(name), preprocessing.at_the_optimum("raw"), atol=1e-9)


def test_columns_chosen_before_the_split_promise_what_is_not_there():
    found = preprocessing.leak(seeds=range(20, 40))
    wrong, right = found["chosen on all cases"], found["chosen on the training set"]
    assert 0.72 < wrong.mean() < 0.84 and wrong.min() > 0.55 and 0.44 < right.mean() < 0.56
    X, y = np.random.default_rng(0).normal(size=(30, 4)), np.arange(30) % 2
    expected = [abs(np.corrcoef(column, y)[0, 1]) for column in X.T]
    np.testing.assert_allclose(preprocessing.correlation(X, y), expected)


def test_one_value_squeezes_all_others_unless_the_scaling_is_robust():
    spread = preprocessing.squeezed((1, 10, 1000))
    for name in ("min-max [0, 1]", "z-norm"):
        assert spread[name][2] < spread[name][0] / 100
    assert len(set(spread["robust"])) == 1
    accuracy = preprocessing.accuracy_with_outlier((1, 1000), seeds=range(10, 15))
    assert accuracy["z-norm"][1].mean() < accuracy["z-norm"][0].mean() - 0.05
    assert (accuracy["robust"][1] == accuracy["robust"][0]).all()


def test_a_batch_must_not_be_scaled_by_itself():
    table = {name: found.mean() for name, found in preprocessing.fitted_on(range(10, 15), (8, 1)).items()}
    assert abs(table["training set"] - table["both sets"]) < 0.01
    assert table["training set"] > table["each test batch of 8"] > table["each test batch of 1"]
    shares = [np.mean(data.split(preprocessing.tumours(), 0.5, seed)[3] == 0) for seed in range(10, 15)]
    assert table["each test batch of 1"] == pytest.approx(np.mean(shares))  # every case is a row of zeros: one answer


def test_a_unit_decides_for_raw_numbers_and_for_nothing_else():
    accuracy, units = preprocessing_neighbours.accuracy, preprocessing_neighbours.UNITS
    raw = [accuracy("raw", unit) for unit in units]
    assert (raw[0], max(raw), raw[-1]) == pytest.approx((0.658, 0.796, 0.613), abs=5e-4)
    assert 0 < np.argmax(raw) < len(units) - 1
    for scaling in ("min-max [0, 1]", "z-norm", "robust"):
        assert len({accuracy(scaling, unit) for unit in units}) == 1
    texture = [preprocessing_neighbours.state(unit, "raw", 1)["texture"] for unit in (0, 2.5, 5)]
    assert texture == pytest.approx([0.997, 0.559, 0.001], abs=5e-4)
    ratio = np.divide(*preprocessing_neighbours.X_TRAIN.std(axis=0))
    assert np.log10(ratio) == pytest.approx(2.5, abs=0.03)


def test_the_z_norm_is_not_the_best_of_all_units():
    X_train, X_test, y_train, y_test = data.split(preprocessing.tumours(preprocessing.PAIR), test_fraction=0.5, seed=1)
    share = {}
    for name, scale in (("times 100", lambda X, _: X * [1, 100]), ("z-norm", preprocessing.SCALINGS["z-norm"])):
        y_pred = preprocessing.nearest_neighbours(scale(X_train, X_train), y_train, scale(X_test, X_train))
        share[name] = (y_pred == y_test).mean()
    assert share == pytest.approx({"times 100": 0.782, "z-norm": 0.754}, abs=5e-4)
