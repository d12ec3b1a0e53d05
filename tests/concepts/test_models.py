"""Models: torch's with the same weights are the same functions, and learn the same by the same loop."""

import inspect
import re

import numpy as np
import pytest
import sklearn.linear_model
import sklearn.metrics
import torch
from twins import assert_same, resolve

import dlbook
from dlbook.scratch import gradcheck, layers, models

rng = np.random.default_rng(0)


def network(room):
    """One of each layer that computes the same in both rooms; a model inside a model."""
    if room == "pytorch":
        torch.manual_seed(0)
    L, sequential = getattr(dlbook, room).layers, resolve(room, "models.sequential")
    inner = sequential(L.Linear(8, 8), L.Tanh(), L.Linear(8, 8, bias=False), L.ELU(0.5))
    return sequential(
        L.Linear(5, 8), L.BatchNorm1d(8), L.ReLU(), inner, L.LeakyReLU(0.1), L.Linear(8, 6), L.Sigmoid(),
        L.Linear(6, 4), L.Softmax(-1),
    )  # fmt: skip


def to_torch(state):
    return {name: torch.as_tensor(array) for name, array in state.items()}


def to_numpy(state):
    return {name: tensor.detach().numpy() for name, tensor in state.items()}


def step(model, lr=0.1):
    """One step against the gradient, in place."""
    for name, array in model.parameters().items():
        array -= lr * model.gradients()[name]


def test_a_state_dict_moves_to_torch_and_back_and_gives_the_same_outputs():
    ours, theirs = network("scratch"), network("pytorch").double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    x = rng.normal(size=(9, 5))
    theirs.load_state_dict(to_torch(ours.state_dict()))
    assert_same(ours.eval()(x), theirs.eval()(torch.from_numpy(x)))
    fresh = network("pytorch").double().eval()
    ours.load_state_dict(to_numpy(fresh.state_dict()))
    assert_same(ours(x), fresh(torch.from_numpy(x)))
    assert_same(ours.state_dict(), dict(fresh.state_dict()))


def test_training_goes_the_way_of_torch():
    """Twenty steps of both, with batch norm at work: outputs, gradients, parameters and running statistics."""
    ours, theirs = network("scratch"), network("pytorch").double()
    theirs.load_state_dict(to_torch(ours.state_dict()))
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(20):
        x, upstream = rng.normal(size=(7, 5)), rng.normal(size=(7, 4))
        theirs_x = torch.from_numpy(x).requires_grad_()
        y, theirs_y = ours(x), theirs(theirs_x)
        assert_same(y, theirs_y, atol=1e-13)
        optimizer.zero_grad()
        theirs_y.backward(torch.from_numpy(upstream))
        assert_same(ours.backward(upstream), theirs_x.grad, atol=1e-12)
        assert_same(ours.gradients(), {k: p.grad for k, p in theirs.named_parameters()}, atol=1e-12)
        optimizer.step()
        step(ours)
    assert_same(ours.state_dict(), dict(theirs.state_dict()), atol=1e-12)


@pytest.mark.parametrize("training", [True, False])
def test_every_parameter_against_differences(training):
    model = network("scratch").train(training)
    x, upstream = rng.normal(size=(6, 5)), rng.normal(size=(6, 4))
    model(x)
    x_grad = model.backward(upstream)
    state, grads = model.state_dict(), model.gradients()
    assert grads.keys() == model.parameters().keys()

    def loss(name, value):
        model.load_state_dict(state | {name: value})
        return (upstream * model(x)).sum()

    for name, grad in grads.items():
        if name != "0.bias" or not training:  # batch norm takes it away again: its gradient is 0 but for rounding
            assert gradcheck(lambda v, n=name: loss(n, v), lambda _, g=grad: g, state[name]) < 1e-6, name
    model.load_state_dict(state)
    assert gradcheck(lambda v: (upstream * model(v)).sum(), lambda _: x_grad, x) < 1e-6


def test_a_bias_before_batch_norm_learns_nothing():
    model = network("scratch")
    model(rng.normal(size=(6, 5)))
    model.backward(rng.normal(size=(6, 4)))
    np.testing.assert_allclose(model.gradients()["0.bias"], 0, atol=1e-15)


