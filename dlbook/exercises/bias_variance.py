"""What the reader of chapter 06 does: split an error, leave folds out, and read what more data cannot cure."""

import numpy as np

from dlbook.experiments import bias_variance as experiments
from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import bias_variance

PLATEAU = {"degree": 1, "sigma": 0.4}  # of the figure that the reader is asked to read
TWO_SOURCES = {"bias": 0.3, "of_noise": 0.2, "of_inputs": 0.1, "sigma": 0.2}
AVERAGED = {"bias2": 0.2, "variance": 0.4, "noise": 0.25, "models": 4}


def plateau() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sizes, and the expected training and test error of a model that is too stiff."""
    sizes = np.array([6, 10, 15, 20, 30, 40, 60, 80, 120, 160, 200])
    return sizes, *experiments.learning_curve(PLATEAU["degree"], sizes, PLATEAU["sigma"])


def bias2_and_variance(predictions, f_true):
    """Both parts without a correction: means over the training sets that are there."""
    parts = bias_variance.decompose(predictions, f_true, 0.0, ddof=0)
    return parts.bias2, parts.variance


def leave_folds_out(fit, x, y, folds):
    """The mean squared error over all samples, each predicted by a model that has not seen it."""
    error = np.zeros(len(y))
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(y)), fold)
        error[fold] = (y[fold] - fit(x[rest], y[rest])(x[fold])) ** 2
    return error.mean()


def mean_model(x, y):
    """A model that answers everything with the mean of its labels."""
    return lambda at: np.full(len(at), np.mean(y))


def line_model(x, y):
    """Least squares with a straight line."""
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return lambda at: y.mean() + slope * (at - x.mean())


def nearest_model(x, y):
    """The label of the nearest training sample."""
    return lambda at: y[np.abs(np.asarray(at)[:, None] - x).argmin(axis=1)]


def ridge_parts(A, f, lam, noise_var):
    """Both parts of ridge regression at its training inputs, without any sampling."""
    H = A @ np.linalg.solve(A.T @ A + lam * np.eye(A.shape[1]), A.T)  # (n, p) @ (p, n)
    parts = bias_variance.decompose_linear(H, f, f, noise_var)
    return parts.bias2, parts.variance


def shortest_fit(A, y, lam):
    """θ of ridge regression on (m, p) features with p ≥ m; for λ = 0 the shortest exact fit."""
    return experiments.shortest_fit(A, y[:, None], lam)[0][:, 0]


def _shortest_cases():
    rng = np.random.default_rng(9)
    return [
        (np.array([[3.0, 4.0]]), np.array([10.0]), 0.0),
        (rng.normal(size=(3, 5)), rng.normal(size=3), 0.0),
        (rng.normal(size=(2, 4)), rng.normal(size=2), 0.5),
        (rng.normal(size=(3, 3)), rng.normal(size=3), 2.0),
    ]


def _ridge_cases():
    x = np.linspace(-1, 1, 6)
    rng = np.random.default_rng(8)
    return [
        (np.stack([np.ones(6), x], axis=1), x**2, 0.5, 0.25),
        (np.stack([np.ones(6), x, x**2], axis=1), np.sin(3 * x), 2.0, 1.0),
        (rng.normal(size=(8, 4)), rng.normal(size=8), 1.5, 0.09),
    ]


def _prediction_cases():
    rng = np.random.default_rng(6)
    return [
        (np.array([[1.0, 2.0], [3.0, 2.0]]), np.array([1.0, 1.0])),
        (np.array([[0.0, 4.0, 1.0], [2.0, 0.0, 1.0], [1.0, 2.0, 4.0]]), np.array([2.0, 1.0, 2.0])),
        (rng.normal(size=(6, 4)), rng.normal(size=4)),
    ]


def _fold_cases():
    x = np.linspace(-1, 1, 7)
    y = np.array([0.2, -0.5, 1.0, 0.7, 1.9, 1.1, 2.5])
    uneven = [np.array([0, 3, 6]), np.array([1, 4]), np.array([2, 5])]
    return [
        (mean_model, x, y, uneven),
        (line_model, x, y, uneven),
        (nearest_model, x[:6], y[:6] ** 2, [np.array([0, 2, 4]), np.array([1]), np.array([3, 5])]),
    ]


_FOLDS = """\
def cross_validate(fit, x, y, folds):
    error = np.zeros(len(y))
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(y)), fold)
"""

_RIDGE = """\
def ridge_parts(A, f, lam, noise_var):
    H = A @ np.linalg.solve(A.T @ A + lam * np.eye(A.shape[1]), A.T)
