"""What chapter 07 measures."""

import itertools
import re

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from scipy.special import expit
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from dlbook import data, exercises, figures
from dlbook.experiments import theory
from dlbook.explorers.theory import COUNTS as BUMP_COUNTS
from dlbook.explorers.theory_dimensions import DIMENSIONS
from dlbook.scratch.graph import Node, compute_graph

WAVE, KINK, JUMP = (theory.TARGETS[name] for name in ("wave", "kink", "jump"))
COUNTS = (20, 40, 80, 160)


def test_the_drawn_graph_is_the_one_that_was_walked():
    made, names = theory.unit_graph(0.5, 2.0, -1.5, 1.0)
    inputs = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (0.5, 2.0, -1.5, 1.0)]
    theirs = torch.autograd.grad(theory.unit_cost(*inputs), inputs)
    assert list(names.values()) == ["w", "x", "b", "y"]
    assert [leaf.grad.item() for leaf in names] == pytest.approx([g.item() for g in theirs], rel=1e-12)
    depth = theory.depths(made)
    assert sorted(depth.values()) == [0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6] and depth[made] == 6
    assert all(depth[parent] < depth[node] for node in depth for parent in node.parents)


def test_the_walk_that_the_reader_writes_is_that_of_the_nodes():
    made, _ = theory.unit_graph(0.5, 2.0, -1.5, 1.0)
    order = made.topological_order()
    edges = [[(order.index(parent), float(back(np.ones(())))) for parent, back in node.edges] for node in order]
    task = exercises.find("theory.backward")
    for walk in (task.reference, task.function(task.solution)):
        np.testing.assert_allclose(walk(range(len(order)), edges), [node.grad for node in order], rtol=1e-12)


@pytest.mark.parametrize("w", [0.5, -2.0])
def test_a_graph_is_drawn_node_by_node(w):
    made, names = theory.unit_graph(w, 2.0, -1.5, 1.0)
    words = words_in(figures.theory.graph(made, names))
    for node in made.topological_order():
        for shown in (names.get(node, node.op.replace("sigmoid", "σ")), f"{node.data:.3g}", f"∂ {node.grad:.3g}"):
            assert words.count(shown.replace("-", "−")) >= 1, shown
    assert len(words) == 3 * 11
    places = figures.theory._places(made)
    assert min(np.hypot(*np.subtract(a, b)) for a, b in itertools.combinations(places.values(), 2)) > 0.29


def words_in(figure) -> list[str]:
    """The texts of a figure that is one panel."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", figure._repr_html_().split("<svg")[-1])


def test_a_formula_of_arrays_draws_itself():
    """The chapter's cross-entropy: two arrays and a number are constants, and each node says what it holds."""
    X, y = np.array([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.3]]), np.array([1, 0, 1])
    w, b = np.array([0.4, -0.2]), 0.1
    cost = lambda w, b: (1 + ((1 - 2 * y) * (X @ w + b)).exp()).log().mean()
    figure = figures.theory.graph_of(cost, b=b, w=w)  # by name, in any order
    value, (w_grad, b_grad) = compute_graph(cost, w, b)
    words = words_in(figure)
    written = lambda *numbers: ", ".join(f"{n:.2g}" for n in numbers).replace("-", "−")
    for word in (
        "w",
        "b",
        "@",
        "+",
        "×",
        "exp",
        "log",
        "mean",
        "1",
        f"{value:.3g}",
        f"∂ {b_grad:.3g}".replace("-", "−"),
    ):
        assert word in words, word
    assert words.count("const") == 2 and {"(3, 2)", "1, 2, …", "(3,)", "−1, 1, …"} <= {*words}
    assert {"(2,)", "0.4, −0.2"} <= {*words} and f"∂ {written(*w_grad)}" in words
    assert f"{written(*(X @ w)[:2])}, …" in words and "const = (3, 2): 1, 2, …" in figure.alt
    assert len([word for word in words if word.startswith("∂")]) == 9  # all but the three constants


@pytest.mark.parametrize(
    ("f", "inputs"),
    [
        (lambda x: x, {"x": 2}),
        (lambda w, x, b: (w * x + b).tanh() ** 2 / x + x.detach() * 3, {"w": 1, "x": 2, "b": -1}),
        (lambda Z: Z.log_softmax(1)[[0, 1], [1, 1]].mean() + (Z * Z).sum(), {"Z": np.ones((2, 3))}),
        (lambda a, b, c, d, e, f: a + b + c + d + e + f, dict.fromkeys("abcdef", 1.0)),
    ],
)
def test_a_reader_can_draw_a_formula_of_their_own(f, inputs):
    leaves = {name: Node(value) for name, value in inputs.items()}
    made = f(**leaves)
    places = figures.theory._places(made)
    assert set(places) == set(made.topological_order())
    assert all(places[parent][1] < places[node][1] for node in places for parent in node.parents)
    gaps = [np.hypot(*np.subtract(a, b)) for a, b in itertools.combinations(places.values(), 2)]
    assert min(gaps, default=1) > 0.29
    assert {"x", "w", "Z", "a"} & {*words_in(figures.theory.graph_of(f, **inputs))}


