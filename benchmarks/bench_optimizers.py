"""The NumPy room's optimizer steps against torch.optim's on 10⁶ float64 parameters; the aim: 2 for each.

torch.optim writes into its parameters and its state; the pure steps of this book return new arrays, and pay for them.
"""

from statistics import median

import _timing
import numpy as np
import torch

from dlbook.scratch import optimizers as ours

N, WARM = 1_000_000, 3
STEPS = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "momentum, Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "rmsprop": ("RMSprop", {}),
    "rmsprop, centered, momentum": ("RMSprop", {"centered": True, "momentum": 0.9}),
    "adam": ("Adam", {}),
    "adam, L2 and AMSGrad": ("Adam", {"weight_decay": 0.01, "amsgrad": True}),
    "adamw": ("AdamW", {}),
}


def main():
    torch.set_num_threads(1)
    _timing.header("One optimizer step on 10⁶ float64 parameters", "NumPy", "torch.optim")
    ratios = [against_torch(label, kind, options) for label, (kind, options) in STEPS.items()]
    print(f"\nmedian ratio {median(ratios):.2f}, largest {max(ratios):.2f}")


def against_torch(label, kind, options):
    """The ratio of the times of one step, after a look that a few steps end at the same place."""
    step, rng = getattr(ours, label.partition(",")[0]), np.random.default_rng(0)
    theta, grad, state = rng.normal(size=N), rng.normal(size=N), None
    tensor = torch.from_numpy(theta.copy())
    optimizer = getattr(torch.optim, kind)([tensor], lr=1e-3, **options)
    tensor.grad = torch.from_numpy(grad)
    for _ in range(WARM):
        theta, state = step(theta, grad, state, lr=1e-3, **options)
        optimizer.step()
    np.testing.assert_allclose(theta, tensor.numpy(), rtol=1e-10, atol=1e-14)

    def mine():
        nonlocal theta, state
        theta, state = step(theta, grad, state, lr=1e-3, **options)

    return _timing.compare(label, mine, optimizer.step, runs=21)


if __name__ == "__main__":
    main()
