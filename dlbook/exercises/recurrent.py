"""What the reader of chapter 20 does: write the cell, go back through time, count, read, choose, and train."""

import numpy as np

from dlbook.figures.recurrent import FACTOR
from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import recurrent


def _cell_cases():
    rng, sizes = np.random.default_rng(0), ((1, 2, 3), (4, 3, 2), (5, 3, 3))
    shapes = [((N, D), (N, H), (H, D), (H, H), (H,)) for N, D, H in sizes]
    return [tuple(rng.normal(size=shape) for shape in case) for case in shapes]


def _cell_reference(x, h, W_ih, W_hh, b):
    return recurrent.rnn_cell(x, h, W_ih, W_hh, b)


def _last_cases():
    rng = np.random.default_rng(1)
    return [
        (rng.normal(size=(T, N, D)), rng.normal(size=(H, D)), rng.normal(size=(H, H)), rng.normal(size=H))
        for T, N, D, H in ((1, 2, 2, 3), (4, 3, 2, 3), (6, 1, 3, 3))
    ]


def _weights(W_ih, W_hh, b) -> dict[str, np.ndarray]:
    return {"weight_ih_l0": W_ih, "weight_hh_l0": W_hh, "bias_ih_l0": b, "bias_hh_l0": np.zeros_like(b)}


def _last_reference(x, W_ih, W_hh, b):
    return recurrent.rnn(x, _weights(W_ih, W_hh, b))[1][0]


def _through_cases():
    rng = np.random.default_rng(2)
    found = []
    for T, N, H in ((2, 1, 2), (5, 3, 3), (4, 2, 4)):
        h = np.tanh(rng.normal(size=(T + 1, N, H)))
        found.append((rng.normal(size=(N, H)), h, rng.normal(size=(H, H))))
    return found


def _through_reference(dh, h, W_hh):
    total = np.zeros_like(W_hh)
    for t in range(len(h) - 1, 0, -1):
        dz = dh * (1 - h[t] ** 2)
        total += dz.T @ h[t - 1]
        dh = dz @ W_hh
    return total


def _through(dz="dh * (1 - h[t] ** 2)", add="total += dz.T @ h[t - 1]", back="dh = dz @ W_hh") -> str:
    """The way back through time with these lines."""
    return f"""\
def through_time(dh, h, W_hh):
    total = np.zeros_like(W_hh)
    for t in range(len(h) - 1, 0, -1):
        dz = {dz}
        {add}
        {back}
    return total
"""


def _both_cases():
    return [
        (*case, *(np.random.default_rng(i).normal(size=w.shape) for w in case[1:]))
        for i, case in enumerate(_last_cases(), start=3)
    ]


def _both_reference(x, W_ih, W_hh, b, V_ih, V_hh, c):
    other = {f"{name}_reverse": w for name, w in _weights(V_ih, V_hh, c).items()}
    return recurrent.rnn(x, _weights(W_ih, W_hh, b) | other)[0]


BOTH_HEAD = """\
def both_ways(x, W_ih, W_hh, b, V_ih, V_hh, c):
    def states(x, W_ih, W_hh, b):
        h, found = np.zeros((x.shape[1], len(W_hh))), []
        for x_t in x:
            h = np.tanh(x_t @ W_ih.T + b + h @ W_hh.T)
            found.append(h)
        return np.array(found)

"""


def _forced_cases():
    rng = np.random.default_rng(5)
    return [(rng.integers(1, 9, size=shape), 0) for shape in ((1, 3), (4, 2), (6, 5))] + [
        (rng.integers(1, 9, size=(3, 4)), 9)
    ]


def _forced_reference(targets, start):
    return np.concatenate([np.full_like(targets[:1], start), targets[:-1]])


def _train_cases():
    rng = np.random.default_rng(6)
    return [
        (
            rng.normal(size=(T, N, D)), rng.normal(size=(N, 1)), rng.normal(size=(H, D)) / 2,
            rng.normal(size=(H, H)) / 2, rng.normal(size=(1, H)), lr, steps,
        )
        for T, N, D, H, lr, steps in ((3, 4, 2, 3, 0.1, 5), (5, 3, 2, 4, 0.05, 4), (2, 5, 3, 3, 0.2, 6))
    ]  # fmt: skip


