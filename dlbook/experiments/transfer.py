"""What chapter 19 measures: a trunk that has learned on one task, taken to another."""

from functools import cache

import numpy as np

from dlbook import data
from dlbook.experiments import measured
from dlbook.scratch import activations, architectures, layers, losses, metrics, models, pretrained

KNOWN = (0, 1, 2, 3, 5, 7)  # T-shirt, trouser, pullover, dress, sandal, sneaker: the small net learns on these
UNSEEN = (4, 6, 8, 9)  # coat, shirt, bag, ankle boot: similar, and new to it
BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2))  # channels before they are halved, and stride
LENGTHS = (3, 6, 6, 6, 6)  # layers of the five pieces that can be frozen: the stem and the four blocks
COUNTS = (3, 10, 30, 100)  # images a class


# ─── A small MobileNet, whole and cut ────────────────────────────────────────────────────────────────────────────────


def small_net(num_classes, rng) -> models.Sequential:
    """A stem and four depthwise-separable blocks for images of 28 × 28 pixels, and a linear head, in float32."""
    net = architectures.mobilenet(1, num_classes, 1, 28, width=0.5, blocks=BLOCKS)
    model = architectures.build(net, np.float32, rng)  # a row without branches, so that it can be cut anywhere
    return models.sequential(*[layer for _, layer, *_ in model.rows])


