"""What the reader of chapter 03 does: scale unseen data, read quartiles, and say who needs any of it."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import preprocessing

STRIP = (2, 4, 5, 6, 8, 9, 11, 13, 26)  # of the figure that the reader is asked to read


def _scaling_cases():
    rng = np.random.default_rng(4)
    constant = np.array([[1.0, 5.0], [2.0, 5.0], [6.0, 5.0]])
    return [
        (np.array([[1.0, 100.0], [3.0, 300.0]]), np.array([[2.0, 400.0], [5.0, 200.0]])),
        (constant, np.array([[3.0, 5.0], [4.0, 6.0]])),
        (np.full((3, 1), 0.1), np.array([[0.2]])),  # constant too, and its σ is 1.4e-17
        (rng.normal([0, 50, -3], [1, 20, 0.1], (20, 3)), rng.normal([1, 60, -3], [1, 20, 0.1], (4, 3))),
        (rng.normal(7, 2, (5, 1)), rng.normal(7, 2, (1, 1))),
    ]


def raw_model(w, b, X_train):
    """Weights and bias that give from raw numbers what w and b give from the z-norm."""
    at_zero = preprocessing.standardize(np.zeros((1, len(w))), X_train)[0]  # −μ/σ, each column by itself
    at_one = preprocessing.standardize(np.ones((1, len(w))), X_train)[0]
    return w * (at_one - at_zero), b + w @ at_zero


def _raw_model_cases():
    rng = np.random.default_rng(6)
    return [
        (np.array([2.0]), 1.0, np.array([[10.0], [14.0]])),
        (np.array([1.0, -3.0]), 0.5, np.array([[1.0, 100.0], [3.0, 300.0], [5.0, 200.0]])),
        (np.array([2.0, 4.0]), -1.0, np.array([[1.0, 5.0], [2.0, 5.0], [6.0, 5.0]])),
        (rng.normal(size=4), rng.normal(), rng.normal([0, 50, -3, 1], [1, 20, 0.1, 5], (12, 4))),
    ]


def _strength(X, y):
    """|corr(column, y)| of each column, from its definition."""
    centred, labels = X - X.mean(axis=0), y - y.mean()
    return np.abs(centred.T @ labels) / np.sqrt((centred**2).sum(axis=0) * (labels**2).sum())


def _choice_cases():
    cases = []
    for seed, columns, keep in ((1, 6, 2), (2, 12, 4), (3, 30, 3)):
        rng = np.random.default_rng(seed)
        y, train = rng.permutation(np.arange(16) % 2), np.arange(16) < 8
        cases.append((rng.normal(size=(16, columns)), y, train, keep))
    return cases


_CHOICE = "def best_columns(X, y, train, keep):\n"
_RAW = "def raw_model(w, b, X_train):\n"
_FITTED = """\
    mean, constant = X_train.mean(axis=0), X_train.min(axis=0) == X_train.max(axis=0)
    std = np.where(constant, 1, X_train.std(axis=0))
"""

EXERCISES = [
    Code(
        id="preprocessing.scale_the_unseen",
        concepts=("preprocessing.standardize",),
        title="Scale what you have not seen",
        level="easy",
        minutes=8,
        task="Write `standardize(X_train, X_test)`: the test set, column by column less the mean and divided by the"
        " standard deviation. Take both from where they may be taken from. A column that is constant in the training"
        " set is divided by 1.",
        stub="def standardize(X_train, X_test):\n    ...\n",
        hints=(
            "Whatever you compute from data is part of the model. Which of the two sets may a model be fitted on?",
            "Rows are cases, columns are measurements: `axis=0` runs down the rows and leaves one number a column.",
            "In floating point a constant column's σ need not be exactly 0. What else tells you that it is constant?",
        ),
        solution="""\
def standardize(X_train, X_test):
    constant = X_train.min(axis=0) == X_train.max(axis=0)
    std = np.where(constant, 1, X_train.std(axis=0))
    return (X_test - X_train.mean(axis=0)) / std
""",
        cases=_scaling_cases,
        reference=lambda X_train, X_test: preprocessing.standardize(X_test, X_train),
        mistakes=(
            Mistake(
                "fitted on the test set",
                """\
def standardize(X_train, X_test):
    mean, std = X_test.mean(axis=0), X_test.std(axis=0)
    std[std == 0] = 1
    return (X_test - mean) / std
