"""Chapter 02: an activation of the scores `z`, and its slope by autograd."""

import torch
import torch.nn.functional as F


def activations_sigmoid(z):
    a = torch.sigmoid(z)


def activations_sigmoid_grad(z):
    z.requires_grad_()
    torch.sigmoid(z).sum().backward()
    slope = z.grad


def activations_tanh(z):
    a = torch.tanh(z)


def activations_tanh_grad(z):
    z.requires_grad_()
    torch.tanh(z).sum().backward()
    slope = z.grad


def activations_relu(z):
    a = F.relu(z)


def activations_relu_grad(z):
    z.requires_grad_()
    F.relu(z).sum().backward()
    slope = z.grad


def activations_leaky_relu(z):
    a = F.leaky_relu(z, negative_slope=0.01)


def activations_leaky_relu_grad(z):
    z.requires_grad_()
    F.leaky_relu(z, negative_slope=0.01).sum().backward()
    slope = z.grad


def activations_elu(z):
    a = F.elu(z, alpha=1.0)


def activations_elu_grad(z):
    z.requires_grad_()
    F.elu(z, alpha=1.0).sum().backward()
    slope = z.grad


def activations_gelu(z):
    a = F.gelu(z)


def activations_gelu_grad(z):
    z.requires_grad_()
    F.gelu(z).sum().backward()
    slope = z.grad


def activations_silu(z):
    a = F.silu(z)


def activations_silu_grad(z):
    z.requires_grad_()
    F.silu(z).sum().backward()
    slope = z.grad


def activations_softmax(z):
    p = F.softmax(z, dim=-1)


def activations_softmax_jacobian(z):
    jacobian = torch.func.jacrev(lambda z: F.softmax(z, dim=-1))(z)


def activations_log_softmax(z):
    log_p = F.log_softmax(z, dim=-1)
