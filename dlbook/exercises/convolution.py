"""What the reader of chapter 14 does: slide windows, pool, count, go back through both, and train."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import layers, models

IMAGE = np.array([[2.0, 4, 1], [0, 3, 5], [1, 2, 6]])  # of the number that is predicted
KERNEL, BIAS = np.array([[1.0, 0], [-2, 1]]), 2.0
ASKED = np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]])  # the kernel of the map that is read


def one_window() -> float:
    """The output at row 0, column 1."""
    return float(layers.conv2d(IMAGE[None, None], KERNEL[None, None], np.array([BIAS]))[0, 0, 0, 1])


def output_size() -> float:
    """The rows of the output for 32 rows, a window of 3, padding 2, stride 2, dilation 3."""
    x, w = np.zeros((1, 1, 32, 32)), np.zeros((1, 1, 3, 3))
    return float(layers.conv2d(x, w, stride=2, padding=2, dilation=3).shape[2])


def count() -> float:
    """The weights and biases of a convolution from 3 to 32 channels with windows of 5 × 5."""
    return float(sum(array.size for array in layers.Conv2d(3, 32, 5, rng=0).params.values()))


def field() -> float:
    """How many pixels of a row one output sees: a gradient that is not 0 counts them."""
    model = models.sequential(
        layers.Conv2d(1, 1, 3, rng=0), layers.AvgPool2d(2), layers.Conv2d(1, 1, 3, rng=1), layers.Conv2d(1, 1, 3, rng=2)
    )
    upstream = np.zeros(model(np.zeros((1, 1, 30, 30))).shape)
    upstream[0, 0, 5, 5] = 1
    return float(model.backward(upstream)[0, 0].any(axis=0).sum())


def _slide_cases():
    rng = np.random.default_rng(0)
    shapes = (((4, 4), (3, 3)), ((3, 6), (2, 3)), ((5, 4), (1, 2)), ((3, 3), (3, 3)))
    return [(rng.integers(-3, 6, x).astype(float), rng.integers(-2, 4, w).astype(float)) for x, w in shapes]


def _slide_reference(x, w):
    return layers.conv2d(x[None, None], w[None, None])[0, 0]


def _slide(
    rows="H - KH + 1", columns="W - KW + 1", window="x[h : h + KH, w : w + KW]", kernel="kernel", after=""
) -> str:
    """A sliding window with these parts."""
    return (
        "def slide(x, kernel):\n"
        "    (H, W), (KH, KW) = x.shape, kernel.shape\n"
        f"    z = np.zeros(({rows}, {columns}))\n"
        "    for h, w in np.ndindex(z.shape):\n"
        f"        z[h, w] = ({kernel} * {window}).sum(){after}\n"
        "    return z\n"
    )


def _max_back_cases():
    ties = np.array([[1.0, 1, 3, 0], [0, 1, 3, 3], [2, 0, -1, -1], [0, 2, -1, -4]])
    rng = np.random.default_rng(1)
    images = (ties, rng.normal(size=(2, 6)), rng.normal(-2, 1, size=(6, 4)))
    return [(rng.normal(size=(len(x) // 2, x.shape[1] // 2)), x) for x in images]


def _max_back_reference(upstream, x):
    return layers.max_pool2d_backward(upstream[None, None], x[None, None], 2)[0, 0]


def _max_back(line: str) -> str:
    """The way back through maxima of 2 × 2 with this in the loop."""
    return (
        "def max_back(upstream, x):\n"
        "    grad = np.zeros_like(x)\n"
        "    for h, w in np.ndindex(upstream.shape):\n"
        "        window = x[2 * h : 2 * h + 2, 2 * w : 2 * w + 2]\n"
        f"{line}"
        "    return grad\n"
    )


FIRST = """\
        i, j = np.unravel_index(window.argmax(), window.shape)
        grad[2 * h + i, 2 * w + j] = upstream[h, w]
