"""Nets that come with what they have learned on a million photos."""

import numpy as np

from dlbook._pretrained import MEAN, as_state, check_halves, check_photos
from dlbook.scratch import architectures
from dlbook.scratch._arrays import finite_floats


def squeezenet(weights):
    """SqueezeNet 1.1: prepared photos (N, 3, H, W) -> scores (N, 1000), in float32.

    `weights` are `data.weights("squeezenet11")`, or others of these names and shapes. Among its layers are conv1,
    fire2.squeeze1x1, fire2.expand1x1, fire2.expand3x3, fire2.out, … fire9.out, conv10. The score of a class is the mean
    of its map after a ReLU. Images of 17 × 17 pixels and more go in; it has learned on 227 × 227.
    Source: Iandola et al. 2016.
    """
    model = architectures.build(architectures.squeezenet(size=227), np.float32)
    return _with(model, weights)


def _with(model, weights):
    """The model in use, with the weights in the places of its own arrays."""
    own = {name: array.shape for name, array in model.named("params", "buffers").items()}
    return model.load_state_dict(as_state(weights, own)).eval()


def squeezenet_input_core(x, mean):
    return 255 * x[:, ::-1] - mean  # blue, green, red


def squeezenet_input(x):
    """255 x − μ, with the colours in the order blue, green, red: photos from 0 to 1 as SqueezeNet learned to see them.

    μ = (103.939, 116.779, 123.68) is ImageNet's mean blue, green and red. Shapes: x (N, 3, H, W) -> the same, float32.
    """
    x = finite_floats("x", x)
    check_photos(x.shape, x.min(), x.max())
    return squeezenet_input_core(x.astype(np.float32), np.array(MEAN, np.float32).reshape(3, 1, 1))


def mobilenet_trunk(weights):
    """MobileNetV2 up to its twelfth block: prepared photos (N, 3, H, W) -> features (N, 96, H/16, W/16), in float32.

    `weights` are `data.weights("mobilenetv2")`. Among its layers are Conv1_relu, expanded_conv.project_BN,
    block_1.project_BN, block_2.add, … block_12.add. It has learned on 160 × 160 pixels, and takes every size whose
    sides are multiples of 16. What it has no weights for, the last blocks and the 1,000 scores, is left out.
    Source: Sandler et al. 2018.
    """
    net = architectures.mobilenet(2, size=160, keras=True).until("block_12.add")
    return _with(architectures.build(net, np.float32), weights)


def mobilenet_input_core(x):
    return 2 * x - 1  # from −1 to 1


def mobilenet_input(x):
    """2 x − 1: photos from 0 to 1, red, green, blue, as MobileNet learned to see them.

    Shapes: x (N, 3, H, W) -> the same, float32; H and W are multiples of 16, for the net halves them four times.
    """
    x = finite_floats("x", x)
    check_photos(x.shape, x.min(), x.max())
    check_halves(x.shape)
    return mobilenet_input_core(x.astype(np.float32))
