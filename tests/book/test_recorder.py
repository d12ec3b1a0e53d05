"""The recorder: the line that ran, its numbers, and how each of them came about."""

import re

import numpy as np
import pytest
from arithmetic import sides

from dlbook.explore.recorder import Recorder, written
from dlbook.explore.steps import chosen, shown_tables
from dlbook.scratch import activations

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


LINES = """
(A * B) ** 2                       A.mean(axis=0) ** 2      B / B.mean()        A / A.mean(axis=0)
A.sum(0)                           A.mean(1)                s ** 2              -(A * B)
(A - B) @ B                        (A - B).T @ B            A @ w               w @ A
w @ w                              A.sum(axis=-1)           A.sum(axis=(0, 1))  A.sum(axis=1, keepdims=True) * A
A.sum()                            A ** .5                  A ** 12             A ** m
A ** -1                            A ** A.sum(axis=0)       (-A) ** 3           A - (B - A)
A * (B / A)                        A / (B * A)              A / B / A           A / (B / A)
-A ** 2                            1 / s                    A * s               -s * A
(A - B).sum() / 2                  1 - A * B                -(A - B)            (A * B).sum(axis=0) * A
sigmoid(A - B) * A                 np.sqrt(B * B + s)       T @ A               T.sum(axis=(0, 2))
T.mean(1)                          A * m @ B + w            A.T.T @ A           big * A
A - A.mean(axis=0, keepdims=True)  -(-A)                    A + -B              T @ w - A
w @ T                              T - T.mean(axis=(0, 1))  A @ T               big ** 2 / B
"""
OPERANDS = {"m": 2, "s": 6.5e-5, "big": 1234567.0, "w": [0.25, -3.0], "T": np.arange(8.0).reshape(2, 2, 2) - 2}


@pytest.mark.parametrize("code", re.split(r" {2,}|\n", LINES.strip()))
def test_every_explanation_adds_up(code):
    """Worked out as it is written, the left side gives the right side; ≈ stands where, and only where, it does not."""
    rng = np.random.default_rng(1)
    arrays = {"A": rng.uniform(0.5, 4, (2, 2)).round(1), "B": rng.uniform(-4, 4, (2, 2)).round(3)}
    step = Recorder({"sigmoid": activations.sigmoid, "np": np}, **arrays, **OPERANDS).run(f"Z = {code}")
    for index in np.ndindex(step.value.shape):
        left, sign, right = sides(step.explain(index))
        assert right == written(step.value[index])
        assert (sign == "=") == (written(left) == right), step.explain(index)
        assert left == pytest.approx(step.value[index], rel=0.06, abs=0.06), step.explain(index)
        assert {name for name, _ in step.used(index)} <= set(step.operands)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0, "0"), (1000, "1000"), (999.7, "1000"), (-123456, "−123456"), (1234567, "1.2·10⁶"),
        (-6.5e-5, "−6.5·10⁻⁵"), (1e-12, "1.0·10⁻¹²"), (0.00123456, "0.00123"),
        (np.nan, ""), (-np.inf, "−∞"), (2.0, "2"),
    ],
)  # fmt: skip
def test_numbers_as_they_are_written(value, text):
    assert written(value) == text


@pytest.mark.parametrize(
    "code",
    ["A % m", "A[0]", "softmax(A)", "np.maximum(A, 0)", "A.max()", "A.sum(axis=0, dtype=float)", "A > 1", "np.pi * A"],
)
def test_what_a_step_cannot_explain_is_named(code):
    softmax = lambda z: activations.softmax(z, -1)
    step = Recorder({"softmax": softmax, "np": np}, A=A, m=2).run(f"Z = {code}")
    with pytest.raises(ValueError, match="^code must be made of what a step can explain: got "):
        step.explain((0,) * step.value.ndim)


def test_inputs_are_copied():
    mine = np.array([[5.0]])
    step = Recorder(A=mine).run("Z = A * 2")
    mine[:] = 7
    assert step.explain((0, 0)) == "5 · 2 = 10"


def test_a_result_of_three_dimensions_is_shown_row_by_row():
    tape = Recorder(A=np.arange(8).reshape(2, 2, 2))
    step = tape.run("Z = A * 2")
    index = chosen(step, 1, 0)
    assert index == (0, 1, 0) and step.explain(index) == "2 · 2 = 4"
    shown = shown_tables(tape, 1, index)
    assert shown["values"][:16].tolist() == [*range(8), *range(0, 16, 2)] and np.isnan(shown["values"][16:]).all()
    assert shown["names"] == ["A (2, 2, 2)", "Z = (2, 2, 2)"] and shown["shapes"][:2].tolist() == [[4, 2], [4, 2]]
    assert shown["made"][:2].tolist() == [0, 1], "A was given, Z is made by the first line"
    assert np.flatnonzero(shown["lit"] > 0).tolist() == [2, 10]


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
