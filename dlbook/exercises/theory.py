"""What the reader of chapter 07 does: walk a graph, undo a broadcast, build bumps, and count in many dimensions."""

import numpy as np

from dlbook.experiments import theory as experiments
from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import activations, graph

WIDTHS = (10, 20, 40, 80)  # of the figure that the reader is asked to read
WANTED = 0.003
GRAPH = {"inputs": 12, "outputs": 3, "arrows": 200}
POLL = {"share": 0.2, "error": 0.02}


def width_errors() -> np.ndarray:
    """The largest error of nets of bumps on f(x) = 3 |x − 0.4|: half a bump's width times the slope."""
    return experiments.errors_over_width(lambda x: 3 * np.abs(x - 0.4), WIDTHS)


def _bump_sum(x, edges, heights, steepness):
    step = activations.sigmoid(steepness * (x[:, None] - edges))  # (m, n + 1)
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


def _gradients(order, edges):
    """Every ∂L/∂v at once, as the solution of g = Sᵀ g + e_L; S[v, p] sums the slopes of v for its parent p."""
    slopes = np.zeros((len(order), len(order)))
    for node, parents in enumerate(edges):
        for parent, slope in parents:
            slopes[node, parent] += slope
    return np.linalg.solve(np.eye(len(order)) - slopes.T, np.eye(len(order))[order[-1]])


def _walk_cases():
    diamond = [[], [(0, 3.0)], [(0, -2.0)], [(1, 5.0), (2, 7.0)]]  # 0 is used by 1 and by 2, and 3 is made of both
    return [
        ([0, 1, 2], [[], [(0, 2.0)], [(1, 10.0)]]),
        ([0, 1, 2, 3], diamond),
        ([0, 1, 2, 3, 4, 5], [*diamond, [(3, 0.5), (3, 0.5)], [(4, 2.0), (0, 1.0)]]),  # 3 · 3: one node, two edges
        ([3, 2, 0, 1], [[(2, 3.0), (3, -1.0)], [(2, 2.0), (0, 4.0)], [(3, 0.5)], []]),  # numbers tell no order
        ([1, 0, 2, 3], [[(1, 4.0)], [], [(1, -3.0)], [(0, 2.0)]]),  # the end is not made of node 2
        ([0, 1, 2], [[], [(0, 0.3)], [(1, -1.7), (0, 0.25)]]),  # slopes that are not whole
    ]


def _forward_cases():
    return [(order, edges, source) for order, edges in _walk_cases() for source in (order[0], order[1])]


def _forward(order, edges, source):
    """Every ∂v/∂(source) at once, as the solution of s = S s + e_source; S[v, p] sums the slopes of v for p."""
    slopes = np.zeros((len(order), len(order)))
    for node, parents in enumerate(edges):
        for parent, slope in parents:
            slopes[node, parent] += slope
    return np.linalg.solve(np.eye(len(order)) - slopes, np.eye(len(order))[source])


def additive_features(X, degree):
    """A one, and the powers 1 to `degree` of each column: those of the first column first."""
    return np.concatenate(
        [np.ones((len(X), 1)), *[column[:, None] ** np.arange(1, degree + 1) for column in X.T]], axis=1
    )


def _feature_cases():
    rng = np.random.default_rng(2)
    return [
        (np.array([[2.0, 3.0], [-1.0, 0.5]]), 2),
        (rng.normal(size=(5, 3)), 3),
        (rng.normal(size=(4, 1)), 5),
        (rng.normal(size=(6, 10)), 1),
    ]


