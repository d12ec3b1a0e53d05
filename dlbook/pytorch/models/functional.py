"""Layers as a graph, as a torch.nn.Module."""

from torch import nn

from dlbook._validate import wrong
from dlbook._validate.models import check_count_of, check_layers, opened


def functional(rows, inputs="x", outputs=None):
    """v_i = f_i(v_j, …): every row names a value, the layer that computes it, and the values that go in."""
    return Functional(rows, inputs, outputs)


class Functional(nn.Module):
    """Layers as a graph; a name with dots, "block.conv", is a module inside a module. `values` holds v by name."""

    def __init__(self, rows, inputs="x", outputs=None):
        super().__init__()
        self.rows, self.inputs, self.outputs = opened(rows, inputs, outputs)
        check_layers("rows", [layer for _, layer, *_ in self.rows if not isinstance(layer, str)], nn.Module)
        for name, layer, *_ in self.rows:
            if not isinstance(layer, str):
                self._put(name, layer)
        self.values = {}

    def forward(self, *xs):
        """The output, or a tuple of them if there are several."""
        check_count_of("xs", xs, self.inputs)
        v = self.values = dict(zip(self.inputs, xs, strict=True))
        for name, layer, *inputs in self.rows:
            layer = self.get_submodule(layer if isinstance(layer, str) else name)
            v[name] = layer(*[v[i] for i in inputs])
        found = [v[name] for name in self.outputs]
        return found[0] if len(found) == 1 else tuple(found)

    def _put(self, name, layer):
        """The layer under its name, in modules for what stands before its dots."""
        place, parts = self, name.split(".")
        for k, part in enumerate(parts):
            last = k == len(parts) - 1
            if part not in place._modules:
                if hasattr(place, part):
                    raise wrong("rows", "leave nn.Module its names", repr(name), f"another name than {part!r}")
                place.add_module(part, layer if last else nn.Module())
            place = place.get_submodule(part)
