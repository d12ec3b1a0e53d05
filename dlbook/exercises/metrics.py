"""What the reader of chapter 01 does: count, divide by the right total, rank, average."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import metrics

# Five positives and five negatives, no ties: every square of the ROC curve's grid is one pair of them.
ROC_TO_READ = (
    np.array([1, 1, 0, 1, 1, 0, 0, 1, 0, 0]),
    np.array([0.95, 0.9, 0.8, 0.7, 0.65, 0.6, 0.5, 0.4, 0.3, 0.1]),
)
# Three classes of 20, 10 and 5 samples.
THREE_CLASSES = np.array([[16, 3, 1], [2, 6, 2], [1, 0, 4]])


def expanded(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """y_true and y_pred that have this confusion matrix."""
    true, predicted = np.indices(matrix.shape)
    return np.repeat(true.ravel(), matrix.ravel()), np.repeat(predicted.ravel(), matrix.ravel())


def _binary_cases():
    rng = np.random.default_rng(1)
    return [
        (np.array([1, 0, 0, 1, 0, 0]), np.array([1, 1, 0, 0, 0, 0])),
        (np.array([1, 1, 1, 1, 0, 0]), np.array([1, 1, 0, 0, 0, 1])),
        (rng.integers(0, 2, 40), rng.integers(0, 2, 40)),
        ((rng.random(60) < 0.2).astype(int), (rng.random(60) < 0.3).astype(int)),
    ]


def _beta_cases():
    nothing_found = (np.array([1, 1, 0, 0]), np.array([0, 0, 0, 1]))
    return [(*pair, beta) for pair in [*_binary_cases(), nothing_found] for beta in (1, 2, 0.5)]


def _ranking_cases():
    rng = np.random.default_rng(2)
    y_true = (rng.random(30) < 0.4).astype(int)
    return [
        (np.array([1, 0, 1, 0]), np.array([0.9, 0.6, 0.4, 0.1])),
        (np.array([0, 1, 1, 0, 0]), np.array([0.2, 0.3, 0.8, 0.7, 0.1])),
        (y_true, rng.permutation(30) / 10 + 1.05 * y_true),
    ]


def _tied_cases():
    rng = np.random.default_rng(3)
    y_true = (rng.random(40) < 0.3).astype(int)
    return [
        (np.array([1, 0, 1, 0]), np.array([0.9, 0.6, 0.6, 0.1])),
        (np.array([0, 1, 1, 0, 0]), np.array([0.2, 0.3, 0.8, 0.7, 0.1])),
        (y_true, np.round(rng.random(40) + 0.3 * y_true, 1)),
    ]


def _class_cases():
    rng = np.random.default_rng(4)
    y_true = rng.choice(4, 60, p=[0.5, 0.3, 0.15, 0.05])
    y_pred = np.where(rng.random(60) < 0.7, y_true, rng.permutation(y_true))
    return [
        (np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 2, 2])),
        expanded(THREE_CLASSES),
        (y_true, y_pred),
    ]


def _resampled_cases():
    rng = np.random.default_rng(5)
    cases = []
    for m, share in ((12, 0.5), (40, 0.4), (80, 0.3)):
        y_true = (np.arange(m) < share * m).astype(int)
        y_pred = np.where(rng.random(m) < 0.7, y_true, 1 - y_true)
        cases.append((y_true, y_pred, rng.integers(m, size=(201, m))))  # 201: the quantiles are two of the values
    return cases


def _recall_with_interval(y_true, y_pred, rows):
    values = [metrics.recall(y_true[row], y_pred[row]) for row in rows]
    return metrics.recall(y_true, y_pred), *np.quantile(values, [0.025, 0.975])


# The matrix of the exercise on one number: TN, FP, FN, TP
ONE_NUMBER = np.array([[80, 10], [4, 6]])

_RECALLS = """\
def recall_with_interval(y_true, y_pred, rows):
    recall = np.mean(y_pred[y_true == 1] == 1)
    values = [np.mean(y_pred[row][y_true[row] == 1] == 1) for row in rows]
"""

EXERCISES = [
    Code(
        id="metrics.count_outcomes",
        concepts=("metrics.confusion_matrix",),
        title="Count the four outcomes",
        level="easy",
        minutes=5,
        task="Labels are 0 and 1. Write `confusion(y_true, y_pred)`, which returns the matrix"
        " $\\begin{pmatrix} TN & FP \\\\ FN & TP \\end{pmatrix}$: the row is what is true, the column what was"
        " predicted.",
        stub="def confusion(y_true, y_pred):\n    ...\n",
        hints=(
            "Four questions about every sample: is it positive, and was it called positive?",
            "Two arrays compared give an array of True and False; `&` joins two of those, and a sum counts the Trues.",
            "The entry in row i, column j counts the samples with `y_true == i` and `y_pred == j`."
            " For i, j in 0, 1 that is a loop over four sums.",
        ),
        solution="""\
