"""What holds for every pane: rules that its code keeps, and one example on which its rooms agree.

`faults(id, codes)` names what breaks the rules of a pane. `@pane(id)` makes a test of an example: the function gets a
`Held`, runs the NumPy core, the public function and the typed code on the section's numbers, and holds them equal.
"""

import ast
import builtins
import functools
import importlib
import math
import os
import pickle
import re
import socket
import sys
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from twins import resolve

from dlbook import panes
from dlbook.pytorch._processes import run_together

LINES, LONG_LINES, WIDTH = 8, 16, 100
PYTHON = {"abs", "dict", "enumerate", "len", "list", "max", "min", "range", "reversed", "sorted", "sum", "tuple", "zip"}
CONVERSIONS = {"asarray", "as_tensor", "astype", "asanyarray", "ascontiguousarray", "from_numpy", "item"}
SILENCERS = {"errstate", "nan_to_num", "seterr"}
CHECKS = (ast.Raise, ast.Assert, ast.Try)


def faults(concept_id: str, codes: dict[str, str], known: set[str] = frozenset(), arguments=()) -> list[str]:
    """What breaks the rules in the codes of a pane: `known` are the book's names, `arguments` the typed code's."""
    found = []
    for room, code in codes.items():
        tree, allowed = ast.parse(code), {"np", *PYTHON, *known}
        if room in ("pytorch", "library"):
            allowed |= {"torch", "nn", "F", "np", "float", "int", "super", *arguments}
        limit = LONG_LINES if concept_id in panes.LONG and room != "library" else LINES
        count = len(body_lines(tree, code))
        found += [f"{room}: {count} lines, at most {limit}"] * (count > limit)
        found += [f"{room}: a line of {len(line)} characters" for line in code.splitlines() if len(line) > WIDTH]
        found += [f"{room}: {fault}" for node in ast.walk(tree) for fault in _faults(node)]
        used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        strange = sorted(used - allowed - {name for node in ast.walk(tree) for name in _made(node)})
        found += [f"{room}: {name!r} is neither an argument nor the book's" for name in strange]
        if room == "both" and "np" in used:
            found.append("both: 'np' does not run on tensors: write the typed code")
    return found


