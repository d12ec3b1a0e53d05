"""A worker that only ends, for the tests about processes: each imports it by name."""

import sys
import time


def farewell(rank, report, plan):
    """After the seconds that the plan has for this rank, end with its exit code."""
    seconds, code = plan[rank]
    report(f"{seconds} s")
    time.sleep(seconds)
    sys.exit(code)
