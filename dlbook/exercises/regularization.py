"""What the reader of chapter 11 does: shrink, drop, wait, and tell a penalty from a decay."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import layers, regularizers
from dlbook.scratch.callbacks import early_stopping

START = np.array([2.0, 0.75, -0.5, -1.5])  # weights without a penalty, of the figure that is to be read
LOSSES = np.array([0.90, 0.60, 0.45, 0.50, 0.44, 0.46, 0.47, 0.45, 0.48, 0.43, 0.50])


def weight_paths() -> tuple[np.ndarray, np.ndarray]:
    """λ (81,) and four weights (81, 4) that see independent columns: each is its own soft threshold."""
    lam = np.linspace(0, 2, 81)
    return lam, np.array([regularizers.soft_threshold(START, strength) for strength in lam])


def _stops_in() -> float:
    stop = early_stopping(patience=3)
    return float(next(epoch for epoch, loss in enumerate(LOSSES) if stop(loss)))


def watch(losses, patience, min_delta) -> tuple[int, int]:
    """The epoch of the stop and the best one, as `callbacks.early_stopping` finds them."""
    stop = early_stopping(patience, min_delta)
    last = next((epoch for epoch, loss in enumerate(losses) if stop(loss)), len(losses) - 1)
    return last, stop.best_epoch


def _watch_cases():
    return [
        (LOSSES.tolist(), 3, 0.0),
        (LOSSES.tolist(), 2, 0.0),
        (LOSSES.tolist(), 3, 0.02),
        ([1.0, 0.8, 0.9, 0.7, 0.75, 0.6, 0.5], 3, 0.0),  # patience never runs out
        ([1.0, 0.6, 0.6, 0.5, 0.7, 0.65, 0.62, 0.4], 2, 0.0),
        ([1.0, 0.5, 0.5, 0.5, 0.4], 2, 0.0),  # an equal loss is none
        ([1.0, 0.985, 0.97, 0.955, 0.94, 0.925, 0.91], 3, 0.02),  # a slow drift: two small gains make a large one
    ]


_WATCH = """\
def watch(losses, patience, min_delta):
    best, best_epoch, waited = losses[0], 0, 0
    for epoch, loss in enumerate(losses[1:], start=1):
        if best - loss > min_delta:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited >= patience:
            return epoch, best_epoch
    return len(losses) - 1, best_epoch
"""


_STEP = """\
def lasso_step(w, grad, lr, lam):
    w = w - lr * grad
    return np.sign(w) * np.maximum(np.abs(w) - lr * lam, 0)