def _made(node) -> list[str]:
    """The names that a node of the code makes."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.Name):
        return [node.id] * isinstance(node.ctx, ast.Store)
    return [getattr(node, "name", None) or getattr(node, "arg", None) or ""]


def _faults(node) -> list[str]:
    """What a single node of the code does that no pane may."""
    name = getattr(node, "id", getattr(node, "attr", getattr(node, "arg", None)))
    found = []
    if isinstance(name, str) and re.match(r"_(?!$|_\w+__$)", name):  # not Python's own, as __init__
        found.append(f"the private name {name!r}")
    if isinstance(node, CHECKS):
        found.append(f"a check ({type(node).__name__.lower()})")
    if name in CONVERSIONS:
        found.append(f"a conversion ({name})")
    if name in SILENCERS:
        found.append(f"what only silences ({name})")
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("float", "int", "isinstance"):
        if any(isinstance(argument, ast.Name) for argument in node.args):
            found.append(f"a conversion or a check ({node.func.id})")
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    found += ["an adapter (an import from the book)"] * any(m.split(".")[0] == "dlbook" for m in modules)
    return found


def body_lines(tree, code: str) -> list[str]:
    """The lines of code: neither signature, comment nor blank."""
    lines, heads = code.splitlines(), set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            heads |= set(range(node.lineno, node.body[0].lineno))
    numbered = enumerate(lines, start=1)
    return [line for i, line in numbered if line.strip() and not line.strip().startswith("#") and i not in heads]


class Held:
    """The rooms of one pane, as an example runs them."""

    def __init__(self, concept_id: str):
        self.id, self.codes, self.ran = concept_id, panes.codes(concept_id), set()
        self.public_function, self.core = None, None
        if not self.codes.keys() & {"numpy", "both"}:
            return  # a framework's: NumPy has no counterpart
        self.public_function = resolve("scratch", concept_id)
        if concept_id not in panes.BLOCKS:
            name = ast.parse(self.codes.get("numpy", self.codes.get("both"))).body[0].name
            # A package's public name may be imported: its core lies in the module that defines it.
            self.module = importlib.import_module(self.public_function.__module__)
            self.core = name

    def numpy(self, *args, **kwargs):
        """The core that the pane shows."""
        rooms = {"pytorch" if isinstance(a, torch.Tensor) else "numpy" for a in (*args, *kwargs.values())}
        self.ran |= ({"pytorch"} if "pytorch" in rooms else {"numpy"}) if "both" in self.codes else {"numpy"}
        return getattr(self.module, self.core)(*args, **kwargs)

    def public(self, *args, **kwargs):
        """The public function; it must run the core: with another in its place it goes another way."""
        if self.core not in (None, self.public_function.__name__):
            real = getattr(self.module, self.core)
            setattr(self.module, self.core, _followed)
            try:
                self.public_function(*args, **kwargs)
            except Followed:
                follows = True
            else:
                follows = False
            finally:
                setattr(self.module, self.core, real)
            assert follows, f"{self.id} does not run {self.core}, which its pane shows"
        self.ran |= {"public"} if self.core else {"public", "numpy"}  # a block runs with the whole
        return self.public_function(*args, **kwargs)

    def typed(self, **names) -> SimpleNamespace:
        """The names that PyTorch's code leaves, run word for word under float64."""
        self.ran.add("pytorch")
        return _run(self.codes["pytorch"], names)

    def typed_together(self, workers: int, **names) -> list[dict[str, np.ndarray]]:
        """The weights of `model` in each of several processes that run PyTorch's code, as torchrun would start them."""
        self.ran.add("pytorch")
        with socket.socket() as free:
            free.bind(("localhost", 0))
            port = free.getsockname()[1]
        given = pickle.dumps(names)  # tensors as they are would be shared: the processes would step on one model
        return run_together(_in_company, workers, 60, self.codes["pytorch"], given, workers, port)

    def library(self, **names) -> SimpleNamespace:
        """The names that the other library's code leaves."""
        self.ran.add("library")
        return _run(self.codes["library"], names)

    def same(self, ours, theirs, rtol=1e-10, atol=0.0):
        """Both are the same numbers, in the same shape."""
        self.ran.add("same")
        ours, theirs = (x.detach().numpy() if isinstance(x, torch.Tensor) else np.asarray(x) for x in (ours, theirs))
        np.testing.assert_allclose(theirs, ours, rtol=rtol, atol=atol, err_msg=self.id)
        assert ours.shape == theirs.shape, f"{self.id}: shape {ours.shape} in one room, {theirs.shape} in the other"

    def settle(self):
        """Everything that the pane shows was run, and something was compared."""
        rooms = {"numpy", "pytorch"} if "both" in self.codes else set(self.codes)
        own_core = self.public_function is None or self.core == self.public_function.__name__
        missing = (rooms | {"same"} | (set() if own_core else {"public"})) - self.ran
        assert not missing, f"{self.id}: the example never ran {sorted(missing)}"


class Followed(Exception):
    """The public function has come to its core."""


def _followed(*args, **kwargs):
    raise Followed


def _run(code: str, names: dict) -> SimpleNamespace:
    space = {"torch": torch, "nn": nn, "F": F, "np": np, "math": math, **names}
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        exec(compile(code, "the pane", "exec"), space)
    finally:
        torch.set_default_dtype(before)
    return SimpleNamespace(**{name: value for name, value in space.items() if name not in vars(builtins)})


def _in_company(rank: int, report, code: str, given: bytes, workers: int, port: int) -> dict[str, np.ndarray]:
    """One of several processes: what torchrun tells it stands in its environment."""
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(workers), "MASTER_ADDR": "localhost", "MASTER_PORT": str(port)}
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo0" if sys.platform == "darwin" else "lo")
    torch.set_num_threads(1)
    left = _run(code, pickle.loads(given))
    weights = {name: weight.numpy() for name, weight in left.model.module.state_dict().items()}
    del left  # before the group ends, what uses it
    torch.distributed.destroy_process_group()
    return weights


def pane(concept_id: str):
    """A test from an example of the pane of `concept_id`."""

    def make(example):
        @functools.wraps(example)
        def test():
            held = Held(concept_id)
            example(held)
            held.settle()

        del test.__wrapped__  # pytest would ask for the example's argument
        return test

    return make
