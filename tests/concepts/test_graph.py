"""The compute graph: each operation, and graphs drawn at random, against torch.autograd and central differences."""

import re
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from twins import assert_twins_agree, resolve

from dlbook.scratch import activations, gradcheck
from dlbook.scratch.graph import Node, compute_graph, unbroadcast

rng = np.random.default_rng(0)
Z = np.array([-1000.0, 1000.0, 0.0, 1e-300, -1e-12, 3.0, -3.0, 0.5, 0.5])
M = np.random.default_rng(1).normal(size=(3, 4))
STACK = np.random.default_rng(2).normal(size=(2, 3, 4))
TIES = np.array([[1.0, 2.0, 2.0], [0.0, 0.0, 0.0], [-1.0, 5.0, 3.0]])


def call(x, name, *args):
    """A method of the node or the tensor; else PyTorch's function of that name."""
    return getattr(x, name)(*args) if hasattr(x, name) else getattr(F, name)(x, *args)


UNARY = {
    "neg": lambda x: -x,
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(),
    "abs": lambda x: x.abs(),
    "|x|": lambda x: abs(x),
    "sigmoid": lambda x: x.sigmoid(),
    "tanh": lambda x: x.tanh(),
    "relu": lambda x: x.relu(),
    "leaky_relu": lambda x: call(x, "leaky_relu", 0.1),
    "elu": lambda x: call(x, "elu", 1.5),
    "square": lambda x: x**2,
    "cube": lambda x: x**3,
    "one": lambda x: x**0,
    "root": lambda x: x**0.5,
    "inverse": lambda x: x**-1,
    "2^x": lambda x: 2**x,
    "3 − x": lambda x: 3 - x,
    "x − 3": lambda x: x - 3,
    "2 / x": lambda x: 2 / x,
    "x / 2": lambda x: x / 2,
    "2 · x": lambda x: 2 * x,
    "2 + x": lambda x: 2 + x,
}
BINARY = {
    "+": lambda a, b: a + b,
    "−": lambda a, b: a - b,
    "×": lambda a, b: a * b,
    "÷": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}
SHAPES = [((), ()), ((3,), ()), ((3,), (3,)), ((2, 1), (3,)), ((4, 1, 3), (2, 1)), ((1,), (1, 1)), ((1, 3), (2, 3))]
ALONG = {
    "sum": lambda x: x.sum(),
    "sum 0": lambda x: x.sum(0),
    "sum −1 kept": lambda x: x.sum(-1, keepdim=True),
    "sum (0, 2)": lambda x: x.sum(dim=(0, 2)),
    "sum [0, 2]": lambda x: x.sum(dim=[0, 2]),
    "sum () is all": lambda x: x.sum(dim=()),
    "mean": lambda x: x.mean(),
    "mean 1": lambda x: x.mean(1),
    "mean (0, −1) kept": lambda x: x.mean((0, -1), keepdim=True),
    "mean () is all, kept": lambda x: x.mean((), keepdim=True),
    "amax": lambda x: x.amax(),
    "amax 1": lambda x: x.amax(1),
    "amax (0, 2) kept": lambda x: x.amax(dim=(0, 2), keepdim=True),
    "amax () is all": lambda x: x.amax(dim=()),
    "softmax": lambda x: x.softmax(1),
    "log_softmax": lambda x: x.log_softmax(-1),
    "slice": lambda x: x[1],
    "slices": lambda x: x[:, ::2, 1:],
    "from the end": lambda x: x[..., -1],
    "a new axis": lambda x: x[:, None],
    "a list twice": lambda x: x[[0, 1, 1, 0]],
    "pairs": lambda x: x[:, np.array([0, 2, 2]), np.array([1, 1, 1])],
    "a table": lambda x: x[np.array([[0, 1], [1, 1]])],
    "a mask": lambda x: x[np.array([True, False])],
    "reshape": lambda x: x.reshape(4, -1),
    "reshape to a shape": lambda x: x.reshape((3, 8)),
    "transpose": lambda x: x.transpose(0, 2),
    "T": lambda x: x[0].T,
}
PRODUCTS = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (6, 3, 4)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3,)),
    ((1, 1), (1, 1)),
]


def weighted(f, *inputs):
    """Some upstream gradient in the shape of f, so that no two entries count alike."""
    shape = f(*map(Node, inputs)).shape
    return np.cos(np.arange(np.prod(shape, dtype=int)) + 1.0).reshape(shape)


