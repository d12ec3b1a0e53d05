"""What the reader of chapter 12 does: weigh, make new samples, price errors, and undo what resampling did."""

from math import erf, log, sqrt

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import imbalance, metrics

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
