"""Nets that come with what they have learned on a million photos."""

import numpy as np
import torch

from dlbook._pretrained import MEAN, as_state, check_halves, check_photos
from dlbook.pytorch import architectures
from dlbook.pytorch._tensors import finite_floats


def squeezenet(weights):
    """SqueezeNet 1.1: prepared photos (N, 3, H, W) -> scores (N, 1000), in float32."""
    return _with(architectures.build(architectures.squeezenet(size=227)).float(), weights)


def _with(model, weights):
    """The model in use, with the weights in the places of its own arrays."""
    own = {name: tensor.shape for name, tensor in model.state_dict().items()}
    state = as_state({name: np.asarray(array) for name, array in weights.items()}, own)
    model.load_state_dict({name: torch.tensor(array) for name, array in state.items()})
    return model.eval()


def squeezenet_input(x):
    """255 x − μ, with the colours in the order blue, green, red."""
    x = finite_floats("x", x)
    check_photos(x.shape, x.min(), x.max())
    return 255 * x.float().flip(1) - torch.tensor(MEAN, device=x.device).reshape(3, 1, 1)


def mobilenet_trunk(weights):
    """MobileNetV2 up to its twelfth block: prepared photos (N, 3, H, W) -> features (N, 96, H/16, W/16), in float32."""
    net = architectures.mobilenet(2, size=160, keras=True).until("block_12.add")
    return _with(architectures.build(net).float(), weights)


def mobilenet_input(x):
    """2 x − 1: from −1 to 1."""
    x = finite_floats("x", x)
    check_photos(x.shape, x.min(), x.max())
    check_halves(x.shape)
    return 2 * x.float() - 1
