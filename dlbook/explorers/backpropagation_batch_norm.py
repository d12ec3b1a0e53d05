"""Chapter 08: batch norm forward and backward, one line of code and one number at a time."""

import numpy as np

from dlbook.experiments.backpropagation_passes import batch_norm_pass
from dlbook.explore.explorer import Choice, Slider, code, explore, graph, heat, number, panel, tables
from dlbook.explore.steps import DONE, NOW, chosen, clamp, progress, shown_tables, written_index, written_shape

BATCHES = {"two samples": (0, 1), "a near tie": (3, 4), "three samples": (0, 1, 2)}
TAPES = {name: batch_norm_pass(rows) for name, rows in BATCHES.items()}
TAPE = TAPES["three samples"]
STEPS = len(TAPE.steps)
MADE = {step.name: i for i, step in enumerate(TAPE.steps, start=1)}

# Where each array stands, and what is made of what: the forward pass above, the backward pass below.
PLACES = {
    "X": (0.04, 0.85), "mu": (0.2, 0.98), "C": (0.34, 0.85), "var": (0.5, 0.98), "s": (0.66, 0.85), "H": (0.8, 0.72),
    "Y": (0.96, 0.85), "dY": (0.96, 0.3), "dbeta": (0.88, 0.06), "dgamma": (0.6, 0.06), "dH": (0.74, 0.34),
    "M": (0.16, 0.66), "V": (0.36, 0.66), "p": (0.5, 0.42), "q": (0.44, 0.14), "dX": (0.04, 0.3),
}  # fmt: skip
LABELS = {"M": "μ_run", "V": "σ²_run", "mu": "μ", "var": "σ²", "H": "X̂", "dbeta": "dβ", "dgamma": "dγ", "dH": "dX̂"}
ORDER = list(PLACES)
LINKS = (
    ("X", "mu"), ("X", "C"), ("mu", "C"), ("C", "var"), ("var", "s"), ("C", "H"), ("s", "H"), ("H", "Y"),
    ("mu", "M"), ("var", "V"),  # the running statistics
    ("dY", "dbeta"), ("dY", "dgamma"), ("dY", "dH"), ("dH", "p"), ("dH", "q"), ("dH", "dX"), ("p", "dX"), ("q", "dX"),
    ("H", "dgamma"), ("H", "q"), ("H", "dX"), ("s", "dX"),  # what the forward pass keeps for the way back
)  # fmt: skip


def _pulls(tape, column: int) -> np.ndarray:
    """∂X̂ᵢ/∂Xⱼ of the samples in one column: s (δᵢⱼ − 1/m − X̂ᵢ X̂ⱼ / m). NaN where there is no third sample."""
    scale, hat = tape.names["s"][column], tape.names["H"][:, column]
    pulls = np.full((3, 3), np.nan)
    pulls[: len(hat), : len(hat)] = scale * (np.eye(len(hat)) - (1 + np.outer(hat, hat)) / len(hat))
    return pulls


def state(step: float, batch: str, row: float, column: float) -> dict:
    """What is known after so many lines; `row` and `column` choose the number of the last result that is explained."""
    tape, t = TAPES[batch], clamp(step, STEPS)
    line = tape.steps[t - 1]
    index = chosen(line, row, column)
    known = {"X": DONE, "dY": DONE} | progress(tape, t)
    return {
        **shown_tables(tape, t, index),
        "pulls": _pulls(tape, min(round(column), 1)),
        "known": np.array([known[name] for name in ORDER]),
        "lines": np.array([NOW if known[end] == NOW else 0 for _, end in LINKS]),
        "t": t,
        "phase": line.phase,
        "formula": line.formula,
        "code": line.code,
        "reads": ", ".join(f"{name} {written_shape(line.before[name])}" for name in line.operands),
        "shape": written_shape(line.value),
        "entry": written_index(line, index),
        "explained": line.explain(index),
        "value": float(line.value[index]),
        "pull": float(np.abs(tape.names["dX"]).max()),
    }


def explorer():
    """The second explorer of chapter 08."""
    return explore(
        state,
        panel(
            graph(
                [(LABELS.get(name, name), *PLACES[name]) for name in ORDER],
                [(ORDER.index(start), ORDER.index(end)) for start, end in LINKS],
                "known", edge_lit="lines", size=7, control="step",
                steps=[MADE.get(name, 0) for name in ORDER],
            ),
            title="The order of things: forward above, backward below",
            height=260,
        ),
        panel(
            code([step.code for step in TAPE.steps], "t", control="step"),
            title="The lines, and how far they have run",
            height=300,
        ),
        panel(
            tables("values", "names", "shapes", "lit", made="made", step="step", row="row", column="column"),
            title="This line in numbers: what it reads, and what it makes",
            height=340,
        ),
        panel(
            heat("pulls", ["X̂[0]", "X̂[1]", "X̂[2]"], ["X[0]", "X[1]", "X[2]"]),
            title="∂X̂[i]/∂X[j] in the chosen column: each sample pulls at all",
            height=240,
        ),
        slug="backpropagation_batch_norm",
        title="Batch norm, number by number",
        alt="The arrays of a batch norm, joined by what is made of what; beside them the lines of code, the"
        " arrays of the one that runs now, and how much each normalized number hangs on each sample.",
        says=f"Line {{t:d}} of {STEPS}, {{phase}}: {{code}}. In formulas {{formula}}. It reads"
        " {reads} and gives {shape}. {entry}: {explained}.",
        numbers=[
            number("value", "the number that is looked at", formula="{entry}: {explained}"),
            number("t", "line", formula="{code}"),
            number("pull", "largest entry of ∂L/∂X at the end", formula="max |dX|"),
        ],
        presets={
            "Normalized": {"step": 5},
            "Kept for afterwards": {"step": 8},
            "The last line": {"step": STEPS},
            "Two samples: no gradient": {"step": STEPS, "batch": "two samples"},
            "A near tie: a kick": {"step": STEPS, "batch": "a near tie"},
        },
        step=Slider(1, STEPS, STEPS, start=1, label="line", stepper=True),
        batch=Choice(*BATCHES, start="three samples", label="batch"),
        row=Slider(0, 2, 3, start=0, label="row of the number, from 0"),
        column=Slider(0, 1, 2, start=0, label="column of the number, from 0"),
    )  # fmt: skip
