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
        " $\\lambda_1 \\sum |w_i| + \\frac{\\lambda_2}{2} \\sum w_i^2$ with respect to the weights `w`, an array of any"
        " shape. At $w_i = 0$ take 0 for the slope of $|w_i|$.",
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
                "the penalty",
                "def pull(w, lam1, lam2):\n    return lam1 * np.abs(w).sum() + lam2 / 2 * (w**2).sum()\n",
                "That is the penalty, one number. Asked is its gradient, one number for each weight.",
            ),
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
        solution="$w_3$ is gone from $\\lambda = 0.5$ on and $w_2$ from $\\mathbf{0.75}$ on: then two are left. With"
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
        " that it stops after epoch **7** and returns to the weights of epoch 4. That epoch 9 would have been better"
        " nobody can know.",
        answer=_stops_in,
        tolerance=0.25,
        wrong_routes=(
            Route(4.0, "That is the epoch whose weights come back. It takes three more epochs to know it."),
            Route(5.0, "Epoch 3 is worse than epoch 2, but epoch 4 is better again: the count begins anew."),
            Route(9.0, "That would be the best epoch of all, but patience has run out before."),
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
                "never stops",
                "def watch(losses, patience, min_delta):\n    return len(losses) - 1, int(np.argmin(losses))\n",
                "That is the best of all epochs, as if the whole run were known. Once patience has run out, nobody sees"
                " what comes after.",
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
]
