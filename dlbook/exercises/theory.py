"""What the reader of chapter 07 does: walk a graph, undo a broadcast, build bumps, and count in many dimensions."""

import numpy as np

from dlbook.experiments import theory as experiments
from dlbook.scratch import activations, graph
from dlbook.widgets.exercise import Code, Mistake, Predict, Route

WIDTHS = (10, 20, 40, 80)  # of the figure that the reader is asked to read
WANTED = 0.003


def width_errors() -> np.ndarray:
    """The largest error of nets of bumps on f(x) = 3 |x − 0.4|: half a bump's width times the slope."""
    return experiments.errors_over_width(lambda x: 3 * np.abs(x - 0.4), WIDTHS)


def _bump_sum(x, edges, heights, steepness):
    step = activations.sigmoid(steepness * (x[:, None] - edges))  # (N, K + 1)
    return (step[:, :-1] - step[:, 1:]) @ heights


def _broadcast_cases():
    rng = np.random.default_rng(0)
    return [
        (np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]), (3,)),
        (np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]), (2, 1)),
        (rng.normal(size=(4, 2, 3)), (1, 3)),
        (rng.normal(size=(4, 3)), ()),
        (rng.normal(size=(4, 3)), (4, 3)),
    ]


def _bump_cases():
    rng = np.random.default_rng(1)
    return [
        (np.array([0.1, 0.5, 0.9]), np.array([0.3, 0.7]), np.array([2.0]), 50.0),
        (np.linspace(0, 1, 7), np.array([0.0, 0.25, 0.5, 1.0]), np.array([1.0, -1.0, 3.0]), 30.0),
        (rng.random(6), np.linspace(-0.2, 1.2, 6), rng.normal(size=5), 8.0),
    ]


