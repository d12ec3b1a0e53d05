"""What the reader of chapter 08 does: send a gradient back through a layer, a row of layers, and a batch norm."""

import numpy as np

from dlbook.practise.exercise import Code, Mistake, Predict, Route
from dlbook.scratch import activations, layers, models

UNIT = {"x": 2.0, "w": 0.5, "b": -1.0, "y": 1.0}  # of the unit whose derivative is predicted
READ = {"a": np.array([0.8, 0.3, 0.5]), "w": np.array([0.6, -1.0, 0.4]), "delta": -0.5}  # of the net that is read


def unit_slope() -> float:
    """∂L/∂w of L = ½ (σ(w x + b) − y)²."""
    z = UNIT["w"] * UNIT["x"] + UNIT["b"]
    return float((activations.sigmoid(z) - UNIT["y"]) * activations.sigmoid_grad(z) * UNIT["x"])


def _layer_cases():
    rng = np.random.default_rng(0)
    shapes = ((1, 2, 3), (5, 3, 2), (4, 4, 4))  # samples, inputs, outputs
    return [(rng.normal(size=(N, K)), rng.normal(size=(N, D)), rng.normal(size=(K, D))) for N, D, K in shapes]


def _layer_reference(dZ, A, W):
    A_grad, W_grad, b_grad = layers.linear_backward(dZ, A, W, np.zeros(len(W)))
    return W_grad, b_grad, A_grad


def double(u):
    """The backward pass of z = 2 x."""
    return 2 * u


def rotate(u):
    """The backward pass of a quarter turn."""
    return np.stack([u[..., 1], -u[..., 0]], axis=-1)


def halve_first(u):
    """The backward pass of z = (x₁ / 2, x₂)."""
    return u * np.array([0.5, 1.0])


def _row_cases():
    u = np.array([[1.0, -3.0], [0.5, 2.0]])
    return [([rotate, halve_first], u), ([double, rotate, halve_first, rotate], u), ([halve_first], u[:1]), ([], u)]


def _row_reference(backwards, upstream):
    for backward in reversed(backwards):
        upstream = backward(upstream)
    return upstream


def _train_cases():
    rng = np.random.default_rng(4)
    shapes = (
        (6, 2, 4, 3, 0.5, 6),
        (5, 3, 6, 2, 0.2, 4),
        (8, 2, 5, 4, 1.0, 5),
    )  # samples, inputs, units, classes, η, steps
    return [
        (
            rng.normal(size=(N, D)), rng.integers(0, K, N), rng.normal(size=(H, D)), rng.normal(size=H),
            rng.normal(size=(K, H)), rng.normal(size=K), lr, steps,
        )
        for N, D, H, K, lr, steps in shapes
    ]  # fmt: skip


def _train_reference(X, y, W1, b1, W2, b2, lr, steps):
    model = models.sequential(layers.Linear(*W1.T.shape), layers.ReLU(), layers.Linear(*W2.T.shape))
    model.load_state_dict({"0.weight": W1, "0.bias": b1, "2.weight": W2, "2.bias": b2})
    return models.fit(model, [(X, y)], steps, lr)


def _train(
    layer="layers.ReLU()",
    before="seen.append(losses.cross_entropy_from_logits(y, scores))",
    names="model.parameters().items()",
    step="weight -= lr * model.gradients()[name]",
    after="",
) -> str:
    """A training loop with these lines."""
    lines = [
        "    for _ in range(steps):",
        "        scores = model(X)",
        *[f"        {before}"] * bool(before),
        "        model.backward(losses.cross_entropy_from_logits_grad(y, scores))",
        f"        for name, weight in {names}:",
        f"            {step}",
        *[f"        {after}"] * bool(after),
    ]
    return (
        "from dlbook.scratch import layers, losses, models\n\n\n"
        "def train(X, y, W1, b1, W2, b2, lr, steps):\n"
        f"    model = models.sequential(layers.Linear(*W1.T.shape), {layer}, layers.Linear(*W2.T.shape))\n"
        '    model.load_state_dict({"0.weight": W1, "0.bias": b1, "2.weight": W2, "2.bias": b2})\n'
        "    seen = []\n" + "\n".join(lines) + "\n    return np.array(seen)\n"
    )


def _norm_cases():
    rng = np.random.default_rng(1)
    return [
        (np.array([[1.0, 10.0], [3.0, 30.0]]), np.array([1.0, 2.0]), np.array([0.0, 5.0]), 1e-5),
        (rng.normal(3, 2, (6, 3)), rng.normal(size=3), rng.normal(size=3), 1e-2),
        (rng.normal(-1, 5, (4, 4)), rng.normal(size=4), rng.normal(size=4), 0.5),
    ]


