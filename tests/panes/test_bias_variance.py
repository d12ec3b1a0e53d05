"""Chapter 06's panes: models of twenty training sets, and least squares without sampling."""

import numpy as np
import torch
from pane import pane

rng = np.random.default_rng(0)
X = np.linspace(0, 1, 9)
F = np.sin(2 * np.pi * X)
DESIGN = np.vander(X, 4)
H = DESIGN @ np.linalg.pinv(DESIGN)  # least squares: predictions from labels


def tensors(**values):
    return {name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}


@pane("bias_variance.decompose")
def test_decompose(held):
    predictions = (F + 0.2 * rng.normal(size=(20, 9))) @ H.T  # (n_sets, x)
    mse, bias2, variance = held.numpy(predictions, F, 0.04)
    parts = held.public(predictions, F, 0.04)
    held.same(mse, parts.mse)
    held.same((bias2, variance), (parts.bias2_at, parts.variance_at))
    page = held.typed(**tensors(predictions=predictions, f_true=F, noise_var=0.04))
    held.same(mse, page.mse)
    held.same(bias2, page.bias2, atol=1e-15)
    held.same(variance, page.variance)


@pane("bias_variance.decompose_linear")
def test_decompose_linear(held):
    mse, bias2, variance = held.numpy(H, F, F, 0.04)
    parts = held.public(H, F, F, 0.04)
    held.same(mse, parts.mse)
    held.same((bias2, variance), (parts.bias2_at, parts.variance_at))
    page = held.typed(**tensors(H=H, f_train=F, f_true=F, noise_var=0.04))
    held.same(mse, page.mse)
    held.same(variance, page.variance)
