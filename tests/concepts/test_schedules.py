"""Schedules: each twin runs torch's scheduler; closed forms, the plateau's rule epoch by epoch, bad input."""

import itertools
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import schedules

EPOCHS = np.arange(130)
CASES = [
    ("schedules.step", {"step_size": 30}),
    ("schedules.step", {"step_size": 1, "gamma": 0.97}),
    ("schedules.step", {"step_size": 7, "gamma": 1.0}),
    ("schedules.exponential", {"gamma": 0.9}),
    ("schedules.exponential", {"gamma": 0.0}),
    ("schedules.exponential", {"gamma": 1.02}),  # upwards, as in a test of learning rates
    ("schedules.step", {"step_size": 40, "gamma": 2.0}),
    ("schedules.cosine", {"T_max": 50}),  # past its bottom, and up again
    ("schedules.cosine", {"T_max": 129, "eta_min": 0.003}),
    ("schedules.cosine", {"T_max": 1}),
    ("schedules.cosine", {"T_max": 40, "eta_min": 0.5}),  # upwards first
    ("schedules.warmup", {}),
    ("schedules.warmup", {"start_factor": 1e-3, "total_iters": 100}),
    ("schedules.warmup", {"start_factor": 0.5, "end_factor": 0.0, "total_iters": 1}),
]


@pytest.mark.parametrize(("concept_id", "options"), CASES, ids=str)
def test_twins_follow_torchs_scheduler(concept_id, options):
    # torch multiplies epoch by epoch: near zero its rounding stays behind
    for epoch in (EPOCHS, EPOCHS[::-7], EPOCHS.reshape(2, 65).T, np.array([3.0]), 0, 12, np.array(99)):
        rate = assert_twins_agree(concept_id, epoch, 0.1, atol=1e-15, **options)
        assert rate.shape == np.shape(epoch) and rate.dtype == np.float64


def test_options_may_be_arrays_of_shape_nothing():
    for concept_id, options in CASES:
        number = {key: np.array(value) if isinstance(value, float) else value for key, value in options.items()}
        rate = assert_twins_agree(concept_id, EPOCHS, np.array(0.1), atol=1e-15, **number)
        np.testing.assert_array_equal(rate, getattr(schedules, concept_id[10:])(EPOCHS, 0.1, **options))


