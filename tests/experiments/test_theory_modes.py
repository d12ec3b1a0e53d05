"""Chapter 07, the two directions in a graph: against torch, and how many walks they take."""

import numpy as np
import pytest
import torch

from dlbook import exercises
from dlbook.experiments import theory_modes
from dlbook.scratch.graph import Node, compute_graph


def cost(w, x, b):
    return (w * x + b) ** 2 + w**2 + 3.0 * (x * w).sigmoid()


INPUTS = (0.7, -1.3, 2.1)


def test_dual_numbers_find_what_torch_finds():
    leaves = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in INPUTS]
    value = cost(*leaves)
    theirs = [grad.item() for grad in torch.autograd.grad(value, leaves)]
    np.testing.assert_allclose(theory_modes.forward_slopes(cost, *INPUTS), theirs, rtol=1e-12)
    assert cost(*map(theory_modes.Dual, INPUTS)).value == pytest.approx(value.item(), rel=1e-12)


def test_a_constant_has_no_slope():
    assert (2 + theory_modes.Dual(3.0, 1.0) * 4).slope == 4
    assert (theory_modes.Dual(3.0) * theory_modes.Dual(5.0, 1.0) + 1).slope == 3


def test_both_walks_find_what_the_graph_finds():
    leaves = [Node(value) for value in INPUTS]
    made = cost(*leaves)
    order, edges = theory_modes.arrows(made)
    grads, steps = theory_modes.backward(edges, order.index(made))
    expected = [float(g) for g in compute_graph(cost, *INPUTS).grads]
    np.testing.assert_allclose([grads[order.index(leaf)] for leaf in leaves], expected, rtol=1e-12)
    for leaf, slope in zip(leaves, expected, strict=True):
        slopes, count = theory_modes.forward(edges, order.index(leaf))
        assert slopes[order.index(made)] == pytest.approx(slope, rel=1e-12) and count == steps


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (5, 1), (1, 5), (4, 3)])
def test_a_walk_for_each_input_or_for_each_output(inputs, outputs):
    """D sums of products and K scaled sigmoids are 3 D − 2 + 2 K arrows, and every walk passes all of them."""
    arrows = inputs + 2 * (inputs - 1) + 2 * outputs
    found = theory_modes.products(inputs, outputs, seed=7)
    assert found == {"forward": inputs * arrows, "reverse": outputs * arrows}


def test_the_walk_that_the_reader_writes_is_that_of_the_chapter():
    leaves = [Node(value) for value in INPUTS]
    order, edges = theory_modes.arrows(cost(*leaves))
    task = exercises.find("theory.forward")
    for walk in (task.reference, task.function(task.solution)):
        for source in range(3):
            expected = theory_modes.forward(edges, source)[0]
            np.testing.assert_allclose(walk(list(range(len(order))), edges, source), expected, rtol=1e-12, atol=1e-14)
