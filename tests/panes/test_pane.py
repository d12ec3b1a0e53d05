"""The checker of panes itself: each kind of disagreement is noticed."""

import pytest
from pane import pane

from dlbook import panes
from dlbook.scratch import optimizers

STEP = {"theta": 1.0, "grad": 2.0, "lr": 0.1}


def shows(monkeypatch, pytorch: str) -> None:
    """Lets the pane of SGD show another PyTorch code."""
    codes = {"numpy": panes.numpy("optimizers.sgd"), "pytorch": pytorch}
    monkeypatch.setattr(panes, "codes", lambda concept_id: codes)


@pane("optimizers.sgd")
def example(held):
    held.same(held.numpy(**STEP), held.typed(theta=1.0, grad=2.0).theta)
    held.public(1.0, 2.0, lr=0.1)


def test_code_that_agrees_passes(monkeypatch):
    shows(monkeypatch, "theta = theta - 0.1 * grad")
    example()


def test_code_that_does_not_run_is_noticed(monkeypatch):
    shows(monkeypatch, "theta = theta - lr * grad")
    with pytest.raises(NameError, match="lr"):
        example()


def test_code_that_does_not_agree_is_noticed(monkeypatch):
    shows(monkeypatch, "theta = theta - 0.1000001 * grad")
    with pytest.raises(AssertionError, match="optimizers.sgd"):
        example()


def test_a_public_function_that_does_not_run_the_core_is_noticed(monkeypatch):
    shows(monkeypatch, "theta = theta - 0.1 * grad")
    monkeypatch.setattr(optimizers, "sgd", lambda theta, grad, lr: theta - lr * grad)
    optimizers.sgd.__module__ = optimizers.__name__
    with pytest.raises(AssertionError, match="optimizers.sgd does not run sgd_core, which its pane shows"):
        example()


def test_an_example_that_runs_only_half_of_its_pane_says_so():
    with pytest.raises(AssertionError, match=r"the example never ran \['public', 'pytorch', 'same'\]"):
        pane("optimizers.sgd")(lambda held: held.numpy(**STEP))()