def test_parameters_are_the_arrays_themselves_and_a_state_dict_is_a_copy():
    model = models.sequential(layers.Linear(2, 2))
    state = model.state_dict()
    model.parameters()["0.weight"][:] = 7
    assert (model(np.ones((1, 2))) - model.parameters()["0.bias"]).tolist() == [[14, 14]]
    assert not (state["0.weight"] == 7).any()


def test_arrays_that_were_taken_out_stay_the_models_own_after_loading():
    model = models.sequential(layers.Linear(2, 2), models.sequential(layers.BatchNorm1d(2)))
    mine = model.parameters()
    model.load_state_dict({name: array + 1 for name, array in model.state_dict().items()})
    mine["0.weight"][:], mine["1.0.weight"][:] = 7, 9
    assert (model.parameters()["0.weight"] == 7).all() and (model.parameters()["1.0.weight"] == 9).all()
    assert (model.state_dict()["1.0.running_mean"] == 1).all() and model.state_dict()["1.0.num_batches_tracked"] == 1


TANH = layers.Tanh()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([[layers.Linear(2, 2)]], "layers must be layers: got a list, need one layer after the other: Linear(…)"),
        ([layers.Linear(2, 2), np.tanh], "layers must be layers: got a ufunc"),
        (
            [TANH, layers.Linear(2, 2), TANH],
            "layers must be different objects: got one Tanh twice, need a layer of its",
        ),
        ([TANH, models.sequential(TANH)], "layers must be different objects: got one Tanh twice"),
    ],
)
def test_a_row_that_is_none_is_named(row, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        models.sequential(*row)


def test_train_and_eval_reach_every_layer():
    model = network("scratch").eval()
    flat = [*model.layers, *model.layers[3].layers]
    assert not any(layer.training for layer in flat)
    assert all(layer.training for layer in (model.train(), *flat))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"0.weight": None}, "state must hold the names of this model: got a difference in 0.weight, need 0.weight,"),
        ({"9.weight": np.ones(1)}, "state must hold the names of this model: got a difference in 9.weight"),
        ({"0.bias": np.ones(3)}, "state['0.bias'] must fit the model: got shape (3,), need shape (2,)"),
    ],
)
def test_a_state_that_does_not_fit_is_named(change, message):
    model = models.sequential(layers.Linear(2, 2))
    state = {k: v for k, v in (model.state_dict() | change).items() if v is not None}
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        model.load_state_dict(state)


# ── The training loop ──


def batches(room="scratch"):
    draw = np.random.default_rng(1)
    found = [(draw.normal(size=(n, 5)), draw.integers(0, 4, n)) for n in (7, 7, 3)]
    return [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in found] if room == "pytorch" else found


def test_fit_ends_with_the_weights_that_torch_ends_with():
    """Batch norm at work: the losses, the parameters and the running statistics."""
    ours, theirs = network("scratch").eval(), network("pytorch").double().eval()
    theirs.load_state_dict(to_torch(ours.state_dict()))
    fits = [models.fit, dlbook.pytorch.models.fit]
    assert inspect.signature(fits[0]) == inspect.signature(fits[1])
    assert_same(fits[0](ours, batches(), 5, 0.2), fits[1](theirs, batches("pytorch"), 5, 0.2), atol=1e-13)
    assert_same(ours.state_dict(), dict(theirs.state_dict()), atol=1e-12)
    assert ours.training and theirs.training


def test_fit_does_what_torch_optim_does():
    model = models.sequential(layers.Linear(5, 4))
    weight, bias = (torch.from_numpy(array.copy()).requires_grad_() for array in model.parameters().values())
    optimizer, seen = torch.optim.SGD([weight, bias], lr=0.3), []
    for x, y in batches("pytorch") * 3:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(x @ weight.T + bias, y)
        loss.backward()
        optimizer.step()
        seen.append(loss.detach())
    assert_same(models.fit(model, batches(), epochs=3, lr=0.3), torch.stack(seen), atol=1e-14)
    assert_same(model.parameters(), {"0.weight": weight, "0.bias": bias}, atol=1e-14)


