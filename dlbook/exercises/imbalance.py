"""What the reader of chapter 12 does: weigh, resample, make new samples, price errors, undo, write the focal loss."""

from math import comb, erf, log, sqrt

import numpy as np

from dlbook.experiments import imbalance as experiments
from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import imbalance, losses, metrics

TO_READ = {"share": 0.1, "cost_fp": 1.0, "cost_fn": 20.0, "separation": 2.0}  # of the figure that is to be read


def cost_to_read() -> tuple[np.ndarray, np.ndarray]:
    """τ (201,) from 0 to 1, and the cost (201,) of a calibrated classifier whose classes score N(0, 1) and N(d, 1)."""
    share, cost_fp, cost_fn, d = TO_READ.values()
    tau = np.linspace(0, 1, 201)
    odds = np.log(np.clip(tau, 1e-12, 1)) - np.log(np.clip(1 - tau, 1e-12, 1))
    x = (odds - log(share / (1 - share)) + d**2 / 2) / d  # the score at which the probability is τ
    below = np.vectorize(lambda z: (1 + erf(z / sqrt(2))) / 2)  # Φ
    return tau, cost_fp * (1 - share) * below(-x) + cost_fn * share * below(x - d)


def _label_cases():
    rng = np.random.default_rng(0)
    return [
        (np.array([0, 0, 0, 1]),),
        (np.array([1, 0, 1]),),
        (np.array([7, 7, -2, 3, 7, 3, 7, 7]),),
        (rng.choice([0, 1, 2, 5], 60, p=[0.6, 0.25, 0.1, 0.05]),),
    ]


def _smote_cases():
    rng, cases = np.random.default_rng(1), []
    for n, D, k, M in ((3, 2, 1, 1), (6, 2, 3, 4), (9, 4, 5, 7)):
        X = rng.normal(size=(n, D)).round(2)
        near = imbalance.nearest_neighbors(X, k)
        cases.append((X, near, rng.integers(0, n, M), rng.integers(0, k, M), rng.random(M).round(2) * 0.8 + 0.05))
    return cases


def _row_cases():
    rng, cases = np.random.default_rng(3), [(np.array([0, 1, 0, 0]), np.array([0.2, 0.9]))]
    for m, rare in ((7, 2), (12, 3), (40, 5)):
        y_true = rng.permutation((np.arange(m) < rare).astype(int))
        cases.append((y_true, rng.random(m - 2 * rare).round(3)))
    return cases


def _focal_cases():
    rng, cases = np.random.default_rng(4), [(np.array([1, 0]), np.array([0.5, 0.5]), 2.0)]
    for m, gamma in ((1, 1.0), (5, 0.0), (9, 2.0), (20, 5.0)):
        cases.append((rng.integers(0, 2, m), rng.normal(0, 2, m).round(2), gamma))
    return cases


def _top_cases():
    rng, cases = np.random.default_rng(5), []
    for m, k in ((6, 2), (10, 10), (30, 5), (80, 12)):
        y_true = (rng.random(m) < 0.3).astype(int)
        y_true[rng.integers(m)] = 1  # one positive at least
        cases.append((y_true, (rng.permutation(m) / m + 0.3 * y_true).round(6), k))
    return cases


def _focal(y_true, z, gamma):
    return losses.focal_loss(y_true, z, gamma), losses.focal_loss_grad(y_true, z, gamma)


def _score_cases():
    rng, cases = np.random.default_rng(2), []
    for m, share, prevalence in ((12, 0.5, 0.1), (40, 0.5, 0.02), (30, 0.3, 0.6), (60, 0.1, 0.01)):
        y_true = (np.arange(m) < round(share * m)).astype(int)
        y_score = rng.permutation(m) / m + 0.4 * y_true  # some overlap
        order = rng.permutation(m)
        y_score = np.argsort(np.argsort(y_score, kind="stable")) / m  # no two are equal
        cases.append((y_true[order], y_score[order], prevalence))
    return cases


