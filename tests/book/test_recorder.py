"""The recorder: the line that ran, its numbers, and how each of them came about."""

import re

import numpy as np
import pytest

from dlbook.scratch import activations
from dlbook.widgets.recorder import Recorder

A, W, B = (
    np.array([[1.0, 2.0], [0.5, -1.0]]),
    np.array([[3.0, -4.0], [0.0, 1.0], [2.0, 2.0]]),
    np.array([1.0, 0.0, -2.0]),
)


@pytest.fixture
def tape():
    return Recorder({"sigmoid": activations.sigmoid, "np": np}, A=A, W=W, b=B, U=np.ones((2, 3)), m=2)


@pytest.mark.parametrize(
    ("code", "index", "text"),
    [
        ("Z = A @ W.T + b", (0, 0), "1 · 3 + 2 · (−4) + 1 = −4"),
        ("Z = A @ W.T + b", (1, 2), "0.5 · 2 + (−1) · 2 + (−2) = −3"),
        ("S = sigmoid(A)", (1, 1), "σ(−1) = 0.269"),
        ("R = np.sqrt(A * A)", (1, 1), "√((−1) · (−1)) = 1"),
        ("L = ((A - m) ** 2).sum() / (2 * m)", (), "((1 − 2)² + (2 − 2)² + (0.5 − 2)² + (−1 − 2)²) / (2 · 2) = 3.06"),
        ("G = U.T @ A", (1, 0), "1 · 1 + 1 · 0.5 = 1.5"),
        ("s = A.sum(axis=0)", (1,), "2 + (−1) = 1"),
        ("s = A.sum(axis=1)", (1,), "0.5 + (−1) = −0.5"),
        ("s = A.mean(axis=0)", (1,), "(2 + (−1)) / 2 = 0.5"),
        ("C = A - A.mean(axis=0)", (1, 1), "−1 − (2 + (−1)) / 2 = −1.5"),
        ("N = -A", (1, 1), "−(−1) = 1"),
        ("N = 1 / (A + 2)", (0, 1), "1 / (2 + 2) = 0.25"),
        ("N = b * A[:1].sum()", None, None),
    ],
)  # fmt: skip
def test_a_number_says_how_it_came_about(tape, code, index, text):
    step = tape.run(code)
    if text is None:
        with pytest.raises(ValueError, match=re.escape("code must be made of what a step can explain: got A[:1]")):
            step.explain((0,))
    else:
        assert step.explain(index) == text


def test_every_explanation_adds_up(tape):
    """Read as Python, the left side gives the right side, but for the digits that are not shown."""
    for code in ("Z = A @ W.T + b", "G = U.T @ A", "C = (A - A.mean(axis=0)) / (A * A + 1).sum(axis=0)"):
        step = tape.run(code)
        for index in np.ndindex(step.value.shape):
            left, right = step.explain(index).replace("−", "-").replace("·", "*").split(" = ")
            assert eval(left) == pytest.approx(float(right), abs=0.02)
            assert float(right) == pytest.approx(step.value[index], rel=5e-3)


def test_the_numbers_that_went_in(tape):
    step = tape.run("Z = A @ W.T + b")
    assert step.operands == ["A", "W", "b"]
    assert step.used((1, 2)) == [("A", (1, 0)), ("W", (2, 0)), ("A", (1, 1)), ("W", (2, 1)), ("b", (2,))]
    assert tape.run("D = A - A.mean(axis=0)").used((0, 1)) == [("A", (0, 1)), ("A", (0, 1)), ("A", (1, 1))]


def test_the_line_that_is_shown_is_the_line_that_ran(tape):
    step = tape.run("Z = A @ W.T + b", formula="Z = A Wᵀ + b", sheet="z = W a + b", phase="forward")
    np.testing.assert_array_equal(step.value, A @ W.T + B)
    again = tape.run("Z = Z * m")
    np.testing.assert_array_equal(again.value, 2 * step.value)
    assert again.explain((0, 0)) == "(−4) · 2 = −8", "from Z as it was, not as it became"
    assert [s.name for s in tape.steps] == ["Z", "Z"] and tape.steps[0].phase == "forward"


@pytest.mark.parametrize("code", ["A @ W.T", "Z = 1; Y = 2", "Z, Y = 1, 2", "import os"])
def test_only_lines_that_name_one_result(tape, code):
    with pytest.raises(ValueError, match="code must be one line that assigns one name"):
        tape.run(code)
