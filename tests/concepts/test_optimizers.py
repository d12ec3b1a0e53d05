"""Optimizers: each twin, and the NumPy step alone, walks as torch.optim does; groups, laws, bad input."""

import itertools
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import optimizers, schedules

rng = np.random.default_rng(0)
THETA = np.array([[3.0, -2.0, 0.5], [1e-8, 0.0, -40.0]])
NASTY = np.array([[1000.0, -1000.0, 0.0], [1e-8, 1e-8, -1.0]])  # with a tie and a zero
SWITCHES = {  # every option that changes the numbers, off and on
    "sgd": {"weight_decay": (0.0, 0.1), "maximize": (False, True)},
    "momentum": {
        "momentum": (0.0, 0.9),
        "dampening": (0.0, 0.3),
        "nesterov": (False, True),
        "weight_decay": (0.0, 0.1),
        "maximize": (False, True),
    },
    "adagrad": {
        "lr_decay": (0.0, 0.05),
        "weight_decay": (0.0, 0.1),
        "initial_accumulator_value": (0.0, 0.1),
        "eps": (1e-10, 1e-3),
        "maximize": (False, True),
    },
    "rmsprop": {
        "alpha": (0.99, 0.5),
        "eps": (1e-8, 1e-3),
        "weight_decay": (0.0, 0.1),
        "momentum": (0.0, 0.9),
        "centered": (False, True),
        "maximize": (False, True),
    },
    "adam": {
        "betas": ((0.9, 0.999), (0.0, 0.5)),
        "eps": (1e-8, 1e-3),
        "weight_decay": (0.0, 0.1),
        "amsgrad": (False, True),
        "maximize": (False, True),
    },
}
SWITCHES["adamw"] = SWITCHES["adam"]
CLASSES = {
    "sgd": "SGD", "momentum": "SGD", "adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW",
}  # fmt: skip


def combinations(name):
    """Every combination of the options of `name` that torch accepts."""
    for values in itertools.product(*SWITCHES[name].values()):
        options = dict(zip(SWITCHES[name], values, strict=True))
        if not (options.get("nesterov") and (options["momentum"] == 0 or options["dampening"])):
            yield options


EVERY = [(name, options) for name in SWITCHES for options in combinations(name)]


def gradients(shape=THETA.shape, steps=100):
    """A fixed sequence: noise around a direction, with a zero in every step."""
    noise = np.random.default_rng(7).normal(size=(steps, *shape)) + 0.3
    noise[..., -1] *= np.arange(steps).reshape(-1, *[1] * (len(shape) - 1)) % 3 > 0
    return noise


def walk(step, theta, grads, **options):
    """The points after each step, (T, …), and the last state."""
    points, state = [], None
    for grad in grads:
        theta, state = step(theta, grad, state, **options)
        points.append(theta)
    return np.stack(points), state


def torchs_walk(name, theta, grads, **options):
    """The same by torch.optim itself, one optimizer from beginning to end."""
    theta = torch.from_numpy(theta.copy())
    optimizer, points = getattr(torch.optim, CLASSES[name])([theta], **options), []
    for grad in grads:
        theta.grad = torch.from_numpy(grad)
        optimizer.step()
        points.append(theta.numpy().copy())
    return np.stack(points), optimizer.state[theta]


# ── torch.optim is the oracle ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "options"), EVERY, ids=str)
def test_a_hundred_steps_of_torch_optim(name, options):
    ours, state = walk(getattr(optimizers, name), THETA, gradients(), lr=0.02, **options)
    theirs, memory = torchs_walk(name, THETA, gradients(), lr=0.02, **options)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-14)
    assert state.keys() == memory.keys()
    for key in state:
        np.testing.assert_allclose(state[key], memory[key].numpy(), rtol=1e-10, atol=1e-14, err_msg=key)


@pytest.mark.parametrize(("name", "options"), EVERY, ids=str)
def test_a_hundred_steps_of_torch_optim_in_float32(name, options):
    theta, grads = THETA.astype(np.float32), gradients().astype(np.float32)
    ours, state = walk(getattr(optimizers, name), theta, grads, lr=np.float64(0.02), **options)
    theirs, _ = torchs_walk(name, theta, grads, lr=0.02, **options)
    assert ours.dtype == np.float32 and {value.dtype for value in state.values()} <= {np.dtype(np.float32)}
    loose = 2e-3 if options.get("centered") else 2e-4  # the variance is a difference of two means
    np.testing.assert_allclose(ours, theirs, rtol=loose, atol=loose)


