"""A cell over all steps, and layers of them: forward through time, and back.

Inside the room time comes first: x is (T, N, D). What a step keeps, its way back takes: T times what a cell holds,
which is why backpropagation through time needs memory that grows with the length.
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


def unrolled(x, states, cell, weights, mask=None, keep=True):
    """a_t = W_ih x_t + b_ih for all steps in one product, then h_t = cell(a_t, h_{t−1}), step by step.

    Where the mask (T, N, 1) is False the state stays, so that a sequence ends where it ends, from either side. Who does
    not go back need not `keep` what the way back takes.
    """
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    A = x @ weight_ih.T + bias_ih  # (T, N, G H)
    output, before = np.empty((2, *x.shape[:2], weight_hh.shape[1]), A.dtype)  # (T, N, H) both
    kept = []
    for t, a in enumerate(A):
        before[t] = states[0]
        new, of_step = cell.step(a, states, weight_hh, bias_hh)
        if mask is not None:
            new = tuple(np.where(mask[t], *both) for both in zip(new, states, strict=True))
        output[t] = new[0] if mask is None else new[0] * mask[t]
        if keep:
            kept.append(of_step)
        states = new
    return Run(output, states, before, kept)


def unrolled_backward(output_grad, state_grads, x, run, cell, weights, mask=None):
    """∂L/∂x, those of the first states, and of the weights: the steps in reverse, then one product each.

    h_t is used twice, in the output and in the next step: its gradient is the sum of both.
    """
    weight_ih, weight_hh, *_ = weights
    a_grad, u_grad = np.empty((2, *x.shape[:2], len(weight_hh)), x.dtype)  # (T, N, G H)
    for t in reversed(range(len(x))):
        whole = (state_grads[0] + output_grad[t], *state_grads[1:])
        if mask is not None:
            whole = tuple(grad * mask[t] for grad in whole)
            passed = [np.where(mask[t], 0, grad) for grad in state_grads]  # what was not changed
        a_grad[t], u_grad[t], state_grads = cell.back(whole, run.kept[t], weight_hh)
        if mask is not None:
            state_grads = tuple(map(np.add, state_grads, passed))
    A, U = a_grad.reshape(-1, len(weight_hh)), u_grad.reshape(-1, len(weight_hh))  # (T · N, G H)
    h = run.before.reshape(len(A), -1)
    own = A.T @ x.reshape(len(A), -1), cell.hidden_grad(U, h, run.kept), A.sum(axis=0), U.sum(axis=0)
    return (A @ weight_ih).reshape(x.shape), state_grads, own


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
