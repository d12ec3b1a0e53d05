"""What the reader of chapter 04 does: go downhill, check a gradient, and derive two of them."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import activations, gradient_descent, losses
from dlbook.scratch.gradcheck import numerical_gradient

ZIGZAG = {"curvature": 3.0, "start": 4.0, "lr": 0.5, "steps": 6}  # of the figure that the reader is asked to read


def zigzag() -> np.ndarray:
    """θ (steps + 1,) of gradient descent on J(θ) = ½ λ θ²: every step multiplies θ by 1 − ηλ."""
    run = gradient_descent.minimize(
        lambda theta: ZIGZAG["curvature"] * theta, ZIGZAG["start"], ZIGZAG["lr"], tol=0, max_iter=ZIGZAG["steps"]
    )
    return run.path


def bowl_grad(theta):
    """∇J of J(θ) = ½ (θ₁² + 4 θ₂²)."""
    return np.array([1.0, 4.0]) * theta


def valley_grad(theta):
    """∇J of J(θ) = Σ (θ⁴/4 − θ)."""
    return theta**3 - 1


def cubic(x):
    """x₁³ + 2 x₂² x₁ and so on round the vector: no entry is alone."""
    return float(np.sum(x**3 + 2 * x * np.roll(x, 1) ** 2))


def waves(x):
    """Σ sin 3x, for an array of any shape."""
    return float(np.sum(np.sin(3 * x)))


def _descent_cases():
    return [
        (bowl_grad, np.array([4.0, 1.0]), 0.1, 1),
        (bowl_grad, np.array([4.0, 1.0]), 0.1, 5),
        (valley_grad, np.array([2.0, 0.5, -0.3]), 0.05, 12),
        (bowl_grad, np.array([-3.0, 2.0]), 0.45, 0),
    ]


def _difference_cases():
    return [
        # none beyond ±1, from where on the book's own step grows with x
        (cubic, np.array([1.0, -0.7]), 1e-3),
        (waves, np.array([[0.1, -0.4], [1.0, 0.6]]), 1e-2),
        (cubic, np.array([0.5, -1.0, 0.8]), 1e-2),
    ]


def _probability_cases():
    rng = np.random.default_rng(1)
    y_true = rng.integers(0, 2, 12)
    return [
        (np.array([1, 0]), np.array([0.8, 0.1])),
        (np.array([1, 1, 0, 0, 1]), np.array([0.9, 0.2, 0.3, 0.6, 0.5])),
        (y_true, np.clip(rng.random(12), 0.01, 0.99)),
    ]


def mse_tanh_grad(w, b, X, y_true):
    """∂J/∂w and ∂J/∂b of squared error behind one tanh unit, ŷ = tanh(X w + b)."""
    z = X @ w + b  # (m,)
    delta = losses.mse_grad(y_true, activations.tanh(z)) * activations.tanh_grad(z)  # ∂J/∂z
    return X.T @ delta, delta.sum()


def _unit_cases():
    rng = np.random.default_rng(2)
    return [
        (np.array([0.5]), -1.0, np.array([[1.0], [2.0], [-1.0]]), np.array([1, -1, -1])),
        (rng.normal(size=3), 0.3, rng.normal(size=(8, 3)), 2 * rng.integers(0, 2, 8) - 1),
        (rng.normal(size=2), -0.7, rng.normal(size=(5, 2)), np.array([-1, 1, 1, -1, 1])),
    ]


def _logit_cases():
    rng = np.random.default_rng(3)
    return [
        (np.array([2, 0]), np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])),
        (rng.integers(0, 4, 5), rng.normal(0, 2, (5, 4))),
        (np.array([0, 1, 2]), np.array([[1000.0, 0.0, 999.0], [-1000.0, -1001.0, -999.0], [0.0, 1.0, 0.5]])),
    ]


_UNIT = """\
def mse_tanh_grad(w, b, X, y_true):
    m = len(y_true)
    y_pred = np.tanh(X @ w + b)
"""

_SOFTMAX = """\
def cross_entropy_grad(y_true, logits):
    m, K = logits.shape
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    y = np.eye(K)[y_true]
"""

EXERCISES = [
    Code(
        id="gradient_descent.six_lines",
        concepts=("gradient_descent.minimize",),
        title="Gradient descent itself",
        level="easy",
        minutes=6,
        task="Write `descend(grad, theta, lr, steps)`: take `steps` steps against the gradient, beginning at `theta`,"
        " and return where you end. `grad(theta)` gives the gradient. Leave the array that was handed in as it is.",
        stub="def descend(grad, theta, lr, steps):\n    ...\n",
        hints=(
            "One line in a loop does it. Which way does the gradient point: up or down?",
            "The gradient changes as you go: ask for it anew in every step, at the place where you stand.",
            "`theta -= …` writes into the array that was handed in. `theta = theta - …` makes a new one.",
        ),
        solution="""\
