"""The NumPy room's activations and gradients against torch's on 10⁶ numbers; the aim: 2 in the median, 4 for each.

torch computes a derivative by autograd, so its gradients are timed as forward and backward together.
"""

from statistics import median

import _timing
import numpy as np
import torch

from dlbook.pytorch import activations as theirs
from dlbook.scratch import activations as ours

N, K = 1_000_000, 10
ELEMENTWISE = ("sigmoid", "tanh", "relu", "leaky_relu", "elu")


def main():
    torch.set_num_threads(1)
    _timing.header("Activations and their gradients on 10⁶ float64 numbers", "NumPy", "torch")
    rng = np.random.default_rng(0)
    z, upstream = rng.normal(0, 3, N), rng.normal(size=(N // K, K))
    names = [name + kind for kind in ("", "_grad") for name in ELEMENTWISE]
    cases = [(name, (z,)) for name in names]
    cases += [(name, (z.reshape(-1, K),)) for name in ("softmax", "log_softmax")]
    cases += [("softmax_backward", (upstream, z.reshape(-1, K)))]
    ratios = [against_torch(name, *arrays) for name, arrays in cases]
    print(f"\nmedian ratio {median(ratios):.2f}, largest {max(ratios):.2f}")


def against_torch(name, *arrays):
    """The ratio of the two rooms' times for `name`, after a look that they compute the same."""
    mine, other = getattr(ours, name), getattr(theirs, name)
    tensors = [torch.from_numpy(array) for array in arrays]
    np.testing.assert_allclose(mine(*arrays), other(*tensors).numpy(), rtol=1e-10, atol=1e-14)
    return _timing.compare(name, lambda: mine(*arrays), lambda: other(*tensors), runs=21)


if __name__ == "__main__":
    main()
