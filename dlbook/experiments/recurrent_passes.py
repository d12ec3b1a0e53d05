"""What chapter 20 steps through: eight steps of a recurrent net with three units, forward and back through time."""

import numpy as np

from dlbook.explore.recorder import Recorder

T = 8
WX = np.array([[0.9], [-0.6], [0.4]])  # (3, 1)
WH = np.array([[0.6, -0.4, 0.3], [0.5, 0.4, -0.6], [-0.3, 0.6, 0.5]])
B = np.array([0.1, 0.0, -0.1])
V = np.array([[1.0, -0.8, 0.6]])  # (1, 3), what reads the last state
GOAL = 1.0
X = (1, 1, -1, 1, 1, -1, 0, 0)
LOW = "₀₁₂₃₄₅₆₇₈"


def lines() -> list[tuple[str, str, str]]:
    """Code, formula and phase of every line, in the order in which they run."""
    found = []
    for t in range(1, T + 1):
        z, h, before, x = (f"{name}{LOW[k]}" for name, k in (("z", t), ("h", t), ("h", t - 1), ("x", t)))
        found.append((f"z{t} = x{t} @ Wx.T + h{t - 1} @ Wh.T + b", f"{z} = W_ih {x} + W_hh {before} + b", "forward"))
        found.append((f"h{t} = tanh(z{t})", f"{h} = tanh {z}", "forward"))
    found.append((f"y = h{T} @ V.T", f"ŷ = V h{LOW[T]}", "forward"))
    found.append(("L = ((y - goal) ** 2).sum() / 2", "L = ½ (ŷ − y)²", "forward"))
    found.append(("dy = y - goal", "∂L/∂ŷ = ŷ − y", "backward"))
    found.append((f"dh{T} = dy @ V", f"∂L/∂h{LOW[T]} = Vᵀ ∂L/∂ŷ", "backward"))
    for t in range(T, 0, -1):
        z, h, before = (f"∂L/∂{name}{LOW[k]}" for name, k in (("z", t), ("h", t), ("h", t - 1)))
        found.append((f"dz{t} = dh{t} * (1 - h{t} ** 2)", f"{z} = {h} ⊙ (1 − h{LOW[t]}²)", "backward"))
        if t == T:
            found.append((f"dW{t} = dz{t}.T @ h{t - 1}", f"∂L/∂W_hh = {z} h{LOW[t - 1]}ᵀ, of this step", "backward"))
        else:
            more = f"∂L/∂W_hh = what later steps gave + {z} h{LOW[t - 1]}ᵀ"
            found.append((f"dW{t} = dW{t + 1} + dz{t}.T @ h{t - 1}", more, "backward"))
        if t > 1:
            found.append((f"dh{t - 1} = dz{t} @ Wh", f"{before} = W_hhᵀ {z}", "backward"))
    return found


LINES = lines()


def unrolled_pass(size=1.0) -> Recorder:
    """Forward and back, recorded line by line; W_hh is `size` times as large."""
    steps = {f"x{t}": [[value]] for t, value in enumerate(X, start=1)}
    tape = Recorder({"tanh": np.tanh}, **steps, h0=np.zeros((1, 3)), Wx=WX, Wh=size * WH, b=B, V=V, goal=[[GOAL]])
    for code, formula, phase in LINES:
        tape.run(code, formula=formula, phase=phase)
    return tape
