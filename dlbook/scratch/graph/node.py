"""The nodes of a graph, and the operations that make them.

An operation keeps its value and, for each node that it was made of, an edge: that node, and the function that takes
u = ∂L/∂(made) to ∂L/∂(that node). So the backward of an operation stands beside its forward.
"""

import numpy as np

from dlbook._validate import wrong
from dlbook.scratch import activations
from dlbook.scratch.graph.beside import BesideNumPy

QUIET = {"divide": "ignore", "over": "ignore", "invalid": "ignore"}  # ∞ and NaN are results here, as in PyTorch


class Node(BesideNumPy):
    """A value in a graph. Its methods are named as those of `torch.Tensor`; leaky_relu and elu as torch's functions.

    `edges` are pairs of a node and a function from ∂L/∂self to ∂L/∂(that node). A node without them is a leaf.
    Integers become floats: half of an integer is none, and neither is a slope.
    """

    def __init__(self, data, op="", *edges, requires_grad=True):
        data = np.asarray(data)
        self.data = data.astype(np.float64) if data.dtype.kind in "biu" else data
        self.op, self.edges = op, edges
        self.grad = None
        self.requires_grad = any(node.requires_grad for node in self.parents) if edges else requires_grad

    @property
    def parents(self) -> list:
        return [node for node, _ in self.edges]

    @property
    def shape(self) -> tuple:
        return self.data.shape

    def __repr__(self) -> str:
        return f"Node({self.data.tolist()}{', ' if self.op else ''}{self.op})"

    # ── The walk ───────────────────────────────────────────────────────────────────────────────────────────────────

    def backward(self, upstream=None) -> None:
        """Add ∂L/∂node to the `grad` of every node that this one is made of; a node used twice gets the sum."""
        if not self.requires_grad:
            raise wrong("backward", "start at a node made of inputs", "a constant", "something that has a gradient")
        with np.errstate(**QUIET):
            self.walk(self.checked(upstream))

    def walk(self, upstream):
        """Every path back at once: gradients that meet in a node add up."""
        gradients = {self: upstream}
        nodes = [node for node in self.topological_order() if node.requires_grad]
        for node in reversed(nodes):  # a node's turn comes when all that use it have had theirs
            u = gradients[node]
            node.grad = np.copy(u) if node.grad is None else node.grad + u
            for parent, back in node.edges:
                gradients[parent] = gradients.get(parent, 0) + unbroadcast(back(u), parent.data)

    def topological_order(self) -> list:
        """Every node this one is made of, parents always before what is made of them; itself last."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, parents_are_in = stack.pop()
            if parents_are_in:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack += [(node, True), *((parent, False) for parent in reversed(node.parents))]
        return order

    def detach(self):
        """The same value as a constant: no gradient goes past it."""
        return Node(self.data, requires_grad=False)

    def checked(self, upstream) -> np.ndarray:
        """`upstream` in the shape and dtype of this node; ones for None."""
        upstream = np.ones_like(self.data) if upstream is None else np.asarray(upstream, self.data.dtype)
        if upstream.shape != self.shape:
            raise wrong("upstream", "have the shape of f", f"shape {upstream.shape}", f"shape {self.shape}")
        return upstream

    def constant(self, value):
        """`value` as a node: itself if it is one, else a constant; numbers and integers in this node's dtype."""
        if isinstance(value, Node):
            return value
        value = np.asarray(value)
        follows = value.ndim == 0 or value.dtype.kind in "biu"
        return Node(value.astype(self.data.dtype) if follows else value, requires_grad=False)

    # ── Two nodes; where one is broadcast, `unbroadcast` sums its gradient ─────────────────────────────────────────

    def __add__(self, other):
        other = self.constant(other)
        return Node(self.data + other.data, "+", (self, lambda u: u), (other, lambda u: u))

    def __sub__(self, other):
        other = self.constant(other)
        return Node(self.data - other.data, "−", (self, lambda u: u), (other, lambda u: -u))

    def __mul__(self, other):
        other = self.constant(other)
        a, b = self.data, other.data
        return Node(a * b, "×", (self, lambda u: u * b), (other, lambda u: u * a))

    def __truediv__(self, other):
        other = self.constant(other)
        a, b = self.data, other.data
        return Node(a / b, "÷", (self, lambda u: u / b), (other, lambda u: -u * (a / b / b)))

    def __pow__(self, other):
        """a^b; as in PyTorch, the gradient for a is 0 where b = 0, and that for b is 0 where a = 0 and b ≥ 0."""
        other = self.constant(other)
        a, b = self.data, other.data
        y = a**b
        to_base = lambda u: u * np.where(b == 0, 0, b * a ** (b - 1))
        to_exponent = lambda u: u * np.where((a == 0) & (b >= 0), 0, y * np.log(a))
        return Node(y, "^", (self, to_base), (other, to_exponent))

    def __matmul__(self, other):
        """a @ b for vectors, matrices and stacks of matrices: u bᵀ and aᵀ u go back."""
        other = self.constant(other)
        a, b = self.data, other.data
        rows = a[None, :] if a.ndim == 1 else a  # (…, n, k)
        columns = b[:, None] if b.ndim == 1 else b  # (…, k, m)

        def matrix(u):
            u = u[..., None] if b.ndim == 1 else u
            return u[..., None, :] if a.ndim == 1 else u  # (…, n, m)

        def to_right(u):
            u = rows.mT @ matrix(u)  # (…, k, m)
            return u[..., 0] if b.ndim == 1 else u

        return Node(a @ b, "@", (self, lambda u: matrix(u) @ columns.mT), (other, to_right))

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return self.constant(other) - self

    def __rtruediv__(self, other):
        return self.constant(other) / self

    def __rpow__(self, other):
        return self.constant(other) ** self

    def __rmatmul__(self, other):
        return self.constant(other) @ self

    # ── One node, number by number ─────────────────────────────────────────────────────────────────────────────────

    def __neg__(self):
        return Node(-self.data, "neg", (self, lambda u: -u))

    def exp(self):
        y = np.exp(self.data)
        return Node(y, "exp", (self, lambda u: u * y))

    def log(self):
        return Node(np.log(self.data), "log", (self, lambda u: u / self.data))

    def sqrt(self):
        y = np.sqrt(self.data)
        return Node(y, "√", (self, lambda u: u / (2 * y)))

    def abs(self):
        return Node(np.abs(self.data), "abs", (self, lambda u: u * np.sign(self.data)))

    __abs__ = abs

    def relu(self):
        return Node(activations.relu(self.data), "relu", (self, lambda u: np.where(self.data > 0, u, 0)))

    def sigmoid(self):
        return self._activation("sigmoid")

    def tanh(self):
        return self._activation("tanh")

    def leaky_relu(self, negative_slope=0.01):
        return self._activation("leaky_relu", negative_slope)

    def elu(self, alpha=1.0):
        return self._activation("elu", alpha)

    def _activation(self, name, *options):
        f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
        return Node(f(self.data, *options), name, (self, lambda u: u * f_grad(self.data, *options)))

    # ── Along axes ─────────────────────────────────────────────────────────────────────────────────────────────────

    def softmax(self, dim):
        p = activations.softmax(self.data, dim)
        return Node(p, "softmax", (self, lambda u: activations.softmax_backward(u, self.data, dim)))

    def log_softmax(self, dim):
        back = lambda u: u - activations.softmax(self.data, dim) * u.sum(axis=dim, keepdims=True)
        return Node(activations.log_softmax(self.data, dim), "log_softmax", (self, back))

    def sum(self, dim=None, keepdim=False):
        dim = axes(dim)
        y = self.data.sum(axis=dim, keepdims=keepdim)
        return Node(y, "Σ", (self, lambda u: self._spread(u, dim, keepdim)))

    def mean(self, dim=None, keepdim=False):
        dim = axes(dim)
        y = self.data.mean(axis=dim, keepdims=keepdim)
        return Node(y, "mean", (self, lambda u: self._spread(u, dim, keepdim) * (y.size / self.data.size)))

    def amax(self, dim=None, keepdim=False):
        """The largest along `dim`; equal ones share the gradient, as in PyTorch."""
        dim = axes(dim)
        largest = self.data == self.data.max(axis=dim, keepdims=True)
        share = (largest / largest.sum(axis=dim, keepdims=True)).astype(self.data.dtype)
        y = self.data.max(axis=dim, keepdims=keepdim)
        return Node(y, "max", (self, lambda u: self._spread(u, dim, keepdim) * share))

    def _spread(self, u, dim, keepdim):
        """u of a reduction, over the axes that it removed."""
        u = u if keepdim or dim is None else np.expand_dims(u, dim)
        return np.broadcast_to(u, self.shape)

    # ── The same numbers elsewhere ─────────────────────────────────────────────────────────────────────────────────

    def __getitem__(self, index):
        def back(u):
            gradient = np.zeros_like(self.data)
            np.add.at(gradient, index, u)  # an index that occurs twice adds twice; `gradient[index] += u` would not
            return gradient

        return Node(self.data[index], "[ ]", (self, back))

    def reshape(self, *shape):
        return Node(self.data.reshape(*shape), "reshape", (self, lambda u: u.reshape(self.shape)))

    def transpose(self, dim0, dim1):
        return Node(self.data.swapaxes(dim0, dim1), "ᵀ", (self, lambda u: u.swapaxes(dim0, dim1)))

    @property
    def T(self):
        if self.data.ndim != 2:
            raise wrong(
                "x", "have two dimensions for x.T", f"shape {self.shape}", "a matrix, or x.transpose(dim0, dim1)"
            )
        return self.transpose(0, 1)


def axes(dim):
    """NumPy's axis for PyTorch's dim: none named means all of them."""
    return tuple(dim) or None if isinstance(dim, (tuple, list)) else dim


def unbroadcast(u, like: np.ndarray) -> np.ndarray:
    """u summed over the axes along which `like` was broadcast: one number that was used n times gets n gradients."""
    u = u.sum(axis=tuple(range(u.ndim - like.ndim)))  # axes that were put in front
    stretched = tuple(k for k, size in enumerate(like.shape) if size == 1)
    return u.sum(axis=stretched, keepdims=True)  # axes of length 1 that were stretched
