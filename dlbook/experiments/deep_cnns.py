"""What chapter 15 measures: what layers cost, nets that are deeper and learn worse, and the skip that mends it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlbook import data
from dlbook.experiments import measured
from dlbook.experiments.backpropagation import accuracy, brightness, train
from dlbook.scratch import architectures, layers, losses, models
from dlbook.scratch.architectures import Conv2d, Linear, Net
from dlbook.scratch.initializers import he


class Published(NamedTuple):
    """A net of the table: when it came, what it added, and its declaration."""

    name: str
    year: int
    idea: str
    net: Net


def published() -> list[Published]:
    """The nets that the chapter compares, as declarations: no weight is made."""
    return [
        Published("LeNet-5", 1998, "convolution, pooling, dense", architectures.lenet5()),
        Published("AlexNet", 2012, "ReLU, dropout, depth, two GPUs", architectures.alexnet()),
        Published("VGG-16", 2014, "3×3 alone, stacked", architectures.vgg(16)),
        Published("GoogLeNet", 2014, "branches, 1×1, mean at the end", architectures.googlenet()),
        Published("ResNet-18", 2015, "skip connection, batch norm", architectures.resnet(18)),
        Published("ResNet-50", 2015, "bottlenecks around the 3×3", architectures.resnet(50)),
        Published("SqueezeNet", 2016, "1×1 squeezes, then expands", architectures.squeezenet()),
        Published("MobileNet", 2017, "depthwise, then 1×1", architectures.mobilenet()),
    ]


class Cost(NamedTuple):
    """What a layer takes: its own name, the shape that comes out, parameters, multiplications."""

    name: str
    shape: tuple[int, ...]
    parameters: int
    multiplications: int


def costs(net: Net) -> list[Cost]:
    """The layers of a net that have weights."""
    lines = [line for line in architectures.table(net) if isinstance(line.layer, (Conv2d, Linear))]
    return [Cost(line.name, line.shape, line.parameters, line.multiplications) for line in lines]


class Shares(NamedTuple):
    """Which part of a net lies in its dense layers."""

    parameters: float
    multiplications: float


def dense_shares(net: Net) -> Shares:
    lines = architectures.table(net)
    dense = [line for line in lines if isinstance(line.layer, Linear)]
    share = lambda what: sum(getattr(line, what) for line in dense) / sum(getattr(line, what) for line in lines)
    return Shares(share("parameters"), share("multiplications"))


def block_cost(net: Net, block: str) -> tuple[int, int]:
    """The parameters and multiplications of all layers whose names start with `block`."""
    lines = [line for line in architectures.table(net) if line.name.startswith(block)]
    return sum(line.parameters for line in lines), sum(line.multiplications for line in lines)


# ── Deeper, and worse ──

NETS = {"plain-10": (2, None), "plain-30": (7, None), "residual-30": (7, "identity")}  # blocks a stage, the way around


def small_net(name: str, batch_norm=True) -> Net:
    """A narrow net for images of 28 × 28: two stages of 8 and 16 channels, two convolutions a block."""
    blocks, shortcut = NETS[name]
    options = {"stem": (3, 2), "stem_pool": False, "shortcut": shortcut, "batch_norm": batch_norm}
    return architectures.resnet((blocks, blocks), 10, 1, 28, 1 / 8, **options)


@dataclass(frozen=True)
class Run:
    """A net that has been trained: its loss on the way."""

    loss: np.ndarray  # (steps,), of each batch before its step

    @property
    def last(self) -> float:
        """The mean over the batches of the last epoch."""
        return float(self.loss[-len(self.loss) // 3 :].mean())


def clothes(count=3000) -> tuple[np.ndarray, np.ndarray]:
    """The first photos of clothes to learn from: (N, 1, 28, 28), and their classes."""
    part = data.fashion_mnist("train")
    return brightness(part.X[:count]).reshape(-1, 1, 28, 28), part.y[:count]


def learn(name: str, seed=0, batch_norm=True) -> Run:
    """Three epochs over 3,000 photos of clothes in batches of 64, with η = 0.05 and momentum 0.9."""
    rng = np.random.default_rng(seed)
    model = architectures.build(small_net(name, batch_norm), np.float32, rng)
    return Run(train(model, *clothes(), epochs=3, lr=0.05, batch_size=64, rng=rng, decay=False))


@measured.over(net=tuple(NETS), seeds=range(5))
def degradation(seed, net) -> dict:
    """The loss on the images that a net learns from, in its third epoch."""
    return {"loss": learn(net, seed).last}


@measured.over(net=("plain-30", "residual-30"), seeds=range(3))
def degradation_without_norm(seed, net) -> dict:
    """The same without a batch norm."""
    return {"loss": learn(net, seed, batch_norm=False).last}


def arrives(name: str, seed=0, batch_norm=True, images=64) -> np.ndarray:
    """Before the first step: the size of ∂L/∂(what comes out of each block), first block first, root of mean square."""
    net = small_net(name, batch_norm)
    model = architectures.build(net, np.float32, np.random.default_rng(seed)).train()
    X, y = clothes(images)
    model.backward(losses.cross_entropy_from_logits_grad(y, model(X)))
    ends = [row[0] for row in net.rows if row[0].startswith("layer") and row[0].endswith(".relu")]
    return np.array([np.sqrt(np.mean(model.value_grads[end] ** 2)) for end in ends])


# ── Small versions ──

SMALL = {
    "LeNet-5": architectures.lenet5,
    "AlexNet": lambda: architectures.alexnet(10, 1, 28, 1 / 12, 1, stem=(5, 1)),
    "VGG": lambda: architectures.vgg((2, 2), 10, 1, 28, 1 / 8),
    "GoogLeNet": lambda: architectures.googlenet(10, 1, 28, 1 / 8, ("3a", "4a"), (3, 1)),
    "ResNet": lambda: architectures.resnet((2, 2), 10, 1, 28, 1 / 8, (3, 2), False),
}


def learn_small(net: str, seed=0) -> architectures.Architecture:
    """A small version after four epochs over 3,000 photos of clothes, in batches of 32, with η from 0.03 down to 0."""
    rng = np.random.default_rng(seed)
    model = architectures.build(SMALL[net](), np.float32, rng)
    for name, weight in model.parameters().items():
        if weight.ndim > 1 and not name.startswith(("fc", "classifier.6")):
            weight[...] = he(rng.normal(size=weight.shape))  # without batch norm the start decides
    train(model, *clothes(), epochs=4, lr=0.03, batch_size=32, rng=rng)
    return model


def unseen_clothes() -> tuple[np.ndarray, np.ndarray]:
    """The 2,000 photos of clothes that no net learns from, and their classes."""
    unseen = data.fashion_mnist("test")
    return brightness(unseen.X).reshape(-1, 1, 28, 28), unseen.y


@measured.over(net=tuple(SMALL), seeds=range(3))
def small_nets(seed, net) -> dict:
    """The share of 2,000 unseen clothes that a small version names right."""
    return {"accuracy": accuracy(learn_small(net, seed), *unseen_clothes())}


# ── A gradient through skips ──


def chain(slopes, skips: bool) -> models.Functional:
    """Numbers through linear layers of one weight each, x → w x, or with a way around each, x → x + w x."""
    rows, x = [], "x"
    for i, slope in enumerate(slopes):
        layer = layers.Linear(1, 1, bias=False)
        layer.params["weight"][...] = slope
        rows.append((f"f{i}", layer, x))
        if skips:
            rows.append((f"add{i}", layers.Add(), f"f{i}", x))
        x = rows[-1][0]
    return models.functional(rows)