"""


def lasso_step(w, grad, lr, lam):
    """One proximal step: descent on the cost, then a soft threshold."""
    return regularizers.soft_threshold(w - lr * grad, lr * lam)


def _step_cases():
    rng = np.random.default_rng(3)
    return [
        (np.array([0.5, 0.08, -0.3]), np.array([-2.0, 1.3, 1.0]), 0.1, 2.0),
        (np.array([1.0, -1.0, 0.05]), np.zeros(3), 0.5, 0.4),
        (rng.normal(size=(2, 4)), rng.normal(size=(2, 4)), 0.2, 1.5),
    ]


def _lead(classes: int, smoothing: float) -> float:
    return float(np.log(1 + classes * (1 - smoothing) / smoothing))


def _dropout_cases():
    rng = np.random.default_rng(2)
    return [
        (rng.normal(size=(3, 4)), rng.random((3, 4)), 0.5, True),
        (rng.normal(size=5), rng.random(5), 0.2, True),
        (rng.normal(size=(2, 3)), rng.random((2, 3)), 0.4, False),
        (np.ones(4), np.array([0.1, 0.29, 0.31, 0.9]), 0.3, True),
    ]


EXERCISES = [
    Code(
        id="regularization.pull",
        concepts=("regularizers.l1", "regularizers.l2"),
        title="The pull of both penalties",
        level="easy",
        minutes=6,
        task="Write `pull(w, lam1, lam2)`: the gradient of the penalty"
        " $\\lambda_1 \\sum_j |w_j| + \\frac{\\lambda_2}{2} \\sum_j w_j^2$ with respect to the weights `w`, an array of"
        " any shape. At $w_j = 0$ take 0 for the slope of $|w_j|$.",
        stub="def pull(w, lam1, lam2):\n    ...\n",
        hints=(
            "Differentiate one term at a time. What is the slope of |w| left and right of 0?",
            "`np.sign` is −1, 0 or 1: just what the first term needs.",
            "The half cancels the 2 that comes down from the square.",
        ),
        solution="def pull(w, lam1, lam2):\n    return lam1 * np.sign(w) + lam2 * w\n",
        cases=lambda: [
            (np.array([1.5, -0.5, 0.0]), 0.3, 0.0),
            (np.array([1.5, -0.5, 0.0]), 0.0, 0.7),
            (np.array([[2.0, -3.0], [0.1, 0.0]]), 0.2, 0.5),
        ],
        reference=lambda w, lam1, lam2: regularizers.l1_grad(w, lam1) + regularizers.l2_grad(w, lam2),
        mistakes=(
            Mistake(
                "two",
                "def pull(w, lam1, lam2):\n    return lam1 * np.sign(w) + 2 * lam2 * w\n",
                "The 2 from the square cancels against the half in the penalty: λ₂ w, not 2 λ₂ w.",
            ),
            Mistake(
                "absolute value",
                "def pull(w, lam1, lam2):\n    return lam1 * np.abs(w) + lam2 * w\n",
                "|w| is the penalty, not its slope. The slope of |w| is −1 left of 0 and 1 right of it.",
            ),
            Mistake(
                "only positive",
                "def pull(w, lam1, lam2):\n    return lam1 * (w > 0) + lam2 * w\n",
                "Negative weights are left without L1's pull. Their slope is −1.",
            ),
            Mistake(
                "towards zero",
                "def pull(w, lam1, lam2):\n    return -lam1 * np.sign(w) - lam2 * w\n",
                "The sign is turned: the gradient points uphill, away from 0. Descent subtracts it.",
            ),
            Mistake(
                "half kept",
                "def pull(w, lam1, lam2):\n    return lam1 * np.sign(w) + lam2 / 2 * w\n",
                "Your second part is half as large as it should be. The derivative of w² is 2 w, and its 2 cancels the"
                " half.",
            ),
            Mistake(
                "sign missing",
                "def pull(w, lam1, lam2):\n    return lam1 + lam2 * w\n",
                "Your λ₁ pulls at all weights in one direction. The slope of |w| is −1 for a negative weight, and 0 was"
                " asked for at 0.",
            ),
            Mistake(
                "square kept",
                "def pull(w, lam1, lam2):\n    return lam1 * np.sign(w) + lam2 * w**2\n",
                "You kept the square. The derivative of w² is 2 w, and the half takes the 2 away.",
            ),
            Mistake(
                "the penalty",
                "def pull(w, lam1, lam2):\n    return lam1 * np.abs(w).sum() + lam2 / 2 * (w**2).sum()\n",
                "That is the penalty, one number. Asked is its gradient, one number for each weight.",
            ),
        ),
    ),
    Predict(
        id="regularization.share_left",
        concepts=("regularizers.l2",),
        title="What ridge leaves",
        level="easy",
        minutes=5,
        task="Near its minimum a cost has two directions. In the first its curvature is $h_1 = 0.5$, in the second"
        " $h_2 = 0.02$. The best weight is $w^* = 5$ in both. Now an L2 penalty with $\\lambda = 0.08$ is added. Which"
        " **weight** is left in the second direction?",
        hints=(
            "Of the best weight a share is left. It depends on the curvature and on λ, in each direction by itself.",
            "The share is the curvature over the sum of curvature and λ.",
        ),
        solution="The share is $\\frac{0.02}{0.02 + 0.08} = 0.2$, so that $0.2 \\cdot 5 = \\mathbf{1}$ is left. In the"
        " first direction it is $\\frac{0.5}{0.58} \\cdot 5 = 4.31$. What the data decide stays, and what they hardly"
        " decide goes.",
        answer=lambda: 5 * 0.02 / (0.02 + 0.08),
        tolerance=0.02,
        wrong_routes=(
            Route(4.0, "That is λ's share, which is lost. What is left is the other one, h / (h + λ)."),
            Route(0.8, "That is λ's share, which is lost, and not yet times 5. What is left is the other share."),
            Route(0.2, "That is the share. The weight is this share of the best weight, 5."),
            Route(5 * 0.5 / 0.58, "That is the first direction, in which the data decide."),
            Route(4.92, "That is the soft threshold, 5 − λ, which belongs to L1. L2 takes a share and no amount."),
            Route(4.6, "That is (1 − λ) · 5, one step of a decay. Asked is the minimum, where both slopes cancel."),
        ),
    ),
    Predict(
        id="regularization.read_paths",
        concepts=("regularizers.l1",),
        title="When is a weight gone?",
        level="easy",
        minutes=4,
        figure="regularization.paths_to_read",
        task="The figure above shows four weights under a growing L1 penalty. Their inputs are *orthonormal*: each has"
        " the mean square 1, and any two are uncorrelated. From which $\\lambda$ on are exactly **two** of the four"
        " weights left?",
        hints=(
            "Exactly 0 is gone. Which two weights go first?",
            "Look where the second of the curves reaches the zero line.",
        ),
        solution="$w_3$ is gone from $\\lambda = 0.5$ on and $w_2$ from $\\mathbf{0.75}$ on. Then two are left. With"
        " orthonormal inputs every weight moves towards 0 by $\\lambda$ and stops there. With inputs that say in part"
        " the same, the paths bend where another weight comes or goes, and a weight may even come back.",
        answer=lambda: float(np.sort(np.abs(START))[1]),
        tolerance=0.05,
        wrong_routes=(
            Route(0.5, "There the first weight goes, and three are left."),
            Route(1.5, "There the third goes, and one is left."),
            Route(2.0, "There the last one goes."),
        ),
    ),
    Code(
        id="regularization.lasso_step",
        concepts=("regularizers.l1",),
        title="A step that reaches zero",
        level="medium",
        minutes=8,
        task="Write `lasso_step(w, grad, lr, lam)`, a proximal step for the cost plus $\\lambda \\sum_j |w_j|$. First"
        " descend on the cost alone, whose gradient is `grad`. Then move every weight towards 0 by"
        " $\\eta\\lambda$, and none beyond it.",
        stub="def lasso_step(w, grad, lr, lam):\n    ...\n",
        hints=(
            "Two lines are enough, one for each half of the step.",
            "After the descent, look at the absolute value. Take η λ off, and let nothing fall below 0.",
            "`np.maximum` keeps it at 0 or above, and `np.sign` of the weight after the descent gives the sign back.",
        ),
        solution=_STEP,
        cases=_step_cases,
        reference=lasso_step,
        mistakes=(
            Mistake(
                "lam alone",
                _STEP.replace("lr * lam", "lam"),
                "You threshold by λ. One step of size η pulls by η λ.",
            ),
            Mistake(
                "beyond zero",
                "def lasso_step(w, grad, lr, lam):\n    w = w - lr * grad\n    return w - lr * lam * np.sign(w)\n",
                "A small weight steps over 0 and comes out on the other side. Stop it at 0.",
            ),
            Mistake(
                "plain gradient",
                "def lasso_step(w, grad, lr, lam):\n    return w - lr * (grad + lam * np.sign(w))\n",
                "That is a plain step on the gradient of both. It pulls in the direction that the weight had before the"
                " descent, and steps over 0.",
            ),
            Mistake(
                "threshold first",
                "def lasso_step(w, grad, lr, lam):\n"
                "    w = np.sign(w) * np.maximum(np.abs(w) - lr * lam, 0)\n    return w - lr * grad\n",
                "You threshold first and descend afterwards. Then the weights that were 0 are moved away again. Descend"
                " first.",
            ),
            Mistake(
                "uphill",
                _STEP.replace("w - lr * grad", "w + lr * grad"),
                "You climb: the step goes against the gradient.",
            ),
            Mistake(
                "sign lost",
                "def lasso_step(w, grad, lr, lam):\n    return np.maximum(np.abs(w - lr * grad) - lr * lam, 0)\n",
                "Negative weights come out positive. Give them their sign back.",
            ),
            Mistake(
                "one side",
                "def lasso_step(w, grad, lr, lam):\n    return np.maximum(w - lr * grad - lr * lam, 0)\n",
                "Negative weights all become 0 with you. Take η λ off the absolute value, and give the sign back.",
            ),
            Mistake(
                "hard threshold",
                "def lasso_step(w, grad, lr, lam):\n    w = w - lr * grad\n    return w * (np.abs(w) > lr * lam)\n",
                "You set small weights to 0 and leave the others where they are. All of them move towards 0 by η λ.",
            ),
        ),
    ),
    Code(
        id="regularization.dropout",
        concepts=("layers.dropout",),
        title="Dropout, so that nothing is left to do afterwards",
        level="medium",
        minutes=8,
        task="Write `dropout(x, draw, p, training)`. `draw` holds uniform numbers from 0 to 1 in the shape of `x`."
        " While training, silence each number whose draw is below `p`, and scale the others so that the **mean** stays"
        " what it was; out of training, return `x` as it is.",
        stub="def dropout(x, draw, p, training):\n    ...\n",
        hints=(
            "`draw >= p` is true where a number stays. A boolean times a number is the number or 0.",
            "A share 1 − p of the numbers stays. By what must they be multiplied so that the mean stays?",
            "Out of training nothing is silenced, so nothing may be scaled either.",
        ),
        solution="""\
