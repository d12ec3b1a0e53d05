"""Chapter 14: windows, convolution and pooling, forward and backward."""

import torch
import torch.nn.functional as F
from torch import nn


def layers_windows(x):
    columns = F.unfold(x, kernel_size=3, padding=1)  # (N, C · KH · KW, OH · OW)


def layers_conv2d(x):
    layer = nn.Conv2d(2, 4, kernel_size=3, stride=2, padding=1, groups=2)
    z = layer(x)


def layers_fold(columns):
    x = F.fold(columns, output_size=(5, 5), kernel_size=3, padding=1)


def layers_conv2d_weight_grad(upstream, x):
    weight_grad = torch.nn.grad.conv2d_weight(x, (4, 2, 3, 3), upstream, padding=1)


def layers_conv2d_x_grad(upstream, weight):
    x_grad = torch.nn.grad.conv2d_input((2, 2, 5, 5), weight, upstream, padding=1)


def layers_conv2d_backward(x, target):
    layer = nn.Conv2d(2, 4, kernel_size=3, padding=1)
    x.requires_grad_()  # the image, too
    loss = F.mse_loss(layer(x), target)
    loss.backward()
    x_grad, weight_grad, bias_grad = x.grad, layer.weight.grad, layer.bias.grad


def layers_max_pool2d(x):
    pool = nn.MaxPool2d(2)
    y = pool(x)


def layers_max_pool2d_backward(x, target):
    x.requires_grad_()
    loss = F.mse_loss(F.max_pool2d(x, 2), target)
    loss.backward()
    x_grad = x.grad


def layers_avg_pool2d(x):
    y = nn.AvgPool2d(2)(x)
    mean = nn.AdaptiveAvgPool2d(1)(x)  # global: the mean of each channel


def layers_avg_pool2d_backward(x, target):
    x.requires_grad_()
    loss = F.mse_loss(F.avg_pool2d(x, 2), target)
    loss.backward()
    x_grad = x.grad
