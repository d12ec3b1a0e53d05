"""A net as data: rows of names, descriptions of layers, and what goes in. From it come models, and the table of it."""

from math import prod
from typing import NamedTuple

from dlbook._validate import check_choice, wrong
from dlbook._validate.models import check_count_of, check_row, opened
from dlbook.scratch.architectures.kinds import Layer


class Net:
    """Rows (name, layer, *inputs), each taking what stands above it, and the shape of every value, without the batch.

    As in `models.functional`, the name of a layer above may stand in place of a layer; without `outputs` the last row
    is the output.

        >>> from dlbook.scratch.architectures import Add, Conv2d, Net, ReLU
        >>> net = Net("skip", x=(8, 5, 5))
        >>> y = net.row("block", "x", Conv2d(8, 8, 3, padding=1), ReLU())
        >>> net.add("sum", Add(), y, "x"), net.shapes["sum"]
        ('sum', (8, 5, 5))
    """

    def __init__(self, name: str, **inputs: tuple[int, ...]):
        self.name, self.inputs, self.rows, self.outputs = name, inputs, [], None
        self.shapes = dict(inputs)

    def __eq__(self, other):
        return isinstance(other, Net) and vars(self) == vars(other)

    def add(self, name: str, layer: Layer | str, *inputs: str) -> str:
        """One row more; returns its name, for the rows that take it."""
        row = (name, layer, *inputs)
        check_row(f"rows[{len(self.rows)}]", row, list(self.shapes), [*self.rows, row])
        self.shapes[name] = self._shape(row, self.shapes)
        self.rows.append(row)
        return name

    def row(self, name: str, x: str, *layers: Layer, **named: Layer) -> str:
        """One layer after the other, as `name.0`, `name.1`, … or under names of their own; returns the last name."""
        for key, layer in [*enumerate(layers), *named.items()]:
            x = self.add(f"{name}.{key}" if name else f"{key}", layer, x)
        return x

    def channels(self, x: str) -> int:
        return self.shapes[x][0]

    def features(self, x: str) -> int:
        """How many numbers `x` has."""
        return prod(self.shapes[x])

    def layer(self, row: tuple) -> Layer:
        """The description of the row's layer, also where the row uses one again."""
        return next(layer for name, layer, *_ in self.rows if name == row[1]) if isinstance(row[1], str) else row[1]

    def until(self, *outputs: str) -> "Net":
        """The part of the net that leads to these values."""
        needed = set(outputs)
        for name, layer, *inputs in reversed(self.rows):
            if name in needed:
                needed |= {*inputs, layer} if isinstance(layer, str) else {*inputs}
        part = Net(self.name, **{name: shape for name, shape in self.inputs.items() if name in needed})
        part.rows = [row for row in self.rows if row[0] in needed]
        part.shapes = {name: shape for name, shape in self.shapes.items() if name in needed}
        part.outputs = outputs
        opened(part.rows, part.inputs, part.outputs)
        return part

    def at(self, *sizes: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
        """The shapes of all values for inputs of other shapes; a ValueError where the layers cannot take them."""
        check_count_of("sizes", sizes, self.inputs)
        if sizes == tuple(self.inputs.values()):
            return self.shapes
        shapes = dict(zip(self.inputs, sizes, strict=True))
        try:
            for row in self.rows:
                shapes[row[0]] = self._shape(row, shapes)
        except ValueError as error:
            got, need = (", ".join(f"shape {shape}" for shape in some) for some in (sizes, self.inputs.values()))
            raise wrong(", ".join(self.inputs), f"fit {self.name}", got, f"{need} ({error})") from None
        return shapes

    def _shape(self, row, shapes):
        try:
            return self.layer(row).shape(*[shapes[name] for name in row[2:]])
        except ValueError as error:
            raise ValueError(f"{self.name}, {row[0]}: {error}") from None


class Line(NamedTuple):
    """A line of the table: what comes out of a layer for one sample, and what it takes."""

    name: str
    layer: Layer
    shape: tuple[int, ...]
    parameters: int
    multiplications: int
    receptive_field: int


def table(net: Net, *sizes: tuple[int, ...]) -> list[Line]:
    """Every layer's output, parameters, multiplications (MACs of one sample) and receptive field; no weight is made.

    A layer that is used again costs its multiplications again, and its parameters once. The receptive field is that of
    the theory: it may be larger than the image. `sizes` are shapes of the inputs, where they are not the net's own.
    """
    shapes, lines = net.at(*sizes) if sizes else net.shapes, []
    # pixels that one number sees, and from one to the next; in a row of features from the first to the last
    seen = {name: (1, 1 if len(shape) == 3 else prod(shape) - 1) for name, shape in net.inputs.items()}
    for row in net.rows:
        name, own, *inputs = row
        layer = net.layer(row)
        field, jump = max(seen[i] for i in inputs)
        size, stride = layer.window(shapes[inputs[0]])
        seen[name] = field + (size - 1) * jump, jump * stride
        parameters = 0 if isinstance(own, str) else layer.parameters()
        lines.append(Line(name, layer, shapes[name], parameters, layer.multiplications(shapes[name]), seen[name][0]))
    return lines


def totals(net: Net, *sizes: tuple[int, ...]) -> tuple[int, int]:
    """(parameters, multiplications) of the whole net."""
    lines = table(net, *sizes)
    return sum(line.parameters for line in lines), sum(line.multiplications for line in lines)


def scaled(width: float):
    """c -> width · c channels, rounded, at least one: how a narrow version of a net is made."""
    return lambda channels: max(1, round(width * channels))


def stages_of(depth, published: dict) -> tuple:
    """What each stage has: from the published depths, or `depth` itself where it is a tuple."""
    if isinstance(depth, (tuple, list)):
        return tuple(depth)
    check_choice("depth", depth, tuple(published))
    return published[depth]