EXERCISES = [
    Predict(
        id="theory.two_ways",
        concepts=("graph.compute_graph",),
        title="Every way counts",
        level="easy",
        minutes=5,
        task="A graph computes $a = x\\,y$ and then $L = a\\,x + a$. At $x = 2$, $y = 3$: what is"
        " $\\frac{\\partial L}{\\partial x}$?",
        hints=(
            "Draw the graph. How many arrows leave x, and how many leave a?",
            "Go backwards: first ∂L/∂a, from both uses of a. Then ∂L/∂x: once through a, once directly.",
        ),
        solution="$a = 6$ is used twice: $\\frac{\\partial L}{\\partial a} = x + 1 = 3$. $x$ is used twice, too:"
        " through $a$ it gets $3 \\cdot y = 9$, directly $a = 6$. Together $15$; and indeed $L = x^2 y + x y$ has the"
        " derivative $2xy + y = 15$.",
        answer=lambda: graph.compute_graph(lambda x, y: x * y * x + x * y, 2.0, 3.0).grads[0],
        tolerance=0.01,
        wrong_routes=(
            Route(6.0, "This is only the direct way, with a held fixed. x also reaches L through a."),
            Route(9.0, "This is only the way through a. In a · x, x is used once more: add ∂(a x)/∂x = a."),
            Route(12.0, "The second use of a is missing: a also stands alone, so that ∂L/∂a = x + 1, not x."),
            Route(54.0, "You multiplied the two ways. Along a way factors are multiplied; different ways are added."),
        ),
    ),
    Code(
        id="theory.unbroadcast",
        concepts=("graph.compute_graph",),
        title="The way back from a broadcast",
        level="medium",
        minutes=10,
        task="In `X + b` an array `b` may have been **broadcast**: axes were put in front, and axes of length 1 were"
        " stretched. Write `unbroadcast(grad, shape)`: `grad` has the shape of the result, and you return the"
        " gradient for the array that had `shape`.",
        stub="def unbroadcast(grad, shape):\n    ...\n",
        hints=(
            "A number that was used in five places gets the gradients of five places. How do they combine?",
            "Two things happened on the way there, so undo both: the axes in front go altogether; an axis that had the"
            " length 1 goes back to the length 1.",
            "`grad.ndim` minus the length of `shape` tells how many axes were put in front. For the others,"
            " `keepdims=True` leaves an axis of length 1 behind.",
        ),
        solution="""\
def unbroadcast(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
""",
        cases=_broadcast_cases,
        reference=lambda grad, shape: graph.unbroadcast(grad, np.empty(shape)),
        mistakes=(
            Mistake(
                "only the axes in front",
                """\
def unbroadcast(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return grad
""",
                "The axes in front are right. An axis of length 1 that was stretched must be summed, too: for the shape"
                " (2, 1), each row of the gradient becomes one number.",
            ),
            Mistake(
                "mean instead of sum",
                """\
def unbroadcast(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.mean(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.mean(axis=axis, keepdims=True)
    return grad
""",
                "You took the mean. Every copy pushes the result by its own amount, and all of them move together: the"
                " gradients add up.",
            ),
            Mistake(
                "axes lost",
                """\
def unbroadcast(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return grad.sum(axis=tuple(k for k, size in enumerate(shape) if size == 1))
""",
                "The numbers are right, the shape is not: a stretched axis vanished instead of going back to the"
                " length 1. Keep it.",
            ),
            Mistake(
                "one copy",
                """\
def unbroadcast(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    for axis, size in enumerate(shape):
        if size == 1:
            grad = np.take(grad, [0], axis=axis)
    return grad
""",
                "You kept the gradient of the first copy and dropped the others. Each copy has a part in the result:"
                " sum over all of them.",
            ),
        ),
    ),
    Code(
        id="theory.bump_sum",
        concepts=("theory.universal_approximation",),
        title="A curve out of sigmoids",
        level="medium",
        minutes=10,
        task="Write `bump_sum(x, edges, heights, steepness)`: the sum of bumps, where bump $k$ is"
        " $h_k\\,[\\sigma(s(x - a_k)) - \\sigma(s(x - a_{k+1}))]$. Shapes: `x` (N,), `edges` $a$ (K + 1,), `heights`"
        " $h$ (K,), `steepness` $s$ a number; return (N,).",
        stub="def bump_sum(x, edges, heights, steepness):\n    ...\n",
        hints=(
            "First all the steps at once: one row for each x, one column for each edge. `x[:, None]` makes x a column.",
            "Two bumps that are neighbours share an edge, so K + 1 steps are enough: a bump is a step less the step to"
            " its right.",
            "`[:, :-1]` are the steps that go up, `[:, 1:]` those that come down. A product with the heights adds the"
            " bumps.",
        ),
        solution="""\
def bump_sum(x, edges, heights, steepness):
    step = 1 / (1 + np.exp(-steepness * (x[:, None] - edges)))  # (N, K + 1)
    return (step[:, :-1] - step[:, 1:]) @ heights  # (N, K) @ (K,) -> (N,)
""",
        cases=_bump_cases,
        reference=_bump_sum,
        mistakes=(
            Mistake(
                "upside down",
                """\
def bump_sum(x, edges, heights, steepness):
    step = 1 / (1 + np.exp(-steepness * (x[:, None] - edges)))
    return (step[:, 1:] - step[:, :-1]) @ heights
""",
                "Your curve is upside down. Either you took the step on the right less the one on the left, which is"
                " the larger; or your steps fall, with a − x in place of x − a.",
            ),
            Mistake(
                "up and never down",
                """\
def bump_sum(x, edges, heights, steepness):
    step = 1 / (1 + np.exp(-steepness * (x[:, None] - edges)))
    return step[:, :-1] @ heights
""",
                "Your steps go up and never come down: behind a bump its height stays. Take off the step at its right"
                " edge.",
            ),
            Mistake(
                "edges not scaled",
                """\
def bump_sum(x, edges, heights, steepness):
    step = 1 / (1 + np.exp(-(steepness * x[:, None] - edges)))
    return (step[:, :-1] - step[:, 1:]) @ heights
""",
                "The steepness multiplies x alone, so that the steps stand at a/s, all near 0. It is s (x − a): a net"
                " with weight s has the bias −s a.",
            ),
            Mistake(
                "mean of the bumps",
                """\
def bump_sum(x, edges, heights, steepness):
    step = 1 / (1 + np.exp(-steepness * (x[:, None] - edges)))
    return ((step[:, :-1] - step[:, 1:]) * heights).mean(axis=1)
""",
                "You took the mean over the bumps: K times too small. At each x one bump is up and the others are 0;"
                " add them.",
            ),
        ),
    ),
    Predict(
        id="theory.read_width",
        concepts=("theory.universal_approximation",),
        title="How wide must it be?",
        level="medium",
        minutes=5,
        figure="theory.read_rate",
        task="The figure above shows the largest error of nets of bumps on $f(x) = 3\\,|x - 0.4|$. How many **bumps**"
        " does it take for a largest error of 0.003?",
        hints=(
            "What happens to the error where the number of bumps doubles? Follow the line.",
            "The product of error and number of bumps is the same at all four points. Read it off one of them.",
        ),
        solution="Error × bumps is $0.15 \\cdot 10 = 1.5$ everywhere: the slope, 3, times half the width of a bump. So"
        " $n = 1.5 / 0.003 = 500$ bumps, a thousand sigmoids.",
        answer=lambda: width_errors()[0] * WIDTHS[0] / WANTED,
        tolerance=10,
        wrong_routes=(
            Route(1000, "This is the number of sigmoids, two for each bump. The question asks for the bumps."),
            Route(200, "You let the error fall with the square of the number. Twice as many bumps only halve it."),
            Route(50, "With this many the error is 0.03. One more factor of ten is missing."),
            Route(80, "That is the last point of the figure, where the error is still 0.019. Go on along the line."),
        ),
    ),
    Predict(
        id="theory.neighbourhood",
        concepts=("theory.curse_of_dimensionality",),
        title="How near are neighbours?",
        level="easy",
        minutes=5,
        task="Cases are spread evenly over the unit cube in **10 dimensions**. You want to predict from the nearest"
        " 1 % of them, a small cube round the new case. How long is its **edge**?",
        hints=(
            "In one dimension the edge would be 0.01, in two √0.01. Which power is it in D dimensions?",
            "The volume is the edge to the power of 10. Solve for the edge: take the tenth root.",
        ),
        solution="$e^{10} = 0.01$, so $e = 0.01^{1/10} \\approx 0.63$: the neighbourhood spans almost two thirds of the"
        " range of every measurement. It is not local any more.",
        answer=lambda: experiments.edge_for_share(10, 0.01),
        tolerance=0.01,
        wrong_routes=(
            Route(0.1, "That is the edge in two dimensions: √0.01. Here ten edges are multiplied."),
            Route(0.01, "That is the share itself: the edge in one dimension."),
            Route(0.955, "You took the hundredth root of 0.01. The number of dimensions is 10."),
        ),
    ),
]
