"""Chapter 04: drag the start, choose the learning rate, watch the path over the contours and the cost at each step."""

from functools import cache

import numpy as np

from dlbook.experiments.gradient_descent import bowl, bowl_grad, descend, tumours, unit
from dlbook.explore.explorer import Choice, Slider, contour, explore, handle, line, number, panel, path
from dlbook.scratch.gradient_descent import minimize

STEPS = 30
AXIS = np.linspace(-10, 10, 41)
NEAR = 0.02  # in cost: so close to the minimum counts as there; in slope: so little counts as flat
DATA = tumours(("mean texture",))
SURFACES = {  # cost and gradient of θ, (2,); for the unit θ = (w, b), on one real measurement
    "bowl": (bowl, bowl_grad),
    "logistic regression, cross-entropy": unit("cross-entropy", *DATA),
    "logistic regression, squared error": unit("squared error", *DATA),
}


@cache
def height(surface: str) -> np.ndarray:
    """J on the grid AXIS × AXIS (rows are θ₂)."""
    cost = SURFACES[surface][0]
    return np.array([[cost(np.array([x, y])) for x in AXIS] for y in AXIS])


@cache
def lowest(surface: str) -> float:
    """J at the minimum, by a descent from 0."""
    cost, grad = SURFACES[surface]
    return cost(minimize(grad, np.zeros(2), lr=4.0, tol=1e-6).theta)


def verdict(cost: np.ndarray, slope: float, minimum: float) -> str:
    """What a descent does, from its cost (steps + 1,), the norm of its last gradient, and the cost of the minimum."""
    if not np.isfinite(cost[-1]) or cost[-1] > 10 * cost[0]:
        return "it diverges"
    if (np.diff(cost[-10:]) > 1e-3).any():  # up again, near the end
        return "it jumps to and fro"
    if cost[-1] - minimum < NEAR:
        return "it arrives"
    return "it stalls" if slope < NEAR else "it is on its way"


def state(surface: str, lr: float, start_x: float, start_y: float) -> dict:
    """Thirty steps of gradient descent from the start."""
    cost, grad = SURFACES[surface]
    run = descend(cost, grad, (start_x, start_y), lr, STEPS)
    visible = np.where(np.abs(run.path).max(axis=1, keepdims=True) > 30, np.nan, run.path)  # far outside the panel
    last_slope = np.linalg.norm(grad(run.path[-1]))
    return {
        "height": height(surface),
        "path": visible,
        "step": np.arange(STEPS + 1.0),
        "cost": run.cost,
        "first_cost": run.cost[0],
        "last_cost": run.cost[-1],
        "first_slope": float(np.linalg.norm(grad(run.path[0]))),
        "end_x": run.path[-1, 0],
        "end_y": run.path[-1, 1],
        "last_slope": last_slope,
        "verdict": verdict(run.cost, last_slope, lowest(surface)),
    }


def explorer():
    """The explorer of chapter 04."""
    return explore(
        state,
        panel(
            contour("height", (-10, 10, -10, 10)),
            path("path", color=0),
            handle(x="start_x", y="start_y", label="start", color=1),
            title="The path: drag the ring to start elsewhere",
            xlabel="θ₁ (weight)",
            ylabel="θ₂ (bias)",
            xlim=(-10, 10),
            ylim=(-10, 10),
            height=340,
        ),
        panel(
            line("step", "cost", label="J(θ)"),
            title="The cost",
            xlabel="step",
            ylabel="J(θ), logarithmic",
            yscale="log",
            ylim=(1e-4, 1e4),
            height=340,
        ),
        slug="gradient_descent",
        title="One step, again and again",
        alt="Level lines of a cost over two parameters, the path of thirty steps of gradient descent from a start that "
        "can be dragged, and the cost at each step.",
        says="With η = {lr:.3g}, {verdict}: after 30 steps the cost went from {first_cost:.3g} to {last_cost:.3g}.",
        numbers=[
            number("first_cost", "cost at the start", "J(θ₀)"),
            number("last_cost", "cost after 30 steps", "J(θ₃₀)"),
            number("first_slope", "slope at the start", "‖∇J(θ₀)‖"),
            number("last_slope", "slope after 30 steps", "‖∇J(θ₃₀)‖"),
            number("end_x", "θ₁ after 30 steps", "θ₁ − η ∂J/∂θ₁, 30 times"),
            number("end_y", "θ₂ after 30 steps", "θ₂ − η ∂J/∂θ₂, 30 times"),
        ],
        presets={
            "Too timid": {"surface": "bowl", "lr": 0.1},
            "Just right": {"surface": "bowl", "lr": 4},
            "Divergent": {"surface": "bowl", "lr": 8.5},
            "To and fro": {"surface": "logistic regression, cross-entropy", "lr": 12},
            "Squared error stalls": {
                "surface": "logistic regression, squared error",
                "lr": 4,
                "start_x": -9,
                "start_y": 9,
            },
            "Cross-entropy does not": {
                "surface": "logistic regression, cross-entropy",
                "lr": 4,
                "start_x": -9,
                "start_y": 9,
            },
        },
        surface=Choice(*SURFACES, label="cost"),
        lr=Slider(values=(0.1, 0.3, 1, 2, 4, 7.6, 8.5, 12, 20), start=1, label="learning rate η"),
        start_x=Slider(-9, 9, 7, start=-9, label="start θ₁"),
        start_y=Slider(-9, 9, 7, start=9, label="start θ₂"),
    )
