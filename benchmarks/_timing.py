"""Two callables timed in alternation on one thread; the ratio of the medians is what counts.

Import this module before NumPy, SciPy or torch: it sets how many threads they may start.
"""

import os
import platform
import sys
from statistics import median
from time import perf_counter

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[variable] = "1"
if "numpy" in sys.modules or "torch" in sys.modules:
    raise ImportError("benchmarks/_timing.py must be imported first: NumPy or torch has already chosen its threads")


def processor() -> str:
    """The processor's name, as the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def header(title: str, ours: str, theirs: str) -> None:
    """The title, the processor, and the head of the table that `compare` fills."""
    print(f"\n{title}\n{processor()}, one thread, medians of alternating runs\n")
    print(f"{'':52} {ours:>10} {theirs:>14} {'ratio':>7}")


def compare(name: str, ours, theirs, runs: int = 11) -> float:
    """Time `ours()` and `theirs()` in turn, so that both meet the same machine; print and return ours / theirs."""
    times = {ours: [], theirs: []}
    for _ in range(runs + 1):
        for call, taken in times.items():
            start = perf_counter()
            call()
            taken.append(perf_counter() - start)
    mine, other = (median(taken[1:]) for taken in times.values())  # the first run of each warms up
    print(f"{name:52} {mine * 1e3:7.2f} ms {other * 1e3:11.2f} ms {mine / other:7.2f}", flush=True)
    return mine / other