# ─── Each operation ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", UNARY)
def test_twins_number_by_number(name):
    f = UNARY[name]
    agree = partial(assert_twins_agree, "graph.compute_graph", f, rtol=1e-10, atol=1e-300)
    with np.errstate(all="ignore"):  # outside compute_graph a node warns as NumPy does
        for z in (Z, Z[::3], Z[:1], Z[5], M.T):
            agree(z, upstream=weighted(f, z))


@pytest.mark.parametrize("name", UNARY)
def test_twins_number_by_number_in_float32(name):
    result = assert_twins_agree("graph.compute_graph", UNARY[name], Z.astype(np.float32)[2:], rtol=1e-5, atol=1e-7)
    assert result.value.dtype == result.grads[0].dtype == np.float32


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("name", BINARY)
def test_twins_of_two(name, shapes):
    f = BINARY[name]
    a, b = rng.uniform(0.5, 2, shapes[0]), rng.uniform(0.5, 2, shapes[1])
    for pair in ((a, b), (b, a)):
        assert_twins_agree("graph.compute_graph", f, *pair, upstream=weighted(f, *pair))


def test_twins_of_a_power_at_its_corners():
    a, b = np.meshgrid([-2.0, -1.0, 0.0, 1.0, 2.0], [-2.0, -1.0, 0.0, 0.5, 1.0, 2.0])
    result = assert_twins_agree("graph.compute_graph", lambda a, b: a**b, a, b)
    assert result.grads[0][2].tolist() == [0, 0, 0, 0, 0]  # x⁰ is 1 everywhere
    assert_twins_agree("graph.compute_graph", lambda a: a**2.0 + a**1, np.array([-2.0, 0.0]))


@pytest.mark.parametrize("shapes", PRODUCTS)
def test_twins_of_products(shapes):
    a, b = rng.normal(size=shapes[0]), rng.normal(size=shapes[1])
    f = lambda a, b: a @ b
    # sums of products in another order
    assert_twins_agree("graph.compute_graph", f, a, b, upstream=weighted(f, a, b), atol=1e-14)


@pytest.mark.parametrize("name", ALONG)
def test_twins_along_axes(name):
    f = ALONG[name]
    for x in (STACK, STACK[::-1], np.ones((2, 3, 4))):
        assert_twins_agree("graph.compute_graph", f, x, upstream=weighted(f, x), atol=1e-15)
    low = assert_twins_agree("graph.compute_graph", f, STACK.astype(np.float32), rtol=1e-5, atol=1e-6)
    assert low.value.dtype == low.grads[0].dtype == np.float32


def test_twins_share_a_tie():
    result = assert_twins_agree("graph.compute_graph", lambda x: x.amax(1), TIES)
    assert result.grads[0].tolist() == [[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3], [0, 1, 0]]
    assert_twins_agree("graph.compute_graph", lambda x: x.amax(), TIES[:2])


@pytest.mark.parametrize("scale", [0, 1, 1000])
def test_twins_of_softmax_at_the_ends(scale):
    z = scale * TIES
    f = lambda z: z.softmax(0)
    assert_twins_agree("graph.compute_graph", f, z, upstream=weighted(f, z), atol=1e-16)
    assert_twins_agree("graph.compute_graph", lambda z: z.log_softmax(1)[:, 0], z, atol=1e-16)


@pytest.mark.parametrize("name", sorted(UNARY.keys() - {"one"}))
def test_each_gradient_is_a_slope(name):
    x = np.array([0.3, 0.8, 1.7]) if name in ("log", "sqrt", "root") else np.array([-1.3, -0.4, 0.6, 2.1])
    value = lambda x: compute_graph(UNARY[name], x).value.sum()
    assert gradcheck(value, lambda x: compute_graph(UNARY[name], x).grads[0], x) < 1e-8


@pytest.mark.parametrize("name", sorted(ALONG))
def test_each_gradient_along_axes_is_a_slope(name):
    u = weighted(ALONG[name], STACK)
    value = lambda x: (compute_graph(ALONG[name], x).value * u).sum()
    assert gradcheck(value, lambda x: compute_graph(ALONG[name], x, upstream=u).grads[0], STACK) < 1e-8


