"""Data-parallel training for real: processes of their own, torch.distributed with gloo, DistributedDataParallel.

    python -m dlbook.pytorch.parallel --workers 2 --epochs 3

trains a small network on the digits in two processes, prints how each of them gets on, trains it once more in one
process on the joined batches, and compares the weights. `--help` lists the rest.
"""

import argparse
import json
import os
import signal
import subprocess
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

from dlbook._validate import check_between, check_same_length, check_vector, wrong
from dlbook.pytorch._processes import leave_traceback, run_together

ROOT = Path(__file__).parents[2]


class Run(NamedTuple):
    """What a training left behind; W workers, S steps."""

    weights: dict[str, np.ndarray]  # by their state_dict names, from rank 0
    apart: float  # the largest difference between a worker's weights and rank 0's
    losses: np.ndarray  # (S, W): mean loss on each worker's shard, before the step; 0 where the shard is empty
    sizes: np.ndarray  # (S, W): rows in each shard
    seconds: np.ndarray  # (W,): training, without the start of the process
    exchange: np.ndarray  # (W,): of these, from handing the gradients over to having their mean; waiting included
    elements: int  # numbers that each worker hands over in one step


def data_parallel(
    X, y, hidden=(32,), lr=0.5, batch_size=64, epochs=1, seed=0, *, batch_norm=False, workers=2,
    timeout=60.0, limit=600.0, fail_at=None, verbose=False,
) -> Run:  # fmt: skip
    """θ ← θ − η Σᵣ (nᵣ/n) ∇Jᵣ(θ): each of `workers` processes takes its shard of every batch, and all step alike.

    A worker waits `timeout` seconds at most for the others' gradients, and the run may take `limit` seconds.
    If a worker dies, the others are ended and RuntimeError names its rank and how it died.
    To see that, let one die: fail_at=(rank, step, "SIGKILL") has this rank send itself the signal before this step.
    """
    X, y = _checked(X, y, lr, batch_size, epochs)
    if not isinstance(workers, int) or workers < 1:
        raise wrong("workers", "be a count", repr(workers), "1 or more")
    check_between("timeout", timeout, 0.1, 1e6)
    check_between("limit", limit, 0.1, 1e6)
    job = dict(hidden=list(hidden), lr=lr, batch_size=batch_size, epochs=epochs, seed=seed, batch_norm=batch_norm)
    job |= dict(workers=workers, timeout=timeout, limit=limit, fail_at=fail_at, verbose=verbose)
    with tempfile.TemporaryDirectory(prefix="dlbook-parallel-") as folder:
        folder = Path(folder)
        np.savez(folder / "data.npz", X=X, y=y)
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        _launch(folder, workers, limit, verbose)
        return _collected(folder, workers)


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
        layers = []
        for before, after in zip(widths[:-1], widths[1:], strict=True):
            layers += [torch.nn.Linear(before, after), torch.nn.BatchNorm1d(after), torch.nn.ReLU()]
    layers = layers[:-2]  # the scores stay as they are
    return torch.nn.Sequential(*(m for m in layers if batch_norm or not isinstance(m, torch.nn.BatchNorm1d))).to(X)


def batches(n, batch_size, epochs, seed):
    """The row numbers of each batch, in a new random order every epoch; the last of an epoch may be smaller."""
    for epoch in range(epochs):
        order = np.random.default_rng([seed, epoch]).permutation(n)
        yield from (order[start : start + batch_size] for start in range(0, n, batch_size))


def train_shards(model, X, y, rank, job):
    """What each worker does: forward and backward on its shard; during the backward DDP averages the gradients."""
    group = dist.new_group(timeout=timedelta(seconds=job["timeout"]))
    exchange = Exchange(group)
    ddp = DistributedDataParallel(model, process_group=group)  # starts with a broadcast: everyone has rank 0's weights
    ddp.register_comm_hook(exchange, Exchange.average)
    optimizer = torch.optim.SGD(ddp.parameters(), lr=job["lr"])
    losses, sizes, start = [], [], time.perf_counter()
    for step, batch in enumerate(batches(len(X), job["batch_size"], job["epochs"], job["seed"])):
        _fail(job["fail_at"], rank, step)
        shard = np.array_split(batch, job["workers"])[rank]  # (B,) -> (n,)
        total = F.cross_entropy(ddp(X[shard]), y[shard], reduction="sum")
        # DDP's mean counts every shard alike; W·n/B times the shard's mean loss makes it the mean over the batch.
        loss = job["workers"] * total / len(batch)
        optimizer.zero_grad()
        loss.backward()  # the all-reduce happens in here
        optimizer.step()
        losses.append(total.item() / max(len(shard), 1))
        sizes.append(len(shard))
        if job["verbose"] and _ends_epoch(step, len(X), job["batch_size"]):
            print(f"rank {rank}: step {step + 1}, loss {losses[-1]:.4f} on {len(shard)} rows", flush=True)
    seconds = time.perf_counter() - start
    return dict(losses=losses, sizes=sizes, seconds=seconds, exchange=exchange.seconds, elements=exchange.elements)


