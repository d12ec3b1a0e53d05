"""What chapter 21 measures: how long cells remember, what they learn over long times, and what their gates do.

All in float64: gradients that vanish become so small in float32 that arithmetic with them is very slow.
"""

from functools import cache

import numpy as np

from dlbook.experiments import measured
from dlbook.experiments.recurrent import Reader, share_right, train
from dlbook.scratch import activations, layers, recurrent

# ─── Nets, as PyTorch starts them, or with more in the bias of the forget gate ───────────────────────────────────────

NETS = {
    "RNN": (recurrent.RNN, 0.0),
    "GRU": (recurrent.GRU, 0.0),
    "LSTM": (recurrent.LSTM, 0.0),
    "LSTM +1": (recurrent.LSTM, 1.0),
    "LSTM +2": (recurrent.LSTM, 2.0),
}


def remember(layer, bias):
    """Adds `bias` to the gate that keeps the state: the LSTM's f, the GRU's z, the second block of each."""
    H = layer.hidden
    layer.params["bias_ih_l0"][H : 2 * H] += bias
    return layer


# ─── Which input does the last state still depend on? ────────────────────────────────────────────────────────────────


def input_gradients(net, bias=0.0, T=100, D=8, H=32, N=16, seed=0) -> np.ndarray:
    """‖∂L/∂x_{T−k}‖ for k = 0, 1, … T − 1, as shares of that at k = 0, where L = u · h_T for a random u; untrained."""
    rng = np.random.default_rng(seed)
    layer = recurrent_layer(net, bias, D, H, rng)
    x, u = rng.normal(size=(T, N, D)), rng.normal(size=(1, N, H))
    layer(x)
    grad = layer.backward((None, (u, None) if isinstance(layer, recurrent.LSTM) else u))
    length = np.sqrt((grad**2).sum(axis=(1, 2)))[::-1]
    return length / length[0]


def recurrent_layer(net, bias, D, H, rng):
    """A layer as it starts, with `bias` more in the gate that keeps its state; the RNN has none."""
    layer = NETS[net][0](D, H, rng=rng)
    return remember(layer, bias) if bias else layer


def mean_forget_gate(bias, T=100, D=8, H=32, N=16, seed=0) -> float:
    """The geometric mean of the forget gate over the same sequences: by what a step back multiplies on average."""
    rng = np.random.default_rng(seed)
    layer = recurrent_layer("LSTM", bias, D, H, rng)
    gates = gates_of(layer.params, rng.normal(size=(T, N, D)))
    return float(np.exp(np.log(gates["f"]).mean()))


def gates_of(weights, x) -> dict[str, np.ndarray]:
    """i, f, g, o, c and h of an LSTM layer at every step of x (T, N, D): (T, N, H) each."""
    W, U, b = weights["weight_ih_l0"], weights["weight_hh_l0"], weights["bias_ih_l0"] + weights["bias_hh_l0"]
    h = c = np.zeros((x.shape[1], U.shape[1]))
    steps = []
    for x_t in x:
        i, f, g, o = np.split(x_t @ W.T + h @ U.T + b, 4, axis=-1)
        i, f, g, o = activations.sigmoid(i), activations.sigmoid(f), np.tanh(g), activations.sigmoid(o)
        c = f * c + i * g
        h = o * np.tanh(c)
        steps.append((i, f, g, o, c, h))
    return {name: np.array(values) for name, values in zip("ifgoch", zip(*steps, strict=True), strict=True)}


# ─── A net that reads pairs of numbers and says one number ───────────────────────────────────────────────────────────


class Estimator:
    """A recurrent layer over pairs (value, mark), and a linear one that makes a number of its last state."""

    def __init__(self, net, hidden, rng):
        kind, bias = NETS[net]
        self.parts = {"rnn": remember(kind(2, hidden, rng=rng), bias) if bias else kind(2, hidden, rng=rng)}
        self.parts["out"] = layers.Linear(hidden, 1, rng=rng)

    def __call__(self, x):
        """(T, N, 2) -> (N,)."""
        _, last = self.parts["rnn"](x)
        return self.parts["out"]((last[0] if isinstance(last, tuple) else last)[-1])[:, 0]

    def backward(self, x, y):
        """Of the mean squared error."""
        grad = self.parts["out"].backward((2 * (self(x) - y) / len(y))[:, None])[None]
        self.parts["rnn"].backward((None, (grad, None) if isinstance(self.parts["rnn"], recurrent.LSTM) else grad))


def error(net, x, y) -> float:
    return float(((net(x) - y) ** 2).mean())