def _average_precision_at(y_true, y_score, prevalence):
    share = np.mean(y_true)
    weight = np.where(y_true == 1, prevalence / share, (1 - prevalence) / (1 - share))
    return metrics.average_precision(y_true, y_score, sample_weight=weight)


_RATES = """\
def average_precision_at(y_true, y_score, prevalence):
    hit = np.asarray(y_true)[np.argsort(-np.asarray(y_score))] == 1
    recall = np.cumsum(hit) / hit.sum()
    fpr = np.cumsum(~hit) / (~hit).sum()
"""

_CHANCES = """\
def focal_loss(y_true, z, gamma):
    sign = 2 * y_true - 1
    p_y = 1 / (1 + np.exp(-sign * z))
    rest = 1 - p_y
"""

_LOSS = "    loss = -np.mean(rest**gamma * np.log(p_y))\n"
_SLOPE = "    slope = sign * rest**gamma * (gamma * p_y * np.log(p_y) - rest) / len(z)\n"

_ROWS = """\
def oversample(y_true, u):
    rare = np.flatnonzero(y_true == 1)
"""

_ENDS = """\
def smote(X, near, base, neighbor, gap):
    start = X[base]
    end = X[near[base, neighbor]]
"""

EXERCISES = [
    Code(
        id="imbalance.balanced",
        concepts=("imbalance.class_weights",),
        title="Weights that balance",
        level="easy",
        minutes=6,
        task="Write `class_weights(y_true)`: for every class that occurs, in ascending order, the weight"
        " $w_k = \\frac{m}{K\\,m_k}$. There may be more than two classes, and their labels may be any whole numbers.",
        stub="def class_weights(y_true):\n    ...\n",
        hints=(
            "You need three things: how many samples there are, how many classes, and how many samples each class has.",
            "`np.unique` sorts the labels, and it also counts them if you ask it to.",
            "Check yourself: the weight of a class times its count must be the same for every class, and with balanced"
            " classes every weight is 1.",
        ),
        solution="""\
def class_weights(y_true):
    _, count = np.unique(y_true, return_counts=True)
    return len(y_true) / (len(count) * count)
""",
        cases=_label_cases,
        reference=imbalance.class_weights,
        mistakes=(
            Mistake(
                "no K",
                """\
def class_weights(y_true):
    _, count = np.unique(y_true, return_counts=True)
    return len(y_true) / count
""",
                "Your weights are K times too large: divide by the number of classes as well. Only then do weights of"
                " balanced classes become 1, and the mean weight of a sample stays 1.",
            ),
            Mistake(
                "always two",
                """\
def class_weights(y_true):
    _, count = np.unique(y_true, return_counts=True)
    return len(y_true) / (2 * count)
""",
                "You divided by 2, which is right for two classes only. There may be more: divide by how many occur.",
            ),
            Mistake(
                "upside down",
                """\
def class_weights(y_true):
    _, count = np.unique(y_true, return_counts=True)
    return len(count) * count / len(y_true)
""",
                "Upside down: your rare class weighs least. The count belongs below the line.",
            ),
            Mistake(
                "the share",
                """\
def class_weights(y_true):
    _, count = np.unique(y_true, return_counts=True)
    return count / len(y_true)
""",
                "That is the share of each class, which makes the frequent class heavier still. The weight is the"
                " inverse of the share, divided by K.",
            ),
            Mistake(
                "one over the count",
                """\
def class_weights(y_true):
    _, count = np.unique(y_true, return_counts=True)
    return 1 / count
""",
                "The ratios are right, the size is not: with 1/count the weights of all samples sum to K instead of m,"
                " so that a loss that is not averaged over the weights, and its learning rate, would shrink.",
            ),
            Mistake(
                "by the largest",
                """\
def class_weights(y_true):
    _, count = np.unique(y_true, return_counts=True)
    return count.max() / count
""",
                "You divided the largest class by each: the ratios are right, and the largest class weighs 1. But then"
                " the mean weight of a sample is above 1, and so is what a step does with the same learning rate.",
            ),
            Mistake(
                "as they come",
                """\
def class_weights(y_true):
    labels = list(dict.fromkeys(np.asarray(y_true).tolist()))
    count = np.array([np.sum(np.asarray(y_true) == label) for label in labels])
    return len(y_true) / (len(count) * count)
""",
                "The weights are right, their order is not: you list the classes as they appear in the data; asked is"
                " ascending order of the labels.",
            ),
            Mistake(
                "one a sample",
                """\
def class_weights(y_true):
    _, place, count = np.unique(y_true, return_inverse=True, return_counts=True)
    return (len(y_true) / (len(count) * count))[place]
""",
                "You gave every sample its weight; asked is one weight a class, in ascending order of the labels.",
            ),
        ),
    ),
    Code(
        id="imbalance.rows_again",
        concepts=("imbalance.oversample",),
        title="The same rows once more",
        level="easy",
        minutes=7,
        task="Write `oversample(y_true, u)` for two classes, of which 1 is the rare one: return the row numbers 0, 1,"
        " …, $m-1$, and after them one more row of class 1 for every number in `u`. Its numbers are uniform from 0 to"
        " below 1, and $u$ stands for member $\\lfloor u\\,m_1 \\rfloor$ of the $m_1$ members of class 1, from 0 on.",
        stub="def oversample(y_true, u):\n    ...\n",
        hints=(
            "First make the list of the rows that hold a 1.",
            "u times the number of these rows, rounded down, is a place in that list, not a row of the data.",
            "`np.floor` gives floats, and an index has to be a whole number: `.astype(int)`. Put the old rows in front"
            " with `np.append`.",
        ),
        solution=_ROWS
        + """\
    place = np.floor(u * len(rare)).astype(int)
    return np.append(np.arange(len(y_true)), rare[place])
""",
        cases=_row_cases,
        reference=imbalance.oversample,
        mistakes=(
            Mistake(
                "places, not rows",
                _ROWS
                + """\
    place = np.floor(u * len(rare)).astype(int)
    return np.append(np.arange(len(y_true)), place)
""",
                "You appended places in the list of the rare class. Look up there which row of the data each is.",
            ),
            Mistake(
                "to the nearest",
                _ROWS
                + """\
    place = np.round(u * (len(rare) - 1)).astype(int)
    return np.append(np.arange(len(y_true)), rare[place])
""",
                "You rounded to the nearest place, so the first and the last member are drawn half as often as the"
                " others. Multiply by how many there are, and round down.",
            ),
            Mistake(
                "of all rows",
                """\
def oversample(y_true, u):
    drawn = np.floor(u * len(y_true)).astype(int)
    return np.append(np.arange(len(y_true)), drawn)
""",
                "You drew from all rows, so the frequent class grows as well. Draw from the rows of class 1 alone.",
            ),
            Mistake(
                "the new ones only",
                _ROWS + "    return rare[np.floor(u * len(rare)).astype(int)]\n",
                "These are the new rows alone. The data as they were belong in front of them.",
            ),
            Mistake(
                "one after the other",
                _ROWS
                + """\
    place = np.arange(len(u)) % len(rare)
    return np.append(np.arange(len(y_true)), rare[place])
""",
                "You took the rare rows in turn and never used u. Each number in u says which member is drawn.",
            ),
            Mistake(
                "labels",
                _ROWS
                + """\
    place = np.floor(u * len(rare)).astype(int)
    return np.append(np.arange(len(y_true)), y_true[rare[place]])
""",
                "You appended labels, which are all 1. Row numbers are asked, so that X and y can follow them.",
            ),
        ),
    ),
    Code(
        id="imbalance.between_neighbours",
        concepts=("imbalance.smote",),
        title="New samples between neighbours",
        level="medium",
        minutes=9,
        task="Write the heart of SMOTE. `X` $(m, D)$ holds the samples of the rare class, and row $i$ of `near`"
        " $(m, k)$ the row numbers of the neighbours of sample $i$, nearest first. For each new sample, `base` $(R,)$"
        " says which sample it starts from, `neighbor` $(R,)$ which of that sample's neighbours it heads for (0 is the"
        " nearest), and `gap` $(R,)$ which share of the way it goes. Return the new samples $(R, D)$.",
        stub="def smote(X, near, base, neighbor, gap):\n    ...\n",
        hints=(
            "All R samples at once: indexing with two arrays of length R, as in `near[rows, columns]`, gives R values.",
            "`neighbor` does not count rows of X: it counts places in a row of `near`. Look there for the row of X.",
            "From a to b, the share u of the way is a + u (b − a). To multiply each row of a matrix by its own number,"
            " give the numbers a second axis with `[:, None]`.",
        ),
        solution=_ENDS + "    return start + gap[:, None] * (end - start)\n",
        cases=_smote_cases,
        reference=lambda X, near, base, neighbor, gap: imbalance.smote(X, base, neighbor, gap, near.shape[1]),
        mistakes=(
            Mistake(
                "away from it",
                _ENDS + "    return start + gap[:, None] * (start - end)\n",
                "Your samples lie on the far side, away from the neighbour: the direction is end minus start.",
            ),
            Mistake(
                "from the neighbour",
                _ENDS + "    return end + gap[:, None] * (start - end)\n",
                "Your samples lie on the right lines, measured from the wrong end: a gap of 0 must give the base.",
            ),
            Mistake(
                "rows of X",
                """\
def smote(X, near, base, neighbor, gap):
    return X[base] + gap[:, None] * (X[neighbor] - X[base])
""",
                "You took `neighbor` for a row of X: it says which of the neighbours of `base`, and `near` says which"
                " row that is. As it stands, you join samples that may lie far apart.",
            ),
            Mistake(
                "half way",
                _ENDS + "    return (start + end) / 2\n",
                "You went half the way each time: `gap` says how far to go.",
            ),
            Mistake(
                "copies",
                "def smote(X, near, base, neighbor, gap):\n    return X[base]\n",
                "These are copies of the base samples: that is oversampling. SMOTE moves them towards a neighbour.",
            ),
        ),
    ),
    Predict(
        id="imbalance.where_to_cut",
        concepts=("imbalance.threshold",),
        title="A miss costs 24 false alarms",
        level="easy",
        minutes=5,
        task="To overlook a tumour costs 24 times as much as to call a healthy person back. Your classifier gives"
        " calibrated probabilities. From which **probability** on should a person be called back?",
        hints=(
            "Take a person with probability p. What does it cost on average to call, and what not to call?",
            "To call costs (1 − p) times 1, not to call p times 24. At the threshold both are the same.",
        ),
        solution="$(1 - \\tau) \\cdot 1 = \\tau \\cdot 24$ gives $\\tau^* = \\frac{1}{1 + 24} = \\mathbf{0.04}$. How"
        " rare the disease is does not enter: a calibrated probability knows it already.",
        answer=lambda: imbalance.threshold(1, 24),
        tolerance=0.0005,
        wrong_routes=(
            Route(1 / 24, "Nearly: 1/24 is the ratio of the costs, the *odds* at which both are the same."),
            Route(0.96, "The other way round: this spares the false alarms and misses nearly everybody."),
            Route(0.5, "One half is right only where both errors cost the same."),
            Route(24.0, "That is the ratio of the costs. A threshold on a probability lies between 0 and 1."),
        ),
    ),
    Predict(
        id="imbalance.read_cost",
        concepts=("imbalance.threshold",),
        title="Read the price of a miss off a curve",
        level="medium",
        minutes=6,
        figure="imbalance.cost_to_read",
        task="The figure above shows what a case costs on average, over the threshold of a classifier. Of all cases"
        " 10 % are positive, and a false alarm costs 1. What does a **miss** cost?",
        hints=(
            "At a threshold of 0 everybody is called positive, and at 1 nobody. Which errors are left at each end?",
            "At the right end all positives are missed and there is no false alarm. Which share of all cases is that?",
        ),
        solution="At $\\tau = 1$ nobody is called positive: the cost of a case is $0.1 \\cdot c_\\text{FN} = 2$, so"
        " $c_\\text{FN} = \\mathbf{20}$. The left end confirms the price of a false alarm: $0.9 \\cdot c_\\text{FP} ="
        " 0.9$. The minimum lies near $\\frac{1}{21}$, as it must.",
        answer=lambda: cost_to_read()[1][-1] / TO_READ["share"],
        tolerance=0.45,
        wrong_routes=(
            Route(2.0, "That is the cost of an average case at the right end. Only 10 % of them are misses."),
            Route(0.2, "You multiplied by the share. The curve has that factor in it already: divide."),
            Route(9.0, "That is how many negatives there are for a positive. The costs are something else."),
            Route(
                19.0,
                "Sound reasoning from the lowest point, but a flat minimum is hard to read: the right end is exact.",
            ),
            Route(18.0, "You multiplied by 0.9. At the right end only the positives cost anything."),
        ),
    ),
    Predict(
        id="imbalance.undo",
        concepts=("imbalance.oversample", "imbalance.undersample"),
        title="What a balanced model's 80 % means",
        level="medium",
        minutes=7,
        task="Of 1,000 people 50 are ill. A model was trained after oversampling the ill to 950 (undersampling the well"
        " to 50 would do the same on average). It says that a patient is ill with a probability of 0.8. What is the"
        " probability among the 1,000, where nothing was resampled?",
        hints=(
            "Resampling leaves each class as it is inside and changes only the shares: think of Bayes' rule.",
            "Work in odds, p/(1 − p). They are the prior odds times a factor that resampling does not touch.",
            "The odds that the model says belong to prior odds of 1. In truth these are 50 to 950.",
        ),
        solution="The model's odds are $\\frac{0.8}{0.2} = 4$, from prior odds of 1. The true prior odds are"
        " $\\frac{50}{950} = \\frac{1}{19}$, so that the odds are $\\frac{4}{19}$ and the probability is"
        " $\\frac{4}{23} \\approx \\mathbf{0.174}$.",
        answer=lambda: imbalance.prior_shift(np.array([0.8]), 0.5, 0.05)[0],
        tolerance=0.005,
        wrong_routes=(
            Route(0.8, "That holds among the resampled people, of whom half are ill. Among the 1,000 one in 20 is."),
            Route(4 / 19, "These are the right *odds*. From odds to probability: odds / (1 + odds)."),
            Route(
                0.04,
                "You multiplied the probability by the share of the ill, or by their odds. It is the odds that the"
                " model says which are multiplied, by 1/19.",
            ),
            Route(76 / 77, "You corrected in the wrong direction: the ill are rarer in truth than in training."),
        ),
    ),
    Choose(
        id="imbalance.which_is_fair",
        concepts=("imbalance.oversample", "imbalance.undersample", "imbalance.smote"),
        title="Which test is fair?",
        level="medium",
        minutes=5,
        task="Of 1,000 people 50 are ill, and a nearest-neighbour classifier is to be tested. One of these five ways"
        " tells how often its alarms will be right among new people. Which?",
        options={
            "a": "Oversample the ill to 950, shuffle, split into halves, train on one and test on the other.",
            "b": "Split into halves; undersample the well in each; train on one and test on the other.",
            "c": "Split into halves; undersample the well in the training half; test on the other as it is.",
            "d": "Make 900 ill people by SMOTE, then cross-validate with five folds.",
            "e": "Split into halves; let SMOTE draw its lines between all 50 ill people, and add what it makes to the"
            " training half only.",
        },
        answer="c",
        wrong={
            "a": "Copies of one ill person come into both halves, and the nearest neighbour of a copy is a copy: it is"
            " asked what it has by heart.",
            "b": "Nothing leaks here, but the test half has as many ill as well: among new people there are nineteen"
            " well for each who is ill, and far more of the alarms are false.",
            "d": "The inventions lie next to the people that they were made from, in other folds: every fold is tested"
            " on neighbours of what it was trained on. Resample inside each fold.",
            "e": "Nearly: the test half stays as it is. But lines that end at ill people of the test half bring points"
            " close to them into the training half.",
        },
        hints=(
            "Two questions to each: does anything of a tested person help in training, and is the test as unbalanced as"
            " the world?",
            "Split first, and resample only what you train on.",
        ),
        solution="**c**. Whatever is done to the training half, the test half must be people as the world has them, of"
        " whom the training has seen nothing. In a, d and e it has: copies, neighbours, lines that end there. In b the"
        " test is balanced, so its precision is that of a world in which half of all are ill.",
    ),
    Predict(
        id="imbalance.in_disguise",
        concepts=("imbalance.class_weights", "imbalance.threshold"),
        title="A threshold in disguise",
        level="easy",
        minutes=5,
        task="A model is trained with weights of 0.6 for the well and 5.4 for the ill, and calls a person ill from a"
        " probability of ½ on. A second model is trained without weights, and its probabilities are right. From which"
        " of **its** probabilities on does it have to call, to make the same calls?",
        hints=(
            "Of like people let a share q be ill. Weighted, which odds of being ill does the first model learn?",
            "Its odds are the true odds times 5.4/0.6 = 9. It says ½ where they are 1.",
        ),
        solution="The first model's odds are $\\frac{5.4}{0.6} = 9$ times the true ones. They are 1 where the true odds"
        " are $\\frac19$, and the probability is then $\\frac{w_0}{w_0 + w_1} = \\frac{0.6}{6} = \\mathbf{0.1}$.",
        answer=lambda: imbalance.threshold(0.6, 5.4),
        tolerance=0.002,
        wrong_routes=(
            Route(
                1 / 9, "Nearly: 1/9 are the *odds* at which both agree. From odds to a probability: odds / (1 + odds)."
            ),
            Route(0.9, "The weights are the wrong way round: a heavy positive makes the model call earlier."),
            Route(
                0.5, "½ is where the weighted model calls. Its probabilities are pushed up, those of the other are not."
            ),
            Route(0.6, "That is one weight alone. Only the ratio of the two decides."),
        ),
    ),
    Code(
        id="imbalance.focal",
        concepts=("losses.focal_loss",),
        title="Focal loss and its slope",
        level="hard",
        minutes=14,
        task="Write `focal_loss(y_true, z, gamma)`: from labels 0 and 1, scores $z$ $(m,)$ and $\\gamma$, return the"
        " loss $J = -\\frac1m \\sum_i (1 - p_{y_i})^\\gamma \\log p_{y_i}$ and its slope $\\frac{\\partial"
        " J}{\\partial z}$ $(m,)$. Here $p_{y_i}$ is the probability that the true class gets: $\\sigma(z_i)$ for a"
        " positive, $1 - \\sigma(z_i)$ for a negative. The scores are mild, and no care for overflow is needed.",
        stub="def focal_loss(y_true, z, gamma):\n    ...\n    return loss, slope\n",
        hints=(
            "Let s be 1 for a positive and −1 for a negative. Then the probability of the true class is the sigmoid of"
            " s times z, in both cases.",
            "The slope by s z comes from the product rule. The derivative of log p is 1 − p, and that of (1 − p) to the"
            " power γ is −γ p (1 − p) to the power γ.",
            "By s z the slope is the power times (γ p log p − (1 − p)). By z it is s times that. A mean has 1/m in"
            " front, in the slope too.",
        ),
        solution=_CHANCES + _LOSS + _SLOPE + "    return loss, slope\n",
        cases=_focal_cases,
        reference=_focal,
        returns=("loss", "slope"),
        mistakes=(
            Mistake(
                "cross-entropy",
                _CHANCES
                + """\
    loss = -np.mean(np.log(p_y))
    slope = -sign * rest / len(z)
    return loss, slope
""",
                "That is cross-entropy, which is right for γ = 0 only. Multiply by (1 − p) to the power γ.",
            ),
            Mistake(
                "the wrong power",
                _CHANCES
                + """\
    loss = -np.mean(p_y**gamma * np.log(p_y))
    slope = -sign * p_y**gamma * (gamma * rest * np.log(p_y) + rest) / len(z)
    return loss, slope
""",
                "You raised p itself to the power γ: now what is wrong counts least. The factor is (1 − p) to the power"
                " γ.",
            ),
            Mistake(
                "no product rule",
                _CHANCES
                + _LOSS
                + """\
    slope = -sign * rest ** (gamma + 1) / len(z)
    return loss, slope
""",
                "The loss is right. In the slope you left the power as it is: it depends on z too, and the product rule"
                " adds γ p log p.",
            ),
            Mistake(
                "the wrong sign in it",
                _CHANCES + _LOSS + _SLOPE.replace("- rest)", "+ rest)") + "    return loss, slope\n",
                "The loss is right. In the slope, one of the two terms has the wrong sign: both γ p log p and −(1 − p)"
                " are below 0, so that a positive is always pushed up.",
            ),
            Mistake(
                "as if all were positive",
                _CHANCES.replace("sign = 2 * y_true - 1", "sign = np.ones(len(z))")
                + _LOSS
                + _SLOPE
                + "    return loss, slope\n",
                "You took every case for a positive. For a negative the true class has the probability 1 − σ(z).",
            ),
            Mistake(
                "no sign",
                _CHANCES
                + _LOSS
                + """\
    slope = rest**gamma * (gamma * p_y * np.log(p_y) - rest) / len(z)
    return loss, slope
""",
                "The loss is right, and so is the slope of a positive. For a negative a higher score is worse, so its"
                " slope has the other sign.",
            ),
            Mistake(
                "a sum",
                _CHANCES
                + """\
    loss = -np.sum(rest**gamma * np.log(p_y))
    slope = sign * rest**gamma * (gamma * p_y * np.log(p_y) - rest)
    return loss, slope
""",
                "You took the sum over the cases. Asked is the mean, in the loss and in the slope.",
            ),
        ),
    ),
    Code(
        id="imbalance.top",
        concepts=("imbalance.threshold", "metrics.precision"),
        title="Precision among the top k",
        level="easy",
        minutes=6,
        task="A clinic can examine $k$ people. Write `precision_at(y_true, y_score, k)`: of the $k$ people with the"
        " highest scores, the share that is ill (1). No two scores are equal.",
        stub="def precision_at(y_true, y_score, k):\n    ...\n",
        hints=(
            "Which rows hold the k highest scores? `np.argsort` sorts from the lowest up.",
            "Sort the negative scores instead, and keep the first k rows.",
            "The share of ones among the labels of these rows is their mean.",
        ),
        solution="""\
def precision_at(y_true, y_score, k):
    first = np.argsort(-y_score)[:k]
    return y_true[first].mean()
""",
        cases=_top_cases,
        reference=experiments.precision_among,
        mistakes=(
            Mistake(
                "from below",
                """\
def precision_at(y_true, y_score, k):
    first = np.argsort(y_score)[:k]
    return y_true[first].mean()
""",
                "You examined the k people with the lowest scores. The order has to fall.",
            ),
            Mistake(
                "recall",
                """\
def precision_at(y_true, y_score, k):
    first = np.argsort(-y_score)[:k]
    return y_true[first].sum() / y_true.sum()
""",
                "You divided by all who are ill: that is the recall among the top k. Precision divides by the people"
                " who are examined.",
            ),
            Mistake(
                "a threshold",
                """\
def precision_at(y_true, y_score, k):
    called = y_score >= 0.5
    return y_true[called].mean()
""",
                "You called everybody from a fixed score on. Here a number of people is given, and the threshold"
                " follows from it.",
            ),
            Mistake(
                "a count",
                """\
def precision_at(y_true, y_score, k):
    first = np.argsort(-y_score)[:k]
    return y_true[first].sum()
""",
                "That is how many of the k are ill. Asked is their share.",
            ),
        ),
    ),
    Predict(
        id="imbalance.empty_half",
        concepts=("imbalance.oversample", "metrics.recall"),
        title="A half without a single case",
        level="medium",
        minutes=7,
        task="Of 200 people 4 are ill. They are split at random into two halves of 100, without regard to who is ill."
        " With which probability does the **test half** hold none of the four, so that its recall cannot be computed?",
        hints=(
            "Place the four one after the other. With which probability does the first come into the training half?",
            "The first comes there with 100/200. Then 99 of the 199 places left are in the training half.",
        ),
        solution="All four have to come into the training half, with $\\frac{100}{200} \\cdot \\frac{99}{199} \\cdot"
        " \\frac{98}{198} \\cdot \\frac{97}{197} \\approx \\mathbf{0.0606}$, nearly $\\left(\\frac12\\right)^4 ="
        " 0.0625$. The training half is empty just as often, so one split in eight is useless. A stratified split has"
        " two in each half.",
        answer=lambda: comb(196, 100) / comb(200, 100),
        tolerance=0.003,
        wrong_routes=(
            Route(0.5, "That is one person. All four have to come into the other half."),
            Route(0.121, "You counted both halves. Asked is the test half alone."),
            Route(0.25, "Four people are four halvings, not two."),
            Route(0.02, "That is the share of the ill. It does not say how they fall into the halves."),
        ),
    ),
    Code(
        id="imbalance.other_share",
        concepts=("imbalance.threshold", "metrics.average_precision"),
        title="Average precision in another world",
        level="hard",
        minutes=14,
        task="A classifier was tested on cases of which some share was positive; where it will be used the share is"
        " another. The ROC curve stays as it is, the precision–recall curve does not. Write"
        " `average_precision_at(y_true, y_score, prevalence)`: from labels 0 and 1 and scores (no two are equal), the"
        " average precision that these scores would have if the positives were the share `prevalence` of all.",
        stub="def average_precision_at(y_true, y_score, prevalence):\n    ...\n",
        hints=(
            "Go through the cases from the highest score down. After each, two rates are known that no share moves: of"
            " all positives, how many are called; of all negatives, how many are.",
            "Of a world with the share π, the called positives are π times the first rate, and the called negatives (1"
            " − π) times the second. Precision is what the first are of both.",
            "Recall rises only where a positive comes, each time by one part in as many as there are positives. So the"
            " sum of steps is a plain mean of some of the precisions.",
        ),
        solution=_RATES
        + """\
    precision = prevalence * recall / (prevalence * recall + (1 - prevalence) * fpr)
    return precision[hit].mean()
""",
        cases=_score_cases,
        reference=_average_precision_at,
        mistakes=(
            Mistake(
                "as tested",
                _RATES
                + """\
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    return precision[hit].mean()
""",
                "That is the average precision where it was tested. Give the called positives and the called negatives"
                " the shares of the other world before you divide.",
            ),
            Mistake(
                "counts, not rates",
                _RATES
                + """\
    tp, fp = np.cumsum(hit), np.cumsum(~hit)
    precision = prevalence * tp / (prevalence * tp + (1 - prevalence) * fp)
    return precision[hit].mean()
""",
                "You weighed counts: they have the shares of the test in them already. Divide each by how many there"
                " are of its class first.",
            ),
            Mistake(
                "shares swapped",
                _RATES
                + """\
    precision = (1 - prevalence) * recall / ((1 - prevalence) * recall + prevalence * fpr)
    return precision[hit].mean()
""",
                "The shares are swapped: the prevalence belongs to the positives, what is left to the negatives.",
            ),
            Mistake(
                "every threshold",
                _RATES
                + """\
    precision = prevalence * recall / (prevalence * recall + (1 - prevalence) * fpr)
    return precision.mean()
""",
                "You took the mean over all thresholds. Where a negative comes, recall stays as it is, and the step has"
                " no width: only the positives count.",
            ),
            Mistake(
                "from below",
                _RATES.replace("-np.asarray(y_score)", "np.asarray(y_score)")
                + """\
    precision = prevalence * recall / (prevalence * recall + (1 - prevalence) * fpr)
    return precision[hit].mean()
""",
                "You began with the lowest score: the first to be called positive is the one with the highest.",
            ),
            Mistake(
                "one factor",
                _RATES
                + """\
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    return precision[hit].mean() * prevalence / hit.mean()
""",
                "You scaled the old average precision by the ratio of the shares. Precision is no multiple of the"
                " share: at the top of the list it is near 1 in either world.",
            ),
        ),
    ),
]
