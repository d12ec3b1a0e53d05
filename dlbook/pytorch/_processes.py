"""Processes side by side that end together: all of them well, or all of them at the first death, with its reason."""

import os
import signal
import subprocess
import time
import traceback

GRACE = 0.5  # seconds: one death is followed by others, and all are looked at before one is named


def run_together(commands, folder, limit, **popen):
    """Start the commands (their number is their rank) and stay until all have ended; none is left behind.

    RuntimeError names the rank that died first, its exit code or signal, and what it left to say.
    """
    processes, deadline = [], time.monotonic() + limit
    try:
        for rank, command in enumerate(commands):
            with open(folder / f"stderr{rank}", "wb") as stderr:
                processes.append(subprocess.Popen(command, stderr=stderr, **popen))
        codes = _codes(processes)
        while None in codes and not any(codes):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{_ranks(codes, None)} had not ended after {limit:g} s; all were ended")
            time.sleep(0.02)
            codes = _codes(processes)
        if any(codes):
            time.sleep(GRACE)
            raise RuntimeError(_obituary(folder, _codes(processes)))
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()  # no zombie stays


def leave_traceback(folder, rank):
    """In a process that failed: write the traceback for the parent, and end at once, as the others wait."""
    (folder / f"traceback{rank}").write_text(traceback.format_exc(), encoding="utf-8")
    os._exit(1)


def _codes(processes):
    """Exit codes: None while a process runs, negative if a signal ended it."""
    return [process.poll() for process in processes]


def _ranks(codes, wanted):
    return "rank " + ", ".join(str(rank) for rank, code in enumerate(codes) if code is wanted)


def _obituary(folder, codes):
    """Who died first, and how. Without a traceback it was ended from outside, and the others failed because of it."""

    def when(rank):
        file = folder / f"traceback{rank}"
        return file.stat().st_mtime_ns if file.exists() else 0

    first = min((rank for rank, code in enumerate(codes) if code), key=when)
    code = codes[first]
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    also = f"; {_ranks(codes, None)} was still running and was ended" if None in codes else ""
    files = (folder / f"{name}{first}" for name in ("stderr", "traceback"))
    words = [file.read_text(encoding="utf-8", errors="replace").strip() for file in files if file.exists()]
    return "\n".join(filter(None, [f"rank {first} of {len(codes)} {how}{also}", *words]))
