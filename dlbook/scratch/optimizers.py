"""Optimizers as pure steps: `theta, state = adam(theta, grad, state, lr=…)`; options and defaults are torch.optim's.

Each optimizer is its formula (`adam_core`) behind a door (`adam`) that checks, applies the sign and the penalty, and
keeps the memory in `state` under the names that torch.optim gives its parts. `state` is None at the start and then what
the last step returned. `theta` and `grad` are arrays of one shape; nothing handed in is written to; the result has
theta's dtype. What is not finite goes through, as in torch: a run that diverges is a result. Many parameters:
`step_all`, or the class `Optimizer`.
"""

from inspect import signature
from math import inf

import numpy as np

from dlbook._validate import number_between, wrong
from dlbook._validate.optimizers import (
    check_groups,
    check_nesterov,
    check_real,
    check_state,
    group_options,
    step_options,
)

# A step that overflows says so by its numbers, as torch's does; 0/0 comes from eps = 0 where every gradient was 0.
silent = np.errstate(over="ignore", invalid="ignore", divide="ignore")


def sgd_core(theta, grad, lr):
    return theta - lr * grad


@silent
def sgd(theta, grad, state=None, *, lr=1e-3, weight_decay=0.0, maximize=False):
    """θ ← θ − η g."""
    lr, weight_decay = step_options(lr=lr, weight_decay=weight_decay)
    x, g = _opened(theta, grad, weight_decay, maximize)
    return _closed(theta, sgd_core(x, g, lr))


def momentum_core(theta, grad, u, lr, momentum, nesterov=False):
    u = momentum * u + grad
    step = grad + momentum * u if nesterov else u
    return theta - lr * step, u


@silent
def momentum(
    theta, grad, state=None, *, lr=1e-3, momentum=0.9, dampening=0.0, nesterov=False, weight_decay=0.0, maximize=False
):
    """u ← μ u + g, then θ ← θ − η u; Nesterov: θ ← θ − η (g + μ u).

    With `dampening` δ, u ← μ u + (1 − δ) g, but the first u is g itself, as in torch.optim.SGD.
    """
    lr, momentum, dampening, weight_decay = step_options(
        lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay
    )
    check_nesterov(nesterov, momentum, dampening)
    x, g = _opened(theta, grad, weight_decay, maximize)
    if momentum == 0:
        return _closed(theta, sgd_core(x, g, lr))
    (u,) = _memory(state, x, "momentum_buffer")
    if dampening and state:
        u = momentum * u + (1 - dampening) * g
        return _closed(theta, sgd_core(x, u, lr), momentum_buffer=u)
    x, u = momentum_core(x, g, u, lr, momentum, nesterov)
    return _closed(theta, x, momentum_buffer=u)


def adagrad_core(theta, grad, s, lr, eps):
    s = s + grad * grad
    return theta - lr * grad / (np.sqrt(s) + eps), s


@silent
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
    x, g = _opened(theta, grad, weight_decay, maximize)
    t, s = _memory(state, x, "step", "sum")
    x, s = adagrad_core(x, g, s if state else initial, lr / (1 + (t - 1) * lr_decay), eps)
    return _closed(theta, x, step=t, sum=s)


def rmsprop_core(theta, grad, v, lr, alpha, eps):
    v = alpha * v + (1 - alpha) * grad * grad
    return theta - lr * grad / (np.sqrt(v) + eps), v


@silent
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
    """v ← α v + (1 − α) g², then θ ← θ − η g / (√v + ε).

    `centered` takes the variance, v less the square of the mean gradient, for v. With `momentum` μ the step is η b,
    b ← μ b + g / (√v + ε).
    """
    lr, alpha, eps, weight_decay, momentum = step_options(
        lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum
    )
    x, g = _opened(theta, grad, weight_decay, maximize)
    names = ["step", "square_avg"] + ["momentum_buffer"] * (momentum > 0) + ["grad_avg"] * centered
    old = dict(zip(names, _memory(state, x, *names), strict=True))
    t, v = old["step"], old["square_avg"]
    if not (momentum or centered):
        x, v = rmsprop_core(x, g, v, lr, alpha, eps)
        return _closed(theta, x, step=t, square_avg=v)

    v = alpha * v + (1 - alpha) * g * g
    new = {"step": t, "square_avg": v}
    if centered:
        mean = new["grad_avg"] = alpha * old["grad_avg"] + (1 - alpha) * g
        v = v - mean * mean
    step = g / (np.sqrt(v) + eps)
    if momentum > 0:
        step = new["momentum_buffer"] = momentum * old["momentum_buffer"] + step
    return _closed(theta, sgd_core(x, step, lr), **new)