""",
                "You took mean and deviation from the test set: the same tumour would get another number in other"
                " company, and a single case would become a row of zeros. Take both from the training set.",
            ),
            Mistake(
                "fitted on both sets",
                """\
def standardize(X_train, X_test):
    both = np.vstack([X_train, X_test])
    mean, std = both.mean(axis=0), both.std(axis=0)
    std[std == 0] = 1
    return (X_test - mean) / std
""",
                "You fitted on both sets: the test set has leaked into the scaling. It is there to stand for data that"
                " do not exist yet.",
            ),
            Mistake(
                "σ compared with 0",
                """\
def standardize(X_train, X_test):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std[std == 0] = 1
    return (X_test - mean) / std
""",
                "The σ of equal numbers may round to 1e-17 instead of 0, as that of three times 0.1 does, and the"
                " column explodes. Ask whether the column is constant: is its minimum its maximum?",
            ),
            Mistake(
                "m − 1",
                """\
def standardize(X_train, X_test):
    constant = X_train.min(axis=0) == X_train.max(axis=0)
    std = np.where(constant, 1, X_train.std(axis=0, ddof=1))
    return (X_test - X_train.mean(axis=0)) / std
""",
                "You divided by m − 1 (ddof=1, the default of pandas and of torch.std). The book, like scikit-learn,"
                " divides by m: it describes these numbers and estimates no others.",
            ),
            Mistake(
                "variance",
                """\
def standardize(X_train, X_test):
    mean, var = X_train.mean(axis=0), X_train.var(axis=0)
    var[var == 0] = 1
    return (X_test - mean) / var
""",
                "You divided by the variance, whose unit is squared. Its root, σ, has the unit of x, and x′ has none.",
            ),
            Mistake(
                "one mean for all",
                """\
def standardize(X_train, X_test):
    return (X_test - X_train.mean()) / X_train.std()
""",
                "You took one mean and one deviation over the whole table: columns in different units stay as unequal"
                " as they were. Each column needs its own.",
            ),
            Mistake(
                "a small number added",
                """\