@pytest.mark.parametrize("name", SWITCHES)
@given(data=st.data())
def test_any_options_follow_torch_optim(name, data):
    share, small = st.floats(0, 0.99), st.floats(0, 0.5)
    options = {key: data.draw(share if key in ("momentum", "dampening", "alpha") else small) for key in SWITCHES[name]}
    options |= {key: data.draw(st.booleans()) for key in options if isinstance(SWITCHES[name][key][0], bool)}
    options["lr"] = data.draw(st.floats(1e-6, 0.1))
    if "eps" in options:
        options["eps"] = data.draw(st.floats(1e-6, 1e-2))
    if "betas" in options:
        options["betas"] = (data.draw(share), data.draw(share))
    if options.get("nesterov"):
        options |= {"momentum": max(options["momentum"], 0.01), "dampening": 0.0}
    if options.get("centered"):  # α near 0 leaves a variance of nothing but rounding
        options["alpha"] = max(options["alpha"], 0.2)
    ours, _ = walk(getattr(optimizers, name), THETA, gradients(steps=30), **options)
    theirs, _ = torchs_walk(name, THETA, gradients(steps=30), **options)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_descending_with_torchs_own_gradients():
    """On a cost, where each gradient depends on every step before: errors would grow."""
    for name in SWITCHES:
        theta, state = np.array([-1.2, 1.0]), None
        tensor = torch.tensor(theta, requires_grad=True)
        optimizer = getattr(torch.optim, CLASSES[name])([tensor], lr=1e-3, **MOMENTUM[name])
        for _ in range(100):
            x, y = theta
            grad = np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])
            theta, state = getattr(optimizers, name)(theta, grad, state, lr=1e-3, **MOMENTUM[name])
            optimizer.zero_grad()
            ((1 - tensor[0]) ** 2 + 100 * (tensor[1] - tensor[0] ** 2) ** 2).backward()
            optimizer.step()
            np.testing.assert_allclose(theta, tensor.detach().numpy(), rtol=1e-10)


MOMENTUM = {name: {"momentum": 0.9} if name == "momentum" else {} for name in SWITCHES}


# ── The twins ────────────────────────────────────────────────────────────────────────────────────────────────────────

CASES = [
    ("optimizers.sgd", {}), ("optimizers.sgd", {"weight_decay": 0.1}), ("optimizers.momentum", {"nesterov": True}),
    ("optimizers.momentum", {"dampening": 0.5}), ("optimizers.momentum", {"momentum": 0.0}),
    ("optimizers.adagrad", {}), ("optimizers.adagrad", {"initial_accumulator_value": 0.1, "lr_decay": 0.1}),
    ("optimizers.rmsprop", {}), ("optimizers.rmsprop", {"momentum": 0.9, "centered": True}),
    ("optimizers.adam", {}), ("optimizers.adam", {"amsgrad": True, "weight_decay": 0.1}), ("optimizers.adamw", {}),
]  # fmt: skip


@pytest.mark.parametrize(("concept_id", "options"), CASES, ids=str)
def test_twins(concept_id, options):
    for theta, grad in (
        (THETA, NASTY),
        (THETA.T, NASTY.T),
        (THETA[:, ::-1], NASTY[:, ::-1]),
        (np.array([1e-12]), np.array([-1000.0])),
        (np.array(2.0), np.array(-3.0)),
        (np.array([1, 2, 3]), np.array([0, -1, 1000])),
    ):
        first, state = assert_twins_agree(concept_id, theta, grad, **options)
        assert_twins_agree(concept_id, first, grad / 2, state, atol=1e-16, **options)
    low = assert_twins_agree(
        concept_id, THETA.astype(np.float32), NASTY, None, lr=np.float64(0.1), rtol=1e-5, atol=1e-7, **options
    )
    assert low[0].dtype == np.float32


