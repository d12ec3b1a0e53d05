"""What chapter 05 measures: the sheet's table in numbers, noise and batch size, a file larger than the memory."""

from dlbook.experiments.gradient_descent_variants.on_disk import (
    chunks,
    out_of_core,
    write_file,
)
from dlbook.experiments.gradient_descent_variants.table import (
    TARGET,
    Rates,
    Run,
    Workers,
    cost,
    grad,
    hessian,
    least_cost,
    noise,
    orders,
    power_of_four,
    rates,
    run,
    samples,
    seconds_an_epoch,
    shuffles,
    two_workers,
)

__all__ = [
    "Rates",
    "Run",
    "TARGET",
    "Workers",
    "chunks",
    "cost",
    "grad",
    "hessian",
    "least_cost",
    "noise",
    "orders",
    "out_of_core",
    "power_of_four",
    "rates",
    "run",
    "samples",
    "seconds_an_epoch",
    "shuffles",
    "two_workers",
    "write_file",
]
