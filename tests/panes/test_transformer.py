"""Chapter 26's panes: torch draws the weights, and NumPy takes them over by their names."""

import warnings

import numpy as np
import torch
from pane import pane

from dlbook.scratch import activations, attention, losses, transformer
from dlbook.scratch.attention import dot, heads
from dlbook.scratch.transformer import blocks, stacks

rng = np.random.default_rng(0)
N, T, S = 2, 4, 5
X = rng.normal(size=(N, T, 4))
WIDE, READ = rng.normal(size=(N, T, 8)), rng.normal(size=(N, S, 8))
PADDING = np.array([[False] * 5, [False] * 3 + [True] * 2])


def tensor(x) -> torch.Tensor:
    return torch.tensor(x)


def state(module) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in module.state_dict().items()}


def attend(q, k, v):
    return dot.scaled_dot_product_core(q, k, v, 0, q.shape[-1] ** -0.5)


@pane("attention.self_attention")
def test_self_attention(held):
    x = X[..., :3]
    typed = held.typed(x=tensor(x))
    weights = [state(layer)["weight"] for layer in (typed.to_q, typed.to_k, typed.to_v)]
    for output, shares in (held.numpy(x, *weights, attend), held.public(x, *weights)):
        held.same(output, typed.y, atol=1e-14)
        np.testing.assert_allclose(shares.sum(axis=-1), 1)


@pane("attention.mask")
def test_mask(held):
    q, k, v = rng.normal(size=(3, N, T, 3))
    typed = held.typed(query=tensor(q), key=tensor(k), value=tensor(v), T=T)
    place = np.arange(T)
    for may in (held.numpy(place[:, None], place, np.inf, 0), held.public(T, is_causal=True)):
        assert (may == typed.may_look.numpy()).all() and (may == ~typed.may_not.numpy()).all()
        held.same(attention.scaled_dot_product(q, k, v, may)[0], typed.y, atol=1e-14)
        held.same(attention.scaled_dot_product(q, k, v, may)[0], typed.same, atol=1e-14)


@pane("attention.multi_head")
def test_multi_head(held):
    typed = held.typed(x=tensor(X))
    own = state(typed.attention)
    W_in, b_in = own["in_proj_weight"], rng.normal(size=12)
    W_o, b_o = own["out_proj.weight"], rng.normal(size=4)
    with torch.no_grad():
        typed.attention.in_proj_bias.copy_(tensor(b_in))
        typed.attention.out_proj.bias.copy_(tensor(b_o))
        y, weights = typed.attention(tensor(X), tensor(X), tensor(X), average_attn_weights=False)
    split = lambda x: x.reshape(N, T, 2, 2).swapaxes(1, 2)
    core = held.numpy(X, X, X, *np.split(W_in, 3), *np.split(b_in, 3), W_o, b_o, split, attend)
    for found in (core, held.public(X, X, X, 2, W_in, W_o, b_in, b_o)):
        held.same(found[0], y, atol=1e-14)
        held.same(found[1], weights, atol=1e-14)
    zeros = np.zeros(12)  # torch starts its biases at 0
    held.same(heads.multi_head(X, X, X, 2, W_in, W_o, zeros, zeros[:4])[0], typed.y, atol=1e-14)


@pane("attention.positional_encoding")
def test_positional_encoding(held):
    typed = held.typed(T=7, D=6)
    held.same(held.numpy(np.arange(7)[:, None], np.arange(3), 6, 10000.0), typed.P, atol=1e-14)
    held.same(held.public(7, 6), typed.P, atol=1e-14)


@pane("layers.layer_norm")
def test_layer_norm(held):
    typed = held.typed(x=tensor(X))
    weight, bias = state(typed.norm).values()
    held.same(held.numpy(X, weight, bias, 1e-5), typed.y, atol=1e-14)
    held.same(held.public(X, 4), typed.y, atol=1e-14)


@pane("transformer.encoder_layer")
def test_encoder_layer(held):
    typed = held.typed(x=tensor(WIDE))
    for layer, y, norm_first in ((typed.post, typed.y_post, False), (typed.pre, typed.y_pre, True)):
        own = state(layer)
        held.same(held.public(WIDE, own, 2, norm_first=norm_first), y, atol=1e-13)
        held.same(by_the_pane(WIDE, own, norm_first), y, atol=1e-13)