def descend(grad, theta, lr, steps):
    for _ in range(steps):
        theta = theta - lr * grad(theta)
    return theta
""",
        cases=_descent_cases,
        reference=lambda grad, theta, lr, steps: (
            gradient_descent.minimize(grad, theta, lr, tol=0, max_iter=steps).theta
        ),
        mistakes=(
            Mistake(
                "uphill",
                """\
def descend(grad, theta, lr, steps):
    for _ in range(steps):
        theta = theta + lr * grad(theta)
    return theta
""",
                "You went uphill: the gradient points where the cost rises most. Go against it.",
            ),
            Mistake(
                "the first gradient for ever",
                """\
def descend(grad, theta, lr, steps):
    slope = grad(theta)
    for _ in range(steps):
        theta = theta - lr * slope
    return theta
""",
                "Your first step is right, and every later one repeats it: the gradient was asked for once, at the"
                " start. Ask again in each step.",
            ),
            Mistake(
                "one step",
                "def descend(grad, theta, lr, steps):\n    return theta - lr * grad(theta)\n",
                "You took one step, whatever `steps` says.",
            ),
            Mistake(
                "one step too many",
                """\
def descend(grad, theta, lr, steps):
    for _ in range(steps + 1):
        theta = theta - lr * grad(theta)
    return theta
""",
                "You took one step too many: with `steps = 0` you should end where you began.",
            ),
            Mistake(
                "no learning rate",
                """\
def descend(grad, theta, lr, steps):
    for _ in range(steps):
        theta = theta - grad(theta)
    return theta
""",
                "Your steps are as long as the gradient itself: the learning rate is missing.",
            ),
        ),
    ),
    Predict(
        id="gradient_descent.fastest_safe",
        concepts=("gradient_descent.minimize",),
        title="Where descent begins to diverge",
        level="medium",
        minutes=6,
        task="On $J(\\theta) = \\tfrac12\\,(\\theta_1^2 + 8\\,\\theta_2^2)$, up to which **learning rate** $\\eta$ does"
        " gradient descent converge from every start?",
        hints=(
            "Write one step for each coordinate on its own. By which factor is each multiplied?",
            "θ₁ is multiplied by 1 − η and θ₂ by 1 − 8η. What must hold of a factor so that its powers go to 0?",
        ),
        solution="$\\theta_k$ is multiplied by $1 - \\eta\\lambda_k$ in each step, with $\\lambda = 1, 8$. Both factors"
        " lie between $-1$ and $1$ if $\\eta < \\frac{2}{8} = \\mathbf{0.25}$: the *largest* curvature sets the limit.",
        answer=lambda: 2 / 8,
        tolerance=0.005,
        wrong_routes=(
            Route(
                0.125,
                "At 1/8 the steep coordinate lands on 0 in one step: the fastest rate for it, not yet the limit. Twice"
                " that overshoots as far as it came.",
            ),
            Route(2.0, "That is the limit of the flat coordinate, 2/1. The steep one diverges long before."),
            Route(
                2 / 9,
                "This rate, 2/(1 + 8), makes both factors equally large: the fastest for the pair. It is still short of"
                " the limit.",
            ),
            Route(0.5, "You took the curvature as 4, half of 8. The factor ½ goes away with the square: J″ = 8."),
        ),
    ),
    Predict(
        id="gradient_descent.read_zigzag",
        concepts=("gradient_descent.minimize",),
        title="Read the curvature off a zigzag",
        level="medium",
        minutes=6,
        figure="gradient_descent.zigzag",
        task="The figure above shows $\\theta$ over the steps of gradient descent on"
        " $J(\\theta) = \\tfrac12 \\lambda \\theta^2$ with a learning rate of 0.5. What is the **curvature**"
        " $\\lambda$?",
        hints=(
            "Read off two points that follow each other. By which factor was θ multiplied? Mind the sign.",
            "One step is θ − 0.5 · λθ: a multiplication by 1 − 0.5 λ.",
        ),
        solution="$\\theta$ goes 4, −2, 1, −½: each step multiplies by $-\\tfrac12$. So $1 - 0.5\\,\\lambda ="
        " -\\tfrac12$ and $\\lambda = \\mathbf{3}$.",
        answer=lambda: (1 - zigzag()[1] / zigzag()[0]) / ZIGZAG["lr"],
        tolerance=0.1,
        wrong_routes=(
            Route(1.0, "You used a factor of +½. θ changes its sign in every step: the factor is −½."),
            Route(1.5, "You found 1 − (−½) = 1.5, which is ηλ. Divide by the learning rate."),
            Route(-1.0, "You solved 0.5 λ = −½: the 1 of 1 − ηλ is missing."),
        ),
    ),
    Code(
        id="gradcheck.both_sides",
        concepts=("gradcheck",),
        title="A gradient from differences",
        level="medium",
        minutes=10,
        task="Write `numerical_gradient(f, x, eps)`: for every entry of the array `x`, the **central** difference"
        " $\\frac{f(x + \\varepsilon e_k) - f(x - \\varepsilon e_k)}{2 \\varepsilon}$. `f` takes the whole array and"
        " returns one number. `x` may have any shape and must be the same afterwards.",
        stub="def numerical_gradient(f, x, eps):\n    ...\n",
        hints=(
            "The result has the shape of x. Fill it entry by entry: `np.ndindex(x.shape)` walks over all indices.",
            "Move one entry and leave the others: make an array of zeros with `eps` at one place, and add it to x.",
            "Call f twice for each entry, once on either side. The two points lie 2ε apart.",
        ),
        solution="""\
