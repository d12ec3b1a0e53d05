"""What recurrent nets ask of their arrays: from shapes and names alone, for both rooms."""

from typing import NamedTuple

from dlbook._validate import check_count, wrong

KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")  # of a layer and a direction, in PyTorch's order


class Plan(NamedTuple):
    """What the names and shapes of the weights say of a net."""

    layers: int
    directions: int
    bias: bool
    hidden: int
    features: int

    def names(self) -> list[list[tuple[str, ...]]]:
        """The names of the weights, [layer][direction]."""
        kinds, ends = KINDS[: 4 if self.bias else 2], ("", "_reverse")[: self.directions]
        return [[tuple(f"{kind}_l{k}{end}" for kind in kinds) for end in ends] for k in range(self.layers)]


def plan_of(shapes: dict, gates: int) -> Plan:
    """The plan of a net, from the shapes of its weights by name; `gates` blocks stand in each."""
    for name in ("weight_ih_l0", "weight_hh_l0"):
        if name not in shapes:
            raise wrong("weights", f"hold {name}", ", ".join(shapes) or "nothing", "the names of torch.nn's layer")
        check_matrix(f"weights[{name!r}]", shapes[name])
    layers = sum(f"weight_ih_l{k}" in shapes for k in range(len(shapes)))
    directions = 2 if "weight_ih_l0_reverse" in shapes else 1
    features, hidden = shapes["weight_ih_l0"][1], shapes["weight_hh_l0"][1]
    plan = Plan(layers, directions, "bias_ih_l0" in shapes, hidden, features)
    needed = {}
    for k, layer in enumerate(plan.names()):
        width = features if k == 0 else directions * hidden
        for names in layer:
            fits = ((gates * hidden, width), (gates * hidden, hidden), (gates * hidden,), (gates * hidden,))
            needed |= dict(zip(names, fits, strict=False))
    if odd := sorted(needed.keys() ^ shapes.keys()):
        raise wrong("weights", "hold the names of one net", f"a difference in {', '.join(odd)}", ", ".join(needed))
    for name, shape in needed.items():
        if tuple(shapes[name]) != shape:
            raise wrong(f"weights[{name!r}]", "fit the net", f"shape {tuple(shapes[name])}", f"shape {shape}")
    return plan


def check_matrix(name: str, shape) -> None:
    """`shape` must be that of a weight, with a number in it."""
    if len(shape) != 2 or min(shape) < 1:
        raise wrong(name, "be a matrix", f"shape {tuple(shape)}", "shape (gates · H, D), no side of it 0")


def check_sequence(shape, features: int, batch_first: bool = False) -> None:
    """x must be a batch of sequences, with a step and a sequence in it."""
    layout = f"(N, T, {features})" if batch_first else f"(T, N, {features})"
    if len(shape) != 3:
        raise wrong("x", "have three dimensions", f"shape {tuple(shape)}", f"shape {layout}")
    if shape[2] != features:
        raise wrong("x", "fit the weights", f"shape {tuple(shape)}", f"shape {layout}")
    if min(shape[:2]) < 1:
        need = "at least one step of one sequence"
        raise wrong("x", "not be empty", f"shape {tuple(shape)}", need)


def check_lengths(lengths, N: int, T: int) -> list[int]:
    """One whole number from 1 to T for each of the N sequences."""
    lengths = lengths.tolist() if hasattr(lengths, "tolist") else list(lengths)
    if not isinstance(lengths, list) or len(lengths) != N:
        got = f"{len(lengths)} of them" if isinstance(lengths, list) else repr(lengths)
        raise wrong("lengths", "be one a sequence", got, f"{N}")
    for i, length in enumerate(lengths):
        check_count(f"lengths[{i}]", length, 1, T)
    return lengths


def check_cell(x_shape, states: dict, weight_ih_shape, weight_hh_shape, gates: int) -> int:
    """H, after a look that one step fits together: x (…, D), each state (…, H), gates · H rows in both weights."""
    check_matrix("weight_ih", weight_ih_shape)
    check_matrix("weight_hh", weight_hh_shape)
    H = weight_hh_shape[1]
    for name, shape in (("weight_hh", weight_hh_shape), ("weight_ih", weight_ih_shape)):
        if shape[0] != gates * H:
            need = f"{gates} · {H} = {gates * H} rows" if gates > 1 else f"{H} rows"
            raise wrong(name, "hold a row for each number of every gate", f"shape {tuple(shape)}", need)
    D = weight_ih_shape[1]
    if len(x_shape) not in (1, 2) or x_shape[-1] != D:
        raise wrong("x", "fit the weights", f"shape {tuple(x_shape)}", f"shape (N, {D}) or ({D},)")
    for name, shape in states.items():
        if tuple(shape) != (*x_shape[:-1], H):
            need = f"shape {(*x_shape[:-1], H)}"
            raise wrong(name, "fit x and the weights", f"shape {tuple(shape)}", need)
    return H


def check_parts(got, names) -> tuple:
    """What comes back for an answer of several parts: as many as `names`, each an array or None for zeros."""
    if not isinstance(got, (tuple, list)) or len(got) != len(names):
        what = f"{len(got)} parts" if isinstance(got, (tuple, list)) else f"a {type(got).__name__}"
        raise wrong("upstream", "have the parts of the answer", what, f"({', '.join(names)}), None for zeros")
    return tuple(got)


def upstream_parts(upstream, states: int) -> dict:
    """∂L/∂output and that of each last state, by name; those of an LSTM's two come as a pair, or None for both."""
    output_grad, last = check_parts(upstream, ("output_grad", "h_n_grad" if states == 1 else "state_grads"))
    names = ("h_n_grad", "c_n_grad")[:states]
    last = (last,) if states == 1 else (None,) * states if last is None else check_parts(last, names)
    return {"output_grad": output_grad, **dict(zip(names, last, strict=True))}
