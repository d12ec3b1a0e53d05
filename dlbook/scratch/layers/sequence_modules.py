"""The layers of sequences as objects, for models."""

import numpy as np

from dlbook._validate import check_count
from dlbook._validate.sequences import check_padding_idx
from dlbook.scratch import activations
from dlbook.scratch.layers import embed, feature_norm
from dlbook.scratch.layers.modules import Module, _Elementwise


class LayerNorm(Module):
    """Every sample has mean 0 and variance 1 over its own features, then a scale and a shift."""

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, dtype=np.float64):
        super().__init__()
        self.normalized_shape, self.eps = normalized_shape, eps
        if elementwise_affine:
            self.params["weight"] = np.ones(normalized_shape, dtype)
            if bias:
                self.params["bias"] = np.zeros(normalized_shape, dtype)

    def forward(self, x):
        self.x = x
        return feature_norm.layer_norm(x, self.normalized_shape, **self.params, eps=self.eps)

    def backward(self, upstream):
        options = self.params | {"eps": self.eps}
        x_grad, *own = feature_norm.layer_norm_backward(upstream, self.x, self.normalized_shape, **options)
        self.grads = {name: grad for name, grad in zip(("weight", "bias"), own, strict=True) if name in self.params}
        return x_grad


class RMSNorm(Module):
    """Every sample has a mean square of 1 over its own features, then a scale."""

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, dtype=np.float64):
        super().__init__()
        self.normalized_shape, self.eps = normalized_shape, eps
        if elementwise_affine:
            self.params["weight"] = np.ones(normalized_shape, dtype)

    def forward(self, x):
        self.x = x
        return feature_norm.rms_norm(x, self.normalized_shape, **self.params, eps=self.eps)

    def backward(self, upstream):
        options = self.params | {"eps": self.eps}
        x_grad, own = feature_norm.rms_norm_backward(upstream, self.x, self.normalized_shape, **options)
        self.grads = {name: own for name in self.params}
        return x_grad


class Embedding(Module):
    """A row of D numbers for each of V ids; starts standard normal, as torch.nn.Embedding, its padding at 0."""

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, dtype=np.float64, rng=None):
        super().__init__()
        check_count("num_embeddings", num_embeddings, 1)
        check_count("embedding_dim", embedding_dim, 1)
        self.padding_idx = check_padding_idx(padding_idx, num_embeddings)
        weight = np.random.default_rng(rng).normal(size=(num_embeddings, embedding_dim)).astype(dtype)
        if padding_idx is not None:
            weight[self.padding_idx] = 0
        self.params["weight"] = weight

    def forward(self, x):
        self.x = x
        return embed.embedding(x, **self.params, padding_idx=self.padding_idx)

    def backward(self, upstream):
        """Zeros in the shape of x: there is no slope along ids."""
        own = embed.embedding_backward(upstream, self.x, **self.params, padding_idx=self.padding_idx)
        self.grads = {"weight": own}
        return np.zeros(np.shape(self.x))


class GELU(_Elementwise):
    f, f_grad = activations.gelu, activations.gelu_grad

    def __init__(self, approximate="none"):
        super().__init__()
        self.options = {"approximate": approximate}


class SiLU(_Elementwise):
    f, f_grad = activations.silu, activations.silu_grad
