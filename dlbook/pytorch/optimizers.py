"""Optimizers as pure steps on tensors: each is one step of torch.optim's class, with its state handed in and out.

`theta` and `grad` are tensors of one shape; `state` is None at the start and then what the last step returned: the
entry of `torch.optim.Optimizer.state`. Nothing handed in is written to; the result has theta's dtype and device.
"""

import torch

from dlbook._validate import wrong
from dlbook._validate.optimizers import check_nesterov, check_real, check_state, group_options, step_options


def sgd(theta, grad, state=None, *, lr=1e-3, weight_decay=0.0, maximize=False):
    """θ ← θ − η g."""
    lr, weight_decay = step_options(lr=lr, weight_decay=weight_decay)
    return _step(torch.optim.SGD, theta, grad, {}, lr=lr, weight_decay=weight_decay, maximize=maximize)


def momentum(
    theta, grad, state=None, *, lr=1e-3, momentum=0.9, dampening=0.0, nesterov=False, weight_decay=0.0, maximize=False
):
    """u ← μ u + (1 − dampening) g, then θ ← θ − η u; Nesterov: θ ← θ − η (g + μ u)."""
    lr, momentum, dampening, weight_decay = step_options(
        lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay
    )
    check_nesterov(nesterov, momentum, dampening)
    state = _memory(state, theta, *["momentum_buffer"] * (momentum > 0))
    options = {
        "lr": lr,
        "momentum": momentum,
        "dampening": dampening,
        "nesterov": nesterov,
        "weight_decay": weight_decay,
    }
    return _step(torch.optim.SGD, theta, grad, state, maximize=maximize, **options)


def adagrad(
    theta,
    grad,
    state=None,
    *,
    lr=1e-2,
    lr_decay=0.0,
    weight_decay=0.0,
    initial_accumulator_value=0.0,
    eps=1e-10,
    maximize=False,
):
    """s ← s + g², then θ ← θ − η g / (√s + ε); in step t with η / (1 + (t − 1) lr_decay) for η."""
    lr, lr_decay, weight_decay, eps = step_options(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps)
    (initial,) = step_options(initial_accumulator_value=initial_accumulator_value)
    state = _memory(state, theta, "step", "sum")
    options = {"lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay, "eps": eps}
    options["initial_accumulator_value"] = initial
    return _step(torch.optim.Adagrad, theta, grad, state, maximize=maximize, **options)


def rmsprop(
    theta,
    grad,
    state=None,
    *,
    lr=1e-2,
    alpha=0.99,
    eps=1e-8,
    weight_decay=0.0,
    momentum=0.0,
    centered=False,
    maximize=False,
):
    """v ← α v + (1 − α) g², then θ ← θ − η g / (√v + ε)."""
    lr, alpha, eps, weight_decay, momentum = step_options(
        lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum
    )
    names = ["step", "square_avg"] + ["momentum_buffer"] * (momentum > 0) + ["grad_avg"] * centered
    state = _memory(state, theta, *names)
    options = {
        "lr": lr,
        "alpha": alpha,
        "eps": eps,
        "weight_decay": weight_decay,
        "momentum": momentum,
        "centered": centered,
    }
    return _step(torch.optim.RMSprop, theta, grad, state, maximize=maximize, **options)


def adam(
    theta, grad, state=None, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False, maximize=False
):
    """m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g², then θ ← θ − η m̂ / (√v̂ + ε)."""
    lr, betas, eps, weight_decay = step_options(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
    state = _memory(state, theta, "step", "exp_avg", "exp_avg_sq", *["max_exp_avg_sq"] * amsgrad)
    options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
    return _step(torch.optim.Adam, theta, grad, state, maximize=maximize, **options)


def adamw(
    theta, grad, state=None, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, maximize=False
):
    """θ ← (1 − ηλ) θ, then Adam's step without λ: every weight shrinks by the same factor."""
    lr, betas, eps, weight_decay = step_options(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
    state = _memory(state, theta, "step", "exp_avg", "exp_avg_sq", *["max_exp_avg_sq"] * amsgrad)
    options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
    return _step(torch.optim.AdamW, theta, grad, state, maximize=maximize, **options)


def step_all(step, params, grads, states=None, groups=(), **options):
    """One `step` for every parameter of a model: params, states = step_all(adam, params, grads, states, lr=…)."""
    chosen = group_options(params, grads, groups, options)
    new, states = dict(params), dict(states or {})
    for name, grad in grads.items():
        if grad is not None:
            new[name], states[name] = step(params[name], grad, states.get(name), **chosen[name])
    return new, states


def _memory(state, theta, *names) -> dict:
    """A copy of the named parts of `state`, for the step writes into it."""
    check_state(state, names, torch.as_tensor(theta).shape)
    return {name: torch.as_tensor(state[name]).clone() for name in names} if state else {}


def _step(optimizer, theta, grad, state, **options):
    """One step of the class `optimizer` from `theta` and `state`."""
    theta, grad = torch.as_tensor(theta).detach().clone(), torch.as_tensor(grad).detach()
    check_real(theta=theta.is_complex(), grad=grad.is_complex())
    theta = theta if theta.is_floating_point() else theta.to(torch.float64)
    grad = grad.to(theta)
    if theta.numel() == 0:
        raise wrong("theta", "not be empty", f"shape {tuple(theta.shape)}", "at least one number")
    if grad.shape != theta.shape:
        raise wrong("grad", "have the shape of theta", f"shape {tuple(grad.shape)}", f"shape {tuple(theta.shape)}")
    stepper = optimizer([theta], **options)
    if state:
        stepper.state[theta] = state
    theta.grad = grad
    stepper.step()
    theta.grad = None
    return theta, dict(stepper.state[theta])
