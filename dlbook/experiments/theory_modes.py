"""Chapter 07: slopes can walk a graph in two directions; what each of them finds, and how many products it takes."""

import numpy as np

from dlbook.scratch.graph import Node


class Dual:
    """A number with its slope, v + v′ d with d² = 0: what is computed of it carries its own slope along."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    @staticmethod
    def of(number):
        """A constant has the slope 0."""
        return number if isinstance(number, Dual) else Dual(number)

    def __add__(self, other):
        other = Dual.of(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        other = Dual.of(other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __pow__(self, power):
        return Dual(self.value**power, power * self.value ** (power - 1) * self.slope)

    def sigmoid(self):
        s = 1 / (1 + np.exp(-self.value))
        return Dual(s, s * (1 - s) * self.slope)

    __radd__ = __add__
    __rmul__ = __mul__


def forward_slopes(f, *inputs) -> list[float]:
    """∂f/∂x for every input in forward mode: one run of f for each, in which that input alone has the slope 1."""
    runs = np.eye(len(inputs))
    return [float(f(*map(Dual, inputs, run)).slope) for run in runs]


def arrows(*ends: Node) -> tuple[list[Node], list[list[tuple[int, float]]]]:
    """The nodes of a graph of numbers in order, and for each what it is made of: (place of the parent, slope).

    Several ends share one graph. Constants are left out, for no slope goes to them.
    """
    order = []
    for end in ends:
        order += [node for node in end.topological_order() if node.requires_grad and node not in order]
    place = {node: k for k, node in enumerate(order)}
    slopes = lambda node: [(p, back(np.ones(()))) for p, back in node.edges if p.requires_grad]
    return order, [[(place[parent], float(slope)) for parent, slope in slopes(node)] for node in order]


def backward(edges: list, end: int) -> tuple[np.ndarray, int]:
    """∂(end)/∂v for every node v, in one walk against the arrows, and how many products it took."""
    grads, products = np.zeros(len(edges)), 0
    grads[end] = 1
    for node in reversed(range(len(edges))):
        for parent, slope in edges[node]:
            grads[parent] += grads[node] * slope
            products += 1
    return grads, products


def forward(edges: list, source: int) -> tuple[np.ndarray, int]:
    """∂v/∂(source) for every node v, in one walk along the arrows, and how many products it took."""
    slopes, products = np.zeros(len(edges)), 0
    slopes[source] = 1
    for node in range(len(edges)):
        for parent, slope in edges[node]:
            slopes[node] += slope * slopes[parent]
            products += 1
    return slopes, products


def products(inputs: int, outputs: int, seed: int = 0) -> dict[str, int]:
    """Products for all derivatives of y_k = σ(v_k Σ w_i x_i) in the x_i, by either mode; both must find the same."""
    rng = np.random.default_rng(seed)
    x = [Node(value) for value in rng.normal(size=inputs)]
    total = x[0] * rng.normal()
    for value in x[1:]:
        total = total + value * rng.normal()
    ends = [(total * weight).sigmoid() for weight in rng.normal(size=outputs)]
    order, edges = arrows(*ends)
    ins, outs = ([order.index(node) for node in nodes] for nodes in (x, ends))
    there, back = [forward(edges, k) for k in ins], [backward(edges, k) for k in outs]
    np.testing.assert_allclose([s[outs] for s, _ in there], np.transpose([g[ins] for g, _ in back]), rtol=1e-12)
    return {"forward": sum(n for _, n in there), "reverse": sum(n for _, n in back)}
