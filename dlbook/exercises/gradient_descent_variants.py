"""What the reader of chapter 05 does: walk an epoch, add up a gradient, count steps, tame the noise, scale a rate."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import gradient_descent

NOISE_OF_ONE = 0.8  # of the figure that the reader is asked to read
RATE_OF_ONE, LIMIT = 0.125, 18.8  # with single samples the tumours arrive up to this η; 2/λₘₐₓ at their minimum


def noise_shown() -> tuple[tuple[int, ...], list[float]]:
    """Batch sizes, and the noise of the gradient at each: σ/√B, from a data set far larger than any batch."""
    sizes = (1, 4, 16)
    return sizes, [NOISE_OF_ONE / size**0.5 for size in sizes]


def linear_grad(theta, X, y):
    """∇ of ½ mean (Xθ − y)²."""
    return X.T @ (X @ theta - y) / len(y)


def _epoch_cases():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(7, 2)), rng.normal(size=7)
    row = np.array([3, 0, 6, 2, 5, 1, 4])
    one = (np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 3.0, 7.0]))
    return [
        (linear_grad, np.array([0.0]), *one, 0.1, np.array([2, 0, 1]), 1),
        (linear_grad, np.array([1.0, -1.0]), X, y, 0.3, row, 3),
        (linear_grad, np.array([0.5, 0.5]), X, y, 0.2, row, 7),
        (linear_grad, np.array([0.0, 2.0]), X, y, 0.2, row[::-1].copy(), 2),
    ]


def _chunk_cases():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(9, 2)), rng.normal(size=9)

    def cut(*ends):
        return [(X[a:b], y[a:b]) for a, b in zip((0, *ends), (*ends, 9), strict=True)]

    here, there = np.array([1.0, -0.5]), np.array([-2.0, 0.3])
    cases = [(here, cut(4)), (there, cut(1, 3)), (there, cut(8))]
    return [(_grad_in(max(len(y) for _, y in chunks)), theta, chunks) for theta, chunks in cases]


def _grad_in(n: int):
    """`linear_grad` of a computer whose memory holds n samples."""

    def grad(theta, X, y):
        if len(X) > n:
            raise MemoryError(f"this memory holds {n} samples: you gave {len(X)}")
        return linear_grad(theta, X, y)

    return grad


EXERCISES = [
    Predict(
        id="gradient_descent_variants.steps",
        concepts=("gradient_descent.batch", "gradient_descent.mini_batch"),
        title="How many steps",
        level="easy",
        minutes=3,
        task="1,437 digits, batches of 64, 5 epochs. How many **steps** does mini-batch gradient descent take? (Batch"
        " gradient descent would take 5.)",
        hints=(
            "An epoch takes every sample once. How many batches is that, the last and smaller one included?",
            "Divide, and ask what becomes of the rest.",
        ),
        solution="An epoch has $\\lceil 1437/64 \\rceil = 23$ batches, the last with 29 samples. Five epochs: **115**"
        " steps.",
        answer=lambda: 5 * np.ceil(1437 / 64),
        tolerance=0.4,
        wrong_routes=(
            Route(110, "You left out the last batch of each epoch: 29 samples that do not fill a batch of 64."),
            Route(
                5 * 1437 / 64,
                "You divided all samples of five epochs by 64. A batch does not reach across the end of an epoch: round"
                " up in each of them.",
            ),
            Route(23, "That is one epoch. There are five."),
            Route(320, "You multiplied batch size and epochs. How many batches does an epoch have?"),
            Route(7185, "That is one step a sample: stochastic gradient descent."),
        ),
    ),
    Code(
        id="gradient_descent_variants.epoch",
        concepts=("gradient_descent.mini_batch", "gradient_descent.sgd"),
        title="One epoch of mini-batches",
        level="medium",
        minutes=8,
        task="Write `epoch(grad, theta, X, y, lr, row, batch_size)`: take the samples in the order of the indices"
        " `row`, `batch_size` at a time, step against `grad(theta, X_batch, y_batch)` for each batch, and return where"
        " you end. The last batch may be smaller. Leave the array that was handed in as it is.",
        stub="def epoch(grad, theta, X, y, lr, row, batch_size):\n    ...\n",
        hints=(
            "Cut `row` into stretches: `range` with three arguments walks over the places where they begin.",
            "An array of indices picks rows: index X and y with the same stretch of `row`. A slice that reaches past"
            " the end stops at the end by itself.",
            "Each batch is asked for its gradient at the θ where the batch before it has left you.",
        ),
        solution="""\
