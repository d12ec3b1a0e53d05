"""Layers in a row."""

from dlbook._validate.models import check_layers
from dlbook.scratch.layers import Module
from dlbook.scratch.models.model import Model


def sequential(*layers):
    """f(x) = f_last(… f_2(f_1(x))): forward in order, backward in reverse, by the chain rule.

    The layers are those of `dlbook.scratch.layers`. A `state_dict` moves to and from PyTorch:

        >>> from dlbook.scratch.layers import Linear, ReLU
        >>> sequential(Linear(4, 3), ReLU(), Linear(3, 2)).state_dict().keys()
        dict_keys(['0.weight', '0.bias', '2.weight', '2.bias'])
    """
    return Sequential(*layers)


class Sequential(Model):
    """Layers in a row; itself a layer."""

    def __init__(self, *layers):
        check_layers("layers", layers, Module)
        self.layers = layers
        super().__init__({str(i): layer for i, layer in enumerate(layers)})

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, upstream):
        """∂L/∂x from upstream = ∂L/∂f(x); every layer keeps the gradients of its own parameters."""
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        return upstream

    def again(self):
        return Sequential(*[layer.again() for layer in self.layers])
