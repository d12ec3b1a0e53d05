"""What one may ask of chapter 15's measurements: another rate, more epochs, He's start, nets that never learn."""

import numpy as np

from dlbook.experiments import measured
from dlbook.experiments.backpropagation import train
from dlbook.experiments.deep_cnns import Run, clothes, learn_small, small_net, unseen_clothes
from dlbook.scratch import architectures, losses, models
from dlbook.scratch.initializers import he


@measured.over(net=("plain-10", "plain-30"), lr=(0.02, 0.05, 0.1), seeds=range(2))
def longer(seed, net, lr) -> dict:
    """The loss on the images that a net learns from, in the last of twelve epochs, with η = lr."""
    rng = np.random.default_rng(seed)
    model = architectures.build(small_net(net), np.float32, rng)
    loss = train(model, *clothes(), epochs=12, lr=lr, batch_size=64, rng=rng, decay=False)
    return {"loss": float(loss[-len(loss) // 12 :].mean())}


def started_by_he(name: str, rng) -> models.Functional:
    """A net without batch norm whose kernels start as chapter 09 advises, with biases of 0."""
    model = architectures.build(small_net(name, batch_norm=False), np.float32, rng)
    for weight in model.parameters().values():
        if weight.ndim == 4:
            weight[...] = he(rng.normal(size=weight.shape))
        elif weight.ndim == 1:
            weight[...] = 0
    return model


@measured.over(lr=(0.01, 0.05), seeds=range(3))
def from_he(seed, lr) -> dict:
    """The loss of plain-30 without batch norm in its third epoch, from He's start."""
    rng = np.random.default_rng(seed)
    loss = train(started_by_he("plain-30", rng), *clothes(), epochs=3, lr=lr, batch_size=64, rng=rng, decay=False)
    return {"loss": Run(loss).last}


def _ends(model) -> list[str]:
    """The names of what comes out of the blocks."""
    return [row[0] for row in model.net.rows if row[0].startswith("layer") and row[0].endswith(".relu")]


def arrives_from_he(name: str, seed=0, images=64) -> np.ndarray:
    """As deep_cnns.arrives, from He's start: the size of the gradient at what comes out of each block."""
    model = started_by_he(name, np.random.default_rng(seed)).train()
    X, y = clothes(images)
    model.backward(losses.cross_entropy_from_logits_grad(y, model(X)))
    return np.array([np.sqrt(np.mean(model.value_grads[end] ** 2)) for end in _ends(model)])


def differ(name: str, seed=0, batch_norm=True, images=64) -> np.ndarray:
    """Before the first step: how much a block's numbers differ from image to image, as a share of their size."""
    model = architectures.build(small_net(name, batch_norm), np.float32, np.random.default_rng(seed)).train()
    model(clothes(images)[0])
    values = [model.values[end].astype(float) for end in _ends(model)]
    return np.array([np.sqrt(np.mean((v - v.mean(axis=0)) ** 2) / np.mean(v**2)) for v in values])


@measured.over(seeds=range(3))
def silent(seed) -> dict:
    """Of a small AlexNet that has learned: how many numbers the last convolution's ReLU turns to 0, as a share."""
    model = learn_small("AlexNet", seed).eval()
    model(unseen_clothes()[0][:500])
    return {"zeros": float(np.mean(model.values["features.11"] == 0))}