def confusion(y_true, y_pred):
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in (0, 1)] for i in (0, 1)])
""",
        cases=_binary_cases,
        reference=metrics.confusion_matrix,
        mistakes=(
            Mistake(
                "transposed",
                """\
def confusion(y_true, y_pred):
    return np.array([[np.sum((y_true == j) & (y_pred == i)) for j in (0, 1)] for i in (0, 1)])
""",
                "Your matrix is transposed: FP and FN have changed places. The *row* is the true class, the column the"
                " predicted one. A false positive is truly negative, so it stands in row 0.",
            ),
            Mistake(
                "positives first",
                """\
def confusion(y_true, y_pred):
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in (1, 0)] for i in (1, 0)])
""",
                "You put class 1 first, as some textbooks do: TP stands in the upper left corner."
                " Here the classes come in their own order, 0 before 1, so that the corner holds TN.",
            ),
            Mistake(
                "shares of a row",
                """\
def confusion(y_true, y_pred):
    counts = np.array([[np.sum((y_true == i) & (y_pred == j)) for j in (0, 1)] for i in (0, 1)])
    return counts / counts.sum(axis=1, keepdims=True)
""",
                "These are shares of each row, which are rates already (TNR, FPR, FNR, TPR). A confusion matrix"
                " counts.",
            ),
        ),
    ),
    Code(
        id="metrics.spare_the_healthy",
        concepts=("metrics.specificity", "metrics.false_positive_rate"),
        title="Specificity",
        level="easy",
        minutes=5,
        task="Of those that are negative, which share was left alone? Write `specificity(y_true, y_pred)` for labels 0"
        " and 1.",
        stub="def specificity(y_true, y_pred):\n    ...\n",
        hints=(
            "Specificity looks only at samples that are truly negative. Which are they?",
            "Of the truly negative samples, those called negative are TN and those called positive are FP.",
            "Select with a mask: `y_pred[y_true == 0]` holds the answers that the negatives got."
            " What you need is the share of one of the two answers among them.",
        ),
        solution="""\
def specificity(y_true, y_pred):
    return np.mean(y_pred[y_true == 0] == 0)
""",
        cases=_binary_cases,
        reference=metrics.specificity,
        mistakes=(
            Mistake(
                "predicted negatives",
                """\
def specificity(y_true, y_pred):
    return np.mean(y_true[y_pred == 0] == 0)
""",
                "You divided by TN + FN: those are the negatives that were *called*, not the negatives that *are*."
                " What you have is the negative predictive value.",
            ),
            Mistake(
                "recall",
                """\
def specificity(y_true, y_pred):
    return np.mean(y_pred[y_true == 1] == 1)
""",
                "This is the recall, TP / (TP + FN): the same question, asked of the positives."
                " Specificity asks it of the negatives.",
            ),
            Mistake(
                "false positive rate",
                """\
def specificity(y_true, y_pred):
    return np.mean(y_pred[y_true == 0] == 1)
""",
                "This is the false positive rate, FP / (FP + TN): the share that was *not* left alone."
                " The two add up to 1.",
            ),
            Mistake(
                "the sheet's numerator",
                """\
def specificity(y_true, y_pred):
    return np.sum((y_true == 1) & (y_pred == 1)) / np.sum(y_true == 0)
""",
                "You have TP / (TN + FP), as the sheet prints it. A share counts a part of its whole, and TP is no part"
                " of TN + FP: the result can exceed 1.",
            ),
            Mistake(
                "accuracy",
                """\
def specificity(y_true, y_pred):
    return np.mean(y_true == y_pred)