def epoch(grad, theta, X, y, lr, row, batch_size):
    for k in range(0, len(row), batch_size):
        few = row[k : k + batch_size]
        theta = theta - lr * grad(theta, X[few], y[few])
    return theta
""",
        cases=_epoch_cases,
        reference=lambda grad, theta, X, y, lr, row, batch_size: (
            gradient_descent.mini_batch(grad, theta, X, y, lr, row[None], batch_size).theta
        ),
        mistakes=(
            Mistake(
                "last batch dropped",
                """\
def epoch(grad, theta, X, y, lr, row, batch_size):
    for k in range(0, len(row) - batch_size + 1, batch_size):
        few = row[k : k + batch_size]
        theta = theta - lr * grad(theta, X[few], y[few])
    return theta
""",
                "You leave out the last batch where it is smaller: some samples would never be seen in this epoch.",
            ),
            Mistake(
                "order ignored",
                """\
def epoch(grad, theta, X, y, lr, row, batch_size):
    for k in range(0, len(row), batch_size):
        theta = theta - lr * grad(theta, X[k : k + batch_size], y[k : k + batch_size])
    return theta
""",
                "You take the samples as they stand in X and never look at `row`: every epoch would see the same"
                " batches, in the same order.",
            ),
            Mistake(
                "labels not shuffled",
                """\
def epoch(grad, theta, X, y, lr, row, batch_size):
    for k in range(0, len(row), batch_size):
        theta = theta - lr * grad(theta, X[row[k : k + batch_size]], y[k : k + batch_size])
    return theta
""",
                "You shuffle X and leave y as it is: the samples get each other's labels. Pick both with the same"
                " indices.",
            ),
            Mistake(
                "all gradients at the start",
                """\
def epoch(grad, theta, X, y, lr, row, batch_size):
    start = theta
    for k in range(0, len(row), batch_size):
        few = row[k : k + batch_size]
        theta = theta - lr * grad(start, X[few], y[few])
    return theta
""",
                "Your first batch is right. The others are asked for their gradient at the start of the epoch, not"
                " where you stand: together that is one long step of batch gradient descent.",
            ),
            Mistake(
                "overlapping batches",
                """\
def epoch(grad, theta, X, y, lr, row, batch_size):
    for k in range(len(row)):
        few = row[k : k + batch_size]
        theta = theta - lr * grad(theta, X[few], y[few])
    return theta
""",
                "You take a step for every sample, with batches that overlap. The next batch begins where the last one"
                " ended, `batch_size` further on.",
            ),
            Mistake(
                "one batch only",
                """\
def epoch(grad, theta, X, y, lr, row, batch_size):
    few = row[:batch_size]
    return theta - lr * grad(theta, X[few], y[few])
""",
                "You take one step, with the first batch. An epoch goes on until every sample was taken.",
            ),
            Mistake(
                "uphill",
                """\
def epoch(grad, theta, X, y, lr, row, batch_size):
    for k in range(0, len(row), batch_size):
        few = row[k : k + batch_size]
        theta = theta + lr * grad(theta, X[few], y[few])
    return theta
""",
                "You step along the gradient, uphill: a descent goes against it.",
            ),
            Mistake(
                "divided once more",
                """\
def epoch(grad, theta, X, y, lr, row, batch_size):
    for k in range(0, len(row), batch_size):
        few = row[k : k + batch_size]
        theta = theta - lr * grad(theta, X[few], y[few]) / batch_size
    return theta
""",
                "You divide by the batch size. `grad` returns the mean over its batch: that division is in it already.",
            ),
        ),
    ),
    Code(
        id="gradient_descent_variants.chunks",
        concepts=("gradient_descent.batch",),
        title="The full gradient, chunk by chunk",
        level="medium",
        minutes=7,
        task="The samples come in chunks, and only one fits into memory. Write `full_grad(grad, theta, chunks)`, the"
        " **mean gradient over all samples**; `chunks` is a list of pairs `(X, y)`, not all of one length."
        " `grad(theta, X, y)` returns the mean gradient over the samples that it gets, and raises a `MemoryError` when"
        " these are more than the longest chunk.",
        stub="def full_grad(grad, theta, chunks):\n    ...\n",
        hints=(
            "What must you multiply the mean over n samples by to get their sum?",
            "Add up the sums, and count the samples as you go.",
            "Divide once, at the end, by the number of all samples.",
        ),
        solution="""\