def torchs_chain(chain, parts, epochs, lr=0.1):
    """The rates of torch's schedulers put together by torch."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
    scheduler, rates = chain([part(optimizer) for part in parts]), []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return np.array(rates)


def parts(eta_min=0.0):
    return (
        lambda optimizer: lr_scheduler.LinearLR(optimizer, 0.1, total_iters=5),
        lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, 30, eta_min=eta_min),
    )


def test_a_product_of_schedules_is_torchs_chain_while_eta_min_is_zero():
    t = np.arange(30)
    product = schedules.warmup(t, 1.0, 0.1) * schedules.cosine(t, 0.1, 30)
    np.testing.assert_allclose(
        product, torchs_chain(lr_scheduler.ChainedScheduler, parts(), 30), rtol=1e-10, atol=1e-15
    )
    factors = schedules.step(t, 1.0, 7, 0.5) * schedules.exponential(t, 0.1, 0.9)
    steps = (lambda o: lr_scheduler.StepLR(o, 7, 0.5), lambda o: lr_scheduler.ExponentialLR(o, 0.9))
    np.testing.assert_allclose(factors, torchs_chain(lr_scheduler.ChainedScheduler, steps, 30), rtol=1e-10)
    lifted = schedules.warmup(t, 1.0, 0.1) * schedules.cosine(t, 0.1, 30, 0.01)
    apart = np.abs(lifted - torchs_chain(lr_scheduler.ChainedScheduler, parts(0.01), 30)).max()
    assert apart > 1e-4, "with a least rate torch's recursion is no product"


def test_one_schedule_after_the_other_is_torchs_sequence_and_no_product():
    t = np.arange(30)
    one_after = np.where(t < 5, schedules.warmup(t, 0.1, 0.1), schedules.cosine(np.maximum(t - 5, 0), 0.1, 30))
    sequence = torchs_chain(
        lambda both: lr_scheduler.SequentialLR(both[0].optimizer, both, milestones=[5]), parts(), 30
    )
    np.testing.assert_allclose(one_after, sequence, rtol=1e-10, atol=1e-15)
    assert np.abs(schedules.warmup(t, 1.0, 0.1) * schedules.cosine(t, 0.1, 30) - sequence).max() > 1e-3


def test_the_values_a_reader_can_check():
    assert schedules.step([0, 29, 30, 60], 1.0, 30).tolist() == pytest.approx([1, 1, 0.1, 0.01])
    assert schedules.exponential([0, 1, 3], 1.0, 0.5).tolist() == [1, 0.5, 0.125]
    assert schedules.cosine([0, 5, 10, 20], 1.0, 10, eta_min=0.2).tolist() == pytest.approx([1, 0.6, 0.2, 1])
    assert schedules.warmup([0, 2, 4, 9], 1.0, 0.5, total_iters=4).tolist() == [0.5, 0.75, 1, 1]


@given(lr=st.floats(1e-6, 10), gamma=st.floats(0, 1), epoch=st.integers(0, 200), scale=st.floats(0.1, 10))
def test_laws(lr, gamma, epoch, scale):
    exponential = schedules.exponential(epoch, lr, gamma)
    assert schedules.step(epoch, lr, 1, gamma) == pytest.approx(exponential, rel=1e-12, abs=1e-300)
    for rate in (
        lambda eta: schedules.step(epoch, eta, 5, gamma),
        lambda eta: schedules.cosine(epoch, eta, 50),
        lambda eta: schedules.warmup(epoch, eta),
    ):
        assert rate(scale * lr) == pytest.approx(scale * rate(lr), rel=1e-12, abs=1e-15)  # the shape is not the size
        assert 0 <= rate(lr) <= lr * (1 + 1e-15)
    assert schedules.cosine(100 - epoch % 100, lr, 100) + schedules.cosine(epoch % 100, lr, 100) == pytest.approx(lr)


# ── The plateau ──────────────────────────────────────────────────────────────────────────────────────────────────────

METRICS = [1.0, 0.5, 0.50001, 0.49999, 0.5, 0.7, 0.2, 0.19, 0.19, 0.19, 0.19, np.nan, 0.3, 0.1, 0.1, 0.1, 0.1, -1, -1.1]
OPTIONS = [
    {"mode": mode, "threshold_mode": kind, "patience": patience, "cooldown": cooldown, **more}
    for mode, kind, patience, cooldown, more in itertools.product(
        ("min", "max"),
        ("rel", "abs"),
        (0, 2),
        (0, 3),
        ({}, {"threshold": 0.05, "factor": 0.5}, {"threshold": 1.0, "min_lr": 0.02}, {"eps": 0.05, "factor": 0.7}),
    )
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_plateau_twins(options):
    lr, state = 0.1, None
    for metric in METRICS:
        lr, state = assert_twins_agree("schedules.reduce_on_plateau", lr, metric, state, rtol=1e-12, **options)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_whole_run_of_torchs_plateau(options):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler, lr, state = lr_scheduler.ReduceLROnPlateau(optimizer, **options), 0.1, None
    for metric in METRICS * 3:
        lr, state = schedules.reduce_on_plateau(lr, metric, state, **options)
        scheduler.step(metric)
        assert lr == pytest.approx(scheduler.get_last_lr()[0], rel=1e-12)
        assert {key: getattr(scheduler, key) for key in state} == state


@given(
    metrics=st.lists(st.floats(-10, 10), max_size=40), factor=st.floats(0, 0.99), threshold=st.floats(0, 2),
    patience=st.integers(0, 4), cooldown=st.integers(0, 4), min_lr=st.floats(0, 0.2), eps=st.floats(0, 0.1),
    mode=st.sampled_from(["min", "max"]), threshold_mode=st.sampled_from(["rel", "abs"]),
)  # fmt: skip
def test_any_options_follow_torchs_plateau(metrics, **options):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler, lr, state = lr_scheduler.ReduceLROnPlateau(optimizer, **options), 0.1, None
    for metric in metrics:
        lr, state = schedules.reduce_on_plateau(lr, metric, state, **options)
        scheduler.step(metric)
        assert lr == scheduler.get_last_lr()[0]


def test_the_rate_falls_after_one_epoch_more_than_the_patience():
    lr, state, rates = 1.0, None, []
    for metric in [5.0] * 8:
        lr, state = schedules.reduce_on_plateau(lr, metric, state, patience=2, factor=0.5)
        rates.append(float(lr))
    assert rates == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25]  # the first 5.0 is the best so far, not a bad epoch


def test_the_state_is_left_alone():
    _, state = schedules.reduce_on_plateau(1.0, 5.0)
    before = dict(state)
    schedules.reduce_on_plateau(1.0, 6.0, state)
    assert state == before


# ── Bad input ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("step", ([0, 1], -0.1, 2), "lr must be a number: got -0.1, need 0 to inf"),
        ("step", ([0, 1], 0.1, 2.5), "step_size must be a whole number: got 2.5, need 1 or more"),
        ("exponential", ([0.5], 0.1, 0.9), "epoch must be whole: got 0.5, need whole numbers from 0 on"),
        ("exponential", ([-1], 0.1, 0.9), "epoch must be whole: got -1, need whole numbers from 0 on"),
        ("exponential", ([1], 0.1, -0.5), "gamma must be a number: got -0.5, need 0 to inf"),
        ("step", ([1], 0.1, 2, "0.5"), "gamma must be a number: got '0.5', need 0 to inf"),
        ("cosine", ([], 0.1, 5), "epoch must not be empty: got shape (0,), need at least one epoch"),
        ("cosine", ([1], 0.1, 0), "T_max must be a whole number: got 0, need 1 or more"),
        ("cosine", ([1], 0.1, 5, -1), "eta_min must be a number: got -1, need 0 to inf"),
        ("warmup", ([1], 0.1, 0), "start_factor must be positive: got 0, need 0 < start_factor <= 1"),
        ("warmup", ([1], 0.1, 0.5, 2.0), "end_factor must be a number: got 2.0, need 0 to 1"),
    ],
)
def test_bad_input_is_named(room, name, args, message):
    make = np.asarray if room == "scratch" else torch.tensor
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        getattr(getattr(dlbook, room).schedules, name)(make(args[0]), *args[1:])


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": -1.0}, "lr must be a number: got -1.0, need 0 to inf"),
        ({"metric": np.ones(2)}, "metric must be one number: got shape (2,), need shape ()"),
        ({"mode": "least"}, "mode must be a known name: got 'least', need one of 'min', 'max'"),
        ({"threshold_mode": "both"}, "threshold_mode must be a known name: got 'both', need one of 'rel', 'abs'"),
        ({"factor": 1.0}, "factor must be at least 0 and below 1: got 1.0, need such a number, as 0.1"),
        ({"patience": -1}, "patience must be a whole number: got -1, need 0 or more"),
        ({"cooldown": 0.5}, "cooldown must be a whole number: got 0.5, need 0 or more"),
        (
            {"state": {"best": 1.0, "num_bad_epochs": 0}},
            "state must hold 'cooldown_counter': got ['best', 'num_bad_epochs'], need what this schedule returned the "
            "last time",
        ),
        ({"min_lr": -1}, "min_lr must be a number: got -1, need 0 to inf"),
    ],
)
def test_a_bad_plateau_is_named(room, options, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        getattr(dlbook, room).schedules.reduce_on_plateau(**{"lr": 0.1, "metric": 1.0} | options)


def test_the_transformers_schedule_climbs_and_falls():
    """The twins follow torch's LambdaLR; its greatest rate stands at step w, and is 1 / √(d w)."""
    for options in ({}, {"d_model": 64, "warmup_steps": 10}, {"warmup_steps": 1}):
        for epoch in (EPOCHS, EPOCHS[::-7], 0, np.array([3.0])):
            assert_twins_agree("schedules.inverse_sqrt", epoch, 1.0, **options)
    rates = schedules.inverse_sqrt(np.arange(50), 1.0, 64, 10)
    assert rates.argmax() == 9 and rates[9] == pytest.approx(1 / np.sqrt(64 * 10))
    np.testing.assert_allclose(np.diff(rates[:10]), rates[0])
    np.testing.assert_allclose(rates[9:] * np.sqrt(np.arange(10, 51)), rates[9] * np.sqrt(10))
    with pytest.raises(ValueError, match="^warmup_steps must be a whole number: got 0, need 1 or more"):
        schedules.inverse_sqrt(1, 1.0, 64, 0)