""",
                "This is the accuracy: it counts the right answers among all samples. Leave the positives out.",
            ),
        ),
    ),
    Predict(
        id="metrics.lazy_doctor",
        concepts=("metrics.accuracy", "metrics.error_rate", "metrics.false_negative_rate"),
        title="The lazy doctor",
        level="easy",
        minutes=3,
        task="Of 200 patients 6 are ill. A doctor who examines nobody calls all of them healthy."
        " What is the **error rate**, as a share between 0 and 1?",
        hints=(
            "The error rate asks of *all* patients: how many answers were wrong?",
            "Fill in the confusion matrix: nobody is called ill, so TP and FP are 0. Which of the other two counts"
            " errors?",
        ),
        solution="The six ill are missed, and there is no false alarm: $\\mathrm{error} = \\frac{FP + FN}{200}"
        " = \\frac{0 + 6}{200} = \\mathbf{0.03}$. An accuracy of 97 %, and a false negative rate of 100 %.",
        answer=lambda: metrics.error_rate(*expanded(np.array([[194, 0], [6, 0]]))),
        tolerance=0.0004,
        wrong_routes=(
            Route(0.97, "This is the accuracy: the share of right answers. The error rate is what is left of 1."),
            Route(
                1.0,
                "This is the false negative rate: of the *ill*, all were missed. The error rate asks of all patients.",
            ),
            Route(6, "This is the number of errors. The rate is their share of all patients."),
            Route(6 / 194, "You divided by the healthy, 194. The error rate divides by all 200 patients."),
        ),
    ),
    Choose(
        id="metrics.raise_the_threshold",
        concepts=("metrics.recall", "metrics.precision", "metrics.false_negative_rate", "metrics.false_positive_rate"),
        title="Raise the threshold",
        level="easy",
        minutes=3,
        task="A sample is called positive if its score reaches the threshold. You raise the threshold."
        " Which of these can **never rise** by that, whatever the data?",
        options={"a": "accuracy", "b": "precision", "c": "recall", "d": "false negative rate"},
        answer="c",
        wrong={
            "a": "It can: where false alarms are many, calling fewer samples positive removes more errors than it"
            " adds.",
            "b": "It can, and usually does: those that still reach the threshold are the surest ones.",
            "d": "It can only rise or stay: every positive that falls below the threshold is one more missed.",
        },
        hints=(
            "Raising the threshold turns some answers from positive to negative, never the other way. Which of TP, FP,"
            " FN, TN can grow?",
            "TP and FP can only fall, FN and TN only rise. Two of the options have a denominator that does not move:"
            " TP + FN is the number of positives.",
        ),
        solution="**c**. Recall is $\\frac{TP}{TP + FN}$: its denominator is the number of positives and stays, its"
        " numerator can only fall. The false positive rate is the other one that never rises; that is why the ROC curve"
        " of one against the other is a staircase without a step back.",
    ),
    Code(
        id="metrics.weigh_recall",
        concepts=("metrics.f1_score", "metrics.fbeta_score", "metrics.precision", "metrics.recall"),
        title="F-beta from the counts",
        level="medium",
        minutes=10,
        task="Write `fbeta(y_true, y_pred, beta)` for labels 0 and 1,"
        " $F_\\beta = \\frac{(1 + \\beta^2) \\cdot \\mathrm{precision} \\cdot \\mathrm{recall}}"
        "{\\beta^2 \\cdot \\mathrm{precision} + \\mathrm{recall}}$. Where nothing was found (TP = 0), it is 0.",
        stub="def fbeta(y_true, y_pred, beta):\n    ...\n",
        hints=(
            "Count TP, FP and FN first. Precision and recall have the same numerator.",
            "Where TP is 0, precision or recall may be 0/0. Treat that case before you divide, or find a form of the"
            " formula in which it does no harm.",
            "Put TP / (TP + FP) and TP / (TP + FN) into the formula and multiply above and below by"
            " (TP + FP)(TP + FN) / TP. What is left has one TP above, and TP, FN and FP below, each with its weight.",
        ),
        solution="""\
def fbeta(y_true, y_pred, beta):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    fn = np.sum((y_true == 1) & (y_pred == 0))
    weighted = (1 + beta**2) * tp
    return weighted / (weighted + beta**2 * fn + fp)
""",
        cases=_beta_cases,
        reference=lambda y_true, y_pred, beta: metrics.fbeta_score(y_true, y_pred, beta=beta),
        mistakes=(
            Mistake(
                "beta not squared",
                """\
def fbeta(y_true, y_pred, beta):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    fn = np.sum((y_true == 1) & (y_pred == 0))
    return (1 + beta) * tp / ((1 + beta) * tp + beta * fn + fp)
""",
                "Right for β = 1, wrong elsewhere: β enters squared, above and below.",
            ),
            Mistake(
                "weight on the wrong side",
                """\
def fbeta(y_true, y_pred, beta):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    fn = np.sum((y_true == 1) & (y_pred == 0))
    return (1 + beta**2) * tp / ((1 + beta**2) * tp + fn + beta**2 * fp)
""",
                "Your β² makes *precision* weigh more. In the denominator it stands beside precision, so that recall"
                " is what pulls a large-β score down; among the counts, it belongs to FN.",
            ),
            Mistake(
                "always F1",
                """\
