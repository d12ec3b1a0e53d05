"""Layers: the functions that compute, each with its backward, and the classes that hold their parameters.

The layout is PyTorch's: samples first, images are (N, C, H, W), `weight` is (out, in, …), parameters and buffers carry
PyTorch's names.
"""

from dlbook.scratch.layers.conv import conv2d, conv2d_backward, conv2d_weight_grad, conv2d_x_grad
from dlbook.scratch.layers.conv_transpose import conv_transpose2d, conv_transpose2d_backward
from dlbook.scratch.layers.dropout import dropout, dropout_backward
from dlbook.scratch.layers.embed import embedding, embedding_backward
from dlbook.scratch.layers.feature_norm import layer_norm, layer_norm_backward, rms_norm, rms_norm_backward
from dlbook.scratch.layers.image_modules import (
    AdaptiveAvgPool2d,
    AvgPool1d,
    AvgPool2d,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    MaxPool1d,
    MaxPool2d,
    Upsample,
    ZeroPad2d,
)
from dlbook.scratch.layers.joins import Add, Concatenate
from dlbook.scratch.layers.linear import linear, linear_backward
from dlbook.scratch.layers.modules import (
    ELU,
    BatchNorm1d,
    Dropout,
    LeakyReLU,
    Linear,
    Module,
    ReLU,
    ReLU6,
    Sigmoid,
    Softmax,
    Tanh,
)
from dlbook.scratch.layers.norm import BatchNorm, batch_norm, batch_norm_backward
from dlbook.scratch.layers.one_dimension import (
    avg_pool1d,
    avg_pool1d_backward,
    conv1d,
    conv1d_backward,
    max_pool1d,
    max_pool1d_backward,
)
from dlbook.scratch.layers.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from dlbook.scratch.layers.resize import (
    adaptive_avg_pool2d,
    adaptive_avg_pool2d_backward,
    global_avg_pool2d,
    global_avg_pool2d_backward,
    interpolate,
    interpolate_backward,
)
from dlbook.scratch.layers.sequence_modules import GELU, Embedding, LayerNorm, RMSNorm, SiLU
from dlbook.scratch.layers.shapes import flatten, flatten_backward
from dlbook.scratch.layers.sizes import output_size, receptive_field
from dlbook.scratch.layers.windows import fold, windows

__all__ = [
    "AdaptiveAvgPool2d", "Add", "AvgPool1d", "AvgPool2d", "BatchNorm", "BatchNorm1d", "BatchNorm2d", "Concatenate",
    "Conv1d", "Conv2d", "ConvTranspose2d", "Dropout", "ELU", "Embedding", "Flatten", "GELU", "LayerNorm", "LeakyReLU",
    "Linear", "MaxPool1d", "MaxPool2d", "Module", "RMSNorm", "ReLU", "ReLU6", "SiLU", "Sigmoid", "Softmax", "Tanh",
    "Upsample", "ZeroPad2d", "adaptive_avg_pool2d", "adaptive_avg_pool2d_backward", "avg_pool1d", "avg_pool1d_backward",
    "avg_pool2d", "avg_pool2d_backward", "batch_norm", "batch_norm_backward", "conv1d", "conv1d_backward", "conv2d",
    "conv2d_backward", "conv2d_weight_grad", "conv2d_x_grad", "conv_transpose2d", "conv_transpose2d_backward",
    "dropout", "dropout_backward", "embedding", "embedding_backward", "flatten", "flatten_backward", "fold",
    "global_avg_pool2d", "global_avg_pool2d_backward", "interpolate", "interpolate_backward", "layer_norm",
    "layer_norm_backward", "linear", "linear_backward", "max_pool1d", "max_pool1d_backward", "max_pool2d",
    "max_pool2d_backward", "output_size", "receptive_field", "rms_norm", "rms_norm_backward", "windows",
]  # fmt: skip
