"""Skip-gram and CBOW on tensors: vectors are looked up by `F.embedding`, gradients come from autograd."""

import torch
import torch.nn.functional as F

from dlbook._validate import number_between
from dlbook.pytorch._tensors import backward, cast
from dlbook.pytorch.embedding._inputs import against, tables, windows, words


def full_softmax(h, C, target):
    """J = −1/B Σ log P(target | h), P the softmax over all words: `F.cross_entropy`. (B, D), (V, D), (B,) -> ()."""
    h, C, dtype = tables(h, C, "h")
    target, _ = against("target", target, None, len(h), len(C))
    return F.cross_entropy(h @ C.T, target).to(dtype)


def full_softmax_grad(h, C, target):
    """∂J/∂h and ∂J/∂C, by autograd. Shapes: (B, D), (V, D)."""
    h, C, dtype = tables(h, C, "h")
    target, _ = against("target", target, None, len(h), len(C))
    return _grad(lambda h, C: F.cross_entropy(h @ C.T, target), h, C, dtype)


def negative_sampling(h, C, target, negatives):
    """J = −1/B Σ [log σ(h·c_target) + Σ_k log σ(−h·c_k)]. Shapes: (B, D), (V, D), (B,), (B, K) -> ()."""
    h, C, dtype = tables(h, C, "h")
    target, negatives = against("target", target, negatives, len(h), len(C))
    return _sampled(h, C, target, negatives).to(dtype)


def negative_sampling_grad(h, C, target, negatives):
    """∂J/∂h and ∂J/∂C, by autograd. Shapes: (B, D), (V, D)."""
    h, C, dtype = tables(h, C, "h")
    target, negatives = against("target", target, negatives, len(h), len(C))
    return _grad(lambda h, C: _sampled(h, C, target, negatives), h, C, dtype)


def skip_gram(W, C, center, context, negatives=None):
    """J = −1/B Σ log P(context | center): from a word its neighbour is guessed, pair by pair."""
    W, C, center, context, negatives, dtype = _pairs(W, C, center, context, negatives)
    return _guess(F.embedding(center, W), C, context, negatives).to(dtype)


def skip_gram_grad(W, C, center, context, negatives=None):
    """∂J/∂W and ∂J/∂C of `skip_gram`, by autograd. Shapes: (V, D), (V, D)."""
    W, C, center, context, negatives, dtype = _pairs(W, C, center, context, negatives)
    return _grad(lambda W, C: _guess(F.embedding(center, W), C, context, negatives), W, C, dtype)


def skip_gram_step(W, C, center, context, negatives, lr=0.025):
    """W and C after a step down the gradient, summed over the pairs: sparse, only rows that occur are touched."""
    W, C, center, context, negatives, dtype = _pairs(W, C, center, context, negatives)
    lr = number_between("lr", lr, 0) * len(center)
    W, C = (table.detach().clone().requires_grad_() for table in (W, C))
    with torch.enable_grad():
        _sampled(F.embedding(center, W, sparse=True), C, context, negatives, sparse=True).backward()
    torch.optim.SGD([W, C], lr=lr).step()
    return cast((W.detach(), C.detach()), dtype)


def cbow(W, C, contexts, center, negatives=None, mask=None):
    """J = −1/B Σ log P(center | h), h the mean of the neighbours' vectors: from its neighbours a word is guessed."""
    W, C, contexts, share, center, negatives, dtype = _windows(W, C, contexts, center, negatives, mask)
    return _guess(_mean(W, contexts, share), C, center, negatives).to(dtype)


def cbow_grad(W, C, contexts, center, negatives=None, mask=None):
    """∂J/∂W and ∂J/∂C of `cbow`, by autograd. Shapes: (V, D), (V, D)."""
    W, C, contexts, share, center, negatives, dtype = _windows(W, C, contexts, center, negatives, mask)
    return _grad(lambda W, C: _guess(_mean(W, contexts, share), C, center, negatives), W, C, dtype)


def _sampled(h, C, target, negatives, sparse=False):
    right = (h * F.embedding(target, C, sparse=sparse)).sum(dim=1)  # (B,)
    wrong = (F.embedding(negatives, C, sparse=sparse) @ h[:, :, None])[..., 0]  # (B, K)
    return -(F.logsigmoid(right) + F.logsigmoid(-wrong).sum(dim=1)).mean()


def _guess(h, C, target, negatives):
    return F.cross_entropy(h @ C.T, target) if negatives is None else _sampled(h, C, target, negatives)


def _mean(W, contexts, share):
    return F.embedding_bag(contexts, W, per_sample_weights=share, mode="sum")


def _grad(loss, a, b, dtype):
    return cast(backward(torch.ones((), dtype=a.dtype, device=a.device), loss, a, b), dtype)


def _pairs(W, C, center, context, negatives):
    """The arguments of skip-gram in what is computed in, and the dtype of the answer."""
    W, C, dtype = tables(W, C)
    center = words("center", center, (None,), len(W))
    return W, C, center, *against("context", context, negatives, len(center), len(C)), dtype


def _windows(W, C, contexts, center, negatives, mask):
    """The arguments of CBOW in what is computed in, and the dtype of the answer."""
    W, C, dtype = tables(W, C)
    contexts, share = windows(W, contexts, mask)
    return W, C, contexts, share, *against("center", center, negatives, len(contexts), len(C)), dtype
