"""Chapter 11: a net that is kept from learning its samples by heart."""

from torch import nn


def layers_dropout(x):
    layer = nn.Dropout(p=0.5)
    y = layer(x)  # another draw in every forward pass
    layer.eval()
    y_after = layer(x)  # x itself


def layers_dropout_backward(x, upstream):
    layer = nn.Dropout(p=0.5)
    x.requires_grad_()
    y = layer(x)
    y.backward(upstream)
    x_grad = x.grad