@pytest.mark.parametrize("shapes", PRODUCTS)
def test_a_product_and_its_backward_are_adjoint(shapes):
    """⟨u, A b⟩ = ⟨Aᵀu, b⟩: the backward of a linear map is its transpose."""
    a, b = rng.normal(size=shapes[0]), rng.normal(size=shapes[1])
    u = weighted(lambda a, b: a @ b, a, b)
    value, (to_a, to_b) = compute_graph(lambda a, b: a @ b, a, b, upstream=u)
    assert (u * value).sum() == pytest.approx((to_a * a).sum(), rel=1e-12)
    assert (u * value).sum() == pytest.approx((to_b * b).sum(), rel=1e-12)


# ─── The graph ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_node_used_twice_gets_the_sum():
    f = lambda x, y: x * y + x * x + y
    value, grads = assert_twins_agree("graph.compute_graph", f, np.array(3.0), np.array(4.0))
    assert (value, *grads) == (25, 4 + 6, 3 + 1)
    assert_twins_agree("graph.compute_graph", lambda x: x, np.array(3.0))


def test_many_paths_are_walked_once():
    """2⁴⁰ paths lead from the end to the start: whoever walks each of them never arrives."""
    calls = []

    def doubled_often(x):
        for _ in range(40):
            x = x + x
        x.edges = tuple((node, lambda u, back=back: calls.append(1) or back(u)) for node, back in x.edges)
        return x

    value, (grad,) = compute_graph(doubled_often, 1.0)
    assert value == grad == 2**40 and len(calls) == 2


def test_a_long_chain_needs_no_recursion():
    def chain(x):
        for _ in range(5000):
            x = x * 1.0001
        return x

    value, (grad,) = compute_graph(chain, 1.0)
    assert value == pytest.approx(1.0001**5000) and grad == pytest.approx(1.0001**5000)


def test_what_is_detached_is_a_constant():
    value, (grad,) = assert_twins_agree("graph.compute_graph", lambda x: x.detach() * x + x.exp().detach(), M)
    np.testing.assert_array_equal(grad, M)
    result = assert_twins_agree("graph.compute_graph", lambda x: x.detach() ** 2, M)
    assert not result.grads[0].any()


def test_an_unused_input_has_no_slope():
    result = assert_twins_agree("graph.compute_graph", lambda x, y: x.sum(), M, STACK)
    assert result.grads[1].shape == STACK.shape and not result.grads[1].any()


@pytest.mark.parametrize("name", BINARY)
def test_an_array_on_the_left_leaves_it_to_the_node(name):
    a, b = rng.uniform(0.5, 2, (3, 4)), rng.uniform(0.5, 2, 4)
    made = BINARY[name](a, Node(b))
    assert isinstance(made, Node) and np.array_equal(made.data, BINARY[name](a, b))
    left = lambda b: BINARY[name](torch.from_numpy(a) if isinstance(b, torch.Tensor) else a, b)
    assert_twins_agree("graph.compute_graph", left, b)
    assert isinstance(M.T @ Node(M), Node) and np.array_equal((M.T @ Node(M)).data, M.T @ M)
    assert isinstance(np.multiply(Node(b), a), Node) and isinstance(np.float64(2) * Node(b), Node)


def test_integer_leaves_become_floats():
    assert (Node(2) * 0.5).data == 1 and Node(np.array([True, False])).data.dtype == np.float64
    x = Node(np.arange(3))
    (x * 0.5).sum().backward()
    assert x.data.dtype == x.grad.dtype == np.float64 and x.grad.tolist() == [0.5, 0.5, 0.5]
    assert Node(np.float32(2)).data.dtype == np.float32


@pytest.mark.parametrize("other", [np.arange(4), np.int64(3), np.array([True, False, True, True]), np.array(2.0), 2])
def test_numbers_and_integers_in_a_formula_take_its_dtype(other):
    theirs = torch.from_numpy(other) if isinstance(other, np.ndarray) else other
    f = lambda x: x * (theirs if isinstance(x, torch.Tensor) else other)
    result = assert_twins_agree("graph.compute_graph", f, M.astype(np.float32), rtol=1e-6)
    assert result.value.dtype == result.grads[0].dtype == np.float32