# ─── The adding problem ──────────────────────────────────────────────────────────────────────────────────────────────

LENGTH, STEPS, EVERY = 50, 1200, 200
UNKNOWING = 1 / 6  # the variance of the sum of two numbers drawn from [0, 1)


def adding(T, N, rng) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of [0, 1) of which two are marked, one in each half: x (T, N, 2), and the sums of the marked (N,)."""
    values, marks, n = rng.random((T, N)), np.zeros((T, N)), np.arange(N)
    marks[rng.integers(T // 2, size=N), n] = 1
    marks[rng.integers(T // 2, T, size=N), n] = 1
    return np.stack([values, marks], axis=-1), (values * marks).sum(axis=0)


def adder(net, seed, steps=STEPS) -> tuple[Estimator, list[float]]:
    """A net of 32 units trained to add, and its errors on unseen sequences, every 200 steps."""
    rng, unseen, errors = np.random.default_rng(seed), adding(LENGTH, 500, np.random.default_rng(1000)), []
    model = Estimator(net, 32, rng)

    def batches():
        for step in range(1, steps + 1):
            yield adding(LENGTH, 32, rng)
            if step % EVERY == 0:
                errors.append(error(model, *unseen))

    return train(model, batches(), lr=0.01), errors


@measured.over(net=("RNN", "GRU", "LSTM", "LSTM +1"), seeds=range(3))
def added(seed, net) -> dict:
    """The mean squared error of the sum after 200, 400, … steps."""
    return {f"after_{EVERY * k}": mse for k, mse in enumerate(adder(net, seed)[1], start=1)}


@measured.over(lr=(0.003, 0.001), seeds=range(3))
def added_slower(seed, lr) -> dict:
    """The plain net's error after as many steps at smaller learning rates; its draws are those of `added`."""
    rng = np.random.default_rng(seed)
    model = train(Estimator("RNN", 32, rng), (adding(LENGTH, 32, rng) for _ in range(STEPS)), lr=lr)
    return {"error": error(model, *adding(LENGTH, 500, np.random.default_rng(1000)))}


# ─── Recall the first symbol ─────────────────────────────────────────────────────────────────────────────────────────

SYMBOLS, RECALL = 8, 20


def recaller(net, seed, T=RECALL, steps=800) -> Reader:
    """A net of 64 units that reads T random symbols, and has to name the first of them."""
    rng, (kind, bias) = np.random.default_rng(seed), NETS[net]
    reader = Reader(SYMBOLS, 64, SYMBOLS, rng, kind=kind)
    if bias:
        remember(reader.parts["rnn"], bias)
    batches = (rng.integers(SYMBOLS, size=(T, 32)) for _ in range(steps))
    return train(reader, ((x, None, x[0]) for x in batches), lr=0.003)


@measured.over(net=tuple(NETS), seeds=range(3))
def first_named(seed, net) -> dict:
    """How many of 500 unseen sequences are answered with their first symbol."""
    x = np.random.default_rng(1000).integers(SYMBOLS, size=(RECALL, 500))
    return {"right": share_right(recaller(net, seed).scores(x), x[0])}


# ─── What the gates of a trained net do: one unit that keeps the last marked number ──────────────────────────────────


def marked(T, N, rng) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of [−1, 1), a fifth of them marked, the first always: x (T, N, 2), and the last marked number (N,)."""
    values, marks = rng.uniform(-1, 1, (T, N)), (rng.random((T, N)) < 0.2).astype(float)
    marks[0] = 1
    last = (marks * np.arange(1, T + 1)[:, None]).argmax(axis=0)
    return np.stack([values, marks], axis=-1), values[last, np.arange(N)]


@cache
def keeper(seed=1) -> Estimator:
    """An LSTM of a single unit, trained to say the last number that was marked."""
    rng = np.random.default_rng(seed)
    return train(Estimator("LSTM +1", 1, rng), (marked(12, 32, rng) for _ in range(1500)), lr=0.02)


def kept(values, marks, bias=0.0, seed=1) -> dict[str, np.ndarray]:
    """The gates, the cell and the answer after each step (T,), with `bias` added to its forget gate's afterwards."""
    net = keeper(seed)
    weights = net.parts["rnn"].params
    weights = weights | {"bias_ih_l0": weights["bias_ih_l0"] + bias * np.array([0.0, 1.0, 0.0, 0.0])}
    steps = gates_of(weights, np.stack([values, marks], axis=-1)[:, None])
    return {k: v[:, 0, 0] for k, v in steps.items()} | {"answer": net.parts["out"](steps["h"][:, 0])[:, 0]}
