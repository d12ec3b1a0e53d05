"""What chapter 26 measures: its nets and their training against torch, its data, and what the prose says of them."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import cosine_similarity
from torch import nn
from torch.nn.functional import cross_entropy

from dlbook.data import numbers
from dlbook.data.transformer import transformer_weights
from dlbook.experiments import measured
from dlbook.experiments import transformer as lab
from dlbook.experiments import transformer_nets as nets
from dlbook.explorers.transformer import NUMBERS

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from make_transformer import rounded  # noqa: E402


class Theirs(nn.Module):
    """The translator in torch, under the same names."""

    def __init__(self, net):
        super().__init__()
        self.en, self.fr = (nn.Embedding(len(nets.vocabulary(lang)), net.width) for lang in ("en", "fr"))
        layer = nn.TransformerEncoderLayer(net.width, 4, 128, 0.0, batch_first=True, norm_first=True)
        reads = nn.TransformerEncoder(layer, 2, nn.LayerNorm(net.width), enable_nested_tensor=False)  # else it warns
        options = {"dropout": 0.0, "batch_first": True, "norm_first": True, "custom_encoder": reads}
        self.net = nn.Transformer(net.width, 4, 2, 2, 128, **options)
        self.out = nn.Linear(net.width, len(nets.vocabulary("fr")))
        self.double().load_state_dict({name: torch.tensor(w).double() for name, w in net.state_dict().items()})

    def placed(self, table, ids):
        D = table.embedding_dim
        t, i = torch.arange(ids.shape[1]).double(), torch.arange(0, D, 2).double()
        angle = t[:, None] / 10000 ** (i / D)
        return table(ids) * D**0.5 + torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)

    def forward(self, source, before):
        padding, T = source == nets.PADDING, before.shape[1]
        masks = {"src_key_padding_mask": padding, "memory_key_padding_mask": padding}
        causal = torch.ones(T, T, dtype=torch.bool).triu(1)
        x, y = self.placed(self.en, source), self.placed(self.fr, before)
        return self.out(self.net(x, y, tgt_mask=causal, **masks))


def a_batch(seed=0, N=6):
    return nets.pairs(nets.drawn(np.random.default_rng(seed), N))


def test_the_translator_is_torchs():
    net = nets.Translator(rng=0, dtype=np.float64)
    source, targets = a_batch()
    scores = net(source, nets.shifted(targets))
    theirs = Theirs(net)
    found = theirs(torch.tensor(source), torch.tensor(nets.shifted(targets)))
    np.testing.assert_allclose(scores, found.detach(), rtol=1e-10, atol=1e-12)
    loss, grad = nets.loss_and_grad(scores, targets)
    net.backward(grad)
    true = cross_entropy(found.mT, torch.tensor(targets), ignore_index=nets.PADDING)
    true.backward()
    assert loss == pytest.approx(true.item(), rel=1e-12)
    for name, parameter in theirs.named_parameters():
        np.testing.assert_allclose(net.gradients()[name], parameter.grad, rtol=1e-9, atol=1e-12, err_msg=name)


def test_training_goes_the_way_of_torch():
    """Adam with the paper's betas, clipped gradients, the rate of each step: four steps on, the weights are torch's."""
    net = nets.Translator(rng=0, dtype=np.float64)
    theirs = Theirs(net)
    optimizer = torch.optim.Adam(theirs.parameters(), lr=1.0, betas=(0.9, 0.98))
    options = {"peak": 0.01, "warmup": 2}
    for step, (source, targets) in enumerate(nets.batches(4, np.random.default_rng(1), N=5)):
        optimizer.param_groups[0]["lr"] = nets.rate(step, 4, **options)
        scores = theirs(torch.tensor(source), torch.tensor(nets.shifted(targets)))
        optimizer.zero_grad()
        cross_entropy(scores.mT, torch.tensor(targets), ignore_index=nets.PADDING).backward()
        nn.utils.clip_grad_norm_(theirs.parameters(), 1.0)
        optimizer.step()
    nets.train(net, 4, np.random.default_rng(1), N=5, **options)
    for name, parameter in theirs.named_parameters():
        np.testing.assert_allclose(net.parameters()[name], parameter.detach(), rtol=1e-5, atol=1e-6, err_msg=name)


def test_the_lstm_with_attention_is_torchs():
    net = nets.Recurrent(hidden=8, rng=0, dtype=np.float64)
    own = {name: torch.tensor(w, requires_grad=True) for name, w in net.state_dict().items()}
    source, targets = a_batch(1)
    lengths, before = torch.tensor((source != 0).sum(axis=1)), torch.tensor(nets.shifted(targets))
    reads, writes = nn.LSTM(8, 8).double(), nn.LSTM(8, 8).double()
    run = lambda lstm, name, *args: torch.func.functional_call(
        lstm, {k.removeprefix(f"{name}."): w for k, w in own.items() if k.startswith(f"{name}.")}, args
    )
    packed = nn.utils.rnn.pack_padded_sequence(own["en.weight"][source.T], lengths, enforce_sorted=False)
    read, last = run(reads, "lstm_en", packed)
    read = nn.utils.rnn.pad_packed_sequence(read)[0].transpose(0, 1)
    written = run(writes, "lstm_fr", own["fr.weight"][before.T], last)[0].transpose(0, 1)
    looks = (written @ read.mT).masked_fill(torch.tensor(source == 0)[:, None], -torch.inf).softmax(dim=-1)
    mixed = torch.cat([written, looks @ read], dim=-1) @ own["mix.weight"].T + own["mix.bias"]
    found = mixed.tanh() @ own["out.weight"].T + own["out.bias"]
    scores = net(source, nets.shifted(targets))
    np.testing.assert_allclose(scores, found.detach(), rtol=1e-10, atol=1e-13)
    net.backward(nets.loss_and_grad(scores, targets)[1])
    cross_entropy(found.mT, torch.tensor(targets), ignore_index=0).backward()
    for name, grad in net.gradients().items():
        np.testing.assert_allclose(grad, own[name].grad, rtol=1e-9, atol=1e-12, err_msg=name)


def test_the_loss_is_torchs_with_smoothing_too():
    rng = np.random.default_rng(2)
    scores, targets = rng.normal(size=(3, 5, 7)), rng.integers(1, 7, (3, 5))
    targets[0, 3:] = nets.PADDING
    for smoothing in (0.0, 0.1):
        theirs = torch.tensor(scores, requires_grad=True)
        loss = cross_entropy(theirs.mT, torch.tensor(targets), ignore_index=0, label_smoothing=smoothing)
        loss.backward()
        ours, grad = nets.loss_and_grad(scores, targets, smoothing)
        assert ours == pytest.approx(loss.item(), rel=1e-10)
        np.testing.assert_allclose(grad, theirs.grad, atol=1e-14)


def test_the_rate_climbs_to_its_peak_and_ends_near_zero():
    rates = [nets.rate(s, 1000, 0.003, 200) for s in range(1000)]
    assert max(rates) == pytest.approx(0.003) == rates[199]
    assert np.allclose(np.diff(rates[:200]), 0.003 / 200)
    assert rates[665] == pytest.approx(0.003 * (200 / 666) ** 0.5) and rates[-1] < 1e-5


@pytest.mark.parametrize("kind", nets.KINDS)
def test_every_changed_net_has_the_gradient_of_its_loss(kind):
    """By differences, in a few numbers of each array; as many weights as the net that it is compared with."""
    net = nets.small_net(kind, rng=0)
    counted = sum(w.size for w in net.parameters().values())
    assert abs(counted / 174_370 - 1) < 0.01
    source, targets = a_batch(3, N=2)
    for name, w in list(net.parameters().items())[::7]:
        flat, picks = w.reshape(-1), np.random.default_rng(4).integers(w.size, size=3)

        def loss(v, flat=flat, picks=picks):
            flat[picks] = v
            return nets.loss_and_grad(net(source, nets.shifted(targets)).astype(np.float64), targets)[0]

        start = flat[picks].copy()
        loss(start)
        scores = net(source, nets.shifted(targets))
        net.backward(nets.loss_and_grad(scores, targets)[1])
        own = net.gradients()[name].reshape(-1)[picks]
        step = 3e-3
        by_steps = [(loss(start + step * e) - loss(start - step * e)) / (2 * step) for e in np.eye(3)]
        loss(start)
        np.testing.assert_allclose(own, by_steps, rtol=0.05, atol=2e-3, err_msg=f"{kind}: {name}")


def test_what_is_kept_for_judging_is_never_learned():
    rng = np.random.default_rng(5)
    seen, unseen = nets.drawn(rng, 3000), nets.drawn(rng, 1000, unseen=True)
    assert (seen % 11 != 5).all() and (unseen % 11 == 5).all() and len(unseen) == 1000
    counts = np.bincount([len(str(n)) for n in seen], minlength=13)[1:]
    assert counts.min() > 200 and max(seen) < 10**12
    assert {*nets.judged()} & {*seen.tolist()} == set()


def test_vocabulary_and_ids_cover_all_numbers():
    rng = np.random.default_rng(6)
    for language in ("en", "fr"):
        words = {w for n in nets.drawn(rng, 3000) for w in numbers.words(int(n), language)}
        assert words <= set(nets.vocabulary(language))
    assert (len(nets.vocabulary("en")), len(nets.vocabulary("fr"))) == (36, 34)
    with pytest.raises(ValueError, match="words must be words of numbers: got 'cat', need one such as 'zero'"):
        nets.ids_of(["two", "cat"], "en")
    with pytest.raises(ValueError, match="english must hold words"):
        lab.translate(lab.translator(), " ")


def test_a_number_is_right_by_one_pass_just_when_it_is_written_right():
    """A half-trained net, so that both happen."""
    net = nets.train(nets.small_net(rng=0), rng=np.random.default_rng(0), **nets.SMALL | {"steps": 120})
    found = nets.judged(digits=5, count=30)
    written = [lab.translate(net, " ".join(numbers.words(int(n), "en"))) for n in found]
    right = [w == " ".join(numbers.words(int(n), "fr")) for n, w in zip(found, written, strict=True)]
    assert 0 < sum(right) < len(right)
    assert [nets.share_right(net, [n]) for n in found] == right


def test_the_net_of_the_book_is_right_and_light():
    weights = transformer_weights()
    assert all(w.dtype == np.float32 for w in weights.values())
    assert nets.share_right(lab.translator(), nets.judged()) > 0.99
    assert lab.translate(lab.translator(), "Ninety-three") == "quatre vingt treize"
    for n in NUMBERS:  # those of the explorer
        english, french = lab.both(n)
        assert lab.translate(lab.translator(), " ".join(english)) == " ".join(french)
    assert lab.translate(lab.translator(), "eighty thousand") == "quatre vingt mille quatre mille"  # as it is told


def across(n, layer=1):
    english, french = lab.both(n)
    return english, french, lab.looks(lab.translator(), english, french)["across"][layer].weights[0]


def test_the_heads_look_where_the_chapter_says():
    """Row t stands for what was written last: 0 for the start. The words are what the text names."""
    english, _, p = across(93)
    assert english == ["ninety", "three"] and (p[1:, 0, 0] > 0.98).all()
    assert (p[1:, 2, 1] > 0.98).all() and p[0, 2, 0] > 0.95
    english, french, p = across(280)
    assert english[2] == "and" and french[:2] == ["deux", "cent"] and (p[[0, 3], 1, 2] > 0.9).all()
    assert (p[[1, 2], 1].argmax(axis=-1) == 1).all() and english[1] == "hundred"
    english, french, p = across(80_271)
    assert english[:2] == ["eighty", "thousand"] and french[1] == "vingt" and p[1, 1, 1] > 0.98
    assert numbers.words(200, "fr") == ["deux", "cents"]


def test_rounding_to_int8_moves_no_number_by_more_than_half_a_step():
    w = np.random.default_rng(7).normal(size=(5, 9)).astype(np.float32)
    found = rounded({"w": w, "b": w[0]})
    back = found["w"] * found["w/scale"].astype(np.float32)
    assert found["w"].dtype == np.int8 and (abs(back - w) <= 0.51 * found["w/scale"]).all()
    assert found["b"].dtype == np.float16


def test_likeness_is_the_mean_cosine():
    x = np.random.default_rng(8).normal(size=(3, 4, 6))
    off = [cosine_similarity(a)[~np.eye(4, dtype=bool)].mean() for a in x]
    assert lab.likeness(x) == pytest.approx(np.mean(off), rel=1e-12)


def test_a_layer_without_its_residual_is_that():
    """With the residual the stack is torch's; without it, all words become one, whatever the draw."""
    stack, x, _ = lab.fresh_stack(norm_first=True)
    assert lab.likeness_by_layer(True)[2] == pytest.approx(lab.likeness(stack.layers[1](stack.layers[0](x))))
    for seed in range(3):
        assert lab.likeness_by_layer(False, seed)[4] > 0.999 > lab.likeness_by_layer(True, seed)[12]