@pytest.mark.parametrize(("concept_id", "options"), [c for c in CASES if "centered" not in c[1]], ids=str)
def test_twins_let_through_what_is_not_finite(concept_id, options):
    """One step: from the second on, torch's m + (1 − β)(g − m) makes a NaN of an infinite mean, a sum does not."""
    assert_twins_agree(concept_id, THETA, np.full(THETA.shape, 1e200), **options)  # g² overflows
    assert_twins_agree(concept_id, THETA, np.array([[np.inf, -np.inf, np.nan]] * 2), **options)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("concept_id", "options"), CASES, ids=str)
def test_nothing_handed_in_is_written_to(concept_id, options, room):
    step = getattr(getattr(dlbook, room).optimizers, concept_id.partition(".")[2])
    new = (lambda x: x.copy()) if room == "scratch" else (lambda x: torch.from_numpy(x.copy()))
    theta, grad = new(THETA), new(NASTY)
    after, state = step(theta, grad, **options)
    before = {key: np.asarray(value).copy() for key, value in state.items()}
    grad += 1  # the caller uses its array again
    again = step(after, grad, state, **options)[0]
    assert np.array_equal(theta, THETA) and np.array_equal(step(after, grad, state, **options)[0], again)
    assert all(np.array_equal(state[key], value) for key, value in before.items())


def test_torchs_tensor_is_left_alone():
    theta = torch.ones(3, requires_grad=True)
    after, state = dlbook.pytorch.optimizers.adam(theta, torch.ones(3), {})
    assert theta.grad is None and not after.requires_grad and theta.tolist() == [1, 1, 1] and state["step"] == 1


def test_a_torch_optimizer_goes_on_from_our_state():
    grads = gradients(steps=20)
    theta, state = walk(optimizers.adam, THETA, grads[:10], lr=0.1)
    tensor = torch.from_numpy(theta[-1].copy())
    optimizer = torch.optim.Adam([tensor], lr=0.1)
    optimizer.state[tensor] = {key: torch.from_numpy(np.array(value)) for key, value in state.items()}
    for grad in grads[10:]:
        tensor.grad = torch.from_numpy(grad)
        optimizer.step()
    np.testing.assert_allclose(tensor, walk(optimizers.adam, THETA, grads, lr=0.1)[0][-1], rtol=1e-12)


# ── Laws and closed forms ────────────────────────────────────────────────────────────────────────────────────────────


@given(scale=st.floats(1e-3, 1e3))
def test_adam_does_not_see_the_scale_of_the_cost(scale):
    for step in (optimizers.adam, optimizers.rmsprop, optimizers.adagrad):
        plain, scaled = (walk(step, THETA, c * gradients(steps=20), lr=0.1, eps=0)[0] for c in (1, scale))
        np.testing.assert_allclose(plain[:, 0, :2], scaled[:, 0, :2], rtol=1e-10)  # the last entry has zero gradients


@given(factor=st.floats(1e-3, 1e3))
def test_plain_steps_scale_with_the_cost(factor):
    for step in (optimizers.sgd, optimizers.momentum):
        plain, scaled = (walk(step, THETA, c * gradients(steps=20), lr=0.1 / c)[0] for c in (1, factor))
        np.testing.assert_allclose(plain, scaled, rtol=1e-10, atol=1e-12)


def test_the_first_step_of_adam_has_the_length_of_the_learning_rate():
    after, _ = optimizers.adam(np.zeros(3), [1e-4, -3.0, 1e5], lr=0.1, eps=0)
    np.testing.assert_allclose(after, [-0.1, 0.1, -0.1], rtol=1e-12)


def test_momentum_reaches_its_terminal_speed():
    points, _ = walk(optimizers.momentum, np.zeros(1), np.ones((400, 1)), lr=0.1, momentum=0.9)
    assert points[-2, 0] - points[-1, 0] == pytest.approx(0.1 / (1 - 0.9), rel=1e-10)


def test_adagrad_dies_like_one_over_the_root_of_t():
    points, _ = walk(optimizers.adagrad, np.zeros(1), np.ones((100, 1)), lr=0.5)
    steps = -np.diff(points[:, 0], prepend=0.0)
    np.testing.assert_allclose(steps, 0.5 / np.sqrt(np.arange(1, 101)), rtol=1e-8)


