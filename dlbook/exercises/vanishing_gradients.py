"""What the reader of chapter 09 does: choose how wide to draw, follow a variance through layers, shorten gradients."""

import math

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import clipping, initializers

LINEAR = {"width": 256, "gain": 0.5, "layers": 21}  # of the net in the figure: n Var(w) = gain, with no activation


def linear_sizes() -> tuple[np.ndarray, np.ndarray]:
    """Layer numbers (21,) and the size of z there: from 1 by the factor √(n Var(w)) a layer."""
    layer = np.arange(1, LINEAR["layers"] + 1)
    return layer, LINEAR["gain"] ** ((layer - 1) / 2)


def _he_std(shape, negative_slope):
    return float(initializers.he(np.ones(shape), negative_slope).flat[0])


def _xavier_uniform(draw, gain):
    return initializers.xavier(draw, gain)


def _draw_cases():
    rng = np.random.default_rng(5)
    return [
        (rng.random((3, 5)), 1.0),
        (np.array([[0.0, 0.5, 0.75]]), 2.0),
        (rng.random((4, 2, 3, 3)), 5 / 3),
    ]


def gain_of(sigma, z):
    """What the weights' standard deviation must be times √n so that σ leaves the size of z as it is."""
    return np.sqrt((z**2).mean() / (sigma(z) ** 2).mean())


def relu(z):
    """max(0, z)."""
    return np.maximum(z, 0)


def softplus(z):
    """log(1 + e^z), never 0."""
    return np.log1p(np.exp(z))


def _gain_cases():
    rng = np.random.default_rng(6)
    z = rng.normal(size=400)
    return [(relu, z), (np.tanh, z), (softplus, z), (np.tanh, 3 * z), (relu, np.append(z, -z))]


def _gradient_cases():
    rng = np.random.default_rng(4)
    return [
        (rng.normal(size=(2, 3)), rng.normal(size=2), 1.0),
        (np.array([[0.1, -0.2]]), np.array([0.3]), 1.0),
        (np.array([[3.0, 4.0]]), np.array([12.0]), 2.5),
        (np.array([[30.0, 0.5]]), np.array([0.01]), 5.0),
        (np.zeros((2, 2)), np.zeros(2), 1.0),
    ]


def _clip(weight_grad, bias_grad, max_norm):
    return tuple(clipping.clip_by_global_norm([weight_grad, bias_grad], max_norm).grad)


