"""The code that a pane shows: the formula in NumPy, and what one types at work. Read as text: nothing is imported.

For the concept `optimizers.adam` the NumPy code is `adam_core` of `dlbook/scratch/optimizers.py`, the function that
`adam` runs behind its checks; where a door is a decorator, it is `adam` itself. The PyTorch code is the body of
`optimizers_adam` in a file of `dlbook/pytorch/typed`, the field's other library that of `optimizers_adam_library`.
Without a typed function the NumPy code is PyTorch's too, word for word.
"""

import ast
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parent
TYPED = ROOT / "pytorch" / "typed"

# Where the formula is no function of its own: the blocks that are it, in the file of the concept's family.
BLOCKS: dict[str, tuple[str, ...]] = {
    "gradcheck": ("numerical_gradient_core", "gradcheck_core"),
    "models.sequential": ("Sequential.forward", "Sequential.backward"),
    "graph.compute_graph": ("Node.walk", "unbroadcast"),
    "architectures.vgg": ("vgg_block",),
    "architectures.googlenet": ("conv", "inception"),
    "architectures.resnet": ("basic", "residual"),
    "architectures.mobilenet": ("separable",),
    "models.functional": ("Functional.forward_core", "Functional.backward_core"),
    "visualization.saliency": ("score_grad_core", "saliency_core"),
    "recurrent.rnn_cell_backward": ("rnn_cell_backward_core",),  # by the table of cells
    "recurrent.rnn": ("unrolled_core",),
    "recurrent.rnn_backward": ("unrolled_backward_core",),
    "recurrent.lstm_cell_backward": ("lstm_cell_backward_core",),  # by the cell's table
    "recurrent.lstm": ("unrolled_core",),
    "transformer.encoder_layer": ("post_norm_core", "pre_norm_core"),
    "transformer.transformer": ("Transformer.forward", "TransformerDecoder.forward"),
    "embedding.analogy": ("analogy_core", "neighbors_core"),
    "generation.ngram_counts": ("windows_core", "ngram_counts_core"),
    "generation.beam_search": ("best_continuations_core", "beam_search_core"),
}

# The mathematics itself is longer than eight lines: at most ten concepts, up to 16 lines, each with its reason.
LONG: dict[str, str] = {
    "graph.compute_graph": "the walk back, and the sum over what was broadcast, which it calls",
    "models.functional": "the way forward, and the same rows in reverse, where gradients add",
    "generation.beam_search": "the best continuations of all beams, and the loop that carries them on",
}


def codes(concept_id: str) -> dict[str, str]:
    """The codes of a pane by room: "numpy" and "pytorch", or "both"; perhaps "library". A framework has its own."""
    if not (family("scratch", concept_id) and family("pytorch", concept_id)):
        found = {"pytorch": typed(concept_id), "library": typed(concept_id, "_library")}
        return {room: code for room, code in found.items() if code is not None}
    formula, pytorch = numpy(concept_id), typed(concept_id)
    found = {"both": formula} if pytorch is None else {"numpy": formula, "pytorch": pytorch}
    library = typed(concept_id, "_library")
    return found if library is None else found | {"library": library}


def numpy(concept_id: str) -> str:
    """The core of `dlbook.scratch.<concept_id>`: signature and body, without docstring and decorators."""
    if concept_id in BLOCKS:
        return "\n\n".join(definition("scratch", concept_id, block) for block in BLOCKS[concept_id])
    name = concept_id.rpartition(".")[2]
    try:
        return definition("scratch", concept_id, f"{name}_core")
    except ValueError:
        return definition("scratch", concept_id, name)


def typed(concept_id: str, suffix: str = "") -> str | None:
    """The body of the typed function of `concept_id`, or None where there is none."""
    name = concept_id.replace(".", "_") + suffix
    for path in sorted(TYPED.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                body = node.body[ast.get_docstring(node) is not None :]
                return dedent("\n".join(text.splitlines()[body[0].lineno - 1 : node.end_lineno]))
    return None


def definition(room: str, concept_id: str, name: str) -> str:
    """The function, class or method (`Class.method`) called `name` in the concept's family, without its docstring."""
    for path in family(room, concept_id):
        text = path.read_text(encoding="utf-8")
        node = _find(ast.parse(text), name.split("."))
        if node is not None:
            return dedent(_without_docstring(text.splitlines(), node))
    raise ValueError(f"concept_id must name something in dlbook.{room}: got {concept_id!r}")


def family(room: str, concept_id: str) -> list[Path]:
    """The files of the concept's family: a module, or those of a package."""
    name = concept_id.partition(".")[0]
    module = ROOT / room / f"{name}.py"
    return [module] if module.exists() else sorted((ROOT / room / name).glob("*.py"))


def _find(tree, names: list[str]):
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == names[0]:
            return _find(node, names[1:]) if names[1:] else node
    return None


def _without_docstring(lines: list[str], node: ast.FunctionDef | ast.ClassDef) -> str:
    keep = list(range(node.lineno - 1, node.end_lineno))
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        keep = [i for i in keep if not docstring.lineno - 1 <= i <= docstring.end_lineno - 1]
    return "\n".join(lines[i] for i in keep)
