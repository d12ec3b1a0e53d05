"""Data-parallel training for real: processes of their own, torch.distributed with gloo, DistributedDataParallel.

    python -m dlbook.pytorch.parallel --workers 2 --epochs 3

trains a small network on the digits in two processes, prints how each of them gets on, trains it once more in one
process on the joined batches, and compares the weights. `--help` lists the rest.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.distributed as dist
from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

from dlbook._validate import check_between, check_count, check_same_length, check_vector, wrong
from dlbook.pytorch._processes import run_together


class Run(NamedTuple):
    """What a training left behind; R workers, S steps."""

    weights: dict[str, np.ndarray]  # by their state_dict names, from rank 0
    apart: float  # the largest difference between a worker's weights and rank 0's
    losses: np.ndarray  # (S, R): mean loss on each worker's shard, before the step; 0 where the shard is empty
    sizes: np.ndarray  # (S, R): rows in each shard
    seconds: np.ndarray  # (R,): training, without the start of the process
    exchange: np.ndarray  # (R,): of these, from handing the gradients over to having their mean; waiting included
    elements: int  # numbers that each worker hands over in one step


def data_parallel(
    X, y, hidden=(32,), lr=0.5, batch_size=64, epochs=1, seed=0, *, batch_norm=False, workers=2,
    timeout=60.0, limit=600.0, fail_at=None, verbose=False,
) -> Run:  # fmt: skip
    """θ ← θ − η Σᵣ (mᵣ/m) ∇Jᵣ(θ): each of `workers` processes takes its shard of every batch, and all step alike.

    A worker waits `timeout` seconds at most for the others, and the run may take `limit` seconds.
    If a worker dies, the others are ended and RuntimeError names its rank and how it died.
    To see that, let one die: fail_at=(rank, step, "SIGKILL") has this rank send itself the signal before this step.
    In a script of your own, call it below `if __name__ == "__main__":`, as each worker imports the script again.
    """
    X, y = _checked(X, y, lr, batch_size, epochs)
    check_count("workers", workers, 1)
    check_between("timeout", timeout, 0.1, 1e6)
    check_between("limit", limit, 0.1, 1e6)
    steps = epochs * -(-len(X) // batch_size)
    if fail_at and not (
        fail_at[0] in range(workers) and fail_at[1] in range(steps) and fail_at[2] in signal.Signals.__members__
    ):
        need = f"a rank below {workers}, a step below {steps}, and a name as 'SIGKILL'"
        raise wrong("fail_at", "name a rank, a step and a signal", repr(fail_at), need)
    job = dict(hidden=hidden, lr=lr, batch_size=batch_size, epochs=epochs, seed=seed, batch_norm=batch_norm)
    job |= dict(workers=workers, timeout=timeout, fail_at=fail_at)
    progress = (lambda rank, words: print(f"rank {rank}: {words}", flush=True)) if verbose else None
    with tempfile.TemporaryDirectory(prefix="dlbook-parallel-") as folder:
        meeting = (Path(folder) / "rendezvous").as_uri()  # a file: no port to be taken, no network
        results = run_together(_worker, workers, limit, X, y, meeting, job, on_progress=progress)
    copies, losses, sizes, seconds, exchange, elements = zip(*results, strict=True)
    apart = max(float(np.abs(copy[name] - copies[0][name]).max()) for copy in copies for name in copy)
    losses, sizes = np.array(losses).T, np.array(sizes).T  # (R, S) -> (S, R)
    return Run(copies[0], apart, losses, sizes, np.array(seconds), np.array(exchange), elements[0])


def single_process(X, y, hidden=(32,), lr=0.5, batch_size=64, epochs=1, seed=0, *, batch_norm=False) -> Run:
    """θ ← θ − η ∇J(θ) on the same batches, whole: one plain loop, nothing of torch.distributed in it."""
    X, y = map(torch.from_numpy, _checked(X, y, lr, batch_size, epochs))
    model = mlp(X, y, hidden, batch_norm, seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, sizes, start = [], [], time.perf_counter()
    for batch in batches(len(X), batch_size, epochs, seed):
        loss = F.cross_entropy(model(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append([loss.item()])
        sizes.append([len(batch)])
    seconds = np.array([time.perf_counter() - start])
    return Run(_arrays(model), 0.0, np.array(losses), np.array(sizes), seconds, np.zeros(1), 0)


def mlp(X, y, hidden, batch_norm, seed) -> torch.nn.Sequential:
    """Scores for the classes 0 … max(y) from X (N, D), the same weights for the same seed; without `hidden`, softmax
    regression."""
    widths = [X.shape[1], *hidden, int(y.max()) + 1]
    with torch.random.fork_rng(devices=[]):  # the caller's random numbers stay as they were
        torch.manual_seed(seed)
        layers = [torch.nn.Linear(widths[0], widths[1])]
        for before, after in zip(widths[1:-1], widths[2:], strict=True):
            layers += [torch.nn.BatchNorm1d(before)] if batch_norm else []
            layers += [torch.nn.ReLU(), torch.nn.Linear(before, after)]
    return torch.nn.Sequential(*layers).to(X)


def batches(n, batch_size, epochs, seed):
    """The row numbers of each batch, in a new random order every epoch; the last of an epoch may be smaller."""
    for epoch in range(epochs):
        order = np.random.default_rng([seed, epoch]).permutation(n)
        yield from (order[start : start + batch_size] for start in range(0, n, batch_size))


def train_shards(model, X, y, rank, report, job):
    """What each worker does: forward and backward on its shard; during the backward DDP averages the gradients."""
    exchange = Exchange()
    ddp = DistributedDataParallel(model)  # starts with a broadcast: everyone has rank 0's weights
    ddp.register_comm_hook(exchange, Exchange.average)
    optimizer = torch.optim.SGD(ddp.parameters(), lr=job["lr"])
    losses, sizes, start = [], [], time.perf_counter()
    for step, batch in enumerate(batches(len(X), job["batch_size"], job["epochs"], job["seed"])):
        if job["fail_at"] and job["fail_at"][:2] == (rank, step):
            os.kill(os.getpid(), signal.Signals[job["fail_at"][2]])  # the hook for tests and lessons
        shard = np.array_split(batch, job["workers"])[rank]  # (m,) -> (mᵣ,)
        total = F.cross_entropy(ddp(X[shard]), y[shard], reduction="sum")
        # DDP's mean counts every shard alike; R·mᵣ/m times the shard's mean loss makes it the mean over the batch.
        loss = job["workers"] * total / len(batch)
        optimizer.zero_grad()
        loss.backward()  # the all-reduce happens in here
        optimizer.step()
        losses.append(total.item() / max(len(shard), 1))
        sizes.append(len(shard))
        if (step + 1) % -(-len(X) // job["batch_size"]) == 0:
            report(f"step {step + 1}, loss {losses[-1]:.4f} on {len(shard)} rows")
    seconds = time.perf_counter() - start
    return losses, sizes, seconds, exchange.seconds, exchange.elements


class Exchange:
    """DDP's own averaging with a watch beside it: how long it takes, and how much is sent."""

    def __init__(self):
        self.seconds, self.elements = 0.0, 0

    def average(self, bucket):
        """DDP calls this as soon as a bucket of gradients is complete; the future holds their mean over the workers."""
        start = time.perf_counter()
        self.elements = bucket.buffer().numel() + (0 if bucket.index() == 0 else self.elements)

        def stop(
            future,
        ):  # runs in a thread of the group, so it must not keep the group alive: that thread would end it
            self.seconds += time.perf_counter() - start
            return future.value()

        return allreduce_hook(None, bucket).then(stop)


