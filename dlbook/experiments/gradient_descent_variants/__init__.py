"""What chapter 05 measures: the sheet's table in numbers, noise and batch size, a file larger than the memory."""

from dlbook.experiments.gradient_descent_variants.on_disk import (
    chunks,
    learn_from_file,
    load_whole_file,
    out_of_core,
    write_file,
)
from dlbook.experiments.gradient_descent_variants.table import (
    TARGET,
    Rates,
    Run,
    cost,
    grad,
    hessian,
    least_cost,
    noise,
    rates,
    run,
    samples,
    seconds_an_epoch,
    shuffles,
)

__all__ = [
    "Rates",
    "Run",
    "TARGET",
    "chunks",
    "cost",
    "grad",
    "hessian",
    "learn_from_file",
    "least_cost",
    "load_whole_file",
    "noise",
    "out_of_core",
    "rates",
    "run",
    "samples",
    "seconds_an_epoch",
    "shuffles",
    "write_file",
]
