"""Schedules: the learning rate as a function of the epoch; names and defaults are torch.optim.lr_scheduler's.

`epoch` counts from 0 and may be one whole number or an array of them; the result has its shape, in float64. They know
the epoch and nothing else; `reduce_on_plateau` looks at a measured value and is a step with a state, like an optimizer.
"""

from math import inf

import numpy as np

from dlbook._validate import check_count, number_between, wrong
from dlbook._validate.schedules import check_plateau


def step(epoch, lr, step_size, gamma=0.1):
    """η γ^⌊epoch / step_size⌋: a stair that falls by γ every `step_size` epochs; with γ > 1 it climbs."""
    check_count("step_size", step_size, 1)
    lr, gamma = number_between("lr", lr, 0, inf), number_between("gamma", gamma, 0, inf)
    return lr * gamma ** (_epochs(epoch) // step_size)


def exponential(epoch, lr, gamma):
    """η γ^epoch: down by the factor γ every epoch."""
    lr, gamma = number_between("lr", lr, 0, inf), number_between("gamma", gamma, 0, inf)
    return lr * gamma ** _epochs(epoch)


def cosine(epoch, lr, T_max, eta_min=0.0):
    """η_min + ½ (η − η_min) (1 + cos(π epoch / T_max)): half a cosine from η down to η_min, and up again after it."""
    check_count("T_max", T_max, 1)
    lr, eta_min = number_between("lr", lr, 0, inf), number_between("eta_min", eta_min, 0, inf)
    return eta_min + (lr - eta_min) / 2 * (1 + np.cos(np.pi * _epochs(epoch) / T_max))


def warmup(epoch, lr, start_factor=1 / 3, end_factor=1.0, total_iters=5):
    """η (a + (b − a) min(epoch / T, 1)): a straight line from η a to η b in T epochs, level after them."""
    start_factor = number_between("start_factor", start_factor, 0, 1)
    end_factor = number_between("end_factor", end_factor, 0, 1)
    check_count("total_iters", total_iters, 1)
    lr = number_between("lr", lr, 0, inf)
    if start_factor == 0:  # torch's rule: its schedule multiplies, and 0 would stay 0
        raise wrong("start_factor", "be positive", "0", "0 < start_factor <= 1")
    share = np.minimum(_epochs(epoch) / total_iters, 1)
    return lr * (start_factor + (end_factor - start_factor) * share)


def reduce_on_plateau(
    lr,
    metric,
    state=None,
    *,
    mode="min",
    factor=0.1,
    patience=10,
    threshold=1e-4,
    threshold_mode="rel",
    cooldown=0,
    min_lr=0.0,
    eps=1e-8,
):
    """η ← max(factor · η, min_lr) once `metric` has not improved for more than `patience` epochs: lr, state = ….

    Better is below best · (1 − threshold) ("rel") or best − threshold ("abs"); above, with + for −, if `mode` is "max".
    After a cut `cooldown` epochs do not count; a cut of at most `eps` is left out. A NaN is no improvement.
    """
    check_plateau(lr, metric, state, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps)
    metric, sign = float(metric), 1 if mode == "min" else -1
    state = state or {"best": sign * inf, "num_bad_epochs": 0, "cooldown_counter": 0}
    best, bad, rest = float(state["best"]), int(state["num_bad_epochs"]), int(state["cooldown_counter"])
    bar = best * (1 - sign * threshold) if threshold_mode == "rel" else best - sign * threshold
    better = sign * metric < sign * bar
    best, bad = (metric, 0) if better else (best, bad + 1)
    if rest > 0:
        rest, bad = rest - 1, 0
    if bad > patience:
        lower = max(float(lr) * factor, min_lr)
        lr, rest, bad = lower if lr - lower > eps else lr, cooldown, 0
    return np.float64(lr), {
        "best": np.float64(best),
        "num_bad_epochs": np.int64(bad),
        "cooldown_counter": np.int64(rest),
    }


def _epochs(epoch) -> np.ndarray:
    """Epochs as floats, after a look that they are whole numbers from 0 on."""
    epoch = np.asarray(epoch, dtype=np.float64)
    if epoch.size == 0:
        raise wrong("epoch", "not be empty", f"shape {epoch.shape}", "at least one epoch")
    if (odd := ~((epoch >= 0) & (epoch % 1 == 0))).any():
        raise wrong("epoch", "be whole", f"{epoch[odd][0]:g}", "whole numbers from 0 on")
    return epoch
