"""What chapter 08 steps through: one pass through a small net, and one through a batch norm, line by line."""

import numpy as np

from dlbook.explore.recorder import Recorder
from dlbook.scratch import activations

# ── A pass through a 2-3-1 net, line by line ──

# three samples of two features, and the third once more with features five times as large
A0 = np.array([[0.5, -1.0], [1.5, 0.5], [-1.0, 2.0], [-5.0, 10.0]])
Y = np.array([[1.0], [0.0], [1.0], [1.0]])
W1 = np.array([[0.4, -0.6], [-0.3, 0.8], [0.7, 0.2]])
B1 = np.array([0.1, -0.2, 0.0])
W2 = np.array([[0.6, -0.5, 0.9]])
B2 = np.array([0.2])

# code, the book's formula (rows are samples), the sheet's (samples are columns); backward, the sheet's for a batch, too
FORWARD = (
    ("Z1 = A0 @ W1.T + b1", "Z¹ = A⁰ W¹ᵀ + b¹", "z[1] = W[1] · a[0] + b[1]"),
    ("A1 = sigmoid(Z1)", "A¹ = σ(Z¹)", "a[1] = σ[1](z[1])"),
    ("Z2 = A1 @ W2.T + b2", "Z² = A¹ W²ᵀ + b²", "z[2] = W[2] · a[1] + b[2]"),
    ("A2 = sigmoid(Z2)", "A² = σ(Z²)", "a[2] = σ[2](z[2])"),
    ("L = ((A2 - Y) ** 2).sum() / (2 * m)", "L = 1/2m Σ (A² − Y)²", "J = 1/2m Σ (ŷ(i) − y(i))²"),
)
SLIP_OF_THE_SHEET = "· (1 … 1)ᵀ; its 1/m is a slip, see the errata"
BACKWARD = (
    ("dA2 = (A2 - Y) / m", "∂L/∂A² = (A² − Y) / m", "no such line", "no such line"),
    ("dZ2 = dA2 * sigmoid_grad(Z2)", "∂L/∂Z² = ∂L/∂A² ⊙ σ′(Z²)",
     "∂L/∂z[2] = ∂L/∂a[2] * dσ[2](z[2])/dz", "∂L/∂Z[2] = ∂L/∂A[2] * dσ[2](Z[2])/dz"),
    ("dW2 = dZ2.T @ A1", "∂L/∂W² = (∂L/∂Z²)ᵀ A¹", "∂L/∂W[2] = ∂L/∂z[2] · (a[1])ᵀ", "∂L/∂W[2] = ∂L/∂Z[2] · (A[1])ᵀ"),
    ("db2 = dZ2.sum(axis=0)", "∂L/∂b² = Σ rows of ∂L/∂Z²",
     "∂L/∂b[2] = ∂L/∂z[2]", f"∂L/∂b[2] = 1/m · ∂L/∂Z[2] {SLIP_OF_THE_SHEET}"),
    ("dA1 = dZ2 @ W2", "∂L/∂A¹ = ∂L/∂Z² W²", "∂L/∂a[1] = (W[2])ᵀ · ∂L/∂z[2]", "∂L/∂A[1] = (W[2])ᵀ · ∂L/∂Z[2]"),
    ("dZ1 = dA1 * sigmoid_grad(Z1)", "∂L/∂Z¹ = ∂L/∂A¹ ⊙ σ′(Z¹)",
     "∂L/∂z[1] = ∂L/∂a[1] * dσ[1](z[1])/dz", "∂L/∂Z[1] = ∂L/∂A[1] * dσ[1](Z[1])/dz"),
    ("dW1 = dZ1.T @ A0", "∂L/∂W¹ = (∂L/∂Z¹)ᵀ A⁰", "∂L/∂W[1] = ∂L/∂z[1] · (a[0])ᵀ", "∂L/∂W[1] = ∂L/∂Z[1] · (A[0])ᵀ"),
    ("db1 = dZ1.sum(axis=0)", "∂L/∂b¹ = Σ rows of ∂L/∂Z¹",
     "∂L/∂b[1] = ∂L/∂z[1]", f"∂L/∂b[1] = 1/m · ∂L/∂Z[1] {SLIP_OF_THE_SHEET}"),
    ("dA0 = dZ1 @ W1", "∂L/∂A⁰ = ∂L/∂Z¹ W¹", "∂L/∂a[0] = (W[1])ᵀ · ∂L/∂z[1]", "∂L/∂A[0] = (W[1])ᵀ · ∂L/∂Z[1]"),
)  # fmt: skip
# Slips that are made often: what stands in place of a line, code and formula.
SLIPS = {
    "none": {},
    "1/m twice": {
        "dW2": ("dW2 = dZ2.T @ A1 / m", "1/m (∂L/∂Z²)ᵀ A¹"),
        "db2": ("db2 = dZ2.sum(axis=0) / m", "1/m Σ rows of ∂L/∂Z²"),
        "dW1": ("dW1 = dZ1.T @ A0 / m", "1/m (∂L/∂Z¹)ᵀ A⁰"),
        "db1": ("db1 = dZ1.sum(axis=0) / m", "1/m Σ rows of ∂L/∂Z¹"),
    },
    "1/m in db": {
        "db2": ("db2 = dZ2.sum(axis=0) / m", "1/m Σ rows of ∂L/∂Z²"),
        "db1": ("db1 = dZ1.sum(axis=0) / m", "1/m Σ rows of ∂L/∂Z¹"),
    },
    "no σ′": {"dZ2": ("dZ2 = dA2", "∂L/∂A²"), "dZ1": ("dZ1 = dA1", "∂L/∂A¹")},
    "σ′(a)": {
        "dZ2": ("dZ2 = dA2 * sigmoid_grad(A2)", "∂L/∂A² ⊙ σ′(A²)"),
        "dZ1": ("dZ1 = dA1 * sigmoid_grad(A1)", "∂L/∂A¹ ⊙ σ′(A¹)"),
    },
}


