"""What the reader of chapter 19 does: take a trunk over, count, take apart, train heads and tops, read, and judge."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import activations, architectures, layers


def _state_cases():
    rng = np.random.default_rng(0)
    draw = lambda shapes: {name: rng.normal(size=shape) for name, shape in shapes.items()}
    small = {"conv.weight": (2, 1, 3, 3), "conv.bias": (2,), "head.weight": (3, 2), "head.bias": (3,)}
    wide = {"stem.weight": (3, 3), "bn.running_mean": (3,), "block.head_conv.weight": (2, 3), "fc.weight": (4, 2)}
    same = {"trunk.weight": (2, 2), "head.weight": (2, 2)}
    return [
        (draw(small), draw(small | {"head.weight": (5, 2), "head.bias": (5,)}), "head."),
        (draw(wide), draw(wide | {"fc.weight": (7, 2)}), "fc."),
        (draw(same), draw(same), "head."),  # as many classes as before: no shape would say a word
    ]


def _take_over_reference(old, new, head):
    found = {name: new[name] if name.startswith(head) else old[name] for name in new}
    return tuple(found[name] for name in sorted(found))


def _take_over(choice="new[name] if name.startswith(head) else old[name]") -> str:
    return f"""\
def take_over(old, new, head):
    found = {{name: {choice} for name in new}}
    return tuple(found[name] for name in sorted(found))
"""


LAYER = {"C": 32, "O": 64, "f": 5, "size": 14}  # of the layer whose cost is predicted


def saved() -> float:
    """How many times fewer multiplications a separable convolution needs than a full one."""
    C, O, f = LAYER["C"], LAYER["O"], LAYER["f"]  # noqa: E741 (the chapter's names)
    net = architectures.Net("layer", x=(C, LAYER["size"], LAYER["size"]))
    net.add("full", architectures.Conv2d(C, O, f, padding=f // 2, bias=False), "x")
    net.add("depthwise", architectures.Conv2d(C, C, f, padding=f // 2, groups=C, bias=False), "x")
    net.add("pointwise", architectures.Conv2d(C, O, 1, bias=False), "depthwise")
    full, *parts = (line.multiplications for line in architectures.table(net))
    return full / sum(parts)


def _separable_cases():
    rng = np.random.default_rng(2)
    shapes = ((1, 2, 5, 4, 3, 3), (2, 3, 4, 4, 2, 5), (3, 1, 3, 6, 3, 2))  # N, C, H, W, window, outputs
    return [
        (rng.normal(size=(N, C, H, W)), rng.normal(size=(C, f, f)), rng.normal(size=(K, C)))
        for N, C, H, W, f, K in shapes
    ]


def _separable_reference(x, depthwise, pointwise):
    each = layers.conv2d(x, depthwise[:, None], groups=len(depthwise))
    return layers.conv2d(each, pointwise[:, :, None, None])


def _separable(
    each="x * depthwise[:, i, j][:, None, None]", mixed="np.einsum('oc,nchw->nohw', pointwise, each)"
) -> str:
    """A separable convolution, tap by tap, then one mixing at every pixel."""
    term = each.replace("x *", "x[:, :, i : i + OH, j : j + OW] *")
    return f"""\
def separable(x, depthwise, pointwise):
    f = depthwise.shape[1]
    OH, OW = x.shape[2] - f + 1, x.shape[3] - f + 1
    each = sum({term} for i in range(f) for j in range(f))
    return {mixed}
"""


def _head_cases():
    rng = np.random.default_rng(3)
    shapes = ((6, 3, 3, 0.5, 4), (8, 4, 2, 0.2, 6), (5, 2, 4, 1.0, 3))  # samples, features, classes, η, steps
    return [(rng.normal(size=(N, D)), rng.integers(0, K, N), K, lr, steps) for N, D, K, lr, steps in shapes]


def _head_reference(features, y, K, lr, steps):
    W, b, targets = np.zeros((K, features.shape[1])), np.zeros(K), np.eye(K)[y]
    for _ in range(steps):
        delta = (activations.softmax(features @ W.T + b) - targets) / len(y)
        W, b = W - lr * delta.T @ features, b - lr * delta.sum(axis=0)
    return W, b


def _head(delta="(p - np.eye(K)[y]) / len(y)", W="W - lr * delta.T @ features", b="b - lr * delta.sum(axis=0)") -> str:
    return f"""\
