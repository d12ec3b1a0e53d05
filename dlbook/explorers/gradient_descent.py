"""Chapter 04: drag the start, choose the learning rate, watch the path over the contours and the cost at each step."""

import numpy as np

from dlbook.experiments.gradient_descent import LOSSES, bowl, bowl_grad, descend, tumours
from dlbook.scratch import activations
from dlbook.widgets.explorer import Choice, Slider, contour, explore, handle, line, number, panel, path

STEPS = 30
AXIS = np.linspace(-10, 10, 41)
COLUMN = "mean texture"


def _logistic(name: str):
    """Cost and gradient of a sigmoid unit θ = (w, b) on one real measurement; θ has shape (2,)."""
    X, y = tumours((COLUMN,))
    loss, loss_grad = LOSSES[name]

    def cost(theta):
        return loss(y, activations.sigmoid(X @ theta[:1] + theta[1]))

    def grad(theta):
        w_grad, b_grad = loss_grad(theta[:1], theta[1], X, y)
        return np.append(w_grad, b_grad)

    return cost, grad


SURFACES = {
    "bowl": (bowl, bowl_grad),
    "logistic regression, cross-entropy": _logistic("cross-entropy"),
    "logistic regression, squared error": _logistic("squared error"),
}
_heights: dict[str, np.ndarray] = {}


def height(surface: str) -> np.ndarray:
    """J on the grid AXIS × AXIS (rows are θ₂), computed once."""
    if surface not in _heights:
        cost = SURFACES[surface][0]
        with np.errstate(divide="ignore"):
            _heights[surface] = np.array([[cost(np.array([x, y])) for x in AXIS] for y in AXIS])
    return _heights[surface]


def state(surface: str, lr: float, start_x: float, start_y: float) -> dict:
    """Thirty steps of gradient descent from the start."""
    cost, grad = SURFACES[surface]
    run = descend(cost, grad, np.array([start_x, start_y]), lr, STEPS)
    first, last = run.cost[0], run.cost[-1]
    visible = np.where(np.abs(run.path).max(axis=1, keepdims=True) > 30, np.nan, run.path)  # far outside the panel
    steps = np.linalg.norm(np.diff(run.path, axis=0), axis=1)
    if not np.isfinite(last) or last > first:
        verdict = "it diverges"
    elif steps.max() < 0.05 and last > 0.9 * first:
        verdict = "it stalls"
    elif last > 0.5 * first:
        verdict = "it is on its way"
    else:
        verdict = "it descends"
    return {
        "height": height(surface),
        "path": visible,
        "step": np.arange(STEPS + 1.0),
        "cost": run.cost,
        "first_cost": first,
        "last_cost": last,
        "first_slope": float(np.linalg.norm(grad(run.path[0]))),
        "end_x": run.path[-1, 0],
        "end_y": run.path[-1, 1],
        "verdict": verdict,
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
            number("end_x", "θ₁ after 30 steps", "θ₁ − η ∂J/∂θ₁, 30 times"),
            number("end_y", "θ₂ after 30 steps", "θ₂ − η ∂J/∂θ₂, 30 times"),
        ],
        presets={
            "Too timid": {"surface": "bowl", "lr": 0.1},
            "Just right": {"surface": "bowl", "lr": 4},
            "Divergent": {"surface": "bowl", "lr": 8.5},
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
        lr=Slider(values=(0.1, 0.3, 1, 2, 4, 6, 7.6, 8.5, 10), start=1, label="learning rate η"),
        start_x=Slider(-9, 9, 7, start=-9, label="start θ₁"),
        start_y=Slider(-9, 9, 7, start=9, label="start θ₂"),
    )
