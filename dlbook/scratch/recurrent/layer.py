"""A cell over all steps, and layers of them: forward through time, and back.

Inside the room time comes first: x is (T, N, D). What a step keeps, its way back takes: arrays (N, H), one of the plain
cell, six of the LSTM, five of the GRU, and h before the step. Backpropagation through time needs T times that.
"""

from typing import NamedTuple

import numpy as np

from dlbook.scratch.layers.dropout import dropout_backward_core, dropout_core


class Run(NamedTuple):
    """One direction of a layer: what it gave, and what its way back needs."""

    output: np.ndarray  # (T, N, H), h after each step, 0 in the padding
    states: tuple  # (N, H) each, after the last step of every sequence
    before: np.ndarray  # (T, N, H), h before each step
    kept: list  # what the cell kept of each step


def unrolled_core(x, states, step, weight_ih, weight_hh, bias_ih, bias_hh):
    A = x @ weight_ih.T + bias_ih  # (T, N, G H): what enters, for all steps in one product
    steps = []
    for a in A:
        states, kept = step(a, states, weight_hh, bias_hh)  # the same weights in every step
        steps.append((states, kept))
    return steps


def unrolled(x, states, cell, weights, mask=None, keep=True):
    """h_t = cell(x_t, h_{t−1}), step by step, and what the way back needs; who does not go back need not `keep` it.

    Where the mask (T, N, 1) is False the state stays, so that a sequence ends where it ends, from either side.
    """
    step = cell.step if keep else lambda *now: (cell.step(*now)[0], None)
    steps = unrolled_core(x, states, step if mask is None else _held(step, mask), *weights)
    output = np.stack([now[0] for now, _ in steps])  # (T, N, H)
    before = np.concatenate((states[0][None], output[:-1])) if keep else None
    return Run(output if mask is None else output * mask, steps[-1][0], before, [kept for _, kept in steps])


def unrolled_backward_core(output_grad, state_grads, kept, back, weight_hh):
    found = []
    for u, of_step in zip(reversed(output_grad), reversed(kept), strict=True):
        h_grad, *rest = state_grads
        whole = (h_grad + u, *rest)  # h_t went into the output, and into the next step
        *grads, state_grads = back(whole, of_step, weight_hh)
        found.append(grads)
    return found[::-1], state_grads


def unrolled_backward(output_grad, state_grads, x, run, cell, weights, mask=None):
    """∂L/∂x, those of the first states, and of the weights: the steps in reverse, then one product each.

    A weight is used in every step: its gradient is the sum over all of them, one product of (G H, T · N) and
    (T · N, H).
    """
    weight_ih, weight_hh, *_ = weights
    back = cell.back
    if mask is not None:
        output_grad, back = output_grad * mask, _held_back(back, mask)
    grads, first = unrolled_backward_core(output_grad, state_grads, run.kept, back, weight_hh)
    a_grads, u_grads = zip(*grads, strict=True)
    A = np.concatenate(a_grads)  # (T · N, G H)
    U = A if u_grads[0] is a_grads[0] else np.concatenate(u_grads)  # only in the GRU they differ
    h = run.before.reshape(len(A), -1)
    own = A.T @ x.reshape(len(A), -1), cell.hidden_grad(U, h, run.kept), A.sum(axis=0), U.sum(axis=0)
    return (A @ weight_ih).reshape(x.shape), first, own


def _held(step, mask):
    """A step that leaves the state where its mask is False; it takes the mask's rows in order."""
    rows = iter(mask)

    def held(a, states, weight_hh, bias_hh):
        may, (new, kept) = next(rows), step(a, states, weight_hh, bias_hh)
        return tuple(np.where(may, *both) for both in zip(new, states, strict=True)), kept

    return held


def _held_back(back, mask):
    """Its way back: what was left where it was, gets its gradient as it is."""
    rows = reversed(mask)

    def held(state_grads, kept, weight_hh):
        may = next(rows)
        *grads, through = back(tuple(grad * may for grad in state_grads), kept, weight_hh)
        return *grads, tuple(new + grad * ~may for new, grad in zip(through, state_grads, strict=True))

    return held


def stacked(x, states, cell, weights, mask=None, draw=None, p=0.0, keep=True):
    """Layer above layer, each reading the outputs of the one below; a second direction reads from the end.

    weights[layer][direction] are four arrays; the states are (L · directions, N, H). Between two layers `draw[layer]`
    silences numbers. Returns the outputs (T, N, directions · H), the last states, and all that the way back needs.
    """
    runs, D = [], len(weights[0])
    for k, layer in enumerate(weights):
        if k and draw is not None:
            x = dropout_core(x, draw[k - 1], p) if p < 1 else x * 0
        both = []
        for d, own in enumerate(layer):
            first = tuple(state[k * D + d] for state in states)
            both.append((x, unrolled(turned(x, d), first, cell, own, turned(mask, d), keep)))
        runs.append(both)
        x = np.concatenate([turned(run.output, d) for d, (_, run) in enumerate(both)], axis=-1)
    each = [run.states for both in runs for _, run in both]
    return x, tuple(map(np.stack, zip(*each, strict=True))), runs


def stacked_backward(output_grad, state_grads, runs, cell, weights, mask=None, draw=None, p=0.0):
    """∂L/∂x, those of the first states, and of the weights, [layer][direction]: the layers from the top down."""
    D, H = len(weights[0]), weights[0][0][1].shape[1]
    first_grads, own = [np.empty_like(grad) for grad in state_grads], []
    for k in reversed(range(len(weights))):
        x_grad, grads = 0, []
        for d, (x, run) in enumerate(runs[k]):
            last = tuple(grad[k * D + d] for grad in state_grads)
            u = turned(output_grad[..., d * H : (d + 1) * H], d)
            back, first, of_weights = unrolled_backward(
                u, last, turned(x, d), run, cell, weights[k][d], turned(mask, d)
            )
            x_grad = x_grad + turned(back, d)
            grads.append(of_weights)
            for grad, part in zip(first_grads, first, strict=True):
                grad[k * D + d] = part
        own.insert(0, grads)
        if k and draw is not None:
            x_grad = dropout_backward_core(x_grad, draw[k - 1], p) if p < 1 else x_grad * 0
        output_grad = x_grad
    return output_grad, tuple(first_grads), own


def turned(array, direction):
    """The steps in the order in which this direction reads them."""
    return array[::-1] if direction and array is not None else array
