"""Convolution and pooling against torch: forward, and forward with backward.

The aims, reported and not asserted: a dense convolution at most 3 and 3.5, in float64 2; four groups 6, depthwise 6
and 12; pools 1.5 and 2.5. torch is timed as a reader would write it: forward, and autograd's backward.
"""

import _timing
import numpy as np
import torch
import torch.nn.functional as F

from dlbook.scratch import layers

rng = np.random.default_rng(0)

CONVOLUTIONS = {  # images, weight, options
    "LeNet's first layer": ((64, 1, 28, 28), (6, 1, 5, 5), {"padding": 2}),
    "LeNet's second layer": ((64, 6, 14, 14), (16, 6, 5, 5), {}),
    "3 × 3": ((64, 32, 14, 14), (64, 32, 3, 3), {"padding": 1}),
    "3 × 3, stride 2": ((64, 32, 14, 14), (64, 32, 3, 3), {"padding": 1, "stride": 2}),
    "1 × 1": ((64, 32, 14, 14), (64, 32, 1, 1), {}),
    "3 × 3, 4 groups": ((64, 32, 14, 14), (64, 8, 3, 3), {"padding": 1, "groups": 4}),
    "3 × 3, depthwise": ((64, 32, 14, 14), (32, 1, 3, 3), {"padding": 1, "groups": 32}),
    "a photo, 3 × 3, stride 2": ((1, 3, 227, 227), (64, 3, 3, 3), {"stride": 2}),
}
POOLS = {
    "max pool 2": ("max_pool2d", (64, 6, 28, 28), (2,)),
    "max pool 3, stride 2": ("max_pool2d", (64, 32, 14, 14), (3, 2)),
    "average pool 2": ("avg_pool2d", (64, 6, 28, 28), (2,)),
    "average pool 3, stride 2": ("avg_pool2d", (64, 32, 14, 14), (3, 2)),
}


def main():
    torch.set_num_threads(1)
    _timing.header("Convolution and pooling", "NumPy", "torch")
    for dtype in (np.float32, np.float64):
        for what, (shape, weight, options) in CONVOLUTIONS.items():
            weight = rng.normal(size=weight).astype(dtype)
            layer(what, "conv2d", shape, dtype, weight, np.zeros(len(weight), dtype), **options)
    for what, (name, shape, arguments) in POOLS.items():
        layer(what, name, shape, np.float32, *arguments)


def layer(what, name, shape, dtype, *arguments, **options):
    """One way, and both ways."""
    x = rng.normal(size=shape).astype(dtype)
    ours, backward, theirs = getattr(layers, name), getattr(layers, f"{name}_backward"), getattr(F, name)
    tensors = [torch.from_numpy(a) if isinstance(a, np.ndarray) else a for a in (x, *arguments)]
    leaves = [t.clone().requires_grad_() if torch.is_tensor(t) else t for t in tensors]
    learned = [leaf for leaf in leaves if torch.is_tensor(leaf)]
    upstream = rng.normal(size=ours(x, *arguments, **options).shape).astype(dtype)
    u = torch.from_numpy(upstream)

    def both_mine():
        ours(x, *arguments, **options)
        return backward(upstream, x, *arguments, **options)

    def both_theirs():
        return torch.autograd.grad(theirs(*leaves, **options), learned, u)

    what = f"{what}, {np.dtype(dtype).name}"
    _timing.compare(what, lambda: ours(x, *arguments, **options), lambda: theirs(*tensors, **options), runs=31)
    _timing.compare(f"{what}, both ways", both_mine, both_theirs, runs=31)


if __name__ == "__main__":
    main()
