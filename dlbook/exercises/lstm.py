"""What the reader of chapter 21 does: gates, cell and layer, the way back, the forget gate's start, Keras, a GRU."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import recurrent

SIGMOID = "    sigmoid = lambda z: 1 / (1 + np.exp(-z))\n"


def _drawn(seed, gates, sizes=((1, 2, 3), (4, 3, 2), (5, 3, 3)), states=1):
    """x, the states, W_ih, W_hh and b of a cell, for several sizes (N, D, H)."""
    rng = np.random.default_rng(seed)
    shapes = [((N, D), *[(N, H)] * states, (gates * H, D), (gates * H, H), (gates * H,)) for N, D, H in sizes]
    return [tuple(rng.normal(size=shape) for shape in case) for case in shapes]


def _gates_reference(x, h, W_ih, W_hh, b):
    i, f, g, o = np.split(x @ W_ih.T + h @ W_hh.T + b, 4, axis=-1)
    return *(0.5 + 0.5 * np.tanh(z / 2) for z in (i, f)), np.tanh(g), 0.5 + 0.5 * np.tanh(o / 2)


def _gates(
    split="np.split(z, 4, axis=-1)", order="i, f, g, o", answer="sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)"
):
    """The gates by these lines."""
    lines = f"    z = x @ W_ih.T + h @ W_hh.T + b\n    {order} = {split}\n    return {answer}\n"
    return "def gates(x, h, W_ih, W_hh, b):\n" + SIGMOID + lines


def _cell_reference(x, h, c, W_ih, W_hh, b):
    return recurrent.lstm_cell(x, h, c, W_ih, W_hh, b)


def _cell(c="f * c + i * g", h="o * np.tanh(c)"):
    """The cell by these two lines."""
    return (
        "def cell(x, h, c, W_ih, W_hh, b):\n" + SIGMOID + "    i, f, g, o = np.split(x @ W_ih.T + h @ W_hh.T + b, 4,"
        " axis=-1)\n    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)\n"
        f"    c = {c}\n    h = {h}\n    return h, c\n"
    )


def _layer_cases():
    rng = np.random.default_rng(3)
    return [
        (rng.normal(size=(T, N, D)), rng.normal(size=(4 * H, D)), rng.normal(size=(4 * H, H)), rng.normal(size=4 * H))
        for T, N, D, H in ((1, 2, 2, 3), (4, 3, 2, 3), (6, 1, 3, 2))
    ]


def _layer_reference(x, W_ih, W_hh, b):
    weights = {"weight_ih_l0": W_ih, "weight_hh_l0": W_hh, "bias_ih_l0": b, "bias_hh_l0": np.zeros_like(b)}
    return recurrent.lstm(x, weights)[0]


def _layer(start="h = c = np.zeros((x.shape[1], W_hh.shape[1]))", step="h, c", keep="h", inside=""):
    """The loop over the steps by these lines."""
    return (
        "from dlbook.scratch import recurrent\n\n\ndef outputs(x, W_ih, W_hh, b):\n"
        f"    {start}\n    found = []\n    for x_t in x:\n{inside}"
        f"        {step} = recurrent.lstm_cell(x_t, h, c, W_ih, W_hh, b)\n"
        f"        found.append({keep})\n    return np.array(found)\n"
    )


def _back_cases():
    rng = np.random.default_rng(4)
    found = []
    for N, H in ((1, 2), (3, 4), (5, 3)):
        i, f, o = rng.random((3, N, H))
        g, c_before = np.tanh(rng.normal(size=(N, H))), rng.normal(size=(N, H))
        found.append((rng.normal(size=(N, H)), rng.normal(size=(N, H)), i, f, g, o, c_before))
    return found


def _back_reference(dh, dc, i, f, g, o, c_before):
    tanh_c = np.tanh(f * c_before + i * g)
    kept = (i, f, g, o, c_before, tanh_c)
    z_grad, _, (_, c_grad) = recurrent.long_short.lstm_cell_backward_core(
        (dh, dc), kept, np.zeros((4 * i.shape[1],) * 2)
    )
    return c_grad, np.split(z_grad, 4, axis=-1)[1]


def _back(total="dc + dh * o * (1 - np.tanh(c) ** 2)", before="total * f", df="total * c_before * f * (1 - f)"):
    """The way back through the cell by these lines."""
    return (
        "def cell_back(dh, dc, i, f, g, o, c_before):\n    c = f * c_before + i * g\n"
        f"    total = {total}\n    return {before}, {df}\n"
    )


def _open_cases():
    rng = np.random.default_rng(5)
    return [(*rng.normal(size=(2, 4 * H)), amount) for H, amount in ((1, 1.0), (3, 2.0), (5, 0.5))]


def _open_reference(bias_ih, bias_hh, amount):
    H = len(bias_ih) // 4
    total = bias_ih + bias_hh
    total[H : 2 * H] = amount
    return total


def _open(block="[H : 2 * H]", amount="= amount", start="bias_ih + bias_hh"):
    """The bias that acts, by these lines."""
    return (
        "def started(bias_ih, bias_hh, amount):\n    H = len(bias_ih) // 4\n"
        f"    bias = {start}\n    bias{block} {amount}\n    return bias\n"
    )


def _keras_cases():
    rng = np.random.default_rng(6)
    return [
        (rng.normal(size=(4 * H, D)), rng.normal(size=(4 * H, H)), *rng.normal(size=(2, 4 * H)))
        for D, H in ((2, 3), (3, 3), (1, 2))
    ]


def _keras_reference(W_ih, W_hh, b_ih, b_hh):
    return W_ih.T, W_hh.T, b_ih + b_hh


def _moved(answer: str) -> str:
    return f"def to_keras(W_ih, W_hh, b_ih, b_hh):\n    return {answer}\n"


def _gru_reference(x, h, W_ih, W_hh, b_ih, b_hh):
    return recurrent.gru_cell(x, h, W_ih, W_hh, b_ih, b_hh)


def _gru_cases():
    rng = np.random.default_rng(7)
    return [(*case, rng.normal(size=len(case[-1]))) for case in _drawn(7, 3)]


def _gru(n="np.tanh(n_x + r * n_h)", h="(1 - z) * n + z * h", order="r_x, z_x, n_x"):
    """The GRU's cell by these lines."""
    return (
        "def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):\n" + SIGMOID + f"    {order} = np.split(x @ W_ih.T + b_ih, 3,"
        f" axis=-1)\n    {order.replace('_x', '_h')} = np.split(h @ W_hh.T + b_hh, 3, axis=-1)\n"
        f"    r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)\n    n = {n}\n    return {h}\n"
    )