def full_net(num_classes, rng) -> models.Sequential:
    """The same channels and strides with whole 3 × 3 convolutions in the place of the separable ones."""
    row, C = [], 1
    for K, stride in ((16, 2), *((channels // 2, stride) for channels, stride in BLOCKS)):
        conv = layers.Conv2d(C, K, 3, stride, padding=1, bias=False, dtype=np.float32, rng=rng)
        row, C = [*row, conv, layers.BatchNorm2d(K, dtype=np.float32), layers.ReLU6()], K
    head = layers.Linear(C, num_classes, dtype=np.float32, rng=rng)
    return models.sequential(*row, layers.AdaptiveAvgPool2d(1), layers.Flatten(), head)


def with_new_head(model, num_classes, rng) -> models.Sequential:
    """The same trunk, its arrays copied, below a head that has not learned anything."""
    fresh = small_net(num_classes, rng)
    state, head = model.state_dict(), f"{len(fresh.layers) - 1}."
    kept = {name: array for name, array in state.items() if not name.startswith(head)}
    return fresh.load_state_dict(fresh.state_dict() | kept)


def with_head_of(trunk, model) -> models.Sequential:
    """One model's trunk below the other's head."""
    return models.sequential(*trunk.layers[:-1], model.layers[-1]).eval()


def parted(model, frozen) -> tuple[models.Sequential, models.Sequential]:
    """The first `frozen` pieces, in use and not in training, and what lies above; both hold the model's own arrays."""
    at = sum(LENGTHS[:frozen])
    return models.sequential(*model.layers[:at]).eval(), models.sequential(*model.layers[at:])


def run(model, x, batch=250) -> np.ndarray:
    """The outputs of many images, some at a time."""
    return np.concatenate([model(x[i : i + batch]) for i in range(0, len(x), batch)])


def train(model, x, y, rng, steps=120, lr=0.1, momentum=0.9, batch=16, only="") -> models.Sequential:
    """Mini-batch descent with momentum on cross-entropy, η falling along half a cosine.

    Only the weights move whose name begins with `only`; batch norm always takes its statistics from the batch.
    """
    weights = {name: weight for name, weight in model.train().parameters().items() if name.startswith(only)}
    velocity = {name: np.zeros_like(weight) for name, weight in weights.items()}
    for step in range(steps):
        rows = rng.integers(len(x), size=batch)
        model.backward(losses.cross_entropy_from_logits_grad(y[rows], model(x[rows])))
        rate, gradients = lr * (0.5 + 0.5 * np.cos(np.pi * step / steps)), model.gradients()
        for name, weight in weights.items():
            velocity[name] = momentum * velocity[name] + gradients[name]
            weight -= weight.dtype.type(rate) * velocity[name]
    return model.eval()


def share_right(scores, y) -> float:
    """How many of the images have their highest score at the right class."""
    return float((scores.argmax(axis=1) == y).mean())


# ─── Tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def images(task) -> tuple[np.ndarray, ...]:
    """Images (N, 1, 28, 28) and classes to learn from, and others to be judged by: "known", "clothes" or "digits"."""
    if task == "digits":
        learn, judge = data.mnist("train"), data.mnist("test")
        return learn.X, learn.y, judge.X, judge.y
    some, found = np.array({"known": KNOWN, "clothes": UNSEEN}[task]), []
    for part in ("train", "test"):
        clothes = data.fashion_mnist(part)
        rows = np.isin(clothes.y, some)
        found += [clothes.X[rows].reshape(-1, 1, 28, 28), np.searchsorted(some, clothes.y[rows])]
    return tuple(found)


def few(task, count, rng) -> tuple[np.ndarray, np.ndarray]:
    """`count` images of each class, drawn from those to learn from."""
    x, y, _, _ = images(task)
    rows = np.concatenate([rng.permutation(np.flatnonzero(y == label))[:count] for label in np.unique(y)])
    return x[rows], y[rows]


def judged(model, task) -> float:
    """The share of the task's unseen images that a model names right."""
    _, _, x, y = images(task)
    return share_right(run(model, x), y)


@cache
def pretrained_net(seed=0) -> models.Sequential:
    """The small net after 300 batches out of 6,000 photos of six kinds of clothes."""
    rng, (x, y, _, _) = np.random.default_rng(seed), images("known")
    return train(small_net(len(KNOWN), rng), x, y, rng, steps=300, batch=32)


def learn(task, count, frozen, seed=0, lr=None) -> models.Sequential:
    """A net that has learned a task from `count` images a class, 120 steps long, with so many pieces frozen.

    Frozen pieces and all others come from the pretrained net; "scratch" is a net that begins without it. The rate is
    0.1, or 0.3 where the head learns alone.
    """
    rng, classes = np.random.default_rng(seed), len(np.unique(images(task)[1]))
    x, y = few(task, count, rng)
    if frozen == "scratch":
        return train(small_net(classes, rng), x, y, rng)
    model = with_new_head(pretrained_net(seed), classes, rng)
    below, above = parted(model, frozen)
    features = run(below, x) if frozen else x  # they stay as they are, so once is enough
    train(above, features, y, rng, lr=lr or (0.3 if frozen == len(LENGTHS) else 0.1))
    return model.eval()


@measured.over(task=("clothes", "digits"), count=COUNTS, frozen=("scratch", 0, 1, 2, 3, 4, 5), seeds=range(5))
def strategies(seed, task, count, frozen) -> dict:
    """The share of unseen images of the new task that are named right, by how many pieces were frozen."""
    return {"accuracy": judged(learn(task, count, frozen, seed), task)}


# ─── Rates, and what is forgotten ────────────────────────────────────────────────────────────────────────────────────


@measured.over(lr=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0), seeds=range(5))
def rates(seed, lr) -> dict:
    """All pieces tuned on ten digits of each kind: how many of the new images are read, and of the old ones.

    The old ones are named by the tuned trunk below the head that it had.
    """
    model = learn("digits", 10, 0, seed, lr)
    return {"new": judged(model, "digits"), "old": judged(with_head_of(model, pretrained_net(seed)), "known")}


def rehearsed(seed, lr, count=10) -> tuple[models.Sequential, models.Sequential]:
    """All pieces tuned on digits and `count` old photos of each class, with one head that is parted at the end."""
    rng, known = np.random.default_rng(seed), len(KNOWN)
    (x, y), (old_x, old_y) = few("digits", 10, rng), few("known", count, rng)
    model = with_new_head(pretrained_net(seed), known + 10, rng)
    head, before = model.layers[-1].params, pretrained_net(seed).layers[-1].params
    for name in head:
        head[name][:known] = before[name]
    x, y = np.concatenate([old_x, x]), np.concatenate([old_y, known + y])
    train(model, x, y, rng, steps=240, lr=lr)  # as many new images as in 120 steps
    found = []
    for rows in (slice(known), slice(known, None)):
        part = layers.Linear(model.layers[-1].params["weight"].shape[1], len(head["bias"][rows]), dtype=np.float32)
        part.params.update({name: array[rows] for name, array in head.items()})
        found.append(models.sequential(*model.layers[:-1], part).eval())
    return tuple(found)


@measured.over(how=("frozen", "frozen, statistics move", "all", "all, with old photos"), seeds=range(5))
def kept(seed, how) -> dict:
    """What is left of the old task, and what is won of the new one, after ten digits of each kind."""
    before = pretrained_net(seed)
    if how == "all, with old photos":
        old, new = rehearsed(seed, 0.1)
        return {"new": judged(new, "digits"), "old": judged(old, "known")}
    if how == "frozen, statistics move":
        rng = np.random.default_rng(seed)
        x, y = few("digits", 10, rng)
        model = with_new_head(before, 10, rng)
        train(model, x, y, rng, lr=0.3, only=f"{len(model.layers) - 1}.")
    else:
        model = learn("digits", 10, len(LENGTHS) if how == "frozen" else 0, seed)
    return {"new": judged(model, "digits"), "old": judged(with_head_of(model, before), "known")}


# ─── What separable convolutions cost and give ───────────────────────────────────────────────────────────────────────


@measured.over(kind=("separable", "full"), seeds=range(5))
def separable_or_full(seed, kind) -> dict:
    """The share of unseen photos of six kinds of clothes that are named right, by the kind of convolution."""
    if kind == "separable":
        return {"accuracy": judged(pretrained_net(seed), "known")}
    rng, (x, y, _, _) = np.random.default_rng(seed), images("known")
    return {"accuracy": judged(train(full_net(len(KNOWN), rng), x, y, rng, steps=300, batch=32), "known")}


# ─── A trunk that has seen a million photos ──────────────────────────────────────────────────────────────────────────

CUTS = {  # where MobileNetV2's trunk is cut, by the number of the block
    1: "block_1.project_BN", 3: "block_3.project_BN", 6: "block_6.project_BN", 9: "block_9.add", 12: "block_12.add",
}  # fmt: skip


def features(trunk, x, names, batch=32) -> dict[str, np.ndarray]:
    """The mean of each map of these layers, for every image: {name: (N, C)}."""
    found = {name: [] for name in names}
    for i in range(0, len(x), batch):
        trunk(x[i : i + batch])
        for name in names:
            found[name].append(trunk.values[name].mean(axis=(2, 3)))
    return {name: np.concatenate(parts) for name, parts in found.items()}


@cache
def drawn() -> dict[str, np.ndarray]:
    """What is known of each of the 471 drawings: its pixels, the small net's features, MobileNetV2's at five depths.

    MobileNetV2 sees them in 96 × 96 pixels. The small net has learned on grey clothes on black, so it sees the
    drawings grey and inverted; the pixels are means over 4 × 4.
    """
    x = data.clipart().X
    large = pretrained.mobilenet_input(x.repeat(2, axis=2).repeat(2, axis=3))
    trunk = pretrained.mobilenet_trunk(data.weights("mobilenetv2"))
    by_block = features(trunk, large, CUTS.values())
    grey = 1 - np.tensordot(np.float32([0.299, 0.587, 0.114]), x, axes=(0, 1))[:, None]
    own = run(models.sequential(*pretrained_net(0).layers[:-1]).eval(), layers.avg_pool2d(grey, 2))
    found = {"pixels": layers.avg_pool2d(x, 4).reshape(len(x), -1), "own": own}
    return found | {f"block {block}": by_block[name] for block, name in CUTS.items()}


def logistic(x, y, num_classes, steps=200, weight_decay=0.02) -> tuple[np.ndarray, np.ndarray]:
    """Logistic regression on standardized features by descent with the rate that its steepest direction allows."""
    W, b, targets = np.zeros((num_classes, x.shape[1])), np.zeros(num_classes), np.eye(num_classes)[y]
    lr = 1 / (np.linalg.norm(x, 2) ** 2 / (2 * len(x)) + weight_decay)
    for _ in range(steps):
        delta = (activations.softmax(x @ W.T + b) - targets) / len(x)  # prediction minus truth
        W -= lr * (delta.T @ x + weight_decay * W)
        b -= lr * delta.sum(axis=0)
    return W, b


def probe(x, y, count, seed) -> float:
    """Balanced accuracy of logistic regression on `count` samples a class, judged by all the others."""
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.permutation(np.flatnonzero(y == label))[:count] for label in np.unique(y)])
    others = np.setdiff1d(np.arange(len(y)), rows)
    mean, spread = x[rows].mean(axis=0), x[rows].std(axis=0)
    x = (x - mean) / np.where(spread > 0, spread, 1)
    W, b = logistic(x[rows], y[rows], len(np.unique(y)))
    return float(metrics.recall(y[others], (x[others] @ W.T + b).argmax(axis=1), average="macro"))


@measured.over(features=("pixels", "own", *(f"block {block}" for block in CUTS)), count=(5, 10, 20), seeds=range(10))
def drawings(seed, features, count) -> dict:
    """How many of the unseen drawings are named right, the mean over eight kinds: chance is one in eight."""
    return {"accuracy": probe(drawn()[features].astype(float), data.clipart().y, count, seed)}
