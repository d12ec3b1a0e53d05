"""SqueezeNet in the NumPy room against torch, with its shipped weights on a photo: its scores, and what it looks at."""

import _timing
import numpy as np
import torch

from dlbook import data
from dlbook.pytorch import pretrained as theirs
from dlbook.pytorch import visualization as their_visualization
from dlbook.scratch import pretrained as ours
from dlbook.scratch import visualization


def main():
    torch.set_num_threads(1)
    _timing.header("SqueezeNet 1.1, float32", "NumPy", "torch")
    weights = data.weights("squeezenet11")
    nets = ours.squeezenet(weights), theirs.squeezenet(weights)
    for size in (128, 227):
        x = ours.squeezenet_input(data.photos()["chelsea"][None, :, :size, :size])
        against_torch(*nets, x, torch.from_numpy(x), f"{size}×{size}")


def against_torch(net, other, x, tensor, size):
    """The ratios of the two rooms' times, after a look that they see the same."""
    np.testing.assert_allclose(net(x), scores(other, tensor).numpy(), atol=3e-5)
    _timing.compare(f"scores, {size}", lambda: net(x), lambda: scores(other, tensor))
    for name, args in (("grad_cam", (285, "fire9.out")), ("saliency", (285,))):
        f, g = getattr(visualization, name), getattr(their_visualization, name)
        _timing.compare(f"{name}, {size}", lambda f=f, a=args: f(net, x, *a), lambda g=g, a=args: g(other, tensor, *a))


def scores(net, x):
    with torch.no_grad():
        return net(x)


if __name__ == "__main__":
    main()