@given(decay=st.floats(0, 5))
def test_adamw_shrinks_what_has_no_gradient_by_one_factor(decay):
    after, _ = optimizers.adamw(THETA, np.zeros_like(THETA), lr=0.1, weight_decay=decay)
    np.testing.assert_allclose(after, THETA * (1 - 0.1 * decay), rtol=1e-14)


def test_maximize_is_descent_on_the_negative():
    for name in SWITCHES:
        up, _ = walk(getattr(optimizers, name), THETA, gradients(), maximize=True)
        down, _ = walk(getattr(optimizers, name), THETA, -gradients())
        assert np.array_equal(up, down)


def test_without_eps_zero_over_zero_is_nan():
    assert np.isnan(optimizers.adam([1.0], [0.0], eps=0)[0]).all()
    assert_twins_agree("optimizers.adam", np.array([1.0]), np.array([0.0]), eps=0.0)


# ── Many parameters ──────────────────────────────────────────────────────────────────────────────────────────────────

GROUPS = ({"params": ["bias"], "weight_decay": 0.0, "lr": 0.05},)


def model():
    return {"weight": THETA, "bias": np.array([0.5, -0.5]), "frozen": np.ones(2)}


def torchs_groups(schedulers=lambda optimizer: (), **rate):
    """torch.optim.AdamW with a group of its own for the bias, twenty steps; `schedulers` step after each."""
    params = {name: torch.from_numpy(value.copy()) for name, value in model().items()}
    groups = [{"params": [params["weight"], params["frozen"]]}, {**GROUPS[0], "params": [params["bias"]]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.2, **rate)
    running = schedulers(optimizer)
    for grads in model_gradients():
        for name, grad in grads.items():
            params[name].grad = torch.from_numpy(grad)
        optimizer.step()
        for scheduler in running:
            scheduler.step()
    return params


def model_gradients():
    return [{"weight": w, "bias": b} for w, b in zip(gradients(steps=20), gradients((2,), 20), strict=True)]


def test_step_all_follows_torchs_parameter_groups():
    def tensors(arrays):
        return {name: torch.from_numpy(value) for name, value in arrays.items()}

    for family, converted in ((optimizers, dict), (dlbook.pytorch.optimizers, tensors)):
        params, states = converted(model()), None
        for grads in model_gradients():
            params, states = family.step_all(
                family.adamw, params, converted(grads), states, GROUPS, lr=0.1, weight_decay=0.2
            )
        assert states.keys() == {"weight", "bias"}
        for name, expected in torchs_groups(lr=0.1).items():
            np.testing.assert_allclose(np.asarray(params[name]), np.asarray(expected), rtol=1e-10, atol=1e-14)


def test_the_class_is_step_all_with_a_memory():
    optimizer, params, states = optimizers.Optimizer(optimizers.adam, model(), GROUPS, lr=0.1), model(), None
    for grads in model_gradients():
        params, states = optimizers.step_all(optimizers.adam, params, grads, states, GROUPS, lr=0.1)
        assert optimizer.step(grads) is optimizer.params
    assert all(np.array_equal(optimizer.params[name], params[name]) for name in params)
    assert np.array_equal(model()["weight"], THETA)


@pytest.mark.parametrize("options", [{"lr": 0.1}, {}], ids=str)
def test_a_schedule_reaches_the_rate_of_every_group_as_in_torch(options):
    def schedulers(optimizer):
        schedule = torch.optim.lr_scheduler
        return schedule.LinearLR(optimizer, 0.1, total_iters=5), schedule.CosineAnnealingLR(optimizer, 20)

    expected = torchs_groups(schedulers, **options)
    optimizer = optimizers.Optimizer(optimizers.adamw, model(), GROUPS, weight_decay=0.2, **options)
    for t, grads in enumerate(model_gradients()):
        optimizer.scale(schedules.warmup(t, 1.0, 0.1) * schedules.cosine(t, 1.0, 20))
        optimizer.step(grads)
    for name, value in expected.items():
        np.testing.assert_allclose(optimizer.params[name], value.numpy(), rtol=1e-10, atol=1e-14)


def test_the_class_looks_at_its_groups_and_its_factor():
    with pytest.raises(ValueError, match="^groups must name parameters: got 'w'"):
        optimizers.Optimizer(optimizers.sgd, model(), [{"params": ["w"]}])
    with pytest.raises(ValueError, match="^factor must be a number: got -1, need 0 to inf$"):
        optimizers.Optimizer(optimizers.sgd, model()).scale(-1)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
def test_a_parameter_whose_gradient_is_none_stays(room):
    family = getattr(dlbook, room).optimizers
    params, states = family.step_all(family.adam, {"w": 1.0, "b": 2.0}, {"w": None, "b": 1.0}, lr=0.1)
    assert params["w"] == 1.0 and float(params["b"]) == pytest.approx(1.9) and states.keys() == {"b"}


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("grads", "groups", "message"),
    [
        ({"wieght": 1.0}, (), "grads must belong to params: got ['wieght'], need names among ['bias', 'weight']"),
        ({}, [{"params": ["w"]}], "groups must name parameters: got 'w', need names among ['bias', 'weight']"),
        (
            {},
            [{"params": ["bias"]}, {"params": ["bias"]}],
            "groups must name each parameter once: got 'bias' twice, need groups that do not overlap",
        ),
        (
            {},
            [{"lr": 0.1}],
            "groups must list parameters under 'params': got only ['lr'], need a list of names, as ['bias']",
        ),
        (
            {},
            [{"params": "bias"}],
            "groups must list parameters under 'params': got 'bias', need a list of names, as ['bias']",
        ),
    ],
)
def test_bad_groups_are_named(room, grads, groups, message):
    family = getattr(dlbook, room).optimizers
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        family.step_all(family.sgd, {"weight": 1.0, "bias": 1.0}, grads, None, groups)


