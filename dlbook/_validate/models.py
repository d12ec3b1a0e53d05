"""What the models of both rooms ask of their layers, and the training loop of its batches."""

from dlbook._validate import wrong


def check_batches(batches) -> None:
    """There must be a batch, and each must be a pair."""
    if not batches:
        raise wrong("batches", "not be empty", "no batch", "at least one pair (x, y)")
    for i, batch in enumerate(batches):
        if not (isinstance(batch, (tuple, list)) and len(batch) == 2):
            raise wrong(f"batches[{i}]", "be a pair", f"a {type(batch).__name__}", "(x, y)")


def check_layers(name: str, layers, kind: type) -> None:
    """All must be layers, each a different object: its second pass would hide the first one from backward."""
    for layer in layers:
        if not isinstance(layer, kind):
            need = "one layer after the other: Linear(…), ReLU(), …"
            raise wrong(name, "be layers" if name == "layers" else "hold layers", f"a {type(layer).__name__}", need)
    flat = [inner for layer in layers for inner in (layer.flat() if hasattr(layer, "flat") else [layer])]
    for i, layer in enumerate(flat):
        if any(layer is other for other in flat[:i]):
            got = f"one {type(layer).__name__} twice"
            raise wrong(name, "be different objects", got, "a layer of its own at every place")


def check_count_of(name: str, got, names) -> None:
    """One value for every name."""
    got = len(got) if isinstance(got, (tuple, list)) else 1
    if got != len(names):
        raise wrong(name, f"be {len(names)}", f"{got}", ", ".join(names))


def opened(rows, inputs, outputs):
    """The rows of a graph as tuples (name, layer, *inputs), and the names of its inputs and outputs as tuples."""
    rows = [tuple(row) for row in rows]
    inputs = (inputs,) if isinstance(inputs, str) else tuple(inputs)
    known = list(inputs)
    for i, row in enumerate(rows):
        check_row(f"rows[{i}]", row, known, rows)
        known.append(row[0])
    if not rows:
        raise wrong("rows", "not be empty", "no row", "at least one (name, layer, *inputs)")
    outputs = (known[-1],) if outputs is None else (outputs,) if isinstance(outputs, str) else tuple(outputs)
    for name in outputs:
        if name not in known:
            raise wrong("outputs", "name what the model computes", repr(name), _one_of(known))
    used = {*outputs, *(name for row in rows for name in row[2:])}
    if loose := [name for name in known if name not in used]:
        raise wrong("rows", "all lead to an output", f"{', '.join(loose)} that nothing takes", "no loose end")
    return rows, inputs, outputs


def check_row(where: str, row: tuple, known: list[str], rows: list[tuple]) -> None:
    """A row must have a name of its own, and take only what is known above it."""
    if len(row) < 3 or not all(isinstance(name, str) for name in (row[0], *row[2:])):
        raise wrong(where, "be (name, layer, *inputs)", repr(row), "a name, a layer, and one input or more")
    name, layer, *inputs = row
    for other in known:
        if f"{other}.".startswith(f"{name}.") or f"{name}.".startswith(f"{other}."):
            raise wrong(where, "have a name of its own", repr(name), f"one beside {other!r}")
    for taken in inputs:
        if taken not in known:
            below = any(taken == other[0] for other in rows)
            got = f"{taken!r}, which is not above it: a cycle, or another order" if below else repr(taken)
            raise wrong(where, "take what stands above it", got, _one_of(known))
    if isinstance(layer, str):
        own = [other for other, is_layer, *_ in rows if other in known and not isinstance(is_layer, str)]
        if layer not in own:
            raise wrong(where, "use a layer from above again", repr(layer), _one_of(own))


def _one_of(names) -> str:
    return f"one of {', '.join(map(repr, names))}"
