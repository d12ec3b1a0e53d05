"""Chapter 26: attention and its masks, positions, norms, a layer, the whole Transformer, and how it is trained."""

import torch
import torch.nn.functional as F
from torch import nn


def attention_self_attention(x):
    to_q, to_k, to_v = (nn.Linear(3, 2, bias=False) for _ in range(3))
    y = F.scaled_dot_product_attention(to_q(x), to_k(x), to_v(x))


def attention_mask(query, key, value, T):
    may_look = torch.ones(T, T, dtype=torch.bool).tril()  # True = may look
    y = F.scaled_dot_product_attention(query, key, value, attn_mask=may_look)
    same = F.scaled_dot_product_attention(query, key, value, is_causal=True)
    may_not = nn.Transformer.generate_square_subsequent_mask(T) < 0  # True = may not: torch.nn's


def attention_multi_head(x):
    attention = nn.MultiheadAttention(embed_dim=4, num_heads=2, batch_first=True)
    y, weights = attention(x, x, x, average_attn_weights=False)


def attention_positional_encoding(T, D):
    t = torch.arange(T)[:, None]
    angle = t / 10000 ** (torch.arange(0, D, 2) / D)
    P = torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)


def layers_layer_norm(x):
    norm = nn.LayerNorm(4)
    y = norm(x)


def transformer_encoder_layer(x):
    post = nn.TransformerEncoderLayer(8, nhead=2, dim_feedforward=16, batch_first=True)
    pre = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, norm_first=True)
    post.eval()
    pre.eval()  # no dropout
    y_post, y_pre = post(x), pre(x)


def transformer_transformer(src, tgt, padding):
    net = nn.Transformer(8, nhead=2, num_encoder_layers=2, num_decoder_layers=2, batch_first=True)
    net.eval()
    causal = nn.Transformer.generate_square_subsequent_mask(tgt.shape[1])
    masks = {"src_key_padding_mask": padding, "memory_key_padding_mask": padding}
    y = net(src, tgt, tgt_mask=causal, **masks)


def schedules_inverse_sqrt(optimizer, D, warmup):
    rate = lambda s: D**-0.5 * min((s + 1) ** -0.5, (s + 1) * warmup**-1.5)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    rates = []
    for _ in range(50):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()


def losses_smooth_labels(scores, target):
    loss = F.cross_entropy(scores, target, label_smoothing=0.1)


def layers_rms_norm(x):
    norm = nn.RMSNorm(4)
    y = norm(x)


def attention_rotary(x, T, E):
    angle = torch.arange(T)[:, None] / 10000 ** (torch.arange(0, E, 2) / E)
    z = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())  # a + ib
    y = torch.view_as_real(z * torch.polar(torch.ones_like(angle), angle)).flatten(-2)


def transformer_swiglu(x):
    gate_proj, up_proj = nn.Linear(4, 6, bias=False), nn.Linear(4, 6, bias=False)
    down_proj = nn.Linear(6, 4, bias=False)
    y = down_proj(F.silu(gate_proj(x)) * up_proj(x))
