"""Optimizers as pure steps: `theta, state = adam(theta, grad, state, lr=…)`; options and defaults are torch.optim's.

`theta` and `grad` are arrays of one shape; `state` is None at the start and then what the last step returned, under the
names that torch.optim gives its parts. Nothing handed in is written to. The result has theta's dtype. What is not
finite goes through, as in torch: a run that diverges is a result. Many parameters: `step_all`, or the class
`Optimizer`.
"""

from math import inf

import numpy as np

from dlbook._validate import check_groups, check_real, check_state, group_options, number_between, step_options, wrong


def sgd(theta, grad, state=None, *, lr=1e-3, weight_decay=0.0, maximize=False):
    """θ ← θ − η g."""
    lr, weight_decay = step_options(lr=lr, weight_decay=weight_decay)
    theta, grad = _inputs(theta, grad, weight_decay, maximize)
    return _down(theta, lr, grad), {}


def momentum(
    theta, grad, state=None, *, lr=1e-3, momentum=0.9, dampening=0.0, nesterov=False, weight_decay=0.0, maximize=False
):
    """u ← μ u + (1 − dampening) g, then θ ← θ − η u; Nesterov: θ ← θ − η (g + μ u).

    The first u is g itself, undampened, as in torch.optim.SGD.
    """
    lr, momentum, dampening, weight_decay = step_options(
        lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay
    )
    if nesterov and not (momentum > 0 and dampening == 0):
        raise wrong("nesterov", "have a momentum and no dampening", f"{momentum:g} and {dampening:g}", "> 0 and 0")
    theta, grad = _inputs(theta, grad, weight_decay, maximize)
    if momentum == 0:
        return _down(theta, lr, grad), {}
    old = _memory(state, theta, "momentum_buffer")
    velocity = _sum(momentum, old["momentum_buffer"], 1 - dampening if state else 1, grad)
    step = _sum(momentum, velocity, 1, grad) if nesterov else velocity
    return _down(theta, lr, step), {"momentum_buffer": velocity}


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
    theta, grad = _inputs(theta, grad, weight_decay, maximize)
    old = _memory(state, theta, "step", "sum") if state else {"step": 0, "sum": initial}
    total = _square(grad, plus=old["sum"])
    step = _scaled(grad, total, eps)
    rate = lr / (1 + float(old["step"]) * lr_decay)
    return _down(theta, rate, step), {"step": _next(old), "sum": total}


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
    theta, grad = _inputs(theta, grad, weight_decay, maximize)
    names = ["step", "square_avg"] + ["momentum_buffer"] * (momentum > 0) + ["grad_avg"] * centered
    old = _memory(state, theta, *names)
    square = _square(grad, 1 - alpha, plus=alpha * old["square_avg"])
    new = {"step": _next(old), "square_avg": square}
    if centered:
        new["grad_avg"] = _sum(alpha, old["grad_avg"], 1 - alpha, grad)
        square = _square(new["grad_avg"], -1, plus=square)
    step = _scaled(grad, square, eps)
    if momentum > 0:
        step = new["momentum_buffer"] = _sum(momentum, old["momentum_buffer"], 1, step)
    return _down(theta, lr, step), new


def adam(
    theta, grad, state=None, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False, maximize=False
):
    """m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g², then θ ← θ − η m̂ / (√v̂ + ε).

    m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) undo the start at zero; `amsgrad` takes the largest v so far for v.
    `weight_decay` adds λθ to the gradient (L2); decoupled decay is `adamw`.
    """
    lr, betas, eps, weight_decay = step_options(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
    theta, grad = _inputs(theta, grad, weight_decay, maximize)
    old = _memory(state, theta, "step", "exp_avg", "exp_avg_sq", *["max_exp_avg_sq"] * amsgrad)
    (beta1, beta2), t = betas, float(_next(old))
    m = _sum(beta1, old["exp_avg"], 1 - beta1, grad)
    v = _square(grad, 1 - beta2, plus=beta2 * old["exp_avg_sq"])
    new = {"step": _next(old), "exp_avg": m, "exp_avg_sq": v}
    if amsgrad:
        v = new["max_exp_avg_sq"] = np.maximum(old["max_exp_avg_sq"], v)
    step = _scaled(m, v, eps, correction=1 - beta2**t)
    return _down(theta, lr / (1 - beta1**t), step), new


def adamw(
    theta, grad, state=None, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, maximize=False
):
    """θ ← (1 − ηλ) θ, then Adam's step without λ: every weight shrinks by the same factor."""
    lr, weight_decay = step_options(lr=lr, weight_decay=weight_decay)
    theta, grad = _inputs(theta, grad)
    shrunk = _down(theta, lr * weight_decay, theta)
    return adam(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad, maximize=maximize)


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
        lr = options.get("lr", step.__kwdefaults__["lr"])
        self.options, *self.groups = [{"lr": lr} | chosen for chosen in (options, *groups)]

    def scale(self, factor):
        """Every learning rate, each group's own too, becomes `factor` times its first value: a schedule's share."""
        self.factor = number_between("factor", factor, 0, inf)

    def step(self, grads):
        options, *groups = [o | {"lr": self.factor * o["lr"]} for o in (self.options, *self.groups)]
        self.params, self.states = step_all(self.rule, self.params, grads, self.states, groups, **options)
        return self.params


# ── What the steps share ─────────────────────────────────────────────────────────────────────────────────────────────

# A step that overflows says so by its numbers, as torch's does; 0/0 comes from eps = 0 where every gradient was 0.
silent = np.errstate(over="ignore", invalid="ignore", divide="ignore")


@silent
def _inputs(theta, grad, weight_decay=0.0, maximize=False):
    """theta in floats, and the gradient to go down: its sign for `maximize`, plus weight_decay · θ."""
    theta, grad = np.asarray(theta), np.asarray(grad)
    check_real(theta=theta.dtype.kind == "c", grad=grad.dtype.kind == "c")
    theta = theta if theta.dtype.kind == "f" else theta.astype(np.float64)
    grad = np.asarray(grad, dtype=theta.dtype)
    if theta.size == 0:
        raise wrong("theta", "not be empty", f"shape {theta.shape}", "at least one number")
    if grad.shape != theta.shape:
        raise wrong("grad", "have the shape of theta", f"shape {grad.shape}", f"shape {theta.shape}")
    grad = -grad if maximize else grad
    return theta, grad + weight_decay * theta if weight_decay else grad


def _memory(state, theta, *names) -> dict:
    """The named parts of `state`, or zeros before the first step."""
    check_state(state, names, theta.shape)
    return {name: state[name] if state else 0.0 for name in names}


def _next(old) -> np.float32:
    """The number of this step, counted from 1, in the type that torch counts in."""
    return np.float32(old["step"]) + np.float32(1)


# On a million parameters a new array costs as much as several sums: what is new is written over, step by step.


@silent
def _square(x, share=1, *, plus):
    """share · x² + plus."""
    square = x * x
    if share != 1:
        square *= share
    square += plus
    return square


@silent
def _sum(a, x, b, y):
    """a x + b y, in a new array."""
    total = a * x
    total += y if b == 1 else b * y
    return total


@silent
def _down(theta, rate, step):
    """θ − rate · step, in one new array."""
    after = -rate * step
    after += theta
    return after


@silent
def _scaled(x, square, eps, correction=1.0):
    """x / (√(square / correction) + ε)."""
    root = np.sqrt(square, out=np.empty_like(square))
    if correction != 1:
        root /= correction**0.5
    root += eps
    return np.divide(x, root, out=root)
