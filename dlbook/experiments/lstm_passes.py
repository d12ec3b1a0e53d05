"""What chapter 21 steps through: three steps of an LSTM with two units, forward and back through its cell."""

import numpy as np

from dlbook.explore.recorder import Recorder
from dlbook.scratch.activations import sigmoid

T = 3
X = (1.0, 0.0, -0.5)
GOAL = 1.0
GATES = "ifgo"
U = {  # (2, 1) each, of the input
    "i": [[1.5], [-1.0]], "f": [[0.5], [-0.5]], "g": [[1.0], [-1.5]], "o": [[0.5], [1.0]],
}  # fmt: skip
W = {  # (2, 2) each, of the state
    "i": [[0.5, -0.5], [0.4, 0.3]], "f": [[0.3, 0.2], [-0.4, 0.6]],
    "g": [[0.6, -0.3], [0.5, 0.4]], "o": [[0.2, 0.5], [-0.3, 0.4]],
}  # fmt: skip
B = {"i": [0.0, 0.2], "f": [0.0, 0.0], "g": [0.1, 0.0], "o": [0.0, 0.1]}
V = [[1.0, -0.8]]  # (1, 2), what reads the last state
LOW = "₀₁₂₃"
SQUASHED = {"i": "σ", "f": "σ", "g": "tanh", "o": "σ"}


def lines() -> list[tuple[str, str, str]]:
    """Code, formula and phase of every line, in the order in which they run."""
    found = [line for t in range(1, T + 1) for line in forward(t)]
    found.append((f"y = h{T} @ V.T", f"ŷ = V h{LOW[T]}", "forward"))
    found.append(("L = ((y - goal) ** 2).sum() / 2", "L = ½ (ŷ − y)²", "forward"))
    found.append(("dy = y - goal", "∂L/∂ŷ = ŷ − y", "backward"))
    found.append((f"dh{T} = dy @ V", f"∂L/∂h{LOW[T]} = Vᵀ ∂L/∂ŷ", "backward"))
    return found + [line for t in range(T, 0, -1) for line in backward(t)]


def forward(t: int) -> list[tuple[str, str, str]]:
    """A step: four gates, what is kept, what is shown."""
    now, before, found = LOW[t], LOW[t - 1], []
    for k in GATES:
        f = "tanh" if k == "g" else "sigmoid"
        code = f"{k}{t} = {f}(x{t} @ U{k}.T + h{t - 1} @ W{k}.T + b{k})"
        found.append((code, f"{k}{now} = {SQUASHED[k]}(U x{now} + W h{before} + b), its own U, W, b", "forward"))
    found.append((f"c{t} = f{t} * c{t - 1} + i{t} * g{t}", f"c{now} = f{now} ⊙ c{before} + i{now} ⊙ g{now}", "forward"))
    found.append((f"h{t} = o{t} * tanh(c{t})", f"h{now} = o{now} ⊙ tanh c{now}", "forward"))
    return found


def backward(t: int) -> list[tuple[str, str, str]]:
    """A step back: the cell, through each gate, the state before; and what the forget gate's weights get."""
    now, before, found = LOW[t], LOW[t - 1], []
    own, own_formula = f"dh{t} * o{t} * (1 - tanh(c{t}) ** 2)", f"∂L/∂h{now} ⊙ o{now} ⊙ (1 − tanh² c{now})"
    if t < T:
        own, own_formula = f"dc{t + 1} * f{t + 1} + {own}", f"∂L/∂c{LOW[t + 1]} ⊙ f{LOW[t + 1]} + {own_formula}"
    found.append((f"dc{t} = {own}", f"∂L/∂c{now} = {own_formula}"))
    found.append((f"di{t} = dc{t} * g{t} * i{t} * (1 - i{t})", f"before σ of i{now}: ∂L/∂c{now} ⊙ g{now} ⊙ σ′"))
    found.append((f"df{t} = dc{t} * c{t - 1} * f{t} * (1 - f{t})", f"before σ of f{now}: ∂L/∂c{now} ⊙ c{before} ⊙ σ′"))
    found.append((f"dg{t} = dc{t} * i{t} * (1 - g{t} ** 2)", f"before tanh of g{now}: ∂L/∂c{now} ⊙ i{now} ⊙ tanh′"))
    found.append(
        (f"do{t} = dh{t} * tanh(c{t}) * o{t} * (1 - o{t})", f"before σ of o{now}: ∂L/∂h{now} ⊙ tanh c{now} ⊙ σ′")
    )
    add, more = (f"dWf{t + 1} + ", "what later steps gave + ") if t < T else ("", "")
    found.append((f"dWf{t} = {add}df{t}.T @ h{t - 1}", f"∂L/∂W of the forget gate = {more}an outer product"))
    if t > 1:
        back = " + ".join(f"d{k}{t} @ W{k}" for k in GATES)
        found.append((f"dh{t - 1} = {back}", f"∂L/∂h{before}: what all four send back"))
    return [(code, formula, "backward") for code, formula in found]


LINES = lines()


def cell_pass(bias=0.0) -> Recorder:
    """Forward and back, recorded line by line; `bias` is added to that of the forget gate."""
    arrays = {f"x{t}": [[value]] for t, value in enumerate(X, start=1)}
    arrays |= {f"{kind}{k}": own[k] for kind, own in (("U", U), ("W", W), ("b", B)) for k in GATES}
    arrays |= {"bf": np.array(B["f"]) + bias, "h0": np.zeros((1, 2)), "c0": np.zeros((1, 2)), "V": V, "goal": [[GOAL]]}
    tape = Recorder({"tanh": np.tanh, "sigmoid": sigmoid}, **arrays)
    for code, formula, phase in LINES:
        tape.run(code, formula=formula, phase=phase)
    return tape
