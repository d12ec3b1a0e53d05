"""What chapter 10 measures: races, rates that die, penalty against decay, schedules, a cost that fools Adam."""

from dlbook.experiments.optimizers.decay import (
    decayed,
    penalised_cost,
)
from dlbook.experiments.optimizers.digits import (
    Training,
    constant,
    digits_split,
    effective_rates,
    medians,
    network,
    network_grads,
    scores,
    sensitivity,
    train,
    with_schedules,
)
from dlbook.experiments.optimizers.surfaces import (
    RATES,
    STEPS,
    SURFACES,
    Run,
    descend,
    fooled,
    race,
    steps_to,
    uncorrected,
)

__all__ = [
    "decayed",
    "penalised_cost",
    "Training",
    "constant",
    "digits_split",
    "effective_rates",
    "medians",
    "network",
    "network_grads",
    "scores",
    "sensitivity",
    "train",
    "with_schedules",
    "RATES",
    "STEPS",
    "SURFACES",
    "Run",
    "descend",
    "fooled",
    "race",
    "steps_to",
    "uncorrected",
]
