"""What the reader of chapter 02 does: fold lines, write the bends and their slopes, and keep them finite."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import activations

ELU_TO_READ = {"alpha": 0.6}  # of the figure whose α the reader is asked for


def _lines():
    rng = np.random.default_rng(1)
    return [np.array([-2.0, -0.5, 0.0, 0.5, 2.0]), rng.normal(0, 3, (4, 3)), np.array([-1000.0, 1000.0])]


def _leaky_cases():
    return [(z, alpha) for z in _lines() for alpha in (0.01, 0.3, 2.0)]


def _single_cases():
    return [(z,) for z in _lines()]


def _swish_cases():
    rng = np.random.default_rng(4)
    zs = np.array([-3.0, -1.0, 0.0, 1.0, 3.0]), rng.normal(0, 3, (4, 3)), np.array([-20.0, 20.0])
    return [(z, beta) for z in zs for beta in (1.0, 0.5, 3.0)]


def _swish_grad(z, beta):
    """σ(βz) + βz σ′(βz), by the product rule and the chain rule."""
    return activations.sigmoid(beta * z) + beta * z * activations.sigmoid_grad(beta * z)


def _swish_minimum():
    """Where the slope is 0, by halving an interval; and z σ(z) there: (z, value)."""
    left, right = -3.0, 0.0
    while right - left > 1e-12:
        middle = (left + right) / 2
        left, right = (middle, right) if activations.silu_grad(middle) < 0 else (left, middle)
    return left, activations.silu(left)


def _point_cases():
    rng = np.random.default_rng(5)
    x = np.linspace(-3, 6, 37)
    points = [([0.0, 1.0, 2.0], [0.0, 1.0, 0.0]), ([-1.0, 0.5, 1.0, 4.0], [2.0, -1.0, 3.0, 3.5])]
    points.append((np.sort(rng.uniform(-2, 5, 6)), rng.normal(0, 2, 6)))
    return [(x, np.array(places), np.array(heights)) for places, heights in points]


def _gate_cases():
    rng = np.random.default_rng(6)
    return [
        (np.array([-1.0, 0.5, 2.0]), np.array([-2.0, -0.5, 0.3, 1.0])),
        (rng.normal(0, 2, 5), rng.normal(size=200)),
        (np.array([-4.0, 4.0]), rng.normal(size=50)),
    ]


def _gated(z, draws):
    """z times the share of the draws that lie below it, one z at a time."""
    return np.array([np.mean([one if draw < one else 0.0 for draw in draws]) for one in z])


def _softmax_cases():
    rng = np.random.default_rng(2)
    return [
        (np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]),),
        (rng.normal(0, 2, (5, 4)),),
        (np.array([[1000.0, 1001.0], [-1000.0, -1002.0], [5.0, -3.0]]),),
        (np.array([[1000.0, -1000.0], [0.0, 0.5]]),),
    ]


def _vector_cases():
    rng = np.random.default_rng(3)
    return [(np.array([0.0, 1.0]),), (np.array([2.0, -1.0, 0.5]),), (rng.normal(0, 2, 5),)]


EXERCISES = [
    Predict(
        id="activations.collapse",
        concepts=("activations.relu",),
        title="One unit for two",
        level="easy",
        minutes=3,
        task="A unit computes $z = 4x - 3$. The next one reads $z$ and computes $-2z + 5$, with nothing between them."
        " Both together are one unit $w x + b$. What is its **bias** $b$?",
        hints=(
            "Put the first formula into the second one, in place of z.",
            "The second unit multiplies everything that it reads, the −3 as well.",
        ),
        solution="$-2\\,(4x - 3) + 5 = -8x + 6 + 5 = -8x + 11$, so the bias is **11**, and the weight is −8.",
        answer=lambda: -2 * (4 * 0 - 3) + 5.0,
        tolerance=0.001,
        wrong_routes=(
            Route(2.0, "You added the two biases. The second unit multiplies the first bias by −2 before it adds."),
            Route(-1.0, "A sign got lost. −2 times −3 is +6."),
            Route(-8.0, "This is the weight of the one unit. The bias is what is left where x = 0."),
            Route(6.0, "This is what becomes of the first bias. The second unit has a bias of its own."),
        ),
    ),
    Code(
        id="activations.folds",
        concepts=("activations.relu",),
        title="A folded line through points",
        level="medium",
        minutes=12,
        task="Write `through(x, places, heights)`, a sum of ReLU units that draws a line through given points. `places`"
        " are $x_0 < x_1 < \\dots$, and `heights` are the values there. Between two neighbours the line is straight."
        " Left of the first point it stays at the first height, and right of the last one at the last height. `x` is"
        " a vector.",
        stub="def through(x, places, heights):\n    ...\n",
        hints=(
            "Begin with the slope of each straight piece, height gained over way gone. How many pieces are there,"
            " and what are the slopes outside of the points?",
            "A unit adds a *change* of slope, and one unit begins at each point. The first changes the slope from 0 to"
            " that of the first piece, and the last changes it back to 0.",
            "`np.diff` has `prepend=` and `append=`, which put numbers before and behind. `x[:, None] - places` has a"
            " row for each x and a column for each unit. Do not forget where the line starts.",
        ),
        solution="""\