HAND = {"f": 0.9, "c": 2.0, "i": 0.5, "g": -1.0, "o": 0.8}  # of the cell that is predicted


def shown() -> float:
    """h of a cell whose gates are given."""
    return float(HAND["o"] * np.tanh(HAND["f"] * HAND["c"] + HAND["i"] * HAND["g"]))


def half_life() -> float:
    """After how many steps half of a cell is left, with a forget gate of 0.99."""
    return float(np.log(0.5) / np.log(0.99))


def parameters() -> int:
    """The numbers in an LSTM that reads 10 features into 20 hidden numbers."""
    return sum(array.size for array in recurrent.LSTM(10, 20, rng=0).params.values())


EXERCISES = [
    Predict(
        id="lstm.shown",
        concepts=("recurrent.lstm_cell",),
        title="One step by hand",
        level="easy",
        minutes=4,
        task="In some step the gates of a unit are $f = 0.9$, $i = 0.5$ and $o = 0.8$, and $g = -1$. The cell holds"
        " $c_{t-1} = 2$. What is $h_t$?",
        hints=(
            "First the new cell: what stays, plus what is written.",
            "The new cell is 0.9 · 2 + 0.5 · (−1) = 1.3. What is shown of it?",
        ),
        solution="$c_t = 0.9 \\cdot 2 + 0.5 \\cdot (-1) = 1.3$, and $h_t = 0.8 \\cdot \\tanh 1.3 = 0.8 \\cdot 0.8617 ="
        " \\mathbf{0.689}$.",
        answer=shown,
        tolerance=0.006,
        wrong_routes=(
            Route(1.3, "That is the cell. What is shown is the output gate times tanh of it."),
            Route(0.8 * 1.3, "Nearly. Between the cell and the output gate there is a tanh."),
            Route(float(np.tanh(1.3)), "That is tanh of the cell. The output gate lets 0.8 of it through."),
            Route(0.8 * float(np.tanh(2.3)), "g is negative here, so what is written makes the cell smaller."),
        ),
    ),
    Code(
        id="lstm.write_the_gates",
        concepts=("recurrent.lstm_cell",),
        title="The gates",
        level="easy",
        minutes=8,
        task="Write `gates(x, h, W_ih, W_hh, b)`, which returns i, f, g and o of an LSTM for a batch. Shapes: x (N, D),"
        " h (N, H), W_ih (4 H, D), W_hh (4 H, H), b (4 H,). The four blocks stand in PyTorch's order, i, f, g, o. The"
        " numbers to reach are those of `torch.nn.LSTMCell`, to which the book's cell is held.",
        stub="def gates(x, h, W_ih, W_hh, b):\n    ...\n",
        hints=(
            "One product with all four blocks at once is enough: what shape does it give?",
            "The sum has the shape (N, 4 H). `np.split(z, 4, axis=-1)` cuts it into four of (N, H).",
            "Three of the four are gates between 0 and 1. The one that is written may be negative.",
        ),
        solution=_gates(),
        cases=lambda: _drawn(0, 4),
        reference=_gates_reference,
        returns=("i", "f", "g", "o"),
        mistakes=(
            Mistake(
                "another order",
                _gates(order="f, i, g, o"),
                "You took the first block for f. PyTorch's order is i, f, g, o.",
            ),
            Mistake(
                "g as a gate",
                _gates(answer="sigmoid(i), sigmoid(f), sigmoid(g), sigmoid(o)"),
                "g is what is written, and no gate: it goes through tanh, so that it can be negative.",
            ),
            Mistake(
                "no squashing",
                _gates(answer="i, f, g, o"),
                "These are the sums before σ and tanh. A gate lies between 0 and 1.",
            ),
        ),
    ),
    Code(
        id="lstm.write_the_cell",
        concepts=("recurrent.lstm_cell",),
        title="The cell",
        level="medium",
        minutes=10,
        task="Write `cell(x, h, c, W_ih, W_hh, b)`, one whole step of an LSTM, which returns the new h and the new c."
        " Shapes and order as in the exercise before, c like h.",
        stub="def cell(x, h, c, W_ih, W_hh, b):\n    ...\n",
        hints=(
            "Begin with the four parts of the exercise before. Then two lines are left.",
            "The cell is a sum of what stays and what is written. Each of the two is a product, number by number.",
            "What is shown is made of the new cell, and not of the old one.",
        ),
        solution=_cell(),
        cases=lambda: _drawn(1, 4, states=2),
        reference=_cell_reference,
        returns=("h", "c"),
        mistakes=(
            Mistake(
                "the old cell is shown",
                _cell(c="f * c + i * g", h="o * np.tanh((c - i * g) / f)"),
                "You show the old cell. The output gate looks at the new one.",
            ),
            Mistake(
                "no tanh",
                _cell(h="o * c"),
                "Your h is the output gate times the cell. The cell may be large, and a tanh stands between.",
            ),
            Mistake(
                "nothing is forgotten",
                _cell(c="c + i * g"),
                "Your cell keeps all that it ever had. That was the LSTM of 1997; the forget gate is missing.",
            ),
            Mistake(
                "gates exchanged",
                _cell(c="i * c + f * g"),
                "You exchanged two gates: f belongs to what stays, and i to what is written.",
            ),
        ),
    ),
    Code(
        id="lstm.outputs",
        concepts=("recurrent.lstm",),
        title="Read a whole sequence",
        level="medium",
        minutes=8,
        task="Write `outputs(x, W_ih, W_hh, b)`: it reads x of shape (T, N, D) step by step, from a state and a cell of"
        " zeros, and returns h after each step, (T, N, H). `recurrent.lstm_cell(x, h, c, W_ih, W_hh, b)` of"
        " `dlbook.scratch` gives the new h and the new c.",
        stub="def outputs(x, W_ih, W_hh, b):\n    ...\n",
        hints=(
            "Two arrays are handed on from step to step. What shape do they have at the start?",
            "H is the number of columns of W_hh. Its rows are 4 H.",
            "In each step the new h and the new c take the place of the old ones, and h goes into a list.",
        ),
        solution=_layer(),
        cases=_layer_cases,
        reference=_layer_reference,
        mistakes=(
            Mistake(
                "the cell is not handed on",
                _layer(step="h, _"),
                "Your cell stays at zeros, since only h is handed on. The memory is in c.",
            ),
            Mistake(
                "the cells are returned",
                _layer(keep="c"),
                "You return the cells. What a layer shows to the next one is h.",
            ),
            Mistake(
                "a new start in each step",
                _layer(inside="        h = c = np.zeros((x.shape[1], W_hh.shape[1]))\n"),
                "Each of your steps begins at zeros again, so nothing is remembered.",
            ),
        ),
    ),
    Predict(
        id="lstm.read_the_gate",
        concepts=("recurrent.lstm",),
        title="How long does it last?",
        level="easy",
        minutes=4,
        figure="lstm.read_the_gate",
        task="A forget gate stays at 0.99, and nothing new is written. After how many steps is half of the cell left?"
        " Read it off the curve, or compute it.",
        hints=(
            "Follow the curve of f = 0.99 to the height 0.5.",
            "After k steps 0.99 to the power k is left. For which k is that a half?",
        ),
        solution="$0.99^k = \\tfrac12$ gives $k = \\ln \\tfrac12 / \\ln 0.99 = \\mathbf{69}$ steps.",
        answer=half_life,
        tolerance=4,
        wrong_routes=(
            Route(50, "That would be right if each step took 0.01 of the first content. It takes it of what is left."),
            Route(6.6, "That is the curve of f = 0.9."),
            Route(100, "After 100 steps 0.37 is left, which is less than a half."),
        ),
    ),
    Code(
        id="lstm.cell_back",
        concepts=("recurrent.lstm_cell", "recurrent.lstm"),
        title="Back through the cell",
        level="hard",
        minutes=15,
        task="A step made $c = f \\odot c_\\text{before} + i \\odot g$ and $h = o \\odot \\tanh c$. Known are `dh`, the"
        " derivative of L by h, and `dc`, what the next step sends back to c. Write"
        " `cell_back(dh, dc, i, f, g, o, c_before)`, which returns the derivative of L by $c_\\text{before}$, and the"
        " one by what goes into σ of the forget gate. All arrays are (N, H).",
        stub="def cell_back(dh, dc, i, f, g, o, c_before):\n    ...\n",
        hints=(
            "The new c is used twice: the next step takes it, and h shows it. Gradients add at a fork.",
            "Through h it is dh times the output gate times the slope of tanh at the new c, which you can compute.",
            "From the total, one product leads to the cell before. Another one, with the cell before and the slope of"
            " σ, leads into the forget gate.",
        ),
        solution=_back(),
        cases=_back_cases,
        reference=_back_reference,
        returns=("the one by c_before", "the one in the forget gate"),
        mistakes=(
            Mistake(
                "what h sends is missing",
                _back(total="dc"),
                "You only took what comes from the next step. h shows the cell, too, and sends its part back.",
            ),
            Mistake(
                "what the next step sends is missing",
                _back(total="dh * o * (1 - np.tanh(c) ** 2)"),
                "You only took what comes through h. The next step has used c, too: dc is missing.",
            ),
            Mistake(
                "the slope at the old cell",
                _back(total="dc + dh * o * (1 - np.tanh(c_before) ** 2)"),
                "The slope of tanh belongs to the new cell, for that is what tanh was taken of.",
            ),
            Mistake(
                "the gate's own slope is missing",
                _back(df="total * c_before"),
                "That is the derivative by f. What goes into σ is one slope further back, f (1 − f).",
            ),
            Mistake(
                "the wrong gate",
                _back(before="total * i"),
                "On its way to the cell before, the gradient meets what multiplied that cell: the forget gate.",
            ),
        ),
    ),
    Code(
        id="lstm.started",
        concepts=("recurrent.lstm",),
        title="Open the forget gate",
        level="medium",
        minutes=7,
        task="PyTorch's LSTM has two biases, (4 H,) each, that are added. Write `started(bias_ih, bias_hh, amount)`,"
        " which returns the bias that acts, (4 H,): the sum of both, except that in the block of the forget gate it is"
        " exactly `amount`.",
        stub="def started(bias_ih, bias_hh, amount):\n    ...\n",
        hints=(
            "How long is one block, if the bias has 4 H numbers? Which of the four is the forget gate's?",
            "The order is i, f, g, o, so that the block begins at H and ends before 2 H.",
            "Add both biases first, and then overwrite the block.",
        ),
        solution=_open(),
        cases=_open_cases,
        reference=_open_reference,
        mistakes=(
            Mistake(
                "the first block",
                _open(block="[:H]"),
                "You opened the input gate. The forget gate's block is the second one.",
            ),
            Mistake(
                "added",
                _open(amount="+= amount"),
                "You added the amount to what was there. Asked for is exactly this amount.",
            ),
            Mistake(
                "every block",
                _open(block="[:]"),
                "Now all four parts have this bias. Only the forget gate should.",
            ),
            Mistake(
                "one bias is lost",
                _open(start="bias_ih.copy()"),
                "The other three blocks have lost bias_hh. What acts is the sum of both.",
            ),
        ),
    ),
    Choose(
        id="lstm.why",
        concepts=("recurrent.lstm", "recurrent.lstm_cell"),
        title="What keeps the gradient?",
        level="medium",
        minutes=4,
        task="A colleague trains `nn.LSTM` as it comes on sequences of 200 steps. It does not learn what was said at"
        " the start, and the colleague says that this cannot be, since an LSTM has no vanishing gradients. What do"
        " you answer?",
        options={
            "never": "That is right, so the fault must lie in the data.",
            "gate": "The gradient along the cells is a product of forget gates, and these start near one half.",
            "clip": "The gradient must be clipped, for it explodes.",
            "tanh": "The tanh between the cell and h makes it vanish. Leave it out.",
        },
        answer="gate",
        hints=(
            "By what is the gradient multiplied when it goes back one step along the cells?",
            "What does PyTorch draw for the bias of the forget gate, and what does σ make of it?",
        ),
        solution="Along the cells the gradient is a product of **forget gates**. PyTorch starts them near σ(0) = 0.5,"
        " and 0.5 to the power 200 is nothing. A bias of 2 or 3 opens them, and then the gradient arrives.",
        wrong={
            "never": "It does vanish, wherever the forget gates are well below 1.",
            "clip": "Clipping cuts down what is too large. Nothing brings back what has vanished.",
            "tanh": "The way along the cells never meets that tanh. It stands aside, on the way to h.",
        },
    ),
    Predict(
        id="lstm.count_the_weights",
        concepts=("recurrent.lstm",),
        title="How many numbers does it learn?",
        level="easy",
        minutes=4,
        task="`nn.LSTM(10, 20)` reads 10 features into 20 hidden numbers. How many parameters does it have, both biases"
        " included?",
        hints=(
            "A plain cell has one block of weights. How many does this one have?",
            "One block has 20 · 10 + 20 · 20 weights and two biases of 20 numbers.",
        ),
        solution="One block has $20 \\cdot 10 + 20 \\cdot 20 + 2 \\cdot 20 = 640$ numbers, and there are four:"
        " $\\mathbf{2560}$.",
        answer=parameters,
        tolerance=0.5,
        wrong_routes=(
            Route(640, "That is a plain cell. An LSTM has three gates, and what is written."),
            Route(3 * 640, "There are three gates, and one more block for what is written. A GRU has three blocks."),
            Route(4 * 620, "You counted one bias, as Keras has it. PyTorch has two."),
        ),
    ),
    Code(
        id="lstm.to_keras",
        concepts=("recurrent.lstm",),
        title="Move it to Keras",
        level="medium",
        minutes=7,
        task="Keras' LSTM has a `kernel` (D, 4 H), a `recurrent_kernel` (H, 4 H) and one `bias` (4 H,). The order of"
        " its blocks is PyTorch's. Write `to_keras(W_ih, W_hh, b_ih, b_hh)`, which returns these three for the arrays"
        " of a PyTorch LSTM.",
        stub="def to_keras(W_ih, W_hh, b_ih, b_hh):\n    ...\n",
        hints=(
            "Compare the shapes: (4 H, D) there, (D, 4 H) here.",
            "Both matrices are transposed.",
            "The two biases are added in every step. So what must the one bias be?",
        ),
        solution=_moved("W_ih.T, W_hh.T, b_ih + b_hh"),
        cases=_keras_cases,
        reference=_keras_reference,
        returns=("kernel", "recurrent_kernel", "bias"),
        mistakes=(
            Mistake(
                "one bias forgotten",
                _moved("W_ih.T, W_hh.T, b_ih"),
                "You took bias_ih alone. What acts in PyTorch is the sum of both.",
            ),
            Mistake(
                "not transposed",
                _moved("W_ih, W_hh, b_ih + b_hh"),
                "Keras multiplies x with its kernel from the right, so both matrices are transposed.",
            ),
            Mistake(
                "reshaped",
                _moved("W_ih.reshape(W_ih.shape[::-1]), W_hh.reshape(W_hh.shape[::-1]), b_ih + b_hh"),
                "The shapes are right and the numbers stand elsewhere. Reshaping does not turn a matrix.",
            ),
        ),
    ),
    Code(
        id="lstm.gru_cell",
        concepts=("recurrent.gru_cell",),
        title="A GRU",
        level="medium",
        minutes=12,
        task="Write `gru_cell(x, h, W_ih, W_hh, b_ih, b_hh)`, one step of a GRU for a batch. The blocks stand in the"
        " order r, z, n; W_ih is (3 H, D), W_hh (3 H, H), each bias (3 H,). As in PyTorch, the gate r acts after the"
        " product with the state. The numbers to reach are those of `torch.nn.GRUCell`.",
        stub="def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):\n    ...\n",
        hints=(
            "Here the two products must stay apart: r multiplies only what comes from the state.",
            "Split both sums into three. r and z are σ of the sum of their two parts.",
            "n is tanh of its input part plus r times its state part. The new state mixes n and h by z.",
        ),
        solution=_gru(),
        cases=_gru_cases,
        reference=_gru_reference,
        mistakes=(
            Mistake(
                "z the other way round",
                _gru(h="z * n + (1 - z) * h"),
                "You let z say how much is new. In PyTorch and Keras z says how much of the old state stays.",
            ),
            Mistake(
                "no reset",
                _gru(n="np.tanh(n_x + n_h)"),
                "Your proposal sees the whole old state. The gate r has to weigh that part.",
            ),
            Mistake(
                "r on everything",
                _gru(n="np.tanh(r * (n_x + n_h))"),
                "r weighs only what comes from the state, and not the input.",
            ),
            Mistake(
                "Keras' order",
                _gru(order="z_x, r_x, n_x"),
                "You took the first block for z, which is Keras' order. PyTorch's is r, z, n.",
            ),
        ),
    ),
]
