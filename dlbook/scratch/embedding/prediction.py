"""Skip-gram and CBOW: which word stands near? Over all words (softmax), or against a few wrong ones.

The losses see a vector h (B, D) and words as context; skip-gram's h is the vector of the word in the middle, CBOW's the
mean of its neighbours. Gradients are by hand. Losses are means over B; the dtype is that of W.
"""

import numpy as np

from dlbook._validate import number_between
from dlbook.scratch._arrays import cast
from dlbook.scratch.activations import log_softmax_core, sigmoid, softmax_core
from dlbook.scratch.embedding._inputs import against, tables, windows, words


def full_softmax_core(h, C, target):  # (B, D), (V, D), (B,)
    log_p = log_softmax_core(h @ C.T, dim=-1)  # (B, V)
    return -np.mean(log_p[np.arange(len(h)), target])


def full_softmax(h, C, target):
    """J = −1/B Σ log P(target | h), P(v | h) = e^(h·c_v) / Σ_u e^(h·c_u): a product with every word there is.

    Shapes: h (B, D), C (V, D), target (B,) -> ().
    """
    h, C, dtype = tables(h, C, "h")
    target, _ = against("target", target, None, len(h), len(C))
    return cast(full_softmax_core(h, C, target), dtype)


def full_softmax_grad_core(h, C, target):
    delta = softmax_core(h @ C.T, dim=-1)  # (B, V): P(v | h)
    delta[np.arange(len(h)), target] -= 1
    delta = delta / len(h)
    return delta @ C, delta.T @ h  # (B, D), (V, D)


def full_softmax_grad(h, C, target):
    """∂J/∂h = (P − y) C / B and ∂J/∂C = (P − y)ᵀ h / B: every word's vector moves. Shapes: (B, D), (V, D)."""
    h, C, dtype = tables(h, C, "h")
    target, _ = against("target", target, None, len(h), len(C))
    return cast(full_softmax_grad_core(h, C, target), dtype)


def negative_sampling_core(h, C, target, negatives):  # (B, D), (V, D), (B,), (B, K)
    z = np.einsum("bd,bd->b", h, C[target])
    z_wrong = np.einsum("bd,bkd->bk", h, C[negatives])
    log_p = -np.logaddexp(0, -z) - np.logaddexp(0, z_wrong).sum(axis=1)  # log σ(z) = −log(1 + e^−z)
    return -np.mean(log_p)


def negative_sampling(h, C, target, negatives):
    """J = −1/B Σ [log σ(h·c_target) + Σ_k log σ(−h·c_k)]: the word that came against K that were drawn.

    Shapes: h (B, D), C (V, D), target (B,), negatives (B, K) -> (). Source: Mikolov and others 2013.
    """
    h, C, dtype = tables(h, C, "h")
    target, negatives = against("target", target, negatives, len(h), len(C))
    return cast(negative_sampling_core(h, C, target, negatives), dtype)


def negative_sampling_grad_core(h, C, target, negatives):
    ids = np.column_stack([target, negatives])  # (B, 1 + K)
    delta = sigmoid(np.einsum("bd,bkd->bk", h, C[ids]))  # ŷ − y, as in logistic regression:
    delta[:, 0] -= 1  # y = 1 for the target, 0 for the others
    delta = delta / len(h)
    dC = np.zeros_like(C)
    np.add.at(dC, ids, np.einsum("bk,bd->bkd", delta, h))  # a word may be drawn several times
    return np.einsum("bk,bkd->bd", delta, C[ids]), dC


def negative_sampling_grad(h, C, target, negatives):
    """∂J/∂h = [(σ(h·c) − 1) c + Σ_k σ(h·c_k) c_k] / B; in C move the target's row and the K negatives' alone.

    Shapes: (B, D), (V, D).
    """
    h, C, dtype = tables(h, C, "h")
    target, negatives = against("target", target, negatives, len(h), len(C))
    return cast(negative_sampling_grad_core(h, C, target, negatives), dtype)


def skip_gram_core(W, C, center, context, negatives):
    return negative_sampling_core(W[center], C, context, negatives)


