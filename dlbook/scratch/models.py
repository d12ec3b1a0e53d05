"""Models: layers in a row, and their arrays under the names that PyTorch gives them."""

import numpy as np

from dlbook._validate import wrong
from dlbook.scratch.layers import Module


def sequential(*layers):
    """f(x) = f_L(… f_2(f_1(x))): forward in order, backward in reverse, by the chain rule.

    The layers are those of `dlbook.scratch.layers`. A `state_dict` moves to and from PyTorch:

        >>> from dlbook.scratch.layers import Linear, ReLU
        >>> sequential(Linear(4, 3), ReLU(), Linear(3, 2)).state_dict().keys()
        dict_keys(['0.weight', '0.bias', '2.weight', '2.bias'])
    """
    return Sequential(*layers)


class Sequential(Module):
    """Layers in a row; itself a layer."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, upstream):
        """∂L/∂x from upstream = ∂L/∂f(x); every layer keeps the gradients of its own parameters."""
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        return upstream

    def train(self, mode=True):
        for layer in self.layers:
            layer.train(mode)
        return super().train(mode)

    def parameters(self) -> dict[str, np.ndarray]:
        """What is learned, by name: the arrays themselves, so that `p -= …` changes the model."""
        return self._named("params")

    def gradients(self) -> dict[str, np.ndarray]:
        """What the last backward pass found, under the same names."""
        return self._named("grads")

    def state_dict(self) -> dict[str, np.ndarray]:
        """Parameters and buffers by PyTorch's names, as copies."""
        arrays = self._named("params") | self._named("buffers")
        return {name: arrays[name].copy() for name in sorted(arrays, key=self._place)}

    def load_state_dict(self, state):
        """Take over the arrays of `state`; names, shapes and number must be those of `state_dict()`."""
        own = self.state_dict()
        if odd := sorted(own.keys() ^ state.keys()):
            raise wrong("state", "hold the names of this model", f"a difference in {', '.join(odd)}", ", ".join(own))
        for name, old in own.items():
            new = np.asarray(state[name])
            if new.shape != old.shape:
                raise wrong(f"state[{name!r}]", "fit the model", f"shape {new.shape}", f"shape {old.shape}")
            self._put(name, new.astype(old.dtype))
        return self

    def _named(self, kind: str) -> dict[str, np.ndarray]:
        """`params`, `buffers` or `grads` of all layers, each name after the number of its layer; models nest."""
        found = {}
        for i, layer in enumerate(self.layers):
            inner = layer._named(kind) if isinstance(layer, Sequential) else getattr(layer, kind)
            found |= {f"{i}.{name}": array for name, array in inner.items()}
        return found

    def _place(self, name: str) -> list[int]:
        """Where a name stands: by the numbers of its layers; parameters before buffers."""
        return [int(part) for part in name.split(".")[:-1]]

    def _put(self, name: str, array: np.ndarray) -> None:
        i, _, rest = name.partition(".")
        layer = self.layers[int(i)]
        if isinstance(layer, Sequential):
            layer._put(rest, array)
        else:
            (layer.params if rest in layer.params else layer.buffers)[rest] = array
