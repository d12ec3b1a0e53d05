"""What the reader of chapter 15 does: count, read a net off its bars, squeeze, add, go back, and train with a skip."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import architectures, layers, models
from dlbook.scratch.architectures import Conv2d, Net


def multiplications() -> float:
    """Of a convolution from 16 to 32 channels with windows of 3 × 3 and padding on 14 × 14 pixels."""
    net = Net("one", x=(16, 14, 14))
    net.add("conv", Conv2d(16, 32, 3, padding=1), "x")
    return float(architectures.totals(net)[1])


def saved_by_squeezing() -> float:
    """How many times fewer multiplications a branch of 5 × 5 takes with a 1 × 1 before it."""
    whole, squeezed = Net("whole", x=(256, 14, 14)), Net("squeezed", x=(256, 14, 14))
    whole.add("conv", Conv2d(256, 64, 5, padding=2), "x")
    squeezed.row("", "x", one=Conv2d(256, 32, 1), five=Conv2d(32, 64, 5, padding=2))
    return architectures.totals(whole)[1] / architectures.totals(squeezed)[1]


def stack_of_threes() -> float:
    """The weights of as many 3 × 3 convolutions as see 9 × 9 pixels, over those of one 9 × 9 convolution."""
    count = next(n for n in range(1, 9) if layers.receptive_field([3] * n) == 9)
    threes, nine = Net("threes", x=(8, 20, 20)), Net("nine", x=(8, 20, 20))
    threes.row("", "x", *[Conv2d(8, 8, 3, padding=1, bias=False)] * count)
    nine.add("conv", Conv2d(8, 8, 9, padding=4, bias=False), "x")
    return architectures.totals(threes)[0] / architectures.totals(nine)[0]


def through_skips() -> float:
    """∂y/∂x through ten blocks x + f(x), where each f has the slope 0.1."""
    from dlbook.experiments.deep_cnns import chain

    model = chain([0.1] * 10, skips=True)
    model(np.ones((1, 1)))
    return model.backward(np.ones((1, 1))).item()


def _cost_cases():
    return [
        (1, 6, 5, 28, 28, 1),
        (96, 256, 5, 27, 27, 2),
        (64, 128, 3, 7, 5, 1),
        (8, 8, 3, 4, 6, 8),
        (12, 4, 1, 9, 2, 4),
    ]


def _cost_reference(C, O, f, H, W, G):  # noqa: E741 (the book's letter)
    net = Net("one", x=(C, H + f - 1, W + f - 1))
    net.add("conv", Conv2d(C, O, f, groups=G), "x")
    return tuple(map(float, architectures.totals(net)))


def _cost(parameters="O * (inside + 1)", products="O * inside * H * W", inside="C // G * f**2") -> str:
    return f"def cost(C, O, f, H, W, G):\n    inside = {inside}\n    return {parameters}, {products}\n"


def _pixelwise_cases():
    rng = np.random.default_rng(0)
    shapes = ((2, 4, 3, 5, 3), (1, 3, 4, 4, 6), (3, 5, 2, 2, 5))
    return [(rng.normal(size=(N, C, H, W)), rng.normal(size=(K, C)), rng.normal(size=K)) for N, C, H, W, K in shapes]


def _pixelwise_reference(x, weight, bias):
    return layers.conv2d(x, weight[:, :, None, None], bias)


def _pixelwise(product="weight @ pixels", after=" + bias[:, None]", flat="x.reshape(N, C, H * W)") -> str:
    return (
        "def pixelwise(x, weight, bias):\n"
        "    N, C, H, W = x.shape\n"
        f"    pixels = {flat}\n"
        f"    z = {product}{after}\n"
        "    return z.reshape(N, -1, H, W)\n"
    )


def _block_cases():
    rng = np.random.default_rng(1)
    shapes = ((4, 3, 5), (2, 2, 2), (5, 4, 3))
    return [
        (rng.normal(size=(N, D)), rng.normal(size=(N, D)), rng.normal(size=(K, D)), rng.normal(size=(D, K)))
        for N, D, K in shapes
    ]


def _block_reference(upstream, x, W1, W2):
    inner, outer = layers.Linear(*W1.T.shape, bias=False), layers.Linear(*W2.T.shape, bias=False)
    rows = [("one", inner, "x"), ("bend", layers.ReLU(), "one"), ("two", outer, "bend")]
    model = models.functional([*rows, ("add", layers.Add(), "two", "x"), ("y", layers.ReLU(), "add")])
    model.load_state_dict({"one.weight": W1, "two.weight": W2})
    y = model(x)
    return y, model.backward(upstream)


def _block(
    y="np.maximum(a @ W2.T + x, 0)", came="upstream * (y > 0)", inner="((came @ W2) * (a > 0)) @ W1 + came"
) -> str:
    return (
        "def block(upstream, x, W1, W2):\n"
        "    a = np.maximum(x @ W1.T, 0)\n"
        f"    y = {y}\n"
        f"    came = {came}\n"
        f"    return y, {inner}\n"
    )


def _train_cases():
    rng = np.random.default_rng(2)
    cases = []
    for N, size, C, K, lr, steps in ((6, 5, 2, 3, 0.1, 4), (5, 4, 3, 2, 0.2, 5), (4, 6, 2, 4, 0.05, 6)):
        X, y = rng.normal(size=(N, C, size, size)), rng.integers(0, K, N)
        cases.append((X, y, *rng.normal(0, 0.4, size=(2, C, C, 3, 3)), rng.normal(size=(K, C)), lr, steps))
    return cases


def _train_reference(X, y, W1, W2, W3, lr, steps):
    C, K, options = X.shape[1], len(W3), {"padding": 1, "bias": False}
    rows = [
        ("conv1", layers.Conv2d(C, C, 3, **options), "x"), ("relu1", layers.ReLU(), "conv1"),
        ("conv2", layers.Conv2d(C, C, 3, **options), "relu1"), ("add", layers.Add(), "conv2", "x"),
        ("relu2", layers.ReLU(), "add"), ("mean", layers.AdaptiveAvgPool2d(1), "relu2"),
        ("flat", layers.Flatten(), "mean"), ("fc", layers.Linear(C, K, bias=False), "flat"),
    ]  # fmt: skip
    model = models.functional(rows)
    model.load_state_dict({"conv1.weight": W1, "conv2.weight": W2, "fc.weight": W3})
    return models.fit(model, [(X, y)], steps, lr)


def _train(add='("add", layers.Add(), "conv2", "x")', bend='("relu2", layers.ReLU(), "add")', rate="lr", first="W1",
           relu1="layers.ReLU()", second="W2") -> str:  # fmt: skip
    """Assembling and training a net with one residual block, with these parts."""
    return (
        "from dlbook.scratch import layers, models\n\n\n"
        "def train(X, y, W1, W2, W3, lr, steps):\n"
        "    C = X.shape[1]\n"
        "    conv = lambda: layers.Conv2d(C, C, 3, padding=1, bias=False)\n"
        "    rows = [\n"
        f'        ("conv1", conv(), "x"), ("relu1", {relu1}, "conv1"), ("conv2", conv(), "relu1"),\n'
        f"        {add}, {bend},\n"
        '        ("mean", layers.AdaptiveAvgPool2d(1), "relu2"), ("flat", layers.Flatten(), "mean"),\n'
        '        ("fc", layers.Linear(C, len(W3), bias=False), "flat"),\n'
        "    ]\n"
        "    model = models.functional(rows)\n"
        f'    model.load_state_dict({{"conv1.weight": {first}, "conv2.weight": {second}, "fc.weight": W3}})\n'
        f"    return models.fit(model, [(X, y)], steps, {rate})\n"
    )


EXERCISES = [
    Predict(
        id="deep_cnns.multiplications",
        concepts=("architectures.lenet5",),
        title="How often does it multiply?",
        level="easy",
        minutes=5,
        task="A convolution with windows of 3 × 3 reads 16 maps and makes 32. All maps have 14 × 14 pixels, thanks to a"
        " padding of 1. How many **multiplications** does it take for one image? (The bias is added, not multiplied.)",
        hints=(
            "How many numbers does one window hold? All 16 maps lie in it.",
            "One output takes that many multiplications. How many outputs are there, over all places and all 32 maps?",
        ),
        solution="A window holds $16 \\cdot 9 = 144$ numbers. There are $32 \\cdot 14 \\cdot 14 = 6272$ outputs, and"
        " $6272 \\cdot 144 = \\mathbf{903168}$.",
        answer=multiplications,
        tolerance=1,
        wrong_routes=(
            Route(4608, "These are the weights. Each of them is used at every place of the map."),
            Route(28224, "You counted one map. There are 32, and each has kernels of its own."),
            Route(56448, "You took one of the 16 maps that go in. A window holds all of them."),
            Route(909440, "You counted the bias. It is added once for each output, and nothing is multiplied."),
        ),
    ),
    Code(
        id="deep_cnns.cost",
        concepts=("architectures.lenet5", "architectures.alexnet"),
        title="What a layer costs",
        level="easy",
        minutes=7,
        task="Write `cost(C, O, f, H, W, G)`. A convolution with windows of f × f reads `C` maps and makes `O`, in `G`"
        " groups, with a bias for each map, and its output has `H` × `W` places. Return the number of its parameters"
        " and that of its multiplications for one image, in this order.",
        stub="def cost(C, O, f, H, W, G):\n    ...\n",
        hints=(
            "With groups, a map sees the channels of its own group alone. How many numbers does its window hold?",
            "The parameters do not depend on H and W. The multiplications do.",
            "Count the numbers in one window first, C / G channels of f times f. One map has that many weights and a"
            " bias, and one output takes that many multiplications.",
        ),
        solution=_cost(),
        cases=_cost_cases,
        reference=_cost_reference,
        returns=("the parameters", "the multiplications"),
        mistakes=(
            Mistake("no bias", _cost(parameters="O * inside"), "Your parameters lack the biases: one for each map."),
            Mistake(
                "groups forgotten",
                _cost(inside="C * f**2"),
                "You let every map see all channels. In G groups it sees C / G of them.",
            ),
            Mistake(
                "groups twice",
                _cost(inside="C // G * f**2 // G"),
                "You divided by the groups twice: each of the O maps stays, and its window has C / G channels.",
            ),
            Mistake(
                "one place",
                _cost(products="O * inside"),
                "Your multiplications are those of one place. The window goes to H · W of them.",
            ),
            Mistake(
                "the bias multiplied",
                _cost(products="O * (inside + 1) * H * W"),
                "You counted the bias among the multiplications. It is added.",
            ),
            Mistake(
                "one row of the window",
                _cost(inside="C // G * f"),
                "Your window has f numbers a channel. It is f high and f wide.",
            ),
        ),
    ),
    Choose(
        id="deep_cnns.which_net",
        concepts=("architectures.alexnet", "architectures.vgg", "architectures.googlenet"),
        title="Read a net off its bars",
        level="easy",
        minutes=5,
        figure="deep_cnns.unknown_net",
        task="The figure above shows, for each layer of a net that has weights, its share of the parameters and of the"
        " multiplications. Which net is it?",
        options={"a": "AlexNet", "b": "VGG-16", "c": "GoogLeNet", "d": "ResNet-18"},
        answer="a",
        hints=(
            "Where are the parameters: in the convolutions, or in the dense layers at the end?",
            "How many layers with weights has the net? The numbers in the names help with two of them.",
        ),
        solution="The last three of eight layers hold nearly all parameters and take little work, as dense layers do."
        " Five convolutions before them leave **AlexNet**.",
        wrong={
            "b": "VGG-16 has its parameters in the dense layers, too, but 16 layers with weights. Count the bars.",
            "c": "GoogLeNet ends in a mean and one dense layer: no bar for parameters would tower over all others.",
            "d": "ResNet-18 has one dense layer at its end and 18 layers or more with weights.",
        },
    ),
    Predict(
        id="deep_cnns.stack",
        concepts=("architectures.vgg",),
        title="Small windows for a large one",
        level="easy",
        minutes=5,
        task="Convolutions of 3 × 3 with stride 1 stand on top of each other until one number at the top sees 9 × 9"
        " pixels. All have as many channels going in as coming out, and no bias. What **share** of the weights of one"
        " 9 × 9 convolution do they have together, as a number between 0 and 1?",
        hints=(
            "The first layer sees 3 pixels along a side. How many does each further layer add?",
            "The weights of a layer grow with the square of its window. The channels cancel in the share.",
        ),
        solution="Each layer adds 2 pixels to the first one's 3, so that four of them see 9. They have"
        " $4 \\cdot 9 = 36$ weights for the large window's 81, a share of $\\mathbf{0.444}$.",
        answer=stack_of_threes,
        tolerance=0.005,
        wrong_routes=(
            Route(27 / 81, "Three layers see 7 pixels along a side. One more is needed."),
            Route(9 / 81, "That is one layer of 3 × 3. Several are needed to see 9 × 9."),
            Route(2.25, "You have it the other way round: the large window's weights over those of the small ones."),
            Route(12 / 9, "You compared sides. A window of 3 × 3 has nine weights."),
        ),
    ),
    Predict(
        id="deep_cnns.squeeze",
        concepts=("architectures.googlenet",),
        title="Squeeze before you look",
        level="medium",
        minutes=6,
        task="A branch of an inception block reads 256 maps and makes 64, with windows of 5 × 5. With a 1 × 1"
        " convolution to 32 channels before it, the windows of 5 × 5 read 32 channels instead of 256. All maps have"
        " 14 × 14 pixels, thanks to padding. **How many times fewer** multiplications does the branch take then?",
        hints=(
            "Count for one place. How many multiplications does the branch take there without the 1 × 1 convolution?",
            "With it there are two layers: 256 · 32 for the 1 × 1, and 32 · 25 · 64 for the other.",
        ),
        solution="At one place it is $256 \\cdot 25 \\cdot 64 = 409{,}600$ without and $256 \\cdot 32 + 32 \\cdot 25"
        " \\cdot 64 = 59{,}392$ with it: $\\mathbf{6.90}$ times fewer.",
        answer=saved_by_squeezing,
        tolerance=0.02,
        wrong_routes=(
            Route(8, "You left out what the 1 × 1 convolution itself takes."),
            Route(50, "You counted the 1 × 1 convolution alone. The windows of 5 × 5 come after it."),
            Route(59392 / 409600, "You have it the other way round: which of the two takes more?"),
        ),
    ),
    Code(
        id="deep_cnns.pixelwise",
        concepts=("architectures.googlenet",),
        title="A 1 × 1 convolution is a product of matrices",
        level="medium",
        minutes=9,
        task="Write `pixelwise(x, weight, bias)`, a 1 × 1 convolution without the book's layers. `x` is (N, C, H, W),"
        " `weight` (K, C) and `bias` (K,). Each pixel's C channels become K. Return (N, K, H, W).",
        stub="def pixelwise(x, weight, bias):\n    ...\n",
        hints=(
            "At one pixel it is `weight @ x[n, :, h, w] + bias`. How can all pixels of an image stand side by side?",
            "`x.reshape(N, C, H * W)` has a column for each pixel.",
            "`weight @` such columns works for all N images at once. The bias needs an axis for the pixels: "
            "`bias[:, None]`.",
        ),
        solution=_pixelwise(),
        cases=_pixelwise_cases,
        reference=_pixelwise_reference,
        mistakes=(
            Mistake("no bias", _pixelwise(after=""), "The bias is missing: each of the K maps has one."),
            Mistake(
                "channels and pixels mixed up",
                _pixelwise(flat="x.reshape(N, H * W, C).swapaxes(1, 2)"),
                "Your columns are not pixels: reshape does not move axes. The channels stand before rows and columns.",
            ),
            Mistake(
                "a mean",
                _pixelwise(product="weight @ pixels / C"),
                "You divided by the channels. A convolution adds up, and takes no mean.",
            ),
            Mistake(
                "one image for all",
                _pixelwise(product="weight @ pixels[:1] + 0 * (weight @ pixels)"),
                "All your images get the answer of the first one.",
            ),
        ),
    ),
    Predict(
        id="deep_cnns.through_skips",
        concepts=("architectures.resnet",),
        title="Through ten skips",
        level="easy",
        minutes=4,
        task="Ten blocks $x + f(x)$ stand in a row, and at the numbers that go through, each $f$ has the slope 0.1."
        " What is the slope of the whole row?",
        hints=("What is the slope of one block?", "Slopes in a row are multiplied, as everywhere in the chain rule."),
        solution="Each block has the slope $1 + 0.1$, and ten in a row $1.1^{10} = \\mathbf{2.594}$. Without the skips"
        " it would be $0.1^{10}$.",
        answer=through_skips,
        tolerance=0.005,
        wrong_routes=(
            Route(1e-10, "That is the row without its skips, 0.1 to the tenth."),
            Route(2, "You added the ten slopes to 1. The paths through several blocks count, too: slopes multiply."),
            Route(1, "That is the way around alone. The blocks add their part."),
            Route(1.1, "That is one block. There are ten in a row."),
        ),
    ),
    Code(
        id="deep_cnns.block",
        concepts=("architectures.resnet",),
        title="A residual block, there and back",
        level="medium",
        minutes=12,
        task="Write `block(upstream, x, W1, W2)` for a residual block of dense layers without biases. With"
        " $a = \\mathrm{ReLU}(x W_1^\\top)$ it makes $y = \\mathrm{ReLU}(a W_2^\\top + x)$. `x` and `upstream` are"
        " (N, D), `W1` is (K, D) and `W2` (D, K). Return $y$ and $\\frac{\\partial L}{\\partial x}$, where"
        " `upstream` is $\\frac{\\partial L}{\\partial y}$.",
        stub="def block(upstream, x, W1, W2):\n    ...\n",
        hints=(
            "Go back through the last ReLU first. What arrives at the plus?",
            "The plus gives the same to both inputs. One goes through W2, a ReLU and W1, the other straight to x.",
            "At x the two meet again, and forks add. A ReLU lets through only where its output is above 0.",
        ),
        solution=_block(),
        cases=_block_cases,
        reference=_block_reference,
        returns=("y", "∂L/∂x"),
        mistakes=(
            Mistake(
                "the skip forgotten on the way back",
                _block(inner="((came @ W2) * (a > 0)) @ W1"),
                "Your ∂L/∂x comes through the layers alone. x also went around them, and forks add.",
            ),
            Mistake(
                "the skip forgotten",
                _block(y="np.maximum(a @ W2.T, 0)"),
                "Your y lacks the x that goes around the two layers.",
            ),
            Mistake(
                "added after the ReLU",
                _block(y="np.maximum(a @ W2.T, 0) + x"),
                "You add x after the last ReLU. It is added before.",
            ),
            Mistake(
                "the last ReLU skipped",
                _block(came="upstream"),
                "What arrives has to go through the last ReLU before it comes to the plus.",
            ),
            Mistake(
                "upstream around the ReLU",
                _block(inner="((came @ W2) * (a > 0)) @ W1 + upstream"),
                "On the way around you hand on upstream itself. The last ReLU stands behind the plus, so both ways"
                " get what has come through it.",
            ),
            Mistake(
                "the inner ReLU skipped",
                _block(inner="came @ W2 @ W1 + came"),
                "Between W2 and W1 stands a ReLU. It lets through only where a is above 0.",
            ),
        ),
    ),
    Code(
        id="deep_cnns.train",
        concepts=("architectures.resnet",),
        title="Build a residual net, and train it",
        level="hard",
        minutes=18,
        task="Write `train(X, y, W1, W2, W3, lr, steps)`. Assemble a net for images (N, C, H, W): a residual block of"
        " two 3 × 3 convolutions C → C with padding 1 and no bias, a ReLU between them, the input added, and a ReLU;"
        " then the mean of each map, `Flatten`, and a linear layer without bias. They start with `W1`, `W2` and `W3`."
        " Take `steps` steps of descent with the rate `lr`, each on all images with the classes `y`, and return the"
        " cross-entropy before each step, as `models.fit` does.",
        stub="def train(X, y, W1, W2, W3, lr, steps):\n    ...\n",
        hints=(
            '`models.functional` takes rows (name, layer, what goes in). The image is called `"x"`.',
            '`("add", layers.Add(), "conv2", "x")` adds two values. `layers.AdaptiveAvgPool2d(1)` takes means of maps.',
            "`load_state_dict` takes the arrays by the names of your rows, as `conv1.weight`. All images are one batch,"
            " so that an epoch is a step.",
        ),
        solution=_train(),
        cases=_train_cases,
        reference=_train_reference,
        mistakes=(
            Mistake(
                "a plain block",
                _train(add='("add", layers.ReLU(), "conv2")'),
                "Your block is a plain one: the input is not added to what the two convolutions make.",
            ),
            Mistake(
                "from the wrong place",
                _train(add='("add", layers.Add(), "conv2", "relu1")'),
                "You add what stands after the first convolution. The way around begins at the input of the block.",
            ),
            Mistake(
                "added after the ReLU",
                _train(
                    add='("bend", layers.ReLU(), "conv2"), ("add", layers.Add(), "bend", "x")',
                    bend='("relu2", models.sequential(), "add")',
                ),
                "You add x after the last ReLU. It is added before.",
            ),
            Mistake(
                "no ReLU between",
                _train(relu1="models.sequential()"),
                "Between your two convolutions stands no ReLU: together they are one linear layer.",
            ),
            Mistake(
                "weights exchanged",
                _train(first="W2", second="W1"),
                "Your two convolutions start with each other's weights.",
            ),
            Mistake(
                "a sum for the mean",
                _train(rate="lr * len(X)"),
                "Your steps are as many times too long as there are images: the loss is a mean already.",
            ),
        ),
    ),
]
