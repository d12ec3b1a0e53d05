"""What all models are: layers with names, and their arrays under names that tell where they stand."""

import numpy as np

from dlbook._validate import wrong
from dlbook.scratch.layers import Module


class Model(Module):
    """A layer that is made of layers, or of other models: `children` holds them by name."""

    def __init__(self, children: dict[str, Module]):
        super().__init__()
        self.children = children

    def uses(self) -> list[tuple[str, Module]]:
        """Every place where a layer works, with the layer's name: one place for each, unless the layer is shared."""
        return list(self.children.items())

    def train(self, mode=True):
        for _, layer in self.uses():
            layer.train(mode)
        return super().train(mode)

    def parameters(self) -> dict[str, np.ndarray]:
        """What is learned, by name: the arrays themselves, so that `p -= …` changes the model."""
        return self.named("params")

    def gradients(self) -> dict[str, np.ndarray]:
        """What the last backward pass found, under the same names; of a shared layer the sum over its uses."""
        return self.named("grads")

    def state_dict(self) -> dict[str, np.ndarray]:
        """Parameters and buffers by PyTorch's names, as copies."""
        return {name: array.copy() for name, array in self.named("params", "buffers").items()}

    def load_state_dict(self, state):
        """Take over the arrays of `state`; names, shapes and number must be those of `state_dict()`."""
        own = self.named("params", "buffers")
        if odd := sorted(own.keys() ^ state.keys()):
            raise wrong("state", "hold the names of this model", f"a difference in {', '.join(odd)}", ", ".join(own))
        for name, array in own.items():
            new = np.asarray(state[name])
            if new.shape != array.shape:
                raise wrong(f"state[{name!r}]", "fit the model", f"shape {new.shape}", f"shape {array.shape}")
            array[...] = new  # in place: all who hold the array see the new numbers
        return self

    def named(self, *kinds: str) -> dict[str, np.ndarray]:
        """The arrays of all layers in `params`, `buffers` or `grads`, each after the name of its layer."""
        found = {}
        for name, layer in self.uses():
            for key, array in layer.named(*kinds).items():
                place = f"{name}.{key}"
                shared = kinds == ("grads",) and place in found
                found[place] = found[place] + array if shared else array
        return found

    def flat(self) -> list[Module]:
        """All layers, those of models inside models, too."""
        return [inner for layer in self.children.values() for inner in layer.flat()]
