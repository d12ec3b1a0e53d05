"""Chapter 09: where the weights of a layer begin, and a gradient that is kept short."""

import torch.nn.functional as F
from torch import nn


def initializers_xavier():
    layer = nn.Linear(64, 32)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)


def initializers_he():
    layer = nn.Linear(64, 32)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    nn.init.zeros_(layer.bias)


def initializers_fans():
    layer = nn.Conv2d(3, 16, kernel_size=5)
    fan_in = layer.weight[0].numel()  # what one output is made of
    fan_out = layer.weight[:, 0].numel()  # where one input goes


def initializers_calculate_gain():
    gain = nn.init.calculate_gain("leaky_relu", 0.2)


def clipping_clip_by_value(model, x, y):
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    nn.utils.clip_grad_value_(model.parameters(), clip_value=0.1)


def clipping_clip_by_norm(model, x, y):
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    for parameter in model.parameters():
        length = nn.utils.clip_grad_norm_(parameter, max_norm=0.1)


def clipping_clip_by_global_norm(model, x, y):
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    length = nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.1)


def clipping_norm(model, x, y):
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    length = nn.utils.get_total_norm([parameter.grad for parameter in model.parameters()])
