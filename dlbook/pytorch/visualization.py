"""What a net sees, by hooks and autograd. Symbols and shapes are those of the NumPy room."""

from math import inf

import torch
import torch.nn.functional as F

from dlbook._validate import check_count, number_between, wrong
from dlbook._validate.visualization import (
    check_draws,
    check_maps,
    check_scores,
    known_layer,
    one_each,
    whole_shifts,
)
from dlbook.pytorch._tensors import finite_floats, fitting


def filters(weight):
    """(W − min W) / (max W − min W) of each filter; 0.5 where all its numbers are equal."""
    weight = _maps("weight", weight)
    low, high = weight.amin(dim=(1, 2, 3), keepdim=True), weight.amax(dim=(1, 2, 3), keepdim=True)
    return torch.where(high > low, (weight - low) / (high - low), 0.5)


def feature_maps(model, x, layer):
    """A, what a layer gives for images x."""
    return _watched(model, _image(model, x), layer)[0].detach()


def cam(maps, weight, label):
    """M = Σ_k w_ck A_k."""
    maps, weight = _maps("maps", maps), finite_floats("weight", weight)
    N, K = maps.shape[:2]
    weight = weight[:, :, 0, 0] if weight.shape[2:] == (1, 1) else weight
    weight = fitting("weight", weight, (len(weight), K), maps)
    w = weight[one_each("label", label, N, len(weight), "class")]
    return torch.einsum("nk,nkhw->nhw", w, maps)


def grad_cam(model, x, label, layer):
    """ReLU(Σ_k α_k A_k), with α_k the mean of ∂y_c/∂A_k over the pixels."""
    A, y = _watched(model, _image(model, x).requires_grad_(), layer)
    check_maps(f"layer {layer!r}", A.shape)
    (A_grad,) = torch.autograd.grad(_scores(y, label).sum(), A)
    alpha = A_grad.mean(dim=(2, 3), keepdim=True)
    return F.relu((alpha * A).sum(dim=1)).detach()


def score_grad(model, x, label):
    """∂y_c/∂x, for each image."""
    x = _image(model, x).requires_grad_()
    with torch.enable_grad():
        y = model.eval()(x)
        return torch.autograd.grad(_scores(y, label).sum(), x)[0]


def saliency(model, x, label):
    """max over the colours of |∂y_c/∂x|."""
    return score_grad(model, x, label).abs().amax(dim=1)


def smooth_grad(model, x, label, draw, sigma):
    """max over the colours of |mean of ∂y_c/∂x at x + σ z|, z from `draw`."""
    x, draw, sigma = _maps("x", x), finite_floats("draw", draw), number_between("sigma", sigma, 0)
    check_draws("draw", draw.shape, x.shape)
    gradients = [score_grad(model, x + sigma * z, label) for z in draw.to(x)]
    return torch.stack(gradients).mean(dim=0).abs().amax(dim=1)


def activation_maximization(model, x, channel, layer, steps, lr, shifts=None, blur_every=0):
    """x ← x + η g/‖g‖, g = ∂a/∂x, a the sum of a layer's channel over its pixels."""
    x, lr = _image(model, x), number_between("lr", lr, 0, inf)
    check_count("steps", steps)
    check_count("blur_every", blur_every)
    for t, (down, right) in enumerate(whole_shifts(shifts, steps), start=1):
        x = x.roll((down, right), (2, 3)).requires_grad_()
        A = _watched(model, x, layer)[0]
        a = A[range(len(A)), one_each("channel", channel, *A.shape[:2], "channel")]
        (g,) = torch.autograd.grad(a.sum(), x)
        length = g.square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
        x = (x.detach() + lr * g / length.clamp(min=1e-30)).roll((-down, -right), (2, 3))
        if blur_every and t % blur_every == 0:
            x = _blurred(x)
    return x


def _watched(model, x, layer):
    """What a layer gives for x, and what the whole model gives."""
    modules = {name: module for name, module in model.named_modules() if name and type(module) is not torch.nn.Module}
    module, seen = modules[known_layer(layer, modules)], []
    hook = module.register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        with torch.enable_grad():
            y = model.eval()(x)
    finally:
        hook.remove()
    return seen[0], y  # of a layer that is used again, the first use


def _scores(y, label):
    """y_c for each image."""
    check_scores(y)
    return y[range(len(y)), one_each("label", label, *y.shape, "class")]


def _blurred(x):
    """(¼, ½, ¼) along both axes; what lies beyond the edge is as the edge."""
    line = torch.tensor([0.25, 0.5, 0.25], dtype=x.dtype, device=x.device)
    kernel = torch.outer(line, line).expand(x.shape[1], 1, 3, 3)
    return F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), kernel, groups=x.shape[1])


def _maps(name, value):
    """`value` as finite floats, (N, C, H, W)."""
    value = finite_floats(name, value)
    check_maps(name, value.shape)
    return value


def _image(model, x):
    """Images as the model takes them: what came as whole numbers gets the dtype of its weights."""
    whole = not torch.as_tensor(x).is_floating_point()
    x, weight = _maps("x", x).detach(), next(model.parameters(), None)
    if weight is None or x.dtype == weight.dtype:
        return x.clone()
    if whole:
        return x.to(weight)
    raise wrong("x", "have the dtype of the model", f"{x.dtype}", f"{weight.dtype}")
