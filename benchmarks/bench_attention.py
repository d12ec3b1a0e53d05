"""Attention, layer norm and the Transformer against torch, forward with backward, and what the cache saves.

The aims, reported and not asserted: the Transformer at most 1.5, layer norm at most 4. torch is timed as a reader would
write it: the layer, and autograd's backward.
"""

import _timing
import numpy as np
import torch
import torch.nn.functional as F

from dlbook.scratch import attention, layers, transformer

rng = np.random.default_rng(0)
SIZES = {"N 32, T 24, D 64": (32, 24, 64), "N 8, T 128, D 96": (8, 128, 96)}


def main():
    torch.set_num_threads(1)
    _timing.header("Attention and the Transformer, both ways", "NumPy", "torch")
    for dtype in (np.float32, np.float64):
        for what, shape in SIZES.items():
            what = f"{what}, {np.dtype(dtype).name}"
            layer_norm(f"layer norm, {what}", shape, dtype)
            dot_product(f"4 heads, causal, {what}", shape, dtype)
            encoder(f"2 encoder layers, {what}", shape, dtype)
            whole(f"Transformer 2 + 2, {what}", shape, dtype)
    for length in (64, 256):
        cache(length)


def tensors(*arrays):
    return [torch.from_numpy(array).requires_grad_() for array in arrays]


def both(what, mine, theirs, leaves, u, runs=15):
    _timing.compare(what, mine, lambda: torch.autograd.grad(theirs(), leaves, torch.from_numpy(u)), runs=runs)


def layer_norm(what, shape, dtype):
    x, u = (rng.normal(size=shape).astype(dtype) for _ in range(2))
    weight, bias = np.ones(shape[-1], dtype), np.zeros(shape[-1], dtype)
    leaves = tensors(x, weight, bias)

    def mine():
        layers.layer_norm(x, shape[-1], weight, bias)
        return layers.layer_norm_backward(u, x, shape[-1], weight, bias)

    both(what, mine, lambda: F.layer_norm(leaves[0], shape[-1:], *leaves[1:]), leaves, u, 51)


def dot_product(what, shape, dtype):
    N, T, D = shape
    query, key, value, u = (rng.normal(size=(N, 4, T, D // 4)).astype(dtype) for _ in range(4))
    leaves = tensors(query, key, value)
    mine = lambda: attention.scaled_dot_product_backward(u, query, key, value, is_causal=True)  # goes forward first
    both(what, mine, lambda: F.scaled_dot_product_attention(*leaves, is_causal=True), leaves, u)


def loaded(ours, theirs, dtype):
    theirs = theirs.to(torch.float32 if dtype == np.float32 else torch.float64)
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.state_dict().items()})
    return theirs


def encoder(what, shape, dtype):
    D = shape[-1]
    ours = transformer.TransformerEncoderLayer(D, 4, 4 * D, 0.0, batch_first=True, dtype=dtype)
    ours = transformer.TransformerEncoder(ours, 2)
    layer = torch.nn.TransformerEncoderLayer(D, 4, 4 * D, 0.0, batch_first=True)
    theirs = loaded(ours, torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), dtype)
    x, u = (rng.normal(size=shape).astype(dtype) for _ in range(2))
    (leaf,) = tensors(x)

    def mine():
        ours(x)
        return ours.backward(u)

    both(what, mine, lambda: theirs(leaf), (leaf, *theirs.parameters()), u)


def whole(what, shape, dtype):
    D = shape[-1]
    sizes = (D, 4, 2, 2, 4 * D, 0.0)
    ours = transformer.Transformer(*sizes, batch_first=True, dtype=dtype, rng=0)
    theirs = loaded(ours, torch.nn.Transformer(*sizes, batch_first=True), dtype)
    src, tgt, u = (rng.normal(size=shape).astype(dtype) for _ in range(3))
    leaves, mask = tensors(src, tgt), ~np.tril(np.ones((shape[1],) * 2, bool))
    tensor_mask = torch.from_numpy(mask)

    def mine():
        ours(src, tgt, tgt_mask=mask)
        return ours.backward(u)

    both(what, mine, lambda: theirs(*leaves, tgt_mask=tensor_mask), (*leaves, *theirs.parameters()), u)


def cache(length):
    """A text word by word, with the cache, and anew for every word."""
    model = transformer.LanguageModel(100, 96, 4, 3, dtype=np.float32, rng=0).eval()
    ids = rng.integers(0, 100, (1, length))

    def kept():
        cache = None
        for t in range(length):
            _, cache = model.step(ids[:, t : t + 1], cache)

    def anew():
        for t in range(length):
            model(ids[:, : t + 1])

    _timing.compare(f"cache against none, {length} words (both NumPy)", kept, anew, runs=3)


if __name__ == "__main__":
    main()