def full_grad(grad, theta, chunks):
    total, m = 0, 0
    for X, y in chunks:
        total = total + len(y) * grad(theta, X, y)
        m += len(y)
    return total / m
""",
        cases=_chunk_cases,
        reference=gradient_descent.sharded_grad,
        mistakes=(
            Mistake(
                "mean of means",
                """\
def full_grad(grad, theta, chunks):
    return np.mean([grad(theta, X, y) for X, y in chunks], axis=0)
""",
                "You gave every chunk the same weight, however few samples it has: a sample in a short chunk counts for"
                " more than one in a long chunk. Weigh each mean by its number of samples.",
            ),
            Mistake(
                "sum of means",
                """\
def full_grad(grad, theta, chunks):
    return sum(grad(theta, X, y) for X, y in chunks)
""",
                "You added up means: the result grows with the number of chunks. Turn each into a sum first, and divide"
                " by the number of all samples at the end.",
            ),
            Mistake(
                "sum over the samples",
                """\
def full_grad(grad, theta, chunks):
    return sum(len(y) * grad(theta, X, y) for X, y in chunks)
""",
                "This is the sum over all samples; the last division, by their number, is missing. A learning rate"
                " that suits the mean would be many times too large for it.",
            ),
            Mistake(
                "divided by the chunks",
                """\
def full_grad(grad, theta, chunks):
    return sum(len(y) * grad(theta, X, y) for X, y in chunks) / len(chunks)
""",
                "Your weights are right, and you divide by the number of chunks. Divide by the number of samples.",
            ),
            Mistake(
                "last chunk only",
                """\
def full_grad(grad, theta, chunks):
    for X, y in chunks:
        total = grad(theta, X, y)
    return total
""",
                "You keep only the gradient of the last chunk: each one overwrites the one before.",
            ),
            Mistake(
                "all chunks at once",
                """\
def full_grad(grad, theta, chunks):
    X, y = (np.concatenate(parts) for parts in zip(*chunks))
    return grad(theta, X, y)
""",
                "You join the chunks and ask for the gradient of all samples at once, which the memory cannot hold. Ask"
                " for one chunk's gradient at a time.",
            ),
        ),
    ),
    Predict(
        id="gradient_descent_variants.read_noise",
        concepts=("gradient_descent.mini_batch", "gradient_descent.sgd"),
        title="What a quieter gradient costs",
        level="medium",
        minutes=5,
        figure="gradient_descent_variants.noise_to_read",
        task="The figure above shows the noise of the gradient at batch sizes of 1, 4 and 16, for a data set of"
        " millions. Which **batch size** brings the noise down to 0.1?",
        hints=(
            "From one point to the next the batch grows fourfold. By which factor does the noise fall?",
            "The noise falls with the square root of the batch size. How many halvings lie between the first point and"
            " the noise that is asked for?",
        ),
        solution="The noise is $0.8/\\sqrt{B}$: 0.8, 0.4, 0.2. For 0.1 one more halving is needed, a batch four times"
        " as large as 16: $B = \\mathbf{64}$. Eight times less noise costs 64 times the work.",
        answer=lambda: (noise_shown()[1][0] / 0.1) ** 2,
        tolerance=2,
        wrong_routes=(
            Route(8, "You took the noise as 0.8/B. Look at B = 4: it is 0.4 there, not 0.2."),
            Route(32, "You doubled the batch to halve the noise. From 4 to 16 the batch grew fourfold."),
            Route(24, "The noise does not fall along a straight line: each halving costs more than the one before."),
            Route(256, "One halving too many: the noise would be 0.05."),
        ),
    ),
    Code(
        id="gradient_descent_variants.floor",
        concepts=("gradient_descent.sgd", "gradient_descent.mini_batch"),
        title="The noise floor",
        level="medium",
        minutes=8,
        task="One parameter near its minimum, with the curvature λ. A batch of $B$ samples, drawn anew, has"
        " the gradient $\\lambda\\delta + \\xi$. Here $\\delta$ is the distance from the minimum, and $\\xi$ the noise,"
        " with mean square $\\sigma^2/B$. Write `noise_floor(lr, sigma2, curvature, batch_size)`. It returns how far"
        " the cost $\\tfrac12 \\lambda \\delta^2$ lies **above the least one**, on average and in the long run. Give"
        " it exactly, not by the short formula.",
        stub="def noise_floor(lr, sigma2, curvature, batch_size):\n    ...\n",
        hints=(
            "Let v be the mean square of δ. What does one step make of v?",
            "In the long run a step leaves v as it is. Solve v = (1 − ηλ)² v + η² σ²/B for v.",
            "You have v, the mean square distance. The cost is ½λ times that.",
        ),
        solution="""\