@pytest.mark.parametrize(
    ("slip", "message"),
    [
        (lambda x: np.exp(x), "np.exp must get arrays: got a node x, need x.exp()"),
        (lambda x: np.mean(x), "np.mean must get arrays: got a node x, need x.mean()"),
        (
            lambda x: np.maximum(x, 0),
            "np.maximum must get arrays: got a node x, need a method of x: T, abs, amax, detach",
        ),
        (lambda x: np.max(x), "np.max must get arrays: got a node x, need a method of x: T, abs, amax, detach"),
        (lambda x: np.add(x, 1, out=np.ones((3, 4))), "np.add must get arrays"),
        (lambda x: np.add.reduce(x), "np.add must get arrays"),
        (lambda x: x == 1, "x == y must compare two nodes: got int, need x.data, which holds the numbers"),
        (lambda x: x[:, :, None].T, "x must have two dimensions for x.T: got shape (3, 4, 1), need a matrix"),
        (lambda x: x[0].T, "x must have two dimensions for x.T: got shape (4,), need a matrix"),
    ],
)
def test_a_slip_in_a_formula_is_told_what_to_write(slip, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        compute_graph(slip, M)


def test_a_name_that_a_node_lacks_lists_those_it_has():
    with pytest.raises(AttributeError, match=r"^a node has no max: it has T, abs, amax, detach, elu, exp, .*tanh"):
        compute_graph(lambda x: x.max(), M)
    assert not hasattr(Node(1.0), "_repr_html_")


def test_nodes_are_equal_if_they_are_the_same():
    x, y = Node(1.0), Node(1.0)
    assert x == x and x != y and len({x, y, x}) == 2


def test_topological_order():
    x = Node(2.0)
    y = x * x
    z = (y + x).exp() * y
    order = z.topological_order()
    place = {node: k for k, node in enumerate(order)}
    assert order[-1] is z and len(order) == len(place) == 5
    assert all(place[parent] < place[node] for node in order for parent in node.parents)


def test_two_walks_add_up_as_in_torch():
    def twice(x):
        y = (x * x).sum()
        y.backward() if isinstance(y, Node) else y.backward(retain_graph=True)
        y.backward()
        return x.grad

    leaf = torch.from_numpy(M).requires_grad_()
    np.testing.assert_allclose(twice(Node(M)), twice(leaf).numpy(), rtol=1e-15)
    np.testing.assert_array_equal(twice(Node(M)), 4 * M)


def test_every_node_has_its_gradient_and_its_own_array():
    x = Node(M)
    y = x + x
    z = y.sum()
    z.backward()
    assert z.grad == 1 and np.array_equal(y.grad, np.ones_like(M)) and np.array_equal(x.grad, 2 * np.ones_like(M))
    y.grad[:] = 7
    assert x.grad[0, 0] == 2
    assert repr(Node(2.0) * 3) == "Node(6.0, ×)" and repr(Node(2.0)) == "Node(2.0)"


def test_a_constant_gets_none():
    x, c = Node(2.0), Node(3.0, requires_grad=False)
    (x * c).backward()
    assert x.grad == 3 and c.grad is None
    with pytest.raises(ValueError, match="^backward must start at a node made of inputs: got a constant"):
        (c * c).backward()


def test_inputs_are_left_alone():
    x, u = M.copy(), M.copy()
    value, (grad,) = compute_graph(lambda x: x, x, upstream=u)
    value[:], grad[:] = 0, 0
    assert np.array_equal(x, M) and np.array_equal(u, M)


def test_torch_tensors_are_left_alone():
    x = torch.from_numpy(M.copy()).requires_grad_()
    result = resolve("pytorch", "graph.compute_graph")(lambda x: x * 2, x)
    result.value[:] = 0
    assert x.grad is None and not result.value.requires_grad and np.array_equal(x.detach().numpy(), M)
    with torch.no_grad():
        assert resolve("pytorch", "graph.compute_graph")(lambda x: x * 2, x).grads[0][0, 0] == 2


@pytest.mark.parametrize(
    ("inputs", "dtype"),
    [
        ((2, 3), np.float64),
        ((2.5, np.arange(3)), np.float64),
        ((2, M.astype(np.float32)), np.float32),
        ((0.1, M.astype(np.float32)), np.float32),
        ((np.arange(4), M.astype(np.float32)), np.float32),
        ((M.astype(np.float32), np.array(2.0, np.float32)), np.float32),
    ],
)
def test_twins_have_one_dtype(inputs, dtype):
    result = assert_twins_agree("graph.compute_graph", lambda a, b: (a * b / 3 + 1) ** 2, *inputs, rtol=1e-6)
    assert {result.value.dtype, *(g.dtype for g in result.grads)} == {np.dtype(dtype)}


# ─── Graphs drawn at random ─────────────────────────────────────────────────────────────────────────────────

LEAVES = ((), (3,), (2, 1), (1, 3), (2, 3))
STEPS = (
    "add",
    "subtract",
    "multiply",
    "divide",
    "power",
    "matmul",
    "gather",
    "repeat",
    "flip",
    "reduce",
    "apply",
    "soft",
    "detach",
)
SMOOTH = ("exp", "sigmoid", "tanh", "neg", "abs", "relu", "leaky_relu", "elu", "sqrt", "log")


def safe(x):
    """x² + ½: what may stand below a fraction line, under a root and in a logarithm."""
    return x * x + 0.5


def step(nodes, kind, i, j, k):
    """One more node of the nodes there are; i, j choose among them, and k among the variants of the operation."""
    a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
    if kind in ("add", "subtract", "multiply", "divide"):
        return {
            "add": lambda: a + b,
            "subtract": lambda: a - b,
            "multiply": lambda: a * b,
            "divide": lambda: a / safe(b),
        }[kind]()
    if kind == "power":
        return a ** (k % 4) if k % 2 else safe(a) ** b.tanh()
    if kind == "matmul":
        return a.reshape(-1, 1) @ b.reshape(1, -1) if k % 2 else a.reshape(-1) @ a.reshape(-1)
    if kind == "gather":
        return a.reshape(-1)[[0, -1, 0, 0]].reshape(2, 2)[:, k % 2 :]
    if kind == "repeat":
        return a * a + a
    if kind == "flip":
        return a.reshape(1, -1).transpose(0, 1)
    if kind == "reduce":
        flat = a.reshape(1, -1)
        return {0: flat.sum, 1: flat.mean, 2: flat.amax}[k % 3](-1, keepdim=bool(k & 4))
    if kind == "soft":
        return (a.reshape(1, -1).softmax if k % 2 else a.reshape(1, -1).log_softmax)(1)
    if kind == "detach":
        return a.detach() * b if k % 2 else a.detach()
    name = SMOOTH[k % len(SMOOTH)]
    return UNARY[name](a.tanh() if name == "exp" else safe(a) if name in ("log", "sqrt") else a)


def fits(a, b) -> bool:
    try:
        return np.prod(np.broadcast_shapes(a.shape, b.shape)) <= 60
    except ValueError:
        return False


@st.composite
def formulas(draw, steps_of=STEPS):
    """A formula of four inputs that a node and a tensor understand, and the inputs: far from kinks, and not huge."""
    seed = draw(st.integers(0, 10**6))
    inputs = [np.random.default_rng([seed, n]).normal(size=draw(st.sampled_from(LEAVES))) for n in range(4)]
    nodes, steps = [Node(x) for x in inputs], []
    for _ in range(draw(st.integers(3, 14))):
        kind = draw(st.sampled_from(steps_of))
        i, j, k = draw(st.integers(0, 30)), draw(st.integers(0, 30)), draw(st.integers(0, 29))
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        if fits(a, b) and a.data.size * b.data.size <= 60:
            made = step(nodes, kind, i, j, k)
            if np.abs(made.data).max() < 100 and far_from_kinks(made):
                nodes.append(made)
                steps.append((kind, i, j, k))
    assume(len(steps) >= 3)

    def formula(*leaves):
        known = list(leaves)
        for one in steps:
            known.append(step(known, *one))
        return sum((node.sum() for node in known[5:]), known[4].mean())

    return formula, inputs


def far_from_kinks(made) -> bool:
    """No rounding of the last digit takes it to the other side."""
    before = made.parents[0].data if made.parents else np.ones(1)
    if made.op in ("abs", "relu", "leaky_relu", "elu"):
        return np.abs(before).min() > 1e-6
    if made.op == "max":
        return before.size == 1 or np.diff(np.sort(before.ravel())[-2:])[0] > 1e-6
    return True


@settings(max_examples=150)
@given(drawn=formulas())
def test_random_graphs_agree_with_torch(drawn):
    formula, inputs = drawn
    ours = compute_graph(formula, *inputs)
    size = max(np.abs(g).max() for g in ours.grads)  # sums of large terms may cancel
    assert_twins_agree("graph.compute_graph", formula, *inputs, rtol=1e-9, atol=1e-11 * (1 + size))


@settings(max_examples=30)
@given(drawn=formulas([one for one in STEPS if one != "detach"]))  # a difference sees through what is detached
def test_random_gradients_are_slopes(drawn):
    formula, inputs = drawn
    value, grads = compute_graph(formula, *inputs)
    for k, grad in enumerate(grads):
        along = np.cos(np.arange(grad.size) + 1.0).reshape(grad.shape)
        moved = lambda t, k=k, along=along: [x + t * along if n == k else x for n, x in enumerate(inputs)]
        difference = sum(
            w * compute_graph(formula, *moved(t)).value for t, w in ((1e-4, 8), (-1e-4, -8), (2e-4, -1), (-2e-4, 1))
        )
        size = 1 + np.abs(grad).sum() + abs(value)
        if kinks_between(formula, moved):
            continue
        assert difference / 12e-4 == pytest.approx((grad * along).sum(), abs=1e-6 * size)


def kinks_between(formula, moved) -> bool:
    """Whether some kinked node changes sides while the inputs move."""
    sides = []
    for t in (-2e-4, 2e-4):
        nodes = formula(*map(Node, moved(t))).topological_order()
        kinked = [n for n in nodes if n.op in ("abs", "relu", "leaky_relu", "elu")]
        largest = [n.parents[0].data.argmax() for n in nodes if n.op == "max"]
        sides.append([(n.parents[0].data > 0).tolist() for n in kinked] + largest)
    return sides[0] != sides[1]


@given(shape=st.sampled_from(LEAVES), front=st.lists(st.integers(1, 3), max_size=2), stretched=st.booleans())
def test_unbroadcast_is_the_transpose_of_broadcasting(shape, front, stretched):
    wide = (*front, *(4 if n == 1 and stretched else n for n in shape))
    x, u = np.random.default_rng(0).normal(size=shape), np.random.default_rng(1).normal(size=wide)
    back = unbroadcast(u, x)
    assert back.shape == x.shape
    assert (np.broadcast_to(x, wide) * u).sum() == pytest.approx((x * back).sum(), rel=1e-12, abs=1e-12)


def test_against_the_gradients_by_hand():
    """A sigmoid unit under cross-entropy, and a softmax: the graph finds what chapters 02 and 04 derive."""
    X, y, w = rng.normal(size=(8, 3)), rng.integers(0, 2, 8), rng.normal(size=3)
    p = activations.sigmoid(X @ w)
    cost = lambda w: -(y * (X @ w).sigmoid().log() + (1 - y) * (1 - (X @ w).sigmoid()).log()).mean()
    np.testing.assert_allclose(compute_graph(cost, w).grads[0], X.T @ (p - y) / 8, rtol=1e-9)
    u = weighted(lambda z: z.softmax(1), M)
    grad = compute_graph(lambda z: z.softmax(1), M, upstream=u).grads[0]
    np.testing.assert_allclose(grad, np.einsum("nij,ni->nj", activations.softmax_jacobian(M), u), rtol=1e-12)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("f", "inputs", "options", "message"),
    [
        (lambda: 1, (), {}, "inputs must not be empty: got none, need at least one"),
        (
            lambda x: x,
            (np.empty((0, 3)),),
            {},
            "inputs[0] must not be empty: got shape (0, 3), need at least one number",
        ),
        (lambda x, y: x, (1.0, np.array([True])), {}, "inputs[1] must hold numbers: got dtype bool, need floats or"),
        (lambda x: 3.0, (1.0,), {}, "f must be made of its inputs: got float, need what operations on them return"),
        (
            lambda x: x,
            (np.ones(3),),
            {"upstream": np.ones(2)},
            "upstream must have the shape of f: got shape (2,), need shape (3,)",
        ),
        (
            lambda x, y: x,
            (np.ones(3), np.ones(3, np.float32)),
            {},
            "inputs must share one dtype: got float32 and float64, need one of them",
        ),
    ],
)
def test_bad_input_is_named(room, f, inputs, options, message):
    make = torch.from_numpy if room == "pytorch" else np.asarray
    inputs = [make(x) if isinstance(x, np.ndarray) else x for x in inputs]
    options = {name: make(value) for name, value in options.items()}
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        resolve(room, "graph.compute_graph")(f, *inputs, **options)
