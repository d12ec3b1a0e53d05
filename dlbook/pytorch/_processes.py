"""Processes side by side that end together: all of them well, or all of them at the first death, with its reason."""

import multiprocessing
import signal
import sys
import time
import traceback
from multiprocessing.connection import wait

GRACE = 0.5  # seconds: one death is followed by others, and all are looked at before one is named

# A server that has imported PyTorch once hands out copies of itself, so only the first run of a session waits for it.
CONTEXT = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
if sys.platform != "win32":
    CONTEXT.set_forkserver_preload(["torch", "torch._dynamo"])


def run_together(target, workers, limit, *args, on_progress=None):
    """The results of target(rank, report, *args) for each rank, each in a process of its own; none is left behind.

    RuntimeError names the rank that died first, its exit code or signal, and its traceback if it left one.
    What a worker gives to `report` arrives at on_progress(rank, what).
    """
    processes, inboxes, outcomes = [], {}, {}
    deadline = time.monotonic() + limit
    try:
        for rank in range(workers):
            inbox, outbox = CONTEXT.Pipe(duplex=False)
            inboxes[inbox] = rank
            processes.append(CONTEXT.Process(target=_work, args=(outbox, target, rank, *args), daemon=True))
            processes[-1].start()
            outbox.close()
        while inboxes or None in _codes(processes):
            _read(inboxes, outcomes, on_progress)
            if any(_codes(processes)):
                time.sleep(GRACE)
                _read(inboxes, outcomes, on_progress)
                raise RuntimeError(_obituary(_codes(processes), outcomes))
            if time.monotonic() > deadline:
                raise RuntimeError(f"{_running(_codes(processes))} had not ended after {limit:g} s; all were ended")
        return [outcomes[rank] for rank in range(workers)]
    finally:
        for process in processes:
            if process.pid is not None:
                process.kill()
                process.join()  # no zombie stays
        for inbox in inboxes:
            inbox.close()


def _work(outbox, target, rank, *args):
    """In the worker: do it and send the result, or the traceback and when it happened."""
    try:
        outbox.send(("result", target(rank, lambda what: outbox.send(("progress", what)), *args)))
    except Exception:
        outbox.send(("failed", (time.time(), traceback.format_exc())))
        sys.exit(1)


def _read(inboxes, outcomes, on_progress, patience=0.05):
    """Take what the workers have sent; an inbox whose worker has ended is closed."""
    while ready := wait(list(inboxes), patience):
        for inbox in ready:
            try:
                kind, what = inbox.recv()
            except (EOFError, OSError):
                inbox.close()
                del inboxes[inbox]
                continue
            if kind != "progress":
                outcomes[inboxes[inbox]] = what
            elif on_progress:
                on_progress(inboxes[inbox], what)


def _codes(processes):
    """Exit codes: None while a process runs, negative if a signal ended it."""
    return [process.exitcode for process in processes]


def _running(codes):
    return "rank " + ", ".join(str(rank) for rank, code in enumerate(codes) if code is None)


def _obituary(codes, outcomes):
    """Who died first, and how. Without a traceback it was ended from outside, and the others failed because of it."""
    dead = [rank for rank, code in enumerate(codes) if code]
    first = min(dead, key=lambda rank: outcomes.get(rank, (0, ""))[0])
    code, (_, words) = codes[first], outcomes.get(first, (0, ""))
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    also = f"; {_running(codes)} was still running and was ended" if None in codes else ""
    return f"rank {first} of {len(codes)} {how}{also}\n{words}".strip()
