"""What the reader of chapter 13 does: multiply by the prior, integrate, add precisions, and doubt a second opinion."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import bayes

COIN = {"a": 2.0, "b": 2.0, "heads": 8, "tosses": 10}  # of the figure that the reader is asked to read


def coin_posterior() -> tuple[np.ndarray, np.ndarray]:
    """Chances of heads (G,) and the density of the posterior there."""
    grid = np.linspace(0, 1, 401)
    a, b = bayes.beta_binomial(COIN["a"], COIN["b"], COIN["heads"], COIN["tosses"] - COIN["heads"])
    density = grid ** (a - 1) * (1 - grid) ** (b - 1)
    return grid, bayes.continuous(np.ones_like(grid), density, grid)


WEIGHT = {"var": 4.0, "noise_var": 36.0}  # of a prior, and of a datum


def as_heavy_as_the_prior() -> int:
    """How many data take the mean of the posterior half of the way from the prior's mean, 0, to theirs, 1."""
    means = {n: bayes.normal_normal(0.0, WEIGHT["var"], np.ones(n), WEIGHT["noise_var"]).mean for n in range(100)}
    return next(n for n, mean in means.items() if mean > 0.5 - 1e-9)


def _one_after_the_other(mean, var, data, noise_vars):
    for value, noise_var in zip(data, noise_vars, strict=True):
        mean, var = bayes.normal_normal(mean, var, [value], noise_var)
    return mean, var


def _instrument_cases():
    rng = np.random.default_rng(2)
    return [
        (10.0, 4.0, np.array([12.0, 15.0]), np.array([1.0, 9.0])),
        (-1.0, 0.5, np.array([3.0]), np.array([2.0])),
        (2.0, 25.0, rng.normal(3, 1, 5), rng.uniform(0.1, 4, 5)),
    ]


SICK = {"prevalence": 0.005, "sensitivity": 0.8, "specificity": 0.96}  # of a patient with three results
RIDGE = {"noise_var": 0.5, "prior_var": 0.25, "m": 40}  # of a regression whose penalty is asked for


def evidence_of_six_heads() -> float:
    """The posterior of the fair coin after six heads in six tosses, if both models had the prior ½."""
    any_coin = bayes.beta_binomial_predictive(1.0, 1.0, 6, 6)
    return bayes.discrete([0.5, 0.5], [0.5**6, any_coin])[0]


def _band(X, y, X_new, noise_var, prior_var):
    return bayes.linear_predictive(X_new, *bayes.linear_regression(X, y, noise_var, prior_var), noise_var)


def _band_cases():
    rng = np.random.default_rng(4)
    cases = []
    for n, d, m, noise_var, prior_var in ((5, 2, 3, 0.25, 2.0), (2, 1, 4, 4.0, 0.5), (8, 3, 2, 0.5, 3.0)):
        cases.append((rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=(m, d)), noise_var, prior_var))
    return cases


_BAND = "def band(X, y, X_new, noise_var, prior_var):\n"
_BOTH = "    precision = X.T @ X / noise_var + np.eye(X.shape[1]) / prior_var\n"
_INVERT = "    cov = np.linalg.inv(precision)\n"
_MEAN = "    mean = cov @ X.T @ y / noise_var\n"
_LINE = "    line = ((X_new @ cov) * X_new).sum(axis=1)\n"

_UPDATE = "def update(mean, var, data, noise_vars):\n"
_PRECISION = "    precision = 1 / var + (1 / noise_vars).sum()\n"
_WEIGHTED = "    weighted = mean / var + (data / noise_vars).sum()\n"


def _reference(prior, likelihood):
    with np.errstate(divide="ignore"):
        return np.exp(bayes.discrete_from_logs(np.log(prior), np.log(likelihood).sum(axis=0)))


def _data_cases():
    rng = np.random.default_rng(1)
    coins = np.array([0.2, 0.5, 0.9])
    return [
        (np.array([0.5, 0.3, 0.2]), np.stack([coins, coins, 1 - coins])),
        (np.array([0.9, 0.1]), np.array([[0.05, 0.8]])),
        (np.array([0.25, 0.25, 0.4, 0.1]), rng.uniform(0.1, 1, (5, 4))),
        (np.array([0.6, 0.4]), np.array([[0.5, 0.1], [0.0, 0.3]])),
    ]