def train_head(features, y, K, lr, steps):
    W, b = np.zeros((K, features.shape[1])), np.zeros(K)
    for _ in range(steps):
        z = features @ W.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        delta = {delta}
        W, b = {W}, {b}
    return W, b
"""


def _tune_cases():
    rng = np.random.default_rng(4)
    shapes = ((6, 3, 4, 3, 0.5, 0.05, 3), (5, 2, 5, 2, 0.2, 0.02, 5), (7, 4, 3, 4, 0.3, 0.0, 4))
    return [
        (rng.normal(size=(N, D)), rng.integers(0, K, N), rng.normal(size=(H, D)), 0.1 * rng.normal(size=(K, H)), *rest)
        for N, D, H, K, *rest in shapes
    ]


def _tune_reference(x, y, W, V, lr, trunk_lr, steps):
    W, V, targets = W.copy(), V.copy(), np.eye(len(V))[y]
    for _ in range(steps):
        z = x @ W.T
        a = np.maximum(z, 0)
        delta = (activations.softmax(a @ V.T) - targets) / len(y)
        back = (delta @ V) * (z > 0)
        V -= lr * delta.T @ a
        W -= trunk_lr * back.T @ x
    return W, V


def _tune(back="back = (delta @ V) * (z > 0)", head="V = V - lr * delta.T @ a", trunk="W = W - trunk_lr * back.T @ x",
          order=("back", "head", "trunk")) -> str:  # fmt: skip
    """A step of both parts, by these lines in this order."""
    lines = {"back": back, "head": head, "trunk": trunk}
    body = "".join(f"        {lines[name]}\n" for name in order)
    return f"""\