def _train_reference(x, y, W_ih, W_hh, V, lr, steps):
    weights, seen = {"weight_ih_l0": W_ih, "weight_hh_l0": W_hh}, []
    for _ in range(steps):
        _, h_n = recurrent.rnn(x, weights)
        error = h_n[0] @ V.T - y
        seen.append((error**2).mean())
        u = 2 * error / len(y)
        _, grads, _ = recurrent.rnn_backward((None, (u @ V)[None]), x, weights)
        V = V - lr * u.T @ h_n[0]
        weights = {name: weight - lr * grads[name] for name, weight in weights.items()}
    return np.array(seen)


def _train(
    before="seen.append((error**2).mean())", u="2 * error / len(y)", upstream="(None, (u @ V)[None])",
    step="weights = {name: weight - lr * grads[name] for name, weight in weights.items()}", after="",
) -> str:  # fmt: skip
    """A training loop with these lines."""
    lines = [
        "        _, h_n = recurrent.rnn(x, weights)",
        "        error = h_n[0] @ V.T - y",
        *[f"        {before}"] * bool(before),
        f"        u = {u}",
        f"        _, grads, _ = recurrent.rnn_backward({upstream}, x, weights)",
        "        V = V - lr * u.T @ h_n[0]",
        f"        {step}",
        *[f"        {after}"] * bool(after),
    ]
    return (
        "from dlbook.scratch import recurrent\n\n\n"
        "def train(x, y, W_ih, W_hh, V, lr, steps):\n"
        '    weights, seen = {"weight_ih_l0": W_ih, "weight_hh_l0": W_hh}, []\n'
        "    for _ in range(steps):\n" + "\n".join(lines) + "\n    return np.array(seen)\n"
    )


HAND = {"w": 2.0, "u": -1.0, "x": (0.5, 0.0)}  # of the state that is predicted


def second_state() -> float:
    """h₂ of one unit that reads two numbers."""
    h = 0.0
    for x in HAND["x"]:
        h = np.tanh(HAND["w"] * x + HAND["u"] * h)
    return float(h)


def parameters() -> int:
    """The numbers in a net of two layers and two directions that reads 10 features into 20 hidden numbers."""
    net = recurrent.RNN(10, 20, num_layers=2, bidirectional=True, rng=0)
    return sum(array.size for array in net.params.values())


