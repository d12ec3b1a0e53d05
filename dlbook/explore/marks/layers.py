from dataclasses import dataclass

from dlbook.explore.marks.mark import Mark


@dataclass(frozen=True)
class Layers(Mark):
    """What flows through a net, from the top to the bottom: a box for each array, with its name and its shape.

    `shapes` is the key of a list of texts, one for each of `names`; `ops` (one fewer) stand at the arrows between them.
    `grads` names what comes back beside each, in the same shape ("" for nothing). `lit` and `grad_lit` (names,) hold 0
    for not yet, 1 for done, 2 for just now. A click sets `control` to the box's number in `steps` or `grad_steps`; 0
    stands for none.
    """

    names: list[str]
    shapes: str
    lit: str
    ops: list[str] = ()
    grads: list[str] = ()
    grad_lit: str | None = None
    control: str | None = None
    steps: list[int] = ()
    grad_steps: list[int] = ()

    reads = ("shapes", "lit", "grad_lit")
    exact = ("lit", "grad_lit")
    moves = ("control",)
    axes = ""
    clipped = False