def _norm_reference(X, gamma, beta, eps):
    return layers.batch_norm(X, None, None, gamma, beta, training=True, eps=eps).output


def _back_cases():
    rng = np.random.default_rng(2)
    shapes = (((5, 2), 1e-5), ((6, 3), 1e-2), ((3, 4), 0.5))
    return [(rng.normal(1, 2, s), rng.normal(2, 3, s), rng.uniform(0.5, 2, s[1]), eps) for s, eps in shapes]


def _back_reference(dY, X, gamma, eps):
    return layers.batch_norm_backward(dY, X, None, None, gamma, training=True, eps=eps)[0]


def _normalize_back(last: str, dH: str = "dY * gamma") -> str:
    """The backward pass of a batch norm with this last line."""
    return f"""\
def normalize_back(dY, X, gamma, eps):
    s = 1 / np.sqrt(X.var(axis=0) + eps)
    H = (X - X.mean(axis=0)) * s
    dH = {dH}
    return {last}
"""


BATCH = np.array([1.0, 5.0, 3.0, 3.0])  # of the running variance that is predicted


def running_variance() -> float:
    """The running variance after this one batch, from 1."""
    return float(layers.batch_norm(BATCH[:, None], [0.0], [1.0], training=True, momentum=0.1).running_var[0])