def numerical_gradient(f, x, eps):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[k] = eps
        gradient[k] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient
""",
        cases=_difference_cases,
        reference=numerical_gradient,
        mistakes=(
            Mistake(
                "one side only",
                """\
def numerical_gradient(f, x, eps):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[k] = eps
        gradient[k] = (f(x + step) - f(x)) / eps
    return gradient
""",
                "This is the *forward* difference: its error shrinks only like ε. Step to both sides, and the terms"
                " with f″ cancel; then the error shrinks like ε².",
            ),
            Mistake(
                "twice too large",
                """\
def numerical_gradient(f, x, eps):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[k] = eps
        gradient[k] = (f(x + step) - f(x - step)) / eps
    return gradient
""",
                "Every entry is twice what it should be: from x − ε to x + ε it is 2ε.",
            ),
            Mistake(
                "all entries at once",
                """\
def numerical_gradient(f, x, eps):
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))
""",
                "You moved all entries at once: what you have is the sum of all partial derivatives. Move one entry at"
                " a time.",
            ),
            Mistake(
                "not put back",
                """\
def numerical_gradient(f, x, eps):
    gradient, x = np.zeros(x.shape), x.copy()
    for k in np.ndindex(x.shape):
        x[k] += eps
        above = f(x)
        x[k] -= 2 * eps
        gradient[k] = (above - f(x)) / (2 * eps)
    return gradient
""",
                "Your first entry is right, the later ones are a little off: each entry stays at x − ε when you go on"
                " to the next. Put it back.",
            ),
        ),
    ),
    Code(
        id="losses.binary_cross_entropy",
        concepts=("losses.cross_entropy",),
        title="Binary cross-entropy",
        level="easy",
        minutes=6,
        task="Write `cross_entropy(y_true, y_prob)`,"
        " $-\\frac{1}{m} \\sum_i \\bigl[\\,y_i \\log \\hat{y}_i + (1 - y_i) \\log(1 - \\hat{y}_i)\\,\\bigr]$,"
        " for labels 0 and 1 and probabilities of class 1, none of which is 0 or 1.",
        stub="def cross_entropy(y_true, y_prob):\n    ...\n",
        hints=(
            "For each sample just one of the two terms is alive: which, for y = 1 and for y = 0?",
            "`np.log` and `*` work entry by entry: the bracket is one line of arrays.",
            "The minus sign and the mean stand before the whole bracket, not before its first term.",
        ),
        solution="""\
def cross_entropy(y_true, y_prob):
    return -np.mean(y_true * np.log(y_prob) + (1 - y_true) * np.log(1 - y_prob))
""",
        cases=_probability_cases,
        reference=losses.cross_entropy,
        mistakes=(
            Mistake(
                "sum instead of mean",
                """\
def cross_entropy(y_true, y_prob):
    return -np.sum(y_true * np.log(y_prob) + (1 - y_true) * np.log(1 - y_prob))
