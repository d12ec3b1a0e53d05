"""Chapter 10: five optimizers race over one surface; choose it, the learning rate, and how much they remember."""

import numpy as np

from dlbook.experiments.optimizers import STEPS, SURFACES, descend, steps_to
from dlbook.explore.explorer import Choice, Slider, contour, explore, line, number, panel, points, rule

STEPS_SHOWN = 100
TARGET = 1e-2
AXIS = np.linspace(-2, 2, 33)
KEYS = {"SGD": "sgd", "momentum": "momentum", "AdaGrad": "adagrad", "RMSprop": "rmsprop", "Adam": "adam"}


def height(surface: str) -> np.ndarray:
    """The cost on the grid AXIS × AXIS (rows are θ₂)."""
    return SURFACES[surface][0](np.stack(np.meshgrid(AXIS, AXIS), axis=-1))


def options(name: str, beta: float) -> dict:
    """What an optimizer makes of β: momentum its μ, Adam its β₁; the others do not look at it."""
    return {"momentum": {"momentum": beta}, "Adam": {"betas": (beta, 0.999)}}.get(name, {})


def state(surface: str, lr: float, beta: float) -> dict:
    """A hundred steps of each optimizer from the same start."""
    shown = {"height": height(surface), "step": np.arange(STEPS_SHOWN + 1.0), "target": TARGET}
    arrived, ends = {}, []
    for name, (step, _) in STEPS.items():
        run, key = descend(step, surface, lr, STEPS_SHOWN, **options(name, beta)), KEYS[name]
        inside = np.logical_and.accumulate(np.abs(run.path).max(axis=1) < 2.5)  # what has left does not come back
        seen = np.where(inside[:, None], run.path, np.nan)
        shown |= {f"{key}_x": seen[:, 0], f"{key}_y": seen[:, 1], f"{key}_cost": run.cost}
        shown[f"{key}_end"] = run.cost[np.isfinite(run.cost)][-1]  # of a run that flies off, where it was last seen
        ends.append(seen[-1])
        arrived[name] = steps_to(run.cost, TARGET)
    shown |= {"ends_x": np.array(ends)[:, 0], "ends_y": np.array(ends)[:, 1], "ends_color": np.arange(5.0)}
    return shown | {"verdict": verdict(arrived), "count": sum(needed is not None for needed in arrived.values())}


def verdict(arrived: dict[str, int | None]) -> str:
    """Who comes below the target for good, the fastest first."""
    ranked = sorted((needed, name) for name, needed in arrived.items() if needed is not None)
    return ", ".join(f"{name} in step {needed}" for needed, name in ranked) or "nobody"


def explorer():
    """The explorer of chapter 10."""
    names = list(KEYS.items())
    return explore(
        state,
        panel(
            contour("height", (-2, 2, -2, 2), levels=10),
            *[line(f"{key}_x", f"{key}_y", label=name, color=i) for i, (name, key) in enumerate(names)],
            points("ends_x", "ends_y", color="ends_color", size=5),
            title="The paths, and where they end",
            xlabel="θ₁",
            ylabel="θ₂",
            xlim=(-2, 2),
            ylim=(-2, 2),
            height=360,
        ),
        panel(
            *[line("step", f"{key}_cost", label=name, color=i) for i, (name, key) in enumerate(names)],
            rule(y="target", label="0.01"),
            title="The cost",
            xlabel="step",
            ylabel="J(θ), logarithmic",
            yscale="log",
            ylim=(1e-6, 1e2),
            height=360,
        ),
        slug="optimizers",
        title="The race",
        alt="Level lines of a cost over two parameters with the paths of five optimizers from one start, and the cost "
        "of each over a hundred steps.",
        says="With η = {lr:.3g} and β = {beta:.2g}, {count:.0f} of 5 stay below 0.01 within 100 steps: {verdict}.",
        numbers=[number(f"{key}_end", f"last cost, {name}", "J(θ₁₀₀), or where it flew off") for name, key in names],
        presets={
            "Along the axes": {"surface": "ravine", "lr": 0.1, "beta": 0.9},
            "Turned by 45°": {"surface": "ravine, turned", "lr": 0.1, "beta": 0.9},
            "Stuck on the saddle": {"surface": "saddle", "lr": 0.03, "beta": 0.9},
            "Round the bend": {"surface": "Rosenbrock", "lr": 0.1, "beta": 0.9},
            "Too much memory": {"surface": "ravine", "lr": 0.1, "beta": 0.99},
            "SGD diverges": {"surface": "ravine", "lr": 0.3, "beta": 0},
        },
        surface=Choice(*SURFACES, label="surface"),
        lr=Slider(values=(0.003, 0.01, 0.03, 0.1, 0.19, 0.3, 1), start=0.1, label="learning rate η"),
        beta=Slider(values=(0, 0.5, 0.9, 0.95, 0.99), start=0.9, label="memory β (μ, β₁)"),
    )