"""

EXERCISES = [
    Choose(
        id="bias_variance.what_next",
        concepts=("bias_variance.decompose",),
        title="What would you do next?",
        level="easy",
        minutes=4,
        task="The noise variance is about 0.10. A model has a training error of 0.01 and a validation error of 0.50."
        " Which step promises **most**?",
        options={
            "a": "a more flexible model",
            "b": "more training data, or a stiffer model",
            "c": "minimise the training error more thoroughly",
            "d": "none: the validation error is mostly noise",
        },
        answer="b",
        wrong={
            "a": "That lowers the bias, and this model has hardly any: it follows even the noise, with a training error"
            " below the noise variance. The variance would grow; where a model can fit everything it may fall again,"
            " but nothing here says that yours is near that.",
            "c": "The training error is already below the noise variance: the model has learnt noise by heart. Less of"
            " it would be better, not more.",
            "d": "Noise accounts for 0.10 of 0.50. The other 0.40 are bias² and variance, and a training error of 0.01"
            " tells which of the two.",
        },
        hints=(
            "A training error below the noise variance: what has the model learnt there?",
            "Low bias and high variance, or the reverse? And which steps lower the one that is high?",
        ),
        solution="**b**. A training error far below the noise and a wide gap to validation are the marks of"
        " overfitting: low bias, high variance. More data and stiffer models lower the variance; so does averaging"
        " several models.",
    ),
    Code(
        id="bias_variance.two_parts",
        concepts=("bias_variance.decompose",),
        title="Bias² and variance of many models",
        level="medium",
        minutes=10,
        task="`predictions[s, i]` is what the model of training set `s` says at the point `i`, and `f_true[i]` the"
        " truth there. Write `bias2_and_variance(predictions, f_true)`: both averaged over the points, with the mean"
        " over the training sets in the place of $\\mathbb{E}_{\\mathcal{D}}$ (no correction).",
        stub="def bias2_and_variance(predictions, f_true):\n    ...\n",
        hints=(
            "First the mean model: one value for each point. Over which axis of `predictions` is that a mean?",
            "Bias is a difference at each point, and it is squared there, before you average over the points.",
            "The variance at a point is the mean squared distance of the models from their own mean; the truth does not"
            " occur in it.",
        ),
        solution="""\
def bias2_and_variance(predictions, f_true):
    mean = predictions.mean(axis=0)
    bias2 = ((mean - f_true) ** 2).mean()
    variance = ((predictions - mean) ** 2).mean()
    return bias2, variance
""",
        cases=_prediction_cases,
        reference=bias2_and_variance,
        returns=("bias2", "variance"),
        mistakes=(
            Mistake(
                "averaged before squaring",
                """\
def bias2_and_variance(predictions, f_true):
    mean = predictions.mean(axis=0)
    return (mean - f_true).mean() ** 2, ((predictions - mean) ** 2).mean()
""",
                "Your variance is right. Your bias is averaged over the points before it is squared: too high here and"
                " too low there cancel. Square at every point, then average.",
            ),
            Mistake(
                "distance from the truth",
                """\
def bias2_and_variance(predictions, f_true):
    mean = predictions.mean(axis=0)
    return ((mean - f_true) ** 2).mean(), ((predictions - f_true) ** 2).mean()
""",
                "Your bias² is right. In the variance you measured the distance from the truth: that is bias² and"
                " variance together. Measure it from the mean of the models.",
            ),
            Mistake(
                "mean over the points",
                """\
def bias2_and_variance(predictions, f_true):
    mean = predictions.mean(axis=1, keepdims=True)
    return ((mean - f_true) ** 2).mean(), ((predictions - mean) ** 2).mean()
""",
                "You took the mean of each model over the points. The expectation runs over the training sets, which"
                " are the rows: average over axis 0, for each point on its own.",
            ),
            Mistake(
                "squared errors of single models",
                """\
def bias2_and_variance(predictions, f_true):
    mean = predictions.mean(axis=0)
    return ((predictions - f_true) ** 2).mean(), ((predictions - mean) ** 2).mean()