def through(x, places, heights):
    slopes = np.diff(heights) / np.diff(places)
    changes = np.diff(slopes, prepend=0, append=0)  # one for each point
    return heights[0] + np.maximum(0, x[:, None] - places) @ changes
""",
        cases=_point_cases,
        reference=lambda x, places, heights: np.interp(x, places, heights),
        atol=1e-9,
        mistakes=(
            Mistake(
                "slopes, not changes",
                """\
def through(x, places, heights):
    slopes = np.append(np.diff(heights) / np.diff(places), 0)
    return heights[0] + np.maximum(0, x[:, None] - places) @ slopes
""",
                "You gave each unit the slope of its piece. But the units before it go on rising, and all slopes add"
                " up. A unit brings the change from the piece before.",
            ),
            Mistake(
                "no end",
                """\
def through(x, places, heights):
    slopes = np.diff(heights) / np.diff(places)
    changes = np.diff(slopes, prepend=0)
    return heights[0] + np.maximum(0, x[:, None] - places[:-1]) @ changes
""",
                "Right of the last point your line goes on with its last slope. The last point needs a unit, too, which"
                " takes that slope away.",
            ),
            Mistake(
                "start forgotten",
                """\
def through(x, places, heights):
    slopes = np.diff(heights) / np.diff(places)
    changes = np.diff(slopes, prepend=0, append=0)
    return np.maximum(0, x[:, None] - places) @ changes
""",
                "All ReLU units are 0 left of the first point, and so is your line. It should begin at the first"
                " height.",
            ),
            Mistake(
                "heights as weights",
                """\
def through(x, places, heights):
    return np.maximum(0, x[:, None] - places) @ heights