EXERCISES = [
    Predict(
        id="recurrent.second_state",
        concepts=("recurrent.rnn_cell",),
        title="Two steps by hand",
        level="easy",
        minutes=5,
        task="One unit computes $h_t = \\tanh(w x_t + u\\, h_{t-1})$ with $w = 2$, $u = -1$ and $h_0 = 0$. It reads"
        " $x_1 = 0.5$ and $x_2 = 0$. What is $h_2$?",
        hints=(
            "One step after the other: what goes into tanh in step 1?",
            "h₁ = tanh(1) = 0.762. In step 2 the input gives nothing, and the state comes in with the weight u.",
        ),
        solution="$h_1 = \\tanh(2 \\cdot 0.5 + 0) = 0.762$, and $h_2 = \\tanh(2 \\cdot 0 - 1 \\cdot 0.762) ="
        " \\mathbf{-0.642}$.",
        answer=second_state,
        tolerance=0.006,
        wrong_routes=(
            Route(-np.tanh(1), "That is what goes into tanh in step 2. The state is what comes out of it."),
            Route(np.tanh(1), "That is the state after step 1. One step more."),
            Route(np.tanh(np.tanh(1)), "Right in size. The state before comes in with u, which is negative here."),
            Route(-np.tanh(np.tanh(0.5)), "You multiplied the first input by 1. Its weight is w = 2."),
        ),
    ),
    Code(
        id="recurrent.write_the_cell",
        concepts=("recurrent.rnn_cell",),
        title="The cell",
        level="easy",
        minutes=8,
        task="Write `cell(x, h, W_ih, W_hh, b)`, one step of a recurrent net for a batch: $h' = \\tanh(W_{ih}\\, x +"
        " W_{hh}\\, h + b)$. Shapes: x (N, D), h (N, H), W_ih (H, D), W_hh (H, H), b (H,). Samples are rows. The"
        " numbers that it has to reach are those of `torch.nn.RNNCell`, to which the book's cell is held.",
        stub="def cell(x, h, W_ih, W_hh, b):\n    ...\n",
        hints=(
            "The result has the shape of h. Which product of x and W_ih has this shape?",
            "Samples are rows, so that a row of x meets a row of W_ih: x times the transpose.",
            "Add the three parts before tanh, and not after it.",
        ),
        solution="def cell(x, h, W_ih, W_hh, b):\n    return np.tanh(x @ W_ih.T + h @ W_hh.T + b)\n",
        cases=_cell_cases,
        reference=_cell_reference,
        mistakes=(
            Mistake(
                "W_hh not transposed",
                "def cell(x, h, W_ih, W_hh, b):\n    return np.tanh(x @ W_ih.T + h @ W_hh + b)\n",
                "W_hh is square, so that no shape protests: with samples as rows the state needs its transpose, too.",
            ),
            Mistake(
                "tanh of each part",
                "def cell(x, h, W_ih, W_hh, b):\n    return np.tanh(x @ W_ih.T) + np.tanh(h @ W_hh.T) + b\n",
                "There is one tanh, around the sum. You squash the parts and add them then, so that a state may pass"
                " 1.",
            ),
            Mistake(
                "no tanh",
                "def cell(x, h, W_ih, W_hh, b):\n    return x @ W_ih.T + h @ W_hh.T + b\n",
                "That is z, what goes into the activation. The state is tanh of it.",
            ),
            Mistake(
                "no state",
                "def cell(x, h, W_ih, W_hh, b):\n    return np.tanh(x @ W_ih.T + b)\n",
                "Your cell does not look at h: it would be a layer without memory.",
            ),
        ),
    ),
    Code(
        id="recurrent.last_state",
        concepts=("recurrent.rnn",),
        title="Read a whole sequence",
        level="easy",
        minutes=8,
        task="Write `last_state(x, W_ih, W_hh, b)`: it reads a batch of sequences x of shape (T, N, D), step by step"
        " from a state of zeros, and returns the state after the last step, (N, H).",
        stub="def last_state(x, W_ih, W_hh, b):\n    ...\n",
        hints=(
            "A loop over the first axis of x gives one step at a time, of shape (N, D).",
            "Begin with zeros of shape (N, H). How large is H? The rows of W_hh say it.",
            "In each step the new state takes the place of the old one, and after the loop it is the answer.",
        ),
        solution="def last_state(x, W_ih, W_hh, b):\n    h = np.zeros((x.shape[1], len(W_hh)))\n    for x_t in x:\n"
        "        h = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)\n    return h\n",
        cases=_last_cases,
        reference=_last_reference,
        mistakes=(
            Mistake(
                "the last step alone",
                "def last_state(x, W_ih, W_hh, b):\n    h = np.zeros((x.shape[1], len(W_hh)))\n"
                "    for x_t in x:\n        new = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)\n    return new\n",
                "Your state stays at zeros: in each step the new one has to take the place of the old one.",
            ),
            Mistake(
                "from the end",
                "def last_state(x, W_ih, W_hh, b):\n    h = np.zeros((x.shape[1], len(W_hh)))\n"
                "    for x_t in x[::-1]:\n        h = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)\n    return h\n",
                "You read from the last step to the first: that is the other direction of a bidirectional net.",
            ),
            Mistake(
                "the mean of the states",
                "def last_state(x, W_ih, W_hh, b):\n    h, found = np.zeros((x.shape[1], len(W_hh))), []\n"
                "    for x_t in x:\n        h = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)\n        found.append(h)\n"
                "    return np.mean(found, axis=0)\n",
                "You took the mean over all steps. Asked for is the state after the last one.",
            ),
        ),
    ),
    Predict(
        id="recurrent.count_the_weights",
        concepts=("recurrent.rnn",),
        title="How many numbers does it learn?",
        level="medium",
        minutes=6,
        task="`nn.RNN(10, 20, num_layers=2, bidirectional=True)` reads 10 features into 20 hidden numbers, in two"
        " layers and two directions. How many parameters does it have, both biases of each cell included?",
        hints=(
            "One cell has W_ih, W_hh and two biases. The length of the sequence plays no part.",
            "There are four cells. Those of the upper layer do not read 10 features: what do they read?",
        ),
        solution="A cell of the lower layer has $20 \\cdot 10 + 20 \\cdot 20 + 2 \\cdot 20 = 640$ numbers. The upper"
        " one reads both directions of the lower, 40 numbers, so that a cell has $20 \\cdot 40 + 20 \\cdot 20 + 40 ="
        " 1240$. Two of each are $\\mathbf{3760}$.",
        answer=parameters,
        tolerance=0.5,
        wrong_routes=(
            Route(4 * 640, "You let the upper layer read 10 features. It reads the states of the layer below."),
            Route(2 * 640 + 2 * 840, "You let the upper layer read 20 numbers. The layer below has two directions."),
            Route(3760 - 4 * 20, "You counted one bias a cell. PyTorch has two."),
            Route(640 + 840, "That is a net with one direction. A second one doubles the cells."),
        ),
    ),
    Code(
        id="recurrent.through_time",
        concepts=("recurrent.rnn", "recurrent.rnn_cell"),
        title="Back through time",
        level="hard",
        minutes=15,
        task="A net has read T steps. `h` holds its states, shape (T + 1, N, H), with $h_0$ first; `dh` is"
        " $\\frac{\\partial L}{\\partial h_T}$, shape (N, H), and no other step has an output. Write"
        " `through_time(dh, h, W_hh)`, which returns $\\frac{\\partial L}{\\partial W_{hh}}$, (H, H).",
        stub="def through_time(dh, h, W_hh):\n    ...\n",
        hints=(
            "From the last step to the first: t = T, …, 1. In each of them two things happen: the weights get a part,"
            " and the gradient goes one step back.",
            "∂L/∂z is ∂L/∂h times the slope of tanh, which the state itself gives. The part of the weights is an outer"
            " product with the state before, summed over the samples.",
            "Add up the parts of all steps, for the weights are the same in each. With samples as rows, the gradient"
            " goes back by a product with W_hh that is not transposed.",
        ),
        solution=_through(),
        cases=_through_cases,
        reference=_through_reference,
        mistakes=(
            Mistake(
                "the last step alone",
                _through(add="total = dz.T @ h[t - 1] if t == len(h) - 1 else total"),
                "You stopped after the last step. The same weights acted in every step, so that all parts add up.",
            ),
            Mistake(
                "the first step alone",
                _through(add="total = dz.T @ h[t - 1]"),
                "Each step overwrites what the later ones gave. The parts of all steps add up.",
            ),
            Mistake(
                "the state of the same step",
                _through(add="total += dz.T @ h[t]"),
                "W_hh multiplied the state before: the part of step t is a product with h[t − 1].",
            ),
            Mistake(
                "no slope",
                _through(dz="dh"),
                "You left out the slope of tanh: ∂L/∂z is ∂L/∂h times 1 − h².",
            ),
            Mistake(
                "transposed on the way back",
                _through(back="dh = dz @ W_hh.T"),
                "Forward the state met W_hh transposed, so that back it meets W_hh itself.",
            ),
        ),
    ),
    Predict(
        id="recurrent.read_the_curve",
        concepts=("recurrent.rnn",),
        title="Read a vanishing gradient",
        level="easy",
        minutes=4,
        figure="recurrent.read_the_curve",
        task="The figure above shows how long the gradient is at each state, as a share of that at the last one. By"
        " which **factor** does it shrink on each step back?",
        hints=(
            "A straight line on a logarithmic axis means the same factor on each step. Which share is left"
            " after two steps?",
            "After two steps about 0.49 is left, and that is the factor times itself.",
        ),
        solution="After two steps 0.49 is left, so that the factor is $\\sqrt{0.49} = \\mathbf{0.7}$. After ten it is"
        " $0.7^{10} = 0.028$, which the figure shows as well.",
        answer=lambda: FACTOR,
        tolerance=0.03,
        wrong_routes=(
            Route(FACTOR**2, "That is what two steps leave. Asked for is one."),
            Route(1 - FACTOR, "That is what each step loses. Asked for is the factor that is left."),
            Route(FACTOR**10, "That is what is left after ten steps. One step leaves much more."),
        ),
    ),
    Choose(
        id="recurrent.which_kind",
        concepts=("recurrent.rnn",),
        title="Which kind of net?",
        level="easy",
        minutes=4,
        task="A microphone sends a number every ten milliseconds, for hours. At each moment a device has to say whether"
        " there is speech **now**, and it must not wait. Which net suits it?",
        options={
            "aligned": "many to many, aligned, one direction",
            "both": "many to many, aligned, bidirectional",
            "last": "many to one",
            "decoder": "encoder–decoder",
        },
        answer="aligned",
        hints=(
            "Is there one answer in all, or one for each step? Does the answer have a length of its own?",
            "What may the net have read when it answers?",
        ),
        solution="There is one answer for each step, at the same step, so that the net is **aligned**. A second"
        " direction would have to read what comes later first, and a device that must not wait does not have it.",
        wrong={
            "both": "The other direction begins at the end of the sequence, and that is hours away.",
            "last": "That answers once, after the last step. Here every step asks.",
            "decoder": "That begins to answer when everything is read, and its answer has a length of its own.",
        },
    ),
    Code(
        id="recurrent.both_ways",
        concepts=("recurrent.rnn",),
        title="A second direction",
        level="medium",
        minutes=12,
        task="Write `both_ways(x, W_ih, W_hh, b, V_ih, V_hh, c)`: one net, with the first three weights, reads x of"
        " shape (T, N, D) from the first step to the last; another one, with the last three, from the last to the"
        " first. Return the states of both at each step, side by side: (T, N, 2 H), both from a state of zeros.",
        stub="def both_ways(x, W_ih, W_hh, b, V_ih, V_hh, c):\n    ...\n",
        hints=(
            "Write the loop over the steps once, as a function of its own that returns all states, (T, N, H).",
            "The other direction is the same loop over x[::-1]. Its first answer belongs to the last step.",
            "Turn its answers round, so that both speak of the same step, and join them along the last axis.",
        ),
        solution=BOTH_HEAD + "    other = states(x[::-1], V_ih, V_hh, c)[::-1]\n"
        "    return np.concatenate([states(x, W_ih, W_hh, b), other], axis=-1)\n",
        cases=_both_cases,
        reference=_both_reference,
        mistakes=(
            Mistake(
                "not turned back",
                BOTH_HEAD + "    other = states(x[::-1], V_ih, V_hh, c)\n"
                "    return np.concatenate([states(x, W_ih, W_hh, b), other], axis=-1)\n",
                "The other direction's first answer belongs to the last step. Turn its answers round before you join"
                " them.",
            ),
            Mistake(
                "the same direction twice",
                BOTH_HEAD + "    other = states(x, V_ih, V_hh, c)\n"
                "    return np.concatenate([states(x, W_ih, W_hh, b), other], axis=-1)\n",
                "Both of your nets read from the first step on. The second one has to begin at the last.",
            ),
            Mistake(
                "the same weights",
                BOTH_HEAD + "    other = states(x[::-1], W_ih, W_hh, b)[::-1]\n"
                "    return np.concatenate([states(x, W_ih, W_hh, b), other], axis=-1)\n",
                "Each direction has weights of its own, and you used the first ones twice.",
            ),
        ),
    ),
    Code(
        id="recurrent.force",
        concepts=("recurrent.rnn",),
        title="Teacher forcing",
        level="easy",
        minutes=6,
        task="A decoder is trained with teacher forcing. `targets` (T, N) holds the ids of the true words, `start` is"
        " the id that begins every text. Write `forced(targets, start)`, which returns what the decoder **reads** at"
        " each step, (T, N).",
        stub="def forced(targets, start):\n    ...\n",
        hints=(
            "What does it read in the first step? And in the second one, before it has to say the second word?",
            "In step t it reads the true word t − 1. So everything moves down by one row, and a row of `start` comes"
            " first.",
            "The last target is never read. Join a row of `start` and targets[:-1] along the first axis.",
        ),
        solution="def forced(targets, start):\n"
        "    first = np.full_like(targets[:1], start)\n    return np.concatenate([first, targets[:-1]])\n",
        cases=_forced_cases,
        reference=_forced_reference,
        mistakes=(
            Mistake(
                "no shift",
                "def forced(targets, start):\n    return targets\n",
                "Your decoder reads the word that it has to say in the same step: it learns to copy, and is lost"
                " without it.",
            ),
            Mistake(
                "shifted the other way",
                "def forced(targets, start):\n"
                "    return np.concatenate([targets[1:], np.full_like(targets[:1], start)])\n",
                "You moved the words up: it would read a word that comes later. It reads the one before.",
            ),
            Mistake(
                "turned round",
                "def forced(targets, start):\n    return np.roll(targets, 1, axis=0)\n",
                "Your first row is the last word. The first thing that is read is `start`.",
            ),
        ),
    ),
    Choose(
        id="recurrent.truncated",
        concepts=("recurrent.rnn",),
        title="What a window cannot teach",
        level="medium",
        minutes=4,
        task="A net is trained on a long text by truncated backpropagation through windows of 50 characters. Its"
        " state goes on from window to window. A bracket is opened, and closed 80 characters later. What can the net"
        " learn of that?",
        options={
            "never": "Nothing: at the close the state holds nothing of characters before the window.",
            "unlearned": "The state may still hold the opening, but no gradient ever says that it should.",
            "always": "The same as without windows, since the state goes on.",
            "half": "It learns it at half of the rate.",
        },
        answer="unlearned",
        hints=(
            "What crosses the border of a window on the way forward? And what on the way back?",
            "A weight is changed only by what a gradient tells it. Does one reach the opening?",
        ),
        solution="The state crosses the border, so that the opening **may** still be in it. The gradient does not, so"
        " that the weights are never told to keep it for so long. What the net keeps over more than 50 steps, it keeps"
        " by luck, or because the same way of keeping was worth learning over shorter distances.",
        wrong={
            "never": "The state is not emptied at the border: it goes on.",
            "always": "Forward nothing changes, but the gradient stops at the border.",
            "half": "No step of the training has both ends in one window, so there is no rate at all.",
        },
    ),
    Code(
        id="recurrent.train",
        concepts=("recurrent.rnn",),
        title="Build and train a net",
        level="hard",
        minutes=18,
        task="Train a net that reads a sequence and says one number: $\\hat y = V h_T$. Write `train(x, y, W_ih,"
        " W_hh, V, lr, steps)` with x (T, N, D), y (N, 1), V (1, H), no biases, the mean squared error over the N"
        " samples, and plain gradient descent on all three weights. Return the losses, each taken before its step. Use"
        " `recurrent.rnn(x, weights)` and `recurrent.rnn_backward(upstream, x, weights)` of `dlbook.scratch`;"
        " `weights` is"
        ' a dictionary with "weight_ih_l0" and "weight_hh_l0".',
        stub="def train(x, y, W_ih, W_hh, V, lr, steps):\n    ...\n",
        hints=(
            "In each turn: forward, the loss, its derivative by ŷ, back, a step. `rnn` gives the output and h_n, of"
            " shape (1, N, H).",
            "∂L/∂ŷ is 2 (ŷ − y) / N. V gets that, transposed, times h_T; h_T gets it times V, and V must be the old"
            " one.",
            "`rnn_backward` takes (∂L/∂output, ∂L/∂h_n), with None for the first and a leading axis of 1 for the"
            " second. It returns ∂L/∂x, a dictionary of gradients, and ∂L/∂h₀.",
        ),
        solution=_train(),
        cases=_train_cases,
        reference=_train_reference,
        mistakes=(
            Mistake(
                "losses after the step",
                _train(before="", after="seen.append(((recurrent.rnn(x, weights)[1][0] @ V.T - y) ** 2).mean())"),
                "Your losses are those after each step. The first one asked for belongs to the weights as they are"
                " given.",
            ),
            Mistake(
                "not the mean",
                _train(u="2 * error"),
                "The loss is a mean over N samples, so that its derivative has 1/N. Your steps are N times as large.",
            ),
            Mistake(
                "every output",
                _train(upstream="(np.repeat((u @ V)[None], len(x), axis=0), None)"),
                "You send the gradient to the output of every step. Only the last state was used.",
            ),
            Mistake(
                "V alone",
                _train(step="pass"),
                "Only V moves. The recurrent weights have to take their step, too.",
            ),
            Mistake(
                "uphill",
                _train(step="weights = {name: weight + lr * grads[name] for name, weight in weights.items()}"),
                "The recurrent weights climb: a step goes against the gradient.",
            ),
        ),
    ),
]