""",
                "Your variance is right. Your bias² is the mean squared error of single models, in which the variance"
                " is contained. Bias asks how far their *mean* is from the truth.",
            ),
            Mistake(
                "sample variance",
                """\
def bias2_and_variance(predictions, f_true):
    mean = predictions.mean(axis=0)
    return ((mean - f_true) ** 2).mean(), predictions.var(axis=0, ddof=1).mean()
""",
                "You divided the variance by S − 1: a good idea, if bias² is then corrected too, or the sum is too"
                " large. This task asks for the plain means.",
            ),
            Mistake(
                "one mean for all points",
                """\
def bias2_and_variance(predictions, f_true):
    return ((predictions.mean(axis=0) - f_true) ** 2).mean(), predictions.var()
""",
                "Your bias² is right. Your variance is measured from one mean of all predictions at all points. Each"
                " point has a mean of its own.",
            ),
            Mistake(
                "the wrong order",
                """\
def bias2_and_variance(predictions, f_true):
    mean = predictions.mean(axis=0)
    return ((predictions - mean) ** 2).mean(), ((mean - f_true) ** 2).mean()
""",
                "Both numbers are right, in the wrong order. First comes bias², then the variance.",
            ),
            Mistake(
                "no square",
                """\
def bias2_and_variance(predictions, f_true):
    mean = predictions.mean(axis=0)
    return np.abs(mean - f_true).mean(), predictions.std(axis=0).mean()
