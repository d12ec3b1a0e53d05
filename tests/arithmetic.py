"""Works out what a step-through explorer writes: the left side of an explanation, as a reader would with paper."""

import re

import numpy as np

from dlbook.explore.recorder import written
from dlbook.scratch import activations

RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
FUNCTIONS = {"s": activations.sigmoid, "g": activations.sigmoid_grad, "r": np.sqrt, "tanh": np.tanh}


def sides(explanation: str) -> tuple[float, str, str]:
    """What the left side comes to, the sign (= or ≈), and the right side as it is written."""
    left, sign, right = re.fullmatch(r"(.*) ([=≈]) (.*)", explanation).groups()
    return worked_out(left), sign, right


def worked_out(text: str) -> float:
    """The value of a text such as "σ(−1) · 6.5·10⁻⁵ + 2²": a power of ten belongs to its digits, as on paper."""
    text = re.sub(f"·10([{RAISED}]+)", lambda found: f" * 10.0 ** {lowered(found[1])}", text)
    text = re.sub(f"[{RAISED}]+", lambda found: f" ** {lowered(found[0])}", text)
    for shown, meant in (("σ′", "g"), ("σ", "s"), ("√", "r"), ("−", "-"), ("·", "*"), ("^", "**")):
        text = text.replace(shown, meant)
    return float(eval(text, {"__builtins__": {}} | FUNCTIONS))


def lowered(digits: str) -> int:
    return int("".join("-0123456789"[RAISED.index(digit)] for digit in digits))


def check_tables(shown, arrays, rtol):
    """One table after the other holds its array, row by row; what is left over is empty."""
    tables = [arrays[name.split()[0]] for name in shown["names"]]
    shapes = [(1, 1) if not a.ndim else (1, len(a)) if a.ndim == 1 else a.shape for a in tables]
    numbers = np.concatenate([a.ravel() for a in tables])
    for key, expected in (("values", numbers), ("shapes", np.array(shapes))):
        np.testing.assert_allclose(shown[key][: len(expected)], expected, rtol=rtol, atol=1e-14)
        assert np.isnan(shown[key][len(expected) :]).all()


def check_line(shown: dict, arrays: dict, line: str, unit: int) -> None:
    """Tables and code of a step are those of its line; the explanation, worked out, gives the number that is lit.

    The tables hold `arrays` by their names in the code; `unit` is the number of the result that is explained, where it
    has several.
    """
    check_tables(shown, arrays, 1e-10)
    assert shown["code"] == line
    made = np.ravel(arrays[line.split(" = ")[0]])
    expected = made[unit if made.size > 1 else 0]
    left, sign, result = sides(shown["explained"])
    assert result == written(expected) == written(shown["values"][shown["lit"] == 2].item())
    assert (sign == "=") == (written(left) == result)
    np.testing.assert_allclose(left, expected, rtol=0.05, atol=5e-3)