def fbeta(y_true, y_pred, beta):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    return 2 * tp / (np.sum(y_true == 1) + np.sum(y_pred == 1))
""",
                "This is F1, whatever β is: your result does not depend on β.",
            ),
            Mistake(
                "a factor is missing",
                """\
def fbeta(y_true, y_pred, beta):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    fn = np.sum((y_true == 1) & (y_pred == 0))
    return tp / ((1 + beta**2) * tp + beta**2 * fn + fp)
""",
                "The factor 1 + β² above the fraction is missing. Without it a classifier that makes no mistake would"
                " not have an F of 1.",
            ),
            Mistake(
                "zero over zero",
                """\
def fbeta(y_true, y_pred, beta):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    precision, recall = tp / np.sum(y_pred == 1), tp / np.sum(y_true == 1)
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
""",
                "Right wherever something was found. With TP = 0, precision and recall are both 0 and the formula is"
                " 0/0, which NumPy calls nan: return 0 there.",
            ),
            Mistake(
                "arithmetic mean",
                """\
def fbeta(y_true, y_pred, beta):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    precision, recall = tp / np.sum(y_pred == 1), tp / np.sum(y_true == 1)
    return (precision + beta**2 * recall) / (1 + beta**2)
""",
                "This is the weighted *arithmetic* mean. It forgives: a precision of 1 with a recall of 0 would score"
                " one half. F is the *harmonic* mean, and is 0 there.",
            ),
        ),
    ),
    Predict(
        id="metrics.rare_disease",
        concepts=("metrics.precision", "metrics.recall", "metrics.false_positive_rate", "metrics.specificity"),
        title="A good test for a rare disease",
        level="medium",
        minutes=8,
        task="A test has a recall of 0.9 and a specificity of 0.9. One person in a hundred is ill. The test of a"
        " person is positive. How likely is that person ill (the **precision** of the test), to two decimals?",
        hints=(
            "Imagine 1,000 people. How many are ill, and how many of them does the test find?",
            "10 are ill, 9 of them are found. Of the 990 who are healthy, which share is called ill all the same?",
            "A specificity of 0.9 leaves a false positive rate of 0.1. Now compare the 9 with everybody who got an"
            " alarm.",
        ),
        solution="Of 1,000 people 10 are ill and 9 of them are found; of 990 healthy people $0.1 \\cdot 990 = 99$ are"
        " called ill. So $\\mathrm{precision} = \\frac{9}{9 + 99} = \\frac{1}{12} \\approx \\mathbf{0.083}$. In"
        " general, with prevalence $\\pi$: $\\frac{\\mathrm{TPR}\\,\\pi}{\\mathrm{TPR}\\,\\pi + \\mathrm{FPR}\\,(1 -"
        " \\pi)}$.",
        answer=lambda: metrics.precision(*expanded(np.array([[891, 99], [1, 9]]))),
        tolerance=0.0036,
        wrong_routes=(
            Route(
                0.9,
                "This is the recall: of the ill, 0.9 get an alarm. The question runs the other way: of those with an"
                " alarm, how many are ill?",
            ),
            Route(0.009, "This is the share of *all people* who are ill and found. Divide by the share with an alarm."),
            Route(
                9 / 99,
                "You compared the 9 true alarms with the 99 false ones. Precision divides by all alarms, 9 + 99.",
            ),
            Route(
                0.108, "This is the share of all people who get an alarm: the denominator. How many of them are ill?"
            ),
            Route(0.5, "That would be so if half of the people were ill. The 99 % who are healthy give many alarms."),
        ),
    ),
    Code(
        id="metrics.auc_by_pairs",
        concepts=("metrics.roc_auc_score",),
        title="AUC as a tournament",
        level="medium",
        minutes=10,
        task="Let every positive play every negative: the higher score wins. Write `auc_by_pairs(y_true, y_score)`, the"
        " share of games that the positives win, where a tie counts $\\tfrac12$.",
        stub="def auc_by_pairs(y_true, y_score):\n    ...\n",
        hints=(
            "First take the scores apart: those of the positives, and those of the negatives.",
            "A column of P scores minus a row of N scores broadcasts to all P × N differences."
            " `s[:, None]` makes a column.",
            "A difference above 0 is a win, exactly 0 is half a win. Add them up and divide by the number of games,"
            " P × N.",
        ),
        solution="""\
def auc_by_pairs(y_true, y_score):
    lead = y_score[y_true == 1][:, None] - y_score[y_true == 0]  # (P, N)
    return np.mean((lead > 0) + 0.5 * (lead == 0))
