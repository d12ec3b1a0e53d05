"""Schedules on tensors: each runs torch.optim.lr_scheduler's class from epoch 0 on and reads off its learning rates.

`epoch` counts from 0 and may be one whole number or a tensor of them; the result has its shape and device, in float64.
"""

import math

import torch
from torch.optim import lr_scheduler

from dlbook._validate import check_count, number_between, wrong
from dlbook._validate.schedules import check_plateau


def step(epoch, lr, step_size, gamma=0.1):
    """η γ^⌊epoch / step_size⌋: a stair that falls by γ every `step_size` epochs; with γ > 1 it climbs."""
    check_count("step_size", step_size, 1)
    gamma = number_between("gamma", gamma, 0, math.inf)
    return _run(lr_scheduler.StepLR, epoch, lr, step_size=step_size, gamma=gamma)


def exponential(epoch, lr, gamma):
    """η γ^epoch: down by the factor γ every epoch."""
    gamma = number_between("gamma", gamma, 0, math.inf)
    return _run(lr_scheduler.ExponentialLR, epoch, lr, gamma=gamma)


def cosine(epoch, lr, T_max, eta_min=0.0):
    """η_min + ½ (η − η_min) (1 + cos(π epoch / T_max)): half a cosine from η down to η_min, and up again after it."""
    check_count("T_max", T_max, 1)
    eta_min = number_between("eta_min", eta_min, 0, math.inf)
    return _run(lr_scheduler.CosineAnnealingLR, epoch, lr, T_max=T_max, eta_min=eta_min)


def warmup(epoch, lr, start_factor=1 / 3, end_factor=1.0, total_iters=5):
    """η (a + (b − a) min(epoch / T, 1)): a straight line from η a to η b in T epochs, level after them."""
    start_factor = number_between("start_factor", start_factor, 0, 1)
    end_factor = number_between("end_factor", end_factor, 0, 1)
    check_count("total_iters", total_iters, 1)
    if start_factor == 0:
        raise wrong("start_factor", "be positive", "0", "0 < start_factor <= 1")
    options = {"start_factor": start_factor, "end_factor": end_factor, "total_iters": total_iters}
    return _run(lr_scheduler.LinearLR, epoch, lr, **options)


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

    One step of torch's ReduceLROnPlateau.
    """
    check_plateau(lr, metric, state, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps)
    scheduler = lr_scheduler.ReduceLROnPlateau(
        _optimizer(lr),
        mode=mode,
        factor=factor,
        patience=patience,
        threshold=threshold,
        threshold_mode=threshold_mode,
        cooldown=cooldown,
        min_lr=min_lr,
        eps=eps,
    )
    for name, value in (state or {}).items():
        setattr(scheduler, name, value.item())
    scheduler.step(metric)
    return torch.tensor(scheduler.get_last_lr()[0], dtype=torch.float64), {
        "best": torch.tensor(scheduler.best, dtype=torch.float64),
        "num_bad_epochs": torch.tensor(scheduler.num_bad_epochs),
        "cooldown_counter": torch.tensor(scheduler.cooldown_counter),
    }


def _run(scheduler, epoch, lr, **options):
    """The learning rates that `scheduler` goes through, read off at `epoch`."""
    lr = number_between("lr", lr, 0, math.inf)
    epoch = torch.as_tensor(epoch)
    if epoch.numel() == 0:
        raise wrong("epoch", "not be empty", f"shape {tuple(epoch.shape)}", "at least one epoch")
    if (odd := ~((epoch >= 0) & (epoch % 1 == 0))).any():
        raise wrong("epoch", "be whole", f"{epoch[odd][0].item():g}", "whole numbers from 0 on")
    optimizer = _optimizer(lr)
    running, rates = scheduler(optimizer, **options), []
    for _ in range(int(epoch.max()) + 1):
        rates.append(running.get_last_lr()[0])
        optimizer.step()
        running.step()
    return torch.tensor(rates, dtype=torch.float64, device=epoch.device)[epoch.long()]


def _optimizer(lr):
    """Something that has a learning rate."""
    return torch.optim.SGD([torch.zeros(1)], lr=float(lr))
