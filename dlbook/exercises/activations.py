"""What the reader of chapter 02 does: write the bends, derive their slopes, and keep them finite."""

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
    return [(np.array([-3.0, -1.0, 0.0, 1.0, 3.0]),), (rng.normal(0, 3, (4, 3)),), (np.array([-20.0, 20.0]),)]


def _swish_grad(z):
    """σ(z) + z σ′(z), by the product rule."""
    return activations.sigmoid(z) + z * activations.sigmoid_grad(z)


def _swish_minimum():
    """Where the slope is 0, by halving an interval; and z σ(z) there: (z, value)."""
    left, right = -3.0, 0.0
    while right - left > 1e-12:
        middle = (left + right) / 2
        left, right = (middle, right) if _swish_grad(middle) < 0 else (left, middle)
    return left, left * activations.sigmoid(left)


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
            "tanh is sinh/cosh: the quotient rule gives (cosh² − sinh²)/cosh².",
            "Divide that fraction term by term: the first is 1, and the second is something that you know, squared.",
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
        task="Four hidden units see the same three samples. Before the activation function they have these $z$."
        " Which unit will **never change again**, however long gradient descent goes on with these samples?",
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
        " gradient. (Only a change of the layers below could bring it back; on fixed inputs there are none.)",
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
        title="Derive the softmax Jacobian",
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
    Code(
        id="activations.swish",
        concepts=("activations.sigmoid",),
        title="The slope of SiLU",
        level="medium",
        minutes=8,
        task="Derive the slope of $f(z) = z\\,\\sigma(z)$ on paper, and write `swish_grad(z)` for an array of any"
        " shape.",
        stub="def swish_grad(z):\n    ...\n",
        hints=(
            "f is a product of two functions of z, and both of them move.",
            "Product rule: the first factor's slope times the second factor, plus the first times the second's slope.",
            "The first factor is z, with slope 1. The second is the sigmoid, whose slope you know from its output.",
        ),
        solution="""\
def swish_grad(z):
    s = 1 / (1 + np.exp(-z))
    return s + z * s * (1 - s)
""",
        cases=_swish_cases,
        reference=_swish_grad,
        mistakes=(
            Mistake(
                "slopes multiplied",
                "def swish_grad(z):\n    s = 1 / (1 + np.exp(-z))\n    return s * (1 - s)\n",
                "You multiplied the slopes of the two factors, 1 and σ′. The slope of a product is a sum of two terms.",
            ),
            Mistake(
                "sigmoid held still",
                "def swish_grad(z):\n    return 1 / (1 + np.exp(-z))\n",
                "You let z move and held the sigmoid still. It moves as well: a second term is missing.",
            ),
            Mistake(
                "z held still",
                "def swish_grad(z):\n    s = 1 / (1 + np.exp(-z))\n    return z * s * (1 - s)\n",
                "You let the sigmoid move and held the factor z still. Its slope is 1: a term is missing, and yours"
                " is 0 at z = 0.",
            ),
            Mistake(
                "second term without z",
                "def swish_grad(z):\n    s = 1 / (1 + np.exp(-z))\n    return s + s * (1 - s)\n",
                "Two terms, as it should be; but in the second the factor that was held still, z, got lost.",
            ),
        ),
    ),
    Predict(
        id="activations.swish_minimum",
        concepts=("activations.sigmoid",),
        title="How low SiLU dips",
        level="hard",
        minutes=10,
        task="Unlike the other functions of this chapter, $z\\,\\sigma(z)$ falls before it rises. **How low** does it"
        " get? Give its smallest value to three decimals; a cell of NumPy may help.",
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