"""


def _mean_back_cases():
    rng = np.random.default_rng(2)
    return [
        (rng.normal(size=shape[:2]), rng.normal(size=shape)) for shape in ((1, 1, 2, 2), (2, 3, 4, 5), (3, 2, 1, 6))
    ]


def _mean_back_reference(upstream, x):
    return layers.avg_pool2d_backward(upstream[:, :, None, None], x, x.shape[2:])


def _mean_back(divisor: str) -> str:
    return (
        "def mean_back(upstream, x):\n"
        "    N, C, H, W = x.shape\n"
        f"    return np.ones_like(x) * upstream[:, :, None, None]{divisor}\n"
    )


def _conv_back_cases():
    rng = np.random.default_rng(3)
    shapes = (((3, 3), (2, 2)), ((4, 5), (3, 2)), ((2, 6), (1, 3)))
    return [
        (rng.normal(size=(H - KH + 1, W - KW + 1)), rng.normal(size=(H, W)), rng.normal(size=(KH, KW)))
        for (H, W), (KH, KW) in shapes
    ]


def _conv_back_reference(upstream, x, kernel):
    x_grad, kernel_grad = layers.conv2d_backward(*(a[None, None] for a in (upstream, x, kernel)))
    return kernel_grad[0, 0], x_grad[0, 0]


def _conv_back(sum="(upstream * part).sum()", add="+=", weight="kernel[i, j]", place="i : i + OH, j : j + OW") -> str:
    """The way back through a convolution with these parts."""
    return (
        "def conv_back(upstream, x, kernel):\n"
        "    (OH, OW), (KH, KW) = upstream.shape, kernel.shape\n"
        "    kernel_grad, x_grad = np.zeros_like(kernel), np.zeros_like(x)\n"
        "    for i, j in np.ndindex(kernel.shape):\n"
        f"        part = x[{place}]\n"
        f"        kernel_grad[i, j] = {sum}\n"
        f"        x_grad[i : i + OH, j : j + OW] {add} {weight} * upstream\n"
        "    return kernel_grad, x_grad\n"
    )


def _learn_cases():
    rng = np.random.default_rng(4)
    cases = []
    for (H, W), (KH, KW), steps in (((6, 6), (3, 3), 4), ((5, 8), (2, 3), 7), ((7, 5), (2, 2), 1)):
        x, start = rng.normal(size=(H, W)), rng.normal(size=(KH, KW))
        cases.append((x, _slide_reference(x, rng.normal(size=(KH, KW))), start, 0.1, steps))
    return cases


def _learn_reference(x, target, kernel, lr, steps):
    kernel = kernel.copy()
    for _ in range(steps):
        error = _slide_reference(x, kernel) - target
        kernel -= lr * _conv_back_reference(2 * error / error.size, x, kernel)[0]
    return kernel


def _learn(upstream="2 * error / error.size", step="kernel - lr * gradient", error="z - target", steps="steps") -> str:
    """Learning a kernel with these parts."""
    return (
        "from dlbook.scratch import layers\n\n\n"
        "def learn_kernel(x, target, kernel, lr, steps):\n"
        "    x, target, kernel = x[None, None], target[None, None], kernel[None, None]\n"
        f"    for _ in range({steps}):\n"
        "        z = layers.conv2d(x, kernel)\n"
        f"        error = {error}\n"
        f"        _, gradient = layers.conv2d_backward({upstream}, x, kernel)\n"
        f"        kernel = {step}\n"
        "    return kernel[0, 0]\n"
    )


def _train_cases():
    rng = np.random.default_rng(5)
    cases = []
    for N, size, C, K, lr, steps in ((6, 4, 2, 3, 0.2, 5), (5, 6, 3, 2, 0.1, 4), (4, 4, 1, 4, 0.5, 6)):
        X, y = rng.normal(size=(N, 1, size, size)), rng.integers(0, K, N)
        kernels, b1 = rng.normal(size=(C, 1, 3, 3)), rng.normal(size=C)
        cases.append((X, y, kernels, b1, rng.normal(size=(K, C * size * size // 4)), rng.normal(size=K), lr, steps))
    return cases


def _train_reference(X, y, kernels, b1, W2, b2, lr, steps):
    model = models.sequential(
        layers.Conv2d(1, len(kernels), 3, padding=1, rng=0), layers.ReLU(), layers.MaxPool2d(2), layers.Flatten(),
        layers.Linear(*W2.T.shape, rng=0),
    )  # fmt: skip
    model.load_state_dict({"0.weight": kernels, "0.bias": b1, "4.weight": W2, "4.bias": b2})
    return models.fit(model, [(X, y)], steps, lr)


def _train(activation="layers.ReLU()", pool="layers.MaxPool2d(2)", start="kernels", rate="lr", after="") -> str:
    """Assembling and training a small net with these parts."""
    return (
        "from dlbook.scratch import layers, models\n\n\n"
        "def train(X, y, kernels, b1, W2, b2, lr, steps):\n"
        "    convolution = layers.Conv2d(1, len(kernels), 3, padding=1)\n"
        f"    row = [convolution, {activation}, {pool}, layers.Flatten(), layers.Linear(*W2.T.shape)]\n"
        "    model = models.sequential(*row)\n"
        f'    model.load_state_dict({{"0.weight": {start}, "0.bias": b1, "4.weight": W2, "4.bias": b2}})\n'
        f"    return models.fit(model, [(X, y)], steps, {rate}){after}\n"
    )


EXERCISES = [
    Predict(
        id="convolution.one_window",
        concepts=("layers.conv2d",),
        title="One window, by hand",
        level="easy",
        minutes=5,
        task="An image of 3 × 3 pixels meets a kernel of 2 × 2 weights and the bias 2:\n\n"
        "$$x = \\begin{pmatrix} 2 & 4 & 1 \\\\ 0 & 3 & 5 \\\\ 1 & 2 & 6 \\end{pmatrix}, \\quad"
        " W = \\begin{pmatrix} 1 & 0 \\\\ -2 & 1 \\end{pmatrix} .$$\n\n"
        "What does the layer give at **row 0, column 1** of its output, both counted from 0?",
        hints=(
            "Which four pixels does the window cover there? Its upper left pixel is at row 0, column 1 of the image.",
            "Multiply each weight by the pixel beneath it, as they lie. Then add the bias.",
        ),
        solution="The window holds 4 and 1 above, 3 and 5 below, so that"
        " $1 \\cdot 4 + 0 \\cdot 1 - 2 \\cdot 3 + 1 \\cdot 5 + 2 = \\mathbf{5}$.",
        answer=one_window,
        tolerance=0.1,
        wrong_routes=(
            Route(3, "The products are right. The bias is added to them."),
            Route(9, "You turned the kernel by half a turn. In deep learning it lies on the image as it is written."),
            Route(7, "That is the window in the upper left corner. Move it one column to the right."),
            Route(2, "That is row 1, column 0. The row comes first."),
        ),
    ),
    Choose(
        id="convolution.which_kernel",
        concepts=("layers.conv2d",),
        title="Read a kernel off its map",
        level="easy",
        minutes=4,
        figure="convolution.unknown_kernel",
        task="The figure above shows a bright flower on a dark ground and what one kernel made of it. Grey is 0. The"
        " upper rim of the flower is white, the lower rim is black, and at both sides there is nothing. Which kernel"
        " was it, row by row?",
        options={
            "a": "−1 0 1 / −2 0 2 / −1 0 1",
            "b": "−1 −2 −1 / 0 0 0 / 1 2 1",
            "c": "1 2 1 / 0 0 0 / −1 −2 −1",
            "d": "1 1 1 / 1 1 1 / 1 1 1, each divided by 9",
        },
        answer="b",
        hints=(
            "At the upper rim the image is dark above and bright below. Which signs make that positive?",
            "On even ground all pixels of a window are alike: what must the nine weights add up to?",
        ),
        solution="On the upper rim the bright pixels lie below, where **b** has its positive weights, and the dark ones"
        " above, where its weights are negative. On the lower rim it is the other way round. At the sides left and"
        " right differ, above and below do not, and the sum is 0.",
        wrong={
            "a": "This one subtracts left from right: it would be white on the left rim and black on the right one.",
            "c": "The direction is right and the sign is not: here bright pixels above make a positive sum.",
            "d": "Its weights add up to 1, so that even ground would keep its brightness, and no edge would stand out.",
        },
    ),
    Predict(
        id="convolution.output_size",
        concepts=("layers.conv2d",),
        title="How large is the output?",
        level="easy",
        minutes=5,
        task="An image has 32 rows. The window has $f = 3$, with padding $p = 2$, stride $s = 2$ and dilation $d = 3$."
        " How many **rows** has the output?",
        hints=(
            "How many rows does the window cover from its first weight to its last?",
            "How many rows can its first weight lie on, and how many of these are left with this stride?",
        ),
        solution="The weights reach over $3 \\cdot (3 - 1) + 1 = 7$ rows of the $32 + 2 \\cdot 2 = 36$, so that the"
        " window can be moved down by up to 29. In steps of 2 that is 14 moves and a half, of which 14 are whole, and"
        " with the place where it starts there are $\\mathbf{15}$.",
        answer=output_size,
        tolerance=0.1,
        wrong_routes=(
            Route(17, "You left out the dilation: with it the three weights reach further than three rows."),
            Route(14, "You counted the moves. The place where the window starts counts, too."),
            Route(16, "You rounded up: the last window would reach over the rim. Only whole moves count."),
            Route(15.5, "A place is there or it is not: round down before the last 1 is added."),
        ),
    ),
    Predict(
        id="convolution.count_weights",
        concepts=("layers.conv2d",),
        title="Count what is learned",
        level="easy",
        minutes=4,
        task="`nn.Conv2d(3, 32, kernel_size=5, padding=2)` sees colour photos of 64 × 64 pixels. How many numbers does"
        " it learn, biases included?",
        hints=(
            "How many numbers does one window hold? The photo has colours.",
            "Each of the maps has a kernel for all of these numbers, and a bias of its own.",
        ),
        solution="A window holds $3 \\cdot 5 \\cdot 5 = 75$ numbers, so that a map needs 75 weights and a bias. All 32"
        " maps need $32 \\cdot 76 = \\mathbf{2432}$. The size of the photo does not matter.",
        answer=count,
        tolerance=1,
        wrong_routes=(
            Route(2400, "These are the weights. Every map has a bias, too."),
            Route(832, "You took one channel. A kernel reads all three colours at once."),
            Route(2403, "A bias belongs to a map that comes out, not to a colour that goes in."),
        ),
    ),
    Code(
        id="convolution.slide",
        concepts=("layers.conv2d",),
        title="Slide a window",
        level="easy",
        minutes=8,
        task="Write `slide(x, kernel)`: the convolution of one grey image `x` (H, W) with one `kernel` (KH, KW),"
        " without padding, stride 1, no bias. It returns one number for every place where the kernel lies inside the"
        " image.",
        stub="def slide(x, kernel):\n    ...\n",
        hints=(
            "How many places are there along each side? A kernel as large as the image has exactly one.",
            "The window at (h, w) is a slice of x, as large as the kernel.",
            "`np.ndindex(z.shape)` walks over all places of an array z. At each, multiply the slice by the kernel,"
            " number by number, and add up.",
        ),
        solution=_slide(),
        cases=_slide_cases,
        reference=_slide_reference,
        mistakes=(
            Mistake(
                "flipped",
                _slide(kernel="kernel[::-1, ::-1]"),
                "You turned the kernel by half a turn: that is the convolution of mathematics. The layer does not turn"
                " it.",
            ),
            Mistake(
                "one place short",
                _slide("max(H - KH, 1)", "max(W - KW, 1)"),
                "The last place of each side is missing: an image of 4 has two places for a window of 3.",
            ),
            Mistake(
                "beside each other",
                _slide("H // KH", "W // KW", "x[h * KH : h * KH + KH, w * KW : w * KW + KW]"),
                "Your windows lie beside each other, as in pooling. With stride 1 they overlap.",
            ),
            Mistake(
                "the mean",
                _slide(after=" / kernel.size"),
                "You took the mean of the products. A convolution adds them up.",
            ),
            Mistake(
                "no weights",
                _slide(kernel="kernel.sum()"),
                "Every pixel of a window gets the same factor in yours. Each has its own weight.",
            ),
        ),
    ),
    Code(
        id="convolution.max_back",
        concepts=("layers.max_pool2d",),
        title="Back through a maximum",
        level="medium",
        minutes=10,
        task="Write `max_back(upstream, x)`, the backward pass of max pooling with windows of 2 × 2 side by side. `x`"
        " is one image (H, W) with even sides and `upstream` the derivative of each maximum, (H/2, W/2). Return"
        " $\\frac{\\partial L}{\\partial x}$. Where several pixels of a window are the largest, the first takes all,"
        " row by row.",
        stub="def max_back(upstream, x):\n    ...\n",
        hints=(
            "Start with zeros in the shape of x. How many pixels of a window get something?",
            "The window of upstream[h, w] begins at row 2h and column 2w.",
            "`window.argmax()` counts through the rows and finds the first largest; `np.unravel_index` makes a row and"
            " a column of it.",
        ),
        solution=_max_back(FIRST),
        cases=_max_back_cases,
        reference=_max_back_reference,
        mistakes=(
            Mistake(
                "all that are largest",
                _max_back(
                    "        grad[2 * h : 2 * h + 2, 2 * w : 2 * w + 2] = (window == window.max()) * upstream[h, w]\n"
                ),
                "Where pixels tie, each of them gets everything in yours: together more than has arrived.",
            ),
            Mistake(
                "a quarter each",
                _max_back("        grad[2 * h : 2 * h + 2, 2 * w : 2 * w + 2] = upstream[h, w] / 4\n"),
                "That is the way back through a mean. The maximum depends on one pixel alone.",
            ),
            Mistake(
                "to all four",
                _max_back("        grad[2 * h : 2 * h + 2, 2 * w : 2 * w + 2] = upstream[h, w]\n"),
                "All four pixels get everything in yours. Moving one that is not the largest changes nothing.",
            ),
            Mistake(
                "the value, too",
                _max_back(FIRST.replace("= upstream[h, w]", "= upstream[h, w] * window.max()")),
                "You multiplied by the maximum. When the largest pixel grows by a little, the result grows by as much:"
                " the slope is 1.",
            ),
            Mistake(
                "the last of equals",
                _max_back(FIRST.replace("window.argmax()", "window.size - 1 - window.ravel()[::-1].argmax()")),
                "Where pixels tie, the last one takes all in yours. The task wants the first.",
            ),
        ),
    ),
    Code(
        id="convolution.mean_back",
        concepts=("layers.avg_pool2d",),
        title="Back through global average pooling",
        level="easy",
        minutes=7,
        task="Global average pooling makes one number of each channel of each image, the mean of its pixels. Write"
        " `mean_back(upstream, x)`: `x` is (N, C, H, W), `upstream` (N, C) holds the derivative of each mean. Return"
        " $\\frac{\\partial L}{\\partial x}$.",
        stub="def mean_back(upstream, x):\n    ...\n",
        hints=(
            "Move one pixel by 1. How far does the mean of its channel move?",
            "All pixels of a channel get the same. What they get has to be spread over H and W.",
            "`upstream[:, :, None, None]` has two more axes, and NumPy spreads it over an array in the shape of x.",
        ),
        solution=_mean_back(" / (H * W)"),
        cases=_mean_back_cases,
        reference=_mean_back_reference,
        mistakes=(
            Mistake(
                "a sum",
                _mean_back(""),
                "That is the way back through a sum. A mean of H · W pixels moves by a part of what one pixel moves.",
            ),
            Mistake(
                "the channels, too",
                _mean_back(" / (C * H * W)"),
                "You divided by the channels as well. Each channel has a mean of its own.",
            ),
            Mistake(
                "the images, too",
                _mean_back(" / (N * H * W)"),
                "You divided by the images as well. Where L is a mean over images, that is in upstream already.",
            ),
            Mistake(
                "the rows alone",
                _mean_back(" / H"),
                "You divided by the rows. The mean is one of all pixels of a channel.",
            ),
        ),
    ),
    Predict(
        id="convolution.field",
        concepts=("layers.conv2d", "layers.avg_pool2d"),
        title="How far does it see?",
        level="medium",
        minutes=6,
        task="Four layers follow each other: a convolution with windows of 3 × 3, average pooling with windows of 2 × 2"
        " side by side, and two more convolutions with windows of 3 × 3. The convolutions have stride 1, and there is"
        " no padding. How many pixels of a **row** of the image does one output of the last layer see?",
        hints=(
            "Go up layer by layer. What does a window of the pooling see of the image?",
            "Two neighbours after the pooling lie two pixels apart in the image: what does a window of three of them"
            " add?",
        ),
        solution="The first layer sees 3. The pooling joins two neighbours and sees 4. From there on neighbours lie 2"
        " pixels apart, so that each convolution adds $(3 - 1) \\cdot 2 = 4$. That makes 8 and then $\\mathbf{12}$.",
        answer=field,
        tolerance=0.1,
        wrong_routes=(
            Route(
                8, "You have forgotten one of two things: the last layer, or that pooling has moved neighbours apart."
            ),
            Route(7, "The pooling counts, too: it joins two neighbours, and moves all later ones apart."),
            Route(11, "You added up the sizes. Neighbouring windows overlap, and after the pooling they lie apart."),
            Route(54, "You multiplied the sizes. Windows with stride 1 overlap, and only strides multiply."),
        ),
    ),
    Code(
        id="convolution.learn_kernel",
        concepts=("layers.conv2d",),
        title="Learn a kernel",
        level="medium",
        minutes=12,
        task="Write `learn_kernel(x, target, kernel, lr, steps)`. `x` is a grey image (H, W) and `target` a map of it."
        " Start with `kernel`, take `steps` steps of plain gradient descent with the rate `lr` on the mean of the"
        " squared differences between the map that your kernel makes and `target`, and return the kernel."
        " `layers.conv2d` and `layers.conv2d_backward` help; they want images as (N, C, H, W), and kernels as (O, C,"
        " KH, KW).",
        stub="def learn_kernel(x, target, kernel, lr, steps):\n    ...\n",
        hints=(
            "`x[None, None]` is one image with one channel, and so is a kernel. `[0, 0]` takes the two axes off again.",
            "Each step needs three lines: the map, the derivative of the loss at each of its pixels, and the step.",
            "A mean of squares has the slope 2 · difference / number of pixels. `conv2d_backward` takes that first,"
            " then the image, then the kernel, and returns the derivatives of both.",
        ),
        solution=_learn(),
        cases=_learn_cases,
        reference=_learn_reference,
        mistakes=(
            Mistake(
                "uphill",
                _learn(step="kernel + lr * gradient"),
                "Your kernel moves along the gradient: the difference grows. Descent subtracts it.",
            ),
            Mistake(
                "a sum",
                _learn(upstream="2 * error"),
                "You descend on the sum of the squares. The task wants their mean: divide by the number of pixels.",
            ),
            Mistake(
                "without the 2",
                _learn(upstream="error / error.size"),
                "The slope of a square is twice what was squared: a factor 2 is missing.",
            ),
            Mistake(
                "one step too few",
                _learn(steps="steps - 1"),
                "Your last step is missing.",
            ),
            Mistake(
                "no target",
                _learn(error="z"),
                "Your kernel learns to make nothing: the target is not in your error.",
            ),
        ),
    ),
    Code(
        id="convolution.train_net",
        concepts=("layers.conv2d", "layers.max_pool2d"),
        title="Assemble a convolutional net, and train it",
        level="medium",
        minutes=15,
        task="Write `train(X, y, kernels, b1, W2, b2, lr, steps)`. Assemble a net of a convolution with windows of 3 ×"
        " 3 and padding 1, ReLU, max pooling of 2 × 2, `Flatten` and a linear layer. They start with these kernels"
        " (C, 1, 3, 3), weights and biases. Take `steps` steps of descent with the rate `lr`, each on all images `X`"
        " (N, 1, H, W) with the classes `y`, and return the cross-entropy before each step, as `models.fit` does.",
        stub="def train(X, y, kernels, b1, W2, b2, lr, steps):\n    ...\n",
        hints=(
            "`models.sequential` takes the five layers in a row. The first is a `layers.Conv2d`, and `len(kernels)`"
            " says how many maps it makes.",
            "`load_state_dict` takes the arrays by the place of their layer, counted from 0: ReLU, pooling and Flatten"
            " have places, too, and no arrays.",
            "All images together are a single batch, so that one epoch is one step.",
        ),
        solution=_train(),
        cases=_train_cases,
        reference=_train_reference,
        mistakes=(
            Mistake(
                "no activation",
                _train(activation="models.sequential()"),
                "There is no ReLU between your convolution and the pooling.",
            ),
            Mistake(
                "means for maxima",
                _train(pool="layers.AvgPool2d(2)"),
                "You pool by means. The task wants the largest of each window.",
            ),
            Mistake(
                "turned kernels",
                _train(start="kernels[:, :, ::-1, ::-1]"),
                "Your kernels are turned by half a turn: take them as they are.",
            ),
            Mistake(
                "uphill",
                _train(rate="-lr").replace("models.fit(model, [(X, y)], steps, -lr)", "_up(model, X, y, lr, steps)")
                + "\n\ndef _up(model, X, y, lr, steps):\n"
                "    from dlbook.scratch import losses\n\n"
                "    seen = []\n"
                "    for _ in range(steps):\n"
                "        scores = model(X)\n"
                "        seen.append(losses.cross_entropy_from_logits(y, scores))\n"
                "        model.backward(losses.cross_entropy_from_logits_grad(y, scores))\n"
                "        for name, weight in model.parameters().items():\n"
                "            weight += lr * model.gradients()[name]\n"
                "    return np.array(seen)\n",
                "Your loss rises: the step goes along the gradient. Descent subtracts it.",
            ),
            Mistake(
                "a sum for the mean",
                _train(rate="lr * len(X)"),
                "Your steps are as many times too long as there are images: the loss is a mean already.",
            ),
        ),
    ),
    Code(
        id="convolution.conv_back",
        concepts=("layers.conv2d",),
        title="Back through a convolution",
        level="hard",
        minutes=18,
        task="Write `conv_back(upstream, x, kernel)` for one grey image `x` (H, W), one `kernel` (KH, KW), stride 1"
        " and no padding. `upstream` holds $\\frac{\\partial L}{\\partial z}$ for every place of the output. Return"
        " $\\frac{\\partial L}{\\partial W}$ and $\\frac{\\partial L}{\\partial x}$, in this order. Do not call the"
        " book's layers this time.",
        stub="def conv_back(upstream, x, kernel):\n    ...\n",
        hints=(
            "Take one weight, at (i, j). Which pixels has it met, while the window was at all places of the output?",
            "The pixels that a weight has met are a slice of x in the shape of upstream. Its derivative is the sum of"
            " products with upstream.",
            "On the way back the same weight sends its part of upstream to the very pixels that it has met. A pixel is"
            " met by several weights, and what comes to it adds up.",
        ),
        solution=_conv_back(),
        cases=_conv_back_cases,
        reference=_conv_back_reference,
        returns=("∂L/∂W", "∂L/∂x"),
        mistakes=(
            Mistake(
                "the last weight wins",
                _conv_back(add="="),
                "Each weight overwrites in your ∂L/∂x what the ones before have sent. A pixel forks into several"
                " windows, and forks add.",
            ),
            Mistake(
                "turned once too often",
                _conv_back(weight="kernel[KH - 1 - i, KW - 1 - j]"),
                "You turned the kernel on the way back. The flip comes by itself when each weight sends to the pixels"
                " that it has met.",
            ),
            Mistake(
                "a mean",
                _conv_back(sum="(upstream * part).mean()"),
                "Your ∂L/∂W is a mean over the places. The weight is shared by all of them, and what they say adds up.",
            ),
            Mistake(
                "the first place alone",
                _conv_back(sum="upstream[0, 0] * x[i, j]"),
                "Your ∂L/∂W listens to the first place of the output alone. The weight was used at all of them.",
            ),
        ),
    ),
    Choose(
        id="convolution.which_data",
        concepts=("layers.conv2d",),
        title="For whom is a convolution made?",
        level="easy",
        minutes=3,
        task="A convolution believes that neighbours belong together, and that a pattern means the same everywhere. For"
        " which of these inputs is that belief wrong?",
        options={
            "a": "The pulse of a patient, minute by minute",
            "b": "Thirty measurements of a tumour, sorted by their names",
            "c": "A photo of the earth from above",
            "d": "A sound, as 16,000 values of the pressure a second",
        },
        answer="b",
        wrong={
            "a": "Minutes that follow each other belong together, and a rise looks the same at noon and at night.",
            "c": "A house is made of neighbouring pixels, and it is a house wherever it stands.",
            "d": "A sound is made of waves, and a wave is a pattern of neighbouring values wherever it comes.",
        },
        hints=(
            "Ask of each input whether you could put its numbers into another order without a loss.",
            "What would change for a tumour if its measurements had other names?",
        ),
        solution="**b**. The names of the measurements make their order, so neighbours have nothing to do with each"
        " other, and the first place means something else than the tenth. It is like the photos with shuffled pixels.",
    ),
]