def mlp_pass(samples=(0, 1, 2), slip="none") -> Recorder:
    """Forward and backward through the 2-3-1 net with these of the samples, recorded line by line."""
    rows = list(samples)
    tape = Recorder(
        {"sigmoid": activations.sigmoid, "sigmoid_grad": activations.sigmoid_grad},
        A0=A0[rows], Y=Y[rows], W1=W1, b1=B1, W2=W2, b2=B2, m=len(rows),
    )  # fmt: skip
    batch = len(rows) > 1
    forward = [(code, formula, sheet + ", for each sample" * batch) for code, formula, sheet in FORWARD]
    backward = [(*slipped(code, formula, slip), (one, many)[batch]) for code, formula, one, many in BACKWARD]
    return _record(tape, forward, backward)


def slipped(code: str, formula: str, slip: str) -> tuple[str, str]:
    """The line, or what stands in its place with this slip."""
    wrong_code, wrong_side = SLIPS[slip].get(code.partition(" = ")[0], (code, ""))
    return wrong_code, f"{formula.partition(' = ')[0]} = {wrong_side}" if wrong_side else formula


def nudged(tape: Recorder, name: str, index: tuple[int, ...], eps=1e-4) -> float:
    """∂L/∂(the number `name` at `index`) by central differences: the lines forward that follow run again, twice.

    ε is wide: with less, the small derivatives of the saturated sample would drown in rounding.
    """
    lines = [step for step in tape.steps if step.phase == "forward"]
    made = [step.name for step in lines]
    after = lines[made.index(name) + 1 if name in made else 0 :]
    cost = []
    for change in (eps, -eps):
        again = Recorder(tape.functions, **tape.names)
        again.names[name][index] += change
        for step in after:
            again.run(step.code)
        cost.append(float(again.names["L"]))
    return (cost[0] - cost[1]) / (2 * eps)


# ── The same for batch normalization ──

# three samples of two features; then two that nearly tie in their first
X_BN = np.array([[1.0, 20.0], [2.0, 10.0], [6.0, 30.0], [0.0, 20.0], [0.004, 10.0]])
UPSTREAM = np.array([[0.6, -0.2], [-0.1, 0.4], [0.3, 0.1], [0.5, -0.2], [-0.1, 0.4]])  # ∂L/∂Y
GAMMA, BETA = np.array([1.5, 0.5]), np.array([0.0, 1.0])

NORMALIZE = (
    ("mu = X.mean(axis=0)", "μ = mean of the rows of X"),
    ("C = X - mu", "C = X − μ"),
    ("var = (C * C).mean(axis=0)", "σ² = mean of the rows of C ⊙ C"),
    ("s = 1 / sqrt(var + eps)", "s = 1 / √(σ² + ε)"),
    ("H = C * s", "X̂ = C ⊙ s"),
    ("Y = gamma * H + beta", "Y = γ ⊙ X̂ + β"),
    ("M = (1 - rho) * M0 + rho * mu", "μ_run ← (1 − ρ) μ_run + ρ μ, kept for afterwards"),
    ("V = (1 - rho) * V0 + rho * var * m / (m - 1)", "σ²_run ← (1 − ρ) σ²_run + ρ σ² m / (m − 1)"),
)
NORMALIZE_BACK = (
    ("dbeta = dY.sum(axis=0)", "∂L/∂β = Σ rows of ∂L/∂Y"),
    ("dgamma = (dY * H).sum(axis=0)", "∂L/∂γ = Σ rows of ∂L/∂Y ⊙ X̂"),
    ("dH = dY * gamma", "∂L/∂X̂ = ∂L/∂Y ⊙ γ"),
    ("p = dH.mean(axis=0)", "p = mean of the rows of ∂L/∂X̂: the part that shifts all samples alike, by way of μ"),
    ("q = (dH * H).mean(axis=0)", "q = mean of ∂L/∂X̂ ⊙ X̂: the part that stretches all alike, by way of σ²"),
    ("dX = s * (dH - p - H * q)", "∂L/∂X = s ⊙ (∂L/∂X̂ − p − X̂ ⊙ q)"),
)


def batch_norm_pass(samples=(0, 1, 2)) -> Recorder:
    """Forward and backward through one batch norm in training, recorded line by line."""
    rows = list(samples)
    tape = Recorder(
        {"sqrt": np.sqrt}, X=X_BN[rows], dY=UPSTREAM[rows], gamma=GAMMA, beta=BETA, eps=1e-5,
        M0=np.zeros(2), V0=np.ones(2), rho=0.1, m=len(rows),
    )  # fmt: skip
    return _record(tape, NORMALIZE, NORMALIZE_BACK)


def _record(tape: Recorder, forward, backward) -> Recorder:
    for phase, lines in (("forward", forward), ("backward", backward)):
        for code, formula, *sheet in lines:
            tape.run(code, formula, *sheet, phase=phase)
    return tape