EXERCISES = [
    Predict(
        id="theory.two_ways",
        concepts=("graph.compute_graph",),
        title="Every path counts",
        level="easy",
        minutes=5,
        task="A graph computes $a = x\\,y$ and then $L = a\\,x + a$. At $x = 2$, $y = 3$: what is"
        " $\\frac{\\partial L}{\\partial x}$?",
        hints=(
            "Draw the graph. How many arrows leave x, and how many leave a?",
            "Go backwards: first ∂L/∂a, from both uses of a. Then ∂L/∂x: once through a, once directly.",
        ),
        solution="$a = 6$ is used twice: $\\frac{\\partial L}{\\partial a} = x + 1 = 3$. $x$ is used twice, too:"
        " through $a$ it gets $3 \\cdot y = 9$, directly $a = 6$. Together $\\mathbf{15}$; and indeed $L = x^2 y + x y$"
        " has the derivative $2xy + y = 15$.",
        answer=lambda: graph.compute_graph(lambda x, y: x * y * x + x * y, 2.0, 3.0).grads[0],
        tolerance=0.01,
        wrong_routes=(
            Route(6.0, "This is only the direct path, with a held fixed. x also reaches L through a."),
            Route(9.0, "This is only the path through a. In a · x, x is used once more: add ∂(a x)/∂x = a."),
            Route(12.0, "The second use of a is missing: a also stands alone, so that ∂L/∂a = x + 1, not x."),
            Route(54.0, "You multiplied the two paths. Along a path factors are multiplied, and paths are added."),
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
        id="theory.backward",
        concepts=("graph.compute_graph",),
        title="The walk itself",
        level="hard",
        minutes=15,
        task="Nodes have the numbers $0 \\dots n-1$. `order` lists them so that each comes after all it is made of; the"
        " last one is $L$. `edges[v]` lists what node $v$ is made of, as pairs `(p, slope)` with the slope"
        " $\\frac{\\partial v}{\\partial p}$; a node that is used twice stands there twice. Write"
        " `backward(order, edges)`: return $\\frac{\\partial L}{\\partial v}$ for every node, an array of shape (n,).",
        stub="def backward(order, edges):\n    ...\n",
        hints=(
            "Which gradient is known before you start? And which node can pass its own on first?",
            "A node may pass its gradient on when nothing more can come to it: when all that use it have had their"
            " turn. `order` is a list in which they come later.",
            "Two loops: nodes from the end of `order` to its start, and for each of them its edges. What goes along an"
            " edge is the node's gradient times the slope, and a parent may hear from several sides.",
        ),
        solution="""\
def backward(order, edges):
    grads = np.zeros(len(order))
    grads[order[-1]] = 1
    for node in reversed(order):
        for parent, slope in edges[node]:
            grads[parent] += grads[node] * slope
    return grads
""",
        cases=_walk_cases,
        reference=_gradients,
        mistakes=(
            Mistake(
                "overwrites",
                """\
def backward(order, edges):
    grads = np.zeros(len(order))
    grads[order[-1]] = 1
    for node in reversed(order):
        for parent, slope in edges[node]:
            grads[parent] = grads[node] * slope
    return grads
""",
                "A node that is used more than once keeps only what came last: you overwrite its gradient. What comes"
                " from several sides is added.",
            ),
            Mistake(
                "in the order of the way there",
                """\
def backward(order, edges):
    grads = np.zeros(len(order))
    grads[order[-1]] = 1
    for node in order:
        for parent, slope in edges[node]:
            grads[parent] += grads[node] * slope
    return grads
""",
                "You visit a node before those that are made of it: it passes on a gradient that it has not got yet."
                " Begin at the end of `order`.",
            ),
            Mistake(
                "by their numbers",
                """\
def backward(order, edges):
    grads = np.zeros(len(order))
    grads[order[-1]] = 1
    for node in reversed(range(len(order))):
        for parent, slope in edges[node]:
            grads[parent] += grads[node] * slope
    return grads
""",
                "You go down by the nodes' numbers. They are names and no order: where a node has a larger number than"
                " one that is made of it, its turn comes too early. Follow `order`.",
            ),
            Mistake(
                "starts at the largest number",
                """\
def backward(order, edges):
    grads = np.zeros(len(order))
    grads[-1] = 1
    for node in reversed(order):
        for parent, slope in edges[node]:
            grads[parent] += grads[node] * slope
    return grads
""",
                "Your walk starts at the node with the largest number. L is the last one in `order`, whatever its"
                " number.",
            ),
            Mistake(
                "passes on too early",
                """\
def backward(order, edges):
    grads = np.zeros(len(order))
    grads[order[-1]] = 1

    def visit(node):
        for parent, slope in edges[node]:
            grads[parent] += grads[node] * slope
            visit(parent)

    visit(order[-1])
    return grads
""",
                "A node passes on its gradient each time something arrives, and with it once more what it had passed on"
                " before. Let it wait until all have arrived, and pass on the sum once.",
            ),
            Mistake(
                "slopes without the node's own gradient",
                """\
def backward(order, edges):
    grads = np.zeros(len(order))
    grads[order[-1]] = 1
    for node in reversed(order):
        for parent, slope in edges[node]:
            grads[parent] += slope
    return grads
""",
                "You add the slopes alone: that is how a node changes what is made of it, not how it changes L. Along a"
                " path the factors are multiplied: the slope times the gradient of the node that passes it on.",
            ),
            Mistake(
                "an array of integers",
                """\
def backward(order, edges):
    grads = np.zeros(len(order), dtype=int)
    grads[order[-1]] = 1
    for node in reversed(order):
        for parent, slope in edges[node]:
            grads[parent] += grads[node] * slope
    return grads
""",
                "The walk is right, but your array holds integers, and cuts every gradient that is put into it to a"
                " whole number. `np.zeros(n)` makes floats; `dtype=int`, or an array made of integers, does not.",
            ),
            Mistake(
                "no start",
                """\
def backward(order, edges):
    grads = np.zeros(len(order))
    for node in reversed(order):
        for parent, slope in edges[node]:
            grads[parent] += grads[node] * slope
    return grads
""",
                "Everything is 0, for there was nothing to pass on. The slope of L for itself is 1: start with it.",
            ),
        ),
    ),
    Predict(
        id="theory.count_products",
        concepts=("graph.compute_graph",),
        title="Which way is cheaper?",
        level="easy",
        minutes=4,
        task="A graph has 12 inputs, 3 outputs and 200 arrows. You need the derivative of every output with respect to"
        " every input. A walk in either direction takes one product for each arrow. How many **products** does the"
        " cheaper of the two modes take?",
        hints=(
            "What does one walk find in forward mode, and what in reverse mode?",
            "Forward mode needs a walk for each input, reverse mode one for each output. Which are fewer?",
        ),
        solution="Forward mode takes 12 walks, which is $12 \\cdot 200 = 2400$ products. Reverse mode takes 3 "
        "walks, one for each output, and $3 \\cdot 200 = \\mathbf{600}$ products.",
        answer=lambda: min(GRAPH["inputs"], GRAPH["outputs"]) * GRAPH["arrows"],
        tolerance=0.5,
        wrong_routes=(
            Route(2400, "That is forward mode, with a walk for each input. Reverse mode needs one for each output."),
            Route(200, "That is a single walk. It finds the derivatives of one output only."),
            Route(7200, "You took a walk for each pair. One walk finds a whole row of them, or a whole column."),
            Route(36, "That is how many derivatives there are. Each walk passes all arrows."),
            Route(3000, "You added both modes. One of them is enough."),
        ),
    ),
    Code(
        id="theory.forward",
        concepts=("graph.compute_graph",),
        title="The walk in the other direction",
        level="medium",
        minutes=10,
        task="As in the walk backwards, nodes have the numbers $0 \\dots n-1$, `order` lists them so that each "
        "comes after all it is made of, and `edges[v]` lists pairs `(p, slope)` with the slope $\\frac{\\partial "
        "v}{\\partial p}$. Write `forward(order, edges, source)`: return $\\frac{\\partial "
        "v}{\\partial\\,\\text{source}}$ for every node $v$, an array of shape (n,). The source itself has the "
        "slope 1.",
        stub="def forward(order, edges, source):\n    ...\n",
        hints=(
            "Which slope do you know before you start? And which nodes can be done next?",
            "In `order` the parents of a node stand before it. So go through it from its start, and every parent's "
            "slope is ready.",
            "The slope of v is a sum over its edges: slope of the edge times the slope of that parent. The source gets"
            " nothing from its parents.",
        ),
        solution="""\
def forward(order, edges, source):
    slopes = np.zeros(len(order))
    for node in order:
        slopes[node] = sum(slope * slopes[parent] for parent, slope in edges[node])
        if node == source:
            slopes[node] = 1
    return slopes
""",
        cases=_forward_cases,
        reference=_forward,
        mistakes=(
            Mistake(
                "overwrites",
                """\
def forward(order, edges, source):
    slopes = np.zeros(len(order))
    slopes[source] = 1
    for node in order:
        for parent, slope in edges[node]:
            if node != source:
                slopes[node] = slope * slopes[parent]
    return slopes
""",
                "A node that is made of several others keeps only what came along its last edge. What comes along"
                " several edges is added.",
            ),
            Mistake(
                "backwards",
                """\
def forward(order, edges, source):
    grads = np.zeros(len(order))
    grads[order[-1]] = 1
    for node in reversed(order):
        for parent, slope in edges[node]:
            grads[parent] += grads[node] * slope
    return grads
""",
                "That is reverse mode: the derivatives of the last node with respect to all others. Here the source is"
                " fixed, and the nodes behind it are asked.",
            ),
            Mistake(
                "against the order",
                """\
def forward(order, edges, source):
    slopes = np.zeros(len(order))
    slopes[source] = 1
    for node in reversed(order):
        for parent, slope in edges[node]:
            slopes[node] += slope * slopes[parent]
    return slopes
""",
                "Only what is made directly of the source has a slope. What is made of that must follow: go through"
                " `order` from its start, so that every parent has its slope before its children ask for it.",
            ),
            Mistake(
                "by their numbers",
                """\
def forward(order, edges, source):
    slopes = np.zeros(len(order))
    slopes[source] = 1
    for node in range(len(order)):
        if node != source:
            slopes[node] = sum(slope * slopes[parent] for parent, slope in edges[node])
    return slopes
""",
                "You go up by the nodes' numbers, which are names and no order. Follow `order`.",
            ),
            Mistake(
                "starts at the first node",
                """\
def forward(order, edges, source):
    slopes = np.zeros(len(order))
    slopes[order[0]] = 1
    for node in order:
        for parent, slope in edges[node]:
            slopes[node] += slope * slopes[parent]
    return slopes
""",
                "You start at the first node of `order`. The slopes that are asked for are those with respect to"
                " `source`, so the 1 belongs there.",
            ),
            Mistake(
                "slopes alone",
                """\
def forward(order, edges, source):
    slopes = np.zeros(len(order))
    for node in order:
        slopes[node] = sum(slope for parent, slope in edges[node])
        if node == source:
            slopes[node] = 1
    return slopes
""",
                "You add the slopes of the edges alone. Along a path the factors are multiplied: the edge's slope times"
                " the slope of its parent.",
            ),
            Mistake(
                "no start",
                """\
def forward(order, edges, source):
    slopes = np.zeros(len(order))
    for node in order:
        slopes[node] = sum(slope * slopes[parent] for parent, slope in edges[node])
    return slopes
""",
                "Everything is 0, for there was nothing to carry on. The source changes with itself by 1: start "
                "with it.",
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
        " $h_k\\,[\\sigma(s(x - a_k)) - \\sigma(s(x - a_{k+1}))]$. With $n$ bumps and $m$ places the shapes are: `x`"
        " (m,), `edges` $a$ (n + 1,), `heights` $h$ (n,), `steepness` $s$ a number; return (m,).",
        stub="def bump_sum(x, edges, heights, steepness):\n    ...\n",
        hints=(
            "First all the steps at once: one row for each x, one column for each edge. `x[:, None]` makes x a column.",
            "Two bumps that are neighbours share an edge, so n + 1 steps are enough: a bump is a step less the step to"
            " its right.",
            "`[:, :-1]` are the steps that go up, `[:, 1:]` those that come down. A product with the heights adds the"
            " bumps.",
        ),
        solution="""\
def bump_sum(x, edges, heights, steepness):
    step = 1 / (1 + np.exp(-steepness * (x[:, None] - edges)))  # (m, n + 1)
    return (step[:, :-1] - step[:, 1:]) @ heights  # (m, n) @ (n,) -> (m,)
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
                "no steepness",
                """\
def bump_sum(x, edges, heights, steepness):
    step = 1 / (1 + np.exp(-(x[:, None] - edges)))
    return (step[:, :-1] - step[:, 1:]) @ heights
""",
                "The steepness is missing: with a weight of 1 each sigmoid is nearly straight on [0, 1], and no step.",
            ),
            Mistake(
                "mean of the bumps",
                """\
def bump_sum(x, edges, heights, steepness):
    step = 1 / (1 + np.exp(-steepness * (x[:, None] - edges)))
    return ((step[:, :-1] - step[:, 1:]) * heights).mean(axis=1)
""",
                "You took the mean over the bumps: n times too small. At each x one bump is up and the others are 0;"
                " add them.",
            ),
        ),
    ),
    Choose(
        id="theory.what_it_promises",
        concepts=("theory.universal_approximation",),
        title="What does the theorem promise?",
        level="medium",
        minutes=4,
        task="A net with one hidden layer of 50 sigmoids was trained on a continuous function on $[0, 1]$. Its largest"
        " error there stays at 0.3. What follows from the **theorem**?",
        options={
            "a": "with other weights, these 50 sigmoids would come closer than 0.3",
            "b": "with longer training the error will fall below 0.3",
            "c": "there are a width and weights for it with an error below 0.001 on [0, 1]",
            "d": "once the error is small on [0, 1], it is small on [1, 2], too",
            "e": "with σ(z) = z² in place of the sigmoids, some width would be enough for any error as well",
        },
        answer="c",
        wrong={
            "a": "The width depends on the function and on the error: the theorem names no number. Fifty may be too few"
            " for this function.",
            "b": "It says that weights exist, and nothing about a way to find them. Training may stay where it is.",
            "d": "It speaks of [0, 1] alone. Outside, the chapter's bumps end at 0 while the wave goes on.",
            "e": "Sums of squares of w x + b are parabolas, however many you add. The activation must not be a"
            " polynomial.",
        },
        hints=(
            "For every function and every error there is a width … In which order do these come?",
            "The theorem says that something exists. It gives neither its size, nor a way to it, nor anything beside"
            " the set.",
        ),
        solution="**c**. First the function and the error are chosen, then a width and weights exist. The theorem does"
        " not say how wide (a), how to find them (b), what happens beside the set (d), and a polynomial makes only"
        " polynomials of its own degree (e).",
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
        " $n = 1.5 / 0.003 = \\mathbf{500}$ bumps. These take 501 sigmoids: two for each bump would count shared edges"
        " twice.",
        answer=lambda: width_errors()[0] * WIDTHS[0] / WANTED,
        tolerance=10,
        wrong_routes=(
            Route(
                1000,
                "Did you count two sigmoids for each bump? The question asks for the bumps; and neighbours share an"
                " edge, so that there is only one sigmoid more than bumps.",
            ),
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
        task="Cases are spread evenly over the unit cube in **20 dimensions**. You want to predict from the nearest"
        " 0.1 % of them, a small cube round the new case. How long is its **edge**?",
        hints=(
            "What is 0.1 % as a share? In one dimension the edge is that share, in two its root. And in D dimensions?",
            "The volume is the edge to the power of 20, and it is to be 0.001. Take the 20th root of 0.001.",
        ),
        solution="$e^{20} = 0.001$, so $e = 0.001^{1/20} \\approx \\mathbf{0.71}$: the neighbourhood of one case in a"
        " thousand spans seven tenths of the range of every measurement. It is not local any more.",
        answer=lambda: experiments.edge_for_share(20, 0.001),
        tolerance=0.01,
        wrong_routes=(
            Route(0.0316, "That is the edge in two dimensions: √0.001. Here twenty edges are multiplied."),
            Route(0.001, "That is the share itself: the edge in one dimension."),
            Route(0.00005, "You divided the share by 20. The edges are multiplied, so take the 20th root."),
            Route(0.501, "You took the tenth root. The number of dimensions is 20."),
            Route(0.794, "You took a share of 1 %. One in a thousand is 0.001."),
            Route(0.891, "You took 0.1 for the share. It is 0.1 %, which is 0.001."),
        ),
    ),
    Code(
        id="theory.additive_features",
        concepts=("theory.curse_of_dimensionality",),
        title="A sum of curves",
        level="easy",
        minutes=6,
        task="Assume that a function of $D$ measurements is a sum of polynomials, one for each measurement. Then it is"
        " linear in these features: a 1, and the powers 1 to `degree` of each column of `X`, those of the first column"
        " first. Write `additive_features(X, degree)` for `X` of shape (m, D); return (m, 1 + D · degree).",
        stub="def additive_features(X, degree):\n    ...\n",
        hints=(
            "One column of `X` gives `degree` columns. `X[:, [0]] ** np.arange(1, degree + 1)` are those of the first.",
            "How many ones does a sum of polynomials need? The constants of all curves add up to a single one.",
            "Collect the parts in a list, the ones first, and `np.concatenate` them along axis 1.",
        ),
        solution="""\
def additive_features(X, degree):
    parts = [np.ones((len(X), 1))]
    for d in range(X.shape[1]):
        parts.append(X[:, [d]] ** np.arange(1, degree + 1))
    return np.concatenate(parts, axis=1)
""",
        cases=_feature_cases,
        reference=additive_features,
        mistakes=(
            Mistake(
                "a one for every axis",
                """\
def additive_features(X, degree):
    parts = [X[:, [d]] ** np.arange(degree + 1) for d in range(X.shape[1])]
    return np.concatenate(parts, axis=1)
""",
                "You have a column of ones for every axis. All of them are the same column, and least squares cannot"
                " tell them apart: one is enough.",
            ),
            Mistake(
                "no one",
                """\
def additive_features(X, degree):
    parts = [X[:, [d]] ** np.arange(1, degree + 1) for d in range(X.shape[1])]
    return np.concatenate(parts, axis=1)
""",
                "The column of ones is missing. Without it every curve would have to go through 0 at 0.",
            ),
            Mistake(
                "one power too few",
                """\
def additive_features(X, degree):
    parts = [np.ones((len(X), 1))]
    for d in range(X.shape[1]):
        parts.append(X[:, [d]] ** np.arange(1, degree))
    return np.concatenate(parts, axis=1)
""",
                "The highest power is missing: `np.arange(1, degree)` ends before `degree`.",
            ),
            Mistake(
                "power by power",
                """\
def additive_features(X, degree):
    parts = [np.ones((len(X), 1))]
    for power in range(1, degree + 1):
        parts.append(X**power)
    return np.concatenate(parts, axis=1)
""",
                "All features are there, in another order: first all columns, then all squares. The task wants the"
                " powers of the first column first.",
            ),
        ),
    ),
    Predict(
        id="theory.poll",
        concepts=("theory.universal_approximation", "theory.curse_of_dimensionality"),
        title="How many must you ask?",
        level="medium",
        minutes=6,
        task="A function is the share of yes among very many units, each of which says 0 or 1. At some $x$ it is 0.2. A"
        " net asks $n$ of the units at random and takes their mean. How large must $n$ be for an rms error of **0.02**"
        " at this $x$, where there are **100 dimensions**?",
        hints=(
            "What is the variance of a single vote, if a share of 0.2 says 1 and the others 0? It is a mean of "
            "squares.",
            "The variance of a vote is 0.2 · 0.8. A mean of n independent votes has the n-th part of it.",
        ),
        solution="A vote has the variance $0.2 \\cdot 0.8^2 + 0.8 \\cdot 0.2^2 = 0.16$. The rms error is"
        " $\\sqrt{0.16 / n}$, and $0.16/n = 0.02^2$ gives $n = 0.16/0.0004 = \\mathbf{400}$. The dimensions do not"
        " matter.",
        answer=lambda: POLL["share"] * (1 - POLL["share"]) / POLL["error"] ** 2,
        tolerance=4,
        wrong_routes=(
            Route(8, "You divided the variance by the error. The error is the root of variance over n: square it."),
            Route(20, "You took the standard deviation over the error. Square that ratio: n is under a root."),
            Route(500, "You took 0.2 for the variance of a vote. It is 0.2 · 0.8."),
            Route(625, "You took 1/4, the largest variance that a vote can have. At a share of 0.2 it is 0.16."),
            Route(2500, "You took 1 for the variance. A vote of 0 or 1 has less: 0.2 · 0.8."),
            Route(40000, "You multiplied by the dimensions. They do not enter: a poll asks units, not places."),
        ),
    ),
]
