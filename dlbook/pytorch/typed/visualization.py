"""Chapter 16: hooks that listen to a layer, and gradients of a score with respect to what the net sees."""

import torch
import torch.nn.functional as F


def visualization_filters(model):
    weight = model.conv1.weight.detach()
    low = weight.amin(dim=(1, 2, 3), keepdim=True)  # (O, 1, 1, 1)
    high = weight.amax(dim=(1, 2, 3), keepdim=True)
    pictures = (weight - low) / (high - low)


def visualization_feature_maps(model, x):
    seen, layer = [], model.get_submodule("fire9.out")
    hook = layer.register_forward_hook(lambda module, args, output: seen.append(output))
    model.eval()
    with torch.no_grad():
        model(x)
    hook.remove()
    A = seen[0]  # (N, K, H, W)


def visualization_cam(model, A, label):
    w = model.conv10.weight[label, :, 0, 0]  # (N, K)
    heat = torch.einsum("nk,nkhw->nhw", w, A)


def visualization_grad_cam(model, x, label):
    seen, layer = [], model.get_submodule("fire9.out")
    hook = layer.register_forward_hook(lambda module, args, output: seen.append(output))
    y = model.eval()(x)  # (N, classes)
    hook.remove()
    score = y[range(len(y)), label].sum()
    (A_grad,) = torch.autograd.grad(score, seen[0])
    alpha = A_grad.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((alpha * seen[0]).sum(dim=1))


def visualization_saliency(model, x, label):
    x.requires_grad_()
    y = model.eval()(x)  # (N, classes)
    y[range(len(y)), label].sum().backward()
    heat = x.grad.abs().amax(dim=1)  # (N, H, W)


def visualization_smooth_grad(model, x, label, draw, sigma):
    total = 0
    for z in draw:  # torch.randn(20, *x.shape)
        noisy = (x + sigma * z).requires_grad_()
        y = model.eval()(noisy)
        total += torch.autograd.grad(y[range(len(y)), label].sum(), noisy)[0]
    heat = (total / len(draw)).abs().amax(dim=1)  # (N, H, W)


def visualization_activation_maximization(trunk, x, channel, steps):
    for step in range(steps):
        x = x.detach().requires_grad_()
        a = trunk(x)[:, channel].sum()  # the net up to the layer
        (g,) = torch.autograd.grad(a, x)
        x = x + 4.0 * g / g.square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