EXERCISES = [
    Code(
        id="vanishing_gradients.spread",
        concepts=("initializers.he",),
        title="How wide to draw",
        level="easy",
        minutes=7,
        task="Write `he_std(shape, negative_slope)`: the standard deviation that He's initialization gives to a weight"
        " of this `shape` before a leaky ReLU with this slope below 0 (0 for the usual ReLU). A layer's weight is (out,"
        " in), that of a convolution (out, in, height, width), where every place of the kernel adds to the sum.",
        stub="def he_std(shape, negative_slope):\n    ...\n",
        hints=(
            "How many products are added up for one output? That is fan_in: for a layer `shape[1]`, for a convolution"
            " times the size of its kernel.",
            "Var(w) = gain² / fan_in. ReLU lets half of the mean square through, so that gain² = 2. A leaky ReLU lets"
            " half of it through, and slope² times the other half.",
            "So gain² = 2 / (1 + slope²). Asked is a standard deviation: take the root. `math.prod(shape[1:])`"
            " multiplies all but the first number.",
        ),
        solution="""\
def he_std(shape, negative_slope):
    fan_in = np.prod(shape[1:])
    return np.sqrt(2 / (1 + negative_slope**2) / fan_in)
""",
        cases=lambda: [((64, 128), 0.0), ((10, 50), 0.2), ((8, 3, 5, 5), 0.0), ((1, 1), 1.0)],
        reference=_he_std,
        mistakes=(
            Mistake(
                "fan_out",
                """\
def he_std(shape, negative_slope):
    return np.sqrt(2 / (1 + negative_slope**2) / (shape[0] * np.prod(shape[2:])))
""",
                "You counted the outputs, fan_out. What makes the variance of z grow is the number of products that are"
                " added up for one z: the inputs, shape[1].",
            ),
            Mistake(
                "no kernel",
                """\
def he_std(shape, negative_slope):
    return np.sqrt(2 / (1 + negative_slope**2) / shape[1])
""",
                "Right for a layer. In a convolution one output adds up in × height × width products: the kernel counts"
                " too.",
            ),
            Mistake(
                "variance",
                """\
def he_std(shape, negative_slope):
    return 2 / (1 + negative_slope**2) / np.prod(shape[1:])
""",
                "That is the variance. The standard deviation is its root.",
            ),
            Mistake(
                "slope not squared",
                """\
def he_std(shape, negative_slope):
    return np.sqrt(2 / (1 + negative_slope) / np.prod(shape[1:]))
""",
                "The mean square counts. A number that is multiplied by the slope has its square multiplied by slope².",
            ),
            Mistake(
                "all weights",
                """\
def he_std(shape, negative_slope):
    return np.sqrt(2 / (1 + negative_slope**2) / np.prod(shape))
""",
                "You divided by the number of all weights. One output adds up only its own: leave out shape[0].",
            ),
            Mistake(
                "no slope",
                """\
def he_std(shape, negative_slope):
    return np.sqrt(2 / np.prod(shape[1:]))
""",
                "Right for a ReLU. A leaky one lets slope² of the lower half through as well: gain² = 2 / (1 +"
                " slope²).",
            ),
            Mistake(
                "Xavier",
                """\
def he_std(shape, negative_slope):
    kernel = np.prod(shape[2:])
    return np.sqrt(2 / ((shape[0] + shape[1]) * kernel))
""",
                "That is Xavier's: a compromise between fan_in and fan_out, and without regard to what ReLU swallows.",
            ),
            Mistake(
                "one over the root",
                """\
def he_std(shape, negative_slope):
    return np.sqrt(1 / np.prod(shape[1:]))
""",
                "This keeps a linear net. ReLU sets half of the numbers to 0, so that the variance must be twice that.",
            ),
        ),
    ),
    Predict(
        id="vanishing_gradients.turned",
        concepts=("clipping.clip_by_value", "clipping.clip_by_norm"),
        title="Where does the step go?",
        level="easy",
        minutes=5,
        task="The gradient is $(8, 1)$. It is clipped **by value** to 2. By how many **degrees** does that turn it?",
        hints=(
            "Which components does clipping by value change, and to what?",
            "The angle of (x, y) is arctan(y / x). Take it before and after.",
        ),
        solution="$(8, 1)$ becomes $(2, 1)$. The angle was $\\arctan 0.125 = 7.1°$ and is now"
        " $\\arctan 0.5 = 26.6°$, so it turned by **19.4°**. Clipping by norm would have turned it by nothing.",
        answer=lambda: math.degrees(math.atan(0.5) - math.atan(0.125)),
        tolerance=0.2,
        wrong_routes=(
            Route(0.0, "By norm it would keep its direction. By value only the first component is cut."),
            Route(math.degrees(math.atan(0.5)), "That is the angle afterwards. It had one before."),
            Route(math.degrees(math.atan(0.125)), "That is the angle before. Take it after the clipping as well."),
            Route(
                45.0 - math.degrees(math.atan(0.125)),
                "The second component is 1 and stays. Only what is beyond ±2 is cut.",
            ),
            Route(math.atan(0.5) - math.atan(0.125), "Right, in radians. Degrees are asked, so multiply by 180/π."),
        ),
    ),
    Predict(
        id="vanishing_gradients.twenty_layers",
        concepts=("initializers.xavier",),
        title="Xavier before ReLU, twenty layers",
        level="medium",
        minutes=6,
        task="A net has twenty-one layers of 100 units, with ReLU between them. The weights are Xavier's, so that"
        " $n \\operatorname{Var}(w) = 1$. By which factor is the **size** (the root of the mean square) of z in layer"
        " 21 larger or smaller than in layer 1?",
        hints=(
            "Which share of the mean square of z survives ReLU, if z is symmetric around 0?",
            "Every layer multiplies the mean square by n Var(w) / 2. From layer 1 to layer 21 there are twenty steps.",
            "You have the factor of the mean square. Asked is the factor of its root.",
        ),
        solution="Every layer halves the mean square, since ReLU sets the negative half to 0:"
        " $\\left(\\tfrac12\\right)^{20}$. Its root is $2^{-10} = \\frac{1}{1024} \\approx \\mathbf{0.001}$. He's"
        " doubled variance takes exactly this loss back.",
        answer=lambda: 2.0**-10,
        tolerance=5e-5,
        wrong_routes=(
            Route(1.0, "That holds without an activation. ReLU sets half of the numbers to 0 in every layer."),
            Route(2.0**-20, "That is the factor of the mean square. The size is its root."),
            Route(1024.0, "The other way round: with Xavier before ReLU, numbers get smaller."),
            Route(2.0**-0.5, "That is one layer. There are twenty."),
            Route(0.5, "That is what one layer does to the mean square. There are twenty, and the size is its root."),
            Route(2.0**-9.5, "From layer 1 to layer 21 there are twenty steps; you took nineteen."),
            Route(2.0**-10.5, "From layer 1 to layer 21 there are twenty steps; you took twenty-one."),
        ),
    ),
    Predict(
        id="vanishing_gradients.read_variance",
        concepts=("initializers.xavier", "initializers.he"),
        title="Read the variance of the weights off a curve",
        level="medium",
        minutes=6,
        figure="vanishing_gradients.sizes_to_read",
        task="The figure above shows the size of z in a **linear** net (no activation) with 256 units a layer. What is"
        " $n \\operatorname{Var}(w)$, the number of inputs times the variance of a weight?",
        hints=(
            "The axis is logarithmic, and the curve a straight line: every layer multiplies by the same factor.",
            "From layer 1 to layer 21 the size falls from 1 to about 0.001, in 20 steps. What is the factor of one?",
            "That factor is √(n Var(w)), since variances multiply by n Var(w).",
        ),
        solution="Twenty steps make $10^{-3} \\approx 2^{-10}$, so that one makes $2^{-1/2} \\approx 0.71$. That is"
        " $\\sqrt{n \\operatorname{Var}(w)}$, so $n \\operatorname{Var}(w) = \\tfrac12 = \\mathbf{0.5}$: this net"
        " needed twice the variance.",
        answer=lambda: LINEAR["gain"],
        tolerance=0.03,
        wrong_routes=(
            Route(math.sqrt(0.5), "That is the factor of the size. Variances are squares: square it."),
            Route(0.25, "You squared once too often: the factor of the size is about 0.71, its square is asked."),
            Route(0.001, "That is the factor of all twenty layers together."),
            Route(2.0, "You divided where the size falls: this net's numbers get smaller, so n Var(w) is below 1."),
        ),
    ),
    Choose(
        id="vanishing_gradients.alike",
        concepts=("initializers.xavier",),
        title="Which start leaves all units alike?",
        level="medium",
        minutes=5,
        task="A net has one hidden layer of 64 tanh units and one output. From which of these starts do its 64 units"
        " stay equal to one another, however long it is trained?",
        options={
            "equal": "All weights and all biases are 0.1.",
            "out": "The weights into the units are random, those out of them are 0.",
            "in": "The weights into the units are all 0.1, those out of them are random.",
            "biases": "All weights are 0, the biases of the units are random.",
        },
        answer="equal",
        hints=(
            "Two units stay equal if their weights, their biases and all their gradients are equal. Where do these"
            " gradients come from?",
            "The gradient of a weight out of a unit is δ · a, that of a weight into it δ · v · (1 − a²) · x. Which of"
            " a and v differ at the start?",
        ),
        solution="If **all weights and biases are equal**, then all $a$ are equal and all $v$, so all gradients are"
        " equal, and one step later the same holds again. In each of the other starts something differs, the $a$ or"
        " the $v$, and after one step or two everything does.",
        wrong={
            "out": "The units give different a from the beginning. So the weights out of them get different gradients"
            " δ · a, and differ after the first step.",
            "in": "All units say the same at first, but each hears δ · v with its own v. After one step they differ.",
            "biases": "With different biases the units give different a = tanh(b). So the weights out of them differ"
            " after one step, and those into them after two.",
        },
    ),
    Code(
        id="vanishing_gradients.draw",
        concepts=("initializers.xavier",),
        title="Weights from uniform numbers",
        level="medium",
        minutes=8,
        task="`draw` holds random numbers, uniform from 0 to 1, in the shape (out, in) of a layer's weight or (out, in,"
        " height, width) of a convolution's. Write `xavier_uniform(draw, gain)`: the weights that Xavier's"
        " initialization makes of them, uniform around 0, with `gain` times the usual standard deviation.",
        stub="def xavier_uniform(draw, gain):\n    ...\n",
        hints=(
            "Where must a uniform number from 0 to 1 go, if the ends are to be −b and b?",
            "The variance is to be gain² · 2 / (fan_in + fan_out), and a uniform number in ±b has the variance b²/3.",
            "In a convolution every place of the kernel counts in both fans: `np.prod(draw.shape[2:])`.",
        ),
        solution="""\
def xavier_uniform(draw, gain):
    fans = (draw.shape[0] + draw.shape[1]) * np.prod(draw.shape[2:])
    bound = gain * np.sqrt(6 / fans)
    return bound * (2 * draw - 1)
""",
        cases=_draw_cases,
        reference=_xavier_uniform,
        mistakes=(
            Mistake(
                "the standard deviation as the end",
                """\
def xavier_uniform(draw, gain):
    fans = (draw.shape[0] + draw.shape[1]) * np.prod(draw.shape[2:])
    return gain * np.sqrt(2 / fans) * (2 * draw - 1)
""",
                "Your ends are ± the standard deviation. A uniform number in ±b has the standard deviation b/√3 only:"
                " the ends lie √3 times as far out, which makes the 6.",
            ),
            Mistake(
                "never negative",
                """\
def xavier_uniform(draw, gain):
    fans = (draw.shape[0] + draw.shape[1]) * np.prod(draw.shape[2:])
    return gain * np.sqrt(6 / fans) * draw
""",
                "Your weights lie between 0 and b: their mean is not 0, and z grows with the mean of its inputs."
                " Stretch to twice the width, and shift.",
            ),
            Mistake(
                "inputs only",
                """\
def xavier_uniform(draw, gain):
    return gain * np.sqrt(3 / np.prod(draw.shape[1:])) * (2 * draw - 1)
""",
                "You looked at the way forward only: Var(w) = 1/n_in. Xavier takes the middle between that and the way"
                " back.",
            ),
            Mistake(
                "no kernel",
                """\
def xavier_uniform(draw, gain):
    return gain * np.sqrt(6 / (draw.shape[0] + draw.shape[1])) * (2 * draw - 1)
""",
                "Right for a layer. In a convolution every place of the kernel adds to the sum: it counts in both"
                " fans.",
            ),
            Mistake(
                "gain in the variance",
                """\
def xavier_uniform(draw, gain):
    fans = (draw.shape[0] + draw.shape[1]) * np.prod(draw.shape[2:])
    return np.sqrt(6 * gain / fans) * (2 * draw - 1)
""",
                "The gain multiplies the standard deviation, not the variance: it stands before the root.",
            ),
        ),
    ),
    Code(
        id="vanishing_gradients.one_factor",
        concepts=("clipping.clip_by_global_norm", "clipping.clip_by_norm"),
        title="All gradients by one factor",
        level="medium",
        minutes=9,
        task="Write `clip(weight_grad, bias_grad, max_norm)` for the two gradients of a layer. If all their components"
        " together are longer than `max_norm`, return both multiplied by the one factor that makes them exactly that"
        " long together; else return them as they are.",
        stub="def clip(weight_grad, bias_grad, max_norm):\n    ...\n",
        hints=(
            "The length of all components together: square, add over both arrays, and take one root at the end.",
            "The factor is max_norm over the length, but never above 1: what is short is not made longer. Is 0 safe?",
            "`(g**2).sum()` adds over an array of any shape. Both gradients take the same factor.",
        ),
        solution="""\
def clip(weight_grad, bias_grad, max_norm):
    length = np.sqrt((weight_grad**2).sum() + (bias_grad**2).sum())
    factor = max_norm / max(length, max_norm)
    return weight_grad * factor, bias_grad * factor
""",
        cases=_gradient_cases,
        reference=_clip,
        returns=("the gradient of the weights", "the gradient of the biases"),
        rtol=1e-5,  # PyTorch adds 1e-6 to the length
        mistakes=(
            Mistake(
                "each by itself",
                """\
def clip(weight_grad, bias_grad, max_norm):
    def shorten(g):
        return g * min(1, max_norm / np.sqrt((g**2).sum()))
    return shorten(weight_grad), shorten(bias_grad)
""",
                "You shortened each array by its own length. The step as a whole then turns, and is longer than"
                " max_norm: one factor, from the length of both together.",
            ),
            Mistake(
                "always",
                """\
def clip(weight_grad, bias_grad, max_norm):
    factor = max_norm / np.sqrt((weight_grad**2).sum() + (bias_grad**2).sum())
    return weight_grad * factor, bias_grad * factor
""",
                "You scale short gradients too, which makes them longer. The factor is at most 1.",
            ),
            Mistake(
                "unit length",
                """\
def clip(weight_grad, bias_grad, max_norm):
    length = np.sqrt((weight_grad**2).sum() + (bias_grad**2).sum())
    factor = 1 / length if length > max_norm else 1
    return weight_grad * factor, bias_grad * factor
""",
                "You made what is too long 1 long. It has to be max_norm long.",
            ),
            Mistake(
                "by value",
                """\
def clip(weight_grad, bias_grad, max_norm):
    return np.clip(weight_grad, -max_norm, max_norm), np.clip(bias_grad, -max_norm, max_norm)
""",
                "That clips every component by itself: the direction may turn, and the whole may still be too long.",
            ),
            Mistake(
                "sum of the lengths",
                """\
def clip(weight_grad, bias_grad, max_norm):
    length = np.sqrt((weight_grad**2).sum()) + np.sqrt((bias_grad**2).sum())
    factor = min(1, max_norm / length)
    return weight_grad * factor, bias_grad * factor
""",
                "You added the two lengths. Lengths at right angles add by their squares: sum the squares of both, and"
                " take the root once.",
            ),
            Mistake(
                "squared length",
                """\
def clip(weight_grad, bias_grad, max_norm):
    length = (weight_grad**2).sum() + (bias_grad**2).sum()
    factor = min(1, max_norm / length)
    return weight_grad * factor, bias_grad * factor
""",
                "You divided by the square of the length: the root is missing.",
            ),
        ),
    ),
    Predict(
        id="vanishing_gradients.same_run",
        concepts=("initializers.he",),
        title="The same run from wider weights",
        level="medium",
        minutes=5,
        task="A batch norm follows every hidden layer of a net. Another start makes the weights of these layers 3"
        " times as wide as yours. You train yours with $\\eta = 0.1$. With which **learning rate** for these weights"
        " does the other net make the very same steps, seen from its outputs?",
        hints=(
            "The gradient with respect to weights that are 3 times as wide: is it longer or shorter, and by how much?",
            "To do the same, the step has to be 3 times as long, as the weights are.",
            "Both together: the gradient has to be made up for, and then the step has to be longer.",
        ),
        solution="The gradient is a third as long, and the step has to be three times as long:"
        " $\\eta \\cdot 3 \\cdot 3 = \\mathbf{0.9}$. That is what $\\eta / \\lVert W \\rVert^2$ says.",
        answer=lambda: 0.1 * 3**2,
        tolerance=0.005,
        wrong_routes=(
            Route(0.1, "The outputs of both nets are the same at first, but the gradients are not."),
            Route(
                0.3,
                "That makes up for the shorter gradient. But the step has to be longer as well, as the weights are.",
            ),
            Route(0.1 / 3, "Wider weights have a shorter gradient, so the rate has to be larger."),
            Route(0.1 / 9, "Upside down. Wider weights need a larger rate."),
        ),
    ),
    Choose(
        id="vanishing_gradients.remedy",
        concepts=("initializers.he", "clipping.clip_by_global_norm"),
        title="What is wrong with this net?",
        level="medium",
        minutes=5,
        task="A net of forty ReLU layers does not learn. You print the size of $z$ and of"
        " $\\partial L / \\partial z$ in every layer before the first step. The size of $z$ is 1 in the first layer and"
        " $10^{-6}$ in the last, and the gradient falls by the same factor on its way back. What do you do?",
        options={
            "width": "Make the weights wider by a factor of about 1.4.",
            "clip": "Clip the gradient to the norm 1.",
            "sigmoid": "Take sigmoids, whose outputs cannot become small.",
            "rate": "Make the learning rate a million times larger.",
        },
        answer="width",
        hints=(
            "By which factor does the size change from one layer to the next? There are 39 steps.",
            "The 39th root of 10⁻⁶ is about 0.7. What must the weights be multiplied by, so that this becomes 1?",
        ),
        solution="The factor of one layer is $(10^{-6})^{1/39} = 0.70 \\approx 1/\\sqrt 2$. These are Xavier's weights"
        " before ReLU, and $\\sqrt 2 \\approx \\mathbf{1.4}$ **times as wide** are He's.",
        wrong={
            "clip": "Clipping makes long gradients shorter. These are too short.",
            "sigmoid": "Their outputs stay near 0.5, but each multiplies the gradient by at most a quarter.",
            "rate": "The last layer would fly off. And what the digits say has shrunk to a millionth on the way"
            " forward, which no rate repairs.",
        },
    ),
    Code(
        id="vanishing_gradients.gain",
        concepts=("initializers.he", "initializers.xavier"),
        title="A gain for any activation",
        level="hard",
        minutes=12,
        task="He's $\\sqrt2$ is made for ReLU. For any activation `sigma`, weights of mean 0 and"
        " $\\operatorname{Var}(w) = g^2 / n$ keep the size of $z$ from one layer to the next for one value of $g$ only."
        " `z` holds samples of one layer's $z$. Derive $g$ and write `gain(sigma, z)`, with means over the samples for"
        " expectations.",
        stub="def gain(sigma, z):\n    ...\n",
        hints=(
            "The mean square of the next z is n Var(w) times the mean square of a = σ(z).",
            "Set n Var(w) · E[a²] equal to E[z²], put g² for n Var(w), and solve for g.",
            "The mean square of σ(z) counts, not its variance: a mean that is not 0 adds to the next z as well.",
        ),
        solution="""\
def gain(sigma, z):
    return np.sqrt((z**2).mean() / (sigma(z) ** 2).mean())
""",
        cases=_gain_cases,
        reference=gain_of,
        mistakes=(
            Mistake(
                "variance of the activation",
                """\
def gain(sigma, z):
    return np.sqrt(z.var() / sigma(z).var())
""",
                "You took variances. The next z adds up w · a, and its mean square holds E[a²]: the mean of a counts,"
                " too. For ReLU that is the difference between 1.41 and 1.71.",
            ),
            Mistake(
                "squared gain",
                """\
def gain(sigma, z):
    return (z**2).mean() / (sigma(z) ** 2).mean()
""",
                "That is g², the factor of the variance. The gain multiplies the standard deviation: take the root.",
            ),
            Mistake(
                "upside down",
                """\
def gain(sigma, z):
    return np.sqrt((sigma(z) ** 2).mean() / (z**2).mean())
""",
                "Upside down: what the activation takes away, the weights must bring back. A gain for ReLU is above 1.",
            ),
            Mistake(
                "unit size assumed",
                """\
def gain(sigma, z):
    return np.sqrt(1 / (sigma(z) ** 2).mean())
""",
                "Right if z has the size 1. It need not, and only for ReLU and its kin does the size cancel.",
            ),
            Mistake(
                "sizes by absolute value",
                """\
def gain(sigma, z):
    return np.abs(z).mean() / np.abs(sigma(z)).mean()
""",
                "You measured sizes by the mean of |z|. Variances add up, absolute values do not: take the root of the"
                " mean square.",
            ),
        ),
    ),
]
