"""What the reader of chapter 18 does: add at forks, count what is shared, train two heads, move weights to Keras."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import layers, losses, models

SKIP = {"x": 2.0, "w": 1.0, "v": 3.0, "t": 6.0}  # of the block whose derivative is predicted


def skip_slope() -> float:
    """∂L/∂w of L = ½ (v w x + w x − t)²."""
    w, v = layers.Linear(1, 1, bias=False), layers.Linear(1, 1, bias=False)
    w.params["weight"][:], v.params["weight"][:] = SKIP["w"], SKIP["v"]
    model = models.functional([("h", w, "x"), ("block", v, "h"), ("y", layers.Add(), "block", "h")])
    model.backward(model(np.array([[SKIP["x"]]])) - SKIP["t"])
    return model.gradients()["h.weight"].item()


def counted() -> models.Functional:
    """The net whose parameters are counted: a tower for two inputs, joined side by side."""
    rows = [
        ("tower", layers.Linear(5, 4), "a"),
        ("second", "tower", "b"),
        ("join", layers.Concatenate(), "tower", "second"),
        ("hidden", layers.Linear(8, 3), "join"),
        ("relu", layers.ReLU(), "hidden"),
        ("scores", layers.Linear(3, 2), "relu"),
    ]
    return models.functional(rows, inputs=("a", "b"))


def parameters() -> int:
    return sum(array.size for array in counted().parameters().values())


def _graph_cases():
    row = [["a", "x"], ["b", "a"]]
    skip = [["h", "x"], ["block", "h"], ["y", "block", "h"]]
    wide = [["a", "x"], ["b", "x"], ["c", "a", "b"], ["d", "c", "x"], ["e", "d", "a", "c"]]
    return [
        (row, [[2.0], [-3.0]], 1.0),
        (skip, [[2.0], [3.0], [1.0, 1.0]], 2.0),
        (wide, [[1.5], [-2.0], [1.0, 4.0], [0.5, 3.0], [1.0, -1.0, 2.0]], -1.0),
        ([["a", "x"], ["y", "a", "a"]], [[3.0], [5.0, 7.0]], 1.0),
    ]


def _back(step="grads[i] = grads.get(i, 0) + slope * grads[name]", walk="zip(reversed(rows), reversed(slopes))") -> str:
    """A walk back with this step."""
    return f"""\
def back(rows, slopes, upstream):
    grads = {{rows[-1][0]: upstream}}
    for (name, *inputs), own in {walk}:
        for i, slope in zip(inputs, own):
            {step}
    return grads["x"]
"""


def _back_reference(rows, slopes, upstream):
    found = dict.fromkeys([name for name, *_ in rows], 0.0) | {"x": 0.0, rows[-1][0]: upstream}
    for (name, *inputs), own in zip(rows[::-1], slopes[::-1], strict=True):
        for source, slope in zip(inputs, own, strict=True):
            found[source] += slope * found[name]
    return found["x"]


def _train_cases():
    rng = np.random.default_rng(3)
    shapes = ((6, 3, 4, 3, 0.3, 6), (5, 2, 6, 2, 0.2, 4), (8, 4, 5, 4, 0.5, 5))  # samples, inputs, units, classes, η
    return [
        (
            rng.normal(size=(N, D)), rng.integers(0, K, N), rng.normal(size=(N, 2)), rng.normal(size=(H, D)),
            rng.normal(size=(K, H)), rng.normal(size=(2, H)), lr, steps,
        )
        for N, D, H, K, lr, steps in shapes
    ]  # fmt: skip


def _train(
    rows='("h", layers.Linear(D, H, bias=False), "x"), ("relu", layers.ReLU(), "h")',
    end="relu",
    upstream="losses.cross_entropy_from_logits_grad(y, what), losses.mse_grad(places, where)",
    loss="losses.cross_entropy_from_logits(y, what) + losses.mse(places, where)",
    step="weight -= lr * model.gradients()[name]",
    before=True,
) -> str:
    """A net with two heads and its loop, with these parts."""
    seen = f"        seen.append({loss})\n"
    return f"""\
