"""Every pane of the book keeps the rules, has an example that runs it, and names what breaks them."""

import pytest
from pane import faults
from shown import arguments, examples, known_names, shown

from dlbook import panes

SHOWN = shown()


def test_each_is_shown_once():
    assert len(set(SHOWN)) == len(SHOWN) >= 95


@pytest.mark.parametrize("concept_id", SHOWN)
def test_a_pane_keeps_the_rules(concept_id):
    assert faults(concept_id, panes.codes(concept_id), known_names(SHOWN), arguments(concept_id)) == []


def test_every_pane_has_an_example_that_runs_it():
    assert set(SHOWN) - examples() == set()


def test_what_is_long_says_why_and_is_rare():
    assert len(panes.LONG) <= 10 and set(panes.LONG) <= set(SHOWN)
    assert all(reason for reason in panes.LONG.values())


BROKEN = {  # a rule, and code that breaks it
    "the private name '_sum'": ("numpy", "def f(x):\n    return _sum(x)"),
    "the private name '_x'": ("numpy", "def f(x):\n    return x._x"),
    "a check (raise)": ("numpy", "def f(x):\n    if x < 0:\n        raise ValueError(x)\n    return x"),
    "a check (assert)": ("pytorch", "assert loss > 0"),
    "a conversion (asarray)": ("numpy", "def f(x):\n    return np.asarray(x)"),
    "a conversion (astype)": ("numpy", "def f(x):\n    return (x > 0).astype(x.dtype)"),
    "a conversion or a check (float)": ("numpy", "def f(x):\n    return float(x)"),
    "what only silences (errstate)": ("numpy", "def f(x):\n    with np.errstate(all='ignore'):\n        return 1 / x"),
    "9 lines, at most 8": ("pytorch", "\n".join(f"x{i} = 1" for i in range(9))),
    "a line of 102 characters": ("numpy", f"def f(x):\n    return {'1 + ' * 21}x + 1.5"),
    "an adapter (an import from the book)": ("pytorch", "from dlbook.pytorch import optimizers"),
    "'check' is neither an argument nor the book's": ("numpy", "def f(x):\n    return check(x)"),
    "'np' does not run on tensors: write the typed code": ("both", "def f(x):\n    return np.exp(x)"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_code_that_breaks_a_rule_is_named(rule):
    room, code = BROKEN[rule]
    assert f"{room}: {rule}" in faults("some.concept", {room: code})


def test_code_that_keeps_them_is_not():
    net = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()"
    assert faults("some.concept", {"pytorch": net}) == []
    code = "def f(x, y):  # (N,)\n    # the mean square\n    return ((x - y) ** 2).mean()"
    assert faults("some.concept", {"numpy": code, "pytorch": "loss = F.mse_loss(x, y)"}, arguments=("x", "y")) == []
