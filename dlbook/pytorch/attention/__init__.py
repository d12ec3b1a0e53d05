"""Attention in PyTorch: its own functions where it has them, tensors where not; autograd goes back."""

from torch.nn import MultiheadAttention

from dlbook.pytorch.attention.dot import scaled_dot_product, scaled_dot_product_backward, scores
from dlbook.pytorch.attention.early import additive, additive_backward, dot_product, dot_product_backward
from dlbook.pytorch.attention.heads import multi_head, multi_head_backward, self_attention, self_attention_backward
from dlbook.pytorch.attention.masks import mask
from dlbook.pytorch.attention.positions import (
    learned_positions,
    learned_positions_backward,
    positional_encoding,
    rotary,
    rotary_backward,
)

__all__ = [
    "MultiheadAttention", "additive", "additive_backward", "dot_product", "dot_product_backward", "learned_positions",
    "learned_positions_backward", "mask", "multi_head", "multi_head_backward", "positional_encoding", "rotary",
    "rotary_backward", "scaled_dot_product", "scaled_dot_product_backward", "scores", "self_attention",
    "self_attention_backward",
]  # fmt: skip
