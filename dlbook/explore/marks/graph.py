from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Graph(Mark):
    """Circles joined by lines: `nodes` lists (label, x, y), x and y from 0 to 1, `edges` pairs of their places.

    `values` (nodes,) stand in the circles, `grads` (nodes,) below them, `edge_values` (edges,) on the lines; NaN is
    left empty. `lit` (nodes,) and `edge_lit` (edges,) hold 0 for not yet, 1 for done, 2 for just now. `labels` is the
    key of a list of texts that stand in place of the nodes' own. A click on a number explains it: `control` goes to the
    step that made it, one for each node in `steps` and `grad_steps`; 0 for none.
    """

    nodes: list[tuple[str, float, float]]
    edges: list[tuple[int, int]]
    lit: str
    values: str | None = None
    grads: str | None = None
    edge_values: str | None = None
    edge_lit: str | None = None
    size: float = 19
    labels: str | None = None
    control: str | None = None
    steps: list[int] = ()
    grad_steps: list[int] = ()

    reads = ("lit", "values", "grads", "edge_values", "edge_lit", "labels")
    exact = ("lit", "values", "grads", "edge_values", "edge_lit")
    moves = ("control",)
    axes = ""
    clipped = False