def by_the_pane(x, own, norm_first):
    """A layer of the two lines that the pane shows, attention and feed-forward net written out."""
    attention_of = lambda x: heads.multi_head(
        x, x, x, 2, own["self_attn.in_proj_weight"], own["self_attn.out_proj.weight"],
        own["self_attn.in_proj_bias"], own["self_attn.out_proj.bias"],
    )[0]  # fmt: skip
    inner = lambda x: np.maximum(x @ own["linear1.weight"].T + own["linear1.bias"], 0)
    feed = lambda x: inner(x) @ own["linear2.weight"].T + own["linear2.bias"]
    add = blocks.pre_norm_core if norm_first else blocks.post_norm_core
    for sub, name in ((attention_of, "norm1"), (feed, "norm2")):
        gamma, beta = own[f"{name}.weight"], own[f"{name}.bias"]

        def norm(x, gamma=gamma, beta=beta):
            d = x - x.mean(axis=-1, keepdims=True)
            return gamma * d / np.sqrt((d * d).mean(axis=-1, keepdims=True) + 1e-5) + beta

        x = add(x, sub, norm)
    return x


@pane("transformer.transformer")
def test_transformer(held):
    with warnings.catch_warnings():  # torch speaks of a quick way of its own
        warnings.simplefilter("ignore")
        typed = held.typed(src=tensor(READ), tgt=tensor(WIDE), padding=tensor(PADDING))
    own, causal = state(typed.net), np.triu(np.ones((T, T), bool), 1)
    found = held.public(READ, WIDE, own, 2, None, causal, None, PADDING, None, PADDING)
    held.same(found, typed.y, atol=1e-12)


def test_the_public_functions_run_the_blocks_that_the_panes_show(monkeypatch):
    """A block has no core of its own name, so that `held` cannot see it followed."""

    class Followed(Exception):
        pass

    def followed(*args, **kwargs):
        raise Followed

    layer = blocks.TransformerEncoderLayer(8, 2, 16, rng=0).state_dict()
    whole = stacks.Transformer(8, 2, 1, 1, 16, rng=0).state_dict()
    for owner, name, call in (
        (blocks, "post_norm_core", lambda: transformer.encoder_layer(WIDE, layer, 2)),
        (blocks, "pre_norm_core", lambda: transformer.encoder_layer(WIDE, layer, 2, norm_first=True)),
        (stacks.Transformer, "forward", lambda: transformer.transformer(READ, WIDE, whole, 2)),
        (stacks.TransformerDecoder, "forward", lambda: transformer.transformer(READ, WIDE, whole, 2)),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(owner, name, followed)
            try:
                call()
            except Followed:
                continue
        raise AssertionError(f"the public function does not run {name}")


@pane("schedules.inverse_sqrt")
def test_inverse_sqrt(held):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    typed = held.typed(optimizer=optimizer, D=64, warmup=10)
    for rates in (held.numpy(np.arange(50), 1.0, 64, 10), held.public(np.arange(50), 1.0, 64, 10)):
        held.same(rates, np.array(typed.rates), atol=1e-15)


@pane("losses.smooth_labels")
def test_smooth_labels(held):
    scores, target = rng.normal(size=(6, 5)), rng.integers(0, 5, 6)
    typed = held.typed(scores=tensor(scores), target=tensor(target))
    for shares in (held.numpy(target, 5, 0.1), held.public(target, 5)):
        held.same(losses.cross_entropy_from_logits(shares, scores), typed.loss, atol=1e-14)
        held.same(-(shares * np.log(activations.softmax(scores))).sum(axis=1).mean(), typed.loss, atol=1e-13)


@pane("layers.rms_norm")
def test_rms_norm(held):
    typed = held.typed(x=tensor(X))
    eps = np.finfo(float).eps
    held.same(held.numpy(X, np.ones(4), eps), typed.y, atol=1e-14)
    held.same(held.public(X, 4), typed.y, atol=1e-14)


@pane("attention.rotary")
def test_rotary(held):
    typed = held.typed(x=tensor(X), T=T, E=4)
    angle = np.arange(T)[:, None] / 10000 ** (np.arange(0, 4, 2) / 4)
    pair = held.numpy(X[..., ::2], X[..., 1::2], angle)
    held.same(np.stack(pair, axis=-1).reshape(X.shape), typed.y, atol=1e-14)
    held.same(held.public(X), typed.y, atol=1e-14)


@pane("transformer.swiglu")
def test_swiglu(held):
    typed = held.typed(x=tensor(X))
    weights = [state(layer)["weight"] for layer in (typed.gate_proj, typed.up_proj, typed.down_proj)]
    held.same(held.numpy(X, *weights), typed.y, atol=1e-14)
    held.same(held.public(X, *weights), typed.y, atol=1e-14)