def _worker(rank, report, X, y, meeting, job):
    """One process, from the meeting with the others to its results."""
    torch.set_num_threads(1)  # the workers share the machine
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo0" if sys.platform == "darwin" else "lo")  # nothing leaves it
    patience = timedelta(seconds=job["timeout"])
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=job["workers"], timeout=patience)
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    model = mlp(X, y, job["hidden"], job["batch_norm"], job["seed"])
    measured = train_shards(model, X, y, rank, report, job)
    dist.destroy_process_group()
    return _arrays(model), *measured


def _arrays(model):
    return {name: value.detach().numpy().copy() for name, value in model.state_dict().items()}


def _checked(X, y, lr, batch_size, epochs):
    """X as floats and y as int64, after a look at all of it."""
    X, y = np.asarray(X), np.asarray(y)
    X = np.ascontiguousarray(X if X.dtype in (np.float32, np.float64) else X.astype(np.float64))
    check_vector("y", y.shape)
    if y.dtype.kind not in "iu" or y.min() < 0:
        raise wrong(
            "y", "hold classes", f"{y.dtype} {y[0]!r}" if y.dtype.kind not in "iu" else f"{y.min()}", "integers from 0"
        )
    if X.ndim != 2:
        raise wrong("X", "have two dimensions", f"shape {X.shape}", "one row a sample")
    check_same_length("X", len(X), "y", len(y))
    check_between("lr", lr, 0, inf)
    check_count("batch_size", batch_size, 1)
    check_count("epochs", epochs, 1)
    return X, y.astype(np.int64)


def main(argv=None):
    """The command line: the digits in several processes and in one."""
    parser = argparse.ArgumentParser(prog="python -m dlbook.pytorch.parallel", description=main.__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes that share every batch (2)")
    parser.add_argument("--epochs", type=int, default=3, help="passes over the digits (3)")
    parser.add_argument("--batch-size", type=int, default=64, help="rows in a batch, all workers together (64)")
    parser.add_argument("--lr", type=float, default=0.5, help="learning rate (0.5)")
    parser.add_argument("--kill", nargs=2, type=int, metavar=("RANK", "STEP"), help="kill this worker before this step")
    options = parser.parse_args(argv)
    from dlbook import data

    digits = data.digits()
    training = dict(epochs=options.epochs, batch_size=options.batch_size, lr=options.lr)
    fail_at = (*options.kill, "SIGKILL") if options.kill else None
    try:
        run = data_parallel(digits.X, digits.y, **training, workers=options.workers, fail_at=fail_at, verbose=True)
    except ValueError as error:
        parser.error(str(error))
    except RuntimeError as error:
        return str(error)
    one = single_process(digits.X, digits.y, **training)
    difference = max(np.abs(run.weights[name] - one.weights[name]).max() for name in one.weights)
    for rank in range(options.workers):
        share = run.exchange[rank] / run.seconds[rank]
        print(f"rank {rank}: {run.seconds[rank]:.2f} s of training, {share:.0%} of it in the exchange of gradients")
    print(f"one process: {one.seconds[0]:.2f} s of training")
    verdict = "equal to" if difference < 1e-10 else "different from"
    print(f"the weights are {verdict} the single process's: the largest difference is {difference:.1e}")


if __name__ == "__main__":
    sys.exit(main())