from dlbook.scratch import layers, losses, models


def train(x, y, places, W1, W2, W3, lr, steps):
    (H, D), K = W1.shape, len(W2)
    rows = [{rows}]
    rows += [("what", layers.Linear(H, K, bias=False), "{end}"), ("where", layers.Linear(H, 2, bias=False), "{end}")]
    model = models.functional(rows, outputs=("what", "where"))
    model.load_state_dict({{"h.weight": W1, "what.weight": W2, "where.weight": W3}})
    seen = []
    for _ in range(steps):
        what, where = model(x)
{seen if before else ""}\
        model.backward(({upstream}))
        for name, weight in model.parameters().items():
            {step}
{"" if before else "        what, where = model(x)" + chr(10) + seen}\
    return np.array(seen)
"""


def _train_reference(x, y, places, W1, W2, W3, lr, steps):
    """The same by hand: the hidden layer gets the sum of what the heads send."""
    W1, W2, W3, seen = W1.copy(), W2.copy(), W3.copy(), []
    for _ in range(steps):
        z = x @ W1.T
        h = np.maximum(z, 0)
        what, where = h @ W2.T, h @ W3.T
        seen.append(losses.cross_entropy_from_logits(y, what) + losses.mse(places, where))
        u, v = losses.cross_entropy_from_logits_grad(y, what), losses.mse_grad(places, where)
        back = (u @ W2 + v @ W3) * (z > 0)
        W1 -= lr * back.T @ x
        W2 -= lr * u.T @ h
        W3 -= lr * v.T @ h
    return np.array(seen)


def _kernel_cases():
    rng = np.random.default_rng(5)
    shapes = ((2, 2, 1, 3), (3, 3, 2, 4), (1, 2, 3, 2))  # outputs, channels, height, width
    return [(rng.normal(size=(O, C * H * W)), C, H, W) for O, C, H, W in shapes]


def _kernel(last: str) -> str:
    return f"def to_keras(weight, channels, height, width):\n    {last}\n"


def _kernel_reference(weight, channels, height, width):
    images = weight.reshape(-1, channels, height, width)
    return np.moveaxis(images, 1, -1).reshape(len(weight), -1).T


def same_first() -> float:
    """The first number of a convolution with stride 2 over 1, 2, 3, 4, kernel 1, 1, 1, padded by (0, 1) as in Keras."""
    x = np.array([[[1.0, 2.0, 3.0, 4.0, 0.0]]])
    return layers.conv1d(x, np.ones((1, 1, 3)), stride=2)[0, 0, 0].item()


EXERCISES = [
    Predict(
        id="functional_models.skip_slope",
        concepts=("models.functional",),
        title="Back through a skip, by hand",
        level="easy",
        minutes=6,
        task="A small net computes $h = w x$, then $y = v h + h$: a block with a skip. The loss is"
        " $L = \\tfrac12 (y - t)^2$, and $x = 2$, $w = 1$, $v = 3$, $t = 6$."
        " What is $\\frac{\\partial L}{\\partial w}$?",
        hints=(
            "Forward first: h, both branches, y. What arrives at y?",
            "h goes two ways. Each way brings back a derivative of its own, and the two add up before they reach w.",
        ),
        solution="$h = 2$ and $y = 3 \\cdot 2 + 2 = 8$, so $8 - 6 = 2$ arrives at $y$ and at both branches. The block"
        " sends $3 \\cdot 2 = 6$ to $h$, the skip sends $2$: together $8$. Times $x = 2$ that is $\\mathbf{16}$.",
        answer=skip_slope,
        tolerance=0.05,
        wrong_routes=(
            Route(12.0, "You took the way through the block alone. The skip brings something back to h, too."),
            Route(4.0, "You took the skip alone. The block brings something back to h, too, times v."),
            Route(8.0, "That is the derivative of h. One gate is left: h = w x."),
            Route(24.0, "The ways add up at h; you multiplied them."),
        ),
    ),
    Choose(
        id="functional_models.which_row",
        concepts=("models.functional", "keras"),
        title="Which graph is a row?",
        level="easy",
        minutes=4,
        figure="functional_models.four_graphs",
        task="The figure above shows four graphs of layers. Which one can `Sequential` express?",
        options={"a": "graph a", "b": "graph b", "c": "graph c", "d": "graph d"},
        answer="b",
        wrong={
            "a": "In a, the input also skips f and g and meets them at the sum. A list of layers has no second way.",
            "c": "In c, f takes two inputs. A list of layers begins at one.",
            "d": "In d, f goes to two places, and the model has two outputs. A list of layers has one end.",
        },
        hints=(
            "How the arrows bend does not matter. Follow them from an input to an output.",
            "In a row every value goes to one place, and every layer takes one value.",
        ),
        solution="Graph **b**: from $x$ through $f$, $g$ and $h$ to $y$ every layer takes one value and hands on one."
        " Around corners it is still a row.",
    ),
    Predict(
        id="functional_models.count",
        concepts=("models.functional",),
        title="Count what is shared once",
        level="medium",
        minutes=5,
        figure="functional_models.shared_net",
        task="The figure above shows a model with the shapes of its values for a batch of 8. Every linear layer has a"
        " bias. How many **parameters** does the model learn?",
        hints=(
            "Only the linear layers have parameters: what comes in times what goes out, and a bias for what goes out.",
            "`second` is the tower once more. Does it have weights of its own?",
        ),
        solution="The tower has $5 \\cdot 4 + 4 = 24$, once. The join has none. `hidden` has $8 \\cdot 3 + 3 = 27$ and"
        " `scores` $3 \\cdot 2 + 2 = 8$. Together $24 + 27 + 8 = \\mathbf{59}$.",
        answer=parameters,
        tolerance=0.4,
        wrong_routes=(
            Route(83, "You counted the tower twice. The second use has the same weights."),
            Route(50, "The biases are missing: one for each number that a layer puts out."),
            Route(47, "You let hidden take four features. The join lays two towers side by side."),
            Route(70, "The tower counts once, and every layer has its biases."),
        ),
    ),
    Code(
        id="functional_models.back",
        concepts=("models.functional",),
        title="The way back through a graph",
        level="medium",
        minutes=12,
        task="Write `back(rows, slopes, upstream)` for a graph whose values are single numbers. `rows` is a list with a"
        ' list for each value, its name and the names of what goes in: `["y", "block", "h"]`. Each row takes only what'
        " stands above it, or the input `x`. `slopes` is a list as long: for every row, its slope for each of its"
        " inputs. `upstream` is the derivative of $L$ at the last row. Return $\\frac{\\partial L}{\\partial x}$.",
        stub="def back(rows, slopes, upstream):\n    ...\n",
        hints=(
            "Keep what has arrived in a dictionary by name. In the beginning it knows the last row alone.",
            "Go through the rows from the last to the first: when a row's turn comes, all that use it have sent.",
            "What a row sends to an input is its slope times what has arrived at the row. What is already there stays:"
            " `grads.get(i, 0)`.",
        ),
        solution=_back(),
        cases=_graph_cases,
        reference=_back_reference,
        mistakes=(
            Mistake(
                "the last way wins",
                _back("grads[i] = slope * grads[name]"),
                "A value that goes to several places keeps only one derivative in yours. At a fork they add up.",
            ),
            Mistake(
                "the first way wins",
                _back("grads.setdefault(i, slope * grads[name])"),
                "The first derivative that arrives stays, and later ones are dropped. At a fork they add up.",
            ),
            Mistake(
                "without what arrives",
                _back("grads[i] = grads.get(i, 0) + slope"),
                "You add up slopes. What a row hands on is its slope times what has arrived at it.",
            ),
            Mistake(
                "forwards",
                _back("grads[i] = grads.get(i, 0) + slope * grads.get(name, 0)", "zip(rows, slopes)").replace(
                    'grads["x"]', 'grads.get("x", 0)'
                ),
                "You went through the rows from the first to the last: there, nothing has arrived yet.",
            ),
        ),
    ),
    Code(
        id="functional_models.two_heads",
        concepts=("models.functional",),
        title="Build a net with two outputs, and train it",
        level="hard",
        minutes=20,
        task="Write `train(x, y, places, W1, W2, W3, lr, steps)`. Build a graph: a linear layer with the weights `W1`,"
        " ReLU, and from there two linear heads with `W2` (scores of the classes `y`) and `W3` (two numbers that should"
        " be `places`). No layer has a bias. The loss is the cross-entropy of the one head plus the mean square of the"
        " other. Take `steps` steps of descent with the rate `lr`, each on all of `x`, and return the loss **before**"
        " each step, an array (steps,). `layers`, `models` and `losses` have all the parts; or write it in NumPy.",
        stub="def train(x, y, places, W1, W2, W3, lr, steps):\n    ...\n",
        hints=(
            'Rows are (name, layer, input): `("h", layers.Linear(D, H, bias=False), "x")` and three more. Both heads'
            " take the same value, and `outputs` names them both.",
            "`load_state_dict` takes the three arrays by the names of your rows, `h.weight` for one. With two outputs"
            " the model returns a tuple.",
            "`model.backward` wants a tuple, too: what each loss sends to its own head, by"
            " `losses.cross_entropy_from_logits_grad` and `losses.mse_grad`.",
        ),
        solution=_train(),
        cases=_train_cases,
        reference=_train_reference,
        mistakes=(
            Mistake(
                "one head learns",
                _train(
                    upstream="losses.cross_entropy_from_logits_grad(y, what), 0 * losses.mse_grad(places, where)",
                ),
                "Only the classes send a derivative back in yours. Each output gets the derivative of its own loss.",
            ),
            Mistake(
                "the loss of one head",
                _train(loss="losses.cross_entropy_from_logits(y, what)"),
                "You note the loss of one head. The loss of the model is the sum of both.",
            ),
            Mistake(
                "uphill",
                _train(step="weight += lr * model.gradients()[name]"),
                "Your loss rises: the step goes along the gradient. Descent subtracts it.",
            ),
            Mistake(
                "the loss after the step",
                _train(before=False),
                "Your first loss is the one after the first step. Note the loss of each turn before the weights move.",
            ),
            Mistake(
                "heads before ReLU",
                _train(
                    rows='("h", layers.Linear(D, H, bias=False), "x")',
                    end="h",
                ),
                "Your heads take the linear layer itself: ReLU is missing on the way to them.",
            ),
        ),
    ),
    Code(
        id="functional_models.to_keras",
        concepts=("keras",),
        title="Move a dense layer to Keras",
        level="medium",
        minutes=12,
        task="A dense layer follows a flattened image of `channels` × `height` × `width`. Write"
        " `to_keras(weight, channels, height, width)`: from PyTorch's `weight` (out, channels · height · width) the"
        " `kernel` that Keras wants, (height · width · channels, out). PyTorch flattens an image channel by channel,"
        " Keras pixel by pixel, all channels of a pixel together.",
        stub="def to_keras(weight, channels, height, width):\n    ...\n",
        hints=(
            "Each row of `weight` belongs to one output. Give it the shape of the image that it was made for.",
            "An array (out, C, H, W) has to become (H, W, C, out): `transpose` takes the four axes in the new order.",
            "When the axes stand right, the first three become one again: `reshape` with −1 for their product.",
        ),
        solution=_kernel(
            "images = weight.reshape(-1, channels, height, width)\n"
            "    return images.transpose(2, 3, 1, 0).reshape(-1, len(weight))"
        ),
        cases=_kernel_cases,
        reference=_kernel_reference,
        mistakes=(
            Mistake(
                "only turned",
                _kernel("return weight.T"),
                "You turned the matrix, and its rows are still in PyTorch's order: channel by channel.",
            ),
            Mistake(
                "the other way round",
                _kernel(
                    "images = weight.reshape(-1, height, width, channels)\n"
                    "    return images.transpose(3, 1, 2, 0).reshape(-1, len(weight))"
                ),
                "That is the way from Keras to PyTorch: you took the row for an image whose channels come last.",
            ),
            Mistake(
                "height and width exchanged",
                _kernel(
                    "images = weight.reshape(-1, channels, height, width)\n"
                    "    return images.transpose(3, 2, 1, 0).reshape(-1, len(weight))"
                ),
                "Your pixels run down the columns. They run along the rows, in both libraries.",
            ),
            Mistake(
                "not turned",
                _kernel(
                    "images = weight.reshape(-1, channels, height, width)\n"
                    "    return images.transpose(0, 2, 3, 1).reshape(len(weight), -1)"
                ),
                "The order is right, and the matrix lies on its side: a kernel of Keras is (in, out).",
            ),
        ),
    ),
    Predict(
        id="functional_models.same_padding",
        concepts=("keras",),
        title="The same word, another number",
        level="medium",
        minutes=5,
        task='A convolution in one dimension has the kernel $1, 1, 1$, stride 2 and, in Keras, `padding="same"`. It'
        " reads $1, 2, 3, 4$. Two numbers come out, so one zero of padding is enough, and Keras puts it **at the"
        " end**. What is the **first** of the two numbers?",
        hints=(
            "Write the padded row, then lay the window of three numbers on its beginning.",
            "Nothing stands before the first number here. PyTorch's `padding=1` would put a zero on both sides.",
        ),
        solution="The padded row is $1, 2, 3, 4, 0$. The first window holds $1 + 2 + 3 = \\mathbf{6}$, the second"
        " $3 + 4 + 0 = 7$. PyTorch's `padding=1` pads on both sides and gives 3 and 9.",
        answer=same_first,
        tolerance=0.1,
        wrong_routes=(
            Route(3.0, "That is PyTorch's padding=1, with a zero before the first number. Here it stands at the end."),
            Route(7.0, "That is the second window."),
            Route(9.0, "That is the second window, and with PyTorch's padding on both sides."),
        ),
    ),
    Choose(
        id="functional_models.silent",
        concepts=("keras",),
        title="No error, and wrong",
        level="medium",
        minutes=4,
        task="The last layer of a Keras model is `Dense(10)`, without an activation. It is compiled with"
        ' `loss="sparse_categorical_crossentropy"`. What happens in training?',
        options={
            "a": "Keras says that the scores are no probabilities",
            "b": "the loss takes the scores for probabilities, and its numbers are wrong without a word",
            "c": "Keras adds a softmax, because the loss needs one",
            "d": "the same as with PyTorch's `CrossEntropyLoss`",
        },
        answer="b",
        wrong={
            "a": "Nothing checks it. The scores are divided by their sum; what is then below 0 or above 1 is clipped.",
            "c": "Layers are what you declare. A loss adds none.",
            "d": "PyTorch's loss wants scores. The one in Keras wants probabilities, unless from_logits is True.",
        },
        hints=(
            "Which numbers does the loss expect if it is named by a text alone?",
            "The default of `from_logits` is False.",
        ),
        solution='**b**. Either end with `Dense(10, activation="softmax")`, or compile with'
        " `SparseCategoricalCrossentropy(from_logits=True)`, which is PyTorch's.",
    ),
]