def noise_floor(lr, sigma2, curvature, batch_size):
    v = lr * sigma2 / (curvature * (2 - lr * curvature) * batch_size)
    return 0.5 * curvature * v
""",
        cases=lambda: [(0.5, 6.5, 1.0, 1), (0.1, 6.5, 1.0, 2), (0.3, 2.0, 4.0, 8), (1.5, 1.0, 0.25, 3)],
        reference=lambda lr, sigma2, curvature, batch_size: lr * sigma2 / (2 * batch_size * (2 - lr * curvature)),
        mistakes=(
            Mistake(
                "short formula",
                "def noise_floor(lr, sigma2, curvature, batch_size):\n    return lr * sigma2 / (4 * batch_size)\n",
                "That is the short formula, for small rates. Keep ηλ beside the 2.",
            ),
            Mistake(
                "distance for cost",
                "def noise_floor(lr, sigma2, curvature, batch_size):\n"
                "    return lr * sigma2 / (curvature * (2 - lr * curvature) * batch_size)\n",
                "That is v, the mean square distance from the minimum. The cost above the least one is ½λv.",
            ),
            Mistake(
                "curvature forgotten",
                "def noise_floor(lr, sigma2, curvature, batch_size):\n"
                "    return 0.5 * lr * sigma2 / (curvature * (2 - lr * curvature) * batch_size)\n",
                "That is ½v, half the mean square distance. The cost is ½λδ², so multiply by λ, too.",
            ),
            Mistake(
                "batch forgotten",
                "def noise_floor(lr, sigma2, curvature, batch_size):\n"
                "    return lr * sigma2 / (2 * (2 - lr * curvature))\n",
                "Your floor is that of single samples. A batch of B has B times less of the squared noise.",
            ),
            Mistake(
                "root of the batch",
                "def noise_floor(lr, sigma2, curvature, batch_size):\n"
                "    return lr * sigma2 / (2 * batch_size**0.5 * (2 - lr * curvature))\n",
                "You divide by √B. The noise falls with √B, but the cost is a square, and σ² falls with B.",
            ),
            Mistake(
                "one step",
                "def noise_floor(lr, sigma2, curvature, batch_size):\n"
                "    return 0.5 * curvature * lr**2 * sigma2 / batch_size\n",
                "That is the noise of one step from the minimum. Part of the noise of the steps before is still there.",
            ),
        ),
    ),
    Choose(
        id="gradient_descent_variants.restless",
        concepts=("gradient_descent.sgd",),
        title="It wiggles and does not arrive",
        level="easy",
        minutes=3,
        task="Stochastic gradient descent with a fixed learning rate has come near the minimum and wiggles around it."
        " What makes it **come to rest** at the minimum?",
        options={
            "a": "more epochs",
            "b": "a learning rate that falls to zero, slowly enough",
            "c": "a larger learning rate",
            "d": "another order of the samples in every epoch",
        },
        answer="b",
        wrong={
            "a": "At the minimum the mean of all gradients is zero, but that of a single sample is not: with a fixed"
            " rate the steps stay as long as they are, some longer, some shorter, however long you wait.",
            "c": "Then each step leads further away: the wiggle grows with the rate.",
            "d": "The order changes how far it wiggles by a factor, but never to zero: a single sample's gradient is"
            " not zero at the minimum, in any order.",
        },
        hints=(
            "How long is a step at the minimum? It is a product of two factors.",
            "The gradient of a single sample does not vanish at the minimum of the mean. So the other factor must.",
        ),
        solution="**b**. A step is $\\eta_t\\,\\nabla J_i(\\theta)$, and at $\\theta^*$ only the mean of the"
        " $\\nabla J_i$ is zero. So $\\eta_t$ has to go to zero, slowly enough that the sum of all steps still reaches"
        " any distance: $\\sum \\eta_t = \\infty$, $\\sum \\eta_t^2 < \\infty$. The rates of a run that"
        " halves η every epoch have a finite sum. How much that costs depends on the start: measured in this chapter,"
        " after twenty epochs it is 0.2 to 0.3 % of the least cost from η = 0.25, and 26 % from η = 0.02."
        " A growing batch would do as well.",
    ),
    Predict(
        id="gradient_descent_variants.rule_ends",
        concepts=("gradient_descent.batch", "gradient_descent.mini_batch", "gradient_descent.sgd"),
        title="Where the rule ends",
        level="hard",
        minutes=6,
        task="On the tumours of this chapter single samples arrive with rates up to η = 0.125, and at the minimum"
        " $2/\\lambda_\\text{max}$ is 18.8. Scale η with $B$, as the rule says: what does it give for $B = 32$, and"
        " what for $B = 569$? One of the two is above the limit. What is the **largest batch** for which the rule stays"
        " below it?",
        hints=(
            "The rule keeps the rate per sample, η/B. What is it here?",
            "No step of any batch size may use a rate above that of the limit. Write down the rule's η for a batch of"
            " B samples, and set it equal to the limit.",
        ),
        solution="The rate per sample is 0.125, so $\\eta = 0.125\\,B$: 4 for $B = 32$, and 71 for $B = 569$, almost"
        " four times the limit. The rule stays below the limit while $0.125\\,B < 18.8$, up to $B = \\mathbf{150}$."
        " The noise sets an end of its own, at η/B of about 0.125 for every batch size: over ten shuffles, batches of"
        " 32 with η = 4 end 4 to 6 % above the least cost, just around the 5 % that count as arrived. Beyond 150 a"
        " larger batch makes the gradient more exact and the step no longer.",
        answer=lambda: np.floor(LIMIT / RATE_OF_ONE),
        tolerance=0.5,
        wrong_routes=(
            Route(LIMIT, "That is the limit of η itself. For which batch does the rule ask for it?"),
            Route(4, "That is the rule's η for a batch of 32, which is far below the limit. How large may B become?"),
            Route(
                71.125, "That is the rule's η for all 569: far above the limit. For which B does it reach the limit?"
            ),
            Route(
                LIMIT * RATE_OF_ONE,
                "You multiplied the limit by the rate of single samples. How many times as large as that rate is it?",
            ),
            Route(
                32 * LIMIT / RATE_OF_ONE,
                "You took 0.125 for the rate of a batch of 32. It is that of single samples, B = 1.",
            ),
            Route(
                np.floor((LIMIT / RATE_OF_ONE) ** 2),
                "You let η grow with the root of B. The rule scales η with B itself: the rate per sample stays.",
            ),
        ),
    ),
    Predict(
        id="gradient_descent_variants.useful_batch",
        concepts=("gradient_descent.mini_batch",),
        title="The largest batch that pays",
        level="medium",
        minutes=5,
        task="A net needs 3,000 steps to its goal with batches of 8. With ever larger batches, each at its best"
        " rate, the number of steps falls to 300 and no further. What is its **critical batch size** $B_\\mathrm{c}$?",
        hints=(
            "The number of steps is S (1 + B_c/B), with S the steps without noise. Which number is S?",
            "S is what remains when B is very large, 300. Put B = 8 in and solve for B_c.",
        ),
        solution="For large $B$ only $S = 300$ remains. So $3000 = 300\\,(1 + B_\\mathrm{c}/8)$,"
        " which gives $1 + B_\\mathrm{c}/8 = 10$ and $B_\\mathrm{c} = 9 \\cdot 8 = \\mathbf{72}$."
        " Batches of 72 need 600 steps, twice the least number. Ten times as large ones need 330.",
        answer=lambda: 8 * (3000 / 300 - 1),
        tolerance=0.5,
        wrong_routes=(
            Route(
                80, "You divided 3,000 by 300 and multiplied by 8. The formula has 1 + B_c/B, so take off the 1 first."
            ),
            Route(9, "That is B_c/B for a batch of 8. Multiply by the 8."),
            Route(10, "That is how many times as many steps the batch of 8 needs, 1 + B_c/8. Solve it for B_c."),
            Route(375, "You divided the steps by the batch size. Put both numbers of steps into S (1 + B_c/B)."),
            Route(600, "That is the number of steps at the critical batch size. The question is after the batch size."),
        ),
    ),
]
