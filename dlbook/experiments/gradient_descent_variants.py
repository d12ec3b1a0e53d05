"""What chapter 05 measures: the sheet's table in numbers, noise and batch size, a file larger than the memory."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlbook.experiments.gradient_descent import tumours
from dlbook.scratch import activations, gradient_descent

COLUMNS = (
    "mean radius", "mean texture", "mean smoothness", "mean concavity", "mean symmetry", "mean fractal dimension",
)  # fmt: skip
TARGET = 1.05  # a run has arrived when its cost is within 5 % of the least


def samples(columns: tuple[str, ...] | None = COLUMNS) -> tuple[np.ndarray, np.ndarray]:
    """X (569, D + 1), the standardized measurements and a last column of ones for the bias; y: 1 for malignant."""
    X, y = tumours(columns)
    return np.column_stack([X, np.ones(len(X))]), y.astype(float)


def grad(theta, X, y) -> np.ndarray:
    """∇J of cross-entropy behind a sigmoid unit, θ = (w, b): the mean over the batch."""
    return X.T @ (activations.sigmoid(X @ theta) - y) / len(y)


def cost(theta, X, y) -> np.ndarray:
    """J(θ) for one θ (D,), or for each point of a path (T, D)."""
    z = theta @ X.T  # (…, m)
    return (np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))).mean(axis=-1)


def hessian(theta, X, y) -> np.ndarray:
    """The curvatures (D, D) of the cost at θ."""
    p = activations.sigmoid(X @ theta)
    return (X.T * (p * (1 - p))) @ X / len(y)


def least_cost(X, y) -> tuple[np.ndarray, float]:
    """θ* (D,) and J(θ*), by Newton's method."""
    theta = np.zeros(X.shape[1])
    for _ in range(20):
        theta = theta - np.linalg.solve(hessian(theta, X, y), grad(theta, X, y))
    return theta, float(cost(theta, X, y))


def shuffles(m: int, epochs: int, seed: int) -> np.ndarray:
    """An order of the samples for each epoch, (epochs, m)."""
    return np.random.default_rng(seed).permuted(np.tile(np.arange(m), (epochs, 1)), axis=1)


# ─── The sheet's table ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Run:
    """The cost (steps + 1,) along the way, and how many steps an epoch has."""

    cost: np.ndarray
    steps: int

    @property
    def epochs(self) -> np.ndarray:
        """The time of each point, in epochs."""
        return np.arange(len(self.cost)) / self.steps

    @property
    def rises(self) -> float:
        """The share of steps in which the cost rises."""
        return float((np.diff(self.cost) > 0).mean())

    @property
    def wiggle(self) -> float:
        """How far the cost climbs back above the lowest value that it had: the worst over the last five epochs."""
        above = self.cost - np.minimum.accumulate(self.cost)
        return float(above[-5 * self.steps :].max())

    @property
    def end(self) -> float:
        """The mean cost over the last epoch."""
        return float(self.cost[-self.steps :].mean())