def standardize(X_train, X_test):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_test - mean) / (std + 1e-8)
""",
                "You added a small number to σ against the division by 0. Where σ is 0 and the test value is not the"
                " mean, that divides by the small number: the column explodes. Divide by 1 there.",
            ),
        ),
    ),
    Predict(
        id="preprocessing.outside_the_range",
        concepts=("preprocessing.min_max_scale",),
        title="Outside the range",
        level="medium",
        minutes=5,
        task="In the training set a column runs from 5 to 30; it is scaled to $[-1, 1]$. A case of the test set has"
        " **40** there. What does it become?",
        hints=(
            "First to [0, 1]: how far above the smallest is it, as a share of what the training set spans?",
            "You have its place in [0, 1]; the scaling to [−1, 1] starts from there. Nothing keeps it below the end.",
        ),
        solution="$2 \\cdot \\frac{40 - 5}{30 - 5} - 1 = \\mathbf{1.8}$. The ends of the range are those of the"
        " training set; what comes later may lie outside. Cutting it off would make 40 and 400 the same.",
        answer=lambda: preprocessing.min_max_scale([40.0], [5.0, 30.0], feature_range=(-1, 1))[0],
        tolerance=0.01,
        wrong_routes=(
            Route(
                1.0, "You cut it off at the end of the range, or let the test value widen the range. Neither is done."
            ),
            Route(1.4, "This is the scaling to [0, 1]. To [−1, 1] it is stretched to twice its width, and shifted."),
            Route(2 * 40 / 30 - 1, "You divided 40 by 30. Take the smallest value off both: the range starts at 5."),
            Route(2 * 40 / 25 - 1, "You divided by the span, as is right, but did not take the smallest value off 40."),
            Route(2.8, "You stretched and did not shift: the −1 is missing."),
            Route(
                0.9, "You divided the distance from the middle by the whole span. From −1 to 1 it is two units wide."
            ),
        ),
    ),
    Predict(
        id="preprocessing.read_the_quartiles",
        concepts=("preprocessing.robust_scale", "preprocessing.standardize"),
        title="Where robust scaling puts an outlier",
        level="medium",
        minutes=6,
        figure="preprocessing.quartiles",
        task="The figure above shows nine values. Where does robust scaling put the **largest** of them?",
        hints=(
            "With nine values in order, the median is the fifth; the quartiles are the third and the seventh.",
            "The distance from the median, as a multiple of the distance between the quartiles.",
        ),
        solution="The values are 2, 4, **5**, 6, **8**, 9, **11**, 13, 26: median 8, quartiles 5 and 11. So"
        " $x' = \\frac{26 - 8}{11 - 5} = \\mathbf{3}$. Were the outlier at 260, nothing but its own place would"
        " change.",
        answer=lambda: preprocessing.robust_scale(np.array(STRIP, dtype=float))[-1],
        tolerance=0.03,
        wrong_routes=(
            Route(1.0, "That is where min-max scaling to [0, 1] puts it, and where it puts every largest value."),
            Route(
                lambda: preprocessing.standardize(np.array(STRIP, dtype=float))[-1],
                "That is the z-norm: mean and standard deviation, both moved by the outlier itself.",
            ),
            Route(
                (26 - 28 / 3) / 6, "You took the distance from the mean, which the outlier has moved. Take the median."
            ),
            Route(26 / 6, "You divided by the distance between the quartiles, but did not subtract the median first."),
            Route(
                18 / 7.5,
                "You took the medians of the two halves, another convention for quartiles. Here they interpolate:"
                " with nine values, the third and the seventh.",
            ),
            Route((26 - 8) / 3, "You divided by half of the distance between the quartiles. It is the whole one."),
        ),
    ),
    Choose(
        id="preprocessing.who_needs_it",
        concepts=("preprocessing.min_max_scale", "preprocessing.standardize", "preprocessing.robust_scale"),
        title="Metres become millimetres",
        level="medium",
        minutes=4,
        task="One column of a data set is converted from metres to millimetres, in training and test set alike; nothing"
        " is scaled. Which learner may now give **other predictions**?",
        options={
            "a": "a decision tree",
            "b": "nearest neighbours",
            "c": "linear regression, solved exactly, without a penalty",
            "d": "the rule that always answers with the most frequent class",
        },
        answer="b",
        wrong={
            "a": "A tree asks whether x is at most t. With x a thousand times larger so is t: the order of the"
            " cases, and with it every split, is the same.",
            "c": "The weight of that column becomes a thousand times smaller, and the product stays. With a penalty on"
            " the weights, or with a few steps of gradient descent, you would be right.",
            "d": "It does not look at the columns at all.",
        },
        hints=(
            "Who adds up quantities of several columns without weights that could make up for the unit?",
            "Write the squared distance of two cases as a sum over the columns. What happens to one of its terms?",
        ),
        solution="**b**. That column's term in the squared distance grows by $10^6$ and drowns all others. A tree only"
        " uses the order; exact least squares takes the factor back in its weight.",
    ),
    Code(
        id="preprocessing.one_hot",
        concepts=("preprocessing.standardize",),
        title="Words become columns",
        level="easy",
        minutes=6,
        task="Write `one_hot(train, words)`. Both are arrays of words. The columns are the different words of the"
        " training set, in alphabetical order. Return an array with a row for each of `words`: 1.0 in the column of"
        " its word, and 0.0 elsewhere. A word that the training set does not have gets zeros everywhere.",
        stub="def one_hot(train, words):\n    ...\n",
        hints=(
            "Which words make columns is read off the training set, and off nothing else.",
            "`np.unique` gives the different words of an array, sorted.",
            "`words[:, None] == columns` compares every word with every column at once.",
        ),
        solution="""\
def one_hot(train, words):
    columns = np.unique(train)
    return (words[:, None] == columns).astype(float)
