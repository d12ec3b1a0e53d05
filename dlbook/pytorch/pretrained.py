"""Nets that come with what they have learned on a million photos."""

import numpy as np
import torch

from dlbook._pretrained import MEAN, as_state, check_photos
from dlbook.pytorch import architectures
from dlbook.pytorch._tensors import finite_floats


def squeezenet(weights):
    """SqueezeNet 1.1: prepared photos (N, 3, H, W) -> scores (N, 1000), in float32."""
    model = architectures.build(architectures.squeezenet(size=227)).float()
    own = {name: tensor.shape for name, tensor in model.state_dict().items()}
    state = as_state({name: np.asarray(array) for name, array in weights.items()}, own)
    model.load_state_dict({name: torch.tensor(array) for name, array in state.items()})
    return model.eval()


def squeezenet_input(x):
    """255 x − μ, with the colours in the order blue, green, red."""
    x = finite_floats("x", x)
    check_photos(x.shape, x.min(), x.max())
    return 255 * x.float().flip(1) - torch.tensor(MEAN, device=x.device).reshape(3, 1, 1)