def run(batch_size: int, lr, epochs: int = 20, seed: int = 0) -> Run:
    """Epochs on the tumours from θ = 0; `lr` may be one for each epoch."""
    X, y = samples()
    order = shuffles(len(X), epochs, seed)
    path = gradient_descent.mini_batch(grad, np.zeros(X.shape[1]), X, y, lr, order, batch_size).path
    stretches = np.array_split(path, epochs)  # the scores (steps, m) of a whole path would take much memory
    return Run(np.concatenate([cost(part, X, y) for part in stretches]), -(-len(X) // batch_size))


@dataclass(frozen=True)
class Rates:
    """Several learning rates for one batch size: which arrive, and how soon."""

    lrs: np.ndarray  # (n,)
    epochs: np.ndarray  # (n,): the first epoch after which the cost is within the target; ∞ if there is none
    end: np.ndarray  # (n,): the mean cost over the last epoch

    @property
    def arrives(self) -> np.ndarray:
        return self.end <= TARGET

    @property
    def largest(self) -> float:
        """The largest rate whose last epoch is, on average, within the target."""
        return float(self.lrs[self.arrives].max())

    @property
    def fewest(self) -> int:
        """The epochs that the best of the rates needs."""
        return int(self.epochs[self.arrives].min())


def rates(batch_size: int, lrs, epochs: int = 20, seed: int = 0) -> Rates:
    """Each learning rate on the tumours; costs are multiples of the least one."""
    least = least_cost(*samples())[1]
    ways = [run(batch_size, lr, epochs, seed) for lr in lrs]
    there = [np.flatnonzero(way.cost[:: way.steps] <= TARGET * least) for way in ways]
    first = np.array([epoch[0] if len(epoch) else np.inf for epoch in there])
    return Rates(np.asarray(lrs), first, np.array([way.end / least for way in ways]))


def seconds_an_epoch(batch_sizes, repeats: int = 5) -> dict[int, float]:
    """The time of one epoch in NumPy, the best of a few."""
    X, y = samples()
    order, seconds = shuffles(len(X), 1, seed=0), {}
    for batch_size in batch_sizes:
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            gradient_descent.mini_batch(grad, np.zeros(X.shape[1]), X, y, 0.01, order, batch_size)
            times.append(time.perf_counter() - start)
        seconds[batch_size] = min(times)
    return seconds


def noise(batch_sizes, draws: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """How far the gradient of a batch is from the full one at θ = 0 (root mean square): measured, and by theory.

    Drawn without replacement, B of m samples have the variance σ²/B · (m − B)/(m − 1).
    """
    X, y = samples()
    theta, m, rng = np.zeros(X.shape[1]), len(y), np.random.default_rng(seed)
    full = grad(theta, X, y)
    each = X * (activations.sigmoid(X @ theta) - y)[:, None]  # (m, D): the gradient of every sample
    spread = ((each - full) ** 2).sum(axis=1).mean()
    measured, sizes = [], np.asarray(batch_sizes)
    for size in sizes:
        batches = [rng.choice(m, size, replace=False) for _ in range(draws)]
        errors = [((grad(theta, X[few], y[few]) - full) ** 2).sum() for few in batches]
        measured.append(np.sqrt(np.mean(errors)))
    return np.array(measured), np.sqrt(spread / sizes * (m - sizes) / (m - 1))


# ─── A file larger than the memory ──────────────────────────────────────────────────────────────────────────

WIDTH = 31  # numbers in a row of the file: thirty measurements and the label
CHUNK = 16_384  # rows: 4 MB
START = np.zeros(WIDTH - 1)


def write_file(file: Path, megabytes: float, seed: int = 0) -> int:
    """Fill a file with tumours drawn with replacement, each measurement moved by a little noise; returns its rows."""
    X, y = tumours()
    rng, rows = np.random.default_rng(seed), int(megabytes * 1e6) // (8 * WIDTH)
    with open(file, "wb") as out:
        for start in range(0, rows, CHUNK):
            drawn = rng.integers(0, len(X), min(CHUNK, rows - start))
            block = np.column_stack([X[drawn], y[drawn]])
            block[:, :-1] += 0.1 * rng.standard_normal(X[drawn].shape)
            block.tofile(out)
    return rows


def chunks(file: Path, rows: int, starts=None, size: int = CHUNK):
    """X (n, 30) and y (n,) of one stretch of the file after the other, mapped and let go again."""
    for start in range(0, rows, size) if starts is None else starts:
        shape = (min(size, rows - start), WIDTH)
        block = np.memmap(file, dtype=float, mode="r", offset=int(start) * WIDTH * 8, shape=shape)
        yield block[:, :-1], block[:, -1]


def learn_from_file(file: Path, rows: int, lr: float = 0.1, batch_size: int = 256, seed: int = 0) -> dict:
    """The full gradient at the start, summed chunk by chunk; one epoch of mini-batches; the cost before and after.

    The chunks come in random order, and so do the rows of each: shuffling all rows would read all over the file.
    """
    rng, theta = np.random.default_rng(seed), START
    full = gradient_descent.sharded_grad(grad, START, chunks(file, rows))
    for X, y in chunks(file, rows, starts=rng.permutation(np.arange(0, rows, CHUNK))):
        order = rng.permutation(len(X))[None]
        theta = gradient_descent.mini_batch(grad, theta, X, y, lr, order, batch_size).theta
    costs = [sum(len(y) * cost(t, X, y) for X, y in chunks(file, rows)) / rows for t in (START, theta)]
    return {"gradient": full.tolist(), "cost": [float(c) for c in costs]}


def load_whole_file(file: Path, rows: int) -> dict:
    """What the sheet takes for the only way: all rows into memory, then the gradient."""
    block = np.fromfile(file).reshape(rows, WIDTH)
    return {"gradient": grad(START, block[:, :-1], block[:, -1]).tolist()}


def out_of_core(megabytes: float = 200, limit: float = 100) -> dict[str, dict]:
    """Both ways on one file, each in a process of its own that may use `limit` megabytes; what each came to."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tumours.float64"
        rows = write_file(file, megabytes)
        results = {way: _limited(way, file, rows, limit) for way in ("learn_from_file", "load_whole_file")}
        return results | {"file": {"megabytes": file.stat().st_size / 1e6, "rows": rows} | load_whole_file(file, rows)}


def _limited(way: str, file: Path, rows: int, limit: float) -> dict:
    code = f"from {__name__} import _child; _child({way!r}, {str(file)!r}, {rows}, {limit})"
    paths = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # a thread of the library reserves memory
    environment = os.environ | one_thread | {"PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _child(way: str, file: str, rows: int, limit: float) -> None:
    """Run one way under the limit, and print what came of it and the most memory that the process ever held."""
    import resource  # not in a browser

    resource.setrlimit(resource.RLIMIT_DATA, (int(limit * 1e6), int(limit * 1e6)))
    try:
        result = globals()[way](Path(file), rows)
    except MemoryError as error:
        result = {"error": f"MemoryError: {error}"}
    print(json.dumps(result | {"peak": _peak()}))


def _peak() -> float:
    """Megabytes at most resident so far, Python, NumPy and the mapped pages of files included."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux: getrusage would also count the process that started this one
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
