"""Layers as a graph: several inputs and outputs, branches, and layers that are used more than once."""

from dlbook._validate.models import check_count_of, check_layers, opened
from dlbook.scratch.layers import Module
from dlbook.scratch.models.model import Model


def functional(rows, inputs="x", outputs=None):
    """v_i = f_i(v_j, …): every row names a value, the layer that computes it, and the values that go in.

    A row is (name, layer, *inputs), and takes what stands above it. In place of a layer may stand the name of one
    above: that layer once more, with the same parameters. `inputs` and `outputs` are a name or several; without
    `outputs` it is the last row. A `state_dict` moves to and from PyTorch:

        >>> from dlbook.scratch.layers import Add, Linear, ReLU
        >>> model = functional([("fc", Linear(3, 3), "x"), ("a", ReLU(), "fc"), ("sum", Add(), "a", "x")])
        >>> model.state_dict().keys()
        dict_keys(['fc.weight', 'fc.bias'])
    """
    return Functional(rows, inputs, outputs)


class Functional(Model):
    """Layers as a graph; itself a layer. `values` and `value_grads` hold v and ∂L/∂v of the last passes by name."""

    def __init__(self, rows, inputs="x", outputs=None):
        self.rows, self.inputs, self.outputs = opened(rows, inputs, outputs)
        own = {name: layer for name, layer, *_ in self.rows if not isinstance(layer, str)}
        check_layers("rows", own.values(), Module)
        super().__init__(own)
        self.graph, self.owners = [], []
        for name, layer, *taken in self.rows:
            shared = isinstance(layer, str)
            self.graph.append((name, own[layer].again() if shared else layer, taken))
            self.owners.append(layer if shared else name)
        self.values, self.value_grads = {}, {}

    def forward(self, *xs):
        """The output, or a tuple of them if there are several."""
        check_count_of("xs", xs, self.inputs)
        found = self.forward_core(*xs)
        return found[0] if len(found) == 1 else tuple(found)

    def forward_core(self, *xs):
        v = self.values = dict(zip(self.inputs, xs, strict=True))
        for name, layer, inputs in self.graph:
            v[name] = layer(*[v[i] for i in inputs])
        return [v[name] for name in self.outputs]

    def backward(self, upstream):
        """∂L/∂x from upstream = ∂L/∂y: an array, or a tuple with one for every output; the same for the inputs."""
        upstream = (upstream,) if len(self.outputs) == 1 else upstream
        check_count_of("upstream", upstream, self.outputs)
        found = self.backward_core(*upstream)
        return found[0] if len(found) == 1 else tuple(found)

    def backward_core(self, *upstream):
        u = self.value_grads = dict.fromkeys(self.values, 0)
        u.update(zip(self.outputs, upstream, strict=True))
        for name, layer, inputs in reversed(self.graph):
            parts = layer.backward(u[name])
            for i, part in zip(inputs, [parts] if len(inputs) == 1 else parts, strict=True):
                u[i] = u[i] + part  # a value that goes to several places gets the sum
        return [u[name] for name in self.inputs]

    def uses(self):
        return [(owner, layer) for owner, (_, layer, _) in zip(self.owners, self.graph, strict=True)]

    def again(self):
        rows = [(name, layer if isinstance(layer, str) else layer.again(), *taken) for name, layer, *taken in self.rows]
        return Functional(rows, self.inputs, self.outputs)
