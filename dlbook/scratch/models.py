"""Models: layers in a row, their arrays under the names that PyTorch gives them, and the loop that trains them."""

from math import inf

import numpy as np

from dlbook._validate import check_count, number_between, wrong
from dlbook._validate.models import check_batches
from dlbook.scratch.layers import Module
from dlbook.scratch.losses import cross_entropy_from_logits, cross_entropy_from_logits_grad


def sequential(*layers):
    """f(x) = f_last(… f_2(f_1(x))): forward in order, backward in reverse, by the chain rule.

    The layers are those of `dlbook.scratch.layers`. A `state_dict` moves to and from PyTorch:

        >>> from dlbook.scratch.layers import Linear, ReLU
        >>> sequential(Linear(4, 3), ReLU(), Linear(3, 2)).state_dict().keys()
        dict_keys(['0.weight', '0.bias', '2.weight', '2.bias'])
    """
    return Sequential(*layers)


def fit_core(model, batches, loss, loss_grad, epochs, lr, seen):
    for _ in range(epochs):
        for x, y in batches:
            scores = model(x)  # forward
            seen.append(loss(y, scores))
            model.backward(loss_grad(y, scores))
            for name, theta in model.parameters().items():
                theta -= lr * model.gradients()[name]  # step


def fit(model, batches, epochs=1, lr=0.1):
    """θ ← θ − η ∂L/∂θ for every batch of every epoch, L the mean cross-entropy of the model's scores.

    `batches` is a list of pairs (x, y): features and the numbers of the right classes. The model is put into training
    mode, and its own weights are changed. Returns the loss of every batch before its step, (epochs · batches,).
    """
    batches = list(batches)
    check_batches(batches)
    check_count("epochs", epochs)
    lr, seen = number_between("lr", lr, 0, inf), []
    fit_core(model.train(), batches, cross_entropy_from_logits, cross_entropy_from_logits_grad, epochs, lr, seen)
    return np.array(seen)


class Sequential(Module):
    """Layers in a row; itself a layer."""

    def __init__(self, *layers):
        super().__init__()
        for layer in layers:
            if not isinstance(layer, Module):
                need = "one layer after the other: Linear(…), ReLU(), …"
                raise wrong("layers", "be layers", f"a {type(layer).__name__}", need)
        self.layers = layers
        flat = self._flat()
        for i, layer in enumerate(flat):
            if any(layer is other for other in flat[:i]):  # its second pass would hide the first one from backward
                got = f"one {type(layer).__name__} twice"
                raise wrong("layers", "be different objects", got, "a layer of its own at every place")

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
            self._own(name)[...] = new  # in place: whoever holds the arrays holds the new ones
        return self

    def _named(self, kind: str) -> dict[str, np.ndarray]:
        """`params`, `buffers` or `grads` of all layers, each name after the number of its layer; models nest."""
        found = {}
        for i, layer in enumerate(self.layers):
            inner = layer._named(kind) if isinstance(layer, Sequential) else getattr(layer, kind)
            found |= {f"{i}.{name}": array for name, array in inner.items()}
        return found

    def _flat(self) -> list[Module]:
        """All layers, those of models inside models, too."""
        rows = (layer._flat() if isinstance(layer, Sequential) else [layer] for layer in self.layers)
        return [layer for row in rows for layer in row]

    def _place(self, name: str) -> list[int]:
        """Where a name stands: by the numbers of its layers; parameters before buffers."""
        return [int(part) for part in name.split(".")[:-1]]

    def _own(self, name: str) -> np.ndarray:
        """The array of this name itself."""
        i, _, rest = name.partition(".")
        layer = self.layers[int(i)]
        return layer._own(rest) if isinstance(layer, Sequential) else (layer.params | layer.buffers)[rest]
