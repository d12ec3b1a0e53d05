"""Early stopping: when it stops, what it keeps, and that both rooms' models get their best weights back."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlbook.scratch import layers, models
from dlbook.scratch.callbacks import early_stopping

CONCEPT = "callbacks.early_stopping"


def stops_after(values, **options):
    stop = early_stopping(**options)
    return next((i for i, value in enumerate(values) if stop(value)), None), stop


@pytest.mark.parametrize(
    ("values", "options", "expected", "best"),
    [
        ([3, 2, 1, 1, 1, 1], {"patience": 3}, 5, 2),  # equal is no improvement
        ([3, 2, 1, 0], {"patience": 3}, None, 3),
        ([1.0, 0.95, 0.9, 0.85], {"patience": 2, "min_delta": 0.2}, 2, 0),
        ([0.5, 0.6, 0.7, 0.6, 0.7], {"patience": 2, "mode": "max"}, 4, 2),
        ([math.nan, math.nan], {"patience": 2}, 1, None),  # nothing to go on with
        ([1, math.nan, math.nan], {"patience": 2}, 2, 0),
        ([2, 3, 1, 3, 3], {"patience": 2}, 4, 2),  # an improvement begins the wait anew
        ([1, 2], {"patience": 1}, 1, 0),
    ],
)
def test_when_it_stops(values, options, expected, best):
    epoch, stop = stops_after(values, **options)
    assert (epoch, stop.best_epoch) == (expected, best)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30), st.integers(1, 5))
def test_laws(values, patience):
    epoch, stop = stops_after(values, patience=patience)
    seen = values if epoch is None else values[: epoch + 1]
    assert stop.best == min(seen) and stop.best_epoch == seen.index(min(seen))
    assert epoch is None or epoch - stop.best_epoch == patience
    mirrored, _ = stops_after([-v for v in values], patience=patience, mode="max")
    assert mirrored == epoch


def test_the_best_weights_come_back():
    model, stop = models.sequential(layers.Linear(2, 1, rng=0)), early_stopping(patience=2)
    for loss, value in ((1.0, 1.0), (0.5, 2.0), (0.7, 3.0), (0.8, 4.0)):
        model.parameters()["0.weight"][:] = value
        done = stop(loss, model)
    assert done
    stop.restore(model)
    assert model.parameters()["0.weight"].tolist() == [[2.0, 2.0]]
    model.parameters()["0.weight"][:] = 9.0
    stop.restore(model)
    assert model.parameters()["0.weight"].tolist() == [[2.0, 2.0]], "what is kept is a copy"


def test_the_best_weights_of_a_torch_model_come_back():
    model, stop = torch.nn.Linear(2, 1), early_stopping(patience=1)
    for loss, value in ((0.5, 2.0), (0.7, 3.0)):
        with torch.no_grad():
            model.weight.fill_(value)
        stop(loss, model)
    stop.restore(model)
    assert model.weight.tolist() == [[2.0, 2.0]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patience": 0}, "patience must be a whole number: got 0"),
        ({"min_delta": -1.0}, "min_delta must be a number: got -1.0"),
        ({"mode": "least"}, "mode must be a known name: got 'least'"),
    ],
)
def test_bad_input_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        early_stopping(**options)


@pytest.mark.parametrize("metric", [lambda: np.ones(2), lambda: "0.5", lambda: None, lambda: torch.ones(2), lambda: 1j])
def test_the_metric_is_one_number(metric):
    stop, metric = early_stopping(), metric()
    with pytest.raises(ValueError, match="^metric must be a number: got "):
        stop(metric)
    assert stop.epoch == -1, "what is no metric is no epoch"


@pytest.mark.parametrize("one", [float, np.float32, np.array, int])
def test_one_number_is_kept_as_a_plain_one(one):
    stop = early_stopping(patience=1, min_delta=np.array(0.0))
    assert [stop(one(loss)) for loss in (4, 2, 3)] == [False, False, True]
    assert stop.best == 2 and type(stop.best) is float


def test_a_tensor_with_one_number_is_kept_as_a_plain_one():
    stop = early_stopping(patience=1, min_delta=torch.tensor(0.0))
    assert [stop(torch.tensor(loss)) for loss in (4.0, 2.0, 3.0)] == [False, False, True]
    assert stop.best == 2 and type(stop.best) is float


def test_without_a_model_there_is_nothing_to_restore():
    stop = early_stopping()
    stop(1.0)
    with pytest.raises(ValueError, match="there are no weights to restore"):
        stop.restore(models.sequential(layers.Linear(2, 1)))
    assert np.isfinite(stop.best)


def test_the_defaults_are_those_that_the_page_names():
    """Ten epochs without any improvement, however small, and a patience of one is the least."""
    stop = early_stopping()
    assert [stop(loss) for loss in (1.0, 1.0 - 1e-9, *[1.0] * 10)] == [False] * 11 + [True]
    assert stop.best_epoch == 1 and [early_stopping(patience=1)(loss) for loss in (1.0,)] == [False]
