"""Works out what a step-through explorer writes: the left side of an explanation, as a reader would with paper."""

import re

import numpy as np

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