""",
                "These are the bias and the standard deviation. Only their squares add up to the squared error.",
            ),
        ),
    ),
    Predict(
        id="bias_variance.averaged",
        concepts=("bias_variance.decompose",),
        title="Four models instead of one",
        level="medium",
        minutes=6,
        task="A model has bias² 0.2 and variance 0.4; the noise variance is 0.25. You train it on **four** independent"
        " training sets and predict with the **mean** of the four models. What **test error** do you expect?",
        hints=(
            "Which of the three parts does averaging change? Go through them one by one.",
            "The mean of four independent numbers has their expectation. What is its variance?",
        ),
        solution="The mean of the models has the same expectation, so the bias² stays 0.2. Its variance is a quarter,"
        " $0.4 / 4 = 0.1$. The noise belongs to the data: 0.25. Together **0.55**, after 0.85 for one model. Ensembles"
        " of flexible models live on this.",
        answer=lambda: AVERAGED["bias2"] + AVERAGED["variance"] / AVERAGED["models"] + AVERAGED["noise"],
        tolerance=0.005,
        wrong_routes=(
            Route(0.85, "This is the error of a single model. The mean of four strays less."),
            Route(
                0.2125, "You divided everything by four. The noise is in the test data, and the bias in every model."
            ),
            Route(0.6, "That is one model without the noise. The mean of four strays less, and the noise stays."),
            Route(0.3, "The noise is missing: the test data carry it, however good the model."),
            Route(0.4, "You divided the bias² too. All four models are wrong in the same direction."),
            Route(0.65, "You halved the variance: that is the standard deviation's factor. Variances go down by four."),
            Route(0.475, "You divided the variance by 16: it goes down by the number of models, not by its square."),
        ),
    ),
    Predict(
        id="bias_variance.two_sources",
        concepts=("bias_variance.decompose",),
        title="Two sources of variance",
        level="medium",
        minutes=6,
        task="At one $x$ a kind of model has these numbers. Its mean over all training sets is 0.3 above the "
        "truth. With the inputs of a training set held fixed, fresh noise makes its predictions vary with a "
        "variance of 0.2, on average over the inputs. From one draw of the inputs to the next, its mean varies "
        "with a variance of 0.1. The noise of a label has a **standard deviation** of 0.2. What **squared error** "
        "do you expect on a new label?",
        hints=(
            "The two variances have a law of their own. Do they add up, or is one part of the other?",
            "Then there are bias² and the noise variance. Which of the four numbers still have to be squared?",
        ),
        solution="By the law of total variance the variance is $0.2 + 0.1 = 0.3$. The bias² is $0.3^2 = 0.09$, and the"
        " noise variance $0.2^2 = 0.04$. Together **0.43**.",
        answer=lambda: (
            TWO_SOURCES["bias"] ** 2 + TWO_SOURCES["of_noise"] + TWO_SOURCES["of_inputs"] + TWO_SOURCES["sigma"] ** 2
        ),
        tolerance=0.005,
        wrong_routes=(
            Route(0.33, "The variance from the draw of the inputs is missing: it comes on top of the one from noise."),
            Route(0.23, "The variance from noise is missing: the mean moves *and* the models vary around it."),
            Route(0.39, "The noise of the new label is missing."),
            Route(0.64, "You added the bias itself. It counts with its square, 0.09."),
            Route(0.59, "You added the standard deviation of the noise. It counts with its square, 0.04."),
            Route(0.8, "You added all four numbers. The bias and the standard deviation count with their squares."),
            Route(0.34, "The bias² is missing: 0.3 squared."),
        ),
    ),
    Predict(
        id="bias_variance.read_plateau",
        concepts=("bias_variance.decompose",),
        title="What more data cannot cure",
        level="medium",
        minutes=6,
        figure="bias_variance.plateau",
        task="The figure above shows the learning curves of a model. The noise has a **standard deviation** of 0.4."
        " Read off how large its **bias²** is when there is plenty of data.",
        hints=(
            "With plenty of data one of the three parts is gone. Which? The two curves meet where the others remain.",
            "Read the common height of the two curves on the right. The noise is part of it, as a variance.",
        ),
        solution="Both curves tend to about 0.65. There the variance is gone, and bias² and noise are left:"
        " $0.65 - 0.4^2 = \\mathbf{0.49}$. More data will not change that; a more flexible model will.",
        answer=lambda: experiments.exact(PLATEAU["degree"], 2000, PLATEAU["sigma"]).bias2,
        tolerance=0.03,
        wrong_routes=(
            Route(0.65, "This is the common height of the curves: bias² and noise together."),
            Route(0.16, "This is the noise variance. Subtract it from the height at which the curves meet."),
            Route(0.25, "You subtracted the standard deviation, 0.4. The noise counts with its square."),
            Route(0.81, "You added the noise. It is contained in the height already."),
            Route(0.0, "That is the distance of the two curves: the variance is gone, the bias is not."),
        ),
    ),
    Code(
        id="bias_variance.cross_validate",
        concepts=("bias_variance.decompose",),
        title="Leave folds out",
        level="medium",
        minutes=12,
        task="`fit(x, y)` trains a model and returns a function that predicts. `folds` is a list of index arrays that"
        " together name every sample once, not all of the same length. Write `cross_validate(fit, x, y, folds)`: the"
        " mean squared error **over all samples**, each predicted by a model trained without its fold.",
        stub="def cross_validate(fit, x, y, folds):\n    ...\n",
        hints=(
            "For each fold you need the indices of all other samples: `np.setdiff1d(np.arange(len(y)), fold)`.",
            "Train on the others, then call what `fit` returned with the inputs of the fold.",
            "Keep one squared error a sample and take a single mean at the end: folds of different length then count"
            " as they should.",
        ),
        solution=_FOLDS
        + """\
        model = fit(x[rest], y[rest])
        error[fold] = (model(x[fold]) - y[fold]) ** 2
    return error.mean()
""",
        cases=_fold_cases,
        reference=leave_folds_out,
        mistakes=(
            Mistake(
                "trained on everything",
                _FOLDS
                + """\
        error[fold] = (fit(x, y)(x[fold]) - y[fold]) ** 2
    return error.mean()
""",
                "Your models were trained on all samples, the fold included: this is the training error under another"
                " name, and the most flexible model wins it.",
            ),
            Mistake(
                "the other way round",
                _FOLDS
                + """\
        error[rest] += (fit(x[fold], y[fold])(x[rest]) - y[rest]) ** 2 / (len(folds) - 1)
    return error.mean()
""",
                "You trained on the fold and tested on the rest. Train on the many, test on the few.",
            ),
            Mistake(
                "tested on the training part",
                _FOLDS
                + """\
        error[fold] = ((fit(x[rest], y[rest])(x[rest]) - y[rest]) ** 2).mean()
    return error.mean()
""",
                "You left the fold out and then measured the error on the samples that the model was trained on."
                " Measure it on the fold.",
            ),
            Mistake(
                "mean of means",
                """\