""",
        cases=_tied_cases,
        reference=metrics.roc_auc_score,
        mistakes=(
            Mistake(
                "ties lost",
                """\
def auc_by_pairs(y_true, y_score):
    return np.mean(y_score[y_true == 1][:, None] > y_score[y_true == 0])
""",
                "Your ties count as lost. A tie counts one half, so that a score which is the same for everybody"
                " gets ½, what chance would give, and not 0.",
            ),
            Mistake(
                "ties won",
                """\
def auc_by_pairs(y_true, y_score):
    return np.mean(y_score[y_true == 1][:, None] >= y_score[y_true == 0])
""",
                "Your ties count as won. Then a score that is the same for everybody would be perfect. A tie counts ½.",
            ),
            Mistake(
                "negatives win",
                """\
def auc_by_pairs(y_true, y_score):
    lead = y_score[y_true == 0][:, None] - y_score[y_true == 1]
    return np.mean((lead > 0) + 0.5 * (lead == 0))
""",
                "You counted the games that the *negatives* win: what you have is 1 − AUC.",
            ),
            Mistake(
                "all pairs",
                """\
def auc_by_pairs(y_true, y_score):
    lead = y_score[y_true == 1][:, None] - y_score[y_true == 0]
    return np.sum((lead > 0) + 0.5 * (lead == 0)) / (len(y_true) * (len(y_true) - 1) / 2)
""",
                "You divided by the number of all pairs of samples. Two positives do not play each other: there are"
                " only P × N games.",
            ),
        ),
    ),
    Predict(
        id="metrics.read_the_roc",
        concepts=("metrics.roc_curve", "metrics.auc"),
        title="Read the ROC curve",
        level="medium",
        minutes=5,
        figure="metrics.roc_to_read",
        task="Look at the staircase above. It belongs to five positives and five negatives without ties, so that each"
        " step up is one positive, each step to the right one negative. What is the **area under it**?",
        hints=(
            "The grid has 5 × 5 squares, and each is 0.2 wide and 0.2 high. How much area is one square?",
            "Go from left to right, one column at a time: how many squares lie below the staircase in this column?",
            "Add up the heights of the five columns, in squares, and multiply by the area of one square, 0.04.",
        ),
        solution="The columns are 2, 4, 4, 5 and 5 squares high: 20 squares of $0.2 \\cdot 0.2 = 0.04$, an area of"
        " $\\mathbf{0.8}$. Each square is a pair of a positive and a negative that the score puts in the right order.",
        answer=lambda: metrics.auc(*metrics.roc_curve(*ROC_TO_READ)[:2]),
        tolerance=0.01,
        wrong_routes=(
            Route(0.2, "This is the area *above* the curve: the pairs in the wrong order. The AUC is the rest."),
            Route(20, "You counted squares, and counted right. Each of them has an area of 0.04."),
            Route(0.3, "This is the area between the curve and the diagonal. The AUC goes down to the axis."),
            Route(4, "You added up the heights of the columns. Each column is only 0.2 wide."),
        ),
    ),
    Code(
        id="metrics.precision_at_each_hit",
        concepts=("metrics.precision_recall_curve", "metrics.average_precision"),
        title="Average precision, hit by hit",
        level="hard",
        minutes=15,
        task="Along the precision–recall curve, recall rises by $\\frac1P$ at every positive and at nothing else. So"
        " average precision, $\\sum_t (\\mathrm{recall}_t - \\mathrm{recall}_{t-1}) \\cdot \\mathrm{precision}_t$, is"
        " a plain mean. Write `average_precision(y_true, y_score)`; all scores differ.",
        stub="def average_precision(y_true, y_score):\n    ...\n",
        hints=(
            "Sort the labels by falling score: lowering the threshold takes them in, one after the other.",
            "After k samples, the precision is the number of positives among them divided by k:"
            " a cumulative sum over 1, 2, 3, ….",
            "Recall moves only where the sorted label is 1. Keep the precisions of those places, and take their mean.",
        ),
        solution="""\
def average_precision(y_true, y_score):
    hits = y_true[np.argsort(-y_score)]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return np.mean(precision[hits == 1])
""",
        cases=_ranking_cases,
        reference=metrics.average_precision,
        mistakes=(
            Mistake(
                "mean over all ranks",
                """\
def average_precision(y_true, y_score):
    hits = y_true[np.argsort(-y_score)]
    return np.mean(np.cumsum(hits) / np.arange(1, len(hits) + 1))
