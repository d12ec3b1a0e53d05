"""Layers on tensors: torch.nn.functional computes, autograd differentiates, torch.nn holds the parameters."""

from torch.nn import (
    ELU,
    GELU,
    AdaptiveAvgPool2d,
    AvgPool1d,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPool1d,
    MaxPool2d,
    Module,
    ReLU,
    ReLU6,
    RMSNorm,
    Sigmoid,
    SiLU,
    Softmax,
    Tanh,
    Upsample,
    ZeroPad2d,
)

from dlbook.pytorch.layers.conv import conv2d, conv2d_backward, conv2d_weight_grad, conv2d_x_grad
from dlbook.pytorch.layers.conv_transpose import conv_transpose2d, conv_transpose2d_backward
from dlbook.pytorch.layers.dropout import dropout, dropout_backward
from dlbook.pytorch.layers.embed import embedding, embedding_backward
from dlbook.pytorch.layers.feature_norm import layer_norm, layer_norm_backward, rms_norm, rms_norm_backward
from dlbook.pytorch.layers.joins import Add, Concatenate
from dlbook.pytorch.layers.linear import linear, linear_backward
from dlbook.pytorch.layers.norm import BatchNorm, batch_norm, batch_norm_backward
from dlbook.pytorch.layers.one_dimension import (
    avg_pool1d,
    avg_pool1d_backward,
    conv1d,
    conv1d_backward,
    max_pool1d,
    max_pool1d_backward,
)
from dlbook.pytorch.layers.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from dlbook.pytorch.layers.resize import (
    adaptive_avg_pool2d,
    adaptive_avg_pool2d_backward,
    global_avg_pool2d,
    global_avg_pool2d_backward,
    interpolate,
    interpolate_backward,
)
from dlbook.pytorch.layers.shapes import flatten, flatten_backward
from dlbook.pytorch.layers.sizes import output_size, receptive_field
from dlbook.pytorch.layers.windows import fold, windows

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