""",
        cases=lambda: [
            (np.array(["left", "right", "left"]), np.array(["right", "left"])),
            (np.array(["pear", "apple", "plum", "apple"]), np.array(["plum", "kiwi", "apple", "pear"])),
            (np.array(["b", "a", "c"]), np.array(["d"])),
        ],
        reference=lambda train, words: (words[:, None] == np.array(sorted(set(train.tolist())))).astype(float),
        mistakes=(
            Mistake(
                "columns from the new words",
                "def one_hot(train, words):\n    return (words[:, None] == np.unique(words)).astype(float)\n",
                "Your columns are the words of the new data. They would change from batch to batch: take those of the"
                " training set.",
            ),
            Mistake(
                "columns from both",
                "def one_hot(train, words):\n"
                "    return (words[:, None] == np.unique(np.concatenate([train, words]))).astype(float)\n",
                "You made a column for a word that only the new data have. No weight was learned for it: it gets zeros"
                " in the columns that there are.",
            ),
            Mistake(
                "numbered",
                "def one_hot(train, words):\n    return np.searchsorted(np.unique(train), words).astype(float)\n",
                "You numbered the words. A learner would take the last for several times the first. Give each word a"
                " column of its own.",
            ),
            Mistake(
                "in order of appearance",
                "def one_hot(train, words):\n"
                "    return (words[:, None] == np.array(list(dict.fromkeys(train.tolist())))).astype(float)\n",
                "Your columns stand in the order in which the words appear. Another shuffle would move them: sort.",
            ),
            Mistake(
                "turned",
                "def one_hot(train, words):\n    return (np.unique(train)[:, None] == words).astype(float)\n",
                "Your table lies on its side: a row for each word of the training set. Each of the new words is a row.",
            ),
        ),
    ),
    Code(
        id="preprocessing.choose_inside",
        concepts=("preprocessing.standardize",),
        title="Choose columns without a leak",
        level="medium",
        minutes=8,
        task="Write `best_columns(X, y, train, keep)`. `train` says of each case whether it belongs to the training"
        " set, True or False. Return the numbers of the `keep` columns of X whose **correlation** with y is largest in"
        " absolute value, the largest first, and choose them so that nothing leaks. `np.corrcoef(a, b)[0, 1]` is the"
        " correlation of two columns.",
        stub="def best_columns(X, y, train, keep):\n    ...\n",
        hints=(
            "Which of the cases may a choice look at?",
            "`X[train]` and `y[train]` are the rows of the training set. Take the correlation of each column there.",
            "A correlation of −0.9 says as much as one of 0.9. `np.argsort` sorts upwards, so give it the negative.",
        ),
        solution="""\
def best_columns(X, y, train, keep):
    strength = [abs(np.corrcoef(column, y[train])[0, 1]) for column in X[train].T]
    return np.argsort(-np.array(strength))[:keep]