def test_gradients_by_layer_are_torchs():
    stack, x, rng = lab.fresh_stack(4, norm_first=False, seed=1)
    layer = nn.TransformerEncoderLayer(32, 4, 128, 0.0, batch_first=True)
    theirs = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False).double()
    theirs.load_state_dict({name: torch.tensor(w) for name, w in stack.state_dict().items()})
    upstream = rng.normal(size=x.shape)
    stack(x)
    stack.backward(upstream)
    theirs(torch.tensor(x)).backward(torch.tensor(upstream))
    for layer, other in zip(stack.layers, theirs.layers, strict=True):
        ours = layer.children["linear2"].grads["weight"]
        np.testing.assert_allclose(ours, other.linear2.weight.grad, rtol=1e-9, atol=1e-12)


def test_pre_norm_gives_the_last_layers_smaller_gradients():
    post, pre = (lab.gradients_by_layer(norm_first) for norm_first in (False, True))
    assert 0.75 < post[-1] / post.mean() < 1.25 and pre[-1] < 0.5 * pre[0] and post[-1] > 2 * pre[-1]


def test_the_cache_changes_no_number():
    np.testing.assert_allclose(lab.write(12, True), lab.write(12, False), rtol=1e-10, atol=1e-12)


def test_what_the_tables_say():
    """The Transformer gets there in half a minute, the LSTM sooner; only without positions it does not learn."""
    raced, changed = measured.table(nets.translated), measured.table(nets.changed)
    assert raced.of("at_the_end", net="Transformer").min() > 0.95
    assert raced.of("after_10_s", net="LSTM").min() > raced.of("after_10_s", net="Transformer").max()
    right = {kind: changed.of("right", kind=kind) for kind in nets.KINDS}
    gated, without = right.pop("SwiGLU"), right.pop("no positions")
    assert without.max() < 0.55 and gated.min() < 0.85 < 0.95 < gated.max()
    assert min(r.min() for r in right.values()) > 0.9