def _grid_cases():
    p = np.linspace(0, 1, 21)
    theta = np.cumsum([0.0, 0.5, 0.1, 0.2, 0.9, 0.3, 0.4])  # points that are not evenly spaced
    return [
        (1.5 - p, p**2 * (1 - p) + 0.1, p),
        (np.exp(-theta), theta**2 + 0.2, theta),
        (np.array([1.0, 3.0, 1.0]), np.array([2.0, 1.0, 0.5]), np.array([-1.0, 0.0, 3.0])),
    ]


EXERCISES = [
    Code(
        id="bayes.several_data",
        concepts=("bayes.discrete",),
        title="Bayes' rule, several data",
        level="easy",
        minutes=8,
        task="Write `posterior(prior, likelihood)`. There are K hypotheses with prior (K,). `likelihood` (N, K) holds"
        " $P(d_i \\mid H_k)$ for N data, independent given the hypothesis. Return the belief (K,) after **all** of"
        " them.",
        stub="def posterior(prior, likelihood):\n    ...\n",
        hints=(
            "Independent given the hypothesis: how do the N probabilities in one column join into one?",
            "A row is a datum, a column a hypothesis. Which of the two axes has to vanish so that (K,) is left? And how"
            " often does the prior enter?",
            "Likelihoods joined and weighed by the prior, you hold P(D, H) for every H. By what does the rule divide,"
            " and how do you get that from these K numbers?",
        ),
        solution="""\
def posterior(prior, likelihood):
    joint = prior * likelihood.prod(axis=0)
    return joint / joint.sum()
""",
        cases=_data_cases,
        reference=_reference,
        mistakes=(
            Mistake(
                "not normalised",
                "def posterior(prior, likelihood):\n    return prior * likelihood.prod(axis=0)\n",
                "These are the joint probabilities P(D, H). They sum to P(D), not to 1: divide by their sum.",
            ),
            Mistake(
                "no prior",
                """\
def posterior(prior, likelihood):
    joint = likelihood.prod(axis=0)
    return joint / joint.sum()
""",
                "The prior does not enter: you judged by the data alone, as if all hypotheses were equally common."
                " This is base-rate neglect.",
            ),
            Mistake(
                "the prior once a datum",
                """\
def posterior(prior, likelihood):
    joint = (prior * likelihood).prod(axis=0)
    return joint / joint.sum()
""",
                "You multiplied by the prior once for every datum. It was believed once, before the first: multiply by"
                " it once.",
            ),
            Mistake(
                "along the hypotheses",
                """\
def posterior(prior, likelihood):
    joint = prior * likelihood.prod(axis=1)
    return joint / joint.sum()
""",
                "You multiplied along the rows: over the hypotheses, for each datum, which leaves (N,). Multiply down"
                " the columns, over the data, so that (K,) is left.",
            ),
            Mistake(
                "sum of the likelihoods",
                """\
def posterior(prior, likelihood):
    joint = prior * likelihood.sum(axis=0)
    return joint / joint.sum()
""",
                "You added the likelihoods of the data. That all of them happened has the product of their"
                " probabilities; only logarithms are added.",
            ),
            Mistake(
                "divided by the likelihood alone",
                """\
def posterior(prior, likelihood):
    like = likelihood.prod(axis=0)
    return prior * like / like.sum()
""",
                "You divided by the sum of the likelihoods. P(D) weighs each of them by its prior: divide by the sum of"
                " what stands in the numerator.",
            ),
        ),
    ),
    Predict(
        id="bayes.positive_means",
        concepts=("bayes.medical_test",),
        title="What does a positive test mean?",
        level="easy",
        minutes=5,
        task="2 % of the people have a disease. The test has a sensitivity of 90 % and a specificity of 95 %. A person"
        " from the street is **positive**. With which probability is this person sick (a number between 0 and 1)?",
        hints=(
            "Think of 1,000 people. How many are sick, and how many are not?",
            "Of the sick, 90 % are positive; of the healthy, 5 % are. Which of all the positive people are sick?",
        ),
        solution="Of 1,000 people 20 are sick, and 18 of them positive; 980 are healthy, and 49 of them positive. So"
        " $18/(18 + 49) = \\mathbf{0.27}$: about three alarms in four are false, though the test is right 95 times in"
        " 100.",
        answer=lambda: bayes.medical_test(0.02, 0.9, 0.95).ppv,
        tolerance=0.005,
        wrong_routes=(
            Route(
                0.9,
                "That is the sensitivity, P(positive | sick). Asked is P(sick | positive): the bar has turned round,"
                " and the base rate has to come in.",
            ),
            Route(0.95, "That is the specificity, P(negative | healthy). It says nothing yet about a positive person."),
            Route(0.018, "That is P(sick and positive), a share of all people. Divide by the share that is positive."),
            Route(49 / 67, "That is the share of the positive people who are healthy. Asked are the sick."),
            Route(0.067, "That is the share of all people who are positive. Which part of them is sick?"),
            Route(
                18 / 49,
                "You divided the sick by the healthy among the positive: those are odds. Divide by all the positive.",
            ),
        ),
    ),
    Predict(
        id="bayes.add_the_evidence",
        concepts=("bayes.medical_test",),
        title="Two results against one",
        level="medium",
        minutes=6,
        task="One person in 200 has a disease. The test has a sensitivity of 80 % and a specificity of 96 %, and its"
        " repetitions are independent given the condition. Two results are **positive** and one is **negative**. With"
        " which probability is this person sick?",
        hints=(
            "Work with odds. What are they before any result, and by what does each kind of result multiply them?",
            "One person in 200 means odds of 1 : 199. A positive result multiplies by s/(1 − c), a negative one by"
            " (1 − s)/c.",
            "Odds of a to b are the probability a/(a + b).",
        ),
        solution="A positive result multiplies the odds by $0.8/0.04 = 20$, and a negative one by $0.2/0.96 = 0.208$."
        " The odds are $20 \\cdot 20 \\cdot 0.208 = 83.3$ to 199, and the probability is $83.3/(83.3 + 199) ="
        " \\mathbf{0.295}$. The negative result takes back about half of what one positive result had given, counted"
        " in logarithms.",
        answer=lambda: bayes.after_results(**SICK, positives=2, negatives=1),
        tolerance=0.006,
        wrong_routes=(
            Route(
                400 / 599, "You left the negative result out. It multiplies the odds by (1 − s)/c, which is below 1."
            ),
            Route(400 * 0.2 / 0.96 / 199, "Those are the odds, sick to healthy. Turn them into a probability."),
            Route(
                20 / 219,
                "You let the negative result undo a positive one. Its ratio is (1 − s)/c, and that is not one over"
                " s/(1 − c).",
            ),
            Route(
                1920 / 2119,
                "A negative result must make sick less likely. You multiplied by c/(1 − s), and it is (1 − s)/c.",
            ),
            Route(0.705, "That is the probability that this person is healthy. Asked is that of sick."),
            Route(0.005, "You are back at the prevalence. Three results have something to say: multiply the odds."),
        ),
    ),
    Code(
        id="bayes.grid_posterior",
        concepts=("bayes.continuous",),
        title="A posterior on a grid",
        level="medium",
        minutes=8,
        task="Write `grid_posterior(prior, likelihood, grid)`: the posterior **density** at the points of `grid`"
        " (ascending, not necessarily evenly spaced). `prior` and `likelihood` hold values at these points. The area"
        " below the result, by the trapezoid rule (`np.trapezoid(y, x)`), must be 1.",
        stub="def grid_posterior(prior, likelihood, grid):\n    ...\n",
        hints=(
            "The numerator is the same as with finitely many hypotheses. What takes the place of the sum?",
            "A density is divided by an integral. Its unit is one over the unit of the grid, so the grid must enter.",
            "`np.trapezoid` takes the heights first and the places second.",
        ),
        solution="""\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / np.trapezoid(joint, grid)
""",
        cases=_grid_cases,
        reference=bayes.continuous,
        mistakes=(
            Mistake(
                "sums to one",
                """\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / joint.sum()
""",
                "Yours sums to 1: these are weights of the points, and they shrink when the grid gets finer. A density"
                " has area 1: divide by the integral.",
            ),
            Mistake(
                "unit spacing",
                """\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / np.trapezoid(joint)
""",
                "You integrated without the grid, as if its points lay 1 apart. Hand the grid to the trapezoid rule.",
            ),
            Mistake(
                "even spacing",
                """\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / np.trapezoid(joint, dx=grid[1] - grid[0])
""",
                "You took the first spacing for all of them. Where the grid is uneven, the area is off.",
            ),
            Mistake(
                "rectangles of one width",
                """\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / (joint.sum() * (grid[1] - grid[0]))
""",
                "You gave every point a rectangle as wide as the first spacing. Two things are off: the points at both"
                " ends own only half a spacing, and where the grid is uneven the widths differ.",
            ),
            Mistake(
                "no prior",
                """\
def grid_posterior(prior, likelihood, grid):
    return likelihood / np.trapezoid(likelihood, grid)
""",
                "This is the likelihood, scaled to area 1: what you believed before does not enter. Multiply by the"
                " prior first.",
            ),
            Mistake(
                "left rectangles",
                """\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / np.sum(joint[:-1] * np.diff(grid))
""",
                "You gave each stretch the height at its left end. The trapezoid rule takes the mean of both ends, and"
                " its error shrinks with the square of the spacing.",
            ),
        ),
    ),
    Predict(
        id="bayes.read_peak",
        concepts=("bayes.continuous",),
        title="Read the data off a posterior",
        level="medium",
        minutes=6,
        figure="bayes.peak",
        task="The prior of a coin's chance of heads was Beta(2, 2), with density $\\propto p\\,(1 - p)$. After 10"
        " tosses the posterior looks as in the figure above. How many of the tosses were **heads**?",
        hints=(
            "The posterior is a Beta again. Which a and b has it after k heads in 10 tosses?",
            "The peak of Beta(a, b) lies at (a − 1) / (a + b − 2). Read where it lies, and solve for k.",
        ),
        solution="The posterior is Beta$(2 + k,\\ 12 - k)$, and its peak lies at $(1 + k)/12$. It is seen at ¾, so"
        " $1 + k = 9$ and $k = \\mathbf{8}$. The data alone would peak at 0.8. The **peak** is pulled towards ½ as by"
        " two tosses more, one of them heads: there Beta(a, b) counts a − 1 and b − 1. The **mean**, $(2 + k)/14$,"
        " counts a and b, four tosses.",
        answer=lambda: 12 * coin_posterior()[0][coin_posterior()[1].argmax()] - 1,
        tolerance=0.2,
        wrong_routes=(
            Route(7.5, "You took ¾ of 10 tosses: that forgets the prior, which pulls the peak towards ½."),
            Route(7.0, "You took both heads of Beta(2, 2) off. At the peak the prior counts a − 1 heads, only one."),
            Route(9.0, "¾ of 12 is 1 + k: one of these heads is the prior's. Take it off."),
            Route(
                8.5,
                "You set the mean, (2 + k)/14, to ¾. What you read off is the peak, and this curve is not symmetric.",
            ),
        ),
    ),
    Predict(
        id="bayes.weight_of_the_prior",
        concepts=("bayes.continuous",),
        title="What is the prior worth?",
        level="medium",
        minutes=5,
        task="You believe a mean to be $\\mu_0$, with variance $v_0 = 4$. Every datum has normal noise of variance"
        " $\\sigma^2 = 36$. After how many data does the posterior mean lie **halfway** between $\\mu_0$ and the mean"
        " of the data?",
        hints=(
            "Write the posterior mean as (1 − w) times the prior's mean plus w times the mean of the data. What is w?",
            "Both are weighed by their precision, one over the variance. Which variance has the mean of n data?",
        ),
        solution="The prior weighs $1/v_0$ and the mean of $n$ data $n/\\sigma^2$. They are equal at"
        " $n = \\sigma^2/v_0 = 36/4 = \\mathbf{9}$: the prior is worth nine data. From the tenth on the data weigh"
        " more, and the prior's share, $9/(9 + n)$, falls like $1/n$.",
        answer=as_heavy_as_the_prior,
        tolerance=0.05,
        wrong_routes=(
            Route(
                1.0,
                "One datum is as heavy as the prior only if its noise has the prior's variance. Here a datum is much"
                " less certain than what you believed before.",
            ),
            Route(3.0, "You compared standard deviations, 6 and 2. Weights are precisions, one over the *variance*."),
            Route(
                1 / 9,
                "That is the quotient the other way round: how much of the prior's weight one datum has. How many of"
                " them have all of it?",
            ),
            Route(
                32.0,
                "You took the difference of the variances. It is their quotient that says how many data make up the"
                " prior's weight.",
            ),
        ),
    ),
    Code(
        id="bayes.unequal_instruments",
        concepts=("bayes.continuous",),
        title="Derive it: instruments of unequal noise",
        level="hard",
        minutes=15,
        task="The prior of a mean $\\mu$ is $\\mathcal{N}(\\mu_0, v_0)$. Datum $x_i$ comes from an instrument of its"
        " own, with normal noise of known variance $\\sigma_i^2$. Multiply prior and likelihoods on paper, see that the"
        " posterior is normal again, and write `update(mean, var, data, noise_vars)`: its mean and its variance. `data`"
        " and `noise_vars` have shape (n,).",
        stub=_UPDATE + "    ...\n",
        hints=(
            "Take minus the logarithm of prior times likelihoods and leave out what does not depend on μ. You have"
            " n + 1 squares, each divided by twice a variance. What curve is their sum?",
            "A parabola Aμ²/2 − Bμ + const is lowest at B/A, and the normal density it belongs to has variance 1/A."
            " Expand the squares: what gathers before μ²/2, and what before μ?",
            "Every square adds the inverse of its variance to A. To B it adds that times the place where it is 0. The"
            " prior is one of the squares.",
        ),
        solution=_UPDATE + _PRECISION + _WEIGHTED + "    return weighted / precision, 1 / precision\n",
        cases=_instrument_cases,
        reference=_one_after_the_other,
        returns=("mean", "var"),
        mistakes=(
            Mistake(
                "mean noise",
                _UPDATE
                + "    precision = 1 / var + len(data) / noise_vars.mean()\n"
                + "    weighted = mean / var + data.sum() / noise_vars.mean()\n"
                + "    return weighted / precision, 1 / precision\n",
                "You gave all instruments the mean noise variance, and with it one weight. A precise instrument must"
                " count more than a noisy one.",
            ),
            Mistake(
                "no prior",
                _UPDATE
                + "    precision = (1 / noise_vars).sum()\n"
                + "    return (data / noise_vars).sum() / precision, 1 / precision\n",
                "This is what the data say alone, each weighed by its precision. The prior is one of the squares too:"
                " it adds to the precision and to the weighted sum.",
            ),
            Mistake(
                "prior's mean forgotten",
                _UPDATE + _PRECISION + "    return (data / noise_vars).sum() / precision, 1 / precision\n",
                "Your variance is right. The mean counts the prior's precision below, but not the prior's mean above:"
                " you believed in 0 before.",
            ),
            Mistake(
                "weighed by standard deviations",
                _UPDATE
                + "    precision = 1 / np.sqrt(var) + (1 / np.sqrt(noise_vars)).sum()\n"
                + "    weighted = mean / np.sqrt(var) + (data / np.sqrt(noise_vars)).sum()\n"
                + "    return weighted / precision, 1 / precision\n",
                "You weighed by one over the standard deviation. In the exponent of the normal density the square is"
                " divided by the variance.",
            ),
            Mistake(
                "weighed by variances",
                _UPDATE
                + _PRECISION
                + "    weighted = mean * var + (data * noise_vars).sum()\n"
                + "    return weighted / (var + noise_vars.sum()), 1 / precision\n",
                "Your variance is right, but in your mean the noisiest counts most: the weights are the variances, and"
                " must be their inverses.",
            ),
            Mistake(
                "variances added",
                _UPDATE + _PRECISION + _WEIGHTED + "    return weighted / precision, var + noise_vars.sum()\n",
                "Your mean is right. You added the variances, so that every datum makes you less sure; it is the"
                " precisions that add up.",
            ),
            Mistake(
                "precision returned",
                _UPDATE + _PRECISION + _WEIGHTED + "    return weighted / precision, precision\n",
                "Your mean is right. The second result is the precision: the variance is one over it.",
            ),
        ),
    ),
    Choose(
        id="bayes.second_opinion",
        concepts=("bayes.medical_test",),
        title="The same blood again",
        level="medium",
        minutes=4,
        task="A test has a sensitivity of 90 % and a specificity of 91 %; among the people who take it, its PPV is"
        " 9 %. Yours is positive. The laboratory runs it again **on the same blood** and it is positive again. False"
        " alarms come from a substance in the blood of some healthy people. What is the"
        " probability of disease now?",
        options={
            "a": "About 50 %: the odds are multiplied again, with the new belief of 9 % as the prior.",
            "b": "Still about 9 %.",
            "c": "90 %, the sensitivity: two tests do away with the base rate.",
            "d": "Less than 9 %: the second result makes a laboratory error likelier.",
        },
        answer="b",
        wrong={
            "a": "To multiply again needs results that are independent given the condition. Here the substance that"
            " made the first alarm makes the second one too.",
            "c": "No number of tests does away with the base rate; evidence multiplies the odds that it leaves. And is"
            " the second result evidence at all?",
            "d": "That the same result comes again is what both the sick and these healthy people would show: it does"
            " not lower the odds.",
        },
        hints=(
            "Take a person who is healthy and positive. How likely is a second positive result on the same blood?",
            "Evidence moves belief by the ratio of its probabilities, given sick and given healthy. What is that ratio"
            " for the second result, once the first is known?",
        ),
        solution="**b**. Given the first result, the second is nearly certain for the sick *and* for the healthy with"
        " that substance: its likelihood ratio is about 1, and belief stays where it was.",
    ),
    Code(
        id="bayes.line_and_band",
        concepts=("bayes.linear_regression",),
        title="A line and its band",
        level="hard",
        minutes=14,
        task="Write `band(X, y, X_new, noise_var, prior_var)`. The outcomes `y` (N,) belong to the rows of `X` (N, D),"
        " with normal noise of variance `noise_var`, and every weight has the prior $\\mathcal{N}(0, v)$ with $v$ ="
        " `prior_var`. Return the mean (M,) and the variance (M,) of a **new outcome** at each row of `X_new` (M, D).",
        stub=_BAND + "    ...\n",
        hints=(
            "First the belief in the weights. What are the two parts of its precision matrix?",
            "The covariance is the inverse of the precision, and the mean is the covariance times Xᵀ y over the noise"
            " variance. What, besides the uncertain weights, makes a new outcome uncertain?",
            "At a row x the line has the variance xᵀ S x. For all rows at once, multiply X_new by S, then each entry by"
            " its own in X_new, and add up along each row.",
        ),
        solution=_BAND + _BOTH + _INVERT + _MEAN + _LINE + "    return X_new @ mean, line + noise_var\n",
        cases=_band_cases,
        reference=_band,
        returns=("mean", "var"),
        mistakes=(
            Mistake(
                "the noise forgotten",
                _BAND + _BOTH + _INVERT + _MEAN + _LINE + "    return X_new @ mean, line\n",
                "Your mean is right. Your variance is that of the line: a new outcome has noise of its own, and its"
                " variance is added.",
            ),
            Mistake(
                "the line taken for certain",
                _BAND + _BOTH + _INVERT + _MEAN + "    return X_new @ mean, np.full(len(X_new), noise_var)\n",
                "Your mean is right. Your variance is the noise alone, as if the line were known: add xᵀ S x at every"
                " row.",
            ),
            Mistake(
                "no prior",
                _BAND
                + "    precision = X.T @ X / noise_var\n"
                + _INVERT
                + _MEAN
                + _LINE
                + "    return X_new @ mean, line + noise_var\n",
                "This is least squares: the prior does not enter. Its precision, one over prior_var for every weight,"
                " is added to that of the data.",
            ),
            Mistake(
                "the prior's variance added",
                _BAND
                + "    precision = X.T @ X / noise_var + np.eye(X.shape[1]) * prior_var\n"
                + _INVERT
                + _MEAN
                + _LINE
                + "    return X_new @ mean, line + noise_var\n",
                "You added the prior's variance to a precision. Precisions add up: take one over prior_var.",
            ),
            Mistake(
                "the data without their noise",
                _BAND
                + "    precision = X.T @ X + np.eye(X.shape[1]) / prior_var\n"
                + _INVERT
                + "    mean = cov @ X.T @ y\n"
                + _LINE
                + "    return X_new @ mean, line + noise_var\n",
                "You took the noise of the data as 1. Both XᵀX and Xᵀy are divided by noise_var.",
            ),
            Mistake(
                "a mean without the noise",
                _BAND
                + _BOTH
                + _INVERT
                + "    mean = cov @ X.T @ y\n"
                + _LINE
                + "    return X_new @ mean, line + noise_var\n",
                "Your variance is right. In the mean Xᵀy has to be divided by noise_var as well.",
            ),
            Mistake(
                "precision for covariance",
                _BAND
                + _BOTH
                + _INVERT
                + _MEAN
                + "    return X_new @ mean, ((X_new @ precision) * X_new).sum(axis=1) + noise_var\n",
                "Your mean is right. In your variance stands the precision matrix, which grows with the data. It is"
                " its inverse that says how uncertain the weights are.",
            ),
            Mistake(
                "weights as if independent",
                _BAND + _BOTH + _INVERT + _MEAN + "    return X_new @ mean, X_new**2 @ np.diag(cov) + noise_var\n",
                "Your mean is right. You used the variances of the weights alone. Height and slope are not independent"
                " after the data: take the whole matrix S.",
            ),
            Mistake(
                "standard deviation",
                _BAND + _BOTH + _INVERT + _MEAN + _LINE + "    return X_new @ mean, np.sqrt(line + noise_var)\n",
                "Your mean is right. You returned the standard deviation, and asked for is the variance.",
            ),
        ),
    ),
    Predict(
        id="bayes.two_models",
        concepts=("bayes.discrete",),
        title="Fair, or anything?",
        level="medium",
        minutes=6,
        task="A coin falls heads in **six of six** tosses. One model says that it is fair. The other one says that its"
        " chance of heads can be anything, with a flat prior. Both models have the prior ½. With which probability is"
        " the coin fair now?",
        hints=(
            "Each model is a hypothesis. What probability does each of them give to six heads?",
            "The fair coin multiplies six halves. The other model gives each number of heads from 0 to 6 the same"
            " probability. How many numbers are that?",
            "The priors are equal and cancel: divide the first evidence by the sum of both.",
        ),
        solution="The fair coin gives six heads $1/64 = 0.0156$, and the other model gives them $1/7 = 0.1429$. With"
        " equal priors the fair coin has $0.0156/(0.0156 + 0.1429) = 7/71 = \\mathbf{0.0986}$. It is not impossible,"
        " and if you had found the coin in your purse, its prior would have been far above ½.",
        answer=evidence_of_six_heads,
        tolerance=0.003,
        wrong_routes=(
            Route(
                1 / 64, "That is the evidence of the fair coin, P(six heads | fair). Compare it with the other one's."
            ),
            Route(1 / 7, "That is the evidence of the other model. Divide the fair coin's by the sum of both."),
            Route(6 / 70, "You took 1/6 for the other model. From 0 to 6 heads there are seven numbers."),
            Route(7 / 64, "That is the ratio of the two, odds. Divide by the sum of both."),
            Route(64 / 71, "That is the other model's probability. Asked is that of the fair coin."),
            Route(
                0.5, "That was the prior. The data have something to say, for the models gave them different chances."
            ),
        ),
    ),
    Predict(
        id="bayes.which_lambda",
        concepts=("bayes.linear_regression",),
        title="Which penalty is this prior?",
        level="medium",
        minutes=5,
        task="The noise of a regression has the variance $\\sigma^2 = 0.5$, and you believe every weight to be normal"
        " around 0 with the variance $v = 0.25$. You have $m = 40$ cases and minimise $\\frac{1}{2m}\\lVert y - Xw"
        " \\rVert^2 + \\frac{\\lambda}{2}\\lVert w \\rVert^2$. Which λ finds the peak of your posterior?",
        hints=(
            "Write minus the logarithm of the posterior: two squares, each over twice a variance.",
            "Multiply it so that the first square stands there with the factor of the cost. What does the second one"
            " then have?",
            "The factor is σ²/m. The second square had one over twice v before.",
        ),
        solution="Minus the logarithm of the posterior is $\\frac{1}{2\\sigma^2}\\lVert y - Xw \\rVert^2"
        " + \\frac{1}{2v}\\lVert w \\rVert^2$. Times $\\sigma^2/m$ it is the cost, with $\\lambda = \\sigma^2/(m v)"
        " = 0.5/(40 \\cdot 0.25) = \\mathbf{0.05}$. With twice as many cases it would be half of that.",
        answer=lambda: RIDGE["noise_var"] / (RIDGE["m"] * RIDGE["prior_var"]),
        tolerance=0.001,
        wrong_routes=(
            Route(2.0, "That is σ²/v, the penalty beside a *sum* of squares. This cost is a mean over m cases."),
            Route(0.0125, "You divided v by m σ². A wide prior is a weak penalty: v stands below."),
            Route(0.025, "That is half of it. Both squares carry a factor of ½, so it cancels."),
            Route(80.0, "You multiplied by m. The sum is divided by m, and so is the penalty: more data, less of it."),
            Route(0.1, "That is twice too large. Both squares carry a factor of ½, so it cancels."),
            Route(0.003125, "You multiplied by v. The prior's square is divided by its variance."),
        ),
    ),
]