""",
                "You took the sum, as the sheet prints it. Then the loss grows with the number of samples, and its"
                " gradient is not the one with 1/m. Take the mean.",
            ),
            Mistake(
                "brackets lost",
                """\
def cross_entropy(y_true, y_prob):
    return np.mean(-y_true * np.log(y_prob) + (1 - y_true) * np.log(1 - y_prob))
""",
                "The minus sign reaches only your first term: for y = 0 your loss falls as ŷ rises, so that the more"
                " wrong the answer is, the better it scores. Put brackets round both terms.",
            ),
            Mistake(
                "as the sheet prints it",
                """\
def cross_entropy(y_true, y_prob):
    return np.sum(-y_true * np.log(y_prob) + (1 - y_true) * np.log(1 - y_prob))
""",
                "Two slips of the sheet at once. Without brackets the minus sign reaches only the first term, and for"
                " y = 0 the more wrong answer scores better; and it is a sum, where the mean is meant.",
            ),
            Mistake(
                "positives only",
                "def cross_entropy(y_true, y_prob):\n    return -np.mean(y_true * np.log(y_prob))\n",
                "Only samples with y = 1 count in yours: whoever calls everything positive has no loss at all."
                " Add the term of y = 0.",
            ),
            Mistake(
                "no minus",
                """\
def cross_entropy(y_true, y_prob):
    return np.mean(y_true * np.log(y_prob) + (1 - y_true) * np.log(1 - y_prob))
""",
                "Yours is negative: the logarithm of a probability is. This is the log-likelihood, to be made large;"
                " a loss is its negative.",
            ),
            Mistake(
                "another base",
                """\
def cross_entropy(y_true, y_prob):
    return -np.mean(y_true * np.log2(y_prob) + (1 - y_true) * np.log2(1 - y_prob))
""",
                "You took the logarithm to base 2: bits instead of nats, larger by 1/log 2. Only the natural logarithm"
                " has the derivative 1/x without a factor.",
            ),
        ),
    ),
    Code(
        id="losses.squared_error_unit",
        concepts=("losses.mse",),
        title="Squared error behind a tanh",
        level="hard",
        minutes=15,
        task="This time the unit is a tanh, $\\hat{y}_i = \\tanh(w \\cdot x_i + b)$, its labels are −1 and 1, and the"
        " cost is $J = \\frac{1}{2m} \\sum_i (\\hat{y}_i - y_i)^2$. Derive $\\nabla_w J$ and"
        " $\\frac{\\partial J}{\\partial b}$, and write `mse_tanh_grad(w, b, X, y_true)`, which returns both."
        " Shapes: w (D,), b a number, X (m, D), y_true (m,).",
        stub="def mse_tanh_grad(w, b, X, y_true):\n    ...\n",
        hints=(
            "Chain rule through three stations: J depends on ŷ, ŷ on z, z = w·x + b on w and b.",
            "∂J/∂ŷᵢ = (ŷᵢ − yᵢ)/m, since the 2 of the square meets the ½. ∂ŷ/∂z is the slope of tanh, which needs"
            " only ŷ: what must it be at ŷ = 0, and what at ŷ = ±1?",
            "Multiply the two to get ∂J/∂z, one number a sample. ∂z/∂w = x, so that the gradient for w sums the rows of"
            " X with those numbers as weights: a product of `X.T`. For b, ∂z/∂b = 1.",
        ),
        solution=_UNIT
        + """\
    delta = (y_pred - y_true) * (1 - y_pred**2) / m  # ∂J/∂z, (m,)
    return X.T @ delta, delta.sum()
""",
        cases=_unit_cases,
        reference=mse_tanh_grad,
        returns=("grad_w", "grad_b"),
        mistakes=(
            Mistake(
                "slope forgotten",
                _UNIT + "    delta = (y_pred - y_true) / m\n    return X.T @ delta, delta.sum()\n",
                "The slope of tanh is missing: ŷ depends on z, and how fast is the middle factor of the chain.",
            ),
            Mistake(
                "the sigmoid's slope",
                _UNIT
                + """\
    delta = (y_pred - y_true) * y_pred * (1 - y_pred) / m
    return X.T @ delta, delta.sum()
