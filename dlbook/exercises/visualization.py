"""What the reader of chapter 16 does: draw filters, find silent channels, say where a class was seen, train a net."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import layers, models, visualization

READ = {  # of the map that is read
    "A": np.array([[[1.0, 0.0], [2.0, 0.0]], [[0.0, 3.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 2.0]]]),
    "w": np.array([2.0, 1.0, -1.0]),
}
LARGEST = np.array([[6.0, 1.0], [2.0, 3.0]])  # the map whose largest number is the score, but for a factor
PIXELS = {"x": np.array([1.0, 2.0]), "W": np.array([[3.0, -1.0], [-2.0, 0.5]]), "v": np.array([2.0, 4.0])}


def brightest() -> float:
    """The largest number of the class activation map."""
    return float(visualization.cam(READ["A"][None], READ["w"][None], 0).max())


def elsewhere() -> float:
    """Grad-CAM at the last pixel, where the score is twice the largest number of the map."""
    gradient = 2.0 * (LARGEST == LARGEST.max())
    return float(visualization.grad_cam_core(LARGEST[None, None], gradient[None, None])[0, 1, 1])


def second_pixel() -> float:
    """The saliency of the second pixel of a net with two layers."""
    net = models.sequential(
        layers.Flatten(), layers.Linear(2, 2, bias=False), layers.ReLU(), layers.Linear(2, 1, bias=False)
    )
    net.load_state_dict({"1.weight": PIXELS["W"], "3.weight": PIXELS["v"][None]})
    return float(visualization.saliency(net, PIXELS["x"].reshape(1, 1, 1, 2), 0)[0, 0, 1])


def _filter_cases():
    rng = np.random.default_rng(0)
    return [(rng.normal(k, 1 + k, shape),) for k, shape in enumerate([(2, 1, 2, 2), (3, 3, 3, 3), (4, 2, 1, 3)])]


def _silent_cases():
    A = np.maximum(np.random.default_rng(1).normal(size=(3, 5, 2, 2)), 0)
    A[:, 1] = 0
    A[1:, 3] = 0
    other = A[:, ::-1].copy()
    other[0, 0] = other[:, 4] = 0
    other[0, 1, 0, 0] = 2
    return [(A,), (other,), (A[:2, :2] * 0,), (A[:1, :3] + np.array([[[[1.0]], [[0.0]], [[2.0]]]]),)]


def _silent_reference(A):
    return (A == 0).all(axis=(0, 2, 3))


def _weigh_cases():
    rng = np.random.default_rng(2)
    shapes = [(2, 2, 2), (3, 4, 3), (5, 1, 2)]
    return [(np.maximum(rng.normal(size=s), 0), rng.normal(0.3, 1, size=s)) for s in shapes]


def _weigh_reference(A, A_grad):
    return visualization.grad_cam_core(A[None], A_grad[None])[0]


def bend(x):
    """∂/∂x of the sum of |x|."""
    return np.sign(x)


def curve(x):
    """∂/∂x of ¼ of the sum of x⁴."""
    return x**3


def fold(x):
    """∂/∂x of the sum of 2 ReLU(x) − x."""
    return 2.0 * (x > 0) - 1


def hill(x):
    """∂/∂x of the product of all numbers of a small image."""
    return np.prod(x) / x


def _smooth_cases():
    rng = np.random.default_rng(3)
    return [
        (f, rng.normal(size=(2, 3)), rng.normal(size=(S, 2, 3)), s)
        for f, S, s in ((bend, 5, 0.7), (curve, 3, 0.4), (fold, 7, 2.0))
    ]


def _smooth_reference(gradient, x, draw, sigma):
    return abs(visualization.smooth_grad_core(gradient, x, draw, sigma))


def _excite_cases():
    rng = np.random.default_rng(4)
    return [
        (f, rng.uniform(0.5, 2, size=s), n, lr)
        for f, s, n, lr in ((curve, (2, 2), 3, 0.1), (hill, (1, 3), 2, 0.3), (curve, (3, 2), 1, 0.5))
    ]


def _excite_reference(gradient, x, steps, lr):
    whole = lambda image: gradient(image[0, 0])[None, None]
    return visualization.activation_maximization_core(whole, x[None, None], steps, lr)[0, 0]


def _look_cases():
    rng, cases = np.random.default_rng(5), []
    for N, K, C, side, lr, steps in ((6, 3, 2, 4, 0.5, 4), (4, 2, 3, 5, 1.0, 3), (8, 4, 2, 4, 0.2, 6)):
        X, y = rng.normal(size=(N, 1, side, side)), rng.integers(0, C, N)
        X[y == 0, :, 1] += 2  # a bar for class 0
        W, V = rng.normal(size=(K, 1, 3, 3)), rng.normal(size=(C, K))
        cases.append((X, y, W, rng.normal(size=K) / 4, V, rng.normal(size=C) / 4, lr, steps))
    return cases


def _look_reference(X, y, W, b, V, c, lr, steps):
    conv = layers.Conv2d(1, len(W), 3, padding=1)
    model = models.sequential(
        conv, layers.ReLU(), layers.AdaptiveAvgPool2d(1), layers.Flatten(), layers.Linear(*V.T.shape)
    )
    model.load_state_dict({"0.weight": W, "0.bias": b, "4.weight": V, "4.bias": c})
    seen = models.fit(model, [(X, y)], steps, lr)
    A = visualization.feature_maps(model, X[:1], "1")
    return seen, visualization.cam(A, model.parameters()["4.weight"], int(y[0]))[0]


def _look(
    maps='visualization.feature_maps(model, X[:1], "1")[0]',
    weights='model.parameters()["4.weight"][y[0]]',
    last="np.tensordot(w, A, 1)",
    pool="layers.AdaptiveAvgPool2d(1)",
) -> str:
    """A net that is built, trained and looked into, with these lines."""
    return f"""\