def dropout(x, draw, p, training):
    if not training:
        return x
    return x * (draw >= p) / (1 - p)
""",
        cases=_dropout_cases,
        reference=layers.dropout,
        mistakes=(
            Mistake(
                "no scale",
                """\
def dropout(x, draw, p, training):
    return x * (draw >= p) if training else x
""",
                "You silence without scaling: while training, the sums behind it are too small by 1 − p, and afterwards"
                " everything is suddenly larger. Divide what stays by 1 − p.",
            ),
            Mistake(
                "scaled afterwards",
                """\
def dropout(x, draw, p, training):
    return x * (draw >= p) if training else x * (1 - p)
""",
                "This is dropout as it was first published: scaled down afterwards. Asked is the inverted kind, which"
                " scales up while training and leaves the finished net alone.",
            ),
            Mistake(
                "the wrong ones stay",
                """\
def dropout(x, draw, p, training):
    return x * (draw < p) / p if training else x
""",
                "You keep the numbers whose draw is below p: those are to be silenced.",
            ),
            Mistake(
                "divided by the rate",
                """\
def dropout(x, draw, p, training):
    return x * (draw >= p) / p if training else x
""",
                "You silence the right numbers and divide by p, the share that is silenced. What stays is a share of"
                " 1 − p.",
            ),
            Mistake(
                "the wrong ones stay, the scale is right",
                """\