def _ends_epoch(step, n, batch_size):
    """Whether this step is the last of an epoch."""
    return (step + 1) % -(-n // batch_size) == 0


class Exchange:
    """DDP's own averaging with a watch beside it: how long it takes, and how much is sent."""

    def __init__(self, group):
        self.group, self.seconds, self.elements = group, 0.0, 0

    def average(self, bucket):
        """DDP calls this as soon as a bucket of gradients is complete; the future holds their mean over the workers."""
        start = time.perf_counter()
        self.elements = bucket.buffer().numel() + (0 if bucket.index() == 0 else self.elements)

        def stop(future):
            self.seconds += time.perf_counter() - start
            return future.value()

        return allreduce_hook(self.group, bucket).then(stop)


def _fail(fail_at, rank, step):
    """The hook for tests and lessons: this worker dies here if it was told to."""
    if fail_at and tuple(fail_at[:2]) == (rank, step):
        os.kill(os.getpid(), signal.Signals[fail_at[2]])


def _work(folder, rank):
    """One worker, from the rendezvous to its results; a traceback is left for the parent."""
    try:
        torch.set_num_threads(1)  # the workers share the machine
        job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
        with np.load(folder / "data.npz") as data:
            X, y = torch.from_numpy(data["X"]), torch.from_numpy(data["y"])
        dist.init_process_group(
            "gloo", init_method=(folder / "rendezvous").as_uri(), rank=rank, world_size=job["workers"],
            timeout=timedelta(seconds=job["limit"]),
        )  # fmt: skip
        model = mlp(X, y, job["hidden"], job["batch_norm"], job["seed"])
        measured = train_shards(model, X, y, rank, job)
        np.savez(folder / f"weights{rank}.npz", **_arrays(model))
        (folder / f"measured{rank}.json").write_text(json.dumps(measured), encoding="utf-8")
        dist.destroy_process_group()
    except Exception:
        leave_traceback(folder, rank)


def _launch(folder, workers, limit, verbose):
    env = dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [env.get("PYTHONPATH")])])
    env.setdefault("GLOO_SOCKET_IFNAME", "lo0" if sys.platform == "darwin" else "lo")  # nothing leaves this machine
    command = [sys.executable, "-m", "dlbook.pytorch.parallel", "--folder", str(folder), "--rank"]
    stdout = None if verbose else subprocess.DEVNULL
    run_together([[*command, str(rank)] for rank in range(workers)], folder, limit, env=env, stdout=stdout)


def _collected(folder, workers):
    """The workers' results, side by side."""
    copies, measured = [], []
    for rank in range(workers):
        with np.load(folder / f"weights{rank}.npz") as archive:
            copies.append(dict(archive))
        measured.append(json.loads((folder / f"measured{rank}.json").read_text(encoding="utf-8")))
    apart = max(float(np.abs(copy[name] - copies[0][name]).max()) for copy in copies for name in copy)
    losses, sizes, seconds, exchange = (
        np.array([m[key] for m in measured]).T for key in ("losses", "sizes", "seconds", "exchange")
    )
    return Run(copies[0], apart, losses, sizes, seconds, exchange, measured[0]["elements"])


def _arrays(model):
    return {name: value.detach().numpy().copy() for name, value in model.state_dict().items()}


def _checked(X, y, lr, batch_size, epochs):
    """X as floats and y as int64, after a look at all of it."""
    X, y = np.asarray(X), np.asarray(y)
    X = np.ascontiguousarray(X if X.dtype in (np.float32, np.float64) else X.astype(np.float64))
    check_vector("y", y.shape)
    if y.dtype.kind not in "iu" or y.min() < 0:
        raise wrong("y", "hold classes", f"{y.dtype} from {y.min()}", "integers from 0")
    if X.ndim != 2:
        raise wrong("X", "have two dimensions", f"shape {X.shape}", "one row a sample")
    check_same_length("X", len(X), "y", len(y))
    check_between("lr", lr, 0, inf)
    for name, count in (("batch_size", batch_size), ("epochs", epochs)):
        if not isinstance(count, int) or count < 1:
            raise wrong(name, "be a count", repr(count), "1 or more")
    return X, y.astype(np.int64)


def main(argv=None):
    """The command line: the digits in several processes and in one."""
    parser = argparse.ArgumentParser(prog="python -m dlbook.pytorch.parallel", description=main.__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes that share every batch (2)")
    parser.add_argument("--epochs", type=int, default=3, help="passes over the digits (3)")
    parser.add_argument("--batch-size", type=int, default=64, help="rows in a batch, all workers together (64)")
    parser.add_argument("--lr", type=float, default=0.5, help="learning rate (0.5)")
    parser.add_argument("--batch-norm", action="store_true", help="normalise by batch: the weights will differ")
    parser.add_argument(
        "--kill", nargs=2, type=int, metavar=("RANK", "STEP"), help="let a worker die, to see the error"
    )
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)  # these two make it a worker
    parser.add_argument("--rank", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.folder:
        return _work(options.folder, options.rank)
    from dlbook import data

    digits = data.digits()
    training = dict(epochs=options.epochs, batch_size=options.batch_size, lr=options.lr, batch_norm=options.batch_norm)
    fail_at = (*options.kill, "SIGKILL") if options.kill else None
    try:
        run = data_parallel(digits.X, digits.y, **training, workers=options.workers, fail_at=fail_at, verbose=True)
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