EXERCISES = [
    Predict(
        id="layers.one_unit",
        concepts=("layers.linear",),
        title="One unit, by hand",
        level="easy",
        minutes=6,
        task="A unit computes $z = w x + b$ and $a = \\sigma(z)$, with $x = 2$, $w = 0.5$, $b = -1$. The target is"
        " $y = 1$, the loss $L = \\tfrac12 (a - y)^2$. What is $\\frac{\\partial L}{\\partial w}$?",
        hints=(
            "Forward first: z, then a = σ(z). What is the sigmoid at 0?",
            "Three factors, from the loss backwards: ∂L/∂a, σ′(z), and ∂z/∂w. The slope of σ follows from a alone.",
        ),
        solution="$z = 0$ and $a = \\tfrac12$. Then $\\frac{\\partial L}{\\partial a} = a - y = -\\tfrac12$,"
        " $\\sigma'(0) = a(1 - a) = \\tfrac14$ and $\\frac{\\partial z}{\\partial w} = x = 2$: the product is"
        " $\\mathbf{-0.25}$.",
        answer=unit_slope,
        tolerance=0.005,
        wrong_routes=(
            Route(0.25, "The sign: a is below y, so that L falls as w grows. ∂L/∂a is a − y, not y − a."),
            Route(-1.0, "You left out σ′(z): the chain goes through the activation as well."),
            Route(-0.125, "That is the derivative with respect to b, or z. With respect to w it is x times as large."),
            Route(-0.5, "You stopped at ∂L/∂a. Two more factors lead back to w."),
        ),
    ),
    Predict(
        id="layers.read_the_net",
        concepts=("layers.linear",),
        title="Read a weight's derivative off a net",
        level="easy",
        minutes=4,
        figure="backpropagation.small_net",
        task="The figure above shows the last layer of a net after a backward pass for one sample: activations in the"
        " circles, weights on the lines, $\\frac{\\partial L}{\\partial z}$ under the output. What is the derivative of"
        " $L$ with respect to the **weight on the topmost line**?",
        hints=(
            "∂L/∂W has one number for each line. What stands at its two ends?",
            "The weight multiplies the activation at its start, and what it makes goes into z at its end.",
        ),
        solution="$\\frac{\\partial L}{\\partial w} = \\frac{\\partial L}{\\partial z}\\, a = -0.5 \\cdot 0.8 ="
        " \\mathbf{-0.4}$: the derivative of a weight is the product of what stands at the two ends of its line.",
        answer=lambda: READ["delta"] * READ["a"][0],
        tolerance=0.01,
        wrong_routes=(
            Route(-0.3, "You multiplied ∂L/∂z by the weight: that is ∂L/∂a, which goes further back."),
            Route(0.48, "You multiplied the activation by the weight: that is its part of z, on the way forward."),
            Route(-0.5, "That is ∂L/∂z. The weight's derivative also has the activation at the other end of its line."),
            Route(0.4, "Right in size. ∂L/∂z is negative, and an activation does not turn the sign."),
        ),
    ),
    Code(
        id="layers.full_batch",
        concepts=("layers.linear",),
        title="The backward pass of a layer",
        level="medium",
        minutes=12,
        task="For $Z = A W^\\top + b$ with samples as rows, write `layer_backward(dZ, A, W)`, which returns"
        " $\\frac{\\partial L}{\\partial W}$, $\\frac{\\partial L}{\\partial b}$ and $\\frac{\\partial L}{\\partial"
        " A}$, in this order, from `dZ` $= \\frac{\\partial L}{\\partial Z}$. Shapes: dZ (N, K), A (N, D), W (K, D).",
        stub="def layer_backward(dZ, A, W):\n    ...\n",
        hints=(
            "Each result has the shape of what it is the derivative of: (K, D), (K,) and (N, D). Which products give"
            " these shapes?",
            "For one sample, the derivative of W is an outer product. A product of matrices sums them over the"
            " samples.",
            "b is added to every row, so that every row of dZ speaks for it. No division by N: where L is a mean, the"
            " 1/N is already in dZ.",
        ),
        solution="def layer_backward(dZ, A, W):\n    return dZ.T @ A, dZ.sum(axis=0), dZ @ W\n",
        cases=_layer_cases,
        reference=_layer_reference,
        returns=("∂L/∂W", "∂L/∂b", "∂L/∂A"),
        mistakes=(
            Mistake(
                "the mean for b",
                "def layer_backward(dZ, A, W):\n    return dZ.T @ A, dZ.mean(axis=0), dZ @ W\n",
                "∂L/∂b is the mean of the rows in yours, while ∂L/∂W is a sum: as on the sheet, they cannot both"
                " belong to one L. Sum the rows; the 1/N has entered once, in dZ.",
            ),
            Mistake(
                "everything over N",
                "def layer_backward(dZ, A, W):\n    N = len(A)\n    return dZ.T @ A / N, dZ.sum(axis=0) / N, dZ @ W\n",
                "You divided by N once more: where L is a mean, dZ already carries the 1/N. With one sample nobody"
                " notices.",
            ),
            Mistake(
                "sum along the wrong axis",
                "def layer_backward(dZ, A, W):\n    return dZ.T @ A, dZ.sum(axis=1), dZ @ W\n",
                "You summed over the units, one number a sample. b has one number a unit: sum over the samples.",
            ),
            Mistake(
                "the transpose of dW",
                "def layer_backward(dZ, A, W):\n    return A.T @ dZ, dZ.sum(axis=0), dZ @ W\n",
                "Your ∂L/∂W stands on its side: it is (D, K), and W is (K, D).",
            ),
            Mistake(
                "first sample only",
                "def layer_backward(dZ, A, W):\n    return np.outer(dZ[0], A[0]), dZ[0], dZ @ W\n",
                "Only the first sample moves your W and b. With a batch, the outer products of all samples add up.",
            ),
        ),
    ),
    Code(
        id="models.in_reverse",
        concepts=("models.sequential",),
        title="Back through a row of layers",
        level="easy",
        minutes=6,
        task="A model is layers in a row. `backwards` lists their backward passes in the order in which the layers"
        " stand: each takes $\\frac{\\partial L}{\\partial \\text{output}}$ of its layer and returns"
        " $\\frac{\\partial L}{\\partial \\text{input}}$. Write `model_backward(backwards, upstream)`, which returns"
        " $\\frac{\\partial L}{\\partial x}$ of the whole model from `upstream`, the derivative at its output.",
        stub="def model_backward(backwards, upstream):\n    ...\n",
        hints=(
            "What comes out of the last layer is known. Which layer's backward pass can be called first?",
            "The input of one layer is the output of the layer before it: what one returns, the next one takes.",
            "`reversed(…)` walks a list from its end. A model without layers changes nothing.",
        ),
        solution="""\
def model_backward(backwards, upstream):
    for backward in reversed(backwards):
        upstream = backward(upstream)
    return upstream
""",
        cases=_row_cases,
        reference=_row_reference,
        mistakes=(
            Mistake(
                "in order",
                """\
def model_backward(backwards, upstream):
    for backward in backwards:
        upstream = backward(upstream)
    return upstream
""",
                "You went through the layers in the order of the forward pass. The last layer's backward pass comes"
                " first.",
            ),
            Mistake(
                "always the same upstream",
                """\
def model_backward(backwards, upstream):
    result = upstream
    for backward in reversed(backwards):
        result = backward(upstream)
    return result
""",
                "Every layer gets the derivative at the model's output in yours, so that only the first layer counts."
                " Hand on what the layer behind it returned.",
            ),
            Mistake(
                "a product",
                """\
def model_backward(backwards, upstream):
    result = upstream
    for backward in reversed(backwards):
        result = result * backward(upstream)
    return result
""",
                "The chain rule multiplies Jacobians, and each backward pass does that itself: you multiply its results"
                " once more. Only hand them on.",
            ),
            Mistake(
                "a sum",
                """\
def model_backward(backwards, upstream):
    return upstream + sum(backward(upstream) for backward in backwards)
""",
                "Contributions add up where paths meet. Layers in a row are one path: hand the derivative from one to"
                " the next.",
            ),
        ),
    ),
    Code(
        id="models.train",
        concepts=("models.fit", "models.sequential"),
        title="Assemble a net, and train it",
        level="medium",
        minutes=15,
        task="Write `train(X, y, W1, b1, W2, b2, lr, steps)`. Assemble a net of a linear layer, ReLU and a second"
        " linear layer that start with these weights and biases. Take `steps` steps of descent with the rate `lr`, each"
        " on all of `X` with the classes `y`, and return the cross-entropy **before** each step, an array (steps,)."
        " `layers`, `models` and `losses` have all the parts; leave `models.fit` aside this once. Or write"
        " everything in NumPy.",
        stub="def train(X, y, W1, b1, W2, b2, lr, steps):\n    ...\n",
        hints=(
            "First the net: `models.sequential(layers.Linear(inputs, units), layers.ReLU(), …)`. W1 is (units, inputs),"
            " and `load_state_dict` takes the arrays by their names `0.weight`, `0.bias`, `2.weight`, `2.bias`.",
            "Each turn: the scores, their loss, `model.backward` of the loss's derivative, a step for every parameter.",
            "`losses.cross_entropy_from_logits_grad(y, scores)` is what arrives at the scores. `model.parameters()` and"
            " `model.gradients()` have the same names, and `weight -= …` changes the model itself.",
        ),
        solution=_train(),
        cases=_train_cases,
        reference=_train_reference,
        mistakes=(
            Mistake(
                "uphill",
                _train(step="weight += lr * model.gradients()[name]"),
                "Your loss rises: the step goes along the gradient. Descent subtracts it.",
            ),
            Mistake(
                "the loss after the step",
                _train(before="", after="seen.append(losses.cross_entropy_from_logits(y, model(X)))"),
                "Your first loss is the one after the first step. Note the loss of each turn before the weights move.",
            ),
            Mistake(
                "no activation",
                _train(layer="models.sequential()"),
                "Between your two linear layers stands no ReLU: together they are one linear layer.",
            ),
            Mistake(
                "the last layer alone",
                _train(names='[p for p in model.parameters().items() if p[0].startswith("2.")]'),
                "Only your last layer learns. The step is for every parameter, those of the first layer, too.",
            ),
            Mistake(
                "no biases",
                _train(names='[p for p in model.parameters().items() if p[0].endswith("weight")]'),
                "Your biases stand still. They have derivatives, and they step like the weights.",
            ),
            Mistake(
                "a sum for the mean",
                _train(step="weight -= lr * len(X) * model.gradients()[name]"),
                "Your steps are as many times too long as there are samples: the loss is a mean, and its 1/m has to be"
                " in the derivative once.",
            ),
        ),
    ),
    Code(
        id="layers.normalize",
        concepts=("layers.batch_norm",),
        title="Batch normalization in training",
        level="medium",
        minutes=10,
        task="Write `batch_norm(X, gamma, beta, eps)` for a batch `X` (N, C) in training: every feature minus its mean"
        " over the batch, divided by $\\sqrt{\\sigma^2 + \\varepsilon}$, then times `gamma` plus `beta`, both (C,).",
        stub="def batch_norm(X, gamma, beta, eps):\n    ...\n",
        hints=(
            "Mean and variance are taken over the samples, which are the rows: one number a feature.",
            "The variance of a batch divides by N here, not by N − 1; that is what `np.var` does by itself.",
            "ε stands under the root, beside the variance. γ and β come last.",
        ),
        solution="""\
def batch_norm(X, gamma, beta, eps):
    normalized = (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)
    return gamma * normalized + beta
""",
        cases=_norm_cases,
        reference=_norm_reference,
        mistakes=(
            Mistake(
                "N minus one",
                """\
def batch_norm(X, gamma, beta, eps):
    return gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0, ddof=1) + eps) + beta
""",
                "Your variance divides by N − 1. Batch norm divides by N while it normalizes; only the running variance"
                " takes the other one.",
            ),
            Mistake(
                "over the features",
                """\
def batch_norm(X, gamma, beta, eps):
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta
""",
                "You normalized each sample over its features: that is layer norm. Batch norm takes each feature over"
                " the samples.",
            ),
            Mistake(
                "eps outside the root",
                """\
def batch_norm(X, gamma, beta, eps):
    return gamma * (X - X.mean(axis=0)) / (np.sqrt(X.var(axis=0)) + eps) + beta
""",
                "ε stands beside the root in yours, not under it: small for a small ε, and wrong for a large one.",
            ),
            Mistake(
                "no scale, no shift",
                """\
def batch_norm(X, gamma, beta, eps):
    return (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)
""",
                "γ and β are missing: without them the layer could not even be the identity.",
            ),
            Mistake(
                "divided by the variance",
                """\
def batch_norm(X, gamma, beta, eps):
    return gamma * (X - X.mean(axis=0)) / (X.var(axis=0) + eps) + beta
""",
                "You divided by the variance. Its root has the unit of x, and only that gives variance 1.",
            ),
        ),
    ),
    Predict(
        id="layers.running_variance",
        concepts=("layers.batch_norm",),
        title="What is kept for afterwards",
        level="medium",
        minutes=6,
        task="A batch norm is new: its running mean is 0, its running variance 1. The first batch in training shows a"
        " feature as $1,\\ 5,\\ 3,\\ 3$. With $\\rho = 0.1$, what is the **running variance** after it?",
        hints=(
            "First the variance of the four numbers about their mean. By how many is it divided for the running one?",
            "The running variance keeps nine tenths of what it was. The last tenth is the batch's.",
        ),
        solution="The mean is 3, the squared distances add up to $4 + 4 = 8$. The running variance takes the unbiased"
        " form, $8/3$: $0.9 \\cdot 1 + 0.1 \\cdot \\tfrac83 \\approx \\mathbf{1.167}$.",
        answer=running_variance,
        tolerance=0.005,
        wrong_routes=(
            Route(1.1, "You divided by 4. That variance normalizes the batch; the running one divides by 3."),
            Route(2.5, "The shares are exchanged: ρ is the share of the new batch, not of what was there."),
            Route(8 / 3, "That is the batch's own variance. The running one moves towards it by a tenth of the way."),
            Route(0.8 / 3, "You kept nothing of the variance that was there before."),
        ),
    ),
    Code(
        id="layers.normalize_back",
        concepts=("layers.batch_norm",),
        title="Back through a batch norm",
        level="hard",
        minutes=20,
        task="Write `normalize_back(dY, X, gamma, eps)`: from `dY` $= \\frac{\\partial L}{\\partial Y}$ (N, C) the"
        " derivative $\\frac{\\partial L}{\\partial X}$ of a batch norm in training, whose mean and variance depend on"
        " every sample. X is (N, C), gamma (C,).",
        stub="def normalize_back(dY, X, gamma, eps):\n    ...\n",
        hints=(
            "Go back one station at a time, as the explorer does. The first is y = γ x̂ + β: what is ∂L/∂x̂?",
            "A nudge of one x moves μ, and with it all samples alike: that part of ∂L/∂x̂ is its mean over the batch.",
            "The nudge moves σ², too, which stretches all samples along x̂: that part is x̂ times a mean of products.",
        ),
        solution=_normalize_back("s * (dH - dH.mean(axis=0) - H * (dH * H).mean(axis=0))"),
        cases=_back_cases,
        reference=_back_reference,
        mistakes=(
            Mistake(
                "constants",
                _normalize_back("s * dH"),
                "You took μ and σ² for constants: that is right after training, with running statistics. In training"
                " both are made of this very batch.",
            ),
            Mistake(
                "the mean stays",
                _normalize_back("s * (dH - H * (dH * H).mean(axis=0))"),
                "The way by σ² is there, the one by μ is not: your columns should add up to 0, for shifting the whole"
                " batch changes nothing.",
            ),
            Mistake(
                "the stretch stays",
                _normalize_back("s * (dH - dH.mean(axis=0))"),
                "The way by μ is there, the one by σ² is not: stretching the whole batch changes (nearly) nothing, yet"
                " your derivative says that it does.",
            ),
            Mistake(
                "without gamma",
                _normalize_back("s * (dH - dH.mean(axis=0) - H * (dH * H).mean(axis=0))", "dY"),
                "What comes back to x̂ has gone through y = γ x̂ + β: a γ is missing.",
            ),
            Mistake(
                "sums",
                _normalize_back("s * (dH - dH.sum(axis=0) - H * (dH * H).sum(axis=0))"),
                "Both corrections are N times too large in yours: μ and σ² are means, so that each sample has one Nth"
                " of a say in them.",
            ),
            Mistake(
                "without s",
                _normalize_back("dH - dH.mean(axis=0) - H * (dH * H).mean(axis=0)"),
                "Right but for the scale: x̂ is x divided by √(σ² + ε), and so is what comes back.",
            ),
        ),
    ),
]
