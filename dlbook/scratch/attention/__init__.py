"""Attention: a query looks at keys, and takes their values in the proportion it likes them.

`masks.py` says who may look at whom, `dot.py` has the scaled dot product, `heads.py` self-attention and several heads,
`early.py` Bahdanau's and Luong's, `positions.py` what tells a sum where a word stands.
"""

from dlbook.scratch.attention.dot import scaled_dot_product, scaled_dot_product_backward, scores
from dlbook.scratch.attention.early import additive, additive_backward, dot_product, dot_product_backward
from dlbook.scratch.attention.heads import multi_head, multi_head_backward, self_attention, self_attention_backward
from dlbook.scratch.attention.masks import mask
from dlbook.scratch.attention.modules import MultiheadAttention
from dlbook.scratch.attention.positions import (
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
