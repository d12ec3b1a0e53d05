"""Where NumPy meets a node: operators go to the node, and everything else is told what to write instead."""

import operator

import numpy as np

from dlbook._validate import wrong

OPERATORS = {  # what NumPy calls for `array + node`
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.true_divide: operator.truediv,
    np.power: operator.pow,
    np.matmul: operator.matmul,
}
WALK = {
    "backward",
    "checked",
    "constant",
    "parents",
    "topological_order",
    "walk",
}  # of a node, but no part of a formula


class BesideNumPy:
    """What a node answers to NumPy's functions, to `==` and to a name that it does not have."""

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        """`array * node` is a node; `np.exp(node)` would know no way back."""
        if ufunc not in OPERATORS or method != "__call__" or options:
            raise self._not_for(ufunc.__name__)
        left, right = inputs
        return OPERATORS[ufunc](self.constant(left), right)

    def __array_function__(self, function, *_):
        raise self._not_for(function.__name__)

    def __eq__(self, other):
        """Whether both are the same node; numbers are compared in `data`."""
        if not isinstance(other, BesideNumPy):
            raise wrong("x == y", "compare two nodes", type(other).__name__, "x.data, which holds the numbers")
        return self is other

    __hash__ = object.__hash__

    def __getattr__(self, name):
        raise AttributeError(f"a node has no {name}: it has {', '.join(self._methods())}")

    def _methods(self) -> list[str]:
        """The names that a formula may use."""
        return [name for name in dir(type(self)) if not name.startswith("_") and name not in WALK]

    def _not_for(self, name: str) -> ValueError:
        instead = f"x.{name}()" if name in self._methods() else f"a method of x: {', '.join(self._methods())}"
        return wrong(f"np.{name}", "get arrays", "a node x", instead)
