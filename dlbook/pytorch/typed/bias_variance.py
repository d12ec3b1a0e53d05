"""Chapter 06: the parts of an error, in tensors."""

import torch


def bias_variance_decompose(predictions, f_true, noise_var):
    variance, mean = torch.var_mean(predictions, dim=0)
    bias2 = (mean - f_true) ** 2 - variance / len(predictions)
    mse = (bias2 + variance + noise_var).mean()


def bias_variance_decompose_linear(H, f_train, f_true, noise_var):
    bias = H @ f_train - f_true
    variance = noise_var * torch.diagonal(H @ H.T)
    mse = (bias**2 + variance + noise_var).mean()
