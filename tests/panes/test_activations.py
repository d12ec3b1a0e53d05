"""Chapter 02's panes, on scores from −5 to 5, the kink among them."""

import numpy as np
import torch
from pane import pane

Z = np.linspace(-5, 5, 11)
ROWS = Z[1:].reshape(2, 5)


@pane("activations.sigmoid")
def test_sigmoid(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).a)


@pane("activations.sigmoid_grad")
def test_sigmoid_grad(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).slope)


@pane("activations.tanh")
def test_tanh(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).a)


@pane("activations.tanh_grad")
def test_tanh_grad(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).slope)


@pane("activations.relu")
def test_relu(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).a)


@pane("activations.relu_grad")
def test_relu_grad(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).slope)


@pane("activations.leaky_relu")
def test_leaky_relu(held):
    held.same(held.numpy(Z, negative_slope=0.01), held.typed(z=torch.tensor(Z)).a)


@pane("activations.leaky_relu_grad")
def test_leaky_relu_grad(held):
    held.same(held.numpy(Z, negative_slope=0.01), held.typed(z=torch.tensor(Z)).slope)


@pane("activations.elu")
def test_elu(held):
    held.same(held.numpy(Z, alpha=1.0), held.typed(z=torch.tensor(Z)).a)


@pane("activations.elu_grad")
def test_elu_grad(held):
    held.same(held.numpy(Z, alpha=1.0), held.typed(z=torch.tensor(Z)).slope)


@pane("activations.gelu")
def test_gelu(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).a, atol=1e-15)
    held.same(held.numpy(Z), held.public(Z))


@pane("activations.gelu_grad")
def test_gelu_grad(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).slope, atol=1e-15)
    held.same(held.numpy(Z), held.public(Z))


@pane("activations.silu")
def test_silu(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).a)


@pane("activations.silu_grad")
def test_silu_grad(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).slope)


@pane("activations.softmax")
def test_softmax(held):
    held.same(held.numpy(ROWS, dim=-1), held.typed(z=torch.tensor(ROWS)).p)
    held.same(held.numpy(ROWS, dim=-1), held.public(ROWS))


@pane("activations.softmax_jacobian")
def test_softmax_jacobian(held):
    held.same(held.numpy(Z), held.typed(z=torch.tensor(Z)).jacobian)
    held.same(held.numpy(ROWS), held.public(ROWS))


@pane("activations.log_softmax")
def test_log_softmax(held):
    held.same(held.numpy(ROWS, dim=-1), held.typed(z=torch.tensor(ROWS)).log_p)
    held.same(held.numpy(ROWS, dim=-1), held.public(ROWS))