""",
                "ŷ(1 − ŷ) is the slope of the sigmoid. That of tanh is largest, 1, at ŷ = 0, and vanishes at both ends,"
                " −1 and 1.",
            ),
            Mistake(
                "one half kept",
                _UNIT
                + """\
    delta = (y_pred - y_true) * (1 - y_pred**2) / (2 * m)
    return X.T @ delta, delta.sum()
""",
                "Half of what it should be: the derivative of a square brings a 2, which meets the ½.",
            ),
            Mistake(
                "sum over the samples",
                _UNIT
                + """\
    delta = (y_pred - y_true) * (1 - y_pred**2)
    return X.T @ delta, delta.sum()
""",
                "Your gradient is m times too large: the 1/m of the cost is a factor of its gradient, too.",
            ),
            Mistake(
                "wrong way round",
                _UNIT
                + """\
    delta = (y_true - y_pred) * (1 - y_pred**2) / m
    return X.T @ delta, delta.sum()
""",
                "All signs are reversed: ∂(ŷ − y)²/∂ŷ is 2(ŷ − y). Where ŷ is too large, the cost rises with it.",
            ),
            Mistake(
                "bias averaged twice",
                _UNIT
                + """\
    delta = (y_pred - y_true) * (1 - y_pred**2) / m
    return X.T @ delta, delta.mean()
""",
                "Your gradient for w is right. That for b is divided by m twice: 1/m is in ∂J/∂z already, so sum it.",
            ),
        ),
    ),
    Code(
        id="losses.softmax_cross_entropy",
        concepts=("losses.cross_entropy",),
        title="Cross-entropy behind a softmax",
        level="hard",
        minutes=15,
        task="With $K$ classes, $p = \\operatorname{softmax}(z)$ and $J = -\\frac{1}{m} \\sum_i \\log p_{i, y_i}$."
        " Derive $\\frac{\\partial J}{\\partial z}$, and write `cross_entropy_grad(y_true, logits)`, which returns it."
        " Shapes: logits (m, K), the result too; y_true (m,) holds class indices. A logit may be as large as 1000.",
        stub="def cross_entropy_grad(y_true, logits):\n    ...\n",
        hints=(
            "Take the logarithm of the softmax first: for a case of class k it is z of k, less the logarithm of a sum."
            " That is easier to differentiate than the quotient.",
            "The derivative of the log-sum in z of j is an old friend: work it out. The other term is a single score:"
            " its derivative is 1 in one column and 0 in all others.",
            "`np.eye(K)` holds the rows with a single one: index it with the labels. And before `np.exp`, take the"
            " largest score of a row from all of its scores: the softmax stays the same.",
        ),
        solution=_SOFTMAX + "    return (p - y) / m\n",
        cases=_logit_cases,
        reference=losses.cross_entropy_from_logits_grad,
        mistakes=(
            Mistake(
                "scores taken for probabilities",
                _SOFTMAX + "    return (logits - y) / m\n",
                "You compared the labels with the scores themselves. A score is not a probability: the softmax comes"
                " between them.",
            ),
            Mistake(
                "softmax twice",
                _SOFTMAX + "    p = np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)\n    return (p - y) / m\n",
                "The softmax was applied twice: probabilities went in where scores belong. It is the usual slip with a"
                " loss that takes logits, and it still learns, only badly.",
            ),
            Mistake(
                "no mean",
                _SOFTMAX + "    return p - y\n",
                "Your gradient is m times too large: the 1/m of the cost is a factor of its gradient, too.",
            ),
            Mistake(
                "mean over the classes, too",
                _SOFTMAX + "    return (p - y) / (m * K)\n",
                "Yours is K times too small: the cost is a mean over the cases, but a sum over the classes.",
            ),
            Mistake(
                "wrong way round",
                _SOFTMAX + "    return (y - p) / m\n",
                "All signs are reversed: a higher score for the true class must lower the cost.",
            ),
            Mistake(
                "softmax down the columns",
                """\
def cross_entropy_grad(y_true, logits):
    m, K = logits.shape
    e = np.exp(logits - logits.max(axis=0))
    return (e / e.sum(axis=0) - np.eye(K)[y_true]) / m
""",
                "Your softmax runs over the cases. It belongs along each row, over the classes of one case.",
            ),
            Mistake(
                "stopped at the probabilities",
                _SOFTMAX + "    return -y / np.maximum(p, 1e-300) / m\n",
                "This is the derivative in p. Go on to z: each p depends on all scores of its row.",
            ),
            Mistake(
                "overflow",
                """\
