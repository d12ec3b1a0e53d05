"""Schedules: the learning rate as a function of the epoch; names and defaults are torch.optim.lr_scheduler's.

`epoch` counts from 0 and may be one whole number or an array of them; the result has its shape, in float64. They know
the epoch and nothing else; `reduce_on_plateau` looks at a measured value and is a step with a state, like an optimizer.
"""

from math import inf

import numpy as np

from dlbook._validate import takes, wrong
from dlbook._validate.schedules import check_plateau, first_share, period, rate, share


def epochs(name, value) -> np.ndarray:
    """Epochs as floats, after a look that they are whole numbers from 0 on."""
    value = np.asarray(value, dtype=np.float64)
    if value.size == 0:
        raise wrong(name, "not be empty", f"shape {value.shape}", "at least one epoch")
    if (odd := ~((value >= 0) & (value % 1 == 0))).any():
        raise wrong(name, "be whole", f"{value[odd][0]:g}", "whole numbers from 0 on")
    return value


@takes(epoch=epochs, lr=rate, step_size=period, gamma=rate)
def step(epoch, lr, step_size, gamma=0.1):
    """η γ^⌊epoch / step_size⌋: a stair that falls by γ every `step_size` epochs; with γ > 1 it climbs."""
    return lr * gamma ** (epoch // step_size)


@takes(epoch=epochs, lr=rate, gamma=rate)
def exponential(epoch, lr, gamma):
    """η γ^epoch: down by the factor γ every epoch."""
    return lr * gamma**epoch


@takes(epoch=epochs, lr=rate, T_max=period, eta_min=rate)
def cosine(epoch, lr, T_max, eta_min=0.0):
    """η_min + ½ (η − η_min) (1 + cos(π epoch / T_max)): half a cosine from η down to η_min, and up again after it."""
    return eta_min + (lr - eta_min) / 2 * (1 + np.cos(np.pi * epoch / T_max))


@takes(epoch=epochs, lr=rate, start_factor=first_share, end_factor=share, total_iters=period)
def warmup(epoch, lr, start_factor=1 / 3, end_factor=1.0, total_iters=5):
    """η (a + (b − a) min(epoch / T, 1)): a straight line from η a to η b in T epochs, level after them."""
    done = np.minimum(epoch / total_iters, 1)
    return lr * (start_factor + (end_factor - start_factor) * done)


@takes(epoch=epochs, lr=rate, d_model=period, warmup_steps=period)
def inverse_sqrt(epoch, lr, d_model=512, warmup_steps=4000):
    """η d^(−½) min(s^(−½), s w^(−3/2)) with s = epoch + 1: up in a straight line for w steps, then down as 1/√s.

    The Transformer's own schedule, one "epoch" for each step and η = 1: the paper counts steps from 1. d is `d_model`,
    w is `warmup_steps`; the rate is greatest at step w, η / √(d w). Source: Vaswani et al. 2017.
    """
    s = epoch + 1
    return lr * d_model**-0.5 * np.minimum(s**-0.5, s * warmup_steps**-1.5)


def reduce_on_plateau_core(lr, metric, best, bad_epochs, factor, patience, threshold, min_lr):
    if metric < best * (1 - threshold):
        best, bad_epochs = metric, 0
    else:
        bad_epochs = bad_epochs + 1
    if bad_epochs > patience:
        lr, bad_epochs = max(factor * lr, min_lr), 0
    return lr, best, bad_epochs


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
    lr, metric, worst = float(lr), float(metric), inf if mode == "min" else -inf
    state = state or {"best": worst, "num_bad_epochs": 0, "cooldown_counter": 0}
    best, bad, rest = float(state["best"]), int(state["num_bad_epochs"]), int(state["cooldown_counter"])
    if mode == "min" and threshold_mode == "rel" and not cooldown and not rest:
        lower, best, bad = reduce_on_plateau_core(lr, metric, best, bad, factor, patience, threshold, min_lr)
    else:
        better = _better(metric, best, 1 if mode == "min" else -1, threshold, threshold_mode)
        best, bad = (metric, 0) if better else (best, bad + 1)
        rest, bad = (rest - 1, 0) if rest > 0 else (0, bad)
        lower, rest, bad = (max(factor * lr, min_lr), cooldown, 0) if bad > patience else (lr, rest, bad)
    return np.float64(lower if lr - lower > eps else lr), {
        "best": np.float64(best),
        "num_bad_epochs": np.int64(bad),
        "cooldown_counter": np.int64(rest),
    }


def _better(metric, best, sign, threshold, threshold_mode) -> bool:
    bar = best * (1 - sign * threshold) if threshold_mode == "rel" else best - sign * threshold
    return sign * metric < sign * bar