""",
                "You took the mean of the precision at *every* sample. Where a negative comes in, recall does not move"
                " and the term has the weight 0.",
            ),
            Mistake(
                "sorted upwards",
                """\
def average_precision(y_true, y_score):
    hits = y_true[np.argsort(y_score)]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return np.mean(precision[hits == 1])
""",
                "You began with the lowest score. `np.argsort` sorts upwards; the threshold comes down from the top.",
            ),
            Mistake(
                "trapezoids",
                """\
def average_precision(y_true, y_score):
    hits = y_true[np.argsort(-y_score)]
    precision = np.append(1, np.cumsum(hits) / np.arange(1, len(hits) + 1))
    recall = np.append(0, np.cumsum(hits) / hits.sum())
    return np.sum(np.diff(recall) * (precision[1:] + precision[:-1]) / 2)
""",
                "This is the area by the trapezoid rule. Precision does not run straight between two points of the"
                " curve, so that straight lines flatter; average precision takes steps.",
            ),
            Mistake(
                "divided by all samples",
                """\
def average_precision(y_true, y_score):
    hits = y_true[np.argsort(-y_score)]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return np.sum(precision[hits == 1]) / len(hits)
""",
                "You added up the right precisions and divided by the number of samples. Recall rises by 1/P at each of"
                " them, with P the number of positives.",
            ),
        ),
    ),
    Code(
        id="metrics.every_class_counts",
        concepts=("metrics.macro_average", "metrics.precision"),
        title="Macro-averaged precision",
        level="medium",
        minutes=8,
        task="Write `macro_precision(y_true, y_pred)` for any number of classes: the precision of each class against"
        " the rest, then their plain mean. In all cases every class is predicted at least once.",
        stub="def macro_precision(y_true, y_pred):\n    ...\n",
        hints=(
            "Start with one class k. Which samples were *called* k?",
            "Of the samples that were called k, the share that really is k is the precision of k.",
            "`np.unique(y_true)` gives the classes. Collect one precision for each of them; the mean is the macro"
            " average.",
        ),
        solution="""\
def macro_precision(y_true, y_pred):
    return np.mean([np.mean(y_true[y_pred == k] == k) for k in np.unique(y_true)])
""",
        cases=_class_cases,
        reference=lambda y_true, y_pred: metrics.macro_average(metrics.precision, y_true, y_pred),
        mistakes=(
            Mistake(
                "micro average",
                """\
def macro_precision(y_true, y_pred):
    return np.mean(y_true == y_pred)
""",
                "You added up the hits of all classes and divided once: that is the *micro* average (and the accuracy)."
                " There, a large class counts more. Divide for each class, then average.",
            ),
            Mistake(
                "recall",
                """\
def macro_precision(y_true, y_pred):
    return np.mean([np.mean(y_pred[y_true == k] == k) for k in np.unique(y_true)])
""",
                "You averaged the *recall* of the classes: of those that are k, the share called k."
                " Precision divides by those that were called k.",
            ),
            Mistake(
                "weighted by size",
                """\
def macro_precision(y_true, y_pred):
    classes, sizes = np.unique(y_true, return_counts=True)
    return np.average([np.mean(y_true[y_pred == k] == k) for k in classes], weights=sizes)