def cross_entropy_grad(y_true, logits):
    m, K = logits.shape
    with np.errstate(all="ignore"):
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return (p - np.eye(K)[y_true]) / m
""",
                "Right for small scores; for large ones the exponential overflows, and ∞/∞ is NaN. Only differences"
                " within a row matter: move the row before you take the exponential.",
            ),
        ),
    ),
    Predict(
        id="losses.stalled",
        concepts=("losses.mse", "losses.cross_entropy"),
        title="Why squared error stalls",
        level="medium",
        minutes=5,
        task="A sigmoid unit puts out 0.01 for a sample whose label is 1: sure, and wrong. By which **factor** is its"
        " gradient under squared error, $\\frac12(\\hat{y} - y)^2$, smaller than under cross-entropy? Give"
        " (gradient of squared error) / (gradient of cross-entropy).",
        hints=(
            "Write both derivatives with respect to z. They have a factor in common.",
            "Cross-entropy gives ŷ − y; squared error gives the same times the sigmoid's slope.",
        ),
        solution="$\\frac{(\\hat{y} - y)\\,\\hat{y}\\,(1 - \\hat{y})}{\\hat{y} - y} = 0.01 \\cdot 0.99 ="
        " \\mathbf{0.0099}$: a hundredth. The worse the error, the slower it learns.",
        answer=lambda: activations.sigmoid_grad(np.log(0.01 / 0.99)),
        tolerance=0.00004,
        wrong_routes=(
            Route(0.01, "Nearly: this is ŷ. The slope of the sigmoid is ŷ(1 − ŷ)."),
            Route(
                0.0098,
                "Nearly: this is 0.01 · 0.99², the gradient of squared error with its factor 1 − ŷ counted"
                " twice. In the ratio, ŷ − y cancels.",
            ),
            Route(1 / 0.0099, "This is cross-entropy over squared error: turn the fraction over."),
            Route(0.25, "That is the largest slope of the sigmoid, at ŷ = ½. Here ŷ is 0.01."),
        ),
    ),
    Choose(
        id="gradient_descent.why_it_stopped",
        concepts=("gradient_descent.minimize",),
        title="It stopped. Has it arrived?",
        level="easy",
        minutes=3,
        task="A run of gradient descent stops because $\\theta$ changed by less than the tolerance. What do you know?",
        options={
            "a": "θ is near a minimum",
            "b": "η times the length of the gradient is below the tolerance",
            "c": "the cost is below the tolerance",
            "d": "the learning rate is too large",
        },
        answer="b",
        wrong={
            "a": "Only if η is not tiny: a step is η times the gradient, and with η = 10⁻⁹ every step is small, also on"
            " a steep slope. Near a saddle it is small, too.",
            "c": "The rule looks at the change of θ, not at the cost. The cost at a minimum may be anything.",
            "d": "Too large a rate makes steps grow, not shrink: then the run does not stop by this rule.",
        },
        hints=(
            "How long is one step? Write it as a product.",
            "A product is small if one of its factors is. Which two factors has a step?",
        ),
        solution="**b**. $\\lVert \\theta_{t+1} - \\theta_t \\rVert = \\eta\\,\\lVert \\nabla J(\\theta_t) \\rVert$."
        " The sheet's stopping rule cannot tell a small gradient from a small learning rate.",
    ),
    Choose(
        id="losses.flat_accuracy",
        concepts=("gradient_descent.minimize",),
        title="The hill that is flat",
        level="easy",
        minutes=3,
        task="You move one weight of a sigmoid unit from 1.00 to 1.01. Its accuracy on thirty cases does not change at"
        " all. What do you know?",
        options={
            "a": "The weight is at its best value",
            "b": "No case has crossed the threshold",
            "c": "The cross-entropy has not changed either",
            "d": "The unit has stopped learning",
        },
        answer="b",
        wrong={
            "a": "Far from the best value accuracy is just as flat. Look at the left panel of the staircase above.",
            "c": "Cross-entropy follows the scores, and each of them has moved a little.",
            "d": "A unit learns from the slope of its cost, and that is not the slope of accuracy.",
        },
        hints=(
            "Accuracy counts cases on the right side of the threshold. When does a count change?",
            "All thirty scores have moved a little. How many of them have changed sides?",
        ),
        solution="**b**. Accuracy counts, so it stays the same until a case changes sides, and then it jumps. Its slope"
        " is zero nearly everywhere and says nothing about the direction. So we descend on cross-entropy, which moves"
        " with every score.",
    ),
]