def test_fit_comes_to_where_logistic_regression_stands():
    """On classes that overlap: the least cost of a linear model, as scikit-learn finds it without a penalty."""
    draw = np.random.default_rng(0)
    y = draw.integers(0, 3, 90)
    x = draw.normal(size=(90, 2)) + np.array([[0, 1], [1, 0], [-1, 0]])[y]
    model = models.sequential(layers.Linear(2, 3))
    loss = models.fit(model, [(x, y)], epochs=3000, lr=0.5)
    theirs = sklearn.linear_model.LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000).fit(x, y)
    assert loss[-1] == pytest.approx(sklearn.metrics.log_loss(y, theirs.predict_proba(x)), rel=1e-7)
    assert len(loss) == 3000 and loss[-1] < loss[0]


def test_fit_changes_the_models_own_arrays_and_nothing_else():
    model, given = models.sequential(layers.Linear(5, 4)), batches()
    mine, before = model.parameters()["0.weight"], model.state_dict()["0.weight"]
    assert models.fit(model, given, epochs=0).shape == (0,) and np.array_equal(mine, before)
    models.fit(model, given)
    assert mine is model.parameters()["0.weight"] and not np.array_equal(mine, before)
    for (x, y), (same_x, same_y) in zip(given, batches(), strict=True):
        assert np.array_equal(x, same_x) and np.array_equal(y, same_y)


def test_a_float32_model_stays_in_float32():
    model = models.sequential(layers.Linear(5, 4, dtype=np.float32))
    models.fit(model, [(x.astype(np.float32), y) for x, y in batches()], lr=np.float64(0.1))
    assert {array.dtype for array in model.parameters().values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([],), "batches must not be empty: got no batch, need at least one pair (x, y)"),
        (([np.ones(2)],), "batches[0] must be a pair: got a ndarray, need (x, y)"),
        (([(0, 0), (0, 0, 0)],), "batches[1] must be a pair: got a tuple, need (x, y)"),
        (([(0, 0)], 1.5), "epochs must be a whole number: got 1.5, need 0 or more"),
        (([(0, 0)], 1, -1.0), "lr must be a number: got -1.0, need 0 to inf"),
    ],
)
def test_a_loop_that_cannot_run_is_named(room, arguments, message):
    room = getattr(dlbook, room)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        room.models.fit(room.models.sequential(room.layers.Linear(5, 4)), *arguments)


# ── Graphs ──


def graph(room="scratch"):
    """Two inputs, two outputs, a fork, a skip, a join, batch norm, and a tower that both inputs go through."""
    L = getattr(dlbook, room).layers
    tower = resolve(room, "models.sequential")(L.Linear(3, 4), L.BatchNorm1d(4), L.Tanh())
    rows = [
        ("tower", tower, "a"),
        ("again", "tower", "b"),
        ("both", L.Concatenate(), "tower", "again"),
        ("block.fc", L.Linear(8, 8), "both"),
        ("block.relu", L.ReLU(), "block.fc"),
        ("block.sum", L.Add(), "block.relu", "both"),
        ("score", L.Linear(8, 2), "block.sum"),
        ("size", L.Linear(8, 1, bias=False), "block.sum"),
    ]
    return resolve(room, "models.functional")(rows, inputs=("a", "b"), outputs=("score", "size"))


def test_a_graph_computes_and_learns_as_torch_does():
    """Ten steps: both outputs, the gradients of both inputs, of all parameters, and the running statistics."""
    ours, theirs = graph(), graph("pytorch").double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    theirs.load_state_dict(to_torch(ours.state_dict()))
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(10):
        xs, upstream = rng.normal(size=(2, 5, 3)), (rng.normal(size=(5, 2)), rng.normal(size=(5, 1)))
        theirs_xs = [torch.from_numpy(x).requires_grad_() for x in xs]
        theirs_ys = theirs(*theirs_xs)
        assert_same(ours(*xs), theirs_ys, atol=1e-13)
        optimizer.zero_grad()
        torch.autograd.backward(theirs_ys, [torch.from_numpy(u) for u in upstream])
        assert_same(ours.backward(upstream), tuple(x.grad for x in theirs_xs), atol=1e-12)
        assert_same(ours.gradients(), {k: p.grad for k, p in theirs.named_parameters()}, atol=1e-12)
        optimizer.step()
        step(ours)
    assert_same(ours.state_dict(), dict(theirs.state_dict()), atol=1e-12)
    fresh = graph("pytorch").double().eval()
    ours.load_state_dict(to_numpy(fresh.state_dict())).eval()
    assert_same(ours(*xs), fresh(*map(torch.from_numpy, xs)), atol=1e-14)