""",
                "You weighted each class with its size (the average called *weighted*). In a macro average a class of"
                " five counts as much as a class of five thousand.",
            ),
        ),
    ),
    Predict(
        id="metrics.micro_by_hand",
        concepts=("metrics.micro_average", "metrics.confusion_matrix", "metrics.f1_score", "metrics.accuracy"),
        title="The micro average of F1",
        level="medium",
        minutes=6,
        task="Three classes have the confusion matrix"
        " $\\begin{pmatrix} 16 & 3 & 1 \\\\ 2 & 6 & 2 \\\\ 1 & 0 & 4 \\end{pmatrix}$ (rows true, columns predicted)."
        " What is the **micro-averaged F1**, to two decimals?",
        hints=(
            "Micro means: add up the counts over the classes first, then compute the metric once.",
            "ΣTP is the diagonal. A sample off the diagonal is one false positive (for the class it was called) and one"
            " false negative (for the class it is): so ΣFP = ΣFN.",
            "With ΣFP = ΣFN, precision and recall are equal, and so is their harmonic mean: ΣTP over all samples.",
        ),
        solution="$\\sum TP = 16 + 6 + 4 = 26$, and each of the 9 samples off the diagonal is one FP and one FN. So"
        " precision, recall and F1 are all $\\frac{26}{26 + 9} = \\frac{26}{35} \\approx \\mathbf{0.74}$: the"
        " accuracy.",
        answer=lambda: metrics.micro_average(metrics.f1_score, *expanded(THREE_CLASSES)),
        tolerance=0.006,
        wrong_routes=(
            Route(
                lambda: metrics.macro_average(metrics.f1_score, *expanded(THREE_CLASSES)),
                "This is the *macro* average: F1 of each class, then the mean. Micro adds up the counts first.",
            ),
            Route(
                26 / 44,
                "You counted each of the 9 errors twice in one denominator, 26 + 9 + 9. It is FP for one class and FN"
                " for another; precision sees only the first, recall only the second.",
            ),
        ),
    ),
    Predict(
        id="metrics.one_number",
        concepts=("metrics.matthews_corrcoef", "metrics.balanced_accuracy_score", "metrics.accuracy"),
        title="One number for the whole matrix",
        level="medium",
        minutes=6,
        task="A classifier has the confusion matrix $\\begin{pmatrix} 80 & 10 \\\\ 4 & 6 \\end{pmatrix}$"
        " (TN, FP; FN, TP). What is **Matthews' correlation**, to two decimals?",
        hints=(
            "Read TP, FP, FN and TN off the matrix. What does the classifier have in its favour, and what against it?",
            "Above the fraction stands TP · TN − FP · FN, which is 6 · 80 − 10 · 4.",
            "Below it stands a square root. The four sums are the two columns and the two rows: 16, 84, 10 and 90.",
        ),
        solution="Above, $6 \\cdot 80 - 10 \\cdot 4 = 440$. Below, $\\sqrt{16 \\cdot 84 \\cdot 10 \\cdot 90} ="
        " \\sqrt{1{,}209{,}600} \\approx 1099.8$. So the correlation is $\\mathbf{0.40}$. The accuracy is 0.86 and the"
        " balanced accuracy 0.74, since one class has 90 cases of 100.",
        answer=lambda: metrics.matthews_corrcoef(*expanded(ONE_NUMBER)),
        tolerance=0.006,
        wrong_routes=(
            Route(0.86, "This is the accuracy. It counts 80 true negatives, of which most would be right by chance."),
            Route(
                lambda: metrics.balanced_accuracy_score(*expanded(ONE_NUMBER)),
                "This is the balanced accuracy, the mean of the recalls 6/10 and 80/90. It needs no root.",
            ),
            Route(
                lambda: metrics.f1_score(*expanded(ONE_NUMBER)),
                "This is F₁, 12/26. It does not look at the true negatives, and the correlation does.",
            ),
            Route(
                480 / 1209600**0.5,
                "You left out the second product. FP · FN = 40 counts against the classifier: take it off 480.",
            ),
        ),
    ),
    Choose(
        id="metrics.which_metric",
        concepts=("metrics.average_precision", "metrics.accuracy", "metrics.specificity", "metrics.roc_auc_score"),
        title="Which metric for this?",
        level="medium",
        minutes=4,
        task="One card payment in a thousand is a fraud. A bank has two models that score payments, and its staff looks"
        " at the payments with the highest scores, as many as the day allows. It wants few false alarms among them."
        " By which metric should it compare the models?",
        options={"a": "accuracy", "b": "specificity at the threshold ½", "c": "ROC AUC", "d": "average precision"},
        answer="d",
        wrong={
            "a": "A model that calls nothing a fraud is right 999 times in a thousand. Accuracy cannot tell it from a"
            " good one.",
            "b": "It belongs to one threshold, which the staff does not use, and says nothing of the frauds found. A"
            " share of 0.99 would still leave ten false alarms for each fraud.",
            "c": "It compares rankings, which is right. But it weighs all false alarms by the many honest payments, so"
            " ten false alarms for each fraud hardly lower it.",
        },
        hints=(
            "Ask two things. Is there a threshold already? And is it the false alarms among all honest payments that"
            " hurt, or those among the alarms?",
            "The staff reads a ranking from the top, so one threshold is not enough. It wants precision, and it wants"
            " it high at the top of the list. Which summary adds up precision along the ranking?",
        ),
        solution="**d**. No threshold is set, so a summary of the ranking is needed, and precision is what the staff"
        " cares about. Average precision is precision, averaged as the list is read from the top.",
    ),
    Code(
        id="metrics.with_an_interval",
        concepts=("metrics.recall",),
        title="A metric with its interval",
        level="medium",
        minutes=12,
        task="Write `recall_with_interval(y_true, y_pred, rows)` for labels 0 and 1. `rows` holds the draws of a"
        " bootstrap. Each of its rows lists the numbers of the cases of one resample. Return three numbers, the recall"
        " of the sample and the two ends between which the middle 95 % of the resamples' recalls lie."
        " Every resample has a positive case.",
        stub="def recall_with_interval(y_true, y_pred, rows):\n    ...\n",
        hints=(
            "Write the recall of the sample first. The same formula is then needed for every resample.",
            "`y_true[row]` picks the labels of a resample and `y_pred[row]` the predictions that belong to them."
            " Collect one recall for each row.",
            "The middle 95 % leave 2.5 % out on each side. `np.quantile(values, [0.025, 0.975])` gives both ends.",
        ),
        solution=_RECALLS + "    low, high = np.quantile(values, [0.025, 0.975])\n    return recall, low, high\n",
        cases=_resampled_cases,
        reference=_recall_with_interval,
        returns=("recall", "low", "high"),
        mistakes=(
            Mistake(
                "pairs torn apart",
                """\