def dropout(x, draw, p, training):
    return x * (draw < p) / (1 - p) if training else x
""",
                "The divisor is right, but you keep the numbers whose draw is below p, and silence the others: turn the"
                " comparison round.",
            ),
            Mistake(
                "always",
                """\
def dropout(x, draw, p, training):
    return x * (draw >= p) / (1 - p)
""",
                "You silence in the finished net as well. Out of training, x must come through as it is.",
            ),
            Mistake(
                "scaled up for ever",
                """\
def dropout(x, draw, p, training):
    return x * (draw >= p) / (1 - p) if training else x / (1 - p)
""",
                "Right while training. Afterwards nothing is silenced, so nothing may be scaled up: return x.",
            ),
            Mistake(
                "multiplied",
                """\
def dropout(x, draw, p, training):
    return x * (draw >= p) * (1 - p) if training else x
""",
                "You multiplied by 1 − p: that makes the mean smaller still. Divide by it.",
            ),
        ),
    ),
    Predict(
        id="regularization.patience",
        concepts=("callbacks.early_stopping",),
        title="A patience of three",
        level="easy",
        minutes=5,
        task="The loss on watched data, epoch by epoch from epoch 0: "
        + ", ".join(f"{loss:.2f}" for loss in LOSSES)
        + ". Early stopping has a patience of 3. After which epoch does training stop?",
        hints=(
            "Mark the epochs in which the loss is lower than ever before.",
            "Count from the last of these marks: three epochs without a new one, and it stops.",
        ),
        solution="The best losses are those of epochs 0, 1, 2 and 4 (0.44). Epochs 5, 6 and 7 bring none below it, so"
        " that it stops after epoch **7** and returns to the weights of epoch 4. Epoch 9 would have been better, but it"
        " is never run.",
        answer=_stops_in,
        tolerance=0.25,
        wrong_routes=(
            Route(4.0, "That is the epoch whose weights come back. It takes three more epochs to know it."),
            Route(5.0, "Epoch 3 is worse than epoch 2, but epoch 4 is better again: the count begins anew."),
            Route(9.0, "That would be the best epoch of all, but patience has run out before."),
            Route(6.0, "You counted the best epoch, 4, as the first of the three. It begins with epoch 5."),
            Route(8.0, "Count the epochs without improvement: 5, 6, 7 are three."),
            Route(10.0, "It does not run to the end: for three epochs in a row nothing improves."),
        ),
    ),
    Code(
        id="regularization.watch",
        concepts=("callbacks.early_stopping",),
        title="Early stopping, written out",
        level="hard",
        minutes=15,
        task="Write `watch(losses, patience, min_delta)`. `losses` is a list: the watched loss of every epoch from 0."
        " A loss is a new best if it is lower than the best so far by **more than** `min_delta`. Training stops as soon"
        " as `patience` epochs **in a row** have brought no new best. Return the epoch after which it stops (the last"
        " one, if patience never runs out) and the epoch whose weights come back.",
        stub="def watch(losses, patience, min_delta):\n    ...\n",
        hints=(
            "Three things are carried from epoch to epoch: the best loss, its epoch, and how long there was no better.",
            "Two things can happen in an epoch: a new best, after which the waiting begins at 0 again, or one epoch"
            " more of waiting.",
            "With a patience of 1 the very first epoch without a new best ends it. Ask that after counting, in every"
            " epoch, and mind what is returned if the loop comes to its end.",
        ),
        solution=_WATCH,
        cases=_watch_cases,
        reference=watch,
        returns=("the epoch of the stop", "the best epoch"),
        mistakes=(
            Mistake(
                "one too many",
                _WATCH.replace("waited >= patience", "waited > patience"),
                "You wait one epoch too long: a patience of 3 ends with the third epoch without a new best, not with"
                " the fourth.",
            ),
            Mistake(
                "never begins anew",
                _WATCH.replace("best, best_epoch, waited = loss, epoch, 0", "best, best_epoch = loss, epoch"),
                "You count all epochs without a new best since the start. A new best is a new start: set the count back"
                " to 0.",
            ),
            Mistake(
                "min_delta ignored",
                _WATCH.replace("best - loss > min_delta", "loss < best"),
                "Any lower loss counts as a new best with you. It must be lower by more than min_delta.",
            ),
            Mistake(
                "small gains lower the best",
                _WATCH.replace("            waited += 1", "            best, waited = min(best, loss), waited + 1"),
                "A gain below min_delta lowers your best all the same. Then a loss that falls slowly and steadily never"
                " gains enough over the last epoch, and training stops in the middle of it. The best stays what it was"
                " until a loss lies more than min_delta below it.",
            ),
            Mistake(
                "the last instead of the best",
                _WATCH.replace("return epoch, best_epoch", "return epoch, epoch").replace(
                    "return len(losses) - 1, best_epoch", "return len(losses) - 1, len(losses) - 1"
                ),
                "You stop in the right epoch, and keep the weights it ends with. What comes back is the best epoch.",
            ),
            Mistake(
                "equal is better",
                _WATCH.replace("best - loss > min_delta", "best - loss >= min_delta"),
                "With you a loss that is lower by just min_delta is a new best, and so an equal one if min_delta is 0:"
                " a loss that stands still would never end it.",
            ),
            Mistake(
                "better than the last",
                _WATCH.replace("best - loss > min_delta", "losses[epoch - 1] - loss > min_delta"),
                "You compare each loss with the one before it. Lower than the last is not lower than the best.",
            ),
            Mistake(
                "the wrong order",
                _WATCH.replace("return epoch, best_epoch", "return best_epoch, epoch").replace(
                    "return len(losses) - 1, best_epoch", "return best_epoch, len(losses) - 1"
                ),
                "Both epochs are right, in the wrong order. First comes the epoch of the stop, then the best one.",
            ),
            Mistake(
                "never stops",
                "def watch(losses, patience, min_delta):\n    return len(losses) - 1, int(np.argmin(losses))\n",
                "That is the best of all epochs, as if the whole run were known. Once patience has run out, you never"
                " see what comes after.",
            ),
        ),
    ),
    Choose(
        id="regularization.adam_and_penalty",
        concepts=("regularizers.l2",),
        title="The same λ, another optimizer",
        level="medium",
        minutes=5,
        task="A net was trained by plain descent with an L2 penalty. Then the optimizer is changed to Adam, and"
        " the penalty stays in the gradient. Which weights are now shrunk **less** than before, in comparison to the"
        " others?",
        options={
            "a": "None: an L2 penalty is weight decay, whatever the optimizer.",
            "b": "Those whose gradients are large.",
            "c": "Those whose gradients are small.",
            "d": "Those that are small themselves.",
        },
        answer="b",
        wrong={
            "a": "Under plain descent that is so. Adam divides the whole gradient, the pull of the penalty in it, by"
            " the size of past gradients.",
            "c": "The other way round: where gradients are small, Adam's division makes the pull large.",
            "d": "The pull λ w is in proportion to the weight under both. What differs is what it is divided by.",
        },
        hints=(
            "Write Adam's step for one weight: what is the gradient divided by?",
            "λ w stands inside that gradient, and is divided with it.",
        ),
        solution="**b**. Adam divides $g + \\lambda w$ by $\\sqrt{\\hat v}$, which is large where gradients are large:"
        " there the penalty is hardly felt. AdamW takes $\\eta \\lambda w$ off outside of that division.",
    ),
    Predict(
        id="regularization.best_lead",
        concepts=("callbacks.early_stopping", "losses.smooth_labels"),
        title="Sure enough",
        level="hard",
        minutes=8,
        task="A net names one of ten classes. On the validation data it is right in 82 % of the cases, and each of the"
        " nine other classes is the true one in 2 %. In every case the score of the class that it names leads by"
        " $d$, and the nine others are equal. While the net trains, nothing changes but $d$, which grows from 0 on. At"
        " which $d$ is the mean **validation loss** least, so that early stopping returns to it?",
        hints=(
            "In 82 % of the cases the loss is −log of the named class's probability. Which loss do the others have?",
            "The mean is the loss of a single case with the shares 0.82 and nine times 0.02. That is label smoothing"
            " with ε = 0.2. It is least where the softmax gives just these shares.",
        ),
        solution="The mean loss weighs $-\\log$ of the named class's probability by 0.82, and that of each other class"
        " by 0.02. It is least where the probabilities are 0.82 and 0.02. Their ratio is 41, so $d = \\log 41 ="
        " \\mathbf{3.71}$. Label smoothing with $\\varepsilon = 0.2$ asks for the same lead while training.",
        answer=lambda: _lead(10, 0.2),
        tolerance=0.008,
        wrong_routes=(
            Route(lambda: np.log(0.8 / 0.02), "The named class has the share 0.82, and not 1 − ε = 0.8."),
            Route(lambda: np.log(0.82 / 0.18), "0.18 is the share of nine classes together. Each has 0.02."),
            Route(lambda: -np.log(0.82), "That is the loss of a case that is right, at the best lead."),
            Route(lambda: np.log(10), "That is the loss of a net that knows nothing, log 10."),
            Route(41.0, "That is the ratio of the two probabilities. The scores differ by its logarithm."),
        ),
    ),
    Choose(
        id="regularization.where_from",
        concepts=("layers.dropout",),
        title="Nothing gained",
        level="medium",
        minutes=5,
        task="You add dropout with $p = 0.5$ to a wide net that learns a few digits. Unseen digits are named no better"
        " than before, over ten draws. On the training set the net is right every time, with dropout and without."
        " What do you look at **first**?",
        options={
            "a": "Whether p is too small. A higher rate regularizes more, so it will gain more.",
            "b": "Whether the labels are clean. Then there may be nothing wrong to learn by heart.",
            "c": "Whether dropout also runs in the finished net, since that is where it gains.",
            "d": "Whether the net is wide enough. Dropout gains most in wide layers.",
        },
        answer="b",
        wrong={
            "a": "With clean labels, in our measurement, a higher rate only lost.",
            "c": "In the finished net dropout must not run. Its noise would only make the answers worse.",
            "d": "The net is wide, as you were told, and it learns everything by heart.",
        },
        hints=(
            "Recall the figure with clean and spoiled labels. Which of the two curves rises?",
            "To learn the training set by heart does harm where it holds something that is not true.",
        ),
        solution="**b**. In this chapter dropout gained five points and more where a fifth of the labels had been"
        " drawn anew, and nothing where all were right. To fit clean labels exactly is no fault by itself. In other"
        " data noise may sit in the inputs instead, so measure.",
    ),
]