def cross_validate(fit, x, y, folds):
    errors = []
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(y)), fold)
        errors.append(((fit(x[rest], y[rest])(x[fold]) - y[fold]) ** 2).mean())
    return np.mean(errors)
""",
                "You took the mean of the folds' means. Folds of two then count as much as folds of three; take one"
                " mean over all samples.",
            ),
            Mistake(
                "sum",
                _FOLDS
                + """\
        error[fold] = (fit(x[rest], y[rest])(x[fold]) - y[fold]) ** 2
    return error.sum()
""",
                "This is the sum of the squared errors: it grows with the number of samples. Take the mean.",
            ),
            Mistake(
                "absolute error",
                _FOLDS
                + """\
        error[fold] = np.abs(fit(x[rest], y[rest])(x[fold]) - y[fold])
    return error.mean()
""",
                "You averaged absolute errors. The task asks for the squared ones.",
            ),
            Mistake(
                "divided by the folds",
                _FOLDS
                + """\
        error[fold] = (fit(x[rest], y[rest])(x[fold]) - y[fold]) ** 2
    return error.sum() / len(folds)
""",
                "You divided the sum by the number of folds. It has one squared error for each sample, so divide by"
                " the number of samples.",
            ),
            Mistake(
                "root",
                _FOLDS
                + """\
        error[fold] = (fit(x[rest], y[rest])(x[fold]) - y[fold]) ** 2
    return np.sqrt(error.mean())
""",
                "You took the root at the end. It is easier to read, but bias², variance and noise add up to the"
                " square.",
            ),
        ),
    ),
    Code(
        id="bias_variance.ridge",
        concepts=("bias_variance.decompose",),
        title="A stiffer model, without sampling",
        level="hard",
        minutes=15,
        task="Ridge regression minimises $\\lVert A\\theta - y \\rVert^2 + \\lambda \\lVert\\theta\\rVert^2$: its"
        " predictions at the training inputs are $H y$ with $H = A (A^\\top A + \\lambda I)^{-1} A^\\top$. The labels"
        " are $y = f + \\varepsilon$ with independent noise of variance `noise_var`. Derive bias² and variance at the"
        " training inputs, averaged over them, and write `ridge_parts(A, f, lam, noise_var)`.",
        stub="def ridge_parts(A, f, lam, noise_var):\n    ...\n",
        hints=(
            "The mean of H y over the noise: what is left of y? Its distance from f, point by point, is the bias.",
            "The covariance of H ε is noise_var times a product of two matrices; the variances stand on its diagonal.",
            "H is no projection here: H times its transpose is not H, nor are their traces the same.",
        ),
        solution="""\
def ridge_parts(A, f, lam, noise_var):
    H = A @ np.linalg.solve(A.T @ A + lam * np.eye(A.shape[1]), A.T)
    bias2 = ((H @ f - f) ** 2).mean()
    variance = noise_var * (H**2).sum() / len(f)
    return bias2, variance
""",
        cases=_ridge_cases,
        reference=ridge_parts,
        returns=("bias2", "variance"),
        mistakes=(
            Mistake(
                "least squares' variance",
                _RIDGE
                + """\
    return ((H @ f - f) ** 2).mean(), noise_var * A.shape[1] / len(f)
""",
                "Your bias² is right. σ² p / m is the variance of least squares, whose H is a projection; the penalty"
                " makes it smaller: σ² tr(H Hᵀ) / m.",
            ),
            Mistake(
                "trace of H",
                _RIDGE
                + """\
    return ((H @ f - f) ** 2).mean(), noise_var * np.trace(H) / len(f)
""",
                "Your bias² is right. The covariance of H ε is σ² H Hᵀ, not σ² H: the two have the same trace only if H"
                " is a projection, and that of ridge is none.",
            ),
            Mistake(
                "no bias",
                _RIDGE
                + """\
    return 0.0, noise_var * (H**2).sum() / len(f)
""",
                "Your variance is right. The bias is H f − f: even without noise ridge does not return f, since it"
                " pulls the coefficients towards 0. That is what the smaller variance costs.",
            ),
            Mistake(
                "sums",
                _RIDGE
                + """\
    return ((H @ f - f) ** 2).sum(), noise_var * (H**2).sum()