def recall_with_interval(y_true, y_pred, rows):
    recall = np.mean(y_pred[y_true == 1] == 1)
    values = [np.mean(y_pred[y_true[row] == 1] == 1) for row in rows]
    low, high = np.quantile(values, [0.025, 0.975])
    return recall, low, high
""",
                "You drew the labels again and left the predictions where they were. A case is drawn whole, its"
                " prediction with its label: use `row` for both.",
            ),
            Mistake(
                "ninety percent",
                _RECALLS + "    low, high = np.quantile(values, [0.05, 0.95])\n    return recall, low, high\n",
                "Your ends leave out 5 % on each side, so 90 % lie between them. For 95 % leave out 2.5 % on each"
                " side.",
            ),
            Mistake(
                "least and largest",
                _RECALLS + "    return recall, np.min(values), np.max(values)\n",
                "You took the least and the largest resample. They move further apart the more you draw. Take the"
                " quantiles 0.025 and 0.975.",
            ),
            Mistake(
                "of the mean",
                _RECALLS
                + """\
    error = 1.96 * np.std(values) / np.sqrt(len(values))
    return recall, recall - error, recall + error
""",
                "You divided the spread by the root of the number of resamples, so your interval would shrink to"
                " nothing with more draws. The spread of the resamples itself is what you want.",
            ),
            Mistake(
                "normal curve",
                _RECALLS
                + """\
    error = 1.96 * np.std(values)
    return recall, recall - error, recall + error
""",
                "You took 1.96 standard deviations to each side. That is right for a normal curve, and may lead above"
                " 1. The task asks for the quantiles of the resamples.",
            ),
            Mistake(
                "mean of the resamples",
                _RECALLS
                + """\
    low, high = np.quantile(values, [0.025, 0.975])
    return np.mean(values), low, high
""",
                "Your interval is right, but your first number is the mean of the resamples. Report the recall of the"
                " sample itself.",
            ),
            Mistake(
                "precision",
                """\
def recall_with_interval(y_true, y_pred, rows):
    precision = np.mean(y_true[y_pred == 1] == 1)
    values = [np.mean(y_true[row][y_pred[row] == 1] == 1) for row in rows]
    low, high = np.quantile(values, [0.025, 0.975])
    return precision, low, high
""",
                "This is the precision with its interval. Recall looks at the cases that *are* positive, and asks how"
                " many of them were called so.",
            ),
        ),
    ),
    Predict(
        id="metrics.a_third_as_wide",
        concepts=("metrics.precision", "metrics.recall"),
        title="A third as wide",
        level="easy",
        minutes=3,
        task="With 150 cases the 95 % interval of a recall is 0.24 wide. About how many **cases** like these give an"
        " interval that is 0.08 wide?",
        hints=(
            "The width goes like one over the root of the number of cases. By which factor must it shrink?",
            "The interval has to become three times as narrow. What number has the root 3?",
        ),
        solution="Three times as narrow needs $3^2 = 9$ times as many cases, $9 \\cdot 150 = \\mathbf{1350}$.",
        answer=lambda: 150 * (0.24 / 0.08) ** 2,
        tolerance=10,
        wrong_routes=(
            Route(450, "Three times as many cases make it narrower by the root of 3 only, to about 0.14."),
            Route(1200, "That is how many must be *added*. The question is how many there are in all."),
            Route(50, "With fewer cases the interval grows wider. You divided by three, and have to multiply."),
            Route(
                150 * 3**0.5,
                "You took the root of the factor. The width goes like one over the root of the cases, so the cases go"
                " like one over the square of the width.",
            ),
            Route(9, "That is the factor. How many cases are that, if there are 150 now?"),
        ),
    ),
]