""",
        cases=_choice_cases,
        reference=lambda X, y, train, keep: np.argsort(-_strength(X[train], y[train]))[:keep],
        mistakes=(
            Mistake(
                "all cases",
                _CHOICE + "    strength = [abs(np.corrcoef(column, y)[0, 1]) for column in X.T]\n"
                "    return np.argsort(-np.array(strength))[:keep]\n",
                "You looked at all cases, those of the test set included. Your columns are lucky on the test set too,"
                " and its accuracy promises what is not there.",
            ),
            Mistake(
                "the test set",
                _CHOICE + "    strength = [abs(np.corrcoef(column, y[~train])[0, 1]) for column in X[~train].T]\n"
                "    return np.argsort(-np.array(strength))[:keep]\n",
                "You chose on the test set alone, where `train` is False. That is the worst leak there is.",
            ),
            Mistake(
                "signed",
                _CHOICE + "    strength = [np.corrcoef(column, y[train])[0, 1] for column in X[train].T]\n"
                "    return np.argsort(-np.array(strength))[:keep]\n",
                "You left the sign. A column that falls where y rises says as much: take the absolute value.",
            ),
            Mistake(
                "the weakest",
                _CHOICE + "    strength = [abs(np.corrcoef(column, y[train])[0, 1]) for column in X[train].T]\n"
                "    return np.argsort(strength)[:keep]\n",
                "These are the columns that are least correlated with y: `argsort` sorts upwards.",
            ),
            Mistake(
                "upwards",
                _CHOICE + "    strength = [abs(np.corrcoef(column, y[train])[0, 1]) for column in X[train].T]\n"
                "    return np.argsort(strength)[-keep:]\n",
                "The right columns, and the strongest of them comes last. It should come first.",
            ),
        ),
    ),
    Predict(
        id="preprocessing.shared_with_the_bias",
        concepts=("preprocessing.standardize",),
        title="What a mean costs",
        level="hard",
        minutes=8,
        task="One column has mean **3** and standard deviation **1**; the model is $w x + b$ with squared error. To"
        " the nearest whole number, how large is the condition number $\\lambda_\\text{max}/\\lambda_\\text{min}$ of"
        " its Hessian?",
        hints=(
            "The Hessian has two rows. The mean of x² is the variance plus the square of the mean.",
            "Of a symmetric matrix with two rows the eigenvalues add up to the trace and multiply to the determinant.",
            "λ² − (trace) λ + (determinant) = 0 has both eigenvalues as roots.",
        ),
        solution="$H = \\begin{pmatrix} 10 & 3 \\\\ 3 & 1 \\end{pmatrix}$ has trace 11 and determinant 1, so that"
        " $\\lambda = \\frac{11 \\pm \\sqrt{117}}{2}$, and their ratio is about **119**. Centred, $H$ is the identity:"
        " the ratio is 1. A mean of three standard deviations makes the descent a hundred times as long.",
        answer=lambda: np.linalg.cond(np.array([[10.0, 3.0], [3.0, 1.0]])),
        tolerance=0.4,
        wrong_routes=(
            Route(10.0, "You read the diagonal only. The 3 beside it couples weight and bias: that is what costs."),
            Route(
                lambda: np.sqrt(np.linalg.cond(np.array([[10.0, 3.0], [3.0, 1.0]]))),
                "That is the larger eigenvalue alone, or the ratio of the singular values of A. The condition number of"
                " the Hessian AᵀA / m is its larger eigenvalue divided by the smaller one.",
            ),
            Route(1.0, "So it is after centring. Here the mean is 3, and stands beside the diagonal."),
            Route(
                lambda: np.linalg.cond(np.array([[1.0, 3.0], [3.0, 1.0]])),
                "The mean of x² is not the variance: the square of the mean is added to it.",
            ),
        ),
    ),
    Code(
        id="preprocessing.raw_model",
        concepts=("preprocessing.standardize",),
        title="Give a model its units back",
        level="hard",
        minutes=10,
        task="A linear model was trained on the z-norm of `X_train`: $\\hat y = w \\cdot x' + b$. Its users have"
        " raw numbers. Write `raw_model(w, b, X_train)`: the weights and the bias, in this order, that give the same"
        " $\\hat y$ from the raw $x$. A column that was constant in the training set was divided by 1.",
        stub=_RAW + "    ...\n",
        hints=(
            "Put x′ = (x − μ)/σ into w · x′ + b and multiply out. What stands before x, and what stands alone?",
            "Before each x stands its own weight, divided by something. Alone stand b and one number for each column.",
            "The new bias is b − Σ wⱼ μⱼ / σⱼ.",
        ),
        solution=_RAW + _FITTED + "    return w / std, b - (w / std) @ mean\n",
        cases=_raw_model_cases,
        reference=raw_model,
        returns=("the weights", "the bias"),
        mistakes=(
            Mistake(
                "the bias kept",
                _RAW + _FITTED + "    return w / std, b\n",
                "The weights are right, but the bias is still that of the scaled model: there it is the answer for a"
                " tumour with all means, here for one with nothing but zeros. Every −wμ/σ goes into it.",
            ),
            Mistake(
                "the mean not divided",
                _RAW + _FITTED + "    return w / std, b - w @ mean\n",
                "In the bias you subtracted w · μ. What was subtracted from x was divided by σ as well: multiply out"
                " w (x − μ)/σ once more.",
            ),
            Mistake(
                "the sign",
                _RAW + _FITTED + "    return w / std, b + (w / std) @ mean\n",
                "You added wμ/σ to the bias. The mean is *subtracted* from x, so its part of ŷ is negative.",
            ),
            Mistake(
                "times σ",
                _RAW + _FITTED + "    return w * std, b - (w * std) @ mean\n",
                "You multiplied the weights by σ. A column that spreads more was divided by more: its raw weight is"
                " the smaller one, w/σ.",
            ),
            Mistake(
                "constant columns",
                _RAW + "    mean, std = X_train.mean(axis=0), X_train.std(axis=0)\n"
                "    return w / std, b - (w / std) @ mean\n",
                "A column that is constant in the training set has σ = 0, and you divided by it. It was divided by 1:"
                " do so here.",
            ),
            Mistake(
                "one σ for all",
                _RAW + "    mean, std = X_train.mean(), X_train.std()\n    return w / std, b - w.sum() * mean / std\n",
                "You took one mean and one deviation over the whole table. Each column has been scaled by its own.",
            ),
        ),
    ),
]
