"""Recurrent nets against torch.nn: forward, and forward with backpropagation through time.

The aims, reported and not asserted: the median of the ratios at most 1.3 and none above 2.5, the LSTM forward alone
in float32 at most 3. torch is timed as a reader would write it: the layer, and autograd's backward.
"""

import _timing
import numpy as np
import torch

from dlbook.scratch import recurrent

rng = np.random.default_rng(0)
SIZES = {  # (T, N, D, H), options
    "one sentence": ((20, 1, 32, 64), {}),
    "a batch": ((20, 32, 32, 64), {}),
    "a long batch": ((100, 32, 64, 128), {}),
    "two layers, both directions": ((20, 32, 32, 64), {"num_layers": 2, "bidirectional": True}),
}


def main():
    torch.set_num_threads(1)
    _timing.header("Recurrent nets", "NumPy", "torch")
    ratios = []
    for dtype in (np.float32, np.float64):
        for kind in ("RNN", "LSTM", "GRU"):
            for what, (shape, options) in SIZES.items():
                ratios += net(f"{kind}, {what}, {np.dtype(dtype).name}", kind, shape, dtype, **options)
    print(f"\nmedian {np.median(ratios):.2f}, largest {max(ratios):.2f}")


def net(what, kind, shape, dtype, **options):
    """One way, and both ways."""
    T, N, D, H = shape
    ours = getattr(recurrent, kind)(D, H, **options, dtype=dtype, rng=0)
    theirs = getattr(torch.nn, kind)(D, H, **options, dtype=torch.float32 if dtype == np.float32 else torch.float64)
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.params.items()})
    x = rng.normal(size=(T, N, D)).astype(dtype)
    leaf = torch.from_numpy(x).requires_grad_()
    upstream = rng.normal(size=ours(x)[0].shape).astype(dtype)
    learned, u = (leaf, *theirs.parameters()), torch.from_numpy(upstream)

    def both_mine():
        ours(x)
        return ours.backward(upstream)

    def both_theirs():
        return torch.autograd.grad(theirs(leaf)[0], learned, u)

    forward = getattr(recurrent, kind.lower())
    with torch.no_grad():
        one = _timing.compare(what, lambda: forward(x, ours.params), lambda: theirs(leaf), runs=15)
    return one, _timing.compare(f"{what}, both ways", both_mine, both_theirs, runs=15)


if __name__ == "__main__":
    main()