# ── Bad input ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("sgd", {"lr": -0.1}, "lr must be a number: got -0.1, need 0 to inf"),
        ("momentum", {"momentum": np.nan}, "momentum must be a number: got nan, need 0 to inf"),
        ("momentum", {"dampening": "0"}, "dampening must be a number: got '0', need -inf to inf"),
        (
            "momentum",
            {"nesterov": True, "dampening": 0.5},
            "nesterov must have a momentum and no dampening: got 0.9 and 0.5, need > 0 and 0",
        ),
        ("adagrad", {"initial_accumulator_value": -1.0}, "initial_accumulator_value must be a number: got -1.0"),
        ("rmsprop", {"alpha": 1.5}, "alpha must be a number: got 1.5, need 0 to 1"),
        ("adam", {"betas": (0.9, 1.0)}, "betas[1] must be at least 0 and below 1: got 1.0, need such a number"),
        ("adam", {"betas": ("0.9", 0.99)}, "betas[0] must be at least 0 and below 1: got '0.9', need such a number"),
        ("sgd", {"theta": [1j, 2.0]}, "theta must be real: got complex numbers, need floats or integers"),
        ("adam", {"grad": [1j, 2.0]}, "grad must be real: got complex numbers, need floats or integers"),
        ("adamw", {"betas": 0.9}, "betas must be two numbers: got 0.9, need (beta1, beta2)"),
        ("adamw", {"eps": -1e-8}, "eps must be a number: got -1e-08, need 0 to inf"),
        ("sgd", {"theta": [], "grad": []}, "theta must not be empty: got shape (0,), need at least one number"),
        ("adamw", {"grad": [1.0]}, "grad must have the shape of theta: got shape (1,), need shape (2,)"),
        ("adam", {"state": {"step": np.float32(1)}}, "state must hold 'exp_avg': got ['step'], need what this step"),
        (
            "momentum",
            {"state": {"momentum_buffer": np.zeros(3)}},
            "state must fit theta: got 'momentum_buffer' of shape (3,), need shape (2,)",
        ),
    ],
)
def test_bad_input_is_named(room, name, change, message):
    make = np.asarray if room == "scratch" else torch.tensor
    given = {"theta": [1.0, 2.0], "grad": [1.0, 1.0]} | change
    given |= {key: make(given[key]) for key in ("theta", "grad")}
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).optimizers, name)(**given)