@pytest.mark.parametrize("training", [True, False])
def test_every_parameter_and_input_of_a_graph_against_differences(training):
    model = graph().train(training)
    xs, upstream = rng.normal(size=(2, 6, 3)), (rng.normal(size=(6, 2)), rng.normal(size=(6, 1)))
    model(*xs)
    x_grads, state, grads = model.backward(upstream), model.state_dict(), model.gradients()
    assert grads.keys() == model.parameters().keys()

    def loss(xs, **changed):
        model.load_state_dict(state | changed)
        return sum((u * y).sum() for u, y in zip(upstream, model(*xs), strict=True))

    for name, grad in grads.items():
        if name != "tower.0.bias" or not training:  # batch norm takes it away again
            f = lambda value, n=name: loss(xs, **{n: value})
            assert gradcheck(f, lambda _, g=grad: g, state[name]) < 1e-6, name
    assert gradcheck(loss, lambda _: np.array(x_grads), xs) < 1e-6


def test_at_a_fork_the_gradients_add():
    """y = 3x + 5x + x by hand, and each place of a graph holds the number that came through it."""
    three, five = layers.Linear(1, 1, bias=False), layers.Linear(1, 1, bias=False)
    three.params["weight"][:], five.params["weight"][:] = 3, 5
    model = models.functional([("three", three, "x"), ("five", five, "x"), ("y", layers.Add(), "three", "five", "x")])
    y, x_grad = model(np.array([[2.0]])), model.backward(np.array([[10.0]]))
    assert (y.item(), x_grad.item()) == (6 + 10 + 2, 30 + 50 + 10)
    assert {name: v.item() for name, v in model.values.items()} == {"x": 2, "three": 6, "five": 10, "y": 18}
    assert {name: u.item() for name, u in model.value_grads.items()} == {"x": 90, "three": 10, "five": 10, "y": 10}


def test_the_gradients_of_a_shared_layer_are_the_sum_of_what_two_layers_of_their_own_would_get():
    left, right = layers.Linear(3, 2), layers.Linear(3, 2)
    shared, own = (
        models.functional([("l", left, "a"), ("r", second, "b"), ("y", layers.Add(), "l", "r")], inputs=("a", "b"))
        for second in ("l", right)
    )
    right.params = {name: array.copy() for name, array in left.params.items()}
    a, b, upstream = rng.normal(size=(3, 4, 3))
    upstream = upstream[:, :2]
    assert list(shared.state_dict()) == ["l.weight", "l.bias"]
    for model in (own, shared):
        assert np.array_equal(model(a, b), own(a, b))
        model.backward(upstream)
    for name in left.params:
        two = own.gradients()
        np.testing.assert_allclose(shared.gradients()[f"l.{name}"], two[f"l.{name}"] + two[f"r.{name}"], rtol=1e-14)


def test_a_graph_of_one_row_after_the_other_is_the_row():
    row = network("scratch")
    names = [f"{i}" for i in range(len(row.layers))]
    chain = models.functional(
        [(n, layer, f"{i - 1}" if i else "x") for i, (n, layer) in enumerate(zip(names, row.layers, strict=True))]
    )
    x, upstream = rng.normal(size=(6, 5)), rng.normal(size=(6, 4))
    y, back, grads = row(x), row.backward(upstream), row.gradients()
    assert np.array_equal(chain(x), y) and np.array_equal(chain.backward(upstream), back)
    assert list(chain.gradients()) == list(grads) and all(
        np.array_equal(chain.gradients()[n], g) for n, g in grads.items()
    )
    assert len(models.fit(chain, batches())) == 3