def test_what_cannot_be_drawn_is_named():
    with pytest.raises(ValueError, match="^f must be made of its inputs: got float"):
        figures.theory.graph_of(lambda x: 3.0, x=1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'y'"):
        figures.theory.graph_of(lambda x: x, y=1)


@pytest.mark.parametrize("f", [WAVE, KINK], ids=["wave", "kink"])
def test_the_error_halves_where_the_width_doubles(f):
    by_hand = theory.errors_over_width(f, COUNTS)
    assert -1.05 < theory.rate(COUNTS, by_hand) < -0.95
    assert (np.diff(by_hand) < 0).all()
    assert (theory.errors_over_width(f, COUNTS, fitted=True) < by_hand).all()


def test_a_straight_line_has_its_own_rate():
    assert theory.rate(COUNTS, 3.0 * np.array(COUNTS) ** -1.5) == pytest.approx(-1.5)


def test_fitted_heights_are_those_of_sklearn():
    X = theory.bumps(theory.INSIDE, 12, 8)
    fit = LinearRegression(fit_intercept=False).fit(X, WAVE(theory.INSIDE))
    np.testing.assert_allclose(theory.heights_fitted(WAVE, 12, 8), fit.coef_, rtol=1e-8)


def test_training_is_that_of_torch():
    """The same net by PyTorch's own graph and optimizer, ten steps."""
    rng = np.random.default_rng(0)
    w = rng.normal(0, 4.0, 5)
    start = (w, -w * rng.random(5), rng.normal(0, 1 / np.sqrt(5), 5), np.array(0.0))
    theta = [torch.tensor(p, requires_grad=True) for p in start]
    x = torch.linspace(0, 1, 101, dtype=torch.float64)
    y = torch.from_numpy(WAVE(x.numpy()))
    optimizer = torch.optim.SGD(theta, lr=0.1)
    net = lambda x: torch.sigmoid(x[:, None] * theta[0] + theta[1]) @ theta[2] + theta[3]
    for _ in range(10):
        optimizer.zero_grad()
        ((net(x) - y) ** 2).mean().backward()
        optimizer.step()
    ours = theory.trained(WAVE, 5, scale=4.0, steps=10)
    np.testing.assert_allclose(ours(x.numpy()), net(x).detach().numpy(), rtol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_where_training_starts_decides(seed):
    from_small, from_large = (theory.trained(WAVE, 40, scale=scale, steps=800, seed=seed) for scale in (1, 40))
    by_hand = theory.approximate(WAVE, 39)
    assert theory.largest_error(WAVE, from_small) > 4 * theory.largest_error(WAVE, by_hand)
    assert theory.bend(from_small) < 0.1 < theory.bend(from_large)
    assert theory.largest_error(WAVE, from_large) < theory.largest_error(WAVE, from_small) / 2


def test_more_steps_bend_the_line():
    """What small weights cost is time: five times as many steps, and the net is no line any more."""
    patient = theory.trained(WAVE, 40, scale=1, steps=10_000)
    assert theory.bend(patient) > 0.5 and theory.largest_error(WAVE, patient) < 0.6


def test_a_straight_line_has_no_bend():
    assert theory.bend(lambda x: 3 * x - 1) < 1e-12
    assert theory.bend(lambda x: np.abs(x - 0.5)) == pytest.approx(0.25, abs=0.01)


def test_outside_the_interval_nothing_is_promised():
    outside = np.linspace(1.5, 2, 50)
    for fitted in (False, True):
        net = theory.approximate(WAVE, 80, fitted=fitted)
        np.testing.assert_allclose(net(outside), 0, atol=1e-6)
        assert theory.largest_error(WAVE, net, outside) > 1 > 10 * theory.largest_error(WAVE, net)


def test_noise_is_learned_by_heart():
    """Thirty bumps for thirty points: without noise they follow the wave between the points, with it they do not."""
    noisy, clean = theory.noisy_fit(30), theory.noisy_fit(30, noise=0)
    assert max(noisy["seen"], clean["seen"]) < 1e-9 < theory.noisy_fit(10)["seen"]
    assert noisy["true"] > 4 * clean["true"]


@pytest.mark.parametrize("seed", range(5))
def test_noise_hurts_whatever_the_noise(seed):
    assert theory.noisy_fit(30, seed=seed)["true"] > 4 * theory.noisy_fit(30, noise=0)["true"]


def test_forty_units_by_hand_are_thirty_nine_bumps():
    """The net of n bumps, written with n + 1 sigmoids: their output weights are the differences of the heights."""
    f, count, s = WAVE, 39, 20.0
    h = theory.heights_by_hand(f, count)
    weights = np.diff(h, prepend=0, append=0)  # (n + 1,)
    x = np.linspace(-0.3, 1.3, 97)
    units = expit(s * count * (x[:, None] - theory.edges(count)))  # (N, n + 1)
    assert units.shape[1] == len(weights) == 40
    np.testing.assert_allclose(theory.approximate(f, count, s)(x), units @ weights, atol=1e-13)
    assert theory.largest_error(f, theory.approximate(f, count)) < 0.21


def test_distances_are_those_of_scipy():
    A, B = np.random.default_rng(0).normal(size=(2, 30, 7))
    np.testing.assert_allclose(theory.distances(A, B), cdist(A, B), rtol=1e-12)
    assert theory.distances(A, A).diagonal().max() < 1e-6
    assert theory.cube_distances(5).mean() == pytest.approx(1) and len(theory.cube_distances(5, points=10)) == 45


def test_nearest_neighbours_are_those_of_sklearn():
    X, X_test, y, y_test = data.split(data.digits(), test_fraction=0.5, seed=0)
    measured = theory.nearest_neighbour_accuracy((0, 64, 1024))
    assert measured[0] == KNeighborsClassifier(1).fit(X, y).score(X_test, y_test)
    rng, scale = np.random.default_rng(0), X.std()
    noise, noise_test = (rng.normal(0, scale, (len(Z), 1024)) for Z in (X, X_test))
    for count in (64, 1024):
        neighbour = KNeighborsClassifier(1).fit(np.hstack([X, noise[:, :count]]), y)
        expected = neighbour.score(np.hstack([X_test, noise_test[:, :count]]), y_test)
        assert measured[count] == pytest.approx(expected, abs=0.003)  # two neighbours may be equally far
    assert measured[0] > 0.97 > 0.9 > measured[64] > 0.5 > measured[1024]


@pytest.mark.parametrize("D", [1, 2, 5, 10])
def test_guesses_from_the_nearest_are_those_of_sklearn(D):
    counts = (10, 100, 1000)
    rng = np.random.default_rng(3)
    X, X_new = rng.random((1000, D)), rng.random((50, D))
    truth = lambda X: np.mean(np.sin(2 * np.pi * X), axis=1) * np.sqrt(2 * D)
    for count, error in zip(counts, theory.neighbour_errors(D, counts, cases=50, seed=3), strict=True):
        guess = KNeighborsRegressor(1).fit(X[:count], truth(X[:count])).predict(X_new)
        assert error == pytest.approx(np.sqrt(np.mean((guess - truth(X_new)) ** 2)), rel=1e-9)
    assert theory.smooth(rng.random((100_000, D))).std() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("D", [1, 2, 5])
def test_an_error_falls_as_the_samples_to_the_power_of_one_over_the_dimension(D):
    counts = (512, 1024, 2048, 4096, 8192)
    assert theory.rate(counts, theory.neighbour_errors(D, counts)) == pytest.approx(-1 / D, rel=0.2)


def test_samples_needed_are_read_off_a_power():
    counts = np.array([10, 100, 1000])
    assert theory.samples_needed(counts, 6 * counts**-0.5, 0.3) == pytest.approx(400)
    assert theory.samples_needed(counts, 6 * counts**-0.5, 0.1) == np.inf
    assert theory.samples_needed(counts, 6 * counts**-0.5, 3.0) == 10


def test_digits_do_not_fill_their_space():
    spread = theory.digits_spread()
    assert spread["digits"] > 1.5 * spread["shuffled pixels"] and spread["digits"] > 2 * spread["uniform"]


def test_what_the_folded_answers_say():
    by_hand = dict(zip((28, 40), theory.errors_over_width(WAVE, (28, 40)), strict=True))
    assert by_hand[40] < 0.2 < 0.25 < by_hand[28]
    steep, firm, soft = (theory.largest_error(WAVE, theory.approximate(WAVE, 40, s)) for s in (100, 20, 2))
    assert steep == pytest.approx(firm, rel=0.01) and soft > 1.2 * firm
    for steepness in (2, 4, 8, 20, 100):  # all that the explorer offers
        for fitted in (False, True):
            at_the_jump = theory.errors_over_width(JUMP, BUMP_COUNTS, steepness, fitted)
            assert (at_the_jump > 0.5 - 1e-6).all()
    odd = theory.errors_over_width(JUMP, [count for count in BUMP_COUNTS if count % 2], 20)
    np.testing.assert_allclose(odd, 1, atol=1e-4)
    assert {6, 7} <= {*DIMENSIONS}
    assert theory.shell_share(6, 0.1) < 0.5 < theory.shell_share(7, 0.1) == pytest.approx(1 - 0.478, abs=5e-4)
    assert theory.cube_distances(2, 120).min() < 0.01 and theory.cube_distances(1000, 120).min() > 0.9


def test_shuffled_pixels_are_independent_columns():
    """Then the squared distance is a sum over columns of (a − b)²: mean 2v, variance 2 m₄ + 2 v²."""
    X = data.digits().X[:400]
    v, m4 = X.var(axis=0), ((X - X.mean(axis=0)) ** 4).mean(axis=0)
    expected = 0.5 * np.sqrt((2 * m4 + 2 * v**2).sum()) / (2 * v).sum()
    assert theory.digits_spread()["shuffled pixels"] == pytest.approx(expected, rel=0.03)
