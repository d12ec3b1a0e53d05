"""Schedules on tensors: each runs torch.optim.lr_scheduler's class from epoch 0 on and reads off its learning rates.

`epoch` counts from 0 and may be one whole number or a tensor of them; the result has its shape and device, in float64.
"""

import torch
from torch.optim import lr_scheduler

from dlbook._validate import takes, wrong
from dlbook._validate.schedules import check_plateau, first_share, period, rate, share


def epochs(name, value) -> torch.Tensor:
    """Epochs as a tensor, after a look that they are whole numbers from 0 on."""
    value = torch.as_tensor(value)
    if value.numel() == 0:
        raise wrong(name, "not be empty", f"shape {tuple(value.shape)}", "at least one epoch")
    if (odd := ~((value >= 0) & (value % 1 == 0))).any():
        raise wrong(name, "be whole", f"{value[odd][0].item():g}", "whole numbers from 0 on")
    return value


@takes(epoch=epochs, lr=rate, step_size=period, gamma=rate)
def step(epoch, lr, step_size, gamma=0.1):
    """η γ^⌊epoch / step_size⌋: a stair that falls by γ every `step_size` epochs; with γ > 1 it climbs."""
    return _run(lr_scheduler.StepLR, epoch, lr, step_size=step_size, gamma=gamma)


@takes(epoch=epochs, lr=rate, gamma=rate)
def exponential(epoch, lr, gamma):
    """η γ^epoch: down by the factor γ every epoch."""
    return _run(lr_scheduler.ExponentialLR, epoch, lr, gamma=gamma)


@takes(epoch=epochs, lr=rate, T_max=period, eta_min=rate)
def cosine(epoch, lr, T_max, eta_min=0.0):
    """η_min + ½ (η − η_min) (1 + cos(π epoch / T_max)): half a cosine from η down to η_min, and up again after it."""
    return _run(lr_scheduler.CosineAnnealingLR, epoch, lr, T_max=T_max, eta_min=eta_min)


@takes(epoch=epochs, lr=rate, start_factor=first_share, end_factor=share, total_iters=period)
def warmup(epoch, lr, start_factor=1 / 3, end_factor=1.0, total_iters=5):
    """η (a + (b − a) min(epoch / T, 1)): a straight line from η a to η b in T epochs, level after them."""
    options = {"start_factor": start_factor, "end_factor": end_factor, "total_iters": total_iters}
    return _run(lr_scheduler.LinearLR, epoch, lr, **options)


@takes(epoch=epochs, lr=rate, d_model=period, warmup_steps=period)
def inverse_sqrt(epoch, lr, d_model=512, warmup_steps=4000):
    """η d^(−½) min(s^(−½), s w^(−3/2)) with s = epoch + 1, by torch's LambdaLR."""
    factor = lambda t: d_model**-0.5 * min((t + 1) ** -0.5, (t + 1) * warmup_steps**-1.5)
    return _run(lr_scheduler.LambdaLR, epoch, lr, lr_lambda=factor)


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
