"""A look into a model while it runs: what one of its layers gives, and what comes back to it."""

from dlbook._validate.visualization import known_layer


class Watch:
    """Within `with Watch(model, layer) as seen:` `seen.output` is what the layer gives, and `seen.upstream` what comes
    to it in the backward pass, ∂L/∂output. With `instead` the layer takes `instead(output)` in its place.
    """

    def __init__(self, model, layer, instead=None):
        modules = dict(named_layers(model))
        self.module, self.instead = modules[known_layer(layer, modules)], instead
        self.output = self.upstream = None

    def __enter__(self):
        self.module.forward, self.module.backward = self._forward, self._backward  # over those of the class
        return self

    def __exit__(self, *_):
        del self.module.forward, self.module.backward

    def _forward(self, *inputs):
        self.output = type(self.module).forward(self.module, *inputs)
        return self.output

    def _backward(self, upstream):
        self.upstream = self.instead(self.output) if self.instead else upstream
        return type(self.module).backward(self.module, self.upstream)


def named_layers(model, prefix=""):
    """The layers of a model and those inside of them, each with the name that PyTorch gives it: "0", "2.1", "conv1"."""
    for name, layer in getattr(model, "children", {}).items():
        yield prefix + name, layer
        yield from named_layers(layer, f"{prefix}{name}.")