def skip_gram(W, C, center, context, negatives=None):
    """J = −1/B Σ log P(context | center): from a word its neighbour is guessed, pair by pair.

    Shapes: W and C (V, D), center and context (B,), negatives (B, K) -> (). Without negatives P is the softmax over all
    words, with them J is that of `negative_sampling`. Source: Mikolov and others 2013.
    """
    W, C, center, context, negatives, dtype = _pairs(W, C, center, context, negatives)
    if negatives is None:
        return cast(full_softmax_core(W[center], C, context), dtype)
    return cast(skip_gram_core(W, C, center, context, negatives), dtype)


def skip_gram_grad_core(W, C, center, context, negatives):
    dh, dC = negative_sampling_grad_core(W[center], C, context, negatives)
    dW = np.zeros_like(W)
    np.add.at(dW, center, dh)  # a word stands in the middle of several pairs
    return dW, dC


def skip_gram_grad(W, C, center, context, negatives=None):
    """∂J/∂W and ∂J/∂C of `skip_gram`: in W only rows of words in the middle move. Shapes: (V, D), (V, D)."""
    W, C, center, context, negatives, dtype = _pairs(W, C, center, context, negatives)
    if negatives is not None:
        return cast(skip_gram_grad_core(W, C, center, context, negatives), dtype)
    dW, (dh, dC) = np.zeros_like(W), full_softmax_grad_core(W[center], C, context)
    np.add.at(dW, center, dh)
    return cast((dW, dC), dtype)


def skip_gram_step_core(W, C, center, context, negatives, lr):
    ids = np.column_stack([context, negatives])  # (B, 1 + K)
    w, c = W[center], C[ids]  # (B, D), (B, 1 + K, D)
    delta = sigmoid(np.einsum("bd,bkd->bk", w, c))
    delta[:, 0] -= 1
    np.subtract.at(W, center, lr * np.einsum("bk,bkd->bd", delta, c))
    np.subtract.at(C, ids, lr * np.einsum("bk,bd->bkd", delta, w))
    return W, C


def skip_gram_step(W, C, center, context, negatives, lr=0.025):
    """W and C after a step down the gradient of `skip_gram` with negatives: only the rows that occur are touched.

    Shapes: as in `skip_gram` -> (V, D), (V, D). As in word2vec each pair counts `lr`: the step takes the sum over the
    pairs, not their mean.
    """
    W, C, center, context, negatives, dtype = _pairs(W, C, center, context, negatives)
    lr = number_between("lr", lr, 0)
    return cast(skip_gram_step_core(W.copy(), C.copy(), center, context, negatives, lr), dtype)


def cbow_core(W, C, contexts, share, center, negatives):  # (B, M), share 1/M (B, M, 1)
    h = (share * W[contexts]).sum(axis=1)  # (B, D)
    return negative_sampling_core(h, C, center, negatives)


def cbow(W, C, contexts, center, negatives=None, mask=None):
    """J = −1/B Σ log P(center | h), h the mean of the neighbours' vectors: from its neighbours a word is guessed.

    Shapes: W and C (V, D), contexts and mask (B, M), center (B,), negatives (B, K) -> (). What `mask` calls False is
    no neighbour. Without negatives P is the softmax over all words. Source: Mikolov and others 2013.
    """
    W, C, contexts, share, center, negatives, dtype = _windows(W, C, contexts, center, negatives, mask)
    if negatives is None:
        return cast(full_softmax_core((share * W[contexts]).sum(axis=1), C, center), dtype)
    return cast(cbow_core(W, C, contexts, share, center, negatives), dtype)


def cbow_grad_core(W, C, contexts, share, center, negatives):
    h = (share * W[contexts]).sum(axis=1)  # (B, D)
    dh, dC = negative_sampling_grad_core(h, C, center, negatives)
    dW = np.zeros_like(W)
    np.add.at(dW, contexts, share * dh[:, None])  # (B, M, D): each neighbour gets its share
    return dW, dC


def cbow_grad(W, C, contexts, center, negatives=None, mask=None):
    """∂J/∂W and ∂J/∂C of `cbow`: every neighbour gets 1/M of what the mean gets. Shapes: (V, D), (V, D)."""
    W, C, contexts, share, center, negatives, dtype = _windows(W, C, contexts, center, negatives, mask)
    if negatives is not None:
        return cast(cbow_grad_core(W, C, contexts, share, center, negatives), dtype)
    dW, (dh, dC) = np.zeros_like(W), full_softmax_grad_core((share * W[contexts]).sum(axis=1), C, center)
    np.add.at(dW, contexts, share * dh[:, None])
    return cast((dW, dC), dtype)


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