def test_a_graph_is_a_layer_of_a_graph_and_may_be_shared():
    inner = models.functional([("fc", layers.Linear(3, 3), "x"), ("y", layers.Add(), "fc", "x")])
    model = models.functional(
        [("one", inner, "x"), ("two", "one", "one"), ("out", models.sequential(layers.Linear(3, 1)), "two")]
    )
    x = rng.normal(size=(4, 3))
    model(x)
    x_grad = model.backward(np.ones((4, 1)))
    assert list(model.state_dict()) == ["one.fc.weight", "one.fc.bias", "out.0.weight", "out.0.bias"]
    assert gradcheck(lambda v: model(v).sum(), lambda _: x_grad, x) < 1e-7
    weight, grad = model.parameters()["one.fc.weight"], model.gradients()["one.fc.weight"]
    before = weight.copy()

    def loss(value):
        weight[...] = value
        return model(x).sum()

    assert gradcheck(loss, lambda _: grad, before) < 1e-7


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([], {}, "rows must not be empty: got no row, need at least one (name, layer, *inputs)"),
        ([("a", "fc")], {}, "rows[0] must be (name, layer, *inputs): got "),
        ([("a", "fc", "x"), ("a", "fc", "a")], {}, "rows[1] must have a name of its own: got 'a', need one beside 'a'"),
        ([("x", "fc", "x")], {}, "rows[0] must have a name of its own: got 'x'"),
        (
            [("a", "fc", "x"), ("a.b", "fc", "a")],
            {},
            "rows[1] must have a name of its own: got 'a.b', need one beside 'a'",
        ),
        ([("a", "fc", "z")], {}, "rows[0] must take what stands above it: got 'z', need one of 'x'"),
        (
            [("a", "fc", "b"), ("b", "fc", "a")],
            {},
            "rows[0] must take what stands above it: got 'b', which is not above it: a cycle, or another order",
        ),
        ([("a", "fc", "a")], {}, "rows[0] must take what stands above it: got 'a', which is not above it: a cycle"),
        ([("a", "c", "x")], {}, "rows[0] must use a layer from above again: got 'c', need one of "),
        (
            [("a", "fc", "x"), ("b", "fc", "x")],
            {},
            "rows must all lead to an output: got a that nothing takes, need no loose",
        ),
        ([("a", "fc", "x")], {"inputs": ("x", "y")}, "rows must all lead to an output: got y that nothing takes"),
        (
            [("a", "fc", "x")],
            {"outputs": "b"},
            "outputs must name what the model computes: got 'b', need one of 'x', 'a'",
        ),
        ([("a", np.tanh, "x")], {}, "rows must hold layers: got a ufunc, need "),
        ([("a", "same", "x"), ("b", "same", "a")], {}, "rows must be different objects: got one Linear twice, need "),
    ],
)
def test_a_graph_that_is_none_is_named(room, rows, options, message):
    fc = lambda: getattr(dlbook, room).layers.Linear(2, 2)
    same = fc()
    made = {"fc": fc, "same": lambda: same}
    rows = [tuple(made[part]() if k == 1 and part in made else part for k, part in enumerate(row)) for row in rows]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        resolve(room, "models.functional")(rows, **options)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("join", "shapes", "message"),
    [
        ("Add", [(2, 3), (2, 1)], "xs[1] must have the shape of xs[0]: got shape (2, 1), need shape (2, 3)"),
        ("Add", [(2, 3)], "xs must be two or more: got 1, need the ends of two branches"),
        (
            "Concatenate",
            [(2, 3), (2, 5), (1, 3)],
            "xs[2] must fit beside xs[0]: got shape (1, 3), need shape (2, 3) but for dimension 1",
        ),
        ("Concatenate", [(2, 3), (2, 3, 1)], "xs[1] must fit beside xs[0]: got shape (2, 3, 1)"),
        ("Concatenate", [(2,), (2,)], "dim must be an axis of xs: got 1 for shape (2,), need -1 to 0"),
    ],
)
def test_branches_that_do_not_meet_are_named(room, join, shapes, message):
    xs = [np.ones(shape) for shape in shapes]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).layers, join)()(*(map(torch.from_numpy, xs) if room == "pytorch" else xs))


def test_a_graph_says_how_many_inputs_and_gradients_it_takes():
    model = graph()
    with pytest.raises(ValueError, match=re.escape("xs must be 2: got 1, need a, b")):
        model(np.ones((2, 3)))
    model(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match=re.escape("upstream must be 2: got 1, need score, size")):
        model.backward(np.ones((2, 2)))
    with pytest.raises(ValueError, match="backward must follow a forward pass"):
        graph().backward((np.ones((2, 2)), np.ones((2, 1))))


def test_a_name_that_torch_has_taken_is_named():
    with pytest.raises(
        ValueError, match="^rows must leave nn.Module its names: got 'train', need another name than 'train'"
    ):
        dlbook.pytorch.models.functional([("train", torch.nn.Linear(2, 2), "x")])
