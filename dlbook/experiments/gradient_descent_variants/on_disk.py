"""A file larger than the memory: learnt from in stretches, and refused when it is to be loaded whole."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from dlbook.experiments.gradient_descent import tumours
from dlbook.experiments.gradient_descent_variants.table import cost, grad
from dlbook.scratch import gradient_descent

WIDTH = 31  # numbers in a row of the file: thirty measurements and the label
CHUNK = 16_384  # rows: 4 MB
START = np.zeros(WIDTH - 1)
WAYS = ("batch_from_file", "mini_batch_from_file", "sgd_from_file", "load_whole_file")


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


def batch_from_file(file: Path, rows: int, lr: float = 0.1) -> dict:
    """One step with the full gradient, summed up chunk by chunk."""
    full = gradient_descent.sharded_grad(grad, START, chunks(file, rows))
    return {"steps": 1, "gradient": full.tolist()} | _costs(file, rows, START - lr * full)


def mini_batch_from_file(file: Path, rows: int, lr: float = 0.1, batch_size: int = 256) -> dict:
    """One epoch of mini-batches."""
    return _small_batches(file, rows, lr, batch_size, stretches=None)


def sgd_from_file(file: Path, rows: int, lr: float = 0.002, stretches: int = 12) -> dict:
    """A part of an epoch of single samples, which takes its time: the path through it would take up the memory."""
    return _small_batches(file, rows, lr, 1, stretches)


def _small_batches(file, rows, lr, batch_size, stretches) -> dict:
    """The chunks in random order, and the rows of each: shuffling all rows would read all over the file."""
    rng, steps = np.random.default_rng(0), 0

    def batches():
        nonlocal steps
        for X, y in chunks(file, rows, starts=rng.permutation(np.arange(0, rows, CHUNK))[:stretches]):
            order = rng.permutation(len(X))
            for k in range(0, len(X), batch_size):
                few, steps = order[k : k + batch_size], steps + 1
                yield lr, X[few], y[few]

    theta = gradient_descent.over_batches(grad, START, batches(), path=False).theta
    return {"steps": steps} | _costs(file, rows, theta)


def _costs(file, rows, theta) -> dict:
    """The cost over the file before and after."""
    costs = [sum(len(y) * cost(t, X, y) for X, y in chunks(file, rows)) / rows for t in (START, theta)]
    return {"cost": [float(c) for c in costs]}


def load_whole_file(file: Path, rows: int) -> dict:
    """What the sheet takes for the only way: all rows into memory, then the gradient."""
    block = np.fromfile(file).reshape(rows, WIDTH)
    return {"gradient": grad(START, block[:, :-1], block[:, -1]).tolist()}


def out_of_core(megabytes: float = 200, limit: float = 100) -> dict[str, dict]:
    """Every way on one file, each in a process of its own that may use `limit` megabytes; what each came to."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tumours.float64"
        rows = write_file(file, megabytes)
        results = {way: _limited(way, file, rows, limit) for way in WAYS}
        return results | {"file": {"megabytes": file.stat().st_size / 1e6, "rows": rows} | load_whole_file(file, rows)}


def _limited(way: str, file: Path, rows: int, limit: float) -> dict:
    code = f"from {__name__} import _child; _child({way!r}, {str(file)!r}, {rows}, {limit})"
    paths = [str(Path(__file__).parents[3]), *filter(None, [os.environ.get("PYTHONPATH")])]
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
