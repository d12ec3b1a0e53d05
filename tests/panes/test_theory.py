"""Chapter 07's pane: the squared error of one sigmoid unit."""

import numpy as np
from pane import pane


@pane("graph.compute_graph")
def test_compute_graph(held):
    value, grads = held.public(lambda w, b: ((3.0 * w + b).sigmoid() - 1.0) ** 2, 0.5, -1.0)
    page = held.typed()
    held.same(value, page.loss)
    held.same(np.stack(grads), [page.w.grad, page.b.grad])