def fine_tune(x, y, W, V, lr, trunk_lr, steps):
    for _ in range(steps):
        z = x @ W.T
        a = np.maximum(z, 0)
        s = a @ V.T
        p = np.exp(s - s.max(axis=1, keepdims=True))
        delta = (p / p.sum(axis=1, keepdims=True) - np.eye(len(V))[y]) / len(y)
{body}    return W, V
"""


STEP = {"x": (1.0, 2.0), "w": (1.0, 1.0), "v": 1.0, "y": 1.0, "lr": 0.1, "old": 2.0}  # of the predicted forgetting


def old_answer() -> float:
    """What the old head says of the same x after one step of fine-tuning all of it, by the rate of the head."""
    x, w = np.array(STEP["x"]), np.array(STEP["w"])
    a = max(w @ x, 0)
    error = STEP["v"] * a - STEP["y"]
    w = w - STEP["lr"] * error * STEP["v"] * x  # with the v from before the step
    return float(STEP["old"] * max(w @ x, 0))


EXERCISES = [
    Code(
        id="transfer.take_over",
        concepts=("transfer",),
        title="Take over the trunk, and not the head",
        level="easy",
        minutes=8,
        task="`old` and `new` are two `state_dict`s, dictionaries of arrays by name: of a trained net, and of a fresh"
        " one for another number of classes. The names of the head's arrays begin with `head`, for example"
        ' `"fc."`. Write `take_over(old, new, head)`: the arrays of the new net with the trunk\'s taken from `old`, as'
        " a **tuple in the order of the sorted names**.",
        stub="def take_over(old, new, head):\n    ...\n",
        hints=(
            "The names are those of `new`. For each of them decide: from `old` or from `new`?",
            "A name belongs to the head if `name.startswith(head)`. Do not go by the shapes: both tasks may have the"
            " same number of classes.",
            "Build a dictionary first. `sorted` of it gives its names in order, and `tuple` takes what you give it, one"
            " after the other.",
        ),
        solution=_take_over(),
        cases=_state_cases,
        reference=_take_over_reference,
        mistakes=(
            Mistake(
                "all from the old",
                _take_over("old[name]"),
                "You took the old head, too. It answers the old question, and has its number of classes.",
            ),
            Mistake(
                "all from the new",
                _take_over("new[name]"),
                "Nothing of the trained net is left: the trunk's arrays come from `old`.",
            ),
            Mistake(
                "the wrong way round",
                _take_over("old[name] if name.startswith(head) else new[name]"),
                "You kept the old head and threw the trained trunk away. It is the other way round.",
            ),
            Mistake(
                "by shape",
                _take_over("old[name] if old[name].shape == new[name].shape else new[name]"),
                "You decided by the shapes. Where both tasks have as many classes, the old head comes along.",
            ),
        ),
    ),
    Predict(
        id="transfer.saved",
        concepts=("architectures.mobilenet",),
        title="Count what is saved",
        level="easy",
        minutes=5,
        task="A convolution with windows of 5 × 5 takes 32 channels of 14 × 14 pixels to 64 channels of the same size."
        " It is replaced by a depthwise convolution with 5 × 5 and a 1 × 1 convolution. How many **times fewer**"
        " multiplications is that?",
        hints=(
            "Both are counted at every pixel, so the 14 · 14 cancels.",
            "The full one needs 25 · 32 · 64 at a pixel. Add what the two parts of the other one need.",
        ),
        solution="At a pixel the full convolution needs $25 \\cdot 32 \\cdot 64 = 51{,}200$ multiplications. The"
        " depthwise part needs $25 \\cdot 32 = 800$, the mixing $32 \\cdot 64 = 2{,}048$, together $2{,}848$. So it is"
        " $51{,}200 / 2{,}848 = \\mathbf{17.98}$ times fewer. With the formula:"
        " $1 / (\\tfrac{1}{64} + \\tfrac{1}{25})$.",
        answer=saved,
        tolerance=0.02,
        wrong_routes=(
            Route(25.0, "You left out the 1 × 1 convolution. It is the dearer part of the two here."),
            Route(64.0, "You left out the depthwise convolution: 25 · 32 at every pixel."),
            Route(7.890411, "That is a window of 3 × 3. This one has 25 weights."),
            Route(0.055625, "That is the share that is left. The question is how many times fewer."),
        ),
    ),
    Code(
        id="transfer.separable",
        concepts=("architectures.mobilenet",),
        title="Take a convolution apart",
        level="medium",
        minutes=12,
        task="Write `separable(x, depthwise, pointwise)` without padding. `x` has the shape (N, C, H, W). Each channel"
        " $c$ is read by a window of its own, `depthwise[c]` of the shape (f, f). Then every output $o$ mixes the"
        " channels of each pixel with the weights `pointwise[o]`; `pointwise` has the shape (O, C). There is no ReLU"
        " between. Return (N, O, H − f + 1, W − f + 1).",
        stub="def separable(x, depthwise, pointwise):\n    ...\n",
        hints=(
            "Two steps: first C maps, each from one channel alone. Then sums over the channels at each pixel.",
            "Go through the f · f places of the window. For each, cut `x[:, :, i : i + OH, j : j + OW]` and multiply it"
            " by `depthwise[:, i, j]`, one number a channel.",
            "The mixing is a matrix product at each pixel: `np.einsum('oc,nchw->nohw', …)`.",
        ),
        solution=_separable(),
        cases=_separable_cases,
        reference=_separable_reference,
        mistakes=(
            Mistake(
                "one window for all",
                _separable(each="x * depthwise[0, i, j]"),
                "Every channel is read with the first window in yours. Each has its own, `depthwise[c]`.",
            ),
            Mistake(
                "flipped window",
                _separable(each="x * depthwise[:, f - 1 - i, f - 1 - j][:, None, None]"),
                "Your window is turned by 180°. A layer lays it upon the image as it is.",
            ),
            Mistake(
                "sum without weights",
                _separable(mixed="np.repeat(each.sum(axis=1, keepdims=True), len(pointwise), axis=1)"),
                "You add the channels up as they are. Each output has its own weights, `pointwise[o]`.",
            ),
            Mistake(
                "a ReLU between",
                _separable(mixed="np.einsum('oc,nchw->nohw', pointwise, np.maximum(each, 0))"),
                "There is a ReLU between your two steps, which the task leaves out.",
            ),
        ),
    ),
    Code(
        id="transfer.train_head",
        concepts=("transfer.feature_extraction",),
        title="Train a head upon frozen features",
        level="medium",
        minutes=12,
        task="`features` (N, D) are what a frozen trunk makes of N images, and `y` (N,) are their classes. Write"
        " `train_head(features, y, K, lr, steps)`: a linear head with $K$ scores that begins with all weights 0 and"
        " takes `steps` steps of descent with the rate `lr` on the mean cross-entropy of all N. Return `W` (K, D) and"
        " `b` (K,).",
        stub="def train_head(features, y, K, lr, steps):\n    ...\n",
        hints=(
            "The scores are `features @ W.T + b`, and softmax makes probabilities p of them.",
            "The gradient at the scores is (p − one-hot) / N, and one-hot is `np.eye(K)[y]`.",
            "From there `delta.T @ features` is the gradient of W, and `delta.sum(axis=0)` that of b.",
        ),
        solution=_head(),
        cases=_head_cases,
        reference=_head_reference,
        returns=("W", "b"),
        mistakes=(
            Mistake(
                "sum in place of the mean",
                _head(delta="p - np.eye(K)[y]"),
                "Your step is N times too long: the cost is the mean over the samples.",
            ),
            Mistake(
                "uphill",
                _head(W="W + lr * delta.T @ features", b="b + lr * delta.sum(axis=0)"),
                "Your steps go uphill: descent subtracts the gradient.",
            ),
            Mistake(
                "without a bias",
                _head(b="b"),
                "Your bias stays 0. It learns as well, with the sum of delta over the samples.",
            ),
        ),
    ),
    Code(
        id="transfer.fine_tune",
        concepts=("transfer.fine_tuning",),
        title="Tune trunk and head, each at its own rate",
        level="hard",
        minutes=18,
        task="A net has a pretrained trunk, a = ReLU(W x), and a head with the scores V a, both without a bias. Write"
        " `fine_tune(x, y, W, V, lr, trunk_lr, steps)`: take `steps` steps of descent on the mean cross-entropy, with"
        " the rate `lr` for the head and `trunk_lr` for the trunk. Both gradients of a step belong to the weights"
        " **before** it. Return `W` and `V`.",
        stub="def fine_tune(x, y, W, V, lr, trunk_lr, steps):\n    ...\n",
        hints=(
            "Forward: z = x Wᵀ, a = max(z, 0), scores a Vᵀ. At the scores (p − one-hot) / N arrives.",
            "What comes back to z is `(delta @ V) * (z > 0)`. Compute it before V moves.",
            "V moves by `lr * delta.T @ a`, W by `trunk_lr` times what came back, transposed, times x.",
        ),
        solution=_tune(),
        cases=_tune_cases,
        reference=_tune_reference,
        returns=("W", "V"),
        mistakes=(
            Mistake(
                "one rate for both",
                _tune(trunk="W = W - lr * back.T @ x"),
                "Your trunk moves as fast as the head. It has its own rate, `trunk_lr`.",
            ),
            Mistake(
                "a frozen trunk",
                _tune(trunk="pass"),
                "Your trunk stands still: that is feature extraction. Here it moves with `trunk_lr`.",
            ),
            Mistake(
                "through the head that has moved",
                _tune(order=("head", "back", "trunk")),
                "You send the derivative back through the V that has already moved. Both gradients belong to the"
                " weights before the step.",
            ),
            Mistake(
                "past the ReLU",
                _tune(back="back = delta @ V"),
                "The ReLU is missing on your way back: where z was not positive, nothing comes through.",
            ),
        ),
    ),
    Predict(
        id="transfer.old_answer",
        concepts=("transfer", "transfer.fine_tuning"),
        title="What does the old head say now?",
        level="medium",
        minutes=7,
        task="A trunk of one unit has $w = (1, 1)$ and no bias. The old head multiplies its feature by 2, the new head"
        " by $v = 1$. For $x = (1, 2)$ the new task wants $y = 1$, with the loss $\\tfrac12 (v a - y)^2$ and"
        " $a = \\mathrm{ReLU}(w \\cdot x)$. Trunk and new head both take one step with η = 0.1. What does the **old**"
        " head say of this $x$ after the step? Before it says 6.",
        hints=(
            "a = 3 and v a = 3, so the error is 2. What comes back to w?",
            "The derivative at w is error · v · x, with the v from before the step.",
        ),
        solution="The error is $3 - 1 = 2$. At $w$ arrives $2 \\cdot v \\cdot x = (2, 4)$, so"
        " $w = (1 - 0.2,\\ 1 - 0.4) = (0.8, 0.6)$. Then $a = 0.8 + 2 \\cdot 0.6 = 2$ and the old head says"
        " $2 \\cdot 2 = \\mathbf{4}$. No one has touched the old head, and its answer has lost a third.",
        answer=old_answer,
        tolerance=0.01,
        wrong_routes=(
            Route(6.0, "The old head has not moved, but the feature that it takes has."),
            Route(2.0, "That is the feature. The old head doubles it."),
            Route(4.8, "You moved the weights by error · v alone. Each is moved by its own input, too."),
            Route(8.0, "Your step goes uphill: the error is positive, so the feature must fall."),
        ),
    ),
    Choose(
        id="transfer.two_tasks",
        concepts=("transfer.feature_extraction", "transfer.fine_tuning"),
        title="Read two curves",
        level="medium",
        minutes=5,
        figure="transfer.two_tasks",
        task="The figure above shows two new tasks for one pretrained net. What can you read from it?",
        options={
            "a": "Task A resembles what the net has learned more than task B does.",
            "b": "Task B resembles it more, and for task A the upper pieces should be tuned.",
            "c": "Task A has more classes, so its curve must fall.",
            "d": "The first piece is useless for both tasks, since freezing it changes little.",
        },
        answer="b",
        wrong={
            "a": "Freezing costs A much and B little. What a frozen trunk still serves is the similar task.",
            "c": "More classes make a curve lie lower. They do not make it fall with the frozen depth.",
            "d": "Freezing changes little because the piece is already good for both, not because it is useless.",
        },
        hints=(
            "Compare each curve at 0 frozen pieces with the same curve at 5.",
            "Where freezing costs nothing, what the frozen pieces know is what the task needs.",
        ),
        solution="**b**. Task B (clothes) loses little when the trunk stands still, task A (digits) loses most of its"
        " accuracy. Lower pieces can be frozen for both, since edges serve everyone.",
    ),
    Choose(
        id="transfer.who_moved",
        concepts=("transfer.feature_extraction",),
        title="Frozen, and still it forgets",
        level="medium",
        minutes=5,
        task="A colleague sets `requires_grad = False` for all parameters of a trunk, calls `model.train()`, and trains"
        " the new head for an epoch. Then the old head is put back, and it names fewer images right than before. What"
        " has happened?",
        options={
            "a": "The optimizer's momentum has moved the frozen weights.",
            "b": "The new head has sent a gradient through the trunk to the old head.",
            "c": "The batch norms of the trunk have taken the running statistics of the new images.",
            "d": "Dropout has removed weights of the trunk for good.",
        },
        answer="c",
        wrong={
            "a": "What has no gradient is not moved, and the optimizer was given the head alone.",
            "b": "The old head was not part of the model while the new one learned.",
            "d": "Dropout leaves the weights as they are; it draws anew for every batch and rests in `eval`.",
        },
        hints=(
            "Which numbers of a trunk are no parameters, and change all the same?",
            "`model.train()` reaches every layer. What does a batch norm do in training, beside its sum and product?",
        ),
        solution="**c**. Running mean and variance are buffers. They change with every batch in training mode, whatever"
        " `requires_grad` says. Call `trunk.eval()` after `model.train()`.",
    ),
]
