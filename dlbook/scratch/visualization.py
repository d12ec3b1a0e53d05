"""What a net sees: its filters, its maps, where it looks, and what it wants to see.

Symbols: y (N, classes) the scores of the net; A (N, K, H, W) the K maps that a layer gives; c the number of a class,
one for all images or one each. A layer has the name that PyTorch gives it. A function that takes a model puts it into
evaluation mode; the gradients are found by the model's own backward pass.
"""

from math import inf

import numpy as np

from dlbook._validate import check_count, number_between
from dlbook._validate.visualization import check_draws, check_maps, check_scores, one_each, whole_shifts
from dlbook.scratch._arrays import finite_floats, fitting
from dlbook.scratch._watch import Watch


def filters_core(weight):
    low = weight.min(axis=(1, 2, 3), keepdims=True)  # (O, 1, 1, 1)
    high = weight.max(axis=(1, 2, 3), keepdims=True)
    return (weight - low) / (high - low)


def filters(weight):
    """(W − min W) / (max W − min W) of each filter: its numbers as brightness, the smallest 0 and the largest 1.

    A filter whose numbers are all equal is 0.5. Shapes: weight (O, C, KH, KW) -> the same.
    """
    weight = _maps("weight", weight)
    with np.errstate(invalid="ignore"):
        pictures = filters_core(weight)
    return np.where(np.isnan(pictures), weight.dtype.type(0.5), pictures)


def feature_maps_core(model, x, watch):
    with watch as seen:  # what one layer does meanwhile
        model(x)
    return seen.output  # (N, K, H, W)


def feature_maps(model, x, layer):
    """A, what a layer gives for images x: (N, C, H, W) -> (N, K, H, W), or whatever the layer's shape is."""
    x = _maps("x", x)
    return feature_maps_core(model, x, Watch(model.eval(), layer))


def cam_core(A, w):
    return (w[:, :, None, None] * A).sum(axis=1)  # (N, H, W)


def cam(maps, weight, label):
    """M = Σ_k w_ck A_k: where the evidence for class c lies, in a net whose score is y_c = mean over the pixels of M.

    Shapes: maps (N, K, H, W), weight (classes, K), or (classes, K, 1, 1) of a convolution, label a number or (N,)
    -> (N, H, W). Source: Zhou et al. 2016.
    """
    maps, weight = _maps("maps", maps), finite_floats("weight", weight)
    N, K = maps.shape[:2]
    weight = weight[:, :, 0, 0] if weight.shape[2:] == (1, 1) else weight
    weight = fitting("weight", weight, (len(weight), K), maps)
    return cam_core(maps, weight[one_each("label", label, N, len(weight), "class")])


def grad_cam_core(A, A_grad):
    alpha = A_grad.mean(axis=(2, 3), keepdims=True)  # (N, K, 1, 1)
    return np.maximum((alpha * A).sum(axis=1), 0)  # (N, H, W)


def grad_cam(model, x, label, layer):
    """ReLU(Σ_k α_k A_k), with α_k the mean of ∂y_c/∂A_k over the pixels: where a layer sees what speaks for class c.

    Shapes: x (N, C, H, W), label a number or (N,) -> (N, H, W), in the size of the layer's maps. Where y_c is the mean
    of Σ_k w_ck A_k over the pixels, α_k = w_ck / (H W): the map is ReLU(CAM) / (H W). Source: Selvaraju et al. 2017.
    """
    with Watch(model.eval(), layer) as seen:
        score_grad(model, x, label)
    check_maps(f"layer {layer!r}", seen.output.shape)
    return grad_cam_core(seen.output, seen.upstream)


def score_grad_core(model, y, c):
    upstream = np.zeros_like(y)  # (N, classes)
    upstream[np.arange(len(y)), c] = 1  # ∂y_c/∂y
    return model.backward(upstream)


def score_grad(model, x, label):
    """∂y_c/∂x, for each image: how the score of class c moves with each number of x.

    Shapes: x (N, C, H, W), label a number or (N,) -> (N, C, H, W). y is taken before any softmax that is no layer.
    """
    y = model.eval()(_maps("x", x))
    check_scores(y)
    return score_grad_core(model, y, one_each("label", label, *y.shape, "class"))