""",
                "These are sums over the training inputs. Average: divide both by m.",
            ),
            Mistake(
                "averaged before squaring",
                _RIDGE
                + """\
    return (H @ f - f).mean() ** 2, noise_var * (H**2).sum() / len(f)
""",
                "Your variance is right. You averaged the bias over the inputs before you squared it, so that too high"
                " and too low cancel. Square first.",
            ),
            Mistake(
                "lambda everywhere",
                _RIDGE.replace("lam * np.eye(A.shape[1])", "lam")
                + """\
    return ((H @ f - f) ** 2).mean(), noise_var * (H**2).sum() / len(f)
""",
                "You added λ to every entry of Aᵀ A. It belongs on the diagonal: λ times the identity.",
            ),
            Mistake(
                "standard deviation",
                _RIDGE
                + """\
    return ((H @ f - f) ** 2).mean(), noise_var**2 * (H**2).sum() / len(f)
""",
                "Your bias² is right. `noise_var` is a variance already: squared, it has the wrong unit.",
            ),
        ),
    ),
    Code(
        id="bias_variance.shortest_fit",
        concepts=("bias_variance.decompose",),
        title="The calmest fit",
        level="hard",
        minutes=15,
        task="`A` (m, p) holds the features of m samples, and there are at least as many features as samples, $p "
        "\\ge m$. `y` (m,) holds the labels. For `lam` > 0 you want the θ that minimises $\\lVert A\\theta - y "
        "\\rVert^2 + \\lambda \\lVert\\theta\\rVert^2$. For `lam = 0` you want, of all θ with $A\\theta = y$, the "
        "shortest. In both cases a part of θ at right angles to all rows of A would only add length, so $\\theta = "
        "A^\\top c$ with one number for each sample. Find the equation for $c$ and write `shortest_fit(A, y, "
        "lam)`. The rows of A are independent.",
        stub="def shortest_fit(A, y, lam):\n    ...\n",
        hints=(
            "Begin with λ = 0. Put θ = Aᵀ c into A θ = y: how many equations are there, and how many unknowns?",
            "With a penalty the gradient is zero at the minimum: Aᵀ (A θ − y) + λ θ = 0. Solve this for the θ that "
            "stands alone, and compare with θ = Aᵀ c: what is λ c?",
            "From λ c = y − A Aᵀ c you get one square system for c, whose matrix has λ on its diagonal and nowhere "
            "else.",
        ),
        solution="""\
def shortest_fit(A, y, lam):
    c = np.linalg.solve(A @ A.T + lam * np.eye(len(A)), y)
    return A.T @ c
""",
        cases=_shortest_cases,
        reference=shortest_fit,
        mistakes=(
            Mistake(
                "some exact fit",
                """\
def shortest_fit(A, y, lam):
    m, p = A.shape
    theta = np.zeros(p)
    theta[:m] = np.linalg.solve(A[:, :m] + lam * np.eye(m), y)
    return theta
""",
                "For λ = 0 your θ is exact, but it uses the first features only and is longer than it has to be. Share"
                " the work among all of them: θ = Aᵀ c.",
            ),
            Mistake(
                "no penalty",
                """\
def shortest_fit(A, y, lam):
    return A.T @ np.linalg.solve(A @ A.T, y)
""",
                "Right for λ = 0. With a penalty the fit is no longer exact: λ belongs into the equation for c.",
            ),
            Mistake(
                "lambda everywhere",
                """\
def shortest_fit(A, y, lam):
    return A.T @ np.linalg.solve(A @ A.T + lam, y)
""",
                "Right for λ = 0. You added λ to every entry of A Aᵀ. It belongs on the diagonal: λ times the "
                "identity.",
            ),
            Mistake(
                "lambda squared",
                """\
def shortest_fit(A, y, lam):
    return A.T @ np.linalg.solve(A @ A.T + lam**2 * np.eye(len(A)), y)
""",
                "Right for λ = 0. Your λ is squared: the penalty is λ ‖θ‖², and only θ is squared in it.",
            ),
            Mistake(
                "c itself",
                """\
def shortest_fit(A, y, lam):
    return np.linalg.solve(A @ A.T + lam * np.eye(len(A)), y)
""",
                "This is c, one number for each sample. The parameters are θ = Aᵀ c, one for each feature.",
            ),
        ),
    ),
]
