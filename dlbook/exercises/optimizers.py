"""What the reader of chapter 10 does: a step of each optimizer, by hand or as code; schedules; shards."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import optimizers, schedules

PLATEAU = {  # of the figure that the reader is asked to read
    "metrics": (0.9, 0.6, 0.5, 0.55, 0.52, 0.54, 0.5, 0.45, 0.42, 0.46, 0.47, 0.48),
    "lr": 0.8,
    "factor": 0.5,
    "patience": 2,
}
SHARDS = {"sizes": (96, 32), "means": (2.0, 6.0)}


def lr_after_plateau() -> float:
    """The learning rate after the last epoch of the figure."""
    lr, state = PLATEAU["lr"], None
    for metric in PLATEAU["metrics"]:
        lr, state = schedules.reduce_on_plateau(
            lr, metric, state, factor=PLATEAU["factor"], patience=PLATEAU["patience"], threshold=0.0
        )
    return float(lr)


def hundredth_steps() -> dict[str, float]:
    """The length of step 100 under a gradient of 1 that never changes, η = 1."""
    lengths = {}
    for name, step in (("SGD", optimizers.sgd), ("momentum", optimizers.momentum), ("AdaGrad", optimizers.adagrad)):
        before, state = np.zeros(1), None
        for _ in range(100):
            theta, state = step(before, np.ones(1), state, lr=1.0)
            before, last = theta, before
        lengths[name] = float(last[0] - theta[0])
    return lengths


def left_along_the_floor() -> float:
    """The share of the way along a floor of curvature 0.2 that is left after 100 steps of η = 0.05."""
    theta = np.ones(1)
    for _ in range(100):
        theta, _ = optimizers.sgd(theta, 0.2 * theta, lr=0.05)
    return float(theta[0])


def momentum_step(theta, grad, u, lr, momentum):
    """One step of momentum in the form that the reader writes."""
    theta, state = optimizers.momentum(theta, grad, {"momentum_buffer": u}, lr=lr, momentum=momentum)
    return theta, state["momentum_buffer"]


def adagrad_step(theta, grad, s, lr, eps):
    """One step of AdaGrad in the form that the reader writes."""
    theta, state = optimizers.adagrad(theta, grad, {"step": np.float32(1), "sum": s}, lr=lr, eps=eps)
    return theta, state["sum"]


def _momentum_cases():
    rng = np.random.default_rng(4)
    return [
        (np.array([1.0, -2.0]), np.array([0.5, 4.0]), np.zeros(2), 0.1, 0.9),
        (np.array([1.0, -2.0]), np.array([0.5, 4.0]), np.array([-1.0, 3.0]), 0.1, 0.9),
        (rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), 0.03, 0.5),
        (rng.normal(size=3), rng.normal(size=3), rng.normal(size=3), 2.0, 0.25),
    ]


def _adagrad_cases():
    rng = np.random.default_rng(5)
    return [
        (np.array([1.0, -2.0]), np.array([0.5, 4.0]), np.zeros(2), 0.1, 1e-10),
        (np.array([1.0, -2.0]), np.array([0.5, 4.0]), np.array([2.0, 0.1]), 0.1, 1e-10),
        (rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), rng.random((2, 3)), 0.5, 0.1),
    ]


def first_rmsprop_step() -> float:
    """The length of RMSProp's first step with β = 0.96, in η."""
    theta, _ = optimizers.rmsprop(np.zeros(1), np.full(1, -3.0), lr=1.0, alpha=0.96)
    return float(theta[0])


def second_adam_step() -> float:
    """How far Adam moves in its second step, in η, after the gradients 4 and −1 with β₁ = β₂ = 0.5."""
    before, state = optimizers.adam(np.zeros(1), np.full(1, 4.0), lr=1.0, betas=(0.5, 0.5))
    theta, _ = optimizers.adam(before, np.full(1, -1.0), state, lr=1.0, betas=(0.5, 0.5))
    return float(before[0] - theta[0])