def saliency_core(x_grad):
    return np.abs(x_grad).max(axis=1)  # (N, H, W)


def saliency(model, x, label):
    """max over the colours of |∂y_c/∂x|: how much the score of class c moves with each pixel.

    Shapes: x (N, C, H, W), label a number or (N,) -> (N, H, W). Source: Simonyan, Vedaldi and Zisserman 2014.
    """
    return saliency_core(score_grad(model, x, label))


def smooth_grad_core(gradient, x, draw, sigma):
    total = 0
    for z in draw:
        total = total + gradient(x + sigma * z)
    return total / len(draw)  # (N, C, H, W)


def smooth_grad(model, x, label, draw, sigma):
    """max over the colours of |mean of ∂y_c/∂x at x + σ z|, z from `draw`: the saliency without its noise.

    `draw` (S, N, C, H, W) holds S draws from the standard normal distribution; σ has the unit of x, a tenth to a fifth
    of what lies between its largest and its smallest number is usual. With σ = 0 it is the saliency.
    Shapes: x (N, C, H, W), label a number or (N,) -> (N, H, W). Source: Smilkov et al. 2017.
    """
    x, draw, sigma = _maps("x", x), finite_floats("draw", draw), number_between("sigma", sigma, 0)
    check_draws("draw", draw.shape, x.shape)
    gradient = lambda noisy: score_grad(model, noisy, label)
    return saliency_core(smooth_grad_core(gradient, x, draw.astype(x.dtype, copy=False), sigma))


def activation_maximization_core(gradient, x, steps, lr):
    for _ in range(steps):
        g = gradient(x)  # ∂a/∂x
        length = np.sqrt((g**2).mean(axis=(1, 2, 3), keepdims=True))
        x = x + lr * g / np.maximum(length, 1e-30)  # a dead unit has no gradient: x stays
    return x


def activation_maximization(model, x, channel, layer, steps, lr, shifts=None, blur_every=0):
    """x ← x + η g/‖g‖, g = ∂a/∂x, a the sum of a layer's channel over its pixels: an image that excites a unit.

    ‖g‖ is the root of the mean square, so that η is a step of a pixel. `channel` is a number or (N,), of the layer's
    second axis. Two ways against patterns as fine as a pixel: `shifts` (steps, 2) moves the image by so many pixels,
    down and to the right, for a step; every `blur_every`-th step the image is blurred by (¼, ½, ¼) along both axes.
    Shapes: x (N, C, H, W), where to start -> the same. Source: Erhan et al. 2009.
    """
    x, lr = _maps("x", x), number_between("lr", lr, 0, inf)
    check_count("steps", steps)
    check_count("blur_every", blur_every)
    gradient = lambda x: _channel_grad(model, x, channel, layer)
    if shifts is None and not blur_every:
        return activation_maximization_core(gradient, x, steps, lr)
    for t, (down, right) in enumerate(whole_shifts(shifts, steps), start=1):
        x = activation_maximization_core(gradient, np.roll(x, (down, right), (2, 3)), 1, lr)
        x = np.roll(x, (-down, -right), (2, 3))
        if blur_every and t % blur_every == 0:
            x = _blurred(_blurred(x).swapaxes(2, 3)).swapaxes(2, 3)
    return x


def _channel_grad(model, x, channel, layer):
    """∂/∂x of the sum of a layer's channel over its pixels: nothing comes back from the layers after it."""

    def upstream(A):
        c = one_each("channel", channel, *A.shape[:2], "channel")
        u = np.zeros_like(A)
        u[np.arange(len(A)), c] = 1  # ∂a/∂A
        return u

    with Watch(model.eval(), layer, instead=upstream):
        return model.backward(np.zeros_like(model(x)))


def _blurred(x):
    """(¼, ½, ¼) along the last axis but one; what lies beyond the edge is as the edge."""
    x = np.pad(x, ((0, 0), (0, 0), (1, 1), (0, 0)), mode="edge")
    return (x[:, :, :-2] + 2 * x[:, :, 1:-1] + x[:, :, 2:]) / 4


def _maps(name, value):
    """`value` as finite floats, (N, C, H, W)."""
    value = finite_floats(name, value)
    check_maps(name, value.shape)
    return value
