"""Make the weights of the Transformer that chapter 26 explains: `python tools/make_transformer.py`, 80 seconds.

It trains a net for 2,000 steps, as `experiments.transformer_nets.train` says, and writes
`dlbook/data/transformer_int8.npz`. Every number is a whole one from −127 to 127 with a scale for its row, so that a
weight weighs one byte. On another processor other last digits lead to other weights, which do as well.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dlbook.experiments import transformer_nets as nets  # noqa: E402


def rounded(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Matrices in int8 with a scale for each row, all else in float16."""
    found = {}
    for name, a in weights.items():
        if a.ndim == 2:
            scale = (np.abs(a).max(axis=1, keepdims=True) / 127).astype(np.float16)
            found[name] = np.round(a / scale).clip(-127, 127).astype(np.int8)
            found[f"{name}/scale"] = scale
        else:
            found[name] = a.astype(np.float16)
    return found


if __name__ == "__main__":
    net = nets.long_run(steps=2000)
    np.savez_compressed(ROOT / "dlbook/data/transformer_int8.npz", **rounded(net.state_dict()))
    unseen = nets.drawn(np.random.default_rng(1), 2000, unseen=True)
    print(f"{nets.share_right(net, unseen):.2%} of 2,000 unseen numbers")