def adamw_step(theta, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    """One step of AdamW in the form that the reader writes."""
    state = {"step": np.float32(t - 1), "exp_avg": m, "exp_avg_sq": v}
    theta, state = optimizers.adamw(theta, grad, state, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
    return theta, state["exp_avg"], state["exp_avg_sq"]


def _adamw_cases():
    rng = np.random.default_rng(3)
    return [
        (np.array([1.0, -2.0, 3.0]), np.array([0.5, -4.0, 0.01]), np.zeros(3), np.zeros(3), 1, 0.1, 0.9,
         0.999, 1e-8, 0.0),
        (np.array([1.0, -2.0, 3.0]), np.array([0.5, -4.0, 0.01]), np.zeros(3), np.zeros(3), 1, 0.1, 0.9,
         0.99, 1e-2, 0.5),
        (rng.normal(size=4), rng.normal(size=4), rng.normal(size=4), rng.random(4), 7, 0.05, 0.8, 0.95, 1e-3, 0.2),
        (rng.normal(size=(2, 2)), rng.normal(size=(2, 2)), rng.normal(size=(2, 2)), rng.random((2, 2)), 3, 0.01, 0.9,
         0.999, 1e-8, 2.0),
    ]  # fmt: skip


def rate_after_warmup(epoch, lr, warm, epochs):
    """Equal steps up to η, then half a cosine down: torch's SequentialLR, not a product."""
    if epoch < warm:
        return lr * (epoch + 1) / warm
    return float(schedules.cosine(epoch - warm, lr, epochs - warm))


def _rate_cases():
    return [(epoch, 0.4, 5, 100) for epoch in (0, 3, 4, 5, 6, 50, 99)] + [(epoch, 1.0, 10, 40) for epoch in (2, 10, 25)]


_RATE = "def rate(epoch, lr, warm, epochs):\n"
_CLIMB = "    if epoch < warm:\n        return lr * (epoch + 1) / warm\n"
_FALL = "    return lr / 2 * (1 + np.cos(np.pi * {}))\n"
_MOMENTUM = "def momentum_step(theta, grad, u, lr, momentum):\n"
_ADAGRAD = "def adagrad_step(theta, grad, s, lr, eps):\n"
_SIGNATURE = "def adamw(theta, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):\n"
_MEANS = """\
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
"""
_CORRECTED = """\
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
"""
_SHRINK = "    theta = (1 - lr * weight_decay) * theta\n"
_STEP = "    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v\n"


def _groups(weight="(1 - lr * weight_decay) * weight", bias="bias", step="lr * dweight") -> str:
    """A step of two groups, from what is left of both."""
    return f"""\
def step(weight, bias, dweight, dbias, lr, weight_decay):
    return {weight} - {step}, {bias} - lr * dbias
"""


def _groups_cases():
    rng = np.random.default_rng(0)
    cases = (((2, 3), 0.1, 0.5), ((1, 4), 0.5, 0.1), ((3, 3), 0.02, 2.0))
    return [
        (rng.normal(size=shape), rng.normal(size=shape[0]), rng.normal(size=shape), rng.normal(size=shape[0]), *options)
        for shape, *options in cases
    ]


def _groups_reference(weight, bias, dweight, dbias, lr, weight_decay):
    params, grads = {"weight": weight, "bias": bias}, {"weight": dweight, "bias": dbias}
    groups = [{"params": ["bias"], "weight_decay": 0.0}]
    new, _ = optimizers.step_all(optimizers.sgd, params, grads, groups=groups, lr=lr, weight_decay=weight_decay)
    return new["weight"], new["bias"]


EXERCISES = [
    Choose(
        id="schedules.which_one",
        concepts=("schedules.step", "schedules.exponential", "schedules.cosine", "schedules.warmup"),
        title="Which schedule?",
        level="easy",
        minutes=4,
        task="A network is to train for 100 epochs. With $\\eta = 0.4$ it learns best later on, but in the first three"
        " epochs that rate makes it diverge. You want no sudden fall, and a rate of nearly zero in the last epochs,"
        " not before. Which schedule?",
        options={
            "a": "`step(epoch, 0.4, step_size=30, gamma=0.1)`",
            "b": "`exponential(epoch, 0.4, gamma=0.8)`",
            "c": "`warmup(epoch, 1, 0.05, total_iters=5) * cosine(epoch, 0.4, T_max=100)`",
            "d": "`cosine(epoch, 0.4, T_max=100)`",
        },
        answer="c",
        wrong={
            "a": "Its first thirty epochs run at 0.4, the rate that diverges; then it falls in jumps, by ten each.",
            "b": "It begins at 0.4, where the run diverges, and by epoch 20 it has fallen to about 1 % of that:"
            " eighty epochs would hardly learn.",
            "d": "The end is as you want it. But it begins at the full 0.4, and a cosine is flat at its top: the first"
            " three epochs diverge.",
        },
        hints=(
            "Two wishes concern the beginning and the end. Which schedules rise at first?",
            "Schedules may be multiplied: one for the first epochs, one for all the others.",
        ),
        solution="**c**. Warm-up keeps the rate small while the network is far from anything sensible, and is 1 after"
        " five epochs; the cosine then falls slowly, quickly, slowly, and is near zero only at the end.",
    ),
    Predict(
        id="optimizers.along_the_floor",
        concepts=("optimizers.sgd",),
        title="Along the floor",
        level="easy",
        minutes=4,
        task="A ravine has the curvature 20 across and 0.2 along its floor. SGD takes $\\eta = 0.05$, half of its limit"
        " $2/20$. **What share of the way along the floor is left** after 100 steps?",
        hints=(
            "Across the ravine all is well. Look at the other direction alone: what does one step do to it?",
            "One step multiplies the distance by 1 − ηλ, with the curvature of that direction.",
        ),
        solution="One step multiplies the distance by $1 - 0.05 \\cdot 0.2 = 0.99$, a hundred steps by"
        " $0.99^{100} = \\mathbf{0.366}$. More than a third of the way is still to go.",
        answer=left_along_the_floor,
        tolerance=0.004,
        wrong_routes=(
            Route(
                0.0,
                "You took 1 % of the whole way off in each step. A step takes 1 % of what is *left*, so the distance is"
                " multiplied by 0.99 each time.",
            ),
            Route(0.99, "That is what one step leaves. There are a hundred of them."),
            Route(0.1326, "You used the limit, η = 0.1. SGD takes half of it here."),
            Route(0.634, "That is the share of the way that is done. How much is left?"),
        ),
    ),
    Code(
        id="optimizers.momentum_step",
        concepts=("optimizers.momentum",),
        title="One step of momentum",
        level="easy",
        minutes=5,
        task="Write one step of momentum. Given are the parameters, their gradient and the velocity `u` of the step"
        " before. Return the new `theta` and the new `u`.",
        stub=_MOMENTUM + "    ...\n",
        hints=(
            "Two lines: first the velocity, then the parameters.",
            "The share μ of the old velocity stays, and the new gradient comes on top of it in full.",
            "The step goes down along the velocity that you have just computed.",
        ),
        solution=_MOMENTUM + "    u = momentum * u + grad\n    return theta - lr * u, u\n",
        cases=_momentum_cases,
        reference=momentum_step,
        returns=("theta", "u"),
        mistakes=(
            Mistake(
                "the old velocity",
                _MOMENTUM + "    return theta - lr * u, momentum * u + grad\n",
                "Your new velocity is right, but you step along the old one, which does not count this gradient yet.",
            ),
            Mistake(
                "a mean",
                _MOMENTUM + "    u = momentum * u + (1 - momentum) * grad\n    return theta - lr * u, u\n",
                "You take only the share 1 − μ of the new gradient. That is a mean, as Adam has it. Momentum's velocity"
                " is a sum, and the newest gradient counts in full.",
            ),
            Mistake(
                "the rate inside",
                _MOMENTUM + "    u = momentum * u + lr * grad\n    return theta - u, u\n",
                "You put the learning rate into the velocity. With one rate for ever both ways lead to the same points;"
                " when a schedule lowers it, your old velocity keeps the old rate. Here η stands outside.",
            ),
            Mistake(
                "no gradient of its own",
                _MOMENTUM + "    u = momentum * (u + grad)\n    return theta - lr * u, u\n",
                "You weaken the new gradient along with the old velocity. Only what is old is multiplied by μ.",
            ),
            Mistake(
                "uphill",
                _MOMENTUM + "    u = momentum * u + grad\n    return theta + lr * u, u\n",
                "Your velocity is right, but you step uphill: subtract.",
            ),
        ),
    ),
    Code(
        id="optimizers.adagrad_step",
        concepts=("optimizers.adagrad",),
        title="One step of AdaGrad",
        level="easy",
        minutes=5,
        task="Write one step of AdaGrad. Given are the parameters, their gradient and the sum `s` of the squared"
        " gradients of all steps before. Return the new `theta` and the new `s`.",
        stub=_ADAGRAD + "    ...\n",
        hints=(
            "Two lines: first the sum, then the parameters.",
            "The sum takes in the square of this gradient before it is used.",
            "Each component of the gradient is divided by the root of its own sum, plus eps.",
        ),
        solution=_ADAGRAD + "    s = s + grad**2\n    return theta - lr * grad / (np.sqrt(s) + eps), s\n",
        cases=_adagrad_cases,
        reference=adagrad_step,
        returns=("theta", "s"),
        mistakes=(
            Mistake(
                "the old sum",
                _ADAGRAD + "    return theta - lr * grad / (np.sqrt(s) + eps), s + grad**2\n",
                "You divide by the old sum, which is 0 in the first step: that step is as long as 1/eps. Take this"
                " gradient's square in first.",
            ),
            Mistake(
                "no sum",
                _ADAGRAD + "    s = grad**2\n    return theta - lr * grad / (np.sqrt(s) + eps), s\n",
                "Your s forgets all squares but the newest, and then every step is η long. Add to the sum.",
            ),
            Mistake(
                "no root",
                _ADAGRAD + "    s = s + grad**2\n    return theta - lr * grad / (s + eps), s\n",
                "You divide by the sum of the squares. Only its root has the unit of a gradient.",
            ),
            Mistake(
                "no square",
                _ADAGRAD + "    s = s + grad\n    return theta - lr * grad / (np.sqrt(np.abs(s)) + eps), s\n",
                "You add up the gradients themselves. Those of opposite sign then cancel, and it is their size that"
                " should count: add the squares.",
            ),
            Mistake(
                "one sum for all",
                _ADAGRAD + "    s = s + grad**2\n    return theta - lr * grad / (np.sqrt(s.sum()) + eps), s\n",
                "You divide all components by one common root. Each has its own: that is the point of AdaGrad.",
            ),
        ),
    ),
    Predict(
        id="optimizers.first_step",
        concepts=("optimizers.rmsprop",),
        title="The first step of RMSProp",
        level="easy",
        minutes=3,
        task="RMSProp starts with $v = 0$ and has $\\beta = 0.96$. **How many times $\\eta$** is its first step,"
        " whatever the gradient is?",
        hints=(
            "Write v after the first gradient g. What share of g² is it?",
            "The step is η g / √v. Insert v, and g cancels.",
        ),
        solution="$v = 0.04\\, g^2$, its root is $0.2\\, |g|$, and $|g|/(0.2\\, |g|) = \\mathbf{5}$.",
        answer=first_rmsprop_step,
        tolerance=0.05,
        wrong_routes=(
            Route(25.0, "You divided by v. RMSProp divides by its root."),
            Route(1.0, "It would be 1 if the mean were corrected for its start at 0, as Adam's is."),
            Route(0.2, "That is the root of what v holds. The step is divided by it."),
            Route(1.0206, "You let v take 0.96 of the new square. β is what a mean keeps of itself."),
        ),
    ),
    Predict(
        id="optimizers.second_step",
        concepts=("optimizers.adam",),
        title="Adam's second step",
        level="medium",
        minutes=6,
        task="Adam has $\\beta_1 = \\beta_2 = 0.5$, and both means start at 0. The gradients of a weight are 4 in"
        " step 1 and $-1$ in step 2. **How far down does step 2 move the weight**, in units of $\\eta$? Forget ε.",
        hints=(
            "Move both means on twice: m from 0 to 2 and on, v from 0 to 8 and on.",
            "After two steps both corrections divide by 1 − 0.5² = 0.75.",
            "The step is the corrected m over the root of the corrected v.",
        ),
        solution="$m$: 2, then $0.5 \\cdot 2 - 0.5 = 0.5$. $v$: 8, then $0.5 \\cdot 8 + 0.5 = 4.5$. Corrected:"
        " $0.5/0.75 = 0.667$ and $4.5/0.75 = 6$. The step is $0.667/\\sqrt{6} = \\mathbf{0.272}$. It still goes down,"
        " although the newest gradient points the other way.",
        answer=second_adam_step,
        tolerance=0.003,
        wrong_routes=(
            Route(0.2357, "You left the corrections out: that is m/√v. Both means started at 0."),
            Route(0.3333, "You corrected by 1 − β in step 2 as well. After two steps the share is 1 − β²."),
            Route(0.1111, "You divided by the corrected v. Its root has the unit of a gradient."),
            Route(-1.0, "That would be the step without memory. Adam's means remember the gradient of step 1."),
            Route(-0.272, "The size is right. m is still positive, so the weight goes down."),
        ),
    ),
    Predict(
        id="optimizers.hundredth_step",
        concepts=("optimizers.sgd", "optimizers.momentum", "optimizers.adagrad"),
        title="The hundredth step",
        level="medium",
        minutes=7,
        task="The gradient of one parameter is 1 in every step, for ever. SGD moves it by $\\eta$ each time. In step"
        " 100, **how many times as long** is the step of momentum ($\\mu = 0.9$) as that of AdaGrad? Both have the same"
        " $\\eta$ and start from nothing.",
        hints=(
            "Take them one after the other, each in units of η. What does momentum's velocity tend to?",
            "A velocity that no longer changes satisfies u = 0.9 u + 1.",
            "AdaGrad divides by the root of the sum of the squares so far. What is that sum in step t?",
        ),
        solution="Momentum: $u = 0.9\\,u + 1$ has the solution $u = 10$, and after 100 steps it is there but for"
        " $0.9^{100}$. AdaGrad: the sum of the squares is 100, its root 10, the step $\\eta/10$. The ratio is"
        " $10 / 0.1 = \\mathbf{100}$: one speeds up along a steady slope, the other brakes on it.",
        answer=lambda: hundredth_steps()["momentum"] / hundredth_steps()["AdaGrad"],
        tolerance=0.5,
        wrong_routes=(
            Route(10.0, "One of the two is 10 times as long or as short as SGD's step. You need both: compare them."),
            Route(
                1000.0,
                "You divided AdaGrad's step by the sum of the squares, 100. It is divided by the root of that sum.",
            ),
            Route(90.0, "Momentum's velocity is 1/(1 − μ), not μ/(1 − μ): the newest gradient counts in full."),
            Route(
                1.0,
                "Momentum makes the step 10 times as long as SGD's, AdaGrad makes it 10 times as short: the two do not"
                " cancel, one is divided by the other.",
            ),
        ),
    ),
    Predict(
        id="schedules.read_plateau",
        concepts=("schedules.reduce_on_plateau",),
        title="When does the rate fall?",
        level="medium",
        minutes=6,
        figure="optimizers.plateau",
        task="The figure above shows the validation loss of epochs 0 to 11. The learning rate starts at 0.8;"
        " reduce-on-plateau has a factor of 0.5, a patience of 2 and no threshold, so that any value below the best is"
        " better. What is the **learning rate** after epoch 11?",
        hints=(
            "Go from epoch to epoch with a counter of bad epochs: those whose loss is not below the best so far.",
            "A new best sets the counter to 0. An equal value is no new best.",
            "The rate falls when the counter exceeds the patience; then the counter starts again.",
        ),
        solution="The best is 0.5 in epoch 2. Epochs 3, 4, 5 are bad: the third exceeds the patience, the rate falls to"
        " 0.4. Epoch 6 only equals the best; 7 and 8 are new bests. Epochs 9, 10, 11 are bad: **0.2**.",
        answer=lr_after_plateau,
        tolerance=0.01,
        wrong_routes=(
            Route(
                0.4,
                "You saw one fall. There are two: a bad epoch is one that is not below the *best so far*. If you"
                " compare with the epoch before, you start counting anew in epoch 4.",
            ),
            Route(
                0.1,
                "You let the rate fall with the second bad epoch in a row. With a patience of 2, two bad epochs are"
                " borne; the third is one too many.",
            ),
            Route(0.8, "It falls: look for three epochs in a row that bring no new best."),
        ),
    ),
    Code(
        id="schedules.warmup_then_cosine",
        concepts=("schedules.warmup", "schedules.cosine"),
        title="Up, then down",
        level="medium",
        minutes=8,
        task="Write a schedule that many large networks are trained with, one part *after* the other. In the first"
        " `warm` epochs the rate climbs in equal steps: `lr / warm` in epoch 0, twice that in epoch 1, `lr` in epoch"
        " `warm - 1`. From epoch `warm` on, half a cosine leads down from `lr`; it would arrive at 0 in epoch `epochs`."
        " `epoch` is one whole number, counted from 0.",
        stub=_RATE + "    ...\n",
        hints=(
            "Two cases: is the epoch still one of the warm-up, or not?",
            "The first epochs are counted from 1: epoch 0 has already made one of the equal steps.",
            "The cosine has a clock of its own: it starts at 0 when the warm-up is over, and it has fewer epochs than"
            " the whole run to get down.",
        ),
        solution=_RATE + _CLIMB + _FALL.format("(epoch - warm) / (epochs - warm)"),
        cases=_rate_cases,
        reference=rate_after_warmup,
        mistakes=(
            Mistake(
                "one clock for both",
                _RATE + _CLIMB + _FALL.format("epoch / epochs"),
                "Your warm-up is right. But the cosine runs on the clock of the whole run: when it takes over it has"
                " fallen already, and the rate jumps down. It should begin at η when the warm-up ends.",
            ),
            Mistake(
                "too long a cosine",
                _RATE + _CLIMB + _FALL.format("(epoch - warm) / epochs"),
                "Your cosine begins at the right place but takes as many epochs as the whole run: it is not down when"
                " the run ends. The warm-up has used some of them.",
            ),
            Mistake(
                "a first epoch without a step",
                _RATE
                + "    if epoch < warm:\n        return lr * epoch / warm\n"
                + _FALL.format("(epoch - warm) / (epochs - warm)"),
                "Your rate is 0 in epoch 0: that epoch learns nothing. It should have made the first of the equal"
                " steps already.",
            ),
            Mistake(
                "multiplied",
                _RATE
                + "    share = min((epoch + 1) / warm, 1)\n"
                + "    return share * lr / 2 * (1 + np.cos(np.pi * epoch / epochs))\n",
                "You multiplied the two. Then the cosine falls while the warm-up climbs, and the full η is never"
                " reached. Here one comes after the other.",
            ),
            Mistake(
                "not halved",
                _RATE + _CLIMB + "    return lr * (1 + np.cos(np.pi * (epoch - warm) / (epochs - warm)))\n",
                "Your cosine starts at 2η: 1 + cos goes from 2 down to 0, so that half of it is wanted.",
            ),
            Mistake(
                "a quarter of a cosine",
                _RATE + _CLIMB + "    return lr * np.cos(np.pi / 2 * (epoch - warm) / (epochs - warm))\n",
                "You take a quarter of a cosine. It has the right ends, but it comes down at its steepest: half a"
                " cosine, lifted above 0, is slow at both ends.",
            ),
        ),
    ),
    Predict(
        id="parallel.unequal_shards",
        concepts=("parallel.data_parallel",),
        title="Two shards of unequal size",
        level="medium",
        minutes=4,
        task="Two processes share a batch of 128 samples: one has 96 of them, the other 32. The mean gradients of one"
        " parameter over their shards are 2 and 6. What is the gradient that **one process** with the whole batch would"
        " compute?",
        hints=(
            "A mean over the batch is a sum over 128 samples, divided by 128. What is the sum over each shard?",
            "A shard's sum is its mean times its size. Add both sums before you divide.",
        ),
        solution="$\\frac{96 \\cdot 2 + 32 \\cdot 6}{128} = \\mathbf{3}$. The plain average of the two processes is 4:"
        " with shards of unequal size it counts the samples of the small one three times as much. Data-parallel"
        " training therefore deals equal shards, or weights the average by their sizes.",
        answer=lambda: float(np.average(SHARDS["means"], weights=SHARDS["sizes"])),
        tolerance=0.01,
        wrong_routes=(
            Route(
                4.0,
                "That is the plain average of the two processes. A sample of the small shard counts three times as much"
                " in it as one of the large shard.",
            ),
            Route(8.0, "You added the two means. The gradient of the batch is a mean, not a sum."),
            Route(5.0, "You gave each shard the weight of the other: the larger shard must weigh more."),
        ),
    ),
    Code(
        id="optimizers.adamw_step",
        concepts=("optimizers.adam", "optimizers.adamw", "optimizers.rmsprop"),
        title="One step of AdamW",
        level="hard",
        minutes=15,
        task="Write one step of AdamW. Given are the parameters and their gradient, the two means `m` and `v` of the"
        " steps before, and the number `t` of this step, counted from 1. Return the new `theta`, `m` and `v`. The decay"
        " is decoupled: it shrinks `theta` by the factor $1 - \\eta\\lambda$ and stays out of the means.",
        stub=_SIGNATURE + "    ...\n",
        hints=(
            "Four things in order: move both means on, correct copies of them, shrink theta, step.",
            "Each mean keeps a share β of itself and takes 1 − β of the new value. For v the new value is the square of"
            " the gradient, which makes its root comparable to a gradient.",
            "A mean that starts at 0 holds 1 − βᵗ of what it should after t steps: divide by that. Return the means as"
            " they were before that division, or the next step divides again.",
        ),
        solution=_SIGNATURE + _MEANS + _CORRECTED + _SHRINK + _STEP,
        cases=_adamw_cases,
        reference=adamw_step,
        returns=("theta", "m", "v"),
        mistakes=(
            Mistake(
                "no correction",
                _SIGNATURE + _MEANS + _SHRINK + "    return theta - lr * m / (np.sqrt(v) + eps), m, v\n",
                "Your means are right, but you step with them as they are. They started at 0 and are still too small,"
                " v more so than m: with β of 0.9 and 0.999 the first step is three times too long. Divide m by"
                " 1 − β₁ᵗ and v by 1 − β₂ᵗ.",
            ),
            Mistake(
                "L2 instead of decay",
                _SIGNATURE + "    grad = grad + weight_decay * theta\n" + _MEANS + _CORRECTED + _STEP,
                "You added λθ to the gradient. That is Adam with L2: the penalty goes through m and v, and the division"
                " by √v takes much of it away again where gradients are large. AdamW shrinks theta itself and leaves"
                " the gradient alone.",
            ),
            Mistake(
                "decay without learning rate",
                _SIGNATURE + _MEANS + _CORRECTED + "    theta = (1 - weight_decay) * theta\n" + _STEP,
                "Your theta shrinks by 1 − λ, whatever the learning rate is. The paper writes it like that: its λ is ηλ"
                " here, up to the schedule. PyTorch's factor, and this book's, is 1 − ηλ, so that whatever lowers η"
                " lowers the decay with it.",
            ),
            Mistake(
                "decay after the step",
                _SIGNATURE
                + _MEANS
                + _CORRECTED
                + "    theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)\n"
                + "    return (1 - lr * weight_decay) * theta, m, v\n",
                "You shrink theta after the step, and so the step shrinks too. The decay is of the old theta: shrink"
                " first, then step by the full length.",
            ),
            Mistake(
                "no power of t",
                _SIGNATURE + _MEANS + "    m_hat = m / (1 - beta1)\n    v_hat = v / (1 - beta2)\n" + _SHRINK + _STEP,
                "You divide by 1 − β in every step. That is right in the first one only: after t steps on a steady"
                " gradient a mean holds a share of it that comes ever closer to 1, so the divisor depends on t.",
            ),
            Mistake(
                "shares swapped",
                _SIGNATURE
                + "    m = (1 - beta1) * m + beta1 * grad\n    v = (1 - beta2) * v + beta2 * grad**2\n"
                + _CORRECTED
                + _SHRINK
                + _STEP,
                "You swapped the two shares: with β₁ = 0.9 your m takes 90 % of the newest gradient and forgets nearly"
                " all the others. β is what a mean keeps of itself.",
            ),
            Mistake(
                "no square",
                _SIGNATURE
                + "    m = beta1 * m + (1 - beta1) * grad\n    v = beta2 * v + (1 - beta2) * abs(grad)\n"
                + _CORRECTED
                + _SHRINK
                + _STEP,
                "Your v is a mean of the gradient's size, not of its square: its root then has the unit of the root of"
                " a gradient, and the step depends on the scale of the cost.",
            ),
            Mistake(
                "eps under the root",
                _SIGNATURE
                + _MEANS
                + _CORRECTED
                + _SHRINK
                + "    return theta - lr * m_hat / np.sqrt(v_hat + eps), m, v\n",
                "You added eps under the root, where a value of 10⁻⁸ counts like 10⁻⁴. It belongs outside, beside the"
                " root.",
            ),
            Mistake(
                "no root",
                _SIGNATURE + _MEANS + _CORRECTED + _SHRINK + "    return theta - lr * m_hat / (v_hat + eps), m, v\n",
                "You divided by v itself. v is a mean of squares; only its root has the unit of a gradient, so that the"
                " step has a length near η.",
            ),
            Mistake(
                "corrected means returned",
                _SIGNATURE
                + _MEANS
                + _CORRECTED
                + _SHRINK
                + "    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m_hat, v_hat\n",
                "Your theta is right. But you returned the corrected means: the next step would correct them a second"
                " time. The correction is for this step only.",
            ),
        ),
    ),
    Code(
        id="optimizers.groups",
        concepts=("optimizers.adamw",),
        title="Two groups",
        level="easy",
        minutes=8,
        task="Write one step for a layer whose weight and bias are two groups. Both take a step of length `lr` against"
        " their gradient. The weight gets AdamW's decay besides: it shrinks by the share `lr` · `weight_decay` of its"
        " old value. The bias does not. Return the new weight and the new bias, and change neither of the old ones.",
        stub="def step(weight, bias, dweight, dbias, lr, weight_decay):\n    ...\n",
        hints=(
            "Write the step of the bias first: it is plain gradient descent.",
            "The weight takes the same step. What should be left of its old value before it?",
            "The share lr · weight_decay goes, so the old weight gets the factor 1 less that share.",
        ),
        solution=_groups(),
        cases=_groups_cases,
        reference=_groups_reference,
        returns=("weight", "bias"),
        mistakes=(
            Mistake(
                "one group for both",
                _groups(bias="(1 - lr * weight_decay) * bias"),
                "Your bias decays, too. It has a group of its own, whose weight_decay is 0.",
            ),
            Mistake(
                "the wrong group",
                _groups(weight="weight", bias="(1 - lr * weight_decay) * bias"),
                "You gave the decay to the bias. It is the weight that should be pulled towards zero.",
            ),
            Mistake(
                "no decay",
                _groups(weight="weight"),
                "Neither of the two decays. The weight shrinks by lr · weight_decay of its old value.",
            ),
            Mistake(
                "decay without the rate",
                _groups(weight="(1 - weight_decay) * weight"),
                "Your decay does not know the learning rate. In AdamW, as in PyTorch, the share is lr · weight_decay.",
            ),
            Mistake(
                "decay after the step",
                _groups(weight="(1 - lr * weight_decay) * (weight - lr * dweight)", step="0"),
                "You shrink the weight after the step, and so the step shrinks too. The decay is of the old value.",
            ),
        ),
    ),
]