from dlbook.scratch import layers, models, visualization


def train_and_look(X, y, W, b, V, c, lr, steps):
    conv = layers.Conv2d(1, len(W), 3, padding=1)
    row = (conv, layers.ReLU(), {pool}, layers.Flatten(), layers.Linear(*V.T.shape))
    model = models.sequential(*row)
    model.load_state_dict({{"0.weight": W, "0.bias": b, "4.weight": V, "4.bias": c}})
    seen = models.fit(model, [(X, y)], steps, lr)
    A = {maps}
    w = {weights}
    return seen, {last}
"""


EXERCISES = [
    Code(
        id="visualization.as_pictures",
        concepts=("visualization.filters",),
        title="Filters as pictures",
        level="easy",
        minutes=6,
        task="Write `as_pictures(W)`, which makes each filter a picture from 0 to 1. `W` has the shape (O, C, KH, KW):"
        " O filters, each with its own smallest and largest weight. The shape stays.",
        stub="def as_pictures(W):\n    ...\n",
        hints=(
            "Each filter has a smallest number and a largest. Which axes belong to one filter?",
            "Take min and max over the axes 1, 2 and 3, and keep these axes, so that the result fits back onto W.",
            "Subtract the smallest first. What is left runs from 0 to the distance of largest and smallest.",
        ),
        solution="def as_pictures(W):\n    low = W.min(axis=(1, 2, 3), keepdims=True)\n"
        "    high = W.max(axis=(1, 2, 3), keepdims=True)\n    return (W - low) / (high - low)\n",
        cases=_filter_cases,
        reference=visualization.filters_core,
        mistakes=(
            Mistake(
                "one scale for all filters",
                "def as_pictures(W):\n    return (W - W.min()) / (W.max() - W.min())\n",
                "You used one smallest and one largest number for all filters. A filter with small weights is then a"
                " grey square: give each its own scale.",
            ),
            Mistake(
                "a scale for each channel",
                "def as_pictures(W):\n    low = W.min(axis=(2, 3), keepdims=True)\n"
                "    high = W.max(axis=(2, 3), keepdims=True)\n    return (W - low) / (high - low)\n",
                "Each colour of a filter has its own scale in yours, and the colours of the picture are then wrong. One"
                " filter is all its channels together.",
            ),
            Mistake(
                "through the largest",
                "def as_pictures(W):\n    return W / W.max(axis=(1, 2, 3), keepdims=True)\n",
                "You divided by the largest weight without subtracting the smallest: negative weights come out below 0,"
                " and no picture can show them.",
            ),
        ),
    ),
    Code(
        id="visualization.silent_channels",
        concepts=("visualization.feature_maps",),
        title="Find the silent channels",
        level="easy",
        minutes=6,
        task="`A` holds what a layer gives after its ReLU, (N, K, H, W). Write `silent(A)`, which says for each of the"
        " K channels, as True or False, whether it is 0 **at every place of every image**.",
        stub="def silent(A):\n    ...\n",
        hints=(
            "One answer for each channel: which of the four axes stays?",
            "Compare with 0 first; you then have True and False in the shape of A.",
            "All places and all images must be 0. NumPy has a method for that, and it takes several axes at once.",
        ),
        solution="def silent(A):\n    return (A == 0).all(axis=(0, 2, 3))\n",
        cases=_silent_cases,
        reference=_silent_reference,
        mistakes=(
            Mistake(
                "somewhere instead of everywhere",
                "def silent(A):\n    return (A == 0).any(axis=(0, 2, 3))\n",
                "You called a channel silent if it is 0 somewhere. Nearly every channel is 0 somewhere after a ReLU: it"
                " must be 0 everywhere.",
            ),
            Mistake(
                "on the first image only",
                "def silent(A):\n    return (A[0] == 0).all(axis=(1, 2))\n",
                "You asked the first image alone. A channel that is silent on one photo may answer to the next.",
            ),
            Mistake(
                "those that answer",
                "def silent(A):\n    return (A > 0).any(axis=(0, 2, 3))\n",
                "That is True for the channels that answer. The silent ones are the others.",
            ),
        ),
    ),
    Predict(
        id="visualization.read_the_map",
        concepts=("visualization.cam",),
        title="Read where the evidence is",
        level="easy",
        minutes=4,
        figure="visualization.read_the_map",
        task="The figure above shows three maps and the weights of a class. What is the number at the **brightest"
        " pixel** of its class activation map?",
        hints=(
            "M = Σ w A: at each pixel three products, added. Which pixel collects most?",
            "A negative weight takes away where its map is bright. Write all four sums down.",
        ),
        solution="At the lower left $2 \\cdot 2 + 1 \\cdot 1 - 1 \\cdot 0 = \\mathbf{5}$. The other three pixels have"
        " 2, 2 and −2.",
        answer=brightest,
        tolerance=0.01,
        wrong_routes=(
            Route(4.0, "You added the maps as they are. The class weighs them, by 2, by 1 and by −1."),
            Route(1.75, "That is the mean of the map: it leads to the score. Asked is the largest number."),
            Route(2.0, "That is another pixel of the map. One of the four is brighter."),
        ),
    ),
    Code(
        id="visualization.weigh_by_gradients",
        concepts=("visualization.grad_cam",),
        title="Grad-CAM of one image",
        level="medium",
        minutes=8,
        task="Write `grad_cam(A, A_grad)` for one image: `A` holds the maps of a layer, `A_grad` the derivatives of the"
        " score with respect to each of their numbers, both (K, H, W). Return the map (H, W).",
        stub="def grad_cam(A, A_grad):\n    ...\n",
        hints=(
            "Every channel gets one weight. What is it made of?",
            "The weight of a channel is the mean of its derivatives over the pixels. Then add the weighed maps.",
            "The ReLU comes last, on the sum over the channels: evidence against must meet evidence for.",
        ),
        solution="def grad_cam(A, A_grad):\n    alpha = A_grad.mean(axis=(1, 2))  # (K,)\n"
        "    return np.maximum(np.tensordot(alpha, A, 1), 0)\n",
        cases=_weigh_cases,
        reference=_weigh_reference,
        mistakes=(
            Mistake(
                "the ReLU on each channel",
                "def grad_cam(A, A_grad):\n    alpha = A_grad.mean(axis=(1, 2), keepdims=True)\n"
                "    return np.maximum(alpha * A, 0).sum(axis=0)\n",
                "You cut off what is negative before you added the channels. What speaks against the class is then"
                " lost: add first, cut last.",
            ),
            Mistake(
                "the derivatives themselves",
                "def grad_cam(A, A_grad):\n    return np.maximum((A_grad * A).sum(axis=0), 0)\n",
                "You weighed each pixel by its own derivative. Grad-CAM gives each channel one weight, the mean of its"
                " derivatives.",
            ),
            Mistake(
                "the size of the weights",
                "def grad_cam(A, A_grad):\n    alpha = np.abs(A_grad.mean(axis=(1, 2)))\n"
                "    return np.maximum(np.tensordot(alpha, A, 1), 0)\n",
                "You took the weights without their sign. A channel that lowers the score must lower the map.",
            ),
        ),
    ),
    Predict(
        id="visualization.largest_alone",
        concepts=("visualization.grad_cam",),
        title="A score that hangs on one pixel",
        level="medium",
        minutes=5,
        task="A net has one last map $A = \\begin{pmatrix} 6 & 1 \\\\ 2 & 3 \\end{pmatrix}$, and its score is twice the"
        " **largest** number of it, $y = 2 \\max A$. What does Grad-CAM show at the **lower right** pixel?",
        hints=(
            "How does y change when each of the four numbers grows a little? Three of the four derivatives are the"
            " same.",
            "The weight of the map is the mean of these four derivatives. It multiplies every pixel, the lower right"
            " one as well.",
        ),
        solution="Only the 6 decides, so the derivatives are 2 there and 0 elsewhere. Their mean is $\\alpha ="
        " \\tfrac24 = 0.5$, and at the lower right stands $0.5 \\cdot 3 = \\mathbf{1.5}$. The score does not depend on"
        " that pixel at all: where no mean follows the maps, Grad-CAM lights up places that had no part.",
        answer=elsewhere,
        tolerance=0.05,
        wrong_routes=(
            Route(0.0, "The derivative is 0 at that pixel, right. But Grad-CAM weighs the whole map by the mean."),
            Route(6.0, "You multiplied by 2 itself. It is the derivative at one of four pixels: take the mean."),
            Route(3.0, "That is what stands at the upper left, or the map without its weight."),
        ),
    ),
    Predict(
        id="visualization.second_pixel",
        concepts=("visualization.saliency",),
        title="The saliency of a pixel",
        level="easy",
        minutes=5,
        task="Two grey pixels, $x = (1, 2)$. The hidden units are $h = \\operatorname{ReLU}(W x)$ with $W ="
        " \\begin{pmatrix} 3 & -1 \\\\ -2 & 0.5 \\end{pmatrix}$, and the score is $y = 2 h_1 + 4 h_2$. What is the"
        " saliency of the **second** pixel?",
        hints=(
            "Forward first: which of the two hidden units is on?",
            "Only a unit that is on hands its derivative back. What is the weight between it and the second pixel?",
        ),
        solution="$z = (3 - 2, -2 + 1) = (1, -1)$, so that the second unit is off. Through the first there comes"
        " $\\frac{\\partial y}{\\partial x_2} = 2 \\cdot (-1) = -2$, and its size is $\\mathbf{2}$.",
        answer=second_pixel,
        tolerance=0.01,
        wrong_routes=(
            Route(-2.0, "That is the derivative. The saliency is its size: it does not say for or against."),
            Route(0.0, "You let the second unit speak, too. Its z is negative, and its ReLU lets nothing back."),
            Route(6.0, "That is the first pixel: its weight to the unit that is on is 3."),
        ),
    ),
    Code(
        id="visualization.mean_of_noisy_slopes",
        concepts=("visualization.smooth_grad",),
        title="SmoothGrad",
        level="medium",
        minutes=10,
        task="Write `smooth_grad(gradient, x, draw, sigma)`: the size of the **mean** gradient at the noisy images"
        " $x + \\sigma z$, one $z$ for each entry of `draw`. `gradient` is a function of an image; `draw` has the shape"
        " (S, …) where x has (…). Return an array in the shape of x.",
        stub="def smooth_grad(gradient, x, draw, sigma):\n    ...\n",
        hints=(
            "A loop over the draws: each makes one noisy image, and that image has one gradient.",
            "Add up the gradients as they are, with their signs, and divide by how many there were.",
            "The absolute value belongs to the mean, at the very end.",
        ),
        solution="def smooth_grad(gradient, x, draw, sigma):\n    total = 0\n    for z in draw:\n"
        "        total = total + gradient(x + sigma * z)\n    return np.abs(total / len(draw))\n",
        cases=_smooth_cases,
        reference=_smooth_reference,
        mistakes=(
            Mistake(
                "the mean of the sizes",
                "def smooth_grad(gradient, x, draw, sigma):\n"
                "    return sum(np.abs(gradient(x + sigma * z)) for z in draw) / len(draw)\n",
                "You took the size of each gradient before the mean. What flips its sign from draw to draw is the very"
                " noise that should cancel: the absolute value comes last.",
            ),
            Mistake(
                "noise on the gradient",
                "def smooth_grad(gradient, x, draw, sigma):\n"
                "    return np.abs(sum(gradient(x) + sigma * z for z in draw) / len(draw))\n",
                "You put the noise on the gradient. It belongs on the image, and the gradient is then taken there.",
            ),
            Mistake(
                "the gradient at the mean",
                "def smooth_grad(gradient, x, draw, sigma):\n"
                "    return np.abs(gradient((x + sigma * draw).mean(axis=0)))\n",
                "You averaged the noisy images and took one gradient there: that is the plain saliency again, at an"
                " image that is hardly noisy. Average the gradients.",
            ),
        ),
    ),
    Code(
        id="visualization.climb",
        concepts=("visualization.activation_maximization",),
        title="Climb to what a unit wants",
        level="medium",
        minutes=10,
        task="Write `excite(gradient, x, steps, lr)`: from the image `x`, take `steps` steps"
        " $x \\leftarrow x + \\eta\\, g / r$, where $g$ is `gradient(x)` and $r$ the root of the mean of its squares."
        " Return the image.",
        stub="def excite(gradient, x, steps, lr):\n    ...\n",
        hints=(
            "The gradient belongs to the image where you stand. After a step you stand elsewhere.",
            "r is a single number for the image: square, mean, root.",
            "You climb, so that the step goes along the gradient and not against it.",
        ),
        solution="def excite(gradient, x, steps, lr):\n    for _ in range(steps):\n        g = gradient(x)\n"
        "        x = x + lr * g / np.sqrt((g**2).mean())\n    return x\n",
        cases=_excite_cases,
        reference=_excite_reference,
        mistakes=(
            Mistake(
                "downhill",
                "def excite(gradient, x, steps, lr):\n    for _ in range(steps):\n        g = gradient(x)\n"
                "        x = x - lr * g / np.sqrt((g**2).mean())\n    return x\n",
                "Your image goes downhill, as in training. Here the answer of the unit should grow: add the step.",
            ),
            Mistake(
                "the sum of the squares",
                "def excite(gradient, x, steps, lr):\n    for _ in range(steps):\n        g = gradient(x)\n"
                "        x = x + lr * g / np.sqrt((g**2).sum())\n    return x\n",
                "You divided by the root of the sum. The more pixels, the less each of them moves then: take the mean"
                " of the squares.",
            ),
            Mistake(
                "as long as the gradient",
                "def excite(gradient, x, steps, lr):\n    for _ in range(steps):\n        x = x + lr * gradient(x)\n"
                "    return x\n",
                "You stepped along the gradient as it is. Deep channels have gradients of very different size: divide"
                " by r, and η alone says how far a step goes.",
            ),
        ),
    ),
    Choose(
        id="visualization.same_map",
        concepts=("visualization.saliency", "visualization.grad_cam"),
        title="The same map without learning",
        level="easy",
        minutes=3,
        task="A new method draws beautiful maps: the outline of a cat, the rim of a cup. You shuffle all weights of the"
        " net, and **the maps stay as they were**. What do they show?",
        options={
            "a": "what the net has learned, in a very stable way",
            "b": "what is in the photo, and nothing of the net",
            "c": "that the shuffled net still knows cats and cups",
            "d": "that too few noisy copies were averaged",
        },
        answer="b",
        wrong={
            "a": "Everything that it had learned lay in the order of the weights, and it is gone. What stays"
            " cannot come from it.",
            "c": "A net with shuffled weights guesses no better than chance; that it still knows cats is ruled out.",
            "d": "More copies make a map steadier. That a map is steady was not the doubt here.",
        },
        hints=(
            "What is left of the net when its weights are shuffled, and what is left of the photo?",
            "A map that two quite different nets share must come from what they have in common.",
        ),
        solution="**b**. The two nets share the photo and the shape of the net, not one thing that was learned. An edge"
        " detector draws such maps, too. Shuffle the weights before you believe a map.",
    ),
    Code(
        id="visualization.train_and_look",
        concepts=("visualization.cam", "visualization.feature_maps"),
        title="Train a net that shows where it looks",
        level="hard",
        minutes=20,
        task="Write `train_and_look(X, y, W, b, V, c, lr, steps)`. Build a net of a 3 × 3 convolution with padding 1, a"
        " ReLU, the mean over the pixels, and a linear layer, with `layers`, `models` and `visualization` of"
        " `dlbook.scratch`. Begin with the weights W, b (of the convolution) and V, c (of the linear layer), and train"
        " it for `steps` full-batch steps with `models.fit`. Return the losses and the **class activation map of the"
        " first image for its own class**, (H, W). Shapes: X (N, 1, H, W), W (K, 1, 3, 3), V (classes, K).",
        stub="def train_and_look(X, y, W, b, V, c, lr, steps):\n    ...\n",
        hints=(
            "Five layers in a row: the convolution, the ReLU, a pool to one pixel, Flatten, Linear. How are their"
            " weights called in the state_dict of the row?",
            "A full batch is a list of one pair (X, y). What models.fit returns are the losses.",
            "The maps are what the ReLU gives for the first image, after training. The weights of its class are a row"
            " of the trained linear layer.",
        ),
        solution=_look(),
        cases=_look_cases,
        reference=_look_reference,
        returns=("losses", "map"),
        mistakes=(
            Mistake(
                "the weights of the start",
                _look(weights="V[y[0]]"),
                "Your losses are right. But you weighed the maps with V as it was before training: take the linear"
                " layer's weights afterwards.",
            ),
            Mistake(
                "before the ReLU",
                _look(maps='visualization.feature_maps(model, X[:1], "0")[0]'),
                "Your losses are right. But the maps are those of the convolution, before the ReLU: the mean is taken"
                " of what comes after it.",
            ),
            Mistake(
                "maps without weights",
                _look(last="A.sum(axis=0)"),
                "Your losses are right. But you added the maps as they are: that is the same for every class. Weigh"
                " them by the row of the class.",
            ),
            Mistake(
                "the largest instead of the mean",
                _look(pool="layers.MaxPool2d(X.shape[2])"),
                "Your net takes the largest number of each map. Then the score is no sum over the pixels, and the map"
                " does not add up to it: take the mean.",
            ),
        ),
    ),
]