""",
                "You multiplied each unit by the height of its point. A ReLU that begins at a point is 0 there, so"
                " its factor is no height. It is a change of slope.",
            ),
        ),
    ),
    Choose(
        id="activations.one_sign",
        concepts=("activations.sigmoid",),
        title="Where one case can push",
        level="easy",
        minutes=3,
        task="A unit reads three outputs of sigmoids, and for one case they are (0.2, 0.9, 0.5). It makes a step of"
        " gradient descent on **this case alone**. Which change of its three weights is possible?",
        options={
            "a": "(+0.04, −0.18, +0.10)",
            "b": "(−0.04, −0.18, −0.10)",
            "c": "(−0.10, −0.10, −0.10)",
            "d": "(+0.10, +0.04, +0.18)",
        },
        answer="b",
        wrong={
            "a": "The gradient of a weight is ∂J/∂z times its input. ∂J/∂z is the same for all three, and no input is"
            " negative. So all three changes have the same sign.",
            "c": "The changes would be equal if the inputs were. A weight moves in proportion to its own input.",
            "d": "The signs agree, but the changes are in the wrong proportion. The weight of the largest input, 0.9,"
            " moves furthest.",
        },
        hints=(
            "The gradient of weight k is ∂J/∂z times the input of weight k.",
            "So the changes are the three inputs, all multiplied by one and the same number.",
        ),
        solution="**b** is −0.2 times the inputs, $-0.2 \\cdot (0.2,\\ 0.9,\\ 0.5)$. Every possible change is the list"
        " of the inputs times one number. As no input is negative, all weights go up together or down together.",
    ),
    Predict(
        id="activations.steep_bowl",
        concepts=("activations.sigmoid", "activations.tanh"),
        title="A hundred inputs of one sign",
        level="medium",
        minutes=5,
        task="A unit reads 100 independent inputs. Each is spread evenly between 0 and 1, so its mean is ½ and its"
        " variance is $\\tfrac{1}{12}$. By **what factor** is its valley of squared error steeper in the steepest"
        " direction than in the flattest one?",
        hints=(
            "One unit of length in a flat direction costs Var(a). In the steep direction a second part comes on top.",
            "The second part is the number of inputs times the square of their mean. Divide the sum by Var(a).",
        ),
        solution="$1 + n_\\text{in}\\,\\mu^2 / \\operatorname{Var}(a) = 1 + 100 \\cdot \\tfrac14 \\cdot 12 ="
        " \\mathbf{301}$. With ½ taken off each input, the mean is 0 and the factor is 1.",
        answer=lambda: 1 + 100 * 0.5**2 / (1 / 12),
        tolerance=0.5,
        wrong_routes=(
            Route(300.0, "This is the second part alone. The steep direction has Var(a) as well, which adds 1."),
            Route(601.0, "You took the mean as it is. It stands in the formula squared."),
            Route(4.0, "This holds for one input. The factor grows with their number."),
            Route(26.0, "You left out the variance. The second part is divided by it."),
            Route(lambda: 1 + 100 * 0.5**2 / 12, "You multiplied by the variance. The second part is divided by it."),
            Route(76.0, "You divided by the mean square, 1/3. The variance is the mean square less the squared mean."),
        ),
    ),
    Code(
        id="activations.leak",
        concepts=("activations.leaky_relu", "activations.relu"),
        title="Leaky ReLU in one line",
        level="easy",
        minutes=4,
        task="Write `leaky_relu(z, alpha)` for an array `z` of any shape: $z$ where $z \\ge 0$, else $\\alpha z$."
        " It is tried with several values of $\\alpha$.",
        stub="def leaky_relu(z, alpha):\n    ...\n",
        hints=(
            "Two candidates for each entry, and a condition that picks one.",
            "`np.where(condition, a, b)` takes from `a` where the condition holds and from `b` elsewhere.",
            "The condition is about the sign of `z`; `a` is the line of slope 1 through the origin, `b` that of"
            " slope α.",
        ),
        solution="def leaky_relu(z, alpha):\n    return np.where(z >= 0, z, alpha * z)\n",
        cases=_leaky_cases,
        reference=lambda z, alpha: activations.leaky_relu(z, negative_slope=alpha),
        mistakes=(
            Mistake(
                "plain ReLU",
                "def leaky_relu(z, alpha):\n    return np.maximum(z, 0)\n",
                "This is ReLU: nothing leaks. Left of 0 the value is αz, so that a gradient is left to come back with.",
            ),
            Mistake(
                "larger of the two",
                "def leaky_relu(z, alpha):\n    return np.maximum(z, alpha * z)\n",
                "The larger of z and αz is right for every α up to 1, and a fine trick there. For α > 1 it takes the"
                " other branch on both sides: pick by the sign of z.",
            ),
            Mistake(
                "sides exchanged",
                "def leaky_relu(z, alpha):\n    return np.where(z >= 0, alpha * z, z)\n",
                "The two sides are exchanged: you shrink what is positive. `np.where` takes its *second* argument where"
                " the condition holds.",
            ),
            Mistake(
                "constant on the left",
                "def leaky_relu(z, alpha):\n    return np.where(z >= 0, z, alpha)\n",
                "Left of 0 you return the constant α. It is a slope: the value is α times z.",
            ),
        ),
    ),
    Predict(
        id="activations.slope_from_output",
        concepts=("activations.sigmoid",),
        title="A slope from the output alone",
        level="easy",
        minutes=3,
        task="A sigmoid unit puts out 0.9. You are not told its input $z$. What is the **slope** of the sigmoid there?",
        hints=(
            "The derivative of the sigmoid can be written with nothing but its value.",
            "It is the value times what is left of 1.",
        ),
        solution="$\\sigma'(z) = \\sigma(z)\\,(1 - \\sigma(z)) = 0.9 \\cdot 0.1 = \\mathbf{0.09}$. That is why a"
        " backward pass keeps the outputs and forgets the inputs.",
        answer=lambda: activations.sigmoid_grad(np.log(9.0)),
        tolerance=0.001,
        wrong_routes=(
            Route(0.25, "That is the largest slope the sigmoid has, at z = 0, where its output is ½."),
            Route(0.19, "This is 1 − 0.9², the slope of *tanh* at an output of 0.9. The sigmoid's is σ(1 − σ)."),
            Route(
                lambda: activations.sigmoid_grad(0.9),
                "You put 0.9 in for z. It is the output σ(z) that is 0.9: use it as it is.",
            ),
            Route(0.1, "This is 1 − σ, one of the two factors. Multiply by σ."),
        ),
    ),
    Code(
        id="activations.tanh_slope",
        concepts=("activations.tanh",),
        title="The slope of tanh",
        level="easy",
        minutes=5,
        task="Write `tanh_grad(z)`, the derivative of $\\tanh$, for an array of any shape. `np.tanh` is yours to use.",
        stub="def tanh_grad(z):\n    ...\n",
        hints=(
            "As with the sigmoid, the derivative needs nothing but the value.",
            "Begin with tanh(z) = 2σ(2z) − 1. The slope of σ(2z) is 2σ(2z)(1 − σ(2z)), by the chain rule.",
            "That gives 4σ(2z)(1 − σ(2z)). Write a for tanh(z), put ½(1 + a) in for σ(2z), and multiply out.",
        ),
        solution="def tanh_grad(z):\n    return 1 - np.tanh(z) ** 2\n",
        cases=_single_cases,
        reference=activations.tanh_grad,
        mistakes=(
            Mistake(
                "not squared",
                "def tanh_grad(z):\n    return 1 - np.tanh(z)\n",
                "The square is missing. A slope of tanh must be the same at z and −z, and yours is not: at z = −1000 it"
                " is 2, where tanh is flat.",
            ),
            Mistake(
                "as for the sigmoid",
                "def tanh_grad(z):\n    return np.tanh(z) * (1 - np.tanh(z))\n",
                "The form f(1 − f) belongs to the sigmoid. Here it is 0 at z = 0, where tanh is steepest.",
            ),
            Mistake(
                "square of the input",
                "def tanh_grad(z):\n    return 1 - z**2\n",
                "You squared the input z. It is the output, tanh(z), that is squared.",
            ),
            Mistake(
                "factor 4 lost",
                "def tanh_grad(z):\n    s = (1 + np.tanh(z)) / 2\n    return s * (1 - s)\n",
                "This is σ(2z)(1 − σ(2z)). The 2 in front of σ and the 2 inside of it are missing, a factor of 4.",
            ),
            Mistake(
                "steepness of the sigmoid",
                "def tanh_grad(z):\n    s = 1 / (1 + np.exp(-z))\n    return s * (1 - s)\n",
                "This is the slope of the sigmoid, at most ¼. tanh(z) = 2σ(2z) − 1 is stretched by 2 and squeezed by 2:"
                " four times as steep at 0.",
            ),
        ),
    ),
    Predict(
        id="activations.read_elu",
        concepts=("activations.elu",),
        title="Read α off an ELU",
        level="easy",
        minutes=4,
        figure="activations.exercise_elu",
        task="The figure above shows an ELU and its derivative. What is its **α**?",
        hints=(
            "Where does α show? Left of 0 the value is α(eᶻ − 1).",
            "Far on the left eᶻ is nearly 0. Which height does the value approach? Or look at the derivative, αeᶻ, as"
            " z comes to 0 from the left.",
        ),
        solution="The value settles at $-\\alpha$ on the left, and the derivative comes up to $\\alpha$ before it jumps"
        " to 1 at $z = 0$. Both read **0.6**. Only with $\\alpha = 1$ is there no jump.",
        answer=lambda: activations.elu_grad(0.0, **ELU_TO_READ),
        tolerance=0.05,
        wrong_routes=(
            Route(
                -0.6, "That is the height which the value approaches: −α. The sign belongs to the formula, not to α."
            ),
            Route(1.0, "That is the slope right of 0, which every ELU has. α shows on the left."),
            Route(0.0, "That is what the derivative falls to far on the left. Look just left of z = 0."),
        ),
    ),
    Choose(
        id="activations.dead_unit",
        concepts=("activations.relu", "activations.leaky_relu"),
        title="Which unit is dead?",
        level="medium",
        minutes=4,
        task="Four hidden units of the **first layer** see the same three samples. Before the activation function they"
        " have these $z$. Which unit will **never change again**, however long gradient descent goes on with these"
        " samples?",
        options={
            "a": "ReLU, z = −3, −0.5, 0.1",
            "b": "ReLU, z = −0.2, −0.1, −0.3",
            "c": "leaky ReLU with α = 0.01, z = −30, −20, −50",
            "d": "ReLU, z = 4, 7, 2",
        },
        answer="b",
        wrong={
            "a": "Its third sample has z > 0 and sends a gradient back. One positive z among all samples keeps a unit"
            " alive.",
            "c": "Its gradient is small, 0.01 of what comes from above, but not zero: it creeps. That is what the leak"
            " is for.",
            "d": "It is in the linear part of ReLU for every sample: its derivative is 1, and it learns.",
        },
        hints=(
            "A weight changes by the sum over all samples of what comes from above × f′(z) × input. When is that zero"
            " whatever comes from above?",
            "The derivative of ReLU is 0 for z < 0, however near to 0. It must be so on *every* sample.",
        ),
        solution="**b**. All three $z$ are negative, so $f'(z) = 0$ on every sample: its own weights and bias get no"
        " gradient. It is a unit of the first layer, so its inputs are the data, which do not move. In a deeper layer"
        " it could come back, when the layers below it change.",
    ),
    Code(
        id="activations.steady_softmax",
        concepts=("activations.softmax",),
        title="A softmax that does not overflow",
        level="medium",
        minutes=8,
        task="Write `softmax(z)` for a batch: `z` has shape (N, K), every row becomes"
        " $\\frac{e^{z_k}}{\\sum_j e^{z_j}}$. Scores of ±1000 are among the cases.",
        stub="def softmax(z):\n    ...\n",
        hints=(
            "Which z is too large for `np.exp`? And what happens to a softmax if the same number is taken from all z of"
            " a row?",
            "It stays as it is: the factor stands above and below. Take away a number that leaves nothing positive.",
            "Take from each row its own largest entry. `axis=1, keepdims=True` keeps a column of N numbers, which"
            " broadcasts; the sum below needs the same.",
        ),
        solution="""\
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
        cases=_softmax_cases,
        reference=activations.softmax,
        mistakes=(
            Mistake(
                "overflow",
                "def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=1, keepdims=True)\n",
                "Right for small scores. e^1000 overflows to ∞, and ∞/∞ is nan; e^−1000 is 0, and 0/0 is nan. Take the"
                " same number from all scores of a row before you exponentiate.",
            ),
            Mistake(
                "sum over everything",
                "def softmax(z):\n    e = np.exp(z - z.max(axis=1, keepdims=True))\n    return e / e.sum()\n",
                "Your result sums to one over the whole batch. Each *row* is a distribution: sum along axis 1.",
            ),
            Mistake(
                "columns",
                "def softmax(z):\n    e = np.exp(z - z.max(axis=0))\n    return e / e.sum(axis=0)\n",
                "Your *columns* sum to one. Rows are samples, so that classes lie along axis 1.",
            ),
            Mistake(
                "one maximum for all",
                """\
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=1, keepdims=True)
""",
                "You took the largest score of the whole batch from every row. A row that lies far below it underflows"
                " to 0/0. Each row needs its own largest score.",
            ),
            Mistake(
                "largest of each column",
                """\
def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=1, keepdims=True)
""",
                "You took the largest score of each *column*. So the scores of a row lost different numbers, and their"
                " differences changed. Take one number from all scores of a row.",
            ),
            Mistake(
                "mean of the row",
                """\
def softmax(z):
    e = np.exp(z - z.mean(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
                "You took the mean of each row. That is enough only while a row's scores lie close together: of 1000"
                " and −1000 the mean is 0, and e^1000 overflows as before. Take the largest: then nothing is above 0.",
            ),
            Mistake(
                "not normalised",
                "def softmax(z):\n    return np.exp(z - z.max(axis=1, keepdims=True))\n",
                "The numerators are right; now divide each row by its sum.",
            ),
        ),
    ),
    Code(
        id="activations.softmax_by_hand",
        concepts=("activations.softmax",),
        title="The softmax Jacobian in code",
        level="hard",
        minutes=15,
        task="Every output of a softmax depends on every score. Write `softmax_jacobian(z)` for one vector `z` of shape"
        " (K,): the matrix with $\\frac{\\partial p_k}{\\partial z_j}$ in row $k$, column $j$.",
        stub="def softmax_jacobian(z):\n    ...\n",
        hints=(
            "Write pₖ = eᶻᵏ / S with S = Σⱼ eᶻʲ, and note that ∂S/∂zⱼ = eᶻʲ. Use the quotient rule.",
            "For k = j the numerator moves as well as S; for k ≠ j only S moves.",
            "Two cases; both are products of p's. `np.outer` and `np.diag` build matrices from vectors.",
        ),
        solution="""\
def softmax_jacobian(z):
    p = np.exp(z - z.max())
    p = p / p.sum()
    return np.diag(p) - np.outer(p, p)
""",
        cases=_vector_cases,
        reference=activations.softmax_jacobian,
        mistakes=(
            Mistake(
                "diagonal only",
                """\
def softmax_jacobian(z):
    p = np.exp(z - z.max())
    p = p / p.sum()
    return np.diag(p * (1 - p))
""",
                "Your diagonal is right, and the rest is 0, as if each output depended on its own score alone."
                " If one score rises, all other probabilities must fall: the rows of the Jacobian sum to 0.",
            ),
            Mistake(
                "sign",
                """\
def softmax_jacobian(z):
    p = np.exp(z - z.max())
    p = p / p.sum()
    return np.outer(p, p) - np.diag(p)
""",
                "All signs are reversed. A probability rises with its own score: the diagonal is positive.",
            ),
            Mistake(
                "no diagonal term",
                """\
def softmax_jacobian(z):
    p = np.exp(z - z.max())
    p = p / p.sum()
    return -np.outer(p, p)
""",
                "Right off the diagonal. For k = j the numerator moves, too, and adds pₖ.",
            ),
            Mistake(
                "diagonal counted twice",
                """\
def softmax_jacobian(z):
    p = np.exp(z - z.max())
    p = p / p.sum()
    return np.diag(p * (1 - p)) - np.outer(p, p)
""",
                "You took p² off the diagonal twice. `np.outer(p, p)` holds the p² of the diagonal already.",
            ),
            Mistake(
                "one p for both",
                """\
def softmax_jacobian(z):
    p = np.exp(z - z.max())
    p = p / p.sum()
    return p * (np.eye(len(p)) - p)
""",
                "Off the diagonal you have −pⱼ², where −pₖ pⱼ belongs. NumPy laid the first p along the columns, and"
                " it belongs to the rows.",
            ),
            Mistake(
                "as for the sigmoid",
                """\
def softmax_jacobian(z):
    p = np.exp(z - z.max())
    p = p / p.sum()
    return p * (1 - p)
""",
                "This is the derivative of a sigmoid, entry by entry: a vector. K outputs of K scores have K × K"
                " derivatives.",
            ),
        ),
    ),
    Choose(
        id="activations.which_output",
        concepts=("activations.sigmoid", "activations.softmax"),
        title="Which output layer?",
        level="easy",
        minutes=3,
        task="A photo may show a cat, a dog, both, or neither. A net is to say for each of the two animals"
        " **how probable it is**. What should its output be?",
        options={
            "a": "a softmax over cat and dog",
            "b": "two sigmoids",
            "c": "two tanh units",
            "d": "two ReLU units",
        },
        answer="b",
        wrong={
            "a": "The shares of a softmax sum to 1. So two animals in one photo cannot both get more than a half, and"
            " in a photo without any, one of them still gets at least a half.",
            "c": "Tanh goes from −1 to 1, and no probability is negative. The same curve between 0 and 1 is the"
            " sigmoid.",
            "d": "A ReLU unit has no upper end, and a probability is at most 1.",
        },
        hints=(
            "Can both answers be yes? Can both be no?",
            "Here are two questions, and each of them is a yes-or-no question by itself.",
        ),
        solution="**b**. There are two independent yes-or-no questions, so each has a sigmoid of its own. The two"
        " probabilities need not sum to 1.",
    ),
    Code(
        id="activations.gelu_gate",
        concepts=("activations.gelu",),
        title="GELU as a gate that is drawn",
        level="medium",
        minutes=8,
        task="GELU began as a gate that opens at random. The number $z$ passes if a standard normal draw lies below"
        " it, else 0 comes out. Write `gated(z, draws)` for a vector `z` and a vector of draws. It returns for each z"
        " the **mean** of what comes out, over all the draws.",
        stub="def gated(z, draws):\n    ...\n",
        hints=(
            "For one z, some of the draws lie below it. What comes out for these, and what for the others?",
            "The mean is z times the share of the draws that lie below z.",
            "`draws < z[:, None]` has a row for each z and a column for each draw, and the mean of a row of truths is"
            " a share.",
        ),
        solution="def gated(z, draws):\n    return z * (draws < z[:, None]).mean(axis=1)\n",
        cases=_gate_cases,
        reference=_gated,
        mistakes=(
            Mistake(
                "the other side",
                "def gated(z, draws):\n    return z * (draws > z[:, None]).mean(axis=1)\n",
                "Your gate opens when the draw lies above z. Then a large z hardly ever passes, and it should nearly"
                " always.",
            ),
            Mistake(
                "the share alone",
                "def gated(z, draws):\n    return (draws < z[:, None]).mean(axis=1)\n",
                "This is how often the gate opens, an estimate of Φ(z). What comes out is z each time it does.",
            ),
            Mistake(
                "the draws come out",
                "def gated(z, draws):\n    return np.where(draws < z[:, None], draws, 0).mean(axis=1)\n",
                "Your gate lets the draw through. The draw only decides, and what passes is z.",
            ),
            Mistake(
                "ReLU",
                "def gated(z, draws):\n    return np.maximum(z, 0)\n",
                "This is ReLU, a gate that is always open right of 0 and always shut left of it. Let the draws decide.",
            ),
        ),
    ),
    Code(
        id="activations.swish",
        concepts=("activations.silu", "activations.sigmoid"),
        title="The slope of swish",
        level="medium",
        minutes=8,
        task="Swish has a factor in its sigmoid, $f(z) = z\\,\\sigma(\\beta z)$, and with $\\beta = 1$ it is SiLU."
        " Derive its slope in $z$ on paper, and write `swish_grad(z, beta)` for an array `z` of any shape.",
        stub="def swish_grad(z, beta):\n    ...\n",
        hints=(
            "f is a product of two functions of z, and both of them move.",
            "Product rule: the first factor's slope times the second factor, plus the first times the second's slope.",
            "The first factor is z, with slope 1. The second is a sigmoid of βz. The chain rule multiplies the"
            " sigmoid's slope by that of βz.",
        ),
        solution="""\
def swish_grad(z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return s + beta * z * s * (1 - s)
""",
        cases=_swish_cases,
        reference=_swish_grad,
        mistakes=(
            Mistake(
                "inner slope forgotten",
                """\
def swish_grad(z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return s + z * s * (1 - s)
""",
                "Right for β = 1. The sigmoid reads βz, and the chain rule multiplies its slope by that of βz.",
            ),
            Mistake(
                "beta left out",
                "def swish_grad(z, beta):\n    s = 1 / (1 + np.exp(-z))\n    return s + z * s * (1 - s)\n",
                "This is the slope of SiLU. β stands nowhere in it.",
            ),
            Mistake(
                "slopes multiplied",
                """\
def swish_grad(z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return beta * s * (1 - s)
""",
                "You multiplied the slopes of the two factors, 1 and βσ′. The slope of a product is a sum of two"
                " terms.",
            ),
            Mistake(
                "sigmoid held still",
                "def swish_grad(z, beta):\n    return 1 / (1 + np.exp(-beta * z))\n",
                "You let z move and held the sigmoid still. It moves as well: a second term is missing.",
            ),
            Mistake(
                "z held still",
                """\
def swish_grad(z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return beta * z * s * (1 - s)
""",
                "You let the sigmoid move and held the factor z still. Its slope is 1: a term is missing, and yours"
                " is 0 at z = 0.",
            ),
            Mistake(
                "second term without z",
                """\
def swish_grad(z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return s + beta * s * (1 - s)
""",
                "Two terms, as it should be; but in the second the factor that was held still, z, got lost.",
            ),
        ),
    ),
    Predict(
        id="activations.swish_minimum",
        concepts=("activations.silu",),
        title="How low SiLU dips",
        level="hard",
        minutes=10,
        task="Like GELU, SiLU falls before it rises. **How low** does $z\\,\\sigma(z)$ get? Give its smallest value to"
        " three decimals; a cell of NumPy may help.",
        hints=(
            "At its lowest point the slope is 0. Take σ(z) out of the slope as a factor: it is never 0.",
            "What is left has no solution in closed form. Halve an interval: the slope is negative at z = −3 and"
            " positive at 0.",
            "That gives you the place z. Put it into z σ(z), or see from the condition that z σ(z) = z + 1 there.",
        ),
        solution="The slope is $\\sigma(z)\\,\\bigl(1 + z\\,(1 - \\sigma(z))\\bigr)$, and 0 where"
        " $z - z\\,\\sigma(z) = -1$: at $z \\approx -1.278$. The same condition says that the value there is"
        " $z + 1 \\approx \\mathbf{-0.278}$. Left of that place the slope is negative: more $z$ gives less output.",
        answer=lambda: _swish_minimum()[1],
        tolerance=0.001,
        wrong_routes=(
            Route(lambda: _swish_minimum()[0], "This is the place z of the minimum. Asked is the value there."),
            Route(lambda: -activations.sigmoid(-1.0), "This is the value at z = −1, and the slope there is not 0 yet."),
            Route(0.0, "It is 0 at z = 0 and far to the left; between them z is negative and σ(z) is not 0."),
            Route(
                lambda: -_swish_minimum()[1],
                "The size is right, the sign is not: left of 0, z is negative and σ(z) positive.",
            ),
        ),
    ),
]