def adam_core(theta, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@silent
def adam(
    theta, grad, state=None, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False, maximize=False
):
    """m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g², then θ ← θ − η m̂ / (√v̂ + ε).

    m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) undo the start at zero; `amsgrad` takes the largest v so far for v.
    `weight_decay` adds λθ to the gradient (L2); decoupled decay is `adamw`.
    """
    lr, betas, eps, weight_decay = step_options(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
    x, g = _opened(theta, grad, weight_decay, maximize)
    if amsgrad:
        x, new = _amsgrad(x, g, state, lr, *betas, eps)
        return _closed(theta, x, **new)
    t, m, v = _memory(state, x, "step", "exp_avg", "exp_avg_sq")
    x, m, v = adam_core(x, g, m, v, t, lr, *betas, eps)
    return _closed(theta, x, step=t, exp_avg=m, exp_avg_sq=v)


def adamw_core(theta, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    theta = (1 - lr * weight_decay) * theta
    return adam_core(theta, grad, m, v, t, lr, beta1, beta2, eps)


@silent
def adamw(
    theta, grad, state=None, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, maximize=False
):
    """θ ← (1 − ηλ) θ, then Adam's step without λ: every weight shrinks by the same factor."""
    lr, betas, eps, weight_decay = step_options(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
    x, g = _opened(theta, grad, 0.0, maximize)
    if amsgrad:
        x, new = _amsgrad((1 - lr * weight_decay) * x, g, state, lr, *betas, eps)
        return _closed(theta, x, **new)
    t, m, v = _memory(state, x, "step", "exp_avg", "exp_avg_sq")
    x, m, v = adamw_core(x, g, m, v, t, lr, *betas, eps, weight_decay)
    return _closed(theta, x, step=t, exp_avg=m, exp_avg_sq=v)


def _amsgrad(theta, grad, state, lr, beta1, beta2, eps):
    """Adam's step divided by the root of the largest v so far: it never grows again."""
    names = ("step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq")
    t, m, v, largest = _memory(state, theta, *names)
    _, m, v = adam_core(theta, grad, m, v, t, lr, beta1, beta2, eps)
    largest = np.maximum(largest, v)
    m_hat, v_hat = m / (1 - beta1**t), largest / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), dict(zip(names, (t, m, v, largest), strict=True))


def step_all(step, params, grads, states=None, groups=(), **options):
    """One `step` for every parameter of a model: params, states = step_all(adam, params, grads, states, lr=…).

    `params` and `grads` are dictionaries from name to array; a parameter without gradient, or with None, stays. A group
    is a dictionary: "params" lists names, the rest are options of theirs, as in `{"params": ["bias"], "lr": 0.1}`.
    """
    chosen = group_options(params, grads, groups, options)
    new, states = dict(params), dict(states or {})
    for name, grad in grads.items():
        if grad is not None:
            new[name], states[name] = step(params[name], grad, states.get(name), **chosen[name])
    return new, states


class Optimizer:
    """The steps in the form of torch.optim's classes: it keeps parameters and states, `step(grads)` moves them on."""

    def __init__(self, step, params, groups=(), **options):
        check_groups(params, groups)
        self.rule, self.params, self.states, self.factor = step, dict(params), {}, 1.0
        lr = options.get("lr", signature(step).parameters["lr"].default)
        self.options, *self.groups = [{"lr": lr} | chosen for chosen in (options, *groups)]

    def scale(self, factor):
        """Every learning rate, each group's own too, becomes `factor` times its first value: a schedule's share."""
        self.factor = number_between("factor", factor, 0, inf)

    def step(self, grads):
        options, *groups = [o | {"lr": self.factor * o["lr"]} for o in (self.options, *self.groups)]
        self.params, self.states = step_all(self.rule, self.params, grads, self.states, groups, **options)
        return self.params


# ── The door ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _opened(theta, grad, weight_decay, maximize):
    """theta in floats, and the gradient to go down: its sign for `maximize`, plus weight_decay · θ."""
    theta, grad = np.asarray(theta), np.asarray(grad)
    check_real(theta=theta.dtype.kind == "c", grad=grad.dtype.kind == "c")
    if theta.size == 0:
        raise wrong("theta", "not be empty", f"shape {theta.shape}", "at least one number")
    if grad.shape != theta.shape:
        raise wrong("grad", "have the shape of theta", f"shape {grad.shape}", f"shape {theta.shape}")
    theta = theta.astype(_wide(theta), copy=False)
    grad = grad.astype(theta.dtype, copy=False)
    grad = -grad if maximize else grad
    return theta, grad + weight_decay * theta if weight_decay else grad


def _memory(state, theta, *names) -> list:
    """The named parts of `state`, zeros before the first step; "step" is the number of this one, counted from 1."""
    check_state(state, names, theta.shape)
    old = [np.asarray(state[name]) if state else np.float32(0) for name in names]
    return [
        # float32 is the type that torch counts in
        float(np.float32(part) + np.float32(1)) if name == "step" else part.astype(theta.dtype, copy=False)
        for name, part in zip(names, old, strict=True)
    ]


def _closed(theta, after, **state):
    """The point after the step and the state, in the dtype that `theta` came in; the step's number as torch has it."""
    dtype = np.asarray(theta).dtype
    dtype = dtype if dtype.kind == "f" else np.float64
    kept = {name: np.float32(part) if name == "step" else part.astype(dtype) for name, part in state.items()}
    return after.astype(dtype, copy=False), kept


def _wide(theta) -> np.dtype:
    """What a step computes in: float16 has no room for squares, whole numbers none for steps."""
    return {"float16": np.float32}.get(theta.dtype.name, theta.dtype if theta.dtype.kind == "f" else np.float64)
